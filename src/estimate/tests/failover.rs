//! What is left when the region that serves a population is lost, and backends beside the gateways and away.

use super::*;

fn failover<'e>(estimates: &'e Estimates, population: &str) -> &'e Failover {
    estimates.latency.iter().find(|l| l.population == id(population)).unwrap().failover.as_ref().unwrap()
}

fn when_lost<'e>(estimates: &'e Estimates, population: &str, operation: Operation) -> Result<[f64; 3], &'e str> {
    estimates.percentiles_when_lost(&id(population), operation).map(|figures| figures.each_ref().map(|f| f.value))
}

/// Three regions, each with a backend; control planes with a database in two.
fn three_regions(policy: RoutingPolicy) -> Drawing {
    two_regions(policy)
        .region("ap", RegionRole::Sub, Site::cloud("aws", "ap-south-1"))
        .add("gw-ap", Kind::Gateway, Some("ap"))
        .add("cp-us", Kind::ControlPlane, Some("us"))
        .add("db-us", Kind::Database, Some("us"))
        .add("orders-us", Kind::Backend, Some("us"))
        .add("orders-ap", Kind::Backend, Some("ap"))
        .users("pune", 18.5, 73.9, 200.0)
        .link("pune", "gslb", Purpose::ApiTraffic)
        .link("gslb", "gw-ap", Purpose::ApiTraffic)
        .link("gw-us", "orders-us", Purpose::BackendCall)
        .link("gw-ap", "orders-ap", Purpose::BackendCall)
        .link("gw-ap", "cp", Purpose::ManagementHttps)
        .link("gw-us", "cp-us", Purpose::KeyManagerHttps)
        .link("gw-ap", "cp-us", Purpose::KeyManagerHttps)
        .link("gw-ap", "cp", Purpose::KeyManagerHttps)
        .link("cp-us", "db-us", Purpose::Database)
        .link("db", "db-us", Purpose::DbReplication)
}

/// The same drawing with a region's components erased.
fn erased(drawing: &Drawing, region: &str) -> Drawing {
    let mut left = drawing.clone();
    left.0.components.retain(|_, c| c.region != Some(id(region)));
    let components = left.0.components.clone();
    left.0.links.retain(|_, link| components.contains_key(&link.from) && components.contains_key(&link.to));
    left
}

/// What is worked out while a region is lost is what the drawing without it gives: routes, loads, token checks.
#[test]
fn a_lost_region_is_like_one_that_was_never_drawn() {
    for policy in [RoutingPolicy::Nearest, RoutingPolicy::Weighted, RoutingPolicy::Failover, RoutingPolicy::Geographic]
    {
        for tokens in [TokenFormat::Jwt, TokenFormat::Opaque] {
            let mut drawing = three_regions(policy);
            Arc::make_mut(&mut drawing.0.meta).tokens = tokens;
            let estimates = drawing.estimate();
            check_all(&estimates);
            for population in ["berlin", "boston", "pune"] {
                let lost = failover(&estimates, population);
                let without = erased(&drawing, lost.lost.as_str()).estimate();
                assert_eq!(lost.served_by.as_ref().map(Id::as_str), served_by(&without, population).as_deref());
                for OperationLatency { operation, percentiles } in &lost.operations {
                    let expected = latency(&without, population, *operation).as_ref().unwrap();
                    for (actual, expected) in percentiles.as_ref().unwrap().iter().zip(expected) {
                        near(actual.value, expected.value, 1e-9 * expected.value);
                        near(actual.high, expected.high, 1e-9 * expected.high);
                    }
                }
            }
        }
    }
}

#[test]
fn users_of_a_lost_region_go_to_the_next_and_load_it() {
    let drawing = three_regions(RoutingPolicy::Nearest);
    let estimates = drawing.estimate();
    let moved = failover(&estimates, "boston");
    assert_eq!((moved.lost.as_str(), moved.served_by.as_ref().map(Id::as_str)), ("us", Some("eu")));
    // Frankfurt must carry both; when it cannot there are no milliseconds.
    let busy = |rps: f64| {
        let users = |c: &mut Component| {
            if let Spec::Users(users) = &mut c.spec {
                users.requests_per_s = rps;
            }
        };
        drawing.clone().edit("boston", users).estimate()
    };
    let now = |e: &Estimates| latency(e, "boston", Operation::ApiCall).clone().map(|f| f[2].value);
    let capacity_rps = estimates.load.iter().find(|l| l.component == id("gw-us")).unwrap().capacity_rps;
    let (some, many) = (busy(0.5 * capacity_rps), busy(0.95 * capacity_rps));
    assert!(now(&some).is_ok() && now(&many).is_ok());
    assert!(when_lost(&some, "boston", Operation::ApiCall).is_ok());
    let why = when_lost(&many, "boston", Operation::ApiCall).unwrap_err();
    assert!(why.starts_with("“gw-eu” in eu is over capacity by "), "{why}");
    // Berlin falls over to Virginia, which is as full with Boston's calls.
    let why = when_lost(&many, "berlin", Operation::ApiCall).unwrap_err();
    assert!(why.starts_with("“gw-us” in us is over capacity by "), "{why}");
}

#[test]
fn what_is_lost_with_the_region_is_said() {
    let estimates = two_regions(RoutingPolicy::Nearest).estimate();
    // Control plane, database and backend stand in Frankfurt.
    let lost = failover(&estimates, "berlin");
    assert_eq!(lost.served_by, Some(id("us")));
    let why = when_lost(&estimates, "berlin", Operation::ApiCall).unwrap_err();
    assert_eq!(why, "every backend that “gw-us” in us calls is lost");
    assert_eq!(when_lost(&estimates, "berlin", Operation::TokenIssue).unwrap_err(), "no control plane is left");

    let alone = erased(&two_regions(RoutingPolicy::Nearest), "us").estimate();
    assert_eq!(failover(&alone, "berlin").served_by, None);
    assert_eq!(when_lost(&alone, "berlin", Operation::ApiCall).unwrap_err(), "no gateway is reachable");

    // A portal that is drawn is not replaced by one to which no link leads.
    let portal = three_regions(RoutingPolicy::Nearest).link("berlin", "cp", Purpose::PortalAccess).estimate();
    let why = when_lost(&portal, "berlin", Operation::PortalLogin).unwrap_err();
    assert_eq!(why, "no link leads its users to another component with a portal");
    assert!(when_lost(&portal, "boston", Operation::PortalLogin).is_ok());

    // A database elsewhere is missed by the control plane that stays.
    let remote = three_regions(RoutingPolicy::Nearest).edit("db-us", |c| c.region = Some(id("eu"))).estimate();
    let why = when_lost(&remote, "berlin", Operation::TokenIssue).unwrap_err();
    assert_eq!(why, "the database of “cp-us” in us is lost");
}

#[test]
fn calls_are_told_apart_by_where_their_backend_stands() {
    let drawing = two_regions(RoutingPolicy::Nearest).add("orders-us", Kind::Backend, Some("us"));
    let estimates = drawing.estimate();
    let of = |e: &Estimates, who, operation| latency(e, who, operation).clone().map(|f| f.map(|f| f.value));
    let whole = of(&estimates, "berlin", Operation::ApiCall);
    assert_eq!(of(&estimates, "berlin", Operation::ApiCallLocal), whole);
    let why = of(&estimates, "berlin", Operation::ApiCallRemote).unwrap_err();
    assert_eq!(why, "every backend stands beside its gateways");
    let why = of(&estimates, "boston", Operation::ApiCallLocal).unwrap_err();
    assert_eq!(why, "no backend stands beside its gateways");

    let both = drawing.link("gw-us", "orders-us", Purpose::BackendCall).estimate();
    check_all(&both);
    let typical = |operation| latency(&both, "boston", operation).as_ref().unwrap()[0].derivation.inputs[0].value;
    let (local, remote) = (typical(Operation::ApiCallLocal), typical(Operation::ApiCallRemote));
    // Boston's gateway is in Virginia: light in fibre needs 65 ms to Frankfurt and back.
    assert!(remote > local + 65.0, "{remote} {local}");
    near(typical(Operation::ApiCall), f64::midpoint(local, remote), 1e-6);
}

#[test]
fn a_publication_shows_in_the_own_region_first_and_everywhere_last() {
    let drawing = three_regions(RoutingPolicy::Nearest).link("gw-us", "cp-us", Purpose::ManagementHttps);
    let estimates = drawing.estimate();
    let shown =
        |who: &str, region: &str| estimates.published_in(&id(who), &id(region)).unwrap().each_ref().map(|f| f.value);
    let (eu, ap, us) = (shown("berlin", "eu"), shown("berlin", "ap"), shown("berlin", "us"));
    // India pulls from Frankfurt, Virginia drew its own link to the control plane in Frankfurt as well.
    assert!(eu[0] < us[0] && us[0] < ap[0], "{eu:?} {us:?} {ap:?}");
    let all = latency(&estimates, "berlin", Operation::PublishEverywhere).clone().unwrap().map(|f| f.value);
    for region in [eu, ap, us] {
        assert!(region.iter().zip(&all).all(|(one, all)| one < all));
    }
    // The last of three is later than any one of them: more than the largest median.
    assert!(all[0] > 1.2 * ap[0]);

    // With a control plane of its own, Virginia waits for the replication, not for event and replication.
    let mut own = drawing;
    own.0.links.remove(&id("gw-us.cp.ManagementHttps"));
    let apart = own.estimate();
    let us = apart.published_in(&id("berlin"), &id("us")).unwrap();
    assert!(us[0].value > 5_000.0 && us[0].value < 5_000.0 + 4.0 * eu[0]);
    own.0.links.remove(&id("db.db-us.DbReplication"));
    let why = own.estimate().published_in(&id("berlin"), &id("us")).unwrap_err().to_owned();
    assert!(why.starts_with("nothing replicates the database of “cp” in eu"), "{why}");
}

#[test]
fn names_and_balancers_take_their_time() {
    let call = |ttl_s: f64, balancers: bool| {
        let drawing = two_regions(RoutingPolicy::Nearest).edit("gslb", |c| {
            if let Spec::GlobalLoadBalancer(global) = &mut c.spec {
                global.ttl_s = ttl_s;
            }
        });
        let drawing = if balancers { drawing } else { drawing.link("gslb", "gw-eu", Purpose::ApiTraffic) };
        let mut drawing = drawing.edit("berlin", |c| {
            if let Spec::Users(users) = &mut c.spec {
                users.new_connections_pct = 100.0;
            }
        });
        if !balancers {
            drawing.0.links.remove(&id("gslb.lb-eu.ApiTraffic"));
        }
        latency(&drawing.estimate(), "berlin", Operation::ApiCall).clone().unwrap().map(|f| f.value)
    };
    // Without a time to live every connection asks, with one of 60 s hardly any does.
    let (always, seldom) = (call(0.0, true), call(60.0, true));
    assert!(always[0] > seldom[0] + 25.0 && always[2] > seldom[2] + 40.0, "{always:?} {seldom:?}");
    let direct = call(60.0, false);
    assert!(direct[0] < seldom[0] && direct[0] > seldom[0] - 2.0, "{direct:?} {seldom:?}");
}

/// Typical round trips between users and gateway, ms.
fn network(percentiles: &Result<[Figure; 3], String>) -> f64 {
    let typical = &percentiles.as_ref().unwrap()[0].derivation.inputs[0];
    typical.inputs.iter().find(|node| node.label == "Network between users and gateway").unwrap().value
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// The nearest region serves, so every other is farther. The whole call can still become faster: when the backend
    /// stands where the calls go then, which is why every region has its own here.
    #[test]
    fn who_is_moved_away_is_never_faster(latitude in -50.0f64..65.0, longitude in -180.0f64..180.0, rps in 1.0f64..2_000.0) {
        let mut drawing = three_regions(RoutingPolicy::Nearest).users("far", latitude, longitude, rps)
            .link("far", "gslb", Purpose::ApiTraffic)
            .link("gslb", "gw-us", Purpose::ApiTraffic)
            .link("gslb", "gw-eu", Purpose::ApiTraffic);
        for link in ["gw-us.orders.BackendCall", "gslb.lb-eu.ApiTraffic", "gslb.lb-us.ApiTraffic"] {
            drawing.0.links.remove(&id(link));
        }
        let estimates = drawing.estimate();
        check_all(&estimates);
        let now = latency(&estimates, "far", Operation::ApiCall);
        let then = &failover(&estimates, "far").operations[0].percentiles;
        prop_assert!(network(then) >= network(now));
        for (then, now) in then.as_ref().unwrap().iter().zip(now.as_ref().unwrap()) {
            // The grid of a longer call is coarser.
            prop_assert!(then.value >= 0.995 * now.value, "{} {}", then.value, now.value);
        }
    }
}
