//! R-TOP-20: gateways belong near the backends.

use crate::design::draft::Draft;
use crate::rules::convert::{self, offer};
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-20",
    title: "Backends in a region without gateways are a reason for a sub region there.",
    severity: Severity::Info,
    basis: Basis::Overview,
    impact: "Every call of such a backend travels between regions and back.",
    why: "Pattern 2 allows gateways to stand beside backends far from the main region, which spares callers near them \
          the way.",
    remedy: "Consider gateways and traffic managers in the backend's region.",
    sources: &[source("B21", S1), source("B33", S1)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for region in cx.regions().iter().filter(|r| r.part != Part::Sub && !r.has(Kind::has_gateway)) {
        for backend in region.of(Kind::Backend) {
            let calls = cx.into(backend.id);
            let from_afar: Vec<&Wire<'_>> =
                calls.iter().filter(|w| w.link.purpose == Purpose::BackendCall && w.crosses_regions()).collect();
            if from_afar.is_empty() {
                continue;
            }
            let place = cx.place(backend);
            let message = format!("{place} is called from other regions only; gateways beside it would be nearer");
            let callers: Vec<&str> = from_afar.iter().map(|w| w.from.id.as_str()).collect();
            found
                .at([backend.id].into_iter().chain(from_afar.iter().map(|w| w.id)), message)
                .seen("called by", callers.join(", "))
                .seen("gateways beside it", 0);
        }
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(region) = finding.subjects.first().and_then(|id| cx.node(id)).and_then(|n| cx.region_of(n)) else {
        return;
    };
    let call = |d: &mut Draft| {
        for gateway in wiring::of_kind(d.design(), region.id, |k| k == Kind::Gateway) {
            for backend in region.of(Kind::Backend) {
                d.connect(&gateway, backend.id, &[Purpose::BackendCall]);
            }
        }
    };
    if let Some(home) = offer::home_beside(cx, region.id).filter(|_| offer::may_have_subs(cx)) {
        let label = format!("Add a sub region in {}, with gateways beside its backends", region.name());
        list.offer(label, |d| {
            convert::into_sub(d, region.id, home.id);
            call(d);
        });
    }
    let others = offer::complete_regions(cx);
    if cx.synchronised().nth(1).is_some() && offer::may_replicate(cx) {
        let label = format!("Add a complete region in {}, with gateways beside its backends", region.name());
        list.offer(label, |d| {
            convert::complete_beside(d, region.id, &others);
            call(d);
        });
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    single()
        .region("Tokyo", RegionRole::Peer)
        .put("tokyo", Kind::Backend)
        .link("frankfurt-gw", "tokyo-backend", &[Purpose::BackendCall])
        .design()
}

#[cfg(test)]
pub fn passing() -> Design {
    single()
        .sub_region("Tokyo", "frankfurt")
        .put("tokyo", Kind::Backend)
        .link("frankfurt-gw", "tokyo-backend", &[Purpose::BackendCall])
        .link("tokyo-gw", "tokyo-backend", &[Purpose::BackendCall])
        .design()
}
