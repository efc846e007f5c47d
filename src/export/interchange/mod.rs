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
use super::bundle::{Bundle, ExportFile, FilePath};
use super::planner::{Plan, PlanNode};

/// Longest stem of a file name, bytes.
const MAX_STEM: usize = 100;

/// A flowchart with a subgraph for each region.
#[must_use]
pub fn mermaid(source: &Source<'_>) -> Bundle {
    bundle(&named(source.design, "mmd"), mermaid::flowchart(source.design))
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
    let mut stem = one_line(&design.meta.name);
    while stem.len() > MAX_STEM {
        stem.pop();
    }
    // A name that begins with a dot is hidden on many systems.
    let stem = stem.trim_matches([' ', '.']);
    format!("{}.{ending}", if stem.is_empty() { "design" } else { stem })
}

/// The text on one line and without what no format can show: control characters and noncharacters.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || is_unwritable(c) { ' ' } else { c }).collect()
}

/// Line and paragraph separators, and the two code points that XML refuses.
fn is_unwritable(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}')
}

/// The colour as style sheets write it.
fn hex(Rgb(r, g, b): Rgb) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// A node of every group, by the group's id: what all nodes of a group have in common.
fn first_nodes(plan: &Plan) -> BTreeMap<&str, &PlanNode> {
    plan.nodes.iter().rev().map(|node| (node.group.as_str(), node)).collect()
}
