//! Behaviour of the estimates as a whole, on drawings a reader can follow.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::design::{
    Backend, Component, Design, Extent, Gateway, Kind, Link, NodeSize, Pos, ProductVersion, Purpose, Region,
    RegionRole, RoutingPolicy, Site, Spec, TokenFormat, Users,
};

/// A drawing under construction.
#[derive(Clone)]
struct Drawing(Design);

fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

impl Drawing {
    fn new() -> Self {
        let mut design = Design::default();
        Arc::make_mut(&mut design.meta).product_version = ProductVersion::V4_5;
        Self(design)
    }

    fn region(mut self, name: &str, role: RegionRole, site: Site) -> Self {
        let region = Region {
            name: name.to_owned(),
            role,
            site,
            zones: 3,
            pos: Pos::default(),
            extent: Extent(600, 400),
            tint: 0,
            requirements: crate::design::Requirements::default(),
            notes: String::new(),
        };
        self.0.regions.insert(id(name), Arc::new(region));
        self
    }

    fn add(mut self, name: &str, kind: Kind, region: Option<&str>) -> Self {
        let mut component = Component::new(kind, name);
        component.region = region.map(id);
        self.0.components.insert(id(name), Arc::new(component));
        self
    }

    fn edit(mut self, name: &str, change: impl FnOnce(&mut Component)) -> Self {
        change(Arc::make_mut(self.0.components.get_mut(&id(name)).unwrap()));
        self
    }

    fn users(self, name: &str, latitude_deg: f64, longitude_deg: f64, requests_per_s: f64) -> Self {
        let site = Site::Place { name: name.to_owned(), latitude_deg, longitude_deg, country: String::new() };
        self.add(name, Kind::Users, None).edit(name, |c| {
            c.spec = Spec::Users(Users { site, requests_per_s, ..Users::default() });
        })
    }

    fn link(mut self, from: &str, to: &str, purpose: Purpose) -> Self {
        let link = Link::new(id(from), id(to), purpose);
        self.0.links.insert(id(&format!("{from}.{to}.{purpose:?}")), Arc::new(link));
        self
    }

    fn measured(mut self, link: &str, ms: f64) -> Self {
        Arc::make_mut(self.0.links.get_mut(&id(link)).unwrap()).measured_rtt_ms = Some(ms);
        self
    }

    fn estimate(&self) -> Estimates {
        self.0.validate().unwrap();
        estimate(&Topology::of(&self.0), Books::shipped())
    }
}

fn latency<'e>(estimates: &'e Estimates, population: &str, operation: Operation) -> &'e Result<[Figure; 3], String> {
    let found = estimates.latency.iter().find(|l| l.population == id(population)).unwrap();
    &found.operations.iter().find(|o| o.operation == operation).unwrap().percentiles
}

fn served_by(estimates: &Estimates, population: &str) -> Option<String> {
    let found = estimates.latency.iter().find(|l| l.population == id(population)).unwrap();
    found.served_by.as_ref().map(ToString::to_string)
}

fn demand(estimates: &Estimates, group: &str) -> f64 {
    estimates.load.iter().find(|l| l.component == id(group)).unwrap().demand_rps
}

fn near(actual: f64, expected: f64, tolerance: f64) {
    assert!((actual - expected).abs() <= tolerance, "{actual} is not within {tolerance} of {expected}");
}

/// Pattern 2 over two continents: the control plane stands in Frankfurt only.
fn two_regions(policy: RoutingPolicy) -> Drawing {
    Drawing::new()
        .region("eu", RegionRole::Main, Site::cloud("aws", "eu-central-1"))
        .region("us", RegionRole::Sub, Site::cloud("aws", "us-east-1"))
        .add("cp", Kind::ControlPlane, Some("eu"))
        .add("db", Kind::Database, Some("eu"))
        .add("gw-eu", Kind::Gateway, Some("eu"))
        .add("gw-us", Kind::Gateway, Some("us"))
        .add("lb-eu", Kind::LoadBalancer, Some("eu"))
        .add("lb-us", Kind::LoadBalancer, Some("us"))
        .add("gslb", Kind::GlobalLoadBalancer, None)
        .edit("gslb", |c| {
            if let Spec::GlobalLoadBalancer(g) = &mut c.spec {
                g.policy = policy;
            }
        })
        .add("orders", Kind::Backend, Some("eu"))
        .users("berlin", 52.5, 13.4, 500.0)
        .users("boston", 42.4, -71.1, 300.0)
        .link("berlin", "gslb", Purpose::ApiTraffic)
        .link("boston", "gslb", Purpose::ApiTraffic)
        .link("gslb", "lb-eu", Purpose::ApiTraffic)
        .link("gslb", "lb-us", Purpose::ApiTraffic)
        .link("lb-eu", "gw-eu", Purpose::ApiTraffic)
        .link("lb-us", "gw-us", Purpose::ApiTraffic)
        .link("gw-eu", "orders", Purpose::BackendCall)
        .link("gw-us", "orders", Purpose::BackendCall)
        .link("gw-eu", "cp", Purpose::ManagementHttps)
        .link("gw-us", "cp", Purpose::ManagementHttps)
        .link("cp", "db", Purpose::Database)
}

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

/// Gateways behind one balancer share what arrives there in proportion to what they can carry, over any number of
/// balancers in between.
#[test]
fn gateways_behind_a_balancer_share_by_capacity() {
    let drawing = two_regions(RoutingPolicy::Nearest)
        .add("gw-big", Kind::Gateway, Some("eu"))
        .edit("gw-big", |c| c.instances = 6)
        .add("lb-inner", Kind::LoadBalancer, Some("eu"))
        .link("lb-eu", "lb-inner", Purpose::ApiTraffic)
        .link("lb-inner", "gw-big", Purpose::ApiTraffic)
        .link("lb-inner", "lb-eu", Purpose::ApiTraffic);
    let estimates = drawing.estimate();
    near(demand(&estimates, "gw-eu"), 125.0, 1e-6);
    near(demand(&estimates, "gw-big"), 375.0, 1e-6);
    // The cost of the inner balancer follows what goes through it.
    assert!(estimates.cost.items.iter().any(|i| i.element == id("lb-inner")));
    check_all(&estimates);
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

/// E4 by way of the performance book: 4.5.0, passthrough, 1 KiB, 2 cores carry 3,915 calls a second.
#[test]
fn capacity_is_published_throughput_times_cores_times_nodes() {
    let drawing = Drawing::new()
        .region("eu", RegionRole::Peer, Site::cloud("aws", "eu-central-1"))
        .add("gw", Kind::Gateway, Some("eu"))
        .users("berlin", 52.5, 13.4, 2_000.0)
        .edit("berlin", |c| {
            if let Spec::Users(users) = &mut c.spec {
                (users.request_bytes, users.response_bytes) = (1_024.0, 1_024.0);
            }
        })
        .edit("gw", |c| c.instances = 1)
        .link("berlin", "gw", Purpose::ApiTraffic);
    let load = &drawing.estimate().load[0];
    near(load.capacity_rps, 3_915.0, 1.0);
    near(load.utilisation.value, 51.09, 0.05);
    let four = drawing.edit("gw", |c| {
        c.instances = 3;
        c.size = Some(NodeSize { vcpu: 4.0, memory_gib: 8.0, disk_gib: 10.0 });
    });
    near(four.estimate().load[0].capacity_rps, 6.0 * 3_915.0, 6.0);
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

/// Everything a figure rests on says where it comes from.
fn check_leaves(node: &Derivation) {
    assert!(node.value.is_finite(), "{node:?}");
    if node.inputs.is_empty() {
        assert!(!node.source.is_empty() || !node.formula.is_empty(), "{} has no source", node.label);
    }
    node.inputs.iter().for_each(check_leaves);
}

fn check_figure(figure: &Figure) {
    assert!(figure.value.is_finite() && figure.value >= 0.0, "{figure:?}");
    assert!(figure.low <= figure.value + 1e-9 && figure.value <= figure.high + 1e-9, "{figure:?}");
    check_leaves(&figure.derivation);
}

fn check_all(estimates: &Estimates) {
    for population in &estimates.latency {
        assert_eq!(population.operations.len(), Operation::ALL.len());
        for operation in &population.operations {
            match &operation.percentiles {
                Ok(figures) => {
                    figures.iter().for_each(check_figure);
                    assert!(figures[0].value <= figures[1].value && figures[1].value <= figures[2].value);
                }
                Err(why) => assert!(why.len() > 5, "{why}"),
            }
        }
    }
    estimates.load.iter().for_each(|load| check_figure(&load.utilisation));
    estimates.cost.items.iter().for_each(|item| check_figure(&item.cost));
    estimates.cost.total.iter().for_each(check_figure);
    estimates.link_rtt.values().for_each(check_figure);
}

#[test]
fn every_figure_has_a_range_and_every_leaf_a_source() {
    let drawing = two_regions(RoutingPolicy::Weighted).link("gw-us", "cp", Purpose::EventStream).link(
        "gw-us",
        "cp",
        Purpose::ThrottleData,
    );
    check_all(&drawing.estimate());
    for leaf in Assumed::ALL.iter().map(|key| key.shipped().node()) {
        assert!(matches!(leaf.quality, Quality::Assumed | Quality::Estimated) && !leaf.source.is_empty());
    }
}

#[test]
fn unfinished_drawings_give_sentences_and_no_nonsense() {
    check_all(&Drawing::new().estimate());
    let alone = Drawing::new().users("berlin", 52.5, 13.4, 0.0);
    let estimates = alone.estimate();
    check_all(&estimates);
    assert_eq!(latency(&estimates, "berlin", Operation::ApiCall).as_ref().unwrap_err(), "no gateway is reachable");
    assert_eq!(served_by(&estimates, "berlin"), None);

    let unplaced = alone.clone().add("gw", Kind::Gateway, None).link("berlin", "gw", Purpose::ApiTraffic).estimate();
    check_all(&unplaced);
    let why = latency(&unplaced, "berlin", Operation::ApiCall).as_ref().unwrap_err();
    assert_eq!(why, "“gw” stands in no region, so its distance is not known");

    let odd = alone
        .region("eu", RegionRole::Peer, Site::cloud("aws", "eu-central-1"))
        .add("aio", Kind::AllInOne, Some("eu"))
        .edit("aio", |c| c.size = Some(NodeSize { vcpu: 0.001, memory_gib: 0.001, disk_gib: 0.0 }))
        .add("backend", Kind::Backend, Some("eu"))
        .edit("backend", |c| {
            c.spec = Spec::Backend(Backend { site: None, p50_ms: 0.0, p99_ms: 0.0, share_pct: 0.0 });
        })
        .link("berlin", "aio", Purpose::ApiTraffic)
        .link("aio", "backend", Purpose::BackendCall);
    check_all(&odd.estimate());
    check_all(&odd.edit("aio", |c| c.size = None).estimate());
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

#[test]
fn the_same_drawing_gives_the_same_estimates() {
    let drawing = two_regions(RoutingPolicy::Weighted);
    let text = |d: &Drawing| serde_json::to_string(&d.estimate()).unwrap();
    assert_eq!(text(&drawing), text(&drawing.clone()));
    assert!(!text(&drawing).contains("null,\"high\""));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn more_nodes_never_raise_utilisation(instances in 1u32..40, rps in 0.0f64..40_000.0) {
        let of = |instances: u32| {
            let drawing = two_regions(RoutingPolicy::Failover).edit("gw-eu", |c| c.instances = instances).edit("berlin", |c| {
                if let Spec::Users(users) = &mut c.spec {
                    users.requests_per_s = rps;
                }
            });
            drawing.estimate().load.into_iter().find(|l| l.component == id("gw-eu")).unwrap().utilisation
        };
        let (few, more) = (of(instances), of(instances + 1));
        prop_assert!(more.value <= few.value && more.low <= few.low && more.high <= few.high);
    }

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
