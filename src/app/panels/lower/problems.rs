//! The problems tab: findings with their reasons and sources.

use std::collections::BTreeSet;

use egui::{
    Align, Id as WidgetId, Key, Modifiers, Rect, Sense, Stroke, StrokeKind, Ui, WidgetInfo, WidgetType, pos2, vec2,
};
use egui_extras::{Column, TableBuilder};

use crate::app::Msg;
use crate::app::panels::memo::{AnalysisKey, Memo};
use crate::app::panels::{Cx, fields::Look, paint};
use crate::app::theme;
use crate::design::{Design, Id};
use crate::picture::palette::Palette;
use crate::rules::{Finding, Severity};

use super::ROW;

/// Narrower panels leave out the column with the rule.
const RULE_COLUMN_FROM: f32 = 720.0;

/// Which findings are shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Severities left out.
    pub hidden: BTreeSet<Severity>,
    /// Words that must occur in what is shown of the finding.
    pub text: String,
}

impl Filter {
    /// Whether a finding is shown.
    pub fn lets_pass(&self, design: &Design, finding: &Finding) -> bool {
        if self.hidden.contains(&finding.severity) {
            return false;
        }
        let text = self.text.trim().to_lowercase();
        text.is_empty() || {
            let all = format!("{} {} {}", subject_words(design, finding), finding.message, rule_words(finding));
            let all = all.to_lowercase();
            text.split_whitespace().all(|word| all.contains(word))
        }
    }
}

/// What a finding is about: the first element's name, with its region.
pub fn subject_words(design: &Design, finding: &Finding) -> String {
    let Some(id) = finding.subjects.first() else { return "Design".into() };
    let name = design.name_of(id);
    let region = design.components.get(id).and_then(|c| design.regions.get(c.region.as_ref()?));
    match region {
        Some(region) => format!("{name} · {}", region.name),
        None => name,
    }
}

/// Rule, basis and facts of a finding.
pub fn rule_words(finding: &Finding) -> String {
    let facts: BTreeSet<&str> = finding.sources.iter().map(|s| s.fact).collect();
    let facts: Vec<&str> = facts.into_iter().collect();
    let mut words = format!("{} · {}", finding.rule, finding.basis.label());
    if !facts.is_empty() {
        words.push_str(&format!(" · {}", facts.join(" ")));
    }
    words
}

/// What the tab remembers.
#[derive(Default)]
pub struct Problems {
    filter: Filter,
    shown: Memo<(AnalysisKey, Filter), Vec<usize>>,
    /// Findings unfolded, by rule and subjects: they stay unfolded when the analysis is renewed.
    unfolded: BTreeSet<(String, Vec<Id>)>,
    /// The finding looked at, by its place in the analysis.
    cursor: Option<usize>,
    /// The place last told to or by the rest of the window.
    known: Option<usize>,
    scroll: bool,
    /// Width of the sentence's column in the last frame; unfolded rows are measured with it.
    column: f32,
}

impl Problems {
    /// Draws the filter beside the tabs.
    pub fn tools(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, rect: Rect) {
        let Some(analysis) = cx.state.analysis.as_deref().filter(|a| !a.check.findings.is_empty()) else { return };
        let width = 44.0;
        if rect.width() < 3.0 * width {
            return;
        }
        let mut right = rect.right();
        for (severity, n) in super::super::marks::counts(&analysis.check.findings).into_iter().rev() {
            let place = Rect::from_center_size(pos2(right - width / 2.0, rect.center().y), vec2(width - 4.0, 24.0));
            right -= width;
            let on = !self.filter.hidden.contains(&severity);
            if severity_toggle(ui, cx.palette, place, severity, n, on) {
                if on {
                    self.filter.hidden.insert(severity);
                } else {
                    self.filter.hidden.remove(&severity);
                }
            }
        }
        let width = (right - rect.left() - 8.0).min(200.0);
        if width < 72.0 {
            return;
        }
        let field = Rect::from_center_size(pos2(right - 8.0 - width / 2.0, rect.center().y), vec2(width, 24.0));
        let parse = |text: &str| Ok::<String, String>(text.to_owned());
        let id = WidgetId::new("filter problems");
        let look = Look { hint: "Filter", ..Look::default() };
        let (typed, _) = cx.fields.text_in(
            ui,
            cx.palette,
            cx.msgs,
            field,
            id,
            "Filter problems",
            &self.filter.text,
            look,
            &parse,
            &String::clone,
        );
        if let Some(typed) = typed {
            self.filter.text = typed;
        }
    }

    /// Draws the rows.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let state = cx.state;
        let Some(analysis) = state.analysis.clone() else {
            super::empty(ui, cx.palette, "The drawing is being checked…");
            return;
        };
        let design = state.shown().clone();
        if state.view.problem != self.known {
            self.known = state.view.problem;
            self.cursor = state.view.problem;
            self.scroll = true;
        }
        let filter = &self.filter;
        let key = (AnalysisKey::of(state), filter.clone());
        let shown = self.shown.get(key, || {
            let passing = analysis.check.findings.iter().enumerate().filter(|(_, f)| filter.lets_pass(&design, f));
            passing.map(|(i, _)| i).collect()
        });
        if shown.is_empty() {
            let words = if analysis.check.findings.is_empty() {
                "No problems found: everything the rules look at fits."
            } else {
                "No problem matches the filter."
            };
            super::empty(ui, cx.palette, words);
            return;
        }
        if !state.analysis_is_current() {
            ui.multiply_opacity(0.55);
        }
        let place = self.cursor.and_then(|c| shown.iter().position(|i| *i == c));
        let list = WidgetId::new("problem list");
        let area = ui.available_rect_before_wrap();
        let by_key = paint::list_keys(ui, list, area, "Problems", shown.len(), place);
        let focused = ui.memory(|m| m.has_focus(list));
        let scroll = std::mem::take(&mut self.scroll);
        let table = Table {
            design: &design,
            findings: &analysis.check.findings,
            shown,
            unfolded: &self.unfolded,
            place,
            focused,
            scroll_to: by_key.or(place.filter(|_| scroll)),
            column: self.column,
            palette: cx.palette,
        };
        let mut asked = table.show(ui);
        asked.go = by_key.or(asked.go);
        if focused && ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Enter)) {
            asked.fold = place;
        }
        if asked.hovered.is_some() {
            *cx.hovered = asked.hovered;
        }
        if (asked.column - self.column).abs() > 0.5 {
            self.column = asked.column;
            ui.ctx().request_repaint();
        }
        if let Some(index) = asked.go.and_then(|row| shown.get(row)).copied() {
            self.cursor = Some(index);
            self.known = Some(index);
            ui.memory_mut(|m| m.request_focus(list));
            cx.msgs.push(Msg::Problem(Some(index)));
            if let Some(finding) = analysis.check.findings.get(index) {
                cx.msgs.push(Msg::Reveal(finding.subjects.clone()));
            }
        }
        if let Some(finding) = asked.fold.and_then(|row| analysis.check.findings.get(*shown.get(row)?)) {
            let key = (finding.rule.clone().into_owned(), finding.subjects.clone());
            if !self.unfolded.remove(&key) {
                self.unfolded.insert(key);
            }
        }
    }
}

/// The rows as they are drawn in one frame.
struct Table<'a> {
    design: &'a Design,
    findings: &'a [Finding],
    /// The findings that pass the filter.
    shown: &'a [usize],
    unfolded: &'a BTreeSet<(String, Vec<Id>)>,
    /// The row looked at.
    place: Option<usize>,
    /// Whether the list has the keyboard.
    focused: bool,
    scroll_to: Option<usize>,
    /// Width of the sentence's column in the last frame.
    column: f32,
    palette: &'static Palette,
}

/// What the rows ask for.
struct Asked {
    go: Option<usize>,
    fold: Option<usize>,
    hovered: Option<Id>,
    column: f32,
}

impl Table<'_> {
    fn finding(&self, row: usize) -> Option<&Finding> {
        self.shown.get(row).and_then(|i| self.findings.get(*i))
    }

    fn is_unfolded(&self, finding: &Finding) -> bool {
        self.unfolded.iter().any(|(rule, ids)| *rule == finding.rule && *ids == finding.subjects)
    }

    fn show(&self, ui: &mut Ui) -> Asked {
        let width = ui.available_width();
        let with_rule = width >= RULE_COLUMN_FROM;
        let painter = ui.painter().clone();
        ui.spacing_mut().item_spacing.x = 0.0;
        let mut table = TableBuilder::new(ui)
            .id_salt("problems")
            .sense(Sense::CLICK)
            .auto_shrink(false)
            .cell_layout(egui::Layout::left_to_right(Align::Center))
            .column(Column::exact(48.0))
            .column(Column::exact((width * 0.2).clamp(80.0, 240.0)).clip(true))
            .column(Column::remainder().at_least(80.0).clip(true));
        if with_rule {
            table = table.column(Column::exact(196.0).clip(true));
        }
        if let Some(row) = self.scroll_to {
            table = table.scroll_to_row(row, None);
        }
        let height = |row| match self.finding(row) {
            Some(f) if !self.unfolded.is_empty() && self.is_unfolded(f) => unfolded_height(&painter, f, self.column),
            _ => ROW,
        };
        let mut asked = Asked { go: None, fold: None, hovered: None, column: self.column };
        table.body(|body| {
            body.heterogeneous_rows((0..self.shown.len()).map(height), |mut row| {
                let index = row.index();
                let Some(finding) = self.finding(index) else { return };
                let open = self.is_unfolded(finding);
                row.set_selected(self.place == Some(index));
                row.set_overline(index > 0);
                row.col(|ui| {
                    if mark_ui(ui, self.palette, finding, open) {
                        asked.fold = Some(index);
                    }
                });
                row.col(|ui| first_line(ui, &subject_words(self.design, finding), self.palette.text, self.palette));
                let mut clicked = false;
                row.col(|ui| {
                    asked.column = ui.max_rect().width();
                    let focused = self.focused && self.place == Some(index);
                    clicked = sentence_ui(ui, self.design, finding, open, focused, self.palette);
                });
                if with_rule {
                    row.col(|ui| first_line(ui, &rule_words(finding), self.palette.text_weak, self.palette));
                }
                let response = row.response();
                if response.contains_pointer() {
                    asked.hovered = finding.subjects.first().cloned();
                }
                if clicked || response.clicked() {
                    asked.go = Some(index);
                }
            });
        });
        asked
    }
}

/// A button that shows or hides findings of one severity.
fn severity_toggle(ui: &Ui, palette: &Palette, rect: Rect, severity: Severity, n: usize, on: bool) -> bool {
    let response = ui.interact(rect, WidgetId::new(("severity", severity)), Sense::click());
    let painter = ui.painter().clone();
    if response.hovered() || response.has_focus() {
        painter.rect_filled(rect, 4.0, theme::color(palette.raised));
    }
    let mut shown = painter.clone();
    if !on {
        shown.multiply_opacity(0.4);
    }
    let center = pos2(rect.left() + 11.0, rect.center().y);
    paint::severity_mark(&shown, center, severity, theme::color(palette.severity(severity)));
    let words = rect.with_min_x(rect.left() + 20.0);
    paint::text(&shown, words, &n.to_string(), paint::small(), theme::color(palette.text), Align::Min);
    if !on {
        let line = Stroke::new(1.0, theme::color(palette.text_weak));
        painter.line_segment(
            [pos2(rect.left() + 4.0, rect.bottom() - 6.0), pos2(rect.left() + 18.0, rect.top() + 6.0)],
            line,
        );
    }
    let said = format!("Show {}s", severity.label().to_lowercase());
    response.widget_info(|| WidgetInfo::selected(WidgetType::Checkbox, true, on, &said));
    response.on_hover_text(said).clicked()
}

/// The caret and the severity of a finding; returns whether the caret was clicked.
fn mark_ui(ui: &Ui, palette: &Palette, finding: &Finding, open: bool) -> bool {
    let rect = ui.max_rect();
    let middle = rect.top() + ROW / 2.0;
    let caret = Rect::from_center_size(pos2(rect.left() + 14.0, middle), vec2(20.0, 20.0));
    let glyph = if open { egui_phosphor::regular::CARET_DOWN } else { egui_phosphor::regular::CARET_RIGHT };
    let response = ui.interact(caret, ui.id().with("caret"), Sense::CLICK);
    let color = theme::color(if response.hovered() { palette.text } else { palette.text_weak });
    paint::text(ui.painter(), caret, glyph, paint::small(), color, Align::Center);
    let said = if open { "Hide the reason" } else { "Show the reason" };
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, format!("{said}: {}", finding.message)));
    let center = pos2(rect.left() + 34.0, middle);
    paint::severity_mark(ui.painter(), center, finding.severity, theme::color(palette.severity(finding.severity)));
    response.clicked()
}

fn first_line(ui: &mut Ui, words: &str, rgb: crate::picture::palette::Rgb, palette: &Palette) {
    let rect = super::cell_rect(ui);
    let rect = Rect::from_min_size(rect.min, vec2(rect.width(), ROW));
    let font = if rgb == palette.text { paint::body() } else { paint::small() };
    let (_, cut) = paint::text(ui.painter(), rect, words, font, theme::color(rgb), Align::Min);
    if cut {
        ui.interact(rect, ui.id().with("cut"), Sense::hover()).on_hover_text(words);
    }
}

/// The paragraphs of an unfolded finding, with their font: message, reason, remedy, sources.
fn paragraphs(finding: &Finding) -> Vec<(String, bool)> {
    let mut all = vec![(finding.message.clone(), true)];
    if !finding.why.is_empty() {
        all.push((format!("Why: {}", finding.why), false));
    }
    if !finding.remedy.is_empty() {
        all.push((format!("What to do: {}", finding.remedy), false));
    }
    all.push((format!("{} · {}", finding.rule, finding.basis.label()), false));
    all.extend(finding.sources.iter().map(|s| (format!("{}: {}", s.fact, s.document), false)));
    all
}

fn paragraph_galley(
    painter: &egui::Painter,
    words: String,
    body: bool,
    color: egui::Color32,
    width: f32,
) -> std::sync::Arc<egui::Galley> {
    painter.layout(words, if body { paint::body() } else { paint::small() }, color, (width - 8.0).max(40.0))
}

fn unfolded_height(painter: &egui::Painter, finding: &Finding, width: f32) -> f32 {
    let color = egui::Color32::PLACEHOLDER;
    let all = paragraphs(finding).into_iter();
    let heights = all.map(|(words, body)| paragraph_galley(painter, words, body, color, width).size().y + 4.0);
    heights.sum::<f32>() + 8.0
}

/// The sentence, and what follows it when the finding is unfolded; returns whether it was clicked.
fn sentence_ui(ui: &mut Ui, design: &Design, finding: &Finding, open: bool, focused: bool, palette: &Palette) -> bool {
    let cell = ui.max_rect();
    let id = ui.id().with("sentence");
    let response = ui.interact(cell, id, Sense::CLICK);
    let painter = ui.painter().clone();
    let mut cut = false;
    if open {
        let mut top = cell.top() + 5.0;
        for (i, (words, body)) in paragraphs(finding).into_iter().enumerate() {
            let color = theme::color(if i < 3 { palette.text } else { palette.text_weak });
            let galley = paragraph_galley(&painter, words, body, color, cell.width());
            let height = galley.size().y;
            painter.galley(pos2(cell.left() + 4.0, top), galley, color);
            top += height + 4.0;
        }
    } else {
        let rect = super::cell_rect(ui);
        cut = paint::text(&painter, rect, &finding.message, paint::body(), theme::color(palette.text), Align::Min).1;
    }
    if focused {
        painter.rect_stroke(cell, 4.0, Stroke::new(1.0, theme::color(palette.accent)), StrokeKind::Inside);
    }
    let said = || format!("{} · {}: {}", finding.severity.label(), subject_words(design, finding), finding.message);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, said()));
    let clicked = response.clicked();
    if cut {
        response.on_hover_text(&finding.message);
    }
    clicked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(severity: Severity, message: &str) -> Finding {
        Finding::sample("R-TM-01", severity, message)
    }

    #[test]
    fn the_filter_looks_at_severity_words_and_facts() {
        let design = Design::default();
        let warning = finding(Severity::Warning, "One traffic manager: throttling stops when it is lost");
        let mut filter = Filter { text: "throttling one".into(), ..Filter::default() };
        assert!(filter.lets_pass(&design, &warning));
        filter.text = "b20".into();
        assert!(filter.lets_pass(&design, &warning));
        filter.text = "postgres".into();
        assert!(!filter.lets_pass(&design, &warning));
        let hidden = Filter { hidden: BTreeSet::from([Severity::Warning]), ..Filter::default() };
        assert!(!hidden.lets_pass(&design, &warning));
    }

    #[test]
    fn a_finding_names_its_rule_its_basis_and_its_facts() {
        assert_eq!(rule_words(&finding(Severity::Info, "x")), "R-TM-01 · documented · B20 D1");
        assert_eq!(subject_words(&Design::default(), &finding(Severity::Info, "x")), "Design");
    }
}
