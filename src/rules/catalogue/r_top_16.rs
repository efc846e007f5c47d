//! R-TOP-16: Pattern 2 does not let regions survive with all features.

use crate::rules::convert::offer;
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-16",
    title: "Regions that must survive on their own with all features need Pattern 1.",
    severity: Severity::Warning,
    basis: Basis::Overview,
    impact: "When the main region is lost, nobody can publish, subscribe or administer until it is back.",
    why: "Sub regions of Pattern 2 carry on only with traffic and throttling, from the data they have; all other \
          features live in the main region.",
    remedy: "Choose Pattern 1 for these regions, or accept that only traffic survives.",
    sources: &[source("B22", S1), source("B32", S1)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for region in cx.subs() {
        let r = &region.requirements;
        if r.independent_survival == Some(true) || r.autonomous == Some(true) {
            let message = format!(
                "{} is to go on alone with all features, but as a sub region it would keep only traffic and throttling",
                region.name()
            );
            found
                .at([region.id], message)
                .seen("survives on its own", r.independent_survival == Some(true))
                .seen("autonomous", r.autonomous == Some(true));
        }
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(region) = finding.subjects.first().and_then(|id| cx.region(id)) else { return };
    offer::pattern_1_or_complete(cx, region, list);
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_2().require(|r| r.independent_survival = Some(true)).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    let design = pattern_2().require(|r| r.independent_survival = Some(true));
    design.with_region("mumbai", |r| r.requirements.independent_survival = Some(false)).design()
}
