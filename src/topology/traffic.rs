//! How connections of one purpose spread over the components that finally serve them.
//!
//! The graph only says where connections may go. Which branch a balancer takes is the caller's decision, so that
//! estimates (policies, capacities) and failures (what still works) can share the walk.

use std::collections::{BTreeMap, BTreeSet};

use crate::design::{Id, Kind, Purpose};

use super::{Edge, Node, Topology};

/// Most balancers in a row that connections pass: a route over more counts as none. No product survives that many,
/// and what is worked out grows with the square.
pub const MAX_IN_A_ROW: usize = 64;

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
    /// nowhere, and neither does a row of more than [`MAX_IN_A_ROW`]. The shares of the result sum to 1, or it is empty; it is in order of the ends' ids.
    pub fn spread(
        &self,
        from: &Id,
        walk: &Walk<'_>,
        choose: &mut dyn FnMut(Node<'a>, &[Branch<'a>]) -> Vec<f64>,
    ) -> Vec<Route<'a>> {
        let Some(start) = self.index_of(from).and_then(|i| self.node(i)) else { return Vec::new() };
        let near = self.near(start, walk);
        // Until it is decided a component leads nowhere: that cuts cycles.
        let mut decided: BTreeMap<&'a Id, Vec<Route<'a>>> = BTreeMap::from([(start.id, Vec::new())]);
        // The chain of balancers under way, by hand: a file may hold more of them than the stack has room for.
        let mut open = vec![self.undecided(start, walk)];
        while let Some(top) = open.last_mut() {
            let Some((edge, node)) = top.links.next() else {
                let Some(done) = open.pop() else { break };
                let routes = done.decide(choose);
                decided.insert(done.at.id, routes);
                continue;
            };
            if top.taken.contains(node.id) {
                continue;
            }
            if (walk.ends)(node) {
                top.push(edge, node, vec![Route { end: node, share: 1.0, path: Vec::new() }]);
            } else if balances(node) {
                match decided.get(node.id) {
                    Some(routes) => top.push(edge, node, routes.clone()),
                    None if near.contains(node.id) => {
                        decided.insert(node.id, Vec::new());
                        // The same link comes up again once its balancer is decided.
                        top.links.again(edge, node);
                        open.push(self.undecided(node, walk));
                    }
                    None => {}
                }
            }
        }
        decided.remove(start.id).unwrap_or_default()
    }

    /// Whether an end can be reached only over more than [`MAX_IN_A_ROW`] balancers, so that [`Self::spread`] finds
    /// none.
    pub fn is_beyond_reach(&self, from: &Id, walk: &Walk<'_>) -> bool {
        let Some(start) = self.index_of(from).and_then(|i| self.node(i)) else { return false };
        let mut seen = BTreeSet::from([start.id]);
        let mut stack = vec![start];
        while let Some(at) = stack.pop() {
            for (_, node) in self.followed(at, walk) {
                if (walk.ends)(node) {
                    return true;
                }
                if balances(node) && seen.insert(node.id) {
                    stack.push(node);
                }
            }
        }
        false
    }

    /// The links a walk may take out of a component.
    fn followed(&self, at: Node<'a>, walk: &Walk<'_>) -> Vec<(Edge<'a>, Node<'a>)> {
        let follows = |purpose: Purpose| purpose == walk.first || (balances(at) && walk.then.contains(&purpose));
        let mut out = self.out(at.id);
        out.retain(|(edge, _)| follows(edge.link.purpose));
        out
    }

    /// The balancers that are at most [`MAX_IN_A_ROW`] links away.
    fn near(&self, start: Node<'a>, walk: &Walk<'_>) -> BTreeSet<&'a Id> {
        let mut near = BTreeSet::from([start.id]);
        let mut ring = vec![start];
        for _ in 0..MAX_IN_A_ROW {
            let mut next = Vec::new();
            for at in ring {
                for (_, node) in self.followed(at, walk) {
                    if balances(node) && !(walk.ends)(node) && near.insert(node.id) {
                        next.push(node);
                    }
                }
            }
            ring = next;
        }
        near
    }

    fn undecided(&self, at: Node<'a>, walk: &Walk<'_>) -> Undecided<'a> {
        let links = Links { again: None, rest: self.followed(at, walk).into_iter() };
        Undecided { at, links, taken: BTreeSet::new(), branches: Vec::new() }
    }
}

fn balances(node: Node<'_>) -> bool {
    matches!(node.component.kind(), Kind::LoadBalancer | Kind::GlobalLoadBalancer)
}

/// Links still to look at, the last of them once more if need be.
struct Links<'a> {
    again: Option<(Edge<'a>, Node<'a>)>,
    rest: std::vec::IntoIter<(Edge<'a>, Node<'a>)>,
}

impl<'a> Links<'a> {
    fn next(&mut self) -> Option<(Edge<'a>, Node<'a>)> {
        self.again.take().or_else(|| self.rest.next())
    }

    fn again(&mut self, edge: Edge<'a>, node: Node<'a>) {
        self.again = Some((edge, node));
    }
}

/// A component whose branches are being found.
struct Undecided<'a> {
    at: Node<'a>,
    links: Links<'a>,
    /// Components that have a branch: of parallel links the first counts.
    taken: BTreeSet<&'a Id>,
    branches: Vec<Branch<'a>>,
}

impl<'a> Undecided<'a> {
    fn push(&mut self, edge: Edge<'a>, node: Node<'a>, mut routes: Vec<Route<'a>>) {
        routes.retain(|route| route.path.len() <= MAX_IN_A_ROW);
        if !routes.is_empty() {
            self.taken.insert(node.id);
            self.branches.push(Branch { edge, node, routes });
        }
    }

    fn decide(&self, choose: &mut dyn FnMut(Node<'a>, &[Branch<'a>]) -> Vec<f64>) -> Vec<Route<'a>> {
        let weights = if self.branches.is_empty() { Vec::new() } else { choose(self.at, &self.branches) };
        let weigh = |branch: &Branch<'a>| branch.routes.iter().map(|route| route.share).sum::<f64>();
        let counts = |weight: f64| weight.is_finite() && weight > 0.0;
        let total: f64 =
            self.branches.iter().zip(&weights).filter(|(_, w)| counts(**w)).map(|(b, w)| w * weigh(b)).sum();
        let mut found: BTreeMap<&'a Id, Route<'a>> = BTreeMap::new();
        for (branch, weight) in self.branches.iter().zip(weights) {
            if !counts(weight) {
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
        found.into_values().collect()
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

    /// A row of this many balancers between users and a gateway.
    fn row(balancers: usize) -> Design {
        let names: Vec<String> = (0..balancers).map(|i| format!("lb-{i:05}")).collect();
        let mut components = vec![("users", Kind::Users), ("gw", Kind::Gateway)];
        components.extend(names.iter().map(|name| (name.as_str(), Kind::LoadBalancer)));
        let way: Vec<&str> =
            std::iter::once("users").chain(names.iter().map(String::as_str)).chain(std::iter::once("gw")).collect();
        let links: Vec<_> = way.iter().copied().zip(way.iter().copied().skip(1)).collect();
        design(&components, &links)
    }

    #[test]
    fn a_row_of_too_many_balancers_leads_nowhere() {
        let lengths = |balancers| {
            let design = row(balancers);
            let topology = Topology::of(&design);
            let users = Id::slug("users");
            let routes = topology.spread(&users, &API, &mut |_, branches| vec![1.0; branches.len()]);
            let beyond = topology.is_beyond_reach(&users, &API);
            (routes.iter().map(|r| r.path.len()).collect::<Vec<_>>(), beyond)
        };
        assert_eq!(lengths(MAX_IN_A_ROW).0, [MAX_IN_A_ROW + 1]);
        assert_eq!(lengths(MAX_IN_A_ROW + 1), (vec![], true));
        assert_eq!(lengths(20_000), (vec![], true));
    }

    #[test]
    fn nothing_chosen_is_nothing_reached() {
        let design = design(&[("users", Kind::Users), ("gw", Kind::Gateway)], &[("users", "gw")]);
        let topology = Topology::of(&design);
        let none = topology.spread(&Id::slug("users"), &API, &mut |_, branches| vec![0.0; branches.len()]);
        assert!(none.is_empty());
    }
}
