//! What is told of an element when the pointer rests on it.

use egui::{RichText, Ui};

use crate::app::panels::whatif;
use crate::app::state::State;
use crate::app::theme;
use crate::design::{Element, Id};
use crate::picture::card;
use crate::picture::palette::severity_glyph;

use super::frame;

/// Most problems listed.
const MAX_PROBLEMS: usize = 6;

/// Full name, kind and figures of an element, and its problems.
pub fn tip_ui(ui: &mut Ui, id: &Id, state: &State) {
    let design = state.shown();
    // Figures and problems of an earlier state are better left out than shown as if they were new.
    let analysis = state.analysis.as_ref().filter(|_| state.analysis_is_current());
    let p = theme::palette(ui.ctx());
    let weak = |text: String| RichText::new(text).size(theme::SIZE_SMALL).color(theme::color(p.text_weak));
    ui.set_max_width(340.0);
    match design.element(id) {
        Some(Element::Region(region)) => {
            ui.label(RichText::new(card::region_title(region)).font(theme::strong_font(theme::SIZE_BODY)));
            let count = design.components_in(id).count();
            ui.label(weak(if count == 1 { "1 component".into() } else { format!("{count} components") }));
        }
        Some(Element::Component(component)) => {
            let used = analysis.and_then(|a| card::utilisation_of(&a.estimates, id));
            let words = card::component_card(component, used);
            ui.label(RichText::new(words.title).font(theme::strong_font(theme::SIZE_BODY)));
            let mut line = component.kind().label().to_owned();
            if !words.subtitle.is_empty() {
                line = format!("{line} · {}", words.subtitle);
            }
            ui.label(weak(line));
        }
        Some(Element::Link(link)) => {
            let text = card::link_label(design, link, analysis.and_then(|_| frame::link_rtt_ms(state, id)));
            ui.label(RichText::new(text).font(theme::strong_font(theme::SIZE_BODY)));
            ui.label(weak(design.name_of(id)));
        }
        None => return,
    }
    whatif::summary_ui(ui, id, state);
    let Some(analysis) = analysis else { return };
    let findings: Vec<_> = analysis.check.findings.iter().filter(|f| f.subjects.contains(id)).collect();
    for finding in findings.iter().take(MAX_PROBLEMS) {
        ui.horizontal_top(|ui| {
            let color = theme::color(p.severity(finding.severity));
            ui.label(RichText::new(severity_glyph(finding.severity)).color(color));
            ui.add(egui::Label::new(&finding.message).wrap());
        });
    }
    if findings.len() > MAX_PROBLEMS {
        ui.label(weak(format!("and {} more", findings.len() - MAX_PROBLEMS)));
    }
}
