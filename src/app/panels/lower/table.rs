//! A tab that shows tables: which of its views, how they are ordered, and the copy of what is shown.

use std::rc::Rc;

use egui::{Align, Button, Id as WidgetId, Rect, RichText, Sense, Ui, WidgetInfo, WidgetType, pos2, vec2};

use crate::analysis::Analysis;
use crate::app::panels::{Cx, paint};
use crate::app::theme::{self, SIZE_SMALL};
use crate::app::{Msg, State};
use crate::design::Design;

use super::grid::{Grid, Key, key_of};
use super::sheet::Sheet;

/// Room that the button to copy takes.
const COPY: f32 = 96.0;

/// Least room in which a note is shown that has to be shortened.
const LEAST_NOTE: f32 = 128.0;

/// Where the tables of a tab come from.
pub struct Source {
    /// Its name, small, as in "the … table".
    pub name: &'static str,
    /// What is said while there is no analysis.
    pub waiting: &'static str,
    /// What is said when the tables have no lines.
    pub nothing: &'static str,
    /// Words of its views, the first shown at first; none when there is but one.
    pub views: fn(&Design, &Analysis) -> Vec<String>,
    /// One of its views as a table.
    pub sheet: fn(usize, &Design, &Analysis) -> Sheet,
}

/// What a tab remembers.
pub struct TableTab {
    source: Source,
    view: usize,
    grids: Vec<Grid>,
}

impl TableTab {
    /// A tab that shows its first view.
    pub fn new(source: Source) -> Self {
        Self { source, view: 0, grids: Vec::new() }
    }

    fn views(&self, state: &State) -> Vec<String> {
        state.analysis.as_deref().map(|analysis| (self.source.views)(state.shown(), analysis)).unwrap_or_default()
    }

    /// The view shown: a view that there is no more gives way to the first.
    fn current(&mut self, state: &State) -> Option<(&mut Grid, Key, Rc<Sheet>)> {
        let analysis = state.analysis.as_deref()?;
        let count = (self.source.views)(state.shown(), analysis).len().max(1);
        self.view = if self.view < count { self.view } else { 0 };
        self.grids.resize_with(count.max(self.grids.len()), Grid::default);
        let (view, make) = (self.view, self.source.sheet);
        let grid = self.grids.get_mut(view)?;
        let key = key_of(state, view);
        let sheet = grid.sheet(&key, || make(view, state.shown(), analysis));
        Some((grid, key, sheet))
    }

    /// Room that its views and the button beside them want.
    pub fn tools_width(&self, ui: &Ui, state: &State) -> f32 {
        let width = |words: &String| paint::width_of(ui.painter(), words, paint::small()) + 18.0;
        if state.analysis.is_none() {
            return 0.0;
        }
        self.views(state).iter().map(width).sum::<f32>() + COPY
    }

    /// Draws its views, what to know about the numbers, and the button to copy them.
    pub fn tools(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, rect: Rect) {
        let views = self.views(cx.state);
        let Some((_, _, sheet)) = self.current(cx.state) else { return };
        let clip = rect.intersect(ui.clip_rect());
        let mut left = rect.left();
        let painter = ui.painter_at(clip);
        for (at, words) in views.iter().enumerate() {
            let width = paint::width_of(&painter, words, paint::small()) + 16.0;
            let place = Rect::from_min_size(pos2(left, rect.center().y - 11.0), vec2(width, 22.0));
            left += width + 2.0;
            let on = at == self.view;
            let response =
                ui.interact(place.intersect(clip), WidgetId::new((self.source.name, "view", at)), Sense::click());
            let lit = on || response.hovered() || response.has_focus();
            if lit {
                painter.rect_filled(place, 4.0, theme::color(cx.palette.raised));
            }
            let ink = theme::color(if lit { cx.palette.text } else { cx.palette.text_weak });
            paint::text(&painter, place, words, paint::small(), ink, Align::Center);
            response.widget_info(|| WidgetInfo::selected(WidgetType::RadioButton, true, on, words));
            if response.clicked() {
                self.view = at;
            }
        }
        let rest = rect.with_min_x(left.min(rect.right()));
        let layout = egui::Layout::right_to_left(Align::Center);
        let mut child = ui.new_child(egui::UiBuilder::new().id_salt(self.source.name).max_rect(rest).layout(layout));
        child.set_clip_rect(clip);
        let current = cx.state.analysis_is_current();
        let enabled = current && !sheet.lines.is_empty();
        if child.add_enabled(enabled, Button::new(RichText::new("Copy as CSV").size(SIZE_SMALL))).clicked() {
            self.copy(cx);
        }
        let room = child.available_rect_before_wrap().shrink2(vec2(6.0, 0.0));
        let words = if current { sheet.note.as_str() } else { "updating…" };
        // A syllable of it tells nothing.
        let wanted = paint::width_of(child.painter(), words, paint::small()).min(LEAST_NOTE);
        if words.is_empty() || room.width() < wanted {
            return;
        }
        let weak = theme::color(cx.palette.text_weak);
        let (_, cut) = paint::text(child.painter(), room, words, paint::small(), weak, Align::Max);
        let response = child.interact(room, child.id().with("note"), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, words));
        if cut {
            response.on_hover_text(words);
        }
    }

    /// Copies what is shown, as it is ordered; what is out of date is not copied.
    pub fn copy(&mut self, cx: &mut Cx<'_>) {
        if !cx.state.analysis_is_current() {
            cx.msgs.push(Msg::Toast("The table is still being updated".into()));
            return;
        }
        let name = self.source.name;
        let Some((grid, key, sheet)) = self.current(cx.state) else { return };
        let order = grid.order(&key, &sheet);
        cx.msgs.push(Msg::CopyText(sheet.csv(&order)));
        cx.msgs.push(Msg::Toast(format!("The {name} table is on the clipboard")));
    }

    /// Draws the table.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let (name, waiting, nothing) = (self.source.name, self.source.waiting, self.source.nothing);
        let Some((grid, key, sheet)) = self.current(cx.state) else {
            super::empty(ui, cx.palette, waiting);
            return;
        };
        if sheet.lines.is_empty() {
            super::empty(ui, cx.palette, nothing);
            return;
        }
        if !cx.state.analysis_is_current() {
            ui.multiply_opacity(0.55);
        }
        grid.show(ui, cx, name, &key, &sheet);
    }
}
