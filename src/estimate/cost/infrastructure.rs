//! What stands there whether it is used or not: machines, databases, disks, balancers.

use std::collections::BTreeSet;

use crate::books::{DatabaseEngine, DnsRouting, GlobalDnsPrice, LoadBalancerKind, Price, Provider};
use crate::design::{Component, Database, Engine, Id, NodeSize, RoutingPolicy, Spec, Standby};
use crate::topology::{Node, Topology};

use super::super::assume::{Assumed, Assumptions};
use super::super::figure::{Derivation, Quality, Unit};
use super::super::report::CostCategory;
use super::flows::{Flows, Through};
use super::ledger::{Entry, Ledger, Market};
use super::quantity::Quantity;
use super::site;
use super::terms::{Hourly, all_hours, hours};
use super::{GIB, HOURS, SECONDS, size_of};

/// Adds every component that is paid for by its existence.
pub(super) fn add(ledger: &mut Ledger<'_>, topology: &Topology<'_>, flows: &Flows<'_, '_>) {
    for (id, component) in &topology.design.components {
        if site::add(ledger, id, component) {
            continue;
        }
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
            let mut quantities = vec![Quantity::given("Nodes", count)];
            quantities.extend(hours(ledger, component, Hourly::Machine, price.by_company));
            let entry = Entry { is_machine: true, ..Entry::new(id, component.region.as_ref(), category) };
            ledger.charge(entry, &price, quantities);
        }
        None => ledger.unpriced(id, format!("no machines of {} are in the price list", provider.label())),
    }
}

fn disks(ledger: &mut Ledger<'_>, id: &Id, component: &Component, count: f64, disk_gib: f64) {
    let Market::Cloud { provider, region } = ledger.market(component.region.as_ref()) else { return };
    match ledger.disk(provider, &region) {
        Some(price) => {
            let quantities = vec![Quantity::given("Disks", count), gb("GB of each disk", disk_gib)];
            ledger.charge(Entry::new(id, component.region.as_ref(), CostCategory::Storage), &price, quantities);
        }
        None => ledger.unpriced(id, format!("no disks of {} are in the price list", provider.label())),
    }
}

fn gb(label: &str, value: f64) -> Quantity {
    Quantity::given(label, value)
}

/// The engine as price lists know it; `None` for one that is embedded in the product's process, where there is nothing
/// of its own to pay for.
pub(super) fn engine_of(engine: Engine) -> Option<DatabaseEngine> {
    match engine {
        Engine::PostgreSql => Some(DatabaseEngine::Postgresql),
        Engine::MySql => Some(DatabaseEngine::Mysql),
        Engine::SqlServer => Some(DatabaseEngine::SqlServerStandard),
        Engine::Oracle => Some(DatabaseEngine::OracleByol),
        Engine::H2 => None,
    }
}

/// A database: the provider's, or own machines.
fn add_database(ledger: &mut Ledger<'_>, id: &Id, component: &Component, database: &Database) {
    let Some(engine) = engine_of(database.engine) else { return };
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
            let mut quantities = vec![Quantity::given("Databases", count)];
            let price = ledger.priced(&price);
            quantities.extend(hours(ledger, component, Hourly::Database, price.by_company));
            ledger.charge(Entry::new(id, component.region.as_ref(), CostCategory::Database), &price, quantities);
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
            ledger.charge(Entry::new(id, component.region.as_ref(), CostCategory::Storage), &price, quantities);
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
    let entry = Entry::new(id, component.region.as_ref(), CostCategory::LoadBalancing);
    let time = hours(ledger, component, Hourly::Service, false);
    let with_time = |quantity: Quantity| std::iter::once(quantity).chain(time.clone()).collect();
    let hourly = ledger.priced(&price.hourly);
    ledger.charge(entry, &hourly, with_time(Quantity::given("Balancers", f64::from(component.instances))));
    let through = flows.through(id);
    if through.calls_per_s <= 0.0 {
        return;
    }
    if let Some(unit) = &price.capacity_unit_hourly {
        let unit = ledger.priced(unit);
        // Units follow the load, which is a mean over the whole month.
        ledger.charge(entry, &unit, vec![capacity_units(&ledger.assume, through), all_hours()]);
    } else if let Some(per_gb) = &price.per_gb {
        let source = "mean load of the populations that come through it";
        let per_gb = ledger.priced(per_gb);
        ledger.charge(entry, &per_gb, vec![Quantity::gb("Requests through it", through.request_bytes_per_s, source)]);
    }
}

/// Capacity units: the largest over the dimensions in which a balancer counts.
fn capacity_units(assume: &Assumptions<'_>, through: Through) -> Quantity {
    let of = |key| assume.get(key);
    let (opened, open) = (of(Assumed::UnitConnections), of(Assumed::UnitOpenConnections));
    let (kept_s, gb, rules, evaluated) =
        (of(Assumed::ConnectionS), of(Assumed::UnitGbPerHour), of(Assumed::RulesBeyondFree), of(Assumed::UnitRules));
    let gb_per_hour = (through.request_bytes_per_s + through.response_bytes_per_s) * SECONDS / HOURS / GIB;
    let units = |[opened, kept_s, open, gb, rules, evaluated]: [f64; 6]| {
        (through.connections_per_s / opened)
            .max(through.connections_per_s * kept_s / open)
            .max(gb_per_hour / gb)
            .max(through.calls_per_s * rules / evaluated)
    };
    let value = units([opened, kept_s, open, gb, rules, evaluated].map(|a| a.value));
    // More of what a unit takes means fewer units, more of what a call or client brings means more.
    let low = units([opened.high, kept_s.low, open.high, gb.high, rules.low, evaluated.high]);
    let high = units([opened.low, kept_s.high, open.low, gb.low, rules.high, evaluated.low]);
    let of_load = |label: &str, value: f64, unit: Unit| {
        Derivation::input(label, value, unit, Quality::Derived, "mean load of the populations that come through it")
    };
    Quantity {
        range: [value, low, high],
        node: Derivation::computed(
            "Capacity units",
            value,
            Unit::Count,
            "the largest of new connections a second, open connections, GB an hour and rule evaluations a second, \
             each over what one unit takes",
            vec![
                of_load("New connections a second", through.connections_per_s, Unit::Count),
                opened.node(),
                kept_s.node(),
                open.node(),
                of_load("GB an hour", gb_per_hour, Unit::Count),
                gb.node(),
                of_load("Calls a second", through.calls_per_s, Unit::RequestsPerS),
                rules.node(),
                evaluated.node(),
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
    let entry = Entry::new(node.id, None, CostCategory::LoadBalancing);
    let mut charge = |price: &Option<Price>, label: &str, count: usize| {
        if let (Some(price), true) = (price, count > 0) {
            let price = ledger.priced(price);
            ledger.charge(entry, &price, vec![Quantity::given(label, count as f64)]);
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
    ledger.charge(entry, &price, vec![queries]);
}
