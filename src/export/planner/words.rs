//! The words of the planner format, kept apart from the program's own types so that these may change freely.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::design::{
    self, Engine, Environment, GatewayRuntime, Kind, Network, PatternIntent, ProductVersion, Purpose, RegionRole,
    RoutingPolicy, Standby, TokenFormat, Workload,
};
use crate::estimate::{CostCategory, Operation, Quality, TrafficClass, Unit};
use crate::rules::pattern::Pattern;
use crate::rules::{Basis, Severity};

/// An enumeration of the format with the same variants as one of the program, and the conversion. A variant added
/// to the program does not compile until somebody decides on its word here.
macro_rules! words {
    (
        $(#[$outer:meta])*
        $name:ident from $source:ty { $($(#[$inner:meta])* $variant:ident,)+ } $(and { $($(#[$extra:meta])* $own:ident,)+ })?
    ) => {
        $(#[$outer])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name {
            $($(#[$inner])* $variant,)+
            $($($(#[$extra])* $own,)+)?
        }

        impl From<$source> for $name {
            fn from(source: $source) -> Self {
                match source {
                    $(<$source>::$variant => Self::$variant,)+
                }
            }
        }

        impl $name {
            /// The program's own word; `None` for one that only the format has.
            #[must_use]
            pub fn own(self) -> Option<$source> {
                match self {
                    $(Self::$variant => Some(<$source>::$variant),)+
                    $($(Self::$own => None,)+)?
                }
            }
        }
    };
}

words! {
    /// The part a region plays in the deployment pattern.
    PlanRegionRole from RegionRole {
        /// A complete region among equals, or the only one (B1).
        Peer,
        /// Pattern 2: the region with the control plane (B20).
        Main,
        /// Pattern 2: a region with gateways and traffic managers only (B20).
        Sub,
    }
}

words! {
    /// A recognised deployment pattern.
    PlanPattern from Pattern {
        /// Several complete regions with replicated databases (B1).
        #[serde(rename = "pattern-1")]
        Pattern1,
        /// One main region with the control plane, others with gateways and traffic managers (B20).
        #[serde(rename = "pattern-2")]
        Pattern2,
        /// Several complete regions and data plane regions; not described by the documentation.
        Mixed,
        /// One region.
        SingleRegion,
        /// Nothing recognisable.
        None,
    }
}

words! {
    /// The pattern the architect means the drawing to be.
    PlanIntent from PatternIntent {
        /// Whatever the drawing shows.
        Auto,
        /// Pattern 1.
        #[serde(rename = "pattern-1")]
        Pattern1,
        /// Pattern 2.
        #[serde(rename = "pattern-2")]
        Pattern2,
        /// One region.
        SingleRegion,
    }
}

words! {
    /// What the deployment is used for.
    PlanEnvironment from Environment {
        /// Real users depend on it.
        Production,
        /// Development or test.
        Development,
    }
}

words! {
    /// Format of access tokens (H1).
    PlanTokens from TokenFormat {
        /// Self-contained; the gateway checks the signature itself.
        Jwt,
        /// A reference the key manager must resolve.
        Opaque,
    }
}

words! {
    /// Network a connection runs over.
    PlanNetwork from Network {
        /// Private network or peering.
        Private,
        /// Virtual private network over the internet.
        Vpn,
        /// The open internet.
        Public,
    }
}

words! {
    /// How a global load balancer chooses the region for a caller.
    PlanRouting from RoutingPolicy {
        /// The region with the lowest round-trip time.
        Nearest,
        /// In proportion to the gateways' capacity.
        Weighted,
        /// The first region in order of id that works.
        Failover,
        /// The region geographically closest.
        Geographic,
    }
}

words! {
    /// What a gateway does with a call.
    PlanWorkload from Workload {
        /// The call is passed through.
        Passthrough,
        /// The payload is transformed.
        Mediation,
    }
}

words! {
    /// Which gateway product a gateway node runs (A8).
    PlanRuntime from GatewayRuntime {
        /// Universal Gateway.
        Universal,
        /// Platform Gateway, from 4.7.
        Platform,
    }
}

words! {
    /// Redundancy of a database inside its region.
    PlanStandby from Standby {
        /// One copy.
        Single,
        /// A synchronous standby in another zone.
        MultiZone,
    }
}

words! {
    /// Database engine.
    PlanEngine from Engine {
        /// PostgreSQL.
        #[serde(rename = "postgresql")]
        PostgreSql,
        /// MySQL.
        #[serde(rename = "mysql")]
        MySql,
        /// Microsoft SQL Server.
        #[serde(rename = "sql-server")]
        SqlServer,
        /// Oracle Database.
        Oracle,
        /// Embedded H2, for development only (A10).
        H2,
    }
}

words! {
    /// What a connection is for.
    PlanPurpose from Purpose {
        /// Calls of the APIs (A33).
        ApiTraffic,
        /// People at the portals, token requests (H5).
        PortalAccess,
        /// Artifacts and policies are pulled from the control plane (A19, A24, A31).
        ManagementHttps,
        /// Subscription to the event hub (A20, A25, A31).
        EventStream,
        /// A control plane publishes to the event hub of another region (B7, B10).
        HubEvents,
        /// Gateways publish every call to the traffic managers (A22).
        ThrottleData,
        /// Gateways receive throttle decisions (A23).
        ThrottleDecision,
        /// A key manager is asked (A21, A30).
        KeyManagerHttps,
        /// Revoked tokens are reported to the control plane (A29).
        TokenNotification,
        /// The control plane deploys to a gateway's management port (A32).
        GatewayManagement,
        /// Database access (A34).
        Database,
        /// Replication between two databases (B5).
        DbReplication,
        /// Calls of an external identity provider (B31).
        Identity,
        /// Gateways call the backends (A33).
        BackendCall,
        /// Traffic managers share counters (D5).
        SharedCounters,
        /// Gateways publish usage events (A35).
        AnalyticsEvents,
        /// A shared directory is mounted (B17).
        FileShare,
    } and {
        /// A control plane node copies token revocations to its peer (`event_duplicate_url`, A27): implied in a group,
        /// drawn between groups of one region.
        EventDuplicate,
        /// Implied: a traffic manager copies throttle decisions to its peer (`event_duplicate_url`, A26).
        ThrottleDuplicate,
        /// Implied: a control plane node publishes events to every hub of its region, itself included
        /// (`event_hub.publish.url_group`, A28).
        HubPublish,
    }
}

words! {
    /// How bad a finding is.
    PlanSeverity from Severity {
        /// Contradicts a documented requirement, or gives a broken configuration.
        Error,
        /// A documented recommendation or a risk.
        Warning,
        /// A consequence worth knowing.
        Info,
    }
}

words! {
    /// What a statement rests on.
    PlanBasis from Basis {
        /// The deployment pattern overview itself.
        Overview,
        /// Other documentation, packs, charts or issues of the product.
        Documented,
        /// Our own conclusion from documented facts.
        Inferred,
        /// A third party's text.
        Community,
        /// A rule of the user's own company.
        Company,
    }
}

words! {
    /// How far a number can be trusted.
    PlanQuality from Quality {
        /// Measured by somebody.
        Measured,
        /// Published, such as a list price.
        Published,
        /// Given by the architect in the design.
        Given,
        /// Given by the company in a book of its own, such as a negotiated price.
        Company,
        /// Computed from other inputs.
        Derived,
        /// A fit or a stand-in for a missing figure.
        Estimated,
        /// Assumed without a source.
        Assumed,
    }
}

words! {
    /// Unit of a number.
    PlanUnit from Unit {
        /// Milliseconds.
        Ms,
        /// US dollars a month.
        UsdPerMonth,
        /// US dollars for one of something.
        Usd,
        /// Requests a second.
        RequestsPerS,
        /// Percent.
        Percent,
        /// Gigabytes a month.
        GbPerMonth,
        /// Hours a month.
        Hours,
        /// Kilometres.
        Km,
        /// Bytes.
        Bytes,
        /// A count or a ratio without unit.
        Count,
    }
}

words! {
    /// What a user does.
    PlanOperation from Operation {
        /// An API call, there and back, including the backend, over all backends.
        ApiCall,
        /// The same to the backends at the place of the gateway that is called.
        ApiCallLocal,
        /// The same to the backends elsewhere.
        ApiCallRemote,
        /// Getting an access token.
        TokenIssue,
        /// Opening a portal page.
        PortalLogin,
        /// From publishing an API until every region serves it.
        PublishEverywhere,
    }
}

words! {
    /// What money is spent on.
    PlanCostCategory from CostCategory {
        /// Virtual machines.
        Compute,
        /// Database instances.
        Database,
        /// Disks and database storage.
        Storage,
        /// Load balancers, regional and global.
        LoadBalancing,
        /// Data transfer.
        Traffic,
        /// Ports and gateways of private lines, tunnels.
        PrivateLinks,
        /// Licences of the product, as the architects give them.
        Licences,
    }
}

words! {
    /// How far traffic goes.
    PlanTrafficClass from TrafficClass {
        /// To another zone of the region.
        InterZone,
        /// To another region of the provider.
        InterRegion,
        /// To the internet: users, own sites, other providers.
        Internet,
        /// Over a private line.
        PrivateLine,
    }
}

impl PlanPurpose {
    /// The words shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        let drawn = Purpose::ALL.into_iter().find(|purpose| Self::from(*purpose) == self);
        match self {
            Self::EventDuplicate => "Copies of revocations",
            Self::ThrottleDuplicate => "Copies of throttle decisions",
            Self::HubPublish => "Events to the hubs of the region",
            _ => drawn.map_or("", Purpose::label),
        }
    }
}

/// What a node runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NodeRole {
    /// Universal Gateway.
    Gateway,
    /// Traffic Manager.
    TrafficManager,
    /// API Control Plane.
    ControlPlane,
    /// A key manager of its own.
    KeyManager,
    /// Every part of the product in one process.
    AllInOne,
}

impl NodeRole {
    /// The role of a component's nodes; `None` for what does not run the product.
    #[must_use]
    pub fn of(kind: Kind) -> Option<Self> {
        match kind {
            Kind::Gateway => Some(Self::Gateway),
            Kind::TrafficManager => Some(Self::TrafficManager),
            Kind::ControlPlane => Some(Self::ControlPlane),
            Kind::KeyManager => Some(Self::KeyManager),
            Kind::AllInOne => Some(Self::AllInOne),
            _ => None,
        }
    }

    /// The kind of a component with such nodes.
    #[must_use]
    pub fn kind(self) -> Kind {
        match self {
            Self::Gateway => Kind::Gateway,
            Self::TrafficManager => Kind::TrafficManager,
            Self::ControlPlane => Kind::ControlPlane,
            Self::KeyManager => Kind::KeyManager,
            Self::AllInOne => Kind::AllInOne,
        }
    }
}

/// How the product is packaged in its version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Packaging {
    /// Up to 4.4: one pack, started with a profile (A1).
    Profiles,
    /// From 4.5: a distribution for each role (A2).
    Distributions,
}

impl Packaging {
    /// The packaging of a version.
    #[must_use]
    pub fn of(version: ProductVersion) -> Self {
        if version >= ProductVersion::V4_5 { Self::Distributions } else { Self::Profiles }
    }

    /// The packaging of nodes of this version for which the design may say otherwise.
    #[must_use]
    pub(super) fn of_nodes(version: ProductVersion, said: design::Packaging) -> Self {
        match said {
            design::Packaging::ByVersion => Self::of(version),
            design::Packaging::Profile => Self::Profiles,
            design::Packaging::Distribution => Self::Distributions,
        }
    }
}
