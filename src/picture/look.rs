//! How a drawing is looked at: from where, in which colours and how closely.

use super::area::{Area, Point};
use super::palette::Palette;

/// How much is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// Boxes and lines only.
    Far,
    /// Icon and name.
    Middle,
    /// Everything.
    Near,
}

/// From the scene to where it is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct View {
    /// The scene point in the middle.
    pub center_scene: Point,
    /// Points of the target for one scene point.
    pub zoom: f32,
    /// Where the drawing goes, in coordinates of the target.
    pub target: Area,
}

impl View {
    /// Scene points as they are.
    #[must_use]
    pub fn plain(scene: Area) -> Self {
        Self { center_scene: scene.center(), zoom: 1.0, target: scene }
    }

    /// Where a scene point is drawn.
    #[must_use]
    pub fn point(&self, (x, y): Point) -> Point {
        let middle = self.target.center();
        (middle.0 + (x - self.center_scene.0) * self.zoom, middle.1 + (y - self.center_scene.1) * self.zoom)
    }

    /// Where a part of the scene is drawn.
    #[must_use]
    pub fn area(&self, area: Area) -> Area {
        Area { min: self.point(area.min), max: self.point(area.max) }
    }

    /// Where a curve is drawn.
    #[must_use]
    pub fn curve(&self, curve: &[Point; 4]) -> [Point; 4] {
        curve.map(|point| self.point(point))
    }
}

/// What everything drawn needs to know.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Colours.
    pub palette: &'static Palette,
    /// Scene to target.
    pub view: View,
    /// How much is drawn.
    pub detail: Detail,
}

impl Look {
    /// Points of the target for one scene point.
    #[must_use]
    pub fn zoom(&self) -> f32 {
        self.view.zoom
    }
}

/// What the user does to an element that changes how it is drawn; nothing in an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Attention {
    /// It is selected.
    pub selected: bool,
    /// The pointer is over it, here or in a list.
    pub hovered: bool,
}

impl Attention {
    /// Whether it is drawn above others.
    #[must_use]
    pub fn raised(self) -> bool {
        self.selected || self.hovered
    }
}

/// The size of type at a zoom, points. Rounded, because every size gets its own glyphs in a window's font atlas.
#[must_use]
pub fn size_at(points: f32, zoom: f32) -> f32 {
    let size = points * zoom;
    if size < 16.0 { (size * 2.0).round() / 2.0 } else { size.round() }
}
