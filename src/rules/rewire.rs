//! Putting right what is drawn: links that lead elsewhere, and what a component lacks where it stands.
//!
//! Like the functions of [`wiring`](super::wiring), these add only what is missing.

use std::collections::BTreeSet;

use super::context::{Context, RegionView, SERVLET};
use super::wiring::{
    attach, balance, balance_control_planes, balance_gateways, balancer_before, complete, entry, home_of, key_manager,
    of_kind, replicate, store, throttle_at_home, wire_gateway,
};
use crate::design::draft::Draft;
use crate::design::{Database, Design, Engine, Id, Kind, Purpose, Spec};
use crate::topology::{Node, Topology};

/// Most places that a fix is offered for.
pub const MOST_OFFERS: usize = 3;

/// Regions whose control plane a component may follow, the likeliest first: the one it depends on, else its own, else
/// all that have one.
#[must_use]
pub fn homes<'c, 'a>(cx: &'c Context<'a>, node: Node<'_>) -> Vec<&'c RegionView<'a>> {
    let own = cx.region_of(node);
    let depends = || cx.dependencies().into_iter().find(|(sub, _)| own.is_some_and(|r| r.id == sub.id));
    if let Some((_, main)) = depends().filter(|(_, main)| main.has(Kind::has_control_plane)) {
        return vec![main];
    }
    if let Some(own) = own.filter(|r| r.has(Kind::has_control_plane)) {
        return vec![own];
    }
    let likely = own.and_then(|r| home_of(cx.topology, r.id));
    let first = likely.as_ref().and_then(|id| cx.region(id));
    let others = cx.regions().iter().filter(|r| r.has(Kind::has_control_plane) && Some(r.id) != likely.as_ref());
    first.into_iter().chain(others).take(MOST_OFFERS).collect()
}

/// Components behind a balancer whose kind satisfies the test, further balancers passed through, in order of id.
#[must_use]
pub fn behind(topology: &Topology<'_>, balancer: &Id, test: impl Fn(Kind) -> bool) -> Vec<Id> {
    let mut seen = BTreeSet::from([balancer.clone()]);
    let mut stack = vec![balancer.clone()];
    let mut found = BTreeSet::new();
    while let Some(at) = stack.pop() {
        for (_, node) in topology.out(&at) {
            let kind = node.component.kind();
            if !seen.insert(node.id.clone()) {
                continue;
            }
            if matches!(kind, Kind::LoadBalancer | Kind::GlobalLoadBalancer) {
                stack.push(node.id.clone());
            } else if test(kind) {
                found.insert(node.id.clone());
            }
        }
    }
    found.into_iter().collect()
}

/// Replaces a link by one to each target, of the same purpose, network and encryption. What is linked already stays.
pub fn lead_to(draft: &mut Draft, link: &Id, targets: &[Id]) {
    let Some(old) = draft.design().links.get(link).cloned() else { return };
    draft.disconnect(link);
    for target in targets.iter().filter(|target| **target != old.from) {
        let there =
            draft.design().links.values().any(|l| l.from == old.from && l.to == *target && l.purpose == old.purpose);
        for new in draft.connect(&old.from, target, &[old.purpose]) {
            if !there {
                draft.link(&new, |l| {
                    (l.network, l.tls, l.bandwidth_mbps) = (old.network, old.tls, old.bandwidth_mbps);
                    l.notes.clone_from(&old.notes);
                });
            }
        }
    }
}

fn nodes_of(design: &Design, ids: &[Id]) -> u32 {
    ids.iter().filter_map(|id| design.components.get(id)).fold(0, |sum, c| sum.saturating_add(c.instances))
}

/// Lets a component pull from the control planes of a region: through the balancer before them, which is added or
/// finished when there are several nodes and none leads to them (A19, A24, D2).
pub fn pull(draft: &mut Draft, id: &Id, home: &Id) {
    let planes = of_kind(draft.design(), home, Kind::has_control_plane);
    let design = draft.design();
    if nodes_of(design, &planes) >= 2 && balancer_before(design, home, &planes, &SERVLET).is_none() {
        let idle = |to: &Id| {
            design.components.get(to).is_some_and(|c| c.kind() == Kind::LoadBalancer && c.region.as_ref() == Some(home))
        };
        let called = design.links.values().find(|l| l.from == *id && SERVLET.contains(&l.purpose) && idle(&l.to));
        match called.map(|l| l.to.clone()) {
            Some(balancer) => {
                for plane in &planes {
                    draft.connect(&balancer, plane, &[Purpose::ManagementHttps, Purpose::PortalAccess]);
                }
            }
            None => balance_control_planes(draft, home),
        }
    }
    if let Some(entry) = entry(draft.design(), home) {
        draft.connect(id, &entry, &[Purpose::ManagementHttps]);
    }
}

/// Lets a component hear the events of every control plane of a region (A20, A25, A31).
pub fn listen(draft: &mut Draft, id: &Id, home: &Id) {
    for hub in of_kind(draft.design(), home, Kind::has_control_plane) {
        draft.connect(id, &hub, &[Purpose::EventStream]);
    }
}

/// Lets a component report revoked tokens to the control planes of a region (A29).
pub fn report(draft: &mut Draft, id: &Id, home: &Id) {
    if let Some(entry) = entry(draft.design(), home) {
        draft.connect(id, &entry, &[Purpose::TokenNotification]);
    }
}

/// Lets a component call the key manager of a region: a separate one, through a balancer when it has several nodes, or
/// the one in the control plane (A21, A30). Calls to any other go.
pub fn call_key_manager(draft: &mut Draft, caller: &Id, region: &Id) {
    let separate = of_kind(draft.design(), region, |k| k == Kind::KeyManager);
    let calls = [Purpose::KeyManagerHttps];
    let target = if nodes_of(draft.design(), &separate) >= 2 {
        Some(balance(draft, region, &separate, &calls, "Balancer of the key managers", false))
    } else {
        key_manager(draft.design(), region)
    };
    let Some(target) = target else { return };
    let elsewhere: Vec<Id> = draft
        .design()
        .links
        .iter()
        .filter(|(_, l)| l.from == *caller && calls.contains(&l.purpose) && l.to != target)
        .map(|(id, _)| id.clone())
        .collect();
    for link in elsewhere {
        draft.disconnect(&link);
    }
    draft.connect(caller, &target, &calls);
}

/// Connects the control planes of a region with each other in both directions (A27, A28, D2).
pub fn connect_peers(draft: &mut Draft, region: &Id) {
    let hubs = of_kind(draft.design(), region, Kind::has_control_plane);
    for one in &hubs {
        for other in hubs.iter().filter(|other| *other != one) {
            draft.connect(one, other, &[Purpose::HubEvents]);
        }
    }
}

/// Adds a database to a region, of the engine that is drawn already, connects what needs one there and replicates it
/// with the regions `others`.
pub fn add_database(draft: &mut Draft, region: &Id, others: &[Id]) {
    let drawn = |d: &Database| Database { sequence_start: None, dcid: String::new(), ..d.clone() };
    let like = draft.design().components.values().find_map(|c| match &c.spec {
        // The embedded one is for development on one node only (A10).
        Spec::Database(database) if database.engine != Engine::H2 => Some((drawn(database), c.size)),
        _ => None,
    });
    let id = draft.add(Some(region), Kind::Database, Kind::Database.label());
    if let Some((database, size)) = like {
        let schemas = Database::default().schemas;
        draft.component(&id, |c| {
            c.spec = Spec::Database(Database { schemas, ..database });
            c.size = size;
        });
    }
    store(draft, region);
    for other in others.iter().filter(|other| *other != region) {
        replicate(draft, region, other);
    }
}

/// Connects a component with what stands in its region, as its kind asks for (A19 to A34).
pub fn join(draft: &mut Draft, id: &Id) {
    let placed = draft.design().components.get(id).and_then(|c| Some((c.region.clone()?, c.kind())));
    let Some((region, kind)) = placed else { return };
    let home = home_of(&Topology::of(draft.design()), &region);
    match kind {
        Kind::Gateway => {
            match &home {
                Some(home) => wire_gateway(draft, id, home),
                None => throttle_at_home(draft, id),
            }
            let gateways = of_kind(draft.design(), &region, |k| k == Kind::Gateway);
            if let Some(balancer) = balancer_before(draft.design(), &region, &gateways, &[Purpose::ApiTraffic]) {
                draft.connect(&balancer, id, &[Purpose::ApiTraffic]);
            } else if nodes_of(draft.design(), &gateways) >= 2 {
                balance_gateways(draft, &region);
            }
        }
        Kind::TrafficManager => {
            if let Some(home) = &home {
                attach(draft, id, home);
            }
            for gateway in of_kind(draft.design(), &region, |k| k == Kind::Gateway) {
                throttle_at_home(draft, &gateway);
            }
        }
        Kind::ControlPlane | Kind::AllInOne => lead(draft, &region),
        Kind::KeyManager => follow(draft, id, &region, home.as_ref()),
        Kind::Database => store(draft, &region),
        _ => {}
    }
}

/// Makes a region complete where no control plane is drawn yet, and lets everything else follow it.
pub fn first_control_plane(draft: &mut Draft, region: &Id) {
    complete(draft, region);
    let placed: Vec<(Id, Kind, Id)> = draft
        .design()
        .components
        .iter()
        .filter_map(|(id, c)| Some((id.clone(), c.kind(), c.region.clone()?)))
        .collect();
    for (id, kind, own) in placed {
        match kind {
            Kind::Gateway => {
                attach(draft, &id, region);
                call_key_manager(draft, &id, region);
            }
            Kind::TrafficManager => attach(draft, &id, region),
            Kind::KeyManager => follow(draft, &id, &own, Some(region)),
            _ => {}
        }
    }
}

/// Connects the control planes of a region with their database, balancer, peers and followers.
fn lead(draft: &mut Draft, region: &Id) {
    store(draft, region);
    let planes = of_kind(draft.design(), region, Kind::has_control_plane);
    if nodes_of(draft.design(), &planes) >= 2 {
        balance_control_planes(draft, region);
    }
    connect_peers(draft, region);
    for follower in of_kind(draft.design(), region, |k| matches!(k, Kind::Gateway | Kind::TrafficManager)) {
        attach(draft, &follower, region);
    }
}

/// Connects a separate key manager with what it follows and with those who call it (A30, A31).
fn follow(draft: &mut Draft, id: &Id, region: &Id, home: Option<&Id>) {
    store(draft, region);
    if let Some(home) = home {
        attach(draft, id, home);
        report(draft, id, home);
    }
    for caller in of_kind(draft.design(), region, |k| k == Kind::Gateway || k.has_control_plane()) {
        call_key_manager(draft, &caller, region);
    }
}
