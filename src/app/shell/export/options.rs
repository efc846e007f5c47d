//! What is chosen about pictures and pages.

use std::collections::BTreeSet;

use egui::{ComboBox, DragValue, Ui};

use crate::app::State;
use crate::export::{Form, Options, Scenes, Theme};

use super::strong;

/// Pixels a point that can be chosen.
const SCALES: std::ops::RangeInclusive<f32> = 0.5..=8.0;

/// What was chosen; some of it follows the window.
#[derive(Debug)]
pub(super) struct Chosen {
    options: Options,
    /// Whether pictures show the failures that are played.
    played: bool,
    /// Whether pictures show only what is selected.
    selected: bool,
}

impl Default for Chosen {
    fn default() -> Self {
        Self { options: Options::default(), played: true, selected: false }
    }
}

impl Chosen {
    /// The options as they are meant now for these forms. What concerns none of them is left at its usual value, so
    /// that nothing is made anew for it.
    pub(super) fn meant(&self, forms: &BTreeSet<Form>, state: &State) -> Options {
        if !has_pictures(forms) {
            return Options { today: state.today, ..Options::default() };
        }
        let story = state.doc.design().meta.story.len();
        let mut options = self.options.clone();
        if matches!(options.scenes, Scenes::One(at) if at >= story) || story == 0 {
            options.scenes = Scenes::Canvas;
        }
        if self.played {
            options.failures.clone_from(state.whatif.failures());
        }
        if self.selected {
            options.selection = state.selected_ids();
        }
        options.today = state.today;
        options
    }

    /// Draws what there is to choose about these forms; draws nothing when there is nothing.
    pub(super) fn show(&mut self, ui: &mut Ui, forms: &BTreeSet<Form>, state: &State) {
        if !has_pictures(forms) {
            return;
        }
        ui.add_space(12.0);
        ui.label(strong("Pictures"));
        let options = &mut self.options;
        ui.horizontal(|ui| {
            ui.label("Colours");
            ui.selectable_value(&mut options.theme, Theme::Light, "Light");
            ui.selectable_value(&mut options.theme, Theme::Dark, "Dark");
        });
        if forms.contains(&Form::Png) {
            ui.horizontal(|ui| {
                let label = ui.label("Pixels a point");
                ui.add(DragValue::new(&mut options.scale).range(SCALES).speed(0.1).max_decimals(1))
                    .labelled_by(label.id);
            });
        }
        scenes_ui(ui, &mut options.scenes, state);
        ui.checkbox(&mut options.marks, "Findings");
        ui.checkbox(&mut options.estimates, "Estimates");
        let canvas = options.scenes == Scenes::Canvas;
        ui.add_enabled_ui(canvas && state.whatif.is_playing(), |ui| {
            ui.checkbox(&mut self.played, "Failures played now").on_disabled_hover_text("Nothing has failed");
        });
        ui.add_enabled_ui(canvas && !state.selection.is_empty(), |ui| {
            let why = "Select what is to be shown first";
            ui.checkbox(&mut self.selected, "Only what is selected").on_disabled_hover_text(why);
        });
    }
}

/// The options as far as they concern a form. The others are left at their usual value, so that two wishes for the form
/// are equal when the same would be made for both.
pub(super) fn concerning(form: Form, options: &Options) -> Options {
    let usual = Options::default();
    let of_canvas = match options.scenes {
        Scenes::Canvas => Options {
            marks: options.marks,
            failures: options.failures.clone(),
            selection: options.selection.clone(),
            ..usual.clone()
        },
        Scenes::All | Scenes::One(_) => usual.clone(),
    };
    let picture = Options { theme: options.theme, estimates: options.estimates, scenes: options.scenes, ..of_canvas };
    match form {
        Form::Svg | Form::Pdf => picture,
        Form::Png => Options { scale: options.scale, ..picture },
        Form::Report => Options { today: options.today, ..usual },
        Form::Toml
        | Form::Helm
        | Form::Planner
        | Form::Network
        | Form::Runbook
        | Form::Mermaid
        | Form::Drawio
        | Form::Structurizr
        | Form::Bom => usual,
    }
}

fn has_pictures(forms: &BTreeSet<Form>) -> bool {
    [Form::Svg, Form::Png, Form::Pdf].iter().any(|form| forms.contains(form))
}

/// Chooses between the canvas and scenes of the story.
fn scenes_ui(ui: &mut Ui, scenes: &mut Scenes, state: &State) {
    let story = &state.doc.design().meta.story;
    let title = |at: usize| story.get(at).map_or_else(String::new, |scene| format!("{}. {}", at + 1, scene.title));
    let words = |scenes: Scenes| match scenes {
        Scenes::All if !story.is_empty() => "Every scene".to_owned(),
        Scenes::One(at) if at < story.len() => title(at),
        _ => "The drawing".to_owned(),
    };
    ui.add_enabled_ui(!story.is_empty(), |ui| {
        ui.horizontal(|ui| {
            let label = ui.label("Show");
            let shown = ComboBox::from_id_salt("scenes").selected_text(words(*scenes)).width(150.0).truncate();
            let response = shown.show_ui(ui, |ui| {
                let choices = [Scenes::Canvas, Scenes::All].into_iter().chain((0..story.len()).map(Scenes::One));
                for choice in choices {
                    ui.selectable_value(scenes, choice, words(choice));
                }
            });
            response.response.labelled_by(label.id);
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Setting, analyse};
    use crate::books::Books;
    use crate::design::history::Revision;
    use crate::design::{Date, Failure, Failures, Scene};
    use crate::export::Source;
    use crate::templates;

    #[test]
    fn what_is_not_said_to_concern_a_form_changes_nothing_about_it() {
        let mut design = templates::get("all-in-one-ha").expect("a template").design();
        let elements: Vec<_> = design.components.keys().cloned().collect();
        let failures = Failures::from([Failure::Component(elements.first().expect("there is one").clone())]);
        let mut meta = (*design.meta).clone();
        meta.story.push(Scene { title: "A loss".into(), failures: failures.clone(), ..Scene::default() });
        design.meta = meta.into();
        let books = Books::shipped();
        let analysis = analyse(&design, Revision::default(), &Setting::of(books));
        let source = Source::of(&design, &analysis, books).expect("a plan");
        let canvas = Options {
            theme: Theme::Dark,
            scale: 0.5,
            marks: false,
            estimates: false,
            failures,
            selection: elements.into_iter().take(1).collect(),
            scenes: Scenes::Canvas,
            today: Date::new(2026, 5, 4).ok(),
        };
        let all = Options { scenes: Scenes::All, ..canvas.clone() };
        let one = Options { scenes: Scenes::One(0), ..canvas.clone() };
        for form in Form::ALL {
            for options in [&canvas, &all, &one] {
                let concerning = concerning(form, options);
                assert!(form.bundle(&source, options) == form.bundle(&source, &concerning), "{form:?} {options:?}");
            }
        }
    }
}
