//! Use of groups on drawings a reader can follow.

use proptest::prelude::*;

use super::*;
use crate::books::Books;
use crate::design::{Design, Environment, Kind, ProductVersion, Spec, TokenFormat};
use crate::estimate::{Estimates, estimate};
use crate::rules::testing::{Sketch, pattern_1, pattern_2, single};
use crate::topology::Topology;

fn estimated(design: &Design) -> Estimates {
    estimate(&Topology::of(design), Books::shipped())
}

fn row(design: &Design, id: &str, measure: Measure) -> GroupCapacity {
    let found = estimated(design).capacity.into_iter().find(|g| g.component.as_str() == id && g.measure == measure);
    found.unwrap_or_else(|| panic!("{id} is not measured by {}", measure.label()))
}

fn pct(of: &Result<Figure, String>) -> f64 {
    of.as_ref().unwrap().value
}

fn after(row: &GroupCapacity, is: impl Fn(&Loss) -> bool) -> f64 {
    pct(&row.after(is).unwrap().utilisation)
}

fn near(actual: f64, expected: f64) {
    assert!((actual - expected).abs() <= 1e-6 * expected.abs().max(1.0), "{actual} is not {expected}");
}

/// Frankfurt alone with this many calls of 1 KiB a second.
fn alone(calls: f64) -> Sketch {
    single().version(ProductVersion::V4_5).entrance(&["frankfurt-lb-gw"]).calls(calls).with("users", |c| {
        if let Spec::Users(users) = &mut c.spec {
            (users.request_bytes, users.response_bytes) = (1_024.0, 1_024.0);
        }
    })
}

const MOST: f64 = 3_915.0;

#[test]
fn a_pair_used_to_40_percent_is_used_to_80_without_one_node() {
    let design = alone(0.8 * MOST).design();
    let gateways = row(&design, "frankfurt-gw", Measure::Calls);
    near(pct(&gateways.utilisation), 40.0);
    near(after(&gateways, |l| *l == Loss::Node), 80.0);
    let needed = gateways.needed.unwrap();
    assert_eq!((needed.instances, needed.with_node_lost, needed.target), (2, 3, UseTarget::Advised));
}

/// Fact (a): 4.5.0 on one node of two cores, 2,000 calls a second.
#[test]
fn the_worked_example_of_4_5_0_is_used_to_51_percent_and_a_lone_node_leaves_nothing() {
    let gateways = row(&alone(2_000.0).instances("frankfurt-gw", 1).design(), "frankfurt-gw", Measure::Calls);
    assert!((pct(&gateways.utilisation) - 51.1).abs() < 0.05);
    assert!(gateways.after(|l| *l == Loss::Node).unwrap().utilisation.is_err());
}

#[test]
fn a_zone_takes_the_nodes_that_stand_in_it_and_zones_that_nobody_drew_are_said_to_be_missing() {
    let zones = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        alone(MOST).instances("frankfurt-gw", 5).with("frankfurt-gw", |c| c.zones = names).design()
    };
    let used = |design: &Design| row(design, "frankfurt-gw", Measure::Calls);
    near(after(&used(&zones(&["a", "b"])), |l| *l == Loss::Zone(Some("a".into()))), 50.0);
    near(after(&used(&zones(&["a", "b", "c"])), |l| matches!(l, Loss::Zone(_))), 100.0 / 3.0);
    for design in [zones(&[]), zones(&["a"])] {
        assert!(used(&design).after(|l| matches!(l, Loss::Zone(_))).unwrap().utilisation.is_err());
    }
}

#[test]
fn the_users_of_a_lost_region_come_to_the_other() {
    let design = pattern_1().calls(4_000.0).design();
    let rows: Vec<_> = ["frankfurt-gw", "oregon-gw"].map(|id| row(&design, id, Measure::Calls)).into();
    let (busy, idle) = if rows[0].demand > 0.0 { (&rows[0], &rows[1]) } else { (&rows[1], &rows[0]) };
    near(idle.demand, 0.0);
    near(after(idle, |l| matches!(l, Loss::Region(_))), pct(&busy.utilisation));
    near(after(busy, |l| matches!(l, Loss::Region(_))), pct(&busy.utilisation));
    assert!(single().design().regions.len() == 1 && rows.iter().all(|r| r.after_loss.len() == 3));
}

#[test]
fn every_traffic_manager_gets_every_event_unless_counters_are_shared() {
    let pair = |calls| alone(calls).version(ProductVersion::V4_7).instances("frankfurt-tm", 2);
    let events = |sketch: Sketch| row(&sketch.design(), "frankfurt-tm", Measure::Events);
    let each = events(pair(10_000.0));
    near(pct(&each.utilisation), 50.0);
    near(after(&each, |l| *l == Loss::Node), 50.0);
    assert!(events(pair(30_000.0)).needed.unwrap_err().contains("do not help"));
    let sharing = |calls| {
        let redis = pair(calls).put("frankfurt", Kind::Redis);
        events(redis.link("frankfurt-tm", "frankfurt-redis", &[Purpose::SharedCounters]))
    };
    near(pct(&sharing(10_000.0).utilisation), 25.0);
    near(after(&sharing(10_000.0), |l| *l == Loss::Node), 50.0);
    assert_eq!(sharing(30_000.0).needed.unwrap().instances, 3);
}

#[test]
fn tokens_come_with_calls_and_opaque_ones_are_checked_as_well() {
    let at = |tokens| row(&alone(5_000.0).meta(|m| m.tokens = tokens).design(), "frankfurt-cp", Measure::Tokens);
    near(at(TokenFormat::Jwt).demand, 25.0);
    near(at(TokenFormat::Opaque).demand, 525.0);
    near(pct(&at(TokenFormat::Jwt).utilisation), 100.0 * 25.0 / at(TokenFormat::Jwt).capacity.unwrap());
}

#[test]
fn gateways_of_sub_regions_count_at_the_control_plane_of_the_main_one() {
    let design = pattern_2().instances("frankfurt-gw", 6).instances("mumbai-gw", 6).instances("frankfurt-cp", 2);
    let planes = row(&design.design(), "frankfurt-cp", Measure::GatewaysStarted);
    near(planes.demand, 12.0);
    near(pct(&planes.utilisation), 60.0);
    let managers = row(&pattern_2().instances("mumbai-gw", 12).design(), "mumbai-tm", Measure::GatewaysThrottled);
    near(pct(&managers.utilisation), 120.0);
}

#[test]
fn a_target_of_the_design_decides_how_many_nodes_are_needed() {
    let needed = |target| {
        let design = alone(MOST).meta(|m| m.estimation.targets.peak_use_pct = Some(target)).design();
        row(&design, "frankfurt-gw", Measure::Calls).needed
    };
    assert_eq!(needed(100.0).unwrap().instances, 1);
    assert_eq!(needed(25.0).unwrap().instances, 4);
    assert!(needed(0.0).is_err() && needed(0.01).is_err());
}

/// Users near both regions behind a balancer that weighs, or sends them to the nearest.
fn two_regions(calls: f64, nodes: [u32; 2], weighted: bool) -> Design {
    let sketch = pattern_1().calls(calls).instances("frankfurt-gw", nodes[0]).instances("oregon-gw", nodes[1]);
    let policy = if weighted { crate::design::RoutingPolicy::Weighted } else { crate::design::RoutingPolicy::Nearest };
    let sketch = sketch.with("gslb", |c| {
        c.spec = Spec::GlobalLoadBalancer(crate::design::GlobalLoadBalancer { policy, ..Default::default() });
    });
    sketch.meta(|m| m.environment = Environment::Production).design()
}

proptest! {
    #[test]
    fn use_grows_with_demand_and_never_with_nodes_and_no_call_is_lost_with_a_region(
        calls in 1.0..50_000.0f64, a in 1u32..40, b in 1u32..40, weighted: bool,
    ) {
        let used = |calls, nodes| row(&two_regions(calls, nodes, weighted), "frankfurt-gw", Measure::Calls);
        let once = used(calls, [a, b]);
        let twice = used(2.0 * calls, [a, b]);
        near(pct(&twice.utilisation), 2.0 * pct(&once.utilisation));
        prop_assert!(pct(&used(calls, [a + 1, b]).utilisation) <= pct(&once.utilisation) * (1.0 + 1e-9));
        let region = |l: &Loss| matches!(l, Loss::Region(_));
        near(after(&once, region) / 100.0 * once.capacity.unwrap(), calls);
        let needed = once.needed.as_ref().unwrap();
        let others_fixed = !weighted;
        if others_fixed {
            let enough = used(calls, [needed.instances, b]);
            prop_assert!(pct(&enough.utilisation) <= needed.target.pct() * (1.0 + 1e-6));
            if needed.with_node_lost > 1 && enough.demand > 0.0 {
                let spare = used(calls, [needed.with_node_lost, b]);
                prop_assert!(after(&spare, |l| *l == Loss::Node) <= needed.target.pct() * (1.0 + 1e-6));
            }
        }
    }
}
