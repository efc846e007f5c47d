//! The gateway environments that a control plane defines: what callers and the control plane itself use (A32, A40, H24).

use std::collections::BTreeSet;

use crate::design::Id;
use crate::export::planner::{PlanBalancer, PlanNode, PlanPurpose};
use crate::export::text::one_line;
use crate::export::wso2::deployment::Deployment;
use crate::export::wso2::environments::regions;
use crate::export::wso2::wiring::{Address, Wiring, element, passes_on};

use super::Page;

/// What a control plane's node says about one environment.
pub(super) struct Environment {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) service_url: String,
    /// Keys and addresses under which the gateways are called.
    pub(super) endpoints: Vec<(&'static str, String)>,
    /// Why it is there.
    pub(super) why: &'static str,
    /// Whether only the events that they receive say of some of the gateways that they belong to the control plane.
    pub(super) by_events: bool,
    /// Elements that decide about it.
    pub(super) elements: Vec<Id>,
    /// Whether management and API traffic are drawn at one host and port, which no balancer can tell apart (Z20).
    pub(super) shares_port: bool,
}

/// The environments that a control plane's node defines, in order of name, and what there is to say about them.
pub(super) fn of_node<'a>(page: &Page<'_, 'a>) -> (Vec<Environment>, Vec<String>) {
    let mut remarks = Vec::new();
    let found = page.deployment.environments.by_name(page.node).into_iter().filter_map(|(name, nodes)| {
        remarks.extend(spread(page.wiring, name, &nodes));
        environment(page.deployment, page.node, name, &nodes)
    });
    (found.collect(), remarks)
}

/// A balancer over regions before gateways of every region of the environment.
fn global_front<'a>(wiring: &Wiring<'a>, nodes: &[&'a PlanNode]) -> Option<&'a PlanBalancer> {
    let passes = |balancer: &PlanBalancer, endpoint: &str| passes_on(balancer, PlanPurpose::ApiTraffic, endpoint);
    let covers = |balancer: &&PlanBalancer| {
        regions(nodes).into_iter().all(|region| {
            nodes.iter().filter(|node| node.region.as_deref().unwrap_or("no region") == region).any(|node| {
                let regional = wiring.front(&node.id, &[PlanPurpose::ApiTraffic], "https");
                passes(balancer, &node.id) || regional.is_some_and(|front| passes(balancer, front.endpoint))
            })
        })
    };
    wiring.plan.balancers.iter().filter(|balancer| balancer.global).find(covers)
}

/// What to say about an environment with one host name for several places.
fn spread(wiring: &Wiring<'_>, name: &str, nodes: &[&PlanNode]) -> Option<String> {
    let regions = regions(nodes);
    let first = nodes.first()?;
    let name = one_line(name);
    if regions.len() > 1 && global_front(wiring, nodes).is_none() {
        return Some(format!(
            "The gateway environment {name} spans {} but has one host name, that of {}: give each region an \
             environment of its own, or a balancer over all of them (H24).",
            regions.join(", "),
            regions.first().unwrap_or(&"")
        ));
    }
    let fronted = wiring.front(&first.id, &[PlanPurpose::ApiTraffic], "https").is_some();
    (nodes.len() > 1 && !fronted).then(|| {
        format!("The gateway environment {name} names {} only: no balancer stands before its nodes.", first.id)
    })
}

/// What callers use for WebSocket APIs, whatever stands before the gateways (A33).
const WEB_SOCKET: [(&str, &str, u16); 2] = [("ws_endpoint", "ws", 9099), ("wss_endpoint", "wss", 8099)];

fn environment<'a>(
    deployment: &Deployment<'a>,
    control_plane: &'a PlanNode,
    name: &str,
    nodes: &[&'a PlanNode],
) -> Option<Environment> {
    let Deployment { wiring, planes, .. } = deployment;
    let first = *nodes.first()?;
    let regions = regions(nodes);
    let global = (regions.len() > 1).then(|| global_front(wiring, nodes)).flatten();
    let front = |protocol| wiring.front(&first.id, &[PlanPurpose::ApiTraffic], protocol);
    let (host, fronted) = match (global, front("https").or_else(|| front("http"))) {
        (Some(global), _) => (global.host.as_str(), Some(global.id.as_str())),
        (None, Some(front)) => (front.host, Some(front.endpoint)),
        (None, None) => (first.host.as_str(), None),
    };
    let mut endpoints: Vec<(&'static str, String)> =
        WEB_SOCKET.iter().map(|(key, scheme, port)| (*key, format!("{scheme}://{host}:{port}"))).collect();
    let management = management(wiring, control_plane, nodes)?;
    let mut shares_port = false;
    for (key, scheme, usual, own) in [("http_endpoint", "http", 80, 8280), ("https_endpoint", "https", 443, 8243)] {
        let port = match (fronted, front(scheme)) {
            (Some(_), Some(front)) => front.port.number,
            (Some(_), None) => continue,
            (None, _) => own,
        };
        let url = if port == usual { format!("{scheme}://{host}") } else { format!("{scheme}://{host}:{port}") };
        shares_port |= host == management.host && port == management.port.number;
        endpoints.push((key, url));
    }
    let groups: BTreeSet<&str> = nodes.iter().map(|node| node.group.as_str()).collect();
    let elements = groups.into_iter().chain(fronted).filter_map(|id| Id::new(id).ok());
    Some(Environment {
        name: name.to_owned(),
        description: format!("Gateways of {}", named(wiring, &regions)),
        service_url: format!("https://{}:{}/services/", management.host, management.port.number),
        endpoints,
        why: "The gateways that belong to this control plane, by the environment they choose.",
        by_events: nodes.iter().any(|node| planes.is_by_events(&node.group)),
        elements: element(wiring, &control_plane.id).into_iter().chain(elements).collect(),
        shares_port,
    })
}

/// The names of regions, as people call them.
fn named(wiring: &Wiring<'_>, regions: &[&str]) -> String {
    let name = |id: &&str| {
        let region = wiring.plan.regions.iter().find(|region| region.id == **id);
        region.map_or_else(|| (**id).to_owned(), |region| one_line(&region.name))
    };
    regions.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// The gateways' servlet port: where a management link leads, else a balancer that passes it on, else the first of
/// them (A32).
fn management<'a>(wiring: &Wiring<'a>, control_plane: &'a PlanNode, nodes: &[&'a PlanNode]) -> Option<Address<'a>> {
    let first = nodes.first()?;
    let leads_here = |endpoint: &str| {
        nodes.iter().any(|node| {
            let behind = |b: &PlanBalancer| b.pools.iter().any(|pool| pool.targets.contains(&node.id));
            node.id == endpoint || wiring.balancer(endpoint).is_some_and(behind)
        })
    };
    let drawn = wiring.near(control_plane, PlanPurpose::GatewayManagement, &["https"]);
    let drawn = drawn.into_iter().find(|address| leads_here(address.endpoint));
    let front = || wiring.front(&first.id, &[PlanPurpose::GatewayManagement], "https");
    drawn.or_else(front).or_else(|| wiring.own(&first.id, "https", None))
}
