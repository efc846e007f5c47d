//! How far each group of the product is used at peak, what a loss leaves, and how many nodes it needs.
//!
//! Gateways are measured by calls, traffic managers by events, key managers by tokens, and where the documentation only
//! gives a number of gateways for each node, by that ratio. Nothing is published on what portals carry, so control
//! planes are measured by gateways and, as resident key managers, by tokens.

mod events;
mod key_managers;
mod pool;
mod ratios;
#[cfg(test)]
mod tests;
pub mod throttling;
pub(super) mod tokens;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::books::SizingFact;
use crate::design::{Design, Id, Purpose};
use crate::topology::Node;

use super::figure::{Derivation, Figure, Unit};
use super::load::{Capacity, Group};
use super::lost::{Healthy, Without};
use super::places::Places;
use pool::{Own, Pool, Spread, WithoutRegion};

/// What the use of a group is measured by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// Calls a second of a gateway group.
    Calls,
    /// Throttling events a second at each node of a traffic manager.
    Events,
    /// Tokens a second that a key manager issues and checks.
    Tokens,
    /// Gateway nodes that publish to a group of traffic managers.
    GatewaysThrottled,
    /// Gateway nodes that load their APIs from a control plane when they start.
    GatewaysStarted,
    /// Gateway nodes that ask a key manager about opaque tokens.
    GatewaysAsking,
}

impl Measure {
    /// The words shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Calls => "Calls a second",
            Self::Events => "Events a second at each node",
            Self::Tokens => "Tokens a second",
            Self::GatewaysThrottled => "Gateways per traffic manager",
            Self::GatewaysStarted => "Gateways per control plane",
            Self::GatewaysAsking => "Gateways per key manager",
        }
    }

    /// Whether it is a documented ratio of nodes, and not a load.
    #[must_use]
    pub fn is_ratio(self) -> bool {
        matches!(self, Self::GatewaysThrottled | Self::GatewaysStarted | Self::GatewaysAsking)
    }

    fn figure_unit(self) -> Unit {
        match self {
            Self::Calls | Self::Events | Self::Tokens => Unit::RequestsPerS,
            Self::GatewaysThrottled | Self::GatewaysStarted | Self::GatewaysAsking => Unit::Count,
        }
    }
}

/// What is lost.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Loss {
    /// One node of the group.
    Node,
    /// The zone that takes most of the group and of what stands in for it; `None` while no zones are drawn.
    Zone(Option<String>),
    /// Another region, whose users come here: the one after whose loss the use is highest.
    Region(Id),
}

impl Loss {
    /// What is lost, in words that follow "the loss of".
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Node => "one node".to_owned(),
            Self::Zone(None) => "a zone".to_owned(),
            Self::Zone(Some(zone)) => format!("zone “{zone}”"),
            Self::Region(region) => format!("region “{region}”"),
        }
    }
}

/// Use of what is left after a loss.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AfterLoss {
    /// What is lost.
    pub lost: Loss,
    /// Percent of what is left that is used then, over 100 when it is too little; `Err` says in a sentence why there is
    /// no number.
    pub utilisation: Result<Figure, String>,
}

/// How much of a group may be used at peak.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum UseTarget {
    /// As the design says, percent.
    Given(f64),
    /// The design says nothing, so what is advised.
    Advised,
    /// A documented ratio of nodes, which may be used in full.
    Ratio,
}

impl UseTarget {
    /// The one that loads of a design are held against.
    #[must_use]
    pub fn of(design: &Design) -> Self {
        design.meta.estimation.targets.peak_use_pct.map_or(Self::Advised, Self::Given)
    }

    /// The target, percent.
    #[must_use]
    pub fn pct(self) -> f64 {
        match self {
            Self::Given(pct) => pct,
            Self::Advised => ADVISED_PCT,
            Self::Ratio => 100.0,
        }
    }
}

/// Use at peak to plan with when the design has no target of its own, percent: published throughput is the most that
/// was reached, of which 60 to 70 % is advised.
const ADVISED_PCT: f64 = 70.0;

/// Nodes that keep the use of a group within the target.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Needed {
    /// While all are there.
    pub instances: u32,
    /// So that one of them may be lost.
    pub with_node_lost: u32,
    /// The target.
    pub target: UseTarget,
    /// How [`Self::instances`] was found.
    pub derivation: Derivation,
}

/// Use of one group in one measure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupCapacity {
    /// The group.
    pub component: Id,
    /// What is measured.
    pub measure: Measure,
    /// What comes to the group at peak, in the unit of the measure.
    pub demand: f64,
    /// What it carries, in the same unit; `None` when nothing is published.
    pub capacity: Option<f64>,
    /// Demand over capacity, percent; `Err` says in a sentence why there is no number.
    pub utilisation: Result<Figure, String>,
    /// What remains after the loss of a node, a zone and, for loads, a region.
    pub after_loss: Vec<AfterLoss>,
    /// Nodes for the target; `Err` says in a sentence why there is no number.
    pub needed: Result<Needed, String>,
}

impl GroupCapacity {
    /// The use at peak and after each loss, where there is a number.
    pub fn figures(&self) -> impl Iterator<Item = &Figure> {
        self.utilisation.iter().chain(self.after_loss.iter().flat_map(|after| &after.utilisation))
    }

    pub(super) fn figures_mut(&mut self) -> impl Iterator<Item = &mut Figure> {
        self.utilisation.iter_mut().chain(self.after_loss.iter_mut().flat_map(|after| &mut after.utilisation))
    }

    /// Use after the loss of something of this kind.
    #[must_use]
    pub fn after(&self, is: impl Fn(&Loss) -> bool) -> Option<&AfterLoss> {
        self.after_loss.iter().find(|after| is(&after.lost))
    }
}

/// What the use of groups is worked out from.
struct Scene<'s, 'a> {
    healthy: Healthy<'s, 'a>,
    lost: &'s [(&'a Id, Without<'s, 'a>)],
    target: UseTarget,
}

/// A group with what is known about its use before it is reported.
struct Row<'s, 'a> {
    node: Node<'a>,
    own: Own<'a>,
    demand: f64,
    capacity: f64,
    used_pct: f64,
    derivation: Derivation,
    pool: &'s Pool<'a>,
    /// The region whose loss leaves least room.
    worst: Option<WithoutRegion<'a>>,
}

impl Row<'_, '_> {
    fn report(self, target: UseTarget) -> GroupCapacity {
        let (pool, own) = (self.pool, &self.own);
        let mut after_loss = vec![pool.without_node(own), pool.without_zone(own)];
        after_loss.extend(self.worst.map(|worst| pool.without_region(&worst, own)));
        GroupCapacity {
            component: self.node.id.clone(),
            measure: pool.measure,
            demand: self.demand,
            capacity: Some(self.capacity),
            utilisation: Ok(own.figure(self.used_pct, self.derivation)),
            after_loss,
            needed: pool.needed(own, target),
        }
    }
}

/// Use of every group of the product, in order of component and measure. `lost` has what is left of the drawing without
/// each region.
pub(super) fn capacity<'a>(
    healthy: Healthy<'_, 'a>,
    places: &mut Places<'a>,
    lost: &[(&'a Id, Without<'_, 'a>)],
) -> Vec<GroupCapacity> {
    let target = UseTarget::of(healthy.topology.design);
    let scene = Scene { healthy, lost, target };
    let mut found = scene.calls();
    found.extend(scene.events());
    found.extend(scene.tokens(places));
    found.extend(ratios::ratios(healthy.topology));
    found.sort_by(|a, b| (&a.component, a.measure).cmp(&(&b.component, b.measure)));
    found
}

/// Region and senders of gateway groups that stand in for each other.
type Behind<'a> = (Option<&'a Id>, BTreeSet<&'a Id>);

impl<'a> Scene<'_, 'a> {
    /// Gateways. Groups of one region that the same balancers and users send to stand in for each other.
    fn calls(&self) -> Vec<GroupCapacity> {
        let mut pools: BTreeMap<Behind<'a>, Vec<(&Group<'a>, &Capacity)>> = BTreeMap::new();
        let mut found = Vec::new();
        for group in self.healthy.groups.values() {
            let Some(capacity) = &group.capacity else {
                found.push(unpublished(group));
                continue;
            };
            let into = self.healthy.topology.into(group.node.id).into_iter();
            let senders = into.filter(|(e, _)| e.link.purpose == Purpose::ApiTraffic).map(|(_, from)| from.id);
            let key = (group.node.component.region.as_ref(), senders.collect());
            pools.entry(key).or_default().push((group, capacity));
        }
        for ((region, _), groups) in pools {
            let own = |group: &Group<'a>, capacity: &Capacity| {
                let component = group.node.component;
                let nodes = component.instances.max(1);
                Own { component, per_node: capacity.rps / f64::from(nodes), nodes, range: capacity.use_range() }
            };
            let demand = groups.iter().map(|(group, _)| group.demand_rps).sum();
            let members = groups.iter().map(|(group, capacity)| own(group, capacity).member()).collect();
            let pool = Pool { measure: Measure::Calls, spread: Spread::Shared, demand, members };
            let worst = WithoutRegion::worst(self.elsewhere(region).map(|(region, without)| {
                // Messages of other users may be larger, so that the same nodes carry fewer.
                let left = groups.iter().filter_map(|(group, _)| without.group(group.node.id));
                let (demand, left) = left.fold((0.0, 0.0), |(demand, carried), group| {
                    (demand + group.demand_rps, carried + group.capacity.as_ref().map_or(0.0, |c| c.rps))
                });
                WithoutRegion { region, demand, left }
            }));
            for (group, capacity) in &groups {
                let row = Row {
                    node: group.node,
                    own: own(group, capacity),
                    demand: group.demand_rps,
                    capacity: capacity.rps,
                    used_pct: 100.0 * group.demand_rps / capacity.rps,
                    derivation: group.load().utilisation.derivation,
                    pool: &pool,
                    worst,
                };
                found.push(row.report(self.target));
            }
        }
        found
    }

    /// What is left without each region except the own one.
    fn elsewhere(&self, own: Option<&Id>) -> impl Iterator<Item = (&'a Id, &Without<'_, 'a>)> {
        self.lost.iter().filter(move |(region, _)| own != Some(*region)).map(|(region, without)| (*region, without))
    }

    fn node(&self, id: &Id) -> Option<Node<'a>> {
        let topology = self.healthy.topology;
        topology.index_of(id).and_then(|index| topology.graph().node_weight(index).copied())
    }
}

/// A gateway group of a version without published throughput.
fn unpublished(group: &Group<'_>) -> GroupCapacity {
    let why = || "no throughput is published for this version".to_owned();
    GroupCapacity {
        component: group.node.id.clone(),
        measure: Measure::Calls,
        demand: group.demand_rps,
        capacity: None,
        utilisation: Err(why()),
        after_loss: Vec::new(),
        needed: Err(why()),
    }
}

/// What one node carries by documented figures; several are multiplied.
fn documented(measure: Measure, per_node: f64, facts: &[SizingFact]) -> Derivation {
    let leaf = |fact: &SizingFact, unit| {
        let source = format!("{} ({}); {}", fact.statement, fact.fact_id, fact.sourced);
        Derivation::input("What one node carries", fact.value, unit, fact.sourced.quality.into(), source)
    };
    match facts {
        [fact] => leaf(fact, measure.figure_unit()),
        facts => {
            let inputs = facts.iter().map(|fact| Derivation { label: fact.unit.to_owned(), ..leaf(fact, Unit::Count) });
            let formula = "product of the documented figures";
            Derivation::computed("What one node carries", per_node, measure.figure_unit(), formula, inputs.collect())
        }
    }
}
