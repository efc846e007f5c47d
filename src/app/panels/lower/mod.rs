//! The lower panel: problems, tables of latency, capacity, regions and cost, assumptions, comparison and history.

mod assumptions;
mod capacity;
mod compare;
mod compare_rows;
mod cost;
mod grid;
mod history;
mod latency;
mod problems;
mod regions;
mod sheet;
mod sorting;
mod story;
mod table;
mod timeline;
mod tornado;
mod whatif;

use egui::{Align, Frame, Id as WidgetId, Panel, Rect, Sense, Stroke, Ui, WidgetInfo, WidgetType, pos2, vec2};

use crate::app::actions::Action;
use crate::app::state::BottomTab;
use crate::app::theme::{self, SIZE_BODY};
use crate::app::{Msg, State};
use crate::picture::palette::Palette;

use super::{Cx, paint};
use table::TableTab;

/// Height of the line with the tabs.
const TABS: f32 = 32.0;
/// Width that the tools of a tab without a table want.
const TOOLS: f32 = 470.0;
/// Width of the button with the tabs that have no room.
const MORE: f32 = 72.0;
/// Height of a row of a table.
const ROW: f32 = 26.0;

/// What the lower panel remembers.
pub struct Lower {
    problems: problems::Problems,
    latency: TableTab,
    capacity: TableTab,
    regions: TableTab,
    cost: TableTab,
    compare: compare::CompareTab,
    assumptions: assumptions::AssumptionsTab,
    history: history::History,
    whatif: whatif::WhatIfTab,
    timeline: timeline::TimelineTab,
    story: story::StoryTab,
}

impl Default for Lower {
    fn default() -> Self {
        Self {
            problems: problems::Problems::default(),
            latency: TableTab::new(latency::SOURCE),
            capacity: TableTab::new(capacity::SOURCE),
            regions: TableTab::new(regions::SOURCE),
            cost: TableTab::new(cost::SOURCE),
            compare: compare::CompareTab::default(),
            assumptions: assumptions::AssumptionsTab::default(),
            history: history::History::default(),
            whatif: whatif::WhatIfTab::default(),
            timeline: timeline::TimelineTab::default(),
            story: story::StoryTab::default(),
        }
    }
}

impl Lower {
    /// Draws the panel.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let frame = Frame::NONE.fill(theme::color(cx.palette.panel));
        let room = ui.available_height();
        let highest = (room * 0.6).max(120.0);
        let usual = (room * 0.34).clamp(190.0, 320.0).min(room * 0.45);
        Panel::bottom("lower").resizable(true).default_size(usual).size_range(96.0..=highest).frame(frame).show(
            ui,
            |ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                let mut rest = self.tabs_ui(ui, cx);
                // Beside the tabs where there is room, otherwise below them.
                if rest.width() < self.tools_width(ui, cx.state) {
                    let (line, _) = ui.allocate_exact_size(vec2(ui.available_width(), TABS), Sense::hover());
                    paint::hairline_below(&ui.painter_at(line), line, cx.palette);
                    rest = line.shrink2(vec2(12.0, 0.0));
                }
                self.tools_ui(ui, cx, rest);
                let area = ui.available_rect_before_wrap();
                if cx.state.view.copy_table {
                    self.copy(cx);
                }
                let mut body = ui.new_child(egui::UiBuilder::new().id_salt(cx.state.view.tab).max_rect(area));
                body.set_clip_rect(area.intersect(ui.clip_rect()));
                match cx.state.view.tab {
                    BottomTab::Problems => self.problems.show(&mut body, cx),
                    BottomTab::Latency => self.latency.show(&mut body, cx),
                    BottomTab::Capacity => self.capacity.show(&mut body, cx),
                    BottomTab::Regions => self.regions.show(&mut body, cx),
                    BottomTab::Cost => self.cost.show(&mut body, cx),
                    BottomTab::Compare => self.compare.show(&mut body, cx),
                    BottomTab::Assumptions => self.assumptions.show(&mut body, cx),
                    BottomTab::WhatIf => self.whatif.show(&mut body, cx),
                    BottomTab::Timeline => self.timeline.show(&mut body, cx),
                    BottomTab::Story => self.story.show(&mut body, cx),
                    BottomTab::History => self.history.show(&mut body, cx),
                }
                ui.take_available_space();
            },
        );
    }

    /// Draws the tabs and returns the room right of them.
    fn tabs_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) -> Rect {
        let (bar, _) = ui.allocate_exact_size(vec2(ui.available_width(), TABS), Sense::hover());
        let painter = ui.painter_at(bar);
        paint::hairline_below(&painter, bar, cx.palette);
        let mut left = bar.left() + 8.0;
        // The width of the emphasised text, so that nothing moves when another tab is chosen.
        let natural = |words: &str| paint::width_of(&painter, words, theme::strong_font(SIZE_BODY)) + 20.0;
        let widths = BottomTab::ALL.map(|tab| natural(&tab_words(tab, cx.state)));
        let shown = tabs_with_room(&widths, bar.width() - 48.0, cx.state.view.tab);
        for (tab, width) in BottomTab::ALL.into_iter().zip(widths).filter(|(tab, _)| shown.contains(tab)) {
            let words = tab_words(tab, cx.state);
            let active = tab == cx.state.view.tab;
            let font = if active { theme::strong_font(SIZE_BODY) } else { paint::body() };
            let width = width.min((bar.right() - 48.0 - left).max(24.0));
            let rect = Rect::from_min_size(pos2(left, bar.top()), vec2(width, bar.height()));
            left += width;
            let response = ui.interact(rect, WidgetId::new(("tab", tab)), Sense::click());
            let lit = active || response.hovered() || response.has_focus();
            let color = theme::color(if lit { cx.palette.text } else { cx.palette.text_weak });
            let (_, cut) = paint::text(&painter, rect, &words, font, color, Align::Center);
            if active {
                let line = rect.shrink2(vec2(10.0, 0.0)).x_range();
                painter.hline(line, rect.bottom() - 1.0, Stroke::new(2.0, theme::color(cx.palette.accent)));
            }
            response.widget_info(|| WidgetInfo::selected(WidgetType::SelectableLabel, true, active, &words));
            ui.ctx().accesskit_node_builder(response.id, |node| node.set_role(egui::accesskit::Role::Tab));
            if response.clicked() && !active {
                cx.msgs.push(Msg::Action(Action::ShowTab(tab)));
            }
            if cut {
                response.on_hover_text(&words);
            }
        }
        left += more_tabs_ui(ui, cx, &shown, Rect::from_min_size(pos2(left, bar.top()), vec2(MORE, bar.height())));
        let close = Rect::from_center_size(pos2(bar.right() - 18.0, bar.center().y), vec2(24.0, 24.0));
        let icon = egui_phosphor::regular::X;
        if paint::icon_button(ui, close, WidgetId::new("close lower"), icon, "Hide this panel", cx.palette).clicked() {
            cx.msgs.push(Msg::Action(Action::ToggleBottom));
        }
        Rect::from_min_max(pos2(left + 8.0, bar.top()), pos2(close.left() - 4.0, bar.bottom()))
    }

    /// Room that the tools of the tab want.
    fn tools_width(&mut self, ui: &Ui, state: &State) -> f32 {
        match (state.view.tab, self.table(state.view.tab)) {
            (_, Some(table)) => table.tools_width(ui, state),
            (BottomTab::History, None) => 0.0,
            (BottomTab::WhatIf | BottomTab::Timeline, None) if !state.whatif.is_playing() => 0.0,
            (_, None) => TOOLS,
        }
    }

    fn tools_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, rect: Rect) {
        if let Some(table) = self.table(cx.state.view.tab) {
            table.tools(ui, cx, rect);
            return;
        }
        match cx.state.view.tab {
            BottomTab::Problems => self.problems.tools(ui, cx, rect),
            BottomTab::WhatIf => self.whatif.tools(ui, cx, rect),
            BottomTab::Timeline => self.timeline.tools(ui, cx, rect),
            BottomTab::Story => story::tools(ui, cx, rect),
            BottomTab::Compare => self.compare.tools(ui, cx, rect),
            BottomTab::Assumptions => self.assumptions.tools(ui, cx, rect),
            _ => {}
        }
    }

    /// The tab that is a table of the analysis.
    fn table(&mut self, tab: BottomTab) -> Option<&mut TableTab> {
        match tab {
            BottomTab::Latency => Some(&mut self.latency),
            BottomTab::Capacity => Some(&mut self.capacity),
            BottomTab::Regions => Some(&mut self.regions),
            BottomTab::Cost => Some(&mut self.cost),
            BottomTab::Problems
            | BottomTab::WhatIf
            | BottomTab::Timeline
            | BottomTab::Story
            | BottomTab::Assumptions
            | BottomTab::Compare
            | BottomTab::History => None,
        }
    }

    /// Copies the table shown.
    fn copy(&mut self, cx: &mut Cx<'_>) {
        cx.msgs.push(Msg::TableCopied);
        match self.table(cx.state.view.tab) {
            Some(table) => table.copy(cx),
            None if cx.state.view.tab == BottomTab::Compare => self.compare.copy(cx),
            None if cx.state.view.tab == BottomTab::Assumptions => assumptions::copy(cx),
            None => {}
        }
    }
}

/// The tabs that have room in the line, in order: all of them, or the first ones and the one shown, with room for the
/// menu of the others.
fn tabs_with_room(widths: &[f32; BottomTab::ALL.len()], room: f32, active: BottomTab) -> Vec<BottomTab> {
    if widths.iter().sum::<f32>() <= room {
        return BottomTab::ALL.to_vec();
    }
    let own = BottomTab::ALL.iter().zip(widths).find(|(tab, _)| **tab == active).map_or(0.0, |(_, width)| *width);
    let mut left = room - MORE - own;
    let mut full = false;
    let fits = |(tab, width): (BottomTab, &f32)| {
        if tab == active {
            return Some(tab);
        }
        full |= left < *width;
        left -= *width;
        (!full).then_some(tab)
    };
    BottomTab::ALL.into_iter().zip(widths).filter_map(fits).collect()
}

/// The menu of the tabs that have no room; returns its width, nothing when all have.
fn more_tabs_ui(ui: &mut Ui, cx: &mut Cx<'_>, shown: &[BottomTab], rect: Rect) -> f32 {
    if shown.len() == BottomTab::ALL.len() {
        return 0.0;
    }
    let response = ui.interact(rect, WidgetId::new("more tabs"), Sense::click());
    let lit = response.hovered() || response.has_focus();
    let color = theme::color(if lit { cx.palette.text } else { cx.palette.text_weak });
    let words = format!("More {}", egui_phosphor::regular::CARET_DOWN);
    paint::text(ui.painter(), rect, &words, paint::body(), color, Align::Center);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, "More tabs"));
    egui::Popup::menu(&response).show(|ui| {
        for tab in BottomTab::ALL.into_iter().filter(|tab| !shown.contains(tab)) {
            if ui.button(tab_words(tab, cx.state)).clicked() {
                cx.msgs.push(Msg::Action(Action::ShowTab(tab)));
                ui.close();
            }
        }
    });
    rect.width()
}

fn tab_words(tab: BottomTab, state: &State) -> String {
    match (tab, &state.analysis) {
        (BottomTab::Problems, Some(analysis)) => format!("Problems {}", analysis.check.findings.len()),
        (BottomTab::Story, _) => match state.false_scenes() {
            0 => tab.label().to_owned(),
            wrong => format!("Story · {wrong} not true"),
        },
        _ => tab.label().to_owned(),
    }
}

/// A sentence in the middle of an empty tab.
fn empty(ui: &mut Ui, palette: &Palette, words: &str) {
    let rect = ui.available_rect_before_wrap().shrink(16.0);
    let color = theme::color(palette.text_weak);
    let galley = ui.painter().layout(words.to_owned(), paint::body(), color, rect.width());
    let place = egui::Align2::CENTER_CENTER.align_size_within_rect(galley.size(), rect);
    ui.painter().galley(place.min, galley, color);
    let response = ui.interact(place, ui.id().with("empty"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, words));
}

/// Text in a cell of a table, with the whole text on hover when it is shortened.
fn cell_text(ui: &mut Ui, words: &str, color: egui::Color32, strong: bool, align: Align) {
    let rect = cell_rect(ui);
    let font = if strong { theme::strong_font(SIZE_BODY) } else { paint::body() };
    let (at, cut) = paint::text(ui.painter(), rect, words, font, color, align);
    if words.is_empty() {
        return;
    }
    let response = ui.interact(if cut { rect } else { at }, ui.next_auto_id(), Sense::hover());
    ui.skip_ahead_auto_ids(1);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, words));
    if cut {
        response.on_hover_text(words);
    }
}

fn cell_rect(ui: &Ui) -> Rect {
    ui.max_rect().shrink2(vec2(4.0, 0.0))
}

/// The words over a column.
fn column_head(ui: &mut Ui, palette: &Palette, words: &str, align: Align) {
    let color = theme::color(palette.text_weak);
    let rect = cell_rect(ui);
    paint::text(ui.painter(), rect, words, paint::small(), color, align);
}
