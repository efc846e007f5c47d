//! Configuration of a running deployment in the window: made a design of, and held against one.
#![cfg(feature = "gui")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic anywhere")]

#[path = "support/window.rs"]
mod support;

use std::path::Path;
use std::sync::Arc;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use meridian::analysis::{Setting, analyse};
use meridian::app::actions::Action;
use meridian::app::shell::Request;
use meridian::app::{App, Msg};
use meridian::books::Books;
use meridian::compare::compare_drawings;
use meridian::design::history::Revision;
use meridian::design::{Component, Design, Kind, commands};
use meridian::export::{Form, Options, Source};
use meridian::files::folder::{Policy, write};
use meridian::templates;
use support::{Window, ask, on, says, shown};

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

/// What the comparison shows as different, as text.
fn compared(h: &Harness<'_, Window>) -> String {
    let state = &h.state().app.state;
    let base = state.view.compared.as_ref().expect("it is compared");
    let (settings, elements) = compare_drawings(&base.design, state.doc.design());
    let settings = settings.iter().map(|change| format!("{change:?}\n"));
    settings.chain(elements.iter().map(|change| format!("{change:?}\n"))).collect()
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
    h.key_press_modifiers(Modifiers::NONE, Key::Escape);
    h.run();
    assert!(!says(&h, "What was made of the files"));
    ask(&mut h, Msg::Action(Action::ShowTold));
    assert!(says(&h, "What was made of the files"), "it can be read again");
    // A sentence leads to what it is about.
    let other = Path::new(env!("CARGO_MANIFEST_DIR")).join("saved-designs/retail-pattern-2.ron");
    ask(&mut h, Msg::Shell(Request::CompareWith(other)));
    assert!(says(&h, "What was made of the files"), "a comparison with nothing to tell leaves it");
    let doubt = h.get_all_by_role(Role::Link).next().expect("a doubt about something drawn");
    doubt.click();
    h.run();
    assert!(!h.state().app.state.selection.is_empty());
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
    assert!(says(&h, "– The files say what the design says."));
    assert_eq!(compared(&h), "");
    h.key_press_modifiers(Modifiers::NONE, Key::Escape);
    h.run();
    let (id, gateway) = design.components.iter().find(|(_, c)| c.kind() == Kind::Gateway).unwrap();
    let more = Component { instances: gateway.instances + 1, ..Component::clone(gateway) };
    ask(&mut h, Msg::Edit(commands::set_component("Change instances", id, more)));
    ask(&mut h, Msg::Shell(Request::CompareWith(folder.path().to_owned())));
    assert!(says(&h, "Compared with the files") && says(&h, "Elements that differ (1)"));
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
fn groups_that_only_the_files_have_stand_at_free_spots_of_their_region() {
    let folder = tempfile::tempdir().unwrap();
    let mut design = template();
    export(&design, Form::Toml, folder.path());
    let gone = design.components.iter().find(|(_, c)| c.kind() == Kind::Gateway).unwrap().0.clone();
    design.components.remove(&gone);
    design.links.retain(|_, link| link.from != gone && link.to != gone);
    let mut h = on(design.clone(), [1280.0, 800.0]);
    ask(&mut h, Msg::Shell(Request::CompareWith(folder.path().to_owned())));
    let base = h.state().app.state.view.compared.clone().expect("it is compared");
    let mut new = base.design.components.iter().filter(|(id, _)| !design.components.contains_key(*id)).peekable();
    assert!(new.peek().is_some());
    for (id, component) in new {
        let spot = base.design.rect_scene(component);
        let covered = design.components.values().any(|c| design.rect_scene(c).intersects(spot));
        assert!(!covered, "{id} covers what is drawn");
    }
}

/// A plan says less than a design; what it does not say is no difference.
#[test]
fn an_own_planner_file_does_not_differ() {
    let folder = tempfile::tempdir().unwrap();
    let mut design = template();
    let meta = Arc::make_mut(&mut design.meta);
    meta.notes = "Not part of a plan.".into();
    meta.requirements.multi_tenancy = Some(true);
    for component in design.components.values_mut() {
        Arc::make_mut(component).pinned = true;
    }
    export(&design, Form::Planner, folder.path());
    let mut h = on(design, [1280.0, 800.0]);
    ask(&mut h, Msg::Shell(Request::CompareWith(folder.path().join("planner.json"))));
    assert_eq!(compared(&h), "");
}

#[test]
fn a_folder_is_no_design_and_one_node_no_deployment() {
    let folder = tempfile::tempdir().unwrap();
    export(&template(), Form::Toml, folder.path());
    let mut h = on(template(), [1280.0, 800.0]);
    ask(&mut h, Msg::Shell(Request::Open(folder.path().to_owned())));
    assert!(says(&h, "The design was not opened"));
    h.key_press_modifiers(Modifiers::NONE, Key::Escape);
    h.run();
    ask(&mut h, Msg::Shell(Request::Import(folder.path().join("deployment.toml"))));
    assert!(says(&h, "Nothing was imported"));
}

/// Nothing is read before somebody has said what.
#[test]
fn the_folder_that_is_offered_is_not_imported_by_enter() {
    let mut h = on(template(), [1280.0, 800.0]);
    ask(&mut h, Msg::Action(Action::Import));
    h.key_press(Key::Enter);
    h.run();
    assert!(says(&h, "Import a folder of configuration"), "it still asks");
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
