//! How a link is drawn: a curve in the colour of its purpose, broken up by what it is for, with arrows where data
//! arrives; dots in the colour of loss when it is cut.

use crate::design::Purpose;

use super::area::Point;
use super::curve;
use super::look::{Attention, Look};
use super::palette::{Dash, dash};
use super::pen::{Dashes, Ink, Line, Pen};

/// A link's line.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Control points from the side that connects to the side that listens, scene coordinates.
    pub curve: [Point; 4],
    /// What it is for.
    pub purpose: Purpose,
    /// Whether both ends send.
    pub both_ways: bool,
    /// What the user does to it.
    pub attention: Attention,
}

impl Shape {
    /// Draws the line with its arrowheads. `opacity` below 1 dims it.
    pub fn draw<P: Pen>(&self, pen: &mut P, look: &Look, opacity: f32) {
        let p = look.palette;
        let zoom = look.zoom();
        let raised = self.attention.raised();
        let rgb = p.purpose(self.purpose);
        let rgb = if raised { rgb.mix(p.text, 0.25) } else { rgb };
        let ink = rgb.faded(opacity);
        let width = (1.4 * zoom.sqrt()).clamp(1.0, 2.5) + if raised { 1.0 } else { 0.0 };
        let points = look.view.curve(&self.curve);
        if self.attention.selected {
            pen.curve(&points, Line::new(width + 5.0, p.accent.faded(0.35 * opacity)), None);
        }
        let head = (8.0 * zoom).clamp(4.0, 14.0);
        arrow(pen, &points, head, ink);
        if self.both_ways {
            arrow(pen, &curve::reversed(&points), head, ink);
        }
        let dashes = match dash(self.purpose) {
            Dash::Solid => None,
            Dash::Dashed => Some(Dashes { dash: 6.0 * zoom.max(0.5), gap: 4.0 * zoom.max(0.5) }),
            Dash::Dotted => Some(Dashes { dash: 1.6 * zoom.max(0.7), gap: 3.6 * zoom.max(0.7) }),
        };
        pen.curve(&shortened(&points, head * 0.8, self.both_ways), Line::new(width, ink), dashes);
    }

    /// Draws the line of a link that does not work: dots in the colour of loss, without arrows.
    pub fn draw_cut<P: Pen>(&self, pen: &mut P, look: &Look, opacity: f32) {
        let zoom = look.zoom();
        let points = look.view.curve(&self.curve);
        if self.attention.selected {
            pen.curve(&points, Line::new(6.5, look.palette.accent.faded(0.35 * opacity)), None);
        }
        let width = (1.8 * zoom.sqrt()).clamp(1.2, 3.0) + if self.attention.raised() { 1.0 } else { 0.0 };
        let line = Line::new(width, look.palette.error.faded(opacity));
        pen.curve(&points, line, Some(Dashes { dash: 2.2 * zoom.max(0.7), gap: 5.0 * zoom.max(0.7) }));
    }
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

fn arrow<P: Pen>(pen: &mut P, curve: &[Point; 4], size: f32, ink: Ink) {
    pen.polygon(&curve::arrow_head(curve, size), ink, None);
}
