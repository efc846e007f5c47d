//! Why something is as it is, in sentences: what it means, what does not hold, what stays, and where that is written.

use egui::{FontId, Label, RichText, Sense, Ui, vec2};

use crate::app::state::State;
use crate::app::theme::{self, SIZE_BODY, SIZE_SMALL};
use crate::app::whatif::mark;
use crate::app::whatif::reasons::{Meaning, Reason};
use crate::failure::State as Capable;
use crate::picture::palette::Palette;

/// A state with its mark and words.
pub fn marked(ui: &mut Ui, state: Capable, words: &str, font: FontId, palette: &Palette) {
    ui.horizontal_top(|ui| {
        let color = theme::color(palette.state(state));
        let (place, _) = ui.allocate_exact_size(vec2(12.0, font.size * 1.3), Sense::hover());
        mark::draw(ui.painter(), place.center(), font.size * 0.36, state, palette.state(state));
        ui.add(Label::new(RichText::new(words).font(font).color(color)).wrap());
    });
}

fn weak(ui: &mut Ui, palette: &Palette, words: String) {
    ui.add(Label::new(RichText::new(words).size(SIZE_SMALL).color(theme::color(palette.text_weak))).wrap());
}

/// The capability with its state, such as `Issue tokens: down`.
fn title(reason: &Reason) -> String {
    format!("{}: {}", reason.capability.label(), reason.state.label())
}

/// In two or three lines: the state, what it means, and the last cause.
pub fn short(ui: &mut Ui, reason: &Reason, palette: &Palette) {
    marked(ui, reason.state, &title(reason), FontId::proportional(SIZE_BODY), palette);
    let Some(meaning) = reason.means.first() else { return };
    ui.add(Label::new(RichText::new(meaning.says).size(SIZE_SMALL)).wrap());
    if let Some(cause) = meaning.chains.first().and_then(|chain| chain.last()) {
        weak(ui, palette, format!("Why: {cause}"));
    }
    weak(ui, palette, basis(reason));
}

/// What the state rests on, with the ids of the facts.
fn basis(reason: &Reason) -> String {
    match reason.facts.as_slice() {
        [] => reason.basis.label().to_owned(),
        facts => format!("{} · {}", reason.basis.label(), facts.join(", ")),
    }
}

/// Everything that is known about why.
pub fn full(ui: &mut Ui, reason: &Reason, state: &State, palette: &Palette) {
    let design = state.shown();
    let words = format!("{} · {}", title(reason), design.name_of(reason.place.id()));
    marked(ui, reason.state, &words, theme::strong_font(SIZE_BODY), palette);
    weak(ui, palette, basis(reason));
    let at = (reason.capability, reason.place.clone());
    let numbers = state.impact().filter(|_| state.impact_is_current()).and_then(|impact| impact.worse.get(&at));
    if let Some((worse, says)) = numbers {
        ui.add_space(6.0);
        marked(ui, *worse, &format!("By the numbers: {}", worse.label()), FontId::proportional(SIZE_BODY), palette);
        ui.add(Label::new(says).wrap());
    }
    if reason.means.is_empty() && numbers.is_none() {
        ui.add(Label::new("Everything it needs works.").wrap());
    }
    for meaning in &reason.means {
        ui.add_space(6.0);
        meaning_ui(ui, meaning, palette);
    }
    ui.add_space(6.0);
    for id in &reason.facts {
        let facts = state.books.facts();
        let Some(fact) = facts.fact(id) else { continue };
        let documents: Vec<&str> = facts.documents_of(fact).map(|document| document.title.as_str()).collect();
        weak(ui, palette, format!("{id} {} ({})", fact.statement, documents.join("; ")));
    }
}

fn meaning_ui(ui: &mut Ui, meaning: &Meaning, palette: &Palette) {
    ui.add(Label::new(meaning.says).wrap());
    for (words, sentence) in
        [("Lost for good", meaning.lost), ("Catches up", meaning.resync), ("By hand", meaning.by_hand)]
    {
        if !sentence.is_empty() {
            weak(ui, palette, format!("{words}: {sentence}"));
        }
    }
    if meaning.chains.is_empty() {
        return;
    }
    for chain in &meaning.chains {
        for (depth, words) in chain.iter().enumerate() {
            ui.horizontal_top(|ui| {
                #[expect(clippy::cast_precision_loss, reason = "a handful of needs")]
                ui.add_space(6.0 * depth as f32);
                let (place, _) = ui.allocate_exact_size(vec2(10.0, SIZE_SMALL * 1.3), Sense::hover());
                mark::draw(ui.painter(), place.center(), 3.5, Capable::Down, palette.error);
                ui.add(Label::new(RichText::new(words).size(SIZE_SMALL)).wrap());
            });
        }
    }
}
