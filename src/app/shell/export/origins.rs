//! Why a line is what it is: the reasons, elements, rules and facts behind it, each of which leads there.

use egui::{Label, Response, RichText, ScrollArea, Ui};

use crate::app::{Msg, State, theme};
use crate::books::Facts;
use crate::design::Id;
use crate::export::bundle::{ExportFile, Origin};

use super::strong;
use super::view::basis_ink;

/// Most elements that are named one by one.
const MAX_NAMED: usize = 12;

/// Shows the origins of a line, from 1.
pub(super) fn show(ui: &mut Ui, file: &ExportFile, line: usize, state: &State, msgs: &mut Vec<Msg>) {
    let origins = file.origins_of(line);
    ScrollArea::vertical().id_salt("origins").auto_shrink(false).show(ui, |ui| {
        ui.set_max_width(ui.available_width() - 10.0);
        if origins.is_empty() {
            ui.label(strong(format!("Line {line}")));
            ui.label(RichText::new("Nothing is noted about this line.").weak());
            return;
        }
        for (index, origin) in origins.into_iter().enumerate() {
            if index > 0 {
                ui.add_space(6.0);
            }
            ui.push_id(index, |ui| origin_ui(ui, origin, (index == 0).then_some(line), state, msgs));
        }
    });
}

fn origin_ui(ui: &mut Ui, origin: &Origin, line: Option<usize>, state: &State, msgs: &mut Vec<Msg>) {
    let p = theme::palette(ui.ctx());
    ui.horizontal(|ui| {
        if let Some(line) = line {
            ui.label(strong(format!("Line {line}")));
        }
        let ink = theme::color(basis_ink(origin.basis, p));
        ui.label(RichText::new(origin.basis.label()).size(theme::SIZE_SMALL).color(ink));
    });
    ui.add(Label::new(&origin.why).wrap());
    let links = |ui: &mut Ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        element_links(ui, &origin.elements, MAX_NAMED, state, msgs);
        let more = origin.elements.len().saturating_sub(MAX_NAMED);
        if more > 0 && in_view(ui.link(format!("and {more} more"))).on_hover_text("Select all of them").clicked() {
            msgs.push(Msg::Reveal(origin.elements.clone()));
        }
        for rule in &origin.rules {
            rule_link(ui, rule, msgs);
        }
        for fact in &origin.facts {
            fact_link(ui, fact, state.books.facts(), msgs);
        }
    };
    ui.horizontal_wrapped(links);
}

/// Leads to elements in the drawing, at most so many. One that is there no more goes by its id.
pub(super) fn element_links(ui: &mut Ui, elements: &[Id], most: usize, state: &State, msgs: &mut Vec<Msg>) {
    let design = state.doc.design();
    for id in elements.iter().take(most) {
        let there = design.contains(id);
        let name = if there { design.name_of(id) } else { id.to_string() };
        let link = ui.add_enabled(there, egui::Link::new(name));
        if in_view(link).on_hover_text("Select it in the drawing").clicked() {
            msgs.push(Msg::Reveal(vec![id.clone()]));
        }
    }
}

/// Leads to the page of a rule.
pub(super) fn rule_link(ui: &mut Ui, rule: &str, msgs: &mut Vec<Msg>) {
    let known = crate::rules::get(rule);
    let link = in_view(ui.link(rule));
    let link = match known {
        Some(rule) => link.on_hover_text(rule.title),
        None => link,
    };
    if link.clicked() {
        msgs.push(Msg::ShowRule(Some(rule.to_owned())));
    }
}

fn fact_link(ui: &mut Ui, fact: &str, facts: &Facts, msgs: &mut Vec<Msg>) {
    match facts.fact(fact) {
        Some(known) => {
            if in_view(ui.link(fact)).on_hover_text(&known.statement).clicked() {
                msgs.push(Msg::ShowRule(Some(fact.to_owned())));
            }
        }
        None => {
            let label = ui.label(RichText::new(fact).weak());
            if let Some(document) = facts.document(fact) {
                label.on_hover_text(format!("{}\n{}", document.title, document.location));
            }
        }
    }
}

/// Brings what has just got the keyboard into view.
pub(super) fn in_view(response: Response) -> Response {
    if response.gained_focus() {
        response.scroll_to_me(None);
    }
    response
}
