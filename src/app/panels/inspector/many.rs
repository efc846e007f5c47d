//! Several elements at once.

use std::sync::Arc;

use egui::{Id as WidgetId, Rect, Sense, Ui, vec2};

use crate::app::Msg;
use crate::app::actions::Action;
use crate::app::panels::fields::NumberSpec;
use crate::app::panels::{Cx, format, paint};
use crate::design::commands::Arrange;
use crate::design::edit::{Edit, Op};
use crate::design::{Component, Design, Id, MAX_INSTANCES, commands};

use super::component::SIZE;
use super::shared;

const INSTANCES: NumberSpec = NumberSpec::whole("", 1.0, MAX_INSTANCES as f64);

/// The value all have; `None` when they differ.
fn common<T: PartialEq>(mut values: impl Iterator<Item = T>) -> Option<T> {
    let first = values.next()?;
    values.all(|v| v == first).then_some(first)
}

/// The edit that changes several components alike.
fn edit_all(design: &Design, ids: &[Id], what: &str, change: impl Fn(&mut Component)) -> Edit {
    let ops = ids
        .iter()
        .filter_map(|id| {
            let mut component = Component::clone(design.components.get(id)?);
            change(&mut component);
            Some(Op::Component(id.clone(), Some(Arc::new(component))))
        })
        .collect();
    let key = ids.iter().map(Id::as_str).collect::<Vec<_>>().join(" ");
    Edit::new(format!("Change {what} of {}", commands::describe(design, ids)), ops).merging(format!("{what} {key}"))
}

/// Draws what they have in common.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, design: &Design) {
    let ids = cx.state.selected_ids();
    let words = commands::describe(design, &ids);
    let title = format::counted(ids.len(), "element", "elements");
    shared::head(ui, cx, egui_phosphor::regular::STACK, cx.palette.accent, &title, &words);
    arrange_ui(ui, cx);
    let components: Vec<(&Id, &Component)> =
        ids.iter().filter_map(|id| Some((id, design.components.get(id)?.as_ref()))).collect();
    let nodes: Vec<Id> =
        components.iter().filter(|(_, c)| c.kind().default_size().is_some()).map(|(id, _)| (*id).clone()).collect();
    if !nodes.is_empty() {
        nodes_ui(ui, cx, design, &nodes, components.len());
    }
    shared::actions(ui, cx, &[Action::ZoomToSelection, Action::Duplicate, Action::Delete]);
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the field keeps it within range")]
fn nodes_ui(ui: &mut Ui, cx: &mut Cx<'_>, design: &Design, nodes: &[Id], all: usize) {
    paint::heading(ui, cx.palette, "Nodes");
    if nodes.len() < all {
        paint::note(ui, cx.palette, &format!("Of {} of them; the others have no nodes.", nodes.len()));
    }
    let state = cx.state;
    let doc = state.doc.design();
    let parts = || nodes.iter().filter_map(|id| design.components.get(id));
    let mut form = shared::form(cx, "several elements");
    let model = common(parts().map(|c| c.instances)).map(f64::from);
    if let Some(Some(n)) = form.optional_number(ui, "Instances", model, "various", INSTANCES, false) {
        form.msgs.push(Msg::Edit(edit_all(doc, nodes, "instances", |c| c.instances = n as u32)));
    }
    if !parts().all(|c| c.size.is_some()) {
        return;
    }
    for part in &SIZE {
        let model = common(parts().filter_map(|c| c.size.as_ref()).map(part.get));
        if let Some(Some(value)) = form.optional_number(ui, part.words, model, "various", part.spec, false) {
            let edit = edit_all(doc, nodes, &shared::within(part.words), |c| {
                if let Some(size) = &mut c.size {
                    (part.set)(size, value);
                }
            });
            form.msgs.push(Msg::Edit(edit));
        }
    }
}

fn arrange_icon(how: Arrange) -> &'static str {
    use egui_phosphor::regular as phosphor;
    match how {
        Arrange::Left => phosphor::ALIGN_LEFT,
        Arrange::CenterHorizontally => phosphor::ALIGN_CENTER_HORIZONTAL,
        Arrange::Right => phosphor::ALIGN_RIGHT,
        Arrange::Top => phosphor::ALIGN_TOP,
        Arrange::CenterVertically => phosphor::ALIGN_CENTER_VERTICAL,
        Arrange::Bottom => phosphor::ALIGN_BOTTOM,
        Arrange::DistributeHorizontally => phosphor::COLUMNS,
        Arrange::DistributeVertically => phosphor::ROWS,
    }
}

fn arrange_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    paint::heading(ui, cx.palette, "Arrange");
    let (line, _) = ui.allocate_exact_size(vec2(ui.available_width(), 28.0), Sense::hover());
    let mut left = line.left();
    for how in Arrange::ALL {
        let action = Action::Arrange(how);
        let rect = Rect::from_min_size(egui::pos2(left, line.top()), vec2(26.0, 28.0));
        left += 28.0;
        let enabled = action.enabled(cx.state);
        let mut child = ui.new_child(egui::UiBuilder::new().id_salt(("arrange", how)).max_rect(rect));
        if enabled.is_err() {
            child.disable();
            child.multiply_opacity(0.4);
        }
        let id = WidgetId::new(("arrange button", how));
        if paint::icon_button(&mut child, rect, id, arrange_icon(how), how.label(), cx.palette).clicked() {
            cx.msgs.push(Msg::Action(action));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_common_value_is_shown_only_when_it_is_common() {
        assert_eq!(common([2, 2, 2].into_iter()), Some(2));
        assert_eq!(common([2, 3].into_iter()), None);
        assert_eq!(common(std::iter::empty::<u32>()), None);
    }
}
