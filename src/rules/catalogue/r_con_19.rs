//! R-CON-19: backends are called by somebody.

use crate::rules::distance::nearest_first;
use crate::rules::prelude::*;
use crate::rules::rewire::MOST_OFFERS;

pub static RULE: Rule = Rule {
    id: "R-CON-19",
    title: "Every backend is reached by a gateway.",
    severity: Severity::Error,
    basis: Basis::Inferred,
    impact: "Its APIs answer every call with an error.",
    why: "Gateways call the backends themselves; what none of them reaches has nobody else to ask for it.",
    remedy: "Link the gateways that serve its APIs with the backend.",
    sources: &[source("A33", S5)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for backend in cx.which(|k| k == Kind::Backend) {
        let called = cx.into(backend.id).iter().any(|w| {
            w.link.purpose == Purpose::BackendCall
                && (w.from.component.kind().has_gateway() || w.from.component.kind() == Kind::LoadBalancer)
        });
        if !called {
            found
                .at([backend.id], format!("{} is called by no gateway", cx.place(backend)))
                .seen("calling gateways", 0);
        }
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(backend) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    let own = match &backend.component.spec {
        Spec::Backend(settings) => settings.site.as_ref(),
        _ => None,
    };
    let site = cx.region_of(backend).map(|r| &r.region.site).or(own);
    let serving = cx.regions().iter().filter(|r| r.has(Kind::has_gateway));
    let regions = nearest_first(site, serving, cx.books);
    let call = |d: &mut crate::design::draft::Draft, region: &RegionView<'_>| {
        for gateway in region.which(Kind::has_gateway) {
            d.connect(gateway.id, backend.id, &[Purpose::BackendCall]);
        }
    };
    for region in regions.iter().take(MOST_OFFERS) {
        let label = format!("Let the gateways in {} call {}", region.name(), backend.component.name);
        list.offer(label, |d| call(d, region));
    }
    if regions.len() > 1 {
        list.offer(format!("Let all gateways call {}", backend.component.name), |d| {
            regions.iter().for_each(|region| call(d, region));
        });
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    single().put("frankfurt", Kind::Backend).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    single().put("frankfurt", Kind::Backend).link("frankfurt-gw", "frankfurt-backend", &[Purpose::BackendCall]).design()
}
