//! What the files of the catalogue use.

pub use super::context::{
    SERVLET, database, engines_tested, gateway_environment, holds_shared_data, most_nodes, tested_for_replication,
};
pub use super::pattern::Pattern;
pub use super::sources::*;
pub use super::words::{enough_names, list, list_of, plural};
pub use super::{
    Basis, Breaches, Context, Finding, FixList, Fixes, Part, RegionView, Rule, Severity, Versions, Wire, Wording,
    wiring,
};
pub use crate::design::{Environment, Id, Kind, Network, ProductVersion, Purpose, RegionRole, Spec};
pub use crate::topology::Node;

#[cfg(test)]
pub use super::testing::{Sketch, fixed, found, mixed, offered, pattern_1, pattern_2, single};
#[cfg(test)]
pub use crate::design::{Design, Engine, PatternIntent};
