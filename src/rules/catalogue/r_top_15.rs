//! R-TOP-15: an external identity provider is reachable from every region that uses it.

use std::collections::BTreeSet;

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-15",
    title: "An external identity provider can be reached from every region with gateways or a control plane.",
    severity: Severity::Error,
    basis: Basis::Overview,
    impact: "Logins through the provider fail there, and its tokens are not accepted.",
    why: "The identity provider is called as a service, so every region that works with it has to be able to call it.",
    remedy: "Connect the region's gateways or its control plane with the identity provider.",
    sources: &[source("B31", S1), source("H4", S43)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let providers: Vec<Node<'_>> = cx.which(|k| k == Kind::IdentityProvider).collect();
    let Some(first) = providers.first() else { return };
    let callers = cx.topology.sources_of(providers.iter().map(|n| n.id), Purpose::Identity, &[]);
    let served: BTreeSet<&Id> =
        callers.iter().filter_map(|id| cx.design.components.get(*id)?.region.as_ref()).collect();
    let needs = |r: &&RegionView<'_>| r.has(|k| k.has_gateway() || k.has_control_plane());
    for region in cx.regions().iter().filter(needs).filter(|r| !served.contains(r.id)) {
        let whom = if providers.len() == 1 { cx.place(*first) } else { "an identity provider".to_owned() };
        // One provider can be marked; of several, any would do.
        let provider = (providers.len() == 1).then_some(first.id);
        let message = format!("Nothing in {} is connected with {whom}", region.name());
        found
            .at(provider.into_iter().chain([region.id]), message)
            .seen("identity providers", providers.len())
            .seen("connected", false);
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(region) = finding.subjects.last().and_then(|id| cx.region(id)) else { return };
    let mut providers: Vec<Node<'_>> = cx.which(|k| k == Kind::IdentityProvider).collect();
    providers.sort_by_key(|n| n.component.region.as_ref() != Some(region.id));
    // Where there is a control plane, its portals log people in; otherwise only gateways are left to call.
    let planes = region.has(Kind::has_control_plane);
    let callers: Vec<Node<'_>> =
        region.which(|k| if planes { k.has_control_plane() } else { k == Kind::Gateway }).collect();
    let who = if planes { "control plane" } else { "gateways" };
    for provider in providers.into_iter().take(enough_names()) {
        let label = format!("Connect the {who} in {} with {}", region.name(), cx.place(provider));
        list.offer(label, |d| {
            for caller in &callers {
                d.connect(caller.id, provider.id, &[Purpose::Identity]);
            }
        });
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

#[test]
fn a_provider_of_its_own_is_enough_for_a_region() {
    let local = pattern_1().put("frankfurt", Kind::IdentityProvider).put("oregon", Kind::IdentityProvider).link(
        "frankfurt-cp",
        "frankfurt-idp",
        &[Purpose::Identity],
    );
    let said = found(&local.design(), RULE.id);
    assert_eq!(said, [(vec!["oregon".into()], "Nothing in Oregon is connected with an identity provider".into())]);
    let both = pattern_1()
        .put("frankfurt", Kind::IdentityProvider)
        .put("oregon", Kind::IdentityProvider)
        .link("frankfurt-cp", "frankfurt-idp", &[Purpose::Identity])
        .link("oregon-cp", "oregon-idp", &[Purpose::Identity]);
    assert_eq!(found(&both.design(), RULE.id), []);
}
