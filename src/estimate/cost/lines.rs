//! Private lines and tunnels: what they cost by their existence, once for each two places they join.

use std::collections::BTreeMap;

use crate::books::Provider;
use crate::design::{Component, Id, Link, Network, Purpose, Site};
use crate::topology::Topology;

use super::super::assume::Assumed;
use super::super::figure::{Derivation, Quality, Unit};
use super::super::report::CostCategory;
use super::amounts::Ends;
use super::ledger::{Entry, Ledger};
use super::quantity::Quantity;
use super::terms::all_hours;
use super::traffic::{End, end_of};

/// Services that are reached over the internet unless a tunnel is drawn.
fn is_public_service(purpose: Purpose) -> bool {
    matches!(purpose, Purpose::AnalyticsEvents | Purpose::Identity)
}

/// Whether a link leaves its provider over a private line. Between regions of one provider it is a peering, which
/// costs nothing but its traffic.
pub(super) fn is_private_line(link: &Link, ends: &[Result<End, String>; 2]) -> bool {
    let peering = matches!(ends, [Ok(End::Cloud(a, _)), Ok(End::Cloud(b, _))] if a == b);
    link.network == Network::Private && !peering && !is_public_service(link.purpose)
}

/// Whether a link goes out over the open internet.
pub(super) fn is_by_internet(link: &Link) -> bool {
    link.network == Network::Public || (link.network == Network::Private && is_public_service(link.purpose))
}

/// A line or tunnel as one of its two ends pays it.
struct Connection<'a> {
    /// The first link that runs over it.
    id: &'a Id,
    /// Where it ends in the cloud.
    provider: Provider,
    name: String,
    /// Bandwidth of all links over it that give one, Mbit/s.
    mbps: Option<f64>,
}

/// Connections by region of the paying end, place of the other one, and network.
type Connections<'a> = BTreeMap<(&'a Id, &'a Id, Network), Connection<'a>>;

/// Adds every private line and tunnel that a link runs over.
pub(super) fn add(ledger: &mut Ledger<'_>, topology: &Topology<'_>) {
    let mut all = Connections::new();
    for (id, link) in &topology.design.links {
        let Some(ends) = Ends::of(topology.design, id, link).filter(|ends| ends.from.region != ends.to.region) else {
            continue;
        };
        // Users bring their own way to the deployment.
        if ends.from.region.is_none() {
            continue;
        }
        let sites = [end_of(ledger, ends.from), end_of(ledger, ends.to)];
        let line = is_private_line(link, &sites);
        if !line && link.network != Network::Vpn {
            continue;
        }
        if line && let Some(why) = unpriced_part(topology, ends, &sites) {
            ledger.unpriced(id, why);
        }
        let [a, b] = &sites;
        join(&mut all, ends, (ends.from, &ends.link.from), (ends.to, &ends.link.to), a);
        join(&mut all, ends, (ends.to, &ends.link.to), (ends.from, &ends.link.from), b);
    }
    for ((region, _, network), connection) in all {
        match network {
            Network::Vpn => tunnel(ledger, region, &connection),
            _ => line(ledger, region, &connection),
        }
    }
}

/// Why a part of a private line has no price: what lies beyond the provider's port is the carrier's.
fn unpriced_part(topology: &Topology<'_>, ends: Ends<'_>, sites: &[Result<End, String>; 2]) -> Option<String> {
    let at_own_site = |component: &Component| {
        let region = component.region.as_ref().and_then(|region| topology.design.regions.get(region));
        region.is_some_and(|region| matches!(region.site, Site::Place { .. }))
    };
    if sites.iter().all(|end| matches!(end, Ok(End::Cloud(..)))) {
        return None;
    }
    let unknown = [ends.from, ends.to].into_iter().zip(sites).find_map(|(component, end)| match end {
        Err(why) if !at_own_site(component) => Some(why.clone()),
        _ => None,
    });
    let carrier = "a private line to a place outside the cloud is paid by contract beyond the provider's port";
    Some(unknown.unwrap_or_else(|| carrier.to_owned()))
}

/// Lets a link run over the connection of one of its ends.
fn join<'a>(
    all: &mut Connections<'a>,
    ends: Ends<'a>,
    (here, _): (&'a Component, &'a Id),
    (there, other): (&'a Component, &'a Id),
    end: &Result<End, String>,
) {
    let (Some(region), Ok(End::Cloud(provider, name))) = (&here.region, end) else { return };
    let network = ends.link.network;
    // The tunnels of a region share one gateway at Azure, which is what is paid there.
    let shared = network == Network::Vpn && *provider == Provider::Azure;
    let other = if shared { region } else { there.region.as_ref().unwrap_or(other) };
    let connection = all.entry((region, other, network)).or_insert_with(|| Connection {
        id: ends.id,
        provider: *provider,
        name: name.clone(),
        mbps: None,
    });
    if let Some(mbps) = ends.link.bandwidth_mbps {
        connection.mbps = Some(connection.mbps.unwrap_or_default() + mbps);
    }
}

/// How many ports or tunnels carry what runs over a connection; one where nobody says how much that is.
fn needed(ledger: &Ledger<'_>, label: &str, mbps: Option<f64>, capacity: Assumed) -> Quantity {
    let each = ledger.assume.get(capacity);
    let Some(mbps) = mbps else {
        return Quantity {
            range: [1.0, 1.0, 2.0],
            node: Derivation::input(
                label,
                1.0,
                Unit::Count,
                Quality::Assumed,
                "no bandwidth is drawn, so the smallest; a second one where it must not fail",
            ),
        };
    };
    let count = |each: f64| (mbps / each).ceil().max(1.0);
    let value = count(each.value);
    let drawn = Derivation::input("Mbit/s of its links", mbps, Unit::Count, Quality::Given, "given in the drawing");
    Quantity {
        range: [value, count(each.high), count(each.low)],
        node: Derivation::computed(
            label,
            value,
            Unit::Count,
            "bandwidth over what one carries",
            vec![drawn, each.node()],
        ),
    }
}

fn line(ledger: &mut Ledger<'_>, region: &Id, connection: &Connection<'_>) {
    let label = connection.provider.label();
    let Some(price) = ledger.prices().private_line(connection.provider, &connection.name) else {
        let why = format!("no private lines of {label} are in the price list, nor what goes over them");
        return ledger.unpriced(connection.id, why);
    };
    if price.per_gb.is_none() {
        let why = format!("no price of what goes over a private line of {label} is listed, so none is charged");
        ledger.unpriced(connection.id, why);
    }
    for hourly in &price.hourly {
        let hourly = ledger.priced(hourly);
        let ports = needed(ledger, "Ports", connection.mbps, Assumed::LinePortMbps);
        let entry = Entry::new(connection.id, Some(region), CostCategory::PrivateLinks);
        ledger.charge(entry, &hourly, vec![ports, all_hours()]);
    }
}

fn tunnel(ledger: &mut Ledger<'_>, region: &Id, connection: &Connection<'_>) {
    let Some(price) = ledger.prices().vpn_hourly(connection.provider, &connection.name) else {
        let why = format!("no tunnels of {} are in the price list", connection.provider.label());
        return ledger.unpriced(connection.id, why);
    };
    let hourly = ledger.priced(&price);
    let tunnels = needed(ledger, "Tunnels", connection.mbps, Assumed::TunnelMbps);
    let entry = Entry::new(connection.id, Some(region), CostCategory::PrivateLinks);
    ledger.charge(entry, &hourly, vec![tunnels, all_hours()]);
}
