//! Checks in pipelines: what is reported in which format, what fails, and what the rules and their fixes say.

#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

#[path = "support/program.rs"]
mod support;

use std::collections::BTreeSet;
use std::path::PathBuf;

use jsonschema::Validator;
use serde_json::Value;
use tempfile::TempDir;

use support::{is_current_and_explained, run};

/// One traffic manager (R-HA-01) and gateways that get no throttle decisions back, which is an error (A23).
const SMALL: &str = r#"(
  format: 1,
  name: "Small",
  product_version: "4.6.0",
  regions: {
    "fra": (name: "Frankfurt", role: Peer, site: Cloud(provider: "aws", region: "eu-central-1"), pos: (0, 0), extent: (400, 300)),
  },
  components: {
    "fra-gw": (name: "Gateway", spec: Gateway(environment: "Default", workload: Passthrough), region: "fra", pos: (20, 60), instances: 2),
    "fra-tm": (name: "Traffic manager", spec: TrafficManager, region: "fra", pos: (20, 160)),
  },
  links: {
    "l": (from: "fra-gw", to: "fra-tm", purpose: ThrottleData),
  },
)"#;

const NODES: &str = "R-HA-01";

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

fn file(folder: &TempDir, name: &str, content: &str) -> String {
    let path = folder.path().join(name);
    meridian::files::write_atomically(&path, content.as_bytes()).expect("writes");
    path.display().to_string()
}

fn content(path: &str) -> String {
    std::fs::read_to_string(path).expect("reads")
}

fn saved_designs() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/saved-designs");
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    let mut paths: Vec<PathBuf> = entries.map(|e| e.expect("an entry").path()).collect();
    paths.sort();
    paths.iter().map(|p| p.display().to_string()).collect()
}

fn validator(schema: &str) -> Validator {
    let schema: Value = serde_json::from_str(schema).expect("the schema is JSON");
    jsonschema::options().should_validate_formats(true).build(&schema).expect("the schema is one")
}

#[track_caller]
fn valid(validator: &Validator, instance: &Value) {
    let errors: Vec<String> =
        validator.iter_errors(instance).map(|e| format!("{e} at {}", e.instance_path())).take(5).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

fn sarif() -> Validator {
    validator(include_str!("fixtures/sarif-schema-2.1.0.json"))
}

fn items<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().expect("a list")
}

/// The only design of a report, and its findings of a rule.
fn design(report: &Value) -> &Value {
    let [design] = items(report, "designs") else { panic!("{report:#}") };
    design
}

fn of<'v>(findings: &'v [Value], rule: &str) -> Vec<&'v Value> {
    findings.iter().filter(|f| f["rule"] == rule).collect()
}

/// The design with an entry before its regions.
fn with(entry: &str) -> String {
    SMALL.replace("  regions: {", &format!("  {entry},\n  regions: {{"))
}

/// The design with its traffic manager waived as it is, until the end of 2026.
fn waived() -> String {
    let report = run(&["check", "-", "--json"], SMALL).report();
    let found = of(items(design(&report), "findings"), NODES);
    let [finding] = found.as_slice() else { panic!("{report:#}") };
    let facts: Vec<String> = items(finding, "seen").iter().map(|s| format!("{}: {}", s["what"], s["value"])).collect();
    let (rule, subjects, facts) = (&finding["rule"], &finding["subjects"], facts.join(", "));
    with(&format!(
        "waivers: [(rule: {rule}, subjects: {subjects}, facts: {{{facts}}}, reason: \"A pilot.\", \
         owner: \"platform team\", expires: \"2026-12-31\")]"
    ))
}

#[test]
fn reports_satisfy_the_shipped_schema_and_sarif_its_public_one() {
    let check = validator(include_str!("../assets/check.schema.json"));
    let (sarif, folder) = (sarif(), folder());
    let (waived, off) = (file(&folder, "waived.ron", &waived()), with("rules: {\"R-HA-01\": (level: Off)}"));
    let mut files = saved_designs();
    files.extend([waived.clone(), file(&folder, "off — ä.ron", &off), waived.clone()]);
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let base = ["--base", &waived];
    for (files, more) in [(files.as_slice(), &[][..]), (&files, &["--as-version", "4.7.0"]), (&files[..1], &base)] {
        let args = [&["check"], files, more].concat();
        let report = run(&[&args[..], &["--format", "json"]].concat(), "").report();
        valid(&check, &report);
        let sources: Vec<&str> = items(&report, "designs").iter().filter_map(|d| d["source"].as_str()).collect();
        assert_eq!(sources, files, "in the order they were given");
        for finding in items(&report, "designs").iter().flat_map(|d| items(d, "findings")) {
            assert_eq!(finding["place"].is_null(), items(finding, "subjects").is_empty(), "{finding:#}");
        }
        valid(&sarif, &run(&[&args[..], &["--format", "sarif"]].concat(), "").report());
    }
    valid(&sarif, &run(&["check", "-", "--format", "sarif"], SMALL).report());
}

#[test]
fn the_shipped_schema_is_the_one_of_this_program_and_explains_every_field() {
    is_current_and_explained("check", include_str!("../assets/check.schema.json"));
}

#[test]
fn what_fails_is_for_the_caller_to_say() {
    let report = run(&["check", "-", "--json"], SMALL).report();
    let errors = items(design(&report), "findings").iter().filter(|f| f["severity"] == "error");
    let rules: BTreeSet<&str> = errors.filter_map(|f| f["rule"].as_str()).collect();
    let notes: Vec<String> = rules.iter().map(|rule| format!("\"{rule}\": (level: Info)")).collect();
    let only_warnings = with(&format!("rules: {{{}}}", notes.join(", ")));
    for (text, fail_on, code) in [
        (SMALL, "error", 1),
        (SMALL, "never", 0),
        (only_warnings.as_str(), "error", 0),
        (&only_warnings, "warning", 1),
        (&only_warnings, "info", 1),
    ] {
        assert_eq!(run(&["check", "-", "--fail-on", fail_on], text).code, code, "{fail_on}");
    }
    let folder = folder();
    let (good, bad) = (saved_designs(), file(&folder, "bad.ron", SMALL));
    let good = good.iter().find(|p| p.ends_with("simple-scalable.ron")).expect("it is there");
    assert_eq!(run(&["check", good], "").code, 0);
    let both = run(&["check", good, &bad], "");
    assert_eq!(both.code, 1);
    assert!(both.out.contains("2 designs in all: "), "{}", both.out);
}

#[test]
fn a_finding_says_what_it_rests_on_and_the_end_what_was_set_aside() {
    let open = run(&["check", "-"], SMALL).out;
    assert!(open.contains("  Seen    nodes: 1; environment: Production\n"), "{open}");
    assert!(open.contains("0 findings waived, 0 rules off, "), "{open}");

    let waived = waived();
    let during = run(&["check", "-", "--as-of", "2026-12-31"], &waived).out;
    let (_, account) = during.split_once("\nWaived (1)\n").expect("a section");
    assert!(account.contains("fra-tm\n    A pilot.; platform team; until 2026-12-31\n"), "{account}");
    let after = run(&["check", "-", "--as-of", "2027-01-01"], &waived).out;
    assert!(after.contains("  Waiver  Waived until 2026-12-31\n") && after.contains("Waivers that no longer hold (1)"));
    let changed = run(&["check", "-"], &waived.replace("\"nodes\": \"1\"", "\"nodes\": \"7\"")).out;
    assert!(changed.contains("  Waiver  Was waived, but nodes was 7 and is 1 now\n"), "{changed}");
    let gone = run(&["check", "-"], &waived.replace("(20, 160)", "(20, 160), instances: 2")).out;
    assert!(gone.contains("Waivers without a finding (1)"), "{gone}");

    let settings =
        "rules: {\"R-CON-04\": (level: Off, reason: \"Later.\"), \"R-HA-01\": (level: Info), \"X-1\": (level: Off)}";
    let set = run(&["check", "-"], &with(settings)).out;
    assert!(set.contains("Rules turned off (1)\n  R-CON-04\n    Later.\n"), "{set}");
    assert!(set.contains("Severities changed (1)\n  R-HA-01    Warning → Note\n    no reason given\n"), "{set}");
    let (_, unchecked) = set.split_once("\nNot checked (").expect("a section");
    assert!(unchecked.contains("\n  X-1\n    There is no such rule here"), "{set}");
}

#[test]
fn another_version_shows_what_it_changes() {
    let violations = concat!(env!("CARGO_MANIFEST_DIR"), "/saved-designs/violations.ron");
    let people = run(&["check", violations, "--as-version", "4.7.0"], "").out;
    assert!(people.contains("Checked as if it targeted 4.7.0; the design itself targets 4.5.0."), "{people}");
    let report = run(&["check", violations, "--as-version", "4.7.0", "--json"], "").report();
    let (design, own) = (design(&report), &design(&report)["against_own_version"]);
    assert_eq!(of(items(own, "vanishes"), "R-TOP-07").len(), 1, "up to 4.5 only");
    assert_eq!(of(items(own, "appears"), "R-TOP-08").len(), 1, "from 4.6 on");
    assert_eq!(of(items(design, "findings"), "R-TOP-08").len(), 1);
    assert!(people.contains("  vanishes ● R-TOP-07 ") && people.contains("  appears  ▲ R-TOP-08 "), "{people}");
    let same = run(&["check", violations, "--as-version", "4.5.0", "--json"], "").report();
    assert!(design["own_product_version"] == "4.5.0" && self::design(&same)["against_own_version"].is_null());
    assert_eq!(run(&["check", violations, "--as-version", "9.9"], "").code, 2);
}

#[test]
fn a_change_answers_only_for_what_it_made_worse() {
    let folder = folder();
    let base = file(&folder, "base.ron", SMALL);
    let moved = SMALL.replace("(20, 160)", "(60, 160)").replace("name: \"Traffic manager\"", "name: \"Throttling\"");
    let harmless = run(&["check", "-", "--base", &base], &moved);
    assert_eq!(harmless.code, 0, "{}", harmless.out);
    assert!(harmless.out.contains("0 new, 0 changed, 0 gone"), "{}", harmless.out);

    // A second gateway group with the same error, and a traffic manager that is no longer alone.
    let gateway = "\"fra-gw-2\": (name: \"More\", spec: Gateway(environment: \"Default\", workload: Passthrough), \
                   region: \"fra\", pos: (200, 60), instances: 2),\n    \"fra-tm\": (instances: 2, ";
    let worse = SMALL.replace("\"fra-tm\": (", gateway);
    let report = run(&["check", "-", "--base", &base, "--json"], &worse);
    assert_eq!(report.code, 1);
    let report = report.report();
    let design = design(&report);
    let found = items(design, "findings");
    assert!(found.iter().any(|f| f["severity"] == "error" && f["subjects"][0] == "fra-gw-2"), "{design:#}");
    assert!(of(found, "R-CON-04").iter().all(|f| f["subjects"][0] != "fra-gw"), "that was there before");
    assert_eq!(of(items(&design["against_base"]["delta"], "vanishes"), NODES).len(), 1);

    let scanned = run(&["check", "-", "--base", &base, "--format", "sarif"], &worse).report();
    let results = items(&scanned["runs"][0], "results");
    let introduced = |r: &Value| r["baselineState"] == "new" || r["baselineState"] == "updated";
    assert!(!results.is_empty() && results.iter().all(introduced), "{results:#?}");
    run(&["check", &base, &base, "--base", &base], "").refused("--base compares one design with another");
}

#[test]
fn code_scanning_is_led_to_the_element_and_knows_a_finding_again() {
    let folder = folder();
    let results = |name: &str, text: &str| -> Vec<Value> {
        let path = file(&folder, name, text);
        let log = run(&["check", &path, "--format", "sarif", "--as-of", "2026-01-01"], "").report();
        let found = items(&log["runs"][0], "results").iter().filter(|r| r["ruleId"] == NODES);
        found.cloned().collect()
    };
    let [once] = &results("a.ron", SMALL)[..] else { panic!("one traffic manager") };
    let place = &once["locations"][0];
    assert_eq!(place["physicalLocation"]["region"], serde_json::json!({ "startLine": 10, "startColumn": 5 }));
    assert_eq!(place["logicalLocations"][0]["fullyQualifiedName"], "fra-tm");
    assert_eq!(place["logicalLocations"][0]["kind"], "traffic manager");
    assert_eq!(once["level"], "warning");

    let moved =
        SMALL.replace("(20, 160)", "(60, 160)").replace("Frankfurt", "Main").replace("format: 1,", "format: 1,\n");
    let [again] = &results("b.ron", &moved)[..] else { panic!("one traffic manager") };
    assert_eq!(once["partialFingerprints"], again["partialFingerprints"]);
    assert_ne!(once["locations"], again["locations"]);

    let [accepted] = &results("c.ron", &waived())[..] else { panic!("one traffic manager") };
    assert_eq!(accepted["suppressions"][0]["justification"], "A pilot.");
    assert_eq!(accepted["partialFingerprints"], once["partialFingerprints"]);
}

#[test]
fn rules_in_sarif_carry_their_reasons_and_an_address() {
    let log = run(&["check", "-", "--format", "sarif"], SMALL).report();
    let run_ = &log["runs"][0];
    let rules = items(&run_["tool"]["driver"], "rules");
    for result in items(run_, "results") {
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("small");
        assert_eq!(rules[index]["id"], result["ruleId"]);
    }
    let rule = rules.iter().find(|r| r["id"] == "R-TOP-05").expect("a rule");
    assert!(rule["help"]["markdown"].as_str().is_some_and(|t| t.contains("## Why")), "{rule:#}");
    assert!(rule["helpUri"].as_str().is_some_and(|u| u.starts_with("https://")), "{rule:#}");
    assert_eq!(rule["properties"]["facts"][0], "B20");
}

#[test]
fn standard_input_is_read_once_and_no_design_is_overwritten() {
    let folder = folder();
    let path = file(&folder, "a.ron", SMALL);
    run(&["check", "-", "-"], SMALL).refused("standard input can be read only once");
    run(&["check", "-", "--base", "-"], SMALL).refused("standard input can be read only once");
    run(&["check", &path, "--out", &path], "").refused(&format!("{path}: this is the design itself"));
    let nowhere = folder.path().join("none").join("a.ron").display().to_string();
    run(&["check", &nowhere], "").refused(&format!("{nowhere}: there is no such file"));
    let report = folder.path().join("report.json").display().to_string();
    assert_eq!(run(&["check", &path, "--json", "--out", &report], "").out, "");
    assert_eq!(content(&report), run(&["check", &path, "--json"], "").out);
    assert_eq!(run(&["check", &path, "--json", "--format", "text"], "").code, 2);
}

#[test]
fn rules_and_facts_can_be_looked_up() {
    let all = run(&["rules", "--json"], "").report();
    let people = run(&["rules"], "").out;
    let rules = all.as_array().expect("a list");
    for rule in rules {
        for field in ["id", "title"] {
            assert!(people.contains(rule[field].as_str().expect("text")), "{rule}");
        }
    }
    assert!(people.ends_with(&format!("\n{} rules\n", rules.len())), "{people}");
    let for_4_7 = run(&["rules", "--version", "4.7.0"], "").out;
    assert!(for_4_7.contains("R-TOP-08") && !for_4_7.contains("R-TOP-07"), "{for_4_7}");

    let rule = run(&["rules", "r-top-05"], "").out;
    let fact = run(&["rules", "B20"], "").out;
    let statement = run(&["rules", "B20", "--json"], "").report()["statement"].as_str().expect("text").to_owned();
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(rule.starts_with("R-TOP-05  ") && words(&rule).contains(&statement), "{rule}");
    assert!(words(&fact).contains(&statement) && fact.contains("R-TOP-05"), "{fact}");
    run(&["rules", "R-TOP-5"], "").refused("there is no rule or fact \"R-TOP-5\" (hint: did you mean R-TOP-05 or ");
}

#[test]
fn quick_fixes_are_listed_tried_and_applied() {
    let folder = folder();
    let path = file(&folder, "a.ron", SMALL);
    let listed = run(&["fix", &path], "").out;
    assert!(listed.lines().any(|l| l.starts_with("  R-HA-01") && l.contains("fra-tm")), "{listed}");
    let tried = run(&["fix", &path, "--rule", "r-ha-01", "--dry-run"], "").out;
    assert!(tried.starts_with("Fix R-HA-01\n") && tried.contains("  vanishes ▲ R-HA-01"), "{tried}");
    assert_eq!(content(&path), SMALL, "--dry-run and a list change nothing");

    let to_output = run(&["fix", "-", "--rule", NODES], SMALL).out;
    assert_eq!(run(&["fix", &path, "--rule", NODES], "").out, tried);
    assert_eq!(content(&path), to_output);
    assert_eq!(run(&["fmt", "--check", &path], "").code, 0, "what is written is canonical");
    assert!(!run(&["check", &path], "").out.contains(NODES));
    assert!(run(&["fix", &path, "--rule", NODES], "").out.contains("nothing to fix"));
    assert!(run(&["fix", "-", "--all", "--dry-run"], SMALL).out.contains("  vanishes ▲ R-HA-01"));
}

#[test]
fn a_fix_loses_no_comment_and_says_why_there_is_none() {
    let folder = folder();
    let commented = SMALL.replace("  links:", "  // reviewed by Ada\n  links:");
    let path = file(&folder, "a.ron", &commented);
    run(&["fix", &path, "--rule", NODES], "").refused(&format!("{path}:12:3: this comment would be lost"));
    run(&["fix", &path, "--all", "--out", &path], "").refused(&format!("{path}:12:3: this comment would be lost"));
    assert_eq!(content(&path), commented);
    run(&["fix", &path, "--rule", "R-HA-99"], "").refused("there is no rule \"R-HA-99\"");
    let rules = run(&["rules", "--json"], "").report();
    let without =
        rules.as_array().expect("a list").iter().find(|r| r["fixes"].is_string()).expect("a rule to decide on");
    let id = without["id"].as_str().expect("text");
    run(&["fix", &path, "--rule", id], "").refused(&format!("{id} has no quick fix"));
}
