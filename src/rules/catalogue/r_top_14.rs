//! R-TOP-14: in Pattern 1 each region asks its own key manager.

use crate::rules::convert::answers_for_keys;
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-14",
    title: "In Pattern 1 gateways and control planes ask the key manager of their own region.",
    severity: Severity::Warning,
    basis: Basis::Inferred,
    impact: "Checks of keys wait for the distance, and fail when the other region is lost.",
    why: "Each complete region has a key manager of its own, in its control plane or beside it, so that it works with \
          low latency and alone.",
    remedy: "Link gateways and control planes with the key manager of their own region.",
    sources: &[source("A6", S1), source("B2", S1), source("B19", S3)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for wire in cx.wires_for(Purpose::KeyManagerHttps).filter(|w| w.crosses_regions()) {
        let (Some(home), Some(away)) = (cx.region_of(wire.from), cx.region_of(wire.to)) else { continue };
        // A region without a key manager is incomplete, which R-TOP-01 says.
        if cx.is_synchronised(home) && home.has(answers_for_keys) && wire.from.component.kind() != Kind::LoadBalancer {
            let message =
                format!("{} asks the key manager in {} instead of its own region's", cx.place(wire.from), away.name());
            found.at([wire.id], message).seen("from", home.id).seen("to", away.id);
        }
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(wire) = finding.subjects.first().and_then(|id| cx.wire(id)) else { return };
    let Some(home) = cx.region_of(wire.from) else { return };
    list.offer(format!("Let {} ask the key manager in {}", cx.place(wire.from), home.name()), |d| {
        d.disconnect(wire.id);
        // A control plane without a key manager beside it is its own.
        let is_its_own = wire.from.component.kind().has_control_plane() && !home.has(|k| k == Kind::KeyManager);
        if let Some(keys) = wiring::key_manager(d.design(), home.id).filter(|_| !is_its_own) {
            d.connect(wire.from.id, &keys, &[Purpose::KeyManagerHttps]);
        }
    });
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_1()
        .without_link("oregon-gw", "oregon-lb-cp", Purpose::KeyManagerHttps)
        .link("oregon-gw", "frankfurt-lb-cp", &[Purpose::KeyManagerHttps])
        .design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_1().design()
}

#[test]
fn sub_regions_have_no_other_choice() {
    assert_eq!(found(&pattern_2().design(), RULE.id), []);
    assert_eq!(found(&mixed().design(), RULE.id), []);
}
