//! Drawings and lists for other programs: Mermaid, draw.io, Structurizr and spreadsheets.

mod bom;
mod drawio;
mod identifiers;
mod mermaid;
mod structurizr;

use crate::design::Design;

use super::bundle::{Bundle, stem};
use super::{Source, single};

/// Most links that programs draw of a flowchart unless they are told otherwise (`maxEdges`).
const MERMAID_EDGES: usize = 500;

/// A flowchart with a subgraph for each region.
#[must_use]
pub fn mermaid(source: &Source<'_>) -> Bundle {
    let mut bundle = single(&named(source.design, "mmd"), mermaid::flowchart(source.design));
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
    single(&named(source.design, "drawio"), drawio::document(source.design))
}

/// A C4 model with its deployment in the language of Structurizr.
#[must_use]
pub fn structurizr(source: &Source<'_>) -> Bundle {
    single("workspace.dsl", structurizr::workspace(source))
}

/// What has to be bought, rented and installed, as a table.
#[must_use]
pub fn bill_of_materials(source: &Source<'_>) -> Bundle {
    single("bill-of-materials.csv", bom::table(source))
}

/// The name of the design as that of a file.
fn named(design: &Design, ending: &str) -> String {
    format!("{}.{ending}", stem(&design.meta.name))
}
