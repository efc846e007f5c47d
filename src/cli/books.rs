//! `meridian books`: what the figures rest on and how old it is, and the step that makes the tables.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::books::compile::{INPUTS, compile};
use crate::books::{self, Books, Contents, Counts, Entry, Listed, age_days, age_words};
use crate::design::Date;
use crate::export::planner::to_json;
use crate::{clock, files};

use super::output::{deliver, print};
use super::text::{Align, plural, row, table};
use super::{FINE, FOUND, Failure};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Table to list the entries of; without it, all tables are listed
    name: Option<String>,
    /// JSON, for machines
    #[arg(long)]
    json: bool,
    /// Day on which ages are told, as YYYY-MM-DD; without it, today
    #[arg(long, value_name = "DAY")]
    as_of: Option<Date>,
    /// Print whose the figures are and under what terms, as in the file NOTICE
    #[arg(long, conflicts_with_all = ["name", "json", "as_of"])]
    notice: bool,
    /// File to write; without it, the list goes to standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(subcommand)]
    step: Option<Step>,
}

#[derive(Debug, Subcommand)]
enum Step {
    /// Make the tables from what was collected; rewrites only those that differ
    Compile {
        /// Folder of the collected tables, such as assets/data
        #[arg(long, value_name = "DIR")]
        from: PathBuf,
        /// Folder of the tables, such as assets/books
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// Change nothing; exit with 1 when a table differs
        #[arg(long)]
        check: bool,
    },
}

pub(super) fn run(options: &Options) -> Result<u8, Failure> {
    if let Some(Step::Compile { from, out, check }) = &options.step {
        return compile_tables(from, out, *check);
    }
    let day = options.as_of.unwrap_or_else(clock::today);
    let text = match &options.name {
        None if options.notice => books::notice(Books::shipped().sources()),
        None if options.json => to_json(&all_as_json(day)),
        None => all_as_text(day),
        Some(name) => {
            let table = books::tables().iter().find(|table| table.name == name).ok_or_else(|| unknown(name))?;
            if options.json { to_json(&entries_as_json(table, day)) } else { entries_as_text(table, day) }
        }
    };
    deliver(&text, options.out.as_deref())?;
    Ok(FINE)
}

fn unknown(name: &str) -> Failure {
    let known: Vec<&str> = books::tables().iter().map(|table| table.name).collect();
    Failure::new(&format!("there is no table \"{name}\""), &format!("use one of {}", known.join(", ")))
}

fn contents(table: &Listed) -> Contents<'static> {
    table.contents(Books::shipped().sources())
}

/// `4 months to 3.8 years`, or one age where both are the same.
fn ages(counts: &Counts<'_>, day: Date) -> String {
    let words = |date| age_days(date, day).map(age_words);
    match (counts.newest.and_then(words), counts.oldest.and_then(words)) {
        (Some(newest), Some(oldest)) if newest == oldest => newest,
        (Some(newest), Some(oldest)) => format!("{newest} to {oldest}"),
        _ => "–".to_owned(),
    }
}

fn all_as_text(day: Date) -> String {
    let head = [
        "Table",
        "Rows",
        "Sources",
        "Oldest",
        "Newest",
        "Age",
        "Estimates",
        "Assumptions",
        "Suspect",
        "Stale",
        "Licence",
    ];
    let mut rows = vec![row(head)];
    let mut entries = 0;
    for table in books::tables() {
        let contents = contents(table);
        let counts = contents.counts();
        entries += counts.rows;
        let number = |n: usize| if n == 0 { "–".to_owned() } else { n.to_string() };
        let date = |date: Option<books::Date>| date.map_or_else(|| "–".to_owned(), |date| date.to_string());
        rows.push(vec![
            table.name.to_owned(),
            counts.rows.to_string(),
            number(counts.sources),
            date(counts.oldest),
            date(counts.newest),
            ages(&counts, day),
            number(counts.estimates),
            number(counts.assumptions),
            number(counts.suspect),
            number(counts.stale),
            if counts.licences.is_empty() { "–".to_owned() } else { counts.licences.join(", ") },
        ]);
    }
    let mut out = format!("Tables as of {day}\n");
    out.push_str(&table(&rows, Align::Left));
    let _ = writeln!(out, "\n{}; \"meridian books NAME\" lists those of a table", plural(entries, "row"));
    out
}

/// A table as JSON.
#[derive(Serialize)]
struct TableEntry {
    name: &'static str,
    about: &'static str,
    rows: usize,
    sources: usize,
    oldest: Option<books::Date>,
    newest: Option<books::Date>,
    oldest_age_days: Option<u32>,
    newest_age_days: Option<u32>,
    estimates: usize,
    assumptions: usize,
    suspect: usize,
    stale: usize,
    licences: Vec<&'static str>,
}

fn all_as_json(day: Date) -> Value {
    let entry = |table: &Listed| {
        let counts = contents(table).counts();
        let age = |date: Option<books::Date>| date.and_then(|date| age_days(date, day));
        TableEntry {
            name: table.name,
            about: table.about,
            rows: counts.rows,
            sources: counts.sources,
            oldest: counts.oldest,
            newest: counts.newest,
            oldest_age_days: age(counts.oldest),
            newest_age_days: age(counts.newest),
            estimates: counts.estimates,
            assumptions: counts.assumptions,
            suspect: counts.suspect,
            stale: counts.stale,
            licences: counts.licences,
        }
    };
    let tables: Vec<TableEntry> = books::tables().iter().map(entry).collect();
    json!({ "format": "meridian-books/1", "as_of": day.to_string(), "tables": tables })
}

/// `published, stale`.
fn standing(entry: &Entry<'_>) -> String {
    let quality = entry.quality.map_or("", |quality| quality.label());
    if entry.stale { format!("{quality}, stale") } else { quality.to_owned() }
}

fn entries_as_text(listed: &Listed, day: Date) -> String {
    let contents = contents(listed);
    let counts = contents.counts();
    let mut out = format!("{}: {}, {}", listed.name, listed.about, plural(counts.rows, "row"));
    let _ = if counts.sources == 0 {
        writeln!(out)
    } else {
        writeln!(out, ", {} on {day}, {}", ages(&counts, day), counts.licences.join(", "))
    };
    let with_quality = contents.entries.iter().any(|entry| entry.quality.is_some());
    let with_source = counts.sources > 0 && listed.name != "sources";
    let mut head = contents.columns.clone();
    head.extend(with_quality.then(|| "quality".to_owned()));
    if with_source {
        head.extend(["date".to_owned(), "source".to_owned()]);
    }
    head.push(if contents.entries.iter().any(|e| !e.note.is_empty()) { "note".to_owned() } else { String::new() });
    let mut rows = vec![head];
    for entry in &contents.entries {
        let mut cells = entry.cells.clone();
        cells.extend(with_quality.then(|| standing(entry)));
        if with_source {
            let source = entry.source.map(|source| [source.date.to_string(), source.id.clone()]);
            cells.extend(source.unwrap_or_default());
        }
        cells.push(entry.note.clone());
        rows.push(cells);
    }
    out.push_str(&table(&rows, Align::Left));
    out
}

/// Cells are text as in the file; date, age and licence are those of the source.
fn entries_as_json(listed: &Listed, day: Date) -> Value {
    let contents = contents(listed);
    let entry = |entry: &Entry<'_>| {
        let cells = contents.columns.iter().zip(&entry.cells);
        let mut object: Map<String, Value> =
            cells.map(|(column, cell)| (column.clone(), Value::from(cell.as_str()))).collect();
        if let Some(quality) = entry.quality {
            object.insert("quality".into(), quality.label().into());
            object.insert("stale".into(), entry.stale.into());
        }
        if let Some(source) = entry.source {
            object.insert("source".into(), source.id.as_str().into());
            object.insert("date".into(), source.date.to_string().into());
            object.insert("age_days".into(), json!(age_days(source.date, day)));
            object.insert("licence".into(), source.licence.as_str().into());
        }
        if !entry.note.is_empty() {
            object.insert("note".into(), entry.note.as_str().into());
        }
        Value::Object(object)
    };
    let entries: Vec<Value> = contents.entries.iter().map(entry).collect();
    json!({
        "format": "meridian-book/1",
        "as_of": day.to_string(),
        "table": listed.name,
        "about": listed.about,
        "entries": entries,
    })
}

fn compile_tables(from: &Path, out: &Path, check: bool) -> Result<u8, Failure> {
    let mut inputs = BTreeMap::new();
    for name in INPUTS {
        inputs.insert(name.to_owned(), files::read_text(&from.join(format!("{name}.csv")))?);
    }
    let tables = compile(&inputs).map_err(|error| {
        let path = from.join(format!("{}.csv", error.table));
        let message = format!("{}:{}: {}", path.display(), error.line, error.reason);
        Failure::new(&message, "put the row or the map right; assets/data/README.md says what they mean")
    })?;
    let mut report = String::new();
    let count = tables.len();
    for (name, text) in tables {
        let path = out.join(format!("{name}.csv"));
        // A table that cannot be read is one that differs; writing it says what is wrong with it.
        if files::read_text(&path).is_ok_and(|before| before == text) {
            continue;
        }
        if !check {
            files::write_atomically(&path, text.as_bytes())?;
        }
        let verb = if check { "differs" } else { "written" };
        let _ = writeln!(report, "{}: {verb}", path.display());
    }
    if report.is_empty() {
        print(&format!("{}, all as compiled from {}\n", plural(count, "table"), from.display()))?;
        return Ok(FINE);
    }
    print(&report)?;
    Ok(if check { FOUND } else { FINE })
}
