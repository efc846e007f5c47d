//! Values of gateways, traffic managers and key managers: the control plane they belong to, and traffic managers.

use crate::design::Id;
use crate::export::bundle::Origin;
use crate::export::planner::PlanPurpose;
use crate::export::wso2::notes::Gap;
use crate::export::wso2::wiring::BROKER;

use super::analytics;
use super::charts::{Branch, Chart};
use super::control_plane::{SERVLET, labels};
use super::hosts::{BINARY, Hosts, Target};
use super::key_managers::{asked, control_plane, identity_server};
use super::releases::Release;
use super::shared_counters;
use super::values::Values;
use super::yaml::Yaml;

fn gap(release: &Release<'_>, what: &str) -> Gap {
    Gap {
        message: format!("{} is connected to no {what}; its values would name the chart's own example.", release.group),
        elements: release.element().into_iter().collect(),
    }
}

/// Writes the values of a gateway.
pub(super) fn gateway(values: &mut Values, hosts: &Hosts<'_>, release: &Release<'_>) -> Vec<Gap> {
    let mut gaps = Vec::new();
    match asked(hosts, release) {
        Some(target) => {
            let origin = Origin::stated("Whom the gateway asks about tokens.", &["A21"]).of(target.elements.clone());
            values.configure("km.serviceUrl", target.host.as_str(), &origin);
            values.configure("km.servicePort", SERVLET, &origin);
        }
        None => gaps.push(gap(release, "key manager")),
    }
    identity_server(values, hosts, release);
    let origin = Origin::stated(
        "The chart leaves the event hub out unless it is switched on, and the gateway would learn of no API.",
        &["A48", "A20"],
    );
    values.configure("eventhub.enabled", true, &origin.keeps(&["R-EXP-10"]));
    gaps.extend(event_hub(values, hosts, release, true));
    gaps.extend(throttling(values, hosts, release));
    gaps.extend(artifacts(values, hosts, release));
    let drawn = Origin::drawn("As many gateways as are drawn.", release.element());
    let count = u64::try_from(release.nodes.len()).unwrap_or(u64::MAX);
    let most = release.nodes.first().and_then(|node| node.autoscale_max).map_or(count, |most| count.max(most.into()));
    values.deploy("replicas", count, &drawn);
    values.deploy("minReplicas", count, &drawn);
    let why = if most > count { "As far as the group may scale." } else { "The group does not scale by itself." };
    values.deploy("maxReplicas", most, &Origin::drawn(why, release.element()));
    analytics::write(values, hosts, release);
    gaps
}

/// Writes the values of a traffic manager.
pub(super) fn traffic_manager(values: &mut Values, hosts: &Hosts<'_>, release: &Release<'_>) -> Vec<Gap> {
    let mut gaps = Vec::new();
    match asked(hosts, release) {
        Some(target) => {
            let origin = Origin::stated("The key manager, to which the chart adds port 9443.", &["A48"]);
            values.configure("km.serviceUrl", target.host, &origin.of(target.elements).keeps(&["R-EXP-11"]));
        }
        None => gaps.push(gap(release, "control plane")),
    }
    identity_server(values, hosts, release);
    gaps.extend(event_hub(values, hosts, release, false));
    let origin = Origin::inferred("The chart would call every traffic manager by the same example.", &["A48", "S28"]);
    values.set_where_known("kubernetes.ingress.trafficManager.hostname", release.service(), &origin);
    shared_counters::of_node(values, hosts, release);
    gaps
}

/// Writes the values of a key manager.
pub(super) fn key_manager(values: &mut Values, hosts: &Hosts<'_>, release: &Release<'_>) -> Vec<Gap> {
    event_hub(values, hosts, release, false).into_iter().collect()
}

/// The event hub: where artifacts are pulled from, and every node whose events are received. `port` says whether the
/// chart reads a port; otherwise it adds 9443.
fn event_hub(values: &mut Values, hosts: &Hosts<'_>, release: &Release<'_>, port: bool) -> Option<Gap> {
    let Some(target) = control_plane(hosts, release) else { return Some(gap(release, "control plane")) };
    let facts: &[&'static str] = match (release.chart, target.elsewhere) {
        (Chart::Gateway, false) => &["A19"],
        (Chart::TrafficManager, false) => &["A24", "A48"],
        (Chart::KeyManager, _) => &["A31", "A48"],
        (_, true) => &["B26", "B27", "A48"],
        _ => &["A19"],
    };
    let why = match (target.elsewhere, port) {
        (false, true) => "The Service over all control planes of the cluster.",
        (false, false) => "The Service over all control planes of the cluster; the chart adds port 9443.",
        (true, true) => "The control plane of another region, by its name there.",
        (true, false) => "The control plane of another region, by its name there; the chart adds port 9443.",
    };
    let mut origin = Origin::stated(why, facts).of(target.elements.clone());
    if !port || target.elsewhere {
        origin = origin.keeps(&["R-EXP-11"]);
    }
    values.configure("eventhub.serviceUrl", target.host.as_str(), &origin);
    if port {
        values.configure("eventhub.servicePort", SERVLET, &origin);
    }
    let hubs = hosts.nodes(release, PlanPurpose::EventStream, &BROKER);
    if hubs.is_empty() {
        return Some(gap(release, "event stream of a control plane"));
    }
    let why = "Every node of the control plane, since each has a broker of its own; the chart adds port 5672.";
    let facts: &[&'static str] = if target.elsewhere { &["A20", "B27", "Z6"] } else { &["A20", "Z6"] };
    let origin = Origin::stated(why, facts).of(elements(&hubs));
    values.configure("eventhub.urls", urls(&hubs), &origin);
    None
}

fn urls(targets: &[Target]) -> Yaml {
    Yaml::texts(targets.iter().map(|target| target.host.as_str()))
}

fn elements(targets: &[Target]) -> Vec<Id> {
    let mut all: Vec<Id> = targets.iter().flat_map(|target| target.elements.iter().cloned()).collect();
    all.sort();
    all.dedup();
    all
}

/// The traffic managers of a gateway; all-in-one nodes are their own (A5).
fn throttling(values: &mut Values, hosts: &Hosts<'_>, release: &Release<'_>) -> Option<Gap> {
    let managers = traffic_managers(hosts, release);
    let Some(first) = managers.first() else { return Some(gap(release, "traffic manager")) };
    let origin = Origin::stated("The traffic managers of the gateway.", &["A22", "A23"]).of(elements(&managers));
    let over_all = hosts.releases.of_node(&first.endpoint).filter(|(other, _)| other.region == release.region);
    let service = over_all.map_or_else(|| first.host.clone(), |(other, _)| other.service());
    values.configure("throttling.serviceUrl", service, &origin);
    values.configure("throttling.servicePort", SERVLET, &origin);
    let why = "Every traffic manager; the chart adds ports 5672, 9611 and 9711, with one group for each.";
    let origin = Origin::stated(why, &["A22", "A23", "A39", "B27"]).of(elements(&managers));
    values.configure("throttling.urls", urls(&managers), &origin);
    shared_counters::of_gateway(values, hosts, &managers);
    None
}

/// The traffic managers of a gateway, each by its own Service or host.
pub(super) fn traffic_managers(hosts: &Hosts<'_>, release: &Release<'_>) -> Vec<Target> {
    let mut managers = hosts.nodes(release, PlanPurpose::ThrottleDecision, &BROKER);
    for manager in hosts.nodes(release, PlanPurpose::ThrottleData, &BINARY) {
        if managers.iter().all(|known| known.host != manager.host) {
            managers.push(manager);
        }
    }
    if managers.is_empty() {
        managers = hosts.nodes(release, PlanPurpose::EventStream, &BROKER);
        let is_all_in_one =
            |t: &Target| hosts.releases.of_node(&t.endpoint).is_some_and(|(r, _)| r.chart == Chart::AllInOne);
        managers.retain(is_all_in_one);
    }
    managers
}

/// Which APIs a gateway takes, and whether it loads those of all tenants.
fn artifacts(values: &mut Values, hosts: &Hosts<'_>, release: &Release<'_>) -> Option<Gap> {
    let origin = Origin::stated("The environment whose APIs it serves.", &["A40"]).of(release.element());
    let gap = labels(values, release, &origin);
    if release.branch == Branch::V4_5 {
        return gap;
    }
    let tenants = hosts.wiring().has_tenants(Some(release.region));
    let why = if tenants { "Several tenants are served." } else { "One tenant is served." };
    let region = Id::new(release.region).ok();
    let origin = Origin::stated(why, &["A13", "A14"]).of(region);
    values.configure("syncRuntimeArtifacts.tenantLoading.enabled", tenants, &origin);
    values.configure("syncRuntimeArtifacts.tenantLoading.tenants", "*", &origin);
    gap
}
