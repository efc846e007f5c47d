//! A pen that writes SVG: text stays text, every element is a group with a name for those who do not see it.

use std::collections::BTreeSet;

use crate::export::text::{hex, one_line};
use crate::export::xml::{NONE, Xml};
use crate::picture::area::{Area, Point};
use crate::picture::palette::Rgb;
use crate::picture::pen::{Anchor, Dashes, Group, Ink, Line, Pen, Rim, Type, Weight};

use super::fonts::{FONTS, ICON_EM};
use super::number::number;
use super::setting::{self, Words};

/// The typeface, and what stands in for it where it is not installed.
const FAMILIES: &str = "Inter, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif";
/// Space indented for each level.
const INDENT: usize = 1;

/// What a picture says of itself.
#[derive(Debug, Clone)]
pub(super) struct About {
    /// What it shows, in a few words.
    pub title: String,
    /// The same in sentences.
    pub description: String,
}

/// Writes SVG. Coordinates are those of the page.
pub(super) struct SvgPen {
    xml: Xml,
    /// Stands before the ids of elements, so that several pictures can stand in one page.
    prefix: String,
    /// Icons that are used and are to be written at the end.
    icons: BTreeSet<char>,
}

type Attributes = Vec<(&'static str, String)>;

impl SvgPen {
    /// Begins a picture of the part `page` of the coordinates.
    pub(super) fn new(page: Area, about: &About, ground: Rgb, prefix: &str) -> Self {
        let mut pen = Self { xml: Xml::indented(INDENT), prefix: prefix.to_owned(), icons: BTreeSet::new() };
        let (w, h) = (number(page.width()), number(page.height()));
        let view_box = format!("{} {} {w} {h}", number(page.min.0), number(page.min.1));
        pen.xml.open(
            "svg",
            [
                ("xmlns", "http://www.w3.org/2000/svg".into()),
                ("width", w),
                ("height", h),
                ("viewBox", view_box),
                ("role", "graphics-document".into()),
                ("aria-label", one_line(&about.title)),
                ("font-family", FAMILIES.into()),
            ],
        );
        pen.xml.text("title", NONE, &one_line(&about.title));
        pen.xml.text("desc", NONE, &one_line(&about.description));
        pen.rect(page, 0.0, Some(ground.into()), None);
        pen
    }

    /// Ends the picture.
    pub(super) fn finish(mut self) -> String {
        if !self.icons.is_empty() {
            self.xml.open("defs", NONE);
            for c in std::mem::take(&mut self.icons) {
                let Some(data) = FONTS.icon(c) else { continue };
                self.xml.empty("path", [("id", self.icon_id(c)), ("d", data)]);
            }
            self.xml.close();
        }
        self.xml.finish()
    }

    /// What follows is drawn in the coordinates of `scene`, which fills `target`, and is cut off at its edge. Ends with
    /// [`SvgPen::end_window`].
    pub(super) fn begin_window(&mut self, scene: Area, target: Area) {
        let id = format!("{}window:", self.prefix);
        self.xml.open("clipPath", [("id", id.clone())]);
        self.xml.empty("rect", placed(target));
        self.xml.close();
        self.xml.open("g", [("clip-path", format!("url(#{id})"))]);
        let zoom = target.width() / scene.width().max(f32::MIN_POSITIVE);
        let (x, y) = (target.min.0 - scene.min.0 * zoom, target.min.1 - scene.min.1 * zoom);
        let transform = format!("translate({} {}) scale({zoom})", number(x), number(y));
        self.xml.open("g", [("transform", transform)]);
    }

    /// Ends what [`SvgPen::begin_window`] began.
    pub(super) fn end_window(&mut self) {
        self.xml.close();
        self.xml.close();
    }

    fn icon_id(&self, c: char) -> String {
        format!("{}icon:{:x}", self.prefix, u32::from(c))
    }

    /// One line of text; `x` is at its anchor and `y` is its baseline.
    fn line_of_text(&mut self, text: &str, (x, y): Point, anchor: &'static str, with: Type) {
        let mut attributes = vec![("x", number(x)), ("y", number(y)), ("font-size", number(with.size))];
        if with.weight == Weight::Strong {
            attributes.push(("font-weight", "600".into()));
        }
        if anchor != "start" {
            attributes.push(("text-anchor", anchor.into()));
        }
        attributes.extend(filled(Some(with.ink)));
        self.xml.text("text", attributes, &one_line(text));
    }
}

fn placed(area: Area) -> Attributes {
    vec![
        ("x", number(area.min.0)),
        ("y", number(area.min.1)),
        ("width", number(area.width().max(0.0))),
        ("height", number(area.height().max(0.0))),
    ]
}

fn filled(ink: Option<Ink>) -> Attributes {
    let Some(ink) = ink else { return vec![("fill", "none".into())] };
    let mut attributes = vec![("fill", hex(ink.rgb))];
    if ink.opacity < 1.0 {
        attributes.push(("fill-opacity", number(ink.opacity)));
    }
    attributes
}

fn stroked(line: Line, dashes: Option<Dashes>) -> Attributes {
    let mut attributes = vec![("stroke", hex(line.ink.rgb)), ("stroke-width", number(line.width))];
    if line.ink.opacity < 1.0 {
        attributes.push(("stroke-opacity", number(line.ink.opacity)));
    }
    if let Some(dashes) = dashes {
        attributes.push(("stroke-dasharray", format!("{} {}", number(dashes.dash), number(dashes.gap))));
    }
    attributes
}

fn points(points: &[Point]) -> String {
    let points: Vec<String> = points.iter().map(|(x, y)| format!("{},{}", number(*x), number(*y))).collect();
    points.join(" ")
}

impl Pen for SvgPen {
    type Words = Words;

    fn rect(&mut self, area: Area, radius: f32, fill: Option<Ink>, edge: Option<(Line, Rim)>) {
        // A stroke of SVG runs half inside.
        let by = edge.map_or(0.0, |(line, rim)| match rim {
            Rim::Inside => -line.width / 2.0,
            Rim::Middle => 0.0,
            Rim::Outside => line.width / 2.0,
        });
        let area = area.grown(by);
        let mut attributes = placed(area);
        let radius = (radius + by).min(area.width() / 2.0).min(area.height() / 2.0);
        if radius > 0.0 {
            attributes.push(("rx", number(radius)));
        }
        attributes.extend(filled(fill));
        attributes.extend(edge.map(|(line, _)| stroked(line, None)).unwrap_or_default());
        self.xml.empty("rect", attributes);
    }

    fn circle(&mut self, center: Point, radius: f32, fill: Option<Ink>, edge: Option<Line>) {
        let mut attributes = vec![("cx", number(center.0)), ("cy", number(center.1)), ("r", number(radius.max(0.0)))];
        attributes.extend(filled(fill));
        attributes.extend(edge.map(|line| stroked(line, None)).unwrap_or_default());
        self.xml.empty("circle", attributes);
    }

    fn polygon(&mut self, corners: &[Point], fill: Ink, edge: Option<Line>) {
        let mut attributes = vec![("points", points(corners))];
        attributes.extend(filled(Some(fill)));
        attributes.extend(edge.map(|line| stroked(line, None)).unwrap_or_default());
        self.xml.empty("polygon", attributes);
    }

    fn line(&mut self, corners: &[Point], line: Line, dashes: Option<Dashes>) {
        let mut attributes = vec![("points", points(corners)), ("fill", "none".into())];
        attributes.extend(stroked(line, dashes));
        self.xml.empty("polyline", attributes);
    }

    fn curve(&mut self, curve: &[Point; 4], line: Line, dashes: Option<Dashes>) {
        let [a, b, c, d] = curve.map(|(x, y)| format!("{} {}", number(x), number(y)));
        let mut attributes = vec![("d", format!("M{a}C{b} {c} {d}")), ("fill", "none".into())];
        attributes.extend(stroked(line, dashes));
        self.xml.empty("path", attributes);
    }

    fn set(&mut self, words: &str, with: Type) -> Words {
        setting::set(words, with)
    }

    fn size(&self, words: &Words) -> Point {
        words.size
    }

    fn put(&mut self, words: Words, at: Point, anchor: Anchor) {
        let place = anchor.place(at, words.size);
        let (x, name) = match anchor {
            Anchor::Left | Anchor::TopLeft => (place.min.0, "start"),
            Anchor::Center => (place.center().0, "middle"),
            Anchor::Right => (place.max.0, "end"),
        };
        let mut baseline = place.min.1 + words.heights.ascent;
        for line in &words.lines {
            self.line_of_text(line, (x, baseline), name, words.with);
            baseline += words.heights.row;
        }
    }

    fn glyph(&mut self, glyph: &str, center: Point, size: f32, ink: Ink) {
        let Some(c) = glyph.chars().next() else { return };
        if self.icons.contains(&c) || FONTS.icon(c).is_some() {
            self.icons.insert(c);
            let scale = number(size / ICON_EM);
            let transform = format!("translate({} {}) scale({scale})", number(center.0), number(center.1));
            let mut attributes = vec![("href", format!("#{}", self.icon_id(c))), ("transform", transform)];
            attributes.extend(filled(Some(ink)));
            self.xml.empty("use", attributes);
            return;
        }
        let (x, y) = FONTS.ink_center(c, size, Weight::Regular);
        self.line_of_text(glyph, (center.0 - x, center.1 - y), "start", Type::new(size, Weight::Regular, ink));
    }

    fn begin(&mut self, group: &Group<'_>) {
        let mut id = format!("{}{}", self.prefix, group.id);
        if !group.part.is_empty() {
            id.push(':');
            id.push_str(group.part);
        }
        let role = "graphics-symbol".into();
        self.xml.open("g", [("id", id), ("role", role), ("aria-label", one_line(group.label))]);
    }

    fn end(&mut self) {
        self.xml.close();
    }
}
