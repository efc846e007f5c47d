//! R-TOP-25: a sub region belongs to one main region.

use std::collections::{BTreeMap, BTreeSet};

use crate::rules::convert::{self, answers_for_keys};
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-25",
    title: "A sub region is attached to the control plane of exactly one region.",
    severity: Severity::Error,
    basis: Basis::Inferred,
    impact: "Gateways of the region mix the APIs and events of two control planes, or miss some of both.",
    why: "The settings of gateways and traffic managers name one control plane, and all nodes of a region are meant to \
          name the same.",
    remedy: "Choose one region and remove the links to the other.",
    sources: &[source("B27", S4)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

/// Regions that gateways and traffic managers name for the artifact pull, events or the key manager.
fn attachments<'a>(cx: &Context<'a>) -> BTreeMap<&'a Id, BTreeSet<&'a Id>> {
    let mut found = cx.attachments();
    for region in cx.regions().iter().filter(|r| r.part != Part::Sub && r.has(answers_for_keys)) {
        let managers: Vec<&Id> = region.which(answers_for_keys).map(|n| n.id).collect();
        for source in cx.topology.sources_of(managers, Purpose::KeyManagerHttps, &SERVLET) {
            found.entry(source).or_default().insert(region.id);
        }
    }
    found
}

fn check(cx: &Context<'_>, found: &mut Breaches) {
    if cx.subs().next().is_none() {
        return;
    }
    let attachments = attachments(cx);
    for region in cx.subs() {
        let attached: Vec<_> = region
            .which(|k| matches!(k, Kind::Gateway | Kind::TrafficManager))
            .filter_map(|n| attachments.get(n.id).map(|mains| (n.id, mains)))
            .collect();
        // A control plane of its own is the matter of R-TOP-03.
        let mains = attached.iter().flat_map(|(_, mains)| mains.iter().copied()).filter(|main| *main != region.id);
        let mains: BTreeSet<&Id> = mains.collect();
        if mains.len() < 2 {
            continue;
        }
        let names: Vec<&str> = mains.iter().filter_map(|id| cx.region(id)).map(RegionView::name).collect();
        let message =
            format!("{} takes its APIs and events from {}; it can belong to one only", region.name(), list(&names));
        let ids: Vec<&str> = mains.iter().map(|id| id.as_str()).collect();
        found.at(attached.iter().map(|(id, _)| *id).chain([region.id]), message).seen("attached to", ids.join(", "));
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(region) = finding.subjects.last().and_then(|id| cx.region(id)) else { return };
    let attachments = attachments(cx);
    let mut votes: BTreeMap<&Id, usize> = BTreeMap::new();
    for main in region.nodes.iter().filter_map(|n| attachments.get(n.id)).flatten().filter(|id| **id != region.id) {
        *votes.entry(main).or_default() += 1;
    }
    let mut homes: Vec<&RegionView<'_>> = votes.keys().filter_map(|id| cx.region(id)).collect();
    homes.sort_by_key(|r| (r.part != Part::Main, std::cmp::Reverse(votes.get(r.id).copied())));
    for home in homes.into_iter().take(enough_names()) {
        let label = format!("Attach {} to {} only", region.name(), home.name());
        list.offer(label, |d| convert::follow(d, region.id, home.id));
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    mixed().link("mumbai-tm", "oregon-cp", &[Purpose::EventStream]).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    mixed().design()
}

#[test]
fn the_key_manager_belongs_to_the_same_region() {
    let design = mixed()
        .without_link("mumbai-gw", "frankfurt-lb-cp", Purpose::KeyManagerHttps)
        .link("mumbai-gw", "oregon-lb-cp", &[Purpose::KeyManagerHttps])
        .design();
    assert_eq!(found(&design, RULE.id).len(), 1);
    assert_eq!(found(&fixed(&design, RULE.id), RULE.id), []);
}
