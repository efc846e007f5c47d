//! R-TOP-24: a mixture of both patterns is not described.

use crate::rules::convert::offer;
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-24",
    title: "Complete regions of Pattern 1 together with sub regions of Pattern 2 are not described by WSO2.",
    severity: Severity::Warning,
    basis: Basis::Inferred,
    impact: "Nobody has described how such a deployment behaves in an outage; finding out is your work.",
    why: "The documentation knows two patterns and no mixture; which events and data reach a sub region when its \
          complete region is lost is not written down.",
    remedy: "Attach each sub region to exactly one complete region and test it, or keep to one pattern.",
    sources: &[source("B1", S1), source("B20", S1)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    if cx.pattern != Pattern::Mixed {
        return;
    }
    let full: Vec<&str> = cx.synchronised().map(RegionView::name).collect();
    for region in cx.subs() {
        let message = format!(
            "{} is a sub region beside the complete regions {}, a mixture that WSO2 does not describe",
            region.name(),
            list(&full)
        );
        found.at([region.id], message).seen("complete regions", full.len());
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(region) = finding.subjects.first().and_then(|id| cx.region(id)) else { return };
    offer::complete(cx, region, list);
    offer::pattern_2(cx, list);
}

#[cfg(test)]
pub fn failing() -> Design {
    mixed().design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_1().design()
}
