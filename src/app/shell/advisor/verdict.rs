//! What follows from the answers: the pattern, why, what speaks against it, what it brings and what to ask next.

use egui::{Label, RichText, ScrollArea, Ui};

use crate::advisor::{Advice, Backing, Criterion};
use crate::app::theme;
use crate::rules::Basis;

use super::Advisor;
use super::interview::choice_ui;

impl Advisor {
    /// The recommendation for the selected region.
    pub(super) fn verdict_ui(&mut self, ui: &mut Ui, height: f32, advice: &Advice) {
        let Some(row) = self.rows.get_mut(self.selected) else { return };
        let is_main = self.selected == 0 && row.existing.is_none();
        ScrollArea::vertical().id_salt("verdict").max_height(height).auto_shrink(false).show(ui, |ui| {
            ui.set_max_width(ui.available_width() - 12.0);
            ui.label(RichText::new(advice.recommendation.label()).font(theme::strong_font(theme::SIZE_HEADING)));
            let forced: Vec<&str> = advice.forced_by.iter().map(Criterion::id).collect();
            let why = match forced.as_slice() {
                [] => "Nothing is known yet: answer the questions at the left.".to_owned(),
                forced => format!("Decided by {}.", forced.join(", ")),
            };
            ui.add(Label::new(RichText::new(why).weak()).wrap());
            if is_main {
                ui.add(Label::new("It is the main region, so it is drawn complete whatever is answered.").wrap());
            } else {
                choice_ui(ui, &mut row.planned.chosen);
            }
            sections_ui(ui, advice);
        });
    }
}

fn sections_ui(ui: &mut Ui, advice: &Advice) {
    let reason = |r: &crate::advisor::Reason| (format!("{} ({})", r.text, r.weight.label()), r.backing);
    let clash =
        |c: &crate::advisor::Contradiction| (format!("{} {}", if c.decisive { "●" } else { "▲" }, c.text), c.backing);
    section(ui, "Contradictions", advice.contradictions.iter().map(clash));
    section(ui, "Ways out", advice.offers.iter().map(|o| (o.text.clone(), o.backing)));
    section(ui, "For it", advice.reasons_for.iter().map(reason));
    section(ui, "Against it", advice.reasons_against.iter().map(reason));
    section(ui, "Ask next", advice.questions.iter().map(|q| (q.text.to_owned(), q.criterion.backing())));
    for pattern in advice.recommendation.patterns() {
        let of_it = advice.consequences.iter().filter(|c| c.pattern == *pattern);
        section(ui, &format!("What {} brings", pattern.label()), of_it.map(|c| (c.text.to_owned(), c.backing)));
    }
}

/// A heading with its sentences; nothing when there are none. The source is told on hover.
fn section(ui: &mut Ui, title: &str, entries: impl Iterator<Item = (String, Backing)>) {
    for (index, (text, backing)) in entries.enumerate() {
        if index == 0 {
            ui.add_space(12.0);
            ui.label(RichText::new(title).font(theme::strong_font(theme::SIZE_BODY)));
        }
        let inferred = if backing.basis == Basis::Inferred { "\nConcluded by us from it." } else { "" };
        let sentence = ui.add(Label::new(text).wrap().sense(egui::Sense::hover()));
        sentence.on_hover_text(format!("{}: {}{inferred}", backing.fact, backing.source));
        ui.add_space(4.0);
    }
}
