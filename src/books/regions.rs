//! Cloud regions of four providers: where they are, under which law, with how many zones.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::geo::GeoPoint;
use super::provenance::{Quality, Sourced};
use super::region_search::SearchKey;
use super::table::{BookError, SourceBook, Table, flag, non_empty};

/// A cloud provider whose regions ship with the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// Amazon Web Services.
    Aws,
    /// Microsoft Azure.
    Azure,
    /// Google Cloud.
    Gcp,
    /// IBM Cloud.
    Ibm,
}

impl Provider {
    /// Every provider, in the order in which lists show them.
    pub const ALL: [Self; 4] = [Self::Aws, Self::Azure, Self::Gcp, Self::Ibm];

    /// The short name used in files: `aws`, `azure`, `gcp`, `ibm`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::Azure => "azure",
            Self::Gcp => "gcp",
            Self::Ibm => "ibm",
        }
    }

    /// The name shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Aws => "AWS",
            Self::Azure => "Azure",
            Self::Gcp => "Google Cloud",
            Self::Ibm => "IBM Cloud",
        }
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

/// The text names no provider.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a provider; use aws, azure, gcp or ibm")]
pub struct UnknownProvider(pub String);

impl FromStr for Provider {
    type Err = UnknownProvider;

    fn from_str(text: &str) -> Result<Self, UnknownProvider> {
        Self::ALL
            .into_iter()
            .find(|provider| provider.key().eq_ignore_ascii_case(text))
            .ok_or_else(|| UnknownProvider(text.to_owned()))
    }
}

/// Part of the world, as the transfer price lists divide it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Continent {
    /// Africa.
    Africa,
    /// Asia without the Middle East.
    Asia,
    /// Europe.
    Europe,
    /// Israel and the Gulf states.
    #[serde(rename = "Middle East")]
    MiddleEast,
    /// Canada, Mexico and the United States.
    #[serde(rename = "North America")]
    NorthAmerica,
    /// Australia and New Zealand.
    Oceania,
    /// South America.
    #[serde(rename = "South America")]
    SouthAmerica,
}

impl Continent {
    /// The name shown to people and used in the price tables.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Africa => "Africa",
            Self::Asia => "Asia",
            Self::Europe => "Europe",
            Self::MiddleEast => "Middle East",
            Self::NorthAmerica => "North America",
            Self::Oceania => "Oceania",
            Self::SouthAmerica => "South America",
        }
    }
}

/// One region of a cloud provider.
#[derive(Debug, Clone, PartialEq)]
pub struct CloudRegion {
    /// Who runs it.
    pub provider: Provider,
    /// The provider's name for it, such as `eu-central-1`.
    pub id: String,
    /// The provider's words for it, such as `Europe (Frankfurt)`.
    pub display_name: String,
    /// City, empty where the provider names none.
    pub city: String,
    /// State or province, often empty.
    pub state: String,
    /// ISO 3166-1 alpha-2 code.
    pub country_code: String,
    /// English name of the country.
    pub country: String,
    /// Part of the world.
    pub continent: Continent,
    /// Degrees north; city level at best.
    pub latitude_deg: f64,
    /// Degrees east; city level at best.
    pub longitude_deg: f64,
    /// `EU`, `EEA`, `UK` or the country code.
    pub jurisdiction: String,
    /// Whether the GDPR applies as EU or EEA law (the UK has its own).
    pub gdpr_territory: bool,
    /// The provider's own disaster-recovery partner; only Azure names one.
    pub paired_region: Option<String>,
    /// Number of availability zones; 1 means that the region has none.
    pub zones: u8,
    /// Where the number of zones comes from.
    pub zones_sourced: Sourced,
    /// Where name and coordinates come from.
    pub sourced: Sourced,
    /// What is doubtful or special about the entry.
    pub note: Option<String>,
    pub(super) search_key: SearchKey,
}

impl CloudRegion {
    /// Where the region is.
    pub fn position(&self) -> GeoPoint {
        GeoPoint::new(self.latitude_deg, self.longitude_deg)
    }
}

/// The cloud regions, in order of provider and id.
#[derive(Debug)]
pub struct RegionBook {
    regions: Vec<CloudRegion>,
}

#[derive(Deserialize)]
struct Row {
    provider: Provider,
    region_id: String,
    display_name: String,
    city: String,
    state: String,
    country_code: String,
    country: String,
    continent: Continent,
    latitude: f64,
    longitude: f64,
    jurisdiction: String,
    #[serde(deserialize_with = "flag")]
    gdpr_territory: bool,
    paired_region: String,
    zones: u8,
    zones_quality: Quality,
    zones_source: String,
    quality: Quality,
    source: String,
    note: String,
}

impl RegionBook {
    pub(super) fn parse(table: Table, sources: &'static SourceBook) -> Result<Self, BookError> {
        let mut regions = table.read(|row: Row| {
            if !(-90.0..=90.0).contains(&row.latitude) || !(-180.0..=180.0).contains(&row.longitude) {
                return Err(format!("{} is not on the globe", row.region_id));
            }
            if row.country_code.len() != 2 || row.region_id.is_empty() {
                return Err(format!("\"{}\" has no id or no country code", row.region_id));
            }
            let search_key = SearchKey::new([
                &row.display_name,
                &row.city,
                &row.state,
                &row.country,
                row.provider.label(),
                &row.region_id,
            ]);
            Ok(CloudRegion {
                zones_sourced: sources.sourced(&row.zones_source, row.zones_quality, false)?,
                sourced: sources.sourced(&row.source, row.quality, false)?,
                provider: row.provider,
                id: row.region_id,
                display_name: row.display_name,
                city: row.city,
                state: row.state,
                country_code: row.country_code,
                country: row.country,
                continent: row.continent,
                latitude_deg: row.latitude,
                longitude_deg: row.longitude,
                jurisdiction: row.jurisdiction,
                gdpr_territory: row.gdpr_territory,
                paired_region: non_empty(row.paired_region),
                zones: row.zones,
                note: non_empty(row.note),
                search_key,
            })
        })?;
        regions.sort_by(|a, b| (a.provider, &a.id).cmp(&(b.provider, &b.id)));
        Ok(Self { regions })
    }

    /// Every region, in order of provider and id.
    pub fn all(&self) -> &[CloudRegion] {
        &self.regions
    }

    /// The region with this id, written exactly as the provider writes it.
    pub fn get(&self, provider: Provider, id: &str) -> Option<&CloudRegion> {
        self.index_of(provider, id).and_then(|index| self.regions.get(index))
    }

    /// Position of a region in [`Self::all`].
    pub(super) fn index_of(&self, provider: Provider, id: &str) -> Option<usize> {
        self.regions.binary_search_by(|region| (region.provider, region.id.as_str()).cmp(&(provider, id))).ok()
    }

    /// Regions that match every word of the query, best first; an empty query gives all.
    ///
    /// A field that starts with the word beats a field with a word that starts so, which beats
    /// one that merely contains it. Case and accents do not matter.
    pub fn search(&self, query: &str) -> Vec<&CloudRegion> {
        super::region_search::search(&self.regions, query)
    }

    /// The `n` regions nearest to a point with their distances in km, nearest first.
    pub fn nearest(&self, latitude_deg: f64, longitude_deg: f64, n: usize) -> Vec<(&CloudRegion, f64)> {
        let here = GeoPoint::new(latitude_deg, longitude_deg);
        let mut by_distance: Vec<_> =
            self.regions.iter().map(|region| (region, here.distance_km(region.position()))).collect();
        // The sort is stable, so equal distances keep the order of provider and id.
        by_distance.sort_by(|a, b| a.1.total_cmp(&b.1));
        by_distance.truncate(n);
        by_distance
    }
}
