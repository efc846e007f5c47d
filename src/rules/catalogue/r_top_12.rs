//! R-TOP-12: in Pattern 1 all event hubs are connected to each other.

use std::collections::{BTreeMap, BTreeSet};

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-12",
    title: "In Pattern 1 the control plane of every region publishes events to those of all other regions.",
    severity: Severity::Error,
    basis: Basis::Overview,
    impact: "Gateways elsewhere serve old APIs and accept revoked tokens until they are told otherwise.",
    why: "Gateways hear of new APIs, subscriptions and revoked tokens from the event hub of their own region only, so \
          every hub must be told by every other one.",
    remedy: "Link each control plane to those of all other regions, in both directions.",
    sources: &[source("B6", S1), source("B11", S3)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let hubs: Vec<(&RegionView<'_>, Node<'_>)> =
        cx.synchronised().flat_map(|r| r.which(Kind::has_control_plane).map(move |n| (r, n))).collect();
    let known: BTreeSet<&Id> = hubs.iter().map(|(_, n)| n.id).collect();
    let mut at_home: BTreeMap<&Id, usize> = BTreeMap::new();
    for (region, _) in &hubs {
        *at_home.entry(region.id).or_default() += 1;
    }
    let mut told: BTreeMap<&Id, BTreeSet<&Id>> = BTreeMap::new();
    for wire in cx.wires_for(Purpose::HubEvents).filter(|w| w.crosses_regions()) {
        if known.contains(wire.from.id) && known.contains(wire.to.id) {
            told.entry(wire.from.id).or_default().insert(wire.to.id);
        }
    }
    // A region's only control plane goes by the name of the region.
    let siblings = |region: &RegionView<'_>| at_home.get(region.id).copied().unwrap_or(0);
    let called = |region: &RegionView<'_>, hub: Node<'_>| {
        if siblings(region) == 1 { region.name().to_owned() } else { cx.place(hub) }
    };
    for (region, hub) in &hubs {
        let reached = told.get(hub.id);
        let missing = hubs.len().saturating_sub(siblings(region)).saturating_sub(reached.map_or(0, BTreeSet::len));
        let names: Vec<String> = hubs
            .iter()
            .filter(|(r, n)| r.id != region.id && !reached.is_some_and(|set| set.contains(n.id)))
            .take(enough_names().min(missing))
            .map(|(r, n)| called(r, *n))
            .collect();
        if !names.is_empty() {
            let message = format!(
                "{} does not send its events to {}, where changes and revoked tokens go unnoticed",
                called(region, *hub),
                list_of(&names, missing)
            );
            let told = reached.map_or(0, BTreeSet::len);
            found.at([hub.id, region.id], message).seen("control planes told", told).seen("not told", missing);
        }
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(hub) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    let hubs = || cx.synchronised().flat_map(|r| r.which(Kind::has_control_plane));
    list.offer(format!("Send the events of {} to all other regions", cx.place(hub)), |d| {
        for other in hubs().filter(|n| n.component.region != hub.component.region) {
            d.connect(hub.id, other.id, &[Purpose::HubEvents]);
        }
    });
    let regions: Vec<&Id> = cx.synchronised().map(|r| r.id).collect();
    list.offer("Connect the control planes of all regions with each other", |d| {
        for (i, one) in regions.iter().enumerate() {
            regions.iter().skip(i + 1).for_each(|other| wiring::connect_hubs(d, one, other));
        }
    });
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_1().without_link("oregon-cp", "frankfurt-cp", Purpose::HubEvents).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_1().design()
}

#[test]
fn only_the_side_that_stays_silent_is_marked() {
    let said = found(&failing(), RULE.id);
    assert_eq!(said.iter().map(|(s, _)| s.join(" ")).collect::<Vec<_>>(), ["oregon-cp oregon"]);
}

#[test]
fn every_control_plane_of_a_region_tells_and_is_told() {
    let design =
        pattern_1().put_as("oregon", Kind::ControlPlane, "-2").with("oregon-cp-2", |c| c.name = "Spare".into());
    let said = found(&design.design(), RULE.id);
    let expected = [
        "Frankfurt does not send its events to Spare in Oregon, where changes and revoked tokens go unnoticed",
        "Spare in Oregon does not send its events to Frankfurt, where changes and revoked tokens go unnoticed",
    ];
    assert_eq!(said.into_iter().map(|(_, m)| m).collect::<Vec<_>>(), expected);
}

#[test]
fn a_link_between_other_components_does_not_connect_the_hubs() {
    let design = pattern_1()
        .without_link("oregon-cp", "frankfurt-cp", Purpose::HubEvents)
        .link("oregon-gw", "frankfurt-cp", &[Purpose::HubEvents])
        .design();
    assert_eq!(found(&design, RULE.id).len(), 1);
}
