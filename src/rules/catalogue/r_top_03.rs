//! R-TOP-03: a sub region has no control plane of its own.

use crate::rules::convert::{self, offer};
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-03",
    title: "A sub region of Pattern 2 has gateways and traffic managers only.",
    severity: Severity::Error,
    basis: Basis::Overview,
    impact: "What is changed or issued there is unknown in the main region, and nobody expects it.",
    why: "A sub region only handles traffic and takes everything else from the main region; a control plane or key \
          manager in it belongs to no documented deployment.",
    remedy: "Delete the component, move it to the main region, or make the region a complete one of Pattern 1.",
    sources: &[source("B20", S1)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for region in cx.subs() {
        for node in region.which(|k| k.has_control_plane() || k == Kind::KeyManager) {
            let place = cx.place(node);
            let message =
                format!("{place} does not belong in a sub region, which has gateways and traffic managers only");
            found.at([node.id, region.id], message).seen("component", node.component.kind().label());
        }
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(region) = finding.subjects.last().and_then(|id| cx.region(id)) else { return };
    let Some(home) = offer::home_beside(cx, region.id) else {
        // The only control plane stands here, so this is the main region.
        offer::pattern_2_with(cx, region, list);
        return;
    };
    let label = format!("Leave only gateways and traffic managers in {}, attached to {}", region.name(), home.name());
    list.offer(label, |d| convert::into_sub(d, region.id, home.id));
    offer::pattern_1_or_complete(cx, region, list);
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_2().put("mumbai", Kind::ControlPlane).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_2().design()
}
