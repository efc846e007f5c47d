//! How long operations take.

use super::*;

#[test]
fn each_policy_sends_users_where_it_says() {
    let near_by = two_regions(RoutingPolicy::Nearest).estimate();
    assert_eq!(served_by(&near_by, "berlin").as_deref(), Some("eu"));
    assert_eq!(served_by(&near_by, "boston").as_deref(), Some("us"));
    near(demand(&near_by, "gw-us"), 300.0, 1e-9);

    let closest = two_regions(RoutingPolicy::Geographic).estimate();
    assert_eq!(served_by(&closest, "boston").as_deref(), Some("us"));

    let failover = two_regions(RoutingPolicy::Failover).estimate();
    near(demand(&failover, "gw-eu"), 800.0, 1e-9);
    near(demand(&failover, "gw-us"), 0.0, 1e-9);

    let weighted = two_regions(RoutingPolicy::Weighted).edit("gw-us", |c| c.instances = 6).estimate();
    near(demand(&weighted, "gw-eu"), 200.0, 1e-6);
    near(demand(&weighted, "gw-us"), 600.0, 1e-6);
    assert_eq!(served_by(&weighted, "berlin").as_deref(), Some("us"));
}

/// Many groups behind one weighted balancer are merged by place, which changes no percentile worth naming.
#[test]
fn very_many_ways_are_merged_by_place() {
    let with = |groups: u32, instances: u32| {
        let mut drawing = two_regions(RoutingPolicy::Weighted);
        for region in ["eu", "us"] {
            for i in 0..groups {
                let name = format!("more-{region}-{i}");
                drawing = drawing
                    .add(&name, Kind::Gateway, Some(region))
                    .edit(&name, |c| c.instances = instances)
                    .link("gslb", &name, Purpose::ApiTraffic);
            }
        }
        drawing.estimate()
    };
    let (apart, merged) = (with(20, 2), with(40, 1));
    check_all(&merged);
    near(merged.load.iter().map(|l| l.demand_rps).sum(), 800.0, 1e-6);
    let of = |e: &Estimates| latency(e, "berlin", Operation::ApiCall).clone().unwrap().map(|f| f.value);
    for (a, b) in of(&apart).into_iter().zip(of(&merged)) {
        near(a, b, 0.02 * a);
    }
}

#[test]
fn a_slow_backend_counts_by_its_share() {
    let with = |share_pct: f64| {
        let drawing = two_regions(RoutingPolicy::Nearest)
            .add("slow", Kind::Backend, Some("eu"))
            .edit("slow", |c| {
                c.spec = Spec::Backend(Backend { site: None, p50_ms: 900.0, p99_ms: 1_000.0, share_pct });
            })
            .link("gw-eu", "slow", Purpose::BackendCall);
        latency(&drawing.estimate(), "berlin", Operation::ApiCall).clone().unwrap().map(|f| f.value)
    };
    // The other backend has 100: a share of 25 is a fifth of the calls, one of 2 is 2 in 102.
    let (fifth, few, none) = (with(25.0), with(2.0), with(0.0));
    near(fifth[0], none[0], 15.0);
    assert!(fifth[1] > 900.0 && few[1] < 500.0 && few[2] > 900.0 && none[2] < 500.0);
}

#[test]
fn without_a_global_balancer_the_nearest_direct_link_serves() {
    let drawing = two_regions(RoutingPolicy::Nearest)
        .users("rome", 41.9, 12.5, 100.0)
        .link("rome", "gw-us", Purpose::ApiTraffic)
        .link("rome", "lb-eu", Purpose::ApiTraffic);
    assert_eq!(served_by(&drawing.estimate(), "rome").as_deref(), Some("eu"));
    // An own measurement wins over every table, in the choice as well.
    let measured = drawing.measured("rome.gw-us.ApiTraffic", 3.0);
    assert_eq!(served_by(&measured.estimate(), "rome").as_deref(), Some("us"));
}

/// H5, A6, B20: in Pattern 2 tokens are issued in the main region, so users of a sub region go there for them.
#[test]
fn tokens_of_a_sub_region_come_from_the_main_region() {
    let estimates = two_regions(RoutingPolicy::Nearest).estimate();
    let median = |who, operation| latency(&estimates, who, operation).as_ref().unwrap()[0].value;
    // Boston – Frankfurt is 5,900 km: light in fibre alone needs 59 ms there and back, three times with the set-up.
    assert!(median("boston", Operation::TokenIssue) > 3.0 * 59.0);
    assert!(median("berlin", Operation::TokenIssue) < median("boston", Operation::TokenIssue) / 2.0);
    // Publishing reaches the gateway overseas last, whoever publishes.
    assert!(median("berlin", Operation::PublishEverywhere) > 2_000.0);
}

#[test]
fn an_overloaded_gateway_has_no_milliseconds_but_a_sentence() {
    let drawing = two_regions(RoutingPolicy::Failover).edit("boston", |c| {
        if let Spec::Users(users) = &mut c.spec {
            users.requests_per_s = 50_000.0;
        }
    });
    let estimates = drawing.estimate();
    let why = latency(&estimates, "berlin", Operation::ApiCall).as_ref().unwrap_err();
    let load = estimates.load.iter().find(|l| l.component == id("gw-eu")).unwrap();
    let over = load.demand_rps - load.capacity_rps;
    let grouped = format!("{},{:03.0}", (over.round() / 1e3).floor(), over.round() % 1e3);
    assert_eq!(*why, format!("“gw-eu” in eu is over capacity by {grouped} requests a second"));
    assert!(load.utilisation.value > 100.0);
    let scaled = drawing
        .edit("gw-eu", |c| {
            c.spec = Spec::Gateway(Gateway { autoscale_max: Some(100), ..Gateway::default() });
        })
        .estimate();
    let why = latency(&scaled, "berlin", Operation::ApiCall).as_ref().unwrap_err();
    assert!(why.ends_with("scaled to 100 nodes it would carry it"), "{why}");
}

#[test]
fn rare_new_connections_lengthen_the_tail_and_not_the_median() {
    let with = |pct: f64| {
        let drawing = two_regions(RoutingPolicy::Nearest).edit("berlin", |c| {
            if let Spec::Users(users) = &mut c.spec {
                users.new_connections_pct = pct;
            }
        });
        latency(&drawing.estimate(), "berlin", Operation::ApiCall).clone().unwrap().map(|f| f.value)
    };
    let (none, some, all) = (with(0.0), with(3.0), with(100.0));
    near(some[0], none[0], 1.5);
    assert!(some[2] > none[2] + 5.0);
    // Every call pays two more round trips of about 30 ms.
    assert!(all[0] > none[0] + 40.0, "{} {}", all[0], none[0]);
}

#[test]
fn opaque_tokens_cost_a_trip_to_the_key_manager_in_the_tail() {
    let jwt = two_regions(RoutingPolicy::Nearest);
    let mut opaque = jwt.clone();
    Arc::make_mut(&mut opaque.0.meta).tokens = TokenFormat::Opaque;
    // Without a link, a gateway without a key manager in its region has nobody to ask.
    let stranded = opaque.estimate();
    let why = latency(&stranded, "boston", Operation::ApiCall).as_ref().unwrap_err();
    assert!(why.contains("“gw-us”"), "{why}");
    let linked = opaque.link("gw-us", "cp", Purpose::KeyManagerHttps).estimate();
    let tail = |e: &Estimates| latency(e, "boston", Operation::ApiCall).as_ref().unwrap()[2].value;
    assert!(tail(&linked) > tail(&jwt.estimate()) + 30.0);
}

#[test]
fn a_percentile_is_less_than_the_sum_of_percentiles() {
    let drawing = two_regions(RoutingPolicy::Nearest);
    let estimates = drawing.estimate();
    let [_, p95, p99] = latency(&estimates, "berlin", Operation::ApiCall).as_ref().unwrap();
    assert!(p95.value < p99.value);
    assert!(p99.low < p99.value && p99.value < p99.high);
    // The tree adds up: the typical time is the sum of its parts.
    let typical = &p99.derivation.inputs[0];
    near(typical.value, typical.inputs.iter().map(|n| n.value).sum(), 1e-9);
}

#[test]
fn absurd_response_times_give_numbers_or_a_sentence() {
    let with = |p50_ms: f64, p99_ms: f64| {
        two_regions(RoutingPolicy::Nearest)
            .edit("orders", |c| c.spec = Spec::Backend(Backend { site: None, p50_ms, p99_ms, share_pct: 100.0 }))
            .estimate()
    };
    let tiny = with(5e-324, 80.0);
    check_all(&tiny);
    let p99 = latency(&tiny, "berlin", Operation::ApiCall).as_ref().unwrap()[2].value;
    assert!(p99 > 80.0 && p99 < 200.0, "{p99}");
    let huge = with(1.0, 1e12);
    check_all(&huge);
    let p99 = latency(&huge, "berlin", Operation::ApiCall).as_ref().unwrap()[2].value;
    near(p99, 1e12, 0.1e12);
}

#[test]
fn a_row_of_too_many_balancers_is_said() {
    let mut drawing = two_regions(RoutingPolicy::Nearest).users("rome", 41.9, 12.5, 1.0);
    let mut before = "rome".to_owned();
    for i in 0..70 {
        let name = format!("row-{i}");
        drawing = drawing.add(&name, Kind::LoadBalancer, Some("eu")).link(&before, &name, Purpose::ApiTraffic);
        before = name;
    }
    let estimates = drawing.link(&before, "gw-eu", Purpose::ApiTraffic).estimate();
    let why = latency(&estimates, "rome", Operation::ApiCall).as_ref().unwrap_err();
    assert!(why.contains("64 balancers in a row"), "{why}");
}

#[test]
fn a_cloud_region_nobody_knows_is_said_and_not_guessed() {
    let drawing = two_regions(RoutingPolicy::Failover).region("eu", RegionRole::Main, Site::cloud("aws", "eu-moon-1"));
    let estimates = drawing.estimate();
    check_all(&estimates);
    let why = latency(&estimates, "berlin", Operation::ApiCall).as_ref().unwrap_err();
    assert!(why.contains("eu-moon-1") && why.contains("not in the region book"), "{why}");
    assert!(estimates.cost.unpriced.iter().any(|u| u.element == id("gw-eu")));
    assert!(estimates.cost.items.iter().all(|i| i.region != Some(id("eu"))));
}

#[test]
fn a_standby_is_waited_for_by_writes_only() {
    let with = |standby| {
        let drawing = two_regions(RoutingPolicy::Nearest).edit("db", |c| {
            if let Spec::Database(d) = &mut c.spec {
                d.standby = standby;
            }
        });
        let estimates = drawing.estimate();
        let of = |operation| latency(&estimates, "berlin", operation).as_ref().unwrap()[0].derivation.inputs[0].value;
        [Operation::PortalLogin, Operation::TokenIssue, Operation::PublishEverywhere].map(of)
    };
    let (one, two) = (with(crate::design::Standby::Single), with(crate::design::Standby::MultiZone));
    near(two[0], one[0], 1e-9);
    let write = two[1] - one[1];
    assert!(write > 0.0);
    near(two[2] - one[2], 10.0 * write, 1e-6);
}

#[test]
fn links_between_regions_carry_their_round_trip() {
    let drawing = two_regions(RoutingPolicy::Nearest);
    let estimates = drawing.estimate();
    let overseas = &estimates.link_rtt[&id("gw-us.cp.ManagementHttps")];
    assert!(overseas.value > 60.0 && overseas.value < 150.0, "{}", overseas.value);
    assert!(!estimates.link_rtt.contains_key(&id("gw-eu.cp.ManagementHttps")));
    let measured = drawing.measured("gw-us.cp.ManagementHttps", 77.5).estimate();
    let own = &measured.link_rtt[&id("gw-us.cp.ManagementHttps")];
    assert!((own.value, own.low, own.high) == (77.5, 77.5, 77.5) && own.derivation.quality == Quality::Given);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn nobody_is_faster_than_light_in_fibre(latitude in -60.0f64..70.0, longitude in -180.0f64..180.0) {
        use crate::books::{GeoPoint, fibre_bound_rtt_ms};
        let estimates = two_regions(RoutingPolicy::Failover).users("far", latitude, longitude, 1.0)
            .link("far", "gslb", Purpose::ApiTraffic).estimate();
        check_all(&estimates);
        let frankfurt = Books::shipped().regions().get(crate::books::Provider::Aws, "eu-central-1").unwrap().position();
        let bound = fibre_bound_rtt_ms(GeoPoint::new(latitude, longitude).distance_km(frankfurt));
        let call = latency(&estimates, "far", Operation::ApiCall).as_ref().unwrap();
        prop_assert!(call[0].value >= bound && call[0].low >= bound - 1e-6, "{} {}", call[0].low, bound);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn more_nodes_never_raise_latency(instances in 1u32..20, rps in 1.0f64..60_000.0) {
        let of = |instances: u32| {
            let drawing = two_regions(RoutingPolicy::Failover).edit("gw-eu", |c| c.instances = instances).edit("berlin", |c| {
                if let Spec::Users(users) = &mut c.spec {
                    users.requests_per_s = rps;
                }
            });
            latency(&drawing.estimate(), "berlin", Operation::ApiCall).clone().map(|figures| figures.map(|f| f.value))
        };
        match (of(instances), of(instances + 1)) {
            // Queues of different length may have grids of different steps.
            (Ok(few), Ok(more)) => prop_assert!(few.iter().zip(more).all(|(few, more)| more <= 1.005 * few)),
            (few, more) => prop_assert!(few.is_err() && (more.is_ok() || instances < 20), "{few:?} {more:?}"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Along a meridian, which is a great circle, as far as the linear model goes. Beyond it paths follow cables, and a
    /// place that is nearer as the crow flies may be farther along them.
    #[test]
    fn a_region_nearer_to_its_users_is_never_slower(latitude in -60.0f64..60.0, longitude in -180.0f64..180.0,
        far_km in 0.0f64..1_499.0, share in 0.0f64..1.0, north in proptest::bool::ANY)
    {
        use crate::books::{GeoPoint, fibre_bound_rtt_ms};
        let at = |km: f64| {
            let region_deg = latitude + if north { km } else { -km } / 111.195;
            let site = Site::Place { name: "there".into(), latitude_deg: region_deg, longitude_deg: longitude, country: String::new() };
            let drawing = Drawing::new().region("r", RegionRole::Peer, site).add("gw", Kind::Gateway, Some("r"))
                .users("here", latitude, longitude, 1.0).link("here", "gw", Purpose::ApiTraffic);
            let distance_km = GeoPoint::new(latitude, longitude).distance_km(GeoPoint::new(region_deg, longitude));
            (drawing.estimate().link_rtt.remove(&id("here.gw.ApiTraffic")).map(|f| (f.low, f.value)), fibre_bound_rtt_ms(distance_km))
        };
        let ((far, far_bound), (near_by, _)) = (at(far_km), at(far_km * share));
        let ((low, far), (_, near_by)) = (far.unwrap(), near_by.unwrap());
        prop_assert!(near_by <= far && low >= far_bound - 1e-9, "{near_by} {far} {low}");
    }
}

/// E9: 500 a second and node. A token for every 200 calls, so 400,000 calls ask two nodes for twice what they handle.
#[test]
fn a_key_manager_that_is_overloaded_by_new_tokens_has_no_milliseconds_but_a_sentence() {
    let with = |rps: f64| {
        let drawing = two_regions(RoutingPolicy::Nearest).edit("cp", |c| c.instances = 2).edit("boston", |c| {
            if let Spec::Users(users) = &mut c.spec {
                users.requests_per_s = rps;
            }
        });
        let estimates = drawing.estimate();
        let row = estimates.capacity.iter().find(|r| r.component == id("cp") && r.measure == Measure::Tokens).unwrap();
        let used_pct = row.utilisation.as_ref().unwrap().value;
        (used_pct, latency(&estimates, "berlin", Operation::TokenIssue).clone())
    };
    let (used_pct, token) = with(400_000.0 - 500.0);
    near(used_pct, 200.0, 1e-6);
    assert_eq!(token.unwrap_err(), "“cp” in eu is over capacity by 1,000 token requests a second");
    let ((_, idle), (_, busy)) = (with(0.0), with(180_000.0));
    assert!(busy.unwrap()[2].value > idle.unwrap()[2].value + 5.0);
}

#[test]
fn round_trips_that_are_assumed_widen_the_range_and_stand_in_the_derivation() {
    let width = |operation, key, sure: bool| {
        let mut drawing = two_regions(RoutingPolicy::Nearest);
        if sure {
            let value = Assumed::shipped(key).value;
            let by = crate::design::Override { value, low: None, high: None, note: "counted".into() };
            Arc::make_mut(&mut drawing.0.meta).estimation.assumptions.insert(Assumed::id(key).to_owned(), by);
        }
        let estimates = drawing.estimate();
        let [_, p95, _] = latency(&estimates, "boston", operation).as_ref().unwrap();
        assert!(p95.derivation.nodes().any(|node| node.assumed == Some(key)), "{operation:?} {key}");
        p95.high - p95.low
    };
    for (operation, key) in [
        (Operation::ApiCall, Assumed::SetUpTrips),
        (Operation::TokenIssue, Assumed::SetUpTrips),
        (Operation::PortalLogin, Assumed::PortalTrips),
        (Operation::PublishEverywhere, Assumed::PortalTrips),
    ] {
        assert!(width(operation, key, false) > width(operation, key, true), "{operation:?} {key}");
    }
}
