//! Playing failures: what has failed in this session and what follows from it. A view of the document, not a part of
//! it: undo does not touch it, and nothing of it is saved.

pub mod banner;
pub(super) mod exec;
mod lookup;
pub mod mark;
pub mod offers;
pub mod reasons;

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::analysis::Analysis;
use crate::books::Books;
use crate::design::failure::Failure;
use crate::design::{Capability, Design, Failures, Id};
use crate::failure::impact::{Impact, impact};
use crate::failure::timeline::{Timeline, timeline};
use crate::failure::{Outcome, Place, Recovery, recovery};
use crate::picture::effects::{self, Effects};

use super::state::State;
use lookup::Lookup;
use reasons::Reason;

pub use lookup::Told;

/// What has failed, and what follows from it.
#[derive(Debug, Default)]
pub struct WhatIf {
    failures: Failures,
    outcome: Option<Arc<Outcome>>,
    effects: Option<Arc<Effects>>,
    found: Option<Numbers>,
    lookup: Lookup,
}

/// The numbers of a state of affairs, with what they are about.
#[derive(Debug)]
struct Numbers {
    serial: u64,
    failures: Failures,
    of: Arc<Consequences>,
}

/// What takes longer to find out about failures than a frame.
#[derive(Debug)]
pub struct Consequences {
    /// What they mean in numbers.
    pub impact: Arc<Impact>,
    /// How long it takes.
    pub timeline: Arc<Timeline>,
    /// The way back.
    pub recovery: Arc<Recovery>,
    /// The figure that tells most of how an element fares: use of a group, time of a population's calls.
    pub figures: BTreeMap<Id, String>,
}

impl Consequences {
    /// What follows from failures in an analysed design.
    #[must_use]
    pub fn of(design: &Design, books: &Books, analysis: &Analysis, failures: &Failures) -> Self {
        let Analysis { failure: model, estimates, .. } = analysis;
        let outcome = model.outcome(design, failures);
        let impact = impact(design, books, model, &outcome, estimates);
        Self {
            figures: effects::figures(&impact),
            impact: Arc::new(impact),
            timeline: Arc::new(timeline(design, books, estimates, model, &outcome)),
            recovery: Arc::new(recovery(design, model, failures, &[])),
        }
    }
}

impl WhatIf {
    /// What has failed.
    #[must_use]
    pub fn failures(&self) -> &Failures {
        &self.failures
    }

    /// Whether anything has failed.
    #[must_use]
    pub fn is_playing(&self) -> bool {
        !self.failures.is_empty()
    }

    /// What holds under the failures; `None` while nothing has failed or nothing is analysed.
    #[must_use]
    pub fn outcome(&self) -> Option<&Arc<Outcome>> {
        self.outcome.as_ref()
    }

    /// What the drawing shows of that.
    #[must_use]
    pub fn effects(&self) -> Option<&Arc<Effects>> {
        self.effects.as_ref()
    }

    /// Fails one more thing. What is failed of the same thing in another measure gives way.
    pub(super) fn fail(&mut self, failure: Failure) {
        self.failures.retain(|other| !replaces(&failure, other));
        self.failures.insert(failure);
    }

    /// Repairs one thing; returns whether it had failed.
    pub(super) fn repair(&mut self, failure: &Failure) -> bool {
        self.failures.remove(failure)
    }

    /// Lets just these have failed.
    pub(super) fn play(&mut self, failures: Failures) {
        self.failures = failures;
    }

    /// Forgets failures that cannot happen in this drawing any more.
    fn drop_missing(&mut self, design: &Design) {
        self.failures.retain(|failure| failure.missing_in(design).is_none());
    }

    /// Finds out what holds now: one pass over the formulas, so it is done in the frame in which something fails.
    pub(super) fn evaluate(&mut self, analysis: Option<&Analysis>, design: &Design) {
        self.outcome = analysis
            .filter(|_| !self.failures.is_empty())
            .map(|analysis| Arc::new(analysis.failure.outcome(design, &self.failures)));
        self.effects =
            self.outcome.as_ref().zip(analysis).map(|(outcome, analysis)| {
                Arc::new(Effects::of(design, &analysis.failure, &analysis.healthy, outcome))
            });
        if self.failures.is_empty() {
            self.found = None;
        }
    }

    /// Takes in what follows from these failures in the design of this serial.
    pub(super) fn take_consequences(&mut self, serial: u64, failures: Failures, of: Arc<Consequences>) {
        self.found = Some(Numbers { serial, failures, of });
    }
}

/// Whether a failure stands in place of another one: of the nodes of a group or of the time between two regions only
/// one measure holds.
fn replaces(new: &Failure, old: &Failure) -> bool {
    match (new, old) {
        (Failure::Nodes { component: a, .. }, Failure::Nodes { component: b, .. }) => a == b,
        (Failure::Slow { between: a, .. }, Failure::Slow { between: b, .. }) => a == b,
        _ => false,
    }
}

/// The figure that tells most of how an element fares, while it is known.
#[must_use]
pub fn figure_of<'s>(state: &'s State, id: &Id) -> Option<&'s str> {
    state.consequences()?.figures.get(id).map(String::as_str)
}

impl State {
    /// What holds now: under the failures that are played, or while nothing has failed.
    #[must_use]
    pub fn outcome(&self) -> Option<&Arc<Outcome>> {
        let healthy = || self.analysis.as_ref().map(|analysis| &analysis.healthy);
        self.whatif.outcome().or_else(healthy)
    }

    /// What is told of an element that is not as it was; nothing while it is.
    #[must_use]
    pub fn told(&self, id: &Id) -> Rc<Told> {
        let (Some(analysis), Some(outcome)) = (&self.analysis, self.whatif.outcome()) else { return Rc::default() };
        self.whatif.lookup.element(outcome, id, || Told {
            own: reasons::own(self.shown(), self.whatif.failures(), id),
            reasons: reasons::of_element(self.shown(), &analysis.failure, &analysis.healthy, outcome, id),
        })
    }

    /// What it means that an element is not as it was, in one sentence.
    #[must_use]
    pub fn meaning(&self, id: &Id) -> Option<&'static str> {
        self.whatif.effects()?.mark(id)?.meaning
    }

    /// Why a capability at a place is as it is now.
    #[must_use]
    pub fn reason(&self, at: &(Capability, Place)) -> Option<Rc<Reason>> {
        let (analysis, outcome) = (self.analysis.as_ref()?, self.outcome()?);
        let find = || reasons::of_cell(self.shown(), &analysis.failure, outcome, at);
        self.whatif.lookup.cell(outcome, at, find)
    }

    /// The newest numbers under failures; they may be about an earlier state, see [`State::impact_is_current`].
    #[must_use]
    pub fn impact(&self) -> Option<&Arc<Impact>> {
        self.whatif.found.as_ref().map(|numbers| &numbers.of.impact)
    }

    /// Whether the numbers under failures are about what is shown and what has failed.
    #[must_use]
    pub fn impact_is_current(&self) -> bool {
        let numbers = self.whatif.found.as_ref();
        numbers.is_some_and(|n| n.serial == self.serial && n.failures == self.whatif.failures)
    }

    /// What follows from what has failed, and whether that is about the drawing shown and not about an earlier state of
    /// it; `None` until it is found out for these failures.
    #[must_use]
    pub fn newest_consequences(&self) -> Option<(&Arc<Consequences>, bool)> {
        let numbers = self.whatif.found.as_ref().filter(|numbers| numbers.failures == self.whatif.failures)?;
        Some((&numbers.of, numbers.serial == self.serial))
    }

    /// How long it takes until what failed is back, and the way back; `None` until that is found out.
    #[must_use]
    pub fn consequences(&self) -> Option<&Arc<Consequences>> {
        self.whatif.found.as_ref().filter(|_| self.impact_is_current()).map(|numbers| &numbers.of)
    }

    /// Lets just these have failed, as far as they are drawn, and finds out what holds then.
    pub(super) fn play(&mut self, failures: Failures) {
        self.whatif.play(failures);
        self.drop_missing_failures();
        self.evaluate_whatif();
    }

    /// Forgets failures that cannot happen in the document any more.
    pub(super) fn drop_missing_failures(&mut self) {
        self.whatif.drop_missing(self.doc.design());
    }

    /// Finds out again what holds, after something failed, was repaired or was analysed.
    pub(super) fn evaluate_whatif(&mut self) {
        let design = self.shown().clone();
        self.whatif.evaluate(self.analysis.as_deref(), &design);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(text: &str) -> Failure {
        text.parse().expect("a failure")
    }

    #[test]
    fn of_one_group_or_one_connection_only_the_last_measure_holds() {
        let mut whatif = WhatIf::default();
        for text in ["nodes:gw/1", "nodes:gw/2", "slow:a/b/50", "slow:a/b/200", "cut:a/b", "nodes:tm/1"] {
            whatif.fail(failure(text));
        }
        let left: Vec<String> = whatif.failures().iter().map(ToString::to_string).collect();
        assert_eq!(left.len(), 4);
        assert!(["nodes:gw/2", "slow:a/b/200"].iter().all(|text| left.contains(&(*text).to_owned())), "{left:?}");
    }
}
