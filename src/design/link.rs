//! Links: who opens a connection to whom, and for what.

use serde::{Deserialize, Serialize};

use super::checked::{self, is_default};
use super::id::Id;
use super::kind::Kind;

/// A directed connection, drawn from the side that opens it to the side that listens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// The component that opens the connection.
    pub from: Id,
    /// The component that listens.
    pub to: Id,
    /// What it is for.
    pub purpose: Purpose,
    /// The network it runs over.
    #[serde(default, skip_serializing_if = "is_default")]
    pub network: Network,
    /// Whether it is encrypted where the purpose leaves the choice (5672 plain, 8672 TLS; A36).
    #[serde(default, skip_serializing_if = "is_default")]
    pub tls: bool,
    /// Port at which the listening side is reached, where it is not the usual one of the purpose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// Own measurement of the round-trip time, ms; wins over every table.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "checked::optional_quantity")]
    pub measured_rtt_ms: Option<f64>,
    /// Bandwidth, Mbit/s.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "checked::optional_quantity")]
    pub bandwidth_mbps: Option<f64>,
    /// Own figure for the share of the time that the connection works; wins over every table, percent.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "checked::optional_quantity")]
    pub availability_pct: Option<f64>,
    /// Settings of a database replication; present only with [`Purpose::DbReplication`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replication: Option<Replication>,
    /// Free text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub notes: String,
}

impl Link {
    /// A link with the usual settings of its purpose.
    #[must_use]
    pub fn new(from: Id, to: Id, purpose: Purpose) -> Self {
        Self {
            from,
            to,
            purpose,
            network: Network::default(),
            tls: false,
            port: None,
            measured_rtt_ms: None,
            bandwidth_mbps: None,
            availability_pct: None,
            replication: (purpose == Purpose::DbReplication).then(Replication::default),
            notes: String::new(),
        }
    }
}

/// What a database replication carries.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replication {
    /// Whether both sides write and receive (B1, B14).
    pub bidirectional: bool,
    /// Whether `apim_db` is replicated.
    pub apim_db: bool,
    /// Whether `shared_db` is replicated.
    pub shared_db: bool,
    /// Whether a write waits until the other side has it, so that nothing is lost with one side.
    #[serde(default, skip_serializing_if = "is_default")]
    pub synchronous: bool,
    /// Own measurement of how far the other side is behind, seconds; wins over every table.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "checked::optional_quantity")]
    pub lag_s: Option<f64>,
}

impl Default for Replication {
    fn default() -> Self {
        Self { bidirectional: true, apim_db: true, shared_db: true, synchronous: false, lag_s: None }
    }
}

/// The network a link runs over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub enum Network {
    /// Private network or peering.
    #[default]
    Private,
    /// Virtual private network over the internet.
    Vpn,
    /// The open internet.
    Public,
}

impl Network {
    /// All networks, in the order of menus.
    pub const ALL: [Self; 3] = [Self::Private, Self::Vpn, Self::Public];

    /// The word shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Private => "Private",
            Self::Vpn => "VPN",
            Self::Public => "Internet",
        }
    }
}

/// What a link is for. It decides the ports, the rules that look at it and what its loss means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Purpose {
    /// Calls of the APIs: users, balancers, gateways (A33).
    ApiTraffic,
    /// People at the portals, token requests (H5).
    PortalAccess,
    /// Gateways and traffic managers pull artifacts and policies from the control plane (A19, A24).
    ManagementHttps,
    /// Gateways and traffic managers subscribe to the event hub (A20, A25).
    EventStream,
    /// Control plane publishes to the event hub of another region (B7, B10).
    HubEvents,
    /// Gateways publish every call to the traffic managers (A22).
    ThrottleData,
    /// Gateways receive throttle decisions (A23).
    ThrottleDecision,
    /// Gateways and control planes ask a key manager (A21, A30).
    KeyManagerHttps,
    /// Key managers report revoked tokens to the control plane (A29).
    TokenNotification,
    /// Control plane deploys to a gateway's management port (A32).
    GatewayManagement,
    /// Database access (A34).
    Database,
    /// Replication between two databases (B5).
    DbReplication,
    /// Calls of an external identity provider (B31).
    Identity,
    /// Gateways call the backends.
    BackendCall,
    /// Traffic managers share counters (D5).
    SharedCounters,
    /// Gateways publish usage events (A35).
    AnalyticsEvents,
    /// A shared directory is mounted (B17).
    FileShare,
}

/// Transport of a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Port {
    /// Port number with offset 0.
    pub number: u16,
    /// Protocol as a network engineer writes it.
    pub protocol: &'static str,
}

const HTTPS_TRAFFIC: Port = Port { number: 8243, protocol: "https" };
const HTTP_TRAFFIC: Port = Port { number: 8280, protocol: "http" };
const SERVLET: Port = Port { number: 9443, protocol: "https" };
const BROKER: Port = Port { number: 5672, protocol: "amqp" };
const BINARY_TCP: Port = Port { number: 9611, protocol: "tcp" };
const BINARY_SSL: Port = Port { number: 9711, protocol: "ssl" };
const REDIS: Port = Port { number: 6379, protocol: "redis" };
const HTTPS: Port = Port { number: 443, protocol: "https" };

impl Purpose {
    /// Those that use the servlet port 9443, which a balancer forwards as one (A19, A21, A29, H5).
    pub const SERVLET: [Self; 4] =
        [Self::ManagementHttps, Self::PortalAccess, Self::KeyManagerHttps, Self::TokenNotification];

    /// Every purpose, in the order of menus.
    pub const ALL: [Self; 17] = [
        Self::ApiTraffic,
        Self::PortalAccess,
        Self::ManagementHttps,
        Self::EventStream,
        Self::HubEvents,
        Self::ThrottleData,
        Self::ThrottleDecision,
        Self::KeyManagerHttps,
        Self::TokenNotification,
        Self::GatewayManagement,
        Self::Database,
        Self::DbReplication,
        Self::Identity,
        Self::BackendCall,
        Self::SharedCounters,
        Self::AnalyticsEvents,
        Self::FileShare,
    ];

    /// The words shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::ApiTraffic => "API traffic",
            Self::PortalAccess => "Portals and tokens",
            Self::ManagementHttps => "Artifact pull",
            Self::EventStream => "Event stream",
            Self::HubEvents => "Events between hubs",
            Self::ThrottleData => "Throttle data",
            Self::ThrottleDecision => "Throttle decisions",
            Self::KeyManagerHttps => "Key manager calls",
            Self::TokenNotification => "Token notifications",
            Self::GatewayManagement => "Gateway management",
            Self::Database => "Database",
            Self::DbReplication => "Database replication",
            Self::Identity => "Identity provider calls",
            Self::BackendCall => "Backend calls",
            Self::SharedCounters => "Shared counters",
            Self::AnalyticsEvents => "Analytics events",
            Self::FileShare => "Shared files",
        }
    }

    /// Ports the listening side must offer, offset 0 (facts A19 to A36). Empty where the listening component decides
    /// (databases by engine, backends, identity providers by their own address).
    #[must_use]
    pub fn ports(self) -> &'static [Port] {
        match self {
            Self::ApiTraffic => &[HTTPS_TRAFFIC, HTTP_TRAFFIC],
            Self::PortalAccess
            | Self::ManagementHttps
            | Self::KeyManagerHttps
            | Self::TokenNotification
            | Self::GatewayManagement => &[SERVLET],
            Self::EventStream | Self::HubEvents | Self::ThrottleDecision => &[BROKER],
            Self::ThrottleData => &[BINARY_TCP, BINARY_SSL],
            Self::SharedCounters => &[REDIS],
            Self::AnalyticsEvents | Self::Identity => &[HTTPS],
            Self::Database | Self::DbReplication | Self::BackendCall | Self::FileShare => &[],
        }
    }

    /// The id of the fact the purpose and its ports come from.
    #[must_use]
    pub fn fact(self) -> &'static str {
        match self {
            Self::ApiTraffic | Self::BackendCall => "A33",
            Self::PortalAccess => "H5",
            Self::ManagementHttps => "A19",
            Self::EventStream => "A20",
            Self::HubEvents => "B10",
            Self::ThrottleData => "A22",
            Self::ThrottleDecision => "A23",
            Self::KeyManagerHttps => "A21",
            Self::TokenNotification => "A29",
            Self::GatewayManagement => "A32",
            Self::Database => "A34",
            Self::DbReplication => "B5",
            Self::Identity => "B31",
            Self::SharedCounters => "D5",
            Self::AnalyticsEvents => "A35",
            Self::FileShare => "B17",
        }
    }
}

/// A sensible set of links between two ends, offered when somebody drags from one component to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proposal {
    /// The purposes, each of which becomes a link.
    pub purposes: &'static [Purpose],
    /// Whether the links run against the direction of the drag: the dragged-to side opens the connection.
    pub reversed: bool,
}

/// What can sensibly connect `from` with `to`, best first; empty when nothing documented does.
///
/// Follows the connection table (facts A19 to A35), so a gateway dragged to a control plane gets the artifact
/// pull, the event stream and the key manager's address, and the same the other way round, since it is always the gateway that connects.
#[must_use]
pub fn proposals(from: Kind, to: Kind) -> Vec<Proposal> {
    let forward = opens(from, to).iter().map(|&purposes| Proposal { purposes, reversed: false });
    let backward = opens(to, from).iter().map(|&purposes| Proposal { purposes, reversed: true });
    let mut all: Vec<Proposal> = forward.collect();
    for proposal in backward {
        if !all.iter().any(|p| p.purposes == proposal.purposes) {
            all.push(proposal);
        }
    }
    all
}

fn opens(from: Kind, to: Kind) -> &'static [&'static [Purpose]] {
    use Kind as K;
    use Purpose as P;
    match (from, to) {
        (K::Users, K::GlobalLoadBalancer | K::LoadBalancer | K::AllInOne) => &[&[P::ApiTraffic], &[P::PortalAccess]],
        (K::Users | K::GlobalLoadBalancer, K::Gateway) | (K::GlobalLoadBalancer, K::AllInOne) => &[&[P::ApiTraffic]],
        (K::Users, K::ControlPlane) | (K::GlobalLoadBalancer, K::ControlPlane) => &[&[P::PortalAccess]],
        (K::Users, K::KeyManager) => &[&[P::PortalAccess]],
        (K::GlobalLoadBalancer, K::LoadBalancer) => &[&[P::ApiTraffic], &[P::PortalAccess]],
        (K::LoadBalancer, K::Gateway) => &[&[P::ApiTraffic], &[P::GatewayManagement]],
        (K::LoadBalancer, K::AllInOne) => {
            &[&[P::ApiTraffic], &[P::PortalAccess], &[P::ManagementHttps], &[P::ApiTraffic, P::PortalAccess]]
        }
        (K::LoadBalancer, K::ControlPlane) => {
            &[&[P::ManagementHttps, P::PortalAccess], &[P::ManagementHttps], &[P::PortalAccess]]
        }
        (K::LoadBalancer, K::KeyManager) => &[&[P::KeyManagerHttps]],
        (K::Gateway, K::ControlPlane | K::AllInOne) => &[
            &[P::ManagementHttps, P::EventStream, P::KeyManagerHttps],
            &[P::EventStream],
            &[P::ManagementHttps],
            &[P::KeyManagerHttps],
            &[P::ThrottleData, P::ThrottleDecision],
        ],
        (K::TrafficManager, K::ControlPlane | K::AllInOne) => {
            &[&[P::ManagementHttps, P::EventStream], &[P::EventStream], &[P::ManagementHttps]]
        }
        (K::Gateway | K::TrafficManager, K::LoadBalancer) => &[&[P::ManagementHttps], &[P::KeyManagerHttps]],
        (K::Gateway, K::TrafficManager) => {
            &[&[P::ThrottleData, P::ThrottleDecision], &[P::ThrottleData], &[P::ThrottleDecision]]
        }
        (K::Gateway | K::ControlPlane, K::KeyManager) => &[&[P::KeyManagerHttps]],
        (K::KeyManager, K::ControlPlane) => {
            &[&[P::ManagementHttps, P::EventStream, P::TokenNotification], &[P::TokenNotification], &[P::EventStream]]
        }
        (K::KeyManager | K::ControlPlane | K::AllInOne, K::LoadBalancer) => {
            &[&[P::TokenNotification], &[P::KeyManagerHttps]]
        }
        (K::ControlPlane | K::AllInOne, K::ControlPlane | K::AllInOne) => &[&[P::HubEvents]],
        (K::ControlPlane, K::Gateway) => &[&[P::GatewayManagement]],
        (K::ControlPlane | K::KeyManager | K::AllInOne | K::Gateway | K::TrafficManager, K::Database) => {
            &[&[P::Database]]
        }
        (K::Database, K::Database) => &[&[P::DbReplication]],
        (K::Gateway | K::ControlPlane | K::KeyManager | K::AllInOne | K::Users, K::IdentityProvider) => {
            &[&[P::Identity]]
        }
        (K::IdentityProvider, K::ControlPlane | K::LoadBalancer) => &[&[P::TokenNotification]],
        (K::Gateway | K::AllInOne, K::Backend) => &[&[P::BackendCall]],
        (K::TrafficManager | K::ControlPlane | K::Gateway | K::AllInOne, K::Redis) => &[&[P::SharedCounters]],
        (K::Gateway | K::AllInOne, K::Analytics) => &[&[P::AnalyticsEvents]],
        (K::ControlPlane | K::KeyManager | K::AllInOne | K::Gateway | K::TrafficManager, K::SharedFiles) => {
            &[&[P::FileShare]]
        }
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gateway_and_control_plane_connect_from_the_gateway_whichever_way_one_drags() {
        let along = proposals(Kind::Gateway, Kind::ControlPlane);
        assert_eq!(
            along.first().map(|p| (p.purposes, p.reversed)),
            Some((&[Purpose::ManagementHttps, Purpose::EventStream, Purpose::KeyManagerHttps][..], false))
        );
        let against = proposals(Kind::ControlPlane, Kind::Gateway);
        assert!(against.iter().any(|p| p.purposes.contains(&Purpose::EventStream) && p.reversed));
    }

    #[test]
    fn unrelated_kinds_get_no_proposal() {
        assert!(proposals(Kind::Analytics, Kind::Database).is_empty());
    }
}
