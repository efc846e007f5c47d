//! Values of control planes and all-in-one nodes: the gateways they deploy to, who is the key manager, publishing to
//! other regions.

use std::collections::{BTreeMap, BTreeSet};

use crate::design::Id;
use crate::export::bundle::Origin;
use crate::export::planner::{PlanNode, PlanPurpose};
use crate::export::text::one_line;
use crate::export::wso2::environments::regions;
use crate::export::wso2::notes::Gap;
use crate::export::wso2::planes::belonging;
use crate::export::wso2::sheet::{is_literal, not_kept};

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
pub(super) fn write(values: &mut Values, hosts: &Hosts<'_>, release: &Release<'_>) -> Vec<Gap> {
    let mut gaps = environments(values, hosts, release);
    key_managers::of_control_plane(values, hosts, release);
    shared_counters::of_node(values, hosts, release);
    if release.chart == Chart::AllInOne {
        gaps.extend(all_in_one(values, hosts, release));
    }
    hubs::mount(values, hosts, release);
    gaps
}

/// The environments that a control plane deploys to: those of the gateways that belong to it, and that of its own
/// gateway when calls reach it.
fn environments(values: &mut Values, hosts: &Hosts<'_>, release: &Release<'_>) -> Vec<Gap> {
    let Some(node) = release.nodes.first() else { return Vec::new() };
    let all = hosts.deployment.environments.by_name(node);
    let (known, awkward): (Vec<_>, Vec<_>) = all.into_iter().partition(|(name, _)| is_literal(name));
    let elements: Vec<Id> =
        known.iter().flat_map(|(_, nodes)| releases(hosts, nodes)).filter_map(Release::element).collect();
    let entries = known.iter().filter_map(|(name, nodes)| entry(hosts, release, name, nodes)).collect();
    let mut groups = known.iter().flat_map(|(_, nodes)| nodes).map(|node| node.group.as_str());
    let origin = belonging(
        "One for each environment of the gateways that belong to this control plane, with the Service that the chart \
         of the gateways really has, and the names that callers use.",
        groups.any(|group| hosts.deployment.planes.is_by_events(group)),
        &["A32", "A33", "A40", "H24", "Z10", "Z11"],
    );
    values.configure(
        "gateway.environments",
        Yaml::List(entries),
        &origin.of(elements).keeps(&["R-EXP-14", "R-EXP-17"]),
    );
    let what = |name: &str| not_kept(&format!("the name of environment {}", one_line(name)), "it is");
    awkward.into_iter().map(|(name, _)| release.lacks(&what(name))).collect()
}

/// The releases of these nodes, each once; without those that no chart can run.
fn releases<'h, 'a>(hosts: &'h Hosts<'a>, nodes: &[&PlanNode]) -> Vec<&'h Release<'a>> {
    let mut seen = BTreeSet::new();
    let groups = nodes.iter().map(|node| node.group.as_str()).filter(|group| seen.insert(*group));
    groups.filter_map(|group| hosts.releases.of_group(group)).collect()
}

/// The releases of the gateways that belong to a control plane, and itself when it serves calls.
pub(super) fn serving<'h, 'a>(hosts: &'h Hosts<'a>, release: &Release<'a>) -> Vec<&'h Release<'a>> {
    let node = release.nodes.first();
    node.map(|node| releases(hosts, &hosts.deployment.environments.gateways(node))).unwrap_or_default()
}

fn entry(hosts: &Hosts<'_>, release: &Release<'_>, environment: &str, nodes: &[&PlanNode]) -> Option<Yaml> {
    let first = *releases(hosts, nodes).first()?;
    let names = routes(hosts, first);
    let name = |key: &str| {
        let found = names.iter().find(|route: &&Route| route.key == key);
        Yaml::Text(found.map(|route| route.name.host.clone()).unwrap_or_default())
    };
    Some(Yaml::map([
        ("name", environment.into()),
        ("type", "hybrid".into()),
        ("gatewayType", "Regular".into()),
        ("provider", "wso2".into()),
        ("displayInApiConsole", true.into()),
        ("description", format!("Gateways of {}", regions(nodes).join(", ")).into()),
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
    if !release.chart.has_control_plane() {
        return Vec::new();
    }
    let far = serving(hosts, release).into_iter().filter(|other| other.region != release.region);
    far.map(|other| (management(hosts, release, other), other)).collect()
}

/// What an all-in-one node has beyond a control plane: labels of its own gateway, and the other half of a pair.
fn all_in_one(values: &mut Values, hosts: &Hosts<'_>, release: &Release<'_>) -> Option<Gap> {
    release.nodes.first()?.gateway_environment.as_deref()?;
    let origin = Origin::drawn("The environment whose APIs its gateway serves.", release.element());
    let gap = labels(values, release, &origin);
    super::analytics::write(values, hosts, release);
    gap
}

/// The environment whose APIs the gateway of a release takes, unless the product would not keep its name.
pub(super) fn labels(values: &mut Values, release: &Release<'_>, origin: &Origin) -> Option<Gap> {
    let environment = release.nodes.first()?.gateway_environment.as_deref()?;
    if !is_literal(environment) {
        return Some(release.lacks(&not_kept("the name of its environment", "the labels of its gateway are")));
    }
    let usual = "syncRuntimeArtifacts.gateway.labels";
    let key = if values.has(usual) { usual } else { "sync_runtime_artifacts.gateway.labels" };
    values.configure(key, Yaml::texts([environment]), origin);
    None
}

/// Groups of one kind in a region that cannot be one cluster, by region: the charts join the two instances of one
/// release and nothing else.
pub(super) fn split_clusters<'h, 'a>(hosts: &'h Hosts<'a>) -> BTreeMap<(&'a str, Chart), Vec<&'h Release<'a>>> {
    let mut clusters: BTreeMap<(&str, Chart), Vec<&Release<'_>>> = BTreeMap::new();
    for release in &hosts.releases.all {
        if release.chart.has_control_plane() {
            clusters.entry((release.region, release.chart)).or_default().push(release);
        }
    }
    clusters.retain(|_, releases| releases.len() > 1);
    clusters
}
