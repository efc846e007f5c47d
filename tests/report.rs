//! The report, as whoever prints it sees it.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot be set up must fail")]

use std::sync::Arc;

use meridian::design::{Date, Decision, Design, Level, RuleSetting, Scene, Waiver};
use meridian::export::document::clean;
use meridian::export::{Form, Options};
use meridian::rules::waiver_for;
use proptest::prelude::*;
use roxmltree::{Document, Node, ParsingOptions};

mod exported;
mod generate;
#[path = "support/program.rs"]
mod support;

use exported::{all, analysed, exported, saved, template, text, with_source};
use support::run;

/// The page and the Markdown.
fn report(design: &Design) -> (String, String) {
    let bundle = exported(design, Form::Report);
    (text(&bundle, "report.html").to_owned(), text(&bundle, "report.md").to_owned())
}

fn parsed(page: &str) -> Document<'_> {
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    Document::parse_with_options(page, options).expect("the page is XML")
}

fn words(node: Node<'_, '_>) -> String {
    node.descendants().filter_map(|n| n.is_text().then(|| n.text()).flatten()).collect::<Vec<_>>().concat()
}

fn is(node: &Node<'_, '_>, names: &[&str]) -> bool {
    node.is_element() && node.tag_name().namespace().is_none() && names.contains(&node.tag_name().name())
}

/// Headings and cells of the page, in order.
fn of_page(page: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let tree = parsed(page);
    let headings = tree.descendants().filter(|n| is(n, &["h1", "h2", "h3", "h4", "h5", "h6"])).map(words).collect();
    let cells = |row: Node<'_, '_>| row.children().filter(|n| is(n, &["td", "th"])).map(words).collect();
    (headings, tree.descendants().filter(|n| is(n, &["tr"])).map(cells).collect())
}

/// A text as a reader of Markdown shows it.
fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied().filter(|next| c == '\\' && next.is_ascii_punctuation());
        out.push(next.unwrap_or(c));
        if next.is_some() {
            chars.next();
        }
    }
    out
}

/// Cells of a line of a table.
fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut cell, mut escaped) = (Vec::new(), String::new(), false);
    for c in line.chars().skip(1) {
        if c == '|' && !escaped {
            cells.push(unescaped(cell.trim()));
            cell.clear();
        } else {
            cell.push(c);
        }
        escaped = c == '\\' && !escaped;
    }
    cells
}

/// The same of the Markdown.
fn of_markdown(markdown: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let heading = |line: &str| {
        let text = line.trim_start_matches('#');
        (text.len() < line.len()).then(|| unescaped(text.trim()))
    };
    let is_rule = |line: &str| line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' '));
    let rows = markdown.lines().filter(|line| line.starts_with('|') && !is_rule(line)).map(cells).collect();
    (markdown.lines().filter_map(heading).collect(), rows)
}

#[track_caller]
fn assert_sound(design: &Design) {
    let (page, markdown) = report(design);
    let ((headings, rows), (other_headings, other_rows)) = (of_page(&page), of_markdown(&markdown));
    assert_eq!(headings, other_headings);
    assert_eq!(rows, other_rows);
    let tree = parsed(&page);
    assert!(!tree.descendants().any(|n| is(&n, &["script", "link", "img", "iframe", "object"])));
    for attribute in tree.descendants().flat_map(|n| n.attributes()) {
        let points_elsewhere = matches!(attribute.name(), "href" | "src") && !attribute.value().starts_with('#');
        assert!(!points_elsewhere && !attribute.name().starts_with("on"), "{attribute:?}");
    }
    assert_eq!(page.matches("url(").count(), page.matches("url(#").count());
    assert!(!page.contains("@import"));
}

#[test]
fn page_and_markdown_say_the_same_and_need_nothing_else() {
    for (_, design) in all() {
        assert_sound(&design);
    }
}

/// Names as nobody should have them, everywhere.
fn hostile(mut design: Design) -> Design {
    let name = "<script>alert(\"1\")</script> | `a` **b** ]] \u{202e}&amp;";
    for region in design.regions.values_mut() {
        Arc::make_mut(region).name = name.into();
    }
    for component in design.components.values_mut() {
        Arc::make_mut(component).name = name.into();
    }
    let meta = Arc::make_mut(&mut design.meta);
    meta.name = format!("{name}{name}");
    meta.notes = format!("# {name}\n\n| {name}\n\n```\n{name}");
    meta.story.push(Scene { title: name.into(), talking_point: name.into(), ..Scene::default() });
    meta.decisions.push(Decision {
        region: None,
        title: name.into(),
        criteria: vec![name.into(), "autonomous".into()],
        recommended: name.into(),
        chosen: "pattern-1".into(),
        reasons: vec![name.into(), "\n\n# x".into()],
        product_version: meta.product_version,
        date: None,
        owner: name.into(),
        notes: name.into(),
    });
    design
}

#[test]
fn names_that_look_like_markup_do_no_harm() {
    let design = hostile(template("pattern-2"));
    assert_sound(&design);
    let (page, markdown) = report(&design);
    assert!(!page.contains("<script") && page.contains("&lt;script&gt;"));
    assert!(!markdown.contains("<script") || !markdown.replace("\\<script", "").contains("<script"));
    assert!(!markdown.contains('\u{202e}') && !markdown.lines().any(|line| line.starts_with("```")));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_design_has_a_report(design in generate::any_design()) {
        if with_source(&design, |_| ()).is_some() {
            assert_sound(&design);
        }
    }
}

/// A design some of whose findings were accepted, one waiver of which covers nothing, and one rule of which is off.
fn with_rulings() -> Design {
    let mut design = saved("violations.ron");
    let findings = analysed(&design).check.findings;
    let [first, second, third, ..] = findings.as_slice() else { panic!("it has findings") };
    let meta = Arc::make_mut(&mut design.meta);
    meta.waivers.insert(waiver_for(first, "accepted for the pilot", "Ada", None));
    meta.waivers.insert(waiver_for(second, "known", "", Some(Date::constant(2199, 12, 31))));
    let idle =
        Waiver { rule: "R-GONE-99".into(), reason: "of an older drawing".into(), ..waiver_for(third, "", "", None) };
    meta.waivers.insert(idle);
    meta.rules.insert("R-OPS-02".into(), RuleSetting { level: Level::Off, reason: "the provider does it".into() });
    design
}

#[test]
fn every_finding_and_every_ruling_is_told() {
    let design = with_rulings();
    let check = analysed(&design).check;
    assert!(check.waived.len() >= 2 && check.idle_waivers.len() == 1 && check.off.len() == 1);
    let (page, _) = report(&design);
    let (_, rows) = of_page(&page);
    let said = |needle: &str| rows.iter().flatten().any(|cell| cell.contains(needle));
    for finding in &check.findings {
        let row = rows
            .iter()
            .find(|row| row[0] == finding.rule && row.get(2).is_some_and(|c| c.starts_with(&finding.message)));
        let row = row.unwrap_or_else(|| panic!("{} is not told", finding.rule));
        assert!(finding.sources.iter().all(|source| row[5].contains(source.fact)), "{row:?}");
        assert!(row[4] == finding.remedy && row[3].contains(finding.why.as_ref()), "{row:?}");
    }
    for waived in &check.waived {
        assert!(said(&format!("{} (", waived.finding.rule)) && said(&waived.waiver.reason));
    }
    for needle in ["Ada", "2199-12-31", "of an older drawing", "R-GONE-99", "the provider does it"] {
        assert!(said(needle), "{needle}");
    }
}

/// Cells of the tables of a section of the page.
fn cells_of(page: &str, heading: &str) -> Vec<String> {
    let tree = parsed(page);
    let section = tree
        .descendants()
        .find(|n| is(n, &["section"]) && n.children().any(|c| is(&c, &["h2"]) && words(c) == heading))
        .unwrap_or_else(|| panic!("there is a section {heading}"));
    let tables = section.children().filter(|n| is(n, &["div"]));
    tables.flat_map(|table| table.descendants().filter(|n| is(n, &["td"])).map(words).collect::<Vec<_>>()).collect()
}

#[test]
fn figures_are_those_that_the_commands_print() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("design.ron");
    let name = path.to_str().expect("a name");
    assert_eq!(run(&["new", "--template", "pattern-2", "--out", name], "").code, 0);
    let (page, _) = report(&template("pattern-2"));
    for (heading, command) in
        [("Latency", "estimate"), ("Load", "estimate"), ("Cost", "estimate"), ("Availability", "availability")]
    {
        let printed = run(&[command, name], "");
        let printed = printed.fine().split_whitespace().collect::<Vec<_>>().join(" ");
        let cells = cells_of(&page, heading);
        assert!(cells.len() > 8, "{heading}");
        for cell in cells {
            assert!(printed.contains(&cell), "{heading}: {cell}");
        }
    }
}

#[test]
fn the_same_design_gives_the_same_report_and_no_day_unless_one_is_given() {
    let design = saved("retail-pattern-2.ron");
    assert_eq!(report(&design), report(&design));
    let options = Options { today: Some(Date::constant(2031, 7, 9)), ..Options::default() };
    let dated = with_source(&design, |source| Form::Report.bundle(source, &options)).expect("a plan");
    let lead = "Report on a deployment of WSO2 API Manager";
    let line = |markdown: &str| markdown.lines().find(|line| line.starts_with(lead)).expect("a lead").to_owned();
    assert!(line(text(&dated, "report.md")).ends_with(", 2031-07-09."));
    assert!(!line(&report(&design).1).contains("2031"));
}

/// The lines of a section of the Markdown, to the next one of its level.
fn section<'t>(markdown: &'t str, heading: &str) -> &'t str {
    let (_, rest) = markdown.split_once(&format!("\n## {heading}\n")).expect("the section");
    rest.split_once("\n## ").map_or(rest, |(section, _)| section)
}

#[test]
fn each_loss_has_its_timeline() {
    let (_, markdown) = report(&template("pattern-2"));
    let losses = section(&markdown, "When a region is lost");
    let regions = template("pattern-2").regions.len();
    assert_eq!(losses.matches("| After | What |").count(), regions, "{losses}");
    assert!(losses.contains("(RTO)") && losses.contains("(RPO)"));
}

/// Every cut of what is derived is told, and a figure whose derivation is small is told down to its inputs.
#[test]
fn derivations_go_down_to_their_inputs() {
    for (name, design) in all() {
        let (_, markdown) = report(&design);
        let estimates = analysed(&design).estimates;
        let load = estimates.load.iter().take(4);
        let told = load.filter(|load| load.utilisation.derivation.nodes().count() <= 60);
        for leaf in told.flat_map(|load| load.utilisation.derivation.nodes()).filter(|node| node.inputs.is_empty()) {
            let label = clean(&leaf.label);
            assert!(unescaped(section(&markdown, "Load")).contains(&label), "{name}: {label}");
        }
        let more = estimates.load.len().saturating_sub(4);
        assert_eq!(more > 0, section(&markdown, "Load").contains(&format!("{more} more are left out")), "{name}");
    }
}

#[test]
fn what_matters_stands_in_it() {
    let (_, markdown) = report(&saved("retail-pattern-2.ron"));
    for heading in [
        "Summary",
        "Pattern",
        "Decisions",
        "Findings",
        "Latency",
        "Load",
        "Cost",
        "When a region is lost",
        "What takes things down",
        "Availability",
        "Bill of materials",
        "Assumptions",
        "Sources",
    ] {
        assert!(markdown.contains(&format!("\n## {heading}\n")), "{heading}");
    }
}
