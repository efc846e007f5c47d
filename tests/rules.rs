//! Properties of the rules that hold for every drawing, finished or damaged.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic anywhere")]

mod mutate;

use std::collections::BTreeSet;
use std::sync::Arc;

use meridian::books::Books;
use meridian::design::draft::Draft;
use meridian::design::{Design, Id, Kind, ProductVersion, RegionRole, Site, commands, file};
use meridian::rules::{CheckReport, Finding, Inputs, Seen, Severity, check, compare, fix_all, fixes_of, waiver_for};
use meridian::templates;
use meridian::topology::Topology;
use mutate::any_damaged_template;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};

/// Every run sees the same drawings, so that what fails can be seen again.
fn config(cases: u32) -> Config {
    Config { cases, failure_persistence: None, rng_seed: RngSeed::Fixed(2026), ..Config::default() }
}

fn inputs() -> Inputs<'static> {
    Inputs::of(Books::shipped())
}

fn checked(design: &Design) -> CheckReport {
    check(&Topology::of(design), &inputs())
}

/// Rule, severity, subjects and facts of a finding: what stays when things are moved or renamed.
type Identity = (String, Severity, Vec<Id>, Vec<Seen>);

fn identity(finding: &Finding) -> Identity {
    (finding.rule.clone().into_owned(), finding.severity, finding.subjects.clone(), finding.seen.clone())
}

fn identities<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Vec<Identity> {
    let mut all: Vec<Identity> = findings.into_iter().map(identity).collect();
    all.sort();
    all
}

/// The same with another place and another name for everything.
fn moved_and_renamed(design: &Design) -> Design {
    let mut changed = design.clone();
    let ids: Vec<Id> = design.regions.keys().chain(design.components.keys()).cloned().collect();
    commands::move_by(design, &ids, 96, -64, false).apply(&mut changed).unwrap();
    for (n, id) in ids.iter().enumerate() {
        // Names that turn the order of names against that of ids.
        if let Some(edit) = commands::rename(&changed, id, &format!("{} {id}", 1_000 - n)) {
            edit.apply(&mut changed).unwrap();
        }
    }
    changed
}

/// With one waiver for each finding.
fn waived(design: &Design, report: &CheckReport) -> Design {
    let mut waived = design.clone();
    for finding in &report.findings {
        let waiver = waiver_for(finding, "Accepted.", "platform", None);
        commands::waive(&waived.clone(), waiver, finding.lapsed.is_some()).apply(&mut waived).unwrap();
    }
    waived
}

proptest! {
    #![proptest_config(config(60))]

    #[test]
    fn a_check_gives_the_same_again_and_after_saving_and_loading(damaged in any_damaged_template(8)) {
        let design = damaged.design();
        let once = checked(&design);
        prop_assert_eq!(&checked(&design.clone()), &once);
        let saved = file::to_ron(&design).unwrap();
        prop_assert_eq!(&checked(&file::from_ron(&saved, "saved").unwrap()), &once);
        prop_assert!(compare(&once.findings, &once.findings).is_empty());
    }

    #[test]
    fn moving_and_renaming_change_no_finding_and_lose_no_waiver(damaged in any_damaged_template(8)) {
        let design = damaged.design();
        let report = checked(&design);
        let changed = moved_and_renamed(&design);
        prop_assert_eq!(identities(&checked(&changed).findings), identities(&report.findings));

        let accepted = waived(&design, &report);
        prop_assert_eq!(checked(&accepted).findings, []);
        let changed = checked(&moved_and_renamed(&accepted));
        prop_assert_eq!(changed.findings, []);
        prop_assert_eq!(changed.idle_waivers, checked(&accepted).idle_waivers);
    }

    #[test]
    fn another_version_and_back_gives_the_same_findings_and_the_opposite_differences(
        damaged in any_damaged_template(8),
        version in prop::sample::select(ProductVersion::ALL.to_vec()),
    ) {
        let design = damaged.design();
        let before = checked(&design);
        let mut meta = (*design.meta).clone();
        meta.product_version = version;
        let mut changed = design.clone();
        let inverse = commands::set_meta("Version", meta).apply(&mut changed).unwrap();
        let after = checked(&changed);
        let (there, back) = (compare(&before.findings, &after.findings), compare(&after.findings, &before.findings));
        prop_assert_eq!(identities(&there.appears), identities(&back.vanishes));
        prop_assert_eq!(identities(&there.vanishes), identities(&back.appears));
        prop_assert_eq!(there.changes.len(), back.changes.len());
        meridian::design::edit::Edit::new("Back", inverse).apply(&mut changed).unwrap();
        prop_assert_eq!(checked(&changed), before);
    }

    #[test]
    fn a_region_with_nothing_but_a_backend_that_nobody_calls_changes_no_other_finding(damaged in any_damaged_template(6)) {
        let design = damaged.design();
        let mut draft = Draft::of(&design);
        let region = draft.add_region("Far away", Site::cloud("aws", "sa-east-1"), RegionRole::Peer);
        let backend = draft.add(Some(&region), Kind::Backend, "Warehouse");
        let of_others = |report: &CheckReport| {
            let new = |f: &&Finding| !f.subjects.iter().any(|id| *id == region || *id == backend);
            identities(report.findings.iter().filter(new))
        };
        let (before, after) = (checked(&design), checked(draft.design()));
        prop_assert_eq!(of_others(&after), of_others(&before));
    }
}

/// What is wrong with the fixes offered for the findings of a design; empty when all do what they promise.
fn broken_promises(design: &Design) -> Vec<String> {
    let before = checked(design);
    let serious: Vec<&Finding> = before.findings.iter().filter(|f| f.severity < Severity::Info).collect();
    // An empty region is only noted as long as nothing tells which pattern it belongs to; filling another one does.
    let empty: Vec<&Id> = before.findings.iter().filter(|f| f.rule == "R-DRAW-02").flat_map(|f| &f.subjects).collect();
    // The same trouble at another place, or other trouble at the same, was there before.
    let place = |id: &Id| design.components.get(id).and_then(|c| c.region.clone()).unwrap_or_else(|| id.clone());
    let places: BTreeSet<Id> = serious.iter().flat_map(|f| &f.subjects).map(place).collect();
    let is_known = |f: &Finding| {
        serious.iter().any(|e| e.rule == f.rule)
            || f.subjects.iter().any(|id| empty.contains(&id) || places.contains(&place(id)))
    };
    let mut complaints = Vec::new();
    for finding in &before.findings {
        for fix in fixes_of(design, finding, &inputs()) {
            let what = format!("{} {:?} by {:?}", finding.rule, finding.subjects, fix.label);
            let mut fixed = design.clone();
            if let Err(invalid) = fix.edit.apply(&mut fixed) {
                complaints.push(format!("{what} is refused: {invalid}"));
                continue;
            }
            let delta = compare(&before.findings, &checked(&fixed).findings);
            if !delta.vanishes.contains(finding) {
                complaints.push(format!("{what} still: {}", finding.message));
            }
            let worse = delta.appears.iter().filter(|f| f.severity == Severity::Error && !is_known(f));
            complaints.extend(worse.map(|f| format!("{what} adds {} {}", f.rule, f.message)));
        }
    }
    complaints
}

proptest! {
    #![proptest_config(config(80))]

    #[test]
    fn every_fix_removes_its_finding_and_adds_no_error(damaged in any_damaged_template(4)) {
        let design = damaged.design();
        let complaints = broken_promises(&design);
        prop_assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    }
}

#[test]
fn fixing_all_of_a_rule_leaves_nothing_of_it_that_could_be_fixed() {
    let mut design = templates::get("pattern-2").unwrap().design();
    for component in design.components.values_mut() {
        let component = Arc::make_mut(component);
        (component.instances, component.size) = (1, None);
    }
    let rules: Vec<String> = checked(&design).findings.iter().map(|f| f.rule.clone().into_owned()).collect();
    for rule in rules {
        let Some(edit) = fix_all(&design, &rule, &inputs()) else { continue };
        let mut fixed = design.clone();
        edit.apply(&mut fixed).unwrap();
        let left = checked(&fixed).findings.into_iter().filter(|f| f.rule == rule);
        for finding in left {
            assert_eq!(fixes_of(&fixed, &finding, &inputs()), [], "after {}: {}", edit.label, finding.message);
        }
    }
}
