//! R-TOP-02: Pattern 2 has one main region.

use crate::design::draft::Draft;
use crate::rules::convert::{self, offer};
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-02",
    title: "In Pattern 2 exactly one region, the main region, holds the control plane.",
    severity: Severity::Error,
    basis: Basis::Overview,
    impact: "Two control planes go their own ways, and with none at all nothing can be published or administered.",
    why: "All administration and publishing of Pattern 2 happens in the main region, and every other region takes its \
          APIs and policies from there; only Pattern 1 keeps several control planes in step.",
    remedy: "Keep the control plane of one region, or choose Pattern 1 with replicated databases.",
    sources: &[source("B20", S1), source("B22", S1)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    if cx.pattern != Pattern::Pattern2 {
        return;
    }
    let Some(main) = cx.main() else {
        let message = "No region has a control plane, so there is no main region".to_owned();
        found.everywhere(message).seen("main region", "none");
        return;
    };
    if !main.has(Kind::has_control_plane) {
        let message = format!("{} is the main region but has no control plane", main.name());
        found.at([main.id], message).seen("control planes", 0);
    }
    for region in cx.regions().iter().filter(|r| r.part == Part::Full) {
        let hubs: Vec<&Id> = region.which(Kind::has_control_plane).map(|n| n.id).collect();
        if !hubs.is_empty() {
            let message =
                format!("{} has a control plane as well as {}; Pattern 2 has one", region.name(), main.name());
            let count = hubs.len();
            let breach = found.at(hubs.into_iter().chain([region.id]), message);
            breach.seen("control planes", count).seen("main region", main.id);
        } else if region.region.role == RegionRole::Main {
            let message =
                format!("{} is marked as main region, but the control plane is in {}", region.name(), main.name());
            found.at([region.id], message).seen("role", RegionRole::Main.label()).seen("main region", main.id);
        }
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(region) = finding.subjects.last().and_then(|id| cx.region(id)) else {
        for main in cx.regions().iter().filter(|r| r.part != Part::Outside).take(enough_names()) {
            let label = format!("Make {} the main region, with a control plane", main.name());
            list.offer(label, |d| begin_with(cx, d, main.id));
        }
        return;
    };
    if region.part == Part::Main {
        let label = format!("Add a control plane in {}, connected", region.name());
        list.offer(label, |d| begin_with(cx, d, region.id));
        return;
    }
    offer::sub(cx, region, list);
    offer::pattern_2_with(cx, region, list);
    offer::pattern_1(cx, list);
}

/// Completes the main region and attaches what stands in the others to it.
fn begin_with(cx: &Context<'_>, draft: &mut Draft, main: &Id) {
    convert::complete_region(draft, main);
    draft.region(main, |r| r.role = RegionRole::Main);
    for region in cx.regions().iter().filter(|r| r.part != Part::Outside && r.id != main) {
        convert::follow(draft, region.id, main);
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

#[test]
fn a_main_region_is_made_where_there_is_none() {
    use crate::rules::testing::fixes_for;
    let drawn = || Sketch::new().intent(PatternIntent::Pattern2).region("Oslo", RegionRole::Peer);
    for design in [drawn().put("oslo", Kind::Gateway).design(), pattern_2().without("frankfurt-cp").design()] {
        let fixes = fixes_for(&design, RULE.id);
        assert!(!fixes.is_empty());
        for fix in fixes {
            let mut fixed = design.clone();
            fix.edit.apply(&mut fixed).unwrap();
            assert_eq!(found(&fixed, RULE.id), [], "{}", fix.label);
        }
    }
}
