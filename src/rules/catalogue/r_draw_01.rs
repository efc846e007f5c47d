//! R-DRAW-01: components of the product stand in a region.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-DRAW-01",
    title: "Nodes of the product, their databases and load balancers stand in a region.",
    severity: Severity::Warning,
    basis: Basis::Inferred,
    impact: "",
    why: "Both patterns are about what stands in which region; a component outside all of them is left out of the checks \
          and of every figure that depends on the place.",
    remedy: "Drag it into the region where it will run.",
    sources: &[source("B1", S1), source("B20", S1)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None(""),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let belongs = |k: Kind| k.is_product_node() || matches!(k, Kind::Database | Kind::LoadBalancer | Kind::Redis);
    for node in cx.which(belongs).filter(|n| n.component.region.is_none()) {
        found.at([node.id], format!("{} stands in no region", node.component.name));
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    single().put("", Kind::Gateway).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    single().put("", Kind::Backend).put("", Kind::Users).design()
}
