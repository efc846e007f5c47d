//! The window that lists keys and gestures, and what the markers mean.

use egui::{Grid, RichText, ScrollArea, Ui, Window};

use crate::app::actions::Action;
use crate::app::theme;

/// What the pointer does on the canvas.
const GESTURES: [(&str, &str); 14] = [
    ("Drag an element", "Move it; a region takes its parts along"),
    ("Drop a component on a region", "Move it into the region"),
    ("Drag a region's edge", "Resize it"),
    ("Drag from a component's edge", "Connect it with another one"),
    ("Drag on empty ground", "Select everything inside the frame"),
    ("Shift and click", "Add to the selection, or take out of it"),
    ("Alt and drag", "Duplicate"),
    ("Wheel", "Zoom about the pointer"),
    ("Space and drag, or the middle button", "Move the view"),
    ("Right click", "What can be done here"),
    ("Tab, Shift and Tab", "Next and previous element"),
    ("Arrows", "Move the selection, or the view when nothing is selected; with Shift five times as far"),
    ("Enter", "Edit the selected element"),
    ("Esc", "Cancel; select nothing"),
];

/// What can be done on the world map.
const MAP: [(&str, &str); 8] = [
    ("Drag a region", "Move it to the nearest cloud region of its provider; figures follow on the way"),
    ("Drag with Alt", "To the nearest cloud region of any provider"),
    ("Drag with Ctrl", "To any place, as an own site; users and own sites always go anywhere"),
    ("Arrows", "Select the next region or users in that direction"),
    ("Alt and arrows", "Move the selected region to the next cloud region in that direction"),
    ("Shift and arrows", "Move the view"),
    ("Double click", "Show it in the drawing"),
    ("P, M and S", "Peer, main and sub regions; a square is an own site"),
];

/// What can be done in the export window, and what its marks mean.
const EXPORTING: [(&str, &str); 8] = [
    ("Arrows", "Next file or line; left and right fold and unfold, or move long lines"),
    ("Space or Enter", "Tick a file to be replaced, or open it in a small window; fold or unfold a folder"),
    ("Point at a line, or go to it", "Below stands why it is there; elements, rules and facts can be clicked"),
    ("Ctrl and C", "Copy the line"),
    ("A stripe before a line", "Blue: drawn; green: stated by a source; amber: inferred"),
    ("A number before braces", "Placeholders in the file, which somebody still has to supply"),
    ("A pencil or a person", "Edited by hand, or not from an export: kept unless it is ticked"),
    ("A red disc", "Blocked by an error: written only when that is chosen"),
];

/// Keys while a story is presented.
const PRESENTING: [(&str, &str); 9] = [
    ("→ ↓ Space Page Down Enter", "Next scene; the forward key of a clicker does the same"),
    ("← ↑ Page Up Backspace", "Previous scene"),
    ("Home, End, 1 to 9", "First, last, and that scene"),
    ("Click, or Tab", "Select an element"),
    ("F, Shift and F", "Fail or repair what is selected; repair all. A right click offers more"),
    ("R", "Put the scene back as it is in the story"),
    ("N", "Notes of the presenter"),
    ("B or .", "Dark screen, and back"),
    ("Esc", "Leave; failures and panels are as before"),
];

/// What the marks of a what-if mean.
const WHAT_IF: [(&str, &str); 6] = [
    ("✕ and a dashed rim", "Lost, or down: it does not work"),
    ("▲", "Degraded: it works for less, or more slowly"),
    ("■", "Cannot restart: it works, but what stops now stays away"),
    ("◔", "On existing data: it works, but hears of no changes"),
    ("A dotted red line", "A connection that is cut"),
    ("A star behind a word", "Inferred from documented facts; without it a sentence of the vendor says so"),
];

/// What the markers on the canvas mean.
const PROBLEMS: [(&str, &str); 6] = [
    ("E on a disc", "Error: contradicts what is documented, or will not work"),
    ("W on a triangle", "Warning: a risk, or not as recommended"),
    ("N on a square", "Note: a consequence worth knowing"),
    ("A number beside it", "How many problems there are; the letter is that of the worst"),
    ("Design: 2 problems", "Problems of the design as a whole; a click goes to the first"),
    ("All rules…", "In the menu Problems: what is checked, why, and where it is written"),
];

/// Shows the list of keys.
pub(super) fn keys_ui(ui: &Ui, open: &mut bool) {
    let room = ui.ctx().content_rect().size();
    Window::new("Keys and gestures")
        .open(open)
        .collapsible(false)
        .default_size([460.0, 560.0_f32.min(room.y - 120.0)])
        .pivot(egui::Align2::CENTER_CENTER)
        .default_pos(ui.ctx().content_rect().center())
        .show(ui.ctx(), |ui| {
            ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                section(ui, "Keys");
                Grid::new("keys").num_columns(2).spacing([24.0, 6.0]).show(ui, |ui| {
                    for action in Action::all() {
                        let keys: Vec<String> =
                            action.shortcuts().iter().map(|s| ui.ctx().format_shortcut(s)).collect();
                        if !keys.is_empty() {
                            row(ui, &keys.join("  or  "), action.label().trim_end_matches('…'));
                        }
                    }
                });
                let tables: [(&str, &[(&str, &str)]); 6] = [
                    ("Gestures", &GESTURES),
                    ("World map", &MAP),
                    ("Exporting", &EXPORTING),
                    ("Presenting", &PRESENTING),
                    ("What-if", &WHAT_IF),
                    ("Problems", &PROBLEMS),
                ];
                for (title, rows) in tables {
                    ui.add_space(12.0);
                    section(ui, title);
                    Grid::new(title).num_columns(2).spacing([24.0, 6.0]).show(ui, |ui| {
                        for (left, right) in rows {
                            row(ui, left, right);
                        }
                    });
                }
            });
        });
}

fn section(ui: &mut Ui, title: &str) {
    ui.label(RichText::new(title).font(theme::strong_font(theme::SIZE_BODY)));
    ui.add_space(4.0);
}

fn row(ui: &mut Ui, left: &str, right: &str) {
    ui.label(RichText::new(left).weak());
    ui.label(right);
    ui.end_row();
}
