//! R-DB-01: each region of Pattern 1 draws keys of its own.

use std::collections::BTreeMap;

use crate::design::draft::Draft;
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-DB-01",
    title: "In Pattern 1 every region has a number of its own in the key sequences, from 1 to the number of regions.",
    severity: Severity::Error,
    basis: Basis::Documented,
    impact: "Two regions give different things the same key, and the replication stops or loses one of them.",
    why: "The sequences of a region start with its number and step by the count of regions, which is all that keeps \
          the keys of replicated databases apart.",
    remedy: "Give each region a number that no other has, or give none at all and let the export number them.",
    sources: &[source("B15", S27)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

/// The step of the sequences: what was planned, or the regions there are if they are more (R-DB-03 says so then).
fn step(cx: &Context<'_>) -> u32 {
    let regions = u32::try_from(cx.synchronised().count()).unwrap_or(u32::MAX);
    cx.design.meta.practices.sequences_for_regions.unwrap_or(0).max(regions)
}

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let databases = cx.synchronised_databases();
    if databases.iter().all(|(.., db)| db.sequence_start.is_none()) {
        // The export numbers them.
        return;
    }
    let step = step(cx);
    let mut first: BTreeMap<u32, (&Id, Node<'_>)> = BTreeMap::new();
    for (region, node, db) in databases {
        let place = cx.place(node);
        let mut subjects = vec![node.id];
        let message = match db.sequence_start {
            None => format!("{place} has no number in the key sequences though others have, so its keys may be theirs"),
            Some(n) if n == 0 || n > step => {
                format!("{place} starts its keys at {n} instead of 1 to {step}, so it draws those of another region")
            }
            Some(n) => {
                let (holder, other) = *first.entry(n).or_insert((region.id, node));
                if holder == region.id {
                    continue;
                }
                subjects.push(other.id);
                format!("{place} and {} both start their keys at {n}, so they draw the same", cx.place(other))
            }
        };
        let start = db.sequence_start.map_or_else(|| "none".to_owned(), |n| n.to_string());
        found.at(subjects, message).seen("sequence start", start).seen("step", step);
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let databases = cx.synchronised_databases();
    let Some(home) = finding.subjects.first().and_then(|id| cx.node(id)).and_then(|n| cx.region_of(n)) else { return };
    let number = |d: &mut Draft, region: &Id, n: u32| {
        for (_, node, _) in databases.iter().filter(|(r, ..)| r.id == region) {
            wiring::set_database(d, node.id, |db| db.sequence_start = Some(n));
        }
    };
    let taken = |n: u32| databases.iter().any(|(r, _, db)| r.id != home.id && db.sequence_start == Some(n));
    if let Some(free) = (1..=step(cx)).find(|n| !taken(*n)) {
        list.offer(format!("Give {} the free number {free}", home.name()), |d| number(d, home.id, free));
    }
    list.offer("Number all regions in their order", |d| {
        for (region, n) in cx.synchronised().zip(1..) {
            number(d, region.id, n);
        }
    });
}

#[cfg(test)]
fn numbered(frankfurt: Option<u32>, oregon: Option<u32>) -> Sketch {
    pattern_1()
        .database("frankfurt-db", |db| db.sequence_start = frankfurt)
        .database("oregon-db", |db| db.sequence_start = oregon)
}

#[cfg(test)]
pub fn failing() -> Design {
    numbered(Some(2), Some(2)).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    numbered(Some(2), Some(1)).design()
}

#[test]
fn numbers_run_from_one_to_the_planned_count_of_regions_and_none_may_be_left_out() {
    let wrong = |sketch: Sketch| -> Vec<String> {
        found(&sketch.design(), RULE.id).into_iter().flat_map(|(subjects, _)| subjects.into_iter().take(1)).collect()
    };
    assert_eq!(wrong(numbered(None, None)), [] as [&str; 0]);
    assert_eq!(wrong(numbered(Some(0), Some(1))), ["frankfurt-db"]);
    assert_eq!(wrong(numbered(Some(1), Some(3))), ["oregon-db"]);
    assert_eq!(wrong(numbered(Some(1), None)), ["oregon-db"]);
    let spare = |n| numbered(Some(1), Some(3)).meta(|m| m.practices.sequences_for_regions = Some(n));
    assert_eq!(wrong(spare(3)), [] as [&str; 0]);
}

#[test]
fn two_servers_of_one_region_share_its_number() {
    use crate::design::Schema;
    let design = numbered(Some(1), Some(2))
        .put_as("frankfurt", Kind::Database, "-shared")
        .database("frankfurt-db", |db| db.schemas = vec![Schema::Apim])
        .database("frankfurt-db-shared", |db| {
            db.schemas = vec![Schema::Shared];
            db.sequence_start = Some(1);
        });
    assert_eq!(found(&design.design(), RULE.id), []);
}
