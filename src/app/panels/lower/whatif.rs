//! The what-if tab: what still works under the failures that are played.

use egui::{Rect, Ui};

use crate::app::panels::Cx;

/// What the tab remembers.
#[derive(Default)]
pub struct WhatIfTab {}

impl WhatIfTab {
    /// Draws what filters the tab.
    pub fn tools(&mut self, _ui: &mut Ui, _cx: &mut Cx<'_>, _rect: Rect) {}

    /// Draws the tab.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        super::empty(ui, cx.palette, "Nothing has failed. Select something and press F to see what would still work.");
    }
}
