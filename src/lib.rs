//! Meridian: a designer for multi-datacenter API-management deployments.
//!
//! Read `ARCHITECTURE.md` for the map of the modules and the invariants between them.

pub mod advisor;
pub mod analysis;
#[cfg(feature = "gui")]
pub mod app;
pub mod books;
pub mod cli;
pub mod clock;
pub mod compare;
pub mod custom;
pub mod design;
pub mod dirs;
pub mod estimate;
pub mod export;
pub mod failure;
pub mod files;
pub mod import;
pub mod outlook;
pub mod picture;
pub mod rules;
pub mod spreadsheet;
pub mod templates;
pub mod topology;
pub mod words;
