//! R-TOP-05: a sub region has a traffic manager of its own.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-05",
    title: "Every sub region of Pattern 2 has a traffic manager of its own.",
    severity: Severity::Error,
    basis: Basis::Overview,
    impact: "Nothing is throttled in that region.",
    why: "Throttling is decided inside each region from its own traffic, and the gateways of a sub region are wired to \
          the traffic managers beside them.",
    remedy: "Add a pair of traffic managers and connect the region's gateways to it.",
    sources: &[source("B20", S1), source("B30", S1), source("B27", S4)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for region in cx.subs().filter(|r| !r.has(Kind::has_traffic_manager)) {
        found
            .at([region.id], format!("{} has no traffic manager, so nothing is throttled there", region.name()))
            .seen("traffic managers", 0);
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(region) = finding.subjects.first().and_then(|id| cx.region(id)) else { return };
    let home = wiring::home_of(cx.topology, region.id);
    list.offer(format!("Add traffic managers in {}, connected", region.name()), |d| {
        let manager = d.add(Some(region.id), Kind::TrafficManager, Kind::TrafficManager.label());
        if let Some(home) = &home {
            wiring::attach(d, &manager, home);
        }
        for gateway in wiring::of_kind(d.design(), region.id, |k| k == Kind::Gateway) {
            wiring::throttle_at_home(d, &gateway);
        }
    });
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_2().without("mumbai-tm").design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_2().design()
}
