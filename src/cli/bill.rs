//! The cost of a design as text. Beside or below every total stand the month of its oldest price and how many of its
//! prices are estimates.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::design::{Design, Id};
use crate::estimate::{
    CostCategory, CostItem, CostReport, PriceBasis, TrafficClass, last_place, rounded_to, with_range,
};

use super::text::{Align, paragraph, placed, plural, row, table};

/// Most components and links that are named with their cost.
const MOST_NAMED: usize = 10;

/// Several lines of the bill added up.
#[derive(Default)]
struct Sum {
    /// Value, low end, high end; US dollars a month.
    usd: [f64; 3],
    prices: PriceBasis,
}

impl Sum {
    fn add(&mut self, item: &CostItem) {
        let [value, low, high] = self.usd;
        self.usd = [value + item.cost.value, low + item.cost.low, high + item.cost.high];
        self.prices.add(item);
    }

    /// The value, rounded as its range allows.
    fn shown(&self) -> String {
        let [value, low, high] = self.usd;
        rounded_to(value, last_place(value, low, high), if value.abs() >= 10.0 { 0 } else { 2 })
    }

    /// Month of the oldest price and number of estimates.
    fn basis(&self) -> [String; 2] {
        match self.prices.oldest.map(|date| date.to_string()) {
            Some(date) => [date.get(..7).unwrap_or(&date).to_owned(), self.prices.estimated().to_string()],
            None => ["–".into(), "–".into()],
        }
    }

    /// All three in a row.
    fn cells(&self) -> Vec<String> {
        [self.shown()].into_iter().chain(self.basis()).collect()
    }
}

impl<'a> FromIterator<&'a CostItem> for Sum {
    fn from_iter<I: IntoIterator<Item = &'a CostItem>>(items: I) -> Self {
        let mut sum = Self::default();
        items.into_iter().for_each(|item| sum.add(item));
        sum
    }
}

/// The bill: by region and category, traffic by how far it goes, what costs most, what has no price.
pub(super) fn cost(out: &mut String, design: &Design, cost: &CostReport) {
    let unit = if cost.currency.sourced.is_none() { "US dollars" } else { &cost.currency.code };
    let _ = writeln!(out, "\nCost, {unit} a month before tax");
    let cost = &cost.in_currency();
    let Some(total) = &cost.total else {
        out.push_str("  nothing here has a price\n");
        unpriced(out, design, cost);
        return;
    };
    out.push_str(&by_region(design, cost));
    let _ = writeln!(out, "  in total about {}", with_range(total));
    if !cost.oldest_price.is_empty() {
        let estimated = plural(cost.estimated_prices, "price");
        let _ = writeln!(out, "  oldest price of {}; {estimated} estimated rather than listed", cost.oldest_price);
    }
    if let Some(rate) = cost.currency.rate() {
        paragraph(out, "  ", &format!("shown at {rate}"));
    }
    out.push_str(&traffic(cost));
    out.push_str(&dearest(design, cost));
    unpriced(out, design, cost);
}

/// Regions by the categories that cost something.
fn by_region(design: &Design, cost: &CostReport) -> String {
    let mut cells: BTreeMap<Option<&Id>, (BTreeMap<CostCategory, Sum>, Sum)> = BTreeMap::new();
    let mut sums: BTreeMap<CostCategory, Sum> = BTreeMap::new();
    for item in &cost.items {
        let (by_category, all) = cells.entry(item.region.as_ref()).or_default();
        by_category.entry(item.category).or_default().add(item);
        all.add(item);
        sums.entry(item.category).or_default().add(item);
    }
    let mut header = row(["Region"]);
    header.extend(sums.keys().map(|c| c.label().to_owned()));
    header.extend(row(["Total", "Oldest price", "Estimated"]));
    let mut rows = vec![header];
    for (region, (by_category, all)) in &cells {
        let mut line = vec![region.map_or_else(|| "outside of regions".into(), |r| design.name_of(r))];
        line.extend(sums.keys().map(|c| by_category.get(c).map_or_else(|| "–".into(), Sum::shown)));
        line.extend(all.cells());
        rows.push(line);
    }
    let whole: Sum = cost.items.iter().collect();
    let mut last = row(["Total"]);
    last.extend(sums.values().map(Sum::shown));
    last.extend(whole.cells());
    rows.push(last);
    for (words, at) in [("Oldest price", 0), ("Estimated", 1)] {
        let mut line = row([words]);
        line.extend(sums.values().map(|sum| sum.basis().into_iter().nth(at).unwrap_or_default()));
        line.extend(row(["", "", ""]));
        rows.push(line);
    }
    table(&rows, Align::RightFrom(1))
}

/// Traffic by how far it goes; nothing where none is paid for.
fn traffic(cost: &CostReport) -> String {
    let mut classes: BTreeMap<TrafficClass, Sum> = BTreeMap::new();
    for (class, item) in cost.items.iter().filter_map(|item| Some((item.class?, item))) {
        classes.entry(class).or_default().add(item);
    }
    if classes.is_empty() {
        return String::new();
    }
    let mut rows = vec![row(["Traffic", "Total", "Oldest price", "Estimated"])];
    rows.extend(classes.iter().map(|(class, sum)| [vec![class.label().to_owned()], sum.cells()].concat()));
    format!("\n{}", table(&rows, Align::RightFrom(1)))
}

/// Components and links that cost most.
fn dearest(design: &Design, cost: &CostReport) -> String {
    let all = cost.by_component();
    let of = |id: &Id| cost.items.iter().filter(|item| item.element == *id).collect::<Sum>();
    let mut rows = vec![row(["Component or link", "Total", "Oldest price", "Estimated"])];
    rows.extend(all.iter().take(MOST_NAMED).map(|(id, _)| [vec![placed(design, id)], of(id).cells()].concat()));
    let named: Vec<&Id> = all.iter().take(MOST_NAMED).map(|(id, _)| *id).collect();
    let others = all.len().saturating_sub(MOST_NAMED);
    if others > 0 {
        let rest: Sum = cost.items.iter().filter(|item| !named.contains(&&item.element)).collect();
        rows.push([vec![format!("{others} others")], rest.cells()].concat());
    }
    format!("\n{}", table(&rows, Align::RightFrom(1)))
}

fn unpriced(out: &mut String, design: &Design, cost: &CostReport) {
    for item in &cost.unpriced {
        paragraph(out, "  – ", &format!("{}: {}", placed(design, &item.element), item.reason));
    }
}
