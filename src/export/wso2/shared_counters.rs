//! The store in which the traffic managers of a region share their counters, Redis or Valkey (D5).

use crate::design::Id;
use crate::export::planner::{NodeRole, PlanConnection, PlanNode, PlanPort, PlanPurpose, PlanService, ServiceKind};

use super::deployment::Deployment;
use super::planes::has_control_plane;
use super::releases::Release;
use super::wiring::{Wiring, link};

/// A store of counters and how a node reaches it.
#[derive(Debug, Clone, Copy)]
pub(in crate::export) struct Store<'a> {
    /// The store.
    pub(in crate::export) service: &'a PlanService,
    /// Its host name.
    pub(in crate::export) host: &'a str,
    /// Port of the connection that leads to it.
    pub(in crate::export) port: PlanPort,
    /// Whether that connection is drawn with TLS.
    pub(in crate::export) encrypted: bool,
    /// The connection: the node's own, or that of its traffic managers.
    pub(in crate::export) connection: &'a PlanConnection,
}

impl Store<'_> {
    /// The store and the link as elements of the design.
    pub(in crate::export) fn elements(&self) -> impl Iterator<Item = Id> {
        Id::new(&self.service.id).ok().into_iter().chain(link(self.connection))
    }
}

/// The store that a node is connected to.
pub(in crate::export) fn own<'a>(wiring: &Wiring<'a>, node: &PlanNode) -> Option<Store<'a>> {
    wiring.out(&node.id, PlanPurpose::SharedCounters).find_map(|connection| {
        let service = wiring.service(&connection.to).filter(|service| service.kind == ServiceKind::Redis)?;
        let (host, port) = (service.host.as_deref()?, *connection.ports.first()?);
        Some(Store { service, host, port, encrypted: wiring.is_drawn_with_tls(connection), connection })
    })
}

/// The store that a node knows: its own, or for a control plane that of the traffic managers of its region that belong
/// to it, since it needs the same keys (D5).
pub(in crate::export) fn known<'a>(deployment: &Deployment<'a>, node: &PlanNode) -> Option<Store<'a>> {
    let Deployment { wiring, planes, .. } = deployment;
    let of_managers = || {
        let below = planes.below(&node.group).filter_map(|group| wiring.group(group).first());
        let here = below.filter(|other| other.role == NodeRole::TrafficManager && other.region == node.region);
        here.filter(|manager| Release::of(&manager.version).shared_counters).find_map(|manager| own(wiring, manager))
    };
    own(wiring, node).or_else(|| has_control_plane(node.role).then(of_managers).flatten())
}
