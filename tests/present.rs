//! A story told at the window: scenes made of what is played, presented step by step, and held against the design.
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
use meridian::design::story::insert_scene;
use meridian::design::{Capability, Claim, Expect, Id, Scene, Scope};
use support::{Window, ask, failed, on_pattern_2, press, says, sleeps};

fn key(h: &mut Harness<'_, Window>, key: Key) {
    press(h, Modifiers::NONE, key);
}

fn titles(h: &Harness<'_, Window>) -> Vec<String> {
    h.state().app.state.doc.design().meta.story.iter().map(|scene| scene.title.clone()).collect()
}

fn scene(title: &str, failures: &[&str], claims: Vec<Claim>) -> Scene {
    Scene {
        title: title.into(),
        failures: failures.iter().map(|failure| failure.parse().unwrap()).collect(),
        claims,
        ..Scene::default()
    }
}

fn state(capability: Capability, id: &str, expect: Expect) -> Claim {
    Claim::State { capability, scope: Scope::At(Id::slug(id)), expect }
}

/// Puts scenes into the story.
fn tell(h: &mut Harness<'_, Window>, scenes: Vec<Scene>) {
    for scene in scenes {
        let design = h.state().app.state.doc.design().clone();
        ask(h, Msg::Edit(insert_scene(&design, usize::MAX, scene)));
    }
}

/// Two scenes: the healthy drawing, and the loss of the main region.
fn two_scenes(size: [f32; 2]) -> Harness<'static, Window> {
    let mut h = on_pattern_2(size);
    let healthy = Scene { notes: "Ask who is on call.".into(), ..scene("As usual", &[], Vec::new()) };
    let claims =
        vec![state(Capability::Serve, "in", Expect::Continues), state(Capability::GatewayStart, "in", Expect::Lost)];
    let lost = scene("Frankfurt is lost", &["region:eu"], claims);
    tell(&mut h, vec![healthy, lost]);
    h
}

fn nothing_is_asked_for(h: &Harness<'_, Window>) -> bool {
    sleeps(h) >= Duration::from_secs(60)
}

#[test]
fn five_scenes_are_made_and_presented_by_keyboard() {
    let mut h = on_pattern_2([1280.0, 800.0]);
    press(&mut h, Modifiers::SHIFT, Key::S);
    for id in ["eu", "in", "eu-cp"] {
        ask(&mut h, Msg::Select(vec![Id::slug(id)]));
        key(&mut h, Key::F);
        press(&mut h, Modifiers::SHIFT, Key::S);
        press(&mut h, Modifiers::SHIFT, Key::F);
    }
    ask(&mut h, Msg::Select(vec![Id::slug("eu"), Id::slug("in")]));
    key(&mut h, Key::X);
    press(&mut h, Modifiers::SHIFT, Key::S);
    assert_eq!(titles(&h).len(), 5, "{:?}", titles(&h));
    let story = &h.state().app.state.doc.design().meta.story;
    let failures: Vec<Vec<String>> =
        story.iter().map(|scene| scene.failures.iter().map(ToString::to_string).collect()).collect();
    assert_eq!(failures, [vec![], vec!["region:eu"], vec!["region:in"], vec!["component:eu-cp"], vec!["cut:eu/in"]]);
    assert_eq!(h.state().app.state.view.tab, BottomTab::Story, "one sees what was added");

    ask(&mut h, Msg::LookAtScene(Some(0)));
    key(&mut h, Key::F5);
    assert!(says(&h, "Scene 1 of 5"));
    let steps = [(Key::ArrowRight, 2), (Key::Space, 3), (Key::PageDown, 4), (Key::Enter, 5), (Key::ArrowDown, 5)];
    for (pressed, at) in
        steps.into_iter().chain([(Key::PageUp, 4), (Key::Backspace, 3), (Key::Home, 1), (Key::Num4, 4)])
    {
        key(&mut h, pressed);
        assert!(says(&h, &format!("Scene {at} of 5")), "{pressed:?}");
        let scene = &h.state().app.state.doc.design().meta.story[at - 1];
        assert_eq!(failed(&h), scene.failures.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert!(says(&h, &scene.title));
    }
}

#[test]
fn a_change_of_the_design_makes_a_claim_false_and_undo_makes_it_true_again() {
    let mut h = on_pattern_2([1600.0, 1000.0]);
    tell(&mut h, vec![scene("As usual", &[], vec![state(Capability::Publish, "eu", Expect::Works)])]);
    ask(&mut h, Msg::Action(Action::ShowTab(BottomTab::Story)));
    ask(&mut h, Msg::LookAtScene(Some(0)));
    assert!(says(&h, "every claim holds") && says(&h, "Claim holds: In Frankfurt"));
    ask(&mut h, Msg::Select(vec![Id::slug("eu-cp")]));
    key(&mut h, Key::Delete);
    assert!(says(&h, "1 of 1 claims do not hold") && says(&h, "Claim does not hold: In Frankfurt"));
    assert!(says(&h, "Story · 1 not true"), "the tab says it while another one is open");
    press(&mut h, Modifiers::COMMAND, Key::Z);
    assert!(says(&h, "every claim holds"));
}

#[test]
fn leaving_brings_back_panels_and_what_had_failed() {
    let mut h = two_scenes([1280.0, 800.0]);
    ask(&mut h, Msg::Fail("region:in".parse().unwrap()));
    ask(&mut h, Msg::Select(vec![Id::slug("in")]));
    let camera = h.state().app.state.camera;
    let steps = h.state().app.state.doc.steps().len();
    key(&mut h, Key::F5);
    assert!(h.query_by_label("Edit").is_none(), "menus are away");
    key(&mut h, Key::ArrowRight);
    assert_eq!(failed(&h), ["region:eu"]);
    assert!(says(&h, "Claim holds: In Mumbai"));
    assert!(says(&h, "Lost for good") && says(&h, "Resynchronised on return"));
    key(&mut h, Key::Escape);
    assert!(h.query_by_label("Edit").is_some());
    assert_eq!(failed(&h), ["region:in"]);
    let state = &h.state().app.state;
    assert_eq!(state.selection, [Id::slug("in")].into());
    assert_eq!((state.camera.center_scene, state.camera.zoom), (camera.center_scene, camera.zoom));
    assert_eq!(state.doc.steps().len(), steps, "presenting changes no document");
    assert_eq!(state.view.scene, Some(1), "one goes on with the scene shown last");
}

#[test]
fn failures_change_live_and_the_scene_comes_back() {
    let mut h = two_scenes([1280.0, 800.0]);
    key(&mut h, Key::F5);
    key(&mut h, Key::End);
    ask(&mut h, Msg::Select(vec![Id::slug("in-gw")]));
    key(&mut h, Key::F);
    assert_eq!(failed(&h), ["region:eu", "component:in-gw"]);
    assert!(says(&h, "Changed from the scene") && says(&h, "Scene 2 of 2"));
    assert!(says(&h, "Claim does not hold: In Mumbai"), "claims speak of what is shown");
    key(&mut h, Key::R);
    assert_eq!(failed(&h), ["region:eu"]);
    assert!(!says(&h, "Changed from the scene") && says(&h, "Claim holds: In Mumbai"));
    assert_eq!(h.state().app.state.doc.design().meta.story[1].failures.len(), 1);
    ask(&mut h, Msg::Select(vec![Id::slug("in-gw")]));
    key(&mut h, Key::Delete);
    assert!(h.state().app.state.doc.design().components.contains_key(&Id::slug("in-gw")), "nothing can be deleted");
}

#[test]
fn notes_and_a_dark_screen_come_and_go() {
    let mut h = two_scenes([1280.0, 800.0]);
    ask(&mut h, Msg::LookAtScene(Some(0)));
    key(&mut h, Key::F5);
    assert!(!says(&h, "Ask who is on call."));
    key(&mut h, Key::N);
    assert!(says(&h, "Ask who is on call.") && says(&h, "Next: Frankfurt is lost"));
    key(&mut h, Key::B);
    assert!(says(&h, "Dark screen") && !says(&h, "Scene 1 of 2"));
    key(&mut h, Key::PageDown);
    assert!(says(&h, "Scene 1 of 2"), "the slide comes back before anything else happens");
}

#[test]
fn a_slide_rests() {
    let mut h = two_scenes([1280.0, 800.0]);
    key(&mut h, Key::F5);
    for pressed in [Key::ArrowRight, Key::N, Key::B] {
        key(&mut h, pressed);
        assert!(nothing_is_asked_for(&h), "{pressed:?}");
    }
}

#[test]
fn without_scenes_what_is_played_is_presented() {
    let mut h = on_pattern_2([1280.0, 800.0]);
    key(&mut h, Key::F5);
    assert!(says(&h, "There are no scenes yet"));
    key(&mut h, Key::Escape);
    ask(&mut h, Msg::Fail("region:eu".parse().unwrap()));
    key(&mut h, Key::F5);
    assert!(says(&h, "Frankfurt is lost") && says(&h, "This is played now"));
    press(&mut h, Modifiers::SHIFT, Key::S);
    assert!(says(&h, "Scene 1 of 1"), "it can be kept at once");
}

#[test]
fn scenes_are_written_moved_and_taken_away_in_the_tab() {
    let mut h = two_scenes([1600.0, 1000.0]);
    ask(&mut h, Msg::Action(Action::ShowTab(BottomTab::Story)));
    h.get_by_label_contains("Scene 2: Frankfurt is lost").click();
    h.run();
    h.get_by_role_and_label(Role::TextInput, "Title").focus();
    h.run();
    let steps = h.state().app.state.doc.steps().len();
    for letter in ["!", "?", "!"] {
        h.get_by_role_and_label(Role::TextInput, "Title").type_text(letter);
        h.run();
    }
    assert!(titles(&h)[1].len() == "Frankfurt is lost".len() + 3, "{:?}", titles(&h));
    assert_eq!(h.state().app.state.doc.steps().len(), steps + 1, "typing is one step");
    h.get_by_label_contains("Scene 2: Frankfurt is lost").click();
    h.run();
    press(&mut h, Modifiers::ALT, Key::ArrowUp);
    assert!(titles(&h)[0].starts_with("Frankfurt"));
    ask(&mut h, Msg::Action(Action::DuplicateScene));
    assert_eq!(titles(&h).len(), 3);
    ask(&mut h, Msg::Action(Action::RemoveScene));
    ask(&mut h, Msg::Action(Action::Undo));
    assert_eq!(titles(&h).len(), 3);
    h.get_by_label("Add claim").click_accesskit();
    h.run();
    let at = h.state().app.state.view.scene.unwrap();
    let claims = h.state().app.state.doc.design().meta.story[at].claims.len();
    assert_eq!(claims, 3);
    h.get_by_label("Remove claim").click_accesskit();
    h.run();
    assert_eq!(h.state().app.state.doc.design().meta.story[at].claims.len(), 2);
}

#[test]
fn the_scene_looked_at_stays_the_same_while_the_story_changes_around_it() {
    let mut h = two_scenes([1280.0, 800.0]);
    let tail = vec![scene("Mumbai is lost", &["region:in"], Vec::new())];
    tell(&mut h, tail);
    ask(&mut h, Msg::LookAtScene(Some(0)));
    ask(&mut h, Msg::Action(Action::MoveSceneDown));
    ask(&mut h, Msg::Action(Action::MoveSceneDown));
    let looked_at = |h: &Harness<'_, Window>| titles(h)[h.state().app.state.view.scene.unwrap()].clone();
    assert_eq!((looked_at(&h).as_str(), titles(&h)[2].as_str()), ("As usual", "As usual"));
    for undone in ["one move", "both moves"] {
        ask(&mut h, Msg::Action(Action::Undo));
        assert_eq!(looked_at(&h), "As usual", "{undone}");
    }
    assert_eq!(titles(&h)[0], "As usual");
    ask(&mut h, Msg::Action(Action::Redo));
    assert_eq!(looked_at(&h), "As usual");
    ask(&mut h, Msg::GoToStep(0));
    assert_eq!(h.state().app.state.view.scene, None, "there are no scenes any more");
}

#[test]
fn a_window_that_filled_the_screen_fills_it_afterwards_and_another_does_not() {
    for before in [true, false] {
        let mut h = two_scenes([1280.0, 800.0]);
        let root = egui::ViewportId::ROOT;
        h.input_mut().viewports.entry(root).or_default().fullscreen = Some(before);
        // Commands are asked for in the frame in which the key goes down.
        let asked = |h: &mut Harness<'_, Window>, key: Key| {
            h.key_down(key);
            h.step();
            let commands = h.output().viewport_output[&root].commands.clone();
            h.key_up(key);
            h.run();
            commands
        };
        let started = asked(&mut h, Key::F5);
        assert!(started.contains(&egui::ViewportCommand::Fullscreen(true)), "{started:?}");
        h.input_mut().viewports.entry(root).or_default().fullscreen = Some(true);
        let left = asked(&mut h, Key::Escape);
        assert!(left.contains(&egui::ViewportCommand::Fullscreen(before)), "{left:?}");
    }
}

#[test]
fn a_scene_takes_over_what_is_played_and_says_what_is_gone() {
    let mut h = two_scenes([1600.0, 1000.0]);
    ask(&mut h, Msg::LookAtScene(Some(0)));
    ask(&mut h, Msg::Fail("component:eu-cp".parse().unwrap()));
    ask(&mut h, Msg::Action(Action::UpdateScene));
    assert_eq!(h.state().app.state.doc.design().meta.story[0].failures.len(), 1);
    ask(&mut h, Msg::Action(Action::RepairAll));
    ask(&mut h, Msg::Select(vec![Id::slug("eu-cp")]));
    ask(&mut h, Msg::Action(Action::Delete));
    ask(&mut h, Msg::Action(Action::ShowTab(BottomTab::Story)));
    assert!(says(&h, "not drawn any more"));
    ask(&mut h, Msg::PlayScene(0));
    assert!(failed(&h).is_empty());
    key(&mut h, Key::F5);
    assert!(says(&h, "Cannot be shown: there is no component"));
}
