//! Shipped facts: cloud regions, round-trip times, prices, performance.

/// The books.
#[derive(Debug, Default)]
pub struct Books {}
