//! Everything that is known of one what-if: how it stands, in numbers and over time.

use crate::books::Books;
use crate::design::{Capability, Design, Failures};
use crate::estimate::Estimates;

use super::model::{Model, Place};
use super::outcome::Outcome;
use super::timeline::{Timeline, timeline};
use super::{Impact, impact, rules};

/// What holds while something has failed.
#[derive(Debug, Clone, PartialEq)]
pub struct WhatIf {
    /// How everything stands while nothing has failed.
    pub healthy: Outcome,
    /// How everything stands now, by the parts that are down and by the numbers.
    pub outcome: Outcome,
    /// The numbers.
    pub impact: Impact,
    /// How long it takes.
    pub timeline: Timeline,
}

impl WhatIf {
    /// What these failures mean. `estimates` are those of the healthy design.
    #[must_use]
    pub fn of(design: &Design, books: &Books, estimates: &Estimates, model: &Model, failures: &Failures) -> Self {
        let mut outcome = model.outcome(design, failures);
        let impact = impact(design, books, model, &outcome, estimates);
        let timeline = timeline(design, books, estimates, model, &outcome);
        impact.refine(&mut outcome);
        Self { healthy: model.healthy(design), outcome, impact, timeline }
    }

    /// Regions, then populations, at which anything is offered.
    #[must_use]
    pub fn places(&self) -> Vec<&Place> {
        let mut places: Vec<&Place> = self.outcome.cells.keys().map(|(_, place)| place).collect();
        places.sort();
        places.dedup();
        places
    }

    /// Whether a capability stands otherwise at a place than while nothing has failed.
    #[must_use]
    pub fn changed(&self, capability: Capability, place: &Place) -> bool {
        self.outcome.state(capability, place) != self.healthy.state(capability, place)
    }

    /// What a state means, as sentences, worst first; of what works nothing.
    #[must_use]
    pub fn means(&self, capability: Capability, place: &Place) -> Vec<&str> {
        let Some(cell) = self.outcome.cell(capability, place) else { return Vec::new() };
        let down = rules::of(capability).map_or("", |rule| rule.down);
        let mut says: Vec<&str> = cell.unmet.iter().map(|unmet| unmet.effect.map_or(down, |e| e.says)).collect();
        if let Some((_, why)) = self.impact.worse.get(&(capability, place.clone())) {
            says.insert(0, why);
        }
        says
    }
}
