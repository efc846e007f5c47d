//! Latency of every population and operation, now and when the region that serves it is lost.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::design::{Id, Spec, Users};
use crate::topology::Node;

use super::api_call;
use super::figure::Figure;
use super::lost::{Healthy, MAX_LOST, Without};
use super::management;
use super::parts::{Alternative, Chain, also};
use super::places::{PlaceId, Places};
use super::report::{Failover, Operation, OperationLatency, PopulationLatency, PublishVisible};
use super::routing::{self, Arrival, Arrivals, largest};
use super::state::{Shared, State, Way, serving_region, trips};

/// Most ways of a population's calls that are looked at one by one.
const MAX_WAYS: usize = 64;
/// Most pairs of a population and a region for which publications are followed.
const MAX_VISIBLE: usize = 400;
/// Least share of the calls that is more than rounding.
const TRACE: f64 = 1e-9;

/// What is done while a region is lost.
const WHILE_LOST: [Operation; 3] = [Operation::ApiCall, Operation::TokenIssue, Operation::PortalLogin];

/// All populations, in order of id.
pub(super) fn all<'a>(
    healthy: Healthy<'_, 'a>,
    places: &mut Places<'a>,
    without: &[(&'a Id, Without<'_, 'a>)],
) -> Vec<PopulationLatency> {
    let mut shared = Shared::new(places);
    let state = State::whole(healthy, &mut shared);
    let regions: Vec<&'a Id> = healthy.topology.regions().map(|(id, _)| id).collect();
    let regions =
        regions.into_iter().filter(|id| healthy.groups.values().any(|g| g.node.component.region.as_ref() == Some(*id)));
    let regions = regions.collect();
    let mut latencies = Latencies { state, shared, regions, choices: BTreeMap::new(), serving: BTreeMap::new() };
    let mut found: Vec<_> =
        healthy.routed.iter().map(|(population, api)| latencies.population(*population, api)).collect();
    let Latencies { state, mut shared, .. } = latencies;
    fall_over(&mut found, healthy, without, &state, &mut shared);
    found
}

/// Works out latencies in one state of the drawing; what populations share is computed once.
struct Latencies<'t, 'p, 'a> {
    state: State<'t, 'a>,
    shared: Shared<'p, 'a>,
    /// Regions with gateways.
    regions: Vec<&'a Id>,
    /// Ways to gateways with backends beside them or away, by what shares the ways.
    choices: BTreeMap<(Operation, &'a Id), Result<Rc<Choice<'a>>, String>>,
    /// Region that serves most, by what shares the ways.
    serving: BTreeMap<&'a Id, Option<Id>>,
}

/// The ways of the calls that go to some of the backends.
struct Choice<'a> {
    /// Share of all calls.
    share: f64,
    ways: Vec<Arrival<'a>>,
}

impl<'a> Latencies<'_, '_, 'a> {
    fn population(&mut self, population: Node<'a>, api: &Arrivals<'a>) -> PopulationLatency {
        let place = self.shared.places.of_component(population.component);
        let mut operations: Vec<OperationLatency> = Vec::with_capacity(Operation::ALL.len());
        let mut publish = Vec::new();
        for operation in Operation::ALL {
            let percentiles = place.clone().and_then(|place| match operation {
                Operation::ApiCall => api_call(&mut self.state, &mut self.shared, population, place, api),
                Operation::ApiCallLocal | Operation::ApiCallRemote => {
                    let whole = operations.first().map(|whole| &whole.percentiles);
                    self.api_call_to(operation, population, place, api, whole)
                }
                Operation::TokenIssue | Operation::PortalLogin => {
                    at_portal(&mut self.state, &mut self.shared, operation, population, place)
                }
                Operation::PublishEverywhere => self.publish(population, place, &mut publish),
            });
            operations.push(OperationLatency { operation, percentiles });
        }
        let served_by = self.serving.entry(api.key(population.id)).or_insert_with(|| serving_region(api)).clone();
        PopulationLatency { population: population.id.clone(), served_by, operations, publish, failover: None }
    }

    /// Calls to the backends beside the gateways, or to those away from them.
    fn api_call_to(
        &mut self,
        operation: Operation,
        population: Node<'a>,
        place: PlaceId,
        api: &Arrivals<'a>,
        whole: Option<&Result<[Figure; 3], String>>,
    ) -> Result<[Figure; 3], String> {
        if api.is_empty() {
            return Err(routing::unreachable(self.state.view.now, population.id));
        }
        let key = (operation, api.key(population.id));
        let choice = match self.choices.get(&key) {
            Some(known) => known.clone(),
            None => {
                let found = self.choose(operation, api).map(Rc::new);
                self.choices.entry(key).or_insert(found).clone()
            }
        }?;
        match whole {
            Some(whole) if choice.share > 1.0 - TRACE => match whole {
                Ok(figures) => Ok(also(figures, Operation::ApiCall, operation)),
                Err(why) => Err(why.clone()),
            },
            _ => calls(&mut self.state, &mut self.shared, operation, population, place, (api, &choice.ways)),
        }
    }

    fn choose(&mut self, operation: Operation, api: &Arrivals<'a>) -> Result<Choice<'a>, String> {
        let local = operation == Operation::ApiCallLocal;
        let (mut drawn, mut total) = (false, 0.0);
        let mut ways = Vec::new();
        for arrival in api.iter() {
            let mut fan = Vec::new();
            for route in arrival.fan.iter() {
                let Some(group) = self.state.view.group(route.end.id) else { continue };
                let beside = api_call::share_beside(self.state.view.now, self.shared.places, group);
                drawn |= beside.is_some();
                let part = beside.map_or(0.0, |beside| if local { beside } else { 1.0 - beside });
                if part > TRACE {
                    fan.push(routing::with_share(route, route.share * part));
                }
            }
            let part: f64 = fan.iter().map(|route| route.share).sum();
            if part > 0.0 {
                fan.iter_mut().for_each(|route| route.share /= part);
                let share = arrival.route.share * part;
                total += share;
                ways.push(Arrival { route: routing::with_share(&arrival.route, share), fan: fan.into() });
            }
        }
        if total <= 0.0 {
            let why = match (drawn, local) {
                (false, _) => "no backend is drawn behind its gateways",
                (true, true) => "no backend stands beside its gateways",
                (true, false) => "every backend stands beside its gateways",
            };
            return Err(why.to_owned());
        }
        ways.iter_mut().for_each(|arrival| arrival.route.share /= total);
        Ok(Choice { share: total, ways })
    }

    /// Until the last gateway of each region serves a publication, and until the last of all does.
    fn publish(
        &mut self,
        population: Node<'a>,
        place: PlaceId,
        visible: &mut Vec<PublishVisible>,
    ) -> Result<[Figure; 3], String> {
        let operation = Operation::PublishEverywhere;
        let arrivals = portals(&self.state, self.shared.places, operation, population, place);
        let ways = arrivals
            .as_ref()
            .map_err(String::clone)
            .and_then(|found| portal_ways(self.shared.places, operation, place, found));
        let followed = self.regions.len() * self.state.view.populations() <= MAX_VISIBLE;
        for region in self.regions.clone() {
            let percentiles = match &ways {
                Err(why) => Err(why.clone()),
                Ok(_) if !followed => Err(format!(
                    "not worked out region by region for more than {MAX_VISIBLE} pairs of populations and regions"
                )),
                Ok(ways) => self.state.percentiles(&mut self.shared, operation, Some(region), ways),
            };
            visible.push(PublishVisible { region: region.clone(), percentiles });
        }
        self.state.percentiles(&mut self.shared, operation, None, &ways?)
    }
}

/// Where populations go when the region that serves them is lost, and how long things take them then.
fn fall_over<'a>(
    found: &mut [PopulationLatency],
    healthy: Healthy<'_, 'a>,
    without: &[(&'a Id, Without<'_, 'a>)],
    state: &State<'_, 'a>,
    shared: &mut Shared<'_, 'a>,
) {
    let mut served: BTreeMap<Id, Vec<usize>> = BTreeMap::new();
    for (at, population) in found.iter().enumerate() {
        if let Some(region) = &population.served_by {
            served.entry(region.clone()).or_default().push(at);
        }
    }
    for (region, populations) in served {
        let without = without.iter().find(|(lost, _)| **lost == region).map(|(_, without)| without);
        let mut lost = without.map(|without| (without, state.without(healthy, without, shared)));
        for at in populations {
            let Some(latency) = found.get_mut(at) else { continue };
            let failover = match &mut lost {
                Some((without, lost)) => {
                    let Some((population, api)) = without.routed.get(at) else { continue };
                    let place = shared.places.of_component(population.component);
                    let operations = WHILE_LOST.into_iter().map(|operation| {
                        let percentiles = place.clone().and_then(|place| match operation {
                            Operation::ApiCall => api_call(lost, shared, *population, place, api),
                            _ => at_portal(lost, shared, operation, *population, place),
                        });
                        OperationLatency { operation, percentiles }
                    });
                    Failover { lost: region.clone(), operations: operations.collect(), served_by: serving_region(api) }
                }
                None => {
                    let why = format!("not worked out for more than {MAX_LOST} regions");
                    let operations =
                        WHILE_LOST.map(|operation| OperationLatency { operation, percentiles: Err(why.clone()) });
                    Failover { lost: region.clone(), operations: operations.into(), served_by: None }
                }
            };
            latency.failover = Some(failover);
        }
    }
}

fn api_call<'a>(
    state: &mut State<'_, 'a>,
    shared: &mut Shared<'_, 'a>,
    population: Node<'a>,
    place: PlaceId,
    api: &Arrivals<'a>,
) -> Result<[Figure; 3], String> {
    if api.is_empty() {
        return Err(routing::unreachable(state.view.now, population.id));
    }
    calls(state, shared, Operation::ApiCall, population, place, (api, api))
}

/// Calls over some of a population's ways.
fn calls<'a>(
    state: &mut State<'_, 'a>,
    shared: &mut Shared<'_, 'a>,
    operation: Operation,
    population: Node<'a>,
    place: PlaceId,
    (api, over): (&Arrivals<'a>, &[Arrival<'a>]),
) -> Result<[Figure; 3], String> {
    let Spec::Users(users) = &population.component.spec else { return Err("there are no users".to_owned()) };
    let near = |places: &mut Places<'a>, users: &Users, here, arrival: Option<&Arrival<'a>>| {
        let link = arrival.map_or(api.shared.map(|(edge, _)| edge.link), |arrival| api.first_link(arrival));
        api_call::near_side(places, users, place, here, link, api.ttl_s(arrival))
    };
    if let (Some((_, balancer)), true) = (api.shared, over.len() > MAX_WAYS) {
        let merged = state.merged(shared, operation, balancer.id, over)?;
        let nears: Vec<Chain> = merged.iter().map(|to| near(shared.places, users, to.place, None)).collect();
        let ways = merged.iter().zip(&nears);
        let ways: Vec<_> =
            ways.map(|(to, near)| Alternative { share: to.share, name: to.name, near, far: &to.server }).collect();
        return shared.evaluator.percentiles(operation, &ways);
    }
    let mut ways = Vec::with_capacity(over.len());
    for arrival in over {
        let here = shared.places.of_component(arrival.route.end.component)?;
        ways.push(Way { arrival, near: near(shared.places, users, here, Some(arrival)) });
    }
    state.percentiles(shared, operation, None, &ways)
}

/// Tokens and portal pages.
fn at_portal<'a>(
    state: &mut State<'_, 'a>,
    shared: &mut Shared<'_, 'a>,
    operation: Operation,
    population: Node<'a>,
    place: PlaceId,
) -> Result<[Figure; 3], String> {
    let found = portals(state, shared.places, operation, population, place)?;
    let ways = portal_ways(shared.places, operation, place, &found)?;
    state.percentiles(shared, operation, None, &ways)
}

/// Where tokens, portal pages or publications of a population arrive.
struct Portals<'a> {
    arrivals: Vec<Arrival<'a>>,
    /// Whether links say so; else it is the nearest that has them.
    drawn: bool,
}

fn portals<'a>(
    state: &State<'_, 'a>,
    places: &mut Places<'a>,
    operation: Operation,
    population: Node<'a>,
    place: PlaceId,
) -> Result<Portals<'a>, String> {
    let Some(mut arrivals) = state.drawn(places, operation, population.id, place)? else {
        let nearest = nearest_undrawn(state, places, operation, place)?;
        return Ok(Portals { arrivals: vec![Arrival::undrawn(nearest)], drawn: false });
    };
    if operation == Operation::PublishEverywhere {
        // A publication is made at one control plane: the one most visits go to.
        arrivals = largest(&arrivals, |a| a.route.share).map(|a| a.clone().narrowed()).into_iter().collect();
    }
    Ok(Portals { arrivals, drawn: true })
}

/// The users' side of the way to each.
fn portal_ways<'w, 'a>(
    places: &mut Places<'a>,
    operation: Operation,
    place: PlaceId,
    found: &'w Portals<'a>,
) -> Result<Vec<Way<'w, 'a>>, String> {
    let mut ways = Vec::with_capacity(found.arrivals.len());
    for arrival in &found.arrivals {
        let at = places.of_component(arrival.route.end.component)?;
        let rtt = match arrival.first_link() {
            Some(link) => places.users_over(link, place, at),
            None => places.users_to(place, at),
        };
        let server = arrival.fan.first().map_or(arrival.route.end, |route| route.end);
        let what = format!("Network between users and “{}”", server.component.name);
        let mut near = management::near_side(places, &rtt, trips(places, operation), &what);
        if let (false, Some(part)) = (found.drawn, near.parts.first_mut()) {
            part.node.formula.push_str("; no link to a portal is drawn, so the nearest one counts");
        }
        ways.push(Way { arrival, near });
    }
    Ok(ways)
}

fn nearest_undrawn<'a>(
    state: &State<'_, 'a>,
    places: &mut Places<'a>,
    operation: Operation,
    place: PlaceId,
) -> Result<Node<'a>, String> {
    let targets = |topology| management::undrawn_targets(topology, operation == Operation::TokenIssue);
    let mut nearest: Option<(f64, Node<'a>)> = None;
    let none = if targets(state.view.whole).is_empty() { "drawn" } else { "left" };
    let mut why = format!("no control plane is {none}");
    for node in targets(state.view.now) {
        match places.of_component(node.component) {
            Ok(at) => {
                let ms = places.users_to(place, at).ms;
                if nearest.as_ref().is_none_or(|(known, _)| ms < *known) {
                    nearest = Some((ms, node));
                }
            }
            Err(reason) => why = reason,
        }
    }
    nearest.map(|(_, node)| node).ok_or(why)
}
