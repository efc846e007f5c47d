//! Files, dialogs, palette and recovery, through the whole window and real files.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail loudly")]
#![cfg(feature = "gui")]

use std::path::{Path, PathBuf};

use egui::{Key, Modifiers, ViewportCommand, ViewportId};
use egui_kittest::{Harness, kittest::Queryable as _};

use meridian::app::actions::Action;
use meridian::app::shell::dirs::Dirs;
use meridian::app::shell::{Options, Request, Shell};
use meridian::app::worker::Worker;
use meridian::app::{App, Msg};
use meridian::books::Books;
use meridian::design::{Kind, commands};
use meridian::{files, templates};

struct Window {
    harness: Harness<'static, App>,
}

impl Window {
    fn new(app: App) -> Self {
        let mut has_fonts = false;
        let harness = Harness::builder().with_size([1280.0, 800.0]).with_max_steps(32).build_ui_state(
            move |ui, app: &mut App| {
                let ctx = ui.ctx().clone();
                // Fonts are there from the frame after the one in which they are installed.
                if !std::mem::replace(&mut has_fonts, true) {
                    meridian::app::theme::install(&ctx);
                    ctx.request_repaint();
                    return;
                }
                app.tick(&ctx);
                app.show(ui);
            },
            app,
        );
        let mut window = Self { harness };
        window.harness.run();
        window
    }

    fn plain() -> Self {
        Self::new(App::for_tests())
    }

    /// A window that keeps settings and unsaved work in `dir`.
    fn keeping_in(dir: &Path) -> Self {
        let options = Options { dirs: Dirs::under(dir.to_owned()), ..Options::default() };
        Self::new(App::new(Worker::inline(Books::shipped()), Shell::headless_with(options)))
    }

    fn app(&self) -> &App {
        self.harness.state()
    }

    fn ask(&mut self, msg: Msg) {
        self.harness.state_mut().request(msg);
        self.harness.run();
    }

    fn open(&mut self, path: &Path) {
        self.ask(Msg::OpenPath(path.to_owned()));
    }

    fn rename(&mut self, name: &str) {
        let mut meta = (*self.app().state.doc.design().meta).clone();
        meta.name = name.into();
        self.ask(Msg::Edit(commands::set_meta("Rename the design", meta)));
    }

    fn name(&self) -> String {
        self.app().state.doc.design().meta.name.clone()
    }

    fn is_dirty(&self) -> bool {
        self.app().state.doc.is_dirty()
    }

    fn press(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.harness.run();
    }

    fn click(&mut self, label: &str) {
        self.harness.get_by_label(label).click();
        self.harness.run();
    }

    fn says(&self, text: &str) -> bool {
        self.harness.query_all_by_label_contains(text).next().is_some()
    }

    /// Types into the only field that wants the keyboard, replacing what stands there.
    fn type_into(&mut self, label: &str, text: &str) {
        self.harness.get_by_label(label).focus();
        self.harness.run();
        self.press(Modifiers::COMMAND, Key::A);
        self.harness.get_by_label(label).type_text(text);
        self.harness.run();
    }

    /// Asks the window to close, and returns what it answers in the same frame.
    fn close(&mut self) -> Vec<ViewportCommand> {
        if let Some(viewport) = self.harness.input_mut().viewports.get_mut(&ViewportId::ROOT) {
            viewport.events.push(egui::ViewportEvent::Close);
        }
        self.harness.step();
        self.harness.output().viewport_output[&ViewportId::ROOT].commands.clone()
    }

    /// Lets time pass in which nobody does anything.
    fn wait(&mut self, seconds: f32) {
        let frames = (seconds / 0.25).ceil();
        for _ in 0..frames as usize {
            self.harness.step();
        }
    }
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder for the test")
}

fn sample(folder: &Path) -> PathBuf {
    let path = folder.join("plan.ron");
    let text = templates::get("pattern-2").expect("a template").ron();
    files::write_atomically(&path, text.as_bytes()).expect("writes");
    path
}

fn text_of(path: &Path) -> String {
    std::fs::read_to_string(path).expect("reads")
}

#[test]
fn what_is_saved_is_what_is_opened_again() {
    let folder = folder();
    let path = sample(folder.path());
    let mut window = Window::plain();
    window.open(&path);
    assert!(!window.is_dirty());
    window.rename("Changed here");
    assert!(window.is_dirty());
    window.press(Modifiers::COMMAND, Key::S);
    assert!(!window.is_dirty());
    let design = window.app().state.doc.design().clone();

    let mut other = Window::plain();
    other.open(&path);
    assert_eq!(*other.app().state.doc.design(), design);
    assert_eq!(other.name(), "Changed here");
}

#[test]
fn saving_an_unchanged_file_keeps_every_byte() {
    let folder = folder();
    let path = sample(folder.path());
    let with_comment = format!("// Agreed with operations on Tuesday.\n{}", text_of(&path).replace("  ", "    "));
    files::write_atomically(&path, with_comment.as_bytes()).expect("writes");
    let mut window = Window::plain();
    window.open(&path);
    window.press(Modifiers::COMMAND, Key::S);
    assert_eq!(text_of(&path), with_comment);
    // An edit taken back is no edit.
    window.rename("Changed here");
    window.press(Modifiers::COMMAND, Key::Z);
    assert!(!window.is_dirty());
    window.press(Modifiers::COMMAND, Key::S);
    assert_eq!(text_of(&path), with_comment);
}

#[test]
fn a_new_design_is_saved_under_the_typed_name_with_its_extension() {
    let folder = folder();
    let mut window = Window::plain();
    window.ask(Msg::NewFromTemplate("pattern-1"));
    window.rename("Mine");
    window.press(Modifiers::COMMAND, Key::S);
    // The suggestion is selected, so that typing replaces it.
    let typed = folder.path().join("mine");
    window.harness.event(egui::Event::Text(typed.display().to_string()));
    window.harness.run();
    window.press(Modifiers::NONE, Key::Enter);
    let path = folder.path().join("mine.ron");
    assert!(path.is_file(), "the extension is added");
    assert_eq!(window.app().state.path.as_deref(), Some(path.as_path()));
    assert!(!window.is_dirty());
}

#[test]
fn another_file_is_replaced_only_when_somebody_says_so() {
    let folder = folder();
    let other = sample(folder.path());
    let before = text_of(&other);
    let mut window = Window::plain();
    window.ask(Msg::NewFromTemplate("pattern-1"));
    for answer in ["Cancel", "Replace"] {
        window.ask(Msg::Action(Action::SaveAs));
        window.type_into("Path", &other.display().to_string());
        window.click("Save");
        assert!(window.says("exists already"));
        assert_eq!(text_of(&other), before);
        window.click(answer);
    }
    assert_ne!(text_of(&other), before);
    assert_eq!(window.app().state.path.as_deref(), Some(other.as_path()));
}

#[test]
fn a_broken_file_is_explained_and_the_open_document_stays() {
    let folder = folder();
    let path = sample(folder.path());
    let broken = folder.path().join("broken.ron");
    let text = text_of(&path).replacen("kind", "kynd", 1).replacen("role:", "rule:", 1);
    files::write_atomically(&broken, text.as_bytes()).expect("writes");
    let mut window = Window::plain();
    window.open(&path);
    window.rename("Still here");
    window.open(&broken);
    assert!(window.says("The design was not opened"));
    assert!(window.says("Line "), "the place is named");
    assert!(window.says("rule"), "what is wrong is named");
    assert_eq!(window.name(), "Still here");
    assert!(window.is_dirty());
    window.press(Modifiers::NONE, Key::Escape);
    assert!(!window.says("The design was not opened"));
}

#[test]
fn closing_with_unsaved_work_asks_first() {
    let folder = folder();
    let path = sample(folder.path());
    let mut window = Window::plain();
    window.open(&path);
    assert!(!window.close().contains(&ViewportCommand::CancelClose), "nothing would be lost");

    let mut window = Window::plain();
    window.open(&path);
    window.rename("Unsaved");
    assert!(window.close().contains(&ViewportCommand::CancelClose));
    window.harness.run();
    assert!(window.says("Save the changes to plan.ron?"));
    window.press(Modifiers::NONE, Key::Escape);
    assert!(!window.says("Save the changes"), "Escape cancels");
    assert!(window.is_dirty());

    assert!(window.close().contains(&ViewportCommand::CancelClose));
    window.harness.run();
    // The button that saves has the keyboard.
    window.press(Modifiers::NONE, Key::Enter);
    assert!(text_of(&path).contains("Unsaved"));
    assert!(!window.is_dirty());
}

#[test]
fn opening_another_file_with_unsaved_work_asks_first() {
    let folder = folder();
    let path = sample(folder.path());
    let mut window = Window::plain();
    window.open(&path);
    window.rename("Unsaved");
    window.ask(Msg::NewFromTemplate("all-in-one-ha"));
    assert!(window.says("Save the changes to plan.ron?"));
    assert_eq!(window.name(), "Unsaved");
    window.click("Discard");
    assert_ne!(window.name(), "Unsaved");
    assert_eq!(window.app().state.path, None);
    assert!(!text_of(&path).contains("Unsaved"));
}

#[test]
fn the_palette_runs_what_is_typed() {
    let mut window = Window::plain();
    window.ask(Msg::NewFromTemplate("pattern-2"));
    window.ask(Msg::CenterOn(egui::pos2(90_000.0, 0.0)));
    // The canvas has a button of that name too.
    let named = |window: &Window| window.harness.query_all_by_label("Zoom to fit").count();
    let closed = named(&window);
    window.press(Modifiers::COMMAND, Key::K);
    window.harness.event(egui::Event::Text("zoom to fit".into()));
    window.harness.run();
    assert_eq!(named(&window), closed + 1);
    window.press(Modifiers::NONE, Key::Enter);
    let state = &window.app().state;
    let bounds = meridian::app::camera::rect(state.doc.design().bounds().expect("something is drawn"));
    assert!(state.camera.visible_scene().contains_rect(bounds));
    assert_eq!(named(&window), closed, "the palette is closed");

    // What was used last stands first.
    window.ask(Msg::CenterOn(egui::pos2(90_000.0, 0.0)));
    window.press(Modifiers::COMMAND, Key::K);
    window.press(Modifiers::NONE, Key::Enter);
    assert!(window.app().state.camera.visible_scene().contains_rect(bounds));
}

#[test]
fn the_palette_goes_to_elements_and_says_why_something_cannot_be_done() {
    let mut window = Window::plain();
    window.ask(Msg::NewFromTemplate("pattern-2"));
    let name = window.app().state.doc.design().components.values().next().expect("a component").name.clone();
    window.press(Modifiers::COMMAND, Key::F);
    window.harness.event(egui::Event::Text(name.clone()));
    window.harness.run();
    window.press(Modifiers::NONE, Key::Enter);
    let selected = window.app().state.single_selection().expect("one is selected").clone();
    assert_eq!(window.app().state.doc.design().name_of(&selected), name);

    window.ask(Msg::Select(Vec::new()));
    window.press(Modifiers::COMMAND, Key::K);
    window.harness.event(egui::Event::Text("duplicate".into()));
    window.harness.run();
    window.press(Modifiers::NONE, Key::Enter);
    assert!(window.says("Select something first"));
}

#[test]
fn a_region_is_found_by_city_and_added_at_a_free_spot() {
    let mut window = Window::plain();
    window.ask(Msg::NewFromTemplate("pattern-2"));
    let before: Vec<_> = window.app().state.doc.design().regions.keys().cloned().collect();
    window.press(Modifiers::NONE, Key::R);
    window.harness.event(egui::Event::Text("dublin".into()));
    window.harness.run();
    window.press(Modifiers::NONE, Key::Enter);
    let state = &window.app().state;
    assert!(!state.view.choosing_region);
    let design = state.doc.design();
    let (id, added) = design.regions.iter().find(|(id, _)| !before.contains(id)).expect("a region was added");
    assert!(added.name.contains("Dublin"), "{}", added.name);
    assert!(design.regions.iter().all(|(other, r)| other == id || !r.rect().intersects(added.rect())));
    assert!(state.camera.visible_scene().contains(meridian::app::camera::rect(added.rect()).center()));
}

#[test]
fn a_region_at_an_own_site_is_asked_for_its_place() {
    let mut window = Window::plain();
    window.ask(Msg::NewFromTemplate("all-in-one-ha"));
    window.press(Modifiers::NONE, Key::R);
    window.harness.event(egui::Event::Text("Bretten cellar".into()));
    window.harness.run();
    window.press(Modifiers::NONE, Key::Enter);
    window.type_into("Latitude", "49.04");
    window.type_into("Longitude", "200");
    window.press(Modifiers::NONE, Key::Enter);
    assert_eq!(window.app().state.doc.design().regions.len(), 1, "there is no such longitude");
    window.type_into("Longitude", "8.71");
    window.click("Add region");
    let design = window.app().state.doc.design();
    assert!(design.regions.values().any(|r| r.site.short() == "Bretten cellar"));
}

#[test]
fn a_component_is_connected_by_keyboard_alone() {
    let mut window = Window::plain();
    window.ask(Msg::NewFromTemplate("pattern-2"));
    window.ask(Msg::PlaceAt(meridian::app::state::Placing::Component(Kind::Gateway), egui::pos2(-4_000.0, -4_000.0)));
    let before = window.app().state.doc.design().links.len();
    let gateway = window.app().state.single_selection().expect("the new one is selected").clone();
    window.press(Modifiers::NONE, Key::C);
    window.harness.event(egui::Event::Text("control plane".into()));
    window.harness.run();
    window.press(Modifiers::NONE, Key::Enter);
    let state = &window.app().state;
    assert!(state.doc.design().links.len() > before);
    assert!(state.doc.design().links_of(&gateway).next().is_some());
    assert_eq!(state.view.connecting, None);
}

#[test]
fn lost_work_is_offered_and_comes_back_unsaved() {
    let folder = folder();
    let path = sample(folder.path());
    let state_dir = folder.path().join("state");
    let mut window = Window::keeping_in(&state_dir);
    window.open(&path);
    window.rename("Almost lost");
    window.wait(6.0);

    let living = Window::keeping_in(&state_dir);
    assert!(!living.says("Unsaved work was found"), "the window that has the work still lives");
    drop(living);
    drop(window);

    let mut next = Window::keeping_in(&state_dir);
    assert!(next.says("Unsaved work was found"));
    next.click("Recover");
    assert_eq!(next.name(), "Almost lost");
    assert!(next.is_dirty());
    assert_eq!(next.app().state.path.as_deref(), Some(path.as_path()));
    assert!(!text_of(&path).contains("Almost lost"), "the file is as it was");
    next.press(Modifiers::COMMAND, Key::S);
    assert!(text_of(&path).contains("Almost lost"));
    next.wait(1.0);
    drop(next);
    assert!(!Window::keeping_in(&state_dir).says("Unsaved work was found"), "it is saved now");
}

#[test]
fn lost_work_is_offered_when_the_window_starts_with_a_file() {
    let folder = folder();
    let path = sample(folder.path());
    let state_dir = folder.path().join("state");
    let mut window = Window::keeping_in(&state_dir);
    window.open(&path);
    window.rename("Almost lost");
    window.wait(6.0);
    drop(window);

    let options = Options { dirs: Dirs::under(state_dir), ..Options::default() };
    let mut app = App::new(Worker::inline(Books::shipped()), Shell::headless_with(options));
    app.request(Msg::OpenPath(path.clone()));
    let mut next = Window::new(app);
    assert_eq!(next.app().state.path.as_deref(), Some(path.as_path()));
    assert!(next.says("Unsaved work was found"));
    next.click("Later");
    assert!(!next.says("Unsaved work was found"));
    next.ask(Msg::Action(Action::RecoverWork));
    next.click("Recover");
    assert_eq!(next.name(), "Almost lost");
    next.ask(Msg::Action(Action::RecoverWork));
    assert!(next.says("There is no unsaved work to recover"));
}

#[test]
fn recovering_one_piece_of_work_loses_no_other_one() {
    let folder = folder();
    let lost: Vec<Window> = ["First plan", "Second plan"]
        .map(|name| {
            let mut window = Window::keeping_in(folder.path());
            window.ask(Msg::NewFromTemplate("pattern-1"));
            window.rename(name);
            window.wait(6.0);
            window
        })
        .into();
    drop(lost);

    let mut window = Window::keeping_in(folder.path());
    window.ask(Msg::NewFromTemplate("pattern-2"));
    window.rename("Present work");
    let offered = |w: &Window| w.harness.query_all_by_label("Recover").count();
    let recover = |w: &mut Window| {
        w.harness.query_all_by_label("Recover").next().expect("an offer").click();
        w.harness.run();
    };
    window.ask(Msg::Action(Action::RecoverWork));
    assert_eq!(offered(&window), 2);
    recover(&mut window);
    window.click("Cancel");
    assert_eq!(window.name(), "Present work");
    assert_eq!(offered(&window), 2, "the offer stands");
    recover(&mut window);
    window.click("Discard");
    let first = window.name();
    recover(&mut window);
    window.click("Cancel");
    assert_eq!(window.name(), first);
    drop(window);

    let window = Window::keeping_in(folder.path());
    assert_eq!(offered(&window), 2, "both are still on disk");
}

#[test]
fn work_that_cannot_be_kept_is_told_once_and_kept_when_it_can_be() {
    let folder = folder();
    let journal = folder.path().join("journal");
    files::write_atomically(&journal, b"not a folder").expect("writes");
    let mut window = Window::keeping_in(folder.path());
    window.ask(Msg::NewFromTemplate("pattern-1"));
    window.rename("At risk");
    window.wait(4.0);
    assert!(window.says("cannot be kept safe"));
    window.click("Dismiss");
    window.wait(12.0);
    assert!(!window.says("cannot be kept safe"));
    std::fs::remove_file(&journal).expect("removes");
    window.wait(12.0);
    drop(window);
    assert!(Window::keeping_in(folder.path()).says("At risk"));
}

#[test]
fn a_lone_link_is_neither_copied_nor_cut() {
    let mut window = Window::plain();
    window.ask(Msg::NewFromTemplate("pattern-2"));
    let links = window.app().state.doc.design().links.clone();
    let link = links.keys().next().expect("a link").clone();
    window.ask(Msg::Select(vec![link]));
    for action in [Action::Copy, Action::Cut] {
        window.harness.state_mut().request(Msg::Action(action));
        window.harness.step();
        let copied = |c: &egui::OutputCommand| matches!(c, egui::OutputCommand::CopyText(_));
        assert!(!window.harness.output().platform_output.commands.iter().any(copied));
        window.harness.run();
    }
    assert!(window.says("Select the components too"));
    assert_eq!(window.app().state.doc.design().links, links);
}

#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|e| e.to_string())
    }
}

#[test]
fn files_dropped_in_vain_are_told() {
    let folder = folder();
    let path = sample(folder.path());
    let mut window = Window::plain();
    let drop_twice = |window: &mut Window| {
        let file = std::sync::Arc::new(Dropped(path.clone()));
        window.harness.input_mut().dropped_files = vec![file.clone(), file];
        window.harness.run();
    };
    window.ask(Msg::Action(Action::New));
    drop_twice(&mut window);
    assert!(window.says("Nothing was opened"));
    assert!(!window.app().state.open);
    window.click("Cancel");
    drop_twice(&mut window);
    assert!(window.says("of 2 files only plan.ron is opened"));
    assert!(window.app().state.open);
}

#[test]
fn discarded_work_is_not_offered_again() {
    let folder = folder();
    let mut window = Window::keeping_in(folder.path());
    window.ask(Msg::NewFromTemplate("pattern-1"));
    window.rename("Not wanted");
    window.wait(6.0);
    assert!(window.close().contains(&ViewportCommand::CancelClose));
    window.harness.run();
    window.click("Discard");
    drop(window);
    assert!(!Window::keeping_in(folder.path()).says("Unsaved work was found"));
}

#[test]
fn a_file_that_cannot_be_written_loses_nothing() {
    let folder = folder();
    let path = sample(folder.path());
    let before = text_of(&path);
    let mut permissions = std::fs::metadata(&path).expect("metadata").permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).expect("protects");
    let mut window = Window::plain();
    window.open(&path);
    window.rename("Kept here");
    window.press(Modifiers::COMMAND, Key::S);
    assert!(window.says("The design was not saved"));
    assert!(window.is_dirty());
    assert_eq!(window.name(), "Kept here");
    assert_eq!(text_of(&path), before);
}

#[test]
fn a_foreign_change_is_loaded_or_asked_about() {
    let folder = folder();
    let path = sample(folder.path());
    let foreign = |name: &str| {
        let (mut design, _) = files::read_design(&path).expect("reads");
        std::sync::Arc::make_mut(&mut design.meta).name = name.into();
        let text = meridian::design::file::to_ron(&design).expect("writes");
        files::write_atomically(&path, text.as_bytes()).expect("writes");
    };
    let mut window = Window::plain();
    window.open(&path);
    foreign("Theirs");
    window.ask(Msg::Shell(Request::LookAtFile));
    assert_eq!(window.name(), "Theirs");
    assert!(!window.is_dirty());

    window.rename("Mine");
    foreign("Theirs again");
    window.ask(Msg::Shell(Request::LookAtFile));
    assert!(window.says("was changed by another program"));
    window.click("Keep mine");
    assert_eq!(window.name(), "Mine");
    window.press(Modifiers::COMMAND, Key::S);
    assert!(text_of(&path).contains("Mine"), "keeping mine means that saving replaces theirs");

    // Nobody noticed the change in time: saving finds it and asks.
    window.rename("Mine, newer");
    foreign("Theirs, newer");
    window.press(Modifiers::COMMAND, Key::S);
    assert!(text_of(&path).contains("Theirs, newer"));
    window.click("Load theirs");
    assert_eq!(window.name(), "Theirs, newer");
    assert!(!window.is_dirty());
    window.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.name(), "Mine, newer", "loading theirs can be undone");
}

#[test]
fn keys_go_to_the_field_somebody_types_into() {
    let mut window = Window::plain();
    window.ask(Msg::NewFromTemplate("pattern-2"));
    let before = window.app().state.doc.design().components.len();
    window.press(Modifiers::NONE, Key::G);
    assert_eq!(window.app().state.doc.design().components.len(), before + 1, "G adds a gateway");
    window.press(Modifiers::COMMAND, Key::K);
    window.press(Modifiers::NONE, Key::G);
    window.press(Modifiers::NONE, Key::Delete);
    assert_eq!(window.app().state.doc.design().components.len(), before + 1, "G is a letter now");
}

#[test]
fn the_list_of_keys_opens_and_closes_by_key() {
    let mut window = Window::plain();
    window.press(Modifiers::NONE, Key::F1);
    assert!(window.says("Ctrl+Shift+S"));
    window.press(Modifiers::NONE, Key::Escape);
    assert!(!window.says("Ctrl+Shift+S"));
}

#[test]
fn the_window_rests_when_nothing_happens() {
    let folder = folder();
    let path = sample(folder.path());
    let mut window = Window::keeping_in(folder.path());
    window.wait(10.0);
    let delay = |w: &Window| w.harness.output().viewport_output[&ViewportId::ROOT].repaint_delay;
    assert_eq!(delay(&window), std::time::Duration::MAX, "on the welcome page");
    window.open(&path);
    window.rename("Edited");
    window.wait(30.0);
    assert_eq!(delay(&window), std::time::Duration::MAX, "after the journal was written");
}

const GATEWAYS_ARE_LARGE: &str = r#"(format: 1, name: "Acme standards", rules: [
  (id: "ACME-1", severity: Error, title: "Gateways are large.", each: Component, when: "component.kind == 'gateway'", require: "component.vcpu >= 64.0", message: "{component.name} is too small for Acme"),
])"#;

fn company_findings(window: &Window) -> usize {
    let analysis = window.app().state.analysis.as_ref().expect("it was analysed");
    assert!(window.app().state.analysis_is_current());
    analysis.check.findings.iter().filter(|f| f.rule == "ACME-1").count()
}

#[test]
fn company_rules_beside_a_design_hold_and_are_read_again_when_they_change() {
    let folder = folder();
    let path = sample(folder.path());
    let pack = folder.path().join("acme.rules.ron");
    files::write_atomically(&pack, GATEWAYS_ARE_LARGE.as_bytes()).expect("writes");
    let mut window = Window::plain();
    window.open(&path);
    assert!(company_findings(&window) > 0);
    assert!(window.says("is too small for Acme"), "it stands in the list of problems");
    assert!(!window.is_dirty());

    files::write_atomically(&pack, GATEWAYS_ARE_LARGE.replace("64.0", "0.5").as_bytes()).expect("writes");
    window.ask(Msg::Shell(Request::LookAtFile));
    assert_eq!(company_findings(&window), 0);
    assert!(window.says("are read again"));
    let serial = window.app().state.serial;
    window.ask(Msg::Shell(Request::LookAtFile));
    assert_eq!(window.app().state.serial, serial, "what has not changed is not checked again");

    // What is saved elsewhere has the rules of its new place.
    let elsewhere = folder.path().join("elsewhere");
    std::fs::create_dir(&elsewhere).expect("creates");
    window.ask(Msg::Shell(Request::SaveTo { path: elsewhere.join("plan.ron"), replace: false, then: None }));
    assert!(window.app().state.company.packs.is_empty());
    window.ask(Msg::NewFromTemplate("pattern-1"));
    assert!(window.app().state.company.packs.is_empty(), "a new design has none");
}

#[test]
fn company_rules_that_cannot_be_used_are_named_once_and_shown_with_their_place() {
    let folder = folder();
    let path = sample(folder.path());
    let pack = folder.path().join("acme.rules.ron");
    files::write_atomically(&pack, GATEWAYS_ARE_LARGE.replace("vcpu", "vpcu").as_bytes()).expect("writes");
    let mut window = Window::plain();
    window.open(&path);
    assert!(window.says("ACME-1 in acme.rules.ron cannot be used"));
    window.click("Dismiss");
    window.ask(Msg::Shell(Request::LookAtFile));
    assert!(!window.says("ACME-1 in acme.rules.ron cannot be used"), "once is enough");

    window.ask(Msg::Action(Action::CompanyRules));
    assert!(window.says("Acme standards"));
    assert!(window.says("acme.rules.ron:2:"), "the place is named");
    assert!(window.says("did you mean \"vcpu\"?"));
    window.click("What rules can see");
    assert!(window.says("component.vcpu"));
    window.click("Copy an example");
    assert!(window.says("acme.rules.ron beside the design"));
    window.press(Modifiers::NONE, Key::Escape);
    assert!(!window.says("What rules can see"));
}

#[test]
fn a_companys_own_book_holds_in_the_window_and_is_read_again_when_it_changes() {
    const BOOK: &str = "(format: 1, name: \"Acme 2026\", source: \"contract 4711\", date: \"2026-09-01\",\n\
                        currency: (code: \"EUR\", per_usd: 0.5))";
    let folder = folder();
    let path = sample(folder.path());
    let book = folder.path().join("acme.book.ron");
    files::write_atomically(&book, BOOK.as_bytes()).expect("writes");
    let mut window = Window::plain();
    window.open(&path);
    let currency = |window: &Window| {
        let analysis = window.app().state.analysis.clone().expect("analysed");
        analysis.estimates.cost.currency.code.clone()
    };
    assert_eq!(currency(&window), "EUR");
    window.ask(Msg::Action(Action::CompanyRules));
    window.click("Books");
    assert!(window.says("Acme 2026") && window.says("the currency") && window.says("0.5 EUR for a US dollar"));
    window.press(Modifiers::NONE, Key::Escape);

    files::write_atomically(&book, BOOK.replace("0.5", "-0.5").as_bytes()).expect("writes");
    window.ask(Msg::Shell(Request::LookAtFile));
    assert!(window.says("Company books: acme.book.ron:2:"), "a broken book is named");
    assert_eq!(currency(&window), "USD", "and what ships holds");
    window.ask(Msg::Action(Action::CompanyRules));
    assert!(window.says("is not between"));
}

#[test]
fn about_names_the_sources_by_licence_and_scrolls_by_keys() {
    let mut window = Window::plain();
    window.ask(Msg::Action(Action::About));
    for text in ["Licensed under MIT or Apache-2.0", "CC-BY-4.0", "Inter by The Inter Project"] {
        assert!(window.says(text), "{text}");
    }
    let sources = Books::shipped().sources();
    for source in sources.all() {
        assert!(window.says(&source.text), "{}", source.id);
    }
    let top = |window: &Window| window.harness.get_by_label("CC-BY-4.0").rect().top();
    let before = top(&window);
    window.press(Modifiers::NONE, Key::PageDown);
    window.wait(1.0);
    assert!(top(&window) < before - 100.0, "the list scrolls: {before}, {}", top(&window));
    window.press(Modifiers::NONE, Key::Escape);
    assert!(!window.says("CC-BY-4.0"));
}
