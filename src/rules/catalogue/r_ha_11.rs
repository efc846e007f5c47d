//! R-HA-11: the balancer of the portals is sticky.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-HA-11",
    title: "The load balancer in front of the portals keeps a session on one node.",
    severity: Severity::Error,
    basis: Basis::Documented,
    impact: "",
    why: "Publisher and developer portal keep the session in the node; a request that reaches the other node is not \
          logged in.",
    remedy: "Switch on sticky sessions, by cookie or by the caller's address.",
    sources: &[source("D8", S15)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None(""),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for balancer in cx.which(|k| k == Kind::LoadBalancer) {
        if matches!(&balancer.component.spec, Spec::LoadBalancer(lb) if lb.sticky) {
            continue;
        }
        let portals = cx.out(balancer.id).iter().find(|w| {
            w.link.purpose == Purpose::PortalAccess
                && w.to.component.kind().has_control_plane()
                && cx.region_of(w.to).is_some_and(|r| r.control_plane_nodes >= 2)
        });
        if let Some(wire) = portals {
            found.at(
                [balancer.id],
                format!("{} spreads a session over the nodes of {}", cx.place(balancer), cx.place(wire.to)),
            );
        }
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    single().with("frankfurt-lb-cp", |c| c.spec = Kind::LoadBalancer.default_spec()).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    single().design()
}
