//! Needs that several capabilities share.

use crate::design::{Id, Kind, Purpose};
use crate::failure::model::{Builder, Condition};
use crate::failure::need::{NeedId, Says};
use crate::failure::state::Effect;
use crate::topology::Node;

pub use crate::failure::model::End;

/// A condition of a region's own.
pub fn unless(need: NeedId, effect: &'static Effect) -> Condition {
    Condition { need, effect, of_region: None }
}

/// A region does something.
pub fn does(region: &Id, what: &'static str) -> Says {
    Says::Does { who: region.clone(), what }
}

impl<'a> Builder<'_, 'a> {
    /// People and nodes of a region reach a control plane that works: their own, over its balancer, or else one in
    /// another region the way their gateways and traffic managers go (A19, A24). `None` when no control plane is drawn
    /// for them.
    pub(super) fn manage(&mut self, region: &Id) -> Option<NeedId> {
        let mut ways = Vec::new();
        for control_plane in self.control_planes(region) {
            let mut of = vec![self.alive(control_plane)];
            of.extend(self.entry(control_plane, &[Purpose::PortalAccess, Purpose::ManagementHttps]));
            let says = Says::Does { who: control_plane.id.clone(), what: "be reached and do its work" };
            ways.push(self.all(says, of));
        }
        if ways.is_empty() {
            for node in self.clients(region) {
                ways.extend(self.way(node.id, Purpose::ManagementHttps, &End::ControlPlane));
            }
        }
        self.one_of(does(region, "reach a control plane that works"), ways)
    }

    /// Nodes of a region that call control planes.
    fn clients(&self, region: &Id) -> Vec<Node<'a>> {
        let mut nodes = self.gateways(region);
        nodes.extend(self.of_kind_in(Kind::TrafficManager, region));
        nodes
    }

    /// A gateway pulls artifacts from a control plane that works (A19); an all-in-one has its own.
    pub(super) fn pulls(&mut self, gateway: Node<'a>) -> Option<NeedId> {
        if gateway.component.kind() == Kind::AllInOne {
            return Some(self.alive(gateway));
        }
        self.way(gateway.id, Purpose::ManagementHttps, &End::ControlPlane)
    }

    /// A gateway hears the events of an event hub (A20); an all-in-one has its own.
    pub(super) fn hears(&mut self, gateway: Node<'a>) -> Option<NeedId> {
        if gateway.component.kind() == Kind::AllInOne {
            return Some(self.runs(gateway));
        }
        self.way(gateway.id, Purpose::EventStream, &End::Hub)
    }

    /// The same of every gateway of a region for which anything is drawn.
    pub(super) fn each(&mut self, region: &Id, need: fn(&mut Self, Node<'a>) -> Option<NeedId>) -> Vec<NeedId> {
        let gateways = self.gateways(region);
        gateways.into_iter().filter_map(|gateway| need(self, gateway)).collect()
    }

    /// One of these, or nothing when there is none.
    pub(super) fn one_of(&mut self, says: Says, of: Vec<NeedId>) -> Option<NeedId> {
        if of.is_empty() { None } else { Some(self.any(says, of)) }
    }

    /// All of these, or nothing when there is none.
    pub(super) fn all_of(&mut self, says: Says, of: Vec<NeedId>) -> Option<NeedId> {
        if of.is_empty() { None } else { Some(self.all(says, of)) }
    }

    /// The region's own connections to external identity providers, from its product nodes and from the control planes
    /// that its gateways use (B31).
    pub(super) fn identity(&mut self, region: &Id) -> Option<NeedId> {
        let mut nodes: Vec<Node<'a>> =
            self.topology.in_region(Some(region)).filter(|n| n.component.kind() != Kind::Users).collect();
        for gateway in self.gateways(region) {
            let reached = self.topology.reached(gateway.id, Purpose::ManagementHttps, &Purpose::SERVLET);
            nodes.extend(reached.into_iter().map(|(_, node)| node));
        }
        nodes.sort_by_key(|node| node.id);
        nodes.dedup_by_key(|node| node.id);
        let mut ways = Vec::new();
        for node in nodes {
            ways.extend(self.way(node.id, Purpose::Identity, &End::Service(Kind::IdentityProvider)));
        }
        self.one_of(does(region, "reach an identity provider"), ways)
    }
}
