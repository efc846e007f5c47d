//! How callers from outside the cluster get in: by the Gateway API from 4.7, by Ingress before; never by both.

use crate::export::bundle::Origin;

use super::charts::Chart;
use super::common::has_gateway_api;
use super::hosts::{Hosts, PublicName};
use super::releases::Release;
use super::tokens;
use super::values::Values;
use crate::export::planner::PlanPurpose;

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

/// What callers of the portals, internal APIs and key manager of a control plane use, best first.
const PORTALS: [PlanPurpose; 4] = [
    PlanPurpose::PortalAccess,
    PlanPurpose::ManagementHttps,
    PlanPurpose::KeyManagerHttps,
    PlanPurpose::TokenNotification,
];

/// The ways into a release; none for a traffic manager.
pub(super) fn routes(hosts: &Hosts<'_>, release: &Release<'_>) -> Vec<Route> {
    let open = true;
    match release.chart {
        Chart::ControlPlane => {
            let name = portals(hosts, release);
            vec![Route { key: "controlPlane", listener: "control-plane-https", name, open }]
        }
        Chart::KeyManager => {
            let name = hosts.public(release, &[PlanPurpose::KeyManagerHttps, PlanPurpose::PortalAccess], false);
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

/// The name of the portals: as the design says, else that of the balancer before them. One of a balancer over regions
/// counts only when it carries no API calls, since a route matches one name.
fn portals(hosts: &Hosts<'_>, release: &Release<'_>) -> PublicName {
    let said = release.nodes.first().and_then(|node| node.settings.portal_host.as_deref());
    if let Some(said) = said.filter(|host| is_host_name(host)) {
        return PublicName { host: said.to_ascii_lowercase(), element: release.element(), global: false };
    }
    let over_regions = hosts.public(release, &PORTALS, true);
    let carries_apis = over_regions.global && hosts.carries_apis(&over_regions);
    if carries_apis { hosts.public(release, &PORTALS, false) } else { over_regions }
}

/// Whether a text given by people can stand as a host name.
pub(super) fn is_host_name(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 253 && text.split('.').all(label)
}

/// API calls, WebSocket APIs and event subscriptions: each needs a host name of its own, since the charts match a name
/// and all of its paths for each.
fn traffic(hosts: &Hosts<'_>, release: &Release<'_>, open: bool) -> [Route; 3] {
    let calls = hosts.public(release, &[PlanPurpose::ApiTraffic], true);
    let below = |label: &str| PublicName { host: format!("{label}.{}", calls.host), ..calls.clone() };
    [
        Route { key: "gateway", listener: "gateway-https", name: calls.clone(), open },
        Route { key: "websocket", listener: "websocket-https", name: below("websocket"), open },
        Route { key: "websub", listener: "websub-https", name: below("websub"), open },
    ]
}

/// The name of the Gateway that a release's routes attach to: listeners have fixed names, so a second release of the
/// same kind in a region gets a Gateway of its own.
pub(super) fn gateway_name(hosts: &Hosts<'_>, release: &Release<'_>) -> String {
    let own: Vec<&str> = open_listeners(hosts, release);
    let before = hosts.releases.of_region(release.region).take_while(|other| other.name != release.name);
    let taken = before.flat_map(|other| open_listeners(hosts, other)).any(|listener| own.contains(&listener));
    if taken { format!("{}-gateway", release.name) } else { SHARED_GATEWAY.to_owned() }
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
        let why = match (name.global, name.element.is_some()) {
            (true, _) => "The name of the balancer over regions: a route matches the one name that callers use.",
            (false, _) => "The name that callers use.",
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
