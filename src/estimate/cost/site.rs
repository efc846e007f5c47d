//! What stands at a site of one's own, at the prices that the company gives for it.

use crate::books::{Price, SitePrices, StorageOf};
use crate::design::{Component, Database, Engine, Id, Region, Site, Spec, Standby};

use super::super::report::CostCategory;
use super::infrastructure::engine_of;
use super::ledger::{Entry, Ledger};
use super::quantity::Quantity;
use super::size_of;
use super::terms::{Hourly, hours};

/// Adds a component that stands at an own site with prices. `false` where there are none, or where it is nothing that
/// such a site has a price of: then it is treated like everything else.
pub(super) fn add(ledger: &mut Ledger<'_>, id: &Id, component: &Component) -> bool {
    let region = component.region.as_ref().and_then(|region| ledger.design.regions.get(region)).map(|region| &**region);
    let Some(Region { site: Site::Place { name: place, .. }, name, .. }) = region else { return false };
    let names = [place.as_str(), name.as_str()];
    let prices = ledger.prices();
    let Some(prices) = prices.at_site(&names) else { return false };
    match &component.spec {
        Spec::Gateway(_)
        | Spec::TrafficManager
        | Spec::ControlPlane(_)
        | Spec::KeyManager
        | Spec::AllInOne(_)
        | Spec::Redis(_) => {
            let count = f64::from(component.instances);
            machines(ledger, prices, (id, component), count, CostCategory::Compute);
            disks(ledger, prices, (id, component), count, size_of(component).disk_gib);
        }
        Spec::Database(database) => add_database(ledger, prices, (id, component), database),
        Spec::LoadBalancer(_) => {
            let price = prices.load_balancer_hourly();
            let count = Quantity::given("Balancers", f64::from(component.instances));
            let quantities = with_hours(ledger, component, Hourly::Service, count);
            charge(ledger, (id, component), CostCategory::LoadBalancing, price, quantities);
        }
        _ => return false,
    }
    true
}

/// A quantity and the hours that are paid for it.
fn with_hours(ledger: &Ledger<'_>, component: &Component, what: Hourly, quantity: Quantity) -> Vec<Quantity> {
    std::iter::once(quantity).chain(hours(ledger, component, what, true)).collect()
}

/// A line at the company's price, or the note that it gives none.
fn charge(
    ledger: &mut Ledger<'_>,
    (id, component): (&Id, &Component),
    category: CostCategory,
    price: Option<Price>,
    quantities: Vec<Quantity>,
) {
    match price {
        Some(price) => {
            let price = ledger.priced(&price);
            ledger.charge(Entry::new(id, component.region.as_ref(), category), &price, quantities);
        }
        None => {
            let what = category.label().to_lowercase();
            ledger.unpriced(id, format!("the company's book has no price of {what} that is large enough at this site"));
        }
    }
}

fn machines(
    ledger: &mut Ledger<'_>,
    prices: SitePrices<'_>,
    of: (&Id, &Component),
    count: f64,
    category: CostCategory,
) {
    let size = size_of(of.1);
    let price = prices.machine_hourly(size.vcpu, size.memory_gib);
    let quantities = with_hours(ledger, of.1, Hourly::Machine, Quantity::given("Nodes", count));
    charge(ledger, of, category, price, quantities);
}

fn disks(ledger: &mut Ledger<'_>, prices: SitePrices<'_>, of: (&Id, &Component), count: f64, disk_gib: f64) {
    if disk_gib > 0.0 {
        let quantities = vec![Quantity::given("Disks", count), Quantity::given("GB of each disk", disk_gib)];
        charge(ledger, of, CostCategory::Storage, prices.storage_gb_month(StorageOf::Machines), quantities);
    }
}

/// A database: by the company's price of one, else as the machines it runs on.
fn add_database(ledger: &mut Ledger<'_>, prices: SitePrices<'_>, of: (&Id, &Component), database: &Database) {
    let Some(engine) = engine_of(database.engine) else { return };
    let size = size_of(of.1);
    let standby = database.standby == Standby::MultiZone;
    let count = f64::from(of.1.instances);
    let copies = count * if standby { 2.0 } else { 1.0 };
    match prices.database_hourly(engine, size.vcpu, size.memory_gib, standby) {
        Some(price) => {
            let quantities = with_hours(ledger, of.1, Hourly::Database, Quantity::given("Databases", count));
            charge(ledger, of, CostCategory::Database, Some(price), quantities);
        }
        None => {
            if matches!(database.engine, Engine::Oracle | Engine::SqlServer) {
                ledger.unpriced(of.0, "the licence of the database is not in the total");
            }
            machines(ledger, prices, of, copies, CostCategory::Database);
        }
    }
    if database.storage_gib <= 0.0 {
        return;
    }
    match prices.storage_gb_month(StorageOf::Databases) {
        Some(price) => {
            let stored = Quantity::given("GB of storage", database.storage_gib);
            let quantities = vec![Quantity::given("Databases", count), stored];
            charge(ledger, of, CostCategory::Storage, Some(price), quantities);
        }
        None => disks(ledger, prices, of, copies, database.storage_gib),
    }
}
