//! What the report says, in order.

use crate::design::Failures;
use crate::export::document::{Block, Document, Picture, Section, Table};
use crate::export::{Options, Source, sources};
use crate::failure::WhatIf;
use crate::failure::availability::Effort;
use crate::failure::chances::Chances;
use crate::failure::claims::{StoryCheck, check_story};
use crate::failure::reliability::{Budget, CellAvailability, WeakPoints, available, weak_points};
use crate::topology::Topology;
use crate::words::{inputs, plural, quality};

use super::{PICTURE, estimates, failures, findings, materials, reliability, summary};

/// Most regions whose loss is told.
const MOST_LOSSES: usize = 12;
/// Most inputs of estimates that are listed.
const MOST_INPUTS: usize = 150;
/// The highest order of sets of failures that are listed.
const ORDER: u32 = 2;

/// What takes longer to find out than an analysis.
pub(super) struct Known {
    /// What the loss of each region means, those first that are started first.
    pub losses: Vec<WhatIf>,
    /// How many regions were left out.
    pub losses_left_out: usize,
    /// How available everything is.
    pub available: Vec<CellAvailability>,
    /// What takes each capability down, in the order of the model.
    pub weak_points: Vec<WeakPoints>,
    /// Whether the story is true.
    pub story: StoryCheck,
}

impl Known {
    fn of(source: &Source<'_>) -> Self {
        let Source { design, analysis, books, .. } = *source;
        let (model, healthy) = (&analysis.failure, &analysis.estimates);
        let topology = Topology::of(design);
        let mut regions: Vec<_> = design.regions.keys().collect();
        regions.sort_by_key(|id| (topology.start_rank(id), *id));
        let lost = regions.iter().take(MOST_LOSSES).map(|id| {
            let failures = Failures::from([crate::design::Failure::Region((*id).clone())]);
            WhatIf::of(design, books, healthy, model, &failures)
        });
        let chances = Chances::of(design, books, model);
        let budget = Budget { cut_order: ORDER, ..Budget::default() };
        // Nobody interrupts an export, so there are answers.
        Self {
            losses: lost.collect(),
            losses_left_out: regions.len().saturating_sub(MOST_LOSSES),
            available: available(design, books, model, &chances, None, Effort::default(), &|| true).unwrap_or_default(),
            weak_points: weak_points(model, &chances, &budget, &|| true).unwrap_or_default(),
            story: check_story(design, books, healthy, model),
        }
    }
}

/// The report with its picture, a whole SVG document, if there is one.
#[must_use]
pub fn content(source: &Source<'_>, options: &Options, picture: Option<String>) -> Document {
    let (design, plan) = (source.design, &source.plan);
    let known = Known::of(source);
    let mut document = Document::new(&design.meta.name);
    let day = options.today.map(|day| format!(", {day}")).unwrap_or_default();
    document.say(&format!(
        "Report on a deployment of {} {} in {}, for {}{day}.",
        plan.product.name,
        plan.product.version,
        plural(plan.counts.regions, "region"),
        design.meta.environment.label().to_lowercase(),
    ));
    design.meta.notes.lines().for_each(|line| document.say(line));
    document.add(summary::summary(source, &known));
    document.add(drawing(picture));
    document.add(summary::pattern(source));
    document.add(summary::decisions(source));
    document.add(findings::findings(source));
    document.add(findings::accepted(source));
    document.add(estimates::latency(source));
    document.add(estimates::load(source));
    document.add(estimates::cost(source));
    document.add(failures::losses(source, &known));
    document.add(reliability::weak_points(source, &known));
    document.add(reliability::availability(source, &known));
    document.add(failures::story(source, &known));
    document.add(materials::materials(source));
    document.add(estimates::assumptions(source, &known));
    let cited = read_in(source, &document);
    document.add(cited);
    document
}

fn drawing(picture: Option<String>) -> Section {
    let mut section = Section::new("The drawing");
    if let Some(svg) = picture {
        let caption = "Regions, components and the links between them.";
        section.blocks.push(Block::Picture(Picture::new(svg, PICTURE, caption)));
    }
    section
}

/// Facts that are cited, and inputs of the estimates.
fn read_in(source: &Source<'_>, document: &Document) -> Section {
    let mut section = sources::cited(document, source.books.facts());
    let all = inputs::inputs(source.analysis.estimates.figures());
    let more = all.len().saturating_sub(MOST_INPUTS);
    let mut table = Table::new(["Input", "Value", "Quality", "Source"]);
    for input in all.iter().take(MOST_INPUTS) {
        table.row([input.label, &input.value, quality(input.quality), input.source]);
    }
    let mut below = Section::new("Inputs of the estimates");
    below.say("Every figure besides those of the drawing that latency, load and cost rest on, the most solid first.");
    below.table(table);
    if more > 0 {
        below.note(&format!("{more} more are left out; \"meridian estimate FILE --sources\" lists all."));
    }
    if !all.is_empty() {
        section.add(below);
    }
    section
}
