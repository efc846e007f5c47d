//! R-DRAW-03: users reach a gateway.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-DRAW-03",
    title: "Users reach a gateway, directly or through load balancers.",
    severity: Severity::Warning,
    basis: Basis::Inferred,
    impact: "",
    why: "API calls arrive at the traffic ports of a gateway; users without a way there have no latency, no load and no \
          say in what a failure means.",
    remedy: "Link the users with a load balancer or a gateway for API traffic, and the load balancers with gateways.",
    sources: &[source("A33", S5), source("A33", S14)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None(""),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let gateways: Vec<&Id> = cx.which(Kind::has_gateway).map(|n| n.id).collect();
    let callers = cx.topology.sources_of(gateways, Purpose::ApiTraffic, &[]);
    for users in cx.which(|k| k == Kind::Users) {
        let calls = matches!(&users.component.spec, Spec::Users(u) if u.requests_per_s > 0.0);
        if calls && !callers.contains(users.id) {
            found.at([users.id], format!("{} reach no gateway", users.component.name));
        }
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    single().put("", Kind::Users).link("users", "frankfurt-lb-cp", &[Purpose::PortalAccess]).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    single().entrance(&["frankfurt-lb-gw"]).design()
}
