//! The course of a link between two boxes: a cubic curve in scene coordinates.

use crate::design::{Extent, SceneRect};

/// A point in scene coordinates.
pub type Point = (f32, f32);

/// Distance between parallel links of the same two boxes, scene points.
const LANE_GAP: f32 = 14.0;

/// The side of a box a link leaves from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
    Top,
    Bottom,
}

#[expect(clippy::cast_precision_loss, reason = "coordinates stay below 2^24")]
fn center(rect: SceneRect) -> Point {
    let Extent(w, h) = rect.extent;
    (rect.min.0 as f32 + w as f32 / 2.0, rect.min.1 as f32 + h as f32 / 2.0)
}

/// The four control points of the link from `from` to `to`. `lane` counts the parallel links of the same two boxes
/// and `lanes` how many there are; they are fanned out so that none hides another.
#[must_use]
pub fn link_curve(from: SceneRect, to: SceneRect, lane: usize, lanes: usize) -> [Point; 4] {
    let (a, b) = (center(from), center(to));
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let gap = (gap_between(from, to, true), gap_between(from, to, false));
    let horizontal = if gap.0 > 0.0 || gap.1 > 0.0 { gap.0 >= gap.1 } else { dx.abs() >= dy.abs() };
    let (side_a, side_b) = match (horizontal, dx >= 0.0, dy >= 0.0) {
        (true, true, _) => (Side::Right, Side::Left),
        (true, false, _) => (Side::Left, Side::Right),
        (false, _, true) => (Side::Bottom, Side::Top),
        (false, _, false) => (Side::Top, Side::Bottom),
    };
    #[expect(clippy::cast_precision_loss, reason = "a handful of lanes")]
    let shift = (lane as f32 - (lanes.saturating_sub(1)) as f32 / 2.0) * LANE_GAP;
    let start = anchor(from, side_a, shift);
    let end = anchor(to, side_b, shift);
    let reach = if horizontal { (end.0 - start.0).abs() } else { (end.1 - start.1).abs() };
    let pull = (reach * 0.5).clamp(24.0, 220.0);
    [start, pulled(start, side_a, pull), pulled(end, side_b, pull), end]
}

fn gap_between(a: SceneRect, b: SceneRect, horizontal: bool) -> f32 {
    let (a_max, b_max) = (a.max(), b.max());
    let gap = if horizontal {
        (b.min.0 - a_max.0).max(a.min.0 - b_max.0)
    } else {
        (b.min.1 - a_max.1).max(a.min.1 - b_max.1)
    };
    #[expect(clippy::cast_precision_loss, reason = "coordinates stay below 2^24")]
    let gap = gap as f32;
    gap
}

fn anchor(rect: SceneRect, side: Side, shift: f32) -> Point {
    let (cx, cy) = center(rect);
    #[expect(clippy::cast_precision_loss, reason = "extents of boxes are small")]
    let (half_w, half_h) = (rect.extent.0 as f32 / 2.0, rect.extent.1 as f32 / 2.0);
    let along = |half: f32| shift.clamp(8.0 - half, half - 8.0);
    match side {
        Side::Left => (cx - half_w, cy + along(half_h)),
        Side::Right => (cx + half_w, cy + along(half_h)),
        Side::Top => (cx + along(half_w), cy - half_h),
        Side::Bottom => (cx + along(half_w), cy + half_h),
    }
}

fn pulled(p: Point, side: Side, by: f32) -> Point {
    match side {
        Side::Left => (p.0 - by, p.1),
        Side::Right => (p.0 + by, p.1),
        Side::Top => (p.0, p.1 - by),
        Side::Bottom => (p.0, p.1 + by),
    }
}

/// The point at `t` (0 to 1) on the curve.
#[must_use]
pub fn point_at(curve: &[Point; 4], t: f32) -> Point {
    let u = 1.0 - t;
    let weights = [u * u * u, 3.0 * u * u * t, 3.0 * u * t * t, t * t * t];
    curve.iter().zip(weights).fold((0.0, 0.0), |sum, (p, w)| (sum.0 + p.0 * w, sum.1 + p.1 * w))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::Pos;

    fn rect(x: i32, y: i32) -> SceneRect {
        SceneRect { min: Pos(x, y), extent: Extent(176, 64) }
    }

    #[test]
    fn a_link_touches_both_boxes() {
        for (x, y) in [(400, 0), (-400, 0), (0, 300), (30, -300), (500, 480), (100, 20)] {
            let (a, b) = (rect(0, 0), rect(x, y));
            for lanes in 1..5 {
                for lane in 0..lanes {
                    let curve = link_curve(a, b, lane, lanes);
                    for (r, p) in [(a, curve[0]), (b, curve[3])] {
                        #[expect(clippy::cast_possible_truncation, reason = "small test coordinates")]
                        let at = Pos(p.0.round() as i32, p.1.round() as i32);
                        assert!(r.contains(at), "{p:?} is off the box at {:?}", r.min);
                    }
                }
            }
        }
    }

    #[test]
    fn parallel_links_do_not_hide_each_other() {
        let (a, b) = (rect(0, 0), rect(400, 0));
        assert!(link_curve(a, b, 0, 2) != link_curve(a, b, 1, 2));
    }
}
