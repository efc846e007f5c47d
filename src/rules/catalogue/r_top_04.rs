//! R-TOP-04: a sub region has a gateway.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-04",
    title: "Every sub region of Pattern 2 has a gateway.",
    severity: Severity::Error,
    basis: Basis::Overview,
    impact: "",
    why: "A sub region exists to handle API traffic, and without a gateway it handles none.",
    remedy: "Add a pair of gateways and connect it with the main region, or take the region away.",
    sources: &[source("B20", S1)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None(""),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for region in cx.subs().filter(|r| !r.has(Kind::has_gateway)) {
        found.at([region.id], format!("{} has no gateway, so it serves no API traffic", region.name()));
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_2().region("Oregon", RegionRole::Sub).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_2().design()
}

#[test]
fn a_region_only_meant_as_sub_region_is_marked_as_soon_as_it_is_drawn() {
    let meant = single().intent(PatternIntent::Pattern2).region("Oregon", RegionRole::Peer);
    assert_eq!(found(&meant.design(), RULE.id).len(), 1);
    let marked = single().region("Oregon", RegionRole::Sub);
    assert_eq!(found(&marked.design(), RULE.id).len(), 1);
    let neither = single().region("Oregon", RegionRole::Peer);
    assert_eq!(found(&neither.design(), RULE.id).len(), 0);
}
