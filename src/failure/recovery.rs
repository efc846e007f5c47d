//! The way back: what is repaired and started in which order, what comes back with each step, and what stays wrong until
//! somebody does something about it.
//!
//! Each step is a state of affairs of the failure model, with fewer failures than the one before. What the model of
//! parts cannot know is remembered here (`memory`): gateways that missed changes while they ran, and traffic managers
//! that started without a control plane. No step has a time: none is published but those of reconnecting (F5, F6).

mod memory;
mod order;

use crate::design::{Capability, Design, Failure, Failures, Id};
use crate::topology::Topology;

use super::{Model, Outcome, Place, State};
use memory::{Memory, Seen};
use order::{Start, Task};

/// The steps from a failure back to normal.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Recovery {
    /// One after the other: the next one waits until everything in it is ready.
    pub steps: Vec<Step>,
}

/// One step of a recovery.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What is done, as the beginning of a sentence, such as `Start “Control plane” in Frankfurt`.
    pub what: String,
    /// The failure that the step repairs, or a part of it; `None` for what is done after everything is repaired.
    pub repairs: Option<Failure>,
    /// What it is done to.
    pub elements: Vec<Id>,
    /// Why now.
    pub why: String,
    /// The facts this rests on.
    pub facts: Vec<&'static str>,
    /// What comes back with it, in order of capability and place.
    pub returns: Vec<Return>,
    /// What catches up by itself from now on, one sentence each.
    pub resyncs: Vec<String>,
    /// What stays wrong or must still be done after this step, one sentence each.
    pub still: Vec<String>,
}

/// A capability that stands better than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Return {
    /// The capability.
    pub capability: Capability,
    /// Where.
    pub place: Place,
    /// How it stood.
    pub before: State,
    /// How it stands now.
    pub after: State,
}

/// The way back from these failures. `repaired` names failures in the order in which they are repaired, as somebody
/// wants to try it; those it does not name follow in the order that the product needs: networks, then databases, control
/// planes, key managers, traffic managers, gateways and balancers.
#[must_use]
pub fn recovery(design: &Design, model: &Model, failures: &Failures, repaired: &[Failure]) -> Recovery {
    let topology = Topology::of(design);
    let mut way = Way {
        design,
        topology: &topology,
        model,
        open: failures.clone(),
        waiting: Vec::new(),
        memory: Memory::default(),
        steps: Vec::new(),
    };
    let (outcome, left) = way.look();
    let seen = Seen::of(&topology, &Topology::of(&left), &outcome);
    way.memory.pass(None, &seen, design);
    let mut before = way.with_memory(outcome, &seen);
    let mut last = seen;
    for task in order::tasks(design, &topology, model, failures, repaired) {
        (before, last) = way.perform(task, &before, &last);
    }
    way.by_hand(&before, &last);
    Recovery { steps: way.steps }
}

/// A recovery under way.
struct Way<'s, 'a> {
    design: &'a Design,
    topology: &'s Topology<'a>,
    model: &'s Model,
    /// What has not been repaired.
    open: Failures,
    /// Gateways that were started and wait for a control plane.
    waiting: Vec<(Start, Failure)>,
    memory: Memory,
    steps: Vec<Step>,
}

impl Way<'_, '_> {
    fn look(&self) -> (Outcome, Design) {
        let outcome = self.model.outcome(self.design, &self.open);
        let left = super::impact::left::left(self.design, self.model, &outcome);
        (outcome, left)
    }

    /// The outcome with what gateways have missed.
    fn with_memory(&self, mut outcome: Outcome, seen: &Seen) -> Outcome {
        for (capability, region) in self.memory.stale(seen) {
            if let Some(cell) = outcome.cells.get_mut(&(capability, Place::Region(region)))
                && cell.state > State::Stale
            {
                cell.state = State::Stale;
            }
        }
        outcome
    }

    fn perform(&mut self, task: Task, before: &Outcome, last: &Seen) -> (Outcome, Seen) {
        for failure in &task.replaces {
            self.open.remove(failure);
        }
        self.open.extend(task.leaves.iter().cloned());
        let mut still = Vec::new();
        let mut resyncs = Vec::new();
        for start in &task.starts {
            if start.needs_control_plane && !self.can_start(start) {
                still.push(start.waits(self.design));
                self.open.insert(start.failure.clone());
                self.waiting.push((start.clone(), start.failure.clone()));
            }
        }
        // Whoever waited for a control plane starts once one is there.
        for (start, failure) in std::mem::take(&mut self.waiting) {
            let just_now = task.starts.iter().any(|now| now.component == start.component);
            if !just_now && self.can_start(&start) {
                self.open.remove(&failure);
                resyncs.push(start.no_longer_waits(self.design));
            } else {
                if !just_now {
                    still.push(start.waits(self.design));
                }
                self.waiting.push((start, failure));
            }
        }
        let (outcome, left) = self.look();
        let seen = Seen::of(self.topology, &Topology::of(&left), &outcome);
        resyncs.extend(self.memory.pass(Some(last), &seen, self.design));
        for start in &task.starts {
            still.extend(self.memory.started(start, self.topology, &seen, self.design));
        }
        still.extend(self.memory.due(self.design, &seen));
        let after = self.with_memory(outcome, &seen);
        let Task { what, repairs, elements, why, facts, .. } = task;
        let returns = returns(before, &after);
        self.steps.push(Step { what, repairs, elements, why, facts, returns, resyncs, still });
        (after, seen)
    }

    /// Whether a gateway of the region could start, were the failures that are left all there is.
    fn can_start(&self, start: &Start) -> bool {
        let Some(region) = &start.region else { return true };
        let without: Failures = self.open.iter().filter(|open| **open != start.failure).cloned().collect();
        let outcome = self.model.outcome(self.design, &without);
        outcome.state(Capability::GatewayStart, &Place::Region(region.clone())).is_none_or(State::goes_on)
    }

    /// What must be done once everything is repaired.
    fn by_hand(&mut self, before: &Outcome, seen: &Seen) {
        let mut before = before.clone();
        for (what, elements, why, facts) in self.memory.restart(self.design, seen) {
            let after = self.with_memory(self.model.outcome(self.design, &self.open), seen);
            let returns = returns(&before, &after);
            let still = self.memory.due(self.design, seen);
            self.steps.push(Step { what, repairs: None, elements, why, facts, returns, resyncs: Vec::new(), still });
            before = after;
        }
    }
}

/// What stands better after than before.
fn returns(before: &Outcome, after: &Outcome) -> Vec<Return> {
    let better = after.cells.iter().filter_map(|((capability, place), cell)| {
        let was = before.state(*capability, place)?;
        let (capability, place) = (*capability, place.clone());
        (cell.state > was).then_some(Return { capability, place, before: was, after: cell.state })
    });
    better.collect()
}

#[cfg(test)]
mod tests;
