//! Reasons in words, what is affected, and that worse circumstances never make anything better.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::books::Books;
use crate::design::failure::every;
use crate::design::{Capability, Design, Failures, Id};
use crate::estimate;
use crate::templates;
use crate::topology::Topology;

fn model_of(design: &Design) -> Model {
    let topology = Topology::of(design);
    Model::of(&topology, &estimate::estimate(&topology, Books::shipped()))
}

fn played(template: &str, failures: &[&str]) -> (Design, Model, Outcome) {
    let design = templates::get(template).unwrap().design();
    let model = model_of(&design);
    let failures: Failures = failures.iter().map(|f| f.parse().unwrap()).collect();
    let outcome = model.outcome(&design, &failures);
    (design, model, outcome)
}

fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

#[test]
fn every_fact_is_in_the_books() {
    let known: BTreeSet<&str> = Books::shipped().facts().all().map(|fact| fact.id.as_str()).collect();
    for rule in rules::ALL {
        for fact in rule.facts {
            assert!(known.contains(fact), "{fact} of {:?}", rule.capability);
        }
    }
    for template in templates::all() {
        for cell in model_of(&template.design()).cells.values() {
            for fact in cell.conditions.iter().flat_map(|condition| condition.effect.facts) {
                assert!(known.contains(fact), "{fact} of {:?}", cell.rule.capability);
            }
        }
    }
}

#[test]
fn the_reasons_lead_from_the_capability_down_to_what_has_failed() {
    let (design, model, outcome) = played("pattern-2", &["region:eu"]);
    let cell = outcome.cell(Capability::Publish, &Place::Region(id("in"))).unwrap();
    assert_eq!(
        model.why(&design, &cell.unmet[0], &outcome),
        [[
            "Mumbai cannot publish APIs to its gateways",
            "Mumbai cannot reach a control plane that works",
            "No connection of “Gateway” in Mumbai gets through (Artifact pull)",
            "“Control plane balancer” in Frankfurt does not run",
            "Frankfurt is down",
        ]]
    );
    for template in templates::all() {
        let design = template.design();
        let model = model_of(&design);
        for failure in every(&design) {
            let outcome = model.outcome(&design, &[failure].into());
            for unmet in outcome.cells.values().flat_map(|cell| &cell.unmet) {
                let chains = model.why(&design, unmet, &outcome);
                assert!((1..=3).contains(&chains.len()));
                for chain in chains {
                    let each: BTreeSet<&String> = chain.iter().collect();
                    assert_eq!(each.len(), chain.len(), "{chain:?}");
                    assert!((1..=6).contains(&chain.len()), "{chain:?}");
                }
            }
        }
    }
}

#[test]
fn the_canvas_learns_what_is_down_and_what_is_impaired() {
    let (design, model, outcome) = played("pattern-2", &["region:eu"]);
    let affected = model.affected(&design, &outcome);
    for down in ["eu", "eu-cp", "eu-db", "eu-gw--eu-tm--throttle-data", "in-gw--eu-cp-lb--management-https"] {
        assert!(affected.failed.contains(&id(down)), "{down}");
    }
    for up in ["in", "gslb", "in-gw", "in-api-lb--in-gw--api-traffic", "users-eu"] {
        assert!(!affected.failed.contains(&id(up)), "{up}");
    }
    let states: Vec<State> = affected.impaired[&id("in-gw")].iter().map(|(state, _)| *state).collect();
    assert_eq!(states, [State::CannotRestart, State::Stale]);
    assert_eq!(model.affected(&design, &model.healthy(&design)), Affected::default());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn one_more_failure_never_improves_anything(
        template in 0..templates::all().len(),
        chosen in prop::collection::vec(any::<prop::sample::Index>(), 1..6),
    ) {
        let design = templates::all()[template].design();
        let model = model_of(&design);
        let singles = every(&design);
        let mut failures = Failures::new();
        let mut before = model.healthy(&design);
        for index in chosen {
            failures.insert(index.get(&singles).clone());
            let after = model.outcome(&design, &failures);
            for (key, cell) in &after.cells {
                prop_assert!(cell.state <= before.cells[key].state, "{key:?} with {failures:?}");
            }
            before = after;
        }
    }
}
