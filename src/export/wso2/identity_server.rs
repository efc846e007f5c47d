//! Where WSO2 Identity Server is the key manager (H4). Who asks one about tokens is read in the drawing
//! ([`Topology::askers_about_tokens`]); which control planes that concerns is decided here for all files.

use std::collections::BTreeMap;

use crate::design::{Design, Id};
use crate::export::planner::PlanPurpose;
use crate::export::text::one_line;
use crate::topology::Topology;

use super::planes::{Planes, has_control_plane};
use super::wiring::{Wiring, ends};

/// Which WSO2 Identity Server is the key manager of whom, found once.
pub(in crate::export) struct IdentityServers<'a> {
    /// Those that nobody asks.
    unasked: Vec<&'a Id>,
    /// By group that asks about tokens.
    asked: BTreeMap<&'a str, &'a Id>,
    /// By group with a control plane.
    of_plane: BTreeMap<&'a str, &'a Id>,
}

impl<'a> IdentityServers<'a> {
    /// Looks at a design and its plan.
    pub(in crate::export) fn of(design: &'a Design, wiring: &Wiring<'a>, planes: &Planes<'a>) -> Self {
        let topology = Topology::of(design);
        let mut found = Self { unasked: Vec::new(), asked: BTreeMap::new(), of_plane: BTreeMap::new() };
        for server in topology.identity_servers().map(|node| node.id) {
            let askers = topology.askers_about_tokens(server);
            if askers.is_empty() {
                found.unasked.push(server);
            }
            for asker in askers.into_iter().map(Id::as_str) {
                found.asked.entry(asker).or_insert(server);
                let own = wiring.group(asker).first().filter(|node| has_control_plane(node.role)).map(|_| asker);
                for plane in planes.above(asker).chain(own) {
                    found.of_plane.entry(plane).or_insert(server);
                }
            }
        }
        found
    }

    /// What to know about those that report revoked tokens to a control plane and are asked by nobody.
    pub(in crate::export) fn remarks(&self, wiring: &Wiring<'_>) -> Vec<String> {
        let reports = |server: &&&Id| {
            let ends = wiring.out(server.as_str(), PlanPurpose::TokenNotification).flat_map(ends);
            ends.filter_map(|end| wiring.node(end)).any(|node| has_control_plane(node.role))
        };
        let remark = |server: &&Id| {
            format!(
                "{} reports revoked tokens, but no gateway, traffic manager or control plane asks it about tokens, so it \
                 is taken for no key manager (H4).",
                one_line(wiring.name(server.as_str()))
            )
        };
        self.unasked.iter().filter(reports).map(remark).collect()
    }

    /// The one that a group asks about tokens.
    pub(in crate::export) fn asked_by(&self, group: &str) -> Option<&'a Id> {
        self.asked.get(group).copied()
    }

    /// The one that is the key manager of a group with a control plane: the group or one that belongs to it asks it about
    /// tokens. That it reports revoked tokens to the group is not enough: then nobody would take the tokens that it issues.
    pub(in crate::export) fn of_plane(&self, group: &str) -> Option<&'a Id> {
        self.of_plane.get(group).copied()
    }
}
