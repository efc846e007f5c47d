//! R-DB-14: replication is drawn between engines it was not tested with.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-DB-14",
    title: "Replication is drawn only between databases of a tested engine.",
    severity: Severity::Warning,
    basis: Basis::Overview,
    impact: "",
    why: "The overview lists the engines with which replication was tested; MySQL and the embedded H2 are not among them.",
    remedy: "Choose a tested engine, or remove the replication.",
    sources: &[source("B12", S1), source("B12", S2)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None(""),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for wire in cx.wires_for(Purpose::DbReplication) {
        // In complete regions R-TOP-10 says the same, and as an error.
        let told = |n| cx.region_of(n).is_some_and(|r| cx.is_synchronised(r));
        let untested = [wire.from, wire.to]
            .into_iter()
            .find(|&n| !told(n) && database(n).is_some_and(|d| !tested_for_replication(d.engine, cx.version)));
        if let Some((node, db)) = untested.and_then(|n| Some((n, database(n)?))) {
            found.at(
                [wire.id, node.id],
                format!(
                    "{} is {}; replication was tested with {} only",
                    cx.place(node),
                    db.engine.label(),
                    engines_tested(cx.version)
                ),
            );
        }
    }
}

#[cfg(test)]
fn replica(engine: Engine) -> Design {
    single()
        .put_as("frankfurt", Kind::Database, "-copy")
        .engine("frankfurt-db", engine)
        .engine("frankfurt-db-copy", engine)
        .link("frankfurt-db", "frankfurt-db-copy", &[Purpose::DbReplication])
        .design()
}

#[cfg(test)]
pub fn failing() -> Design {
    replica(Engine::MySql)
}

#[cfg(test)]
pub fn passing() -> Design {
    replica(Engine::Oracle)
}
