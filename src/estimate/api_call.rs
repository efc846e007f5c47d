//! Time of an API call: to the gateway, through it, to the backend and back.

use std::collections::{BTreeMap, BTreeSet};

use crate::books::sizing_facts;
use crate::design::{Component, Design, Id, Kind, Link, Purpose, Spec, TokenFormat, Users};
use crate::topology::Topology;
use crate::topology::traffic::Route;

use super::assume::{Assumed, Assumptions};
use super::dist::{Law, lognormal_mean_ms};
use super::figure::{Derivation, Quality, Unit, grouped};
use super::load::Group;
use super::lookup::{misses_of_calls, push_lookup};
use super::lost::View;
use super::parts::{Chain, Line, Part, few, mix_parts, tails};
use super::places::{PlaceId, Places, named};
use super::queue::{Queue, Waiting};
use super::routing::Arrival;

/// Bytes a server sends before the first acknowledgement: ten segments.
const FIRST_WINDOW_BYTES: f64 = 14_600.0;

/// A time that is first waiting, then service.
pub(super) fn waiting_law(waiting: Waiting) -> Law {
    Law::Sum(vec![
        Law::Mix(vec![
            (1.0 - waiting.probability, Law::Point(0.0)),
            (waiting.probability, Law::Exponential(waiting.mean_if_waiting_ms)),
        ]),
        Law::Exponential(waiting.service_ms),
    ])
}

/// The users' side of a call that arrives `here`: name, network, connection set-up, size. `ttl_s` is the time to live of
/// the name where a global balancer answers it.
pub(super) fn near_side(
    places: &mut Places<'_>,
    users: &Users,
    place: PlaceId,
    here: PlaceId,
    link: Option<&Link>,
    ttl_s: Option<f64>,
) -> Chain {
    let mut chain = Chain::empty();
    if let Some(link) = link {
        let opens = (users.new_connections_pct / 100.0).clamp(0.0, 1.0);
        push_lookup(&mut chain, places, opens, misses_of_calls(places, users, ttl_s));
        arrive(&mut chain, places, users, place, here, link);
        push_bandwidth(&mut chain, link, users.request_bytes + users.response_bytes);
    }
    chain
}

/// From where connections arrive to the server at the end of `route`: `trips` round trips over each link.
///
/// # Errors
/// A sentence when a place on the way is not known.
pub(super) fn behind_balancer(
    places: &mut Places<'_>,
    arrival: &Arrival<'_>,
    route: &Route<'_>,
    trips: f64,
    bytes: f64,
) -> Result<Chain, String> {
    let mut chain = Chain::empty();
    let mut before = arrival.route.end.component;
    push_balancer(&mut chain, places, before);
    for (edge, node) in &route.path {
        let rtt = places.between_components(before, node.component, edge.link)?;
        let what = format!("Network “{}” to “{}”", before.name, node.component.name);
        chain.push_network(&rtt, trips, &what, "round trip × requests that wait for each other");
        push_bandwidth(&mut chain, edge.link, bytes);
        push_balancer(&mut chain, places, node.component);
        before = node.component;
    }
    Ok(chain)
}

/// Time in a regional balancer; none in anything else.
fn push_balancer(chain: &mut Chain, places: &Places<'_>, component: &Component) {
    if component.kind() == Kind::LoadBalancer {
        chain.push_assumed(places.assume.get(Assumed::BalancerMs), &format!("Load balancer “{}”", component.name));
    }
}

/// The round trips between users and the place where their calls arrive.
fn arrive(chain: &mut Chain, places: &mut Places<'_>, users: &Users, from: PlaceId, to: PlaceId, link: &Link) {
    let rtt = places.users_over(link, from, to);
    let new = (users.new_connections_pct / 100.0).clamp(0.0, 1.0);
    // Slow start: each further round trip doubles what is under way.
    let windows = (users.response_bytes / FIRST_WINDOW_BYTES + 1.0).log2().ceil() - 1.0;
    let base = 1.0 + windows.max(0.0);
    let set_up = places.assume.get(Assumed::SetUpTrips);
    let with_set_up = base + set_up.value;
    let mean = base + new * set_up.value;
    let mut inputs = vec![
        rtt.node.clone(),
        Derivation::input(
            "Calls that open a connection",
            users.new_connections_pct,
            Unit::Percent,
            Quality::Given,
            "given in the drawing",
        ),
        set_up.node(),
    ];
    if base > 1.0 {
        inputs.push(Derivation::input(
            "Round trips until a response of this size has arrived",
            base,
            Unit::Count,
            Quality::Derived,
            "slow start from ten segments: ceil(log2(bytes / 14,600 + 1))",
        ));
    }
    let node = Derivation::computed(
        "Network between users and gateway",
        rtt.ms * mean,
        Unit::Ms,
        format!("round trip × ({base:.0} + share of new connections × set-up)"),
        inputs,
    );
    let [at_50, at_95, at_99] = tails();
    // At the 95th percentile a new connection shows once 5 in 100 calls open one.
    let off = |rtt_ms: f64, set_up_trips: f64| {
        [(0.5, at_50), (0.05, at_95), (0.01, at_99)].map(|(rarer, tail)| {
            let (trips, doubt) = if new >= rarer { (with_set_up, set_up_trips) } else { (base, 0.0) };
            tail * (rtt_ms * trips).hypot(rtt.ms * doubt)
        })
    };
    let part = Part {
        node,
        down_ms: off(rtt.down_ms, set_up.value - set_up.low),
        up_ms: off(rtt.up_ms, set_up.high - set_up.value),
    };
    chain.push(
        Law::Mix(vec![(1.0 - new, Law::Network(rtt.ms * base)), (new, Law::Network(rtt.ms * with_set_up))]),
        part,
    );
}

/// Time to push a message through a link whose bandwidth is given.
fn push_bandwidth(chain: &mut Chain, link: &Link, bytes: f64) {
    let Some(mbps) = link.bandwidth_mbps.filter(|mbps| *mbps > 0.0) else { return };
    let ms = bytes * 8.0 / (mbps * 1e3);
    let inputs = vec![
        Derivation::input("Bandwidth, Mbit/s", mbps, Unit::Count, Quality::Given, "given in the drawing"),
        Derivation::input("Bytes of request and response", bytes, Unit::Bytes, Quality::Given, "given in the drawing"),
    ];
    let node = Derivation::computed("Transmission", ms, Unit::Ms, "bytes × 8 / bandwidth", inputs);
    chain.push(Law::Point(ms), Part::exact(node));
}

/// Tokens a second that each key manager issues and checks, by component.
pub(super) type Validations<'a> = BTreeMap<&'a Id, f64>;

/// The component that resolves opaque tokens for a group, with the first link to it if one is drawn.
pub(super) fn key_manager_of<'a>(
    topology: &Topology<'a>,
    places: &mut Places<'a>,
    group: &Group<'a>,
) -> Option<(&'a Id, &'a Component, Option<&'a Link>)> {
    if group.node.component.kind() == Kind::AllInOne {
        return Some((group.node.id, group.node.component, None));
    }
    let drawn = topology.reached(group.node.id, Purpose::KeyManagerHttps, &[Purpose::ManagementHttps]);
    let keeps_tokens = |kind| matches!(kind, Kind::KeyManager | Kind::ControlPlane | Kind::AllInOne);
    let nearest = drawn.into_iter().filter(|(_, node)| keeps_tokens(node.component.kind())).min_by(|a, b| {
        let mut far = |link: &Link, to: &Component| {
            places.between_components(group.node.component, to, link).map_or(f64::INFINITY, |rtt| rtt.ms)
        };
        far(a.0.link, a.1.component).total_cmp(&far(b.0.link, b.1.component))
    });
    if let Some((edge, node)) = nearest {
        return Some((node.id, node.component, Some(edge.link)));
    }
    let region = group.node.component.region.as_ref()?;
    [Kind::KeyManager, Kind::ControlPlane, Kind::AllInOne]
        .into_iter()
        .find_map(|kind| topology.of_kind_in(kind, region).next())
        .map(|node| (node.id, node.component, None))
}

/// Waiting and service at a key manager with this demand. The error is a sentence.
pub(super) fn key_manager(
    design: &Design,
    assume: &Assumptions<'_>,
    component: &Component,
    demand_rps: f64,
) -> Result<(Law, Part), String> {
    let fact = sizing_facts::KEY_MANAGER_REQUESTS_PER_SECOND;
    // The figure is for a node; the documented minimum of two cores makes two servers of it.
    let servers = 2;
    let nodes = f64::from(component.instances.max(1));
    let queue = Queue { arrivals_per_s: demand_rps / nodes, rate_per_server: fact.value / f64::from(servers), servers };
    let Some(waiting) = queue.waiting() else {
        let over = demand_rps - nodes * fact.value;
        let (name, over) = (named(design, component), grouped(over));
        return Err(format!("{name} is over capacity by {over} token requests a second"));
    };
    let source = format!("{} ({}); {}", fact.statement, fact.fact_id, fact.sourced);
    let node = Derivation::computed(
        format!("Key manager “{}”", component.name),
        waiting.mean_response_ms(),
        Unit::Ms,
        format!(
            "Erlang C, {} separate queues of {servers} servers: wait {:.3} ms + service {:.3} ms",
            component.instances,
            waiting.mean_wait_ms(),
            waiting.service_ms
        ),
        vec![
            tokens_node(design, assume, demand_rps),
            Derivation::input(
                "Requests a second and node",
                fact.value,
                Unit::RequestsPerS,
                fact.sourced.quality.into(),
                source,
            )
            .dated(&fact.sourced),
        ],
    );
    // An old rule of thumb without test conditions: half to double is plausible.
    let mean_ms = waiting.mean_response_ms();
    Ok((waiting_law(waiting), Part { node, down_ms: [mean_ms / 2.0; 3], up_ms: [mean_ms; 3] }))
}

/// What a key manager is asked for, with what it rests on.
fn tokens_node(design: &Design, assume: &Assumptions<'_>, tokens_per_s: f64) -> Derivation {
    let mut formula = "calls of clients that get tokens here / calls made with a token".to_owned();
    let mut inputs = vec![assume.get(Assumed::CallsPerToken).node()];
    if design.meta.tokens == TokenFormat::Opaque {
        formula.push_str(" + calls with opaque tokens × tokens not in the cache");
        inputs.push(assume.get(Assumed::CacheMissPct).node());
    }
    formula.push_str("; see the use of the group by tokens");
    Derivation::computed("Tokens issued and checked a second", tokens_per_s, Unit::RequestsPerS, formula, inputs)
}

/// Which backends calls go to, as seen from the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Behind {
    /// All.
    All,
    /// Those at the gateway's own place.
    Beside,
    /// Those elsewhere.
    Away,
}

/// The servers' side of a call to a group: queue, token check, backends.
///
/// # Errors
/// A sentence when it has no time, as over capacity.
pub(super) fn far_side<'a>(
    view: View<'_, 'a>,
    places: &mut Places<'a>,
    group: &Group<'a>,
    validations: &Validations<'a>,
    behind: Behind,
) -> Result<Chain, String> {
    let topology = view.now;
    let mut chain = Chain::empty();
    let (law, part) = gateway(topology.design, group)?;
    chain.push(law, part);
    if topology.design.meta.tokens == TokenFormat::Opaque {
        let (law, part) = token_check(topology, places, group, validations)?;
        chain.push(law, part);
    }
    let (law, part) = backends(view, places, group, behind)?;
    chain.push(law, part);
    Ok(chain)
}

fn gateway(design: &Design, group: &Group<'_>) -> Result<(Law, Part), String> {
    let name = named(design, group.node.component);
    let Some(capacity) = &group.capacity else {
        return Err(format!("no throughput is published for the version of {name}"));
    };
    let Some(waiting) = capacity.waiting(group.demand_rps) else {
        return Err(group.over_capacity(design, capacity));
    };
    let mean_ms = waiting.mean_response_ms();
    let shared = capacity.shared_response_ms(group.demand_rps).map_or_else(String::new, |ms| {
        format!("; one queue for all nodes, the optimistic bound, would give {ms:.3} ms")
    });
    let formula = format!(
        "Erlang C, {}: wait {:.3} ms (in {:.1} % of calls) + service {:.3} ms{shared}",
        capacity.queues(),
        waiting.mean_wait_ms(),
        100.0 * waiting.probability,
        waiting.service_ms,
    );
    let (least_ms, most_ms) = capacity.response_range_ms(group.demand_rps);
    // Tails of the sojourn time are those of an exponential: 3.0 and 4.6 times the mean.
    let factors = [std::f64::consts::LN_2, 3.0, 4.6];
    let part = Part {
        node: Derivation::computed(
            format!("Gateway {name}"),
            mean_ms,
            Unit::Ms,
            formula,
            vec![group.demand_leaf(), capacity.node.clone()],
        ),
        down_ms: factors.map(|f| f * (mean_ms - least_ms).max(0.0)),
        up_ms: factors.map(|f| f * (most_ms - mean_ms).max(0.0)),
    };
    Ok((waiting_law(waiting), part))
}

fn token_check<'a>(
    topology: &Topology<'a>,
    places: &mut Places<'a>,
    group: &Group<'a>,
    validations: &Validations<'a>,
) -> Result<(Law, Part), String> {
    let name = named(topology.design, group.node.component);
    let Some((id, component, link)) = key_manager_of(topology, places, group) else {
        return Err(format!("opaque tokens need a key manager, and none is reached from {name}"));
    };
    let (serve, served) =
        key_manager(topology.design, &places.assume, component, validations.get(id).copied().unwrap_or_default())?;
    let missed = places.assume.get(Assumed::CacheMissPct);
    let miss = missed.value / 100.0;
    let mut laws = vec![serve];
    let mut inputs = vec![missed.node()];
    let mut once_ms = served.node.value;
    if id != group.node.id {
        let rtt = match link {
            Some(link) => places.between_components(group.node.component, component, link)?,
            None => {
                let from = places.of_component(group.node.component)?;
                let to = places.of_component(component)?;
                places.between(from, to)
            }
        };
        once_ms += rtt.ms;
        laws.push(Law::Network(rtt.ms));
        inputs.push(rtt.node.clone());
    }
    inputs.push(served.node);
    let node = Derivation::computed(
        "Token check at the key manager",
        miss * once_ms,
        Unit::Ms,
        "share of calls whose token is not in the cache × (round trip + key manager)",
        inputs,
    );
    let part = Part {
        node,
        down_ms: [(missed.value - missed.low) / 100.0 * once_ms, 0.0, 0.0],
        up_ms: [(missed.high - missed.value) / 100.0 * once_ms, once_ms, once_ms],
    };
    Ok((Law::Mix(vec![(1.0 - miss, Law::Point(0.0)), (miss, Law::Sum(laws))]), part))
}

/// A backend that is called: its share of the calls, its id, itself, and the first link to it.
pub(super) type Called<'a> = (f64, &'a Id, &'a Component, &'a Link);

/// The backends a group calls, with their share of its calls.
pub(super) fn backends_of<'a>(topology: &Topology<'a>, group: &Id) -> Vec<Called<'a>> {
    let reached: Vec<_> = topology
        .reached(group, Purpose::BackendCall, &[])
        .into_iter()
        .filter_map(|(edge, node)| match &node.component.spec {
            Spec::Backend(backend) => Some((backend.share_pct, node.id, node.component, edge.link)),
            _ => None,
        })
        .collect();
    let total: f64 = reached.iter().map(|(share, ..)| share).sum();
    let equal = 1.0 / reached.len().max(1) as f64;
    let share = |pct: f64| if total > 0.0 { pct / total } else { equal };
    reached.into_iter().map(|(pct, id, component, link)| (share(pct), id, component, link)).collect()
}

/// Share of a group's calls that go to backends at its own place; `None` when it calls none.
pub(super) fn share_beside<'a>(topology: &Topology<'a>, places: &mut Places<'a>, group: &Group<'a>) -> Option<f64> {
    let called = backends_of(topology, group.node.id);
    let mut beside = 0.0;
    for (share, _, component, _) in &called {
        if stands_beside(places, group, component) {
            beside += share;
        }
    }
    (!called.is_empty()).then_some(beside)
}

fn stands_beside<'a>(places: &mut Places<'a>, group: &Group<'a>, backend: &Component) -> bool {
    let here = places.of_component(group.node.component);
    let there = places.of_component(backend);
    here.is_ok_and(|here| there.is_ok_and(|there| places.are_one_site(here, there)))
}

/// Share of a group's calls to backends that it no longer reaches, 0 to 1; `drawn` has everything, `left` what is left
/// of it. A group that never called any misses none.
pub(super) fn share_unanswered(left: &Topology<'_>, drawn: &Topology<'_>, group: &Id) -> f64 {
    let left: BTreeSet<&Id> = backends_of(left, group).into_iter().map(|(_, id, ..)| id).collect();
    let missing = backends_of(drawn, group).into_iter().filter(|(_, id, ..)| !left.contains(*id));
    missing.map(|(share, ..)| share).sum::<f64>().min(1.0)
}

/// The backends of a group that are left, with their share of the calls that are answered, and the share that is not.
///
/// # Errors
/// A sentence when all are lost.
fn answering<'a>(view: View<'_, 'a>, group: &Group<'a>) -> Result<(Vec<Called<'a>>, f64), String> {
    let left = backends_of(view.now, group.node.id);
    let before = backends_of(view.whole, group.node.id);
    if left.len() == before.len() {
        return Ok((left, 0.0));
    }
    if left.is_empty() {
        return Err(format!("every backend that {} calls is lost", named(view.now.design, group.node.component)));
    }
    let lost = before.iter().filter(|(_, id, ..)| !left.iter().any(|(_, known, ..)| known == id));
    let unanswered = lost.map(|(share, ..)| share).sum();
    Ok((left, unanswered))
}

fn backends<'a>(
    view: View<'_, 'a>,
    places: &mut Places<'a>,
    group: &Group<'a>,
    behind: Behind,
) -> Result<(Law, Part), String> {
    let (mut called, unanswered) = answering(view, group)?;
    if called.is_empty() {
        let source = format!("no backend is drawn behind “{}”", group.node.component.name);
        let node = Derivation::input("Backend", 0.0, Unit::Ms, Quality::Assumed, source);
        return Ok((Law::Point(0.0), Part::exact(node)));
    }
    if behind != Behind::All {
        called.retain(|(_, _, component, _)| stands_beside(places, group, component) == (behind == Behind::Beside));
        let total: f64 = called.iter().map(|(share, ..)| share).sum();
        for (share, ..) in &mut called {
            *share /= total;
        }
    }
    // Backends that answer alike differ by their networks only, so those are mixed first.
    let mut alike: BTreeMap<(u64, u64), Vec<(f64, Law)>> = BTreeMap::new();
    let mut chains = Vec::with_capacity(called.len());
    for (share, _, component, link) in &called {
        let Spec::Backend(backend) = &component.spec else { continue };
        if *share <= 0.0 {
            continue;
        }
        let rtt = places.between_components(group.node.component, component, link)?;
        let mut chain = Chain::empty();
        chain.push_network(
            &rtt,
            1.0,
            "Network between gateway and backend",
            "one round trip; connections are kept open",
        );
        push_bandwidth(&mut chain, link, 2.0 * group.message_bytes);
        let network = chain.law.clone();
        let mean_ms = lognormal_mean_ms(backend.p50_ms, backend.p99_ms);
        let given = |label, value| Derivation::input(label, value, Unit::Ms, Quality::Given, "given in the drawing");
        let node = Derivation::computed(
            "Response of the backend",
            mean_ms,
            Unit::Ms,
            "mean of the lognormal through median and 99th percentile",
            vec![given("Median", backend.p50_ms), given("99th percentile", backend.p99_ms)],
        );
        let law = Law::Lognormal { p50_ms: backend.p50_ms, p99_ms: backend.p99_ms };
        chain.push(law, Part::exact(node));
        let entry = alike.entry((backend.p50_ms.to_bits(), backend.p99_ms.to_bits())).or_default();
        match entry.iter_mut().find(|(_, law)| *law == network) {
            Some((weight, _)) => *weight += share,
            None => entry.push((*share, network)),
        }
        chains.push((*share, &component.name, chain));
    }
    let law = Law::Mix(
        alike
            .into_iter()
            .map(|((p50, p99), networks)| {
                let answer = Law::Lognormal { p50_ms: f64::from_bits(p50), p99_ms: f64::from_bits(p99) };
                let share = networks.iter().map(|(share, _)| share).sum();
                (share, Law::Sum(vec![answer, Law::Mix(networks)]))
            })
            .collect(),
    );
    let value: f64 = chains.iter().map(|(share, _, chain)| share * chain.typical_ms()).sum();
    let lines = chains.iter().map(|(share, name, chain)| Line {
        share: *share,
        value: share * chain.typical_ms(),
        node: Box::new(move || {
            let inputs = chain.parts.iter().map(|p| p.node.clone()).collect();
            let label = format!("“{name}”, {:.0} % of the calls", 100.0 * share);
            Derivation::computed(label, share * chain.typical_ms(), Unit::Ms, "share × (network + response)", inputs)
        }),
    });
    let inputs = few(lines.collect());
    let mut formula = "mean over the backends, by their share".to_owned();
    if unanswered > 0.0 {
        formula.push_str(&format!(
            "; {:.0} % of the calls went to backends that are lost and get no answer",
            100.0 * unanswered
        ));
    }
    let node = Derivation::computed("Backends", value, Unit::Ms, formula, inputs);
    // Only the doubts are taken from the mixture: its law is the one above, which needs fewer steps.
    let (_, part) = mix_parts(node, chains.into_iter().map(|(share, _, chain)| (share, chain)).collect());
    Ok((law, part))
}
