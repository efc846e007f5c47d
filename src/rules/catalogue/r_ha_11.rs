//! R-HA-11: the balancer of the portals is sticky.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-HA-11",
    title: "The load balancer in front of the portals keeps a session on one node.",
    severity: Severity::Error,
    basis: Basis::Documented,
    impact: "People are thrown out of publisher and developer portal, or cannot log in at all.",
    why: "The portals keep a login in the node where it was made, and the other node does not know it.",
    remedy: "Switch on sticky sessions, by cookie or by the caller's address.",
    sources: &[source("D8", S15)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for balancer in cx.which(|k| k == Kind::LoadBalancer) {
        if matches!(&balancer.component.spec, Spec::LoadBalancer(lb) if lb.sticky) {
            continue;
        }
        let portals = cx.out(balancer.id).iter().find_map(|w| {
            let portal = w.link.purpose == Purpose::PortalAccess && w.to.component.kind().has_control_plane();
            let region = cx.region_of(w.to).filter(|r| portal && r.control_plane_nodes >= 2)?;
            Some((w.to, region.control_plane_nodes))
        });
        if let Some((portal, nodes)) = portals {
            let message = format!("{} spreads a session over the nodes of {}", cx.place(balancer), cx.place(portal));
            found.at([balancer.id], message).seen("sticky", false).seen("nodes", nodes);
        }
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(balancer) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    let label = format!("Switch on sticky sessions at {}", cx.place(balancer));
    list.offer(label, |d| wiring::stick(d, balancer.id, true));
}

#[cfg(test)]
pub fn failing() -> Design {
    single().with("frankfurt-lb-cp", |c| c.spec = Kind::LoadBalancer.default_spec()).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    single().design()
}
