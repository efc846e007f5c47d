//! Wrong in a dozen ways, and put right by quick fixes alone.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic anywhere")]

use meridian::books::Books;
use meridian::design::draft::Draft;
use meridian::design::{Database, Design, Engine, Id, Kind, LoadBalancer, NodeSize, Purpose, Schema, Spec, Standby};
use meridian::rules::pattern::{Pattern, recognise};
use meridian::rules::{Finding, Inputs, Severity, check, fixes_of};
use meridian::templates;
use meridian::topology::Topology;

/// More fixes than all the faults together need.
const MOST_STEPS: usize = 24;

fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

/// Links between two components, either way.
fn between(design: &Design, one: &str, other: &str, purposes: &[Purpose]) -> Vec<Id> {
    let joins = |from: &Id, to: &Id| (from.as_str(), to.as_str()) == (one, other);
    let links = design.links.iter().filter(|(_, l)| joins(&l.from, &l.to) && purposes.contains(&l.purpose));
    let found: Vec<Id> = links.map(|(id, _)| id.clone()).collect();
    assert!(!found.is_empty(), "{one} has no such link to {other}");
    found
}

fn cut(draft: &mut Draft, one: &str, other: &str, purposes: &[Purpose]) {
    for link in between(draft.design(), one, other, purposes) {
        draft.disconnect(&link);
    }
}

/// A way to spoil a design, with its name.
type Wrong = (&'static str, fn(&mut Draft));

/// Ways to spoil Pattern 2: Frankfurt is the main region, Mumbai and N. Virginia are sub regions.
fn wrong_ways() -> Vec<Wrong> {
    const THROTTLING: [Purpose; 2] = [Purpose::ThrottleData, Purpose::ThrottleDecision];
    vec![
        ("a single gateway node", |d| d.component(&id("us-gw"), |c| c.instances = 1)),
        ("no traffic manager in a sub region", |d| d.remove(&id("in-tm"))),
        ("a control plane in a sub region", |d| {
            let plane = d.add(Some(&id("us")), Kind::ControlPlane, "Control plane");
            let database = d.add(Some(&id("us")), Kind::Database, "Database");
            d.connect(&plane, &database, &[Purpose::Database]);
        }),
        ("no balancer before gateways", |d| d.remove(&id("in-api-lb"))),
        ("a balancer before the portals that is not sticky", |d| {
            d.component(&id("eu-cp-lb"), |c| {
                c.spec = Spec::LoadBalancer(LoadBalancer { sticky: false, header_limit_kib: 8 });
            });
        }),
        ("gateways throttled from another region", |d| {
            cut(d, "us-gw", "us-tm", &THROTTLING);
            d.connect(&id("us-gw"), &id("eu-tm"), &THROTTLING);
        }),
        ("no event stream", |d| cut(d, "us-tm", "eu-cp", &[Purpose::EventStream])),
        ("H2 in production", |d| {
            d.component(&id("eu-db"), |c| {
                c.spec = Spec::Database(Database {
                    engine: Engine::H2,
                    version: "2.1".into(),
                    standby: Standby::Single,
                    schemas: vec![Schema::Apim, Schema::Shared],
                    ..Database::default()
                });
            });
        }),
        ("three control plane nodes", |d| d.component(&id("eu-cp"), |c| c.instances = 3)),
        ("no throttling in the main region", |d| cut(d, "eu-gw", "eu-tm", &THROTTLING)),
        ("nodes below the minimum size", |d| {
            d.component(&id("in-gw"), |c| c.size = Some(NodeSize { vcpu: 1.0, memory_gib: 2.0, disk_gib: 8.0 }));
        }),
        ("artifacts pulled past the balancer, events through it", |d| {
            cut(d, "in-gw", "eu-cp-lb", &[Purpose::ManagementHttps]);
            cut(d, "in-gw", "eu-cp", &[Purpose::EventStream]);
            d.connect(&id("in-gw"), &id("eu-cp"), &[Purpose::ManagementHttps]);
            d.connect(&id("in-gw"), &id("eu-cp-lb"), &[Purpose::EventStream]);
        }),
    ]
}

fn template() -> Design {
    templates::get("pattern-2").unwrap().design()
}

fn damaged(ways: &[Wrong]) -> Design {
    let mut draft = Draft::of(&template());
    for (_, spoil) in ways {
        spoil(&mut draft);
    }
    let design = draft.design().clone();
    design.validate().unwrap();
    assert!(!open(&design).is_empty(), "nothing is wrong with it");
    design
}

/// Errors and warnings that nobody accepted, worst first.
fn open(design: &Design) -> Vec<Finding> {
    let report = check(&Topology::of(design), &Inputs::of(Books::shipped()));
    report.findings.into_iter().filter(|f| f.severity < Severity::Info).collect()
}

/// Applies the first fix of the worst finding that has one, again and again. Returns the labels of what was done.
fn repair(design: &mut Design) -> Vec<String> {
    let inputs = Inputs::of(Books::shipped());
    let mut done = Vec::new();
    loop {
        let findings = open(design);
        let Some(fix) = findings.iter().find_map(|f| fixes_of(design, f, &inputs).into_iter().next()) else {
            assert_eq!(findings, [], "left after {done:#?}");
            return done;
        };
        assert!(done.len() < MOST_STEPS, "no end: {done:#?}");
        fix.edit.apply(design).unwrap();
        design.validate().unwrap();
        done.push(fix.label);
    }
}

/// That the repaired design is what the template was for.
fn assert_whole(design: &Design, what: &str) {
    assert_eq!(recognise(&Topology::of(design)).pattern, Pattern::Pattern2, "{what}");
    let served = |d: &Design| -> Vec<Id> {
        let kept = |k: Kind| matches!(k, Kind::Users | Kind::Backend);
        d.components.iter().filter(|(_, c)| kept(c.kind())).map(|(id, _)| id.clone()).collect()
    };
    assert_eq!(served(design), served(&template()), "{what}");
    let roles = |d: &Design| d.regions.iter().map(|(id, r)| (id.clone(), r.role)).collect::<Vec<_>>();
    assert_eq!(roles(design), roles(&template()), "{what}");
}

#[test]
fn each_wrong_way_is_put_right_in_a_few_steps() {
    for way in wrong_ways() {
        let mut design = damaged(&[way]);
        let done = repair(&mut design);
        assert!(done.len() <= 6, "{} took {done:#?}", way.0);
        assert_whole(&design, way.0);
    }
}

#[test]
fn any_two_wrong_ways_are_put_right() {
    let ways = wrong_ways();
    for (i, one) in ways.iter().enumerate() {
        for other in &ways[..i] {
            let mut design = damaged(&[*other, *one]);
            repair(&mut design);
            assert_whole(&design, &format!("{} and {}", other.0, one.0));
        }
    }
}

#[test]
fn all_wrong_ways_at_once_are_put_right() {
    let mut design = damaged(&wrong_ways());
    repair(&mut design);
    assert_whole(&design, "all at once");
}
