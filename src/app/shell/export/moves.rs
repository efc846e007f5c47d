//! Keys that move a cursor in the lists of the window.

use egui::{EventFilter, Id, Key, Modifiers, Ui};

/// Rows that a key for a whole page goes on.
const PAGE: isize = 20;

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Move {
    /// So many rows on.
    By(isize),
    /// To the first row.
    First,
    /// To the last row.
    Last,
    /// Into a folder, or unfold it.
    In,
    /// Out of a folder, or fold it.
    Out,
    /// Switch what the row offers.
    Toggle,
}

/// Reads a key and takes it from everybody else.
pub(super) fn read(ui: &Ui) -> Option<Move> {
    ui.input_mut(|input| {
        let mut times = |key| isize::try_from(input.count_and_consume_key(Modifiers::NONE, key)).unwrap_or(0);
        let steps = times(Key::ArrowDown) - times(Key::ArrowUp);
        let pages = times(Key::PageDown) - times(Key::PageUp);
        let keys = [
            (Key::Home, Move::First),
            (Key::End, Move::Last),
            (Key::ArrowRight, Move::In),
            (Key::ArrowLeft, Move::Out),
            (Key::Space, Move::Toggle),
            (Key::Enter, Move::Toggle),
        ];
        let other = keys.into_iter().find_map(|(key, step)| (times(key) > 0).then_some(step));
        other.or(Some(Move::By(steps + pages * PAGE)).filter(|step| *step != Move::By(0)))
    })
}

/// Takes keys away that would change the drawing below, as long as a list has the keyboard. Returns whether one of them
/// asks for a copy.
pub(super) fn swallow(ui: &Ui) -> bool {
    ui.input_mut(|input| {
        let before = input.events.len();
        input.events.retain(|event| !matches!(event, egui::Event::Copy));
        let copies = input.events.len() < before;
        input.events.retain(|event| match event {
            egui::Event::Key { key, modifiers, pressed: true, .. } if !modifiers.command && !modifiers.ctrl => {
                let letter = key.name().len() == 1;
                !letter && !matches!(key, Key::Delete | Key::Backspace)
            }
            egui::Event::Cut | egui::Event::Paste(_) => false,
            _ => true,
        });
        copies
    })
}

/// Keeps arrow keys for a widget while it has the keyboard.
pub(super) fn hold(ui: &Ui, id: Id) {
    if ui.memory(|m| m.has_focus(id)) {
        let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|m| m.set_focus_lock_filter(id, filter));
    }
}
