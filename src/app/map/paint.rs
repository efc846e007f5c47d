//! Drawing what stands on the map: lines, markers and the words beside them.

use egui::epaint::{CircleShape, PathShape, RectShape};
use egui::{Align2, Color32, CornerRadius, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Vec2, vec2};

use crate::app::camera::Camera;
use crate::app::canvas::pen::{ShapePen, area};
use crate::app::canvas::words::{self, Weight};
use crate::app::panels::severity_mark;
use crate::app::state::State;
use crate::app::theme;
use crate::design::{Id, Kind, RegionRole};
use crate::picture::area::Area;
use crate::picture::effects::{Mark, Standing};
use crate::picture::icons;
use crate::picture::mark;
use crate::picture::palette::{Dash, Palette, Rgb, dash};

use super::model::{Model, Service, Spot, What, Wire};

/// Radius of a marker, screen points.
pub const RADIUS: f32 = 9.0;
/// Distance at which markers are kept apart, screen points.
const APART: f32 = 2.0 * RADIUS + 4.0;
/// Of more markers than this no two are kept apart and few are named.
const MANY: usize = 300;
/// Most labels on lines.
const MAX_LINE_LABELS: usize = 120;
/// Shortest line that gets a label, screen points.
const LABELLED_LENGTH: f32 = 90.0;
/// Distance between the strands of a line, and between those of one that is raised, screen points.
const STRAND: (f32, f32) = (2.25, 3.5);
/// Zoom from which unused cloud regions are named.
const NAMES_ZOOM: f32 = 0.55;
/// Shares of a line at which its label is tried.
const TRIES: [f32; 9] = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82];

/// Where markers are drawn: at their place, or beside it where another one is.
#[must_use]
pub fn spread(model: &Model, camera: &Camera) -> Vec<Pos2> {
    let mut placed: Vec<Pos2> = Vec::with_capacity(model.spots.len());
    for spot in &model.spots {
        let at = camera.to_screen(spot.at);
        let free = |at: Pos2| placed.iter().all(|other| other.distance(at) >= APART);
        let around = |ring: f32| {
            // Beside before above, clockwise from the right.
            [0.0_f32, 4.0, 6.0, 2.0, 7.0, 1.0, 5.0, 3.0]
                .map(|eighth| at + ring * APART * Vec2::angled(eighth * std::f32::consts::FRAC_PI_4))
        };
        let beside = || [1.0, 1.5, 2.2, 3.0].into_iter().flat_map(around).find(|at| free(*at));
        let shown = if model.spots.len() > MANY || free(at) { at } else { beside().unwrap_or(at) };
        placed.push(shown);
    }
    placed
}

/// A course on the screen.
#[must_use]
pub fn on_screen(runs: &[Vec<Pos2>], camera: &Camera) -> Vec<Vec<Pos2>> {
    runs.iter().map(|run| run.iter().map(|at| camera.to_screen(*at)).collect()).collect()
}

fn length(run: &[Pos2]) -> f32 {
    run.windows(2).map(|w| if let [a, b] = w { a.distance(*b) } else { 0.0 }).sum()
}

/// The point at a share of a line's length.
fn point_along(run: &[Pos2], share: f32) -> Option<Pos2> {
    let mut left = length(run) * share;
    for pair in run.windows(2) {
        let [a, b] = pair else { continue };
        let piece = a.distance(*b);
        if piece >= left && piece > 0.0 {
            return Some(*a + (*b - *a) * (left / piece));
        }
        left -= piece;
    }
    run.last().copied()
}

/// The line moved sideways by a distance.
fn beside(run: &[Pos2], distance: f32) -> Vec<Pos2> {
    let at = |i: usize| run.get(i.min(run.len().saturating_sub(1))).copied().unwrap_or_default();
    (0..run.len()).map(|i| at(i) + (at(i + 1) - at(i.saturating_sub(1))).normalized().rot90() * distance).collect()
}

/// What is drawn in a frame.
pub struct Frame<'a> {
    /// Where it is drawn.
    pub painter: &'a Painter,
    /// Colours.
    pub p: &'a Palette,
    /// What part of the map.
    pub camera: Camera,
    /// The rest.
    pub state: &'a State,
    /// What stands on the map.
    pub model: &'a Model,
    /// Where its markers are, screen coordinates.
    pub at: &'a [Pos2],
    /// Which of them are selected.
    pub selected: &'a [bool],
    /// The marker that is dragged.
    pub dragged: Option<&'a Id>,
}

/// Where words went, so that they can be pressed.
pub struct Words {
    /// What is taken, markers and words.
    taken: Vec<Area>,
    /// The names of markers, by index.
    pub names: Vec<(usize, Rect)>,
}

impl Words {
    /// With these parts of the screen taken by something else.
    #[must_use]
    pub fn beside(rects: impl IntoIterator<Item = Rect>) -> Self {
        Self { taken: rects.into_iter().map(area).collect(), names: Vec::new() }
    }
}

impl Frame<'_> {
    fn figure_opacity(&self) -> f32 {
        if self.state.analysis_is_current() { 1.0 } else { 0.5 }
    }

    fn is_raised(&self, index: usize) -> bool {
        let hovered = |spot: &Spot| self.state.view.hovered.as_ref() == Some(&spot.id);
        self.selected.get(index).is_some_and(|s| *s) || self.model.spots.get(index).is_some_and(hovered)
    }

    fn region_color(&self) -> Color32 {
        // In a drag they are what it can go to.
        theme::faded(self.p.text_weak, if self.dragged.is_some() { 0.9 } else { 0.55 })
    }

    /// Cloud regions that are not in use, as faint dots.
    pub fn cloud_regions(&self, regions: &[(Pos2, &str)]) {
        let (color, radius) = (self.region_color(), if self.dragged.is_some() { 3.0 } else { 2.5 });
        let mut shapes = Vec::new();
        for (at, _) in regions {
            let at = self.camera.to_screen(*at);
            if self.camera.canvas_screen.contains(at) {
                shapes.push(Shape::circle_filled(at, radius, color));
            }
        }
        self.painter.extend(shapes);
    }

    /// Their ids, from near enough and where there is room.
    pub fn cloud_region_names(&self, regions: &[(Pos2, &str)], words: &mut Words) {
        if self.camera.zoom < NAMES_ZOOM {
            return;
        }
        let room = area(self.camera.canvas_screen);
        let mut shapes = Vec::new();
        for (at, name) in regions {
            let at = self.camera.to_screen(*at);
            if !self.camera.canvas_screen.contains(at) {
                continue;
            }
            let font = words::font(Weight::Regular, theme::SIZE_SMALL);
            let galley = words::line(self.painter, name, font, self.region_color(), 160.0);
            let rect = Align2::LEFT_CENTER.anchor_size(at + vec2(6.0, 0.0), galley.size());
            if room.holds(area(rect)) && !words.taken.iter().any(|t| t.overlaps(area(rect))) {
                words.taken.push(area(rect));
                words::put(galley, rect.min, Align2::LEFT_TOP, &mut shapes);
            }
        }
        self.painter.extend(shapes);
    }

    /// The lines between markers.
    pub fn lines(&self) {
        let mut shapes = Vec::new();
        for service in &self.model.services {
            let raised = self.is_raised(service.users) || self.is_raised(service.region);
            let color = theme::faded(self.p.kind(Kind::Users), if raised { 0.95 } else { 0.5 });
            let stroke = Stroke::new(if raised { 2.0 } else { 1.25 }, color);
            for run in on_screen(&service.runs, &self.camera) {
                shapes.push(PathShape::line(run, stroke).into());
            }
        }
        for wire in &self.model.wires {
            self.wire(wire, &mut shapes);
        }
        self.painter.extend(shapes);
    }

    fn wire(&self, wire: &Wire, shapes: &mut Vec<Shape>) {
        let own = wire
            .links
            .iter()
            .any(|id| self.state.selection.contains(id) || self.state.view.hovered.as_ref() == Some(id));
        let raised = own || self.is_raised(wire.ends.0) || self.is_raised(wire.ends.1);
        let (width, opacity, apart) = if raised { (1.75, 1.0, STRAND.1) } else { (1.25, 0.65, STRAND.0) };
        let middle = (wire.strands.len() as f32 - 1.0) / 2.0;
        let cut = wire.links.iter().all(|id| self.mark(id).is_some_and(|mark| mark.standing == Standing::Lost));
        for run in on_screen(&wire.runs, &self.camera) {
            if cut {
                let stroke = Stroke::new(1.8, theme::faded(self.p.error, if raised { 1.0 } else { 0.8 }));
                shapes.extend(Shape::dashed_line(&run, stroke, 2.2, 5.0));
                continue;
            }
            for (i, purpose) in wire.strands.iter().enumerate() {
                let line = beside(&run, (i as f32 - middle) * apart);
                let stroke = Stroke::new(width, theme::faded(self.p.purpose(*purpose), opacity));
                match dash(*purpose) {
                    Dash::Solid => shapes.push(PathShape::line(line, stroke).into()),
                    Dash::Dashed => shapes.extend(Shape::dashed_line(&line, stroke, 6.0, 4.0)),
                    Dash::Dotted => shapes.extend(Shape::dashed_line(&line, stroke, 1.5, 3.5)),
                }
            }
        }
    }

    /// The figures on lines: round trips between regions and what users wait for.
    pub fn figures(&self, words: &mut Words) {
        words.taken.extend(self.at.iter().map(|at| area(Rect::from_center_size(*at, Vec2::splat(2.0 * RADIUS + 2.0)))));
        let wires = self.model.wires.iter().filter_map(|wire| {
            let raised = self.is_raised(wire.ends.0) || self.is_raised(wire.ends.1);
            Some((raised, &wire.runs, self.p.text, rtt_words(wire.rtt_ms?)))
        });
        let services = self.model.services.iter().filter_map(|service| {
            let raised = self.is_raised(service.users) || self.is_raised(service.region);
            Some((raised, &service.runs, self.p.kind(Kind::Users), p95_words(service.p95_ms?)))
        });
        let mut wanted: Vec<_> = wires.chain(services).collect();
        wanted.sort_by_key(|(raised, ..)| !raised);
        wanted.truncate(MAX_LINE_LABELS);
        let mut shapes = Vec::new();
        for (raised, runs, color, text) in wanted {
            let runs = on_screen(runs, &self.camera);
            let Some(run) = runs.iter().max_by(|a, b| length(a).total_cmp(&length(b))) else { continue };
            if length(run) < LABELLED_LENGTH {
                continue;
            }
            let color = color.mix(self.p.text, if raised { 0.6 } else { 0.2 });
            let weight = if raised { Weight::Strong } else { Weight::Regular };
            let color = theme::faded(color, self.figure_opacity());
            let galley = words::line(self.painter, &text, words::font(weight, theme::SIZE_SMALL), color, 160.0);
            let size = galley.size() + vec2(10.0, 3.0);
            let room = area(self.camera.canvas_screen);
            let tries = TRIES.iter().filter_map(|share| point_along(run, *share));
            let place = tries
                .map(|at| Rect::from_center_size(at, size))
                .find(|rect| room.holds(area(*rect)) && !words.taken.iter().any(|t| t.overlaps(area(*rect))));
            let Some(rect) = place else { continue };
            words.taken.push(area(rect));
            let ground = theme::faded(self.p.canvas, 0.9);
            shapes.push(RectShape::filled(rect, CornerRadius::same(5), ground).into());
            words::put(galley, rect.center(), Align2::CENTER_CENTER, &mut shapes);
        }
        self.painter.extend(shapes);
    }

    /// The markers.
    pub fn markers(&self) {
        let mut shapes = Vec::new();
        for (spot, at) in self.model.spots.iter().zip(self.at) {
            let place = self.camera.to_screen(spot.at);
            if place.distance(*at) > 1.0 {
                let color = self.color(spot);
                shapes.push(Shape::line_segment([place, *at], Stroke::new(1.0, theme::faded(color, 0.8))));
                shapes.push(Shape::circle_filled(place, 2.0, theme::color(color)));
            }
        }
        for (index, (spot, at)) in self.model.spots.iter().zip(self.at).enumerate() {
            if self.camera.canvas_screen.expand(2.0 * RADIUS).contains(*at) {
                self.marker(index, spot, *at, &mut shapes);
            }
        }
        self.painter.extend(shapes);
        self.failure_marks();
        for (spot, at) in self.model.spots.iter().zip(self.at) {
            if let Some(severity) = spot.worst {
                let at = *at + vec2(RADIUS, -RADIUS);
                self.painter.circle_filled(at, 7.0, theme::color(self.p.canvas));
                severity_mark(
                    self.painter,
                    at,
                    severity,
                    theme::faded(self.p.severity(severity), self.figure_opacity()),
                );
            }
        }
    }

    /// What is not as it was carries the mark of its state at its upper left.
    fn failure_marks(&self) {
        let mut pen = ShapePen::new(self.painter);
        for (spot, at) in self.model.spots.iter().zip(self.at) {
            let Some(mark) = self.mark(&spot.id) else { continue };
            mark::sign(&mut pen, self.p, (at.x - RADIUS, at.y - RADIUS), 6.5, mark.state);
        }
        pen.finish();
    }

    /// How an element is marked by what has failed.
    fn mark(&self, id: &Id) -> Option<&Mark> {
        self.state.whatif.effects()?.mark(id)
    }

    fn color(&self, spot: &Spot) -> Rgb {
        if let Some(mark) = self.mark(&spot.id) {
            return self.p.state(mark.state);
        }
        match spot.what {
            What::Cloud(_, tint) | What::Own(_, tint) => self.p.tint(tint),
            What::Users => self.p.kind(Kind::Users),
            What::Backend => self.p.kind(Kind::Backend),
        }
    }

    fn marker(&self, index: usize, spot: &Spot, at: Pos2, shapes: &mut Vec<Shape>) {
        let p = self.p;
        let fill = theme::color(self.color(spot));
        let rim = Stroke::new(2.0, theme::color(p.canvas));
        let ink = theme::color(if p.dark { p.canvas } else { p.card });
        let square = |radius: f32| Rect::from_center_size(at, Vec2::splat(2.0 * radius));
        let ring = self.is_raised(index).then(|| Stroke::new(2.0, theme::color(p.accent)));
        match spot.what {
            What::Cloud(role, _) => {
                if let Some(ring) = ring {
                    shapes.push(Shape::circle_stroke(at, RADIUS + 4.0, ring));
                }
                shapes.push(CircleShape { center: at, radius: RADIUS, fill, stroke: rim }.into());
                words::glyph(self.painter, role_letter(role), at, 10.0, ink, shapes);
            }
            What::Own(role, _) => {
                if let Some(ring) = ring {
                    let around = RectShape::stroke(square(RADIUS + 3.0), 5.0, ring, StrokeKind::Middle);
                    shapes.push(around.into());
                }
                shapes.push(RectShape::new(square(RADIUS - 0.5), 3.0, fill, rim, StrokeKind::Outside).into());
                words::glyph(self.painter, role_letter(role), at, 10.0, ink, shapes);
            }
            What::Users | What::Backend => {
                let kind = if spot.what == What::Users { Kind::Users } else { Kind::Backend };
                if let Some(ring) = ring {
                    let around = RectShape::stroke(square(RADIUS + 3.0), RADIUS + 3.0, ring, StrokeKind::Middle);
                    shapes.push(around.into());
                }
                let edge = Stroke::new(1.25, fill);
                let ground = theme::color(p.card);
                let round = if spot.what == What::Users { RADIUS } else { 3.0 };
                shapes.push(RectShape::new(square(RADIUS), round, ground, edge, StrokeKind::Inside).into());
                words::glyph(self.painter, icons::icon(kind), at, 11.0, fill, shapes);
            }
        }
    }

    /// The names of markers, beside them where there is room; those that are raised always get theirs.
    pub fn names(&self, words: &mut Words) {
        let mut order: Vec<usize> = (0..self.model.spots.len()).collect();
        let is_dragged = |i: usize| self.dragged.is_some() && self.model.spots.get(i).map(|s| &s.id) == self.dragged;
        order.sort_by_key(|i| (!is_dragged(*i), !self.is_raised(*i)));
        let many = order.len() > MANY;
        let mut shapes = Vec::new();
        for index in order {
            let raised = self.is_raised(index) || is_dragged(index);
            if many && !raised {
                continue;
            }
            let (Some(spot), Some(at)) = (self.model.spots.get(index), self.at.get(index)) else { continue };
            if !self.camera.canvas_screen.contains(*at) {
                continue;
            }
            self.name(index, spot, *at, raised, words, &mut shapes);
        }
        self.painter.extend(shapes);
    }

    fn name(&self, index: usize, spot: &Spot, at: Pos2, raised: bool, words: &mut Words, shapes: &mut Vec<Shape>) {
        let p = self.p;
        let name = words::line(
            self.painter,
            &spot.name,
            words::font(Weight::Strong, theme::SIZE_BODY),
            theme::color(p.text),
            200.0,
        );
        let detail = self.detail(index, spot);
        let font = words::font(Weight::Regular, theme::SIZE_SMALL);
        let detail = words::line(self.painter, &detail, font, theme::color(p.text_weak), 220.0);
        let both = vec2(name.size().x.max(detail.size().x), name.size().y + detail.size().y) + vec2(8.0, 2.0);
        let room = area(self.camera.canvas_screen);
        let free = |rect: &Rect| room.holds(area(*rect)) && !words.taken.iter().any(|t| t.overlaps(area(*rect)));
        // From far away a name alone may still find room.
        let sizes = [both, name.size() + vec2(8.0, 2.0)];
        let found = sizes.into_iter().find_map(|size| around(at, size).into_iter().find(free).map(|rect| (rect, size)));
        let (rect, size) = match found {
            Some(found) => found,
            None if raised => match around(at, both).first() {
                Some(rect) => (*rect, both),
                None => return,
            },
            None => return,
        };
        words.taken.push(area(rect));
        words.names.push((index, rect));
        let ground = theme::faded(p.canvas, if raised { 0.92 } else { 0.72 });
        shapes.push(RectShape::filled(rect, CornerRadius::same(4), ground).into());
        let top = rect.min + vec2(4.0, 1.0);
        let below = name.size().y;
        words::put(name, top, Align2::LEFT_TOP, shapes);
        if size == both {
            words::put(detail, top + vec2(0.0, below), Align2::LEFT_TOP, shapes);
        }
    }

    /// The second line of a name.
    fn detail(&self, index: usize, spot: &Spot) -> String {
        let Some(service) = self.model.service_of(index) else { return spot.detail.clone() };
        let long = on_screen(&service.runs, &self.camera).iter().any(|run| length(run) >= LABELLED_LENGTH);
        match service.p95_ms {
            Some(ms) if !long => format!("{} · {}", p95_words(ms), spot.detail),
            _ => spot.detail.clone(),
        }
    }

    /// Where a dragged element was, and where it is going.
    pub fn journey(&self, from: Pos2, to: Pos2, pointer: Option<Pos2>) {
        let from = self.camera.to_screen(from);
        let to = self.camera.to_screen(to);
        let weak = Stroke::new(1.25, theme::faded(self.p.text_weak, 0.9));
        let mut shapes = vec![Shape::circle_stroke(from, RADIUS - 1.0, weak)];
        if from.distance(to) > RADIUS {
            shapes.extend(Shape::dashed_line(&[from, to], weak, 4.0, 4.0));
        }
        if let Some(pointer) = pointer.filter(|p| p.distance(to) > RADIUS) {
            let stroke = Stroke::new(1.0, theme::faded(self.p.accent, 0.7));
            shapes.push(Shape::line_segment([to, pointer], stroke));
        }
        self.painter.extend(shapes);
    }
}

/// Where the words of a marker can stand, the best place first.
fn around(at: Pos2, size: Vec2) -> [Rect; 12] {
    let gap = RADIUS + 4.0;
    let places = [
        (Align2::LEFT_CENTER, vec2(gap, 0.0)),
        (Align2::RIGHT_CENTER, vec2(-gap, 0.0)),
        (Align2::CENTER_TOP, vec2(0.0, gap)),
        (Align2::CENTER_BOTTOM, vec2(0.0, -gap)),
        (Align2::LEFT_TOP, vec2(0.6 * gap, 0.6 * gap)),
        (Align2::LEFT_BOTTOM, vec2(0.6 * gap, -0.6 * gap)),
        (Align2::RIGHT_TOP, vec2(-0.6 * gap, 0.6 * gap)),
        (Align2::RIGHT_BOTTOM, vec2(-0.6 * gap, -0.6 * gap)),
        (Align2::CENTER_TOP, vec2(0.0, 2.2 * gap)),
        (Align2::CENTER_BOTTOM, vec2(0.0, -2.2 * gap)),
        (Align2::LEFT_CENTER, vec2(2.4 * gap, 0.0)),
        (Align2::RIGHT_CENTER, vec2(-2.4 * gap, 0.0)),
    ];
    places.map(|(align, by)| align.anchor_size(at + by, size))
}

/// The letter on the marker of a region.
fn role_letter(role: RegionRole) -> &'static str {
    match role {
        RegionRole::Peer => "P",
        RegionRole::Main => "M",
        RegionRole::Sub => "S",
    }
}

/// A round trip in words: `72 ms`, or `72–75 ms` where links differ.
#[must_use]
pub fn rtt_words((low, high): (f64, f64)) -> String {
    let (low, high) = (format!("{low:.0}"), format!("{high:.0}"));
    if low == high { format!("{low} ms") } else { format!("{low}–{high} ms") }
}

/// What users wait for: `p95 84 ms`.
#[must_use]
pub fn p95_words(ms: f64) -> String {
    format!("p95 {ms:.0} ms")
}

/// The line nearest to a place of the screen, if it is under it.
#[must_use]
pub fn line_at(model: &Model, camera: &Camera, at: Pos2) -> Option<Vec<Id>> {
    const REACH: f32 = 6.0;
    let distance = |wire: &Wire| {
        let runs = on_screen(&wire.runs, camera);
        let pieces = runs.iter().flat_map(|run| run.windows(2));
        pieces
            .map(|w| if let [a, b] = w { to_segment(at, *a, *b) } else { f32::INFINITY })
            .fold(f32::INFINITY, f32::min)
    };
    let nearest = model.wires.iter().map(|w| (distance(w), w)).min_by(|a, b| a.0.total_cmp(&b.0))?;
    (nearest.0 <= REACH).then(|| nearest.1.links.clone())
}

fn to_segment(at: Pos2, a: Pos2, b: Pos2) -> f32 {
    let way = b - a;
    let share = if way.length_sq() > 0.0 { ((at - a).dot(way) / way.length_sq()).clamp(0.0, 1.0) } else { 0.0 };
    at.distance(a + way * share)
}

/// What a service is called: "served by Mumbai, p95 84 ms".
#[must_use]
pub fn service_words(service: &Service, model: &Model) -> String {
    let region = model.spots.get(service.region).map(|s| s.name.as_str()).unwrap_or_default();
    match service.p95_ms {
        Some(ms) => format!("served by {region}, {}", p95_words(ms)),
        None => format!("served by {region}"),
    }
}
