//! Components: node groups and services, with the settings of their kind.

use serde::{Deserialize, Serialize};

use super::checked::{self, is_default};
use super::geometry::Pos;
use super::id::Id;
use super::kind::Kind;
use super::region::Site;
use super::settings::NodeSettings;

/// Most instances one group may have.
pub const MAX_INSTANCES: u32 = 1_000;

/// A box on the canvas: a group of equal nodes of one kind, or a service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Component {
    /// What people call it.
    pub name: String,
    /// Its kind and the settings of that kind.
    pub spec: Spec,
    /// The region it stands in; `None` for users, global services and what is not yet placed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Id>,
    /// Top left corner: relative to the region's, or to the scene's origin when it is in no region.
    pub pos: Pos,
    /// How many equal nodes the group has.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub instances: u32,
    /// Size of each node; `None` for services that have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<NodeSize>,
    /// Names of the availability zones the nodes are spread over; empty when not decided.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub zones: Vec<String>,
    /// What an administrator sets on the nodes.
    #[serde(default, skip_serializing_if = "is_default")]
    pub settings: NodeSettings,
    /// Hours a month the nodes run, where that differs from the design's terms.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "checked::optional_quantity")]
    pub hours_per_month: Option<f64>,
    /// Own figure for the share of the time that one node, or the service, works; wins over every table, percent.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "checked::optional_quantity")]
    pub availability_pct: Option<f64>,
    /// Stays where it is when the drawing is arranged automatically.
    #[serde(default, skip_serializing_if = "is_default")]
    pub pinned: bool,
    /// Free text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub notes: String,
}

fn one() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
fn is_one(n: &u32) -> bool {
    *n == 1
}

impl Component {
    /// A component of `kind` with its usual settings, size and number of instances.
    #[must_use]
    pub fn new(kind: Kind, name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            spec: kind.default_spec(),
            region: None,
            pos: Pos::default(),
            instances: kind.default_instances(),
            size: kind.default_size(),
            zones: Vec::new(),
            settings: NodeSettings::default(),
            hours_per_month: None,
            availability_pct: None,
            pinned: false,
            notes: String::new(),
        }
    }

    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.spec.kind()
    }

    /// Most nodes it has: its number, or what it may scale to.
    #[must_use]
    pub fn most_instances(&self) -> u32 {
        match &self.spec {
            Spec::Gateway(gateway) => gateway.autoscale_max.unwrap_or(0).max(self.instances),
            _ => self.instances,
        }
    }
}

/// Size of one node.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodeSize {
    /// Virtual processors.
    #[serde(with = "checked::quantity")]
    pub vcpu: f64,
    /// Memory, GiB.
    #[serde(with = "checked::quantity")]
    pub memory_gib: f64,
    /// Disk, GiB.
    #[serde(with = "checked::quantity")]
    pub disk_gib: f64,
}

/// The kind of a component with the settings that only this kind has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Spec {
    /// People or programs that call the APIs from one place.
    Users(Users),
    /// DNS or anycast that sends users to a region.
    GlobalLoadBalancer(GlobalLoadBalancer),
    /// Balancer inside a region.
    LoadBalancer(LoadBalancer),
    /// Universal Gateway (A1, A2).
    Gateway(Gateway),
    /// Traffic Manager (A7).
    TrafficManager,
    /// API Control Plane: publisher, developer portal, admin portal, event hub, resident key manager (A5, A6).
    ControlPlane(ControlPlane),
    /// A key manager of its own (A3).
    KeyManager,
    /// Everything in one process (A1, A5).
    AllInOne(AllInOne),
    /// Holds `apim_db` and `shared_db` (A9).
    Database(Database),
    /// External identity provider, treated as a service (B31).
    IdentityProvider(IdentityProvider),
    /// A service behind the APIs.
    Backend(Backend),
    /// Redis or Valkey for distributed counters (D5).
    Redis(Redis),
    /// Analytics that gateways publish to (A35).
    Analytics(Analytics),
    /// Shared directory, for instance for user stores (B17).
    SharedFiles,
}

impl Spec {
    /// The kind without its settings.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Users(_) => Kind::Users,
            Self::GlobalLoadBalancer(_) => Kind::GlobalLoadBalancer,
            Self::LoadBalancer(_) => Kind::LoadBalancer,
            Self::Gateway(_) => Kind::Gateway,
            Self::TrafficManager => Kind::TrafficManager,
            Self::ControlPlane(_) => Kind::ControlPlane,
            Self::KeyManager => Kind::KeyManager,
            Self::AllInOne(_) => Kind::AllInOne,
            Self::Database(_) => Kind::Database,
            Self::IdentityProvider(_) => Kind::IdentityProvider,
            Self::Backend(_) => Kind::Backend,
            Self::Redis(_) => Kind::Redis,
            Self::Analytics(_) => Kind::Analytics,
            Self::SharedFiles => Kind::SharedFiles,
        }
    }
}

/// A population of callers at one place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Users {
    /// Where they are.
    pub site: Site,
    /// API calls a second at peak.
    #[serde(with = "checked::quantity")]
    pub requests_per_s: f64,
    /// Mean over the month as a share of the peak, percent; drives traffic cost.
    #[serde(default = "half", with = "checked::quantity")]
    pub mean_load_pct: f64,
    /// Mean size of a request, bytes.
    #[serde(with = "checked::quantity")]
    pub request_bytes: f64,
    /// Mean size of a response, bytes.
    #[serde(with = "checked::quantity")]
    pub response_bytes: f64,
    /// Share of calls that open a new connection, percent.
    #[serde(default = "ten", with = "checked::quantity")]
    pub new_connections_pct: f64,
    /// Calls under way at the same time at peak; `None` when nobody has counted (E8).
    #[serde(default, skip_serializing_if = "Option::is_none", with = "checked::optional_quantity")]
    pub concurrent_calls: Option<f64>,
    /// What the 95th percentile of their API calls must stay below, ms; `None` means the target of the design.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "checked::optional_quantity")]
    pub target_p95_ms: Option<f64>,
}

fn half() -> f64 {
    50.0
}

fn ten() -> f64 {
    10.0
}

impl Default for Users {
    fn default() -> Self {
        Self {
            site: Site::Place {
                name: "Frankfurt".into(),
                latitude_deg: 50.11,
                longitude_deg: 8.68,
                country: "DE".into(),
            },
            requests_per_s: 500.0,
            mean_load_pct: half(),
            request_bytes: 1_024.0,
            response_bytes: 4_096.0,
            new_connections_pct: ten(),
            concurrent_calls: None,
            target_p95_ms: None,
        }
    }
}

/// How a global load balancer chooses the region for a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RoutingPolicy {
    /// The region with the lowest round-trip time.
    Nearest,
    /// In proportion to the gateways' capacity.
    Weighted,
    /// The first region in order of id that works.
    Failover,
    /// The region geographically closest.
    Geographic,
}

impl RoutingPolicy {
    /// All policies, in the order of menus.
    pub const ALL: [Self; 4] = [Self::Nearest, Self::Weighted, Self::Failover, Self::Geographic];

    /// The word shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Nearest => "Lowest latency",
            Self::Weighted => "Weighted by capacity",
            Self::Failover => "Failover in order",
            Self::Geographic => "Geographically closest",
        }
    }
}

/// DNS or anycast in front of the regions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GlobalLoadBalancer {
    /// How a caller's region is chosen.
    pub policy: RoutingPolicy,
    /// Seconds between two health probes.
    #[serde(with = "checked::quantity")]
    pub probe_interval_s: f64,
    /// Failed probes until a region is taken out.
    pub failures: u32,
    /// DNS time to live, seconds.
    #[serde(with = "checked::quantity")]
    pub ttl_s: f64,
}

impl Default for GlobalLoadBalancer {
    fn default() -> Self {
        Self { policy: RoutingPolicy::Nearest, probe_interval_s: 30.0, failures: 3, ttl_s: 60.0 }
    }
}

/// A balancer inside a region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoadBalancer {
    /// Whether a session stays on one node; mandatory in front of the portals (D8).
    pub sticky: bool,
    /// Largest request header let through, KiB (D9).
    pub header_limit_kib: u32,
}

impl Default for LoadBalancer {
    fn default() -> Self {
        Self { sticky: false, header_limit_kib: 32 }
    }
}

/// What a gateway does with a call; decides its published throughput (E4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Workload {
    /// The call is passed through.
    Passthrough,
    /// The payload is transformed.
    Mediation,
}

impl Workload {
    /// All workloads, in the order of menus.
    pub const ALL: [Self; 2] = [Self::Passthrough, Self::Mediation];

    /// The word shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Passthrough => "Passthrough",
            Self::Mediation => "Mediation",
        }
    }
}

/// Which gateway product a group runs (A8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub enum GatewayRuntime {
    /// Universal Gateway, "classic" since 4.7.
    #[default]
    Universal,
    /// Platform Gateway (Envoy), from 4.7.
    Platform,
}

impl GatewayRuntime {
    /// Both, in the order of menus.
    pub const ALL: [Self; 2] = [Self::Universal, Self::Platform];

    /// The words shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Universal => "Universal Gateway",
            Self::Platform => "Platform Gateway",
        }
    }
}

/// Settings of a gateway group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gateway {
    /// Gateway environment whose APIs it serves (`gateway_labels`, A40).
    pub environment: String,
    /// What it does with a call.
    pub workload: Workload,
    /// Most instances when it scales by itself; `None` for a fixed number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub autoscale_max: Option<u32>,
    /// Which gateway product it is.
    #[serde(default, skip_serializing_if = "is_default")]
    pub runtime: GatewayRuntime,
}

impl Default for Gateway {
    fn default() -> Self {
        Self {
            environment: "Default".into(),
            workload: Workload::Passthrough,
            autoscale_max: None,
            runtime: GatewayRuntime::Universal,
        }
    }
}

/// How access tokens are checked (H1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum TokenFormat {
    /// Self-contained; the gateway checks the signature itself.
    Jwt,
    /// A reference the key manager must resolve.
    Opaque,
}

/// Settings of a control plane.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ControlPlane {
    /// Whether the number of nodes changes by itself; not supported (D3).
    pub autoscale: bool,
}

/// Settings of an all-in-one group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllInOne {
    /// Gateway environment whose APIs its gateway serves.
    pub environment: String,
    /// What its gateway does with a call.
    pub workload: Workload,
}

impl Default for AllInOne {
    fn default() -> Self {
        Self { environment: "Default".into(), workload: Workload::Passthrough }
    }
}

/// Database engines of the product's compatibility list (A17) and the embedded one (A10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Engine {
    /// PostgreSQL.
    PostgreSql,
    /// MySQL.
    MySql,
    /// Microsoft SQL Server.
    SqlServer,
    /// Oracle Database.
    Oracle,
    /// Embedded H2, for development only.
    H2,
}

impl Engine {
    /// All engines, in the order of menus.
    pub const ALL: [Self; 5] = [Self::PostgreSql, Self::MySql, Self::SqlServer, Self::Oracle, Self::H2];

    /// The product's name.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::PostgreSql => "PostgreSQL",
            Self::MySql => "MySQL",
            Self::SqlServer => "SQL Server",
            Self::Oracle => "Oracle",
            Self::H2 => "H2",
        }
    }

    /// The port its server listens on by default (A46; MySQL's own default; H2 has none).
    #[must_use]
    pub fn port(self) -> Option<u16> {
        match self {
            Self::PostgreSql => Some(5432),
            Self::MySql => Some(3306),
            Self::SqlServer => Some(1433),
            Self::Oracle => Some(1521),
            Self::H2 => None,
        }
    }
}

/// How a database survives the loss of its node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Standby {
    /// One copy.
    Single,
    /// A synchronous standby in another zone of the region.
    MultiZone,
}

impl Standby {
    /// Both, in the order of menus.
    pub const ALL: [Self; 2] = [Self::Single, Self::MultiZone];

    /// The words shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Single => "Single copy",
            Self::MultiZone => "Standby in another zone",
        }
    }
}

/// What a database server holds (A9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Schema {
    /// `apim_db`: APIs, applications, subscriptions, tokens.
    Apim,
    /// `shared_db`: registry and users.
    Shared,
    /// `WSO2CARBON_DB`: data of one node, never shared (A9, A47).
    Carbon,
    /// `WSO2MB_DB`: the message broker's store of one node, never shared (A9, A47).
    Broker,
}

impl Schema {
    /// All schemas, in the order of menus.
    pub const ALL: [Self; 4] = [Self::Apim, Self::Shared, Self::Carbon, Self::Broker];

    /// The name the documentation uses.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Apim => "apim_db",
            Self::Shared => "shared_db",
            Self::Carbon => "WSO2CARBON_DB",
            Self::Broker => "WSO2MB_DB",
        }
    }
}

fn both_schemas() -> Vec<Schema> {
    vec![Schema::Apim, Schema::Shared]
}

fn are_both_schemas(schemas: &[Schema]) -> bool {
    matches!(schemas, [Schema::Apim, Schema::Shared])
}

/// Settings of a database.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// Engine.
    pub engine: Engine,
    /// Engine version as the vendor writes it, such as `16.2` or `19c`.
    pub version: String,
    /// Whether the cloud provider runs it.
    pub managed: bool,
    /// Redundancy inside the region.
    pub standby: Standby,
    /// Storage, GiB.
    #[serde(with = "checked::quantity")]
    pub storage_gib: f64,
    /// What it holds, in the order of [`Schema`].
    #[serde(default = "both_schemas", skip_serializing_if = "are_both_schemas")]
    pub schemas: Vec<Schema>,
    /// Whether `apim_db` uses the character set latin1, which MySQL 8 needs (A17).
    #[serde(default, skip_serializing_if = "is_default")]
    pub latin1: bool,
    /// Pattern 1: number of this region in the key sequences, from 1 (B15); `None` leaves it to the export.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence_start: Option<u32>,
    /// Pattern 1: the region's `DCID` (B16); empty leaves it to the export.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub dcid: String,
}

impl Default for Database {
    fn default() -> Self {
        Self {
            engine: Engine::PostgreSql,
            version: "16.2".into(),
            managed: true,
            standby: Standby::MultiZone,
            storage_gib: 100.0,
            schemas: both_schemas(),
            latin1: false,
            sequence_start: None,
            dcid: String::new(),
        }
    }
}

/// External identity products (H4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum IdentityProduct {
    /// WSO2 Identity Server.
    Wso2Is,
    /// Keycloak.
    Keycloak,
    /// Okta.
    Okta,
    /// Auth0.
    Auth0,
    /// Microsoft Entra ID (Azure AD).
    EntraId,
    /// Any other `OAuth2` or OIDC provider.
    Other,
}

impl IdentityProduct {
    /// All products, in the order of menus.
    pub const ALL: [Self; 6] = [Self::Wso2Is, Self::Keycloak, Self::Okta, Self::Auth0, Self::EntraId, Self::Other];

    /// The product's name.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Wso2Is => "WSO2 Identity Server",
            Self::Keycloak => "Keycloak",
            Self::Okta => "Okta",
            Self::Auth0 => "Auth0",
            Self::EntraId => "Microsoft Entra ID",
            Self::Other => "Other",
        }
    }
}

/// Settings of an external identity provider.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityProvider {
    /// Which product it is.
    pub product: IdentityProduct,
    /// Name of the cluster it is a member of, where one cluster spans several components (F9); empty for none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub cluster: String,
}

impl Default for IdentityProvider {
    fn default() -> Self {
        Self { product: IdentityProduct::Keycloak, cluster: String::new() }
    }
}

/// Settings of a backend.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backend {
    /// Where it is when it stands in no region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<Site>,
    /// Median response time, ms.
    #[serde(with = "checked::quantity")]
    pub p50_ms: f64,
    /// 99th percentile of the response time, ms.
    #[serde(with = "checked::quantity")]
    pub p99_ms: f64,
    /// Share of all API calls that go to this backend, percent; the shares of all backends are normalised.
    #[serde(default = "hundred", with = "checked::quantity")]
    pub share_pct: f64,
}

fn hundred() -> f64 {
    100.0
}

impl Default for Backend {
    fn default() -> Self {
        Self { site: None, p50_ms: 20.0, p99_ms: 80.0, share_pct: hundred() }
    }
}

/// How a Redis or Valkey store is set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RedisMode {
    /// Primary with replicas, the supported mode (D5).
    Replication,
    /// Sharded cluster, not supported (D5).
    Sharded,
}

impl RedisMode {
    /// Both, in the order of menus.
    pub const ALL: [Self; 2] = [Self::Replication, Self::Sharded];

    /// The word shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Replication => "Replication",
            Self::Sharded => "Sharded cluster",
        }
    }
}

/// Settings of a Redis or Valkey store.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redis {
    /// Its mode.
    pub mode: RedisMode,
}

impl Default for Redis {
    fn default() -> Self {
        Self { mode: RedisMode::Replication }
    }
}

/// Analytics products (H25).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum AnalyticsProduct {
    /// Moesif, from 4.6.0.
    Moesif,
    /// Choreo, up to 4.5.0.
    Choreo,
    /// Own Elasticsearch, Logstash and Kibana.
    Elk,
}

impl AnalyticsProduct {
    /// All products, in the order of menus.
    pub const ALL: [Self; 3] = [Self::Moesif, Self::Choreo, Self::Elk];

    /// The product's name.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Moesif => "Moesif",
            Self::Choreo => "Choreo",
            Self::Elk => "ELK",
        }
    }
}

/// Settings of analytics.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Analytics {
    /// Which product it is.
    pub product: AnalyticsProduct,
}

impl Default for Analytics {
    fn default() -> Self {
        Self { product: AnalyticsProduct::Moesif }
    }
}
