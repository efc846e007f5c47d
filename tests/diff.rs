//! `meridian diff` as a pipeline sees it: real files, the real program, its output and its exit code.

#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

#[path = "support/program.rs"]
mod support;

use serde_json::Value;
use tempfile::TempDir;

use support::run;

/// A folder with two templates and a copy of the second with one gateway fewer.
fn designs() -> (TempDir, [String; 3]) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let names = [path("one.ron"), path("two.ron"), path("edited.ron")];
    for (template, name) in ["pattern-1", "pattern-2"].iter().zip(&names) {
        assert_eq!(run(&["new", "--template", template, "--out", name], "").code, 0);
    }
    let text = std::fs::read_to_string(&names[1]).expect("reads");
    let gateway = text.find("spec: Gateway(").expect("a gateway");
    let (head, tail) = text.split_at(gateway);
    let edited = format!("{head}{}", tail.replacen("instances: 2", "instances: 1", 1));
    assert_ne!(edited, text);
    meridian::files::write_atomically(names[2].as_ref(), edited.as_bytes()).expect("writes");
    (folder, names)
}

#[test]
fn a_design_does_not_differ_from_itself() {
    let (_folder, [one, ..]) = designs();
    let ran = run(&["diff", &one, &one], "");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(ran.out.ends_with("\nno differences\n"), "{}", ran.out);
    let text = std::fs::read_to_string(&one).expect("reads");
    assert_eq!(run(&["diff", &one, "-"], &text).code, 0);
}

#[test]
fn one_gateway_fewer_is_told_with_all_that_follows_from_it() {
    let (_folder, [_, two, edited]) = designs();
    let ran = run(&["diff", &two, &edited, "--as-of", "2026-01-01"], "");
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    for section in ["\nElements: 1 changed\n", "\nFindings: ", "\nCapacity: ", "\nCost: "] {
        assert!(ran.out.contains(section), "{section}: {}", ran.out);
    }
    let line = ran.out.lines().find(|l| l.contains(": Instances")).expect("the field");
    let cells: Vec<&str> = line.split("  ").map(str::trim).filter(|c| !c.is_empty()).collect();
    assert_eq!((cells[0], &cells[2..]), ("~", ["2", "1", "changed"].as_slice()), "{line}");
    assert!(ran.out.contains("+ Error    R-HA-01") || ran.out.contains("+ Warning  R-HA-01"), "{}", ran.out);
    assert!(!ran.out.contains("\nDesign: "), "what is the same is not told: {}", ran.out);
    let back = run(&["diff", &edited, &two, "--as-of", "2026-01-01"], "");
    assert!(back.out.contains("− Error    R-HA-01") || back.out.contains("− Warning  R-HA-01"), "{}", back.out);
}

#[test]
fn two_patterns_differ_in_everything_and_machines_can_read_it() {
    let (_folder, [one, two, _]) = designs();
    let ran = run(&["diff", &one, &two, "--json"], "");
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    let json: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(json["format"], "meridian-diff/1");
    assert_eq!((&json["same"], json["recognised"][0].as_str()), (&Value::Bool(false), Some("Pattern 1")));
    for list in ["settings", "elements", "findings", "latency", "load"] {
        assert!(json[list].as_array().is_some_and(|l| !l.is_empty()), "{list}");
    }
    let added = json["elements"].as_array().expect("a list").iter().filter(|e| e["change"] == "added").count();
    assert!(added > 0);
    assert!(json["cost"]["total"]["difference"].is_number(), "{}", json["cost"]["total"]);
    let people = run(&["diff", &one, &two], "");
    assert!(people.out.lines().all(|l| l.chars().count() < 230), "{}", people.out);
}

#[test]
fn what_cannot_be_read_is_refused_in_one_line() {
    let (folder, [one, ..]) = designs();
    let broken = folder.path().join("broken.ron").display().to_string();
    meridian::files::write_atomically(broken.as_ref(), b"(format: 1, name: ").expect("writes");
    let missing = folder.path().join("missing.ron").display().to_string();
    for (args, begins) in [
        (["diff", one.as_str(), broken.as_str()], format!("meridian: {broken}:1:")),
        (["diff", missing.as_str(), one.as_str()], format!("meridian: {missing}: ")),
        (["diff", "-", "-"], "meridian: standard input can be read only once".into()),
    ] {
        let ran = run(&args, "");
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{}", ran.err);
        assert!(ran.err.starts_with(&begins) && ran.err.lines().count() == 1, "{}", ran.err);
    }
}
