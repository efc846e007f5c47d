//! The runbook for programs: format `meridian-runbook/1`. Later programs may add fields: ignore what you do not know.

use serde::Serialize;

use crate::export::planner::StartStep;
use crate::failure::timeline::{Rto, Span};
use crate::failure::{Basis, State};

use super::Runbook;
use super::restarts::Restart;
use super::scenario::Scenario;

/// The whole file.
#[derive(Serialize)]
pub(super) struct RunbookFile<'a> {
    /// Name and version of the format.
    format: &'static str,
    /// Name of the design.
    design: &'a str,
    /// The product version it targets.
    product_version: String,
    /// Everything in the order in which it is started for the first time.
    start_order: &'a [StartStep],
    /// What each node answers once it has started.
    checks: Vec<CheckLine<'a>>,
    /// What cannot be started while something else is down.
    restarts: Vec<RestartLine<'a>>,
    /// What losses mean.
    losses: Vec<Loss<'a>>,
    /// Losses that were left out, as they are given to `--fail`.
    left_out: Vec<String>,
}

#[derive(Serialize)]
struct CheckLine<'a> {
    node: &'a str,
    address: &'a str,
    fact: &'static str,
}

#[derive(Serialize)]
struct RestartLine<'a> {
    /// Id of the capability, `gwstart` or `tmstart`.
    capability: &'static str,
    /// What is down, as it is given to `--fail`.
    failure: String,
    /// Ids of the regions concerned.
    regions: Vec<String>,
    why: &'a [Vec<String>],
    means: &'static str,
    basis: Basis,
    facts: &'a [&'static str],
}

#[derive(Serialize)]
struct Loss<'a> {
    /// What is lost, as it is given to `--fail`.
    failure: String,
    title: String,
    /// Every capability at every place that stands otherwise than before.
    states: Vec<StateLine<'a>>,
    /// When what is interrupted is back.
    back: Vec<Back>,
    /// What happens, in order of time.
    events: Vec<EventLine<'a>>,
    /// The way back, in order.
    recovery: Vec<RecoveryStep<'a>>,
    lost: Vec<&'static str>,
    resync: Vec<&'static str>,
    by_hand: Vec<&'static str>,
}

#[derive(Serialize)]
struct StateLine<'a> {
    capability: &'static str,
    place: String,
    state: State,
    healthy: State,
    basis: Basis,
    facts: &'a [&'static str],
    says: Vec<&'a str>,
    why: Vec<Vec<String>>,
}

#[derive(Serialize)]
struct Back {
    capability: &'static str,
    place: String,
    /// `null` where it depends on a repair.
    rto_s: Option<Span>,
    rto: String,
    rpo_s: Span,
}

#[derive(Serialize)]
struct EventLine<'a> {
    at: Span,
    what: &'a str,
}

#[derive(Serialize)]
struct RecoveryStep<'a> {
    what: &'a str,
    /// Ids of what it is done to.
    elements: Vec<String>,
    why: &'a str,
    facts: &'a [&'static str],
    returns: Vec<Returned>,
    resyncs: &'a [String],
    still: &'a [String],
}

#[derive(Serialize)]
struct Returned {
    capability: &'static str,
    place: String,
    before: State,
    after: State,
}

pub(super) fn file<'a>(runbook: &'a Runbook<'_>) -> RunbookFile<'a> {
    let meta = &runbook.source.design.meta;
    let check = |check: &'a super::Check<'_>| CheckLine { node: &check.node.id, address: &check.address, fact: "F7" };
    RunbookFile {
        format: "meridian-runbook/1",
        design: &meta.name,
        product_version: meta.product_version.to_string(),
        start_order: &runbook.source.plan.start_order,
        checks: runbook.checks.iter().map(check).collect(),
        restarts: runbook.restarts.iter().map(restart).collect(),
        losses: runbook.scenarios.iter().map(|scenario| loss(runbook, scenario)).collect(),
        left_out: runbook.left_out.iter().map(ToString::to_string).collect(),
    }
}

fn restart(restart: &Restart) -> RestartLine<'_> {
    RestartLine {
        capability: restart.capability.id(),
        failure: restart.failure.to_string(),
        regions: restart.regions.iter().map(ToString::to_string).collect(),
        why: &restart.why,
        means: restart.means,
        basis: restart.basis,
        facts: &restart.facts,
    }
}

fn loss<'a>(runbook: &Runbook<'_>, scenario: &'a Scenario) -> Loss<'a> {
    let (design, whatif) = (runbook.source.design, &scenario.whatif);
    let aftermath = whatif.outcome.aftermath();
    let back = whatif.timeline.tracks.iter().map(|track| Back {
        capability: track.capability.id(),
        place: track.place.id().to_string(),
        rto_s: Rto::span(&track.rto),
        rto: track.rto.words(design),
        rpo_s: track.rpo.span(),
    });
    let recovery = scenario.recovery.steps.iter().map(|step| RecoveryStep {
        what: &step.what,
        elements: step.elements.iter().map(ToString::to_string).collect(),
        why: &step.why,
        facts: &step.facts,
        returns: step
            .returns
            .iter()
            .map(|r| Returned {
                capability: r.capability.id(),
                place: r.place.id().to_string(),
                before: r.before,
                after: r.after,
            })
            .collect(),
        resyncs: &step.resyncs,
        still: &step.still,
    });
    Loss {
        failure: scenario.failure.to_string(),
        title: scenario.title(design),
        states: states(runbook, scenario),
        back: back.collect(),
        events: whatif.timeline.events.iter().map(|event| EventLine { at: event.at, what: &event.what }).collect(),
        recovery: recovery.collect(),
        lost: aftermath.lost,
        resync: aftermath.resync,
        by_hand: aftermath.by_hand,
    }
}

fn states<'a>(runbook: &Runbook<'_>, scenario: &'a Scenario) -> Vec<StateLine<'a>> {
    let (design, model, whatif) = (runbook.source.design, &runbook.source.analysis.failure, &scenario.whatif);
    let changed = whatif.outcome.cells.iter().filter(|((capability, place), _)| whatif.changed(*capability, place));
    let line = |((capability, place), cell): (&(_, crate::failure::Place), &'a crate::failure::CellOutcome)| {
        let why = cell.unmet.iter().flat_map(|unmet| model.why(design, unmet, &whatif.outcome));
        StateLine {
            capability: crate::design::Capability::id(*capability),
            place: place.id().to_string(),
            state: cell.state,
            healthy: whatif.healthy.state(*capability, place).unwrap_or(cell.state),
            basis: cell.basis,
            facts: &cell.facts,
            says: whatif.means(*capability, place),
            why: why.collect(),
        }
    };
    changed.map(line).collect()
}
