//! R-TOP-15: an external identity provider is reachable from every region that uses it.

use std::collections::BTreeSet;

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-15",
    title: "An external identity provider can be reached from every region with gateways or a control plane.",
    severity: Severity::Error,
    basis: Basis::Overview,
    why: "The identity provider is called as a service; a region that cannot call it cannot check its tokens or log \
          anybody in through it.",
    remedy: "Connect the region's gateways or its control plane with the identity provider.",
    sources: &[source("B31", S1), source("H4", S43)],
    versions: Versions::ALL,
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for provider in cx.which(|k| k == Kind::IdentityProvider) {
        let callers = cx.topology.sources_of([provider.id], Purpose::Identity, &[]);
        let regions: BTreeSet<&Id> =
            callers.iter().filter_map(|id| cx.design.components.get(*id)?.region.as_ref()).collect();
        let needs = |r: &&RegionView<'_>| r.has(|k| k.has_gateway() || k.has_control_plane());
        for region in cx.regions().iter().filter(needs).filter(|r| !regions.contains(r.id)) {
            found.at(
                [provider.id, region.id],
                format!("Nothing in {} is connected with {}", region.name(), cx.place(provider)),
            );
        }
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_2()
        .put("frankfurt", Kind::IdentityProvider)
        .link("frankfurt-cp", "frankfurt-idp", &[Purpose::Identity])
        .design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_2()
        .put("frankfurt", Kind::IdentityProvider)
        .link("frankfurt-cp", "frankfurt-idp", &[Purpose::Identity])
        .link("mumbai-gw", "frankfurt-idp", &[Purpose::Identity])
        .design()
}
