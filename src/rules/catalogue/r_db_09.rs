//! R-DB-09: the database is of a tested version.

use crate::design::{Database, Engine};
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-DB-09",
    title: "The database is of a version that the product was tested with.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    impact: "Whatever goes wrong with the database, nobody has seen it before, and support may ask for another version.",
    why: "The product names the versions of each engine with which its releases are tested.",
    remedy: "Choose a tested version: MySQL 5.7, 8 or 8.4, Oracle 19c or 23c, SQL Server 2019 or 2022, PostgreSQL 16.2 or \
             17.",
    sources: &[source("A17", S34)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

/// Product versions whose tested databases are known (A17).
const KNOWN: Versions = Versions { from: Some(ProductVersion::V4_4), to: Some(ProductVersion::V4_6) };

/// Every number in the text of an engine's version with the part after its first dot: `16.2` is 16 and 2, `19c` is 19.
pub fn numbers(version: &str) -> Vec<(u32, Option<u32>)> {
    let words = version.split(|c: char| !c.is_ascii_digit() && c != '.');
    words
        .filter_map(|word| {
            let mut parts = word.split('.').map(|part| part.parse().ok());
            Some((parts.next()??, parts.next().flatten()))
        })
        .collect()
}

/// Whether the version of the database was tested; `None` when its text does not say which it is.
///
/// A text may name more than the version, as in "RDS for PostgreSQL 16.4", so one tested number is enough. Minor
/// releases count as their major one; SQL Server may be given by year or by internal number.
fn was_tested(db: &Database) -> Option<bool> {
    let judged: Vec<bool> = numbers(&db.version)
        .into_iter()
        .filter_map(|(major, minor)| match db.engine {
            Engine::PostgreSql => Some(matches!(major, 16 | 17)),
            Engine::MySql => match (major, minor) {
                (5, None) => None,
                (5, Some(minor)) => Some(minor == 7),
                (8, minor) => Some(matches!(minor, None | Some(0 | 4))),
                _ => Some(false),
            },
            Engine::SqlServer => Some(matches!(major, 2019 | 2022 | 15 | 16)),
            Engine::Oracle => Some(matches!(major, 19 | 23)),
            Engine::H2 => None,
        })
        .collect();
    judged.into_iter().reduce(|a, b| a || b)
}

/// Tested versions of an engine, the usual choice first; none for the embedded H2.
pub fn tested_versions(engine: Engine) -> &'static [&'static str] {
    match engine {
        Engine::PostgreSql => &["16.2", "17"],
        Engine::MySql => &["8.4", "8.0", "5.7"],
        Engine::SqlServer => &["2022", "2019"],
        Engine::Oracle => &["19c", "23c"],
        Engine::H2 => &[],
    }
}

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let databases = cx.which(|k| k == Kind::Database).filter_map(|n| Some((n, database(n)?)));
    // The embedded H2 comes with the product.
    let databases: Vec<_> = databases.filter(|(_, db)| db.engine != Engine::H2).collect();
    if !databases.is_empty() && !KNOWN.include(cx.version) {
        found.unchecked(format!(
            "Which databases {} was tested with is not known here; the list that is speaks of 4.4 to 4.6.",
            cx.version
        ));
        return;
    }
    let mut unread = 0;
    for (node, db) in databases {
        match was_tested(db) {
            Some(true) => {}
            None => unread += 1,
            Some(false) => {
                let (engine, version, tested) = (db.engine.label(), db.version.trim(), tested_versions(db.engine));
                found
                    .at(
                        [node.id],
                        format!(
                            "{} is {engine} {version}; {} was tested with {}",
                            cx.place(node),
                            cx.version,
                            list(tested)
                        ),
                    )
                    .seen("engine", engine)
                    .seen("version", version)
                    .seen("product version", cx.version);
            }
        }
    }
    if unread > 0 {
        let databases = plural(unread, "database");
        found.unchecked(format!("The version of {unread} {databases} is not given, or not in a way that can be read."));
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(node) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    let Some(db) = database(node) else { return };
    for version in tested_versions(db.engine) {
        list.offer(format!("Use {} {version} for {}", db.engine.label(), cx.place(node)), |d| {
            wiring::set_database(d, node.id, |db| (*version).clone_into(&mut db.version));
        });
    }
}

#[cfg(test)]
fn running(engine: Engine, version: &str) -> Design {
    single()
        .database("frankfurt-db", |db| {
            db.engine = engine;
            version.clone_into(&mut db.version);
        })
        .design()
}

#[cfg(test)]
pub fn failing() -> Design {
    running(Engine::PostgreSql, "14")
}

#[cfg(test)]
pub fn passing() -> Design {
    running(Engine::PostgreSql, "17.1")
}

#[test]
fn versions_are_read_as_people_write_them() {
    let tested =
        |engine: Engine, version: &str| was_tested(&Database { engine, version: version.into(), ..Default::default() });
    for (engine, version) in [
        (Engine::PostgreSql, "PostgreSQL 16.4 (RDS)"),
        (Engine::MySql, "8"),
        (Engine::MySql, "8.0.36"),
        (Engine::MySql, "Aurora 3.04, MySQL 8.0"),
        (Engine::SqlServer, "SQL Server 2022 CU5"),
        (Engine::SqlServer, "15.0.4312"),
        (Engine::Oracle, "19c"),
        (Engine::Oracle, "23ai"),
    ] {
        assert_eq!(tested(engine, version), Some(true), "{version}");
    }
    for (engine, version) in [
        (Engine::PostgreSql, "15.6"),
        (Engine::MySql, "8.2"),
        (Engine::MySql, "5.6"),
        (Engine::SqlServer, "2017"),
        (Engine::Oracle, "21c"),
    ] {
        assert_eq!(tested(engine, version), Some(false), "{version}");
    }
    for (engine, version) in [(Engine::PostgreSql, ""), (Engine::SqlServer, "Azure SQL"), (Engine::MySql, "5")] {
        assert_eq!(tested(engine, version), None, "{version}");
    }
}

#[test]
fn what_cannot_be_read_is_said_and_no_fault() {
    let unchecked = |design: &Design| -> usize {
        let report = crate::rules::testing::checked_on(design, None);
        assert!(!report.findings.iter().any(|f| f.rule == RULE.id));
        report.unchecked.iter().filter(|u| u.rule == RULE.id).count()
    };
    assert_eq!(unchecked(&running(Engine::Oracle, "latest")), 1);
    assert_eq!(unchecked(&running(Engine::H2, "")), 0);
    assert_eq!(unchecked(&single().version(ProductVersion::V4_7).design()), 1);
}
