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
    r_top_01 r_top_02 r_top_03 r_top_04 r_top_05 r_top_07 r_top_08 r_top_09 r_top_10 r_top_11 r_top_12 r_top_15
    r_top_16 r_top_17 r_top_18 r_top_19 r_top_20 r_top_21 r_top_22 r_top_23 r_top_24 r_top_25 r_top_26 r_top_29
    r_top_31
    r_con_01 r_con_02 r_con_03 r_con_04 r_con_05 r_con_13 r_con_15 r_con_19 r_con_21 r_con_25
    r_ha_01 r_ha_02 r_ha_03 r_ha_04 r_ha_05 r_ha_06 r_ha_07 r_ha_10 r_ha_11 r_ha_13 r_ha_14 r_ha_15 r_ha_21
    r_db_14
    r_siz_01
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
    use super::*;
    use crate::design::ProductVersion;

    #[test]
    fn every_rule_says_what_why_and_where_that_can_be_read() {
        let mut ids = BTreeSet::new();
        for rule in all() {
            assert!(ids.insert(rule.id), "{} is there twice", rule.id);
            assert!(rule.title.ends_with('.') && rule.title.len() > 15, "{}: title {:?}", rule.id, rule.title);
            assert!(rule.why.ends_with('.') && rule.why.len() > 30, "{}: why {:?}", rule.id, rule.why);
            assert!(rule.remedy.ends_with('.') && rule.remedy.len() > 15, "{}: remedy {:?}", rule.id, rule.remedy);
            assert!(!rule.sources.is_empty(), "{} has no source", rule.id);
            for s in rule.sources {
                assert!(s.fact.len() >= 2 && s.document.contains(" [S"), "{}: source {s:?}", rule.id);
            }
            assert!(ProductVersion::ALL.iter().any(|&v| rule.versions.include(v)), "{} never holds", rule.id);
            assert!(get(rule.id).is_some_and(|r| std::ptr::eq(r, *rule)), "{} is not found by its id", rule.id);
        }
    }

    #[test]
    fn every_failing_example_breaks_its_rule_and_every_passing_one_keeps_it() {
        for (rule, failing, passing) in EXAMPLES {
            let design = failing();
            let of_rule: Vec<_> = findings(&design).into_iter().filter(|f| f.rule == rule.id).collect();
            assert!(!of_rule.is_empty(), "the failing example of {} passes", rule.id);
            for finding in &of_rule {
                let plain =
                    finding.message.len() > 15 && !finding.message.contains("R-") && !finding.message.ends_with('.');
                assert!(plain, "{}: message {:?}", rule.id, finding.message);
                assert!(finding.subjects.iter().all(|id| design.contains(id)), "{}: {:?}", rule.id, finding.subjects);
            }
            let of_rule: Vec<_> = findings(&passing()).into_iter().filter(|f| f.rule == rule.id).collect();
            assert!(of_rule.is_empty(), "the passing example of {} fails: {of_rule:?}", rule.id);
        }
    }

    #[test]
    fn a_rule_is_silent_for_product_versions_it_does_not_hold_for() {
        for (rule, failing, _) in EXAMPLES {
            for version in ProductVersion::ALL.into_iter().filter(|&v| !rule.versions.include(v)) {
                let mut design = failing();
                std::sync::Arc::make_mut(&mut design.meta).product_version = version;
                assert!(findings(&design).iter().all(|f| f.rule != rule.id), "{} speaks for {version}", rule.id);
            }
        }
    }

    #[test]
    fn rules_serialise_for_lists_without_their_code() {
        let json = serde_json::to_value(get("R-TOP-07")).unwrap();
        assert_eq!(json["severity"], "error");
        assert_eq!(json["versions"]["to"], "4.5.0");
        assert_eq!(json["sources"][0]["fact"], "B24");
    }
}
