//! Drawings and lists for other programs: Mermaid, draw.io, Structurizr and spreadsheets.

mod bom;
mod drawio;
mod lines;
mod mermaid;
mod structurizr;

use std::collections::BTreeMap;

use crate::design::Design;
use crate::picture::palette::Rgb;

use super::Source;
use super::bundle::{Bundle, ExportFile, FilePath, stem};
use super::planner::{Plan, PlanNode};
use super::text::one_line;

/// Most links that programs draw of a flowchart unless they are told otherwise (`maxEdges`).
const MERMAID_EDGES: usize = 500;

/// A flowchart with a subgraph for each region.
#[must_use]
pub fn mermaid(source: &Source<'_>) -> Bundle {
    let mut bundle = bundle(&named(source.design, "mmd"), mermaid::flowchart(source.design));
    let links = source.design.links.len();
    if links > MERMAID_EDGES {
        bundle.remarks.push(format!(
            "The flowchart has {links} links; Mermaid draws more than {MERMAID_EDGES} only where maxEdges is set higher.",
        ));
    }
    bundle
}

/// The drawing as an uncompressed draw.io document.
#[must_use]
pub fn drawio(source: &Source<'_>) -> Bundle {
    bundle(&named(source.design, "drawio"), drawio::document(source.design))
}

/// A C4 model with its deployment in the language of Structurizr.
#[must_use]
pub fn structurizr(source: &Source<'_>) -> Bundle {
    bundle("workspace.dsl", structurizr::workspace(source))
}

/// What has to be bought, rented and installed, as a table.
#[must_use]
pub fn bill_of_materials(source: &Source<'_>) -> Bundle {
    bundle("bill-of-materials.csv", bom::table(source))
}

fn bundle(name: &str, file: ExportFile) -> Bundle {
    let mut bundle = Bundle::default();
    bundle.add(FilePath::of([name]), file);
    bundle
}

/// The name of the design as that of a file.
fn named(design: &Design, ending: &str) -> String {
    format!("{}.{ending}", stem(&design.meta.name))
}

/// The colour as style sheets write it.
fn hex(Rgb(r, g, b): Rgb) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// A node of every group, by the group's id: what all nodes of a group have in common.
fn first_nodes(plan: &Plan) -> BTreeMap<&str, &PlanNode> {
    plan.nodes.iter().rev().map(|node| (node.group.as_str(), node)).collect()
}
