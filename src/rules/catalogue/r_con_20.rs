//! R-CON-20: round trips stay below the limit somebody has set.

use std::collections::BTreeSet;

use crate::rules::distance::RoundTrips;
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-CON-20",
    title: "A round trip between linked regions takes no longer than the practices of the design allow.",
    severity: Severity::Warning,
    basis: Basis::Inferred,
    impact: "What runs between the two regions is slower than was agreed.",
    why: "The vendor names no limit for the way between regions, so the one that counts is the design's own; it is compared \
          with a measurement at a link or else with the table of round trips.",
    remedy: "Choose regions nearer to each other, measure the way, or accept a longer round trip.",
    sources: &[source("F1", S1), source("F3", S31B)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None(
        "No edit brings two regions nearer; choose others, or set a longer round trip in the practices.",
    ),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let mut linked: BTreeSet<(&Id, &Id)> = BTreeSet::new();
    for wire in cx.wires().iter().filter(|w| w.crosses_regions()) {
        if let (Some(a), Some(b)) = (&wire.from.component.region, &wire.to.component.region) {
            linked.insert((a.min(b), a.max(b)));
        }
    }
    if linked.is_empty() {
        return;
    }
    let Some(longest_ms) = cx.design.meta.practices.max_rtt_ms else {
        found.unchecked("No longest round trip is set; the vendor publishes none.");
        return;
    };
    let mut round_trips = RoundTrips::of(cx);
    let mut unknown = 0_usize;
    for (a, b) in linked {
        let (Some(one), Some(other)) = (cx.region(a), cx.region(b)) else { continue };
        let Some(ms) = round_trips.ms(a, b) else {
            unknown += 1;
            continue;
        };
        if ms > longest_ms {
            found
                .at(
                    [a, b],
                    format!(
                        "A round trip between {} and {} takes {ms:.1} ms, more than the {longest_ms} ms allowed",
                        one.name(),
                        other.name()
                    ),
                )
                .seen("round trip, ms", format!("{ms:.1}"))
                .seen("allowed, ms", longest_ms);
        }
    }
    if unknown > 0 {
        let pairs = plural(unknown, "pair");
        found.unchecked(format!("The round trip between {unknown} {pairs} of linked regions is not known."));
    }
}

#[cfg(test)]
fn allowed(ms: Option<f64>) -> Sketch {
    use crate::design::Site;
    pattern_2()
        .with_region("frankfurt", |r| r.site = Site::cloud("aws", "eu-central-1"))
        .with_region("mumbai", |r| r.site = Site::cloud("aws", "ap-south-1"))
        .meta(|m| m.practices.max_rtt_ms = ms)
}

#[cfg(test)]
pub fn failing() -> Design {
    allowed(Some(50.0)).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    allowed(Some(400.0)).design()
}

#[test]
fn a_measurement_wins_and_without_a_limit_it_is_said_that_nothing_was_checked() {
    let measured = allowed(Some(50.0)).with_link("mumbai-gw", "frankfurt-cp", Purpose::EventStream, |l| {
        l.measured_rtt_ms = Some(49.0);
    });
    assert_eq!(found(&measured.design(), RULE.id), []);
    let unchecked = |design: &Design| -> Vec<String> {
        let report = crate::rules::testing::checked_on(design, None);
        report.unchecked.into_iter().filter(|u| u.rule == RULE.id).map(|u| u.why).collect()
    };
    assert_eq!(unchecked(&allowed(None).design()), ["No longest round trip is set; the vendor publishes none."]);
    assert_eq!(unchecked(&single().design()), [] as [&str; 0]);
    let nowhere = allowed(Some(50.0)).with_region("mumbai", |r| r.site = crate::design::Site::cloud("aws", "moon-1"));
    assert_eq!(unchecked(&nowhere.design()), ["The round trip between 1 pair of linked regions is not known."]);
}
