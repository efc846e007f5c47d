//! What a failure does to those who call: which region serves each population then, how long calls take, how far the
//! groups that are left are used, and which share of the calls is not answered.

use crate::books::Books;
use crate::design::{Design, Id};
use crate::estimate::{Estimates, Measure};

use super::{Model, Outcome};

/// The numbers of a state of affairs, beside those of the healthy deployment.
#[derive(Debug, Clone, PartialEq)]
pub struct Impact {
    /// Every population, in order of id.
    pub populations: Vec<PopulationImpact>,
    /// Every group of the product, in the order of [`Estimates::capacity`].
    pub groups: Vec<GroupImpact>,
    /// Everything that is estimated under the failures.
    pub estimates: Estimates,
}

/// How one population fares.
#[derive(Debug, Clone, PartialEq)]
pub struct PopulationImpact {
    /// The population.
    pub population: Id,
    /// Which regions serve it while nothing has failed.
    pub before: Vec<Served>,
    /// Which regions serve it once everybody has moved.
    pub after: Vec<Served>,
    /// 95th percentile of its API calls while nothing has failed, ms.
    pub p95_ms_before: Option<f64>,
    /// The same once everybody has moved; `None` when its calls are not served.
    pub p95_ms_after: Option<f64>,
    /// 95th percentile of getting a token while nothing has failed, ms.
    pub token_p95_ms_before: Option<f64>,
    /// The same once everybody has moved; `None` when it gets none.
    pub token_p95_ms_after: Option<f64>,
    /// Share of its calls that is not answered once everybody has moved, percent.
    pub error_pct: f64,
    /// Why, one sentence each; empty when all are answered.
    pub errors: Vec<String>,
}

/// A share of a population's calls.
#[derive(Debug, Clone, PartialEq)]
pub struct Served {
    /// The region where they arrive; `None` for gateways that stand in no region.
    pub region: Option<Id>,
    /// Share of the calls, 0 to 1.
    pub share: f64,
}

/// How far one group is used.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupImpact {
    /// The group.
    pub component: Id,
    /// What its use is measured by.
    pub measure: Measure,
    /// Use at peak while nothing has failed, percent.
    pub use_pct_before: Option<f64>,
    /// Use at peak under the failures, percent; `None` when the group is lost.
    pub use_pct_after: Option<f64>,
    /// What it is asked and what it can, when that is too much.
    pub over: Option<String>,
}

/// What the failures of an outcome do to populations and groups.
#[must_use]
pub fn impact(_design: &Design, _books: &Books, _model: &Model, _outcome: &Outcome, before: &Estimates) -> Impact {
    Impact { populations: Vec::new(), groups: Vec::new(), estimates: before.clone() }
}
