//! R-DB-10: room for both databases.

use crate::design::Schema;
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-DB-10",
    title: "apim_db and shared_db have at least 1 GiB of storage each.",
    severity: Severity::Info,
    basis: Basis::Documented,
    impact: "The database fills up soon, and then nothing can be published, subscribed to or logged in.",
    why: "That is the least the product asks for; what is published, subscribed and issued comes on top.",
    remedy: "Give the database more storage.",
    sources: &[source("A18", S16)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

/// What the schemas of a database need at least, GiB.
fn needed_gib(schemas: &[Schema]) -> f64 {
    schemas.iter().filter(|s| matches!(s, Schema::Apim | Schema::Shared)).map(|_| 1.0).sum()
}

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for node in cx.which(|k| k == Kind::Database) {
        let Some(db) = database(node) else { continue };
        let needed = needed_gib(&db.schemas);
        if db.storage_gib < needed {
            let place = cx.place(node);
            found
                .at([node.id], format!("{place} has {} GiB of storage and needs {needed} at least", db.storage_gib))
                .seen("storage GiB", db.storage_gib)
                .seen("needed GiB", needed);
        }
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(node) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    let Some(needed) = database(node).map(|db| needed_gib(&db.schemas)) else { return };
    list.offer(format!("Give {} {needed} GiB of storage", cx.place(node)), |d| {
        wiring::set_database(d, node.id, |db| db.storage_gib = needed);
    });
}

#[cfg(test)]
fn stored(gib: f64, schemas: &[Schema]) -> Design {
    let set = |db: &mut crate::design::Database| {
        db.storage_gib = gib;
        db.schemas = schemas.to_vec();
    };
    single().database("frankfurt-db", set).design()
}

#[cfg(test)]
pub fn failing() -> Design {
    stored(1.0, &[Schema::Apim, Schema::Shared])
}

#[cfg(test)]
pub fn passing() -> Design {
    stored(1.0, &[Schema::Apim])
}
