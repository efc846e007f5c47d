//! R-TGT-01: API calls stay below the target for their 95th percentile.

use super::r_siz_02::about;
use crate::estimate::Operation;
use crate::rules::attempt;
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TGT-01",
    title: "API calls of every population stay below the target for their 95th percentile.",
    severity: Severity::Warning,
    basis: Basis::Inferred,
    impact: "One call in twenty takes longer than was promised to these users, or none is answered at all.",
    why: "No page names a limit for latency, so the one that counts is the design's own; it is compared with the estimate, \
          whose derivation says what takes the time.",
    remedy: "Serve these users from a region nearer to them, bring the backends nearer to the gateways, or give the \
             gateways more room; the fixes below were estimated and reach the target, the cheapest first.",
    sources: &[source("F1", S1), source("F2", S31A)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    late(cx, found, (Operation::ApiCall, "API calls of"), |id| cx.design.target_p95_ms(id));
}

/// Holds the 95th percentile of an operation against a target for each population; `words` come before its name.
///
/// A population without any time breaks its target for calls; a drawing without portals or key managers is only
/// unfinished.
pub fn late(
    cx: &Context<'_>,
    found: &mut Breaches,
    (operation, words): (Operation, &str),
    target_ms: impl Fn(&Id) -> Option<f64>,
) {
    let held: Vec<(&Id, f64)> = cx.design.components.keys().filter_map(|id| Some((id, target_ms(id)?))).collect();
    if held.is_empty() {
        return;
    }
    for (id, target_ms) in held {
        let name = cx.design.name_of(id);
        match cx.estimates().percentiles(id, operation) {
            Ok([_, p95, _]) if p95.value > target_ms => {
                let [value, low, high] = [p95.value, p95.low, p95.high].map(about);
                let message = format!(
                    "{words} {name} take {value} ms at the 95th percentile ({low} to {high}), and the target is \
                     {target_ms} ms"
                );
                found.at([id], message).seen("95th percentile, ms", value).seen("target, ms", target_ms);
            }
            // A component that is no population.
            Ok(_) | Err("") => {}
            Err(why) => {
                let message = format!("{words} {name} have no time to hold against their target: {why}");
                if operation == Operation::ApiCall {
                    found.at([id], message).seen("95th percentile, ms", "none").seen("target, ms", target_ms);
                } else {
                    found.unchecked(message + ".");
                }
            }
        }
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(population) = finding.subjects.first() else { return };
    let Some(target_ms) = cx.design.target_p95_ms(population) else { return };
    for fix in attempt::reaching(cx, population, target_ms) {
        list.take(fix);
    }
}

#[cfg(test)]
fn asian(target_ms: f64) -> Sketch {
    use crate::design::{RoutingPolicy, Site};
    pattern_2()
        .with_region("frankfurt", |r| r.site = Site::cloud("aws", "eu-central-1"))
        .with_region("mumbai", |r| r.site = Site::cloud("aws", "ap-south-1"))
        .with("gslb", |c| {
            let Spec::GlobalLoadBalancer(balancer) = &mut c.spec else { panic!("no global balancer") };
            balancer.policy = RoutingPolicy::Failover;
        })
        .with("users", |c| {
            let Spec::Users(users) = &mut c.spec else { panic!("no users") };
            users.site = Site::cloud("aws", "ap-south-1");
            users.target_p95_ms = Some(target_ms);
        })
}

#[cfg(test)]
pub fn failing() -> Design {
    asian(100.0).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    asian(5_000.0).design()
}

#[test]
fn the_design_speaks_for_populations_without_a_target_and_no_target_is_no_finding() {
    let without = |design_ms: Option<f64>| {
        asian(1.0)
            .with("users", |c| {
                let Spec::Users(users) = &mut c.spec else { panic!("no users") };
                users.target_p95_ms = None;
            })
            .meta(|m| m.estimation.targets.api_p95_ms = design_ms)
            .design()
    };
    assert_eq!(found(&without(None), RULE.id), []);
    assert_eq!(found(&without(Some(100.0)), RULE.id).len(), 1);
    assert_eq!(found(&without(Some(5_000.0)), RULE.id), []);
}

#[test]
fn what_is_offered_reaches_the_target_and_routing_comes_before_what_costs() {
    let offers = offered(&failing(), RULE.id);
    assert!(offers.first().is_some_and(|fix| fix.label.contains("lowest latency")), "{offers:?}");
    let over = asian(100.0).calls(100_000.0).design();
    let [(_, message)] = found(&over, RULE.id).try_into().unwrap();
    assert!(message.contains("over capacity"), "{message}");
}
