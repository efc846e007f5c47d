//! Which documented deployment pattern a drawing is.

use serde::Serialize;

use crate::topology::Topology;

/// A deployment pattern over regions (facts B1, B20).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pattern {
    /// Several complete regions with replicated databases.
    Pattern1,
    /// One main region with the control plane, others with gateways and traffic managers.
    Pattern2,
    /// Several complete regions and data plane regions; not described by the documentation.
    Mixed,
    /// One region.
    SingleRegion,
    /// Nothing recognisable.
    None,
}

impl Pattern {
    /// The words shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Pattern1 => "Pattern 1",
            Self::Pattern2 => "Pattern 2",
            Self::Mixed => "Mixed patterns",
            Self::SingleRegion => "Single region",
            Self::None => "No pattern yet",
        }
    }
}

/// The recognised pattern with its reasons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recognition {
    /// The pattern.
    pub pattern: Pattern,
    /// What in the drawing says so, one sentence each.
    pub reasons: Vec<String>,
}

/// Recognises the pattern of a drawing; an explicit intent of the architect wins.
#[must_use]
pub fn recognise(_topology: &Topology<'_>) -> Recognition {
    Recognition { pattern: Pattern::None, reasons: Vec::new() }
}
