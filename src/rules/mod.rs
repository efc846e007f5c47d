//! The rule engine: checks of a drawing against the documented deployment patterns, each with its source.
//!
//! One rule is one file under `catalogue`; [`all`] lists them. A rule looks at a [`Context`], which indexes the drawing
//! once, and reports breaches with what they rest on; [`check()`] turns them into [`Finding`]s in a fixed order, sets
//! aside what the design waives or turns off, and says so in its [`CheckReport`]. To add a rule, copy a file of the
//! catalogue, name it in `catalogue/mod.rs` and in `registry.rs`; the tests demand its source, its examples and that
//! its fixes work.

pub mod attempt;
mod catalogue;
mod check;
mod company;
mod compare;
mod context;
mod convert;
mod distance;
mod finding;
mod fix;
pub mod pattern;
mod prelude;
pub mod reference;
mod registry;
mod residency;
pub mod rewire;
mod rule;
mod sources;
#[cfg(test)]
pub(crate) mod testing;
mod waive;
pub mod wiring;
mod words;

pub use check::{CheckReport, Inputs, RuleOff, SeverityChange, Unchecked, Waived, check};
pub use company::{BrokenRule, PackReport};
pub use compare::{Delta, compare};
pub use context::{Context, Part, RegionView, Wire, tested_for_replication};
pub use finding::{Basis, Finding, Lapsed, Seen, Severity, SourceRef};
pub use fix::{Fix, FixList, Fixes, fix_all, fixes_of};
pub use registry::{all, get};
pub use rule::{Breach, Breaches, Rule, Versions, Wording};
pub use waive::waiver_for;

#[cfg(test)]
mod tests {
    use super::testing::{Sketch, findings, found, mixed, pattern_1, pattern_2, single};
    use super::*;
    use crate::design::{Design, Kind, PatternIntent, Purpose, RegionRole};
    use crate::topology::Topology;

    fn complaints(design: &Design) -> Vec<String> {
        findings(design).into_iter().filter(|f| f.severity != Severity::Info).map(|f| f.rule.into_owned()).collect()
    }

    #[test]
    fn documented_deployments_draw_no_complaint() {
        assert_eq!(complaints(&single().entrance(&["frankfurt-lb-gw"]).design()), [] as [&str; 0]);
        // What the patterns do not do is always shown, and that the databases of Pattern 1 are managed ones.
        assert_eq!(complaints(&pattern_1().design()), ["R-DB-05", "R-DB-07", "R-OPS-02", "R-OPS-03"]);
        assert_eq!(complaints(&pattern_2().design()), ["R-TOP-21"]);
    }

    #[test]
    fn nothing_drawn_is_nothing_wrong() {
        assert_eq!(findings(&Design::default()), []);
    }

    #[test]
    fn a_new_sub_region_is_marked_until_it_has_its_gateway_and_traffic_manager() {
        let of_tokyo = |design: &Design| -> Vec<String> {
            let tokyo = |f: &Finding| {
                f.severity == Severity::Error && f.subjects.iter().any(|s| s.as_str().starts_with("tokyo"))
            };
            findings(design).into_iter().filter(tokyo).map(|f| f.rule.into_owned()).collect()
        };
        let drawn = || pattern_2().region("Tokyo", RegionRole::Sub);
        assert_eq!(of_tokyo(&drawn().design()), ["R-TOP-04", "R-TOP-05"]);

        let dropped = drawn().put("tokyo", Kind::Gateway).put("tokyo", Kind::TrafficManager);
        assert_eq!(
            of_tokyo(&dropped.design()),
            ["R-CON-01", "R-CON-01", "R-CON-02", "R-CON-02", "R-CON-04", "R-HA-10"]
        );
        assert_eq!(of_tokyo(&drawn().data_plane("tokyo", "frankfurt").design()), [] as [&str; 0]);
    }

    #[test]
    fn findings_come_worst_first_and_always_in_the_same_order() {
        let design =
            mixed().without("mumbai-tm").instances("oregon-tm", 1).link_again("gslb", "mumbai-lb", Purpose::ApiTraffic);
        let design = design.design();
        let once = findings(&design);
        assert_eq!(once, findings(&design.clone()));
        assert!(once.is_sorted_by_key(|f| (f.severity, f.rule.clone(), f.subjects.clone())), "{once:#?}");
        assert!(Severity::ALL.iter().all(|s| once.iter().any(|f| f.severity == *s)), "{once:#?}");
    }

    #[test]
    fn the_sentence_names_place_and_consequence() {
        let said = found(&pattern_2().instances("mumbai-tm", 1).design(), "R-HA-01");
        let expected = "One traffic manager in Mumbai: throttling stops there when it is lost";
        assert_eq!(said, [(vec!["mumbai-tm".to_owned()], expected.to_owned())]);
    }

    #[test]
    fn patterns_are_recognised_with_reasons() {
        use pattern::{Pattern, recognise};
        let seen = |sketch: Sketch| {
            let design = sketch.design();
            recognise(&Topology::of(&design))
        };
        assert_eq!(seen(Sketch::new()).pattern, Pattern::None);
        assert_eq!(seen(single()).pattern, Pattern::SingleRegion);
        assert_eq!(seen(mixed()).pattern, Pattern::Mixed);
        let first = seen(pattern_1());
        assert_eq!(first.pattern, Pattern::Pattern1);
        assert_eq!(first.reasons, ["Frankfurt and Oregon each have a control plane."]);
        let second = seen(pattern_2().with_region("mumbai", |r| r.role = RegionRole::Peer));
        assert_eq!(second.pattern, Pattern::Pattern2);
        assert_eq!(
            second.reasons,
            ["Only Frankfurt has a control plane.", "Mumbai serves traffic without a control plane of its own."]
        );
        let meant = seen(pattern_1().intent(PatternIntent::Pattern2));
        assert_eq!(meant.pattern, Pattern::Pattern2);
        assert_eq!(meant.reasons.get(1).map(String::as_str), Some("What is drawn so far looks like Pattern 1."));
    }

    #[test]
    fn a_control_plane_in_a_region_marked_sub_shows_up() {
        let design = pattern_1().with_region("frankfurt", |r| r.role = RegionRole::Main);
        let design = design.with_region("oregon", |r| r.role = RegionRole::Sub).design();
        let said: Vec<_> = findings(&design).into_iter().filter(|f| f.rule == "R-TOP-03").map(|f| f.subjects).collect();
        assert_eq!(said.len(), 1);
        assert!(said.iter().all(|s| s.first().is_some_and(|id| id.as_str() == "oregon-cp")), "{said:?}");
    }
}
