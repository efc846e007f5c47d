//! Draws a table: heads that order it, figures that explain themselves, lines that select.

use std::rc::Rc;

use egui::accesskit::{Role, SortDirection};
use egui::{Align, Id as WidgetId, Rect, Sense, Stroke, StrokeKind, Ui, WidgetInfo, WidgetType, pos2, vec2};
use egui_extras::{Column, TableBuilder, TableRow};

use crate::app::panels::memo::{AnalysisKey, DesignKey, Memo};
use crate::app::panels::{Cx, paint};
use crate::app::theme::{self, SIZE_BODY};
use crate::app::{Msg, State};
use crate::picture::palette::Palette;

use super::sheet::{self, Cell, Line, Sheet, Value};
use super::sorting::Sorting;
use super::{ROW, cell_rect};

/// Room left of the first column.
const MARGIN: f32 = 8.0;
/// Most by which each column of words grows where there is room.
const GROWS: f32 = 80.0;
/// Height of the heads.
const HEAD: f32 = 24.0;

/// What a table is made of: the design, its analysis and which view of it is shown.
pub type Key = (DesignKey, AnalysisKey, usize);

/// The key of a view now.
pub fn key_of(state: &State, view: usize) -> Key {
    (DesignKey::of(state), AnalysisKey::of(state), view)
}

/// What somebody did with a line, by its place in the sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pick {
    /// Clicked it.
    Clicked(usize),
    /// Went to it by the arrow keys.
    Walked(usize),
    /// Pressed Enter on it.
    Entered(usize),
}

/// What a table remembers between frames.
#[derive(Default)]
pub struct Grid {
    sheet: Memo<Key, Rc<Sheet>>,
    order: Memo<(Key, Sorting), Rc<Vec<usize>>>,
    sorting: Sorting,
    /// The line looked at, by its place on the screen.
    cursor: Option<usize>,
}

impl Grid {
    /// The table, made anew when what it is made of changed.
    pub fn sheet(&mut self, key: &Key, make: impl FnOnce() -> Sheet) -> Rc<Sheet> {
        self.sheet.get(key.clone(), || Rc::new(make())).clone()
    }

    /// The lines as they are ordered now.
    pub fn order(&mut self, key: &Key, sheet: &Sheet) -> Rc<Vec<usize>> {
        let sorting = self.sorting;
        self.order.get((key.clone(), sorting), || Rc::new(sorting.order(sheet))).clone()
    }

    /// Draws the table. `name` tells it from the others.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, name: &str, key: &Key, sheet: &Sheet) {
        let Some(Pick::Clicked(line) | Pick::Walked(line)) = self.pick(ui, cx, name, key, sheet) else { return };
        let element = sheet.lines.get(line).and_then(|line| line.element.clone());
        if let Some(element) = element.filter(|id| cx.state.shown().contains(id)) {
            cx.msgs.push(Msg::Reveal(vec![element]));
        }
    }

    /// Draws the table and returns what somebody did with a line. `name` tells the table from the others.
    pub fn pick(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, name: &str, key: &Key, sheet: &Sheet) -> Option<Pick> {
        let order = self.order(key, sheet);
        let area = ui.available_rect_before_wrap();
        let list = WidgetId::new(("lines", name));
        let by_key = paint::list_keys(ui, list, area, &format!("Lines of {name}"), order.len(), self.cursor);
        let focused = ui.memory(|m| m.has_focus(list)).then_some(self.cursor).flatten();
        let table = Drawn { name, sheet, order: &order, focused, by_key };
        let clicked = table.show(ui, cx, &mut self.sorting);
        let line = |at: usize| order.get(at).copied();
        if let Some(at) = focused.filter(|_| ui.input(|i| i.key_pressed(egui::Key::Enter))) {
            return line(at).map(Pick::Entered);
        }
        let at = by_key.or(clicked)?;
        self.cursor = Some(at);
        if clicked.is_some() {
            ui.memory_mut(|m| m.request_focus(list));
            return line(at).map(Pick::Clicked);
        }
        line(at).map(Pick::Walked)
    }
}

/// Where the words of a cell stand: those beside numbers keep some distance from them.
fn place(ui: &Ui, at: usize, column: &sheet::Column) -> Rect {
    let rect = cell_rect(ui);
    if at == 0 || column.numeric { rect } else { rect.with_min_x(rect.left() + 12.0) }
}

/// A table in one frame.
struct Drawn<'a> {
    name: &'a str,
    sheet: &'a Sheet,
    order: &'a [usize],
    /// The line that has the keyboard.
    focused: Option<usize>,
    by_key: Option<usize>,
}

impl Drawn<'_> {
    /// Draws the lines in view; returns the one that was clicked.
    fn show(&self, ui: &mut Ui, cx: &mut Cx<'_>, sorting: &mut Sorting) -> Option<usize> {
        let palette = cx.palette;
        let natural: f32 = MARGIN + self.sheet.columns.iter().map(|c| c.width).sum::<f32>();
        let mut clicked = None;
        egui::ScrollArea::horizontal().id_salt(self.name).auto_shrink(false).show(ui, |ui| {
            let room = ui.available_width();
            ui.set_min_width(natural.max(room));
            ui.spacing_mut().item_spacing.x = 0.0;
            let of_words = self.sheet.columns.iter().filter(|column| !column.numeric).map(|_| 1.0_f32).sum::<f32>();
            let grown = ((room - natural) / of_words.max(1.0)).clamp(0.0, GROWS).floor();
            let mut table = TableBuilder::new(ui)
                .id_salt(self.name)
                .sense(Sense::CLICK)
                .auto_shrink(false)
                .cell_layout(egui::Layout::left_to_right(Align::Center))
                .column(Column::exact(MARGIN));
            for column in &self.sheet.columns {
                let width = column.width + if column.numeric { 0.0 } else { grown };
                table = table.column(Column::exact(width).clip(true));
            }
            table = table.column(Column::remainder());
            if let Some(line) = self.by_key {
                table = table.scroll_to_row(line, None);
            }
            table
                .header(HEAD, |mut row| {
                    row.col(|_| {});
                    for at in 0..self.sheet.columns.len() {
                        row.col(|ui| self.head_ui(ui, palette, at, sorting));
                    }
                    row.col(|_| {});
                })
                .body(|body| {
                    body.rows(ROW, self.order.len(), |mut row| {
                        if self.line_ui(&mut row, cx) {
                            clicked = Some(row.index());
                        }
                    });
                });
        });
        clicked
    }

    /// The words over a column, with an arrow when the lines are ordered by it.
    fn head_ui(&self, ui: &mut Ui, palette: &Palette, at: usize, sorting: &mut Sorting) {
        let Some(column) = self.sheet.columns.get(at) else { return };
        let rect = place(ui, at, column);
        let response = ui.interact(rect, WidgetId::new(("head", self.name, at)), Sense::click());
        let down = sorting.by.filter(|(by, _)| *by == at).map(|(_, down)| down);
        let lit = down.is_some() || response.hovered() || response.has_focus();
        let color = theme::color(if lit { palette.text } else { palette.text_weak });
        let words = match down {
            None => column.head.clone(),
            Some(true) => format!("{} {}", column.head, egui_phosphor::regular::CARET_DOWN),
            Some(false) => format!("{} {}", column.head, egui_phosphor::regular::CARET_UP),
        };
        let align = if column.numeric { Align::Max } else { Align::Min };
        let (words_at, _) = paint::text(ui.painter(), rect, &words, paint::small(), color, align);
        if response.has_focus() {
            let line = Stroke::new(1.0, theme::color(palette.accent));
            ui.painter().rect_stroke(words_at.expand2(vec2(3.0, 1.0)), 4.0, line, StrokeKind::Outside);
        }
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, &column.head));
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.set_role(Role::ColumnHeader);
            match down {
                Some(true) => node.set_sort_direction(SortDirection::Descending),
                Some(false) => node.set_sort_direction(SortDirection::Ascending),
                None => {}
            }
        });
        if response.clicked() {
            sorting.turn(at, column.numeric);
        }
        let about = if column.about.is_empty() { column.head.as_str() } else { column.about };
        response.on_hover_text(format!("{about}\nClick to order by it"));
    }

    /// Draws a line; returns whether it was clicked.
    fn line_ui(&self, row: &mut TableRow<'_, '_>, cx: &mut Cx<'_>) -> bool {
        let at = row.index();
        let line_at = |at: usize| self.sheet.lines.get(*self.order.get(at)?);
        let Some(line) = line_at(at) else { return false };
        // What is told of one element in several lines is named once.
        let above = at.checked_sub(1).and_then(line_at);
        let repeats = line.element.is_some() && above.is_some_and(|above| above.element == line.element);
        row.set_overline(!repeats || line.sum);
        row.set_selected(line.element.as_ref().is_some_and(|id| cx.state.selection.contains(id)));
        row.col(|_| {});
        let mut wanted = None;
        for (column, cell) in line.cells.iter().enumerate() {
            row.col(|ui| {
                let weak = column == 0 && repeats;
                if self.cell_ui(ui, cx.palette, (at, column), line, cell, weak) {
                    wanted.clone_from(&cell.subject);
                }
            });
        }
        row.col(|ui| {
            if self.focused == Some(at) {
                let whole = ui.max_rect().with_min_x(ui.clip_rect().left()).shrink2(vec2(1.0, 0.0));
                let edge = Stroke::new(1.0, theme::color(cx.palette.accent));
                ui.painter().rect_stroke(whole, 4.0, edge, StrokeKind::Inside);
            }
        });
        let explained = wanted.is_some();
        if explained {
            *cx.explain = wanted;
        }
        let response = row.response();
        if response.contains_pointer() && line.element.is_some() {
            cx.hovered.clone_from(&line.element);
        }
        response.clicked() && !explained
    }

    /// Draws a cell; returns whether it is to be explained.
    fn cell_ui(
        &self,
        ui: &mut Ui,
        palette: &Palette,
        (at, column): (usize, usize),
        line: &Line,
        cell: &Cell,
        weak: bool,
    ) -> bool {
        let Some(about) = self.sheet.columns.get(column) else { return false };
        let rect = place(ui, column, about);
        let strong = cell.strong || line.sum || (column == 0 && !weak);
        let font = if strong { theme::strong_font(SIZE_BODY) } else { paint::body() };
        let line_at = self.order.get(at).copied().unwrap_or_default();
        let id = WidgetId::new(("cell", self.name, line_at, column));
        let sense = if cell.subject.is_some() { Sense::click() } else { Sense::hover() };
        let response = ui.interact(rect, id, sense);
        let lit = cell.subject.is_some() && (response.hovered() || response.has_focus());
        let dim = weak || matches!(cell.value, Value::Nothing | Value::Reason(_));
        let ink = match (lit, dim) {
            (true, _) => palette.accent,
            (false, true) => palette.text_weak,
            (false, false) => palette.text,
        };
        let align = if about.numeric { Align::Max } else { Align::Min };
        let marked = if cell.mark.is_some() { 14.0 } else { 0.0 };
        let room = rect.with_min_x(rect.left() + marked);
        let (words, cut) = paint::text(ui.painter(), room, &cell.words, font, theme::color(ink), align);
        if lit {
            let color = theme::color(palette.accent);
            ui.painter().hline(words.x_range(), words.bottom() - 1.0, Stroke::new(1.0, color));
        }
        if let Some(mark) = cell.mark {
            let color = theme::color(palette.severity(mark));
            paint::severity_mark(ui.painter(), pos2(words.left() - 9.0, rect.center().y), mark, color);
        }
        response.widget_info(|| {
            if cell.subject.is_none() && !about.numeric {
                return WidgetInfo::labeled(WidgetType::Label, true, &cell.words);
            }
            let kind = if cell.subject.is_some() { WidgetType::Button } else { WidgetType::Label };
            let more = cell.more.lines().map(|more| format!(" · {more}")).collect::<String>();
            WidgetInfo::labeled(kind, true, format!("{} {}: {}{more}", about.head, line.name, cell.words))
        });
        let clicked = response.clicked() && cell.subject.is_some();
        let mut hover = if cut { vec![cell.words.as_str()] } else { Vec::new() };
        hover.extend((!cell.more.is_empty()).then_some(cell.more.as_str()));
        if !hover.is_empty() {
            response.on_hover_text(sheet::sentence(&hover.join("\n")));
        }
        clicked
    }
}
