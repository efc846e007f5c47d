//! The selection as text and back: copies, cuts, pastes and duplicates.

use std::collections::BTreeSet;

use crate::design::{Design, SceneRect, commands, file};

use super::Msg;
use super::actions::Action;
use super::camera;
use super::state::State;

/// Distance between an original and its duplicate, scene points.
const DUPLICATE_OFFSET: i32 = 24;

/// Adds the elements that a text describes, in view and beside what is there.
pub(super) fn paste(state: &State, text: &str, next: &mut Vec<Msg>) {
    match file::from_ron(text, "clipboard") {
        Ok(part) => {
            let fragment = commands::Fragment { design: part };
            let center = camera::scene_pos(state.camera.center_scene);
            let shift = match fragment.design.bounds() {
                Some(bounds) if !camera::rect(bounds).intersects(state.camera.visible_scene()) => {
                    let middle = bounds.center();
                    (center.0 - middle.0, center.1 - middle.1)
                }
                _ => (DUPLICATE_OFFSET, DUPLICATE_OFFSET),
            };
            let shift = beside_copies(state.doc.design(), &fragment, shift);
            let (edit, ids) = commands::paste(state.doc.design(), &fragment, shift.0, shift.1, "Paste");
            next.extend([Msg::Edit(edit), Msg::Select(ids)]);
        }
        Err(error) => next.push(Msg::Toast(format!("This text is no part of a design: {}", error.message))),
    }
}

/// The shift at which no pasted element exactly covers one that is there, such as the copy pasted before.
fn beside_copies(design: &Design, fragment: &commands::Fragment, shift: (i32, i32)) -> (i32, i32) {
    // Beyond so many copies in a row one more on top of another is no worse.
    const MAX_COPIES: i32 = 50;
    let rects = |design: &Design| -> Vec<SceneRect> {
        let components = design.components.values().map(|c| design.rect_scene(c));
        design.regions.values().map(|r| r.rect()).chain(components).collect()
    };
    let key = |rect: SceneRect| (rect.min, rect.extent.0, rect.extent.1);
    let taken: BTreeSet<_> = rects(design).into_iter().map(key).collect();
    let pasted = rects(&fragment.design);
    (0..MAX_COPIES)
        .map(|n| (shift.0 + n * DUPLICATE_OFFSET, shift.1 + n * DUPLICATE_OFFSET))
        .find(|(dx, dy)| {
            let covers = |r: &SceneRect| taken.contains(&key(SceneRect { min: r.min.offset(*dx, *dy), ..*r }));
            !pasted.iter().any(covers)
        })
        .unwrap_or(shift)
}

/// The selection as text; nothing when only links are selected, which say nothing without their ends.
pub(super) fn copy_text(state: &State) -> Result<Option<String>, file::FileError> {
    let fragment = commands::copy(state.doc.design(), &state.selected_ids());
    if fragment.design.is_empty() {
        return Ok(None);
    }
    file::to_ron(&fragment.design).map(Some)
}

/// Copies or cuts the selection.
pub(super) fn copy(action: Action, ctx: &egui::Context, state: &State, next: &mut Vec<Msg>) {
    match copy_text(state) {
        Ok(None) => next.push(Msg::Toast("Select the components too: a link is copied with both its ends".into())),
        Ok(Some(text)) => {
            ctx.copy_text(text);
            if action == Action::Cut {
                next.push(Msg::Action(Action::Delete));
            }
        }
        Err(error) => next.push(Msg::Toast(error.to_string())),
    }
}

/// Adds the selection once more, beside itself.
pub(super) fn duplicate(state: &State, next: &mut Vec<Msg>) {
    let ids = state.selected_ids();
    let design = state.doc.design();
    let (dx, dy) = beside_copies(design, &commands::copy(design, &ids), (DUPLICATE_OFFSET, DUPLICATE_OFFSET));
    let (edit, new_ids) = commands::duplicate(design, &ids, dx, dy);
    next.extend([Msg::Edit(edit), Msg::Select(new_ids)]);
}
