//! `meridian rules`: what designs are checked against, and why.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use crate::books::{Books, Facts};
use crate::design::ProductVersion;
use crate::export::planner::to_json;
use crate::rules::Rule;
use crate::rules::reference::{
    Cited, Family, cited, citing, closest, fact, families, family_of, page, reference_markdown, rule,
};

use super::output::deliver;
use super::text::{self, Align, row, table};
use super::{FINE, Failure};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Rule or fact to show, such as R-TOP-05 or B20; without it, all rules are listed
    id: Option<String>,
    /// JSON, for machines
    #[arg(long)]
    json: bool,
    /// List only rules that hold for this product version
    #[arg(long = "version", value_name = "VERSION", conflicts_with = "id")]
    of_version: Option<ProductVersion>,
    /// Everything about every rule as Markdown
    #[arg(long, conflicts_with_all = ["id", "json", "of_version"])]
    markdown: bool,
    /// File to write; without it, the list goes to standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// A rule as JSON.
#[derive(Serialize)]
struct RuleEntry<'a> {
    #[serde(flatten)]
    rule: &'a Rule,
    family: &'static str,
    facts: Vec<Cited>,
}

/// A fact as JSON.
#[derive(Serialize)]
struct FactEntry {
    #[serde(flatten)]
    fact: Cited,
    rules: Vec<&'static str>,
}

pub(super) fn run(options: &Options) -> Result<u8, Failure> {
    let facts = Books::shipped().facts();
    let text = match &options.id {
        None if options.markdown => reference_markdown(facts),
        None if options.json => {
            let families = families(options.of_version);
            to_json(&families.iter().flat_map(|f| &f.rules).map(|r| entry(r, facts)).collect::<Vec<_>>())
        }
        None => list(&families(options.of_version)),
        Some(id) if options.json => one(id, facts)?,
        Some(id) => page(id, facts).map(|page| text::page(&page)).ok_or_else(|| unknown(id, "rule or fact"))?,
    };
    deliver(&text, options.out.as_deref())?;
    Ok(FINE)
}

fn entry<'a>(rule: &'a Rule, facts: &Facts) -> RuleEntry<'a> {
    RuleEntry { rule, family: family_of(rule.id), facts: cited(rule, facts) }
}

fn one(id: &str, facts: &Facts) -> Result<String, Failure> {
    if let Some(rule) = rule(id) {
        return Ok(to_json(&entry(rule, facts)));
    }
    let fact = fact(id, facts).ok_or_else(|| unknown(id, "rule or fact"))?;
    Ok(to_json(&FactEntry { fact: Cited::of(fact, facts), rules: citing(&fact.id).map(|r| r.id).collect() }))
}

/// There is no such rule, or whatever was asked for.
pub(super) fn unknown(id: &str, what: &str) -> Failure {
    let near = closest(id, Books::shipped().facts());
    let hint = match near.as_slice() {
        [] => "see \"meridian rules\" for all of them".to_owned(),
        near => format!("did you mean {}?", near.join(" or ")),
    };
    Failure::new(&format!("there is no {what} \"{id}\""), &hint)
}

fn list(families: &[Family]) -> String {
    let mut out = String::new();
    for family in families {
        let _ = writeln!(out, "{} ({})", family.title, family.rules.len());
        let rows: Vec<Vec<String>> = family
            .rules
            .iter()
            .map(|r| row([r.id, r.severity.label(), &r.versions.words(), r.basis.label(), r.title]))
            .collect();
        out.push_str(&table(&rows, Align::Left));
        out.push('\n');
    }
    let count: usize = families.iter().map(|f| f.rules.len()).sum();
    let _ = writeln!(out, "{}", text::plural(count, "rule"));
    out
}
