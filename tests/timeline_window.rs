//! How long a recovery takes, as somebody at the window sees it.
#![cfg(feature = "gui")]
#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

#[path = "support/window.rs"]
mod support;

use egui::Key;
use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use meridian::app::Msg;
use meridian::app::actions::Action;
use meridian::app::state::BottomTab;
use meridian::design::{Capability, commands};
use support::{Window, ask, on_pattern_2, says};

/// Pattern 2 with Frankfurt lost, its timeline shown.
fn window() -> Harness<'static, Window> {
    let mut h = on_pattern_2([1920.0, 1080.0]);
    ask(&mut h, Msg::Action(Action::ShowTab(BottomTab::Timeline)));
    assert!(says(&h, "Nothing has failed."));
    ask(&mut h, Msg::Fail("region:eu".parse().unwrap()));
    h
}

fn click(h: &mut Harness<'_, Window>, words: &str) {
    h.get_by_role_and_label(Role::Button, words).click();
    h.run();
}

const SERVED: &str = "Serve API traffic · Users in Europe: ";

#[test]
fn it_says_when_users_are_served_again_and_what_waits_for_the_repair() {
    let h = window();
    assert!(says(&h, &format!("{SERVED}back by itself after 2 min 20 s")), "users are led elsewhere");
    assert!(says(&h, "until Frankfurt is repaired"), "the lost region does not come back by itself");
    assert!(says(&h, "notices that Frankfurt does not answer"), "each step says what it is");
}

#[test]
fn states_change_as_the_head_is_stepped() {
    let mut h = window();
    assert!(says(&h, &format!("{SERVED}✕ down")), "nobody has noticed yet");
    for _ in 0..3 {
        click(&mut h, "Next");
    }
    assert!(says(&h, &format!("{SERVED}▲ degraded")), "another region serves them, farther away");
    assert!(says(&h, "After 2 min 20 s"));
    click(&mut h, "Previous");
    assert!(says(&h, &format!("{SERVED}✕ down")));
    let head = h.get_by_role(Role::Slider);
    head.focus();
    h.run();
    h.key_press(Key::ArrowRight);
    h.run();
    assert!(says(&h, "After 2 min 20 s"), "the arrow keys step as well");
}

#[test]
fn it_plays_until_it_is_paused_and_asks_for_frames_only_then() {
    let mut h = window();
    h.get_by_role_and_label(Role::Button, "Play").click();
    for _ in 0..6 {
        h.step();
    }
    assert!(says(&h, "Pause") && !says(&h, "After 0 s"), "the head moves");
    click(&mut h, "Pause");
    let frames = h.try_run().unwrap();
    assert!(frames <= 1, "idle after a pause, {frames} frames");
    assert!(says(&h, "Play") && !says(&h, "After 0 s"), "it stays where it was");
}

#[test]
fn a_new_failure_begins_at_its_beginning() {
    let mut h = window();
    click(&mut h, "Next");
    assert!(!says(&h, "After 0 s"));
    ask(&mut h, Msg::Fail("region:in".parse().unwrap()));
    assert!(says(&h, "After 0 s"));
}

#[test]
fn an_edit_leaves_the_times_of_before_until_there_are_new_ones_and_says_so() {
    let mut h = window();
    click(&mut h, "Next");
    let mut meta = (*h.state().app.state.doc.design().meta).clone();
    meta.name = "Other".into();
    h.state_mut().app.request(Msg::Edit(commands::set_meta("Rename the design", meta)));
    h.step();
    assert!(says(&h, SERVED) && says(&h, "updating…"));
    h.run();
    assert!(says(&h, SERVED) && !says(&h, "updating…"));
    assert!(!says(&h, "After 0 s"), "the head stays where it was");
}

#[test]
fn the_way_back_is_told_in_order_and_repairs() {
    let mut h = window();
    h.get_by_role_and_label(Role::RadioButton, "The way back").click();
    h.run();
    for words in ["1. Bring back", "2. Start “Control plane” in Frankfurt", "4. Start “Traffic manager”"] {
        assert!(says(&h, words), "{words}");
    }
    assert!(says(&h, "Gateways and traffic managers load what they need from a control plane"), "with its reason");
    click(&mut h, "Repair Frankfurt now");
    assert!(!h.state().app.state.whatif.is_playing());
}

#[test]
fn a_target_of_a_capability_is_added_set_and_undone() {
    let mut h = window();
    ask(&mut h, Msg::Select(Vec::new()));
    h.get_by_label("Targets").click();
    h.run();
    h.get_by_role_and_label(Role::ComboBox, "Add target for").click();
    h.run();
    h.get_all_by_label("Issue tokens").last().unwrap().click();
    h.run();
    let targets = |h: &Harness<'_, Window>| h.state().app.state.doc.design().meta.estimation.targets.resilience.clone();
    assert!(targets(&h).contains_key(&Capability::Issue));
    let field = h.get_by_role_and_label(Role::TextInput, "Back within");
    field.focus();
    h.run();
    h.event(egui::Event::Text("300".into()));
    h.run();
    assert_eq!(targets(&h).get(&Capability::Issue).unwrap().rto_s, Some(300.0));
    ask(&mut h, Msg::EndMerge);
    ask(&mut h, Msg::Action(Action::Undo));
    assert_eq!(targets(&h).get(&Capability::Issue).unwrap().rto_s, None);
    ask(&mut h, Msg::Action(Action::Undo));
    assert!(targets(&h).is_empty());
}
