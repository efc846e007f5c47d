//! Estimates of latency, load and cost: each figure with its range and its derivation.

mod figure;
mod report;

pub use figure::{Derivation, Figure, Quality, Unit};
pub use report::{
    CostCategory, CostItem, CostReport, Estimates, GroupLoad, Operation, OperationLatency, PopulationLatency, Unpriced,
};

use crate::books::Books;
use crate::topology::Topology;

/// Estimates everything about the drawing.
#[must_use]
pub fn estimate(_topology: &Topology<'_>, _books: &Books) -> Estimates {
    Estimates::default()
}
