//! The window over files made by hand, so that each thing it shows has its case.

use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::super::jobs::{Finished, Jobs};
use super::follow::Outcome;
use super::making::Step;
use super::*;
use crate::analysis::{Setting, analyse};
use crate::books::Books;
use crate::design::history::Document;
use crate::export::bundle::{Blocked, Bundle, ExportFile, FilePath, LineOrigin, Origin, Origins, Placeholder, Syntax};
use crate::templates;

struct Bench {
    window: ExportWindow,
    state: State,
    jobs: Jobs,
    msgs: Vec<Msg>,
    dressed: bool,
    /// Whether nothing that other threads found out arrives.
    holds: bool,
}

/// A bundle with what a real one may hold: origins, placeholders, a blocked file, a remark.
fn bundle(state: &State) -> Bundle {
    let gateway = state.doc.design().components.keys().next().cloned().expect("there is one");
    let mut bundle = Bundle::default();
    let mut file = ExportFile::text(Syntax::Toml, "[server]\nhostname = \"gw\"\npassword = \"$env{ADMIN}\"\n");
    let drawn = Origin { rules: vec!["R-HA-01"], ..Origin::drawn("The name of the gateway.", [gateway.clone()]) };
    file.origins = Origins::from(vec![
        LineOrigin { first: 2, last: 2, origin: drawn },
        LineOrigin { first: 1, last: 3, origin: Origin::stated("A server has a table.", &["A28"]) },
    ]);
    bundle.add(FilePath::of(["eu", "deployment.toml"]), file);
    bundle.add(FilePath::of(["eu", "more.bin"]), ExportFile::bytes(vec![0, 159, 146, 150]));
    let lines: String = (0..100_000).map(|n| format!("line {n}\n")).collect();
    bundle.add(FilePath::of(["long.txt"]), ExportFile::text(Syntax::Text, lines));
    bundle.needs(Placeholder {
        token: "$env{ADMIN}".into(),
        meaning: "Password of the administrator.".into(),
        secret: true,
        by_product: true,
    });
    bundle.blocked.push(Blocked {
        paths: vec![FilePath::of(["eu", "deployment.toml"])],
        rule: Some("R-TOP-05".into()),
        message: "The gateway is told no control plane.".into(),
        elements: vec![gateway],
    });
    bundle.remarks.push("Nothing is said about analytics.".into());
    bundle
}

/// The window over that bundle.
fn bench(dir: &Path) -> Harness<'static, Bench> {
    let mut state = State::new(Books::shipped());
    state.doc = Document::new(templates::get("pattern-2").expect("a template").design());
    state.open = true;
    let analysis = analyse(state.doc.design(), state.doc.revision(), &Setting::of(Books::shipped()));
    (state.analysis, state.analysis_serial) = (Some(Arc::new(analysis)), state.serial);
    let mut window = ExportWindow::default();
    window.toggle(Some(Form::Planner), &Context::default());
    window.about = Some((state.opened_serial, None));
    window.folder.text = dir.display().to_string();
    let wish = Wish {
        serial: state.serial,
        forms: [Form::Planner].into(),
        options: window.options.meant(&window.forms, &state),
    };
    window.wished = Some(Arc::new(wish.clone()));
    let made = Made::from_bundles(1, wish, [(Form::Planner, bundle(&state))].into());
    assert!(window.take_in(Outcome::Made(Box::new(made))).is_none());
    let bench = Bench { window, state, jobs: Jobs::inline(), msgs: Vec::new(), dressed: false, holds: false };
    let mut harness = Harness::builder().with_size([1_280.0, 800.0]).with_max_steps(60).build_ui_state(frame, bench);
    harness.run();
    harness
}

fn frame(ui: &mut Ui, bench: &mut Bench) {
    if !std::mem::replace(&mut bench.dressed, true) {
        theme::install(ui.ctx());
        ui.ctx().request_repaint();
        return;
    }
    for finished in if bench.holds { Vec::new() } else { bench.jobs.poll() } {
        if let Finished::Export(done) = finished {
            assert!(bench.window.take_in(done.0).is_none());
        }
    }
    bench.window.keys(ui, &mut bench.msgs);
    bench.window.show(ui, &bench.state, false, &mut bench.msgs);
    bench.window.follow(&bench.state, &mut bench.jobs, None, &ui.ctx().clone());
}

fn says(h: &Harness<'_, Bench>, words: &str) -> bool {
    h.query_all_by_label_contains(words).next().is_some()
}

fn click(h: &mut Harness<'_, Bench>, label: &str) {
    h.get_by_label_contains(label).click();
    h.run();
}

#[test]
fn a_line_says_why_it_is_there_and_leads_to_what_it_rests_on() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut h = bench(dir.path());
    assert!(says(&h, "A server has a table.") && !says(&h, "The name of the gateway."), "line 1");
    h.get_by_label_contains("Preview of planner/eu/deployment.toml").focus();
    h.run();
    h.key_press(Key::ArrowDown);
    h.run();
    assert!(says(&h, "line 2: hostname") && says(&h, "The name of the gateway.") && says(&h, "drawn"));
    click(&mut h, "R-HA-01");
    let gateway = h.state().state.doc.design().components.keys().next().cloned().expect("there is one");
    let name = h.state().state.doc.design().name_of(&gateway);
    // It stands in what blocks the file as well.
    h.get_all_by_label(&name).last().expect("a link").click();
    h.run();
    let msgs = &h.state().msgs;
    assert!(msgs.iter().any(|m| matches!(m, Msg::ShowRule(Some(rule)) if rule == "R-HA-01")), "{msgs:?}");
    assert!(msgs.iter().any(|m| matches!(m, Msg::Reveal(ids) if *ids == [gateway.clone()])), "{msgs:?}");
    // Pointing at another line is enough to read about it.
    let at = h.get_by_label_contains("Preview of planner/eu/deployment.toml").rect().left_top();
    h.hover_at(at + vec2(120.0, 6.0));
    h.run();
    assert!(!says(&h, "The name of the gateway."));
}

#[test]
fn what_is_blocked_is_marked_led_to_and_written_only_when_that_is_chosen() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut h = bench(dir.path());
    assert!(says(&h, "deployment.toml · new · blocked · 1 to supply"));
    assert!(says(&h, "The gateway is told no control plane."));
    assert!(says(&h, "Write 2 files"));
    click(&mut h, "Write blocked files too (1)");
    assert!(says(&h, "Write 3 files"));
}

#[test]
fn what_is_still_to_supply_and_what_was_left_out_have_a_tab_each() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut h = bench(dir.path());
    click(&mut h, "Still to supply (1)");
    assert!(says(&h, "$env{ADMIN}") && says(&h, "Password of the administrator.") && says(&h, "secret"));
    click(&mut h, "Notes (2)");
    assert!(says(&h, "Nothing is said about analytics.") && says(&h, "R-TOP-05"));
    click(&mut h, "eu/deployment.toml");
    assert!(says(&h, "Preview of planner/eu/deployment.toml"), "a file named in a note is shown");
}

#[test]
fn long_files_and_files_that_are_no_text_are_shown_at_once() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut h = bench(dir.path());
    click(&mut h, "more.bin · new");
    assert!(says(&h, "Binary, 4 bytes"));
    click(&mut h, "long.txt · new");
    h.get_by_label_contains("Preview of planner/long.txt").focus();
    h.run();
    h.key_press(Key::End);
    h.run();
    assert!(says(&h, "line 100000: line 99999"));
    assert!(!says(&h, "line 1: line 0"), "a frame draws the lines in sight");
    h.key_press_modifiers(Modifiers::NONE, Key::Home);
    h.run();
    assert!(says(&h, "line 1: line 0"));
}

#[test]
fn the_button_waits_for_a_look_at_the_folder_as_it_is_now() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut h = bench(dir.path());
    assert!(says(&h, "Write 2 files"));
    h.state_mut().holds = true;
    click(&mut h, "Look again");
    assert!(says(&h, "Write the files") && says(&h, "The folder is being looked at"));
    let Bench { window, state, .. } = h.state_mut();
    assert!(window.plan(state).is_none());
    h.state_mut().holds = false;
    h.run();
    assert!(says(&h, "Write 2 files"));
    // Other files than those that were compared with the folder.
    let Bench { window, state, .. } = h.state_mut();
    let wish = (*window.made.as_ref().expect("files").wish).clone();
    window.made = Some(Arc::new(Made::from_bundles(2, wish, [(Form::Planner, bundle(state))].into())));
    assert!(window.is_current() && window.plan(state).is_none());
    h.run();
    assert!(says(&h, "Write 2 files"));
}

#[test]
fn a_folder_that_was_browsed_to_is_remembered_like_one_that_was_typed() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut h = bench(dir.path());
    let window = &mut h.state_mut().window;
    window.folder.call = Some(7);
    let other = dir.path().join("other");
    assert!(!window.picked(6, Some(&other), false) && window.folders.is_empty());
    assert!(window.picked(7, Some(&other), false));
    assert_eq!(window.folders.get(&None), Some(&other.display().to_string()));
    h.run();
    assert!(says(&h, "There is no such folder yet"));
}

#[test]
fn a_window_that_is_closed_holds_on_to_nothing_that_was_made() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut h = bench(dir.path());
    click(&mut h, "Notes (2)");
    let window = &h.state().window;
    let made = Arc::downgrade(window.made.as_ref().expect("files"));
    let ground = Arc::downgrade(window.ground.as_ref().expect("a look"));
    let wanted = window.wanted.load(std::sync::atomic::Ordering::Relaxed);
    h.key_press(Key::Escape);
    h.run();
    assert!(made.upgrade().is_none() && ground.upgrade().is_none());
    let window = &h.state().window;
    assert!(window.wished.is_none() && window.wanted.load(std::sync::atomic::Ordering::Relaxed) != wanted);
    h.state_mut().window.toggle(None, &Context::default());
    h.run();
    assert!(says(&h, "planner.json · new"), "they are made again");
}

#[test]
fn making_files_says_how_far_it_is_and_can_be_ended() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut h = bench(dir.path());
    let window = &mut h.state_mut().window;
    let older = Wish { serial: 0, ..(**window.wished.as_ref().expect("a wish")).clone() };
    window.made = Some(Arc::new(Made::from_bundles(2, older, [].into())));
    window.making.begin(Step { form: Form::Report, nth: 3, all: 5 });
    h.run();
    assert!(says(&h, "Making 3 of 5: Report") && says(&h, "The files are still being made"));
    click(&mut h, "Cancel");
    assert!(says(&h, "not made") && says(&h, "The files were not made"));
    assert!(h.state().window.wished.is_none(), "it stays like that");
    click(&mut h, "Make them");
    assert!(says(&h, "planner.json · new") && says(&h, "Write 1 file"));
}
