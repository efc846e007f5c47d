//! From publishing an API until the gateways of a region, or all of them, serve it.

use std::collections::BTreeSet;

use crate::design::{Id, Kind, Purpose};
use crate::topology::{Node, Topology};

use super::assume::Assumed;
use super::load::Group;
use super::lost::View;
use super::management::{Writes, push_database};
use super::parts::{Chain, latest};
use super::places::{Places, named};

/// What a publication takes from the control plane at `from` until the last gateway serves it: the last in `region`,
/// or in the whole drawing.
///
/// # Errors
/// A sentence when a gateway never gets it.
pub(super) fn publish<'a>(
    view: View<'_, 'a>,
    places: &mut Places<'a>,
    from: Node<'a>,
    region: Option<&Id>,
) -> Result<Chain, String> {
    let mut chain = Chain::empty();
    push_database(&mut chain, view, places, from, places.assume.get(Assumed::PublishWrites), Writes::Each)?;
    let mut ways = Vec::new();
    for group in view.groups() {
        if region.is_none() || group.node.component.region.as_ref() == region {
            ways.push((named(view.now.design, group.node.component), spread_to(view.now, places, from, group)?));
        }
    }
    if ways.is_empty() {
        return Err("no gateway is drawn".to_owned());
    }
    chain.append(latest("Until the last gateway serves it", ways));
    Ok(chain)
}

/// From the change in the control plane at `from` until a group has pulled and deployed it.
fn spread_to<'a>(
    topology: &Topology<'a>,
    places: &mut Places<'a>,
    from: Node<'a>,
    group: &Group<'a>,
) -> Result<Chain, String> {
    let mut chain = Chain::empty();
    let gateway = group.node;
    let name = named(topology.design, gateway.component);
    let Some(source) = control_plane_of(topology, from, gateway) else {
        return Err(format!("{name} gets its APIs from no control plane"));
    };
    let mut event = Chain::empty();
    if gateway.id != from.id {
        let (a, b) = (places.of_component(from.component)?, places.of_component(gateway.component)?);
        let rtt = places.between(a, b);
        event.push_network(&rtt, 0.5, &format!("Event to {name}"), "half a round trip");
    }
    if source.id == from.id || shares_database(topology, from.id, source.id) {
        chain.append(event);
    } else {
        // The control plane there has nothing to give before its database has it: both must have happened.
        let replicated = replication(topology, places, from, source)?;
        let both = vec![("The event".to_owned(), event), ("The replication".to_owned(), replicated)];
        chain.append(latest("Until event and replication are there", both));
    }
    if source.id != gateway.id {
        let (a, b) = (places.of_component(gateway.component)?, places.of_component(source.component)?);
        let rtt = places.between(a, b);
        chain.push_network(&rtt, 2.0, &format!("Pull by {name}"), "two round trips: a connection and the answer");
    }
    chain.push_assumed(places.assume.get(Assumed::DeployMs), "Deployment at the gateway");
    Ok(chain)
}

/// From a change in the database of one control plane until it is in that of another.
fn replication<'a>(
    topology: &Topology<'a>,
    places: &mut Places<'a>,
    from: Node<'a>,
    to: Node<'a>,
) -> Result<Chain, String> {
    if !replicates(topology, from.id, to.id) {
        let (a, b) = (named(topology.design, from.component), named(topology.design, to.component));
        return Err(format!("nothing replicates the database of {a} to that of {b}"));
    }
    let mut chain = Chain::empty();
    let (a, b) = (places.of_component(from.component)?, places.of_component(to.component)?);
    let rtt = places.between(a, b);
    chain.push_network(&rtt, 0.5, "Replication to the other control plane", "half a round trip");
    chain.push_assumed(places.assume.get(Assumed::ReplicationMs), "Replication of the database");
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
