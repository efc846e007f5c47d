//! R-TOP-07: no multi-tenancy in Pattern 2 up to 4.5.

use crate::rules::convert::{self, offer};
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-07",
    title: "Up to 4.5, Pattern 2 does not support multi-tenancy.",
    severity: Severity::Error,
    basis: Basis::Overview,
    impact: "Tenants other than the first are not served in sub regions.",
    why: "Up to 4.5 a gateway that serves tenants needs the shared database, which a sub region does not have; the \
          overview excludes the combination.",
    remedy: "Choose Pattern 1, or upgrade to 4.6 or later and read what changed there.",
    sources: &[source("B24", S1), source("A11", S9)],
    versions: Versions::up_to(ProductVersion::V4_5),
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
        let message = format!("{who} needs multi-tenancy, which Pattern 2 does not support in {}", cx.version);
        found.at(asker.map(|r| r.id), message).seen("multi-tenancy", true).seen("version", cx.version);
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    match finding.subjects.first().and_then(|id| cx.region(id)) {
        Some(region) => offer::pattern_1_or_complete(cx, region, list),
        None => offer::pattern_1(cx, list),
    }
    if offer::may_upgrade(cx) {
        let version = ProductVersion::V4_6;
        list.offer(format!("Draw the design for {version}"), |d| convert::upgrade(d, version));
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_2().version(ProductVersion::V4_5).require(|r| r.multi_tenancy = Some(true)).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_2().version(ProductVersion::V4_5).require(|r| r.multi_tenancy = Some(false)).design()
}

#[test]
fn sub_regions_of_a_mixture_serve_no_tenants_either() {
    let drawn = || mixed().version(ProductVersion::V4_5);
    assert_eq!(found(&drawn().require(|r| r.multi_tenancy = Some(true)).design(), RULE.id).len(), 1);
    let at = |region: &str| drawn().with_region(region, |r| r.requirements.multi_tenancy = Some(true)).design();
    assert_eq!(found(&at("mumbai"), RULE.id).len(), 1);
    assert_eq!(found(&at("oregon"), RULE.id), []);
}
