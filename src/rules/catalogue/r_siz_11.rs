//! R-SIZ-11: groups stay below the use that the design sets as its target.

use super::r_siz_02::{about, enough_nodes, is_over, offer_nodes};
use crate::estimate::{GroupCapacity, Measure};
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-SIZ-11",
    title: "No group is used at peak beyond the target of the design.",
    severity: Severity::Warning,
    basis: Basis::Inferred,
    impact: "There is less room than planned for a peak higher than expected, a lost node or an update under load.",
    why: "The limit is the design's own. It is compared with the load at peak over the published throughput of gateways, \
          the documented events of traffic managers and the documented requests of key managers.",
    remedy: "Add nodes, take larger ones, or have the group serve fewer calls.",
    sources: &[source("E8", S17), source("E9", S12), source("E10", S13)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

/// The loads of a group that are over the target even with all nodes it may grow to, the most used first. Beyond all it
/// carries others speak: R-SIZ-02 of gateways, R-SIZ-05 of traffic managers.
fn over<'c>(cx: &'c Context<'_>) -> Vec<(Node<'c>, f64, &'c GroupCapacity)> {
    let mut found: Vec<(Node<'c>, f64, &GroupCapacity)> = Vec::new();
    for row in cx.estimates().capacity.iter().filter(|row| !row.measure.is_ratio()) {
        let (Some(node), Ok(used)) = (cx.node(&row.component), &row.utilisation) else { continue };
        let grows = f64::from(node.component.instances) / f64::from(most_nodes(node.component).max(1));
        let used_pct = used.value * if row.measure == Measure::Calls { grows } else { 1.0 };
        let told = row.measure != Measure::Tokens && is_over(used_pct, 100.0);
        if told || !is_over(used_pct, target_pct(cx)) {
            continue;
        }
        match found.last_mut().filter(|(known, ..)| known.id == node.id) {
            Some(known) if known.1 < used_pct => *known = (node, used_pct, row),
            Some(_) => {}
            None => found.push((node, used_pct, row)),
        }
    }
    found
}

/// What groups are planned to be used at peak, percent.
fn target_pct(cx: &Context<'_>) -> f64 {
    crate::estimate::UseTarget::of(cx.design).pct()
}

fn check(cx: &Context<'_>, found: &mut Breaches) {
    if cx.design.meta.estimation.targets.peak_use_pct.is_some() {
        report(cx, found, "and the target is");
    }
}

/// Reports the groups that are used more than planned.
pub fn report(cx: &Context<'_>, found: &mut Breaches, compared: &str) {
    let target = target_pct(cx);
    for (node, used_pct, row) in over(cx) {
        let what = match row.measure {
            Measure::Events => " by events",
            Measure::Tokens => " by tokens",
            _ => "",
        };
        let used = about(used_pct);
        found
            .at([node.id], format!("{} is used to {used} % at peak{what}, {compared} {target} %", cx.place(node)))
            .seen("use at peak, percent", used)
            .seen("target, percent", target)
            .seen("measured by", row.measure.label());
    }
}

/// The nodes with which the most used load of a group stays within the target.
fn needed(cx: &Context<'_>, id: &Id) -> Option<u32> {
    let rows = cx.estimates().capacity.iter().filter(|row| row.component == *id && !row.measure.is_ratio());
    rows.filter_map(|row| row.needed.as_ref().ok()).map(|needed| needed.instances).max()
}

/// As [`needed`], when one of the nodes is lost.
fn needed_with_a_spare(cx: &Context<'_>, id: &Id) -> Option<u32> {
    let rows = cx.estimates().capacity.iter().filter(|row| row.component == *id && !row.measure.is_ratio());
    rows.filter_map(|row| row.needed.as_ref().ok()).map(|needed| needed.with_node_lost).max()
}

/// Offers the nodes that keep the group within the target, and those that do so without one of them.
pub fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let over = over(cx);
    let about = finding.subjects.first().and_then(|id| over.iter().find(|(node, ..)| node.id == id));
    let Some((node, _, row)) = about else { return };
    // More than two control planes get out of step (R-HA-03).
    let most = if node.component.kind() == Kind::ControlPlane { 2 } else { u32::MAX };
    let mut offered = 0;
    for needs in [needed, needed_with_a_spare] {
        let nodes = if row.needed.is_ok() { enough_nodes(cx, node.id, needs) } else { None };
        if let Some(nodes) = nodes.filter(|nodes| *nodes > offered.max(most_nodes(node.component)) && *nodes <= most) {
            offer_nodes(cx, *node, nodes, list);
            offered = nodes;
        }
    }
}

#[cfg(test)]
fn used(rps: f64, target_pct: f64) -> Sketch {
    let target = move |m: &mut crate::design::Meta| m.estimation.targets.peak_use_pct = Some(target_pct);
    single().entrance(&["frankfurt-lb-gw"]).calls(rps).meta(target)
}

#[cfg(test)]
pub fn failing() -> Design {
    used(5_000.0, 50.0).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    used(3_000.0, 50.0).design()
}

#[test]
fn nodes_are_offered_for_the_target_and_for_the_target_without_one() {
    let labels: Vec<String> = offered(&failing(), RULE.id).into_iter().map(|f| f.label).collect();
    assert_eq!(labels, ["Give Gateway in Frankfurt 4 nodes", "Give Gateway in Frankfurt 5 nodes"]);
    assert_eq!(found(&fixed(&failing(), RULE.id), RULE.id), []);
}

#[test]
fn a_group_counts_with_the_nodes_it_grows_to() {
    let growing = used(5_000.0, 50.0).with("frankfurt-gw", |c| {
        if let Spec::Gateway(g) = &mut c.spec {
            g.autoscale_max = Some(4);
        }
    });
    assert_eq!(found(&growing.design(), RULE.id), []);
}

#[test]
fn traffic_managers_are_held_against_the_target_by_their_events() {
    let design = used(15_000.0, 50.0).version(ProductVersion::V4_7).instances("frankfurt-gw", 20);
    let said = found(&design.design(), RULE.id);
    assert!(
        matches!(said.as_slice(), [(subjects, message)] if *subjects == ["frankfurt-tm"] && message.contains("events")),
        "{said:?}"
    );
}
