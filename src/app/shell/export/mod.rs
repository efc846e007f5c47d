//! The export window: what to make and where at the left, the files in the middle, one of them at the right.
//!
//! The window only shows and asks. Making the files, looking at the folder, preparing a file for being shown and
//! writing run on other threads (see [`follow`]). Each form has a folder of its own in the folder chosen.

mod choose;
mod colours;
mod content;
mod diff;
mod follow;
mod footer;
mod lines;
mod list;
mod made;
mod making;
mod moves;
mod notes;
mod options;
mod origins;
mod picture;
mod plan;
mod sheet;
#[cfg(test)]
mod tests;
mod tree;
mod view;
mod writing;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use egui::{
    Align, Align2, Context, Id, Key, LayerId, Layout, Modifiers, Order, Rect, RichText, Ui, UiBuilder, Window, vec2,
};

use crate::app::panels::memo::{ByAddress, Memo};
use crate::app::{Msg, State, theme};
use crate::export::Form;
use crate::words::plural;

use super::dirs::typed_path;
use content::Content;
use list::List;
use made::{FileKey, Ground, Look, Made, Wish};
use making::Making;
use moves::Move;
use plan::{Choices, Plan};
use tree::Row;
use writing::Progress;

pub(super) use follow::Done;

/// Below this width, points, there is room for one pane at a time.
const THREE_PANES: f32 = 880.0;
/// Width of the choices, points.
const CHOICES: f32 = 248.0;
/// Room between panes, points.
const GAP: f32 = 12.0;

/// The panes, of which a small window shows one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Pane {
    #[default]
    Choices,
    Files,
    Content,
}

impl Pane {
    const ALL: [(Self, &'static str); 3] =
        [(Self::Choices, "What and where"), (Self::Files, "Files"), (Self::Content, "Content")];
}

/// The folder to export to.
#[derive(Default)]
struct Folder {
    /// As typed.
    text: String,
    /// The call of the file chooser that is open.
    call: Option<u64>,
    /// What there is to say about the chooser.
    note: &'static str,
    /// The path that the text means, by the text and the design's file.
    meant: Memo<(String, Option<PathBuf>), PathBuf>,
}

impl Folder {
    /// The path of the folder.
    fn dir(&mut self, state: &State) -> &Path {
        let meant = || typed_path(&self.text, &folder_beside(state.path.as_deref()));
        self.meant.get((self.text.clone(), state.path.clone()), meant)
    }
}

/// The folder of a file; without one, that in which the program was started.
fn folder_beside(file: Option<&Path>) -> PathBuf {
    let beside = file.and_then(Path::parent).map(Path::to_owned);
    beside.or_else(|| std::env::current_dir().ok()).unwrap_or_default()
}

/// Words in strong type.
fn strong(words: impl Into<String>) -> RichText {
    RichText::new(words).font(theme::strong_font(theme::SIZE_BODY))
}

/// A part of the window with a place of its own, of which no more than `clip` is seen.
fn pane(ui: &mut Ui, name: &str, place: Rect, clip: Rect) -> Ui {
    let mut pane = ui.new_child(UiBuilder::new().id_salt(name).max_rect(place));
    pane.set_clip_rect(clip.intersect(ui.clip_rect()));
    pane
}

/// The window, open or not.
#[derive(Default)]
pub(super) struct ExportWindow {
    open: bool,
    /// Whether the list of files wants the keyboard.
    fresh: bool,
    pane: Pane,
    forms: BTreeSet<Form>,
    options: options::Chosen,
    folder: Folder,
    /// The folders chosen in this session, by the design's file.
    folders: BTreeMap<Option<PathBuf>, String>,
    /// The document the folder and the choices are about: its serial when it was opened, and its file.
    about: Option<(u64, Option<PathBuf>)>,
    /// The folder whose files the choices are about.
    dir: Option<PathBuf>,
    /// Counts what is asked of other threads.
    count: u64,
    wished: Option<Arc<Wish>>,
    /// What somebody gave up while it was being made.
    declined: Option<Arc<Wish>>,
    /// How far making what is wished for is.
    making: Arc<Making>,
    /// The number of the files that are wanted; who makes others may stop.
    wanted: Arc<AtomicU64>,
    made: Option<Arc<Made>>,
    /// The newest look at the folder.
    looked: Option<Look>,
    /// How often the folder may have changed.
    changes: u64,
    /// The first of these looks that is good enough to write by: those before are known to be out of date. One for which
    /// there is only a chance, such as when the window gets the focus by a click on the button, does not count.
    outdated: u64,
    ground: Option<Arc<Ground>>,
    /// What the newest preparation is about.
    prepared: Option<(u64, FileKey, PathBuf, u64)>,
    /// Its number.
    preparation: u64,
    chosen: Option<FileKey>,
    content: Content,
    list: List,
    /// A key pressed while the list of files had the keyboard.
    step: Option<Move>,
    rows: Vec<Row>,
    /// Whether the rows are to be found again.
    stale_rows: bool,
    choices: Choices,
    /// What would be written, by all that decides about it.
    planned: Memo<(u64, ByAddress<Ground>, Choices), Plan>,
    writing: Option<Arc<Progress>>,
    /// Whether the system's window had the keyboard in the last frame.
    had_focus: bool,
}

impl ExportWindow {
    /// Whether the window is open.
    pub(super) fn is_open(&self) -> bool {
        self.open
    }

    /// Opens the window, or closes it; with a form it is opened with just that form.
    pub(super) fn toggle(&mut self, form: Option<Form>, ctx: &Context) {
        match form {
            Some(form) => self.forms = [form].into(),
            None if self.open => {
                self.close();
                return;
            }
            None if self.forms.is_empty() => self.forms.extend(Form::ALL.first()),
            None => {}
        }
        self.pane = if form.is_some() { Pane::Files } else { self.pane };
        (self.open, self.fresh) = (true, true);
        self.changes += 1;
        self.outdated = self.changes;
        ctx.move_to_top(LayerId::new(Order::Middle, Self::id()));
        ctx.request_repaint();
    }

    /// Closes the window; what is being written goes on, and what was made is let go of.
    fn close(&mut self) {
        self.open = false;
        self.let_go();
    }

    fn id() -> Id {
        Id::new("export window")
    }

    /// What is known of the folder chosen.
    fn ground_here(&mut self, state: &State) -> Option<Arc<Ground>> {
        let dir = self.folder.dir(state);
        self.ground.clone().filter(|ground| ground.look.dir == dir)
    }

    /// What is known of the folder chosen, unless it or the files have changed since.
    fn ground_now(&mut self, state: &State) -> Option<Arc<Ground>> {
        let (number, outdated) = (self.made.as_ref()?.number, self.outdated);
        self.ground_here(state).filter(|ground| ground.look.made == number && ground.look.changes >= outdated)
    }

    /// Remembers the folder for the document, now that somebody has chosen it.
    fn remember_folder(&mut self) {
        if let Some((_, file)) = &self.about {
            self.folders.insert(file.clone(), self.folder.text.clone());
        }
    }

    /// Takes the answer of the file chooser, if it is that of this window.
    pub(super) fn picked(&mut self, call: u64, path: Option<&Path>, at_once: bool) -> bool {
        if self.folder.call != Some(call) {
            return false;
        }
        self.folder.call = None;
        self.folder.note = if at_once { "No file chooser can be shown here. Type the path instead." } else { "" };
        if let Some(path) = path {
            self.folder.text = path.display().to_string();
            self.remember_folder();
        }
        true
    }

    /// Keys of the open window that must not reach anything below it.
    pub(super) fn keys(&mut self, ui: &Ui, msgs: &mut Vec<Msg>) {
        // A field and a menu give way first.
        let nearer = ui.text_edit_focused() || egui::Popup::is_any_open(ui.ctx());
        if !nearer && ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Escape)) {
            self.close();
            return;
        }
        let has_focus = |id| ui.memory(|m| m.has_focus(id));
        if has_focus(list::id()) {
            self.step = moves::read(ui);
            moves::swallow(ui);
        } else if has_focus(content::text_id()) {
            if let Some(step) = moves::read(ui) {
                self.content.step(step);
            }
            if moves::swallow(ui) {
                msgs.extend(self.content.line_at_cursor().map(Msg::CopyText));
            }
        } else if has_focus(notes::id()) {
            moves::swallow(ui);
        }
    }

    /// Draws the window if it is open; returns what it asks of the shell.
    pub(super) fn show(&mut self, ui: &Ui, state: &State, chooser: bool, msgs: &mut Vec<Msg>) -> Option<Asked> {
        if !self.open || !state.open {
            return None;
        }
        self.refresh_rows();
        let mut open = true;
        let mut asked = None;
        let content = ui.ctx().content_rect();
        Window::new(strong("Export"))
            .id(Self::id())
            .open(&mut open)
            .collapsible(false)
            .pivot(Align2::CENTER_CENTER)
            .default_pos(content.center())
            .default_size([(content.width() - 64.0).min(1_440.0), (content.height() - 140.0).min(900.0)])
            .min_size([480.0, 280.0])
            .max_size(content.size() - vec2(32.0, 80.0))
            .constrain(true)
            .show(ui.ctx(), |ui| asked = self.content_ui(ui, state, chooser, msgs));
        if !open {
            self.close();
        }
        asked
    }

    fn refresh_rows(&mut self) {
        if std::mem::take(&mut self.stale_rows) {
            self.rows = match &self.made {
                Some(made) => tree::rows(made, self.ground.as_deref(), self.list.folded()),
                None => Vec::new(),
            };
        }
    }

    fn content_ui(&mut self, ui: &mut Ui, state: &State, chooser: bool, msgs: &mut Vec<Msg>) -> Option<Asked> {
        let mut area = ui.available_rect_before_wrap();
        let wide = area.width() >= THREE_PANES;
        if !wide {
            ui.horizontal(|ui| {
                for (pane, name) in Pane::ALL {
                    ui.selectable_value(&mut self.pane, pane, name);
                }
            });
            area = ui.available_rect_before_wrap();
        }
        let panes = area.with_max_y(area.bottom() - footer::HEIGHT);
        let mut asked = None;
        let child = |ui: &mut Ui, name: &str, rect: Rect| pane(ui, name, rect, rect.expand(4.0));
        if wide {
            let files = (area.width() * 0.28).clamp(280.0, 420.0);
            let first = panes.left() + CHOICES;
            let second = first + files;
            let line = egui::Stroke::new(1.0, theme::color(theme::palette(ui.ctx()).hairline));
            for x in [first, second] {
                ui.painter().vline(x, panes.y_range(), line);
            }
            let mut left = child(ui, "choices", panes.with_max_x(first - GAP));
            asked = self.choices_ui(&mut left, state, chooser);
            let mut middle = child(ui, "files", Rect::from_x_y_ranges(first + GAP..=second - GAP, panes.y_range()));
            self.files_ui(&mut middle, state);
            let mut right = child(ui, "content", panes.with_min_x(second + GAP));
            self.right_ui(&mut right, state, msgs);
        } else {
            let mut only = child(ui, "pane", panes);
            match self.pane {
                Pane::Choices => asked = self.choices_ui(&mut only, state, chooser),
                Pane::Files => self.files_ui(&mut only, state),
                Pane::Content => self.right_ui(&mut only, state, msgs),
            }
        }
        let mut below = child(ui, "footer", area.with_min_y(panes.bottom()));
        let wanted = self.footer_ui(&mut below, state);
        ui.advance_cursor_after_rect(area);
        asked.or(wanted)
    }

    /// The tree, and in a line above it what there is in all.
    fn files_ui(&mut self, ui: &mut Ui, state: &State) {
        let current = self.is_current() && self.declined.is_none();
        ui.horizontal(|ui| {
            ui.label(strong("Files"));
            let layout = Layout::right_to_left(Align::Center);
            ui.with_layout(layout, |ui| {
                let words = if current { self.summary() } else { self.making_ui(ui) };
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    ui.add(egui::Label::new(RichText::new(words).weak()).truncate());
                });
            });
        });
        let Some(made) = self.made.clone() else {
            let nothing = match &self.declined {
                _ if self.forms.is_empty() => "Choose what to export.",
                Some(_) => "The files were not made.",
                None => "The files are being made…",
            };
            ui.label(RichText::new(nothing).weak());
            return;
        };
        if let Some(why) = &made.failed {
            ui.add(egui::Label::new(RichText::new(format!("Nothing can be exported: {why}"))).wrap());
            return;
        }
        if let Some(Err(error)) = self.ground_here(state).as_ref().map(|ground| &ground.standings) {
            let p = theme::palette(ui.ctx());
            ui.add(egui::Label::new(RichText::new(error.to_string()).color(theme::color(p.error))).wrap());
        }
        if !current {
            ui.multiply_opacity(0.6);
        }
        // Only what is drawn can have the keyboard.
        if std::mem::take(&mut self.fresh) {
            ui.memory_mut(|m| m.request_focus(list::id()));
        }
        let step = self.step.take();
        let drawn = list::Drawn { rows: &self.rows, made: &made, choices: &self.choices, step };
        match self.list.show(ui, &drawn, &mut self.stale_rows) {
            Some(list::Done::Chose(key)) => self.chosen = Some(key),
            Some(list::Done::Ticked(key)) => self.tick(key),
            // Where there is room, it stands beside the list already.
            Some(list::Done::Opened) => self.pane = Pane::Content,
            None => return,
        }
        ui.ctx().request_repaint();
    }

    /// Ticks a file, or does not any more.
    fn tick(&mut self, key: FileKey) {
        let replace = Arc::make_mut(&mut self.choices.replace);
        if !replace.remove(&key) {
            replace.insert(key);
        }
    }

    /// How many files there are, and how they stand.
    fn summary(&self) -> String {
        let Some(made) = &self.made else { return String::new() };
        let mut parts = vec![plural(made.file_count(), "file")];
        if let Some(ground) = &self.ground {
            parts.extend(ground.counts.iter().map(|(standing, n)| format!("{n} {}", standing.label())));
        }
        let blocked = made.blocked_count();
        if blocked > 0 {
            parts.push(format!("{blocked} blocked"));
        }
        parts.join(" · ")
    }

    fn right_ui(&mut self, ui: &mut Ui, state: &State, msgs: &mut Vec<Msg>) {
        let Some(made) = self.made.clone() else { return };
        let asked = self.content.show(ui, &made, self.chosen.as_ref(), self.is_current(), state, msgs);
        match asked {
            Some(notes::Asked::File(key)) => {
                self.list.reveal(&key);
                self.stale_rows = true;
                self.content.show_file();
                self.chosen = Some(key);
                ui.ctx().request_repaint();
            }
            Some(notes::Asked::Away) => self.close(),
            None => {}
        }
    }

    /// What would be written now; `None` while that is being found out.
    fn plan(&mut self, state: &State) -> Option<Plan> {
        self.is_current().then_some(())?;
        let ground = self.ground_now(state)?;
        let made = self.made.as_ref()?;
        let key = (made.number, ByAddress(ground.clone()), self.choices.clone());
        Some(*self.planned.get(key, || Plan::of(made, &ground, &self.choices)))
    }
}

/// What the window asks of the shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// Show the system's file chooser.
    Browse,
    /// Write the files.
    Write,
}
