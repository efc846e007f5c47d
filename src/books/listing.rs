//! The shipped tables as they are, for whoever wants to see what a figure rests on and how old it is.

use csv::ReaderBuilder;
use jiff::civil;

use super::provenance::{Date, Quality};
use super::table::{NO_LICENCE, Source, SourceBook};

/// A shipped table.
#[derive(Debug, Clone, Copy)]
pub struct Listed {
    /// Name of its file without `.csv`.
    pub name: &'static str,
    /// What it has, in a few words.
    pub about: &'static str,
    text: &'static str,
}

macro_rules! listed {
    ($($name:literal: $about:literal),* $(,)?) => {
        &[$(Listed {
            name: $name,
            about: $about,
            text: include_str!(concat!("../../assets/books/", $name, ".csv")),
        }),*]
    };
}

const TABLES: &[Listed] = listed![
    "regions": "regions of AWS, Azure and Google Cloud",
    "regions_ibm": "regions of IBM Cloud",
    "rtt": "round trips between regions of Azure and Google Cloud",
    "rtt_aws": "round trips between regions of AWS",
    "rtt_ibm": "round trips between regions of IBM Cloud",
    "rtt_zone": "round trips within regions of IBM Cloud",
    "rtt_hubs": "hubs of the corridor model",
    "rtt_edges": "corridors between the hubs",
    "rtt_country_zones": "world zones of countries",
    "rtt_zone_factors": "factors of the corridor model",
    "prices_compute": "virtual machines, an hour",
    "prices_compute_rosa": "virtual machines of AWS outside us-east-1, an hour",
    "prices_database": "managed databases, an hour",
    "prices_storage": "disks and database storage, a GB and month",
    "prices_storage_rosa": "disks of AWS, a GB and month",
    "prices_service": "load balancers, NAT, DNS, lines, Kubernetes",
    "prices_transfer": "traffic, a GB",
    "performance": "throughput of the gateway",
    "slas": "availability promised or assumed",
    "slas_quoted": "availability as others quote it",
    "failover": "timers and durations of failovers",
    "failover_quoted": "the same, from documentation without a licence",
    "outages": "outages of regions that happened",
    "versions": "versions of API Manager",
    "facts": "facts that rules cite",
    "documents": "where the facts were read",
    "sources": "where the figures come from",
];

/// Every shipped table.
pub fn tables() -> &'static [Listed] {
    TABLES
}

/// The columns that say where a row comes from; they are shown in words.
const ORIGIN: [&str; 3] = ["quality", "stale", "source"];
/// The column shown last, since it is long.
const NOTE: &str = "note";

/// A row of a table.
#[derive(Debug)]
pub struct Entry<'a> {
    /// Cells in order of [`Contents::columns`].
    pub cells: Vec<String>,
    /// How good it is, where the table says so.
    pub quality: Option<Quality>,
    /// How good the worst cell of it is, where cells differ.
    pub worst: Option<Quality>,
    /// Whether it is old enough to have changed.
    pub stale: bool,
    /// Where it comes from, where the table names a source.
    pub source: Option<&'a Source>,
    /// Where single cells come from, if from somewhere else.
    pub further_sources: Vec<&'a Source>,
    /// A remark; empty without one.
    pub note: String,
}

/// What a table has.
#[derive(Debug)]
pub struct Contents<'a> {
    /// Columns, without those on origin and the remark.
    pub columns: Vec<String>,
    /// Rows in the order of the file.
    pub entries: Vec<Entry<'a>>,
}

/// What a table has, counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts<'a> {
    /// Rows.
    pub rows: usize,
    /// Sources that rows name.
    pub sources: usize,
    /// Date of the oldest of them.
    pub oldest: Option<Date>,
    /// Date of the newest of them.
    pub newest: Option<Date>,
    /// Rows of this quality: estimate, assumption, suspect.
    pub estimates: usize,
    /// See `estimates`.
    pub assumptions: usize,
    /// See `estimates`.
    pub suspect: usize,
    /// Rows old enough to have changed.
    pub stale: usize,
    /// Licences of the sources, the missing one first.
    pub licences: Vec<&'a str>,
}

impl Listed {
    /// Its rows with their sources.
    pub fn contents<'a>(&self, sources: &'a SourceBook) -> Contents<'a> {
        let mut reader = ReaderBuilder::new().from_reader(self.text.as_bytes());
        let columns: Vec<String> =
            reader.headers().map(|header| header.iter().map(str::to_owned).collect()).unwrap_or_default();
        let is_own = |column: &str| !ORIGIN.contains(&column) && column != NOTE;
        let entry = |row: csv::StringRecord| {
            let cell = |name: &str| {
                let at = columns.iter().position(|column| column == name);
                at.and_then(|at| row.get(at)).unwrap_or_default()
            };
            let own = columns.iter().zip(&row).filter(|(column, _)| is_own(column));
            // The table of sources is about themselves.
            let source = if self.name == "sources" { cell("id") } else { cell("source") };
            let cells = |ending: &'static str| {
                columns.iter().zip(&row).filter(move |(column, _)| column.ends_with(ending)).map(|(_, cell)| cell)
            };
            Entry {
                worst: cells("quality").filter_map(quality).max(),
                further_sources: cells("_source").filter_map(|id| sources.get(id)).collect(),
                cells: own.map(|(_, cell)| cell.to_owned()).collect(),
                quality: quality(cell("quality")),
                stale: cell("stale") == "yes",
                source: sources.get(source),
                note: cell(NOTE).to_owned(),
            }
        };
        // Tests read every table, so that there is no bad row here.
        let entries = reader.records().filter_map(Result::ok).map(entry).collect();
        Contents { columns: columns.iter().filter(|column| is_own(column)).cloned().collect(), entries }
    }
}

impl<'a> Contents<'a> {
    /// Counts of the rows.
    pub fn counts(&self) -> Counts<'a> {
        let of = |quality| self.entries.iter().filter(|entry| entry.worst == Some(quality)).count();
        let named = self.entries.iter().flat_map(|entry| entry.source.into_iter().chain(entry.further_sources.clone()));
        let mut sources: Vec<&Source> = named.collect();
        sources.sort_by(|a, b| a.id.cmp(&b.id));
        sources.dedup_by(|a, b| a.id == b.id);
        let mut licences: Vec<&str> = sources.iter().map(|source| source.licence.as_str()).collect();
        licences.sort_by_key(|licence| (*licence != NO_LICENCE, *licence));
        licences.dedup();
        Counts {
            rows: self.entries.len(),
            sources: sources.len(),
            oldest: sources.iter().map(|source| source.date).min(),
            newest: sources.iter().map(|source| source.date).max(),
            estimates: of(Quality::Estimate),
            assumptions: of(Quality::Assumption),
            suspect: of(Quality::Suspect),
            stale: self.entries.iter().filter(|entry| entry.stale).count(),
            licences,
        }
    }
}

/// The quality that a table calls so.
fn quality(label: &str) -> Option<Quality> {
    let all = [
        Quality::Measured,
        Quality::Published,
        Quality::Derived,
        Quality::Estimate,
        Quality::Assumption,
        Quality::Suspect,
    ];
    all.into_iter().find(|quality| quality.label() == label)
}

/// Days from a source's date to a day, not below 0. Of a date whose day is unknown, the first possible one counts, so
/// that no age is understated.
pub fn age_days(date: Date, day: civil::Date) -> Option<u32> {
    let year = i16::try_from(date.year).ok()?;
    let part = |part: Option<u8>| i8::try_from(part.unwrap_or(1)).ok();
    let date = civil::Date::new(year, part(date.month)?, part(date.day)?).ok()?;
    let days = date.until(day).ok()?.get_days();
    Some(u32::try_from(days).unwrap_or(0))
}

/// An age in words: days up to two months, then months up to two years, then years.
pub fn age_words(days: u32) -> String {
    let months = f64::from(days) / 30.44;
    match days {
        1 => "1 day".to_owned(),
        0..=60 => format!("{days} days"),
        61..=730 => format!("{months:.0} months"),
        _ => format!("{:.1} years", months / 12.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::Books;

    #[test]
    fn every_shipped_file_is_listed_with_all_of_its_rows() {
        let sources = Books::shipped().sources();
        for table in tables() {
            let contents = table.contents(sources);
            let mut reader = ReaderBuilder::new().from_reader(table.text.as_bytes());
            assert_eq!(contents.entries.len(), reader.records().count(), "{}", table.name);
            let names_sources = !matches!(table.name, "facts" | "documents");
            assert!(contents.entries.iter().all(|e| e.source.is_some() == names_sources), "{}", table.name);
        }
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/books");
        for file in std::fs::read_dir(folder).expect("the folder of tables") {
            let name = file.expect("an entry").file_name().to_string_lossy().into_owned();
            let listed = tables().iter().any(|table| format!("{}.csv", table.name) == name);
            assert!(listed || !name.ends_with(".csv"), "{name} is not listed");
        }
    }

    #[test]
    fn ages_are_never_understated() {
        let day = civil::date(2026, 11, 25);
        let age = |date: &str| age_days(date.parse().expect("a date"), day);
        assert_eq!(age("2026-11-25"), Some(0));
        assert_eq!(age("2026-11"), Some(24));
        assert_eq!(age("2025"), Some(693));
        assert_eq!(age("2027-01-01"), Some(0));
        assert_eq!([1, 60, 200, 693, 2300].map(age_words), ["1 day", "60 days", "7 months", "23 months", "6.3 years"]);
    }
}
