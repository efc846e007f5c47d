//! R-TOP-22: throttling limits count for each region.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-22",
    title: "Throttling limits count for each region on its own.",
    severity: Severity::Info,
    basis: Basis::Overview,
    impact: "A caller who uses several regions gets the limit in each of them.",
    why: "Traffic managers see and count the traffic of their own region only.",
    remedy: "Lower the limits of the policies for each region, or accept the sum.",
    sources: &[source("B30", S1)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None("Limits stand in the policies of the product, which are not drawn here."),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let names: Vec<&str> = cx.regions().iter().filter(|r| r.has(Kind::has_gateway)).map(RegionView::name).collect();
    if names.len() >= 2 {
        let count = names.len();
        let message =
            format!("A throttling limit of N lets up to {count} × N through, counted for each of {}", list(&names));
        found.everywhere(message).seen("regions with gateways", count);
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_2().design()
}

#[cfg(test)]
pub fn passing() -> Design {
    single().design()
}
