//! Names for keyboard, screen readers and tests: an interact rectangle for each marker and each line.

use std::collections::HashMap;

use egui::accesskit::{Action as Press, Role};
use egui::{Rect, Response, Sense, Ui, Vec2, WidgetInfo, WidgetType};

use crate::app::camera::Camera;
use crate::app::panels::places;
use crate::app::state::State;
use crate::design::Id;

use super::model::{Model, Spot, What, Wire, site_of};
use super::paint::{RADIUS, rtt_words, service_words};

/// Most markers, and most lines, that are named.
const MAX_NAMED: usize = 400;

/// The marker that has the keyboard, and those that can get it.
#[derive(Default)]
pub struct Access {
    /// Markers with an interact rectangle in the last frame, by widget.
    markers: HashMap<egui::Id, Id>,
    /// What got the keyboard by a press; no ring is drawn around it.
    by_pointer: Option<egui::Id>,
    last_focus: Option<egui::Id>,
}

/// The widget of a marker.
#[must_use]
pub fn widget(map: egui::Id, id: &Id) -> egui::Id {
    map.with(("marker", id.as_str()))
}

/// What a screen reader says of a marker: "Region Mumbai, Sub, Mumbai · AWS ap-south-1".
fn spoken(state: &State, model: &Model, index: usize, spot: &Spot) -> String {
    let site = site_of(state.shown(), &spot.id).map(|s| places::site_words(s, state.books)).unwrap_or_default();
    match spot.what {
        What::Cloud(role, _) => format!("Region {}, {}, {site}", spot.name, role.label()),
        What::Own(role, _) => format!("Region {}, {}, own site {site}", spot.name, role.label()),
        What::Users => match model.service_of(index) {
            Some(service) => format!("Users {}, {site}, {}", spot.name, service_words(service, model)),
            None => format!("Users {}, {site}", spot.name),
        },
        What::Backend => format!("Backend {}, {site}", spot.name),
    }
}

/// What a screen reader says of a line: "Links Frankfurt – Mumbai, 118 ms".
#[must_use]
pub fn line_words(model: &Model, wire: &Wire) -> String {
    let name = |i: usize| model.spots.get(i).map(|s| s.name.as_str()).unwrap_or_default();
    let rtt = wire.rtt_ms.map(|range| format!(", {}", rtt_words(range))).unwrap_or_default();
    let count = wire.links.len();
    let links = if count == 1 { "1 link".to_owned() } else { format!("{count} links") };
    format!("{} – {}, {links}{rtt}", name(wire.ends.0), name(wire.ends.1))
}

impl Access {
    /// The marker with the keyboard.
    #[must_use]
    pub fn focused(&self, ui: &Ui) -> Option<Id> {
        ui.memory(|m| m.focused()).and_then(|widget| self.markers.get(&widget).cloned())
    }

    /// Whether the map or a marker has the keyboard, or nothing has.
    #[must_use]
    pub fn has_keyboard(&self, ui: &Ui, map: egui::Id) -> bool {
        let focused = ui.memory(|m| m.focused());
        focused.is_none_or(|widget| widget == map || self.markers.contains_key(&widget))
    }

    /// Gives the keyboard to what was pressed, or to the map.
    pub fn focus_by_pointer(&mut self, ui: &Ui, map: egui::Id, pressed: Option<&Id>) {
        let marker = pressed.map(|id| widget(map, id)).filter(|w| self.markers.contains_key(w));
        let target = marker.unwrap_or(map);
        self.by_pointer = Some(target);
        ui.memory_mut(|m| m.request_focus(target));
    }

    /// The marker that just got the keyboard by Tab or from outside.
    pub fn newly_focused(&mut self, ui: &Ui) -> Option<Id> {
        let focused = ui.memory(|m| m.focused());
        let new = focused != self.last_focus && focused != self.by_pointer;
        if focused != self.by_pointer {
            self.by_pointer = None;
        }
        self.last_focus = focused;
        focused.filter(|_| new).and_then(|w| self.markers.get(&w).cloned())
    }

    /// The marker to draw a ring around: it has the keyboard, and not by a press.
    #[must_use]
    pub fn ringed(&self, ui: &Ui) -> Option<Id> {
        let focused = ui.memory(|m| m.focused()).filter(|w| Some(*w) != self.by_pointer)?;
        self.markers.get(&focused).cloned()
    }

    /// Allocates markers and lines. Returns what an assistive tool pressed.
    pub fn allocate(
        &mut self,
        ui: &Ui,
        map: &Response,
        state: &State,
        model: &Model,
        at: &[egui::Pos2],
        camera: &Camera,
    ) -> Option<Vec<Id>> {
        ui.ctx().accesskit_node_builder(map.id, |node| {
            node.set_role(Role::Canvas);
            node.set_label("World map");
        });
        self.markers.clear();
        let mut pressed = None;
        for (index, (spot, at)) in model.spots.iter().zip(at).enumerate().take(MAX_NAMED) {
            let widget = widget(map.id, &spot.id);
            let rect = Rect::from_center_size(*at, Vec2::splat(2.0 * RADIUS));
            let had_keyboard = ui.memory(|m| m.has_focus(widget));
            let response = ui.interact(rect, widget, Sense::focusable_noninteractive());
            // The end of a click takes the keyboard from everything that is not hovered, and only the map is.
            if had_keyboard && !response.has_focus() && self.by_pointer == Some(widget) && map.contains_pointer() {
                ui.memory_mut(|m| m.request_focus(widget));
            }
            let selected = state.selection.contains(&spot.id);
            response.widget_info(|| {
                WidgetInfo::selected(WidgetType::Button, true, selected, spoken(state, model, index, spot))
            });
            ui.ctx().accesskit_node_builder(widget, |node| node.add_action(Press::Click));
            if ui.input(|i| i.has_accesskit_action_request(widget, Press::Click)) {
                pressed = Some(vec![spot.id.clone()]);
            }
            self.markers.insert(widget, spot.id.clone());
        }
        for wire in model.wires.iter().take(MAX_NAMED) {
            let widget = map.id.with(("line", wire.ends));
            let middle = wire.runs.first().and_then(|run| run.get(run.len() / 2)).copied().unwrap_or_default();
            let rect = Rect::from_center_size(camera.to_screen(middle), Vec2::splat(24.0));
            let response = ui.interact(rect, widget, Sense::hover());
            response.widget_info(|| WidgetInfo::labeled(WidgetType::Other, true, line_words(model, wire)));
            ui.ctx().accesskit_node_builder(widget, |node| {
                node.set_role(Role::ListItem);
                node.add_action(Press::Click);
            });
            if ui.input(|i| i.has_accesskit_action_request(widget, Press::Click)) {
                pressed = Some(wire.links.clone());
            }
        }
        pressed
    }
}
