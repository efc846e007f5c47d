//! What is shown of a what-if wherever it is shown: the matrix of capabilities, numbers, and reasons.

pub mod matrix;
pub mod numbers;
pub mod reasons;

use egui::{RichText, Ui};

use crate::app::state::State;
use crate::app::theme;
use crate::app::whatif::reasons as found;
use crate::design::Id;

/// Most reasons told in a tip.
const MAX_IN_TIP: usize = 3;

/// In short how an element fares under what has failed, and why; nothing when it is as it was.
pub fn summary_ui(ui: &mut Ui, id: &Id, state: &State) {
    let Some(mark) = state.whatif.effects().and_then(|effects| effects.mark(id)) else { return };
    let p = theme::palette(ui.ctx());
    reasons::marked(ui, mark.state, &mark.words, theme::strong_font(theme::SIZE_BODY), p);
    for words in found::own(state.shown(), state.whatif.failures(), id) {
        ui.label(RichText::new(words).size(theme::SIZE_SMALL).color(theme::color(p.text_weak)));
    }
    for reason in state.reasons(id).iter().take(MAX_IN_TIP) {
        reasons::short(ui, reason, p);
    }
}
