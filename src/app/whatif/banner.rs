//! The line over the picture that says what has failed and repairs it.

use egui::{
    Align, Button, Frame, Layout, Margin, Panel, RichText, ScrollArea, Sense, Ui, WidgetInfo, WidgetType, vec2,
};

use crate::app::actions::Action;
use crate::app::panels::paint::UPDATING;
use crate::app::state::State;
use crate::app::{Msg, theme};
use crate::design::failure::headline;
use crate::failure::State as CapabilityState;

use super::mark;

/// Height of the line, points.
pub const HEIGHT: f32 = 34.0;

/// Shows the line; call it only while something has failed.
pub fn show(ui: &mut Ui, state: &State, msgs: &mut Vec<Msg>) {
    let p = theme::palette(ui.ctx());
    let design = state.doc.design();
    let failures = state.whatif.failures();
    let fill = theme::color(p.panel.mix(p.error, 0.10));
    let frame = Frame::NONE.fill(fill).inner_margin(Margin::symmetric(12, 0));
    Panel::top("what has failed").exact_size(HEIGHT).frame(frame).show(ui, |ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let keys = Action::RepairAll.shortcuts().first().map(|s| ui.ctx().format_shortcut(s)).unwrap_or_default();
            let words = if failures.len() == 1 { "Repair" } else { "Repair all" };
            let response = ui.add(Button::new(RichText::new(words).size(theme::SIZE_SMALL)));
            if response.on_hover_text(format!("{} ({keys})", Action::RepairAll.label())).clicked() {
                msgs.push(Msg::RepairAll);
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let (place, _) = ui.allocate_exact_size(vec2(14.0, 14.0), Sense::hover());
                mark::draw(ui.painter(), place.center(), 5.0, CapabilityState::Down, p.error);
                let words = RichText::new(headline(design, failures)).font(theme::strong_font(theme::SIZE_BODY));
                ui.add(egui::Label::new(words).truncate());
                // What the picture shows of it follows with the analysis.
                if state.analysis.is_some() && !state.analysis_is_current() {
                    ui.label(RichText::new(UPDATING).size(theme::SIZE_SMALL).color(theme::color(p.text_weak)));
                }
                if failures.len() > 1 {
                    chips(ui, state, msgs);
                }
            });
        });
    });
}

/// One button for each thing that has failed; it repairs it.
fn chips(ui: &mut Ui, state: &State, msgs: &mut Vec<Msg>) {
    let design = state.doc.design();
    ScrollArea::horizontal().id_salt("failed things").show(ui, |ui| {
        for failure in state.whatif.failures() {
            let words = failure.title(design);
            let text = RichText::new(format!("{words}  {}", egui_phosphor::regular::X)).size(theme::SIZE_SMALL);
            let response = ui.add(Button::new(text));
            response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, format!("Repair {words}")));
            if response.on_hover_text(format!("Repair {words}")).clicked() {
                msgs.push(Msg::Repair(failure.clone()));
            }
        }
    });
}
