//! What a rule is.

use serde::Serialize;

use super::context::Context;
use super::{Basis, Severity, SourceRef};
use crate::design::{Id, ProductVersion};

/// A check of a drawing with its reason, its remedy and where both can be read. One file under `catalogue` each.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Rule {
    /// Stable id, such as `R-TOP-05`; waivers and reports name it.
    pub id: &'static str,
    /// What the rule asks for, as a sentence.
    pub title: &'static str,
    /// How bad a breach is.
    pub severity: Severity,
    /// What the rule rests on.
    pub basis: Basis,
    /// Why it matters, in our own words.
    pub why: &'static str,
    /// What to do about a breach.
    pub remedy: &'static str,
    /// The facts it follows from and where they can be read; never empty.
    pub sources: &'static [SourceRef],
    /// Product versions it holds for.
    pub versions: Versions,
    /// Looks at a drawing and reports what breaks the rule.
    #[serde(skip)]
    pub check: fn(&Context<'_>, &mut Breaches),
}

/// A range of product versions, both ends included; an open end has no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Versions {
    /// First version, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<ProductVersion>,
    /// Last version, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<ProductVersion>,
}

impl Versions {
    /// Every version.
    pub const ALL: Self = Self { from: None, to: None };

    /// `version` and everything after it.
    #[must_use]
    pub const fn from(version: ProductVersion) -> Self {
        Self { from: Some(version), to: None }
    }

    /// Everything up to and including `version`.
    #[must_use]
    pub const fn up_to(version: ProductVersion) -> Self {
        Self { from: None, to: Some(version) }
    }

    /// Whether the range includes `version`.
    #[must_use]
    pub fn include(self, version: ProductVersion) -> bool {
        self.from.is_none_or(|from| from <= version) && self.to.is_none_or(|to| version <= to)
    }
}

/// What one rule found in one drawing, in the order it was found.
#[derive(Debug, Default)]
pub struct Breaches(Vec<Breach>);

/// One place where a drawing breaks a rule.
#[derive(Debug)]
pub(super) struct Breach {
    /// The elements concerned, the one to mark first.
    pub subjects: Vec<Id>,
    /// What is wrong there.
    pub message: String,
}

impl Breaches {
    /// Reports a breach at some elements, the most specific first.
    pub fn at<'i>(&mut self, subjects: impl IntoIterator<Item = &'i Id>, message: String) {
        self.0.push(Breach { subjects: subjects.into_iter().cloned().collect(), message });
    }

    /// Reports a breach of the design as a whole, which no element can be marked for.
    pub fn everywhere(&mut self, message: String) {
        self.0.push(Breach { subjects: Vec::new(), message });
    }

    pub(super) fn into_vec(self) -> Vec<Breach> {
        self.0
    }
}
