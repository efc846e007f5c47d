//! R-HA-04: control planes do not scale by themselves.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-HA-04",
    title: "The number of control plane nodes is fixed.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    impact: "",
    why: "Control plane nodes are set up to know each other; adding and removing them while running is not supported.",
    remedy: "Switch autoscaling off and run two nodes.",
    sources: &[source("D3", S12), source("D3", S13)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None(""),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for node in cx.which(|k| k == Kind::ControlPlane) {
        if matches!(&node.component.spec, Spec::ControlPlane(c) if c.autoscale) {
            found.at([node.id], format!("{} scales by itself, which control planes cannot", cx.place(node)));
        }
    }
}

#[cfg(test)]
fn scaling(autoscale: bool) -> Design {
    let set = |c: &mut crate::design::Component| {
        c.spec = Spec::ControlPlane(crate::design::ControlPlane { autoscale });
    };
    single().with("frankfurt-cp", set).design()
}

#[cfg(test)]
pub fn failing() -> Design {
    scaling(true)
}

#[cfg(test)]
pub fn passing() -> Design {
    scaling(false)
}
