//! The page of a rule or a fact.

use egui::{
    Button, Grid, Id, Key, Label, Modifiers, Rect, Response, RichText, ScrollArea, Sense, Stroke, StrokeKind, Ui,
};
use egui::{WidgetInfo, WidgetType, vec2};

use crate::app::actions::Action;
use crate::app::state::{BottomTab, State};
use crate::app::{Msg, panels, theme};
use crate::books::{Document, Facts};
use crate::design::Level;
use crate::rules::reference::{self, Block, Cited, RulePage};
use crate::rules::{Rule, Severity};

use super::rows::Standings;

/// How far an arrow key scrolls, points.
const LINE: f32 = 40.0;

/// A page with what the window knows about it beside its words.
pub(super) struct Page {
    /// The words.
    pub(super) page: RulePage,
    /// The rule, unless it is the page of a fact.
    rule: Option<&'static Rule>,
}

/// What the page asks for.
#[derive(Default)]
pub(super) struct Asked {
    /// The page to go to.
    pub(super) go: Option<String>,
    /// Whether the window gives way to what it sent the architect to.
    pub(super) close: bool,
}

impl Page {
    /// The page with this id.
    pub(super) fn new(id: &str, facts: &Facts) -> Option<Self> {
        reference::page(id, facts).map(|page| Self { page, rule: reference::rule(id) })
    }

    /// Takes the keyboard to scroll by.
    pub(super) fn keyboard(&self, ui: &Ui, area: Rect) -> Response {
        let keyboard = ui.interact(area, Id::new("rule page"), Sense::focusable_noninteractive());
        keyboard.widget_info(|| WidgetInfo::labeled(WidgetType::Other, true, format!("Page of {}", self.page.id)));
        if keyboard.has_focus() {
            let ring = Stroke::new(1.0, theme::color(theme::palette(ui.ctx()).accent));
            ui.painter().rect_stroke(area.expand(6.0).intersect(ui.clip_rect()), 4.0, ring, StrokeKind::Inside);
        }
        keyboard
    }

    /// Draws the page.
    pub(super) fn show(
        &self,
        ui: &mut Ui,
        keyboard: &Response,
        state: &State,
        here: Option<&Standings>,
        msgs: &mut Vec<Msg>,
    ) -> Asked {
        let mut asked = Asked::default();
        let height = ui.available_height();
        ScrollArea::vertical().id_salt(("page", &self.page.id)).auto_shrink(false).show(ui, |ui| {
            ui.set_max_width(ui.available_width() - 12.0);
            // Lines of words stand as close as text.
            ui.spacing_mut().interact_size.y = 18.0;
            if keyboard.has_focus() {
                scroll_by_keys(ui, keyboard, height);
            }
            self.head_ui(ui, here);
            let fields = self.page.blocks.iter().take_while(|b| matches!(b, Block::Field(..))).count();
            let (fields, rest) = self.page.blocks.split_at(fields);
            Grid::new("fields").num_columns(2).spacing([16.0, 2.0]).show(ui, |ui| {
                for field in fields {
                    if let Block::Field(name, words) = field {
                        ui.label(RichText::new(*name).weak());
                        ui.label(words);
                        ui.end_row();
                    }
                }
            });
            if let (Some(rule), Some(here)) = (self.rule, here) {
                asked.close = design_ui(ui, rule, here, state, msgs);
            }
            for block in rest {
                if let Some(id) = self.block_ui(ui, block, here, msgs) {
                    asked.go = Some(id);
                }
            }
            ui.add_space(8.0);
        });
        asked
    }

    fn head_ui(&self, ui: &mut Ui, here: Option<&Standings>) {
        ui.horizontal(|ui| {
            let Some(rule) = self.rule else {
                ui.label(
                    RichText::new(format!("Fact {}", self.page.id)).font(theme::strong_font(theme::SIZE_BODY)).weak(),
                );
                return;
            };
            let severity = here.map_or(rule.severity, |h| h.severity(rule));
            let (mark, _) = ui.allocate_exact_size(vec2(12.0, 18.0), Sense::hover());
            let color = theme::color(theme::palette(ui.ctx()).severity(severity));
            panels::severity_mark(ui.painter(), mark.center(), severity, color);
            ui.label(RichText::new(rule.id).font(theme::strong_font(theme::SIZE_BODY)).weak());
            ui.label(RichText::new(reference::family_of(rule.id)).weak());
        });
        let font = theme::strong_font(if self.rule.is_some() { theme::SIZE_HEADING } else { theme::SIZE_BODY });
        ui.add(Label::new(RichText::new(&self.page.title).font(font)).wrap());
        ui.add_space(4.0);
    }

    /// One part of the page; returns the page that was asked for by a click.
    fn block_ui(&self, ui: &mut Ui, block: &Block, here: Option<&Standings>, msgs: &mut Vec<Msg>) -> Option<String> {
        match block {
            Block::Field(name, words) => drop(ui.add(Label::new(format!("{name}: {words}")).wrap())),
            Block::Heading(words) if here.is_some_and(|h| self.is_wording_of(words, h)) => {
                heading(ui, &format!("{words} (as this design)"));
            }
            Block::Heading(words) => heading(ui, words),
            Block::Paragraph(words) => drop(ui.add(Label::new(words).wrap())),
            Block::Source(cited) => return self.source_ui(ui, cited, msgs),
            Block::Rule(id, title) => {
                return link(ui, &format!("{id} · {title}")).clicked().then(|| (*id).to_owned());
            }
        }
        None
    }

    /// Whether these words head what the rule says for the design's version.
    fn is_wording_of(&self, words: &str, here: &Standings) -> bool {
        let wording = self.rule.into_iter().flat_map(|r| r.wording).find(|w| w.versions.include(here.version));
        wording.is_some_and(|w| words.ends_with(&w.versions.words()))
    }

    /// A fact and its documents; on its own page only the documents.
    fn source_ui(&self, ui: &mut Ui, cited: &Cited, msgs: &mut Vec<Msg>) -> Option<String> {
        let mut go = None;
        if cited.fact != self.page.id {
            ui.add_space(2.0);
            ui.horizontal_wrapped(|ui| {
                if link(ui, &cited.fact).on_hover_text("Read the fact and which rules cite it").clicked() {
                    go = Some(cited.fact.clone());
                }
                let basis = cited.basis.map_or("not in the books", |b| b.label());
                ui.label(RichText::new(basis).size(theme::SIZE_SMALL).weak());
            });
        }
        if !cited.statement.is_empty() {
            ui.add(Label::new(&cited.statement).wrap());
        }
        for document in &cited.documents {
            document_ui(ui, document, msgs);
        }
        ui.add_space(6.0);
        go
    }
}

/// Scrolls what `keyboard` stands for by arrows and pages, while it has the keyboard.
pub(in crate::app::shell) fn scroll_by_keys(ui: &Ui, keyboard: &Response, page: f32) {
    let arrows = egui::EventFilter { vertical_arrows: true, ..Default::default() };
    ui.memory_mut(|m| m.set_focus_lock_filter(keyboard.id, arrows));
    for (key, by) in
        [(Key::ArrowDown, LINE), (Key::ArrowUp, -LINE), (Key::PageDown, page - LINE), (Key::PageUp, LINE - page)]
    {
        let times = ui.input_mut(|i| i.count_and_consume_key(Modifiers::NONE, key));
        if times > 0 {
            ui.scroll_with_delta(vec2(0.0, -by * times as f32));
        }
    }
}

/// What the rule is to the open design, and what can be done about that; returns whether somebody went to its findings.
fn design_ui(ui: &mut Ui, rule: &'static Rule, here: &Standings, state: &State, msgs: &mut Vec<Msg>) -> bool {
    heading(ui, "In this design");
    for sentence in here.sentences(rule) {
        ui.add(Label::new(sentence).wrap());
    }
    let standing = here.of(rule.id);
    let mut gone = false;
    ui.horizontal_wrapped(|ui| {
        let words = if standing.open == 1 { "Go to its finding" } else { "Go to its findings" };
        if let Some(first) = standing.first
            && in_view(ui.add(Button::new(words))).clicked()
        {
            msgs.extend([Msg::Action(Action::ShowTab(BottomTab::Problems)), Msg::Problem(Some(first))]);
            let finding = state.analysis.as_ref().and_then(|a| a.check.findings.get(first));
            msgs.extend(finding.map(|f| Msg::Reveal(f.subjects.clone())));
            gone = true;
        }
        let set = standing.setting.as_ref().map(|s| s.level);
        let words = match set {
            None => "Severity: as the rule says".to_owned(),
            Some(level) => format!("Severity: {}", level.label().to_lowercase()),
        };
        let menu = ui.menu_button(words, |ui| {
            let own = format!("As the rule says: {}", Severity::label(rule.severity).to_lowercase());
            if ui.selectable_label(set.is_none(), own).clicked() {
                msgs.push(Msg::SetRule(rule.id.into(), None));
            }
            for level in Level::ALL {
                let words = if level == Level::Off { "Off…" } else { level.label() };
                if ui.selectable_label(set == Some(level), words).clicked() {
                    msgs.push(Msg::SetRule(rule.id.into(), Some(level)));
                }
            }
        });
        in_view(menu.response);
    });
    gone
}

/// Title, place and version of a document; a public address can be copied.
fn document_ui(ui: &mut Ui, document: &Document, msgs: &mut Vec<Msg>) {
    ui.indent(&document.tag, |ui| {
        let version = if document.version.is_empty() { String::new() } else { format!(" ({})", document.version) };
        let title = format!("{}{version}", document.title);
        ui.add(Label::new(RichText::new(title).size(theme::SIZE_SMALL)).wrap());
        if document.location.is_empty() {
            return;
        }
        let place = RichText::new(&document.location).size(theme::SIZE_SMALL);
        match reference::address(document) {
            Some(address) => {
                if in_view(ui.link(place)).on_hover_text("Copy the address").clicked() {
                    msgs.extend([Msg::CopyText(address.to_owned()), Msg::Toast("The address is copied".into())]);
                }
            }
            None => drop(ui.add(Label::new(place.weak()).wrap())),
        }
    });
}

fn heading(ui: &mut Ui, words: &str) {
    ui.add_space(8.0);
    ui.add(Label::new(RichText::new(words).font(theme::strong_font(theme::SIZE_BODY))).wrap());
}

fn link(ui: &mut Ui, words: &str) -> Response {
    in_view(ui.link(words))
}

/// Brings what has just got the keyboard into view.
fn in_view(response: Response) -> Response {
    if response.gained_focus() {
        response.scroll_to_me(None);
    }
    response
}
