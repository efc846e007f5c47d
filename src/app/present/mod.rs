//! Presenting a story: one scene after the other over the whole screen, in large type, without panels. What fails can
//! be changed on the way, and kept as a scene; the drawing cannot.

mod claims;
mod course;
mod fitting;
mod lower;
mod slide;
mod words;

use std::collections::BTreeSet;

use egui::{Context, Event, Key, Modifiers, Ui, ViewportCommand};

use crate::design::{Failures, Id};

use super::Msg;
use super::actions::Action;
use super::camera::{self, Camera};
use super::state::State;

pub use slide::Presenter;

/// Largest zoom of the drawing on a slide: on a large screen it grows with the type.
const MOST_ZOOM: f32 = 2.0;
/// Room around the drawing on a slide, screen points.
const MARGIN: f32 = 16.0;

/// A step of a presentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Begin with the scene looked at, or the first one.
    Start,
    /// Leave; what had failed before has failed again.
    Leave,
    /// The next scene.
    Next,
    /// The previous scene.
    Previous,
    /// The last scene.
    Last,
    /// The scene at this place, counted from 0.
    To(usize),
    /// Put what fails back to what the scene says.
    Restore,
    /// Show or hide the presenter's notes.
    Notes,
    /// Make the screen dark, or show the slide again.
    Dark,
}

/// A presentation that goes on.
#[derive(Debug)]
pub struct Presenting {
    /// The place of the scene in the story; beyond its end when there are no scenes.
    pub scene: usize,
    /// Whether the presenter's notes are shown.
    pub notes: bool,
    /// Whether the screen is dark.
    pub dark: bool,
    /// Whether the drawing fills its room: until somebody moves it.
    pub fitted: bool,
    before: Before,
}

/// What comes back when the presentation ends.
#[derive(Debug)]
struct Before {
    failures: Failures,
    camera: Camera,
    selection: BTreeSet<Id>,
    map_open: bool,
    /// Whether the window filled the screen by itself.
    full_screen: bool,
}

/// Takes a step.
pub(super) fn take(step: Step, ctx: &Context, state: &mut State) {
    let last = state.doc.design().meta.story.len().saturating_sub(1);
    match (&mut state.view.presenting, step) {
        (None, Step::Start) => start(ctx, state),
        (Some(_), Step::Leave) => leave(ctx, state),
        // Any key brings the slide back, and does nothing else.
        (Some(presenting), _) if presenting.dark => presenting.dark = false,
        (Some(presenting), Step::Notes) => presenting.notes = !presenting.notes,
        (Some(presenting), Step::Dark) => presenting.dark = true,
        (Some(presenting), step) => {
            let to = match step {
                Step::Next => presenting.scene + 1,
                Step::Previous => presenting.scene.saturating_sub(1),
                Step::Last => last,
                Step::To(to) => to,
                _ => presenting.scene,
            };
            // Beyond either end nothing happens, or a clicker pressed once more would undo what was shown live.
            if to <= last && (to != presenting.scene || matches!(step, Step::Restore | Step::To(_))) {
                show(state, to);
            }
        }
        (None, _) => {}
    }
    ctx.request_repaint();
}

fn start(ctx: &Context, state: &mut State) {
    let before = Before {
        failures: state.whatif.failures().clone(),
        camera: state.camera,
        selection: std::mem::take(&mut state.selection),
        map_open: std::mem::take(&mut state.view.map.open),
        full_screen: ctx.input(|input| input.viewport().fullscreen).unwrap_or(false),
    };
    let last = state.doc.design().meta.story.len().saturating_sub(1);
    let scene = state.view.scene.unwrap_or(0).min(last);
    state.view.presenting = Some(Presenting { scene, notes: false, dark: false, fitted: true, before });
    (state.view.placing, state.view.connecting, state.view.hovered) = (None, None, None);
    ctx.memory_mut(|m| {
        if let Some(focused) = m.focused() {
            m.surrender_focus(focused);
        }
    });
    ctx.send_viewport_cmd(ViewportCommand::Fullscreen(true));
    show(state, scene);
}

fn leave(ctx: &Context, state: &mut State) {
    let Some(Presenting { scene, before, .. }) = state.view.presenting.take() else { return };
    let design = state.doc.design().clone();
    if !design.meta.story.is_empty() {
        state.view.scene = Some(scene);
    }
    state.camera = before.camera;
    state.selection = before.selection;
    state.selection.retain(|id| design.contains(id));
    state.view.map.open = before.map_open;
    state.play(before.failures);
    ctx.send_viewport_cmd(ViewportCommand::Fullscreen(before.full_screen));
}

/// Shows the scene at a place of the story.
fn show(state: &mut State, at: usize) {
    let failures = state.doc.design().meta.story.get(at).map(|scene| scene.failures.clone());
    if let Some(presenting) = &mut state.view.presenting {
        (presenting.scene, presenting.fitted) = (at, true);
    }
    state.selection.clear();
    if let Some(failures) = failures {
        state.view.scene = Some(at);
        state.play(failures);
    }
    fit(state);
}

/// Lets the drawing, or the part of it that the scene is about, fill its room.
pub(super) fn fit(state: &mut State) {
    let Some(presenting) = &state.view.presenting else { return };
    let design = state.doc.design();
    let view = design.meta.story.get(presenting.scene).and_then(|scene| scene.view);
    if let Some(bounds) = view.or_else(|| design.bounds()) {
        let margin = if view.is_some() { 0.0 } else { MARGIN };
        state.camera.fit_within(camera::rect(bounds), margin, MOST_ZOOM);
    }
}

/// Turns keys into steps and takes them away from everybody else.
pub(super) fn keys(ui: &Ui, msgs: &mut Vec<Msg>) {
    if egui::Popup::is_any_open(ui.ctx()) {
        return;
    }
    ui.input_mut(|input| {
        input.events.retain(|event| {
            let Event::Key { key, pressed: true, repeat, modifiers, .. } = event else { return true };
            let Some(msg) = meaning(*key, *modifiers) else { return true };
            if !repeat {
                msgs.push(msg);
            }
            false
        });
    });
    // Arrows mean steps here, also while an element has the keyboard.
    if let Some(focused) = ui.memory(|m| m.focused()) {
        let filter = egui::EventFilter { tab: false, horizontal_arrows: true, vertical_arrows: true, escape: true };
        ui.memory_mut(|m| m.set_focus_lock_filter(focused, filter));
    }
}

fn meaning(key: Key, modifiers: Modifiers) -> Option<Msg> {
    // Of the actions of the window those that fail and repair, and those that show something over it.
    let kept = [
        Action::FailOrRepair,
        Action::FailNode,
        Action::CutConnection,
        Action::RepairAll,
        Action::AddScene,
        Action::Keys,
        Action::CommandPalette,
        Action::Quit,
    ];
    let pressed = |action: &Action| {
        action.shortcuts().iter().any(|s| s.logical_key == key && modifiers.matches_exact(s.modifiers))
    };
    if let Some(action) = kept.into_iter().find(pressed) {
        return Some(Msg::Action(action));
    }
    if modifiers.any() {
        return None;
    }
    let step = match key {
        Key::ArrowRight | Key::ArrowDown | Key::Space | Key::PageDown | Key::Enter => Step::Next,
        Key::ArrowLeft | Key::ArrowUp | Key::PageUp | Key::Backspace => Step::Previous,
        Key::Home => Step::To(0),
        Key::End => Step::Last,
        Key::R => Step::Restore,
        Key::N => Step::Notes,
        Key::B | Key::Period => Step::Dark,
        Key::Escape => Step::Leave,
        key => Step::To(DIGITS.iter().position(|digit| *digit == key)?),
    };
    Some(Msg::Present(step))
}

/// The keys of the first nine scenes.
const DIGITS: [Key; 9] =
    [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8, Key::Num9];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clickers_and_keyboards_step_alike() {
        let step = |key| match meaning(key, Modifiers::NONE) {
            Some(Msg::Present(step)) => Some(step),
            _ => None,
        };
        for key in [Key::PageDown, Key::ArrowRight, Key::Space] {
            assert_eq!(step(key), Some(Step::Next), "{key:?}");
        }
        assert_eq!(step(Key::PageUp), Some(Step::Previous));
        assert_eq!(step(Key::Num3), Some(Step::To(2)));
        assert_eq!((step(Key::B), step(Key::Period)), (Some(Step::Dark), Some(Step::Dark)));
        assert_eq!(step(Key::Delete), None, "nothing is deleted during a presentation");
        assert!(matches!(meaning(Key::F, Modifiers::NONE), Some(Msg::Action(Action::FailOrRepair))));
    }
}
