//! Reading the shipped CSV tables.

use csv::ReaderBuilder;
use indexmap::IndexMap;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use super::provenance::{Date, Quality, Sourced};

/// A table that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{table}, line {line}: {reason}")]
pub struct BookError {
    /// Name of the table without `.csv`.
    pub table: &'static str,
    /// Line of the file, from 1 (the header).
    pub line: u64,
    /// What is wrong with the line.
    pub reason: String,
}

/// A CSV table with its name, for error messages.
#[derive(Debug, Clone, Copy)]
pub(super) struct Table {
    pub name: &'static str,
    pub text: &'static str,
    /// Files with the same columns whose rows belong to the table: those of sources without a licence.
    pub more: &'static [Table],
}

impl Table {
    /// Reads every row and turns it into an entry; the first bad row is the error.
    pub fn read<R, T>(self, mut entry: impl FnMut(R) -> Result<T, String>) -> Result<Vec<T>, BookError>
    where
        R: DeserializeOwned,
    {
        let mut entries = Vec::new();
        for file in self.files() {
            let mut reader = ReaderBuilder::new().from_reader(file.text.as_bytes());
            // No cell has a line break, so that rows can be counted.
            for (line, row) in (2..).zip(reader.deserialize::<R>()) {
                let parsed = row.map_err(|error| error.to_string()).and_then(&mut entry);
                entries.push(parsed.map_err(|reason| file.error(line, reason))?);
            }
        }
        if entries.is_empty() {
            return Err(self.error(1, "the table is empty".to_owned()));
        }
        Ok(entries)
    }

    /// The files that make up the table.
    pub fn files(self) -> impl Iterator<Item = Self> {
        std::iter::once(self).chain(self.more.iter().copied())
    }

    /// An error at a line of this table.
    pub fn error(self, line: u64, reason: String) -> BookError {
        BookError { table: self.name, line, reason }
    }
}

/// Licence of a source that states none.
pub const NO_LICENCE: &str = "none stated";
/// Licence of what is ours.
pub const OWN_WORK: &str = "own work";

/// A source that shipped figures come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Short name used in the tables.
    pub id: String,
    /// When it was written or measured.
    pub date: Date,
    /// Licence of the source's files, [`NO_LICENCE`] or [`OWN_WORK`].
    pub licence: String,
    /// Who holds the rights; empty for our own work.
    pub owner: String,
    /// What it is.
    pub text: String,
}

impl Source {
    /// Whether it is our own work, licensed as the program is.
    pub fn is_ours(&self) -> bool {
        self.licence == OWN_WORK
    }

    /// Whether the source says under what terms it may be used.
    pub fn has_licence(&self) -> bool {
        self.licence != NO_LICENCE
    }
}

/// Every source of the shipped figures, in order of its id.
#[derive(Debug)]
pub struct SourceBook {
    by_id: IndexMap<String, Source>,
}

impl SourceBook {
    pub(super) fn parse(table: Table) -> Result<Self, BookError> {
        #[derive(Deserialize)]
        struct Row {
            id: String,
            date: String,
            licence: String,
            owner: String,
            text: String,
        }
        let sources = table.read(|row: Row| {
            if row.text.is_empty() || row.licence.is_empty() {
                return Err(format!("source {} has no text or no licence", row.id));
            }
            if row.owner.is_empty() != (row.licence == OWN_WORK) {
                return Err(format!("source {} has no owner, or is ours and has one", row.id));
            }
            Ok(Source {
                date: row.date.parse().map_err(|error| format!("{error}"))?,
                id: row.id,
                licence: row.licence,
                owner: row.owner,
                text: row.text,
            })
        })?;
        Ok(Self { by_id: sources.into_iter().map(|source| (source.id.clone(), source)).collect() })
    }

    /// Every source, for a list of references.
    pub fn all(&self) -> impl Iterator<Item = &Source> {
        self.by_id.values()
    }

    /// The source with this short name.
    pub fn get(&self, id: &str) -> Option<&Source> {
        self.by_id.get(id)
    }

    /// The provenance of a row that names its source by id.
    pub(super) fn sourced(&'static self, id: &str, quality: Quality, stale: bool) -> Result<Sourced, String> {
        let source = self.get(id).ok_or_else(|| format!("unknown source \"{id}\""))?;
        Ok(Sourced { source: &source.text, date: source.date, quality, stale })
    }
}

/// `yes` or blank.
pub(super) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    match String::deserialize(deserializer)?.as_str() {
        "yes" => Ok(true),
        "" | "no" => Ok(false),
        other => Err(serde::de::Error::custom(format!("\"{other}\" is neither yes nor no"))),
    }
}

/// `None` for an empty cell.
pub(super) fn non_empty(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_row_is_named_by_table_and_line() {
        #[derive(Deserialize)]
        struct Row {
            number: u32,
        }
        const TABLE: Table = Table { name: "numbers", text: "number\n1\n2\nthree\n", more: &[] };
        let error = TABLE.read(|row: Row| Ok(row.number)).expect_err("three is not a number");
        assert_eq!((error.table, error.line), ("numbers", 4));
        let first = Table { name: "numbers", text: "number\none\n", more: &[] };
        assert_eq!(first.read(|row: Row| Ok(row.number)).expect_err("one is not a number").line, 2);
        let empty = Table { name: "numbers", text: "number\n", more: &[] };
        assert!(empty.read(|row: Row| Ok(row.number)).is_err());
        let two = Table { name: "numbers", text: "number\n1\n", more: &[TABLE] };
        let error = two.read(|row: Row| Ok(row.number)).expect_err("the second file has the bad row");
        assert_eq!(error.line, 4);
    }
}
