//! What still works when something fails.
//!
//! The order: monotone formulas over parts that fail (`formula`), …

mod cone;
pub mod cuts;
pub mod formula;
pub mod sweep;
