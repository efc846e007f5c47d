//! R-SIZ-12: groups stay below the use that is planned with when the design has no target.

use super::r_siz_11;
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-SIZ-12",
    title: "Without a target of its own, a design plans to use 70 % of what was published at most.",
    severity: Severity::Info,
    basis: Basis::Inferred,
    impact: "There is little room for a peak higher than expected, a lost node or APIs that take more than the tested one.",
    why: "Published throughput is the most that a test reached with callers that wait for each answer. Close to it calls \
          queue; 60 to 70 % of it is what one plans with.",
    remedy: "Add nodes, or set the target that the design is to be held against.",
    sources: &[source("E8", S17), source("E4", S17), source("E10", S13)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(r_siz_11::fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    if cx.design.meta.estimation.targets.peak_use_pct.is_none() {
        r_siz_11::report(cx, found, "and one plans with at most");
    }
}

#[cfg(test)]
fn used(rps: f64) -> Sketch {
    single().entrance(&["frankfurt-lb-gw"]).calls(rps)
}

#[cfg(test)]
pub fn failing() -> Design {
    used(6_000.0).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    used(4_000.0).design()
}

#[test]
fn a_target_of_the_design_takes_its_place() {
    let design = used(6_000.0).meta(|m| m.estimation.targets.peak_use_pct = Some(95.0)).design();
    assert_eq!(found(&design, RULE.id), []);
    assert_eq!(found(&design, "R-SIZ-11"), []);
}
