//! R-HA-12: API calls need no sticky sessions.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-HA-12",
    title: "A load balancer for API calls or key managers only need not be sticky.",
    severity: Severity::Info,
    basis: Basis::Documented,
    impact: "Calls spread unevenly: a busy caller stays on one node while others have room.",
    why: "Gateways and key managers keep nothing between two calls; only the portals on 9443 need a session.",
    remedy: "Switch off sticky sessions.",
    sources: &[source("D7", S15)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for balancer in cx.which(|k| k == Kind::LoadBalancer) {
        let sticky = matches!(&balancer.component.spec, Spec::LoadBalancer(lb) if lb.sticky);
        let forwarded = cx.out(balancer.id);
        let stateless = |w: &Wire<'_>| {
            (w.link.purpose == Purpose::ApiTraffic && w.to.component.kind().has_gateway())
                || (w.link.purpose == Purpose::KeyManagerHttps && w.to.component.kind() == Kind::KeyManager)
        };
        if sticky && !forwarded.is_empty() && forwarded.iter().all(stateless) {
            found
                .at(
                    [balancer.id],
                    format!("{} is sticky, which API calls and key managers do not need", cx.place(balancer)),
                )
                .seen("sticky", true);
        }
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(balancer) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    let label = format!("Switch off sticky sessions at {}", cx.place(balancer));
    list.offer(label, |d| wiring::stick(d, balancer.id, false));
}

#[cfg(test)]
fn with(purposes: &[Purpose]) -> Design {
    let balancer = crate::design::LoadBalancer { sticky: true, ..Default::default() };
    let sticky = single().with("frankfurt-lb-gw", |c| c.spec = Spec::LoadBalancer(balancer));
    sticky.link("frankfurt-lb-gw", "frankfurt-gw", purposes).design()
}

#[cfg(test)]
pub fn failing() -> Design {
    with(&[Purpose::ApiTraffic])
}

#[cfg(test)]
pub fn passing() -> Design {
    with(&[Purpose::ApiTraffic, Purpose::GatewayManagement])
}
