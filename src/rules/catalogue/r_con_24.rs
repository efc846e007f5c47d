//! R-CON-24: calls and management do not share a port of a balancer.

use std::collections::BTreeSet;

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-CON-24",
    title: "A load balancer answers API calls and gateway management at different ports.",
    severity: Severity::Warning,
    basis: Basis::Inferred,
    impact: "Calls end at the management port of a gateway, or deployments end among the API calls.",
    why: "The two go to different ports of the gateways, 8243 and 9443; a balancer cannot tell them apart when both arrive at \
          one port and name, as the samples have it.",
    remedy: "Give management a port or a host name of its own.",
    sources: &[source("Z20", S5)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

/// Port on which a balancer answers API calls when the link names none (A33).
const CALLS: u16 = 443;
/// The same for the management of gateways.
const MANAGEMENT: u16 = 9443;

/// Ports at which a balancer is reached for a purpose.
fn ports(cx: &Context<'_>, balancer: Node<'_>, purpose: Purpose, usual: u16) -> BTreeSet<u16> {
    let wires = cx.into(balancer.id).iter().filter(|w| w.link.purpose == purpose);
    wires.map(|w| w.link.port.unwrap_or(usual)).collect()
}

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for balancer in cx.which(|k| k == Kind::LoadBalancer) {
        let calls = ports(cx, balancer, Purpose::ApiTraffic, CALLS);
        let management = ports(cx, balancer, Purpose::GatewayManagement, MANAGEMENT);
        if let Some(port) = calls.intersection(&management).next() {
            found
                .at(
                    [balancer.id],
                    format!("{} answers API calls and gateway management at port {port}", cx.place(balancer)),
                )
                .seen("port", port);
        }
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(balancer) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    let mut offer = |label: String, purpose: Purpose| {
        list.offer(label, |d| {
            for wire in cx.into(balancer.id).iter().filter(|w| w.link.purpose == purpose) {
                d.link(wire.id, |l| l.port = None);
            }
        });
    };
    if !ports(cx, balancer, Purpose::ApiTraffic, CALLS).contains(&MANAGEMENT) {
        offer(format!("Let {} answer gateway management at 9443", cx.place(balancer)), Purpose::GatewayManagement);
    }
    if !ports(cx, balancer, Purpose::GatewayManagement, MANAGEMENT).contains(&CALLS) {
        offer(format!("Let {} answer API calls at 443", cx.place(balancer)), Purpose::ApiTraffic);
    }
}

#[cfg(test)]
fn managed_at(port: Option<u16>) -> Sketch {
    single()
        .entrance(&["frankfurt-lb-gw"])
        .link("frankfurt-cp", "frankfurt-lb-gw", &[Purpose::GatewayManagement])
        .with_link("frankfurt-cp", "frankfurt-lb-gw", Purpose::GatewayManagement, |l| l.port = port)
}

#[cfg(test)]
pub fn failing() -> Design {
    managed_at(Some(443)).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    managed_at(None).design()
}

#[test]
fn a_port_of_its_own_for_the_calls_is_as_good() {
    let design =
        managed_at(Some(443)).with_link("gslb", "frankfurt-lb-gw", Purpose::ApiTraffic, |l| l.port = Some(8443));
    assert_eq!(found(&design.design(), RULE.id), []);
    let both = managed_at(None).with_link("gslb", "frankfurt-lb-gw", Purpose::ApiTraffic, |l| l.port = Some(9443));
    assert_eq!(found(&both.design(), RULE.id).len(), 1);
}
