//! R-DRAW-02: a region holds something.

use crate::rules::prelude::*;
use crate::rules::rewire;

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
    let complete: Vec<&RegionView<'_>> = cx.regions().iter().filter(|r| r.has(Kind::has_control_plane)).collect();
    let home = wiring::home_of(cx.topology, region.id);
    if let Some(home) = home.as_ref().and_then(|id| cx.region(id)) {
        let label = format!("Fill {} with gateways and traffic managers that follow {}", region.name(), home.name());
        list.offer(label, |d| {
            d.region(region.id, |r| r.role = RegionRole::Sub);
            wiring::data_plane(d, region.id, home.id);
        });
    }
    // Beside regions that are not complete themselves it would make the pattern no better, and in Pattern 2 it would be
    // a second main region.
    let alone = cx.regions().iter().all(|r| r.id == region.id || !r.has(Kind::is_product_node));
    let second_main = cx.pattern == Pattern::Pattern2;
    if !second_main && (alone || (!complete.is_empty() && complete.iter().all(|r| r.has(|k| k == Kind::Database)))) {
        list.offer(format!("Make {} a complete region", region.name()), |d| {
            d.region(region.id, |r| r.role = RegionRole::Peer);
            rewire::add_database(d, region.id, &[]);
            wiring::complete(d, region.id);
            for peer in &complete {
                d.region(peer.id, |r| r.role = RegionRole::Peer);
                wiring::connect_hubs(d, region.id, peer.id);
                wiring::replicate(d, region.id, peer.id);
            }
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
