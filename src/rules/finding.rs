//! What a rule has to say about a drawing.

use serde::Serialize;

use crate::design::Id;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Contradicts a documented requirement, or gives a broken configuration.
    Error,
    /// A documented recommendation or a risk.
    Warning,
    /// A consequence worth knowing.
    Info,
}

impl Severity {
    /// All severities, worst first.
    pub const ALL: [Self; 3] = [Self::Error, Self::Warning, Self::Info];

    /// The word shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Error => "Error",
            Self::Warning => "Warning",
            Self::Info => "Note",
        }
    }
}

/// What a rule rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// The deployment pattern overview itself.
    Overview,
    /// Other documentation, packs, charts or issues of the product.
    Documented,
    /// Our own conclusion from documented facts.
    Inferred,
    /// A third party's text.
    Community,
}

impl Basis {
    /// The words shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Overview => "stated in the pattern overview",
            Self::Documented => "documented",
            Self::Inferred => "inferred by us",
            Self::Community => "from the community",
        }
    }
}

/// Where a fact can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct SourceRef {
    /// Number of the fact in our collection, such as `B20`.
    pub fact: &'static str,
    /// Page, file or issue it was read in.
    pub document: &'static str,
}

/// One finding: a rule, what it concerns and what to know about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Stable id of the rule, such as `R-TOP-05`.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The elements concerned, the one to mark first; empty when it is the design as a whole.
    pub subjects: Vec<Id>,
    /// What is wrong here, as a colleague would say it.
    pub message: String,
    /// Why it matters.
    pub why: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
    /// What the rule rests on.
    pub basis: Basis,
    /// Where that can be read.
    pub sources: &'static [SourceRef],
}
