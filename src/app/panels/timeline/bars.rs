//! The picture: rows of bars over an axis, and the head.

use egui::accesskit::Role;
use egui::{
    Align, Align2, CornerRadius, CursorIcon, EventFilter, FontId, Id as WidgetId, Key, Rect, ScrollArea, Sense, Shape,
    Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo, WidgetType, pos2, vec2,
};

use crate::app::panels::paint;
use crate::app::theme;
use crate::failure::timeline::time_words;
use crate::picture::palette::Palette;

use super::axis::Axis;
use super::chart::{Bar, Chart, Row};

/// Measures in multiples of the size of type.
const TITLE: f32 = 1.6;
const LANE: f32 = 1.7;
const FURTHER_LANE: f32 = 0.6;
const GAP: f32 = 0.8;
const AXIS: f32 = 2.0;

/// Where times stand on the screen.
#[derive(Clone, Copy)]
struct Scale {
    axis: Axis,
    left: f32,
    width: f32,
}

impl Scale {
    #[expect(clippy::cast_possible_truncation, reason = "a share of the axis")]
    fn x(self, t_s: f64) -> f32 {
        self.left + self.axis.share(t_s) as f32 * self.width
    }

    fn time_s(self, x: f32) -> f64 {
        self.axis.time_s(f64::from((x - self.left) / self.width.max(1.0)))
    }
}

fn height(row: &Row, size: f32) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "a handful of lanes")]
    let further = row.lanes().saturating_sub(1) as f32 * FURTHER_LANE;
    size * (TITLE + LANE + further + GAP)
}

/// The height that a chart likes in a size of type, points.
#[must_use]
pub fn wanted_height(chart: &Chart, size: f32) -> f32 {
    let axis = if chart.has_ends() { size * AXIS } else { 0.0 };
    chart.rows.iter().map(|row| height(row, size)).sum::<f32>() + axis
}

/// Draws a chart into a rectangle in a size of type, points. Rows that have no room are scrolled to. `head_s` is the
/// moment looked at, s after the failure; without one there is no head. Returns the moment that somebody chose.
pub fn show(ui: &mut Ui, rect: Rect, palette: &Palette, chart: &Chart, size: f32, head_s: Option<f64>) -> Option<f64> {
    let scale = Scale { axis: chart.axis, left: rect.left(), width: (rect.width() - size).max(1.0) };
    let below = if chart.has_ends() { size * AXIS } else { 0.0 };
    let rows = rect.with_max_y((rect.bottom() - below).max(rect.top()));
    let content: f32 = chart.rows.iter().map(|row| height(row, size)).sum();
    // The axis stands right below the rows when they leave room.
    let line_y = rows.bottom().min(rows.top() + content);
    let rows = rows.with_max_y(line_y);
    let mut child = ui.new_child(UiBuilder::new().id_salt("timeline rows").max_rect(rows));
    child.set_clip_rect(rows.intersect(ui.clip_rect()));
    ScrollArea::vertical().id_salt("timeline").auto_shrink(false).show(&mut child, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for (index, row) in chart.rows.iter().enumerate() {
            let (place, _) = ui.allocate_exact_size(vec2(rect.width(), height(row, size)), Sense::hover());
            if ui.is_rect_visible(place) {
                row_ui(ui, place, palette, row, index, scale, size);
            }
        }
    });
    if !chart.has_ends() {
        return None;
    }
    let at = rect.with_min_y(line_y).with_max_y(line_y + below);
    axis_ui(ui, at, palette, scale, size);
    head_s.and_then(|head_s| head_ui(ui, rows, at, palette, chart, scale, size, head_s))
}

fn row_ui(ui: &mut Ui, place: Rect, palette: &Palette, row: &Row, index: usize, scale: Scale, size: f32) {
    let painter = ui.painter().clone();
    let (ink, weak) = (theme::color(palette.text), theme::color(palette.text_weak));
    let title = Rect::from_min_size(place.min, vec2(scale.width, size * TITLE));
    let font = FontId::proportional(size);
    let wants = paint::width_of(&painter, &row.short, theme::strong_font(size)) + 1.0;
    let at_right = if row.end.is_some() { wants.min(title.width() * 0.6) } else { 0.0 };
    let left = title.with_max_x(title.right() - at_right - size * 0.6);
    paint::text(&painter, left, &row.title, font.clone(), weak, Align::Min);
    if row.end.is_some() {
        let right = title.with_min_x(title.right() - at_right);
        paint::text(&painter, right, &row.short, theme::strong_font(size), ink, Align::Max);
    }
    let response = ui.interact(title, WidgetId::new(("timeline row", ui.id(), index)), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, format!("{}: {}", row.title, row.when)));
    response.on_hover_ui(|ui| {
        ui.set_max_width(360.0);
        ui.label(egui::RichText::new(&row.title).font(theme::strong_font(theme::SIZE_BODY)));
        for words in [&row.all, &row.when, &row.lost].into_iter().filter(|words| !words.is_empty()) {
            ui.label(capital(words));
        }
    });
    let lane = |lane: usize| {
        let first = place.top() + size * TITLE;
        #[expect(clippy::cast_precision_loss, reason = "a handful of lanes")]
        let top = if lane == 0 { first } else { first + size * (LANE + (lane - 1) as f32 * FURTHER_LANE + 0.12) };
        let high = if lane == 0 { LANE } else { FURTHER_LANE - 0.12 };
        (top, top + size * high)
    };
    let Some(end) = row.end else {
        let (top, bottom) = lane(0);
        let whole = Rect::from_min_max(pos2(scale.left, top), pos2(scale.left + scale.width, bottom));
        until_ui(&painter, whole, palette, row, size);
        return;
    };
    for (at, bar) in row.bars.iter().enumerate() {
        let (top, bottom) = lane(bar.lane);
        let bar_rect = Rect::from_min_max(pos2(scale.x(bar.start_s), top), pos2(scale.x(bar.end_s), bottom));
        bar_ui(ui, bar_rect, palette, bar, size, WidgetId::new(("timeline bar", ui.id(), index, at)));
    }
    // From the earliest to the latest end.
    let (_, bottom) = lane(0);
    let whisker = Stroke::new(1.5, weak);
    let (low, high) = (scale.x(end.low_s), scale.x(end.high_s));
    if high - low > 2.0 {
        painter.hline(low..=high, bottom + 3.0, whisker);
        for x in [low, high] {
            painter.vline(x, bottom + 1.0..=bottom + 5.0, whisker);
        }
    }
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// What has no end of its own: open at the right.
fn until_ui(painter: &egui::Painter, rect: Rect, palette: &Palette, row: &Row, size: f32) {
    let edge = Stroke::new(1.0, theme::color(palette.error));
    painter.rect_filled(rect, CornerRadius::same(4), theme::faded(palette.error, 0.08));
    let corners = [rect.right_top(), rect.left_top(), rect.left_bottom(), rect.right_bottom()];
    painter.extend(Shape::dashed_line(&corners, edge, 5.0, 4.0));
    let inner = rect.shrink2(vec2(size * 0.5, 0.0));
    paint::text(painter, inner, &row.short, FontId::proportional(size), theme::color(palette.error), Align::Min);
}

fn bar_ui(ui: &Ui, rect: Rect, palette: &Palette, bar: &Bar, size: f32, id: WidgetId) {
    let painter = ui.painter();
    let own = palette.step(bar.kind);
    // A hair between two bars; one of no length still shows.
    let shown = rect.with_max_x((rect.right() - 1.5).max(rect.left() + 1.5));
    let fill = own.mix(palette.panel, if bar.critical { 0.55 } else { 0.7 });
    painter.rect_filled(shown, CornerRadius::same(3), theme::color(fill));
    if bar.critical {
        painter.rect_stroke(shown, CornerRadius::same(3), Stroke::new(1.0, theme::color(own)), StrokeKind::Inside);
        let font = FontId::proportional(size * 0.92);
        let inner = shown.shrink2(vec2(size * 0.4, 0.0));
        let fits = |words: &&String| paint::width_of(painter, words, font.clone()) <= inner.width();
        if let Some(words) = bar.words.iter().find(fits) {
            paint::text(painter, inner, words, font.clone(), theme::color(palette.text), Align::Min);
        }
    }
    let response = ui.interact(shown.expand2(vec2(1.0, 0.0)), id, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, bar.tip.join(" · ")));
    response.on_hover_ui(|ui| {
        ui.set_max_width(360.0);
        for (line, words) in bar.tip.iter().enumerate() {
            let strong = line == 0;
            let font = if strong { theme::strong_font(theme::SIZE_BODY) } else { paint::small() };
            let color = theme::color(if strong { palette.text } else { palette.text_weak });
            ui.label(egui::RichText::new(capital(words)).font(font).color(color));
        }
    });
}

fn axis_ui(ui: &Ui, rect: Rect, palette: &Palette, scale: Scale, size: f32) {
    let painter = ui.painter();
    let (line, weak) = (theme::color(palette.hairline), theme::color(palette.text_weak));
    painter.hline(scale.left..=scale.left + scale.width, rect.top() + 0.5, Stroke::new(1.0, line));
    let font = FontId::proportional(size * 0.9);
    let widest = paint::width_of(painter, "44 min 44 s", font.clone());
    for (t_s, words) in scale.axis.ticks(f64::from((widest / scale.width).clamp(0.02, 1.0))) {
        let x = scale.x(t_s);
        painter.vline(x, rect.top()..=rect.top() + 4.0, Stroke::new(1.0, weak));
        let align = if t_s <= 0.0 { Align2::LEFT_TOP } else { Align2::CENTER_TOP };
        painter.text(pos2(x, rect.top() + size * 0.45), align, words, font.clone(), weak);
    }
}

/// The head: dragged anywhere along the rows or the axis, or moved by the arrow keys to where something ends.
#[expect(clippy::too_many_arguments, reason = "two places and what is drawn there")]
fn head_ui(
    ui: &Ui,
    rows: Rect,
    axis: Rect,
    palette: &Palette,
    chart: &Chart,
    scale: Scale,
    size: f32,
    head_s: f64,
) -> Option<f64> {
    let id = ui.id().with("timeline head");
    let response = ui.interact(axis.expand2(vec2(size * 0.5, 0.0)), id, Sense::click_and_drag());
    let x = scale.x(head_s);
    let lit = response.hovered() || response.has_focus() || response.dragged();
    let color = theme::color(palette.error);
    ui.painter().vline(x, rows.top()..=axis.top() + 4.0, Stroke::new(if lit { 2.0 } else { 1.5 }, color));
    ui.painter().circle_filled(pos2(x, axis.top() + 4.0), if lit { 5.0 } else { 4.0 }, color);
    if response.hovered() {
        ui.set_cursor_icon(CursorIcon::ResizeHorizontal);
    }
    response.widget_info(|| WidgetInfo::slider(true, head_s, "Seconds after the failure"));
    ui.ctx().accesskit_node_builder(id, |node| {
        node.set_role(Role::Slider);
        node.set_value(time_words(head_s));
    });
    if response.clicked() {
        response.request_focus();
    }
    if (response.dragged() || response.clicked())
        && let Some(pos) = response.interact_pointer_pos()
    {
        return Some(scale.time_s(pos.x));
    }
    if !response.has_focus() {
        return None;
    }
    ui.memory_mut(|m| m.set_focus_lock_filter(id, EventFilter { horizontal_arrows: true, ..EventFilter::default() }));
    let (right, left) = ui.input(|i| (i.num_presses(Key::ArrowRight), i.num_presses(Key::ArrowLeft)));
    if right > left {
        chart.after(head_s)
    } else if left > right {
        chart.before(head_s)
    } else {
        None
    }
}
