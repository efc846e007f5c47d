//! What holds for the numbers and the way back of any failures of any design.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic anywhere")]

#[allow(dead_code, reason = "shared with other tests")]
#[path = "generate/designs.rs"]
mod designs;

use designs::any_design;
use meridian::books::Books;
use meridian::design::{Between, Design, Failure, Failures, Id};
use meridian::estimate::estimate;
use meridian::failure::{Model, impact, recovery};
use meridian::topology::Topology;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::Config;

/// A failure of the design, or of something that is not in it.
fn failure(design: &Design, kind: usize, a: &Index, b: &Index) -> Failure {
    let pick = |ids: Vec<&Id>, index: &Index| {
        if ids.is_empty() { Id::new("nothing").unwrap() } else { (*index.get(&ids)).clone() }
    };
    let region = |index| pick(design.regions.keys().collect(), index);
    let component = |index| pick(design.components.keys().collect(), index);
    let between = || Between::new(region(a), region(b));
    match kind % 7 {
        0 => Failure::Region(region(a)),
        1 => {
            let zones: Vec<String> = design.components.values().flat_map(|c| c.zones.clone()).collect();
            let zone = if zones.is_empty() { "a".to_owned() } else { b.get(&zones).clone() };
            Failure::Zone { region: region(a), zone }
        }
        2 => Failure::Component(component(a)),
        3 => Failure::Nodes { component: component(a), count: 1 + b.index(4) as u32 },
        4 => Failure::Link(pick(design.links.keys().collect(), a)),
        5 => Failure::Cut(between()),
        _ => Failure::Slow { between: between(), extra_rtt_ms: 1 + b.index(300) as u32 },
    }
}

proptest! {
    #![proptest_config(Config { cases: 150, failure_persistence: None, ..Config::default() })]

    #[test]
    fn numbers_are_shares_and_no_state_gets_better(
        design in any_design(),
        failed in prop::collection::vec((any::<usize>(), any::<Index>(), any::<Index>()), 0..5),
    ) {
        let order: Vec<Failure> = failed.iter().map(|(kind, a, b)| failure(&design, *kind, a, b)).collect();
        let failures: Failures = order.iter().cloned().collect();
        let topology = Topology::of(&design);
        let before = estimate(&topology, Books::shipped());
        let model = Model::of(&topology, &before);
        let outcome = model.outcome(&design, &failures);
        let impact = impact(&design, Books::shipped(), &model, &outcome, &before);
        for p in &impact.populations {
            prop_assert!((0.0..=100.0).contains(&p.error_pct) && (0.0..=100.0).contains(&p.error_pct_before));
            prop_assert_eq!(p.error_pct > 0.0, !p.errors.is_empty(), "{:?}", p);
            for served in [&p.before, &p.after] {
                let sum: f64 = served.iter().map(|s| s.share).sum();
                prop_assert!(served.is_empty() || (sum - 1.0).abs() < 1e-9, "{}", sum);
            }
        }
        prop_assert_eq!(impact.groups.len(), before.capacity.len());
        let mut refined = outcome.clone();
        impact.refine(&mut refined);
        for (key, cell) in &refined.cells {
            prop_assert!(cell.state <= outcome.cells[key].state);
        }
        // Whatever is asked for is repaired once, and the same question has the same answer.
        let way = recovery(&design, &model, &failures, &order);
        let repaired: Failures = way.steps.iter().filter_map(|step| step.repairs.clone()).collect();
        prop_assert_eq!(repaired, failures.clone());
        prop_assert_eq!(&way, &recovery(&design, &model, &failures, &order));
    }
}
