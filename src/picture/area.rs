//! Points and rectangles of a drawing, without a window's types.

use crate::design::{Extent, SceneRect};

/// A point in the coordinates of the drawing.
pub type Point = (f32, f32);

/// An axis-parallel rectangle in the coordinates of the drawing.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Area {
    /// Top left corner.
    pub min: Point,
    /// Bottom right corner.
    pub max: Point,
}

impl Area {
    /// The rectangle of a size around a point.
    #[must_use]
    pub fn around(center: Point, size: Point) -> Self {
        let (w, h) = (size.0 / 2.0, size.1 / 2.0);
        Self { min: (center.0 - w, center.1 - h), max: (center.0 + w, center.1 + h) }
    }

    /// The rectangle of a size below and right of a corner.
    #[must_use]
    pub fn at(min: Point, size: Point) -> Self {
        Self { min, max: (min.0 + size.0, min.1 + size.1) }
    }

    /// A rectangle of the design.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "coordinates stay below 2^24")]
    pub fn of(rect: SceneRect) -> Self {
        let Extent(w, h) = rect.extent;
        Self::at((rect.min.0 as f32, rect.min.1 as f32), (w as f32, h as f32))
    }

    /// Width and height.
    #[must_use]
    pub fn size(self) -> Point {
        (self.width(), self.height())
    }

    /// From left to right.
    #[must_use]
    pub fn width(self) -> f32 {
        self.max.0 - self.min.0
    }

    /// From top to bottom.
    #[must_use]
    pub fn height(self) -> f32 {
        self.max.1 - self.min.1
    }

    /// Its middle.
    #[must_use]
    pub fn center(self) -> Point {
        ((self.min.0 + self.max.0) / 2.0, (self.min.1 + self.max.1) / 2.0)
    }

    /// The corners, clockwise from the top left.
    #[must_use]
    pub fn corners(self) -> [Point; 4] {
        [self.min, (self.max.0, self.min.1), self.max, (self.min.0, self.max.1)]
    }

    /// Larger by this much on every side; smaller when it is negative.
    #[must_use]
    pub fn grown(self, by: f32) -> Self {
        self.grown_by((by, by))
    }

    /// Wider and higher by this much on both sides.
    #[must_use]
    pub fn grown_by(self, (x, y): Point) -> Self {
        Self { min: (self.min.0 - x, self.min.1 - y), max: (self.max.0 + x, self.max.1 + y) }
    }

    /// Somewhere else.
    #[must_use]
    pub fn moved(self, (x, y): Point) -> Self {
        Self { min: (self.min.0 + x, self.min.1 + y), max: (self.max.0 + x, self.max.1 + y) }
    }

    /// The smallest rectangle that holds both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self {
            min: (self.min.0.min(other.min.0), self.min.1.min(other.min.1)),
            max: (self.max.0.max(other.max.0), self.max.1.max(other.max.1)),
        }
    }

    /// What both have in common; of negative size when they have nothing.
    #[must_use]
    pub fn common(self, other: Self) -> Self {
        Self {
            min: (self.min.0.max(other.min.0), self.min.1.max(other.min.1)),
            max: (self.max.0.min(other.max.0), self.max.1.min(other.max.1)),
        }
    }

    /// Whether the two share more than an edge.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.min.0 < other.max.0 && other.min.0 < self.max.0 && self.min.1 < other.max.1 && other.min.1 < self.max.1
    }

    /// Whether `other` lies inside.
    #[must_use]
    pub fn holds(self, other: Self) -> bool {
        self.min.0 <= other.min.0 && self.min.1 <= other.min.1 && self.max.0 >= other.max.0 && self.max.1 >= other.max.1
    }
}
