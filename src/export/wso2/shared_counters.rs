//! The store in which the traffic managers of a region share their counters, Redis or Valkey (D5).

use std::collections::{BTreeMap, BTreeSet};

use crate::design::Id;
use crate::export::planner::{NodeRole, PlanConnection, PlanNode, PlanPort, PlanPurpose, PlanService, ServiceKind};

use super::deployment::Deployment;
use super::planes::{Planes, has_control_plane};
use super::releases::Release;
use super::wiring::{Wiring, ends, link};

/// A store of counters and how a node reaches it.
#[derive(Debug, Clone, Copy)]
pub(in crate::export) struct Store<'a> {
    /// The store.
    pub(in crate::export) service: &'a PlanService,
    /// Host name at which it is reached: its own, or that of the balancer before it.
    pub(in crate::export) host: &'a str,
    /// Port of the connection that leads to it.
    pub(in crate::export) port: PlanPort,
    /// Whether that connection is drawn with TLS.
    pub(in crate::export) encrypted: bool,
    /// The connection: the node's own, or that of its traffic managers.
    pub(in crate::export) connection: &'a PlanConnection,
}

impl Store<'_> {
    /// The store, a balancer before it and the link as elements of the design.
    pub(in crate::export) fn elements(&self) -> BTreeSet<Id> {
        let ends = [&self.service.id, &self.connection.to];
        ends.into_iter().filter_map(|id| Id::new(id).ok()).chain(link(self.connection)).collect()
    }
}

/// The store that a node is connected to, be it through a balancer.
pub(in crate::export) fn own<'a>(wiring: &Wiring<'a>, node: &PlanNode) -> Option<Store<'a>> {
    wiring.out(&node.id, PlanPurpose::SharedCounters).find_map(|connection| {
        let mut services = ends(connection).filter_map(|end| wiring.service(end));
        let service = services.find(|service| service.kind == ServiceKind::Redis)?;
        let (host, port) = (wiring.host(&connection.to)?, *connection.ports.first()?);
        Some(Store { service, host, port, encrypted: wiring.is_drawn_with_tls(connection), connection })
    })
}

/// The store that a node knows: its own, or for a control plane that of the traffic managers of its region that belong
/// to it, since it needs the same keys (D5). Where none of these has one, that of a traffic manager there which belongs to
/// no control plane, so far as is drawn.
pub(in crate::export) fn known<'a>(deployment: &Deployment<'a>, node: &PlanNode) -> Option<Store<'a>> {
    let Deployment { wiring, planes, stores, .. } = deployment;
    let of_managers = || {
        let below = planes.below(&node.group).filter_map(|group| wiring.group(group).first());
        let mut here = below.filter(|manager| manager.region == node.region);
        here.find_map(|manager| of_manager(wiring, manager)).or_else(|| stores.get(&node.region.as_deref()).copied())
    };
    own(wiring, node).or_else(|| has_control_plane(node.role).then(of_managers).flatten())
}

/// The store of a traffic manager, in a version that can share counters.
fn of_manager<'a>(wiring: &Wiring<'a>, manager: &PlanNode) -> Option<Store<'a>> {
    let shares = manager.role == NodeRole::TrafficManager && Release::of(&manager.version).shared_counters;
    shares.then(|| own(wiring, manager)).flatten()
}

/// Stores of traffic managers that belong to no control plane, by the region of these, found once.
pub(in crate::export) fn of_lone_managers<'a>(
    wiring: &Wiring<'a>,
    planes: &Planes<'a>,
) -> BTreeMap<Option<&'a str>, Store<'a>> {
    let mut stores = BTreeMap::new();
    let lone = wiring.groups().filter(|(group, _)| planes.above(group).next().is_none());
    for manager in lone.filter_map(|(_, nodes)| nodes.first()) {
        if let Some(store) = of_manager(wiring, manager) {
            stores.entry(manager.region.as_deref()).or_insert(store);
        }
    }
    stores
}

/// Who decides on throttling for a gateway, as the groups that it reports calls to: those that share their counters in
/// one store are one group with the calls spread over them (D5), and everybody else is a group of his own and sees every
/// call (A39). Each group with its store; `endpoint` gives the node.
pub(in crate::export) fn grouped<'a, T>(
    wiring: &Wiring<'a>,
    managers: impl IntoIterator<Item = T>,
    endpoint: impl Fn(&T) -> &str,
) -> Vec<(Option<Store<'a>>, Vec<T>)> {
    let mut groups: Vec<(Option<Store<'_>>, Vec<T>)> = Vec::new();
    let mut by_store: BTreeMap<&str, usize> = BTreeMap::new();
    for manager in managers {
        let node = wiring.node(endpoint(&manager)).filter(|node| Release::of(&node.version).shared_counters);
        let store = node.and_then(|node| own(wiring, node));
        let known = store.and_then(|store| by_store.get(store.service.id.as_str()).copied());
        if let Some((_, members)) = known.and_then(|at| groups.get_mut(at)) {
            members.push(manager);
        } else {
            by_store.extend(store.map(|store| (store.service.id.as_str(), groups.len())));
            groups.push((store, vec![manager]));
        }
    }
    groups
}

/// What to know about a gateway that is connected to a store itself; `name` is what it is called.
pub(in crate::export) fn burst_control(wiring: &Wiring<'_>, node: &PlanNode, name: &str) -> Option<String> {
    let drawn = node.role == NodeRole::Gateway && wiring.out(&node.id, PlanPurpose::SharedCounters).next().is_some();
    drawn.then(|| {
        format!(
            "{name}: burst control over Redis (D11, S25) has keys of its own that no collected fact names; they are not \
             written."
        )
    })
}
