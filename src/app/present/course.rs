//! When what a slide loses is back: the critical steps one after the other over time, and what stays afterwards.

use egui::{FontId, Rect, Ui, UiBuilder, pos2};

use crate::app::panels::timeline::{self, Chart};
use crate::app::theme;
use crate::design::{Capability, Claim, Design, Scope};
use crate::failure::timeline::{Rto, Step, Timeline, Track, time_words};
use crate::failure::{Aftermath, Place};

use super::slide::Cx;
use super::words;

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

/// A recovery, ready to be drawn.
pub struct Course {
    chart: Chart,
    /// When it is back, as a sentence without a full stop.
    when: String,
    /// The steps that decide that, each with its length.
    steps: Vec<String>,
}

impl Course {
    /// That of a track.
    pub fn of(design: &Design, track: &Track) -> Self {
        let mut steps: Vec<&Step> = track.steps.iter().filter(|step| step.critical).collect();
        steps.sort_by(|a, b| a.start.likely_s.total_cmp(&b.start.likely_s));
        let words = |step: &&Step| format!("{} · {}", step.what, time_words(step.length.likely_s));
        Self {
            chart: Chart::of_track(design, track),
            when: track.rto.words(design),
            steps: steps.iter().take(STEPS).map(words).collect(),
        }
    }

    /// Draws it from the top of `room`; returns the lower edge.
    pub fn show(&self, ui: &mut Ui, cx: &Cx<'_>, room: Rect) -> f32 {
        let (sizes, palette) = (&cx.sizes, cx.palette);
        let height = timeline::wanted_height(&self.chart, sizes.small).min(room.height());
        let place = room.with_max_y(room.top() + height);
        let mut child = ui.new_child(UiBuilder::new().id_salt("slide course").max_rect(place));
        timeline::show(&mut child, place, palette, &self.chart, sizes.small, None);
        let ink = theme::color(palette.text);
        let body = FontId::proportional(sizes.body * 0.9);
        let line = words::passage(ui.painter(), &self.when, body, ink, room.width(), 2);
        let mut top = words::put(ui, "back when", pos2(room.left(), place.bottom()), line, &self.when);
        top += sizes.small * 0.3;
        for (at, says) in self.steps.iter().enumerate() {
            if top + sizes.small * 1.4 > room.bottom() - sizes.small * 1.4 {
                break;
            }
            let weak = theme::color(palette.text_weak);
            let small = FontId::proportional(sizes.small);
            let line = words::passage(ui.painter(), says, small, weak, room.width(), 1);
            top = words::put(ui, &format!("step {at}"), pos2(room.left(), top), line, says);
        }
        top
    }
}

/// Draws what stays afterwards from the top of `room`, on as many lines as there is room for.
pub fn aftermath_ui(ui: &Ui, cx: &Cx<'_>, room: Rect, says: &str) {
    let rows = (room.height() / (cx.sizes.small * 1.3)).floor();
    if rows < 1.0 {
        return;
    }
    let weak = theme::color(cx.palette.text_weak);
    let small = FontId::proportional(cx.sizes.small);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a handful of lines")]
    let galley = words::passage(ui.painter(), says, small, weak, room.width(), rows as usize);
    words::put(ui, "aftermath", room.min, galley, says);
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
