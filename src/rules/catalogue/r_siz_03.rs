//! R-SIZ-03: the peak is carried without one gateway node.

use std::collections::{BTreeMap, BTreeSet};

use super::r_siz_02::{enough_nodes, is_over, loads, most_nodes, nodes_for, offer_nodes, rps_per_node};
use crate::design::MAX_INSTANCES;
use crate::estimate::grouped;
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-SIZ-03",
    title: "In production gateways still carry the peak when one node of them is lost.",
    severity: Severity::Warning,
    basis: Basis::Inferred,
    impact: "When one node fails or is updated at the peak, the others are overrun.",
    why: "What one node no longer takes goes to those behind the same balancer, and by the published throughput they \
          have no room for it.",
    remedy: "Add one gateway more than the peak needs.",
    sources: &[source("E8", S17), source("E4", S17)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

/// Groups of one region that the same balancers and users send to, so that they stand in for each other.
struct Pool<'a> {
    groups: Vec<Node<'a>>,
    nodes: u32,
    demand_rps: f64,
    capacity_rps: f64,
    /// What the largest of the nodes carries.
    largest_rps: f64,
}

fn pools<'a>(cx: &Context<'a>, found: &mut Breaches) -> Vec<Pool<'a>> {
    let Some(loads) = loads(cx, found) else { return Vec::new() };
    let mut pools: BTreeMap<(Option<&Id>, BTreeSet<&Id>), Pool<'a>> = BTreeMap::new();
    let mut unknown = BTreeSet::new();
    for load in loads {
        let Some(node) = cx.node(&load.component) else { continue };
        let senders = cx.into(node.id).iter().filter(|w| w.link.purpose == Purpose::ApiTraffic).map(|w| w.from.id);
        let key = (node.component.region.as_ref(), senders.collect());
        let Some(per_node) = rps_per_node(load, node.component) else {
            unknown.insert(key);
            continue;
        };
        let empty = Pool { groups: Vec::new(), nodes: 0, demand_rps: 0.0, capacity_rps: 0.0, largest_rps: 0.0 };
        let pool = pools.entry(key).or_insert(empty);
        let nodes = most_nodes(node.component);
        pool.groups.push(node);
        pool.nodes = pool.nodes.saturating_add(nodes);
        pool.demand_rps += load.demand_rps;
        pool.capacity_rps += per_node * f64::from(nodes);
        pool.largest_rps = pool.largest_rps.max(per_node);
    }
    if !unknown.is_empty() {
        let what = plural(unknown.len(), "place");
        found.unchecked(format!("No throughput is published for the gateways of {} {what}.", unknown.len()));
    }
    pools.into_iter().filter(|(key, _)| !unknown.contains(key)).map(|(_, pool)| pool).collect()
}

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let production = Environment::Production;
    if cx.design.meta.environment != production {
        return;
    }
    for pool in pools(cx, found) {
        // R-HA-01 speaks of a single node, R-SIZ-02 of too few even when all are there.
        let spoken_of = pool.nodes < 2 || is_over(pool.demand_rps, pool.capacity_rps);
        let left_rps = pool.capacity_rps - pool.largest_rps;
        if spoken_of || !is_over(pool.demand_rps, left_rps) {
            continue;
        }
        let names: Vec<String> = pool.groups.iter().take(enough_names()).map(|n| cx.place(*n)).collect();
        let (demand, left) = (grouped(pool.demand_rps), grouped(left_rps));
        found
            .at(
                pool.groups.iter().map(|n| n.id),
                format!(
                    "Without one node, {} cannot carry the peak: {left} of {demand} calls a second",
                    list_of(&names, pool.groups.len())
                ),
            )
            .seen("calls a second", demand)
            .seen("capacity without one", left)
            .seen("environment", production.label());
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(first) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    if let Some(nodes) = enough_nodes(cx, first.id, needed) {
        offer_nodes(cx, first, nodes, list);
    }
}

/// Nodes of a group with which its pool can lose one.
fn needed(cx: &Context<'_>, id: &Id) -> Option<u32> {
    let pool = pools(cx, &mut Breaches::default()).into_iter().find(|p| p.groups.iter().any(|n| n.id == id))?;
    let component = cx.node(id)?.component;
    let per_node = rps_per_node(cx.estimates().load.iter().find(|l| l.component == *id)?, component)?;
    let missing = pool.demand_rps + pool.largest_rps - pool.capacity_rps;
    let more =
        if is_over(pool.demand_rps, pool.capacity_rps - pool.largest_rps) { nodes_for(missing, per_node) } else { 0 };
    Some(most_nodes(component).saturating_add(more).min(MAX_INSTANCES.saturating_add(1)))
}

#[cfg(test)]
pub fn failing() -> Design {
    single().entrance(&["frankfurt-lb-gw"]).calls(5_000.0).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    single().entrance(&["frankfurt-lb-gw"]).calls(5_000.0).instances("frankfurt-gw", 3).design()
}

#[test]
fn a_second_group_behind_the_same_balancer_stands_in() {
    let two = |sketch: Sketch| {
        sketch
            .put_as("frankfurt", Kind::Gateway, "-b")
            .link("frankfurt-lb-gw", "frankfurt-gw-b", &[Purpose::ApiTraffic])
            .entrance(&["frankfurt-lb-gw"])
            .calls(5_000.0)
    };
    assert_eq!(found(&two(single()).design(), RULE.id), []);
    let ones = two(single()).instances("frankfurt-gw", 1).instances("frankfurt-gw-b", 1);
    let said = found(&ones.design(), RULE.id);
    assert!(matches!(said.as_slice(), [(subjects, _)] if subjects.len() == 2), "{said:?}");
}

#[test]
fn development_may_lose_a_node() {
    let design = single().entrance(&["frankfurt-lb-gw"]).calls(5_000.0);
    assert_eq!(found(&design.meta(|m| m.environment = Environment::Development).design(), RULE.id), []);
}
