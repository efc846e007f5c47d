//! Keys of the whole window.

use egui::{Event, Key, KeyboardShortcut, Modifiers, Ui};

use crate::app::Msg;
use crate::app::actions::Action;

/// Whether the action makes sense while somebody types into a field; everything else belongs to the field then.
fn while_typing(action: Action) -> bool {
    matches!(
        action,
        Action::New
            | Action::Open
            | Action::Import
            | Action::Save
            | Action::SaveAs
            | Action::Export
            | Action::Quit
            | Action::Find
            | Action::CommandPalette
            | Action::Keys
            | Action::NextProblem
            | Action::PreviousProblem
            | Action::NextScene
            | Action::PreviousScene
            | Action::Present
            | Action::ToggleLeft
            | Action::ToggleRight
            | Action::ToggleBottom
            | Action::ToggleMinimap
            | Action::ZoomIn
            | Action::ZoomOut
            | Action::ZoomActual
    )
}

/// Whether holding the key down repeats the action.
fn repeats(action: Action) -> bool {
    matches!(
        action,
        Action::Undo | Action::Redo | Action::ZoomIn | Action::ZoomOut | Action::NextProblem | Action::PreviousProblem
    )
}

/// Whether a key press is the shortcut. Modifiers must be exactly those of the shortcut, or Ctrl+R would be R; but
/// many keyboards need Shift for a `+`, and give another character for Shift with a digit.
fn is_pressed(shortcut: &KeyboardShortcut, key: Key, physical: Option<Key>, modifiers: Modifiers) -> bool {
    let wanted = shortcut.logical_key;
    let digit = matches!(wanted, Key::Num0 | Key::Num1 | Key::Num2 | Key::Num3);
    let same_key = key == wanted || (digit && physical == Some(wanted));
    let symbol = matches!(wanted, Key::Plus | Key::Equals | Key::Minus);
    let held = if symbol { Modifiers { shift: shortcut.modifiers.shift, ..modifiers } } else { modifiers };
    same_key && held.matches_exact(shortcut.modifiers)
}

/// The action of a key press.
fn action_of(key: Key, physical: Option<Key>, modifiers: Modifiers) -> Option<Action> {
    Action::all().into_iter().find(|action| action.shortcuts().iter().any(|s| is_pressed(s, key, physical, modifiers)))
}

/// Turns the frame's keys into messages and takes them away from everybody else.
pub(super) fn read(ui: &Ui, has_document: bool, msgs: &mut Vec<Msg>) {
    let typing = ui.text_edit_focused();
    ui.input_mut(|input| {
        input.events.retain(|event| {
            let msg = match event {
                Event::Key { key, physical_key, pressed: true, repeat, modifiers } => {
                    action_of(*key, *physical_key, *modifiers)
                        .filter(|action| !typing || while_typing(*action))
                        .filter(|action| !repeat || repeats(*action))
                        .map(Msg::Action)
                }
                // The window system reports these three as what they mean, not as keys.
                Event::Copy if !typing && has_document => Some(Msg::Action(Action::Copy)),
                Event::Cut if !typing && has_document => Some(Msg::Action(Action::Cut)),
                Event::Paste(text) if !typing && has_document => Some(Msg::PasteText(text.clone())),
                _ => None,
            };
            let keep = msg.is_none();
            msgs.extend(msg);
            keep
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    const CTRL: Modifiers = Modifiers::COMMAND;

    #[test]
    fn a_key_with_more_modifiers_is_another_key() {
        let ctrl_shift = CTRL | Modifiers::SHIFT;
        assert_eq!(action_of(Key::S, None, CTRL), Some(Action::Save));
        assert_eq!(action_of(Key::S, None, ctrl_shift), Some(Action::SaveAs));
        assert_eq!(action_of(Key::R, None, Modifiers::NONE), Some(Action::InsertRegion));
        assert_eq!(action_of(Key::R, None, CTRL), None);
        assert_eq!(action_of(Key::R, None, Modifiers::SHIFT), None);
    }

    #[test]
    fn keyboards_that_need_shift_for_a_sign_work_as_well() {
        let ctrl_shift = CTRL | Modifiers::SHIFT;
        assert_eq!(action_of(Key::Plus, Some(Key::Equals), ctrl_shift), Some(Action::ZoomIn));
        // Shift with 1 is an exclamation mark on most keyboards.
        let fit = action_of(Key::Exclamationmark, Some(Key::Num1), Modifiers::SHIFT);
        assert_eq!(fit, Some(Action::ZoomToFit));
    }

    #[test]
    fn the_canvas_keeps_its_own_keys() {
        let canvas = [Key::Tab, Key::Enter, Key::Space, Key::Escape, Key::ArrowUp, Key::ArrowDown];
        for key in canvas {
            assert_eq!(action_of(key, None, Modifiers::NONE), None, "{key:?}");
        }
    }
}
