//! Type without a window: how wide words are, where the ink of a mark is, the outlines of icons, and the data base of
//! fonts by which SVG becomes pixels or pages. No font of the system is used, so the same design gives the same bytes
//! everywhere.

use std::fmt::Write as _;
use std::sync::{Arc, LazyLock};

use epaint_default_fonts::{EMOJI_ICON, HACK_REGULAR, NOTO_EMOJI_REGULAR, UBUNTU_LIGHT};
use resvg::usvg::fontdb::{Database, Source};
use ttf_parser::{Face, GlyphId, OutlineBuilder};

use crate::picture::area::Point;
use crate::picture::fonts::{ICONS, REGULAR, STRONG};
use crate::picture::pen::Weight;

use super::number::number;

/// What stands in for characters that Inter does not have, first choice first.
const FALLBACKS: [&[u8]; 4] = [UBUNTU_LIGHT, NOTO_EMOJI_REGULAR, EMOJI_ICON, HACK_REGULAR];
/// Width of a character that no font has, in sizes of the type: browsers take it from a font of their own.
const UNKNOWN_WIDTH: f32 = 0.62;
/// The same for the wide characters of East Asia and for emoji.
const UNKNOWN_WIDE: f32 = 1.0;
/// From here on, characters are wide ones for the most part.
const WIDE_FROM: char = '\u{1100}';

/// The fonts.
pub(super) static FONTS: LazyLock<Fonts> = LazyLock::new(Fonts::load);

/// The data base for turning SVG into something else.
pub(super) static DATABASE: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut database = Database::new();
    for font in [REGULAR, STRONG].into_iter().chain(FALLBACKS) {
        database.load_font_source(Source::Binary(Arc::new(font)));
    }
    database.set_sans_serif_family("Inter");
    database.set_serif_family("Inter");
    Arc::new(database)
});

/// One weight, with what stands in for missing characters.
struct Family {
    faces: Vec<Face<'static>>,
}

/// All fonts, read once.
pub(super) struct Fonts {
    regular: Family,
    strong: Family,
    icons: Family,
}

/// The heights of a line of type.
#[derive(Debug, Clone, Copy)]
pub(super) struct Heights {
    /// From the top of the line to the baseline, points.
    pub ascent: f32,
    /// From one line to the next, points.
    pub row: f32,
}

impl Family {
    fn of(first: &'static [u8], more: &[&'static [u8]]) -> Self {
        let all = std::iter::once(first).chain(more.iter().copied());
        Self { faces: all.filter_map(|bytes| Face::parse(bytes, 0).ok()).collect() }
    }

    fn glyph(&self, c: char) -> Option<(&Face<'static>, GlyphId)> {
        self.faces.iter().find_map(|face| Some((face, face.glyph_index(c)?)))
    }
}

/// Points for one unit of a face in this size of type.
fn scale(face: &Face<'_>, size: f32) -> f32 {
    size / f32::from(face.units_per_em().max(1))
}

impl Fonts {
    fn load() -> Self {
        Self {
            regular: Family::of(REGULAR, &FALLBACKS),
            strong: Family::of(STRONG, &FALLBACKS),
            icons: Family::of(ICONS, &[]),
        }
    }

    fn family(&self, weight: Weight) -> &Family {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Strong => &self.strong,
        }
    }

    /// Width of a character, points.
    pub(super) fn advance(&self, c: char, size: f32, weight: Weight) -> f32 {
        match self.family(weight).glyph(c) {
            Some((face, glyph)) => f32::from(face.glyph_hor_advance(glyph).unwrap_or(0)) * scale(face, size),
            None if c < WIDE_FROM => UNKNOWN_WIDTH * size,
            None => UNKNOWN_WIDE * size,
        }
    }

    /// Width of words on one line, points.
    pub(super) fn width(&self, words: &str, size: f32, weight: Weight) -> f32 {
        words.chars().map(|c| self.advance(c, size, weight)).sum()
    }

    /// The heights of a line.
    pub(super) fn heights(&self, size: f32, weight: Weight) -> Heights {
        let Some(face) = self.family(weight).faces.first() else { return Heights { ascent: size, row: 1.2 * size } };
        let scale = scale(face, size);
        let (ascent, descent, gap) = (face.ascender(), face.descender(), face.line_gap());
        let points = |units: i16| f32::from(units) * scale;
        Heights { ascent: points(ascent), row: points(ascent) - points(descent) + points(gap) }
    }

    /// The middle of a letter's ink, from where it begins on its baseline, points, y downwards.
    pub(super) fn ink_center(&self, c: char, size: f32, weight: Weight) -> Point {
        let found = self.family(weight).glyph(c);
        let Some((scale, ink)) = found.and_then(|(f, g)| Some((scale(f, size), f.glyph_bounding_box(g)?))) else {
            return (self.advance(c, size, weight) / 2.0, -size * 0.35);
        };
        let middle = |a: i16, b: i16| (f32::from(a) + f32::from(b)) / 2.0 * scale;
        (middle(ink.x_min, ink.x_max), -middle(ink.y_min, ink.y_max))
    }

    /// The outline of an icon as the data of a path, [`ICON_EM`] points high, y downwards, with the middle of its ink at the
    /// origin; `None` for what is no icon.
    pub(super) fn icon(&self, c: char) -> Option<String> {
        let (face, glyph) = self.icons.glyph(c)?;
        let mut outline = Outline::default();
        let ink = face.outline_glyph(glyph, &mut outline)?;
        let scale = ICON_EM / f32::from(face.units_per_em().max(1));
        let middle = |a: i16, b: i16| (f32::from(a) + f32::from(b)) / 2.0;
        let center = (middle(ink.x_min, ink.x_max), middle(ink.y_min, ink.y_max));
        let mut data = String::new();
        for (letter, points) in outline.pieces {
            data.push(letter);
            for (i, (x, y)) in points.into_iter().enumerate() {
                let (x, y) = ((x - center.0) * scale, (center.1 - y) * scale);
                let _ = write!(data, "{}{} {}", if i > 0 { " " } else { "" }, number(x), number(y));
            }
        }
        Some(data)
    }
}

/// The size in which outlines of icons are written.
pub(super) const ICON_EM: f32 = 16.0;

/// Collects the pieces of an outline.
#[derive(Default)]
struct Outline {
    pieces: Vec<(char, Vec<Point>)>,
}

impl OutlineBuilder for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        self.pieces.push(('M', vec![(x, y)]));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.pieces.push(('L', vec![(x, y)]));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.pieces.push(('Q', vec![(x1, y1), (x, y)]));
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.pieces.push(('C', vec![(x1, y1), (x2, y2), (x, y)]));
    }

    fn close(&mut self) {
        self.pieces.push(('Z', Vec::new()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::Kind;
    use crate::picture::icons::icon;

    #[test]
    fn every_kind_has_an_outline() {
        for kind in Kind::ALL {
            let c = icon(kind).chars().next().expect("one character");
            assert!(FONTS.icon(c).is_some_and(|data| data.starts_with('M')), "{kind:?}");
        }
    }

    #[test]
    fn widths_follow_size_and_weight() {
        let width = |size, weight| FONTS.width("Frankfurt · 2 × 4 vCPU", size, weight);
        assert!((width(20.0, Weight::Regular) - 2.0 * width(10.0, Weight::Regular)).abs() < 0.01);
        assert!(width(10.0, Weight::Strong) > width(10.0, Weight::Regular));
    }
}
