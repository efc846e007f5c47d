//! What the deployment must do: the criteria by which a pattern is chosen.

use serde::{Deserialize, Serialize};

/// Answers to the criteria of the deployment pattern overview (fact B32, source S1). `None` means not answered.
///
/// A region's own answers win over those of the design; see [`Requirements::over`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Requirements {
    /// Autonomous operation with the full set of features in the region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub autonomous: Option<bool>,
    /// Data is written independently to the database of each region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub independent_writes: Option<bool>,
    /// Replicating the databases between regions is feasible.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replication_feasible: Option<bool>,
    /// The budget demands the cheaper approach.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget_bound: Option<bool>,
    /// All operations, management included, need low latency inside the region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low_latency: Option<bool>,
    /// Several tenants are served.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multi_tenancy: Option<bool>,
    /// Regions survive independently, with all features, after a disaster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub independent_survival: Option<bool>,
    /// The region needs data plane components only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_plane_only: Option<bool>,
    /// Gateways must be close to the backends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub near_backends: Option<bool>,
    /// Jurisdiction that data must not leave, for instance `EU`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_residency: Option<String>,
}

/// One yes/no criterion: its field, for generic editing and reading.
#[derive(Clone, Copy)]
pub struct Criterion {
    /// The question as put to the architect.
    pub question: &'static str,
    /// Reads the answer.
    pub get: fn(&Requirements) -> Option<bool>,
    /// Writes the answer.
    pub set: fn(&mut Requirements, Option<bool>),
}

macro_rules! criterion {
    ($field:ident, $question:literal) => {
        Criterion { question: $question, get: |r| r.$field, set: |r, v| r.$field = v }
    };
}

impl Requirements {
    /// The yes/no criteria in the order of the source document.
    pub const CRITERIA: [Criterion; 9] = [
        criterion!(autonomous, "Autonomous, with all features"),
        criterion!(independent_writes, "Independent database writes"),
        criterion!(replication_feasible, "Database replication feasible"),
        criterion!(budget_bound, "Bound by budget"),
        criterion!(low_latency, "Low latency for all work in the region"),
        criterion!(multi_tenancy, "Multi-tenancy"),
        criterion!(independent_survival, "Regions survive independently"),
        criterion!(data_plane_only, "Data plane only"),
        criterion!(near_backends, "Gateways near the backends"),
    ];

    /// These answers, filled up with those of `base` where unanswered.
    #[must_use]
    pub fn over(&self, base: &Self) -> Self {
        let mut merged = base.clone();
        for c in Self::CRITERIA {
            if let Some(answer) = (c.get)(self) {
                (c.set)(&mut merged, Some(answer));
            }
        }
        if self.data_residency.is_some() {
            merged.data_residency.clone_from(&self.data_residency);
        }
        merged
    }
}
