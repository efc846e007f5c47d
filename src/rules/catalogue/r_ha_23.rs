//! R-HA-23: caches are invalidated within a region.

use std::collections::{BTreeMap, BTreeSet};

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-HA-23",
    title: "A cache domain stays inside one region.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    impact: "Nodes wait for each other over the distance, and a broken line between regions stalls or splits them.",
    why: "Members of a domain tell each other of every change and expect an answer at once, which the vendor advises to \
          keep within one data centre because of latency.",
    remedy: "Give every region a cache domain of its own.",
    sources: &[source("D15", S31B), source("F3", S31B)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let mut domains: BTreeMap<&str, Vec<Node<'_>>> = BTreeMap::new();
    for node in cx.which(Kind::is_product_node).filter(|n| n.component.region.is_some()) {
        domains.entry(node.component.settings.cache_domain.trim()).or_default().push(node);
    }
    for (domain, nodes) in domains.into_iter().filter(|(domain, _)| !domain.is_empty()) {
        let regions: BTreeSet<&Id> = nodes.iter().filter_map(|n| n.component.region.as_ref()).collect();
        if regions.len() < 2 {
            continue;
        }
        let names: Vec<&str> = regions.iter().filter_map(|id| cx.region(id)).map(RegionView::name).collect();
        let ids: Vec<&str> = regions.iter().map(|id| id.as_str()).collect();
        found
            .at(nodes.iter().map(|n| n.id), format!("The cache domain \"{domain}\" spans {}", list(&names)))
            .seen("regions", ids.join(", "));
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let nodes: Vec<Node<'_>> = finding.subjects.iter().filter_map(|id| cx.node(id)).collect();
    list.offer("Give every region a cache domain of its own", |d| {
        for node in &nodes {
            let Some(region) = &node.component.region else { continue };
            d.component(node.id, |c| c.settings.cache_domain = region.to_string());
        }
    });
    list.offer("Do without this cache domain", |d| {
        for node in &nodes {
            d.component(node.id, |c| c.settings.cache_domain.clear());
        }
    });
}

#[cfg(test)]
fn domains(frankfurt: &str, oregon: &str) -> Design {
    let set = |s: Sketch, id: &str, domain: &str| s.with(id, |c| c.settings.cache_domain = domain.into());
    set(set(pattern_1(), "frankfurt-cp", frankfurt), "oregon-cp", oregon).design()
}

#[cfg(test)]
pub fn failing() -> Design {
    domains("control-plane", "control-plane")
}

#[cfg(test)]
pub fn passing() -> Design {
    domains("control-plane-eu", "control-plane-us")
}
