//! The kinds of components: words, defaults and drawn size of each, in one table.

use super::component::{
    AllInOne, Analytics, Backend, ControlPlane, Database, Gateway, GlobalLoadBalancer, IdentityProvider, LoadBalancer,
    NodeSize, Redis, Spec, Users,
};
use super::geometry::Extent;

/// The kind of a component, without its settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Universal Gateway.
    Gateway,
    /// Traffic Manager.
    TrafficManager,
    /// API Control Plane.
    ControlPlane,
    /// Key manager of its own.
    KeyManager,
    /// All-in-one.
    AllInOne,
    /// Database.
    Database,
    /// Load balancer of a region.
    LoadBalancer,
    /// DNS or anycast over regions.
    GlobalLoadBalancer,
    /// User population.
    Users,
    /// Backend service.
    Backend,
    /// External identity provider.
    IdentityProvider,
    /// Redis or Valkey.
    Redis,
    /// Analytics.
    Analytics,
    /// Shared directory.
    SharedFiles,
}

struct Row {
    label: &'static str,
    short: &'static str,
    about: &'static str,
    instances: u32,
    size: Option<NodeSize>,
}

/// Minimum of a product node: 2 vCPU, 4 GB memory, 10 GB disk (facts E1, E2; source S16).
const PRODUCT_NODE: Option<NodeSize> = Some(NodeSize { vcpu: 2.0, memory_gib: 4.0, disk_gib: 10.0 });

const fn row(
    label: &'static str,
    short: &'static str,
    about: &'static str,
    instances: u32,
    size: Option<NodeSize>,
) -> Row {
    Row { label, short, about, instances, size }
}

impl Kind {
    /// Every kind, in the order of the palette.
    pub const ALL: [Self; 14] = [
        Self::Gateway,
        Self::TrafficManager,
        Self::ControlPlane,
        Self::KeyManager,
        Self::AllInOne,
        Self::Database,
        Self::LoadBalancer,
        Self::GlobalLoadBalancer,
        Self::Users,
        Self::Backend,
        Self::IdentityProvider,
        Self::Redis,
        Self::Analytics,
        Self::SharedFiles,
    ];

    fn row(self) -> Row {
        match self {
            Self::Gateway => row("Gateway", "gw", "Universal Gateway: serves the API traffic", 2, PRODUCT_NODE),
            Self::TrafficManager => {
                row("Traffic manager", "tm", "Decides on throttling for the gateways", 2, PRODUCT_NODE)
            }
            Self::ControlPlane => {
                row("Control plane", "cp", "Publisher, portals, event hub and resident key manager", 2, PRODUCT_NODE)
            }
            Self::KeyManager => {
                row("Key manager", "km", "A key manager separate from the control plane", 2, PRODUCT_NODE)
            }
            Self::AllInOne => row("All-in-one", "aio", "Every part of the product in one process", 2, PRODUCT_NODE),
            Self::Database => row(
                "Database",
                "db",
                "Holds apim_db and shared_db",
                1,
                Some(NodeSize { vcpu: 2.0, memory_gib: 8.0, disk_gib: 100.0 }),
            ),
            Self::LoadBalancer => row("Load balancer", "lb", "In front of the nodes of one region", 1, None),
            Self::GlobalLoadBalancer => {
                row("Global load balancer", "gslb", "DNS or anycast that picks a region", 1, None)
            }
            Self::Users => row("Users", "users", "Callers at one place, with their load", 1, None),
            Self::Backend => row("Backend", "backend", "A service behind the APIs", 1, None),
            Self::IdentityProvider => {
                row("Identity provider", "idp", "External identity provider, called as a service", 1, None)
            }
            Self::Redis => row(
                "Redis or Valkey",
                "redis",
                "Counters shared by several traffic managers",
                1,
                Some(NodeSize { vcpu: 2.0, memory_gib: 4.0, disk_gib: 10.0 }),
            ),
            Self::Analytics => row("Analytics", "analytics", "Receives the gateways' usage events", 1, None),
            Self::SharedFiles => row("Shared files", "files", "A directory shared between nodes", 1, None),
        }
    }

    /// The words shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        self.row().label
    }

    /// Short word that new ids begin with.
    #[must_use]
    pub fn short(self) -> &'static str {
        self.row().short
    }

    /// One line on what it does.
    #[must_use]
    pub fn about(self) -> &'static str {
        self.row().about
    }

    /// Instances of a new group: two where the documentation asks for two (fact D1).
    #[must_use]
    pub fn default_instances(self) -> u32 {
        self.row().instances
    }

    /// Node size of a new group; `None` for services without nodes.
    #[must_use]
    pub fn default_size(self) -> Option<NodeSize> {
        self.row().size
    }

    /// The settings of a new component.
    #[must_use]
    pub fn default_spec(self) -> Spec {
        match self {
            Self::Gateway => Spec::Gateway(Gateway::default()),
            Self::TrafficManager => Spec::TrafficManager,
            Self::ControlPlane => Spec::ControlPlane(ControlPlane::default()),
            Self::KeyManager => Spec::KeyManager,
            Self::AllInOne => Spec::AllInOne(AllInOne::default()),
            Self::Database => Spec::Database(Database::default()),
            Self::LoadBalancer => Spec::LoadBalancer(LoadBalancer::default()),
            Self::GlobalLoadBalancer => Spec::GlobalLoadBalancer(GlobalLoadBalancer::default()),
            Self::Users => Spec::Users(Users::default()),
            Self::Backend => Spec::Backend(Backend::default()),
            Self::IdentityProvider => Spec::IdentityProvider(IdentityProvider::default()),
            Self::Redis => Spec::Redis(Redis::default()),
            Self::Analytics => Spec::Analytics(Analytics::default()),
            Self::SharedFiles => Spec::SharedFiles,
        }
    }

    /// Whether it may stand inside a region; users and global balancers may not.
    #[must_use]
    pub fn fits_in_region(self) -> bool {
        !matches!(self, Self::Users | Self::GlobalLoadBalancer)
    }

    /// Whether its nodes run the API Manager product (and so follow its version and sizing).
    #[must_use]
    pub fn is_product_node(self) -> bool {
        matches!(self, Self::Gateway | Self::TrafficManager | Self::ControlPlane | Self::KeyManager | Self::AllInOne)
    }

    /// Whether it carries a control plane: event hub, portals, key manager (A5).
    #[must_use]
    pub fn has_control_plane(self) -> bool {
        matches!(self, Self::ControlPlane | Self::AllInOne)
    }

    /// Whether it serves API traffic.
    #[must_use]
    pub fn has_gateway(self) -> bool {
        matches!(self, Self::Gateway | Self::AllInOne)
    }

    /// Whether it decides on throttling (A5: an all-in-one is its own traffic manager).
    #[must_use]
    pub fn has_traffic_manager(self) -> bool {
        matches!(self, Self::TrafficManager | Self::AllInOne)
    }

    /// Drawn size of its box, scene points.
    #[must_use]
    pub fn extent(self) -> Extent {
        match self {
            Self::Users => Extent(144, 56),
            _ => Extent(176, 64),
        }
    }
}
