//! The tree of files as it is drawn, row by row as far as it is in view.

use std::collections::BTreeSet;

use egui::{
    Align, Align2, Checkbox, FontId, Id, Rect, ScrollArea, Sense, Stroke, StrokeKind, Ui, WidgetInfo, WidgetType, pos2,
};
use egui_phosphor::regular as icon;

use crate::app::{panels, panels::paint, theme};
use crate::export::bundle::Syntax;
use crate::files::folder::Standing;
use crate::picture::palette::{Palette, Rgb};
use crate::rules::Severity;
use crate::words::plural;

use super::made::{FileKey, Made};
use super::moves::{self, Move};
use super::plan::Choices;
use super::tree::{self, Node, Row};

/// Height of a row, points.
const ROW: f32 = 24.0;
/// How far each folder moves its rows to the right, points.
const INDENT: f32 = 14.0;
/// Room that the scroll bar takes, points.
const BAR: f32 = 10.0;
/// Room for the tick of a row, points.
const TICK: f32 = 22.0;
/// Least room for a name; with less, words about the file give way to their mark.
const NAME: f32 = 120.0;

/// The widget, which takes the keyboard.
pub(super) fn id() -> Id {
    Id::new("export files")
}

/// The tree, between frames.
#[derive(Debug, Default)]
pub(super) struct List {
    /// Folders that are folded.
    folded: BTreeSet<Node>,
    /// The row gone to.
    pub(super) at: Option<Node>,
    /// Whether it is to be brought into view.
    pub(super) scroll: bool,
}

/// What somebody did to it.
pub(super) enum Done {
    /// Went to this file.
    Chose(FileKey),
    /// Ticked this file, or not any more.
    Ticked(FileKey),
    /// Wants to see what the file gone to holds.
    Opened,
}

/// What is drawn in one frame.
pub(super) struct Drawn<'a> {
    /// The rows.
    pub(super) rows: &'a [Row],
    /// What was made.
    pub(super) made: &'a Made,
    /// What was decided.
    pub(super) choices: &'a Choices,
    /// A key that was pressed while the tree had the keyboard.
    pub(super) step: Option<Move>,
}

impl List {
    /// Which folders are folded.
    pub(super) fn folded(&self) -> &BTreeSet<Node> {
        &self.folded
    }

    /// The place of the row gone to.
    fn place(&self, rows: &[Row]) -> Option<usize> {
        tree::place(rows, self.at.as_ref()?)
    }

    /// Goes to a file and unfolds what it is in.
    pub(super) fn reveal(&mut self, key: &FileKey) {
        let node = Node::File(key.clone());
        for above in std::iter::successors(tree::parent(&node), tree::parent) {
            self.folded.remove(&above);
        }
        (self.at, self.scroll) = (Some(node), true);
    }

    /// Draws the rows in view; `changed` is set when folders were folded or unfolded.
    pub(super) fn show(&mut self, ui: &mut Ui, drawn: &Drawn<'_>, changed: &mut bool) -> Option<Done> {
        let area = ui.available_rect_before_wrap();
        let keyboard = ui.interact(area, id(), Sense::focusable_noninteractive());
        keyboard.widget_info(|| WidgetInfo::labeled(WidgetType::Other, true, "Files"));
        ui.ctx().accesskit_node_builder(id(), |node| node.set_role(egui::accesskit::Role::Tree));
        moves::hold(ui, id());
        let mut done = drawn.step.and_then(|step| self.step(step, drawn, changed));
        let place = self.place(drawn.rows);
        let scroll = std::mem::take(&mut self.scroll);
        ScrollArea::vertical().id_salt("export files").auto_shrink(false).show_viewport(ui, |ui, viewport| {
            ui.set_height(drawn.rows.len() as f32 * ROW);
            let frame = ui.max_rect();
            let rect = |at: usize| {
                let top = frame.top() + at as f32 * ROW;
                Rect::from_x_y_ranges(frame.left()..=frame.right() - BAR, top..=top + ROW)
            };
            if scroll && let Some(at) = place {
                ui.scroll_to_rect(rect(at), None);
            }
            let row_at = |height: f32| (height / ROW).floor().max(0.0) as usize;
            let last = (row_at(viewport.bottom()) + 1).min(drawn.rows.len());
            for at in row_at(viewport.top()).min(last)..last {
                let Some(row) = drawn.rows.get(at) else { continue };
                let marks = Marks { chosen: place == Some(at), focused: keyboard.has_focus() };
                let ticked = tick_ui(ui, row, rect(at), drawn.choices);
                if row_ui(ui, row, rect(at), &marks, drawn) {
                    done = self.click(row, changed).or(done.take());
                    ui.memory_mut(|m| m.request_focus(id()));
                }
                done = ticked.or(done.take());
            }
        });
        done
    }

    /// A click goes to a row and folds or unfolds a folder.
    fn click(&mut self, row: &Row, changed: &mut bool) -> Option<Done> {
        self.at = Some(row.node.clone());
        match &row.node {
            Node::File(key) => Some(Done::Chose(key.clone())),
            Node::Folder(..) => {
                self.fold(row, row.open, changed);
                None
            }
        }
    }

    fn fold(&mut self, row: &Row, fold: bool, changed: &mut bool) {
        *changed |= if fold { self.folded.insert(row.node.clone()) } else { self.folded.remove(&row.node) };
    }

    /// Goes where a key leads.
    fn step(&mut self, step: Move, drawn: &Drawn<'_>, changed: &mut bool) -> Option<Done> {
        let rows = drawn.rows;
        let place = self.place(rows);
        let row = place.and_then(|at| rows.get(at));
        let last = rows.len().saturating_sub(1);
        let to = match (step, row) {
            (Move::By(by), _) => place.map_or(0, |at| at.saturating_add_signed(by).min(last)),
            (Move::First, _) => 0,
            (Move::Last, _) => last,
            (Move::Toggle, Some(row)) => {
                return match &row.node {
                    Node::File(key) if asks(row) => Some(Done::Ticked(key.clone())),
                    Node::File(_) => Some(Done::Opened),
                    Node::Folder(..) => self.click(row, changed),
                };
            }
            (Move::In, Some(row)) if matches!(row.node, Node::Folder(..)) => {
                if !row.open {
                    self.fold(row, false, changed);
                    return None;
                }
                place.map_or(0, |at| (at + 1).min(last))
            }
            (Move::Out, Some(row)) if matches!(row.node, Node::Folder(..)) && row.open && row.files > 0 => {
                self.fold(row, true, changed);
                return None;
            }
            (Move::Out, Some(row)) => {
                let mut above = std::iter::successors(tree::parent(&row.node), tree::parent);
                above.find_map(|node| tree::place(rows, &node))?
            }
            _ => return None,
        };
        let row = rows.get(to)?;
        (self.at, self.scroll) = (Some(row.node.clone()), true);
        match &row.node {
            Node::File(key) => Some(Done::Chose(key.clone())),
            Node::Folder(..) => None,
        }
    }
}

/// Whether somebody has to decide about the file of a row.
fn asks(row: &Row) -> bool {
    row.standing.is_some_and(Standing::is_kept)
}

/// What is particular about a row in this frame.
struct Marks {
    chosen: bool,
    focused: bool,
}

/// The tick of a file that somebody has to decide about.
fn tick_ui(ui: &mut Ui, row: &Row, rect: Rect, choices: &Choices) -> Option<Done> {
    let Node::File(key) = &row.node else { return None };
    if !asks(row) {
        return None;
    }
    let mut ticked = choices.replaces(key);
    let place = Rect::from_min_max(pos2(rect.right() - TICK, rect.top()), rect.max);
    let response = ui.push_id(("tick", key), |ui| ui.place(place, Checkbox::without_text(&mut ticked))).inner;
    let verb = if row.standing == Some(Standing::StaleEdited) { "Remove" } else { "Replace" };
    let words = format!("{verb} {key}");
    response.widget_info(|| WidgetInfo::selected(WidgetType::Checkbox, true, ticked, &words));
    response.on_hover_text(&words).changed().then(|| Done::Ticked(key.clone()))
}

/// Draws a row; returns whether it was clicked.
fn row_ui(ui: &Ui, row: &Row, rect: Rect, marks: &Marks, drawn: &Drawn<'_>) -> bool {
    let p = theme::palette(ui.ctx());
    let rect = if asks(row) { rect.with_max_x(rect.right() - TICK) } else { rect };
    // The keyboard stays with the tree, so rows take the pointer but not the focus.
    let response = ui.interact(rect, id().with(&row.node), Sense::CLICK);
    let painter = ui.painter_at(rect);
    paint::row_ground(&painter, rect, p, marks.chosen, response.hovered());
    if marks.chosen && marks.focused {
        painter.rect_stroke(rect, 4.0, Stroke::new(1.0, theme::color(p.accent)), StrokeKind::Inside);
    }
    let (text, weak) = (theme::color(p.text), theme::color(p.text_weak));
    let left = rect.left() + 4.0 + row.depth as f32 * INDENT;
    let glyph = match &row.node {
        Node::Folder(..) if row.open => icon::CARET_DOWN,
        Node::Folder(..) => icon::CARET_RIGHT,
        Node::File(key) => file_icon(drawn.made, key),
    };
    painter.text(pos2(left + 7.0, rect.center().y), Align2::CENTER_CENTER, glyph, FontId::proportional(14.0), weak);
    let mut right = rect.right() - 6.0;
    let at = |x: f32| pos2(x, rect.center().y);
    if let Some(standing) = row.standing {
        let (glyph, rgb) = look(standing, p);
        let ink = theme::color(rgb);
        painter.text(at(right), Align2::RIGHT_CENTER, glyph, FontId::proportional(14.0), ink);
        right -= 18.0;
        let width = paint::width_of(&painter, standing.label(), paint::small());
        if right - width - left > NAME {
            painter.text(at(right), Align2::RIGHT_CENTER, standing.label(), paint::small(), ink);
            right -= width + 6.0;
        }
    } else if let Node::Folder(..) = row.node {
        let words = row.files.to_string();
        painter.text(at(right), Align2::RIGHT_CENTER, &words, paint::small(), weak);
        right -= paint::width_of(&painter, &words, paint::small()) + 6.0;
    }
    if row.placeholders > 0 {
        let words = format!("{} {}", row.placeholders, icon::BRACKETS_CURLY);
        painter.text(at(right), Align2::RIGHT_CENTER, &words, paint::small(), theme::color(p.warning));
        right -= paint::width_of(&painter, &words, paint::small()) + 6.0;
    }
    if row.blocked > 0 {
        let mark = pos2(right - 5.0, rect.center().y);
        panels::severity_mark(&painter, mark, Severity::Error, theme::color(p.error));
        right -= 14.0;
    }
    let strong = matches!(&row.node, Node::Folder(_, path) if path.is_empty());
    let font = if strong { theme::strong_font(theme::SIZE_BODY) } else { paint::body() };
    let area = Rect::from_x_y_ranges(left + 18.0..=right.max(left + 18.0), rect.y_range());
    paint::text(&painter, area, &row.name, font, text, Align::Min);
    response.widget_info(|| WidgetInfo::selected(WidgetType::Button, true, marks.chosen, row.words()));
    let clicked = response.clicked();
    response.on_hover_ui(|ui| tip_ui(ui, row, drawn.made));
    clicked
}

/// What there is to say about a row.
fn tip_ui(ui: &mut Ui, row: &Row, made: &Made) {
    ui.set_max_width(420.0);
    ui.label(tree::path_of(&row.node));
    if let Some(standing) = row.standing {
        ui.label(tree::sentence(standing));
    }
    match &row.node {
        Node::Folder(form, path) => {
            if path.is_empty() {
                ui.label(form.about());
            }
            let blocked = if row.blocked > 0 { format!(", {} blocked", row.blocked) } else { String::new() };
            ui.label(format!("{}{blocked}", plural(row.files, "file")));
        }
        Node::File(key) => {
            let files = made.forms.get(&key.form);
            for blocked in files.into_iter().flat_map(|files| files.blocked_by(&key.path)) {
                ui.label(format!("Blocked: {}", blocked.reason()));
            }
        }
    }
    if row.placeholders > 0 {
        ui.label(format!("{} still to supply", plural(row.placeholders, "placeholder")));
    }
}

/// The icon of a file.
fn file_icon(made: &Made, key: &FileKey) -> &'static str {
    match made.file(key).map(|file| file.syntax) {
        Some(Syntax::Binary) => icon::FILE,
        Some(Syntax::Csv) => icon::FILE_CSV,
        Some(Syntax::Html) => icon::FILE_HTML,
        Some(Syntax::Sql) => icon::FILE_SQL,
        Some(Syntax::Markdown | Syntax::Text) => icon::FILE_TEXT,
        Some(_) => icon::FILE_CODE,
        None => icon::FILE_DASHED,
    }
}

/// Mark and colour of a standing.
fn look(standing: Standing, p: &Palette) -> (&'static str, Rgb) {
    match standing {
        Standing::New => (icon::PLUS, p.good),
        Standing::Same => (icon::CHECK, p.text_weak),
        Standing::Outdated => (icon::ARROWS_CLOCKWISE, p.accent),
        Standing::Edited => (icon::PENCIL_SIMPLE, p.warning),
        Standing::Foreign => (icon::USER, p.warning),
        Standing::Stale => (icon::TRASH, p.text_weak),
        Standing::StaleEdited => (icon::PENCIL_SIMPLE_SLASH, p.warning),
    }
}
