//! R-TGT-06: no more changes are lost with any single loss than the design allows.

use super::r_tgt_05::{broken, elements, is_asked, others, unchecked, written};
use crate::failure::timeline::{Rpo, Track, time_words};
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TGT-06",
    title: "No more changes are lost with any one thing than the target allows.",
    severity: Severity::Warning,
    basis: Basis::Inferred,
    impact: "Applications, APIs, tokens or users that were created just before the loss are gone, and nobody says which.",
    why: "No page names how far replication is behind, so the target is the design's own; what has not reached a copy of the \
          database is lost with it, and without a copy everything since the last backup.",
    remedy: "Measure how far the copies are behind and enter it at the replication, replicate synchronously where the distance \
             allows, give the database a copy, or raise the target.",
    sources: &[source("F1", S1), source("H21", S21)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None(
        "Whether writes may wait for another site, and how far copies are behind, somebody has to measure and decide.",
    ),
    check,
};

fn rpo_s(track: &Track) -> f64 {
    track.rpo.span().likely_s
}

fn check(cx: &Context<'_>, found: &mut Breaches) {
    if !is_asked(cx, |target| target.rpo_s) {
        return;
    }
    unchecked(cx, found, |target| target.rpo_s);
    let (estimates, model) = (cx.estimates(), cx.failure());
    let all = broken(cx.design, cx.books, estimates, model, |target| target.rpo_s, rpo_s, |_, _, _| true);
    for (capability, losses) in all {
        let target_s = cx.design.meta.estimation.targets.resilience.get(&capability).and_then(|r| r.rpo_s);
        let (Some(worst), Some(target_s)) = (losses.first(), target_s) else { continue };
        let Rpo::UpTo { span, why, count, .. } = &worst.track.rpo else { continue };
        let count = count.as_ref().map_or_else(String::new, |count| format!(", {count}"));
        let message = format!(
            "With the loss of {}, “{}” loses the changes of {span} for {}{count}, and the target is {}: {why}{}",
            worst.failure.words(cx.design),
            capability.label(),
            cx.design.name_of(worst.place.id()),
            time_words(target_s),
            others(cx.design, &losses),
        );
        found
            .at(elements(&losses), message)
            .seen("capability", capability.id())
            .seen("target, s", target_s)
            .seen("changes lost, s", format!("{:.1}", span.likely_s))
            .seen("losses", written(&losses));
    }
}

#[cfg(test)]
fn within(rpo_s: f64) -> Sketch {
    use crate::design::{Capability, Resilience};
    pattern_1().meta(|m| {
        let target = Resilience { rpo_s: Some(rpo_s), ..Resilience::default() };
        m.estimation.targets.resilience.insert(Capability::Apps, target);
    })
}

#[cfg(test)]
pub fn failing() -> Design {
    within(1.0).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    within(120.0).design()
}

#[test]
fn a_synchronous_replication_loses_nothing_and_an_own_measurement_counts() {
    let with = |change: fn(&mut crate::design::Replication)| {
        let changed = within(1.0).with_link("frankfurt-db", "oregon-db", Purpose::DbReplication, |link| {
            change(link.replication.as_mut().unwrap());
        });
        found(&changed.design(), RULE.id)
    };
    assert_eq!(with(|replication| replication.synchronous = true), []);
    assert_eq!(with(|replication| replication.lag_s = Some(0.5)), []);
    let [(_, message)] = with(|replication| replication.lag_s = Some(30.0)).try_into().unwrap();
    assert!(message.contains("30 s") && message.contains("Frankfurt"), "{message}");
}
