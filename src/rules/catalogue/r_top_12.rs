//! R-TOP-12: in Pattern 1 all event hubs are connected to each other.

use std::collections::{BTreeMap, BTreeSet};

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-12",
    title: "In Pattern 1 the control plane of every region publishes events to those of all other regions.",
    severity: Severity::Error,
    basis: Basis::Overview,
    why: "Gateways learn of new APIs, subscriptions and revoked tokens from the event hub of their own region only, so \
          every hub must be told by every other one.",
    remedy: "Link each control plane to those of all other regions, in both directions.",
    sources: &[source("B6", S1), source("B11", S3)],
    versions: Versions::ALL,
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let regions: Vec<&RegionView<'_>> = cx.synchronised().filter(|r| r.has(Kind::has_control_plane)).collect();
    let known: BTreeSet<&Id> = regions.iter().map(|r| r.id).collect();
    let mut told: BTreeMap<&Id, BTreeSet<&Id>> = BTreeMap::new();
    for wire in cx.wires_for(Purpose::HubEvents).filter(|w| w.crosses_regions()) {
        if let (Some(from), Some(to)) = (&wire.from.component.region, &wire.to.component.region)
            && known.contains(to)
        {
            told.entry(from).or_default().insert(to);
        }
    }
    for region in &regions {
        let reached = told.get(region.id);
        let others = regions.len() - 1;
        let missing = others.saturating_sub(reached.map_or(0, BTreeSet::len));
        let names: Vec<&str> = regions
            .iter()
            .filter(|r| r.id != region.id && !reached.is_some_and(|set| set.contains(r.id)))
            .take(enough_names().min(missing))
            .map(|r| r.name())
            .collect();
        if !names.is_empty() {
            let hubs = region.which(Kind::has_control_plane).map(|n| n.id);
            found.at(
                hubs.chain([region.id]),
                format!(
                    "{} does not send its events to {}, where changes and revoked tokens go unnoticed",
                    region.name(),
                    list_of(&names, missing)
                ),
            );
        }
    }
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
