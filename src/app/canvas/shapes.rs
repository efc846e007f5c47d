//! Components and links of the view: display types of egui_graphs, small and without text. Each hands its picture to
//! the code that draws; from afar each is a few corners of a mesh.

use egui::{Mesh, Pos2, Rect, Shape, Vec2, pos2};
use egui_graphs::{DisplayEdge, DisplayNode, DrawContext, EdgeProps, Node, NodeProps};
use petgraph::Directed;
use petgraph::stable_graph::DefaultIx;

use crate::app::camera::Camera;
use crate::app::theme;
use crate::design::{Kind, Purpose};
use crate::failure::State;
use crate::picture::area::Point;
use crate::picture::look::{self, Attention, View};
use crate::picture::palette::Palette;
use crate::picture::{component, curve, link};

pub use crate::picture::look::Detail;

use super::pen;

/// Straight pieces by which a curve is approximated where it need not be exact.
const PIECES: usize = 12;

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

impl Marks {
    /// What of it shows.
    #[must_use]
    pub fn attention(self) -> Attention {
        Attention { selected: self.selected, hovered: self.hovered }
    }
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
    /// What is drawn of it.
    #[must_use]
    pub fn picture(&self) -> component::Shape {
        component::Shape { area: pen::area(self.rect), kind: self.kind, attention: self.marks.attention() }
    }

    /// The box as four corners of a mesh, for the far view.
    pub fn draw_far(&self, look: &Look, standing: Option<State>, mesh: &mut Mesh) {
        let p = look.palette;
        let rgb = match standing {
            _ if self.marks.selected => p.accent,
            Some(state) => p.state(state),
            None => p.kind(self.kind),
        };
        mesh.add_colored_rect(look.camera.rect_to_screen(self.rect), theme::color(rgb));
    }
}

impl DisplayNode<Part, Wire, Directed, DefaultIx> for BoxShape {
    fn closest_boundary_point(&self, dir: Vec2) -> Pos2 {
        let half = self.rect.size() / 2.0;
        let reach = (half.x / dir.x.abs().max(1e-6)).min(half.y / dir.y.abs().max(1e-6));
        self.rect.center() + dir * reach
    }

    fn shapes(&mut self, cx: &DrawContext<'_>) -> Vec<Shape> {
        let look = Look::of(cx).picture();
        pen::shapes(cx.painter, |pen| self.picture().draw(pen, &look, 1.0))
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

    /// The same for the code that draws.
    #[must_use]
    pub fn picture(&self) -> look::Look {
        let center = self.camera.center_scene;
        let view = View {
            center_scene: (center.x, center.y),
            zoom: self.camera.zoom,
            target: pen::area(self.camera.canvas_screen),
        };
        look::Look { palette: self.palette, view, detail: self.detail }
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

    /// What is drawn of it.
    #[must_use]
    pub fn picture(&self) -> link::Shape {
        link::Shape {
            curve: self.curve,
            purpose: self.purpose,
            both_ways: self.both_ways,
            attention: self.marks.attention(),
        }
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
    pub fn draw_far(&self, look: &Look, standing: Option<State>, mesh: &mut Mesh) {
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
        let color = match standing {
            _ if self.marks.selected => theme::color(p.accent),
            Some(state) => theme::faded(p.state(state), 0.8),
            None => theme::faded(p.purpose(self.purpose), 0.55),
        };
        let first = mesh.vertices.len() as u32;
        mesh.colored_vertex(a - aside, color);
        mesh.colored_vertex(a + aside, color);
        mesh.colored_vertex(b, color);
        mesh.add_triangle(first, first + 1, first + 2);
    }
}

/// A node of the view graph.
pub type ViewNode = Node<Part, Wire, Directed, DefaultIx, BoxShape>;

impl DisplayEdge<Part, Wire, Directed, DefaultIx, BoxShape> for CurveShape {
    fn shapes(&mut self, _start: &ViewNode, _end: &ViewNode, cx: &DrawContext<'_>) -> Vec<Shape> {
        let look = Look::of(cx).picture();
        pen::shapes(cx.painter, |pen| self.picture().draw(pen, &look, 1.0))
    }

    fn update(&mut self, props: &EdgeProps<Wire>) {
        self.marks.selected = props.selected;
    }

    fn is_inside(&self, _start: &ViewNode, _end: &ViewNode, pos: Pos2) -> bool {
        self.bounds.expand(4.0).contains(pos) && curve::distance(&self.curve, (pos.x, pos.y)) <= 4.0
    }
}
