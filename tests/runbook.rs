//! The runbook, as whoever is on call reads it.

#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use meridian::books::Books;
use meridian::design::{Component, Design, Id, Kind, Link, Pos, Site, commands};
use meridian::export::Form;
use serde_json::Value;

mod exported;
#[path = "support/program.rs"]
mod support;

use exported::{all, exported, template, text};
use support::run;

fn runbook(design: &Design) -> (Value, String) {
    let bundle = exported(design, Form::Runbook);
    let file = serde_json::from_str(text(&bundle, "runbook.json")).expect("JSON");
    (file, text(&bundle, "runbook.md").to_owned())
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

/// The loss that is given to `--fail` so.
fn loss<'v>(runbook: &'v Value, failure: &str) -> &'v Value {
    list(runbook, "losses").iter().find(|loss| loss["failure"] == failure).expect("a loss")
}

#[test]
fn everything_starts_after_what_it_needs() {
    let rank = |action: &str| match action {
        "stores" => 0,
        "replication" => 1,
        "first-control-plane" => 2,
        "control-plane" => 3,
        "key-managers" => 4,
        "traffic-managers" => 5,
        "gateways" => 6,
        other => panic!("{other}"),
    };
    for (name, design) in all() {
        let (file, words) = runbook(&design);
        let steps = list(&file, "start_order");
        let mut regions: Vec<&Value> = steps.iter().map(|step| &step["region"]).collect();
        regions.dedup();
        for region in regions {
            let of = steps.iter().filter(|step| step["region"] == *region);
            let order: Vec<i32> = of.map(|step| rank(step["action"].as_str().expect("an action"))).collect();
            assert!(order.is_sorted(), "{name}, {region}: {order:?}");
        }
        let place = |text: &str| words.find(text);
        if let (Some(first), Some(plane)) =
            (place("Start databases and stores"), place("Start the first control plane"))
        {
            assert!(first < plane, "{name}");
        }
    }
    let (file, _) = runbook(&template("pattern-2"));
    let first_of = |region: &str| list(&file, "start_order").iter().position(|step| step["region"] == region);
    assert!(first_of("eu") < first_of("in"), "the main region before the others");
}

#[test]
fn the_way_back_starts_databases_before_control_planes_before_gateways() {
    let kinds: BTreeMap<String, String> = template("pattern-1")
        .components
        .iter()
        .map(|(id, component)| (id.to_string(), format!("{:?}", component.kind())))
        .collect();
    let (file, _) = runbook(&template("pattern-1"));
    let steps = list(loss(&file, "region:eu"), "recovery");
    let order: Vec<&str> = steps
        .iter()
        .flat_map(|step| list(step, "elements"))
        .filter_map(|id| Some(kinds.get(id.as_str()?)?.as_str()))
        .collect();
    let place = |kind: &str| order.iter().position(|k| *k == kind).expect("it is started");
    assert!(["Database", "ControlPlane", "TrafficManager", "Gateway"].map(place).is_sorted(), "{order:?}");
}

#[test]
fn pattern_2_goes_on_with_what_it_knows_cannot_restart_and_catches_up() {
    let design = template("pattern-2");
    let (file, words) = runbook(&design);
    for failure in ["region:eu", "cut:eu/in"] {
        let loss = loss(&file, failure);
        let state = |capability: &str| {
            let states = list(loss, "states").iter();
            let found = states.clone().find(|s| s["capability"] == capability && s["place"] == "in");
            found.unwrap_or_else(|| panic!("{capability} changes in Mumbai: {states:?}"))
        };
        let (serve, start) = (state("serve"), state("gwstart"));
        // That nothing can be started again weighs more than that what runs knows no news.
        assert_eq!((&serve["state"], &serve["basis"]), (&"cannot-restart".into(), &"stated".into()), "{failure}");
        let says = list(serve, "says").iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ");
        assert!(says.contains("one that stops cannot come back") && says.contains("they know"), "{says}");
        assert_eq!(serve["facts"], serde_json::json!(["B22"]));
        assert_eq!((&start["state"], &start["basis"]), (&"down".into(), &"stated".into()), "{failure}");
        assert_eq!(start["facts"], serde_json::json!(["B23"]));
        let resyncs: Vec<&Value> = list(loss, "recovery").iter().flat_map(|step| list(step, "resyncs")).collect();
        assert!(resyncs.iter().any(|text| text.as_str().is_some_and(|text| text.contains("B22"))), "{resyncs:?}");
    }
    for sentence in [
        "go on with the APIs, subscriptions and revocations they know",
        "stated by B22",
        "stated by B23",
        "load what they missed (B22, H8)",
    ] {
        assert!(words.contains(sentence), "{sentence}");
    }
    let needs: Vec<&Value> = list(&file, "restarts").iter().filter(|r| r["failure"] == "region:eu").collect();
    let gateways = needs.iter().find(|r| r["capability"] == "gwstart").expect("no restart without the main region");
    assert_eq!(gateways["regions"], serde_json::json!(["in", "us"]));
}

#[test]
fn losses_are_those_that_the_command_plays() {
    for id in ["pattern-1", "pattern-2"] {
        let design = template(id);
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("design.ron");
        let name = path.to_str().expect("a name");
        assert_eq!(run(&["new", "--template", id, "--out", name], "").code, 0);
        let (file, _) = runbook(&design);
        let losses = list(&file, "losses");
        assert!(losses.len() > 3, "{id}");
        for loss in losses {
            let failure = loss["failure"].as_str().expect("a failure");
            let played = run(&["whatif", name, "--fail", failure, "--json"], "").json();
            for state in list(loss, "states") {
                let (capability, place) =
                    (state["capability"].as_str().expect("id"), state["place"].as_str().expect("id"));
                let other = &played["states"][capability][place];
                for key in ["state", "healthy", "basis", "facts", "says", "why"] {
                    assert_eq!(state[key], other[key], "{failure}, {capability}, {place}: {key}");
                }
            }
            assert_eq!(loss["events"], played["events"], "{failure}");
            for key in ["lost", "resync", "by_hand"] {
                assert_eq!(loss[key], played["aftermath"][key], "{failure}: {key}");
            }
            let changed = played["states"].as_object().expect("states").values();
            let changed = changed.flat_map(|places| places.as_object().expect("places").values());
            let changed = changed.filter(|state| state["state"] != state["healthy"]).count();
            assert_eq!(list(loss, "states").len(), changed, "{failure}");
        }
    }
}

/// Eight regions, each with a control plane and a database of its own, and a link between every two.
fn eight_regions() -> Design {
    let mut design = template("pattern-1");
    let plane = |c: &Component| matches!(c.kind(), Kind::ControlPlane | Kind::AllInOne);
    let first = design.components.values().find(|c| plane(c)).and_then(|c| c.region.clone()).expect("a region");
    let copied: Vec<Component> = design
        .components_in(&first)
        .filter(|(_, c)| plane(c) || c.kind() == Kind::Database)
        .map(|(_, c)| (**c).clone())
        .collect();
    for n in design.regions.len()..8 {
        let site = Site::cloud("aws", "eu-central-1");
        let at = Pos(i32::try_from(n).expect("small") * 1_000, 5_000);
        let (edit, region) = commands::add_region(&design, &format!("Region {n}"), site, at);
        edit.apply(&mut design).expect("another region");
        for component in &copied {
            let id = design.free_id(&Id::slug(&component.name));
            let copy = Component { region: Some(region.clone()), zones: Vec::new(), ..component.clone() };
            design.components.insert(id, Arc::new(copy));
        }
    }
    let planes: BTreeMap<Id, Id> = design
        .components
        .iter()
        .filter(|(_, c)| plane(c))
        .filter_map(|(id, c)| Some((c.region.clone()?, id.clone())))
        .collect();
    let ends: Vec<&Id> = planes.values().collect();
    let link = design.links.values().next().cloned().expect("a link");
    for (n, from) in ends.iter().enumerate() {
        for to in ends.iter().skip(n + 1) {
            let link = Link { from: (*from).clone(), to: (*to).clone(), ..(*link).clone() };
            design.links.insert(design.free_id(&Id::slug("between")), Arc::new(link));
        }
    }
    design.validate().expect("a design");
    design
}

#[test]
fn cuts_do_not_displace_control_planes_and_databases() {
    let design = eight_regions();
    let (file, _) = runbook(&design);
    let told: Vec<&str> = list(&file, "losses").iter().filter_map(|loss| loss["failure"].as_str()).collect();
    let of = |kind: Kind| design.components.values().filter(move |c| c.kind() == kind).count();
    let count = |prefix: &str| told.iter().filter(|failure| failure.starts_with(prefix)).count();
    let cuts = count("cut:")
        + list(&file, "left_out").iter().filter_map(Value::as_str).filter(|of| of.starts_with("cut:")).count();
    assert_eq!((count("region:"), cuts), (8, 28), "{told:?}");
    let wanted = of(Kind::ControlPlane) + of(Kind::AllInOne) + of(Kind::Database);
    assert!(wanted >= 16 && told.len() == 30, "{wanted}: {told:?}");
    let (planes, databases): (Vec<&str>, Vec<&str>) = told
        .iter()
        .filter_map(|failure| failure.strip_prefix("component:"))
        .partition(|id| design.components[&Id::new(id).expect("an id")].kind() != Kind::Database);
    assert!(planes.len() >= 7 && databases.len() >= 7, "{told:?}");
}

/// Every number of a fact that stands in a text.
fn named(text: &str) -> BTreeSet<&str> {
    let facts = Books::shipped().facts();
    text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| facts.fact(word).is_some()).collect()
}

#[test]
fn sources_are_those_that_are_cited_and_no_names() {
    for (name, design) in all() {
        for (form, file) in [(Form::Runbook, "runbook.md"), (Form::Report, "report.md")] {
            let bundle = exported(&design, form);
            let Some((body, rest)) = text(&bundle, file).rsplit_once("\n## Sources\n") else { continue };
            let listed: BTreeSet<&str> =
                rest.lines().filter_map(|line| line.strip_prefix("| ")?.split(' ').next()).collect();
            let missing: Vec<&str> = named(body).into_iter().filter(|fact| !listed.contains(fact)).collect();
            assert!(missing.is_empty(), "{name}, {file}: {missing:?}");
        }
    }
    let facts = Books::shipped().facts();
    let (_, words) = runbook(&template("pattern-1"));
    let free = facts.all().map(|fact| fact.id.as_str()).find(|fact| !named(&words).contains(fact)).expect("a fact");
    let mut design = template("pattern-1");
    for region in design.regions.values_mut() {
        let region = Arc::make_mut(region);
        region.name = format!("{} Zone {free}", region.name);
    }
    let (_, words) = runbook(&design);
    let (_, sources) = words.rsplit_once("\n## Sources\n").expect("sources");
    assert!(!sources.contains(&format!("| {free} |")), "{sources}");
}

#[test]
fn what_a_large_design_leaves_out_is_said() {
    let mut design = template("pattern-1");
    for n in 0..40 {
        let site = Site::cloud("aws", "eu-central-1");
        let (edit, _) = commands::add_region(&design, &format!("Region {n}"), site, Pos(n * 1_000, 5_000));
        edit.apply(&mut design).expect("another region");
    }
    let bundle = exported(&design, Form::Runbook);
    let (file, words) = runbook(&design);
    let (told, left_out) = (list(&file, "losses").len(), list(&file, "left_out").len());
    assert!(told > 0 && left_out > 0 && told + left_out > 42, "{told} and {left_out}");
    let sentence = format!("{left_out} more losses are not told here");
    assert!(words.contains(&sentence) && bundle.remarks.iter().any(|remark| remark.starts_with(&sentence)));
}
