//! Checking a drawing: every rule that holds, what the design sets aside, and an account of both.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Serialize;

use super::company::{self, BrokenRule, PackReport};
use super::context::Context;
use super::finding::{Finding, Severity};
use super::registry::all;
use super::rule::{Breaches, Rule};
use super::waive;
use crate::books::Books;
use crate::custom::Pack;
use crate::design::{Date, Level, Waiver};
use crate::estimate::Estimates;
use crate::topology::Topology;

/// What a check looks at beside the drawing.
#[derive(Clone, Copy)]
pub struct Inputs<'a> {
    /// Shipped facts.
    pub books: &'a Books,
    /// Rules of the company, asked after ours.
    pub packs: &'a [Arc<Pack>],
    /// Estimates of the drawing, if they are there already; rules that need them make them otherwise.
    pub estimates: Option<&'a Estimates>,
    /// The day on which waivers are looked at; `None` lets none expire.
    pub today: Option<Date>,
}

impl<'a> Inputs<'a> {
    /// Only the books: no company has rules, no waiver expires, and estimates are made when a rule asks for them.
    #[must_use]
    pub fn of(books: &'a Books) -> Self {
        Self { books, packs: &[], estimates: None, today: None }
    }
}

/// Everything that a check has to say.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct CheckReport {
    /// Open findings in a fixed order: severity, then rule, then subjects.
    pub findings: Vec<Finding>,
    /// Findings that the design waives, in the same order.
    pub waived: Vec<Waived>,
    /// Rules that the design turns off, in order of id.
    pub off: Vec<RuleOff>,
    /// Rules that the design takes more or less seriously than they are, in order of id.
    pub changed: Vec<SeverityChange>,
    /// What could not be checked, in the order of the catalogue and of the packs.
    pub unchecked: Vec<Unchecked>,
    /// Rules that do not hold for the product version, in the order of the catalogue.
    pub other_versions: Vec<&'static str>,
    /// Waivers that match no finding any more.
    pub idle_waivers: Vec<Waiver>,
    /// Packs of company rules that were asked, in their order.
    pub company: Vec<PackReport>,
    /// Company rules that cannot be asked, in order of file and line.
    pub broken: Vec<BrokenRule>,
}

/// A finding with the waiver that covers it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Waived {
    /// The finding.
    pub finding: Finding,
    /// The waiver.
    pub waiver: Waiver,
}

/// A rule that is not checked because the design says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleOff {
    /// Its id.
    pub rule: String,
    /// Why; may be empty.
    pub reason: String,
}

/// A rule whose findings have another severity because the design says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SeverityChange {
    /// Its id.
    pub rule: String,
    /// The severity of the rule.
    pub from: Severity,
    /// The severity here.
    pub to: Severity,
    /// Why; may be empty.
    pub reason: String,
}

/// Something that could not be checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unchecked {
    /// Id of the rule.
    pub rule: String,
    /// Why not, as a sentence.
    pub why: String,
}

/// Checks the drawing against every rule that holds for its product version, and against the company's.
#[must_use]
pub fn check(topology: &Topology<'_>, inputs: &Inputs<'_>) -> CheckReport {
    let context = Context::new(topology, inputs);
    let mut report = CheckReport::default();
    let mut found = Vec::new();
    for rule in all() {
        if !rule.versions.include(context.version) {
            report.other_versions.push(rule.id);
            continue;
        }
        let Some(severity) = severity_here(&context, rule.id, rule.severity, &mut report) else { continue };
        let mut breaches = Breaches::default();
        (rule.check)(&context, &mut breaches);
        let (breaches, unchecked) = breaches.into_parts();
        found.extend(breaches.into_iter().map(|b| rule.finding(b, severity, context.version)));
        report.unchecked.extend(unchecked.into_iter().map(|why| Unchecked { rule: rule.id.into(), why }));
    }
    found.extend(company::check(&context, inputs.packs, &mut report));
    unknown_settings(&context, inputs.packs, &mut report);
    report.off.sort_by(|a, b| a.rule.cmp(&b.rule));
    report.changed.sort_by(|a, b| a.rule.cmp(&b.rule));
    sort(&mut found);
    waive::settle(&context.design.meta.waivers, inputs.today, found, &mut report);
    report
}

/// Open findings of one rule; none when it is off or does not hold for the version.
pub(super) fn check_rule(context: &Context<'_>, rule: &Rule, inputs: &Inputs<'_>) -> Vec<Finding> {
    let mut report = CheckReport::default();
    let severity = severity_here(context, rule.id, rule.severity, &mut report);
    let Some(severity) = severity.filter(|_| rule.versions.include(context.version)) else { return Vec::new() };
    let mut breaches = Breaches::default();
    (rule.check)(context, &mut breaches);
    let (breaches, _) = breaches.into_parts();
    let mut found: Vec<Finding> = breaches.into_iter().map(|b| rule.finding(b, severity, context.version)).collect();
    sort(&mut found);
    waive::settle(&context.design.meta.waivers, inputs.today, found, &mut report);
    report.findings
}

fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        (a.severity, &a.rule, &a.subjects, &a.message).cmp(&(b.severity, &b.rule, &b.subjects, &b.message))
    });
}

/// The severity of a rule in this design; `None` when it is off. Notes what differs from the rule.
pub(super) fn severity_here(
    context: &Context<'_>,
    rule: &str,
    usual: Severity,
    report: &mut CheckReport,
) -> Option<Severity> {
    let Some(setting) = context.design.meta.rules.get(rule) else { return Some(usual) };
    let Some(severity) = Severity::of(setting.level) else {
        report.off.push(RuleOff { rule: rule.into(), reason: setting.reason.clone() });
        return None;
    };
    if severity != usual {
        let reason = setting.reason.clone();
        report.changed.push(SeverityChange { rule: rule.into(), from: usual, to: severity, reason });
    }
    Some(severity)
}

/// Says which settings of the design are about rules that nobody knows.
fn unknown_settings(context: &Context<'_>, packs: &[Arc<Pack>], report: &mut CheckReport) {
    // A broken rule is known, and said to be broken elsewhere.
    let company = packs.iter().flat_map(|p| {
        p.rules.iter().map(|rule| rule.id.as_str()).chain(p.broken.iter().map(|error| error.rule.as_str()))
    });
    let known: BTreeSet<&str> = all().iter().map(|r| r.id).chain(company).collect();
    for (rule, setting) in &context.design.meta.rules {
        if !known.contains(rule.as_str()) {
            let what = if setting.level == Level::Off { "turns it off" } else { "sets its severity" };
            let why = format!("There is no such rule here, but the design {what}.");
            report.unchecked.push(Unchecked { rule: rule.clone(), why });
        }
    }
}
