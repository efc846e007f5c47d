//! Drawing a frame, from the ground up: dots, regions, links, components, badges, labels.

use std::borrow::Cow;
use std::collections::BTreeMap;

use egui::epaint::RectShape;
use egui::{Align2, Color32, CornerRadius, Mesh, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Vec2, pos2, vec2};
use petgraph::stable_graph::{EdgeIndex, NodeIndex};

use crate::app::icons;
use crate::app::state::State;
use crate::app::theme;
use crate::app::whatif::effects::{Mark, Standing};
use crate::app::whatif::{self, mark};
use crate::design::commands::REGION_TITLE;
use crate::design::{Id, Kind};
use crate::picture::card;
use crate::picture::curve;
use crate::picture::label::{self, Area};
use crate::rules::Severity;

use super::access::MAX_NAMED;
use super::badges::{Badge, Badges};
use super::minimap;
use super::scene::{Item, Scene};
use super::shapes::{Detail, Look};
use super::words::{self, Weight, size_at};

/// Below this zoom only shapes are drawn.
pub const MIDDLE_ZOOM: f32 = 0.30;
/// From this zoom on everything is drawn.
pub const NEAR_ZOOM: f32 = 0.70;
/// With more components or links than this in view only shapes are drawn, whatever the zoom.
const MAX_DETAILED: usize = 1_500;
/// The same for a far view, where round corners and curves can hardly be seen.
const MAX_DETAILED_FAR: usize = 600;
/// With more links than this in view they lose dashes, arrows and labels, which nobody could follow.
const MAX_DETAILED_LINKS: usize = 400;
/// Half the size of a badge, screen points.
pub const BADGE_RADIUS: f32 = 8.5;
/// How much of what is lost shows.
const LOST_OPACITY: f32 = 0.4;
/// Most labels of links drawn at once.
const MAX_LABELS: usize = 120;

/// What of the scene is in view.
#[derive(Debug, Default)]
pub struct Visible {
    /// Components that rest, in drawing order. Empty when everything of a very large design is in view.
    pub nodes: Vec<NodeIndex>,
    /// Links that rest, in drawing order. Empty when everything of a very large design is in view.
    pub edges: Vec<EdgeIndex>,
    /// Whether there are too many links to draw each with dashes and arrows.
    pub many_edges: bool,
    /// Regions.
    pub regions: Vec<usize>,
    /// Whether there is too much to list: everything is drawn as meshes.
    pub dense: bool,
}

/// What a gesture does to the look.
#[derive(Debug, Default)]
pub struct Emphasis {
    /// The region that would take in what is dragged.
    pub target: Option<Id>,
    /// Kinds that can be connected with, and where from; the others are dimmed.
    pub partners: Option<(Id, Vec<Kind>)>,
}

/// One frame being drawn.
pub struct Frame<'a> {
    /// Where shapes go.
    pub painter: Painter,
    /// Colours and scale.
    pub look: Look,
    /// What to draw.
    pub scene: &'a mut Scene,
    /// Problems and costs.
    pub badges: &'a Badges,
    /// The rest.
    pub state: &'a State,
    /// What is in view.
    pub visible: &'a Visible,
    /// What a gesture does to the look.
    pub emphasis: &'a Emphasis,
}

/// Finds out what is in view and how much of it to draw.
#[must_use]
pub fn look_around(scene: &Scene, look: &mut Look) -> Visible {
    let area = look.camera.visible_scene();
    let regions = |scene: &Scene| {
        scene.regions.iter().enumerate().filter(|(_, r)| r.rect.intersects(area)).map(|(i, _)| i).collect()
    };
    let mut visible = Visible { regions: regions(scene), ..Visible::default() };
    let (nodes, edges) = scene.counts();
    let covers_all = scene.regions.iter().all(|r| area.contains_rect(r.rect));
    let far = look.camera.zoom < MIDDLE_ZOOM;
    let limit = if far { MAX_DETAILED_FAR } else { MAX_DETAILED };
    // With everything in view there is no need to look for what is.
    if far && covers_all && nodes.max(edges) > limit {
        visible.dense = true;
        // A few components are still to be named.
        if nodes <= MAX_NAMED {
            visible.nodes = scene.nodes_in(area);
        }
    } else {
        visible.nodes = scene.nodes_in(area.expand(16.0));
        visible.edges = scene.edges_in(area);
        // A long link's surroundings are in view far more often than the link itself.
        visible.edges.retain(|edge| scene.curve_of(*edge).is_some_and(|shape| shape.crosses(area)));
        visible.many_edges = visible.edges.len() > MAX_DETAILED_LINKS;
        visible.dense = visible.nodes.len() > limit || (far && visible.edges.len() > limit);
    }
    look.detail = match look.camera.zoom {
        _ if visible.dense => Detail::Far,
        _ if far => Detail::Far,
        zoom if zoom < NEAR_ZOOM => Detail::Middle,
        _ => Detail::Near,
    };
    visible
}

/// The round trip of a link between two places, ms, while it is known of what is shown.
#[must_use]
pub fn link_rtt_ms(state: &State, link: &Id) -> Option<f64> {
    state.analysis.as_ref()?.estimates.link_rtt.get(link).map(|figure| figure.value)
}

/// How much of its colour fills a region; more when it would take in what is dragged.
fn fill_share(target: bool) -> f32 {
    if target { 0.16 } else { 0.06 }
}

fn dashes(rect: Rect, stroke: Stroke) -> Vec<Shape> {
    let corners = [rect.left_top(), rect.right_top(), rect.right_bottom(), rect.left_bottom(), rect.left_top()];
    Shape::dashed_line(&corners, stroke, 6.0, 4.0)
}

fn area(rect: Rect) -> Area {
    Area { min: (rect.left(), rect.top()), max: (rect.right(), rect.bottom()) }
}

impl<'a> Frame<'a> {
    /// How an element is marked by what has failed.
    fn mark(&self, id: &Id) -> Option<&'a Mark> {
        self.state.whatif.effects()?.mark(id)
    }

    fn is_lost(&self, id: &Id) -> bool {
        self.mark(id).is_some_and(|mark| mark.standing == Standing::Lost)
    }

    fn opacity(&self, id: &Id, kind: Kind) -> f32 {
        match &self.emphasis.partners {
            _ if self.is_lost(id) => LOST_OPACITY,
            Some((from, kinds)) if id != from && !kinds.contains(&kind) => 0.35,
            _ => 1.0,
        }
    }

    /// Figures are faded while the analysis that knows better is still at work.
    fn figure_opacity(&self) -> f32 {
        if self.state.analysis_is_current() { 1.0 } else { 0.5 }
    }

    fn screen(&self, rect_scene: Rect) -> Rect {
        self.look.camera.rect_to_screen(rect_scene)
    }

    /// The ground: dots at a pitch that doubles as one zooms out, the finer half fading.
    pub fn dots(&self) {
        let camera = &self.look.camera;
        let canvas = camera.canvas_screen;
        let mut mesh = Mesh::default();
        let mut pitch = 24.0_f32;
        while pitch * camera.zoom < 20.0 {
            pitch *= 2.0;
        }
        while pitch * camera.zoom >= 40.0 && pitch > 24.0 {
            pitch /= 2.0;
        }
        let step = pitch * camera.zoom;
        let fine = ((step - 20.0) / 20.0).clamp(0.0, 1.0);
        let first = |low: f32| (low / pitch).floor();
        let visible = camera.visible_scene();
        let (x0, y0) = (first(visible.left()), first(visible.top()));
        let origin = camera.to_screen(pos2(x0 * pitch, y0 * pitch));
        let radius = 0.75;
        let (cols, rows) = ((canvas.width() / step) as usize + 2, (canvas.height() / step) as usize + 2);
        let (coarse, weak) = (theme::color(self.look.palette.grid), theme::faded(self.look.palette.grid, fine));
        for row in 0..rows {
            for col in 0..cols {
                let even = |start: f32, i: usize| (start as i64 + i as i64) % 2 == 0;
                let color = if even(x0, col) && even(y0, row) { coarse } else { weak };
                let at = origin + vec2(col as f32, row as f32) * step;
                mesh.add_colored_rect(Rect::from_center_size(at, Vec2::splat(2.0 * radius)), color);
            }
        }
        self.painter.add(Shape::mesh(mesh));
    }

    /// Regions as titled containers.
    pub fn regions(&self) {
        let mut shapes = Vec::new();
        if self.look.detail == Detail::Far && self.visible.regions.len() > 150 {
            self.regions_far();
            return;
        }
        for index in &self.visible.regions {
            let Some(view) = self.scene.regions.get(*index) else { continue };
            let p = self.look.palette;
            let rect = self.screen(view.rect);
            let mark = self.mark(&view.id);
            let tint = mark.map_or(p.tint(view.region.tint), |mark| p.state(mark.state));
            let target = self.emphasis.target.as_ref() == Some(&view.id);
            let fill = theme::faded(tint, fill_share(target));
            let stroke = match (target, view.marks.hovered) {
                (true, _) => Stroke::new(2.0, theme::color(tint)),
                (_, true) => Stroke::new(1.0, theme::faded(tint, 0.9)),
                _ => Stroke::new(1.0, theme::faded(tint, 0.5)),
            };
            let radius = CornerRadius::from((10.0 * self.look.camera.zoom).clamp(2.0, 20.0));
            if mark.is_some_and(|mark| mark.standing == Standing::Lost) {
                shapes.push(RectShape::filled(rect, radius, fill).into());
                shapes.extend(dashes(rect.shrink(0.5), Stroke::new(1.5, theme::faded(tint, 0.8))));
            } else {
                shapes.push(RectShape::new(rect, radius, fill, stroke, StrokeKind::Inside).into());
            }
            if view.marks.selected {
                let outline = Stroke::new(2.0, theme::color(p.accent));
                shapes.push(
                    RectShape::new(rect.expand(1.0), radius, Color32::TRANSPARENT, outline, StrokeKind::Middle).into(),
                );
            }
        }
        self.painter.extend(shapes);
    }

    /// The title bars of regions, over the links that cross them.
    pub fn region_titles(&self) {
        if self.look.detail == Detail::Far {
            return;
        }
        let mut shapes = Vec::new();
        for index in &self.visible.regions {
            let rect = self.scene.regions.get(*index).map(|view| self.screen(view.rect));
            if let Some(rect) = rect {
                self.region_title(*index, rect, &mut shapes);
            }
        }
        self.painter.extend(shapes);
    }

    fn region_title(&self, index: usize, rect: Rect, shapes: &mut Vec<Shape>) {
        let Some(view) = self.scene.regions.get(index) else { return };
        let p = self.look.palette;
        let zoom = self.look.camera.zoom;
        let bar = self.title_bar(rect);
        let inset = 14.0 * zoom.max(0.5);
        let mut room = bar.width() - 2.0 * inset;
        let mark = self.mark(&view.id);
        let tint = mark.map_or(p.tint(view.region.tint), |mark| p.state(mark.state));
        let ground = {
            let target = self.emphasis.target.as_ref() == Some(&view.id);
            theme::color(p.canvas.mix(tint, fill_share(target)))
        };
        if let Some(mark) = mark {
            let wide = self.region_mark(mark, bar.shrink2(vec2(inset, 0.0)), ground, shapes);
            room = (room - wide - 12.0).max(0.0);
        }
        let color = theme::color(tint.mix(p.text, if p.dark { 0.25 } else { 0.1 }));
        let font = Weight::Strong.font(size_at(13.0, zoom).max(10.0));
        let text = card::region_title(&view.region);
        let title = words::line(&self.painter, &text, font, color, room);
        let width = title.size().x;
        let at = pos2(bar.left() + inset, bar.center().y);
        let chip = Align2::LEFT_CENTER.anchor_size(at, title.size()).expand2(vec2(4.0, 1.0));
        shapes.push(RectShape::filled(chip, CornerRadius::same(4), ground).into());
        words::put(title, at, Align2::LEFT_CENTER, shapes);
        let tells_cost = self.look.detail == Detail::Near && mark.is_none();
        let Some(cost) = self.badges.cost(&view.id).filter(|_| tells_cost) else { return };
        let color = theme::faded(p.text_weak, self.figure_opacity());
        let font = Weight::Regular.font(size_at(11.0, zoom));
        let cost = words::line(&self.painter, &cost, font, color, f32::INFINITY);
        if width + cost.size().x + 24.0 <= room {
            let at = pos2(bar.right() - inset, bar.center().y);
            let chip = Align2::RIGHT_CENTER.anchor_size(at, cost.size()).expand2(vec2(4.0, 1.0));
            shapes.push(RectShape::filled(chip, CornerRadius::same(4), ground).into());
            words::put(cost, at, Align2::RIGHT_CENTER, shapes);
        }
    }

    /// How a region stands, at the right end of its title bar; returns the width of that.
    fn region_mark(&self, mark: &Mark, bar: Rect, ground: Color32, shapes: &mut Vec<Shape>) -> f32 {
        let size = size_at(12.0, self.look.camera.zoom).max(9.5);
        let color = theme::color(self.look.palette.state(mark.state));
        let r = size * 0.36;
        let room = (bar.width() * 0.55 - 3.0 * r).max(0.0);
        let words = words::line(&self.painter, &mark.words, Weight::Regular.font(size), color, room);
        let wide = words.size().x + 3.5 * r;
        let at = pos2(bar.right(), bar.center().y);
        let chip = Align2::RIGHT_CENTER.anchor_size(at, vec2(wide, words.size().y)).expand2(vec2(4.0, 1.0));
        shapes.push(RectShape::filled(chip, CornerRadius::same(4), ground).into());
        words::put(words, at, Align2::RIGHT_CENTER, shapes);
        shapes.extend(mark::shapes(pos2(at.x - wide + r, at.y), r, mark.state, color));
        wide
    }

    /// The title bar of a region drawn at `rect`, screen coordinates.
    fn title_bar(&self, rect: Rect) -> Rect {
        let height = (REGION_TITLE as f32 * self.look.camera.zoom).min(rect.height());
        Rect::from_min_size(rect.min, vec2(rect.width(), height))
    }

    /// Very many regions: flat rectangles in one mesh.
    fn regions_far(&self) {
        let mut mesh = Mesh::default();
        for index in &self.visible.regions {
            let Some(view) = self.scene.regions.get(*index) else { continue };
            let tint = self.look.palette.tint(view.region.tint);
            let rect = self.screen(view.rect);
            let (edge, fill) = if view.marks.selected {
                (theme::color(self.look.palette.accent), 0.2)
            } else {
                (theme::faded(tint, 0.4), 0.06)
            };
            mesh.add_colored_rect(rect, theme::faded(tint, fill));
            for side in [
                Rect::from_min_max(rect.min, pos2(rect.right(), rect.top() + 1.0)),
                Rect::from_min_max(pos2(rect.left(), rect.bottom() - 1.0), rect.max),
                Rect::from_min_max(rect.min, pos2(rect.left() + 1.0, rect.bottom())),
                Rect::from_min_max(pos2(rect.right() - 1.0, rect.top()), rect.max),
            ] {
                mesh.add_colored_rect(side, edge);
            }
        }
        self.painter.add(Shape::mesh(mesh));
    }

    /// The names of regions over a far view, as far as they fit.
    pub fn region_names(&self) {
        if self.look.detail != Detail::Far {
            return;
        }
        let p = self.look.palette;
        let mut shapes = Vec::new();
        for index in &self.visible.regions {
            let Some(view) = self.scene.regions.get(*index) else { continue };
            let rect = self.screen(view.rect).intersect(self.look.camera.canvas_screen);
            if rect.width() < 56.0 || rect.height() < 20.0 {
                continue;
            }
            // On the upper border, as a legend, so that it hides no component.
            let mark = self.mark(&view.id);
            let tint = mark.map_or(p.tint(view.region.tint), |mark| p.state(mark.state));
            let color = theme::color(tint.mix(p.text, 0.35));
            let font = Weight::Strong.font(12.0);
            let text = match mark {
                Some(mark) => format!("{} · {}", view.region.name, mark.words),
                None => view.region.name.clone(),
            };
            let name = words::line(&self.painter, &text, font, color, rect.width() - 32.0);
            let at = pos2(rect.left() + 10.0, rect.top());
            let chip = Align2::LEFT_CENTER.anchor_size(at, name.size() + vec2(8.0, 2.0));
            let ground = theme::faded(p.canvas, 0.94);
            shapes.push(RectShape::filled(chip, CornerRadius::same(6), ground).into());
            words::put(name, chip.center(), Align2::CENTER_CENTER, &mut shapes);
        }
        self.painter.extend(shapes);
    }

    /// Links, those in hand last.
    pub fn links(&self) {
        let moving = &self.scene.moving.edges;
        if self.visible.dense {
            return;
        }
        let view = self.look.camera.visible_scene();
        let mut shapes = Vec::new();
        let mut raised = Vec::new();
        let mut mesh = Mesh::default();
        for edge in self.visible.edges.iter().chain(moving) {
            let Some(shape) = self.scene.curve_of(*edge).filter(|s| s.bounds.intersects(view)) else { continue };
            let opacity = if self.emphasis.partners.is_some() { 0.4 } else { 1.0 };
            let id = self.scene.id(Item::Edge(*edge));
            if id.is_some_and(|id| self.is_lost(id)) {
                // Between places it is told loudly, inside what is lost anyway it is not.
                let opacity = opacity * if shape.between_regions { 1.0 } else { LOST_OPACITY };
                let out = if shape.marks.selected || shape.marks.hovered { &mut raised } else { &mut shapes };
                shape.draw_cut(&self.look, opacity, out);
            } else if shape.marks.selected || shape.marks.hovered {
                shape.draw(&self.look, opacity, &mut raised);
            } else if self.visible.many_edges {
                shape.draw_plain(&self.look, opacity, &mut mesh);
            } else {
                shape.draw(&self.look, opacity, &mut shapes);
            }
        }
        self.painter.add(Shape::mesh(mesh));
        self.painter.extend(shapes);
        self.painter.extend(raised);
    }

    /// Components, those in hand last.
    pub fn components(&mut self) {
        let nodes: Vec<NodeIndex> = self.visible.nodes.iter().chain(&self.scene.moving.nodes).copied().collect();
        if self.visible.dense {
            return;
        }
        let view = self.look.camera.visible_scene().expand(4.0);
        let mut shapes = Vec::new();
        for node in nodes {
            let Some(shape) = self.scene.box_of(node).copied().filter(|s| s.rect.intersects(view)) else { continue };
            let Some(part) = self.scene.part(node) else { continue };
            let opacity = self.opacity(&part.id, shape.kind);
            if self.look.detail == Detail::Far {
                let rect = self.screen(shape.rect);
                let p = self.look.palette;
                let color = p.kind(shape.kind).mix(p.card, 0.2);
                let radius = CornerRadius::from(shape.radius(&self.look));
                shapes.push(RectShape::filled(rect, radius, theme::faded(color, opacity)).into());
                if shape.marks.selected || shape.marks.hovered {
                    let color = if shape.marks.selected { p.accent } else { p.text };
                    let outline = Stroke::new(2.0, theme::color(color));
                    shapes.push(
                        RectShape::new(rect.expand(1.0), radius, Color32::TRANSPARENT, outline, StrokeKind::Middle)
                            .into(),
                    );
                }
            } else {
                shape.draw(&self.look, opacity, &mut shapes);
                self.component_words(node, opacity, &mut shapes);
            }
        }
        self.painter.extend(shapes);
    }

    fn component_words(&mut self, node: NodeIndex, opacity: f32, shapes: &mut Vec<Shape>) {
        let Some(shape) = self.scene.box_of(node).copied() else { return };
        if let Some(part) = self.scene.part_mut(node)
            && part.card.is_none()
        {
            let used = self.state.analysis.as_ref().and_then(|a| card::utilisation_of(&a.estimates, &part.id));
            part.has_figures = used.is_some();
            part.card = Some(card::component_card(&part.component, used));
        }
        let Some((part, words)) = self.scene.part(node).and_then(|part| Some((part, part.card.as_ref()?))) else {
            return;
        };
        let figure_opacity = if part.has_figures { self.figure_opacity() } else { 1.0 };
        let p = self.look.palette;
        let zoom = self.look.camera.zoom;
        let rect = self.screen(shape.rect);
        let icon = icons::icon(shape.kind);
        let glyph = theme::faded(shape.glyph_color(&self.look), opacity);
        let (text, weak) = (theme::faded(p.text, opacity), theme::faded(p.text_weak, opacity * figure_opacity));
        let near = self.look.detail == Detail::Near;
        let title_size = if near { size_at(13.0, zoom) } else { size_at(17.0, zoom).clamp(9.0, 11.0) };
        let font = if near { Weight::Strong } else { Weight::Regular }.font(title_size);
        let badge_room = if self.badges.of(Item::Node(node)).is_some() { 6.0 } else { 0.0 };
        if shape.kind == Kind::Users {
            let mut words = words.clone();
            let weak = theme::faded(p.text_weak, opacity);
            let (second, color) = self.second_line(&part.id, &words.subtitle, weak);
            words.subtitle = second.into_owned();
            self.users_words(rect, &words, (near, color), opacity, shapes);
            return;
        }
        let tile = shape.tile(&self.look);
        words::glyph(&self.painter, icon, tile.center(), size_at(tile.height() * 0.7, 1.0), glyph, shapes);
        let left = tile.right() + (6.0 * zoom).max(3.0);
        let room = rect.right() - (8.0 * zoom).max(3.0) - badge_room - left;
        // A small box has little width, but room for a second line.
        let rows = if near || rect.height() < 2.0 * title_size * 1.25 + 2.0 { 1 } else { 2 };
        let title = words::block(&self.painter, &words.title, font, text, room, rows);
        words::put(title, pos2(left, tile.center().y), Align2::LEFT_CENTER, shapes);
        if near {
            let font = Weight::Regular.font(size_at(11.0, zoom));
            let room = rect.width() - 18.0 * zoom;
            let (text, color) = self.second_line(&part.id, &words.subtitle, weak);
            let subtitle = words::line(&self.painter, &text, font, color, room);
            words::put(subtitle, rect.min + vec2(10.0, 46.0) * zoom, Align2::LEFT_CENTER, shapes);
        }
    }

    /// The second line of a box and its colour: how it stands under what has failed, with the figure that belongs to
    /// it while that is known, and otherwise what it always says.
    fn second_line<'t>(&self, id: &Id, usual: &'t str, weak: Color32) -> (Cow<'t, str>, Color32) {
        let Some(mark) = self.mark(id) else { return (Cow::Borrowed(usual), weak) };
        let figure = if mark.standing == Standing::Lost { None } else { whatif::figure_of(self.state, id) };
        let text = match figure {
            Some(figure) => format!("{figure} · {}", mark.words),
            None => mark.words.clone(),
        };
        (Cow::Owned(text), theme::color(self.look.palette.state(mark.state)))
    }

    /// The words on the pill of a population, centred. `near` comes with the colour of the second line.
    fn users_words(
        &self,
        rect: Rect,
        words: &card::Card,
        (near, second): (bool, Color32),
        opacity: f32,
        shapes: &mut Vec<Shape>,
    ) {
        let p = self.look.palette;
        let zoom = self.look.camera.zoom;
        let (text, weak) = (theme::faded(p.text, opacity), theme::faded(p.text_weak, opacity));
        if !near {
            let font = Weight::Regular.font(size_at(15.0, zoom).clamp(8.5, 11.0));
            let title = words::line(&self.painter, &words.title, font, text, rect.width() - rect.height() * 0.4);
            words::put(title, rect.center(), Align2::CENTER_CENTER, shapes);
            return;
        }
        let icon = 15.0 * zoom;
        let gap = 5.0 * zoom;
        let room = rect.width() - rect.height() * 0.6 - icon - gap;
        let font = Weight::Strong.font(size_at(13.0, zoom));
        let title = words::line(&self.painter, &words.title, font, text, room);
        let y = rect.top() + 20.0 * zoom;
        let left = rect.center().x - (icon + gap + title.size().x) / 2.0;
        let glyph = icons::icon(Kind::Users);
        words::glyph(&self.painter, glyph, pos2(left + icon / 2.0, y), size_at(15.0, zoom), weak, shapes);
        words::put(title, pos2(left + icon + gap, y), Align2::LEFT_CENTER, shapes);
        let font = Weight::Regular.font(size_at(11.0, zoom));
        let subtitle = words::line(&self.painter, &words.subtitle, font, second, rect.width() - rect.height() * 0.8);
        words::put(subtitle, pos2(rect.center().x, rect.top() + 38.0 * zoom), Align2::CENTER_CENTER, shapes);
    }

    /// Where the badge of an element sits, screen coordinates.
    #[must_use]
    pub fn badge_place(look: &Look, scene: &Scene, item: Item) -> Option<Pos2> {
        match item {
            Item::Node(_) | Item::Region(_) => {
                let rect = look.camera.rect_to_screen(scene.rect_of(item)?);
                Some(rect.right_top() + vec2(-3.0, 3.0))
            }
            Item::Edge(edge) => {
                let (x, y) = curve::point_at(&look.curve(&scene.curve_of(edge)?.curve), 0.5);
                Some(pos2(x, y))
            }
        }
    }

    /// The badges in view with their places: of each element, or of whole regions in a far view.
    #[must_use]
    pub fn badges_in_view(look: &Look, scene: &Scene, badges: &Badges, visible: &Visible) -> Vec<(Item, Badge, Pos2)> {
        let mut list = Vec::new();
        let mut add = |item: Item, badge: Option<Badge>| {
            if let (Some(badge), Some(at)) = (badge, Self::badge_place(look, scene, item)) {
                list.push((item, badge, at));
            }
        };
        if look.detail == Detail::Far {
            for index in &visible.regions {
                let big = scene.regions.get(*index).is_some_and(|r| r.rect.width() * look.camera.zoom >= 24.0);
                if big {
                    add(Item::Region(*index), badges.cluster(*index));
                }
            }
            return list;
        }
        for index in &visible.regions {
            add(Item::Region(*index), badges.of(Item::Region(*index)));
        }
        for edge in visible.edges.iter().chain(&scene.moving.edges) {
            add(Item::Edge(*edge), badges.of(Item::Edge(*edge)));
        }
        for node in visible.nodes.iter().chain(&scene.moving.nodes) {
            add(Item::Node(*node), badges.of(Item::Node(*node)));
        }
        list
    }

    /// Badges: a shape and a colour for the worst severity, with the number of problems. Faded while the analysis
    /// that knows better is still at work.
    pub fn draw_badges(&self, list: &[(Item, Badge, Pos2)]) {
        let p = self.look.palette;
        let opacity = if self.state.analysis_is_current() { 1.0 } else { 0.55 };
        let mut shapes = Vec::new();
        for (_, badge, at) in list {
            let color = theme::faded(p.severity(badge.worst), opacity);
            let rim = Stroke::new(1.5, theme::color(p.canvas));
            let r = BADGE_RADIUS;
            let mut text_at = *at;
            match badge.worst {
                Severity::Error => shapes.push(Shape::Circle(egui::epaint::CircleShape {
                    center: *at,
                    radius: r,
                    fill: color,
                    stroke: rim,
                })),
                Severity::Warning => {
                    let r = r * 1.25;
                    let corners = vec![*at + vec2(0.0, -r * 0.95), *at + vec2(r, r * 0.8), *at + vec2(-r, r * 0.8)];
                    shapes.push(Shape::convex_polygon(corners, color, rim));
                    text_at.y += r * 0.24;
                }
                Severity::Info => {
                    let rect = Rect::from_center_size(*at, Vec2::splat(r * 1.8));
                    shapes.push(RectShape::new(rect, CornerRadius::same(3), color, rim, StrokeKind::Outside).into());
                }
            }
            let ink = theme::color(if p.dark { p.canvas } else { p.card });
            words::glyph(&self.painter, badge.worst.letter(), text_at, 10.0, ink, &mut shapes);
            if badge.count > 1 {
                self.badge_count(*at, badge.count, color, &mut shapes);
            }
        }
        self.painter.extend(shapes);
    }

    /// How many problems a badge stands for, on a tab at its right.
    fn badge_count(&self, at: Pos2, count: u32, color: Color32, shapes: &mut Vec<Shape>) {
        let p = self.look.palette;
        let text = if count > 99 { "99+".to_owned() } else { count.to_string() };
        let font = Weight::Strong.font(10.0);
        let galley = words::line(&self.painter, &text, font, theme::color(p.text), f32::INFINITY);
        let left = at + vec2(BADGE_RADIUS + 3.0, 0.0);
        let tab = Align2::LEFT_CENTER.anchor_size(left, galley.size() + vec2(6.0, 1.0));
        let rim = Stroke::new(1.0, color);
        shapes.push(RectShape::new(tab, CornerRadius::same(6), theme::color(p.canvas), rim, StrokeKind::Inside).into());
        words::put(galley, tab.center(), Align2::CENTER_CENTER, shapes);
    }

    /// The ports of all cut links, by the places they connect.
    fn cut_ports(&self, links: &[(EdgeIndex, bool)]) -> BTreeMap<[Option<usize>; 2], Vec<String>> {
        let mut cuts: BTreeMap<[Option<usize>; 2], Vec<String>> = BTreeMap::new();
        if !self.state.whatif.is_playing() {
            return cuts;
        }
        for (edge, _) in links {
            let Some(wire) = self.scene.wire(*edge).filter(|wire| self.is_lost(&wire.id)) else { continue };
            let ports = cuts.entry(self.places_of(*edge)).or_default();
            for port in card::link_ports(self.state.shown(), &wire.link) {
                if !ports.contains(&port) {
                    ports.push(port);
                }
            }
        }
        cuts
    }

    /// The regions that a link connects, in order.
    fn places_of(&self, edge: EdgeIndex) -> [Option<usize>; 2] {
        let region = |id: &Id| self.scene.node(id).and_then(|node| self.scene.part(node)).and_then(|part| part.region);
        let mut ends = self.scene.wire(edge).map_or([None; 2], |wire| [region(&wire.link.from), region(&wire.link.to)]);
        ends.sort_unstable();
        ends
    }

    /// What is lost has a dashed rim, and everything that is not as it was carries the mark of its state at its upper
    /// left corner.
    pub fn failure_marks(&self) {
        if !self.state.whatif.is_playing() || self.visible.dense {
            return;
        }
        let p = self.look.palette;
        let mut shapes = Vec::new();
        for node in self.visible.nodes.iter().chain(&self.scene.moving.nodes) {
            let (Some(shape), Some(part)) = (self.scene.box_of(*node), self.scene.part(*node)) else { continue };
            let Some(mark) = self.mark(&part.id) else { continue };
            let rect = self.screen(shape.rect);
            if rect.width() < 20.0 {
                continue;
            }
            let color = theme::color(p.state(mark.state));
            if mark.standing == Standing::Lost {
                let rim = if shape.kind == Kind::Users { rect.expand(2.0) } else { rect.shrink(0.5) };
                shapes.extend(dashes(rim, Stroke::new(1.0, theme::faded(p.state(mark.state), 0.8))));
            }
            let r = (BADGE_RADIUS * self.look.camera.zoom.sqrt()).clamp(5.0, BADGE_RADIUS);
            let at = rect.left_top() + vec2(3.0, 3.0);
            shapes.push(Shape::circle_filled(at, r, theme::color(p.canvas)));
            shapes.push(Shape::circle_stroke(at, r, Stroke::new(1.2, color)));
            shapes.extend(mark::shapes(at, r * 0.52, mark.state, color));
        }
        self.painter.extend(shapes);
    }

    /// The labels on links: always between regions, else of what the pointer is over or what is selected; never over
    /// a box, a title, a badge or another label.
    pub fn labels(&self, badges: &[(Item, Badge, Pos2)]) {
        // While a partner is chosen only the boxes matter.
        if self.look.detail != Detail::Near || self.emphasis.partners.is_some() {
            return;
        }
        let canvas = self.look.camera.canvas_screen;
        let mut wanted: Vec<(EdgeIndex, bool)> = Vec::new();
        for edge in self.visible.edges.iter().chain(&self.scene.moving.edges) {
            let Some(shape) = self.scene.curve_of(*edge) else { continue };
            let raised = shape.marks.hovered || shape.marks.selected;
            if (shape.between_regions && !self.visible.many_edges) || raised {
                wanted.push((*edge, raised));
            }
        }
        wanted.sort_by_key(|(_, raised)| !raised);
        wanted.truncate(MAX_LABELS);
        if wanted.is_empty() {
            return;
        }
        let mut taken: Vec<Area> = Vec::new();
        for node in self.visible.nodes.iter().chain(&self.scene.moving.nodes) {
            taken.extend(self.scene.box_of(*node).map(|shape| area(self.screen(shape.rect).expand(3.0))));
        }
        for index in &self.visible.regions {
            let rect = self.scene.regions.get(*index).map(|r| self.screen(r.rect));
            taken.extend(rect.map(|rect| area(self.title_bar(rect))));
        }
        taken.extend(minimap::place(canvas).map(area));
        taken.extend(badges.iter().map(|(_, _, at)| area(Rect::from_center_size(*at, Vec2::splat(22.0)))));
        let p = self.look.palette;
        let size = size_at(11.0, self.look.camera.zoom.clamp(0.8, 1.3));
        let mut shapes = Vec::new();
        let mut cuts = self.cut_ports(&wanted);
        for (edge, raised) in wanted {
            let (Some(shape), Some(wire)) = (self.scene.curve_of(edge), self.scene.wire(edge)) else { continue };
            let mark = self.mark(&wire.id);
            let rtt_ms = link_rtt_ms(self.state, &wire.id).filter(|_| mark.is_none());
            let mut text = card::link_label(self.state.shown(), &wire.link, rtt_ms);
            let color = p.purpose(shape.purpose).mix(p.text, if raised { 0.7 } else { 0.25 });
            let mut color = theme::faded(color, if rtt_ms.is_some() { self.figure_opacity() } else { 1.0 });
            if let Some(mark) = mark {
                color = theme::color(p.state(mark.state));
                text = match mark.standing {
                    Standing::Lost if !raised => {
                        // One label tells all that is cut between two places.
                        let Some(ports) = cuts.remove(&self.places_of(edge)) else { continue };
                        [ports.join(" · "), mark.words.clone()].join(" ").trim().to_owned()
                    }
                    _ => format!("{text} · {}", mark.words),
                };
            }
            let font = Weight::Regular.font(size);
            let galley = words::line(&self.painter, &text, font, color, 260.0);
            let wide = galley.size() + vec2(12.0, 4.0);
            let curve = self.look.curve(&shape.curve);
            let Some(place) = label::place(&curve, (wide.x, wide.y), area(canvas), &taken) else { continue };
            taken.push(place);
            let chip = Rect::from_min_max(pos2(place.min.0, place.min.1), pos2(place.max.0, place.max.1));
            let ground = theme::faded(p.canvas, 0.94);
            shapes.push(RectShape::filled(chip, CornerRadius::same(5), ground).into());
            words::put(galley, chip.center(), Align2::CENTER_CENTER, &mut shapes);
        }
        self.painter.extend(shapes);
    }
}
