//! The claims of a slide as badges: whether each holds, and otherwise what is so.

use std::sync::Arc;

use egui::{Align2, CornerRadius, Galley, Rect, Stroke, StrokeKind, Ui, pos2, vec2};

use crate::app::theme;
use crate::app::whatif::mark;
use crate::failure::State as Capable;
use crate::failure::claims::{ClaimCheck, SceneCheck};
use crate::picture::palette::Palette;

use super::words::{self, Sizes};

/// Most lines of the sentence on a badge.
const ROWS: usize = 2;

/// A badge, ready to be drawn.
struct Badge {
    said: String,
    state: Capable,
    claim: Arc<Galley>,
    found: Option<Arc<Galley>>,
}

impl Badge {
    fn of(ui: &Ui, p: &Palette, sizes: &Sizes, check: &ClaimCheck, width: f32, opacity: f32) -> Self {
        let state = if check.holds { Capable::Works } else { Capable::Down };
        let words = if check.holds { "Claim holds" } else { "Claim does not hold" };
        let said = format!("{words}: {}", check.claim);
        let font = egui::FontId::proportional(sizes.body * 0.9);
        let claim = words::passage(ui.painter(), &said, font, theme::faded(p.text, opacity), width, ROWS);
        let found = (!check.holds && !check.found.is_empty()).then(|| {
            let font = egui::FontId::proportional(sizes.small);
            words::passage(ui.painter(), &check.found, font, theme::faded(p.state(state), opacity), width, ROWS)
        });
        let said = if check.holds { said } else { format!("{said}; {}", check.found) };
        Self { said, state, claim, found }
    }

    fn height(&self, pad: f32) -> f32 {
        self.claim.size().y + self.found.as_ref().map_or(0.0, |found| found.size().y) + 2.0 * pad
    }

    fn width(&self) -> f32 {
        self.claim.size().x.max(self.found.as_ref().map_or(0.0, |found| found.size().x))
    }
}

/// Draws the badges at the upper right of `room`, those that do not hold first, as many as have room. Returns the lower
/// edge.
pub fn show(ui: &Ui, p: &Palette, sizes: &Sizes, room: Rect, check: &SceneCheck, current: bool) -> f32 {
    let pad = sizes.small * 0.45;
    let icon = sizes.body * 0.34;
    let beside = 2.0 * icon + sizes.body * 0.5 + 2.0 * sizes.small * 0.8;
    let opacity = if current { 1.0 } else { 0.45 };
    let mut claims: Vec<&ClaimCheck> = check.claims.iter().collect();
    claims.sort_by_key(|claim| claim.holds);
    let mut top = room.top();
    for (at, claim) in claims.iter().enumerate() {
        let badge = Badge::of(ui, p, sizes, claim, room.width() - beside, opacity);
        let rest = claims.len() - at;
        // The last line may say how many more there are.
        let reserved = if rest > 1 { sizes.small * 1.4 } else { 0.0 };
        if at > 0 && top + badge.height(pad) + reserved > room.bottom() {
            let wrong = claims.iter().skip(at).filter(|claim| !claim.holds).count();
            let words = match wrong {
                0 => format!("and {rest} more that hold"),
                _ => format!("and {rest} more, of which {wrong} do not hold"),
            };
            let font = egui::FontId::proportional(sizes.small);
            let more = words::passage(ui.painter(), &words, font, theme::color(p.text_weak), room.width(), 1);
            let left = room.right() - more.size().x;
            return words::put(ui, "more claims", pos2(left, top), more, &words);
        }
        let size = vec2(badge.width() + beside, badge.height(pad));
        let rect = Align2::RIGHT_TOP.anchor_size(pos2(room.right(), top), size);
        let color = p.state(badge.state);
        let edge = Stroke::new(1.0, theme::faded(color, opacity));
        let ground = theme::faded(color, 0.12 * opacity);
        ui.painter().rect(rect, CornerRadius::same(8), ground, edge, StrokeKind::Inside);
        let x = rect.left() + sizes.small * 0.8;
        let line = badge.claim.rows.first().map_or(0.0, |row| row.height());
        let center = pos2(x + icon, rect.top() + pad + line / 2.0);
        mark::draw(ui.painter(), center, icon, badge.state, color.faded(opacity));
        let left = x + 2.0 * icon + sizes.body * 0.5;
        let below = words::put(ui, &format!("claim {at}"), pos2(left, rect.top() + pad), badge.claim, &badge.said);
        if let Some(found) = badge.found {
            ui.painter().galley(pos2(left, below), found, theme::color(p.text));
        }
        top = rect.bottom() + sizes.small * 0.5;
    }
    top
}
