//! The canvas.

use egui::Ui;

use super::{Msg, State};

/// What the canvas remembers between frames.
#[derive(Default)]
pub struct Canvas {}

impl Canvas {
    /// Draws the design and turns gestures into messages.
    pub fn show(&mut self, ui: &mut Ui, state: &State, msgs: &mut Vec<Msg>) {
        let _ = (ui, state, msgs);
    }
}
