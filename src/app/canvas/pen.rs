//! A pen that makes shapes of egui: how the window draws what [`crate::picture`] decides.

use std::sync::Arc;

use egui::epaint::{CircleShape, CubicBezierShape, RectShape};
use egui::{Align2, Color32, CornerRadius, Galley, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, pos2};

use crate::app::theme;
use crate::picture::area::{Area, Point};
use crate::picture::curve;
use crate::picture::pen::{Anchor, Dashes, Ink, Line, Pen, Rim, Type};

use super::words;

/// Collects shapes.
pub struct ShapePen<'a> {
    painter: &'a Painter,
    /// What was drawn, in order.
    pub shapes: Vec<Shape>,
}

impl<'a> ShapePen<'a> {
    /// A pen for a painter, whose clip rectangle is what can be seen.
    #[must_use]
    pub fn new(painter: &'a Painter) -> Self {
        Self { painter, shapes: Vec::new() }
    }

    /// Hands what was drawn to the painter.
    pub fn finish(self) {
        self.painter.extend(self.shapes);
    }
}

/// Shapes of one thing that is drawn between widgets, such as a mark in a list.
#[must_use]
pub fn shapes(painter: &Painter, draw: impl FnOnce(&mut ShapePen<'_>)) -> Vec<Shape> {
    let mut pen = ShapePen::new(painter);
    draw(&mut pen);
    pen.shapes
}

/// A point for egui.
#[must_use]
pub fn pos((x, y): Point) -> Pos2 {
    pos2(x, y)
}

/// A rectangle for egui.
#[must_use]
pub fn rect(area: Area) -> Rect {
    Rect::from_min_max(pos(area.min), pos(area.max))
}

/// A rectangle of egui.
#[must_use]
pub fn area(rect: Rect) -> Area {
    Area { min: (rect.left(), rect.top()), max: (rect.right(), rect.bottom()) }
}

fn color(ink: Ink) -> Color32 {
    theme::faded(ink.rgb, ink.opacity)
}

fn stroke(line: Line) -> Stroke {
    Stroke::new(line.width, color(line.ink))
}

fn filled(fill: Option<Ink>) -> Color32 {
    fill.map_or(Color32::TRANSPARENT, color)
}

fn edged(edge: Option<Line>) -> Stroke {
    edge.map_or(Stroke::NONE, stroke)
}

fn align(anchor: Anchor) -> Align2 {
    match anchor {
        Anchor::Left => Align2::LEFT_CENTER,
        Anchor::Center => Align2::CENTER_CENTER,
        Anchor::Right => Align2::RIGHT_CENTER,
        Anchor::TopLeft => Align2::LEFT_TOP,
    }
}

impl Pen for ShapePen<'_> {
    type Words = Arc<Galley>;

    fn rect(&mut self, area: Area, radius: f32, fill: Option<Ink>, edge: Option<(Line, Rim)>) {
        let radius = CornerRadius::from(radius);
        let (line, kind) = match edge {
            Some((line, Rim::Inside)) => (stroke(line), StrokeKind::Inside),
            Some((line, Rim::Middle)) => (stroke(line), StrokeKind::Middle),
            Some((line, Rim::Outside)) => (stroke(line), StrokeKind::Outside),
            None => (Stroke::NONE, StrokeKind::Inside),
        };
        self.shapes.push(RectShape::new(rect(area), radius, filled(fill), line, kind).into());
    }

    fn circle(&mut self, center: Point, radius: f32, fill: Option<Ink>, edge: Option<Line>) {
        let circle = CircleShape { center: pos(center), radius, fill: filled(fill), stroke: edged(edge) };
        self.shapes.push(Shape::Circle(circle));
    }

    fn polygon(&mut self, corners: &[Point], fill: Ink, edge: Option<Line>) {
        let corners = corners.iter().copied().map(pos).collect();
        self.shapes.push(Shape::convex_polygon(corners, color(fill), edged(edge)));
    }

    fn line(&mut self, points: &[Point], line: Line, dashes: Option<Dashes>) {
        match (points, dashes) {
            ([a, b], None) => self.shapes.push(Shape::line_segment([pos(*a), pos(*b)], stroke(line))),
            (_, None) => self.shapes.push(Shape::line(points.iter().copied().map(pos).collect(), stroke(line))),
            (_, Some(dashes)) => {
                let points: Vec<Pos2> = points.iter().copied().map(pos).collect();
                self.shapes.extend(Shape::dashed_line(&points, stroke(line), dashes.dash, dashes.gap));
            }
        }
    }

    fn curve(&mut self, curve: &[Point; 4], line: Line, dashes: Option<Dashes>) {
        match dashes {
            None => {
                let curve = curve.map(pos);
                let shape = CubicBezierShape::from_points_stroke(curve, false, Color32::TRANSPARENT, stroke(line));
                self.shapes.push(shape.into());
            }
            Some(dashes) => broken(curve, stroke(line), dashes, self.painter.clip_rect(), &mut self.shapes),
        }
    }

    fn set(&mut self, text: &str, with: Type) -> Arc<Galley> {
        let font = words::font(with.weight, with.size);
        words::block(self.painter, text, font, color(with.ink), with.room, with.rows)
    }

    fn size(&self, words: &Arc<Galley>) -> Point {
        (words.size().x, words.size().y)
    }

    fn put(&mut self, words: Arc<Galley>, at: Point, anchor: Anchor) {
        words::put(words, pos(at), align(anchor), &mut self.shapes);
    }

    fn glyph(&mut self, glyph: &str, center: Point, size: f32, ink: Ink) {
        words::glyph(self.painter, glyph, pos(center), size, color(ink), &mut self.shapes);
    }
}

/// A dashed curve; only the dashes that can be seen.
fn broken(curve: &[Point; 4], stroke: Stroke, Dashes { dash, gap }: Dashes, visible: Rect, out: &mut Vec<Shape>) {
    let (min, max) = curve::bounds(curve);
    let steps = (((max.0 - min.0) + (max.1 - min.1)) / 12.0).clamp(8.0, 240.0) as usize;
    let points: Vec<Pos2> = curve::flatten(curve, steps).into_iter().map(pos).collect();
    let visible = visible.expand(dash);
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
                out.extend(dashed(&mut piece, stroke));
                left = gap;
            }
            in_gap = !in_gap;
        }
        left -= length - at;
        if !in_gap {
            piece.push(*b);
        }
    }
    if !in_gap {
        out.extend(dashed(&mut piece, stroke));
    }
}

/// One dash; empties the piece.
fn dashed(piece: &mut Vec<Pos2>, stroke: Stroke) -> Option<Shape> {
    let shape = match piece.as_slice() {
        [] | [_] => None,
        [a, b] => Some(Shape::line_segment([*a, *b], stroke)),
        _ => return Some(Shape::line(std::mem::take(piece), stroke)),
    };
    piece.clear();
    shape
}
