//! R-TOP-18: Pattern 1 needs database replication to be feasible.

use crate::rules::convert::offer;
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-18",
    title: "Pattern 1 is possible only where the databases can be replicated.",
    severity: Severity::Error,
    basis: Basis::Overview,
    impact: "The regions drift apart and become separate deployments.",
    why: "Pattern 1 writes in every region, and only replicated databases keep these the same.",
    remedy: "Choose Pattern 2, or make replication feasible.",
    sources: &[source("B1", S1), source("B32", S1)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    if cx.synchronised().next().is_none() {
        return;
    }
    let askers = cx.asked_for(|r| r.replication_feasible, false);
    for asker in askers.into_iter().filter(|a| a.is_none_or(|r| cx.is_synchronised(r))) {
        let place = asker.map(|r| format!(" in {}", r.name())).unwrap_or_default();
        let message = format!("Database replication is not feasible{place}, but Pattern 1 rests on it");
        found.at(asker.map(|r| r.id), message).seen("replication feasible", false);
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    if let Some(region) = finding.subjects.first().and_then(|id| cx.region(id)) {
        offer::sub(cx, region, list);
    }
    offer::pattern_2(cx, list);
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_1().require(|r| r.replication_feasible = Some(false)).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_1().require(|r| r.replication_feasible = Some(true)).design()
}

#[test]
fn complete_regions_of_a_mixture_rest_on_replication_too() {
    assert_eq!(found(&mixed().require(|r| r.replication_feasible = Some(false)).design(), RULE.id).len(), 1);
    let of_mumbai = mixed().with_region("mumbai", |r| r.requirements.replication_feasible = Some(false));
    assert_eq!(found(&of_mumbai.design(), RULE.id), []);
}
