//! The tables as they were collected.

use std::collections::BTreeMap;

use csv::ReaderBuilder;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Why the tables cannot be compiled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{table}.csv, line {line}: {reason}")]
pub struct CompileError {
    /// Name of the table without `.csv`.
    pub table: String,
    /// Line of the file, from 1 (the header).
    pub line: u64,
    /// What is wrong with the line.
    pub reason: String,
}

/// A row and the line it stands in.
pub(super) struct Line<T> {
    pub number: u64,
    pub row: T,
}

/// Where a row comes from: an entry of `sources.csv`, how good it is, and the file it goes to.
#[derive(Debug, Deserialize)]
pub(super) struct Origin {
    table: String,
    text: String,
    pub source: String,
    /// Blank where the row itself tells.
    pub quality: String,
    pub stale: String,
    /// Blank for the table's own file; `{}` stands for the name of the table.
    pub file: String,
}

/// All tables, with the origins of their rows.
pub(super) struct Raw<'a> {
    texts: &'a BTreeMap<String, String>,
    origins: Vec<Origin>,
}

impl<'a> Raw<'a> {
    pub fn new(texts: &'a BTreeMap<String, String>) -> Result<Self, CompileError> {
        let mut raw = Self { texts, origins: Vec::new() };
        for Line { number, row } in raw.lines::<Origin>("map_sources")? {
            // It becomes the name of a file, which must not lead out of the folder.
            if !row.file.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'_' | b'{' | b'}')) {
                let reason = format!("\"{}\" is no file name: use small letters and _", row.file);
                return Err(failed("map_sources", number, reason));
            }
            raw.origins.push(row);
        }
        Ok(raw)
    }

    /// Every row with its line.
    pub fn lines<T: DeserializeOwned>(&self, table: &str) -> Result<Vec<Line<T>>, CompileError> {
        let text = self.texts.get(table).ok_or_else(|| failed(table, 1, "the table is missing".to_owned()))?;
        let mut reader = ReaderBuilder::new().from_reader(text.as_bytes());
        let header = reader.headers().map_err(|error| failed(table, 1, error.to_string()))?.clone();
        let mut lines = Vec::new();
        // No cell has a line break, so that rows can be counted.
        for (number, record) in (2..).zip(reader.records()) {
            let row = record.and_then(|record| record.deserialize(Some(&header)));
            let row = row.map_err(|error| failed(table, number, error.to_string()))?;
            lines.push(Line { number, row });
        }
        Ok(lines)
    }

    /// Every row.
    pub fn rows<T: DeserializeOwned>(&self, table: &str) -> Result<Vec<T>, CompileError> {
        Ok(self.lines(table)?.into_iter().map(|line| line.row).collect())
    }

    /// Where a row of `table` comes from that names its source by `text`.
    pub fn origin(&self, table: &str, text: &str, line: u64) -> Result<&Origin, CompileError> {
        let mut origins = self.origins.iter();
        origins
            .find(|origin| origin.table == table && origin.text == text)
            .ok_or_else(|| failed(table, line, format!("map_sources.csv does not name the source \"{text}\"")))
    }
}

/// An error at a line of a table.
pub(super) fn failed(table: &str, line: u64, reason: String) -> CompileError {
    CompileError { table: table.to_owned(), line, reason }
}
