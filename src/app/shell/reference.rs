//! The rules to read in the window: a list to search at the left, the page of a rule or a fact at the right.

mod list;
mod page;
mod rows;

use std::sync::Arc;

use egui::{
    Align2, Button, Id, Key, LayerId, Modifiers, Order, RichText, Stroke, TextEdit, Ui, UiBuilder, Window, vec2,
};
use egui_phosphor::regular as icon;

use crate::analysis::Analysis;
use crate::app::{Msg, State, theme};
use crate::books::Facts;

use list::{List, list_id};
use page::Page;
pub(super) use page::scroll_by_keys;
use rows::{Filter, Listed, Standings};

/// Rows that a key for a whole page goes on.
const PAGE_ROWS: isize = 8;
/// Most pages that one can go back.
const MAX_TRAIL: usize = 100;

/// What gets the keyboard when the window opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Focus {
    Search,
    List,
}

/// Which design and which analysis the standings speak of. Holds the analysis, so that its address cannot be given to
/// another one.
struct StandingsKey {
    serial: u64,
    analysis: Option<Arc<Analysis>>,
}

/// The window, open or not.
#[derive(Default)]
pub(super) struct Reference {
    open: bool,
    /// What gets the keyboard in the next frame.
    focus: Option<Focus>,
    /// Pages visited, the oldest first.
    trail: Vec<String>,
    /// The place in the trail.
    at: usize,
    text: String,
    /// Whether only rules for the design's version are listed.
    own_version: bool,
    /// Whether the row of the page is to be brought into view.
    scroll: bool,
    listed: Option<(Filter, Listed)>,
    standings: Option<(StandingsKey, Standings)>,
    page: Option<Page>,
}

impl Reference {
    /// Opens the window, at this page if one is given.
    pub(super) fn show_rule(&mut self, id: Option<String>, ctx: &egui::Context) {
        self.open = true;
        self.focus = Some(if id.is_some() { Focus::List } else { Focus::Search });
        self.scroll = true;
        if let Some(id) = id {
            self.text.clear();
            self.visit(id.to_ascii_uppercase());
        }
        ctx.move_to_top(LayerId::new(Order::Middle, Self::id()));
        ctx.request_repaint();
    }

    /// Whether the window is open.
    pub(super) fn is_open(&self) -> bool {
        self.open
    }

    /// Keys of the open window that must not reach anything below it: Esc closes it, Alt with arrows goes back and
    /// forward, and what is typed in the list is searched.
    pub(super) fn keys(&mut self, ui: &Ui) {
        if ui.text_edit_focused() && !ui.memory(|m| m.has_focus(Self::search_id())) {
            return;
        }
        // A menu closes first.
        if !egui::Popup::is_any_open(ui.ctx()) && ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Escape)) {
            self.open = false;
        }
        for (key, forward) in [(Key::ArrowLeft, false), (Key::ArrowRight, true)] {
            if ui.input_mut(|i| i.consume_key(Modifiers::ALT, key)) {
                self.go(forward);
            }
        }
        if ui.input(|i| i.events.iter().any(is_typing)) && ui.memory(|m| m.has_focus(list_id())) {
            ui.memory_mut(|m| m.request_focus(Self::search_id()));
        }
    }

    fn id() -> Id {
        Id::new("rule reference")
    }

    fn search_id() -> Id {
        Id::new("search rules")
    }

    /// Goes to a page and forgets those that one had gone back from.
    fn visit(&mut self, id: String) {
        self.scroll = true;
        if self.trail.get(self.at) == Some(&id) {
            return;
        }
        self.trail.truncate(self.at + 1);
        self.trail.push(id);
        let surplus = self.trail.len().saturating_sub(MAX_TRAIL);
        self.trail.drain(..surplus);
        self.at = self.trail.len() - 1;
    }

    /// Shows another page in place of this one, as when one passes by in the list.
    fn pass_by(&mut self, id: &str) {
        self.trail.truncate(self.at);
        self.at = self.trail.len().saturating_sub(1);
        self.visit(id.to_owned());
    }

    fn go(&mut self, forward: bool) {
        let to = if forward { self.at.checked_add(1) } else { self.at.checked_sub(1) };
        if let Some(to) = to.filter(|to| *to < self.trail.len()) {
            self.at = to;
            self.scroll = true;
        }
    }

    /// Draws the window if it is open.
    pub(super) fn show(&mut self, ui: &Ui, state: &State, msgs: &mut Vec<Msg>) {
        if !self.open {
            return;
        }
        self.refresh(state);
        let mut open = true;
        let content = ui.ctx().content_rect();
        let title = RichText::new("Rules").font(theme::strong_font(theme::SIZE_BODY));
        Window::new(title)
            .id(Self::id())
            .open(&mut open)
            .collapsible(false)
            .pivot(Align2::CENTER_CENTER)
            .default_pos(content.center())
            .default_size([
                920.0_f32.min(content.width() - 64.0),
                (content.height() - 200.0).clamp(400.0, 800.0).min(content.height() - 112.0),
            ])
            .min_size([520.0, 280.0])
            .max_size(content.size() - vec2(32.0, 80.0))
            .constrain(true)
            .show(ui.ctx(), |ui| {
                let area = ui.available_rect_before_wrap();
                let split = area.left() + (area.width() * 0.4).clamp(220.0, 380.0);
                let mut left = ui.new_child(UiBuilder::new().id_salt("list").max_rect(area.with_max_x(split - 8.0)));
                self.list_ui(&mut left, state);
                let line = Stroke::new(1.0, theme::color(theme::palette(ui.ctx()).hairline));
                ui.painter().vline(split, area.y_range(), line);
                let mut right = ui.new_child(UiBuilder::new().id_salt("page").max_rect(area.with_min_x(split + 16.0)));
                self.page_ui(&mut right, state, msgs);
                ui.advance_cursor_after_rect(area);
            });
        self.open &= open;
    }

    /// Brings up to date what is kept from frame to frame.
    fn refresh(&mut self, state: &State) {
        let facts: &'static Facts = state.books.facts();
        let version = state.doc.design().meta.product_version;
        let version = Some(version).filter(|_| state.open && self.own_version);
        let filter = Filter { text: self.text.clone(), version };
        if self.listed.as_ref().is_none_or(|(of, _)| *of != filter) {
            let listed = Listed::new(&filter, facts);
            self.listed = Some((filter, listed));
        }
        let id = self.trail.get(self.at);
        if self.page.as_ref().map(|p| &p.page.id) != id {
            self.page = id.and_then(|id| Page::new(id, facts));
        }
        if !state.open {
            self.standings = None;
            return;
        }
        let is_of_now = |key: &StandingsKey| {
            let same = match (&key.analysis, &state.analysis) {
                (Some(a), Some(b)) => Arc::ptr_eq(a, b),
                (None, None) => true,
                _ => false,
            };
            same && key.serial == state.serial
        };
        if !self.standings.as_ref().is_some_and(|(key, _)| is_of_now(key)) {
            let check = state.analysis.as_ref().map(|a| &a.check);
            let key = StandingsKey { serial: state.serial, analysis: state.analysis.clone() };
            self.standings = Some((key, Standings::new(&state.doc.design().meta, check)));
        }
    }

    fn list_ui(&mut self, ui: &mut Ui, state: &State) {
        let shown = self.trail.get(self.at).cloned();
        let place = |listed: &Listed| shown.as_ref().and_then(|id| listed.place(id));
        let passed = self.listed.as_ref().and_then(|(_, listed)| {
            let step = list_keys(ui)?;
            listed.step(place(listed), step)
        });
        self.search_ui(ui);
        if state.open {
            let words = format!("Only those for {}", state.doc.design().meta.product_version);
            ui.checkbox(&mut self.own_version, words);
        }
        ui.add_space(4.0);
        let Some((_, listed)) = &self.listed else { return };
        let list = List {
            listed,
            standings: self.standings.as_ref().map(|(_, s)| s),
            place: place(listed),
            scroll: std::mem::take(&mut self.scroll),
        };
        let clicked = list.show(ui);
        if let Some(id) = clicked {
            self.visit(id.to_owned());
            ui.memory_mut(|m| m.request_focus(list_id()));
        } else if let Some(id) = passed {
            self.pass_by(id);
        }
        if clicked.or(passed).is_some() {
            ui.ctx().request_repaint();
        }
        if self.focus.take_if(|f| *f == Focus::List).is_some() {
            ui.memory_mut(|m| m.request_focus(list_id()));
        }
        if ui.memory(|m| m.has_focus(list_id())) {
            let arrows = egui::EventFilter { vertical_arrows: true, ..Default::default() };
            ui.memory_mut(|m| m.set_focus_lock_filter(list_id(), arrows));
        }
    }

    fn search_ui(&mut self, ui: &mut Ui) {
        let hint = "Search by id, words or fact";
        let edit = TextEdit::singleline(&mut self.text)
            .id(Self::search_id())
            .hint_text(hint)
            .desired_width(f32::INFINITY)
            .margin(egui::Margin::symmetric(8, 6));
        let field = ui.add(edit);
        field.widget_info(|| egui::WidgetInfo::text_edit(true, "", &self.text, "Search rules"));
        if self.focus.take_if(|f| *f == Focus::Search).is_some() {
            field.request_focus();
        }
    }

    fn page_ui(&mut self, ui: &mut Ui, state: &State, msgs: &mut Vec<Msg>) {
        let area = ui.available_rect_before_wrap();
        // Before the buttons above it, so that Tab leads from the list into the page.
        let keyboard = self.page.as_ref().map(|page| page.keyboard(ui, area));
        let mut forward = None;
        ui.horizontal(|ui| {
            let ways = [
                (icon::ARROW_LEFT, "Back", self.at > 0, false),
                (icon::ARROW_RIGHT, "Forward", self.at + 1 < self.trail.len(), true),
            ];
            for (glyph, name, possible, way) in ways {
                let button = ui.add_enabled(possible, Button::new(glyph));
                button.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, possible, name));
                if button.on_hover_text(name).clicked() {
                    forward = Some(way);
                }
            }
        });
        ui.add_space(4.0);
        let here = self.standings.as_ref().map(|(_, s)| s);
        let asked = match (&self.page, &keyboard) {
            (Some(page), Some(keyboard)) => page.show(ui, keyboard, state, here, msgs),
            _ => {
                let unknown = self.trail.get(self.at).map(|id| format!("There is no rule or fact {id}."));
                let words = unknown.unwrap_or_else(|| "Choose a rule in the list to read about it.".into());
                ui.label(RichText::new(words).weak());
                page::Asked::default()
            }
        };
        self.open &= !asked.close;
        let moved = forward.is_some() || asked.go.is_some();
        if let Some(id) = asked.go {
            self.visit(id);
        } else if let Some(forward) = forward {
            self.go(forward);
        }
        if moved {
            ui.ctx().request_repaint();
        }
    }
}

/// Whether somebody begins to type a word.
fn is_typing(event: &egui::Event) -> bool {
    match event {
        egui::Event::Text(_) => true,
        egui::Event::Key { key, pressed: true, modifiers, .. } => {
            !modifiers.command && !modifiers.ctrl && !modifiers.alt && key.name().len() == 1
        }
        _ => false,
    }
}

/// How many rows further the keys want to go, while the list or its search field has the keyboard. Read before both,
/// which would take them.
fn list_keys(ui: &Ui) -> Option<isize> {
    let (listing, searching) = ui.memory(|m| (m.has_focus(list_id()), m.has_focus(Reference::search_id())));
    if !listing && !searching {
        return None;
    }
    let keys = [(Key::ArrowDown, 1), (Key::ArrowUp, -1), (Key::PageDown, PAGE_ROWS), (Key::PageUp, -PAGE_ROWS)];
    let times = |key| isize::try_from(ui.input_mut(|i| i.count_and_consume_key(Modifiers::NONE, key))).unwrap_or(0);
    let steps = keys.map(|(key, rows)| times(key) * rows);
    steps.iter().any(|s| *s != 0).then(|| steps.iter().sum())
}
