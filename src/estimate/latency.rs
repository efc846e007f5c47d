//! Latency of every population and operation.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::design::{Id, Kind, Spec, TokenFormat, Users};
use crate::topology::traffic::Route;
use crate::topology::{Node, Topology};

use super::api_call::{self, Validations};
use super::assume::CACHE_MISS_PCT;
use super::load::{Group, Routed};
use super::management;
use super::parts::{Alternative, Chain, Evaluator, Server};
use super::places::{PlaceId, Places};
use super::report::{Operation, OperationLatency, PopulationLatency};
use super::routing::{self, routes};

type Answer = Result<Rc<Server>, String>;

/// Works out latencies; what populations share is computed once.
pub(super) struct Latencies<'t, 'a> {
    topology: &'t Topology<'a>,
    places: &'t mut Places<'a>,
    groups: &'t BTreeMap<&'a Id, Group<'a>>,
    validations: Validations<'a>,
    evaluator: Evaluator,
    servers: BTreeMap<(Operation, &'a Id), Answer>,
}

/// Where a population's connections of one kind end, with the users' side of each way.
struct Way<'a> {
    share: f64,
    end: Node<'a>,
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
        Self { topology, places, groups, validations, evaluator: Evaluator::new(), servers: BTreeMap::new() }
    }

    /// All populations, in order of id.
    pub fn all(mut self, routed: &Routed<'a>) -> Vec<PopulationLatency> {
        routed.iter().filter_map(|(population, routes)| self.population(*population, routes)).collect()
    }

    fn population(&mut self, population: Node<'a>, api: &[Route<'a>]) -> Option<PopulationLatency> {
        let Spec::Users(users) = &population.component.spec else { return None };
        let mut main: Option<&Route<'a>> = None;
        for route in api {
            if main.is_none_or(|m| route.share > m.share) {
                main = Some(route);
            }
        }
        let place = self.places.of_component(population.component);
        let operations = Operation::ALL
            .into_iter()
            .map(|operation| {
                let percentiles = place.clone().and_then(|place| {
                    let ways = match operation {
                        Operation::ApiCall => self.api_ways(users, place, api)?,
                        Operation::TokenIssue | Operation::PortalLogin | Operation::PublishEverywhere => {
                            self.portal_ways(operation, population, place)?
                        }
                    };
                    self.percentiles(operation, ways)
                });
                OperationLatency { operation, percentiles }
            })
            .collect();
        let served_by = main.and_then(|route| route.end.component.region.clone());
        Some(PopulationLatency { population: population.id.clone(), served_by, operations })
    }

    fn percentiles(&mut self, operation: Operation, ways: Vec<Way<'a>>) -> Result<[super::figure::Figure; 3], String> {
        let mut servers = Vec::with_capacity(ways.len());
        for way in &ways {
            servers.push(self.server(operation, way.end)?);
        }
        let ways: Vec<_> = ways
            .into_iter()
            .zip(&servers)
            .map(|(way, server)| Alternative {
                share: way.share,
                name: format!("to “{}”", way.end.component.name),
                near: way.near,
                far: server.as_ref(),
            })
            .collect();
        Ok(self.evaluator.percentiles(operation, &ways))
    }

    fn api_ways(&mut self, users: &Users, place: PlaceId, api: &[Route<'a>]) -> Result<Vec<Way<'a>>, String> {
        if api.is_empty() {
            return Err("no gateway is reachable".to_owned());
        }
        api.iter()
            .map(|route| {
                let near = api_call::near_side(self.places, users, place, route)?;
                Ok(Way { share: route.share, end: route.end, near })
            })
            .collect()
    }

    /// Where tokens, portal pages and publications go: over drawn links, else to the nearest place that has them.
    fn portal_ways(
        &mut self,
        operation: Operation,
        population: Node<'a>,
        place: PlaceId,
    ) -> Result<Vec<Way<'a>>, String> {
        let token = operation == Operation::TokenIssue;
        let walks: &[_] =
            if token { &[routing::IDENTITY, routing::TOKEN, routing::PORTAL] } else { &[routing::PORTAL] };
        let weight = |node: Node<'a>| f64::from(node.component.instances);
        let drawn = walks
            .iter()
            .map(|walk| routes(self.topology, self.places, population.id, Some(place), walk, &weight))
            .find(|found| !found.is_empty())
            .unwrap_or_default();
        if drawn.is_empty() {
            return self.undrawn(operation, place).map(|way| vec![way]);
        }
        // A publication is made at one control plane: the one most visits go to.
        let drawn = if operation == Operation::PublishEverywhere { largest(drawn) } else { drawn };
        drawn.iter().map(|route| self.drawn_way(operation, place, route)).collect()
    }

    fn drawn_way(&mut self, operation: Operation, place: PlaceId, route: &Route<'a>) -> Result<Way<'a>, String> {
        let arrival = route.path.iter().find(|(_, n)| n.component.kind() != Kind::GlobalLoadBalancer);
        let (edge, first) = arrival.ok_or_else(|| "no way is drawn".to_owned())?;
        let link = route.path.first().map_or(edge.link, |(edge, _)| edge.link);
        let arrives = self.places.of_component(first.component)?;
        let rtt = self.places.users_over(link, place, arrives);
        let mut near = self.near(operation, &rtt);
        let end = self.places.of_component(route.end.component)?;
        if first.id != route.end.id {
            let hop = self.places.between(arrives, end);
            near.push_network(&hop, trips(operation), "From balancer to server", "round trip × requests");
        }
        Ok(Way { share: route.share, end: route.end, near })
    }

    fn undrawn(&mut self, operation: Operation, place: PlaceId) -> Result<Way<'a>, String> {
        let token = operation == Operation::TokenIssue;
        let mut nearest: Option<(f64, Node<'a>, PlaceId)> = None;
        let mut why = "no control plane is drawn".to_owned();
        for node in management::undrawn_targets(self.topology, token) {
            match self.places.of_component(node.component) {
                Ok(at) => {
                    let ms = self.places.users_to(place, at).ms;
                    if nearest.as_ref().is_none_or(|(known, ..)| ms < *known) {
                        nearest = Some((ms, node, at));
                    }
                }
                Err(reason) => why = reason,
            }
        }
        let (_, end, at) = nearest.ok_or(why)?;
        let rtt = self.places.users_to(place, at);
        let mut near = self.near(operation, &rtt);
        if let Some(part) = near.parts.first_mut() {
            part.node.formula.push_str("; no link to a portal is drawn, so the nearest control plane counts");
        }
        Ok(Way { share: 1.0, end, near })
    }

    fn near(&self, operation: Operation, rtt: &super::places::Rtt) -> Chain {
        management::near_side(rtt, trips(operation), "Network between users and control plane")
    }

    /// The servers' side of an operation at a component, computed once.
    fn server(&mut self, operation: Operation, at: Node<'a>) -> Answer {
        if let Some(known) = self.servers.get(&(operation, at.id)) {
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
        let number = self.servers.len();
        let answer = chain.map(|chain| Rc::new(Server { number, chain }));
        self.servers.insert((operation, at.id), answer.clone());
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

/// The route with the largest share, taken by all.
fn largest(routes: Vec<Route<'_>>) -> Vec<Route<'_>> {
    let mut most: Option<Route<'_>> = None;
    for route in routes {
        if most.as_ref().is_none_or(|m| route.share > m.share) {
            most = Some(route);
        }
    }
    most.into_iter().map(|route| Route { share: 1.0, ..route }).collect()
}
