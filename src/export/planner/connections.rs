//! Who connects to whom: every drawn link resolved to node instances, and the connections inside a group that
//! nobody draws.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::unionfind::UnionFind;
use schemars::JsonSchema;
use serde::Serialize;

use crate::design::{Id, Kind, Link, Purpose};
use crate::topology::Topology;

use super::names::Names;
use super::ports::{PlanPort, Ports};
use super::words::{PlanBasis, PlanNetwork, PlanPurpose};
use super::{Budget, PlanError};

/// A connection that one endpoint opens to another.
///
/// Endpoints are node instances, load balancers, services, databases and user populations. What goes through a
/// balancer is two connections, as it is on the wire; `reaches` of the first says where it ends.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PlanConnection {
    /// Endpoint that opens it.
    pub from: String,
    /// Endpoint that listens.
    pub to: String,
    /// What it is for.
    pub purpose: PlanPurpose,
    /// Ports at `to`; all of them are used: the usual ones, or the one that the link in the design names. Empty where
    /// the address of the service decides, see `unresolved`.
    pub ports: Vec<PlanPort>,
    /// What to see to, as a sentence, where the design names a port that is not the usual one; otherwise `null`.
    pub note: Option<String>,
    /// Network it runs over.
    pub network: PlanNetwork,
    /// Whether the two stand in different regions.
    pub crosses_regions: bool,
    /// Own measurement of the round-trip time, ms; `null` when there is none.
    pub measured_rtt_ms: Option<f64>,
    /// Where it finally ends when `to` is a balancer; otherwise empty.
    pub reaches: Vec<String>,
    /// The link in the design; `null` for connections inside a group, which nobody draws.
    pub link: Option<String>,
    /// Number of the fact it comes from.
    pub fact: String,
    /// What it rests on.
    pub basis: PlanBasis,
}

/// All connections: drawn links in order of link id, then the implied ones by region.
pub(super) fn connections(
    topology: &Topology<'_>,
    names: &Names<'_>,
    ports: &Ports<'_, '_>,
    budget: &mut Budget,
) -> Result<Vec<PlanConnection>, PlanError> {
    let mut all = Vec::new();
    for (id, link) in &topology.design.links {
        expand(topology, names, ports, id, link, budget, &mut all)?;
    }
    hub_peers(topology, names, budget, &mut all)?;
    traffic_manager_peers(topology, names, budget, &mut all)?;
    Ok(all)
}

fn expand(
    topology: &Topology<'_>,
    names: &Names<'_>,
    ports: &Ports<'_, '_>,
    id: &Id,
    link: &Link,
    budget: &mut Budget,
    all: &mut Vec<PlanConnection>,
) -> Result<(), PlanError> {
    let kind = |id: &Id| topology.design.components.get(id).map(|c| c.kind());
    let (Some(from_kind), Some(to_kind)) = (kind(&link.from), kind(&link.to)) else { return Ok(()) };
    let listening = ports.listening(link, budget)?;
    let ends = ports.ends(&link.to, link.purpose, budget)?;
    let through_balancer = matches!(to_kind, Kind::LoadBalancer | Kind::GlobalLoadBalancer);
    let reaches: Vec<String> = match through_balancer {
        true => ends.iter().flat_map(|end| names.endpoints(end)).cloned().collect(),
        false => Vec::new(),
    };
    let asks_key_manager = ends.iter().any(|end| kind(end) == Some(Kind::KeyManager));
    let peers = link.purpose == Purpose::HubEvents && same_region(topology, link);
    let fact = if peers { "A27" } else { fact(link.purpose, from_kind, asks_key_manager) };
    let note = note(&listening, &ports.replaced(link));
    let targets = names.endpoints(&link.to);
    // One publisher for each remote hub node follows from facts A27, A38 and A49; the documentation shows one only.
    let basis = match link.purpose {
        Purpose::HubEvents if targets.len() > 1 && !peers => PlanBasis::Inferred,
        _ => PlanBasis::Documented,
    };
    for from in names.endpoints(&link.from) {
        for to in targets {
            budget.spend(1 + reaches.len() as u64)?;
            all.push(PlanConnection {
                from: from.clone(),
                to: to.clone(),
                purpose: if peers { PlanPurpose::EventDuplicate } else { link.purpose.into() },
                ports: listening.clone(),
                note: note.clone(),
                network: link.network.into(),
                crosses_regions: topology.crosses_regions(link),
                measured_rtt_ms: link.measured_rtt_ms,
                reaches: reaches.clone(),
                link: Some(id.to_string()),
                fact: fact.to_owned(),
                basis,
            });
        }
    }
    Ok(())
}

/// Whether both ends stand in one region.
fn same_region(topology: &Topology<'_>, link: &Link) -> bool {
    let region = |id: &Id| topology.design.components.get(id).and_then(|c| c.region.as_ref());
    region(&link.from).is_some() && region(&link.from) == region(&link.to)
}

/// What to see to where a link names a port in place of the usual ones.
fn note(listening: &[PlanPort], replaced: &[PlanPort]) -> Option<String> {
    let named = listening.first()?.number;
    let usual: Vec<String> = replaced.iter().map(|p| p.number.to_string()).collect();
    let usual = (!usual.is_empty()).then(|| usual.join(" and "))?;
    Some(format!("The design names port {named} in place of {usual}; the listening side has to be set so."))
}

/// The fact a connection comes from: that of its purpose, or a closer one for these two ends.
fn fact(purpose: Purpose, from: Kind, asks_key_manager: bool) -> &'static str {
    match (purpose, from) {
        (Purpose::ManagementHttps, Kind::TrafficManager) => "A24",
        (Purpose::EventStream, Kind::TrafficManager) => "A25",
        (Purpose::ManagementHttps | Purpose::EventStream, Kind::KeyManager) => "A31",
        (Purpose::KeyManagerHttps, _) if asks_key_manager => "A30",
        _ => purpose.fact(),
    }
}

const BROKER: &[PlanPort] = &[PlanPort { number: 5672, protocol: "amqp" }];
const BINARY: &[PlanPort] = &[PlanPort { number: 9611, protocol: "tcp" }, PlanPort { number: 9711, protocol: "ssl" }];

/// A connection between two nodes of one cluster.
fn implied(from: &str, to: &str, purpose: PlanPurpose, fact: &str, basis: PlanBasis) -> PlanConnection {
    let broker = matches!(purpose, PlanPurpose::EventDuplicate | PlanPurpose::ThrottleDuplicate);
    PlanConnection {
        from: from.to_owned(),
        to: to.to_owned(),
        purpose,
        ports: if broker { BROKER.to_vec() } else { BINARY.to_vec() },
        note: None,
        network: PlanNetwork::Private,
        crosses_regions: false,
        measured_rtt_ms: None,
        reaches: Vec::new(),
        link: None,
        fact: fact.to_owned(),
        basis,
    }
}

/// Every ordered pair of different nodes; with more than two, documentation only shows the pair (C7, D2, D4).
fn pairs(
    nodes: &[String],
    purpose: PlanPurpose,
    fact: &str,
    documented: bool,
    budget: &mut Budget,
    all: &mut Vec<PlanConnection>,
) -> Result<(), PlanError> {
    let basis = if documented && nodes.len() == 2 { PlanBasis::Documented } else { PlanBasis::Inferred };
    for from in nodes {
        for to in nodes.iter().filter(|to| *to != from) {
            budget.spend(1)?;
            all.push(implied(from, to, purpose, fact, basis));
        }
    }
    Ok(())
}

/// Every node to every node, itself included: one `url_group` each.
fn mesh(
    nodes: &[String],
    purpose: PlanPurpose,
    fact: &str,
    budget: &mut Budget,
    all: &mut Vec<PlanConnection>,
) -> Result<(), PlanError> {
    for from in nodes {
        for to in nodes {
            budget.spend(1)?;
            all.push(implied(from, to, purpose, fact, PlanBasis::Documented));
        }
    }
    Ok(())
}

/// What the event hubs of one region tell each other (A27, A28), and all-in-one nodes about throttling (S7).
fn hub_peers(
    topology: &Topology<'_>,
    names: &Names<'_>,
    budget: &mut Budget,
    all: &mut Vec<PlanConnection>,
) -> Result<(), PlanError> {
    // Peers of different groups may be linked in the design.
    let drawn: BTreeSet<(String, String)> = all
        .iter()
        .filter(|c| c.purpose == PlanPurpose::EventDuplicate)
        .map(|c| (c.from.clone(), c.to.clone()))
        .collect();
    let drawn_until = all.len();
    for hubs in clusters(topology, Kind::has_control_plane) {
        let nodes = |test: fn(Kind) -> bool| -> Vec<String> {
            let fits = hubs.iter().filter(|(_, kind)| test(*kind));
            fits.flat_map(|(id, _)| names.endpoints(id)).cloned().collect()
        };
        let hub_nodes = nodes(Kind::has_control_plane);
        if hub_nodes.len() > 1 {
            pairs(&hub_nodes, PlanPurpose::EventDuplicate, "A27", true, budget, all)?;
            mesh(&hub_nodes, PlanPurpose::HubPublish, "A28", budget, all)?;
        }
        let all_in_one = nodes(|kind| kind == Kind::AllInOne);
        if all_in_one.len() > 1 {
            pairs(&all_in_one, PlanPurpose::ThrottleDuplicate, "A26", true, budget, all)?;
            mesh(&all_in_one, PlanPurpose::ThrottleData, "A22", budget, all)?;
        }
    }
    if !drawn.is_empty() {
        let implied = all.split_off(drawn_until);
        let twice = |c: &PlanConnection| {
            c.purpose == PlanPurpose::EventDuplicate && drawn.contains(&(c.from.clone(), c.to.clone()))
        };
        all.extend(implied.into_iter().filter(|c| !twice(c)));
    }
    Ok(())
}

/// Components of a kind by region; those not placed each stand alone.
fn clusters<'a>(topology: &Topology<'a>, test: fn(Kind) -> bool) -> Vec<Vec<(&'a Id, Kind)>> {
    // The key is the region, or the component itself when it stands in none.
    let mut by_place: BTreeMap<(bool, &Id), Vec<(&'a Id, Kind)>> = BTreeMap::new();
    for (id, component) in &topology.design.components {
        if test(component.kind()) {
            let place = component.region.as_ref().map_or((true, id), |region| (false, region));
            by_place.entry(place).or_default().push((id, component.kind()));
        }
    }
    by_place.into_values().collect()
}

/// What the traffic managers of one cluster tell each other (A26). Groups of one region belong together when some
/// gateway publishes to both: large regions have several clusters on purpose (D4).
fn traffic_manager_peers(
    topology: &Topology<'_>,
    names: &Names<'_>,
    budget: &mut Budget,
    all: &mut Vec<PlanConnection>,
) -> Result<(), PlanError> {
    let groups: Vec<_> = topology.of_kind(Kind::TrafficManager).collect();
    let number: BTreeMap<&Id, usize> = groups.iter().enumerate().map(|(n, node)| (node.id, n)).collect();
    let mut together = UnionFind::new(groups.len());
    // By publisher and region, the first traffic manager seen; every other joins it.
    let mut first: BTreeMap<(&Id, &Id), usize> = BTreeMap::new();
    for link in topology.design.links.values() {
        if !matches!(link.purpose, Purpose::ThrottleData | Purpose::ThrottleDecision) {
            continue;
        }
        let Some(&n) = number.get(&link.to) else { continue };
        let region = topology.design.components.get(&link.to).and_then(|c| c.region.as_ref());
        if let Some(region) = region {
            together.union(*first.entry((&link.from, region)).or_insert(n), n);
        }
    }
    let mut by_cluster: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    let mut in_sub_region: BTreeMap<usize, bool> = BTreeMap::new();
    for (n, node) in groups.iter().enumerate() {
        let cluster = together.find(n);
        by_cluster.entry(cluster).or_default().extend_from_slice(names.endpoints(node.id));
        let region = node.component.region.as_ref().and_then(|r| topology.design.regions.get(r));
        let sub = region.is_some_and(|r| r.role == crate::design::RegionRole::Sub);
        *in_sub_region.entry(cluster).or_default() |= sub;
    }
    for (cluster, nodes) in by_cluster {
        // The documentation is silent on pairs in sub regions; it is concluded from the pair in one region (S5).
        let documented = !in_sub_region.get(&cluster).copied().unwrap_or_default();
        pairs(&nodes, PlanPurpose::ThrottleDuplicate, "A26", documented, budget, all)?;
    }
    Ok(())
}
