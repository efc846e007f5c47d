//! Meridian: a designer for multi-datacenter API-management deployments.
//!
//! Read `ARCHITECTURE.md` for the map of the modules and the invariants between them.
pub mod books;
