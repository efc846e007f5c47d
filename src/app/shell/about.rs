//! The window that says what Meridian is, and whose figures, letters and icons it ships.

use egui::{
    Grid, Id, Label, Rect, Response, RichText, ScrollArea, Sense, Stroke, StrokeKind, Ui, WidgetInfo, WidgetType,
    Window, vec2,
};

use crate::app::theme;
use crate::books::{Books, NoticeGroup, notice_groups};

use super::reference::scroll_by_keys;

/// Room for the date of a source, points.
const DATE_WIDTH: f32 = 72.0;

/// What of the program itself comes from others.
const PARTS: [(&str, &str); 4] = [
    ("Typeface", "Inter by The Inter Project Authors, SIL Open Font License 1.1"),
    ("Icons", "Phosphor Icons, MIT License"),
    ("Land", "Natural Earth, public domain"),
    ("Window", "egui and eframe by Emil Ernerfeldt and contributors, MIT or Apache-2.0"),
];

/// The window, open or not.
#[derive(Debug, Default)]
pub(super) struct About {
    pub(super) open: bool,
    /// Whether the list of sources gets the keyboard in the next frame.
    fresh: bool,
}

impl About {
    /// Opens or closes the window.
    pub(super) fn toggle(&mut self) {
        self.open = !self.open;
        self.fresh = self.open;
    }

    /// Draws the window if it is open.
    pub(super) fn show(&mut self, ui: &Ui) {
        if !self.open {
            return;
        }
        let content = ui.ctx().content_rect();
        let fresh = std::mem::take(&mut self.fresh);
        Window::new(RichText::new("About Meridian").font(theme::strong_font(theme::SIZE_BODY)))
            .open(&mut self.open)
            .collapsible(false)
            .pivot(egui::Align2::CENTER_CENTER)
            .default_pos(content.center())
            .default_size([560.0_f32.min(content.width() - 64.0), 520.0_f32.min(content.height() - 120.0)])
            .max_size(content.size() - vec2(32.0, 64.0))
            .constrain(true)
            .show(ui.ctx(), |ui| {
                ui.label(RichText::new("Meridian").font(theme::strong_font(theme::SIZE_TITLE)));
                ui.label(format!("Version {}", env!("CARGO_PKG_VERSION")));
                ui.add_space(8.0);
                let about = "Designs API Manager deployments over several datacenters, and checks and estimates them.";
                ui.add(Label::new(about).wrap());
                let licence = RichText::new("Licensed under MIT or Apache-2.0, at your choice.").weak();
                ui.add(Label::new(licence).wrap());
                ui.add_space(8.0);
                ui.separator();
                let keyboard = keyboard(ui, ui.available_rect_before_wrap());
                if fresh {
                    keyboard.request_focus();
                }
                list(ui, &keyboard);
            });
    }
}

/// What takes the keyboard to scroll by.
fn keyboard(ui: &Ui, area: Rect) -> Response {
    let keyboard = ui.interact(area, Id::new("sources of the figures"), Sense::focusable_noninteractive());
    keyboard.widget_info(|| WidgetInfo::labeled(WidgetType::Other, true, "Sources of the figures"));
    if keyboard.has_focus() {
        let ring = Stroke::new(1.0, theme::color(theme::palette(ui.ctx()).accent));
        ui.painter().rect_stroke(area.expand(4.0).intersect(ui.clip_rect()), 4.0, ring, StrokeKind::Inside);
    }
    keyboard
}

fn list(ui: &mut Ui, keyboard: &Response) {
    let height = ui.available_height();
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        ui.set_max_width(ui.available_width() - 12.0);
        // Lines of words stand as close as text.
        ui.spacing_mut().interact_size.y = 18.0;
        if keyboard.has_focus() {
            scroll_by_keys(ui, keyboard, height);
        }
        heading(ui, "Made with");
        rows(ui, "parts", PARTS.into_iter().map(|(what, whose)| (what.to_owned(), whose.to_owned())));
        ui.add_space(8.0);
        let figures = "Figures that Meridian ships are those of others, by licence. Every figure names its source and \
                       date where it is shown; \"meridian books\" lists them all.";
        ui.add(Label::new(figures).wrap());
        for group in notice_groups(Books::shipped().sources()) {
            group_ui(ui, &group);
        }
        ui.add_space(8.0);
    });
}

fn group_ui(ui: &mut Ui, group: &NoticeGroup<'_>) {
    let licence = if group.terms.is_empty() { group.licence.to_owned() } else { title(group.licence) };
    heading(ui, &licence);
    ui.add(Label::new(RichText::new(group.terms).weak()).wrap());
    ui.add_space(4.0);
    let sources = group.sources.iter().map(|source| {
        let owner = if source.owner.is_empty() { String::new() } else { format!("{}: ", source.owner) };
        (source.date.to_string(), format!("{owner}{}", source.text))
    });
    rows(ui, group.licence, sources);
}

/// With a capital, as the first word of a line has.
fn title(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn heading(ui: &mut Ui, words: &str) {
    ui.add_space(12.0);
    ui.label(RichText::new(words).font(theme::strong_font(theme::SIZE_BODY)));
}

fn rows(ui: &mut Ui, id: &str, rows: impl Iterator<Item = (String, String)>) {
    Grid::new(id).num_columns(2).min_col_width(DATE_WIDTH).spacing([12.0, 4.0]).show(ui, |ui| {
        for (left, right) in rows {
            ui.label(RichText::new(left).weak());
            ui.add(Label::new(right).wrap());
            ui.end_row();
        }
    });
}
