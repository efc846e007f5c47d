//! The report of a check as people read it.

use std::fmt::Write as _;

use crate::cli::company;
use crate::cli::text::{WIDTH_OF_IDS, heading, paragraph, plural};
use crate::design::{Id, Waiver};
use crate::rules::{CheckReport, Delta, Finding, Lapsed, Severity};

use super::{Checked, Run, Since, counts};

pub(super) fn text(run: &Run) -> String {
    let mut out = String::new();
    let several = run.designs.len() > 1;
    for checked in &run.designs {
        if several {
            let _ = writeln!(out, "{}", checked.name());
        }
        design(&mut out, checked, several);
        if several {
            out.push('\n');
        }
    }
    if several {
        let all: Vec<_> = run.designs.iter().flat_map(Checked::counted).collect();
        let _ = writeln!(out, "{} in all: {}", plural(run.designs.len(), "design"), count_words(counts(&all)));
    }
    out
}

fn design(out: &mut String, checked: &Checked, several: bool) {
    out.push_str(&heading(&checked.design));
    let recognition = &checked.analysis.recognition;
    let _ = writeln!(out, "{}", recognition.pattern.label());
    for reason in &recognition.reasons {
        paragraph(out, "  - ", reason);
    }
    out.push('\n');
    let version = checked.design.meta.product_version;
    if checked.own_version != version {
        let _ =
            writeln!(out, "Checked as if it targeted {version}; the design itself targets {}.\n", checked.own_version);
    }
    if let Some(base) = &checked.base {
        let _ = writeln!(out, "Only what is worse than in {}.\n", base.name);
    }
    let file = if several || checked.path.is_some() { checked.name() } else { "FILE".into() };
    let counted = checked.counted();
    for c in &counted {
        finding(out, c.finding, &file);
        if let Since::Changed(old) = c.since {
            paragraph(out, "  Before  ", &format!("{}: {}", old.severity.label(), old.message));
        }
        out.push('\n');
    }
    let _ = writeln!(out, "{}", count_words(counts(&counted)));
    if let Some(base) = &checked.base {
        let delta = &base.delta;
        let new = counted.iter().filter(|c| matches!(c.since, Since::New)).count();
        let (changed, words) = (counted.len() - new, delta.changes.len() + new - counted.len());
        let gone = delta.vanishes.len();
        let _ =
            writeln!(out, "Against {}: {new} new, {changed} changed, {gone} gone, {words} only reworded", base.name);
    }
    if let Some(delta) = &checked.against_own_version {
        against(out, delta, &checked.own_version.to_string());
    }
    account(out, &checked.analysis.check, &version.to_string());
    out.push_str(&company::report(&checked.analysis.check));
}

fn count_words([errors, warnings, notes]: [usize; 3]) -> String {
    [plural(errors, "error"), plural(warnings, "warning"), plural(notes, "note")].join(", ")
}

fn mark(severity: Severity) -> char {
    match severity {
        Severity::Error => '●',
        Severity::Warning => '▲',
        Severity::Info => '■',
    }
}

/// Ids in a row.
pub(in crate::cli) fn subjects(ids: &[Id]) -> String {
    match ids {
        [] => "the design as a whole".to_owned(),
        ids => ids.iter().map(Id::to_string).collect::<Vec<_>>().join(", "),
    }
}

fn finding(out: &mut String, f: &Finding, file: &str) {
    let (mark, label) = (mark(f.severity), f.severity.label());
    let _ = writeln!(out, "{mark} {label:<8} {:<WIDTH_OF_IDS$} {}", f.rule, subjects(&f.subjects));
    paragraph(out, "  ", &f.message);
    let seen: Vec<String> = f.seen.iter().map(|s| format!("{}: {}", s.what, s.value)).collect();
    for (word, text) in
        [("Seen", seen.join("; ").as_str()), ("Impact", &f.impact), ("Why", &f.why), ("To do", &f.remedy)]
    {
        paragraph(out, &format!("  {word:<8}"), text);
    }
    if f.fixable {
        paragraph(out, "  Fix     ", &format!("a quick fix is offered; see: meridian fix {file} --rule {}", f.rule));
    }
    let sources: Vec<String> = f.sources.iter().map(|s| format!("{} ({})", s.fact, s.document)).collect();
    let sources = if sources.is_empty() { String::new() } else { format!("; {}", sources.join("; ")) };
    paragraph(out, "  Source  ", &format!("{}{sources}", f.basis.label()));
    paragraph(out, "  Link    ", f.link.as_deref().unwrap_or_default());
    paragraph(out, "  Waiver  ", &f.lapsed.as_ref().map(Lapsed::sentence).unwrap_or_default());
}

/// What changes from the design's own version.
fn against(out: &mut String, delta: &Delta, own: &str) {
    let _ = writeln!(out, "\nAgainst {own}: {}", if delta.is_empty() { "the same" } else { "what differs" });
    changes(out, delta, &format!("in {own}"));
}

/// What appears, vanishes and changes, a few lines each; `then` says in words when it was otherwise.
pub(in crate::cli) fn changes(out: &mut String, delta: &Delta, then: &str) {
    let mut line = |sign: &str, f: &Finding, note: &str| {
        let _ = writeln!(out, "  {sign:<8} {} {:<WIDTH_OF_IDS$} {}", mark(f.severity), f.rule, subjects(&f.subjects));
        paragraph(out, "      ", &format!("{}{note}", f.message));
    };
    for f in &delta.vanishes {
        line("vanishes", f, "");
    }
    for f in &delta.appears {
        line("appears", f, "");
    }
    for (old, new) in &delta.changes {
        let note = match (old.severity == new.severity, old.message == new.message) {
            (false, _) => format!(" ({then} {}: {})", old.severity.label(), old.message),
            (true, false) => format!(" ({then}: {})", old.message),
            (true, true) => " (for another reason or with another remedy)".into(),
        };
        line("changes", new, &note);
    }
}

/// What the check did not count or could not do.
fn account(out: &mut String, report: &CheckReport, version: &str) {
    let waiver = |w: &Waiver| {
        let owner = if w.owner.is_empty() { String::new() } else { format!("; {}", w.owner) };
        let expiry = w.expires.map(|day| format!("; until {day}")).unwrap_or_default();
        let reason = if w.reason.is_empty() { "no reason given" } else { &w.reason };
        (format!("{:<WIDTH_OF_IDS$} {}", w.rule, subjects(&w.subjects)), format!("{reason}{owner}{expiry}"))
    };
    let because = |reason: &str| if reason.is_empty() { "no reason given".to_owned() } else { reason.to_owned() };
    let lapsed = report.findings.iter().filter_map(|f| Some((f, f.lapsed.as_ref()?)));
    let sections: [(&str, Vec<(String, String)>); 6] = [
        ("Waived", report.waived.iter().map(|w| waiver(&w.waiver)).collect()),
        (
            "Waivers that no longer hold",
            lapsed
                .map(|(f, l)| (format!("{:<WIDTH_OF_IDS$} {}", f.rule, subjects(&f.subjects)), l.sentence()))
                .collect(),
        ),
        ("Waivers without a finding", report.idle_waivers.iter().map(waiver).collect()),
        ("Rules turned off", report.off.iter().map(|o| (o.rule.clone(), because(&o.reason))).collect()),
        (
            "Severities changed",
            report
                .changed
                .iter()
                .map(|c| {
                    (format!("{:<WIDTH_OF_IDS$} {} → {}", c.rule, c.from.label(), c.to.label()), because(&c.reason))
                })
                .collect(),
        ),
        ("Not checked", report.unchecked.iter().map(|u| (u.rule.clone(), u.why.clone())).collect()),
    ];
    for (title, entries) in &sections {
        if entries.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n{title} ({})", entries.len());
        for (what, why) in entries {
            let _ = writeln!(out, "  {what}");
            paragraph(out, "    ", why);
        }
    }
    let [waived, _, _, off, changed, unchecked] = sections.map(|(_, entries)| entries.len());
    let versions = match report.other_versions.len() {
        1 => "1 rule does not hold".to_owned(),
        n => format!("{n} rules do not hold"),
    };
    let _ = writeln!(
        out,
        "\n{} waived, {} off, {changed} with another severity, {unchecked} not checked; {versions} for {version}",
        plural(waived, "finding"),
        plural(off, "rule"),
    );
}
