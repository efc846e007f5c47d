//! Every node instance: what it runs, how it is called, and the ports it listens on.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::design::{Component, GatewayRuntime, Id, Kind, NodeSettings, Purpose, Spec};
use crate::topology::Topology;

use super::names::Names;
use super::places::PlanSize;
use super::words::{NodeRole, Packaging, PlanRuntime, PlanWorkload};

/// One node: one running process of the product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlanNode {
    /// Id of the instance: the id of its group, a hyphen, and its number from 1.
    pub id: String,
    /// Id of its group in the design.
    pub group: String,
    /// What people call the group.
    pub group_name: String,
    /// Region it stands in; `null` when it has not been placed.
    pub region: Option<String>,
    /// What it runs.
    pub role: NodeRole,
    /// Host name, in the placeholder domain until the real one is set.
    pub host: String,
    /// Availability zone, dealt out in turn over the zones of the group; `null` when none were named.
    pub zone: Option<String>,
    /// Size; `null` when not decided.
    pub size: Option<PlanSize>,
    /// Product version it runs: the design's, or its own during an upgrade.
    pub version: String,
    /// How it is packaged.
    pub packaging: Packaging,
    /// The pack that is installed (A1, A2, A3).
    pub pack: String,
    /// Command to be run once before the first start; `null` when there is none.
    pub setup_command: Option<String>,
    /// Command that starts it (A1, A4); `null` where no source states it.
    pub start_command: Option<String>,
    /// Gateway environment whose APIs it serves (`gateway_labels`, A40); `null` for nodes without a gateway.
    pub gateway_environment: Option<String>,
    /// Which gateway product it runs (A8); `null` for what is no gateway.
    pub runtime: Option<PlanRuntime>,
    /// What its gateway does with a call; `null` for nodes without a gateway.
    pub workload: Option<PlanWorkload>,
    /// Most instances its group may scale to by itself; `null` for a fixed number.
    pub autoscale_max: Option<u32>,
    /// Whether the number of control planes of its group changes by itself, which is not supported (D3).
    pub autoscales_control_planes: bool,
    /// What an administrator sets on it.
    pub settings: PlanNodeSettings,
    /// Ports it listens on with port offset 0 (A36, A37). Empty for a Platform Gateway, of whose ports we know nothing.
    pub listens: Vec<Listener>,
}

/// What an administrator sets on a node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlanNodeSettings {
    /// Host name that the design fixes, `{n}` standing for the number of the node; `null` when it was made here.
    pub own_host: Option<String>,
    /// Name of the primary keystore; `null` means the one that all nodes share (A43).
    pub keystore: Option<String>,
    /// Name of the symmetric encryption key; `null` means the one that all nodes share (A42).
    pub encryption_key: Option<String>,
    /// Time zone (A47).
    pub time_zone: String,
    /// Java heap, GiB; `null` means the product's own, 2 GiB (E1, E2).
    pub heap_gib: Option<f64>,
    /// Domain within which control planes invalidate each other's caches (D2, D15); `null` means none.
    pub cache_domain: Option<String>,
    /// Host name of the portals; `null` when not decided.
    pub portal_host: Option<String>,
    /// Whether it cleans up expired revoked tokens (H15).
    pub cleans_up_tokens: bool,
}

/// The time zone of what says none (A47).
const USUAL_TIME_ZONE: &str = "UTC";

impl From<&NodeSettings> for PlanNodeSettings {
    fn from(s: &NodeSettings) -> Self {
        Self {
            own_host: said(&s.host),
            keystore: said(&s.keystore),
            encryption_key: said(&s.encryption_key),
            time_zone: time_zone(s),
            heap_gib: s.heap_gib,
            cache_domain: said(&s.cache_domain),
            portal_host: said(&s.portal_host),
            cleans_up_tokens: !s.token_cleanup_off,
        }
    }
}

/// The time zone these settings mean.
pub(super) fn time_zone(settings: &NodeSettings) -> String {
    said(&settings.time_zone).unwrap_or_else(|| USUAL_TIME_ZONE.to_owned())
}

/// A text, unless it is empty.
pub(super) fn said(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// A port a node listens on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Listener {
    /// Port number.
    pub port: u16,
    /// Protocol, such as `https` or `amqp`.
    pub protocol: String,
    /// What it is for.
    pub purpose: String,
    /// Number of the fact it comes from.
    pub fact: String,
}

type Row = (u16, &'static str, &'static str, &'static str);

const SERVLET: [Row; 2] = [
    (9443, "https", "portals, internal APIs, management", "A36"),
    (9763, "http", "the same without encryption; keep it closed to other machines", "A36"),
];
const EVENTS: [Row; 3] = [
    (5672, "amqp", "event broker", "A36"),
    (9611, "tcp", "throttling and hub events", "A36"),
    (9711, "ssl", "log-in for throttling and hub events", "A36"),
];
const TRAFFIC: [Row; 6] = [
    (8280, "http", "API traffic", "A33"),
    (8243, "https", "API traffic", "A33"),
    (9099, "ws", "WebSocket APIs", "A33"),
    (8099, "wss", "WebSocket APIs", "A33"),
    (9021, "http", "event streaming (WebSub)", "A33"),
    (8021, "https", "event streaming (WebSub)", "A33"),
];
const ENCRYPTED_EVENTS: Row = (8672, "amqps", "event broker, encrypted", "A36");

fn listeners(role: NodeRole, encrypted_events: bool) -> Vec<Listener> {
    let (events, traffic) = match role {
        NodeRole::Gateway => (&EVENTS[..0], &TRAFFIC[..]),
        NodeRole::KeyManager => (&EVENTS[..0], &TRAFFIC[..0]),
        NodeRole::ControlPlane | NodeRole::TrafficManager => (&EVENTS[..], &TRAFFIC[..0]),
        NodeRole::AllInOne => (&EVENTS[..], &TRAFFIC[..]),
    };
    let encrypted = encrypted_events.then_some(&ENCRYPTED_EVENTS);
    let row = |&(port, protocol, purpose, fact): &Row| Listener {
        port,
        protocol: protocol.into(),
        purpose: purpose.into(),
        fact: fact.into(),
    };
    SERVLET.iter().chain(events).chain(encrypted).chain(traffic).map(row).collect()
}

/// How a role is installed and started.
struct Launch {
    pack: &'static str,
    setup: Option<&'static str>,
    start: Option<&'static str>,
}

/// No source says yet how a Platform Gateway is started.
const PLATFORM_GATEWAY: Launch = Launch { pack: "Platform Gateway", setup: None, start: None };

fn launch(role: NodeRole, packaging: Packaging) -> Launch {
    let plain = |pack, start| Launch { pack, setup: None, start: Some(start) };
    match (packaging, role) {
        (_, NodeRole::AllInOne) => plain("WSO2 API Manager", "api-manager.sh"),
        (Packaging::Distributions, NodeRole::Gateway) => plain("WSO2 Universal Gateway", "gateway.sh"),
        (Packaging::Distributions, NodeRole::TrafficManager) => plain("WSO2 Traffic Manager", "traffic-manager.sh"),
        (Packaging::Distributions, NodeRole::ControlPlane) => plain("WSO2 API Control Plane", "api-cp.sh"),
        (Packaging::Distributions, NodeRole::KeyManager) => Launch {
            pack: "WSO2 API Control Plane",
            setup: Some("profileSetup.sh -Dprofile=key-manager"),
            start: Some("api-cp.sh"),
        },
        (Packaging::Profiles, NodeRole::Gateway) => {
            plain("WSO2 API Manager", "api-manager.sh -Dprofile=gateway-worker")
        }
        (Packaging::Profiles, NodeRole::TrafficManager) => {
            plain("WSO2 API Manager", "api-manager.sh -Dprofile=traffic-manager")
        }
        (Packaging::Profiles, NodeRole::ControlPlane) => {
            plain("WSO2 API Manager", "api-manager.sh -Dprofile=control-plane")
        }
        // Fact A1 names the profiles of these versions, and none of them is a key manager of its own.
        (Packaging::Profiles, NodeRole::KeyManager) => Launch { pack: "WSO2 API Manager", setup: None, start: None },
    }
}

/// Every node instance, in order of group and number.
pub(super) fn nodes(topology: &Topology<'_>, names: &Names<'_>) -> Vec<PlanNode> {
    let mut nodes = Vec::new();
    for (id, component) in &topology.design.components {
        if let Some(role) = NodeRole::of(component.kind()) {
            group(topology, names, id, component, role, &mut nodes);
        }
    }
    nodes
}

fn group(
    topology: &Topology<'_>,
    names: &Names<'_>,
    id: &Id,
    component: &Component,
    role: NodeRole,
    nodes: &mut Vec<PlanNode>,
) {
    let settings = &component.settings;
    let version = settings.product_version.unwrap_or(topology.design.meta.product_version);
    let (environment, runtime, workload, autoscale_max) = match &component.spec {
        Spec::Gateway(g) => (Some(g.environment.clone()), Some(g.runtime), Some(g.workload.into()), g.autoscale_max),
        Spec::AllInOne(a) => (Some(a.environment.clone()), None, Some(a.workload.into()), None),
        _ => (None, None, None, None),
    };
    let packaging = Packaging::of_nodes(version, settings.packaging);
    let (launch, listens) = match runtime {
        Some(GatewayRuntime::Platform) => (PLATFORM_GATEWAY, Vec::new()),
        _ => (launch(role, packaging), listeners(role, has_encrypted_events(topology, id))),
    };
    let autoscales_control_planes = matches!(&component.spec, Spec::ControlPlane(c) if c.autoscale);
    let zones = component.zones.len().max(1);
    for (n, instance) in names.endpoints(id).iter().enumerate() {
        nodes.push(PlanNode {
            id: instance.clone(),
            group: id.to_string(),
            group_name: component.name.clone(),
            region: component.region.as_ref().map(Id::to_string),
            role,
            host: names.host(instance).unwrap_or_default().to_owned(),
            zone: component.zones.get(n % zones).cloned(),
            size: component.size.map(PlanSize::from),
            version: version.to_string(),
            packaging,
            pack: launch.pack.into(),
            setup_command: launch.setup.map(str::to_owned),
            start_command: launch.start.map(str::to_owned),
            gateway_environment: environment.clone(),
            runtime: runtime.map(PlanRuntime::from),
            workload,
            autoscale_max,
            autoscales_control_planes,
            settings: settings.into(),
            listens: listens.clone(),
        });
    }
}

/// Whether somebody connects to its event broker with encryption.
fn has_encrypted_events(topology: &Topology<'_>, id: &Id) -> bool {
    let of_broker = |p: Purpose| matches!(p, Purpose::EventStream | Purpose::HubEvents | Purpose::ThrottleDecision);
    let brokers = topology.index_of(id).is_some();
    brokers
        && topology.design.components.get(id).is_some_and(|c| c.kind() != Kind::Gateway)
        && topology.into(id).iter().any(|(edge, _)| edge.link.tls && of_broker(edge.link.purpose))
}
