//! The recovery table of the failure model, row by row, and what holds for every way back.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::subsequence;

use super::*;
use crate::books::Books;
use crate::design::{Between, Kind, ProductVersion, Purpose};
use crate::estimate::estimate;
use crate::templates;

fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

fn pattern(number: u8) -> Design {
    templates::get(&format!("pattern-{number}")).unwrap().design()
}

fn at(mut design: Design, version: ProductVersion) -> Design {
    Arc::make_mut(&mut design.meta).product_version = version;
    design
}

fn model(design: &Design) -> Model {
    let topology = Topology::of(design);
    Model::of(&topology, &estimate(&topology, Books::shipped()))
}

fn back(design: &Design, failed: &[&str], repaired: &[&str]) -> Vec<Step> {
    let parsed = |texts: &[&str]| texts.iter().map(|f| f.parse().unwrap()).collect::<Vec<Failure>>();
    let failures: Failures = parsed(failed).into_iter().collect();
    for failure in &failures {
        assert_eq!(failure.missing_in(design), None);
    }
    recovery(design, &model(design), &failures, &parsed(repaired)).steps
}

fn returned(step: &Step, capability: Capability, region: &str) -> Option<(State, State)> {
    let place = Place::Region(id(region));
    step.returns.iter().find(|r| r.capability == capability && r.place == place).map(|r| (r.before, r.after))
}

fn says(sentences: &[String], words: &str) -> bool {
    sentences.iter().any(|sentence| sentence.contains(words))
}

#[test]
fn pattern_2_catches_up_once_the_control_plane_is_connected_again() {
    for failure in ["cut:eu/in", "component:eu-cp"] {
        let steps = back(&pattern(2), &[failure], &[]);
        let [step] = steps.as_slice() else { panic!("{steps:#?}") };
        assert!(
            says(&step.resyncs, "“Gateway” in Mumbai") && says(&step.resyncs, "load what they missed"),
            "{step:#?}"
        );
        assert_eq!(step.still, [] as [String; 0]);
        assert_eq!(returned(step, Capability::GatewayStart, "in"), Some((State::Down, State::Works)));
        let (was, now) = returned(step, Capability::Serve, "in").unwrap();
        assert!(was < State::Works && now == State::Works);
    }
}

#[test]
fn below_4_3_gateways_must_be_restarted_after_an_outage_of_the_control_plane() {
    let steps = back(&at(pattern(2), ProductVersion::V4_2), &["cut:eu/in"], &[]);
    let [repair, restart] = steps.as_slice() else { panic!("{steps:#?}") };
    assert!(says(&repair.still, "Restart “Gateway” in Mumbai") && repair.resyncs.is_empty(), "{repair:#?}");
    assert_eq!(returned(repair, Capability::Serve, "in").unwrap().1, State::Stale);
    assert_eq!(restart.elements, [id("in-gw")]);
    assert_eq!(returned(restart, Capability::Serve, "in"), Some((State::Stale, State::Works)));
    assert!(restart.still.is_empty() && restart.repairs.is_none());
}

#[test]
fn a_gateway_that_stopped_during_the_outage_waits_for_the_control_plane() {
    let steps = back(&pattern(2), &["cut:eu/in", "component:in-gw"], &["component:in-gw", "cut:eu/in"]);
    let [start, repair] = steps.as_slice() else { panic!("{steps:#?}") };
    assert!(says(&start.still, "“Gateway” in Mumbai cannot start"), "{start:#?}");
    assert_eq!(returned(start, Capability::Serve, "in"), None);
    assert!(says(&repair.resyncs, "“Gateway” in Mumbai starts with its next try"), "{repair:#?}");
    assert_eq!(returned(repair, Capability::Serve, "in"), Some((State::Down, State::Works)));
    assert!(repair.still.is_empty());
    // In the order that the product needs nobody waits.
    for step in back(&pattern(2), &["cut:eu/in", "component:in-gw"], &[]) {
        assert_eq!(step.still, [] as [String; 0]);
    }
}

#[test]
fn events_between_hubs_that_were_dropped_are_gone() {
    let steps = back(&pattern(1), &["cut:eu/us"], &[]);
    let [repair, restart] = steps.as_slice() else { panic!("{steps:#?}") };
    for name in ["Frankfurt", "N. Virginia"] {
        assert!(says(&repair.still, &format!("“Gateway” in {name}")), "{repair:#?}");
    }
    assert!(says(&repair.still, "dropped events are not sent again (H6)") && repair.resyncs.is_empty());
    for region in ["eu", "us"] {
        assert_eq!(returned(repair, Capability::RemotePublish, region), Some((State::Down, State::Stale)));
        assert_eq!(returned(restart, Capability::RemotePublish, region), Some((State::Stale, State::Works)));
        // Policies and users come with the rows alone.
        assert_eq!(returned(repair, Capability::RemoteAdmin, region), Some((State::Down, State::Works)));
    }
    assert_eq!(restart.elements, [id("eu-gw"), id("us-gw")]);
    assert!(restart.still.is_empty());
}

#[test]
fn rows_that_arrive_after_replication_is_back_are_told_to_nobody() {
    let design = pattern(1);
    let links = design.links.iter().filter(|(_, link)| link.purpose == Purpose::DbReplication);
    let failures: Vec<String> = links.map(|(id, _)| format!("link:{id}")).collect();
    assert!(!failures.is_empty());
    let failures: Vec<&str> = failures.iter().map(String::as_str).collect();
    let steps = back(&design, &failures, &[]);
    let [.., repair, restart] = steps.as_slice() else { panic!("{steps:#?}") };
    assert!(says(&repair.still, "Let replication catch up, then restart"), "{repair:#?}");
    assert!(restart.elements.contains(&id("eu-gw")) && restart.repairs.is_none());
}

/// What an element of a step is of.
fn kinds(design: &Design, step: &Step) -> Vec<Kind> {
    step.elements.iter().map(|id| design.components[id].kind()).collect()
}

#[test]
fn a_lost_region_starts_with_its_database_and_ends_with_its_balancers() {
    for number in [1, 2] {
        let design = pattern(number);
        let steps = back(&design, &["region:eu"], &[]);
        let order: Vec<Kind> = steps.iter().flat_map(|step| kinds(&design, step)).collect();
        let place = |kind: Kind| order.iter().position(|k| *k == kind).unwrap();
        let needed = [Kind::Database, Kind::ControlPlane, Kind::TrafficManager, Kind::Gateway];
        assert!(needed.map(place).is_sorted(), "{order:?}");
        assert_eq!(order.last(), Some(&Kind::LoadBalancer));
        // Everything that was lost is started once.
        assert_eq!(order.len(), design.components_in(&id("eu")).filter(|(_, c)| c.kind() != Kind::Users).count());
        assert!(steps[0].what.ends_with("once Frankfurt is back") && steps[0].why.contains("catches up"));
        // Gateways that start load everything, and who ran meanwhile has missed nothing: nobody could publish in eu.
        let started = &steps.last().unwrap().still;
        assert_eq!(*started, [] as [String; 0]);
        assert!(steps.iter().all(|step| !says(&step.still, "cannot start")), "{steps:#?}");
        assert_eq!(returned(steps.last().unwrap(), Capability::Serve, "eu"), Some((State::Down, State::Works)));
    }
}

#[test]
fn a_region_of_pattern_1_that_lost_its_control_plane_catches_up() {
    let steps = back(&pattern(1), &["component:eu-cp"], &[]);
    let [step] = steps.as_slice() else { panic!("{steps:#?}") };
    assert!(says(&step.resyncs, "“Gateway” in Frankfurt") && step.still.is_empty(), "{step:#?}");
    let steps = back(&at(pattern(1), ProductVersion::V4_2), &["component:eu-cp"], &[]);
    assert!(says(&steps[0].still, "Restart “Gateway” in Frankfurt") && steps.len() == 2, "{steps:#?}");
}

#[test]
fn a_traffic_manager_that_is_back_may_throttle_early_and_reads_its_policies() {
    let steps = back(&pattern(2), &["component:eu-tm"], &[]);
    let [step] = steps.as_slice() else { panic!("{steps:#?}") };
    assert!(says(&step.still, "reads its policies again (D4)") && says(&step.still, "(H13"), "{step:#?}");
    assert!(!says(&step.still, "(H9)"), "there was no other one to go to");
    assert!(step.facts.contains(&"D4"));
    let steps = back(&pattern(2), &["nodes:eu-tm/1"], &[]);
    assert!(says(&steps[0].still, "stay there") && says(&steps[0].still, "(H9)"), "{steps:#?}");
}

#[test]
fn a_traffic_manager_that_starts_before_the_control_plane_must_start_again() {
    let failed = ["component:eu-cp", "component:eu-tm"];
    let steps = back(&pattern(2), &failed, &["component:eu-tm", "component:eu-cp"]);
    let [early, plane, restart] = steps.as_slice() else { panic!("{steps:#?}") };
    for step in [early, plane] {
        assert!(says(&step.still, "Restart “Traffic manager” in Frankfurt once a control plane is there"), "{step:#?}");
    }
    assert_eq!((restart.elements.as_slice(), restart.still.len()), (&[id("eu-tm")][..], 0));
    let planned = back(&pattern(2), &failed, &[]);
    assert_eq!(planned[0].elements, [id("eu-cp")]);
    assert!(planned.iter().all(|step| !says(&step.still, "(H12)")));
}

/// Everything that can fail in a template.
fn everything(design: &Design) -> Vec<Failure> {
    let mut all: Vec<Failure> = design.regions.keys().cloned().map(Failure::Region).collect();
    for (id, c) in design.components.iter().filter(|(_, c)| c.kind() != Kind::Users) {
        all.push(Failure::Component(id.clone()));
        if c.instances > 1 {
            all.push(Failure::Nodes { component: id.clone(), count: 1 });
        }
        let region = c.region.clone();
        all.extend(
            c.zones.iter().filter_map(|zone| Some(Failure::Zone { region: region.clone()?, zone: zone.clone() })),
        );
    }
    all.extend(design.links.keys().cloned().map(Failure::Link));
    for a in design.regions.keys() {
        for b in design.regions.keys().filter(|b| a < *b) {
            let between = Between::new(a.clone(), b.clone());
            all.push(Failure::Cut(between.clone()));
            all.push(Failure::Slow { between, extra_rtt_ms: 50 });
        }
    }
    all.sort();
    all.dedup();
    all
}

fn some_failures() -> impl Strategy<Value = (Design, Vec<Failure>)> {
    (1_u8..=2, any::<bool>()).prop_flat_map(|(number, old)| {
        let design = at(pattern(number), if old { ProductVersion::V4_2 } else { ProductVersion::V4_6 });
        let all = everything(&design);
        (Just(design), subsequence(all, 0..5).prop_shuffle())
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_way_back_ends_where_it_began((design, order) in some_failures()) {
        let model = model(&design);
        let failures: Failures = order.iter().cloned().collect();
        for repaired in [&[][..], &order] {
            let steps = recovery(&design, &model, &failures, repaired).steps;
            prop_assert_eq!(failures.is_empty(), steps.is_empty());
            let repairs: Failures = steps.iter().filter_map(|step| step.repairs.clone()).collect();
            prop_assert_eq!(&repairs, &failures);
            // What was worse than in the healthy deployment returned in full, whatever was between.
            let lost = model.outcome(&design, &failures);
            for ((capability, place), healthy) in &model.healthy(&design).cells {
                let was = lost.state(*capability, place).unwrap();
                let changes: Vec<&Return> = steps.iter().flat_map(|step| &step.returns)
                    .filter(|r| r.capability == *capability && r.place == *place).collect();
                if was < healthy.state {
                    prop_assert_eq!(changes.last().map(|r| r.after), Some(healthy.state), "{:?} at {:?}", capability, place);
                }
                prop_assert!(changes.iter().all(|r| r.before < r.after));
            }
            if let Some(last) = steps.last() {
                let open: Vec<&String> = last.still.iter()
                    .filter(|s| s.starts_with("Restart") || s.starts_with("Let replication") || s.contains("cannot start"))
                    .collect();
                prop_assert!(open.is_empty(), "{:?}", open);
            }
        }
    }
}
