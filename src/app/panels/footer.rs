//! The line at the bottom: what can be done now, and the state of the document.

use egui::{Align, Frame, Panel, Rect, Sense, Ui, WidgetInfo, WidgetType, vec2};

use crate::app::State;
use crate::app::theme;
use crate::picture::palette::Palette;

use super::{format, paint};

/// The words at the right end.
pub fn status(state: &State) -> String {
    let mut parts = Vec::new();
    if !state.selection.is_empty() {
        parts.push(format!("{} selected", state.selection.len()));
    }
    let revision = state.doc.revision().0;
    parts.push(if state.analysis.is_none() {
        format!("revision {revision}")
    } else if state.analysis_is_current() {
        format!("revision {revision} · analysed in {} ms", format::number(state.analysis_ms, 2, 1))
    } else {
        format!("revision {revision} · analysing…")
    });
    let camera = state.view.map.camera.filter(|_| state.view.map.open).unwrap_or(state.camera);
    parts.push(format!("{} %", format::number(f64::from(camera.zoom) * 100.0, 3, 0)));
    parts.join("   ")
}

/// Draws the line.
pub fn show(ui: &mut Ui, state: &State, palette: &'static Palette) {
    let frame = Frame::NONE.fill(theme::color(palette.panel));
    Panel::bottom("footer").exact_size(24.0).frame(frame).show(ui, |ui| {
        let rect = ui.max_rect().shrink2(vec2(16.0, 0.0));
        let painter = ui.painter_at(rect);
        let weak = theme::color(palette.text_weak);
        let words = status(state);
        let (at, _) = paint::text(&painter, rect, &words, paint::small(), weak, Align::Max);
        let response = ui.interact(at, ui.id().with("status"), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, &words));
        let hint = Rect::from_min_max(rect.min, egui::pos2((at.left() - 24.0).max(rect.left()), rect.bottom()));
        let (_, cut) = paint::text(&painter, hint, &state.view.hint, paint::small(), weak, Align::Min);
        let response = ui.interact(hint, ui.id().with("hint"), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, &state.view.hint));
        if cut {
            response.on_hover_text(&state.view.hint);
        }
    });
}
