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

use std::collections::BTreeMap;

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
        let (told, left_out) = losses(source.design, MOST_SCENARIOS);
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

/// What is told of, in the order in which it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Loss {
    /// A region.
    Region,
    /// The network between two regions.
    Cut,
    /// A group with a control plane.
    ControlPlane,
    /// A database.
    Database,
}

impl Loss {
    /// Of what kind a failure is; `None` for one that is not told.
    fn of(failure: &Failure, design: &Design) -> Option<Self> {
        match failure {
            Failure::Region(_) => Some(Self::Region),
            Failure::Cut(_) => Some(Self::Cut),
            Failure::Component(id) => match design.components.get(id)?.kind() {
                kind if kind.has_control_plane() => Some(Self::ControlPlane),
                Kind::Database => Some(Self::Database),
                _ => None,
            },
            _ => None,
        }
    }

    /// When the `n`th of a kind has its turn where not all can be told. There are as many cuts as pairs of regions, so
    /// they have every other turn only.
    fn turn(self, n: usize) -> usize {
        if self == Self::Cut { 2 * n + 1 } else { n }
    }
}

/// The losses that are told, at most so many, and those left out: each region in the order of a first start, each cut
/// between regions, each group with a control plane and each database. The kinds take turns, so that however many
/// there are of one, it never displaces another.
fn losses(design: &Design, most: usize) -> (Vec<Failure>, Vec<Failure>) {
    let topology = Topology::of(design);
    let mut kinds: BTreeMap<Loss, Vec<Failure>> = BTreeMap::new();
    for failure in single_failures(design) {
        if let Some(kind) = Loss::of(&failure, design) {
            kinds.entry(kind).or_default().push(failure);
        }
    }
    let mut told: Vec<(usize, Loss, Failure)> = Vec::new();
    for (kind, mut of) in kinds {
        of.sort();
        if kind == Loss::Region {
            of.sort_by_key(|failure| if let Failure::Region(id) = failure { topology.start_rank(id) } else { 0 });
        }
        told.extend(of.into_iter().enumerate().map(|(n, failure)| (kind.turn(n), kind, failure)));
    }
    told.sort_by_key(|(turn, kind, _)| (*turn, *kind));
    let left_out = told.split_off(told.len().min(most));
    let in_order = |mut of: Vec<(usize, Loss, Failure)>| {
        of.sort_by_key(|(turn, kind, _)| (*kind, *turn));
        of.into_iter().map(|(_, _, failure)| failure).collect()
    };
    (in_order(told), in_order(left_out))
}

/// The files `runbook.md` and `runbook.json`.
#[must_use]
pub fn bundle(source: &Source<'_>) -> Bundle {
    let runbook = Runbook::of(source);
    let mut bundle = Bundle::default();
    bundle.add(FilePath::of(["runbook.md"]), document::markdown(&text::document(&runbook)));
    let machine = ExportFile::text(Syntax::Json, to_json(&json::file(&runbook)));
    bundle.add(FilePath::of(["runbook.json"]), machine);
    if !runbook.left_out.is_empty() {
        bundle.remarks.push(text::left_out(&runbook));
    }
    bundle
}
