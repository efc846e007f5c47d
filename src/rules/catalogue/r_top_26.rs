//! R-TOP-26: all-in-one regions are allowed in Pattern 1.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-26",
    title: "A region of Pattern 1 may consist of all-in-one nodes.",
    severity: Severity::Info,
    basis: Basis::Overview,
    impact: "Gateways and control plane share their nodes, so one cannot grow or be updated without the other.",
    why: "The overview allows all-in-one set-ups in the regions of Pattern 1.",
    remedy: "Nothing to do; separate the components when the gateways have to grow alone.",
    sources: &[source("B4", S1)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None("It is allowed, so nothing has to be changed."),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for region in cx.synchronised() {
        let nodes: Vec<&Id> = region.of(Kind::AllInOne).map(|n| n.id).collect();
        if !nodes.is_empty() {
            let message = format!("{} runs on all-in-one nodes, which Pattern 1 allows", region.name());
            let count = region.count(Kind::AllInOne);
            found.at(nodes.into_iter().chain([region.id]), message).seen("all-in-one nodes", count);
        }
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_1().put("oregon", Kind::AllInOne).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_1().design()
}
