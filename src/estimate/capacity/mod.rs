//! How far each group of the product is used at peak, what a loss leaves, and how many nodes it needs.
//!
//! Gateways are measured by calls, traffic managers by events, key managers by tokens, and where the documentation only
//! gives a number of gateways for each node, by that ratio. Nothing is published on what portals carry, so control
//! planes are measured by gateways and, as resident key managers, by tokens.

mod pool;
mod ratios;
pub mod throttling;
mod tokens;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde::Serialize;

use crate::books::{SizingFact, TokenRuns, sizing_facts};
use crate::design::{Component, Design, Id, Kind, Purpose};
use crate::topology::Node;

use super::assume::Assumed;
use super::figure::{Derivation, Figure, Quality, Unit};
use super::load::{Capacity, Group};
use super::lost::{Healthy, Without};
use super::places::Places;
use pool::{Member, Own, Pool, Spread, off_together};
use throttling::Publishing;
use tokens::{Asked, Tokens};

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
pub enum Target {
    /// As the design says, percent.
    Given(f64),
    /// The design says nothing, so what is advised.
    Advised,
    /// A documented ratio of nodes, which may be used in full.
    Ratio,
}

impl Target {
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
    pub target: Target,
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
    target: Target,
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
    /// The region after whose loss most comes to the pool, and how much.
    worst: Option<(&'a Id, f64)>,
}

impl Row<'_, '_> {
    fn report(self, target: Target) -> GroupCapacity {
        let (pool, own) = (self.pool, &self.own);
        let mut after_loss = vec![pool.without_node(own), pool.without_zone(own)];
        after_loss.extend(self.worst.map(|(region, demand)| pool.without_region(region, demand, own)));
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
    let target = Target::of(healthy.topology.design);
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
            let then = |without: &Without<'_, 'a>| {
                let left = groups.iter().filter_map(|(group, _)| without.group(group.node.id));
                left.map(|group| group.demand_rps).sum()
            };
            let worst = self.worst(region, then);
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

    /// The other region after whose loss most comes here, the first of equals.
    fn worst(&self, own: Option<&Id>, then: impl Fn(&Without<'_, 'a>) -> f64) -> Option<(&'a Id, f64)> {
        let others = self.lost.iter().filter(|(region, _)| own != Some(*region));
        others
            .map(|(region, without)| (*region, then(without)))
            .reduce(|most, next| if next.1 > most.1 { next } else { most })
    }

    /// Traffic managers, and what else decides on throttling.
    fn events(&self) -> Vec<GroupCapacity> {
        let topology = self.healthy.topology;
        let version = topology.design.meta.product_version;
        let (per_node, facts) = throttling::events_per_node(version);
        let publishing = Publishing::of(topology, self.healthy.groups.keys().copied());
        let calls = self.healthy.groups.values().map(|g| (g.node.id, g.demand_rps));
        let events = publishing.events(calls, &BTreeSet::new());
        let after: Vec<_> = self
            .lost
            .iter()
            .map(|(region, without)| {
                let calls = without.groups().map(|g| (g.node.id, g.demand_rps));
                (*region, publishing.events(calls, &without.lost))
            })
            .collect();
        let kinds = topology.of_kind(Kind::TrafficManager).map(|n| n.id);
        let ids: BTreeSet<&'a Id> = kinds.chain(events.keys().copied()).collect();
        let mut found = Vec::new();
        for id in ids {
            let Some(node) = self.node(id) else { continue };
            let shares = throttling::shares_counters(topology, id);
            let beside = throttling::beside(topology, node);
            let beside =
                beside.into_iter().filter(|n| n.id == id || shares == throttling::shares_counters(topology, n.id));
            let one = |component: &'a Component| Member { component, per_node, nodes: component.instances };
            let members: Vec<Member<'a>> = beside.map(|n| one(n.component)).collect();
            let nodes = members.iter().fold(0_u32, |sum, m| sum.saturating_add(m.nodes));
            let spread = if shares { Spread::Shared } else { Spread::Each };
            // What every node gets is what comes to all of them, divided, where they share it.
            let all = |at_node: f64| if shares { at_node * f64::from(nodes) } else { at_node };
            let at_node =
                |events: &BTreeMap<&Id, throttling::Inflow<'_>>| events.get(id).map_or(0.0, |i| i.events_per_s);
            let inflow = events.get(id);
            let demand = at_node(&events);
            let pool = Pool { measure: Measure::Events, spread, demand: all(demand), members };
            let own = node.component.region.as_ref();
            let worst = after
                .iter()
                .filter(|(region, _)| own != Some(*region))
                .map(|(region, events)| {
                    // Those that share have fewer nodes when some of them stand there.
                    let left = pool.members.iter().filter(|m| m.component.region.as_ref() != Some(*region));
                    let left = left.fold(0_u32, |sum, m| sum.saturating_add(m.nodes));
                    let then = at_node(events);
                    (*region, if shares { then * f64::from(left) } else { then }, then)
                })
                .reduce(|most, next| if next.2 > most.2 { next } else { most })
                .map(|(region, demand, _)| (region, demand));
            let used_pct = 100.0 * demand / per_node;
            let row = Row {
                node,
                own: Own {
                    component: node.component,
                    per_node,
                    nodes: node.component.instances,
                    range: events_range(per_node),
                },
                demand,
                capacity: per_node,
                used_pct,
                derivation: Derivation::computed(
                    "Use of each node",
                    used_pct,
                    Unit::Percent,
                    "events a second at a node / events a second that one handles; range from the two published figures",
                    vec![events_node(demand, shares, inflow), documented(Measure::Events, per_node, facts)],
                ),
                pool: &pool,
                worst,
            };
            found.push(row.report(self.target));
        }
        found
    }

    fn node(&self, id: &Id) -> Option<Node<'a>> {
        let topology = self.healthy.topology;
        topology.index_of(id).and_then(|index| topology.graph().node_weight(index).copied())
    }

    /// Key managers of their own, and those inside control planes. Groups of a kind in one region stand in for each
    /// other.
    fn tokens(&self, places: &mut Places<'a>) -> Vec<GroupCapacity> {
        let rate = Rate::of(places);
        let tokens = Tokens::of(self.healthy, places);
        let asked = tokens.asked(self.healthy);
        let mut after = Vec::with_capacity(self.lost.len());
        for (region, without) in self.lost {
            after.push((*region, tokens.asked_without(without, places)));
        }
        let topology = self.healthy.topology;
        let mut pools: BTreeMap<(Option<&Id>, Kind), Vec<Node<'a>>> = BTreeMap::new();
        for kind in [Kind::KeyManager, Kind::ControlPlane, Kind::AllInOne] {
            // A control plane beside which key managers of their own do all is not one of them.
            for node in topology.of_kind(kind).filter(|n| kind == Kind::KeyManager || asked.contains_key(n.id)) {
                pools.entry((node.component.region.as_ref(), kind)).or_default().push(node);
            }
        }
        let per_node = sizing_facts::KEY_MANAGER_REQUESTS_PER_SECOND.value;
        let sum = |asked: &BTreeMap<&Id, Asked>, nodes: &[Node<'_>]| {
            nodes.iter().map(|n| rate.tokens(asked.get(n.id).copied().unwrap_or_default())).sum::<f64>()
        };
        let mut found = Vec::new();
        for ((region, _), nodes) in pools {
            let one = |node: Node<'a>| {
                let asked = asked.get(node.id).copied().unwrap_or_default();
                let component = node.component;
                Own { component, per_node, nodes: component.instances, range: rate.use_range(asked) }
            };
            let members = nodes.iter().map(|node| one(*node).member()).collect();
            let demand = sum(&asked, &nodes);
            let pool = Pool { measure: Measure::Tokens, spread: Spread::Shared, demand, members };
            let others = after.iter().filter(|(lost, _)| region != Some(*lost));
            let worst = others
                .map(|(region, asked)| (*region, sum(asked, &nodes)))
                .reduce(|most, next| if next.1 > most.1 { next } else { most });
            for &node in &nodes {
                let asked = asked.get(node.id).copied().unwrap_or_default();
                let own = one(node);
                let (demand, capacity) = (rate.tokens(asked), per_node * f64::from(own.nodes));
                let used_pct = 100.0 * demand / capacity;
                let inputs = vec![rate.node(asked), rate.capacity_node(capacity, own.nodes)];
                let formula = "tokens issued and checked / what the nodes handle";
                let derivation = Derivation::computed("Utilisation", used_pct, Unit::Percent, formula, inputs);
                let row = Row { node, own, demand, capacity, used_pct, derivation, pool: &pool, worst };
                found.push(row.report(self.target));
            }
        }
        found
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

/// How many times less and more a node may be used: the two published figures for one contradict each other (E10).
fn events_range(per_node: f64) -> (f64, f64) {
    let newer = sizing_facts::TRAFFIC_MANAGER_EVENTS_PER_SECOND.value;
    let older = sizing_facts::GATEWAYS_PER_TRAFFIC_MANAGER.value * sizing_facts::GATEWAY_CALLS_AT_TRAFFIC_MANAGER.value;
    (per_node / newer.max(older), per_node / newer.min(older))
}

fn events_node(events_per_s: f64, shares: bool, inflow: Option<&throttling::Inflow<'_>>) -> Derivation {
    let formula = if shares {
        "one event for each call, shared among the nodes that count together in Redis"
    } else {
        "one event for each call; every node gets all of them"
    };
    let leaf = |(node, calls_per_s): &(Node<'_>, f64)| {
        let label = format!("Calls of “{}”", node.component.name);
        Derivation::computed(label, *calls_per_s, Unit::RequestsPerS, "see the use of the gateways", Vec::new())
    };
    let senders = inflow.map_or(&[][..], |inflow| inflow.senders.as_slice());
    let mut inputs: Vec<Derivation> = senders.iter().take(MAX_SENDERS).map(leaf).collect();
    if let Some(rest) = senders.get(MAX_SENDERS..).filter(|rest| !rest.is_empty()) {
        let label = format!("Calls of {} other groups", rest.len());
        let sum = rest.iter().map(|(_, calls_per_s)| calls_per_s).sum();
        inputs.push(Derivation::computed(label, sum, Unit::RequestsPerS, "as these", Vec::new()));
    }
    Derivation::computed("Events a second at each node", events_per_s, Unit::RequestsPerS, formula, inputs)
}

/// Most gateway groups named in a derivation.
const MAX_SENDERS: usize = 6;

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

/// How many tokens calls take.
struct Rate {
    /// Calls for one token: the value, and its ends.
    calls_per_token: [f64; 3],
    /// Share of opaque tokens that are asked about: the value, and its ends.
    missed: [f64; 3],
    nodes: Rc<[Derivation; 2]>,
}

impl Rate {
    fn of(places: &Places<'_>) -> Self {
        let (calls, missed) = (places.assume.get(Assumed::CallsPerToken), places.assume.get(Assumed::CacheMissPct));
        Self {
            calls_per_token: [calls.value, calls.low, calls.high].map(|calls| calls.max(1.0)),
            missed: [missed.value, missed.low, missed.high].map(|pct| pct / 100.0),
            nodes: Rc::new([calls.node(), missed.node()]),
        }
    }

    /// Tokens a second.
    fn tokens(&self, asked: Asked) -> f64 {
        let ([calls, ..], [missed, ..]) = (self.calls_per_token, self.missed);
        asked.calls_per_s / calls + asked.checked_calls_per_s * missed
    }

    /// How many times less and more nodes may be used: by how often tokens are needed, and by what tests of the
    /// Identity Server say about the documented figure.
    fn use_range(&self, asked: Asked) -> (f64, f64) {
        let tokens = self.tokens(asked);
        let ([_, fewest, most], [_, least, all]) = (self.calls_per_token, self.missed);
        let ends = [
            asked.calls_per_s / most + asked.checked_calls_per_s * least,
            asked.calls_per_s / fewest + asked.checked_calls_per_s * all,
        ];
        let [low, high] = ends.map(|end| if tokens > 0.0 && end > 0.0 { end / tokens } else { 1.0 });
        let figure = sizing_facts::KEY_MANAGER_REQUESTS_PER_SECOND.value;
        let runs = TokenRuns::PUBLISHED;
        (1.0 / off_together(low, figure / runs.alone_rps), off_together(high, figure / runs.of_pair_rps))
    }

    fn node(&self, asked: Asked) -> Derivation {
        let [calls_per_token, missed] = self.nodes.as_ref();
        let calls = |label: &str, value| {
            Derivation::input(label, value, Unit::RequestsPerS, Quality::Given, "peak given in the drawing × its share")
        };
        let mut inputs =
            vec![calls("Calls of clients that get tokens here", asked.calls_per_s), calls_per_token.clone()];
        let mut formula = "calls / calls made with a token".to_owned();
        if asked.checked_calls_per_s > 0.0 {
            formula.push_str(" + calls with opaque tokens × tokens not in the cache");
            inputs.push(calls("Calls with opaque tokens", asked.checked_calls_per_s));
            inputs.push(missed.clone());
        }
        Derivation::computed(Measure::Tokens.label(), self.tokens(asked), Unit::RequestsPerS, formula, inputs)
    }

    fn capacity_node(&self, capacity: f64, nodes: u32) -> Derivation {
        let runs = TokenRuns::PUBLISHED;
        let run = |label, value| {
            let source = format!("bounds the documented figure only; {}", runs.sourced);
            Derivation::input(label, value, Unit::RequestsPerS, runs.sourced.quality.into(), source)
        };
        Derivation::computed(
            "Tokens a second the nodes handle",
            capacity,
            Unit::RequestsPerS,
            "documented figure of a node, whatever its size × nodes; range from tests of the Identity Server",
            vec![
                documented(
                    Measure::Tokens,
                    sizing_facts::KEY_MANAGER_REQUESTS_PER_SECOND.value,
                    &[sizing_facts::KEY_MANAGER_REQUESTS_PER_SECOND],
                ),
                Derivation::input("Nodes", f64::from(nodes), Unit::Count, Quality::Given, "given in the drawing"),
                run("Tested: a node alone", runs.alone_rps),
                run("Tested: one node of a pair", runs.of_pair_rps),
            ],
        )
    }
}
