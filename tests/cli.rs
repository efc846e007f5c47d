//! The command line as a pipeline sees it: the real program, its output and its exit code.

#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

#[path = "support/program.rs"]
mod support;

use std::path::Path;
use std::process::Stdio;

use serde_json::Value;
use tempfile::TempDir;

use support::run;

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

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

/// A file with this content in the folder.
fn file(folder: &TempDir, name: &str, content: impl AsRef<[u8]>) -> String {
    let path = folder.path().join(name);
    meridian::files::write_atomically(&path, content.as_ref()).expect("writes");
    path.display().to_string()
}

fn content(path: &str) -> String {
    std::fs::read_to_string(path).expect("reads")
}

fn canonical() -> String {
    run(&["fmt", "-"], SMALL).fine().to_owned()
}

fn first_template() -> String {
    run(&["templates", "--json"], "").json()[0]["id"].as_str().expect("an id").to_owned()
}

#[test]
fn templates_are_listed_for_people_and_machines() {
    let machines = run(&["templates", "--json"], "").json();
    let people = run(&["templates"], "");
    let all = machines.as_array().expect("a list");
    assert!(!all.is_empty());
    for (template, line) in all.iter().zip(people.fine().lines()) {
        for field in ["id", "title", "about"] {
            assert!(line.contains(template[field].as_str().expect("text")), "{line}");
        }
    }
}

#[test]
fn every_template_becomes_a_design_that_the_other_commands_take() {
    for template in run(&["templates", "--json"], "").json().as_array().expect("a list") {
        let design = run(&["new", "--template", template["id"].as_str().expect("an id")], "").fine().to_owned();
        assert_eq!(run(&["fmt", "-"], &design).fine(), design, "a new design is canonical");
        assert!(run(&["estimate", "-"], &design).fine().contains("Cost"));
        assert_eq!(run(&["export", "planner", "-"], &design).json()["format"], "meridian-planner/1");
    }
}

#[test]
fn a_new_file_never_replaces_an_old_one_unasked() {
    let folder = folder();
    let (template, path) = (first_template(), file(&folder, "mine.ron", "precious"));
    run(&["new", "--template", &template, "--out", &path], "").refused(&format!("{path}: there is a file already"));
    assert_eq!(content(&path), "precious");
    run(&["new", "--template", &template, "--out", &path, "--force"], "").fine();
    assert_eq!(content(&path), run(&["new", "--template", &template], "").out);
    run(&["new", "--template", "no-such"], "").refused("there is no template \"no-such\" (hint: use one of ");
}

#[test]
fn check_reports_to_people_and_machines_alike() {
    let people = run(&["check", "-"], SMALL);
    let machines = run(&["check", "-", "--json"], SMALL);
    assert_eq!(people.code, machines.code);
    assert!(people.out.starts_with("Small: WSO2 API Manager 4.6.0, 1 region, 3 nodes\n"), "{}", people.out);
    let report: Value = serde_json::from_str(&machines.out).expect("JSON");
    assert_eq!(report["format"], "meridian-check/2");
    let report = &report["designs"][0];
    let findings = report["findings"].as_array().expect("a list");
    let errors = findings.iter().filter(|f| f["severity"] == "error").count();
    assert_eq!(report["errors"], errors);
    assert_eq!(machines.code, i32::from(errors > 0));
    for finding in findings {
        assert!(people.out.contains(finding["rule"].as_str().expect("text")), "{finding}");
    }
}

#[test]
fn estimates_come_as_text_and_as_json() {
    let people = run(&["estimate", "-"], SMALL);
    for title in ["Latency, milliseconds", "Cost, US dollars a month"] {
        assert!(people.fine().contains(title), "{}", people.out);
    }
    let report = run(&["estimate", "-", "--json"], SMALL).json();
    assert_eq!(report["format"], "meridian-estimate/1");
    assert!(report["estimates"]["cost"]["items"].is_array());
}

#[test]
fn estimates_say_what_they_rest_on() {
    let users = "\"users\": (name: \"Users\", pos: (0, 0), spec: Users(requests_per_s: 50.0, request_bytes: 1.0, \
                 response_bytes: 1.0, site: Cloud(provider: \"aws\", region: \"eu-central-1\"))),\n    \"fra-tm\": (";
    let to_gateway = "links: {\n    \"k\": (from: \"users\", to: \"fra-gw\", purpose: ApiTraffic),";
    let design = SMALL.replace("\"fra-tm\": (", users).replace("links: {", to_gateway);
    let counted = run(&["estimate", "-"], &design).fine().to_owned();
    let listed = run(&["estimate", "-", "--sources"], &design).fine().to_owned();
    let (figures, count) = counted.split_once("\nSources\n").expect("a count of sources");
    let (same_figures, list) = listed.split_once("\nSources\n").expect("a list of sources");
    assert_eq!(figures, same_figures);
    assert!(count.contains("published") && count.lines().count() <= 2, "{count}");
    assert!(list.contains("virtual machine") && list.lines().count() > 5, "{list}");
}

#[test]
fn assumptions_can_be_made_otherwise_for_one_run() {
    let total = |args: &[&str]| {
        let report = run(&[&["estimate", "-", "--json"], args].concat(), SMALL).json();
        report["estimates"]["cost"]["total"]["value"].as_f64().expect("a number")
    };
    let (usual, half) = (total(&[]), total(&["--assume", "price-factor=0.5"]));
    assert!((half - usual / 2.0).abs() < 1e-6, "{half} {usual}");
    let report = run(&["estimate", "-", "--json", "--assume", "query-ms=2"], SMALL).json();
    let list = report["assumptions"].as_array().expect("a list");
    let query = list.iter().find(|a| a["id"] == "query-ms").expect("it is there");
    assert_eq!((query["value"].as_f64(), query["note"].as_str()), (Some(2.0), Some("given on the command line")));
    assert!(run(&["estimate", "-", "--assumptions"], SMALL).fine().contains("query-ms"));
    run(&["estimate", "-", "--assume", "quary-ms=2"], SMALL)
        .refused("there is no assumption \"quary-ms\" (hint: closest are query-ms");
    run(&["check", "-", "--assume", "cache-miss-pct=200"], SMALL)
        .refused("cache-miss-pct cannot be 200 (hint: between 0 and 100)");
    run(&["estimate", "-", "--assume", "query-ms"], SMALL).refused("\"query-ms\" assumes nothing");
}

#[test]
fn estimates_come_as_a_tidy_table() {
    let table = run(&["estimate", "-", "--csv"], SMALL).fine().to_owned();
    let mut lines = table.lines();
    let columns = lines.next().map(|head| head.split(',').count());
    assert_eq!(columns, Some(11));
    assert!(lines.clone().all(|line| Some(line.split(',').count()) == columns), "{table}");
    for begins in ["cost,fra-gw,fra,Compute,cost,", "load,fra-gw,fra,node-lost,utilisation,"] {
        assert!(lines.clone().any(|line| line.starts_with(begins)), "{begins}: {table}");
    }
    assert!(lines.any(|line| line.starts_with("cost,,,Total,cost,")), "{table}");
}

#[test]
fn sensitivity_lists_what_moves_a_figure_most() {
    let cost = run(&["estimate", "-", "--sensitivity"], SMALL).fine().to_owned();
    assert!(cost.contains("Cost a month") && cost.contains("price-factor"), "{cost}");
    run(&["estimate", "-", "--sensitivity", "api:nobody"], SMALL)
        .refused("there is no figure \"api:nobody\" (hint: there are cost, use:fra-gw)");
}

#[test]
fn a_design_with_errors_fails_the_check() {
    // Its gateways publish calls but get no throttle decisions back (A23).
    let alone = run(&["check", "-"], SMALL);
    assert_eq!((alone.code, alone.err.as_str()), (1, ""));
    assert!(alone.out.contains("● Error") && alone.out.contains("Source"), "{}", alone.out);
    let violations = concat!(env!("CARGO_MANIFEST_DIR"), "/saved-designs/violations.ron");
    assert_eq!(run(&["check", violations], "").code, 1);
}

#[test]
fn the_plan_is_the_same_on_standard_output_and_in_a_file() {
    let folder = folder();
    let (design, plan) = (file(&folder, "a.ron", SMALL), folder.path().join("plan.json").display().to_string());
    assert_eq!(run(&["export", "planner", &design, "--out", &plan], "").fine(), "");
    let printed = run(&["export", "planner", "-"], SMALL);
    assert_eq!(content(&plan), printed.fine());
    let json = printed.json();
    let ids: Vec<&str> = json["nodes"].as_array().expect("a list").iter().filter_map(|n| n["id"].as_str()).collect();
    assert_eq!(ids, ["fra-gw-1", "fra-gw-2", "fra-tm-1"]);
}

#[test]
fn an_export_does_not_replace_its_own_design() {
    let folder = folder();
    let design = file(&folder, "a.ron", SMALL);
    let detour = format!("{}/./a.ron", folder.path().display());
    run(&["export", "planner", &design, "--out", &detour], "").refused(&format!("{detour}: this is the design itself"));
    assert_eq!(content(&design), SMALL);
}

#[test]
fn the_schema_command_prints_the_shipped_schema() {
    let shipped = content(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/planner.schema.json"));
    assert_eq!(run(&["schema", "planner"], "").fine(), shipped);
}

#[test]
fn fmt_settles_and_check_tells_whether_it_would_change_anything() {
    let folder = folder();
    let path = file(&folder, "a.ron", SMALL);
    let dirty = run(&["fmt", &path, "--check"], "");
    assert_eq!((dirty.code, dirty.out.as_str()), (1, ""));
    assert!(dirty.err.contains("not in canonical form") && dirty.err.lines().count() == 1, "{}", dirty.err);
    assert_eq!(content(&path), SMALL, "--check changes nothing");
    run(&["fmt", &path], "").fine();
    assert_eq!(content(&path), canonical());
    run(&["fmt", &path, "--check"], "").fine();
    run(&["fmt", "-", "--check"], &canonical()).fine();
    assert_eq!(run(&["fmt", "-", "--check"], SMALL).code, 1);
}

#[test]
fn fmt_does_not_lose_a_comment_unasked() {
    let folder = folder();
    let commented = SMALL.replace("  links:", "  // reviewed by Ada\n  links:");
    let path = file(&folder, "a.ron", &commented);
    run(&["fmt", &path], "").refused(&format!("{path}:12:3: this comment would be lost"));
    assert_eq!(content(&path), commented);
    run(&["fmt", &path, "--drop-comments"], "").fine();
    assert_eq!(content(&path), canonical());
}

#[test]
fn bad_input_is_one_line_with_its_place() {
    let folder = folder();
    let broken = SMALL.replace("instances: 2", "instances: two");
    let path = file(&folder, "broken.ron", &broken);
    let place = format!("{path}:9:");
    for command in [&["check"][..], &["estimate"], &["export", "planner"], &["fmt"]] {
        run(&[command, &[&path]].concat(), "").refused(&place);
        run(&[command, &["-"]].concat(), &broken).refused("standard input:9:");
    }
    assert_eq!(content(&path), broken);
    let cases: [(&str, &[u8], &str); 5] = [
        ("empty.ron", b"", "1:"),
        ("latin1.ron", b"(\n name: \"\xFC\")", "2:9: the byte 0xFC"),
        ("newer.ron", b"(format: 7, holograms: true)", "1:2: this design has format 7"),
        ("unknown.ron", b"(\n  format: 1,\n  nmae: \"x\",\n)", "3:"),
        ("syntax.ron", b"(\n  format: 1\n  name: \"x\",\n)", "3:"),
    ];
    for (name, bytes, place) in cases {
        let path = file(&folder, name, bytes);
        run(&["check", &path], "").refused(&format!("{path}:{place}"));
    }
}

#[test]
fn what_is_no_readable_file_is_named() {
    let folder = folder();
    let missing = folder.path().join("missing.ron").display().to_string();
    run(&["check", &missing], "").refused(&format!("{missing}: there is no such file"));
    let itself = folder.path().display().to_string();
    run(&["check", &itself], "").refused(&format!("{itself}: this is a folder"));
    let design = file(&folder, "a.ron", SMALL);
    let nowhere = folder.path().join("no/plan.json").display().to_string();
    run(&["export", "planner", &design, "--out", &nowhere], "").refused(&format!("{nowhere}: the folder "));
}

#[test]
fn wrong_usage_exits_with_2_and_help_names_the_exit_codes() {
    for args in
        [&["check"][..], &["new"], &["export"], &["check", "a", "--loud"], &["new", "--force", "--template", "x"]]
    {
        assert_eq!(run(args, "").code, 2, "{args:?}");
    }
    for args in [&["--help"][..], &["check", "--help"], &["fmt", "--help"]] {
        let help = run(args, "");
        assert!(help.fine().contains("Exit codes:") && help.out.contains("bad input or usage"), "{}", help.out);
    }
}

#[test]
fn without_a_display_the_bare_command_points_to_the_others() {
    let bare = run(&[], "");
    bare.refused("");
    for command in ["check", "export"] {
        assert!(bare.err.contains(command), "{}", bare.err);
    }
    run(&["chekc"], "").refused("chekc: there is no such file or command");
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin!("meridian"))
        .args(["schema", "planner"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_full_disk_is_reported() {
    // Linux has a device on which every write fails for lack of space.
    if !Path::new("/dev/full").exists() {
        return;
    }
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("opens");
    let output = std::process::Command::new(assert_cmd::cargo::cargo_bin!("meridian"))
        .args(["schema", "planner"])
        .stdout(full)
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("meridian: standard output: cannot be written"));
}

#[test]
fn books_are_listed_with_their_age_for_people_and_machines() {
    let listed = run(&["books", "--as-of", "2026-11-25"], "");
    let line = listed.fine().lines().find(|line| line.trim_start().starts_with("rtt_aws ")).expect("a table");
    for part in ["992", "2025-05-29", "18 months", "none stated"] {
        assert!(line.contains(part), "{line}");
    }
    let json = run(&["books", "--json", "--as-of", "2026-11-25"], "").json();
    let tables = json["tables"].as_array().expect("tables");
    let prices = tables.iter().find(|table| table["name"] == "prices_compute").expect("a table");
    assert_eq!((&prices["rows"], &prices["estimates"], &prices["suspect"]), (&949.into(), &10.into(), &2.into()));
    let later = run(&["books", "--json", "--as-of", "2027-11-25"], "").json();
    let age = |of: &Value| of["tables"][0]["oldest_age_days"].as_u64().expect("an age");
    assert_eq!(age(&later) - age(&json), 365);
}

#[test]
fn the_entries_of_a_book_name_source_date_and_quality() {
    let text = run(&["books", "slas_quoted"], "");
    let line = text.fine().lines().find(|line| line.contains("Traffic Manager")).expect("an entry");
    for part in ["99.99", "suspect", "2026-11", "traffic-manager-quotes", "contradict"] {
        assert!(line.contains(part), "{line}");
    }
    let json = run(&["books", "regions", "--json"], "").json();
    let madrid = json["entries"].as_array().expect("entries").iter().find(|e| e["region_id"] == "spaincentral");
    let madrid = madrid.expect("a region");
    assert_eq!((&madrid["longitude"], &madrid["quality"]), (&"-3.4209".into(), &"derived".into()));
    assert_eq!((&madrid["source"], &madrid["licence"]), (&"azure-locations".into(), &"MIT".into()));
    let unknown = run(&["books", "rrt"], "");
    unknown.refused("there is no table \"rrt\" (hint: use one of regions,");
}

#[test]
fn compiling_says_what_differs_and_puts_it_right() {
    let folder = folder();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (from, out) = (root.join("assets/data").display().to_string(), folder.path().display().to_string());
    let compile = |more: &[&str]| run(&[&["books", "compile", "--from", &from, "--out", &out], more].concat(), "");
    assert_eq!(compile(&["--check"]).code, 1);
    assert_eq!(compile(&[]).code, 0);
    assert!(compile(&["--check"]).fine().contains("all as compiled"));
    file(&folder, "slas.csv", "component\n");
    let differs = compile(&["--check"]);
    assert!(differs.code == 1 && differs.out.contains("slas.csv: differs"), "{}", differs.out);
    let nothing = run(&["books", "compile", "--from", &out, "--out", &out], "");
    nothing.refused(&folder.path().join("availability.csv").display().to_string());
}
