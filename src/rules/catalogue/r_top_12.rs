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

/// Regions that are told in part only are the matter of R-CON-07.
fn check(cx: &Context<'_>, found: &mut Breaches) {
    let regions: Vec<&RegionView<'_>> = cx.synchronised().filter(|r| r.has(Kind::has_control_plane)).collect();
    let known: BTreeSet<&Id> = regions.iter().map(|r| r.id).collect();
    let mut told: BTreeMap<&Id, BTreeSet<&Id>> = BTreeMap::new();
    for wire in cx.wires_for(Purpose::HubEvents).filter(|w| w.crosses_regions()) {
        if let Some(region) = &wire.to.component.region
            && wire.to.component.kind().has_control_plane()
            && known.contains(region)
        {
            told.entry(wire.from.id).or_default().insert(region);
        }
    }
    for region in &regions {
        let hubs: Vec<Node<'_>> = region.which(Kind::has_control_plane).collect();
        for hub in &hubs {
            let reached = told.get(hub.id);
            let count = reached.map_or(0, BTreeSet::len);
            let missing = regions.len().saturating_sub(1).saturating_sub(count);
            let names: Vec<&str> = regions
                .iter()
                .filter(|other| other.id != region.id && !reached.is_some_and(|set| set.contains(other.id)))
                .take(enough_names().min(missing))
                .map(|other| other.name())
                .collect();
            if !names.is_empty() {
                // A region's only control plane goes by the name of the region.
                let sender = if hubs.len() == 1 { region.name().to_owned() } else { cx.place(*hub) };
                let message = format!(
                    "{sender} does not send its events to {}, where changes and revoked tokens go unnoticed",
                    list_of(&names, missing)
                );
                found.at([hub.id, region.id], message).seen("regions told", count).seen("not told", missing);
            }
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
fn every_control_plane_of_a_region_tells_and_a_region_told_in_part_is_another_matter() {
    let design =
        pattern_1().put_as("oregon", Kind::ControlPlane, "-2").with("oregon-cp-2", |c| c.name = "Spare".into());
    let said = found(&design.design(), RULE.id);
    let expected =
        "Spare in Oregon does not send its events to Frankfurt, where changes and revoked tokens go unnoticed";
    assert_eq!(said.into_iter().map(|(_, m)| m).collect::<Vec<_>>(), [expected]);
}

#[test]
fn a_link_between_other_components_does_not_connect_the_hubs() {
    let design = pattern_1()
        .without_link("oregon-cp", "frankfurt-cp", Purpose::HubEvents)
        .link("oregon-gw", "frankfurt-cp", &[Purpose::HubEvents])
        .design();
    assert_eq!(found(&design, RULE.id).len(), 1);
}
