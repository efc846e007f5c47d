//! The tables that ship: corrected, divided among files, written as CSV.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::spreadsheet::quoted;

use super::read::{CompileError, Line, Origin, Raw, failed};

/// A table that ships, before it is corrected and divided among files.
pub(super) struct Draft {
    pub name: &'static str,
    pub header: &'static [&'static str],
    rows: Vec<(String, Vec<String>)>,
}

impl Draft {
    pub fn new(name: &'static str, header: &'static [&'static str]) -> Self {
        Self { name, header, rows: Vec::new() }
    }

    /// Adds a row to the file that rows of this origin go to.
    pub fn push<const N: usize>(&mut self, origin: &Origin, cells: [&str; N]) {
        let file = match origin.file.as_str() {
            "" => self.name.to_owned(),
            file => file.replace("{}", self.name),
        };
        self.rows.push((file, cells.map(str::to_owned).to_vec()));
    }

    /// The files with their content as CSV.
    pub fn files(self) -> BTreeMap<String, String> {
        let mut files: BTreeMap<String, String> = BTreeMap::new();
        for (file, row) in &self.rows {
            let text = files.entry(file.clone()).or_insert_with(|| line(self.header.iter().copied()));
            text.push_str(&line(row.iter().map(String::as_str)));
        }
        files
    }
}

/// A line of a table, read by programs only.
fn line<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    let mut text = cells.map(quoted).collect::<Vec<_>>().join(",");
    text.push('\n');
    text
}

/// What was put right by hand.
#[derive(Deserialize)]
struct Correction {
    table: String,
    /// The first cells of the rows meant, joined by ` | `.
    key: String,
    column: String,
    value: String,
    reason: String,
}

pub(super) struct Corrections(Vec<Line<Correction>>);

impl Corrections {
    pub fn read(raw: &Raw<'_>) -> Result<Self, CompileError> {
        let corrections = raw.lines::<Correction>("corrections")?;
        match corrections.iter().find(|line| line.row.reason.is_empty()) {
            Some(line) => Err(failed("corrections", line.number, "the reason is missing".to_owned())),
            None => Ok(Self(corrections)),
        }
    }

    /// Corrects the rows; a correction that changes nothing is out of date and an error.
    pub fn apply(&self, drafts: &mut [Draft]) -> Result<(), CompileError> {
        for Line { number, row } in &self.0 {
            let wrong = |reason: String| failed("corrections", *number, reason);
            let draft = drafts.iter_mut().find(|draft| draft.name == row.table);
            let draft = draft.ok_or_else(|| wrong(format!("there is no table \"{}\"", row.table)))?;
            let column = draft.header.iter().position(|column| *column == row.column);
            let column = column.ok_or_else(|| wrong(format!("{} has no column \"{}\"", row.table, row.column)))?;
            let key: Vec<&str> = row.key.split(" | ").collect();
            let mut changes = false;
            for (_, cells) in &mut draft.rows {
                if !key.iter().eq(cells.iter().take(key.len())) {
                    continue;
                }
                if let Some(cell) = cells.get_mut(column).filter(|cell| **cell != row.value) {
                    cell.clone_from(&row.value);
                    changes = true;
                }
            }
            if !changes {
                return Err(wrong(format!("\"{}\" is in no row, or is right already", row.key)));
            }
        }
        Ok(())
    }
}
