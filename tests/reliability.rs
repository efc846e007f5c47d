//! What people are told about availability and about what can fail, by the real program.

#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

#[path = "support/program.rs"]
mod support;

use meridian::templates;
use serde_json::Value;

use support::run;

/// A template as a design file.
fn file(template: &str) -> &'static str {
    templates::get(template).expect("a template").ron()
}

fn fine(args: &[&str], template: &str) -> String {
    run(args, file(template)).fine().to_owned()
}

#[track_caller]
fn json(args: &[&str], template: &str) -> Value {
    serde_json::from_str(&fine(args, template)).expect("JSON")
}

fn list<'v>(value: &'v Value, key: &str) -> &'v Vec<Value> {
    value[key].as_array().expect("a list")
}

#[test]
fn availability_tells_share_range_minutes_and_what_to_improve_first() {
    let out = fine(&["availability", "-", "--capability", "serve"], "pattern-2");
    for part in ["Serve API traffic", "Minutes a year", "exact", "What to improve first", "outage-factor", "agreements"]
    {
        assert!(out.contains(part), "{part}: {out}");
    }
    assert!(!out.contains("Issue tokens"), "{out}");
    // What switching or restarts add has a line only where it is more than nothing.
    for template in ["pattern-1", "pattern-2"] {
        let out = fine(&["availability", "-"], template);
        assert!(out.contains("minutes of these") && !out.contains(": 0 minutes"), "{out}");
    }
    let report = json(&["availability", "-", "--json"], "pattern-2");
    assert_eq!(report["format"], "meridian-availability/1");
    for cell in list(&report, "cells") {
        let answer = &cell["goes_on"];
        let [value, low, high] =
            ["value", "low", "high"].map(|key| answer["availability"][key].as_f64().expect("a number"));
        assert!(low <= value && value <= high && low > 90.0, "{cell}");
        let minutes = answer["minutes_per_year"].as_f64().expect("minutes");
        let down = answer["unavailability"].as_f64().expect("a share");
        assert!((minutes - down * 525_600.0).abs() < 1e-6);
        assert_eq!(answer["exact"], true);
        assert!(!list(&answer["availability"]["derivation"], "inputs").is_empty());
    }
}

#[test]
fn another_assumption_gives_another_answer_and_a_wrong_capability_is_refused_with_those_there_are() {
    let minutes = |args: &[&str]| {
        let report = json(&[&["availability", "-", "--capability", "issue", "--json"], args].concat(), "pattern-1");
        list(&report, "cells").first().expect("a cell")["goes_on"]["minutes_per_year"].as_f64().expect("minutes")
    };
    assert!(minutes(&["--assume", "outage-factor=3"]) > 2.0 * minutes(&[]));
    let refused = run(&["availability", "-", "--capability", "coffee"], file("pattern-1"));
    refused.refused("there is no capability \"coffee\"");
    assert!(refused.err.contains("serve"), "{}", refused.err);
}

#[test]
fn a_sweep_finds_the_main_region_of_pattern_2_behind_tokens_but_not_behind_traffic_elsewhere() {
    let design = templates::get("pattern-2").expect("a template").design();
    let main = design
        .regions
        .iter()
        .find(|(_, region)| region.role == meridian::design::RegionRole::Main)
        .map(|(id, _)| format!("region:{id}"))
        .expect("a main region");
    let report = json(&["sweep", "-", "--json"], "pattern-2");
    let cells = |capability: &str| -> Vec<&Value> {
        list(&report, "cells")
            .iter()
            .filter(|cell| cell["capability"] == capability && cell["place_kind"] == "region")
            .collect()
    };
    let holds = |cell: &Value| list(cell, "singles").iter().any(|single| single.as_str() == Some(main.as_str()));
    assert!(cells("issue").into_iter().all(holds));
    let elsewhere: Vec<&Value> = cells("serve")
        .into_iter()
        .filter(|cell| format!("region:{}", cell["place"].as_str().unwrap_or("")) != main)
        .collect();
    assert_eq!(elsewhere.len(), design.regions.len() - 1);
    assert!(!elsewhere.into_iter().any(holds));
    assert!(report["all_pairs"] == true && !list(&report, "failures").is_empty());
}

#[test]
fn a_sweep_reads_well_and_fills_a_spreadsheet() {
    let out = fine(&["sweep", "-", "--order", "3", "--capability", "serve"], "pattern-1");
    for part in
        ["What takes down most", "Serve API traffic", "Alone", "A region and one more", "Smallest sets of parts"]
    {
        assert!(out.contains(part), "{part}: {out}");
    }
    let one = fine(&["sweep", "-", "--order", "1"], "pattern-1");
    assert!(!one.contains("Any two"), "{one}");
    let csv = fine(&["sweep", "-", "--csv", "--capability", "serve"], "pattern-1");
    let mut lines = csv.lines();
    assert_eq!(lines.next(), Some("capability,place,failure,and,what,hours a year"));
    assert!(lines.clone().count() > 10 && lines.all(|line| line.starts_with("serve,")), "{csv}");
    assert_eq!(run(&["sweep", "-", "--order", "4"], file("pattern-1")).code, 2);
}

#[test]
fn a_sweep_of_single_failures_leaves_pairs_out_and_goes_by_what_is_assumed() {
    let report = json(&["sweep", "-", "--order", "1", "--json"], "pattern-1");
    assert_eq!(report["all_pairs"], false);
    assert!(list(&report, "failures").iter().all(|failure| failure["in_pairs"] == 0));
    assert!(list(&report, "cells").iter().all(|cell| list(cell, "pairs").is_empty()));
    assert!(list(&report, "cells").iter().any(|cell| !list(cell, "singles").is_empty()));
    let share = |args: &[&str]| -> f64 {
        let report = json(&[&["sweep", "-", "--order", "1", "--json"], args].concat(), "pattern-1");
        list(&report, "failures").iter().filter_map(|failure| failure["share"].as_f64()).sum()
    };
    assert!(share(&["--assume", "outage-factor=3"]) > 1.5 * share(&[]));
    run(&["sweep", "-", "--assume", "coffee=3"], file("pattern-1")).refused("there is no assumption \"coffee\"");
}
