//! The decisions between the patterns that are kept with a design.

use egui::{Button, Label, RichText, Ui};

use crate::app::actions::Action;
use crate::app::panels::{Cx, paint};
use crate::app::theme;
use crate::design::{Decision, Design};

use super::shared;

/// Draws the decisions, newest first, with their reasons.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, design: &Design) {
    paint::heading(ui, cx.palette, "Decisions");
    let mut forgotten = None;
    for (index, decision) in design.meta.decisions.iter().enumerate().rev() {
        if decision_ui(ui, cx, decision, index) {
            forgotten = Some(index);
        }
    }
    if design.meta.decisions.is_empty() {
        paint::note(ui, cx.palette, "None is kept yet. The advisor weighs the criteria and keeps what was decided.");
    }
    shared::actions(ui, cx, &[Action::Advisor]);
    if let Some(index) = forgotten {
        shared::edit_meta(cx.state, cx.msgs, "decisions", false, |m| {
            if index < m.decisions.len() {
                m.decisions.remove(index);
            }
        });
    }
}

/// Draws one decision; returns whether it is to be forgotten.
fn decision_ui(ui: &mut Ui, cx: &Cx<'_>, decision: &Decision, index: usize) -> bool {
    ui.add_space(4.0);
    ui.add(Label::new(RichText::new(&decision.title).font(theme::strong_font(theme::SIZE_BODY))).wrap());
    let mut words = vec![format!("{} for {}", spoken(&decision.chosen), decision.product_version)];
    if decision.recommended != decision.chosen {
        words.push(format!("recommended: {}", spoken(&decision.recommended)));
    }
    words.extend(decision.date.map(|d| d.to_string()));
    words.extend((!decision.owner.is_empty()).then(|| decision.owner.clone()));
    ui.add(Label::new(words.join(" · ")).wrap());
    for reason in &decision.reasons {
        paint::note(ui, cx.palette, reason);
    }
    if !decision.notes.is_empty() {
        ui.add(Label::new(&decision.notes).wrap());
    }
    ui.add_space(2.0);
    let forget = ui.push_id(("decision", index), |ui| ui.add(Button::new("Forget it").small())).inner;
    forget.on_hover_text("Takes the record out of the design; undo brings it back").clicked()
}

/// The words for the ids the advisor uses; anything else is shown as it was written.
fn spoken(id: &str) -> &str {
    match id {
        "pattern-1" => "Pattern 1",
        "pattern-2" => "Pattern 2",
        "either" => "either pattern",
        "conflict" => "no pattern fits",
        other => other,
    }
}
