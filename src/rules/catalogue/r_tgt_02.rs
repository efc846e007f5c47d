//! R-TGT-02: getting a token stays below the target for its 95th percentile.

use super::r_tgt_01::late;
use crate::estimate::Operation;
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TGT-02",
    title: "Getting a token stays below the target for its 95th percentile.",
    severity: Severity::Warning,
    basis: Basis::Inferred,
    impact: "Programs and people wait longer for a token than was promised, and so for their first call.",
    why: "No page names a limit for latency, so the one that counts is the design's own; in Pattern 2 tokens come from the main \
          region, in Pattern 1 from each region's own key manager.",
    remedy: "Issue tokens nearer to these users, let them live longer, or raise the target.",
    sources: &[source("F1", S1), source("B2", S1)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None(
        "What shortens it is where control planes and databases stand, which is a decision between the patterns.",
    ),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    late(cx, found, (Operation::TokenIssue, "Tokens of"), |_| cx.design.meta.estimation.targets.token_p95_ms);
}

#[cfg(test)]
fn within(target_ms: f64) -> Sketch {
    pattern_2()
        .with_region("frankfurt", |r| r.site = crate::design::Site::cloud("aws", "eu-central-1"))
        .link("users", "frankfurt-lb-cp", &[Purpose::PortalAccess])
        .meta(|m| m.estimation.targets.token_p95_ms = Some(target_ms))
}

#[cfg(test)]
pub fn failing() -> Design {
    within(1.0).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    within(1e6).design()
}
