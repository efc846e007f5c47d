//! R-SIZ-05: traffic managers take the events of their region.

use std::collections::BTreeMap;

use super::r_siz_02::{is_over, loads, nodes_for};
use crate::books::sizing_facts;
use crate::estimate::{GroupLoad, grouped};
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-SIZ-05",
    title: "A traffic manager gets no more events than one is published to handle.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    impact: "Decisions come late, so that callers go far over their limits.",
    why: "Every traffic manager node gets an event for every call of the gateways that publish to it, and 4.7 documents \
          about 20,000 a second for one.",
    remedy: "Share counters through Redis, so that each event goes to one node, or divide the gateways among several \
             pairs of traffic managers.",
    sources: &[source("E10", S13), source("A39", S24), source("D5", S24)],
    versions: Versions::ALL,
    wording: &[Wording {
        versions: Versions::up_to(ProductVersion::V4_6),
        why: "Every traffic manager node gets an event for every call of the gateways that publish to it; up to 4.6 ten \
              gateways of about 5,000 calls a second are documented for one.",
        remedy: "Divide the gateways among several pairs of traffic managers, or, from 4.6, share counters through \
                 Redis, so that each event goes to one node.",
    }],
    fixes: Fixes::Offer(fixes),
    check,
};

/// Calls a second of a gateway in the older text (E10).
const OLDER_GATEWAY_RPS: f64 = 5_000.0;

/// Events a second that one node is published to handle.
fn limit(version: ProductVersion) -> f64 {
    if version >= ProductVersion::V4_7 {
        sizing_facts::TRAFFIC_MANAGER_EVENTS_PER_SECOND.value
    } else {
        sizing_facts::GATEWAYS_PER_TRAFFIC_MANAGER.value * OLDER_GATEWAY_RPS
    }
}

fn shares_counters(cx: &Context<'_>, node: Node<'_>) -> bool {
    cx.version >= ProductVersion::V4_6
        && cx
            .out(node.id)
            .iter()
            .any(|w| w.link.purpose == Purpose::SharedCounters && w.to.component.kind() == Kind::Redis)
}

/// Events a second at one node, and the gateway groups that send them with the calls a second of each.
type Inflow<'a> = (f64, Vec<(Node<'a>, f64)>);

/// What arrives at each group that decides on throttling, in order of id.
fn events<'a>(cx: &Context<'a>, loads: &[GroupLoad]) -> BTreeMap<&'a Id, Inflow<'a>> {
    let mut events: BTreeMap<&'a Id, Inflow<'a>> = BTreeMap::new();
    for load in loads.iter().filter(|l| l.demand_rps > 0.0) {
        let Some(gateway) = cx.node(&load.component) else { continue };
        let mut managers: Vec<Node<'a>> =
            cx.topology.reached(gateway.id, Purpose::ThrottleData, &[]).into_iter().map(|(_, node)| node).collect();
        if gateway.component.kind() == Kind::AllInOne && !managers.iter().any(|n| n.id == gateway.id) {
            managers.push(gateway);
        }
        let sharing = managers.iter().filter(|n| shares_counters(cx, **n));
        let sharing = sharing.fold(0_u32, |sum, n| sum.saturating_add(n.component.instances));
        for manager in managers {
            let nodes = if shares_counters(cx, manager) { f64::from(sharing) } else { 1.0 };
            let (rate, senders) = events.entry(manager.id).or_default();
            *rate += load.demand_rps / nodes;
            senders.push((gateway, load.demand_rps));
        }
    }
    events
}

fn check(cx: &Context<'_>, found: &mut Breaches) {
    if cx.which(|k| cx.serves_throttling(k)).next().is_none() {
        return;
    }
    let Some(loads) = loads(cx, found) else { return };
    let limit = limit(cx.version);
    for (id, (rate, _)) in events(cx, loads) {
        let Some(node) = cx.node(id).filter(|_| is_over(rate, limit)) else { continue };
        let (rate, most) = (grouped(rate), grouped(limit));
        found
            .at([id], format!("Each node of {} gets {rate} events a second and handles about {most}", cx.place(node)))
            .seen("events a second", rate)
            .seen("limit", most);
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(node) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    if node.component.kind() != Kind::TrafficManager {
        return;
    }
    let Some(region) = cx.region_of(node) else { return };
    let Some((rate, senders)) = events(cx, &cx.estimates().load).remove(node.id) else { return };
    let (limit, place) = (limit(cx.version), cx.place(node));
    if shares_counters(cx, node) {
        let nodes = nodes_for(rate * f64::from(node.component.instances), limit);
        list.offer(format!("Give {place} {nodes} nodes"), |d| d.component(node.id, |c| c.instances = nodes));
    } else if cx.version >= ProductVersion::V4_6 {
        let nodes = nodes_for(rate, limit).max(node.component.instances);
        list.offer(format!("Let {nodes} nodes of {place} share counters through Redis"), |d| {
            let there = wiring::of_kind(d.design(), region.id, |k| k == Kind::Redis).into_iter().next();
            let store = there.unwrap_or_else(|| d.add(Some(region.id), Kind::Redis, Kind::Redis.label()));
            d.connect(node.id, &store, &[Purpose::SharedCounters]);
            d.component(node.id, |c| c.instances = nodes);
        });
    }
    let moved = half(&senders, rate);
    let moved_rps: f64 = moved.iter().map(|(_, rps)| rps).sum();
    if moved.is_empty() || is_over(moved_rps, limit) || is_over(rate - moved_rps, limit) {
        return;
    }
    let names: Vec<String> = moved.iter().take(enough_names()).map(|(n, _)| cx.place(*n)).collect();
    list.offer(format!("Give {} traffic managers of their own", list_of(&names, moved.len())), |d| {
        let home = wiring::home_of(cx.topology, region.id).unwrap_or_else(|| region.id.clone());
        let manager = d.add(Some(region.id), Kind::TrafficManager, Kind::TrafficManager.label());
        wiring::attach(d, &manager, &home);
        for (gateway, _) in &moved {
            for wire in cx.out(gateway.id).iter().filter(|w| w.to.id == node.id) {
                d.disconnect(wire.id);
            }
            d.connect(gateway.id, &manager, &[Purpose::ThrottleData, Purpose::ThrottleDecision]);
        }
    });
}

/// The first of the senders that together send no more than half.
fn half<'a>(senders: &[(Node<'a>, f64)], rate: f64) -> Vec<(Node<'a>, f64)> {
    let mut taken_rps = 0.0;
    let mut taken = Vec::new();
    for (node, rps) in senders {
        if !is_over(taken_rps + rps, rate / 2.0) {
            taken_rps += rps;
            taken.push((*node, *rps));
        }
    }
    taken
}

#[cfg(test)]
fn busy(rps: f64) -> Sketch {
    use Purpose as P;
    single()
        .put_as("frankfurt", Kind::Gateway, "-b")
        .link("frankfurt-lb-gw", "frankfurt-gw-b", &[P::ApiTraffic])
        .link("frankfurt-gw-b", "frankfurt-lb-cp", &[P::ManagementHttps, P::KeyManagerHttps])
        .link("frankfurt-gw-b", "frankfurt-cp", &[P::EventStream])
        .link("frankfurt-gw-b", "frankfurt-tm", &[P::ThrottleData, P::ThrottleDecision])
        .entrance(&["frankfurt-lb-gw"])
        .calls(rps)
        .version(ProductVersion::V4_7)
}

#[cfg(test)]
pub fn failing() -> Design {
    busy(30_000.0).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    busy(20_000.0).design()
}

#[test]
fn the_older_figure_is_larger_and_every_node_gets_every_event_unless_counters_are_shared() {
    let at = |version, rps| found(&busy(rps).version(version).instances("frankfurt-tm", 2).design(), RULE.id).len();
    assert_eq!(at(ProductVersion::V4_6, 30_000.0), 0);
    assert_eq!(at(ProductVersion::V4_6, 50_001.0), 1);
    let shared = busy(30_000.0).put("frankfurt", Kind::Redis).link(
        "frankfurt-tm",
        "frankfurt-redis",
        &[Purpose::SharedCounters],
    );
    assert_eq!(found(&shared.design(), RULE.id), []);
}

#[test]
fn an_all_in_one_counts_its_own_calls() {
    let design = Sketch::new()
        .region("Frankfurt", RegionRole::Peer)
        .put("frankfurt", Kind::AllInOne)
        .put("frankfurt", Kind::LoadBalancer)
        .link("frankfurt-lb", "frankfurt-aio", &[Purpose::ApiTraffic])
        .entrance(&["frankfurt-lb"])
        .calls(20_001.0)
        .version(ProductVersion::V4_7);
    assert_eq!(found(&design.design(), RULE.id).len(), 1);
}
