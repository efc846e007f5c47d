//! R-HA-02: one all-in-one node is not for production.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-HA-02",
    title: "A single all-in-one node is not used in production.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    impact: "",
    why: "Everything the region does hangs on one process; the documentation recommends this for development and small \
          tests only.",
    remedy: "Run two all-in-one nodes behind a load balancer, or separate the components.",
    sources: &[source("C0", S8), source("C1", S8)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None(""),
    check,
};

/// The region's only product node, if that is one all-in-one.
pub fn is_lone_all_in_one<'a>(region: &RegionView<'a>) -> Option<Node<'a>> {
    let mut nodes = region.which(Kind::is_product_node);
    let only = nodes.next().filter(|n| n.component.kind() == Kind::AllInOne && n.component.instances == 1)?;
    nodes.next().is_none().then_some(only)
}

fn check(cx: &Context<'_>, found: &mut Breaches) {
    if cx.design.meta.environment != Environment::Production {
        return;
    }
    for region in cx.regions() {
        if let Some(node) = is_lone_all_in_one(region) {
            found.at([node.id], format!("All of {} hangs on one all-in-one node", region.name()));
        }
    }
}

#[cfg(test)]
fn all_in_one(instances: u32) -> Design {
    let place = Sketch::new().region("Oslo", RegionRole::Peer).put("oslo", Kind::AllInOne);
    place.instances("oslo-aio", instances).design()
}

#[cfg(test)]
pub fn failing() -> Design {
    all_in_one(1)
}

#[cfg(test)]
pub fn passing() -> Design {
    all_in_one(2)
}

#[test]
fn the_lone_node_is_told_once() {
    assert_eq!(found(&all_in_one(1), "R-HA-01"), []);
}
