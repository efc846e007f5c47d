//! What the architects of a design decide about its estimates: targets, assumptions of their own, commercial terms.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::checked::{self, is_default};
use super::{Capability, Design, Id, Resilience, Spec};

impl Design {
    /// What the 95th percentile of a population's API calls must stay below, ms: its own target, else the design's.
    #[must_use]
    pub fn target_p95_ms(&self, population: &Id) -> Option<f64> {
        let own = match &self.components.get(population)?.spec {
            Spec::Users(users) => users.target_p95_ms,
            _ => return None,
        };
        own.or(self.meta.estimation.targets.api_p95_ms)
    }
}

/// Decisions about the estimates of a design.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Estimation {
    /// What the estimates must stay below.
    #[serde(skip_serializing_if = "is_default")]
    pub targets: Targets,
    /// Assumptions the design makes otherwise, by their id. An id this program does not know is kept.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub assumptions: BTreeMap<String, Override>,
    /// What is agreed with providers and vendors.
    #[serde(skip_serializing_if = "is_default")]
    pub terms: Terms,
}

/// Limits that estimates are held against; `None` where there is none.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Targets {
    /// 95th percentile of an API call, ms, of every population that has no target of its own.
    #[serde(skip_serializing_if = "Option::is_none", with = "checked::optional_quantity")]
    pub api_p95_ms: Option<f64>,
    /// 95th percentile of getting a token, ms, of every population.
    #[serde(skip_serializing_if = "Option::is_none", with = "checked::optional_quantity")]
    pub token_p95_ms: Option<f64>,
    /// 95th percentile of the time from publishing an API until every region serves it, ms.
    #[serde(skip_serializing_if = "Option::is_none", with = "checked::optional_quantity")]
    pub publish_p95_ms: Option<f64>,
    /// Cost of the whole design, US dollars a month before tax.
    #[serde(skip_serializing_if = "Option::is_none", with = "checked::optional_quantity")]
    pub usd_per_month: Option<f64>,
    /// Highest utilisation of any group at peak, percent.
    #[serde(skip_serializing_if = "Option::is_none", with = "checked::optional_quantity")]
    pub peak_use_pct: Option<f64>,
    /// What must be kept after a failure, by capability.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub resilience: BTreeMap<Capability, Resilience>,
}

/// An assumption as the architects make it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Override {
    /// The value, in the unit of the assumption.
    #[serde(with = "checked::quantity")]
    pub value: f64,
    /// Lower end of what is plausible; `None` means the value itself.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "checked::optional_quantity")]
    pub low: Option<f64>,
    /// Upper end of what is plausible; `None` means the value itself.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "checked::optional_quantity")]
    pub high: Option<f64>,
    /// Why, and who says so; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// How long machines are committed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub enum Commitment {
    /// Not at all: list price by the hour.
    #[default]
    OnDemand,
    /// One year.
    OneYear,
    /// Three years.
    ThreeYears,
}

impl Commitment {
    /// All commitments, in the order of menus.
    pub const ALL: [Self; 3] = [Self::OnDemand, Self::OneYear, Self::ThreeYears];

    /// The words shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::OnDemand => "On demand",
            Self::OneYear => "One year",
            Self::ThreeYears => "Three years",
        }
    }
}

/// Commercial terms of a design.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Terms {
    /// Hours a month that machines run; `None` means all 730.
    #[serde(skip_serializing_if = "Option::is_none", with = "checked::optional_quantity")]
    pub hours_per_month: Option<f64>,
    /// How long virtual machines are committed to.
    #[serde(skip_serializing_if = "is_default")]
    pub compute_commitment: Commitment,
    /// How long managed databases are committed to.
    #[serde(skip_serializing_if = "is_default")]
    pub database_commitment: Commitment,
    /// Negotiated discounts on list prices.
    #[serde(skip_serializing_if = "is_default")]
    pub discounts: Discounts,
    /// Product licences or subscriptions; their prices are not published, so they are the architects' own.
    #[serde(skip_serializing_if = "is_default")]
    pub licences: Licences,
}

/// Negotiated discounts on list prices, percent; on demand and committed alike.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Discounts {
    /// On virtual machines.
    #[serde(skip_serializing_if = "is_default", with = "checked::quantity")]
    pub compute_pct: f64,
    /// On managed databases.
    #[serde(skip_serializing_if = "is_default", with = "checked::quantity")]
    pub database_pct: f64,
    /// On disks and database storage.
    #[serde(skip_serializing_if = "is_default", with = "checked::quantity")]
    pub storage_pct: f64,
    /// On load balancers and DNS.
    #[serde(skip_serializing_if = "is_default", with = "checked::quantity")]
    pub load_balancing_pct: f64,
    /// On data transfer and private links.
    #[serde(skip_serializing_if = "is_default", with = "checked::quantity")]
    pub traffic_pct: f64,
}

/// What the product costs, US dollars a month; `None` where nothing of the kind is paid.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Licences {
    /// For each product node.
    #[serde(skip_serializing_if = "Option::is_none", with = "checked::optional_quantity")]
    pub usd_per_node_month: Option<f64>,
    /// For each core of a product node.
    #[serde(skip_serializing_if = "Option::is_none", with = "checked::optional_quantity")]
    pub usd_per_core_month: Option<f64>,
    /// For the whole deployment.
    #[serde(skip_serializing_if = "Option::is_none", with = "checked::optional_quantity")]
    pub usd_per_month: Option<f64>,
}
