//! The cost tab: what each region costs by category, each class of traffic, each component.

use std::collections::BTreeMap;

use egui::{Align, Button, Rect, Sense, Ui};
use egui_extras::{Column, TableBuilder, TableRow};

use crate::analysis::Analysis;
use crate::app::panels::explain::{Place, Subject};
use crate::app::panels::memo::{AnalysisKey, DesignKey, Memo};
use crate::app::panels::summary::month;
use crate::app::panels::{Cx, format, paint};
use crate::app::{Msg, theme};
use crate::design::{Design, Id};
use crate::estimate::{CostCategory, CostItem, CostReport, PriceBasis, Unit};

use super::{ROW, cell_figure, cell_text, column_head};

/// Widths of the table's columns: region, total, prices, each category.
const WIDTHS: [f32; 4] = [132.0, 76.0, 116.0, 88.0];
/// Room left of the first column.
const MARGIN: f32 = 8.0;
/// Most components and links that are listed with their cost.
const MOST_LISTED: usize = 60;

/// Cost by category, in the order of [`CostCategory::ALL`]; `None` where there is none.
type ByCategory = [Option<f64>; CostCategory::ALL.len()];

/// One row: a place with its cost by category and in total, US dollars a month.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The place.
    pub place: Place,
    /// Its name.
    pub name: String,
    /// Cost by category.
    pub by_category: ByCategory,
    /// Their sum.
    pub total: Option<f64>,
    /// Oldest price and number of estimates behind the sum.
    pub prices: Prices,
}

/// What a total rests on, in words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Prices {
    /// Month of the oldest price; a dash when no list was used.
    pub oldest: String,
    /// How many prices are estimates.
    pub estimated: usize,
}

impl Prices {
    fn of(basis: &PriceBasis) -> Self {
        let oldest = basis.oldest.map_or_else(|| format::NONE.to_owned(), |date| month(&date.to_string()).to_owned());
        Self { oldest, estimated: basis.estimated() }
    }

    /// `2023-02`, and `3 est.` when some are estimates.
    fn words(&self) -> String {
        match self.estimated {
            0 => self.oldest.clone(),
            n => format!("{} · {n} est.", self.oldest),
        }
    }
}

/// A sum with a name beside the table of regions: a component, or how far traffic goes.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The component or link; `None` for a class of traffic.
    pub element: Option<Id>,
    /// Its name.
    pub name: String,
    /// US dollars a month.
    pub usd: f64,
    /// What the sum rests on.
    pub prices: Prices,
}

/// The bill as a table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bill {
    /// One row per region that costs something, one for what stands in none, and the total.
    pub rows: Vec<Row>,
    /// What the total of each category rests on, in the order of [`CostCategory::ALL`].
    pub prices: [Prices; CostCategory::ALL.len()],
    /// Traffic by how far it goes.
    pub traffic: Vec<Line>,
    /// Components and links, the dearest first; [`MOST_LISTED`] at most.
    pub components: Vec<Line>,
    /// What has no price, with the reason.
    pub unpriced: Vec<(String, String)>,
    /// What to know about the prices.
    pub note: String,
}

/// The bill of an analysis.
pub fn bill(design: &Design, analysis: &Analysis) -> Bill {
    let report = &analysis.estimates.cost;
    let mut places: Vec<Place> = design.regions.keys().cloned().map(Place::Region).collect();
    places.push(Place::NoRegion);
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
    let total_of = |cells: &ByCategory| {
        let known: Vec<f64> = cells.iter().flatten().copied().collect();
        (!known.is_empty()).then(|| known.iter().sum())
    };
    let mut rows: Vec<Row> = places
        .into_iter()
        .filter_map(|place| {
            let (key, name) = match &place {
                Place::Region(id) => (Some(id), design.name_of(id)),
                Place::NoRegion | Place::Everywhere => (None, "Outside regions".to_owned()),
            };
            let (by_category, basis) = sums.get(&key)?;
            let (total, prices) = (total_of(by_category), Prices::of(basis));
            Some(Row { name, by_category: *by_category, total, place, prices })
        })
        .collect();
    if !rows.is_empty() {
        let (by_category, basis) = &all;
        let total = report.total.as_ref().map(|f| f.value).or_else(|| total_of(by_category));
        let prices = Prices::of(basis);
        rows.push(Row { place: Place::Everywhere, name: "Total".into(), by_category: *by_category, total, prices });
    }
    let mut note = Vec::new();
    if let Some(total) = &report.total {
        note.push(["before tax", &format::deviation(total)].join(" ").trim_end().to_owned());
    }
    if !report.oldest_price.is_empty() {
        note.push(format!("oldest price {}", month(&report.oldest_price)));
    }
    if report.estimated_prices > 0 {
        note.push(format!("{} estimated", format::counted(report.estimated_prices, "price", "prices")));
    }
    let unpriced = report.unpriced.iter().map(|u| (design.name_of(&u.element), u.reason.clone())).collect();
    Bill {
        rows,
        prices: of_category.each_ref().map(Prices::of),
        traffic: traffic(report),
        components: components(design, report),
        unpriced,
        note: note.join(" · "),
    }
}

fn traffic(report: &CostReport) -> Vec<Line> {
    let line = |(class, usd): (crate::estimate::TrafficClass, f64)| Line {
        element: None,
        name: class.label().to_owned(),
        usd,
        prices: Prices::of(&report.basis(|item| item.class == Some(class))),
    };
    report.by_class().into_iter().map(line).collect()
}

fn components(design: &Design, report: &CostReport) -> Vec<Line> {
    let mut items: BTreeMap<&Id, Vec<&CostItem>> = BTreeMap::new();
    for item in &report.items {
        items.entry(&item.element).or_default().push(item);
    }
    let line = |(id, usd): (&Id, f64)| Line {
        element: Some(id.clone()),
        name: placed(design, id),
        usd,
        prices: Prices::of(&items.get(id).into_iter().flatten().copied().collect()),
    };
    report.by_component().into_iter().take(MOST_LISTED).map(line).collect()
}

/// A component with its region, or a link.
fn placed(design: &Design, id: &Id) -> String {
    let region = design.components.get(id).and_then(|c| design.regions.get(c.region.as_ref()?));
    region.map_or_else(|| design.name_of(id), |region| format!("{} · {}", design.name_of(id), region.name))
}

/// The bill as comma-separated values, US dollars a month with cents; cells without cost are empty.
pub fn csv(bill: &Bill) -> String {
    let quoted = |text: &str| {
        // A cell that begins like a formula would be run by a spreadsheet.
        let text = if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text.to_owned() };
        if text.contains([',', '"', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
    };
    let money = |v: &Option<f64>| v.map(|v| format!("{v:.2}")).unwrap_or_default();
    let mut lines = vec![
        std::iter::once("Region".to_owned())
            .chain(CostCategory::ALL.iter().map(|c| c.label().to_owned()))
            .chain(["Total (USD a month)", "Oldest price", "Estimated prices"].map(str::to_owned))
            .collect::<Vec<_>>()
            .join(","),
    ];
    for row in &bill.rows {
        let mut cells = vec![quoted(&row.name)];
        cells.extend(row.by_category.iter().map(money));
        cells.push(money(&row.total));
        cells.extend([row.prices.oldest.clone(), row.prices.estimated.to_string()]);
        lines.push(cells.join(","));
    }
    let mut of_categories = |words: &str, of: fn(&Prices) -> String| {
        let cells = std::iter::once(words.to_owned()).chain(bill.prices.iter().map(of));
        lines.push(cells.collect::<Vec<_>>().join(","));
    };
    of_categories("Oldest price", |prices| prices.oldest.clone());
    of_categories("Estimated prices", |prices| prices.estimated.to_string());
    for line in bill.traffic.iter().chain(&bill.components) {
        lines.push(format!("{},{:.2}", quoted(&line.name), line.usd));
    }
    for (name, reason) in &bill.unpriced {
        lines.push(format!("{},{}", quoted(name), quoted(&format!("no price: {reason}"))));
    }
    lines.join("\n") + "\n"
}

/// What the tab remembers.
#[derive(Default)]
pub struct CostTab {
    bill: Memo<(DesignKey, AnalysisKey), Bill>,
}

impl CostTab {
    fn bill(&mut self, cx: &Cx<'_>) -> Option<&Bill> {
        let analysis = cx.state.analysis.as_deref()?;
        let key = (DesignKey::of(cx.state), AnalysisKey::of(cx.state));
        Some(self.bill.get(key, || bill(cx.state.shown(), analysis)))
    }

    /// Draws the note on prices and the copy button beside the tabs.
    pub fn tools(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, rect: Rect) {
        let Some(bill) = self.bill(cx).filter(|b| !b.rows.is_empty()) else { return };
        let current = cx.state.analysis_is_current();
        let mut child = ui.new_child(
            egui::UiBuilder::new()
                .id_salt("cost tools")
                .max_rect(rect)
                .layout(egui::Layout::right_to_left(Align::Center)),
        );
        child.set_clip_rect(rect.intersect(ui.clip_rect()));
        if child.add_enabled(current, Button::new("Copy as CSV")).clicked() {
            cx.msgs.push(Msg::CopyText(csv(bill)));
            cx.msgs.push(Msg::Toast("The cost table is on the clipboard".into()));
        }
        let room = child.available_rect_before_wrap();
        let color = theme::color(cx.palette.text_weak);
        let words = if current { bill.note.as_str() } else { "updating…" };
        let (_, cut) = paint::text(child.painter(), room, words, paint::small(), color, Align::Max);
        if cut {
            child.interact(room, child.id().with("note"), Sense::hover()).on_hover_text(words);
        }
    }

    /// Draws the table and what has no price.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        if !cx.state.analysis_is_current() && cx.state.analysis.is_some() {
            ui.multiply_opacity(0.55);
        }
        let palette = cx.palette;
        let Some(bill) = self.bill(cx) else {
            super::empty(ui, palette, "Cost is being estimated…");
            return;
        };
        if bill.rows.is_empty() && bill.unpriced.is_empty() {
            super::empty(ui, palette, "Nothing drawn costs anything yet.");
            return;
        }
        egui::ScrollArea::both().id_salt("cost").auto_shrink(false).show(ui, |ui| {
            let shown = columns(bill);
            let [region, total, prices, category] = WIDTHS;
            let wide = MARGIN + region + category * shown.len() as f32 + total + prices;
            ui.set_min_width(wide.max(ui.available_width()));
            table_ui(ui, cx, bill, &shown);
            lines_ui(ui, cx, "Traffic by distance", &bill.traffic);
            lines_ui(ui, cx, "Components and links", &bill.components);
            if bill.unpriced.is_empty() {
                return;
            }
            ui.horizontal(|ui| {
                ui.add_space(12.0);
                ui.vertical(|ui| {
                    paint::heading(ui, palette, "Without price");
                    for (name, reason) in &bill.unpriced {
                        let words = format!("{name}: {reason}");
                        ui.add(egui::Label::new(words).wrap());
                        ui.add_space(4.0);
                    }
                });
            });
        });
    }
}

/// The categories that have a column: those that cost something, by their place in [`CostCategory::ALL`].
fn columns(bill: &Bill) -> Vec<(usize, CostCategory)> {
    let costs = |at: usize| bill.rows.iter().any(|row| row.by_category.get(at).is_some_and(Option::is_some));
    CostCategory::ALL.into_iter().enumerate().filter(|(at, _)| costs(*at)).collect()
}

fn table_ui(ui: &mut Ui, cx: &mut Cx<'_>, bill: &Bill, shown: &[(usize, CostCategory)]) {
    let palette = cx.palette;
    ui.spacing_mut().item_spacing.x = 0.0;
    let [region, total, prices, category] = WIDTHS;
    let table = TableBuilder::new(ui)
        .id_salt("cost")
        .vscroll(false)
        .cell_layout(egui::Layout::left_to_right(Align::Center))
        .column(Column::exact(MARGIN))
        .column(Column::exact(region).clip(true))
        .column(Column::exact(total))
        .column(Column::exact(prices))
        .columns(Column::exact(category), shown.len())
        .column(Column::remainder());
    table
        .header(24.0, |mut row| {
            row.col(|_| {});
            row.col(|ui| column_head(ui, palette, "Region", Align::Min));
            // The total first, with what it rests on, so that both stay in view however many categories follow.
            row.col(|ui| column_head(ui, palette, "$ a month", Align::Max));
            row.col(|ui| column_head(ui, palette, "Oldest price", Align::Max));
            for (_, category) in shown {
                row.col(|ui| column_head(ui, palette, category.label(), Align::Max));
            }
            row.col(|_| {});
        })
        .body(|body| {
            // Two rows more than the places: what the total of each category rests on.
            let places = bill.rows.len();
            let extra = if places == 0 { 0 } else { 2 };
            body.rows(ROW, places + extra, |mut table_row| {
                table_row.set_overline(true);
                table_row.col(|_| {});
                match bill.rows.get(table_row.index()) {
                    Some(row) => place_ui(&mut table_row, cx, row, shown),
                    None if table_row.index() == places => {
                        prices_ui(&mut table_row, cx, bill, shown, ("Oldest price", |p| p.oldest.clone()));
                    }
                    None => {
                        prices_ui(&mut table_row, cx, bill, shown, ("Estimated prices", |p| p.estimated.to_string()));
                    }
                }
                table_row.col(|_| {});
            });
        });
}

fn place_ui(to: &mut TableRow<'_, '_>, cx: &mut Cx<'_>, row: &Row, shown: &[(usize, CostCategory)]) {
    let palette = cx.palette;
    let (ink, weak) = (theme::color(palette.text), theme::color(palette.text_weak));
    let strong = row.place == Place::Everywhere;
    to.col(|ui| cell_text(ui, &row.name, ink, strong, Align::Min));
    let mut money = |to: &mut TableRow<'_, '_>, category: Option<CostCategory>, usd: Option<f64>| {
        to.col(|ui| {
            let Some(usd) = usd else {
                cell_text(ui, format::NONE, weak, false, Align::Max);
                return;
            };
            let about = format!("{} {}", category.map_or("Total", CostCategory::label), row.name);
            let words = format::value(usd, Unit::UsdPerMonth);
            if cell_figure(ui, palette, &words, &about, strong || category.is_none()) {
                *cx.explain = Some(Subject::Cost(row.place.clone(), category));
            }
        });
    };
    money(to, None, row.total);
    to.col(|ui| cell_text(ui, &row.prices.words(), weak, false, Align::Max));
    for (at, category) in shown {
        money(to, Some(*category), row.by_category.get(*at).copied().flatten());
    }
}

fn prices_ui(
    to: &mut TableRow<'_, '_>,
    cx: &Cx<'_>,
    bill: &Bill,
    shown: &[(usize, CostCategory)],
    (head, of): (&str, fn(&Prices) -> String),
) {
    let weak = theme::color(cx.palette.text_weak);
    to.col(|ui| cell_text(ui, head, weak, false, Align::Min));
    to.col(|_| {});
    to.col(|_| {});
    for (at, _) in shown {
        let words = bill.prices.get(*at).map(of).unwrap_or_default();
        to.col(|ui| cell_text(ui, &words, weak, false, Align::Max));
    }
}

/// Sums below the table, with what they rest on.
fn lines_ui(ui: &mut Ui, cx: &mut Cx<'_>, heading: &str, lines: &[Line]) {
    if lines.is_empty() {
        return;
    }
    let palette = cx.palette;
    let (ink, weak) = (theme::color(palette.text), theme::color(palette.text_weak));
    ui.add_space(12.0);
    ui.spacing_mut().item_spacing.x = 0.0;
    let [region, total, prices, category] = WIDTHS;
    TableBuilder::new(ui)
        .id_salt(heading)
        .vscroll(false)
        .cell_layout(egui::Layout::left_to_right(Align::Center))
        .column(Column::exact(MARGIN))
        .column(Column::exact(region + category).clip(true))
        .column(Column::exact(total))
        .column(Column::exact(prices))
        .column(Column::remainder())
        .header(24.0, |mut row| {
            row.col(|_| {});
            row.col(|ui| column_head(ui, palette, heading, Align::Min));
            row.col(|ui| column_head(ui, palette, "$ a month", Align::Max));
            row.col(|ui| column_head(ui, palette, "Oldest price", Align::Max));
            row.col(|_| {});
        })
        .body(|body| {
            body.rows(ROW, lines.len(), |mut row| {
                let Some(line) = lines.get(row.index()) else { return };
                row.set_overline(true);
                row.col(|_| {});
                row.col(|ui| cell_text(ui, &line.name, ink, false, Align::Min));
                row.col(|ui| {
                    let words = format::value(line.usd, Unit::UsdPerMonth);
                    match &line.element {
                        Some(id) => {
                            if cell_figure(ui, palette, &words, &format!("Cost of {id}"), false) {
                                *cx.explain = Some(Subject::CostOf(id.clone()));
                            }
                        }
                        None => cell_text(ui, &words, ink, false, Align::Max),
                    }
                });
                row.col(|ui| cell_text(ui, &line.prices.words(), weak, false, Align::Max));
                row.col(|_| {});
            });
        });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::Date;
    use crate::design::history::Revision;
    use crate::design::{Pos, Site, commands};
    use crate::estimate::{Derivation, Estimates, Figure, Quality, Unpriced, UsedPrice};
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
            price: Some(UsedPrice {
                number: 0,
                date: Date::ymd(2026, 7, 1),
                estimated: category == CostCategory::Compute,
            }),
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
        (
            design,
            Analysis { of: Revision::default(), recognition, check: crate::rules::CheckReport::default(), estimates },
        )
    }

    #[test]
    fn rows_add_up_to_the_total() {
        let (design, analysis) = sample();
        let bill = bill(&design, &analysis);
        let totals: Vec<_> = bill.rows.iter().map(|r| (r.name.as_str(), r.total)).collect();
        assert_eq!(totals, [("Mumbai, India", Some(120.5)), ("Outside regions", Some(9.5)), ("Total", Some(130.0))]);
    }

    #[test]
    fn the_copied_table_survives_a_spreadsheet() {
        let (design, analysis) = sample();
        let text = csv(&bill(&design, &analysis));
        let mut reader = ::csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let rows: Vec<::csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        let first: Vec<&str> = rows.first().unwrap().iter().collect();
        assert_eq!(first, ["Mumbai, India", "120.50", "", "", "", "", "", "", "120.50", "2026-07", "1"]);
        assert!(text.contains("moesif,no price: sold by quote"));
        let mut evil = bill(&design, &analysis);
        evil.unpriced = vec![("=HYPERLINK(1)".into(), "r".into())];
        assert!(super::csv(&evil).contains("'=HYPERLINK"));
    }
}
