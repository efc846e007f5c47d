//! R-SIZ-09: what the published figures were measured with.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-SIZ-09",
    title: "Load and latency rest on tests with one's own APIs, not on published figures alone.",
    severity: Severity::Info,
    basis: Basis::Documented,
    impact: "With your APIs, policies and backends, gateways may carry much less than estimated.",
    why: "The published tests ran an echo backend that answers at once, with JWT and without access logs, on one kind of \
          machine; the vendor itself always advises to test on one's own hardware.",
    remedy: "Test with your own APIs before the sizes are final.",
    sources: &[source("E4", S17), source("E13", S12)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None("It holds for every estimate that rests on published tests."),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let has = |test: fn(Kind) -> bool| cx.which(test).next().is_some();
    if has(|k| k == Kind::Users) && has(Kind::has_gateway) {
        found
            .everywhere("The estimates rest on published tests with a backend that answers at once".to_owned())
            .seen("measured by", "published tests");
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    single().entrance(&["frankfurt-lb-gw"]).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    single().design()
}
