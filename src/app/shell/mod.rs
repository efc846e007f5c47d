//! What lies around the document: menus, keys, files, dialogs, messages.
//!
//! Everything that touches a disk runs on other threads ([`jobs`]) and is taken in by [`Shell::tick`]. A document
//! leaves the window only through [`Shell::leave`], which asks before work is lost.

mod about;
mod advisor;
mod chooser;
mod company;
mod comparison;
mod dialogs;
pub mod dirs;
mod disk;
mod document;
mod export;
mod help;
mod import;
mod jobs;
mod journal;
mod keys;
mod menus;
mod miniature;
mod palette;
mod picker;
mod recent;
mod reference;
mod rulings;
mod stack;
mod toasts;
mod versions;
mod watch;
mod welcome;

use std::cell::OnceCell;
use std::collections::VecDeque;
use std::path::PathBuf;

use egui::Ui;

use crate::design::file::FileError;
use crate::design::history::StateId;
use crate::design::{Level, RuleSetting};
use crate::files::CompanyFiles;
use crate::import::toml::words::Told;

use super::actions::Action;
use super::{Msg, State};

use dialogs::{Dialog, Purpose, Verdict};
use dirs::Dirs;
use document::FileState;
use jobs::{Finished, Jobs};
use journal::{Journal, Offer};
use palette::{Entry, List, OpenList};
use recent::Recent;
use reference::Reference;
use rulings::{OffForm, WaiveForm};
use toasts::Toasts;

pub use document::{After, Incoming, Request};

/// What a shell may do.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Where it keeps settings and unsaved work.
    pub dirs: Dirs,
    /// Whether it may show the system's file chooser.
    pub file_chooser: bool,
    /// Whether it watches the document's file.
    pub watch_files: bool,
}

/// Menus, files and dialogs.
pub struct Shell {
    options: Options,
    jobs: Jobs,
    journal: Journal,
    offers: Vec<Offer>,
    /// Whether somebody has seen the offers.
    offers_seen: bool,
    /// The state of the document in which it may give way to the work now being taken over.
    recovering: Option<StateId>,
    /// Whether it was said that the journal cannot be written.
    journal_complained: bool,
    /// How many files were asked for.
    reads: u64,
    /// The newest read, while it is under way and nothing else was asked for since.
    reading: Option<u64>,
    /// How many comparisons were asked for or made void.
    comparisons: u64,
    told: import::ToldWindow,
    file: FileState,
    recent: Vec<Recent>,
    dialogs: VecDeque<Dialog>,
    /// Whether the first dialog has just appeared.
    dialog_fresh: bool,
    chooser_calls: u64,
    list: Option<OpenList>,
    /// What was chosen in the palette, newest first.
    used: Vec<Entry>,
    toasts: Toasts,
    cards: OnceCell<Vec<welcome::Card>>,
    keys_open: bool,
    about: about::About,
    advisor: advisor::Advisor,
    reference: Reference,
    company: company::CompanyWindow,
    export: export::ExportWindow,
    close_confirmed: bool,
    title_sent: String,
    fit_frames: u8,
    started: bool,
}

impl Shell {
    /// For a real window.
    #[must_use]
    pub fn desktop(ctx: &egui::Context) -> Self {
        journal::install_panic_hook();
        let options = Options { dirs: Dirs::of_user(), file_chooser: true, watch_files: true };
        let homeless = options.dirs.state.is_none();
        let mut shell = Self::new(options, Jobs::threaded(ctx.clone()));
        if homeless {
            shell.toasts.error("Unsaved work cannot be kept safe from a crash: there is no home folder");
        }
        shell
    }

    /// For tests: no dialogs, no journal, no watching of files; files are read and written at once.
    #[must_use]
    pub fn headless() -> Self {
        Self::headless_with(Options::default())
    }

    /// For tests that need a part of the rest.
    #[must_use]
    pub fn headless_with(options: Options) -> Self {
        Self::new(options, Jobs::inline())
    }

    fn new(options: Options, jobs: Jobs) -> Self {
        let journal = Journal::start(options.dirs.state.as_deref());
        Self {
            options,
            jobs,
            journal,
            offers: Vec::new(),
            offers_seen: false,
            recovering: None,
            journal_complained: false,
            reads: 0,
            reading: None,
            comparisons: 0,
            told: import::ToldWindow::default(),
            file: FileState::default(),
            recent: Vec::new(),
            dialogs: VecDeque::new(),
            dialog_fresh: false,
            chooser_calls: 0,
            list: None,
            used: Vec::new(),
            toasts: Toasts::default(),
            cards: OnceCell::new(),
            keys_open: false,
            about: about::About::default(),
            advisor: advisor::Advisor::default(),
            reference: Reference::default(),
            company: company::CompanyWindow::default(),
            export: export::ExportWindow::default(),
            close_confirmed: false,
            title_sent: String::new(),
            fit_frames: 0,
            started: false,
        }
    }

    fn cards(&self) -> &[welcome::Card] {
        self.cards.get_or_init(welcome::cards)
    }

    fn ask(&mut self, dialog: Dialog) {
        self.dialog_fresh |= self.dialogs.is_empty();
        self.dialogs.push_back(dialog);
    }

    /// Asks before anything that was asked before.
    fn ask_at_once(&mut self, dialog: Dialog) {
        self.dialog_fresh = true;
        self.dialogs.push_front(dialog);
    }

    fn update_recent(&mut self, newest: Option<PathBuf>, ctx: &egui::Context) {
        let dir = self.options.dirs.config.clone();
        let known: Vec<PathBuf> = self.recent.iter().map(|r| r.path.clone()).collect();
        self.jobs
            .in_order(ctx, move || Some(Finished::Recents(recent::update(dir.as_deref(), &known, newest.as_deref()))));
    }

    /// Takes in finished dialogs and changes of files.
    pub fn tick(&mut self, ctx: &egui::Context, state: &mut State, msgs: &mut Vec<Msg>) {
        if !self.started {
            self.started = true;
            self.update_recent(None, ctx);
            if let Some((dir, session)) = self.journal.place() {
                self.jobs.in_order(ctx, move || Some(Finished::Offers(journal::offers(&dir, &session))));
            }
        }
        for finished in self.jobs.poll() {
            self.take_in(finished, ctx, state, msgs);
        }
        self.follow_saved(state);
        state.view.recoverable = !self.offers.is_empty();
        self.guard_close(ctx, state);
        self.keep_journal(ctx, state);
        self.fit_view(ctx, state, msgs);
        if let Some(wait) = self.toasts.tick(ctx.input(|i| i.time)) {
            ctx.request_repaint_after(wait);
        }
        self.send_title(ctx, state);
    }

    fn take_in(&mut self, finished: Finished, ctx: &egui::Context, state: &mut State, msgs: &mut Vec<Msg>) {
        match finished {
            Finished::Picked { call, path, at_once } => self.picked(call, path, at_once, msgs),
            // Something else was asked for since.
            Finished::Read(number, _) if self.reading != Some(number) => {}
            Finished::Read(_, Ok(incoming)) => {
                self.reading = None;
                self.leave(After::Show(Box::new(incoming)), ctx, state);
            }
            Finished::Read(_, Err(error)) => {
                self.reading = None;
                self.update_recent(None, ctx);
                self.fail("The design was not opened", error, true);
            }
            // Another comparison was asked for since, or another document is open.
            Finished::BaseRead(number, _) if self.comparisons != number => {}
            Finished::BaseRead(_, Ok((base, told))) => {
                msgs.push(Msg::Compare(Some(base)));
                // What was told of an import stays until there is something else to tell.
                if !told.is_empty() {
                    self.told.tell("Compared with the files", told);
                }
            }
            Finished::BaseRead(_, Err(error)) => self.fail("The design was not compared", error, false),
            Finished::Recovered(offer, result) => self.recovered(offer, result, ctx, state),
            Finished::Saved(result) => {
                self.saved(result, ctx, state);
                msgs.extend(self.file.after_saving.take().map(Msg::Shell));
            }
            Finished::Export(done) => self.exported(done, ctx),
            Finished::BrokeOff => self.fail("Something on disk was not done", jobs::broke_off(), false),
            Finished::DiskTouched(path) => self.touched(&path, ctx, state),
            Finished::DiskLooked(path, look) => self.looked(&path, look, ctx, state, msgs),
            Finished::CompanyRead(path, company) => self.company_read(path.as_deref(), company, ctx, state),
            Finished::Offers(found) => {
                self.offers = found.offers;
                for (file, why) in found.damaged {
                    self.toasts.error(format!("Unsaved work in {} cannot be recovered: {why}", file.display()));
                }
                self.offer_lost_work(state);
            }
            Finished::JournalFailed(error) => {
                self.journal.failed(ctx.input(|i| i.time));
                // It is tried again and again; saying so once is enough.
                if !std::mem::replace(&mut self.journal_complained, true) {
                    self.toasts.error(format!("Unsaved work cannot be kept safe from a crash: {error}"));
                }
                ctx.request_repaint();
            }
            Finished::Recents(recent) => self.recent = recent,
        }
    }

    fn fail(&mut self, title: &str, error: FileError, open_another: bool) {
        self.ask(Dialog::Error { title: title.into(), error, open_another });
    }

    fn picked(&mut self, call: u64, path: Option<PathBuf>, at_once: bool, msgs: &mut Vec<Msg>) {
        if self.export.picked(call, path.as_deref(), at_once) {
            return;
        }
        let asking = self.dialogs.iter_mut().position(|d| matches!(d, Dialog::Path(_)));
        let Some(at) = asking else { return };
        if let Some(Dialog::Path(dialog)) = self.dialogs.get_mut(at)
            && let Some(request) = dialog.picked(call, path, at_once)
        {
            msgs.push(Msg::Shell(request));
            self.dialogs.remove(at);
            self.dialog_fresh = true;
        }
    }

    /// Holds the window open while something would be lost.
    fn guard_close(&mut self, ctx: &egui::Context, state: &mut State) {
        if self.close_confirmed || !ctx.input(|i| i.viewport().close_requested()) {
            return;
        }
        if self.file.saving.is_some() || (state.open && state.doc.is_dirty()) {
            ctx.send_viewport_cmd(egui::ViewportCommand::CancelClose);
            self.leave(After::Close, ctx, state);
        } else {
            self.drop_journal(ctx);
            self.close_confirmed = true;
        }
    }

    fn send_title(&mut self, ctx: &egui::Context, state: &State) {
        let title = match (state.open, state.doc.is_dirty()) {
            (false, _) => "Meridian".to_owned(),
            (true, false) => format!("{} — Meridian", state.title()),
            (true, true) => format!("{} • edited — Meridian", state.title()),
        };
        if title != self.title_sent {
            ctx.send_viewport_cmd(egui::ViewportCommand::Title(title.clone()));
            self.title_sent = title;
        }
    }

    /// Whether something lies over the window that keys belong to, also while a story is presented.
    #[must_use]
    pub fn wants_keys(&self) -> bool {
        let windows = self.keys_open || self.about.open || self.company.open || self.advisor.open;
        let windows = windows || self.told.open;
        let windows = windows || self.reference.is_open() || self.export.is_open();
        windows || self.list_is_open() || !self.dialogs.is_empty()
    }

    /// Turns keys into actions. While a number is explained, Esc belongs to the window that does.
    pub fn keys(&mut self, ui: &mut Ui, state: &State, explaining: bool, msgs: &mut Vec<Msg>) {
        let dropped: Vec<PathBuf> = ui.input(|i| i.raw.dropped_files.iter().map(|f| f.path().to_path_buf()).collect());
        let asking = self.list_is_open() || !self.dialogs.is_empty();
        let count = dropped.len();
        if let Some(path) = dropped.into_iter().find(|p| !p.as_os_str().is_empty()) {
            if asking {
                msgs.push(Msg::Toast("Nothing was opened: close the dialog or list first, then drop again".into()));
            } else {
                if count > 1 {
                    let name = document::file_name(&path);
                    msgs.push(Msg::Toast(format!("A window shows one design: of {count} files only {name} is opened")));
                }
                msgs.push(Msg::OpenPath(path));
            }
        }
        if !asking
            && (self.keys_open
                || self.about.open
                || self.company.open
                || self.told.open
                || (self.advisor.open && !ui.text_edit_focused()))
            && ui.input_mut(|i| i.consume_key(egui::Modifiers::NONE, egui::Key::Escape))
        {
            (self.keys_open, self.about.open) = (false, false);
            (self.company.open, self.advisor.open, self.told.open) = (false, false, false);
        } else if !asking && self.reference.is_open() {
            self.reference.keys(ui);
        } else if !asking && self.export.is_open() {
            self.export.keys(ui, msgs);
        } else if !asking && !explaining && !ui.text_edit_focused() {
            Self::let_go(ui, state, msgs);
        }
        // A dialog blocks the pointer of what lies below by itself, but not the keys.
        if !asking {
            keys::read(ui, state.open, msgs);
        }
    }

    /// Esc first takes away what was only looked at: a quick fix not applied, another product version, another design.
    fn let_go(ui: &Ui, state: &State, msgs: &mut Vec<Msg>) {
        let view = &state.view;
        let msg = if state.ghost().is_some() {
            Msg::Ghost(None)
        } else if view.compared_version.is_some() {
            Msg::CompareVersion(None)
        } else if view.compared.is_some() && !Self::is_busy(ui, state) {
            Msg::Compare(None)
        } else {
            return;
        };
        if ui.input_mut(|i| i.consume_key(egui::Modifiers::NONE, egui::Key::Escape)) {
            msgs.push(msg);
        }
    }

    /// Whether Esc has something nearer to end: one goes on drawing while designs are compared.
    fn is_busy(ui: &Ui, state: &State) -> bool {
        let pressed = ui.input(|i| i.pointer.any_down());
        pressed || state.view.placing.is_some() || egui::Popup::is_any_open(ui.ctx())
    }

    /// The menu bar.
    pub fn menu_ui(&mut self, ui: &mut Ui, state: &State, msgs: &mut Vec<Msg>) {
        menus::show(ui, state, &self.recent, msgs);
    }

    /// The welcome page.
    pub fn welcome_ui(&mut self, ui: &mut Ui, _state: &State, msgs: &mut Vec<Msg>) {
        // While a file is being read, the page flits by unread.
        self.offers_seen |= !self.offers.is_empty() && self.reading.is_none();
        let page = welcome::Page { cards: self.cards(), recent: &self.recent, offers: &self.offers };
        page.ui(ui, msgs);
    }

    /// Command palette, dialogs and passing messages.
    pub fn overlays_ui(&mut self, ui: &mut Ui, state: &State, msgs: &mut Vec<Msg>) {
        if self.keys_open {
            help::keys_ui(ui, &mut self.keys_open);
        }
        self.about.show(ui);
        self.company.show(ui, state, msgs);
        if self.told.open {
            self.told.show(ui, state, msgs);
        }
        versions::show(ui, state, msgs);
        if self.advisor.open {
            self.advisor.show(ui, state, msgs);
        }
        let asked = self.export.show(ui, state, self.options.file_chooser, msgs);
        if let Some(asked) = asked {
            self.serve_export(asked, ui.ctx(), state);
        }
        let recent = self.recent.first().map(|recent| recent.path.as_path());
        self.export.follow(state, &mut self.jobs, recent, ui.ctx());
        self.reference.show(ui, state, msgs);
        self.follow_state(state, ui.ctx());
        // A list waits while a dialog wants an answer, or both would fight for the keyboard.
        if self.dialogs.is_empty() {
            self.list_ui(ui, state, msgs);
        }
        self.dialog_ui(ui, state, msgs);
        self.toasts.ui(ui);
        welcome::drop_target_ui(ui);
    }

    fn dialog_ui(&mut self, ui: &Ui, state: &State, msgs: &mut Vec<Msg>) {
        let Some(mut dialog) = self.dialogs.pop_front() else { return };
        let fresh = std::mem::take(&mut self.dialog_fresh);
        let cx = dialogs::Context {
            state,
            templates: self.cards(),
            offers: &self.offers,
            chooser: self.options.file_chooser,
            fresh,
        };
        match dialog.show(ui, &cx, msgs) {
            Verdict::Stay => self.dialogs.push_front(dialog),
            Verdict::Close => self.dialog_fresh = true,
            Verdict::Browse => {
                if let Dialog::Path(path) = &mut dialog {
                    self.browse(path, ui.ctx());
                }
                self.dialogs.push_front(dialog);
            }
            Verdict::AnotherName => {
                if let Dialog::Replace { path, then } = dialog {
                    self.dialogs.push_front(Dialog::Path(dialogs::PathDialog::new(Purpose::SaveAs, &path, then)));
                }
                self.dialog_fresh = true;
            }
            Verdict::OpenAnother => {
                self.dialog_fresh = true;
                msgs.push(Msg::Action(Action::Open));
            }
        }
    }

    /// Executes messages about files.
    pub fn execute(&mut self, msg: Msg, ctx: &egui::Context, state: &mut State, next: &mut Vec<Msg>) {
        match msg {
            Msg::OpenPath(path) => self.open_path(&path, ctx),
            Msg::NewFromTemplate(id) => match crate::templates::get(id) {
                Some(template) => {
                    self.reading = None;
                    let design = std::sync::Arc::new(template.design());
                    let (path, on_disk, journal) = (None, None, None);
                    let company = CompanyFiles::default();
                    let incoming =
                        Incoming { design, path, on_disk, unsaved: false, journal, company, told: Told::new() };
                    self.leave(After::Show(Box::new(incoming)), ctx, state);
                }
                None => self.toasts.error(format!("There is no template \"{id}\"")),
            },
            Msg::NewDesign(design) => {
                self.reading = None;
                let incoming = Incoming {
                    design,
                    path: None,
                    on_disk: None,
                    unsaved: true,
                    journal: None,
                    company: CompanyFiles::default(),
                    told: Told::new(),
                };
                self.leave(After::Show(Box::new(incoming)), ctx, state);
            }
            Msg::Toast(text) => self.toasts.info(text, ctx.input(|i| i.time)),
            Msg::Shell(request) => self.answer(request, ctx, state, next),
            Msg::Waive(finding) => self.ask(Dialog::Waive(WaiveForm::new(finding, state))),
            Msg::ShowRule(id) => self.reference.show_rule(id, ctx),
            Msg::SetRule(rule, Some(Level::Off)) => self.ask(Dialog::RuleOff(OffForm::new(rule))),
            Msg::SetRule(rule, level) => {
                let setting = level.map(|level| RuleSetting { level, reason: String::new() });
                next.push(rulings::set_rule(&state.doc.design().meta, &rule, setting));
            }
            _ => {}
        }
    }

    /// Runs actions about files and dialogs.
    pub fn run_action(&mut self, action: Action, ctx: &egui::Context, state: &mut State, next: &mut Vec<Msg>) {
        match action {
            Action::New => self.ask(Dialog::Templates),
            Action::Open => self.ask_for_path(Purpose::Open, None, ctx, state),
            Action::Save => self.save(None, ctx, state),
            Action::SaveAs => self.ask_for_path(Purpose::SaveAs, None, ctx, state),
            Action::Export => self.export.toggle(None, ctx),
            Action::ExportAs(form) => self.export.toggle(Some(form), ctx),
            Action::CompareSaved => next.extend(self.compare_with_saved(ctx, state)),
            Action::Import => self.ask_for_path(Purpose::Import, None, ctx, state),
            Action::ImportPlan => self.ask_for_path(Purpose::ImportPlan, None, ctx, state),
            Action::ShowTold => next.extend(self.told.again()),
            Action::CompareFile => self.ask_for_path(Purpose::Compare, None, ctx, state),
            Action::CompareConfiguration => self.ask_for_path(Purpose::CompareFolder, None, ctx, state),
            Action::RecoverWork => self.ask_about_lost_work(),
            Action::Quit => ctx.send_viewport_cmd(egui::ViewportCommand::Close),
            Action::Find => self.open_list(List::Elements, state, ctx),
            Action::CommandPalette => self.open_list(List::Everything, state, ctx),
            Action::Keys => self.keys_open = !self.keys_open,
            Action::Advisor => self.advisor.toggle(),
            Action::CompanyRules => self.company.open = !self.company.open,
            Action::About => self.about.toggle(),
            _ => {}
        }
        ctx.request_repaint();
    }
}
