//! R-DRAW-02: a region holds something.

use crate::rules::convert::{self, offer};
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-DRAW-02",
    title: "A region has at least one component.",
    severity: Severity::Info,
    basis: Basis::Inferred,
    impact: "Nobody is served from there, and it adds nothing to any figure.",
    why: "A region is a place of a deployment; an empty one has no part in either pattern.",
    remedy: "Put components into it, or delete it.",
    sources: &[source("B1", S1), source("B20", S1)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
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
            found.at([region.id], format!("Nothing stands in {} yet", region.name())).seen("components", 0);
        }
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(region) = finding.subjects.first().and_then(|id| cx.region(id)) else { return };
    if let Some(home) = offer::home_beside(cx, region.id).filter(|_| offer::may_have_subs(cx)) {
        let label = format!("Fill {} with gateways and traffic managers that follow {}", region.name(), home.name());
        list.offer(label, |d| convert::into_sub(d, region.id, home.id));
    }
    let complete: Vec<&RegionView<'_>> = cx.regions().iter().filter(|r| r.has(Kind::has_control_plane)).collect();
    // Beside regions that are not complete themselves it would make the pattern no better, and in Pattern 2 it would be
    // a second main region.
    let alone = cx.regions().iter().all(|r| r.id == region.id || !r.has(Kind::is_product_node));
    let beside = !complete.is_empty() && complete.iter().all(|r| cx.has_database(r)) && offer::may_replicate(cx);
    if cx.pattern != Pattern::Pattern2 && (alone || beside) {
        let others: Vec<Id> = complete.iter().map(|r| r.id.clone()).collect();
        let engine = offer::engine_note(cx, &others);
        list.offer(format!("Make {} a complete region{engine}", region.name()), |d| {
            convert::complete_beside(d, region.id, &others);
        });
    }
    list.offer(format!("Remove {}", region.name()), |d| d.remove_region(region.id));
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

#[test]
fn no_fix_contradicts_what_is_required() {
    let labels = |ask: fn(&mut crate::design::Requirements)| -> Vec<String> {
        let drawn = single().region("Oregon", RegionRole::Peer).version(ProductVersion::V4_5).require(ask);
        offered(&drawn.design(), RULE.id).into_iter().map(|f| f.label).collect()
    };
    let complete = "Make Oregon a complete region";
    let fill = "Fill Oregon with gateways and traffic managers that follow Frankfurt";
    assert_eq!(labels(|_| {}), [fill, complete, "Remove Oregon"]);
    assert_eq!(labels(|r| r.multi_tenancy = Some(true)), [complete, "Remove Oregon"]);
    assert_eq!(labels(|r| r.replication_feasible = Some(false)), [fill, "Remove Oregon"]);
}
