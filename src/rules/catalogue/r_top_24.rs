//! R-TOP-24: a mixture of both patterns is not described.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-24",
    title: "Complete regions of Pattern 1 together with sub regions of Pattern 2 are not described by WSO2.",
    severity: Severity::Warning,
    basis: Basis::Inferred,
    impact: "",
    why: "The documentation knows two patterns and no mixture; which events and data reach a sub region when its \
          complete region is lost is yours to test.",
    remedy: "Attach each sub region to exactly one complete region and test it, or keep to one pattern.",
    sources: &[source("B1", S1), source("B20", S1)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None(""),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    if cx.pattern != Pattern::Mixed {
        return;
    }
    let full: Vec<&str> = cx.synchronised().map(RegionView::name).collect();
    for region in cx.subs() {
        found.at(
            [region.id],
            format!(
                "{} is a sub region beside the complete regions {}, a mixture that WSO2 does not describe",
                region.name(),
                list(&full)
            ),
        );
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    mixed().design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_1().design()
}
