//! What part of the map is shown.

use egui::{Rect, Vec2, vec2};

use crate::app::camera::Camera;
use crate::app::state::State;
use crate::design::Id;
use crate::picture::world;

use super::model::{anchor, pos2, position, site_of};

/// Largest zoom factor: nearer, the coasts would tell nothing more.
const MAX_ZOOM: f32 = 2.5;
/// Least that is shown when fitting, map points: some countries around a single region.
const LEAST: Vec2 = vec2(480.0, 280.0);
/// Largest zoom factor when fitting.
const MAX_FIT: f32 = 1.6;
/// Room around what is fitted, as a share of its size.
const ROOM: f32 = 0.18;

/// The part of the map worth showing.
#[must_use]
pub fn frame() -> Rect {
    let frame = world::frame();
    Rect::from_min_max(pos2(frame.min), pos2(frame.max))
}

/// The camera held within the map, and no farther away than shows all of it.
#[must_use]
pub fn limited(camera: Camera) -> Camera {
    let frame = frame();
    let canvas = camera.canvas_screen.size().max(Vec2::splat(64.0));
    let whole = (canvas.x / frame.width()).min(canvas.y / frame.height());
    let zoom = camera.zoom.clamp((0.92 * whole).min(MAX_ZOOM), MAX_ZOOM);
    let view = canvas / zoom;
    // A little beyond the edges can be seen, so that what lies there need not stick to the window's.
    let hold = |at: f32, low: f32, high: f32, view: f32| {
        let (low, high) = (low + 0.4 * view, high - 0.4 * view);
        if low < high { at.clamp(low, high) } else { (low + high) / 2.0 }
    };
    let mut center_scene = camera.center_scene;
    center_scene.x = hold(center_scene.x, frame.left(), frame.right(), view.x);
    center_scene.y = hold(center_scene.y, frame.top(), frame.bottom(), view.y);
    Camera { center_scene, zoom, canvas_screen: camera.canvas_screen }
}

/// Where elements are on the map, around their markers; `None` when none is.
fn bounds<'a>(state: &State, ids: impl Iterator<Item = &'a Id>) -> Option<Rect> {
    let design = state.shown();
    let at = |id: &Id| {
        let place = position(site_of(design, anchor(design, id)?)?, state.books)?;
        Some(pos2(world::project(place)))
    };
    ids.flat_map(|id| match design.links.get(id) {
        Some(link) => [at(&link.from), at(&link.to)],
        None => [at(id), None],
    })
    .flatten()
    .map(|pos| Rect::from_min_max(pos, pos))
    .reduce(Rect::union)
}

/// Shows these elements, or the whole map when none of them has a place.
fn around<'a>(state: &State, canvas_screen: Rect, ids: impl Iterator<Item = &'a Id>) -> Camera {
    let rect = bounds(state, ids).map_or(frame(), |b| {
        let size = (b.size() * (1.0 + 2.0 * ROOM)).max(LEAST);
        Rect::from_center_size(b.center(), size)
    });
    let canvas = canvas_screen.size().max(Vec2::splat(64.0));
    let zoom = (canvas.x / rect.width()).min(canvas.y / rect.height()).min(MAX_FIT);
    limited(Camera { center_scene: rect.center(), zoom, canvas_screen })
}

/// Shows everything the design has on the map.
#[must_use]
pub fn fitted(state: &State, canvas_screen: Rect) -> Camera {
    let design = state.shown();
    around(state, canvas_screen, design.regions.keys().chain(design.components.keys()))
}

/// Shows the selection.
#[must_use]
pub fn fitted_to_selection(state: &State, canvas_screen: Rect) -> Camera {
    around(state, canvas_screen, state.selection.iter())
}

/// Moves the view just enough that these elements are visible.
#[must_use]
pub fn revealed(state: &State, mut camera: Camera, ids: &[Id]) -> Camera {
    if let Some(bounds) = bounds(state, ids.iter()) {
        camera.reveal(bounds.expand(40.0 / camera.zoom));
    }
    limited(camera)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_map_cannot_be_lost() {
        let canvas_screen = Rect::from_min_size(egui::pos2(40.0, 60.0), vec2(900.0, 500.0));
        for (x, zoom) in [(1e6, 1.0), (-1e6, 4.0), (0.0, 0.001), (5_000.0, 0.05)] {
            let camera = limited(Camera { center_scene: egui::pos2(x, x), zoom, canvas_screen });
            assert!(camera.visible_scene().intersect(frame()).area() > 0.2 * camera.visible_scene().area());
        }
    }
}
