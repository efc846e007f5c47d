//! The drawing behind a plan: links as the architect drew them, and where everything stands.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::design::{Design, Id, Link, Purpose, Replication};

use super::databases::{Schema, carried};
use super::words::{PlanNetwork, PlanPurpose};

/// A link of the drawing. `connections` say which instances it connects and over which ports.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlanLink {
    /// Id in the design.
    pub id: String,
    /// The group, balancer, service, database or population that opens the connection.
    pub from: String,
    /// The one that listens.
    pub to: String,
    /// What it is for.
    pub purpose: PlanPurpose,
    /// Network it runs over.
    pub network: PlanNetwork,
    /// Whether it is encrypted where the purpose leaves the choice (A36).
    pub tls: bool,
    /// Port that the design names in place of the usual one; `null` when it names none.
    pub port: Option<u16>,
    /// Own measurement of the round-trip time, ms; `null` when there is none.
    pub measured_rtt_ms: Option<f64>,
    /// Bandwidth, Mbit/s; `null` when not known.
    pub bandwidth_mbps: Option<f64>,
    /// Settings of a database replication; `null` for every other purpose.
    pub replication: Option<PlanReplication>,
}

/// What a database replication carries.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlanReplication {
    /// Whether it runs both ways (B1, B14).
    pub bidirectional: bool,
    /// What it carries.
    pub schemas: Vec<Schema>,
    /// Whether a write waits until the other side has it.
    pub synchronous: bool,
    /// Own measurement of how far the other side is behind, seconds; `null` when there is none.
    pub lag_s: Option<f64>,
}

impl From<&Replication> for PlanReplication {
    fn from(replication: &Replication) -> Self {
        Self {
            bidirectional: replication.bidirectional,
            schemas: carried(replication),
            synchronous: replication.synchronous,
            lag_s: replication.lag_s,
        }
    }
}

impl From<&PlanReplication> for Replication {
    fn from(replication: &PlanReplication) -> Self {
        Self {
            bidirectional: replication.bidirectional,
            apim_db: replication.schemas.contains(&Schema::ApimDb),
            shared_db: replication.schemas.contains(&Schema::SharedDb),
            synchronous: replication.synchronous,
            lag_s: replication.lag_s,
        }
    }
}

/// Where everything is drawn, in points of the drawing: to the right and downwards.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct PlanDrawing {
    /// Regions, in order of id.
    pub regions: Vec<PlanDrawnRegion>,
    /// Groups, balancers, services, databases and populations, in order of id.
    pub components: Vec<PlanDrawnComponent>,
}

/// The rectangle of a region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlanDrawnRegion {
    /// Its id.
    pub id: String,
    /// Left edge.
    pub x: i32,
    /// Upper edge.
    pub y: i32,
    /// Width.
    pub width: i32,
    /// Height.
    pub height: i32,
    /// Which of the region colours it wears.
    pub tint: u8,
}

/// The place of a component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlanDrawnComponent {
    /// Its id.
    pub id: String,
    /// Left edge, relative to its region's; to the drawing's origin when it stands in none.
    pub x: i32,
    /// Upper edge, as `x`.
    pub y: i32,
}

/// Links in order of id.
pub(super) fn links(design: &Design) -> Vec<PlanLink> {
    let link = |(id, link): (&Id, &std::sync::Arc<Link>)| PlanLink {
        id: id.to_string(),
        from: link.from.to_string(),
        to: link.to.to_string(),
        purpose: link.purpose.into(),
        network: link.network.into(),
        tls: link.tls,
        port: link.port,
        measured_rtt_ms: link.measured_rtt_ms,
        bandwidth_mbps: link.bandwidth_mbps,
        replication: match link.purpose {
            Purpose::DbReplication => Some((&link.replication.clone().unwrap_or_default()).into()),
            _ => None,
        },
    };
    design.links.iter().map(link).collect()
}

/// Places in order of id.
pub(super) fn drawing(design: &Design) -> PlanDrawing {
    let region = |(id, region): (&Id, &std::sync::Arc<crate::design::Region>)| PlanDrawnRegion {
        id: id.to_string(),
        x: region.pos.0,
        y: region.pos.1,
        width: region.extent.0,
        height: region.extent.1,
        tint: region.tint,
    };
    let component = |(id, component): (&Id, &std::sync::Arc<crate::design::Component>)| PlanDrawnComponent {
        id: id.to_string(),
        x: component.pos.0,
        y: component.pos.1,
    };
    PlanDrawing {
        regions: design.regions.iter().map(region).collect(),
        components: design.components.iter().map(component).collect(),
    }
}
