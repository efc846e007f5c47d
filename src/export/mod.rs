//! What leaves the program: pure functions from a design and its analysis to files in memory. Only
//! [`crate::files`] writes them.

pub mod bundle;
pub mod document;
pub mod network;
pub mod planner;
pub mod report;
pub mod runbook;
mod source;
pub mod sources;

pub use source::Source;

use crate::design::Date;

use bundle::{Bundle, ExportFile, FilePath, Syntax};

/// What can be made of a design. Command line and window offer these, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// The planner format.
    Planner,
    /// Connections, ports and what a firewall has to let through.
    Network,
    /// Orders of start, losses and ways back.
    Runbook,
    /// Everything that is known of the design, to be read and printed.
    Report,
}

impl Form {
    /// All of them, in the order of menus.
    pub const ALL: [Self; 4] = [Self::Planner, Self::Network, Self::Runbook, Self::Report];

    /// The name on the command line.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Planner => "planner",
            Self::Network => "network",
            Self::Runbook => "runbook",
            Self::Report => "report",
        }
    }

    /// The words shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Planner => "Planner file",
            Self::Network => "Network sheet",
            Self::Runbook => "Runbook",
            Self::Report => "Report",
        }
    }

    /// What it is, as a sentence.
    #[must_use]
    pub fn about(self) -> &'static str {
        match self {
            Self::Planner => "The resolved plan as JSON, for generators of configuration.",
            Self::Network => "Every connection with its hosts and ports, and firewall rules that allow no more.",
            Self::Runbook => "Orders of start, what each loss means and how long it takes, and the way back.",
            Self::Report => "Everything that is known of the design, as one page to be read and printed.",
        }
    }

    /// Makes its files.
    #[must_use]
    pub fn bundle(self, source: &Source<'_>, options: &Options) -> Bundle {
        match self {
            Self::Planner => {
                let mut bundle = Bundle::default();
                let file = ExportFile::text(Syntax::Json, planner::to_json(&source.plan));
                bundle.add(FilePath::of(["planner.json"]), file);
                bundle
            }
            Self::Network => network::bundle(source),
            Self::Runbook => runbook::bundle(source),
            Self::Report => report::bundle(source, options),
        }
    }
}

/// What somebody chose about an export. Each form reads what concerns it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Options {
    /// The day that stands on a report; `None` leaves it out.
    pub today: Option<Date>,
}
