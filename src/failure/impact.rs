//! What a failure does to those who call: which region serves each population then, how long calls take, how far the
//! groups that are left are used, and which share of the calls is not answered.
//!
//! There is no second model behind this. The drawing is taken as it is under the failures (`left`) and estimated with the
//! same router, queues and round trips as the healthy one, once everybody has moved; what is lost on the way there
//! belongs to the time line. A global balancer probes gateways, so it sends nobody to a region whose gateways are gone,
//! but goes on sending calls to gateways that run and reach no backend: those are errors, as is what a group cannot
//! carry. [`Failure::Slow`] adds to every round trip between what stands in the two regions, drawn as a link or not; ways
//! of users lead over the internet and stay as they are.
//!
//! [`Failure::Slow`]: crate::design::Failure::Slow

pub(super) mod left;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::books::Books;
use crate::design::{Capability, Component, Design, Id, Kind};
use crate::estimate::{self, Arriving, Estimates, GroupCapacity, Measure, Operation, grouped};
use crate::topology::Topology;

use super::part::place;
use super::{Basis, Model, Outcome, Place, State};

/// The numbers of a state of affairs, beside those of the healthy deployment.
#[derive(Debug, Clone, PartialEq)]
pub struct Impact {
    /// Every population, in order of id.
    pub populations: Vec<PopulationImpact>,
    /// Every group of the product, in the order of [`Estimates::capacity`].
    pub groups: Vec<GroupImpact>,
    /// Everything that is estimated under the failures, with its derivation; the bill is empty, as what has failed is paid
    /// for all the same.
    pub estimates: Estimates,
    /// Where numbers say that a capability stands worse than the model of parts can know, with the state they lead to
    /// and the numbers in a sentence.
    pub worse: BTreeMap<(Capability, Place), (State, String)>,
}

/// How one population fares.
#[derive(Debug, Clone, PartialEq)]
pub struct PopulationImpact {
    /// The population.
    pub population: Id,
    /// Which regions serve it while nothing has failed.
    pub before: Vec<Served>,
    /// Which regions serve it once everybody has moved.
    pub after: Vec<Served>,
    /// 95th percentile of its API calls while nothing has failed, ms.
    pub p95_ms_before: Option<f64>,
    /// The same once everybody has moved; `None` when its calls are not served or more come than can be carried.
    pub p95_ms_after: Option<f64>,
    /// 95th percentile of getting a token while nothing has failed, ms.
    pub token_p95_ms_before: Option<f64>,
    /// The same once everybody has moved; `None` when it gets none.
    pub token_p95_ms_after: Option<f64>,
    /// Share of its calls that is not answered while nothing has failed, percent: of a group that is too small anyway.
    pub error_pct_before: f64,
    /// Share of its calls that is not answered once everybody has moved, percent.
    pub error_pct: f64,
    /// Why, one sentence each; empty when all are answered.
    pub errors: Vec<String>,
}

/// A share of a population's calls.
#[derive(Debug, Clone, PartialEq)]
pub struct Served {
    /// The region where they arrive; `None` for gateways that stand in no region.
    pub region: Option<Id>,
    /// Share of the calls, 0 to 1.
    pub share: f64,
}

/// How far one group is used.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupImpact {
    /// The group.
    pub component: Id,
    /// What its use is measured by.
    pub measure: Measure,
    /// Use at peak while nothing has failed, percent.
    pub use_pct_before: Option<f64>,
    /// Use at peak under the failures, percent; `None` when the group is lost.
    pub use_pct_after: Option<f64>,
    /// What it is asked and what it can, when that is too much.
    pub over: Option<String>,
}

/// Least growth of a percentile that degrades a population without a target, as a share of what it was.
pub const SLOWER_SHARE: f64 = 0.2;
/// Least growth of a percentile that degrades a population without a target, ms. Both must be exceeded: a fifth of a
/// few milliseconds is nothing anybody notices, and neither are 20 ms of a second.
pub const SLOWER_MS: f64 = 20.0;
/// Least share of unanswered calls that counts, percent; less is rounding.
const TRACE_PCT: f64 = 1e-6;

/// What the failures of an outcome do to populations and groups. `before` is what is estimated while nothing has failed.
#[must_use]
pub fn impact(design: &Design, books: &Books, model: &Model, outcome: &Outcome, before: &Estimates) -> Impact {
    let left = left::left(design, model, outcome);
    let topologies = [Topology::of(design), Topology::of(&left)];
    let [drawn, left] = &topologies;
    let after = if outcome.failures.is_empty() {
        before.clone()
    } else {
        estimate::estimate_under_loss(left, drawn, &left::slower(&outcome.failures), books)
    };
    let now = Now { topology: left, estimates: &after, arriving: estimate::arriving(left, books) };
    let then = Now { topology: drawn, estimates: before, arriving: estimate::arriving(drawn, books) };
    let populations: Vec<_> = drawn.of_kind(Kind::Users).map(|node| population(node.id, drawn, &then, &now)).collect();
    let groups = groups(design, before, &after);
    let mut worse = BTreeMap::new();
    if !outcome.failures.is_empty() {
        unanswered(&populations, &mut worse);
        slowed(design, &populations, [before, &after], &mut worse);
        overloaded(design, &groups, &mut worse);
    }
    Impact { populations, groups, estimates: after, worse }
}

impl Impact {
    /// Puts what the numbers say into an outcome. No state gets better by it.
    pub fn refine(&self, outcome: &mut Outcome) {
        for (key, (state, _)) in &self.worse {
            let rule = super::rules::of(key.0);
            if let Some(cell) = outcome.cells.get_mut(key)
                && *state < cell.state
            {
                cell.state = *state;
                cell.basis = Basis::Inferred;
                cell.facts = rule.map(|rule| rule.facts.to_vec()).unwrap_or_default();
            }
        }
    }
}

/// One state of affairs.
struct Now<'s, 'a> {
    topology: &'s Topology<'a>,
    estimates: &'s Estimates,
    arriving: BTreeMap<Id, Arc<[Arriving]>>,
}

impl Now<'_, '_> {
    fn arriving(&self, population: &Id) -> &[Arriving] {
        self.arriving.get(population).map_or(&[], |list| list)
    }

    fn served(&self, population: &Id) -> Vec<Served> {
        let mut shares: BTreeMap<Option<&Id>, f64> = BTreeMap::new();
        for Arriving { group, share } in self.arriving(population) {
            let region = self.topology.design.components.get(group).and_then(|c| c.region.as_ref());
            *shares.entry(region).or_default() += share;
        }
        shares.into_iter().map(|(region, share)| Served { region: region.cloned(), share }).collect()
    }

    fn p95_ms(&self, population: &Id, operation: Operation) -> Option<f64> {
        p95_ms(self.estimates, population, operation)
    }

    /// Share of a population's calls that is not answered, 0 to 1, and why.
    fn errors(&self, population: &Id, drawn: &Topology<'_>) -> (f64, Vec<String>) {
        let arriving = self.arriving(population);
        if arriving.is_empty() {
            return (1.0, vec!["No gateway is left that its calls could reach.".to_owned()]);
        }
        let design = drawn.design;
        let (mut errors, mut why) = (0.0, Vec::new());
        for Arriving { group, share } in arriving {
            let unanswered = estimate::share_unanswered(self.topology, drawn, group);
            let load = self.estimates.load.iter().find(|load| load.component == *group);
            let load = load.filter(|load| load.capacity_rps > 0.0 && load.demand_rps > load.capacity_rps);
            let over = load.map_or(0.0, |load| (load.demand_rps - load.capacity_rps) / load.demand_rps);
            errors += share * (1.0 - (1.0 - unanswered) * (1.0 - over));
            if unanswered > 1.0 - TRACE_PCT / 100.0 {
                why.push(format!("{} runs and is sent calls, but reaches no backend.", named(design, group)));
            } else if unanswered > 0.0 {
                let gone = percent(100.0 * unanswered);
                why.push(format!("{} no longer reaches the backends of {gone} of its calls.", named(design, group)));
            }
            if let Some(load) = load {
                let [demand, capacity] = [load.demand_rps, load.capacity_rps].map(grouped);
                why.push(format!("{} carries {capacity} of {demand} calls a second.", named(design, group)));
            }
        }
        (errors.clamp(0.0, 1.0), why)
    }
}

fn p95_ms(estimates: &Estimates, population: &Id, operation: Operation) -> Option<f64> {
    estimates.percentiles(population, operation).ok().map(|[_, p95, _]| p95.value)
}

fn population(id: &Id, drawn: &Topology<'_>, then: &Now<'_, '_>, now: &Now<'_, '_>) -> PopulationImpact {
    let (before, _) = then.errors(id, drawn);
    let (after, errors) = now.errors(id, drawn);
    PopulationImpact {
        population: id.clone(),
        before: then.served(id),
        after: now.served(id),
        p95_ms_before: then.p95_ms(id, Operation::ApiCall),
        p95_ms_after: now.p95_ms(id, Operation::ApiCall),
        token_p95_ms_before: then.p95_ms(id, Operation::TokenIssue),
        token_p95_ms_after: now.p95_ms(id, Operation::TokenIssue),
        error_pct_before: 100.0 * before,
        error_pct: 100.0 * after,
        errors,
    }
}

fn groups(design: &Design, before: &Estimates, after: &Estimates) -> Vec<GroupImpact> {
    let used = |group: &GroupCapacity| group.utilisation.as_ref().ok().map(|figure| figure.value);
    let now: BTreeMap<(&Id, Measure), &GroupCapacity> =
        after.capacity.iter().map(|group| ((&group.component, group.measure), group)).collect();
    let of = |group: &GroupCapacity| {
        let now = now.get(&(&group.component, group.measure)).copied();
        GroupImpact {
            component: group.component.clone(),
            measure: group.measure,
            use_pct_before: used(group),
            use_pct_after: now.and_then(used),
            over: now.and_then(|now| over(design, now)),
        }
    };
    before.capacity.iter().map(of).collect()
}

/// What a group is asked and what it can, when that is too much.
fn over(design: &Design, group: &GroupCapacity) -> Option<String> {
    let capacity = group.capacity?;
    if group.demand <= capacity * (1.0 + TRACE_PCT / 100.0) {
        return None;
    }
    let (name, [demand, capacity]) = (named(design, &group.component), [group.demand, capacity].map(grouped));
    Some(match group.measure {
        Measure::Calls => format!("{name} gets {demand} calls a second and can carry {capacity}."),
        Measure::Events => format!("Each node of {name} gets {demand} events a second and can handle {capacity}."),
        Measure::Tokens => format!("{name} is asked for {demand} tokens a second and can handle {capacity}."),
        Measure::GatewaysThrottled => {
            format!("{demand} gateway nodes report to {name}, which is documented for {capacity}.")
        }
        Measure::GatewaysStarted => format!("{demand} gateway nodes load from {name}, documented for {capacity}."),
        Measure::GatewaysAsking => format!("{demand} gateway nodes ask {name}, documented for {capacity}."),
    })
}

type Worse = BTreeMap<(Capability, Place), (State, String)>;

fn worsen(worse: &mut Worse, capability: Capability, place: Place, state: State, sentence: &str) {
    let (known, words) = worse.entry((capability, place)).or_insert_with(|| (state, String::new()));
    *known = (*known).min(state);
    if !words.contains(sentence) {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(sentence);
    }
}

/// Calls that get no answer.
fn unanswered(populations: &[PopulationImpact], worse: &mut Worse) {
    for population in populations {
        if population.error_pct <= population.error_pct_before + TRACE_PCT {
            continue;
        }
        let all = population.error_pct > 100.0 - TRACE_PCT;
        let state = if all { State::Down } else { State::Degraded };
        let mut words = if all {
            "No call is answered.".to_owned()
        } else {
            format!("{} of the calls are not answered.", percent(population.error_pct))
        };
        for why in &population.errors {
            words.push(' ');
            words.push_str(why);
        }
        worsen(worse, Capability::Serve, Place::Population(population.population.clone()), state, &words);
    }
}

/// What takes noticeably longer.
fn slowed(design: &Design, populations: &[PopulationImpact], [before, after]: [&Estimates; 2], worse: &mut Worse) {
    let targets = &design.meta.estimation.targets;
    for PopulationImpact { population, .. } in populations {
        let of = [
            (Operation::ApiCall, Capability::Serve, design.target_p95_ms(population)),
            (Operation::TokenIssue, Capability::Issue, targets.token_p95_ms),
            (Operation::PublishEverywhere, Capability::Publish, targets.publish_p95_ms),
            (Operation::PortalLogin, Capability::Admin, None),
        ];
        for (operation, capability, target_ms) in of {
            let both = [before, after].map(|estimates| p95_ms(estimates, population, operation));
            let [Some(before_ms), Some(after_ms)] = both else { continue };
            if !is_noticed(before_ms, after_ms, target_ms) {
                continue;
            }
            let what = match operation {
                Operation::TokenIssue => "Getting a token",
                Operation::PortalLogin => "A portal page",
                Operation::PublishEverywhere => "Publishing until every region serves it",
                _ => "An API call",
            };
            let [was, is, more] = [before_ms, after_ms, after_ms - before_ms].map(grouped);
            let mut words =
                format!("{what} takes {is} ms at the 95th percentile, {more} ms more than the {was} before");
            match target_ms {
                Some(target_ms) => words.push_str(&format!("; the target is {} ms.", grouped(target_ms))),
                None => words.push('.'),
            }
            worsen(worse, capability, Place::Population(population.clone()), State::Degraded, &words);
        }
    }
}

/// Whether a longer time is more than nothing: it breaks the target, or without one is longer by [`SLOWER_SHARE`] and
/// by [`SLOWER_MS`].
fn is_noticed(before_ms: f64, after_ms: f64, target_ms: Option<f64>) -> bool {
    match target_ms {
        Some(target_ms) => after_ms > target_ms && after_ms > before_ms * (1.0 + 1e-9),
        None => after_ms > before_ms * (1.0 + SLOWER_SHARE) && after_ms > before_ms + SLOWER_MS,
    }
}

/// Groups that are asked more than they can.
fn overloaded(design: &Design, groups: &[GroupImpact], worse: &mut Worse) {
    for group in groups {
        let Some(over) = &group.over else { continue };
        let grown = match (group.use_pct_before, group.use_pct_after) {
            (Some(before), Some(after)) => after > before * (1.0 + 1e-9),
            _ => true,
        };
        let capability = match group.measure {
            Measure::Calls => Capability::Serve,
            Measure::Events => Capability::Throttle,
            Measure::Tokens => Capability::Issue,
            Measure::GatewaysThrottled | Measure::GatewaysStarted | Measure::GatewaysAsking => continue,
        };
        let region = design.components.get(&group.component).and_then(|c| c.region.clone());
        if let Some(region) = region.filter(|_| grown) {
            worsen(worse, capability, Place::Region(region), State::Degraded, over);
        }
    }
}

fn named(design: &Design, component: &Id) -> String {
    let name = design.components.get(component).map_or(component.as_str(), |c: &Arc<Component>| c.name.as_str());
    format!("“{name}”{}", place(design, component))
}

/// A share as people say it: without decimals unless it is small.
fn percent(pct: f64) -> String {
    if pct < 0.1 {
        "less than 0.1 %".to_owned()
    } else if pct < 10.0 || (99.5..100.0).contains(&pct) {
        format!("{pct:.1} %")
    } else {
        format!("{pct:.0} %")
    }
}

#[cfg(test)]
mod tests;
