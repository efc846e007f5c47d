//! What the rules have to say, and what was decided about it.

use crate::design::{Design, Id, Waiver};
use crate::export::Source;
use crate::export::document::{Cell, Section, Table, Tone};
use crate::rules::{CheckReport, Finding, Lapsed, Severity};
use crate::words::placed;

/// Open findings, worst first.
pub(super) fn findings(source: &Source<'_>) -> Section {
    let (design, check) = (source.design, &source.analysis.check);
    let mut section = Section::new("Findings");
    if check.findings.is_empty() {
        section.say("No rule has anything to say.");
    }
    for severity in Severity::ALL {
        let title = match severity {
            Severity::Error => "Errors",
            Severity::Warning => "Warnings",
            Severity::Info => "Notes",
        };
        let mut below = Section::new(title);
        let mut table = Table::new(["Rule", "About", "Finding", "Why it matters", "What to do", "Rests on"]);
        for finding in check.findings.iter().filter(|finding| finding.severity == severity) {
            table.row(row(design, finding));
            below.cite(finding.sources.iter().map(|source| source.fact));
            [&finding.impact, &finding.why, &finding.remedy].into_iter().for_each(|text| below.cite_in(text));
        }
        below.table(table);
        section.add(below);
    }
    section
}

fn tone(severity: Severity) -> Tone {
    match severity {
        Severity::Error => Tone::Bad,
        Severity::Warning => Tone::Warning,
        Severity::Info => Tone::Plain,
    }
}

fn row(design: &Design, finding: &Finding) -> [Cell; 6] {
    let lapsed = finding.lapsed.as_ref().map(|lapsed| format!(" {}.", lapsed.sentence())).unwrap_or_default();
    [
        Cell::toned(&finding.rule, tone(finding.severity)),
        subjects(design, &finding.subjects).into(),
        format!("{}{lapsed}", finding.message).into(),
        format!("{} {}", finding.impact, finding.why).into(),
        finding.remedy.as_ref().into(),
        rests_on(finding).into(),
    ]
}

fn subjects(design: &Design, subjects: &[Id]) -> String {
    let names: Vec<String> = subjects.iter().map(|id| placed(design, id)).collect();
    if names.is_empty() { "the whole design".to_owned() } else { names.join(", ") }
}

fn rests_on(finding: &Finding) -> String {
    let sources = finding.sources.iter().map(|source| format!("{} ({})", source.fact, source.document));
    let all: Vec<String> =
        [finding.basis.label().to_owned()].into_iter().chain(sources).chain(finding.link.clone()).collect();
    all.join("; ")
}

fn or_not_said(text: &str) -> &str {
    if text.is_empty() { "not said" } else { text }
}

/// What was accepted, turned off, changed, or could not be checked.
pub(super) fn accepted(source: &Source<'_>) -> Section {
    let (design, check) = (source.design, &source.analysis.check);
    let mut section = Section::new("What was decided about rules");
    section.add(waivers(design, check));
    let mut table = Table::new(["Rule", "Level", "Because"]);
    for off in &check.off {
        table.row([off.rule.as_str(), "off", or_not_said(&off.reason)]);
    }
    for change in &check.changed {
        let level = format!("{} instead of {}", change.to.label(), change.from.label());
        table.row([change.rule.as_str(), &level, or_not_said(&change.reason)]);
    }
    let mut below = Section::new("Rules taken otherwise");
    below.table(table);
    section.add(below);
    let mut table = Table::new(["Rule", "Why not"]);
    check.unchecked.iter().for_each(|unchecked| table.row([&*unchecked.rule, &*unchecked.why]));
    let mut below = Section::new("Not checked");
    below.table(table);
    section.add(below);
    section
}

fn waivers(design: &Design, check: &CheckReport) -> Section {
    let mut section = Section::new("Accepted findings");
    let mut table = Table::new(["Rule", "About", "Finding", "Accepted because", "By", "Until"]);
    let decided = |waiver: &Waiver| -> [Cell; 3] {
        let until = waiver.expires.map_or_else(|| "no end".to_owned(), |day| day.to_string());
        [or_not_said(&waiver.reason).into(), or_not_said(&waiver.owner).into(), until.into()]
    };
    for waived in &check.waived {
        let (finding, waiver) = (&waived.finding, &waived.waiver);
        let rule = Cell::toned(&format!("{} ({})", finding.rule, finding.severity.label()), tone(finding.severity));
        let found = [rule, subjects(design, &finding.subjects).into(), finding.message.as_str().into()];
        table.row(found.into_iter().chain(decided(waiver)));
    }
    for waiver in &check.idle_waivers {
        let found = [waiver.rule.as_str().into(), subjects(design, &waiver.subjects).into(), "no longer found".into()];
        table.row(found.into_iter().chain(decided(waiver)));
    }
    section.table(table);
    let lapsed = check.findings.iter().filter_map(|finding| Some((finding, finding.lapsed.as_ref()?)));
    section.list(lapsed.map(|(finding, lapsed): (&Finding, &Lapsed)| {
        format!("{}, {}: {}", finding.rule, subjects(design, &finding.subjects), lapsed.sentence())
    }));
    section
}
