//! The window: canvas, panels and what lies around them.
//!
//! One frame runs like this: [`App::tick`] takes in what other threads finished; [`App::show`] lays out panels and
//! canvas, which read the [`State`] and answer with messages; at its end the messages are executed, which is the only
//! place where the state changes.

pub mod actions;
pub mod camera;
pub mod canvas;
mod clipboard;
pub mod compared;
mod exec;
pub mod lens;
mod look;
pub mod map;
pub mod msg;
pub mod panels;
mod places;
pub mod present;
mod problems;
pub mod shell;
pub mod state;
pub mod story;
pub mod theme;
pub mod tools;
pub mod weak;
pub mod whatif;
pub mod worker;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use egui::{CentralPanel, Frame, Ui};

pub use msg::Msg;
pub use state::State;

use crate::analysis::Analysis;
use crate::books::Books;
use crate::clock;
use crate::files::CompanyFiles;
use crate::rules::Finding;
use worker::{Ask, Done, Job, Sent, Worker};

/// From this size on, in points, there is room for all panels and a canvas.
const ROOMY: egui::Vec2 = egui::vec2(1000.0, 640.0);
/// What is said when an analysis broke off.
const NOT_ANALYSED: &str = "This design could not be analysed (a bug in Meridian); the drawing is safe";

/// Whether a frame was shown, so that what fails afterwards is not the opening of the window.
static SHOWN: AtomicBool = AtomicBool::new(false);

/// The whole window.
pub struct App {
    /// What it knows.
    pub state: State,
    canvas: canvas::Canvas,
    map: map::Map,
    panels: panels::Panels,
    presenter: present::Presenter,
    shell: shell::Shell,
    worker: Worker,
    msgs: Vec<Msg>,
    submitted: u64,
    /// Whether it was decided which panels there is room for.
    sized: bool,
}

/// Opens the window, with a design if one is given, and returns when it is closed.
///
/// # Errors
/// A readable line when no window can be opened, or when it crashed.
pub fn run(file: Option<PathBuf>) -> Result<(), String> {
    let options = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default()
            .with_title("Meridian")
            .with_app_id("meridian")
            .with_inner_size([1280.0, 800.0])
            .with_min_inner_size([800.0, 520.0]),
        renderer: eframe::Renderer::Glow,
        ..Default::default()
    };
    let start = Box::new(move |cc: &eframe::CreationContext<'_>| {
        let ctx = cc.egui_ctx.clone();
        let worker = Worker::start(Books::shipped(), move || ctx.request_repaint());
        let mut app = App::new(worker, shell::Shell::desktop(&cc.egui_ctx));
        app.state.today = Some(clock::today());
        theme::install(&cc.egui_ctx);
        if let Some(file) = file {
            app.request(Msg::OpenPath(file));
        }
        Ok(Box::new(app) as Box<dyn eframe::App>)
    });
    // Some systems lack a library that the window system binding loads only when it starts, and it panics then.
    let outcome =
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| eframe::run_native("meridian", options, start)));
    match outcome {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) if SHOWN.load(Ordering::Relaxed) => {
            Err("Meridian crashed; unsaved work is offered at the next start".into())
        }
        Ok(Err(_)) | Err(_) => {
            Err("no window can be opened here (no display, or a system library is missing: see README); \
             without one use: meridian check|estimate|export|templates (meridian --help)"
                .into())
        }
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        self.tick(ctx);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        SHOWN.store(true, Ordering::Relaxed);
        self.show(ui);
    }
}

impl App {
    /// A window without a document.
    #[must_use]
    pub fn new(worker: Worker, shell: shell::Shell) -> Self {
        Self {
            state: State::new(Books::shipped()),
            canvas: canvas::Canvas::default(),
            map: map::Map::default(),
            panels: panels::Panels::default(),
            presenter: present::Presenter::default(),
            shell,
            worker,
            msgs: Vec::new(),
            submitted: 0,
            sized: false,
        }
    }

    /// A window for tests: analyses at once, opens no dialog, writes no journal.
    #[must_use]
    pub fn for_tests() -> Self {
        Self::new(Worker::inline(Books::shipped()), shell::Shell::headless())
    }

    /// Asks for something from outside a frame; executed in the next one.
    pub fn request(&mut self, msg: Msg) {
        self.msgs.push(msg);
    }

    /// Takes in what other threads finished: analyses, dialogs, changes of files.
    pub fn tick(&mut self, ctx: &egui::Context) {
        for sent in self.worker.poll() {
            match sent {
                Sent::Done(done) => self.take_in(done),
                Sent::Answer(answer) => self.state.take_answer(answer),
            }
        }
        self.shell.tick(ctx, &mut self.state, &mut self.msgs);
        self.execute(ctx);
    }

    /// Takes in an analysis, unless it speaks of the document that was open before.
    fn take_in(&mut self, done: Done) {
        if done.serial < self.state.opened_serial || done.serial <= self.state.analysis_serial {
            return;
        }
        match done.analysis {
            Some(analysis) => {
                self.state.view.problem = self.problem_in(&analysis);
                self.state.analysis = Some(analysis);
                self.state.analysis_serial = done.serial;
                self.state.analysis_ms = done.took_ms;
                self.state.evaluate_whatif();
            }
            // The numbers shown stay those of an earlier design, and are marked so.
            None => self.msgs.push(Msg::Toast(NOT_ANALYSED.into())),
        }
    }

    /// Where the finding last gone to is in another analysis; if it is there no more, the one in its place.
    fn problem_in(&self, analysis: &Analysis) -> Option<usize> {
        let index = self.state.view.problem?;
        let known = self.state.analysis.as_ref().and_then(|old| old.check.findings.get(index));
        let findings = &analysis.check.findings;
        let again = known.and_then(|known| {
            let alike = |f: &Finding| f.rule == known.rule && f.subjects == known.subjects;
            // A rule may say several things about one element.
            let same = findings.iter().position(|f| alike(f) && f.message == known.message);
            same.or_else(|| findings.iter().position(alike))
        });
        again.or_else(|| Some(index.min(findings.len().checked_sub(1)?)))
    }

    /// In a small window the panels at the right and below would leave the canvas no room: they begin folded there.
    fn fold_panels_once(&mut self, window: egui::Vec2) {
        if !std::mem::replace(&mut self.sized, true) && (window.x < ROOMY.x || window.y < ROOMY.y) {
            self.state.view.right_open = false;
            self.state.view.bottom_open = false;
        }
    }

    /// Lays out one frame.
    pub fn show(&mut self, ui: &mut Ui) {
        let ctx = ui.ctx().clone();
        if self.state.open && self.state.view.presenting.is_some() {
            self.present(ui);
            self.execute(&ctx);
            return;
        }
        self.shell.keys(ui, &self.state, self.panels.explains(), &mut self.msgs);
        self.shell.menu_ui(ui, &self.state, &mut self.msgs);
        if self.state.open {
            self.fold_panels_once(ctx.content_rect().size());
            self.panels.show(ui, &self.state, &mut self.msgs);
            CentralPanel::default().frame(Frame::NONE).show(ui, |ui| self.picture_ui(ui));
        } else {
            CentralPanel::default().show(ui, |ui| self.shell.welcome_ui(ui, &self.state, &mut self.msgs));
        }
        self.shell.overlays_ui(ui, &self.state, &mut self.msgs);
        self.execute(&ctx);
    }

    /// One frame of a presentation: the slide in place of panels, and what lies over everything.
    fn present(&mut self, ui: &mut Ui) {
        if self.shell.wants_keys() {
            self.shell.keys(ui, &self.state, false, &mut self.msgs);
        } else {
            present::keys(ui, &mut self.msgs);
        }
        CentralPanel::default().frame(Frame::NONE).show(ui, |ui| {
            self.presenter.show(ui, &self.state, &mut self.canvas, &mut self.msgs);
        });
        self.shell.overlays_ui(ui, &self.state, &mut self.msgs);
    }

    /// The drawing or the world map, the switch between them, and over it what has failed.
    fn picture_ui(&mut self, ui: &mut Ui) {
        if self.state.whatif.is_playing() {
            whatif::banner::show(ui, &self.state, &mut self.msgs);
        }
        let rect = ui.available_rect_before_wrap();
        if self.state.view.map.open {
            self.map.show(ui, &self.state, &mut self.msgs);
        } else {
            self.canvas.show(ui, &self.state, &mut self.msgs);
        }
        map::switch_ui(ui, rect, self.state.view.map.open, &mut self.msgs);
    }

    fn execute(&mut self, ctx: &egui::Context) {
        // A message may ask for another one, so this goes on until nobody asks for anything.
        while !self.msgs.is_empty() {
            for msg in std::mem::take(&mut self.msgs) {
                exec::execute(msg, ctx, &mut self.state, &mut self.shell, &mut self.msgs);
            }
        }
        if self.state.open && self.submitted != self.state.serial {
            self.submitted = self.state.serial;
            // A window stays open for days.
            self.state.today = self.state.today.map(|_| clock::today());
            self.worker.submit(Job {
                serial: self.state.serial,
                revision: self.state.doc.revision(),
                design: self.state.shown().clone(),
                packs: self.state.company.packs.clone(),
                company: self.state.company.books.clone(),
                today: self.state.today,
            });
            self.wake_if_inline(ctx);
        }
        self.ask(ctx);
    }
}

impl App {
    /// Asks what somebody wants to know about the design, once the analysis it rests on is there.
    fn ask(&mut self, ctx: &egui::Context) {
        let Some(question) = self.state.next_question() else { return };
        let Some(analysis) = self.state.analysis.clone() else { return };
        let (serial, today) = (self.state.serial, self.state.today);
        let CompanyFiles { packs, books: company, .. } = self.state.company.clone();
        let design = self.state.shown().clone();
        self.worker.ask(Ask { serial, design, analysis, packs, company, today, question });
        self.wake_if_inline(ctx);
    }

    /// A worker that has answered at once wakes nobody by itself.
    fn wake_if_inline(&self, ctx: &egui::Context) {
        if let Worker::Inline { .. } = self.worker {
            ctx.request_repaint();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Setting, analyse};
    use crate::design::Design;
    use crate::design::history::Revision;
    use std::sync::Arc;

    fn done(serial: u64) -> Done {
        let analysis = analyse(&Design::default(), Revision::default(), &Setting::of(Books::shipped()));
        Done { serial, analysis: Some(Arc::new(analysis)), took_ms: 1.0 }
    }

    #[test]
    fn an_analysis_of_the_document_before_is_not_shown_for_the_one_opened_now() {
        let mut app = App::for_tests();
        app.state.serial = 7;
        app.state.opened_serial = 7;
        app.take_in(done(6));
        assert!(app.state.analysis.is_none());
        app.take_in(done(7));
        assert!(app.state.analysis_is_current());
    }

    #[test]
    fn the_finding_gone_to_is_found_again_in_the_next_analysis() {
        let mut app = App::for_tests();
        let finding = |rule| crate::rules::Finding::sample(rule, crate::rules::Severity::Warning, "");
        let with = |serial: u64, rules: &[&'static str]| {
            let mut analysis = analyse(&Design::default(), Revision::default(), &Setting::of(Books::shipped()));
            analysis.check.findings = rules.iter().map(|rule| finding(rule)).collect();
            Done { serial, analysis: Some(Arc::new(analysis)), took_ms: 1.0 }
        };
        app.take_in(with(1, &["R-1", "R-2", "R-3"]));
        app.state.view.problem = Some(2);
        app.take_in(with(2, &["R-3", "R-1"]));
        assert_eq!(app.state.view.problem, Some(0));
        app.take_in(with(3, &["R-1"]));
        assert_eq!(app.state.view.problem, Some(0));
        app.take_in(with(4, &[]));
        assert_eq!(app.state.view.problem, None);
    }

    #[test]
    fn a_failed_analysis_is_said_and_leaves_older_numbers_marked_as_such() {
        let mut app = App::for_tests();
        app.state.serial = 2;
        app.take_in(done(2));
        app.state.serial = 3;
        app.take_in(Done { serial: 3, analysis: None, took_ms: 1.0 });
        assert!(matches!(app.msgs.as_slice(), [Msg::Toast(words)] if words == NOT_ANALYSED));
        assert!(app.state.analysis.is_some() && !app.state.analysis_is_current());
    }
}
