//! R-TOP-17: Pattern 2 does management work and database writes in the main region only.

use crate::rules::convert::offer;
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-17",
    title: "Regions that need fast management work or database writes of their own need Pattern 1.",
    severity: Severity::Warning,
    basis: Basis::Overview,
    impact: "Publishing, applications and administration are as slow there as the main region is far, and writes wait \
             for it.",
    why: "In Pattern 2 management work runs in the main region, and its database is the only one that is written.",
    remedy: "Choose Pattern 1 for these regions, or accept the distance for management work.",
    sources: &[source("B20", S1), source("B32", S1), source("B33", S1)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for region in cx.subs() {
        let wants = match (region.requirements.low_latency, region.requirements.independent_writes) {
            (Some(true), Some(true)) => "management work at low latency and database writes of its own",
            (Some(true), _) => "management work at low latency",
            (_, Some(true)) => "database writes of its own",
            _ => continue,
        };
        let message = format!("{} needs {wants}, which a sub region does in the main region only", region.name());
        found
            .at([region.id], message)
            .seen("low latency", region.requirements.low_latency == Some(true))
            .seen("own writes", region.requirements.independent_writes == Some(true));
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(region) = finding.subjects.first().and_then(|id| cx.region(id)) else { return };
    offer::pattern_1_or_complete(cx, region, list);
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_2().with_region("mumbai", |r| r.requirements.low_latency = Some(true)).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_2().with_region("frankfurt", |r| r.requirements.low_latency = Some(true)).design()
}
