//! What the problems tab lists: a pure function of the report, the filter and the grouping.

use std::collections::{BTreeMap, BTreeSet};

use crate::design::Design;
use crate::rules::{CheckReport, Finding, Severity};

/// By what findings are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Grouping {
    /// Worst first, in one list.
    #[default]
    None,
    /// By region.
    Region,
    /// By rule.
    Rule,
}

impl Grouping {
    /// All, in the order of menus.
    pub const ALL: [Self; 3] = [Self::None, Self::Region, Self::Rule];

    /// The words shown to people.
    pub fn label(self) -> &'static str {
        match self {
            Self::None => "Worst first",
            Self::Region => "By region",
            Self::Rule => "By rule",
        }
    }
}

/// Which findings are shown, and how.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Severities left out.
    pub hidden: BTreeSet<Severity>,
    /// Words that must occur in what is shown of the finding.
    pub text: String,
    /// By what findings are put together.
    pub grouping: Grouping,
    /// Whether what was set aside is listed instead: waived findings, rules that are off, what was not checked.
    pub aside: bool,
}

impl Filter {
    /// Whether a finding is shown.
    pub fn lets_pass(&self, design: &Design, finding: &Finding) -> bool {
        if self.hidden.contains(&finding.severity) {
            return false;
        }
        let text = self.text.trim().to_lowercase();
        text.is_empty() || {
            let all = format!("{} {} {}", subject_words(design, finding), finding.message, rule_words(finding));
            let all = all.to_lowercase();
            text.split_whitespace().all(|word| all.contains(word))
        }
    }
}

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// The name of a group, with the number of its rows.
    Group(String, usize),
    /// The open finding at this place of the report.
    Open(usize),
    /// The waived finding at this place of the report.
    Waived(usize),
    /// Something else that was set aside: what, and why.
    Note(String, String),
}

/// The rows to show.
pub fn rows(design: &Design, report: &CheckReport, filter: &Filter) -> Vec<Row> {
    if filter.aside {
        return aside(design, report, filter);
    }
    let open = report.findings.iter().enumerate().filter(|(_, f)| filter.lets_pass(design, f));
    match filter.grouping {
        Grouping::None => open.map(|(i, _)| Row::Open(i)).collect(),
        Grouping::Region => grouped(open.map(|(i, f)| (place_words(design, f), i))),
        Grouping::Rule => grouped(open.map(|(i, f)| (f.rule.clone().into_owned(), i))),
    }
}

/// Groups in order of their worst finding, which is the first of each.
fn grouped(findings: impl Iterator<Item = (String, usize)>) -> Vec<Row> {
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (name, index) in findings {
        groups.entry(name).or_default().push(index);
    }
    let mut groups: Vec<(String, Vec<usize>)> = groups.into_iter().collect();
    groups.sort_by_key(|(_, members)| members.first().copied());
    let lines = groups.into_iter().flat_map(|(name, members)| {
        let head = Row::Group(name, members.len());
        std::iter::once(head).chain(members.into_iter().map(Row::Open))
    });
    lines.collect()
}

/// How much was set aside.
pub fn aside_count(report: &CheckReport) -> usize {
    let notes = report.off.len() + report.unchecked.len() + report.idle_waivers.len() + report.broken.len();
    report.waived.len() + notes
}

fn aside(design: &Design, report: &CheckReport, filter: &Filter) -> Vec<Row> {
    let waived = report.waived.iter().enumerate().filter(|(_, w)| filter.lets_pass(design, &w.finding));
    let waived: Vec<Row> = waived.map(|(i, _)| Row::Waived(i)).collect();
    let off = report.off.iter().map(|off| (off.rule.clone(), or_silent(&off.reason)));
    let unchecked = report.unchecked.iter().map(|u| (u.rule.clone(), u.why.clone()));
    let idle = report.idle_waivers.iter().map(|w| {
        let names: Vec<String> = w.subjects.iter().map(|id| design.name_of(id)).collect();
        let about = if names.is_empty() { String::new() } else { format!(" about {}", names.join(", ")) };
        (w.rule.clone(), format!("The waiver{about} matches no finding any more: {}", w.reason))
    });
    let broken = report.broken.iter().map(|b| {
        let file = b.source_name.rsplit(['/', '\\']).next().unwrap_or(&b.source_name);
        let hint = if b.hint.is_empty() { String::new() } else { format!(" ({})", b.hint) };
        (b.rule.clone(), format!("{file}:{}:{}: {}{hint}", b.line, b.column, b.message))
    });
    let notes = |pairs: Vec<(String, String)>| pairs.into_iter().map(|(a, b)| Row::Note(a, b)).collect::<Vec<_>>();
    let parts = [
        ("Company rules that cannot be used", notes(broken.collect())),
        ("Waived", waived),
        ("Rules turned off", notes(off.collect())),
        ("Not checked", notes(unchecked.collect())),
        ("Waivers without a finding", notes(idle.collect())),
    ];
    let full = parts.into_iter().filter(|(_, rows)| !rows.is_empty());
    full.flat_map(|(name, rows)| std::iter::once(Row::Group(name.into(), rows.len())).chain(rows)).collect()
}

fn or_silent(reason: &str) -> String {
    if reason.is_empty() { "Without a reason.".into() } else { reason.to_owned() }
}

/// Name of the region that a finding is about, or what it is about instead.
fn place_words(design: &Design, finding: &Finding) -> String {
    let Some(id) = finding.subjects.first() else { return "The design as a whole".into() };
    let component = design.components.get(id).or_else(|| {
        let link = design.links.get(id)?;
        design.components.get(&link.from)
    });
    match component {
        Some(component) => {
            component.region.as_ref().map_or_else(|| "In no region".into(), |region| design.name_of(region))
        }
        None => design.name_of(id),
    }
}

/// What a finding is about: the first element's name, with its region.
pub fn subject_words(design: &Design, finding: &Finding) -> String {
    let Some(id) = finding.subjects.first() else { return "Design".into() };
    let name = design.name_of(id);
    let region = design.components.get(id).and_then(|c| design.regions.get(c.region.as_ref()?));
    match region {
        Some(region) => format!("{name} · {}", region.name),
        None => name,
    }
}

/// Rule, basis and facts of a finding.
pub fn rule_words(finding: &Finding) -> String {
    let facts: BTreeSet<&str> = finding.sources.iter().map(|s| s.fact).collect();
    let facts: Vec<&str> = facts.into_iter().collect();
    let mut words = format!("{} · {}", finding.rule, finding.basis.label());
    if !facts.is_empty() {
        words.push_str(&format!(" · {}", facts.join(" ")));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{RuleOff, Unchecked};

    fn finding(severity: Severity, message: &str) -> Finding {
        Finding::sample("R-TM-01", severity, message)
    }

    #[test]
    fn the_filter_looks_at_severity_words_and_facts() {
        let design = Design::default();
        let warning = finding(Severity::Warning, "One traffic manager: throttling stops when it is lost");
        let mut filter = Filter { text: "throttling one".into(), ..Filter::default() };
        assert!(filter.lets_pass(&design, &warning));
        filter.text = "b20".into();
        assert!(filter.lets_pass(&design, &warning));
        filter.text = "postgres".into();
        assert!(!filter.lets_pass(&design, &warning));
        let hidden = Filter { hidden: BTreeSet::from([Severity::Warning]), ..Filter::default() };
        assert!(!hidden.lets_pass(&design, &warning));
    }

    #[test]
    fn a_finding_names_its_rule_its_basis_and_its_facts() {
        assert_eq!(rule_words(&finding(Severity::Info, "x")), "R-TM-01 · documented · B20 D1");
        assert_eq!(subject_words(&Design::default(), &finding(Severity::Info, "x")), "Design");
    }

    #[test]
    fn groups_keep_the_worst_first_and_what_is_set_aside_stands_apart() {
        let other = Finding::sample("R-A", Severity::Info, "y");
        let report = CheckReport {
            findings: vec![finding(Severity::Error, "x"), other, finding(Severity::Info, "z")],
            off: vec![RuleOff { rule: "R-B".into(), reason: String::new() }],
            unchecked: vec![Unchecked { rule: "R-C".into(), why: "Nobody knows.".into() }],
            ..CheckReport::default()
        };
        let mut filter = Filter { grouping: Grouping::Rule, ..Filter::default() };
        let shown = rows(&Design::default(), &report, &filter);
        let expected =
            [Row::Group("R-TM-01".into(), 2), Row::Open(0), Row::Open(2), Row::Group("R-A".into(), 1), Row::Open(1)];
        assert_eq!(shown, expected);
        filter.aside = true;
        let shown = rows(&Design::default(), &report, &filter);
        let expected = [
            Row::Group("Rules turned off".into(), 1),
            Row::Note("R-B".into(), "Without a reason.".into()),
            Row::Group("Not checked".into(), 1),
            Row::Note("R-C".into(), "Nobody knows.".into()),
        ];
        assert_eq!(shown, expected);
        assert_eq!(aside_count(&report), 2);
    }
}
