//! The problems tab: a list of findings, and beside it the receipt of the one looked at.

mod list;
mod receipt;
mod rows;

use egui::{Align, Id as WidgetId, Key, Modifiers, Rect, Sense, Stroke, Ui, WidgetInfo, WidgetType, pos2, vec2};

use crate::analysis::Analysis;
use crate::app::Msg;
use crate::app::panels::memo::{AnalysisKey, Memo};
use crate::app::panels::{Cx, fields::Look, paint};
use crate::app::theme;
use crate::picture::palette::Palette;
use crate::rules::{Finding, Severity};

use list::{List, list_id};
use receipt::{Receipt, Wish};
use rows::{Filter, Grouping, Row};

/// From this width on list and receipt stand side by side; a narrower tab shows one of them.
const SIDE_BY_SIDE_FROM: f32 = 560.0;
/// Width of a toggle beside the tabs.
const TOGGLE: f32 = 44.0;

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cursor {
    /// The open finding at this place.
    Open(usize),
    /// The waived finding at this place.
    Waived(usize),
}

/// What the tab remembers.
#[derive(Default)]
pub struct Problems {
    filter: Filter,
    shown: Memo<(AnalysisKey, Filter), Vec<Row>>,
    cursor: Option<Cursor>,
    /// The waived finding last looked at.
    waived: Option<Finding>,
    /// The place last told to or by the rest of the window.
    known: Option<usize>,
    scroll: bool,
    /// Whether the receipt was closed by hand.
    closed: bool,
    receipt: Receipt,
}

impl Problems {
    /// Draws the filter beside the tabs.
    pub fn tools(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, rect: Rect) {
        let Some(analysis) = cx.state.analysis.as_deref() else { return };
        if rect.width() < 3.0 * TOGGLE {
            return;
        }
        let mut right = rect.right();
        let mut place = |width: f32| {
            let place = Rect::from_center_size(pos2(right - width / 2.0, rect.center().y), vec2(width - 4.0, 24.0));
            right -= width;
            place
        };
        for (severity, n) in super::super::marks::counts(&analysis.check.findings).into_iter().rev() {
            let on = !self.filter.hidden.contains(&severity);
            if severity_toggle(ui, cx.palette, place(TOGGLE), severity, n, on) {
                if on {
                    self.filter.hidden.insert(severity);
                } else {
                    self.filter.hidden.remove(&severity);
                }
            }
        }
        let aside = rows::aside_count(&analysis.check);
        if aside > 0 && rect.width() > 320.0 {
            let words = format!("Set aside {aside}");
            let width = paint::width_of(ui.painter(), &words, paint::small()) + 20.0;
            if word_toggle(ui, cx.palette, place(width), &words, self.filter.aside) {
                self.filter.aside = !self.filter.aside;
            }
        }
        if rect.width() > 420.0 {
            let width = paint::width_of(ui.painter(), Grouping::None.label(), paint::small()) + 20.0;
            let words = self.filter.grouping.label();
            if word_toggle(ui, cx.palette, place(width), words, self.filter.grouping != Grouping::None) {
                let at = Grouping::ALL.iter().position(|g| *g == self.filter.grouping).unwrap_or(0);
                self.filter.grouping = Grouping::ALL.get(at + 1).copied().unwrap_or_default();
            }
        }
        self.filter_ui(ui, cx, rect.with_max_x(right));
    }

    fn filter_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, rect: Rect) {
        let width = (rect.width() - 8.0).min(200.0);
        if width < 72.0 {
            return;
        }
        let field = Rect::from_center_size(pos2(rect.right() - 8.0 - width / 2.0, rect.center().y), vec2(width, 24.0));
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

    /// Draws list and receipt.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let Some(analysis) = cx.state.analysis.clone() else {
            super::empty(ui, cx.palette, "The drawing is being checked…");
            return;
        };
        self.follow(cx, &analysis);
        if !cx.state.analysis_is_current() {
            ui.multiply_opacity(0.55);
        }
        let area = ui.available_rect_before_wrap();
        if self.cursor.is_none() || self.closed {
            self.list_ui(ui, cx, &analysis);
            return;
        }
        if area.width() < SIDE_BY_SIDE_FROM {
            self.receipt_ui(ui, cx, &analysis, area);
            return;
        }
        let split = area.right() - (area.width() * 0.52).clamp(300.0, 620.0);
        let mut left = ui.new_child(egui::UiBuilder::new().id_salt("list").max_rect(area.with_max_x(split)));
        left.set_clip_rect(area.with_max_x(split).intersect(ui.clip_rect()));
        self.list_ui(&mut left, cx, &analysis);
        ui.painter().vline(split, area.y_range(), Stroke::new(1.0, theme::color(cx.palette.hairline)));
        self.receipt_ui(ui, cx, &analysis, area.with_min_x(split));
    }

    /// Takes over where the rest of the window went, and lets go of what is no longer there.
    fn follow(&mut self, cx: &Cx<'_>, analysis: &Analysis) {
        if cx.state.view.problem != self.known {
            self.known = cx.state.view.problem;
            self.cursor = self.known.map(Cursor::Open);
            self.scroll = true;
            self.closed = false;
        }
        self.cursor = match self.cursor {
            Some(Cursor::Open(i)) if i < analysis.check.findings.len() => self.cursor,
            Some(Cursor::Waived(_)) if self.filter.aside => {
                // In another analysis something else may stand in its place.
                let known = self.waived.as_ref();
                let same = |f: &Finding| {
                    known.is_some_and(|k| f.rule == k.rule && f.subjects == k.subjects && f.message == k.message)
                };
                analysis.check.waived.iter().position(|w| same(&w.finding)).map(Cursor::Waived)
            }
            _ => None,
        };
    }

    fn receipt_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, analysis: &Analysis, area: Rect) {
        let inner = area.shrink2(vec2(12.0, 6.0));
        let mut pane = ui.new_child(egui::UiBuilder::new().id_salt("receipt").max_rect(inner));
        pane.set_clip_rect(area.intersect(ui.clip_rect()));
        let wish = match self.cursor {
            Some(Cursor::Open(i)) => {
                analysis.check.findings.get(i).map(|finding| self.receipt.open_ui(&mut pane, cx, finding))
            }
            Some(Cursor::Waived(i)) => {
                analysis.check.waived.get(i).map(|waived| Receipt::waived_ui(&mut pane, cx, waived))
            }
            None => None,
        };
        if wish == Some(Wish::Close) {
            self.closed = true;
            cx.msgs.push(Msg::Ghost(None));
        }
    }

    fn list_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, analysis: &Analysis) {
        let design = cx.state.shown().clone();
        let filter = &self.filter;
        let key = (AnalysisKey::of(cx.state), filter.clone());
        let shown = self.shown.get(key, || rows::rows(&design, &analysis.check, filter));
        if shown.is_empty() {
            let words = if analysis.check.findings.is_empty() {
                "No problems found: everything the rules look at fits."
            } else {
                "No problem matches the filter."
            };
            super::empty(ui, cx.palette, words);
            return;
        }
        let row_of = |cursor: Cursor| {
            let row = match cursor {
                Cursor::Open(i) => Row::Open(i),
                Cursor::Waived(i) => Row::Waived(i),
            };
            shown.iter().position(|r| *r == row)
        };
        let place = self.cursor.and_then(row_of);
        let area = ui.available_rect_before_wrap();
        let by_key = paint::list_keys(ui, list_id(), area, "Problems", shown.len(), place)
            .and_then(|wish| findings_near(shown, wish, place));
        let focused = ui.memory(|m| m.has_focus(list_id()));
        let scroll = std::mem::take(&mut self.scroll);
        let list = List {
            design: &design,
            report: &analysis.check,
            rows: shown,
            place,
            focused,
            scroll_to: by_key.or(place.filter(|_| scroll)),
            palette: cx.palette,
            right: area.right(),
        };
        let asked = list.show(ui);
        if asked.hovered.is_some() {
            *cx.hovered = asked.hovered;
        }
        if focused && ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Enter)) {
            self.closed = !self.closed;
            cx.msgs.push(Msg::Ghost(None));
        }
        let go = by_key.or(asked.go).and_then(|row| shown.get(row)).cloned();
        match go {
            Some(Row::Open(index)) => {
                self.cursor = Some(Cursor::Open(index));
                self.known = Some(index);
                self.closed &= by_key.is_some();
                ui.memory_mut(|m| m.request_focus(list_id()));
                cx.msgs.push(Msg::Problem(Some(index)));
                if let Some(finding) = analysis.check.findings.get(index) {
                    cx.msgs.push(Msg::Reveal(finding.subjects.clone()));
                }
            }
            Some(Row::Waived(index)) => {
                self.cursor = Some(Cursor::Waived(index));
                self.known = None;
                self.closed &= by_key.is_some();
                ui.memory_mut(|m| m.request_focus(list_id()));
                cx.msgs.push(Msg::Problem(None));
                if let Some(waived) = analysis.check.waived.get(index) {
                    self.waived = Some(waived.finding.clone());
                    cx.msgs.push(Msg::Reveal(waived.finding.subjects.clone()));
                }
            }
            _ => {}
        }
    }
}

/// The row with a finding at or beyond the one wished for, seen from where one comes; names of groups are passed over.
fn findings_near(rows: &[Row], wish: usize, from: Option<usize>) -> Option<usize> {
    let stops = |i: &usize| matches!(rows.get(*i), Some(Row::Open(_) | Row::Waived(_)));
    let up = from.is_some_and(|from| wish < from);
    let beyond = if up { (0..=wish).rev().find(stops) } else { (wish..rows.len()).find(stops) };
    beyond.or(from)
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

/// Words beside the tabs that are on or off.
pub(in crate::app::panels::lower) fn word_toggle(
    ui: &Ui,
    palette: &Palette,
    rect: Rect,
    words: &str,
    on: bool,
) -> bool {
    let response = ui.interact(rect, WidgetId::new(("problems toggle", words)), Sense::click());
    let lit = response.hovered() || response.has_focus();
    if lit || on {
        ui.painter().rect_filled(rect, 4.0, theme::color(palette.raised));
    }
    let color = theme::color(if lit || on { palette.text } else { palette.text_weak });
    paint::text(ui.painter(), rect, words, paint::small(), color, Align::Center);
    response.widget_info(|| WidgetInfo::selected(WidgetType::Checkbox, true, on, words));
    response.clicked()
}
