//! R-TOP-25: a sub region belongs to one main region.

use std::collections::BTreeSet;

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-25",
    title: "A sub region is attached to the control plane of exactly one region.",
    severity: Severity::Error,
    basis: Basis::Inferred,
    impact: "",
    why: "The settings of gateways and traffic managers name one control plane; wired to two, a region would mix the \
          APIs and events of both.",
    remedy: "Choose one region and remove the links to the other.",
    sources: &[source("B27", S4)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None(""),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    if cx.subs().next().is_none() {
        return;
    }
    let attachments = cx.attachments();
    for region in cx.subs() {
        let attached: Vec<_> = region
            .which(|k| matches!(k, Kind::Gateway | Kind::TrafficManager))
            .filter_map(|n| attachments.get(n.id).map(|mains| (n.id, mains)))
            .collect();
        let mains: BTreeSet<&Id> = attached.iter().flat_map(|(_, mains)| mains.iter().copied()).collect();
        if mains.len() < 2 {
            continue;
        }
        let names: Vec<&str> = mains.iter().filter_map(|id| cx.region(id)).map(RegionView::name).collect();
        found.at(
            attached.iter().map(|(id, _)| *id).chain([region.id]),
            format!("{} takes its APIs and events from {}; it can belong to one only", region.name(), list(&names)),
        );
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
