//! R-TOP-08: multi-tenancy in Pattern 2 from 4.6 is undecided.

use crate::rules::convert::offer;
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-08",
    title: "From 4.6, multi-tenancy in Pattern 2 is to be agreed with the vendor.",
    severity: Severity::Warning,
    basis: Basis::Overview,
    impact: "Tenants may run into what nobody has tested, without support for it.",
    why: "The overview still excludes tenants in Pattern 2. Since 4.6 gateways fetch tenants from the control plane \
          and need no database for them, but the request to lift the limitation is still open.",
    remedy: "Ask WSO2 or prefer Pattern 1; if you go on, enable tenant loading on the gateways.",
    sources: &[source("B24", S1), source("A13", S30)],
    versions: Versions::from(ProductVersion::V4_6),
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let second = cx.pattern == Pattern::Pattern2;
    if !second && cx.subs().next().is_none() {
        return;
    }
    // The complete regions of a mixture serve their own tenants.
    let askers = cx.asked_for(|r| r.multi_tenancy, true);
    for asker in askers.into_iter().filter(|a| a.is_none_or(|r| second || r.part == Part::Sub)) {
        let who = asker.map_or("The design", RegionView::name);
        let message = format!(
            "{who} needs multi-tenancy, which the documentation excludes for Pattern 2, though {} has lifted the \
             technical reason",
            cx.version
        );
        found.at(asker.map(|r| r.id), message).seen("multi-tenancy", true);
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    match finding.subjects.first().and_then(|id| cx.region(id)) {
        Some(region) => offer::pattern_1_or_complete(cx, region, list),
        None => offer::pattern_1(cx, list),
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_2().version(ProductVersion::V4_6).require(|r| r.multi_tenancy = Some(true)).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_2().version(ProductVersion::V4_6).require(|r| r.multi_tenancy = Some(false)).design()
}

#[test]
fn sub_regions_of_a_mixture_serve_no_tenants_either() {
    let drawn = || mixed().version(ProductVersion::V4_6);
    assert_eq!(found(&drawn().require(|r| r.multi_tenancy = Some(true)).design(), RULE.id).len(), 1);
    let at = |region: &str| drawn().with_region(region, |r| r.requirements.multi_tenancy = Some(true)).design();
    assert_eq!(found(&at("mumbai"), RULE.id).len(), 1);
    assert_eq!(found(&at("oregon"), RULE.id), []);
}
