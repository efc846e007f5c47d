//! Regions: places that are the real parents of components.

use serde::{Deserialize, Serialize};

use super::checked::{self, is_default};
use super::geometry::{Extent, Pos};
use super::requirements::Requirements;

/// A datacenter region (or an own site) that contains components.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// What people call it.
    pub name: String,
    /// Its part in the deployment pattern.
    pub role: RegionRole,
    /// Where it is.
    pub site: Site,
    /// Number of availability zones the site offers.
    #[serde(default = "three_zones")]
    pub zones: u8,
    /// Top left corner, scene points.
    pub pos: Pos,
    /// Drawn width and height, scene points.
    pub extent: Extent,
    /// Which of the region colours it wears.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tint: u8,
    /// Answers that differ from, or add to, those of the whole design.
    #[serde(default, skip_serializing_if = "is_default")]
    pub requirements: Requirements,
    /// Own figure for the share of the time the site as a whole works, percent; wins over every table.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "checked::optional_quantity")]
    pub availability_pct: Option<f64>,
    /// Free text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub notes: String,
}

fn three_zones() -> u8 {
    3
}

/// The part a region plays (fact B1: equal regions of Pattern 1; B20: main and sub regions of Pattern 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RegionRole {
    /// A complete region among equals (Pattern 1) or the only region.
    Peer,
    /// Pattern 2: the region with the control plane.
    Main,
    /// Pattern 2: a region with gateways and traffic managers only.
    Sub,
}

impl RegionRole {
    /// All roles, in the order of menus.
    pub const ALL: [Self; 3] = [Self::Peer, Self::Main, Self::Sub];

    /// The word shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Peer => "Peer",
            Self::Main => "Main",
            Self::Sub => "Sub",
        }
    }
}

/// Where something is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Site {
    /// A region of a public cloud, by the provider's own id; the region book knows its coordinates.
    Cloud {
        /// `aws`, `azure`, `gcp` or `ibm`.
        provider: String,
        /// The provider's region id, such as `eu-central-1`.
        region: String,
    },
    /// An own datacenter or a city.
    Place {
        /// City or site name.
        name: String,
        /// Degrees north, -90 to 90.
        #[serde(with = "checked::latitude")]
        latitude_deg: f64,
        /// Degrees east, -180 to 180.
        #[serde(with = "checked::longitude")]
        longitude_deg: f64,
        /// ISO 3166 two-letter code; empty when unknown.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        country: String,
    },
}

impl Site {
    /// The cloud region `provider`/`region`.
    #[must_use]
    pub fn cloud(provider: &str, region: &str) -> Self {
        Self::Cloud { provider: provider.to_owned(), region: region.to_owned() }
    }

    /// A short text such as `eu-central-1` or the place's name.
    #[must_use]
    pub fn short(&self) -> &str {
        match self {
            Self::Cloud { region, .. } => region,
            Self::Place { name, .. } => name,
        }
    }
}
