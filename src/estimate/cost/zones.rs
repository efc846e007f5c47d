//! Traffic inside a region, as far as it crosses from one zone to another.

use crate::books::Provider;
use crate::design::{Component, Database, Id, Purpose, Spec, Standby};
use crate::topology::Topology;

use super::super::assume::Assumed;
use super::super::figure::{Derivation, Quality, Unit};
use super::super::report::TrafficClass;
use super::amounts::{Ends, amounts, changes};
use super::flows::Flows;
use super::ledger::{Charge, Entry, Ledger, Market};
use super::quantity::Quantity;
use super::traffic::paying_ends;

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

/// What a link inside a region carries from zone to zone: as much as calls bring, not the trickle of administration.
pub(super) fn between<'a>(ledger: &mut Ledger<'_>, topology: &Topology<'a>, flows: &Flows<'_, 'a>, ends: Ends<'a>) {
    let by_call = matches!(
        ends.link.purpose,
        Purpose::ApiTraffic | Purpose::BackendCall | Purpose::ThrottleData | Purpose::KeyManagerHttps
    );
    let spans = [ends.from, ends.to].map(|component| zones_of(topology, component));
    let [Some(least), Some(most)] = [spans.iter().min(), spans.iter().max()] else { return };
    if !by_call || *least < 2 {
        return;
    }
    let Market::Cloud { provider, region } = ledger.market(ends.from.region.as_ref()) else { return };
    let Some([there, back]) = amounts(&ledger.assume, topology, flows, ends) else { return };
    let total = |i: usize| [&there, &back].iter().filter_map(|q| q.range.get(i)).sum::<f64>();
    let range = [total(0), total(1), total(2)];
    if total(2) <= 0.0 {
        return;
    }
    let share = (*most as f64 - 1.0) / *most as f64;
    let both = Derivation::computed(
        "Requests and responses",
        total(0),
        Unit::GbPerMonth,
        "there + back",
        vec![there.node, back.node],
    );
    let source = format!(
        "calls spread evenly over {most} zones stay in their own with one in {most}; balancers that prefer their own \
         zone bring it down to nothing"
    );
    let crossing = Derivation::input("Share that crosses zones", share, Unit::Count, Quality::Assumed, source);
    let mut quantities = vec![Quantity { range, node: both }, Quantity { range: [share, 0.0, share], node: crossing }];
    if provider == Provider::Aws && matches!(ends.from.spec, Spec::LoadBalancer(_)) {
        let paid = ledger.assume.get(Assumed::BalancerZonePct);
        quantities
            .push(Quantity { range: [paid.value, paid.low, paid.high].map(|pct| pct / 100.0), node: paid.node() });
    }
    charge(ledger, ends.id, ends.from, (provider, &region), quantities);
}

/// What own databases ship to their standby in another zone. A managed one has it in its price.
pub(super) fn standbys(ledger: &mut Ledger<'_>, topology: &Topology<'_>, flows: &Flows<'_, '_>) {
    for (id, component) in &topology.design.components {
        let Spec::Database(Database { managed: false, standby: Standby::MultiZone, .. }) = &component.spec else {
            continue;
        };
        let Market::Cloud { provider, region } = ledger.market(component.region.as_ref()) else { continue };
        let changed = changes(&ledger.assume, flows.served_in(component.region.as_ref()), true);
        charge(ledger, id, component, (provider, &region), vec![changed]);
    }
}

fn charge(
    ledger: &mut Ledger<'_>,
    id: &Id,
    at: &Component,
    (provider, region): (Provider, &str),
    mut quantities: Vec<Quantity>,
) {
    let Some(Charge::PerGb(price, billed_ends)) = ledger.between_zones(provider, region) else {
        return ledger.zones_unlisted(id, at.region.as_ref(), provider);
    };
    quantities.extend(paying_ends(billed_ends));
    ledger.charge(Entry::traffic(id, at.region.as_ref(), TrafficClass::InterZone), &price, quantities);
}
