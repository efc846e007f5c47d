//! How a region is drawn: a tinted ground with a frame, and a title bar over the links that cross it.

use crate::design::Region;
use crate::design::commands::REGION_TITLE;

use super::area::{Area, Point};
use super::card;
use super::effects::{Mark, Standing};
use super::look::{Attention, Look, size_at};
use super::mark;
use super::palette::Rgb;
use super::pen::{Anchor, Chip, Ink, Line, Pen, Rim, Type, Weight};

/// What words on a title bar have around them, points.
const MARGIN: Point = (4.0, 1.0);

/// A region.
#[derive(Debug, Clone, Copy)]
pub struct Shape<'a> {
    /// Where it is, scene coordinates.
    pub area: Area,
    /// What it is.
    pub region: &'a Region,
    /// How it stands under what has failed.
    pub mark: Option<&'a Mark>,
    /// What the user does to it.
    pub attention: Attention,
    /// Whether it would take in what is dragged.
    pub target: bool,
}

impl Shape<'_> {
    /// How much of its colour fills it; more when it would take in what is dragged.
    fn fill_share(&self) -> f32 {
        if self.target { 0.16 } else { 0.06 }
    }

    fn tint(&self, look: &Look) -> Rgb {
        self.mark.map_or(look.palette.tint(self.region.tint), |mark| look.palette.state(mark.state))
    }

    /// Draws the ground and its frame.
    pub fn draw<P: Pen>(&self, pen: &mut P, look: &Look) {
        let area = look.view.area(self.area);
        let tint = self.tint(look);
        let fill = tint.faded(self.fill_share());
        let radius = (10.0 * look.zoom()).clamp(2.0, 20.0);
        if self.mark.is_some_and(|mark| mark.standing == Standing::Lost) {
            pen.rect(area, radius, Some(fill), None);
            mark::dashed_rim(pen, area.grown(-0.5), Line::new(1.5, tint.faded(0.8)));
        } else {
            let edge = match (self.target, self.attention.hovered) {
                (true, _) => Line::new(2.0, tint),
                (_, true) => Line::new(1.0, tint.faded(0.9)),
                _ => Line::new(1.0, tint.faded(0.5)),
            };
            pen.rect(area, radius, Some(fill), Some((edge, Rim::Inside)));
        }
        if self.attention.selected {
            let outline = Line::new(2.0, look.palette.accent);
            pen.rect(area.grown(1.0), radius, None, Some((outline, Rim::Middle)));
        }
    }

    /// Draws its title, with what it costs a month where there is room, or with how it stands under what has failed.
    pub fn write<P: Pen>(&self, pen: &mut P, look: &Look, cost: Option<(&str, Ink)>) {
        let p = look.palette;
        let zoom = look.zoom();
        let bar = title_bar(look, self.area);
        let inset = 14.0 * zoom.max(0.5);
        let mut room = bar.width() - 2.0 * inset;
        let tint = self.tint(look);
        let ground = Chip { ink: p.canvas.mix(tint, self.fill_share()).into(), radius: 4.0, margin: MARGIN };
        if let Some(mark) = self.mark {
            let wide = write_mark(pen, look, mark, bar.grown_by((-inset, 0.0)), ground);
            room = (room - wide - 12.0).max(0.0);
        }
        let ink = tint.mix(p.text, if p.dark { 0.25 } else { 0.1 });
        let with = Type::new(size_at(13.0, zoom).max(10.0), Weight::Strong, ink).within(room);
        let title = pen.set(&card::region_title(self.region), with);
        let width = pen.size(&title).0;
        let y = bar.center().1;
        pen.put_on(title, (bar.min.0 + inset, y), Anchor::Left, ground);
        let Some((cost, ink)) = cost.filter(|_| self.mark.is_none()) else { return };
        let cost = pen.set(cost, Type::new(size_at(11.0, zoom), Weight::Regular, ink));
        if width + pen.size(&cost).0 + 24.0 <= room {
            pen.put_on(cost, (bar.max.0 - inset, y), Anchor::Right, ground);
        }
    }

    /// Draws its name for a far view, as a legend on the upper border, so that it hides no component. `visible` is
    /// what shows of the target; without room there is no name.
    pub fn write_far<P: Pen>(&self, pen: &mut P, look: &Look, visible: Area) {
        let area = look.view.area(self.area).common(visible);
        if area.width() < 56.0 || area.height() < 20.0 {
            return;
        }
        let p = look.palette;
        let text = match self.mark {
            Some(mark) => format!("{} · {}", self.region.name, mark.words),
            None => self.region.name.clone(),
        };
        let ink = self.tint(look).mix(p.text, 0.35);
        let name = pen.set(&text, Type::new(12.0, Weight::Strong, ink).within(area.width() - 32.0));
        let (w, h) = pen.size(&name);
        let chip = Anchor::Left.place((area.min.0 + 10.0, area.min.1), (w + 8.0, h + 2.0));
        pen.rect(chip, 6.0, Some(p.canvas.faded(0.94)), None);
        pen.put(name, chip.center(), Anchor::Center);
    }
}

/// The title bar of a region at `area` of the scene, where it is drawn.
#[must_use]
pub fn title_bar(look: &Look, area: Area) -> Area {
    let area = look.view.area(area);
    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    let height = (REGION_TITLE as f32 * look.zoom()).min(area.height());
    Area::at(area.min, (area.width(), height))
}

/// How a region stands, at the right end of its title bar; returns the width of that.
fn write_mark<P: Pen>(pen: &mut P, look: &Look, mark: &Mark, bar: Area, ground: Chip) -> f32 {
    let size = size_at(12.0, look.zoom()).max(9.5);
    let ink = Ink::from(look.palette.state(mark.state));
    let r = size * 0.36;
    let room = (bar.width() * 0.55 - 3.0 * r).max(0.0);
    let words = pen.set(&mark.words, Type::new(size, Weight::Regular, ink).within(room));
    let (w, h) = pen.size(&words);
    let wide = w + 3.5 * r;
    let at = (bar.max.0, bar.center().1);
    let chip = Anchor::Right.place(at, (wide, h)).grown_by(ground.margin);
    pen.rect(chip, ground.radius, Some(ground.ink), None);
    pen.put(words, at, Anchor::Right);
    mark::state(pen, (at.0 - wide + r, at.1), r, mark.state, ink);
    wide
}
