//! R-HA-15: H2 is for development.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-HA-15",
    title: "The embedded H2 database is used in development only.",
    severity: Severity::Error,
    basis: Basis::Documented,
    impact: "",
    why: "H2 lives in the process of one node: it is neither shared nor safe against the loss of that node.",
    remedy: "Use an external database server, such as PostgreSQL, MySQL, SQL Server or Oracle.",
    sources: &[source("A10", S20), source("A10", S16)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None(""),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    if cx.design.meta.environment != Environment::Production {
        return;
    }
    for node in cx.which(|k| k == Kind::Database) {
        if database(node).is_some_and(|d| d.engine == crate::design::Engine::H2) {
            found.at([node.id], format!("{} is H2, which is not for production", cx.place(node)));
        }
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    single().engine("frankfurt-db", Engine::H2).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    single().engine("frankfurt-db", Engine::H2).meta(|m| m.environment = Environment::Development).design()
}
