//! What leaves the program: pure functions from a design and its analysis to files in memory. Only
//! [`crate::files`] writes them.

pub mod bundle;
pub mod helm;
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
    /// Values for Helm charts.
    Helm,
}

impl Form {
    /// All of them, in the order of menus.
    pub const ALL: [Self; 3] = [Self::Planner, Self::Toml, Self::Helm];

    /// The name on the command line.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Planner => "planner",
            Self::Toml => "toml",
            Self::Helm => "helm",
        }
    }

    /// The words shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Planner => "Planner file",
            Self::Toml => "Node configuration",
            Self::Helm => "Helm values for each region",
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
            Self::Helm => "Values for the public Helm charts, region by region, with what no chart creates.",
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
            Self::Helm => helm::bundle(source),
        }
    }
}

/// What somebody chose about an export. Each form reads what concerns it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Options {}
