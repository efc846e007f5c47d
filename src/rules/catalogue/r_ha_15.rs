//! R-HA-15: H2 is for development.

use crate::design::Engine;
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-HA-15",
    title: "The embedded H2 database is used in development only.",
    severity: Severity::Error,
    basis: Basis::Documented,
    impact: "All APIs, subscriptions and tokens are lost with that node, and a second node sees none of them.",
    why: "H2 runs inside the process of one node and is shipped for development and tests.",
    remedy: "Use an external database server, such as PostgreSQL, MySQL, SQL Server or Oracle.",
    sources: &[source("A10", S20), source("A10", S16), source("A17", S34)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    if cx.design.meta.environment != Environment::Production {
        return;
    }
    for node in cx.which(|k| k == Kind::Database) {
        if database(node).is_some_and(|d| d.engine == Engine::H2) {
            found
                .at([node.id], format!("{} is H2, which is not for production", cx.place(node)))
                .seen("engine", Engine::H2.label())
                .seen("environment", Environment::Production.label());
        }
    }
}

/// Engines that stand in for H2, each with a version the product was tested with (A17).
const SERVERS: [(Engine, &str); 4] =
    [(Engine::PostgreSql, "16.2"), (Engine::MySql, "8.4"), (Engine::SqlServer, "2022"), (Engine::Oracle, "19c")];

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(node) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    let replicates = |w: &Wire<'_>| w.link.purpose == Purpose::DbReplication;
    let replicated = cx.out(node.id).iter().chain(cx.into(node.id)).any(replicates);
    for (engine, version) in SERVERS.into_iter().filter(|(e, _)| !replicated || tested_for_replication(*e, cx.version))
    {
        list.offer(format!("Use {} {version} for {}", engine.label(), cx.place(node)), |d| {
            d.component(node.id, |c| {
                if let Spec::Database(database) = &mut c.spec {
                    (database.engine, database.version) = (engine, version.to_owned());
                    database.latin1 = engine == Engine::MySql;
                }
            });
        });
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
