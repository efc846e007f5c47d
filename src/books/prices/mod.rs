//! List prices in USD before tax, with the date of each.
//!
//! A question that the lists answer for another region only is answered with that region's
//! price, marked [`Quality::Estimate`] and named in [`Price::note_on_fallback`]. The order:
//! same country, same jurisdiction, same continent (nearest first each), the provider's main US
//! region, any US region, the nearest region. Without any price (IBM Cloud, own sites) the
//! answer is `None`; nothing is invented.

mod compute;
mod database;
mod overlay;
mod service;
#[cfg(test)]
mod tests;
mod transfer;

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::provenance::{Quality, Sourced};
use super::regions::{CloudRegion, Provider, RegionBook};
use super::table::{BookError, SourceBook, Table};

pub use database::DatabaseEngine;
pub use overlay::{PriceBook, SitePrices};
pub use service::{DnsRouting, GlobalDnsPrice, LoadBalancerKind, LoadBalancerPrice, NatPrice, PrivateLinePrice};
pub use transfer::{EgressTariff, EgressTier, Endpoint, Transfer, TransferPrice};

/// The tables of this book.
pub(super) struct Tables {
    pub compute: Table,
    pub database: Table,
    pub storage: Table,
    pub service: Table,
    pub transfer: Table,
}

/// What a price is charged for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PriceUnit {
    /// Each hour; a month has 730.
    #[serde(rename = "hour")]
    Hour,
    /// Each capacity unit and hour.
    #[serde(rename = "unit-hour")]
    UnitHour,
    /// Each month.
    #[serde(rename = "month")]
    Month,
    /// Each stored GB and month.
    #[serde(rename = "GB-month")]
    GbMonth,
    /// Each GB moved. Providers count binary here: the 10 TB of a tier are 10,240 GB.
    #[serde(rename = "GB")]
    Gb,
    /// Each million of queries.
    #[serde(rename = "1M queries")]
    MillionQueries,
}

impl fmt::Display for PriceUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hour => "hour",
            Self::UnitHour => "capacity unit and hour",
            Self::Month => "month",
            Self::GbMonth => "GB and month",
            Self::Gb => "GB",
            Self::MillionQueries => "million queries",
        })
    }
}

/// A price, with what it is for and where it comes from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Price {
    /// USD before tax.
    pub usd: f64,
    /// What it is charged for.
    pub unit: PriceUnit,
    /// The provider's name of the article, such as `m5.large` or `2 × m5.xlarge`.
    pub sku: String,
    /// What the article is, in words.
    pub description: String,
    /// Whose list it is; `None` at a site of one's own.
    pub provider: Option<Provider>,
    /// The region or site whose price it is; `global` where the price is the same everywhere.
    pub region: String,
    /// The list price, USD, from which a discount of the company was taken; `None` without discount.
    pub list_usd: Option<f64>,
    /// Source, date and quality.
    pub sourced: Sourced,
    /// A remark of the list on this price.
    pub note: Option<String>,
    /// What stands in for what was asked for, if the list does not have it.
    pub note_on_fallback: Option<String>,
}

impl Price {
    /// Whose price it is: `aws eu-central-1`, or the name of a site.
    pub fn place(&self) -> String {
        self.provider.map_or_else(|| self.region.clone(), |provider| format!("{provider} {}", self.region))
    }

    /// Marks the price as a stand-in of at best this quality and says why.
    fn stands_in(&mut self, quality: Quality, why: &str) {
        self.sourced = self.sourced.at_best(quality);
        match &mut self.note_on_fallback {
            Some(note) => {
                note.push_str("; ");
                note.push_str(why);
            }
            None => self.note_on_fallback = Some(why.to_owned()),
        }
    }
}

/// The list prices of three providers.
#[derive(Debug)]
pub(super) struct PriceList {
    regions: &'static RegionBook,
    compute: compute::ComputePrices,
    database: database::DatabasePrices,
    service: service::ServicePrices,
    transfer: transfer::TransferPrices,
}

impl PriceList {
    pub(super) fn parse(
        tables: Tables,
        sources: &'static SourceBook,
        regions: &'static RegionBook,
    ) -> Result<Self, BookError> {
        Ok(Self {
            regions,
            compute: compute::ComputePrices::parse(tables.compute, sources, regions)?,
            database: database::DatabasePrices::parse(tables.database, tables.storage, sources, regions)?,
            service: service::ServicePrices::parse(tables.service, sources, regions)?,
            transfer: transfer::TransferPrices::parse(tables.transfer, sources, regions)?,
        })
    }

    /// The rows of the region, or of the region that stands in for it (see the module's head).
    fn listed<'r, T>(
        &self,
        provider: Provider,
        region_id: &str,
        rows: impl Iterator<Item = &'r T>,
        region_of: impl Fn(&T) -> &str,
    ) -> Option<Listed<'r, T>> {
        let rows: Vec<&T> = rows.collect();
        let is_exact = |row: &&T| matches!(region_of(row), id if id == region_id || id == GLOBAL);
        let exact: Vec<&T> = rows.iter().copied().filter(is_exact).collect();
        if !exact.is_empty() {
            return Some(Listed { rows: exact, fallback: None });
        }
        let asked = self.regions.get(provider, region_id)?;
        // Rows of one region follow each other, so each region is weighed about once.
        let mut candidates: Vec<&str> = rows.iter().map(|row| region_of(row)).collect();
        candidates.dedup();
        let (near, stand_in) = candidates
            .into_iter()
            .filter_map(|id| self.regions.get(provider, id))
            .map(|candidate| (Nearness::of(asked, candidate), candidate))
            .min_by(|a, b| a.0.compare(&b.0).then_with(|| a.1.id.cmp(&b.1.id)))?;
        let note = format!(
            "no list price for {provider} {region_id}: that of {} stands in ({})",
            stand_in.id,
            near.step.label()
        );
        Some(Listed {
            rows: rows.into_iter().filter(|row| region_of(row) == stand_in.id).collect(),
            fallback: Some(note),
        })
    }
}

/// Region name of prices that hold everywhere.
pub(super) const GLOBAL: &str = "global";

/// Rows that answer for a region, and what to say if they are another region's.
struct Listed<'r, T> {
    rows: Vec<&'r T>,
    fallback: Option<String>,
}

impl<T> Listed<'_, T> {
    /// Adds the note on the region to a price made from these rows.
    fn noted(&self, mut price: Price) -> Price {
        if let Some(note) = &self.fallback {
            price.stands_in(Quality::Estimate, note);
        }
        price
    }
}

/// How well one region's price stands in for another's; the smallest is best.
struct Nearness {
    step: FallbackStep,
    distance_km: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum FallbackStep {
    Country,
    Jurisdiction,
    Continent,
    MainUsRegion,
    UsRegion,
    Nearest,
}

impl FallbackStep {
    fn label(self) -> &'static str {
        match self {
            Self::Country => "same country",
            Self::Jurisdiction => "same jurisdiction",
            Self::Continent => "same continent",
            Self::MainUsRegion => "main US region",
            Self::UsRegion => "US region",
            Self::Nearest => "nearest region with a price",
        }
    }
}

impl Nearness {
    fn of(asked: &CloudRegion, candidate: &CloudRegion) -> Self {
        let step = if asked.country_code == candidate.country_code {
            FallbackStep::Country
        } else if asked.jurisdiction == candidate.jurisdiction {
            FallbackStep::Jurisdiction
        } else if asked.continent == candidate.continent {
            FallbackStep::Continent
        } else if main_us_region(candidate.provider) == Some(candidate.id.as_str()) {
            FallbackStep::MainUsRegion
        } else if candidate.country_code == "US" {
            FallbackStep::UsRegion
        } else {
            FallbackStep::Nearest
        };
        Self { step, distance_km: asked.position().distance_km(candidate.position()) }
    }

    fn compare(&self, other: &Self) -> Ordering {
        self.step.cmp(&other.step).then_with(|| self.distance_km.total_cmp(&other.distance_km))
    }
}

/// The US region that the lists price best.
fn main_us_region(provider: Provider) -> Option<&'static str> {
    match provider {
        Provider::Aws => Some("us-east-1"),
        Provider::Azure => Some("eastus"),
        Provider::Gcp => Some("us-central1"),
        Provider::Ibm => None,
    }
}

/// Whether a machine is comparable with the ones the gateway was tested on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
enum MachineClass {
    General,
    Arm,
    Burstable,
}

impl MachineClass {
    const ALL: [Self; 3] = [Self::General, Self::Arm, Self::Burstable];

    /// What to say if nothing better is listed.
    fn note(self) -> Option<&'static str> {
        match self {
            Self::General => None,
            Self::Arm => Some("only ARM machines are listed"),
            Self::Burstable => Some("only burstable machines are listed"),
        }
    }
}

/// A machine of a list, as far as choosing the cheapest fitting one needs it.
trait Machine {
    fn class(&self) -> MachineClass;
    fn vcpu(&self) -> f64;
    fn memory_gib(&self) -> f64;
    fn usd_per_hour(&self) -> f64;
    fn sku(&self) -> &str;
    fn is_suspect(&self) -> bool;
}

/// The machine to pay for, and how many of it make up the size asked for.
struct Choice<'r, M> {
    machine: &'r M,
    class: MachineClass,
    count: u32,
}

/// The cheapest machine with at least this size; burstable, ARM and suspect ones only if nothing
/// else is listed. If none is large enough, the cheapest multiple (list prices are linear in
/// size within a family).
fn cheapest<'r, M: Machine>(rows: &[&'r M], vcpu: f64, memory_gib: f64) -> Option<Choice<'r, M>> {
    let count_of = |machine: &M| {
        let count = (vcpu / machine.vcpu()).max(memory_gib / machine.memory_gib()).ceil();
        // NaN and sizes no list can mean end here as one machine and as "a great many".
        count.clamp(1.0, 100_000.0) as u32
    };
    for class in MachineClass::ALL {
        for suspect in [false, true] {
            let best = rows
                .iter()
                .filter(|machine| machine.class() == class && machine.is_suspect() == suspect)
                .map(|machine| (count_of(machine), *machine))
                .min_by(|(count_a, a), (count_b, b)| {
                    // One machine that fits beats several, whatever they cost.
                    let usd = |count: u32, machine: &M| f64::from(count) * machine.usd_per_hour();
                    (*count_a > 1)
                        .cmp(&(*count_b > 1))
                        .then_with(|| usd(*count_a, a).total_cmp(&usd(*count_b, b)))
                        .then_with(|| (count_a, a.sku()).cmp(&(count_b, b.sku())))
                });
            if let Some((count, machine)) = best {
                return Some(Choice { machine, class, count });
            }
        }
    }
    None
}

impl<M: Machine> Choice<'_, M> {
    fn usd_per_hour(&self) -> f64 {
        f64::from(self.count) * self.machine.usd_per_hour()
    }

    fn sku(&self) -> String {
        match self.count {
            1 => self.machine.sku().to_owned(),
            count => format!("{count} × {}", self.machine.sku()),
        }
    }

    /// `4 vCPU, 16 GiB` of all machines together.
    fn size(&self) -> String {
        let count = f64::from(self.count);
        let (vcpu, memory_gib) = (count * self.machine.vcpu(), count * self.machine.memory_gib());
        format!("{vcpu} vCPU, {memory_gib} GiB")
    }

    /// Says in the price what of the choice was not asked for.
    fn note(&self, price: &mut Price) {
        if self.count > 1 {
            let why = format!("no listed size is large enough: {}, linear in size", self.sku());
            price.stands_in(Quality::Derived, &why);
        }
        if let Some(why) = self.class.note() {
            price.stands_in(Quality::Estimate, why);
        }
    }
}

/// Rejects a price that is no amount.
fn amount(usd: f64) -> Result<f64, String> {
    if usd.is_finite() && usd >= 0.0 { Ok(usd) } else { Err(format!("{usd} is not a price")) }
}

/// Rejects a region that the region list does not know.
fn known_region(regions: &RegionBook, provider: Provider, id: &str) -> Result<(), String> {
    let known = id == GLOBAL || regions.get(provider, id).is_some();
    if known { Ok(()) } else { Err(format!("unknown region {provider} {id}")) }
}
