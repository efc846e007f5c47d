//! Which branch connections take: global balancers by their policy, regional ones by capacity.
//!
//! A regional balancer splits what arrives the same way whoever sent it, so routes are kept in two halves: where the
//! connections of a population arrive ([`Arrival`]), and how they fan out from there, worked out once a balancer.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use std::rc::Rc;

use crate::design::{Id, Kind, Link, Purpose, RoutingPolicy, Spec};
use crate::topology::traffic::{Branch, MAX_IN_A_ROW, Route, Walk, balances};
use crate::topology::{Edge, Node, Topology};

use super::places::{PlaceId, Places};

/// What connections are for, as far as their way goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Aim {
    first: Purpose,
    then: &'static [Purpose],
    serves: fn(Kind) -> bool,
}

/// API calls, to the gateways.
pub(super) const API: Aim = Aim { first: Purpose::ApiTraffic, then: &[], serves: Kind::has_gateway };
/// Portal visits, to the control planes.
pub(super) const PORTAL: Aim =
    Aim { first: Purpose::PortalAccess, then: &[Purpose::ManagementHttps], serves: Kind::has_control_plane };
/// Token requests, to key managers of their own.
pub(super) const TOKEN: Aim = Aim {
    first: Purpose::PortalAccess,
    then: &[Purpose::KeyManagerHttps],
    serves: |kind| matches!(kind, Kind::KeyManager),
};
/// Token requests to an external identity provider.
pub(super) const IDENTITY: Aim =
    Aim { first: Purpose::Identity, then: &[], serves: |kind| matches!(kind, Kind::IdentityProvider) };

/// The way of users is by global balancers: at a regional one they have arrived, or it leads nowhere.
const GLOBAL: fn(Kind) -> bool = |kind| matches!(kind, Kind::GlobalLoadBalancer);

/// Where a share of a population's connections arrives: a regional balancer, or the server itself.
#[derive(Debug, Clone)]
pub(super) struct Arrival<'a> {
    /// The way there from the users; its end is where they arrive.
    pub route: Route<'a>,
    /// How they fan out from there; one route without a path when they arrive at the server.
    pub fan: Rc<[Route<'a>]>,
}

impl<'a> Arrival<'a> {
    /// Everything goes straight to `node`, though no link says so.
    pub fn undrawn(node: Node<'a>) -> Self {
        let route = Route { end: node, share: 1.0, path: Vec::new() };
        Self { fan: Rc::from([route.clone()]), route }
    }

    /// The first link of the users' way.
    pub fn first_link(&self) -> Option<&'a Link> {
        self.route.path.first().map(|(edge, _)| edge.link)
    }

    /// Only the branch with the largest share, taken by all.
    #[must_use]
    pub fn narrowed(self) -> Self {
        let fan = largest(&self.fan, |route| route.share).map(|route| Route { share: 1.0, ..route.clone() });
        Self { route: Route { share: 1.0, ..self.route }, fan: fan.into_iter().collect() }
    }
}

/// Where the calls of a population arrive; reads like a slice.
#[derive(Debug, Clone)]
pub(super) struct Arrivals<'a> {
    /// The global balancer that sends everybody who comes to it the same ways, with the link to it. The ways of
    /// [`Self::list`] then begin behind it, and are shared by all who come.
    pub shared: Option<(Edge<'a>, Node<'a>)>,
    list: Rc<[Arrival<'a>]>,
}

impl<'a> Arrivals<'a> {
    /// What stands for these arrivals among those of all populations: the balancer that shares them, or `population`.
    pub fn key(&self, population: &'a Id) -> &'a Id {
        self.shared.map_or(population, |(_, balancer)| balancer.id)
    }

    /// Whether one of these components is on a way or at its end.
    pub fn meets(&self, lost: &BTreeSet<&Id>) -> bool {
        self.shared.is_some_and(|(_, balancer)| lost.contains(balancer.id))
            || self
                .list
                .iter()
                .any(|arrival| passes(&arrival.route, lost) || arrival.fan.iter().any(|r| passes(r, lost)))
    }

    /// The first link of the users' way to one of the arrivals.
    pub fn first_link(&self, arrival: &Arrival<'a>) -> Option<&'a Link> {
        self.shared.map(|(edge, _)| edge.link).or_else(|| arrival.first_link())
    }
}

impl<'a> Arrivals<'a> {
    /// Time to live of the answer of the global balancer on the way to one of the arrivals, or of the one that all
    /// share, s; `None` without one.
    pub fn ttl_s(&self, arrival: Option<&Arrival<'a>>) -> Option<f64> {
        let shared = self.shared.into_iter().map(|(_, node)| node);
        let on_way = arrival.into_iter().flat_map(|arrival| arrival.route.path.iter().map(|(_, node)| *node));
        shared.chain(on_way).find_map(|node| match &node.component.spec {
            Spec::GlobalLoadBalancer(global) => Some(global.ttl_s),
            _ => None,
        })
    }
}

/// A route with another share.
pub(super) fn with_share<'a>(route: &Route<'a>, share: f64) -> Route<'a> {
    Route { share, ..route.clone() }
}

impl<'a> Deref for Arrivals<'a> {
    type Target = [Arrival<'a>];

    fn deref(&self) -> &[Arrival<'a>] {
        &self.list
    }
}

/// Whether a route leads over one of these components or ends there.
fn passes(route: &Route<'_>, lost: &BTreeSet<&Id>) -> bool {
    lost.contains(route.end.id) || route.path.iter().any(|(_, node)| lost.contains(node.id))
}

/// The element with the largest measure, the first of equals.
pub(super) fn largest<T>(of: &[T], measure: impl Fn(&T) -> f64) -> Option<&T> {
    of.iter().reduce(|most, next| if measure(next) > measure(most) { next } else { most })
}

/// Finds where connections of one aim go.
pub(super) struct Router<'t, 'a> {
    topology: &'t Topology<'a>,
    aim: Aim,
    weight: &'t dyn Fn(Node<'a>) -> f64,
    fans: BTreeMap<&'a Id, Rc<[Route<'a>]>>,
    /// By global balancer; `None` where the users decide.
    shared: RefCell<BTreeMap<&'a Id, Option<Rc<[Arrival<'a>]>>>>,
}

impl<'t, 'a> Router<'t, 'a> {
    /// Works out how every regional balancer splits, in proportion to `weight` of what serves behind it.
    pub fn new(topology: &'t Topology<'a>, aim: Aim, weight: &'t dyn Fn(Node<'a>) -> f64) -> Self {
        let mut router = Self { topology, aim, weight, fans: BTreeMap::new(), shared: RefCell::new(BTreeMap::new()) };
        router.fans =
            topology.of_kind(Kind::LoadBalancer).map(|balancer| (balancer.id, router.fan_out(balancer.id))).collect();
        router
    }

    /// The same over a topology that has lost these components: only the balancers in front of them split otherwise.
    pub fn without<'s>(&'s self, topology: &'s Topology<'a>, lost: &BTreeSet<&Id>) -> Router<'s, 'a> {
        let mut router = Router {
            topology,
            aim: self.aim,
            weight: self.weight,
            fans: BTreeMap::new(),
            shared: RefCell::new(BTreeMap::new()),
        };
        for (balancer, fan) in self.fans.iter().filter(|(balancer, _)| !lost.contains(*balancer)) {
            let met = fan.iter().any(|route| passes(route, lost));
            let fan = if met { router.fan_out(balancer) } else { Rc::clone(fan) };
            router.fans.insert(balancer, fan);
        }
        router
    }

    /// How a regional balancer splits.
    fn fan_out(&self, balancer: &Id) -> Rc<[Route<'a>]> {
        let serves = |node: Node<'_>| (self.aim.serves)(node.component.kind());
        let walk = Walk { first: self.aim.first, then: self.aim.then, passes: balances, ends: &serves };
        let of_ends = |branch: &Branch<'a>| branch.routes.iter().map(|route| (self.weight)(route.end)).sum();
        let mut split = |_: Node<'a>, branches: &[Branch<'a>]| weights(branches, of_ends);
        self.topology.spread(balancer, &walk, &mut split).into()
    }

    fn fan(&self, at: Node<'a>) -> Rc<[Route<'a>]> {
        match self.fans.get(at.id) {
            Some(fan) => Rc::clone(fan),
            None => Rc::from([Route { end: at, share: 1.0, path: Vec::new() }]),
        }
    }

    /// As [`Self::arrivals`], found once for all users of a global balancer that sends everybody the same ways.
    pub fn shared_arrivals(&self, places: &mut Places<'a>, users: &Id, place: Option<PlaceId>) -> Arrivals<'a> {
        let links = self.topology.out(users).into_iter().filter(|(edge, _)| edge.link.purpose == self.aim.first);
        for (edge, node) in links.filter(|(_, node)| node.component.kind() == Kind::GlobalLoadBalancer) {
            match self.behind_weighted(node) {
                Some(list) if list.is_empty() => {}
                Some(list) => return Arrivals { shared: Some((edge, node)), list },
                None => break,
            }
        }
        Arrivals { shared: None, list: self.arrivals(places, users, place).into() }
    }

    /// Where what comes to a global balancer arrives, if that is by weight alone.
    fn behind_weighted(&self, balancer: Node<'a>) -> Option<Rc<[Arrival<'a>]>> {
        if let Some(known) = self.shared.borrow().get(balancer.id) {
            return known.clone();
        }
        let mut by_users = false;
        let arrives = |node: Node<'_>| self.takes(node);
        let walk = Walk { first: self.aim.first, then: self.aim.then, passes: GLOBAL, ends: &arrives };
        let routes = self.topology.spread(balancer.id, &walk, &mut |at, branches| {
            by_users |=
                matches!(&at.component.spec, Spec::GlobalLoadBalancer(g) if g.policy != RoutingPolicy::Weighted);
            weights(branches, |branch| self.behind(branch))
        });
        let list = routes.into_iter().map(|route| Arrival { fan: self.fan(route.end), route }).collect();
        let found = (!by_users).then_some(list);
        self.shared.borrow_mut().insert(balancer.id, found.clone());
        found
    }

    /// Whether connections arrive at a component.
    fn takes(&self, node: Node<'_>) -> bool {
        match node.component.kind() {
            Kind::LoadBalancer => self.fans.get(node.id).is_some_and(|fan| !fan.is_empty()),
            kind => (self.aim.serves)(kind),
        }
    }

    /// Weight of everything that serves behind a branch.
    fn behind(&self, branch: &Branch<'a>) -> f64 {
        let of = |route: &Route<'a>| match self.fans.get(route.end.id) {
            Some(fan) => fan.iter().map(|end| (self.weight)(end.end)).sum(),
            None => (self.weight)(route.end),
        };
        branch.routes.iter().map(of).sum()
    }

    /// Where what these users open arrives; shares sum to 1, or it is empty.
    ///
    /// Users take a global balancer if they are linked to one (the first by id), else the nearest of their links. A
    /// global balancer chooses a region by its policy; inside the region capacity decides.
    pub fn arrivals(&self, places: &mut Places<'a>, users: &Id, place: Option<PlaceId>) -> Vec<Arrival<'a>> {
        let arrives = |node: Node<'_>| self.takes(node);
        let walk = Walk { first: self.aim.first, then: self.aim.then, passes: GLOBAL, ends: &arrives };
        let routes = self.topology.spread(users, &walk, &mut |at, branches| {
            let by_weight = weights(branches, |branch| self.behind(branch));
            let mut nearest = |measure| nearest(places, place, branches, &by_weight, measure);
            match &at.component.spec {
                Spec::GlobalLoadBalancer(global) => match global.policy {
                    RoutingPolicy::Weighted => by_weight,
                    RoutingPolicy::Nearest => nearest(Measure::RoundTrip),
                    RoutingPolicy::Geographic => nearest(Measure::Distance),
                    RoutingPolicy::Failover => nearest(Measure::Order),
                },
                Spec::Users(_) => {
                    let global = branches.iter().position(|b| b.node.component.kind() == Kind::GlobalLoadBalancer);
                    match global {
                        Some(first) => (0..branches.len()).map(|i| f64::from(u8::from(i == first))).collect(),
                        None => nearest(Measure::RoundTrip),
                    }
                }
                _ => by_weight,
            }
        });
        routes.into_iter().map(|route| Arrival { fan: self.fan(route.end), route }).collect()
    }
}

/// Why calls of these users arrive nowhere.
pub(super) fn unreachable(topology: &Topology<'_>, users: &Id) -> String {
    let walk =
        Walk { first: API.first, then: API.then, passes: balances, ends: &|node| (API.serves)(node.component.kind()) };
    if topology.is_beyond_reach(users, &walk) {
        format!(
            "no gateway is reachable over {MAX_IN_A_ROW} balancers in a row or fewer, and longer rows are not followed"
        )
    } else {
        "no gateway is reachable".to_owned()
    }
}

/// Weight of each branch; equal when nothing has any.
fn weights<'a>(branches: &[Branch<'a>], weight: impl Fn(&Branch<'a>) -> f64) -> Vec<f64> {
    let found: Vec<f64> = branches.iter().map(weight).collect();
    if found.iter().any(|w| *w > 0.0) { found } else { vec![1.0; branches.len()] }
}

#[derive(Clone, Copy)]
enum Measure {
    RoundTrip,
    Distance,
    Order,
}

/// Keeps the weights of the branches that lead to the best region, by measure and then by id; zero for the others.
fn nearest<'a>(
    places: &mut Places<'a>,
    users: Option<PlaceId>,
    branches: &[Branch<'a>],
    weights: &[f64],
    measure: Measure,
) -> Vec<f64> {
    let region_of = |branch: &Branch<'a>| branch.routes.first().and_then(|route| route.end.component.region.as_ref());
    let mut far: BTreeMap<Option<&'a Id>, f64> = BTreeMap::new();
    for branch in branches {
        let region = region_of(branch);
        let known = region.and_then(|region| places.of_region(region).ok());
        let measured = match (measure, region, users, known) {
            (Measure::Order, Some(_), ..) => 0.0,
            (Measure::RoundTrip, _, Some(users), Some(to)) => places.users_over(branch.edge.link, users, to).ms,
            (Measure::Distance, _, Some(users), Some(to)) => places.users_to(users, to).distance_km,
            _ => f64::INFINITY,
        };
        far.entry(region).and_modify(|least| *least = least.min(measured)).or_insert(measured);
    }
    let best = far.iter().min_by(|a, b| a.1.total_cmp(b.1)).map(|(region, _)| *region);
    branches
        .iter()
        .zip(weights)
        .map(|(branch, weight)| if Some(region_of(branch)) == best { *weight } else { 0.0 })
        .collect()
}
