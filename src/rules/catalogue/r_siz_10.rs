//! R-SIZ-10: two statements on what a traffic manager handles.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-SIZ-10",
    title: "Traffic managers are sized by the lower of the two published figures.",
    severity: Severity::Info,
    basis: Basis::Documented,
    impact: "Who sizes by the older text plans for two and a half times as many events as 4.7 promises.",
    why: "The older text tells of ten gateways of about 5,000 calls a second at one traffic manager; that of 4.7 keeps \
          ten gateways, but says 20,000 events a second.",
    remedy: "Count on 20,000 events a second for a node, and test.",
    sources: &[source("E10", S12), source("E10", S13)],
    versions: Versions::from(ProductVersion::V4_7),
    wording: &[],
    fixes: Fixes::None("The contradiction stands in the documentation; R-SIZ-05 counts with the lower figure."),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    if cx.which(|k| k == Kind::TrafficManager).next().is_some() {
        found
            .everywhere("Two figures are published for one traffic manager; the lower is used here".to_owned())
            .seen("product version", cx.version);
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    single().version(ProductVersion::V4_7).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    single().design()
}
