//! R-HA-19: burst limits are counted together.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-HA-19",
    title: "Where burst control or backend limits are used, the gateways of a region count together in Redis.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    impact: "The limits multiply by the number of gateways, and backends get more calls than they were promised.",
    why: "These limits are not decided by the traffic managers: each gateway counts its own calls, unless Redis keeps the \
          counts of all.",
    remedy: "Link the gateways with Redis, or divide the limits by the number of gateways.",
    sources: &[source("D11", S25)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    if !cx.design.meta.practices.burst_limits {
        return;
    }
    for region in cx.regions() {
        let count = region.which(Kind::has_gateway).fold(0, |sum: u32, n| sum.saturating_add(most_nodes(n.component)));
        let alone = alone(cx, region);
        if count > 1 && !alone.is_empty() {
            found
                .at(&alone, format!("{count} gateway nodes in {} count burst limits each on its own", region.name()))
                .seen("gateway nodes", count)
                .seen("burst limits", true);
        }
    }
}

/// What serves API traffic in the region and keeps its counters to itself.
fn alone(cx: &Context<'_>, region: &RegionView<'_>) -> Vec<Id> {
    let shares = |w: &Wire<'_>| w.link.purpose == Purpose::SharedCounters;
    region.which(Kind::has_gateway).filter(|n| !cx.out(n.id).iter().any(shares)).map(|n| n.id.clone()).collect()
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(first) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    let Some(region) = cx.region_of(first) else { return };
    list.offer(format!("Let the gateways of {} count together in Redis", region.name()), |d| {
        wiring::share_counters(d, region.id, &alone(cx, region));
    });
}

#[cfg(test)]
fn with(gateways: u32) -> Design {
    single().meta(|m| m.practices.burst_limits = true).instances("frankfurt-gw", gateways).design()
}

#[cfg(test)]
pub fn failing() -> Design {
    with(2)
}

#[cfg(test)]
pub fn passing() -> Design {
    with(1)
}

#[test]
fn all_in_one_nodes_may_keep_burst_counters_in_redis_before_4_6() {
    let design =
        Sketch::new().region("Oslo", RegionRole::Peer).put("oslo", Kind::AllInOne).version(ProductVersion::V4_5);
    let fixed = fixed(&design.meta(|m| m.practices.burst_limits = true).design(), RULE.id);
    assert_eq!(found(&fixed, "R-HA-07"), []);
}
