//! R-TOP-20: gateways belong near the backends.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-20",
    title: "Backends in a region without gateways are a reason for a sub region there.",
    severity: Severity::Info,
    basis: Basis::Overview,
    impact: "",
    why: "Every call of such a backend travels between regions; gateways beside it, in a sub region of Pattern 2, spare \
          the callers nearby that way.",
    remedy: "Consider gateways and traffic managers in the backend's region.",
    sources: &[source("B21", S1), source("B33", S1)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None(""),
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
            found.at(
                [backend.id].into_iter().chain(from_afar.iter().map(|w| w.id)),
                format!("{} is called from other regions only; gateways beside it would be nearer", cx.place(backend)),
            );
        }
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
