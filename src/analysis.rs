//! Everything that is computed about one state of a design.

use crate::books::Books;
use crate::design::history::Revision;
use crate::design::{Date, Design};
use crate::estimate::{self, Estimates};
use crate::rules::pattern::{self, Recognition};
use crate::rules::{self, CheckReport, Inputs};
use crate::topology::Topology;

/// The result of analysing one revision.
#[derive(Debug, Clone, PartialEq)]
pub struct Analysis {
    /// The revision it speaks of.
    pub of: Revision,
    /// The recognised pattern.
    pub recognition: Recognition,
    /// What the rules have to say.
    pub check: CheckReport,
    /// Latency, load and cost.
    pub estimates: Estimates,
}

/// Analyses a design: a pure function of the design, the books and the day on which waivers are looked at.
#[must_use]
pub fn analyse(design: &Design, of: Revision, books: &Books, today: Option<Date>) -> Analysis {
    let topology = Topology::of(design);
    let estimates = estimate::estimate(&topology, books);
    let check = rules::check(&topology, &Inputs { books, estimates: Some(&estimates), today });
    Analysis { of, recognition: pattern::recognise(&topology), check, estimates }
}
