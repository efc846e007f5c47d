//! Latency of every population and operation.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::design::{Id, Spec, TokenFormat, Users};
use crate::topology::{Node, Topology};

use super::api_call::{self, Validations};
use super::assume::Assumed;
use super::figure::{Derivation, Figure, Unit};
use super::load::{Group, Routed};
use super::management;
use super::parts::{Alternative, Chain, Evaluator, Line, Server, few, mix_parts};
use super::places::{PlaceId, Places};
use super::report::{Operation, OperationLatency, PopulationLatency};
use super::routing::{self, Arrival, Arrivals, Router, largest};

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
    /// How many servers have a number.
    numbered: usize,
    /// Merged ways of API calls, by the balancer that shares them.
    merged: BTreeMap<&'a Id, Result<Rc<[Merged<'a>]>, String>>,
    /// Region that serves most, by the balancer that shares the ways.
    serving: BTreeMap<&'a Id, Option<Id>>,
}

/// Most ways of a population's calls that are looked at one by one.
const MAX_WAYS: usize = 64;
/// Most places that stand for more ways than that.
const MAX_PLACES: usize = 32;

/// All ways of API calls that arrive at one place.
struct Merged<'a> {
    share: f64,
    place: PlaceId,
    /// Name of what takes most of them.
    name: &'a str,
    server: Server,
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
                    *validations.entry(id).or_default() +=
                        group.demand_rps * places.assume.value(Assumed::CacheMissPct) / 100.0;
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
            numbered: 0,
            merged: BTreeMap::new(),
            serving: BTreeMap::new(),
        }
    }

    /// All populations, in order of id.
    pub fn all(mut self, routed: &Routed<'a>) -> Vec<PopulationLatency> {
        routed.iter().filter_map(|(population, arrivals)| self.population(*population, arrivals)).collect()
    }

    fn population(&mut self, population: Node<'a>, api: &Arrivals<'a>) -> Option<PopulationLatency> {
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
        let served_by = self.serving.entry(api.key(population.id)).or_insert_with(|| serving_region(api)).clone();
        Some(PopulationLatency { population: population.id.clone(), served_by, operations })
    }

    fn api_call(&mut self, users: &Users, place: PlaceId, api: &Arrivals<'a>) -> Result<[Figure; 3], String> {
        let mut ways = Vec::with_capacity(api.len());
        if let (Some((edge, balancer)), true) = (api.shared, api.len() > MAX_WAYS) {
            let merged = self.merged(balancer.id, api)?;
            let near = |to: &Merged<'_>| api_call::near_side(self.places, users, place, to.place, Some(edge.link));
            let nears: Vec<Chain> = merged.iter().map(near).collect();
            let ways = merged.iter().zip(&nears);
            let ways: Vec<_> =
                ways.map(|(to, near)| Alternative { share: to.share, name: to.name, near, far: &to.server }).collect();
            return self.evaluator.percentiles(Operation::ApiCall, &ways);
        }
        for arrival in api.iter() {
            let here = self.places.of_component(arrival.route.end.component)?;
            let near = api_call::near_side(self.places, users, place, here, api.first_link(arrival));
            ways.push(Way { arrival, near });
        }
        self.percentiles(Operation::ApiCall, &ways)
    }

    /// Many ways that users share, merged by the place where they arrive: the users' side of those is the same.
    fn merged(&mut self, balancer: &'a Id, api: &Arrivals<'a>) -> Result<Rc<[Merged<'a>]>, String> {
        if let Some(known) = self.merged.get(balancer) {
            return known.clone();
        }
        let found = self.merge(api).map(Rc::from);
        self.merged.insert(balancer, found.clone());
        found
    }

    fn merge(&mut self, api: &Arrivals<'a>) -> Result<Vec<Merged<'a>>, String> {
        let mut by_place: BTreeMap<PlaceId, Vec<(f64, &'a str, Chain)>> = BTreeMap::new();
        for arrival in api.iter() {
            let end = arrival.route.end.component;
            let place = self.places.of_component(end)?;
            let chain = self.server(Operation::ApiCall, arrival)?.chain.clone();
            by_place.entry(place).or_default().push((arrival.route.share, &end.name, chain));
        }
        let share_of = |ways: &[(f64, &str, Chain)]| ways.iter().map(|(share, ..)| share).sum::<f64>();
        let all = by_place.len();
        let mut by_place: Vec<_> = by_place.into_iter().map(|(place, ways)| (share_of(&ways), place, ways)).collect();
        by_place.sort_by(|a, b| b.0.total_cmp(&a.0));
        by_place.truncate(MAX_PLACES);
        let total: f64 = by_place.iter().map(|(share, ..)| share).sum();
        let mut formula = "mean over what takes calls there, by its share".to_owned();
        if all > by_place.len() {
            formula.push_str(&format!(
                "; the {MAX_PLACES} places with most calls, {:.0} % of them, stand for all {all}",
                100.0 * total
            ));
        }
        let mut merged = Vec::with_capacity(by_place.len());
        for (share, place, ways) in by_place {
            let name = largest(&ways, |(share, ..)| *share).map_or("", |(_, name, _)| *name);
            let ways: Vec<_> = ways.into_iter().map(|(part, name, chain)| (part / share, name, chain)).collect();
            let label = format!("{} groups or balancers at the place of “{name}”", ways.len());
            let chain = mean_chain(label, &formula, ways);
            self.numbered += 1;
            merged.push(Merged { share: share / total, place, name, server: Server::new(self.numbered, chain) });
        }
        Ok(merged)
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
        let set_up = self.places.assume.get(Assumed::SetUpTrips);
        let mut ways = Vec::with_capacity(found.len());
        for arrival in &found {
            let at = self.places.of_component(arrival.route.end.component)?;
            let rtt = match arrival.first_link() {
                Some(link) => self.places.users_over(link, place, at),
                None => self.places.users_to(place, at),
            };
            let server = arrival.fan.first().map_or(arrival.route.end, |route| route.end);
            let what = format!("Network between users and “{}”", server.component.name);
            let mut near = management::near_side(&rtt, set_up, trips(self.places, operation), &what);
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
        self.numbered += 1;
        let number = self.numbered;
        let chain = self.behind(operation, arrival);
        let answer = chain.map(|chain| Rc::new(Server::new(number, chain)));
        self.servers.insert((operation, at.id), answer.clone());
        answer
    }

    fn behind(&mut self, operation: Operation, arrival: &Arrival<'a>) -> Result<Chain, String> {
        let mut chains: Vec<(f64, &'a str, Chain)> = Vec::with_capacity(arrival.fan.len());
        let trips = trips(self.places, operation);
        for route in arrival.fan.iter() {
            let bytes = match operation {
                Operation::ApiCall => self.groups.get(route.end.id).map_or(0.0, |g| 2.0 * g.message_bytes),
                Operation::TokenIssue | Operation::PortalLogin | Operation::PublishEverywhere => 0.0,
            };
            let mut chain = api_call::behind_balancer(self.places, arrival, route, trips, bytes)?;
            chain.append((*self.chain(operation, route.end)?).clone());
            chains.push((route.share, &route.end.component.name, chain));
        }
        if let [(_, _, chain)] = chains.as_slice() {
            return Ok(chain.clone());
        }
        let label = format!("Servers behind “{}”", arrival.route.end.component.name);
        Ok(mean_chain(label, "mean over the servers, by their share", chains))
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

/// One of several chains, by share, as a single part.
fn mean_chain(label: String, formula: &str, chains: Vec<(f64, &str, Chain)>) -> Chain {
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
    let node = Derivation::computed(label, value, Unit::Ms, formula, few(lines.collect()));
    let (law, part) = mix_parts(node, chains.into_iter().map(|(share, _, chain)| (share, chain)).collect());
    let mut chain = Chain::empty();
    chain.push(law, part);
    chain
}

/// Round trips after the connection is open.
fn trips(places: &Places<'_>, operation: Operation) -> f64 {
    match operation {
        Operation::ApiCall | Operation::TokenIssue => 1.0,
        Operation::PortalLogin | Operation::PublishEverywhere => management::page_trips(places),
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
