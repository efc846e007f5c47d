//! How one component and one link look: display types of egui_graphs, small and without text.

use egui::epaint::{CubicBezierShape, PathStroke, RectShape};
use egui::{Color32, CornerRadius, Mesh, Pos2, Rect, Shape, Stroke, StrokeKind, Vec2, pos2};
use egui_graphs::{DisplayEdge, DisplayNode, DrawContext, EdgeProps, Node, NodeProps};
use petgraph::Directed;
use petgraph::stable_graph::DefaultIx;

use crate::app::camera::Camera;
use crate::app::theme;
use crate::design::{Kind, Purpose};
use crate::picture::curve::{self, Point};
use crate::picture::palette::{self, Dash, Palette, Rgb};

/// Straight pieces by which a curve is approximated where it need not be exact.
const PIECES: usize = 12;

/// How much is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// Boxes and lines only, as two meshes.
    Far,
    /// Icon and name.
    Middle,
    /// Everything.
    Near,
}

/// What shapes need to know of the frame.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Colours.
    pub palette: &'static Palette,
    /// Scene to screen.
    pub camera: Camera,
    /// How much is drawn.
    pub detail: Detail,
}

/// Payload of a node.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// What it is.
    pub kind: Kind,
}

/// Payload of an edge.
#[derive(Debug, Clone, Copy)]
pub struct Wire {
    /// What it is for.
    pub purpose: Purpose,
    /// Whether both ends send.
    pub both_ways: bool,
}

/// Marks of an element that change how it is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Marks {
    /// It is selected.
    pub selected: bool,
    /// The pointer is over it, here or in a list.
    pub hovered: bool,
    /// It moves with a gesture, so grids and cached meshes leave it out.
    pub moving: bool,
}

/// A component's box.
#[derive(Debug, Clone, Copy)]
pub struct BoxShape {
    /// Where it is drawn, scene coordinates.
    pub rect: Rect,
    /// What it is.
    pub kind: Kind,
    /// How it is marked.
    pub marks: Marks,
}

impl From<NodeProps<Part>> for BoxShape {
    fn from(props: NodeProps<Part>) -> Self {
        let extent = props.payload.kind.extent();
        let size = Vec2::new(extent.0 as f32, extent.1 as f32);
        let rect = Rect::from_center_size(props.location(), size);
        Self { rect, kind: props.payload.kind, marks: Marks { selected: props.selected, ..Marks::default() } }
    }
}

impl BoxShape {
    /// Corner radius, screen points.
    #[must_use]
    pub fn radius(&self, look: &Look) -> f32 {
        if self.kind == Kind::Users {
            self.rect.height() / 2.0 * look.camera.zoom
        } else {
            (8.0 * look.camera.zoom).clamp(1.0, 16.0)
        }
    }

    /// The square that carries the icon, screen coordinates.
    #[must_use]
    pub fn tile(&self, look: &Look) -> Rect {
        let rect = look.camera.rect_to_screen(self.rect);
        let zoom = look.camera.zoom;
        if look.detail == Detail::Near {
            Rect::from_min_size(rect.min + Vec2::new(10.0, 12.0) * zoom, Vec2::splat(18.0 * zoom))
        } else {
            let side = rect.height() * 0.52;
            let inset = (rect.height() - side) / 2.0;
            Rect::from_min_size(rect.min + Vec2::new(inset.min(rect.width() * 0.06), inset), Vec2::splat(side))
        }
    }

    /// The box with its icon's tile, but without text. `opacity` below 1 dims it.
    pub fn draw(&self, look: &Look, opacity: f32, out: &mut Vec<Shape>) {
        let p = look.palette;
        let rect = look.camera.rect_to_screen(self.rect);
        let radius = CornerRadius::from(self.radius(look));
        let kind = p.kind(self.kind);
        let ground = if self.marks.selected { p.card.mix(kind, 0.10) } else { p.card };
        let edge = kind.mix(p.card, if self.marks.hovered { 0.0 } else { 0.45 });
        let stroke = Stroke::new(1.0, theme::faded(edge, opacity));
        out.push(RectShape::new(rect, radius, theme::faded(ground, opacity), stroke, StrokeKind::Inside).into());
        if self.marks.selected {
            let outline = Stroke::new(2.0, theme::faded(p.accent, opacity));
            let radius = CornerRadius::from(self.radius(look) + 1.0);
            out.push(
                RectShape::new(rect.expand(1.0), radius, Color32::TRANSPARENT, outline, StrokeKind::Middle).into(),
            );
        }
        // A population is no node: its glyph stands on the pill itself.
        if self.kind != Kind::Users {
            let tile = self.tile(look);
            let radius = CornerRadius::from(tile.width() * 0.28);
            out.push(RectShape::filled(tile, radius, theme::faded(kind, opacity)).into());
        }
    }

    /// The colour of the icon's glyph.
    #[must_use]
    pub fn glyph_color(&self, look: &Look) -> Rgb {
        if self.kind == Kind::Users {
            look.palette.text_weak
        } else if look.palette.dark {
            look.palette.canvas
        } else {
            look.palette.card
        }
    }

    /// The box as four corners of a mesh, for the far view.
    pub fn draw_far(&self, look: &Look, mesh: &mut Mesh) {
        let rect = look.camera.rect_to_screen(self.rect);
        let color = if self.marks.selected { look.palette.accent } else { look.palette.kind(self.kind) };
        mesh.add_colored_rect(rect, theme::color(color));
    }
}

impl DisplayNode<Part, Wire, Directed, DefaultIx> for BoxShape {
    fn closest_boundary_point(&self, dir: Vec2) -> Pos2 {
        let half = self.rect.size() / 2.0;
        let reach = (half.x / dir.x.abs().max(1e-6)).min(half.y / dir.y.abs().max(1e-6));
        self.rect.center() + dir * reach
    }

    fn shapes(&mut self, cx: &DrawContext<'_>) -> Vec<Shape> {
        let mut out = Vec::with_capacity(3);
        self.draw(&Look::of(cx), 1.0, &mut out);
        out
    }

    fn update(&mut self, props: &NodeProps<Part>) {
        self.rect = Rect::from_center_size(props.location(), self.rect.size());
        self.marks.selected = props.selected;
    }

    fn is_inside(&self, pos: Pos2) -> bool {
        self.rect.contains(pos)
    }
}

impl Look {
    /// The look for egui_graphs' own view.
    fn of(cx: &DrawContext<'_>) -> Self {
        let canvas_screen = cx.painter.clip_rect();
        let camera = Camera {
            center_scene: cx.meta.screen_to_canvas_pos(canvas_screen.center()),
            zoom: cx.meta.zoom,
            canvas_screen,
        };
        Self { palette: theme::palette(cx.ctx), camera, detail: Detail::Near }
    }

    /// A point of the picture on the screen.
    #[must_use]
    pub fn point(&self, p: Point) -> Pos2 {
        self.camera.to_screen(pos2(p.0, p.1))
    }

    /// A curve on the screen.
    #[must_use]
    pub fn curve(&self, curve: &[Point; 4]) -> [Point; 4] {
        curve.map(|p| {
            let at = self.point(p);
            (at.x, at.y)
        })
    }
}

/// A link's line.
#[derive(Debug, Clone, Copy)]
pub struct CurveShape {
    /// Control points from the side that connects to the side that listens, scene coordinates.
    pub curve: [Point; 4],
    /// What holds the curve, scene coordinates.
    pub bounds: Rect,
    /// What it is for.
    pub purpose: Purpose,
    /// Whether both ends send.
    pub both_ways: bool,
    /// Whether it joins two regions.
    pub between_regions: bool,
    /// How it is marked.
    pub marks: Marks,
}

impl From<EdgeProps<Wire>> for CurveShape {
    fn from(props: EdgeProps<Wire>) -> Self {
        Self {
            curve: [(0.0, 0.0); 4],
            bounds: Rect::ZERO,
            purpose: props.payload.purpose,
            both_ways: props.payload.both_ways,
            between_regions: false,
            marks: Marks { selected: props.selected, ..Marks::default() },
        }
    }
}

impl CurveShape {
    /// Gives it another course.
    pub fn set_curve(&mut self, curve: [Point; 4]) {
        let (min, max) = curve::bounds(&curve);
        self.curve = curve;
        self.bounds = Rect::from_min_max(pos2(min.0, min.1), pos2(max.0, max.1));
    }

    /// The line with its arrowheads. `opacity` below 1 dims it.
    pub fn draw(&self, look: &Look, opacity: f32, out: &mut Vec<Shape>) {
        let p = look.palette;
        let raised = self.marks.selected || self.marks.hovered;
        let color = p.purpose(self.purpose);
        let color = if raised { color.mix(p.text, 0.25) } else { color };
        let zoom = look.camera.zoom;
        let width = (1.4 * zoom.sqrt()).clamp(1.0, 2.5) + if raised { 1.0 } else { 0.0 };
        let points = look.curve(&self.curve);
        if self.marks.selected {
            let halo = PathStroke::new(width + 5.0, theme::faded(p.accent, 0.35 * opacity));
            out.push(CubicBezierShape::from_points_stroke(to_pos(points), false, Color32::TRANSPARENT, halo).into());
        }
        let color = theme::faded(color, opacity);
        let head = (8.0 * zoom).clamp(4.0, 14.0);
        arrow(&points, head, color, out);
        if self.both_ways {
            arrow(&curve::reversed(&points), head, color, out);
        }
        let line = shortened(&points, head * 0.8, self.both_ways);
        let stroke = Stroke::new(width, color);
        match palette::dash(self.purpose) {
            Dash::Solid => {
                let shape = CubicBezierShape::from_points_stroke(to_pos(line), false, Color32::TRANSPARENT, stroke);
                out.push(shape.into());
            }
            Dash::Dashed => broken(&line, stroke, 6.0 * zoom.max(0.5), 4.0 * zoom.max(0.5), look, out),
            Dash::Dotted => broken(&line, stroke, 1.6 * zoom.max(0.7), 3.6 * zoom.max(0.7), look, out),
        }
    }

    /// The line of a link that does not work: dots in the colour of loss, without arrows.
    pub fn draw_cut(&self, look: &Look, opacity: f32, out: &mut Vec<Shape>) {
        let zoom = look.camera.zoom;
        let raised = self.marks.selected || self.marks.hovered;
        let points = look.curve(&self.curve);
        if self.marks.selected {
            let halo = PathStroke::new(6.5, theme::faded(look.palette.accent, 0.35 * opacity));
            out.push(CubicBezierShape::from_points_stroke(to_pos(points), false, Color32::TRANSPARENT, halo).into());
        }
        let width = (1.8 * zoom.sqrt()).clamp(1.2, 3.0) + if raised { 1.0 } else { 0.0 };
        let stroke = Stroke::new(width, theme::faded(look.palette.error, opacity));
        broken(&points, stroke, 2.2 * zoom.max(0.7), 5.0 * zoom.max(0.7), look, out);
    }

    /// Whether the line itself, not only its surroundings, touches the area.
    #[must_use]
    pub fn crosses(&self, area: Rect) -> bool {
        if area.contains_rect(self.bounds) {
            return true;
        }
        let slack = (self.bounds.width() + self.bounds.height()) / (PIECES * PIECES) as f32;
        let near = area.expand(slack);
        let at = |i: usize| {
            let (x, y) = curve::point_at(&self.curve, i as f32 / PIECES as f32);
            pos2(x, y)
        };
        (0..PIECES).any(|i| near.intersects(Rect::from_two_pos(at(i), at(i + 1))))
    }

    /// The line as a ribbon of a mesh, without dashes and arrows, for when there are very many.
    pub fn draw_plain(&self, look: &Look, opacity: f32, mesh: &mut Mesh) {
        let color = theme::faded(look.palette.purpose(self.purpose), 0.7 * opacity);
        let points = look.curve(&self.curve);
        let half = 0.6;
        let first = mesh.vertices.len() as u32;
        for i in 0..=PIECES {
            let t = i as f32 / PIECES as f32;
            let (at, along) = (curve::point_at(&points, t), curve::direction_at(&points, t));
            let aside = Vec2::new(along.0, along.1).normalized().rot90() * half;
            mesh.colored_vertex(pos2(at.0, at.1) - aside, color);
            mesh.colored_vertex(pos2(at.0, at.1) + aside, color);
        }
        for i in 0..PIECES as u32 {
            let corner = first + 2 * i;
            mesh.add_triangle(corner, corner + 1, corner + 2);
            mesh.add_triangle(corner + 1, corner + 2, corner + 3);
        }
    }

    /// The line as one slender triangle that tapers towards the listening end, for the far view.
    pub fn draw_far(&self, look: &Look, mesh: &mut Mesh) {
        let [a, _, _, b] = self.curve;
        let (a, b) = (look.point(a), look.point(b));
        let along = b - a;
        let length = along.length();
        if length < 1.0 {
            return;
        }
        let width = if self.marks.selected { 1.6 } else { 0.8 };
        let aside = along.rot90() * (width / length);
        let p = look.palette;
        let color =
            if self.marks.selected { theme::color(p.accent) } else { theme::faded(p.purpose(self.purpose), 0.55) };
        let first = mesh.vertices.len() as u32;
        mesh.colored_vertex(a - aside, color);
        mesh.colored_vertex(a + aside, color);
        mesh.colored_vertex(b, color);
        mesh.add_triangle(first, first + 1, first + 2);
    }
}

fn to_pos(curve: [Point; 4]) -> [Pos2; 4] {
    curve.map(|(x, y)| pos2(x, y))
}

/// The curve with its end, and its start if asked, pulled back so that the line does not show beside the arrowhead.
fn shortened(curve: &[Point; 4], by: f32, both_ends: bool) -> [Point; 4] {
    let pull = |end: Point, control: Point| {
        let (dx, dy) = (control.0 - end.0, control.1 - end.1);
        let length = dx.hypot(dy);
        if length <= by { end } else { (end.0 + dx / length * by, end.1 + dy / length * by) }
    };
    let [a, b, c, d] = *curve;
    [if both_ends { pull(a, b) } else { a }, b, c, pull(d, c)]
}

fn arrow(curve: &[Point; 4], size: f32, color: Color32, out: &mut Vec<Shape>) {
    let corners = curve::arrow_head(curve, size).map(|(x, y)| pos2(x, y)).to_vec();
    out.push(Shape::convex_polygon(corners, color, Stroke::NONE));
}

/// A dashed curve; only the dashes that can be seen.
fn broken(curve: &[Point; 4], stroke: Stroke, dash: f32, gap: f32, look: &Look, out: &mut Vec<Shape>) {
    let (min, max) = curve::bounds(curve);
    let steps = (((max.0 - min.0) + (max.1 - min.1)) / 12.0).clamp(8.0, 240.0) as usize;
    let points: Vec<Pos2> = curve::flatten(curve, steps).into_iter().map(|(x, y)| pos2(x, y)).collect();
    let visible = look.camera.canvas_screen.expand(dash);
    let mut in_gap = false;
    let mut left = dash;
    let mut piece: Vec<Pos2> = points.first().copied().into_iter().collect();
    for (a, b) in points.iter().zip(points.iter().skip(1)) {
        let length = (*b - *a).length();
        // Pieces out of sight still count for the rhythm, but are not cut up.
        if !Rect::from_two_pos(*a, *b).intersects(visible) {
            piece.clear();
            let period = dash + gap;
            let mut phase = if in_gap { dash + gap - left } else { dash - left } + length;
            phase %= period;
            in_gap = phase >= dash;
            left = if in_gap { period - phase } else { dash - phase };
            if !in_gap {
                piece.push(*b);
            }
            continue;
        }
        let mut at = 0.0;
        while length - at > left {
            at += left;
            let point = *a + (*b - *a) * (at / length);
            if in_gap {
                piece = vec![point];
                left = dash;
            } else {
                piece.push(point);
                if piece.len() > 1 {
                    out.push(if piece.len() == 2 {
                        Shape::line_segment([piece[0], piece[1]], stroke)
                    } else {
                        Shape::line(std::mem::take(&mut piece), stroke)
                    });
                }
                piece.clear();
                left = gap;
            }
            in_gap = !in_gap;
        }
        left -= length - at;
        if !in_gap {
            piece.push(*b);
        }
    }
    if !in_gap && piece.len() > 1 {
        out.push(Shape::line(piece, stroke));
    }
}

/// A node of the view graph.
pub type ViewNode = Node<Part, Wire, Directed, DefaultIx, BoxShape>;

impl DisplayEdge<Part, Wire, Directed, DefaultIx, BoxShape> for CurveShape {
    fn shapes(&mut self, _start: &ViewNode, _end: &ViewNode, cx: &DrawContext<'_>) -> Vec<Shape> {
        let mut out = Vec::with_capacity(2);
        self.draw(&Look::of(cx), 1.0, &mut out);
        out
    }

    fn update(&mut self, props: &EdgeProps<Wire>) {
        self.marks.selected = props.selected;
    }

    fn is_inside(&self, _start: &ViewNode, _end: &ViewNode, pos: Pos2) -> bool {
        self.bounds.expand(4.0).contains(pos) && curve::distance(&self.curve, (pos.x, pos.y)) <= 4.0
    }
}
