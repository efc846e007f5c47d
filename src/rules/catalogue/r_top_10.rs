//! R-TOP-10: Pattern 1 runs on a database engine tested for replication.

use crate::rules::convert::{self, offer};
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-10",
    title: "Pattern 1 runs on a database engine that was tested for replication.",
    severity: Severity::Error,
    basis: Basis::Overview,
    impact: "Replication has to be built without scripts and without anybody to ask.",
    why: "Replication in both directions was tested with Oracle, SQL Server and, since its scripts came with 4.4, \
          PostgreSQL; for other engines there are neither scripts nor tests.",
    remedy: "Choose one of the tested engines, or Pattern 2, which needs no replication.",
    sources: &[source("B12", S1), source("B12", S2), source("B13", S3)],
    versions: Versions::ALL,
    wording: &[Wording {
        versions: Versions::up_to(ProductVersion::V4_3),
        why: "Replication in both directions was tested with Oracle and SQL Server. Scripts for PostgreSQL came only \
              with 4.4, and for other engines there are none.",
        remedy: "Choose Oracle or SQL Server, upgrade to 4.4 or later for PostgreSQL, or take Pattern 2, which needs \
                 no replication.",
    }],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for (_, node, database) in cx.synchronised_databases() {
        let engine = database.engine;
        if !tested_for_replication(engine, cx.version) {
            let message = format!(
                "{} is {}; for {} replication was tested with {} only",
                cx.place(node),
                engine.label(),
                cx.version,
                engines_tested(cx.version)
            );
            found.at([node.id], message).seen("engine", engine.label()).seen("version", cx.version);
        }
    }
}

fn fixes(cx: &Context<'_>, _: &Finding, list: &mut FixList<'_>) {
    offer::engines(cx, list);
    // A later version may have been tested with what is drawn.
    let engines = || cx.synchronised_databases().into_iter().map(|(.., d)| d.engine);
    let later =
        ProductVersion::ALL.into_iter().find(|v| *v > cx.version && engines().all(|e| tested_for_replication(e, *v)));
    if let Some(version) = later.filter(|_| offer::may_upgrade(cx)) {
        list.offer(format!("Draw the design for {version}"), |d| convert::upgrade(d, version));
    }
    offer::pattern_2(cx, list);
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_1().engine("frankfurt-db", Engine::MySql).engine("oregon-db", Engine::MySql).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_1().engine("frankfurt-db", Engine::Oracle).engine("oregon-db", Engine::Oracle).design()
}

#[test]
fn an_upgrade_is_offered_only_where_it_helps() {
    let offers = |engine: Engine| {
        let sketch = pattern_1().version(ProductVersion::V4_3).engine("frankfurt-db", engine);
        offered(&sketch.engine("oregon-db", engine).design(), RULE.id).into_iter().map(|f| f.label).collect::<Vec<_>>()
    };
    let upgrade = "Draw the design for 4.4.0".to_owned();
    assert!(offers(Engine::PostgreSql).contains(&upgrade));
    assert!(!offers(Engine::MySql).contains(&upgrade));
}

#[test]
fn postgresql_is_tested_from_4_4() {
    for version in ProductVersion::ALL {
        let said = found(&pattern_1().version(version).design(), RULE.id);
        assert_eq!(said.is_empty(), version >= ProductVersion::V4_4, "{version}");
    }
}
