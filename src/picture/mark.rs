//! The marks of what has failed: the shape that stands for a state, and the rim of what is lost. They survive a
//! projector, colour blindness and fonts without them.

use crate::design::Kind;
use crate::failure::State;

use super::area::{Area, Point};
use super::badge;
use super::component::Shape;
use super::effects::{Mark, Standing};
use super::look::Look;
use super::palette::Palette;
use super::pen::{Dashes, Ink, Line, Pen};

/// Corners of the quarter of a disc, beside its middle.
const QUARTER: usize = 8;
/// The dashes around what is lost, points.
pub const LOST_DASHES: Dashes = Dashes { dash: 6.0, gap: 4.0 };

/// Draws the mark of a state around a point; `r` is half its size, points.
pub fn state<P: Pen>(pen: &mut P, center: Point, r: f32, state: State, ink: Ink) {
    let line = Line::new((r * 0.36).max(1.2), ink);
    let at = |x: f32, y: f32| (center.0 + x * r, center.1 + y * r);
    match state {
        State::Down => {
            pen.line(&[at(-0.75, -0.75), at(0.75, 0.75)], line, None);
            pen.line(&[at(-0.75, 0.75), at(0.75, -0.75)], line, None);
        }
        State::Idle => pen.line(&[at(-0.8, 0.0), at(0.8, 0.0)], line, None),
        State::Degraded => pen.polygon(&[at(0.0, -0.95), at(1.0, 0.8), at(-1.0, 0.8)], ink, None),
        State::CannotRestart => {
            pen.polygon(&[at(-0.8, -0.8), at(0.8, -0.8), at(0.8, 0.8), at(-0.8, 0.8)], ink, None);
        }
        State::Stale => {
            let mut quarter = [center; QUARTER + 2];
            for (i, corner) in quarter.iter_mut().skip(1).enumerate() {
                #[expect(clippy::cast_precision_loss, reason = "a handful of corners")]
                let angle = i as f32 / QUARTER as f32 * std::f32::consts::FRAC_PI_2;
                *corner = (center.0 + angle.sin() * r, center.1 - angle.cos() * r);
            }
            pen.circle(center, r - line.width / 2.0, None, Some(line));
            pen.polygon(&quarter, ink, None);
        }
        State::Works => pen.line(&[at(-0.8, 0.05), at(-0.25, 0.65), at(0.85, -0.65)], line, None),
    }
}

/// A dashed rim along the sides of a rectangle.
pub fn dashed_rim<P: Pen>(pen: &mut P, area: Area, line: Line) {
    let [a, b, c, d] = area.corners();
    pen.line(&[a, b, c, d, a], line, Some(LOST_DASHES));
}

/// How a component stands that is not as it was: a dashed rim when it is lost, and the mark of its state at its upper
/// left corner. Nothing on a box too small to carry it.
pub fn component<P: Pen>(pen: &mut P, look: &Look, shape: &Shape, mark: &Mark) {
    let area = look.view.area(shape.area);
    if area.width() < 20.0 {
        return;
    }
    let p = look.palette;
    let rgb = p.state(mark.state);
    if mark.standing == Standing::Lost {
        let rim = if shape.kind == Kind::Users { area.grown(2.0) } else { area.grown(-0.5) };
        dashed_rim(pen, rim, Line::new(1.0, rgb.faded(0.8)));
    }
    let r = (badge::RADIUS * look.zoom().sqrt()).clamp(5.0, badge::RADIUS);
    let at = (area.min.0 + 3.0, area.min.1 + 3.0);
    sign(pen, p, at, r, mark.state);
}

/// The mark of a state on a disc of its own, so that it shows on any ground; `r` is the radius of the disc, points.
pub fn sign<P: Pen>(pen: &mut P, palette: &Palette, at: Point, r: f32, of: State) {
    let rgb = palette.state(of);
    pen.circle(at, r, Some(palette.canvas.into()), None);
    pen.circle(at, r, None, Some(Line::new(1.2, rgb)));
    state(pen, at, r * 0.52, of, rgb.into());
}
