//! `meridian advise`: which deployment pattern suits what a region must do.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use crate::advisor::generate::{self, Plan, PlanError, PlannedRegion};
use crate::advisor::{
    Advice, Backing, Consequence, Contradiction, Criteria, Criterion, DocumentedPattern, Offer, Question, Reason,
    Recommendation, Weight, advise,
};
use crate::books::{Books, Provider};
use crate::clock;
use crate::design::file::{self, FileError};
use crate::design::{Meta, ProductVersion, Requirements, Site};
use crate::export::planner::to_json;
use crate::rules::Basis;

use super::output::{deliver, print};
use super::{FINE, Failure};

/// Width that sentences are wrapped to, characters.
const WIDTH: usize = 100;

/// Advises on the criteria with these ids, separated by commas; a conflict is an answer too.
pub(super) fn run(criteria: &str, version: Option<&str>, json: bool) -> Result<u8, Failure> {
    let given = parse(criteria)?;
    let version = version_of(version)?;
    let advice = advise(given, version);
    print(&if json { to_json(&Report::of(&advice)) } else { text(&advice) })?;
    Ok(FINE)
}

/// What is to be drawn from the answers.
#[derive(Debug, Args)]
pub(super) struct Drawing {
    /// Draw a design of these regions instead of advising
    #[arg(long, requires = "regions", conflicts_with = "json")]
    generate: bool,
    /// Cloud regions as PROVIDER:REGION separated by commas, the present or main one first
    #[arg(long, value_name = "REGIONS", value_delimiter = ',', requires = "generate")]
    regions: Vec<String>,
    /// API calls a second at peak of the users near each region, in the same order
    #[arg(long, value_name = "RPS", value_delimiter = ',', requires = "generate")]
    load: Vec<f64>,
    /// Pattern of the new regions; without it, the recommended one
    #[arg(long, value_name = "PATTERN", requires = "generate")]
    pattern: Option<String>,
    /// Name of the design
    #[arg(long, requires = "generate")]
    name: Option<String>,
    /// Who decides
    #[arg(long, requires = "generate", default_value = "", hide_default_value = true)]
    owner: String,
    /// File to write; without it, the design goes to standard output
    #[arg(long, value_name = "FILE", requires = "generate")]
    out: Option<PathBuf>,
    /// Replace the file when it exists
    #[arg(long, requires = "out")]
    force: bool,
}

impl Drawing {
    /// Whether a design is to be drawn.
    pub(super) fn is_wanted(&self) -> bool {
        self.generate
    }

    fn plan(&self, criteria: Criteria, version: ProductVersion) -> Result<Plan, Failure> {
        if self.load.len() > self.regions.len() {
            let message = format!("{} loads are given for {} regions", self.load.len(), self.regions.len());
            return Err(Failure::new(&message, "give one load for each region"));
        }
        let known: Vec<&str> = DocumentedPattern::ALL.into_iter().map(DocumentedPattern::id).collect();
        let chosen = match &self.pattern {
            None => None,
            Some(id) => Some(DocumentedPattern::ALL.into_iter().find(|p| p.id() == id).ok_or_else(|| {
                Failure::new(&format!("there is no pattern \"{id}\""), &format!("use one of {}", known.join(", ")))
            })?),
        };
        let mut regions = Vec::new();
        for (index, text) in self.regions.iter().enumerate() {
            let site = site_of(text)?;
            let mut region = PlannedRegion::new(generate::name_of_site(&site, Books::shipped()), site);
            region.requests_per_s = self.load.get(index).copied();
            if index > 0 {
                region.answers = criteria.requirements();
                region.chosen = chosen;
            }
            regions.push(region);
        }
        let title = || regions.iter().map(|r| r.name.as_str()).collect::<Vec<_>>().join(", ");
        Ok(Plan {
            name: self.name.clone().unwrap_or_else(title),
            product_version: version,
            requirements: Requirements::default(),
            regions,
            owner: self.owner.clone(),
            date: Some(clock::today()),
        })
    }
}

/// Draws a design in which these criteria hold for every region but the first.
pub(super) fn generate(criteria: &str, version: Option<&str>, drawing: &Drawing) -> Result<u8, Failure> {
    let plan = drawing.plan(parse(criteria)?, version_of(version)?)?;
    let out = drawing.out.as_deref();
    let taken = |path: &&Path| !drawing.force && *path != Path::new("-") && path.symlink_metadata().is_ok();
    if let Some(path) = out.filter(taken) {
        let name = path.display().to_string();
        return Err(FileError::whole(&name, "there is a file already", "choose another name, or give --force").into());
    }
    let design = generate::generate(&plan, Books::shipped()).map_err(|error| match error {
        PlanError::Conflict { .. } => {
            Failure::new(&error.to_string(), "see the ways out without --generate, or give --pattern")
        }
        error => Failure(error.to_string()),
    })?;
    deliver(&file::to_ron(&design)?, out)?;
    Ok(FINE)
}

fn site_of(text: &str) -> Result<Site, Failure> {
    let text = text.trim();
    let wrong = || Failure::new(&format!("\"{text}\" is no cloud region"), "write it as aws:eu-central-1");
    let (provider, region) = text.split_once(':').ok_or_else(wrong)?;
    let provider: Provider = provider.parse().map_err(|e| Failure(format!("{e}")))?;
    Books::shipped().regions().get(provider, region).ok_or_else(wrong)?;
    Ok(Site::cloud(provider.key(), region))
}

/// Lists the criteria.
pub(super) fn list(version: Option<&str>, json: bool) -> Result<u8, Failure> {
    #[derive(Serialize)]
    struct Listing {
        format: &'static str,
        product_version: ProductVersion,
        criteria: Vec<Entry>,
    }
    #[derive(Serialize)]
    struct Entry {
        id: Criterion,
        question: &'static str,
        speaks_for: DocumentedPattern,
        weight: Weight,
        weight_basis: Basis,
        #[serde(flatten)]
        backing: Backing,
    }
    let version = version_of(version)?;
    let entry = |id: Criterion| Entry {
        id,
        question: id.question(),
        speaks_for: id.speaks_for(),
        weight: id.weight(version),
        weight_basis: Basis::Inferred,
        backing: id.backing(),
    };
    let criteria: Vec<Entry> = Criterion::ALL.into_iter().map(entry).collect();
    if json {
        print(&to_json(&Listing { format: "meridian-criteria/1", product_version: version, criteria }))?;
        return Ok(FINE);
    }
    let mut out = String::new();
    for e in &criteria {
        let (pattern, weight) = (e.speaks_for.label(), e.weight.label());
        let _ = writeln!(out, "  {:<width$}  {pattern}  {weight:<12}  {}", e.id.id(), e.question, width = id_width());
    }
    print(&out)?;
    Ok(FINE)
}

fn parse(ids: &str) -> Result<Criteria, Failure> {
    let ids = ids.split(',').map(str::trim).filter(|id| !id.is_empty());
    let parsed: Result<Criteria, _> = ids.map(str::parse::<Criterion>).collect();
    parsed.map_err(|unknown| {
        let known: Vec<&str> = Criterion::ALL.into_iter().map(Criterion::id).collect();
        Failure::new(&unknown.to_string(), &format!("use any of {}", known.join(", ")))
    })
}

fn version_of(text: Option<&str>) -> Result<ProductVersion, Failure> {
    match text {
        None => Ok(Meta::default().product_version),
        Some(text) => text.parse().map_err(|e| Failure(format!("{e}"))),
    }
}

/// The advice for machines.
#[derive(Serialize)]
struct Report<'a> {
    format: &'static str,
    product_version: ProductVersion,
    criteria: Criteria,
    recommendation: Recommendation,
    forced_by: Criteria,
    reasons: &'a [Reason],
    against: &'a [Reason],
    contradictions: &'a [Contradiction],
    offers: &'a [Offer],
    consequences: &'a [Consequence],
    questions: &'a [Question],
}

impl<'a> Report<'a> {
    fn of(advice: &'a Advice) -> Self {
        Self {
            format: "meridian-advise/1",
            product_version: advice.version,
            criteria: advice.criteria,
            recommendation: advice.recommendation,
            forced_by: advice.forced_by,
            reasons: &advice.reasons_for,
            against: &advice.reasons_against,
            contradictions: &advice.contradictions,
            offers: &advice.offers,
            consequences: &advice.consequences,
            questions: &advice.questions,
        }
    }
}

/// The advice for people.
fn text(advice: &Advice) -> String {
    let mut out = format!("{}: WSO2 API Manager {}\n", advice.recommendation.label(), advice.version);
    let forced: Vec<&str> = advice.forced_by.iter().map(Criterion::id).collect();
    let why =
        if forced.is_empty() { "nothing is known yet".into() } else { format!("forced by {}", forced.join(", ")) };
    paragraph(&mut out, "  - ", &why);
    section(&mut out, "Reasons", advice.reasons_for.iter().map(reason));
    section(&mut out, "Against it", advice.reasons_against.iter().map(reason));
    section(
        &mut out,
        "Contradictions",
        advice.contradictions.iter().map(|c| {
            let [a, b] = c.criteria;
            let label = if c.decisive { "●" } else { "▲" };
            (format!("{label} "), format!("{a} and {b}: {} {}", c.text, fact(&c.backing)))
        }),
    );
    section(
        &mut out,
        "Ways out",
        advice.offers.iter().map(|o| ("- ".to_owned(), format!("{} {}", o.text, fact(&o.backing)))),
    );
    for pattern in advice.recommendation.patterns() {
        let title = format!("What {} brings", pattern.label());
        let of_it = advice.consequences.iter().filter(|c| c.pattern == *pattern);
        section(&mut out, &title, of_it.map(|c| ("- ".to_owned(), format!("{} {}", c.text, fact(&c.backing)))));
    }
    section(&mut out, "To be answered", advice.questions.iter().map(|q| (label(q.criterion), q.text.to_owned())));
    section(&mut out, "Sources", sources(advice));
    out
}

fn reason(reason: &Reason) -> (String, String) {
    let words = format!("{}; {} for {}", reason.text, reason.weight.label(), reason.speaks_for.label());
    (label(reason.criterion), format!("{words} {}", fact(&reason.backing)))
}

/// The fact behind a sentence; its document is in the list at the end.
fn fact(backing: &Backing) -> String {
    let mark = if backing.basis == Basis::Inferred { ", inferred by us" } else { "" };
    format!("({}{mark})", backing.fact)
}

/// Every document with the facts read in it.
fn sources(advice: &Advice) -> impl Iterator<Item = (String, String)> {
    let reasons = advice.reasons_for.iter().chain(&advice.reasons_against).map(|r| r.backing);
    let clashes = advice.contradictions.iter().map(|c| c.backing);
    let ways = advice.offers.iter().map(|o| o.backing);
    let brought = advice.consequences.iter().map(|c| c.backing);
    let mut facts: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for backing in reasons.chain(clashes).chain(ways).chain(brought) {
        facts.entry(backing.source).or_default().insert(backing.fact);
    }
    facts.into_iter().map(|(source, facts)| {
        let facts: Vec<&str> = facts.into_iter().collect();
        ("- ".to_owned(), format!("{}: {source}", facts.join(", ")))
    })
}

/// Width of the longest id, so that ids make a column.
fn id_width() -> usize {
    Criterion::ALL.into_iter().map(|c| c.id().len()).max().unwrap_or(0)
}

fn label(criterion: Criterion) -> String {
    format!("{:<width$}  ", criterion.id(), width = id_width())
}

fn section(out: &mut String, title: &str, entries: impl Iterator<Item = (String, String)>) {
    for (n, (label, text)) in entries.enumerate() {
        if n == 0 {
            let _ = writeln!(out, "\n{title}");
        }
        paragraph(out, &format!("  {label}"), &text);
    }
}

/// A sentence after its indent, wrapped below its own beginning.
fn paragraph(out: &mut String, indent: &str, text: &str) {
    let mut line = indent.to_owned();
    let room = indent.chars().count();
    for word in text.split_whitespace() {
        if line.chars().count() + word.chars().count() > WIDTH && line.chars().count() > room {
            let _ = writeln!(out, "{}", line.trim_end());
            line = " ".repeat(room);
        }
        line.extend([word, " "]);
    }
    let _ = writeln!(out, "{}", line.trim_end());
}
