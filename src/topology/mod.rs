//! The graph behind a drawing: who stands where, who connects to whom over which link.
//!
//! A [`Topology`] is a read-only index over one design, built once per analysis. Its graph is a petgraph projection
//! whose nodes are components and whose edges are links, in the direction in which connections are opened.

mod key_managers;
mod site;
pub mod traffic;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use petgraph::Direction;
use petgraph::graph::{DiGraph, EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef;

pub use key_managers::is_identity_server;
pub use site::locate;

use crate::design::{Component, Design, Id, Kind, Link, Purpose, Region, RegionRole};

/// A component as a node of the graph.
#[derive(Debug, Clone, Copy)]
pub struct Node<'a> {
    /// Its id.
    pub id: &'a Id,
    /// The component.
    pub component: &'a Component,
}

/// A link as an edge of the graph.
#[derive(Debug, Clone, Copy)]
pub struct Edge<'a> {
    /// Its id.
    pub id: &'a Id,
    /// The link.
    pub link: &'a Link,
}

/// Read-only index over one design.
pub struct Topology<'a> {
    /// The design it was built from.
    pub design: &'a Design,
    all: Arc<All<'a>>,
    /// Components that are taken out.
    lost: BTreeSet<NodeIndex>,
}

/// The whole drawing, shared by the views that leave something out.
struct All<'a> {
    graph: DiGraph<Node<'a>, Edge<'a>>,
    index: BTreeMap<&'a Id, NodeIndex>,
    by_kind: BTreeMap<Kind, Vec<NodeIndex>>,
    by_region: BTreeMap<Option<&'a Id>, Vec<NodeIndex>>,
}

impl<'a> Topology<'a> {
    /// Builds the index.
    #[must_use]
    pub fn of(design: &'a Design) -> Self {
        let mut graph = DiGraph::with_capacity(design.components.len(), design.links.len());
        let mut index = BTreeMap::new();
        let mut by_kind: BTreeMap<Kind, Vec<NodeIndex>> = BTreeMap::new();
        let mut by_region: BTreeMap<Option<&'a Id>, Vec<NodeIndex>> = BTreeMap::new();
        for (id, component) in &design.components {
            let node = graph.add_node(Node { id, component });
            index.insert(id, node);
            by_kind.entry(component.kind()).or_default().push(node);
            by_region.entry(component.region.as_ref()).or_default().push(node);
        }
        for (id, link) in &design.links {
            if let (Some(&from), Some(&to)) = (index.get(&link.from), index.get(&link.to)) {
                graph.add_edge(from, to, Edge { id, link });
            }
        }
        Self { design, all: Arc::new(All { graph, index, by_kind, by_region }), lost: BTreeSet::new() }
    }

    /// The same drawing with these components, and so their links, taken out as well. The index is shared, so it costs
    /// nothing that grows with the drawing; [`Self::graph`] and [`Self::regions`] still have everything.
    #[must_use]
    pub fn without<'t>(&self, lost: impl IntoIterator<Item = &'t Id>) -> Self {
        let mut all_lost = self.lost.clone();
        all_lost.extend(lost.into_iter().filter_map(|id| self.index_of(id)));
        Self { design: self.design, all: Arc::clone(&self.all), lost: all_lost }
    }

    /// The petgraph graph itself.
    #[must_use]
    pub fn graph(&self) -> &DiGraph<Node<'a>, Edge<'a>> {
        &self.all.graph
    }

    /// The graph index of a component that is not taken out.
    #[must_use]
    pub fn index_of(&self, id: &Id) -> Option<NodeIndex> {
        self.all.index.get(id).copied().filter(|index| !self.lost.contains(index))
    }

    fn node(&self, index: NodeIndex) -> Option<Node<'a>> {
        if self.lost.contains(&index) { None } else { self.all.graph.node_weight(index).copied() }
    }

    fn edge(&self, index: EdgeIndex) -> Option<Edge<'a>> {
        self.all.graph.edge_weight(index).copied()
    }

    /// All components of a kind, in order of id.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = Node<'a>> + '_ {
        self.all.by_kind.get(&kind).into_iter().flatten().filter_map(|&i| self.node(i))
    }

    /// All components in a region (or in none), in order of id.
    pub fn in_region(&self, region: Option<&Id>) -> impl Iterator<Item = Node<'a>> + '_ {
        // The key borrows from the design; looking up by value needs the region's own entry.
        let key = region.and_then(|r| self.design.regions.get_key_value(r)).map(|(id, _)| id);
        let found = if region.is_some() && key.is_none() { None } else { self.all.by_region.get(&key) };
        found.into_iter().flatten().filter_map(|&i| self.node(i))
    }

    /// All components of a kind in a region, in order of id.
    pub fn of_kind_in<'s>(&'s self, kind: Kind, region: &Id) -> impl Iterator<Item = Node<'a>> + 's {
        self.in_region(Some(region)).filter(move |n| n.component.kind() == kind)
    }

    /// Regions in order of id.
    pub fn regions(&self) -> impl Iterator<Item = (&'a Id, &'a Region)> {
        self.design.regions.iter().map(|(id, r)| (id, r.as_ref()))
    }

    /// Number of nodes (instances, not boxes) in the region whose kind satisfies the test.
    #[must_use]
    pub fn instances_in(&self, region: &Id, test: impl Fn(Kind) -> bool) -> u32 {
        self.in_region(Some(region)).filter(|n| test(n.component.kind())).map(|n| n.component.instances).sum()
    }

    /// Whether the region has a component whose kind satisfies the test.
    #[must_use]
    pub fn region_has(&self, region: &Id, test: impl Fn(Kind) -> bool) -> bool {
        self.in_region(Some(region)).any(|n| test(n.component.kind()))
    }

    /// Regions with a control plane (control plane or all-in-one), in order of id.
    #[must_use]
    pub fn control_plane_regions(&self) -> Vec<&'a Id> {
        self.regions().map(|(id, _)| id).filter(|id| self.region_has(id, Kind::has_control_plane)).collect()
    }

    /// Regions that serve API traffic, in order of id.
    #[must_use]
    pub fn gateway_regions(&self) -> Vec<&'a Id> {
        self.regions().map(|(id, _)| id).filter(|id| self.region_has(id, Kind::has_gateway)).collect()
    }

    /// When a region is started, smallest first: those with a control plane before those that need one elsewhere, the main
    /// region before the others (D16).
    #[must_use]
    pub fn start_rank(&self, region: &Id) -> u8 {
        let is_main = self.design.regions.get(region).is_some_and(|r| r.role == RegionRole::Main);
        match (is_main, self.region_has(region, Kind::has_control_plane)) {
            (true, true) => 0,
            (false, true) => 1,
            (true, false) => 2,
            (false, false) => 3,
        }
    }

    /// Links that begin at the component, with their far end, in order of link id.
    #[must_use]
    pub fn out(&self, id: &Id) -> Vec<(Edge<'a>, Node<'a>)> {
        self.neighbours(id, Direction::Outgoing)
    }

    /// Links that end at the component, with their far end, in order of link id.
    #[must_use]
    pub fn into(&self, id: &Id) -> Vec<(Edge<'a>, Node<'a>)> {
        self.neighbours(id, Direction::Incoming)
    }

    fn neighbours(&self, id: &Id, direction: Direction) -> Vec<(Edge<'a>, Node<'a>)> {
        let Some(at) = self.index_of(id) else { return Vec::new() };
        let mut found: Vec<_> = self
            .all
            .graph
            .edges_directed(at, direction)
            .filter_map(|e| {
                let far = if direction == Direction::Outgoing { e.target() } else { e.source() };
                Some((self.edge(e.id())?, self.node(far)?))
            })
            .collect();
        found.sort_by_key(|(edge, _)| edge.id);
        found
    }

    /// Components that a connection of this purpose, opened by `from`, finally reaches. Balancers on the way are passed
    /// through over their links of this purpose or, where they have none, over those of any purpose in `via`; everything
    /// else is an end. Each with the first link taken.
    #[must_use]
    pub fn reached(&self, from: &Id, purpose: Purpose, via: &[Purpose]) -> Vec<(Edge<'a>, Node<'a>)> {
        let mut ends: BTreeMap<&'a Id, (Edge<'a>, Node<'a>)> = BTreeMap::new();
        for (edge, node) in self.out(from) {
            if edge.link.purpose != purpose {
                continue;
            }
            let mut seen = BTreeSet::from([node.id]);
            let mut stack = vec![node];
            while let Some(at) = stack.pop() {
                if !matches!(at.component.kind(), Kind::LoadBalancer | Kind::GlobalLoadBalancer) {
                    ends.entry(at.id).or_insert((edge, at));
                    continue;
                }
                let has_own = self.index_of(at.id).is_some_and(|balancer| self.has_link(balancer, purpose));
                for (next_edge, next) in self.out(at.id) {
                    let wanted = next_edge.link.purpose;
                    if (wanted == purpose || (!has_own && via.contains(&wanted))) && seen.insert(next.id) {
                        stack.push(next);
                    }
                }
            }
        }
        ends.into_values().collect()
    }

    /// Components whose connections of this purpose finally reach one of `targets`: the reverse of
    /// [`reached`](Self::reached), for all sources at once. Linear in the links passed.
    #[must_use]
    pub fn sources_of<'t>(
        &self,
        targets: impl IntoIterator<Item = &'t Id>,
        purpose: Purpose,
        via: &[Purpose],
    ) -> BTreeSet<&'a Id> {
        let mut stack: Vec<NodeIndex> = targets.into_iter().filter_map(|id| self.index_of(id)).collect();
        let mut passed: BTreeSet<NodeIndex> = stack.iter().copied().collect();
        let mut sources = BTreeSet::new();
        let mut has_own: BTreeMap<NodeIndex, bool> = BTreeMap::new();
        while let Some(at) = stack.pop() {
            for arriving in self.all.graph.edges_directed(at, Direction::Incoming) {
                let Some(from) = self.node(arriving.source()) else { continue };
                let wanted = arriving.weight().link.purpose;
                if matches!(from.component.kind(), Kind::LoadBalancer | Kind::GlobalLoadBalancer) {
                    let balancer = arriving.source();
                    let mut has_own = || *has_own.entry(balancer).or_insert_with(|| self.has_link(balancer, purpose));
                    let passes = wanted == purpose || (via.contains(&wanted) && !has_own());
                    if passes && passed.insert(balancer) {
                        stack.push(balancer);
                    }
                } else if wanted == purpose {
                    sources.insert(from.id);
                }
            }
        }
        sources
    }

    /// Whether a link of this purpose begins at the component, be its far end taken out or not: a balancer stays set up
    /// as it is drawn.
    fn has_link(&self, from: NodeIndex, purpose: Purpose) -> bool {
        self.all.graph.edges(from).any(|edge| edge.weight().link.purpose == purpose)
    }

    /// Whether the two components stand in different regions.
    #[must_use]
    pub fn crosses_regions(&self, link: &Link) -> bool {
        let region = |id: &Id| self.design.components.get(id).and_then(|c| c.region.as_ref());
        match (region(&link.from), region(&link.to)) {
            (Some(a), Some(b)) => a != b,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn drawn(components: &[(&str, Kind)], links: &[(&str, &str, Purpose)]) -> Design {
        let mut design = Design::default();
        for (id, kind) in components {
            design.components.insert(Id::slug(id), Arc::new(Component::new(*kind, *id)));
        }
        for (n, (from, to, purpose)) in links.iter().enumerate() {
            let link = Link::new(Id::slug(from), Id::slug(to), *purpose);
            design.links.insert(Id::slug(&format!("l{n}")), Arc::new(link));
        }
        design
    }

    #[test]
    fn connections_pass_balancers_only_and_the_same_way_seen_from_both_ends() {
        use Purpose::{ApiTraffic, ManagementHttps, PortalAccess};
        let design = drawn(
            &[
                ("near", Kind::Users),
                ("far", Kind::Users),
                ("gslb", Kind::GlobalLoadBalancer),
                ("a", Kind::LoadBalancer),
                ("b", Kind::LoadBalancer),
                ("gw", Kind::Gateway),
                ("cp", Kind::ControlPlane),
            ],
            &[
                ("near", "gslb", ApiTraffic),
                ("far", "gw", PortalAccess),
                ("gslb", "a", ApiTraffic),
                ("a", "b", ApiTraffic),
                ("b", "a", ApiTraffic),
                ("b", "gw", ApiTraffic),
                ("gw", "b", ManagementHttps),
                ("b", "cp", PortalAccess),
            ],
        );
        let topology = Topology::of(&design);
        for purpose in [ApiTraffic, ManagementHttps, PortalAccess] {
            for via in [&[][..], &[PortalAccess]] {
                for to in design.components.keys().filter(|id| ["near", "far", "gw", "cp"].contains(&id.as_str())) {
                    let sources = topology.sources_of([to], purpose, via);
                    for from in design.components.keys().filter(|id| ["near", "far", "gw", "cp"].contains(&id.as_str()))
                    {
                        let reached = topology.reached(from, purpose, via).iter().any(|(_, end)| end.id == to);
                        assert_eq!(sources.contains(from), reached, "{from} to {to}, {purpose:?} via {via:?}");
                    }
                }
            }
        }
        let gw = Id::slug("gw");
        assert_eq!(topology.sources_of([&gw], ApiTraffic, &[]), BTreeSet::from([&Id::slug("near")]));
        let cp = Id::slug("cp");
        assert_eq!(topology.sources_of([&cp], ManagementHttps, &[]), BTreeSet::new());
        assert_eq!(topology.sources_of([&cp], ManagementHttps, &[PortalAccess]), BTreeSet::from([&gw]));
    }

    #[test]
    fn a_balancer_with_links_of_the_purpose_takes_no_others() {
        use Purpose::{KeyManagerHttps, ManagementHttps, PortalAccess};
        let kinds =
            [("cp", Kind::ControlPlane), ("gw", Kind::Gateway), ("km", Kind::KeyManager), ("lb", Kind::LoadBalancer)];
        let links = [
            ("gw", "lb", KeyManagerHttps),
            ("gw", "lb", ManagementHttps),
            ("lb", "km", KeyManagerHttps),
            ("lb", "cp", PortalAccess),
        ];
        let design = drawn(&kinds, &links);
        let [cp, gw, km] = ["cp", "gw", "km"].map(Id::slug);
        let topology = Topology::of(&design);
        for (purpose, far) in [(KeyManagerHttps, vec![&km]), (ManagementHttps, vec![&cp, &km])] {
            let ends = topology.reached(&gw, purpose, &Purpose::SERVLET);
            assert_eq!(ends.iter().map(|(_, end)| end.id).collect::<Vec<_>>(), far);
            for end in [&cp, &km] {
                let sources = topology.sources_of([end], purpose, &Purpose::SERVLET);
                assert_eq!(sources.contains(&gw), far.contains(&end), "{end}, {purpose:?}");
            }
        }
        let lost = topology.without([&km]);
        assert!(lost.reached(&gw, KeyManagerHttps, &Purpose::SERVLET).is_empty(), "the balancer knows of no other");
    }
}
