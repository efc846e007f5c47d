//! R-TOP-23: several sub regions follow the scaling recommendations.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-23",
    title: "With several sub regions, follow the recommendations for scaling gateways.",
    severity: Severity::Info,
    basis: Basis::Overview,
    impact: "",
    why: "All gateways of all sub regions load the one control plane of the main region; about ten gateways for each \
          control plane node, and at most ten started at a time, are recommended.",
    remedy: "Count the gateways of all regions against the control plane nodes and start them in steps.",
    sources: &[source("B25", S1), source("D13", S12), source("D13", S13)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None(""),
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
    found.everywhere(format!(
        "{subs} sub regions share the control plane in {}: {} for {}",
        main.name(),
        plural(gateways as usize, &format!("{gateways} gateway")),
        plural(hubs as usize, &format!("{hubs} node"))
    ));
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_2().sub_region("Oregon", "frankfurt").design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_2().design()
}
