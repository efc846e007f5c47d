//! Everything at which a connection of the plan begins or ends, by id.

use std::collections::{BTreeMap, BTreeSet};

use super::{Plan, PlanNode};

/// A node instance, a balancer, a service, a database or a user population.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Endpoint<'p> {
    /// Its id in the plan.
    pub id: &'p str,
    /// Id of the component in the design; of a node, its group.
    pub group: &'p str,
    /// What people call the component.
    pub name: &'p str,
    /// Id of the region it stands in, if any.
    pub region: Option<&'p str>,
    /// Host name; `None` where somebody else decides on it.
    pub host: Option<&'p str>,
}

impl Plan {
    /// All endpoints, by id.
    #[must_use]
    pub fn endpoints(&self) -> BTreeMap<&str, Endpoint<'_>> {
        let nodes = self.nodes.iter().map(|node| Endpoint {
            id: &node.id,
            group: &node.group,
            name: &node.group_name,
            region: node.region.as_deref(),
            host: Some(&node.host),
        });
        let whole = |id, name, region, host| Endpoint { id, group: id, name, region, host };
        let balancers = self.balancers.iter().map(|b| whole(&*b.id, &*b.name, b.region.as_deref(), Some(&*b.host)));
        let services = self.services.iter().map(|s| whole(&*s.id, &*s.name, s.region.as_deref(), s.host.as_deref()));
        let databases = self.databases.iter().map(|d| whole(&*d.id, &*d.name, d.region.as_deref(), Some(&*d.host)));
        let populations = self.populations.iter().map(|p| whole(&*p.id, &*p.name, None, None));
        let all = nodes.chain(balancers).chain(services).chain(databases).chain(populations);
        all.map(|endpoint| (endpoint.id, endpoint)).collect()
    }

    /// Ports at which endpoints answer, by id; those of which the plan does not know are left out.
    #[must_use]
    pub fn listening(&self) -> BTreeMap<&str, BTreeSet<u16>> {
        let nodes = self.nodes.iter().map(|node| (node.id.as_str(), node.listens.iter().map(|l| l.port).collect()));
        let balancers = self
            .balancers
            .iter()
            .map(|balancer| (balancer.id.as_str(), balancer.pools.iter().map(|pool| pool.listen.number).collect()));
        let databases = self.databases.iter().map(|db| (db.id.as_str(), db.port.into_iter().collect()));
        let known = nodes.chain(balancers).chain(databases);
        known.filter(|(_, ports): &(&str, BTreeSet<u16>)| !ports.is_empty()).collect()
    }

    /// Nodes by the id of their group; those of one group are alike but for where they stand.
    #[must_use]
    pub fn groups(&self) -> BTreeMap<&str, Vec<&PlanNode>> {
        let mut groups: BTreeMap<&str, Vec<&PlanNode>> = BTreeMap::new();
        for node in &self.nodes {
            groups.entry(&node.group).or_default().push(node);
        }
        groups
    }

    /// What people call a region; its id when the plan has none.
    #[must_use]
    pub fn region_name<'p>(&'p self, id: &'p str) -> &'p str {
        self.regions.iter().find(|region| region.id == id).map_or(id, |region| &region.name)
    }
}
