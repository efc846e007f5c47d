//! The labels of links: what they say, and where they sit: on their line, beside everything else.

use std::collections::BTreeMap;

use crate::design::{Design, Id, Link};

use super::area::{Area, Point};
use super::card;
use super::curve::point_at;
use super::effects::{Mark, Standing};
use super::link::Shape;
use super::look::{Look, size_at};
use super::pen::{Anchor, Pen, Type, Weight};

/// Shares of the curve at which a label is tried, the middle first.
const TRIES: [f32; 11] = [0.5, 0.44, 0.56, 0.38, 0.62, 0.31, 0.69, 0.25, 0.75, 0.19, 0.81];

/// Widest label, points.
const WIDEST: f32 = 260.0;

/// A link whose label is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The link.
    pub link: &'a Link,
    /// Its line.
    pub shape: Shape,
    /// The regions that it connects.
    pub ends: [Option<&'a Id>; 2],
    /// How it stands under what has failed.
    pub mark: Option<&'a Mark>,
    /// Its round trip, ms, while that is known.
    pub rtt_ms: Option<f64>,
}

impl<'a> Wanted<'a> {
    fn is_cut(&self) -> bool {
        self.mark.is_some_and(|mark| mark.standing == Standing::Lost)
    }

    /// The regions in order, so that both directions are one connection.
    fn places(&self) -> [Option<&'a Id>; 2] {
        let mut ends = self.ends;
        ends.sort_unstable();
        ends
    }
}

/// The ports of all cut links, by the places they connect.
fn cut_ports<'a>(design: &Design, wanted: &[Wanted<'a>]) -> BTreeMap<[Option<&'a Id>; 2], Vec<String>> {
    let mut cuts: BTreeMap<_, Vec<String>> = BTreeMap::new();
    for link in wanted.iter().filter(|link| link.is_cut()) {
        let ports = cuts.entry(link.places()).or_default();
        for port in card::link_ports(design, link.link) {
            if !ports.contains(&port) {
                ports.push(port);
            }
        }
    }
    cuts
}

/// Draws labels on the lines of links, those that come first first, inside `within` and never over what is taken;
/// what finds no place is left out. What is cut between two places is told by one label. `figure_opacity` is how much
/// of a round trip shows.
pub fn draw<P: Pen>(
    pen: &mut P,
    look: &Look,
    design: &Design,
    wanted: &[Wanted<'_>],
    figure_opacity: f32,
    within: Area,
    mut taken: Vec<Area>,
) {
    let p = look.palette;
    let size = size_at(11.0, look.zoom().clamp(0.8, 1.3));
    let mut cuts = cut_ports(design, wanted);
    for link in wanted {
        let raised = link.shape.attention.raised();
        let rtt_ms = link.rtt_ms.filter(|_| link.mark.is_none());
        let mut text = card::link_label(design, link.link, rtt_ms);
        let rgb = p.purpose(link.shape.purpose).mix(p.text, if raised { 0.7 } else { 0.25 });
        let mut ink = rgb.faded(if rtt_ms.is_some() { figure_opacity } else { 1.0 });
        if let Some(mark) = link.mark {
            ink = p.state(mark.state).into();
            text = if link.is_cut() && !raised {
                let Some(ports) = cuts.remove(&link.places()) else { continue };
                [ports.join(" · "), mark.words.clone()].join(" ").trim().to_owned()
            } else {
                format!("{text} · {}", mark.words)
            };
        }
        let words = pen.set(&text, Type::new(size, Weight::Regular, ink).within(WIDEST));
        let (w, h) = pen.size(&words);
        let curve = look.view.curve(&link.shape.curve);
        let Some(chip) = place(&curve, (w + 12.0, h + 4.0), within, &taken) else { continue };
        taken.push(chip);
        pen.rect(chip, 5.0, Some(p.canvas.faded(0.94)), None);
        pen.put(words, chip.center(), Anchor::Center);
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
