//! The few things a drawing is made of, and who draws them: the window with shapes of egui, an export as SVG. What is
//! drawn is decided once, generic over the pen, so a picture shows what the canvas showed.

use crate::design::Id;

use super::area::{Area, Point};
use super::palette::Rgb;

/// A colour with an opacity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ink {
    /// The colour.
    pub rgb: Rgb,
    /// From 0 (invisible) to 1.
    pub opacity: f32,
}

impl From<Rgb> for Ink {
    fn from(rgb: Rgb) -> Self {
        Self { rgb, opacity: 1.0 }
    }
}

impl Rgb {
    /// The colour with an opacity from 0 to 1.
    #[must_use]
    pub fn faded(self, opacity: f32) -> Ink {
        Ink { rgb: self, opacity }
    }
}

/// A stroke.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    /// How wide, points.
    pub width: f32,
    /// Its colour.
    pub ink: Ink,
}

impl Line {
    /// A stroke of a width, points.
    #[must_use]
    pub fn new(width: f32, ink: impl Into<Ink>) -> Self {
        Self { width, ink: ink.into() }
    }
}

/// How a stroke is broken up, points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dashes {
    /// Length of a dash.
    pub dash: f32,
    /// Length of a gap.
    pub gap: f32,
}

/// Where the stroke of a rectangle runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rim {
    /// Inside its edge.
    Inside,
    /// Half inside.
    Middle,
    /// Around it.
    Outside,
}

/// The weight of type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Ordinary text.
    Regular,
    /// Names and titles.
    Strong,
}

/// How words are set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Type {
    /// Size, points.
    pub size: f32,
    /// Weight.
    pub weight: Weight,
    /// Colour.
    pub ink: Ink,
    /// The width there is, points; what does not fit ends in an ellipsis.
    pub room: f32,
    /// Most lines. Several are broken between words.
    pub rows: usize,
}

impl Type {
    /// One line with all the room it needs.
    #[must_use]
    pub fn new(size: f32, weight: Weight, ink: impl Into<Ink>) -> Self {
        Self { size, weight, ink: ink.into(), room: f32::INFINITY, rows: 1 }
    }

    /// The same with so much room, points.
    #[must_use]
    pub fn within(self, room: f32) -> Self {
        Self { room: room.max(0.0), ..self }
    }
}

/// Which point of words is put where they go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// The middle of the left side.
    Left,
    /// The middle.
    Center,
    /// The middle of the right side.
    Right,
    /// The top left corner.
    TopLeft,
}

impl Anchor {
    /// Where something of a size is, anchored at a point.
    #[must_use]
    pub fn place(self, at: Point, (w, h): Point) -> Area {
        let (x, y) = match self {
            Self::Left => (0.0, h / 2.0),
            Self::Center => (w / 2.0, h / 2.0),
            Self::Right => (w, h / 2.0),
            Self::TopLeft => (0.0, 0.0),
        };
        Area::at((at.0 - x, at.1 - y), (w, h))
    }
}

/// What belongs together, with words for those who do not see it.
#[derive(Debug, Clone, Copy)]
pub struct Group<'a> {
    /// The element.
    pub id: &'a Id,
    /// What of it: empty for the element itself, otherwise a word such as `findings`.
    pub part: &'static str,
    /// What it is, in words.
    pub label: &'a str,
}

/// Who draws. Coordinates and sizes are those of the target, y downwards; what comes later lies above.
pub trait Pen {
    /// Words that were set, before they have a place.
    type Words;

    /// A rectangle with round corners.
    fn rect(&mut self, area: Area, radius: f32, fill: Option<Ink>, edge: Option<(Line, Rim)>);

    /// A circle; its edge runs half inside.
    fn circle(&mut self, center: Point, radius: f32, fill: Option<Ink>, edge: Option<Line>);

    /// A convex polygon; its edge runs half inside.
    fn polygon(&mut self, corners: &[Point], fill: Ink, edge: Option<Line>);

    /// Straight pieces from point to point.
    fn line(&mut self, points: &[Point], line: Line, dashes: Option<Dashes>);

    /// A cubic curve by its control points.
    fn curve(&mut self, curve: &[Point; 4], line: Line, dashes: Option<Dashes>);

    /// Sets words; they are drawn when they are [put](Self::put).
    fn set(&mut self, words: &str, with: Type) -> Self::Words;

    /// Width and height of words that were set.
    fn size(&self, words: &Self::Words) -> Point;

    /// Puts words where they go.
    fn put(&mut self, words: Self::Words, at: Point, anchor: Anchor);

    /// A single mark, an icon or a letter, with the middle of its ink at a point. `size` is that of the type.
    fn glyph(&mut self, glyph: &str, center: Point, size: f32, ink: Ink);

    /// What follows belongs together, until [`Pen::end`].
    fn begin(&mut self, _group: &Group<'_>) {}

    /// Ends what began last.
    fn end(&mut self) {}

    /// Puts words on ground of their own; returns the ground.
    fn put_on(&mut self, words: Self::Words, at: Point, anchor: Anchor, ground: Chip) -> Area {
        let place = anchor.place(at, self.size(&words));
        let chip = place.grown_by(ground.margin);
        self.rect(chip, ground.radius, Some(ground.ink), None);
        self.put(words, at, anchor);
        chip
    }
}

/// The ground behind words.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chip {
    /// Colour.
    pub ink: Ink,
    /// Radius of its corners, points.
    pub radius: f32,
    /// What it has around the words, points.
    pub margin: Point,
}
