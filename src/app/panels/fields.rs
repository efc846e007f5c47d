//! Input fields: what is typed stays in the field while it has the keyboard, and only what is valid leaves it.

use egui::{
    Align, Color32, CornerRadius, CursorIcon, FontId, Frame, Id as WidgetId, Key, Margin, Modifiers, Popup,
    PopupCloseBehavior, Rect, Response, RichText, ScrollArea, Sense, Stroke, StrokeKind, TextEdit, Ui, UiBuilder,
    WidgetInfo, WidgetType, pos2, vec2,
};

use crate::app::Msg;
use crate::app::theme::{self, SIZE_BODY, SIZE_SMALL};
use crate::picture::palette::Palette;

use super::paint;

/// Height of a row with a field.
pub const FIELD_ROW: f32 = 32.0;
/// Height of a field.
const FIELD: f32 = 24.0;

/// What a number field accepts and how it shows it.
#[derive(Debug, Clone, Copy)]
pub struct NumberSpec {
    /// Unit behind the number.
    pub unit: &'static str,
    /// Smallest value.
    pub min: f64,
    /// Largest value.
    pub max: f64,
    /// Step of the arrow keys and of dragging the label.
    pub step: f64,
    /// Whether only whole numbers count.
    pub whole: bool,
}

impl NumberSpec {
    /// Whole numbers from `min` to `max`.
    pub const fn whole(unit: &'static str, min: f64, max: f64) -> Self {
        Self { unit, min, max, step: 1.0, whole: true }
    }

    /// Numbers from `min` to `max`.
    pub const fn real(unit: &'static str, min: f64, max: f64, step: f64) -> Self {
        Self { unit, min, max, step, whole: false }
    }

    /// The number a text says.
    ///
    /// # Errors
    /// A sentence when it says none, or one that does not fit.
    pub fn parse(&self, text: &str) -> Result<f64, String> {
        let plain = without_separators(text.trim()).ok_or("Not a number; decimals take a point")?;
        let value: f64 = plain.parse().map_err(|_| "Not a number".to_owned())?;
        if !value.is_finite() {
            return Err("Not a number".into());
        }
        if self.whole && value.fract().abs() > 0.0 {
            return Err("Whole numbers only".into());
        }
        self.check(value).map(|()| value + 0.0)
    }

    fn check(&self, value: f64) -> Result<(), String> {
        if value >= self.min && value <= self.max {
            return Ok(());
        }
        let unit = if self.unit.is_empty() { String::new() } else { format!(" {}", self.unit) };
        let plain = |v: f64| super::format::number(v, 12, 4);
        Err(if self.max >= 1e12 {
            format!("At least {}{unit}", plain(self.min))
        } else {
            format!("Between {} and {}{unit}", plain(self.min), plain(self.max))
        })
    }
}

/// Takes out spaces and thousands separators; `None` when a comma stands where no thousands are separated.
fn without_separators(text: &str) -> Option<String> {
    let plain: String = text.chars().filter(|c| !matches!(c, ' ' | '_' | '\u{a0}')).collect();
    let mut groups = plain.split(',');
    let first = groups.next()?;
    let mut out = first.to_owned();
    let grouped = plain.contains(',');
    if grouped && (first.is_empty() || first.trim_start_matches('-').len() > 3) {
        return None;
    }
    for group in groups {
        let digits = group.split('.').next().unwrap_or_default();
        if digits.len() != 3 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        out.push_str(group);
    }
    Some(out)
}

/// What is being typed, and into which field.
#[derive(Debug)]
struct Editing {
    id: WidgetId,
    text: String,
    /// The document's value when the field was last drawn.
    seen: String,
    /// The value that what was typed should give the document.
    expected: String,
}

/// The state of all fields: only the one with the keyboard has any.
#[derive(Debug, Default)]
pub struct Fields {
    editing: Option<Editing>,
    drawn: bool,
    /// A number being dragged by its label: the field, its value at the start, and how far it went, points.
    dragged: Option<(WidgetId, f64, f32)>,
    focus: Option<WidgetId>,
    /// What is searched for in an open list of sites.
    pub site_query: String,
    /// Whether a list of sites was open in the last frame.
    pub site_list_open: bool,
}

/// Height up to which notes grow, points.
const NOTES_MAX: f32 = 140.0;

/// How a text field looks.
#[derive(Debug, Clone, Copy, Default)]
pub struct Look<'a> {
    /// Words in an empty field.
    pub hint: &'a str,
    /// Unit behind the text.
    pub unit: &'a str,
    /// Whether the text stands at the right.
    pub right: bool,
    /// Lines shown at once; 0 and 1 mean a single line.
    pub lines: usize,
}

impl Fields {
    /// Begins a frame. Esc leaves a field and, since it is taken here, does nothing else.
    pub fn begin(&mut self, ui: &Ui) {
        self.drawn = false;
        if self.editing.is_some() {
            ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Escape));
        }
    }

    /// Ends a frame: a field that is no longer there ends its run of edits.
    pub fn end(&mut self, msgs: &mut Vec<Msg>) {
        if !self.drawn && self.editing.take().is_some() {
            msgs.push(Msg::EndMerge);
        }
    }

    /// Gives the keyboard to a field and selects its text, when it is drawn next.
    pub fn focus(&mut self, id: WidgetId) {
        self.focus = Some(id);
    }

    fn text_for(&mut self, id: WidgetId, model: &str) -> String {
        let Some(editing) = self.editing.as_mut().filter(|e| e.id == id) else { return model.to_owned() };
        if editing.seen != model {
            if editing.expected != model {
                // Undo, or something else, changed the value under the field.
                model.clone_into(&mut editing.text);
            }
            model.clone_into(&mut editing.seen);
        }
        editing.text.clone()
    }

    /// A text field in a rectangle. Returns the value that was typed, when it is valid and new.
    #[expect(clippy::too_many_arguments, reason = "a field is all of that")]
    pub fn text_in<T>(
        &mut self,
        ui: &mut Ui,
        palette: &Palette,
        msgs: &mut Vec<Msg>,
        rect: Rect,
        id: WidgetId,
        words: &str,
        model: &str,
        look: Look<'_>,
        parse: &dyn Fn(&str) -> Result<T, String>,
        show: &dyn Fn(&T) -> String,
    ) -> (Option<T>, Option<String>) {
        let mut text = self.text_for(id, model);
        let painter = ui.painter().clone();
        let unit_width =
            if look.unit.is_empty() { 0.0 } else { paint::width_of(&painter, look.unit, paint::small()) + 4.0 };
        painter.rect_filled(rect, CornerRadius::same(4), theme::color(palette.raised));
        let inner = rect.shrink2(vec2(8.0, if look.lines > 1 { 4.0 } else { 0.0 }));
        if unit_width > 0.0 {
            paint::text(&painter, inner, look.unit, paint::small(), theme::color(palette.text_weak), Align::Max);
        }
        let place = Rect::from_min_max(inner.min, inner.max - vec2(unit_width, 0.0));
        let response = {
            let mut child = ui.new_child(UiBuilder::new().id_salt(id.with("child")).max_rect(place));
            let edit = if look.lines > 1 { TextEdit::multiline(&mut text) } else { TextEdit::singleline(&mut text) };
            let align = if look.right { Align::Max } else { Align::Min };
            let edit = edit
                .id(id)
                .frame(Frame::NONE)
                .margin(Margin::ZERO)
                .min_size(place.size())
                .desired_width(place.width())
                .desired_rows(look.lines.max(1))
                .horizontal_align(align)
                .vertical_align(if look.lines > 1 { Align::Min } else { Align::Center })
                .hint_text(RichText::new(look.hint).color(theme::color(palette.text_weak)))
                .font(FontId::proportional(SIZE_BODY));
            if look.lines > 1 {
                let area = ScrollArea::vertical().id_salt(id.with("scroll")).max_height(place.height());
                area.auto_shrink(false).show(&mut child, |ui| ui.add(edit)).inner
            } else {
                child.add(edit)
            }
        };
        ui.ctx().accesskit_node_builder(id, |node| node.set_label(words));
        if self.focus == Some(id) {
            self.focus = None;
            response.request_focus();
            select_all(ui, id, &text);
        }
        let error = parse(&text).err();
        let mut changed = None;
        if response.has_focus() || response.changed() {
            self.drawn = true;
            if self.editing.as_ref().is_none_or(|e| e.id != id) {
                if self.editing.is_some() {
                    msgs.push(Msg::EndMerge);
                }
                self.editing = Some(Editing { id, text: text.clone(), seen: model.into(), expected: model.into() });
            }
            if response.changed()
                && let Some(editing) = &mut self.editing
            {
                editing.text.clone_from(&text);
                if let Ok(value) = parse(&text) {
                    let shown = show(&value);
                    if shown != model {
                        editing.expected = shown;
                        changed = Some(value);
                    }
                }
            }
        }
        if response.lost_focus() && self.editing.as_ref().is_some_and(|e| e.id == id) {
            self.editing = None;
            msgs.push(Msg::EndMerge);
        }
        let error = error.filter(|_| response.has_focus());
        let stroke = match (&error, response.has_focus(), response.hovered()) {
            (Some(_), ..) => theme::color(palette.error),
            (None, true, _) => theme::color(palette.accent),
            (None, false, true) => theme::color(palette.hairline),
            (None, false, false) => Color32::TRANSPARENT,
        };
        painter.rect_stroke(rect, CornerRadius::same(4), Stroke::new(1.0, stroke), StrokeKind::Inside);
        (changed, error)
    }

    /// The place of a number dragged by its label; `None` when it is not dragged or did not change.
    fn drag_label(
        &mut self,
        label: &Response,
        id: WidgetId,
        value: f64,
        spec: &NumberSpec,
        msgs: &mut Vec<Msg>,
    ) -> Option<f64> {
        if label.drag_started() {
            self.dragged = Some((id, value, 0.0));
        }
        let (_, start, distance) = self.dragged.as_mut().filter(|d| d.0 == id)?;
        *distance += label.drag_delta().x;
        let steps = (f64::from(*distance) / 8.0).round();
        let wish = (*start + steps * spec.step).clamp(spec.min, spec.max);
        if label.drag_stopped() {
            self.dragged = None;
            msgs.push(Msg::EndMerge);
        }
        ((wish - value).abs() > 1e-9).then_some(wish)
    }
}

fn select_all(ui: &Ui, id: WidgetId, text: &str) {
    let mut state = egui::text_edit::TextEditState::load(ui.ctx(), id).unwrap_or_default();
    let end = egui::text::CCursor::new(text.chars().count());
    state.cursor.set_char_range(Some(egui::text::CCursorRange::two(egui::text::CCursor::new(0), end)));
    state.store(ui.ctx(), id);
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
    fn row(&self, ui: &mut Ui, words: &str, share: f32, sense: Sense) -> (Response, Rect) {
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), FIELD_ROW), Sense::hover());
        let split = rect.right() - rect.width() * share;
        let label_rect = Rect::from_min_max(rect.min, pos2(split - 8.0, rect.bottom()));
        let mut label = ui.interact(label_rect, self.id(words).with("label"), sense);
        let (_, elided) =
            paint::text(ui.painter(), label_rect, words, paint::body(), theme::color(self.palette.text), Align::Min);
        if elided {
            label = label.on_hover_text(words);
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
        let (_, field) = self.row(ui, words, (width + 1.0) / ui.available_width().max(1.0), Sense::hover());
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
        let (_, field) = self.row(ui, words, share, Sense::hover());
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
    pub fn text(&mut self, ui: &mut Ui, words: &str, model: &str, hint: &str, required: bool) -> Option<String> {
        let (_, rect) = self.row(ui, words, 0.6, Sense::hover());
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
        let (_, rect) = self.row(ui, words, 0.6, Sense::hover());
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

    /// Free text over several lines.
    pub fn notes(&mut self, ui: &mut Ui, model: &str) -> Option<String> {
        paint::heading(ui, self.palette, "Notes");
        // As high as the text with its wrapped lines, up to a limit beyond which it scrolls.
        let width = (ui.available_width() - 16.0).max(0.0);
        let text = ui.painter().layout(model.to_owned(), paint::body(), Color32::PLACEHOLDER, width);
        let height = (text.size().y + 10.0).clamp(44.0, NOTES_MAX);
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
        let parse = |text: &str| {
            if text.chars().count() > 20_000 {
                return Err("Notes go up to 20,000 characters".to_owned());
            }
            Ok(text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect::<String>())
        };
        let id = self.id("Notes");
        let look = Look { hint: "What colleagues should know", lines: 2, ..Look::default() };
        let (changed, error) =
            self.fields.text_in(ui, self.palette, self.msgs, rect, id, "Notes", model, look, &parse, &String::clone);
        self.show_error(ui, error);
        changed
    }

    /// A number with its unit; arrow keys step it, dragging its label changes it.
    pub fn number(&mut self, ui: &mut Ui, words: &str, model: f64, spec: NumberSpec) -> Option<f64> {
        self.optional_number(ui, words, Some(model), "", spec, false).flatten()
    }

    /// A number that may be left out. The outer option says whether something changed.
    #[expect(clippy::option_option, reason = "changed to nothing is not the same as unchanged")]
    pub fn optional_number(
        &mut self,
        ui: &mut Ui,
        words: &str,
        model: Option<f64>,
        hint: &str,
        spec: NumberSpec,
        may_be_empty: bool,
    ) -> Option<Option<f64>> {
        let sense = if model.is_some() { Sense::DRAG | Sense::HOVER } else { Sense::hover() };
        let (label, rect) = self.row(ui, words, 0.45, sense);
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
    pub fn toggle(&self, ui: &mut Ui, words: &str, model: bool) -> Option<bool> {
        let (_, field) = self.row(ui, words, 0.3, Sense::hover());
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
    pub fn choice<T: Copy + PartialEq>(
        &self,
        ui: &mut Ui,
        words: &str,
        model: T,
        all: &[T],
        name: impl Fn(T) -> String,
    ) -> Option<T> {
        let mut chosen = None;
        let shown = name(model);
        self.menu(ui, words, &shown, (160.0, PopupCloseBehavior::CloseOnClick), |ui, palette| {
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
    pub fn menu(
        &self,
        ui: &mut Ui,
        words: &str,
        shown: &str,
        (least_width, close): (f32, PopupCloseBehavior),
        content: impl FnOnce(&mut Ui, &'static Palette),
    ) -> bool {
        let (_, rect) = self.row(ui, words, 0.6, Sense::hover());
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

fn plain(value: Option<f64>) -> String {
    value.map(|v| v.to_string()).unwrap_or_default()
}

/// Checks a name as the document does, so that a field never asks for what will be refused.
fn check_name(text: &str, required: bool) -> Result<String, String> {
    let clean: String = text.chars().filter(|c| !c.is_control()).collect();
    if required && clean.trim().is_empty() {
        return Err("A name is needed".into());
    }
    if clean.chars().count() > 200 {
        return Err("At most 200 characters".into());
    }
    Ok(clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        let spec = NumberSpec::real("ms", 0.0, 1e12, 1.0);
        assert_eq!(spec.parse("1,200.5"), Ok(1_200.5));
        assert_eq!(spec.parse(" 12 000 "), Ok(12_000.0));
        assert!(spec.parse("1,5").is_err(), "a decimal comma must not turn into fifteen");
        assert!(spec.parse("1200,000").is_err());
        assert!(spec.parse("NaN").is_err());
        assert!(spec.parse("inf").is_err());
        assert!(spec.parse("").is_err());
    }

    #[test]
    fn what_does_not_fit_is_said_in_a_sentence() {
        let spec = NumberSpec::whole("", 1.0, 1_000.0);
        assert_eq!(spec.parse("0"), Err("Between 1 and 1,000".into()));
        assert_eq!(spec.parse("2.5"), Err("Whole numbers only".into()));
        assert_eq!(spec.parse("7"), Ok(7.0));
        assert_eq!(NumberSpec::real("ms", 0.0, 1e12, 1.0).parse("-1"), Err("At least 0 ms".into()));
    }

    #[test]
    fn names_follow_the_document() {
        assert!(check_name("  ", true).is_err());
        assert_eq!(check_name("a\nb", true), Ok("ab".into()));
        assert!(check_name(&"x".repeat(201), false).is_err());
    }
}
