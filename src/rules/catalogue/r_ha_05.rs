//! R-HA-05: traffic managers come in pairs.

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
    for node in cx.which(|k| k == Kind::TrafficManager).filter(|n| n.component.instances > 2) {
        if !count_together(cx, node) {
            let count = node.component.instances;
            found
                .at([node.id], format!("{} has {count} nodes without shared counters", cx.place(node)))
                .seen("nodes", count)
                .seen("shared counters", false);
        }
    }
}

/// Whether the nodes of a group count together in Redis, as they can from 4.6 (D5).
pub fn count_together(cx: &Context<'_>, group: Node<'_>) -> bool {
    cx.version >= ProductVersion::V4_6 && cx.out(group.id).iter().any(|w| w.link.purpose == Purpose::SharedCounters)
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(group) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
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
