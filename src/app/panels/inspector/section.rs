//! Sections that are folded at first, for what is rarely set.

use egui::{Align, FontId, Id as WidgetId, Rect, Sense, Stroke, StrokeKind, Ui, WidgetInfo, WidgetType, pos2, vec2};

use crate::app::panels::paint;
use crate::app::theme::{self, SIZE_SMALL};
use crate::picture::palette::Palette;

/// A heading that folds and unfolds what belongs to it. While it is folded, it says how much is set inside, such as
/// `2 set`; `said` may be empty. A section that was unfolded stays so for the next element.
pub fn show(ui: &mut Ui, palette: &Palette, words: &str, said: &str, content: impl FnOnce(&mut Ui)) {
    ui.add_space(8.0);
    let id = WidgetId::new(("inspector section", words));
    let mut open = ui.data(|d| d.get_temp::<bool>(id)).unwrap_or_default();
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 22.0), Sense::hover());
    let response = ui.interact(rect, id, Sense::click());
    if response.clicked() {
        open = !open;
        ui.data_mut(|d| d.insert_temp(id, open));
    }
    if ui.is_rect_visible(rect) {
        let painter = ui.painter_at(rect);
        if response.has_focus() {
            let edge = Stroke::new(1.0, theme::color(palette.accent));
            painter.rect_stroke(rect, 4.0, edge, StrokeKind::Inside);
        }
        let lit = response.hovered() || response.has_focus();
        let color = theme::color(if lit { palette.text } else { palette.text_weak });
        let glyph = if open { egui_phosphor::regular::CARET_DOWN } else { egui_phosphor::regular::CARET_RIGHT };
        let at = pos2(rect.left() + 6.0, rect.center().y);
        painter.text(at, egui::Align2::CENTER_CENTER, glyph, FontId::proportional(12.0), color);
        let line = Rect::from_min_max(pos2(rect.left() + 16.0, rect.top()), rect.max);
        let (place, _) = paint::text(&painter, line, words, theme::strong_font(SIZE_SMALL), color, Align::Min);
        let rest = Rect::from_min_max(pos2(place.right() + 8.0, rect.top()), rect.max);
        if !said.is_empty() {
            paint::text(&painter, rest, said, paint::small(), theme::color(palette.text_weak), Align::Max);
        }
    }
    response.widget_info(|| WidgetInfo::selected(WidgetType::CollapsingHeader, true, open, words));
    if open {
        content(ui);
    }
}

/// How many of these are set, in words; nothing when none is.
pub fn set(each: &[bool]) -> String {
    match each.iter().filter(|is_set| **is_set).count() {
        0 => String::new(),
        n => format!("{n} set"),
    }
}
