//! R-HA-15: H2 is for development.

use std::collections::{BTreeMap, BTreeSet};

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
    let set = replicated_with(cx, node);
    // What is replicated has one engine (R-TOP-11): the one that the others have, if any.
    let there: BTreeMap<Engine, &str> = set
        .iter()
        .filter_map(|n| database(*n))
        .filter(|d| d.engine != Engine::H2)
        .map(|d| (d.engine, d.version.as_str()))
        .collect();
    let fits = |e: Engine| {
        there.contains_key(&e) || (there.is_empty() && (set.len() == 1 || tested_for_replication(e, cx.version)))
    };
    for (engine, usual) in SERVERS.into_iter().filter(|(e, _)| fits(*e)) {
        let version = there.get(&engine).copied().unwrap_or(usual);
        let what = if set.len() > 1 { " and what it is replicated with" } else { "" };
        list.offer(format!("Use {} {version} for {}{what}", engine.label(), cx.place(node)), |d| {
            for member in set.iter().filter(|n| database(**n).is_some_and(|d| d.engine == Engine::H2)) {
                d.component(member.id, |c| {
                    if let Spec::Database(database) = &mut c.spec {
                        (database.engine, database.version) = (engine, version.to_owned());
                        database.latin1 = engine == Engine::MySql;
                    }
                });
            }
        });
    }
}

/// The database and all that replication joins it with, directly or through others.
fn replicated_with<'a>(cx: &Context<'a>, node: Node<'a>) -> Vec<Node<'a>> {
    let mut set = vec![node];
    let mut seen = BTreeSet::from([node.id]);
    let mut next = 0;
    while let Some(at) = set.get(next).copied() {
        next += 1;
        let joined = |w: &&Wire<'_>| w.link.purpose == Purpose::DbReplication;
        for wire in cx.out(at.id).iter().chain(cx.into(at.id)).filter(joined) {
            let far = if wire.from.id == at.id { wire.to } else { wire.from };
            if seen.insert(far.id) {
                set.push(far);
            }
        }
    }
    set
}

#[cfg(test)]
pub fn failing() -> Design {
    single().engine("frankfurt-db", Engine::H2).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    single().engine("frankfurt-db", Engine::H2).meta(|m| m.environment = Environment::Development).design()
}

#[test]
fn what_is_replicated_gets_one_engine() {
    let engines = |design: &Design| {
        let labels = offered(design, RULE.id).into_iter().map(|f| f.label);
        labels.filter_map(|l| l.split_whitespace().nth(1).map(str::to_owned)).collect::<Vec<_>>().join(" ")
    };
    let both = pattern_1().engine("frankfurt-db", Engine::H2).engine("oregon-db", Engine::H2);
    assert_eq!(engines(&both.design()), "PostgreSQL SQL Oracle");
    let one = pattern_1().engine("frankfurt-db", Engine::H2).engine("oregon-db", Engine::Oracle).design();
    assert_eq!(engines(&one), "Oracle");
    assert_eq!(found(&fixed(&one, RULE.id), "R-TOP-11"), []);
}
