//! R-HA-05: traffic managers come in pairs.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-HA-05",
    title: "A group of traffic managers has two nodes, unless they share counters through Redis.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    impact: "",
    why: "Traffic managers do not scale out: the second node stands in for the first. Further nodes count on their own \
          unless all keep their counters in one store, which came with 4.6.",
    remedy: "Make further groups of two with ten gateways each, or, from 4.6, link them with Redis for shared counters.",
    sources: &[source("D4", S5), source("D4", S12), source("D5", S24)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None(""),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for node in cx.which(|k| k == Kind::TrafficManager).filter(|n| n.component.instances > 2) {
        if !cx.out(node.id).iter().any(|w| w.link.purpose == Purpose::SharedCounters) {
            let count = node.component.instances;
            found.at([node.id], format!("{} has {count} nodes without shared counters", cx.place(node)));
        }
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
