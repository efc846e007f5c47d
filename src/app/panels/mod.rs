//! The panels around the canvas.

use egui::Ui;

use super::{Msg, State};

/// What the panels remember between frames.
#[derive(Default)]
pub struct Panels {}

impl Panels {
    /// Lays out summary strip, footer, parts panel, inspector and lower panel.
    pub fn show(&mut self, ui: &mut Ui, state: &State, msgs: &mut Vec<Msg>) {
        let _ = (ui, state, msgs);
    }
}
