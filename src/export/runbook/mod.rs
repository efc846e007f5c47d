//! The runbook: in which order everything is started, what must be up before something is started again, what each loss
//! means, and the way back.
//!
//! Nothing in it is written for one design. The order comes from the plan; what a loss means, how long it takes and
//! what has to be done from the failure model (`scenario`), each with the facts it rests on and whether a source states
//! it; what to look at while something starts from the facts themselves.

mod json;
mod restarts;
mod scenario;
mod start;
mod text;

use crate::design::{Design, Failure, Kind};
use crate::failure::timeline::single_failures;
use crate::topology::Topology;

use super::Source;
use super::bundle::{Bundle, ExportFile, FilePath, Syntax};
use super::document;
use super::planner::to_json;
use restarts::Restart;
use scenario::Scenario;
use start::Check;

/// Most losses that are told in full: each costs an estimate of the whole design.
const MOST_SCENARIOS: usize = 30;

/// Everything that a runbook tells.
struct Runbook<'a> {
    source: &'a Source<'a>,
    /// What shows that a node has started.
    checks: Vec<Check<'a>>,
    /// What cannot be started while something else is down.
    restarts: Vec<Restart>,
    /// How many of these were left out.
    restarts_left_out: usize,
    /// What losses mean.
    scenarios: Vec<Scenario>,
    /// Losses that were left out.
    left_out: Vec<Failure>,
}

impl<'a> Runbook<'a> {
    fn of(source: &'a Source<'a>) -> Self {
        let mut told = losses(source.design);
        let left_out = told.split_off(told.len().min(MOST_SCENARIOS));
        let (restarts, restarts_left_out) = restarts::restarts(source);
        Self {
            source,
            checks: start::checks(&source.plan),
            restarts,
            restarts_left_out,
            scenarios: told.into_iter().map(|failure| Scenario::of(source, failure)).collect(),
            left_out,
        }
    }
}

/// What is told: the loss of each region in the order of a first start, each connection between regions, each group
/// with a control plane and each database.
fn losses(design: &Design) -> Vec<Failure> {
    let topology = Topology::of(design);
    let rank = |failure: &Failure| match failure {
        Failure::Region(id) => Some((0, topology.start_rank(id))),
        Failure::Cut(_) => Some((1, 0)),
        Failure::Component(id) => match design.components.get(id).map(|component| component.kind()) {
            Some(kind) if kind.has_control_plane() => Some((2, 0)),
            Some(Kind::Database) => Some((3, 0)),
            _ => None,
        },
        _ => None,
    };
    let mut told: Vec<(_, Failure)> =
        single_failures(design).into_iter().filter_map(|failure| Some((rank(&failure)?, failure))).collect();
    told.sort();
    told.into_iter().map(|(_, failure)| failure).collect()
}

/// The files `runbook.md` and `runbook.json`.
#[must_use]
pub fn bundle(source: &Source<'_>) -> Bundle {
    let runbook = Runbook::of(source);
    let mut bundle = Bundle::default();
    let words = document::markdown(&text::document(&runbook));
    bundle.add(FilePath::of(["runbook.md"]), ExportFile::text(Syntax::Markdown, words));
    let machine = to_json(&json::file(&runbook));
    bundle.add(FilePath::of(["runbook.json"]), ExportFile::text(Syntax::Json, machine));
    if !runbook.left_out.is_empty() {
        bundle.remarks.push(text::left_out(&runbook));
    }
    bundle
}
