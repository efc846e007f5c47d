//! How a node and an edge of the lens look: display types of egui_graphs, without text.

use egui::epaint::{CubicBezierShape, RectShape};
use egui::{Color32, CornerRadius, Pos2, Rect, Shape, Stroke, StrokeKind, Ui, Vec2};
use egui_graphs::{DisplayEdge, DisplayNode, DrawContext, EdgeProps, Layout, LayoutState, NodeProps};
use petgraph::stable_graph::{DefaultIx, IndexType};
use petgraph::{Directed, EdgeType};
use serde::{Deserialize, Serialize};

use crate::app::canvas::pen;
use crate::app::theme;
use crate::design::Kind;
use crate::failure::State;
use crate::picture::mark;

use super::graph::{Gate, Standing};

/// Corner radius of what needs all, points at 100 %.
const RADIUS: f32 = 6.0;

/// The graph that is drawn.
pub type ViewGraph = egui_graphs::Graph<Look, Strand, Directed, DefaultIx, BoxShape, StrandShape>;

/// How a node looks: its payload.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    /// Its size, points at 100 %.
    pub size: Vec2,
    /// How it follows from others.
    pub gate: Gate,
    /// What kind of component it is about.
    pub kind: Option<Kind>,
    /// How it stands.
    pub standing: Standing,
    /// How many things fail at once in the smallest set with it that takes the capability down, up to two.
    pub cut: Option<u32>,
    /// The state that the capability is in without it; `None` for what it needs in any case.
    pub without: Option<State>,
    /// Whether one of its elements is selected.
    pub selected: bool,
    /// Whether the pointer is over it.
    pub hovered: bool,
    /// Whether it has the keyboard, and not by a press.
    pub ringed: bool,
}

/// How an edge looks: its payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Strand {
    /// One of several ways.
    pub one_of: bool,
    /// What it leads to can be done without.
    pub spared: bool,
    /// What it leads to does not hold: the state that this leads to.
    pub broken: Option<State>,
}

/// A node's box.
#[derive(Debug, Clone, Copy)]
pub struct BoxShape {
    center: Pos2,
    look: Look,
}

impl From<NodeProps<Look>> for BoxShape {
    fn from(props: NodeProps<Look>) -> Self {
        Self { center: props.location(), look: props.payload }
    }
}

impl Look {
    /// Room for the marks at the right side of the box, points at 100 %.
    #[must_use]
    pub fn marks_width(&self) -> f32 {
        f32::from(u8::from(self.cut.is_some())) * 14.0 + if self.standing == Standing::Holds { 0.0 } else { 14.0 }
    }
}

impl BoxShape {
    fn rect(&self) -> Rect {
        Rect::from_center_size(self.center, self.look.size)
    }
}

impl DisplayNode<Look, Strand, Directed, DefaultIx> for BoxShape {
    fn closest_boundary_point(&self, dir: Vec2) -> Pos2 {
        let half = self.look.size / 2.0;
        let reach = (half.x / dir.x.abs().max(1e-6)).min(half.y / dir.y.abs().max(1e-6));
        self.center + dir * reach
    }

    fn shapes(&mut self, cx: &DrawContext<'_>) -> Vec<Shape> {
        let rect = Rect::from_center_size(
            cx.meta.canvas_to_screen_pos(self.center),
            Vec2::new(cx.meta.canvas_to_screen_size(self.look.size.x), cx.meta.canvas_to_screen_size(self.look.size.y)),
        );
        if !rect.expand(8.0).intersects(cx.painter.clip_rect()) {
            return Vec::new();
        }
        let (p, zoom, look) = (theme::palette(cx.ctx), cx.meta.zoom, &self.look);
        // What one of several is enough for has round ends.
        let radius = if look.gate == Gate::Any { rect.height() / 2.0 } else { RADIUS * zoom };
        let corners = CornerRadius::from(radius);
        let holds = look.standing == Standing::Holds;
        let color = p.state(look.without.unwrap_or(State::Down));
        let own = if look.without.is_some() { p.card.mix(p.canvas, 0.6) } else { p.card };
        let ground = if holds { own } else { own.mix(color, 0.12) };
        let ground = if look.selected { ground.mix(p.accent, 0.14) } else { ground };
        let rim = match (holds, look.hovered) {
            (true, false) => p.text_weak.mix(p.card, if look.without.is_some() { 0.75 } else { 0.55 }),
            (true, true) => p.text_weak,
            (false, _) => color,
        };
        let mut out = Vec::with_capacity(6);
        let failed = look.standing == Standing::Failed;
        let stroke = if failed { Stroke::NONE } else { Stroke::new(1.0, theme::color(rim)) };
        out.push(RectShape::new(rect, corners, theme::color(ground), stroke, StrokeKind::Inside).into());
        if failed {
            out.extend(dashed(rect.shrink(0.5), Stroke::new(1.2, theme::color(color))));
        }
        if let (Some(kind), Gate::All) = (look.kind, look.gate) {
            let stripe =
                Rect::from_min_size(rect.min, Vec2::new(4.0 * zoom, rect.height())).shrink2(Vec2::new(0.0, 1.0));
            let left = CornerRadius { ne: 0, se: 0, ..corners };
            out.push(RectShape::filled(stripe, left, theme::color(p.kind(kind))).into());
        }
        let mut at = Pos2::new(rect.right() - 11.0 * zoom, rect.center().y);
        if let Some(order) = look.cut {
            // Full for what takes it down alone, hollow for one of two.
            let warning = theme::color(p.warning);
            out.push(match order {
                1 => Shape::circle_filled(at, 3.6 * zoom, warning),
                _ => Shape::circle_stroke(at, 3.0 * zoom, Stroke::new(1.4 * zoom, warning)),
            });
            at.x -= 14.0 * zoom;
        }
        if !holds {
            let state = if failed { State::Down } else { State::Degraded };
            let ink = color.into();
            out.extend(pen::shapes(cx.painter, |pen| mark::state(pen, (at.x, at.y), 4.2 * zoom, state, ink)));
        }
        if look.selected || look.ringed {
            let color = if look.selected { p.accent } else { p.text };
            let outline = Stroke::new(2.0, theme::color(color));
            let wide = if look.ringed { 3.0 } else { 1.0 };
            let corners = CornerRadius::from(radius + wide);
            out.push(
                RectShape::new(rect.expand(wide), corners, Color32::TRANSPARENT, outline, StrokeKind::Middle).into(),
            );
        }
        out
    }

    fn update(&mut self, props: &NodeProps<Look>) {
        self.center = props.location();
        self.look = props.payload;
    }

    fn is_inside(&self, pos: Pos2) -> bool {
        self.rect().contains(pos)
    }
}

/// The rim of something that has failed.
fn dashed(rect: Rect, stroke: Stroke) -> Vec<Shape> {
    let corners = [rect.left_top(), rect.right_top(), rect.right_bottom(), rect.left_bottom(), rect.left_top()];
    Shape::dashed_line(&corners, stroke, 4.0, 3.0)
}

/// An edge's line.
#[derive(Debug, Clone)]
pub struct StrandShape {
    /// Its course, points at 100 %; see [`super::layout::Placed::courses`].
    pub course: Box<[Pos2]>,
    strand: Strand,
}

impl From<EdgeProps<Strand>> for StrandShape {
    fn from(props: EdgeProps<Strand>) -> Self {
        Self { course: Box::default(), strand: props.payload }
    }
}

type ViewNode = egui_graphs::Node<Look, Strand, Directed, DefaultIx, BoxShape>;

impl DisplayEdge<Look, Strand, Directed, DefaultIx, BoxShape> for StrandShape {
    fn shapes(&mut self, _start: &ViewNode, _end: &ViewNode, cx: &DrawContext<'_>) -> Vec<Shape> {
        let (p, zoom) = (theme::palette(cx.ctx), cx.meta.zoom);
        let (width, color) = match (self.strand.broken, self.strand.spared) {
            (Some(state), _) => (1.6, p.state(state)),
            (None, false) => (1.1, p.text_weak.mix(p.canvas, 0.35)),
            (None, true) => (1.0, p.text_weak.mix(p.canvas, 0.7)),
        };
        let stroke = Stroke::new(width, theme::color(color));
        let points: Vec<Pos2> = self.course.iter().map(|at| cx.meta.canvas_to_screen_pos(*at)).collect();
        let view = cx.painter.clip_rect();
        let mut out = Vec::new();
        let mut line = Vec::new();
        for (at, piece) in points.windows(2).enumerate() {
            let [from, to] = [piece[0], piece[1]];
            // Every second piece runs straight through a layer.
            if at % 2 == 1 || (from.y - to.y).abs() < 0.5 {
                line.extend([from, to]);
                continue;
            }
            let pull = Vec2::new((to.x - from.x) * 0.5, 0.0);
            let curve = CubicBezierShape::from_points_stroke(
                [from, from + pull, to - pull, to],
                false,
                Color32::TRANSPARENT,
                stroke,
            );
            line.extend(curve.flatten(Some(0.25)));
        }
        line.dedup();
        if Rect::from_points(&line).intersects(view) {
            out = if self.strand.one_of {
                Shape::dashed_line(&line, stroke, (5.0 * zoom).max(2.0), (4.0 * zoom).max(2.0))
            } else {
                vec![Shape::line(line, stroke)]
            };
        }
        out
    }

    fn update(&mut self, props: &EdgeProps<Strand>) {
        self.strand = props.payload;
    }

    fn is_inside(&self, _start: &ViewNode, _end: &ViewNode, _pos: Pos2) -> bool {
        false
    }
}

/// The layout that leaves everything where it was put.
#[derive(Debug, Default)]
pub struct AsPlaced;

/// It remembers nothing.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub struct Nothing;

impl LayoutState for Nothing {}

impl Layout<Nothing> for AsPlaced {
    fn from_state(_state: Nothing) -> impl Layout<Nothing> {
        Self
    }

    fn next<N, E, Ty, Ix, Dn, De>(&mut self, _graph: &mut egui_graphs::Graph<N, E, Ty, Ix, Dn, De>, _ui: &Ui)
    where
        N: Clone,
        E: Clone,
        Ty: EdgeType,
        Ix: IndexType,
        Dn: DisplayNode<N, E, Ty, Ix>,
        De: DisplayEdge<N, E, Ty, Ix, Dn>,
    {
    }

    fn state(&self) -> Nothing {
        Nothing
    }
}
