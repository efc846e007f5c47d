//! Everything that is computed about one state of a design.

use std::sync::Arc;

use crate::books::Books;
use crate::custom::Pack;
use crate::design::history::Revision;
use crate::design::{Date, Design};
use crate::estimate::{self, Estimates};
use crate::failure::{Model, Outcome};
use crate::rules::pattern::{self, Recognition};
use crate::rules::{self, CheckReport, Inputs};
use crate::topology::Topology;

/// What an analysis looks at beside the design.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// Shipped facts.
    pub books: &'a Books,
    /// Rules of the company.
    pub packs: &'a [Arc<Pack>],
    /// The day on which waivers are looked at; `None` lets none expire.
    pub today: Option<Date>,
}

impl<'a> Setting<'a> {
    /// Only the books: no company has rules and no waiver expires.
    #[must_use]
    pub fn of(books: &'a Books) -> Self {
        Self { books, packs: &[], today: None }
    }
}

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
    /// What each capability rests on.
    pub failure: Arc<Model>,
    /// What holds while nothing has failed, against which a what-if is compared.
    pub healthy: Arc<Outcome>,
}

#[cfg(test)]
impl Analysis {
    /// The analysis of an empty design.
    pub fn blank() -> Self {
        analyse(&Design::default(), Revision::default(), &Setting::of(Books::shipped()))
    }
}

/// Analyses a design: a pure function of the design and its setting.
#[must_use]
pub fn analyse(design: &Design, of: Revision, setting: &Setting<'_>) -> Analysis {
    let Setting { books, packs, today } = *setting;
    let topology = Topology::of(design);
    let estimates = estimate::estimate(&topology, books);
    let check = rules::check(&topology, &Inputs { books, packs, estimates: Some(&estimates), today });
    let failure = Model::of(&topology, &estimates);
    let healthy = Arc::new(failure.healthy(design));
    Analysis { of, recognition: pattern::recognise(&topology), check, estimates, failure: Arc::new(failure), healthy }
}
