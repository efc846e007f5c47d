//! Shipped facts: cloud regions, round-trip times, prices, performance.
