//! Outages of regions that happened: examples of what to be ready for, not a rate.

use serde::{Deserialize, Serialize};

use super::provenance::{Date, Quality, Sourced};
use super::table::{BookError, SourceBook, Table, flag, non_empty};

/// An outage.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outage {
    /// Who was hit, such as `aws`; not only cloud providers.
    pub provider: String,
    /// Region or service.
    pub place: String,
    /// The day it began.
    pub start: Date,
    /// Hours until it was over.
    pub duration_h: f64,
    /// What did not work.
    pub scope: String,
    /// Why.
    pub cause: String,
    /// Source, date and quality.
    pub sourced: Sourced,
    /// A remark on the row.
    pub note: Option<String>,
}

/// Outages in the order of their table.
#[derive(Debug)]
pub struct OutageBook {
    rows: Vec<Outage>,
}

#[derive(Deserialize)]
struct Row {
    provider: String,
    place: String,
    start_date: String,
    duration_h: f64,
    scope: String,
    cause: String,
    quality: Quality,
    #[serde(deserialize_with = "flag")]
    stale: bool,
    source: String,
    note: String,
}

impl OutageBook {
    pub(super) fn parse(table: Table, sources: &'static SourceBook) -> Result<Self, BookError> {
        let rows = table.read(|row: Row| {
            if !row.duration_h.is_finite() || row.duration_h <= 0.0 {
                return Err(format!("{} h is no duration", row.duration_h));
            }
            Ok(Outage {
                sourced: sources.sourced(&row.source, row.quality, row.stale)?,
                start: row.start_date.parse().map_err(|error| format!("{error}"))?,
                provider: row.provider,
                place: row.place,
                duration_h: row.duration_h,
                scope: row.scope,
                cause: row.cause,
                note: non_empty(row.note),
            })
        })?;
        Ok(Self { rows })
    }

    /// Every outage.
    pub fn all(&self) -> &[Outage] {
        &self.rows
    }
}
