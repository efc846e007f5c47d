//! Monthly cost: list prices × quantities, with what has no price said.

mod infrastructure;
mod ledger;
mod site;
mod traffic;

use crate::books::Books;
use crate::topology::Topology;

use super::load::Routed;
use super::places::Places;
use super::report::CostReport;
use ledger::Ledger;
use traffic::Flows;

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
    traffic::add(&mut ledger, topology, &flows);
    ledger.report()
}
