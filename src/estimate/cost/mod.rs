//! Monthly cost: list prices × quantities, with what has no price said.

mod infrastructure;
mod ledger;
mod traffic;

use crate::books::Books;
use crate::topology::Topology;

use super::load::Routed;
use super::places::Places;
use super::report::CostReport;
use ledger::Ledger;

pub(super) use traffic::Flows;

/// Hours a month in all price lists.
const HOURS: f64 = 730.0;
/// Seconds of those.
const SECONDS: f64 = 2_628_000.0;
/// Bytes of a gigabyte in traffic tariffs, whose 10 TB tiers are 10,240 GB.
const GIB: f64 = 1_073_741_824.0;

/// The bill of a design.
pub(super) fn cost(topology: &Topology<'_>, books: &Books, places: &Places<'_>, flows: &Flows<'_, '_>) -> CostReport {
    let mut ledger = Ledger::new(topology.design, books, places);
    infrastructure::add(&mut ledger, topology, flows);
    traffic::add(&mut ledger, topology, flows);
    ledger.report()
}

/// What flows where, from the routes of the populations.
pub(super) fn flows<'t, 'a>(topology: &'t Topology<'a>, routed: &'t Routed<'a>) -> Flows<'t, 'a> {
    Flows::of(topology, routed)
}
