//! A small Pattern 2 design with an analysis of invented numbers, to look at and to click on.

#![allow(dead_code, missing_docs, clippy::unwrap_used, clippy::too_many_lines, reason = "only tests use it")]

use std::sync::Arc;

use meridian::analysis::Analysis;
use meridian::design::history::Revision;
use meridian::design::{Design, Id, Kind, Pos, Purpose, RegionRole, Site, Spec, commands, proposals};
use meridian::estimate::{
    AfterLoss, CostCategory, CostItem, CostReport, Derivation, Estimates, Figure, GroupCapacity, GroupLoad, Loss,
    Measure, Needed, Operation, OperationLatency, PopulationLatency, Quality, TrafficClass, Unit, Unpriced, UseTarget,
    UsedPrice,
};
use meridian::failure::Model;
use meridian::rules::pattern::{Pattern, Recognition};
use meridian::rules::{Basis, CheckReport, Finding, Severity, SourceRef};
use meridian::topology::Topology;

/// Ids of the sample's elements.
pub struct Ids {
    pub frankfurt: Id,
    pub mumbai: Id,
    pub gateway: Id,
    pub far_gateway: Id,
    pub control_plane: Id,
    pub database: Id,
    pub users: Id,
}

pub fn design() -> (Design, Ids) {
    let mut design = Design::default();
    let mut add_region = |name: &str, id: &str, x: i32| {
        let (edit, id) = commands::add_region(&design, name, Site::cloud("aws", id), Pos(x, 0));
        edit.apply(&mut design).unwrap();
        id
    };
    let frankfurt = add_region("Frankfurt", "eu-central-1", 0);
    let mumbai = add_region("Mumbai", "ap-south-1", 600);
    for (id, role) in [(&frankfurt, RegionRole::Main), (&mumbai, RegionRole::Sub)] {
        Arc::make_mut(design.regions.get_mut(id).unwrap()).role = role;
    }
    let mut add = |kind: Kind, x: i32, y: i32| {
        let (edit, id) = commands::add_component(&design, kind, Pos(x, y));
        edit.apply(&mut design).unwrap();
        id
    };
    let control_plane = add(Kind::ControlPlane, 120, 100);
    let database = add(Kind::Database, 120, 200);
    let gateway = add(Kind::Gateway, 320, 100);
    let traffic = add(Kind::TrafficManager, 320, 200);
    let far_gateway = add(Kind::Gateway, 720, 100);
    let far_traffic = add(Kind::TrafficManager, 720, 200);
    let users = add(Kind::Users, 500, 480);
    let analytics = add(Kind::Analytics, 120, 300);
    Arc::make_mut(design.components.get_mut(&users).unwrap()).name = "Users in India".into();
    if let Spec::Users(u) = &mut Arc::make_mut(design.components.get_mut(&users).unwrap()).spec {
        u.site = Site::Place { name: "Mumbai".into(), latitude_deg: 19.08, longitude_deg: 72.88, country: "IN".into() };
    }
    let pairs = [
        (&gateway, &control_plane),
        (&far_gateway, &control_plane),
        (&far_traffic, &control_plane),
        (&gateway, &traffic),
        (&far_gateway, &far_traffic),
        (&control_plane, &database),
        (&users, &far_gateway),
        (&gateway, &analytics),
    ];
    for (from, to) in pairs {
        let kind = |id: &Id| design.components.get(id).unwrap().kind();
        let proposal = proposals(kind(from), kind(to)).into_iter().next().unwrap();
        let (edit, _) = commands::connect(&design, from, to, proposal);
        edit.apply(&mut design).unwrap();
    }
    let mut meta = (*design.meta).clone();
    meta.name = "Retail APIs".into();
    meta.requirements.autonomous = Some(false);
    meta.requirements.data_plane_only = Some(true);
    design.meta = Arc::new(meta);
    design.validate().unwrap();
    (design, Ids { frankfurt, mumbai, gateway, far_gateway, control_plane, database, users })
}

/// The first link with this purpose.
pub fn link(design: &Design, purpose: Purpose) -> Id {
    design.links.iter().find(|(_, l)| l.purpose == purpose).map(|(id, _)| id.clone()).unwrap()
}

fn figure(label: &str, value: f64, spread: f64, unit: Unit) -> Figure {
    let rtt = Derivation::input(
        "Round trip Mumbai – Frankfurt",
        value * 0.6,
        unit,
        Quality::Measured,
        "Cloud latency measurements, 2026-06-30",
    );
    let backend = Derivation::input("Backend, 95th percentile", value * 0.3, unit, Quality::Given, "set in the design");
    let overhead = Derivation::input(
        "Gateway overhead at this load, with a label that is much too long for a single line of the window",
        value * 0.1,
        unit,
        Quality::Estimated,
        "Fitted to published load tests of the gateway (S31), 2025-11-02",
    );
    let assumed = Derivation::input("Share of new connections", 10.0, Unit::Percent, Quality::Assumed, "no source");
    let network = Derivation::computed("Network", value * 0.6, unit, "round trip × (1 + share)", vec![rtt, assumed]);
    let derivation =
        Derivation::computed(label, value, unit, "network + backend + overhead", vec![network, backend, overhead]);
    Figure { value, low: value * (1.0 - spread), high: value * (1.0 + spread), unit, derivation }
}

const SOURCES: &[SourceRef] = &[
    SourceRef { fact: "B20", document: "Multi-datacenter deployment patterns overview, Pattern 2" },
    SourceRef { fact: "D1", document: "Production deployment guidelines" },
];

fn finding(rule: &'static str, severity: Severity, subjects: &[&Id], message: &str) -> Finding {
    Finding {
        rule: rule.into(),
        severity,
        subjects: subjects.iter().map(|id| (*id).clone()).collect(),
        message: message.into(),
        seen: Vec::new(),
        impact: "Calls are not throttled while the node is away.".into(),
        why: "A single node is a single point of failure; while it restarts nothing throttles, and every burst goes \
              through to the backends."
            .into(),
        remedy: "Give the group two instances, in two availability zones.".into(),
        basis: Basis::Documented,
        sources: SOURCES,
        link: None,
        lapsed: None,
        fixable: false,
    }
}

pub fn analysis(design: &Design, ids: &Ids) -> Analysis {
    let percentiles = |p95: f64| {
        Ok([
            figure("p50 API call", p95 * 0.6, 0.1, Unit::Ms),
            figure("p95 API call", p95, 0.155, Unit::Ms),
            figure("p99 API call", p95 * 1.6, 0.2, Unit::Ms),
        ])
    };
    let operation = |operation, percentiles| OperationLatency { operation, percentiles };
    let latency = vec![PopulationLatency {
        population: ids.users.clone(),
        served_by: Some(ids.mumbai.clone()),
        operations: vec![
            operation(Operation::ApiCall, percentiles(84.0)),
            operation(Operation::TokenIssue, percentiles(410.0)),
            operation(Operation::PortalLogin, Err("No portal can be reached from here".into())),
            operation(Operation::PublishEverywhere, percentiles(2_300.0)),
        ],
        publish: Vec::new(),
        failover: None,
    }];
    let mut items = Vec::new();
    for (id, component) in &design.components {
        let instances = f64::from(component.instances);
        let mut push = |category, usd: f64| {
            items.push(CostItem {
                element: id.clone(),
                region: component.region.clone(),
                category,
                class: (category == CostCategory::Traffic).then_some(TrafficClass::Internet),
                price: Some(UsedPrice {
                    number: category as u32,
                    date: meridian::books::Date::ymd(2026, 7, 1),
                    estimated: category == CostCategory::Database,
                }),
                cost: figure(
                    &format!("{} of {}", category_words(category), component.name),
                    usd,
                    0.09,
                    Unit::UsdPerMonth,
                ),
            });
        };
        match component.kind() {
            Kind::Database => {
                push(CostCategory::Database, 612.0);
                push(CostCategory::Storage, 24.5);
            }
            Kind::Users | Kind::Analytics => {}
            _ => {
                push(CostCategory::Compute, 123.4 * instances);
                push(CostCategory::Traffic, 311.0);
            }
        }
    }
    let load = [(&ids.gateway, 31.0), (&ids.far_gateway, 62.0)]
        .map(|(id, pct)| GroupLoad {
            component: id.clone(),
            demand_rps: pct * 25.0,
            capacity_rps: 2_500.0,
            utilisation: figure("Utilisation", pct, 0.1, Unit::Percent),
        })
        .to_vec();
    let capacity = load
        .iter()
        .map(|load| GroupCapacity {
            component: load.component.clone(),
            measure: Measure::Calls,
            demand: load.demand_rps,
            capacity: Some(load.capacity_rps),
            utilisation: Ok(load.utilisation.clone()),
            after_loss: vec![AfterLoss { lost: Loss::Node, utilisation: Err("it is the only node".into()) }],
            needed: Ok(Needed {
                instances: 1,
                with_node_lost: 2,
                target: UseTarget::Advised,
                derivation: figure("Nodes needed", 1.0, 0.0, Unit::Count).derivation,
            }),
        })
        .collect();
    let total = items.iter().map(|i| i.cost.value).sum();
    let unpriced = design
        .components
        .iter()
        .filter(|(_, c)| c.kind() == Kind::Analytics)
        .map(|(id, _)| Unpriced { element: id.clone(), reason: "Moesif is sold by quote".into() })
        .collect();
    let topology = Topology::of(design);
    let failure = Model::of(&topology, &Estimates::default());
    let healthy = Arc::new(failure.healthy(design));
    Analysis {
        failure: Arc::new(failure),
        healthy,
        of: Revision::default(),
        recognition: Recognition {
            pattern: Pattern::Pattern2,
            reasons: vec![
                "Frankfurt has the only control plane.".into(),
                "Mumbai has gateways and traffic managers only.".into(),
            ],
            regions: Vec::new(),
            missing: Vec::new(),
        },
        check: CheckReport {
            findings: vec![
                finding(
                    "R-NET-02",
                    Severity::Error,
                    &[&ids.far_gateway],
                    "Backend orders-api cannot be reached from these gateways",
                ),
                finding(
                    "R-TM-01",
                    Severity::Warning,
                    &[&ids.gateway],
                    "One traffic manager: throttling stops in Frankfurt when it is lost",
                ),
                finding(
                    "R-TOP-05",
                    Severity::Warning,
                    &[&ids.mumbai, &ids.frankfurt],
                    "Gateways in Mumbai cannot restart while Frankfurt is unreachable, because their artifacts come from its control plane",
                ),
                finding(
                    "R-LIM-01",
                    Severity::Info,
                    &[],
                    "Limits count per region: a limit of 1,000/min allows 2,000/min over both",
                ),
            ],
            ..CheckReport::default()
        },
        estimates: Estimates {
            link_rtt: Default::default(),
            latency,
            load,
            capacity,
            cost: CostReport {
                currency: meridian::books::Currency::default(),
                total: Some(figure("Cost of the whole design", total, 0.09, Unit::UsdPerMonth)),
                items,
                unpriced,
                oldest_price: "2026-07-01".into(),
                estimated_prices: 3,
            },
        },
    }
}

fn category_words(category: CostCategory) -> &'static str {
    category.label()
}
