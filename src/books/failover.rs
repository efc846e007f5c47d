//! How long it takes to notice a failure, to tell clients, and to go on elsewhere.

use serde::{Deserialize, Serialize};

use super::provenance::{Quality, Sourced};
use super::table::{BookError, SourceBook, Table, flag, non_empty};

/// Part of a failover that a figure belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailoverStep {
    /// Somebody or something notices.
    Detection,
    /// Clients learn another address.
    Dns,
    /// A node starts.
    Start,
    /// A database goes on elsewhere.
    Db,
    /// What a database may lose.
    DbRpo,
    /// How far back a backup reaches.
    Backup,
    /// Objectives of a whole strategy.
    Strategy,
    /// People decide.
    Operator,
    /// What must be spare.
    Capacity,
}

/// A timer, a duration or a bound of a failover.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FailoverFigure {
    /// What it is a part of.
    pub step: FailoverStep,
    /// The product or method, such as `Route 53`.
    pub technology: String,
    /// What of it, in words.
    pub parameter: String,
    /// The usual value; `None` where the row is a rule in words.
    pub value: Option<f64>,
    /// Unit of value and range: `s`, `checks`, `failures`, `%` or `bytes`.
    pub unit: String,
    /// Least value.
    pub low: Option<f64>,
    /// Largest value.
    pub high: Option<f64>,
    /// How the source speaks of it, such as `default` or `documented`.
    pub kind: String,
    /// Source, date and quality.
    pub sourced: Sourced,
    /// A remark on the figure.
    pub note: Option<String>,
}

/// Figures of failovers in the order of their table.
#[derive(Debug)]
pub struct FailoverBook {
    rows: Vec<FailoverFigure>,
}

#[derive(Deserialize)]
struct Row {
    step: FailoverStep,
    technology: String,
    parameter: String,
    value: Option<f64>,
    unit: String,
    low: Option<f64>,
    high: Option<f64>,
    kind: String,
    quality: Quality,
    #[serde(deserialize_with = "flag")]
    stale: bool,
    source: String,
    note: String,
}

impl FailoverBook {
    pub(super) fn parse(table: Table, sources: &'static SourceBook) -> Result<Self, BookError> {
        let mut rows: Vec<FailoverFigure> = Vec::new();
        table.read(|row: Row| {
            let name = format!("{}: {}", row.technology, row.parameter);
            if rows.iter().any(|known| known.is_of(&row.technology, &row.parameter)) {
                return Err(format!("\"{name}\" is there already"));
            }
            if row.value.is_some() == row.unit.is_empty() {
                return Err(format!("\"{name}\" has a value without a unit, or the other way round"));
            }
            let value = row.value.unwrap_or_default();
            if row.low.is_some_and(|low| low > value) || row.high.is_some_and(|high| high < value) {
                return Err(format!("\"{name}\" lies outside of its range"));
            }
            rows.push(FailoverFigure {
                sourced: sources.sourced(&row.source, row.quality, row.stale)?,
                step: row.step,
                technology: row.technology,
                parameter: row.parameter,
                value: row.value,
                unit: row.unit,
                low: row.low,
                high: row.high,
                kind: row.kind,
                note: non_empty(row.note),
            });
            Ok(())
        })?;
        Ok(Self { rows })
    }

    /// Every figure.
    pub fn all(&self) -> &[FailoverFigure] {
        &self.rows
    }

    /// The figure of a technology, both as the table words them.
    pub fn get(&self, technology: &str, parameter: &str) -> Option<&FailoverFigure> {
        self.rows.iter().find(|row| row.is_of(technology, parameter))
    }
}

impl FailoverFigure {
    fn is_of(&self, technology: &str, parameter: &str) -> bool {
        self.technology == technology && self.parameter == parameter
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::Books;

    #[test]
    fn a_derived_timer_follows_from_the_timers_it_rests_on() {
        let book = Books::shipped().failover();
        let value = |parameter| book.get("Route 53", parameter).and_then(|figure| figure.value).expect("a figure");
        let noticed_s = value("time to unhealthy (interval x threshold)");
        assert!((noticed_s - value("health check interval") * value("failure threshold")).abs() < 1e-9);
    }

    #[test]
    fn what_was_chosen_by_us_says_so() {
        let book = Books::shipped().failover();
        let human = book.get("human decision", "time to decide and start a manual failover").expect("a figure");
        assert_eq!((human.step, human.sourced.quality), (FailoverStep::Operator, Quality::Assumption));
        assert!(human.low < human.value && human.value < human.high);
        for figure in book.all().iter().filter(|figure| matches!(figure.kind.as_str(), "assumption" | "estimate")) {
            assert!(figure.sourced.quality.is_estimated(), "{} {}", figure.technology, figure.parameter);
        }
    }
}
