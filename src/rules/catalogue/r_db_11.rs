//! R-DB-11: apim_db on MySQL 8 uses latin1.

use crate::design::{Database, Engine, Schema};
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-DB-11",
    title: "On MySQL 8 apim_db is created in the character set latin1.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    impact: "The script that makes the tables of apim_db may fail, or make them without some of their indexes.",
    why: "The default of MySQL 8 takes up to four bytes a character, while the product documents latin1, with one.",
    remedy: "Create apim_db with character set latin1.",
    sources: &[source("A17", S34)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn concerned(db: &Database) -> bool {
    db.engine == Engine::MySql && db.schemas.contains(&Schema::Apim) && !db.latin1
}

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let mut unread = 0;
    for node in cx.which(|k| k == Kind::Database) {
        let Some(db) = database(node).filter(|db| concerned(db)) else { continue };
        let numbers = super::r_db_09::numbers(&db.version);
        if numbers.is_empty() {
            unread += 1;
        }
        if numbers.iter().any(|(major, _)| *major == 8) {
            let version = db.version.trim();
            found
                .at([node.id], format!("{} is MySQL {version}, and its apim_db is not in latin1", cx.place(node)))
                .seen("version", version)
                .seen("latin1", false);
        }
    }
    if unread > 0 {
        let databases = plural(unread, "MySQL database");
        found.unchecked(format!("The version of {unread} {databases} cannot be read, so it may be 8 without latin1."));
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(node) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    list.offer(format!("Create apim_db of {} in latin1", cx.place(node)), |d| {
        wiring::set_database(d, node.id, |db| db.latin1 = true);
    });
}

#[cfg(test)]
fn mysql(version: &str) -> Design {
    single()
        .database("frankfurt-db", |db| {
            db.engine = Engine::MySql;
            version.clone_into(&mut db.version);
        })
        .design()
}

#[cfg(test)]
pub fn failing() -> Design {
    mysql("8.0")
}

#[cfg(test)]
pub fn passing() -> Design {
    mysql("5.7")
}
