//! What leaves the program: pure functions from a design and its analysis to files in memory. Only
//! [`crate::files`] writes them.

pub mod bundle;
pub mod interchange;
pub mod planner;
mod source;
pub mod wso2;

pub use source::Source;

use bundle::{Bundle, ExportFile, FilePath, Syntax};

/// What can be made of a design. Command line and window offer these, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// The planner format.
    Planner,
    /// `deployment.toml` of every node.
    Toml,
    /// A Mermaid flowchart.
    Mermaid,
    /// A draw.io document.
    Drawio,
    /// A Structurizr workspace.
    Structurizr,
    /// A bill of materials.
    Bom,
}

impl Form {
    /// All of them, in the order of menus.
    pub const ALL: [Self; 6] = [Self::Planner, Self::Toml, Self::Mermaid, Self::Drawio, Self::Structurizr, Self::Bom];

    /// The name on the command line.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Planner => "planner",
            Self::Toml => "toml",
            Self::Mermaid => "mermaid",
            Self::Drawio => "drawio",
            Self::Structurizr => "structurizr",
            Self::Bom => "bom",
        }
    }

    /// The words shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Planner => "Planner file",
            Self::Toml => "Node configuration",
            Self::Mermaid => "Mermaid flowchart",
            Self::Drawio => "draw.io document",
            Self::Structurizr => "Structurizr workspace",
            Self::Bom => "Bill of materials",
        }
    }

    /// What it is, as a sentence.
    #[must_use]
    pub fn about(self) -> &'static str {
        match self {
            Self::Planner => "The resolved plan as JSON, for generators of configuration.",
            Self::Toml => {
                "deployment.toml of every node, with the event publishers between regions and database sheets."
            }
            Self::Mermaid => "The drawing as text that wikis and repositories show as a flowchart.",
            Self::Drawio => "The drawing for diagrams.net, with the same places and colours.",
            Self::Structurizr => "A C4 model of containers and their deployment, in Structurizr's language.",
            Self::Bom => "Nodes, databases, balancers and services with sizes and monthly cost, for spreadsheets.",
        }
    }

    /// Makes its files.
    #[must_use]
    pub fn bundle(self, source: &Source<'_>, _options: &Options) -> Bundle {
        match self {
            Self::Planner => {
                let mut bundle = Bundle::default();
                let file = ExportFile::text(Syntax::Json, planner::to_json(&source.plan));
                bundle.add(FilePath::of(["planner.json"]), file);
                bundle
            }
            Self::Toml => wso2::bundle(source),
            Self::Mermaid => interchange::mermaid(source),
            Self::Drawio => interchange::drawio(source),
            Self::Structurizr => interchange::structurizr(source),
            Self::Bom => interchange::bill_of_materials(source),
        }
    }
}

/// What somebody chose about an export. Each form reads what concerns it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Options {}
