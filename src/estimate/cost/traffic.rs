//! Traffic: responses to users, calls of backends, and whatever else crosses regions.

use std::collections::{BTreeMap, BTreeSet};

use crate::books::{Endpoint, Provider};
use crate::design::{Component, Id, Site, Spec};
use crate::topology::Topology;

use super::super::assume::Assumed;
use super::super::figure::{Derivation, Quality, Unit};
use super::super::report::TrafficClass;
use super::amounts::{Ends, amounts};
use super::flows::Flows;
use super::ledger::{Charge, Entry, Ledger, Market};
use super::quantity::Quantity;
use super::{GIB, SECONDS, lines, terms, zones};

/// One end of a flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    /// A cloud region.
    Cloud(Provider, String),
    /// Users, own sites, other people's services.
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

/// Adds every flow that leaves a region or a zone.
pub(super) fn add(ledger: &mut Ledger<'_>, topology: &Topology<'_>, flows: &Flows<'_, '_>) {
    let mut found = Vec::new();
    responses(ledger, flows, &mut found);
    let mut translated = BTreeSet::new();
    for (id, link) in &topology.design.links {
        let Some(ends) = Ends::of(topology.design, id, link) else { continue };
        if ends.from.region == ends.to.region {
            zones::between(ledger, topology, flows, ends);
        } else {
            over_link(ledger, topology, flows, ends, &mut found, &mut translated);
        }
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
                let entry = Entry::traffic(flow.element, flow.region, TrafficClass::InterRegion);
                let mut quantities = vec![flow.gb];
                quantities.extend(paying_ends(billed_ends));
                ledger.charge(entry, &price, quantities);
            }
            Charge::Internet(tariff) => {
                let account = account_gb.get(&tariff.provider).copied().unwrap_or_default();
                let rate = ledger.average(&tariff, account);
                let entry = Entry::traffic(flow.element, flow.region, TrafficClass::Internet);
                ledger.charge(entry, &rate, vec![flow.gb]);
            }
        }
    }
}

/// How many ends pay for traffic, where it is more than the sender.
pub(super) fn paying_ends(billed: u8) -> Option<Quantity> {
    let source = "both ends pay in the provider's list";
    let node = || Derivation::input("Ends that pay", f64::from(billed), Unit::Count, Quality::Published, source);
    (billed > 1).then(|| Quantity::exact(node()))
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
pub(super) fn end_of(ledger: &Ledger<'_>, component: &Component) -> Result<End, String> {
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

/// The flows of a link that leaves its region, there and back.
fn over_link<'a>(
    ledger: &mut Ledger<'_>,
    topology: &Topology<'a>,
    flows: &Flows<'_, 'a>,
    ends: Ends<'a>,
    found: &mut Vec<Flow<'a>>,
    translated: &mut BTreeSet<&'a Id>,
) {
    if ends.from.region.is_none() {
        return;
    }
    let Some([there, back]) = amounts(&ledger.assume, topology, flows, ends) else { return };
    let sites = [end_of(ledger, ends.from), end_of(ledger, ends.to)];
    let is_line = lines::is_private_line(ends.link, &sites);
    let [a, b] = sites.map(|end| end.unwrap_or(End::Outside));
    if lines::is_by_internet(ends.link) {
        translate(ledger, ends, &a, [&there, &back], translated);
    }
    for (sender, from, to, gb) in [(ends.from, &a, &b, there), (ends.to, &b, &a, back)] {
        let End::Cloud(provider, name) = from else { continue };
        if gb.range[2] <= 0.0 {
            continue;
        }
        let region = sender.region.as_ref();
        if is_line {
            // What a line carries is charged by the line's own price; that it has none is said where lines are added.
            let price = ledger.prices().private_line(*provider, name).and_then(|line| line.per_gb);
            if let Some(price) = price {
                let price = ledger.priced(&price);
                ledger.charge(Entry::traffic(ends.id, region, TrafficClass::PrivateLine), &price, vec![gb]);
            }
            continue;
        }
        found.push(Flow { element: ends.id, region, from: from.clone(), to: to.clone(), gb });
    }
}

/// The address translation that nodes without public addresses need to call the internet: its hours once a region.
fn translate<'a>(
    ledger: &mut Ledger<'_>,
    ends: Ends<'a>,
    from: &End,
    gb: [&Quantity; 2],
    translated: &mut BTreeSet<&'a Id>,
) {
    let (End::Cloud(provider, name), Some(region)) = (from, ends.from.region.as_ref()) else { return };
    if matches!(ends.from.spec, Spec::LoadBalancer(_)) {
        return;
    }
    let Some(price) = ledger.prices().nat(*provider, name) else { return };
    let gateways = ledger.assume.get(Assumed::NatGateways);
    let entry = Entry::traffic(ends.id, Some(region), TrafficClass::Internet);
    if translated.insert(region)
        && let Some(hourly) = &price.hourly
    {
        let hourly = ledger.priced(hourly);
        ledger.charge(entry, &hourly, vec![Quantity::assumed(gateways), terms::all_hours()]);
    }
    let used = |gateways: f64| gateways.min(1.0);
    let through = Quantity {
        range: [used(gateways.value), used(gateways.low), used(gateways.high)],
        node: Derivation::computed(
            "Share that is translated",
            used(gateways.value),
            Unit::Count,
            "all, where there is such a gateway",
            vec![gateways.node()],
        ),
    };
    let total = |i: usize| gb.iter().filter_map(|q| q.range.get(i)).sum::<f64>();
    let both = Quantity {
        range: [total(0), total(1), total(2)],
        node: Derivation::computed(
            "There and back",
            total(0),
            Unit::GbPerMonth,
            "there + back",
            gb.iter().map(|q| q.node.clone()).collect(),
        ),
    };
    let per_gb = ledger.priced(&price.per_gb);
    ledger.charge(entry, &per_gb, vec![both, through]);
}
