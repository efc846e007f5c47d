//! Regions, sites, sizes and user populations of a plan.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::words::PlanRegionRole;
use crate::design::{Id, NodeSize, Requirements, Site, Spec};
use crate::topology::Topology;

/// A region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlanRegion {
    /// Id in the design.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Its part in the deployment pattern.
    pub role: PlanRegionRole,
    /// Where it is.
    pub site: PlanSite,
    /// Number of availability zones the site offers.
    pub zones: u8,
    /// What it must do: its own answers over those of the whole design.
    pub requirements: PlanRequirements,
}

/// Where something is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum PlanSite {
    /// A region of a public cloud.
    Cloud {
        /// `aws`, `azure`, `gcp` or `ibm`.
        provider: String,
        /// The provider's own region id, such as `eu-central-1`.
        region: String,
    },
    /// An own datacenter or a city.
    Place {
        /// City or site name.
        name: String,
        /// Degrees north.
        latitude_deg: f64,
        /// Degrees east.
        longitude_deg: f64,
        /// ISO 3166 two-letter code; `null` when unknown.
        country: Option<String>,
    },
}

impl From<&Site> for PlanSite {
    fn from(site: &Site) -> Self {
        match site {
            Site::Cloud { provider, region } => Self::Cloud { provider: provider.clone(), region: region.clone() },
            Site::Place { name, latitude_deg, longitude_deg, country } => Self::Place {
                name: name.clone(),
                latitude_deg: *latitude_deg,
                longitude_deg: *longitude_deg,
                country: (!country.is_empty()).then(|| country.clone()),
            },
        }
    }
}

/// Answers to the criteria by which a pattern is chosen (B32); `null` means not answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlanRequirements {
    /// Autonomous operation with the full set of features.
    pub autonomous: Option<bool>,
    /// Data is written independently to the database of each region.
    pub independent_writes: Option<bool>,
    /// Replicating the databases between regions is feasible.
    pub replication_feasible: Option<bool>,
    /// The budget demands the cheaper approach.
    pub budget_bound: Option<bool>,
    /// All operations, management included, need low latency inside the region.
    pub low_latency: Option<bool>,
    /// Several tenants are served.
    pub multi_tenancy: Option<bool>,
    /// Regions survive independently, with all features, after a disaster.
    pub independent_survival: Option<bool>,
    /// The region needs data plane components only.
    pub data_plane_only: Option<bool>,
    /// Gateways must be close to the backends.
    pub near_backends: Option<bool>,
    /// Jurisdiction that data must not leave.
    pub data_residency: Option<String>,
}

impl From<&Requirements> for PlanRequirements {
    fn from(r: &Requirements) -> Self {
        Self {
            autonomous: r.autonomous,
            independent_writes: r.independent_writes,
            replication_feasible: r.replication_feasible,
            budget_bound: r.budget_bound,
            low_latency: r.low_latency,
            multi_tenancy: r.multi_tenancy,
            independent_survival: r.independent_survival,
            data_plane_only: r.data_plane_only,
            near_backends: r.near_backends,
            data_residency: r.data_residency.clone(),
        }
    }
}

/// Size of one node.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlanSize {
    /// Virtual processors.
    pub vcpu: f64,
    /// Memory, GiB.
    pub memory_gib: f64,
    /// Disk, GiB.
    pub disk_gib: f64,
}

impl From<NodeSize> for PlanSize {
    fn from(size: NodeSize) -> Self {
        Self { vcpu: size.vcpu, memory_gib: size.memory_gib, disk_gib: size.disk_gib }
    }
}

/// A population of callers at one place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlanPopulation {
    /// Id in the design.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Where they are.
    pub site: PlanSite,
    /// API calls a second at peak.
    pub requests_per_s: f64,
    /// Mean over the month as a share of the peak, percent.
    pub mean_load_pct: f64,
    /// Mean size of a request, bytes.
    pub request_bytes: f64,
    /// Mean size of a response, bytes.
    pub response_bytes: f64,
    /// Share of calls that open a new connection, percent.
    pub new_connections_pct: f64,
    /// Calls under way at the same time at peak (E8); `null` when nobody has counted.
    pub concurrent_calls: Option<f64>,
    /// What the 95th percentile of its API calls must stay below, ms; `null` means the target of the design, if any.
    pub target_p95_ms: Option<f64>,
}

/// Regions in order of id.
pub(super) fn regions(topology: &Topology<'_>) -> Vec<PlanRegion> {
    let region = |(id, region): (&Id, &crate::design::Region)| PlanRegion {
        id: id.to_string(),
        name: region.name.clone(),
        role: region.role.into(),
        site: (&region.site).into(),
        zones: region.zones,
        requirements: (&topology.design.requirements_of(region)).into(),
    };
    topology.regions().map(region).collect()
}

/// Populations in order of id.
pub(super) fn populations(topology: &Topology<'_>) -> Vec<PlanPopulation> {
    let population = |(id, component): (&Id, &std::sync::Arc<crate::design::Component>)| match &component.spec {
        Spec::Users(users) => Some(PlanPopulation {
            id: id.to_string(),
            name: component.name.clone(),
            site: (&users.site).into(),
            requests_per_s: users.requests_per_s,
            mean_load_pct: users.mean_load_pct,
            request_bytes: users.request_bytes,
            response_bytes: users.response_bytes,
            new_connections_pct: users.new_connections_pct,
            concurrent_calls: users.concurrent_calls,
            target_p95_ms: users.target_p95_ms,
        }),
        _ => None,
    };
    topology.design.components.iter().filter_map(population).collect()
}
