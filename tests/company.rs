//! Company rules as a pipeline meets them: the real program, packs beside a design and named.

#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

#[path = "support/program.rs"]
mod support;

use std::path::Path;

use meridian::custom::{Pack, view_reference};
use meridian::design::{Level, RuleSetting};
use meridian::{files, rules, templates};
use tempfile::TempDir;

use support::{Ran, run};

/// Two rules that can be used and, in line 6, one that cannot.
const PACK: &str = r#"(
  format: 1,
  name: "Acme standards",
  rules: [
    (id: "ACME-1", severity: Error, title: "Gateways are large.", why: "Load tests.", remedy: "Take a larger size.", link: "https://wiki.example.com/acme", each: Component, when: "component.kind == 'gateway'", require: "component.vcpu >= 64.0", message: "{component.name} has {component.vcpu} vCPU"),
    (id: "ACME-2", severity: Warning, title: "Never used.", each: Component, require: "component.vpcu >= 64.0", message: "no"),
    (id: "ACME-3", severity: Info, title: "Names begin with Acme.", each: Design, require: "design.name.startsWith('Acme')", message: "{design.name} is no name of ours"),
  ],
)
"#;

/// A folder with a design in it.
struct Place {
    folder: TempDir,
    design: String,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let design = folder.path().join("plan.ron").display().to_string();
        let text = templates::get("pattern-2").expect("a template").ron();
        files::write_atomically(Path::new(&design), text.as_bytes()).expect("writes");
        Self { folder, design }
    }

    fn put(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        files::write_atomically(&path, text.as_bytes()).expect("writes");
        path.display().to_string()
    }

    fn check(&self, args: &[&str]) -> Ran {
        run(&[&["check", self.design.as_str()], args].concat(), "")
    }
}

fn usable() -> String {
    PACK.replace("vpcu", "vcpu").replace("\"ACME-2\", severity: Warning", "\"ACME-2\", severity: Info")
}

#[test]
fn packs_beside_a_design_are_part_of_its_check() {
    let place = Place::new();
    let without = place.check(&[]);
    assert!(!without.out.contains("Company rules"), "{}", without.out);
    let pack = place.put("acme.rules.ron", &usable());
    let with = place.check(&[]);
    assert_eq!((with.code, with.err.as_str()), (1, ""));
    for words in ["ACME-1", "vCPU", "a rule of your company", "https://wiki.example.com/acme", "Take a larger size."] {
        assert!(with.out.contains(words), "{words}: {}", with.out);
    }
    assert!(with.out.contains(&format!("Acme standards  3 rules  {pack}")), "{}", with.out);
    assert_eq!(place.check(&["--no-company-rules"]).out, without.out);
    let named = place.put("other", &usable().replace("ACME-", "OTHER-"));
    let named = place.check(&["--rules", &named]);
    assert!(named.out.contains("OTHER-1") && !named.out.contains("ACME-"), "those named stand for those beside");
    let design = std::fs::read_to_string(&place.design).expect("reads");
    let piped = run(&["check", "-"], &design);
    assert!(piped.code != 2 && !piped.out.contains("ACME"), "standard input has nothing beside it: {}", piped.out);
}

#[test]
fn a_design_sets_the_severity_of_company_rules_and_waives_their_findings() {
    let place = Place::new();
    let path = Path::new(&place.design);
    let pack = place.put("acme.rules.ron", &usable());
    let packs = [Pack::parse(&usable(), &pack).expect("a pack").into()];
    let (mut design, _) = files::read_design(path).expect("reads");
    let inputs = rules::Inputs { packs: &packs, ..rules::Inputs::of(meridian::books::Books::shipped()) };
    let report = rules::check(&meridian::topology::Topology::of(&design), &inputs);
    let meta = std::sync::Arc::make_mut(&mut design.meta);
    for finding in report.findings.iter().filter(|f| f.rule == "ACME-1") {
        meta.waivers.insert(rules::waiver_for(finding, "a pilot", "", None));
    }
    meta.rules.insert("ACME-3".into(), RuleSetting { level: Level::Error, reason: "agreed".into() });
    meta.rules.insert("ACME-2".into(), RuleSetting { level: Level::Off, reason: "agreed".into() });
    let text = meridian::design::file::to_ron(&design).expect("writes");
    files::write_atomically(path, text.as_bytes()).expect("writes");
    let said = place.check(&["--json"]);
    let json: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    let findings = json["designs"][0]["findings"].as_array().expect("a list");
    let company: Vec<_> =
        findings.iter().filter(|f| f["basis"] == "company").map(|f| (&f["rule"], &f["severity"])).collect();
    assert_eq!(
        company.iter().map(|(r, s)| (r.as_str(), s.as_str())).collect::<Vec<_>>(),
        [(Some("ACME-3"), Some("error"))]
    );
}

#[test]
fn a_broken_rule_is_named_with_its_place_and_the_others_are_asked() {
    let place = Place::new();
    let pack = place.put("acme.rules.ron", PACK);
    let said = place.check(&[]);
    assert_eq!((said.code, said.err.as_str()), (2, ""));
    assert!(said.out.contains("ACME-1") && said.out.contains("ACME-3"), "{}", said.out);
    let column = PACK.lines().nth(5).and_then(|line| line.find(".vpcu")).expect("it is there") + 1;
    let (_, broken) = said.out.split_once("Company rules that cannot be used\n").expect("a part of its own");
    let broken = broken.split_whitespace().collect::<Vec<_>>().join(" ");
    let expected = format!("{pack}:6:{column}: ACME-2, require: ");
    assert!(broken.starts_with(&expected) && broken.contains("did you mean \"vcpu\"?"), "{broken}");
    let json = place.check(&["--json"]).out;
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&json).expect("JSON")["designs"][0]["broken_rules"][0]["place"]["line"],
        6
    );
    let listed = run(&["company", &pack], "");
    assert_eq!((listed.code, listed.err.as_str()), (2, ""));
    assert!(
        listed.out.starts_with("Acme standards: 2 rules to use\n  ACME-1  Error  each component"),
        "{}",
        listed.out
    );
    assert!(listed.out.contains(":6:"), "{}", listed.out);
}

#[test]
fn a_pack_that_cannot_be_read_is_bad_input_in_one_line() {
    let place = Place::new();
    let deep = format!("(format: 1, name: \"x\", rules: {}", "[".repeat(100_000));
    for text in ["", "(format: 9, name: \"x\")", &PACK.replace("title", "titel"), &deep, &" ".repeat(600_000)] {
        let pack = place.put("hostile.rules.ron", text);
        for said in [place.check(&[]), run(&["company", &pack], ""), run(&["export", "planner", &place.design], "")] {
            assert_eq!((said.code, said.out.as_str(), said.err.lines().count()), (2, "", 1), "{}", said.err);
            assert!(said.err.starts_with(&format!("meridian: {pack}")), "{}", said.err);
        }
        assert_ne!(place.check(&["--no-company-rules"]).code, 2);
    }
}

#[test]
fn a_report_replaces_no_rules_it_is_made_with() {
    let place = Place::new();
    let (beside, named) = (place.put("acme.rules.ron", &usable()), place.put("other", &usable()));
    let export = |args: &[&str]| run(&[&["export", "planner", place.design.as_str()], args].concat(), "");
    for (rules, out) in [(&[][..], &beside), (&["--rules", &named][..], &named)] {
        let args = [rules, &["--out", out]].concat();
        for said in [place.check(&args), export(&args)] {
            assert_eq!(said.code, 2, "{}", said.err);
            assert!(said.err.starts_with(&format!("meridian: {out}: these are company rules")), "{}", said.err);
        }
        assert_eq!(files::read_text(Path::new(out)).expect("reads"), usable());
    }
}

#[test]
fn the_guide_holds_the_example_and_the_view_of_this_program() {
    let example = run(&["company", "--example"], "");
    assert_eq!((example.code, example.out.as_str()), (0, Pack::template()));
    assert_eq!(run(&["company", "-"], &example.out).code, 0, "the example can be used as it is");
    let view = run(&["company", "--view"], "");
    assert_eq!((view.code, &view.out), (0, &view_reference()));
    assert_eq!(run(&["company"], "").code, 2);

    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/rules/README.md");
    let guide = std::fs::read_to_string(&path).expect("reads");
    let between = |begin: &str, end: &str| -> &str {
        let (_, rest) = guide.split_once(begin).expect("a marked place");
        rest.split_once(end).expect("a marked place").0
    };
    assert_eq!(
        between("<!-- example -->\n```ron\n", "```\n<!-- /example -->"),
        Pack::template(),
        "meridian company --example"
    );
    assert_eq!(between("<!-- view -->\n", "<!-- /view -->"), view.out, "meridian company --view");
}
