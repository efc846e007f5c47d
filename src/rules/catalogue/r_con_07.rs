//! R-CON-07: events go to every control plane of the other region.

use std::collections::{BTreeMap, BTreeSet};

use crate::rules::context::id_list;
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-CON-07",
    title: "A control plane that sends events to another region sends them to every control plane there.",
    severity: Severity::Warning,
    basis: Basis::Inferred,
    impact: "Gateways of the other region that listen to a node left out miss new APIs and revoked tokens.",
    why: "What arrives at one hub is not copied to its peer, and each gateway is connected with one hub at a time.",
    remedy: "Link the control plane with all of the other region's.",
    sources: &[source("A38", S5), source("A49", S26), source("B18", S3)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let mut told: BTreeMap<(&Id, &Id), BTreeSet<&Id>> = BTreeMap::new();
    for wire in cx.wires_for(Purpose::HubEvents).filter(|w| w.crosses_regions()) {
        let hubs = [wire.from, wire.to].iter().all(|n| n.component.kind().has_control_plane());
        if let (true, Some(region)) = (hubs, &wire.to.component.region) {
            told.entry((wire.from.id, region)).or_default().insert(wire.to.id);
        }
    }
    let mut hubs_of: BTreeMap<&Id, Vec<Node<'_>>> = BTreeMap::new();
    for ((from, region), reached) in told {
        let (Some(from), Some(view)) = (cx.node(from), cx.region(region)) else { continue };
        let hubs = hubs_of.entry(region).or_insert_with(|| view.which(Kind::has_control_plane).collect());
        let count = hubs.len().saturating_sub(reached.len());
        let left = hubs.iter().filter(|n| !reached.contains(n.id));
        let missing: Vec<&Node<'_>> = left.take(enough_names().min(count)).collect();
        if missing.is_empty() {
            continue;
        }
        let names: Vec<String> = missing.iter().map(|n| cx.place(**n)).collect();
        found
            .at(
                [from.id, view.id],
                format!(
                    "{} sends its events to one part of {} only and leaves out {}",
                    cx.place(from),
                    view.name(),
                    list_of(&names, count)
                ),
            )
            .seen("left out", id_list(missing.iter().map(|n| n.id)))
            .seen("number left out", count);
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let [from, region] = finding.subjects.as_slice() else { return };
    let (Some(from), Some(region)) = (cx.node(from), cx.region(region)) else { return };
    list.offer(format!("Let {} send its events to every control plane in {}", cx.place(from), region.name()), |d| {
        for hub in region.which(Kind::has_control_plane) {
            d.connect(from.id, hub.id, &[Purpose::HubEvents]);
        }
    });
}

#[cfg(test)]
fn two_boxes() -> Sketch {
    pattern_1().put_as("oregon", Kind::ControlPlane, "-2").link("frankfurt-cp", "oregon-cp-2", &[Purpose::HubEvents])
}

#[cfg(test)]
pub fn failing() -> Design {
    two_boxes().without_link("frankfurt-cp", "oregon-cp-2", Purpose::HubEvents).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    two_boxes().design()
}

#[test]
fn a_region_that_gets_no_event_at_all_is_another_matter() {
    let design = two_boxes().without_link("frankfurt-cp", "oregon-cp", Purpose::HubEvents).without_link(
        "frankfurt-cp",
        "oregon-cp-2",
        Purpose::HubEvents,
    );
    assert_eq!(found(&design.design(), RULE.id), []);
}
