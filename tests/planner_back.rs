//! Planner files read back as designs: the same deployment comes out, and what is wrong with a file is said once, where
//! it stands.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot be set up must fail")]

mod generate;
#[path = "support/program.rs"]
mod program;

use std::sync::Arc;

use generate::any_design;
use meridian::analysis::{Setting, analyse};
use meridian::books::Books;
use meridian::design::history::Revision;
use meridian::design::{Design, Kind, NodeSize, SceneRect};
use meridian::export::planner::{Plan, planner_file, to_json};
use meridian::import::planner::read;
use meridian::{files, templates};
use program::run;
use proptest::prelude::*;
use proptest::test_runner::Config;
use serde_json::Value;

fn plan(design: &Design) -> Option<Plan> {
    let books = Books::shipped();
    planner_file(design, &analyse(design, Revision::default(), &Setting::of(books)), books).ok()
}

/// Whatever others may rest on is the same after the way through a file; numbers are compared as they are written.
fn comes_back(design: &Design) {
    // Hostile designs may have no plan, or names that are no names of ids.
    let Some(before) = plan(design) else { return };
    let imported = read(&to_json(&before), "plan.json").expect("a plan of ours is read");
    let after = plan(&imported.design).expect("a plan");
    let value = |plan: &Plan| serde_json::to_value(plan).unwrap();
    let (before, after) = (value(&before), value(&after));
    for section in [
        "design",
        "product",
        "domain",
        "regions",
        "nodes",
        "balancers",
        "services",
        "populations",
        "databases",
        "replication_sets",
        "links",
        "connections",
        "start_order",
        "practices",
        "decisions",
        "drawing",
        "unresolved",
    ] {
        let (mut was, mut is) = (before[section].clone(), after[section].clone());
        // The hash is that of the file of the design, notes and all.
        for side in [&mut was, &mut is] {
            if let Some(object) = side.as_object_mut() {
                object.remove("sha256");
            }
        }
        assert_eq!(was, is, "{section}");
    }
}

fn template(id: &str) -> Design {
    templates::get(id).unwrap().design()
}

#[test]
fn templates_and_samples_come_back() {
    templates::all().iter().map(templates::Template::design).for_each(|design| comes_back(&design));
    let samples = std::fs::read_dir("saved-designs").unwrap().map(|entry| entry.unwrap().path());
    for path in samples.filter(|path| path.extension().is_some_and(|e| e == "ron")) {
        comes_back(&files::read_design(&path).unwrap().0);
    }
}

#[test]
fn a_template_without_notes_comes_back_as_it_was() {
    for template in templates::all() {
        let mut design = template.design();
        let imported = read(&to_json(&plan(&design).unwrap()), "plan.json").unwrap().design;
        for region in design.regions.values_mut() {
            let region = Arc::make_mut(region);
            region.notes.clear();
            region.requirements = region.requirements.over(&design.meta.requirements);
        }
        for component in design.components.values_mut() {
            Arc::make_mut(component).notes.clear();
        }
        for link in design.links.values_mut() {
            Arc::make_mut(link).notes.clear();
        }
        assert_eq!(imported.links, design.links);
        assert_eq!(imported.regions, design.regions);
        for (id, component) in &design.components {
            let back = &imported.components[id];
            assert_eq!(back, component, "{id}");
        }
    }
}

#[test]
fn a_plan_without_a_drawing_is_arranged() {
    let mut value: Value = serde_json::from_str(&to_json(&plan(&template("pattern-2")).unwrap())).unwrap();
    value.as_object_mut().unwrap().remove("drawing");
    let imported = read(&value.to_string(), "plan.json").unwrap();
    assert!(imported.unsaid.iter().any(|sentence| sentence.contains("arranged")), "{:?}", imported.unsaid);
    let rects: Vec<SceneRect> = imported.design.regions.values().map(|r| r.rect()).collect();
    assert!(rects.iter().enumerate().all(|(n, a)| rects.iter().skip(n + 1).all(|b| !a.intersects(*b))), "{rects:?}");
}

#[test]
fn fields_of_later_programs_are_ignored() {
    let mut value: Value = serde_json::from_str(&to_json(&plan(&template("pattern-1")).unwrap())).unwrap();
    value["new"] = "x".into();
    value["nodes"][0]["new"] = 1.into();
    value["links"][0]["new"] = Value::Null;
    read(&value.to_string(), "plan.json").expect("unknown fields are no error");
}

/// The plan of a template with one text replaced, and the error it is refused with.
fn refused(old: &str, new: &str) -> (String, usize, String) {
    let text = to_json(&plan(&template("simple-scalable")).unwrap());
    assert!(text.contains(old), "{old}");
    let text = text.replacen(old, new, 1);
    let error = read(&text, "plan.json").expect_err("it is refused");
    let line = text.lines().nth(error.line.saturating_sub(1)).unwrap_or_default().to_owned();
    (error.to_string(), error.line, line)
}

#[test]
fn what_is_wrong_is_said_where_it_stands() {
    let (error, _, line) = refused("meridian-planner/1", "meridian-planner/2");
    assert!(error.contains("meridian-planner/2") && error.contains("newer"), "{error}");
    assert!(line.contains("\"format\""), "{line}");
    let (error, ..) = refused("meridian-planner/1", "something/1");
    assert!(error.contains("not the format of a plan"), "{error}");
    let (error, _, line) = refused("\"role\": \"gateway\"", "\"role\": \"gatway\"");
    assert!(error.contains("gatway") && line.contains("gatway"), "{error}: {line}");
    let (error, _, line) = refused("\"group\": \"eu-gw\"", "\"group\": \"../eu\"");
    assert!(error.contains("cannot be an id") && line.contains("../eu"), "{error}: {line}");
    let (error, at, _) = refused("\"zones\": 3", "\"zones\": 3000");
    assert!(at > 1 && error.contains("3000"), "{error}");
    let text = to_json(&plan(&template("simple-scalable")).unwrap());
    let half: String = text.chars().take(text.len() / 2).collect();
    let error = read(&half, "plan.json").unwrap_err();
    assert!(error.line > 10 && error.hint.contains("all of it"), "{error}");
}

#[test]
fn the_program_makes_a_design_of_a_plan() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let (design, plan, back) = (at("a.ron"), at("a.json"), at("b.ron"));
    run(&["new", "--template", "pattern-1", "--out", &design], "").fine();
    run(&["export", "planner", &design, "--out", &plan], "").fine();
    let ran = run(&["import", "planner", &plan, "--out", &back], "");
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}", ran.err);
    assert!(
        ran.err.lines().all(|line| line.contains("not part of a plan") || line.contains("at each region")),
        "{}",
        ran.err
    );
    run(&["fmt", "--check", &back], "").fine();
    run(&["import", "planner", &plan, "--out", &back], "").refused(&format!("{back}: there is a file already"));
    run(&["import", "planner", &plan, "--out", &plan, "--force"], "").refused(&format!("{plan}: this is the design"));
    run(&["import", "planner", &at("no.json")], "").refused(&format!("{}: there is no such file", at("no.json")));
}

/// The design with small groups, since what large ones give is only more of the same.
fn with_few_nodes(mut design: Design) -> Design {
    for component in design.components.values_mut() {
        let component = Arc::make_mut(component);
        component.instances = 1 + component.instances % 3;
    }
    design
}

proptest! {
    #![proptest_config(Config { cases: 48, failure_persistence: None, max_shrink_iters: 200, ..Config::default() })]

    #[test]
    fn any_design_comes_back(design in any_design()) {
        comes_back(&with_few_nodes(design));
    }

    #[test]
    fn broken_files_are_refused_without_a_panic(cut in 0_usize..60_000, junk in "[\\[\\]{}\",:0-9a-z\\\\]{0,6}") {
        let text = to_json(&plan(&template("all-in-one-ha")).unwrap());
        let cut = (0..=cut.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let broken = format!("{}{junk}{}", &text[..cut], text.get(cut + 3..).unwrap_or_default());
        if let Err(error) = read(&broken, "plan.json") {
            prop_assert_eq!(error.to_string().lines().count(), 1);
        }
    }
}

#[test]
fn nodes_and_zones_of_everything_come_back() {
    let mut design = template("pattern-1");
    let zones = vec!["a".to_owned(), "b".to_owned()];
    for component in design.components.values_mut().map(Arc::make_mut) {
        if matches!(component.kind(), Kind::LoadBalancer | Kind::Database | Kind::IdentityProvider | Kind::Redis) {
            component.instances = 3;
            component.size = Some(NodeSize { vcpu: 2.0, memory_gib: 4.0, disk_gib: 20.0 });
            component.zones.clone_from(&zones);
        }
    }
    design.validate().unwrap();
    let back = read(&to_json(&plan(&design).expect("a plan")), "plan.json").unwrap().design;
    for (id, component) in &design.components {
        let is = &back.components[id];
        assert_eq!((is.instances, is.size, &is.zones), (component.instances, component.size, &component.zones), "{id}");
    }
}
