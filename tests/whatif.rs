//! `meridian whatif` and `meridian story` as a pipeline sees them: real files, the real program, its output and its exit
//! code.

#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

#[path = "support/program.rs"]
mod support;

use std::path::Path;

use serde_json::Value;

use support::{Ran, is_current_and_explained, run};

fn template(id: &str) -> String {
    run(&["new", "--template", id], "").out
}

fn saved(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("saved-designs").join(name).display().to_string()
}

/// What `whatif --json` says of a template while these fail.
fn report(id: &str, failures: &[&str]) -> Value {
    let mut args = vec!["whatif", "-", "--json"];
    for failure in failures {
        args.extend(["--fail", failure]);
    }
    let ran = run(&args, &template(id));
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    serde_json::from_str(&ran.out).expect("JSON")
}

fn is_valid(report: &Value) {
    let schema: Value = serde_json::from_str(include_str!("../assets/whatif.schema.json")).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let errors: Vec<String> =
        validator.iter_errors(report).map(|e| format!("{} at {}", e, e.instance_path())).collect();
    assert_eq!(errors, [] as [String; 0]);
}

/// Facts B22 and B23 as the model finds them: a sub region of Pattern 2 goes on and cannot restart.
#[test]
fn without_its_main_region_a_sub_region_serves_and_cannot_restart() {
    let report = report("pattern-2", &["region:eu"]);
    is_valid(&report);
    let cell = |capability: &str, place: &str| &report["states"][capability][place];
    assert_eq!(report["failures"], serde_json::json!(["region:eu"]));
    for place in ["in", "us"] {
        let serve = cell("serve", place);
        assert!(!["down", "idle"].contains(&serve["state"].as_str().expect("a state")), "{serve:#}");
        assert_eq!((&serve["basis"], &serve["facts"]), (&"stated".into(), &serde_json::json!(["B22"])));
        assert_eq!(serve["healthy"], "works");
        let start = cell("gwstart", place);
        assert_eq!((&start["state"], &start["basis"]), (&"down".into(), &"stated".into()));
        assert_eq!(start["facts"], serde_json::json!(["B23"]));
        assert_eq!(start["rto"]["how"], "until-repaired");
        assert!(start["rto"]["s"].is_null());
        let why = start["why"].as_array().expect("chains").iter().flat_map(|chain| chain.as_array().expect("a chain"));
        assert!(why.clone().any(|step| step == "Frankfurt is down"), "{start:#}");
        assert_eq!(cell("issue", place)["state"], "down");
        assert_eq!(cell("issue", place)["basis"], "inferred");
        assert_eq!(cell("analytics", place)["state"], Value::Null, "nothing is drawn for it");
    }
    assert_eq!(cell("serve", "eu")["state"], "down");
}

#[test]
fn every_kind_of_failure_is_reported_in_the_documented_shape() {
    for failures in [
        &[][..],
        &["region:us"],
        &["zone:eu/a"],
        &["component:eu-cp", "nodes:us-gw/1"],
        &["link:eu-db--us-db--db-replication"],
        &["cut:us/eu"],
        &["slow:eu/us/80"],
    ] {
        is_valid(&report("pattern-1", failures));
    }
}

#[test]
fn nothing_fails_and_everything_works() {
    let report = report("pattern-1", &[]);
    for (capability, places) in report["states"].as_object().expect("states") {
        for (place, cell) in places.as_object().expect("places") {
            assert_eq!(cell["state"], "works", "{capability} in {place}: {cell:#}");
            assert_eq!(cell["why"], serde_json::json!([]));
        }
    }
    for population in report["populations"].as_array().expect("populations") {
        assert_eq!(population["before"], population["after"]);
        assert_eq!(population["p95_ms_before"], population["p95_ms_after"]);
    }
}

#[test]
fn people_read_what_failed_what_works_why_and_what_comes_back() {
    let ran = run(&["whatif", "-", "--fail", "region:eu"], &template("pattern-2"));
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    for section in [
        "\nWhat fails\n  - Frankfurt (region:eu)\n",
        "\nWhat still works, by region\n",
        "\nAs the users see it\n",
        "\nWhy\n",
        "\nUsers, once everybody has moved",
        "\nRecovery: until it is back (RTO), and what changes may be lost (RPO)\n",
        "\nCatches up by itself\n",
    ] {
        assert!(ran.out.contains(section), "{section} is not in {}", ran.out);
    }
    let line = |start: &str| ran.out.lines().find(|line| line.trim_start().starts_with(start)).expect(start);
    let start = line("Start gateways");
    assert!(start.contains("✕ down B23"), "stated by the vendor: {start}");
    let issue = line("Issue tokens");
    assert!(issue.contains("✕ down*"), "inferred: {issue}");
}

#[test]
fn the_rules_of_the_model_are_told_with_their_facts() {
    let ran = run(&["whatif", "-", "--rules"], &template("pattern-2"));
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(ran.out.contains("\nIssue tokens (issue)\n  Needs      Clients reach a key manager"), "{}", ran.out);
    assert!(ran.out.contains("  Facts      A6, A16"), "{}", ran.out);
    assert_eq!(run(&["whatif", "-", "--rules", "--fail", "region:eu"], "").code, 2);
}

#[test]
fn what_is_not_there_gives_one_line_with_what_was_meant() {
    for (failure, says) in [
        ("region:ue", "there is no region \"ue\" (hint: did you mean \"us\" or \"eu\" or "),
        ("component:eu-gww", "there is no component \"eu-gww\" (hint: did you mean \"eu-gw\" or "),
        ("nodes:eu-gw/9", "\"eu-gw\" has 2 nodes, not 9"),
        ("cut:eu/xx", "there is no region \"xx\""),
        ("zone:eu/q", "stands in a zone \"q\"; its components name: a, b"),
        ("planet:earth", "\"planet:earth\" names nothing that can fail (hint: write region:ID, "),
    ] {
        let ran = run(&["whatif", "-", "--fail", failure], &template("pattern-2"));
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{failure}");
        assert!(ran.err.starts_with("meridian: ") && ran.err.contains(says), "{failure}: {}", ran.err);
        assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
    }
}

#[test]
fn the_shipped_schema_is_the_one_of_this_program_and_explains_every_field() {
    is_current_and_explained("whatif", include_str!("../assets/whatif.schema.json"));
}

#[test]
fn the_stories_of_the_samples_are_true() {
    for name in ["bank-pattern-1.ron", "retail-pattern-2.ron"] {
        let ran = run(&["story", "check", &saved(name)], "");
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
        assert!(ran.out.contains("\n5 scenes, ") && ran.out.ends_with(": all true\n"), "{}", ran.out);
        let ran = run(&["story", "check", &saved(name), "--json"], "");
        let report: Value = serde_json::from_str(&ran.out).expect("JSON");
        assert_eq!(report["holds"], true);
        for scene in report["scenes"].as_array().expect("scenes") {
            assert!(!scene["claims"].as_array().expect("claims").is_empty(), "{scene:#}");
        }
        let list = run(&["story", "list", &saved(name)], "");
        assert_eq!((list.code, list.out.matches("\n   Fails: ").count()), (0, 5), "{}", list.out);
    }
}

/// A sample after an edit of its text.
fn changed(name: &str, edit: impl Fn(&str) -> String) -> Ran {
    let text = std::fs::read_to_string(saved(name)).expect("reads");
    let edited = edit(&text);
    assert_ne!(edited, text);
    run(&["story", "check", "-"], &edited)
}

#[test]
fn a_story_fails_when_the_design_no_longer_does_what_it_says() {
    // The control plane of Dublin and the links to and from it go.
    let ran = changed("bank-pattern-1.ron", |text| {
        let mut design = meridian::design::file::from_ron(text, "x").expect("valid");
        let control_plane = meridian::design::Id::new("dub-cp").expect("an id");
        design.components.remove(&control_plane);
        design.links.retain(|_, link| link.from != control_plane && link.to != control_plane);
        meridian::design::file::to_ron(&design).expect("writes")
    });
    assert_eq!((ran.code, ran.err.as_str()), (1, ""), "{}", ran.out);
    assert!(ran.out.contains("✓ In Dublin, API calls are still answered"), "{}", ran.out);
    assert!(ran.out.contains("✕ In Dublin, APIs can still be published"), "{}", ran.out);
    assert!(ran.out.contains("not true in scenes "), "{}", ran.out);
}

#[test]
fn a_claim_that_is_false_says_what_is_so_and_why() {
    let ran = changed("retail-pattern-2.ron", |text| {
        let claim = "capability: GatewayStart,\n      scope: At(\"bom\"),\n      expect: Lost";
        assert!(text.contains(claim));
        text.replacen(claim, &claim.replace("Lost", "Works"), 1)
    });
    assert_eq!((ran.code, ran.err.as_str()), (1, ""), "{}", ran.out);
    let says = "   ✕ In Mumbai, gateways can be started as if nothing had failed\n       found: down in Mumbai\n       \
                because: ";
    assert!(ran.out.contains(says), "{}", ran.out);
    assert!(ran.out.ends_with("not true in scene 2\n"), "{}", ran.out);
}

#[test]
fn a_scene_that_fails_what_is_not_there_is_not_true() {
    let ran = changed("retail-pattern-2.ron", |text| text.replacen("nodes:bom-gw/1", "nodes:bom-gw/90", 1));
    assert_eq!((ran.code, ran.err.as_str()), (1, ""), "{}", ran.out);
    assert!(ran.out.contains("the scene fails what is not there: \"bom-gw\" has 3 nodes, not 90"), "{}", ran.out);
    assert!(ran.out.ends_with("not true in scene 5\n"), "{}", ran.out);
}

#[test]
fn a_design_without_scenes_tells_no_story() {
    for command in ["check", "list"] {
        let ran = run(&["story", command, "-"], &template("pattern-2"));
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        assert!(ran.out.ends_with("\nThe design tells no story.\n"), "{}", ran.out);
    }
}
