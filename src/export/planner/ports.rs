//! Which ports a connection uses: the node's own, or those a balancer answers on for it.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use crate::design::{Id, Kind, Link, Purpose, Spec};
use crate::topology::{Edge, Node, Topology};

use super::{Budget, PlanError};

/// A port with its protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct PlanPort {
    /// Port number.
    pub number: u16,
    /// Protocol, such as `https` or `amqp`.
    pub protocol: &'static str,
}

const fn port(number: u16, protocol: &'static str) -> PlanPort {
    PlanPort { number, protocol }
}

/// Balancers answer on the usual web ports (A19, A33: "443 behind a load balancer").
const WEB: [PlanPort; 2] = [port(443, "https"), port(80, "http")];
/// The servlet port, which balancers expose as it is to other regions (B26).
const SERVLET: PlanPort = port(9443, "https");

/// What decides on the ports of a balancer, looked at once for each.
#[derive(Debug, Clone, Default)]
struct Front {
    /// API traffic passes through, so port 443 is taken.
    carries_apis: bool,
    /// Somebody in another region connects to the servlet port.
    serves_other_regions: bool,
    /// The ports that links to it name, by purpose; `None` stands for the usual ones.
    asked_for: BTreeMap<Purpose, BTreeSet<Option<u16>>>,
}

/// Port resolution over one design.
pub(super) struct Ports<'t, 'a> {
    topology: &'t Topology<'a>,
    fronts: BTreeMap<&'a Id, Front>,
}

/// Whether the connection ends at the servlet port 9443.
pub(super) fn is_servlet(purpose: Purpose) -> bool {
    matches!(
        purpose,
        Purpose::PortalAccess
            | Purpose::ManagementHttps
            | Purpose::KeyManagerHttps
            | Purpose::TokenNotification
            | Purpose::GatewayManagement
    )
}

fn is_balancer(kind: Kind) -> bool {
    matches!(kind, Kind::LoadBalancer | Kind::GlobalLoadBalancer)
}

/// Whether a balancer may hand a connection of `incoming` to a link of `outgoing`: the portals, internal APIs and key
/// manager of a control plane share one port, the management of a gateway is a service of its own (Z20).
fn may_carry(outgoing: Purpose, incoming: Purpose) -> bool {
    let shared = |p| is_servlet(p) && p != Purpose::GatewayManagement;
    outgoing == incoming || (shared(outgoing) && shared(incoming))
}

impl<'t, 'a> Ports<'t, 'a> {
    pub(super) fn of(topology: &'t Topology<'a>) -> Self {
        let mut fronts: BTreeMap<&'a Id, Front> = BTreeMap::new();
        let balancers = topology.of_kind(Kind::LoadBalancer).chain(topology.of_kind(Kind::GlobalLoadBalancer));
        fronts.extend(balancers.map(|node| (node.id, Front::default())));
        for link in topology.design.links.values() {
            for end in [&link.from, &link.to] {
                if let Some(front) = fronts.get_mut(end) {
                    front.carries_apis |= link.purpose == Purpose::ApiTraffic;
                }
            }
            if let Some(front) = fronts.get_mut(&link.to) {
                front.serves_other_regions |=
                    link.port.is_none() && is_servlet(link.purpose) && topology.crosses_regions(link);
                front.asked_for.entry(link.purpose).or_default().insert(link.port);
            }
        }
        Self { topology, fronts }
    }

    /// Links by which a balancer passes on what reaches it for `purpose`: those of the same purpose, or when there
    /// are none, those that share its port.
    fn onward(&self, balancer: &Id, purpose: Purpose) -> Vec<(Edge<'a>, Node<'a>)> {
        let mut links = self.topology.out(balancer);
        links.retain(|(edge, _)| may_carry(edge.link.purpose, purpose));
        if links.iter().any(|(edge, _)| edge.link.purpose == purpose) {
            links.retain(|(edge, _)| edge.link.purpose == purpose);
        }
        links
    }

    /// Components at which a connection to `start` finally ends, in order of id; balancers are passed through.
    pub(super) fn ends(&self, start: &Id, purpose: Purpose, budget: &mut Budget) -> Result<Vec<&'a Id>, PlanError> {
        let mut ends = BTreeSet::new();
        let Some((start, component)) = self.topology.design.components.get_key_value(start) else {
            return Ok(Vec::new());
        };
        if !is_balancer(component.kind()) {
            return Ok(vec![start]);
        }
        let mut seen = BTreeSet::from([start]);
        let mut stack = vec![start];
        while let Some(balancer) = stack.pop() {
            let links = self.onward(balancer, purpose);
            budget.spend(1 + links.len() as u64)?;
            for (_, node) in links {
                if !seen.insert(node.id) {
                    continue;
                }
                if is_balancer(node.component.kind()) {
                    stack.push(node.id);
                } else {
                    ends.insert(node.id);
                }
            }
        }
        Ok(ends.into_iter().collect())
    }

    /// Ports at which the far end of the link answers; empty where the service's own address decides.
    pub(super) fn listening(&self, link: &Link, budget: &mut Budget) -> Result<Vec<PlanPort>, PlanError> {
        let Some(target) = self.topology.design.components.get(&link.to) else { return Ok(Vec::new()) };
        match target.kind() {
            Kind::GlobalLoadBalancer => self.behind_global(&link.to, link.purpose, budget),
            _ => Ok(named(link, self.usual(link, &target.spec))),
        }
    }

    /// The usual ports that the link names another one in place of; empty when it names none or a usual one.
    pub(super) fn replaced(&self, link: &Link) -> Vec<PlanPort> {
        let Some(target) = self.topology.design.components.get(&link.to) else { return Vec::new() };
        let usual = self.usual(link, &target.spec);
        let other = link.port.is_some_and(|number| usual.iter().all(|p| p.number != number));
        // A global balancer works by name and has no ports of its own.
        if other && target.kind() != Kind::GlobalLoadBalancer { usual } else { Vec::new() }
    }

    /// Ports at which the far end of the link answers when the link names none.
    fn usual(&self, link: &Link, target: &Spec) -> Vec<PlanPort> {
        if target.kind() == Kind::LoadBalancer { self.front(link) } else { own_ports(link, target) }
    }

    /// What the balancer at the end of the link usually answers on for it.
    fn front(&self, link: &Link) -> Vec<PlanPort> {
        let carries_apis = self.fronts.get(&link.to).is_some_and(|front| front.carries_apis);
        match link.purpose {
            Purpose::ApiTraffic => WEB.to_vec(),
            Purpose::GatewayManagement => vec![SERVLET],
            p if is_servlet(p) => {
                let own_port = carries_apis || self.topology.crosses_regions(link);
                vec![if own_port { SERVLET } else { WEB[0] }]
            }
            _ => purpose_ports(link),
        }
    }

    /// Ports a balancer answers on for what it passes on over `link`: those that its callers name and the usual ones,
    /// unless all of them name others.
    fn fronts_of(&self, balancer: &Id, link: &Link) -> Vec<PlanPort> {
        let Some(front) = self.fronts.get(balancer) else { return Vec::new() };
        let usual = Self::usual_fronts(front, link);
        let asked = front.asked_for.iter().filter(|(incoming, _)| may_carry(link.purpose, **incoming));
        let asked: BTreeSet<Option<u16>> = asked.flat_map(|(_, ports)| ports).copied().collect();
        let mut ports = if asked.is_empty() || asked.contains(&None) { usual.clone() } else { Vec::new() };
        for number in asked.into_iter().flatten() {
            let named = of_number(number, &usual);
            if !ports.contains(&named) {
                ports.push(named);
            }
        }
        ports
    }

    /// Ports a balancer answers on for what it passes on over `link` when its callers name none.
    fn usual_fronts(front: &Front, link: &Link) -> Vec<PlanPort> {
        match link.purpose {
            Purpose::ApiTraffic => WEB.to_vec(),
            Purpose::GatewayManagement => vec![SERVLET],
            p if is_servlet(p) => match (front.carries_apis, front.serves_other_regions) {
                (true, _) => vec![SERVLET],
                (false, true) => vec![WEB[0], SERVLET],
                (false, false) => vec![WEB[0]],
            },
            _ => purpose_ports(link),
        }
    }

    /// A global balancer works by name, so a caller uses the ports of whatever stands behind it.
    fn behind_global(&self, start: &Id, purpose: Purpose, budget: &mut Budget) -> Result<Vec<PlanPort>, PlanError> {
        let mut ports = BTreeSet::new();
        let mut seen = BTreeSet::from([start]);
        let mut stack = vec![start];
        while let Some(balancer) = stack.pop() {
            let links = self.onward(balancer, purpose);
            budget.spend(1 + links.len() as u64)?;
            for (edge, node) in links {
                match node.component.kind() {
                    Kind::GlobalLoadBalancer if seen.insert(node.id) => stack.push(node.id),
                    Kind::GlobalLoadBalancer => {}
                    _ => ports.extend(named(edge.link, self.usual(edge.link, &node.component.spec))),
                }
            }
        }
        Ok(web_order(ports))
    }

    /// How a balancer passes on a link that begins at it: pairs of the port it answers on and the target's port.
    pub(super) fn forwarding(
        &self,
        balancer: &Node<'a>,
        link: &Link,
        budget: &mut Budget,
    ) -> Result<Vec<(PlanPort, PlanPort)>, PlanError> {
        let targets = self.listening(link, budget)?;
        if balancer.component.kind() == Kind::GlobalLoadBalancer {
            return Ok(targets.into_iter().map(|p| (p, p)).collect());
        }
        let fronts = self.fronts_of(balancer.id, link);
        let pairs = fronts.iter().flat_map(|&front| {
            targets.iter().filter(move |target| target.protocol == front.protocol).map(move |&target| (front, target))
        });
        Ok(pairs.collect())
    }
}

/// Encrypted before plain, as everywhere else in the plan.
fn web_order(ports: BTreeSet<PlanPort>) -> Vec<PlanPort> {
    let mut ports: Vec<PlanPort> = ports.into_iter().collect();
    ports.sort_by_key(|p| (p.protocol != "https", *p));
    ports
}

/// The port that the link names in place of the usual ones. Throttle data needs both of its ports, so naming one of
/// them names the pair (A22).
fn named(link: &Link, usual: Vec<PlanPort>) -> Vec<PlanPort> {
    let pair = |number: u16| link.purpose == Purpose::ThrottleData && usual.iter().any(|p| p.number == number);
    match link.port {
        Some(number) if !pair(number) => vec![of_number(number, &usual)],
        _ => usual,
    }
}

/// A port of this number: with the protocol it usually has, else with the first of those expected.
fn of_number(number: u16, usual: &[PlanPort]) -> PlanPort {
    let known = usual.iter().chain(&WEB).find(|p| p.number == number);
    let expected = known.filter(|p| usual.iter().any(|u| u.protocol == p.protocol)).or(usual.first());
    port(number, expected.map_or("tcp", |p| p.protocol))
}

fn purpose_ports(link: &Link) -> Vec<PlanPort> {
    let encrypted = |p: &crate::design::Port| match (link.tls, p.number) {
        (true, 5672) => port(8672, "amqps"),
        _ => port(p.number, p.protocol),
    };
    link.purpose.ports().iter().map(encrypted).collect()
}

fn own_ports(link: &Link, target: &Spec) -> Vec<PlanPort> {
    match (link.purpose, target) {
        (Purpose::Database | Purpose::DbReplication, Spec::Database(db)) => {
            db.engine.port().map(|number| port(number, "tcp")).into_iter().collect()
        }
        _ => purpose_ports(link),
    }
}
