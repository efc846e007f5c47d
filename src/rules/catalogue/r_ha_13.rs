//! R-HA-13: balancers let long headers of federated logins through.

use crate::rules::prelude::*;

/// Smallest header limit for federated logins, KiB (D9).
const LEAST_KIB: u32 = 32;

pub static RULE: Rule = Rule {
    id: "R-HA-13",
    title: "With logins through an identity provider, balancers before the portals pass headers of 32 KiB.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    impact: "People who choose an identity provider at login get an error page instead of the portal.",
    why: "Such a login carries its state in long headers and addresses, for which the guidelines ask for 32 KB on the way.",
    remedy: "Raise the header limit of the balancer to 32 KiB or more.",
    sources: &[source("D9", S19)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let federated = |w: &Wire<'_>| {
        w.link.purpose == Purpose::PortalAccess
            && w.to.component.kind().has_control_plane()
            && cx.out(w.to.id).iter().any(|w| w.link.purpose == Purpose::Identity)
    };
    for node in cx.which(|k| k == Kind::LoadBalancer) {
        let Spec::LoadBalancer(balancer) = &node.component.spec else { continue };
        let limit = balancer.header_limit_kib;
        if limit < LEAST_KIB && cx.out(node.id).iter().any(federated) {
            let place = cx.place(node);
            found
                .at([node.id], format!("{place} cuts headers at {limit} KiB, too short for federated logins"))
                .seen("header limit KiB", limit);
        }
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(node) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    list.offer(format!("Let headers of {LEAST_KIB} KiB through at {}", cx.place(node)), |d| {
        d.component(node.id, |c| {
            if let Spec::LoadBalancer(balancer) = &mut c.spec {
                balancer.header_limit_kib = LEAST_KIB;
            }
        });
    });
}

#[cfg(test)]
fn with_limit(header_limit_kib: u32) -> Design {
    let balancer = crate::design::LoadBalancer { sticky: true, header_limit_kib };
    single()
        .with("frankfurt-lb-cp", |c| c.spec = Spec::LoadBalancer(balancer))
        .put("frankfurt", Kind::IdentityProvider)
        .link("frankfurt-cp", "frankfurt-idp", &[Purpose::Identity])
        .design()
}

#[cfg(test)]
pub fn failing() -> Design {
    with_limit(8)
}

#[cfg(test)]
pub fn passing() -> Design {
    with_limit(32)
}
