//! Tokens, portal pages and publications: what is done at the control plane and the key manager.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::design::{Id, Kind, Purpose, Spec, Standby};
use crate::topology::{Node, Topology};

use super::api_call::key_manager;
use super::assume::{Assumed, Assumption};
use super::dist::Law;
use super::figure::{Derivation, Quality, Unit};
use super::load::Group;
use super::parts::{Chain, Part};
use super::places::{Places, Rtt, named};

/// The users' side: opening a connection and `trips` round trips that wait for each other.
pub(super) fn near_side(rtt: &Rtt, set_up: Assumption<'_>, trips: f64, what: &str) -> Chain {
    let mut chain = Chain::empty();
    let formula = format!("round trip × (set-up + {trips:.0})");
    chain.push_network(rtt, set_up.value + trips, what, &formula);
    if let Some(part) = chain.parts.first_mut() {
        part.node.inputs.push(set_up.node());
    }
    chain
}

/// Round trips of users that a portal page or a publication takes after the connection is open.
pub(super) fn page_trips(places: &Places<'_>) -> f64 {
    places.assume.value(Assumed::PortalTrips)
}

/// The servers' side of a token: the key manager and its database.
pub(super) fn token<'a>(
    topology: &Topology<'a>,
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
    let (law, part) = key_manager(topology.design, at.component, demand_rps)?;
    chain.push(law, part);
    push_database(&mut chain, topology, places, at, places.assume.get(Assumed::TokenQueries), Writes::Once)?;
    Ok(chain)
}

/// The servers' side of a portal page: the control plane and its database.
pub(super) fn portal<'a>(topology: &Topology<'a>, places: &mut Places<'a>, at: Node<'a>) -> Result<Chain, String> {
    let mut chain = Chain::empty();
    chain.push_assumed(places.assume.get(Assumed::PortalServerMs), "Control plane");
    push_database(&mut chain, topology, places, at, places.assume.get(Assumed::PortalQueries), Writes::Never)?;
    Ok(chain)
}

/// Which queries of an operation write, and so wait for a standby in another zone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Writes {
    /// None: pages are read.
    Never,
    /// One: a token is stored.
    Once,
    /// Every one.
    Each,
}

/// Queries of a database one after the other; the nearest one drawn. Nothing without a drawn one.
fn push_database<'a>(
    chain: &mut Chain,
    topology: &Topology<'a>,
    places: &mut Places<'a>,
    at: Node<'a>,
    queries: Assumption<'_>,
    writes: Writes,
) -> Result<(), String> {
    let mut nearest: Option<(Rc<Rtt>, Node<'a>)> = None;
    for (edge, node) in topology.reached(at.id, Purpose::Database, &[]) {
        let rtt = places.between_components(at.component, node.component, edge.link)?;
        if nearest.as_ref().is_none_or(|(known, _)| rtt.ms < known.ms) {
            nearest = Some((rtt, node));
        }
    }
    let Some((rtt, database)) = nearest else { return Ok(()) };
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

/// What a publication takes from the control plane at `at` until the last gateway serves it.
pub(super) fn publish<'a, 'g>(
    topology: &Topology<'a>,
    places: &mut Places<'a>,
    at: Node<'a>,
    groups: impl Iterator<Item = &'g Group<'a>>,
) -> Result<Chain, String>
where
    'a: 'g,
{
    let mut chain = Chain::empty();
    push_database(&mut chain, topology, places, at, places.assume.get(Assumed::PublishWrites), Writes::Each)?;
    let mut slowest: Option<Chain> = None;
    for group in groups {
        let way = spread_to(topology, places, at, group)?;
        if slowest.as_ref().is_none_or(|known| way.typical_ms() > known.typical_ms()) {
            slowest = Some(way);
        }
    }
    let Some(slowest) = slowest else { return Err("no gateway is drawn".to_owned()) };
    chain.append(slowest);
    chain.push_assumed(places.assume.get(Assumed::DeployMs), "Deployment at the gateway");
    Ok(chain)
}

/// From the change in the control plane at `from` until a group has pulled it.
fn spread_to<'a>(
    topology: &Topology<'a>,
    places: &mut Places<'a>,
    from: Node<'a>,
    group: &Group<'a>,
) -> Result<Chain, String> {
    let mut chain = Chain::empty();
    let gateway = group.node;
    let Some(source) = control_plane_of(topology, from, gateway) else {
        return Err(format!("{} gets its APIs from no control plane", named(topology.design, gateway.component)));
    };
    if source.id != from.id && !shares_database(topology, from.id, source.id) {
        if !replicates(topology, from.id, source.id) {
            let (a, b) = (named(topology.design, from.component), named(topology.design, source.component));
            return Err(format!("nothing replicates the database of {a} to that of {b}"));
        }
        let (a, b) = (places.of_component(from.component)?, places.of_component(source.component)?);
        let rtt = places.between(a, b);
        chain.push_network(&rtt, 0.5, "Replication to the other control plane", "half a round trip");
        chain.push_assumed(places.assume.get(Assumed::ReplicationMs), "Replication of the database");
    }
    if source.id != gateway.id {
        let (a, b) = (places.of_component(source.component)?, places.of_component(gateway.component)?);
        let rtt = places.between(a, b);
        let what = format!("Event to {} and pull by it, the slowest", named(topology.design, gateway.component));
        chain.push_network(&rtt, 2.5, &what, "half a round trip for the event, two for the pull");
    }
    Ok(chain)
}

/// The control plane a gateway pulls from: drawn, else that of its region, else the publishing one if it is the only.
fn control_plane_of<'a>(topology: &Topology<'a>, from: Node<'a>, gateway: Node<'a>) -> Option<Node<'a>> {
    if gateway.component.kind() == Kind::AllInOne {
        return Some(gateway);
    }
    let mut drawn: Vec<Node<'a>> = Vec::new();
    for purpose in [Purpose::ManagementHttps, Purpose::EventStream] {
        drawn.extend(topology.reached(gateway.id, purpose, &[]).into_iter().map(|(_, node)| node));
    }
    drawn.retain(|node| node.component.kind().has_control_plane());
    if let Some(same) = drawn.iter().find(|node| node.id == from.id) {
        return Some(*same);
    }
    if let Some(first) = drawn.first() {
        return Some(*first);
    }
    let region = gateway.component.region.as_ref()?;
    topology.in_region(Some(region)).find(|node| node.component.kind().has_control_plane())
}

fn databases<'a>(topology: &Topology<'a>, of: &Id) -> BTreeSet<&'a Id> {
    topology.reached(of, Purpose::Database, &[]).into_iter().map(|(_, node)| node.id).collect()
}

fn shares_database(topology: &Topology<'_>, a: &Id, b: &Id) -> bool {
    !databases(topology, a).is_disjoint(&databases(topology, b))
}

/// Whether replication links lead, over any number of databases, from a database of `a` to one of `b`.
fn replicates(topology: &Topology<'_>, a: &Id, b: &Id) -> bool {
    let wanted = databases(topology, b);
    let mut seen = databases(topology, a);
    let mut stack: Vec<&Id> = seen.iter().copied().collect();
    while let Some(at) = stack.pop() {
        if wanted.contains(at) {
            return true;
        }
        let onward = topology.out(at).into_iter().filter(|(e, _)| e.link.purpose == Purpose::DbReplication);
        let back = topology.into(at).into_iter().filter(|(e, _)| {
            e.link.purpose == Purpose::DbReplication && e.link.replication.as_ref().is_some_and(|r| r.bidirectional)
        });
        for (_, node) in onward.chain(back) {
            if seen.insert(node.id) {
                stack.push(node.id);
            }
        }
    }
    false
}

/// Components that people or programs at the portals end up at when no link says so.
pub(super) fn undrawn_targets<'a>(topology: &Topology<'a>, token: bool) -> Vec<Node<'a>> {
    let kinds: &[Kind] = if token { &[Kind::KeyManager] } else { &[] };
    let of = |kinds: &[Kind]| -> Vec<Node<'a>> { kinds.iter().flat_map(|kind| topology.of_kind(*kind)).collect() };
    let own = of(kinds);
    if own.is_empty() { of(&[Kind::ControlPlane, Kind::AllInOne]) } else { own }
}
