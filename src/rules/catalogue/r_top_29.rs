//! R-TOP-29: replication carries personal data over borders.

use std::collections::BTreeSet;

use crate::rules::convert::offer;
use crate::rules::prelude::*;
use crate::rules::residency::{Lies, lies};

pub static RULE: Rule = Rule {
    id: "R-TOP-29",
    title: "Databases are not replicated out of the jurisdiction that their data must not leave.",
    severity: Severity::Warning,
    basis: Basis::Inferred,
    impact: "Users, applications, subscriptions and tokens end up where they must not be.",
    why: "apim_db and shared_db are replicated as a whole; no part of them can be left out.",
    remedy: "Use Pattern 2 with the main region inside the jurisdiction, or separate deployments that are synchronised \
             by apictl.",
    sources: &[source("B5", S3), source("A9", S20)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let mut unknown: BTreeSet<&Id> = BTreeSet::new();
    for wire in cx.wires_for(Purpose::DbReplication).filter(|w| w.crosses_regions()) {
        let (Some(from), Some(to)) = (cx.region_of(wire.from), cx.region_of(wire.to)) else { continue };
        leaving(cx, wire, from, to, &mut unknown, found);
        if wire.link.replication.as_ref().is_some_and(|r| r.bidirectional) {
            leaving(cx, wire, to, from, &mut unknown, found);
        }
    }
    if !unknown.is_empty() {
        let count = unknown.len();
        let regions = plural(count, "region");
        found.unchecked(format!(
            "Whether replicated data stay in their jurisdiction is not known for {count} {regions}."
        ));
    }
}

/// Reports data of `from` that reach `to` over the link although they are bound to a jurisdiction.
fn leaving<'a>(
    cx: &Context<'a>,
    wire: &Wire<'a>,
    from: &RegionView<'a>,
    to: &RegionView<'a>,
    unknown: &mut BTreeSet<&'a Id>,
    found: &mut Breaches,
) {
    let Some(jurisdiction) = from.requirements.data_residency.as_deref() else { return };
    let lies = lies(to, jurisdiction, cx.books);
    let message = match lies {
        Lies::Inside => return,
        Lies::Outside => {
            format!("Data of {} must stay in {jurisdiction} but are replicated to {}", from.name(), to.name())
        }
        // A jurisdiction of the whole design holds for both ends alike; only a region's own one raises the question.
        Lies::Unknown if from.region.requirements.data_residency.is_none() => {
            unknown.insert(to.id);
            return;
        }
        Lies::Unknown => format!(
            "Data of {} must stay in {jurisdiction} but are replicated to {}, and nothing says that it lies there",
            from.name(),
            to.name()
        ),
    };
    found
        .at([wire.id, from.id], message)
        .seen("jurisdiction", jurisdiction)
        .seen("replicated to", to.id)
        .seen("lies there", if lies == Lies::Outside { "no" } else { "unknown" });
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(wire) = finding.subjects.first().and_then(|id| cx.wire(id)) else { return };
    let (Some(from), Some(to)) = (cx.region_of(wire.from), cx.region_of(wire.to)) else { return };
    if cx.is_synchronised(from) && cx.is_synchronised(to) {
        if let Some(bound) = finding.subjects.last().and_then(|id| cx.region(id)) {
            offer::pattern_2_with(cx, bound, list);
        }
    } else {
        let label = format!("Stop the replication between {} and {}", from.name(), to.name());
        list.offer(label, |d| d.disconnect(wire.id));
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_1().with_region("frankfurt", |r| r.requirements.data_residency = Some("EU".into())).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    let bound = |r: &mut crate::design::Region| r.requirements.data_residency = Some("EU".into());
    pattern_1().with_region("frankfurt", bound).with_region("oregon", bound).design()
}

#[test]
fn the_country_of_a_site_decides_where_it_is_known() {
    use crate::design::Site;
    let placed = |site: Site| {
        let design = pattern_1().require(|r| r.data_residency = Some("EU".into()));
        found(&design.with_region("oregon", |r| r.site = site).design(), RULE.id).len()
    };
    let in_country = |code: &str| {
        placed(Site::Place { name: "X".into(), latitude_deg: 0.0, longitude_deg: 0.0, country: code.into() })
    };
    assert_eq!(in_country("FR"), 0);
    assert_eq!(in_country("US"), 1);
    assert_eq!(in_country(""), 0);
    assert_eq!(placed(Site::cloud("aws", "eu-west-1")), 0);
    assert_eq!(placed(Site::cloud("aws", "us-west-2")), 1);
}
