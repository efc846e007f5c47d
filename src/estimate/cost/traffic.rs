//! Traffic: responses to users, calls of backends, and whatever else crosses regions.

use std::collections::BTreeMap;

use crate::books::{Endpoint, Provider};
use crate::design::{Component, Id, Link, Network, Purpose, Site, Spec, TokenFormat, Users};
use crate::topology::Topology;

use super::super::api_call::backends_of;
use super::super::assume::{Assumed, Assumption, Assumptions};
use super::super::figure::{Derivation, Quality, Unit};
use super::super::load::Routed;
use super::super::report::CostCategory;
use super::super::routing::{Arrival, Arrivals};
use super::ledger::{Charge, Ledger, Market, Quantity};
use super::{GIB, SECONDS};

/// What goes through a component in the mean.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Through {
    /// Calls a second.
    pub calls_per_s: f64,
    /// New connections a second.
    pub connections_per_s: f64,
    /// Bytes of requests a second.
    pub request_bytes_per_s: f64,
    /// Bytes of responses a second.
    pub response_bytes_per_s: f64,
}

impl Through {
    /// The mean flow of a population.
    fn of(users: &Users) -> Self {
        let calls_per_s = users.requests_per_s * users.mean_load_pct / 100.0;
        Self {
            calls_per_s,
            connections_per_s: calls_per_s * (users.new_connections_pct / 100.0).min(1.0),
            request_bytes_per_s: calls_per_s * users.request_bytes,
            response_bytes_per_s: calls_per_s * users.response_bytes,
        }
    }

    fn add(&mut self, other: Self) {
        self.calls_per_s += other.calls_per_s;
        self.connections_per_s += other.connections_per_s;
        self.request_bytes_per_s += other.request_bytes_per_s;
        self.response_bytes_per_s += other.response_bytes_per_s;
    }

    fn times(self, factor: f64) -> Self {
        Self {
            calls_per_s: self.calls_per_s * factor,
            connections_per_s: self.connections_per_s * factor,
            request_bytes_per_s: self.request_bytes_per_s * factor,
            response_bytes_per_s: self.response_bytes_per_s * factor,
        }
    }
}

/// What flows through components in the mean over a month.
pub(super) struct Flows<'t, 'a> {
    through: BTreeMap<&'a Id, Through>,
    /// What arrives where, with one of the arrivals there for its fan.
    arriving: BTreeMap<&'a Id, (Through, &'t Arrival<'a>)>,
    routed: &'t Routed<'a>,
}

impl<'t, 'a> Flows<'t, 'a> {
    pub fn of(routed: &'t Routed<'a>) -> Self {
        let mut through: BTreeMap<&'a Id, Through> = BTreeMap::new();
        let mut arriving: BTreeMap<&'a Id, (Through, &'t Arrival<'a>)> = BTreeMap::new();
        let mut together: BTreeMap<&'a Id, (Through, &'t Arrivals<'a>)> = BTreeMap::new();
        for (population, arrivals) in routed {
            let Spec::Users(users) = &population.component.spec else { continue };
            let flow = Through::of(users);
            together.entry(arrivals.key(population.id)).or_insert((Through::default(), arrivals)).0.add(flow);
        }
        for (all, arrivals) in together.into_values() {
            if let Some((_, balancer)) = arrivals.shared {
                through.entry(balancer.id).or_default().add(all);
            }
            for arrival in arrivals.iter() {
                let flow = all.times(arrival.route.share);
                for (_, node) in &arrival.route.path {
                    through.entry(node.id).or_default().add(flow);
                }
                arriving.entry(arrival.route.end.id).or_insert((Through::default(), arrival)).0.add(flow);
            }
        }
        for (flow, arrival) in arriving.values() {
            for route in arrival.fan.iter() {
                for (_, node) in &route.path {
                    through.entry(node.id).or_default().add(flow.times(route.share));
                }
            }
        }
        Self { through, arriving, routed }
    }

    /// What flows through a balancer or a gateway group in the mean.
    pub(super) fn through(&self, component: &Id) -> Through {
        self.through.get(component).copied().unwrap_or_default()
    }
}

/// One end of a flow.
#[derive(Debug, Clone)]
enum End {
    Cloud(Provider, String),
    Outside,
}

impl End {
    fn endpoint(&self) -> Endpoint<'_> {
        match self {
            Self::Cloud(provider, region) => Endpoint::Cloud(*provider, region),
            Self::Outside => Endpoint::Outside,
        }
    }
}

/// Gigabytes from one end to another, paid by the sender.
struct Flow<'a> {
    element: &'a Id,
    /// Region of the sender.
    region: Option<&'a Id>,
    from: End,
    to: End,
    gb: Quantity,
}

/// Adds every flow that leaves a region.
pub(super) fn add(ledger: &mut Ledger<'_>, topology: &Topology<'_>, flows: &Flows<'_, '_>) {
    let mut found = Vec::new();
    responses(ledger, flows, &mut found);
    for (id, link) in &topology.design.links {
        over_link(ledger, topology, flows, id, link, &mut found);
    }
    // Tiers count an account, so its traffic is added up before any of it is priced.
    let mut account_gb: BTreeMap<Provider, f64> = BTreeMap::new();
    let mut charged: Vec<(Flow<'_>, Charge)> = Vec::new();
    for flow in found {
        let Some(charge) = ledger.transfer(flow.from.endpoint(), flow.to.endpoint()) else { continue };
        if let Charge::Internet(tariff) = &charge {
            *account_gb.entry(tariff.provider).or_default() += flow.gb.range[0];
        }
        charged.push((flow, charge));
    }
    for (flow, charge) in charged {
        match charge {
            Charge::PerGb(price, billed_ends) => {
                let mut quantities = vec![flow.gb];
                if billed_ends > 1 {
                    quantities.push(Quantity::given("Ends that pay", f64::from(billed_ends)));
                }
                ledger.charge(flow.element, flow.region, CostCategory::Traffic, &price, quantities);
            }
            Charge::Internet(tariff) => {
                let account = account_gb.get(&tariff.provider).copied().unwrap_or_default();
                ledger.charge_internet(flow.element, flow.region, &tariff, account, flow.gb);
            }
        }
    }
}

/// Responses of the gateways to the users, out of the region in which the calls arrive.
fn responses<'a>(ledger: &mut Ledger<'_>, flows: &Flows<'_, 'a>, found: &mut Vec<Flow<'a>>) {
    let mut by_region: BTreeMap<&'a Id, BTreeMap<&'a Id, f64>> = BTreeMap::new();
    for (population, arrivals) in flows.routed {
        let Spec::Users(users) = &population.component.spec else { continue };
        let shares = by_region.entry(arrivals.key(population.id)).or_insert_with(|| {
            let mut shares: BTreeMap<&'a Id, f64> = BTreeMap::new();
            for arrival in arrivals.iter() {
                if let Some(region) = &arrival.route.end.component.region {
                    *shares.entry(region).or_default() += arrival.route.share;
                }
            }
            shares
        });
        for (&region, &mut share) in shares {
            let calls = users.requests_per_s * users.mean_load_pct / 100.0 * share;
            let gb = calls * users.response_bytes * SECONDS / GIB;
            if gb <= 0.0 {
                continue;
            }
            let (provider, name) = match ledger.market(Some(region)) {
                Market::Cloud { provider, region } => (provider, region),
                Market::None(why) => {
                    ledger.unpriced(population.id, format!("responses to these users: {why}"));
                    continue;
                }
            };
            let given = |label: &str, value, unit| {
                Derivation::input(label, value, unit, Quality::Given, "given in the drawing")
            };
            let node = Derivation::computed(
                "Responses",
                gb,
                Unit::GbPerMonth,
                "peak × mean load × share × bytes × 2,628,000 s / 2^30",
                vec![
                    given("Calls a second at peak", users.requests_per_s, Unit::RequestsPerS),
                    given("Mean load", users.mean_load_pct, Unit::Percent),
                    Derivation::input(
                        "Share of the calls",
                        share,
                        Unit::Count,
                        Quality::Derived,
                        "routing of the population",
                    ),
                    given("Bytes of a response", users.response_bytes, Unit::Bytes),
                ],
            );
            found.push(Flow {
                element: population.id,
                region: Some(region),
                from: End::Cloud(provider, name),
                to: End::Outside,
                gb: Quantity::exact(node),
            });
        }
    }
}

/// Where a component's traffic enters or leaves a bill. The error says why no price holds.
fn end_of(ledger: &Ledger<'_>, component: &Component) -> Result<End, String> {
    if component.region.is_none() {
        return match &component.spec {
            Spec::Backend(backend) => Ok(match &backend.site {
                Some(Site::Cloud { provider, region }) => match provider.parse() {
                    Ok(provider) if ledger.books().regions().get(provider, region).is_some() => {
                        End::Cloud(provider, region.clone())
                    }
                    _ => {
                        return Err(format!("the region book does not know the cloud region “{region}” of {provider}"));
                    }
                },
                _ => End::Outside,
            }),
            Spec::Analytics(_) | Spec::IdentityProvider(_) => Ok(End::Outside),
            _ => Err("one end stands in no region".to_owned()),
        };
    }
    match ledger.market(component.region.as_ref()) {
        Market::Cloud { provider, region } => Ok(End::Cloud(provider, region)),
        Market::None(why) => Err(why),
    }
}

/// The flows of a link: there, and back, if it leaves its region; else what crosses zones.
fn over_link<'a>(
    ledger: &mut Ledger<'_>,
    topology: &Topology<'a>,
    flows: &Flows<'_, 'a>,
    id: &'a Id,
    link: &'a Link,
    found: &mut Vec<Flow<'a>>,
) {
    let design = topology.design;
    let (Some(from), Some(to)) = (design.components.get(&link.from), design.components.get(&link.to)) else { return };
    if from.region.is_none() {
        return;
    }
    if from.region == to.region {
        return between_zones(ledger, topology, flows, id, link);
    }
    let Some([there, back]) = amounts(&ledger.assume, topology, flows, link, from) else { return };
    let (a, b) = (end_of(ledger, from), end_of(ledger, to));
    // An own site pays for its lines by contract, not by the gigabyte.
    let own_line = link.network == Network::Private && [&a, &b].iter().any(|end| !matches!(end, Ok(End::Cloud(..))));
    if own_line && link.purpose != Purpose::AnalyticsEvents && link.purpose != Purpose::Identity {
        let at_own_site = |component: &Component| {
            let region = component.region.as_ref().and_then(|region| design.regions.get(region));
            region.is_some_and(|region| matches!(region.site, Site::Place { .. }))
        };
        let contract = "a private line to a place outside the cloud is paid by contract";
        let why = [(from, a), (to, b)].into_iter().find_map(|(component, end)| match end {
            Err(why) if !at_own_site(component) => Some(why),
            _ => None,
        });
        return ledger.unpriced(id, why.unwrap_or_else(|| contract.to_owned()));
    }
    let outside = |end: Result<End, String>| end.unwrap_or(End::Outside);
    let (a, b) = (outside(a), outside(b));
    for (sender, from, to, gb) in [(from, &a, &b, there), (to, &b, &a, back)] {
        if gb.range[2] > 0.0 && matches!(from, End::Cloud(..)) {
            found.push(Flow { element: id, region: sender.region.as_ref(), from: from.clone(), to: to.clone(), gb });
        }
    }
}

/// How many zones of its region a component spans. A balancer spans them all unless it names its own.
fn zones_of(topology: &Topology<'_>, component: &Component) -> usize {
    let region = component.region.as_ref().and_then(|id| topology.design.regions.get(id));
    let offered = region.map_or(0, |region| usize::from(region.zones));
    let open_to = if component.zones.is_empty() { offered } else { component.zones.len() };
    match component.spec {
        Spec::LoadBalancer(_) => open_to,
        _ => open_to.min(usize::try_from(component.instances).unwrap_or(usize::MAX)),
    }
}

/// API traffic inside a region, as far as it crosses from one zone to another.
fn between_zones<'a>(
    ledger: &mut Ledger<'_>,
    topology: &Topology<'a>,
    flows: &Flows<'_, 'a>,
    id: &'a Id,
    link: &'a Link,
) {
    let design = topology.design;
    let (Some(from), Some(to)) = (design.components.get(&link.from), design.components.get(&link.to)) else { return };
    if !matches!(link.purpose, Purpose::ApiTraffic | Purpose::BackendCall) {
        return;
    }
    let spans = [from, to].map(|component| zones_of(topology, component));
    let [Some(least), Some(most)] = [spans.iter().min(), spans.iter().max()] else { return };
    let Market::Cloud { provider, region } = ledger.market(from.region.as_ref()) else { return };
    // AWS moves traffic between an application balancer and its targets free of charge.
    let free = provider == Provider::Aws && matches!(from.spec, Spec::LoadBalancer(_));
    let Some([there, back]) = amounts(&ledger.assume, topology, flows, link, from).filter(|_| *least > 1 && !free)
    else {
        return;
    };
    let gb = there.range[0] + back.range[0];
    if gb <= 0.0 {
        return;
    }
    let Some(transfer) = ledger.prices().inter_zone(provider, &region) else {
        let why = format!("no price of traffic between zones of {} is listed, so none is charged", provider.label());
        return ledger.unpriced(id, why);
    };
    let share = (*most as f64 - 1.0) / *most as f64;
    let inputs = vec![there.node, back.node];
    let both = Derivation::computed("Requests and responses", gb, Unit::GbPerMonth, "there + back", inputs);
    let source = format!(
        "calls spread evenly over {most} zones stay in their own with one in {most}; balancers that prefer their own \
         zone bring it down to nothing"
    );
    let crossing = Derivation::input("Share that crosses zones", share, Unit::Count, Quality::Assumed, source);
    let mut quantities = vec![Quantity::exact(both), Quantity { range: [share, 0.0, share], node: crossing }];
    if transfer.billed_ends > 1 {
        quantities.push(Quantity::given("Ends that pay", f64::from(transfer.billed_ends)));
    }
    let price = ledger.priced(&transfer.price);
    ledger.charge(id, from.region.as_ref(), CostCategory::Traffic, &price, quantities);
}

/// Gigabytes a month there and back over a link, by its purpose.
fn amounts<'a>(
    assume: &Assumptions<'_>,
    topology: &Topology<'a>,
    flows: &Flows<'_, 'a>,
    link: &'a Link,
    from: &Component,
) -> Option<[Quantity; 2]> {
    let small = assume.get(Assumed::BackgroundGb);
    let carried = flows.through(&link.from);
    match link.purpose {
        Purpose::ApiTraffic => Some(balanced(flows, link)),
        Purpose::BackendCall => {
            let called = backends_of(topology, &link.from);
            let share = called.iter().find(|(_, id, _, first)| **id == link.to && std::ptr::eq(*first, link))?.0;
            let of = |label: &str, bytes_per_s: f64| {
                let node = Derivation::computed(
                    label,
                    share * bytes_per_s * SECONDS / GIB,
                    Unit::GbPerMonth,
                    "share of the calls × bytes a second in the mean × 2,628,000 s / 2^30",
                    vec![
                        Derivation::input(
                            "Share of the calls",
                            share,
                            Unit::Count,
                            Quality::Given,
                            "shares of the backends",
                        ),
                        Derivation::input(
                            "Bytes a second in the mean",
                            bytes_per_s,
                            Unit::Bytes,
                            Quality::Derived,
                            "populations sent to this gateway, at their mean load",
                        ),
                    ],
                );
                Quantity::exact(node)
            };
            Some([
                of("Requests to the backend", carried.request_bytes_per_s),
                of("Responses of the backend", carried.response_bytes_per_s),
            ])
        }
        Purpose::ThrottleData => Some([by_call(carried, link, topology, assume.get(Assumed::EventBytes)), nothing()]),
        Purpose::AnalyticsEvents => {
            Some([by_call(carried, link, topology, assume.get(Assumed::UsageBytes)), nothing()])
        }
        Purpose::KeyManagerHttps if topology.design.meta.tokens == TokenFormat::Opaque && from.kind().has_gateway() => {
            let missed = Through {
                calls_per_s: carried.calls_per_s * assume.get(Assumed::CacheMissPct).value / 200.0,
                ..carried
            };
            let each = || by_call(missed, link, topology, assume.get(Assumed::ValidationBytes));
            Some([each(), each()])
        }
        Purpose::DbReplication => {
            let both = link.replication.as_ref().is_some_and(|r| r.bidirectional);
            Some([background(small), if both { background(small) } else { nothing() }])
        }
        Purpose::EventStream | Purpose::ManagementHttps | Purpose::ThrottleDecision => {
            Some([nothing(), background(small)])
        }
        Purpose::HubEvents | Purpose::SharedCounters | Purpose::Database => {
            Some([background(small), background(small)])
        }
        Purpose::PortalAccess
        | Purpose::KeyManagerHttps
        | Purpose::TokenNotification
        | Purpose::GatewayManagement
        | Purpose::Identity
        | Purpose::FileShare => None,
    }
}

/// Calls that a balancer sends to another region.
fn balanced(flows: &Flows<'_, '_>, link: &Link) -> [Quantity; 2] {
    let mut sum = Through::default();
    for (flow, arrival) in flows.arriving.values() {
        for route in arrival.fan.iter().filter(|r| r.path.iter().any(|(edge, _)| std::ptr::eq(edge.link, link))) {
            sum.add(flow.times(route.share));
        }
    }
    let (there, back) = (sum.request_bytes_per_s, sum.response_bytes_per_s);
    [("Requests", there), ("Responses", back)].map(|(label, bytes_per_s)| {
        Quantity::exact(Derivation::input(
            label,
            bytes_per_s * SECONDS / GIB,
            Unit::GbPerMonth,
            Quality::Derived,
            "populations that come this way, at their mean load",
        ))
    })
}

/// Something of an assumed size for every call, divided over equal links of the sender.
fn by_call(carried: Through, link: &Link, topology: &Topology<'_>, bytes: Assumption<'_>) -> Quantity {
    let targets = topology.out(&link.from).iter().filter(|(e, _)| e.link.purpose == link.purpose).count().max(1);
    let calls = carried.calls_per_s / targets as f64;
    let gb = |bytes: f64| calls * bytes * SECONDS / GIB;
    Quantity {
        range: [gb(bytes.value), gb(bytes.low), gb(bytes.high)],
        node: Derivation::computed(
            "Gigabytes a month",
            gb(bytes.value),
            Unit::GbPerMonth,
            "events a second in the mean × bytes × 2,628,000 s / 2^30",
            vec![
                Derivation::input(
                    "Events a second in the mean",
                    calls,
                    Unit::RequestsPerS,
                    Quality::Derived,
                    "one for each call, divided over the links of this purpose",
                ),
                bytes.node(),
            ],
        ),
    }
}

/// A small steady flow nobody has measured.
fn background(of: Assumption<'_>) -> Quantity {
    Quantity { range: [of.value, of.low, of.high], node: of.node() }
}

fn nothing() -> Quantity {
    Quantity::exact(Derivation::input(
        "Nothing worth counting",
        0.0,
        Unit::GbPerMonth,
        Quality::Assumed,
        "requests are small",
    ))
}
