//! The list of all rules.

use super::Rule;
use super::catalogue::*;

/// An example drawing; made afresh for each use.
#[cfg(test)]
type Example = fn() -> crate::design::Design;

macro_rules! register {
    ($($module:ident)*) => {
        static RULES: &[&Rule] = &[$(&$module::RULE),*];

        /// Each rule with a drawing that breaks it and one that keeps it: a rule without both does not compile.
        #[cfg(test)]
        static EXAMPLES: &[(&Rule, Example, Example)] =
            &[$((&$module::RULE, $module::failing, $module::passing)),*];
    };
}

register! {
    r_top_01 r_top_02 r_top_03 r_top_04 r_top_05 r_top_06 r_top_07 r_top_08 r_top_09 r_top_10 r_top_11 r_top_12
    r_top_13 r_top_14 r_top_15 r_top_16 r_top_17 r_top_18 r_top_19 r_top_20 r_top_21 r_top_22 r_top_23 r_top_24
    r_top_25 r_top_26 r_top_27 r_top_28 r_top_29 r_top_30 r_top_31 r_top_32
    r_con_01 r_con_02 r_con_03 r_con_04 r_con_05 r_con_06 r_con_07 r_con_08 r_con_09 r_con_11 r_con_13 r_con_14
    r_con_15 r_con_16 r_con_17 r_con_18 r_con_19 r_con_20 r_con_21 r_con_22 r_con_23 r_con_24 r_con_25 r_con_26
    r_ha_01 r_ha_02 r_ha_03 r_ha_04 r_ha_05 r_ha_06 r_ha_07 r_ha_08 r_ha_09 r_ha_10 r_ha_11 r_ha_12 r_ha_13 r_ha_14
    r_ha_15 r_ha_16 r_ha_17 r_ha_19 r_ha_20 r_ha_21 r_ha_22 r_ha_23 r_ha_24 r_ha_25 r_ha_27
    r_db_01 r_db_02 r_db_03 r_db_05 r_db_06 r_db_07 r_db_08 r_db_09 r_db_10 r_db_11 r_db_12 r_db_13 r_db_14
    r_siz_01 r_siz_02 r_siz_03 r_siz_04 r_siz_05 r_siz_06 r_siz_07 r_siz_08 r_siz_09 r_siz_10
    r_siz_11 r_siz_12
    r_tgt_01 r_tgt_02 r_tgt_03 r_tgt_04 r_tgt_05 r_tgt_06 r_tgt_07
    r_ops_02 r_ops_03 r_ops_05 r_ops_06 r_ops_07
    r_draw_01 r_draw_02 r_draw_03 r_draw_04 r_draw_05 r_draw_06 r_draw_07 r_draw_08
}

/// Every rule, in the order of the catalogue.
#[must_use]
pub fn all() -> &'static [&'static Rule] {
    RULES
}

/// The rule with this id.
#[must_use]
pub fn get(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|r| r.id == id)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::testing::findings;
    use super::super::{Finding, Fix, Fixes, Inputs, Severity, compare, fix_all, fixes_of};
    use super::*;
    use crate::books::Books;
    use crate::design::{Design, ProductVersion};

    /// Every breach is collected, so that one run shows all that is to be done.
    #[track_caller]
    fn none(complaints: Vec<String>) {
        assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
    }

    fn sentence(text: &str, least: usize) -> bool {
        text.ends_with('.') && text.len() > least
    }

    fn texts(rule: &Rule) -> Vec<String> {
        let fix = match rule.fixes {
            Fixes::Offer(_) => "It is edited away by a quick fix.",
            Fixes::None(why) => why,
        };
        let texts = [
            ("title", rule.title, 15),
            ("impact", rule.impact, 20),
            ("why", rule.why, 30),
            ("remedy", rule.remedy, 15),
            ("reason for no fix", fix, 15),
        ];
        let other = rule.wording.iter().flat_map(|w| [("why", w.why, 30), ("remedy", w.remedy, 15)]);
        let wrong = texts.into_iter().chain(other).filter(|(_, text, least)| !sentence(text, *least));
        wrong.map(|(what, text, _)| format!("{}: {what} {text:?}", rule.id)).collect()
    }

    #[test]
    fn every_rule_says_what_why_and_where_that_can_be_read() {
        let mut ids = BTreeSet::new();
        let mut complaints = Vec::new();
        for rule in all() {
            complaints.extend(texts(rule));
            if !ids.insert(rule.id) {
                complaints.push(format!("{} is there twice", rule.id));
            }
            if rule.sources.is_empty() {
                complaints.push(format!("{} has no source", rule.id));
            }
            for s in rule.sources.iter().filter(|s| s.fact.len() < 2 || !s.document.contains(" [S")) {
                complaints.push(format!("{}: source {s:?}", rule.id));
            }
            if !ProductVersion::ALL.iter().any(|&v| rule.versions.include(v)) {
                complaints.push(format!("{} never holds", rule.id));
            }
            if !get(rule.id).is_some_and(|r| std::ptr::eq(r, *rule)) {
                complaints.push(format!("{} is not found by its id", rule.id));
            }
        }
        none(complaints);
    }

    fn of(rule: &Rule, design: &Design) -> Vec<Finding> {
        findings(design).into_iter().filter(|f| f.rule == rule.id).collect()
    }

    #[test]
    fn every_failing_example_breaks_its_rule_and_every_passing_one_keeps_it() {
        let mut complaints = Vec::new();
        for (rule, failing, passing) in EXAMPLES {
            let design = failing();
            let broken = of(rule, &design);
            if broken.is_empty() {
                complaints.push(format!("{}: the failing example passes", rule.id));
            }
            for f in &broken {
                if f.message.len() <= 15 || f.message.contains("R-") || f.message.ends_with('.') {
                    complaints.push(format!("{}: message {:?}", rule.id, f.message));
                }
                if !f.subjects.iter().all(|id| design.contains(id)) {
                    complaints.push(format!("{}: subjects {:?}", rule.id, f.subjects));
                }
                if f.seen.is_empty() {
                    complaints.push(format!("{} does not say what its finding rests on", rule.id));
                }
            }
            complaints.extend(of(rule, &passing()).iter().map(|f| format!("{}: the passing example: {f:?}", rule.id)));
        }
        none(complaints);
    }

    /// What is wrong with a fix of a finding.
    fn judge(rule: &Rule, design: &Design, finding: &Finding, fix: &Fix) -> Vec<String> {
        let mut fixed = design.clone();
        if let Err(invalid) = fix.edit.apply(&mut fixed) {
            return vec![format!("{}, {:?}: {invalid}", rule.id, fix.label)];
        }
        let delta = compare(&findings(design), &findings(&fixed));
        let mut complaints = Vec::new();
        if !delta.vanishes.iter().any(|f| f.rule == rule.id && f.subjects == finding.subjects) {
            complaints.push(format!("{}: after {:?} still: {}", rule.id, fix.label, finding.message));
        }
        let worse = delta.appears.iter().filter(|f| f.severity == Severity::Error);
        complaints.extend(worse.map(|f| format!("{}: {:?} adds {} {}", rule.id, fix.label, f.rule, f.message)));
        complaints
    }

    #[test]
    fn every_fix_removes_its_finding_and_adds_no_error() {
        let mut complaints = Vec::new();
        for (rule, failing, _) in EXAMPLES.iter().filter(|(r, ..)| matches!(r.fixes, Fixes::Offer(_))) {
            let design = failing();
            for finding in of(rule, &design) {
                let fixes = fixes_of(&design, &finding, &Inputs::of(Books::shipped()));
                if fixes.is_empty() {
                    complaints.push(format!("{} offers no fix for its own example: {}", rule.id, finding.message));
                }
                complaints.extend(fixes.iter().flat_map(|fix| judge(rule, &design, &finding, fix)));
            }
        }
        none(complaints);
    }

    #[test]
    fn fixing_all_of_a_kind_leaves_none_of_it() {
        let mut complaints = Vec::new();
        for (rule, failing, _) in EXAMPLES.iter().filter(|(r, ..)| matches!(r.fixes, Fixes::Offer(_))) {
            let mut design = failing();
            match fix_all(&design, rule.id, &Inputs::of(Books::shipped())) {
                None => complaints.push(format!("{}: nothing is fixed", rule.id)),
                Some(edit) => match edit.apply(&mut design) {
                    Err(invalid) => complaints.push(format!("{}: {invalid}", rule.id)),
                    Ok(_) => complaints.extend(of(rule, &design).iter().map(|f| format!("{}: left: {f:?}", rule.id))),
                },
            }
        }
        none(complaints);
    }

    #[test]
    fn a_rule_is_silent_for_product_versions_it_does_not_hold_for() {
        let mut complaints = Vec::new();
        for (rule, failing, _) in EXAMPLES {
            for version in ProductVersion::ALL.into_iter().filter(|&v| !rule.versions.include(v)) {
                let mut design = failing();
                std::sync::Arc::make_mut(&mut design.meta).product_version = version;
                if !of(rule, &design).is_empty() {
                    complaints.push(format!("{} speaks for {version}", rule.id));
                }
            }
        }
        none(complaints);
    }

    #[test]
    fn rules_serialise_for_lists_without_their_code() {
        let json = serde_json::to_value(get("R-TOP-07")).unwrap();
        assert_eq!(json["severity"], "error");
        assert_eq!(json["versions"]["to"], "4.5.0");
        assert_eq!(json["sources"][0]["fact"], "B24");
    }
}
