//! The rule engine: checks of a drawing against the documented deployment patterns, each with its source.
//!
//! One rule is one file under `catalogue`; [`all`] lists them. A rule looks at a [`Context`], which indexes the drawing
//! once, and reports breaches that [`check`] turns into [`Finding`]s in a fixed order. To add a rule, copy a file of
//! the catalogue, name it in `catalogue/mod.rs` and in `registry.rs`; the tests demand its source and its examples.

mod catalogue;
mod context;
mod finding;
pub mod pattern;
mod prelude;
mod registry;
mod residency;
mod rule;
mod sources;
#[cfg(test)]
mod testing;
mod words;

pub use context::{Context, Part, RegionView, Wire};
pub use finding::{Basis, Finding, Severity, SourceRef};
pub use registry::{all, get};
pub use rule::{Breaches, Rule, Versions};

use crate::books::Books;
use crate::topology::Topology;

/// Checks the drawing against every rule that holds for its product version.
///
/// Findings come in a fixed order: severity, then rule, then subjects.
#[must_use]
pub fn check(topology: &Topology<'_>, books: &Books) -> Vec<Finding> {
    let context = Context::new(topology, books);
    let mut findings = Vec::new();
    for rule in all().iter().filter(|r| r.versions.include(context.version)) {
        let mut breaches = Breaches::default();
        (rule.check)(&context, &mut breaches);
        findings.extend(breaches.into_vec().into_iter().map(|breach| Finding {
            rule: rule.id,
            severity: rule.severity,
            subjects: breach.subjects,
            message: breach.message,
            why: rule.why,
            remedy: rule.remedy,
            basis: rule.basis,
            sources: rule.sources,
        }));
    }
    findings.sort_by(|a, b| {
        (a.severity, a.rule, &a.subjects, &a.message).cmp(&(b.severity, b.rule, &b.subjects, &b.message))
    });
    findings
}

#[cfg(test)]
mod tests {
    use super::testing::{Sketch, findings, found, mixed, pattern_1, pattern_2, single};
    use super::*;
    use crate::design::{Design, Kind, PatternIntent, Purpose, RegionRole};

    fn complaints(design: &Design) -> Vec<&'static str> {
        findings(design).into_iter().filter(|f| f.severity != Severity::Info).map(|f| f.rule).collect()
    }

    #[test]
    fn documented_deployments_draw_no_complaint() {
        assert_eq!(complaints(&single().entrance(&["frankfurt-lb-gw"]).design()), [] as [&str; 0]);
        assert_eq!(complaints(&pattern_1().design()), [] as [&str; 0]);
        // What Pattern 2 does not do is always shown.
        assert_eq!(complaints(&pattern_2().design()), ["R-TOP-21"]);
    }

    #[test]
    fn nothing_drawn_is_nothing_wrong() {
        assert_eq!(findings(&Design::default()), []);
    }

    #[test]
    fn a_new_sub_region_is_marked_until_it_has_its_gateway_and_traffic_manager() {
        let of_tokyo = |design: &Design| -> Vec<&str> {
            let tokyo = |f: &Finding| {
                f.severity == Severity::Error && f.subjects.iter().any(|s| s.as_str().starts_with("tokyo"))
            };
            findings(design).into_iter().filter(tokyo).map(|f| f.rule).collect()
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
        assert!(once.is_sorted_by_key(|f| (f.severity, f.rule, f.subjects.clone())), "{once:#?}");
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
