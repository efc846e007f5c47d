//! What part of the drawing, or of the world map, is in view.

use crate::design::{Design, Id};

use super::Msg;
use super::actions::Action;
use super::camera::{self, Camera};
use super::map;
use super::present;
use super::state::State;

/// Changes what part of the scene is visible.
pub(super) fn execute(msg: &Msg, ctx: &egui::Context, state: &mut State) {
    match *msg {
        Msg::CanvasRect(rect) => {
            state.camera.canvas_screen = rect;
            // The picture of a slide fills whatever room the slide leaves it, until somebody moves it.
            if state.view.presenting.as_ref().is_some_and(|presenting| presenting.fitted) {
                present::fit(state);
                ctx.request_repaint();
            }
            return;
        }
        Msg::Pan(delta_screen) => state.camera.pan_by(delta_screen),
        Msg::ZoomAbout(pos_screen, factor) => state.camera.zoom_about(pos_screen, factor),
        Msg::CenterOn(pos_scene) => state.camera.center_scene = pos_scene,
        _ => return,
    }
    if let Some(presenting) = &mut state.view.presenting {
        presenting.fitted = false;
    }
}

/// Selects elements and brings them into view.
pub(super) fn reveal(state: &mut State, ids: Vec<Id>) {
    if let Some(camera) = map_camera(state) {
        state.view.map.camera = Some(map::view::revealed(state, camera, &ids));
    }
    if let Some(bounds) = bounds_of(state.shown(), &ids) {
        state.camera.reveal(bounds.expand(32.0));
    }
    state.selection = ids.into_iter().collect();
}

/// Runs an action about how much of the drawing or the map is visible.
pub(super) fn run(action: Action, state: &mut State) {
    match action {
        Action::ZoomIn => zoom(state, 1.25),
        Action::ZoomOut => zoom(state, 0.8),
        Action::ZoomActual => zoom(state, 1.0 / map_camera(state).unwrap_or(state.camera).zoom),
        Action::ZoomToFit => {
            if let Some(camera) = map_camera(state) {
                state.view.map.camera = Some(map::view::fitted(state, camera.canvas_screen));
            } else if let Some(bounds) = state.shown().bounds() {
                state.camera.fit(camera::rect(bounds));
            }
        }
        Action::ZoomToSelection => {
            if let Some(camera) = map_camera(state) {
                state.view.map.camera = Some(map::view::fitted_to_selection(state, camera.canvas_screen));
            } else if let Some(bounds) = bounds_of(state.shown(), &state.selected_ids()) {
                state.camera.fit(bounds);
            }
        }
        _ => {}
    }
}

/// The scene rectangle around elements; links count with both ends.
fn bounds_of(design: &Design, ids: &[Id]) -> Option<egui::Rect> {
    let component = |id: &Id| design.components.get(id).map(|c| design.rect_scene(c));
    ids.iter()
        .filter_map(|id| {
            if let Some(region) = design.regions.get(id) {
                return Some(region.rect());
            }
            if let Some(link) = design.links.get(id) {
                return component(&link.from).zip(component(&link.to)).map(|(a, b)| a.union(b));
            }
            component(id)
        })
        .map(camera::rect)
        .reduce(egui::Rect::union)
}

/// The camera of the world map, while that is shown.
fn map_camera(state: &State) -> Option<Camera> {
    state.view.map.camera.filter(|_| state.view.map.open)
}

fn zoom(state: &mut State, factor: f32) {
    if let Some(mut camera) = map_camera(state) {
        camera.zoom_about(camera.canvas_screen.center(), factor);
        state.view.map.camera = Some(map::view::limited(camera));
        return;
    }
    let middle = state.camera.canvas_screen.center();
    state.camera.zoom_about(middle, factor);
}
