//! R-TOP-11: the regions of Pattern 1 use the same database engine.

use std::collections::BTreeMap;

use crate::rules::convert::{self, offer};
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-11",
    title: "All regions of Pattern 1 use the same database engine.",
    severity: Severity::Error,
    basis: Basis::Inferred,
    impact: "The regions cannot be replicated with each other.",
    why: "The scripts that create replicated tables, and the tools that replicate them, are made for one engine; none \
          replicates between two.",
    remedy: "Use one engine in all regions.",
    sources: &[source("B13", S3), source("H19", S31A)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let databases: Vec<_> = cx
        .synchronised()
        .flat_map(|r| r.of(Kind::Database))
        .filter_map(|n| database(n).filter(|d| convert::is_shared(d)).map(|d| (n, d.engine)))
        .collect();
    let mut votes: BTreeMap<_, usize> = BTreeMap::new();
    for (_, engine) in &databases {
        *votes.entry(*engine).or_default() += 1;
    }
    // The most frequent engine counts as the chosen one; among equals, the first region's.
    let most = votes.values().copied().max();
    let Some(&(model, chosen)) = databases.iter().find(|(_, e)| votes.get(e).copied() == most) else { return };
    for (node, engine) in databases.iter().filter(|(_, e)| *e != chosen) {
        let message =
            format!("{} is {}, but {} is {}", cx.place(*node), engine.label(), cx.place(model), chosen.label());
        found.at([node.id, model.id], message).seen("engine", engine.label()).seen("engine elsewhere", chosen.label());
    }
}

fn fixes(cx: &Context<'_>, _: &Finding, list: &mut FixList<'_>) {
    offer::engines(cx, list);
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_1().engine("oregon-db", Engine::Oracle).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_1().design()
}
