//! R-HA-03: two control plane nodes, not three.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-HA-03",
    title: "A region has at most two control plane nodes.",
    severity: Severity::Error,
    basis: Basis::Documented,
    impact: "",
    why: "Three or more control plane nodes are warned of because of clustering and synchronisation problems; two are the \
          recommended number.",
    remedy: "Reduce the control plane to two nodes.",
    sources: &[source("C7", S8), source("D3", S12), source("D3", S13)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None(""),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for region in cx.regions() {
        let count = region.count(Kind::ControlPlane);
        if count >= 3 {
            let nodes = region.of(Kind::ControlPlane).map(|n| n.id);
            found.at(nodes, format!("{count} control plane nodes in {}: more than two get out of step", region.name()));
        }
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    single().instances("frankfurt-cp", 3).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    single().instances("frankfurt-cp", 2).design()
}
