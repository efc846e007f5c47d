//! Traffic: between zones, between regions, to the internet.

use serde::{Deserialize, Serialize};

use super::super::provenance::{Quality, Sourced};
use super::super::regions::{CloudRegion, Continent, Provider, RegionBook};
use super::super::table::{BookError, SourceBook, Table, flag, non_empty};
use super::{Price, PriceList, PriceUnit, amount};

/// One end of a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint<'a> {
    /// A cloud region by its id.
    Cloud(Provider, &'a str),
    /// An own site, or users.
    Outside,
}

/// Price of a GB between two places of one provider.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TransferPrice {
    /// Price of one GB at one end.
    pub price: Price,
    /// How many ends pay it: AWS charges both ends of traffic between zones.
    pub billed_ends: u8,
}

impl TransferPrice {
    /// USD for one GB moved, all ends together.
    pub fn usd_per_gb_moved(&self) -> f64 {
        self.price.usd * f64::from(self.billed_ends)
    }
}

/// A step of a tariff.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct EgressTier {
    /// Start in GB a month (binary: 10 TB are 10,240).
    pub from_gb: f64,
    /// End in GB a month, `None` if the tier is open.
    pub to_gb: Option<f64>,
    /// USD per GB within the tier.
    pub usd_per_gb: f64,
}

/// Tariff of traffic to the internet. The tiers count a whole account: add up the traffic of all
/// its regions first, then price the sum, then share it out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EgressTariff {
    /// Whose tariff it is.
    pub provider: Provider,
    /// The region or part of the world it holds for.
    pub region: String,
    /// Tiers without gaps, from 0 GB.
    pub tiers: Vec<EgressTier>,
    /// Source, date and quality.
    pub sourced: Sourced,
    /// A remark of the list on the tariff.
    pub note: Option<String>,
    /// What stands in for what was asked for, if the list does not have it.
    pub note_on_fallback: Option<String>,
}

impl EgressTariff {
    /// USD for a month's traffic in GB. Beyond the last listed tier its price goes on.
    pub fn usd_per_month(&self, gb_per_month: f64) -> f64 {
        let open = self.tiers.len().saturating_sub(1);
        self.tiers
            .iter()
            .enumerate()
            .map(|(index, tier)| {
                let end = tier.to_gb.filter(|_| index < open).unwrap_or(f64::INFINITY);
                (gb_per_month.min(end) - tier.from_gb).max(0.0) * tier.usd_per_gb
            })
            .sum()
    }

    /// GB a month up to which the list has a price; `None` if it has one for any amount.
    pub fn listed_to_gb(&self) -> Option<f64> {
        self.tiers.last().and_then(|tier| tier.to_gb)
    }
}

/// How a flow is charged.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Transfer {
    /// By the GB, between two regions of one provider.
    PerGb(TransferPrice),
    /// As internet traffic of the source region: to another provider, an own site or users.
    Internet(EgressTariff),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    InterZone,
    InterRegion,
    Internet,
}

#[derive(Debug)]
struct Tariff {
    provider: Provider,
    from: String,
    kind: Kind,
    to: String,
    usd_per_gb: f64,
    tier_from_gb: Option<f64>,
    tier_to_gb: Option<f64>,
    sourced: Sourced,
    note: Option<String>,
}

/// Prices of traffic. AWS lists regions; Azure and Google Cloud list parts of the world.
#[derive(Debug)]
pub(super) struct TransferPrices {
    rows: Vec<Tariff>,
}

#[derive(Deserialize)]
struct Row {
    provider: Provider,
    from: String,
    kind: Kind,
    to: String,
    usd_per_gb: f64,
    tier_from_gb: Option<f64>,
    tier_to_gb: Option<f64>,
    quality: Quality,
    #[serde(deserialize_with = "flag")]
    stale: bool,
    source: String,
    note: String,
}

/// Name of "everywhere else" in the list.
const ANY: &str = "any";

impl TransferPrices {
    pub fn parse(table: Table, sources: &'static SourceBook, regions: &RegionBook) -> Result<Self, BookError> {
        let rows = table.read(|row: Row| {
            let known = |name: &str| regions.get(Provider::Aws, name).is_some();
            let ends = known(&row.from) && (known(&row.to) || row.to.is_empty() || row.to == ANY);
            if row.provider == Provider::Aws && !ends {
                return Err(format!("unknown region {} or {}", row.from, row.to));
            }
            if (row.kind == Kind::Internet) != row.tier_from_gb.is_some() {
                return Err("internet traffic has tiers, other traffic has none".to_owned());
            }
            Ok(Tariff {
                usd_per_gb: amount(row.usd_per_gb)?,
                sourced: sources.sourced(&row.source, row.quality, row.stale)?,
                provider: row.provider,
                from: row.from,
                kind: row.kind,
                to: row.to,
                tier_from_gb: row.tier_from_gb,
                tier_to_gb: row.tier_to_gb,
                note: non_empty(row.note),
            })
        })?;
        Ok(Self { rows })
    }

    fn rows(&self, provider: Provider, kind: Kind) -> impl Iterator<Item = &Tariff> {
        self.rows.iter().filter(move |row| row.provider == provider && row.kind == kind)
    }

    /// Rows of the parts of the world whose names fit one of these, first name first.
    fn by_area(&self, provider: Provider, kind: Kind, from: &[&str]) -> Vec<&Tariff> {
        let of = |area: &&str| -> Vec<&Tariff> { self.rows(provider, kind).filter(|row| row.from == *area).collect() };
        from.iter().map(of).find(|rows| !rows.is_empty()).unwrap_or_default()
    }
}

impl Tariff {
    fn price(&self, provider: Provider, description: &str) -> Price {
        Price {
            usd: self.usd_per_gb,
            unit: PriceUnit::Gb,
            sku: "data transfer".to_owned(),
            description: description.to_owned(),
            provider: Some(provider),
            region: self.from.clone(),
            list_usd: None,
            sourced: self.sourced,
            note: self.note.clone(),
            note_on_fallback: None,
        }
    }
}

/// Name of a region's part of the world in Google's list.
fn gcp_area(region: &CloudRegion) -> &'static str {
    match region.country_code.as_str() {
        "US" | "CA" => "US or Canada",
        _ if region.continent == Continent::NorthAmerica => "Mexico",
        _ => region.continent.label(),
    }
}

/// Google charges traffic to and from these more, whatever the other end.
fn is_oceania_or_jakarta(region: &CloudRegion) -> bool {
    region.continent == Continent::Oceania || region.country_code == "ID"
}

impl PriceList {
    /// Price of a GB between two zones of a region. Not listed for Azure.
    pub fn inter_zone(&self, provider: Provider, region: &str) -> Option<TransferPrice> {
        const WHAT: &str = "traffic between zones";
        match provider {
            Provider::Aws => {
                let rows = self.transfer.rows(provider, Kind::InterZone);
                let listed = self.listed(provider, region, rows, |row| &row.from)?;
                let price = listed.noted(listed.rows.first()?.price(provider, WHAT));
                Some(TransferPrice { price, billed_ends: 2 })
            }
            Provider::Azure | Provider::Gcp | Provider::Ibm => {
                self.regions.get(provider, region)?;
                let row = *self.transfer.by_area(provider, Kind::InterZone, &[ANY]).first()?;
                Some(TransferPrice { price: row.price(provider, WHAT), billed_ends: 1 })
            }
        }
    }

    /// Price of a GB from one region to another of the same provider; the sender pays. `None`
    /// for a region to itself: that is traffic within or between zones.
    pub fn inter_region(&self, provider: Provider, from: &str, to: &str) -> Option<TransferPrice> {
        const WHAT: &str = "traffic between regions";
        if from == to {
            return None;
        }
        let (source, target) = (self.regions.get(provider, from)?, self.regions.get(provider, to)?);
        let price = match provider {
            Provider::Aws => {
                let rows = || self.transfer.rows(provider, Kind::InterRegion);
                let exact = rows().find(|row| row.from == from && row.to == to);
                match exact {
                    Some(row) => row.price(provider, WHAT),
                    None => {
                        let rows = rows().filter(|row| row.to == ANY);
                        let listed = self.listed(provider, from, rows, |row| &row.from)?;
                        listed.noted(listed.rows.first()?.price(provider, WHAT))
                    }
                }
            }
            Provider::Azure => {
                let to_area = target.continent.label();
                let area = source.continent.label();
                let rows = self.transfer.by_area(provider, Kind::InterRegion, &[area]);
                let row =
                    rows.iter().find(|row| row.to == to_area).or_else(|| rows.iter().find(|row| row.to == ANY))?;
                row.price(provider, WHAT)
            }
            Provider::Gcp => {
                let (area, to_area) = (gcp_area(source), gcp_area(target));
                let same = source.continent == Continent::Oceania && target.continent == Continent::Oceania;
                let far = is_oceania_or_jakarta(source) || is_oceania_or_jakarta(target);
                let wanted = if far && !same { "Oceania or Jakarta" } else { to_area };
                let rows = self.transfer.rows(provider, Kind::InterRegion);
                let rows: Vec<&Tariff> =
                    rows.filter(|row| row.from == ANY || (row.from == area && area == to_area)).collect();
                let row = rows.iter().find(|row| row.to == wanted).or_else(|| rows.iter().find(|row| row.to == ANY))?;
                row.price(provider, WHAT)
            }
            Provider::Ibm => return None,
        };
        Some(TransferPrice { price, billed_ends: 1 })
    }

    /// Tariff of traffic from a region to the internet.
    pub fn internet_egress(&self, provider: Provider, region: &str) -> Option<EgressTariff> {
        let place = self.regions.get(provider, region)?;
        let (rows, fallback) = if provider == Provider::Aws {
            let rows = self.transfer.rows(provider, Kind::Internet);
            let listed = self.listed(provider, region, rows, |row| &row.from)?;
            (listed.rows, listed.fallback)
        } else {
            let areas = [place.continent.label(), ANY];
            (self.transfer.by_area(provider, Kind::Internet, &areas), None)
        };
        let first = *rows.first()?;
        let mut tiers: Vec<EgressTier> = rows
            .iter()
            .filter_map(|row| {
                Some(EgressTier { from_gb: row.tier_from_gb?, to_gb: row.tier_to_gb, usd_per_gb: row.usd_per_gb })
            })
            .collect();
        tiers.sort_by(|a, b| a.from_gb.total_cmp(&b.from_gb));
        let sourced = if fallback.is_some() { first.sourced.at_best(Quality::Estimate) } else { first.sourced };
        Some(EgressTariff {
            provider,
            region: first.from.clone(),
            tiers,
            sourced,
            note: first.note.clone(),
            note_on_fallback: fallback,
        })
    }
}
