//! The export window as somebody uses it: what would be written, how it stands to the folder, and writing it.
#![cfg(feature = "gui")]
#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

#[path = "support/window.rs"]
mod support;

use std::path::Path;
use std::time::Duration;

use egui::{Key, Modifiers, ViewportId};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use meridian::app::actions::Action;
use meridian::app::{App, Msg};
use meridian::design::history::Document;
use meridian::design::{Design, commands};
use meridian::export::Form;
use meridian::files;
use meridian::rules::Severity;
use meridian::templates;
use support::{Window, shown};

/// Pattern 2 in a window of this size, with the export window open for the planner file.
fn window(size: [f32; 2], folder: &Path) -> Harness<'static, Window> {
    let mut h = window_of(templates::get("pattern-2").unwrap().design(), size, folder);
    ask(&mut h, Msg::Action(Action::ExportAs(Form::Planner)));
    h
}

fn window_of(design: Design, size: [f32; 2], folder: &Path) -> Harness<'static, Window> {
    let mut app = App::for_tests();
    app.state.doc = Document::new(design);
    app.state.open = true;
    // A design that was saved is exported beside its file.
    app.state.path = Some(folder.join("plan.ron"));
    shown(app, size)
}

fn ask(h: &mut Harness<'_, Window>, msg: Msg) {
    h.state_mut().app.request(msg);
    h.run();
}

fn press(h: &mut Harness<'_, Window>, modifiers: Modifiers, key: Key) {
    h.key_press_modifiers(modifiers, key);
    h.run();
}

fn click(h: &mut Harness<'_, Window>, label: &str) {
    h.get_by_label(label).click();
    h.run();
}

fn says(h: &Harness<'_, Window>, words: &str) -> bool {
    h.query_all_by_label_contains(words).next().is_some()
}

fn written(folder: &Path) -> std::path::PathBuf {
    folder.join("plan-export/planner/planner.json")
}

/// Types another folder.
fn go_to(h: &mut Harness<'_, Window>, folder: &Path) {
    h.get_by_label("Folder").focus();
    h.run();
    press(h, Modifiers::COMMAND, Key::A);
    h.get_by_label("Folder").type_text(&folder.display().to_string());
    h.run();
}

fn rename(h: &mut Harness<'_, Window>, name: &str) {
    let mut meta = (*h.state().app.state.doc.design().meta).clone();
    meta.name = name.into();
    ask(h, Msg::Edit(commands::set_meta("Rename the design", meta)));
}

#[test]
fn a_key_opens_and_closes_it_and_every_form_has_an_entry_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let mut h = window([1280.0, 800.0], folder.path());
    press(&mut h, Modifiers::NONE, Key::Escape);
    assert!(!says(&h, "Look again"));
    press(&mut h, Modifiers::COMMAND, Key::E);
    assert!(says(&h, "Look again") && says(&h, "planner.json"));
    press(&mut h, Modifiers::COMMAND, Key::E);
    assert!(!says(&h, "Look again"));
    for form in Form::ALL {
        ask(&mut h, Msg::Action(Action::ExportAs(form)));
        assert!(says(&h, &format!("{} · ", form.label())), "{}", form.label());
        press(&mut h, Modifiers::NONE, Key::Escape);
    }
}

#[test]
fn what_is_written_is_what_was_shown_and_then_the_folder_is_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let mut h = window([1280.0, 800.0], folder.path());
    assert!(says(&h, "planner.json · new"), "it stands in the tree with how it stands to the folder");
    assert!(says(&h, "There is no such folder yet"));
    assert!(says(&h, "Preview of planner/planner.json, line 1: {"), "and its first line in the preview");
    click(&mut h, "Create the folder, write 1 file");
    let text = std::fs::read_to_string(written(folder.path())).unwrap();
    let plan: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert!(plan.get("findings").is_some());
    assert!(says(&h, "1 file written in"));
    assert!(says(&h, "planner.json · up to date") && says(&h, "Nothing to write"));
    rename(&mut h, "Another name");
    assert!(says(&h, "planner.json · out of date"), "a change of the design makes the files anew");
    click(&mut h, "Write 1 file");
    assert!(std::fs::read_to_string(written(folder.path())).unwrap().contains("Another name"));
}

#[test]
fn a_file_edited_by_hand_is_kept_until_it_is_ticked_and_its_difference_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let mut h = window([1280.0, 800.0], folder.path());
    click(&mut h, "Create the folder, write 1 file");
    let path = written(folder.path());
    let edited = std::fs::read_to_string(&path).unwrap().replacen('{', "{\n  \"by hand\": true,", 1);
    files::write_atomically(&path, edited.as_bytes()).unwrap();
    click(&mut h, "Look again");
    assert!(says(&h, "planner.json · edited by hand"));
    assert!(says(&h, "Nothing to write, keep 1"));
    click(&mut h, "Diff");
    assert!(says(&h, "0 lines more, 1 less than on disk"));
    assert!(says(&h, "Difference of planner/planner.json, line 2:   \"by hand\": true,"));
    click(&mut h, "Replace planner/planner.json");
    click(&mut h, "Write 1 file (1 replaced)");
    assert!(!std::fs::read_to_string(&path).unwrap().contains("by hand"));
    assert!(says(&h, "The file on disk holds just this."));
}

#[test]
fn what_may_be_replaced_in_one_folder_may_not_be_in_another() {
    let folder = tempfile::tempdir().unwrap();
    let mut h = window([1280.0, 800.0], folder.path());
    click(&mut h, "Create the folder, write 1 file");
    let other = folder.path().join("other");
    let theirs = other.join("planner/planner.json");
    std::fs::create_dir_all(theirs.parent().unwrap()).unwrap();
    for path in [&written(folder.path()), &theirs] {
        files::write_atomically(path, b"by hand").unwrap();
    }
    click(&mut h, "Look again");
    for tick in ["Replace 1 file edited by hand or not from an export", "Replace planner/planner.json"] {
        assert!(says(&h, "Nothing to write, keep 1"));
        click(&mut h, tick);
        assert!(says(&h, "Write 1 file (1 replaced)"));
        go_to(&mut h, &other);
        assert!(says(&h, "planner.json · not from an export") && says(&h, "Nothing to write, keep 1"), "{tick}");
        go_to(&mut h, &folder.path().join("plan-export"));
    }
    assert!(says(&h, "planner.json · edited by hand") && says(&h, "Nothing to write, keep 1"));
    assert_eq!(std::fs::read(&theirs).unwrap(), b"by hand");
}

#[test]
fn a_place_that_cannot_be_written_to_is_said_before_anything_happens() {
    let folder = tempfile::tempdir().unwrap();
    files::write_atomically(&folder.path().join("plan-export"), b"a file").unwrap();
    let mut h = window([1280.0, 800.0], folder.path());
    assert!(says(&h, "This is a file, not a folder"));
    go_to(&mut h, &folder.path().join("elsewhere"));
    assert!(says(&h, "There is no such folder yet") && says(&h, "Create the folder, write 1 file"));
}

#[test]
fn keys_go_through_the_tree_and_the_lines() {
    let folder = tempfile::tempdir().unwrap();
    let mut h = window([1280.0, 800.0], folder.path());
    let components = h.state().app.state.doc.design().components.len();
    press(&mut h, Modifiers::NONE, Key::Delete);
    press(&mut h, Modifiers::NONE, Key::G);
    assert_eq!(h.state().app.state.doc.design().components.len(), components, "the drawing below hears nothing");
    press(&mut h, Modifiers::NONE, Key::Home);
    press(&mut h, Modifiers::NONE, Key::ArrowLeft);
    assert!(!says(&h, "planner.json · new"), "the folder is folded");
    press(&mut h, Modifiers::NONE, Key::ArrowRight);
    press(&mut h, Modifiers::NONE, Key::ArrowDown);
    assert!(says(&h, "planner.json · new"));
    h.get_by_label_contains("Preview of planner").focus();
    h.run();
    press(&mut h, Modifiers::NONE, Key::ArrowDown);
    assert!(says(&h, "planner.json, line 2: "));
    press(&mut h, Modifiers::NONE, Key::End);
    assert!(says(&h, "}") && !says(&h, "planner.json, line 2: "));
}

#[test]
fn a_small_window_shows_one_pane_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let mut h = window([800.0, 520.0], folder.path());
    assert!(says(&h, "planner.json · new"));
    press(&mut h, Modifiers::NONE, Key::Enter);
    assert!(says(&h, "Preview of planner/planner.json"), "a key opens the file");
    click(&mut h, "Files");
    click(&mut h, "Content");
    assert!(says(&h, "Preview of planner/planner.json"));
    click(&mut h, "What and where");
    assert!(says(&h, "Look again"));
    click(&mut h, "Create the folder, write 1 file");
    assert!(written(folder.path()).is_file());
}

#[test]
fn the_window_rests_while_it_is_open() {
    let folder = tempfile::tempdir().unwrap();
    let mut h = window([1280.0, 800.0], folder.path());
    h.run_steps(8);
    assert_eq!(h.output().viewport_output[&ViewportId::ROOT].repaint_delay, Duration::MAX);
}

#[test]
fn files_that_errors_make_unfit_lead_to_their_finding_and_are_written_only_when_that_is_chosen() {
    let folder = tempfile::tempdir().unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("saved-designs/violations.ron");
    let (design, _) = files::read_design(&path).unwrap();
    let mut h = window_of(design, [1280.0, 800.0], folder.path());
    ask(&mut h, Msg::Action(Action::ExportAs(Form::Toml)));
    assert!(says(&h, "Nothing to write") && says(&h, "Only blocked files are left"));
    for tab in ["Still to supply (", "Notes ("] {
        h.get_by_label_contains(tab).click();
        h.run();
        assert_eq!(h.output().viewport_output[&ViewportId::ROOT].repaint_delay, Duration::MAX, "{tab}: it rests");
    }
    let first = |h: &Harness<'_, Window>| h.query_all_by_value("Blocked").next().map(|node| node.rect().top());
    let before = first(&h).expect("the notes name what blocks files");
    h.get_by_label("What there is to note").focus();
    h.run();
    press(&mut h, Modifiers::NONE, Key::ArrowDown);
    assert!(first(&h).is_some_and(|top| top < before - 20.0), "keys scroll them");
    press(&mut h, Modifiers::NONE, Key::PageUp);
    assert_eq!(first(&h), Some(before));
    let components = h.state().app.state.doc.design().components.len();
    press(&mut h, Modifiers::COMMAND, Key::A);
    press(&mut h, Modifiers::NONE, Key::Delete);
    assert_eq!(h.state().app.state.doc.design().components.len(), components, "the drawing below hears nothing");
    click(&mut h, "Preview");
    h.get_all_by_label("Go to the finding").next().unwrap().click();
    h.run();
    let state = &h.state().app.state;
    assert!(state.finding().is_some_and(|finding| finding.severity == Severity::Error));
    assert!(!says(&h, "Look again"), "the window gives way");
    press(&mut h, Modifiers::COMMAND, Key::E);
    let ticks = h.get_by_label_contains("Write blocked files too");
    ticks.click();
    h.run();
    h.get_by_label_contains("Create the folder, write").click();
    h.run();
    assert!(folder.path().join("plan-export/toml").is_dir());
}

#[test]
fn pictures_follow_what_is_chosen_about_them() {
    let folder = tempfile::tempdir().unwrap();
    let mut h = window([1280.0, 1000.0], folder.path());
    ask(&mut h, Msg::Action(Action::ExportAs(Form::Svg)));
    assert!(says(&h, "Picture svg/"));
    h.get_by_label_contains("Create the folder, write 1 file").click();
    h.run();
    assert!(says(&h, "up to date"));
    click(&mut h, "Dark");
    assert!(says(&h, "out of date"), "another choice makes another picture at once");
    click(&mut h, "As text");
    assert!(says(&h, "Preview of svg/"));
}
