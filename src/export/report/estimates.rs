//! Latency, load and cost with their ranges, how they were derived, and what they assume.

use std::collections::BTreeSet;

use crate::design::Design;
use crate::estimate::{Assumed, Assumption, Assumptions, Derivation, Figure, Operation};
use crate::export::Source;
use crate::export::document::{Section, Table};
use crate::words::latency::{self, Percentiles};
use crate::words::{bill, capacity, format, inputs, placed, quality};

use super::content::Known;

/// Most figures of one kind whose derivation is told.
const MOST_DERIVED: usize = 4;
/// Most steps of a derivation that are told, those next to the result first.
const MOST_STEPS: usize = 60;

/// How long what users do takes.
pub(super) fn latency(source: &Source<'_>) -> Section {
    let (design, estimates) = (source.design, &source.analysis.estimates);
    let mut section = Section::new("Latency");
    if estimates.latency.is_empty() {
        section.say("There are no users.");
        return section;
    }
    section.say("Milliseconds that half, 95 % and 99 % of all take at most, with the range in which that may lie.");
    percentiles(&mut section, latency::operations(design, &estimates.latency));
    for (title, of) in [
        ("Until a published API is visible in each region", latency::published(design, &estimates.latency)),
        ("When the region that serves them is lost", latency::lost(design, &estimates.latency)),
    ] {
        let mut below = Section::new(title);
        percentiles(&mut below, of);
        section.add(below);
    }
    let figures = estimates.latency.iter().filter_map(|of| {
        let [_, p95, _] = estimates.percentiles(&of.population, Operation::ApiCall).ok()?;
        Some((design.name_of(&of.population), p95))
    });
    section.add(derivations("How these come about", figures.collect()));
    section
}

fn percentiles(section: &mut Section, of: Percentiles) {
    if of.rows.len() > 1 {
        section.table(Table::of(of.rows).numbers_from(3));
        section.list(of.without);
    }
}

/// How far groups are used.
pub(super) fn load(source: &Source<'_>) -> Section {
    let (design, estimates) = (source.design, &source.analysis.estimates);
    let mut section = Section::new("Load");
    if estimates.capacity.is_empty() {
        return section;
    }
    section.say("Use at peak, and after the loss of a node, a zone or another region.");
    let (rows, notes) = capacity::capacity(design, &estimates.capacity);
    section.table(Table::of(rows).numbers_from(2));
    section.list(notes);
    let figures = estimates.load.iter().map(|load| (placed(design, &load.component), &load.utilisation));
    section.add(derivations("How the use comes about", figures.collect()));
    section
}

/// The bill.
pub(super) fn cost(source: &Source<'_>) -> Section {
    let (design, report) = (source.design, &source.analysis.estimates.cost);
    let bill = &report.in_currency();
    let mut section = Section::new("Cost");
    section.say(&format!("{} a month before tax.", bill::currency(report)));
    if bill.total.is_some() {
        section.table(Table::of(bill::by_region(design, bill)).numbers_from(1));
    }
    section.list(bill::totals(bill));
    if bill.total.is_some() {
        for (title, rows) in
            [("Traffic by how far it goes", bill::traffic(bill)), ("What costs most", bill::dearest(design, bill))]
        {
            let mut below = Section::new(title);
            below.table(Table::of(rows).numbers_from(1));
            section.add(below);
        }
    }
    let mut below = Section::new("Without a price");
    below.list(bill::unpriced(design, bill));
    section.add(below);
    section
}

/// How the first of these figures were derived.
fn derivations(title: &str, figures: Vec<(String, &Figure)>) -> Section {
    let mut section = Section::new(title);
    let more = figures.len().saturating_sub(MOST_DERIVED);
    for (of, figure) in figures.into_iter().take(MOST_DERIVED) {
        section.add(derivation(&of, figure));
    }
    if more > 0 {
        section.note(&format!("{more} more are left out; \"meridian estimate FILE --json\" has all."));
    }
    section
}

/// How a figure was derived, from the result down to its inputs.
fn derivation(of: &str, figure: &Figure) -> Section {
    let mut section = Section::new(&format!("{of}: {}", format::figure(figure)));
    let (steps, more) = nearest(&figure.derivation, MOST_STEPS);
    let mut table = Table::new(["Step", "Value", "Plausible", "How, or where it was read"]);
    for (depth, node) in steps {
        section.cite_in(&node.formula);
        let how = if node.formula.is_empty() {
            let date = node.date.map(|date| format!(" ({date})")).unwrap_or_default();
            let quality = quality(node.quality);
            // Some sources say so themselves.
            let said = node.source.starts_with(quality);
            if said { format!("{}{date}", node.source) } else { format!("{quality}: {}{date}", node.source) }
        } else {
            node.formula.clone()
        };
        let label = format!("{} {}", "›".repeat(depth), node.label);
        table.row([label, format::precise(node.value, node.unit), format::plausible(node), how]);
    }
    section.table(table);
    if more > 0 {
        section.note(&format!("{more} deeper steps are left out; \"meridian estimate FILE --json\" has all."));
    }
    section
}

/// The steps of a derivation with their depths, from the top: at most so many, those next to the result before deeper
/// ones; and how many were left out.
fn nearest(derivation: &Derivation, most: usize) -> (Vec<(usize, &Derivation)>, usize) {
    let mut all = Vec::new();
    walk(derivation, 0, &mut all);
    let mut depths: Vec<usize> = all.iter().map(|(depth, _)| *depth).collect();
    depths.sort_unstable();
    let Some(&deepest) = depths.get(most) else { return (all, 0) };
    // Of the first depth that does not fit as a whole, as many as there is room for.
    let mut room = most - depths.iter().filter(|depth| **depth < deepest).count();
    let found = all.len();
    all.retain(|(depth, _)| {
        let fits = *depth < deepest || (*depth == deepest && room > 0);
        if *depth == deepest {
            room = room.saturating_sub(1);
        }
        fits
    });
    let left_out = found - all.len();
    (all, left_out)
}

/// Every step of a derivation, from the top.
fn walk<'d>(node: &'d Derivation, depth: usize, steps: &mut Vec<(usize, &'d Derivation)>) {
    steps.push((depth, node));
    node.inputs.iter().for_each(|input| walk(input, depth + 1, steps));
}

/// What the figures of this report assume.
pub(super) fn assumptions(source: &Source<'_>, known: &Known) -> Section {
    let (design, books) = (source.design, source.books);
    let all = Assumptions::of(&design.meta.estimation, books.company());
    let answers = known.available.iter().flat_map(|cell| [&cell.goes_on.availability, &cell.works_fully.availability]);
    let figures = source.analysis.estimates.figures().chain(answers);
    let made: BTreeSet<Assumed> =
        figures.flat_map(|figure| figure.derivation.nodes()).filter_map(|node| node.assumed).collect();
    let made: Vec<Assumption<'_>> = made.into_iter().map(|key| all.get(key)).collect();
    let mut section = Section::new("Assumptions");
    if made.is_empty() {
        return section;
    }
    made.iter().for_each(|assumption| section.cite_in(assumption.basis));
    section.say("Figures for which no source speaks. A design or a company's book may make each of them otherwise.");
    let mut rows = inputs::assumptions(&made);
    let basis = made.iter().map(|a| a.note.filter(|note| !note.is_empty()).unwrap_or(a.basis));
    for (row, basis) in rows.iter_mut().zip(std::iter::once("It rests on").chain(basis)) {
        row.push(basis.to_owned());
    }
    section.table(Table::of(rows));
    section.list(unknown(design));
    section
}

fn unknown(design: &Design) -> impl Iterator<Item = String> {
    let unknown = crate::estimate::unknown_assumptions(&design.meta.estimation);
    unknown.map(|id| format!("{id}: not known to this version, so nothing rests on it"))
}
