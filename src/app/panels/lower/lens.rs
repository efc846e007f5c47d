//! The dependencies tab: what a capability rests on, as a graph that can be walked.
//!
//! egui_graphs' own view asks for another frame whenever it is shown, so it is shown only in frames in which something
//! it draws has changed; in all others its last shapes are drawn again. Words are drawn by ourselves.

use egui::accesskit::{Action as Press, Role};
use egui::epaint::ClippedShape;
use egui::{
    Align, Align2, Id as WidgetId, Key, Layout, Modifiers, PointerButton, Pos2, Rect, Response, Sense, Shape, Ui,
    UiBuilder, Vec2, WidgetInfo, WidgetType, pos2, vec2,
};
use egui_graphs::{GraphView, MetadataFrame, SettingsInteraction, SettingsNavigation};
use petgraph::stable_graph::{EdgeIndex, NodeIndex};

use crate::app::Msg;
use crate::app::actions::Action;
use crate::app::camera::Camera;
use crate::app::lens::graph::{Gate, Graph, Standing};
use crate::app::lens::layout::{Placed, place};
use crate::app::lens::shapes::{AsPlaced, Look, Nothing, Strand, ViewGraph};
use crate::app::panels::memo::AnalysisKey;
use crate::app::panels::{Cx, paint};
use crate::app::state::State;
use crate::app::theme;
use crate::design::{Capability, Id};
use crate::failure::{Outcome, Place, State as Capable};

use super::problems::word_toggle;

/// Size of type on a node at 100 %, points.
const TITLE: f32 = 12.0;
const DETAIL: f32 = 10.5;
/// Height of a node at 100 %, points.
const HEIGHT: f32 = 36.0;
/// Least and greatest width of a node at 100 %, points.
const WIDTH: (f32, f32) = (96.0, 208.0);
/// Beside the words of a node, points.
const INSET: f32 = 12.0;
/// The first view is no smaller than this, so that words can be read.
const READABLE: f32 = 0.7;
/// Below this size of type no words are drawn.
const LEAST_TYPE: f32 = 5.0;

/// A capability at a place.
type Cell = (Capability, Place);

/// What is drawn: the graph and where it stands.
struct Drawing {
    key: (AnalysisKey, Cell, bool),
    graph: Graph,
    placed: Placed,
    view: ViewGraph,
    nodes: Vec<NodeIndex>,
    edges: Vec<EdgeIndex>,
}

/// What makes the shapes of egui_graphs other ones.
#[derive(PartialEq)]
struct Drawn {
    generation: u64,
    camera: Camera,
    dark: bool,
    pixels_per_point: f32,
    looks: Vec<Look>,
}

/// What the tab remembers.
#[derive(Default)]
pub struct LensTab {
    chosen: Option<Cell>,
    /// Whether only what the capability cannot do without is shown.
    only_needed: bool,
    drawing: Option<Drawing>,
    generation: u64,
    camera: Camera,
    /// Whether everything is to be brought into view: wholly, or as large as can be read.
    fit: Option<bool>,
    shapes: Vec<ClippedShape>,
    drawn: Option<Drawn>,
    /// The node that has the keyboard, and whether it got it by a press.
    focused: Option<(usize, bool)>,
}

impl LensTab {
    /// Draws what chooses the capability and the place.
    pub fn tools(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, rect: Rect) {
        let Some((capability, at)) = self.cell(cx.state) else { return };
        let Some(analysis) = &cx.state.analysis else { return };
        let builder =
            UiBuilder::new().id_salt("lens tools").max_rect(rect).layout(Layout::right_to_left(Align::Center));
        let mut child = ui.new_child(builder);
        child.set_clip_rect(rect.intersect(ui.clip_rect()));
        if child.button("Fit").on_hover_text("Show all of it (double-click)").clicked() {
            self.fit = Some(true);
        }
        let cells = || analysis.failure.cells.keys();
        let mut places: Vec<&Place> = cells().map(|(_, place)| place).collect();
        places.sort();
        places.dedup();
        let design = cx.state.shown();
        let name = |place: &Place| match place {
            Place::Region(id) => design.name_of(id),
            Place::Population(id) => format!("Users {}", design.name_of(id)),
        };
        let mut wanted = None;
        choice(&mut child, "Place", &name(&at), |ui| {
            for place in places {
                if ui.selectable_label(*place == at, name(place)).clicked() {
                    let offered = |capability: &Capability| cells().any(|cell| *cell == (*capability, place.clone()));
                    let same = Some(capability).filter(offered);
                    let other = cells().find(|(_, at)| at == place).map(|(capability, _)| *capability);
                    wanted = same.or(other).map(|capability| (capability, place.clone()));
                    ui.close();
                }
            }
        });
        choice(&mut child, "Capability", capability.label(), |ui| {
            for (other, _) in cells().filter(|(_, place)| *place == at) {
                if ui.selectable_label(*other == capability, other.label()).clicked() {
                    wanted = Some((*other, at.clone()));
                    ui.close();
                }
            }
        });
        let words = "Only what it needs";
        let width = paint::width_of(child.painter(), words, paint::small()) + 18.0;
        if child.available_width() >= width {
            let (place, _) = child.allocate_exact_size(vec2(width, 24.0), Sense::hover());
            self.only_needed ^= word_toggle(&child, cx.palette, place, words, self.only_needed);
        }
        paint::updating(&mut child, cx.palette, cx.state.analysis_is_current());
        if wanted.is_some() {
            self.chosen = wanted;
        }
    }

    /// The capability and place looked at: the one chosen, else traffic of what is selected, else the first.
    fn cell(&mut self, state: &State) -> Option<Cell> {
        let cells = &state.analysis.as_ref()?.failure.cells;
        if self.chosen.as_ref().is_none_or(|chosen| !cells.contains_key(chosen)) {
            let serve = |id: &Id| {
                let places = [Place::Region(id.clone()), Place::Population(id.clone())];
                places.into_iter().map(|place| (Capability::Serve, place)).find(|cell| cells.contains_key(cell))
            };
            self.chosen = state.single_selection().and_then(serve).or_else(|| cells.keys().next().cloned());
        }
        self.chosen.clone()
    }

    /// Draws the tab.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let (Some(cell), Some(outcome)) = (self.cell(cx.state), cx.state.outcome().cloned()) else {
            super::empty(ui, cx.palette, "Nothing is drawn yet that could do anything.");
            return;
        };
        let Some(mut drawing) = self.drawing(ui, cx.state, cell) else { return };
        self.drawing_ui(ui, cx, &mut drawing, &outcome);
        self.drawing = Some(drawing);
        if !cx.state.analysis_is_current() {
            // The shapes are kept and drawn again, so a veil fades them instead of a colour of their own.
            ui.painter().rect_filled(ui.max_rect(), 0.0, theme::faded(cx.palette.panel, 0.45));
        }
    }

    fn drawing_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, drawing: &mut Drawing, outcome: &Outcome) {
        let mut area = ui.available_rect_before_wrap();
        if !drawing.graph.note.is_empty() {
            let line = area.with_max_y(area.top() + 24.0);
            area.set_top(line.bottom());
            let weak = theme::color(cx.palette.text_weak);
            let inner = line.shrink2(vec2(12.0, 0.0));
            paint::text(ui.painter(), inner, &drawing.graph.note, paint::small(), weak, Align::Min);
            let response = ui.interact(line, ui.id().with("note"), Sense::hover());
            response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, &drawing.graph.note));
        }
        if area.width() < 16.0 || area.height() < 16.0 {
            return;
        }
        let canvas = WidgetId::new("dependency lens");
        // What the pointer did is known from the last frame, so that this one shows what follows.
        let pointer = ui.interact(area, canvas, Sense::click_and_drag());
        ui.ctx().accesskit_node_builder(canvas, |node| {
            node.set_role(Role::Canvas);
            node.set_label("Dependencies");
        });
        self.navigate(ui, &pointer, area, &drawing.placed);
        let hovered = pointer.hover_pos().and_then(|at| self.at(at, &drawing.placed));
        self.keys(ui, cx, canvas, drawing);
        let focused = self.focused.filter(|(at, _)| ui.memory(|m| m.has_focus(node_widget(canvas, *at))));
        self.focused = focused;
        let looks: Vec<Look> = drawing
            .graph
            .nodes
            .iter()
            .enumerate()
            .map(|(at, node)| Look {
                size: drawing.placed.rects.get(at).map_or(Vec2::ZERO, Rect::size),
                gate: node.gate,
                kind: node.kind,
                standing: node.standing(outcome),
                cut: node.cut,
                without: node.without,
                selected: node.elements.iter().any(|id| cx.state.selection.contains(id)),
                hovered: hovered == Some(at),
                ringed: focused == Some((at, false)),
            })
            .collect();
        self.graph_ui(ui, cx, area, drawing, looks);
        self.words_ui(ui, cx, area, canvas, drawing);
        self.pressed(ui, cx, canvas, &pointer, hovered, drawing);
    }

    /// Takes out the drawing of a cell, made anew when another one is looked at or there is a new analysis.
    fn drawing(&mut self, ui: &Ui, state: &State, cell: Cell) -> Option<Drawing> {
        let key = (AnalysisKey::of(state), cell, self.only_needed);
        let before = self.drawing.take();
        let same_cell = before.as_ref().is_some_and(|drawing| (&drawing.key.1, drawing.key.2) == (&key.1, key.2));
        if let Some(known) = before.filter(|drawing| drawing.key == key) {
            return Some(known);
        }
        let graph = Graph::of(&state.analysis.as_ref()?.failure, state.shown(), &key.1, !self.only_needed)?;
        let painter = ui.painter();
        let wide = |words: &str, font| paint::width_of(painter, words, font);
        let size = |node: &crate::app::lens::graph::Node| {
            let words = wide(&node.title, theme::strong_font(TITLE))
                .max(wide(&node.detail, egui::FontId::proportional(DETAIL)));
            // Room for both marks, so that a failure moves nothing; round ends take a little more.
            let ends = if node.gate == Gate::Any { 8.0 } else { 0.0 };
            vec2((words + 2.0 * INSET + 28.0 + ends).clamp(WIDTH.0, WIDTH.1), HEIGHT)
        };
        let sizes: Vec<Vec2> = graph.nodes.iter().map(size).collect();
        let placed = place(&sizes, &graph.edges);
        let mut view = ViewGraph::new();
        let blank = |size| Look {
            size,
            gate: Gate::All,
            kind: None,
            standing: Standing::Holds,
            cut: None,
            without: None,
            selected: false,
            hovered: false,
            ringed: false,
        };
        let nodes: Vec<NodeIndex> = placed
            .rects
            .iter()
            .map(|rect| view.add_node_custom(blank(rect.size()), |node| node.set_location(rect.center())))
            .collect();
        let mut edges = Vec::new();
        for ((from, to), course) in graph.edges.iter().zip(&placed.courses) {
            let (Some(from), Some(to)) = (nodes.get(*from), nodes.get(*to)) else { continue };
            let strand = Strand { one_of: false, spared: false, broken: None };
            edges.push(view.add_edge_custom(*from, *to, strand, |edge| {
                edge.display_mut().course = course.clone().into_boxed_slice();
            }));
        }
        self.generation += 1;
        if !same_cell {
            self.fit = Some(false);
            self.focused = None;
        }
        Some(Drawing { key, graph, placed, view, nodes, edges })
    }

    /// The node at a place of the screen.
    fn at(&self, pos_screen: Pos2, placed: &Placed) -> Option<usize> {
        let at = self.camera.to_scene(pos_screen);
        placed.rects.iter().position(|rect| rect.contains(at))
    }

    /// Zooms about the pointer, pans, and fits.
    fn navigate(&mut self, ui: &Ui, pointer: &Response, area: Rect, placed: &Placed) {
        self.camera.canvas_screen = area;
        if pointer.dragged_by(PointerButton::Primary) || pointer.dragged_by(PointerButton::Middle) {
            self.camera.pan_by(pointer.drag_delta());
        }
        if let Some(at) = pointer.hover_pos() {
            let (scroll, pinch) = ui.input(|i| (i.smooth_scroll_delta(), i.zoom_delta()));
            let factor = pinch * (scroll.y * 0.005).exp();
            if (factor - 1.0).abs() > f32::EPSILON {
                self.camera.zoom_about(at, factor);
            }
        }
        if pointer.double_clicked() && pointer.hover_pos().is_some_and(|at| self.at(at, placed).is_none()) {
            self.fit = Some(true);
        }
        if let (Some(whole), Some(bounds)) = (self.fit.take(), placed.bounds) {
            self.camera.fit(bounds);
            if let (false, Some(first)) = (whole || self.camera.zoom >= READABLE, placed.rects.first()) {
                // What does not fit begins with the capability at the left.
                self.camera.zoom = READABLE;
                let half = area.width() / 2.0 / READABLE;
                let left = bounds.left() - 16.0;
                let x = if bounds.width() + 32.0 > 2.0 * half { left + half } else { bounds.center().x };
                self.camera.center_scene = pos2(x, first.center().y);
            }
        }
    }

    /// Shows egui_graphs' view if anything in it has changed, else its last shapes.
    fn graph_ui(&mut self, ui: &mut Ui, cx: &Cx<'_>, area: Rect, drawing: &mut Drawing, looks: Vec<Look>) {
        let drawn = Drawn {
            generation: self.generation,
            camera: self.camera,
            dark: cx.palette.dark,
            pixels_per_point: ui.ctx().pixels_per_point(),
            looks,
        };
        if self.drawn.as_ref() == Some(&drawn) {
            for shape in &self.shapes {
                ui.painter().with_clip_rect(shape.clip_rect).add(shape.shape.clone());
            }
            return;
        }
        for (node, look) in drawing.nodes.iter().zip(&drawn.looks) {
            if let Some(node) = drawing.view.node_mut(*node) {
                *node.payload_mut() = *look;
                node.set_selected(look.selected);
            }
        }
        for (at, (edge, (from, to))) in drawing.edges.iter().zip(&drawing.graph.edges).enumerate() {
            let one_of = drawn.looks.get(*from).is_some_and(|look| look.gate == Gate::Any);
            let broken = drawn.looks.get(*to).filter(|look| look.standing != Standing::Holds);
            let broken = broken.map(|look| look.without.unwrap_or(Capable::Down));
            let spared = drawing.graph.spared.contains(&at);
            if let Some(edge) = drawing.view.edge_mut(*edge) {
                *edge.payload_mut() = Strand { one_of, spared, broken };
            }
        }
        let id = Some(format!("lens {}", cx.state.opened_serial));
        let pan = (area.center() - area.min) - self.camera.center_scene.to_vec2() * self.camera.zoom;
        // The view fits itself when it is new and follows its corner when that moves; the second time it is where it
        // should be.
        for last in [false, true] {
            let mut frame = MetadataFrame::new(id.clone());
            (frame.zoom, frame.pan) = (self.camera.zoom, pan);
            frame.save(ui);
            let layer = ui.layer_id();
            let before = ui.painter().add(Shape::Noop);
            let mut builder = UiBuilder::new().id(WidgetId::new("dependency lens view")).max_rect(area);
            builder.style = Some(still(ui));
            let mut child = ui.new_child(builder);
            child.set_clip_rect(area.intersect(ui.clip_rect()));
            // It only draws: the keyboard and the pointer are ours.
            child.disable();
            let interaction = SettingsInteraction::new().with_hover_enabled(false);
            let navigation = SettingsNavigation::new().with_fit_to_screen_enabled(false);
            GraphView::<Nothing, AsPlaced>::new()
                .with_id(id.clone())
                .with_interactions(&interaction)
                .with_navigations(&navigation)
                .show(&mut child, &mut drawing.view);
            let shown = MetadataFrame::new(id.clone()).load(ui);
            let settled = (shown.zoom - self.camera.zoom).abs() < 1e-4 && (shown.pan - pan).length() < 0.01;
            self.shapes = ui.ctx().graphics(|graphics| {
                let entries = graphics.get(layer).map(|list| list.all_entries().skip(before.0 + 1).cloned());
                entries.into_iter().flatten().collect()
            });
            if settled || last {
                break;
            }
            let end = before.0 + 1 + self.shapes.len();
            ui.ctx().graphics_mut(|graphics| {
                let list = graphics.entry(layer);
                (before.0..end).for_each(|at| list.reset_shape(egui::layers::ShapeIdx(at)));
            });
        }
        self.drawn = Some(drawn);
    }

    /// The words on the nodes in view, and their names for keyboard and screen reader.
    fn words_ui(&self, ui: &mut Ui, cx: &Cx<'_>, area: Rect, canvas: WidgetId, drawing: &Drawing) {
        let Some(drawn) = &self.drawn else { return };
        let painter = ui.painter_at(area);
        let zoom = self.camera.zoom;
        let size = |points: f32| (points * zoom * 2.0).round() / 2.0;
        for (at, ((node, rect), look)) in
            drawing.graph.nodes.iter().zip(&drawing.placed.rects).zip(&drawn.looks).enumerate()
        {
            let rect = self.camera.rect_to_screen(*rect);
            if !rect.intersects(area) && self.focused.map(|(at, _)| at) != Some(at) {
                continue;
            }
            let ends = if node.gate == Gate::Any { 4.0 } else { 0.0 };
            let left = rect.left() + (INSET + ends) * zoom;
            let room = rect.right() - (look.marks_width() + 8.0 + ends) * zoom - left;
            let strong = theme::strong_font(size(TITLE));
            if size(TITLE) >= LEAST_TYPE {
                let ink = if node.without.is_some() { cx.palette.text_weak } else { cx.palette.text };
                let title = paint::line(&painter, &node.title, strong, theme::color(ink), room);
                let lift = if node.detail.is_empty() { 0.0 } else { -7.0 * zoom };
                let place = Align2::LEFT_CENTER.anchor_size(pos2(left, rect.center().y + lift), title.size());
                painter.galley(place.min, title, theme::color(cx.palette.text));
            }
            if size(DETAIL) >= LEAST_TYPE && !node.detail.is_empty() {
                let weak = theme::color(cx.palette.text_weak);
                let font = egui::FontId::proportional(size(DETAIL));
                let detail = paint::line(&painter, &node.detail, font, weak, room);
                let middle = pos2(left, rect.center().y + 8.0 * zoom);
                let place = Align2::LEFT_CENTER.anchor_size(middle, detail.size());
                painter.galley(place.min, detail, weak);
            }
            let widget = node_widget(canvas, at);
            let response = ui.interact(rect.intersect(area), widget, Sense::focusable_noninteractive());
            response.widget_info(|| WidgetInfo::selected(WidgetType::Button, true, look.selected, spoken(node, look)));
            ui.ctx().accesskit_node_builder(widget, |node| {
                node.add_action(Press::Click);
                node.set_selected(look.selected);
            });
        }
    }

    /// Arrows walk along the edges, Enter selects, and the key that fails something fails the node.
    fn keys(&mut self, ui: &Ui, cx: &mut Cx<'_>, canvas: WidgetId, drawing: &Drawing) {
        let count = drawing.graph.nodes.len();
        let Some(at) = (0..count).find(|at| ui.memory(|m| m.has_focus(node_widget(canvas, *at)))) else { return };
        if self.focused.is_none_or(|(known, _)| known != at) {
            self.focused = Some((at, false));
        }
        let arrows = egui::EventFilter { horizontal_arrows: true, vertical_arrows: true, ..Default::default() };
        ui.memory_mut(|m| m.set_focus_lock_filter(node_widget(canvas, at), arrows));
        if let Some(failure) = drawing.graph.nodes.get(at).and_then(|node| node.failure.clone()) {
            for msg in cx.msgs.iter_mut().filter(|msg| matches!(msg, Msg::Action(Action::FailOrRepair))) {
                *msg = Msg::ToggleFailure(failure.clone());
            }
        }
        let pressed = |key| ui.input_mut(|i| i.consume_key(Modifiers::NONE, key));
        if pressed(Key::Enter) {
            select(cx, drawing, at);
        }
        let arrow =
            [Key::ArrowRight, Key::ArrowLeft, Key::ArrowDown, Key::ArrowUp].into_iter().find(|key| pressed(*key));
        let Some(next) = arrow.and_then(|key| next(drawing, at, key)) else { return };
        self.focused = Some((next, false));
        ui.memory_mut(|m| m.request_focus(node_widget(canvas, next)));
        if let Some(rect) = drawing.placed.rects.get(next)
            && !self.camera.visible_scene().contains_rect(*rect)
        {
            self.camera.center_scene = rect.center();
        }
    }

    /// What clicks do: select, fail, say in full.
    fn pressed(
        &mut self,
        ui: &Ui,
        cx: &mut Cx<'_>,
        canvas: WidgetId,
        pointer: &Response,
        hovered: Option<usize>,
        drawing: &Drawing,
    ) {
        let asked = (0..drawing.graph.nodes.len())
            .find(|at| ui.input(|i| i.has_accesskit_action_request(node_widget(canvas, *at), Press::Click)));
        if let Some(at) = hovered.filter(|_| pointer.clicked()).or(asked) {
            self.focused = Some((at, true));
            ui.memory_mut(|m| m.request_focus(node_widget(canvas, at)));
            select(cx, drawing, at);
        }
        let menu = canvas.with("menu");
        if pointer.secondary_clicked() {
            ui.data_mut(|data| data.insert_temp(menu, hovered));
        }
        let Some(node) = hovered.and_then(|at| drawing.graph.nodes.get(at)) else {
            self.menu_ui(ui, cx, pointer, menu, drawing);
            return;
        };
        cx.hovered.clone_from(&node.elements.first().cloned());
        self.menu_ui(ui, cx, pointer, menu, drawing);
        if let (Some(look), false) =
            (self.drawn.as_ref().and_then(|drawn| drawn.looks.get(hovered?)), pointer.context_menu_opened())
        {
            pointer.clone().on_hover_text_at_pointer(spoken(node, look));
        }
    }

    fn menu_ui(&self, ui: &Ui, cx: &mut Cx<'_>, pointer: &Response, menu: WidgetId, drawing: &Drawing) {
        let at = ui.data(|data| data.get_temp::<Option<usize>>(menu)).flatten();
        let Some(node) = at.and_then(|at| Some((at, drawing.graph.nodes.get(at)?))) else { return };
        pointer.context_menu(|ui| {
            if let Some(failure) = &node.1.failure {
                let failed = cx.state.whatif.failures().contains(failure);
                let what = failure.words(cx.state.shown());
                let words = if failed { format!("Repair {what}") } else { format!("Fail {what}") };
                if ui.button(words).clicked() {
                    cx.msgs.push(Msg::ToggleFailure(failure.clone()));
                    ui.close();
                }
            }
            if ui.button("Show on the canvas").clicked() {
                select(cx, drawing, node.0);
                ui.close();
            }
        });
    }
}

/// A menu of choices.
fn choice(ui: &mut Ui, what: &str, chosen: &str, content: impl FnOnce(&mut Ui)) {
    let words = format!("{chosen} {}", egui_phosphor::regular::CARET_DOWN);
    let button = egui::Button::new(words).truncate();
    let (response, _) = egui::containers::menu::MenuButton::from_button(button).ui(ui, |ui| {
        ui.set_min_width(200.0);
        egui::ScrollArea::vertical().max_height(320.0).show(ui, content);
    });
    response.widget_info(|| WidgetInfo::labeled(WidgetType::ComboBox, true, format!("{what}: {chosen}")));
}

/// The style in which what takes no input looks as ever.
fn still(ui: &Ui) -> std::sync::Arc<egui::Style> {
    let mut style = (**ui.style()).clone();
    style.visuals.disabled_alpha = 1.0;
    style.into()
}

/// Selects the elements of a node and shows them on the canvas.
fn select(cx: &mut Cx<'_>, drawing: &Drawing, at: usize) {
    let Some(node) = drawing.graph.nodes.get(at) else { return };
    cx.msgs.push(Msg::Reveal(node.elements.clone()));
}

/// What a node says in full, with how it stands.
fn spoken(node: &crate::app::lens::graph::Node, look: &Look) -> String {
    let ways = if node.gate == Gate::Any { ", one of several is enough" } else { "" };
    let standing = match look.standing {
        Standing::Failed => ", has failed",
        Standing::Unmet => ", is not so now",
        Standing::Holds => "",
    };
    let single = match node.cut {
        Some(1) => ", single point of failure",
        Some(_) => ", takes it down together with one other",
        None => "",
    };
    format!("{}{ways}{standing}{single}", node.words)
}

/// The node that an arrow key leads to.
fn next(drawing: &Drawing, at: usize, key: Key) -> Option<usize> {
    let Placed { rects, layers, .. } = &drawing.placed;
    let (here, layer) = (rects.get(at)?.center(), *layers.get(at)?);
    let y = |other: &usize| rects.get(*other).map_or(0.0, |rect| rect.center().y);
    let far = |other: &usize| (y(other) - here.y).abs();
    let near = |a: &usize, b: &usize| far(a).total_cmp(&far(b));
    let edges = drawing.graph.edges.iter();
    let beside = || (0..rects.len()).filter(|other| *other != at && layers.get(*other) == Some(&layer));
    match key {
        Key::ArrowRight => edges.filter(|(from, _)| *from == at).map(|(_, to)| *to).min_by(near),
        Key::ArrowLeft => edges.filter(|(_, to)| *to == at).map(|(from, _)| *from).min_by(near),
        Key::ArrowDown => beside().filter(|other| y(other) > here.y).min_by(near),
        Key::ArrowUp => beside().filter(|other| y(other) < here.y).min_by(near),
        _ => None,
    }
}

/// The widget of a node.
fn node_widget(canvas: WidgetId, at: usize) -> WidgetId {
    canvas.with(("node", at))
}
