//! What the list of rules shows: pure functions of the rules, the filter and the newest check.

use std::collections::BTreeMap;

use crate::books::{Fact, Facts};
use crate::design::{Level, Meta, ProductVersion, RuleSetting};
use crate::rules::reference::{families, family_of};
use crate::rules::{CheckReport, Rule, Severity};

/// Height of the name of a family, points.
const FAMILY_HEIGHT: f32 = 30.0;
/// Height of a rule or fact, points: its id and two lines of its sentence.
const ENTRY_HEIGHT: f32 = 60.0;

/// One row.
#[derive(Debug, Clone, Copy)]
pub(super) enum Row {
    /// What the rows below it are about, and how many they are.
    Family(&'static str, usize),
    /// A rule.
    Rule(&'static Rule),
    /// A fact.
    Fact(&'static Fact),
}

impl Row {
    /// The id of its page; none for the name of a family.
    pub(super) fn id(&self) -> Option<&'static str> {
        match self {
            Self::Family(..) => None,
            Self::Rule(rule) => Some(rule.id),
            Self::Fact(fact) => Some(&fact.id),
        }
    }

    fn height(self) -> f32 {
        if let Self::Family(..) = self { FAMILY_HEIGHT } else { ENTRY_HEIGHT }
    }
}

/// What the list is narrowed to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Filter {
    /// Words that must all occur in a rule, or ids of facts that it must cite.
    pub(super) text: String,
    /// Only rules for this version.
    pub(super) version: Option<ProductVersion>,
}

/// The rows with their places.
#[derive(Debug, Default)]
pub(super) struct Listed {
    /// From top to bottom.
    pub(super) rows: Vec<Row>,
    /// The upper edge of each row, and the lower edge of the last one, points.
    tops: Vec<f32>,
}

impl Listed {
    /// The rules that pass, by family; and behind them, when words are sought, the facts that pass.
    pub(super) fn new(filter: &Filter, facts: &'static Facts) -> Self {
        let text = filter.text.trim().to_lowercase();
        let words: Vec<&str> = text.split_whitespace().collect();
        let mut rows = Vec::new();
        for family in families(filter.version) {
            let rules: Vec<Row> =
                family.rules.into_iter().filter(|r| is_meant(r, &words, facts)).map(Row::Rule).collect();
            push_group(&mut rows, family.title, rules);
        }
        if !words.is_empty() {
            let found = facts.all().filter(|f| words.iter().all(|word| speaks_of(f, word)));
            push_group(&mut rows, "Facts", found.map(Row::Fact).collect());
        }
        let mut tops = vec![0.0];
        tops.extend(rows.iter().scan(0.0, |bottom, row| {
            *bottom += row.height();
            Some(*bottom)
        }));
        Self { rows, tops }
    }

    /// Height of all rows, points.
    pub(super) fn height(&self) -> f32 {
        self.tops.last().copied().unwrap_or(0.0)
    }

    /// Upper and lower edge of a row, points.
    pub(super) fn span(&self, row: usize) -> Option<(f32, f32)> {
        Some((*self.tops.get(row)?, *self.tops.get(row + 1)?))
    }

    /// The rows between two heights, in points.
    pub(super) fn between(&self, top: f32, bottom: f32) -> std::ops::Range<usize> {
        let first = self.tops.partition_point(|t| *t <= top).saturating_sub(1);
        let end = self.tops.partition_point(|t| *t < bottom).min(self.rows.len());
        first.min(end)..end
    }

    /// The row of this page.
    pub(super) fn place(&self, id: &str) -> Option<usize> {
        self.rows.iter().position(|row| row.id() == Some(id))
    }

    /// The page some rows further from `from`, or the first one; names of families do not count.
    pub(super) fn step(&self, from: Option<usize>, by: isize) -> Option<&'static str> {
        let pages: Vec<usize> =
            (0..self.rows.len()).filter(|i| self.rows.get(*i).is_some_and(|r| r.id().is_some())).collect();
        let last = pages.len().checked_sub(1)?;
        let now = from.and_then(|from| pages.iter().position(|i| *i == from));
        let next = now.map_or(0, |now| now.saturating_add_signed(by).min(last));
        self.rows.get(*pages.get(next)?)?.id()
    }
}

fn push_group(rows: &mut Vec<Row>, title: &'static str, group: Vec<Row>) {
    if !group.is_empty() {
        rows.push(Row::Family(title, group.len()));
        rows.extend(group);
    }
}

/// Whether every word occurs in the rule or in what it rests on. A word that is the id of a fact means that fact alone,
/// or `b2` would also find whatever cites B20.
fn is_meant(rule: &Rule, words: &[&str], facts: &Facts) -> bool {
    if words.is_empty() {
        return true;
    }
    let own = [rule.id, rule.title, family_of(rule.id), rule.severity.label(), rule.impact, rule.why, rule.remedy];
    let mut text = own.join("\n");
    let wording = rule.wording.iter().flat_map(|w| [w.why, w.remedy]);
    let cited = rule.sources.iter().filter_map(|s| facts.fact(s.fact)).map(|f| f.statement.as_str());
    for part in wording.chain(cited) {
        text.push('\n');
        text.push_str(part);
    }
    let text = text.to_lowercase();
    words.iter().all(|word| match facts.fact(&word.to_uppercase()) {
        Some(fact) => rule.sources.iter().any(|s| s.fact == fact.id),
        None => text.contains(word),
    })
}

fn speaks_of(fact: &Fact, word: &str) -> bool {
    fact.id.eq_ignore_ascii_case(word) || fact.statement.to_lowercase().contains(word)
}

/// What a rule is to the open design.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Standing {
    /// How many open findings it has.
    pub(super) open: usize,
    /// The place of the first of them among all open findings.
    pub(super) first: Option<usize>,
    /// How many of its findings are waived.
    waived: usize,
    /// What the design says about it.
    pub(super) setting: Option<RuleSetting>,
    /// Why it, or a part of it, could not be checked.
    unchecked: Vec<String>,
}

/// What the rules are to the open design.
#[derive(Debug)]
pub(super) struct Standings {
    /// Its product version.
    pub(super) version: ProductVersion,
    /// Rules about which there is something to say, by id.
    of: BTreeMap<String, Standing>,
    nothing: Standing,
    /// Whether there is a check already.
    checked: bool,
}

impl Standings {
    /// From the settings of the design and the newest check, if there is one.
    pub(super) fn new(meta: &Meta, check: Option<&CheckReport>) -> Self {
        let mut of: BTreeMap<String, Standing> = BTreeMap::new();
        for (rule, setting) in &meta.rules {
            of.entry(rule.clone()).or_default().setting = Some(setting.clone());
        }
        if let Some(check) = check {
            for (index, finding) in check.findings.iter().enumerate() {
                let standing = of.entry(finding.rule.clone().into_owned()).or_default();
                standing.open += 1;
                standing.first.get_or_insert(index);
            }
            for waived in &check.waived {
                of.entry(waived.finding.rule.clone().into_owned()).or_default().waived += 1;
            }
            for unchecked in &check.unchecked {
                of.entry(unchecked.rule.clone()).or_default().unchecked.push(unchecked.why.clone());
            }
        }
        Self { version: meta.product_version, of, nothing: Standing::default(), checked: check.is_some() }
    }

    /// What this rule is to the design.
    pub(super) fn of(&self, rule: &str) -> &Standing {
        self.of.get(rule).unwrap_or(&self.nothing)
    }

    /// Whether the rule is checked at all.
    pub(super) fn counts(&self, rule: &Rule) -> bool {
        rule.versions.include(self.version) && self.of(rule.id).setting.as_ref().is_none_or(|s| s.level != Level::Off)
    }

    /// The severity of the rule here.
    pub(super) fn severity(&self, rule: &Rule) -> Severity {
        self.of(rule.id).setting.as_ref().and_then(|s| Severity::of(s.level)).unwrap_or(rule.severity)
    }

    /// In a word or two, such as "3 open"; empty when there is nothing to say.
    pub(super) fn short(&self, rule: &Rule) -> String {
        let standing = self.of(rule.id);
        if !rule.versions.include(self.version) {
            return format!("not for {}", self.version);
        }
        match (&standing.setting, standing.open) {
            (Some(RuleSetting { level: Level::Off, .. }), _) => "off".into(),
            (Some(setting), 0) => format!("taken as {}", setting.level.label().to_lowercase()),
            (Some(setting), open) => format!("{open} open · taken as {}", setting.level.label().to_lowercase()),
            (None, 0) => String::new(),
            (None, open) => format!("{open} open"),
        }
    }

    /// In sentences.
    pub(super) fn sentences(&self, rule: &Rule) -> Vec<String> {
        let standing = self.of(rule.id);
        if !rule.versions.include(self.version) {
            return vec![format!("It is drawn for {}, for which this rule does not hold.", self.version)];
        }
        let because = |reason: &str| if reason.is_empty() { ".".into() } else { format!(": {reason}") };
        let mut sentences = Vec::new();
        match &standing.setting {
            Some(RuleSetting { level: Level::Off, reason }) => {
                return vec![format!("The rule is turned off{}", because(reason))];
            }
            Some(RuleSetting { level, reason }) if *level != rule.severity.level() => {
                let (here, own) = (level.label().to_lowercase(), rule.severity.label().to_lowercase());
                sentences.push(format!("Taken as {here} instead of {own}{}", because(reason)));
            }
            _ => {}
        }
        let findings = |n: usize| if n == 1 { "1 open finding".into() } else { format!("{n} open findings") };
        sentences.push(match (standing.open, standing.waived) {
            (0, 0) if !self.checked => "The drawing is being checked…".into(),
            (0, 0) => "No findings.".into(),
            (0, waived) => format!("No open findings, {waived} waived."),
            (open, 0) => format!("{}.", findings(open)),
            (open, waived) => format!("{}, {waived} waived.", findings(open)),
        });
        sentences.extend(standing.unchecked.iter().map(|why| format!("Not checked: {why}")));
        sentences
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::Books;
    use crate::rules::{Finding, get};

    fn listed(text: &str, version: Option<ProductVersion>) -> Vec<&'static str> {
        let filter = Filter { text: text.into(), version };
        Listed::new(&filter, Books::shipped().facts()).rows.iter().filter_map(Row::id).collect()
    }

    #[test]
    fn rules_are_found_by_id_by_words_and_by_the_fact_they_cite() {
        assert_eq!(listed("r-ha-01", None), ["R-HA-01"]);
        assert!(listed("two nodes PRODUCTION", None).contains(&"R-HA-01"));
        let citing = listed("D1", None);
        assert!(citing.contains(&"R-HA-01") && citing.contains(&"D1") && !citing.contains(&"D10"), "{citing:?}");
        assert_eq!(listed("no such words anywhere", None), [] as [&str; 0]);
    }

    #[test]
    fn rules_of_other_versions_can_be_left_out() {
        assert!(listed("", None).contains(&"R-TOP-07"));
        assert!(!listed("", Some(ProductVersion::V4_6)).contains(&"R-TOP-07"));
    }

    #[test]
    fn rows_in_view_are_found_by_their_height_and_steps_pass_over_families() {
        let listed = Listed::new(&Filter::default(), Books::shipped().facts());
        assert_eq!(listed.between(0.0, 100.0), 0..3);
        assert_eq!(listed.between(FAMILY_HEIGHT, FAMILY_HEIGHT + 1.0), 1..2);
        assert_eq!(listed.between(listed.height() - 1.0, f32::INFINITY), listed.rows.len() - 1..listed.rows.len());
        assert_eq!(listed.step(None, 1), Some("R-TOP-01"));
        assert_eq!(listed.step(Some(1), -1), Some("R-TOP-01"));
        assert_eq!(listed.step(Some(1), 1), Some("R-TOP-02"));
        let last_of_family = listed.place("R-CON-01").expect("a rule") - 2;
        assert_eq!(listed.step(Some(last_of_family), 1), Some("R-CON-01"));
    }

    #[test]
    fn a_rule_says_what_it_is_to_the_design() {
        let rule = get("R-HA-01").expect("a rule");
        let mut meta = Meta::default();
        let check = CheckReport {
            findings: ["R-CON-01", "R-HA-01", "R-HA-01"].map(|r| Finding::sample(r, Severity::Warning, "")).to_vec(),
            ..CheckReport::default()
        };
        let standings = Standings::new(&meta, Some(&check));
        assert_eq!((standings.short(rule).as_str(), standings.of(rule.id).first), ("2 open", Some(1)));
        meta.rules.insert(rule.id.into(), RuleSetting { level: Level::Error, reason: "Ours must not stop".into() });
        let standings = Standings::new(&meta, Some(&check));
        assert_eq!(standings.severity(rule), Severity::Error);
        assert_eq!(
            standings.sentences(rule),
            ["Taken as error instead of warning: Ours must not stop", "2 open findings."]
        );
        meta.rules.insert(rule.id.into(), RuleSetting { level: Level::Off, reason: String::new() });
        let standings = Standings::new(&meta, None);
        assert!(!standings.counts(rule));
        assert_eq!(standings.sentences(rule), ["The rule is turned off."]);
    }
}
