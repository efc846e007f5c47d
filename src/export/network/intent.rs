//! What a firewall has to let through: the connections of the plan, those of equal kind together.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::export::planner::{Endpoint, Plan, PlanBasis, PlanConnection, PlanNetwork, PlanPort, PlanPurpose};

/// Everything that is allowed; all else is denied.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Firewall {
    /// Name and version of the format.
    pub format: FirewallFormat,
    /// Name of the design.
    pub design: String,
    /// What happens to a connection that no rule names.
    pub default: Action,
    /// How the rules are meant, sentences.
    pub meaning: [&'static str; 4],
    /// What is allowed: between regions first, then from and to what stands in no region, then inside each region.
    pub allow: Vec<Allow>,
}

/// Name and version of the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum FirewallFormat {
    /// Version 1. Later programs may add fields: ignore what you do not know.
    #[serde(rename = "meridian-firewall/1")]
    V1,
}

/// What happens to a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// It is let through.
    Allow,
    /// It is not.
    Deny,
}

impl Action {
    /// The word in tables.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
        }
    }
}

/// How the rules are meant.
const MEANING: [&str; 4] = [
    "A rule allows every source to open connections to every target at the port; answers come back on the same connection.",
    "A node needs no rule to reach itself, and none is meant by a rule whose source is also a target.",
    "What no rule names is denied, in both directions.",
    "A rule without a port allows nothing until the port of the service has been put in.",
];

/// One rule: all its sources may reach all its targets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Allow {
    /// `allow-001` and so on, in order.
    pub id: String,
    /// Who opens the connections.
    pub from: Side,
    /// Who accepts them.
    pub to: Side,
    /// Port at the target; `null` where the address of the service decides.
    pub port: Option<u16>,
    /// Protocol, such as `https` or `amqp`; `null` as for `port`.
    pub protocol: Option<&'static str>,
    /// What the connections are for.
    pub purpose: PlanPurpose,
    /// Network they run over.
    pub network: PlanNetwork,
    /// Whether the two sides stand in different regions.
    pub crosses_regions: bool,
    /// Links in the design, in order; empty for what follows from a group alone.
    pub links: Vec<String>,
    /// Numbers of the facts it comes from, in order.
    pub facts: Vec<String>,
    /// What the least certain of its connections rests on.
    pub basis: PlanBasis,
    /// What to see to, sentences.
    pub notes: Vec<String>,
}

/// One side of a rule: endpoints of one component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Side {
    /// Id of the region; `null` when in none.
    pub region: Option<String>,
    /// Id of the component.
    pub group: String,
    /// What people call it.
    pub name: String,
    /// Its endpoints, in order of id.
    pub endpoints: Vec<SideEndpoint>,
}

/// An endpoint with its address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct SideEndpoint {
    /// Id in the plan.
    pub id: String,
    /// Host name; `null` where somebody else decides on it.
    pub host: Option<String>,
}

/// What connections must share to stand in one rule.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key<'p> {
    place: Place,
    from_region: Option<&'p str>,
    to_region: Option<&'p str>,
    from: &'p str,
    to: &'p str,
    port: Option<PlanPort>,
    purpose: PlanPurpose,
    network: PlanNetwork,
}

/// Where a connection runs; decides on the order of rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// Between two regions.
    Between,
    /// From or to what stands in no region.
    Outside,
    /// Inside a region.
    Inside,
}

impl Place {
    /// Of a connection between these.
    fn of(from: Option<&str>, to: Option<&str>) -> Self {
        match (from, to) {
            (Some(from), Some(to)) if from != to => Self::Between,
            (Some(_), Some(_)) => Self::Inside,
            _ => Self::Outside,
        }
    }
}

/// The connections of one key.
#[derive(Default)]
struct Found<'p> {
    /// Targets of each source.
    targets: BTreeMap<&'p str, BTreeSet<&'p str>>,
    links: BTreeSet<&'p str>,
    facts: BTreeSet<&'p str>,
    bases: BTreeSet<PlanBasis>,
    notes: BTreeSet<&'p str>,
}

impl Firewall {
    /// The rules for a plan.
    #[must_use]
    pub fn of(plan: &Plan) -> Self {
        let (endpoints, noted) = (plan.endpoints(), Noted::of(plan));
        let mut found: BTreeMap<Key<'_>, Found<'_>> = BTreeMap::new();
        for connection in &plan.connections {
            let ends = (endpoints.get(connection.from.as_str()), endpoints.get(connection.to.as_str()));
            let (Some(from), Some(to)) = ends else { continue };
            if from.id == to.id {
                continue;
            }
            for port in ports(&connection.ports) {
                let key = Key {
                    place: Place::of(from.region, to.region),
                    from_region: from.region,
                    to_region: to.region,
                    from: from.group,
                    to: to.group,
                    port,
                    purpose: connection.purpose,
                    network: connection.network,
                };
                let of = found.entry(key).or_default();
                of.targets.entry(from.id).or_default().insert(to.id);
                of.links.extend(connection.link.as_deref());
                of.facts.insert(&connection.fact);
                of.bases.insert(connection.basis);
                of.notes.extend(noted.note(connection, port));
            }
        }
        let mut allow = Vec::new();
        for (key, found) in &found {
            for (targets, sources) in products(&found.targets) {
                allow.extend(rule(key, found, &sources, &targets, &endpoints, allow.len() + 1));
            }
        }
        Self {
            format: FirewallFormat::V1,
            design: plan.design.name.clone(),
            default: Action::Deny,
            meaning: MEANING,
            allow,
        }
    }
}

/// What to say where nobody answers.
const DEAF: &str =
    "The target does not listen on this port: the link is drawn to the wrong end or for the wrong purpose.";
/// What to say of callers of a global balancer.
const TO_GLOBAL: &str = "It chooses by name: who calls it connects to what it leads to, see the rules from it.";
/// What to say of where a global balancer leads.
const FROM_GLOBAL: &str = "It chooses by name: open this for those who call it, and for its probes.";

/// What notes about connections look at.
pub(super) struct Noted<'p> {
    listening: BTreeMap<&'p str, BTreeSet<u16>>,
    /// Balancers that choose between regions by name.
    global: BTreeSet<&'p str>,
}

impl<'p> Noted<'p> {
    pub(super) fn of(plan: &'p Plan) -> Self {
        let global = plan.balancers.iter().filter(|balancer| balancer.global).map(|balancer| balancer.id.as_str());
        Self { listening: plan.listening(), global: global.collect() }
    }

    /// What to see to about a port of a connection.
    pub(super) fn note(&self, connection: &'p PlanConnection, port: Option<PlanPort>) -> Option<&'p str> {
        let (from, to) = (connection.from.as_str(), connection.to.as_str());
        let known = self.listening.get(to).zip(port);
        let deaf = known.is_some_and(|(ports, port)| !ports.contains(&port.number)).then_some(DEAF);
        let to_global = self.global.contains(to).then_some(TO_GLOBAL);
        let from_global = self.global.contains(from).then_some(FROM_GLOBAL);
        connection.note.as_deref().or(deaf).or(to_global).or(from_global)
    }
}

/// The ports of a connection; one that is not known where the address of the service decides.
pub(super) fn ports(ports: &[PlanPort]) -> Vec<Option<PlanPort>> {
    if ports.is_empty() { vec![None] } else { ports.iter().copied().map(Some).collect() }
}

/// The connections as rules of all sources to all targets, none of which allows more than there is: sources with the
/// same targets stand together. A source that is a target of others counts itself among its targets, since nothing is
/// meant by that.
fn products<'p>(targets: &BTreeMap<&'p str, BTreeSet<&'p str>>) -> BTreeMap<BTreeSet<&'p str>, BTreeSet<&'p str>> {
    let all: BTreeSet<&str> = targets.values().flatten().copied().collect();
    let mut sources: BTreeMap<BTreeSet<&'p str>, BTreeSet<&'p str>> = BTreeMap::new();
    for (source, of) in targets {
        let mut of = of.clone();
        if all.contains(source) {
            of.insert(source);
        }
        sources.entry(of).or_default().insert(source);
    }
    sources
}

fn rule(
    key: &Key<'_>,
    found: &Found<'_>,
    sources: &BTreeSet<&str>,
    targets: &BTreeSet<&str>,
    endpoints: &BTreeMap<&str, Endpoint<'_>>,
    number: usize,
) -> Option<Allow> {
    let owned = |of: &BTreeSet<&str>| of.iter().map(|text| (*text).to_owned()).collect();
    Some(Allow {
        id: format!("allow-{number:03}"),
        from: side(sources, endpoints)?,
        to: side(targets, endpoints)?,
        port: key.port.map(|port| port.number),
        protocol: key.port.map(|port| port.protocol),
        purpose: key.purpose,
        network: key.network,
        crosses_regions: key.place == Place::Between,
        links: owned(&found.links),
        facts: owned(&found.facts),
        basis: *found.bases.last()?,
        notes: owned(&found.notes),
    })
}

fn side(ids: &BTreeSet<&str>, endpoints: &BTreeMap<&str, Endpoint<'_>>) -> Option<Side> {
    let of: Vec<&Endpoint<'_>> = ids.iter().filter_map(|id| endpoints.get(id)).collect();
    let first = of.first()?;
    Some(Side {
        region: first.region.map(str::to_owned),
        group: first.group.to_owned(),
        name: first.name.to_owned(),
        endpoints: of
            .iter()
            .map(|endpoint| SideEndpoint { id: endpoint.id.to_owned(), host: endpoint.host.map(str::to_owned) })
            .collect(),
    })
}

impl Allow {
    /// Where its connections run.
    pub(super) fn place(&self) -> Place {
        Place::of(self.from.region.as_deref(), self.to.region.as_deref())
    }

    /// Every connection it allows, from and to.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let to = || self.to.endpoints.iter().map(|endpoint| endpoint.id.as_str());
        let pairs = self.from.endpoints.iter().flat_map(move |from| to().map(|to| (from.id.as_str(), to)));
        pairs.filter(|(from, to)| from != to)
    }
}
