//! The keyboard on the canvas.

use egui::{EventFilter, Key, Modifiers, Response, Ui, vec2};

use crate::app::Msg;
use crate::app::state::State;
use crate::app::tools::{Effect, Hit, Mode};
use crate::design::{Id, commands};

use super::{Canvas, Session, stage};

/// How far an arrow key moves the selection, scene points.
const NUDGE: i32 = 8;
/// The same with Shift.
const NUDGE_FAR: i32 = 40;
/// How much further an arrow key moves the view than the selection, when nothing is selected.
const PAN_FACTOR: f32 = 8.0;
/// A pause after which the next nudge is an undo step of its own, seconds.
const NUDGE_PAUSE_S: f64 = 1.0;

const ARROWS: [(Key, (i32, i32)); 4] =
    [(Key::ArrowLeft, (-1, 0)), (Key::ArrowRight, (1, 0)), (Key::ArrowUp, (0, -1)), (Key::ArrowDown, (0, 1))];

/// What keys remember between frames.
#[derive(Default)]
pub struct Keys {
    last_nudge_s: f64,
    nudging: bool,
    /// Space is down since the element had the keyboard, and nothing was dragged meanwhile.
    space_armed: bool,
}

impl Canvas {
    /// Handles keys when the canvas, one of its elements or nothing at all has the keyboard.
    pub(super) fn keys(
        &mut self,
        ui: &Ui,
        response: &Response,
        state: &State,
        session: &mut Session<'_>,
        msgs: &mut Vec<Msg>,
    ) {
        let busy = ui.text_edit_focused()
            || egui::Popup::is_any_open(ui.ctx())
            || ui.memory(|m| m.top_modal_layer().is_some())
            || !self.access.has_keyboard(ui, response.id);
        if busy {
            self.keys.space_armed = false;
            return;
        }
        if let Some(focused) = ui.memory(|m| m.focused()) {
            let filter = EventFilter { tab: false, horizontal_arrows: true, vertical_arrows: true, escape: true };
            ui.memory_mut(|m| m.set_focus_lock_filter(focused, filter));
        }
        let focused = self.access.focused(ui);
        self.escape(ui, state, session, msgs);
        self.arrows(ui, state, session, msgs);
        // What is selected counts before what has the keyboard, as for the keys that are actions.
        let target = match session.selection.len() {
            0 => focused.clone(),
            1 => session.selection.first().cloned(),
            _ => focused.clone().filter(|id| session.selection.contains(id)),
        };
        if let Some(id) = &target
            && ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Enter))
        {
            self.apply(ui, Effect::Open(id.clone()), state, session, msgs);
        }
        if let Some(id) = &focused {
            self.toggle_by_space(ui, id, state, session, msgs);
        }
        if ui.input_mut(|i| i.consume_key(Modifiers::SHIFT, Key::F10)) {
            let target = target.or_else(|| session.selection.first().cloned());
            let item = target.as_ref().and_then(|id| self.scene.item(id));
            let at = item.and_then(|item| self.scene.rect_of(item)).map(|r| session.camera.rect_to_screen(r));
            let at = at.map_or(session.camera.canvas_screen.center(), |r| r.center());
            let at = session.camera.canvas_screen.clamp(at);
            let hit = match target {
                Some(id) if self.scene.node(&id).is_some() => Hit::Component(id),
                Some(id) if state.shown().links.contains_key(&id) => Hit::Link(id),
                Some(id) => Hit::RegionFrame(id),
                None => Hit::Nothing,
            };
            self.open_menu(ui, hit, at, session, msgs);
        }
    }

    fn escape(&mut self, ui: &Ui, state: &State, session: &mut Session<'_>, msgs: &mut Vec<Msg>) {
        if !ui.input(|i| i.key_pressed(Key::Escape)) {
            return;
        }
        let nothing_to_do = self.tool.is_idle() && session.selection.is_empty() && stage::mode(state) == Mode::Select;
        if nothing_to_do {
            if let Some(focused) = ui.memory(|m| m.focused()) {
                ui.memory_mut(|m| m.surrender_focus(focused));
            }
            return;
        }
        ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Escape));
        self.cancel(ui, state, session, msgs);
    }

    /// Arrow keys move the selection, or the view when nothing is selected.
    fn arrows(&mut self, ui: &Ui, state: &State, session: &mut Session<'_>, msgs: &mut Vec<Msg>) {
        let mut by = (0, 0);
        for (modifiers, step) in [(Modifiers::SHIFT, NUDGE_FAR), (Modifiers::NONE, NUDGE)] {
            for (key, (x, y)) in ARROWS {
                let times = ui.input_mut(|i| i.count_and_consume_key(modifiers, key));
                let times = i32::try_from(times).unwrap_or(0);
                by = (by.0 + x * step * times, by.1 + y * step * times);
            }
        }
        if by == (0, 0) || !self.tool.is_idle() {
            return;
        }
        if session.selection.is_empty() {
            let delta_screen = -PAN_FACTOR * vec2(by.0 as f32, by.1 as f32);
            self.apply(ui, Effect::Pan(delta_screen), state, session, msgs);
            return;
        }
        let design = state.doc.design();
        let ids: Vec<Id> = session.selection.iter().filter(|id| !design.links.contains_key(*id)).cloned().collect();
        if ids.is_empty() {
            return;
        }
        let now_s = ui.input(|i| i.time);
        if self.keys.nudging && now_s - self.keys.last_nudge_s > NUDGE_PAUSE_S {
            msgs.push(Msg::EndMerge);
        }
        self.keys.nudging = true;
        self.keys.last_nudge_s = now_s;
        msgs.push(Msg::Edit(commands::nudge(design, &ids, by.0, by.1)));
    }

    /// Space toggles the focused element when it is let go, because while it is held it moves the view.
    fn toggle_by_space(&mut self, ui: &Ui, id: &Id, state: &State, session: &mut Session<'_>, msgs: &mut Vec<Msg>) {
        let ringed = self.access.ringed(ui).as_ref() == Some(id);
        let (pressed, released) = ui.input(|i| (i.key_pressed(Key::Space), i.key_released(Key::Space)));
        if pressed {
            self.keys.space_armed = ringed && self.tool.is_idle();
        }
        if !self.tool.is_idle() {
            self.keys.space_armed = false;
        }
        if released && std::mem::take(&mut self.keys.space_armed) {
            self.apply(ui, Effect::Toggle(id.clone()), state, session, msgs);
        }
    }
}
