//! The story tab: the scenes in order, what each says and claims, and whether that is true.

mod claims;
mod editor;
mod list;

use egui::{Align, Button, Layout, Rect, RichText, Ui, UiBuilder};

use crate::app::Msg;
use crate::app::actions::Action;
use crate::app::panels::Cx;
use crate::app::story;
use crate::app::theme;
use crate::design::Scene;
use crate::design::story::replace_scene;

/// Share of the width that the list has.
const LIST: f32 = 0.36;
/// Widest list, points.
const WIDEST_LIST: f32 = 380.0;
/// From this width on, points, claims stand beside the texts.
const THREE_COLUMNS_FROM: f32 = 980.0;

/// What the tab remembers.
#[derive(Default)]
pub struct StoryTab {
    list: list::List,
    claims: claims::Claims,
}

/// Draws what can be done with the scene looked at.
pub fn tools(ui: &mut Ui, cx: &mut Cx<'_>, rect: Rect) {
    let mut child = ui
        .new_child(UiBuilder::new().id_salt("story tools").max_rect(rect).layout(Layout::right_to_left(Align::Center)));
    child.set_clip_rect(rect.intersect(ui.clip_rect()));
    child.spacing_mut().item_spacing.x = 4.0;
    let scene = story::looked_at(cx.state).map(|(at, _)| at);
    let mut button = |words: &str, about: &str, enabled: Result<(), &'static str>, msg: Option<Msg>| {
        let text = RichText::new(words).size(theme::SIZE_SMALL);
        let response = child.add_enabled(enabled.is_ok() && msg.is_some(), Button::new(text));
        if response.clicked() {
            cx.msgs.extend(msg);
        }
        match enabled {
            Ok(()) => response.on_hover_text(about),
            Err(why) => response.on_disabled_hover_text(why),
        };
    };
    let ctx = ui.ctx().clone();
    let mut action = |words: &str, action: Action| {
        let keys = action.shortcuts().first().map(|s| format!(" ({})", ctx.format_shortcut(s))).unwrap_or_default();
        button(words, &(action.label() + &keys), action.enabled(cx.state), Some(Msg::Action(action)));
    };
    action("Present", Action::Present);
    action("Remove", Action::RemoveScene);
    action("Duplicate", Action::DuplicateScene);
    action("Update", Action::UpdateScene);
    let choose = scene.ok_or("Choose a scene first");
    button("Play", "Let just this fail, and look there", choose.map(|_| ()), scene.map(Msg::PlayScene));
    let add = Action::AddScene;
    button("Add scene", "Add what is played and seen now", add.enabled(cx.state), Some(Msg::Action(add)));
}

impl StoryTab {
    /// Draws the tab.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let design = cx.state.doc.design().clone();
        if design.meta.story.is_empty() {
            let words = "There are no scenes yet. Let something fail, look at what matters, and add that as a scene \
                         (Shift and S). F5 presents the story.";
            super::empty(ui, cx.palette, words);
            return;
        }
        let area = ui.available_rect_before_wrap().shrink2(egui::vec2(12.0, 6.0));
        let split = area.left() + (area.width() * LIST).min(WIDEST_LIST);
        self.list.show(ui, cx, area.with_max_x(split - 8.0));
        let Some((at, scene)) = story::looked_at(cx.state).map(|(at, scene)| (at, scene.clone())) else {
            let mut child = ui.new_child(UiBuilder::new().id_salt("no scene").max_rect(area.with_min_x(split + 8.0)));
            super::empty(&mut child, cx.palette, "Choose a scene to see and change what it says.");
            return;
        };
        let right = area.with_min_x(split + 8.0);
        if area.width() >= THREE_COLUMNS_FROM {
            let middle = right.center().x;
            column(ui, "scene texts", right.with_max_x(middle - 8.0), |ui| editor::show(ui, cx, at, &scene));
            column(ui, "scene claims", right.with_min_x(middle + 8.0), |ui| self.claims.show(ui, cx, at, &scene));
        } else {
            column(ui, "scene", right, |ui| {
                editor::show(ui, cx, at, &scene);
                self.claims.show(ui, cx, at, &scene);
            });
        }
    }
}

/// A column that scrolls by itself.
fn column(ui: &mut Ui, name: &str, rect: Rect, content: impl FnOnce(&mut Ui)) {
    let mut child = ui.new_child(UiBuilder::new().id_salt(name).max_rect(rect));
    child.set_clip_rect(rect.expand(2.0).intersect(ui.clip_rect()));
    egui::ScrollArea::vertical().id_salt(name).auto_shrink(false).show(&mut child, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.set_max_width(ui.available_width() - 8.0);
        content(ui);
        ui.add_space(8.0);
    });
}

/// Asks for a change of a scene. Changes with the same key in a row become one step.
fn change(cx: &mut Cx<'_>, at: usize, key: Option<&str>, change: impl FnOnce(&mut Scene)) {
    let design = cx.state.doc.design();
    let Some(scene) = design.meta.story.get(at) else { return };
    let mut scene = scene.clone();
    change(&mut scene);
    let edit = replace_scene(design, at, scene);
    cx.msgs.push(Msg::Edit(match key {
        Some(key) => edit.merging(format!("story {at} {key}")),
        None => edit,
    }));
}
