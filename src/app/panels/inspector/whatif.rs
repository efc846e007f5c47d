//! How the element fares under what has failed, and why.

use egui::{Button, Ui};

use crate::app::Msg;
use crate::app::panels::whatif::reasons;
use crate::app::panels::{Cx, paint};
use crate::app::theme::{self, SIZE_BODY};
use crate::app::whatif::offers;
use crate::design::Id;

use super::shared;

/// Most reasons told of one element.
const MAX_REASONS: usize = 8;

/// Draws the section while something has failed and the element is not as it was.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, id: &Id) {
    let state = cx.state;
    let Some(mark) = state.whatif.effects().and_then(|effects| effects.mark(id)) else { return };
    paint::heading(ui, cx.palette, "What-if");
    ui.spacing_mut().item_spacing.y = 3.0;
    ui.scope(|ui| {
        paint::fade_outdated(ui, state.analysis_is_current());
        reasons::marked(ui, mark.state, &mark.words, theme::strong_font(SIZE_BODY), cx.palette);
        let told = state.told(id);
        for words in &told.own {
            paint::note(ui, cx.palette, words);
        }
        for reason in told.reasons.iter().take(MAX_REASONS) {
            ui.add_space(2.0);
            reasons::short(ui, reason, cx.palette);
        }
    });
    shared::lag_note(ui, cx);
    let failure = offers::of(state.shown(), id).filter(|failure| state.whatif.failures().contains(failure));
    if let Some(failure) = failure
        && ui.add(Button::new("Repair")).clicked()
    {
        cx.msgs.push(Msg::Repair(failure));
    }
    ui.add_space(6.0);
    ui.spacing_mut().item_spacing.y = 0.0;
}
