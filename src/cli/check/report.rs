//! The report of a check as JSON: format `meridian-check/2`, described by its schema in `assets/check.schema.json`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::cli::scan::{Place, places};
use crate::design::{Id, Waiver};
use crate::export::planner::{Generator, PlanBasis, PlanPattern, PlanSeverity, PlanSource, to_json};
use crate::rules::{BrokenRule, Delta, Finding, Lapsed};

use super::{Checked, Run, counts};

/// What the rules say about designs. Later programs may add fields to this format: ignore what you do not know.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct CheckFile {
    /// Name and version of this format.
    format: CheckFormat,
    /// The program that made the check.
    generator: Generator,
    /// The day on which waivers were looked at, as YYYY-MM-DD.
    as_of: String,
    /// The designs, in the order they were given.
    designs: Vec<CheckDesign>,
}

/// Name and version of the format.
#[derive(Debug, Serialize, JsonSchema)]
enum CheckFormat {
    /// Version 2.
    #[serde(rename = "meridian-check/2")]
    V2,
}

/// What the rules say about one design.
#[derive(Debug, Serialize, JsonSchema)]
struct CheckDesign {
    /// The file as it was named, or "standard input".
    source: String,
    /// Name of the design.
    design: String,
    /// The product version it was checked for.
    product_version: String,
    /// The product version the design itself targets.
    own_product_version: String,
    /// The recognised pattern.
    pattern: PlanPattern,
    /// What in the drawing says so.
    reasons: Vec<String>,
    /// Number of `findings` of severity error.
    errors: usize,
    /// Number of `findings` of severity warning.
    warnings: usize,
    /// Number of `findings` of severity info.
    notes: usize,
    /// Open findings, worst first; against a base, only those that are new, more severe or rest on other facts.
    findings: Vec<CheckFinding>,
    /// Findings that the design waives.
    waived: Vec<CheckWaived>,
    /// Waivers that match no finding any more.
    idle_waivers: Vec<CheckWaiver>,
    /// Rules that the design turns off.
    rules_off: Vec<CheckRuleOff>,
    /// Rules whose severity the design sets.
    severities_changed: Vec<CheckSeverityChange>,
    /// What could not be checked.
    unchecked: Vec<CheckUnchecked>,
    /// Files with company rules that were asked, in their order.
    company_rules: Vec<CheckPack>,
    /// Company rules that cannot be asked; then the exit code is 2.
    broken_rules: Vec<CheckBroken>,
    /// Ids of rules that do not hold for the product version.
    other_versions: Vec<String>,
    /// What differs from a check for the version the design itself targets; `null` when it was checked for that.
    against_own_version: Option<CheckDelta>,
    /// What differs from the base; `null` without one.
    against_base: Option<CheckBase>,
}

/// What a rule has to say about the design.
#[derive(Debug, Serialize, JsonSchema)]
struct CheckFinding {
    /// Stable id of the rule.
    rule: String,
    /// How bad it is here.
    severity: PlanSeverity,
    /// Ids of the elements concerned, the most specific first; empty when it is the design as a whole.
    subjects: Vec<String>,
    /// Where the first of them begins in the file; `null` when it is the design as a whole or not in this file.
    place: Option<CheckPlace>,
    /// What is wrong here.
    message: String,
    /// What in the drawing it rests on.
    seen: Vec<CheckSeen>,
    /// What a breach means for those who use or run the deployment.
    impact: String,
    /// Why it matters.
    why: String,
    /// What to do about it.
    remedy: String,
    /// What the rule rests on.
    basis: PlanBasis,
    /// Where that can be read.
    sources: Vec<PlanSource>,
    /// Where a rule of the company is explained; `null` when it does not say so.
    link: Option<String>,
    /// Why a waiver no longer covers it, as a sentence; `null` when there is none.
    lapsed_waiver: Option<String>,
    /// Whether the rule offers edits that remove it.
    fixable: bool,
    /// Hash of rule, subjects and what it rests on; stays the same when something is renamed or moved.
    #[schemars(regex(pattern = r"^[0-9a-f]{32}$"))]
    fingerprint: String,
}

/// A place in the file.
#[derive(Debug, Serialize, JsonSchema)]
struct CheckPlace {
    /// Line, from 1.
    line: usize,
    /// Column in characters, from 1.
    column: usize,
}

/// Something in the drawing that a finding rests on.
#[derive(Debug, Serialize, JsonSchema)]
struct CheckSeen {
    /// What was looked at.
    what: String,
    /// What was there.
    value: String,
}

/// A waived finding.
#[derive(Debug, Serialize, JsonSchema)]
struct CheckWaived {
    /// The finding.
    finding: CheckFinding,
    /// The waiver that covers it.
    waiver: CheckWaiver,
}

/// The acceptance of a finding.
#[derive(Debug, Serialize, JsonSchema)]
struct CheckWaiver {
    /// Id of the rule.
    rule: String,
    /// Ids of the elements concerned, in order; empty when it is the design as a whole.
    subjects: Vec<String>,
    /// What the finding rested on when it was waived.
    facts: BTreeMap<String, String>,
    /// Why it is accepted.
    reason: String,
    /// Who answers for it; may be empty.
    owner: String,
    /// The last day on which it holds, as YYYY-MM-DD; `null` when it has none.
    expires: Option<String>,
}

/// A rule that the design turns off.
#[derive(Debug, Serialize, JsonSchema)]
struct CheckRuleOff {
    /// Id of the rule.
    rule: String,
    /// Why; may be empty.
    reason: String,
}

/// A rule whose severity the design sets.
#[derive(Debug, Serialize, JsonSchema)]
struct CheckSeverityChange {
    /// Id of the rule.
    rule: String,
    /// The severity of the rule.
    from: PlanSeverity,
    /// The severity in this design.
    to: PlanSeverity,
    /// Why; may be empty.
    reason: String,
}

/// Something that could not be checked.
#[derive(Debug, Serialize, JsonSchema)]
struct CheckUnchecked {
    /// Id of the rule.
    rule: String,
    /// Why not, as a sentence.
    why: String,
}

/// A file with company rules.
#[derive(Debug, Serialize, JsonSchema)]
struct CheckPack {
    /// What people call it.
    name: String,
    /// The file as it was found or named.
    source: String,
    /// How many of its rules can be asked.
    rules: usize,
}

/// A company rule that cannot be asked.
#[derive(Debug, Serialize, JsonSchema)]
struct CheckBroken {
    /// Id of the rule.
    rule: String,
    /// The file it stands in.
    source: String,
    /// The field with the fault.
    field: String,
    /// Where in the file.
    place: CheckPlace,
    /// What is wrong.
    message: String,
    /// What to do about it; may be empty.
    hint: String,
}

/// How findings differ from those of another check. They are the same when rule and subjects are.
#[derive(Debug, Serialize, JsonSchema)]
struct CheckDelta {
    /// Findings that were not there.
    appears: Vec<CheckFinding>,
    /// Findings that are there no more.
    vanishes: Vec<CheckFinding>,
    /// Findings with another severity, other facts or other words.
    changes: Vec<CheckChange>,
}

/// A finding then and now.
#[derive(Debug, Serialize, JsonSchema)]
struct CheckChange {
    /// How it was.
    before: CheckFinding,
    /// How it is.
    after: CheckFinding,
}

/// A comparison with a base.
#[derive(Debug, Serialize, JsonSchema)]
struct CheckBase {
    /// The file of the base as it was named, or "standard input".
    source: String,
    /// What differs; changes that are neither more severe nor rest on other facts are not among `findings`.
    delta: CheckDelta,
}

pub(super) fn report(run: &Run) -> CheckFile {
    CheckFile {
        format: CheckFormat::V2,
        generator: Generator { name: "meridian".into(), version: env!("CARGO_PKG_VERSION").into() },
        as_of: run.as_of.to_string(),
        designs: run.designs.iter().map(design).collect(),
    }
}

/// The JSON Schema (draft 2020-12) of the report, as shipped in `assets/check.schema.json`.
pub(in crate::cli) fn schema_json() -> String {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut schema = generator.into_root_schema_for::<CheckFile>().to_value();
    // The same bytes whichever map the JSON library was built with.
    schema.sort_all_objects();
    to_json(&schema)
}

fn design(checked: &Checked) -> CheckDesign {
    let places = places(&checked.text);
    let finding = |f: &Finding| finding(f, &places);
    let (meta, report) = (&checked.design.meta, &checked.analysis.check);
    let counted = checked.counted();
    let [errors, warnings, notes] = counts(&counted);
    CheckDesign {
        source: checked.name(),
        design: meta.name.clone(),
        product_version: meta.product_version.to_string(),
        own_product_version: checked.own_version.to_string(),
        pattern: checked.analysis.recognition.pattern.into(),
        reasons: checked.analysis.recognition.reasons.clone(),
        errors,
        warnings,
        notes,
        findings: counted.iter().map(|c| finding(c.finding)).collect(),
        waived: report
            .waived
            .iter()
            .map(|w| CheckWaived { finding: finding(&w.finding), waiver: waiver(&w.waiver) })
            .collect(),
        idle_waivers: report.idle_waivers.iter().map(waiver).collect(),
        rules_off: report.off.iter().map(|o| CheckRuleOff { rule: o.rule.clone(), reason: o.reason.clone() }).collect(),
        severities_changed: report
            .changed
            .iter()
            .map(|c| CheckSeverityChange {
                rule: c.rule.clone(),
                from: c.from.into(),
                to: c.to.into(),
                reason: c.reason.clone(),
            })
            .collect(),
        unchecked: report
            .unchecked
            .iter()
            .map(|u| CheckUnchecked { rule: u.rule.clone(), why: u.why.clone() })
            .collect(),
        company_rules: report
            .company
            .iter()
            .map(|p| CheckPack { name: p.name.clone(), source: p.source_name.clone(), rules: p.rules })
            .collect(),
        broken_rules: report.broken.iter().map(broken).collect(),
        other_versions: report.other_versions.iter().map(|id| (*id).to_owned()).collect(),
        against_own_version: checked.against_own_version.as_ref().map(|d| delta(d, &places)),
        against_base: checked
            .base
            .as_ref()
            .map(|b| CheckBase { source: b.name.clone(), delta: delta(&b.delta, &places) }),
    }
}

fn finding(f: &Finding, places: &BTreeMap<&str, Place>) -> CheckFinding {
    let place = f.subjects.first().and_then(|id| places.get(id.as_str()));
    CheckFinding {
        rule: f.rule.clone().into_owned(),
        severity: f.severity.into(),
        subjects: ids(&f.subjects),
        place: place.map(|&(line, column)| CheckPlace { line, column }),
        message: f.message.clone(),
        seen: f.seen.iter().map(|s| CheckSeen { what: s.what.clone().into_owned(), value: s.value.clone() }).collect(),
        impact: f.impact.clone().into_owned(),
        why: f.why.clone().into_owned(),
        remedy: f.remedy.clone().into_owned(),
        basis: f.basis.into(),
        sources: f
            .sources
            .iter()
            .map(|s| PlanSource { fact: s.fact.to_owned(), document: s.document.to_owned() })
            .collect(),
        link: f.link.clone(),
        lapsed_waiver: f.lapsed.as_ref().map(Lapsed::sentence),
        fixable: f.fixable,
        fingerprint: fingerprint(f),
    }
}

fn broken(broken: &BrokenRule) -> CheckBroken {
    CheckBroken {
        rule: broken.rule.clone(),
        source: broken.source_name.clone(),
        field: broken.field.to_owned(),
        place: CheckPlace { line: broken.line, column: broken.column },
        message: broken.message.clone(),
        hint: broken.hint.clone(),
    }
}

fn ids(ids: &[Id]) -> Vec<String> {
    ids.iter().map(Id::to_string).collect()
}

fn waiver(waiver: &Waiver) -> CheckWaiver {
    CheckWaiver {
        rule: waiver.rule.clone(),
        subjects: ids(&waiver.subjects),
        facts: waiver.facts.clone(),
        reason: waiver.reason.clone(),
        owner: waiver.owner.clone(),
        expires: waiver.expires.map(|day| day.to_string()),
    }
}

fn delta(delta: &Delta, places: &BTreeMap<&str, Place>) -> CheckDelta {
    let finding = |f: &Finding| finding(f, places);
    CheckDelta {
        appears: delta.appears.iter().map(finding).collect(),
        vanishes: delta.vanishes.iter().map(finding).collect(),
        changes: delta
            .changes
            .iter()
            .map(|(old, new)| CheckChange { before: finding(old), after: finding(new) })
            .collect(),
    }
}

/// Hash of rule, subjects and facts, as 32 hexadecimal digits: what makes a finding the one that was seen before,
/// wherever its elements were moved and whatever they are called.
pub(super) fn fingerprint(finding: &Finding) -> String {
    let mut hash = Sha256::new();
    let mut add = |text: &str| {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    };
    add(&finding.rule);
    for id in finding.subjects_in_order() {
        add(id.as_str());
    }
    // No id is empty, so subjects and facts cannot be taken for each other.
    add("");
    for (what, value) in finding.facts() {
        add(&what);
        add(&value);
    }
    hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
