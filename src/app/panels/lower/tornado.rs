//! The tornado: which assumptions move a figure most, each between the ends of its range while all others stay.

use egui::{Align, Color32, Id as WidgetId, Rect, Sense, Stroke, StrokeKind, Ui, WidgetInfo, WidgetType, pos2, vec2};
use egui_plot::{Bar, BarChart, Plot, PlotBounds, VLine};

use crate::app::Msg;
use crate::app::panels::fields::menu_item;
use crate::app::panels::{Cx, format, paint};
use crate::app::theme::{self, SIZE_BODY};
use crate::estimate::{Sensitivity, Swing, Target};
use crate::picture::palette::Palette;

/// Most bars shown.
const MAX_BARS: usize = 10;
/// Height of a bar with the room around it.
const PITCH: f32 = 24.0;
/// Height of the line with the figure's name.
const HEAD: f32 = 30.0;
/// Most figures to choose from; a list of more is no list.
const MAX_CHOICES: usize = 200;

/// The tornado.
#[derive(Default)]
pub struct Tornado;

impl Tornado {
    /// Draws the choice of a figure and its bars.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        head_ui(ui, cx);
        let found = match cx.state.sensitivity() {
            Some(Ok(found)) => found,
            Some(Err(why)) => {
                super::empty(ui, cx.palette, &format!("There is no number: {why}"));
                return;
            }
            None if cx.state.sensitivity.as_ref().is_some_and(|i| i.failed(cx.state.serial)) => {
                super::empty(ui, cx.palette, "This could not be found out because of a bug in Meridian.");
                return;
            }
            None => {
                super::empty(ui, cx.palette, "Every assumption is being moved…");
                return;
            }
        };
        if found.swings.is_empty() {
            super::empty(ui, cx.palette, "No assumption moves this figure.");
            return;
        }
        let palette = cx.palette;
        let mut asked = None;
        egui::ScrollArea::vertical().id_salt("tornado").auto_shrink(false).show(ui, |ui| {
            asked = bars_ui(ui, palette, found);
        });
        if asked.is_some() {
            cx.msgs.push(Msg::ShowAssumption(asked));
        }
    }
}

fn head_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let (bar, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEAD), Sense::hover());
    let design = cx.state.shown().clone();
    let painter = ui.painter_at(bar);
    let weak = theme::color(cx.palette.text_weak);
    // At the right what the two kinds of bars mean, where there is room.
    let mut right = bar.right() - 12.0;
    if bar.width() > 420.0 {
        for (words, hollow) in [("at its high end", false), ("at its low end", true)] {
            let width = paint::width_of(&painter, words, paint::small());
            let rect = Rect::from_min_max(pos2(right - width - 1.0, bar.top()), pos2(right, bar.bottom()));
            paint::text(&painter, rect, words, paint::small(), weak, Align::Max);
            let mark = Rect::from_center_size(pos2(rect.left() - 10.0, bar.center().y), vec2(10.0, 10.0));
            bar_mark(&painter, mark, hollow, cx.palette);
            right = mark.left() - 14.0;
        }
    }
    let place = Rect::from_min_max(pos2(bar.left() + 8.0, bar.top() + 3.0), pos2(right, bar.bottom() - 3.0));
    let mut child = ui.new_child(
        egui::UiBuilder::new().id_salt("figure").max_rect(place).layout(egui::Layout::left_to_right(Align::Center)),
    );
    let label = cx.state.view.target.label(&design);
    let words = egui::RichText::new(format!("{label} {}", egui_phosphor::regular::CARET_DOWN)).size(SIZE_BODY);
    let mut chosen = None;
    let button = egui::Button::new(words).truncate();
    let (response, _) = egui::containers::menu::MenuButton::from_button(button).ui(&mut child, |ui| {
        ui.set_min_width(300.0);
        egui::ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
            for target in Target::all(&design).into_iter().take(MAX_CHOICES) {
                let selected = target == cx.state.view.target;
                if menu_item(ui, cx.palette, &target.label(&design), "", selected).clicked() {
                    chosen = Some(target);
                    ui.close();
                }
            }
        });
    });
    response.widget_info(|| WidgetInfo::labeled(WidgetType::ComboBox, true, format!("Figure: {label}")));
    if let Some(target) = chosen {
        cx.msgs.push(Msg::Sensitivity(target));
    }
}

fn bar_mark(painter: &egui::Painter, rect: Rect, hollow: bool, palette: &Palette) {
    if hollow {
        painter.rect_stroke(rect, 0.0, Stroke::new(1.5, theme::color(palette.warning)), StrokeKind::Inside);
    } else {
        painter.rect_filled(rect, 0.0, theme::color(palette.accent));
    }
}

/// Draws the bars; returns the assumption that was asked for.
fn bars_ui(ui: &mut Ui, palette: &Palette, found: &Sensitivity) -> Option<crate::estimate::Assumed> {
    let shown = found.swings.get(..MAX_BARS.min(found.swings.len())).unwrap_or_default();
    let values = || shown.iter().flat_map(|s| s.results.iter().flatten().copied()).chain([found.base]);
    let (least, most) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
    let margin = ((most - least) * 0.04).max(found.base.abs() * 1e-6).max(1e-9);
    let bounds = [least - margin, most + margin];
    #[expect(clippy::cast_precision_loss, reason = "ten bars at most")]
    let (count, height) = (shown.len() as f64, shown.len() as f32 * PITCH);
    let area = ui.available_rect_before_wrap();
    let painter = ui.painter().clone();
    let width = |words: &str| paint::width_of(&painter, words, paint::small()) + 2.0;
    let words_of = |swing: &Swing| swing.key.shipped().label;
    let gives = |swing: &Swing| {
        let [low, high] = swing.results.each_ref().map(|r| match r {
            Ok(value) => format::value(*value, found.unit),
            Err(_) => "none".to_owned(),
        });
        format!("{low} · {high}")
    };
    let widest = |of: &dyn Fn(&Swing) -> f32| shown.iter().map(of).fold(0.0, f32::max);
    let at_right = widest(&|s| width(&gives(s))).min(area.width() * 0.3);
    let at_left = widest(&|s| paint::width_of(&painter, words_of(s), paint::body()) + 2.0).min(area.width() * 0.42);
    let row = Rect::from_min_size(area.min + vec2(12.0, 20.0), vec2(area.width() - 24.0, height));
    let plot_rect = Rect::from_min_max(
        pos2(row.left() + at_left + 8.0, row.top()),
        pos2((row.right() - at_right - 8.0).max(row.left() + at_left + 48.0), row.bottom()),
    );
    ui.allocate_rect(Rect::from_min_max(area.min, pos2(row.right(), row.bottom() + 8.0)), Sense::hover());
    let base_x = plot_ui(ui, plot_rect, palette, found, shown, bounds, count);
    let now = format!("now {}", format::value(found.base, found.unit));
    let half = width(&now) / 2.0;
    let center = base_x.clamp(plot_rect.left() + half, (plot_rect.right() - half).max(plot_rect.left() + half));
    let over = Rect::from_center_size(pos2(center, area.top() + 10.0), vec2(2.0 * half, 16.0));
    paint::text(&painter, over, &now, paint::small(), theme::color(palette.text), Align::Center);
    let mut asked = None;
    let mut top = row.top();
    for swing in shown {
        let line = Rect::from_min_size(pos2(row.left(), top), vec2(row.width(), PITCH));
        top += PITCH;
        let response =
            ui.interact(line.expand2(vec2(4.0, 0.0)), WidgetId::new(("swing", swing.key.id())), Sense::click());
        let lit = response.hovered() || response.has_focus();
        let ink = theme::color(if lit { palette.accent } else { palette.text });
        let left = line.with_max_x(line.left() + at_left);
        paint::text(&painter, left, words_of(swing), paint::body(), ink, Align::Min);
        let right = line.with_min_x(plot_rect.right() + 8.0);
        paint::text(&painter, right, &gives(swing), paint::small(), theme::color(palette.text_weak), Align::Max);
        let sentence = sentence(swing, found);
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, sentence.replace('\n', " · ")));
        if response.on_hover_text(sentence).clicked() {
            asked = Some(swing.key);
        }
    }
    asked
}

/// What a bar says: `Query time` and, a line for each end, what the figure is there.
fn sentence(swing: &Swing, found: &Sensitivity) -> String {
    let assumption = swing.key.shipped();
    let mut lines = vec![assumption.label.to_owned()];
    for (end, result) in swing.ends.iter().zip(&swing.results) {
        let at = format::precise(*end, assumption.unit);
        lines.push(match result {
            Ok(value) => format!("at {at}: {}", format::value(*value, found.unit)),
            Err(why) => format!("at {at} no number: {why}"),
        });
    }
    lines.join("\n")
}

/// Draws the bars themselves; returns where the figure as it is now stands, in points.
fn plot_ui(
    ui: &mut Ui,
    rect: Rect,
    palette: &Palette,
    found: &Sensitivity,
    shown: &[Swing],
    bounds: [f64; 2],
    count: f64,
) -> f32 {
    let (filled, hollow, lost) =
        (theme::color(palette.accent), theme::color(palette.warning), theme::color(palette.error));
    let chart = |end: usize, name: &str| {
        let mut y = count;
        let mut bars = Vec::with_capacity(shown.len());
        for swing in shown {
            y -= 1.0;
            let result = swing.results.get(end);
            // Where nothing is left of the figure, the bar goes as far as there is room.
            let (to, color) = match result {
                Some(Ok(value)) => (*value, if end == 0 { hollow } else { filled }),
                Some(Err(_)) => (bounds[1], lost),
                None => (found.base, filled),
            };
            let bar = Bar::new(y, to - found.base).base_offset(found.base).width(if end == 0 { 0.62 } else { 0.5 });
            let ground = if end == 0 { Color32::TRANSPARENT } else { color };
            bars.push(bar.horizontal().fill(ground).stroke(Stroke::new(if end == 0 { 1.5 } else { 0.0 }, color)));
        }
        BarChart::new(name, bars).allow_hover(false)
    };
    let mut child = ui.new_child(egui::UiBuilder::new().id_salt("tornado plot").max_rect(rect));
    let plot = Plot::new("tornado bars")
        .width(rect.width())
        .height(rect.height())
        .show_axes(false)
        .show_grid(false)
        .show_background(false)
        .show_x(false)
        .show_y(false)
        .allow_drag(false)
        .allow_zoom(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_axis_zoom_drag(false)
        .allow_double_click_reset(false)
        .cursor_color(Color32::TRANSPARENT)
        .sense(Sense::hover());
    let shown_plot = plot.show(&mut child, |plot| {
        plot.set_plot_bounds(PlotBounds::from_min_max([bounds[0], -0.5], [bounds[1], count - 0.5]));
        plot.bar_chart(chart(1, "high end"));
        plot.bar_chart(chart(0, "low end"));
        plot.vline(VLine::new("now", found.base).color(theme::color(palette.text)).width(1.0));
    });
    shown_plot.transform.position_from_point_x(found.base)
}
