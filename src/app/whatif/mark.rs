//! The shape that stands for a state, drawn: it survives a projector, colour blindness and fonts without it.

use egui::{Color32, Pos2, Shape, Stroke, pos2, vec2};

use crate::failure::State;

/// Corners of the quarter of a disc, beside its middle.
const QUARTER: usize = 8;

/// The mark of a state around a point; `r` is half its size, points.
#[must_use]
pub fn shapes(center: Pos2, r: f32, state: State, color: Color32) -> Vec<Shape> {
    let stroke = Stroke::new((r * 0.36).max(1.2), color);
    let at = |x: f32, y: f32| center + vec2(x * r, y * r);
    match state {
        State::Down => vec![
            Shape::line_segment([at(-0.75, -0.75), at(0.75, 0.75)], stroke),
            Shape::line_segment([at(-0.75, 0.75), at(0.75, -0.75)], stroke),
        ],
        State::Idle => vec![Shape::line_segment([at(-0.8, 0.0), at(0.8, 0.0)], stroke)],
        State::Degraded => {
            vec![Shape::convex_polygon(vec![at(0.0, -0.95), at(1.0, 0.8), at(-1.0, 0.8)], color, Stroke::NONE)]
        }
        State::CannotRestart => {
            vec![Shape::convex_polygon(
                vec![at(-0.8, -0.8), at(0.8, -0.8), at(0.8, 0.8), at(-0.8, 0.8)],
                color,
                Stroke::NONE,
            )]
        }
        State::Stale => {
            let arc = (0..=QUARTER).map(|i| {
                #[expect(clippy::cast_precision_loss, reason = "a handful of corners")]
                let angle = i as f32 / QUARTER as f32 * std::f32::consts::FRAC_PI_2;
                pos2(center.x + angle.sin() * r, center.y - angle.cos() * r)
            });
            let quarter: Vec<Pos2> = std::iter::once(center).chain(arc).collect();
            vec![
                Shape::circle_stroke(center, r - stroke.width / 2.0, stroke),
                Shape::convex_polygon(quarter, color, Stroke::NONE),
            ]
        }
        State::Works => vec![Shape::line(vec![at(-0.8, 0.05), at(-0.25, 0.65), at(0.85, -0.65)], stroke)],
    }
}
