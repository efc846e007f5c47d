//! Converted drawings are finished drawings.

use std::sync::Arc;

use super::super::testing::{Sketch, findings, mixed, pattern_1, pattern_2, single};
use super::super::{Inputs, Severity, all, compare, fix_all, fixes_of, wiring};
use super::*;
use crate::design::Site;

fn errors(design: &Design) -> Vec<String> {
    design.validate().unwrap();
    let found = findings(design).into_iter().filter(|f| f.severity == Severity::Error);
    found.map(|f| format!("{} {}", f.rule, f.message)).collect()
}

fn pattern_of(design: &Design) -> Pattern {
    pattern::recognise(&Topology::of(design)).pattern
}

fn regions_of(design: &Design) -> Vec<Id> {
    design.regions.keys().cloned().collect()
}

fn converted(design: &Design, change: impl Fn(&mut Draft)) -> Design {
    let mut draft = Draft::of(design);
    change(&mut draft);
    let once = draft.design().clone();
    let mut again = Draft::of(&once);
    change(&mut again);
    assert_eq!(*again.design(), once, "a second time changes something");
    once
}

fn to_first(design: &Design) -> Design {
    converted(design, |d| to_pattern_1(d, &regions_of(design)))
}

fn to_second(design: &Design, main: &str) -> Design {
    converted(design, |d| to_pattern_2(d, &regions_of(design), &Id::slug(main)))
}

/// All-in-one regions, an identity provider, backends and an API user who calls past the balancer.
fn all_in_ones() -> Design {
    let mut draft = Draft::of(&Sketch::new().entrance(&[]).design());
    let ids: Vec<Id> = ["Frankfurt", "Oregon"]
        .into_iter()
        .map(|name| {
            let id = draft.add_region(name, Site::cloud("aws", "eu-central-1"), RegionRole::Peer);
            draft.add(Some(&id), Kind::AllInOne, "All-in-one");
            complete_region(&mut draft, &id);
            let backend = draft.add(Some(&id), Kind::Backend, "Backend");
            let provider = draft.add(Some(&id), Kind::IdentityProvider, "Identity provider");
            for node in wiring::of_kind(draft.design(), &id, |k| k == Kind::AllInOne) {
                draft.connect(&node, &backend, &[Purpose::BackendCall]);
                draft.connect(&node, &provider, &[Purpose::Identity]);
            }
            id
        })
        .collect();
    to_pattern_1(&mut draft, &ids);
    draft.design().clone()
}

/// Pattern 2 whose main region has a key manager of its own.
fn with_key_manager() -> Design {
    let mut draft = Draft::of(&pattern_2().put("frankfurt", Kind::KeyManager).design());
    complete_region(&mut draft, &Id::slug("frankfurt"));
    follow(&mut draft, &Id::slug("mumbai"), &Id::slug("frankfurt"));
    draft.design().clone()
}

fn finished() -> Vec<(&'static str, Design)> {
    vec![
        ("Pattern 1", pattern_1().design()),
        ("Pattern 1 as intended", pattern_1().intent(PatternIntent::Pattern1).design()),
        ("Pattern 2", pattern_2().design()),
        ("Pattern 2 as intended", pattern_2().intent(PatternIntent::Pattern2).design()),
        ("three regions", pattern_2().sub_region("Tokyo", "frankfurt").design()),
        ("a mixture", mixed().design()),
        ("all-in-ones", all_in_ones()),
        ("a key manager", with_key_manager()),
        ("an old version", pattern_2().version(ProductVersion::V4_3).engine("frankfurt-db", Engine::MySql).design()),
    ]
}

#[test]
fn a_finished_drawing_converted_to_either_pattern_and_back_has_no_error() {
    for (name, design) in finished() {
        assert_eq!(errors(&design), [] as [&str; 0], "{name}");
        let first = to_first(&design);
        assert_eq!((errors(&first), pattern_of(&first)), (vec![], Pattern::Pattern1), "{name}");
        for main in ["frankfurt", "oregon"].into_iter().filter(|m| design.regions.contains_key(*m)) {
            let second = to_second(&first, main);
            assert_eq!((errors(&second), pattern_of(&second)), (vec![], Pattern::Pattern2), "{name}, {main}");
            let back = to_first(&second);
            assert_eq!((errors(&back), pattern_of(&back)), (vec![], Pattern::Pattern1), "{name}, {main}");
        }
    }
}

#[test]
fn nothing_leads_to_what_is_gone_and_nothing_of_it_is_left() {
    let design = to_second(&pattern_1().design(), "frankfurt");
    let oregon = Id::slug("oregon");
    let left: Vec<&str> = design.components_in(&oregon).map(|(id, _)| id.as_str()).collect();
    assert_eq!(left, ["oregon-gw", "oregon-lb-gw", "oregon-tm"]);
    assert_eq!(design.regions["oregon"].role, RegionRole::Sub);
    let ends = |purpose: Purpose| -> Vec<String> {
        let of = |l: &&Arc<Link>| l.purpose == purpose && l.from.as_str().starts_with("oregon");
        design.links.values().filter(of).map(|l| format!("{} {}", l.from, l.to)).collect()
    };
    assert_eq!(ends(Purpose::EventStream), ["oregon-gw frankfurt-cp", "oregon-tm frankfurt-cp"]);
    assert_eq!(ends(Purpose::ManagementHttps), ["oregon-gw frankfurt-lb-cp", "oregon-tm frankfurt-lb-cp"]);
}

#[test]
fn portals_and_sub_regions_of_a_removed_control_plane_are_led_to_the_one_that_stays() {
    let drawn = mixed()
        .link("users", "oregon-lb-cp", &[Purpose::PortalAccess])
        .with_link("users", "oregon-lb-cp", Purpose::PortalAccess, |l| l.network = crate::design::Network::Public)
        .design();
    let mut draft = Draft::of(&drawn);
    into_sub(&mut draft, &Id::slug("frankfurt"), &Id::slug("oregon"));
    let design = draft.design();
    assert_eq!(errors(design), [] as [&str; 0]);
    assert!(design.links.values().all(|l| !l.to.as_str().starts_with("frankfurt-cp")));
    let events = |l: &&Arc<Link>| l.from.as_str() == "mumbai-gw" && l.purpose == Purpose::EventStream;
    assert_eq!(design.links.values().filter(events).map(|l| l.to.as_str()).collect::<Vec<_>>(), ["oregon-cp"]);
    let other_way = {
        let mut draft = Draft::of(&drawn);
        into_sub(&mut draft, &Id::slug("oregon"), &Id::slug("frankfurt"));
        draft.design().clone()
    };
    let portals: Vec<_> = other_way.links.values().filter(|l| l.purpose == Purpose::PortalAccess).collect();
    let of_users = portals.iter().find(|l| l.from.as_str() == "users").unwrap();
    assert_eq!((of_users.to.as_str(), of_users.network), ("frankfurt-lb-cp", crate::design::Network::Public));
}

#[test]
fn gateways_take_over_the_work_and_the_calls_of_all_in_ones() {
    let design = to_second(&all_in_ones(), "frankfurt");
    let oregon = Id::slug("oregon");
    let of_oregon = |kind: Kind| design.components_in(&oregon).filter(|(_, c)| c.kind() == kind).count();
    assert_eq!([Kind::AllInOne, Kind::Gateway, Kind::LoadBalancer, Kind::Database].map(of_oregon), [0, 1, 1, 0]);
    let calls = |purpose: Purpose| design.links.values().filter(|l| l.purpose == purpose).count();
    assert_eq!([Purpose::BackendCall, Purpose::Identity].map(calls), [2, 2]);
}

#[test]
fn new_databases_are_like_those_there_and_all_are_of_a_tested_engine() {
    let engines = |design: &Design| -> Vec<Engine> {
        to_first(design).components.values().filter_map(|c| shared(&c.spec)).map(|d| d.engine).collect()
    };
    let of = |engine: Engine| pattern_2().engine("frankfurt-db", engine);
    assert_eq!(engines(&of(Engine::Oracle).design()), [Engine::Oracle; 2]);
    assert_eq!(engines(&of(Engine::MySql).design()), [Engine::PostgreSql; 2]);
    assert_eq!(engines(&of(Engine::MySql).version(ProductVersion::V4_3).design()), [Engine::SqlServer; 2]);
}

/// Drawings with something wrong, in the making, or at odds with what is asked for.
fn unfinished() -> Vec<(&'static str, Sketch)> {
    use PatternIntent::{Pattern1, Pattern2, SingleRegion};
    let three = || pattern_1().full_region("Tokyo", RegionRole::Peer);
    vec![
        ("unconnected third region", three()),
        ("meant as Pattern 2", pattern_1().intent(Pattern2)),
        ("three meant as Pattern 2", three().intent(Pattern2)),
        ("meant as Pattern 1", pattern_2().intent(Pattern1)),
        ("three meant as Pattern 1", pattern_2().sub_region("Tokyo", "frankfurt").intent(Pattern1)),
        ("bare regions meant as Pattern 1", pattern_1().without("oregon-cp").without("oregon-tm").intent(Pattern1)),
        ("a mixture without a traffic manager", mixed().without("oregon-tm")),
        ("a control plane in a sub region", pattern_2().put("mumbai", Kind::ControlPlane)),
        ("a key manager in a sub region", pattern_2().put("mumbai", Kind::KeyManager).put("mumbai", Kind::Database)),
        ("a control plane in one of two", pattern_2().sub_region("Tokyo", "frankfurt").put("tokyo", Kind::AllInOne)),
        ("everything marked sub", single().with_region("frankfurt", |r| r.role = RegionRole::Sub)),
        ("an empty sub region", pattern_2().region("Tokyo", RegionRole::Sub)),
        ("an empty region meant as Pattern 2", single().region("Tokyo", RegionRole::Peer).intent(Pattern2)),
        ("no control plane", pattern_2().without("frankfurt-cp")),
        ("two marked main", pattern_2().with_region("mumbai", |r| r.role = RegionRole::Main).intent(Pattern2)),
        ("attached to two", mixed().link("mumbai-tm", "oregon-cp", &[Purpose::EventStream])),
        ("attached to two past a balancer", mixed().link("mumbai-gw", "oregon-lb-cp", &[Purpose::ManagementHttps])),
        (
            "a backend far away",
            three().region("Lima", RegionRole::Peer).put("lima", Kind::Backend).link(
                "oregon-gw",
                "lima-backend",
                &[Purpose::BackendCall],
            ),
        ),
        (
            "a backend far away from one region",
            single()
                .region("Lima", RegionRole::Peer)
                .put("lima", Kind::Backend)
                .link("frankfurt-gw", "lima-backend", &[Purpose::BackendCall])
                .intent(SingleRegion),
        ),
        ("another engine", three().engine("tokyo-db", Engine::MySql)),
        ("a provider", mixed().put("frankfurt", Kind::IdentityProvider)),
        ("users past the balancer", pattern_2().without("gslb").link("users", "mumbai-gw", &[Purpose::ApiTraffic])),
    ]
}

#[test]
fn fixes_about_patterns_remove_their_finding_and_add_no_error_whatever_is_drawn() {
    let asked: [fn(&mut crate::design::Requirements); 5] = [
        |_| {},
        |r| (r.multi_tenancy, r.independent_survival) = (Some(true), Some(true)),
        |r| (r.replication_feasible, r.low_latency) = (Some(false), Some(true)),
        |r| r.data_plane_only = Some(true),
        |r| r.data_residency = Some("EU".into()),
    ];
    let mut complaints = Vec::new();
    for version in [ProductVersion::V4_3, ProductVersion::V4_5, ProductVersion::V4_7] {
        for (answers, ask) in asked.iter().enumerate() {
            for (name, sketch) in unfinished() {
                let design = sketch.version(version).require(ask).design();
                let what = format!("{name}, {version}, answers {answers}");
                complaints.extend(wrong_fixes(&design).into_iter().map(|c| format!("{what}: {c}")));
                complaints.extend(left_after_all(&design).into_iter().map(|c| format!("{what}: {c}")));
            }
        }
    }
    assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
}

fn wrong_fixes(design: &Design) -> Vec<String> {
    let before = findings(design);
    let inputs = Inputs::of(crate::books::Books::shipped());
    let mut complaints = Vec::new();
    for finding in before.iter().filter(|f| f.rule.starts_with("R-TOP-")) {
        for fix in fixes_of(design, finding, &inputs) {
            let mut fixed = design.clone();
            fix.edit.apply(&mut fixed).unwrap();
            let delta = compare(&before, &findings(&fixed));
            if !delta.vanishes.iter().any(|f| f.rule == finding.rule && f.subjects == finding.subjects) {
                complaints.push(format!("{} after {:?} still: {}", finding.rule, fix.label, finding.message));
            }
            let worse = delta.appears.iter().filter(|f| f.severity == Severity::Error);
            complaints.extend(worse.map(|f| format!("{} {:?} adds {} {}", finding.rule, fix.label, f.rule, f.message)));
        }
    }
    complaints
}

/// Findings about patterns that could still be fixed after all of their rule were.
fn left_after_all(design: &Design) -> Vec<String> {
    let inputs = Inputs::of(crate::books::Books::shipped());
    let mut complaints = Vec::new();
    for rule in all().iter().filter(|r| r.id.starts_with("R-TOP-")) {
        let Some(edit) = fix_all(design, rule.id, &inputs) else { continue };
        let mut fixed = design.clone();
        edit.apply(&mut fixed).unwrap();
        let left = findings(&fixed).into_iter().filter(|f| f.rule == rule.id);
        let fixable = left.filter(|f| !fixes_of(&fixed, f, &inputs).is_empty());
        complaints.extend(fixable.map(|f| format!("after fixing all of {}: {}", rule.id, f.message)));
    }
    complaints
}
