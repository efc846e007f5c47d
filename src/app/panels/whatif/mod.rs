//! What is shown of a what-if wherever it is shown: the matrix of capabilities, numbers, and reasons.

pub mod matrix;
pub mod numbers;
pub mod reasons;

use egui::{RichText, Ui};

use crate::app::panels::paint;
use crate::app::state::State;
use crate::app::theme;
use crate::design::Id;

/// Most reasons told in a tip.
const MAX_IN_TIP: usize = 3;

/// In short how an element fares under what has failed, and why; nothing when it is as it was.
pub fn summary_ui(ui: &mut Ui, id: &Id, state: &State) {
    let Some(mark) = state.whatif.effects().and_then(|effects| effects.mark(id)) else { return };
    let p = theme::palette(ui.ctx());
    let current = state.analysis_is_current();
    ui.scope(|ui| {
        paint::fade_outdated(ui, current);
        reasons::marked(ui, mark.state, &mark.words, theme::strong_font(theme::SIZE_BODY), p);
        let told = state.told(id);
        for words in &told.own {
            ui.label(RichText::new(words).size(theme::SIZE_SMALL).color(theme::color(p.text_weak)));
        }
        for reason in told.reasons.iter().take(MAX_IN_TIP) {
            reasons::short(ui, reason, p);
        }
    });
    if !current {
        paint::note(ui, p, paint::UPDATING);
    }
}
