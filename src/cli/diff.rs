//! `meridian diff`: two designs side by side.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use crate::analysis::{Analysis, Setting, analyse};
use crate::compare::{Comparison, FindingChange, Row, Section, Side, Sign, compare, rows};
use crate::design::history::Revision;
use crate::design::{Date, Design};
use crate::export::planner::to_json;
use crate::rules::Severity;
use crate::{clock, files};

use super::commands::{is_dash, read};
use super::company::{CompanyRules, OwnBooks};
use super::output::print;
use super::text::{Align, WIDTH_OF_IDS, heading, paragraph, table};
use super::{BAD_INPUT, FINE, FOUND, Failure};

/// Longest cell of a table, characters; JSON has all of it.
const WIDEST: usize = 44;

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Design before; - for standard input
    #[arg(value_name = "BEFORE")]
    before: PathBuf,
    /// Design after; - for standard input
    #[arg(value_name = "AFTER")]
    after: PathBuf,
    /// JSON, for machines
    #[arg(long)]
    json: bool,
    /// Day on which waivers are looked at, as YYYY-MM-DD; without it, today
    #[arg(long, value_name = "DAY")]
    as_of: Option<Date>,
    #[command(flatten)]
    company: CompanyRules,
    #[command(flatten)]
    books: OwnBooks,
}

/// One of the two designs.
struct Read {
    name: String,
    design: Design,
    analysis: Analysis,
}

#[derive(Serialize)]
struct Report<'a> {
    format: &'static str,
    before: Head<'a>,
    after: Head<'a>,
    same: bool,
    #[serde(flatten)]
    comparison: &'a Comparison,
}

#[derive(Serialize)]
struct Head<'a> {
    source: &'a str,
    design: &'a str,
    product_version: String,
}

impl Read {
    fn head(&self) -> Head<'_> {
        let meta = &self.design.meta;
        Head { source: &self.name, design: &meta.name, product_version: meta.product_version.to_string() }
    }

    fn side(&self) -> Side<'_> {
        Side { design: &self.design, analysis: &self.analysis }
    }
}

pub(super) fn run(options: &Options) -> Result<u8, Failure> {
    let paths = [&options.before, &options.after];
    if paths.iter().all(|path| is_dash(path)) {
        return Err(Failure::new("standard input can be read only once", "give - once and name the other design"));
    }
    let packs = options.company.read(&paths.map(PathBuf::as_path))?;
    let (before, _) = read(&options.before)?;
    let (after, _) = read(&options.after)?;
    // Both are asked the same rules at the same prices, or a difference would be one of those and not of designs.
    let named = if is_dash(&options.after) { &options.before } else { &options.after };
    let (packs, books) = (packs.of(named)?, options.books.of(named)?);
    let today = Some(options.as_of.unwrap_or_else(clock::today));
    let setting = Setting { books: &books, packs: &packs, today };
    let analysed = |path: &Path, design: Design| {
        let name = if is_dash(path) { files::STDIN_NAME.into() } else { path.display().to_string() };
        Read { name, analysis: analyse(&design, Revision::default(), &setting), design }
    };
    let (before, after) = (analysed(&options.before, before), analysed(&options.after, after));
    let comparison = compare(before.side(), after.side());
    let same = comparison.is_empty();
    print(&if options.json {
        let (before, after) = (before.head(), after.head());
        to_json(&Report { format: "meridian-diff/1", before, after, same, comparison: &comparison })
    } else {
        text(&before, &after, &comparison)
    })?;
    let broken = !after.analysis.check.broken.is_empty();
    Ok(match (broken, same) {
        (true, _) => BAD_INPUT,
        (false, true) => FINE,
        (false, false) => FOUND,
    })
}

/// What people read: only what differs.
fn text(before: &Read, after: &Read, comparison: &Comparison) -> String {
    let mut out = String::new();
    for (word, side) in [("before", before), ("after", after)] {
        let _ = write!(out, "{word:<6}  {}: {}", side.name, heading(&side.design));
    }
    out.push_str(&super::company::report(&after.analysis.check));
    if comparison.is_empty() {
        out.push_str("\nno differences\n");
        return out;
    }
    let rows = rows(&before.design, &after.design, comparison);
    for section in Section::ALL {
        let of: Vec<&Row> = rows.iter().filter(|row| row.section == section && row.sign != Sign::Same).collect();
        if of.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n{}: {}", section.label(), counts(section, &of));
        match section {
            // Their rows are in the order of the findings, and none of them is the same.
            Section::Findings => {
                comparison.findings.iter().zip(&of).for_each(|(change, row)| finding(&mut out, change, row));
            }
            _ => out.push_str(&side_by_side(&of)),
        }
    }
    out
}

/// How many there are of each sign.
fn counts(section: Section, rows: &[&Row]) -> String {
    let signs = [Sign::Added, Sign::Removed, Sign::Changed, Sign::Moved, Sign::Close];
    let counted = signs.into_iter().filter_map(|sign| {
        let of = rows.iter().filter(|row| row.sign == sign);
        let n = match section {
            // An element may differ in several fields.
            Section::Elements => of.flat_map(|row| &row.subjects).collect::<BTreeSet<_>>().len(),
            _ => of.count(),
        };
        (n > 0).then(|| format!("{n} {}", sign.label()))
    });
    counted.collect::<Vec<_>>().join(", ")
}

fn side_by_side(rows: &[&Row]) -> String {
    let mut cells = vec![super::text::row(["", "", "Before", "After", "Difference"])];
    cells.extend(rows.iter().map(|row| {
        let all = [row.sign.glyph(), &row.what, &row.before, &row.after, &row.difference];
        all.into_iter().map(shortened).collect()
    }));
    table(&cells, Align::Left)
}

/// A text in one line of a bearable length.
fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= WIDEST {
        return line;
    }
    line.chars().take(WIDEST - 1).chain(['…']).collect()
}

fn finding(out: &mut String, change: &FindingChange, row: &Row) {
    let severity = row.severity.map_or("", Severity::label);
    let about = if change.about.is_empty() { "the design as a whole".to_owned() } else { change.about.join(", ") };
    let difference = if row.difference == row.sign.label() { String::new() } else { format!(", {}", row.difference) };
    let _ = writeln!(out, "  {} {severity:<8} {:<WIDTH_OF_IDS$} {about}{difference}", row.sign.glyph(), change.rule);
    match (&change.before, &change.after) {
        (Some(was), Some(is)) if was != is => {
            paragraph(out, "      before  ", &format!("{}: {}", was.severity.label(), was.message));
            paragraph(out, "      after   ", &format!("{}: {}", is.severity.label(), is.message));
        }
        (_, Some(said)) | (Some(said), None) => paragraph(out, "      ", &said.message),
        (None, None) => {}
    }
}
