//! R-HA-22: nodes that stand in for each other stand in different zones.

use std::collections::BTreeSet;

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-HA-22",
    title: "Nodes of one kind are spread over the availability zones of their region.",
    severity: Severity::Info,
    basis: Basis::Inferred,
    impact: "The loss of one zone can take both nodes of a pair, and with them their work in the whole region.",
    why: "A pair protects against the loss of what its nodes do not share; the charts place the nodes of a pair in \
          different zones where they can.",
    remedy: "Name the zones of the nodes, at least two for each kind.",
    sources: &[source("D6", S28), source("D1", S7)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    if cx.design.meta.environment != Environment::Production {
        return;
    }
    for region in cx.regions() {
        let kinds: Vec<&str> = together(region).map(Kind::label).collect();
        if kinds.is_empty() {
            continue;
        }
        let (name, zones) = (region.name(), region.region.zones);
        let message = match zones {
            0 | 1 => format!("{name} has one zone, whose loss takes all nodes there"),
            _ => format!("Nodes of one kind in {name} are not spread over its {zones} zones"),
        };
        found.at([region.id], message).seen("kinds", kinds.join(", ")).seen("zones", zones);
    }
}

/// Kinds with several nodes in the region, which are in the same zone or where that is not decided.
fn together(region: &RegionView<'_>) -> impl Iterator<Item = Kind> {
    Kind::ALL.into_iter().filter(|k| k.is_product_node()).filter(|&kind| {
        let zones: BTreeSet<&str> = region.of(kind).flat_map(|n| n.component.zones.iter().map(|z| z.trim())).collect();
        region.count(kind) > 1 && zones.len() < 2
    })
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(region) = finding.subjects.first().and_then(|id| cx.region(id)) else { return };
    let names = zone_names(region);
    if names.len() < 2 {
        return;
    }
    list.offer(format!("Spread the nodes of {} over its zones", region.name()), |d| {
        for kind in together(region) {
            let mut next = names.iter().cycle();
            for node in region.of(kind) {
                let count = usize::try_from(node.component.instances).unwrap_or(usize::MAX).min(names.len());
                let mut zones: Vec<String> = next.by_ref().take(count).cloned().collect();
                zones.sort();
                d.component(node.id, |c| c.zones = zones);
            }
        }
    });
}

/// As many names as the region has zones: those in use there, then letters.
fn zone_names(region: &RegionView<'_>) -> Vec<String> {
    let used: BTreeSet<&str> = region.nodes.iter().flat_map(|n| n.component.zones.iter().map(|z| z.trim())).collect();
    let mut names: Vec<String> = used.iter().filter(|z| !z.is_empty()).map(|z| (*z).to_owned()).collect();
    let letters = ('a'..='z').map(String::from).filter(|letter| !used.contains(letter.as_str()));
    names.extend(letters);
    names.truncate(usize::from(region.region.zones));
    names
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_2().with("mumbai-gw", |c| c.zones = vec!["1".into()]).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_2().meta(|m| m.environment = Environment::Development).design()
}

#[test]
fn spreading_uses_the_names_of_the_region_and_deals_single_boxes_out() {
    let sketch = pattern_2().put_as("mumbai", Kind::TrafficManager, "-b").instances("mumbai-tm-b", 1);
    let sketch = sketch.instances("mumbai-tm", 1).with("mumbai-gw", |c| c.zones = vec!["1".into(), "2".into()]);
    let fixed = fixed(&sketch.design(), RULE.id);
    let zones = |id: &str| fixed.components[&Id::slug(id)].zones.join(" ");
    assert_eq!((zones("mumbai-tm"), zones("mumbai-tm-b")), ("1".to_owned(), "2".to_owned()));
    assert_eq!((zones("mumbai-gw"), zones("frankfurt-gw")), ("1 2".to_owned(), "a b".to_owned()));
}

#[test]
fn where_there_is_one_zone_nothing_can_be_spread() {
    let one = pattern_2().with_region("mumbai", |r| r.zones = 1).with_region("frankfurt", |r| r.zones = 1).design();
    assert_eq!(found(&one, RULE.id).len(), 2);
    assert_eq!(offered(&one, RULE.id), []);
}
