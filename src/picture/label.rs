//! Where the label of a link sits: on its line, beside everything else.

use super::curve::{Point, point_at};

/// Shares of the curve at which a label is tried, the middle first.
const TRIES: [f32; 11] = [0.5, 0.44, 0.56, 0.38, 0.62, 0.31, 0.69, 0.25, 0.75, 0.19, 0.81];

/// An axis-parallel rectangle in the coordinates of the drawing.
#[derive(Debug, Clone, Copy, PartialEq)]
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

/// A place for a label of `size` centred on the curve, inside `within` and off every obstacle; `None` when there is
/// none. Put the result among the obstacles before the next label is placed.
#[must_use]
pub fn place(curve: &[Point; 4], size: Point, within: Area, obstacles: &[Area]) -> Option<Area> {
    TRIES
        .iter()
        .map(|t| Area::around(point_at(curve, *t), size))
        .find(|area| within.holds(*area) && !obstacles.iter().any(|o| o.overlaps(*area)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: [Point; 4] = [(0.0, 0.0), (100.0, 0.0), (200.0, 0.0), (300.0, 0.0)];
    const ALL: Area = Area { min: (-1e6, -1e6), max: (1e6, 1e6) };

    #[test]
    fn a_label_keeps_off_what_is_in_its_way() {
        let box_in_the_middle = Area::around((150.0, 0.0), (60.0, 40.0));
        let placed = place(&LINE, (50.0, 14.0), ALL, &[box_in_the_middle]);
        assert!(placed.is_some_and(|p| !p.overlaps(box_in_the_middle)), "{placed:?}");
    }

    #[test]
    fn without_room_there_is_no_label() {
        let everywhere = Area::around((150.0, 0.0), (400.0, 40.0));
        assert_eq!(place(&LINE, (50.0, 14.0), ALL, &[everywhere]), None);
        let elsewhere = Area { min: (0.0, 100.0), max: (300.0, 200.0) };
        assert_eq!(place(&LINE, (50.0, 14.0), elsewhere, &[]), None);
    }

    #[test]
    fn labels_of_one_line_do_not_cover_each_other() {
        let mut taken = Vec::new();
        while let Some(area) = place(&LINE, (40.0, 14.0), ALL, &taken) {
            taken.push(area);
        }
        assert!(taken.len() > 1);
        for (i, a) in taken.iter().enumerate() {
            assert!(taken.iter().skip(i + 1).all(|b| !a.overlaps(*b)));
        }
    }
}
