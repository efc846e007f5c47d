//! Use of traffic managers by events.

use std::collections::{BTreeMap, BTreeSet};

use crate::books::sizing_facts;
use crate::design::{Component, Id, Kind};
use crate::topology::Node;

use super::super::figure::{Derivation, Unit};
use super::pool::{Member, Own, Pool, Spread, WithoutRegion};
use super::throttling::{self, Inflow, Publishing};
use super::{GroupCapacity, Measure, Row, Scene, documented};

impl<'a> Scene<'_, 'a> {
    /// Traffic managers, and what else decides on throttling.
    pub(super) fn events(&self) -> Vec<GroupCapacity> {
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
            let at_node = |events: &BTreeMap<&Id, Inflow<'_>>| events.get(id).map_or(0.0, |i| i.events_per_s);
            let inflow = events.get(id);
            let demand = at_node(&events);
            let pool = Pool { measure: Measure::Events, spread, demand: all(demand), members };
            let own = node.component.region.as_ref();
            let others = after.iter().filter(|(region, _)| own != Some(*region));
            let worst = WithoutRegion::worst(others.map(|(region, events)| {
                let (then, left) = (at_node(events), pool.outside(region));
                let demand = if shares { then * left / per_node } else { then };
                WithoutRegion { region, demand, left }
            }));
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
}

/// How many times less and more a node may be used: the two published figures for one contradict each other (E10).
fn events_range(per_node: f64) -> (f64, f64) {
    let newer = sizing_facts::TRAFFIC_MANAGER_EVENTS_PER_SECOND.value;
    let older = sizing_facts::GATEWAYS_PER_TRAFFIC_MANAGER.value * sizing_facts::GATEWAY_CALLS_AT_TRAFFIC_MANAGER.value;
    (per_node / newer.max(older), per_node / newer.min(older))
}

fn events_node(events_per_s: f64, shares: bool, inflow: Option<&Inflow<'_>>) -> Derivation {
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
