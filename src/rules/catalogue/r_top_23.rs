//! R-TOP-23: several sub regions follow the scaling recommendations.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-23",
    title: "With several sub regions, follow the recommendations for scaling gateways.",
    severity: Severity::Info,
    basis: Basis::Overview,
    impact: "After an outage gateways wait for a busy control plane and take long to start.",
    why: "The one control plane of the main region starts the gateways of all regions; about ten for each of its \
          nodes, and at most ten at a time, are recommended.",
    remedy: "Count the gateways of all regions against the control plane nodes and start them in steps.",
    sources: &[source("B25", S1), source("D13", S12), source("D13", S13)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None("How gateways are started is up to those who run them, so nothing in the drawing is wrong."),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let subs = cx.subs().count();
    let Some(main) = cx.main().filter(|_| subs >= 2) else { return };
    let count = |regions: &mut dyn Iterator<Item = &RegionView<'_>>| {
        regions.fold(0_u32, |sum, r| sum.saturating_add(r.count(Kind::Gateway)))
    };
    let gateways = count(&mut cx.subs()).saturating_add(main.count(Kind::Gateway));
    let hubs = main.count(Kind::ControlPlane).saturating_add(main.count(Kind::AllInOne));
    if gateways == 0 || hubs == 0 {
        return;
    }
    let message = format!(
        "{subs} sub regions share the control plane in {}: {} for {}",
        main.name(),
        plural(gateways as usize, &format!("{gateways} gateway")),
        plural(hubs as usize, &format!("{hubs} node"))
    );
    found.everywhere(message).seen("sub regions", subs).seen("gateways", gateways).seen("control plane nodes", hubs);
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_2().sub_region("Oregon", "frankfurt").design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_2().design()
}
