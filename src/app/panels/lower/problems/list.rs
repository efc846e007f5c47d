//! The list of findings: one line each, under the names of their groups.

use egui::{Align, Id as WidgetId, Rect, Sense, Stroke, StrokeKind, Ui, WidgetInfo, WidgetType, pos2, vec2};
use egui_extras::{Column, TableBuilder};

use crate::app::panels::paint;
use crate::app::theme;
use crate::design::{Design, Id};
use crate::picture::palette::Palette;
use crate::rules::{CheckReport, Finding};

use super::super::{ROW, cell_rect};
use super::rows::{Row, rule_words, subject_words};

/// Narrower lists leave out the column with the rule.
const RULE_COLUMN_FROM: f32 = 720.0;

/// The rows as they are drawn in one frame.
pub struct List<'a> {
    /// The design.
    pub design: &'a Design,
    /// What there is to list.
    pub report: &'a CheckReport,
    /// The rows.
    pub rows: &'a [Row],
    /// The row looked at.
    pub place: Option<usize>,
    /// Whether the list has the keyboard.
    pub focused: bool,
    /// The row to bring into view.
    pub scroll_to: Option<usize>,
    /// The colours.
    pub palette: &'static Palette,
    /// Where the list ends at the right.
    pub right: f32,
}

/// What the list asks for.
#[derive(Default)]
pub struct Asked {
    /// The row to look at.
    pub go: Option<usize>,
    /// The element of the row under the pointer.
    pub hovered: Option<Id>,
}

impl List<'_> {
    fn finding(&self, row: usize) -> Option<(&Finding, bool)> {
        match self.rows.get(row)? {
            Row::Open(i) => self.report.findings.get(*i).map(|f| (f, false)),
            Row::Waived(i) => self.report.waived.get(*i).map(|w| (&w.finding, true)),
            Row::Group(..) | Row::Note(..) => None,
        }
    }

    /// Draws the rows in view.
    pub fn show(&self, ui: &mut Ui) -> Asked {
        let width = ui.available_width();
        let with_rule = width >= RULE_COLUMN_FROM;
        ui.spacing_mut().item_spacing.x = 0.0;
        let mut table = TableBuilder::new(ui)
            .id_salt("problems")
            .sense(Sense::CLICK)
            .auto_shrink(false)
            .cell_layout(egui::Layout::left_to_right(Align::Center))
            .column(Column::exact(28.0))
            .column(Column::exact((width * 0.24).clamp(80.0, 240.0)).clip(true))
            .column(Column::remainder().at_least(80.0).clip(true));
        if with_rule {
            table = table.column(Column::exact(196.0).clip(true));
        }
        if let Some(row) = self.scroll_to {
            table = table.scroll_to_row(row, None);
        }
        let mut asked = Asked::default();
        table.body(|body| {
            body.rows(ROW, self.rows.len(), |mut row| {
                let index = row.index();
                row.set_selected(self.place == Some(index));
                row.set_overline(index > 0);
                let clicked = match self.rows.get(index) {
                    Some(Row::Group(name, count)) => {
                        self.group_ui(&mut row, name, *count);
                        false
                    }
                    Some(Row::Note(rule, words)) => {
                        self.note_ui(&mut row, rule, words);
                        false
                    }
                    _ => self.finding_ui(&mut row, index, with_rule),
                };
                let response = row.response();
                if response.contains_pointer()
                    && let Some((finding, _)) = self.finding(index)
                {
                    asked.hovered = finding.subjects.first().cloned();
                }
                if clicked || response.clicked() {
                    asked.go = Some(index);
                }
            });
        });
        asked
    }

    fn group_ui(&self, row: &mut egui_extras::TableRow<'_, '_>, name: &str, count: usize) {
        row.col(|_| {});
        row.col(|ui| {
            // The name may run on over the next column, which is empty.
            let rect = cell_rect(ui).with_max_x(self.right - 12.0);
            let words = format!("{name} · {count}");
            let color = theme::color(self.palette.text_weak);
            let mut painter = ui.painter().clone();
            painter.set_clip_rect(ui.clip_rect().with_max_x(self.right));
            let font = theme::strong_font(theme::SIZE_SMALL);
            let (_, cut) = paint::text(&painter, rect, &words, font, color, Align::Min);
            let response = ui.interact(cell_rect(ui), ui.id().with("group"), Sense::hover());
            response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, &words));
            if cut {
                response.on_hover_text(&words);
            }
        });
    }

    fn note_ui(&self, row: &mut egui_extras::TableRow<'_, '_>, rule: &str, words: &str) {
        row.col(|_| {});
        row.col(|ui| cell(ui, rule, self.palette, true));
        row.col(|ui| cell(ui, words, self.palette, true));
    }

    fn finding_ui(&self, row: &mut egui_extras::TableRow<'_, '_>, index: usize, with_rule: bool) -> bool {
        let Some((finding, waived)) = self.finding(index) else { return false };
        row.col(|ui| {
            let center = pos2(ui.max_rect().left() + 14.0, ui.max_rect().center().y);
            let color = theme::color(self.palette.severity(finding.severity));
            let color = if waived { color.gamma_multiply(0.5) } else { color };
            paint::severity_mark(ui.painter(), center, finding.severity, color);
        });
        row.col(|ui| cell(ui, &subject_words(self.design, finding), self.palette, waived));
        let mut clicked = false;
        let focused = self.focused && self.place == Some(index);
        row.col(|ui| clicked = sentence_ui(ui, self.design, finding, waived, focused, self.palette));
        if with_rule {
            row.col(|ui| cell(ui, &rule_words(finding), self.palette, true));
        }
        clicked
    }
}

/// Text of a cell, with the whole text on hover when it is shortened.
fn cell(ui: &mut Ui, words: &str, palette: &Palette, weak: bool) {
    let rect = cell_rect(ui);
    let (font, rgb) = if weak { (paint::small(), palette.text_weak) } else { (paint::body(), palette.text) };
    let (_, cut) = paint::text(ui.painter(), rect, words, font, theme::color(rgb), Align::Min);
    let response = ui.interact(rect, ui.id().with("cell"), Sense::hover());
    if cut {
        response.on_hover_text(words);
    }
}

/// The sentence of a finding; returns whether it was clicked.
fn sentence_ui(
    ui: &mut Ui,
    design: &Design,
    finding: &Finding,
    waived: bool,
    focused: bool,
    palette: &Palette,
) -> bool {
    let cell = ui.max_rect();
    let response = ui.interact(cell, ui.id().with("sentence"), Sense::CLICK);
    let rgb = if waived { palette.text_weak } else { palette.text };
    let mut rect: Rect = cell_rect(ui);
    if finding.lapsed.is_some() {
        let mark = Rect::from_min_size(rect.min, vec2(16.0, rect.height()));
        let icon = egui_phosphor::regular::CLOCK_COUNTER_CLOCKWISE;
        paint::text(ui.painter(), mark, icon, paint::small(), theme::color(palette.warning), Align::Min);
        rect = rect.with_min_x(rect.left() + 18.0);
    }
    let (_, cut) = paint::text(ui.painter(), rect, &finding.message, paint::body(), theme::color(rgb), Align::Min);
    if focused {
        ui.painter().rect_stroke(cell, 4.0, Stroke::new(1.0, theme::color(palette.accent)), StrokeKind::Inside);
    }
    let said = || {
        let severity = if waived { "Waived" } else { finding.severity.label() };
        format!("{severity} · {}: {}", subject_words(design, finding), finding.message)
    };
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, said()));
    let clicked = response.clicked();
    if cut {
        response.on_hover_text(&finding.message);
    }
    clicked
}

/// The id of the list, which takes the keyboard.
pub fn list_id() -> WidgetId {
    WidgetId::new("problem list")
}
