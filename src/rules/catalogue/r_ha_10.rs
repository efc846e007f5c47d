//! R-HA-10: several nodes have a load balancer in front.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-HA-10",
    title: "Two or more nodes of a control plane, key manager, gateway or all-in-one have a load balancer in front.",
    severity: Severity::Error,
    basis: Basis::Documented,
    impact: "",
    why: "Callers know one address; only a balancer spreads them over the nodes and leaves out the one that is lost.",
    remedy: "Add a load balancer in the region and link it with the component.",
    sources: &[source("D2", S5), source("D7", S15)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None(""),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    const KINDS: [Kind; 4] = [Kind::ControlPlane, Kind::KeyManager, Kind::Gateway, Kind::AllInOne];
    for region in cx.regions() {
        for kind in KINDS {
            if region.count(kind) < 2 {
                continue;
            }
            for node in region.of(kind) {
                let balanced = cx.into(node.id).iter().any(|w| w.from.component.kind() == Kind::LoadBalancer);
                if !balanced {
                    found.at([node.id], format!("No load balancer stands in front of {}", cx.place(node)));
                }
            }
        }
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_2().without("mumbai-lb").design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_2().design()
}

#[test]
fn a_single_node_needs_no_balancer() {
    assert_eq!(found(&pattern_2().without("mumbai-lb").instances("mumbai-gw", 1).design(), RULE.id), []);
}
