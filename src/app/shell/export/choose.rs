//! The left pane: what to export, what about it, and to which folder.

use egui::{Align, Button, Label, Layout, Margin, Rect, RichText, ScrollArea, TextEdit, Ui, vec2};

use crate::app::{State, theme};
use crate::export::Form;

use super::made::Place;
use super::origins::in_view;
use super::{Asked, ExportWindow, pane, strong};

/// Height of what there is to say about the folder, points.
const FOLDER: f32 = 128.0;

impl ExportWindow {
    /// Draws the pane.
    pub(super) fn choices_ui(&mut self, ui: &mut Ui, state: &State, chooser: bool) -> Option<Asked> {
        let area = ui.available_rect_before_wrap();
        // However many forms there are, the folder stays in sight.
        let edge = area.bottom() - FOLDER;
        let clip = area.with_max_y(edge).expand2(vec2(4.0, 0.0));
        let mut above = pane(ui, "forms", area.with_max_y(edge - 8.0), clip);
        ScrollArea::vertical().id_salt("choices").auto_shrink(false).show(&mut above, |ui| {
            ui.set_max_width(ui.available_width() - 10.0);
            ui.scope(|ui| self.forms_ui(ui));
            self.options.show(ui, &self.forms, state);
        });
        let mut below = pane(ui, "folder", area.with_min_y(edge), Rect::EVERYTHING);
        self.folder_ui(&mut below, state, chooser)
    }

    fn forms_ui(&mut self, ui: &mut Ui) {
        ui.horizontal(|ui| {
            ui.label(strong("What"));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let all = self.forms.len() == Form::ALL.len();
                let words = if all { "None" } else { "All" };
                if Form::ALL.len() > 1 && ui.link(RichText::new(words).size(theme::SIZE_SMALL)).clicked() {
                    self.forms = if all { [].into() } else { Form::ALL.into() };
                }
            });
        });
        // Close together, so that what there is to choose about them is in sight as well.
        (ui.spacing_mut().interact_size.y, ui.spacing_mut().item_spacing.y) = (20.0, 2.0);
        for form in Form::ALL {
            let mut chosen = self.forms.contains(&form);
            let response = ui.checkbox(&mut chosen, form.label());
            if response.changed() {
                if chosen {
                    self.forms.insert(form);
                } else {
                    self.forms.remove(&form);
                }
                ui.ctx().request_repaint();
            }
            in_view(response).on_hover_text(form.about());
        }
    }

    fn folder_ui(&mut self, ui: &mut Ui, state: &State, chooser: bool) -> Option<Asked> {
        let mut asked = None;
        let label = ui.label(strong("Folder"));
        let edit = TextEdit::singleline(&mut self.folder.text)
            .desired_width(f32::INFINITY)
            .margin(Margin::symmetric(8, 6))
            .hint_text("Path of a folder");
        let field = ui.add(edit).labelled_by(label.id);
        if field.changed() {
            self.folder.note = "";
            self.remember_folder();
            ui.ctx().request_repaint();
        }
        field.on_hover_text(self.folder.dir(state).display().to_string());
        ui.horizontal(|ui| {
            if chooser && ui.button("Browse…").clicked() {
                asked = Some(Asked::Browse);
            }
            let again = ui.add(Button::new("Look again"));
            if again.on_hover_text("Compare with what is in the folder now").clicked() {
                self.changes += 1;
                self.outdated = self.changes;
                ui.ctx().request_repaint();
            }
        });
        let p = theme::palette(ui.ctx());
        let place = self.ground_here(state).map(|ground| ground.place);
        let (words, ink) = match place {
            _ if !self.folder.note.is_empty() => (self.folder.note, p.text_weak),
            _ if self.folder.text.trim().is_empty() => ("Type the path of a folder", p.warning),
            Some(Place::Nothing) => ("There is no such folder yet; it is created when you export.", p.text_weak),
            Some(place) if place.refusal().is_some() => (place.refusal().unwrap_or_default(), p.error),
            _ => ("Each kind of export has a folder of its own in it.", p.text_weak),
        };
        let words = RichText::new(words).size(theme::SIZE_SMALL).color(theme::color(ink));
        ui.add(Label::new(words).wrap());
        asked
    }
}
