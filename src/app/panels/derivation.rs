//! The derivation window: how a number came about, down to its sources.

use std::collections::BTreeSet;

use egui::{
    Align, CornerRadius, Id as WidgetId, Key, Modifiers, Painter, Pos2, Rect, Sense, Shape, Stroke, StrokeKind, Ui,
    pos2, vec2,
};

use crate::app::theme::{self, SIZE_BODY, SIZE_HEADING, SIZE_SMALL};
use crate::app::weak::{Served, Weak};
use crate::app::{Msg, State};
use crate::estimate::{Assumed, Derivation, Figure, Quality};
use crate::picture::palette::{Palette, Rgb};

use super::explain::{Explained, Subject, explain_shown};
use super::memo::{AnalysisKey, ByAddress, Memo};
use super::{format, paint};

/// Height of one step, which takes two lines.
const STEP: f32 = 44.0;
/// Sums of more lines than this begin folded.
const UNFOLDED_INPUTS: usize = 12;

/// What makes an explanation another one.
type Made = (AnalysisKey, Option<ByAddress<Served>>, Option<ByAddress<Weak>>, Option<Subject>);

/// The window, open or not.
#[derive(Default)]
pub struct DerivationWindow {
    subject: Option<Subject>,
    explained: Memo<Made, Option<Explained>>,
    /// Steps folded or unfolded against what is usual, by their path of input numbers.
    flipped: BTreeSet<Vec<usize>>,
}

/// The words for a quality.
pub fn quality_words(quality: Quality) -> &'static str {
    match quality {
        Quality::Measured => "measured",
        Quality::Published => "published",
        Quality::Given => "given",
        Quality::Company => "company",
        Quality::Derived => "derived",
        Quality::Estimated => "estimated",
        Quality::Assumed => "assumed",
    }
}

/// The mark of a quality: full where somebody stands behind a number, hollow where it was made up.
pub fn quality_mark(painter: &Painter, center: Pos2, quality: Quality, palette: &Palette) {
    let (r, color) = (3.5, theme::color(quality_color(quality, palette)));
    let stroke = Stroke::new(1.5, color);
    let diamond = || {
        vec![
            center - vec2(0.0, r + 0.5),
            center + vec2(r + 0.5, 0.0),
            center + vec2(0.0, r + 0.5),
            center - vec2(r + 0.5, 0.0),
        ]
    };
    let square = Rect::from_center_size(center, egui::Vec2::splat(2.0 * r - 1.0));
    painter.add(match quality {
        Quality::Measured => Shape::circle_filled(center, r, color),
        Quality::Published => Shape::rect_filled(square, 0.0, color),
        Quality::Given | Quality::Company => Shape::convex_polygon(diamond(), color, Stroke::NONE),
        Quality::Derived => Shape::hline(center.x - r..=center.x + r, center.y, stroke),
        Quality::Estimated => Shape::circle_stroke(center, r, stroke),
        Quality::Assumed => Shape::closed_line(diamond(), stroke),
    });
}

pub fn quality_color(quality: Quality, palette: &Palette) -> Rgb {
    match quality {
        Quality::Measured | Quality::Published => palette.good,
        Quality::Given | Quality::Company => palette.accent,
        Quality::Derived => palette.text_weak,
        Quality::Estimated => palette.warning,
        Quality::Assumed => palette.error,
    }
}

/// A visible step of a derivation.
struct Step<'a> {
    depth: usize,
    path: Vec<usize>,
    node: &'a Derivation,
    open: bool,
}

/// The visible steps below the result, from the top. A step is unfolded unless it is deep or has many inputs; `flipped`
/// turns that over.
fn steps<'a>(root: &'a Derivation, flipped: &BTreeSet<Vec<usize>>) -> Vec<Step<'a>> {
    let mut out = Vec::new();
    let mut stack = vec![(Vec::new(), root)];
    while let Some((path, node)) = stack.pop() {
        let usual = path.is_empty() || (path.len() < 4 && node.inputs.len() <= UNFOLDED_INPUTS);
        let open = !node.inputs.is_empty() && (usual != flipped.contains(&path));
        if open {
            for (i, input) in node.inputs.iter().enumerate().rev() {
                let mut below = path.clone();
                below.push(i);
                stack.push((below, input));
            }
        }
        if let Some(depth) = path.len().checked_sub(1) {
            out.push(Step { depth, path, node, open });
        }
    }
    out
}

impl DerivationWindow {
    /// Shows the derivation of another number.
    pub fn open(&mut self, subject: Subject) {
        if self.subject.as_ref() != Some(&subject) {
            self.flipped.clear();
        }
        self.subject = Some(subject);
    }

    /// Whether it is open.
    pub fn is_open(&self) -> bool {
        self.subject.is_some()
    }

    /// Draws the window if it is open; Esc closes it.
    pub fn show(&mut self, ui: &mut Ui, state: &State, msgs: &mut Vec<Msg>, palette: &'static Palette) {
        if self.subject.is_none() {
            return;
        }
        if !ui.text_edit_focused() && ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Escape)) {
            self.subject = None;
            return;
        }
        let (served, weak) = (state.served().cloned().map(ByAddress), state.weak().cloned().map(ByAddress));
        let key = (AnalysisKey::of(state), served, weak, self.subject.clone());
        let subject = self.subject.clone();
        let explained = self.explained.get(key, || explain_shown(subject.as_ref()?, state));
        let flipped = &mut self.flipped;
        let mut open = true;
        let content = ui.ctx().content_rect();
        let room = content.size();
        let title = egui::RichText::new("Derivation").font(theme::strong_font(SIZE_BODY));
        egui::Window::new(title)
            .id(WidgetId::new("derivation"))
            .open(&mut open)
            .collapsible(false)
            .pivot(egui::Align2::CENTER_CENTER)
            .default_pos(content.center())
            .default_size([560.0_f32.min(room.x - 64.0), 380.0_f32.min(room.y - 96.0)])
            .min_size([320.0, 160.0])
            .max_size([room.x - 32.0, room.y - 64.0])
            .constrain(true)
            .show(ui.ctx(), |ui| {
                let about_availability = matches!(subject, Some(Subject::Available(..)));
                let current = if !about_availability {
                    state.analysis_is_current()
                } else if state.weak().is_some() {
                    state.weak_is_current()
                } else {
                    state.served_is_current()
                };
                if !current {
                    ui.multiply_opacity(0.5);
                }
                match explained {
                    Some(Explained::Figure(figure)) => figure_ui(ui, figure, flipped, msgs, palette),
                    Some(Explained::Sentences(sentences)) => sentences_ui(ui, sentences),
                    None => {
                        ui.label("This number is no longer there: what it was about has changed.");
                    }
                }
            });
        if !open {
            self.subject = None;
        }
    }
}

fn sentences_ui(ui: &mut Ui, sentences: &[String]) {
    if sentences.is_empty() {
        ui.label("The drawing gives no reason yet.");
    }
    egui::ScrollArea::vertical().show(ui, |ui| {
        for sentence in sentences {
            ui.add(egui::Label::new(format!("· {sentence}")).wrap());
        }
    });
}

/// The whole tree as lines of text, inputs indented below what they give.
fn as_text(figure: &Figure) -> String {
    let mut out = String::new();
    let mut stack = vec![(0, &figure.derivation)];
    while let Some((depth, node)) = stack.pop() {
        out.push_str(&"  ".repeat(depth));
        out.push_str(&step_words(node).join("; "));
        out.push('\n');
        stack.extend(node.inputs.iter().rev().map(|input| (depth + 1, input)));
    }
    out
}

/// Everything there is to say about a step, in the order in which it is read.
fn step_words(node: &Derivation) -> Vec<String> {
    let range = format::plausible(node);
    let parts = [
        format!("{}: {}", node.label, format::precise(node.value, node.unit)),
        if range.is_empty() { range } else { format!("plausible {range}") },
        quality_words(node.quality).to_owned(),
        node.formula.clone(),
        node.source.clone(),
    ];
    parts.into_iter().filter(|part| !part.is_empty()).collect()
}

/// What a step was asked for.
enum Asked {
    /// To fold or unfold.
    Flip,
    /// To change the assumption that it is.
    Change(Assumed),
}

fn figure_ui(ui: &mut Ui, figure: &Figure, flipped: &mut BTreeSet<Vec<usize>>, msgs: &mut Vec<Msg>, palette: &Palette) {
    ui.add(egui::Label::new(egui::RichText::new(&figure.derivation.label).size(SIZE_BODY)).truncate());
    let value = egui::RichText::new(format::headline(figure)).font(theme::strong_font(SIZE_HEADING));
    ui.horizontal(|ui| {
        ui.label(value);
        let range = format::plausible(&figure.derivation.clone().within(figure.low, figure.high));
        if !range.is_empty() {
            let words = egui::RichText::new(format!("plausible {range}")).size(SIZE_SMALL);
            ui.label(words.color(theme::color(palette.text_weak)));
        }
        let copy = egui::RichText::new("Copy as text").size(SIZE_SMALL);
        if ui.button(copy).clicked() {
            msgs.push(Msg::CopyText(as_text(figure)));
            msgs.push(Msg::Toast("The derivation is on the clipboard".into()));
        }
        ui.with_layout(egui::Layout::right_to_left(Align::Center), |ui| {
            let words = egui::RichText::new(quality_words(figure.derivation.quality)).size(SIZE_SMALL);
            ui.label(words.color(theme::color(quality_color(figure.derivation.quality, palette))));
        });
    });
    let root = &figure.derivation;
    for words in [&root.formula, &root.source] {
        if !words.is_empty() {
            paint::note(ui, palette, words);
        }
    }
    ui.add_space(8.0);
    let steps = steps(&figure.derivation, flipped);
    let mut flip = None;
    egui::ScrollArea::vertical().auto_shrink([false, true]).show_rows(ui, STEP, steps.len(), |ui, range| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for step in steps.get(range).unwrap_or_default() {
            match step_ui(ui, step, palette) {
                Some(Asked::Flip) => flip = Some(step.path.clone()),
                Some(Asked::Change(key)) => msgs.push(Msg::ShowAssumption(Some(key))),
                None => {}
            }
        }
    });
    if let Some(path) = flip
        && !flipped.remove(&path)
    {
        flipped.insert(path);
    }
}

/// Draws a step in two lines; returns what it was asked for.
fn step_ui(ui: &mut Ui, step: &Step<'_>, palette: &Palette) -> Option<Asked> {
    let node = step.node;
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), STEP), Sense::hover());
    let folds = !node.inputs.is_empty();
    let id = WidgetId::new(("derivation step", &step.path));
    let response = ui.interact(rect, id, if folds { Sense::click() } else { Sense::hover() });
    if response.gained_focus() {
        // The steps below are drawn only when they come into view.
        ui.scroll_to_rect(rect.expand(STEP), None);
    }
    let painter = ui.painter_at(rect);
    if folds && (response.hovered() || response.has_focus()) {
        paint::row_ground(&painter, rect, palette, false, true);
    }
    paint::hairline_below(&painter, rect, palette);
    let (ink, weak) = (theme::color(palette.text), theme::color(palette.text_weak));
    #[expect(clippy::cast_precision_loss, reason = "derivations are a few levels deep")]
    let left = rect.left() + (step.depth as f32 * 16.0).min(rect.width() / 3.0);
    if folds {
        let glyph = if step.open { egui_phosphor::regular::CARET_DOWN } else { egui_phosphor::regular::CARET_RIGHT };
        painter.text(pos2(left + 6.0, rect.top() + 14.0), egui::Align2::CENTER_CENTER, glyph, paint::small(), weak);
    }
    let (first, second) = (rect.top() + 4.0, rect.top() + 24.0);
    let chip_words = quality_words(node.quality);
    let chip_width = paint::width_of(&painter, chip_words, paint::small()) + 26.0;
    let chip = Rect::from_min_size(pos2(rect.right() - chip_width, first + 1.0), vec2(chip_width, 18.0));
    let tone = theme::color(quality_color(node.quality, palette));
    painter.rect_stroke(chip, CornerRadius::same(4), Stroke::new(1.0, tone.gamma_multiply(0.6)), StrokeKind::Inside);
    quality_mark(&painter, pos2(chip.left() + 10.0, chip.center().y), node.quality, palette);
    paint::text(&painter, chip.with_min_x(chip.left() + 19.0), chip_words, paint::small(), tone, Align::Min);
    let value = format::precise(node.value, node.unit);
    let value_width = paint::width_of(&painter, &value, theme::strong_font(SIZE_BODY));
    let value_rect =
        Rect::from_min_max(pos2(chip.left() - 8.0 - value_width - 1.0, first), pos2(chip.left() - 8.0, first + 20.0));
    paint::text(&painter, value_rect, &value, theme::strong_font(SIZE_BODY), ink, Align::Max);
    let words = Rect::from_min_max(pos2(left + 16.0, first), pos2(value_rect.left() - 8.0, first + 20.0));
    let (_, cut_label) = paint::text(&painter, words, &node.label, paint::body(), ink, Align::Min);
    let detail = if node.formula.is_empty() { &node.source } else { &node.formula };
    let mut below = Rect::from_min_max(pos2(left + 16.0, second), pos2(rect.right(), second + 16.0));
    let change = node.assumed.filter(|_| change_ui(ui, &mut below, &step.path, &node.label, palette));
    let range = format::plausible(node);
    if !range.is_empty() {
        let (at, _) = paint::text(&painter, below, &range, paint::small(), ink, Align::Max);
        below.max.x = at.left() - 8.0;
    }
    let (_, cut_detail) = paint::text(&painter, below, detail, paint::small(), weak, Align::Min);
    let whole = || step_words(node).join("\n");
    response.widget_info(|| {
        let typ = if folds { egui::WidgetType::Button } else { egui::WidgetType::Label };
        egui::WidgetInfo::labeled(typ, true, whole().replace('\n', " · "))
    });
    let clicked = response.clicked();
    if cut_label || cut_detail {
        response.on_hover_text(whole());
    }
    change.map(Asked::Change).or(clicked.then_some(Asked::Flip))
}

/// The button that leads to an assumption, at the right end of its second line, which becomes shorter by it.
fn change_ui(ui: &Ui, line: &mut Rect, path: &[usize], label: &str, palette: &Palette) -> bool {
    const WORDS: &str = "Change…";
    let width = paint::width_of(ui.painter(), WORDS, paint::small());
    let place = line.with_min_x(line.right() - width - 1.0);
    line.max.x = place.left() - 12.0;
    let response = ui.interact(place, WidgetId::new(("change assumption", path)), Sense::click());
    let lit = response.hovered() || response.has_focus();
    let color = theme::color(palette.accent);
    let (at, _) = paint::text(ui.painter(), place, WORDS, paint::small(), color, Align::Max);
    if lit {
        ui.painter().hline(at.x_range(), at.bottom() - 1.0, Stroke::new(1.0, color));
    }
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, format!("Change {label}")));
    response.clicked()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::Unit;

    fn leaf(label: &str) -> Derivation {
        Derivation::input(label, 1.0, Unit::Count, Quality::Given, "")
    }

    #[test]
    fn the_copied_tree_says_all_that_is_known_of_a_leaf() {
        let trips = crate::estimate::Assumed::SetUpTrips.shipped().node();
        let value =
            Derivation::computed("Opening", 40.0, Unit::Ms, "trips × round trip", vec![trips]).within(20.0, 60.0);
        let text = as_text(&Figure { value: 40.0, low: 20.0, high: 60.0, unit: Unit::Ms, derivation: value });
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.first(), Some(&"Opening: 40 ms; plausible 20–60 ms; derived; trips × round trip"));
        assert!(
            lines.get(1).is_some_and(|l| l.starts_with("  Round trips to open a connection: 2; plausible 1")),
            "{text}"
        );
    }

    #[test]
    fn long_sums_begin_folded_and_open_on_demand() {
        let many =
            Derivation::computed("many", 20.0, Unit::Count, "sum", (0..20).map(|i| leaf(&i.to_string())).collect());
        let root = Derivation::computed("root", 21.0, Unit::Count, "sum", vec![leaf("a"), many]);
        let mut flipped = BTreeSet::new();
        let labels = |flipped: &BTreeSet<Vec<usize>>| {
            steps(&root, flipped).iter().map(|s| s.node.label.clone()).collect::<Vec<_>>()
        };
        assert_eq!(labels(&flipped), ["a", "many"]);
        flipped.insert(vec![1]);
        assert_eq!(labels(&flipped).len(), 22);
        assert_eq!(labels(&flipped).get(2).map(String::as_str), Some("0"), "inputs keep their order");
    }
}
