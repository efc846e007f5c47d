//! What goes with the files: what is still to be supplied, what blocks some of them, what was left out and why.

use egui::{Label, RichText, ScrollArea, Ui, vec2};
use egui_phosphor::regular as icon;

use crate::app::actions::Action;
use crate::app::state::BottomTab;
use crate::app::{Msg, State, panels, theme};
use crate::export::Form;
use crate::export::bundle::{Blocked, Placeholder};
use crate::rules::Severity;

use super::made::{FileKey, Made};
use super::origins::{in_view, name_of, rule_link};

/// Most files that are named one by one.
const MAX_NAMED: usize = 8;

/// What a note asks for.
pub(super) enum Asked {
    /// Show this file.
    File(FileKey),
    /// Give way to what the note led to.
    Away,
}

fn heading(ui: &mut Ui, form: Form) {
    ui.add_space(6.0);
    ui.label(RichText::new(form.label()).font(theme::strong_font(theme::SIZE_BODY)));
    ui.add_space(2.0);
}

/// Shows the placeholders.
pub(super) fn supply_ui(ui: &mut Ui, made: &Made, msgs: &mut Vec<Msg>) {
    if made.placeholder_count() == 0 {
        ui.label(RichText::new("Nothing: the files are complete as they are.").weak());
        return;
    }
    ScrollArea::vertical().id_salt("supply").auto_shrink(false).show(ui, |ui| {
        ui.set_max_width(ui.available_width() - 10.0);
        for (form, bundle) in made.bundles.iter().filter(|(_, bundle)| !bundle.placeholders.is_empty()) {
            heading(ui, *form);
            for placeholder in &bundle.placeholders {
                placeholder_ui(ui, placeholder, msgs);
            }
        }
    });
}

fn placeholder_ui(ui: &mut Ui, placeholder: &Placeholder, msgs: &mut Vec<Msg>) {
    ui.horizontal_wrapped(|ui| {
        let token = RichText::new(&placeholder.token).monospace();
        let link = in_view(ui.link(token)).on_hover_text("Copy it");
        if link.clicked() {
            msgs.extend([Msg::CopyText(placeholder.token.clone()), Msg::Toast("The placeholder is copied".into())]);
        }
        if placeholder.secret {
            let p = theme::palette(ui.ctx());
            let words = RichText::new(format!("{} secret", icon::LOCK_KEY)).size(theme::SIZE_SMALL);
            ui.label(words.color(theme::color(p.warning)));
        }
        let who = if placeholder.by_product {
            "the product replaces it when it starts, from its environment"
        } else {
            "replace it before use"
        };
        ui.label(RichText::new(who).size(theme::SIZE_SMALL).weak());
    });
    ui.add(Label::new(&placeholder.meaning).wrap());
    ui.add_space(6.0);
}

/// Shows what blocks files, and other remarks.
pub(super) fn notes_ui(ui: &mut Ui, made: &Made, state: &State, msgs: &mut Vec<Msg>) -> Option<Asked> {
    if made.note_count() == 0 {
        ui.label(RichText::new("There is nothing to note.").weak());
        return None;
    }
    let scroll = ScrollArea::vertical().id_salt("notes").auto_shrink(false);
    let shown = scroll.show(ui, |ui| {
        ui.set_max_width(ui.available_width() - 10.0);
        let mut asked = None;
        let noted =
            |form: &&Form| made.bundles.get(form).is_some_and(|b| !b.blocked.is_empty() || !b.remarks.is_empty());
        for form in made.bundles.keys().filter(noted) {
            let Some(bundle) = made.bundles.get(form) else { continue };
            heading(ui, *form);
            for (index, blocked) in bundle.blocked.iter().enumerate() {
                let one = ui.push_id((form.id(), index), |ui| blocked_ui(ui, *form, blocked, state, msgs));
                asked = one.inner.or(asked.take());
            }
            for remark in &bundle.remarks {
                ui.add(Label::new(format!("• {remark}")).wrap());
                ui.add_space(2.0);
            }
        }
        asked
    });
    shown.inner
}

/// One reason why files are unfit, with the way to its finding.
pub(super) fn blocked_ui(
    ui: &mut Ui,
    form: Form,
    blocked: &Blocked,
    state: &State,
    msgs: &mut Vec<Msg>,
) -> Option<Asked> {
    let mut asked = None;
    let p = theme::palette(ui.ctx());
    ui.horizontal(|ui| {
        let (mark, _) = ui.allocate_exact_size(vec2(12.0, 18.0), egui::Sense::hover());
        panels::severity_mark(ui.painter(), mark.center(), Severity::Error, theme::color(p.error));
        ui.label(RichText::new("Blocked").font(theme::strong_font(theme::SIZE_BODY)));
        if let Some(rule) = &blocked.rule {
            rule_link(ui, rule, msgs);
        }
    });
    ui.add(Label::new(&blocked.message).wrap());
    let design = state.doc.design();
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        if let Some(index) = finding_of(blocked, state)
            && in_view(ui.link("Go to the finding")).clicked()
        {
            msgs.extend([Msg::Action(Action::ShowTab(BottomTab::Problems)), Msg::Problem(Some(index))]);
            msgs.push(Msg::Reveal(blocked.elements.clone()));
            asked = Some(Asked::Away);
        }
        for id in blocked.elements.iter().take(MAX_NAMED) {
            let link = ui.add_enabled(design.contains(id), egui::Link::new(name_of(design, id)));
            if in_view(link).on_hover_text("Select it in the drawing").clicked() {
                msgs.push(Msg::Reveal(vec![id.clone()]));
            }
        }
        let which = if blocked.paths.is_empty() { "All files of this export" } else { "Files:" };
        ui.label(RichText::new(which).size(theme::SIZE_SMALL).weak());
        for path in blocked.paths.iter().take(MAX_NAMED) {
            let words = RichText::new(path.as_str()).size(theme::SIZE_SMALL);
            if in_view(ui.link(words)).on_hover_text("Show it").clicked() {
                asked = Some(Asked::File(FileKey { form, path: path.clone() }));
            }
        }
        let more = blocked.paths.len().saturating_sub(MAX_NAMED);
        if more > 0 {
            ui.label(RichText::new(format!("and {more} more")).size(theme::SIZE_SMALL).weak());
        }
    });
    ui.add_space(6.0);
    asked
}

/// The finding that blocks: that of the rule about these elements, or else the first of the rule.
fn finding_of(blocked: &Blocked, state: &State) -> Option<usize> {
    let rule = blocked.rule.as_deref()?;
    let findings = &state.analysis.as_ref()?.check.findings;
    let about =
        |index: &usize| findings.get(*index).is_some_and(|f| f.subjects.iter().any(|s| blocked.elements.contains(s)));
    let of_rule: Vec<usize> = findings.iter().enumerate().filter(|(_, f)| f.rule == rule).map(|(at, _)| at).collect();
    of_rule.iter().copied().find(about).or(of_rule.first().copied())
}
