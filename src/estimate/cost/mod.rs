//! Monthly cost: list prices × quantities, with what has no price said.

mod amounts;
mod flows;
mod infrastructure;
mod ledger;
mod licences;
mod lines;
mod quantity;
mod site;
mod tariff;
mod terms;
#[cfg(test)]
mod tests;
mod traffic;
mod zones;

use crate::books::{Books, sizing_facts};
use crate::design::{Component, NodeSize};
use crate::topology::Topology;

use super::load::Routed;
use super::places::Places;
use super::report::CostReport;
use flows::Flows;
use ledger::Ledger;

/// Hours a month in all price lists.
const HOURS: f64 = 730.0;
/// Seconds of those.
const SECONDS: f64 = 2_628_000.0;
/// Bytes of a gigabyte in traffic tariffs, whose 10 TB tiers are 10,240 GB.
const GIB: f64 = 1_073_741_824.0;

/// The bill of a design whose populations send their calls as `routed`.
pub(super) fn cost(topology: &Topology<'_>, books: &Books, places: &Places<'_>, routed: &Routed<'_>) -> CostReport {
    let flows = Flows::of(routed);
    let mut ledger = Ledger::new(topology.design, books, places);
    infrastructure::add(&mut ledger, topology, &flows);
    licences::add(&mut ledger, topology);
    lines::add(&mut ledger, topology);
    zones::standbys(&mut ledger, topology, &flows);
    traffic::add(&mut ledger, topology, &flows);
    ledger.report()
}

/// Size of a node; the documented minimum where the drawing gives none.
fn size_of(component: &Component) -> NodeSize {
    component.size.unwrap_or(NodeSize {
        vcpu: sizing_facts::NODE_MIN_VCPU.value,
        memory_gib: sizing_facts::NODE_MIN_MEMORY_GIB.value,
        disk_gib: 0.0,
    })
}
