//! The most harmful failures against each other: how much is lost when both happen.

use std::sync::Arc;

use egui::accesskit::Role;
use egui::{
    Align, EventFilter, Id as WidgetId, Key, Rect, ScrollArea, Sense, Stroke, StrokeKind, Ui, WidgetInfo, WidgetType,
    pos2, vec2,
};

use crate::app::panels::memo::{ByAddress, Memo};
use crate::app::panels::paint;
use crate::app::theme::{self, SIZE_SMALL};
use crate::app::weak::{PairLoss, Weak};
use crate::failure::reliability::Hit;
use crate::picture::heat::HeatMap;
use crate::picture::palette::Palette;

use super::super::sheet::sentence;

/// Height of a row.
const PITCH: f32 = 24.0;
/// Width of a column.
const WIDE: f32 = 32.0;

/// What somebody pointed at: two rows, or one twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pick {
    /// To be played.
    Play(usize, usize),
    /// To be looked at only.
    Walk(usize, usize),
}

/// What two failures lose, as a sentence.
pub fn words(weak: &Weak, a: usize, b: usize) -> String {
    let name = |at: usize| weak.pairs.rows.get(at).map(|hit| hit.failure.words(&weak.design)).unwrap_or_default();
    let what = if a == b { format!("{} alone", name(a)) } else { format!("{} and {}", name(a), name(b)) };
    match weak.pairs.at(a, b) {
        None => format!("{what}: not looked at, as so much is drawn"),
        Some(PairLoss { both: 0, .. }) => format!("{what}: nothing is lost"),
        Some(PairLoss { both, only_together: 0 }) => format!("{what}: {both} of {} are lost", weak.pairs.of),
        Some(PairLoss { both, only_together }) => {
            format!("{what}: {both} of {} are lost, {only_together} of them only when both fail", weak.pairs.of)
        }
    }
}

/// The names of the rows, and the widest of them in points.
struct Names {
    rows: Vec<String>,
    widest: f32,
}

impl Names {
    fn of(ui: &Ui, weak: &Weak) -> Self {
        let name = |(at, hit): (usize, &Hit)| format!("{}  {}", at + 1, sentence(&hit.failure.words(&weak.design)));
        let rows: Vec<String> = weak.pairs.rows.iter().enumerate().map(name).collect();
        let widths = rows.iter().map(|name| paint::width_of(ui.painter(), name, paint::small()));
        Self { widest: widths.fold(0.0, f32::max), rows }
    }
}

/// The matrix on the screen.
#[derive(Default)]
pub struct Matrix {
    /// By report and pixels a point.
    names: Memo<(ByAddress<Weak>, f32), Names>,
}

impl Matrix {
    /// Draws the matrix; `picked` is the cell looked at, which the arrow keys move while the matrix has the keyboard.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        palette: &Palette,
        weak: &Arc<Weak>,
        picked: Option<(usize, usize)>,
    ) -> Option<Pick> {
        let key = (ByAddress(Arc::clone(weak)), ui.ctx().pixels_per_point());
        let names = self.names.get(key, || Names::of(ui, weak));
        draw(ui, palette, weak, names, picked)
    }
}

fn draw(ui: &mut Ui, palette: &Palette, weak: &Weak, names: &Names, picked: Option<(usize, usize)>) -> Option<Pick> {
    let area = ui.available_rect_before_wrap();
    let id = WidgetId::new("pairs of failures");
    let count = weak.pairs.rows.len();
    let mut pick = keys(ui, id, area, count, picked);
    let moved = pick;
    let label = (names.widest + 10.0).min((area.width() * 0.36).max(120.0));
    #[expect(clippy::cast_precision_loss, reason = "at most some thirty columns")]
    let width = label + WIDE * count as f32;
    sentence_ui(ui, palette, weak);
    ScrollArea::horizontal().id_salt("pairs across").auto_shrink(false).show(ui, |ui| {
        ui.set_min_width(width);
        ui.set_max_width(width.max(ui.available_width()));
        ui.spacing_mut().item_spacing.y = 0.0;
        let (line, _) = ui.allocate_exact_size(vec2(width, PITCH), Sense::hover());
        for at in 0..count {
            let weakly = theme::color(palette.text_weak);
            let place = cell_rect(line, label, at);
            paint::text(ui.painter(), place, &(at + 1).to_string(), paint::small(), weakly, Align::Center);
        }
        let scroll = ScrollArea::vertical().id_salt("pairs down").auto_shrink(false);
        scroll.show_rows(ui, PITCH, count, |ui, range| {
            let first = range.start;
            for row in range {
                let (line, _) = ui.allocate_exact_size(vec2(width, PITCH), Sense::hover());
                let place = line.with_max_x(line.left() + label - 8.0);
                let name = names.rows.get(row).map_or("", String::as_str);
                let ink = theme::color(palette.text);
                let (_, cut) = paint::text(ui.painter(), place, name, paint::small(), ink, Align::Min);
                if cut {
                    ui.interact(place, id.with(("name", row)), Sense::hover()).on_hover_text(name);
                }
                for column in 0..count {
                    let rect = cell_rect(line, label, column);
                    if ui.is_rect_visible(rect)
                        && cell_ui(ui, palette, weak, (id, row, column), rect, picked == Some((row, column)))
                    {
                        ui.memory_mut(|m| m.request_focus(id));
                        pick = Some(Pick::Play(row, column));
                    }
                }
            }
            if let Some(Pick::Walk(row, column)) = moved {
                #[expect(clippy::cast_precision_loss, reason = "at most some thirty rows")]
                let y = ui.min_rect().top() + (row as f32 - first as f32) * PITCH;
                let line = Rect::from_min_size(pos2(ui.min_rect().left(), y), vec2(width, PITCH));
                ui.scroll_to_rect(cell_rect(line, label, column), None);
            }
        });
    });
    pick
}

/// What the numbers count.
fn sentence_ui(ui: &mut Ui, palette: &Palette, weak: &Weak) {
    let (line, _) = ui.allocate_exact_size(vec2(ui.available_width(), 22.0), Sense::hover());
    let mut words = format!(
        "Lost of {} capabilities at places when both fail; alone on the diagonal, bold where both are needed.",
        weak.pairs.of
    );
    if weak.pairs.further > 0 {
        words.push_str(&format!(" {} less harmful failures are left out.", weak.pairs.further));
    }
    let color = theme::color(palette.text_weak);
    let (_, cut) = paint::text(ui.painter(), line, &words, paint::small(), color, Align::Min);
    let response = ui.interact(line, ui.id().with("what is counted"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, &words));
    if cut {
        response.on_hover_text(words);
    }
}

fn cell_rect(line: Rect, label: f32, column: usize) -> Rect {
    #[expect(clippy::cast_precision_loss, reason = "at most some thirty columns")]
    let left = line.left() + label + column as f32 * WIDE;
    Rect::from_min_size(pos2(left, line.top()), vec2(WIDE, line.height()))
}

/// Draws one cell; returns whether it was clicked.
fn cell_ui(
    ui: &Ui,
    palette: &Palette,
    weak: &Weak,
    (id, row, column): (WidgetId, usize, usize),
    rect: Rect,
    looked_at: bool,
) -> bool {
    let response = ui.interact(rect, id.with((row, column)), Sense::CLICK);
    let painter = ui.painter();
    let inner = rect.shrink(1.0);
    let loss = weak.pairs.at(row, column);
    let both = loss.map_or(0, |loss| loss.both);
    #[expect(clippy::cast_precision_loss, reason = "counts of drawn things are small")]
    let share = both as f32 / weak.pairs.of.max(1) as f32;
    if both > 0 {
        let color = HeatMap::color(palette, share);
        painter.rect_filled(inner, 3.0, theme::faded(color, 0.14 + 0.4 * share));
    }
    if response.hovered() {
        painter.rect_filled(inner, 3.0, theme::faded(palette.text, 0.08));
    }
    if looked_at {
        let focused = ui.memory(|m| m.has_focus(id));
        let stroke = Stroke::new(if focused { 2.0 } else { 1.0 }, theme::color(palette.accent));
        painter.rect_stroke(inner, 3.0, stroke, StrokeKind::Inside);
    }
    let text = match loss {
        None => "?".to_owned(),
        Some(PairLoss { both: 0, .. }) => "·".to_owned(),
        Some(loss) => loss.both.to_string(),
    };
    let together = loss.is_some_and(|loss| loss.only_together > 0);
    let font = if together || row == column { theme::strong_font(SIZE_SMALL) } else { paint::small() };
    let ink = if both > 0 { palette.text } else { palette.text_weak };
    paint::text(painter, rect, &text, font, theme::color(ink), Align::Center);
    response.widget_info(|| WidgetInfo::selected(WidgetType::Button, true, looked_at, words(weak, row, column)));
    let clicked = response.clicked();
    response.on_hover_ui(|ui| {
        ui.set_max_width(340.0);
        ui.label(sentence(&words(weak, row, column)));
    });
    clicked
}

/// Moves the cell looked at by the arrow keys, and plays it by Enter, while the matrix has the keyboard.
fn keys(ui: &Ui, id: WidgetId, area: Rect, count: usize, at: Option<(usize, usize)>) -> Option<Pick> {
    let response = ui.interact(area, id, Sense::focusable_noninteractive());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Other, true, "Failures against each other"));
    ui.ctx().accesskit_node_builder(id, |node| node.set_role(Role::Grid));
    if !response.has_focus() || count == 0 {
        return None;
    }
    let filter = EventFilter { vertical_arrows: true, horizontal_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|m| m.set_focus_lock_filter(id, filter));
    let presses = |key| ui.input(|i| i.num_presses(key));
    let (down, up) = (presses(Key::ArrowDown), presses(Key::ArrowUp));
    let (right, left) = (presses(Key::ArrowRight), presses(Key::ArrowLeft));
    if presses(Key::Enter) > 0 {
        return at.map(|(row, column)| Pick::Play(row, column));
    }
    if down + up + right + left == 0 {
        return None;
    }
    let Some((row, column)) = at else { return Some(Pick::Walk(0, 0)) };
    let last = count - 1;
    let place = ((row + down).saturating_sub(up).min(last), (column + right).saturating_sub(left).min(last));
    (place != (row, column)).then_some(Pick::Walk(place.0, place.1))
}
