//! Held against closed forms worked out by hand, published examples, and playing each failure.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::books::{CompanyBook, CompanyBooks};
use crate::design::draft::Draft;
use crate::design::failure::Failure;
use crate::design::{Component, Failures, Kind, Override, Purpose, RegionRole, Site};
use crate::estimate::{self, Assumed};
use crate::failure::State;
use crate::templates;
use crate::topology::Topology;

/// A drawing in the making, all figures of which are given.
struct Sketch(Draft);

impl Sketch {
    fn new() -> Self {
        Self(Draft::of(&Design::default()))
    }

    fn assume(mut self, key: Assumed, value: f64) -> Self {
        self.0.meta(|m| {
            let by = Override { value, low: None, high: None, note: String::new() };
            m.estimation.assumptions.insert(key.id().to_owned(), by);
        });
        self
    }

    /// A region in Frankfurt or Dublin that is there for this share of the time.
    fn region(&mut self, name: &str, percent: f64) -> Id {
        let at = if name == "Dublin" { "eu-west-1" } else { "eu-central-1" };
        let region = self.0.add_region(name, Site::cloud("aws", at), RegionRole::Peer);
        self.0.region(&region, |r| r.availability_pct = Some(percent));
        region
    }

    fn put(&mut self, region: Option<&Id>, kind: Kind, nodes: u32, percent: Option<f64>) -> Id {
        let id = self.0.add(region, kind, kind.label());
        self.0.component(&id, |c| {
            c.instances = nodes;
            c.zones = Vec::new();
            c.availability_pct = percent;
        });
        id
    }

    fn zones(&mut self, id: &Id, zones: &[&str]) {
        self.0.component(id, |c| c.zones = zones.iter().map(|zone| (*zone).to_owned()).collect());
    }

    fn link(&mut self, from: &Id, to: &Id, purpose: Purpose) {
        self.0.connect(from, to, &[purpose]);
    }

    fn design(&self) -> Design {
        self.0.design().clone()
    }
}

fn model(design: &Design) -> Model {
    let topology = Topology::of(design);
    Model::of(&topology, &estimate::estimate(&topology, Books::shipped()))
}

fn with_books(design: &Design, books: &Books, capability: Capability) -> Vec<CellAvailability> {
    let model = model(design);
    let chances = Chances::of(design, books, &model);
    available(design, books, &model, &chances, Some(capability), Effort::default(), &|| true).unwrap()
}

fn served(design: &Design, place: &Id) -> CellAvailability {
    let cells = with_books(design, Books::shipped(), Capability::Serve);
    cells.into_iter().find(|cell| cell.place.id() == place).unwrap()
}

#[track_caller]
fn close(a: f64, b: f64) {
    assert!((a - b).abs() <= 1e-12, "{a} is not {b}");
}

/// One gateway behind a balancer, with the figures of a region, the balancer, a node and a backend, in percent.
fn behind_a_balancer(nodes: u32, [site, lb, node, backend]: [f64; 4], beta_pct: f64) -> (Sketch, Id, Id) {
    let mut sketch = Sketch::new().assume(Assumed::CommonCausePct, beta_pct);
    let region = sketch.region("Frankfurt", site);
    let balancer = sketch.put(Some(&region), Kind::LoadBalancer, 1, Some(lb));
    let gateway = sketch.put(Some(&region), Kind::Gateway, nodes, Some(node));
    let behind = sketch.put(Some(&region), Kind::Backend, 1, Some(backend));
    sketch.link(&balancer, &gateway, Purpose::ApiTraffic);
    sketch.link(&gateway, &behind, Purpose::BackendCall);
    (sketch, region, gateway)
}

#[test]
fn one_gateway_behind_a_balancer_is_a_product() {
    let (sketch, region, _) = behind_a_balancer(1, [99.9, 99.99, 99.5, 99.95], 5.0);
    let cell = served(&sketch.design(), &region);
    close(cell.goes_on.down, 1.0 - 0.999 * 0.9999 * 0.995 * 0.9995);
    assert_eq!((cell.goes_on.switching, cell.goes_on.restarts), (0.0, 0.0));
    assert_eq!(cell.goes_on.certainty, Certainty::Exact);
    // The weakest comes first, and what is gained is what it takes away while the others work.
    let first = cell.improve.first().unwrap();
    assert!(first.words.starts_with("nodes of"), "{}", first.words);
    let gained = first.minutes_per_year / MINUTES_PER_YEAR;
    close(gained, 0.999 * 0.9999 * 0.9995 * 0.005);
}

#[test]
fn published_examples_come_out() {
    // Two independent parts of 99.9 %: 99.9999 % (AWS, Reliability Pillar).
    let (sketch, region, _) = behind_a_balancer(2, [100.0, 100.0, 99.9, 100.0], 0.0);
    close(served(&sketch.design(), &region).goes_on.down, 1e-6);
    // 99.99 % with two hard dependencies of 99.99 %: 99.97 % (the same).
    let (sketch, region, _) = behind_a_balancer(1, [100.0, 99.99, 99.99, 99.99], 0.0);
    close(1.0 - served(&sketch.design(), &region).goes_on.down, 0.999_700_029_999);
}

#[test]
fn two_gateways_in_two_zones_share_their_region_and_a_cause() {
    for beta in [0.0, 0.05, 1.0] {
        let (sketch, region, gateway) = behind_a_balancer(2, [99.9, 99.99, 99.5, 100.0], 100.0 * beta);
        let mut sketch = sketch.assume(Assumed::ZonePct, 99.0);
        sketch.zones(&gateway, &["a", "b"]);
        // Inclusion and exclusion: either of two nodes with its zone, once the shared parts work.
        let node = 1.0 - (1.0 - beta) * 0.005;
        let one = 0.99 * node;
        let either = one + one - one * one;
        let up = 0.999 * 0.9999 * (1.0 - beta * 0.005) * either;
        close(served(&sketch.design(), &region).goes_on.down, 1.0 - up);
    }
}

#[test]
fn nodes_that_have_everything_in_common_are_no_better_than_one() {
    let all = [100.0, 100.0, 99.5, 100.0];
    let down = |nodes, beta_pct| {
        let (sketch, region, _) = behind_a_balancer(nodes, all, beta_pct);
        served(&sketch.design(), &region).goes_on.down
    };
    close(down(3, 100.0), down(1, 100.0));
    close(down(3, 0.0), 0.005_f64.powi(3));
    assert!(down(3, 0.0) < down(3, 5.0) && down(3, 5.0) < down(3, 100.0));
    // A single node keeps all of its own.
    close(down(1, 5.0), 0.005);
}

/// Users behind a global balancer that knows so many regions, each of them a balancer and gateways.
fn behind_a_global_balancer(regions: usize) -> (Design, Id) {
    let (mut sketch, region, _) = behind_a_balancer(2, [100.0, 99.9, 100.0, 100.0], 0.0);
    let users = sketch.put(None, Kind::Users, 1, None);
    let global = sketch.put(None, Kind::GlobalLoadBalancer, 1, Some(100.0));
    sketch.link(&users, &global, Purpose::ApiTraffic);
    let mut entries = vec![region];
    if regions > 1 {
        let other = sketch.region("Dublin", 100.0);
        let balancer = sketch.put(Some(&other), Kind::LoadBalancer, 1, Some(99.9));
        let gateway = sketch.put(Some(&other), Kind::Gateway, 2, Some(100.0));
        let backend = sketch.put(Some(&other), Kind::Backend, 1, Some(100.0));
        sketch.link(&balancer, &gateway, Purpose::ApiTraffic);
        sketch.link(&gateway, &backend, Purpose::BackendCall);
        entries.push(other);
    }
    let design = sketch.design();
    for region in &entries {
        let balancers = design.components_in(region).filter(|(_, c)| c.kind() == Kind::LoadBalancer);
        for (id, _) in balancers {
            sketch.link(&global, id, Purpose::ApiTraffic);
        }
    }
    (sketch.design(), users)
}

#[test]
fn a_second_region_helps_and_switching_to_it_takes_its_time() {
    let (one, users) = behind_a_global_balancer(1);
    let alone = served(&one, &users).goes_on;
    close(alone.down, 1e-3);
    assert!(alone.switching.abs() < 1e-18);
    let (two, users) = behind_a_global_balancer(2);
    let cell = served(&two, &users);
    // 0.1 % of the time in outages of one hour: 8.76 a year, while Dublin works. Each time 75 s until the third probe of 30 s
    // has failed, and half of 60 s, over which users leave evenly.
    let by_hand = 0.001 * (105.0 / 3_600.0);
    assert!((cell.goes_on.switching / by_hand - 1.0).abs() < 0.01, "{} {by_hand}", cell.goes_on.switching);
    close(cell.goes_on.down - cell.goes_on.switching, 1e-6);
    // While Dublin serves them it is degraded.
    close(cell.works_fully.down, 1e-3);
}

#[test]
fn switching_takes_as_long_as_the_timeline_says_and_counts_among_what_to_improve() {
    use crate::failure::timeline::timeline;
    let design = templates::get("pattern-1").unwrap().design();
    let users = Id::slug("users-eu");
    let cell = served(&design, &users);
    let topology = Topology::of(&design);
    let estimates = estimate::estimate(&topology, Books::shipped());
    let model = Model::of(&topology, &estimates);
    let lost = model.outcome(&design, &Failures::from([Failure::Region(Id::slug("eu"))]));
    let played = timeline(&design, Books::shipped(), &estimates, &model, &lost);
    let missed_s = played.track(Capability::Serve, &Place::Population(users)).unwrap().missed_s().unwrap();
    let of = &cell.goes_on;
    // How often a user is without service: to move, and for as long as nothing works at all.
    let moves = of.switching * HOURS_PER_YEAR * 3_600.0 / missed_s;
    let outages = of.outages_per_year.unwrap();
    assert!(outages > moves && outages < moves * 1.1, "{outages} {moves}");
    assert!((outages * of.mean_outage_h.unwrap() / HOURS_PER_YEAR / of.down - 1.0).abs() < 1e-9);
    // Nearly all of it is switching, so that is what the parts are ranked by.
    let [minutes, ..] = of.minutes_per_year();
    let gained: f64 = cell.improve.iter().map(|part| part.minutes_per_year).sum();
    assert!(gained > 0.9 * minutes && cell.improve.is_sorted_by(|a, b| a.minutes_per_year >= b.minutes_per_year));
}

#[test]
fn users_of_a_balancer_that_weighs_move_with_their_share_only() {
    use crate::design::{RoutingPolicy, Spec};
    let with = |policy: RoutingPolicy| {
        let (mut design, users) = behind_a_global_balancer(2);
        for component in design.components.values_mut() {
            if let Spec::GlobalLoadBalancer(balancer) = &mut Arc::make_mut(component).spec {
                balancer.policy = policy;
            }
        }
        served(&design, &users).goes_on
    };
    let [near, weighted] = [RoutingPolicy::Nearest, RoutingPolicy::Weighted].map(with);
    // Twice the regions that may stop, half of the users in each.
    assert!((weighted.switching / near.switching - 1.0).abs() < 0.01, "{} {}", weighted.switching, near.switching);
}

#[test]
fn gateways_that_no_call_rests_on_make_no_restart_unlikelier() {
    let mut design = templates::get("pattern-1").unwrap().design();
    let users = Id::slug("users-eu");
    let before = served(&design, &users);
    let mut aside = (**design.components.get(&Id::slug("eu-gw")).unwrap()).clone();
    aside.name = "For nobody here".into();
    design.components.insert(Id::slug("aside"), Arc::new(aside));
    let after = served(&design, &users);
    assert!(before.goes_on.restarts > 0.0);
    assert!((after.goes_on.restarts / before.goes_on.restarts - 1.0).abs() < 1e-9);
    // With every group and node that the load needs there is more to lose.
    assert!(before.works_fully.restarts >= before.goes_on.restarts);
}

#[test]
fn gateways_of_a_sub_region_may_have_to_start_while_the_main_region_is_away() {
    let design = templates::get("pattern-2").unwrap().design();
    let cells = with_books(&design, Books::shipped(), Capability::Serve);
    let starts = with_books(&design, Books::shipped(), Capability::GatewayStart);
    let mut seen = 0;
    for cell in cells.iter().filter(|cell| matches!(cell.place, Place::Region(_))) {
        let start = starts.iter().find(|start| start.place == cell.place).unwrap();
        let restarts = cell.goes_on.restarts;
        // Less than all of the time without a control plane, since most pools survive a mean outage.
        assert!(restarts > 0.0 && restarts < 0.1 * start.goes_on.down, "{restarts} {}", start.goes_on.down);
        seen += 1;
    }
    assert_eq!(seen, design.regions.len());
}

#[test]
fn the_companys_figure_comes_before_the_shipped_one_and_the_designs_before_both() {
    let mut sketch = Sketch::new();
    let region = sketch.region("Frankfurt", 100.0);
    let balancer = sketch.put(Some(&region), Kind::LoadBalancer, 1, None);
    let gateway = sketch.put(Some(&region), Kind::Gateway, 1, Some(100.0));
    sketch.link(&balancer, &gateway, Purpose::ApiTraffic);
    let text = "(format: 1, name: \"Acme\", source: \"contract\", date: \"2026-09-01\", slas: [(component: \"load-balancer\", \
                provider: \"aws\", configuration: \"ALB, NLB (ELB)\", pct: 99.0)])";
    let book = CompanyBook::parse(text, "acme.book.ron", &Assumed::ids()).unwrap();
    let company = Books::with(CompanyBooks::of(vec![Arc::new(book)]));
    let down = |design: &Design, books| {
        let cells = with_books(design, books, Capability::Serve);
        cells.first().unwrap().goes_on.down
    };
    close(down(&sketch.design(), Books::shipped()), 1e-4);
    close(down(&sketch.design(), &company), 1e-2);
    sketch.0.component(&balancer, |c| c.availability_pct = Some(99.5));
    close(down(&sketch.design(), &company), 5e-3);
}

#[test]
fn every_part_of_a_template_has_a_figure_with_a_source_and_every_answer_a_range() {
    for template in templates::all() {
        let design = template.design();
        let model = model(&design);
        let report = reliability(&design, Books::shipped(), &model, &Budget::default(), &|| true).unwrap();
        for figure in report.chances.all() {
            let of = &figure.availability;
            assert!(of.low <= of.value && of.value <= of.high && of.high <= 100.0, "{of:?}");
            for leaf in of.derivation.nodes().filter(|node| node.inputs.is_empty()) {
                assert!(!leaf.source.is_empty(), "{leaf:?}");
            }
        }
        for cell in &report.available {
            for answer in [&cell.goes_on, &cell.works_fully] {
                let of = &answer.availability;
                assert!(of.low <= of.value && of.value <= of.high, "{} {of:?}", template.id);
                assert_eq!(answer.certainty, Certainty::Exact);
                assert!(answer.outages_per_year.is_some());
            }
            assert!(cell.works_fully.down >= cell.goes_on.down - cell.goes_on.switching - 1e-15);
        }
        let stopped = std::cell::Cell::new(3);
        let go_on = || {
            stopped.set(stopped.get() - 1);
            stopped.get() > 0
        };
        assert!(reliability(&design, Books::shipped(), &model, &Budget::default(), &go_on).is_none());
    }
}

#[test]
fn a_sweep_says_what_playing_each_failure_and_each_pair_says() {
    for template in templates::all() {
        let design = template.design();
        let model = model(&design);
        let chances = Chances::of(&design, Books::shipped(), &model);
        let found = losses(&design, &model, &chances, &Budget::default(), &|| true).unwrap();
        assert_eq!(found.pairs_of, Pairs::All);
        let played = |failures: Failures| -> Vec<usize> {
            let outcome = model.outcome(&design, &failures);
            let down = outcome.cells.values().enumerate().filter(|(_, cell)| cell.state == State::Down);
            down.map(|(at, _)| at).collect()
        };
        for (a, one) in found.hits.iter().enumerate() {
            let alone = played(Failures::from([one.failure.clone()]));
            assert_eq!(found.found.lost_by_one(a).collect::<Vec<_>>(), alone, "{}", one.failure);
            for (b, other) in found.hits.iter().enumerate().skip(a + 1) {
                let both = played(Failures::from([one.failure.clone(), other.failure.clone()]));
                let lost: Vec<usize> = found.found.lost_by(a, b).unwrap().collect();
                assert_eq!(lost, both, "{} and {}", one.failure, other.failure);
            }
        }
    }
}

#[test]
fn a_smallest_set_of_one_is_a_single_failure_of_the_sweep_and_can_be_played() {
    for template in templates::all() {
        let design = template.design();
        let model = model(&design);
        let report = reliability(&design, Books::shipped(), &model, &Budget::default(), &|| true).unwrap();
        for (at, (weak, cell)) in report.weak_points.iter().zip(model.cells.values()).enumerate() {
            let singles = report.losses.singles(at);
            for point in weak.listed.iter().filter(|point| point.cut.order() == 1) {
                let failures = point.failures(&design, &model, cell).unwrap();
                let single = failures.first().unwrap();
                assert!(singles.iter().any(|hit| hit.failure == *single), "{single}: {}", point.words(&design, &model));
            }
            // Sets that are likelier than all of the time the capability is away would be no sets.
            let down = report.available.get(at).unwrap().goes_on.down;
            assert!(weak.listed.iter().all(|point| point.probability <= down + 1e-12), "{}", template.id);
        }
    }
}

/// Gateway groups of a template.
fn gateways(design: &Design) -> Vec<Id> {
    design.components.iter().filter(|(_, c)| c.kind().has_gateway()).map(|(id, _)| id.clone()).collect()
}

fn all_served(design: &Design) -> Vec<(Place, f64)> {
    let cells = with_books(design, Books::shipped(), Capability::Serve);
    cells.into_iter().map(|cell| (cell.place, cell.goes_on.down)).collect()
}

fn changed(design: &Design, id: &Id, change: impl FnOnce(&mut Component)) -> Design {
    let mut changed = design.clone();
    change(Arc::make_mut(changed.components.get_mut(id).unwrap()));
    changed
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_further_node_or_zone_of_gateways_never_lowers_what_is_served(
        template in 0_usize..4,
        group in 0_usize..8,
        more in 1_u32..4,
        zone in any::<bool>(),
    ) {
        let design = templates::all()[template].design();
        let groups = gateways(&design);
        let group = &groups[group % groups.len()];
        let spread = |c: &mut Component| {
            if c.zones.is_empty() {
                c.zones = vec!["a".into()];
            }
            c.instances = c.instances.max(3);
        };
        let (before, after) = if zone {
            // Nodes enough for a further zone; where they stand in none, no zone can fail.
            let before = changed(&design, group, spread);
            let after = changed(&before, group, |c| c.zones.push("further".into()));
            (before, after)
        } else {
            let after = changed(&design, group, |c| c.instances += more);
            (design, after)
        };
        for ((place, before), (_, after)) in all_served(&before).into_iter().zip(all_served(&after)) {
            prop_assert!(after <= before + 1e-15, "{}: {before} before, {after} after", place.id());
        }
    }
}

#[test]
fn shares_of_the_time_have_as_many_digits_as_say_something() {
    let words = [0.0, 0.005, 0.001, 1.234e-4, 1.2e-8, 0.5, 1.0].map(percent_words);
    assert_eq!(words, ["100", "99.5", "99.9", "99.988", "99.9999988", "50", "0"]);
}
