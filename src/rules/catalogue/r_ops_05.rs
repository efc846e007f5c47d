//! R-OPS-05: before 4.3 gateways miss what happened while they were cut off.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-OPS-05",
    title: "Gateways of sub regions run a version that catches up after the connection was lost.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    impact: "After an outage of the connection they serve old APIs and refuse new subscriptions until they are restarted.",
    why: "Since 4.3 a gateway that finds its control plane again fetches subscriptions and APIs anew; before, it only \
          hears of what happens from then on.",
    remedy: "Use 4.3 or later, or restart the gateways of sub regions after every outage.",
    sources: &[source("H8", S30)],
    versions: Versions::up_to(ProductVersion::V4_2),
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let regions: Vec<_> = cx.subs().filter(|r| r.has(Kind::has_gateway)).collect();
    if regions.is_empty() {
        return;
    }
    let names: Vec<&str> = regions.iter().map(|r| r.name()).collect();
    let message = format!("Gateways of {} in {} do not catch up after they were cut off", cx.version, list(&names));
    found.at(regions.iter().map(|r| r.id), message).seen("product version", cx.version);
}

fn fixes(_: &Context<'_>, _: &Finding, list: &mut FixList<'_>) {
    for version in [ProductVersion::V4_3, ProductVersion::V4_6] {
        list.offer(format!("Draw for {version}"), |d| d.meta(|m| m.product_version = version));
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_2().version(ProductVersion::V4_2).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_2().version(ProductVersion::V4_3).design()
}
