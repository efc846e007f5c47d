//! Tables of the bill. Beside or below every total stand the month of its oldest price and how many of its prices are
//! estimates.

use std::collections::BTreeMap;

use crate::design::{Design, Id};
use crate::estimate::{
    CostCategory, CostItem, CostReport, PriceBasis, TrafficClass, last_place, rounded_to, with_range,
};

use super::{Lines, placed, plural, row};

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

/// Regions by the categories that cost something. Numbers begin in the second column.
#[must_use]
pub fn by_region(design: &Design, cost: &CostReport) -> Lines {
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
    rows
}

/// Traffic by how far it goes; only a head where none is paid for.
#[must_use]
pub fn traffic(cost: &CostReport) -> Lines {
    let mut classes: BTreeMap<TrafficClass, Sum> = BTreeMap::new();
    for (class, item) in cost.items.iter().filter_map(|item| Some((item.class?, item))) {
        classes.entry(class).or_default().add(item);
    }
    let mut rows = vec![row(["Traffic", "Total", "Oldest price", "Estimated"])];
    rows.extend(classes.iter().map(|(class, sum)| [vec![class.label().to_owned()], sum.cells()].concat()));
    rows
}

/// Components and links that cost most.
#[must_use]
pub fn dearest(design: &Design, cost: &CostReport) -> Lines {
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
    rows
}

/// What the bill is in, before tax, and what it comes to: sentences without a full stop. `cost` in the currency in which
/// people want to see it ([`CostReport::in_currency`]).
#[must_use]
pub fn totals(cost: &CostReport) -> Vec<String> {
    let Some(total) = &cost.total else { return vec!["nothing here has a price".to_owned()] };
    let mut totals = vec![format!("in total about {}", with_range(total))];
    if !cost.oldest_price.is_empty() {
        let estimated = plural(cost.estimated_prices, "price");
        totals.push(format!("oldest price of {}; {estimated} estimated rather than listed", cost.oldest_price));
    }
    totals.extend(cost.currency.rate().map(|rate| format!("shown at {rate}")));
    totals
}

/// The currency of the bill in words.
#[must_use]
pub fn currency(cost: &CostReport) -> &str {
    if cost.currency.sourced.is_none() { "US dollars" } else { &cost.currency.code }
}

/// What has no price and why, sentences.
#[must_use]
pub fn unpriced(design: &Design, cost: &CostReport) -> Vec<String> {
    cost.unpriced.iter().map(|item| format!("{}: {}", placed(design, &item.element), item.reason)).collect()
}
