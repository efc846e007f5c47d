//! Rows of a form: words at the left, a field at the right.

use egui::{
    Align, Color32, CornerRadius, CursorIcon, FontId, Id as WidgetId, Key, Modifiers, Popup, PopupCloseBehavior, Rect,
    Response, RichText, Sense, Stroke, StrokeKind, Ui, WidgetInfo, WidgetType, pos2, vec2,
};

use crate::app::Msg;
use crate::app::panels::paint;
use crate::app::theme::{self, SIZE_SMALL};
use crate::picture::palette::Palette;

use super::number::plain;
use super::{FIELD, FIELD_ROW, Fields, Look, NumberSpec, check_name};

/// Height up to which free text grows, points.
const PASSAGE_MAX: f32 = 140.0;

/// The words of a field, and a sentence about it for whoever points at them.
#[derive(Debug, Clone, Copy)]
pub struct Caption<'a> {
    /// The words at the left.
    words: &'a str,
    /// What the field means and the fact behind it; may be empty.
    about: &'a str,
}

impl<'a> From<&'a str> for Caption<'a> {
    fn from(words: &'a str) -> Self {
        Self { words, about: "" }
    }
}

impl<'a> From<(&'a str, &'a str)> for Caption<'a> {
    fn from((words, about): (&'a str, &'a str)) -> Self {
        Self { words, about }
    }
}

/// Where fields are drawn and what they answer to: borrowed by the rows of one panel.
pub struct Form<'a> {
    /// The fields' state.
    pub fields: &'a mut Fields,
    /// Where requests go.
    pub msgs: &'a mut Vec<Msg>,
    /// The colours.
    pub palette: &'static Palette,
    /// The element whose properties the fields show; part of every field's id.
    pub owner: String,
}

impl Form<'_> {
    /// The id of the owner's field with this name.
    pub fn id(&self, words: &str) -> WidgetId {
        WidgetId::new(("field", &self.owner, words))
    }

    /// A row with words at the left; returns the label and the place for the field.
    fn row(&self, ui: &mut Ui, Caption { words, about }: Caption<'_>, share: f32, sense: Sense) -> (Response, Rect) {
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), FIELD_ROW), Sense::hover());
        let split = rect.right() - rect.width() * share;
        let label_rect = Rect::from_min_max(rect.min, pos2(split - 8.0, rect.bottom()));
        let mut label = ui.interact(label_rect, self.id(words).with("label"), sense);
        let (_, elided) =
            paint::text(ui.painter(), label_rect, words, paint::body(), theme::color(self.palette.text), Align::Min);
        let explained: Vec<&str> = [(words, elided), (about, !about.is_empty())]
            .iter()
            .filter(|(_, needed)| *needed)
            .map(|(t, _)| *t)
            .collect();
        if !explained.is_empty() {
            label = label.on_hover_text(explained.join("\n"));
        }
        paint::hairline_below(ui.painter(), rect, self.palette);
        let field = Rect::from_center_size(
            pos2((split + rect.right()) / 2.0, rect.center().y - 0.5),
            vec2(rect.right() - split, FIELD),
        );
        (label, field)
    }

    fn show_error(&self, ui: &mut Ui, error: Option<String>) {
        if let Some(error) = error {
            let words = RichText::new(error).size(SIZE_SMALL).color(theme::color(self.palette.error));
            ui.add(egui::Label::new(words).wrap());
        }
    }

    /// A fact that cannot be changed here.
    pub fn fact(&self, ui: &mut Ui, words: &str, value: &str) {
        let width = paint::width_of(ui.painter(), value, paint::body()).min(ui.available_width() * 0.7);
        let (_, field) = self.row(ui, words.into(), (width + 1.0) / ui.available_width().max(1.0), Sense::hover());
        let id = self.id(words).with("fact");
        let response = ui.interact(field, id, Sense::hover());
        let color = theme::color(self.palette.text_weak);
        let (_, elided) = paint::text(ui.painter(), field, value, paint::body(), color, Align::Max);
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, format!("{words}: {value}")));
        if elided {
            response.on_hover_text(value);
        }
    }

    /// A number that opens its derivation when clicked; `short` is shown where `value` has no room beside the words.
    pub fn figure(&self, ui: &mut Ui, words: &str, value: &str, short: &str) -> bool {
        let painter = ui.painter().clone();
        let both = paint::width_of(&painter, value, paint::body()) + paint::width_of(&painter, words, paint::body());
        let whole = value;
        let value = if both + 26.0 > ui.available_width() { short } else { value };
        let width = paint::width_of(&painter, value, paint::body()).min(ui.available_width() * 0.7);
        let share = (width + 17.0) / ui.available_width().max(1.0);
        let (_, field) = self.row(ui, words.into(), share, Sense::hover());
        let galley_width = width.min(field.width() - 16.0);
        let chip = Rect::from_min_max(pos2(field.right() - galley_width - 16.0, field.top()), field.max);
        let response = ui.interact(chip, self.id(words).with("figure"), Sense::click());
        let edge = if response.hovered() || response.has_focus() { self.palette.accent } else { self.palette.raised };
        painter.rect_filled(chip, CornerRadius::same(4), theme::color(self.palette.raised));
        painter.rect_stroke(chip, CornerRadius::same(4), Stroke::new(1.0, theme::color(edge)), StrokeKind::Inside);
        let color = theme::color(self.palette.text);
        paint::text(&painter, chip.shrink2(vec2(8.0, 0.0)), value, paint::body(), color, Align::Max);
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, format!("{words}: {whole}")));
        response.on_hover_text(format!("{whole}\nClick to see how it was derived")).clicked()
    }

    /// A line of text. Control characters cannot be typed into it.
    pub fn text<'c>(
        &mut self,
        ui: &mut Ui,
        caption: impl Into<Caption<'c>>,
        model: &str,
        hint: &str,
        required: bool,
    ) -> Option<String> {
        let caption = caption.into();
        let words = caption.words;
        let (_, rect) = self.row(ui, caption, 0.6, Sense::hover());
        let parse = move |text: &str| check_name(text, required);
        let id = self.id(words);
        let look = Look { hint, ..Look::default() };
        let (changed, error) =
            self.fields.text_in(ui, self.palette, self.msgs, rect, id, words, model, look, &parse, &String::clone);
        self.show_error(ui, error);
        changed
    }

    /// Words separated by commas.
    pub fn list(&mut self, ui: &mut Ui, words: &str, model: &[String], hint: &str) -> Option<Vec<String>> {
        let (_, rect) = self.row(ui, words.into(), 0.6, Sense::hover());
        let parse = |text: &str| {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            items.map(|item| check_name(item, true)).collect::<Result<Vec<_>, _>>()
        };
        let show = |items: &Vec<String>| items.join(", ");
        let shown = model.join(", ");
        let id = self.id(words);
        let look = Look { hint, ..Look::default() };
        let (changed, error) =
            self.fields.text_in(ui, self.palette, self.msgs, rect, id, words, &shown, look, &parse, &show);
        self.show_error(ui, error);
        changed
    }

    /// Notes, with their heading.
    pub fn notes(&mut self, ui: &mut Ui, model: &str) -> Option<String> {
        paint::heading(ui, self.palette, "Notes");
        self.passage(ui, "Notes", model, "What colleagues should know")
    }

    /// Free text over several lines and the whole width; `words` are only read out.
    pub fn passage(&mut self, ui: &mut Ui, words: &str, model: &str, hint: &str) -> Option<String> {
        // As high as the text with its wrapped lines, up to a limit beyond which it scrolls.
        let width = (ui.available_width() - 16.0).max(0.0);
        let text = ui.painter().layout(model.to_owned(), paint::body(), Color32::PLACEHOLDER, width);
        let height = (text.size().y + 10.0).clamp(44.0, PASSAGE_MAX);
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
        let parse = |text: &str| {
            if text.chars().count() > 20_000 {
                return Err("At most 20,000 characters".to_owned());
            }
            Ok(text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect::<String>())
        };
        let id = self.id(words);
        let look = Look { hint, lines: 2, ..Look::default() };
        let (changed, error) =
            self.fields.text_in(ui, self.palette, self.msgs, rect, id, words, model, look, &parse, &String::clone);
        self.show_error(ui, error);
        changed
    }

    /// A number with its unit; arrow keys step it, dragging its label changes it.
    pub fn number<'c>(
        &mut self,
        ui: &mut Ui,
        caption: impl Into<Caption<'c>>,
        model: f64,
        spec: NumberSpec,
    ) -> Option<f64> {
        self.optional_number(ui, caption, Some(model), "", spec, false).flatten()
    }

    /// A number that may be left out. The outer option says whether something changed.
    #[expect(clippy::option_option, reason = "changed to nothing is not the same as unchanged")]
    pub fn optional_number<'c>(
        &mut self,
        ui: &mut Ui,
        caption: impl Into<Caption<'c>>,
        model: Option<f64>,
        hint: &str,
        spec: NumberSpec,
        may_be_empty: bool,
    ) -> Option<Option<f64>> {
        let sense = if model.is_some() { Sense::DRAG | Sense::HOVER } else { Sense::hover() };
        let caption = caption.into();
        let words = caption.words;
        let (label, rect) = self.row(ui, caption, 0.45, sense);
        let id = self.id(words);
        if model.is_some() && (label.hovered() || label.dragged()) {
            ui.set_cursor_icon(CursorIcon::ResizeHorizontal);
        }
        let stepped = model.and_then(|value| {
            if let Some(wish) = self.fields.drag_label(&label, id, value, &spec, self.msgs) {
                return Some(wish);
            }
            let steps = if ui.memory(|m| m.has_focus(id)) { stepping(ui)? } else { return None };
            let wish = (value + steps * spec.step).clamp(spec.min, spec.max);
            ((wish - value).abs() > 1e-9).then_some(wish)
        });
        let parse = move |text: &str| {
            if may_be_empty && text.trim().is_empty() { Ok(None) } else { spec.parse(text).map(Some) }
        };
        let shown = plain(model);
        let look = Look { unit: spec.unit, right: true, hint, lines: 1 };
        let show = |value: &Option<f64>| plain(*value);
        let (changed, error) =
            self.fields.text_in(ui, self.palette, self.msgs, rect, id, words, &shown, look, &parse, &show);
        self.show_error(ui, error);
        stepped.map(Some).or(changed)
    }

    /// A yes or no.
    pub fn toggle<'c>(&self, ui: &mut Ui, caption: impl Into<Caption<'c>>, model: bool) -> Option<bool> {
        let caption = caption.into();
        let words = caption.words;
        let share = (40.0 / ui.available_width().max(1.0)).min(0.3);
        let (_, field) = self.row(ui, caption, share, Sense::hover());
        let rect = Rect::from_center_size(pos2(field.right() - 16.0, field.center().y), vec2(32.0, 18.0));
        let response = ui.interact(rect, self.id(words), Sense::click());
        let painter = ui.painter();
        let ground = if model { self.palette.accent } else { self.palette.raised };
        let knob = if model { self.palette.panel } else { self.palette.text_weak };
        painter.rect_filled(rect, CornerRadius::same(9), theme::color(ground));
        if response.hovered() || response.has_focus() {
            let edge = Stroke::new(1.0, theme::color(self.palette.text_weak));
            painter.rect_stroke(rect, CornerRadius::same(9), edge, StrokeKind::Outside);
        }
        let x = if model { rect.right() - 9.0 } else { rect.left() + 9.0 };
        painter.circle_filled(pos2(x, rect.center().y), 6.0, theme::color(knob));
        response.widget_info(|| WidgetInfo::selected(WidgetType::Checkbox, true, model, words));
        response.clicked().then_some(!model)
    }

    /// One of several words, chosen from a list.
    pub fn choice<'c, T: Copy + PartialEq>(
        &self,
        ui: &mut Ui,
        caption: impl Into<Caption<'c>>,
        model: T,
        all: &[T],
        name: impl Fn(T) -> String,
    ) -> Option<T> {
        let mut chosen = None;
        let shown = name(model);
        self.menu(ui, caption, &shown, (160.0, PopupCloseBehavior::CloseOnClick), |ui, palette| {
            for &value in all {
                if menu_item(ui, palette, &name(value), "", value == model).clicked() {
                    chosen = Some(value);
                }
            }
        });
        chosen.filter(|c| *c != model)
    }

    /// A field that opens a list below itself, which is at least so wide and closes like that. Returns whether the list
    /// is open.
    pub fn menu<'c>(
        &self,
        ui: &mut Ui,
        caption: impl Into<Caption<'c>>,
        shown: &str,
        (least_width, close): (f32, PopupCloseBehavior),
        content: impl FnOnce(&mut Ui, &'static Palette),
    ) -> bool {
        let caption = caption.into();
        let words = caption.words;
        let (_, rect) = self.row(ui, caption, 0.6, Sense::hover());
        let response = ui.interact(rect, self.id(words), Sense::click());
        let painter = ui.painter().clone();
        let lit = response.hovered() || response.has_focus();
        painter.rect_filled(rect, CornerRadius::same(4), theme::color(self.palette.raised));
        if lit {
            let edge = if response.has_focus() { self.palette.accent } else { self.palette.hairline };
            painter.rect_stroke(rect, CornerRadius::same(4), Stroke::new(1.0, theme::color(edge)), StrokeKind::Inside);
        }
        let inner = Rect::from_min_max(rect.min + vec2(8.0, 0.0), rect.max - vec2(24.0, 0.0));
        let (_, elided) =
            paint::text(&painter, inner, shown, paint::body(), theme::color(self.palette.text), Align::Min);
        painter.text(
            pos2(rect.right() - 13.0, rect.center().y),
            egui::Align2::CENTER_CENTER,
            egui_phosphor::regular::CARET_DOWN,
            FontId::proportional(12.0),
            theme::color(self.palette.text_weak),
        );
        response.widget_info(|| WidgetInfo::labeled(WidgetType::ComboBox, true, words));
        ui.ctx().accesskit_node_builder(response.id, |node| node.set_value(shown));
        let response = if elided { response.on_hover_text(shown) } else { response };
        let palette = self.palette;
        let list = response.id.with("list");
        if Popup::is_id_open(ui.ctx(), list) && ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Escape)) {
            Popup::close_id(ui.ctx(), list);
        }
        Popup::menu(&response)
            .id(list)
            .width(rect.width().max(least_width))
            .close_behavior(close)
            .show(|ui| {
                ui.set_min_width(rect.width().max(least_width) - 8.0);
                egui::ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
                    ui.spacing_mut().item_spacing.y = 0.0;
                    content(ui, palette);
                });
            })
            .is_some()
    }

    /// A question answered by yes, no or not at all. `inherited` is the answer that holds when there is none here.
    #[expect(clippy::option_option, reason = "changed to unanswered is not the same as unchanged")]
    pub fn answer(
        &self,
        ui: &mut Ui,
        words: &str,
        model: Option<bool>,
        inherited: Option<bool>,
    ) -> Option<Option<bool>> {
        const SEGMENT: f32 = 32.0;
        let width = ui.available_width();
        let text_width = width - 3.0 * SEGMENT - 12.0;
        let painter = ui.painter().clone();
        let ink = theme::color(self.palette.text);
        let galley = painter.layout(words.to_owned(), paint::body(), ink, text_width);
        let below = match (model, inherited) {
            (None, Some(true)) => "as for the design: yes",
            (None, Some(false)) => "as for the design: no",
            _ => "",
        };
        let extra = if below.is_empty() { 0.0 } else { 14.0 };
        let height = (galley.size().y + extra + 8.0).max(FIELD_ROW);
        let (rect, _) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
        let top = rect.top() + (height - galley.size().y - extra) / 2.0;
        let text_bottom = top + galley.size().y;
        painter.galley(pos2(rect.left(), top), galley, ink);
        let weak = theme::color(self.palette.text_weak);
        if !below.is_empty() {
            painter.text(pos2(rect.left(), text_bottom), egui::Align2::LEFT_TOP, below, paint::small(), weak);
        }
        paint::hairline_below(&painter, rect, self.palette);
        let bar = Rect::from_center_size(
            pos2(rect.right() - 1.5 * SEGMENT, rect.center().y),
            vec2(3.0 * SEGMENT, FIELD - 2.0),
        );
        painter.rect_filled(bar, CornerRadius::same(4), theme::color(self.palette.raised));
        let mut chosen = None;
        let segments = [(Some(true), "Yes", "yes"), (Some(false), "No", "no"), (None, "–", "not answered")];
        let mut left = bar.left();
        for (value, shown, said) in segments {
            let segment = Rect::from_min_size(pos2(left, bar.top()), vec2(SEGMENT, bar.height()));
            left += SEGMENT;
            let on = model == value;
            let response = ui.interact(segment, self.id(words).with(said), Sense::click());
            if on {
                let ground = if value.is_some() { self.palette.selection } else { self.palette.hairline };
                painter.rect_filled(segment, CornerRadius::same(4), theme::color(ground));
            }
            if response.hovered() || response.has_focus() {
                let edge = Stroke::new(1.0, weak);
                painter.rect_stroke(segment, CornerRadius::same(4), edge, StrokeKind::Inside);
            }
            let color = if on { ink } else { weak };
            paint::text(&painter, segment, shown, paint::small(), color, Align::Center);
            response
                .widget_info(|| WidgetInfo::selected(WidgetType::RadioButton, true, on, format!("{words}: {said}")));
            if response.clicked() && !on {
                chosen = Some(value);
            }
        }
        chosen
    }
}

/// An entry of an open list.
pub fn menu_item(ui: &mut Ui, palette: &Palette, words: &str, weak: &str, selected: bool) -> Response {
    let id = ui.next_auto_id().with(words);
    ui.skip_ahead_auto_ids(1);
    let row = paint::Row { text: words, weak, selected, ..paint::Row::default() };
    paint::list_row(ui, palette, id, &row, Sense::click())
}

/// Up and down arrow keys while a number has the keyboard: how many steps.
fn stepping(ui: &Ui) -> Option<f64> {
    let pressed = |modifiers, key| ui.input_mut(|i| i.consume_key(modifiers, key));
    if pressed(Modifiers::SHIFT, Key::ArrowUp) {
        Some(10.0)
    } else if pressed(Modifiers::SHIFT, Key::ArrowDown) {
        Some(-10.0)
    } else if pressed(Modifiers::NONE, Key::ArrowUp) {
        Some(1.0)
    } else if pressed(Modifiers::NONE, Key::ArrowDown) {
        Some(-1.0)
    } else {
        None
    }
}
