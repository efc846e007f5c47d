//! What a drawing says and the charts cannot.

use std::collections::{BTreeMap, BTreeSet};

use crate::design::Id;
use crate::export::planner::{PlanConnection, PlanNetwork, PlanPurpose};
use crate::export::wso2::deployment::Deployment;
use crate::export::wso2::names_no_portal_host;
use crate::export::wso2::notes::{Gap, Notes};
use crate::export::wso2::shared_counters::burst_control;
use crate::export::wso2::wiring::link;

use super::analytics;
use super::charts::{Branch, Chart};
use super::common;
use super::control_plane::split_clusters;
use super::hosts::Hosts;
use super::key_managers::asks_separate;
use super::releases::Release;
use super::routes::{global_calls, routes};
use super::shared_counters::{groups_apart, own, plain_though_encrypted as plain_store};
use super::values::Values;

/// What makes the values of a release unfit.
pub(super) fn of_release(hosts: &Hosts<'_>, release: &Release<'_>) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let public: Vec<&PlanConnection> =
        plain_though_encrypted(hosts, release).filter(|c| c.network == PlanNetwork::Public).collect();
    if !public.is_empty() {
        gaps.push(Gap {
            message: format!(
                "{}: its events are drawn encrypted over the internet, but the charts write port 5672 and no TLS. Lead \
                 them over a private network or a VPN, or take the configuration of the nodes instead.",
                release.group
            ),
            elements: links(public.into_iter()).into_iter().chain(release.element()).collect(),
        });
    }
    gaps
}

/// What else to know about a release.
pub(super) fn remarks(hosts: &Hosts<'_>, release: &Release<'_>, values: &Values) -> Vec<String> {
    let mut remarks: Vec<String> = analytics::problem(hosts, release, values).into_iter().collect();
    if plain_though_encrypted(hosts, release).any(|c| c.network != PlanNetwork::Public) {
        remarks.push(format!(
            "{}: its events are drawn encrypted, but the charts write port 5672 and no TLS: they go as they are over the \
             private network.",
            release.group
        ));
    }
    remarks.extend(common::little_room(release));
    remarks.extend(plain_store(hosts, release, values));
    remarks.extend(groups_apart(hosts, release, values));
    remarks.extend(release.nodes.first().and_then(|node| burst_control(hosts.wiring(), node, release.group)));
    let counts = release.chart != Chart::Gateway && own(hosts, release).is_some();
    if counts && !release.product().shared_counters {
        remarks
            .push(format!("{}: shared counters need charts of 4.6 or newer; they are left out (D5).", release.group));
    }
    if release.chart == Chart::TrafficManager && release.branch < Branch::V4_7 {
        remarks.push(format!(
            "Charts of {} call every traffic manager tm.wso2.com and have no key for that name; nobody connects by it.",
            release.branch.label()
        ));
    }
    let settings = release.nodes.first().map(|node| &node.settings);
    if release.chart == Chart::AllInOne && asks_separate(hosts, release) {
        remarks.push(format!(
            "{}: the chart of all-in-one nodes has no key for a key manager of its own; its address is left out.",
            release.group
        ));
    }
    if release.nodes.first().is_some_and(|node| names_no_portal_host(node)) {
        remarks.push(format!("{}: its host name of the portals is none, so it is not used.", release.group));
    }
    if settings.is_some_and(|settings| !settings.cleans_up_tokens) {
        remarks.push(format!("{}: the charts have no key for who cleans up revoked tokens (H15).", release.group));
    }
    remarks.extend(other_ports(hosts, release));
    remarks
}

/// Connections whose drawn encryption the charts cannot express: their templates write the plain broker port.
fn plain_though_encrypted<'h>(
    hosts: &'h Hosts<'_>,
    release: &'h Release<'_>,
) -> impl Iterator<Item = &'h PlanConnection> {
    let node = release.nodes.first();
    let purposes = [PlanPurpose::EventStream, PlanPurpose::ThrottleDecision];
    let all = node.into_iter().flat_map(move |node| purposes.into_iter().flat_map(|p| hosts.wiring().out(&node.id, p)));
    all.filter(|connection| connection.ports.iter().any(|port| port.protocol == "amqps"))
}

fn links<'c>(connections: impl Iterator<Item = &'c PlanConnection>) -> BTreeSet<Id> {
    connections.filter_map(link).collect()
}

/// Links of a release that name ports which the charts have no key for.
fn other_ports(hosts: &Hosts<'_>, release: &Release<'_>) -> Option<String> {
    let node = release.nodes.first()?;
    let fixed = [
        PlanPurpose::EventStream,
        PlanPurpose::ThrottleData,
        PlanPurpose::ThrottleDecision,
        PlanPurpose::ManagementHttps,
        PlanPurpose::KeyManagerHttps,
        PlanPurpose::GatewayManagement,
    ];
    let named =
        fixed.into_iter().flat_map(|purpose| hosts.wiring().out(&node.id, purpose)).filter(|c| c.note.is_some());
    let links: Vec<String> = links(named).iter().map(Id::to_string).collect();
    (!links.is_empty()).then(|| {
        format!(
            "{}: {} names a port of its own; the charts know the usual ports, and these are written.",
            release.group,
            links.join(", ")
        )
    })
}

/// What concerns several releases at once.
pub(super) fn of_design(hosts: &Hosts<'_>, notes: &mut Notes) {
    for ((region, chart), releases) in split_clusters(hosts) {
        let groups: Vec<&str> = releases.iter().map(|release| release.group).collect();
        notes.remark(format!(
            "{region}: {} are releases of {} of their own, and the charts join the two instances of one release only. \
             Draw one group of two where they are one cluster (D2).",
            groups.join(" and "),
            chart.name()
        ));
    }
    let Deployment { wiring, identity_servers, .. } = &hosts.deployment;
    identity_servers.remarks(wiring).into_iter().for_each(|remark| notes.remark(remark));
    let mut by_name: BTreeMap<(&str, String), BTreeSet<&str>> = BTreeMap::new();
    for release in &hosts.releases.all {
        let all = routes(hosts, release).into_iter().chain(global_calls(hosts, release));
        for route in all.filter(|route| route.open) {
            by_name.entry((release.region, route.name.host)).or_default().insert(release.group);
        }
    }
    for ((region, host), groups) in by_name.into_iter().filter(|(_, groups)| groups.len() > 1) {
        let groups: Vec<&str> = groups.into_iter().collect();
        notes.remark(format!(
            "{region}: {} are all called {host}, and a route of the charts leads to one of them only; give each a \
             balancer of its own.",
            groups.join(" and ")
        ));
    }
}
