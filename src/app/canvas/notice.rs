//! The marker of the design as a whole: problems that no element can be marked for, in the canvas' upper left corner.

use egui::{Align2, Rect, Sense, Stroke, StrokeKind, Ui, WidgetInfo, WidgetType, pos2, vec2};

use crate::app::Msg;
use crate::app::actions::Action;
use crate::app::panels::severity_mark;
use crate::app::state::{BottomTab, State};
use crate::app::theme;

use super::words::{self, Weight};

/// Draws the marker if there is something to mark and no quick fix stands in its place; a click goes to the first of the problems.
pub fn show(ui: &Ui, canvas: Rect, state: &State, msgs: &mut Vec<Msg>) {
    let Some(analysis) = state.analysis.as_ref().filter(|_| state.ghost().is_none()) else { return };
    let whole = || analysis.check.findings.iter().enumerate().filter(|(_, f)| f.subjects.is_empty());
    let Some((first, worst)) = whole().next().map(|(i, f)| (i, f.severity)) else { return };
    let count = whole().count();
    let p = theme::palette(ui.ctx());
    let words = if count == 1 { "Design: 1 problem".to_owned() } else { format!("Design: {count} problems") };
    let painter = ui.painter_at(canvas);
    let galley =
        words::line(&painter, &words, words::font(Weight::Regular, theme::SIZE_SMALL), theme::color(p.text), 200.0);
    let size = vec2(galley.size().x + 32.0, 24.0);
    let rect = Rect::from_min_size(canvas.min + vec2(12.0, 12.0), size);
    let response = ui.interact(rect, egui::Id::new("design problems"), Sense::click());
    let lit = response.hovered() || response.has_focus();
    let edge = theme::color(if lit { p.accent } else { p.hairline });
    painter.rect(rect, 4.0, theme::color(p.panel), Stroke::new(1.0, edge), StrokeKind::Inside);
    let color = theme::color(p.severity(worst));
    severity_mark(&painter, pos2(rect.left() + 14.0, rect.center().y), worst, color);
    let mut shapes = Vec::new();
    words::put(galley, pos2(rect.left() + 24.0, rect.center().y), Align2::LEFT_CENTER, &mut shapes);
    painter.extend(shapes);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, &words));
    if response.clicked() {
        msgs.extend([Msg::Action(Action::ShowTab(BottomTab::Problems)), Msg::Problem(Some(first))]);
    }
}
