//! What a release calls the others: by the Service of a chart in the cluster of its own region, by the host name of
//! the plan everywhere else; and the names under which callers know it.

use std::collections::{BTreeMap, BTreeSet};

use crate::design::Id;
use crate::export::Source;
use crate::export::planner::{PlanBalancer, PlanPurpose};
use crate::export::wso2::deployment::Deployment;
use crate::export::wso2::hubs::HubNames;
use crate::export::wso2::wiring::{Address, BROKER, Wiring, element, ends, link, passes_on};

use super::charts::Chart;
use super::releases::{Release, Releases};
use super::routes;

/// Protocols of the ports that usage events are sent to.
pub(super) const BINARY: [&str; 2] = ["tcp", "ssl"];

/// An address as a release writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// A Service of the same cluster, or a host name of the plan.
    pub(super) host: String,
    /// Whether it stands in another region.
    pub(super) elsewhere: bool,
    /// What in the drawing says so.
    pub(super) elements: Vec<Id>,
    /// The node or balancer in the plan.
    pub(super) endpoint: String,
}

/// A name under which callers reach a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PublicName {
    /// The host name.
    pub(super) host: String,
    /// The balancer, or the first node where none stands before it.
    pub(super) element: Option<Id>,
    /// Whether it is that of a balancer over regions.
    pub(super) global: bool,
}

/// All clusters of a plan.
pub(super) struct Hosts<'a> {
    pub(super) source: &'a Source<'a>,
    pub(super) deployment: Deployment<'a>,
    pub(super) releases: Releases<'a>,
    pub(super) hub_names: HubNames<'a>,
    api_hosts: BTreeSet<&'a str>,
    /// Balancers over regions behind which all gateways serve the same environment.
    of_one_environment: BTreeSet<&'a str>,
    /// Groups that other regions publish to with TLS.
    encrypted_hubs: BTreeSet<&'a str>,
    own_gateways: BTreeSet<&'a str>,
}

/// Balancers over regions with API calls for one environment only.
fn of_one_environment<'a>(wiring: &Wiring<'a>) -> BTreeSet<&'a str> {
    let apis = |balancer: &'a PlanBalancer| {
        let pools = balancer.pools.iter().filter(|pool| pool.purposes.contains(&PlanPurpose::ApiTraffic));
        pools.flat_map(|pool| pool.targets.iter().map(String::as_str))
    };
    let ends = |balancer| {
        apis(balancer).flat_map(move |target| match wiring.balancer(target) {
            Some(regional) => apis(regional).collect(),
            None => vec![target],
        })
    };
    let environments = |balancer| -> BTreeSet<Option<&str>> {
        ends(balancer).filter_map(|end| wiring.node(end)).map(|node| node.gateway_environment.as_deref()).collect()
    };
    let global = wiring.plan.balancers.iter().filter(|balancer| balancer.global);
    global.filter(|balancer| environments(*balancer).len() == 1).map(|balancer| balancer.id.as_str()).collect()
}

/// Groups whose broker control planes of other regions publish to with TLS.
fn encrypted_hubs<'a>(wiring: &Wiring<'a>) -> BTreeSet<&'a str> {
    let hubs = wiring.plan.connections.iter().filter(|connection| connection.purpose == PlanPurpose::HubEvents);
    let encrypted = hubs.filter(|connection| connection.ports.iter().any(|port| port.protocol == "amqps"));
    encrypted.flat_map(ends).filter_map(|end| wiring.node(end)).map(|node| node.group.as_str()).collect()
}

impl<'a> Hosts<'a> {
    /// Indexes the plan of `source`.
    pub(super) fn of(source: &'a Source<'a>) -> Self {
        let plan = &source.plan;
        let deployment = Deployment::of(source);
        let wiring = &deployment.wiring;
        let carries = |balancer: &&PlanBalancer| {
            balancer.pools.iter().any(|pool| pool.purposes.contains(&PlanPurpose::ApiTraffic))
        };
        let mut hosts = Self {
            source,
            api_hosts: plan.balancers.iter().filter(carries).map(|balancer| balancer.host.as_str()).collect(),
            of_one_environment: of_one_environment(wiring),
            encrypted_hubs: encrypted_hubs(wiring),
            releases: Releases::of(wiring),
            deployment,
            hub_names: HubNames::of(plan),
            own_gateways: BTreeSet::new(),
        };
        hosts.own_gateways = routes::own_gateways(&hosts);
        hosts
    }

    /// Who talks to whom.
    pub(super) fn wiring(&self) -> &Wiring<'a> {
        &self.deployment.wiring
    }

    /// Whether a release has a Gateway of its own, not the one that the releases of a region share.
    pub(super) fn has_own_gateway(&self, release: &Release<'_>) -> bool {
        self.own_gateways.contains(release.group)
    }

    /// Whether all gateways that callers of a name reach serve the same environment; else some of them lack an API that
    /// is called by it.
    pub(super) fn is_of_one_environment(&self, name: &PublicName) -> bool {
        !name.global || name.element.as_ref().is_some_and(|id| self.of_one_environment.contains(id.as_str()))
    }

    /// The port at which a release takes events of other regions' control planes with TLS; `None` when none do so.
    pub(super) fn encrypted_hub_port(&self, release: &Release<'_>) -> Option<u16> {
        let node = release.nodes.first().filter(|_| self.encrypted_hubs.contains(release.group))?;
        node.listens.iter().find(|listener| listener.protocol == "amqps").map(|listener| listener.port)
    }

    /// The nodes that the release's connections of a purpose end at, each by its own Service or host.
    pub(super) fn nodes(&self, release: &Release<'_>, purpose: PlanPurpose, protocols: &[&str]) -> Vec<Target> {
        let Some(node) = release.nodes.first() else { return Vec::new() };
        let mut targets: Vec<Target> = Vec::new();
        for address in self.wiring().far(node, purpose, protocols) {
            // Gateways and key managers have no broker, whatever a link says.
            let role = self.wiring().node(address.endpoint).map(|node| Chart::of(node.role));
            if !role.is_some_and(Chart::has_instances) {
                continue;
            }
            let target = self.node(release, &address);
            if targets.iter().all(|known| known.host != target.host) {
                targets.push(target);
            }
        }
        targets
    }

    /// Where the release's HTTPS connections of a purpose lead: a Service over all nodes of a group, or the balancer or
    /// node of another region.
    pub(super) fn group(&self, release: &Release<'_>, purpose: PlanPurpose) -> Option<Target> {
        let node = release.nodes.first()?;
        let leads_on =
            |endpoint: &str| self.wiring().node(endpoint).is_some() || self.wiring().balancer(endpoint).is_some();
        let found = self.wiring().near(node, purpose, &["https"]);
        let address = found.into_iter().find(|address| leads_on(address.endpoint))?;
        let reached = self.reached(&address);
        let inside = |end: &&str| self.wiring().region(end) == Some(release.region);
        if !reached.is_empty()
            && reached.iter().all(inside)
            && let Some((other, _)) = reached.iter().find_map(|end| self.releases.of_node(end))
        {
            let elements = self.elements(&address).into_iter().chain(other.element()).collect();
            let endpoint = address.endpoint.to_owned();
            return Some(Target { host: other.service(), elsewhere: false, elements, endpoint });
        }
        Some(self.elsewhere(&address))
    }

    /// The control plane whose events the release receives, as [`Self::group`] gives it.
    pub(super) fn group_of_events(&self, release: &Release<'_>) -> Option<Target> {
        let target = self.nodes(release, PlanPurpose::EventStream, &BROKER).into_iter().next()?;
        let over_all = self.releases.of_node(&target.endpoint).filter(|(other, _)| other.region == release.region);
        let host = over_all.map_or_else(|| target.host.clone(), |(other, _)| other.service());
        Some(Target { host, ..target })
    }

    /// The nodes that a connection finally ends at.
    fn reached(&self, address: &Address<'a>) -> Vec<&'a str> {
        match address.by {
            Some(connection) if !connection.reaches.is_empty() => {
                connection.reaches.iter().map(String::as_str).collect()
            }
            _ if self.wiring().node(address.endpoint).is_some() => vec![address.endpoint],
            _ => Vec::new(),
        }
    }

    /// A node as the release calls it.
    fn node(&self, release: &Release<'_>, address: &Address<'_>) -> Target {
        match self.releases.of_node(address.endpoint) {
            Some((other, n)) if other.region == release.region => Target {
                host: other.chart.instance_service(&other.name, n.min(other.instances())),
                elsewhere: false,
                elements: self.elements(address),
                endpoint: address.endpoint.to_owned(),
            },
            _ => self.elsewhere(address),
        }
    }

    /// An endpoint by the plan's host name.
    fn elsewhere(&self, address: &Address<'_>) -> Target {
        Target {
            host: address.host.to_owned(),
            elsewhere: true,
            elements: self.elements(address),
            endpoint: address.endpoint.to_owned(),
        }
    }

    /// The link and the end of an address.
    fn elements(&self, address: &Address<'_>) -> Vec<Id> {
        let link = address.by.and_then(link);
        link.into_iter().chain(element(self.wiring(), address.endpoint)).collect()
    }

    /// The name under which callers reach what the release offers for the purpose. `over_regions` says whether one of a
    /// balancer over regions is taken first. Without a balancer it is that of the first node.
    pub(super) fn public(&self, release: &Release<'_>, purposes: &[PlanPurpose], over_regions: bool) -> PublicName {
        let found = purposes.iter().find_map(|&purpose| self.front(release, purpose, over_regions));
        let name = |balancer: &PlanBalancer| PublicName {
            host: balancer.host.clone(),
            element: Id::new(&balancer.id).ok(),
            global: balancer.global,
        };
        let first = release.nodes.first();
        found.map(name).unwrap_or_else(|| PublicName {
            host: first.map(|node| node.host.clone()).unwrap_or_default(),
            element: release.element(),
            global: false,
        })
    }

    /// The balancer before a release for a purpose: one that passes on to it, or one over regions before that.
    fn front(&self, release: &Release<'_>, purpose: PlanPurpose, over_regions: bool) -> Option<&'a PlanBalancer> {
        let nodes: Vec<&str> = release.nodes.iter().map(|node| node.id.as_str()).collect();
        let near = self.passing_on(&nodes, purpose);
        let regional = near.iter().copied().find(|balancer| !balancer.global);
        if !over_regions {
            return regional;
        }
        let direct = near.iter().copied().find(|balancer| balancer.global);
        let behind = || {
            let regional: Vec<&str> = near.iter().map(|balancer| balancer.id.as_str()).collect();
            self.passing_on(&regional, purpose).into_iter().find(|balancer| balancer.global)
        };
        direct.or_else(behind).or(regional)
    }

    /// Balancers with a pool for the purpose that holds one of the endpoints, in order of id.
    fn passing_on(&self, endpoints: &[&str], purpose: PlanPurpose) -> Vec<&'a PlanBalancer> {
        let serves =
            |balancer: &&'a PlanBalancer| endpoints.iter().any(|endpoint| passes_on(balancer, purpose, endpoint));
        let fronts = endpoints.iter().flat_map(|endpoint| self.wiring().before(endpoint)).copied();
        let by_id: BTreeMap<&str, &PlanBalancer> =
            fronts.filter(serves).map(|balancer| (balancer.id.as_str(), balancer)).collect();
        by_id.into_values().collect()
    }

    /// Whether API calls go by the same name.
    pub(super) fn carries_apis(&self, name: &PublicName) -> bool {
        self.api_hosts.contains(name.host.as_str())
    }

    /// Whether API calls reach the release.
    pub(super) fn serves_apis(&self, release: &Release<'_>) -> bool {
        release.nodes.iter().any(|node| self.wiring().is_called(&node.id))
    }
}
