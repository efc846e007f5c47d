//! The dependency lens as somebody at the window uses it.
#![cfg(feature = "gui")]
#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

#[path = "support/window.rs"]
mod support;

use std::time::Duration;

use egui::{Key, Modifiers, PointerButton, Pos2, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use meridian::app::Msg;
use meridian::app::actions::Action;
use meridian::app::state::BottomTab;
use meridian::design::Id;
use support::{Window, ask, on_pattern_2, sleeps};

/// Pattern 2 with the lens on publishing in Mumbai.
fn window() -> Harness<'static, Window> {
    let mut h = on_pattern_2([1280.0, 900.0]);
    ask(&mut h, Msg::Select(vec![Id::slug("in")]));
    ask(&mut h, Msg::Action(Action::ShowTab(BottomTab::Lens)));
    choose(&mut h, "Capability: Serve API traffic", "Publish APIs");
    h.get_by_label("Fit").click();
    h.run();
    h
}

fn choose(h: &mut Harness<'_, Window>, menu: &str, item: &str) {
    h.get_by_label(menu).click();
    h.run();
    h.get_by_label(item).click();
    h.run();
}

/// What is said of the node whose words begin so.
fn node(h: &Harness<'_, Window>, words: &str) -> String {
    let found = h.query_all_by_label_contains(words).filter_map(|node| node.accesskit_node().label());
    found.filter(|label| label.starts_with(words)).max_by_key(String::len).unwrap_or_default()
}

fn middle(h: &Harness<'_, Window>, words: &str) -> Pos2 {
    let found = h.query_all_by_label_contains(words);
    let mut named = found.filter(|n| n.accesskit_node().label().is_some_and(|l| l.starts_with(words)));
    named.next_back().unwrap().rect().center()
}

fn press_at(h: &mut Harness<'_, Window>, at: Pos2, button: PointerButton) {
    h.hover_at(at);
    h.run();
    for pressed in [true, false] {
        h.event(egui::Event::PointerButton { pos: at, button, pressed, modifiers: Modifiers::NONE });
        h.run();
    }
}

fn delay(h: &mut Harness<'_, Window>) -> Duration {
    for _ in 0..10 {
        h.step();
    }
    sleeps(h)
}

const CONTROL_PLANE: &str = "“Control plane” in Frankfurt can run and reach its database";
const CONNECTION: &str = "Connection Frankfurt – Mumbai works";

#[test]
fn publishing_in_mumbai_rests_on_the_control_plane_in_frankfurt_and_what_fails_is_marked() {
    let mut h = window();
    assert!(!node(&h, CONTROL_PLANE).is_empty());
    assert!(node(&h, CONNECTION).ends_with("single point of failure"));
    ask(&mut h, Msg::Fail("component:eu-cp".parse().unwrap()));
    assert!(node(&h, CONTROL_PLANE).contains("has failed"));
    assert!(node(&h, "Mumbai: publish APIs").contains("is not so now"));
    assert!(!node(&h, CONNECTION).contains("not so"));
}

#[test]
fn what_can_be_done_without_says_what_is_so_then_and_can_be_left_out() {
    let mut h = on_pattern_2([1280.0, 900.0]);
    ask(&mut h, Msg::Select(vec![Id::slug("in")]));
    ask(&mut h, Msg::Action(Action::ShowTab(BottomTab::Lens)));
    h.get_by_label("Fit").click();
    h.run();
    let spared = |h: &Harness<'_, Window>| h.query_all_by_label_contains(", cannot restart without it").count();
    assert!(spared(&h) > 0, "gateways in Mumbai go on without the control plane in Frankfurt, but cannot be restarted");
    h.get_by_label("Only what it needs").click();
    h.run();
    assert_eq!(h.query_all_by_label_contains(" without it").count(), 0);
}

#[test]
fn the_selection_is_one_with_the_canvas() {
    let mut h = window();
    let at = middle(&h, CONTROL_PLANE);
    press_at(&mut h, at, PointerButton::Primary);
    assert_eq!(h.state().app.state.single_selection(), Some(&Id::slug("eu-cp")));
    let at = middle(&h, CONNECTION);
    press_at(&mut h, at, PointerButton::Primary);
    assert_eq!(h.state().app.state.selected_ids(), [Id::slug("eu"), Id::slug("in")]);
    ask(&mut h, Msg::Select(vec![Id::slug("eu-cp")]));
    let marked =
        h.query_all_by_label_contains(CONTROL_PLANE).any(|node| node.accesskit_node().is_selected() == Some(true));
    assert!(marked, "what is selected on the canvas is marked here");
}

#[test]
fn the_keyboard_walks_along_the_edges_and_fails_what_it_is_on() {
    let mut h = window();
    let at = middle(&h, CONNECTION);
    press_at(&mut h, at, PointerButton::Primary);
    h.key_press(Key::F);
    h.run();
    let failed: Vec<String> = h.state().app.state.whatif.failures().iter().map(ToString::to_string).collect();
    assert_eq!(failed, ["cut:eu/in"], "the connection and not the two regions that stand for it");
    h.key_press(Key::F);
    h.run();
    for key in [Key::ArrowLeft, Key::Enter] {
        h.key_press(key);
        h.run();
    }
    let selected = h.state().app.state.selected_ids();
    let design = h.state().app.state.doc.design().clone();
    assert!(matches!(selected.as_slice(), [link] if design.links.contains_key(link)), "{selected:?}");
}

#[test]
fn a_right_click_fails_the_part() {
    let mut h = window();
    let at = middle(&h, CONNECTION);
    press_at(&mut h, at, PointerButton::Secondary);
    h.get_by_label_contains("Fail the connection").click();
    h.run();
    assert!(h.state().app.state.whatif.is_playing());
}

#[test]
fn it_asks_for_no_frame_while_nothing_changes_and_still_shows_the_graph() {
    let mut h = window();
    assert_eq!(delay(&mut h), Duration::MAX);
    let shapes = h.output().shapes.len();
    let at = middle(&h, CONNECTION);
    h.hover_at(at + Vec2::new(0.0, 60.0));
    h.event(egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: Vec2::new(0.0, 40.0),
        phase: egui::TouchPhase::Move,
        modifiers: Modifiers::NONE,
    });
    h.run();
    assert_ne!(middle(&h, CONNECTION), at, "the wheel enlarges it");
    assert_eq!(delay(&mut h), Duration::MAX, "after it was changed");
    h.get_by_label("Fit").click();
    h.run();
    h.hover_at(Pos2::new(4.0, 4.0));
    assert_eq!(delay(&mut h), Duration::MAX);
    assert_eq!(h.output().shapes.len(), shapes, "the last shapes are drawn again in every frame");
}
