//! R-HA-10: several nodes have a load balancer in front.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-HA-10",
    title: "Two or more nodes of a control plane, key manager, gateway or all-in-one have a load balancer in front.",
    severity: Severity::Error,
    basis: Basis::Documented,
    impact: "Callers stay with one node: the others idle, and when it is lost calls fail although others work.",
    why: "Callers know one address; only a balancer spreads them over the nodes and leaves out the one that is lost.",
    remedy: "Add a load balancer in the region and link it with the component.",
    sources: &[source("D2", S5), source("D7", S15)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    const KINDS: [Kind; 4] = [Kind::ControlPlane, Kind::KeyManager, Kind::Gateway, Kind::AllInOne];
    for region in cx.regions() {
        for kind in KINDS {
            for nodes in super::r_ha_01::alike(region, kind).into_values() {
                let count = nodes.iter().fold(0_u32, |sum, n| sum.saturating_add(n.component.instances));
                if count < 2 {
                    continue;
                }
                for node in nodes.into_iter().filter(|n| !is_balanced(cx, *n)) {
                    found
                        .at([node.id], format!("No load balancer stands in front of {}", cx.place(node)))
                        .seen("nodes", count)
                        .seen("balancers", 0);
                }
            }
        }
    }
}

/// Whether a balancer forwards what such a node is called for.
fn is_balanced(cx: &Context<'_>, node: Node<'_>) -> bool {
    let kind = node.component.kind();
    let wanted = |p: Purpose| {
        (kind.has_gateway() && p == Purpose::ApiTraffic) || (kind != Kind::Gateway && SERVLET.contains(&p))
    };
    let balances = |w: &Wire<'_>| w.from.component.kind() == Kind::LoadBalancer && wanted(w.link.purpose);
    cx.into(node.id).iter().any(balances)
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(node) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    list.offer(format!("Put a load balancer in front of {}", cx.place(node)), |d| {
        wiring::balance_copies(d, node.id);
    });
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

#[test]
fn what_called_the_nodes_calls_the_balancer_afterwards() {
    let apart = single()
        .put("frankfurt", Kind::KeyManager)
        .link("frankfurt-gw", "frankfurt-km", &[Purpose::KeyManagerHttps])
        .put("", Kind::Users)
        .link("users", "frankfurt-gw", &[Purpose::ApiTraffic])
        .without("frankfurt-lb-gw")
        .without("frankfurt-lb-cp")
        .link("frankfurt-tm", "frankfurt-cp", &[Purpose::ManagementHttps]);
    let fixed = fixed(&apart.design(), RULE.id);
    for node in ["frankfurt-gw", "frankfurt-km", "frankfurt-cp"] {
        let purposes = [Purpose::ApiTraffic, Purpose::KeyManagerHttps, Purpose::ManagementHttps];
        let calls = fixed.links.values().filter(|l| l.to.as_str() == node && purposes.contains(&l.purpose));
        let callers: Vec<Kind> = calls.map(|l| fixed.components[&l.from].kind()).collect();
        assert_eq!(callers, [Kind::LoadBalancer], "{node}");
    }
}
