//! The documented wiring of a region, put into a draft: what quick fixes and generated designs are made of.
//!
//! Everything here adds only what is missing, so each function may be called on a finished region and does nothing.
//! Connections follow the table of facts A19 to A34; a sub region follows B26 and B27.

use std::sync::Arc;

use crate::design::draft::Draft;
use crate::design::{Component, Database, Design, Id, Kind, Link, LoadBalancer, Purpose, Redis, RedisMode, Spec};
use crate::topology::Topology;

use super::context::{SERVLET, gateway_environment, is_shared, throttles};

/// Components of a region whose kind satisfies the test, in order of id.
#[must_use]
pub fn of_kind(design: &Design, region: &Id, test: impl Fn(Kind) -> bool) -> Vec<Id> {
    design.components_in(region).filter(|(_, c)| test(c.kind())).map(|(id, _)| id.clone()).collect()
}

/// Databases of a region that hold what its nodes share, rather than files of one node (A9), in order of id.
#[must_use]
pub fn databases(design: &Design, region: &Id) -> Vec<Id> {
    design.components_in(region).filter(|(_, c)| shared_database(&c.spec).is_some()).map(|(id, _)| id.clone()).collect()
}

/// The settings of a database that holds what all nodes share.
#[must_use]
pub fn shared_database(spec: &Spec) -> Option<&Database> {
    match spec {
        Spec::Database(database) if is_shared(database) => Some(database),
        _ => None,
    }
}

/// Where the control planes of a region are reached over HTTPS: the balancer before them, or else the first of them.
#[must_use]
pub fn entry(design: &Design, region: &Id) -> Option<Id> {
    let planes = of_kind(design, region, Kind::has_control_plane);
    balancer_before(design, region, &planes, &SERVLET).or_else(|| planes.into_iter().next())
}

/// Where API calls enter a region: the balancer before its gateways, or else the first of them.
#[must_use]
pub fn api_entry(design: &Design, region: &Id) -> Option<Id> {
    let gateways = of_kind(design, region, |k| k == Kind::Gateway);
    let gateways = if gateways.is_empty() { of_kind(design, region, Kind::has_gateway) } else { gateways };
    balancer_before(design, region, &gateways, &[Purpose::ApiTraffic]).or_else(|| gateways.into_iter().next())
}

/// The balancer of a region that forwards one of the purposes to one of the targets.
#[must_use]
pub fn balancer_before(design: &Design, region: &Id, targets: &[Id], purposes: &[Purpose]) -> Option<Id> {
    let forwards = |id: &Id| {
        design.links.values().any(|l| l.from == *id && targets.contains(&l.to) && purposes.contains(&l.purpose))
    };
    of_kind(design, region, |k| k == Kind::LoadBalancer).into_iter().find(forwards)
}

/// What decides on throttling for the gateways of a region: its traffic managers, or else what does their work.
#[must_use]
pub fn throttlers(design: &Design, region: &Id) -> Vec<Id> {
    let managers = of_kind(design, region, |k| k == Kind::TrafficManager);
    let others = || of_kind(design, region, |k| throttles(k, design.meta.product_version));
    if managers.is_empty() { others() } else { managers }
}

/// Connects a component with the control planes of the region `home`: pull through the balancer (A19, A24), which is
/// added before a pair of nodes that has none (D2), and events from each hub (A20, A25).
pub fn attach(draft: &mut Draft, id: &Id, home: &Id) {
    let planes = of_kind(draft.design(), home, Kind::has_control_plane);
    let nodes = planes.iter().filter_map(|id| draft.design().components.get(id)).map(|c| c.instances);
    if nodes.fold(0, u32::saturating_add) >= 2 && balancer_before(draft.design(), home, &planes, &SERVLET).is_none() {
        balance_control_planes(draft, home);
    }
    if let Some(entry) = entry(draft.design(), home) {
        draft.connect(id, &entry, &[Purpose::ManagementHttps]);
    }
    for hub in of_kind(draft.design(), home, Kind::has_control_plane) {
        draft.connect(id, &hub, &[Purpose::EventStream]);
    }
}

/// Connects a gateway with the control plane and key manager of `home` and the traffic managers of its own region.
pub fn wire_gateway(draft: &mut Draft, gateway: &Id, home: &Id) {
    attach(draft, gateway, home);
    if let Some(keys) = key_manager(draft.design(), home) {
        draft.connect(gateway, &keys, &[Purpose::KeyManagerHttps]);
    }
    throttle_at_home(draft, gateway);
}

/// Connects a gateway with the traffic managers of its own region (A22, A23, B27).
pub fn throttle_at_home(draft: &mut Draft, gateway: &Id) {
    let Some(region) = draft.design().components.get(gateway).and_then(|c| c.region.clone()) else { return };
    for manager in throttlers(draft.design(), &region) {
        draft.connect(gateway, &manager, &[Purpose::ThrottleData, Purpose::ThrottleDecision]);
    }
}

/// Where the key manager of a region is reached: a separate one (A30) through its balancer, or the control plane (A21).
#[must_use]
pub fn key_manager(design: &Design, region: &Id) -> Option<Id> {
    let separate = of_kind(design, region, |k| k == Kind::KeyManager);
    if separate.is_empty() {
        return entry(design, region);
    }
    balancer_before(design, region, &separate, &[Purpose::KeyManagerHttps]).or_else(|| separate.into_iter().next())
}

/// Puts a balancer before targets that have none in their region. Returns the balancer.
pub fn balance(draft: &mut Draft, region: &Id, targets: &[Id], purposes: &[Purpose], name: &str, sticky: bool) -> Id {
    let there = balancer_before(draft.design(), region, targets, purposes);
    let balancer = there.unwrap_or_else(|| {
        let id = draft.add(Some(region), Kind::LoadBalancer, name);
        let set = |c: &mut Component| {
            c.spec = Spec::LoadBalancer(LoadBalancer { sticky, ..LoadBalancer::default() });
        };
        draft.component(&id, set);
        id
    });
    for target in targets {
        draft.connect(&balancer, target, purposes);
    }
    balancer
}

/// Puts the balancer before the control planes of a region and moves what opens HTTPS connections to them onto it (D2,
/// D8).
pub fn balance_control_planes(draft: &mut Draft, region: &Id) {
    let planes = of_kind(draft.design(), region, Kind::has_control_plane);
    if planes.is_empty() {
        return;
    }
    let purposes = [Purpose::ManagementHttps, Purpose::PortalAccess];
    let balancer = balance(draft, region, &planes, &purposes, "Balancer of the control plane", true);
    // What other balancers forward to them stays, such as one for the portals alone.
    let balances = |id: &Id| draft.design().components.get(id).is_some_and(|c| c.kind() == Kind::LoadBalancer);
    let direct: Vec<Id> = draft
        .design()
        .links
        .iter()
        .filter(|(_, l)| planes.contains(&l.to) && SERVLET.contains(&l.purpose) && !balances(&l.from))
        .map(|(id, _)| id.clone())
        .collect();
    for link in direct {
        let Some(old) = draft.design().links.get(&link).cloned() else { continue };
        draft.disconnect(&link);
        draft.connect(&old.from, &balancer, &[old.purpose]);
    }
}

/// Puts a balancer before the gateways of a region and sends the users of a global balancer to it (D7).
pub fn balance_gateways(draft: &mut Draft, region: &Id) {
    let gateways = of_kind(draft.design(), region, |k| k == Kind::Gateway);
    let gateways = if gateways.is_empty() { of_kind(draft.design(), region, Kind::has_gateway) } else { gateways };
    if gateways.is_empty() {
        return;
    }
    let balancer = balance(draft, region, &gateways, &[Purpose::ApiTraffic], "Balancer of the gateways", false);
    admit(draft, &balancer, &gateways);
}

/// Sends the users of every global balancer to a balancer instead of straight to what it balances.
pub fn admit(draft: &mut Draft, balancer: &Id, targets: &[Id]) {
    let globals: Vec<Id> = draft
        .design()
        .components
        .iter()
        .filter(|(_, c)| c.kind() == Kind::GlobalLoadBalancer)
        .map(|(id, _)| id.clone())
        .collect();
    for global in globals {
        let straight: Vec<Id> = draft
            .design()
            .links
            .iter()
            .filter(|(_, l)| l.from == global && targets.contains(&l.to) && l.purpose == Purpose::ApiTraffic)
            .map(|(id, _)| id.clone())
            .collect();
        for link in straight {
            draft.disconnect(&link);
        }
        draft.connect(&global, balancer, &[Purpose::ApiTraffic]);
    }
}

/// Adds what a region of gateways and traffic managers lacks and connects it with the control plane of `home` (B20,
/// B26, B27).
pub fn data_plane(draft: &mut Draft, region: &Id, home: &Id) {
    let has = |draft: &Draft, test: fn(Kind) -> bool| !of_kind(draft.design(), region, test).is_empty();
    if !has(draft, Kind::has_traffic_manager) {
        draft.add(Some(region), Kind::TrafficManager, Kind::TrafficManager.label());
    }
    if !has(draft, Kind::has_gateway) {
        draft.add(Some(region), Kind::Gateway, Kind::Gateway.label());
    }
    for manager in of_kind(draft.design(), region, |k| k == Kind::TrafficManager) {
        attach(draft, &manager, home);
    }
    for gateway in of_kind(draft.design(), region, |k| k == Kind::Gateway) {
        wire_gateway(draft, &gateway, home);
    }
    balance_gateways(draft, region);
}

/// Adds what a complete region lacks and connects everything inside it (B1, B4, B19): the distributed set-up, unless
/// the region has all-in-one nodes.
pub fn complete(draft: &mut Draft, region: &Id) {
    let has = |draft: &Draft, test: fn(Kind) -> bool| !of_kind(draft.design(), region, test).is_empty();
    if databases(draft.design(), region).is_empty() {
        draft.add(Some(region), Kind::Database, Kind::Database.label());
    }
    if !has(draft, Kind::has_control_plane) {
        draft.add(Some(region), Kind::ControlPlane, Kind::ControlPlane.label());
    }
    store(draft, region);
    balance_control_planes(draft, region);
    if has(draft, |k| k == Kind::AllInOne) && !has(draft, |k| k == Kind::Gateway) {
        balance_gateways(draft, region);
    } else {
        data_plane(draft, region, region);
    }
}

/// Connects control planes, key managers and all-in-ones without a database with the first one of their region (A34).
pub fn store(draft: &mut Draft, region: &Id) {
    let Some(database) = databases(draft.design(), region).into_iter().next() else { return };
    let needs = |k: Kind| k.has_control_plane() || k == Kind::KeyManager;
    for id in of_kind(draft.design(), region, needs) {
        let design = draft.design();
        let holds = |to: &Id| design.components.get(to).is_some_and(|c| shared_database(&c.spec).is_some());
        let stored = design.links.values().any(|l| l.from == id && l.purpose == Purpose::Database && holds(&l.to));
        if !stored {
            draft.connect(&id, &database, &[Purpose::Database]);
        }
    }
}

/// Connects the event hubs of two complete regions in both directions (B6, B11).
pub fn connect_hubs(draft: &mut Draft, a: &Id, b: &Id) {
    let (left, right) =
        (of_kind(draft.design(), a, Kind::has_control_plane), of_kind(draft.design(), b, Kind::has_control_plane));
    for one in &left {
        for other in &right {
            draft.connect(one, other, &[Purpose::HubEvents]);
            draft.connect(other, one, &[Purpose::HubEvents]);
        }
    }
}

/// Replicates both databases of two complete regions in both directions (B1, B5), unless a link says something about
/// it already.
pub fn replicate(draft: &mut Draft, a: &Id, b: &Id) {
    let [ours, theirs] = [a, b].map(|region| databases(draft.design(), region));
    let (Some(left), Some(right)) = (ours.first(), theirs.first()) else { return };
    let joins = |from: &Id, to: &Id| {
        (ours.contains(from) && theirs.contains(to)) || (theirs.contains(from) && ours.contains(to))
    };
    let there: Vec<Id> = draft
        .design()
        .links
        .iter()
        .filter(|(_, l)| l.purpose == Purpose::DbReplication && joins(&l.from, &l.to))
        .map(|(id, _)| id.clone())
        .collect();
    match there.first() {
        Some(link) => draft.link(link, |l| l.replication = Some(crate::design::Replication::default())),
        None => drop(draft.connect(left, right, &[Purpose::DbReplication])),
    }
}

/// The region whose control plane a component without one of its own depends on: its own region, or the one it is
/// attached to, or the only other one with a control plane, or the one marked as main.
#[must_use]
pub fn home_of(topology: &Topology<'_>, region: &Id) -> Option<Id> {
    if topology.region_has(region, Kind::has_control_plane) {
        return Some(region.clone());
    }
    let design = topology.design;
    let homes = topology.control_plane_regions();
    let attached = homes.iter().find(|home| {
        let hubs = of_kind(design, home, Kind::has_control_plane);
        let sources = topology.sources_of(&hubs, Purpose::EventStream, &SERVLET);
        topology.in_region(Some(region)).any(|n| sources.contains(n.id))
    });
    let marked =
        || homes.iter().find(|h| design.regions.get(**h).is_some_and(|r| r.role == crate::design::RegionRole::Main));
    attached.or_else(marked).or_else(|| homes.first()).map(|id| (*id).clone())
}

/// Moves the links of a component onto another of its kind and removes it. Links that the other has already, or that
/// would join it with itself, go.
pub fn merge(draft: &mut Draft, old: &Id, into: &Id) {
    let links: Vec<(Id, Arc<Link>)> = draft.design().links_of(old).map(|(id, l)| (id.clone(), Arc::clone(l))).collect();
    for (id, link) in links {
        let moved = |end: &Id| if end == old { into.clone() } else { end.clone() };
        let (from, to) = (moved(&link.from), moved(&link.to));
        let twice = draft.design().links.values().any(|l| l.from == from && l.to == to && l.purpose == link.purpose);
        if from == to || twice {
            draft.disconnect(&id);
        } else {
            draft.link(&id, |l| (l.from, l.to) = (from, to));
        }
    }
    draft.remove(old);
}

/// Adds a second group like one that is there, with those of its links that satisfy the test. Returns its id.
pub fn twin(draft: &mut Draft, id: &Id, keep: impl Fn(&Link) -> bool) -> Option<Id> {
    let model = Arc::clone(draft.design().components.get(id)?);
    let twin = draft.add(model.region.as_ref(), model.kind(), &model.name);
    draft.component(&twin, |c| {
        *c = Component { name: c.name.clone(), region: c.region.clone(), pos: c.pos, ..(*model).clone() };
    });
    let links: Vec<Link> = draft.design().links_of(id).map(|(_, l)| (**l).clone()).filter(keep).collect();
    for link in links {
        let other = |end: &Id| if end == id { twin.clone() } else { end.clone() };
        let copy = Link { from: other(&link.from), to: other(&link.to), ..link };
        for new in draft.connect(&copy.from, &copy.to, &[copy.purpose]) {
            draft.link(&new, |l| l.clone_from(&copy));
        }
    }
    Some(twin)
}

/// Moves what calls the targets for one of the purposes onto a balancer before them. What other balancers of a region
/// forward stays.
pub fn send_through(draft: &mut Draft, balancer: &Id, targets: &[Id], purposes: &[Purpose]) {
    let design = draft.design();
    let balances = |id: &Id| design.components.get(id).is_some_and(|c| matches!(c.kind(), Kind::LoadBalancer));
    let straight: Vec<(Id, Id, Purpose)> = design
        .links
        .iter()
        .filter(|(_, l)| targets.contains(&l.to) && purposes.contains(&l.purpose) && !balances(&l.from))
        .map(|(id, l)| (id.clone(), l.from.clone(), l.purpose))
        .collect();
    for (id, from, purpose) in straight {
        draft.disconnect(&id);
        draft.connect(&from, balancer, &[purpose]);
    }
}

/// Puts a balancer before a component and those that do the same work in its region, and moves what calls them onto
/// it (D2, D7, D8).
pub fn balance_copies(draft: &mut Draft, id: &Id) {
    let Some(component) = draft.design().components.get(id).cloned() else { return };
    let Some(region) = &component.region else { return };
    match component.kind() {
        Kind::ControlPlane => stick_control_planes(draft, region),
        Kind::AllInOne => {
            stick_control_planes(draft, region);
            if of_kind(draft.design(), region, |k| k == Kind::Gateway).is_empty() {
                let all = of_kind(draft.design(), region, |k| k == Kind::AllInOne);
                balance_calls(draft, region, &all);
            }
        }
        Kind::KeyManager => balance_key_managers(draft, region),
        Kind::Gateway => {
            let environment = gateway_environment(&component);
            let like = |c: &Component| c.kind() == Kind::Gateway && gateway_environment(c) == environment;
            let gateways: Vec<Id> =
                draft.design().components_in(region).filter(|(_, c)| like(c)).map(|(id, _)| id.clone()).collect();
            balance_calls(draft, region, &gateways);
        }
        _ => {}
    }
}

fn balance_calls(draft: &mut Draft, region: &Id, targets: &[Id]) {
    let balancer = balance(draft, region, targets, &[Purpose::ApiTraffic], "Balancer of the gateways", false);
    send_through(draft, &balancer, targets, &[Purpose::ApiTraffic]);
}

/// [`balance_control_planes`] with a balancer that keeps a session on one node (D8).
fn stick_control_planes(draft: &mut Draft, region: &Id) {
    balance_control_planes(draft, region);
    let planes = of_kind(draft.design(), region, Kind::has_control_plane);
    if let Some(balancer) = balancer_before(draft.design(), region, &planes, &[Purpose::PortalAccess]) {
        stick(draft, &balancer, true);
    }
}

/// Makes a balancer keep a session on one node, or not.
pub fn stick(draft: &mut Draft, balancer: &Id, sticky: bool) {
    draft.component(balancer, |c| {
        if let Spec::LoadBalancer(settings) = &mut c.spec {
            settings.sticky = sticky;
        }
    });
}

/// Puts a balancer before the separate key managers of a region and moves what calls them onto it (A30, D2).
pub fn balance_key_managers(draft: &mut Draft, region: &Id) {
    let managers = of_kind(draft.design(), region, |k| k == Kind::KeyManager);
    if managers.is_empty() {
        return;
    }
    let calls = [Purpose::KeyManagerHttps];
    let balancer = balance(draft, region, &managers, &calls, "Balancer of the key managers", false);
    send_through(draft, &balancer, &managers, &calls);
}

/// Adds key managers of their own to a region and sends the key calls to them that its control planes answered (A29,
/// A30, A34).
pub fn separate_key_managers(draft: &mut Draft, region: &Id, nodes: u32) {
    let planes = of_kind(draft.design(), region, Kind::has_control_plane);
    let mut answering = planes.clone();
    answering.extend(entry(draft.design(), region));
    let manager = draft.add(Some(region), Kind::KeyManager, Kind::KeyManager.label());
    draft.component(&manager, |c| c.instances = nodes);
    attach(draft, &manager, region);
    if let Some(entry) = entry(draft.design(), region) {
        draft.connect(&manager, &entry, &[Purpose::TokenNotification]);
    }
    store(draft, region);
    balance_key_managers(draft, region);
    let Some(keys) = key_manager(draft.design(), region) else { return };
    send_through(draft, &keys, &answering, &[Purpose::KeyManagerHttps]);
    for plane in of_kind(draft.design(), region, |k| k == Kind::ControlPlane) {
        draft.connect(&plane, &keys, &[Purpose::KeyManagerHttps]);
    }
}

/// Lets components of a region keep counters in its Redis, which is added when there is none and is replicated, not
/// sharded (D5, D11).
pub fn share_counters(draft: &mut Draft, region: &Id, ids: &[Id]) {
    let there = of_kind(draft.design(), region, |k| k == Kind::Redis).into_iter().next();
    let store = there.unwrap_or_else(|| draft.add(Some(region), Kind::Redis, Kind::Redis.label()));
    draft.component(&store, |c| c.spec = Spec::Redis(Redis { mode: RedisMode::Replication }));
    for id in ids {
        draft.connect(id, &store, &[Purpose::SharedCounters]);
    }
}

/// Removes a component that nothing is linked with any more.
pub fn remove_if_unlinked(draft: &mut Draft, id: &Id) {
    if draft.design().links_of(id).next().is_none() {
        draft.remove(id);
    }
}

/// Changes the settings of a database, if the component is one.
pub fn set_database(draft: &mut Draft, id: &Id, change: impl FnOnce(&mut Database)) {
    draft.component(id, |c| {
        if let Spec::Database(database) = &mut c.spec {
            change(database);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::super::Severity;
    use super::super::testing::findings;
    use super::*;
    use crate::design::{RegionRole, Site};

    fn complaints(draft: &Draft) -> Vec<String> {
        let found = findings(draft.design()).into_iter().filter(|f| f.severity == Severity::Error);
        found.map(|f| format!("{} {}", f.rule, f.message)).collect()
    }

    #[test]
    fn generated_regions_of_both_patterns_have_no_error_and_are_generated_only_once() {
        for second in [false, true] {
            let mut draft = Draft::of(&Design::default());
            let a = draft.add_region("Frankfurt", Site::cloud("aws", "eu-central-1"), RegionRole::Peer);
            let b = draft.add_region("Mumbai", Site::cloud("aws", "ap-south-1"), RegionRole::Peer);
            let users = draft.add(None, Kind::Users, "Users");
            let global = draft.add(None, Kind::GlobalLoadBalancer, "DNS");
            draft.connect(&users, &global, &[Purpose::ApiTraffic]);
            let build = |draft: &mut Draft| {
                complete(draft, &a);
                if second {
                    draft.region(&b, |r| r.role = RegionRole::Sub);
                    data_plane(draft, &b, &a);
                } else {
                    complete(draft, &b);
                    connect_hubs(draft, &a, &b);
                    replicate(draft, &a, &b);
                }
            };
            build(&mut draft);
            assert_eq!(complaints(&draft), [] as [&str; 0]);
            let once = draft.design().clone();
            build(&mut draft);
            assert_eq!(*draft.design(), once);
        }
    }
}
