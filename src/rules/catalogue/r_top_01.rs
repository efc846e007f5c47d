//! R-TOP-01: a region of Pattern 1 is complete.

use crate::rules::convert::{self, offer};
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-01",
    title: "Every region of Pattern 1 has all components: control plane, traffic manager, gateway and database.",
    severity: Severity::Error,
    basis: Basis::Overview,
    impact: "The region needs the others for what it lacks and stops when they are lost.",
    why: "The regions of Pattern 1 are identical; each publishes, administers, throttles and stores by itself, so each \
          needs every component.",
    remedy: "Add what is missing, or make the region a sub region of Pattern 2.",
    sources: &[source("B1", S1), source("B4", S1), source("B19", S3)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for region in cx.synchronised() {
        let mut missing = Vec::new();
        if !region.has(Kind::has_control_plane) {
            missing.push("control plane");
        }
        if !region.has(|k| cx.serves_throttling(k)) {
            missing.push("traffic manager");
        }
        if !region.has(Kind::has_gateway) {
            missing.push("gateway");
        }
        if !cx.has_database(region) {
            missing.push("database");
        }
        if let Some((last, first)) = missing.split_last() {
            let words =
                if first.is_empty() { format!("no {last}") } else { format!("no {} or {last}", first.join(", ")) };
            let message = format!("{} has {words}; in Pattern 1 every region is complete", region.name());
            found.at([region.id], message).seen("missing", missing.join(", "));
        }
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(region) = finding.subjects.first().and_then(|id| cx.region(id)) else { return };
    let others: Vec<Id> = offer::complete_regions(cx).into_iter().filter(|id| id != region.id).collect();
    let missing = finding.seen.first().map_or("", |s| s.value.as_str());
    let engine = offer::engine_note(cx, &others);
    let label = format!("Add what {} lacks, connected with the other regions: {missing}{engine}", region.name());
    list.offer(label, |d| convert::complete_beside(d, region.id, &others));
    // The others stay what they are only if they have a control plane each and are not marked as sub regions.
    let standing =
        |id: &Id| cx.region(id).is_some_and(|r| r.has(Kind::has_control_plane) && r.region.role != RegionRole::Sub);
    if others.iter().all(standing) {
        offer::sub(cx, region, list);
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_1().intent(PatternIntent::Pattern1).without("oregon-tm").without("oregon-db").design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_1().design()
}

#[test]
fn a_database_of_files_of_one_node_is_not_the_one_of_the_region() {
    let own = pattern_1().database("oregon-db", |d| d.schemas = vec![crate::design::Schema::Carbon]).design();
    assert_eq!(found(&own, RULE.id).len(), 1);
    let fixed = fixed(&own, RULE.id);
    assert_eq!(found(&fixed, RULE.id), []);
    assert_eq!(found(&fixed, "R-DRAW-07"), []);
}

#[test]
fn an_all_in_one_needs_only_its_database() {
    let pair = |s: Sketch, r: &str| s.region(r, RegionRole::Peer).put(r, Kind::AllInOne);
    let sketch = pair(pair(Sketch::new(), "Oslo"), "Lima").put("Oslo", Kind::Database);
    let said = found(&sketch.design(), RULE.id);
    assert_eq!(said, [(vec!["lima".into()], "Lima has no database; in Pattern 1 every region is complete".into())]);
}
