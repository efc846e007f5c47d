//! How callers from outside the cluster get in: by the Gateway API from 4.7, by Ingress before; never by both.

use std::collections::BTreeSet;

use crate::export::bundle::Origin;
use crate::export::planner::PlanPurpose;
use crate::export::wso2::portal_host;
use crate::export::wso2::wiring::PORTALS;

use super::charts::Chart;
use super::common::has_gateway_api;
use super::hosts::{Hosts, PublicName};
use super::releases::Release;
use super::tokens;
use super::values::Values;

/// The Gateway that releases of a region share, one of each chart.
const SHARED_GATEWAY: &str = "wso2-apim-gateway";

/// One way into a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Route {
    /// What the chart calls it.
    pub(super) key: &'static str,
    /// Name of the listener that the chart's route attaches to.
    pub(super) listener: &'static str,
    /// The name that callers use.
    pub(super) name: PublicName,
    /// Whether it is open.
    pub(super) open: bool,
}

/// The ways into a release; none for a traffic manager.
pub(super) fn routes(hosts: &Hosts<'_>, release: &Release<'_>) -> Vec<Route> {
    let open = true;
    match release.chart {
        Chart::ControlPlane => {
            let name = portals(hosts, release);
            vec![Route { key: "controlPlane", listener: "control-plane-https", name, open }]
        }
        Chart::KeyManager => {
            let name = key_manager(hosts, release);
            vec![Route { key: "km", listener: "keymanager-https", name, open }]
        }
        Chart::AllInOne => {
            let name = portals(hosts, release);
            let management = Route { key: "management", listener: "control-plane-https", name, open };
            std::iter::once(management).chain(traffic(hosts, release, hosts.serves_apis(release))).collect()
        }
        Chart::Gateway => traffic(hosts, release, open).to_vec(),
        Chart::TrafficManager => Vec::new(),
    }
}

/// The name of the portals: as the design says, else that of the balancer before them. A name that API calls go by is
/// theirs, since a route matches one name; what shares a balancer with them gets a name below it.
fn portals(hosts: &Hosts<'_>, release: &Release<'_>) -> PublicName {
    if let Some(said) = release.nodes.first().and_then(|node| portal_host(node)) {
        return PublicName { host: said.to_ascii_lowercase(), element: release.element(), global: false };
    }
    let over_regions = hosts.public(release, &PORTALS, true);
    let name = match over_regions.global && hosts.carries_apis(&over_regions) {
        true => hosts.public(release, &PORTALS, false),
        false => over_regions,
    };
    let is_taken = hosts.carries_apis(&name) || release.chart == Chart::AllInOne && name == calls(hosts, release);
    if is_taken { below("portals", &name) } else { name }
}

/// The name of a key manager, apart from that of the portals and of API calls.
fn key_manager(hosts: &Hosts<'_>, release: &Release<'_>) -> PublicName {
    let name = hosts.public(release, &[PlanPurpose::KeyManagerHttps, PlanPurpose::PortalAccess], false);
    let planes = hosts.releases.of_region(release.region).filter(|other| other.chart == Chart::ControlPlane);
    let is_taken = hosts.carries_apis(&name) || planes.into_iter().any(|plane| portals(hosts, plane).host == name.host);
    if is_taken { below("keymanager", &name) } else { name }
}

/// A name of our own below another one.
fn below(label: &str, name: &PublicName) -> PublicName {
    PublicName { host: format!("{label}.{}", name.host), ..name.clone() }
}

/// The name that API calls go by: that of a balancer over regions where every gateway behind it serves the environment
/// of the release, else that of the region.
fn calls(hosts: &Hosts<'_>, release: &Release<'_>) -> PublicName {
    let name = hosts.public(release, &[PlanPurpose::ApiTraffic], true);
    if hosts.is_of_one_environment(&name) { name } else { hosts.public(release, &[PlanPurpose::ApiTraffic], false) }
}

/// The way in for calls by the name of a balancer over regions, where the chart's own route has that of the region: a
/// route of a chart matches one name.
pub(super) fn global_calls(hosts: &Hosts<'_>, release: &Release<'_>) -> Option<Route> {
    let open = match release.chart {
        Chart::Gateway => true,
        Chart::AllInOne => hosts.serves_apis(release),
        _ => false,
    };
    let name = hosts.public(release, &[PlanPurpose::ApiTraffic], true);
    let extra = open && !hosts.is_of_one_environment(&name);
    extra.then_some(Route { key: "gateway", listener: "global-https", name, open })
}

/// API calls, WebSocket APIs and event subscriptions: each needs a host name of its own, since the charts match a name
/// and all of its paths for each.
fn traffic(hosts: &Hosts<'_>, release: &Release<'_>, open: bool) -> [Route; 3] {
    let calls = calls(hosts, release);
    let [websocket, websub] = ["websocket", "websub"].map(|label| below(label, &calls));
    [
        Route { key: "gateway", listener: "gateway-https", name: calls, open },
        Route { key: "websocket", listener: "websocket-https", name: websocket, open },
        Route { key: "websub", listener: "websub-https", name: websub, open },
    ]
}

/// The name of the Gateway that a release's routes attach to.
pub(super) fn gateway_name(hosts: &Hosts<'_>, release: &Release<'_>) -> String {
    if hosts.has_own_gateway(release) { format!("{}-gateway", release.name) } else { SHARED_GATEWAY.to_owned() }
}

/// Groups whose routes need a Gateway of their own: listeners have fixed names, so that a second release of the same
/// kind in a region finds them taken.
pub(super) fn own_gateways<'a>(hosts: &Hosts<'a>) -> BTreeSet<&'a str> {
    let mut taken: BTreeSet<(&str, &str)> = BTreeSet::new();
    let mut own = BTreeSet::new();
    for release in &hosts.releases.all {
        for listener in open_listeners(hosts, release) {
            if !taken.insert((release.region, listener)) {
                own.insert(release.group);
            }
        }
    }
    own
}

fn open_listeners(hosts: &Hosts<'_>, release: &Release<'_>) -> Vec<&'static str> {
    routes(hosts, release).into_iter().filter(|route| route.open).map(|route| route.listener).collect()
}

/// Writes the ways in.
pub(super) fn write(values: &mut Values, hosts: &Hosts<'_>, release: &Release<'_>) {
    let routes = routes(hosts, release);
    if routes.is_empty() {
        return;
    }
    let gateway_api = has_gateway_api(release.branch);
    let choice = Origin::stated(
        "The defaults of the charts changed with 4.7, so each way in is switched on or off here.",
        &["A48"],
    )
    .keeps(&["R-EXP-13"]);
    values.set("kubernetes.gatewayAPI.enabled", gateway_api, &choice);
    if gateway_api {
        let origin = Origin::stated("A Gateway with these listeners is in extra-objects.yaml.", &["A48", "S28"]);
        values.set("kubernetes.gatewayAPI.gatewayName", gateway_name(hosts, release), &origin);
    }
    for Route { key, name, open, .. } in &routes {
        let why = match name.global {
            true => "The name of the balancer over regions: a route matches the one name that callers use.",
            false => "The name that callers use.",
        };
        let host = Origin::inferred(why, &["A33", "S28"]).of(name.element.clone().into_iter().chain(release.element()));
        let technology = if gateway_api { "gatewayAPI" } else { "ingress" };
        values.set(&format!("kubernetes.{technology}.{key}.enabled"), *open, &choice);
        values.set(&format!("kubernetes.{technology}.{key}.hostname"), name.host.as_str(), &host);
        let others = ["gatewayAPI", "ingress", "route"].into_iter().filter(|other| *other != technology);
        for other in others {
            values.set_where_known(&format!("kubernetes.{other}.{key}.enabled"), false, &choice);
        }
    }
    if gateway_api {
        backend(values, release, &routes);
    } else {
        // The charts take the host name of the nodes from the Ingress only when it is switched on here, too.
        values.set("kubernetes.ingress.enabled", true, &choice);
        let origin = Origin::stated("Names a Secret with the certificate that callers see.", &["S28"]);
        values.set("kubernetes.ingress.tlsSecret", tokens::CERTIFICATE, &origin);
    }
}

/// Between the Gateway and the pods.
fn backend(values: &mut Values, release: &Release<'_>, routes: &[Route]) {
    let origin = Origin::stated(
        "The pods speak HTTPS: the Gateway checks their certificate against this authority and name.",
        &["A48", "S28"],
    );
    values.set("kubernetes.gatewayAPI.backendTLSPolicy.enabled", true, &origin);
    values.set("kubernetes.gatewayAPI.backendTLSPolicy.caCertificateConfigMap", tokens::AUTHORITY, &origin);
    if let Some(route) = routes.first() {
        values.set("kubernetes.gatewayAPI.backendTLSPolicy.hostname", route.name.host.as_str(), &origin);
    }
    let origin = Origin::stated("A session at the portals stays on one instance.", &["D8"]).of(release.element());
    values.set_where_known("kubernetes.gatewayAPI.backendTrafficPolicy.enabled", release.is_pair(), &origin);
}
