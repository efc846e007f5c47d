//! Links between groups, and the balancers that public names stand for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::design::{Component, Id, Kind, Link, NODE_NUMBER, Purpose, RegionRole, commands, host_of_node};
use crate::export::bundle::FilePath;

use super::Found;
use super::endpoint::{Endpoint, endpoints};
use super::groups::{Drawing, in_region, own_host, own_host_pattern, short};
use super::hosts::{Front, Target};
use super::hubs;

/// Keys with addresses of other nodes and balancers, and what they are for.
const ADDRESSES: [(&str, Purpose); 7] = [
    ("apim.event_hub.event_listening_endpoints", Purpose::EventStream),
    ("apim.event_hub.service_url", Purpose::ManagementHttps),
    ("apim.key_manager.service_url", Purpose::KeyManagerHttps),
    ("apim.throttling.throttle_decision_endpoints", Purpose::ThrottleDecision),
    ("apim.throttling.url_group.traffic_manager_urls", Purpose::ThrottleData),
    ("event_listener.properties.notification_endpoint", Purpose::TokenNotification),
    ("apim.event_hub.event_duplicate_url", Purpose::HubEvents),
];
/// The nodes that a node listens to are those behind an address that nothing else explains.
const EVENTS: &str = "apim.event_hub.event_listening_endpoints";

/// An address in the file of a node.
struct Named<'t> {
    node: usize,
    file: &'t FilePath,
    line: usize,
    key: &'static str,
    purpose: Purpose,
    to: Endpoint,
    tls: bool,
}

/// Balancers that were drawn, by their number among the fronts.
#[derive(Default)]
struct Balancers(BTreeMap<usize, Id>);

/// Connects all groups.
pub(super) fn connect(drawing: &mut Drawing<'_, '_>, found: &mut Found) {
    let mut balancers = Balancers::default();
    let nodes = drawing.nodes;
    for (n, node) in nodes.iter().enumerate() {
        if drawing.group_of.get(n).is_none_or(Option::is_none) {
            continue;
        }
        for (key, purpose) in ADDRESSES {
            for (text, line) in node.texts(key) {
                let all = endpoints(text);
                if all.len() > 1 {
                    let joined = "several addresses in one text, which the product reads as one: make it a list (Z6)";
                    found.doubt(format!("{}:{line}: {key}: {joined}.", node.file), []);
                }
                for to in all {
                    let tls = to.port == Some(8672);
                    let named = Named { node: n, file: node.file, line, key, purpose, to, tls };
                    link(drawing, &mut balancers, &named, found);
                }
            }
        }
        events_to_other_regions(drawing, &mut balancers, n, found);
    }
    before_gateways(drawing, &mut balancers);
    over_regions(drawing, &balancers, found);
    region_roles(drawing);
    host_names(drawing);
}

/// Groups whose nodes are called by one pattern keep it, so that an export calls them the same.
fn host_names(drawing: &mut Drawing<'_, '_>) {
    let mut members: BTreeMap<&Id, Vec<Option<&str>>> = BTreeMap::new();
    for (n, group) in drawing.group_of.iter().enumerate() {
        if let Some(group) = group {
            members.entry(group).or_default().push(drawing.called.get(&n).map(String::as_str));
        }
    }
    for (group, hosts) in members {
        let hosts: Option<Vec<&str>> = hosts.into_iter().collect();
        let pattern = hosts.and_then(|hosts| pattern(&hosts)).map(|pattern| own_host_pattern(&pattern));
        if let (Some(pattern), Some(component)) = (pattern, drawing.design.components.get_mut(group)) {
            Arc::make_mut(component).settings.host = pattern;
        }
    }
}

/// What gives these host names when the number of the node is put in.
fn pattern(hosts: &[&str]) -> Option<String> {
    let first = hosts.first()?;
    if hosts.len() == 1 {
        return Some((*first).to_owned());
    }
    let of = u32::try_from(hosts.len()).ok()?;
    let gives_all = |pattern: &String| (1..).zip(hosts).all(|(n, host)| host_of_node(pattern, n, of) == **host);
    let mut places = first.match_indices('1').map(|(at, one)| {
        let (before, after) = (first.get(..at).unwrap_or_default(), first.get(at + one.len()..).unwrap_or_default());
        format!("{before}{NODE_NUMBER}{after}")
    });
    places.find(gives_all)
}

/// Draws the link for one address.
fn link(drawing: &mut Drawing<'_, '_>, balancers: &mut Balancers, named: &Named<'_>, found: &mut Found) {
    let Some(from) = drawing.group_of.get(named.node).cloned().flatten() else { return };
    let mut target = drawing.hosts.target(&named.to.host, named.node);
    if target == Target::Unknown {
        target = balancer_by_events(drawing, named, found);
    }
    let to = match target {
        Target::Own => return,
        Target::Node(n) => {
            drawing.called.entry(n).or_insert_with(|| named.to.host.clone());
            drawing.group_of.get(n).cloned().flatten()
        }
        // A control plane may name the balancer before itself, which is no connection but for revoked tokens (A29).
        Target::Front(n) if named.purpose != Purpose::TokenNotification && is_before(drawing, n, &from) => return,
        Target::Front(n) => front(drawing, balancers, n, named.purpose),
        Target::Unknown => {
            let why = format!("{} is no node of this tree and the public name of none", short(&named.to.host));
            return found.not_understood(named.file, named.line, named.key, why);
        }
    };
    let Some(to) = to else {
        let why = format!("what {} runs was not recognised", short(&named.to.host));
        return found.not_understood(named.file, named.line, named.key, why);
    };
    // Nodes of one group tell each other without a link.
    if to == from {
        return;
    }
    let link = Link {
        tls: named.tls,
        port: port(named.purpose, &named.to),
        ..Link::new(from.clone(), to.clone(), named.purpose)
    };
    add(drawing, link);
}

/// Whether a balancer stands before nodes of a group.
fn is_before(drawing: &Drawing<'_, '_>, front: usize, group: &Id) -> bool {
    let behind = drawing.hosts.fronts().get(front).map(|front| front.nodes.as_slice()).unwrap_or_default();
    behind.iter().any(|n| drawing.group_of.get(*n).is_some_and(|of| of.as_ref() == Some(group)))
}

/// The port that a link has to name: one that is not usual for its purpose.
fn port(purpose: Purpose, to: &Endpoint) -> Option<u16> {
    let usual: &[u16] = match purpose {
        Purpose::EventStream | Purpose::ThrottleDecision | Purpose::HubEvents => &[5672, 8672],
        Purpose::ThrottleData => &[9611, 9711],
        Purpose::SharedCounters => &[6379],
        _ => &[443, 9443],
    };
    to.port.filter(|port| !usual.contains(port))
}

/// Adds a link unless there is one of its ends and purpose.
pub(super) fn add(drawing: &mut Drawing<'_, '_>, link: Link) {
    let wish = commands::link_id(&link.from, &link.to, link.purpose);
    let same = |other: &Link| other.from == link.from && other.to == link.to && other.purpose == link.purpose;
    // Links of the same ends have ids that begin alike, so looking at those is enough.
    let mut there =
        drawing.design.links.range(wish.clone()..).take_while(|(id, _)| id.as_str().starts_with(wish.as_str()));
    if there.any(|(_, other)| same(other)) {
        return;
    }
    let id = drawing.design.free_id(&wish);
    drawing.design.links.insert(id, Arc::new(link));
}

/// Takes an address that nothing explains for a balancer before the nodes whose events the node listens to.
fn balancer_by_events(drawing: &mut Drawing<'_, '_>, named: &Named<'_>, found: &mut Found) -> Target {
    if !matches!(named.purpose, Purpose::ManagementHttps | Purpose::KeyManagerHttps | Purpose::TokenNotification) {
        return Target::Unknown;
    }
    let Some(node) = drawing.nodes.get(named.node) else { return Target::Unknown };
    let hubs = node.texts(EVENTS).flat_map(|(text, _)| endpoints(text));
    let behind: BTreeSet<usize> = hubs
        .filter_map(|hub| match drawing.hosts.target(&hub.host, named.node) {
            Target::Node(n) => Some(n),
            _ => None,
        })
        .collect();
    let Some(region) = behind.first().and_then(|n| drawing.nodes.get(*n)).map(|node| node.region.clone()) else {
        return Target::Unknown;
    };
    let host = named.to.host.clone();
    found.doubt(
        format!("{}:{}: {host} is taken for a balancer before the nodes listened to.", named.file, named.line),
        behind.iter().filter_map(|n| drawing.group_of.get(*n).cloned().flatten()).collect::<BTreeSet<_>>(),
    );
    Target::Front(drawing.hosts.add_front(Front { host, region, nodes: behind.into_iter().collect() }))
}

/// The balancer of a public name, which hands on to the groups behind it what it is asked for.
fn front(drawing: &mut Drawing<'_, '_>, balancers: &mut Balancers, n: usize, asked: Purpose) -> Option<Id> {
    let front = drawing.hosts.fronts().get(n)?.clone();
    let groups: BTreeSet<Id> =
        front.nodes.iter().filter_map(|node| drawing.group_of.get(*node).cloned().flatten()).collect();
    if groups.is_empty() {
        return None;
    }
    let id = match balancers.0.get(&n) {
        Some(id) => id.clone(),
        None => {
            let id = balancer(drawing, &front, Kind::LoadBalancer);
            balancers.0.insert(n, id.clone());
            id
        }
    };
    for group in groups {
        let Some(kind) = drawing.design.components.get(&group).map(|c| c.kind()) else { continue };
        for purpose in handed_on(kind, asked) {
            add(drawing, Link::new(id.clone(), group.clone(), *purpose));
        }
    }
    Some(id)
}

/// What a balancer hands on to nodes of a kind when it is asked for something. All of 9443 is one service (A19).
fn handed_on(kind: Kind, asked: Purpose) -> &'static [Purpose] {
    match (kind, asked) {
        (_, Purpose::ApiTraffic) => &[Purpose::ApiTraffic],
        (Kind::KeyManager, _) => &[Purpose::KeyManagerHttps],
        (Kind::ControlPlane | Kind::AllInOne, Purpose::ManagementHttps) => {
            &[Purpose::ManagementHttps, Purpose::PortalAccess]
        }
        (Kind::ControlPlane | Kind::AllInOne, _) => &[Purpose::PortalAccess],
        _ => &[],
    }
}

fn balancer(drawing: &mut Drawing<'_, '_>, front: &Front, kind: Kind) -> Id {
    let region = drawing.regions.get(&front.region).filter(|_| kind.fits_in_region()).cloned();
    let label = front.host.split('.').next().unwrap_or_default();
    let wish = if region.is_some() { in_region(region.as_ref(), label) } else { Id::slug(label) };
    let taken = drawing.design.contains(&wish);
    let wish = if taken { Id::slug(&format!("{wish}-{}", kind.short())) } else { wish };
    let id = drawing.design.free_id(&wish);
    let mut component = Component::new(kind, short(&front.host));
    component.region = region;
    component.settings.host = own_host(&front.host);
    drawing.design.components.insert(id.clone(), Arc::new(component));
    id
}

/// Gateways with a public name have a balancer before them, though no other node has to say so.
fn before_gateways(drawing: &mut Drawing<'_, '_>, balancers: &mut Balancers) {
    for n in 0..drawing.hosts.fronts().len() {
        let serves = |node: &usize| {
            let group = drawing.group_of.get(*node).cloned().flatten();
            let kind = group.and_then(|id| drawing.design.components.get(&id).map(|c| c.kind()));
            let labels = |n: usize| drawing.nodes.get(n).is_some_and(|node| node.has(LABELS));
            kind == Some(Kind::Gateway) || (kind == Some(Kind::AllInOne) && labels(*node))
        };
        if drawing.hosts.fronts().get(n).is_some_and(|front| front.nodes.iter().any(serves)) {
            front(drawing, balancers, n, Purpose::ApiTraffic);
        }
    }
}

const LABELS: &str = "apim.sync_runtime_artifacts.gateway.gateway_labels";

/// One public name in several regions is that of a balancer over them.
fn over_regions(drawing: &mut Drawing<'_, '_>, balancers: &Balancers, found: &mut Found) {
    let mut by_host: BTreeMap<String, Vec<Id>> = BTreeMap::new();
    for (n, front) in drawing.hosts.fronts().iter().enumerate() {
        if let Some(id) = balancers.0.get(&n) {
            by_host.entry(front.host.clone()).or_default().push(id.clone());
        }
    }
    for (host, regional) in by_host.into_iter().filter(|(_, regional)| regional.len() > 1) {
        let front = Front { host, region: String::new(), nodes: Vec::new() };
        let global = balancer(drawing, &front, Kind::GlobalLoadBalancer);
        found.doubt(
            format!("{} is the public name of several regions: a balancer over them was drawn.", short(&front.host)),
            [global.clone()],
        );
        for id in regional {
            for purpose in [Purpose::ApiTraffic, Purpose::PortalAccess] {
                if drawing.design.links.values().any(|link| link.from == id && link.purpose == purpose) {
                    add(drawing, Link::new(global.clone(), id.clone(), purpose));
                }
            }
        }
    }
}

/// What the publishers of a control plane send to other regions.
fn events_to_other_regions(drawing: &mut Drawing<'_, '_>, balancers: &mut Balancers, n: usize, found: &mut Found) {
    let Some(node) = drawing.nodes.get(n) else { return };
    let published = hubs::published(node);
    for (file, why) in published.not_understood {
        found.not_understood(file, 0, "", why);
    }
    if let Some(group) = drawing.group_of.get(n).cloned().flatten() {
        let whole = |file: &FilePath| super::Understood {
            file: file.to_string(),
            line: 0,
            key: String::new(),
            element: group.clone(),
        };
        found.understood.extend(published.understood.into_iter().map(whole));
    }
    for (to, broker) in published.brokers {
        if broker.publishers == 0 {
            found.not_understood(broker.file, 0, "", "no publisher uses it, so nothing is sent to this broker");
            continue;
        }
        let named =
            Named { node: n, file: broker.file, line: 0, key: "", purpose: Purpose::HubEvents, to, tls: broker.tls };
        link(drawing, balancers, &named, found);
    }
}

/// Pattern 2 has regions without a control plane; those with one are then main regions.
fn region_roles(drawing: &mut Drawing<'_, '_>) {
    let with: BTreeSet<&Id> = drawing
        .design
        .components
        .values()
        .filter(|c| c.kind().has_control_plane())
        .filter_map(|c| c.region.as_ref())
        .collect();
    let subs = drawing.design.regions.keys().any(|id| !with.contains(id));
    if with.is_empty() || !subs {
        return;
    }
    let with: BTreeSet<Id> = with.into_iter().cloned().collect();
    for (id, region) in &mut drawing.design.regions {
        Arc::make_mut(region).role = if with.contains(id) { RegionRole::Main } else { RegionRole::Sub };
    }
}
