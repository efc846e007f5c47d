//! R-CON-09: control planes of one region tell each other.

use std::collections::{BTreeMap, BTreeSet};

use crate::rules::context::id_list;
use crate::rules::prelude::*;
use crate::rules::rewire;

pub static RULE: Rule = Rule {
    id: "R-CON-09",
    title: "Control planes of one region that are drawn apart send their events to each other.",
    severity: Severity::Error,
    basis: Basis::Documented,
    impact: "A token revoked at one of them stays valid at gateways that listen to the other, and changes are missed alike.",
    why: "Each node publishes to the event hubs of all of them and copies revocations to its peer. Nodes of one box do so \
          without a link; boxes have to be linked.",
    remedy: "Link the control planes of the region with each other for hub events, or draw them as one group.",
    sources: &[source("A27", S5), source("A28", S5), source("D2", S5)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let mut told: BTreeMap<&Id, BTreeSet<&Id>> = BTreeMap::new();
    for wire in cx.wires_for(Purpose::HubEvents) {
        let (from, to) = (wire.from.component, wire.to.component);
        let hubs = from.kind().has_control_plane() && to.kind().has_control_plane();
        if hubs && from.region == to.region && wire.from.id != wire.to.id {
            told.entry(wire.from.id).or_default().insert(wire.to.id);
        }
    }
    for region in cx.regions() {
        let hubs: Vec<Node<'_>> = region.which(Kind::has_control_plane).collect();
        for hub in &hubs {
            let reached = told.get(hub.id);
            let count = hubs.len().saturating_sub(1).saturating_sub(reached.map_or(0, BTreeSet::len));
            let left = hubs.iter().filter(|n| n.id != hub.id && !reached.is_some_and(|set| set.contains(n.id)));
            let missing: Vec<&Node<'_>> = left.take(enough_names().min(count)).collect();
            if missing.is_empty() {
                continue;
            }
            let names: Vec<&str> = missing.iter().map(|n| n.component.name.as_str()).collect();
            found
                .at(
                    [hub.id],
                    format!("{} does not send its events to {} beside it", cx.place(*hub), list_of(&names, count)),
                )
                .seen("left out", id_list(missing.iter().map(|n| n.id)))
                .seen("number left out", count);
        }
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(region) = finding.subjects.first().and_then(|id| cx.node(id)).and_then(|n| cx.region_of(n)) else {
        return;
    };
    let label = format!("Connect the control planes in {} with each other", region.name());
    list.offer(label, |d| rewire::connect_peers(d, region.id));
}

#[cfg(test)]
fn two_boxes() -> Sketch {
    single()
        .put_as("frankfurt", Kind::ControlPlane, "-2")
        .link("frankfurt-cp", "frankfurt-cp-2", &[Purpose::HubEvents])
        .link("frankfurt-cp-2", "frankfurt-cp", &[Purpose::HubEvents])
}

#[cfg(test)]
pub fn failing() -> Design {
    two_boxes().without_link("frankfurt-cp-2", "frankfurt-cp", Purpose::HubEvents).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    two_boxes().design()
}

#[test]
fn the_nodes_of_one_group_know_each_other() {
    assert_eq!(found(&single().instances("frankfurt-cp", 2).design(), RULE.id), []);
    let said = found(&failing(), RULE.id);
    assert_eq!(said.iter().map(|(subjects, _)| subjects.join(" ")).collect::<Vec<_>>(), ["frankfurt-cp-2"]);
}
