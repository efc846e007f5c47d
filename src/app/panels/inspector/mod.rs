//! The inspector: every property of what is selected.

mod component;
mod decisions;
mod link;
mod many;
mod nodes;
mod practices;
mod region;
mod rulings;
mod section;
mod settings;
mod shared;
mod site;
mod spec;
mod targets;
mod terms;
mod whatif;

use egui::{Frame, Margin, Panel, Ui};

use crate::app::theme;
use crate::design::{Element, Id};

use super::memo::{AnalysisKey, DesignKey, Memo};
use super::{Cx, paint};
use shared::Connection;

/// What the inspector remembers.
#[derive(Default)]
pub struct Inspector {
    connections: Memo<(DesignKey, AnalysisKey, bool, Id), Vec<Connection>>,
}

impl Inspector {
    /// Draws the panel.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let room = ui.available_width();
        let frame =
            Frame::NONE.fill(theme::color(cx.palette.panel)).inner_margin(Margin { right: 4, ..Margin::same(12) });
        let widest = (room * 0.4).clamp(224.0, 520.0);
        Panel::right("inspector").default_size(280.0).size_range(216.0..=widest).frame(frame).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            egui::ScrollArea::vertical().id_salt("inspector").auto_shrink(false).show(ui, |ui| {
                // Room for the scroll bar, so that it never covers a field.
                ui.set_max_width(ui.available_width() - 8.0);
                self.content(ui, cx);
                ui.add_space(16.0);
            });
        });
    }

    fn content(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let design = cx.state.shown().clone();
        match cx.state.selection.len() {
            0 => settings::show(ui, cx, &design),
            1 => {
                let Some(id) = cx.state.single_selection() else { return };
                match design.element(id) {
                    Some(Element::Component(component)) => {
                        let current = cx.state.analysis_is_current();
                        let key = (DesignKey::of(cx.state), AnalysisKey::of(cx.state), current, id.clone());
                        let analysis = cx.state.analysis.as_deref().filter(|_| current);
                        let connections = self.connections.get(key, || shared::connections(&design, analysis, id));
                        component::show(ui, cx, &design, id, component, connections);
                    }
                    Some(Element::Region(region)) => region::show(ui, cx, &design, id, region),
                    Some(Element::Link(link)) => link::show(ui, cx, &design, id, link),
                    None => paint::note(ui, cx.palette, "What was selected is gone."),
                }
            }
            _ => many::show(ui, cx, &design),
        }
    }
}
