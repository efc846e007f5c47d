//! What stands there whether it is used or not: machines, databases, disks, balancers.

use std::collections::BTreeSet;

use crate::books::{DatabaseEngine, DnsRouting, GlobalDnsPrice, LoadBalancerKind, Price, Provider, sizing_facts};
use crate::design::{Component, Database, Engine, Id, NodeSize, RoutingPolicy, Spec, Standby};
use crate::topology::{Node, Topology};

use super::super::assume::{Assumed, Assumptions};
use super::super::figure::{Derivation, Quality, Unit};
use super::super::report::CostCategory;
use super::ledger::{Ledger, Market, Quantity};
use super::traffic::{Flows, Through};
use super::{GIB, HOURS, SECONDS};

/// Adds every component that is paid for by its existence.
pub(super) fn add(ledger: &mut Ledger<'_>, topology: &Topology<'_>, flows: &Flows<'_, '_>) {
    for (id, component) in &topology.design.components {
        match &component.spec {
            Spec::Gateway(_)
            | Spec::TrafficManager
            | Spec::ControlPlane(_)
            | Spec::KeyManager
            | Spec::AllInOne(_)
            | Spec::Redis(_) => machines(ledger, id, component),
            Spec::Database(database) => add_database(ledger, id, component, database),
            Spec::LoadBalancer(_) => balancer(ledger, id, component, flows),
            Spec::GlobalLoadBalancer(global) => {
                global_balancer(ledger, topology, Node { id, component }, global.policy, flows);
            }
            Spec::SharedFiles => ledger.unpriced(id, "no prices of shared directories are in the books"),
            Spec::Analytics(_) => ledger.unpriced(id, "analytics is paid by contract with its vendor"),
            Spec::IdentityProvider(_) => {
                ledger.unpriced(id, "the identity provider is paid by contract with its vendor")
            }
            // Backends exist without this deployment, and users pay for their own side.
            Spec::Users(_) | Spec::Backend(_) => {}
        }
    }
}

/// Size of a node; the documented minimum where the drawing gives none.
fn size_of(component: &Component) -> NodeSize {
    component.size.unwrap_or(NodeSize {
        vcpu: sizing_facts::NODE_MIN_VCPU.value,
        memory_gib: sizing_facts::NODE_MIN_MEMORY_GIB.value,
        disk_gib: 0.0,
    })
}

/// Virtual machines with their disks.
fn machines(ledger: &mut Ledger<'_>, id: &Id, component: &Component) {
    let size = size_of(component);
    let count = f64::from(component.instances);
    virtual_machines(ledger, id, component, count, size, CostCategory::Compute);
    if size.disk_gib > 0.0 {
        disks(ledger, id, component, count, size.disk_gib);
    }
}

fn virtual_machines(
    ledger: &mut Ledger<'_>,
    id: &Id,
    component: &Component,
    count: f64,
    size: NodeSize,
    category: CostCategory,
) {
    let (provider, region) = match ledger.market(component.region.as_ref()) {
        Market::Cloud { provider, region } => (provider, region),
        Market::None(why) => return ledger.unpriced(id, why),
    };
    match ledger.machine(provider, &region, size) {
        Some(price) => {
            let quantities = vec![Quantity::given("Nodes", count), Quantity::hours()];
            ledger.charge(id, component.region.as_ref(), category, &price, quantities);
        }
        None => ledger.unpriced(id, format!("no machines of {} are in the price list", provider.label())),
    }
}

fn disks(ledger: &mut Ledger<'_>, id: &Id, component: &Component, count: f64, disk_gib: f64) {
    let Market::Cloud { provider, region } = ledger.market(component.region.as_ref()) else { return };
    match ledger.disk(provider, &region) {
        Some(price) => {
            let quantities = vec![Quantity::given("Disks", count), gb("GB of each disk", disk_gib)];
            ledger.charge(id, component.region.as_ref(), CostCategory::Storage, &price, quantities);
        }
        None => ledger.unpriced(id, format!("no disks of {} are in the price list", provider.label())),
    }
}

fn gb(label: &str, value: f64) -> Quantity {
    Quantity::given(label, value)
}

/// A database: the provider's, or own machines.
fn add_database(ledger: &mut Ledger<'_>, id: &Id, component: &Component, database: &Database) {
    let engine = match database.engine {
        Engine::PostgreSql => DatabaseEngine::Postgresql,
        Engine::MySql => DatabaseEngine::Mysql,
        Engine::SqlServer => DatabaseEngine::SqlServerStandard,
        Engine::Oracle => DatabaseEngine::OracleByol,
        // Embedded in the product's process: nothing of its own to pay for.
        Engine::H2 => return,
    };
    if database.engine == Engine::Oracle {
        ledger.unpriced(id, "the Oracle licence has no public price and is not in the total");
    }
    let size = size_of(component);
    let multi_zone = database.standby == Standby::MultiZone;
    let copies = f64::from(component.instances) * if multi_zone { 2.0 } else { 1.0 };
    if !database.managed {
        if database.engine == Engine::SqlServer {
            ledger.unpriced(id, "the SQL Server licence of an own machine is not in the total");
        }
        virtual_machines(ledger, id, component, copies, size, CostCategory::Database);
        if database.storage_gib > 0.0 {
            disks(ledger, id, component, copies, database.storage_gib);
        }
        return;
    }
    let (provider, region) = match ledger.market(component.region.as_ref()) {
        Market::Cloud { provider, region } => (provider, region),
        Market::None(why) => return ledger.unpriced(id, why),
    };
    let count = f64::from(component.instances);
    let prices = ledger.prices();
    match prices.database_hourly(provider, &region, engine, size.vcpu, size.memory_gib, multi_zone) {
        Some(price) => {
            let quantities = vec![Quantity::given("Databases", count), Quantity::hours()];
            let price = ledger.priced(&price);
            ledger.charge(id, component.region.as_ref(), CostCategory::Database, &price, quantities);
        }
        None => {
            let why = format!("no managed {} of {} is in the price list", database.engine.label(), provider.label());
            return ledger.unpriced(id, why);
        }
    }
    if database.storage_gib <= 0.0 {
        return;
    }
    match prices.database_storage_gb_month(provider, &region, engine, multi_zone) {
        Some(price) => {
            let quantities = vec![Quantity::given("Databases", count), gb("GB of storage", database.storage_gib)];
            let price = ledger.priced(&price);
            ledger.charge(id, component.region.as_ref(), CostCategory::Storage, &price, quantities);
        }
        None => ledger.unpriced(id, format!("no database storage of {} is in the price list", provider.label())),
    }
}

/// A balancer inside a region: its hours, and its capacity units or gigabytes.
fn balancer(ledger: &mut Ledger<'_>, id: &Id, component: &Component, flows: &Flows<'_, '_>) {
    let (provider, region) = match ledger.market(component.region.as_ref()) {
        Market::Cloud { provider, region } => (provider, region),
        Market::None(why) => return ledger.unpriced(id, why),
    };
    let Some(price) = ledger.prices().load_balancer(provider, &region, LoadBalancerKind::Application) else {
        return ledger.unpriced(id, format!("no balancers of {} are in the price list", provider.label()));
    };
    let at = component.region.as_ref();
    let count = || Quantity::given("Balancers", f64::from(component.instances));
    let category = CostCategory::LoadBalancing;
    let hourly = ledger.priced(&price.hourly);
    ledger.charge(id, at, category, &hourly, vec![count(), Quantity::hours()]);
    let through = flows.through(id);
    if through.calls_per_s <= 0.0 {
        return;
    }
    if let Some(unit) = &price.capacity_unit_hourly {
        let unit = ledger.priced(unit);
        ledger.charge(id, at, category, &unit, vec![capacity_units(&ledger.assume, through), Quantity::hours()]);
    } else if let Some(per_gb) = &price.per_gb {
        let gb_month = through.request_bytes_per_s * SECONDS / GIB;
        let node = Derivation::input(
            "Requests through it",
            gb_month,
            Unit::GbPerMonth,
            Quality::Derived,
            "mean load of the populations that come through it",
        );
        let per_gb = ledger.priced(per_gb);
        ledger.charge(id, at, category, &per_gb, vec![Quantity::exact(node)]);
    }
}

/// Capacity units: the largest over the dimensions in which a balancer counts.
fn capacity_units(assume: &Assumptions<'_>, through: Through) -> Quantity {
    let (connections_of, gb_of) = (assume.get(Assumed::UnitConnections), assume.get(Assumed::UnitGbPerHour));
    let gb_per_hour = (through.request_bytes_per_s + through.response_bytes_per_s) * SECONDS / HOURS / GIB;
    let units = |connections: f64| (through.connections_per_s / connections).max(gb_per_hour / gb_of.value);
    let value = units(connections_of.value);
    let of_load = |label: &str, value: f64, unit: Unit| {
        Derivation::input(label, value, unit, Quality::Derived, "mean load of the populations that come through it")
    };
    Quantity {
        range: [value, units(connections_of.high), value],
        node: Derivation::computed(
            "Capacity units",
            value,
            Unit::Count,
            "the larger of new connections a second and GB an hour, each over what one unit takes",
            vec![
                of_load("New connections a second", through.connections_per_s, Unit::Count),
                connections_of.node(),
                of_load("GB an hour", gb_per_hour, Unit::Count),
                gb_of.node(),
            ],
        ),
    }
}

/// A global balancer as a DNS service: zone, health checks, queries.
fn global_balancer(
    ledger: &mut Ledger<'_>,
    topology: &Topology<'_>,
    node: Node<'_>,
    policy: RoutingPolicy,
    flows: &Flows<'_, '_>,
) {
    let routing = match policy {
        RoutingPolicy::Nearest => DnsRouting::Latency,
        RoutingPolicy::Geographic => DnsRouting::Geo,
        RoutingPolicy::Weighted | RoutingPolicy::Failover => DnsRouting::Simple,
    };
    // Several links may lead to one target, which is checked once.
    let mut seen = BTreeSet::new();
    let markets: Vec<Market> = topology
        .out(node.id)
        .into_iter()
        .filter(|(_, target)| seen.insert(target.id))
        .map(|(_, target)| ledger.market(target.component.region.as_ref()))
        .collect();
    // The provider of the first region it leads to runs it; a design rarely mixes them.
    let provider = markets.iter().find_map(|market| match market {
        Market::Cloud { provider, .. } => Some(*provider),
        Market::None(_) => None,
    });
    let Some(provider) = provider else {
        return ledger.unpriced(node.id, "it leads to no cloud region, so it is not known whose DNS it is");
    };
    let Some(price) = ledger.prices().global_dns(provider, routing) else {
        return ledger.unpriced(node.id, format!("no DNS of {} is in the price list", provider.label()));
    };
    charge_dns(ledger, node, provider, &price, &markets, flows);
}

fn charge_dns(
    ledger: &mut Ledger<'_>,
    node: Node<'_>,
    provider: Provider,
    price: &GlobalDnsPrice,
    markets: &[Market],
    flows: &Flows<'_, '_>,
) {
    let category = CostCategory::LoadBalancing;
    let mut charge = |price: &Option<Price>, label: &str, count: usize| {
        if let (Some(price), true) = (price, count > 0) {
            let price = ledger.priced(price);
            ledger.charge(node.id, None, category, &price, vec![Quantity::given(label, count as f64)]);
        }
    };
    charge(&price.zone_month, "Zones", 1);
    let own = markets.iter().filter(|m| matches!(m, Market::Cloud { provider: p, .. } if *p == provider)).count();
    charge(&price.health_check_month, "Health checks, one for each target", own);
    charge(&price.external_health_check_month, "Health checks of targets elsewhere", markets.len() - own);
    let connections = flows.through(node.id).connections_per_s;
    if connections <= 0.0 {
        return;
    }
    let asked = ledger.assume.get(Assumed::DnsQueryPct);
    let millions = |pct: f64| connections * SECONDS * pct / 100.0 / 1e6;
    let value = millions(asked.value);
    let opened = Derivation::input(
        "New connections a second in the mean",
        connections,
        Unit::Count,
        Quality::Derived,
        "mean load of the populations × share of calls that open a connection",
    );
    let queries = Quantity {
        range: [value, millions(asked.low), millions(asked.high)],
        node: Derivation::computed(
            "Million queries a month",
            value,
            Unit::Count,
            "new connections × seconds of a month × share that asks",
            vec![opened, asked.node()],
        ),
    };
    let price = ledger.priced(&price.million_queries);
    ledger.charge(node.id, None, category, &price, vec![queries]);
}
