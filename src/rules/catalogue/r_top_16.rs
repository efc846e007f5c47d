//! R-TOP-16: Pattern 2 does not let regions survive with all features.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-16",
    title: "Regions that must survive on their own with all features need Pattern 1.",
    severity: Severity::Warning,
    basis: Basis::Overview,
    impact: "",
    why: "When the main region of Pattern 2 is lost, the others go on with traffic and throttling from the data they \
          have; publishing, subscribing and administration stop everywhere.",
    remedy: "Choose Pattern 1 for these regions, or accept that only traffic survives.",
    sources: &[source("B22", S1), source("B32", S1)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None(""),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for region in cx.subs() {
        let r = &region.requirements;
        if r.independent_survival == Some(true) || r.autonomous == Some(true) {
            found.at(
                [region.id],
                format!(
                    "{} is to go on alone with all features, but as a sub region it would keep only traffic and throttling",
                    region.name()
                ),
            );
        }
    }
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
