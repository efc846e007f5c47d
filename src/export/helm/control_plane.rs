//! Values of control planes and all-in-one nodes: the gateways they deploy to, who is the key manager, publishing to
//! other regions.

use std::collections::BTreeMap;

use crate::design::Id;
use crate::export::bundle::Origin;
use crate::export::planner::PlanPurpose;

use super::charts::Chart;
use super::hosts::Hosts;
use super::hubs;
use super::key_managers;

use super::releases::Release;
use super::routes::{Route, routes};
use super::shared_counters;
use super::values::Values;
use super::yaml::Yaml;

/// Port of the servlet transport, at every Service of the charts (A36).
pub(super) const SERVLET: u64 = 9443;

/// Writes what only these have.
pub(super) fn write(values: &mut Values, hosts: &Hosts<'_>, release: &Release<'_>) {
    environments(values, hosts, release);
    key_managers::of_control_plane(values, hosts, release);
    shared_counters::of_node(values, hosts, release);
    if release.chart == Chart::AllInOne {
        all_in_one(values, hosts, release);
    }
    hubs::mount(values, hosts, release);
}

/// The gateways of one environment.
struct Environment<'r, 'a> {
    name: &'r str,
    releases: Vec<&'r Release<'a>>,
}

/// The environments that a control plane deploys to: those of the gateways that pull from it, its own region first,
/// and that of its own gateway when calls reach it.
fn environments(values: &mut Values, hosts: &Hosts<'_>, release: &Release<'_>) {
    let mut served = serving(hosts, release);
    served.sort_by_key(|other| (other.region != release.region, other.region, other.group));
    let mut environments: Vec<Environment<'_, '_>> = Vec::new();
    for other in served {
        let Some(name) = other.nodes.first().and_then(|node| node.gateway_environment.as_deref()) else { continue };
        match environments.iter_mut().find(|environment| environment.name == name) {
            Some(environment) => environment.releases.push(other),
            None => environments.push(Environment { name, releases: vec![other] }),
        }
    }
    let elements: Vec<Id> =
        environments.iter().flat_map(|e| &e.releases).filter_map(|release| release.element()).collect();
    let entries = environments.iter().filter_map(|environment| entry(hosts, release, environment)).collect();
    let origin = Origin::stated(
        "One for each environment of the gateways that pull from this control plane, with the Service that the chart \
         of the gateways really has, and the names that callers use.",
        &["A32", "A33", "A40", "H24", "Z10", "Z11"],
    );
    values.configure(
        "gateway.environments",
        Yaml::List(entries),
        &origin.of(elements).keeps(&["R-EXP-14", "R-EXP-17"]),
    );
}

/// The gateways that pull from a control plane, and itself when it has calls of its own.
pub(super) fn serving<'h, 'a>(hosts: &'h Hosts<'a>, release: &'h Release<'a>) -> Vec<&'h Release<'a>> {
    let mut all: Vec<&Release<'_>> = hosts.below(release).filter(|other| other.chart == Chart::Gateway).collect();
    if release.chart == Chart::AllInOne && (all.is_empty() || hosts.serves_apis(release)) {
        all.push(release);
    }
    all
}

fn entry(hosts: &Hosts<'_>, release: &Release<'_>, environment: &Environment<'_, '_>) -> Option<Yaml> {
    let first = *environment.releases.first()?;
    let names = routes(hosts, first);
    let name = |key: &str| {
        let found = names.iter().find(|route: &&Route| route.key == key);
        Yaml::Text(found.map(|route| route.name.host.clone()).unwrap_or_default())
    };
    let mut regions: Vec<&str> = environment.releases.iter().map(|release| release.region).collect();
    regions.dedup();
    Some(Yaml::map([
        ("name", environment.name.into()),
        ("type", "hybrid".into()),
        ("gatewayType", "Regular".into()),
        ("provider", "wso2".into()),
        ("displayInApiConsole", true.into()),
        ("description", format!("Gateways of {}", regions.join(", ")).into()),
        ("showAsTokenEndpointUrl", true.into()),
        ("serviceName", management(hosts, release, first).into()),
        ("servicePort", SERVLET.into()),
        ("wsHostname", name("websocket")),
        ("httpHostname", name("gateway")),
        ("websubHostname", name("websub")),
    ]))
}

/// Where the control plane finds the servlet port of gateways: their Service, or their name in another region.
fn management(hosts: &Hosts<'_>, release: &Release<'_>, gateways: &Release<'_>) -> String {
    if gateways.region == release.region {
        return gateways.service();
    }
    hosts.public(gateways, &[PlanPurpose::GatewayManagement, PlanPurpose::ApiTraffic], false).host
}

/// Gateways of other regions that a control plane names, by the name that it uses.
pub(super) fn far_gateways<'h, 'a>(hosts: &'h Hosts<'a>, release: &'h Release<'a>) -> Vec<(String, &'h Release<'a>)> {
    if !matches!(release.chart, Chart::ControlPlane | Chart::AllInOne) {
        return Vec::new();
    }
    let far = serving(hosts, release).into_iter().filter(|other| other.region != release.region);
    far.map(|other| (management(hosts, release, other), other)).collect()
}

/// What an all-in-one node has beyond a control plane: labels of its own gateway, and the other half of a pair.
fn all_in_one(values: &mut Values, hosts: &Hosts<'_>, release: &Release<'_>) {
    let Some(environment) = release.nodes.first().and_then(|node| node.gateway_environment.as_deref()) else { return };
    let origin = Origin::drawn("The environment whose APIs its gateway serves.", release.element());
    let labels = Yaml::texts([environment]);
    if values.has("syncRuntimeArtifacts.gateway.labels") {
        values.configure("syncRuntimeArtifacts.gateway.labels", labels, &origin);
    } else {
        values.configure_where_known("sync_runtime_artifacts.gateway.labels", labels, &origin);
    }
    super::analytics::write(values, hosts, release);
}

/// Groups of one kind in a region that cannot be one cluster, by region: the charts join the two instances of one
/// release and nothing else.
pub(super) fn split_clusters<'h, 'a>(hosts: &'h Hosts<'a>) -> BTreeMap<(&'a str, Chart), Vec<&'h Release<'a>>> {
    let mut clusters: BTreeMap<(&str, Chart), Vec<&Release<'_>>> = BTreeMap::new();
    for release in &hosts.releases.all {
        if matches!(release.chart, Chart::ControlPlane | Chart::AllInOne) {
            clusters.entry((release.region, release.chart)).or_default().push(release);
        }
    }
    clusters.retain(|_, releases| releases.len() > 1);
    clusters
}
