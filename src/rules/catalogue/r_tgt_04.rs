//! R-TGT-04: the month costs no more than its target.

use super::r_siz_02::about;
use crate::rules::attempt;
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TGT-04",
    title: "A month costs no more than the target of the design.",
    severity: Severity::Warning,
    basis: Basis::Inferred,
    impact: "The deployment costs more than there is money for, before licences that nobody has entered and people.",
    why: "The limit is the design's own; it is compared with the estimate from list prices, discounts and licences \
          entered in the design. Pattern 1 takes more than Pattern 2, because every region has everything.",
    remedy: "Take away what the peak does not need, commit to machines, negotiate, or choose the pattern that takes less; \
             the fixes below were estimated and reach the target.",
    sources: &[source("B3", S1)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let Some(target_usd) = cx.design.meta.estimation.targets.usd_per_month else { return };
    let cost = &cx.estimates().cost;
    let Some(total) = &cost.total else {
        found.unchecked("Nothing drawn has a price, so the cost cannot be held against its target.");
        return;
    };
    if total.value > target_usd {
        let [value, low, high] = [total.value, total.low, total.high].map(about);
        let target = crate::estimate::grouped(target_usd);
        let missing = match cost.unpriced.len() {
            0 => String::new(),
            1 => "; one thing has no price".to_owned(),
            n => format!("; {n} things have no price"),
        };
        found
            .everywhere(format!("A month costs ${value} (${low} to ${high}), and the target is ${target}{missing}"))
            .seen("dollars a month", value)
            .seen("target, dollars", target_usd);
    }
}

fn fixes(cx: &Context<'_>, _: &Finding, list: &mut FixList<'_>) {
    let Some(target_usd) = cx.design.meta.estimation.targets.usd_per_month else { return };
    for fix in attempt::for_cost(cx) {
        let total = attempt::after(cx, &fix).and_then(|after| after.cost.total);
        if total.is_some_and(|total| total.value <= target_usd) {
            list.take(fix);
        }
    }
}

#[cfg(test)]
fn priced(target_usd: f64) -> Sketch {
    single()
        .with_region("frankfurt", |r| r.site = crate::design::Site::cloud("aws", "eu-central-1"))
        .put("", Kind::Users)
        .link("users", "frankfurt-lb-gw", &[Purpose::ApiTraffic])
        .calls(100.0)
        .instances("frankfurt-gw", 12)
        .meta(|m| m.estimation.targets.usd_per_month = Some(target_usd))
}

#[cfg(test)]
pub fn failing() -> Design {
    let all = crate::estimate::estimate(
        &crate::topology::Topology::of(&priced(1.0).design()),
        crate::books::Books::shipped(),
    );
    // A target that ten gateways fewer meet.
    priced(all.cost.total.unwrap().value - 300.0).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    priced(1e6).design()
}

#[test]
fn only_what_reaches_the_target_is_offered() {
    assert!(!offered(&failing(), RULE.id).is_empty());
    assert_eq!(offered(&priced(1.0).design(), RULE.id), []);
}

#[test]
fn nodes_that_the_target_for_use_needs_are_not_taken_away() {
    let with = |peak_use_pct: f64| {
        let mut design = failing();
        std::sync::Arc::make_mut(&mut design.meta).estimation.targets.peak_use_pct = Some(peak_use_pct);
        offered(&design, RULE.id).into_iter().filter(|fix| fix.label.contains("ake away")).count()
    };
    assert!(with(70.0) > 0);
    assert_eq!(with(0.1), 0);
}
