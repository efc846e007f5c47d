//! Tokens: where the clients of each population get them, and which key manager gateways ask about opaque ones.

use std::collections::BTreeMap;

use crate::design::{Id, Spec, TokenFormat};
use crate::topology::{Node, Topology};

use super::super::api_call::key_manager_of;
use super::super::lost::{Healthy, Without};
use super::super::management::undrawn_targets;
use super::super::places::{PlaceId, Places};
use super::super::routing::{self, Arrivals, Router};

/// Weight of a server behind a balancer: its nodes.
fn nodes(node: Node<'_>) -> f64 {
    f64::from(node.component.instances)
}

/// What a key manager is asked for.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::estimate) struct Asked {
    /// Calls a second of the clients that get their tokens here.
    pub calls_per_s: f64,
    /// Calls a second of the gateways that ask here about opaque tokens they do not know.
    pub checked_calls_per_s: f64,
}

/// Where a population gets its tokens.
#[derive(Clone)]
enum Way<'a> {
    /// Over links, as the router of this number finds.
    Drawn(usize, Arrivals<'a>),
    /// No link says where, so from the nearest.
    Nearest(Node<'a>),
    /// Nowhere.
    Nowhere,
}

/// Where everybody gets tokens.
pub(in crate::estimate) struct Tokens<'t, 'a> {
    /// To identity providers, key managers of their own, and control planes.
    routers: [Router<'t, 'a>; 3],
    ways: Vec<(Node<'a>, f64, Way<'a>)>,
    /// The key manager that each gateway group asks about opaque tokens.
    checks: BTreeMap<&'a Id, Option<&'a Id>>,
}

impl<'t, 'a> Tokens<'t, 'a> {
    pub fn of(healthy: Healthy<'t, 'a>, places: &mut Places<'a>) -> Self {
        let topology = healthy.topology;
        let routers =
            [routing::IDENTITY, routing::TOKEN, routing::PORTAL].map(|aim| Router::new(topology, aim, &nodes));
        let mut ways = Vec::new();
        for (population, _) in healthy.routed {
            let Spec::Users(users) = &population.component.spec else { continue };
            if users.requests_per_s > 0.0 {
                ways.push((*population, users.requests_per_s, way(topology, places, &routers, *population)));
            }
        }
        let mut checks = BTreeMap::new();
        if topology.design.meta.tokens == TokenFormat::Opaque {
            for (id, group) in healthy.groups {
                checks.insert(*id, key_manager_of(topology, places, group).map(|(manager, ..)| manager));
            }
        }
        Self { routers, ways, checks }
    }

    /// What each key manager is asked for, by id; identity providers among them.
    pub fn asked(&self, healthy: Healthy<'t, 'a>) -> BTreeMap<&'a Id, Asked> {
        let ways = self.ways.iter().map(|(population, calls_per_s, way)| (*population, *calls_per_s, way));
        let mut asked = spread(ways);
        for group in healthy.groups.values() {
            if let Some(Some(manager)) = self.checks.get(group.node.id) {
                asked.entry(manager).or_default().checked_calls_per_s += group.demand_rps;
            }
        }
        asked
    }

    /// The same without what is lost: clients that got their tokens there go elsewhere, and so do gateways that asked
    /// there.
    pub fn asked_without(&self, without: &Without<'_, 'a>, places: &mut Places<'a>) -> BTreeMap<&'a Id, Asked> {
        let routers = self.routers.each_ref().map(|router| router.without(&without.topology, &without.lost));
        let mut known: BTreeMap<(usize, &'a Id), bool> = BTreeMap::new();
        let mut ways = Vec::with_capacity(self.ways.len());
        for (population, calls_per_s, before) in &self.ways {
            let met = match before {
                Way::Drawn(n, arrivals) => {
                    *known.entry((*n, arrivals.key(population.id))).or_insert_with(|| arrivals.meets(&without.lost))
                }
                Way::Nearest(node) => without.lost.contains(node.id),
                Way::Nowhere => false,
            };
            let now = if met { way(&without.topology, places, &routers, *population) } else { before.clone() };
            ways.push((*population, *calls_per_s, now));
        }
        let mut asked = spread(ways.iter().map(|(population, calls_per_s, way)| (*population, *calls_per_s, way)));
        if self.checks.is_empty() {
            return asked;
        }
        for group in without.groups() {
            let before = self.checks.get(group.node.id).copied().flatten();
            let manager = match before.filter(|manager| !without.lost.contains(manager)) {
                Some(manager) => Some(manager),
                None => key_manager_of(&without.topology, places, group).map(|(manager, ..)| manager),
            };
            if let Some(manager) = manager {
                asked.entry(manager).or_default().checked_calls_per_s += group.demand_rps;
            }
        }
        asked
    }
}

fn way<'a>(
    topology: &Topology<'a>,
    places: &mut Places<'a>,
    routers: &[Router<'_, 'a>; 3],
    population: Node<'a>,
) -> Way<'a> {
    let place = places.of_component(population.component).ok();
    for (n, router) in routers.iter().enumerate() {
        let arrivals = router.shared_arrivals(places, population.id, place);
        if !arrivals.is_empty() {
            return Way::Drawn(n, arrivals);
        }
    }
    nearest(topology, places, place).map_or(Way::Nowhere, Way::Nearest)
}

/// The nearest that issues tokens, the first of equals and of those at places that are not known.
fn nearest<'a>(topology: &Topology<'a>, places: &mut Places<'a>, place: Option<PlaceId>) -> Option<Node<'a>> {
    let mut best: Option<(f64, Node<'a>)> = None;
    for node in undrawn_targets(topology, true) {
        let at = places.of_component(node.component).ok();
        let ms = place.zip(at).map_or(f64::INFINITY, |(from, to)| places.users_to(from, to).ms);
        if best.as_ref().is_none_or(|(known, _)| ms < *known) {
            best = Some((ms, node));
        }
    }
    best.map(|(_, node)| node)
}

/// Who is asked for how many tokens; populations that go the same ways are spread at once.
fn spread<'w, 'a: 'w>(ways: impl Iterator<Item = (Node<'a>, f64, &'w Way<'a>)>) -> BTreeMap<&'a Id, Asked> {
    let mut asked: BTreeMap<&'a Id, Asked> = BTreeMap::new();
    let mut together: BTreeMap<(usize, &'a Id), (f64, &'w Arrivals<'a>)> = BTreeMap::new();
    for (population, calls_per_s, way) in ways {
        match way {
            Way::Drawn(n, arrivals) => {
                together.entry((*n, arrivals.key(population.id))).or_insert((0.0, arrivals)).0 += calls_per_s;
            }
            Way::Nearest(node) => asked.entry(node.id).or_default().calls_per_s += calls_per_s,
            Way::Nowhere => {}
        }
    }
    for (calls_per_s, arrivals) in together.into_values() {
        for arrival in arrivals.iter() {
            for route in arrival.fan.iter() {
                asked.entry(route.end.id).or_default().calls_per_s += calls_per_s * arrival.route.share * route.share;
            }
        }
    }
    asked
}
