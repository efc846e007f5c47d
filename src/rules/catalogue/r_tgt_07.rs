//! R-TGT-07: capabilities are there for as much of the time as was agreed.

use crate::design::{Capability, Component, Design, Standby};
use crate::estimate;
use crate::failure::availability::Effort;
use crate::failure::chances::Chances;
use crate::failure::reliability::{CellAvailability, available, percent_words};
use crate::failure::{Model, Place};
use crate::rules::fix::Fix;
use crate::rules::prelude::*;
use crate::topology::Topology;

pub static RULE: Rule = Rule {
    id: "R-TGT-07",
    title: "What the deployment does is there for as much of the time as its target says.",
    severity: Severity::Warning,
    basis: Basis::Inferred,
    impact: "Users go without it for longer in a year than was promised to them.",
    why: "No page promises an availability, so the target is the design's own; it is compared with what follows from the figures of \
          providers, which are agreements and no measurements, from own figures and from assumptions, each shared part counted \
          once. Populations count where they use the capability, else regions do.",
    remedy: "Begin with the part that costs most of the time; \"meridian availability\" lists them in order. A further node helps \
             against nodes, a standby against a database, another region behind a global balancer against the rest.",
    sources: &[source("F1", S1), source("B22", S1)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

/// A check must not make the window wait; beyond this an answer is sampled.
const EFFORT: Effort = Effort { node_limit: 200_000, samples: 16_384, seed: 0x5eed };
/// Elements that a fix is tried with.
const TRIED: usize = 4;
/// More control planes than an active-active pair are not documented (D2).
const CONTROL_PLANES: u32 = 2;

fn targets(design: &Design) -> impl Iterator<Item = (Capability, f64)> + '_ {
    let all = design.meta.estimation.targets.resilience.iter();
    all.filter_map(|(capability, target)| Some((*capability, target.availability_pct?)))
}

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for (capability, target_pct) in targets(cx.design) {
        let cells = seen(available_in(cx, cx.design, cx.failure(), capability));
        if cells.is_empty() {
            found.unchecked(format!(
                "Nothing is drawn to {}, so there is no availability to hold against its target.",
                capability.verb()
            ));
        }
        for cell in cells.iter().filter(|cell| misses(cell, target_pct)) {
            let of = &cell.goes_on;
            let down = |percent: f64| percent_words(1.0 - percent / 100.0);
            let [minutes, ..] = of.minutes_per_year();
            let allowed = (1.0 - target_pct / 100.0) * 525_600.0;
            let weakest = cell.improve.first().map_or_else(String::new, |part| {
                let most = if part.minutes_per_year >= 0.5 * minutes {
                    "most of it is"
                } else {
                    "the part that counts most is"
                };
                format!("; {most} {}, {} minutes", part.words, estimate::number(part.minutes_per_year, 3, 1))
            });
            let message = format!(
                "{} at {} is there {} % of the time ({} to {}), and the target is {target_pct} %: {} minutes a year are \
                 missing instead of {}{weakest}",
                capability.label(),
                cx.design.name_of(cell.place.id()),
                percent_words(of.down),
                down(of.availability.low),
                down(of.availability.high),
                estimate::number(minutes, 3, 1),
                estimate::number(allowed, 3, 1),
            );
            found
                .at([cell.place.id()], message)
                .seen("capability", capability.id())
                .seen("available, percent", percent_words(of.down))
                .seen("target, percent", target_pct);
        }
    }
}

fn misses(cell: &CellAvailability, target_pct: f64) -> bool {
    cell.goes_on.availability.value < target_pct
}

fn available_in(cx: &Context<'_>, design: &Design, model: &Model, capability: Capability) -> Vec<CellAvailability> {
    let chances = Chances::of(design, cx.books, model);
    available(design, cx.books, model, &chances, Some(capability), EFFORT, &|| true).unwrap_or_default()
}

/// Those that a target is held against: populations, else regions.
fn seen(mut cells: Vec<CellAvailability>) -> Vec<CellAvailability> {
    let populations = cells.iter().any(|cell| matches!(cell.place, Place::Population(_)));
    cells.retain(|cell| !populations || matches!(cell.place, Place::Population(_)));
    cells
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let named = |what: &str| finding.seen.iter().find(|seen| seen.what == what).map(|seen| seen.value.as_str());
    let Some(capability) = named("capability").and_then(Capability::by_id) else { return };
    let target = cx.design.meta.estimation.targets.resilience.get(&capability);
    let (Some(target_pct), Some(place)) = (target.and_then(|t| t.availability_pct), finding.subjects.first()) else {
        return;
    };
    let cells = available_in(cx, cx.design, cx.failure(), capability);
    let Some(cell) = cells.iter().find(|cell| cell.place.id() == place) else { return };
    let mut elements: Vec<&Id> = Vec::new();
    for part in &cell.improve {
        let component = cx.design.components.get(&part.element);
        if component.is_some_and(|component| stronger(component).is_some()) && !elements.contains(&&part.element) {
            elements.push(&part.element);
        }
    }
    elements.truncate(TRIED);
    let one: Vec<Fix> = elements.iter().filter_map(|id| strengthen(cx, &[id])).collect();
    let reaches = |fix: &Fix| {
        let mut design = cx.design.clone();
        if fix.edit.apply(&mut design).is_err() {
            return false;
        }
        let topology = Topology::of(&design);
        let model = Model::of(&topology, &estimate::estimate(&topology, cx.books));
        let after = available_in(cx, &design, &model, capability);
        after.iter().any(|cell| cell.place.id() == place && !misses(cell, target_pct))
    };
    let mut offered: Vec<Fix> = one.into_iter().filter(|fix| reaches(fix)).collect();
    if offered.is_empty() && elements.len() > 1 {
        offered.extend(strengthen(cx, &elements).filter(reaches));
    }
    for fix in offered {
        list.take(fix);
    }
}

/// A change of one component.
type Change = fn(&mut Component);

/// What makes one component more available, in words; `None` where nothing documented does.
fn stronger(component: &Component) -> Option<(&'static str, Change)> {
    let another: Change = |component| component.instances = component.instances.saturating_add(1);
    match &component.spec {
        Spec::Database(database) if database.standby == Standby::Single => Some(("a standby in another zone", |c| {
            if let Spec::Database(database) = &mut c.spec {
                database.standby = Standby::MultiZone;
            }
        })),
        Spec::ControlPlane(_) | Spec::AllInOne(_) if component.instances >= CONTROL_PLANES => None,
        Spec::Gateway(_) | Spec::TrafficManager | Spec::ControlPlane(_) | Spec::KeyManager | Spec::AllInOne(_) => {
            Some(("one more node", another))
        }
        _ => None,
    }
}

fn strengthen(cx: &Context<'_>, elements: &[&Id]) -> Option<Fix> {
    let changes: Vec<(&Id, &str, Change)> = elements
        .iter()
        .filter_map(|id| {
            let (words, change) = stronger(cx.design.components.get(*id)?)?;
            Some((*id, words, change))
        })
        .collect();
    let words: Vec<String> =
        changes.iter().filter_map(|(id, words, _)| Some(format!("{} {words}", cx.place(cx.node(id)?)))).collect();
    Fix::of(cx.design, format!("Give {}", words.join(" and ")), |draft| {
        for (id, _, change) in &changes {
            draft.component(id, change);
        }
    })
}

#[cfg(test)]
fn promised(capability: Capability, percent: f64) -> Sketch {
    single().meta(|m| {
        let target = crate::design::Resilience { availability_pct: Some(percent), ..Default::default() };
        m.estimation.targets.resilience.insert(capability, target);
    })
}

#[cfg(test)]
pub fn failing() -> Design {
    promised(Capability::Serve, 99.8).instances("frankfurt-gw", 1).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    promised(Capability::Serve, 99.8).instances("frankfurt-gw", 2).design()
}

#[test]
fn the_finding_names_the_weakest_part_and_a_second_node_reaches_the_target() {
    let [(subjects, message)] = found(&failing(), RULE.id).try_into().unwrap();
    assert_eq!(subjects, ["frankfurt"]);
    assert!(message.contains("99.39") && message.contains("most of it is nodes of"), "{message}");
    let offers = offered(&failing(), RULE.id);
    assert_eq!(offers.len(), 1, "{offers:?}");
    assert!(offers.iter().all(|fix| fix.label.contains("one more node")), "{offers:?}");
    assert_eq!(found(&fixed(&failing(), RULE.id), RULE.id), []);
}

#[test]
fn nothing_is_offered_that_does_not_reach_the_target_and_without_a_target_nothing_is_said() {
    let out_of_reach = promised(Capability::Serve, 99.999).instances("frankfurt-gw", 1).design();
    assert_eq!(offered(&out_of_reach, RULE.id), []);
    assert_eq!(found(&single().instances("frankfurt-gw", 1).design(), RULE.id), []);
}

#[test]
fn users_count_where_there_are_some() {
    let design = promised(Capability::Serve, 99.99).entrance(&["frankfurt-lb-gw"]).design();
    let [(subjects, _)] = found(&design, RULE.id).try_into().unwrap();
    assert_eq!(subjects, ["users"]);
}
