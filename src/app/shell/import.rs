//! Designs made of what there is already: a planner file, or a folder with the configuration of every node; and a
//! window that tells what was made of them, or how they differ from the open design.

use std::path::Path;
use std::sync::Arc;

use egui::{Label, Link, RichText, ScrollArea, Sense, Ui, Window, vec2};

use crate::app::{Msg, State, theme};
use crate::books::Books;
use crate::design::Design;
use crate::design::file::FileError;
use crate::files;
use crate::import::toml::words::{self, Note, Told};
use crate::import::{planner, toml};

use super::stack::Stack;

/// Room for the scroll bar, points.
const BAR: f32 = 12.0;

/// A design that was made, and what is told about it.
#[derive(Debug, Clone)]
pub struct Made {
    /// The design.
    pub design: Arc<Design>,
    /// What was not understood, concluded or left open.
    pub told: Told,
}

/// Whether a path leads to something else than a design.
pub(super) fn is_foreign(path: &Path) -> bool {
    path.is_dir() || has_ending(path, "json")
}

fn has_ending(path: &Path, ending: &str) -> bool {
    path.extension().is_some_and(|e| e.eq_ignore_ascii_case(ending))
}

/// That a file of one node was named where its deployment was meant, if so.
pub(super) fn single_node(path: &Path) -> Option<FileError> {
    has_ending(path, "toml").then(|| {
        let hint = "name the folder that holds the folders of all nodes";
        FileError::whole(&path.display().to_string(), "this is the configuration of one node", hint)
    })
}

/// That a folder was named where a design was meant, if so.
pub(super) fn no_design(path: &Path) -> Option<FileError> {
    path.is_dir().then(|| {
        let hint = "name a design; a folder of configuration becomes one by File > Import configuration…";
        FileError::whole(&path.display().to_string(), "this is a folder", hint)
    })
}

/// Makes a design of a planner file or a folder.
///
/// # Errors
/// [`FileError`] when nothing can be read there, or it is neither.
pub(super) fn read(path: &Path) -> Result<Made, FileError> {
    if path.is_dir() {
        let (imported, tree) = files::import_tree(path)?;
        let told = words::tree(&imported, &tree.unread);
        return Ok(Made { design: Arc::new(imported.design), told });
    }
    let imported = read_plan(path)?;
    Ok(Made { design: Arc::new(imported.design), told: words::unsaid(imported.unsaid) })
}

fn read_plan(path: &Path) -> Result<planner::Imported, FileError> {
    planner::read(&files::read_text(path)?, &path.display().to_string())
}

/// Makes what a planner file or a folder says of a design, to compare both, and tells how they differ.
///
/// # Errors
/// As for [`read`].
pub(super) fn read_against(path: &Path, design: &Design) -> Result<Made, FileError> {
    if !path.is_dir() {
        let said = planner::said(&read_plan(path)?.design, design);
        return Ok(Made { design: Arc::new(said), told: Told::new() });
    }
    let (imported, tree) = files::import_tree(path)?;
    let against = toml::against(&imported, &tree.texts, design, Books::shipped())?;
    let mut told = words::drift(&against.drift);
    told.extend(words::tree(&imported, &tree.unread));
    Ok(Made { design: Arc::new(against.said), told })
}

/// Tells what was made of files, or how they differ from the design, until something else is.
#[derive(Debug, Default)]
pub(super) struct ToldWindow {
    pub(super) open: bool,
    /// Whether it has just appeared and wants the keyboard.
    fresh: bool,
    title: &'static str,
    told: Told,
    stack: Stack,
}

impl ToldWindow {
    /// Tells this, if it is anything.
    pub(super) fn tell(&mut self, title: &'static str, told: Told) {
        self.open = !told.is_empty();
        self.fresh = self.open;
        (self.title, self.told, self.stack) = (title, told, Stack::default());
    }

    /// Shows what was told last once more, or says that there is nothing.
    pub(super) fn again(&mut self) -> Option<Msg> {
        self.open = !self.told.is_empty();
        self.fresh = self.open;
        (!self.open).then(|| Msg::Toast("No files were imported or compared yet".into()))
    }

    /// Shows the window.
    pub(super) fn show(&mut self, ui: &Ui, state: &State, msgs: &mut Vec<Msg>) {
        let room = ui.ctx().content_rect().size();
        let mut open = self.open;
        Window::new(RichText::new(self.title).font(theme::strong_font(theme::SIZE_BODY)))
            .id(egui::Id::new("told"))
            .open(&mut open)
            .collapsible(false)
            .default_size(vec2(640.0_f32.min(room.x - 64.0), 480.0_f32.min(room.y - 128.0)))
            .default_pos(ui.ctx().content_rect().center() - vec2(320.0, 240.0))
            .show(ui.ctx(), |ui| {
                let copy = ui.button("Copy").on_hover_text("All of it as text");
                if std::mem::take(&mut self.fresh) {
                    copy.request_focus();
                }
                if copy.clicked() {
                    ui.ctx().copy_text(words::text(&self.told));
                }
                ui.add_space(4.0);
                let rows: Vec<Row<'_>> = self.told.iter().flat_map(rows).collect();
                let area = ScrollArea::vertical().auto_shrink(false);
                self.stack.show(ui, area, BAR, rows.len(), &mut |ui, at| match rows.get(at) {
                    Some(Row::Heading(heading, count)) => {
                        ui.add_space(if at == 0 { 0.0 } else { 8.0 });
                        let heading = format!("{heading} ({count})");
                        ui.label(RichText::new(heading).font(theme::strong_font(theme::SIZE_BODY)));
                    }
                    Some(Row::Note(note)) => note_ui(ui, note, state, msgs),
                    None => {}
                });
            });
        self.open &= open;
    }
}

/// A line of the window.
enum Row<'t> {
    Heading(&'t str, usize),
    Note(&'t Note),
}

fn rows<'t>((heading, notes): &'t (&'static str, Vec<Note>)) -> impl Iterator<Item = Row<'t>> {
    std::iter::once(Row::Heading(heading, notes.len())).chain(notes.iter().map(Row::Note))
}

/// A sentence, which leads to what it is about where that is drawn. Every one can have the keyboard, which brings it
/// into sight.
fn note_ui(ui: &mut Ui, note: &Note, state: &State, msgs: &mut Vec<Msg>) {
    let drawn: Vec<_> = note.elements.iter().filter(|id| state.doc.design().contains(id)).cloned().collect();
    let words = format!("– {}", note.text);
    let response = match drawn.is_empty() {
        true => ui.add(Label::new(words).wrap().sense(Sense::focusable_noninteractive())),
        false => ui.add(Link::new(words)).on_hover_text("Select it in the drawing"),
    };
    if response.gained_focus() {
        response.scroll_to_me(None);
    }
    if response.clicked() && !drawn.is_empty() {
        msgs.push(Msg::Reveal(drawn));
    }
}
