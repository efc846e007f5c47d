//! The window: canvas, panels and what lies around them.
//!
//! One frame runs like this: [`App::tick`] takes in what other threads finished; [`App::show`] lays out panels and
//! canvas, which read the [`State`] and answer with messages; at its end the messages are executed, which is the only
//! place where the state changes.

pub mod actions;
pub mod camera;
pub mod canvas;
mod exec;
pub mod icons;
pub mod msg;
pub mod panels;
pub mod shell;
pub mod state;
pub mod theme;
pub mod tools;
pub mod worker;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use egui::{CentralPanel, Frame, Ui};

pub use msg::Msg;
pub use state::State;

use crate::books::Books;
use worker::{Job, Worker};

/// Whether a frame was shown, so that what fails afterwards is not the opening of the window.
static SHOWN: AtomicBool = AtomicBool::new(false);

/// The whole window.
pub struct App {
    /// What it knows.
    pub state: State,
    canvas: canvas::Canvas,
    panels: panels::Panels,
    shell: shell::Shell,
    worker: Worker,
    msgs: Vec<Msg>,
    submitted: u64,
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
            panels: panels::Panels::default(),
            shell,
            worker,
            msgs: Vec::new(),
            submitted: 0,
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
        if let Some(done) = self.worker.poll()
            && done.serial > self.state.analysis_serial
        {
            self.state.analysis = Some(done.analysis);
            self.state.analysis_serial = done.serial;
            self.state.analysis_ms = done.took_ms;
        }
        self.shell.tick(ctx, &mut self.state, &mut self.msgs);
        self.execute(ctx);
    }

    /// Lays out one frame.
    pub fn show(&mut self, ui: &mut Ui) {
        let ctx = ui.ctx().clone();
        self.shell.keys(ui, &self.state, &mut self.msgs);
        self.shell.menu_ui(ui, &self.state, &mut self.msgs);
        if self.state.open {
            self.panels.show(ui, &self.state, &mut self.msgs);
            CentralPanel::default().frame(Frame::NONE).show(ui, |ui| self.canvas.show(ui, &self.state, &mut self.msgs));
        } else {
            CentralPanel::default().show(ui, |ui| self.shell.welcome_ui(ui, &self.state, &mut self.msgs));
        }
        self.shell.overlays_ui(ui, &self.state, &mut self.msgs);
        self.execute(&ctx);
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
            self.worker.submit(Job {
                serial: self.state.serial,
                revision: self.state.doc.revision(),
                design: self.state.shown().clone(),
            });
            if let Worker::Inline { .. } = self.worker {
                ctx.request_repaint();
            }
        }
    }
}
