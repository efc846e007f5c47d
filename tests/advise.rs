//! The advisor on the command line.

#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

#[path = "support/program.rs"]
mod support;

use serde_json::Value;

use support::{Ran, program};

fn advise(args: &[&str]) -> Ran {
    Ran::of(program().arg("advise").args(args))
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().expect("a list").iter().map(|v| v.as_str().expect("text")).collect()
}

#[test]
fn the_questions_of_the_overview_are_answered() {
    for (criteria, answer) in [
        ("autonomous,low-latency", "pattern-1"),
        ("autonomous", "pattern-1"),
        ("data-plane-only", "pattern-2"),
        ("", "either"),
        ("near-backends", "pattern-2"),
        ("multi-tenancy, data-plane-only", "pattern-1"),
        ("replication-feasible,replication-infeasible", "conflict"),
    ] {
        let report = advise(&["--criteria", criteria, "--json"]).json();
        assert_eq!(report["format"], "meridian-advise/1");
        assert_eq!(report["recommendation"], answer, "{criteria}");
        let given: Vec<&str> = criteria.split(',').map(str::trim).collect();
        assert!(texts(&report["forced_by"]).iter().all(|id| given.contains(id)), "{criteria}");
    }
    assert_eq!(advise(&["--json"]).json()["recommendation"], "either");
}

#[test]
fn the_version_decides_where_versions_differ() {
    let report = |version| {
        let args = ["--criteria", "multi-tenancy,replication-infeasible", "--as-version", version, "--json"];
        advise(&args).json()
    };
    let old = report("4.5.0");
    assert_eq!((&old["recommendation"], &old["product_version"]), (&"conflict".into(), &"4.5.0".into()));
    assert!(!old["offers"].as_array().expect("a list").is_empty());
    let new = report("4.6.0");
    assert_eq!(new["recommendation"], "pattern-2");
    assert_eq!(new["contradictions"][0]["fact"], "B24");
    assert_eq!(new["against"][0]["criterion"], "multi-tenancy");
}

#[test]
fn people_read_what_machines_read() {
    for criteria in ["autonomous,budget", "budget,cost-unconstrained,independent-survival", "replication-feasible"] {
        let report = advise(&["--criteria", criteria, "--json"]).json();
        let people = advise(&["--criteria", criteria]);
        let words = people.fine().split_whitespace().collect::<Vec<_>>().join(" ");
        for part in ["reasons", "against", "contradictions", "offers", "consequences", "questions"] {
            for entry in report[part].as_array().expect("a list") {
                assert!(words.contains(entry["text"].as_str().expect("text")), "{entry}\n{words}");
            }
        }
        assert!(people.out.lines().all(|l| l.chars().count() <= 100), "{}", people.out);
    }
}

#[test]
fn criteria_are_listed_and_an_unknown_one_is_refused() {
    let list = advise(&["--list", "--json"]).json();
    let people = advise(&["--list"]);
    let ids: Vec<&str> =
        list["criteria"].as_array().expect("a list").iter().map(|c| c["id"].as_str().expect("text")).collect();
    assert_eq!(ids.len(), 11);
    let unknown = advise(&["--criteria", "autonomous,cheap"]);
    unknown.refused("there is no criterion \"cheap\" (hint: use any of autonomous, ");
    for id in ids {
        assert!(people.fine().contains(id) && unknown.err.contains(id), "{id}");
        advise(&["--criteria", id]).fine();
    }
    advise(&["--as-version", "3.2.0"]).refused("\"3.2.0\" is not a known product version");
    assert_eq!(advise(&["--list", "--criteria", "budget"]).code, 2);
}

#[test]
fn a_design_is_drawn_from_the_answers_and_passes_its_check() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("plan.ron");
    let out = path.to_str().expect("UTF-8");
    let regions = "aws:eu-central-1,aws:ap-south-1";
    let args = ["--criteria", "near-backends", "--generate", "--regions", regions, "--load", "500,200", "--out", out];
    advise(&args).fine();
    let check = program().args(["check", out, "--json"]).output();
    let report: Value = serde_json::from_slice(&check.expect("it runs").stdout).expect("JSON");
    let report = &report["designs"][0];
    assert_eq!(
        (&report["pattern"], &report["errors"], &report["warnings"]),
        (&"pattern-2".into(), &0.into(), &0.into())
    );
    assert_eq!(report["design"], "Frankfurt, Mumbai");
    advise(&args).refused(&format!("{out}: there is a file already"));
    assert!(advise(&[&args[..], &["--force", "--pattern", "pattern-1", "--name", "Shop"]].concat()).fine().is_empty());
    let text = std::fs::read_to_string(&path).expect("it is there");
    assert!(
        text.contains("\"Shop\"") && text.contains("pattern: Pattern1") && text.contains("recommended: \"pattern-2\"")
    );
}

#[test]
fn a_drawing_that_cannot_be_made_is_refused() {
    let regions = ["--generate", "--regions", "aws:eu-central-1,aws:ap-south-1"];
    let with = |more: &[&str]| advise(&[&regions[..], more].concat());
    with(&["--criteria", "replication-infeasible,autonomous,independent-survival"])
        .refused("the answers for Mumbai contradict each other");
    with(&["--load", "1,2,3"]).refused("3 loads are given for 2 regions");
    with(&["--pattern", "3"]).refused("there is no pattern \"3\"");
    with(&["--load=-1"]).refused("");
    advise(&["--generate", "--regions", "aws:atlantis"]).refused("\"aws:atlantis\" is no cloud region");
    assert_eq!(advise(&["--regions", "aws:eu-central-1"]).code, 2);
}
