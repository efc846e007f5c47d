//! The keyboard on the map.

use egui::{EventFilter, FocusDirection, Key, Modifiers, Response, Ui, Vec2, vec2};

use crate::app::Msg;
use crate::app::actions::Action;
use crate::app::camera::Camera;
use crate::app::state::State;
use crate::design::Id;

use super::model::{anchor, pos2};
use super::{Gesture, Map, access, moving, view};
use crate::picture::world;

/// How far Shift with an arrow key moves the view, screen points.
const PAN: f32 = 80.0;

const ARROWS: [(Key, Vec2); 4] = [
    (Key::ArrowLeft, vec2(-1.0, 0.0)),
    (Key::ArrowRight, vec2(1.0, 0.0)),
    (Key::ArrowUp, vec2(0.0, -1.0)),
    (Key::ArrowDown, vec2(0.0, 1.0)),
];

impl Map {
    /// Handles keys when the map, one of its markers or nothing at all has the keyboard.
    pub(super) fn keys(
        &mut self,
        ui: &Ui,
        response: &Response,
        state: &State,
        camera: &mut Camera,
        msgs: &mut Vec<Msg>,
    ) {
        let busy = ui.text_edit_focused()
            || egui::Popup::is_any_open(ui.ctx())
            || ui.memory(|m| m.top_modal_layer().is_some())
            || !self.access.has_keyboard(ui, response.id);
        if busy {
            return;
        }
        if let Some(focused) = ui.memory(|m| m.focused()) {
            let filter = EventFilter { tab: false, horizontal_arrows: true, vertical_arrows: true, escape: true };
            ui.memory_mut(|m| m.set_focus_lock_filter(focused, filter));
        }
        self.escape(ui, state, msgs);
        if self.is_busy() {
            return;
        }
        for (key, direction) in ARROWS {
            let pressed = |modifiers| ui.input_mut(|i| i.consume_key(modifiers, key));
            if pressed(Modifiers::SHIFT) {
                camera.pan_by(-direction * PAN);
            } else if pressed(Modifiers::ALT) {
                self.step(direction, state, camera, msgs);
            } else if pressed(Modifiers::NONE) {
                self.walk(ui, response.id, direction, state, camera, msgs);
            }
        }
        if ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Enter)) {
            if state.selection.is_empty() {
                msgs.extend(self.access.focused(ui).map(|id| Msg::Select(vec![id])));
            }
            msgs.push(Msg::Action(Action::Rename));
        }
    }

    fn escape(&mut self, ui: &Ui, state: &State, msgs: &mut Vec<Msg>) {
        if !ui.input(|i| i.key_pressed(Key::Escape)) {
            return;
        }
        let in_hand = matches!(self.gesture, Gesture::Moving(_) | Gesture::Panning);
        if !in_hand && state.selection.is_empty() {
            if let Some(focused) = ui.memory(|m| m.focused()) {
                ui.memory_mut(|m| m.surrender_focus(focused));
            }
            return;
        }
        ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Escape));
        if in_hand {
            self.cancel(msgs);
        } else {
            msgs.push(Msg::Select(Vec::new()));
        }
    }

    /// The marker of what is selected.
    fn current(&self, state: &State) -> Option<Id> {
        let id = anchor(state.doc.design(), state.single_selection()?)?;
        self.model.index_of(id).map(|_| id.clone())
    }

    /// Selects the next marker in a direction, or with none selected the one nearest to the middle of the view.
    fn walk(
        &mut self,
        ui: &Ui,
        map: egui::Id,
        direction: Vec2,
        state: &State,
        camera: &mut Camera,
        msgs: &mut Vec<Msg>,
    ) {
        let marker = |id: &Id| self.model.index_of(id).and_then(|i| self.at.get(i)).copied();
        let next = match self.current(state).as_ref().and_then(marker) {
            Some(from) => {
                let others = self.model.spots.iter().zip(&self.at).map(|(s, at)| (&s.id, *at));
                moving::next_in_direction(from, direction, others)
            }
            None => {
                let distance = |at: egui::Pos2| at.distance(camera.canvas_screen.center());
                let all = self.model.spots.iter().zip(&self.at);
                all.min_by(|a, b| distance(*a.1).total_cmp(&distance(*b.1))).map(|(s, _)| &s.id)
            }
        };
        let Some(id) = next.cloned() else { return };
        *camera = view::revealed(state, *camera, std::slice::from_ref(&id));
        ui.memory_mut(|m| {
            // Whatever the arrow would have led to by itself.
            m.move_focus(FocusDirection::None);
            m.request_focus(access::widget(map, &id));
        });
        msgs.push(Msg::Select(vec![id]));
    }

    /// Moves the selected element to the next cloud region in a direction.
    fn step(&self, direction: Vec2, state: &State, camera: &mut Camera, msgs: &mut Vec<Msg>) {
        let design = state.doc.design();
        let Some(id) = self.current(state).filter(|id| state.selection.contains(id)) else { return };
        let Some(target) = moving::step(design, state.books, &id, direction) else {
            msgs.push(Msg::Toast("There is no cloud region that way".into()));
            return;
        };
        let to = pos2(world::project(target.place));
        if !camera.visible_scene().contains(to) {
            camera.center_scene = to;
        }
        if let Some(edit) = moving::relocate(design, state.books, &id, target.site) {
            msgs.extend([Msg::Edit(edit), Msg::EndMerge]);
        }
    }
}
