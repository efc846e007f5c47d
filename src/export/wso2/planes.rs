//! Which groups of nodes belong to which control planes. Decided here for all files.

use std::collections::{BTreeMap, BTreeSet};

use crate::export::planner::{NodeRole, PlanNode, PlanPurpose};

use super::wiring::{Wiring, ends};

/// Which groups belong to which control planes, found once.
pub(in crate::export) struct Planes<'a> {
    above: BTreeMap<&'a str, BTreeSet<&'a str>>,
    below: BTreeMap<&'a str, Vec<&'a str>>,
}

impl<'a> Planes<'a> {
    /// Looks at a plan. All nodes of a group have the same links, so one of each is followed.
    pub(in crate::export) fn of(wiring: &Wiring<'a>) -> Self {
        let mut found = Self { above: BTreeMap::new(), below: BTreeMap::new() };
        for (group, nodes) in wiring.groups() {
            let Some(first) = nodes.first() else { continue };
            let planes = planes(wiring, first);
            for plane in &planes {
                found.below.entry(plane).or_default().push(group);
            }
            found.above.insert(group, planes);
        }
        found
    }

    /// Groups with a control plane that the group belongs to: those that it pulls artifacts and policies from (A19, A24,
    /// A31); where no pull is drawn, those whose events it receives.
    pub(in crate::export) fn above(&self, group: &str) -> impl Iterator<Item = &'a str> {
        self.above.get(group).into_iter().flatten().copied()
    }

    /// Groups that belong to a control plane, in order of id.
    pub(in crate::export) fn below(&self, plane: &str) -> impl Iterator<Item = &'a str> {
        self.below.get(plane).into_iter().flatten().copied()
    }
}

fn planes<'a>(wiring: &Wiring<'a>, node: &PlanNode) -> BTreeSet<&'a str> {
    let over = |purpose| -> BTreeSet<&'a str> {
        let ends = wiring.out(&node.id, purpose).flat_map(ends).filter_map(|end| wiring.node(end));
        let planes = ends.filter(|end| has_control_plane(end.role) && end.group != node.group);
        planes.map(|end| end.group.as_str()).collect()
    };
    let pulled = over(PlanPurpose::ManagementHttps);
    if pulled.is_empty() { over(PlanPurpose::EventStream) } else { pulled }
}

/// Whether nodes of this role carry a control plane, and so an event hub.
pub(in crate::export) fn has_control_plane(role: NodeRole) -> bool {
    matches!(role, NodeRole::ControlPlane | NodeRole::AllInOne)
}
