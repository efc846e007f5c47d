//! The drawing coloured by one figure, with the figure on each element and a legend.

use std::collections::BTreeSet;
use std::sync::Arc;

use egui::epaint::RectShape;
use egui::{Align2, CornerRadius, Mesh, Painter, Pos2, Rect, Sense, Shape, Stroke, StrokeKind, Ui, pos2, vec2};
use egui::{WidgetInfo, WidgetType};

use crate::analysis::Analysis;
use petgraph::stable_graph::EdgeIndex;

use crate::app::state::State;
use crate::app::theme;
use crate::app::weak::Weak;
use crate::design::Id;
use crate::picture::curve;
use crate::picture::heat::{Heat, HeatMap, Warmth};

use super::labels;
use super::scene::{Item, Scene};
use super::shapes::{Detail, Look};
use super::visible::Visible;
use super::words::{self, Weight};

/// Steps that a link's line is drawn in.
const STEPS: usize = 24;
/// Width of the legend's scale, screen points.
const SCALE_WIDTH: f32 = 96.0;
/// Steps of the legend's scale.
const SCALE_STEPS: usize = 24;
/// Space around the legend, screen points.
const MARGIN: f32 = 12.0;
/// Height of the legend, screen points.
pub const LEGEND: f32 = 28.0;

/// The colours of the newest analysis, or of the newest report of what takes things down.
#[derive(Default)]
pub struct Heats {
    of: Option<(Heat, Arc<Analysis>)>,
    harm: Option<Arc<Weak>>,
    map: HeatMap,
}

impl Heats {
    /// Brings the colours up to date. Returns them while the drawing is coloured.
    pub fn update(&mut self, state: &State) -> Option<(Heat, &HeatMap)> {
        let (by, analysis) = (state.view.heat?, state.analysis.as_ref()?);
        if by == Heat::Harm {
            // Held here, so that its address cannot be given to another one.
            let known = match (&self.harm, state.weak()) {
                (Some(old), Some(new)) => Arc::ptr_eq(old, new),
                (old, new) => old.is_none() && new.is_none(),
            };
            if !known || self.of.take().is_some() {
                self.harm = state.weak().cloned();
                self.map = self.harm.as_ref().map_or_else(HeatMap::default, |weak| HeatMap::with(by, weak.harm()));
            }
            return Some((by, &self.map));
        }
        self.harm = None;
        let known = self.of.as_ref().is_some_and(|(of, old)| *of == by && Arc::ptr_eq(old, analysis));
        if !known {
            self.map = HeatMap::of(by, state.shown(), &analysis.estimates);
            self.of = Some((by, Arc::clone(analysis)));
        }
        Some((by, &self.map))
    }
}

/// What is coloured, in view.
pub struct Coloured<'a> {
    /// Where shapes go.
    pub painter: &'a Painter,
    /// Colours and scale.
    pub look: &'a Look,
    /// What to colour.
    pub scene: &'a Scene,
    /// What is in view.
    pub visible: &'a Visible,
    /// How strong the colours are: faded while the analysis that knows better is at work.
    pub opacity: f32,
}

impl Coloured<'_> {
    /// Colours everything in view that has a value.
    pub fn draw(&self, map: &HeatMap) {
        let mut shapes = Vec::new();
        let mut chips = Vec::new();
        let mut named = BTreeSet::new();
        for edge in self.visible.edges.iter().chain(&self.scene.moving.edges) {
            let item = Item::Edge(*edge);
            let Some(warmth) = self.scene.id(item).and_then(|id| map.of.get(id)) else { continue };
            let Some(shape) = self.scene.curve_of(*edge) else { continue };
            let points = curve::flatten(&self.look.curve(&shape.curve), STEPS).into_iter().map(|(x, y)| pos2(x, y));
            let color = theme::faded(HeatMap::color(self.look.palette, warmth.share), 0.85 * self.opacity);
            shapes.push(Shape::line(points.collect(), Stroke::new(3.0, color)));
            // Links between the same places read the same.
            if named.insert((self.places_of(*edge), warmth.words.as_str())) {
                let (x, y) = curve::point_at(&self.look.curve(&shape.curve), 0.5);
                self.chip(pos2(x, y), warmth, &mut chips);
            }
        }
        for index in &self.visible.regions {
            self.rect(Item::Region(*index), map, 0.16, &mut shapes, &mut chips);
        }
        for node in self.visible.nodes.iter().chain(&self.scene.moving.nodes) {
            self.rect(Item::Node(*node), map, 0.30, &mut shapes, &mut chips);
        }
        self.painter.extend(shapes);
        self.painter.extend(chips);
    }

    fn rect(&self, item: Item, map: &HeatMap, fill: f32, shapes: &mut Vec<Shape>, chips: &mut Vec<Shape>) {
        let Some(warmth) = self.scene.id(item).and_then(|id| map.of.get(id)) else { return };
        let Some(rect) = self.scene.rect_of(item).map(|rect| self.look.camera.rect_to_screen(rect)) else { return };
        let color = HeatMap::color(self.look.palette, warmth.share);
        let radius = CornerRadius::from((10.0 * self.look.camera.zoom).clamp(2.0, 12.0));
        let edge = Stroke::new(1.5, theme::faded(color, self.opacity));
        shapes.push(
            RectShape::new(rect, radius, theme::faded(color, fill * self.opacity), edge, StrokeKind::Inside).into(),
        );
        if self.look.detail == Detail::Far && rect.width() < 90.0 {
            return;
        }
        // Far away a component is hardly higher than its name, which must still be read.
        let below = if matches!(item, Item::Node(_)) { (10.0 - (rect.height() - 40.0).max(0.0)).max(0.0) } else { 0.0 };
        self.chip(rect.center_bottom() + vec2(0.0, below), warmth, chips);
    }

    /// The regions that a link connects, in order.
    fn places_of(&self, edge: EdgeIndex) -> [Option<&Id>; 2] {
        let mut ends = labels::ends(self.scene, edge);
        ends.sort_unstable();
        ends
    }

    /// The figure of an element, centred at a place.
    fn chip(&self, at: Pos2, warmth: &Warmth, shapes: &mut Vec<Shape>) {
        let p = self.look.palette;
        let color = HeatMap::color(p, warmth.share);
        let font = words::font(Weight::Strong, 11.0);
        let text = words::line(self.painter, &warmth.words, font, theme::faded(p.text, self.opacity), f32::INFINITY);
        let chip = Align2::CENTER_CENTER.anchor_size(at, text.size() + vec2(12.0, 4.0));
        let rim = Stroke::new(1.5, theme::faded(color, self.opacity));
        shapes.push(RectShape::new(chip, CornerRadius::same(6), theme::color(p.card), rim, StrokeKind::Inside).into());
        words::put(text, chip.center(), Align2::CENTER_CENTER, shapes);
    }
}

/// Whether the colours by this figure are about what is shown.
#[must_use]
pub fn is_current(state: &State, by: Heat) -> bool {
    if by == Heat::Harm { state.weak_is_current() } else { state.analysis_is_current() }
}

/// What the colours mean, in the canvas' lower left corner.
pub fn legend(ui: &Ui, canvas: Rect, by: Heat, map: &HeatMap, known: bool) {
    let p = theme::palette(ui.ctx());
    let painter = ui.painter_at(canvas);
    let small = || words::font(Weight::Regular, theme::SIZE_SMALL);
    let line = |text: &str, color| words::line(&painter, text, small(), theme::color(color), f32::INFINITY);
    let title = line(by.label(), p.text);
    let none = map.of.is_empty();
    let cold = match (none, known) {
        (true, true) => "nothing drawn has this figure",
        (true, false) => "updating…",
        (false, _) => map.cold.as_str(),
    };
    let cold = line(cold, p.text_weak);
    let hot = line(&map.hot, p.text_weak);
    let scale = if none { 0.0 } else { SCALE_WIDTH + 8.0 };
    let width = 12.0 + title.size().x + 12.0 + cold.size().x + 8.0 + scale + hot.size().x + 12.0;
    let rect =
        Rect::from_min_size(pos2(canvas.left() + MARGIN, canvas.bottom() - MARGIN - LEGEND), vec2(width, LEGEND));
    let y = rect.center().y;
    painter.rect(rect, 6.0, theme::color(p.panel), Stroke::new(1.0, theme::color(p.hairline)), StrokeKind::Inside);
    let spoken = format!("Colours: {}, {} to {}", by.label(), map.cold, map.hot);
    let response = ui.interact(rect, egui::Id::new("colour legend"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, &spoken));
    let mut shapes = Vec::new();
    let mut x = rect.left() + 12.0;
    let mut put = |galley: Arc<egui::Galley>, gap: f32, x: &mut f32| {
        let wide = galley.size().x;
        words::put(galley, pos2(*x, y), Align2::LEFT_CENTER, &mut shapes);
        *x += wide + gap;
    };
    put(title, 12.0, &mut x);
    put(cold, 8.0, &mut x);
    if !none {
        let mut mesh = Mesh::default();
        let step = SCALE_WIDTH / SCALE_STEPS as f32;
        for i in 0..SCALE_STEPS {
            let share = i as f32 / (SCALE_STEPS - 1) as f32;
            let at = Rect::from_min_size(pos2(x + i as f32 * step, y - 5.0), vec2(step, 10.0));
            mesh.add_colored_rect(at, theme::color(HeatMap::color(p, share)));
        }
        painter.add(Shape::mesh(mesh));
        x += SCALE_WIDTH + 8.0;
    }
    put(hot, 0.0, &mut x);
    painter.extend(shapes);
}
