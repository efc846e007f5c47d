//! Which branch connections take: global balancers by their policy, regional ones by capacity.

use std::collections::BTreeMap;

use crate::design::{Id, Kind, Purpose, RoutingPolicy, Spec};
use crate::topology::traffic::{Branch, Route, Walk};
use crate::topology::{Node, Topology};

use super::places::{PlaceId, Places};

/// API calls, to the gateways.
pub(super) const API: Walk<'static> =
    Walk { first: Purpose::ApiTraffic, then: &[Purpose::ApiTraffic], ends: Kind::has_gateway };
/// Portal visits, to the control planes.
pub(super) const PORTAL: Walk<'static> = Walk {
    first: Purpose::PortalAccess,
    then: &[Purpose::PortalAccess, Purpose::ManagementHttps],
    ends: Kind::has_control_plane,
};
/// Token requests, to key managers of their own.
pub(super) const TOKEN: Walk<'static> = Walk {
    first: Purpose::PortalAccess,
    then: &[Purpose::PortalAccess, Purpose::KeyManagerHttps],
    ends: |kind| matches!(kind, Kind::KeyManager),
};
/// Token requests to an external identity provider.
pub(super) const IDENTITY: Walk<'static> =
    Walk { first: Purpose::Identity, then: &[Purpose::Identity], ends: |kind| matches!(kind, Kind::IdentityProvider) };

/// Spreads what the users at `place` open over the ends they reach.
///
/// Users take a global balancer if they are linked to one (the first by id), else the nearest of their links. A global
/// balancer chooses a region by its policy; inside the region, and at regional balancers, `weight` decides.
pub(super) fn routes<'a>(
    topology: &Topology<'a>,
    places: &mut Places<'a>,
    users: &Id,
    place: Option<PlaceId>,
    walk: &Walk<'_>,
    weight: &dyn Fn(Node<'a>) -> f64,
) -> Vec<Route<'a>> {
    topology.spread(users, walk, &mut |at, branches| {
        let by_weight = weights(branches, weight);
        match &at.component.spec {
            Spec::GlobalLoadBalancer(global) => match global.policy {
                RoutingPolicy::Weighted => by_weight,
                RoutingPolicy::Nearest => nearest(places, place, branches, by_weight, Measure::RoundTrip),
                RoutingPolicy::Geographic => nearest(places, place, branches, by_weight, Measure::Distance),
                RoutingPolicy::Failover => nearest(places, place, branches, by_weight, Measure::Order),
            },
            Spec::Users(_) => {
                let global = branches.iter().position(|b| b.node.component.kind() == Kind::GlobalLoadBalancer);
                match global {
                    Some(first) => (0..branches.len()).map(|i| f64::from(u8::from(i == first))).collect(),
                    None => nearest(places, place, branches, by_weight, Measure::RoundTrip),
                }
            }
            _ => by_weight,
        }
    })
}

/// Weight of each branch: that of everything it reaches; equal when nothing has any.
fn weights<'a>(branches: &[Branch<'a>], weight: &dyn Fn(Node<'a>) -> f64) -> Vec<f64> {
    let found: Vec<f64> = branches.iter().map(|b| b.routes.iter().map(|r| weight(r.end)).sum()).collect();
    if found.iter().any(|w| *w > 0.0) { found } else { vec![1.0; branches.len()] }
}

#[derive(Clone, Copy)]
enum Measure {
    RoundTrip,
    Distance,
    Order,
}

/// The region in which connections over a branch arrive.
pub(super) fn entry<'a>(branch_node: Node<'a>, route: &Route<'a>) -> Option<Node<'a>> {
    std::iter::once(branch_node).chain(route.path.iter().map(|(_, n)| *n)).find(|n| n.component.region.is_some())
}

/// Keeps the weights of the branches that lead to the best region, by measure and then by id; zero for the others.
fn nearest<'a>(
    places: &mut Places<'a>,
    users: Option<PlaceId>,
    branches: &[Branch<'a>],
    weights: Vec<f64>,
    measure: Measure,
) -> Vec<f64> {
    let regions: Vec<Option<&'a Id>> = branches
        .iter()
        .map(|b| b.routes.first().and_then(|r| entry(b.node, r)).and_then(|n| n.component.region.as_ref()))
        .collect();
    let mut far: BTreeMap<Option<&'a Id>, f64> = BTreeMap::new();
    for (branch, region) in branches.iter().zip(&regions) {
        let mut measured = f64::INFINITY;
        if let (Some(region), Some(users)) = (region, users)
            && let Ok(to) = places.of_region(region)
        {
            measured = match measure {
                Measure::RoundTrip => places.users_over(branch.edge.link, users, to).ms,
                Measure::Distance => places.users_to(users, to).distance_km,
                Measure::Order => 0.0,
            };
        } else if let (Some(_), Measure::Order) = (region, measure) {
            measured = 0.0;
        }
        far.entry(*region).and_modify(|least| *least = least.min(measured)).or_insert(measured);
    }
    let best = far.iter().min_by(|a, b| a.1.total_cmp(b.1)).map(|(region, _)| *region);
    regions.iter().zip(weights).map(|(region, weight)| if Some(*region) == best { weight } else { 0.0 }).collect()
}
