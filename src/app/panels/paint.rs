//! What the panels draw again and again: shortened text, severity marks, tiles, rows of lists.

use std::sync::Arc;

use egui::text::{LayoutJob, TextFormat, TextWrapping};
use egui::{
    Align, Align2, Color32, CornerRadius, FontId, Galley, Id as WidgetId, Painter, Pos2, Rect, Response, Sense, Shape,
    Stroke, StrokeKind, Ui, Vec2, WidgetInfo, WidgetType, pos2, vec2,
};

use crate::app::theme::{self, SIZE_BODY, SIZE_SMALL};
use crate::picture::palette::{Palette, Rgb};
use crate::rules::Severity;

/// How much shows of what is about an earlier state.
const OUTDATED: f32 = 0.55;
/// What is said of what is about an earlier state.
pub const UPDATING: &str = "updating…";

/// Height of a row in a list.
pub const ROW: f32 = 24.0;

/// Text in one line, shortened with `…` to a width.
pub fn line(painter: &Painter, text: &str, font: FontId, color: Color32, width: f32) -> Arc<Galley> {
    let mut job = LayoutJob::single_section(text.to_owned(), TextFormat::simple(font, color));
    job.wrap = TextWrapping::truncate_at_width(width.max(0.0));
    painter.layout_job(job)
}

/// Width of a text that is not shortened.
pub fn width_of(painter: &Painter, text: &str, font: FontId) -> f32 {
    painter.layout_no_wrap(text.to_owned(), font, Color32::PLACEHOLDER).size().x
}

/// Draws a text in one line in a rectangle, centred vertically. Returns where it stands and whether it was shortened.
pub fn text(painter: &Painter, rect: Rect, text: &str, font: FontId, color: Color32, align: Align) -> (Rect, bool) {
    let galley = line(painter, text, font, color, rect.width());
    let place = Align2([align, Align::Center]).align_size_within_rect(galley.size(), rect);
    let elided = galley.elided;
    painter.galley(place.min, galley, color);
    (place, elided)
}

/// Font of body text.
pub fn body() -> FontId {
    FontId::proportional(SIZE_BODY)
}

/// Font of small print.
pub fn small() -> FontId {
    FontId::proportional(SIZE_SMALL)
}

/// The mark of a severity: a disc, a triangle or a square, about as large as a letter.
pub fn severity_mark(painter: &Painter, center: Pos2, severity: Severity, color: Color32) {
    let r = 4.5;
    let shape = match severity {
        Severity::Error => Shape::circle_filled(center, r, color),
        Severity::Warning => Shape::convex_polygon(
            vec![center + vec2(0.0, -r), center + vec2(r + 0.5, r - 0.5), center + vec2(-r - 0.5, r - 0.5)],
            color,
            Stroke::NONE,
        ),
        Severity::Info => Shape::rect_filled(Rect::from_center_size(center, Vec2::splat(2.0 * r - 1.0)), 0.0, color),
    };
    painter.add(shape);
}

/// A filled tile with an icon on it.
pub fn tile(painter: &Painter, rect: Rect, icon: &str, rgb: Rgb, palette: &Palette) {
    painter.rect_filled(rect, CornerRadius::same(4), theme::color(rgb));
    let ink = theme::color(if palette.dark { palette.canvas } else { palette.panel });
    painter.text(rect.center(), Align2::CENTER_CENTER, icon, FontId::proportional(rect.height() * 0.72), ink);
}

/// A hairline along the lower edge of a rectangle.
pub fn hairline_below(painter: &Painter, rect: Rect, palette: &Palette) {
    painter.hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, theme::color(palette.hairline)));
}

/// What a row of a list shows.
pub struct Row<'a> {
    /// Left inset, points.
    pub indent: f32,
    /// Caret of a row that opens: whether it is open.
    pub open: Option<bool>,
    /// An icon with its colour; on a tile if the second part says so.
    pub icon: Option<(&'a str, Rgb, bool)>,
    /// The words.
    pub text: &'a str,
    /// Secondary words, right after the first ones.
    pub weak: &'a str,
    /// Emphasised words.
    pub strong: bool,
    /// Mark at the right end.
    pub mark: Option<Severity>,
    /// Whether it is selected.
    pub selected: bool,
    /// Whether the pointer is over the same element somewhere.
    pub hovered: bool,
}

impl Default for Row<'_> {
    fn default() -> Self {
        Self {
            indent: 0.0,
            open: None,
            icon: None,
            text: "",
            weak: "",
            strong: false,
            mark: None,
            selected: false,
            hovered: false,
        }
    }
}

/// The part of a row's left end that opens and closes it.
pub fn caret_rect(row: Rect, indent: f32) -> Rect {
    Rect::from_min_size(row.min + vec2(indent, 0.0), vec2(16.0, row.height()))
}

/// A row of a list over the whole width.
pub fn list_row(ui: &mut Ui, palette: &Palette, id: WidgetId, row: &Row<'_>, sense: Sense) -> Response {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let response = ui.interact(rect, id, sense);
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let painter = ui.painter_at(rect);
    row_ground(&painter, rect, palette, row.selected, row.hovered || response.hovered());
    if response.has_focus() {
        painter.rect_stroke(rect, 4.0, Stroke::new(1.0, theme::color(palette.accent)), StrokeKind::Inside);
    }
    let mut left = rect.left() + 4.0 + row.indent;
    if let Some(open) = row.open {
        let glyph = if open { egui_phosphor::regular::CARET_DOWN } else { egui_phosphor::regular::CARET_RIGHT };
        let at = pos2(left + 6.0, rect.center().y);
        painter.text(at, Align2::CENTER_CENTER, glyph, small(), theme::color(palette.text_weak));
        left += 16.0;
    }
    if let Some((icon, rgb, on_tile)) = row.icon {
        let place = Rect::from_center_size(pos2(left + 8.0, rect.center().y), Vec2::splat(16.0));
        if on_tile {
            tile(&painter, place, icon, rgb, palette);
        } else {
            let color = theme::color(rgb);
            painter.text(place.center(), Align2::CENTER_CENTER, icon, FontId::proportional(15.0), color);
        }
        left += 24.0;
    }
    let right = rect.right() - if row.mark.is_some() { 20.0 } else { 4.0 };
    let font = if row.strong { theme::strong_font(SIZE_BODY) } else { body() };
    let area = Rect::from_min_max(pos2(left, rect.top()), pos2(right.max(left), rect.bottom()));
    let (at, elided) = text(&painter, area, row.text, font, theme::color(palette.text), Align::Min);
    let mut shortened = elided;
    if !row.weak.is_empty() && !elided {
        let rest = Rect::from_min_max(pos2(at.right() + 6.0, rect.top()), area.max);
        // Behind other words the second ones are shown whole or not at all: a syllable of them tells nothing.
        let fits = row.text.is_empty() || width_of(&painter, row.weak, small()) <= rest.width();
        shortened = !fits;
        if fits {
            let weak = theme::color(palette.text_weak);
            shortened = text(&painter, rest, row.weak, small(), weak, Align::Min).1;
        }
    }
    if let Some(severity) = row.mark {
        let color = theme::color(palette.severity(severity));
        severity_mark(&painter, pos2(rect.right() - 11.0, rect.center().y), severity, color);
    }
    let words = || match (row.text, row.weak) {
        (text, "") => text.to_owned(),
        ("", weak) => weak.to_owned(),
        (text, weak) => format!("{text} · {weak}"),
    };
    response.widget_info(|| WidgetInfo::selected(WidgetType::Button, true, row.selected, words()));
    if shortened { response.on_hover_text(words()) } else { response }
}

/// The ground of a row that is selected or under the pointer.
pub fn row_ground(painter: &Painter, rect: Rect, palette: &Palette, selected: bool, hovered: bool) {
    let fill = match (selected, hovered) {
        (true, _) => palette.selection,
        (false, true) => palette.raised,
        (false, false) => return,
    };
    painter.rect_filled(rect, CornerRadius::same(4), theme::color(fill));
}

/// A heading within a panel: small, emphasised, weak.
pub fn heading(ui: &mut Ui, palette: &Palette, words: &str) {
    ui.add_space(8.0);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 20.0), Sense::hover());
    let color = theme::color(palette.text_weak);
    text(ui.painter(), rect, words, theme::strong_font(SIZE_SMALL), color, Align::Min);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, words));
}

/// A sentence in small print, over several lines if need be.
pub fn note(ui: &mut Ui, palette: &Palette, words: &str) {
    let words = egui::RichText::new(words).size(SIZE_SMALL).color(theme::color(palette.text_weak));
    ui.add(egui::Label::new(words).wrap());
}

/// Draws what follows faded while it is about an earlier state than the one shown, so that nobody takes it for new.
pub fn fade_outdated(ui: &mut Ui, current: bool) {
    if !current {
        ui.multiply_opacity(OUTDATED);
    }
}

/// Says in a line of tools, from the right, that what is shown is about an earlier state; nothing where there is no
/// room.
pub fn updating(ui: &mut Ui, palette: &Palette, current: bool) {
    if !current && ui.available_width() > 80.0 {
        note(ui, palette, UPDATING);
    }
}

/// A small button without a frame until the pointer is over it.
pub fn icon_button(ui: &mut Ui, rect: Rect, id: WidgetId, icon: &str, words: &str, palette: &Palette) -> Response {
    let response = ui.interact(rect, id, Sense::click());
    if ui.is_rect_visible(rect) {
        let lit = response.hovered() || response.has_focus();
        if lit {
            ui.painter().rect_filled(rect, CornerRadius::same(4), theme::color(palette.raised));
        }
        let color = theme::color(if lit { palette.text } else { palette.text_weak });
        ui.painter().text(rect.center(), Align2::CENTER_CENTER, icon, FontId::proportional(14.0), color);
    }
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, ui.is_enabled(), words));
    response.on_hover_text(words)
}

/// Moves a cursor in a list of `count` rows by the arrow keys while the list has the keyboard. Returns the new place.
pub fn list_keys(ui: &Ui, id: WidgetId, rect: Rect, words: &str, count: usize, cursor: Option<usize>) -> Option<usize> {
    let response = ui.interact(rect, id, Sense::focusable_noninteractive());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Other, true, words));
    ui.ctx().accesskit_node_builder(id, |node| node.set_role(egui::accesskit::Role::ListBox));
    if !response.has_focus() || count == 0 {
        return None;
    }
    let keys = egui::EventFilter { vertical_arrows: true, ..Default::default() };
    ui.memory_mut(|m| m.set_focus_lock_filter(id, keys));
    let last = count - 1;
    let step = ui.input(|i| {
        use egui::Key;
        let page = 10;
        if i.key_pressed(Key::ArrowDown) {
            Some(cursor.map_or(0, |c| c + 1))
        } else if i.key_pressed(Key::ArrowUp) {
            Some(cursor.map_or(last, |c| c.saturating_sub(1)))
        } else if i.key_pressed(Key::PageDown) {
            Some(cursor.map_or(0, |c| c + page))
        } else if i.key_pressed(Key::PageUp) {
            Some(cursor.map_or(last, |c| c.saturating_sub(page)))
        } else {
            None
        }
    })?;
    let place = step.min(last);
    (Some(place) != cursor).then_some(place)
}
