//! How far making the files is, and the way to end it.

use std::sync::{Mutex, PoisonError};

use egui::Ui;

use crate::export::Form;

use super::ExportWindow;

/// A form that is being made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    /// The form.
    pub(super) form: Form,
    /// Which of those to be made it is, from 1.
    pub(super) nth: usize,
    /// How many are to be made.
    pub(super) all: usize,
}

impl Step {
    /// In words.
    pub(super) fn words(&self) -> String {
        format!("Making {} of {}: {}", self.nth, self.all, self.form.label())
    }
}

/// What those who wait for the files see of it.
#[derive(Debug, Default)]
pub(super) struct Making(Mutex<Option<Step>>);

impl Making {
    /// Begins with a form.
    pub(super) fn begin(&self, step: Step) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(step);
    }

    /// The form that is being made; `None` before the first.
    pub(super) fn step(&self) -> Option<Step> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ExportWindow {
    /// Draws the way to end making the files, or to begin again; returns how far it is.
    pub(super) fn making_ui(&mut self, ui: &mut Ui) -> String {
        if self.declined.is_some() {
            if ui.button("Make them").clicked() {
                self.declined = None;
                ui.ctx().request_repaint();
            }
            return "not made".to_owned();
        }
        let step = self.making.step();
        if self.wished.is_some() && ui.button("Cancel").on_hover_text("Make no more files").clicked() {
            self.decline();
            ui.ctx().request_repaint();
        }
        step.map_or_else(|| "updating…".to_owned(), |step| step.words())
    }
}
