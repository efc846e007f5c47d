//! What every export is made from.

use crate::analysis::Analysis;
use crate::books::Books;
use crate::design::Design;

use super::planner::{Plan, PlanError, planner_file};

/// A design with everything that is known of it: its analysis and the plan that resolves it to node instances, hosts,
/// ports and connections.
pub struct Source<'a> {
    /// The design.
    pub design: &'a Design,
    /// Its analysis.
    pub analysis: &'a Analysis,
    /// Facts, the company's own among them.
    pub books: &'a Books,
    /// Nodes, hosts, balancers, databases, connections and start order. All exports take names from here, so that a
    /// host is called the same in every file.
    pub plan: Plan,
}

impl<'a> Source<'a> {
    /// Resolves the design. `analysis` must be of the same one.
    ///
    /// # Errors
    /// [`PlanError`] when there would be too many nodes and connections.
    pub fn of(design: &'a Design, analysis: &'a Analysis, books: &'a Books) -> Result<Self, PlanError> {
        Ok(Self { design, analysis, books, plan: planner_file(design, analysis, books)? })
    }
}
