//! How connections of one purpose spread over the components that finally serve them.
//!
//! The graph only says where connections may go. Which branch a balancer takes is the caller's decision, so that
//! estimates (policies, capacities) and failures (what still works) can share the walk.

use std::collections::BTreeMap;

use crate::design::{Id, Kind, Purpose};

use super::{Edge, Node, Topology};

/// One end that connections reach, with the share of them and the way there.
#[derive(Debug, Clone)]
pub struct Route<'a> {
    /// The component that serves them.
    pub end: Node<'a>,
    /// Share of the connections, 0 to 1.
    pub share: f64,
    /// Every link taken and the component it leads to; the last one is [`Self::end`].
    pub path: Vec<(Edge<'a>, Node<'a>)>,
}

/// One link out of a component over which at least one end can be reached.
#[derive(Debug, Clone)]
pub struct Branch<'a> {
    /// The link.
    pub edge: Edge<'a>,
    /// Where it leads.
    pub node: Node<'a>,
    /// What is reached over it; the shares of the routes sum to 1.
    pub routes: Vec<Route<'a>>,
}

/// What a walk follows and where it ends.
pub struct Walk<'s> {
    /// Purpose of the first link.
    pub first: Purpose,
    /// Purposes that links behind a balancer may have as well.
    pub then: &'s [Purpose],
    /// Whether the walk ends at a component.
    pub ends: &'s dyn Fn(Node<'_>) -> bool,
}

impl<'a> Topology<'a> {
    /// Spreads the connections that `from` opens over the ends they reach.
    ///
    /// Balancers are passed through; `choose` weighs the branches of `from` and of each balancer (weights need not
    /// sum to 1; all zero means that nothing is chosen). Every component is decided once, a cycle of balancers leads
    /// nowhere. The shares of the result sum to 1, or it is empty; it is in order of the ends' ids.
    pub fn spread(
        &self,
        from: &Id,
        walk: &Walk<'_>,
        choose: &mut dyn FnMut(Node<'a>, &[Branch<'a>]) -> Vec<f64>,
    ) -> Vec<Route<'a>> {
        let Some(start) = self.index_of(from).and_then(|i| self.node(i)) else { return Vec::new() };
        self.spread_from(start, walk, choose, &mut BTreeMap::new())
    }

    fn spread_from(
        &self,
        at: Node<'a>,
        walk: &Walk<'_>,
        choose: &mut dyn FnMut(Node<'a>, &[Branch<'a>]) -> Vec<f64>,
        decided: &mut BTreeMap<&'a Id, Vec<Route<'a>>>,
    ) -> Vec<Route<'a>> {
        if let Some(known) = decided.get(at.id) {
            return known.clone();
        }
        // Until it is decided a component leads nowhere: that cuts cycles.
        decided.insert(at.id, Vec::new());
        let balances = |node: Node<'_>| matches!(node.component.kind(), Kind::LoadBalancer | Kind::GlobalLoadBalancer);
        let follows = |purpose: Purpose| purpose == walk.first || (balances(at) && walk.then.contains(&purpose));
        let mut branches: Vec<Branch<'a>> = Vec::new();
        for (edge, node) in self.out(at.id) {
            let parallel = branches.iter().any(|b| b.node.id == node.id);
            if parallel || !follows(edge.link.purpose) {
                continue;
            }
            let routes = if (walk.ends)(node) {
                vec![Route { end: node, share: 1.0, path: Vec::new() }]
            } else if balances(node) {
                self.spread_from(node, walk, choose, decided)
            } else {
                Vec::new()
            };
            if !routes.is_empty() {
                branches.push(Branch { edge, node, routes });
            }
        }
        let weights = if branches.is_empty() { Vec::new() } else { choose(at, &branches) };
        let total: f64 = weights.iter().filter(|w| w.is_finite() && **w > 0.0).sum();
        let mut found: BTreeMap<&'a Id, Route<'a>> = BTreeMap::new();
        for (branch, weight) in branches.iter().zip(weights) {
            if !(weight.is_finite() && weight > 0.0) {
                continue;
            }
            for route in &branch.routes {
                let share = route.share * weight / total;
                found.entry(route.end.id).and_modify(|known| known.share += share).or_insert_with(|| {
                    let mut path = Vec::with_capacity(route.path.len() + 1);
                    path.push((branch.edge, branch.node));
                    path.extend(route.path.iter().copied());
                    Route { end: route.end, share, path }
                });
            }
        }
        let routes: Vec<_> = found.into_values().collect();
        decided.insert(at.id, routes.clone());
        routes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::{Component, Design, Link};
    use std::sync::Arc;

    fn design(components: &[(&str, Kind)], links: &[(&str, &str)]) -> Design {
        let mut design = Design::default();
        for (id, kind) in components {
            design.components.insert(Id::slug(id), Arc::new(Component::new(*kind, *id)));
        }
        for (from, to) in links {
            let link = Link::new(Id::slug(from), Id::slug(to), Purpose::ApiTraffic);
            design.links.insert(Id::slug(&format!("{from}-{to}")), Arc::new(link));
        }
        design
    }

    const API: Walk<'static> =
        Walk { first: Purpose::ApiTraffic, then: &[], ends: &|node| node.component.kind().has_gateway() };

    #[test]
    fn balancers_split_and_cycles_end() {
        let design = design(
            &[
                ("users", Kind::Users),
                ("lb-a", Kind::LoadBalancer),
                ("lb-b", Kind::LoadBalancer),
                ("gw-1", Kind::Gateway),
                ("gw-2", Kind::Gateway),
            ],
            &[("users", "lb-a"), ("lb-a", "lb-b"), ("lb-b", "lb-a"), ("lb-a", "gw-1"), ("lb-b", "gw-2")],
        );
        let topology = Topology::of(&design);
        let routes = topology.spread(&Id::slug("users"), &API, &mut |_, branches| vec![1.0; branches.len()]);
        let shares: Vec<_> = routes.iter().map(|r| (r.end.id.as_str(), r.share, r.path.len())).collect();
        assert_eq!(shares, [("gw-1", 0.5, 2), ("gw-2", 0.5, 3)]);
    }

    #[test]
    fn nothing_chosen_is_nothing_reached() {
        let design = design(&[("users", Kind::Users), ("gw", Kind::Gateway)], &[("users", "gw")]);
        let topology = Topology::of(&design);
        let none = topology.spread(&Id::slug("users"), &API, &mut |_, branches| vec![0.0; branches.len()]);
        assert!(none.is_empty());
    }
}
