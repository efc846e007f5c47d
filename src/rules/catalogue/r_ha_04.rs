//! R-HA-04: control planes do not scale by themselves.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-HA-04",
    title: "The number of control plane nodes is fixed.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    impact: "Nodes that come and go miss events, and what they publish does not reach all gateways.",
    why: "Every control plane node is named in the configuration of the others and of the gateways, so their number cannot \
          change while they run.",
    remedy: "Switch autoscaling off and run two nodes.",
    sources: &[source("D2", S5), source("D3", S12), source("D3", S13)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for node in cx.which(|k| k == Kind::ControlPlane) {
        if matches!(&node.component.spec, Spec::ControlPlane(c) if c.autoscale) {
            found
                .at([node.id], format!("{} scales by itself, which control planes cannot", cx.place(node)))
                .seen("autoscaling", true);
        }
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(node) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    list.offer(format!("Switch off autoscaling of {}", cx.place(node)), |d| {
        d.component(node.id, |c| {
            if let Spec::ControlPlane(settings) = &mut c.spec {
                settings.autoscale = false;
            }
        });
    });
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
