//! A list one searches by typing: the command palette and the other lists like it are made of this.

use std::cmp::Reverse;

use egui::{Align2, Area, CornerRadius, EventFilter, Frame, Id, Key, Margin, Modal, Modifiers, Rect, RichText};
use egui::{ScrollArea, Sense, Stroke, TextEdit, Ui, vec2};
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use crate::app::theme;
use crate::picture::palette::Rgb;

/// Height of a row, points.
const ROW_HEIGHT: f32 = 32.0;
/// Rows shown without scrolling.
const ROWS: f32 = 11.0;
/// Width of the list, points.
const WIDTH: f32 = 600.0;

/// One row.
#[derive(Debug, Clone)]
pub(super) struct Row<T> {
    /// What it stands for.
    pub(super) value: T,
    /// An icon with its colour.
    pub(super) icon: (&'static str, Option<Rgb>),
    /// The words that are searched.
    pub(super) title: String,
    /// What else there is to say, at the right.
    pub(super) detail: String,
    /// Why it cannot be chosen now.
    pub(super) blocked: Option<&'static str>,
}

/// How a row was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// By Enter.
    Key,
    /// By a click.
    Click,
}

/// What came out of a frame.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome<T> {
    /// The list stays open.
    Open,
    /// It was cancelled.
    Cancelled,
    /// A row was chosen.
    Chosen(T, How),
}

/// A list with a search field.
pub(super) struct Picker<T> {
    name: &'static str,
    hint: String,
    query: String,
    /// Every row, those first that should come first when nothing is typed.
    rows: Vec<Row<T>>,
    /// The matching rows, best first.
    order: Vec<usize>,
    selected: usize,
    scroll_to_selected: bool,
    fresh: bool,
    /// Whether the rows are already those that match the query.
    searched_elsewhere: bool,
}

impl<T: Clone> Picker<T> {
    /// A list called `name`, in whose empty search field `hint` stands.
    pub(super) fn new(name: &'static str, hint: impl Into<String>, rows: Vec<Row<T>>) -> Self {
        let order = (0..rows.len()).collect();
        Self {
            name,
            hint: hint.into(),
            query: String::new(),
            rows,
            order,
            selected: 0,
            scroll_to_selected: true,
            fresh: true,
            searched_elsewhere: false,
        }
    }

    /// What was typed.
    pub(super) fn query(&self) -> &str {
        &self.query
    }

    /// Puts in rows that match the query by other means, best first.
    pub(super) fn set_rows(&mut self, rows: Vec<Row<T>>) {
        self.order = (0..rows.len()).collect();
        self.rows = rows;
        self.selected = 0;
        self.searched_elsewhere = true;
    }

    /// Shows the list above everything else.
    pub(super) fn show(&mut self, ui: &Ui) -> Outcome<T> {
        let p = theme::palette(ui.ctx());
        let id = Id::new(self.name);
        let width = WIDTH.min(ui.ctx().content_rect().width() - 32.0);
        let area = Modal::default_area(id).anchor(Align2::CENTER_TOP, [0.0, 64.0]);
        let frame = Frame::window(&ui.ctx().global_style()).inner_margin(Margin::same(8));
        let response = modal_in(area, frame).backdrop_color(theme::faded(p.canvas, 0.4)).show(ui.ctx(), |ui| {
            ui.set_width(width);
            ui.spacing_mut().item_spacing.y = 0.0;
            let entered = self.keys(ui);
            let before = self.query.clone();
            self.field(ui);
            if self.query != before && !self.searched_elsewhere {
                self.search();
            }
            ui.add_space(8.0);
            let clicked = self.list(ui);
            match (clicked, entered) {
                (Some(row), _) => Some((row, How::Click)),
                (None, true) => self.order.get(self.selected).map(|row| (*row, How::Key)),
                (None, false) => None,
            }
        });
        self.fresh = false;
        if let Some((row, how)) = response.inner
            && let Some(row) = self.rows.get(row)
        {
            return Outcome::Chosen(row.value.clone(), how);
        }
        if response.should_close() { Outcome::Cancelled } else { Outcome::Open }
    }

    /// Moves the selection by keys; returns whether Enter was pressed. Read before the field, which would take them.
    fn keys(&mut self, ui: &Ui) -> bool {
        let (down, up, page_down, page_up, enter) = ui.input_mut(|i| {
            let mut count = |key| i.count_and_consume_key(Modifiers::NONE, key);
            (count(Key::ArrowDown), count(Key::ArrowUp), count(Key::PageDown), count(Key::PageUp), count(Key::Enter))
        });
        let last = self.order.len().saturating_sub(1);
        let before = self.selected;
        self.selected = (self.selected + down + 10 * page_down).min(last).saturating_sub(up + 10 * page_up);
        self.scroll_to_selected |= self.selected != before;
        enter > 0
    }

    fn field(&mut self, ui: &mut Ui) {
        let edit = TextEdit::singleline(&mut self.query)
            .id(Id::new(self.name).with("query"))
            .hint_text(&self.hint)
            .desired_width(f32::INFINITY)
            .margin(Margin::symmetric(8, 8));
        let field = ui.add(edit);
        field.widget_info(|| egui::WidgetInfo::text_edit(true, "", &self.query, &self.hint));
        if self.fresh || !field.has_focus() {
            field.request_focus();
        }
        let filter = EventFilter { tab: true, horizontal_arrows: true, vertical_arrows: true, escape: false };
        ui.memory_mut(|m| m.set_focus_lock_filter(field.id, filter));
    }

    fn search(&mut self) {
        self.order = matching(self.rows.iter().map(|r| r.title.as_str()), &self.query);
        self.selected = 0;
        self.scroll_to_selected = true;
    }

    /// The rows; returns the one clicked.
    fn list(&mut self, ui: &mut Ui) -> Option<usize> {
        if self.order.is_empty() {
            ui.add_space(4.0);
            ui.label(RichText::new("Nothing matches").weak());
            ui.add_space(4.0);
            return None;
        }
        let mut clicked = None;
        let height = ROW_HEIGHT * ROWS.min(self.order.len() as f32);
        let height = height.min(ui.ctx().content_rect().height() - 160.0).max(ROW_HEIGHT);
        let mut area = ScrollArea::vertical().max_height(height).auto_shrink([false, true]).id_salt("rows");
        if std::mem::take(&mut self.scroll_to_selected) {
            let shown = ui.data(|d| d.get_temp::<f32>(Id::new(self.name).with("offset"))).unwrap_or(0.0);
            let top = self.selected as f32 * ROW_HEIGHT;
            area = area.vertical_scroll_offset(shown.clamp((top + ROW_HEIGHT - height).max(0.0), top));
        }
        let output = area.show_rows(ui, ROW_HEIGHT, self.order.len(), |ui, range| {
            for index in range {
                let Some((place, row)) = self.order.get(index).and_then(|r| Some((*r, self.rows.get(*r)?))) else {
                    continue;
                };
                if row_ui(ui, row, index == self.selected) {
                    clicked = Some(place);
                }
            }
        });
        ui.data_mut(|d| d.insert_temp(Id::new(self.name).with("offset"), output.state.offset.y));
        clicked
    }
}

/// [`Modal::new`] with another place and frame.
fn modal_in(area: Area, frame: Frame) -> Modal {
    Modal::new(Id::new("picker")).area(area).frame(frame)
}

/// One row; returns whether it was clicked.
fn row_ui<T>(ui: &mut Ui, row: &Row<T>, selected: bool) -> bool {
    let p = theme::palette(ui.ctx());
    // The keyboard stays in the search field, so rows take the pointer but not the focus.
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW_HEIGHT), Sense::CLICK);
    response.widget_info(|| {
        egui::WidgetInfo::selected(egui::WidgetType::Button, row.blocked.is_none(), selected, &row.title)
    });
    let painter = ui.painter_at(rect);
    if selected {
        painter.rect_filled(rect, CornerRadius::same(4), theme::color(p.selection));
    } else if response.hovered() {
        painter.rect_filled(rect, CornerRadius::same(4), theme::color(p.raised));
    }
    let color = theme::color(if row.blocked.is_some() { p.text_weak } else { p.text });
    let weak = theme::color(p.text_weak);
    let inner = rect.shrink2(vec2(10.0, 0.0));
    let (icon, tint) = row.icon;
    let tint = tint.map_or(weak, theme::color);
    painter.text(inner.left_center(), Align2::LEFT_CENTER, icon, egui::FontId::proportional(15.0), tint);

    let fit = |text: &str, size: f32, color, width: f32| {
        let mut job =
            egui::text::LayoutJob::simple_singleline(text.to_owned(), egui::FontId::proportional(size), color);
        job.wrap = egui::text::TextWrapping::truncate_at_width(width.max(0.0));
        painter.layout_job(job)
    };
    let room = inner.width() - 28.0;
    let detail_text = row.blocked.unwrap_or(&row.detail);
    let title = fit(&row.title, theme::SIZE_BODY, color, room * if detail_text.is_empty() { 1.0 } else { 0.72 });
    let detail = fit(detail_text, theme::SIZE_SMALL, weak, room - title.size().x - 16.0);
    let elided = title.elided || detail.elided;
    let title_at = inner.left_center() + vec2(28.0, -title.size().y / 2.0);
    let detail_at = inner.right_center() - vec2(detail.size().x, detail.size().y / 2.0);
    painter.galley(title_at, title, color);
    painter.galley(detail_at, detail, weak);
    if selected {
        let edge = Rect::from_min_size(rect.min, vec2(2.0, rect.height()));
        painter.rect(edge, 1.0, theme::color(p.accent), Stroke::NONE, egui::StrokeKind::Inside);
    }
    let response = if elided { response.on_hover_text(format!("{}\n{detail_text}", row.title)) } else { response };
    response.clicked()
}

/// The indices of the titles that match the query, best first: those with every word as it was typed before those that
/// have its letters scattered, as long sentences do. Titles that match equally stay in their order.
pub(super) fn matching<'a>(titles: impl Iterator<Item = &'a str>, query: &str) -> Vec<usize> {
    let pattern = Pattern::parse(query, CaseMatching::Ignore, Normalization::Smart);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    let query = query.to_lowercase();
    let is_scattered = |title: &str| {
        let title = title.to_lowercase();
        !query.split_whitespace().all(|word| title.contains(word))
    };
    let mut scored: Vec<(bool, Reverse<u32>, usize)> = titles
        .enumerate()
        .filter_map(|(i, title)| {
            let score = pattern.score(Utf32Str::new(title, &mut buffer), &mut matcher)?;
            Some((is_scattered(title), Reverse(score), i))
        })
        .collect();
    scored.sort_unstable();
    scored.into_iter().map(|(_, _, i)| i).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_match_comes_first_and_ties_keep_their_order() {
        let titles = ["Export planner file…", "Zoom to fit", "Zoom to selection", "Undo"];
        let first = |query| matching(titles.into_iter(), query).first().map(|i| titles[*i]);
        assert_eq!(first("zoom to fit"), Some("Zoom to fit"));
        assert_eq!(first("ztf"), Some("Zoom to fit"));
        assert_eq!(first("PLAN"), Some("Export planner file…"));
        assert_eq!(first("qqq"), None);
        assert_eq!(matching(titles.into_iter(), ""), [0, 1, 2, 3]);
        let long = ["apim_db and shared_db have at least 1 GiB of storage each.", "Ask the advisor…"];
        assert_eq!(matching(long.into_iter(), "advis"), [1, 0], "a word before letters here and there");
    }
}
