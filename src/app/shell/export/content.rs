//! The right pane: the chosen file as it would be written, its difference from what is on disk, and what goes with the
//! files.

use egui::{Button, Id, Label, Rect, RichText, TextureHandle, TextureOptions, Ui, WidgetInfo, WidgetType};
use egui_phosphor::regular as icon;

use crate::app::{Msg, State, theme};
use crate::export::bundle::ExportFile;
use crate::words::plural;

use super::diff::{Diff, DiffRow};
use super::lines::Lines;
use super::made::{FileKey, Made};
use super::moves::Move;
use super::notes::Notes;
use super::sheet::{OnDisk, Sheet};
use super::view::{Cursor, Line, View};
use super::{notes, origins, pane};

/// Most room that the origins of a line take, points.
const ORIGINS: f32 = 150.0;
/// Most room that what blocks a file takes, points.
const BLOCKED: f32 = 96.0;

/// The widget that shows lines, which takes the keyboard.
pub(super) fn text_id() -> Id {
    Id::new("export text")
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Tab {
    #[default]
    Preview,
    Diff,
    Supply,
    Notes,
}

/// What the pane remembers.
#[derive(Default)]
pub(super) struct Content {
    tab: Tab,
    sheet: Option<Sheet>,
    text: Cursor,
    diff: Cursor,
    notes: Notes,
    /// The line under the pointer in the last frame.
    hovered: Option<usize>,
    /// Whether a drawing is shown as the text that it is.
    as_text: bool,
    texture: Option<TextureHandle>,
}

impl Content {
    /// Takes in a file that was prepared; none when there is no such file any more.
    pub(super) fn take(&mut self, sheet: Option<Sheet>) {
        let key = |sheet: &Option<Sheet>| sheet.as_ref().map(|sheet| sheet.key.clone());
        let changes = |sheet: &Option<Sheet>| match sheet.as_ref().map(|sheet| &sheet.on_disk) {
            Some(OnDisk::Text(diff)) => diff.changes.first().copied(),
            _ => None,
        };
        let other = key(&self.sheet) != key(&sheet);
        if other {
            self.text.go_to(0);
        }
        // A comparison begins with what has changed.
        if other || changes(&self.sheet).is_none() {
            self.diff.go_to(changes(&sheet).unwrap_or(0));
        }
        self.texture = None;
        self.sheet = sheet;
    }

    /// Lets go of what was made and of what is known about it.
    pub(super) fn let_go(&mut self) {
        (self.sheet, self.texture, self.notes) = (None, None, Notes::default());
    }

    /// Shows the file rather than what goes with all.
    pub(super) fn show_file(&mut self) {
        self.tab = Tab::Preview;
    }

    /// Moves the cursor of the lines shown.
    pub(super) fn step(&mut self, step: Move) {
        let Some(sheet) = &self.sheet else { return };
        match (self.tab, &sheet.on_disk, &sheet.lines) {
            (Tab::Diff, OnDisk::Text(diff), _) => self.diff.step(step, diff.rows.len()),
            (Tab::Preview, _, Some(lines)) => self.text.step(step, lines.count()),
            _ => {}
        }
    }

    /// The line at the cursor.
    pub(super) fn line_at_cursor(&self) -> Option<String> {
        let sheet = self.sheet.as_ref()?;
        let lines = sheet.lines.as_ref()?;
        let line = match (self.tab, &sheet.on_disk) {
            (Tab::Diff, OnDisk::Text(diff)) => diff_line(diff, lines, sheet.text(), self.diff.at).text,
            _ => lines.line(sheet.text(), self.text.at),
        };
        Some(line.to_owned())
    }

    /// Draws the pane.
    pub(super) fn show(
        &mut self,
        ui: &mut Ui,
        made: &Made,
        chosen: Option<&FileKey>,
        current: bool,
        state: &State,
        msgs: &mut Vec<Msg>,
    ) -> Option<notes::Asked> {
        self.tabs_ui(ui, made);
        ui.add_space(4.0);
        if !current {
            ui.multiply_opacity(0.6);
        }
        match self.tab {
            Tab::Supply => {
                self.notes.supply_ui(ui, made, msgs);
                return None;
            }
            Tab::Notes => return self.notes.notes_ui(ui, made, state, msgs),
            Tab::Preview | Tab::Diff => {}
        }
        let Some(key) = chosen else {
            ui.label(RichText::new("Choose a file to see what it would hold.").weak());
            return None;
        };
        let Some(sheet) = self.sheet.take_if(|sheet| sheet.key == *key) else {
            let gone = made.file(key).is_none();
            let words = if gone { "This file is not made any more. It is on disk only." } else { "…" };
            ui.label(RichText::new(words).weak());
            return None;
        };
        let asked = self.head_ui(ui, &sheet, made, state, msgs);
        if let Some(file) = sheet.file() {
            match self.tab {
                Tab::Diff => self.diff_ui(ui, &sheet, file),
                _ => self.preview_ui(ui, &sheet, file, state, msgs),
            }
        }
        self.sheet = Some(sheet);
        asked
    }

    fn tabs_ui(&mut self, ui: &mut Ui, made: &Made) {
        let with_count = |words: &str, n: usize| if n > 0 { format!("{words} ({n})") } else { words.to_owned() };
        let tabs = [
            (Tab::Preview, "Preview".to_owned()),
            (Tab::Diff, "Diff".to_owned()),
            (Tab::Supply, with_count("Still to supply", made.placeholder_count())),
            (Tab::Notes, with_count("Notes", made.note_count())),
        ];
        ui.horizontal(|ui| {
            for (tab, words) in tabs {
                ui.selectable_value(&mut self.tab, tab, words);
            }
        });
    }

    /// Path and size of the file, a button to copy it, and what blocks it.
    fn head_ui(
        &mut self,
        ui: &mut Ui,
        sheet: &Sheet,
        made: &Made,
        state: &State,
        msgs: &mut Vec<Msg>,
    ) -> Option<notes::Asked> {
        let file = sheet.file()?;
        let layout = egui::Layout::right_to_left(egui::Align::Center);
        ui.allocate_ui_with_layout(egui::vec2(ui.available_width(), 24.0), layout, |ui| {
            if let Some(text) = file.content.text() {
                let copy = ui.add(Button::new(icon::COPY));
                copy.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, "Copy the file"));
                if copy.on_hover_text("Copy the file").clicked() {
                    msgs.extend([Msg::CopyText(text.to_owned()), Msg::Toast("The file is copied".into())]);
                }
            }
            if sheet.picture.is_some() && sheet.lines.is_some() {
                ui.toggle_value(&mut self.as_text, "As text");
            }
            ui.label(RichText::new(size_words(file, sheet.lines.as_ref())).size(theme::SIZE_SMALL).weak());
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                let path = sheet.key.to_string();
                ui.add(Label::new(RichText::new(&path).monospace()).truncate()).on_hover_text(path);
            });
        });
        let height = BLOCKED.min(ui.available_height() * 0.3);
        self.notes.file_ui(ui, made, &sheet.key, height, state, msgs)
    }

    fn preview_ui(&mut self, ui: &mut Ui, sheet: &Sheet, file: &ExportFile, state: &State, msgs: &mut Vec<Msg>) {
        if sheet.picture.is_some() && !(self.as_text && sheet.lines.is_some()) {
            self.picture_ui(ui, sheet);
            return;
        }
        let Some(lines) = &sheet.lines else {
            let bytes = file.content.bytes().len();
            ui.label(RichText::new(format!("Binary, {}", bytes_in_words(bytes))).weak());
            return;
        };
        let area = ui.available_rect_before_wrap();
        let below = if file.origins.is_empty() { 0.0 } else { ORIGINS.min(area.height() * 0.35) };
        let text = area.with_max_y(area.bottom() - below);
        let view = View {
            id: text_id(),
            name: format!("Preview of {}", sheet.key),
            count: lines.count(),
            longest: lines.longest,
            numbers: (1, lines.count()),
            marked: &sheet.tokens,
        };
        let line = |at: usize| {
            let (text, pieces) = lines.shown(sheet.text(), at);
            let basis = sheet.bases.get(at).copied().flatten();
            Line { numbers: [Some(at + 1), None], text, pieces, basis, ..Line::default() }
        };
        let mut child = pane(ui, "text", text, text);
        self.hovered = view.show(&mut child, &mut self.text, &line);
        if below > 0.0 {
            let rect = Rect::from_min_max(egui::pos2(area.left(), text.bottom() + 8.0), area.max);
            let mut child = pane(ui, "why", rect, rect.expand(2.0));
            origins::show(&mut child, file, self.hovered.unwrap_or(self.text.at) + 1, state, msgs);
        }
        ui.advance_cursor_after_rect(area);
    }

    /// The picture, as large as there is room.
    fn picture_ui(&mut self, ui: &mut Ui, sheet: &Sheet) {
        let Some(pixels) = &sheet.picture else { return };
        let name = sheet.key.to_string();
        let texture =
            self.texture.get_or_insert_with(|| ui.ctx().load_texture(&name, pixels.clone(), TextureOptions::LINEAR));
        let room = ui.available_size();
        let image = egui::Image::new(&*texture).fit_to_exact_size(room).max_size(room);
        let response = ui.centered_and_justified(|ui| ui.add(image)).inner;
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, format!("Picture {name}")));
    }

    fn diff_ui(&mut self, ui: &mut Ui, sheet: &Sheet, file: &ExportFile) {
        let weak = |ui: &mut Ui, words: String| drop(ui.add(Label::new(RichText::new(words).weak()).wrap()));
        let diff = match &sheet.on_disk {
            OnDisk::Nothing => return weak(ui, "There is no such file in the folder yet.".into()),
            OnDisk::Same => return weak(ui, "The file on disk holds just this.".into()),
            OnDisk::Unread(why) => return weak(ui, format!("The file on disk cannot be read: {why}")),
            OnDisk::Bytes(found) => {
                let (found, new) = (bytes_in_words(*found), bytes_in_words(file.content.bytes().len()));
                return weak(ui, format!("They differ: {found} on disk, {new} here."));
            }
            OnDisk::Text(diff) => diff,
        };
        let Some(lines) = &sheet.lines else { return };
        ui.horizontal(|ui| {
            let words = match (diff.added, diff.removed) {
                (0, 0) => "They differ only in how lines end.".to_owned(),
                (added, removed) => format!("{} more, {removed} less than on disk", plural(added, "line")),
            };
            ui.label(RichText::new(words).weak());
            let any = !diff.changes.is_empty();
            for (glyph, name, forward) in
                [(icon::ARROW_UP, "Previous change", false), (icon::ARROW_DOWN, "Next change", true)]
            {
                let button = ui.add_enabled(any, Button::new(glyph));
                button.widget_info(|| WidgetInfo::labeled(WidgetType::Button, any, name));
                if button.on_hover_text(name).clicked()
                    && let Some(row) = diff.change_from(self.diff.at, forward)
                {
                    self.diff.go_to(row);
                    ui.ctx().request_repaint();
                }
            }
        });
        let view = View {
            id: text_id(),
            name: format!("Difference of {}", sheet.key),
            count: diff.rows.len(),
            longest: lines.longest.max(diff.old_lines.longest),
            numbers: (2, lines.count().max(diff.old_lines.count())),
            marked: &[],
        };
        let p = theme::palette(ui.ctx());
        let line = |at: usize| {
            let mut line = diff_line(diff, lines, sheet.text(), at);
            line.ground = match line.sign {
                "+" => Some(p.good),
                "−" => Some(p.error),
                _ => None,
            };
            line
        };
        view.show(ui, &mut self.diff, &line);
    }
}

/// A row of a comparison as a line.
fn diff_line<'t>(diff: &'t Diff, new_lines: &Lines, new: &'t str, row: usize) -> Line<'t> {
    match diff.rows.get(row) {
        Some(DiffRow::Same(old, at)) => {
            let (text, pieces) = new_lines.shown(new, *at);
            Line { numbers: [Some(old + 1), Some(at + 1)], text, pieces, ..Line::default() }
        }
        Some(DiffRow::Added(at)) => {
            let (text, pieces) = new_lines.shown(new, *at);
            Line { numbers: [None, Some(at + 1)], sign: "+", text, pieces, ..Line::default() }
        }
        Some(DiffRow::Removed(at)) => {
            let (text, pieces) = diff.old_lines.shown(&diff.old, *at);
            Line { numbers: [Some(at + 1), None], sign: "−", text, pieces, ..Line::default() }
        }
        Some(DiffRow::Skipped(..)) => Line { text: "⋯ lines that are the same ⋯", aside: true, ..Line::default() },
        None => Line::default(),
    }
}

/// How large a file is.
fn size_words(file: &ExportFile, lines: Option<&Lines>) -> String {
    let bytes = bytes_in_words(file.content.bytes().len());
    match lines {
        Some(lines) => format!("{} · {bytes}", plural(lines.count(), "line")),
        None => bytes,
    }
}

fn bytes_in_words(bytes: usize) -> String {
    match bytes {
        0..10_240 => plural(bytes, "byte"),
        10_240..10_485_760 => format!("{} KiB", bytes / 1_024),
        _ => format!("{} MiB", bytes / 1_048_576),
    }
}
