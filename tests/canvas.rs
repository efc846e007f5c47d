//! The canvas as a person meets it: through pointer, keys and accessible names.

#![cfg(feature = "gui")]
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail loudly")]

use std::collections::BTreeSet;
use std::time::Duration;

use egui::{Event, Key, Modifiers, PointerButton, Pos2, Vec2, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use meridian::app::state::Placing;
use meridian::app::{App, Msg, theme};
use meridian::design::commands;
use meridian::design::file::to_ron;
use meridian::design::history::Document;
use meridian::design::{Design, Id, Kind, Pos, Purpose, Site};

fn id(text: &str) -> Id {
    Id::new(text).expect("a valid id")
}

/// Two regions side by side with a gateway in one and a control plane in the other, users between.
fn sample() -> Design {
    let mut design = Design::default();
    for (name, site, x) in [("Mumbai", "ap-south-1", 0), ("Frankfurt", "eu-central-1", 520)] {
        let (edit, _) = commands::add_region(&design, name, Site::cloud("aws", site), Pos(x, 0));
        edit.apply(&mut design).expect("a region");
    }
    for (kind, at) in [
        (Kind::Gateway, Pos(120, 120)),
        (Kind::TrafficManager, Pos(120, 240)),
        (Kind::ControlPlane, Pos(680, 120)),
        (Kind::Users, Pos(480, 440)),
    ] {
        let (edit, _) = commands::add_component(&design, kind, at);
        edit.apply(&mut design).expect("a component");
    }
    design
}

struct Desk {
    harness: Harness<'static, App>,
}

impl Desk {
    fn new(design: Design) -> Self {
        let mut installed = false;
        let mut harness = Harness::builder().with_size([1280.0, 800.0]).with_max_steps(40).build_ui_state(
            move |ui, app: &mut App| {
                let ctx = ui.ctx().clone();
                // Fonts are there from the second frame on.
                if !std::mem::replace(&mut installed, true) {
                    theme::install(&ctx);
                    ctx.request_repaint();
                    return;
                }
                app.tick(&ctx);
                app.show(ui);
            },
            App::for_tests(),
        );
        let app = harness.state_mut();
        app.state.doc = Document::new(design);
        app.state.open = true;
        let view = &mut app.state.view;
        (view.left_open, view.right_open, view.bottom_open) = (false, false, false);
        harness.run();
        let mut desk = Self { harness };
        desk.app().state.camera.zoom = 0.8;
        desk.app().state.camera.center_scene = pos2(480.0, 240.0);
        desk.harness.run();
        desk
    }

    fn app(&mut self) -> &mut App {
        self.harness.state_mut()
    }

    fn design(&self) -> &Design {
        self.harness.state().state.doc.design()
    }

    fn text(&self) -> String {
        to_ron(self.design()).expect("a design can be written")
    }

    fn steps(&self) -> usize {
        self.harness.state().state.doc.applied()
    }

    fn screen(&self, pos_scene: Pos2) -> Pos2 {
        self.harness.state().state.camera.to_screen(pos_scene)
    }

    /// The middle of a component on the screen.
    fn middle(&self, component: &str) -> Pos2 {
        let component = &self.design().components[&id(component)];
        let center = self.design().rect_scene(component).center();
        self.screen(pos2(center.0 as f32, center.1 as f32))
    }

    fn selection(&self) -> BTreeSet<Id> {
        self.harness.state().state.selection.clone()
    }

    /// The name of what has the keyboard.
    fn focused(&self) -> String {
        let found = self.harness.query_by(|n| n.is_focused() && n.label().is_some());
        found.and_then(|n| n.accesskit_node().label()).unwrap_or_default()
    }

    fn drag(&mut self, from: Pos2, to: Pos2) {
        self.press_and_move(from, to);
        self.harness.drop_at(to);
        self.harness.run();
    }

    fn press_and_move(&mut self, from: Pos2, to: Pos2) {
        self.harness.hover_at(from);
        self.harness.run();
        self.harness.drag_at(from);
        for share in [0.1, 0.5, 0.9, 1.0] {
            self.harness.hover_at(from + (to - from) * share);
        }
        self.harness.run();
    }

    fn click(&mut self, at: Pos2, button: PointerButton) {
        self.harness.hover_at(at);
        self.harness.run();
        for pressed in [true, false] {
            self.harness.event(Event::PointerButton { pos: at, button, pressed, modifiers: Modifiers::NONE });
        }
        self.harness.run();
    }
}

#[test]
fn dropping_a_component_in_another_region_moves_it_there_in_one_step() {
    let mut desk = Desk::new(sample());
    let before = desk.text();
    let from = desk.middle("mumbai-gw");
    let to = desk.screen(pos2(700.0, 280.0));
    desk.drag(from, to);
    assert_eq!(desk.design().components[&id("mumbai-gw")].region, Some(id("frankfurt")));
    assert_eq!(desk.steps(), 1);
    desk.app().state.doc.undo();
    assert_eq!(desk.text(), before);
}

#[test]
fn the_analyses_see_the_move_before_the_drop() {
    let mut desk = Desk::new(sample());
    let (from, to) = (desk.middle("mumbai-gw"), desk.screen(pos2(700.0, 280.0)));
    desk.press_and_move(from, to);
    let shown = desk.harness.state().state.shown().clone();
    assert_eq!(shown.components[&id("mumbai-gw")].region, Some(id("frankfurt")));
    assert_eq!(desk.design().components[&id("mumbai-gw")].region, Some(id("mumbai")));
    assert!(desk.harness.state().state.analysis_is_current());
    desk.harness.key_press(Key::Escape);
    desk.harness.run();
    assert!(desk.harness.state().state.preview.is_none());
    desk.harness.drop_at(to);
    desk.harness.run();
    assert_eq!(desk.steps(), 0);
}

#[test]
fn a_press_off_centre_and_release_moves_nothing() {
    let mut desk = Desk::new(sample());
    let before = desk.text();
    let at = desk.middle("mumbai-gw") + vec2(30.0, -14.0);
    desk.click(at, PointerButton::Primary);
    assert_eq!(desk.text(), before);
    assert_eq!(desk.steps(), 0);
    assert_eq!(desk.selection(), BTreeSet::from([id("mumbai-gw")]));
}

#[test]
fn a_region_moves_with_what_stands_in_it() {
    let mut desk = Desk::new(sample());
    let before = desk.middle("mumbai-tm");
    let title = desk.screen(pos2(200.0, 20.0));
    desk.drag(title, title + vec2(-64.0, 80.0));
    let moved = desk.middle("mumbai-tm") - before;
    assert!((moved - vec2(-64.0, 80.0)).length() < 8.0, "moved by {moved:?}");
    assert_eq!(desk.steps(), 1);
}

#[test]
fn a_marquee_selects_what_it_touches() {
    let mut desk = Desk::new(sample());
    let (from, to) = (desk.screen(pos2(-30.0, -30.0)), desk.screen(pos2(460.0, 380.0)));
    desk.drag(from, to);
    assert_eq!(desk.selection(), BTreeSet::from([id("mumbai"), id("mumbai-gw"), id("mumbai-tm")]));
    assert_eq!(desk.steps(), 0);
}

#[test]
fn a_region_is_resized_by_its_corner() {
    let mut desk = Desk::new(sample());
    let before = desk.middle("mumbai-gw");
    let corner = desk.screen(pos2(440.0, 360.0));
    desk.drag(corner, corner + vec2(32.0, 64.0));
    let extent = desk.design().regions[&id("mumbai")].extent;
    assert!(extent.0 > 460 && extent.1 > 420, "{extent:?}");
    assert_eq!(desk.middle("mumbai-gw"), before);
    assert_eq!(desk.steps(), 1);
}

#[test]
fn dragging_from_a_port_offers_the_ways_to_connect_and_the_first_can_be_taken_by_enter() {
    let mut desk = Desk::new(sample());
    let port = desk.middle("mumbai-gw") + vec2(88.0 * 0.8, 0.0);
    desk.harness.hover_at(desk.middle("mumbai-gw"));
    desk.harness.run();
    let target = desk.middle("frankfurt-cp");
    desk.drag(port, target);
    assert!(desk.design().links.is_empty());
    let words = "Artifact pull + event stream + key manager calls · 9443, 5672";
    assert!(desk.harness.get_by_label(words).is_focused());
    desk.harness.key_press(Key::Enter);
    desk.harness.run();
    let purposes: BTreeSet<Purpose> = desk.design().links.values().map(|l| l.purpose).collect();
    assert_eq!(purposes, BTreeSet::from([Purpose::ManagementHttps, Purpose::EventStream, Purpose::KeyManagerHttps]));
    assert!(desk.harness.query_by_label(words).is_none(), "the menu is still open");
}

#[test]
fn what_is_being_placed_lands_where_one_clicks() {
    let mut desk = Desk::new(sample());
    desk.app().request(Msg::Place(Some(Placing::Component(Kind::Database))));
    desk.harness.run();
    let at = desk.screen(pos2(700.0, 280.0));
    desk.click(at, PointerButton::Primary);
    let database = &desk.design().components[&id("frankfurt-db")];
    assert_eq!(database.region, Some(id("frankfurt")));
    assert_eq!((database.pos.0 % 8, database.pos.1 % 8), (0, 0));
    assert!(desk.harness.state().state.view.placing.is_none());
}

#[test]
fn arrow_keys_move_the_selection_and_merge_into_one_step() {
    let mut desk = Desk::new(sample());
    let at = desk.middle("mumbai-gw");
    desk.click(at, PointerButton::Primary);
    let before = desk.design().components[&id("mumbai-gw")].pos;
    for _ in 0..3 {
        desk.harness.key_press(Key::ArrowRight);
        desk.harness.step();
    }
    desk.harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowDown);
    desk.harness.run();
    assert_eq!(desk.design().components[&id("mumbai-gw")].pos, before.offset(24, 40));
    assert_eq!(desk.steps(), 1);
}

#[test]
fn every_element_has_a_name_and_regions_hold_their_components() {
    let mut design = sample();
    let way = meridian::design::proposals(Kind::Gateway, Kind::ControlPlane)[1];
    let (edit, _) = commands::connect(&design, &id("mumbai-gw"), &id("frankfurt-cp"), way);
    edit.apply(&mut design).expect("a link");
    let desk = Desk::new(design);
    let h = &desk.harness;
    h.get_by_label("Design canvas");
    let region = h.get_by(|n| n.label().is_some_and(|l| l.starts_with("Region Peer · Mumbai")));
    let inside = |words: &str| {
        let words = words.to_owned();
        region.query_all(egui_kittest::kittest::By::new().label_contains(words.as_str())).count()
    };
    assert_eq!(inside("Gateway, Gateway ×2 in Mumbai"), 1);
    assert_eq!(inside("Control plane, Control plane"), 0);
    h.get_by(|n| n.label().is_some_and(|l| l.starts_with("Event stream from Gateway to Control plane")));
    h.get_by(|n| n.label().is_some_and(|l| l.starts_with("Users, Users")));
}

#[test]
fn tab_walks_with_the_selection_and_space_toggles() {
    let mut desk = Desk::new(sample());
    desk.harness.get_by(|n| n.label().is_some_and(|l| l.starts_with("Gateway, Gateway"))).focus();
    desk.harness.run();
    desk.harness.key_press(Key::Tab);
    desk.harness.run();
    assert_eq!(desk.selection(), BTreeSet::from([id("mumbai-tm")]));
    desk.harness.key_press(Key::Space);
    desk.harness.run();
    assert!(desk.selection().is_empty());
    desk.harness.key_press(Key::Space);
    desk.harness.run();
    assert_eq!(desk.selection(), BTreeSet::from([id("mumbai-tm")]));
    desk.harness.key_press(Key::Escape);
    desk.harness.run();
    assert!(desk.selection().is_empty());
}

#[test]
fn after_tab_all_keys_act_on_the_same_element() {
    let mut desk = Desk::new(sample());
    let at = desk.middle("mumbai-gw");
    desk.click(at, PointerButton::Primary);
    desk.harness.key_press(Key::Tab);
    desk.harness.run();
    desk.harness.key_press(Key::Delete);
    desk.harness.run();
    assert!(desk.design().components.contains_key(&id("mumbai-gw")));
    assert!(!desk.design().components.contains_key(&id("mumbai-tm")));
}

#[test]
fn arrow_keys_move_the_view_when_nothing_is_selected() {
    let mut desk = Desk::new(sample());
    let before = desk.middle("mumbai-gw");
    desk.harness.key_press(Key::ArrowRight);
    desk.harness.run();
    let moved = desk.middle("mumbai-gw") - before;
    assert!(moved.x < -20.0 && moved.y == 0.0, "moved by {moved:?}");
    assert_eq!(desk.steps(), 0);
}

#[test]
fn undo_ends_the_gesture_that_goes_on() {
    let mut desk = Desk::new(sample());
    let before = desk.text();
    let at = desk.middle("mumbai-gw");
    desk.click(at, PointerButton::Primary);
    desk.harness.key_press(Key::ArrowRight);
    desk.harness.run();
    assert_eq!(desk.steps(), 1);
    let (from, to) = (desk.middle("mumbai-tm"), desk.screen(pos2(700.0, 280.0)));
    desk.press_and_move(from, to);
    desk.harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    desk.harness.run();
    desk.harness.hover_at(to + vec2(40.0, 20.0));
    desk.harness.run();
    desk.harness.drop_at(to + vec2(40.0, 20.0));
    desk.harness.run();
    assert_eq!(desk.text(), before);
    assert_eq!(desk.steps(), 0);
    assert!(desk.harness.state().state.preview.is_none());
}

#[test]
fn the_menu_opened_by_keys_is_walked_by_keys() {
    let mut desk = Desk::new(sample());
    let at = desk.middle("mumbai-gw");
    desk.click(at, PointerButton::Primary);
    let press = |desk: &mut Desk, key| {
        desk.harness.key_press(key);
        desk.harness.run();
    };
    let open = |desk: &mut Desk| {
        desk.harness.key_press_modifiers(Modifiers::SHIFT, Key::F10);
        desk.harness.run();
        assert!(desk.focused().starts_with("Rename"), "{}", desk.focused());
    };
    open(&mut desk);
    press(&mut desk, Key::ArrowDown);
    assert!(desk.focused().starts_with("Connect with"), "{}", desk.focused());
    press(&mut desk, Key::Escape);
    assert!(desk.focused().starts_with("Gateway, Gateway"), "{}", desk.focused());
    assert_eq!(desk.selection(), BTreeSet::from([id("mumbai-gw")]));
    // From the first entry, Up goes to the last.
    open(&mut desk);
    press(&mut desk, Key::ArrowUp);
    assert!(desk.focused().starts_with("Delete"), "{}", desk.focused());
    press(&mut desk, Key::Enter);
    assert!(!desk.design().components.contains_key(&id("mumbai-gw")));
    assert_eq!(desk.design().components.len(), 3);
}

#[test]
fn a_submenu_is_entered_and_left_by_keys() {
    let mut desk = Desk::new(sample());
    let at = desk.middle("mumbai-gw");
    desk.click(at, PointerButton::Primary);
    desk.harness.key_press_modifiers(Modifiers::SHIFT, Key::F10);
    desk.harness.run();
    for key in [Key::ArrowDown, Key::ArrowDown, Key::Enter, Key::ArrowRight, Key::ArrowDown, Key::ArrowDown] {
        desk.harness.key_press(key);
        desk.harness.run();
    }
    assert_eq!(desk.focused(), "×3");
    desk.harness.key_press(Key::Enter);
    desk.harness.run();
    assert_eq!(desk.design().components[&id("mumbai-gw")].instances, 3);
    assert!(desk.harness.query_by_label("×3").is_none(), "the menu is still open");
}

#[test]
fn the_menu_says_why_something_cannot_be_done() {
    let mut desk = Desk::new(Design::default());
    let at = desk.screen(pos2(480.0, 240.0));
    desk.click(at, PointerButton::Secondary);
    let label = |n: &egui_kittest::Node<'_>| n.accesskit_node().label().unwrap_or_default();
    let entry = {
        let mut entries = desk.harness.query_all_by_role(egui::accesskit::Role::Button);
        let entry = entries.rfind(|n| label(n).starts_with("Select all")).expect("the menu offers to select all");
        assert!(entry.accesskit_node().is_disabled());
        entry.rect().center()
    };
    assert!(desk.harness.query_by_label("Nothing is drawn yet").is_none());
    desk.harness.hover_at(entry);
    for _ in 0..8 {
        desk.harness.step();
    }
    assert!(desk.harness.query_by_label("Nothing is drawn yet").is_some());
}

#[test]
fn a_click_on_a_badge_goes_to_the_first_of_its_problems() {
    let mut desk = Desk::new(sample());
    let analysis = desk.harness.state().state.analysis.clone().expect("an analysis");
    let first = |f: &meridian::rules::Finding| f.subjects.first().cloned();
    let component = analysis
        .check
        .findings
        .iter()
        .filter_map(first)
        .find(|id| desk.design().components.contains_key(id))
        .expect("a component with a problem");
    let index = analysis.check.findings.iter().position(|f| f.subjects.contains(&component));
    let rect = desk.design().rect_scene(&desk.design().components[&component]);
    let rect = desk.harness.state().state.camera.rect_to_screen(meridian::app::camera::rect(rect));
    desk.click(rect.right_top() + vec2(-3.0, 3.0), PointerButton::Primary);
    assert!(desk.harness.state().state.view.bottom_open);
    assert_eq!(desk.harness.state().state.view.problem, index);
}

#[test]
fn a_design_seen_as_a_whole_is_named_in_full() {
    let design = meridian::templates::get("pattern-2").expect("the template").design();
    let bounds = meridian::app::camera::rect(design.bounds().expect("it is not empty"));
    let mut desk = Desk::new(design);
    for zoom in [None, Some(0.2)] {
        let camera = &mut desk.app().state.camera;
        camera.fit(bounds);
        camera.zoom = zoom.unwrap_or(camera.zoom);
        assert!(camera.zoom < 0.7, "nothing is left out at {}", camera.zoom);
        desk.harness.run();
        let design = desk.design();
        let names: BTreeSet<String> = desk
            .harness
            .query_all(egui_kittest::kittest::By::new().predicate(|n| n.label().is_some()))
            .filter_map(|n| n.accesskit_node().label())
            .collect();
        let named = |start: &str| names.iter().any(|name| name.starts_with(start));
        for component in design.components.values() {
            let start = format!("{}, {}", component.kind().label(), component.name);
            assert!(named(&start), "{start} at {zoom:?}");
        }
        for link in design.links.values() {
            let (from, to) = (design.name_of(&link.from), design.name_of(&link.to));
            let start = format!("{} from {from} to {to}", link.purpose.label());
            assert!(named(&start), "{start} at {zoom:?}");
        }
    }
}

#[test]
fn a_right_click_selects_and_offers_what_can_be_done() {
    let mut desk = Desk::new(sample());
    let at = desk.middle("mumbai-gw");
    desk.click(at, PointerButton::Secondary);
    assert_eq!(desk.selection(), BTreeSet::from([id("mumbai-gw")]));
    let delete = |h: &Harness<'static, App>| {
        let mut entries = h.query_all_by_role(egui::accesskit::Role::Button);
        let rect = entries.rfind(|n| n.accesskit_node().label().is_some_and(|l| l.starts_with("Delete")));
        rect.map(|n| n.rect().center())
    };
    let entry = delete(&desk.harness).expect("the menu has an entry to delete");
    desk.click(entry, PointerButton::Primary);
    assert!(!desk.design().components.contains_key(&id("mumbai-gw")));
    assert!(delete(&desk.harness).is_none(), "the menu is still open");
}

#[test]
fn the_wheel_zooms_about_the_pointer() {
    let mut desk = Desk::new(sample());
    let at = desk.middle("frankfurt-cp");
    desk.harness.hover_at(at);
    desk.harness.run();
    let zoom = desk.harness.state().state.camera.zoom;
    desk.harness.event(Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: Vec2::new(0.0, 60.0),
        phase: egui::TouchPhase::Move,
        modifiers: Modifiers::NONE,
    });
    desk.harness.run();
    assert!(desk.harness.state().state.camera.zoom > zoom * 1.1);
    assert!(desk.middle("frankfurt-cp").distance(at) < 1.0);
}

#[test]
fn nothing_is_drawn_again_while_nothing_happens() {
    let mut desk = Desk::new(sample());
    for _ in 0..10 {
        desk.harness.step();
    }
    let delay = desk.harness.output().viewport_output[&egui::ViewportId::ROOT].repaint_delay;
    assert_eq!(delay, Duration::MAX);
}
