//! Events of traffic managers: one for every call of the gateways that publish to them.

use std::collections::{BTreeMap, BTreeSet};

use crate::books::{SizingFact, sizing_facts};
use crate::design::{Id, Kind, ProductVersion, Purpose};
use crate::topology::{Node, Topology};

use super::super::report::GroupLoad;

/// What arrives at each node of a group that decides on throttling.
#[derive(Debug, Clone, Default)]
pub struct Inflow<'a> {
    /// Events a second at one node.
    pub events_per_s: f64,
    /// The gateway groups that send them, with the calls a second of each.
    pub senders: Vec<(Node<'a>, f64)>,
}

/// Events a second that one node is documented to handle, and the facts that say so (E10). The text up to 4.6 tells of
/// ten gateways of about 5,000 calls a second, that of 4.7 of 20,000 events.
#[must_use]
pub fn events_per_node(version: ProductVersion) -> (f64, &'static [SizingFact]) {
    if version >= ProductVersion::V4_7 {
        const FACTS: &[SizingFact] = &[sizing_facts::TRAFFIC_MANAGER_EVENTS_PER_SECOND];
        (sizing_facts::TRAFFIC_MANAGER_EVENTS_PER_SECOND.value, FACTS)
    } else {
        const FACTS: &[SizingFact] =
            &[sizing_facts::GATEWAYS_PER_TRAFFIC_MANAGER, sizing_facts::GATEWAY_CALLS_AT_TRAFFIC_MANAGER];
        (FACTS.iter().map(|fact| fact.value).product(), FACTS)
    }
}

/// Whether a group counts together with others through Redis, so that each event goes to one node only (D5).
#[must_use]
pub fn shares_counters(topology: &Topology<'_>, id: &Id) -> bool {
    topology.design.meta.product_version >= ProductVersion::V4_6
        && topology
            .out(id)
            .iter()
            .any(|(e, to)| e.link.purpose == Purpose::SharedCounters && to.component.kind() == Kind::Redis)
}

/// The groups to which the gateways publish that publish to this one, itself among them, in order of id.
#[must_use]
pub fn beside<'a>(topology: &Topology<'a>, group: Node<'a>) -> Vec<Node<'a>> {
    let source = topology.sources_of([group.id], Purpose::ThrottleData, &[]).into_iter().next();
    let mut groups: Vec<Node<'a>> = match source {
        Some(source) => topology.reached(source, Purpose::ThrottleData, &[]).into_iter().map(|(_, n)| n).collect(),
        None => Vec::new(),
    };
    if !groups.iter().any(|n| n.id == group.id) {
        groups.push(group);
    }
    groups
}

/// Nodes among which the events of those gateways are shared that publish to this group.
#[must_use]
pub fn sharing_with<'a>(topology: &Topology<'a>, group: Node<'a>) -> u32 {
    nodes(beside(topology, group).into_iter().filter(|n| shares_counters(topology, n.id)))
        .max(group.component.instances)
}

fn nodes<'a>(of: impl Iterator<Item = Node<'a>>) -> u32 {
    of.fold(0, |sum, n| sum.saturating_add(n.component.instances))
}

/// A gateway group and the groups it publishes to, each with whether it shares counters.
type Publisher<'a> = (Node<'a>, Vec<(Node<'a>, bool)>);

/// The groups that each gateway group publishes to, by gateway.
pub(super) struct Publishing<'a>(BTreeMap<&'a Id, Publisher<'a>>);

impl<'a> Publishing<'a> {
    /// For these gateway groups.
    pub fn of<'i>(topology: &Topology<'a>, gateways: impl Iterator<Item = &'i Id>) -> Self {
        let mut shares: BTreeMap<&'a Id, bool> = BTreeMap::new();
        let mut published = BTreeMap::new();
        for id in gateways {
            let Some(gateway) = topology.index_of(id).and_then(|i| topology.graph().node_weight(i).copied()) else {
                continue;
            };
            let mut managers: Vec<Node<'a>> =
                topology.reached(id, Purpose::ThrottleData, &[]).into_iter().map(|(_, node)| node).collect();
            if gateway.component.kind() == Kind::AllInOne && !managers.iter().any(|n| n.id == gateway.id) {
                managers.push(gateway);
            }
            let mut with_sharing =
                |n: Node<'a>| (n, *shares.entry(n.id).or_insert_with(|| shares_counters(topology, n.id)));
            published.insert(gateway.id, (gateway, managers.into_iter().map(&mut with_sharing).collect()));
        }
        Self(published)
    }

    /// What arrives at each group, from the calls a second of the gateways, when these groups are lost.
    pub fn events<'i>(
        &self,
        calls: impl Iterator<Item = (&'i Id, f64)>,
        lost: &BTreeSet<&Id>,
    ) -> BTreeMap<&'a Id, Inflow<'a>> {
        let mut events: BTreeMap<&'a Id, Inflow<'a>> = BTreeMap::new();
        for (id, calls_per_s) in calls.filter(|(_, calls_per_s)| *calls_per_s > 0.0) {
            let Some((gateway, managers)) = self.0.get(id) else { continue };
            let left = || managers.iter().filter(|(manager, _)| !lost.contains(manager.id));
            let sharing = nodes(left().filter(|(_, shares)| *shares).map(|(manager, _)| *manager));
            for (manager, shares) in left() {
                let inflow = events.entry(manager.id).or_default();
                inflow.events_per_s += if *shares { calls_per_s / f64::from(sharing.max(1)) } else { calls_per_s };
                inflow.senders.push((*gateway, calls_per_s));
            }
        }
        events
    }
}

/// What arrives at each group that decides on throttling, by id, from the calls a second of each gateway group.
#[must_use]
pub fn events<'a>(topology: &Topology<'a>, loads: &[GroupLoad]) -> BTreeMap<&'a Id, Inflow<'a>> {
    let calls = || loads.iter().filter(|l| l.demand_rps > 0.0).map(|l| (&l.component, l.demand_rps));
    Publishing::of(topology, calls().map(|(id, _)| id)).events(calls(), &BTreeSet::new())
}
