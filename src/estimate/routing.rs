//! Which branch connections take: global balancers by their policy, regional ones by capacity.
//!
//! A regional balancer splits what arrives the same way whoever sent it, so routes are kept in two halves: where the
//! connections of a population arrive ([`Arrival`]), and how they fan out from there, worked out once a balancer.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::design::{Id, Kind, Link, Purpose, RoutingPolicy, Spec};
use crate::topology::traffic::{Branch, MAX_IN_A_ROW, Route, Walk};
use crate::topology::{Node, Topology};

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
}

impl<'t, 'a> Router<'t, 'a> {
    /// Works out how every regional balancer splits, in proportion to `weight` of what serves behind it.
    pub fn new(topology: &'t Topology<'a>, aim: Aim, weight: &'t dyn Fn(Node<'a>) -> f64) -> Self {
        let serves = |node: Node<'_>| (aim.serves)(node.component.kind());
        let walk = Walk { first: aim.first, then: aim.then, ends: &serves };
        let of_ends = |branch: &Branch<'a>| branch.routes.iter().map(|route| weight(route.end)).sum();
        let mut split = |_: Node<'a>, branches: &[Branch<'a>]| weights(branches, of_ends);
        let fans = topology
            .of_kind(Kind::LoadBalancer)
            .map(|balancer| (balancer.id, Rc::from(topology.spread(balancer.id, &walk, &mut split))))
            .collect();
        Self { topology, aim, weight, fans }
    }

    fn fan(&self, at: Node<'a>) -> Rc<[Route<'a>]> {
        match self.fans.get(at.id) {
            Some(fan) => Rc::clone(fan),
            None => Rc::from([Route { end: at, share: 1.0, path: Vec::new() }]),
        }
    }

    /// Where what these users open arrives; shares sum to 1, or it is empty.
    ///
    /// Users take a global balancer if they are linked to one (the first by id), else the nearest of their links. A
    /// global balancer chooses a region by its policy; inside the region capacity decides.
    pub fn arrivals(&self, places: &mut Places<'a>, users: &Id, place: Option<PlaceId>) -> Vec<Arrival<'a>> {
        let arrives = |node: Node<'_>| match node.component.kind() {
            Kind::LoadBalancer => self.fans.get(node.id).is_some_and(|fan| !fan.is_empty()),
            kind => (self.aim.serves)(kind),
        };
        let walk = Walk { first: self.aim.first, then: self.aim.then, ends: &arrives };
        let behind = |branch: &Branch<'a>| -> f64 {
            branch
                .routes
                .iter()
                .flat_map(|r| self.fan(r.end).iter().map(|end| (self.weight)(end.end)).collect::<Vec<_>>())
                .sum()
        };
        let routes = self.topology.spread(users, &walk, &mut |at, branches| {
            let by_weight = weights(branches, behind);
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
    let walk = Walk { first: API.first, then: API.then, ends: &|node| (API.serves)(node.component.kind()) };
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
