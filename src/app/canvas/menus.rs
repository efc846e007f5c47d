//! Menus on the canvas: what can be done with what was right-clicked, and how two components can be connected.

use std::sync::Arc;

use egui::containers::menu::menu_style;
use egui::{Align, Button, Context, LayerId, Layout, Popup, PopupCloseBehavior, PopupKind, Pos2, Rect, Ui};

use crate::app::Msg;
use crate::app::actions::Action;
use crate::app::camera;
use crate::app::icons;
use crate::app::state::{Placing, State};
use crate::app::tools::Hit;
use crate::design::commands::{self, Arrange, REGION_PADDING, REGION_TITLE};
use crate::design::{Component, Design, Id, Kind, Link, Pos, Proposal, Purpose, Region, RegionRole, proposals};

/// What a menu is about.
#[derive(Debug, Clone)]
enum About {
    /// What was right-clicked, and where.
    Hit(Hit, Pos2),
    /// Two components to connect, and the ways to do it.
    Choice(Id, Id, Vec<Proposal>),
}

/// The menu that is open.
#[derive(Default)]
pub struct Menus {
    open: Option<(About, Pos2)>,
    /// Whether the first entry still has to get the keyboard.
    wants_focus: bool,
}

/// The words for a way to connect: purposes and ports, and who connects when it is not the side dragged from.
#[must_use]
pub fn proposal_label(design: &Design, from: &Id, to: &Id, proposal: Proposal) -> String {
    let mut words = String::new();
    for (i, purpose) in proposal.purposes.iter().enumerate() {
        if i == 0 {
            words.push_str(purpose.label());
        } else {
            words.push_str(" + ");
            words.push_str(&lower_first(purpose.label()));
        }
    }
    let listener = if proposal.reversed { from } else { to };
    let mut ports: Vec<String> = Vec::new();
    for purpose in proposal.purposes {
        let link = Link::new(from.clone(), listener.clone(), *purpose);
        for part in crate::picture::card::link_ports(design, &link) {
            if !ports.contains(&part) {
                ports.push(part);
            }
        }
    }
    if !ports.is_empty() {
        words.push_str(" · ");
        words.push_str(&ports.join(", "));
    }
    if proposal.reversed {
        words.push_str(&format!(" · opened by {}", design.name_of(to)));
    }
    words
}

/// The words with a small first letter, unless they begin with an abbreviation.
fn lower_first(words: &str) -> String {
    let mut chars = words.chars();
    match (chars.next(), chars.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() => first.to_lowercase().chain(chars).collect(),
        _ => words.to_owned(),
    }
}

/// The kind with its article: "a gateway", "an identity provider".
fn with_article(kind: Kind) -> String {
    let word = lower_first(kind.label());
    let article = if word.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
    format!("{article} {word}")
}

impl Menus {
    /// Opens the menu of what was right-clicked.
    pub fn open(&mut self, ctx: &Context, hit: Hit, pos_scene: Pos2, pos_screen: Pos2) {
        self.open_about(ctx, About::Hit(hit, pos_scene), pos_screen);
    }

    fn open_about(&mut self, ctx: &Context, about: About, pos_screen: Pos2) {
        self.open = Some((about, pos_screen));
        self.wants_focus = true;
        Popup::open_id(ctx, Self::id());
    }

    fn id() -> egui::Id {
        egui::Id::new("canvas menu")
    }

    /// Connects two components: at once when there is one way, by a menu when there are several.
    pub fn connect(&mut self, ctx: &Context, design: &Design, from: Id, to: Id, at: Pos2, msgs: &mut Vec<Msg>) {
        let kind = |id: &Id| design.components.get(id).map(|c| c.kind());
        let (Some(a), Some(b)) = (kind(&from), kind(&to)) else { return };
        let ways = proposals(a, b);
        match ways.as_slice() {
            [] => msgs.push(Msg::Toast(format!(
                "Nothing documented connects {} with {}",
                with_article(a),
                with_article(b)
            ))),
            [only] => msgs.push(Msg::Connect(from, to, *only)),
            _ => self.open_about(ctx, About::Choice(from, to, ways), at),
        }
    }

    /// Shows the open menu.
    pub fn show(&mut self, ui: &Ui, layer: LayerId, state: &State, msgs: &mut Vec<Msg>) {
        let Some((about, at)) = self.open.clone() else { return };
        if !Popup::is_id_open(ui.ctx(), Self::id()) {
            self.open = None;
            return;
        }
        let anchor = Rect::from_min_size(at, egui::Vec2::ZERO);
        Popup::new(Self::id(), ui.ctx().clone(), anchor, layer)
            .kind(PopupKind::Menu)
            .open_memory(None)
            .gap(2.0)
            .layout(Layout::top_down_justified(Align::Min))
            .style(menu_style)
            .close_behavior(PopupCloseBehavior::CloseOnClick)
            .show(|ui| {
                ui.set_min_width(180.0);
                let first = match about {
                    About::Hit(hit, pos_scene) => {
                        hit_menu(ui, &hit, pos_scene, state, msgs);
                        None
                    }
                    About::Choice(from, to, ways) => choice_menu(ui, &from, &to, &ways, state, msgs),
                };
                if let (Some(first), true) = (first, self.wants_focus)
                    && !ui.is_sizing_pass()
                {
                    first.request_focus();
                    self.wants_focus = false;
                }
            });
    }
}

/// One entry per way to connect; returns the first.
fn choice_menu(
    ui: &mut Ui,
    from: &Id,
    to: &Id,
    ways: &[Proposal],
    state: &State,
    msgs: &mut Vec<Msg>,
) -> Option<egui::Response> {
    let design = state.doc.design();
    ui.weak(format!("{} and {}", design.name_of(from), design.name_of(to)));
    ui.separator();
    let mut first = None;
    for way in ways {
        let entry = ui.button(proposal_label(design, from, to, *way));
        if entry.clicked() {
            msgs.push(Msg::Connect(from.clone(), to.clone(), *way));
            ui.close();
        }
        first.get_or_insert(entry);
    }
    first
}

/// An entry of the table of actions, with its key and, when it cannot be done, why not.
fn action(ui: &mut Ui, action: Action, state: &State, msgs: &mut Vec<Msg>) {
    let mut button = Button::new(action.label());
    if let Some(shortcut) = action.shortcuts().first() {
        button = button.shortcut_text(ui.ctx().format_shortcut(shortcut));
    }
    let enabled = action.enabled(state);
    let mut response = ui.add_enabled(enabled.is_ok(), button);
    if let Err(why) = enabled {
        response = response.on_disabled_hover_text(why);
    }
    if response.clicked() {
        msgs.push(Msg::Action(action));
        ui.close();
    }
}

fn actions(ui: &mut Ui, list: &[Action], state: &State, msgs: &mut Vec<Msg>) {
    for entry in list {
        action(ui, *entry, state, msgs);
    }
}

/// An entry of a group of which one is chosen; returns whether it was clicked.
fn choice(ui: &mut Ui, chosen: bool, words: &str) -> bool {
    let clicked = ui.add(Button::new(words).selected(chosen)).clicked();
    if clicked {
        ui.close();
    }
    clicked && !chosen
}

fn hit_menu(ui: &mut Ui, hit: &Hit, pos_scene: Pos2, state: &State, msgs: &mut Vec<Msg>) {
    let design = state.doc.design();
    let id = hit.id();
    let several = state.selection.len() > 1 && id.is_some_and(|id| state.selection.contains(id));
    if several {
        ui.menu_button("Arrange", |ui| {
            for how in Arrange::ALL {
                action(ui, Action::Arrange(how), state, msgs);
            }
        });
        ui.separator();
        common(ui, state, msgs);
    } else if let Some((id, region)) = id.and_then(|id| design.regions.get_key_value(id)) {
        region_menu(ui, id, region, state, msgs);
    } else if let Some((id, component)) = id.and_then(|id| design.components.get_key_value(id)) {
        component_menu(ui, id, component, state, msgs);
    } else if let Some((id, link)) = id.and_then(|id| design.links.get_key_value(id)) {
        link_menu(ui, id, link, state, msgs);
    } else {
        canvas_menu(ui, pos_scene, state, msgs);
    }
}

fn common(ui: &mut Ui, state: &State, msgs: &mut Vec<Msg>) {
    actions(ui, &[Action::Cut, Action::Copy, Action::Paste, Action::Duplicate], state, msgs);
    ui.separator();
    actions(ui, &[Action::ZoomToSelection, Action::Delete], state, msgs);
}

fn canvas_menu(ui: &mut Ui, pos_scene: Pos2, state: &State, msgs: &mut Vec<Msg>) {
    ui.menu_button("Add here", |ui| {
        for kind in Kind::ALL {
            if ui.button(format!("{}  {}", icons::icon(kind), kind.label())).clicked() {
                msgs.push(Msg::PlaceAt(Placing::Component(kind), pos_scene));
                ui.close();
            }
        }
    });
    actions(ui, &[Action::InsertRegion, Action::Paste], state, msgs);
    ui.separator();
    actions(ui, &[Action::SelectAll, Action::ZoomToFit, Action::ZoomActual, Action::ToggleMinimap], state, msgs);
}

fn region_menu(ui: &mut Ui, id: &Id, region: &Arc<Region>, state: &State, msgs: &mut Vec<Msg>) {
    action(ui, Action::Rename, state, msgs);
    ui.menu_button("Role", |ui| {
        for role in RegionRole::ALL {
            if choice(ui, region.role == role, role.label()) {
                let label = format!("Make {} a {} region", region.name, role.label().to_lowercase());
                let changed = Region { role, ..Region::clone(region) };
                msgs.push(Msg::Edit(commands::set_region(label, id, changed)));
            }
        }
    });
    ui.menu_button("Add to it", |ui| {
        for kind in Kind::ALL.into_iter().filter(|k| k.fits_in_region()) {
            if ui.button(format!("{}  {}", icons::icon(kind), kind.label())).clicked() {
                msgs.push(Msg::Action(Action::Insert(kind)));
                ui.close();
            }
        }
    });
    ui.separator();
    common(ui, state, msgs);
}

fn component_menu(ui: &mut Ui, id: &Id, component: &Arc<Component>, state: &State, msgs: &mut Vec<Msg>) {
    let design = state.doc.design();
    actions(ui, &[Action::Rename, Action::Connect], state, msgs);
    if component.size.is_some() {
        ui.menu_button("Instances", |ui| {
            for count in 1..=8 {
                if choice(ui, component.instances == count, &format!("×{count}")) {
                    let label = format!("Set {} to {count} instances", component.name);
                    let changed = Component { instances: count, ..Component::clone(component) };
                    msgs.push(Msg::Edit(commands::set_component(label, id, changed)));
                }
            }
        });
    }
    if component.kind().fits_in_region() && !design.regions.is_empty() {
        ui.menu_button("Move to region", |ui| {
            for (region_id, region) in &design.regions {
                if choice(ui, component.region.as_ref() == Some(region_id), &region.name) {
                    let label = format!("Move {} to {}", component.name, region.name);
                    let pos = free_spot(design, region_id, region, component.kind());
                    let changed = Component { region: Some(region_id.clone()), pos, ..Component::clone(component) };
                    msgs.push(Msg::Edit(commands::set_component(label, id, changed)));
                }
            }
        });
    }
    ui.separator();
    common(ui, state, msgs);
}

/// A place in a region where a box of the kind covers nothing; relative to the region.
fn free_spot(design: &Design, id: &Id, region: &Region, kind: Kind) -> Pos {
    let size = kind.extent();
    let taken: Vec<Rect> =
        design.components_in(id).map(|(_, c)| camera::rect(design.rect_scene(c)).expand(8.0)).collect();
    let mut y = REGION_TITLE + 8;
    while y + size.1 + REGION_PADDING <= region.extent.1 {
        let mut x = REGION_PADDING;
        while x + size.0 + REGION_PADDING <= region.extent.0 {
            let corner = region.pos.offset(x, y);
            let spot = camera::rect(crate::design::SceneRect { min: corner, extent: size });
            if !taken.iter().any(|t| t.intersects(spot)) {
                return Pos(x, y);
            }
            x += 24;
        }
        y += 24;
    }
    Pos(REGION_PADDING, REGION_TITLE + 8)
}

fn link_menu(ui: &mut Ui, id: &Id, link: &Arc<Link>, state: &State, msgs: &mut Vec<Msg>) {
    let design = state.doc.design();
    let kind = |id: &Id| design.components.get(id).map(|c| c.kind());
    let mut purposes: Vec<Purpose> = vec![link.purpose];
    if let (Some(from), Some(to)) = (kind(&link.from), kind(&link.to)) {
        for proposal in proposals(from, to).into_iter().filter(|p| !p.reversed) {
            for purpose in proposal.purposes {
                if !purposes.contains(purpose) {
                    purposes.push(*purpose);
                }
            }
        }
    }
    ui.menu_button("Purpose", |ui| {
        for purpose in purposes {
            if choice(ui, purpose == link.purpose, purpose.label()) {
                let label = format!("Make the link {}", lower_first(purpose.label()));
                let fresh = Link::new(link.from.clone(), link.to.clone(), purpose);
                let changed = Link { purpose, replication: fresh.replication, ..Link::clone(link) };
                msgs.push(Msg::Edit(commands::set_link(label, id, changed)));
            }
        }
    });
    if ui.button("Reverse direction").clicked() {
        let label = format!("Reverse {}", design.name_of(id));
        let changed = Link { from: link.to.clone(), to: link.from.clone(), ..Link::clone(link) };
        msgs.push(Msg::Edit(commands::set_link(label, id, changed)));
        ui.close();
    }
    if !state.view.right_open && ui.button("Properties").clicked() {
        msgs.push(Msg::Action(Action::ToggleRight));
        ui.close();
    }
    ui.separator();
    actions(ui, &[Action::ZoomToSelection, Action::Delete], state, msgs);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_to_connect_is_told_with_ports_and_who_connects() {
        let mut design = Design::default();
        let [gateway, control_plane] = [Kind::Gateway, Kind::ControlPlane].map(|kind| {
            let (edit, id) = commands::add_component(&design, kind, Pos(0, 0));
            edit.apply(&mut design).expect("a component can be added");
            id
        });
        let along = proposals(Kind::Gateway, Kind::ControlPlane);
        let words = proposal_label(&design, &gateway, &control_plane, along[0]);
        assert_eq!(words, "Artifact pull + event stream + key manager calls · 9443, 5672");
        let against = proposals(Kind::ControlPlane, Kind::Gateway);
        let reversed = against.iter().find(|p| p.reversed).expect("the gateway connects");
        let words = proposal_label(&design, &control_plane, &gateway, *reversed);
        assert!(words.ends_with("opened by Gateway"), "{words}");
    }

    #[test]
    fn kinds_have_their_article() {
        assert_eq!(with_article(Kind::IdentityProvider), "an identity provider");
        assert_eq!(with_article(Kind::Database), "a database");
    }
}
