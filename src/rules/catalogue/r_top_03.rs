//! R-TOP-03: a sub region has no control plane of its own.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-03",
    title: "A sub region of Pattern 2 has gateways and traffic managers only.",
    severity: Severity::Error,
    basis: Basis::Overview,
    impact: "",
    why: "A sub region only handles traffic and takes everything else from the main region; a control plane or key \
          manager in it belongs to no documented deployment.",
    remedy: "Delete the component, move it to the main region, or make the region a complete one of Pattern 1.",
    sources: &[source("B20", S1)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None(""),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for region in cx.subs() {
        for node in region.which(|k| k.has_control_plane() || k == Kind::KeyManager) {
            found.at(
                [node.id, region.id],
                format!(
                    "{} does not belong in a sub region, which has gateways and traffic managers only",
                    cx.place(node)
                ),
            );
        }
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_2().put("mumbai", Kind::ControlPlane).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_2().design()
}
