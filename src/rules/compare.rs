//! What changes in the findings from one check to another: by an edit, by another product version, against a base.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::finding::Finding;
use crate::design::Id;

/// How the findings of one check differ from those of another. Findings are the same when rule and subjects are.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Delta {
    /// Findings that were not there before.
    pub appears: Vec<Finding>,
    /// Findings that are there no more.
    pub vanishes: Vec<Finding>,
    /// Findings that are still there, but with another severity, other facts or other words: before and after.
    pub changes: Vec<(Finding, Finding)>,
}

impl Delta {
    /// Whether nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.appears.is_empty() && self.vanishes.is_empty() && self.changes.is_empty()
    }
}

/// Compares two lists of findings; each part of the answer keeps the order of its list.
#[must_use]
pub fn compare(before: &[Finding], after: &[Finding]) -> Delta {
    let key = |f: &Finding| -> (String, Vec<Id>) { (f.rule.clone().into_owned(), f.subjects_in_order()) };
    let mut old: BTreeMap<(String, Vec<Id>), Vec<&Finding>> = BTreeMap::new();
    for finding in before.iter().rev() {
        old.entry(key(finding)).or_default().push(finding);
    }
    // The same words first, so that of two findings at one place the one that stayed is not called changed.
    let stayed: Vec<Option<&Finding>> = after
        .iter()
        .map(|finding| {
            let list = old.get_mut(&key(finding))?;
            let same = list.iter().rposition(|old| old.message == finding.message)?;
            Some(list.remove(same))
        })
        .collect();
    let mut delta = Delta::default();
    for (finding, stayed) in after.iter().zip(stayed) {
        match stayed.or_else(|| old.get_mut(&key(finding))?.pop()) {
            None => delta.appears.push(finding.clone()),
            Some(old) if differs(old, finding) => delta.changes.push((old.clone(), finding.clone())),
            Some(_) => {}
        }
    }
    let gone: BTreeSet<*const Finding> = old.into_values().flatten().map(std::ptr::from_ref).collect();
    delta.vanishes = before.iter().filter(|f| gone.contains(&std::ptr::from_ref(*f))).cloned().collect();
    delta
}

fn differs(old: &Finding, new: &Finding) -> bool {
    (old.severity, &old.message, &old.why, &old.remedy, &old.seen)
        != (new.severity, &new.message, &new.why, &new.remedy, &new.seen)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{findings, pattern_1, pattern_2};
    use super::*;
    use crate::design::{Engine, ProductVersion};

    #[test]
    fn an_edit_shows_what_it_removes_and_what_it_adds() {
        let before = findings(&pattern_2().instances("mumbai-tm", 1).design());
        let after = findings(&pattern_2().instances("mumbai-gw", 1).design());
        let delta = compare(&before, &after);
        let at = |list: &[Finding]| -> Vec<String> {
            list.iter().filter(|f| f.rule == "R-HA-01").map(|f| f.subjects[0].to_string()).collect()
        };
        assert_eq!((at(&delta.vanishes), at(&delta.appears)), (vec!["mumbai-tm".into()], vec!["mumbai-gw".into()]));
        assert!(compare(&before, &before).is_empty());
    }

    #[test]
    fn of_two_findings_at_one_place_the_one_that_stayed_is_not_called_changed() {
        let said = |message: &str| Finding::sample("R-TOP-01", crate::rules::Severity::Error, message);
        let delta = compare(&[said("stays"), said("goes")], &[said("comes"), said("stays")]);
        let changes: Vec<(&str, &str)> =
            delta.changes.iter().map(|(a, b)| (a.message.as_str(), b.message.as_str())).collect();
        assert_eq!(changes, [("goes", "comes")]);
        assert!(delta.appears.is_empty() && delta.vanishes.is_empty());
    }

    #[test]
    fn another_version_shows_what_it_changes() {
        let drawn = |version| findings(&pattern_1().engine("frankfurt-db", Engine::MySql).version(version).design());
        let delta = compare(&drawn(ProductVersion::V4_3), &drawn(ProductVersion::V4_7));
        let has =
            |list: &[Finding], at: &str| list.iter().any(|f| f.rule == "R-TOP-10" && f.subjects[0].as_str() == at);
        assert!(has(&delta.vanishes, "oregon-db"), "PostgreSQL is tested from 4.4 on");
        assert!(delta.changes.iter().any(|(_, f)| f.rule == "R-TOP-10"), "MySQL never is, but the sentence changes");
    }
}
