//! The rules to read: a page for each rule and each fact, and the whole reference as Markdown.
//!
//! A [`RulePage`] is plain data, so that the command line, the window and reports show the same words.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde::Serialize;

use super::{Fixes, Rule, all, get};
use crate::books::{Document, Fact, FactBasis, Facts};
use crate::design::ProductVersion;
use crate::design::file::edit_distance;

/// What is to be read about a rule or a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulePage {
    /// Id of the rule or fact.
    pub id: String,
    /// What the rule asks for, or what the fact says, as a sentence.
    pub title: String,
    /// The rest, from top to bottom.
    pub blocks: Vec<Block>,
}

/// A part of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A word and what is to be said to it, such as "Severity" and "Error".
    Field(&'static str, String),
    /// What the blocks below it are about.
    Heading(String),
    /// One or more sentences.
    Paragraph(String),
    /// A fact with where it can be read.
    Source(Cited),
    /// A rule by its id and title.
    Rule(&'static str, &'static str),
}

/// A fact in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cited {
    /// Its id.
    pub fact: String,
    /// What it says; empty when the books do not know it.
    pub statement: String,
    /// What it rests on.
    pub basis: Option<FactBasis>,
    /// The documents it was read in.
    pub documents: Vec<Document>,
}

/// Rules about one subject, in the order of the catalogue.
#[derive(Debug, Clone)]
pub struct Family {
    /// What they are about.
    pub title: &'static str,
    /// The rules; never empty.
    pub rules: Vec<&'static Rule>,
}

/// The families of rules as far as they hold for a version, or for any; in the order of the catalogue.
#[must_use]
pub fn families(version: Option<ProductVersion>) -> Vec<Family> {
    let mut families: Vec<Family> = Vec::new();
    for rule in all().iter().copied().filter(|r| version.is_none_or(|v| r.versions.include(v))) {
        let title = family_of(rule.id);
        match families.iter_mut().find(|f| f.title == title) {
            Some(family) => family.rules.push(rule),
            None => families.push(Family { title, rules: vec![rule] }),
        }
    }
    families
}

/// What a rule is about, by the middle of its id.
#[must_use]
pub fn family_of(rule: &str) -> &'static str {
    match rule.split('-').nth(1) {
        Some("TOP") => "Pattern and topology",
        Some("CON") => "Connections",
        Some("HA") => "High availability",
        Some("DB") => "Databases",
        Some("SIZ") => "Sizing",
        Some("EXP") => "Exports",
        Some("TGT") => "Targets",
        Some("OPS") => "Operations",
        Some("DRAW") => "The drawing itself",
        _ => "Other rules",
    }
}

/// The rule with this id, whatever the case of its letters.
#[must_use]
pub fn rule(id: &str) -> Option<&'static Rule> {
    get(&id.to_ascii_uppercase())
}

/// The fact with this id, whatever the case of its letters.
#[must_use]
pub fn fact<'f>(id: &str, facts: &'f Facts) -> Option<&'f Fact> {
    facts.fact(&id.to_ascii_uppercase())
}

/// The rules that cite a fact, in the order of the catalogue.
pub fn citing(fact: &str) -> impl Iterator<Item = &'static Rule> {
    all().iter().copied().filter(move |r| r.sources.iter().any(|s| s.fact == fact))
}

/// The page of the rule or fact with this id, whatever the case of its letters.
#[must_use]
pub fn page(id: &str, facts: &Facts) -> Option<RulePage> {
    let of_fact = || fact(id, facts).map(|f| RulePage::of_fact(f, facts));
    rule(id).map(|r| RulePage::of(r, facts)).or_else(of_fact)
}

/// Most ids suggested instead of an unknown one.
const MOST_SUGGESTIONS: usize = 3;

/// Ids of rules and facts that look like this one, the closest first; none when nothing does.
#[must_use]
pub fn closest(id: &str, facts: &Facts) -> Vec<String> {
    let id = id.to_ascii_uppercase();
    let known = all().iter().map(|r| r.id).chain(facts.all().map(|f| f.id.as_str()));
    let near = known.map(|k| (edit_distance(&id, k), k)).filter(|(d, k)| *d <= k.len().div_ceil(3));
    let near: BTreeSet<(usize, &str)> = near.collect();
    near.into_iter().take(MOST_SUGGESTIONS).map(|(_, id)| id.to_owned()).collect()
}

/// The facts that a rule cites, each once.
#[must_use]
pub fn cited(rule: &Rule, facts: &Facts) -> Vec<Cited> {
    let mut seen = BTreeSet::new();
    let sources = rule.sources.iter().filter(|s| seen.insert(s.fact));
    sources
        .map(|source| match facts.fact(source.fact) {
            Some(fact) => Cited::of(fact, facts),
            None => Cited {
                fact: source.fact.to_owned(),
                statement: String::new(),
                basis: None,
                documents: vec![Document {
                    tag: String::new(),
                    title: source.document.to_owned(),
                    location: String::new(),
                    version: String::new(),
                }],
            },
        })
        .collect()
}

/// The public address of a document, if it has one.
#[must_use]
pub fn address(document: &Document) -> Option<&str> {
    document.location.split_whitespace().next().filter(|l| l.starts_with("https://"))
}

impl Cited {
    /// A fact with its documents.
    #[must_use]
    pub fn of(fact: &Fact, facts: &Facts) -> Self {
        Self {
            fact: fact.id.clone(),
            statement: fact.statement.clone(),
            basis: Some(fact.basis),
            documents: facts.documents_of(fact).cloned().collect(),
        }
    }
}

impl RulePage {
    /// The page of a rule.
    #[must_use]
    pub fn of(rule: &Rule, facts: &Facts) -> Self {
        let mut blocks = vec![
            Block::Field("Severity", rule.severity.label().to_owned()),
            Block::Field("Versions", rule.versions.words()),
            Block::Field("Basis", rule.basis.label().to_owned()),
        ];
        let mut section = |title: &str, paragraphs: &[&str]| {
            let paragraphs: Vec<&&str> = paragraphs.iter().filter(|p| !p.is_empty()).collect();
            if !paragraphs.is_empty() {
                blocks.push(Block::Heading(title.to_owned()));
                blocks.extend(paragraphs.into_iter().map(|p| Block::Paragraph((*p).to_owned())));
            }
        };
        section("Impact", &[rule.impact]);
        section("Why", &[rule.why]);
        section("What to do", &[rule.remedy]);
        for wording in rule.wording {
            section(&format!("In versions: {}", wording.versions.words()), &[wording.why, wording.remedy]);
        }
        section(
            "Quick fix",
            &[match rule.fixes {
                Fixes::Offer(_) => "Edits are offered that remove it.",
                Fixes::None(why) => why,
            }],
        );
        blocks.push(Block::Heading("Sources".into()));
        blocks.extend(cited(rule, facts).into_iter().map(Block::Source));
        Self { id: rule.id.to_owned(), title: rule.title.to_owned(), blocks }
    }

    /// The page of a fact, with the rules that cite it.
    #[must_use]
    pub fn of_fact(fact: &Fact, facts: &Facts) -> Self {
        let mut blocks = vec![
            Block::Field("Basis", fact.basis.label().to_owned()),
            Block::Heading("Read in".into()),
            Block::Source(Cited { statement: String::new(), basis: None, ..Cited::of(fact, facts) }),
            Block::Heading("Rules that cite it".into()),
        ];
        let rules: Vec<Block> = citing(&fact.id).map(|r| Block::Rule(r.id, r.title)).collect();
        let none = rules.is_empty().then(|| Block::Paragraph("None.".into()));
        blocks.extend(rules.into_iter().chain(none));
        Self { id: fact.id.clone(), title: fact.statement.clone(), blocks }
    }

    /// As Markdown; headings begin at `level`.
    #[must_use]
    pub fn to_markdown(&self, level: usize) -> String {
        let hashes = "#".repeat(level);
        let mut out = format!("{hashes} {}: {}\n", self.id, escaped(&self.title));
        let mut in_list = false;
        for block in &self.blocks {
            let item = matches!(block, Block::Field(..) | Block::Source(_) | Block::Rule(..));
            if !(item && in_list) {
                out.push('\n');
            }
            in_list = item;
            let _ = match block {
                Block::Field(name, text) => writeln!(out, "- {name}: {}", escaped(text)),
                Block::Heading(text) => writeln!(out, "{hashes}# {}", escaped(text)),
                Block::Paragraph(text) => writeln!(out, "{}", escaped(text)),
                Block::Source(source) => writeln!(out, "- {}", source_markdown(source)),
                Block::Rule(id, title) => writeln!(out, "- {id}: {}", escaped(title)),
            };
        }
        out
    }
}

fn source_markdown(source: &Cited) -> String {
    let basis = source.basis.map(|b| format!(" ({})", b.label())).unwrap_or_default();
    let statement =
        if source.statement.is_empty() { String::new() } else { format!(" {}", escaped(&source.statement)) };
    let mut out = format!("**{}**{basis}:{statement}", source.fact);
    for document in &source.documents {
        let title = escaped(&document.title);
        let _ = match address(document) {
            Some(address) => write!(out, "\n  - [{title}]({address})"),
            None if document.location.is_empty() => write!(out, "\n  - {title}"),
            None => write!(out, "\n  - {title}: {}", escaped(&document.location)),
        };
        if !document.version.is_empty() {
            let _ = write!(out, " ({})", escaped(&document.version));
        }
    }
    out
}

/// The text with what Markdown would take for its own marks set apart.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Why numbers are missing between those of rules.
const ABOUT_GAPS: &str = "Numbers that are missing belong to configuration files and to the order of start, which a \
     drawing does not show: for instance that a control plane copies revocations to its peer and never to itself \
     (R-CON-10), and that each endpoint of a list is an element of its own (R-CON-12).\n";

/// Every rule with its reasons and sources as Markdown, as shipped in `assets/rules.md`.
#[must_use]
pub fn reference_markdown(facts: &Facts) -> String {
    let mut out = String::from(
        "# Rules\n\nWhat a design is checked against. Written by `meridian rules --markdown`; edit the rules, not \
         this file.\n",
    );
    out.push('\n');
    out.push_str(ABOUT_GAPS);
    let families = families(None);
    for family in &families {
        let _ = writeln!(out, "\n## {} ({})\n", family.title, family.rules.len());
        out.push_str("| Rule | Severity | Versions | Basis | What it asks for |\n|---|---|---|---|---|\n");
        for rule in &family.rules {
            let _ = writeln!(
                out,
                "| {} | {} | {} | {} | {} |",
                rule.id,
                rule.severity.label(),
                rule.versions.words(),
                rule.basis.label(),
                escaped(rule.title)
            );
        }
    }
    for rule in families.iter().flat_map(|f| &f.rules) {
        out.push('\n');
        out.push_str(&RulePage::of(rule, facts).to_markdown(2));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::Books;

    #[test]
    fn the_page_of_a_rule_says_everything_and_quotes_its_facts() {
        let facts = Books::shipped().facts();
        for rule in all() {
            let page = page(rule.id, facts).expect("every rule has a page");
            let text = page.to_markdown(1);
            for part in [rule.title, rule.why, rule.remedy].into_iter().chain(rule.wording.iter().map(|w| w.why)) {
                assert!(text.contains(&escaped(part)), "{}: {part}", rule.id);
            }
            for source in rule.sources {
                let fact = facts.fact(source.fact).expect("a known fact");
                assert!(text.contains(&escaped(&fact.statement)), "{}: {}", rule.id, fact.id);
            }
        }
    }

    #[test]
    fn the_page_of_a_fact_names_the_rules_that_cite_it() {
        let facts = Books::shipped().facts();
        let page = page("b20", facts).expect("a fact that rules cite");
        assert_eq!(page.id, "B20");
        let citing = page.blocks.iter().filter(|b| matches!(b, Block::Rule("R-TOP-04", _))).count();
        assert_eq!(citing, 1, "{page:?}");
    }

    #[test]
    fn a_mistyped_id_finds_its_neighbours() {
        let facts = Books::shipped().facts();
        assert_eq!(closest("r-top-5", facts).first().map(String::as_str), Some("R-TOP-05"));
        assert_eq!(closest("something else", facts), [] as [&str; 0]);
    }

    #[test]
    fn every_rule_belongs_to_a_family() {
        for family in families(None) {
            assert_ne!(family.title, "Other rules", "{:?}", family.rules.first().map(|r| r.id));
        }
        let count = |version| families(version).iter().map(|f| f.rules.len()).sum::<usize>();
        assert_eq!(count(None), all().len());
        assert!(count(Some(ProductVersion::V4_7)) < all().len());
    }

    #[test]
    fn the_shipped_reference_is_the_one_of_this_program() {
        assert!(
            include_str!("../../assets/rules.md") == reference_markdown(Books::shipped().facts()),
            "assets/rules.md is stale: run `cargo run -- rules --markdown --out assets/rules.md`"
        );
    }
}
