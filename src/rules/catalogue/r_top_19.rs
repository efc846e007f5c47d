//! R-TOP-19: a region for traffic only costs less as a sub region.

use crate::rules::convert::offer;
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-19",
    title: "A region that only serves traffic needs fewer nodes as a sub region of Pattern 2.",
    severity: Severity::Info,
    basis: Basis::Overview,
    impact: "Nodes and a database are paid for and run without need.",
    why: "Pattern 1 sets up every component in every region; a sub region does with gateways and traffic managers and \
          needs no database.",
    remedy: "Consider making it a sub region: its control plane and database go.",
    sources: &[source("B3", S1), source("B21", S1), source("B32", S1)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let full: Vec<&RegionView<'_>> = cx.synchronised().collect();
    let mut traffic_only: Vec<&RegionView<'_>> =
        full.iter().copied().filter(|r| r.requirements.data_plane_only == Some(true)).collect();
    // Somebody has to be the main region.
    if traffic_only.len() == full.len() && !traffic_only.is_empty() {
        let main = traffic_only.iter().position(|r| r.region.role == RegionRole::Main).unwrap_or(0);
        traffic_only.remove(main);
    }
    for region in traffic_only {
        let spare = |k: Kind| k == Kind::ControlPlane || k == Kind::KeyManager || k == Kind::Database;
        let nodes = region.which(spare).fold(0_u32, |sum, n| sum.saturating_add(n.component.instances));
        let fewer = match nodes {
            0 => "with fewer nodes".to_owned(),
            n => format!("without {n} {} of control plane, key manager and database", plural(n as usize, "node")),
        };
        let message = format!("{} needs the data plane only; as a sub region it would do {fewer}", region.name());
        found.at([region.id], message).seen("data plane only", true).seen("nodes to spare", nodes);
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(region) = finding.subjects.first().and_then(|id| cx.region(id)) else { return };
    offer::sub(cx, region, list);
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_1().with_region("oregon", |r| r.requirements.data_plane_only = Some(true)).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_1().with_region("oregon", |r| r.requirements.data_plane_only = Some(false)).design()
}
