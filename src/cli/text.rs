//! What people read: aligned columns, no colour.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::design::{Design, Id};
use crate::estimate::{
    CostCategory, CostReport, Derivation, Estimates, Figure, GroupCapacity, Loss, Operation, PopulationLatency,
    PriceBasis, Quality, Target, Unit,
};
use crate::rules::reference::{Block, Cited, RulePage};
use crate::templates::Template;

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

/// The name of an element with its region, since groups of different regions often share a name.
fn placed(design: &Design, id: &Id) -> String {
    let region = design.components.get(id).and_then(|c| c.region.as_ref());
    let place = region.map(|r| format!(" in {}", design.name_of(r))).unwrap_or_default();
    format!("{}{place}", design.name_of(id))
}

/// Latency, load and cost; what they rest on in full, or only counted.
pub(super) fn estimate(design: &Design, estimates: &Estimates, with_sources: bool) -> String {
    let mut out = heading(design);
    latency(&mut out, design, &estimates.latency);
    capacity(&mut out, design, &estimates.capacity);
    cost(&mut out, design, &estimates.cost);
    sources(&mut out, estimates, with_sources);
    out
}

fn latency(out: &mut String, design: &Design, populations: &[PopulationLatency]) {
    out.push_str("\nLatency, milliseconds\n");
    if populations.is_empty() {
        out.push_str("  there are no users\n");
        return;
    }
    let place = |region: Option<&Id>| region.map_or_else(|| "nobody".into(), |r| design.name_of(r));
    let mut lines = Lines::default();
    for population in populations {
        let who = design.name_of(&population.population);
        let region = place(population.served_by.as_ref());
        for latency in &population.operations {
            let operation = latency.operation.label().to_owned();
            // Of calls to some of the backends only the numbers are of interest.
            if latency.percentiles.is_ok() || !latency.operation.is_part() {
                lines.add(&who, &region, operation, &latency.percentiles);
            }
        }
    }
    lines.write(out, ["Users", "Served by", "Operation"]);
    let mut visible = Lines::default();
    for population in populations.iter().filter(|p| p.publish.len() > 1) {
        let who = design.name_of(&population.population);
        for publish in &population.publish {
            visible.add(
                &who,
                &design.name_of(&publish.region),
                Operation::PublishEverywhere.label().to_owned(),
                &publish.percentiles,
            );
        }
    }
    if !visible.rows.is_empty() {
        out.push_str("\nUntil a published API is visible in each region, milliseconds\n");
        visible.write(out, ["Published by", "Visible in", "Operation"]);
    }
    let mut lost = Lines::default();
    for population in populations {
        let Some(failover) = &population.failover else { continue };
        let who = format!("{}, {} lost", design.name_of(&population.population), design.name_of(&failover.lost));
        let region = place(failover.served_by.as_ref());
        for latency in &failover.operations {
            lost.add(&who, &region, latency.operation.label().to_owned(), &latency.percentiles);
        }
    }
    if !lost.rows.is_empty() {
        out.push_str("\nLatency when the region that serves them is lost, milliseconds\n");
        lost.write(out, ["Users", "Served by", "Operation"]);
    }
}

/// Lines of a table of percentiles, and the sentences of those that have none.
#[derive(Default)]
struct Lines {
    rows: Vec<Vec<String>>,
    without: BTreeSet<String>,
}

impl Lines {
    fn add(&mut self, who: &str, region: &str, what: String, percentiles: &Result<[Figure; 3], String>) {
        let [p50, p95, p99] = match percentiles {
            Ok(figures) => figures.each_ref().map(|f| decimal(f.value)),
            Err(reason) => {
                self.without.insert(format!("{who}, {what}: {reason}"));
                [(); 3].map(|()| "–".to_owned())
            }
        };
        self.rows.push(vec![who.to_owned(), region.to_owned(), what, p50, p95, p99]);
    }

    fn write(self, out: &mut String, [who, region, what]: [&str; 3]) {
        let mut rows = vec![row([who, region, what, "Median", "95 %", "99 %"])];
        rows.extend(self.rows);
        out.push_str(&table(&rows, Align::RightFrom(3)));
        for line in self.without {
            paragraph(out, "  – ", &line);
        }
    }
}

/// How far every group is used, healthy and after a loss, and the nodes it needs.
fn capacity(out: &mut String, design: &Design, groups: &[GroupCapacity]) {
    if groups.is_empty() {
        return;
    }
    out.push_str("\nUse at peak, and after the loss of a node, a zone or another region\n");
    let head =
        ["Group", "Measured by", "Peak", "Capacity", "Used", "Node", "Zone", "Region", "Nodes", "Needed", "Spare"];
    let mut rows = vec![row(head)];
    let mut without: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for group in groups {
        let percent = |of: &Result<Figure, String>| {
            of.as_ref().map_or_else(|_| "–".to_owned(), |figure| format!("{} %", decimal(figure.value)))
        };
        let mut say = |what: &str, why: &str| {
            let line = format!("{what}: {why}");
            without.entry(line).or_default().insert(placed(design, &group.component));
        };
        if let Err(why) = &group.utilisation {
            say("no use", why);
        }
        let mut cells = [(); 3].map(|()| "–".to_owned());
        for after in &group.after_loss {
            let (n, what) = match &after.lost {
                Loss::Node => (0, "without a node"),
                Loss::Zone(_) => (1, "without a zone"),
                Loss::Region(_) => (2, "without another region"),
            };
            if let Some(cell) = cells.get_mut(n) {
                *cell = percent(&after.utilisation);
                if let (Loss::Region(region), Ok(_)) = (&after.lost, &after.utilisation) {
                    *cell = format!("{cell} ({})", design.name_of(region));
                }
            }
            if let Err(why) = &after.utilisation {
                say(what, why);
            }
        }
        let [node, zone, region] = cells;
        let (needed, spare) = match &group.needed {
            Ok(needed) => (needed.instances.to_string(), needed.with_node_lost.to_string()),
            Err(why) => {
                say("nodes needed", why);
                ("–".to_owned(), "–".to_owned())
            }
        };
        let nodes = design.components.get(&group.component).map_or(0, |c| c.instances);
        rows.push(vec![
            placed(design, &group.component),
            group.measure.label().to_owned(),
            decimal(group.demand),
            group.capacity.map_or_else(|| "–".to_owned(), decimal),
            percent(&group.utilisation),
            node,
            zone,
            region,
            nodes.to_string(),
            needed,
            spare,
        ]);
    }
    out.push_str(&table(&rows, Align::RightFrom(2)));
    for (line, who) in without {
        let who: Vec<&str> = who.iter().map(String::as_str).collect();
        paragraph(out, "  – ", &format!("{line} ({})", who.join("; ")));
    }
    let target = Target::of(design);
    let whose =
        if matches!(target, Target::Given(_)) { "the target of the design" } else { "advised, since no target is set" };
    let text = format!(
        "Needed keeps the use within {} %, {whose}; spare does so without one node. A ratio of gateways may be used in full.",
        target.pct()
    );
    paragraph(out, "  – ", &text);
    if design.components.values().any(|c| c.kind().has_control_plane()) {
        paragraph(
            out,
            "  – ",
            "What portals carry is not published, so control planes are not measured by their visitors.",
        );
    }
}

fn cost(out: &mut String, design: &Design, cost: &CostReport) {
    out.push_str("\nCost, US dollars a month before tax\n");
    let Some(total) = &cost.total else {
        out.push_str("  nothing here has a price\n");
        unpriced(out, design, cost);
        return;
    };
    out.push_str(&by_region(design, cost, total));
    let _ = writeln!(out, "  plausible range {} to {}", money(total.low), money(total.high));
    if !cost.oldest_price.is_empty() {
        let estimated = plural(cost.estimated_prices, "price");
        let _ = writeln!(out, "  oldest price of {}; {estimated} estimated rather than listed", cost.oldest_price);
    }
    let classes = cost.by_class();
    if !classes.is_empty() {
        let mut rows = vec![row(["Traffic", "Total", "Oldest price", "Estimated"])];
        rows.extend(classes.iter().map(|(class, usd)| {
            let mut line = row([class.label(), &money(*usd)]);
            line.extend(basis(&cost.basis(|item| item.class == Some(*class))));
            line
        }));
        out.push('\n');
        out.push_str(&table(&rows, Align::RightFrom(1)));
    }
    out.push_str(&dearest(design, cost));
    unpriced(out, design, cost);
}

/// Regions by the categories that cost something. Beside and below every total stand the date of its oldest price and how many are estimates.
fn by_region(design: &Design, cost: &CostReport, total: &Figure) -> String {
    let mut cells: BTreeMap<Option<&Id>, (BTreeMap<CostCategory, f64>, PriceBasis)> = BTreeMap::new();
    for item in &cost.items {
        let (by_category, basis) = cells.entry(item.region.as_ref()).or_default();
        *by_category.entry(item.category).or_default() += item.cost.value;
        basis.add(item);
    }
    let sums = cost.by_category();
    let mut header = vec!["Region".to_owned()];
    header.extend(sums.keys().map(|c| c.label().to_owned()));
    header.extend(row(["Total", "Oldest price", "Estimated"]));
    let mut rows = vec![header];
    for (region, (by_category, prices)) in &cells {
        let mut line = vec![region.map_or_else(|| "outside of regions".into(), |r| design.name_of(r))];
        line.extend(sums.keys().map(|c| by_category.get(c).map_or_else(|| "–".into(), |v| money(*v))));
        line.push(money(by_category.values().sum()));
        line.extend(basis(prices));
        rows.push(line);
    }
    let whole = basis(&cost.basis(|_| true));
    let mut last = vec!["Total".to_owned()];
    last.extend(sums.values().chain([&total.value]).map(|v| money(*v)));
    last.extend(whole.clone());
    rows.push(last);
    let of_each: Vec<_> = sums.keys().map(|c| basis(&cost.basis(|item| item.category == *c))).collect();
    for (at, words) in ["Oldest price", "Estimated"].into_iter().enumerate() {
        let mut line = vec![words.to_owned()];
        line.extend(of_each.iter().chain([&whole]).map(|cells| cells.get(at).cloned().unwrap_or_default()));
        line.extend(row(["", ""]));
        rows.push(line);
    }
    table(&rows, Align::RightFrom(1))
}

/// Month of the oldest price and number of estimates.
fn basis(of: &PriceBasis) -> [String; 2] {
    match of.oldest {
        Some(date) => {
            let date = date.to_string();
            [date.get(..7).unwrap_or(&date).to_owned(), of.estimated().to_string()]
        }
        None => ["–".into(), "–".into()],
    }
}

/// Most components that are named with their cost.
const MOST_NAMED: usize = 10;

/// What costs most.
fn dearest(design: &Design, cost: &CostReport) -> String {
    let all = cost.by_component();
    let mut rows = vec![row(["Component or link", "Total", "Oldest price", "Estimated"])];
    rows.extend(all.iter().take(MOST_NAMED).map(|(id, usd)| {
        let mut line = vec![placed(design, id), money(*usd)];
        line.extend(basis(&cost.basis(|item| item.element == **id)));
        line
    }));
    let rest = all.get(MOST_NAMED..).unwrap_or_default();
    if !rest.is_empty() {
        let sum = rest.iter().map(|(_, usd)| usd).sum();
        rows.push(vec![format!("{} others", rest.len()), money(sum), String::new(), String::new()]);
    }
    format!("\n{}", table(&rows, Align::RightFrom(1)))
}

fn unpriced(out: &mut String, design: &Design, cost: &CostReport) {
    for item in &cost.unpriced {
        paragraph(out, "  – ", &format!("{}: {}", placed(design, &item.element), item.reason));
    }
}

/// An input of some number, as people read it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Source<'a> {
    quality: Quality,
    label: &'a str,
    value: String,
    source: &'a str,
}

/// What the numbers rest on besides the drawing, each input once, the most solid first.
fn sources(out: &mut String, estimates: &Estimates, in_full: bool) {
    let mut seen: BTreeSet<Source<'_>> = BTreeSet::new();
    let latency = estimates.latency.iter().flat_map(|l| {
        let operations = l.operations.iter().chain(l.failover.iter().flat_map(|f| &f.operations));
        operations.map(|o| &o.percentiles).chain(l.publish.iter().map(|p| &p.percentiles)).flatten().flatten()
    });
    let load = estimates.capacity.iter().filter_map(|g| g.utilisation.as_ref().ok());
    let cost = estimates.cost.total.iter().chain(estimates.cost.items.iter().map(|i| &i.cost));
    for figure in latency.chain(load).chain(cost) {
        collect(figure, &mut seen);
    }
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

fn collect<'a>(figure: &'a Figure, seen: &mut BTreeSet<Source<'a>>) {
    let mut stack: Vec<&Derivation> = vec![&figure.derivation];
    while let Some(node) = stack.pop() {
        if !node.source.is_empty() && node.quality != Quality::Given {
            let value = format!("{} {}", number(node.value), unit(node.unit)).trim_end().to_owned();
            seen.insert(Source { quality: node.quality, label: &node.label, value, source: &node.source });
        }
        stack.extend(&node.inputs);
    }
}

fn quality(quality: Quality) -> &'static str {
    match quality {
        Quality::Measured => "measured",
        Quality::Published => "published",
        Quality::Given => "given",
        Quality::Derived => "derived",
        Quality::Estimated => "estimated",
        Quality::Assumed => "assumed",
    }
}

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Ms => "ms",
        Unit::UsdPerMonth => "USD a month",
        Unit::Usd => "USD",
        Unit::RequestsPerS => "a second",
        Unit::Percent => "%",
        Unit::GbPerMonth => "GB a month",
        Unit::Hours => "hours",
        Unit::Km => "km",
        Unit::Bytes => "bytes",
        Unit::Count => "",
    }
}

pub(super) fn row<const N: usize>(cells: [&str; N]) -> Vec<String> {
    cells.map(str::to_owned).to_vec()
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

pub(super) fn plural(n: usize, word: &str) -> String {
    format!("{n} {word}{}", if n == 1 { "" } else { "s" })
}

/// A number of any size with three or four digits that matter: prices of a gigabyte are fractions of a dollar.
fn number(value: f64) -> String {
    if value.abs() >= 99.95 || value.abs() < 1e-12 {
        return grouped(value);
    }
    let text = if value.abs() < 1.0 { format!("{value:.4}") } else { format!("{value:.2}") };
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// One decimal below a hundred, none above.
fn decimal(value: f64) -> String {
    if value.abs() < 99.95 { format!("{value:.1}") } else { grouped(value) }
}

fn money(value: f64) -> String {
    grouped(value)
}

/// Whole number with commas between thousands.
fn grouped(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    if !value.is_finite() {
        return "–".into();
    }
    let mut out = String::from(if value < -0.5 { "-" } else { "" });
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!([1_234_567.4, 999.6, 0.4, -1_200.0].map(grouped), ["1,234,567", "1,000", "0", "-1,200"]);
        assert_eq!([12.34, 99.96, 0.0].map(decimal), ["12.3", "100", "0.0"]);
        assert_eq!([0.01, 12.30, 730.0, 0.0, 5.0].map(number), ["0.01", "12.3", "730", "0", "5"]);
    }

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
