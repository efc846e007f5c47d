//! The overview in the corner and the zoom controls below it.

use std::sync::Arc;

use egui::{Button, CornerRadius, Mesh, Rect, RichText, Sense, Shape, Stroke, StrokeKind, Ui, Vec2, pos2, vec2};
use egui_phosphor::regular as icon;

use crate::app::Msg;
use crate::app::actions::Action;
use crate::app::camera::Camera;
use crate::app::state::State;
use crate::app::theme;

use super::scene::Scene;

/// Least and greatest width of overview and controls, screen points.
const WIDTH: (f32, f32) = (120.0, 184.0);
/// The same as a share of the canvas.
const WIDTH_SHARE: f32 = 0.16;
/// Height of the overview for its width.
const ASPECT: f32 = 0.63;
/// Distance from the canvas' edge, screen points.
const MARGIN: f32 = 12.0;
/// Height of the zoom controls, screen points.
const CONTROLS: f32 = 28.0;
/// Most components drawn as dots; of more, every second, third … one is.
const MAX_DOTS: usize = 3_000;

/// Distance between overview and controls, screen points.
const GAP: f32 = 6.0;

/// What overview and controls take of the screen; nothing on a canvas too small for them.
#[must_use]
pub fn place(canvas: Rect) -> Option<Rect> {
    let width = (canvas.width() * WIDTH_SHARE).clamp(WIDTH.0, WIDTH.1);
    let height = width * ASPECT;
    if canvas.width() < 2.5 * width || canvas.height() < 2.5 * height {
        return None;
    }
    let corner = canvas.max - Vec2::splat(MARGIN);
    Some(Rect::from_min_max(corner - vec2(width, height + GAP + CONTROLS), corner))
}

/// What a kept mesh was made from.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Key {
    generation: u64,
    picks: u64,
    rect_screen: Rect,
    bounds_scene: Rect,
    dark: bool,
}

/// What the overview shows, kept while it holds.
#[derive(Default)]
pub struct Minimap {
    key: Option<Key>,
    mesh: Arc<Mesh>,
    /// The design's bounds, with the serial and the address of the design they are of.
    bounds: Option<(u64, usize, Option<Rect>)>,
}

impl Minimap {
    /// Shows overview and controls.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        canvas: Rect,
        camera: &Camera,
        scene: &Scene,
        state: &State,
        msgs: &mut Vec<Msg>,
    ) {
        let Some(place) = place(canvas) else { return };
        let controls = Rect::from_min_max(pos2(place.left(), place.bottom() - CONTROLS), place.max);
        controls_ui(ui, controls, camera, state, msgs);
        if state.view.minimap && !state.shown().is_empty() {
            let rect = Rect::from_min_max(place.min, pos2(place.right(), controls.top() - GAP));
            self.overview_ui(ui, rect, camera, scene, state, msgs);
        }
    }

    /// What everything shown takes up.
    fn bounds_scene(&mut self, state: &State) -> Option<Rect> {
        let of = (state.serial, Arc::as_ptr(state.shown()) as usize);
        match self.bounds {
            Some((serial, design, bounds)) if (serial, design) == of => bounds,
            _ => {
                let bounds = state.shown().bounds().map(crate::app::camera::rect);
                self.bounds = Some((of.0, of.1, bounds));
                bounds
            }
        }
    }

    fn overview_ui(
        &mut self,
        ui: &mut Ui,
        rect: Rect,
        camera: &Camera,
        scene: &Scene,
        state: &State,
        msgs: &mut Vec<Msg>,
    ) {
        let Some(bounds) = self.bounds_scene(state) else { return };
        // With everything in view it has little to tell, and nothing at all to hide.
        let all_visible = camera.visible_scene().contains_rect(bounds);
        let covers = |r: Rect| camera.rect_to_screen(r).intersects(rect);
        if all_visible
            && (scene.regions.iter().any(|r| covers(r.rect)) || !scene.nodes_in(scene_rect(camera, rect)).is_empty())
        {
            return;
        }
        let p = theme::palette(ui.ctx());
        let response = ui.interact(rect, ui.id().with("minimap"), Sense::click_and_drag());
        response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Other, true, "Overview"));
        let mut painter = ui.painter_at(rect);
        if all_visible && !response.hovered() {
            painter.set_opacity(0.5);
        }
        let hairline = Stroke::new(1.0, theme::color(p.hairline));
        painter.rect(rect, 6.0, theme::faded(p.panel, 0.92), hairline, StrokeKind::Inside);
        let inner = rect.shrink(8.0);
        let scale = (inner.width() / bounds.width().max(1.0)).min(inner.height() / bounds.height().max(1.0)).min(0.25);
        let to_map = |at: egui::Pos2| inner.center() + (at - bounds.center()) * scale;
        let map_rect = |r: Rect| Rect::from_min_max(to_map(r.min), to_map(r.max));
        let moving = !scene.moving.nodes.is_empty() || !scene.moving.regions.is_empty();
        let key = Key {
            generation: scene.generation,
            picks: scene.picks,
            rect_screen: rect,
            bounds_scene: bounds,
            dark: p.dark,
        };
        if self.key != Some(key) || (moving && scene.counts().0 <= MAX_DOTS) {
            self.key = Some(key);
            let mut mesh = Mesh::default();
            for view in &scene.regions {
                mesh.add_colored_rect(map_rect(view.rect), theme::faded(p.tint(view.region.tint), 0.35));
            }
            let every = scene.counts().0 / MAX_DOTS + 1;
            for node in scene.graph().g().node_weights().step_by(every) {
                let shape = node.display();
                let dot = Rect::from_center_size(to_map(shape.rect.center()), Vec2::splat(2.5));
                let color = if shape.marks.selected { p.accent } else { p.kind(shape.kind) };
                mesh.add_colored_rect(dot, theme::color(color));
            }
            self.mesh = Arc::new(mesh);
        }
        painter.add(Shape::Mesh(self.mesh.clone()));
        let view = map_rect(camera.visible_scene()).intersect(rect.shrink(2.0));
        if view.is_positive() {
            let stroke = Stroke::new(1.0, theme::color(p.text_weak));
            painter.rect(view, CornerRadius::same(2), theme::faded(p.text, 0.05), stroke, StrokeKind::Inside);
        }
        if (response.clicked() || response.dragged())
            && let Some(at) = response.interact_pointer_pos()
        {
            msgs.push(Msg::CenterOn(bounds.center() + (at - inner.center()) / scale));
        }
    }
}

/// The part of the scene below a rectangle of the screen.
fn scene_rect(camera: &Camera, rect: Rect) -> Rect {
    Rect::from_min_max(camera.to_scene(rect.min), camera.to_scene(rect.max))
}

/// The zoom controls.
pub fn controls_ui(ui: &mut Ui, rect: Rect, camera: &Camera, state: &State, msgs: &mut Vec<Msg>) {
    let p = theme::palette(ui.ctx());
    let hairline = Stroke::new(1.0, theme::color(p.hairline));
    ui.painter().rect(rect, 6.0, theme::faded(p.panel, 0.92), hairline, StrokeKind::Inside);
    // The ground belongs to the controls, so that a near miss does not reach the canvas.
    ui.interact(rect, ui.id().with("zoom controls"), Sense::CLICK | Sense::DRAG);
    let width = rect.width() / 4.0;
    let percent = format!("{:.0} %", camera.zoom * 100.0);
    let entries = [
        (icon::MINUS.to_owned(), Action::ZoomOut),
        (percent, Action::ZoomActual),
        (icon::PLUS.to_owned(), Action::ZoomIn),
        (icon::FRAME_CORNERS.to_owned(), Action::ZoomToFit),
    ];
    for (i, (text, action)) in entries.into_iter().enumerate() {
        let cell = Rect::from_min_size(pos2(rect.left() + width * i as f32, rect.top()), vec2(width, rect.height()));
        let enabled = action.enabled(state);
        let size = if action == Action::ZoomActual { theme::SIZE_SMALL } else { 15.0 };
        let text = RichText::new(text).size(size).color(theme::color(p.text_weak));
        let button = Button::new(text).frame_when_inactive(false).wrap_mode(egui::TextWrapMode::Extend);
        let builder = egui::UiBuilder::new().max_rect(cell.shrink(2.0));
        let builder = if enabled.is_ok() { builder } else { builder.disabled() };
        let response = ui.scope_builder(builder, |ui| ui.add_sized(cell.shrink(2.0).size(), button)).inner;
        let label = action.label();
        response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, enabled.is_ok(), &label));
        let tip = match action.shortcuts().first() {
            Some(shortcut) => format!("{label} ({})", ui.ctx().format_shortcut(shortcut)),
            None => label.clone(),
        };
        if response.on_hover_text(tip).clicked() {
            msgs.push(Msg::Action(action));
        }
    }
}
