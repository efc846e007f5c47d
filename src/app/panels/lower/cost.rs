//! The cost tab: what each region costs, by category.

use egui::{Align, Button, Rect, Sense, Ui};
use egui_extras::{Column, TableBuilder};

use crate::analysis::Analysis;
use crate::app::panels::explain::{Place, Subject};
use crate::app::panels::memo::{AnalysisKey, DesignKey, Memo};
use crate::app::panels::summary::month;
use crate::app::panels::{Cx, format, paint};
use crate::app::{Msg, theme};
use crate::books::Currency;
use crate::design::Design;
use crate::estimate::CostCategory;

use super::{ROW, cell_figure, cell_text, column_head};

/// The table's width when all columns have room.
const WIDTH: f32 = 752.0;

/// One row: a place with its cost by category and in total, US dollars a month; `None` where there is no cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The place.
    pub place: Place,
    /// Its name.
    pub name: String,
    /// Cost by category, in the order of [`CostCategory::ALL`].
    pub by_category: [Option<f64>; 5],
    /// Their sum.
    pub total: Option<f64>,
}

/// The bill as a table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bill {
    /// One row per region that costs something, one for what stands in none, and the total.
    pub rows: Vec<Row>,
    /// What has no price, with the reason.
    pub unpriced: Vec<(String, String)>,
    /// What to know about the prices.
    pub note: String,
    /// The currency in which it is shown.
    pub currency: Currency,
}

/// The bill of an analysis.
pub fn bill(design: &Design, analysis: &Analysis) -> Bill {
    let report = &analysis.estimates.cost;
    let mut places: Vec<Place> = design.regions.keys().cloned().map(Place::Region).collect();
    places.push(Place::NoRegion);
    // One pass over the items, whatever the number of regions.
    let mut sums: std::collections::BTreeMap<Option<&crate::design::Id>, [Option<f64>; 5]> = Default::default();
    let mut all = [None; 5];
    for item in &report.items {
        let column = CostCategory::ALL.iter().position(|c| *c == item.category);
        for row in [sums.entry(item.region.as_ref()).or_default(), &mut all] {
            if let Some(cell) = column.and_then(|c| row.get_mut(c)) {
                *cell = Some(cell.unwrap_or(0.0) + item.cost.value);
            }
        }
    }
    let total_of = |cells: &[Option<f64>; 5]| {
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
            let by_category = *sums.get(&key)?;
            Some(Row { name, by_category, total: total_of(&by_category), place })
        })
        .collect();
    if !rows.is_empty() {
        let total = report.total.as_ref().map(|f| f.value).or_else(|| total_of(&all));
        rows.push(Row { place: Place::Everywhere, name: "Total".into(), by_category: all, total });
    }
    let mut note = Vec::new();
    if let Some(total) = &report.total {
        note.push(["before tax", &format::deviation(total)].join(" ").trim_end().to_owned());
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
    let unpriced = report.unpriced.iter().map(|u| (design.name_of(&u.element), u.reason.clone())).collect();
    Bill { rows, unpriced, note: note.join(" · "), currency: report.currency.clone() }
}

/// The bill as comma-separated values, with cents of the currency in which it is shown; cells without cost are empty.
pub fn csv(bill: &Bill) -> String {
    let quoted = |text: &str| {
        // A cell that begins like a formula would be run by a spreadsheet.
        let text = if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text.to_owned() };
        if text.contains([',', '"', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
    };
    let Currency { code, per_usd, .. } = &bill.currency;
    let money = |v: &Option<f64>| v.map(|v| format!("{:.2}", v * per_usd)).unwrap_or_default();
    let mut lines = vec![
        std::iter::once("Region".to_owned())
            .chain(CostCategory::ALL.iter().map(|c| c.label().to_owned()))
            .chain([format!("Total ({code} a month)")])
            .collect::<Vec<_>>()
            .join(","),
    ];
    for row in &bill.rows {
        let mut cells = vec![quoted(&row.name)];
        cells.extend(row.by_category.iter().map(money));
        cells.push(money(&row.total));
        lines.push(cells.join(","));
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
            ui.set_min_width(WIDTH.max(ui.available_width()));
            table_ui(ui, cx, bill);
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

fn table_ui(ui: &mut Ui, cx: &mut Cx<'_>, bill: &Bill) {
    let palette = cx.palette;
    let ink = theme::color(palette.text);
    let weak = theme::color(palette.text_weak);
    ui.spacing_mut().item_spacing.x = 0.0;
    let table = TableBuilder::new(ui)
        .id_salt("cost")
        .vscroll(false)
        .cell_layout(egui::Layout::left_to_right(Align::Center))
        .column(Column::exact(8.0))
        .column(Column::exact(168.0).clip(true))
        .columns(Column::exact(96.0), CostCategory::ALL.len())
        .column(Column::exact(88.0))
        .column(Column::remainder());
    table
        .header(24.0, |mut row| {
            row.col(|_| {});
            row.col(|ui| column_head(ui, palette, "Region", Align::Min));
            for category in CostCategory::ALL {
                row.col(|ui| column_head(ui, palette, category.label(), Align::Max));
            }
            row.col(|ui| column_head(ui, palette, &format!("{} a month", bill.currency.sign().trim_end()), Align::Max));
            row.col(|_| {});
        })
        .body(|body| {
            body.rows(ROW, bill.rows.len(), |mut table_row| {
                let Some(row) = bill.rows.get(table_row.index()) else { return };
                let strong = row.place == Place::Everywhere;
                table_row.set_overline(true);
                table_row.col(|_| {});
                table_row.col(|ui| cell_text(ui, &row.name, ink, strong, Align::Min));
                let categories = CostCategory::ALL.into_iter().map(Some).zip(row.by_category);
                for (category, usd) in categories.chain([(None, row.total)]) {
                    table_row.col(|ui| {
                        let Some(usd) = usd else {
                            cell_text(ui, format::NONE, weak, false, Align::Max);
                            return;
                        };
                        let about = format!("{} {}", category.map_or("Total", CostCategory::label), row.name);
                        let words = format::money(usd, &bill.currency);
                        if cell_figure(ui, palette, &words, &about, strong || category.is_none()) {
                            *cx.explain = Some(Subject::Cost(row.place.clone(), category));
                        }
                    });
                }
                table_row.col(|_| {});
            });
        });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::history::Revision;
    use crate::design::{Id, Pos, Site, commands};
    use crate::estimate::{CostItem, Derivation, Estimates, Figure, Quality, Unit, Unpriced};
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
        assert_eq!(first, ["Mumbai, India", "120.50", "", "", "", "", "120.50"]);
        assert!(text.contains("moesif,no price: sold by quote"));
        let mut in_euros = bill(&design, &analysis);
        in_euros.currency = Currency { code: "EUR".into(), per_usd: 0.5, sourced: None };
        let text = super::csv(&in_euros);
        assert!(text.contains("Total (EUR a month)") && text.contains("\"Mumbai, India\",60.25,"), "{text}");
        let mut evil = bill(&design, &analysis);
        evil.unpriced = vec![("=HYPERLINK(1)".into(), "r".into())];
        assert!(super::csv(&evil).contains("'=HYPERLINK"));
    }
}
