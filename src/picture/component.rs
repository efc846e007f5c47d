//! How a component is drawn: a box with an icon, its name and a second line; a population as a pill.

use std::borrow::Cow;

use crate::design::Kind;

use super::area::Area;
use super::card::Card;
use super::effects::{Mark, Standing};
use super::icons;
use super::look::{Attention, Detail, Look, size_at};
use super::palette::Rgb;
use super::pen::{Anchor, Ink, Line, Pen, Rim, Type, Weight};

/// How much of what is lost shows.
pub const LOST_OPACITY: f32 = 0.4;

/// A component's box.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Where it is, scene coordinates.
    pub area: Area,
    /// What it is.
    pub kind: Kind,
    /// What the user does to it.
    pub attention: Attention,
}

/// What is written on a box.
#[derive(Debug, Clone, Copy)]
pub struct Caption<'a> {
    /// The usual words.
    pub card: &'a Card,
    /// How much of the second line shows: less while better figures are on their way.
    pub figure_opacity: f32,
    /// How it stands under what has failed; takes the place of the second line.
    pub mark: Option<&'a Mark>,
    /// The figure under what has failed that belongs to it, while it is known.
    pub figure: Option<&'a str>,
    /// Whether a badge sits at its corner.
    pub badged: bool,
}

impl Caption<'_> {
    /// The second line and its colour: how it stands under what has failed, with the figure that belongs to it, and
    /// otherwise what it always says.
    fn second(&self, look: &Look, usual: Ink) -> (Cow<'_, str>, Ink) {
        let Some(mark) = self.mark else { return (Cow::Borrowed(&self.card.subtitle), usual) };
        let text = match self.figure.filter(|_| mark.standing != Standing::Lost) {
            Some(figure) => format!("{figure} · {}", mark.words),
            None => mark.words.clone(),
        };
        (Cow::Owned(text), look.palette.state(mark.state).into())
    }
}

impl Shape {
    /// Corner radius, points of the target.
    #[must_use]
    pub fn radius(&self, look: &Look) -> f32 {
        if self.kind == Kind::Users {
            self.area.height() / 2.0 * look.zoom()
        } else {
            (8.0 * look.zoom()).clamp(1.0, 16.0)
        }
    }

    /// The square that carries the icon, where it is drawn.
    #[must_use]
    pub fn tile(&self, look: &Look) -> Area {
        let area = look.view.area(self.area);
        let zoom = look.zoom();
        if look.detail == Detail::Near {
            Area::at((area.min.0 + 10.0 * zoom, area.min.1 + 12.0 * zoom), (18.0 * zoom, 18.0 * zoom))
        } else {
            let side = area.height() * 0.52;
            let inset = (area.height() - side) / 2.0;
            Area::at((area.min.0 + inset.min(area.width() * 0.06), area.min.1 + inset), (side, side))
        }
    }

    /// The colour of the icon's glyph.
    fn glyph_rgb(&self, look: &Look) -> Rgb {
        match (self.kind, look.palette.dark) {
            (Kind::Users, _) => look.palette.text_weak,
            (_, true) => look.palette.canvas,
            (_, false) => look.palette.card,
        }
    }

    /// Draws the box with its icon's tile, but without words. `opacity` below 1 dims it.
    pub fn draw<P: Pen>(&self, pen: &mut P, look: &Look, opacity: f32) {
        let p = look.palette;
        let area = look.view.area(self.area);
        let kind = p.kind(self.kind);
        let ground = if self.attention.selected { p.card.mix(kind, 0.10) } else { p.card };
        let edge = kind.mix(p.card, if self.attention.hovered { 0.0 } else { 0.45 });
        let edge = Line::new(1.0, edge.faded(opacity));
        pen.rect(area, self.radius(look), Some(ground.faded(opacity)), Some((edge, Rim::Inside)));
        if self.attention.selected {
            let outline = Line::new(2.0, p.accent.faded(opacity));
            pen.rect(area.grown(1.0), self.radius(look) + 1.0, None, Some((outline, Rim::Middle)));
        }
        // A population is no node: its glyph stands on the pill itself.
        if self.kind != Kind::Users {
            let tile = self.tile(look);
            pen.rect(tile, tile.width() * 0.28, Some(kind.faded(opacity)), None);
        }
    }

    /// Draws the box as it is seen from afar: its colour, and whether somebody is at it.
    pub fn draw_far<P: Pen>(&self, pen: &mut P, look: &Look, opacity: f32) {
        let p = look.palette;
        let area = look.view.area(self.area);
        pen.rect(area, self.radius(look), Some(p.kind(self.kind).mix(p.card, 0.2).faded(opacity)), None);
        if self.attention.raised() {
            let rgb = if self.attention.selected { p.accent } else { p.text };
            pen.rect(area.grown(1.0), self.radius(look), None, Some((Line::new(2.0, rgb), Rim::Middle)));
        }
    }

    /// Draws the icon and the words on the box.
    pub fn write<P: Pen>(&self, pen: &mut P, look: &Look, caption: &Caption<'_>, opacity: f32) {
        if self.kind == Kind::Users {
            self.write_pill(pen, look, caption, opacity);
            return;
        }
        let p = look.palette;
        let zoom = look.zoom();
        let near = look.detail == Detail::Near;
        let area = look.view.area(self.area);
        let tile = self.tile(look);
        let glyph = self.glyph_rgb(look).faded(opacity);
        pen.glyph(icons::icon(self.kind), tile.center(), size_at(tile.height() * 0.7, 1.0), glyph);
        let left = tile.max.0 + (6.0 * zoom).max(3.0);
        let badge_room = if caption.badged { 6.0 } else { 0.0 };
        let room = area.max.0 - (8.0 * zoom).max(3.0) - badge_room - left;
        let (size, weight) = if near {
            (size_at(13.0, zoom), Weight::Strong)
        } else {
            (size_at(17.0, zoom).clamp(9.0, 11.0), Weight::Regular)
        };
        // A small box has little width, but room for a second line.
        let rows = if near || area.height() < 2.0 * size * 1.25 + 2.0 { 1 } else { 2 };
        let title = Type { rows, ..Type::new(size, weight, p.text.faded(opacity)).within(room) };
        let title = pen.set(&caption.card.title, title);
        pen.put(title, (left, tile.center().1), Anchor::Left);
        if near {
            let (text, ink) = caption.second(look, p.text_weak.faded(opacity * caption.figure_opacity));
            let with = Type::new(size_at(11.0, zoom), Weight::Regular, ink).within(area.width() - 18.0 * zoom);
            let second = pen.set(&text, with);
            pen.put(second, (area.min.0 + 10.0 * zoom, area.min.1 + 46.0 * zoom), Anchor::Left);
        }
    }

    /// Draws the icon and the words on the pill of a population, centred.
    fn write_pill<P: Pen>(&self, pen: &mut P, look: &Look, caption: &Caption<'_>, opacity: f32) {
        let p = look.palette;
        let zoom = look.zoom();
        let area = look.view.area(self.area);
        let text = p.text.faded(opacity);
        if look.detail != Detail::Near {
            let size = size_at(15.0, zoom).clamp(8.5, 11.0);
            let with = Type::new(size, Weight::Regular, text).within(area.width() - area.height() * 0.4);
            let title = pen.set(&caption.card.title, with);
            pen.put(title, area.center(), Anchor::Center);
            return;
        }
        let middle = area.center().0;
        let (icon, gap) = (15.0 * zoom, 5.0 * zoom);
        let room = area.width() - area.height() * 0.6 - icon - gap;
        let title = pen.set(&caption.card.title, Type::new(size_at(13.0, zoom), Weight::Strong, text).within(room));
        let y = area.min.1 + 20.0 * zoom;
        let left = middle - (icon + gap + pen.size(&title).0) / 2.0;
        let glyph = self.glyph_rgb(look).faded(opacity);
        pen.glyph(icons::icon(self.kind), (left + icon / 2.0, y), size_at(15.0, zoom), glyph);
        pen.put(title, (left + icon + gap, y), Anchor::Left);
        let (text, ink) = caption.second(look, p.text_weak.faded(opacity));
        let with = Type::new(size_at(11.0, zoom), Weight::Regular, ink).within(area.width() - area.height() * 0.8);
        let second = pen.set(&text, with);
        pen.put(second, (middle, area.min.1 + 38.0 * zoom), Anchor::Center);
    }

    /// Where the box is drawn with room for what sticks out of it: badges, marks and rims.
    #[must_use]
    pub fn reach(&self, look: &Look) -> Area {
        look.view.area(self.area).grown(3.0)
    }
}
