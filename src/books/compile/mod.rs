//! From the tables as they were collected to the tables that ship: text in, text out.
//!
//! `assets/data` holds what was collected, unchanged, and the choices that were made about it: which source a row
//! comes from (`map_sources`), what an article of a price list is for (the other `map_` tables), and what was put
//! right by hand, each with its reason (`corrections`). Whatever is in `assets/books` and not of our own making
//! follows from these; `meridian books compile` writes it, a test holds both together.
//!
//! Rows of a source that states no licence go to a file of their own (the column `file` of `map_sources`).

mod latency;
mod prices;
mod read;
mod regions;
mod resilience;
#[cfg(test)]
mod tests;
mod throughput;
mod write;

use std::collections::BTreeMap;

pub use read::CompileError;
use read::{Raw, failed};
use write::{Corrections, Draft};

/// The tables that are read, without `.csv`.
pub const INPUTS: [&str; 23] = [
    "availability",
    "corrections",
    "failover",
    "map_classes",
    "map_countries",
    "map_database_sums",
    "map_databases",
    "map_price_qualities",
    "map_services",
    "map_sources",
    "map_storage",
    "map_transfer",
    "outages",
    "performance",
    "prices",
    "prices_aws_interregion",
    "regions",
    "rtt",
    "rtt_corridor_edges",
    "rtt_corridor_hubs",
    "rtt_corridor_zones",
    "rtt_zone",
    "rtt_zone_factors",
];

/// Compiles the tables of [`INPUTS`], given by name, to the tables that ship, by name without `.csv`.
///
/// # Errors
/// The first table or row that cannot be used, a correction that corrects nothing, or a file with rows of two tables.
pub fn compile(inputs: &BTreeMap<String, String>) -> Result<BTreeMap<String, String>, CompileError> {
    let raw = Raw::new(inputs)?;
    let mut drafts: Vec<Draft> = vec![regions::regions(&raw)?];
    drafts.extend(latency::tables(&raw)?);
    drafts.extend(prices::tables(&raw)?);
    drafts.push(throughput::performance(&raw)?);
    drafts.extend(resilience::tables(&raw)?);
    Corrections::read(&raw)?.apply(&mut drafts)?;
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for (name, text) in drafts.into_iter().flat_map(Draft::files) {
        if files.contains_key(&name) {
            return Err(failed("map_sources", 1, format!("rows of two tables go to {name}.csv")));
        }
        files.insert(name, text);
    }
    Ok(files)
}
