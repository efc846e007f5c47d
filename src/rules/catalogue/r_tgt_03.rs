//! R-TGT-03: a published API reaches every region within the target.

use super::r_tgt_01::late;
use crate::estimate::Operation;
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TGT-03",
    title: "A published API reaches every region within the target.",
    severity: Severity::Warning,
    basis: Basis::Inferred,
    impact: "Regions serve the old state of an API for longer than was agreed.",
    why: "No page names a limit, so the one that counts is the design's own; a change waits for the database, for replication \
          between control planes in Pattern 1, for the event and for the gateway that pulls.",
    remedy: "Bring control planes and gateways nearer to each other, measure what is assumed about deployment, or raise the target.",
    sources: &[source("F1", S1), source("B2", S1)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None(
        "What shortens it is where control planes and databases stand, which is a decision between the patterns.",
    ),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    late(cx, found, (Operation::PublishEverywhere, "Publications by"), |_| {
        cx.design.meta.estimation.targets.publish_p95_ms
    });
}

#[cfg(test)]
fn within(target_ms: f64) -> Sketch {
    pattern_2()
        .with_region("frankfurt", |r| r.site = crate::design::Site::cloud("aws", "eu-central-1"))
        .link("users", "frankfurt-lb-cp", &[Purpose::PortalAccess])
        .meta(|m| m.estimation.targets.publish_p95_ms = Some(target_ms))
}

#[cfg(test)]
pub fn failing() -> Design {
    within(1.0).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    within(1e6).design()
}
