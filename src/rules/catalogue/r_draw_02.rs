//! R-DRAW-02: a region holds something.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-DRAW-02",
    title: "A region has at least one component.",
    severity: Severity::Info,
    basis: Basis::Inferred,
    impact: "",
    why: "A region is a place of a deployment; an empty one has no part in either pattern.",
    remedy: "Put components into it, or delete it.",
    sources: &[source("B1", S1), source("B20", S1)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None(""),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for region in cx.regions().iter().filter(|r| r.nodes.is_empty()) {
        // Where the pattern gives the region a part, its own rules say what is missing.
        let asked_for = match region.part {
            Part::Sub | Part::Main => true,
            Part::Full => cx.is_synchronised(region),
            Part::Outside => false,
        };
        if !asked_for {
            found.at([region.id], format!("Nothing stands in {} yet", region.name()));
        }
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    single().region("Oregon", RegionRole::Peer).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    single().region("Oregon", RegionRole::Peer).put("oregon", Kind::Backend).design()
}

#[test]
fn an_empty_sub_region_is_left_to_the_pattern() {
    let design = single().region("Oregon", RegionRole::Sub).design();
    assert_eq!(found(&design, RULE.id), []);
    assert_eq!(found(&design, "R-TOP-04").len(), 1);
}
