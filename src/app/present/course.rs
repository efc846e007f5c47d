//! When what a slide loses is back: the critical steps one after the other over time, and what stays afterwards.

use egui::{Align, CornerRadius, FontId, Rect, Stroke, Ui, pos2, vec2};

use crate::app::panels::paint;
use crate::app::theme;
use crate::design::{Capability, Claim, Design, Scope};
use crate::failure::timeline::{Rto, Step, StepKind, Timeline, Track, time_words};
use crate::failure::{Aftermath, Place};
use crate::picture::palette::Palette;

use super::words::{self, Sizes};

/// Most steps told in words.
const STEPS: usize = 3;

/// The recovery that matters most: that of a claim about time, else that of users who are served again by themselves,
/// else the first one.
#[must_use]
pub fn most_telling<'t>(timeline: &'t Timeline, claims: &[Claim]) -> Option<&'t Track> {
    let claimed = claims.iter().find_map(|claim| match claim {
        Claim::Rto { capability, scope, .. } | Claim::Rpo { capability, scope, .. } => {
            timeline.tracks.iter().filter(|track| track.capability == *capability).find(|track| match scope {
                Scope::Everywhere => true,
                Scope::At(id) => track.place.id() == id,
            })
        }
        _ => None,
    });
    let interrupted = |track: &&Track| !matches!(track.rto, Rto::GoesOn(_));
    claimed.or_else(|| {
        timeline.tracks.iter().filter(interrupted).min_by_key(|track| {
            let back = matches!(track.rto, Rto::ByItself(_) | Rto::ByHand(_));
            (!back, track.capability != Capability::Serve, matches!(track.place, Place::Region(_)))
        })
    })
}

fn kind_words(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Detect => "notice",
        StepKind::Decide => "decide",
        StepKind::Dns => "DNS",
        StepKind::Promote => "promote",
        StepKind::Start => "start",
        StepKind::Reconnect => "reconnect",
        StepKind::Warm => "warm up",
    }
}

fn tint(kind: StepKind) -> u8 {
    match kind {
        StepKind::Detect => 0,
        StepKind::Decide => 1,
        StepKind::Dns => 3,
        StepKind::Promote => 4,
        StepKind::Start => 5,
        StepKind::Reconnect => 6,
        StepKind::Warm => 2,
    }
}

/// Where a slide's recovery is drawn, and how.
pub struct Course<'a> {
    /// The drawing.
    pub design: &'a Design,
    /// Colours.
    pub palette: &'a Palette,
    /// Sizes of type.
    pub sizes: &'a Sizes,
    /// How much of it shows: less while newer numbers are found.
    pub opacity: f32,
}

impl Course<'_> {
    fn small(&self) -> FontId {
        FontId::proportional(self.sizes.small)
    }

    /// Draws a recovery from the top of `room`; returns the lower edge.
    pub fn track_ui(&self, ui: &Ui, room: Rect, track: &Track) -> f32 {
        let weak = theme::faded(self.palette.text_weak, self.opacity);
        let name = self.design.name_of(track.place.id());
        let title = format!("{name} · {}", track.capability.label());
        let line = words::passage(ui.painter(), &title, self.small(), weak, room.width(), 1);
        let mut top = words::put(ui, "course", room.min, line, &title) + self.sizes.small * 0.4;
        let mut steps: Vec<&Step> = track.steps.iter().filter(|step| step.critical).collect();
        steps.sort_by(|a, b| a.start.likely_s.total_cmp(&b.start.likely_s));
        let end_s = steps.iter().map(|step| step.end().likely_s).fold(0.0, f64::max);
        if end_s > 0.0 && track.rto.span().is_some() {
            top = self.bars(ui, Rect::from_min_max(pos2(room.left(), top), room.max), &steps, end_s);
        }
        let says = track.rto.words(self.design);
        let ink = theme::faded(self.palette.text, self.opacity);
        let body = FontId::proportional(self.sizes.body * 0.9);
        let line = words::passage(ui.painter(), &says, body, ink, room.width(), 2);
        top = words::put(ui, "back when", pos2(room.left(), top), line, &says) + self.sizes.small * 0.3;
        for (at, step) in steps.iter().take(STEPS).enumerate() {
            if top + self.sizes.small * 1.4 > room.bottom() - self.sizes.small * 1.4 {
                break;
            }
            let says = format!("{} · {}", step.what, time_words(step.length.likely_s));
            let line = words::passage(ui.painter(), &says, self.small(), weak, room.width(), 1);
            top = words::put(ui, &format!("step {at}"), pos2(room.left(), top), line, &says);
        }
        top
    }

    /// The steps as bars over an axis of time.
    fn bars(&self, ui: &Ui, room: Rect, steps: &[&Step], end_s: f64) -> f32 {
        let painter = ui.painter();
        let height = self.sizes.small * 1.7;
        let bar = Rect::from_min_size(room.min, vec2(room.width(), height));
        #[expect(clippy::cast_possible_truncation, reason = "a share of the width")]
        let x = |s: f64| bar.left() + bar.width() * (s / end_s) as f32;
        for step in steps {
            let (from, to) = (x(step.start.likely_s), x(step.end().likely_s));
            let rect = Rect::from_min_max(pos2(from, bar.top()), pos2((to - 2.0).max(from + 1.0), bar.bottom()));
            let color = self.palette.tint(tint(step.kind)).mix(self.palette.canvas, 0.45);
            painter.rect_filled(rect, CornerRadius::same(3), theme::faded(color, self.opacity));
            let words = format!("{} {}", kind_words(step.kind), time_words(step.length.likely_s));
            let inner = rect.shrink2(vec2(self.sizes.small * 0.4, 0.0));
            let fits = |words: &str| paint::width_of(painter, words, self.small()) <= inner.width();
            let words = if fits(&words) { words.as_str() } else { kind_words(step.kind) };
            if fits(words) {
                let ink = theme::faded(self.palette.text, self.opacity);
                paint::text(painter, inner, words, self.small(), ink, Align::Min);
            }
        }
        let axis = bar.bottom() + self.sizes.small * 0.45;
        painter.hline(bar.x_range(), axis, Stroke::new(1.0, theme::color(self.palette.hairline)));
        let below = Rect::from_min_size(pos2(bar.left(), axis + 2.0), vec2(bar.width(), self.sizes.small * 1.4));
        let weak = theme::faded(self.palette.text_weak, self.opacity);
        paint::text(painter, below, "0", self.small(), weak, Align::Min);
        paint::text(painter, below, &time_words(end_s), self.small(), weak, Align::Max);
        below.bottom() + self.sizes.small * 0.2
    }

    /// Draws what stays afterwards from the top of `room`.
    pub fn aftermath_ui(&self, ui: &Ui, room: Rect, aftermath: &Aftermath) {
        let rows = (room.height() / (self.sizes.small * 1.3)).floor();
        if rows < 1.0 {
            return;
        }
        let says = aftermath_words(aftermath);
        let weak = theme::faded(self.palette.text_weak, self.opacity);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a handful of lines")]
        let galley = words::passage(ui.painter(), &says, self.small(), weak, room.width(), rows as usize);
        words::put(ui, "aftermath", room.min, galley, &says);
    }
}

/// What stays, as one line.
#[must_use]
pub fn aftermath_words(aftermath: &Aftermath) -> String {
    let all = |list: &[&str]| {
        let plain: Vec<&str> = list.iter().map(|words| words.trim_end_matches('.')).collect();
        if plain.is_empty() { "nothing".to_owned() } else { plain.join("; ") }
    };
    let mut says =
        format!("Lost for good: {} · Resynchronised on return: {}", all(&aftermath.lost), all(&aftermath.resync));
    if !aftermath.by_hand.is_empty() {
        says += &format!(" · By hand: {}", all(&aftermath.by_hand));
    }
    says
}
