//! Passing messages at the lower edge of the window.

use std::collections::VecDeque;
use std::time::Duration;

use egui::{Align2, Area, Frame, Id, Margin, Order, RichText, Sense, Stroke, Ui};

use crate::app::theme;

/// Most messages shown at once; older ones give way.
const MAX_SHOWN: usize = 4;

#[derive(Debug, Clone)]
struct Toast {
    number: u64,
    text: String,
    /// When it hides; an error stays until somebody has read it.
    until_s: Option<f64>,
}

/// The messages now shown.
#[derive(Debug, Default)]
pub(super) struct Toasts {
    queue: VecDeque<Toast>,
    count: u64,
}

impl Toasts {
    /// Shows a message for as long as it takes to read it.
    pub(super) fn info(&mut self, text: impl Into<String>, now_s: f64) {
        let text = text.into();
        // Four seconds, and one more for each twenty characters beyond sixty.
        #[expect(clippy::cast_precision_loss, reason = "a length")]
        let seconds = 4.0 + (text.chars().count().saturating_sub(60) as f64) / 20.0;
        self.push(text, Some(now_s + seconds));
    }

    /// Shows an error until it is dismissed.
    pub(super) fn error(&mut self, text: impl Into<String>) {
        self.push(text.into(), None);
    }

    /// Hides a message that holds no more.
    pub(super) fn withdraw(&mut self, text: &str) {
        self.queue.retain(|t| t.text != text);
    }

    fn push(&mut self, text: String, until_s: Option<f64>) {
        self.queue.retain(|t| t.text != text);
        self.count += 1;
        self.queue.push_back(Toast { number: self.count, text, until_s });
        while self.queue.len() > MAX_SHOWN {
            self.queue.pop_front();
        }
    }

    /// Hides what was shown long enough, and says when the next one hides.
    pub(super) fn tick(&mut self, now_s: f64) -> Option<Duration> {
        self.queue.retain(|t| t.until_s.is_none_or(|until| until > now_s));
        let next_s = self.queue.iter().filter_map(|t| t.until_s).reduce(f64::min)?;
        Some(Duration::from_secs_f64((next_s - now_s).max(0.02)))
    }

    /// Shows them.
    pub(super) fn ui(&mut self, ui: &Ui) {
        if self.queue.is_empty() {
            return;
        }
        let p = theme::palette(ui.ctx());
        let mut dismissed = None;
        let area = Area::new(Id::new("toasts")).order(Order::Tooltip).anchor(Align2::CENTER_BOTTOM, [0.0, -40.0]).show(
            ui,
            |ui| {
                ui.vertical_centered(|ui| {
                    for toast in &self.queue {
                        let is_error = toast.until_s.is_none();
                        let edge = if is_error { p.error } else { p.hairline };
                        Frame::NONE
                            .fill(theme::color(p.raised))
                            .stroke(Stroke::new(1.0, theme::color(edge)))
                            .corner_radius(6)
                            .inner_margin(Margin::symmetric(12, 8))
                            .show(ui, |ui| {
                                if toast_row(ui, toast, is_error) {
                                    dismissed = Some(toast.number);
                                }
                            });
                        ui.add_space(4.0);
                    }
                });
            },
        );
        ui.accesskit_node_builder(area.response.id, |node| {
            node.set_role(egui::accesskit::Role::Status);
            node.set_live(egui::accesskit::Live::Polite);
        });
        self.queue.retain(|t| Some(t.number) != dismissed);
    }
}

/// One message; returns whether it was dismissed.
fn toast_row(ui: &mut Ui, toast: &Toast, is_error: bool) -> bool {
    let p = theme::palette(ui.ctx());
    let mut dismissed = false;
    ui.horizontal(|ui| {
        if is_error {
            ui.label(RichText::new(egui_phosphor::regular::WARNING_CIRCLE).color(theme::color(p.error)));
        }
        ui.scope(|ui| {
            ui.set_max_width(560.0);
            ui.add(egui::Label::new(&toast.text).wrap());
        });
        if is_error {
            let close = ui.add(egui::Button::new(egui_phosphor::regular::X).frame(false).sense(Sense::click()));
            close.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, "Dismiss"));
            dismissed = close.clicked();
        }
    });
    dismissed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_pass_and_errors_stay() {
        let mut toasts = Toasts::default();
        toasts.info("Saved", 0.0);
        toasts.error("The disk is full");
        assert!(toasts.tick(1.0).is_some(), "the window must wake up to hide the first one");
        assert_eq!(toasts.tick(60.0), None, "nothing left to wake up for");
        assert_eq!(toasts.queue.len(), 1);
    }
}
