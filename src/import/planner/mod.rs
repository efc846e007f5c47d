//! Reads a planner file back as a design.
//!
//! The format promises that readers ignore fields they do not know; what a plan does not say about a design is listed.

mod elements;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use crate::design::file::{FileError, line_column, one_line};
use crate::design::{Design, Extent, Id, Level, Meta, Pos, RuleSetting, Waiver};
use crate::export::planner::{
    PlanBalancer, PlanDatabase, PlanDecision, PlanDesign, PlanDomain, PlanDrawing, PlanFormat, PlanLink, PlanNode,
    PlanPopulation, PlanPractices, PlanProduct, PlanRecognition, PlanRegion, PlanRuleOff, PlanService, PlanWaived,
};

use super::layout;

/// How the names of all versions of the format begin.
const FAMILY: &str = "meridian-planner/";

/// A design made of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The design.
    pub design: Design,
    /// What the plan does not say, or says in a way that was not understood, as sentences.
    pub unsaid: Vec<String>,
}

/// What of a plan makes the design; everything else follows from these.
#[derive(Deserialize)]
struct PlanFile {
    #[serde(rename = "format")]
    _format: PlanFormat,
    design: PlanDesign,
    product: PlanProduct,
    pattern: PlanRecognition,
    domain: PlanDomain,
    regions: Vec<PlanRegion>,
    nodes: Vec<PlanNode>,
    balancers: Vec<PlanBalancer>,
    services: Vec<PlanService>,
    populations: Vec<PlanPopulation>,
    databases: Vec<PlanDatabase>,
    links: Vec<PlanLink>,
    practices: PlanPractices,
    decisions: Vec<PlanDecision>,
    waived: Vec<PlanWaived>,
    rules_off: Vec<PlanRuleOff>,
    #[serde(default)]
    drawing: PlanDrawing,
}

/// Reads only what tells whether the rest can be understood.
#[derive(Deserialize)]
struct Probe {
    format: String,
}

/// What no plan says.
const NEVER_SAID: [&str; 4] = [
    "Notes, what is pinned, and own figures for availability and hours a month are not part of a plan.",
    "Scenes and their claims are not part of a plan.",
    "Assumptions, targets and terms of the estimates, and levels of rules other than off, are not part of a plan.",
    "Requirements stand at each region, whether they were made there or for the design as a whole.",
];

/// Reads a plan; `source_name` stands in error messages.
///
/// # Errors
/// [`FileError`] with line, column and a hint: text that is no JSON or no plan, a newer format, values that a design
/// cannot have.
pub fn read(text: &str, source_name: &str) -> Result<Imported, FileError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let file = Text { text, source_name };
    let plan: PlanFile = serde_json::from_str(text).map_err(|error| file.not_understood(&error))?;
    let mut unsaid: Vec<String> = NEVER_SAID.map(str::to_owned).to_vec();
    let mut design = Design { meta: Arc::new(meta(&file, &plan)?), ..Design::default() };
    elements::add(&mut design, &file, &plan, &mut unsaid)?;
    if !draw(&mut design, &plan.drawing) {
        layout::arrange(&mut design);
        unsaid.push("The plan does not say where everything is drawn: it was arranged anew.".to_owned());
    }
    design.validate().map_err(|invalid| {
        let place = invalid.element.as_ref().map_or("design", Id::as_str);
        file.wrong(place, &invalid.message, invalid.hint)
    })?;
    Ok(Imported { design, unsaid })
}

/// The design as a plan that was read would have it: what no plan says is that of the design.
#[must_use]
pub fn said(imported: &Design, design: &Design) -> Design {
    let mut said = imported.clone();
    let (meta, drawn) = (Arc::make_mut(&mut said.meta), &design.meta);
    meta.requirements.clone_from(&drawn.requirements);
    meta.estimation.clone_from(&drawn.estimation);
    meta.story.clone_from(&drawn.story);
    meta.notes.clone_from(&drawn.notes);
    for (rule, setting) in drawn.rules.iter().filter(|(_, setting)| setting.level != Level::Off) {
        meta.rules.entry(rule.clone()).or_insert_with(|| setting.clone());
    }
    for (id, region) in &mut said.regions {
        let Some(drawn) = design.regions.get(id) else { continue };
        let region = Arc::make_mut(region);
        region.availability_pct = drawn.availability_pct;
        region.notes.clone_from(&drawn.notes);
        // A plan has the answers that hold for the region, wherever they were given.
        if imported.requirements_of(region) == design.requirements_of(drawn) {
            region.requirements.clone_from(&drawn.requirements);
        }
    }
    for (id, component) in &mut said.components {
        let Some(drawn) = design.components.get(id) else { continue };
        let component = Arc::make_mut(component);
        component.availability_pct = drawn.availability_pct;
        component.hours_per_month = drawn.hours_per_month;
        component.pinned = drawn.pinned;
        component.notes.clone_from(&drawn.notes);
    }
    for (id, link) in &mut said.links {
        let Some(drawn) = design.links.get(id) else { continue };
        let link = Arc::make_mut(link);
        link.availability_pct = drawn.availability_pct;
        link.notes.clone_from(&drawn.notes);
    }
    said
}

/// The text of a plan, to say where something in it is wrong.
struct Text<'t> {
    text: &'t str,
    source_name: &'t str,
}

impl Text<'_> {
    fn not_understood(&self, error: &serde_json::Error) -> FileError {
        if let Ok(Probe { format }) = serde_json::from_str(self.text) {
            if format.starts_with(FAMILY) && serde_json::from_value::<PlanFormat>(format.clone().into()).is_err() {
                let message = format!("this plan has the format {format}, but this program reads {FAMILY}1");
                return self.wrong(
                    "format",
                    &message,
                    "it was written by a newer Meridian; import it with that version",
                );
            }
            if !format.starts_with(FAMILY) {
                let hint = "make one with \"meridian export planner\"";
                return self.wrong("format", &format!("{format} is not the format of a plan"), hint);
            }
        }
        let full = error.to_string();
        let message = full.rsplit_once(" at line ").map_or(full.as_str(), |(message, _)| message);
        let hint = match error.classify() {
            serde_json::error::Category::Data => "see \"meridian schema planner\" for the fields of a plan",
            _ => "is this really a planner file, and all of it?",
        };
        FileError {
            source_name: self.source_name.to_owned(),
            line: error.line(),
            column: error.column(),
            message: one_line(message),
            hint: hint.to_owned(),
        }
    }

    /// An error at the place where this word first stands in quotation marks.
    fn wrong(&self, word: &str, message: &str, hint: &str) -> FileError {
        let quoted = serde_json::to_string(word).unwrap_or_default();
        let (line, column) = self.text.find(&quoted).map_or((0, 0), |at| line_column(self.text, at));
        FileError {
            source_name: self.source_name.to_owned(),
            line,
            column,
            message: one_line(message),
            hint: hint.to_owned(),
        }
    }

    /// Reads a value that is written as a text.
    fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(&self, text: &str) -> Result<T, FileError> {
        text.parse().map_err(|error: T::Err| self.wrong(text, &error.to_string(), ""))
    }

    fn id(&self, text: &str) -> Result<Id, FileError> {
        Id::new(text).map_err(|error| self.wrong(text, &error.to_string(), "ids come from the design"))
    }

    fn optional_id(&self, text: Option<&str>) -> Result<Option<Id>, FileError> {
        text.map(|text| self.id(text)).transpose()
    }
}

/// What holds for the design as a whole.
fn meta(file: &Text<'_>, plan: &PlanFile) -> Result<Meta, FileError> {
    let decisions: Result<Vec<_>, _> = plan.decisions.iter().map(|d| elements::decision(file, d)).collect();
    let waivers: Result<Vec<Waiver>, _> = plan.waived.iter().map(|waived| waiver(file, waived)).collect();
    let usual = Meta::default();
    let off = |rule: &PlanRuleOff| {
        let setting = RuleSetting { level: Level::Off, reason: rule.reason.clone().unwrap_or_default() };
        (rule.rule.clone(), setting)
    };
    Ok(Meta {
        name: plan.design.name.clone(),
        product_version: file.parsed(&plan.product.version)?,
        pattern: plan.pattern.intended.own().unwrap_or(usual.pattern),
        environment: plan.design.environment.own().unwrap_or(usual.environment),
        tokens: plan.design.tokens.own().unwrap_or(usual.tokens),
        domain: if plan.domain.placeholder { String::new() } else { plan.domain.value.clone() },
        practices: (&plan.practices).into(),
        rules: plan.rules_off.iter().map(off).collect(),
        waivers: waivers?.into_iter().collect(),
        decisions: decisions?,
        ..usual
    })
}

fn waiver(file: &Text<'_>, waived: &PlanWaived) -> Result<Waiver, FileError> {
    let subjects: Result<Vec<Id>, FileError> = waived.finding.subjects.iter().map(|id| file.id(id)).collect();
    let waiver = Waiver {
        rule: waived.finding.rule.clone(),
        subjects: subjects?,
        facts: waived.finding.seen.iter().map(|seen| (seen.what.clone(), seen.value.clone())).collect(),
        reason: waived.reason.clone(),
        owner: waived.owner.clone().unwrap_or_default(),
        expires: waived.expires.as_deref().map(|day| file.parsed(day)).transpose()?,
    };
    Ok(waiver.in_order())
}

/// Puts everything where the plan says; whether it says so of everything.
fn draw(design: &mut Design, drawing: &PlanDrawing) -> bool {
    let regions: BTreeMap<&str, _> = drawing.regions.iter().map(|drawn| (drawn.id.as_str(), drawn)).collect();
    let components: BTreeMap<&str, _> = drawing.components.iter().map(|drawn| (drawn.id.as_str(), drawn)).collect();
    let all = design.regions.keys().all(|id| regions.contains_key(id.as_str()))
        && design.components.keys().all(|id| components.contains_key(id.as_str()));
    if !all {
        return false;
    }
    for (id, region) in &mut design.regions {
        if let Some(drawn) = regions.get(id.as_str()) {
            let region = Arc::make_mut(region);
            region.pos = Pos(drawn.x, drawn.y);
            region.extent = Extent(drawn.width, drawn.height);
            region.tint = drawn.tint;
        }
    }
    for (id, component) in &mut design.components {
        if let Some(drawn) = components.get(id.as_str()) {
            Arc::make_mut(component).pos = Pos(drawn.x, drawn.y);
        }
    }
    true
}
