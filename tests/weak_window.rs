//! What takes a drawing down, as somebody at the window sees and plays it.
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
use meridian::design::{Capability, Design};
use meridian::failure::State;
use meridian::picture::heat::Heat;
use meridian::templates;
use support::{Window, ask, failed, on, says, sleeps};

/// The tab beside a drawing of this design, with room for all of it.
fn window(design: Design) -> Harness<'static, Window> {
    let mut h = on(design, [1600.0, 1000.0]);
    ask(&mut h, Msg::Action(Action::ShowTab(BottomTab::Weak)));
    h
}

/// Pattern 2: main region `eu` (Frankfurt) and sub region `in` (Mumbai).
fn pattern_2() -> Harness<'static, Window> {
    window(templates::get("pattern-2").unwrap().design())
}

/// What the first failures of the list are called.
fn listed(h: &Harness<'_, Window>, capability: Capability) -> Vec<String> {
    let weak = h.state().app.state.weak().unwrap();
    let words = |listed: &meridian::app::weak::Listed<'_>| listed.point.words(&weak.design, &weak.analysis.failure);
    weak.listed(capability, None).iter().map(words).collect()
}

fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[test]
fn a_single_point_of_failure_is_listed_and_a_click_plays_it() {
    let mut h = pattern_2();
    let points = listed(&h, Capability::Serve);
    assert!(says(&h, "single point of failure"), "{points:?}");
    let first = sentence(points.first().unwrap());
    h.get_all_by_label(&first).next().unwrap().click();
    h.run();
    assert_eq!(failed(&h).len(), 1);
    assert!(says(&h, "playing"));
    let outcome = h.state().app.state.outcome().unwrap().clone();
    let down = outcome.cells.iter().any(|((of, _), cell)| *of == Capability::Serve && cell.state == State::Down);
    assert!(down, "what is played takes down what the list says");
    ask(&mut h, Msg::RepairAll);
    assert!(!says(&h, "· playing"));
}

#[test]
fn the_list_is_walked_by_arrows_and_enter_plays() {
    let mut h = pattern_2();
    h.get_by_label("Lines of weak points").focus();
    h.run();
    h.key_press(Key::ArrowDown);
    h.run();
    assert!(failed(&h).is_empty() && !h.state().app.state.selection.is_empty(), "walking only selects");
    h.key_press(Key::Enter);
    h.run();
    assert_eq!(failed(&h).len(), 1);
}

#[test]
fn another_capability_has_another_list() {
    let mut h = pattern_2();
    let (serve, start) = (listed(&h, Capability::Serve), listed(&h, Capability::GatewayStart));
    let only = start.iter().find(|words| !serve.contains(words)).unwrap();
    let only = sentence(only);
    assert!(h.query_all_by_label(&only).next().is_none());
    h.get_by_label(&format!("Capability: {}", Capability::Serve.label())).click();
    h.run();
    h.get_by_role_and_label(Role::Button, Capability::GatewayStart.label()).click();
    h.run();
    assert!(h.query_all_by_label(&only).next().is_some(), "{only}");
}

#[test]
fn the_strip_says_how_available_calls_are_and_opens_the_tab() {
    let mut h = pattern_2();
    ask(&mut h, Msg::Action(Action::ShowTab(BottomTab::Cost)));
    assert!(h.state().app.state.weak().is_none(), "the whole report is asked for only while it is seen");
    let served = h.state().app.state.served().unwrap().clone();
    let worst = served.worst().unwrap();
    let percent = meridian::failure::reliability::percent_words(worst.goes_on.down);
    h.get_by_label_contains(&format!("{percent} % availability")).click();
    h.run();
    assert_eq!(h.state().app.state.view.tab, BottomTab::Weak);
}

#[test]
fn pairs_are_played_from_the_matrix() {
    let mut h = pattern_2();
    h.get_by_role_and_label(Role::RadioButton, "Two at once").click();
    h.run();
    let weak = h.state().app.state.weak().unwrap().clone();
    let names: Vec<String> = weak.pairs.rows.iter().map(|hit| hit.failure.words(&weak.design)).collect();
    let loss = weak.pairs.at(0, 1).unwrap();
    assert!(loss.both >= weak.pairs.at(0, 0).unwrap().both, "two take down no less than one");
    let cell = format!("{} and {}: {} of {} are lost", names[0], names[1], loss.both, weak.pairs.of);
    h.get_by_label_contains(&cell).click();
    h.run();
    assert_eq!(failed(&h).len(), 2);
    let outcome = h.state().app.state.outcome().unwrap().clone();
    assert_eq!(outcome.cells.values().filter(|cell| cell.state == State::Down).count(), loss.both);
}

#[test]
fn the_worst_single_failure_is_played_from_any_tab() {
    let mut h = pattern_2();
    let weak = h.state().app.state.weak().unwrap().clone();
    ask(&mut h, Msg::Action(Action::ShowTab(BottomTab::Cost)));
    ask(&mut h, Msg::Action(Action::PlayWorst));
    assert_eq!(failed(&h), [weak.worst_single().unwrap().to_string()]);
    ask(&mut h, Msg::RepairAll);
    assert!(failed(&h).is_empty(), "it is played once");
}

#[test]
fn the_drawing_is_coloured_by_what_a_loss_takes_down() {
    let mut h = pattern_2();
    ask(&mut h, Msg::Action(Action::ShowTab(BottomTab::Cost)));
    ask(&mut h, Msg::Action(Action::ColourBy(Heat::Harm)));
    let most = h.state().app.state.weak().unwrap().harm().into_values().fold(0.0, f64::max);
    assert!(says(&h, &format!("Colours: What its loss takes down, 0 to {most}")));
}

#[test]
fn how_it_is_derived_is_a_click_away_and_the_table_can_be_copied() {
    let mut h = pattern_2();
    h.get_by_role_and_label(Role::RadioButton, "Availability").click();
    h.run();
    h.get_all_by_label_contains("Available ").next().unwrap().click();
    h.run();
    assert!(says(&h, "chance that what it needs works"));
    ask(&mut h, Msg::Action(Action::CopyTable));
    let copied = h.output().platform_output.commands.iter().any(
        |command| matches!(command, egui::OutputCommand::CopyText(text) if text.starts_with("Place,Available (%)")),
    );
    assert!(copied || says(&h, "is on the clipboard"));
}

#[test]
fn an_empty_drawing_says_so_in_a_sentence() {
    let h = window(Design::default());
    assert!(says(&h, "Nothing is offered in this drawing yet"));
}

#[test]
fn nothing_is_repainted_afterwards_and_an_edit_is_followed() {
    let mut h = pattern_2();
    h.run_steps(2);
    assert_eq!(sleeps(&h), Duration::MAX);
    let before = h.state().app.state.weak().unwrap().report.losses.cells.len();
    let users = h.state().app.state.doc.design().components.iter().find(|(_, c)| c.kind().label() == "Users");
    let id = users.map(|(id, _)| id.clone()).unwrap();
    ask(&mut h, Msg::Select(vec![id]));
    h.key_press_modifiers(Modifiers::NONE, Key::Delete);
    h.run();
    assert!(h.state().app.state.weak_is_current());
    assert!(h.state().app.state.weak().unwrap().report.losses.cells.len() < before);
}
