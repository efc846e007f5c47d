//! What other regions connect to in a cluster: the Services of the charts are reachable inside it only.

use std::collections::{BTreeMap, BTreeSet};

use crate::design::Id;
use crate::export::bundle::Origin;
use crate::export::planner::{PlanConnection, PlanPort, PlanPurpose};
use crate::export::wso2::wiring::link;

use super::hosts::Hosts;
use super::releases::Release;
use super::tokens;
use super::yaml::Yaml;

/// Port of the broker.
const JMS: u16 = 5672;

/// What a port is for, as the charts call it.
const NAMES: [(u16, &str); 5] =
    [(JMS, "jms-tcp"), (8672, "jms-ssl"), (9443, "servlet-https"), (9611, "binary"), (9711, "binary-secure")];

/// Ports of one instance, or of all nodes of a release, that other regions connect to.
#[derive(Debug, Clone, Default)]
pub(super) struct Opening {
    /// Ports, each with that of the pods.
    pub(super) ports: BTreeMap<u16, u16>,
    /// Regions that connect.
    pub(super) from: BTreeSet<String>,
    /// Names by which they know it.
    pub(super) hosts: BTreeSet<String>,
    /// Links that say so.
    links: BTreeSet<Id>,
    purposes: BTreeSet<PlanPurpose>,
}

/// The openings of a region: by release and instance, `None` standing for all nodes of the release.
pub(super) type Openings<'h, 'a> = BTreeMap<(&'h str, Option<usize>), (&'h Release<'a>, Opening)>;

/// What other regions connect to in `region`.
pub(super) fn openings<'h, 'a>(hosts: &'h Hosts<'a>, region: &str) -> Openings<'h, 'a> {
    let mut openings = Openings::new();
    for connection in &hosts.source.plan.connections {
        let Some((caller, _)) = hosts.releases.of_node(&connection.from) else { continue };
        let ports = ports(connection);
        if caller.region == region || ports.is_empty() {
            continue;
        }
        let ends =
            if connection.reaches.is_empty() { std::slice::from_ref(&connection.to) } else { &connection.reaches };
        for end in ends {
            let Some((release, n)) = hosts.releases.of_node(end).filter(|(release, _)| release.region == region) else {
                continue;
            };
            let by_node = connection.to == *end || is_for_each_node(connection.purpose);
            let instance = (by_node && release.chart.has_instances()).then(|| n.min(release.instances()));
            let place = openings.entry((release.name.as_str(), instance));
            let (_, opening) = place.or_insert_with(|| (release, Opening::default()));
            opening.ports.extend(ports.iter().map(|port| (port.number, of_pods(hosts, release, port))));
            opening.from.insert(caller.region.to_owned());
            let name = hosts.wiring().host(if by_node { end } else { &connection.to });
            opening.hosts.extend(name.map(str::to_owned));
            opening.links.extend(link(connection));
            opening.purposes.insert(connection.purpose);
        }
    }
    openings
}

/// Whether a connection leads to every node by its own name, also where a balancer is drawn before them: each has a
/// broker of its own.
fn is_for_each_node(purpose: PlanPurpose) -> bool {
    matches!(
        purpose,
        PlanPurpose::EventStream | PlanPurpose::ThrottleDecision | PlanPurpose::ThrottleData | PlanPurpose::HubEvents
    )
}

/// The ports that a connection from another region needs. Those of events and throttling are written by the charts,
/// which know the usual ones only; the servlet port is 9443 whatever a balancer would answer on (B26).
fn ports(connection: &PlanConnection) -> Vec<PlanPort> {
    match connection.purpose {
        PlanPurpose::EventStream | PlanPurpose::ThrottleDecision => vec![PlanPort { number: JMS, protocol: "amqp" }],
        PlanPurpose::ThrottleData => {
            vec![PlanPort { number: 9611, protocol: "tcp" }, PlanPort { number: 9711, protocol: "ssl" }]
        }
        PlanPurpose::HubEvents => connection.ports.clone(),
        PlanPurpose::ManagementHttps
        | PlanPurpose::KeyManagerHttps
        | PlanPurpose::TokenNotification
        | PlanPurpose::GatewayManagement => vec![PlanPort { number: 9443, protocol: "https" }],
        _ => Vec::new(),
    }
}

/// The port of the pods behind one that others connect to: a link may name another one for the broker, but the pods
/// listen where the chart says.
fn of_pods(hosts: &Hosts<'_>, release: &Release<'_>, port: &PlanPort) -> u16 {
    match port.protocol {
        "amqp" => JMS,
        "amqps" => hosts.encrypted_hub_port(release).unwrap_or(port.number),
        _ => port.number,
    }
}

/// Name of the Service for an opening.
pub(super) fn service_name(release: &Release<'_>, instance: Option<usize>) -> String {
    let pods = release.chart.pods(&release.name);
    match instance {
        Some(n) => format!("{pods}-{n}-xregion"),
        None => format!("{pods}-xregion"),
    }
}

impl Opening {
    /// A Service that other regions reach.
    pub(super) fn service(&self, release: &Release<'_>, instance: Option<usize>) -> Yaml {
        let pods = release.chart.pods(&release.name);
        let mut selector = Yaml::map([("deployment", pods.as_str().into())]);
        if let Some(n) = instance {
            selector.put(["node"], format!("{pods}-{n}").into());
        }
        let name = |port: u16| {
            let known = NAMES.iter().find(|(number, _)| *number == port);
            known.map_or_else(|| format!("tcp-{port}"), |(_, name)| (*name).to_owned())
        };
        let ports = self.ports.iter().map(|(&port, &of_pods)| {
            Yaml::map([
                ("name", name(port).into()),
                ("protocol", "TCP".into()),
                ("port", u64::from(port).into()),
                ("targetPort", u64::from(of_pods).into()),
            ])
        });
        Yaml::map([
            ("apiVersion", "v1".into()),
            ("kind", "Service".into()),
            ("metadata", Yaml::map([("name", service_name(release, instance).into())])),
            (
                "spec",
                Yaml::map([
                    ("type", "LoadBalancer".into()),
                    ("loadBalancerSourceRanges", Yaml::texts(self.from.iter().map(|r| tokens::addresses_of(r)))),
                    ("selector", selector),
                    ("ports", Yaml::List(ports.collect())),
                ]),
            ),
        ])
    }

    /// Why it is there.
    pub(super) fn origin(&self, release: &Release<'_>) -> Origin {
        let from: Vec<&str> = self.from.iter().map(String::as_str).collect();
        let why = format!("The charts' Services end at the cluster, and {} connects from outside.", from.join(", "));
        let hub = self.purposes.contains(&PlanPurpose::HubEvents);
        let facts: &[&'static str] = if hub { &["A48", "B10", "B26"] } else { &["A48", "B26"] };
        let broker = self.purposes.iter().copied().any(is_for_each_node);
        let rules: &[&'static str] = match (broker, self.ports.contains_key(&9443)) {
            (true, true) => &["R-EXP-11", "R-EXP-12"],
            (true, false) => &["R-EXP-12"],
            (false, true) => &["R-EXP-11"],
            (false, false) => &[],
        };
        Origin::stated(why, facts).of(self.links.iter().cloned().chain(release.element())).keeps(rules)
    }
}
