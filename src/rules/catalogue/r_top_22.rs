//! R-TOP-22: throttling limits count for each region.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-22",
    title: "Throttling limits count for each region on its own.",
    severity: Severity::Info,
    basis: Basis::Overview,
    impact: "",
    why: "Traffic managers see the traffic of their own region only, so a caller who uses several regions gets the limit \
          in each of them.",
    remedy: "Lower the limits of the policies for each region, or accept the sum.",
    sources: &[source("B30", S1)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None(""),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let names: Vec<&str> = cx.regions().iter().filter(|r| r.has(Kind::has_gateway)).map(RegionView::name).collect();
    if names.len() >= 2 {
        found.everywhere(format!(
            "A throttling limit of N lets up to {} × N through, counted for each of {}",
            names.len(),
            list(&names)
        ));
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
