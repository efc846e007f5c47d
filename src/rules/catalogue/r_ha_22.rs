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
        let (undecided, together): (Vec<Kind>, Vec<Kind>) =
            unspread(region).partition(|k| zones_of(region, *k).is_empty());
        if undecided.is_empty() && together.is_empty() {
            continue;
        }
        let (name, zones) = (region.name(), region.region.zones);
        let message = match (zones, together.as_slice()) {
            (0 | 1, _) => format!("{name} has one zone, whose loss takes all nodes there"),
            (_, []) => format!("Nothing says over which of its {zones} zones the nodes of {name} are spread"),
            _ => format!("Nodes of one kind in {name} stand in the same of its {zones} zones"),
        };
        let labels = |kinds: &[Kind]| kinds.iter().map(|k| k.label()).collect::<Vec<_>>().join(", ");
        let found = found.at([region.id], message).seen("zones", zones);
        for (what, kinds) in [("in one zone", together), ("zone not decided", undecided)] {
            if !kinds.is_empty() {
                found.seen(what, labels(&kinds));
            }
        }
    }
}

/// The zones named at the components of a kind.
fn zones_of<'a>(region: &RegionView<'a>, kind: Kind) -> BTreeSet<&'a str> {
    let named = region.of(kind).flat_map(|n| n.component.zones.iter().map(|z| z.trim()));
    named.filter(|z| !z.is_empty()).collect()
}

/// Kinds with several nodes in the region, which are in the same zone or where that is not decided.
fn unspread(region: &RegionView<'_>) -> impl Iterator<Item = Kind> {
    Kind::ALL
        .into_iter()
        .filter(|k| k.is_product_node())
        .filter(|&kind| region.count(kind) > 1 && zones_of(region, kind).len() < 2)
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(region) = finding.subjects.first().and_then(|id| cx.region(id)) else { return };
    let names = zone_names(region);
    if names.len() < 2 {
        return;
    }
    list.offer(format!("Spread the nodes of {} over its zones", region.name()), |d| {
        for kind in unspread(region) {
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

#[test]
fn zones_that_nobody_named_are_not_said_to_be_the_same() {
    let said: Vec<String> = found(&failing(), RULE.id).into_iter().map(|(_, message)| message).collect();
    assert_eq!(
        said,
        [
            "Nothing says over which of its 3 zones the nodes of Frankfurt are spread",
            "Nodes of one kind in Mumbai stand in the same of its 3 zones",
        ]
    );
}
