//! What still works when something fails.
//!
//! The order: monotone formulas over parts that fail (`formula`), …

pub mod availability;
pub mod formula;
