//! The lower edge of the window: what is decided about files in the way, how far writing is, and the button.

use egui::{Align, Label, Layout, ProgressBar, RichText, Ui, vec2};

use crate::app::State;
use crate::app::shell::dialogs::{primary, secondary};
use crate::words::plural;

use super::made::Ground;
use super::plan::Plan;
use super::{Asked, ExportWindow};

/// Height of the lower edge, points.
pub(super) const HEIGHT: f32 = 72.0;

impl ExportWindow {
    /// Draws the lower edge.
    pub(super) fn footer_ui(&mut self, ui: &mut Ui, state: &State) -> Option<Asked> {
        ui.add_space(6.0);
        ui.horizontal(|ui| {
            ui.set_height(24.0);
            self.decisions_ui(ui, state);
        });
        let mut asked = None;
        ui.allocate_ui_with_layout(vec2(ui.available_width(), 28.0), Layout::right_to_left(Align::Center), |ui| {
            if let Some(progress) = self.writing.clone() {
                if secondary(ui, "Cancel").clicked() {
                    progress.stop();
                }
                let (done, all) = progress.so_far();
                let words =
                    if progress.is_stopped() { "Ending…".to_owned() } else { format!("{done} of {all} files") };
                let share = done as f32 / all.max(1) as f32;
                ui.add(ProgressBar::new(share).desired_width(ui.available_width() - 8.0).text(words));
                return;
            }
            let (ground, plan) = (self.ground_now(state), self.plan(state));
            let ready = self.readiness(ground.as_deref(), plan);
            let words = plan.map_or_else(|| "Write the files".to_owned(), |plan| plan.words());
            if primary(ui, &words, ready.as_ref().map(|_| ()).map_err(|why| *why), false).clicked() {
                asked = Some(Asked::Write);
            }
            if secondary(ui, "Close").clicked() {
                self.close();
            }
            let why = ready.err().unwrap_or_default();
            ui.add(Label::new(RichText::new(why).weak()).truncate());
        });
        asked
    }

    /// Why nothing can be written now, as a sentence, with what is known of the folder and what would be done to it.
    fn readiness(&self, ground: Option<&Ground>, plan: Option<Plan>) -> Result<(), &'static str> {
        if self.forms.is_empty() {
            return Err("Choose what to export");
        }
        if self.folder.text.trim().is_empty() {
            return Err("Type the path of a folder");
        }
        if self.made.as_ref().is_some_and(|made| made.failed.is_some()) {
            return Err("Nothing can be exported");
        }
        if self.declined.is_some() {
            return Err("The files were not made");
        }
        if self.made.is_none() || !self.is_current() {
            return Err("The files are still being made");
        }
        let (Some(ground), Some(plan)) = (ground, plan) else { return Err("The folder is being looked at") };
        if let Some(why) = ground.place.refusal() {
            return Err(why);
        }
        if ground.standings.is_err() {
            return Err("The folder cannot be read");
        }
        if plan.does_something() { Ok(()) } else { Err(plan.nothing_because()) }
    }

    /// What somebody may decide about files that are not simply written.
    fn decisions_ui(&mut self, ui: &mut Ui, state: &State) {
        let blocked = self.made.as_ref().map_or(0, |made| made.blocked_count());
        if blocked > 0 {
            let words = format!("Write blocked files too ({blocked})");
            let why = "They have errors, see Notes: the product may not start with them";
            ui.checkbox(&mut self.choices.with_blocked, words).on_hover_text(why);
        }
        let Some(ground) = self.ground_here(state) else { return };
        let kept = ground.asked_count();
        if kept > 0 {
            let mut all = self.choices.replaces_all(&ground);
            let words = format!("Replace {} edited by hand or not from an export", plural(kept, "file"));
            let why = "They can be ticked one by one in the list as well";
            if ui.checkbox(&mut all, words).on_hover_text(why).changed() {
                self.choices.set_all(all, &ground);
            }
        }
    }
}
