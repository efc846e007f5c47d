//! R-CON-03: HTTPS goes to the balancer, events go to each node.

use std::collections::BTreeSet;

use crate::rules::prelude::*;
use crate::rules::rewire;

pub static RULE: Rule = Rule {
    id: "R-CON-03",
    title: "Artifact pulls go to the load balancer of a control plane, event connections to each of its nodes.",
    severity: Severity::Error,
    basis: Basis::Documented,
    impact: "When one node is lost, whoever connects the wrong way is cut off although its partner is there.",
    why: "The pull has one address, so a pair of nodes needs the balancer there. Event connections list all nodes and \
          change between them by themselves; a balancer in front of 5672 is not documented.",
    remedy: "Draw the pull to the load balancer and the event connection to the component behind it.",
    sources: &[source("A19", S5), source("A20", S5), source("B26", S4), source("A38", S27)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let balancer = |n: Node<'_>| matches!(n.component.kind(), Kind::LoadBalancer | Kind::GlobalLoadBalancer);
    let pair = |n: Node<'_>| {
        n.component.kind().has_control_plane() && cx.region_of(n).is_some_and(|r| r.control_plane_nodes >= 2)
    };
    // A pair without any balancer is a matter of R-HA-10.
    let balanced: BTreeSet<&Id> =
        cx.wires().iter().filter(|w| balancer(w.from) && pair(w.to)).map(|w| w.to.id).collect();
    for wire in cx.wires() {
        match wire.link.purpose {
            Purpose::EventStream | Purpose::HubEvents | Purpose::ThrottleDecision if balancer(wire.to) => {
                found
                    .at(
                        [wire.id, wire.to.id],
                        format!(
                            "{} opens its event connection to {}; it has to know each node behind it",
                            cx.place(wire.from),
                            cx.place(wire.to)
                        ),
                    )
                    .seen("purpose", wire.link.purpose.label())
                    .seen("target", wire.to.component.kind().label());
            }
            Purpose::ManagementHttps if !balancer(wire.from) && balanced.contains(wire.to.id) => {
                found
                    .at(
                        [wire.id, wire.to.id],
                        format!(
                            "{} pulls from {} past the load balancer, so it depends on one node",
                            cx.place(wire.from),
                            cx.place(wire.to)
                        ),
                    )
                    .seen("purpose", wire.link.purpose.label())
                    .seen("target", wire.to.component.kind().label())
                    .seen("control plane nodes", cx.region_of(wire.to).map_or(0, |r| r.control_plane_nodes));
            }
            _ => {}
        }
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(wire) = finding.subjects.first().and_then(|id| cx.wire(id)) else { return };
    if wire.link.purpose == Purpose::ManagementHttps {
        balance(cx, &wire, list);
        return;
    }
    let decides = wire.link.purpose == Purpose::ThrottleDecision;
    let wanted = |k: Kind| if decides { cx.serves_throttling(k) } else { k.has_control_plane() };
    let mut nodes = rewire::behind(cx.topology, wire.to.id, wanted);
    if nodes.is_empty() {
        let beside = cx.region_of(wire.to).map(|r| wiring::of_kind(cx.design, r.id, wanted));
        nodes = beside.unwrap_or_default();
    }
    if nodes.iter().any(|id| id != wire.from.id) {
        let label = format!("Connect {} with each node behind {}", cx.place(wire.from), cx.place(wire.to));
        list.offer(label, |d| rewire::lead_to(d, wire.id, &nodes));
    }
}

/// Leads a pull through the balancer before the control plane.
fn balance(cx: &Context<'_>, wire: &Wire<'_>, list: &mut FixList<'_>) {
    let forwards = |w: &&Wire<'_>| SERVLET.contains(&w.link.purpose);
    let of_region = |w: &&Wire<'_>| w.from.component.kind() == Kind::LoadBalancer;
    let before = || cx.into(wire.to.id).iter().filter(of_region);
    match before().find(forwards).or_else(|| before().next()) {
        Some(first) => {
            let label = format!("Let {} pull through {}", cx.place(wire.from), cx.place(first.from));
            list.offer(label, |d| {
                rewire::lead_to(d, wire.id, std::slice::from_ref(first.from.id));
                if !forwards(&first) {
                    d.connect(first.from.id, wire.to.id, &[Purpose::ManagementHttps]);
                }
            });
        }
        None => {
            let Some(region) = cx.region_of(wire.to) else { return };
            let label = format!("Put a load balancer before the control plane in {}", region.name());
            list.offer(label, |d| wiring::balance_control_planes(d, region.id));
        }
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_2()
        .without_link("mumbai-gw", "frankfurt-cp", Purpose::EventStream)
        .link("mumbai-gw", "frankfurt-lb-cp", &[Purpose::EventStream])
        .design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_2().design()
}

#[test]
fn pulling_past_the_balancer_is_told() {
    let design = pattern_2().link("mumbai-tm", "frankfurt-cp", &[Purpose::ManagementHttps]).design();
    let said = found(&design, RULE.id);
    assert_eq!(
        said.first().map(|(_, message)| message.as_str()),
        Some(
            "Traffic manager in Mumbai pulls from Control plane in Frankfurt past the load balancer, so it depends on one node"
        )
    );
    assert_eq!(said.len(), 1);
}
