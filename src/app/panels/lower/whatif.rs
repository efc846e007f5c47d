//! The what-if tab: what still works under the failures that are played, in words and numbers, and why.

use std::sync::Arc;

use egui::{
    Align, Button, Id as WidgetId, Layout, Rect, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo, WidgetType, vec2,
};

use crate::app::Msg;
use crate::app::panels::memo::{ByAddress, DesignKey, Memo};
use crate::app::panels::whatif::matrix::{Matrix, Pick};
use crate::app::panels::whatif::numbers::Numbers;
use crate::app::panels::whatif::reasons;
use crate::app::panels::{Cx, paint};
use crate::app::state::State;
use crate::app::theme::{self, SIZE_BODY};
use crate::app::whatif::offers;
use crate::design::failure::Failure;
use crate::design::{Capability, Design, Failures, Id, Kind};
use crate::failure::matrix::Table;
use crate::failure::{Impact, Outcome, Place};

use super::problems::word_toggle;

/// From this width on the matrix and what stands beside it are both shown.
const SIDE_BY_SIDE_FROM: f32 = 900.0;
/// Width that numbers and reasons want.
const ASIDE: f32 = 420.0;

/// What is shown: of these the matrix only where there is no room beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Pane {
    #[default]
    Matrix,
    Numbers,
    Why,
}

impl Pane {
    const ALL: [Self; 3] = [Self::Matrix, Self::Numbers, Self::Why];

    fn label(self) -> &'static str {
        match self {
            Self::Matrix => "Capabilities",
            Self::Numbers => "Numbers",
            Self::Why => "Why",
        }
    }
}

/// What makes a table another one: each analysis and each change of what has failed has an outcome of its own.
type Key = (ByAddress<Outcome>, Option<ByAddress<Impact>>, bool);

/// What the tab remembers.
#[derive(Default)]
pub struct WhatIfTab {
    pane: Pane,
    only_changed: bool,
    /// The cell looked at.
    picked: Option<(Capability, Place)>,
    table: Memo<Key, Arc<Table>>,
    matrix: Matrix,
    numbers: Numbers,
    suggestions: Memo<DesignKey, Vec<(String, Msg)>>,
    wide: bool,
}

impl WhatIfTab {
    /// Draws what filters the tab and chooses what stands beside the matrix.
    pub fn tools(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, rect: Rect) {
        if !cx.state.whatif.is_playing() {
            return;
        }
        let mut child = ui.new_child(
            UiBuilder::new().id_salt("what-if tools").max_rect(rect).layout(Layout::right_to_left(Align::Center)),
        );
        child.set_clip_rect(rect.intersect(ui.clip_rect()));
        let painter = child.painter().clone();
        let place = |child: &mut Ui, words: &str| {
            let width = paint::width_of(&painter, words, paint::small()) + 18.0;
            let room = child.available_width() >= width;
            room.then(|| child.allocate_exact_size(vec2(width, 24.0), Sense::hover()).0)
        };
        let shown = self.beside();
        for pane in Pane::ALL.into_iter().rev().filter(|pane| !self.wide || *pane != Pane::Matrix) {
            let Some(rect) = place(&mut child, pane.label()) else { return };
            let on = pane == if self.wide { shown } else { self.pane };
            let response = child.interact(rect, WidgetId::new(("what-if pane", pane.label())), Sense::click());
            let lit = on || response.hovered() || response.has_focus();
            if lit {
                painter.rect_filled(rect, 4.0, theme::color(cx.palette.raised));
            }
            let ink = theme::color(if lit { cx.palette.text } else { cx.palette.text_weak });
            paint::text(&painter, rect, pane.label(), paint::small(), ink, Align::Center);
            response.widget_info(|| WidgetInfo::selected(WidgetType::RadioButton, true, on, pane.label()));
            if response.clicked() {
                self.pane = pane;
            }
        }
        let words = "Only what changed";
        let Some(rect) = place(&mut child, words) else { return };
        if word_toggle(&child, cx.palette, rect, words, self.only_changed) {
            self.only_changed = !self.only_changed;
        }
        paint::updating(&mut child, cx.palette, cx.state.analysis_is_current());
    }

    /// What stands beside the matrix where there is room for both.
    fn beside(&self) -> Pane {
        if self.pane == Pane::Why { Pane::Why } else { Pane::Numbers }
    }

    /// Draws the tab.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        if !cx.state.whatif.is_playing() {
            self.suggestions_ui(ui, cx);
            return;
        }
        let Some(table) = self.table(cx.state) else {
            super::empty(ui, cx.palette, "What still works is being looked at…");
            return;
        };
        let area = ui.available_rect_before_wrap().shrink2(vec2(12.0, 4.0));
        self.wide = area.width() >= SIDE_BY_SIDE_FROM;
        let (left, right) = if self.wide {
            let likes = self.matrix.width(ui, &table, SIZE_BODY) + 24.0;
            let width = likes.clamp(area.width() * 0.4, (area.width() - ASIDE).max(area.width() * 0.5));
            let split = area.left() + width;
            (Some(area.with_max_x(split - 12.0)), Some((self.beside(), area.with_min_x(split + 12.0))))
        } else if self.pane == Pane::Matrix {
            (Some(area), None)
        } else {
            (None, Some((self.pane, area)))
        };
        if let Some(rect) = left {
            let mut child = ui.new_child(UiBuilder::new().id_salt("what-if matrix").max_rect(rect));
            child.set_clip_rect(rect.intersect(ui.clip_rect()));
            paint::fade_outdated(&mut child, cx.state.analysis_is_current());
            if table.rows.is_empty() {
                super::empty(&mut child, cx.palette, "Everything works as before.");
            } else {
                let picked = self.picked.as_ref();
                if let Some(pick) = self.matrix.show(&mut child, cx.palette, &table, SIZE_BODY, picked) {
                    self.pick(pick, cx);
                }
            }
        }
        if let Some((pane, rect)) = right {
            let mut child = ui.new_child(UiBuilder::new().id_salt(("what-if", pane.label())).max_rect(rect));
            child.set_clip_rect(rect.intersect(ui.clip_rect()));
            ScrollArea::vertical().id_salt(pane.label()).auto_shrink(false).show(&mut child, |ui| {
                ui.set_max_width(ui.available_width() - 8.0);
                match pane {
                    Pane::Why => self.why_ui(ui, cx),
                    Pane::Matrix | Pane::Numbers => {
                        self.numbers.show(ui, cx.palette, cx.state, self.only_changed);
                    }
                }
            });
        }
    }

    fn table(&mut self, state: &State) -> Option<Arc<Table>> {
        let (analysis, outcome) = (state.analysis.as_ref()?, state.whatif.outcome()?);
        let only = self.only_changed;
        let impact = state.impact().filter(|_| state.impact_is_current());
        let key = (ByAddress(Arc::clone(outcome)), impact.cloned().map(ByAddress), only);
        let impact = impact.map(Arc::as_ref);
        let make = || Arc::new(Table::of(state.shown(), &analysis.healthy, outcome, impact, only));
        Some(self.table.get(key, make).clone())
    }

    fn pick(&mut self, pick: Pick, cx: &mut Cx<'_>) {
        match pick {
            Pick::Place(place) => cx.msgs.push(Msg::Reveal(vec![place.id().clone()])),
            Pick::Cell(capability, place) => {
                self.pane = Pane::Why;
                self.look_at((capability, place), cx);
            }
            // Where the matrix has the whole room, walking over it must not end in another place.
            Pick::Walked(capability, place) => {
                if self.wide {
                    self.pane = Pane::Why;
                }
                self.look_at((capability, place), cx);
            }
        }
    }

    /// Looks at a cell, and selects what its state rests on.
    fn look_at(&mut self, at: (Capability, Place), cx: &mut Cx<'_>) {
        if let Some(reason) = cx.state.reason(&at) {
            let mut ids: Vec<Id> = reason.means.iter().flat_map(|meaning| meaning.elements.iter().cloned()).collect();
            ids.push(at.1.id().clone());
            ids.retain(|id| cx.state.doc.design().contains(id));
            cx.msgs.push(Msg::Select(ids));
        }
        self.picked = Some(at);
    }

    fn why_ui(&self, ui: &mut Ui, cx: &Cx<'_>) {
        ui.spacing_mut().item_spacing.y = 3.0;
        paint::fade_outdated(ui, cx.state.analysis_is_current());
        match self.picked.as_ref().and_then(|at| cx.state.reason(at)) {
            Some(reason) => reasons::full(ui, &reason, cx.state, cx.palette),
            None => paint::note(ui, cx.palette, "Choose a cell to see why it is so."),
        }
    }

    /// What could be tried, while nothing has failed.
    fn suggestions_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let area = ui.available_rect_before_wrap().shrink2(vec2(16.0, 12.0));
        let mut child = ui.new_child(UiBuilder::new().id_salt("what-if suggestions").max_rect(area));
        let key = DesignKey::of(cx.state);
        let suggestions = self.suggestions.get(key, || suggestions(cx.state.doc.design()));
        ScrollArea::vertical().id_salt("suggestions").auto_shrink(false).show(&mut child, |ui| {
            let words = "Nothing has failed. Select something and press F, or right-click it, to see what would still \
                         work without it; or begin with one of these:";
            ui.add(egui::Label::new(words).wrap());
            ui.add_space(8.0);
            ui.horizontal_wrapped(|ui| {
                for (words, msg) in suggestions {
                    if ui.add(Button::new(words.as_str())).clicked() {
                        cx.msgs.push(msg.clone());
                    }
                }
            });
        });
    }
}

/// The largest things that can fail in a design, each with its words and what lets it fail.
fn suggestions(design: &Design) -> Vec<(String, Msg)> {
    let one = |failure: Failure| {
        let verb = if matches!(failure, Failure::Cut(_)) { "Cut" } else { "Lose" };
        (format!("{verb} {}", failure.words(design)), Msg::Fail(failure))
    };
    let mut all: Vec<(String, Msg)> = offers::choices(design).into_iter().map(one).collect();
    let control_planes = design.components.iter().filter(|(_, c)| c.kind() == Kind::ControlPlane);
    let control_planes: Failures = control_planes.map(|(id, _)| Failure::Component(id.clone())).collect();
    if !control_planes.is_empty() {
        all.push(("Lose all control planes".to_owned(), Msg::Play(control_planes)));
    }
    all
}
