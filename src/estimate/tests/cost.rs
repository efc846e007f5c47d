//! The bill.

use super::*;

/// AWS charges 0.01 a GB at both ends; a pair of groups over three zones keeps a third of its calls in one.
#[test]
fn traffic_between_zones_is_paid_for() {
    let drawing = two_regions(RoutingPolicy::Nearest).edit("orders", |c| c.instances = 3).edit("gw-eu", |c| {
        c.instances = 3;
    });
    let item = |d: &Drawing| {
        let link = id("gw-eu.orders.BackendCall");
        d.estimate().cost.items.into_iter().find(|i| i.element == link).map(|i| i.cost)
    };
    let gb = 500.0 * 0.5 * (1_024.0 + 4_096.0) * 2_628_000.0 / 1_073_741_824.0;
    let cost = item(&drawing).unwrap();
    near(cost.value, gb * 0.02 * 2.0 / 3.0, 1e-6);
    near(cost.low, 0.0, 1e-9);
    // A group in one zone is taken to be near to everything.
    assert_eq!(item(&drawing.edit("gw-eu", |c| c.instances = 1)), None);
}

/// The list of Google ends at 1,024 GB a month.
#[test]
fn traffic_beyond_the_list_is_an_estimate() {
    let of = |rps: f64| {
        Drawing::new()
            .region("eu", RegionRole::Peer, Site::cloud("gcp", "europe-west1"))
            .add("gw", Kind::Gateway, Some("eu"))
            .users("berlin", 52.5, 13.4, rps)
            .link("berlin", "gw", Purpose::ApiTraffic)
            .estimate()
            .cost
    };
    let (within, beyond) = (of(100.0), of(10_000.0));
    assert_eq!(beyond.estimated_prices, within.estimated_prices + 1);
    let traffic = |cost: &CostReport| {
        cost.items.iter().find(|i| i.category == CostCategory::Traffic).map(|i| i.cost.clone()).unwrap()
    };
    let (listed, open) = (traffic(&within), traffic(&beyond));
    assert!(open.low / open.value < 0.6 && open.low / open.value < listed.low / listed.value - 0.3);
    assert!(serde_json::to_string(&open.derivation).unwrap().contains("the list ends at 1,024 GB"));
}

#[test]
fn a_target_with_two_links_has_one_health_check() {
    let of =
        |d: &Drawing| d.estimate().cost.items.iter().filter(|i| i.element == id("gslb")).map(|i| i.cost.value).sum();
    let drawing = two_regions(RoutingPolicy::Nearest);
    let (once, twice): (f64, f64) = (of(&drawing), of(&drawing.link("gslb", "lb-eu", Purpose::PortalAccess)));
    near(once, twice, 1e-9);
}

#[test]
fn a_private_line_says_why_it_has_no_price() {
    let why = |site: Site| {
        let drawing = two_regions(RoutingPolicy::Nearest)
            .region("far", RegionRole::Peer, site)
            .add("erp", Kind::Backend, Some("far"))
            .link("gw-eu", "erp", Purpose::BackendCall);
        let link = id("gw-eu.erp.BackendCall");
        let mut drawing = drawing;
        Arc::make_mut(drawing.0.links.get_mut(&link).unwrap()).network = crate::design::Network::Private;
        let unpriced = drawing.estimate().cost.unpriced;
        unpriced.into_iter().find(|u| u.element == link).unwrap().reason
    };
    let bonn = Site::Place { name: "Bonn".into(), latitude_deg: 50.7, longitude_deg: 7.1, country: "DE".into() };
    assert!(why(bonn).contains("by contract"));
    assert!(why(Site::cloud("ibm", "us-south")).contains("no prices of IBM Cloud"));
    assert!(why(Site::cloud("aws", "eu-moon-1")).contains("not in the region book"));
}

/// By hand, from the lists: 2 × c5a.large 0.077 an hour, 2 × 10 GB gp3 0.08, and 4 KiB × 50 calls a second to the
/// internet, 501.25 GB at 0.09.
#[test]
fn a_tiny_bill_agrees_with_a_pocket_calculator() {
    let drawing = Drawing::new()
        .region("us", RegionRole::Peer, Site::cloud("aws", "us-east-1"))
        .add("gw", Kind::Gateway, Some("us"))
        .users("boston", 42.4, -71.1, 100.0)
        .link("boston", "gw", Purpose::ApiTraffic);
    let cost = drawing.estimate().cost;
    let by_category = cost.by_category();
    near(by_category[&CostCategory::Compute], 2.0 * 0.077 * 730.0, 1e-9);
    near(by_category[&CostCategory::Storage], 2.0 * 10.0 * 0.08, 1e-9);
    let gb = 100.0 * 0.5 * 4_096.0 * 2_628_000.0 / 1_073_741_824.0;
    near(gb, 501.25, 0.01);
    near(by_category[&CostCategory::Traffic], gb * 0.09, 1e-6);
    let total = cost.total.as_ref().unwrap();
    near(total.value, 112.42 + 1.6 + 45.11, 0.01);
    near(cost.by_region()[&Some(id("us"))], total.value, 1e-9);
    assert!(cost.oldest_price.starts_with("202") && cost.oldest_price.as_str() <= "2024-09-25");
}

#[test]
fn traffic_tiers_count_the_whole_account() {
    let one = |rps: f64| {
        Drawing::new()
            .region("us", RegionRole::Peer, Site::cloud("aws", "us-east-1"))
            .add("gw", Kind::Gateway, Some("us"))
            .users("boston", 42.4, -71.1, rps)
            .link("boston", "gw", Purpose::ApiTraffic)
    };
    let traffic = |drawing: &Drawing| drawing.estimate().cost.by_category()[&CostCategory::Traffic];
    // Two populations of 10,000 pay what one of 20,000 pays, which is less than twice one of 10,000.
    let two = one(10_000.0).users("miami", 25.8, -80.2, 10_000.0).link("miami", "gw", Purpose::ApiTraffic);
    near(traffic(&two), traffic(&one(20_000.0)), 1e-6);
    assert!(traffic(&two) < 2.0 * traffic(&one(10_000.0)) - 1.0);
}

#[test]
fn calls_to_a_backend_overseas_are_paid_for() {
    let estimates = two_regions(RoutingPolicy::Nearest).estimate();
    let link = id("gw-us.orders.BackendCall");
    let items: Vec<_> = estimates.cost.items.iter().filter(|i| i.element == link).collect();
    // Requests leave us-east-1, responses leave eu-central-1, 0.02 a GB each.
    let gb = |bytes: f64| 300.0 * 0.5 * bytes * 2_628_000.0 / 1_073_741_824.0;
    let of = |region: &str| items.iter().find(|i| i.region == Some(id(region))).unwrap().cost.value;
    near(of("us"), gb(1_024.0) * 0.02, 1e-6);
    near(of("eu"), gb(4_096.0) * 0.02, 1e-6);
    assert!(estimates.cost.items.iter().all(|i| i.element != id("gw-eu.orders.BackendCall")));
}

#[test]
fn what_has_no_price_is_named_and_not_invented() {
    let own = Site::Place { name: "Bonn".into(), latitude_deg: 50.7, longitude_deg: 7.1, country: "DE".into() };
    let drawing = Drawing::new()
        .region("bonn", RegionRole::Peer, own)
        .region("dallas", RegionRole::Peer, Site::cloud("ibm", "us-south"))
        .add("gw-bonn", Kind::Gateway, Some("bonn"))
        .add("gw-dallas", Kind::Gateway, Some("dallas"))
        .add("idp", Kind::IdentityProvider, None)
        .add("backend", Kind::Backend, None);
    let cost = drawing.estimate().cost;
    assert_eq!(cost.total, None);
    assert_eq!(cost.oldest_price, "");
    let unpriced: Vec<_> = cost.unpriced.iter().map(|u| u.element.as_str()).collect();
    assert_eq!(unpriced, ["gw-bonn", "gw-dallas", "idp"]);
}

#[test]
fn a_standby_doubles_a_database_and_the_list_says_so() {
    let with = |standby| {
        Drawing::new()
            .region("us", RegionRole::Peer, Site::cloud("aws", "us-east-1"))
            .add("db", Kind::Database, Some("us"))
            .edit("db", |c| {
                if let Spec::Database(d) = &mut c.spec {
                    (d.standby, d.engine) = (standby, crate::design::Engine::MySql);
                }
            })
            .estimate()
            .cost
            .by_category()
    };
    let (one, two) = (with(crate::design::Standby::Single), with(crate::design::Standby::MultiZone));
    // db.m5.large 0.171 an hour, gp2 0.115 a GB and month.
    near(one[&CostCategory::Database], 0.171 * 730.0, 1e-9);
    near(one[&CostCategory::Storage], 11.5, 1e-9);
    near(two[&CostCategory::Database], 2.0 * 0.171 * 730.0, 2.0);
    near(two[&CostCategory::Storage], 23.0, 1e-9);
}
