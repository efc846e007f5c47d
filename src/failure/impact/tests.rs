//! Numbers under failures, against those that the estimates of the healthy drawing name for the same loss.

use std::sync::Arc;

use super::*;
use crate::design::{Failures, Link, Purpose, Spec};
use crate::estimate::{Loss, estimate};
use crate::templates;

fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

fn template(name: &str) -> Design {
    templates::get(name).unwrap().design()
}

struct Told {
    before: Estimates,
    outcome: Outcome,
    impact: Impact,
}

fn told(design: &Design, failures: &[&str]) -> Told {
    let topology = Topology::of(design);
    let before = estimate(&topology, Books::shipped());
    let model = Model::of(&topology, &before);
    let failures: Failures = failures.iter().map(|f| f.parse().unwrap()).collect();
    for failure in &failures {
        assert_eq!(failure.missing_in(design), None);
    }
    let outcome = model.outcome(design, &failures);
    let impact = impact(design, Books::shipped(), &model, &outcome, &before);
    Told { before, outcome, impact }
}

impl Told {
    fn population(&self, population: &str) -> &PopulationImpact {
        self.impact.populations.iter().find(|p| p.population == id(population)).unwrap()
    }

    fn group(&self, component: &str, measure: Measure) -> &GroupImpact {
        self.impact.groups.iter().find(|g| g.component == id(component) && g.measure == measure).unwrap()
    }

    fn refined(&self, capability: Capability, place: &Place) -> State {
        let mut outcome = self.outcome.clone();
        self.impact.refine(&mut outcome);
        outcome.state(capability, place).unwrap()
    }
}

fn near(actual: f64, expected: f64) {
    assert!((actual - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{actual} is not {expected}");
}

fn send(design: &mut Design, population: &str, rps: f64) {
    let users = Arc::make_mut(design.components.get_mut(&id(population)).unwrap());
    let Spec::Users(users) = &mut users.spec else { panic!("{population} are no users") };
    users.requests_per_s = rps;
}

fn populations(design: &Design) -> Vec<Id> {
    design.components.iter().filter(|(_, c)| c.kind() == Kind::Users).map(|(id, _)| id.clone()).collect()
}

#[test]
fn nothing_failed_is_as_before() {
    for name in ["pattern-1", "pattern-2", "all-in-one-ha", "simple-scalable"] {
        let design = template(name);
        let told = told(&design, &[]);
        assert_eq!(told.impact.estimates, told.before);
        assert!(told.impact.worse.is_empty());
        for p in &told.impact.populations {
            assert_eq!((p.error_pct, p.errors.len(), &p.before), (0.0, 0, &p.after), "{name}");
            assert_eq!((p.p95_ms_before, p.token_p95_ms_before), (p.p95_ms_after, p.token_p95_ms_after));
            assert!(p.p95_ms_before.is_some() && !p.before.is_empty());
        }
        for g in &told.impact.groups {
            assert_eq!((g.use_pct_before, &g.over), (g.use_pct_after, &None));
        }
        // The way over what is left gives the same numbers, too.
        let topology = Topology::of(&design);
        let again = estimate::estimate_under_loss(&topology, &topology, &BTreeMap::new(), Books::shipped());
        assert_eq!(again, Estimates { cost: again.cost.clone(), ..told.before });
    }
}

#[test]
fn a_lost_region_sends_its_users_where_the_estimates_say() {
    let mut moved = 0;
    for name in ["pattern-1", "pattern-2"] {
        let design = template(name);
        for region in design.regions.keys() {
            let told = told(&design, &[&format!("region:{region}")]);
            for latency in &told.before.latency {
                let p = told.population(latency.population.as_str());
                let failover = latency.failover.as_ref().unwrap();
                if failover.lost != *region {
                    assert_eq!(p.before, p.after);
                    continue;
                }
                moved += 1;
                assert_eq!(p.after.first().and_then(|s| s.region.clone()), failover.served_by);
                near(p.after.iter().map(|s| s.share).sum(), 1.0);
                assert_eq!((p.error_pct, p.errors.len()), (0.0, 0));
                let expected = |operation| {
                    let found = told.before.percentiles_when_lost(&latency.population, operation);
                    found.map(|[_, p95, _]| p95.value).ok()
                };
                for (actual, operation) in
                    [(p.p95_ms_after, Operation::ApiCall), (p.token_p95_ms_after, Operation::TokenIssue)]
                {
                    match expected(operation) {
                        Some(ms) => near(actual.unwrap(), ms),
                        None => assert_eq!(actual, None),
                    }
                }
            }
            for capacity in &told.before.capacity {
                let group = told.group(capacity.component.as_str(), capacity.measure);
                let stands_in = design.components[&capacity.component].region.as_ref();
                assert_eq!(group.use_pct_after.is_none(), stands_in == Some(region), "{}", capacity.component);
                // The healthy drawing names the region whose loss is worst for the group.
                if let Some(after) = capacity.after(|loss| *loss == Loss::Region(region.clone())) {
                    near(group.use_pct_after.unwrap(), after.utilisation.as_ref().unwrap().value);
                }
            }
        }
    }
    assert!(moved >= 4);
}

#[test]
fn tokens_of_pattern_2_are_gone_with_the_main_region_and_calls_are_not() {
    let told = told(&template("pattern-2"), &["region:eu"]);
    for p in &told.impact.populations {
        assert!(p.p95_ms_after.is_some() && p.token_p95_ms_before.is_some());
        assert_eq!((p.token_p95_ms_after, p.error_pct), (None, 0.0));
    }
}

#[test]
fn what_cannot_be_carried_is_an_error_as_computed_by_hand() {
    let mut design = template("pattern-2");
    let users = populations(&design);
    for population in &users {
        send(&mut design, population.as_str(), 4000.0);
    }
    // Everybody is sent to one of two regions at most: whoever is left carries what its group can.
    let told = told(&design, &["region:eu"]);
    let mut over = 0;
    for p in &told.impact.populations {
        assert!(p.error_pct_before.abs() < f64::EPSILON);
        let [served] = p.after.as_slice() else { panic!("the nearest region takes all") };
        let same = told.impact.populations.iter().filter(|other| other.after == p.after).count();
        let demand_rps = 4000.0 * same as f64;
        let region = served.region.as_ref().unwrap();
        let load =
            told.impact.estimates.load.iter().find(|l| design.components[&l.component].region.as_ref() == Some(region));
        let capacity_rps = load.unwrap().capacity_rps;
        near(p.error_pct, 100.0 * (1.0 - capacity_rps / demand_rps).max(0.0));
        if demand_rps > capacity_rps {
            over += 1;
            assert_eq!(p.p95_ms_after, None);
            let words = format!("carries {} of 8,000 calls a second.", grouped(capacity_rps));
            assert!(p.errors.len() == 1 && p.errors[0].ends_with(&words), "{:?}", p.errors);
            for place in [Place::Population(p.population.clone()), Place::Region(region.clone())] {
                assert_eq!(told.refined(Capability::Serve, &place), State::Degraded);
                assert!(told.impact.worse[&(Capability::Serve, place)].1.contains("8,000"));
            }
        }
    }
    assert_eq!(over, 2);
}

#[test]
fn gateways_that_run_without_a_backend_still_get_calls() {
    let design = template("pattern-2");
    let home = |told: &Told| {
        let at_home = |p: &&PopulationImpact| p.before.first().and_then(|s| s.region.clone()) == Some(id("eu"));
        told.impact.populations.iter().find(at_home).unwrap().clone()
    };
    let told_one = told(&design, &["component:eu-backend"]);
    let p = home(&told_one);
    assert_eq!((p.error_pct, p.p95_ms_after, &p.before), (100.0, None, &p.after));
    assert_eq!(p.errors, ["“Gateway” in Frankfurt runs and is sent calls, but reaches no backend."]);
    // The parts alone say that another region could answer.
    let place = Place::Population(p.population.clone());
    assert!(told_one.outcome.state(Capability::Serve, &place).unwrap() > State::Down);
    assert_eq!(told_one.refined(Capability::Serve, &place), State::Down);
    // So one more failure may help: once the gateways are gone as well, probes move everybody on.
    let both = home(&told(&design, &["component:eu-backend", "component:eu-gw"]));
    assert!(both.error_pct.abs() < f64::EPSILON);
    assert_ne!(both.before, both.after);
}

#[test]
fn a_lost_backend_of_two_loses_its_share() {
    let mut design = template("pattern-2");
    let link = Link::new(id("eu-gw"), id("us-backend"), Purpose::BackendCall);
    design.links.insert(id("extra"), Arc::new(link));
    let told = told(&design, &["component:us-backend"]);
    let eu: Vec<_> = told.impact.populations.iter().filter(|p| p.before[0].region == Some(id("eu"))).collect();
    assert!(!eu.is_empty());
    for p in eu {
        near(p.error_pct, 50.0);
        assert_eq!(p.errors, ["“Gateway” in Frankfurt no longer reaches the backends of 50 % of its calls."]);
        assert!(p.p95_ms_after.is_some());
        assert_eq!(told.refined(Capability::Serve, &Place::Population(p.population.clone())), State::Degraded);
    }
}

#[test]
fn a_node_and_a_zone_take_their_share_of_a_group() {
    let design = template("pattern-2");
    let before = told(&design, &[]).group("eu-gw", Measure::Calls).use_pct_before.unwrap();
    // Two nodes, one in each of two zones.
    for failures in [&["nodes:eu-gw/1"][..], &["zone:eu/a"]] {
        let told = told(&design, failures);
        near(told.group("eu-gw", Measure::Calls).use_pct_after.unwrap(), 2.0 * before);
    }
    for failures in [&["nodes:eu-gw/2"][..], &["zone:eu/a", "zone:eu/b"], &["nodes:eu-gw/1", "zone:eu/b"]] {
        let told = told(&design, failures);
        assert_eq!(told.group("eu-gw", Measure::Calls).use_pct_after, None, "{failures:?}");
    }
}

/// Gateways of N. Virginia call the backend in Frankfurt.
fn far_backend() -> Design {
    let mut design = template("pattern-2");
    design.links.retain(|_, link| !(link.from == id("us-gw") && link.purpose == Purpose::BackendCall));
    design.links.insert(id("far"), Arc::new(Link::new(id("us-gw"), id("eu-backend"), Purpose::BackendCall)));
    design
}

#[test]
fn a_slower_connection_shows_in_every_round_trip_over_it_and_in_no_other() {
    let mut design = far_backend();
    for measured_rtt_ms in [None, Some(91.0)] {
        Arc::make_mut(design.links.get_mut(&id("far")).unwrap()).measured_rtt_ms = measured_rtt_ms;
        let told = told(&design, &["slow:eu/us/160"]);
        let region = |end: &Id| design.components[end].region.clone();
        for (link, rtt) in &told.before.link_rtt {
            let link_of = &design.links[link];
            let between = [region(&link_of.from), region(&link_of.to)];
            let slow = between.contains(&Some(id("eu"))) && between.contains(&Some(id("us")));
            let extra_ms = if slow { 160.0 } else { 0.0 };
            near(told.impact.estimates.link_rtt[link].value, rtt.value + extra_ms);
        }
        for p in &told.impact.populations {
            assert_eq!(p.before, p.after);
            let more_ms = p.p95_ms_after.unwrap() - p.p95_ms_before.unwrap();
            let place = Place::Population(p.population.clone());
            let key = (Capability::Serve, place.clone());
            if p.before[0].region == Some(id("us")) {
                assert!(more_ms > 150.0, "{more_ms}");
                let (state, words) = &told.impact.worse[&key];
                assert_eq!(*state, State::Degraded);
                assert!(words.contains(&format!("{} ms more than", grouped(more_ms))), "{words}");
                assert_eq!(told.refined(Capability::Serve, &place), State::Degraded);
            } else {
                near(more_ms, 0.0);
                assert!(!told.impact.worse.contains_key(&key));
            }
        }
    }
}

#[test]
fn a_target_decides_what_is_too_slow() {
    let mut design = far_backend();
    let us = told(&design, &[]).impact.populations.into_iter().find(|p| p.before[0].region == Some(id("us"))).unwrap();
    let key = (Capability::Serve, Place::Population(us.population.clone()));
    let broken = |design: &Design, failure: &str| told(design, &[failure]).impact.worse.contains_key(&key);
    assert!(!broken(&design, "slow:eu/us/5") && broken(&design, "slow:eu/us/160"));
    let mut target = |ms: f64| {
        let users = Arc::make_mut(design.components.get_mut(&us.population).unwrap());
        let Spec::Users(users) = &mut users.spec else { panic!() };
        users.target_p95_ms = Some(ms);
        design.clone()
    };
    assert!(broken(&target(us.p95_ms_before.unwrap() + 1.0), "slow:eu/us/5"));
    assert!(!broken(&target(5_000.0), "slow:eu/us/160"));
}

/// A region at the same site as a slowed one is not slowed with it.
#[test]
fn only_the_named_regions_are_slowed() {
    let mut design = far_backend();
    let twin = (*design.regions[&id("us")]).clone();
    design.regions.insert(id("us-2"), Arc::new(twin));
    let mut gateway = (*design.components[&id("us-gw")]).clone();
    gateway.region = Some(id("us-2"));
    design.components.insert(id("gw-2"), Arc::new(gateway));
    design.links.insert(id("far-2"), Arc::new(Link::new(id("gw-2"), id("eu-backend"), Purpose::BackendCall)));
    design.links.insert(id("twin"), Arc::new(Link::new(id("gw-2"), id("us-backend"), Purpose::BackendCall)));
    let far = |failure: &str, link: &str| {
        let told = told(&design, &[failure]);
        told.impact
            .estimates
            .link_rtt
            .get(&id(link))
            .map_or(0.0, |now| now.value - told.before.link_rtt[&id(link)].value)
    };
    near(far("slow:eu/us/100", "far"), 100.0);
    near(far("slow:eu/us/100", "far-2"), 0.0);
    near(far("slow:us/us-2/100", "far"), 0.0);
    near(far("slow:us/us-2/100", "twin"), 100.0);
}
