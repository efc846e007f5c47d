//! What another product version would change in the findings: appears, vanishes, changes.

use egui::{Align, Layout, RichText, ScrollArea, Sense, Ui, Window, vec2};

use crate::app::{Msg, State, panels, theme};
use crate::design::{ProductVersion, commands};
use crate::rules::{Delta, Finding};

/// Shows the window while a version is compared with.
pub(super) fn show(ui: &Ui, state: &State, msgs: &mut Vec<Msg>) {
    let Some(version) = state.view.compared_version.filter(|_| state.open) else { return };
    let mut open = true;
    let content = ui.ctx().content_rect();
    let title = RichText::new("Another product version").font(theme::strong_font(theme::SIZE_BODY));
    Window::new(title)
        .id(egui::Id::new("versions"))
        .open(&mut open)
        .collapsible(false)
        .pivot(egui::Align2::CENTER_CENTER)
        .default_pos(content.center())
        .default_size([600.0_f32.min(content.width() - 64.0), 420.0_f32.min(content.height() - 96.0)])
        .max_size(content.size() - vec2(32.0, 64.0))
        .constrain(true)
        .show(ui.ctx(), |ui| {
            head_ui(ui, state, version, msgs);
            ui.add_space(8.0);
            match state.version_delta() {
                Some((_, delta)) if delta.is_empty() => {
                    ui.label("Nothing changes: the same findings in the same words.");
                }
                Some((_, delta)) => delta_ui(ui, delta, msgs),
                None => {
                    let failed = state.version_delta.as_ref().is_some_and(|i| i.failed(state.serial));
                    ui.label(if failed { "This could not be worked out (a bug in Meridian)." } else { "updating…" });
                }
            }
        });
    if !open {
        msgs.push(Msg::CompareVersion(None));
    }
}

fn head_ui(ui: &mut Ui, state: &State, version: ProductVersion, msgs: &mut Vec<Msg>) {
    let own = state.doc.design().meta.product_version;
    ui.horizontal_wrapped(|ui| {
        ui.label(format!("The design is drawn for {own}. With"));
        let menu = egui::ComboBox::from_id_salt("compared version").selected_text(version.to_string()).width(80.0);
        menu.show_ui(ui, |ui| {
            for other in ProductVersion::ALL.into_iter().filter(|v| *v != own) {
                if ui.selectable_label(other == version, other.to_string()).clicked() {
                    msgs.push(Msg::CompareVersion(Some(other)));
                }
            }
        });
        ui.label("this would change:");
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if version != own && ui.button(format!("Draw it for {version}")).clicked() {
                let mut meta = crate::design::Meta::clone(&state.doc.design().meta);
                meta.product_version = version;
                let edit = commands::set_meta(format!("Draw for {version}"), meta);
                msgs.extend([Msg::Edit(edit), Msg::CompareVersion(None)]);
            }
        });
    });
}

fn delta_ui(ui: &mut Ui, delta: &Delta, msgs: &mut Vec<Msg>) {
    ScrollArea::vertical().auto_shrink([false, true]).show(ui, |ui| {
        for (words, list) in [("Appears", &delta.appears), ("Vanishes", &delta.vanishes)] {
            section(ui, words, list.len());
            for finding in list {
                row(ui, finding, None, msgs);
            }
        }
        section(ui, "Changes", delta.changes.len());
        for (before, after) in &delta.changes {
            let was = if before.message == after.message { &before.remedy } else { &before.message as &str };
            row(ui, after, Some(was), msgs);
        }
    });
}

fn section(ui: &mut Ui, words: &str, count: usize) {
    if count > 0 {
        ui.add_space(6.0);
        ui.label(RichText::new(format!("{words} · {count}")).font(theme::strong_font(theme::SIZE_SMALL)).weak());
    }
}

/// One finding; a click brings what it is about into view.
fn row(ui: &mut Ui, finding: &Finding, was: Option<&str>, msgs: &mut Vec<Msg>) {
    let palette = theme::palette(ui.ctx());
    ui.horizontal_top(|ui| {
        let (mark, _) = ui.allocate_exact_size(vec2(16.0, 18.0), Sense::hover());
        let color = theme::color(palette.severity(finding.severity));
        panels::severity_mark(ui.painter(), mark.center(), finding.severity, color);
        ui.vertical(|ui| {
            let words = format!("{} · {}", finding.rule, finding.message);
            let label = egui::Label::new(&words).wrap().sense(Sense::click());
            if ui.add(label).clicked() {
                msgs.push(Msg::Reveal(finding.subjects.clone()));
            }
            if let Some(was) = was {
                ui.add(egui::Label::new(RichText::new(format!("was: {was}")).size(theme::SIZE_SMALL).weak()).wrap());
            }
        });
    });
}
