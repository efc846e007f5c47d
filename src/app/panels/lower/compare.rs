//! The compare tab: another design beside this one, row by row.

use std::sync::Arc;

use egui::{Align, Button, Id as WidgetId, Rect, Sense, Stroke, StrokeKind, Ui, WidgetInfo, WidgetType, pos2, vec2};
use egui_extras::{Column, TableBuilder};

use crate::app::actions::Action;
use crate::app::camera;
use crate::app::compared::Compared;
use crate::app::panels::{Cx, format, paint};
use crate::app::state::State;
use crate::app::{Msg, theme};
use crate::compare::{Row, Section, Sign, csv};
use crate::design::{Design, Id};
use crate::picture::palette::{Palette, Rgb};

use super::compare_rows::{self, Filter, Line, Order};
use super::{ROW, cell_rect, column_head};

/// The table's width when all columns have room.
const WIDTH: f32 = 640.0;
/// Height of the line with the sections.
const CHIPS: f32 = 28.0;

/// What the tab remembers.
#[derive(Default)]
pub struct CompareTab {
    filter: Filter,
    /// The lines shown, with what they were made of: the filter and the address of the comparison, which is held.
    shown: Option<(Filter, Arc<Compared>, Vec<Line>)>,
    /// The row looked at.
    cursor: Option<usize>,
}

/// The colour of a sign, which has a shape of its own too.
fn color(palette: &Palette, sign: Sign) -> Rgb {
    match sign {
        Sign::Added => palette.good,
        Sign::Removed => palette.error,
        Sign::Changed => palette.accent,
        Sign::Moved | Sign::Close | Sign::Same => palette.text_weak,
    }
}

impl CompareTab {
    /// Draws what is compared with and the buttons beside the tabs.
    pub fn tools(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, rect: Rect) {
        let Some(base) = &cx.state.view.compared else { return };
        let builder = egui::UiBuilder::new()
            .id_salt("compare tools")
            .max_rect(rect)
            .layout(egui::Layout::right_to_left(Align::Center));
        let mut child = ui.new_child(builder);
        child.set_clip_rect(rect.intersect(ui.clip_rect()));
        if child.add(Button::new("End")).on_hover_text("End the comparison (Esc)").clicked() {
            cx.msgs.push(Msg::Action(Action::EndComparison));
        }
        let current = cx.state.comparison_is_current();
        let rows = cx.state.compared().filter(|_| current);
        let copy = child.add_enabled(rows.is_some(), Button::new("Copy as CSV"));
        if copy.clicked() {
            self.copy(cx);
        }
        let failed = cx.state.comparison.as_ref().is_some_and(|i| i.failed(cx.state.serial));
        let words = match (current, failed) {
            (_, true) => "could not be compared (a bug in Meridian)".to_owned(),
            (true, false) => format!("before: {}", base.origin.words()),
            (false, false) => "updating…".to_owned(),
        };
        let room = child.available_rect_before_wrap();
        let weak = theme::color(cx.palette.text_weak);
        let (_, cut) = paint::text(child.painter(), room, &words, paint::small(), weak, Align::Max);
        if cut {
            child.interact(room, child.id().with("note"), Sense::hover()).on_hover_text(words);
        }
    }

    /// Copies the rows listed; what is out of date is not copied.
    pub fn copy(&self, cx: &mut Cx<'_>) {
        let Some(compared) = cx.state.compared().filter(|_| cx.state.comparison_is_current()) else {
            cx.msgs.push(Msg::Toast("There is no comparison to copy yet".into()));
            return;
        };
        let all = compare_rows::lines(&compared.rows, &self.filter);
        let rows = all.iter().filter_map(|line| match line {
            Line::Row(at) => compared.rows.get(*at),
            Line::Head(..) => None,
        });
        cx.msgs.push(Msg::CopyText(csv(rows)));
        cx.msgs.push(Msg::Toast("The comparison is on the clipboard".into()));
    }

    /// Draws the table, or what can be compared with.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let Some(base) = &cx.state.view.compared else {
            offer_ui(ui, cx);
            return;
        };
        let Some(compared) = cx.state.compared().cloned() else {
            super::empty(ui, cx.palette, "The designs are being compared…");
            return;
        };
        if !cx.state.comparison_is_current() {
            ui.multiply_opacity(0.55);
        }
        if compared.comparison.is_empty() && !self.filter.same {
            let words = format!("No differences from {}.", base.origin.words());
            super::empty(ui, cx.palette, &words);
            return;
        }
        self.chips_ui(ui, cx.palette, &compared.rows);
        self.lines_ui(ui, cx, &compared);
    }

    /// The sections with the number of their differences, and whether what is the same is shown.
    fn chips_ui(&mut self, ui: &mut Ui, palette: &Palette, rows: &[Row]) {
        let (bar, _) = ui.allocate_exact_size(vec2(ui.available_width(), CHIPS), Sense::hover());
        let mut left = bar.left() + 8.0;
        let mut chip = |words: &str, on: bool| {
            let width = paint::width_of(ui.painter(), words, paint::small()) + 16.0;
            let rect = Rect::from_min_size(pos2(left, bar.top() + 3.0), vec2(width, bar.height() - 6.0));
            left += width + 2.0;
            let response = ui.interact(rect, WidgetId::new(("compare chip", words)), Sense::click());
            let lit = response.hovered() || response.has_focus();
            if lit || on {
                ui.painter().rect_filled(rect, 4.0, theme::color(palette.raised));
            }
            let color = theme::color(if lit || on { palette.text } else { palette.text_weak });
            paint::text(ui.painter(), rect, words, paint::small(), color, Align::Center);
            response.widget_info(|| WidgetInfo::selected(WidgetType::Checkbox, true, on, words));
            response.clicked()
        };
        let count = |section: Option<Section>| {
            let of = |row: &&Row| row.sign != Sign::Same && section.is_none_or(|s| s == row.section);
            rows.iter().filter(of).count()
        };
        if chip(&format!("All {}", count(None)), self.filter.section.is_none()) {
            self.filter.section = None;
        }
        for section in Section::ALL {
            let on = self.filter.section == Some(section);
            if chip(&format!("{} {}", section.label(), count(Some(section))), on) {
                self.filter.section = (!on).then_some(section);
            }
        }
        if chip("What is the same too", self.filter.same) {
            self.filter.same = !self.filter.same;
        }
    }

    fn lines_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, compared: &Arc<Compared>) {
        let kept = self.shown.take().filter(|(filter, of, _)| *filter == self.filter && Arc::ptr_eq(of, compared));
        let lines = kept.map_or_else(|| compare_rows::lines(&compared.rows, &self.filter), |(.., lines)| lines);
        if lines.is_empty() {
            super::empty(ui, cx.palette, "Nothing differs here.");
        } else {
            let area = ui.available_rect_before_wrap();
            let list = WidgetId::new("comparison list");
            let by_key = paint::list_keys(ui, list, area, "Differences", lines.len(), self.cursor);
            let focused = ui.memory(|m| m.has_focus(list));
            let table = Table { rows: &compared.rows, lines: &lines, cursor: self.cursor, focused, by_key };
            let asked = table.show(ui, cx, &mut self.filter.order);
            if let Some(at) = by_key.or(asked) {
                self.cursor = Some(at);
                ui.memory_mut(|m| m.request_focus(list));
                if let Some(Line::Row(row)) = lines.get(at) {
                    let subjects = compared.rows.get(*row).map(|row| row.subjects.as_slice()).unwrap_or_default();
                    reveal(cx.state, &compared.base.design, subjects, cx.msgs);
                }
            }
        }
        self.shown = Some((self.filter.clone(), compared.clone(), lines));
    }
}

/// Selects and shows elements; of those that are gone, the place where they stood.
fn reveal(state: &State, base: &Design, subjects: &[Id], msgs: &mut Vec<Msg>) {
    let design = state.shown();
    let there: Vec<Id> = subjects.iter().filter(|id| design.contains(id)).cloned().collect();
    if !there.is_empty() {
        msgs.push(Msg::Reveal(there));
        return;
    }
    let component = |id: &Id| base.components.get(id).map(|c| camera::rect(base.rect_scene(c)));
    let places = subjects.iter().filter_map(|id| match (base.regions.get(id), base.links.get(id)) {
        (Some(region), _) => Some(camera::rect(region.rect())),
        (None, Some(link)) => Some(component(&link.from)?.union(component(&link.to)?)),
        (None, None) => component(id),
    });
    if let Some(place) = places.reduce(Rect::union) {
        msgs.extend([Msg::Select(Vec::new()), Msg::CenterOn(place.center())]);
    }
}

/// What can be compared with, while nothing is.
fn offer_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let area = ui.available_rect_before_wrap().shrink2(vec2(16.0, 12.0));
    let mut pane = ui.new_child(egui::UiBuilder::new().id_salt("compare offer").max_rect(area));
    pane.add(
        egui::Label::new("Another design beside this one: what differs in elements, findings and numbers.").wrap(),
    );
    pane.add_space(8.0);
    pane.horizontal_wrapped(|ui| {
        for action in [Action::CompareSaved, Action::CompareFile] {
            let enabled = action.enabled(cx.state);
            let response = ui.add_enabled(enabled.is_ok(), Button::new(action.label()));
            if response.clicked() {
                cx.msgs.push(Msg::Action(action));
            }
            if let Err(why) = enabled {
                response.on_disabled_hover_text(why);
            }
        }
        if ui.button("Compare with the start of this session").clicked() {
            cx.msgs.push(Msg::CompareStep(0));
        }
    });
    pane.add_space(4.0);
    paint::note(&mut pane, cx.palette, "In the history every earlier state can be compared with: right-click it.");
}

/// The table in one frame.
struct Table<'a> {
    rows: &'a [Row],
    lines: &'a [Line],
    cursor: Option<usize>,
    focused: bool,
    by_key: Option<usize>,
}

impl Table<'_> {
    /// Draws the lines in view; returns the one that was clicked.
    fn show(&self, ui: &mut Ui, cx: &mut Cx<'_>, order: &mut Order) -> Option<usize> {
        let palette = cx.palette;
        let mut asked = None;
        let mut hovered = None;
        egui::ScrollArea::horizontal().id_salt("compare").auto_shrink(false).show(ui, |ui| {
            let width = ui.available_width().max(WIDTH);
            ui.set_min_width(width);
            ui.spacing_mut().item_spacing.x = 0.0;
            let part = |share: f32| Column::exact(((width - 44.0) * share).floor()).clip(true);
            let mut table = TableBuilder::new(ui)
                .id_salt("compare")
                .sense(Sense::CLICK)
                .auto_shrink(false)
                .cell_layout(egui::Layout::left_to_right(Align::Center))
                .column(Column::exact(32.0))
                .column(part(0.38))
                .column(part(0.21))
                .column(part(0.21))
                .column(part(0.20));
            if let Some(row) = self.by_key {
                table = table.scroll_to_row(row, None);
            }
            table
                .header(24.0, |mut row| {
                    row.col(|_| {});
                    row.col(|ui| order_ui(ui, palette, "What", Order::Name, order));
                    row.col(|ui| column_head(ui, palette, "Before", Align::Min));
                    row.col(|ui| column_head(ui, palette, "Now", Align::Min));
                    row.col(|ui| order_ui(ui, palette, "Difference", Order::Difference, order));
                })
                .body(|body| {
                    body.rows(ROW, self.lines.len(), |mut row| {
                        let at = row.index();
                        row.set_selected(self.cursor == Some(at));
                        row.set_overline(at > 0);
                        let Some(line) = self.lines.get(at) else { return };
                        let clicked = self.line_ui(&mut row, at, line, palette);
                        let response = row.response();
                        if response.contains_pointer()
                            && let Line::Row(index) = line
                        {
                            hovered = self.rows.get(*index).and_then(|row| row.subjects.first()).cloned();
                        }
                        if clicked || (response.clicked() && matches!(line, Line::Row(_))) {
                            asked = Some(at);
                        }
                    });
                });
        });
        if hovered.is_some() {
            *cx.hovered = hovered;
        }
        asked
    }

    fn line_ui(&self, row: &mut egui_extras::TableRow<'_, '_>, at: usize, line: &Line, palette: &Palette) -> bool {
        match line {
            Line::Head(section, count) => {
                row.col(|_| {});
                row.col(|ui| {
                    let words = format!("{} · {}", section.label(), format::counted(*count, "row", "rows"));
                    let color = theme::color(palette.text_weak);
                    let font = theme::strong_font(theme::SIZE_SMALL);
                    paint::text(ui.painter(), cell_rect(ui), &words, font, color, Align::Min);
                    let response = ui.interact(cell_rect(ui), ui.id().with("group"), Sense::hover());
                    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, &words));
                });
                for _ in 0..3 {
                    row.col(|_| {});
                }
                false
            }
            Line::Row(index) => {
                let Some(told) = self.rows.get(*index) else { return false };
                row.col(|ui| mark_ui(ui, told, palette));
                let mut clicked = false;
                let focused = self.focused && self.cursor == Some(at);
                row.col(|ui| clicked = what_ui(ui, told, focused, palette));
                let weak = told.sign == Sign::Same;
                row.col(|ui| cell_ui(ui, &told.before, palette, true));
                row.col(|ui| cell_ui(ui, &told.after, palette, weak));
                row.col(|ui| cell_ui(ui, &told.difference, palette, weak));
                clicked
            }
        }
    }
}

/// A column's words, by which the rows can be ordered.
fn order_ui(ui: &mut Ui, palette: &Palette, words: &str, by: Order, order: &mut Order) {
    let rect = cell_rect(ui);
    let response = ui.interact(rect, WidgetId::new(("order", words)), Sense::click());
    let on = *order == by;
    let lit = on || response.hovered() || response.has_focus();
    let color = theme::color(if lit { palette.text } else { palette.text_weak });
    let arrow = match (on, by) {
        (false, _) => "",
        (true, Order::Difference) => egui_phosphor::regular::CARET_DOWN,
        (true, _) => egui_phosphor::regular::CARET_UP,
    };
    paint::text(ui.painter(), rect, &format!("{words} {arrow}"), paint::small(), color, Align::Min);
    let said = format!("Order by {}", words.to_lowercase());
    response.widget_info(|| WidgetInfo::selected(WidgetType::Checkbox, true, on, &said));
    let about = match by {
        Order::Difference => "Largest difference first, within each section",
        _ => "By name, within each section",
    };
    if response.on_hover_text(about).clicked() {
        *order = if on { Order::AsTold } else { by };
    }
}

/// The sign; a finding has the mark of its severity behind it.
fn mark_ui(ui: &Ui, row: &Row, palette: &Palette) {
    let rect = ui.max_rect();
    let painter = ui.painter();
    let color = theme::color(color(palette, row.sign));
    let left = Rect::from_min_size(rect.min + vec2(4.0, 0.0), vec2(12.0, rect.height()));
    paint::text(painter, left, row.sign.glyph(), theme::strong_font(theme::SIZE_BODY), color, Align::Center);
    if let Some(severity) = row.severity {
        let center = pos2(rect.left() + 24.0, rect.center().y);
        paint::severity_mark(painter, center, severity, theme::color(palette.severity(severity)));
    }
}

/// What the row is about; returns whether it was clicked.
fn what_ui(ui: &mut Ui, row: &Row, focused: bool, palette: &Palette) -> bool {
    let cell = ui.max_rect();
    let response = ui.interact(cell, ui.id().with("what"), Sense::CLICK);
    let ink = theme::color(if row.sign == Sign::Same { palette.text_weak } else { palette.text });
    let (_, cut) = paint::text(ui.painter(), cell_rect(ui), &row.what, paint::body(), ink, Align::Min);
    if focused {
        ui.painter().rect_stroke(cell, 4.0, Stroke::new(1.0, theme::color(palette.accent)), StrokeKind::Inside);
    }
    let said = || format!("{}: before {}, now {}, {}", row.what, row.before, row.after, row.difference);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, said()));
    let clicked = response.clicked();
    if cut {
        response.on_hover_text(&row.what);
    }
    clicked
}

/// Text of a cell, with the whole text on hover when it is shortened.
fn cell_ui(ui: &mut Ui, words: &str, palette: &Palette, weak: bool) {
    let color = theme::color(if weak { palette.text_weak } else { palette.text });
    let rect = cell_rect(ui);
    let (line, more) = words.split_once('\n').map_or((words, false), |(first, _)| (first, true));
    let (_, cut) = paint::text(ui.painter(), rect, line, paint::body(), color, Align::Min);
    let response = ui.interact(rect, ui.id().with("cell"), Sense::hover());
    if cut || more {
        response.on_hover_text(words);
    }
}
