//! Configuration of a running deployment in the window: made a design of, and held against one.
#![cfg(feature = "gui")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic anywhere")]

#[path = "support/window.rs"]
mod support;

use std::path::Path;

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use meridian::analysis::{Setting, analyse};
use meridian::app::shell::Request;
use meridian::app::{App, Msg};
use meridian::books::Books;
use meridian::design::history::Revision;
use meridian::design::{Component, Design, Kind, commands};
use meridian::export::{Form, Options, Source};
use meridian::files::folder::{Policy, write};
use meridian::templates;
use support::{ask, on, says, shown};

fn template() -> Design {
    templates::get("pattern-2").unwrap().design()
}

/// Writes what an export of the design gives into a folder.
fn export(design: &Design, form: Form, folder: &Path) {
    let books = Books::shipped();
    let analysis = analyse(design, Revision::default(), &Setting::of(books));
    let source = Source::of(design, &analysis, books).unwrap();
    let bundle = form.bundle(&source, &Options::default());
    write(folder, &bundle, &Policy::default(), &|_, _| true).unwrap();
}

#[test]
fn a_folder_of_configuration_becomes_a_design_without_a_file_and_says_what_was_concluded() {
    let folder = tempfile::tempdir().unwrap();
    export(&template(), Form::Toml, folder.path());
    let mut h = shown(App::for_tests(), [1280.0, 800.0]);
    ask(&mut h, Msg::OpenPath(folder.path().to_owned()));
    let state = &h.state().app.state;
    assert!(state.open && state.path.is_none() && state.doc.is_dirty());
    let of = |design: &Design, kind| design.components.values().filter(|c| c.kind() == kind).count();
    for kind in [Kind::Gateway, Kind::TrafficManager, Kind::ControlPlane, Kind::Database] {
        assert_eq!(of(state.doc.design(), kind), of(&template(), kind), "{kind:?}");
    }
    assert!(says(&h, "What was made of the files") && says(&h, "Concluded, or left open"));
    h.get_by_label("Close").click();
    h.run();
    assert!(!says(&h, "What was made of the files"));
}

#[test]
fn files_that_say_what_is_drawn_do_not_differ_and_others_do() {
    let folder = tempfile::tempdir().unwrap();
    let design = template();
    export(&design, Form::Toml, folder.path());
    let mut h = on(design.clone(), [1280.0, 800.0]);
    ask(&mut h, Msg::Shell(Request::CompareWith(folder.path().to_owned())));
    let base = h.state().app.state.view.compared.clone().expect("it is compared");
    for (id, component) in &design.components {
        let said = base.design.components.get(id).unwrap_or_else(|| panic!("{id} is gone"));
        assert_eq!(
            (said.kind(), said.instances, &said.region),
            (component.kind(), component.instances, &component.region)
        );
    }
    h.key_press_modifiers(Modifiers::NONE, Key::Escape);
    h.run();
    let (id, gateway) = design.components.iter().find(|(_, c)| c.kind() == Kind::Gateway).unwrap();
    let more = Component { instances: gateway.instances + 1, ..Component::clone(gateway) };
    ask(&mut h, Msg::Edit(commands::set_component("Change instances", id, more)));
    ask(&mut h, Msg::Shell(Request::CompareWith(folder.path().to_owned())));
    assert!(says(&h, "How the files differ") && says(&h, "Elements that differ"));
    let base = h.state().app.state.view.compared.clone().expect("it is compared");
    assert_eq!(base.design.components[id].instances, gateway.instances);
}

#[test]
fn what_only_the_files_have_stands_beside_the_drawing() {
    let folder = tempfile::tempdir().unwrap();
    export(&templates::get("pattern-1").unwrap().design(), Form::Toml, folder.path());
    let design = templates::get("simple-scalable").unwrap().design();
    let mut h = on(design.clone(), [1280.0, 800.0]);
    ask(&mut h, Msg::Shell(Request::CompareWith(folder.path().to_owned())));
    let base = h.state().app.state.view.compared.clone().expect("it is compared");
    let drawn = design.bounds().unwrap();
    let new: Vec<_> = base.design.regions.iter().filter(|(id, _)| !design.regions.contains_key(*id)).collect();
    assert!(!new.is_empty(), "both designs have the same regions");
    for (id, region) in new {
        assert!(!drawn.intersects(region.rect()), "{id} covers what is drawn");
    }
}

#[test]
fn a_planner_file_comes_back_and_a_folder_without_nodes_is_one_clear_error() {
    let folder = tempfile::tempdir().unwrap();
    export(&template(), Form::Planner, folder.path());
    let mut h = shown(App::for_tests(), [1280.0, 800.0]);
    ask(&mut h, Msg::OpenPath(folder.path().join("planner.json")));
    let state = &h.state().app.state;
    assert_eq!(state.doc.design().components.len(), template().components.len());
    assert!(says(&h, "Not part of a plan"));
    let empty = tempfile::tempdir().unwrap();
    let mut h = shown(App::for_tests(), [1280.0, 800.0]);
    ask(&mut h, Msg::OpenPath(empty.path().to_owned()));
    assert!(!h.state().app.state.open);
    assert!(says(&h, "The design was not opened"));
}
