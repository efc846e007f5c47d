//! R-SIZ-05: traffic managers take the events of their region.

use super::r_siz_02::{about, is_over, loads, nodes_for};
use crate::design::MAX_INSTANCES;
use crate::estimate::grouped;
use crate::estimate::throttling::{events, events_per_node, shares_counters, sharing_with};
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

fn check(cx: &Context<'_>, found: &mut Breaches) {
    if cx.which(|k| cx.serves_throttling(k)).next().is_none() {
        return;
    }
    let Some(loads) = loads(cx, found) else { return };
    let (limit, _) = events_per_node(cx.version);
    for (id, inflow) in events(cx.topology, loads) {
        let rate = inflow.events_per_s;
        let Some(node) = cx.node(id).filter(|_| is_over(rate, limit)) else { continue };
        let (events, most) = (grouped(rate), grouped(limit));
        found
            .at([id], format!("Each node of {} gets {events} events a second and handles about {most}", cx.place(node)))
            .seen("events a second", about(rate))
            .seen("limit", most);
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(node) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    if node.component.kind() != Kind::TrafficManager {
        return;
    }
    let Some(region) = cx.region_of(node) else { return };
    let Some(inflow) = events(cx.topology, &cx.estimates().load).remove(node.id) else { return };
    let (rate, senders) = (inflow.events_per_s, inflow.senders);
    let ((limit, _), place) = (events_per_node(cx.version), cx.place(node));
    let shares = shares_counters(cx.topology, node.id);
    if shares || cx.version >= ProductVersion::V4_6 {
        // Those that share already take part of the events; what is too much for them goes to further nodes here.
        let sharing = if shares { sharing_with(cx.topology, node) } else { 1 };
        let more = nodes_for(rate * f64::from(sharing), limit).saturating_sub(sharing);
        let own = if shares { node.component.instances } else { 1 };
        let nodes = own.saturating_add(more).max(node.component.instances);
        let label = if shares {
            format!("Give {place} {nodes} nodes")
        } else {
            format!("Let {nodes} nodes of {place} share counters through Redis")
        };
        if nodes <= MAX_INSTANCES {
            list.offer(label, |d| {
                d.component(node.id, |c| c.instances = nodes);
                if !shares {
                    wiring::share_counters(d, region.id, std::slice::from_ref(node.id));
                }
            });
        }
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

#[test]
fn groups_that_share_counters_get_as_many_nodes_as_all_of_them_lack() {
    use Purpose as P;
    let shared = busy(90_000.0)
        .put("frankfurt", Kind::Redis)
        .put_as("frankfurt", Kind::TrafficManager, "-b")
        .link("frankfurt-gw", "frankfurt-tm-b", &[P::ThrottleData])
        .link("frankfurt-gw-b", "frankfurt-tm-b", &[P::ThrottleData])
        .link("frankfurt-tm", "frankfurt-redis", &[P::SharedCounters])
        .link("frankfurt-tm-b", "frankfurt-redis", &[P::SharedCounters])
        .design();
    assert_eq!(found(&shared, RULE.id).len(), 2);
    let fixed = fixed(&shared, RULE.id);
    assert_eq!(found(&fixed, RULE.id), []);
    assert_eq!(fixed.components.get("frankfurt-tm").map(|c| c.instances), Some(3));
}
