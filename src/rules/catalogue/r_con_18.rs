//! R-CON-18: some gateways have a management link, others have none.

use std::collections::{BTreeMap, BTreeSet};

use crate::rules::context::id_list;
use crate::rules::prelude::*;
use crate::rules::rewire;

pub static RULE: Rule = Rule {
    id: "R-CON-18",
    title: "Management links lead to all gateways or to none.",
    severity: Severity::Info,
    basis: Basis::Inferred,
    impact: "Nothing breaks, but the drawing asks for the port at some gateways only.",
    why: "All samples name the gateways' 9443 at the control plane; what a gateway serves it pulls by itself, so it works \
          without that link.",
    remedy: "Draw the link for the other gateways too, or for none.",
    sources: &[source("A32", S5), source("A19", S5)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

/// Gateways without a management link, once others have one.
fn left_out<'a>(cx: &Context<'a>) -> Vec<Node<'a>> {
    let mut managed = cx.wires_for(Purpose::GatewayManagement).peekable();
    if managed.peek().is_none() {
        return Vec::new();
    }
    let fronts: BTreeSet<&Id> =
        managed.filter(|w| w.to.component.kind() == Kind::LoadBalancer).map(|w| w.to.id).collect();
    let has = |w: &Wire<'_>| w.link.purpose == Purpose::GatewayManagement || fronts.contains(w.from.id);
    cx.which(|k| k == Kind::Gateway).filter(|n| !cx.into(n.id).iter().any(has)).collect()
}

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let left = left_out(cx);
    if left.is_empty() {
        return;
    }
    let names: Vec<String> = left.iter().take(enough_names()).map(|n| cx.place(*n)).collect();
    let have = if left.len() == 1 { "has" } else { "have" };
    found
        .at(
            left.iter().map(|n| n.id),
            format!("{} {have} no management link, though other gateways have", list_of(&names, left.len())),
        )
        .seen("without", id_list(left.iter().map(|n| n.id)));
}

fn fixes(cx: &Context<'_>, _: &Finding, list: &mut FixList<'_>) {
    let left = left_out(cx);
    let mut by_region = BTreeMap::new();
    let mut home = |node: Node<'_>| {
        let region = cx.region_of(node).map(|r| r.id);
        *by_region.entry(region).or_insert_with(|| rewire::homes(cx, node).into_iter().next())
    };
    let homes: Vec<_> = left.iter().map(|n| home(*n)).collect();
    if homes.iter().all(Option::is_some) {
        list.offer("Draw the missing management links", |d| {
            for (gateway, home) in left.iter().zip(homes.iter().flatten()) {
                let front = cx.into(gateway.id).iter().find(|w| w.from.component.kind() == Kind::LoadBalancer);
                if let Some(front) = front {
                    d.connect(front.from.id, gateway.id, &[Purpose::GatewayManagement]);
                }
                for plane in home.which(Kind::has_control_plane) {
                    d.connect(plane.id, front.map_or(gateway.id, |w| w.from.id), &[Purpose::GatewayManagement]);
                }
            }
        });
    }
    list.offer("Remove the management links", |d| {
        for wire in cx.wires_for(Purpose::GatewayManagement) {
            d.disconnect(wire.id);
        }
    });
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_2().link("frankfurt-cp", "frankfurt-lb-gw", &[Purpose::GatewayManagement]).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_2()
        .link("frankfurt-cp", "frankfurt-lb-gw", &[Purpose::GatewayManagement])
        .link("frankfurt-cp", "mumbai-gw", &[Purpose::GatewayManagement])
        .design()
}

#[test]
fn nobody_is_asked_to_draw_the_first_one() {
    assert_eq!(found(&pattern_2().design(), RULE.id), []);
}
