//! Bills that a reader can check with a pocket calculator, and laws that every bill keeps.

use std::sync::Arc;

use proptest::prelude::*;

use crate::books::Books;
use crate::design::{
    Backend, Commitment, Component, Design, Discounts, Engine, Extent, Id, Kind, Licences, Link, Network, Pos, Purpose,
    Region, RegionRole, Requirements, Site, Spec, Standby, Terms, Users,
};
use crate::estimate::{CostCategory, CostItem, CostReport, Figure, TrafficClass, estimate};
use crate::topology::Topology;

/// Gigabytes a month of so many bytes a second.
fn gb(bytes_per_s: f64) -> f64 {
    bytes_per_s * 2_628_000.0 / 1_073_741_824.0
}

fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

fn near(actual: f64, expected: f64) {
    let within = 1e-9 * expected.abs().max(1.0);
    assert!((actual - expected).abs() <= within, "{actual} is not {expected}");
}

#[derive(Clone)]
struct Drawing(Design);

impl Drawing {
    fn new() -> Self {
        Self(Design::default())
    }

    fn region(mut self, name: &str, site: Site) -> Self {
        let region = Region {
            availability_pct: None,
            name: name.to_owned(),
            role: RegionRole::Peer,
            site,
            zones: 3,
            pos: Pos::default(),
            extent: Extent(600, 400),
            tint: 0,
            requirements: Requirements::default(),
            notes: String::new(),
        };
        self.0.regions.insert(id(name), Arc::new(region));
        self
    }

    fn add(mut self, name: &str, kind: Kind, region: Option<&str>, change: impl FnOnce(&mut Component)) -> Self {
        let mut component = Component::new(kind, name);
        component.region = region.map(id);
        change(&mut component);
        self.0.components.insert(id(name), Arc::new(component));
        self
    }

    fn users(self, name: &str, requests_per_s: f64) -> Self {
        let site =
            Site::Place { name: name.to_owned(), latitude_deg: 42.4, longitude_deg: -71.1, country: "US".into() };
        self.add(name, Kind::Users, None, |c| {
            c.spec = Spec::Users(Users { site, requests_per_s, ..Users::default() });
        })
    }

    fn link(mut self, from: &str, to: &str, purpose: Purpose, change: impl FnOnce(&mut Link)) -> Self {
        let mut link = Link::new(id(from), id(to), purpose);
        change(&mut link);
        self.0.links.insert(id(&format!("{from}.{to}.{purpose:?}")), Arc::new(link));
        self
    }

    fn terms(mut self, terms: Terms) -> Self {
        Arc::make_mut(&mut self.0.meta).estimation.terms = terms;
        self
    }

    fn bill(&self) -> CostReport {
        self.0.validate().unwrap();
        estimate(&Topology::of(&self.0), Books::shipped()).cost
    }
}

fn bonn() -> Site {
    Site::Place { name: "Bonn".into(), latitude_deg: 50.7, longitude_deg: 7.1, country: "DE".into() }
}

fn own_mysql(c: &mut Component) {
    if let Spec::Database(d) = &mut c.spec {
        (d.engine, d.standby) = (Engine::MySql, Standby::Single);
    }
}

/// A whole region: balancer, gateways, database and users of its own, with this name before each.
fn whole(drawing: Drawing, name: &str, site: Site, requests_per_s: f64) -> Drawing {
    let [gw, db, lb, users] = ["gw", "db", "lb", "users"].map(|part| format!("{name}-{part}"));
    drawing
        .region(name, site)
        .add(&gw, Kind::Gateway, Some(name), |_| {})
        .add(&db, Kind::Database, Some(name), own_mysql)
        .add(&lb, Kind::LoadBalancer, Some(name), |c| c.instances = 1)
        .users(&users, requests_per_s)
        .link(&users, &lb, Purpose::ApiTraffic, |_| {})
        .link(&lb, &gw, Purpose::ApiTraffic, |_| {})
}

fn virginia(requests_per_s: f64) -> Drawing {
    whole(Drawing::new(), "us", Site::cloud("aws", "us-east-1"), requests_per_s)
}

fn of_class(bill: &CostReport, class: TrafficClass) -> Vec<&CostItem> {
    bill.items.iter().filter(|item| item.class == Some(class)).collect()
}

/// One region with every category, from the lists: 2 × c5a.large at 0.077; db.m5.large at 0.171; 2 × 10 GB gp3 at
/// 0.08 and 100 GB gp2 at 0.115; a balancer at 0.0225 and 0.008 for each capacity unit; responses at 0.09; a line to
/// Bonn with a port at 0.3 and 0.02 for each GB out; 100 for the licence of each node.
#[test]
fn a_bill_with_every_category_agrees_with_a_pocket_calculator() {
    let licences = Licences { usd_per_node_month: Some(100.0), ..Licences::default() };
    let bill = virginia(100.0)
        .region("bonn", bonn())
        .add("erp", Kind::Backend, Some("bonn"), |_| {})
        .link("us-gw", "erp", Purpose::BackendCall, |_| {})
        .terms(Terms { licences, ..Terms::default() })
        .bill();
    // 50 calls a second in the mean: 5 new connections a second are 0.2 of a unit, the bytes of an hour are more.
    let units = 50.0 * (1_024.0 + 4_096.0) * 3_600.0 / 1_073_741_824.0;
    let traffic = gb(50.0 * 4_096.0) * 0.09 + gb(50.0 * 1_024.0) * 0.02;
    let expected = [
        (CostCategory::Compute, 2.0 * 0.077 * 730.0),
        (CostCategory::Database, 0.171 * 730.0),
        (CostCategory::Storage, 2.0 * 10.0 * 0.08 + 100.0 * 0.115),
        (CostCategory::LoadBalancing, (0.0225 + units * 0.008) * 730.0),
        (CostCategory::Traffic, traffic),
        (CostCategory::PrivateLinks, 0.3 * 730.0),
        (CostCategory::Licences, 2.0 * 100.0),
    ];
    let by_category = bill.by_category();
    for (category, usd) in expected {
        near(by_category[&category], usd);
        near(bill.items.iter().filter(|i| i.category == category).map(|i| i.cost.value).sum(), usd);
    }
    let total = expected.iter().map(|(_, usd)| usd).sum();
    near(bill.total.as_ref().unwrap().value, total);
    near(bill.by_region()[&Some(id("us"))], total);
    near(bill.by_component().iter().map(|(_, usd)| usd).sum(), total);
    near(bill.by_class().values().sum(), traffic);
    near(bill.by_class()[&TrafficClass::PrivateLine], gb(50.0 * 1_024.0) * 0.02);
    assert!(bill.unpriced.iter().any(|u| u.reason.contains("by contract")));
}

#[test]
fn every_total_says_how_old_and_how_certain_its_prices_are() {
    let bill = whole(virginia(100.0), "eu", Site::cloud("aws", "eu-west-1"), 100.0).bill();
    let whole = bill.basis(|_| true);
    assert_eq!(whole.oldest.map(|date| date.to_string()), Some(bill.oldest_price.clone()));
    assert_eq!(whole.estimated(), bill.estimated_prices);
    // Databases of Ireland are worked out from those of Virginia; its balancers borrow their price as well.
    let of = |region: &str, category| {
        bill.basis(|item| item.region == Some(id(region)) && item.category == category).estimated()
    };
    assert_eq!((of("us", CostCategory::Database), of("eu", CostCategory::Database)), (0, 1));
    let sum: usize = CostCategory::ALL.iter().map(|c| bill.basis(|i| i.category == *c).estimated()).sum();
    assert_eq!(sum, bill.estimated_prices);
    let oldest = CostCategory::ALL.iter().filter_map(|c| bill.basis(|i| i.category == *c).oldest).min();
    assert_eq!(oldest, whole.oldest);
}

/// 10,240 GB at 0.09, the next 40,960 at 0.085, the rest at 0.07: for the account, and then pro rata.
#[test]
fn tiers_count_the_account_and_are_shared_out_pro_rata() {
    let drawing = virginia(10_000.0).users("miami", 20_000.0).link("miami", "us-lb", Purpose::ApiTraffic, |_| {});
    let bill = drawing.bill();
    let items = of_class(&bill, TrafficClass::Internet);
    let of = |element: &str| items.iter().find(|i| i.element == id(element)).unwrap().cost.value;
    let all = gb(15_000.0 * 4_096.0);
    let tariff = 10_240.0 * 0.09 + 40_960.0 * 0.085 + (all - 51_200.0) * 0.07;
    assert!(all > 51_200.0 && all < 153_600.0);
    near(items.iter().map(|i| i.cost.value).sum(), tariff);
    near(of("us-users"), tariff / 3.0);
    near(of("miami"), tariff * 2.0 / 3.0);
}

#[test]
fn a_line_is_paid_once_and_as_wide_as_its_links() {
    let with = |mbps: [Option<f64>; 2], network: Network| {
        virginia(100.0)
            .region("bonn", bonn())
            .add("erp", Kind::Backend, Some("bonn"), |_| {})
            .add("crm", Kind::Backend, Some("bonn"), |_| {})
            .link("us-gw", "erp", Purpose::BackendCall, |l| (l.bandwidth_mbps, l.network) = (mbps[0], network))
            .link("us-gw", "crm", Purpose::BackendCall, |l| (l.bandwidth_mbps, l.network) = (mbps[1], network))
            .bill()
    };
    let ports = |bill: &CostReport| {
        let items: Vec<_> = bill.items.iter().filter(|i| i.category == CostCategory::PrivateLinks).collect();
        assert_eq!(items.len(), 1);
        items[0].cost.clone()
    };
    // Nobody says how much: the smallest, or two of them.
    let unknown = ports(&with([None, None], Network::Private));
    near(unknown.value, 0.3 * 730.0);
    assert!(unknown.high > 2.0 * unknown.value - 1e-9);
    // 2.4 Gbit/s need three ports of one.
    near(ports(&with([Some(1_600.0), Some(800.0)], Network::Private)).value, 3.0 * 0.3 * 730.0);
    // A tunnel at 0.05 an hour; what it carries is internet traffic.
    let tunnel = with([None, None], Network::Vpn);
    near(ports(&tunnel).value, 0.05 * 730.0);
    assert!(of_class(&tunnel, TrafficClass::PrivateLine).is_empty());
    near(tunnel.by_class()[&TrafficClass::Internet], (gb(50.0 * 4_096.0) + gb(50.0 * 1_024.0)) * 0.09);
}

/// A NAT gateway at 0.045 an hour and 0.045 for each GB there and back; none where nodes have public addresses.
#[test]
fn nodes_that_call_the_internet_go_through_address_translation() {
    let drawing = virginia(100.0)
        .add("saas", Kind::Backend, None, |c| c.spec = Spec::Backend(Backend::default()))
        .link("us-gw", "saas", Purpose::BackendCall, |l| l.network = Network::Public);
    let bill = drawing.bill();
    let link = id("us-gw.saas.BackendCall");
    let items: Vec<_> = bill.items.iter().filter(|i| i.element == link).collect();
    let out = gb(50.0 * 1_024.0) * 0.09;
    near(items.iter().map(|i| i.cost.value).sum(), 0.045 * 730.0 + gb(50.0 * 5_120.0) * 0.045 + out);
    assert!(items.iter().map(|i| i.cost.low).sum::<f64>() < out + 1e-9);
}

/// Three regions that replicate with each other send six flows; a database nobody calls changes by its portals only.
#[test]
fn replication_grows_with_the_pairs_of_regions() {
    let names = ["us-east-1", "eu-west-1", "ap-south-1"];
    let mut drawing = names.iter().fold(Drawing::new(), |d, name| {
        d.region(name, Site::cloud("aws", name)).add(&format!("db-{name}"), Kind::Database, Some(name), own_mysql)
    });
    for (a, b) in [(0, 1), (0, 2), (1, 2)] {
        let [a, b] = [a, b].map(|i: usize| format!("db-{}", names[i]));
        drawing = drawing.link(&a, &b, Purpose::DbReplication, |_| {});
    }
    let quiet = drawing.bill();
    assert_eq!(of_class(&quiet, TrafficClass::InterRegion).len(), 6);
    // From Virginia 1 GB to each of the two others at 0.02.
    let from_us = |bill: &CostReport| {
        let items = of_class(bill, TrafficClass::InterRegion);
        items.iter().filter(|i| i.region == Some(id("us-east-1"))).map(|i| i.cost.value).sum::<f64>()
    };
    near(from_us(&quiet), 2.0 * 0.02);
    // 500 calls a second in the mean: 2.5 tokens a second of 4 KiB.
    let busy = drawing
        .add("gw", Kind::Gateway, Some("us-east-1"), |_| {})
        .users("boston", 1_000.0)
        .link("boston", "gw", Purpose::ApiTraffic, |_| {})
        .bill();
    near(from_us(&busy), 2.0 * (1.0 + gb(2.5 * 4_096.0)) * 0.02);
}

/// Whether AWS charges it is not in the books, so the line says nothing at best and everything at worst.
#[test]
fn traffic_from_a_balancer_to_other_zones_is_shown_with_its_doubt() {
    let bill = virginia(100.0).bill();
    let items = of_class(&bill, TrafficClass::InterZone);
    let [item] = items.as_slice() else { panic!("{items:?}") };
    near(item.cost.value, 0.0);
    // Two nodes over two of three zones; 0.01 at both ends.
    assert!(item.cost.high >= gb(50.0 * 5_120.0) * 2.0 / 3.0 * 0.02 - 1e-9);
}

#[test]
fn licences_are_what_the_architects_give_and_nothing_else() {
    let formula = |bill: &CostReport| bill.total.as_ref().unwrap().derivation.formula.clone();
    let none = virginia(100.0).bill();
    assert!(formula(&none).contains("without licences"));
    assert!(!none.by_category().contains_key(&CostCategory::Licences));
    let licences =
        Licences { usd_per_node_month: Some(10.0), usd_per_core_month: Some(1.0), usd_per_month: Some(5_000.0) };
    let given = virginia(100.0).add("tm", Kind::TrafficManager, Some("us"), |c| c.instances = 3);
    let bill = given.terms(Terms { licences, ..Terms::default() }).bill();
    let of = |name: &str| licences_of(&bill, name);
    // Two gateways and three traffic managers of two cores each.
    near(of("us-gw"), 2.0 * 10.0 + 4.0 * 1.0 + 5_000.0 * 2.0 / 5.0);
    near(of("tm"), 3.0 * 10.0 + 6.0 * 1.0 + 5_000.0 * 3.0 / 5.0);
    assert!(!formula(&bill).contains("without licences"));
    assert!(bill.basis(|i| i.category == CostCategory::Licences).oldest.is_none());
}

/// Licences of one component.
fn licences_of(bill: &CostReport, name: &str) -> f64 {
    let mine = bill.items.iter().filter(|i| i.element == id(name) && i.category == CostCategory::Licences);
    mine.map(|i| i.cost.value).sum()
}

/// Hours of the design stop machines; a managed database and a balancer run on unless they say otherwise.
#[test]
fn hours_stop_what_can_be_stopped() {
    let of = |terms: Terms| virginia(100.0).terms(terms).bill().by_category();
    let (full, half) = (of(Terms::default()), of(Terms { hours_per_month: Some(365.0), ..Terms::default() }));
    near(half[&CostCategory::Compute], full[&CostCategory::Compute] / 2.0);
    for category in [CostCategory::Database, CostCategory::Storage, CostCategory::LoadBalancing] {
        near(half[&category], full[&category]);
    }
    let mut drawing = virginia(100.0);
    Arc::make_mut(drawing.0.components.get_mut(&id("us-db")).unwrap()).hours_per_month = Some(73.0);
    near(drawing.bill().by_category()[&CostCategory::Database], full[&CostCategory::Database] / 10.0);
}

#[test]
fn a_commitment_is_cheaper_and_says_that_all_hours_are_paid() {
    let of = |commitment| {
        let terms = Terms { compute_commitment: commitment, database_commitment: commitment, ..Terms::default() };
        virginia(100.0).terms(terms).bill()
    };
    let [now, one, three] = Commitment::ALL.map(of);
    for category in [CostCategory::Compute, CostCategory::Database] {
        let usd = |bill: &CostReport| bill.by_category()[&category];
        near(usd(&one), usd(&now) * 0.72);
        near(usd(&three), usd(&now) * 0.52);
    }
    let text = serde_json::to_string(&one).unwrap();
    assert!(text.contains("paid for all hours") && text.contains("commit-1y-compute-pct"));
}

fn terms_of(hours: f64, pct: f64) -> Terms {
    let discounts =
        Discounts { compute_pct: pct, database_pct: pct, storage_pct: pct, load_balancing_pct: pct, traffic_pct: pct };
    Terms { hours_per_month: Some(hours), discounts, ..Terms::default() }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Two regions that share nothing cost what each costs alone, as long as the account stays within one tier.
    #[test]
    fn regions_add_up(us in 1.0f64..600.0, eu in 1.0f64..600.0, hours in 0.0f64..730.0) {
        let terms = || Terms {
            licences: Licences { usd_per_core_month: Some(12.5), ..Licences::default() },
            ..terms_of(hours, 7.0)
        };
        let ireland = || Site::cloud("aws", "eu-west-1");
        let together = whole(virginia(us), "eu", ireland(), eu).terms(terms()).bill();
        let alone = [virginia(us).terms(terms()).bill(), whole(Drawing::new(), "eu", ireland(), eu).terms(terms()).bill()];
        let total = |bill: &CostReport| bill.total.as_ref().map(|t| [t.value, t.low, t.high]).unwrap();
        for end in 0..3 {
            near(total(&together)[end], alone.iter().map(|bill| total(bill)[end]).sum());
        }
        near(together.by_region().values().sum(), total(&together)[0]);
    }

    #[test]
    fn machines_on_demand_are_linear_in_hours(hours in 0.0f64..730.0, rps in 1.0f64..5_000.0) {
        let compute = |hours| virginia(rps).terms(terms_of(hours, 0.0)).bill().by_category()[&CostCategory::Compute];
        near(compute(hours), compute(730.0) * hours / 730.0);
    }

    #[test]
    fn a_committed_machine_costs_the_same_whatever_it_runs(hours in 0.0f64..730.0) {
        let terms = |hours| Terms { compute_commitment: Commitment::ThreeYears, ..terms_of(hours, 0.0) };
        let total = |hours| virginia(50.0).terms(terms(hours)).bill().total.unwrap().value;
        near(total(hours), total(730.0));
    }

    #[test]
    fn a_higher_discount_never_costs_more(a in 0.0f64..100.0, b in 0.0f64..100.0) {
        let total = |pct| virginia(900.0).terms(terms_of(730.0, pct)).bill().total.unwrap();
        let (less, more) = (total(a.min(b)), total(a.max(b)));
        prop_assert!(more.value <= less.value + 1e-9 && more.low <= less.low + 1e-9 && more.high <= less.high + 1e-9);
        near(less.value, total(0.0).value * (1.0 - a.min(b) / 100.0));
    }

    #[test]
    fn licences_are_linear_in_nodes(nodes in 1u32..200, usd in 0.0f64..10_000.0) {
        let of = |nodes| {
            let mut drawing = virginia(10.0);
            Arc::make_mut(drawing.0.components.get_mut(&id("us-gw")).unwrap()).instances = nodes;
            let licences = Licences { usd_per_node_month: Some(usd), ..Licences::default() };
            licences_of(&drawing.terms(Terms { licences, ..Terms::default() }).bill(), "us-gw")
        };
        near(of(nodes), of(1) * f64::from(nodes));
    }
}

/// 50 calls a second in the mean, an event of 512 bytes to each of three nodes overseas at 0.02; 5 of 50 opaque tokens
/// asked about there with 1 KiB, and as much back.
#[test]
fn every_traffic_manager_is_told_of_every_call_and_missed_tokens_have_their_doubt() {
    let mut drawing = virginia(100.0)
        .region("eu", Site::cloud("aws", "eu-west-1"))
        .add("tm", Kind::TrafficManager, Some("eu"), |c| c.instances = 2)
        .add("tm-2", Kind::TrafficManager, Some("eu"), |c| c.instances = 1)
        .add("km", Kind::KeyManager, Some("eu"), |_| {})
        .link("us-gw", "tm", Purpose::ThrottleData, |_| {})
        .link("us-gw", "tm-2", Purpose::ThrottleData, |_| {})
        .link("us-gw", "km", Purpose::KeyManagerHttps, |_| {});
    Arc::make_mut(&mut drawing.0.meta).tokens = crate::design::TokenFormat::Opaque;
    let bill = drawing.bill();
    let of = |link: &str| {
        let items: Vec<_> = bill.items.iter().filter(|i| i.element == id(link)).collect();
        let sum = |of: fn(&Figure) -> f64| items.iter().map(|i| of(&i.cost)).sum::<f64>();
        (sum(|f| f.value), sum(|f| f.high))
    };
    near(of("us-gw.tm.ThrottleData").0, 2.0 * gb(50.0 * 512.0) * 0.02);
    near(of("us-gw.tm-2.ThrottleData").0, gb(50.0 * 512.0) * 0.02);
    let (asked, most) = of("us-gw.km.KeyManagerHttps");
    near(asked, 2.0 * gb(5.0 * 1_024.0) * 0.02);
    assert!(most >= 10.0 * asked - 1e-9);
}
