//! R-TOP-01: a region of Pattern 1 is complete.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-01",
    title: "Every region of Pattern 1 has all components: control plane, traffic manager, gateway and database.",
    severity: Severity::Error,
    basis: Basis::Overview,
    impact: "",
    why: "The regions of Pattern 1 are identical, so that each can go on alone with every feature; a region that lacks \
          a part depends on the others.",
    remedy: "Add what is missing, or make the region a sub region of Pattern 2.",
    sources: &[source("B1", S1), source("B4", S1), source("B19", S3)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None(""),
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
        if !region.has(|k| k == Kind::Database) {
            missing.push("database");
        }
        if let Some((last, first)) = missing.split_last() {
            let words =
                if first.is_empty() { format!("no {last}") } else { format!("no {} or {last}", first.join(", ")) };
            found.at([region.id], format!("{} has {words}; in Pattern 1 every region is complete", region.name()));
        }
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
fn an_all_in_one_needs_only_its_database() {
    let pair = |s: Sketch, r: &str| s.region(r, RegionRole::Peer).put(r, Kind::AllInOne);
    let sketch = pair(pair(Sketch::new(), "Oslo"), "Lima").put("Oslo", Kind::Database);
    let said = found(&sketch.design(), RULE.id);
    assert_eq!(said, [(vec!["lima".into()], "Lima has no database; in Pattern 1 every region is complete".into())]);
}
