//! What a rule is.

use std::borrow::Cow;
use std::fmt::Display;

use serde::Serialize;

use super::context::Context;
use super::finding::{Finding, Seen};
use super::fix::Fixes;
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
    /// What a breach means for those who use or run the deployment, as a sentence.
    pub impact: &'static str,
    /// Why that is so, in our own words.
    pub why: &'static str,
    /// What to do about a breach.
    pub remedy: &'static str,
    /// The facts it follows from and where they can be read; never empty.
    pub sources: &'static [SourceRef],
    /// Product versions it holds for.
    pub versions: Versions,
    /// Other words for some of these versions.
    pub wording: &'static [Wording],
    /// The edits it can offer, or why there are none.
    #[serde(serialize_with = "super::fix::serialize")]
    pub fixes: Fixes,
    /// Looks at a drawing and reports what breaks the rule.
    #[serde(skip)]
    pub check: fn(&Context<'_>, &mut Breaches),
}

/// What a rule says differently for some versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Wording {
    /// The versions.
    pub versions: Versions,
    /// Why it matters there.
    pub why: &'static str,
    /// What to do about a breach there.
    pub remedy: &'static str,
}

impl Rule {
    /// Why it matters in this version.
    #[must_use]
    pub fn why_in(&self, version: ProductVersion) -> &'static str {
        self.wording.iter().find(|w| w.versions.include(version)).map_or(self.why, |w| w.why)
    }

    /// What to do about a breach in this version.
    #[must_use]
    pub fn remedy_in(&self, version: ProductVersion) -> &'static str {
        self.wording.iter().find(|w| w.versions.include(version)).map_or(self.remedy, |w| w.remedy)
    }

    /// The finding for one breach of this rule.
    pub(super) fn finding(&self, breach: Breach, severity: Severity, version: ProductVersion) -> Finding {
        Finding {
            rule: Cow::Borrowed(self.id),
            severity,
            subjects: breach.subjects,
            message: breach.message,
            seen: breach.seen,
            impact: Cow::Borrowed(self.impact),
            why: Cow::Borrowed(self.why_in(version)),
            remedy: Cow::Borrowed(self.remedy_in(version)),
            basis: self.basis,
            sources: self.sources,
            link: None,
            lapsed: None,
            fixable: matches!(self.fixes, Fixes::Offer(_)),
        }
    }
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

    /// In words, such as "4.6.0 and later".
    #[must_use]
    pub fn words(self) -> String {
        match (self.from, self.to) {
            (None, None) => "all versions".into(),
            (Some(from), None) => format!("{from} and later"),
            (None, Some(to)) => format!("up to {to}"),
            (Some(from), Some(to)) if from == to => from.to_string(),
            (Some(from), Some(to)) => format!("{from} to {to}"),
        }
    }
}

/// What one rule found in one drawing, in the order it was found.
#[derive(Debug, Default)]
pub struct Breaches {
    breaches: Vec<Breach>,
    unchecked: Vec<String>,
}

/// One place where a drawing breaks a rule.
#[derive(Debug)]
pub struct Breach {
    /// The elements concerned, the one to mark first.
    pub(super) subjects: Vec<Id>,
    /// What is wrong there.
    pub(super) message: String,
    /// What it rests on.
    pub(super) seen: Vec<Seen>,
}

impl Breach {
    /// Notes what in the drawing the breach rests on. When it changes, a waiver of the finding asks again; so ids
    /// rather than names, and only what the rule really looked at.
    pub fn seen(&mut self, what: &'static str, value: impl Display) -> &mut Self {
        self.seen.push(Seen { what: Cow::Borrowed(what), value: value.to_string() });
        self
    }
}

impl Breaches {
    /// Reports a breach at some elements, the most specific first.
    pub fn at<'i>(&mut self, subjects: impl IntoIterator<Item = &'i Id>, message: String) -> &mut Breach {
        self.report(subjects.into_iter().cloned().collect(), message)
    }

    /// Reports a breach of the design as a whole, which no element can be marked for.
    pub fn everywhere(&mut self, message: String) -> &mut Breach {
        self.report(Vec::new(), message)
    }

    fn report(&mut self, subjects: Vec<Id>, message: String) -> &mut Breach {
        let index = self.breaches.len();
        self.breaches.push(Breach { subjects, message, seen: Vec::new() });
        // Just pushed, so it is there.
        &mut self.breaches[index]
    }

    /// Says that something could not be checked, and why, as a sentence.
    pub fn unchecked(&mut self, why: impl Into<String>) {
        self.unchecked.push(why.into());
    }

    pub(super) fn into_parts(self) -> (Vec<Breach>, Vec<String>) {
        (self.breaches, self.unchecked)
    }
}
