//! The world map: regions, users and what lies between them at their places on the Earth.
//!
//! Like the canvas it reads the state and answers with messages. A dragged region snaps to a cloud region; the edit it
//! would make is shown as a preview, so that every figure follows, and becomes one undo step when it is let go.

mod access;
mod keys;
mod land;
pub mod model;
pub mod moving;
mod overlays;
mod paint;
pub mod view;

use std::sync::Arc;

use egui::{CursorIcon, PointerButton, Pos2, Rect, Response, Sense, Ui, Vec2};

use super::camera::Camera;
use super::state::{Placing, State};
use super::{Msg, theme};
use crate::books::GeoPoint;
use crate::design::Id;
use crate::design::history::Revision;
use crate::picture::world;

use access::Access;
use land::LandPicture;
use model::{Model, pos2};
use moving::{Snap, Target};
use paint::{Frame, RADIUS, Words};

pub use overlays::switch_ui;

/// How near to a marker the pointer must be to mean it, screen points.
const REACH: f32 = RADIUS + 4.0;

/// What is under the pointer.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Hit {
    /// Land or sea.
    #[default]
    Nothing,
    /// The marker of this element.
    Spot(Id),
    /// The line that stands for these links.
    Line(Vec<Id>),
}

/// A marker in hand.
#[derive(Debug, Clone)]
struct Journey {
    id: Id,
    /// Where it was, map points.
    from: Pos2,
    snap: Snap,
    target: Option<Target>,
}

/// What the pointer is doing.
#[derive(Debug, Clone, Default)]
enum Gesture {
    #[default]
    Idle,
    /// Moves the view.
    Panning,
    /// Moves a marker.
    Moving(Journey),
    /// Was cancelled; the button is still down.
    Spent,
}

/// What the map remembers between frames.
#[derive(Default)]
pub struct Map {
    model: Model,
    seen: Option<(u64, usize, u64)>,
    /// The state of the document that a gesture began in: its revision and address.
    document: Option<(Revision, usize)>,
    land: LandPicture,
    /// Where markers are, screen coordinates.
    at: Vec<Pos2>,
    names: Vec<(usize, Rect)>,
    gesture: Gesture,
    hover: Hit,
    access: Access,
    /// What was right-clicked, and where on the Earth.
    menu: Option<(Option<Id>, Option<GeoPoint>)>,
}

impl Map {
    /// Draws the map and turns gestures into messages.
    pub fn show(&mut self, ui: &mut Ui, state: &State, msgs: &mut Vec<Msg>) {
        let rect = ui.available_rect_before_wrap();
        ui.advance_cursor_after_rect(rect);
        let response = ui.interact(rect, egui::Id::new("map"), Sense::click_and_drag());
        let mut camera = state.view.map.camera.unwrap_or_else(|| view::fitted(state, rect));
        camera.canvas_screen = rect;
        camera = view::limited(camera);
        self.patch(state, msgs);
        zoom(ui, &response, &mut camera);
        self.at = paint::spread(&self.model, &camera);
        self.keys(ui, &response, state, &mut camera, msgs);
        self.pointer(ui, &response, state, &mut camera, msgs);
        camera = view::limited(camera);
        if state.view.map.camera != Some(camera) {
            msgs.push(Msg::MapCamera(camera));
            self.at = paint::spread(&self.model, &camera);
        }
        self.draw(ui, &response, state, camera);
        let pressed = self.access.allocate(ui, &response, state, &self.model, &self.at, &camera);
        msgs.extend(pressed.map(Msg::Select));
        self.follow_focus(ui, &camera, msgs);
        overlays::controls_ui(ui, rect, &camera, state, msgs);
        overlays::missing_ui(ui, rect, &self.model, msgs);
        overlays::menu(&response, self.menu.as_ref(), state, msgs);
        self.drop_parts(ui, &response, state, msgs);
        self.hint(&response, state, msgs);
    }

    fn patch(&mut self, state: &State, msgs: &mut Vec<Msg>) {
        let document = (state.doc.revision(), Arc::as_ptr(state.doc.design()) as usize);
        let changed = self.document.replace(document).is_some_and(|before| before != document);
        // What is in hand may be gone, by undo or another file.
        if changed && matches!(self.gesture, Gesture::Moving(_)) {
            self.cancel(msgs);
        }
        let seen = (state.serial, Arc::as_ptr(state.shown()) as usize, state.analysis_serial);
        if self.seen.replace(seen) != Some(seen) {
            self.model = Model::of(state.shown(), state.books, state.analysis.as_deref());
        }
    }

    /// What is at a place of the screen.
    fn hit(&self, at: Pos2, camera: &Camera) -> Hit {
        let distances = self.at.iter().map(|marker| marker.distance(at)).enumerate();
        let nearest = distances.filter(|(_, d)| *d <= REACH).min_by(|a, b| a.1.total_cmp(&b.1)).map(|(i, _)| i);
        let named = || self.names.iter().find(|(_, rect)| rect.contains(at)).map(|(i, _)| *i);
        match nearest.or_else(named).and_then(|i| self.model.spots.get(i)) {
            Some(spot) => Hit::Spot(spot.id.clone()),
            None => paint::line_at(&self.model, camera, at).map_or(Hit::Nothing, Hit::Line),
        }
    }

    fn cancel(&mut self, msgs: &mut Vec<Msg>) {
        if matches!(self.gesture, Gesture::Moving(_)) {
            msgs.push(Msg::Preview(None));
        }
        self.gesture = Gesture::Spent;
    }

    fn pointer(&mut self, ui: &Ui, response: &Response, state: &State, camera: &mut Camera, msgs: &mut Vec<Msg>) {
        let popup = egui::Popup::is_any_open(ui.ctx());
        let lost = ui.input(|i| i.events.iter().any(|e| matches!(e, egui::Event::WindowFocused(false))));
        if lost && !matches!(self.gesture, Gesture::Idle) {
            self.cancel(msgs);
        }
        if response.drag_started() && !popup {
            self.begin(ui, response, state, camera, msgs);
        }
        if response.dragged() || response.drag_stopped() {
            self.go_on(ui, response, state, camera, msgs);
        }
        if response.drag_stopped() {
            self.end(state, msgs);
        } else if !response.dragged() && !matches!(self.gesture, Gesture::Idle) {
            // The button was let go where nobody told us.
            self.cancel(msgs);
            self.gesture = Gesture::Idle;
        }
        if let Some(at) = response.interact_pointer_pos() {
            self.clicks(ui, response, at, state, camera, msgs);
        }
        self.find_hover(ui, response, popup, camera, msgs);
    }

    fn clicks(&mut self, ui: &Ui, response: &Response, at: Pos2, state: &State, camera: &Camera, msgs: &mut Vec<Msg>) {
        if !response.clicked() && !response.secondary_clicked() {
            return;
        }
        let hit = self.hit(at, camera);
        let id = if let Hit::Spot(id) = &hit { Some(id) } else { None };
        self.access.focus_by_pointer(ui, response.id, id);
        if response.secondary_clicked() {
            let pos = camera.to_scene(at);
            self.menu = Some((id.cloned(), world::unproject((pos.x, pos.y))));
            msgs.extend(id.filter(|id| !state.selection.contains(*id)).map(|id| Msg::Select(vec![id.clone()])));
        } else if let Some(id) = id.filter(|_| response.double_clicked()) {
            overlays::show_in_drawing(id, msgs);
        } else {
            let shift = ui.input(|i| i.modifiers.shift);
            match hit {
                Hit::Spot(id) if shift => msgs.push(Msg::ToggleSelect(id)),
                Hit::Spot(id) => msgs.push(Msg::Select(vec![id])),
                Hit::Line(links) => msgs.push(Msg::Select(links)),
                Hit::Nothing if shift => {}
                Hit::Nothing => msgs.push(Msg::Select(Vec::new())),
            }
        }
    }

    fn begin(&mut self, ui: &Ui, response: &Response, state: &State, camera: &Camera, msgs: &mut Vec<Msg>) {
        let (origin, space) = ui.input(|i| (i.pointer.press_origin(), i.key_down(egui::Key::Space)));
        let primary = response.dragged_by(PointerButton::Primary) && !space;
        self.gesture = Gesture::Panning;
        let Some(Hit::Spot(id)) = origin.filter(|_| primary).map(|at| self.hit(at, camera)) else { return };
        let Some(spot) = self.model.spots.iter().find(|s| s.id == id) else { return };
        self.gesture = Gesture::Moving(Journey { id: id.clone(), from: spot.at, snap: Snap::Own, target: None });
        self.access.focus_by_pointer(ui, response.id, Some(&id));
        if !state.selection.contains(&id) {
            msgs.push(Msg::Select(vec![id]));
        }
    }

    fn go_on(&mut self, ui: &Ui, response: &Response, state: &State, camera: &mut Camera, msgs: &mut Vec<Msg>) {
        match &mut self.gesture {
            Gesture::Panning => camera.pan_by(response.drag_delta()),
            Gesture::Moving(journey) => {
                let (at, modifiers) = ui.input(|i| (i.pointer.latest_pos(), i.modifiers));
                journey.snap = match modifiers {
                    m if m.alt => Snap::AnyProvider,
                    m if m.command || m.ctrl => Snap::Free,
                    _ => Snap::Own,
                };
                let design = state.doc.design();
                let target = at
                    .filter(|at| camera.canvas_screen.contains(*at))
                    .and_then(|at| moving::aim(design, state.books, &journey.id, at, camera, journey.snap));
                if target != journey.target {
                    let site = target.as_ref().map(|t| t.site.clone());
                    let edit = site.and_then(|site| moving::relocate(design, state.books, &journey.id, site));
                    msgs.push(Msg::Preview(edit));
                    journey.target = target;
                }
            }
            Gesture::Idle | Gesture::Spent => {}
        }
    }

    fn end(&mut self, state: &State, msgs: &mut Vec<Msg>) {
        if let Gesture::Moving(Journey { id, target, .. }) = std::mem::take(&mut self.gesture) {
            let edit = target.and_then(|t| moving::relocate(state.doc.design(), state.books, &id, t.site));
            match edit {
                Some(edit) => msgs.extend([Msg::Edit(edit), Msg::EndMerge]),
                None => msgs.push(Msg::Preview(None)),
            }
        }
    }

    /// What the pointer is over, for the look, the cursor and tips.
    fn find_hover(&mut self, ui: &Ui, response: &Response, popup: bool, camera: &Camera, msgs: &mut Vec<Msg>) {
        let icon = match &self.gesture {
            Gesture::Panning => Some(CursorIcon::Grabbing),
            Gesture::Moving(_) => Some(CursorIcon::Move),
            Gesture::Idle | Gesture::Spent => None,
        };
        if let Some(icon) = icon {
            ui.ctx().set_cursor_icon(icon);
            return;
        }
        let hit = response.hover_pos().filter(|_| !popup).map(|at| self.hit(at, camera));
        match &hit {
            Some(_) if ui.input(|i| i.key_down(egui::Key::Space)) => ui.ctx().set_cursor_icon(CursorIcon::Grab),
            Some(Hit::Spot(_) | Hit::Line(_)) => ui.ctx().set_cursor_icon(CursorIcon::PointingHand),
            _ => {}
        }
        let hit = hit.unwrap_or_default();
        if hit != self.hover {
            msgs.push(Msg::Hover(match &hit {
                Hit::Spot(id) => Some(id.clone()),
                Hit::Line(links) => links.first().cloned(),
                Hit::Nothing => None,
            }));
            self.hover = hit;
        }
    }

    /// Parts dragged over from a list: the map knows no place in a drawing, so they go where there is room.
    fn drop_parts(&self, ui: &Ui, response: &Response, state: &State, msgs: &mut Vec<Msg>) {
        if self.is_busy() {
            return;
        }
        match response.dnd_release_payload::<Placing>().as_deref() {
            Some(Placing::Region { name, site }) => super::places::place_region(state, name, site.clone(), msgs),
            Some(Placing::Component(kind)) => msgs.push(Msg::Action(super::actions::Action::Insert(*kind))),
            None => return,
        }
        ui.ctx().request_repaint();
    }

    fn is_busy(&self) -> bool {
        !matches!(self.gesture, Gesture::Idle)
    }

    fn draw(&mut self, ui: &Ui, response: &Response, state: &State, camera: Camera) {
        let painter = ui.painter_at(response.rect);
        let p = theme::palette(ui.ctx());
        painter.rect_filled(response.rect, 0.0, theme::color(p.canvas));
        self.land.draw(&painter, &camera, p);
        let journey = match &self.gesture {
            Gesture::Moving(journey) => Some(journey),
            _ => None,
        };
        let selected = self.model.selected(state.shown(), &state.selection);
        let frame = Frame {
            painter: &painter,
            p,
            camera,
            state,
            model: &self.model,
            at: &self.at,
            selected: &selected,
            dragged: journey.map(|j| &j.id),
        };
        frame.lines();
        let regions = unused_regions(state, journey);
        frame.cloud_regions(&regions);
        let mut words = Words::beside(overlays::places(response.rect, &self.model));
        if let Some(journey) = journey {
            let to = journey.target.as_ref().map_or(journey.from, |t| pos2(world::project(t.place)));
            frame.journey(journey.from, to, ui.input(|i| i.pointer.latest_pos()));
        }
        frame.figures(&mut words);
        frame.names(&mut words);
        frame.cloud_region_names(&regions, &mut words);
        frame.markers();
        if let Some(index) = self.access.ringed(ui).and_then(|id| self.model.index_of(&id))
            && let Some(at) = self.at.get(index)
        {
            painter.circle_stroke(*at, RADIUS + 7.0, egui::Stroke::new(1.5, theme::color(p.accent)));
        }
        self.names = words.names;
        if state.shown().regions.is_empty() && self.model.spots.is_empty() {
            let text = "No region is drawn yet. Right-click where there should be one.";
            let font = egui::FontId::proportional(theme::SIZE_BODY);
            painter.text(response.rect.center(), egui::Align2::CENTER_CENTER, text, font, theme::color(p.text_weak));
        }
        if let Some(at) = response.hover_pos().filter(|_| !self.is_busy()) {
            overlays::tip(ui, response, &self.hover, at, state, &self.model);
        }
    }

    /// Selects what the keyboard came to, and brings it into view.
    fn follow_focus(&mut self, ui: &Ui, camera: &Camera, msgs: &mut Vec<Msg>) {
        let Some(id) = self.access.newly_focused(ui) else { return };
        msgs.push(Msg::Select(vec![id.clone()]));
        if let Some(spot) = self.model.spots.iter().find(|s| s.id == id)
            && !camera.visible_scene().contains(spot.at)
        {
            msgs.push(Msg::MapCamera(Camera { center_scene: spot.at, ..*camera }));
        }
        ui.ctx().request_repaint();
    }

    fn hint(&self, response: &Response, state: &State, msgs: &mut Vec<Msg>) {
        let words = |target: &Option<Target>, what: &str| match target {
            Some(target) => format!("Release to move it to {} · {what}", target.words),
            None => format!("Release to leave it where it is · {what}"),
        };
        let hint = match &self.gesture {
            Gesture::Moving(j) if moving::can_be_in_cloud(state.doc.design(), &j.id) => {
                words(&j.target, "Alt: any provider · Ctrl: any place · Esc: cancel")
            }
            Gesture::Moving(j) => words(&j.target, "Esc: cancel"),
            Gesture::Panning | Gesture::Spent => String::new(),
            Gesture::Idle if !response.contains_pointer() => String::new(),
            Gesture::Idle => match &self.hover {
                Hit::Spot(_) => "Drag to another place · double click shows it in the drawing".to_owned(),
                Hit::Line(_) => "Click to select these links".to_owned(),
                Hit::Nothing => "Drag to move the map · wheel to zoom · right click to add a region".to_owned(),
            },
        };
        if state.view.hint != hint {
            msgs.push(Msg::Hint(hint));
        }
    }
}

/// Zooms about the pointer by wheel or pinch, and pans by sideways scrolling or two fingers.
fn zoom(ui: &Ui, response: &Response, camera: &mut Camera) {
    if !response.contains_pointer() || egui::Popup::is_any_open(ui.ctx()) {
        return;
    }
    let Some(at) = ui.input(|i| i.pointer.hover_pos()) else { return };
    let (scroll, pinch, touch) = ui.input(|i| (i.smooth_scroll_delta(), i.zoom_delta(), i.multi_touch()));
    let factor = pinch * (scroll.y / 240.0).exp();
    if (factor - 1.0).abs() > f32::EPSILON {
        // Held within the limits before the point under the pointer is, or it would drift at them.
        let zoom = view::limited(Camera { zoom: camera.zoom * factor, ..*camera }).zoom;
        camera.zoom_about(at, zoom / camera.zoom);
    }
    let pan = Vec2::new(scroll.x, 0.0) + touch.map_or(Vec2::ZERO, |t| t.translation_delta);
    if pan != Vec2::ZERO {
        camera.pan_by(pan);
    }
}

/// Cloud regions to mark: where a drag can go, or, when asked for, those of the providers in use.
fn unused_regions(state: &State, journey: Option<&Journey>) -> Vec<(Pos2, &'static str)> {
    let design = state.doc.design();
    let mark = |r: &'static crate::books::CloudRegion| (pos2(world::project(r.position())), r.id.as_str());
    if let Some(journey) = journey {
        let targets = moving::candidates(design, state.books, &journey.id, journey.snap);
        return targets.map(mark).collect();
    }
    if !state.view.map.cloud_regions {
        return Vec::new();
    }
    let used = moving::providers(design);
    let all = state.books.regions().all().iter();
    all.filter(|r| used.is_empty() || used.contains(&r.provider)).map(mark).collect()
}
