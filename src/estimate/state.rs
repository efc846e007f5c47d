//! One state of a drawing, whole or with something lost: what its servers add to each operation, computed once.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::design::{Id, TokenFormat};
use crate::topology::Node;

use super::api_call::{self, Behind, Validations};
use super::assume::Assumed;
use super::capacity::tokens::{self, Tokens};
use super::figure::{Derivation, Figure, Unit};
use super::lost::{Healthy, View, Without};
use super::management;
use super::parts::{Alternative, Chain, Evaluator, Line, Server, few, mix_parts};
use super::places::{PlaceId, Places};
use super::publish;
use super::report::Operation;
use super::routing::{self, Arrival, Arrivals, Router, largest};

/// Weight of a server behind a portal balancer: its nodes.
fn nodes(node: Node<'_>) -> f64 {
    f64::from(node.component.instances)
}

/// Most places that stand for many ways.
const MAX_PLACES: usize = 32;

/// What all states of a drawing share.
pub(super) struct Shared<'p, 'a> {
    /// Where things stand.
    pub places: &'p mut Places<'a>,
    /// Percentiles.
    pub evaluator: Evaluator,
    /// How many servers have a number.
    numbered: usize,
}

impl<'p, 'a> Shared<'p, 'a> {
    /// Nothing is known yet.
    pub fn new(places: &'p mut Places<'a>) -> Self {
        Self { places, evaluator: Evaluator::new(), numbered: 0 }
    }

    fn server(&mut self, chain: Chain) -> Server {
        self.numbered += 1;
        Server::new(self.numbered, chain)
    }
}

/// An operation at a component; the region where a publication shows, if it is about one.
type Key<'a> = (Operation, Option<&'a Id>, &'a Id);
type Servers<'a> = BTreeMap<Key<'a>, Result<Rc<Server>, String>>;
type AllMerged<'a> = Result<Rc<[Merged<'a>]>, String>;
/// The ways to identity providers, key managers of their own, and control planes.
type Routers<'t, 'a> = [Router<'t, 'a>; 3];

/// The state before something was lost.
#[derive(Clone, Copy)]
struct Before<'t, 'a> {
    servers: &'t Servers<'a>,
    routers: &'t Routers<'t, 'a>,
    lost: Option<&'t Routers<'t, 'a>>,
    asked: &'t Asked<'a>,
}

/// One state of a drawing.
pub(super) struct State<'t, 'a> {
    /// What there is.
    pub view: View<'t, 'a>,
    before: Option<Before<'t, 'a>>,
    routers: Routers<'t, 'a>,
    /// The ways there were with what the drawing has lost already.
    lost: Option<Routers<'t, 'a>>,
    tokens: &'t Tokens<'t, 'a>,
    asked: Asked<'a>,
    chains: BTreeMap<Key<'a>, Result<Rc<Chain>, String>>,
    servers: Servers<'a>,
    /// Merged ways of API calls, by the balancer that shares them.
    merged: BTreeMap<(Operation, &'a Id), AllMerged<'a>>,
}

/// All ways of API calls that arrive at one place.
pub(super) struct Merged<'a> {
    /// Share of the calls.
    pub share: f64,
    /// The place.
    pub place: PlaceId,
    /// Name of what takes most of them.
    pub name: &'a str,
    /// Everything behind it.
    pub server: Server,
}

/// A share of a population's connections with the users' side of their way.
pub(super) struct Way<'w, 'a> {
    /// Where they arrive.
    pub arrival: &'w Arrival<'a>,
    /// The way there.
    pub near: Chain,
}

impl<'t, 'a> State<'t, 'a> {
    /// The drawing as it is.
    pub fn whole(healthy: Healthy<'t, 'a>, tokens: &'t Tokens<'t, 'a>, shared: &mut Shared<'_, 'a>) -> Self {
        let view = View::whole(healthy);
        let routers =
            |over| [routing::IDENTITY, routing::TOKEN, routing::PORTAL].map(|aim| Router::new(over, aim, &nodes));
        let asked = tokens.asked(healthy);
        let lost = (!std::ptr::eq(healthy.drawn, healthy.topology)).then(|| routers(healthy.drawn));
        Self { lost, ..Self::new(view, None, routers(view.now), (tokens, &asked), shared) }
    }

    /// The same with what is lost.
    pub fn without(
        &'t self,
        healthy: Healthy<'t, 'a>,
        without: &'t Without<'t, 'a>,
        shared: &mut Shared<'_, 'a>,
    ) -> Self {
        let routers = self.routers.each_ref().map(|router| router.without(&without.topology, &without.lost));
        let lost = self.lost.as_ref();
        let before = Before { servers: &self.servers, routers: &self.routers, lost, asked: &self.asked };
        let asked = self.tokens.asked_without(without, shared.places);
        Self::new(View::without(healthy, without), Some(before), routers, (self.tokens, &asked), shared)
    }

    fn new(
        view: View<'t, 'a>,
        before: Option<Before<'t, 'a>>,
        routers: Routers<'t, 'a>,
        (tokens, by_clients): (&'t Tokens<'t, 'a>, &BTreeMap<&'a Id, tokens::Asked>),
        shared: &mut Shared<'_, 'a>,
    ) -> Self {
        let mut asked = match view.now.design.meta.tokens {
            TokenFormat::Opaque => Asked::of(view, shared.places, before.map(|b| b.asked)),
            TokenFormat::Jwt => Asked::default(),
        };
        let calls_per_token = shared.places.assume.value(Assumed::CallsPerToken).max(1.0);
        for (id, by_clients) in by_clients {
            *asked.tokens.entry(id).or_default() += by_clients.calls_per_s / calls_per_token;
        }
        Self {
            view,
            before,
            routers,
            lost: None,
            tokens,
            asked,
            chains: BTreeMap::new(),
            servers: BTreeMap::new(),
            merged: BTreeMap::new(),
        }
    }

    /// Many ways that users share, merged by the place where they arrive: the users' side of those is the same.
    pub fn merged(
        &mut self,
        shared: &mut Shared<'_, 'a>,
        operation: Operation,
        balancer: &'a Id,
        api: &[Arrival<'a>],
    ) -> AllMerged<'a> {
        if let Some(known) = self.merged.get(&(operation, balancer)) {
            return known.clone();
        }
        let found = self.merge(shared, operation, api).map(Rc::from);
        self.merged.insert((operation, balancer), found.clone());
        found
    }

    fn merge(
        &mut self,
        shared: &mut Shared<'_, 'a>,
        operation: Operation,
        api: &[Arrival<'a>],
    ) -> Result<Vec<Merged<'a>>, String> {
        let mut by_place: BTreeMap<PlaceId, Vec<(f64, &'a str, Chain)>> = BTreeMap::new();
        for arrival in api {
            let end = arrival.route.end.component;
            let place = shared.places.of_component(end)?;
            let chain = self.server(shared, operation, None, arrival)?.chain.clone();
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
            let server = shared.server(mean_chain(label, &formula, ways));
            merged.push(Merged { share: share / total, place, name, server });
        }
        Ok(merged)
    }

    /// Where tokens, portal pages and publications of users go over drawn links; `None` where none is drawn.
    ///
    /// # Errors
    /// A sentence when what was drawn is lost.
    pub fn drawn(
        &self,
        places: &mut Places<'a>,
        operation: Operation,
        users: &Id,
        place: PlaceId,
    ) -> Result<Option<Vec<Arrival<'a>>>, String> {
        let skip = if operation == Operation::TokenIssue { 0 } else { 2 };
        for (at, router) in self.routers.iter().enumerate().skip(skip) {
            let found = router.arrivals(places, users, Some(place));
            if !found.is_empty() {
                return Ok(Some(found));
            }
            let before = self.before.iter().flat_map(|before| [Some(before.routers), before.lost]);
            let mut before = before.chain([self.lost.as_ref()]).flatten().filter_map(|routers| routers.get(at));
            if before.any(|before| !before.arrivals(places, users, Some(place)).is_empty()) {
                let what = if operation == Operation::TokenIssue { "that issues tokens" } else { "with a portal" };
                return Err(format!("no link leads its users to another component {what}"));
            }
        }
        Ok(None)
    }

    /// Percentiles of an operation over these ways.
    ///
    /// # Errors
    /// A sentence when a server on one of them has no time.
    pub fn percentiles(
        &mut self,
        shared: &mut Shared<'_, 'a>,
        operation: Operation,
        region: Option<&'a Id>,
        ways: &[Way<'_, 'a>],
    ) -> Result<[Figure; 3], String> {
        let mut servers = Vec::with_capacity(ways.len());
        for way in ways {
            servers.push(self.server(shared, operation, region, way.arrival)?);
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
        shared.evaluator.percentiles(operation, &ways)
    }

    /// The servers' side from where connections arrive, over all servers behind it; computed once.
    fn server(
        &mut self,
        shared: &mut Shared<'_, 'a>,
        operation: Operation,
        region: Option<&'a Id>,
        arrival: &Arrival<'a>,
    ) -> Result<Rc<Server>, String> {
        let key = (operation, region, arrival.route.end.id);
        if let Some(known) = self.servers.get(&key) {
            return known.clone();
        }
        let before = self.before.and_then(|before| before.servers.get(&key)?.as_ref().ok());
        let answer = self.behind(shared, operation, region, arrival).map(|chain| {
            let known = before.and_then(|before| Server::like(before, &chain));
            Rc::new(known.unwrap_or_else(|| shared.server(chain)))
        });
        self.servers.insert(key, answer.clone());
        answer
    }

    fn behind(
        &mut self,
        shared: &mut Shared<'_, 'a>,
        operation: Operation,
        region: Option<&'a Id>,
        arrival: &Arrival<'a>,
    ) -> Result<Chain, String> {
        let mut chains: Vec<(f64, &'a str, Chain)> = Vec::with_capacity(arrival.fan.len());
        let trips = trips(shared.places, operation);
        for route in arrival.fan.iter() {
            let bytes = match operation {
                Operation::ApiCall | Operation::ApiCallLocal | Operation::ApiCallRemote => {
                    self.view.group(route.end.id).map_or(0.0, |g| 2.0 * g.message_bytes)
                }
                Operation::TokenIssue | Operation::PortalLogin | Operation::PublishEverywhere => 0.0,
            };
            let mut chain = api_call::behind_balancer(shared.places, arrival, route, trips, bytes)?;
            chain.append((*self.chain(shared.places, operation, region, route.end)?).clone());
            chains.push((route.share, &route.end.component.name, chain));
        }
        if let [(_, _, chain)] = chains.as_slice() {
            return Ok(chain.clone());
        }
        let label = format!("Servers behind “{}”", arrival.route.end.component.name);
        Ok(mean_chain(label, "mean over the servers, by their share", chains))
    }

    /// The servers' side of an operation at one component, computed once.
    fn chain(
        &mut self,
        places: &mut Places<'a>,
        operation: Operation,
        region: Option<&'a Id>,
        at: Node<'a>,
    ) -> Result<Rc<Chain>, String> {
        let key = (operation, region, at.id);
        if let Some(known) = self.chains.get(&key) {
            return known.clone();
        }
        let view = self.view;
        let asked = &self.asked.tokens;
        let chain = match operation {
            Operation::ApiCall => call(view, places, at, asked, Behind::All),
            Operation::ApiCallLocal => call(view, places, at, asked, Behind::Beside),
            Operation::ApiCallRemote => call(view, places, at, asked, Behind::Away),
            Operation::TokenIssue => {
                let demand_rps = asked.get(at.id).copied().unwrap_or_default();
                management::token(view, places, at, demand_rps)
            }
            Operation::PortalLogin => management::portal(view, places, at),
            Operation::PublishEverywhere => publish::publish(view, places, at, region),
        };
        let answer = chain.map(Rc::new);
        self.chains.insert(key, answer.clone());
        answer
    }
}

/// The servers' side of a call at one group.
fn call<'a>(
    view: View<'_, 'a>,
    places: &mut Places<'a>,
    at: Node<'a>,
    asked: &Validations<'a>,
    behind: Behind,
) -> Result<Chain, String> {
    let group = view.group(at.id).ok_or("no gateway is reachable")?;
    api_call::far_side(view, places, group, asked, behind)
}

/// Who issues tokens, and who checks opaque ones for whom.
#[derive(Default)]
struct Asked<'a> {
    /// The key manager of a group and the first component on the way to it.
    by: BTreeMap<&'a Id, (&'a Id, Option<&'a Id>)>,
    /// Tokens a second that each issues and checks.
    tokens: Validations<'a>,
}

impl<'a> Asked<'a> {
    /// Groups whose key manager is still there, and the way to it, keep asking that.
    fn of(view: View<'_, 'a>, places: &mut Places<'a>, before: Option<&Self>) -> Self {
        let mut asked = Self::default();
        let missed = places.assume.value(Assumed::CacheMissPct) / 100.0;
        for group in view.groups() {
            let stands = |id: &Id| view.now.index_of(id).is_some();
            let known = before.and_then(|before| before.by.get(group.node.id)).copied();
            let known = known.filter(|(id, first)| stands(id) && first.is_none_or(stands));
            let found = known.or_else(|| {
                let (id, _, link) = api_call::key_manager_of(view.now, places, group)?;
                Some((id, link.map(|link| &link.to)))
            });
            if let Some(found) = found {
                asked.by.insert(group.node.id, found);
                *asked.tokens.entry(found.0).or_default() += group.demand_rps * missed;
            }
        }
        asked
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
        Operation::ApiCall | Operation::ApiCallLocal | Operation::ApiCallRemote | Operation::TokenIssue => 1.0,
        Operation::PortalLogin | Operation::PublishEverywhere => management::page_trips(places),
    }
}

/// The region whose gateways get the largest share of a population's calls, the first of equals.
pub(super) fn serving_region(api: &Arrivals<'_>) -> Option<Id> {
    let mut shares: BTreeMap<&Id, f64> = BTreeMap::new();
    for arrival in api.iter() {
        for route in arrival.fan.iter() {
            if let Some(region) = &route.end.component.region {
                *shares.entry(region).or_default() += arrival.route.share * route.share;
            }
        }
    }
    let shares: Vec<_> = shares.into_iter().collect();
    largest(&shares, |(_, share)| *share).map(|(region, _)| (*region).clone())
}
