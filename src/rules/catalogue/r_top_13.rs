//! R-TOP-13: events to other regions need publishers that the product does not bring.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-13",
    title: "In Pattern 1 every control plane node gets event publishers for each other region.",
    severity: Severity::Info,
    basis: Basis::Documented,
    impact: "Without these files the regions hear nothing of each other, however they are linked.",
    why: "The product tells only the peer in its own region of events; publishers to other regions are files that are \
          added to each control plane node.",
    remedy: "Put the publishers and their JNDI files on every control plane node, for every other region.",
    sources: &[source("B8", S3), source("B9", S3), source("A49", S26)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None("Publishers are files on the nodes, not something to draw."),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let linked: Vec<&RegionView<'_>> = cx.synchronised().filter(|r| r.has(Kind::has_control_plane)).collect();
    if linked.len() < 2 {
        return;
    }
    let nodes = linked.iter().fold(0_u32, |sum, r| sum.saturating_add(r.control_plane_nodes));
    let others = linked.len() - 1;
    let message = format!(
        "Each of {nodes} control plane {} needs event publishers for {others} other {}; the product brings none",
        plural(nodes as usize, "node"),
        plural(others, "region")
    );
    found.everywhere(message).seen("regions", linked.len()).seen("control plane nodes", nodes);
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_1().design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_2().design()
}
