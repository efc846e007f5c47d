//! From a problem to a clean drawing, as somebody at the window goes: fix, fix all, waive, compare versions.
#![cfg(feature = "gui")]
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail loudly")]

#[path = "support/window.rs"]
mod support;

use std::sync::Arc;

use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use meridian::app::actions::Action;
use meridian::app::{App, Msg};
use meridian::design::history::Document;
use meridian::design::{Design, Id, Kind};
use meridian::templates;
use support::{Window, shown};

fn window(design: Design) -> Harness<'static, Window> {
    let mut app = App::for_tests();
    app.state.doc = Document::new(design);
    app.state.open = true;

    shown(app, [1280.0, 800.0])
}

fn groups(design: &Design, kind: Kind) -> Vec<Id> {
    design.components.iter().filter(|(_, c)| c.kind() == kind).map(|(id, _)| id.clone()).collect()
}

/// The template of Pattern 2 with one node in each of the given number of gateway groups.
fn with_single_gateways(count: usize) -> Design {
    let mut design = templates::get("pattern-2").unwrap().design();
    for id in groups(&design, Kind::Gateway).into_iter().take(count) {
        Arc::make_mut(design.components.get_mut(&id).unwrap()).instances = 1;
    }
    design
}

fn go_to(h: &mut Harness<'_, Window>, rule: &str) {
    let state = &h.state().app.state;
    let at = state.analysis.as_ref().unwrap().check.findings.iter().position(|f| f.rule == rule);
    let at = at.unwrap_or_else(|| panic!("{rule} is not found"));
    h.state_mut().app.request(Msg::Problem(Some(at)));
    h.run();
}

fn open(h: &Harness<'_, Window>, rule: &str) -> usize {
    let analysis = h.state().app.state.analysis.clone().unwrap();
    analysis.check.findings.iter().filter(|f| f.rule == rule).count()
}

#[test]
fn a_quick_fix_is_a_ghost_first_and_one_undo_step_then() {
    let mut h = window(with_single_gateways(1));
    go_to(&mut h, "R-HA-01");
    let before = h.state().app.state.doc.design().clone();
    h.key_press_modifiers(Modifiers::COMMAND, Key::Period);
    h.run();
    let state = &h.state().app.state;
    assert!(state.ghost().is_some_and(|g| g.outlook.single_nodes == [1, 0]));
    assert_eq!(*state.doc.design(), before, "nothing has changed yet");
    let selected = state.selection.clone();
    h.key_press(Key::Escape);
    h.run();
    assert!(h.state().app.state.ghost().is_none() && h.state().app.state.selection == selected);
    h.key_press_modifiers(Modifiers::COMMAND, Key::Period);
    h.run();
    h.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    h.run();
    assert_eq!(open(&h, "R-HA-01"), 0);
    assert!(h.state().app.state.ghost().is_none());
    h.state_mut().app.request(Msg::Action(Action::Undo));
    h.run();
    assert_eq!(*h.state().app.state.doc.design(), before);
}

#[test]
fn a_fix_in_the_list_says_what_it_changes_and_works_by_a_click() {
    let mut h = window(with_single_gateways(1));
    go_to(&mut h, "R-HA-01");
    let label = "Fix: Give";
    let said = h.get_by_label_contains(label).accesskit_node().label().unwrap_or_default();
    assert!(said.contains("−1 warning") && said.contains("a month") && said.contains("single nodes 1 → 0"), "{said}");
    h.get_by_label_contains(label).click();
    h.run();
    assert_eq!(open(&h, "R-HA-01"), 0);
}

#[test]
fn all_of_a_kind_are_fixed_in_one_step() {
    let mut h = window(with_single_gateways(2));
    assert_eq!(open(&h, "R-HA-01"), 2);
    go_to(&mut h, "R-HA-01");
    h.state_mut().app.request(Msg::Action(Action::FixAll));
    h.run();
    assert_eq!(open(&h, "R-HA-01"), 0);
    assert_eq!(h.state().app.state.doc.undo_label(), Some("Fix 2 × R-HA-01"));
}

#[test]
fn fixing_all_of_a_kind_does_nothing_when_there_is_only_one() {
    let mut h = window(with_single_gateways(1));
    go_to(&mut h, "R-HA-01");
    h.state_mut().app.request(Msg::Action(Action::FixAll));
    h.run();
    assert_eq!(open(&h, "R-HA-01"), 1);
    assert!(Action::FixAll.enabled(&h.state().app.state).is_err());
}

#[test]
fn a_waiver_needs_a_reason_is_kept_in_the_design_and_can_be_taken_back() {
    let mut h = window(with_single_gateways(1));
    go_to(&mut h, "R-HA-01");
    h.get_by_label("Waive…").click();
    h.run();
    h.get_by_label("Waive").click();
    h.run();
    assert_eq!(open(&h, "R-HA-01"), 1, "not without a reason");
    h.get_by_label("Reason").focus();
    h.run();
    h.get_by_label("Reason").type_text("A pilot without promises");
    h.run();
    h.get_by_label("Waive").click();
    h.run();
    assert_eq!(open(&h, "R-HA-01"), 0);
    let waived = h.state().app.state.doc.design().meta.waivers.iter().any(|w| w.reason.contains("pilot"));
    assert!(waived);
    h.get_by_label_contains("Set aside").click();
    h.run();
    h.get_by_label_contains(": One gateway in").click();
    h.run();
    h.get_by_label("Take the waiver back").click();
    h.run();
    assert_eq!(open(&h, "R-HA-01"), 1);
}

#[test]
fn a_rule_can_be_taken_more_seriously_or_turned_off_with_a_reason() {
    let mut h = window(with_single_gateways(1));
    let set = |h: &mut Harness<'_, Window>, level| {
        h.state_mut().app.request(Msg::SetRule("R-HA-01".into(), level));
        h.run();
    };
    set(&mut h, Some(meridian::design::Level::Error));
    let analysis = h.state().app.state.analysis.clone().unwrap();
    assert_eq!(analysis.check.changed.len(), 1);
    set(&mut h, Some(meridian::design::Level::Off));
    h.get_by_label("Reason").type_text("Not for pilots");
    h.run();
    h.get_by_label("Turn off").click();
    h.run();
    assert_eq!(open(&h, "R-HA-01"), 0);
    let analysis = h.state().app.state.analysis.clone().unwrap();
    assert!(analysis.check.off.iter().any(|o| o.rule == "R-HA-01" && o.reason == "Not for pilots"));
}

#[test]
fn another_version_is_compared_before_it_is_chosen() {
    let mut h = window(templates::get("pattern-1").unwrap().design());
    h.state_mut().app.request(Msg::CompareVersion(Some(meridian::design::ProductVersion::V4_3)));
    h.run();
    assert!(h.query_by_label_contains("Appears · ").is_some());
    h.get_by_label("Draw it for 4.3.0").click();
    h.run();
    assert_eq!(h.state().app.state.doc.design().meta.product_version.to_string(), "4.3.0");
    assert!(open(&h, "R-TOP-10") > 0);
}
