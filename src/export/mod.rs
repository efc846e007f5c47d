//! What leaves the program: pure functions from a design and its analysis to files in memory. Only
//! [`crate::files`] writes them.

pub mod bundle;
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
}

impl Form {
    /// All of them, in the order of menus.
    pub const ALL: [Self; 2] = [Self::Planner, Self::Toml];

    /// The name on the command line.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Planner => "planner",
            Self::Toml => "toml",
        }
    }

    /// The form with this name.
    #[must_use]
    pub fn named(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.id() == id)
    }

    /// The words shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Planner => "Planner file",
            Self::Toml => "Node configuration",
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
        }
    }
}

/// What somebody chose about an export. Each form reads what concerns it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Options {}
