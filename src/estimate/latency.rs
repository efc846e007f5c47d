//! Latency of every population and operation.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::design::{Id, Spec, TokenFormat, Users};
use crate::topology::{Node, Topology};

use super::api_call::{self, Validations};
use super::assume::CACHE_MISS_PCT;
use super::figure::{Derivation, Figure, Unit};
use super::load::{Group, Routed};
use super::management;
use super::parts::{Alternative, Chain, Evaluator, Line, Server, few, mix_parts};
use super::places::{PlaceId, Places};
use super::report::{Operation, OperationLatency, PopulationLatency};
use super::routing::{self, Arrival, Router, largest};

/// Weight of a server behind a portal balancer: its nodes.
fn nodes(node: Node<'_>) -> f64 {
    f64::from(node.component.instances)
}

/// Works out latencies; what populations share is computed once.
pub(super) struct Latencies<'t, 'a> {
    topology: &'t Topology<'a>,
    places: &'t mut Places<'a>,
    groups: &'t BTreeMap<&'a Id, Group<'a>>,
    /// Ways to identity providers, key managers of their own, and control planes.
    routers: [Router<'t, 'a>; 3],
    validations: Validations<'a>,
    evaluator: Evaluator,
    chains: BTreeMap<(Operation, &'a Id), Result<Rc<Chain>, String>>,
    servers: BTreeMap<(Operation, &'a Id), Result<Rc<Server>, String>>,
}

/// A share of a population's connections with the users' side of their way.
struct Way<'w, 'a> {
    arrival: &'w Arrival<'a>,
    near: Chain,
}

impl<'t, 'a> Latencies<'t, 'a> {
    pub fn new(
        topology: &'t Topology<'a>,
        places: &'t mut Places<'a>,
        groups: &'t BTreeMap<&'a Id, Group<'a>>,
    ) -> Self {
        let mut validations = Validations::new();
        if topology.design.meta.tokens == TokenFormat::Opaque {
            for group in groups.values() {
                if let Some((id, ..)) = api_call::key_manager_of(topology, places, group) {
                    *validations.entry(id).or_default() += group.demand_rps * CACHE_MISS_PCT.value / 100.0;
                }
            }
        }
        let routers =
            [routing::IDENTITY, routing::TOKEN, routing::PORTAL].map(|aim| Router::new(topology, aim, &nodes));
        Self {
            topology,
            places,
            groups,
            routers,
            validations,
            evaluator: Evaluator::new(),
            chains: BTreeMap::new(),
            servers: BTreeMap::new(),
        }
    }

    /// All populations, in order of id.
    pub fn all(mut self, routed: &Routed<'a>) -> Vec<PopulationLatency> {
        routed.iter().filter_map(|(population, arrivals)| self.population(*population, arrivals)).collect()
    }

    fn population(&mut self, population: Node<'a>, api: &[Arrival<'a>]) -> Option<PopulationLatency> {
        let Spec::Users(users) = &population.component.spec else { return None };
        let place = self.places.of_component(population.component);
        let operations = Operation::ALL
            .into_iter()
            .map(|operation| {
                let percentiles = place.clone().and_then(|place| match operation {
                    Operation::ApiCall if api.is_empty() => Err(routing::unreachable(self.topology, population.id)),
                    Operation::ApiCall => self.api_call(users, place, api),
                    Operation::TokenIssue | Operation::PortalLogin | Operation::PublishEverywhere => {
                        self.at_portal(operation, population, place)
                    }
                });
                OperationLatency { operation, percentiles }
            })
            .collect();
        Some(PopulationLatency { population: population.id.clone(), served_by: serving_region(api), operations })
    }

    fn api_call(&mut self, users: &Users, place: PlaceId, api: &[Arrival<'a>]) -> Result<[Figure; 3], String> {
        let mut ways = Vec::with_capacity(api.len());
        for arrival in api {
            ways.push(Way { arrival, near: api_call::near_side(self.places, users, place, arrival)? });
        }
        self.percentiles(Operation::ApiCall, &ways)
    }

    /// Tokens, portal pages and publications: over drawn links, else at the nearest place that has them.
    fn at_portal(&mut self, operation: Operation, population: Node<'a>, place: PlaceId) -> Result<[Figure; 3], String> {
        let skip = if operation == Operation::TokenIssue { 0 } else { 2 };
        let mut found = Vec::new();
        for router in self.routers.iter().skip(skip) {
            found = router.arrivals(self.places, population.id, Some(place));
            if !found.is_empty() {
                break;
            }
        }
        let drawn = !found.is_empty();
        if !drawn {
            found.push(Arrival::undrawn(self.nearest_undrawn(operation, place)?));
        } else if operation == Operation::PublishEverywhere {
            // A publication is made at one control plane: the one most visits go to.
            found = largest(&found, |a| a.route.share).map(|a| a.clone().narrowed()).into_iter().collect();
        }
        let mut ways = Vec::with_capacity(found.len());
        for arrival in &found {
            let at = self.places.of_component(arrival.route.end.component)?;
            let rtt = match arrival.first_link() {
                Some(link) => self.places.users_over(link, place, at),
                None => self.places.users_to(place, at),
            };
            let server = arrival.fan.first().map_or(arrival.route.end, |route| route.end);
            let what = format!("Network between users and “{}”", server.component.name);
            let mut near = management::near_side(&rtt, trips(operation), &what);
            if let (false, Some(part)) = (drawn, near.parts.first_mut()) {
                part.node.formula.push_str("; no link to a portal is drawn, so the nearest one counts");
            }
            ways.push(Way { arrival, near });
        }
        self.percentiles(operation, &ways)
    }

    fn nearest_undrawn(&mut self, operation: Operation, place: PlaceId) -> Result<Node<'a>, String> {
        let token = operation == Operation::TokenIssue;
        let mut nearest: Option<(f64, Node<'a>)> = None;
        let mut why = "no control plane is drawn".to_owned();
        for node in management::undrawn_targets(self.topology, token) {
            match self.places.of_component(node.component) {
                Ok(at) => {
                    let ms = self.places.users_to(place, at).ms;
                    if nearest.as_ref().is_none_or(|(known, _)| ms < *known) {
                        nearest = Some((ms, node));
                    }
                }
                Err(reason) => why = reason,
            }
        }
        nearest.map(|(_, node)| node).ok_or(why)
    }

    fn percentiles(&mut self, operation: Operation, ways: &[Way<'_, 'a>]) -> Result<[Figure; 3], String> {
        let mut servers = Vec::with_capacity(ways.len());
        for way in ways {
            servers.push(self.server(operation, way.arrival)?);
        }
        let ways: Vec<_> = ways
            .iter()
            .zip(&servers)
            .map(|(way, server)| Alternative {
                share: way.arrival.route.share,
                name: &way.arrival.route.end.component.name,
                near: &way.near,
                far: server.as_ref(),
            })
            .collect();
        self.evaluator.percentiles(operation, &ways)
    }

    /// The servers' side from where connections arrive, over all servers behind it; computed once.
    fn server(&mut self, operation: Operation, arrival: &Arrival<'a>) -> Result<Rc<Server>, String> {
        let at = arrival.route.end;
        if let Some(known) = self.servers.get(&(operation, at.id)) {
            return known.clone();
        }
        let number = self.servers.len();
        let chain = self.behind(operation, arrival);
        let answer = chain.map(|chain| Rc::new(Server::new(number, chain)));
        self.servers.insert((operation, at.id), answer.clone());
        answer
    }

    fn behind(&mut self, operation: Operation, arrival: &Arrival<'a>) -> Result<Chain, String> {
        let mut chains: Vec<(f64, &'a str, Chain)> = Vec::with_capacity(arrival.fan.len());
        for route in arrival.fan.iter() {
            let bytes = match operation {
                Operation::ApiCall => self.groups.get(route.end.id).map_or(0.0, |g| 2.0 * g.message_bytes),
                Operation::TokenIssue | Operation::PortalLogin | Operation::PublishEverywhere => 0.0,
            };
            let mut chain = api_call::behind_balancer(self.places, arrival, route, trips(operation), bytes)?;
            chain.append((*self.chain(operation, route.end)?).clone());
            chains.push((route.share, &route.end.component.name, chain));
        }
        if let [(_, _, chain)] = chains.as_slice() {
            return Ok(chain.clone());
        }
        let value: f64 = chains.iter().map(|(share, _, chain)| share * chain.typical_ms()).sum();
        let lines = chains.iter().map(|(share, name, chain)| Line {
            share: *share,
            value: share * chain.typical_ms(),
            node: Box::new(move || {
                let inputs = chain.parts.iter().map(|part| part.node.clone()).collect();
                let label = format!("“{name}”, {:.0} % of what arrives", 100.0 * share);
                Derivation::computed(label, share * chain.typical_ms(), Unit::Ms, "share × sum of the parts", inputs)
            }),
        });
        let label = format!("Servers behind “{}”", arrival.route.end.component.name);
        let node =
            Derivation::computed(label, value, Unit::Ms, "mean over the servers, by their share", few(lines.collect()));
        let (law, part) = mix_parts(node, chains.into_iter().map(|(share, _, chain)| (share, chain)).collect());
        let mut chain = Chain::empty();
        chain.push(law, part);
        Ok(chain)
    }

    /// The servers' side of an operation at one component, computed once.
    fn chain(&mut self, operation: Operation, at: Node<'a>) -> Result<Rc<Chain>, String> {
        if let Some(known) = self.chains.get(&(operation, at.id)) {
            return known.clone();
        }
        let (topology, groups) = (self.topology, self.groups);
        let chain = match operation {
            Operation::ApiCall => match groups.get(at.id) {
                Some(group) => api_call::far_side(topology, self.places, group, &self.validations),
                None => Err("no gateway is reachable".to_owned()),
            },
            Operation::TokenIssue => {
                let demand_rps = self.validations.get(at.id).copied().unwrap_or_default();
                management::token(topology, self.places, at, demand_rps)
            }
            Operation::PortalLogin => management::portal(topology, self.places, at),
            Operation::PublishEverywhere => management::publish(topology, self.places, at, groups.values()),
        };
        let answer = chain.map(Rc::new);
        self.chains.insert((operation, at.id), answer.clone());
        answer
    }
}

/// Round trips after the connection is open.
fn trips(operation: Operation) -> f64 {
    match operation {
        Operation::ApiCall | Operation::TokenIssue => 1.0,
        Operation::PortalLogin | Operation::PublishEverywhere => management::page_trips(),
    }
}

/// The region whose gateways get the largest share of a population's calls, the first of equals.
fn serving_region(api: &[Arrival<'_>]) -> Option<Id> {
    let mut shares: BTreeMap<&Id, f64> = BTreeMap::new();
    for arrival in api {
        for route in arrival.fan.iter() {
            if let Some(region) = &route.end.component.region {
                *shares.entry(region).or_default() += arrival.route.share * route.share;
            }
        }
    }
    let shares: Vec<_> = shares.into_iter().collect();
    largest(&shares, |(_, share)| *share).map(|(region, _)| (*region).clone())
}
