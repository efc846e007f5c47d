//! Steps of a recovery: what waits for what, when each begins and which of them decide the end.

use crate::estimate::Derivation;

use super::span::Span;
use super::timers::Timed;

/// What is done in a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StepKind {
    /// Something notices the failure.
    Detect,
    /// People decide and begin.
    Decide,
    /// Users look a name up again.
    Dns,
    /// A database or a service goes on elsewhere.
    Promote,
    /// A node starts.
    Start,
    /// A client finds another server.
    Reconnect,
    /// Caches and connections fill.
    Warm,
}

/// A step with its place in time.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What kind of step it is.
    pub kind: StepKind,
    /// What happens, as a sentence without a full stop.
    pub what: String,
    /// When it begins, seconds after the failure; after the repair where the capability waits for one.
    pub start: Span,
    /// How long it takes, s.
    pub length: Span,
    /// Whether the end would come earlier if it were shorter.
    pub critical: bool,
    /// Steps that must be over first, by their place in the list.
    pub after: Vec<usize>,
    /// How its length was derived.
    pub source: Derivation,
    /// The same step of several capabilities has the same key.
    pub(super) key: String,
}

impl Step {
    /// When it is over, seconds after its beginning is counted from.
    #[must_use]
    pub fn end(&self) -> Span {
        self.start.then(self.length)
    }
}

/// Something to be done.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Work {
    pub key: String,
    pub kind: StepKind,
    pub what: String,
    pub timed: Timed,
}

/// Things to be done, and in which order.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Plan {
    Step(Box<Work>),
    /// One after the other.
    Row(Vec<Plan>),
    /// Side by side.
    Fan(Vec<Plan>),
}

impl Plan {
    pub fn step(key: String, kind: StepKind, what: String, timed: Timed) -> Self {
        Self::Step(Box::new(Work { key, kind, what, timed }))
    }

    /// How many steps it has, if nothing of it is shared.
    pub fn steps(&self) -> usize {
        match self {
            Self::Step(_) => 1,
            Self::Row(plans) | Self::Fan(plans) => plans.iter().map(Self::steps).sum(),
        }
    }

    /// How long it takes, if nothing of it is shared.
    pub fn length(&self) -> Span {
        match self {
            Self::Step(work) => work.timed.span,
            Self::Row(plans) => plans.iter().fold(Span::default(), |sum, plan| sum.then(plan.length())),
            Self::Fan(plans) => plans.iter().fold(Span::default(), |latest, plan| latest.latest(plan.length())),
        }
    }
}

/// A plan laid out in time: its steps in an order in which each comes after those it waits for, and its end.
pub(super) fn lay_out(plan: &Plan) -> (Vec<Step>, Span) {
    let mut steps = Vec::new();
    let last = place(plan, &[], &mut steps);
    let end = ends(&last, &steps);
    mark_critical(&last, &mut steps);
    (steps, end)
}

/// When the last of these steps is over.
fn ends(of: &[usize], steps: &[Step]) -> Span {
    of.iter().filter_map(|at| steps.get(*at)).fold(Span::default(), |latest, step| latest.latest(step.end()))
}

/// Lays a plan out behind these steps; answers with the steps at its end.
fn place(plan: &Plan, after: &[usize], steps: &mut Vec<Step>) -> Vec<usize> {
    match plan {
        Plan::Step(work) => {
            // The same thing is done once, for whatever waits for it.
            let known = steps.iter().position(|step| step.key == work.key && step.after == after);
            vec![known.unwrap_or_else(|| {
                steps.push(Step {
                    kind: work.kind,
                    what: work.what.clone(),
                    start: ends(after, steps),
                    length: work.timed.span,
                    critical: false,
                    after: after.to_vec(),
                    source: work.timed.source.clone(),
                    key: work.key.clone(),
                });
                steps.len() - 1
            })]
        }
        Plan::Row(plans) => plans.iter().fold(after.to_vec(), |after, plan| place(plan, &after, steps)),
        Plan::Fan(plans) => {
            let mut last: Vec<usize> = plans.iter().flat_map(|plan| place(plan, after, steps)).collect();
            last.sort_unstable();
            last.dedup();
            last
        }
    }
}

/// Marks the path that ends last, by expected values.
fn mark_critical(last: &[usize], steps: &mut [Step]) {
    let mut ends = last.to_vec();
    loop {
        let latest = ends.iter().copied().reduce(|a, b| {
            let end = |at: usize| steps.get(at).map_or(0.0, |step| step.end().likely_s);
            if end(b) > end(a) { b } else { a }
        });
        let Some(step) = latest.and_then(|at| steps.get_mut(at)) else { break };
        step.critical = true;
        ends.clone_from(&step.after);
    }
}
