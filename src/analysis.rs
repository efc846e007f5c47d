//! Everything that is computed about one state of a design.

use crate::books::Books;
use crate::design::Design;
use crate::design::history::Revision;
use crate::estimate::{self, Estimates};
use crate::rules::pattern::{self, Recognition};
use crate::rules::{self, Finding};
use crate::topology::Topology;

/// The result of analysing one revision.
#[derive(Debug, Clone, PartialEq)]
pub struct Analysis {
    /// The revision it speaks of.
    pub of: Revision,
    /// The recognised pattern.
    pub recognition: Recognition,
    /// Findings of the rules, worst first.
    pub findings: Vec<Finding>,
    /// Latency, load and cost.
    pub estimates: Estimates,
}

/// Analyses a design: a pure function of the design and the books.
#[must_use]
pub fn analyse(design: &Design, of: Revision, books: &Books) -> Analysis {
    let topology = Topology::of(design);
    Analysis {
        of,
        recognition: pattern::recognise(&topology),
        findings: rules::check(&topology, books),
        estimates: estimate::estimate(&topology, books),
    }
}
