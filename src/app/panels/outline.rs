//! The outline: everything drawn, as a tree.

use std::collections::{BTreeMap, BTreeSet};

use egui::{Id as WidgetId, PopupCloseBehavior, Sense, Ui};

use crate::app::Msg;
use crate::app::actions::Action;
use crate::app::theme;
use crate::design::{Design, Id};
use crate::picture::icons;
use crate::rules::Severity;

use super::memo::{AnalysisKey, DesignKey, Memo};
use super::{Cx, marks, paint};

/// A row of the outline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// A region; whether its components are listed below it.
    Region(Id, bool),
    /// The title above components that stand in no region.
    Loose(bool),
    /// A component.
    Component(Id),
}

/// The rows of the outline: regions in order of id with what stands in them, then what stands in none.
pub fn rows(design: &Design, folded: &BTreeSet<Id>, loose_folded: bool) -> Vec<Row> {
    let mut inside: BTreeMap<&Id, Vec<&Id>> = BTreeMap::new();
    let mut loose = Vec::new();
    for (id, component) in &design.components {
        match &component.region {
            Some(region) => inside.entry(region).or_default().push(id),
            None => loose.push(id),
        }
    }
    let mut rows = Vec::with_capacity(design.regions.len() + design.components.len() + 1);
    for id in design.regions.keys() {
        let open = !folded.contains(id);
        rows.push(Row::Region(id.clone(), open));
        if open {
            rows.extend(inside.get(id).into_iter().flatten().map(|c| Row::Component((*c).clone())));
        }
    }
    if !loose.is_empty() {
        rows.push(Row::Loose(!loose_folded));
        if !loose_folded {
            rows.extend(loose.into_iter().map(|c| Row::Component(c.clone())));
        }
    }
    rows
}

/// The element a step to the row at `place` leads to: a title, which stands for no element, is stepped over.
fn landing(rows: &[Row], cursor: Option<usize>, place: usize) -> Option<&Id> {
    let id = |at: usize| match rows.get(at)? {
        Row::Region(id, _) | Row::Component(id) => Some(id),
        Row::Loose(_) => None,
    };
    let down = cursor.map_or(place == 0, |cursor| place > cursor);
    id(place).or_else(|| id(if down { place + 1 } else { place.checked_sub(1)? }))
}

/// What the outline remembers.
#[derive(Default)]
pub struct Outline {
    folded: BTreeSet<Id>,
    loose_folded: bool,
    rows: Memo<(DesignKey, u64), Vec<Row>>,
    marks: Memo<(DesignKey, AnalysisKey), BTreeMap<Id, Severity>>,
    /// Counts how often something was folded or unfolded.
    folds: u64,
    /// The selection the outline has last scrolled to.
    scrolled_to: Option<Id>,
}

impl Outline {
    fn flip(&mut self, row: &Row) {
        self.folds += 1;
        match row {
            Row::Region(id, true) => drop(self.folded.insert(id.clone())),
            Row::Region(id, false) => drop(self.folded.remove(id)),
            Row::Loose(open) => self.loose_folded = *open,
            Row::Component(_) => {}
        }
    }

    /// Draws the tree.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        paint::heading(ui, cx.palette, "Outline");
        let design = cx.state.shown().clone();
        let key = DesignKey::of(cx.state);
        let folds = self.folds;
        let (folded, loose_folded) = (&self.folded, self.loose_folded);
        let rows = self.rows.get((key, folds), || rows(&design, folded, loose_folded));
        let marks =
            self.marks.get((key, AnalysisKey::of(cx.state)), || marks::marks(&design, cx.state.analysis.as_deref()));
        if rows.is_empty() {
            paint::note(ui, cx.palette, "Nothing is drawn yet.");
            return;
        }
        let selected = cx.state.single_selection();
        let is = |row: &Row, id: &Id| matches!(row, Row::Region(r, _) | Row::Component(r) if r == id);
        let cursor = selected.and_then(|id| rows.iter().position(|row| is(row, id)));
        let list = WidgetId::new("outline list");
        let area = ui.available_rect_before_wrap();
        let mut wanted = None;
        if let Some(place) = paint::list_keys(ui, list, area, "Outline", rows.len(), cursor)
            && let Some(id) = landing(rows, cursor, place)
        {
            cx.msgs.push(Msg::Reveal(vec![id.clone()]));
        }
        if self.scrolled_to.as_ref() != selected {
            self.scrolled_to = selected.cloned();
            wanted = cursor;
        }
        let focused = ui.memory(|m| m.has_focus(list));
        let mut flipped = None;
        if focused {
            let filter = egui::EventFilter { vertical_arrows: true, horizontal_arrows: true, ..Default::default() };
            ui.memory_mut(|m| m.set_focus_lock_filter(list, filter));
            let (left, right) = ui.input_mut(|i| {
                let mut pressed = |key| i.consume_key(egui::Modifiers::NONE, key);
                (pressed(egui::Key::ArrowLeft), pressed(egui::Key::ArrowRight))
            });
            match cursor.and_then(|c| rows.get(c)) {
                Some(row @ Row::Region(_, open)) if (left && *open) || (right && !*open) => flipped = Some(row.clone()),
                Some(Row::Component(id)) if left => {
                    let region = design.components.get(id).and_then(|c| c.region.clone());
                    cx.msgs.extend(region.map(|region| Msg::Reveal(vec![region])));
                }
                _ => {}
            }
        }
        egui::ScrollArea::vertical().id_salt("outline").auto_shrink(false).show_rows(
            ui,
            paint::ROW,
            rows.len(),
            |ui, range| {
                ui.spacing_mut().item_spacing.y = 0.0;
                let first = range.start;
                let top = ui.min_rect().top();
                if let Some(wanted) = wanted {
                    #[expect(clippy::cast_precision_loss, reason = "lists are shorter than 2^23 rows")]
                    let y = top + (wanted as f32 - first as f32) * paint::ROW;
                    let rect =
                        egui::Rect::from_min_size(egui::pos2(ui.min_rect().left(), y), egui::vec2(8.0, paint::ROW));
                    ui.scroll_to_rect(rect, None);
                }
                for (offset, row) in rows.get(range).unwrap_or_default().iter().enumerate() {
                    if row_ui(ui, cx, &design, marks, row, focused && cursor == Some(first + offset)) {
                        flipped = Some(row.clone());
                    }
                }
            },
        );
        if let Some(row) = flipped {
            self.flip(&row);
            ui.ctx().request_repaint();
        }
    }
}

/// Draws a row; returns whether it is to be folded or unfolded.
fn row_ui(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    design: &Design,
    marks: &BTreeMap<Id, Severity>,
    row: &Row,
    focused: bool,
) -> bool {
    let palette = cx.palette;
    let (id, indent, open, icon, text, weak) = match row {
        Row::Loose(open) => (None, 0.0, Some(*open), None, "Outside regions".to_owned(), String::new()),
        Row::Region(id, open) => {
            let Some(region) = design.regions.get(id) else { return false };
            let icon = (egui_phosphor::regular::MAP_PIN, palette.tint(region.tint), false);
            let text = format!("{} · {}", region.role.label(), region.name);
            (Some(id), 0.0, Some(*open), Some(icon), text, region.site.short().to_owned())
        }
        Row::Component(id) => {
            let Some(component) = design.components.get(id) else { return false };
            let kind = component.kind();
            let icon = (icons::icon(kind), palette.kind(kind), false);
            let count = if component.instances > 1 { format!("×{}", component.instances) } else { String::new() };
            (Some(id), 16.0, None, Some(icon), component.name.clone(), count)
        }
    };
    let shown = paint::Row {
        indent,
        open,
        icon,
        text: &text,
        weak: &weak,
        strong: open.is_some() && id.is_some(),
        mark: id.and_then(|id| marks.get(id)).copied(),
        selected: id.is_some_and(|id| cx.state.selection.contains(id)),
        hovered: id.is_some() && cx.state.view.hovered.as_ref() == id,
    };
    let widget = WidgetId::new(("outline", id.map_or("", Id::as_str)));
    // Not focusable each: the list as a whole takes the keyboard, or ten thousand rows would each be a tab stop.
    let response = paint::list_row(ui, palette, widget, &shown, Sense::CLICK);
    if focused {
        let edge = egui::Stroke::new(1.0, theme::color(palette.accent));
        ui.painter().rect_stroke(response.rect, 4.0, edge, egui::StrokeKind::Inside);
    }
    if response.contains_pointer()
        && let Some(id) = id
    {
        *cx.hovered = Some(id.clone());
    }
    let on_caret = open.is_some()
        && response.interact_pointer_pos().is_some_and(|p| paint::caret_rect(response.rect, 4.0 + indent).contains(p));
    if response.clicked() {
        ui.memory_mut(|m| m.request_focus(WidgetId::new("outline list")));
        let Some(id) = id.filter(|_| !on_caret) else { return open.is_some() };
        if ui.input(|i| i.modifiers.command || i.modifiers.shift) {
            cx.msgs.push(Msg::ToggleSelect(id.clone()));
        } else {
            cx.msgs.push(Msg::Reveal(vec![id.clone()]));
        }
    }
    if response.double_clicked() && id.is_some() && !on_caret {
        cx.msgs.push(Msg::Action(Action::Rename));
    }
    if let Some(id) = id {
        context_menu(cx, &response, id);
    }
    false
}

fn context_menu(cx: &mut Cx<'_>, response: &egui::Response, id: &Id) {
    if response.secondary_clicked() && !cx.state.selection.contains(id) {
        cx.msgs.push(Msg::Select(vec![id.clone()]));
    }
    egui::Popup::context_menu(response).close_behavior(PopupCloseBehavior::CloseOnClick).show(|ui| {
        for action in [Action::Rename, Action::Connect, Action::ZoomToSelection, Action::Duplicate, Action::Delete] {
            let enabled = action.enabled(cx.state);
            let button = ui.add_enabled(enabled.is_ok(), egui::Button::new(action.label()));
            if button.clicked() {
                cx.msgs.push(Msg::Action(action));
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::{Kind, Pos, Site, commands};

    #[test]
    fn components_stand_below_their_region_and_loose_ones_at_the_end() {
        let mut design = Design::default();
        let (edit, region) = commands::add_region(&design, "Mumbai", Site::cloud("aws", "ap-south-1"), Pos(0, 0));
        edit.apply(&mut design).unwrap();
        let (edit, inside) = commands::add_component(&design, Kind::Gateway, Pos(150, 150));
        edit.apply(&mut design).unwrap();
        let (edit, loose) = commands::add_component(&design, Kind::Users, Pos(150, 150));
        edit.apply(&mut design).unwrap();
        let open = rows(&design, &BTreeSet::new(), false);
        let all = [
            Row::Region(region.clone(), true),
            Row::Component(inside),
            Row::Loose(true),
            Row::Component(loose.clone()),
        ];
        assert_eq!(open, all);
        let folded = rows(&design, &BTreeSet::from([region.clone()]), false);
        assert_eq!(folded, [Row::Region(region, false), Row::Loose(true), Row::Component(loose)]);
    }

    #[test]
    fn arrow_keys_step_over_the_title_of_what_stands_in_no_region() {
        let [a, b, c] = ["a", "b", "c"].map(Id::slug);
        let rows = [Row::Region(a, true), Row::Component(b.clone()), Row::Loose(true), Row::Component(c.clone())];
        assert_eq!(landing(&rows, Some(1), 2), Some(&c));
        assert_eq!(landing(&rows, Some(3), 2), Some(&b));
        assert_eq!(landing(&rows[..3], Some(1), 2), None, "below a folded title there is nothing");
        assert_eq!(landing(&rows[2..], None, 0), Some(&c));
    }
}
