//! R-TOP-04: a sub region has a gateway.

use crate::rules::convert::offer;
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-04",
    title: "Every sub region of Pattern 2 has a gateway.",
    severity: Severity::Error,
    basis: Basis::Overview,
    impact: "Users near the region are served from far away, or not at all.",
    why: "A sub region exists to handle API traffic, which only gateways do; everything else in it works for them.",
    remedy: "Add a pair of gateways and connect it with the main region, or take the region away.",
    sources: &[source("B20", S1)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for region in cx.subs().filter(|r| !r.has(Kind::has_gateway)) {
        let message = format!("{} has no gateway, so it serves no API traffic", region.name());
        found.at([region.id], message).seen("gateways", 0);
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(region) = finding.subjects.first().and_then(|id| cx.region(id)) else { return };
    match offer::home_beside(cx, region.id) {
        Some(home) => {
            let throttled = region.has(Kind::has_traffic_manager);
            let what = if throttled { "gateways" } else { "gateways and traffic managers" };
            let label = format!("Add {what} in {}, connected with {}", region.name(), home.name());
            list.offer(label, |d| wiring::data_plane(d, region.id, home.id));
        }
        None => list.offer(format!("Add gateways in {}", region.name()), |d| {
            let gateway = d.add(Some(region.id), Kind::Gateway, Kind::Gateway.label());
            wiring::throttle_at_home(d, &gateway);
            wiring::balance_gateways(d, region.id);
        }),
    }
    if region.nodes.is_empty() {
        list.offer(format!("Take {} away", region.name()), |d| d.remove_region(region.id));
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
