//! How long until a capability is back after a failure (RTO), and what changes may be lost with it (RPO).
//!
//! The model says what holds once everything that goes over by itself has gone over. The time until then follows from
//! the same tree of needs (`course`): where one of several ways is lost and another holds, whoever chooses between
//! them needs time to notice (`timers`); what a capability needs together is waited for side by side; and the longest
//! path decides (`steps`). What does not hold waits for the repair. No source publishes a recovery time of the product
//! (F1, H21), so every length is a setting of the drawing, a row of the book of failovers or an assumption.

mod course;
mod moves;
mod planner;
mod rpo;
mod span;
mod steps;
#[cfg(test)]
mod tests;
mod timers;

use std::collections::BTreeMap;

use crate::books::Books;
use crate::design::failure::every;
use crate::design::{Capability, Design, Failure, Id, Kind};
use crate::estimate::{Derivation, Estimates};

use super::model::{Model, Place};
use super::outcome::Outcome;
use super::part::PartOf;
use super::state::State;

pub use planner::Planner;
pub use span::{Span, time_words};
pub use steps::{Step, StepKind};
pub use timers::{Timed, Timers};

/// When a capability is back.
#[derive(Debug, Clone, PartialEq)]
pub enum Rto {
    /// It is never interrupted; says why.
    GoesOn(String),
    /// It is back by itself after this time.
    ByItself(Span),
    /// It is back after this time if people act.
    ByHand(Span),
    /// It is back only when something is repaired, however long that takes.
    UntilRepaired {
        /// What must be repaired, any one of ways that would do.
        waits_for: Vec<PartOf>,
        /// What it takes from then on.
        then: Span,
    },
}

impl Rto {
    /// The time until it is back, s; `None` where that depends on a repair.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        match self {
            Self::GoesOn(_) => Some(Span::exactly(0.0)),
            Self::ByItself(span) | Self::ByHand(span) => Some(*span),
            Self::UntilRepaired { .. } => None,
        }
    }

    /// As a sentence without a full stop.
    #[must_use]
    pub fn words(&self, design: &Design) -> String {
        match self {
            Self::GoesOn(why) => format!("goes on: {why}"),
            Self::ByItself(span) => format!("back by itself after {span}"),
            Self::ByHand(span) => format!("back after {span} if people act"),
            Self::UntilRepaired { waits_for, then } => {
                let mut parts: Vec<String> = waits_for.iter().take(3).map(|part| part.words(design)).collect();
                if waits_for.len() > parts.len() {
                    parts.push(format!("{} more", waits_for.len() - parts.len()));
                }
                let parts = if parts.is_empty() { "what failed".to_owned() } else { parts.join(", ") };
                let verb = if waits_for.len() > 1 { "are" } else { "is" };
                let then = if then.likely_s > 0.5 { format!(", and {then} more") } else { String::new() };
                format!("until {parts} {verb} repaired{then}")
            }
        }
    }
}

/// What changes may be lost.
#[derive(Debug, Clone, PartialEq)]
pub enum Rpo {
    /// None; says why.
    Nothing(String),
    /// Those of this time before the failure.
    UpTo {
        /// The time.
        span: Span,
        /// Why, as a sentence without a full stop.
        why: String,
        /// How it was derived.
        source: Derivation,
        /// How many that are, where the rate is known, as a sentence without a full stop.
        count: Option<String>,
    },
}

impl Rpo {
    /// The time of changes that may be lost, s.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::Nothing(_) => Span::exactly(0.0),
            Self::UpTo { span, .. } => *span,
        }
    }
}

/// Part of the work that fails for a while.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Missed {
    /// Share of the work, 0 to 1.
    share: f64,
    /// Until when all of it fails, expected, s.
    until_s: f64,
    /// How long it then takes until none fails, evenly, s.
    ramp_s: f64,
}

impl Missed {
    fn served(&self, t_s: f64) -> f64 {
        let back = if t_s < self.until_s {
            0.0
        } else if self.ramp_s > 0.0 {
            ((t_s - self.until_s) / self.ramp_s).min(1.0)
        } else {
            1.0
        };
        1.0 - self.share * (1.0 - back)
    }
}

/// The recovery of one capability at one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Track {
    /// The capability.
    pub capability: Capability,
    /// Where.
    pub place: Place,
    /// How it stands until it is back.
    pub meanwhile: State,
    /// How it stands then; of what waits for a repair, how it stands until that.
    pub after: State,
    /// The steps until it is back, each after those it waits for; of what waits for a repair, the steps from then on.
    pub steps: Vec<Step>,
    /// When it is back.
    pub rto: Rto,
    /// What changes may be lost.
    pub rpo: Rpo,
    missed: Vec<Missed>,
}

impl Track {
    /// Share of the work that is done at a time after the failure (expected values), 0 to 1. Users leave a name that
    /// leads to what is lost evenly over its time to live: max(0, 1 − t / TTL) are still there.
    #[must_use]
    pub fn share_served(&self, t_s: f64) -> f64 {
        if t_s < 0.0 {
            return 1.0;
        }
        match self.rto {
            Rto::GoesOn(_) => 1.0,
            Rto::UntilRepaired { .. } => 0.0,
            Rto::ByItself(_) | Rto::ByHand(_) => self.missed.iter().map(|missed| missed.served(t_s)).product(),
        }
    }

    /// The state at a time after the failure (expected values).
    #[must_use]
    pub fn state_at(&self, t_s: f64) -> State {
        match &self.rto {
            Rto::ByItself(span) | Rto::ByHand(span) if t_s < span.likely_s => self.meanwhile,
            _ => self.after,
        }
    }

    /// Seconds of full outage that weigh as much as what is missed: the integral of the share that is not served.
    /// `None` where it depends on a repair.
    #[must_use]
    pub fn missed_s(&self) -> Option<f64> {
        if matches!(self.rto, Rto::UntilRepaired { .. }) {
            return None;
        }
        let mut times: Vec<f64> = std::iter::once(0.0)
            .chain(self.missed.iter().flat_map(|missed| [missed.until_s, missed.until_s + missed.ramp_s]))
            .collect();
        times.sort_by(f64::total_cmp);
        // Between two of these times the share is a polynomial, which Gauss' rule of three points integrates exactly
        // up to degree five; five parts of the work that ramp at the same time are more than any drawing has.
        let lost = |t_s: f64| 1.0 - self.share_served(t_s);
        let sum = times.windows(2).map(|pair| match pair {
            [from, to] => {
                let (middle, half) = ((from + to) / 2.0, (to - from) / 2.0);
                let off = half * 0.6_f64.sqrt();
                half * (5.0 * lost(middle - off) + 8.0 * lost(middle) + 5.0 * lost(middle + off)) / 9.0
            }
            _ => 0.0,
        });
        Some(sum.sum())
    }
}

/// Something that happens during a recovery.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// When, seconds after the failure.
    pub at: Span,
    /// What, as a sentence without a full stop.
    pub what: String,
    /// Whom it is about; empty at the failure itself.
    pub cells: Vec<(Capability, Place)>,
}

/// What happens after a failure, by capability and place.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Timeline {
    /// Every capability at every place that is interrupted or stands otherwise than before, in order.
    pub tracks: Vec<Track>,
    /// What happens, in order of time.
    pub events: Vec<Event>,
}

impl Timeline {
    /// The recovery of a capability at a place; `None` where nothing changes for it.
    #[must_use]
    pub fn track(&self, capability: Capability, place: &Place) -> Option<&Track> {
        let key = |track: &Track| (track.capability, &track.place).cmp(&(capability, place));
        self.tracks.binary_search_by(key).ok().and_then(|at| self.tracks.get(at))
    }

    /// How everything that changes stands at a time after the failure, s.
    #[must_use]
    pub fn at(&self, t_s: f64) -> BTreeMap<(Capability, Place), State> {
        self.tracks.iter().map(|track| ((track.capability, track.place.clone()), track.state_at(t_s))).collect()
    }

    /// When the last event is over at the latest, s: the length of the axis.
    #[must_use]
    pub fn end_s(&self) -> f64 {
        self.events.iter().map(|event| event.at.high_s).fold(0.0, f64::max)
    }
}

/// What happens after the failures of an outcome.
#[must_use]
pub fn timeline(design: &Design, books: &Books, estimates: &Estimates, model: &Model, outcome: &Outcome) -> Timeline {
    Planner::new(design, books, estimates, model).timeline(outcome)
}

/// Every failure of one thing that a design is held against: each region, connection between two regions, zone and
/// component, and one node of each group. Users do not fail, and global balancers are services of many sites whose own
/// loss belongs to the availability.
#[must_use]
pub fn single_failures(design: &Design) -> Vec<Failure> {
    let is_held = |id: &Id| {
        let kind = design.components.get(id).map(|c| c.kind());
        !matches!(kind, Some(Kind::Users | Kind::GlobalLoadBalancer))
    };
    let mut all = every(design);
    all.retain(|failure| match failure {
        Failure::Component(id) | Failure::Nodes { component: id, .. } => is_held(id),
        Failure::Link(_) => false,
        _ => true,
    });
    all
}
