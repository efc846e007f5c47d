//! What people read: aligned columns, no colour.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::books::Books;
use crate::design::{Design, Id};
use crate::estimate::{
    Assumptions, Estimates, Figure, Loss, Operation, Quality, Sensitivity, Unit, last_place, rounded_to,
};
use crate::rules::reference::{Block, Cited, RulePage};
use crate::templates::Template;
use crate::words;

use crate::words::inputs::{self, number};
use crate::words::unit;
pub(super) use crate::words::{plural, quality, row, shown};

/// Width that sentences are wrapped to, characters.
const WIDTH: usize = 100;
/// Width of a column of ids of rules, characters.
pub(super) const WIDTH_OF_IDS: usize = 10;

/// The list of templates.
pub(super) fn templates(all: &[Template]) -> String {
    let rows: Vec<Vec<String>> = all.iter().map(|t| vec![t.id.into(), t.title.into(), t.about.into()]).collect();
    table(&rows, Align::Left)
}

/// What design it is about, on a line of its own.
pub(super) fn heading(design: &Design) -> String {
    let nodes: u32 = design.components.values().filter(|c| c.kind().is_product_node()).map(|c| c.instances).sum();
    format!(
        "{}: WSO2 API Manager {}, {}, {}\n",
        design.meta.name,
        design.meta.product_version,
        plural(design.regions.len(), "region"),
        plural(nodes as usize, "node"),
    )
}

/// The page of a rule or fact.
pub(super) fn page(page: &RulePage) -> String {
    let mut out = String::new();
    paragraph(&mut out, &format!("{}  ", page.id), &page.title);
    out.push('\n');
    for block in &page.blocks {
        match block {
            Block::Field(name, text) => paragraph(&mut out, &format!("  {name:<WIDTH_OF_IDS$}"), text),
            Block::Heading(text) => {
                let _ = writeln!(out, "\n{text}");
            }
            Block::Paragraph(text) => paragraph(&mut out, "  ", text),
            Block::Source(source) => cited(&mut out, source),
            Block::Rule(id, title) => paragraph(&mut out, &format!("  {id:<WIDTH_OF_IDS$} "), title),
        }
    }
    out
}

fn cited(out: &mut String, source: &Cited) {
    if !source.statement.is_empty() || source.basis.is_none() {
        let basis = source.basis.map(|b| format!(" ({})", b.label())).unwrap_or_default();
        paragraph(out, &format!("  {:<5} ", source.fact), &format!("{}{basis}", source.statement));
    }
    for document in &source.documents {
        let parts = [&document.title, &document.location, &document.version];
        let parts: Vec<&str> = parts.into_iter().map(String::as_str).filter(|p| !p.is_empty()).collect();
        paragraph(out, "        – ", &parts.join("; "));
    }
}

/// Latency, load and cost; what they rest on in full, or only counted.
pub(super) fn estimate(design: &Design, estimates: &Estimates, with_sources: bool) -> String {
    let mut out = heading(design);
    latency(&mut out, design, estimates);
    super::capacity::capacity(&mut out, design, &estimates.capacity);
    super::bill::cost(&mut out, design, &estimates.cost);
    sources(&mut out, estimates, with_sources);
    out
}

fn latency(out: &mut String, design: &Design, estimates: &Estimates) {
    out.push_str("\nLatency, milliseconds\n");
    if estimates.latency.is_empty() {
        out.push_str("  there are no users\n");
        return;
    }
    percentiles(out, words::latency::operations(design, &estimates.latency));
    for (title, of) in [
        (
            "Until a published API is visible in each region, milliseconds",
            words::latency::published(design, &estimates.latency),
        ),
        (
            "Latency when the region that serves them is lost, milliseconds",
            words::latency::lost(design, &estimates.latency),
        ),
    ] {
        if of.rows.len() > 1 {
            let _ = writeln!(out, "\n{title}");
            percentiles(out, of);
        }
    }
}

fn percentiles(out: &mut String, of: words::latency::Percentiles) {
    out.push_str(&table(&of.rows, Align::RightFrom(3)));
    for line in of.without {
        paragraph(out, "  – ", &line);
    }
}

/// What the numbers rest on besides the drawing, each input once, the most solid first.
fn sources(out: &mut String, estimates: &Estimates, in_full: bool) {
    let seen = inputs::inputs(estimates.figures());
    if seen.is_empty() {
        return;
    }
    out.push_str("\nSources\n");
    if in_full {
        for s in seen {
            let text = format!("{}, {}: {}", s.label, s.value, s.source);
            paragraph(out, &format!("  {:<10} ", quality(s.quality)), &text);
        }
        return;
    }
    let mut counts: BTreeMap<Quality, usize> = BTreeMap::new();
    for s in &seen {
        *counts.entry(s.quality).or_default() += 1;
    }
    let counts: Vec<String> = counts.iter().map(|(q, n)| format!("{n} {}", quality(*q))).collect();
    let all = plural(seen.len(), "input");
    paragraph(out, "  ", &format!("{all}: {}; --sources lists them, --json has every derivation", counts.join(", ")));
}

/// Every assumption as the design makes it.
pub(super) fn assumptions(design: &Design, books: &Books) -> String {
    let mut out = heading(design);
    out.push_str("\nAssumptions\n");
    let all = Assumptions::of(&design.meta.estimation, books.company());
    let rows = inputs::assumptions(all.all());
    out.push_str(&table(&rows, Align::Left));
    for a in all.all() {
        if let Some(note) = a.note.filter(|note| !note.is_empty()) {
            paragraph(&mut out, "  – ", &format!("{}: {note}", a.key));
        }
    }
    for id in crate::estimate::unknown_assumptions(&design.meta.estimation) {
        paragraph(&mut out, "  – ", &format!("{id}: not known to this version, so nothing rests on it"));
    }
    out
}

/// What each assumption does to a figure, the largest swing first.
pub(super) fn sensitivity(design: &Design, found: &Sensitivity) -> String {
    let mut out = heading(design);
    let place = last_place(found.base, found.range[0], found.range[1]);
    let shown = |value: f64| rounded_to(value, place.min(last_place(value, value, value)), 2);
    let (what, unit_word) = (found.target.label(design), unit(found.unit));
    let _ = writeln!(out, "\n{what}: {} {unit_word}, and with one assumption otherwise", shown(found.base));
    let mut rows = vec![row(["Assumption", "Low", "gives", "High", "gives"])];
    let mut without = BTreeSet::new();
    for swing in &found.swings {
        let mut line = vec![swing.key.to_string()];
        for (end, result) in swing.ends.iter().zip(&swing.results) {
            line.push(number(*end));
            line.push(match result {
                Ok(value) => shown(*value),
                Err(why) => {
                    without.insert(format!("{} at {}: {why}", swing.key, number(*end)));
                    "none".into()
                }
            });
        }
        rows.push(line);
    }
    if found.swings.is_empty() {
        out.push_str("  no assumption moves it\n");
        return out;
    }
    out.push_str(&table(&rows, Align::RightFrom(1)));
    for line in without {
        paragraph(&mut out, "  – ", &line);
    }
    out
}

/// Estimates as one tidy table: a line for every number.
pub(super) fn estimate_csv(design: &Design, estimates: &Estimates) -> Result<String, csv::Error> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(CSV_COLUMNS)?;
    let cost = estimates.cost.in_currency();
    let money = format!("{} a month", cost.currency.code);
    let mut line = |about: [&str; 5], figure: &Figure| {
        let [value, low, high] = [figure.value, figure.low, figure.high].map(|v| format!("{v:.4}"));
        let date = figure.oldest().map(|date| date.to_string()).unwrap_or_default();
        let unit = if figure.unit == Unit::UsdPerMonth { &money } else { unit(figure.unit) };
        let numbers = [&value, &low, &high, unit, quality(figure.weakest()), &date];
        out.write_record(about.into_iter().chain(numbers))
    };
    let mut three = |[section, element, region, item]: [&str; 4], figures: &Result<[Figure; 3], String>| {
        let mut measures = ["p50", "p95", "p99"].into_iter().zip(figures.iter().flatten());
        measures.try_for_each(|(measure, figure)| line([section, element, region, item, measure], figure))
    };
    for population in &estimates.latency {
        let who = population.population.as_str();
        let region = population.served_by.as_ref().map_or("", Id::as_str);
        for latency in &population.operations {
            three(["latency", who, region, operation(latency.operation)], &latency.percentiles)?;
        }
        for publish in &population.publish {
            three(["publication", who, publish.region.as_str(), "visible"], &publish.percentiles)?;
        }
        if let Some(failover) = &population.failover {
            let region = failover.served_by.as_ref().map_or("", Id::as_str);
            for latency in &failover.operations {
                three(["failover", who, region, operation(latency.operation)], &latency.percentiles)?;
            }
        }
    }
    for group in &estimates.capacity {
        let region = design.components.get(&group.component).and_then(|c| c.region.as_ref()).map_or("", Id::as_str);
        // The peak of gateways stands with their load.
        let is_gateway = estimates.load.iter().any(|load| load.component == group.component);
        if let Some(figure) = group.utilisation.as_ref().ok().filter(|_| !is_gateway) {
            line(["load", group.component.as_str(), region, "peak", "utilisation"], figure)?;
        }
        for after in &group.after_loss {
            let lost = match after.lost {
                Loss::Node => "node-lost",
                Loss::Zone(_) => "zone-lost",
                Loss::Region(_) => "region-lost",
            };
            if let Ok(figure) = &after.utilisation {
                line(["load", group.component.as_str(), region, lost, "utilisation"], figure)?;
            }
        }
    }
    for load in &estimates.load {
        let region = design.components.get(&load.component).and_then(|c| c.region.as_ref()).map_or("", Id::as_str);
        line(["load", load.component.as_str(), region, "peak", "utilisation"], &load.utilisation)?;
    }
    for item in &cost.items {
        let region = item.region.as_ref().map_or("", Id::as_str);
        line(["cost", item.element.as_str(), region, item.category.label(), "cost"], &item.cost)?;
    }
    if let Some(total) = &cost.total {
        line(["cost", "", "", "Total", "cost"], total)?;
    }
    let bytes = out.into_inner().map_err(|e| e.into_error())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Columns of [`estimate_csv`].
const CSV_COLUMNS: [&str; 11] =
    ["section", "element", "region", "item", "measure", "value", "low", "high", "unit", "quality", "oldest source"];

fn operation(operation: Operation) -> &'static str {
    match operation {
        Operation::ApiCall => "api-call",
        Operation::ApiCallLocal => "api-call-local",
        Operation::ApiCallRemote => "api-call-remote",
        Operation::TokenIssue => "token-issue",
        Operation::PortalLogin => "portal-login",
        Operation::PublishEverywhere => "publish-everywhere",
    }
}

/// Where columns are set flush right.
#[derive(Clone, Copy)]
pub(super) enum Align {
    Left,
    RightFrom(usize),
}

/// Rows in aligned columns, indented by two.
pub(super) fn table(rows: &[Vec<String>], align: Align) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| rows.iter().filter_map(|r| r.get(column)).map(|c| c.chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut out = String::new();
    for row in rows {
        let mut line = String::from(" ");
        for (n, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let padding = " ".repeat(width.saturating_sub(cell.chars().count()));
            let right = matches!(align, Align::RightFrom(first) if n >= first);
            let (before, after) = if right { (padding.as_str(), "") } else { ("", padding.as_str()) };
            let gap = if n == 0 { " " } else { "  " };
            line.extend([gap, before, cell, after]);
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// A sentence after its indent, wrapped below its own beginning; nothing when it is empty.
pub(super) fn paragraph(out: &mut String, indent: &str, text: &str) {
    let hanging = " ".repeat(indent.chars().count());
    let mut line = indent.to_owned();
    let mut empty = true;
    for word in text.split_whitespace() {
        if !empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
            out.push_str(line.trim_end());
            out.push('\n');
            line.clone_from(&hanging);
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    if !empty {
        out.push_str(&line);
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_align_and_sentences_wrap_below_their_beginning() {
        let rows = [row(["a", "1"]), row(["München", "100"])];
        assert_eq!(table(&rows, Align::RightFrom(1)), "  a          1\n  München  100\n");
        let mut out = String::new();
        paragraph(&mut out, "  Why  ", &"word ".repeat(40));
        assert!(out.lines().all(|l| l.chars().count() <= WIDTH), "{out}");
        assert!(out.lines().skip(1).all(|l| l.starts_with("       word")), "{out}");
    }
}
