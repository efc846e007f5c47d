//! The recoveries of one drawing, for one failure after the other.

use std::collections::BTreeMap;

use crate::books::Books;
use crate::design::{Capability, Component, Design, Id, Kind};
use crate::estimate::Estimates;
use crate::failure::model::{Model, Place};
use crate::failure::outcome::{CellOutcome, Outcome};
use crate::failure::state::State;

use super::course::Walk;
use super::moves::{Course, Moves};
use super::rpo::{Copies, Losses};
use super::span::Span;
use super::steps::{StepKind, lay_out};
use super::timers::Timers;
use super::{Event, Missed, Rto, Timeline, Track};

/// Works out recoveries of one drawing.
pub struct Planner<'a> {
    pub(super) design: &'a Design,
    estimates: &'a Estimates,
    pub(super) model: &'a Model,
    healthy: Outcome,
    pub(super) timers: Timers<'a>,
    homes: BTreeMap<&'a Id, &'a Id>,
    /// A regional balancer in front of each component.
    balancers: BTreeMap<&'a Id, &'a Id>,
    pub(super) copies: Copies<'a>,
}

impl<'a> Planner<'a> {
    /// Takes in what stays the same for all failures.
    #[must_use]
    pub fn new(design: &'a Design, books: &'a Books, estimates: &'a Estimates, model: &'a Model) -> Self {
        let homes = estimates.latency.iter().filter_map(|p| Some((&p.population, p.served_by.as_ref()?))).collect();
        let mut balancers = BTreeMap::new();
        for link in design.links.values() {
            if design.components.get(&link.from).is_some_and(|c| c.kind() == Kind::LoadBalancer) {
                balancers.entry(&link.to).or_insert(&link.from);
            }
        }
        Self {
            design,
            estimates,
            model,
            healthy: model.healthy(design),
            timers: Timers::of(design, books),
            homes,
            balancers,
            copies: Copies::of(design),
        }
    }

    /// What holds while nothing has failed.
    #[must_use]
    pub fn healthy(&self) -> &Outcome {
        &self.healthy
    }

    /// Everything that happens after the failures of an outcome.
    #[must_use]
    pub fn timeline(&self, outcome: &Outcome) -> Timeline {
        let cells = self.model.cells.keys();
        let tracks: Vec<Track> =
            cells.filter_map(|(capability, place)| self.track(outcome, *capability, place)).collect();
        let events = self.events(outcome, &tracks);
        Timeline { tracks, events }
    }

    /// The recovery of one capability at one place; `None` where it is not offered or nothing changes for it.
    #[must_use]
    pub fn track(&self, outcome: &Outcome, capability: Capability, place: &Place) -> Option<Track> {
        let cell = self.model.cells.get(&(capability, place.clone()))?;
        let now = outcome.cell(capability, place)?;
        let home = match place {
            Place::Region(id) => Some(id),
            Place::Population(id) => self.homes.get(id).copied(),
        };
        let mut walk = Walk::new(self, outcome, home, capability);
        let before = self.healthy.state(capability, place).unwrap_or(State::Down);
        // What lacks nothing but has nothing to do waits for what brings its work.
        let work = now.unmet.first().filter(|_| now.state == State::Idle && before.goes_on());
        let need = work.map_or(cell.usable, |unmet| unmet.need);
        let losses = self.losses(outcome);
        let track = |meanwhile, after, rto, steps, missed| {
            let rpo = losses.rpo(capability, home);
            let meanwhile = if work.is_some() { State::Idle } else { meanwhile };
            Track { capability, place: place.clone(), meanwhile, after, steps, rto, rpo, missed }
        };
        Some(match walk.course(need, false) {
            Course::Steady if now.state == before => return None,
            // It goes on, and something else has changed.
            Course::Steady if now.state.goes_on() => {
                track(now.state, now.state, Rto::GoesOn(self.why_on(now)), Vec::new(), Vec::new())
            }
            // Nothing it rests on is lost, but the numbers say that it does not work.
            Course::Steady => {
                let rto = Rto::UntilRepaired { waits_for: Vec::new(), then: Span::exactly(0.0) };
                track(now.state, now.state, rto, Vec::new(), Vec::new())
            }
            Course::Moves(moves) => self.moving(&moves, now, before, track),
            Course::Lost if before == State::Down => return None,
            Course::Lost => match walk.by_hand(need) {
                Some(moves) => self.moving(&moves, now, before, track),
                None => {
                    let waits_for = walk.waits_for(need);
                    let (steps, then) = walk.after_repair(&waits_for);
                    track(now.state, now.state, Rto::UntilRepaired { waits_for, then }, steps, Vec::new())
                }
            },
        })
    }

    fn moving(
        &self,
        moves: &Moves,
        now: &CellOutcome,
        before: State,
        track: impl FnOnce(State, State, Rto, Vec<super::Step>, Vec<Missed>) -> Track,
    ) -> Track {
        let (steps, end) = lay_out(&moves.plan);
        let missed = moves.hits.iter().map(|hit| {
            let step = steps.iter().filter(|step| step.key == hit.until);
            let latest = step.reduce(|a, b| if b.end().likely_s > a.end().likely_s { b } else { a });
            let (start_s, end_s) =
                latest.map_or((end.likely_s, end.likely_s), |s| (s.start.likely_s, s.end().likely_s));
            match hit.leaves_over_s {
                Some(ramp_s) => Missed { share: hit.share, until_s: start_s, ramp_s },
                None => Missed { share: hit.share, until_s: end_s, ramp_s: 0.0 },
            }
        });
        let missed: Vec<Missed> = missed.collect();
        let all = missed.iter().map(|missed| 1.0 - missed.share).product::<f64>() < 1e-9;
        let by_hand = steps.iter().any(|step| step.kind == StepKind::Decide);
        let rto = if by_hand { Rto::ByHand(end) } else { Rto::ByItself(end) };
        // What an orchestrator or people bring back stands as before; everything else as the model finds it.
        let after = if now.state.goes_on() { now.state } else { before };
        track(if all { State::Down } else { State::Degraded }, after, rto, steps, missed)
    }

    /// Why something goes on.
    fn why_on(&self, now: &CellOutcome) -> String {
        match now.unmet.first().and_then(|unmet| unmet.effect) {
            Some(effect) => effect.says.trim_end_matches('.').to_owned(),
            None => "nothing that it cannot do without is lost".to_owned(),
        }
    }

    pub(super) fn name(&self, id: &Id) -> String {
        match self.design.regions.get(id) {
            Some(region) => region.name.clone(),
            None => format!("“{}”", self.design.name_of(id)),
        }
    }

    pub(super) fn component(&self, id: &Id) -> Option<&'a Component> {
        self.design.components.get(id).map(|c| &**c)
    }

    pub(super) fn region_of(&self, id: &Id) -> Option<&'a Id> {
        self.component(id)?.region.as_ref()
    }

    /// A regional balancer in front of a component.
    pub(super) fn balancer_of(&self, id: &Id) -> Option<&'a Id> {
        self.balancers.get(id).copied()
    }

    /// What changes are lost with an outcome.
    pub(super) fn losses<'s>(&'s self, outcome: &'s Outcome) -> Losses<'s> {
        let Self { design, estimates, model, timers, copies, .. } = self;
        Losses { design, estimates, model, timers, copies, outcome }
    }

    fn events(&self, outcome: &Outcome, tracks: &[Track]) -> Vec<Event> {
        let failed: Vec<String> = outcome.failures.iter().map(|failure| failure.words(self.design)).collect();
        if failed.is_empty() {
            return Vec::new();
        }
        let verb = if failed.len() > 1 { "fail" } else { "fails" };
        let mut events =
            vec![Event { at: Span::exactly(0.0), what: format!("{} {verb}", failed.join(", ")), cells: Vec::new() }];
        let mut add = |at: Span, what: String, cell: (Capability, Place)| match events
            .iter_mut()
            .find(|event| event.what == what && event.at == at)
        {
            Some(event) => event.cells.push(cell),
            None => events.push(Event { at, what, cells: vec![cell] }),
        };
        for track in tracks {
            let cell = || (track.capability, track.place.clone());
            let (Rto::ByItself(end) | Rto::ByHand(end)) = track.rto else { continue };
            for step in &track.steps {
                add(step.end(), step.what.clone(), cell());
            }
            let place = self.design.name_of(track.place.id());
            add(end, format!("{place}: {} again, {}", track.capability.verb(), track.after.label()), cell());
        }
        events.sort_by(|a, b| a.at.likely_s.total_cmp(&b.at.likely_s));
        events
    }
}
