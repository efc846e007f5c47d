//! Menus on the canvas: what can be done with what was right-clicked, and how two components can be connected.

use std::collections::BTreeSet;
use std::sync::Arc;

use egui::containers::menu::menu_style;
use egui::{
    Align, Button, Context, EventFilter, FocusDirection, Key, LayerId, Layout, Modifiers, Popup, PopupCloseBehavior,
    PopupKind, Pos2, Rect, Ui,
};

use crate::app::Msg;
use crate::app::actions::Action;
use crate::app::state::{Placing, State};
use crate::app::tools::Hit;
use crate::app::whatif::offers;
use crate::design::commands::{self, Arrange};
use crate::design::failure::{Failure, connections};
use crate::design::places;
use crate::design::{Between, Component, Design, Id, Kind, Link, Proposal, Purpose, Region, RegionRole, proposals};
use crate::picture::icons;

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
    /// What had the keyboard when the menu was opened by a key, and gets it back.
    back_to: Option<egui::Id>,
}

/// A menu being laid out.
struct Entries<'a> {
    state: &'a State,
    msgs: &'a mut Vec<Msg>,
    /// The entries that can be chosen, in order.
    rows: Vec<egui::Id>,
}

impl Entries<'_> {
    /// A plain entry; returns whether it was chosen, and the menu closes then.
    fn entry(&mut self, ui: &mut Ui, button: Button<'_>) -> bool {
        let response = ui.add(button);
        self.rows.push(response.id);
        if response.clicked() {
            ui.close();
        }
        response.clicked()
    }

    /// An entry that opens another menu beside it.
    fn submenu(&mut self, ui: &mut Ui, words: &str, add: impl FnOnce(&mut Ui, &mut Self)) {
        let outer = std::mem::take(&mut self.rows);
        let shown = ui.menu_button(words, |ui| {
            add(ui, self);
            walk(ui, &self.rows);
        });
        let inner = std::mem::replace(&mut self.rows, outer);
        let own = shown.response.id;
        self.rows.push(own);
        let Some(focused) = ui.memory(|m| m.focused()) else { return };
        let (key, target) = if inner.contains(&focused) {
            (Key::ArrowLeft, Some(own))
        } else if focused == own {
            (Key::ArrowRight, inner.first().copied())
        } else {
            return;
        };
        if let Some(target) = target
            && ui.input_mut(|i| i.consume_key(Modifiers::NONE, key))
        {
            give_keyboard(ui, target);
        }
    }
}

/// Gives a widget the keyboard, whatever an arrow key would have chosen by position.
fn give_keyboard(ui: &Ui, widget: egui::Id) {
    ui.memory_mut(|m| {
        m.move_focus(FocusDirection::None);
        m.request_focus(widget);
    });
    ui.ctx().request_repaint();
}

/// Up and Down move the keyboard along the entries, and from the last to the first.
fn walk(ui: &Ui, rows: &[egui::Id]) {
    let focused = ui.memory(|m| m.focused());
    let Some(at) = rows.iter().position(|row| Some(*row) == focused) else { return };
    if let Some(row) = rows.get(at) {
        // Arrows look for the nearest widget otherwise, and would find one on the canvas.
        let filter = EventFilter { tab: false, horizontal_arrows: true, vertical_arrows: true, escape: false };
        ui.memory_mut(|m| m.set_focus_lock_filter(*row, filter));
    }
    let count = |key| ui.input_mut(|i| i.count_and_consume_key(Modifiers::NONE, key)) % rows.len();
    let (down, up) = (count(Key::ArrowDown), count(Key::ArrowUp));
    if let Some(row) = rows.get((at + down + rows.len() - up) % rows.len())
        && (down, up) != (0, 0)
    {
        give_keyboard(ui, *row);
    }
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
        self.back_to = ctx.memory(|m| m.focused());
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
            if let Some(widget) = self.back_to.take()
                && ui.memory(|m| m.focused().is_none() && m.top_modal_layer().is_none())
            {
                ui.memory_mut(|m| m.request_focus(widget));
            }
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
                let mut entries = Entries { state, msgs, rows: Vec::new() };
                match about {
                    About::Hit(hit, pos_scene) => hit_menu(ui, &hit, pos_scene, &mut entries),
                    About::Choice(from, to, ways) => choice_menu(ui, &from, &to, &ways, &mut entries),
                }
                walk(ui, &entries.rows);
                if let (Some(first), true) = (entries.rows.first(), self.wants_focus)
                    && !ui.is_sizing_pass()
                {
                    give_keyboard(ui, *first);
                    self.wants_focus = false;
                }
            });
    }
}

/// One entry per way to connect.
fn choice_menu(ui: &mut Ui, from: &Id, to: &Id, ways: &[Proposal], entries: &mut Entries<'_>) {
    let design = entries.state.doc.design();
    ui.weak(format!("{} and {}", design.name_of(from), design.name_of(to)));
    ui.separator();
    for way in ways {
        if entries.entry(ui, Button::new(proposal_label(design, from, to, *way))) {
            entries.msgs.push(Msg::Connect(from.clone(), to.clone(), *way));
        }
    }
}

/// An entry of the table of actions, with its key and, when it cannot be done, why not.
fn action(ui: &mut Ui, action: Action, entries: &mut Entries<'_>) {
    let mut button = Button::new(action.label());
    if let Some(shortcut) = action.shortcuts().first() {
        button = button.shortcut_text(ui.ctx().format_shortcut(shortcut));
    }
    let enabled = action.enabled(entries.state);
    let mut response = ui.add_enabled(enabled.is_ok(), button);
    match enabled {
        Ok(()) => entries.rows.push(response.id),
        Err(why) => response = response.on_disabled_hover_text(why),
    }
    if response.clicked() {
        entries.msgs.push(Msg::Action(action));
        ui.close();
    }
}

fn actions(ui: &mut Ui, list: &[Action], entries: &mut Entries<'_>) {
    for entry in list {
        action(ui, *entry, entries);
    }
}

/// An entry of a group of which one is chosen; returns whether another one was.
fn choice(ui: &mut Ui, chosen: bool, words: &str, entries: &mut Entries<'_>) -> bool {
    entries.entry(ui, Button::new(words).selected(chosen)) && !chosen
}

fn hit_menu(ui: &mut Ui, hit: &Hit, pos_scene: Pos2, entries: &mut Entries<'_>) {
    let state = entries.state;
    let design = state.doc.design();
    let id = hit.id();
    let several = state.selection.len() > 1 && id.is_some_and(|id| state.selection.contains(id));
    if state.view.presenting.is_some() {
        if let Some(id) = id {
            failure_menu(ui, id, entries);
        }
        actions(ui, &[Action::RepairAll], entries);
    } else if several {
        actions(ui, &[Action::FailOrRepair, Action::CutConnection], entries);
        entries.submenu(ui, "Slow the connection", |ui, entries| {
            for ms in offers::SLOWER_MS {
                action(ui, Action::SlowConnection(ms), entries);
            }
        });
        ui.separator();
        entries.submenu(ui, "Arrange", |ui, entries| {
            for how in Arrange::ALL {
                action(ui, Action::Arrange(how), entries);
            }
        });
        ui.separator();
        common(ui, entries);
    } else if let Some((id, region)) = id.and_then(|id| design.regions.get_key_value(id)) {
        region_menu(ui, id, region, entries);
    } else if let Some((id, component)) = id.and_then(|id| design.components.get_key_value(id)) {
        component_menu(ui, id, component, entries);
    } else if let Some((id, link)) = id.and_then(|id| design.links.get_key_value(id)) {
        link_menu(ui, id, link, entries);
    } else {
        canvas_menu(ui, pos_scene, entries);
    }
}

fn common(ui: &mut Ui, entries: &mut Entries<'_>) {
    actions(ui, &[Action::Cut, Action::Copy, Action::Paste, Action::Duplicate], entries);
    ui.separator();
    actions(ui, &[Action::ZoomToSelection, Action::Delete], entries);
}

/// What can be failed or repaired of an element.
fn failure_menu(ui: &mut Ui, id: &Id, entries: &mut Entries<'_>) {
    let state = entries.state;
    let design = state.doc.design();
    let failures = state.whatif.failures();
    let key = |ui: &Ui, action: Action| action.shortcuts().first().map(|s| ui.ctx().format_shortcut(s));
    if let Some(failure) = offers::of(design, id) {
        let words = match (failures.contains(&failure), &failure) {
            (true, _) => "Repair",
            (_, Failure::Region(_)) => "Fail this region",
            (_, Failure::Link(_)) => "Cut this link",
            _ => "Fail",
        };
        let button = Button::new(words).shortcut_text(key(ui, Action::FailOrRepair).unwrap_or_default());
        if entries.entry(ui, button) {
            entries.msgs.push(Msg::ToggleFailure(failure));
        }
    }
    if let Some(more) = offers::one_more_node(design, failures, id) {
        let words =
            if matches!(more, Failure::Nodes { count: 1, .. }) { "Fail one node" } else { "Fail one more node" };
        let button = Button::new(words).shortcut_text(key(ui, Action::FailNode).unwrap_or_default());
        if entries.entry(ui, button) {
            entries.msgs.push(Msg::Fail(more));
        }
    }
    let own_nodes = failures.iter().find(|f| matches!(f, Failure::Nodes { component, .. } if component == id));
    if let Some(nodes) = own_nodes
        && entries.entry(ui, Button::new("Repair its nodes"))
    {
        entries.msgs.push(Msg::Repair(nodes.clone()));
    }
    let zones = offers::zones_of(design, id);
    if !zones.is_empty() {
        entries.submenu(ui, "Fail a zone", |ui, entries| toggles(ui, &zones, entries));
    }
    connection_menu(ui, id, entries);
    ui.separator();
}

/// Cutting and slowing down the connections that an element is about.
fn connection_menu(ui: &mut Ui, id: &Id, entries: &mut Entries<'_>) {
    let design = entries.state.doc.design();
    let all = connections(design);
    let own: Vec<Between> = if design.links.contains_key(id) {
        offers::connection(design, &BTreeSet::from([id.clone()])).into_iter().collect()
    } else if design.regions.contains_key(id) {
        all.into_iter().filter(|between| between.first() == id || between.second() == id).collect()
    } else {
        Vec::new()
    };
    if own.is_empty() {
        return;
    }
    entries.submenu(ui, "Cut the connection", |ui, entries| {
        let cuts: Vec<Failure> = own.iter().cloned().map(Failure::Cut).collect();
        toggles(ui, &cuts, entries);
    });
    entries.submenu(ui, "Slow the connection", |ui, entries| {
        let slower = |between: &Between| {
            let between = between.clone();
            offers::SLOWER_MS.map(move |extra_rtt_ms| Failure::Slow { between: between.clone(), extra_rtt_ms })
        };
        let slow: Vec<Failure> = own.iter().flat_map(slower).collect();
        toggles(ui, &slow, entries);
    });
}

/// One entry for each thing that can fail, marked when it has.
fn toggles(ui: &mut Ui, failures: &[Failure], entries: &mut Entries<'_>) {
    let state = entries.state;
    for failure in failures {
        let failed = state.whatif.failures().contains(failure);
        let words = failure.title(state.doc.design());
        if entries.entry(ui, Button::new(words).selected(failed)) {
            entries.msgs.push(Msg::ToggleFailure(failure.clone()));
        }
    }
}

fn canvas_menu(ui: &mut Ui, pos_scene: Pos2, entries: &mut Entries<'_>) {
    entries.submenu(ui, "Add here", |ui, entries| {
        for kind in Kind::ALL {
            if entries.entry(ui, Button::new(format!("{}  {}", icons::icon(kind), kind.label()))) {
                entries.msgs.push(Msg::PlaceAt(Placing::Component(kind), pos_scene));
            }
        }
    });
    actions(ui, &[Action::InsertRegion, Action::Paste], entries);
    ui.separator();
    actions(ui, &[Action::SelectAll, Action::ZoomToFit, Action::ZoomActual, Action::ToggleMinimap], entries);
}

fn region_menu(ui: &mut Ui, id: &Id, region: &Arc<Region>, entries: &mut Entries<'_>) {
    action(ui, Action::Rename, entries);
    entries.submenu(ui, "Role", |ui, entries| {
        for role in RegionRole::ALL {
            if choice(ui, region.role == role, role.label(), entries) {
                let label = format!("Make {} a {} region", region.name, role.label().to_lowercase());
                let changed = Region { role, ..Region::clone(region) };
                entries.msgs.push(Msg::Edit(commands::set_region(label, id, changed)));
            }
        }
    });
    entries.submenu(ui, "Add to it", |ui, entries| {
        for kind in Kind::ALL.into_iter().filter(|k| k.fits_in_region()) {
            if entries.entry(ui, Button::new(format!("{}  {}", icons::icon(kind), kind.label()))) {
                entries.msgs.push(Msg::Action(Action::Insert(kind)));
            }
        }
    });
    ui.separator();
    failure_menu(ui, id, entries);
    common(ui, entries);
}

fn component_menu(ui: &mut Ui, id: &Id, component: &Arc<Component>, entries: &mut Entries<'_>) {
    let state = entries.state;
    let design = state.doc.design();
    actions(ui, &[Action::Rename, Action::Connect], entries);
    if component.size.is_some() {
        entries.submenu(ui, "Instances", |ui, entries| {
            for count in 1..=8 {
                if choice(ui, component.instances == count, &format!("×{count}"), entries) {
                    let label = format!("Set {} to {count} instances", component.name);
                    let changed = Component { instances: count, ..Component::clone(component) };
                    entries.msgs.push(Msg::Edit(commands::set_component(label, id, changed)));
                }
            }
        });
    }
    if component.kind().fits_in_region() && !design.regions.is_empty() {
        entries.submenu(ui, "Move to region", |ui, entries| {
            for (region_id, region) in &design.regions {
                if choice(ui, component.region.as_ref() == Some(region_id), &region.name, entries) {
                    let label = format!("Move {} to {}", component.name, region.name);
                    let pos = places::in_region(design, region_id, component.kind().extent(), places::FIRST_SPOT);
                    let changed = Component { region: Some(region_id.clone()), pos, ..Component::clone(component) };
                    entries.msgs.push(Msg::Edit(commands::set_component(label, id, changed)));
                }
            }
        });
    }
    ui.separator();
    failure_menu(ui, id, entries);
    common(ui, entries);
}

fn link_menu(ui: &mut Ui, id: &Id, link: &Arc<Link>, entries: &mut Entries<'_>) {
    let state = entries.state;
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
    entries.submenu(ui, "Purpose", |ui, entries| {
        for purpose in purposes {
            if choice(ui, purpose == link.purpose, purpose.label(), entries) {
                let label = format!("Make the link {}", lower_first(purpose.label()));
                let fresh = Link::new(link.from.clone(), link.to.clone(), purpose);
                let changed = Link { purpose, replication: fresh.replication, ..Link::clone(link) };
                entries.msgs.push(Msg::Edit(commands::set_link(label, id, changed)));
            }
        }
    });
    if entries.entry(ui, Button::new("Reverse direction")) {
        let label = format!("Reverse {}", design.name_of(id));
        let changed = Link { from: link.to.clone(), to: link.from.clone(), ..Link::clone(link) };
        entries.msgs.push(Msg::Edit(commands::set_link(label, id, changed)));
    }
    if !state.view.right_open && entries.entry(ui, Button::new("Properties")) {
        entries.msgs.push(Msg::Action(Action::ToggleRight));
    }
    ui.separator();
    failure_menu(ui, id, entries);
    actions(ui, &[Action::ZoomToSelection, Action::Delete], entries);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::Pos;

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
