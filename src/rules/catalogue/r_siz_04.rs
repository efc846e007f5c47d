//! R-SIZ-04: the other regions carry the calls of one that is lost.

use std::collections::BTreeMap;

use super::r_siz_02::{is_over, loads, most_nodes, rps_per_node, set_most_nodes};
use crate::design::MAX_INSTANCES;
use crate::estimate::grouped;
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-SIZ-04",
    title: "Where regions have to survive a disaster, the others carry the whole peak without any one of them.",
    severity: Severity::Warning,
    basis: Basis::Inferred,
    impact: "The loss of one region at the peak overruns the others, too, so that APIs fail everywhere.",
    why: "The users of the lost region are sent to those that are left, on top of their own users, and by the published \
          throughput there is no room for both.",
    remedy: "Give every region enough gateways for its share of the others' calls.",
    sources: &[source("E8", S17), source("B2", S1)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

/// Calls a second of all groups, and what they carry: in all and by region.
struct Balance<'a> {
    demand_rps: f64,
    capacity_rps: f64,
    by_region: BTreeMap<&'a Id, f64>,
}

impl Balance<'_> {
    /// What is carried when a region is lost, calls a second.
    fn without(&self, region: &Id) -> f64 {
        self.capacity_rps - self.by_region.get(region).copied().unwrap_or_default()
    }
}

/// `None` when less than two regions serve calls, or something about them is not known.
fn balance<'a>(cx: &Context<'a>, found: &mut Breaches) -> Option<Balance<'a>> {
    if cx.regions().iter().filter(|r| r.has(Kind::has_gateway)).count() < 2 {
        return None;
    }
    let loads = loads(cx, found)?;
    let demand_rps = loads.iter().map(|l| l.demand_rps).sum();
    let mut balance = Balance { demand_rps, capacity_rps: 0.0, by_region: BTreeMap::new() };
    for load in loads {
        let Some(node) = cx.node(&load.component) else { continue };
        let Some(region) = node.component.region.as_ref() else { continue };
        let Some(per_node) = rps_per_node(load, node.component) else {
            found.unchecked(format!("No throughput is published for gateways of {}.", cx.version));
            return None;
        };
        let capacity_rps = per_node * f64::from(most_nodes(node.component));
        balance.capacity_rps += capacity_rps;
        *balance.by_region.entry(region).or_default() += capacity_rps;
    }
    Some(balance)
}

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let asking = cx.asked_for(|r| r.independent_survival, true);
    if asking.is_empty() {
        return;
    }
    let Some(balance) = balance(cx, found) else { return };
    for lost in cx.regions().iter().filter(|r| balance.by_region.contains_key(r.id)) {
        // A region that asks for itself only has to survive the loss of the others.
        if matches!(asking.as_slice(), [Some(only)] if only.id == lost.id) {
            continue;
        }
        let left_rps = balance.without(lost.id);
        if is_over(balance.demand_rps, left_rps) {
            let (demand, left) = (grouped(balance.demand_rps), grouped(left_rps));
            found
                .at(
                    [lost.id],
                    format!(
                        "Without {}, the other regions carry {left} of the {demand} calls a second at peak",
                        lost.name()
                    ),
                )
                .seen("calls a second", demand)
                .seen("capacity elsewhere", left)
                .seen("independent survival", true);
        }
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(lost) = finding.subjects.first().and_then(|id| cx.region(id)) else { return };
    let Some(balance) = balance(cx, &mut Breaches::default()) else { return };
    let left_rps = balance.without(lost.id);
    if left_rps <= 0.0 {
        return;
    }
    let factor = balance.demand_rps / left_rps;
    let elsewhere = cx.which(Kind::has_gateway).filter(|n| n.component.region.as_ref().is_some_and(|r| r != lost.id));
    let raised: Vec<(Node<'_>, u32)> =
        elsewhere.map(|n| (n, (f64::from(most_nodes(n.component)) * factor * (1.0 - 1e-9)).ceil() as u32)).collect();
    if raised.iter().any(|(_, nodes)| *nodes > MAX_INSTANCES) {
        return;
    }
    let more: u32 = raised.iter().map(|(n, nodes)| nodes.saturating_sub(most_nodes(n.component))).sum();
    let gateways = plural(more as usize, "gateway");
    list.offer(format!("Add {more} {gateways} in the other regions, in proportion"), |d| {
        for (node, nodes) in &raised {
            d.component(node.id, |c| set_most_nodes(c, *nodes));
        }
    });
}

#[cfg(test)]
fn surviving(rps: f64) -> Sketch {
    pattern_1().calls(rps).require(|r| r.independent_survival = Some(true))
}

#[cfg(test)]
pub fn failing() -> Design {
    surviving(8_000.0).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    surviving(3_000.0).design()
}

#[test]
fn only_where_survival_is_asked_for_and_then_the_loss_of_any_region_counts() {
    assert_eq!(found(&failing(), RULE.id).len(), 2);
    assert_eq!(found(&pattern_1().calls(8_000.0).design(), RULE.id), []);
    let one = pattern_1().calls(8_000.0).with_region("oregon", |r| r.requirements.independent_survival = Some(true));
    let said = found(&one.design(), RULE.id);
    assert!(matches!(said.as_slice(), [(subjects, _)] if *subjects == ["frankfurt"]), "{said:?}");
}
