//! The cost tab: what each region costs by category, each component, and each distance of traffic.

use std::collections::BTreeMap;

use crate::analysis::Analysis;
use crate::app::panels::explain::{Place, Subject};
use crate::app::panels::format;
use crate::app::panels::summary::month;
use crate::books::Currency;
use crate::design::{Design, Id};
use crate::estimate::{CostCategory, CostItem, CostReport, PriceBasis, TrafficClass, Unit};
use crate::rules::Severity;

use super::sheet::{Cell, Column, Line, Sheet, sentence};
use super::table::Source;

/// The tab.
pub const SOURCE: Source = Source {
    name: "cost",
    waiting: "Cost is being estimated…",
    nothing: "Nothing drawn costs anything yet.",
    views,
    sheet,
};

/// US dollars with cents.
const USD: (&str, usize) = ("USD a month", 2);

/// Cost by category, in the order of [`CostCategory::ALL`]; `None` where there is none.
type ByCategory = [Option<f64>; CostCategory::ALL.len()];

/// What a sum rests on, in words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Prices {
    /// Month of the oldest price; a dash when no list was used.
    pub oldest: String,
    /// How many prices are estimates.
    pub estimated: usize,
    /// Whether any price was used.
    pub used: bool,
}

impl Prices {
    /// Those behind the lines of a bill.
    pub fn of(basis: &PriceBasis) -> Self {
        let oldest = basis.oldest.map_or_else(|| format::NONE.to_owned(), |date| month(&date.to_string()).to_owned());
        Self { oldest, estimated: basis.estimated(), used: basis.oldest.is_some() }
    }

    /// `2023-02`, and `3 est.` when some are estimates.
    pub fn words(&self) -> String {
        match self.estimated {
            0 => self.oldest.clone(),
            n => format!("{} · {n} est.", self.oldest),
        }
    }

    /// Month and number of estimates in cells of their own.
    fn cells(&self) -> [Cell; 2] {
        let oldest = if self.used { Cell::text(self.oldest.clone()) } else { Cell::nothing() };
        [oldest, Cell::count(self.estimated)]
    }
}

fn views(_: &Design, analysis: &Analysis) -> Vec<String> {
    let mut views = vec!["By region".to_owned(), "By component".to_owned(), "Traffic by distance".to_owned()];
    let unpriced = analysis.estimates.cost.unpriced.len();
    if unpriced > 0 {
        views.push(format!("Without price {unpriced}"));
    }
    views
}

fn sheet(view: usize, design: &Design, analysis: &Analysis) -> Sheet {
    let report = &analysis.estimates.cost;
    let sheet = match view {
        0 => by_region(design, report),
        1 => by_component(design, report),
        2 => by_distance(report),
        _ => without_price(design, report),
    };
    Sheet { note: note(report), ..sheet }
}

/// What to know about the prices.
fn note(report: &CostReport) -> String {
    let mut note = Vec::new();
    if let Some(total) = &report.total {
        note.push(["before tax", &format::deviation_in(total, &report.currency)].join(" ").trim_end().to_owned());
    }
    if report.currency.sourced.is_some() {
        note.push(format!("{} {} for $1", report.currency.per_usd, report.currency.code));
    }
    if !report.oldest_price.is_empty() {
        note.push(format!("oldest price {}", month(&report.oldest_price)));
    }
    if report.estimated_prices > 0 {
        note.push(format!("{} estimated", format::counted(report.estimated_prices, "price", "prices")));
    }
    note.join(" · ")
}

/// Shown in the company's currency, copied in US dollars.
fn money(usd: f64, currency: &Currency, subject: Subject) -> Cell {
    let words = format::money(usd, currency);
    Cell { subject: Some(subject), words, ..Cell::number(usd, Unit::UsdPerMonth) }
}

fn total_column() -> Column {
    Column::numbers("Total", 92.0, USD, "A month before tax; copied in US dollars")
}

fn price_columns() -> [Column; 2] {
    [
        Column::words("Oldest price", 84.0, "When the oldest price behind the total was listed"),
        Column::numbers("Estimates", 76.0, ("", 0), "How many of the prices behind the total are estimates"),
    ]
}

fn by_region(design: &Design, report: &CostReport) -> Sheet {
    let currency = &report.currency;
    // One pass over the items, whatever the number of regions.
    let mut sums: BTreeMap<Option<&Id>, (ByCategory, PriceBasis)> = BTreeMap::new();
    let mut all = (ByCategory::default(), PriceBasis::default());
    let mut of_category: [PriceBasis; CostCategory::ALL.len()] = Default::default();
    for item in &report.items {
        let column = CostCategory::ALL.iter().position(|c| *c == item.category);
        for (row, basis) in [sums.entry(item.region.as_ref()).or_default(), &mut all] {
            if let Some(cell) = column.and_then(|c| row.get_mut(c)) {
                *cell = Some(cell.unwrap_or(0.0) + item.cost.value);
            }
            basis.add(item);
        }
        if let Some(basis) = column.and_then(|c| of_category.get_mut(c)) {
            basis.add(item);
        }
    }
    // The categories that cost something have a column. The total is the first, with what it rests on, so that both stay
    // in view however many follow.
    let shown: Vec<(usize, CostCategory)> = CostCategory::ALL
        .into_iter()
        .enumerate()
        .filter(|(at, _)| all.0.get(*at).is_some_and(Option::is_some))
        .collect();
    let mut columns = vec![Column::words("Region", 132.0, "Where it is paid"), total_column()];
    columns.extend(price_columns());
    for (_, category) in &shown {
        columns.push(Column::numbers(category.label(), 92.0, USD, "A month before tax; copied in US dollars"));
    }
    let line = |place: Place, name: String, (by_category, basis): &(ByCategory, PriceBasis)| {
        let usd: f64 = by_category.iter().flatten().sum();
        let mut cells =
            vec![Cell::text(name.clone()), money(usd, currency, Subject::Cost(place.clone(), None)).strong()];
        cells.extend(Prices::of(basis).cells());
        for (at, category) in &shown {
            let usd = by_category.get(*at).copied().flatten();
            let cell = usd
                .map_or_else(Cell::nothing, |usd| money(usd, currency, Subject::Cost(place.clone(), Some(*category))));
            let prices = of_category.get(*at).filter(|_| place == Place::Everywhere).map(Prices::of);
            cells.push(cell.more(&prices.map(|p| format!("oldest price {}", p.words())).unwrap_or_default()));
        }
        let (element, sum) = match &place {
            Place::Region(id) => (Some(id.clone()), false),
            Place::NoRegion => (None, false),
            Place::Everywhere => (None, true),
        };
        Line { name, element, sum, cells }
    };
    let regions = design.regions.keys().map(|id| (Place::Region(id.clone()), Some(id), design.name_of(id)));
    let places = regions.chain([(Place::NoRegion, None, "Outside regions".to_owned())]);
    let mut lines: Vec<Line> =
        places.filter_map(|(place, key, name)| Some(line(place, name, sums.get(&key)?))).collect();
    if !lines.is_empty() {
        let mut sum = line(Place::Everywhere, "Total".into(), &all);
        let most = design.meta.estimation.targets.usd_per_month;
        let total = report.total.as_ref().map_or(0.0, |total| total.value);
        if let (Some(most), Some(cell)) = (most.filter(|most| total > *most), sum.cells.get_mut(1)) {
            let words = format!("over the target of {}", format::value(most, Unit::UsdPerMonth));
            *cell = cell.clone().marked(Some(Severity::Warning)).more(&words);
        }
        lines.push(sum);
    }
    Sheet { columns, lines, note: String::new() }
}

fn by_component(design: &Design, report: &CostReport) -> Sheet {
    let currency = &report.currency;
    let mut items: BTreeMap<&Id, Vec<&CostItem>> = BTreeMap::new();
    for item in &report.items {
        items.entry(&item.element).or_default().push(item);
    }
    let mut columns = vec![
        Column::words("Component or link", 180.0, "What it is paid for"),
        Column::words("Region", 132.0, "Where it stands"),
        total_column(),
    ];
    columns.extend(price_columns());
    let line = |(id, usd): (&Id, f64)| {
        let name = design.name_of(id);
        let region = design.components.get(id).and_then(|c| c.region.as_ref());
        let prices = Prices::of(&items.get(id).into_iter().flatten().copied().collect());
        let mut cells = vec![
            Cell::text(name.clone()),
            region.map_or_else(Cell::nothing, |id| Cell::text(design.name_of(id))),
            money(usd, currency, Subject::CostOf(id.clone())).strong(),
        ];
        cells.extend(prices.cells());
        Line { name, element: Some(id.clone()), sum: false, cells }
    };
    let lines = report.by_component().into_iter().map(line).collect();
    Sheet { columns, lines, note: String::new() }
}

fn by_distance(report: &CostReport) -> Sheet {
    let currency = &report.currency;
    let mut columns =
        vec![Column::words("Traffic", 180.0, "How far it goes, which decides what it costs"), total_column()];
    columns.extend(price_columns());
    let line = |(class, usd): (TrafficClass, f64)| {
        let name = class.label().to_owned();
        let prices = Prices::of(&report.basis(|item| item.class == Some(class)));
        let mut cells = vec![Cell::text(name.clone()), money(usd, currency, Subject::CostOfTraffic(class)).strong()];
        cells.extend(prices.cells());
        Line { name, element: None, sum: false, cells }
    };
    let lines = report.by_class().into_iter().map(line).collect();
    Sheet { columns, lines, note: String::new() }
}

fn without_price(design: &Design, report: &CostReport) -> Sheet {
    let columns = vec![
        Column::words("Component or link", 180.0, "What costs money, too, and is in no total"),
        Column::words("Why there is no price", 560.0, "What keeps it from being priced"),
    ];
    let line = |unpriced: &crate::estimate::Unpriced| {
        let name = design.name_of(&unpriced.element);
        let cells = vec![Cell::text(name.clone()), Cell::text(sentence(&unpriced.reason))];
        Line { name, element: Some(unpriced.element.clone()), sum: false, cells }
    };
    Sheet { columns, lines: report.unpriced.iter().map(line).collect(), note: String::new() }
}

#[cfg(test)]
mod tests {
    use super::super::sorting::Sorting;
    use super::*;
    use crate::design::{Pos, Site, commands};
    use crate::estimate::{Derivation, Estimates, Figure, Quality, Unpriced};
    use crate::rules::pattern::{Pattern, Recognition};

    fn sample() -> (Design, Analysis) {
        let mut design = Design::default();
        let (edit, region) =
            commands::add_region(&design, "Mumbai, India", Site::cloud("aws", "ap-south-1"), Pos(0, 0));
        edit.apply(&mut design).unwrap();
        let item = |region: Option<Id>, category, usd| CostItem {
            element: Id::slug("x"),
            region,
            category,
            class: None,
            price: None,
            cost: Figure {
                value: usd,
                low: usd,
                high: usd,
                unit: Unit::UsdPerMonth,
                derivation: Derivation::input("x", usd, Unit::UsdPerMonth, Quality::Published, ""),
            },
        };
        let mut estimates = Estimates::default();
        estimates.cost.items = vec![
            item(Some(region.clone()), CostCategory::Compute, 100.0),
            item(Some(region), CostCategory::Compute, 20.5),
            item(None, CostCategory::Traffic, 9.5),
        ];
        estimates.cost.unpriced = vec![Unpriced { element: Id::slug("moesif"), reason: "sold by quote".into() }];
        let recognition =
            Recognition { pattern: Pattern::None, reasons: Vec::new(), regions: Vec::new(), missing: Vec::new() };
        (design, Analysis { recognition, estimates, ..Analysis::blank() })
    }

    #[test]
    fn rows_add_up_to_the_total_in_the_copy() {
        let (design, analysis) = sample();
        let of = sheet(0, &design, &analysis);
        let text = of.csv(&Sorting { by: Some((1, false)) }.order(&of));
        let mut reader = ::csv::Reader::from_reader(text.as_bytes());
        let rows: Vec<Vec<String>> = reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect();
        let totals: Vec<_> = rows.iter().map(|r| (r[0].as_str(), r[1].as_str())).collect();
        assert_eq!(totals, [("Outside regions", "9.50"), ("Mumbai, India", "120.50"), ("Total", "130.00")]);
        assert_eq!(rows[0][4], "", "nothing is spent on compute there");
    }

    #[test]
    fn what_has_no_price_is_counted_and_listed() {
        let (design, analysis) = sample();
        assert!(views(&design, &analysis).contains(&"Without price 1".to_owned()));
        let of = sheet(3, &design, &analysis);
        assert!(of.csv(&[0]).contains("moesif,Sold by quote"));
    }
}
