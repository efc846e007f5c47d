//! R-DRAW-04: nothing is linked twice.

use std::collections::BTreeMap;

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-DRAW-04",
    title: "Two components have one link for each purpose.",
    severity: Severity::Info,
    basis: Basis::Inferred,
    impact: "",
    why: "A connection is configured once for all nodes of a group; a second link says nothing more and would be counted \
          twice.",
    remedy: "Delete one of the links.",
    sources: &[source("A20", S5), source("A38", S27)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None(""),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let mut first_of = BTreeMap::new();
    for wire in cx.wires() {
        // Replications may share the work, one link for each database.
        let replicated = wire.link.replication.as_ref().map(|r| (r.bidirectional, r.apim_db, r.shared_db));
        let key = (wire.from.id, wire.to.id, wire.link.purpose, replicated);
        match first_of.get(&key) {
            None => {
                first_of.insert(key, wire.id);
            }
            Some(first) => {
                found.at(
                    [wire.id, *first],
                    format!(
                        "{} and {} are linked twice for {}",
                        cx.place(wire.from),
                        cx.place(wire.to),
                        wire.link.purpose.label().to_lowercase()
                    ),
                );
            }
        }
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
