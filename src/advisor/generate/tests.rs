use proptest::prelude::*;

use super::*;
use crate::advisor::{Criteria, Criterion};
use crate::design::file;
use crate::design::history::Document;
use crate::design::{SceneRect, Spec};
use crate::rules::pattern::{self, Pattern};
use crate::rules::{self, CheckReport, Inputs, Severity};
use crate::topology::Topology;

const SITES: [(&str, &str); 5] = [
    ("aws", "eu-central-1"),
    ("aws", "ap-south-1"),
    ("azure", "eastus"),
    ("gcp", "australia-southeast1"),
    ("aws", "sa-east-1"),
];

fn region(index: usize, criteria: &[Criterion]) -> PlannedRegion {
    let (provider, id) = SITES[index];
    let site = Site::cloud(provider, id);
    PlannedRegion {
        answers: Criteria::of(criteria).requirements(),
        requests_per_s: Some(500.0),
        ..PlannedRegion::new(name_of_site(&site, Books::shipped()), site)
    }
}

fn plan(criteria: &[&[Criterion]]) -> Plan {
    Plan {
        name: "Shop".into(),
        product_version: ProductVersion::V4_6,
        requirements: Requirements::default(),
        regions: criteria.iter().enumerate().map(|(i, c)| region(i, c)).collect(),
        owner: "Platform team".into(),
        date: Some("2026-05-04".parse().unwrap()),
    }
}

fn drawn(plan: &Plan) -> Design {
    generate(plan, Books::shipped()).unwrap()
}

fn checked(design: &Design) -> CheckReport {
    rules::check(&Topology::of(design), &Inputs::of(Books::shipped()))
}

/// Errors and warnings that nobody accepted.
fn complaints(design: &Design) -> Vec<String> {
    let open = checked(design).findings.into_iter().filter(|f| f.severity != Severity::Info);
    open.map(|f| format!("{} {}", f.rule, f.message)).collect()
}

fn pattern(design: &Design) -> Pattern {
    pattern::recognise(&Topology::of(design)).pattern
}

fn assert_tidy(design: &Design) {
    let regions: Vec<SceneRect> = design.regions.values().map(|r| r.rect()).collect();
    let boxes: Vec<SceneRect> = design.components.values().map(|c| design.rect_scene(c)).collect();
    for list in [&regions, &boxes] {
        for (i, a) in list.iter().enumerate() {
            assert!(list.iter().skip(i + 1).all(|b| !a.intersects(*b)), "{a:?} is covered");
        }
    }
    for component in design.components.values() {
        let rect = design.rect_scene(component);
        match component.region.as_ref().and_then(|r| design.regions.get(r)) {
            Some(region) => assert!(region.rect().contains(rect.min) && region.rect().contains(rect.max())),
            None => assert!(regions.iter().all(|r| !r.intersects(rect))),
        }
    }
}

#[test]
fn answers_for_each_region_become_the_documented_patterns() {
    use Criterion::{Autonomous, DataPlaneOnly, NearBackends};
    for (criteria, expected) in [
        (vec![&[][..]], Pattern::SingleRegion),
        (vec![&[], &[Autonomous][..]], Pattern::Pattern1),
        (vec![&[], &[Autonomous], &[Autonomous]], Pattern::Pattern1),
        (vec![&[], &[DataPlaneOnly], &[NearBackends]], Pattern::Pattern2),
        (vec![&[], &[Autonomous], &[DataPlaneOnly]], Pattern::Mixed),
        (vec![&[], &[]], Pattern::Pattern2),
    ] {
        let plan = plan(&criteria);
        let design = drawn(&plan);
        assert_eq!(pattern(&design), expected);
        let recognition = pattern::recognise(&Topology::of(&design));
        assert_eq!(recognition.missing, [] as [&str; 0]);
        assert_eq!(complaints(&design), [] as [&str; 0]);
        assert_tidy(&design);
        assert_eq!(design.meta.decisions.len(), criteria.len() - 1);
        for (planned, region) in plan.regions.iter().map(|p| (p, design.regions.values().find(|r| r.name == p.name))) {
            assert_eq!(region.map(|r| &r.requirements), Some(&planned.answers));
        }
    }
}

#[test]
fn a_sub_region_is_attached_to_the_nearest_complete_region() {
    // Frankfurt and Sydney are complete; Mumbai is nearer to Frankfurt.
    let mut plan = plan(&[&[], &[Criterion::DataPlaneOnly], &[], &[Criterion::Autonomous]]);
    plan.regions.remove(2);
    let design = drawn(&plan);
    let home = crate::rules::wiring::home_of(&Topology::of(&design), &Id::slug("mumbai"));
    assert_eq!(home, Some(Id::slug("frankfurt")));
}

#[test]
fn the_decision_names_reasons_on_both_sides_and_an_override() {
    let mut plan = plan(&[&[], &[Criterion::IndependentSurvival, Criterion::Budget]]);
    plan.regions[1].chosen = Some(DocumentedPattern::Pattern2);
    let design = drawn(&plan);
    let [decision] = design.meta.decisions.as_slice() else { panic!("one decision") };
    assert_eq!((decision.recommended.as_str(), decision.chosen.as_str()), ("pattern-1", "pattern-2"));
    assert_eq!(decision.region, Some(Id::slug("mumbai")));
    assert_eq!(decision.criteria, ["independent-survival", "budget"]);
    assert_eq!((decision.owner.as_str(), decision.date), ("Platform team", plan.date));
    for begins in ["For it: ", "Against it: ", "Pattern 1 was recommended; Pattern 2 was chosen instead."] {
        assert!(decision.reasons.iter().any(|r| r.starts_with(begins)), "{:?}", decision.reasons);
    }
    // What goes against the answers is not what the pattern always brings, so it stays open.
    assert!(complaints(&design).iter().any(|c| c.starts_with("R-TOP-16")));
    assert!(design.meta.waivers.iter().any(|w| w.rule == "R-TOP-21" && w.reason.contains("Mumbai")));
}

#[test]
fn replicated_databases_run_on_an_engine_tested_for_the_version() {
    let mut plan = plan(&[&[], &[Criterion::Autonomous]]);
    for (version, engine) in [(ProductVersion::V4_3, Engine::SqlServer), (ProductVersion::V4_7, Engine::PostgreSql)] {
        plan.product_version = version;
        let design = drawn(&plan);
        assert_eq!(build::engine_of(&design).map(|e| e.0), Some(engine));
        assert_eq!(complaints(&design), [] as [&str; 0]);
    }
}

#[test]
fn gateways_carry_the_peak_without_one_of_them() {
    let mut plan = plan(&[&[], &[Criterion::DataPlaneOnly]]);
    plan.regions[1].requests_per_s = Some(30_000.0);
    let design = drawn(&plan);
    let estimates = crate::estimate::estimate(&Topology::of(&design), Books::shipped());
    for load in &estimates.load {
        let group = &design.components[&load.component];
        let one = load.capacity_rps / f64::from(group.instances);
        assert!(group.instances >= 2 && load.capacity_rps - one >= load.demand_rps, "{load:?}");
    }
    assert!(estimates.load.iter().any(|l| l.demand_rps > 29_999.0));
}

#[test]
fn a_plan_that_says_nothing_or_too_much_is_refused_in_a_sentence() {
    let refused = |plan: &Plan| generate(plan, Books::shipped()).unwrap_err();
    assert_eq!(refused(&plan(&[])), PlanError::NoRegion);
    let torn = plan(&[&[], &[Criterion::ReplicationInfeasible, Criterion::IndependentSurvival]]);
    assert!(refused(&torn).to_string().starts_with("the answers for Mumbai contradict each other"));
    let mut many = plan(&[&[]]);
    many.regions = vec![region(0, &[]); MAX_PLANNED_REGIONS + 1];
    assert_eq!(refused(&many), PlanError::TooMany(MAX_PLANNED_REGIONS + 1));
    let mut odd = plan(&[&[]]);
    odd.regions[0].requests_per_s = Some(f64::NAN);
    assert!(matches!(refused(&odd), PlanError::Invalid(_)));
}

#[test]
fn regions_are_added_to_a_design_one_by_one_as_one_step_each() {
    use DocumentedPattern::{Pattern1, Pattern2};
    let books = Books::shipped();
    for order in [[Pattern1, Pattern1], [Pattern1, Pattern2], [Pattern2, Pattern1], [Pattern2, Pattern2]] {
        let mut document = Document::new(drawn(&plan(&[&[]])));
        for (index, chosen) in order.into_iter().enumerate() {
            let before = document.design().clone();
            let new = PlannedRegion { chosen: Some(chosen), ..region(index + 1, &[]) };
            document.apply(extend(&before, &new, "", None, books).unwrap()).unwrap();
            let design = document.design();
            assert_eq!(complaints(design), [] as [&str; 0], "{order:?}");
            assert_tidy(design);
            assert_eq!(design.meta.decisions.len(), index + 1);
            for (id, old) in &before.components {
                assert_eq!(design.components[id].pos, old.pos, "what was there stays where it is");
            }
            let after = design.clone();
            document.undo();
            assert_eq!(*document.design(), before);
            document.redo();
            assert_eq!(*document.design(), after);
        }
        assert_eq!(checked(document.design()).idle_waivers, [], "{order:?}");
    }
}

#[test]
fn a_region_drawn_by_hand_gets_a_neighbour_too() {
    for template in crate::templates::all() {
        let design = template.design();
        let before = complaints(&design);
        for chosen in DocumentedPattern::ALL {
            let new = PlannedRegion { chosen: Some(chosen), ..region(3, &[]) };
            let edit = extend(&design, &new, "", None, Books::shipped()).unwrap();
            let mut after = design.clone();
            edit.apply(&mut after).unwrap();
            // Pattern 2 against the answers of the template is said to be that.
            let against = |c: &String| c.starts_with("R-TOP-16") || c.starts_with("R-TOP-17");
            let fresh: Vec<_> = complaints(&after).into_iter().filter(|c| !before.contains(c) && !against(c)).collect();
            assert_eq!(fresh, [] as [&str; 0], "{} and {chosen:?}", template.id);
            assert!(after.components.values().any(|c| matches!(&c.spec, Spec::GlobalLoadBalancer(_))));
        }
    }
    let nothing = PlannedRegion { chosen: Some(DocumentedPattern::Pattern2), ..region(0, &[]) };
    let refused = extend(&Design::default(), &nothing, "", None, Books::shipped());
    assert!(matches!(refused, Err(PlanError::NoHome { .. })));
}

fn any_region() -> impl Strategy<Value = (bool, Option<f64>, bool, Vec<Criterion>)> {
    let first = proptest::sample::subsequence(
        vec![Criterion::Autonomous, Criterion::LowLatency, Criterion::IndependentSurvival, Criterion::MultiTenancy],
        1..=2,
    );
    let second = proptest::sample::subsequence(
        vec![Criterion::DataPlaneOnly, Criterion::NearBackends, Criterion::ReplicationInfeasible, Criterion::Budget],
        0..=2,
    );
    let load = proptest::option::of(0.0..8_000.0_f64);
    (any::<bool>(), load, any::<bool>(), first, second)
        .prop_map(|(one, load, backends, first, second)| (one, load, backends, if one { first } else { second }))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_plan_becomes_a_sound_design(
        regions in proptest::collection::vec(any_region(), 1..=5),
        version in proptest::sample::select(ProductVersion::ALL.to_vec()),
        turn in 0..5_usize,
    ) {
        let mut plan = plan(&[]);
        plan.product_version = version;
        plan.regions = regions.iter().enumerate().map(|(i, (_, load, backends, criteria))| PlannedRegion {
            requests_per_s: *load,
            backends: *backends,
            ..region((i + turn) % 5, if i == 0 { &[] } else { criteria })
        }).collect();
        let design = drawn(&plan);
        prop_assert_eq!(complaints(&design), [] as [&str; 0]);
        prop_assert_eq!(design.regions.len(), plan.regions.len());
        assert_tidy(&design);
        let bytes = file::to_ron(&design).unwrap();
        prop_assert_eq!(&file::to_ron(&drawn(&plan)).unwrap(), &bytes);
        prop_assert_eq!(file::from_ron(&bytes, "plan").unwrap(), design);
    }
}
