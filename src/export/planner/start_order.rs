//! The order in which everything is started for the first time.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::design::{Component, Id, Kind};
use crate::topology::{Node, Topology};

use super::databases::ReplicationSet;
use super::names::Names;
use super::words::PlanBasis;

/// Gateways that are started at a time (D13: "not more than 10 gateways launched at a time").
const GATEWAYS_AT_A_TIME: usize = 10;

/// One step; the next one waits until everything in it is ready.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StartStep {
    /// Number of the step, from 1.
    pub step: u32,
    /// What is started.
    pub action: StartAction,
    /// Region it happens in; `null` outside of regions.
    pub region: Option<String>,
    /// Endpoints started in this step; of a replication, its databases.
    pub targets: Vec<String>,
    /// Why now.
    pub reason: String,
    /// Numbers of the facts this rests on.
    pub facts: Vec<String>,
    /// What the order rests on.
    pub basis: PlanBasis,
}

/// What a step starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StartAction {
    /// Databases with their schemas, and stores of shared counters.
    Stores,
    /// Replication between databases that are already there.
    Replication,
    /// The first control plane or all-in-one node, which fills an empty database.
    FirstControlPlane,
    /// Another control plane or all-in-one node.
    ControlPlane,
    /// Key managers.
    KeyManagers,
    /// Traffic managers.
    TrafficManagers,
    /// Gateways.
    Gateways,
}

struct Order<'t, 'a> {
    names: &'t Names<'a>,
    steps: Vec<StartStep>,
    /// The replication set of each database, by position in the list of sets.
    set_of: BTreeMap<&'t str, usize>,
    /// Databases of each set that have been started.
    begun: BTreeMap<usize, Vec<String>>,
    /// Whether a control plane has been started in an earlier region.
    control_plane_runs: bool,
}

/// The start order: regions with a control plane first (the main region before all), in each the databases, the
/// control plane node by node, key managers, traffic managers, gateways (D16).
pub(super) fn start_order<'t>(
    topology: &Topology<'_>,
    names: &'t Names<'_>,
    sets: &'t [ReplicationSet],
) -> Vec<StartStep> {
    let mut regions: Vec<&Id> = topology.regions().map(|(id, _)| id).collect();
    regions.sort_by_cached_key(|id| (topology.start_rank(id), *id));
    let regions = regions.into_iter().map(Some).chain([None]);
    let databases = |(n, set): (usize, &'t ReplicationSet)| set.members.iter().map(move |m| (m.database.as_str(), n));
    let set_of = sets.iter().enumerate().flat_map(databases).collect();
    let mut order = Order { names, steps: Vec::new(), set_of, begun: BTreeMap::new(), control_plane_runs: false };
    for region in regions {
        let members: Vec<Node<'_>> = topology.in_region(region).collect();
        order.stores(region, &members);
        order.replication(region, &members);
        order.product(region, &members);
    }
    order.steps
}

impl Order<'_, '_> {
    fn step(
        &mut self,
        action: StartAction,
        region: Option<&Id>,
        targets: Vec<String>,
        reason: &str,
        facts: &[&str],
        basis: PlanBasis,
    ) {
        if targets.is_empty() {
            return;
        }
        self.steps.push(StartStep {
            step: u32::try_from(self.steps.len() + 1).unwrap_or(u32::MAX),
            action,
            region: region.map(Id::to_string),
            targets,
            reason: reason.to_owned(),
            facts: facts.iter().map(|&f| f.to_owned()).collect(),
            basis,
        });
    }

    /// Endpoints of the members that the test accepts.
    fn endpoints(&self, members: &[Node<'_>], test: impl Fn(&Component) -> bool) -> Vec<String> {
        let fits = members.iter().filter(|node| test(node.component));
        fits.flat_map(|node| self.names.endpoints(node.id)).cloned().collect()
    }

    fn stores(&mut self, region: Option<&Id>, members: &[Node<'_>]) {
        let stores = self.endpoints(members, |c| matches!(c.kind(), Kind::Database | Kind::Redis));
        let reason = "Control planes read and fill their databases when they start, so these come first, with both \
                      schemas made by the scripts of the pack and the clock on UTC.";
        self.step(StartAction::Stores, region, stores, reason, &["A9", "A47", "D16"], PlanBasis::Inferred);
    }

    /// Joins the region's databases with those of earlier regions.
    fn replication(&mut self, region: Option<&Id>, members: &[Node<'_>]) {
        let mut joining: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for node in members {
            if let Some((id, &set)) = self.set_of.get_key_value(node.id.as_str()) {
                joining.entry(set).or_default().push((*id).to_owned());
            }
        }
        for (set, new) in joining {
            let earlier = self.begun.entry(set).or_default();
            let targets: Vec<String> = earlier.iter().chain(&new).cloned().collect();
            earlier.extend(new);
            if targets.len() > 1 {
                let reason = "The databases are joined before a control plane of this region writes to its own, so \
                              that it finds the data of the regions already running.";
                let facts = ["B5", "B15", "B16", "D16"];
                self.step(StartAction::Replication, region, targets, reason, &facts, PlanBasis::Inferred);
            }
        }
    }

    fn product(&mut self, region: Option<&Id>, members: &[Node<'_>]) {
        let control_planes = self.endpoints(members, |c| c.kind().has_control_plane());
        let is_sub = control_planes.is_empty() && self.control_plane_runs;
        self.control_planes(region, control_planes);
        let key_managers = self.endpoints(members, |c| c.kind() == Kind::KeyManager);
        let reason = "Key managers connect to the event hub of a running control plane, and gateways ask them.";
        self.step(StartAction::KeyManagers, region, key_managers, reason, &["A31", "D16"], PlanBasis::Inferred);
        let traffic_managers = self.endpoints(members, |c| c.kind() == Kind::TrafficManager);
        let reason = "Traffic managers pull their policies from a running control plane.";
        let facts: &[&str] = if is_sub { &["A24", "B27", "D16"] } else { &["A24", "D16"] };
        self.step(StartAction::TrafficManagers, region, traffic_managers, reason, facts, PlanBasis::Community);
        self.gateways(region, members, is_sub);
    }

    fn control_planes(&mut self, region: Option<&Id>, nodes: Vec<String>) {
        let mut nodes = nodes.into_iter();
        if let Some(first) = nodes.next() {
            let reason = "The first control plane node alone: it fills the database, and gateways and traffic \
                          managers need it before they start.";
            let (action, facts) = (StartAction::FirstControlPlane, ["A19", "D16"]);
            self.step(action, region, vec![first], reason, &facts, PlanBasis::Community);
            self.control_plane_runs = true;
        }
        for node in nodes {
            let reason = "One after the other: several nodes that start at once on an empty database can fail with \
                          duplicate entries.";
            self.step(StartAction::ControlPlane, region, vec![node], reason, &["D16"], PlanBasis::Inferred);
        }
    }

    fn gateways(&mut self, region: Option<&Id>, members: &[Node<'_>], is_sub: bool) {
        let gateways = self.endpoints(members, |c| c.kind() == Kind::Gateway);
        let (reason, facts, basis) = if is_sub {
            let reason = "Gateways here get their APIs from the control plane of another region and can only start \
                          while it is connected.";
            (reason, ["B23", "D13", "D16"].as_slice(), PlanBasis::Overview)
        } else {
            let reason = "Gateways come last: they pull APIs from the control plane and publish to the traffic \
                          managers.";
            (reason, ["A19", "A22", "D13", "D16"].as_slice(), PlanBasis::Community)
        };
        for batch in gateways.chunks(GATEWAYS_AT_A_TIME) {
            self.step(StartAction::Gateways, region, batch.to_vec(), reason, facts, basis);
        }
    }
}
