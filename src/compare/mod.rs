//! Two designs side by side: what differs in the drawing, in the findings and in the estimates.
//!
//! A pure function of two designs with their analyses. [`rows`] makes the table of it that people read, in the window
//! and on the command line.

mod elements;
mod estimates;
mod fields;
mod numbers;
mod rows;
mod words;

#[cfg(test)]
mod tests;

use serde::Serialize;

use crate::analysis::Analysis;
use crate::design::{Design, Id};
use crate::rules::{self, Finding, Severity};

pub use elements::{Change, ElementChange, Sort, placed, what};
pub use estimates::{CategoryCost, CostChange, LatencyChange, LoadChange, RegionCost, ServedChange, UnpricedChange};
pub use fields::FieldChange;
pub use numbers::{Amount, Quantity, Reading, Verdict};
pub use rows::{Row, Section, Sign, csv, rows};

use elements::Renames;
use estimates::Sides;

/// A design with its analysis.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// The design.
    pub design: &'a Design,
    /// What is computed about it.
    pub analysis: &'a Analysis,
}

/// What a rule says on one side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Said {
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, as a sentence.
    pub message: String,
}

/// What became of one finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FindingChange {
    /// The rule.
    pub rule: String,
    /// What it is about: elements of the design after, or of the one before where it is gone.
    pub subjects: Vec<Id>,
    /// Names of these elements, with their regions.
    pub about: Vec<String>,
    /// What became of it.
    pub change: Change,
    /// What was said before.
    pub before: Option<Said>,
    /// What is said after.
    pub after: Option<Said>,
    /// Whether the side that does not say it has accepted it by a waiver.
    pub waived: bool,
}

/// How one design differs from another. Quantities that read the same are kept, so that both sides can be shown in full.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// The settings of the design as a whole that differ.
    pub settings: Vec<FieldChange>,
    /// What the drawing is recognised as, before and after.
    pub recognised: [&'static str; 2],
    /// Regions, components and links that are not as they were.
    pub elements: Vec<ElementChange>,
    /// Findings that differ: those that are gone, those that are new, those that changed.
    pub findings: Vec<FindingChange>,
    /// Populations that another region serves.
    pub served: Vec<ServedChange>,
    /// Latency of every operation of every population.
    pub latency: Vec<LatencyChange>,
    /// Load of every group of gateways.
    pub load: Vec<LoadChange>,
    /// Cost.
    pub cost: CostChange,
}

impl Comparison {
    /// Whether the designs are the same and all numbers about them read the same.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self { settings, recognised, elements, findings, served, latency, load, cost } = self;
        settings.is_empty()
            && recognised[0] == recognised[1]
            && elements.is_empty()
            && findings.is_empty()
            && served.is_empty()
            && latency.iter().all(|l| l.quantity.is_same())
            && load.iter().flat_map(|l| [&l.utilisation, &l.capacity_rps, &l.demand_rps]).all(Quantity::is_same)
            && cost.is_same()
    }
}

/// Compares two designs with what is computed about them.
#[must_use]
pub fn compare(before: Side<'_>, after: Side<'_>) -> Comparison {
    let designs = [before.design, after.design];
    let (elements, renames) = elements::changes(designs);
    let sides = Sides { designs, analyses: [before.analysis, after.analysis], renames: &renames };
    Comparison {
        settings: fields::meta(designs),
        recognised: [before, after].map(|side| side.analysis.recognition.pattern.label()),
        findings: findings(before, after, &renames),
        served: sides.served(),
        latency: sides.latency(),
        load: sides.load(),
        cost: sides.cost(),
        elements,
    }
}

/// Compares two drawings alone: settings of the design as a whole, then regions, components and links.
#[must_use]
pub fn compare_drawings(before: &Design, after: &Design) -> (Vec<FieldChange>, Vec<ElementChange>) {
    let designs = [before, after];
    (fields::meta(designs), elements::changes(designs).0)
}

/// Findings that differ, in the order of their severity on their side.
fn findings(before: Side<'_>, after: Side<'_>, renames: &Renames) -> Vec<FindingChange> {
    let new_ids = renames.reversed();
    let renamed: Vec<Finding>;
    let old = if renames.is_empty() {
        &before.analysis.check.findings
    } else {
        let known = |id: &Id| new_ids.before(id).clone();
        let rename = |f: &Finding| Finding { subjects: f.subjects.iter().map(known).collect(), ..f.clone() };
        renamed = before.analysis.check.findings.iter().map(rename).collect();
        &renamed
    };
    let delta = rules::compare(old, &after.analysis.check.findings);
    let said = |f: &Finding| Some(Said { severity: f.severity, message: f.message.clone() });
    let about = |f: &Finding| {
        let design = |id: &&Id| if after.design.contains(id) { after.design } else { before.design };
        f.subjects.iter().map(|id| placed(design(&id), id)).collect()
    };
    let told = |f: &Finding, change| FindingChange {
        rule: f.rule.clone().into_owned(),
        subjects: f.subjects.clone(),
        about: about(f),
        change,
        before: None,
        after: None,
        waived: false,
    };
    let waived = |f: &Finding, side: Side<'_>| {
        let mut accepted = side.analysis.check.waived.iter().map(|w| &w.finding);
        accepted.any(|w| w.rule == f.rule && w.subjects_in_order() == f.subjects_in_order())
    };
    let gone = delta.vanishes.iter().map(|f| FindingChange {
        before: said(f),
        waived: waived(f, after),
        ..told(f, Change::Removed)
    });
    let new = delta.appears.iter().map(|f| FindingChange {
        after: said(f),
        waived: waived(f, before),
        ..told(f, Change::Added)
    });
    let changed = delta.changes.iter().map(|(old, new)| FindingChange {
        before: said(old),
        after: said(new),
        ..told(new, Change::Changed)
    });
    gone.chain(new).chain(changed).collect()
}
