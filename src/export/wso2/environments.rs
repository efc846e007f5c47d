//! Gateway environments: which gateways serve the APIs of which control planes, under the names by which they choose
//! them (A40, H24). Found here for all files.

use std::collections::{BTreeMap, BTreeSet};

use crate::export::planner::{NodeRole, PlanNode, PlanRuntime};

use super::planes::Planes;
use super::wiring::Wiring;

/// Which gateways belong to which control planes, found once for all nodes.
pub(in crate::export) struct Environments<'a> {
    /// By group of control planes or all-in-ones: the gateway nodes, in order of the plan.
    served: BTreeMap<&'a str, Vec<&'a PlanNode>>,
    /// Groups of all-in-ones that are called themselves.
    called: BTreeSet<&'a str>,
}

impl<'a> Environments<'a> {
    /// Looks at a plan. All nodes of a group have the same links, so one of each is followed.
    pub(in crate::export) fn of(wiring: &Wiring<'a>, planes: &Planes<'a>) -> Self {
        let mut found = Self { served: BTreeMap::new(), called: BTreeSet::new() };
        for (group, nodes) in wiring.groups() {
            let Some(first) = nodes.first() else { continue };
            match first.role {
                // A Platform Gateway is registered in the Admin portal and chooses nothing here (A8).
                NodeRole::Gateway if first.runtime != Some(PlanRuntime::Platform) => {
                    for plane in planes.above(group) {
                        found.served.entry(plane).or_default().extend(nodes);
                    }
                }
                NodeRole::AllInOne if wiring.is_called(&first.id) => {
                    found.called.insert(group);
                }
                _ => {}
            }
        }
        found
    }

    /// Whether an all-in-one node serves calls itself: when somebody calls it, or no gateway does it for it.
    pub(in crate::export) fn serves_itself(&self, node: &PlanNode) -> bool {
        node.role == NodeRole::AllInOne
            && (self.called.contains(node.group.as_str()) || !self.served.contains_key(node.group.as_str()))
    }

    /// The gateways that serve the APIs of a control plane's node: those of its own region first, then by region and
    /// group; last the node itself when it does.
    pub(in crate::export) fn gateways(&self, node: &'a PlanNode) -> Vec<&'a PlanNode> {
        let mut gateways = self.served.get(node.group.as_str()).cloned().unwrap_or_default();
        gateways.sort_by_key(|gateway| (gateway.region != node.region, gateway.region.as_deref()));
        if self.serves_itself(node) {
            gateways.push(node);
        }
        gateways
    }

    /// The same by the name of the environment.
    pub(in crate::export) fn by_name(&self, node: &'a PlanNode) -> BTreeMap<&'a str, Vec<&'a PlanNode>> {
        let mut by_name: BTreeMap<&str, Vec<&PlanNode>> = BTreeMap::new();
        for gateway in self.gateways(node) {
            if let Some(name) = gateway.gateway_environment.as_deref() {
                by_name.entry(name).or_default().push(gateway);
            }
        }
        by_name
    }
}

/// The regions of these nodes, each once, in their order.
pub(in crate::export) fn regions<'a>(nodes: &[&'a PlanNode]) -> Vec<&'a str> {
    let mut regions: Vec<&str> = nodes.iter().map(|n| n.region.as_deref().unwrap_or("no region")).collect();
    let mut seen = BTreeSet::new();
    regions.retain(|region| seen.insert(*region));
    regions
}
