//! Documented numbers of gateways for each traffic manager, control plane and key manager.

use crate::books::{SizingFact, sizing_facts};
use crate::design::{Component, Id, Kind, Purpose, TokenFormat};
use crate::topology::{Node, Topology};

use super::super::figure::{Derivation, Quality, Unit};
use super::pool::{Member, Own, Pool, Spread};
use super::{GroupCapacity, Measure, Row, UseTarget, documented, throttling};

/// All ratios, in no order.
pub(super) fn ratios(topology: &Topology<'_>) -> Vec<GroupCapacity> {
    let mut found: Vec<GroupCapacity> =
        topology.of_kind(Kind::TrafficManager).map(|node| throttled(topology, node)).collect();
    for (region, _) in topology.regions() {
        let planes: Vec<Node<'_>> = topology.in_region(Some(region)).filter(has_control_plane).collect();
        found.extend(served(topology, Measure::GatewaysStarted, &planes));
        if topology.design.meta.tokens == TokenFormat::Opaque {
            let own: Vec<Node<'_>> = topology.of_kind_in(Kind::KeyManager, region).collect();
            found.extend(served(topology, Measure::GatewaysAsking, if own.is_empty() { &planes } else { &own }));
        }
    }
    found
}

fn has_control_plane(node: &Node<'_>) -> bool {
    node.component.kind().has_control_plane()
}

/// Gateway nodes that open connections of these purposes to one of the nodes, as many as they may scale to.
fn gateways<'i>(topology: &Topology<'_>, to: &[Node<'i>], purposes: &[Purpose], via: &[Purpose]) -> u32 {
    let mut ids: Vec<&Id> = Vec::new();
    for purpose in purposes {
        ids.extend(topology.sources_of(to.iter().map(|n| n.id), *purpose, via));
    }
    ids.sort();
    ids.dedup();
    let components = ids.into_iter().filter_map(|id| topology.design.components.get(id));
    components.filter(|c| c.kind() == Kind::Gateway).fold(0, |sum, c| sum.saturating_add(c.most_instances()))
}

/// A group of traffic managers: each node carries what all its gateways send, unless the nodes count together.
fn throttled<'a>(topology: &Topology<'a>, node: Node<'a>) -> GroupCapacity {
    let shares = throttling::shares_counters(topology, node.id);
    let count = f64::from(gateways(topology, &[node], &[Purpose::ThrottleData], &[]));
    let fact = sizing_facts::GATEWAYS_PER_TRAFFIC_MANAGER;
    let spread = if shares { Spread::Shared } else { Spread::Each };
    let beside = throttling::beside(topology, node).into_iter();
    let beside = beside.filter(|n| n.id == node.id || shares == throttling::shares_counters(topology, n.id));
    let members = beside.map(|n| member(n.component, fact)).collect();
    let pool = Pool { measure: Measure::GatewaysThrottled, spread, demand: count, members };
    let nodes = if shares { pool.members.iter().fold(0_u32, |sum, m| sum.saturating_add(m.nodes)) } else { 1 };
    report(node, &pool, fact, count, fact.value * f64::from(nodes))
}

/// Groups of one region that serve all gateways attached to it together, each by its number of nodes.
fn served(topology: &Topology<'_>, measure: Measure, groups: &[Node<'_>]) -> Vec<GroupCapacity> {
    let (fact, purposes): (SizingFact, &[Purpose]) = if measure == Measure::GatewaysAsking {
        (sizing_facts::GATEWAYS_PER_KEY_MANAGER, &[Purpose::KeyManagerHttps])
    } else {
        (sizing_facts::GATEWAYS_PER_CONTROL_PLANE, &[Purpose::ManagementHttps, Purpose::EventStream])
    };
    let count = f64::from(gateways(topology, groups, purposes, &Purpose::SERVLET));
    let all: f64 = groups.iter().map(|n| f64::from(n.component.instances)).sum();
    // An all-in-one has its gateway inside.
    if groups.is_empty() || count <= 0.0 {
        return Vec::new();
    }
    let members = groups.iter().map(|n| member(n.component, fact)).collect();
    let pool = Pool { measure, spread: Spread::Shared, demand: count, members };
    let one = |node: &Node<'_>| {
        let nodes = f64::from(node.component.instances);
        report(*node, &pool, fact, count * nodes / all.max(1.0), fact.value * nodes)
    };
    groups.iter().map(one).collect()
}

fn member(component: &Component, fact: SizingFact) -> Member<'_> {
    Member { component, per_node: fact.value, nodes: component.instances }
}

fn report(node: Node<'_>, pool: &Pool<'_>, fact: SizingFact, demand: f64, capacity: f64) -> GroupCapacity {
    let used_pct = 100.0 * demand / capacity;
    let source = "gateways of the drawing with a connection here, with all nodes they may scale to";
    let inputs = vec![
        Derivation::input(pool.measure.label(), demand, Unit::Count, Quality::Derived, source),
        documented(pool.measure, fact.value, &[fact]),
    ];
    let formula = "gateway nodes / (documented number for a node × nodes that divide them)";
    let row = Row {
        node,
        own: Own {
            component: node.component,
            per_node: fact.value,
            nodes: node.component.instances,
            range: (1.0, 1.0),
        },
        demand,
        capacity,
        used_pct,
        derivation: Derivation::computed("Ratio", used_pct, Unit::Percent, formula, inputs),
        pool,
        worst: None,
    };
    row.report(UseTarget::Ratio)
}
