//! R-DRAW-04: nothing is linked twice.

use std::collections::BTreeMap;

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-DRAW-04",
    title: "Two components have one link for each purpose.",
    severity: Severity::Info,
    basis: Basis::Inferred,
    impact: "Plans and counts have the connection twice.",
    why: "A connection is configured once for all nodes of a group; a second link of the same purpose says nothing more.",
    remedy: "Delete one of the links.",
    sources: &[source("A20", S5), source("A38", S27)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let mut first_of = BTreeMap::new();
    for wire in cx.wires() {
        // Replications may share the work, one link for each database.
        let replicated = wire.link.replication.as_ref().map(|r| (r.bidirectional, r.apim_db, r.shared_db));
        let key = (wire.from.id, wire.to.id, wire.link.purpose, wire.link.port, replicated);
        match first_of.get(&key) {
            None => {
                first_of.insert(key, wire.id);
            }
            Some(first) => {
                found
                    .at(
                        [wire.id, *first],
                        format!(
                            "{} and {} are linked twice for {}",
                            cx.place(wire.from),
                            cx.place(wire.to),
                            wire.link.purpose.label().to_lowercase()
                        ),
                    )
                    .seen("purpose", wire.link.purpose.label());
            }
        }
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let [second, first] = finding.subjects.as_slice() else { return };
    let (Some(second), Some(first)) = (cx.wire(second), cx.wire(first)) else { return };
    if first.link == second.link {
        list.offer("Remove the second link", |d| d.disconnect(second.id));
        return;
    }
    let words = |w: &Wire<'_>| {
        let encrypted = if w.link.tls { ", encrypted" } else { "" };
        format!("{}{encrypted}", w.link.network.label())
    };
    for (kept, removed) in [(first, second), (second, first)] {
        list.offer(format!("Keep only {} ({})", kept.id, words(&kept)), |d| d.disconnect(removed.id));
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    single().link_again("frankfurt-gw", "frankfurt-tm", Purpose::ThrottleData).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    single().design()
}

#[test]
fn two_ports_are_two_connections() {
    let design = single().link_again("frankfurt-gw", "frankfurt-tm", Purpose::ThrottleData);
    let named = design.with_link("frankfurt-gw", "frankfurt-tm", Purpose::ThrottleData, |l| l.port = Some(9611));
    assert_eq!(found(&named.design(), RULE.id), []);
}
