//! What is written down about a choice: the decision with its reasons, and what it brings that is thereby accepted.

use std::collections::BTreeSet;

use crate::advisor::{Advice, Criterion, DocumentedPattern, Reason, Recommendation, advise_on};
use crate::books::Books;
use crate::design::draft::Draft;
use crate::design::{Date, Decision, Design, Id, Waiver};
use crate::rules::{self, Finding, Inputs, Severity};
use crate::topology::Topology;

use super::PlannedRegion;

/// Rules whose warnings a pattern always brings, with what brings them. Whoever chooses the pattern accepts them, so the
/// generator waives them in the name of the decision; every other warning stays open.
pub const INHERENT: [(&str, &str); 7] = [
    ("R-TOP-21", "Pattern 2"),
    ("R-OPS-05", "Pattern 2 with this product version"),
    ("R-TOP-24", "the mixture of complete and sub regions"),
    ("R-DB-05", "Pattern 1 on managed databases"),
    ("R-DB-07", "Pattern 1"),
    ("R-OPS-02", "Pattern 1"),
    ("R-OPS-03", "Pattern 1"),
];

/// How the reasons of waivers begin that come with a decision.
const INHERENT_REASON: &str = "Inherent in";

/// The record of a decision: the answers that count, what was recommended and chosen, and what speaks for and against.
#[must_use]
pub fn decision(
    region: Option<&Id>,
    name: &str,
    advice: &Advice,
    chosen: DocumentedPattern,
    owner: &str,
    date: Option<Date>,
) -> Decision {
    let given = advice.reasons_for.iter().chain(&advice.reasons_against);
    let (speak_for, against): (Vec<&Reason>, Vec<&Reason>) = given.partition(|r| r.speaks_for == chosen);
    let mut reasons: Vec<String> = speak_for.iter().map(|r| format!("For it: {}.", r.text)).collect();
    reasons.extend(against.iter().map(|r| format!("Against it: {}.", r.text)));
    reasons.extend(advice.contradictions.iter().map(|c| format!("Contradiction: {}", c.text)));
    let label = chosen.label();
    match advice.recommendation {
        Recommendation::Either if chosen == DocumentedPattern::Pattern2 => {
            reasons.push(format!("Either pattern suits the answers; {label} takes fewer nodes (B3)."));
        }
        Recommendation::Either => reasons.push(format!("Either pattern suits the answers; {label} was preferred.")),
        Recommendation::Conflict => {
            reasons.push(format!("The answers contradict each other; {label} was chosen anyway."))
        }
        other if other.patterns() != [chosen] => {
            reasons.push(format!("{} was recommended; {label} was chosen instead.", other.label()));
        }
        _ => {}
    }
    Decision {
        region: region.cloned(),
        title: format!("Pattern for {name}"),
        criteria: advice.criteria.iter().map(Criterion::id).map(str::to_owned).collect(),
        recommended: advice.recommendation.id().to_owned(),
        chosen: chosen.id().to_owned(),
        reasons,
        product_version: advice.version,
        date,
        owner: owner.trim().to_owned(),
        notes: String::new(),
    }
}

/// Keeps the decision about a region that was drawn.
pub(super) fn keep(
    draft: &mut Draft,
    id: &Id,
    region: &PlannedRegion,
    chosen: DocumentedPattern,
    owner: &str,
    date: Option<Date>,
) {
    let meta = &draft.design().meta;
    let advice = advise_on(&region.answers.over(&meta.requirements), meta.product_version);
    let decision = decision(Some(id), &region.name, &advice, chosen, owner, date);
    draft.meta(|m| m.decisions.push(decision));
}

/// Waives what the chosen patterns always bring, unless the design `before` had it already.
pub(super) fn accept_inherent(draft: &mut Draft, before: &Design, owner: &str, books: &Books) {
    let open = |design: &Design| rules::check(&Topology::of(design), &Inputs::of(books));
    let known = open(before).findings;
    let design = draft.design().clone();
    let report = open(&design);
    let brought_by = |rule: &str| INHERENT.iter().find(|(id, _)| *id == rule).map(|(_, what)| *what);
    let decided: Vec<&str> = design
        .meta
        .decisions
        .iter()
        .skip(before.meta.decisions.len())
        .filter_map(|d| Some(design.regions.get(d.region.as_ref()?)?.name.as_str()))
        .collect();
    let mut accepted: BTreeSet<Waiver> = BTreeSet::new();
    for finding in report.findings.iter().filter(|f| f.severity == Severity::Warning) {
        let Some(what) = brought_by(&finding.rule) else { continue };
        let same =
            |old: &Finding| (&old.rule, &old.subjects, &old.seen) == (&finding.rule, &finding.subjects, &finding.seen);
        if !known.iter().any(same) {
            let reason = format!("{INHERENT_REASON} {what}; accepted with the decision about {}.", list(&decided));
            accepted.insert(rules::waiver_for(finding, &reason, owner, None));
        }
    }
    // What was accepted before about less than there is now has found its successor, and what a pattern no longer brings
    // needs no acceptance.
    let over = |w: &Waiver| {
        let generated = brought_by(&w.rule).is_some() && w.reason.starts_with(INHERENT_REASON);
        generated || accepted.iter().any(|a| a.rule == w.rule)
    };
    let idle: BTreeSet<Waiver> = report.idle_waivers.into_iter().filter(over).collect();
    if !accepted.is_empty() || !idle.is_empty() {
        draft.meta(|m| {
            let renewed = |w: &Waiver| accepted.iter().any(|a| w.is_about(&a.rule, &a.subjects));
            m.waivers.retain(|w| !idle.contains(w) && !renewed(w));
            m.waivers.extend(accepted);
        });
    }
}

fn list(names: &[&str]) -> String {
    match names {
        [] => "this design".to_owned(),
        [only] => (*only).to_owned(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}
