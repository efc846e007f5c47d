//! R-TGT-05: what the design promises is back in time after any single loss.

use std::collections::{BTreeMap, BTreeSet};

use crate::books::Books;
use crate::design::{Capability, Design, Failure, Failures, GlobalLoadBalancer, Resilience, Standby};
use crate::estimate::{self, Estimates};
use crate::failure::timeline::{Planner, Rto, Track, single_failures, time_words};
use crate::failure::{Model, Outcome, Place};
use crate::rules::Fix;
use crate::rules::prelude::*;
use crate::topology::Topology;

pub static RULE: Rule = Rule {
    id: "R-TGT-05",
    title: "What has a target for its recovery is back in time after the loss of any one thing.",
    severity: Severity::Warning,
    basis: Basis::Inferred,
    impact: "After such a loss users wait longer than was promised, or until somebody has repaired it.",
    why: "No page names a recovery time of the product, so the target is the design's own. It is held against the timeline of every \
          loss of one region, zone, component, node or connection; the loss of a global balancer, a service of many sites, \
          is not among them and counts in the availability.",
    remedy: "Let the global balancer probe more often and names live shorter, give what is alone a second one, or raise the \
             target.",
    sources: &[source("F1", S1), source("H21", S21)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

/// A loss after which a target is not kept, and where that is worst.
pub struct Broken<'a> {
    /// What is lost.
    pub failure: Failure,
    /// The place that is worst off.
    pub place: &'a Place,
    /// What happens there.
    pub track: Track,
}

/// Most recoveries that are worked out for the targets of one design, so that a check stays quick while somebody draws.
const MOST_LOOKED_AT: usize = 3_000;

fn looked_at<'c>(failures: &[Failure], model: &Model, held: impl Iterator<Item = &'c Capability>) -> usize {
    held.map(|held| failures.len() * model.cells.keys().filter(|(of, _)| of == held).count()).sum()
}

/// Says what of the targets cannot be held against the losses: of capabilities that nothing is drawn for, and in
/// drawings that are too large.
pub fn unchecked(cx: &Context<'_>, found: &mut Breaches, target: impl Fn(&Resilience) -> Option<f64>) {
    let targets = &cx.design.meta.estimation.targets.resilience;
    let held: Vec<Capability> = targets.iter().filter(|(_, r)| target(r).is_some()).map(|(c, _)| *c).collect();
    for capability in &held {
        if !cx.failure().cells.keys().any(|(of, _)| of == capability) {
            found.unchecked(format!(
                "Nothing is drawn to {}, so there is no recovery to hold against its target.",
                capability.verb()
            ));
        }
    }
    let recoveries = looked_at(&single_failures(cx.design), cx.failure(), held.iter());
    if recoveries > MOST_LOOKED_AT {
        found.unchecked(format!(
            "The targets ask for {recoveries} recoveries, more than the {MOST_LOOKED_AT} that are worked out while somebody \
             draws; play single failures to see them."
        ));
    }
}

/// Looks at every single loss for capabilities with a target. In drawings that are too large nothing is found, which
/// [`unchecked`] says. For each: the losses after which `breaks` says so, the
/// worst by `weight` first.
pub fn broken<'a>(
    design: &Design,
    books: &Books,
    estimates: &Estimates,
    model: &'a Model,
    target: impl Fn(&Resilience) -> Option<f64>,
    weight: impl Fn(&Track) -> f64,
    counts: impl Fn(&Outcome, Capability, &Place) -> bool,
) -> BTreeMap<Capability, Vec<Broken<'a>>> {
    let targets = &design.meta.estimation.targets.resilience;
    let held: BTreeMap<Capability, f64> = targets.iter().filter_map(|(c, r)| Some((*c, target(r)?))).collect();
    let mut found: BTreeMap<Capability, Vec<Broken<'a>>> = BTreeMap::new();
    if held.is_empty() {
        return found;
    }
    let failures = single_failures(design);
    if looked_at(&failures, model, held.keys()) > MOST_LOOKED_AT {
        return found;
    }
    let planner = Planner::new(design, books, estimates, model);
    for failure in failures {
        let outcome = model.outcome(design, &Failures::from([failure.clone()]));
        for (capability, target_s) in &held {
            let mut worst: Option<Broken<'a>> = None;
            for (of, place) in model.cells.keys() {
                if of != capability || !counts(&outcome, *of, place) {
                    continue;
                }
                let Some(track) = planner.track(&outcome, *of, place) else { continue };
                let heavier = worst.as_ref().is_none_or(|known| weight(&track) > weight(&known.track));
                if weight(&track) > *target_s && heavier {
                    worst = Some(Broken { failure: failure.clone(), place, track });
                }
            }
            found.entry(*capability).or_default().extend(worst);
        }
    }
    for losses in found.values_mut() {
        losses.sort_by(|a, b| weight(&b.track).total_cmp(&weight(&a.track)));
    }
    found.retain(|_, losses| !losses.is_empty());
    found
}

/// Expected time until a capability is back, s; without bound where it waits for a repair.
fn rto_s(track: &Track) -> f64 {
    track.rto.span().map_or(f64::INFINITY, |span| span.likely_s)
}

/// Populations speak for a capability that they see. Otherwise regions do, except one that is lost while another goes
/// on: those who worked there go elsewhere.
fn counts(outcome: &Outcome, capability: Capability, place: &Place) -> bool {
    let others = || outcome.cells.iter().filter(|((of, at), _)| *of == capability && at != place);
    match place {
        Place::Population(_) => true,
        Place::Region(region) => {
            let seen = others().any(|((_, at), _)| matches!(at, Place::Population(_)));
            let lost = outcome.failures.contains(&Failure::Region(region.clone()));
            !(seen || lost && others().any(|(_, cell)| cell.state.goes_on()))
        }
    }
}

fn broken_in<'a>(
    design: &Design,
    books: &Books,
    estimates: &Estimates,
    model: &'a Model,
) -> BTreeMap<Capability, Vec<Broken<'a>>> {
    broken(design, books, estimates, model, |target| target.rto_s, rto_s, counts)
}

/// Whether any capability has such a target.
pub fn is_asked(cx: &Context<'_>, target: impl Fn(&Resilience) -> Option<f64>) -> bool {
    cx.design.meta.estimation.targets.resilience.values().any(|resilience| target(resilience).is_some())
}

/// Elements of the losses, each once, the worst first.
pub fn elements<'b>(losses: &'b [Broken<'_>]) -> Vec<&'b Id> {
    let mut seen = BTreeSet::new();
    losses.iter().flat_map(|broken| broken.failure.elements()).filter(|id| seen.insert(*id)).collect()
}

/// The losses as they are written on a command line, in order.
pub fn written(losses: &[Broken<'_>]) -> String {
    let all: BTreeSet<String> = losses.iter().map(|broken| broken.failure.to_string()).collect();
    all.into_iter().collect::<Vec<_>>().join(", ")
}

/// `; nor after that of …` for the losses after the first.
pub fn others(design: &Design, losses: &[Broken<'_>]) -> String {
    let names: Vec<String> = losses.iter().skip(1).map(|broken| broken.failure.words(design)).collect();
    if names.is_empty() {
        return String::new();
    }
    let shown: Vec<String> = names.iter().take(enough_names()).cloned().collect();
    format!("; the same holds after the loss of {}", list_of(&shown, names.len()))
}

fn check(cx: &Context<'_>, found: &mut Breaches) {
    if !is_asked(cx, |target| target.rto_s) {
        return;
    }
    unchecked(cx, found, |target| target.rto_s);
    for (capability, losses) in broken_in(cx.design, cx.books, cx.estimates(), cx.failure()) {
        let target_s = cx.design.meta.estimation.targets.resilience.get(&capability).and_then(|r| r.rto_s);
        let (Some(worst), Some(target_s)) = (losses.first(), target_s) else { continue };
        let message = format!(
            "After the loss of {}, “{}” is not back within {} for {}: {}{}",
            worst.failure.words(cx.design),
            capability.label(),
            time_words(target_s),
            cx.design.name_of(worst.place.id()),
            worst.track.rto.words(cx.design),
            others(cx.design, &losses),
        );
        let after = match &worst.track.rto {
            Rto::UntilRepaired { .. } => "the repair".to_owned(),
            _ => format!("{:.0} s", rto_s(&worst.track)),
        };
        found
            .at(elements(&losses), message)
            .seen("capability", capability.id())
            .seen("target, s", target_s)
            .seen("back after", after)
            .seen("losses", written(&losses));
    }
}

/// Probes and names that are as quick as the usual services offer: a probe every 10 s, three failures, 20 s to live.
fn quicker(balancer: &mut GlobalLoadBalancer) {
    balancer.probe_interval_s = balancer.probe_interval_s.min(10.0);
    balancer.failures = balancer.failures.clamp(1, 3);
    balancer.ttl_s = balancer.ttl_s.min(20.0);
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let capability = finding.seen.iter().find(|seen| seen.what == "capability");
    let Some(capability) = capability.and_then(|seen| Capability::by_id(&seen.value)) else { return };
    let balancers: Vec<Node<'_>> = cx.which(|kind| kind == Kind::GlobalLoadBalancer).collect();
    let quick = Fix::of(cx.design, "Probe every 10 s and let names live 20 s", |draft| {
        for balancer in &balancers {
            draft.component(balancer.id, |c| {
                if let Spec::GlobalLoadBalancer(balancer) = &mut c.spec {
                    quicker(balancer);
                }
            });
        }
    });
    let single = |node: &Node<'_>| database(*node).is_some_and(|db| db.standby == Standby::Single);
    let alone: Vec<Node<'_>> = cx.which(|kind| kind == Kind::Database).filter(single).collect();
    let standby = Fix::of(cx.design, "Give every database a standby in another zone", |draft| {
        for node in &alone {
            draft.component(node.id, |c| {
                if let Spec::Database(database) = &mut c.spec {
                    database.standby = Standby::MultiZone;
                }
            });
        }
    });
    for fix in quick.into_iter().chain(standby) {
        let mut design = cx.design.clone();
        if fix.edit.apply(&mut design).is_err() {
            continue;
        }
        let topology = Topology::of(&design);
        let estimates = estimate::estimate(&topology, cx.books);
        let model = Model::of(&topology, &estimates);
        if !broken_in(&design, cx.books, &estimates, &model).contains_key(&capability) {
            list.take(fix);
        }
    }
}

#[cfg(test)]
fn within(rto_s: f64) -> Sketch {
    pattern_1().meta(|m| {
        let target = Resilience { rto_s: Some(rto_s), ..Resilience::default() };
        m.estimation.targets.resilience.insert(Capability::Serve, target);
    })
}

#[cfg(test)]
pub fn failing() -> Design {
    within(120.0).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    within(600.0).design()
}

#[test]
fn the_finding_names_the_loss_the_users_and_the_time() {
    let [(subjects, message)] = found(&failing(), RULE.id).try_into().unwrap();
    assert!(subjects.iter().any(|id| id == "frankfurt" || id == "oregon"), "{subjects:?}");
    assert!(message.contains("within 2 min") && message.contains("by itself after"), "{message}");
    assert!(offered(&failing(), RULE.id).iter().any(|fix| fix.label.contains("Probe every 10 s")));
}

#[test]
fn what_waits_for_a_repair_keeps_no_target_and_no_target_is_no_finding() {
    let alone = single()
        .meta(|m| {
            let target = Resilience { rto_s: Some(1e6), ..Resilience::default() };
            m.estimation.targets.resilience.insert(Capability::Issue, target);
        })
        .design();
    let [(_, message)] = found(&alone, RULE.id).try_into().unwrap();
    assert!(message.contains("repaired"), "{message}");
    assert_eq!(found(&single().design(), RULE.id), []);
}
