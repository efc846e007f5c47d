//! What the design does not decide and somebody must supply before the plan can be carried out.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::design::{Id, Kind, ProductVersion, Purpose};
use crate::rules::pattern::{Pattern, Recognition};
use crate::topology::Topology;

use super::connections::PlanConnection;
use super::databases::ReplicationSet;
use super::names::PLACEHOLDER_DOMAIN;
use super::nodes::PlanNode;
use super::services::PlanBalancer;

/// Something that is still open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Unresolved {
    /// What kind of thing is missing.
    pub topic: Topic,
    /// The element of the design concerned; `null` when it is the design as a whole.
    pub subject: Option<String>,
    /// What is missing, as a sentence.
    pub text: String,
}

/// What kind of thing is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Topic {
    /// The domain of host names is a placeholder.
    Domain,
    /// Addresses of nodes or services.
    Address,
    /// Passwords, keys and certificates.
    Secret,
    /// No deployment pattern is recognised.
    Pattern,
    /// A component stands in no region.
    Placement,
    /// The size of nodes is not decided.
    Size,
    /// Availability zones are not decided.
    Zones,
    /// How something is started.
    StartCommand,
    /// A balancer does not lead anywhere, or answers for several services on one port.
    Balancer,
    /// Replication that the product's scripts do not cover.
    Replication,
}

/// The parts of a plan that show what is open.
pub(super) struct Parts<'p> {
    pub(super) nodes: &'p [PlanNode],
    pub(super) balancers: &'p [PlanBalancer],
    pub(super) sets: &'p [ReplicationSet],
    pub(super) connections: &'p [PlanConnection],
}

/// Everything still open: the design as a whole first, then by element.
pub(super) fn unresolved(topology: &Topology<'_>, recognition: &Recognition, parts: &Parts<'_>) -> Vec<Unresolved> {
    let mut open = whole(topology, recognition, parts);
    for (id, component) in &topology.design.components {
        let kind = component.kind();
        let mut say = |topic, text: String| open.push(Unresolved { topic, subject: Some(id.to_string()), text });
        if component.region.is_none() && (kind.is_product_node() || kind == Kind::Database) {
            say(Topic::Placement, format!("{} stands in no region.", component.name));
        }
        if component.size.is_none() && kind.default_size().is_some() {
            say(Topic::Size, format!("The size of {} is not decided.", component.name));
        }
        if component.instances > 1 && component.zones.is_empty() && kind.is_product_node() {
            say(Topic::Zones, format!("The zones that {} is spread over are not decided.", component.name));
        }
        let is_elsewhere = matches!(kind, Kind::Backend | Kind::IdentityProvider | Kind::Analytics | Kind::SharedFiles);
        if is_elsewhere && component.settings.host.is_empty() {
            say(Topic::Address, format!("The address of {} is not part of the design.", component.name));
        }
    }
    start_commands(parts, &mut open);
    balancers(topology, parts, &mut open);
    replication(parts, &mut open);
    open
}

fn whole(topology: &Topology<'_>, recognition: &Recognition, parts: &Parts<'_>) -> Vec<Unresolved> {
    let mut open = Vec::new();
    let mut say = |topic, text: String| open.push(Unresolved { topic, subject: None, text });
    if topology.design.meta.domain.is_empty() {
        say(Topic::Domain, format!("Host names end with the placeholder {PLACEHOLDER_DOMAIN}; set the real domain."));
    }
    if recognition.pattern == Pattern::None {
        say(Topic::Pattern, "The drawing is not recognised as one of the deployment patterns.".into());
    }
    if parts.nodes.is_empty() {
        return open;
    }
    say(Topic::Address, "The IP address of each node (`server.node_ip`) is not part of the design.".into());
    let accounts = "Accounts and their passwords: the administrator, and one for each database schema.";
    say(Topic::Secret, accounts.into());
    say(Topic::Secret, "The primary key store, which must be the same on every node (A43).".into());
    if topology.design.meta.product_version >= ProductVersion::V4_7 {
        say(Topic::Secret, "The symmetric encryption key, which must be the same on every node (A42).".into());
    }
    open
}

fn start_commands(parts: &Parts<'_>, open: &mut Vec<Unresolved>) {
    let groups: BTreeMap<&str, &PlanNode> =
        parts.nodes.iter().filter(|n| n.start_command.is_none()).map(|n| (n.group.as_str(), n)).collect();
    for (group, node) in groups {
        let text = match node.runtime {
            Some(_) => format!("How {} is installed and started: it is a Platform Gateway (A8).", node.group_name),
            None => format!(
                "How {} is started in this version: its profiles do not include a key manager of its own (A1).",
                node.group_name
            ),
        };
        open.push(Unresolved { topic: Topic::StartCommand, subject: Some(group.to_owned()), text });
    }
}

fn balancers(topology: &Topology<'_>, parts: &Parts<'_>, open: &mut Vec<Unresolved>) {
    let name = |id: &str| Id::new(id).map_or_else(|_| id.to_owned(), |id| topology.design.name_of(&id));
    // One sentence for a balancer and purpose, however many nodes connect to it.
    let is_balancer = |id: &str| parts.balancers.binary_search_by(|b| b.id.as_str().cmp(id)).is_ok();
    let mut dead_ends: BTreeMap<(&str, Purpose), ()> = BTreeMap::new();
    let links = &topology.design.links;
    for connection in parts.connections.iter().filter(|c| c.reaches.is_empty() && is_balancer(&c.to)) {
        if let Some(link) = connection.link.as_deref().and_then(|id| links.get(id)) {
            dead_ends.insert((connection.to.as_str(), link.purpose), ());
        }
    }
    for (balancer, purpose) in dead_ends.into_keys() {
        open.push(Unresolved {
            topic: Topic::Balancer,
            subject: Some(balancer.to_owned()),
            text: format!("{} passes {} on to nobody.", name(balancer), purpose.label()),
        });
    }
    for balancer in parts.balancers {
        let mut listening: Vec<u16> = balancer.pools.iter().map(|p| p.listen.number).collect();
        listening.sort_unstable();
        let mut shared: Vec<u16> = listening.windows(2).filter(|w| w[0] == w[1]).map(|w| w[0]).collect();
        shared.dedup();
        for port in shared {
            open.push(Unresolved {
                topic: Topic::Balancer,
                subject: Some(balancer.id.clone()),
                text: format!(
                    "{} answers on port {port} for several services; give each a host name of its own.",
                    balancer.name
                ),
            });
        }
    }
}

fn replication(parts: &Parts<'_>, open: &mut Vec<Unresolved>) {
    for set in parts.sets.iter().filter(|set| set.scripts.is_none()) {
        open.push(Unresolved {
            topic: Topic::Replication,
            subject: set.members.first().map(|m| m.database.clone()),
            text: format!("{}: the product has no scripts for replication between these engines (B12, B13).", set.id),
        });
    }
}
