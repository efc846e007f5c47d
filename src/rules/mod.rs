//! The rule engine: checks of a drawing against the documented deployment patterns, each with its source.

mod finding;
pub mod pattern;

pub use finding::{Basis, Finding, Severity, SourceRef};

use crate::books::Books;
use crate::topology::Topology;

/// Checks the drawing against every rule that holds for its product version.
///
/// Findings come in a fixed order: severity, then rule, then subjects.
#[must_use]
pub fn check(_topology: &Topology<'_>, _books: &Books) -> Vec<Finding> {
    Vec::new()
}
