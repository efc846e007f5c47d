//! Which groups of nodes belong to which control planes. Decided here for all files.

use std::collections::{BTreeMap, BTreeSet};

use crate::export::bundle::Origin;
use crate::export::planner::{NodeRole, PlanNode, PlanPurpose};

use super::wiring::{Wiring, ends};

/// Which groups belong to which control planes, found once.
pub(in crate::export) struct Planes<'a> {
    above: BTreeMap<&'a str, BTreeSet<&'a str>>,
    below: BTreeMap<&'a str, Vec<&'a str>>,
    /// Groups of which no pull is drawn.
    by_events: BTreeSet<&'a str>,
}

impl<'a> Planes<'a> {
    /// Looks at a plan. All nodes of a group have the same links, so one of each is followed.
    pub(in crate::export) fn of(wiring: &Wiring<'a>) -> Self {
        let mut found = Self { above: BTreeMap::new(), below: BTreeMap::new(), by_events: BTreeSet::new() };
        for (group, nodes) in wiring.groups() {
            let Some(first) = nodes.first() else { continue };
            let over = |purpose| planes(wiring, first, purpose);
            let mut planes = over(PlanPurpose::ManagementHttps);
            if planes.is_empty() {
                planes = over(PlanPurpose::EventStream);
                found.by_events.extend((!planes.is_empty()).then_some(group));
            }
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

    /// Whether only the events that it receives say which control planes a group belongs to.
    pub(in crate::export) fn is_by_events(&self, group: &str) -> bool {
        self.by_events.contains(group)
    }

    /// Groups that belong to a control plane, in order of id.
    pub(in crate::export) fn below(&self, plane: &str) -> impl Iterator<Item = &'a str> {
        self.below.get(plane).into_iter().flatten().copied()
    }
}

/// Other groups with a control plane that a node's connections of a purpose reach.
fn planes<'a>(wiring: &Wiring<'a>, node: &PlanNode, purpose: PlanPurpose) -> BTreeSet<&'a str> {
    let ends = wiring.out(&node.id, purpose).flat_map(ends).filter_map(|end| wiring.node(end));
    let planes = ends.filter(|end| has_control_plane(end.role) && end.group != node.group);
    planes.map(|end| end.group.as_str()).collect()
}

/// Whether nodes of this role carry a control plane, and so an event hub.
pub(in crate::export) fn has_control_plane(role: NodeRole) -> bool {
    matches!(role, NodeRole::ControlPlane | NodeRole::AllInOne)
}

/// An origin of what follows from who belongs to a control plane: concluded where only events say so.
pub(in crate::export) fn belonging(why: &'static str, by_events: bool, facts: &[&'static str]) -> Origin {
    if by_events { Origin::inferred(why, facts) } else { Origin::stated(why, facts) }
}
