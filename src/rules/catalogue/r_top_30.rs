//! R-TOP-30: management data of Pattern 2 lie in the main region.

use crate::rules::convert::offer;
use crate::rules::prelude::*;
use crate::rules::residency::{Lies, lies};

pub static RULE: Rule = Rule {
    id: "R-TOP-30",
    title: "The main region of Pattern 2 lies in the jurisdiction that management data of sub regions must not leave.",
    severity: Severity::Warning,
    basis: Basis::Inferred,
    impact: "Users, applications, subscriptions and tokens of the sub region are kept where they must not be.",
    why: "A sub region has no control plane and no database; whatever is administered for it is stored in the main \
          region.",
    remedy: "Choose a main region inside the jurisdiction, or a separate deployment there.",
    sources: &[source("B20", S1)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let mut unknown = 0;
    for (sub, main) in cx.dependencies() {
        let Some(jurisdiction) = sub.requirements.data_residency.as_deref() else { continue };
        let (lies_there, known) = match lies(main, jurisdiction, cx.books) {
            Lies::Inside => continue,
            Lies::Outside => ("lies", "no"),
            // A jurisdiction of the whole design holds for both alike; only a region's own one raises the question.
            Lies::Unknown if sub.region.requirements.data_residency.is_none() => {
                unknown += 1;
                continue;
            }
            Lies::Unknown => ("may lie", "unknown"),
        };
        let message = format!(
            "Management data of {} must stay in {jurisdiction} but are kept in {}, which {lies_there} outside",
            sub.name(),
            main.name()
        );
        found
            .at([sub.id, main.id], message)
            .seen("jurisdiction", jurisdiction)
            .seen("main region", main.id)
            .seen("lies there", known);
    }
    if unknown > 0 {
        let regions = plural(unknown, "sub region");
        found.unchecked(format!(
            "Whether management data stay in their jurisdiction is not known for {unknown} {regions}."
        ));
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(sub) = finding.subjects.first().and_then(|id| cx.region(id)) else { return };
    let Some(main) = finding.subjects.last().and_then(|id| cx.region(id)) else { return };
    let keeps = |of: &RegionView<'_>, at: &RegionView<'_>| {
        of.requirements.data_residency.as_deref().is_none_or(|j| lies(at, j, cx.books) == Lies::Inside)
    };
    // Moving the control plane helps only where the data of the region that has it now may come along.
    if cx.pattern == Pattern::Pattern2 && keeps(sub, sub) && keeps(main, sub) {
        offer::pattern_2_with(cx, sub, list);
    }
}

#[cfg(test)]
fn placed(main: &str, sub: &str) -> Sketch {
    let site = |code: &str| crate::design::Site::Place {
        name: "X".into(),
        latitude_deg: 0.0,
        longitude_deg: 0.0,
        country: code.into(),
    };
    pattern_2()
        .with_region("frankfurt", |r| r.site = site(main))
        .with_region("mumbai", |r| r.site = site(sub))
        .with_region("mumbai", |r| r.requirements.data_residency = Some("IN".into()))
}

#[cfg(test)]
pub fn failing() -> Design {
    placed("DE", "IN").design()
}

#[cfg(test)]
pub fn passing() -> Design {
    placed("IN", "IN").design()
}

#[test]
fn a_main_region_of_unknown_country_is_asked_about() {
    assert_eq!(found(&placed("", "IN").design(), RULE.id).len(), 1);
    let whole = |r: &mut crate::design::Requirements| r.data_residency = Some("EU".into());
    assert_eq!(found(&pattern_2().require(whole).design(), RULE.id), []);
}
