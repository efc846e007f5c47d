//! What is promised, or may be assumed, of the availability of a part.

use serde::{Deserialize, Serialize};

use super::provenance::{Quality, Sourced};
use super::regions::Provider;
use super::table::{BookError, SourceBook, Table, flag, non_empty};

/// What an availability is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AvailabilityKind {
    /// A service level agreement: below it money is given back. It was not measured.
    Agreement,
    /// Ours, for what one runs oneself.
    Default,
    /// What a building is designed for.
    Design,
    /// Observed.
    Measured,
}

/// Availability of one configuration of a part.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Availability {
    /// The kind of part, such as `database` or `load-balancer`.
    pub component: String,
    /// Who runs it; `None` where that does not matter.
    pub provider: Option<Provider>,
    /// How it is set up, in words.
    pub configuration: String,
    /// Percent of the time, above 0 and up to 100.
    pub percent: f64,
    /// What the figure is worth.
    pub kind: AvailabilityKind,
    /// Source, date and quality.
    pub sourced: Sourced,
    /// A remark on the figure.
    pub note: Option<String>,
}

/// Availabilities in the order of their table.
#[derive(Debug)]
pub struct SlaBook {
    rows: Vec<Availability>,
}

#[derive(Deserialize)]
struct Row {
    component: String,
    provider: String,
    configuration: String,
    availability_pct: f64,
    kind: AvailabilityKind,
    quality: Quality,
    #[serde(deserialize_with = "flag")]
    stale: bool,
    source: String,
    note: String,
}

impl SlaBook {
    pub(super) fn parse(table: Table, sources: &'static SourceBook) -> Result<Self, BookError> {
        let mut rows: Vec<Availability> = Vec::new();
        table.read(|row: Row| {
            if !(row.availability_pct > 0.0 && row.availability_pct <= 100.0) {
                return Err(format!("{} % is no availability", row.availability_pct));
            }
            let provider = match row.provider.as_str() {
                "any" => None,
                key => Some(key.parse().map_err(|error| format!("{error}"))?),
            };
            let known = rows.iter().any(|known| known.is_of(&row.component, provider, &row.configuration));
            if known {
                return Err(format!("{} {} \"{}\" is there already", row.component, row.provider, row.configuration));
            }
            rows.push(Availability {
                sourced: sources.sourced(&row.source, row.quality, row.stale)?,
                component: row.component,
                provider,
                configuration: row.configuration,
                percent: row.availability_pct,
                kind: row.kind,
                note: non_empty(row.note),
            });
            Ok(())
        })?;
        Ok(Self { rows })
    }

    /// Every availability.
    pub fn all(&self) -> &[Availability] {
        &self.rows
    }

    /// That of a configuration as the table words it.
    pub fn get(&self, component: &str, provider: Option<Provider>, configuration: &str) -> Option<&Availability> {
        self.rows.iter().find(|row| row.is_of(component, provider, configuration))
    }
}

impl Availability {
    fn is_of(&self, component: &str, provider: Option<Provider>, configuration: &str) -> bool {
        self.component == component && self.provider == provider && self.configuration == configuration
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::Books;

    #[test]
    fn agreements_are_found_with_what_is_known_about_them() {
        let book = Books::shipped().slas();
        let database = book.get("database", Some(Provider::Aws), "RDS Multi-AZ").expect("a listed service");
        assert!((database.percent - 99.95).abs() < 1e-9);
        assert_eq!(database.kind, AvailabilityKind::Agreement);
        assert_eq!(database.sourced.date.to_string(), "2023-01-08");
        assert!(database.sourced.stale);
        let disputed = book.get("gslb", Some(Provider::Azure), "Traffic Manager").expect("a listed service");
        assert_eq!(disputed.sourced.quality, Quality::Suspect);
        let unread = book.get("database", Some(Provider::Aws), "RDS Single-AZ").expect("a listed service");
        assert_eq!(unread.sourced.quality, Quality::Assumption);
    }

    #[test]
    fn what_we_run_ourselves_is_assumed_and_not_promised() {
        let ours = Books::shipped().slas().all().iter().filter(|row| row.kind == AvailabilityKind::Default);
        assert!(ours.clone().count() >= 5);
        for row in ours {
            assert_eq!((row.provider, row.sourced.quality), (None, Quality::Assumption), "{}", row.component);
        }
    }
}
