//! Snapping: to edges and middles of what is near, to equal gaps, and else to the grid.

use egui::{Pos2, Rect, Vec2};

use super::Handle;

/// Pitch of the grid, scene points.
pub const GRID: f32 = 8.0;
/// How near a line must be to be snapped to, screen points.
pub const TOLERANCE_SCREEN: f32 = 6.0;
/// How far around a drag neighbours are looked for, screen points.
pub const REACH_SCREEN: f32 = 600.0;
/// Below this zoom neighbours are too small to align with; only the grid remains.
pub const MIN_ZOOM: f32 = 0.2;

/// Which way something can move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Axes {
    /// Sideways.
    pub x: bool,
    /// Up and down.
    pub y: bool,
}

/// A line that shows what was snapped to, scene coordinates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Guide {
    /// Two elements have an edge or a middle in common.
    Line(Pos2, Pos2),
    /// One of several equal gaps, drawn with end marks.
    Gap(Pos2, Pos2),
}

/// What snapping did.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Snapped {
    /// What to add to the movement.
    pub delta: Vec2,
    /// What to show.
    pub guides: Vec<Guide>,
}

/// A rectangle seen along one axis: `low..high` along it, `near..far` across it.
#[derive(Debug, Clone, Copy)]
struct Span {
    low: f32,
    high: f32,
    near: f32,
    far: f32,
}

impl Span {
    fn of(r: Rect, horizontal: bool) -> Self {
        if horizontal {
            Self { low: r.left(), high: r.right(), near: r.top(), far: r.bottom() }
        } else {
            Self { low: r.top(), high: r.bottom(), near: r.left(), far: r.right() }
        }
    }

    fn middle(self) -> f32 {
        f32::midpoint(self.low, self.high)
    }

    fn stops(self) -> [f32; 3] {
        [self.low, self.middle(), self.high]
    }

    fn faces(self, other: Self) -> bool {
        self.near < other.far && other.near < self.far
    }
}

fn point(along: f32, across: f32, horizontal: bool) -> Pos2 {
    if horizontal { Pos2::new(along, across) } else { Pos2::new(across, along) }
}

/// Snaps a moving rectangle to its surroundings. `corner` is what the grid holds on to.
#[must_use]
pub fn snap_move(moving: Rect, corner: Pos2, others: &[Rect], tolerance: f32, axes: Axes) -> Snapped {
    let mut snapped = Snapped::default();
    for horizontal in [true, false] {
        if !(if horizontal { axes.x } else { axes.y }) {
            continue;
        }
        let span = Span::of(moving, horizontal);
        let spans: Vec<Span> = others.iter().map(|r| Span::of(*r, horizontal)).collect();
        let line = nearest_line(span.stops(), &spans, tolerance);
        let gap = nearest_gap(span, &spans, tolerance);
        let at = if horizontal { corner.x } else { corner.y };
        let grid = (at / GRID).round() * GRID - at;
        let by = match (line, gap) {
            (Some(line), Some(gap)) if gap.abs() + 0.01 < line.abs() => gap,
            (Some(line), _) => line,
            (None, Some(gap)) => gap,
            (None, None) => grid,
        };
        if horizontal {
            snapped.delta.x = by;
        } else {
            snapped.delta.y = by;
        }
    }
    let settled = moving.translate(snapped.delta);
    for horizontal in [true, false] {
        if if horizontal { axes.x } else { axes.y } {
            let span = Span::of(settled, horizontal);
            let spans: Vec<Span> = others.iter().map(|r| Span::of(*r, horizontal)).collect();
            line_guides(span, &spans, horizontal, &mut snapped.guides);
            gap_guides(span, &spans, horizontal, &mut snapped.guides);
        }
    }
    snapped
}

/// Snaps the edges of a rectangle that a handle moves.
#[must_use]
pub fn snap_edges(rect: Rect, handle: Handle, others: &[Rect], tolerance: f32) -> (Rect, Vec<Guide>) {
    let mut out = rect;
    let mut guides = Vec::new();
    for (horizontal, side) in [(true, handle.x), (false, handle.y)] {
        if side == 0 {
            continue;
        }
        let span = Span::of(rect, horizontal);
        let edge = if side < 0 { span.low } else { span.high };
        let spans: Vec<Span> = others.iter().map(|r| Span::of(*r, horizontal)).collect();
        let by = nearest_line([edge; 3], &spans, tolerance).unwrap_or((edge / GRID).round() * GRID - edge);
        let target = edge + by;
        match (horizontal, side < 0) {
            (true, true) => out.min.x = target,
            (true, false) => out.max.x = target,
            (false, true) => out.min.y = target,
            (false, false) => out.max.y = target,
        }
        let moved = Span { low: target, high: target, ..Span::of(out, horizontal) };
        line_guides(moved, &spans, horizontal, &mut guides);
    }
    (out, guides)
}

/// The smallest shift that brings one of the stops onto a stop of a neighbour.
fn nearest_line(stops: [f32; 3], others: &[Span], tolerance: f32) -> Option<f32> {
    let mut best: Option<f32> = None;
    for other in others {
        for theirs in other.stops() {
            for ours in stops {
                let by = theirs - ours;
                if by.abs() <= tolerance && best.is_none_or(|b| by.abs() < b.abs()) {
                    best = Some(by);
                }
            }
        }
    }
    best
}

/// Neighbours that face the span, in order along the axis.
fn facing(span: Span, others: &[Span]) -> Vec<Span> {
    let mut row: Vec<Span> = others.iter().copied().filter(|o| o.faces(span)).collect();
    row.sort_by(|a, b| a.low.total_cmp(&b.low));
    row
}

/// The shift that makes the gaps to the neighbours equal: between two of them, or continuing the gap of two others.
fn nearest_gap(span: Span, others: &[Span], tolerance: f32) -> Option<f32> {
    let row = facing(span, others);
    let mut best: Option<f32> = None;
    let mut offer = |by: f32| {
        if by.abs() <= tolerance && best.is_none_or(|b| by.abs() < b.abs()) {
            best = Some(by);
        }
    };
    for (a, b) in row.iter().zip(row.iter().skip(1)) {
        let gap = b.low - a.high;
        if gap <= 0.0 {
            continue;
        }
        if gap > span.high - span.low {
            offer(f32::midpoint(a.high, b.low) - span.middle());
        }
        offer(b.high + gap - span.low);
        offer(a.low - gap - span.high);
    }
    best
}

fn same(a: f32, b: f32) -> bool {
    (a - b).abs() < 0.5
}

/// One line for each stop that the span shares with neighbours, from the first to the last of them.
fn line_guides(span: Span, others: &[Span], horizontal: bool, guides: &mut Vec<Guide>) {
    let mut stops = span.stops().to_vec();
    stops.dedup_by(|a, b| same(*a, *b));
    let shared = |stop: f32| others.iter().filter(move |o| o.stops().iter().any(|s| same(*s, stop)));
    // Where both edges are in line the middle says nothing new.
    if stops.len() == 3 && shared(span.low).next().is_some() && shared(span.high).next().is_some() {
        stops.remove(1);
    }
    for stop in stops {
        let sharing = shared(stop);
        let reach = sharing.map(|o| (o.near, o.far)).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
        if let Some((near, far)) = reach {
            let (from, to) = (near.min(span.near), far.max(span.far));
            guides.push(Guide::Line(point(stop, from, horizontal), point(stop, to, horizontal)));
        }
    }
}

/// The equal gaps on both sides of the span, or the gap that it continues.
fn gap_guides(span: Span, others: &[Span], horizontal: bool, guides: &mut Vec<Guide>) {
    let row = facing(span, others);
    let mut show = |from: Span, to: Span| {
        let across = f32::midpoint(from.near.max(to.near), from.far.min(to.far));
        guides.push(Guide::Gap(point(from.high, across, horizontal), point(to.low, across, horizontal)));
    };
    let before: Vec<&Span> = row.iter().filter(|o| o.high <= span.low + 0.5).collect();
    let after: Vec<&Span> = row.iter().filter(|o| o.low >= span.high - 0.5).collect();
    let left = before.last().map(|o| span.low - o.high);
    let right = after.first().map(|o| o.low - span.high);
    if let (Some(left), Some(right), Some(a), Some(b)) = (left, right, before.last(), after.first())
        && left > 0.5
        && same(left, right)
    {
        show(**a, span);
        show(span, **b);
        return;
    }
    if let (Some(gap), [.., a, b]) = (left, before.as_slice())
        && gap > 0.5
        && same(b.low - a.high, gap)
    {
        show(**a, **b);
        show(**b, span);
    }
    if let (Some(gap), [a, b, ..]) = (right, after.as_slice())
        && gap > 0.5
        && same(b.low - a.high, gap)
    {
        show(span, **a);
        show(**a, **b);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: Axes = Axes { x: true, y: true };

    fn rect(x: f32, y: f32) -> Rect {
        Rect::from_min_size(Pos2::new(x, y), Vec2::new(100.0, 40.0))
    }

    #[test]
    fn without_neighbours_the_corner_goes_to_the_grid() {
        let moving = rect(13.0, 29.0);
        let snapped = snap_move(moving, moving.min, &[], 6.0, BOTH);
        assert_eq!(moving.min + snapped.delta, Pos2::new(16.0, 32.0));
        assert!(snapped.guides.is_empty());
    }

    #[test]
    fn a_near_edge_wins_over_the_grid_and_is_shown() {
        let other = rect(3.0, 200.0);
        let moving = rect(7.0, 30.0);
        let snapped = snap_move(moving, moving.min, &[other], 6.0, BOTH);
        assert_eq!(moving.left() + snapped.delta.x, 3.0);
        assert!(snapped.guides.iter().any(|g| matches!(g, Guide::Line(a, b) if a.x == 3.0 && b.x == 3.0)));
    }

    #[test]
    fn beyond_the_tolerance_nothing_pulls() {
        let other = rect(3.0, 200.0);
        let moving = rect(17.0, 30.0);
        let snapped = snap_move(moving, moving.min, &[other], 6.0, BOTH);
        assert_eq!(moving.left() + snapped.delta.x, 16.0);
    }

    #[test]
    fn between_two_it_finds_equal_gaps() {
        let (a, b) = (rect(0.0, 0.0), rect(403.0, 0.0));
        let moving = rect(198.0, 11.0);
        let snapped = snap_move(moving, moving.min, &[a, b], 6.0, BOTH);
        let x = moving.left() + snapped.delta.x;
        assert!(same(x - a.right(), b.left() - (x + 100.0)), "gaps differ at {x}");
        assert_eq!(snapped.guides.iter().filter(|g| matches!(g, Guide::Gap(..))).count(), 2);
    }

    #[test]
    fn a_row_is_continued_with_its_gap() {
        let (a, b) = (rect(0.0, 0.0), rect(133.0, 0.0));
        let moving = rect(263.0, 15.0);
        let snapped = snap_move(moving, moving.min, &[a, b], 6.0, BOTH);
        assert_eq!(moving.left() + snapped.delta.x, 266.0);
    }

    #[test]
    fn a_locked_axis_stays() {
        let moving = rect(13.0, 29.0);
        let snapped = snap_move(moving, moving.min, &[rect(13.0, 31.0)], 6.0, Axes { x: true, y: false });
        assert_eq!(snapped.delta.y, 0.0);
    }

    #[test]
    fn only_the_held_edge_moves() {
        let start = rect(10.0, 10.0);
        let (out, _) = snap_edges(start, Handle { x: 1, y: 0 }, &[rect(113.0, 300.0)], 6.0);
        assert_eq!((out.min, out.bottom(), out.right()), (start.min, start.bottom(), 113.0));
    }
}
