//! The course of a link between two boxes: a cubic curve in scene coordinates.

use std::collections::BTreeMap;

use crate::design::{Design, Extent, Id, SceneRect};

pub use super::area::Point;

/// Distance between parallel links of the same two boxes, scene points.
const LANE_GAP: f32 = 14.0;

/// What the round corner of a box takes from the ends of its sides, scene points.
const CORNER: f32 = 8.0;

/// The side of a box at which a link ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// Left.
    Left,
    /// Right.
    Right,
    /// Top.
    Top,
    /// Bottom.
    Bottom,
}

impl Side {
    fn is_horizontal(self) -> bool {
        matches!(self, Self::Left | Self::Right)
    }
}

#[expect(clippy::cast_precision_loss, reason = "coordinates stay below 2^24")]
fn center(rect: SceneRect) -> Point {
    let Extent(w, h) = rect.extent;
    (rect.min.0 as f32 + w as f32 / 2.0, rect.min.1 as f32 + h as f32 / 2.0)
}

/// The sides at which a link from one box to another leaves and arrives: those with the most room between them.
#[must_use]
pub fn sides(from: SceneRect, to: SceneRect) -> (Side, Side) {
    let (a, b) = (center(from), center(to));
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let gap = (gap_between(from, to, true), gap_between(from, to, false));
    let horizontal = if gap.0 > 0.0 || gap.1 > 0.0 { gap.0 >= gap.1 } else { dx.abs() >= dy.abs() };
    match (horizontal, dx >= 0.0, dy >= 0.0) {
        (true, true, _) => (Side::Right, Side::Left),
        (true, false, _) => (Side::Left, Side::Right),
        (false, _, true) => (Side::Bottom, Side::Top),
        (false, _, false) => (Side::Top, Side::Bottom),
    }
}

/// How far from the middle of its side each link at a box ends, scene points, so that none hides another and as few
/// as possible cross: in the order of the directions in which they leave. `ends` has the side of each link and the
/// box at its other end; links to the same box keep their order.
#[must_use]
pub fn shifts(own: SceneRect, ends: &[(Side, SceneRect)]) -> Vec<f32> {
    let mut out = vec![0.0; ends.len()];
    let here = center(own);
    for side in [Side::Left, Side::Right, Side::Top, Side::Bottom] {
        let mut row: Vec<(f32, usize)> = ends
            .iter()
            .enumerate()
            .filter(|(_, (s, _))| *s == side)
            .map(|(i, (_, other))| {
                let there = center(*other);
                let (dx, dy) = (there.0 - here.0, there.1 - here.1);
                (if side.is_horizontal() { dy / dx.abs().max(1.0) } else { dx / dy.abs().max(1.0) }, i)
            })
            .collect();
        row.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        #[expect(clippy::cast_precision_loss, reason = "extents and counts of links are small")]
        let (length, gaps) = (
            if side.is_horizontal() { own.extent.1 as f32 } else { own.extent.0 as f32 },
            row.len().saturating_sub(1) as f32,
        );
        let gap = ((length - 2.0 * CORNER) / gaps.max(1.0)).min(LANE_GAP);
        for (place, (_, i)) in row.iter().enumerate() {
            if let Some(slot) = out.get_mut(*i) {
                #[expect(clippy::cast_precision_loss, reason = "a handful of links")]
                let place = place as f32;
                *slot = (place - gaps / 2.0) * gap;
            }
        }
    }
    out
}

/// The four control points of the link from `from` to `to`. `lane` counts the parallel links of the same two boxes
/// and `lanes` how many there are; they are fanned out so that none hides another.
#[must_use]
pub fn link_curve(from: SceneRect, to: SceneRect, lane: usize, lanes: usize) -> [Point; 4] {
    #[expect(clippy::cast_precision_loss, reason = "a handful of lanes")]
    let shift = (lane as f32 - (lanes.saturating_sub(1)) as f32 / 2.0) * LANE_GAP;
    course(from, to, shift, shift)
}

/// The four control points of the link from `from` to `to` that leaves and arrives beside the middle of the sides, by
/// the distances that [`shifts`] gives.
#[must_use]
pub fn course(from: SceneRect, to: SceneRect, shift_from: f32, shift_to: f32) -> [Point; 4] {
    let (side_a, side_b) = sides(from, to);
    let start = anchor(from, side_a, shift_from);
    let end = anchor(to, side_b, shift_to);
    let reach = if side_a.is_horizontal() { (end.0 - start.0).abs() } else { (end.1 - start.1).abs() };
    let pull = (reach * 0.5).clamp(24.0, 220.0);
    [start, pulled(start, side_a, pull), pulled(end, side_b, pull), end]
}

/// A link at a box: its number, whether it leaves, the side, and the box at its other end.
type LinkEnd = (usize, bool, (Side, SceneRect));

/// The courses of all links of a design, in the order of its links.
#[must_use]
pub fn courses(design: &Design) -> Vec<[Point; 4]> {
    let boxes: BTreeMap<&Id, SceneRect> = design.components.iter().map(|(id, c)| (id, design.rect_scene(c))).collect();
    let ends: Vec<Option<(SceneRect, SceneRect)>> =
        design.links.values().map(|link| boxes.get(&link.from).copied().zip(boxes.get(&link.to).copied())).collect();
    let mut at: BTreeMap<&Id, Vec<LinkEnd>> = BTreeMap::new();
    for (i, (link, ends)) in design.links.values().zip(&ends).enumerate() {
        let Some((from, to)) = *ends else { continue };
        let (leaves, arrives) = sides(from, to);
        at.entry(&link.from).or_default().push((i, true, (leaves, to)));
        at.entry(&link.to).or_default().push((i, false, (arrives, from)));
    }
    let mut shifted = vec![(0.0, 0.0); ends.len()];
    for (id, links) in at {
        let Some(own) = boxes.get(id) else { continue };
        let sides: Vec<(Side, SceneRect)> = links.iter().map(|(.., end)| *end).collect();
        for ((i, leaves, _), shift) in links.iter().zip(shifts(*own, &sides)) {
            if let Some(slot) = shifted.get_mut(*i) {
                *(if *leaves { &mut slot.0 } else { &mut slot.1 }) = shift;
            }
        }
    }
    let course = |(ends, shift): (&Option<(SceneRect, SceneRect)>, &(f32, f32))| {
        ends.map_or([(0.0, 0.0); 4], |(from, to)| course(from, to, shift.0, shift.1))
    };
    ends.iter().zip(&shifted).map(course).collect()
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
    let along = |half: f32| shift.clamp(CORNER - half, half - CORNER);
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

/// The direction of the curve at `t`, not normalised; never zero unless all four points coincide.
#[must_use]
pub fn direction_at(curve: &[Point; 4], t: f32) -> Point {
    let u = 1.0 - t;
    let weights = [u * u, 2.0 * u * t, t * t];
    let [a, b, c, d] = *curve;
    let sides = [(b.0 - a.0, b.1 - a.1), (c.0 - b.0, c.1 - b.1), (d.0 - c.0, d.1 - c.1)];
    let sum = sides.iter().zip(weights).fold((0.0, 0.0), |sum, (s, w)| (sum.0 + s.0 * w, sum.1 + s.1 * w));
    if sum == (0.0, 0.0) { (d.0 - a.0, d.1 - a.1) } else { sum }
}

/// The curve as `steps` straight pieces, end points included.
#[must_use]
pub fn flatten(curve: &[Point; 4], steps: usize) -> Vec<Point> {
    let steps = steps.max(1);
    #[expect(clippy::cast_precision_loss, reason = "a few dozen steps")]
    let points = (0..=steps).map(|i| point_at(curve, i as f32 / steps as f32)).collect();
    points
}

/// Corners of a rectangle that holds the curve.
#[must_use]
pub fn bounds(curve: &[Point; 4]) -> (Point, Point) {
    curve.iter().fold(((f32::MAX, f32::MAX), (f32::MIN, f32::MIN)), |(low, high), p| {
        ((low.0.min(p.0), low.1.min(p.1)), (high.0.max(p.0), high.1.max(p.1)))
    })
}

/// Distance between a point and the curve, to within a small fraction of the curve's length.
#[must_use]
pub fn distance(curve: &[Point; 4], p: Point) -> f32 {
    let points = flatten(curve, 24);
    points
        .iter()
        .zip(points.iter().skip(1))
        .map(|(a, b)| {
            let (dx, dy) = (b.0 - a.0, b.1 - a.1);
            let length_squared = dx * dx + dy * dy;
            let t = if length_squared > 0.0 { ((p.0 - a.0) * dx + (p.1 - a.1) * dy) / length_squared } else { 0.0 };
            let t = t.clamp(0.0, 1.0);
            (p.0 - a.0 - dx * t).hypot(p.1 - a.1 - dy * t)
        })
        .fold(f32::MAX, f32::min)
}

/// The arrowhead where a curve arrives: tip and the two corners behind it. `size` is its length.
#[must_use]
pub fn arrow_head(curve: &[Point; 4], size: f32) -> [Point; 3] {
    let (dx, dy) = direction_at(curve, 1.0);
    let length = dx.hypot(dy).max(f32::MIN_POSITIVE);
    let (ux, uy) = (dx / length, dy / length);
    let tip = curve[3];
    let (bx, by) = (tip.0 - ux * size, tip.1 - uy * size);
    let half = size * 0.42;
    [tip, (bx - uy * half, by + ux * half), (bx + uy * half, by - ux * half)]
}

/// The same curve in the opposite direction.
#[must_use]
pub fn reversed(curve: &[Point; 4]) -> [Point; 4] {
    let [a, b, c, d] = *curve;
    [d, c, b, a]
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

    #[test]
    fn links_at_one_side_end_apart_and_in_the_order_of_where_they_go() {
        let own = rect(0, 0);
        let ends = [(400, 200), (400, -200), (400, 0), (400, 0)].map(|(x, y)| {
            let other = rect(x, y);
            (sides(own, other).0, other)
        });
        let shifts = shifts(own, &ends);
        assert!(shifts[1] < shifts[2] && shifts[2] < shifts[3] && shifts[3] < shifts[0], "{shifts:?}");
        assert!(shifts.iter().sum::<f32>().abs() < 0.01);
    }

    #[test]
    fn very_many_links_still_end_on_their_side() {
        let own = rect(0, 0);
        let ends: Vec<_> = (0..100).map(|i| (Side::Right, rect(400, i * 80))).collect();
        assert!(shifts(own, &ends).iter().all(|s| s.abs() <= 32.0));
    }

    #[test]
    fn the_distance_to_a_straight_curve_is_that_to_the_line() {
        let straight = [(0.0, 0.0), (30.0, 0.0), (60.0, 0.0), (90.0, 0.0)];
        assert!((distance(&straight, (45.0, 7.0)) - 7.0).abs() < 0.01);
        assert!((distance(&straight, (93.0, 4.0)) - 5.0).abs() < 0.01);
    }

    #[test]
    fn an_arrowhead_points_where_the_curve_arrives() {
        let curve = link_curve(rect(0, 0), rect(400, 0), 0, 1);
        let [tip, a, b] = arrow_head(&curve, 8.0);
        assert_eq!(tip, curve[3]);
        assert!(a.0 < tip.0 && b.0 < tip.0 && (a.1 - tip.1) * (b.1 - tip.1) < 0.0);
    }
}
