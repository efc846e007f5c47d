//! Which findings a design has accepted, and which acceptances no longer fit.

use std::collections::{BTreeMap, BTreeSet};

use super::check::{CheckReport, Waived};
use super::finding::{Finding, Lapsed};
use crate::design::{Date, Id, Waiver};

/// The waiver that accepts this finding as it is now.
#[must_use]
pub fn waiver_for(finding: &Finding, reason: &str, owner: &str, expires: Option<Date>) -> Waiver {
    Waiver {
        rule: finding.rule.clone().into_owned(),
        subjects: finding.subjects_in_order(),
        facts: finding.facts(),
        reason: reason.trim().to_owned(),
        owner: owner.trim().to_owned(),
        expires,
    }
}

/// Splits findings, already in order, into open and waived ones; open ones that were waived once say what changed.
pub(super) fn settle(
    waivers: &BTreeSet<Waiver>,
    today: Option<Date>,
    findings: Vec<Finding>,
    report: &mut CheckReport,
) {
    if waivers.is_empty() {
        report.findings = findings;
        return;
    }
    let mut about: BTreeMap<(&str, &[Id]), Vec<&Waiver>> = BTreeMap::new();
    for waiver in waivers {
        about.entry((&waiver.rule, &waiver.subjects)).or_default().push(waiver);
    }
    let mut used: BTreeSet<&Waiver> = BTreeSet::new();
    // First those that fit exactly, so that what is left over is really about something that changed.
    let mut rest = Vec::new();
    for mut finding in findings {
        let subjects = finding.subjects_in_order();
        let candidates = about.get(&(finding.rule.as_ref(), subjects.as_slice())).map_or(&[][..], Vec::as_slice);
        if candidates.is_empty() {
            rest.push((finding, subjects));
            continue;
        }
        let facts = finding.facts();
        let mut fitting = candidates.iter().copied().filter(|w| w.facts == facts);
        let lasting = fitting.clone().find(|w| !w.has_expired(today));
        match (lasting, fitting.next()) {
            (Some(waiver), _) => {
                used.insert(waiver);
                report.waived.push(Waived { finding, waiver: waiver.clone() });
            }
            (None, Some(over)) => {
                used.insert(over);
                finding.lapsed = over.expires.map(Lapsed::Expired);
                rest.push((finding, subjects));
            }
            (None, None) => rest.push((finding, subjects)),
        }
    }
    for (mut finding, subjects) in rest {
        if finding.lapsed.is_none()
            && let Some(candidates) = about.get(&(finding.rule.as_ref(), subjects.as_slice()))
            && let Some(&waiver) = candidates.iter().find(|w| !used.contains(*w))
        {
            used.insert(waiver);
            finding.lapsed = Some(Lapsed::Changed(changes(&waiver.facts, &finding.facts())));
        }
        report.findings.push(finding);
    }
    report.idle_waivers = waivers.iter().filter(|w| !used.contains(w)).cloned().collect();
}

/// What is not the same: what was looked at, then and now.
fn changes(
    then: &BTreeMap<String, String>,
    now: &BTreeMap<String, String>,
) -> Vec<(String, Option<String>, Option<String>)> {
    let what: BTreeSet<&String> = then.keys().chain(now.keys()).collect();
    what.into_iter()
        .filter(|w| then.get(*w) != now.get(*w))
        .map(|w| (w.clone(), then.get(w).cloned(), now.get(w).cloned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::testing::{checked_on, findings, pattern_2};
    use super::*;
    use crate::design::{Design, Pos};

    const RULE: &str = "R-HA-01";

    /// Pattern 2 with one traffic manager in Mumbai, which is accepted until the end of 2026.
    fn waived() -> Design {
        let mut design = pattern_2().instances("mumbai-tm", 1).design();
        let finding = findings(&design).into_iter().find(|f| f.rule == RULE).expect("it is found");
        let expires = Some("2026-12-31".parse().expect("a date"));
        let waiver = waiver_for(&finding, " A pilot, no promises. ", "platform team", expires);
        Arc::make_mut(&mut design.meta).waivers.insert(waiver);
        design
    }

    fn open(design: &Design, today: &str) -> Vec<Finding> {
        let day = Some(today.parse().expect("a date"));
        checked_on(design, day).findings.into_iter().filter(|f| f.rule == RULE).collect()
    }

    #[test]
    fn a_waiver_covers_its_finding_until_its_last_day_whatever_is_moved_or_renamed() {
        let mut design = waived();
        assert_eq!(open(&design, "2026-12-31"), []);
        assert_eq!(checked_on(&design, None).waived.len(), 1);
        let manager = design.components.get_mut("mumbai-tm").map(Arc::make_mut).expect("it is there");
        manager.pos = Pos(300, 200);
        manager.name = "Another name".into();
        let region = design.regions.get_mut("mumbai").map(Arc::make_mut).expect("it is there");
        region.name = "Bombay".into();
        assert_eq!(open(&design, "2026-12-31"), []);
        let over = open(&design, "2027-01-01");
        assert!(matches!(over.as_slice(), [f] if matches!(f.lapsed, Some(Lapsed::Expired(_)))), "{over:?}");
    }

    #[test]
    fn it_asks_again_when_what_was_accepted_has_changed_and_is_idle_when_the_finding_is_gone() {
        let mut design = waived();
        let meta = Arc::make_mut(&mut design.meta);
        let mut other: Waiver = meta.waivers.pop_first().expect("it is there");
        other.facts.insert("nodes".into(), "7".into());
        meta.waivers.insert(other);
        let again = open(&design, "2026-01-01");
        let [finding] = again.as_slice() else { panic!("{again:?}") };
        let said = finding.lapsed.as_ref().map(Lapsed::sentence).unwrap_or_default();
        assert!(said.contains("nodes was 7 and is 1 now"), "{said}");

        let manager = design.components.get_mut("mumbai-tm").map(Arc::make_mut).expect("it is there");
        manager.instances = 2;
        let report = checked_on(&design, None);
        assert_eq!((report.waived.len(), report.idle_waivers.len()), (0, 1));
    }
}
