//! A comparison as somebody at the window meets it.
#![cfg(feature = "gui")]
#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

#[path = "support/window.rs"]
mod support;

use std::sync::Arc;

use egui::Key;
use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use meridian::app::actions::Action;
use meridian::app::state::BottomTab;
use meridian::app::{App, Msg};
use meridian::design::{Component, Id, Kind, commands};
use support::{Window, shown};
use tempfile::TempDir;

type H = Harness<'static, Window>;

/// A window with a design that was opened from a file, and the file's folder.
fn window() -> (H, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    for template in ["pattern-1", "pattern-2"] {
        let path = folder.path().join(format!("{template}.ron"));
        let text = meridian::templates::get(template).unwrap().ron();
        meridian::files::write_atomically(&path, text.as_bytes()).unwrap();
    }
    let mut app = App::for_tests();
    app.request(Msg::OpenPath(folder.path().join("pattern-2.ron")));
    let harness = shown(app, [1280.0, 800.0]);
    (harness, folder)
}

fn ask(h: &mut H, msg: Msg) {
    h.state_mut().app.request(msg);
    h.run();
}

fn gateway(h: &H) -> Id {
    let design = h.state().app.state.doc.design().clone();
    design.components.iter().find(|(_, c)| c.kind() == Kind::Gateway).map(|(id, _)| id.clone()).unwrap()
}

fn set_instances(h: &mut H, id: &Id, instances: u32) {
    let component = Component::clone(&h.state().app.state.doc.design().components[id]);
    ask(h, Msg::Edit(commands::set_component("Change instances", id, Component { instances, ..component })));
}

/// Words of a row, as they are read out.
fn row(h: &H, words: &str) -> bool {
    h.query_all_by_role(Role::Button).any(|node| {
        use egui_kittest::kittest::NodeT as _;
        node.accesskit_node().label().is_some_and(|label| label.contains(words))
    })
}

#[test]
fn an_edit_is_told_beside_the_last_saved_state_and_undone_there_is_nothing_to_tell() {
    let (mut h, _folder) = window();
    let id = gateway(&h);
    let name = h.state().app.state.doc.design().name_of(&id);
    h.key_press(Key::F7);
    h.run();
    assert_eq!(h.state().app.state.view.tab, BottomTab::Compare);
    assert!(h.query_by_label("No differences from the last saved state.").is_some());
    set_instances(&mut h, &id, 5);
    assert!(row(&h, "Instances: before 2, now 5"), "{name}");
    h.get_by_label_contains("Instances: before 2").click();
    h.run();
    assert_eq!(h.state().app.state.single_selection(), Some(&id));
    ask(&mut h, Msg::Action(Action::Undo));
    assert!(h.query_by_label("No differences from the last saved state.").is_some());
    h.key_press(Key::Escape);
    h.run();
    assert!(h.state().app.state.view.compared.is_none() && h.state().app.state.comparison.is_none());
}

#[test]
fn saving_makes_what_is_on_disk_the_new_last_saved_state() {
    let (mut h, _folder) = window();
    let id = gateway(&h);
    set_instances(&mut h, &id, 5);
    ask(&mut h, Msg::Action(Action::CompareSaved));
    assert!(row(&h, "Instances: before 2, now 5"));
    ask(&mut h, Msg::Action(Action::Save));
    assert!(h.query_by_label("No differences from the last saved state.").is_some());
}

#[test]
fn another_file_is_compared_with_and_a_broken_one_is_said() {
    let (mut h, folder) = window();
    let other = folder.path().join("pattern-1.ron");
    ask(&mut h, Msg::Shell(meridian::app::shell::Request::CompareWith(other)));
    let compared = h.state().app.state.compared().cloned().unwrap();
    assert!(compared.comparison.elements.len() > 10);
    assert!(row(&h, "Pattern meant: before Pattern 1, now Pattern 2"));
    // What is gone can be gone to all the same.
    let gone = compared.rows.iter().find(|r| r.sign == meridian::compare::Sign::Removed).unwrap();
    assert!(!h.state().app.state.doc.design().contains(&gone.subjects[0]));
    let broken = folder.path().join("broken.ron");
    meridian::files::write_atomically(&broken, b"(format: 1").unwrap();
    ask(&mut h, Msg::Shell(meridian::app::shell::Request::CompareWith(broken)));
    assert!(h.query_by_role_and_label(Role::Dialog, "The design was not compared").is_some());
    assert!(Arc::ptr_eq(h.state().app.state.compared().unwrap(), &compared), "the comparison before goes on");
}

#[test]
fn every_state_of_the_session_can_be_compared_with() {
    let (mut h, _folder) = window();
    let id = gateway(&h);
    for instances in [3, 4] {
        set_instances(&mut h, &id, instances);
    }
    for (step, before) in [(0, 2), (1, 3)] {
        ask(&mut h, Msg::CompareStep(step));
        assert!(row(&h, &format!("Instances: before {before}, now 4")));
    }
    ask(&mut h, Msg::GoToStep(0));
    ask(&mut h, Msg::NewFromTemplate("pattern-1"));
    assert!(h.state().app.state.view.compared.is_none(), "another document has nothing to do with it");
}
