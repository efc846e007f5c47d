//! Where WSO2 Identity Server is the key manager (H4). Who asks one about tokens is read in the drawing
//! ([`Topology::askers_about_tokens`]); which control planes that concerns is decided here for all files.

use std::collections::BTreeMap;

use crate::design::{Design, Id};
use crate::export::planner::PlanPurpose;
use crate::topology::Topology;

use super::planes::{Planes, has_control_plane};
use super::wiring::{Wiring, ends};

/// Which WSO2 Identity Server is the key manager of whom, found once.
pub(in crate::export) struct IdentityServers<'a> {
    all: Vec<&'a Id>,
    /// By group that asks about tokens.
    asked: BTreeMap<&'a str, &'a Id>,
    /// By group with a control plane.
    of_plane: BTreeMap<&'a str, &'a Id>,
}

impl<'a> IdentityServers<'a> {
    /// Looks at a design and its plan.
    pub(in crate::export) fn of(design: &'a Design, wiring: &Wiring<'a>, planes: &Planes<'a>) -> Self {
        let topology = Topology::of(design);
        let mut found = Self { all: Vec::new(), asked: BTreeMap::new(), of_plane: BTreeMap::new() };
        for server in topology.identity_servers().map(|node| node.id) {
            found.all.push(server);
            for asker in topology.askers_about_tokens(server).into_iter().map(Id::as_str) {
                found.asked.entry(asker).or_insert(server);
                for plane in planes.above(asker).chain([asker]) {
                    found.of_plane.entry(plane).or_insert(server);
                }
            }
            let reports = wiring.out(server.as_str(), PlanPurpose::TokenNotification);
            let told = reports.flat_map(ends).filter_map(|end| wiring.node(end));
            for node in told.filter(|node| has_control_plane(node.role)) {
                found.of_plane.entry(&node.group).or_insert(server);
            }
        }
        found
    }

    /// All of them, in order of id.
    pub(in crate::export) fn all(&self) -> impl Iterator<Item = &'a Id> {
        self.all.iter().copied()
    }

    /// The one that a group asks about tokens.
    pub(in crate::export) fn asked_by(&self, group: &str) -> Option<&'a Id> {
        self.asked.get(group).copied()
    }

    /// The one that is the key manager of a group with a control plane: the group or one that belongs to it asks it about
    /// tokens, or it reports revoked tokens to the group.
    pub(in crate::export) fn of_plane(&self, group: &str) -> Option<&'a Id> {
        self.of_plane.get(group).copied()
    }
}
