//! The ledger: everything the estimates assume, to be read and to be made otherwise.

use std::collections::{BTreeMap, BTreeSet};

use egui::{Align, Button, Id as WidgetId, Rect, RichText, Sense, Ui, WidgetInfo, WidgetType, pos2, vec2};
use egui_extras::{Column, TableBuilder, TableRow};

use crate::analysis::Analysis;
use crate::app::Msg;
use crate::app::panels::derivation::{quality_color, quality_mark, quality_words};
use crate::app::panels::fields::{Look, NumberSpec};
use crate::app::panels::memo::{AnalysisKey, Memo};
use crate::app::panels::{Cx, paint};
use crate::app::theme::{self, SIZE_SMALL};
use crate::design::edit::Edit;
use crate::design::{Design, Override, commands};
use crate::estimate::{Assumed, Assumption, Assumptions, Unit, unknown_assumptions};

use super::problems::word_toggle;
use super::tornado::Tornado;
use super::{ROW, cell_rect, cell_text, column_head};

/// The table's width when all columns have room.
const WIDTH: f32 = 780.0;
/// From this width on ledger and tornado stand side by side.
const SIDE_BY_SIDE_FROM: f32 = 1_180.0;
/// Width of the tornado beside the ledger.
const TORNADO: f32 = 460.0;

/// How many figures of an analysis rest on each assumption.
pub fn uses(analysis: &Analysis) -> BTreeMap<Assumed, usize> {
    let mut uses = BTreeMap::new();
    for figure in analysis.estimates.figures() {
        let of: BTreeSet<Assumed> = figure.derivation.nodes().filter_map(|node| node.assumed).collect();
        for key in of {
            *uses.entry(key).or_default() += 1;
        }
    }
    uses
}

/// Copies the ledger.
pub fn copy(cx: &mut Cx<'_>) {
    if let Ok(text) = csv(Assumptions::of(&cx.state.shown().meta.estimation, &cx.state.company.books).all()) {
        cx.msgs.push(Msg::CopyText(text));
        cx.msgs.push(Msg::Toast("The assumptions are on the clipboard".into()));
    }
}

/// The ledger as comma-separated values.
pub fn csv(rows: &[Assumption<'_>]) -> Result<String, ::csv::Error> {
    let mut out = ::csv::Writer::from_writer(Vec::new());
    out.write_record(["id", "what", "value", "low", "high", "unit", "quality", "usual value", "basis", "note"])?;
    for a in rows {
        let [value, low, high, usual] = [a.value, a.low, a.high, a.shipped].map(|v| v.to_string());
        // A cell that begins like a formula would be run by a spreadsheet.
        let note = a.note.unwrap_or_default();
        let note = if note.starts_with(['=', '+', '-', '@']) { format!("'{note}") } else { note.to_owned() };
        let (unit, quality) = (unit_words(a.unit), quality_words(a.quality));
        out.write_record([a.key.id(), a.label, &value, &low, &high, unit, quality, &usual, a.basis, &note])?;
    }
    let bytes = out.into_inner().map_err(|e| e.into_error())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn unit_words(unit: Unit) -> &'static str {
    match unit {
        Unit::Ms => "ms",
        Unit::UsdPerMonth => "$ a month",
        Unit::Usd => "$",
        Unit::RequestsPerS => "a second",
        Unit::Percent => "%",
        Unit::GbPerMonth => "GB a month",
        Unit::Hours => "h",
        Unit::Km => "km",
        Unit::Bytes => "bytes",
        Unit::Count => "",
    }
}

/// One step of the history that changes a part of an assumption.
fn edit(design: &Design, a: &Assumption<'_>, part: &str, change: impl FnOnce(&mut Override)) -> Edit {
    let id = a.key.id();
    let mut by = design.meta.estimation.assumptions.get(id).cloned().unwrap_or_else(|| Override {
        value: a.value,
        low: Some(a.low),
        high: Some(a.high),
        note: String::new(),
    });
    change(&mut by);
    commands::set_assumption(design, id, a.label, by).merging(format!("assumption {id} {part}"))
}

/// What the tab remembers.
#[derive(Default)]
pub struct AssumptionsTab {
    uses: Memo<AnalysisKey, BTreeMap<Assumed, usize>>,
    only_overridden: bool,
    only_used: bool,
    /// Whether a narrow tab shows the tornado instead of the ledger.
    turned: bool,
    tornado: Tornado,
}

impl AssumptionsTab {
    /// Draws the filters and the copy button beside the tabs.
    pub fn tools(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, rect: Rect) {
        let mut child = ui.new_child(
            egui::UiBuilder::new()
                .id_salt("assumption tools")
                .max_rect(rect)
                .layout(egui::Layout::right_to_left(Align::Center)),
        );
        child.set_clip_rect(rect.intersect(ui.clip_rect()));
        let design = cx.state.shown();
        let overridden = design.meta.estimation.assumptions.len();
        let words_overridden = format!("Overridden {overridden}");
        let mut toggles =
            vec![(words_overridden.as_str(), &mut self.only_overridden), ("Only those used", &mut self.only_used)];
        if rect.width() > 0.0 && ui.available_width() < SIDE_BY_SIDE_FROM {
            toggles.insert(0, ("Which move it most", &mut self.turned));
        }
        let painter = child.painter().clone();
        for (words, on) in toggles {
            let width = paint::width_of(&painter, words, paint::small()) + 20.0;
            if child.available_width() < width {
                return;
            }
            let (place, _) = child.allocate_exact_size(vec2(width, 24.0), Sense::hover());
            if word_toggle(&child, cx.palette, place, words, *on) {
                *on = !*on;
            }
        }
        if child.available_width() > 100.0
            && child.add(Button::new(RichText::new("Copy as CSV").size(SIZE_SMALL))).clicked()
        {
            copy(cx);
        }
    }

    /// Draws the ledger, and beside it or instead of it what moves a figure most.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        if cx.state.view.assumption.is_some() {
            self.turned = false;
        }
        let area = ui.available_rect_before_wrap();
        if area.width() >= SIDE_BY_SIDE_FROM {
            let split = area.right() - TORNADO;
            for (part, rect) in [("ledger", area.with_max_x(split)), ("tornado", area.with_min_x(split + 8.0))] {
                let mut child = ui.new_child(egui::UiBuilder::new().id_salt(part).max_rect(rect));
                child.set_clip_rect(rect.intersect(ui.clip_rect()));
                if part == "ledger" { self.ledger_ui(&mut child, cx) } else { self.tornado.show(&mut child, cx) }
            }
            ui.painter().vline(split, area.y_range(), egui::Stroke::new(1.0, theme::color(cx.palette.hairline)));
        } else if self.turned {
            self.tornado.show(ui, cx);
        } else {
            self.ledger_ui(ui, cx);
        }
    }

    fn ledger_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let (design, company) = (cx.state.shown().clone(), cx.state.company.books.clone());
        let all = Assumptions::of(&design.meta.estimation, &company);
        let analysis = cx.state.analysis.clone();
        let none = BTreeMap::new();
        let uses = match analysis.as_deref() {
            Some(analysis) => self.uses.get(AnalysisKey::of(cx.state), || uses(analysis)),
            None => &none,
        };
        let wanted = cx.state.view.assumption;
        let shows = |a: &&Assumption<'_>| {
            let matters = a.key.is_factor() || uses.contains_key(&a.key);
            Some(a.key) == wanted || ((!self.only_overridden || a.note.is_some()) && (!self.only_used || matters))
        };
        let rows: Vec<Assumption<'_>> = all.all().iter().filter(shows).copied().collect();
        let unknown: Vec<&str> = unknown_assumptions(&design.meta.estimation).collect();
        if rows.is_empty() && unknown.is_empty() {
            let words = if self.only_overridden {
                "The design assumes nothing otherwise."
            } else {
                "Nothing rests on an assumption."
            };
            super::empty(ui, cx.palette, words);
            return;
        }
        let scroll = wanted.and_then(|key| rows.iter().position(|a| a.key == key));
        if let (Some(key), Some(_)) = (wanted, scroll) {
            cx.fields.focus(field_id(key, "Value"));
            cx.msgs.push(Msg::ShowAssumption(None));
        }
        egui::ScrollArea::horizontal().id_salt("assumptions").auto_shrink(false).show(ui, |ui| {
            ui.set_min_width(WIDTH.max(ui.available_width()));
            ui.spacing_mut().item_spacing.x = 0.0;
            let mut table = TableBuilder::new(ui)
                .id_salt("assumptions")
                .auto_shrink(false)
                .cell_layout(egui::Layout::left_to_right(Align::Center))
                .column(Column::exact(8.0))
                .column(Column::exact(232.0).clip(true))
                .columns(Column::exact(68.0), 3)
                .column(Column::exact(64.0))
                .column(Column::exact(88.0))
                .column(Column::exact(44.0))
                .column(Column::remainder().at_least(128.0).clip(true))
                .column(Column::exact(32.0));
            if let Some(row) = scroll {
                table = table.scroll_to_row(row, Some(Align::Center));
            }
            let palette = cx.palette;
            table
                .header(24.0, |mut row| {
                    row.col(|_| {});
                    row.col(|ui| column_head(ui, palette, "Assumption", Align::Min));
                    for words in ["Value", "Low", "High"] {
                        row.col(|ui| column_head(ui, palette, words, Align::Max));
                    }
                    row.col(|ui| column_head(ui, palette, "", Align::Min));
                    row.col(|ui| column_head(ui, palette, "Quality", Align::Min));
                    row.col(|ui| column_head(ui, palette, "Used", Align::Max));
                    row.col(|ui| column_head(ui, palette, "Why", Align::Min));
                    row.col(|_| {});
                })
                .body(|body| {
                    body.rows(ROW, rows.len() + unknown.len(), |mut table_row| {
                        table_row.set_overline(true);
                        let index = table_row.index();
                        if let Some(a) = rows.get(index) {
                            let used = uses.get(&a.key).copied().unwrap_or_default();
                            row_ui(&mut table_row, cx, &design, a, used);
                        } else if let Some(id) = unknown.get(index - rows.len()) {
                            unknown_ui(&mut table_row, cx, &design, id);
                        }
                    });
                });
        });
    }
}

fn field_id(key: Assumed, part: &str) -> WidgetId {
    WidgetId::new(("assumption", key.id(), part))
}

/// An assumption: what it is, its three numbers, how good it is, how much rests on it, and why it is so.
fn row_ui(row: &mut TableRow<'_, '_>, cx: &mut Cx<'_>, design: &Design, a: &Assumption<'_>, used: usize) {
    let (ink, weak) = (theme::color(cx.palette.text), theme::color(cx.palette.text_weak));
    row.col(|_| {});
    row.col(|ui| {
        cell_text(ui, a.label, ink, a.note.is_some(), Align::Min);
        let about = format!("{}\n{}: {}", a.label, a.key, a.basis);
        ui.interact(cell_rect(ui), field_id(a.key, "about"), Sense::hover()).on_hover_text(about);
    });
    let [least, most] = a.within;
    let mut problem = None;
    for (part, value, [least, most]) in
        [("Value", a.value, [least, most]), ("Low", a.low, [least, a.value]), ("High", a.high, [a.value, most])]
    {
        row.col(|ui| {
            let spec = NumberSpec::real(unit_words(a.unit), least, most, 1.0);
            let (typed, wrong) = number_ui(ui, cx, a, part, value, spec);
            problem = wrong.or(problem.take());
            let Some(typed) = typed else { return };
            let change = |by: &mut Override| match part {
                "Low" => by.low = Some(typed),
                "High" => by.high = Some(typed),
                _ => by.value = typed,
            };
            cx.msgs.push(Msg::Edit(edit(design, a, part, change)));
        });
    }
    row.col(|ui| cell_text(ui, unit_words(a.unit), weak, false, Align::Min));
    row.col(|ui| {
        let rect = cell_rect(ui);
        quality_mark(ui.painter(), pos2(rect.left() + 5.0, rect.center().y), a.quality, cx.palette);
        let color = theme::color(quality_color(a.quality, cx.palette));
        let words = rect.with_min_x(rect.left() + 14.0);
        paint::text(ui.painter(), words, quality_words(a.quality), paint::small(), color, Align::Min);
    });
    row.col(|ui| {
        let words = if a.key.is_factor() { "all".to_owned() } else { used.to_string() };
        cell_text(ui, &words, weak, false, Align::Max);
    });
    row.col(|ui| match &problem {
        Some(problem) => cell_text(ui, problem, theme::color(cx.palette.error), false, Align::Min),
        None => note_ui(ui, cx, design, a),
    });
    row.col(|ui| {
        if a.note.is_none() {
            return;
        }
        let rect = Rect::from_center_size(ui.max_rect().center(), vec2(24.0, 22.0));
        let words = format!("Assume as usual: {}", a.label);
        let icon = egui_phosphor::regular::ARROW_COUNTER_CLOCKWISE;
        if paint::icon_button(ui, rect, field_id(a.key, "reset"), icon, &words, cx.palette).clicked() {
            cx.msgs.push(Msg::Edit(commands::clear_assumption(design, a.key.id(), a.label)));
        }
    });
}

/// One of the three numbers. Returns what was typed, or why it cannot be.
fn number_ui(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    a: &Assumption<'_>,
    part: &str,
    value: f64,
    spec: NumberSpec,
) -> (Option<f64>, Option<String>) {
    let words = format!("{part}: {}", a.label);
    let look = Look { right: true, ..Look::default() };
    let rect = cell_rect(ui).shrink2(vec2(0.0, 2.0));
    let parse = |text: &str| spec.parse(text);
    let (id, shown) = (field_id(a.key, part), value.to_string());
    cx.fields.text_in(ui, cx.palette, cx.msgs, rect, id, &words, &shown, look, &parse, &f64::to_string)
}

/// Why it is assumed: the design's note or, where there is none, what the usual value rests on.
fn note_ui(ui: &mut Ui, cx: &mut Cx<'_>, design: &Design, a: &Assumption<'_>) {
    let words = format!("Why: {}", a.label);
    let rect = cell_rect(ui).shrink2(vec2(0.0, 2.0));
    let parse = |text: &str| {
        if text.chars().count() > 1_000 { Err("At most 1,000 characters".to_owned()) } else { Ok(text.to_owned()) }
    };
    let look = Look { hint: a.basis, ..Look::default() };
    let (id, note) = (field_id(a.key, "Why"), a.note.unwrap_or_default());
    let (typed, _) = cx.fields.text_in(ui, cx.palette, cx.msgs, rect, id, &words, note, look, &parse, &String::clone);
    if let Some(typed) = typed {
        cx.msgs.push(Msg::Edit(edit(design, a, "Why", |by| by.note = typed)));
    }
}

/// An assumption that a later version or another tool wrote.
fn unknown_ui(row: &mut TableRow<'_, '_>, cx: &mut Cx<'_>, design: &Design, id: &str) {
    let weak = theme::color(cx.palette.text_weak);
    row.col(|_| {});
    row.col(|ui| cell_text(ui, id, weak, false, Align::Min));
    let by = design.meta.estimation.assumptions.get(id);
    let ends = by.map(|by| [Some(by.value), by.low, by.high]).unwrap_or_default();
    for value in ends {
        row.col(|ui| cell_text(ui, &value.map(|v| v.to_string()).unwrap_or_default(), weak, false, Align::Max));
    }
    for _ in 0..3 {
        row.col(|_| {});
    }
    row.col(|ui| cell_text(ui, "not known to this version, so nothing rests on it", weak, false, Align::Min));
    row.col(|ui| {
        let rect = Rect::from_center_size(ui.max_rect().center(), vec2(24.0, 22.0));
        let words = format!("Remove {id}");
        let response =
            paint::icon_button(ui, rect, WidgetId::new(("unknown", id)), egui_phosphor::regular::X, &words, cx.palette);
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, &words));
        if response.clicked() {
            cx.msgs.push(Msg::Edit(commands::clear_assumption(design, id, id)));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_copied_ledger_survives_a_spreadsheet() {
        let mut estimation = crate::design::Estimation::default();
        let by = Assumed::QueryMs.shipped().at(2.0, "=HYPERLINK(1), measured");
        estimation.assumptions.insert("query-ms".into(), by);
        let text = csv(Assumptions::of(&estimation, &crate::books::CompanyBooks::default()).all()).unwrap();
        let mut reader = ::csv::Reader::from_reader(text.as_bytes());
        let rows: Vec<::csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), Assumed::ALL.len());
        let query = rows.iter().find(|row| row.get(0) == Some("query-ms")).unwrap();
        assert_eq!(
            (query.get(2), query.get(7), query.get(9)),
            (Some("2"), Some("1"), Some("'=HYPERLINK(1), measured"))
        );
    }
}
