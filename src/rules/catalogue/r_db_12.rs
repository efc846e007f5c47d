//! R-DB-12: everything runs in UTC.

use std::collections::BTreeMap;

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-DB-12",
    title: "All nodes and databases run in UTC.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    impact: "Tokens cannot be issued around a change of the clocks, or run out earlier or later than they should.",
    why: "Times are written and compared by different nodes and databases; with daylight saving the same hour comes \
          twice or not at all.",
    remedy: "Set the time zone of all nodes and databases to UTC.",
    sources: &[source("A47", S46), source("F4", S31C)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

/// Names of UTC that time zone settings use.
const UTC: [&str; 9] = ["", "UTC", "ETC/UTC", "GMT", "ETC/GMT", "Z", "ZULU", "UTC+0", "UTC+00:00"];

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let mut zones: BTreeMap<&str, Vec<Node<'_>>> = BTreeMap::new();
    let mut others = false;
    for node in cx.which(|k| k.is_product_node() || k == Kind::Database) {
        let zone = node.component.settings.time_zone.trim();
        if UTC.contains(&zone.to_ascii_uppercase().as_str()) {
            others = true;
        } else {
            zones.entry(zone).or_default().push(node);
        }
    }
    let mixed = others || zones.len() > 1;
    for (zone, nodes) in zones {
        let names: Vec<String> = nodes.iter().take(enough_names()).map(|n| cx.place(*n)).collect();
        let (verb, rest) =
            (if nodes.len() == 1 { "runs" } else { "run" }, if mixed { ", and others do not" } else { "" });
        let message = format!("{} {verb} in {zone} instead of UTC{rest}", list_of(&names, nodes.len()));
        found.at(nodes.iter().map(|n| n.id), message).seen("time zone", zone).seen("several time zones", mixed);
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let nodes: Vec<_> = finding.subjects.iter().filter_map(|id| cx.node(id)).collect();
    let label = match nodes.as_slice() {
        [node] => format!("Set the time zone of {} to UTC", cx.place(*node)),
        _ => format!("Set the time zone of these {} to UTC", nodes.len()),
    };
    list.offer(label, |d| {
        for node in &nodes {
            d.component(node.id, |c| "UTC".clone_into(&mut c.settings.time_zone));
        }
    });
}

#[cfg(test)]
fn clock(zone: &str) -> Design {
    let set = |c: &mut crate::design::Component| zone.clone_into(&mut c.settings.time_zone);
    pattern_2().with("mumbai-gw", set).with("frankfurt-db", set).design()
}

#[cfg(test)]
pub fn failing() -> Design {
    clock("Asia/Kolkata")
}

#[cfg(test)]
pub fn passing() -> Design {
    clock("Etc/UTC")
}
