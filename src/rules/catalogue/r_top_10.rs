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
    for node in cx.synchronised().flat_map(|r| r.of(Kind::Database)) {
        let Some(engine) = database(node).filter(|d| convert::is_shared(d)).map(|d| d.engine) else { continue };
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
fn postgresql_is_tested_from_4_4() {
    for version in ProductVersion::ALL {
        let said = found(&pattern_1().version(version).design(), RULE.id);
        assert_eq!(said.is_empty(), version >= ProductVersion::V4_4, "{version}");
    }
}
