//! The matrix: how every capability stands in every region and for every population.

use std::sync::Arc;

use egui::accesskit::Role;
use egui::{
    Align, Align2, EventFilter, FontId, Id as WidgetId, Key, Painter, Rect, ScrollArea, Sense, Stroke, StrokeKind, Ui,
    WidgetInfo, WidgetType, pos2, vec2,
};

use crate::app::panels::memo::{ByAddress, Memo};
use crate::app::panels::paint;
use crate::app::theme;
use crate::app::whatif::mark;
use crate::design::Capability;
use crate::failure::Place;
use crate::failure::matrix::{Cell, Table};
use crate::picture::palette::Palette;

/// The cell looked at, by row and column.
fn at(table: &Table, picked: &(Capability, Place)) -> Option<(usize, usize)> {
    let row = table.rows.iter().position(|(capability, _)| *capability == picked.0)?;
    let column = table.columns.iter().position(|column| column.place == picked.1)?;
    Some((row, column))
}

fn key(table: &Table, (row, column): (usize, usize)) -> Option<(Capability, Place)> {
    Some((table.rows.get(row)?.0, table.columns.get(column)?.place.clone()))
}

/// What somebody pointed at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pick {
    /// A cell.
    Cell(Capability, Place),
    /// A cell to which the arrow keys went.
    Walked(Capability, Place),
    /// The head of a column.
    Place(Place),
}

/// What the words of a matrix measure in one size of type, points.
struct Measures {
    label: f32,
    columns: Vec<f32>,
}

impl Measures {
    fn of(painter: &Painter, table: &Table, size: f32) -> Self {
        let regular = || FontId::proportional(size);
        let width = |words: &str, font: FontId| paint::width_of(painter, words, font);
        let label = table.rows.iter().map(|(c, _)| width(c.label(), regular())).fold(0.0, f32::max) + size;
        let column = |at: usize| {
            let cells = table.rows.iter().filter_map(|(_, cells)| cells.get(at)?.as_ref());
            let cells = cells.map(|cell| width(&cell.words(), regular()) + size * 1.4).fold(0.0, f32::max);
            let title = table.columns.get(at).map_or(0.0, |c| width(&c.title, theme::strong_font(size)));
            // A very long name is shortened rather than let the columns run out of sight.
            cells.max(title.min(size * 14.0)) + size * 1.8
        };
        Self { label, columns: (0..table.columns.len()).map(column).collect() }
    }

    fn width(&self) -> f32 {
        self.label + self.columns.iter().sum::<f32>()
    }
}

/// Where the columns of a matrix stand.
struct Layout<'m> {
    size: f32,
    row: f32,
    measures: &'m Measures,
    /// What each column has more than its words need.
    spare: f32,
}

impl<'m> Layout<'m> {
    fn of(measures: &'m Measures, size: f32, room: f32) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "a handful of columns")]
        let each = (room - measures.width()) / measures.columns.len().max(1) as f32;
        Self { size, row: (size * 2.0).round(), measures, spare: each.clamp(0.0, size * 5.0) }
    }

    fn width(&self) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "a handful of columns")]
        let spare = self.spare * self.measures.columns.len() as f32;
        self.measures.width() + spare
    }

    fn cell(&self, line: Rect, at: usize) -> Rect {
        let before = self.measures.columns.iter().take(at).map(|width| width + self.spare).sum::<f32>();
        let left = line.left() + self.measures.label + before;
        let width = self.measures.columns.get(at).map_or(0.0, |width| width + self.spare);
        Rect::from_min_size(pos2(left, line.top()), vec2(width, line.height()))
    }
}

/// The width that a table likes in a size of type, points.
#[must_use]
pub fn width(ui: &Ui, table: &Table, size: f32) -> f32 {
    Measures::of(ui.painter(), table, size).width()
}

/// A matrix on the screen: what its words measure is found out once for each table and size of type.
#[derive(Default)]
pub struct Matrix {
    /// By table, size of type and pixels a point.
    measures: Memo<(ByAddress<Table>, f32, f32), Measures>,
}

impl Matrix {
    fn measures(&mut self, ui: &Ui, table: &Arc<Table>, size: f32) -> &Measures {
        let key = (ByAddress(Arc::clone(table)), size, ui.ctx().pixels_per_point());
        self.measures.get(key, || Measures::of(ui.painter(), table, size))
    }

    /// The width that the matrix likes in a size of type, points.
    pub fn width(&mut self, ui: &Ui, table: &Arc<Table>, size: f32) -> f32 {
        self.measures(ui, table, size).width()
    }

    /// Draws the matrix in a size of type, points, and returns what somebody pointed at. `picked` is the cell looked
    /// at, which the arrow keys move while the matrix has the keyboard.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        palette: &Palette,
        table: &Arc<Table>,
        size: f32,
        picked: Option<&(Capability, Place)>,
    ) -> Option<Pick> {
        let room = ui.available_width() - 12.0;
        let layout = Layout::of(self.measures(ui, table, size), size, room);
        draw(ui, palette, table, &layout, picked)
    }
}

fn draw(
    ui: &mut Ui,
    palette: &Palette,
    table: &Table,
    layout: &Layout<'_>,
    picked: Option<&(Capability, Place)>,
) -> Option<Pick> {
    let room = ui.available_rect_before_wrap();
    let id = ui.id().with("matrix");
    let at = picked.and_then(|picked| self::at(table, picked));
    let moved = keys(ui, id, room, table, at);
    let mut pick = None;
    ScrollArea::horizontal().id_salt("matrix across").auto_shrink([false, false]).show(ui, |ui| {
        ui.set_min_width(layout.width());
        ui.set_max_width(layout.width().max(ui.available_width()));
        ui.spacing_mut().item_spacing.y = 0.0;
        pick = heads(ui, palette, table, layout);
        let scroll = ScrollArea::vertical().id_salt("matrix down").auto_shrink([false, false]);
        scroll.show_rows(ui, layout.row, table.rows.len(), |ui, range| {
            let first = range.start;
            for (row, (capability, cells)) in table.rows.iter().enumerate().skip(first).take(range.len()) {
                let (line, _) = ui.allocate_exact_size(vec2(layout.width(), layout.row), Sense::hover());
                paint::hairline_below(ui.painter(), line, palette);
                let label = line.with_max_x(line.left() + layout.measures.label);
                let ink = theme::color(palette.text);
                let regular = FontId::proportional(layout.size);
                paint::text(ui.painter(), label, capability.label(), regular, ink, Align::Min);
                for (column, cell) in cells.iter().enumerate() {
                    let place = layout.cell(line, column);
                    if !ui.is_rect_visible(place) {
                        continue;
                    }
                    let looked_at = at == Some((row, column));
                    let spot = Spot { table, row, column, id };
                    if cell_ui(ui, palette, layout, &spot, cell.as_ref(), place, looked_at) {
                        pick = key(table, (row, column)).map(|(capability, place)| Pick::Cell(capability, place));
                        ui.memory_mut(|m| m.request_focus(id));
                    }
                }
            }
            if let Some((row, column)) = moved {
                let top = ui.min_rect().top();
                #[expect(clippy::cast_precision_loss, reason = "a handful of rows")]
                let y = top + (row as f32 - first as f32) * layout.row;
                let left = Rect::from_min_size(pos2(ui.min_rect().left(), y), vec2(8.0, layout.row));
                ui.scroll_to_rect(layout.cell(left, column), None);
            }
        });
    });
    let moved = moved.and_then(|at| key(table, at)).map(|(capability, place)| Pick::Walked(capability, place));
    pick.or(moved)
}

fn heads(ui: &mut Ui, palette: &Palette, table: &Table, layout: &Layout<'_>) -> Option<Pick> {
    let (line, _) = ui.allocate_exact_size(vec2(layout.width(), layout.row), Sense::hover());
    paint::hairline_below(ui.painter(), line, palette);
    let weak = theme::color(palette.text_weak);
    let label = line.with_max_x(line.left() + layout.measures.label);
    paint::text(ui.painter(), label, "Capability", FontId::proportional(layout.size), weak, Align::Min);
    let mut pick = None;
    for (at, column) in table.columns.iter().enumerate() {
        let place = layout.cell(line, at);
        let inner = place.shrink2(vec2(layout.size * 0.5, 0.0));
        let ink = theme::color(palette.text);
        let font = theme::strong_font(layout.size);
        let (_, cut) = paint::text(ui.painter(), inner, &column.title, font, ink, Align::Center);
        let response = ui.interact(place, ui.id().with(("matrix head", at)), Sense::CLICK);
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, &column.title));
        if response.clicked() {
            pick = Some(Pick::Place(column.place.clone()));
        }
        if cut {
            response.on_hover_text(&column.title);
        }
    }
    pick
}

/// Which cell is drawn.
struct Spot<'a> {
    table: &'a Table,
    row: usize,
    column: usize,
    id: WidgetId,
}

impl Spot<'_> {
    /// Capability and place, such as `Issue tokens · Mumbai`.
    fn words(&self) -> String {
        let capability = self.table.rows.get(self.row).map_or("", |(capability, _)| capability.label());
        let place = self.table.columns.get(self.column).map_or("", |column| column.title.as_str());
        format!("{capability} · {place}")
    }
}

/// Draws one cell; returns whether it was clicked.
fn cell_ui(
    ui: &Ui,
    palette: &Palette,
    layout: &Layout<'_>,
    spot: &Spot<'_>,
    cell: Option<&Cell>,
    rect: Rect,
    looked_at: bool,
) -> bool {
    let painter = ui.painter();
    let Some(cell) = cell else {
        let weak = theme::color(palette.text_weak.mix(palette.panel, 0.5));
        painter.text(rect.center(), Align2::CENTER_CENTER, "–", FontId::proportional(layout.size), weak);
        return false;
    };
    let response = ui.interact(rect, spot.id.with((spot.row, spot.column)), Sense::CLICK);
    let inner = rect.shrink2(vec2(2.0, 1.0));
    let state = palette.state(cell.state);
    if cell.changed() {
        painter.rect_filled(inner, 4.0, theme::faded(state, 0.13));
    }
    if response.hovered() {
        painter.rect_filled(inner, 4.0, theme::faded(palette.text, 0.06));
    }
    if looked_at {
        let focused = ui.memory(|m| m.has_focus(spot.id));
        let stroke = Stroke::new(if focused { 2.0 } else { 1.0 }, theme::color(palette.accent));
        painter.rect_stroke(inner, 4.0, stroke, StrokeKind::Inside);
    }
    let words = cell.words();
    let color = if cell.changed() { theme::color(state) } else { theme::color(palette.text_weak) };
    let mark_ink = state.faded(if cell.changed() { 1.0 } else { 0.8 });
    let r = layout.size * 0.34;
    let room = (rect.width() - layout.size * 2.2).max(0.0);
    let galley = paint::line(painter, &words, FontId::proportional(layout.size), color, room);
    let wide = galley.size().x + 2.0 * r + layout.size * 0.45;
    let left = rect.center().x - wide / 2.0;
    mark::draw(painter, pos2(left + r, rect.center().y), r, cell.state, mark_ink);
    let at = pos2(left + wide - galley.size().x, rect.center().y - galley.size().y / 2.0);
    painter.galley(at, galley, color);
    response.widget_info(|| {
        let text = format!("{}: {} {words}, {}", spot.words(), cell.state.mark(), cell.basis.label());
        WidgetInfo::selected(WidgetType::Button, true, looked_at, text)
    });
    let clicked = response.clicked();
    response.on_hover_ui(|ui| {
        ui.set_max_width(320.0);
        ui.label(egui::RichText::new(spot.words()).font(theme::strong_font(theme::SIZE_BODY)));
        let was = if cell.changed() { format!(", otherwise {}", cell.was.label()) } else { String::new() };
        ui.label(format!("{} {}{was}", cell.state.mark(), cell.state.label()));
        if !cell.says.is_empty() {
            ui.label(&cell.says);
        }
        let basis = match cell.facts.as_slice() {
            [] => cell.basis.label().to_owned(),
            facts => format!("{}: {}", cell.basis.label(), facts.join(", ")),
        };
        ui.label(egui::RichText::new(basis).size(theme::SIZE_SMALL).color(theme::color(palette.text_weak)));
    });
    clicked
}

/// Moves the cell looked at by the arrow keys while the matrix has the keyboard.
fn keys(ui: &Ui, id: WidgetId, rect: Rect, table: &Table, at: Option<(usize, usize)>) -> Option<(usize, usize)> {
    let response = ui.interact(rect, id, Sense::focusable_noninteractive());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Other, true, "Capabilities by region and users"));
    ui.ctx().accesskit_node_builder(id, |node| node.set_role(Role::Grid));
    let (rows, columns) = (table.rows.len(), table.columns.len());
    if !response.has_focus() || rows == 0 || columns == 0 {
        return None;
    }
    let filter = EventFilter { vertical_arrows: true, horizontal_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|m| m.set_focus_lock_filter(id, filter));
    let count = |key| ui.input(|i| i.num_presses(key));
    let (down, up) = (count(Key::ArrowDown), count(Key::ArrowUp));
    let (right, left) = (count(Key::ArrowRight), count(Key::ArrowLeft));
    if down + up + right + left == 0 {
        return None;
    }
    let Some((row, column)) = at else { return Some((0, 0)) };
    let place = ((row + down).saturating_sub(up).min(rows - 1), (column + right).saturating_sub(left).min(columns - 1));
    (place != (row, column)).then_some(place)
}
