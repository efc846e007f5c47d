//! R-HA-05: traffic managers come in pairs.

use std::collections::{BTreeMap, BTreeSet};

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-HA-05",
    title: "A group of traffic managers has two nodes, unless they share counters through Redis.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    impact: "The further nodes cost money and add neither capacity nor safety.",
    why: "Traffic managers do not scale out: the second node stands in for the first. More of them help only when they \
          count together in one store, which came with 4.6.",
    remedy: "Make further groups of two with ten gateways each, or link the nodes with Redis for shared counters.",
    sources: &[source("D4", S5), source("D4", S12), source("D5", S24)],
    versions: Versions::ALL,
    wording: &[Wording {
        versions: Versions::up_to(ProductVersion::V4_5),
        why: "Traffic managers do not scale out: each receives every call, and the second node only stands in for the \
              first.",
        remedy: "Make further groups of two with ten gateways each.",
    }],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for boxes in groups(cx) {
        let Some(first) = boxes.first() else { continue };
        let count = boxes.iter().fold(0_u32, |sum, n| sum.saturating_add(n.component.instances));
        if count <= 2 || boxes.iter().all(|n| count_together(cx, *n)) {
            continue;
        }
        let message = match cx.region_of(*first).filter(|_| boxes.len() > 1) {
            Some(region) => format!(
                "{count} traffic manager nodes in {} serve the same gateways without shared counters",
                region.name()
            ),
            None => format!("{} has {count} nodes without shared counters", cx.place(*first)),
        };
        found.at(boxes.iter().map(|n| n.id), message).seen("nodes", count).seen("shared counters", false);
    }
}

/// Traffic managers that stand in for each other, in order of id: boxes of one region to which the same gateways
/// report. One to which none reports yet is a group of its own.
pub fn groups<'a>(cx: &Context<'a>) -> Vec<Vec<Node<'a>>> {
    let mut serving: BTreeMap<(&Id, BTreeSet<&Id>), Vec<Node<'a>>> = BTreeMap::new();
    let mut groups = Vec::new();
    for node in cx.which(|k| k == Kind::TrafficManager) {
        let gateways = cx.topology.sources_of([node.id], Purpose::ThrottleData, &[]);
        match &node.component.region {
            Some(region) if !gateways.is_empty() => serving.entry((region, gateways)).or_default().push(node),
            _ => groups.push(vec![node]),
        }
    }
    groups.extend(serving.into_values());
    groups.sort_by_key(|group| group.first().map(|n| n.id));
    groups
}

/// Whether the nodes of a group count together in Redis, as they can from 4.6 (D5).
pub fn count_together(cx: &Context<'_>, group: Node<'_>) -> bool {
    cx.version >= ProductVersion::V4_6 && cx.out(group.id).iter().any(|w| w.link.purpose == Purpose::SharedCounters)
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(group) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    if finding.subjects.len() > 1 {
        offer_pair_of_boxes(cx, finding, group, list);
        return;
    }
    let place = cx.place(group);
    if super::r_ha_08::is_overfull(cx, group) {
        super::r_ha_08::offer_groups(cx, group, list);
    }
    list.offer(format!("Make {place} a pair"), |d| d.component(group.id, |c| c.instances = 2));
    if let Some(region) = cx.region_of(group).filter(|_| cx.version >= ProductVersion::V4_6) {
        list.offer(format!("Let the nodes of {place} count together in Redis"), |d| {
            wiring::share_counters(d, region.id, std::slice::from_ref(group.id));
        });
    }
}

/// Offers to keep two nodes of several boxes, or to let all count together.
fn offer_pair_of_boxes(cx: &Context<'_>, finding: &Finding, first: Node<'_>, list: &mut FixList<'_>) {
    let Some(region) = cx.region_of(first) else { return };
    list.offer(format!("Keep two of these traffic manager nodes in {}", region.name()), |d| {
        let mut left = 2;
        for node in finding.subjects.iter().filter_map(|id| cx.node(id)) {
            let kept = node.component.instances.min(left);
            left -= kept;
            if kept == 0 {
                wiring::merge(d, node.id, first.id);
            } else {
                d.component(node.id, |c| c.instances = kept);
            }
        }
    });
    if cx.version >= ProductVersion::V4_6 {
        list.offer(format!("Let these traffic managers in {} count together in Redis", region.name()), |d| {
            wiring::share_counters(d, region.id, &finding.subjects);
        });
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    single().instances("frankfurt-tm", 3).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    single()
        .instances("frankfurt-tm", 3)
        .put("frankfurt", Kind::Redis)
        .link("frankfurt-tm", "frankfurt-redis", &[Purpose::SharedCounters])
        .design()
}

#[test]
fn before_4_6_redis_does_not_help() {
    let design = || pattern_2().instances("mumbai-tm", 4).put("mumbai", Kind::Redis);
    let linked = design().link("mumbai-tm", "mumbai-redis", &[Purpose::SharedCounters]);
    assert_eq!(found(&linked.version(ProductVersion::V4_5).design(), RULE.id).len(), 1);
    let labels = |version| offered(&design().version(version).design(), RULE.id).len();
    assert_eq!((labels(ProductVersion::V4_5), labels(ProductVersion::V4_6)), (1, 2));
}

#[test]
fn boxes_that_serve_the_same_gateways_are_one_group_and_others_are_not() {
    let third = || single().put_as("frankfurt", Kind::TrafficManager, "-b").instances("frankfurt-tm-b", 1);
    assert_eq!(found(&third().design(), RULE.id), []);
    let same = third().link("frankfurt-gw", "frankfurt-tm-b", &[Purpose::ThrottleData, Purpose::ThrottleDecision]);
    let design = same.design();
    let said = found(&design, RULE.id);
    assert!(matches!(said.as_slice(), [(subjects, _)] if subjects.len() == 2), "{said:?}");
    let kept = fixed(&design, RULE.id);
    assert!(!kept.components.contains_key("frankfurt-tm-b"));
    assert_eq!(kept.components.get("frankfurt-tm").map(|c| c.instances), Some(2));
}
