//! Behaviour of the estimates as a whole, on drawings a reader can follow.

mod cost;
mod failover;
mod latency;
mod load;
mod sensitivity;

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
            availability_pct: None,
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
        assert_eq!(population.failover.is_some(), population.served_by.is_some());
        let lost = population.failover.iter().flat_map(|f| &f.operations);
        let operations = population.operations.iter().chain(lost).map(|o| &o.percentiles);
        for percentiles in operations.chain(population.publish.iter().map(|p| &p.percentiles)) {
            match percentiles {
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
fn the_same_drawing_gives_the_same_estimates() {
    let drawing = two_regions(RoutingPolicy::Weighted);
    let text = |d: &Drawing| serde_json::to_string(&d.estimate()).unwrap();
    assert_eq!(text(&drawing), text(&drawing.clone()));
    assert!(!text(&drawing).contains("null,\"high\""));
}
