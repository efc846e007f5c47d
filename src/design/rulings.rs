//! What the architects of a design decided about findings of the rules: how seriously a rule is taken, and waivers.
//!
//! Both are plain data of the document. Rules are named by their stable id as text, so that a file keeps its decisions
//! about rules this program does not know, such as a company's own.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::checked::is_default;
use super::id::Id;

/// How seriously a rule is taken, where the design says otherwise than the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Level {
    /// A breach is an error.
    Error,
    /// A breach is a warning.
    Warning,
    /// A breach is worth a note.
    Info,
    /// The rule is not checked.
    Off,
}

impl Level {
    /// All levels, in the order of menus.
    pub const ALL: [Self; 4] = [Self::Error, Self::Warning, Self::Info, Self::Off];

    /// The word shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Error => "Error",
            Self::Warning => "Warning",
            Self::Info => "Note",
            Self::Off => "Off",
        }
    }
}

/// What a design says about one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSetting {
    /// How seriously it is taken.
    pub level: Level,
    /// Why; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// The acceptance of one finding, as long as what the finding rested on stays the same.
///
/// A waiver belongs to a finding by rule, subjects and facts, never by position or message, so that moving or renaming
/// something does not lose it, and a change of what was accepted asks again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// Id of the rule, such as `R-HA-01`.
    pub rule: String,
    /// The elements the finding is about, in order of id; empty when it is the design as a whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<Id>,
    /// The facts the finding rested on when it was waived.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, String>,
    /// Why the finding is accepted.
    pub reason: String,
    /// Who answers for it; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub owner: String,
    /// The last day on which it holds.
    #[serde(default, skip_serializing_if = "is_default")]
    pub expires: Option<Date>,
}

impl Waiver {
    /// The same with its subjects in order of id.
    #[must_use]
    pub fn in_order(mut self) -> Self {
        self.subjects.sort();
        self
    }

    /// Whether it is about a finding of this rule at these subjects, whatever the facts. `subjects` in order of id.
    #[must_use]
    pub fn is_about(&self, rule: &str, subjects: &[Id]) -> bool {
        self.rule == rule && self.subjects == subjects
    }

    /// Whether it no longer holds on this day. Without a day nothing has expired.
    #[must_use]
    pub fn has_expired(&self, today: Option<Date>) -> bool {
        matches!((self.expires, today), (Some(last), Some(today)) if today > last)
    }
}

/// A decision between the deployment patterns, kept with the design.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// The region it was made for; `None` for the design as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Id>,
    /// What it is about, as people say it: "Pattern for Mumbai".
    pub title: String,
    /// Ids of the criteria that were said to apply.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub criteria: Vec<String>,
    /// What was recommended: `pattern-1`, `pattern-2`, `either` or `conflict`.
    pub recommended: String,
    /// What was chosen: `pattern-1`, `pattern-2` or free words.
    pub chosen: String,
    /// Reasons for and against as they were given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
    /// Product version it was made for.
    pub product_version: super::ProductVersion,
    /// The day it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// Who made it; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub owner: String,
    /// Free text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub notes: String,
}

/// What holds for the deployment and cannot be drawn; rules ask for it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Practices {
    /// APIs that push events to subscribers (`WebSub`) are used; they need a publisher of their own in Pattern 1 (B9).
    #[serde(skip_serializing_if = "is_default")]
    pub webhook_apis: bool,
    /// User stores besides the primary one are used; their definitions are files (B17, D10).
    #[serde(skip_serializing_if = "is_default")]
    pub secondary_user_stores: bool,
    /// Burst control or limits of the backend are used; they count per gateway node (D11).
    #[serde(skip_serializing_if = "is_default")]
    pub burst_limits: bool,
    /// Gateways are started in turn, no more than ten at a time (D13).
    #[serde(skip_serializing_if = "is_default")]
    pub gateways_start_in_turn: bool,
    /// Backups of databases and servers are planned, with drills (H21).
    #[serde(skip_serializing_if = "is_default")]
    pub backups_planned: bool,
    /// The login callbacks of the portals accept the host names of all regions (H20).
    #[serde(skip_serializing_if = "is_default")]
    pub callbacks_for_all_hosts: bool,
    /// Number of regions the key sequences of the databases were created for (B15); `None` before the first
    /// deployment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sequences_for_regions: Option<u32>,
    /// Longest round trip accepted between linked regions, ms. The vendor publishes none (F1).
    #[serde(skip_serializing_if = "Option::is_none", with = "super::checked::optional_quantity")]
    pub max_rtt_ms: Option<f64>,
}
