//! The list of rules, as far as it is in view.

use egui::text::{LayoutJob, TextWrapping};
use egui::{Align2, CornerRadius, FontId, Id, Rect, ScrollArea, Sense, Stroke, StrokeKind, Ui, WidgetInfo, WidgetType};
use egui::{Painter, pos2, vec2};

use crate::app::{panels, theme};
use crate::books::Fact;
use crate::picture::palette::Palette;
use crate::rules::{Rule, Severity};

use super::rows::{Listed, Row, Standings};

/// Room that the scroll bar takes, points.
const BAR: f32 = 8.0;
/// Where words begin, points from the left.
const INDENT: f32 = 22.0;

/// The id of the list, which takes the keyboard.
pub(super) fn list_id() -> Id {
    Id::new("rule list")
}

/// The list as it is drawn in one frame.
pub(super) struct List<'a> {
    /// The rows.
    pub(super) listed: &'a Listed,
    /// What they are to the design, if one is open.
    pub(super) standings: Option<&'a Standings>,
    /// The row whose page is shown.
    pub(super) place: Option<usize>,
    /// Whether to bring it into view.
    pub(super) scroll: bool,
}

/// What there is to say of a rule or fact.
struct Entry {
    id: &'static str,
    words: &'static str,
    severity: Option<Severity>,
    state: String,
    /// Whether it does not count here.
    faded: bool,
}

impl List<'_> {
    /// Draws the rows in view; returns the page of the one clicked.
    pub(super) fn show(&self, ui: &mut Ui) -> Option<&'static str> {
        let area = ui.available_rect_before_wrap();
        let keyboard = ui.interact(area, list_id(), Sense::focusable_noninteractive());
        keyboard.widget_info(|| WidgetInfo::labeled(WidgetType::Other, true, "Rules"));
        ui.ctx().accesskit_node_builder(list_id(), |node| node.set_role(egui::accesskit::Role::ListBox));
        if self.listed.rows.is_empty() {
            ui.add_space(8.0);
            ui.label(egui::RichText::new("No rule matches").weak());
            return None;
        }
        let focused = keyboard.has_focus();
        ScrollArea::vertical()
            .id_salt("rules")
            .auto_shrink(false)
            .show_viewport(ui, |ui, viewport| {
                ui.set_height(self.listed.height());
                let frame = ui.max_rect();
                let place = |row| {
                    let (top, bottom) = self.listed.span(row)?;
                    let y = frame.top() + top..=frame.top() + bottom;
                    Some(Rect::from_x_y_ranges(frame.left()..=frame.right() - BAR, y))
                };
                if self.scroll
                    && let Some(rect) = self.place.and_then(place)
                {
                    ui.scroll_to_rect(rect, None);
                }
                let mut clicked = None;
                for index in self.listed.between(viewport.top(), viewport.bottom()) {
                    let (Some(row), Some(rect)) = (self.listed.rows.get(index), place(index)) else { continue };
                    let entry = match row {
                        Row::Family(title, count) => {
                            family_ui(ui, rect, title, *count);
                            continue;
                        }
                        Row::Rule(rule) => self.rule(rule),
                        Row::Fact(fact) => Self::fact(fact),
                    };
                    let shown = self.place == Some(index);
                    if entry.show(ui, rect, shown, shown && focused) {
                        clicked = row.id();
                    }
                }
                clicked
            })
            .inner
    }

    fn rule(&self, rule: &'static Rule) -> Entry {
        let here = self.standings;
        Entry {
            id: rule.id,
            words: rule.title,
            severity: Some(here.map_or(rule.severity, |s| s.severity(rule))),
            state: here.map(|s| s.short(rule)).unwrap_or_default(),
            faded: here.is_some_and(|s| !s.counts(rule)),
        }
    }

    fn fact(fact: &'static Fact) -> Entry {
        let state = fact.basis.label().to_owned();
        Entry { id: &fact.id, words: &fact.statement, severity: None, state, faded: false }
    }
}

impl Entry {
    /// Draws it; returns whether it was clicked.
    fn show(&self, ui: &Ui, rect: Rect, shown: bool, focused: bool) -> bool {
        // The keyboard stays with the list, so rows take the pointer but not the focus.
        let response = ui.interact(rect, list_id().with(self.id), Sense::CLICK);
        let p = theme::palette(ui.ctx());
        let painter = ui.painter_at(rect);
        let ground = rect.shrink2(vec2(0.0, 1.0));
        if shown || response.hovered() {
            let fill = if shown { p.selection } else { p.raised };
            painter.rect_filled(ground, CornerRadius::same(4), theme::color(fill));
        }
        if focused {
            painter.rect_stroke(ground, 4.0, Stroke::new(1.0, theme::color(p.accent)), StrokeKind::Inside);
        }
        let mut ink = painter.clone();
        if self.faded {
            ink.multiply_opacity(0.55);
        }
        let cut = self.paint(&ink, rect, p);
        response.widget_info(|| {
            let kind = self.severity.map_or("Fact", Severity::label);
            let parts = [self.id, kind, self.state.as_str()];
            let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            let words = format!("{}: {}", parts.join(" · "), self.words);
            WidgetInfo::selected(WidgetType::Button, true, shown, words)
        });
        let clicked = response.clicked();
        if cut {
            response.on_hover_text(self.words);
        }
        clicked
    }

    /// Draws mark, id, state and two lines of the sentence; returns whether those were not enough.
    fn paint(&self, painter: &Painter, rect: Rect, p: &Palette) -> bool {
        let (text, weak) = (theme::color(p.text), theme::color(p.text_weak));
        let small = FontId::proportional(theme::SIZE_SMALL);
        let line = rect.top() + 13.0;
        if let Some(severity) = self.severity {
            let at = pos2(rect.left() + 11.0, line);
            panels::severity_mark(painter, at, severity, theme::color(p.severity(severity)));
        }
        let left = pos2(rect.left() + INDENT, line);
        painter.text(left, Align2::LEFT_CENTER, self.id, theme::strong_font(theme::SIZE_SMALL), weak);
        let right = pos2(rect.right() - 8.0, line);
        painter.text(right, Align2::RIGHT_CENTER, &self.state, small, weak);
        let width = rect.width() - INDENT - 8.0;
        let mut job = LayoutJob::simple(self.words.to_owned(), FontId::proportional(theme::SIZE_BODY), text, width);
        job.wrap = TextWrapping { max_width: width, max_rows: 2, ..TextWrapping::default() };
        let galley = painter.layout_job(job);
        let cut = galley.elided;
        painter.galley(pos2(left.x, rect.top() + 21.0), galley, text);
        cut
    }
}

fn family_ui(ui: &Ui, rect: Rect, title: &str, count: usize) {
    let words = format!("{title} · {count}");
    let color = theme::color(theme::palette(ui.ctx()).text_weak);
    let at = rect.left_bottom() + vec2(4.0, -6.0);
    ui.painter_at(rect).text(at, Align2::LEFT_BOTTOM, &words, theme::strong_font(theme::SIZE_SMALL), color);
    let response = ui.interact(rect, list_id().with(title), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, &words));
}
