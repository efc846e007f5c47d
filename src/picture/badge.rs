//! Badges: what the rules found about an element, as a shape and a colour for the worst with the number of them.

use std::collections::BTreeMap;

use crate::design::{Design, Id};
use crate::rules::{Finding, Severity};

use super::area::{Area, Point};
use super::curve;
use super::look::Look;
use super::pen::{Anchor, Line, Pen, Rim, Type, Weight};

/// Half the size of a badge, points.
pub const RADIUS: f32 = 8.5;
/// The square that a badge keeps free of words, points.
pub const KEEPS_FREE: Point = (22.0, 22.0);

/// The problems of one element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Badge {
    /// The worst of them.
    pub worst: Severity,
    /// How many.
    pub count: u32,
}

impl Badge {
    /// Counts one more problem in.
    pub fn add(slot: &mut Option<Self>, severity: Severity) {
        match slot {
            // Severities are ordered worst first.
            Some(badge) => {
                badge.worst = badge.worst.min(severity);
                badge.count += 1;
            }
            None => *slot = Some(Self { worst: severity, count: 1 }),
        }
    }

    /// The number in words: `3 problems`.
    #[must_use]
    pub fn words(self) -> String {
        if self.count == 1 { "1 problem".to_owned() } else { format!("{} problems", self.count) }
    }
}

/// The badges of findings, by the element that each is about first.
#[must_use]
pub fn by_element(design: &Design, findings: &[Finding]) -> BTreeMap<Id, Badge> {
    let mut badges: BTreeMap<Id, Option<Badge>> = BTreeMap::new();
    for finding in findings {
        if let Some(id) = finding.subjects.first().filter(|id| design.contains(id)) {
            Badge::add(badges.entry(id.clone()).or_default(), finding.severity);
        }
    }
    badges.into_iter().filter_map(|(id, badge)| Some((id, badge?))).collect()
}

/// Where the badge of a box or a region drawn at `area` sits.
#[must_use]
pub fn place_at(area: Area) -> Point {
    (area.max.0 - 3.0, area.min.1 + 3.0)
}

/// Where the badge of a link drawn along a curve sits.
#[must_use]
pub fn place_on(curve: &[Point; 4]) -> Point {
    curve::point_at(curve, 0.5)
}

/// Draws a badge.
pub fn draw<P: Pen>(pen: &mut P, look: &Look, badge: Badge, at: Point, opacity: f32) {
    let p = look.palette;
    let ink = p.severity(badge.worst).faded(opacity);
    let rim = Line::new(1.5, p.canvas);
    let r = RADIUS;
    let mut letter_at = at;
    match badge.worst {
        Severity::Error => pen.circle(at, r, Some(ink), Some(rim)),
        Severity::Warning => {
            let r = r * 1.25;
            let corners = [(at.0, at.1 - r * 0.95), (at.0 + r, at.1 + r * 0.8), (at.0 - r, at.1 + r * 0.8)];
            pen.polygon(&corners, ink, Some(rim));
            letter_at.1 += r * 0.24;
        }
        Severity::Info => {
            pen.rect(Area::around(at, (r * 1.8, r * 1.8)), 3.0, Some(ink), Some((rim, Rim::Outside)));
        }
    }
    let letter = if p.dark { p.canvas } else { p.card };
    pen.glyph(badge.worst.letter(), letter_at, 10.0, letter.into());
    if badge.count > 1 {
        let text = if badge.count > 99 { "99+".to_owned() } else { badge.count.to_string() };
        let words = pen.set(&text, Type::new(10.0, Weight::Strong, p.text));
        let (w, h) = pen.size(&words);
        // On a tab at its right.
        let tab = Anchor::Left.place((at.0 + RADIUS + 3.0, at.1), (w + 6.0, h + 1.0));
        pen.rect(tab, 6.0, Some(p.canvas.into()), Some((Line::new(1.0, ink), Rim::Inside)));
        pen.put(words, tab.center(), Anchor::Center);
    }
}
