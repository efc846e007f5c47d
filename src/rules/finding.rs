//! What a rule has to say about a drawing.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use crate::design::{Date, Id, Level};

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

    /// The letter on markers.
    #[must_use]
    pub fn letter(self) -> &'static str {
        match self {
            Self::Error => "E",
            Self::Warning => "W",
            Self::Info => "N",
        }
    }

    /// The severity a design sets; `None` for a rule that is off.
    #[must_use]
    pub fn of(level: Level) -> Option<Self> {
        match level {
            Level::Error => Some(Self::Error),
            Level::Warning => Some(Self::Warning),
            Level::Info => Some(Self::Info),
            Level::Off => None,
        }
    }

    /// The level by which a design sets this severity.
    #[must_use]
    pub fn level(self) -> Level {
        match self {
            Self::Error => Level::Error,
            Self::Warning => Level::Warning,
            Self::Info => Level::Info,
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
    /// A rule of the user's own company.
    Company,
}

impl Basis {
    /// All, the firmest first.
    pub const ALL: [Self; 5] = [Self::Overview, Self::Documented, Self::Inferred, Self::Community, Self::Company];

    /// The words shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Overview => "stated in the pattern overview",
            Self::Documented => "documented",
            Self::Inferred => "inferred by us",
            Self::Community => "from the community",
            Self::Company => "a rule of your company",
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

/// Something in the drawing that a finding rests on: what was looked at, and what was there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Seen {
    /// What was looked at, such as `nodes`.
    pub what: Cow<'static, str>,
    /// What was there, such as `1`. Ids rather than names, so that renaming changes nothing.
    pub value: String,
}

/// How a waiver that was meant for a finding no longer covers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Lapsed {
    /// What the finding rests on is not what was accepted: what was looked at, then and now.
    Changed(Vec<(String, Option<String>, Option<String>)>),
    /// Its last day is over.
    Expired(Date),
}

impl Lapsed {
    /// As a sentence, such as "nodes were 1 and are 3 now".
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Expired(day) => format!("Waived until {day}"),
            Self::Changed(changes) => {
                let words: Vec<String> = changes
                    .iter()
                    .map(|(what, then, now)| match (then, now) {
                        (Some(then), Some(now)) => format!("{what} was {then} and is {now} now"),
                        (Some(then), None) => format!("{what} was {then} and plays no part now"),
                        (None, now) => format!("{what} is {} now", now.as_deref().unwrap_or("unknown")),
                    })
                    .collect();
                format!("Was waived, but {}", words.join(", "))
            }
        }
    }
}

/// One finding: a rule, what it concerns and what to know about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Stable id of the rule, such as `R-TOP-05`.
    pub rule: Cow<'static, str>,
    /// How bad it is here: as the rule says, or as the design sets it.
    pub severity: Severity,
    /// The elements concerned, the one to mark first; empty when it is the design as a whole.
    pub subjects: Vec<Id>,
    /// What is wrong here, as a colleague would say it.
    pub message: String,
    /// What in the drawing the finding rests on.
    pub seen: Vec<Seen>,
    /// What a breach means for those who use or run the deployment.
    pub impact: Cow<'static, str>,
    /// Why it matters.
    pub why: Cow<'static, str>,
    /// What to do about it.
    pub remedy: Cow<'static, str>,
    /// What the rule rests on.
    pub basis: Basis,
    /// Where that can be read.
    pub sources: &'static [SourceRef],
    /// Where a rule of the company is explained, if it says so.
    pub link: Option<String>,
    /// A waiver that no longer covers it.
    pub lapsed: Option<Lapsed>,
    /// Whether the rule offers edits that remove it.
    pub fixable: bool,
}

impl Finding {
    /// The subjects in order of id, as waivers and comparisons name them.
    #[must_use]
    pub fn subjects_in_order(&self) -> Vec<Id> {
        let mut subjects = self.subjects.clone();
        subjects.sort();
        subjects
    }

    /// What it rests on, as waivers keep it.
    #[must_use]
    pub fn facts(&self) -> BTreeMap<String, String> {
        self.seen.iter().map(|s| (s.what.clone().into_owned(), s.value.clone())).collect()
    }
}

#[cfg(test)]
impl Finding {
    /// A finding of a rule that does not exist, for tests of what is done with findings.
    pub fn sample(rule: &'static str, severity: Severity, message: &str) -> Self {
        Self {
            rule: Cow::Borrowed(rule),
            severity,
            subjects: Vec::new(),
            message: message.to_owned(),
            seen: Vec::new(),
            impact: Cow::Borrowed("impact"),
            why: Cow::Borrowed("why"),
            remedy: Cow::Borrowed("remedy"),
            basis: Basis::Documented,
            sources: &[SourceRef { fact: "D1", document: "page" }, SourceRef { fact: "B20", document: "page" }],
            link: None,
            lapsed: None,
            fixable: false,
        }
    }
}
