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
        let portals = portals_behind(cx, balancer).find_map(|portal| {
            let region = cx.region_of(portal).filter(|r| r.control_plane_nodes >= 2)?;
            Some((portal, region.control_plane_nodes))
        });
        if let Some((portal, nodes)) = portals {
            let message = format!("{} spreads a session over the nodes of {}", cx.place(balancer), cx.place(portal));
            found.at([balancer.id], message).seen("sticky", false).seen("nodes", nodes);
        }
    }
}

/// Control planes whose portals people reach through the balancer. What arrives for the portals is forwarded with
/// everything else on the servlet port, even if no link to the node names the portals.
pub fn portals_behind<'a>(cx: &Context<'a>, balancer: Node<'_>) -> impl Iterator<Item = Node<'a>> {
    let asked = cx.into(balancer.id).iter().any(|w| w.link.purpose == Purpose::PortalAccess);
    let forwards = move |p: Purpose| p == Purpose::PortalAccess || (asked && SERVLET.contains(&p));
    let wires = cx.out(balancer.id).iter();
    wires.filter(move |w| forwards(w.link.purpose) && w.to.component.kind().has_control_plane()).map(|w| w.to)
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

#[test]
fn portals_are_reached_through_what_forwards_the_servlet_port() {
    let design = single().with("frankfurt-lb-cp", |c| c.spec = Kind::LoadBalancer.default_spec()).without_link(
        "frankfurt-lb-cp",
        "frankfurt-cp",
        Purpose::PortalAccess,
    );
    assert_eq!(found(&design.design(), RULE.id), []);
    let visited = single()
        .with("frankfurt-lb-cp", |c| c.spec = Kind::LoadBalancer.default_spec())
        .without_link("frankfurt-lb-cp", "frankfurt-cp", Purpose::PortalAccess)
        .put("", Kind::Users)
        .link("users", "frankfurt-lb-cp", &[Purpose::PortalAccess]);
    assert_eq!(found(&visited.design(), RULE.id).len(), 1);
}
