//! R-TOP-31: several gateway regions need a global load balancer.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-31",
    title: "Users of several regions need a global load balancer that sends them to a working one nearby.",
    severity: Severity::Warning,
    basis: Basis::Inferred,
    why: "Regions do not forward traffic to each other; only something in front, such as DNS that routes by location, can \
          move users to another region when theirs is lost.",
    remedy: "Add a global load balancer that routes by location or latency, and connect users and regions with it.",
    sources: &[source("B2", S1), source("F4", S31C)],
    versions: Versions::ALL,
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let names: Vec<&str> = cx.regions().iter().filter(|r| r.has(Kind::has_gateway)).map(RegionView::name).collect();
    if names.len() >= 2 && cx.which(|k| k == Kind::GlobalLoadBalancer).next().is_none() {
        found.everywhere(format!("Nothing moves users between {} when one of them is lost", list(&names)));
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_2().without("gslb").design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_2().design()
}
