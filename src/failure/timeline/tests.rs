//! The worked cases of the timers, the patterns after a loss, and what must hold for any drawing.

use std::sync::Arc;

use proptest::prelude::*;

use super::steps::{Plan, lay_out};
use super::*;
use crate::design::{Component, Database, Engine, Failures, GlobalLoadBalancer, Id, Override, Site, Spec, Standby};
use crate::estimate::{self, Assumed, Quality, Unit};
use crate::templates;
use crate::topology::Topology;

fn look(design: &Design, failures: &[&str]) -> Timeline {
    let topology = Topology::of(design);
    let estimates = estimate::estimate(&topology, Books::shipped());
    let model = Model::of(&topology, &estimates);
    let failures: Failures = failures.iter().map(|f| f.parse().unwrap()).collect();
    let outcome = model.outcome(design, &failures);
    timeline(design, Books::shipped(), &estimates, &model, &outcome)
}

fn pattern(id: &str) -> Design {
    templates::get(id).unwrap().design()
}

fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

fn region(text: &str) -> Place {
    Place::Region(id(text))
}

fn change(design: &mut Design, component: &str, by: impl FnOnce(&mut Component)) {
    by(Arc::make_mut(design.components.get_mut(component).unwrap()));
}

fn balancer(design: &mut Design, by: impl FnOnce(&mut GlobalLoadBalancer)) {
    change(design, "gslb", |c| {
        let Spec::GlobalLoadBalancer(balancer) = &mut c.spec else { panic!("no global balancer") };
        by(balancer);
    });
}

/// The population that a region serves.
fn population_of(design: &Design, home: &str) -> Place {
    let estimates = estimate::estimate(&Topology::of(design), Books::shipped());
    let served = estimates.latency.iter().find(|p| p.served_by.as_ref().is_some_and(|r| r.as_str() == home));
    Place::Population(served.unwrap().population.clone())
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-6
}

fn same<const N: usize>(a: [f64; N], b: [f64; N]) -> bool {
    a.into_iter().zip(b).all(|(a, b)| near(a, b))
}

fn ends(timed: &Timed) -> [f64; 2] {
    [timed.span.low_s, timed.span.high_s]
}

/// A design with one region of a provider.
fn at(provider: &str) -> Design {
    let mut design = pattern("pattern-1");
    let site = match provider {
        "aws" => Site::cloud("aws", "eu-central-1"),
        "azure" => Site::cloud("azure", "westeurope"),
        "gcp" => Site::cloud("gcp", "europe-west3"),
        _ => Site::Place { name: "Own".into(), latitude_deg: 50.0, longitude_deg: 8.0, country: "DE".into() },
    };
    Arc::make_mut(design.regions.get_mut("eu").unwrap()).site = site;
    design
}

fn detection(provider: &str, probe_interval_s: f64, failures: u32) -> [f64; 2] {
    let design = at(provider);
    let balancer = GlobalLoadBalancer { probe_interval_s, failures, ..GlobalLoadBalancer::default() };
    ends(&Timers::of(&design, Books::shipped()).global_detection(&balancer, &[&id("eu")]))
}

#[test]
fn global_balancers_notice_as_their_documentation_works_it_out() {
    // Route 53: 30 s × 3 and 10 s × 3. Azure Traffic Manager: three tolerated failures, 100 to 130 s; fast 39 to 49 s.
    assert!(same(detection("aws", 30.0, 3), [60.0, 90.0]));
    assert!(same(detection("aws", 10.0, 3), [20.0, 30.0]));
    assert!(same(detection("azure", 30.0, 4), [100.0, 130.0]));
    assert!(same(detection("azure", 10.0, 4), [39.0, 49.0]));
}

fn failover(provider: &str, engine: Engine, managed: bool) -> [f64; 2] {
    let design = at(provider);
    let database = Database { engine, managed, ..Database::default() };
    ends(&Timers::of(&design, Books::shipped()).db_failover(&database, Some(&id("eu"))))
}

#[test]
fn standbys_of_databases_take_over_as_documented() {
    assert!(same(failover("aws", Engine::PostgreSql, true), [60.0, 120.0]));
    assert!(same(failover("gcp", Engine::MySql, true), [10.0, 60.0]));
    // Patroni: the leader is lost for at most 30 s, an election takes up to 10 s more.
    assert!(same(failover("own", Engine::PostgreSql, false), [20.0, 40.0]));
    // Availability group: session 10 s, lease 20 s, health check 30 s.
    assert!(same(failover("own", Engine::SqlServer, false), [10.0, 30.0]));
    assert!(failover("own", Engine::Oracle, false)[0] >= 30.0);
    let azure = at("azure");
    let database = Database { engine: Engine::SqlServer, ..Database::default() };
    let timers = Timers::of(&azure, Books::shipped());
    let eu = id("eu");
    assert!(near(timers.db_promotion(&database, Some(&eu)).span.likely_s, 30.0));
    assert!(near(timers.published_lag(&database, Some(&eu)).unwrap().span.likely_s, 5.0));
}

#[test]
fn a_balancer_of_aws_needs_its_interval_and_two_checks() {
    let design = at("aws");
    let timers = Timers::of(&design, Books::shipped());
    assert!(same(ends(&timers.balancer_detection(Some(&id("eu")))), [35.0, 65.0]));
    assert!(same(ends(&timers.balancer_detection(None)), [4.0, 6.0]));
}

#[test]
fn what_somebody_says_wins_over_the_row_of_the_technology() {
    let mut design = at("aws");
    let by = Override { value: 7.0, low: None, high: None, note: "drill in May".into() };
    Arc::make_mut(&mut design.meta).estimation.assumptions.insert("timer-db-failover-s".into(), by);
    let timers = Timers::of(&design, Books::shipped());
    let timed = timers.db_failover(&Database::default(), Some(&id("eu")));
    assert!(same(ends(&timed), [7.0, 7.0]));
    assert_eq!((timed.source.quality, timed.source.assumed), (Quality::Given, Some(Assumed::TimerDbFailoverS)));
    assert!(timed.source.source.contains("drill in May"));
}

/// Ends and value of an assumption as it ships, and the row of the book it was taken from.
#[test]
fn what_ships_is_what_the_book_says() {
    let row = |technology: &str, parameter: &str| {
        let row = Books::shipped().failover().get(technology, parameter).unwrap();
        let value = row.value.unwrap();
        [row.low.unwrap_or(value), value, row.high.unwrap_or(value)]
    };
    let shipped = |key: Assumed| {
        let assumption = key.shipped();
        [assumption.low, assumption.value, assumption.high]
    };
    let sum = |a: [f64; 3], b: [f64; 3]| [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
    assert!(same(shipped(Assumed::TimerProbeTimeoutS), row("Azure Traffic Manager", "probe timeout")));
    let [_, interval, _] = row("HAProxy", "inter");
    let [_, checks, _] = row("HAProxy", "fall");
    let [low, value, high] = shipped(Assumed::TimerBalancerS);
    assert!(near(low, interval * (checks - 1.0)) && near(high, interval * checks) && near(value, (low + high) / 2.0));
    let human = row("human decision", "time to decide and start a manual failover");
    assert!(same(shipped(Assumed::TimerDecideS), human));
    assert!(same(shipped(Assumed::TimerDnsTailS), row("client", "resolvers that keep records past the TTL")));
    assert!(same(shipped(Assumed::TimerDbPromoteS), row("RDS cross-region read replica", "promotion")));
    let start = row("WSO2 Carbon server", "JVM start to \"WSO2 Carbon started\"");
    assert!(same(shipped(Assumed::TimerStartS), start));
    let evicted = row("Kubernetes", "pod eviction (tolerationSeconds, pod-eviction-timeout)");
    assert!(same(shipped(Assumed::TimerNodeS), sum(row("Kubernetes", "node-monitor-grace-period"), evicted)));
    let [_, first, _] = row("WSO2 API Manager (Helm)", "probe initialDelaySeconds");
    let [_, _, further] = row("WSO2 API Manager (Helm)", "probe periodSeconds x failureThreshold");
    assert!(same(shipped(Assumed::TimerReadyS), [first, first, first + further]));
}

#[test]
fn every_timer_has_a_range_and_a_source() {
    let design = at("aws");
    let timers = Timers::of(&design, Books::shipped());
    for key in Assumed::ALL.iter().filter(|key| key.is_timer()) {
        let timed = timers.assumed(*key);
        assert!(timed.span.low_s <= timed.span.likely_s && timed.span.likely_s <= timed.span.high_s, "{key}");
        assert!(!timed.source.source.is_empty() && timed.source.assumed == Some(*key));
    }
}

#[test]
fn users_of_a_lost_region_move_after_probes_and_the_life_of_the_name() {
    let design = pattern("pattern-1");
    let users = population_of(&design, "eu");
    let timeline = look(&design, &["region:eu"]);
    let track = timeline.track(Capability::Serve, &users).unwrap();
    let Rto::ByItself(span) = track.rto else { panic!("{:?}", track.rto) };
    // Probes 60 to 90 s, name 30 to 60 s, warm 0 to 30 s: the picture of a talk has 2 min 10 s, 1:40 to 3:05.
    assert!(near(span.low_s, 90.0) && span.high_s > 179.0 && span.high_s <= 180.0, "{span:?}");
    assert!((120.0..150.0).contains(&span.likely_s), "{span:?}");
    let kinds: Vec<StepKind> = track.steps.iter().map(|step| step.kind).collect();
    assert_eq!(kinds, [StepKind::Detect, StepKind::Dns, StepKind::Warm]);
    assert!(track.steps.iter().all(|step| step.critical));
    assert_eq!((track.meanwhile, track.state_at(10.0)), (State::Down, State::Down));
    assert_eq!(track.state_at(span.likely_s), track.after);
    assert!(track.after.goes_on());
    // Nobody is served for 75 s, then evenly more over 60 s: half of those count.
    assert!(near(track.missed_s().unwrap(), 75.0 + 30.0), "{:?}", track.missed_s());
    assert!(near(track.share_served(74.0), 0.0) && near(track.share_served(105.0), 0.5));
    assert!(near(track.share_served(136.0), 1.0));
}

#[test]
fn what_stands_in_a_lost_region_waits_for_its_repair_and_the_other_goes_on() {
    let design = pattern("pattern-1");
    let timeline = look(&design, &["region:eu"]);
    let Rto::UntilRepaired { waits_for, then } = &timeline.track(Capability::Serve, &region("eu")).unwrap().rto else {
        panic!("a lost region does not come back by itself")
    };
    assert_eq!(waits_for, &[PartOf::Region(id("eu"))]);
    assert!(then.likely_s > 30.0);
    assert_eq!(timeline.track(Capability::Serve, &region("us")), None);
    assert!(timeline.events.first().is_some_and(|event| event.what == "Frankfurt fails"));
    assert!(timeline.events.windows(2).all(|pair| pair[0].at.likely_s <= pair[1].at.likely_s));
    assert!(timeline.events.iter().any(|event| event.what.contains("notices that Frankfurt does not answer")));
    assert!(timeline.end_s() < 181.0);
}

#[test]
fn a_region_without_its_control_plane_goes_on_and_its_gateways_wait() {
    let design = pattern("pattern-2");
    let timeline = look(&design, &["region:eu"]);
    let serve = timeline.track(Capability::Serve, &region("in")).unwrap();
    assert!(matches!(&serve.rto, Rto::GoesOn(why) if why.len() > 20), "{:?}", serve.rto);
    assert!(near(serve.missed_s().unwrap(), 0.0));
    let start = timeline.track(Capability::GatewayStart, &region("in")).unwrap();
    assert!(matches!(&start.rto, Rto::UntilRepaired { waits_for, .. } if *waits_for == [PartOf::Region(id("eu"))]));
    assert_eq!(start.state_at(1e9), State::Down);
}

#[test]
fn a_lost_node_is_noticed_by_the_balancer_and_costs_its_share() {
    let design = pattern("pattern-1");
    let timeline = look(&design, &["nodes:eu-gw/1"]);
    let track = timeline.track(Capability::Serve, &region("eu")).unwrap();
    assert_eq!(track.meanwhile, State::Degraded);
    let Rto::ByItself(span) = track.rto else { panic!("{:?}", track.rto) };
    assert!(same([span.low_s, span.high_s], [35.0, 65.0]));
    assert!(near(track.share_served(0.0), 0.5) && near(track.missed_s().unwrap(), 25.0));
}

#[test]
fn the_standby_of_a_database_takes_over_and_nothing_is_lost() {
    let design = pattern("pattern-1");
    let timeline = look(&design, &["nodes:eu-db/1"]);
    let track = timeline.track(Capability::Admin, &region("eu")).unwrap();
    let Rto::ByItself(span) = track.rto else { panic!("{:?}", track.rto) };
    assert!(same([span.low_s, span.high_s], [20.0, 40.0]));
    assert_eq!(track.meanwhile, State::Down);
    assert!(matches!(track.rpo, Rpo::Nothing(_)));
    // Gateways do not need it to answer calls.
    assert_eq!(timeline.track(Capability::Serve, &region("eu")), None);
}

fn replication(design: &mut Design, by: impl Fn(&mut crate::design::Replication)) {
    for link in design.links.values_mut().filter(|link| link.replication.is_some()) {
        by(Arc::make_mut(link).replication.as_mut().unwrap());
    }
}

#[test]
fn what_had_not_been_replicated_is_lost_with_a_region() {
    let lost = |by: fn(&mut crate::design::Replication)| {
        let mut design = pattern("pattern-1");
        replication(&mut design, by);
        look(&design, &["region:eu"]).track(Capability::Apps, &region("eu")).unwrap().rpo.clone()
    };
    assert!(matches!(lost(|r| r.synchronous = true), Rpo::Nothing(_)));
    assert!(near(lost(|r| r.lag_s = Some(42.0)).span().likely_s, 42.0));
    let Rpo::UpTo { span, source, .. } = lost(|_| {}) else { panic!("something is lost") };
    // Half a round trip of some 90 ms is added to the delay of replication, 1 to 30 s and 5 s most often.
    assert!(span.low_s > 1.0 && span.low_s < 1.1 && span.high_s > 30.0 && span.high_s < 30.2, "{span:?}");
    assert!(source.nodes().any(|node| node.assumed == Some(Assumed::ReplicationMs)));
    assert!(source.nodes().filter(|node| node.inputs.is_empty()).all(|leaf| !leaf.source.is_empty()));
}

#[test]
fn a_database_without_a_copy_goes_back_to_its_backup() {
    let rpo = |managed: bool| {
        let mut design = pattern("pattern-2");
        let database = design.components.iter().find(|(_, c)| matches!(c.spec, Spec::Database(_)));
        let database = database.unwrap().0.to_string();
        change(&mut design, &database, |c| {
            let Spec::Database(database) = &mut c.spec else { panic!("no database") };
            database.managed = managed;
        });
        look(&design, &[&format!("component:{database}")]).track(Capability::Publish, &region("eu")).unwrap().rpo.span()
    };
    assert!(near(rpo(true).likely_s, 300.0));
    assert!(near(rpo(false).high_s, 86_400.0));
}

#[test]
fn nodes_that_an_orchestrator_replaces_are_back_after_the_timers_of_kubernetes() {
    let mut design = pattern("pattern-2");
    change(&mut design, "in-gw", |c| {
        let Spec::Gateway(gateway) = &mut c.spec else { panic!("no gateway") };
        gateway.autoscale_max = Some(8);
    });
    let all = format!("nodes:in-gw/{}", design.components.get("in-gw").unwrap().instances);
    let timeline = look(&design, &[&all]);
    let track = timeline.track(Capability::Serve, &region("in")).unwrap();
    let Rto::ByItself(span) = track.rto else { panic!("{:?}", track.rto) };
    // 340 s until the pods are placed elsewhere, then at least 60 s until calls are let to them.
    assert!(span.likely_s > 340.0 * 4.0 / 6.0 + 60.0 && near(span.high_s, 350.0 + 110.0 + 30.0), "{span:?}");
    let [node, start, ready, warm] = track.steps.as_slice() else { panic!("{:?}", track.steps) };
    assert!(node.critical && !start.critical && ready.critical && warm.critical);
    assert_eq!(
        (start.after.as_slice(), ready.after.as_slice(), warm.after.as_slice()),
        (&[0][..], &[0][..], &[1, 2][..])
    );
    assert!(track.after.goes_on());
}

#[test]
fn a_copy_that_only_receives_is_promoted_by_people() {
    let mut design = pattern("pattern-1");
    replication(&mut design, |r| r.bidirectional = false);
    let into = design.links.values().find(|l| l.replication.is_some()).map(|l| (l.from.clone(), l.to.clone())).unwrap();
    let timeline = look(&design, &[&format!("component:{}", into.0)]);
    let home = design.components.get(&into.0).unwrap().region.clone().unwrap();
    let track = timeline.track(Capability::Admin, &Place::Region(home)).unwrap();
    let Rto::ByHand(span) = track.rto else { panic!("{:?}", track.rto) };
    assert!(near(span.low_s, 300.0 + 120.0) && near(span.high_s, 7_200.0 + 900.0 + 30.0), "{span:?}");
}

#[test]
fn recoveries_hold_together_on_every_template() {
    for template in templates::all() {
        let design = template.design();
        let topology = Topology::of(&design);
        let estimates = estimate::estimate(&topology, Books::shipped());
        let model = Model::of(&topology, &estimates);
        let planner = Planner::new(&design, Books::shipped(), &estimates, &model);
        for failure in single_failures(&design) {
            let outcome = model.outcome(&design, &Failures::from([failure.clone()]));
            let timeline = planner.timeline(&outcome);
            for track in &timeline.tracks {
                let about = format!("{} {failure} {} {}", template.id, track.capability.id(), track.place.id());
                let holds = outcome.state(track.capability, &track.place).unwrap().goes_on();
                match &track.rto {
                    Rto::UntilRepaired { waits_for, .. } => {
                        assert!(!holds, "{about} goes on and waits for a repair");
                        assert!(!waits_for.is_empty(), "{about} waits for nothing");
                    }
                    Rto::GoesOn(why) => assert!(!why.is_empty()),
                    Rto::ByItself(span) | Rto::ByHand(span) => {
                        assert!(span.low_s <= span.likely_s && span.likely_s <= span.high_s, "{about} {span:?}");
                        assert!(track.missed_s().unwrap() <= span.likely_s + 60.0, "{about}");
                        assert!(near(track.share_served(1e7), 1.0));
                    }
                }
                for (at, step) in track.steps.iter().enumerate() {
                    assert!(step.after.iter().all(|before| *before < at));
                    assert!(step.source.nodes().all(|n| n.unit == Unit::Count || !n.source.is_empty()));
                }
            }
        }
    }
}

fn plan() -> impl Strategy<Value = Plan> {
    let ends = proptest::collection::vec(0.0..1_000.0_f64, 3);
    let step = (0..1_000_000_u32, ends).prop_map(|(key, mut ends)| {
        ends.sort_by(f64::total_cmp);
        let span = Span::pert(ends[0], ends[1], ends[2]);
        let source = Derivation::input("step", span.likely_s, Unit::Count, Quality::Assumed, "a test");
        Plan::step(key.to_string(), StepKind::Detect, key.to_string(), Timed { span, source })
    });
    step.prop_recursive(3, 16, 3, |inner| {
        let of = proptest::collection::vec(inner, 1..4);
        prop_oneof![of.clone().prop_map(Plan::Row), of.prop_map(Plan::Fan)]
    })
}

/// Lengths of all paths through the steps, by one of their ends.
fn paths(steps: &[Step], length: fn(&Span) -> f64) -> Vec<f64> {
    fn until(at: usize, steps: &[Step], length: fn(&Span) -> f64) -> Vec<f64> {
        let own = length(&steps[at].length);
        if steps[at].after.is_empty() {
            return vec![own];
        }
        steps[at].after.iter().flat_map(|before| until(*before, steps, length)).map(|sum| sum + own).collect()
    }
    (0..steps.len()).flat_map(|at| until(at, steps, length)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_longest_path_decides_the_ends(plan in plan()) {
        let (steps, end) = lay_out(&plan);
        let longest = |length: fn(&Span) -> f64| paths(&steps, length).into_iter().fold(0.0, f64::max);
        prop_assert!(near(end.low_s, longest(|span| span.low_s)));
        prop_assert!(near(end.high_s, longest(|span| span.high_s)));
        // What is uncertain side by side ends later than the longest of the expected values.
        prop_assert!(end.likely_s >= longest(|span| span.likely_s) - 1e-6);
        let critical: f64 = steps.iter().filter(|step| step.critical).map(|step| step.length.likely_s).sum();
        prop_assert!(critical <= end.likely_s + 1e-6);
    }

    #[test]
    fn the_closed_form_agrees_with_ten_thousand_samples(
        a in (0.0..300.0_f64, 0.0..300.0_f64, 0.0..300.0_f64),
        b in (0.0..300.0_f64, 0.0..300.0_f64, 0.0..300.0_f64),
    ) {
        let ends = |(x, y, z): (f64, f64, f64)| {
            let mut ends = [x, y, z];
            ends.sort_by(f64::total_cmp);
            ends
        };
        let (a, b) = (ends(a), ends(b));
        let mut random = Random(7);
        let sampled: f64 = (0..10_000).map(|_| random.pert(a).max(random.pert(b))).sum::<f64>() / 10_000.0;
        let closed = Span::pert(a[0], a[1], a[2]).latest(Span::pert(b[0], b[1], b[2])).likely_s;
        let width = (a[2] - a[0]).max(b[2] - b[0]);
        prop_assert!((sampled - closed).abs() <= 0.03 * width + 0.5, "{sampled} {closed}");
    }

    #[test]
    fn a_longer_life_of_the_name_or_slower_probes_never_shorten_a_recovery(
        ttl_s in 0.0..3_600.0_f64, more in 0.0..3_600.0_f64, probe in 1.0..60.0_f64, failures in 1..6_u32,
    ) {
        let design = at("aws");
        let timers = Timers::of(&design, Books::shipped());
        let of = |ttl_s: f64, probe_interval_s: f64, failures: u32| {
            let balancer = GlobalLoadBalancer { ttl_s, probe_interval_s, failures, ..GlobalLoadBalancer::default() };
            timers.global_detection(&balancer, &[]).span.then(timers.dns(Some(&balancer)).0.span)
        };
        let before = of(ttl_s, probe, failures);
        for after in [of(ttl_s + more, probe, failures), of(ttl_s, probe + more, failures), of(ttl_s, probe, failures + 1)] {
            prop_assert!(after.low_s >= before.low_s && after.likely_s >= before.likely_s && after.high_s >= before.high_s);
        }
    }
}

/// A small generator with a seed of its own (xorshift), and PERT variables by the order of uniform ones.
struct Random(u64);

impl Random {
    fn uniform(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        (-2.0 * (1.0 - self.uniform()).ln()).sqrt() * (2.0 * std::f64::consts::PI * self.uniform()).cos()
    }

    /// Gamma with shape ≥ 1 (Marsaglia and Tsang 2000).
    fn gamma(&mut self, shape: f64) -> f64 {
        let d = shape - 1.0 / 3.0;
        loop {
            let x = self.normal();
            let v = (1.0 + x / (9.0 * d).sqrt()).powi(3);
            if v > 0.0 && (1.0 - self.uniform()).ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v;
            }
        }
    }

    fn pert(&mut self, [low, mode, high]: [f64; 3]) -> f64 {
        if high <= low {
            return mode;
        }
        let (a, b) = (1.0 + 4.0 * (mode - low) / (high - low), 1.0 + 4.0 * (high - mode) / (high - low));
        let (x, y) = (self.gamma(a), self.gamma(b));
        low + (high - low) * x / (x + y)
    }
}

#[test]
fn times_read_as_people_say_them() {
    let words = [0.0, 59.6, 130.0, 300.0, 3_600.0, 5_400.0].map(time_words);
    assert_eq!(words, ["0 s", "60 s", "2 min 10 s", "5 min", "1 h", "1 h 30 min"]);
    assert_eq!(Span::pert(100.0, 130.0, 160.0).to_string(), "2 min 10 s (1 min 40 s to 2 min 40 s)");
    assert_eq!(Span::exactly(30.0).to_string(), "30 s");
}

#[test]
fn a_single_copy_in_several_zones_is_restored_by_people() {
    let mut design = pattern("pattern-2");
    let database = design.components.iter().find(|(_, c)| matches!(c.spec, Spec::Database(_))).unwrap().0.to_string();
    change(&mut design, &database, |c| {
        let Spec::Database(database) = &mut c.spec else { panic!("no database") };
        (database.managed, database.standby) = (true, Standby::Single);
        c.zones = vec!["a".into(), "b".into()];
    });
    let timeline = look(&design, &["zone:eu/a"]);
    let track = timeline.track(Capability::Admin, &region("eu")).unwrap();
    assert!(matches!(track.rto, Rto::ByHand(span) if span.likely_s > 3_600.0), "{:?}", track.rto);
}

#[test]
fn probes_that_are_quicker_bring_users_back_sooner() {
    let rto = |ttl_s: f64, probe_interval_s: f64| {
        let mut design = pattern("pattern-1");
        balancer(&mut design, |b| (b.ttl_s, b.probe_interval_s) = (ttl_s, probe_interval_s));
        let users = population_of(&design, "eu");
        look(&design, &["region:eu"]).track(Capability::Serve, &users).unwrap().rto.span().unwrap().likely_s
    };
    assert!(rto(20.0, 10.0) < rto(60.0, 10.0) && rto(60.0, 10.0) < rto(60.0, 30.0));
}
