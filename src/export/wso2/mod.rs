//! Node configuration of WSO2 API Manager: `deployment.toml` of every node and what belongs beside it.

pub mod hubs;
mod properties;
mod wiring;
