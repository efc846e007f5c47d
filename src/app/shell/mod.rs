//! What lies around the document: menus, keys, files, dialogs, messages.

use egui::Ui;

use super::actions::Action;
use super::{Msg, State};

/// Menus, files and dialogs.
pub struct Shell {}

impl Shell {
    /// For a real window.
    #[must_use]
    pub fn desktop(_ctx: &egui::Context) -> Self {
        Self {}
    }

    /// For tests: no dialogs, no journal, no watching of files.
    #[must_use]
    pub fn headless() -> Self {
        Self {}
    }

    /// Takes in finished dialogs and changes of files.
    pub fn tick(&mut self, _ctx: &egui::Context, _state: &mut State, _msgs: &mut Vec<Msg>) {}

    /// Turns keys into actions.
    pub fn keys(&mut self, _ui: &mut Ui, _state: &State, _msgs: &mut Vec<Msg>) {}

    /// The menu bar.
    pub fn menu_ui(&mut self, _ui: &mut Ui, _state: &State, _msgs: &mut Vec<Msg>) {}

    /// The welcome page.
    pub fn welcome_ui(&mut self, _ui: &mut Ui, _state: &State, _msgs: &mut Vec<Msg>) {}

    /// Command palette, dialogs and passing messages.
    pub fn overlays_ui(&mut self, _ui: &mut Ui, _state: &State, _msgs: &mut Vec<Msg>) {}

    /// Executes messages about files.
    pub fn execute(&mut self, _msg: Msg, _ctx: &egui::Context, _state: &mut State, _next: &mut Vec<Msg>) {}

    /// Runs actions about files and dialogs.
    pub fn run_action(&mut self, _action: Action, _ctx: &egui::Context, _state: &mut State, _next: &mut Vec<Msg>) {}
}
