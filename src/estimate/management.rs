//! Tokens, portal pages and publications: what is done at the control plane and the key manager.

use std::rc::Rc;

use crate::design::{Kind, Purpose, Spec, Standby};
use crate::topology::{Node, Topology};

use super::api_call::key_manager;
use super::assume::{Assumed, Assumption};
use super::dist::Law;
use super::figure::{Derivation, Quality, Unit};
use super::lookup::{misses_of_visits, push_lookup};
use super::lost::View;
use super::parts::{Chain, Part, tails};
use super::places::{Places, Rtt, named};

/// The users' side: opening a connection, and the round trips that wait for each other: those of a page, or one.
pub(super) fn near_side(places: &Places<'_>, rtt: &Rtt, page: Option<Assumption<'_>>, what: &str) -> Chain {
    let mut chain = Chain::empty();
    let set_up = places.assume.get(Assumed::SetUpTrips);
    let trips = page.map_or(1.0, |page| page.value);
    let formula = format!("round trip × (set-up + {trips})");
    chain.push_network(rtt, set_up.value + trips, what, &formula);
    if let Some(part) = chain.parts.first_mut() {
        for trips in page.into_iter().chain([set_up]) {
            part.node.inputs.push(trips.node());
            let sides = [(&mut part.down_ms, trips.value - trips.low), (&mut part.up_ms, trips.high - trips.value)];
            for (off_ms, doubt) in sides {
                for (off_ms, tail) in off_ms.iter_mut().zip(tails()) {
                    *off_ms = off_ms.hypot(tail * rtt.ms * doubt);
                }
            }
        }
    }
    push_lookup(&mut chain, places, 1.0, misses_of_visits(places));
    chain
}

/// Round trips of users that a portal page or a publication takes after the connection is open.
pub(super) fn page_trips(places: &Places<'_>) -> f64 {
    places.assume.value(Assumed::PortalTrips)
}

/// The servers' side of a token: the key manager and its database.
pub(super) fn token<'a>(
    view: View<'_, 'a>,
    places: &mut Places<'a>,
    at: Node<'a>,
    demand_rps: f64,
) -> Result<Chain, String> {
    let mut chain = Chain::empty();
    if at.component.kind() == Kind::IdentityProvider {
        let source =
            format!("the response time of “{}” is not in the drawing: only its network counts", at.component.name);
        let node = Derivation::input("Identity provider", 0.0, Unit::Ms, Quality::Assumed, source);
        chain.push(Law::Point(0.0), Part::exact(node));
        return Ok(chain);
    }
    let (law, part) = key_manager(view.now.design, &places.assume, at.component, demand_rps)?;
    chain.push(law, part);
    push_database(&mut chain, view, places, at, places.assume.get(Assumed::TokenQueries), Writes::Once)?;
    Ok(chain)
}

/// The servers' side of a portal page: the control plane and its database.
pub(super) fn portal<'a>(view: View<'_, 'a>, places: &mut Places<'a>, at: Node<'a>) -> Result<Chain, String> {
    let mut chain = Chain::empty();
    chain.push_assumed(places.assume.get(Assumed::PortalServerMs), "Control plane");
    push_database(&mut chain, view, places, at, places.assume.get(Assumed::PortalQueries), Writes::Never)?;
    Ok(chain)
}

/// Which queries of an operation write, and so wait for a standby in another zone.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Writes {
    /// None: pages are read.
    Never,
    /// One: a token is stored.
    Once,
    /// Every one.
    Each,
}

/// Queries of a database one after the other; the nearest one drawn. Nothing without a drawn one.
///
/// # Errors
/// A sentence when its place is not known, or when every one that was drawn is lost.
pub(super) fn push_database<'a>(
    chain: &mut Chain,
    view: View<'_, 'a>,
    places: &mut Places<'a>,
    at: Node<'a>,
    queries: Assumption<'_>,
    writes: Writes,
) -> Result<(), String> {
    let mut nearest: Option<(Rc<Rtt>, Node<'a>)> = None;
    for (edge, node) in view.now.reached(at.id, Purpose::Database, &[]) {
        let rtt = places.between_components(at.component, node.component, edge.link)?;
        if nearest.as_ref().is_none_or(|(known, _)| rtt.ms < known.ms) {
            nearest = Some((rtt, node));
        }
    }
    let Some((rtt, database)) = nearest else {
        if view.whole.reached(at.id, Purpose::Database, &[]).is_empty() {
            return Ok(());
        }
        return Err(format!("the database of {} is lost", named(view.now.design, at.component)));
    };
    chain.push_trips(&rtt, queries, "Network between the server and its database");
    let count = queries.value;
    let query_ms = places.assume.get(Assumed::QueryMs);
    let time = Derivation::computed(
        "Work of the database",
        count * query_ms.value,
        Unit::Ms,
        "queries × time of a query",
        vec![queries.node(), query_ms.node()],
    );
    let off = |ms: f64| [count * ms; 3];
    let part =
        Part { node: time, down_ms: off(query_ms.value - query_ms.low), up_ms: off(query_ms.high - query_ms.value) };
    chain.push(Law::Lognormal { p50_ms: count * query_ms.value, p99_ms: count * query_ms.high }, part);
    if let Spec::Database(settings) = &database.component.spec
        && settings.standby == Standby::MultiZone
        && writes != Writes::Never
    {
        let here = places.of_component(database.component)?;
        let zone = places.between(here, here);
        let what = "Writes to the standby in another zone, synchronous";
        match writes {
            Writes::Each => chain.push_trips(&zone, queries, what),
            Writes::Once | Writes::Never => chain.push_network(&zone, 1.0, what, "one round trip"),
        }
    }
    Ok(())
}

/// Components that people or programs at the portals end up at when no link says so.
pub(super) fn undrawn_targets<'a>(topology: &Topology<'a>, token: bool) -> Vec<Node<'a>> {
    let kinds: &[Kind] = if token { &[Kind::KeyManager] } else { &[] };
    let of = |kinds: &[Kind]| -> Vec<Node<'a>> { kinds.iter().flat_map(|kind| topology.of_kind(*kind)).collect() };
    let own = of(kinds);
    if own.is_empty() { of(&[Kind::ControlPlane, Kind::AllInOne]) } else { own }
}
