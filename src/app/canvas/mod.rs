//! The canvas: draws the design and turns gestures into messages.
//!
//! A frame goes like this: [`Canvas::show`] patches the view of the design, turns events into tool steps
//! ([`crate::app::tools`]), gives what a gesture moves its live place, and draws regions, links, components, badges and
//! overlays. Nothing here asks for another frame, except while a drag scrolls the view at the canvas' edge.

mod access;
mod badges;
mod compare;
mod far;
mod findings;
mod frame;
mod ghost;
mod grid;
mod ground;
mod heat;
mod keys;
mod labels;
pub mod menus;
pub(super) mod minimap;
mod notice;
mod overlay;
pub mod pen;
mod regions;
pub mod scene;
pub mod shapes;
mod stage;
pub(super) mod tips;
mod visible;
pub(super) mod words;

use std::borrow::Cow;
use std::collections::BTreeSet;

use egui::{DragAndDrop, PointerButton, Pos2, Rect, Response, Sense, Ui, Vec2};

use super::actions::Action;
use super::camera::Camera;
use super::state::{BottomTab, Placing, State};
use super::tools::{Button, Effect, Event, Hit, Input, Mode, Tool};
use super::{Msg, theme};
use crate::design::history::Revision;
use crate::design::{Id, Kind, proposals};
use crate::picture::badge::Badge;

use access::{Access, Drawn};
use badges::Badges;
use far::Far;
use frame::{Emphasis, Frame};
use heat::{Coloured, Heats};
use keys::Keys;
use menus::Menus;
use minimap::Minimap;
use overlay::Overlay;
use scene::{Item, Scene};
use shapes::{Detail, Look};
use stage::CanvasStage;
use visible::Visible;

/// Width of the margin in which a drag scrolls the view, screen points.
const SCROLL_MARGIN: f32 = 24.0;
/// Fastest scrolling at the edge, screen points a second.
const SCROLL_SPEED: f32 = 900.0;

/// What the canvas remembers between frames.
#[derive(Default)]
pub struct Canvas {
    scene: Scene,
    seen: Option<(u64, Revision, usize)>,
    /// The state of the document that a gesture began in: its revision and address.
    document: Option<(Revision, usize)>,
    badges: Badges,
    badges_drawn: Vec<(Item, Badge, Pos2)>,
    far: Far,
    heats: Heats,
    tool: Tool,
    /// What is in hand: the ids and how far they were moved.
    in_hand: Option<(Vec<Id>, (i32, i32))>,
    hover: Hit,
    dense: bool,
    access: Access,
    keys: Keys,
    menus: Menus,
    minimap: Minimap,
}

/// What a frame starts from and changes as it goes, ahead of the messages that make it true.
pub(crate) struct Session<'a> {
    camera: Camera,
    selection: Cow<'a, BTreeSet<Id>>,
}

/// The first finding about an element, or, for a region, about what stands in it.
fn first_problem(state: &State, id: &Id) -> Option<usize> {
    let findings = &state.analysis.as_ref()?.check.findings;
    let inside = |subject: &Id| {
        state.shown().components.get(subject).is_some_and(|component| component.region.as_ref() == Some(id))
    };
    let about = findings.iter().position(|finding| finding.subjects.contains(id));
    about.or_else(|| findings.iter().position(|finding| finding.subjects.first().is_some_and(inside)))
}

impl Canvas {
    /// Draws the design and turns gestures into messages.
    pub fn show(&mut self, ui: &mut Ui, state: &State, msgs: &mut Vec<Msg>) {
        let rect = ui.available_rect_before_wrap();
        ui.advance_cursor_after_rect(rect);
        let response = ui.interact(rect, egui::Id::new("canvas"), Sense::click_and_drag());
        let mut session = Session { camera: state.camera, selection: Cow::Borrowed(&state.selection) };
        if session.camera.canvas_screen != rect {
            session.camera.canvas_screen = rect;
            msgs.push(Msg::CanvasRect(rect));
        }
        self.patch(state, msgs);
        self.zoom(ui, &response, &mut session, msgs);
        if state.view.presenting.is_some() {
            self.point(ui, &response, state, &mut session, msgs);
        } else {
            self.keys(ui, &response, state, &mut session, msgs);
            self.pointer(ui, &response, state, &mut session, msgs);
            self.drop_parts(ui, &response, &session, msgs);
        }
        self.take_in_hand(state);
        self.scene.select(&session.selection);
        self.scene.hover(state.view.hovered.as_ref());
        self.draw(ui, &response, state, &session, msgs);
        self.follow_focus(ui, &session, msgs);
        if state.view.presenting.is_none() {
            self.minimap.show(ui, rect, &session.camera, &self.scene, state, msgs);
            notice::show(ui, rect, state, msgs);
        }
        self.menus.show(ui, response.layer_id, state, msgs);
        self.hint(ui, &response, state, &session, msgs);
    }

    fn patch(&mut self, state: &State, msgs: &mut Vec<Msg>) {
        let document = (state.doc.revision(), std::sync::Arc::as_ptr(state.doc.design()) as usize);
        if self.document.replace(document).is_some_and(|before| before != document) {
            self.drop_gesture(state, msgs);
        }
        let shown = state.shown();
        let key = (state.serial, state.doc.revision(), std::sync::Arc::as_ptr(shown) as usize);
        if self.seen != Some(key) {
            self.seen = Some(key);
            self.in_hand = None;
            self.scene.patch(shown);
        } else if self.tool.is_idle() {
            // What was dropped stays in its live place for the frame in which the document learns of it.
            self.in_hand = None;
            self.scene.end_move();
        }
        if self.badges.update(state.analysis.as_ref(), &self.scene) {
            self.scene.forget_cards();
        }
    }

    /// Ends a gesture whose document has changed below it, by undo or another file: what it holds may be gone.
    fn drop_gesture(&mut self, state: &State, msgs: &mut Vec<Msg>) {
        let holds = match &self.tool {
            Tool::Idle | Tool::Panning(_) | Tool::Placing => false,
            // A press may have taken the keyboard from a field, which then changes the document.
            Tool::Pressed(pressed) => pressed.hit.id().is_some_and(|id| !state.doc.design().contains(id)),
            Tool::Dragging(_) | Tool::Marquee(_) | Tool::Connecting(_) | Tool::Resizing(_) => true,
        };
        if holds {
            self.tool = Tool::Idle;
            msgs.push(Msg::Preview(None));
        }
    }

    fn zoom(&mut self, ui: &Ui, response: &Response, session: &mut Session<'_>, msgs: &mut Vec<Msg>) {
        if !response.contains_pointer() || egui::Popup::is_any_open(ui.ctx()) {
            return;
        }
        let Some(at) = ui.input(|i| i.pointer.hover_pos()) else { return };
        let (scroll, pinch, touch) = ui.input(|i| (i.smooth_scroll_delta(), i.zoom_delta(), i.multi_touch()));
        let factor = pinch * (scroll.y / 240.0).exp();
        if (factor - 1.0).abs() > f32::EPSILON {
            session.camera.zoom_about(at, factor);
            msgs.push(Msg::ZoomAbout(at, factor));
        }
        let pan = Vec2::new(scroll.x, 0.0) + touch.map_or(Vec2::ZERO, |t| t.translation_delta);
        if pan != Vec2::ZERO {
            session.camera.pan_by(pan);
            msgs.push(Msg::Pan(pan));
        }
    }

    /// Feeds the frame's events to the tool, in order.
    fn pointer(&mut self, ui: &Ui, response: &Response, state: &State, session: &mut Session<'_>, msgs: &mut Vec<Msg>) {
        let popup_open = egui::Popup::is_any_open(ui.ctx());
        let ours = (response.hovered() || response.is_pointer_button_down_on()) && !popup_open;
        let events = ui.input(|i| i.events.clone());
        for event in &events {
            match *event {
                egui::Event::PointerButton { pos, button, pressed, modifiers } => {
                    let button = match button {
                        PointerButton::Primary => Button::Primary,
                        PointerButton::Secondary => Button::Secondary,
                        PointerButton::Middle => Button::Middle,
                        _ => continue,
                    };
                    if pressed && self.tool.is_idle() && ours && response.rect.contains(pos) {
                        self.step(ui, Event::Press(button), pos, Some(modifiers), state, session, msgs);
                        let hit = match &self.tool {
                            Tool::Pressed(pressed) => pressed.hit.id().cloned(),
                            _ => None,
                        };
                        self.access.focus_by_pointer(ui, response.id, hit.as_ref());
                    } else if !pressed && !self.tool.is_idle() {
                        self.step(ui, Event::Release(button), pos, Some(modifiers), state, session, msgs);
                    }
                }
                egui::Event::PointerMoved(pos) if !self.tool.is_idle() => {
                    self.step(ui, Event::Move, pos, None, state, session, msgs);
                }
                egui::Event::WindowFocused(false) if !self.tool.is_idle() => self.cancel(ui, state, session, msgs),
                _ => {}
            }
        }
        if response.double_clicked()
            && let Some(pos) = response.interact_pointer_pos()
        {
            self.step(ui, Event::DoubleClick, pos, None, state, session, msgs);
        }
        let (down, latest) = ui.input(|i| (i.pointer.any_down(), i.pointer.latest_pos()));
        if !self.tool.is_idle() {
            match latest {
                // The button was let go where nobody told us.
                _ if !down => self.cancel(ui, state, session, msgs),
                Some(pos) => {
                    self.scroll_at_edge(ui, pos, session, msgs);
                    self.step(ui, Event::Move, pos, None, state, session, msgs);
                }
                None => {}
            }
        }
        self.find_hover(ui, response, ours, state, session, msgs);
    }

    /// The pointer while a story is presented: it selects, moves the view and opens menus, and never edits.
    fn point(&mut self, ui: &Ui, response: &Response, state: &State, session: &mut Session<'_>, msgs: &mut Vec<Msg>) {
        if !self.tool.is_idle() {
            self.cancel(ui, state, session, msgs);
        }
        let popup_open = egui::Popup::is_any_open(ui.ctx());
        let hit = response.interact_pointer_pos().map(|pos| {
            let stage = self.stage(state, session);
            super::tools::Stage::hit(&stage, session.camera.to_scene(pos), session.camera.zoom)
        });
        if response.clicked() {
            let ids: Vec<Id> = hit.iter().flat_map(|hit| hit.id().cloned()).collect();
            self.access.focus_by_pointer(ui, response.id, ids.first());
            session.selection = Cow::Owned(ids.iter().cloned().collect());
            msgs.push(Msg::Select(ids));
        } else if response.secondary_clicked()
            && let (Some(hit), Some(pos)) = (hit, response.interact_pointer_pos())
        {
            self.open_menu(ui, hit, pos, session, msgs);
        }
        let moved = response.drag_delta();
        if moved != Vec2::ZERO {
            session.camera.pan_by(moved);
            msgs.push(Msg::Pan(moved));
        }
        self.find_hover(ui, response, response.hovered() && !popup_open, state, session, msgs);
    }

    fn scroll_at_edge(&self, ui: &Ui, pos: Pos2, session: &mut Session<'_>, msgs: &mut Vec<Msg>) {
        if !self.tool.scrolls_at_edges() {
            return;
        }
        let inner = session.camera.canvas_screen.shrink(SCROLL_MARGIN);
        let beyond = pos - inner.clamp(pos);
        if beyond == Vec2::ZERO {
            return;
        }
        let speed = (beyond / SCROLL_MARGIN).clamp(Vec2::splat(-1.0), Vec2::splat(1.0)) * SCROLL_SPEED;
        let delta = -speed * ui.input(|i| i.stable_dt).min(0.1);
        session.camera.pan_by(delta);
        msgs.push(Msg::Pan(delta));
        ui.ctx().request_repaint();
    }

    fn stage<'s>(&'s self, state: &'s State, session: &'s Session<'_>) -> CanvasStage<'s> {
        CanvasStage {
            state,
            scene: &self.scene,
            camera: session.camera,
            selection: &session.selection,
            hovered: state.view.hovered.as_ref(),
            badges: &self.badges_drawn,
            dense: self.dense,
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one call site's context, passed on")]
    fn step(
        &mut self,
        ui: &Ui,
        event: Event,
        pos_screen: Pos2,
        modifiers: Option<egui::Modifiers>,
        state: &State,
        session: &mut Session<'_>,
        msgs: &mut Vec<Msg>,
    ) {
        let (now, space) = ui.input(|i| (i.modifiers, i.key_down(egui::Key::Space)));
        let modifiers = modifiers.unwrap_or(now);
        let input = Input {
            event,
            pos_scene: session.camera.to_scene(pos_screen),
            pos_screen,
            zoom: session.camera.zoom,
            shift: modifiers.shift,
            alt: modifiers.alt,
            ctrl: modifiers.command || modifiers.ctrl,
            space,
        };
        let mut effects = Vec::new();
        let tool = std::mem::take(&mut self.tool);
        self.tool = tool.step(&input, &self.stage(state, session), &mut effects);
        for effect in effects {
            match effect {
                Effect::Menu(hit) => self.open_menu(ui, hit, pos_screen, session, msgs),
                Effect::Connect(from, to) => self.connect(ui, from, to, state, session, msgs),
                effect => self.apply(ui, effect, state, session, msgs),
            }
        }
    }

    fn cancel(&mut self, ui: &Ui, state: &State, session: &mut Session<'_>, msgs: &mut Vec<Msg>) {
        let pos = ui.input(|i| i.pointer.latest_pos()).unwrap_or_default();
        self.step(ui, Event::Cancel, pos, None, state, session, msgs);
        self.in_hand = None;
        self.scene.end_move();
    }

    fn open_menu(&mut self, ui: &Ui, hit: Hit, at: Pos2, session: &mut Session<'_>, msgs: &mut Vec<Msg>) {
        if let Some(id) = hit.id()
            && !session.selection.contains(id)
        {
            session.selection = Cow::Owned(BTreeSet::from([id.clone()]));
            msgs.push(Msg::Select(vec![id.clone()]));
        }
        self.menus.open(ui.ctx(), hit, session.camera.to_scene(at), at);
    }

    fn connect(&mut self, ui: &Ui, from: Id, to: Id, state: &State, session: &Session<'_>, msgs: &mut Vec<Msg>) {
        let target = self.scene.item(&to).and_then(|item| self.scene.rect_of(item));
        let at = target.map_or(session.camera.canvas_screen.center(), |r| session.camera.rect_to_screen(r).center());
        let at =
            ui.input(|i| i.pointer.latest_pos()).filter(|p| session.camera.canvas_screen.contains(*p)).unwrap_or(at);
        self.menus.connect(ui.ctx(), state.doc.design(), from, to, at, msgs);
    }

    fn apply(&mut self, _ui: &Ui, effect: Effect, state: &State, session: &mut Session<'_>, msgs: &mut Vec<Msg>) {
        match effect {
            Effect::Select(ids) => {
                session.selection = Cow::Owned(ids.iter().cloned().collect());
                msgs.push(Msg::Select(ids));
            }
            Effect::Toggle(id) => {
                let selection = session.selection.to_mut();
                if !selection.remove(&id) {
                    selection.insert(id.clone());
                }
                msgs.push(Msg::ToggleSelect(id));
            }
            Effect::Commit(edit, ids) => {
                msgs.push(Msg::Edit(edit));
                msgs.extend(ids.map(Msg::Select));
                msgs.push(Msg::EndMerge);
            }
            Effect::Preview(edit) => msgs.push(Msg::Preview(edit)),
            Effect::Pan(delta_screen) => {
                session.camera.pan_by(delta_screen);
                msgs.push(Msg::Pan(delta_screen));
            }
            Effect::Open(id) => {
                let is_link = state.doc.design().links.contains_key(&id);
                session.selection = Cow::Owned(BTreeSet::from([id.clone()]));
                msgs.push(Msg::Select(vec![id]));
                if !is_link {
                    msgs.push(Msg::Action(Action::Rename));
                } else if !state.view.right_open {
                    msgs.push(Msg::Action(Action::ToggleRight));
                }
            }
            Effect::Problems(id) => {
                msgs.push(Msg::Action(Action::ShowTab(BottomTab::Problems)));
                msgs.extend(first_problem(state, &id).map(|index| Msg::Problem(Some(index))));
            }
            Effect::Place { center_scene, again } => {
                if let Some(placing) = &state.view.placing {
                    let center = overlay::placed_center(placing, center_scene);
                    msgs.push(Msg::PlaceAt(placing.clone(), center));
                    if again {
                        msgs.push(Msg::Place(Some(placing.clone())));
                    }
                }
            }
            Effect::Leave => {
                if state.view.placing.is_some() {
                    msgs.push(Msg::Place(None));
                }
            }
            Effect::Menu(_) | Effect::Connect(..) => {}
        }
    }

    /// What the pointer is over, for the look, the cursor and tooltips.
    fn find_hover(
        &mut self,
        ui: &Ui,
        response: &Response,
        ours: bool,
        state: &State,
        session: &Session<'_>,
        msgs: &mut Vec<Msg>,
    ) {
        if !self.tool.is_idle() {
            let icon = match &self.tool {
                Tool::Panning(_) => egui::CursorIcon::Grabbing,
                Tool::Dragging(drag) if drag.duplicate => egui::CursorIcon::Copy,
                Tool::Dragging(_) => egui::CursorIcon::Move,
                Tool::Resizing(resize) => overlay::cursor(&Hit::Handle(resize.id.clone(), resize.handle)),
                Tool::Connecting(_) | Tool::Marquee(_) | Tool::Placing => egui::CursorIcon::Crosshair,
                Tool::Idle | Tool::Pressed(_) => egui::CursorIcon::Default,
            };
            ui.ctx().set_cursor_icon(icon);
            return;
        }
        let pos = response.hover_pos().filter(|_| ours);
        let hit = pos.map(|pos| {
            let stage = self.stage(state, session);
            super::tools::Stage::hit(&stage, session.camera.to_scene(pos), session.camera.zoom)
        });
        let hit = hit.unwrap_or_default();
        if pos.is_some() {
            let icon = match stage::mode(state) {
                _ if ui.input(|i| i.key_down(egui::Key::Space)) => egui::CursorIcon::Grab,
                Mode::Select => overlay::cursor(&hit),
                Mode::Place => egui::CursorIcon::Crosshair,
            };
            ui.ctx().set_cursor_icon(icon);
        }
        if hit.id() != self.hover.id() {
            msgs.push(Msg::Hover(hit.id().cloned()));
        }
        self.hover = hit;
    }

    /// Parts dragged over from a list.
    fn drop_parts(&mut self, _ui: &Ui, response: &Response, session: &Session<'_>, msgs: &mut Vec<Msg>) {
        if let Some(placing) = response.dnd_release_payload::<Placing>()
            && let Some(pos) = response.ctx.input(|i| i.pointer.latest_pos())
        {
            let center = overlay::placed_center(&placing, session.camera.to_scene(pos));
            msgs.push(Msg::PlaceAt(Placing::clone(&placing), center));
        }
    }

    /// Gives what a gesture moves its live place.
    fn take_in_hand(&mut self, state: &State) {
        match &self.tool {
            Tool::Dragging(drag) if drag.duplicate => {
                self.in_hand = None;
                self.scene.end_move();
            }
            Tool::Dragging(drag) => {
                let (held, offset) = match &self.in_hand {
                    Some((ids, offset)) => (ids == &drag.ids, *offset),
                    None => (false, (0, 0)),
                };
                if !held {
                    self.scene.begin_move(&drag.ids);
                }
                if !held || offset != drag.offset {
                    self.scene.move_to(drag.offset, state.doc.design());
                    self.in_hand = Some((drag.ids.clone(), drag.offset));
                }
            }
            Tool::Resizing(resize) => self.scene.resize_to(&resize.id, resize.rect),
            _ => {}
        }
    }

    /// Brings what the keyboard came to into view, and selects it when one walks there by Tab.
    fn follow_focus(&mut self, ui: &Ui, session: &Session<'_>, msgs: &mut Vec<Msg>) {
        let Some((id, tabbed)) = self.access.newly_focused(ui) else { return };
        if tabbed && self.tool.is_idle() {
            msgs.push(Msg::Select(vec![id.clone()]));
            ui.ctx().request_repaint();
        }
        let Some(rect) = self.scene.item(&id).and_then(|item| self.scene.rect_of(item)) else { return };
        let visible = session.camera.visible_scene();
        if !visible.contains_rect(rect) && (visible.width() > rect.width() || !visible.intersects(rect)) {
            msgs.push(Msg::CenterOn(rect.center()));
        }
    }

    fn emphasis(&self, state: &State) -> Emphasis {
        // While a partner is chosen from a list, the canvas shows which ones there are.
        let from = match &self.tool {
            Tool::Connecting(connecting) => Some(connecting.from.clone()),
            _ => state.view.connecting.clone(),
        };
        let design = state.doc.design();
        let partners = from.and_then(|from| {
            let kind = design.components.get(&from)?.kind();
            let fits = Kind::ALL.into_iter().filter(|other| !proposals(kind, *other).is_empty());
            Some((from, fits.collect()))
        });
        let target = match &self.tool {
            Tool::Dragging(drag) => drag.target.clone(),
            _ => None,
        };
        Emphasis { target, partners }
    }

    fn draw(&mut self, ui: &mut Ui, response: &Response, state: &State, session: &Session<'_>, msgs: &mut Vec<Msg>) {
        let painter = ui.painter_at(response.rect);
        let palette = theme::palette(ui.ctx());
        painter.rect_filled(response.rect, 0.0, theme::color(palette.canvas));
        let mut look = Look { palette, camera: session.camera, detail: Detail::Near };
        let visible = visible::look_around(&self.scene, &mut look);
        self.dense = visible.dense;
        let emphasis = self.emphasis(state);
        // A slide shows what fails, not what could be better.
        let slide = state.view.presenting.is_some();
        let list = if slide { Vec::new() } else { findings::in_view(&look, &self.scene, &self.badges, &visible) };
        let mut frame = Frame {
            painter: painter.clone(),
            look,
            scene: &mut self.scene,
            badges: &self.badges,
            state,
            visible: &visible,
            emphasis: &emphasis,
        };
        if !slide {
            frame.dots();
        }
        frame.regions();
        if visible.dense {
            self.far.draw(&painter, &look, frame.scene, state.whatif.effects());
        } else {
            frame.links();
            frame.region_titles();
            frame.components();
        }
        if let Some((by, map)) = self.heats.update(state).filter(|_| !slide) {
            let opacity = if heat::is_current(state, by) { 1.0 } else { 0.5 };
            Coloured { painter: &painter, look: &look, scene: frame.scene, visible: &visible, opacity }.draw(map);
        }
        frame.region_names();
        frame.labels(&list);
        frame.draw_badges(&list);
        frame.failure_marks();
        self.badges_drawn = list;
        self.draw_overlays(ui, &painter, &look, &visible, &emphasis, response, state, session);
        if let Some((by, map)) = self.heats.update(state).filter(|_| !slide) {
            heat::legend(ui, response.rect, by, map, heat::is_current(state, by));
        }
        let drawn = Drawn { look: &look, scene: &self.scene, visible: &visible, badges: &self.badges, state };
        let pressed = self.access.allocate(ui, response, drawn);
        msgs.extend(pressed.map(|id| Msg::Select(vec![id])));
        self.tip(ui, response, state, session);
        if state.shown().is_empty() && state.view.placing.is_none() {
            let text = "Nothing is drawn yet. Drag a region or a component here, or right-click to add one.";
            let color = theme::color(palette.text_weak);
            let font = words::font(words::Weight::Regular, theme::SIZE_BODY);
            painter.text(response.rect.center(), egui::Align2::CENTER_CENTER, text, font, color);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one call site's context, passed on")]
    fn draw_overlays(
        &self,
        ui: &Ui,
        painter: &egui::Painter,
        look: &Look,
        visible: &Visible,
        emphasis: &Emphasis,
        response: &Response,
        state: &State,
        session: &Session<'_>,
    ) {
        let overlay = Overlay { painter, look, scene: &self.scene };
        let pointer = response.hover_pos();
        let over = match &self.tool {
            Tool::Connecting(connecting) => connecting.over.as_ref(),
            _ => self.hover.id(),
        };
        if let Some((from, kinds)) = &emphasis.partners {
            let fits = visible.nodes.iter().filter_map(|node| {
                let (shape, id) = (self.scene.box_of(*node)?, self.scene.id(Item::Node(*node))?);
                (id != from && kinds.contains(&shape.kind)).then_some((shape.rect, over == Some(id)))
            });
            overlay.partners(fits);
        }
        match &self.tool {
            _ if state.view.presenting.is_some() => {}
            Tool::Marquee(marquee) => overlay.marquee(marquee.rect()),
            Tool::Dragging(drag) => {
                if drag.duplicate {
                    overlay.duplicates(&drag.ids, drag.offset);
                }
                overlay.guides(&drag.guides);
            }
            Tool::Resizing(resize) => {
                overlay.handles(&resize.id);
                overlay.guides(&resize.guides);
            }
            Tool::Connecting(connecting) => {
                let to = session.camera.to_screen(connecting.to_scene);
                overlay.rubber_band(&connecting.from, to, connecting.over.as_ref());
            }
            Tool::Idle | Tool::Pressed(_) => {
                if session.selection.len() == 1
                    && let Some(id) = session.selection.first()
                    && look.detail != Detail::Far
                {
                    overlay.handles(id);
                }
                if stage::mode(state) == Mode::Select {
                    let stage = self.stage(state, session);
                    overlay.ports(stage.with_ports(), pointer);
                }
            }
            Tool::Panning(_) | Tool::Placing => {}
        }
        let dragged = if response.contains_pointer() { DragAndDrop::payload::<Placing>(ui.ctx()) } else { None };
        let placing = dragged.as_deref().or(state.view.placing.as_ref());
        let at = ui.input(|i| i.pointer.latest_pos()).filter(|p| response.rect.contains(*p));
        if let (Some(placing), Some(pos)) = (placing, at) {
            overlay.ghost(placing, overlay::placed_center(placing, session.camera.to_scene(pos)));
        }
        if let Some(compared) = state.compared().filter(|_| state.view.presenting.is_none()) {
            let titled = state.ghost().is_none();
            let coloured = state.view.heat.is_some() && state.analysis.is_some();
            let below = if coloured { heat::LEGEND + 8.0 } else { 0.0 };
            compare::Marks { painter, look, scene: &self.scene, compared, titled, below }.show();
        }
        if let Some(offer) = state.ghost().filter(|_| state.view.presenting.is_none()) {
            ghost::Ghost { painter, look, before: state.doc.design(), offer }.show();
        }
        if let Some(rect) =
            self.access.ringed(ui).and_then(|id| self.scene.item(&id)).and_then(|item| self.scene.rect_of(item))
        {
            overlay.focus_ring(session.camera.rect_to_screen(rect));
        }
    }

    fn tip(&self, ui: &Ui, response: &Response, state: &State, session: &Session<'_>) {
        let Some(id) = self.hover.id().filter(|_| self.tool.is_idle() && stage::mode(state) == Mode::Select) else {
            return;
        };
        // The inside of a region is ground to work on; its name stands on its title bar.
        if matches!(self.hover, Hit::RegionBody(_) | Hit::Handle(..) | Hit::Port(_)) {
            return;
        }
        let Some(rect) = self.scene.item(id).and_then(|item| self.scene.rect_of(item)) else { return };
        let rect: Rect = session.camera.rect_to_screen(rect).expand(12.0).intersect(response.rect);
        let hovered = ui.interact(rect, response.id.with(("tip", id.as_str())), Sense::hover());
        hovered.on_hover_ui_at_pointer(|ui| tips::tip_ui(ui, id, state));
    }

    fn hint(&self, ui: &Ui, response: &Response, state: &State, session: &Session<'_>, msgs: &mut Vec<Msg>) {
        let mode = stage::mode(state);
        let mut hint = self.tool.hint(mode, &self.hover, !session.selection.is_empty());
        if response.contains_pointer() && DragAndDrop::has_payload_of_type::<Placing>(ui.ctx()) {
            hint = "Release to place it here";
        }
        if state.view.hint != hint {
            msgs.push(Msg::Hint(hint.to_owned()));
        }
    }
}
