//! R-HA-09: ten gateways for a control plane node.

use std::collections::BTreeMap;

use crate::rules::prelude::*;

/// Gateways that one control plane node serves when they start together (D13).
const GATEWAYS: u32 = 10;

pub static RULE: Rule = Rule {
    id: "R-HA-09",
    title: "No more than ten gateway nodes for each control plane node start together.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    impact: "After an outage gateways wait long for their APIs, and portals and new tokens are slow meanwhile.",
    why: "A gateway that starts fetches all APIs, subscriptions and policies from the control plane. One of its nodes \
          serves about ten such gateways; those of sub regions count, too.",
    remedy: "Run a second control plane node, or start gateways in turn, at most ten at a time.",
    sources: &[source("D13", S12), source("D13", S13)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    if cx.design.meta.practices.gateways_start_in_turn {
        return;
    }
    let attached = attached(cx);
    for region in cx.regions().iter().filter(|r| r.control_plane_nodes > 0) {
        let (count, planes) = (attached.get(region.id).copied().unwrap_or(0), region.control_plane_nodes);
        if count > planes.saturating_mul(GATEWAYS) {
            let nodes = plural(usize::try_from(planes).unwrap_or(usize::MAX), "control plane node");
            let message =
                format!("{count} gateway nodes load from {planes} {nodes} in {} when they start", region.name());
            found
                .at(region.which(Kind::has_control_plane).map(|n| n.id), message)
                .seen("gateway nodes", count)
                .seen("control plane nodes", planes)
                .seen("start in turn", false);
        }
    }
}

/// Number of gateway nodes attached to the control plane of each region.
fn attached<'a>(cx: &Context<'a>) -> BTreeMap<&'a Id, u32> {
    let mut counts: BTreeMap<&Id, u32> = BTreeMap::new();
    for (id, homes) in cx.attachments() {
        let Some(node) = cx.node(id).filter(|n| n.component.kind() == Kind::Gateway) else { continue };
        for home in homes {
            let count = counts.entry(home).or_default();
            *count = count.saturating_add(most_nodes(node.component));
        }
    }
    counts
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(first) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    let Some(region) = cx.region_of(first) else { return };
    let needed = attached(cx).get(region.id).copied().unwrap_or(0).div_ceil(GATEWAYS);
    let more = needed.saturating_sub(region.control_plane_nodes);
    // More than two control planes get out of step (R-HA-03).
    if more > 0 && (needed <= 2 || first.component.kind() == Kind::AllInOne) {
        let kind = first.component.kind().label().to_lowercase();
        list.offer(format!("Run {needed} {kind} nodes in {}", region.name()), |d| {
            d.component(first.id, |c| c.instances = c.instances.saturating_add(more));
            wiring::balance_copies(d, first.id);
        });
    }
    list.offer("Start gateways in turn, at most ten at a time", |d| {
        d.meta(|m| m.practices.gateways_start_in_turn = true);
    });
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_2().instances("frankfurt-cp", 1).instances("frankfurt-gw", 6).instances("mumbai-gw", 6).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_2().instances("frankfurt-cp", 2).instances("frankfurt-gw", 10).instances("mumbai-gw", 10).design()
}

#[test]
fn a_third_control_plane_is_no_way_out() {
    let design = pattern_2().instances("frankfurt-gw", 30).design();
    let labels: Vec<String> = offered(&design, RULE.id).into_iter().map(|f| f.label).collect();
    assert_eq!(labels, ["Start gateways in turn, at most ten at a time"]);
}
