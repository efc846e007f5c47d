//! R-DB-14: replication is drawn between engines it was not tested with.

use std::collections::BTreeSet;

use crate::design::Engine;
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-DB-14",
    title: "Replication is drawn only between databases of a tested engine.",
    severity: Severity::Warning,
    basis: Basis::Overview,
    impact: "Nobody has shown that the copies stay equal, and the pack has no scripts for them.",
    why: "The overview lists the engines with which replication was tested; MySQL and the embedded H2 are not among them.",
    remedy: "Choose a tested engine, or remove the replication.",
    sources: &[source("B12", S1), source("B12", S2)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
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
            let (engine, tested) = (db.engine.label(), engines_tested(cx.version));
            found
                .at(
                    [wire.id, node.id],
                    format!("{} is {engine}; replication was tested with {tested} only", cx.place(node)),
                )
                .seen("engine", engine)
                .seen("tested engines", tested);
        }
    }
}

/// A database with all that it replicates with, directly or over others.
fn replicas<'a>(cx: &Context<'a>, start: Node<'a>) -> Vec<Node<'a>> {
    let mut seen = BTreeSet::from([start.id]);
    let mut all = vec![start];
    let mut next = 0;
    while let Some(at) = all.get(next).copied() {
        next += 1;
        let ends = cx.out(at.id).iter().map(|w| (w, w.to)).chain(cx.into(at.id).iter().map(|w| (w, w.from)));
        for (_, end) in ends.filter(|(w, _)| w.link.purpose == Purpose::DbReplication) {
            if seen.insert(end.id) {
                all.push(end);
            }
        }
    }
    all
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let [link, node] = finding.subjects.as_slice() else { return };
    let Some(node) = cx.node(node) else { return };
    let replicas = replicas(cx, node);
    let what = match replicas.len() {
        1 => cx.place(node),
        n => format!("the {n} databases that replicate"),
    };
    for engine in Engine::ALL.into_iter().filter(|e| tested_for_replication(*e, cx.version)) {
        list.offer(format!("Use {} for {what}", engine.label()), |d| {
            for replica in replicas.iter().filter(|n| database(**n).is_some_and(|db| db.engine != engine)) {
                wiring::set_database(d, replica.id, |db| {
                    db.engine = engine;
                    let version = super::r_db_09::tested_versions(engine).first().copied().unwrap_or_default();
                    version.clone_into(&mut db.version);
                });
            }
        });
    }
    list.offer("Remove the replication", |d| d.disconnect(link));
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
