//! Playing failures as somebody at the window does it.
#![cfg(feature = "gui")]
#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

#[path = "support/window.rs"]
mod support;

use std::time::Duration;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use meridian::app::Msg;
use meridian::app::actions::Action;
use meridian::app::state::BottomTab;
use meridian::design::failure::Failure;
use meridian::design::{Capability, Id, commands};
use meridian::failure::{Place, State};
use meridian::picture::effects::Standing;
use support::{Window, ask, failed, on_pattern_2, press, says, sleeps};

fn select(h: &mut Harness<'_, Window>, ids: &[&str]) {
    ask(h, Msg::Select(ids.iter().map(|id| Id::slug(id)).collect()));
}

fn failure(text: &str) -> Failure {
    text.parse().unwrap()
}

fn show_tab(h: &mut Harness<'_, Window>) {
    ask(h, Msg::Action(Action::ShowTab(BottomTab::WhatIf)));
}

fn region_name(h: &Harness<'_, Window>, id: &str) -> String {
    h.state().app.state.doc.design().name_of(&Id::slug(id))
}

#[test]
fn what_fails_by_key_shows_in_the_very_next_frame() {
    let mut h = on_pattern_2([1280.0, 800.0]);
    select(&mut h, &["eu"]);
    let name = region_name(&h, "eu");
    h.key_press(Key::F);
    h.step();
    // The key is executed at the end of its frame; the next one shows what follows.
    h.step();
    assert!(says(&h, &format!("{name} is lost")), "the banner says it");
    let mumbai = h.query_all_by_label_contains("cannot restart").next();
    assert!(mumbai.is_some(), "the sub region says what it goes on with");
    press(&mut h, Modifiers::NONE, Key::F);
    assert!(failed(&h).is_empty() && !says(&h, "is lost"), "the same key repairs it");
}

#[test]
fn a_key_typed_into_a_field_fails_nothing() {
    let mut h = on_pattern_2([1280.0, 800.0]);
    select(&mut h, &["eu"]);
    h.get_by_role_and_label(Role::TextInput, "Name").focus();
    h.run();
    press(&mut h, Modifiers::NONE, Key::F);
    assert!(failed(&h).is_empty());
}

#[test]
fn several_things_fail_at_once_and_are_repaired_in_any_order() {
    let mut h = on_pattern_2([1280.0, 800.0]);
    for text in ["region:in", "component:eu-cp", "cut:eu/in"] {
        ask(&mut h, Msg::Fail(failure(text)));
    }
    assert!(says(&h, "3 things have failed"));
    let words = failure("component:eu-cp").words(h.state().app.state.doc.design());
    h.get_by_role_and_label(Role::Button, &format!("Repair {words}")).click();
    h.run();
    assert_eq!(failed(&h), ["region:in", "cut:eu/in"]);
    ask(&mut h, Msg::Repair(failure("region:in")));
    let outcome = h.state().app.state.outcome().unwrap().clone();
    assert_eq!(outcome.state(Capability::GatewayStart, &Place::Region(Id::slug("in"))), Some(State::Down));
    press(&mut h, Modifiers::SHIFT, Key::F);
    assert!(failed(&h).is_empty());
    let healthy = h.state().app.state.outcome().unwrap().clone();
    assert!(healthy.failures.is_empty());
}

#[test]
fn nodes_fail_one_after_the_other_until_none_is_left() {
    let mut h = on_pattern_2([1280.0, 800.0]);
    let design = h.state().app.state.doc.design().clone();
    let (id, group) = design.components.iter().find(|(_, c)| c.instances == 2 && c.kind().has_gateway()).unwrap();
    select(&mut h, &[id.as_str()]);
    press(&mut h, Modifiers::SHIFT, Key::N);
    assert_eq!(failed(&h), [format!("nodes:{id}/1")]);
    let mark = |h: &Harness<'_, Window>| {
        let effects = h.state().app.state.whatif.effects().unwrap().clone();
        effects.mark(id).unwrap().standing
    };
    assert_eq!(mark(&h), Standing::Partly);
    for _ in 1..=group.instances {
        press(&mut h, Modifiers::SHIFT, Key::N);
    }
    assert_eq!(failed(&h), [format!("nodes:{id}/2")]);
    assert_eq!(mark(&h), Standing::Lost);
}

#[test]
fn a_connection_is_cut_and_slowed_by_its_two_regions() {
    let mut h = on_pattern_2([1280.0, 800.0]);
    ask(&mut h, Msg::Action(Action::CutConnection));
    assert!(failed(&h).is_empty() && says(&h, "Select two regions"), "it says what to select");
    select(&mut h, &["eu", "in"]);
    press(&mut h, Modifiers::NONE, Key::X);
    assert_eq!(failed(&h), ["cut:eu/in"]);
    press(&mut h, Modifiers::NONE, Key::X);
    for ms in [50, 200] {
        ask(&mut h, Msg::Action(Action::SlowConnection(ms)));
    }
    assert_eq!(failed(&h), ["slow:eu/in/200"], "the last one holds");
}

#[test]
fn a_menu_by_key_fails_what_it_is_about() {
    let mut h = on_pattern_2([1280.0, 800.0]);
    select(&mut h, &["eu"]);
    press(&mut h, Modifiers::SHIFT, Key::F10);
    h.get_by_label_contains("Fail this region").click();
    h.run();
    assert_eq!(failed(&h), ["region:eu"]);
    press(&mut h, Modifiers::SHIFT, Key::F10);
    assert!(says(&h, "Slow the connection"));
    h.query_all_by_label("Repair").last().unwrap().click();
    h.run();
    assert!(failed(&h).is_empty());
}

#[test]
fn the_palette_fails_by_name() {
    let mut h = on_pattern_2([1280.0, 800.0]);
    let name = region_name(&h, "in");
    press(&mut h, Modifiers::COMMAND, Key::K);
    h.event(egui::Event::Text(format!("fail {name}")));
    h.run();
    press(&mut h, Modifiers::NONE, Key::Enter);
    assert_eq!(failed(&h), ["region:in"]);
}

#[test]
fn the_matrix_says_what_still_works_and_what_is_only_inferred() {
    let mut h = on_pattern_2([1920.0, 1080.0]);
    show_tab(&mut h);
    let name = region_name(&h, "eu");
    assert!(says(&h, "Nothing has failed."), "an empty tab says how to begin");
    h.get_by_role_and_label(Role::Button, &format!("Lose {name}")).click();
    h.run();
    let mumbai = region_name(&h, "in");
    // The vendor says that gateways can only be started once the control plane is connected.
    assert!(says(&h, &format!("Start gateways · {mumbai}: ✕ down, stated by the vendor")));
    assert!(says(&h, &format!("Issue tokens · {mumbai}: ✕ down*, inferred")));
    assert!(says(&h, &format!("Serve API traffic · {name}: ✕ down*, inferred")));
    h.get_by_label_contains(&format!("Issue tokens · {mumbai}:")).click();
    h.run();
    assert!(says(&h, &format!("{name} is down")), "the chain ends at what failed");
    assert!(h.state().app.state.selection.contains(&Id::slug("in")));
    h.key_press(Key::ArrowDown);
    h.run();
    assert!(says(&h, &format!("Validate opaque tokens: down · {mumbai}")), "the next row is looked at");
}

#[test]
fn only_what_changed_leaves_the_rest_out() {
    let mut h = on_pattern_2([1920.0, 1080.0]);
    show_tab(&mut h);
    ask(&mut h, Msg::Fail(failure("cut:eu/in")));
    let mumbai = region_name(&h, "in");
    let name = region_name(&h, "eu");
    assert!(says(&h, &format!("Serve API traffic · {name}: ✓")));
    h.get_by_label("Only what changed").click();
    h.run();
    assert!(!says(&h, &format!("Serve API traffic · {name}: ✓")));
    assert!(says(&h, &format!("Issue tokens · {mumbai}: ✕")));
}

#[test]
fn the_inspector_and_the_name_of_an_element_say_why() {
    let mut h = on_pattern_2([1280.0, 800.0]);
    ask(&mut h, Msg::Fail(failure("region:eu")));
    select(&mut h, &["in-gw"]);
    assert!(says(&h, "Why: "));
    assert!(says(&h, "cannot restart: "), "a screen reader hears it on the canvas");
    select(&mut h, &["eu"]);
    assert!(says(&h, "lost: "));
}

#[test]
fn undo_repairs_nothing_and_deleting_does() {
    let mut h = on_pattern_2([1280.0, 800.0]);
    let mut meta = (*h.state().app.state.doc.design().meta).clone();
    meta.name = "Other".into();
    ask(&mut h, Msg::Edit(commands::set_meta("Rename the design", meta)));
    for text in ["region:eu", "component:in-gw"] {
        ask(&mut h, Msg::Fail(failure(text)));
    }
    let steps = h.state().app.state.doc.applied();
    ask(&mut h, Msg::Action(Action::Undo));
    assert_eq!(failed(&h).len(), 2, "a failure is no step of the document");
    assert_eq!(h.state().app.state.doc.applied() + 1, steps);
    select(&mut h, &["in-gw"]);
    ask(&mut h, Msg::Action(Action::Delete));
    assert_eq!(failed(&h), ["region:eu"]);
    assert_eq!(h.state().app.state.outcome().unwrap().failures.len(), 1);
    ask(&mut h, Msg::Action(Action::Undo));
    assert_eq!(failed(&h), ["region:eu"], "what came back works");
}

#[test]
fn what_is_said_of_an_earlier_drawing_says_so() {
    let mut h = on_pattern_2([1280.0, 800.0]);
    show_tab(&mut h);
    ask(&mut h, Msg::Fail(failure("region:eu")));
    for tab in [BottomTab::WhatIf, BottomTab::Lens] {
        ask(&mut h, Msg::Action(Action::ShowTab(tab)));
        assert!(!says(&h, "updating…"), "{tab:?}");
        let mut meta = (*h.state().app.state.doc.design().meta).clone();
        meta.name.push('!');
        h.state_mut().app.request(Msg::Edit(commands::set_meta("Rename the design", meta)));
        h.step();
        let said = h.query_all_by_label("updating…").count();
        assert!(said >= 2, "over the drawing and in the tab {tab:?}: {said}");
        h.run();
        assert!(!says(&h, "updating…"), "{tab:?}");
    }
}

#[test]
fn another_document_has_nothing_failed() {
    let mut h = on_pattern_2([1280.0, 800.0]);
    ask(&mut h, Msg::Fail(failure("region:eu")));
    ask(&mut h, Msg::NewFromTemplate("pattern-1"));
    assert!(failed(&h).is_empty());
    assert!(!says(&h, "is lost"));
}

#[test]
fn the_strip_counts_what_is_down_and_numbers_are_current() {
    let mut h = on_pattern_2([1280.0, 800.0]);
    assert!(!says(&h, "what-if ·"));
    ask(&mut h, Msg::Fail(failure("region:eu")));
    assert!(says(&h, "down what-if ·"));
    let state = &h.state().app.state;
    assert!(state.impact().is_some() && state.impact_is_current());
    ask(&mut h, Msg::RepairAll);
    assert!(h.state().app.state.impact().is_none());
}

#[test]
fn nothing_is_repainted_while_nothing_happens() {
    let mut h = on_pattern_2([1280.0, 800.0]);
    show_tab(&mut h);
    for text in ["region:eu", "slow:eu/in/100"] {
        ask(&mut h, Msg::Fail(failure(text)));
        h.run_steps(2);
        assert_eq!(sleeps(&h), Duration::MAX, "{text}");
    }
}

#[test]
fn every_tab_can_be_reached_in_a_narrow_window() {
    let mut h = on_pattern_2([800.0, 640.0]);
    for action in [Action::ToggleRight, Action::ToggleBottom] {
        if !matches!(action, Action::ToggleRight) || !h.state().app.state.view.right_open {
            ask(&mut h, Msg::Action(action));
        }
    }
    ask(&mut h, Msg::Action(Action::ShowTab(BottomTab::Problems)));
    let tabs: Vec<egui::Rect> = h.get_all_by_role(Role::Tab).map(|n| n.rect()).collect();
    assert!(tabs.windows(2).all(|w| w[0].right() <= w[1].left() + 0.5), "tabs overlap: {tabs:?}");
    assert!(tabs.iter().all(|tab| tab.right() <= 800.0 && tab.width() > 40.0), "{tabs:?}");
    h.get_by_label("More tabs").click();
    h.run();
    h.get_by_role_and_label(Role::Button, "History").click();
    h.run();
    assert_eq!(h.state().app.state.view.tab, BottomTab::History);
    assert!(h.query_by_role_and_label(Role::Tab, "History").is_some(), "the tab shown is in the line");
}
