//! R-HA-01: two nodes of everything in production.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-HA-01",
    title: "In production every component has at least two nodes in its region.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    impact: "Losing or updating that one node stops its work for the whole region.",
    why: "Two nodes of each kind are the documented minimum for high availability.",
    remedy: "Raise the number of instances to two.",
    sources: &[source("D1", S7), source("C2", S8), source("C8", S39)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    if cx.design.meta.environment != Environment::Production {
        return;
    }
    for region in cx.regions() {
        for kind in Kind::ALL.into_iter().filter(|k| k.is_product_node()) {
            let alone = kind == Kind::AllInOne && super::r_ha_02::is_lone_all_in_one(region).is_some();
            if region.count(kind) != 1 || alone {
                continue;
            }
            let lost = match kind {
                Kind::Gateway => "its API traffic stops",
                Kind::TrafficManager => "throttling stops there",
                Kind::ControlPlane => "publishing, portals and new tokens stop there",
                Kind::KeyManager => "no new tokens are issued there",
                _ => "everything it does there stops",
            };
            if let Some(node) = region.of(kind).next() {
                let label = kind.label().to_lowercase();
                found
                    .at([node.id], format!("One {label} in {}: {lost} when it is lost", region.name()))
                    .seen("nodes", 1)
                    .seen("environment", Environment::Production.label());
            }
        }
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(node) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    list.offer(format!("Give {} a second node", cx.place(node)), |d| d.component(node.id, |c| c.instances = 2));
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_2().instances("mumbai-tm", 1).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_2().instances("mumbai-tm", 1).meta(|m| m.environment = Environment::Development).design()
}

#[test]
fn two_single_boxes_are_two_nodes() {
    let design = pattern_2().instances("mumbai-tm", 1).put_as("mumbai", Kind::TrafficManager, "-b");
    assert_eq!(found(&design.instances("mumbai-tm-b", 1).design(), RULE.id), []);
}
