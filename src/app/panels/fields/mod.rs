//! Input fields: what is typed stays in the field while it has the keyboard, and only what is valid leaves it.

mod form;
mod number;

use egui::{
    Align, Color32, CornerRadius, FontId, Frame, Id as WidgetId, Key, Margin, Modifiers, Rect, Response, RichText,
    ScrollArea, Stroke, StrokeKind, TextEdit, Ui, UiBuilder, vec2,
};

use crate::app::Msg;
use crate::app::theme::{self, SIZE_BODY};
use crate::picture::palette::Palette;

use super::paint;
pub use form::{Form, menu_item};
pub use number::NumberSpec;

/// Height of a row with a field.
pub const FIELD_ROW: f32 = 32.0;
/// Height of a field.
const FIELD: f32 = 24.0;

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
        if look.lines <= 1 && response.lost_focus() {
            // The Enter that ends typing must not go on to the drawing, where it renames what is selected.
            ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Enter));
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
    fn names_follow_the_document() {
        assert!(check_name("  ", true).is_err());
        assert_eq!(check_name("a\nb", true), Ok("ab".into()));
        assert!(check_name(&"x".repeat(201), false).is_err());
    }
}
