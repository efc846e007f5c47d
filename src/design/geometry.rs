//! Positions and extents of what is drawn, in scene points.

use serde::{Deserialize, Serialize};

/// Coordinates beyond this many scene points from the origin are refused.
pub const MAX_COORDINATE: i32 = 1_000_000;

/// A position in scene points. Whole numbers, so that files diff well and no coordinate is ever NaN.
///
/// For a component inside a region it is relative to the region's top left corner; otherwise to the scene's origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Pos(
    /// To the right.
    pub i32,
    /// Downwards.
    pub i32,
);

impl Pos {
    /// The position moved by `(dx, dy)` scene points, kept within [`MAX_COORDINATE`].
    #[must_use]
    pub fn offset(self, dx: i32, dy: i32) -> Self {
        let keep = |v: i32| v.clamp(-MAX_COORDINATE, MAX_COORDINATE);
        Self(keep(self.0.saturating_add(dx)), keep(self.1.saturating_add(dy)))
    }
}

/// Width and height in scene points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Extent(
    /// Width.
    pub i32,
    /// Height.
    pub i32,
);

/// An axis-parallel rectangle in scene coordinates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SceneRect {
    /// Top left corner.
    pub min: Pos,
    /// Width and height.
    pub extent: Extent,
}

impl SceneRect {
    /// The corner opposite to `min`.
    #[must_use]
    pub fn max(self) -> Pos {
        self.min.offset(self.extent.0, self.extent.1)
    }

    /// The middle, rounded down.
    #[must_use]
    pub fn center(self) -> Pos {
        self.min.offset(self.extent.0 / 2, self.extent.1 / 2)
    }

    /// Whether the point lies inside or on the edge.
    #[must_use]
    pub fn contains(self, p: Pos) -> bool {
        let max = self.max();
        p.0 >= self.min.0 && p.0 <= max.0 && p.1 >= self.min.1 && p.1 <= max.1
    }

    /// Whether the two rectangles share a point.
    #[must_use]
    pub fn intersects(self, other: Self) -> bool {
        let (a, b) = (self.max(), other.max());
        self.min.0 <= b.0 && other.min.0 <= a.0 && self.min.1 <= b.1 && other.min.1 <= a.1
    }

    /// The smallest rectangle around both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        let (a, b) = (self.max(), other.max());
        let min = Pos(self.min.0.min(other.min.0), self.min.1.min(other.min.1));
        Self { min, extent: Extent(a.0.max(b.0) - min.0, a.1.max(b.1) - min.1) }
    }
}
