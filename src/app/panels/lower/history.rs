//! The history tab: every step, and where the document stands.

use egui::{Id as WidgetId, Sense, Ui};

use crate::app::Msg;
use crate::app::panels::{Cx, paint};

/// What the tab remembers.
#[derive(Default)]
pub struct History {
    /// The step last scrolled to.
    at: Option<usize>,
}

impl History {
    /// Draws the steps, oldest first; those that can be redone are weak.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let steps = cx.state.doc.steps();
        let applied = cx.state.doc.applied();
        let list = WidgetId::new("history list");
        let area = ui.available_rect_before_wrap();
        let keys = paint::list_keys(ui, list, area, "History", steps.len() + 1, Some(applied));
        if let Some(step) = keys {
            cx.msgs.push(Msg::GoToStep(step));
        }
        let scroll = self.at != Some(applied);
        self.at = Some(applied);
        let palette = cx.palette;
        let msgs = &mut *cx.msgs;
        ui.add_space(4.0);
        egui::ScrollArea::vertical().id_salt("history").auto_shrink(false).show_rows(
            ui,
            paint::ROW,
            steps.len() + 1,
            |ui, range| {
                ui.spacing_mut().item_spacing.y = 0.0;
                if scroll {
                    #[expect(clippy::cast_precision_loss, reason = "at most a thousand steps are kept")]
                    let y = ui.min_rect().top() + (applied as f32 - range.start as f32) * paint::ROW;
                    let at = egui::pos2(ui.min_rect().left(), y);
                    ui.scroll_to_rect(egui::Rect::from_min_size(at, egui::vec2(8.0, paint::ROW)), None);
                }
                for index in range {
                    // Row 0 is the state before every step.
                    let words = match index.checked_sub(1).and_then(|i| steps.get(i)) {
                        Some(step) => step.label.as_str(),
                        None => "Start of this session",
                    };
                    let undone = index > applied;
                    let number = index.to_string();
                    let row = paint::Row {
                        indent: 8.0,
                        text: if undone { "" } else { words },
                        weak: if undone { words } else { number.as_str() },
                        strong: index == applied,
                        selected: index == applied,
                        ..paint::Row::default()
                    };
                    let row = if index == 0 { paint::Row { weak: "", ..row } } else { row };
                    let response = paint::list_row(ui, palette, WidgetId::new(("step", index)), &row, Sense::CLICK);
                    if response.clicked() && index != applied {
                        msgs.push(Msg::GoToStep(index));
                        ui.memory_mut(|m| m.request_focus(list));
                    }
                    response.context_menu(|ui| {
                        if ui.button("Compare with this state").clicked() {
                            msgs.push(Msg::CompareStep(index));
                        }
                    });
                }
            },
        );
    }
}
