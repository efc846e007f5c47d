//! R-TOP-10: Pattern 1 runs on a database engine tested for replication.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-10",
    title: "Pattern 1 runs on a database engine that was tested for replication.",
    severity: Severity::Error,
    basis: Basis::Overview,
    impact: "",
    why: "Replication in both directions was tested with Oracle and SQL Server, and with PostgreSQL since scripts for it \
          came with 4.4; for other engines there are neither scripts nor tests.",
    remedy: "Choose one of the tested engines, or Pattern 2, which needs no replication.",
    sources: &[source("B12", S1), source("B12", S2), source("B13", S3)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None(""),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for node in cx.synchronised().flat_map(|r| r.of(Kind::Database)) {
        let Some(engine) = database(node).map(|d| d.engine) else { continue };
        if !tested_for_replication(engine, cx.version) {
            found.at(
                [node.id],
                format!(
                    "{} is {}; for {} replication was tested with {} only",
                    cx.place(node),
                    engine.label(),
                    cx.version,
                    engines_tested(cx.version)
                ),
            );
        }
    }
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
