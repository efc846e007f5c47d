//! The panels around the canvas: summary strip, footer, parts and outline, inspector, lower panel, derivations.
//!
//! What they show is computed by functions of design and analysis (view models: `summary::cells`, `lower`'s rows,
//! `explain`, `outline::rows`), which know nothing of drawing and are kept until the design or the analysis changes.

pub mod consequences;
mod derivation;
mod explain;
mod fields;
mod footer;
mod inspector;
mod lower;
mod marks;
pub(super) mod memo;
mod outline;
pub(super) mod paint;
mod parts;
pub mod places;
mod summary;
pub mod timeline;
pub mod whatif;

pub use paint::severity_mark;

use egui::Ui;

use super::theme;
use super::{Msg, State};
use crate::design::Id;
use crate::picture::palette::Palette;
use crate::words::format;
use explain::Subject;
use fields::Fields;

/// What every panel works with during a frame.
struct Cx<'a> {
    /// What there is to show.
    state: &'a State,
    /// Where requests go.
    msgs: &'a mut Vec<Msg>,
    /// The input fields.
    fields: &'a mut Fields,
    /// The number whose derivation was asked for in this frame.
    explain: &'a mut Option<Subject>,
    /// The element the pointer is over in some list in this frame.
    hovered: &'a mut Option<Id>,
    /// The colours.
    palette: &'static Palette,
}

/// What the panels remember between frames.
#[derive(Default)]
pub struct Panels {
    fields: Fields,
    summary: summary::Summary,
    parts: parts::Parts,
    inspector: inspector::Inspector,
    lower: lower::Lower,
    derivation: derivation::DerivationWindow,
    /// The element last reported as being under the pointer.
    hovered: Option<Id>,
}

impl Panels {
    /// Whether a number is being explained: Esc ends that before anything else.
    #[must_use]
    pub fn explains(&self) -> bool {
        self.derivation.is_open()
    }

    /// Lays out summary strip, footer, parts panel, inspector and lower panel.
    pub fn show(&mut self, ui: &mut Ui, state: &State, msgs: &mut Vec<Msg>) {
        let palette = theme::palette(ui.ctx());
        self.fields.begin(ui);
        // Before the panels, so that Esc closes the window and does nothing else.
        self.derivation.show(ui, state, msgs, palette);
        let mut asked = self.summary.show(ui, state, msgs, palette);
        footer::show(ui, state, palette);
        let mut hovered = None;
        let mut cx = Cx {
            state,
            msgs: &mut *msgs,
            fields: &mut self.fields,
            explain: &mut asked,
            hovered: &mut hovered,
            palette,
        };
        if state.view.left_open {
            self.parts.show(ui, &mut cx);
        }
        if state.view.right_open {
            self.inspector.show(ui, &mut cx);
        }
        if state.view.bottom_open {
            self.lower.show(ui, &mut cx);
        }
        self.fields.end(msgs);
        // Only changes are reported: while the pointer is elsewhere, the canvas has the say.
        if hovered != self.hovered {
            self.hovered.clone_from(&hovered);
            msgs.push(Msg::Hover(hovered));
        }
        if let Some(subject) = asked {
            self.derivation.open(subject);
            ui.ctx().request_repaint();
        }
    }
}
