//! R-DB-02: each region of Pattern 1 has a DCID of its own.

use std::collections::BTreeMap;

use crate::design::draft::Draft;
use crate::design::{Database, Schema};
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-DB-02",
    title: "In Pattern 1 the default of DCID differs in every region.",
    severity: Severity::Error,
    basis: Basis::Documented,
    impact: "Tokens that two regions issue for the same application and user collide when they are replicated.",
    why: "DCID is part of the unique key of the table of access tokens, and every region starts with the same default.",
    remedy: "Give each region a DCID that no other has, or give none at all and let the export choose them.",
    sources: &[source("B16", S27), source("B16", S30)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

/// The DCID as a database that ignores case compares it; empty when none is given.
fn key(db: &Database) -> String {
    db.dcid.trim().to_ascii_uppercase()
}

/// Databases with the table of tokens.
fn token_stores<'c, 'a>(cx: &'c Context<'a>) -> Vec<(&'c RegionView<'a>, Node<'a>, &'a Database)> {
    let mut databases = cx.synchronised_databases();
    databases.retain(|(.., db)| db.schemas.contains(&Schema::Apim));
    databases
}

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let databases = token_stores(cx);
    if databases.iter().all(|(.., db)| key(db).is_empty()) {
        // The export chooses them.
        return;
    }
    let mut first: BTreeMap<String, (&Id, Node<'_>)> = BTreeMap::new();
    for (region, node, db) in databases {
        let (place, dcid) = (cx.place(node), db.dcid.trim());
        if dcid.is_empty() {
            let message = format!("{place} has no DCID though others have, so its tokens may collide with theirs");
            found.at([node.id], message).seen("dcid", "none");
            continue;
        }
        let (holder, other) = *first.entry(key(db)).or_insert((region.id, node));
        if holder != region.id {
            let message = format!("{place} and {} both have the DCID {dcid}, so their tokens collide", cx.place(other));
            found.at([node.id, other.id], message).seen("dcid", dcid);
        }
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let databases = token_stores(cx);
    let Some(home) = finding.subjects.first().and_then(|id| cx.node(id)).and_then(|n| cx.region_of(n)) else { return };
    let set = |d: &mut Draft, region: &Id, dcid: &str| {
        for (_, node, _) in databases.iter().filter(|(r, ..)| r.id == region) {
            wiring::set_database(d, node.id, |db| dcid.clone_into(&mut db.dcid));
        }
    };
    let taken = |dcid: &str| databases.iter().any(|(r, _, db)| r.id != home.id && key(db) == dcid);
    if let Some(free) = (1..=databases.len()).map(|n| format!("DC{n}")).find(|dcid| !taken(dcid)) {
        list.offer(format!("Give {} the free DCID {free}", home.name()), |d| set(d, home.id, &free));
    }
    list.offer("Give all regions DC1, DC2 and so on in their order", |d| {
        for (region, n) in cx.synchronised().zip(1..) {
            set(d, region.id, &format!("DC{n}"));
        }
    });
}

#[cfg(test)]
fn named(frankfurt: &str, oregon: &str) -> Design {
    pattern_1()
        .database("frankfurt-db", |db| frankfurt.clone_into(&mut db.dcid))
        .database("oregon-db", |db| oregon.clone_into(&mut db.dcid))
        .design()
}

#[cfg(test)]
pub fn failing() -> Design {
    named("DC1", "DC1")
}

#[cfg(test)]
pub fn passing() -> Design {
    named("DC1", "DC2")
}

#[test]
fn either_all_have_one_or_none_has() {
    assert_eq!(found(&named("", ""), RULE.id), []);
    let half = found(&named("", "DC1"), RULE.id);
    assert!(matches!(half.as_slice(), [(subjects, _)] if *subjects == ["frankfurt-db"]), "{half:?}");
    assert_eq!(found(&named("eu ", "EU"), RULE.id).len(), 1);
}
