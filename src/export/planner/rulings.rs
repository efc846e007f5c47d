//! What was decided about the deployment and cannot be drawn: practices, decisions, waivers, rules turned off.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::design::{Decision, Id, Practices};
use crate::rules::CheckReport;

use super::nodes::said;
use super::report::{PlanFinding, finding};

/// What holds for the deployment and cannot be drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlanPractices {
    /// APIs that push events to subscribers are used; they need a publisher of their own in Pattern 1 (B9).
    pub webhook_apis: bool,
    /// User stores besides the primary one are used; their definitions are files to be shared (B17, D10).
    pub secondary_user_stores: bool,
    /// Burst control or limits of the backend are used; they count per gateway node (D11).
    pub burst_limits: bool,
    /// Gateways are started in turn, no more than ten at a time (D13).
    pub gateways_start_in_turn: bool,
    /// Backups of databases and servers are planned (H21).
    pub backups_planned: bool,
    /// The login callbacks of the portals accept the host names of all regions (H20).
    pub callbacks_for_all_hosts: bool,
    /// Number of regions the key sequences were made for (B15); `null` before the first deployment.
    pub sequences_for_regions: Option<u32>,
    /// Longest round trip accepted between linked regions, ms; `null` when no limit is set. The vendor has none (F1).
    pub max_rtt_ms: Option<f64>,
}

impl From<&Practices> for PlanPractices {
    fn from(p: &Practices) -> Self {
        Self {
            webhook_apis: p.webhook_apis,
            secondary_user_stores: p.secondary_user_stores,
            burst_limits: p.burst_limits,
            gateways_start_in_turn: p.gateways_start_in_turn,
            backups_planned: p.backups_planned,
            callbacks_for_all_hosts: p.callbacks_for_all_hosts,
            sequences_for_regions: p.sequences_for_regions,
            max_rtt_ms: p.max_rtt_ms,
        }
    }
}

/// A decision between the deployment patterns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlanDecision {
    /// The region it was made for; `null` for the design as a whole.
    pub region: Option<String>,
    /// What it is about.
    pub title: String,
    /// Ids of the criteria that were said to apply (B32).
    pub criteria: Vec<String>,
    /// What was recommended: `pattern-1`, `pattern-2`, `either` or `conflict`.
    pub recommended: String,
    /// What was chosen: `pattern-1`, `pattern-2` or free words.
    pub chosen: String,
    /// Reasons for and against.
    pub reasons: Vec<String>,
    /// Product version it was made for.
    pub product_version: String,
    /// The day it was made, `YYYY-MM-DD`; `null` when not noted.
    pub date: Option<String>,
    /// Who made it; `null` when not noted.
    pub owner: Option<String>,
    /// Free text; `null` when there is none.
    pub notes: Option<String>,
}

impl From<&Decision> for PlanDecision {
    fn from(d: &Decision) -> Self {
        Self {
            region: d.region.as_ref().map(Id::to_string),
            title: d.title.clone(),
            criteria: d.criteria.clone(),
            recommended: d.recommended.clone(),
            chosen: d.chosen.clone(),
            reasons: d.reasons.clone(),
            product_version: d.product_version.to_string(),
            date: d.date.map(|day| day.to_string()),
            owner: said(&d.owner),
            notes: said(&d.notes),
        }
    }
}

/// A finding that the design accepts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlanWaived {
    /// The finding.
    pub finding: PlanFinding,
    /// Why it is accepted.
    pub reason: String,
    /// Who answers for it; `null` when nobody was named.
    pub owner: Option<String>,
    /// The last day on which it is accepted, `YYYY-MM-DD`; `null` for no end.
    pub expires: Option<String>,
}

/// A rule that the design turns off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlanRuleOff {
    /// Its id.
    pub rule: String,
    /// Why; `null` when not said.
    pub reason: Option<String>,
}

/// Something that could not be checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PlanUnchecked {
    /// Id of the rule.
    pub rule: String,
    /// Why not.
    pub why: String,
}

/// Findings that are waived, worst first.
pub(super) fn waived(report: &CheckReport) -> Vec<PlanWaived> {
    let waived = report.waived.iter().map(|w| PlanWaived {
        finding: finding(&w.finding),
        reason: w.waiver.reason.clone(),
        owner: said(&w.waiver.owner),
        expires: w.waiver.expires.map(|day| day.to_string()),
    });
    waived.collect()
}

/// Rules that are turned off, in order of id.
pub(super) fn rules_off(report: &CheckReport) -> Vec<PlanRuleOff> {
    report.off.iter().map(|r| PlanRuleOff { rule: r.rule.clone(), reason: said(&r.reason) }).collect()
}

/// What could not be checked.
pub(super) fn unchecked(report: &CheckReport) -> Vec<PlanUnchecked> {
    report.unchecked.iter().map(|u| PlanUnchecked { rule: u.rule.clone(), why: u.why.clone() }).collect()
}
