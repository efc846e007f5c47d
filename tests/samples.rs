//! Every shipped template and saved design opens, is canonical, and is drawn so that it can be read.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic anywhere")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use meridian::analysis::{Analysis, Setting, analyse};
use meridian::books::Books;
use meridian::design::commands::{REGION_PADDING, REGION_TITLE};
use meridian::design::history::Revision;
use meridian::design::{Design, Id, Kind, PatternIntent, SceneRect, Site, file};
use meridian::estimate::Figure;
use meridian::rules::pattern::Pattern;
use meridian::rules::{Finding, Severity};
use meridian::templates;

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "ron"))
        .collect();
    found.sort();
    found
}

fn name(path: &Path) -> String {
    path.file_stem().unwrap().to_string_lossy().into_owned()
}

/// Every shipped design with its name.
fn samples() -> Vec<(String, Design)> {
    let paths = files("assets/templates").into_iter().chain(files("saved-designs"));
    paths
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            (name(&path), file::from_ron(&text, &name(&path)).unwrap_or_else(|e| panic!("{e}")))
        })
        .collect()
}

#[test]
fn every_shipped_design_is_canonical() {
    let paths: Vec<PathBuf> = files("assets/templates").into_iter().chain(files("saved-designs")).collect();
    assert_eq!(paths.len(), 9);
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        let design = file::from_ron(&text, &name(&path)).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(file::to_ron(&design).unwrap(), text, "{} would change when saved", path.display());
    }
}

#[test]
fn every_template_file_is_offered_and_every_pattern_has_a_saved_design() {
    let offered: BTreeSet<String> = templates::all().iter().map(|t| t.id.to_owned()).collect();
    assert_eq!(offered, files("assets/templates").iter().map(|p| name(p)).collect());
    let intents: Vec<PatternIntent> = samples()
        .into_iter()
        .filter(|(name, _)| !offered.contains(name) && name != "violations")
        .map(|(_, d)| d.meta.pattern)
        .collect();
    for intent in [PatternIntent::Pattern1, PatternIntent::Pattern2, PatternIntent::SingleRegion] {
        assert!(intents.contains(&intent), "no saved design is a {}", intent.label());
    }
}

fn analysis(design: &Design) -> Analysis {
    analyse(design, Revision(1), &Setting::of(Books::shipped()))
}

/// What is open and what is waived, a line each: severity, rule, subjects.
fn outline(design: &Design) -> String {
    let line = |f: &Finding, mark: &str| {
        let subjects: Vec<&str> = f.subjects.iter().map(Id::as_str).collect();
        let about = if subjects.is_empty() { "the design".to_owned() } else { subjects.join(", ") };
        format!("{mark:8}{:9}{about}\n", f.rule)
    };
    let report = analysis(design).check;
    let open = report.findings.iter().map(|f| line(f, f.severity.label()));
    open.chain(report.waived.iter().map(|w| line(&w.finding, "Waived"))).collect()
}

/// What is expected of each sample is kept in `tests/expected`; `INSTA_UPDATE=always` renews it.
#[test]
fn every_design_has_the_findings_that_are_expected_of_it() {
    insta::with_settings!({ snapshot_path => "expected", prepend_module_to_snapshot => false, omit_expression => true }, {
        for folder in ["assets/templates", "saved-designs"] {
            for path in files(folder) {
                let design = file::from_ron(&fs::read_to_string(&path).unwrap(), "sample").unwrap();
                let folder = folder.trim_start_matches("assets/");
                insta::assert_snapshot!(format!("{folder}-{}", name(&path)), outline(&design));
            }
        }
    });
}

#[test]
fn good_designs_leave_no_error_and_no_warning_open_and_no_waiver_idle() {
    for (name, design) in samples() {
        if name != "violations" {
            let report = analysis(&design).check;
            let open: Vec<&Finding> = report.findings.iter().filter(|f| f.severity < Severity::Info).collect();
            assert!(open.is_empty(), "{name}: {open:#?}");
            assert_eq!(report.idle_waivers, [], "{name}");
            for waiver in &design.meta.waivers {
                assert!(!waiver.owner.is_empty() && waiver.reason.len() > 40, "{name}: {waiver:?} says too little");
            }
        }
    }
}

#[test]
fn violations_names_in_its_notes_every_rule_that_it_breaks_and_no_other() {
    let (_, design) = samples().into_iter().find(|(name, _)| name == "violations").unwrap();
    let words = design.meta.notes.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    let named: BTreeSet<&str> = words.filter(|word| word.starts_with("R-")).collect();
    let findings = analysis(&design).check.findings;
    let broken: BTreeSet<&str> = findings.iter().map(|f| f.rule.as_ref()).collect();
    assert_eq!(named, broken);
    assert!(broken.len() > 80, "only {}", broken.len());
}

#[test]
fn every_design_is_recognised_as_the_pattern_it_is_meant_to_be() {
    for (name, mut design) in samples() {
        let meant = match design.meta.pattern {
            PatternIntent::Pattern1 => Pattern::Pattern1,
            PatternIntent::Pattern2 => Pattern::Pattern2,
            PatternIntent::SingleRegion => Pattern::SingleRegion,
            PatternIntent::Auto => panic!("{name} leaves its pattern open"),
        };
        if name != "violations" {
            std::sync::Arc::make_mut(&mut design.meta).pattern = PatternIntent::Auto;
            assert_eq!(analysis(&design).recognition.pattern, meant, "{name}");
        }
    }
}

fn sane(what: &str, figure: &Figure) {
    let ordered = figure.low <= figure.value && figure.value <= figure.high;
    assert!(figure.low.is_finite() && figure.high.is_finite() && ordered, "{what}: {figure:?}");
}

#[test]
fn every_good_design_has_a_price_and_a_latency_for_everybody() {
    for (name, design) in samples() {
        let estimates = analysis(&design).estimates;
        for item in &estimates.cost.items {
            sane(&format!("{name}: cost of {}", item.element), &item.cost);
        }
        for group in &estimates.load {
            sane(&format!("{name}: load of {}", group.component), &group.utilisation);
        }
        for population in &estimates.latency {
            for operation in &population.operations {
                let what = format!("{name}: {} of {}", operation.operation.label(), population.population);
                match &operation.percentiles {
                    Ok(figures) => figures.iter().for_each(|f| sane(&what, f)),
                    // Backends stand beside the gateways or away from them, seldom both.
                    Err(_) if operation.operation.is_part() => {}
                    Err(reason) => assert!(name == "violations" || reason.contains("portal"), "{what}: {reason}"),
                }
            }
        }
        if name != "violations" {
            let total = estimates.cost.total.unwrap_or_else(|| panic!("{name} has no price"));
            sane(&name, &total);
            assert!(total.value > 100.0, "{name} costs {total:?}");
            // Licences and contracts have no list price; everything in a template has one.
            let unpriced = &estimates.cost.unpriced;
            assert!(templates::get(&name).is_none() || unpriced.is_empty(), "{name}: {unpriced:?}");
            let users = design.components.values().filter(|c| c.kind() == Kind::Users).count();
            assert_eq!(estimates.latency.len(), users, "{name}");
            for group in &estimates.load {
                assert!(group.utilisation.value <= 70.0, "{name}: {} is at {:?}", group.component, group.utilisation);
            }
        }
    }
}

fn gap(a: SceneRect, b: SceneRect) -> i32 {
    let horizontal = (a.min.0 - b.max().0).max(b.min.0 - a.max().0);
    let vertical = (a.min.1 - b.max().1).max(b.min.1 - a.max().1);
    horizontal.max(vertical)
}

#[test]
fn boxes_stand_clear_of_each_other_and_inside_their_regions() {
    for (name, design) in samples() {
        let boxes: Vec<_> = design.components.iter().map(|(id, c)| (id, design.rect_scene(c))).collect();
        for (i, (id, rect)) in boxes.iter().enumerate() {
            assert_eq!((rect.min.0 % 4, rect.min.1 % 4), (0, 0), "{name}: {id} is off the grid");
            for (other, other_rect) in &boxes[..i] {
                assert!(gap(*rect, *other_rect) >= 32, "{name}: {id} is too close to {other}");
            }
        }
        for (id, region) in &design.regions {
            for (other, other_region) in &design.regions {
                assert!(id == other || gap(region.rect(), other_region.rect()) >= 64, "{name}: {id} touches {other}");
            }
            for (child, c) in design.components_in(id) {
                let (outer, inner) = (region.rect(), design.rect_scene(c));
                let fits = inner.min.0 - outer.min.0 >= REGION_PADDING
                    && inner.min.1 - outer.min.1 >= REGION_TITLE
                    && outer.max().0 - inner.max().0 >= REGION_PADDING
                    && outer.max().1 - inner.max().1 >= REGION_PADDING;
                assert!(fits, "{name}: {child} leaves no room to the border of {id}");
            }
        }
    }
}

/// Whether the straight line between two boxes' middles passes through a third box.
fn passes(a: SceneRect, b: SceneRect, through: SceneRect) -> bool {
    let (a, b) = (a.center(), b.center());
    (1..400).any(|step| {
        let at = |from: i32, to: i32| from + (to - from) * step / 400;
        through.contains(meridian::design::Pos(at(a.0, b.0), at(a.1, b.1)))
    })
}

#[test]
fn no_straight_link_runs_through_a_box() {
    for (name, design) in samples() {
        let rect = |id| design.rect_scene(&design.components[id]);
        for (id, link) in &design.links {
            for (other, component) in &design.components {
                let is_end = *other == link.from || *other == link.to;
                let hit = !is_end && passes(rect(&link.from), rect(&link.to), design.rect_scene(component));
                assert!(!hit, "{name}: {id} runs through {other}");
            }
        }
    }
}

#[test]
fn regions_are_real_cloud_regions() {
    for (name, design) in samples() {
        for (id, region) in &design.regions {
            assert!(matches!(region.site, Site::Cloud { .. }), "{name}: {id} is nowhere");
        }
        if name != "violations" {
            for (id, component) in &design.components {
                let placed = component.kind().fits_in_region() && component.kind().is_product_node();
                assert!(!placed || component.zones.len() >= 2, "{name}: {id} is in fewer than two zones");
            }
        }
    }
}
