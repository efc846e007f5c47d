//! R-TOP-02: Pattern 2 has one main region.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-02",
    title: "In Pattern 2 exactly one region, the main region, holds the control plane.",
    severity: Severity::Error,
    basis: Basis::Overview,
    impact: "",
    why: "All administration and publishing happens in the main region, and every other region takes its APIs and \
          policies from there; a second control plane without replicated databases would go its own way.",
    remedy: "Keep the control plane of one region, or choose Pattern 1 with replicated databases.",
    sources: &[source("B20", S1), source("B22", S1)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None(""),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    if cx.pattern != Pattern::Pattern2 {
        return;
    }
    let Some(main) = cx.main() else {
        found.everywhere("No region has a control plane, so there is no main region".to_owned());
        return;
    };
    if !main.has(Kind::has_control_plane) {
        found.at([main.id], format!("{} is the main region but has no control plane", main.name()));
    }
    for region in cx.regions().iter().filter(|r| r.part == Part::Full) {
        let hubs: Vec<&Id> = region.which(Kind::has_control_plane).map(|n| n.id).collect();
        if !hubs.is_empty() {
            found.at(
                hubs.into_iter().chain([region.id]),
                format!("{} has a control plane as well as {}; Pattern 2 has one", region.name(), main.name()),
            );
        } else if region.region.role == RegionRole::Main {
            found.at(
                [region.id],
                format!("{} is marked as main region, but the control plane is in {}", region.name(), main.name()),
            );
        }
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_1().intent(PatternIntent::Pattern2).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_2().design()
}

#[test]
fn a_main_region_without_control_plane_is_marked() {
    let said = found(&pattern_2().without("frankfurt-cp").design(), RULE.id);
    assert_eq!(said, [(vec!["frankfurt".into()], "Frankfurt is the main region but has no control plane".into())]);
}
