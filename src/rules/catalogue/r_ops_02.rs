//! R-OPS-02: events between regions are lost while they are cut off.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-OPS-02",
    title: "Somebody knows how to bring regions of Pattern 1 to one state after they were cut off from each other.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    impact: "After an outage of the connection, a region serves APIs, keys and blocks that are out of date, for good.",
    why: "What is published for another region is sent once and not again; the database catches up by replication, but \
          the gateways never hear of it.",
    remedy: "Write down what is done after an outage, such as restarting the gateways or deploying again, and practise it.",
    sources: &[source("H6", S30)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None("The pattern has this weakness; what helps is a plan for the day, which nobody can draw."),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let regions = cx.synchronised_pair();
    if regions.is_empty() {
        return;
    }
    let names: Vec<&str> = regions.iter().map(|r| r.name()).collect();
    let ids: Vec<&str> = regions.iter().map(|r| r.id.as_str()).collect();
    found
        .everywhere(format!("While {} are cut off from each other, events between them are lost", list(&names)))
        .seen("complete regions", ids.join(", "));
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_1().design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_2().design()
}
