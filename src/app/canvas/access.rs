//! Names for keyboard, screen readers and tests: an interact rectangle for each element in view.

use std::collections::HashMap;

use egui::accesskit::{Action as Press, Role};
use egui::{Rect, Response, Sense, Ui, UiBuilder, Vec2, WidgetInfo, WidgetType};

use crate::app::state::State;
use crate::design::{Design, Id};
use crate::picture::badge::Badge;
use crate::picture::card;

use super::badges::Badges;
use super::scene::{Item, Scene};
use super::shapes::Look;
use super::visible::Visible;

/// Most components, and most links, in view that are all named. Of more, only those around the keyboard are.
pub const MAX_NAMED: usize = 400;

/// What is drawn in a frame, for naming it.
#[derive(Clone, Copy)]
pub struct Drawn<'a> {
    /// Scale and detail.
    pub look: &'a Look,
    /// Elements.
    pub scene: &'a Scene,
    /// Which of them are in view.
    pub visible: &'a Visible,
    /// Their problems.
    pub badges: &'a Badges,
    /// The rest.
    pub state: &'a State,
}

/// The element that has the keyboard, and those that can get it.
#[derive(Default)]
pub struct Access {
    /// Elements with an interact rectangle in the last frame, by widget.
    elements: HashMap<egui::Id, Id>,
    /// The element that got the keyboard by a press; no ring is drawn around it.
    by_pointer: Option<egui::Id>,
    last_focus: Option<egui::Id>,
    /// Tab was pressed in the last frame; from the last element to the first the keyboard takes one frame more.
    tabbed: bool,
}

/// The widget of an element.
#[must_use]
pub fn widget(canvas: egui::Id, id: &Id) -> egui::Id {
    canvas.with(("element", id.as_str()))
}

/// What a screen reader says of an element: "Gateway, Gateway ×2 in Mumbai, 1 problem".
#[must_use]
pub fn spoken(design: &Design, scene: &Scene, item: Item, badge: Option<Badge>) -> String {
    let text = match item {
        Item::Region(index) => {
            let Some(view) = scene.regions.get(index) else { return String::new() };
            card::spoken_region(&view.region, view.children.len())
        }
        Item::Node(node) => {
            let Some(part) = scene.part(node) else { return String::new() };
            let region = part.region.and_then(|r| scene.regions.get(r));
            card::spoken_component(&part.component, region.map(|view| &*view.region))
        }
        Item::Edge(edge) => {
            let Some(wire) = scene.wire(edge) else { return String::new() };
            card::spoken_link(design, &wire.link)
        }
    };
    text + &badge.map(|badge| format!(", {}", badge.words())).unwrap_or_default()
}

/// What has become of an element by what has failed, and why: ", cannot restart: Running gateways go on, …".
fn failure(state: &State, id: &Id) -> String {
    let Some(mark) = state.whatif.effects().and_then(|effects| effects.mark(id)) else { return String::new() };
    let own = crate::app::whatif::reasons::own(state.shown(), state.whatif.failures(), id);
    let why = own
        .first()
        .cloned()
        .or_else(|| state.meaning(id).map(str::to_owned))
        .map(|why| format!(": {why}"))
        .unwrap_or_default();
    format!(", {}{why}", mark.words)
}

/// A rectangle in AccessKit's form, screen points.
fn bounds(rect: Rect) -> egui::accesskit::Rect {
    egui::accesskit::Rect { x0: rect.min.x.into(), y0: rect.min.y.into(), x1: rect.max.x.into(), y1: rect.max.y.into() }
}

impl Access {
    /// The element with the keyboard.
    #[must_use]
    pub fn focused(&self, ui: &Ui) -> Option<Id> {
        ui.memory(|m| m.focused()).and_then(|widget| self.elements.get(&widget).cloned())
    }

    /// Whether the canvas or an element has the keyboard, or nothing has.
    #[must_use]
    pub fn has_keyboard(&self, ui: &Ui, canvas: egui::Id) -> bool {
        let focused = ui.memory(|m| m.focused());
        focused.is_none_or(|widget| widget == canvas || self.elements.contains_key(&widget))
    }

    /// Gives the keyboard to what was pressed, or to the canvas.
    pub fn focus_by_pointer(&mut self, ui: &Ui, canvas: egui::Id, pressed: Option<&Id>) {
        let element = pressed.map(|id| widget(canvas, id)).filter(|w| self.elements.contains_key(w));
        let target = element.unwrap_or(canvas);
        self.by_pointer = Some(target);
        ui.memory_mut(|m| m.request_focus(target));
    }

    /// The element that just got the keyboard by a key, so that it can be brought into view, and whether it was
    /// reached by Tab.
    pub fn newly_focused(&mut self, ui: &Ui) -> Option<(Id, bool)> {
        let tab = ui.input(|i| i.key_pressed(egui::Key::Tab));
        let tabbed = std::mem::replace(&mut self.tabbed, tab) || tab;
        let focused = ui.memory(|m| m.focused());
        let new = focused != self.last_focus && focused.is_some() && focused != self.by_pointer;
        if focused != self.by_pointer {
            self.by_pointer = None;
        }
        self.last_focus = focused;
        let id = focused.filter(|_| new).and_then(|w| self.elements.get(&w).cloned())?;
        Some((id, tabbed))
    }

    /// The element to draw a ring around: it has the keyboard, and not by a press.
    #[must_use]
    pub fn ringed(&self, ui: &Ui) -> Option<Id> {
        let focused = ui.memory(|m| m.focused()).filter(|w| Some(*w) != self.by_pointer)?;
        self.elements.get(&focused).cloned()
    }

    /// Allocates the elements in view, and around the focused one those before and after it. Returns what an
    /// assistive tool pressed.
    pub fn allocate(&mut self, ui: &mut Ui, canvas: &Response, drawn: Drawn<'_>) -> Option<Id> {
        let Drawn { look, scene, badges, state, .. } = drawn;
        ui.accesskit_node_builder(canvas.id, |node| {
            node.set_role(Role::Canvas);
            node.set_label("Design canvas");
            node.set_bounds(bounds(canvas.rect));
        });
        let items = self.items(ui, drawn);
        self.elements.clear();
        let asked = ui.input(|i| i.events.iter().any(|e| matches!(e, egui::Event::AccessKitActionRequest(_))));
        let mut pressed = None;
        let mut region: Option<(usize, Ui)> = None;
        for (parent, item) in items {
            let (Some(id), Some(rect)) = (scene.id(item), scene.rect_of(item)) else { continue };
            let rect = look.camera.rect_to_screen(rect);
            let rect = if matches!(item, Item::Edge(_)) {
                Rect::from_center_size(rect.center(), Vec2::splat(24.0))
            } else {
                rect
            };
            let widget = widget(canvas.id, id);
            if let (Some(parent), false) = (parent, region.as_ref().is_some_and(|(r, _)| Some(*r) == parent)) {
                let owner = scene.regions.get(parent).map_or(canvas.id, |r| self::widget(canvas.id, &r.id));
                let builder =
                    UiBuilder::new().id(owner.with("inside")).max_rect(canvas.rect).accessibility_parent(owner);
                let mut child = ui.new_child(builder);
                child.set_clip_rect(canvas.rect);
                region = Some((parent, child));
            }
            let holder = match (&region, parent) {
                (Some((r, child)), Some(parent)) if *r == parent => child,
                _ => &*ui,
            };
            let had_keyboard = ui.memory(|m| m.has_focus(widget));
            let response = holder.interact(rect, widget, Sense::focusable_noninteractive());
            // The end of a click takes the keyboard from everything that is not hovered, and only the canvas is.
            if had_keyboard && !response.has_focus() && self.by_pointer == Some(widget) && canvas.contains_pointer() {
                ui.memory_mut(|m| m.request_focus(widget));
            }
            let selected = state.selection.contains(id);
            response.widget_info(|| {
                let text = spoken(state.shown(), scene, item, badges.of(item)) + &failure(state, id);
                WidgetInfo::selected(WidgetType::Button, true, selected, text)
            });
            ui.accesskit_node_builder(widget, |node| {
                node.add_action(Press::Click);
                match item {
                    Item::Region(_) => node.set_role(Role::Group),
                    Item::Edge(_) => node.set_role(Role::ListItem),
                    Item::Node(_) => {}
                }
            });
            if asked && ui.input(|i| i.has_accesskit_action_request(widget, Press::Click)) {
                pressed = Some(id.clone());
            }
            self.elements.insert(widget, id.clone());
        }
        pressed
    }

    /// What to allocate, in reading order, each with the region it stands in.
    fn items(&self, ui: &Ui, drawn: Drawn<'_>) -> Vec<(Option<usize>, Item)> {
        let Drawn { scene, visible, state, .. } = drawn;
        let mut items: Vec<Item> = Vec::new();
        if visible.regions.len() <= MAX_NAMED {
            items.extend(visible.regions.iter().map(|r| Item::Region(*r)));
        }
        if visible.nodes.len() <= MAX_NAMED {
            items.extend(visible.nodes.iter().chain(&scene.moving.nodes).map(|n| Item::Node(*n)));
        }
        if visible.edges.len() <= MAX_NAMED {
            items.extend(visible.edges.iter().chain(&scene.moving.edges).map(|e| Item::Edge(*e)));
        }
        items.extend(state.single_selection().and_then(|id| scene.item(id)));
        if let Some(focused) = self.focused(ui).and_then(|id| scene.item(&id)) {
            // Tab must find a way on, also to what is out of view.
            let order = scene.reading_order();
            if let Some(at) = order.iter().position(|item| *item == focused) {
                items.extend(order.iter().skip(at.saturating_sub(1)).take(3));
            }
        }
        // A component's region is its parent in the tree, in view or not.
        let regions: Vec<Item> = items
            .iter()
            .filter_map(|item| match item {
                Item::Node(node) => scene.part(*node).and_then(|p| p.region).map(Item::Region),
                _ => None,
            })
            .collect();
        items.extend(regions);
        let key = |item: &Item| {
            let region = match *item {
                Item::Region(index) => Some(index),
                Item::Node(node) => scene.part(node).and_then(|p| p.region),
                Item::Edge(_) => None,
            };
            let class = match item {
                Item::Region(_) => 0,
                Item::Node(_) => 1,
                Item::Edge(_) => 2,
            };
            // Loose components come after all regions, links after everything.
            let group = if class == 2 { usize::MAX } else { region.unwrap_or(usize::MAX - 1) };
            (group, class, scene.id(*item))
        };
        items.sort_by(|a, b| key(a).cmp(&key(b)));
        items.dedup();
        let parent = |item: Item| match item {
            Item::Node(node) => scene.part(node).and_then(|p| p.region),
            _ => None,
        };
        items.into_iter().map(|item| (parent(item), item)).collect()
    }
}
