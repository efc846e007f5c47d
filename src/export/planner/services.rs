//! Load balancers with what they pass on, and the services around the product.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::design::{Backend, Component, Id, Kind, RedisMode, Spec};
use crate::topology::{Node, Topology};

use super::names::Names;
use super::nodes::said;
use super::places::{PlanSite, PlanSize};
use super::ports::{PlanPort, Ports};
use super::words::{PlanPurpose, PlanRouting};
use super::{Budget, PlanError};

/// A load balancer, of one region or over regions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlanBalancer {
    /// Id in the design.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Region it stands in; `null` for one over regions.
    pub region: Option<String>,
    /// Whether it chooses between regions by name (DNS or anycast) instead of passing on connections.
    pub global: bool,
    /// Host name callers use, in the placeholder domain until the real one is set.
    pub host: String,
    /// Host name that the design fixes, `{n}` standing for the number of the node; `null` when it was made here.
    pub own_host: Option<String>,
    /// Number of equal nodes, or 1 where somebody else runs it.
    #[serde(default = "one")]
    pub instances: u32,
    /// Size of each node; `null` when not decided, or for a service without nodes of ours.
    #[serde(default)]
    pub size: Option<PlanSize>,
    /// Names of the availability zones its nodes are spread over; empty when not decided.
    #[serde(default)]
    pub zones: Vec<String>,
    /// Whether a session stays on one node (D8); `null` for a global one.
    pub sticky: Option<bool>,
    /// Largest request header let through, KiB (D9); `null` for a global one.
    pub header_limit_kib: Option<u32>,
    /// How a global one chooses the region; `null` for one of a region.
    pub routing: Option<PlanRouting>,
    /// How a global one notices that a region is lost; `null` for one of a region.
    pub probing: Option<PlanProbing>,
    /// What it passes on. It follows from the links and is not read back.
    #[serde(skip_deserializing)]
    pub pools: Vec<PlanPool>,
}

/// What plans of a time before they said how many nodes a balancer has were made for.
fn one() -> u32 {
    1
}

/// Health probes and DNS settings of a global load balancer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlanProbing {
    /// Seconds between two probes.
    pub interval_s: f64,
    /// Failed probes until a region is taken out.
    pub failures: u32,
    /// DNS time to live, seconds.
    pub ttl_s: f64,
}

/// One port of a balancer and what stands behind it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PlanPool {
    /// Port the balancer answers on: 443 and 80 for API traffic and 443 for the servlet port (A19, A33); 9443 where
    /// API traffic has taken 443 (Z20) or another region connects (B26). A global balancer has its targets' ports.
    pub listen: PlanPort,
    /// Port at the targets.
    pub target_port: PlanPort,
    /// Endpoints it passes connections on to.
    pub targets: Vec<String>,
    /// What these connections are for.
    pub purposes: Vec<PlanPurpose>,
}

/// A service around the product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlanService {
    /// Id in the design.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it is.
    pub kind: ServiceKind,
    /// The product behind it, such as `Keycloak`; `null` when the design does not say.
    pub product: Option<String>,
    /// Name of the cluster it belongs to, where one spans several services (F9); `null` when in none.
    pub cluster: Option<String>,
    /// Region it stands in; `null` when in none.
    pub region: Option<String>,
    /// Where it is when in no region; `null` when the design does not say.
    pub site: Option<PlanSite>,
    /// Host name in the placeholder domain; `null` when somebody else runs it and its address must be supplied.
    pub host: Option<String>,
    /// Host name that the design fixes, `{n}` standing for the number of the node; `null` when it was made here.
    pub own_host: Option<String>,
    /// Number of equal nodes.
    pub instances: u32,
    /// Size of each; `null` for services without nodes of ours.
    pub size: Option<PlanSize>,
    /// Names of the availability zones its nodes are spread over; empty when not decided.
    #[serde(default)]
    pub zones: Vec<String>,
    /// How fast a backend answers and what share of the calls it gets; `null` for everything else.
    pub response: Option<PlanResponse>,
}

/// The answers of a backend.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlanResponse {
    /// Median response time, ms.
    pub p50_ms: f64,
    /// 99th percentile of the response time, ms.
    pub p99_ms: f64,
    /// Share of all API calls that go to this backend, percent; the shares of all backends are normalised.
    pub share_pct: f64,
}

impl From<&Backend> for PlanResponse {
    fn from(backend: &Backend) -> Self {
        Self { p50_ms: backend.p50_ms, p99_ms: backend.p99_ms, share_pct: backend.share_pct }
    }
}

/// Kind of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ServiceKind {
    /// A service behind the APIs.
    Backend,
    /// External identity provider (B31).
    IdentityProvider,
    /// Redis or Valkey for shared counters (D5).
    Redis,
    /// Receives the gateways' usage events (A35).
    Analytics,
    /// A directory shared between nodes (B17).
    SharedFiles,
}

/// Balancers in order of id.
pub(super) fn balancers(
    topology: &Topology<'_>,
    names: &Names<'_>,
    ports: &Ports<'_, '_>,
    budget: &mut Budget,
) -> Result<Vec<PlanBalancer>, PlanError> {
    let mut balancers = Vec::new();
    for (id, component) in &topology.design.components {
        let (sticky, header_limit_kib, routing, probing) = match &component.spec {
            Spec::LoadBalancer(lb) => (Some(lb.sticky), Some(lb.header_limit_kib), None, None),
            Spec::GlobalLoadBalancer(g) => {
                let probing = PlanProbing { interval_s: g.probe_interval_s, failures: g.failures, ttl_s: g.ttl_s };
                (None, None, Some(g.policy.into()), Some(probing))
            }
            _ => continue,
        };
        balancers.push(PlanBalancer {
            id: id.to_string(),
            name: component.name.clone(),
            region: component.region.as_ref().map(Id::to_string),
            global: component.kind() == Kind::GlobalLoadBalancer,
            host: names.host(id.as_str()).unwrap_or_default().to_owned(),
            own_host: said(&component.settings.host),
            instances: component.instances,
            size: component.size.map(PlanSize::from),
            zones: component.zones.clone(),
            sticky,
            header_limit_kib,
            routing,
            probing,
            pools: pools(topology, names, ports, &Node { id, component }, budget)?,
        });
    }
    Ok(balancers)
}

/// Links out of the balancer as pools: those with the same ports and target group are one.
fn pools<'a>(
    topology: &Topology<'a>,
    names: &Names<'_>,
    ports: &Ports<'_, 'a>,
    balancer: &Node<'a>,
    budget: &mut Budget,
) -> Result<Vec<PlanPool>, PlanError> {
    // First the targets of each port and purpose, then purposes with equal targets together.
    let mut targets: BTreeMap<(PlanPort, PlanPort, PlanPurpose), BTreeSet<&Id>> = BTreeMap::new();
    for (edge, target) in topology.out(balancer.id) {
        for (listen, target_port) in ports.forwarding(balancer, edge.link, budget)? {
            targets.entry((listen, target_port, edge.link.purpose.into())).or_default().insert(target.id);
        }
    }
    let mut purposes: BTreeMap<(PlanPort, PlanPort, BTreeSet<&Id>), Vec<PlanPurpose>> = BTreeMap::new();
    for ((listen, target_port, purpose), targets) in targets {
        purposes.entry((listen, target_port, targets)).or_default().push(purpose);
    }
    let mut pools = Vec::new();
    for ((listen, target_port, targets), purposes) in purposes {
        let targets: Vec<String> = targets.into_iter().flat_map(|id| names.endpoints(id)).cloned().collect();
        budget.spend(targets.len() as u64)?;
        pools.push(PlanPool { listen, target_port, targets, purposes });
    }
    Ok(pools)
}

/// Services in order of id.
pub(super) fn services(topology: &Topology<'_>, names: &Names<'_>) -> Vec<PlanService> {
    let service = |(id, component): (&Id, &std::sync::Arc<Component>)| {
        let (kind, product, site) = match &component.spec {
            Spec::Backend(b) => (ServiceKind::Backend, None, b.site.as_ref()),
            Spec::IdentityProvider(i) => (ServiceKind::IdentityProvider, Some(i.product.label()), None),
            Spec::Redis(r) => (ServiceKind::Redis, Some(redis_label(r.mode)), None),
            Spec::Analytics(a) => (ServiceKind::Analytics, Some(a.product.label()), None),
            Spec::SharedFiles => (ServiceKind::SharedFiles, None, None),
            _ => return None,
        };
        let cluster = match &component.spec {
            Spec::IdentityProvider(i) => said(&i.cluster),
            _ => None,
        };
        let response = match &component.spec {
            Spec::Backend(backend) => Some(backend.into()),
            _ => None,
        };
        Some(PlanService {
            id: id.to_string(),
            name: component.name.clone(),
            kind,
            product: product.map(str::to_owned),
            cluster,
            region: component.region.as_ref().map(Id::to_string),
            site: site.map(PlanSite::from),
            host: names.host(id.as_str()).map(str::to_owned),
            own_host: said(&component.settings.host),
            instances: component.instances,
            size: component.size.map(PlanSize::from),
            zones: component.zones.clone(),
            response,
        })
    };
    topology.design.components.iter().filter_map(service).collect()
}

/// What a plan calls the product behind a Redis or Valkey store of this mode.
#[must_use]
pub fn redis_label(mode: RedisMode) -> &'static str {
    match mode {
        RedisMode::Replication => "Redis or Valkey, primary with replicas",
        RedisMode::Sharded => "Redis or Valkey, sharded cluster",
    }
}
