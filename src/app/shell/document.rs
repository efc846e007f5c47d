//! How documents come and go: opening, saving, changes from outside, recovery, and the question before work is lost.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::Context;

use crate::app::actions::Action;
use crate::app::state::MapView;
use crate::app::whatif::WhatIf;
use crate::app::{Msg, State};
use crate::design::Design;
use crate::design::edit::{Edit, Op};
use crate::design::file::FileError;
use crate::design::history::{Document, StateId};
use crate::files::{self, CompanyFiles};
use crate::import::toml::words::Told;

use super::Shell;
use super::dialogs::{Dialog, PathDialog, Purpose};
use super::disk::{self, DESIGN_EXTENSION, DiskLook, OnDisk, Overwrite, SaveOutcome, Theirs};
use super::import;
use super::jobs::{self, Finished};
use super::journal::{self, Offer};
use super::watch::Watch;

/// Frames after opening during which the view is fitted: panels and canvas need some to find their sizes.
const FIT_FRAMES: u8 = 3;

/// A design about to be shown.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// The design.
    pub design: Arc<Design>,
    /// The file it belongs to.
    pub path: Option<PathBuf>,
    /// What that file held.
    pub on_disk: Option<OnDisk>,
    /// Whether it holds work that is in no file yet.
    pub unsaved: bool,
    /// The journal file that keeps that work.
    pub journal: Option<PathBuf>,
    /// The company's rules beside that file.
    pub company: CompanyFiles,
    /// What there is to know about it when it was made of other files.
    pub told: Told,
}

/// What happens once the present document may go.
#[derive(Debug, Clone)]
pub enum After {
    /// The window closes.
    Close,
    /// Another design is shown.
    Show(Box<Incoming>),
    /// Lost work is taken over and shown.
    Recover(Offer),
}

/// What dialogs and pages ask of the shell.
#[derive(Debug, Clone)]
pub enum Request {
    /// Open this file.
    Open(PathBuf),
    /// Make a design of this folder or planner file.
    Import(PathBuf),
    /// Compare the design with that of this file.
    CompareWith(PathBuf),
    /// Save, and then go on.
    SaveThen(After),
    /// Go on without saving.
    Discard(After),
    /// Save to this file.
    SaveTo {
        /// The file, with or without extension.
        path: PathBuf,
        /// Whether it may be replaced.
        replace: bool,
        /// What to do then.
        then: Option<After>,
    },
    /// Keep this window's version although the file holds another one; with `save`, write it now.
    KeepMine {
        /// Hash of the file's version.
        theirs: String,
        /// Whether saving brought the question up.
        save: bool,
        /// What to do after saving.
        then: Option<After>,
    },
    /// Take the file's version.
    LoadTheirs(OnDisk),
    /// The document now is what the file holds.
    Loaded(OnDisk),
    /// Get this lost work back.
    Recover(PathBuf),
    /// Forget this lost work.
    DiscardOffer(PathBuf),
    /// Look whether the document's file was changed by others.
    LookAtFile,
}

/// A save that is under way.
#[derive(Debug)]
pub(super) struct Saving {
    path: PathBuf,
    state: StateId,
    then: Option<After>,
    /// Whether to save again when done, since somebody asked for it meanwhile.
    again: bool,
}

/// What the shell knows of the document's file.
#[derive(Default)]
pub(super) struct FileState {
    pub(super) on_disk: Option<OnDisk>,
    pub(super) saving: Option<Saving>,
    /// A save to another file that waits for the one under way.
    pub(super) after_saving: Option<Request>,
    /// The file was touched while it was being saved.
    look_again: bool,
    /// The foreign version somebody was asked about already.
    asked_about: Option<String>,
    watch: Option<Watch>,
}

/// The edit that turns one design into another.
pub(super) fn difference(from: &Design, to: &Design, label: String) -> Edit {
    fn changes<T: PartialEq>(
        from: &std::collections::BTreeMap<crate::design::Id, Arc<T>>,
        to: &std::collections::BTreeMap<crate::design::Id, Arc<T>>,
        op: impl Fn(crate::design::Id, Option<Arc<T>>) -> Op,
        ops: &mut Vec<Op>,
    ) {
        ops.extend(from.keys().filter(|id| !to.contains_key(*id)).map(|id| op(id.clone(), None)));
        let changed = to.iter().filter(|(id, value)| from.get(*id) != Some(*value));
        ops.extend(changed.map(|(id, value)| op(id.clone(), Some(value.clone()))));
    }
    let mut ops = Vec::new();
    if from.meta != to.meta {
        ops.push(Op::Meta(to.meta.clone()));
    }
    changes(&from.regions, &to.regions, Op::Region, &mut ops);
    changes(&from.components, &to.components, Op::Component, &mut ops);
    changes(&from.links, &to.links, Op::Link, &mut ops);
    Edit::new(label, ops)
}

pub(super) fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned())
}

impl Shell {
    /// Reads a design; it is shown when it is read and the present document may go.
    pub(super) fn open_path(&mut self, path: &Path, ctx: &Context) {
        let mut path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        self.reads += 1;
        let number = self.reads;
        self.reading = Some(number);
        let refused = move |error| Finished::Read(number, Err(error));
        let config = self.options.dirs.config.clone();
        self.jobs.spawn(ctx, refused, move || {
            if import::is_foreign(&path) {
                let made = import::read(&path).map(|made| Incoming {
                    design: made.design,
                    path: None,
                    on_disk: None,
                    unsaved: true,
                    journal: None,
                    company: files::company_for(None, config.as_deref()),
                    told: made.told,
                });
                return Finished::Read(number, made);
            }
            let completed = disk::completed(&path);
            if !path.exists() && completed.exists() {
                path = completed;
            }
            let read = disk::read(&path).map(|on_disk| Incoming {
                design: on_disk.design.clone().unwrap_or_default(),
                company: files::company_for(Some(&path), config.as_deref()),
                path: Some(path),
                on_disk: Some(on_disk),
                unsaved: false,
                journal: None,
                told: Told::new(),
            });
            Finished::Read(number, read)
        });
    }

    /// Goes on with `after` if nothing is lost by it; otherwise asks.
    pub(super) fn leave(&mut self, after: After, ctx: &Context, state: &mut State) {
        if let Some(saving) = &mut self.file.saving {
            saving.then = Some(after);
        } else if state.open && state.doc.is_dirty() {
            self.dialogs.retain(|d| !matches!(d, Dialog::Guard { .. }));
            self.ask_at_once(Dialog::Guard { then: after });
        } else {
            self.proceed(after, ctx, state);
        }
    }

    fn proceed(&mut self, after: After, ctx: &Context, state: &mut State) {
        match after {
            After::Close => {
                self.drop_journal(ctx);
                self.close_confirmed = true;
                ctx.send_viewport_cmd(egui::ViewportCommand::Close);
            }
            After::Show(incoming) => self.show_document(*incoming, ctx, state),
            After::Recover(offer) => self.take_over(offer, ctx, state),
        }
    }

    fn show_document(&mut self, incoming: Incoming, ctx: &Context, state: &mut State) {
        let Incoming { design, path, on_disk, unsaved, journal, company, told } = incoming;
        self.told.tell("What was made of the files", told);
        // A comparison with the document before is none with this one.
        self.comparisons += 1;
        state.doc = Document::new(Arc::unwrap_or_clone(design));
        if unsaved {
            state.doc.mark_unsaved();
        }
        state.path = path;
        state.company = company;
        state.open = true;
        state.serial += 1;
        state.opened_serial = state.serial;
        state.preview = None;
        state.analysis = None;
        state.whatif = WhatIf::default();
        state.selection.clear();
        let view = &mut state.view;
        (view.placing, view.hovered, view.problem, view.rename, view.connecting) = (None, None, None, None, None);
        (view.choosing_region, view.compared) = (false, None);
        (view.scene, view.playing_worst) = (None, false);
        if view.presenting.take().is_some() {
            ctx.send_viewport_cmd(egui::ViewportCommand::Fullscreen(false));
        }
        (view.moving, view.map) = (None, MapView::default());
        let before = self.journal.begin(journal, state.doc.revision());
        self.remove_journals(before, ctx);
        self.file.on_disk = on_disk;
        self.file.asked_about = None;
        self.file.watch = None;
        if let Some(path) = state.path.clone() {
            self.attach(&path, ctx);
        } else {
            self.read_company(None, ctx);
        }
        self.fit_frames = FIT_FRAMES;
        self.complain_about_company(state);
        self.offer_lost_work(state);
        ctx.request_repaint();
    }

    /// Watches the document's file and puts it among the recent ones.
    fn attach(&mut self, path: &Path, ctx: &Context) {
        if self.options.watch_files
            && self.file.watch.as_ref().is_none_or(|w| w.path() != path)
            && let Some((results, wake)) = self.jobs.reporter()
        {
            self.file.watch = Watch::start(path, self.options.dirs.config.as_deref(), results, wake);
        }
        self.update_recent(Some(path.to_owned()), ctx);
    }

    pub(super) fn drop_journal(&mut self, ctx: &Context) {
        let files = self.journal.forget();
        self.remove_journals(files, ctx);
    }

    fn remove_journals(&mut self, files: Vec<PathBuf>, ctx: &Context) {
        if files.is_empty() {
            return;
        }
        self.jobs.in_order(ctx, move || {
            files.iter().for_each(|file| journal::remove(file));
            None
        });
    }

    /// Offers lost work beside a document unless somebody has seen the offers already; work on the document's own
    /// file is offered in any case, since it is newer than what is shown.
    pub(super) fn offer_lost_work(&mut self, state: &State) {
        let of_this_file = state.path.is_some() && self.offers.iter().any(|o| o.path == state.path);
        if state.open && !self.offers.is_empty() && (of_this_file || !self.offers_seen) {
            self.ask_about_lost_work();
        }
    }

    /// Shows what can be recovered.
    pub(super) fn ask_about_lost_work(&mut self) {
        self.offers_seen = true;
        if !self.dialogs.iter().any(|d| matches!(d, Dialog::Recover)) {
            self.ask(Dialog::Recover);
        }
    }

    /// Saves to the document's file, or asks for one.
    pub(super) fn save(&mut self, then: Option<After>, ctx: &Context, state: &State) {
        if let Some(saving) = &mut self.file.saving {
            saving.again = true;
            saving.then = then.or(saving.then.take());
            return;
        }
        match state.path.clone() {
            Some(path) => {
                let known = Overwrite::Known(self.file.on_disk.clone());
                self.start_saving(path, known, then, ctx, state);
            }
            None => self.ask_for_path(Purpose::SaveAs, then, ctx, state),
        }
    }

    fn start_saving(&mut self, path: PathBuf, overwrite: Overwrite, then: Option<After>, ctx: &Context, state: &State) {
        let design = state.doc.design().clone();
        self.file.saving = Some(Saving { path: path.clone(), state: state.doc.state(), then, again: false });
        self.jobs
            .in_order(ctx, move || Some(Finished::Saved(jobs::unbroken(|| disk::write(&path, &design, &overwrite)))));
    }

    /// Opens the dialog that asks for a path.
    pub(super) fn ask_for_path(&mut self, purpose: Purpose, then: Option<After>, ctx: &Context, state: &State) {
        let folder = state
            .path
            .as_deref()
            .or_else(|| self.recent.first().map(|r| r.path.as_path()))
            .and_then(Path::parent)
            .map(Path::to_owned)
            .or_else(|| std::env::current_dir().ok())
            .unwrap_or_default();
        let name = crate::design::Id::slug(&state.doc.design().meta.name);
        let path = match (purpose, &state.path) {
            (Purpose::SaveAs, Some(path)) => path.clone(),
            (Purpose::SaveAs, None) => folder.join(format!("{name}.{DESIGN_EXTENSION}")),
            // The empty part leaves a separator at the end, to type on from.
            _ => folder.join(""),
        };
        let mut dialog = PathDialog::new(purpose, &path, then);
        if self.options.file_chooser && super::chooser::is_likely() {
            self.browse(&mut dialog, ctx);
        }
        self.ask(Dialog::Path(dialog));
    }

    /// Runs the system's file chooser for the dialog.
    pub(super) fn browse(&mut self, dialog: &mut PathDialog, ctx: &Context) {
        self.chooser_calls += 1;
        let call = self.chooser_calls;
        dialog.browsing(call);
        let (purpose, path) = (dialog.purpose, dialog.path());
        let refused = move |_| Finished::Picked { call, path: None, at_once: true };
        self.jobs.spawn(ctx, refused, move || super::chooser::run(call, purpose, &path));
    }

    /// Carries out a request.
    pub(super) fn answer(&mut self, request: Request, ctx: &Context, state: &mut State, next: &mut Vec<Msg>) {
        match request {
            Request::Open(path) => match import::no_design(&path) {
                Some(error) => self.fail("The design was not opened", error, true),
                None => self.open_path(&path, ctx),
            },
            Request::Import(path) => match import::single_node(&path) {
                Some(error) => self.fail("Nothing was imported", error, false),
                None => self.open_path(&path, ctx),
            },
            Request::CompareWith(path) => self.compare_with_file(&path, ctx, state),
            Request::SaveThen(after) => self.save(Some(after), ctx, state),
            Request::Discard(after) => self.proceed(after, ctx, state),
            Request::SaveTo { .. } if self.file.saving.is_some() => self.file.after_saving = Some(request),
            Request::SaveTo { path, replace, then } => {
                let path = disk::completed(&path);
                let overwrite = if state.path.as_ref() == Some(&path) && !replace {
                    Overwrite::Known(self.file.on_disk.clone())
                } else if replace {
                    Overwrite::Anything
                } else {
                    Overwrite::Never
                };
                self.start_saving(path, overwrite, then, ctx, state);
            }
            Request::KeepMine { theirs, save, then } => {
                self.file.asked_about = None;
                self.file.on_disk = Some(OnDisk { hash: theirs, design: None });
                state.doc.mark_unsaved();
                if save {
                    self.save(then, ctx, state);
                }
            }
            Request::LoadTheirs(theirs) => {
                if let Some(design) = &theirs.design {
                    let label = "Load the version on disk".to_owned();
                    next.push(Msg::Edit(difference(state.doc.design(), design, label)));
                }
                next.push(Msg::Shell(Request::Loaded(theirs)));
            }
            Request::Loaded(on_disk) => {
                state.doc.mark_saved(state.doc.state());
                self.file.on_disk = Some(on_disk);
                self.file.asked_about = None;
            }
            Request::Recover(file) => self.recover(&file, ctx, state),
            Request::DiscardOffer(file) => {
                self.offers.retain(|o| o.file != file);
                self.remove_journals(vec![file], ctx);
            }
            Request::LookAtFile => {
                if let Some(path) = state.path.clone() {
                    self.touched(&path, ctx, state);
                }
            }
        }
    }

    fn recover(&mut self, file: &Path, ctx: &Context, state: &mut State) {
        if let Some(offer) = self.offers.iter().find(|o| o.file == file).cloned() {
            self.reading = None;
            self.leave(After::Recover(offer), ctx, state);
        }
    }

    /// Takes lost work over, now that the present document may go. Until here the offer stands.
    fn take_over(&mut self, offer: Offer, ctx: &Context, state: &State) {
        let Some(at) = self.offers.iter().position(|o| *o == offer) else { return };
        let Some((dir, session)) = self.journal.place() else { return };
        self.offers.remove(at);
        self.recovering = Some(state.doc.state());
        let config = self.options.dirs.config.clone();
        self.jobs.in_order(ctx, move || {
            let result = jobs::unbroken(|| journal::take_over(&offer, &dir, &session, config.as_deref()));
            Some(Finished::Recovered(offer, result))
        });
    }

    /// Takes in lost work that was taken over, or not.
    pub(super) fn recovered(
        &mut self,
        mut offer: Offer,
        result: Result<Incoming, FileError>,
        ctx: &Context,
        state: &mut State,
    ) {
        let may_go = self.recovering.take() == Some(state.doc.state()) || !state.doc.is_dirty();
        match result {
            Ok(incoming) if !state.open || (may_go && self.file.saving.is_none()) => {
                self.show_document(incoming, ctx, state);
            }
            Ok(incoming) => {
                // Somebody went on working meanwhile, and that work must not go unasked.
                offer.file = incoming.journal.unwrap_or(offer.file);
                self.offers.push(offer);
                let text = "The design was changed meanwhile. The unsaved work can still be recovered.";
                self.toasts.info(text, ctx.input(|i| i.time));
            }
            Err(error) => {
                if !error.message.contains(journal::TAKEN) {
                    self.offers.push(offer);
                }
                self.fail("The work was not recovered", error, false);
            }
        }
    }

    /// Takes in a finished save.
    pub(super) fn saved(&mut self, result: Result<SaveOutcome, FileError>, ctx: &Context, state: &mut State) {
        let Some(Saving { path, state: saved_state, then, again }) = self.file.saving.take() else { return };
        match result {
            Ok(SaveOutcome::Saved(on_disk)) => {
                state.doc.mark_saved(saved_state);
                self.file.on_disk = Some(on_disk);
                self.toasts.info(format!("Saved {}", file_name(&path)), ctx.input(|i| i.time));
                self.attach(&path, ctx);
                if state.path.as_ref() != Some(&path) {
                    self.read_company(Some(&path), ctx);
                }
                state.path = Some(path);
                if again && state.doc.is_dirty() {
                    self.save(then, ctx, state);
                } else if let Some(after) = then {
                    self.leave(after, ctx, state);
                }
            }
            Ok(SaveOutcome::Exists) => self.ask(Dialog::Replace { path, then }),
            Ok(SaveOutcome::Conflict(theirs)) => {
                self.dialogs.retain(|d| !matches!(d, Dialog::DiskChanged { .. }));
                self.ask(Dialog::DiskChanged { theirs, save: true, then });
            }
            Err(error) => {
                self.ask(Dialog::Error { title: "The design was not saved".into(), error, open_another: false });
            }
        }
        if std::mem::take(&mut self.file.look_again) {
            self.touch_later(ctx, state);
        }
    }

    fn touch_later(&mut self, ctx: &Context, state: &State) {
        if let Some(path) = state.path.clone() {
            self.touched(&path, ctx, state);
        }
    }

    /// Something happened to a file or company rules beside it: looks at both if it is the document's.
    pub(super) fn touched(&mut self, path: &Path, ctx: &Context, state: &State) {
        if state.path.as_deref() != Some(path) {
            return;
        }
        if self.file.saving.is_some() {
            self.file.look_again = true;
            return;
        }
        let known = self.file.on_disk.as_ref().map(|k| k.hash.clone());
        self.read_company(Some(path), ctx);
        let path = path.to_owned();
        self.jobs.in_order(ctx, move || {
            let look = disk::look(&path, known.as_deref());
            Some(Finished::DiskLooked(path, look))
        });
    }

    /// Takes in what the document's file holds.
    pub(super) fn looked(
        &mut self,
        path: &Path,
        look: DiskLook,
        ctx: &Context,
        state: &mut State,
        next: &mut Vec<Msg>,
    ) {
        if state.path.as_deref() != Some(path) || self.file.saving.is_some() {
            return;
        }
        let name = file_name(path);
        match look {
            DiskLook::Unchanged => {}
            DiskLook::Missing => {
                if self.file.on_disk.take().is_some() {
                    state.doc.mark_unsaved();
                    self.toasts.error(format!("{name} was moved or deleted. Save to write it again."));
                }
            }
            DiskLook::Changed(theirs) if self.file.asked_about.as_ref() == Some(&theirs.hash) => {}
            DiskLook::Changed(theirs) => self.foreign_change(&name, theirs, ctx, state, next),
        }
    }

    fn foreign_change(&mut self, name: &str, theirs: Theirs, ctx: &Context, state: &mut State, next: &mut Vec<Msg>) {
        // A look that began before a save ended speaks of the past.
        if self.file.on_disk.as_ref().is_some_and(|k| k.hash == theirs.hash) {
            return;
        }
        match &theirs.design {
            Ok(design) if design == state.doc.design() => {
                let on_disk = OnDisk { hash: theirs.hash, design: Some(design.clone()) };
                next.push(Msg::Shell(Request::Loaded(on_disk)));
            }
            Ok(design) if !state.doc.is_dirty() => {
                let label = format!("Reload {name}");
                next.push(Msg::Edit(difference(state.doc.design(), design, label)));
                let on_disk = OnDisk { hash: theirs.hash, design: Some(design.clone()) };
                next.push(Msg::Shell(Request::Loaded(on_disk)));
                self.toasts.info(format!("{name} was changed on disk and is loaded again"), ctx.input(|i| i.time));
            }
            Err(error) if !state.doc.is_dirty() => {
                self.toasts.error(format!("{name} was changed on disk, but what it holds cannot be read: {error}"));
                self.file.asked_about = Some(theirs.hash);
                state.doc.mark_unsaved();
            }
            _ => {
                self.file.asked_about = Some(theirs.hash.clone());
                self.dialogs.retain(|d| !matches!(d, Dialog::DiskChanged { .. }));
                self.ask(Dialog::DiskChanged { theirs, save: false, then: None });
            }
        }
    }

    /// The document's journal, each frame.
    pub(super) fn keep_journal(&mut self, ctx: &Context, state: &State) {
        // What was discarded on the way out is not to be kept after all.
        if !state.open || self.close_confirmed {
            return;
        }
        let revision = state.doc.revision();
        match self.journal.due(ctx.input(|i| i.time), revision, state.doc.is_dirty()) {
            journal::Due::Nothing => {}
            journal::Due::In(wait) => ctx.request_repaint_after(wait),
            journal::Due::Remove => self.drop_journal(ctx),
            journal::Due::Write => {
                let design = state.doc.design().clone();
                let work = self.journal.write(design, revision, state.path.clone(), self.file.on_disk.as_ref());
                if let Some(work) = work {
                    self.jobs.in_order(ctx, move || work().err().map(Finished::JournalFailed));
                }
            }
        }
    }

    /// The view of a document that has just come, once the canvas has its place.
    pub(super) fn fit_view(&mut self, ctx: &Context, state: &State, msgs: &mut Vec<Msg>) {
        if self.fit_frames == 0 || !state.open {
            return;
        }
        self.fit_frames -= 1;
        if !state.shown().is_empty() {
            msgs.push(Msg::Action(Action::ZoomToFit));
        }
        if self.fit_frames > 0 {
            ctx.request_repaint();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::shell::journal::Scan;
    use crate::books::Books;
    use crate::design::{Kind, Pos, commands};

    fn incoming(path: &str) -> Incoming {
        let design = Arc::new(Design::default());
        Incoming {
            design,
            path: Some(path.into()),
            on_disk: None,
            unsaved: false,
            journal: None,
            company: CompanyFiles::default(),
            told: Told::new(),
        }
    }

    fn found(path: &str) -> Finished {
        let offer =
            Offer { file: "/j/untitled.1-1.ron".into(), name: "x".into(), path: Some(path.into()), written_unix_s: 0 };
        Finished::Offers(Scan { offers: vec![offer], damaged: Vec::new() })
    }

    fn asks_about_lost_work(shell: &Shell) -> bool {
        shell.dialogs.iter().any(|d| matches!(d, Dialog::Recover))
    }

    #[test]
    fn lost_work_is_offered_whether_it_is_found_before_or_after_the_file_is_read() {
        for found_first in [true, false] {
            let (mut shell, mut state) = (Shell::headless(), State::new(Books::shipped()));
            let (ctx, mut msgs) = (Context::default(), Vec::new());
            (shell.reads, shell.reading) = (1, Some(1));
            let read = Finished::Read(1, Ok(incoming("/a.ron")));
            let order = if found_first { [found("/b.ron"), read] } else { [read, found("/b.ron")] };
            for finished in order {
                shell.take_in(finished, &ctx, &mut state, &mut msgs);
            }
            assert!(state.open);
            assert!(asks_about_lost_work(&shell), "found first: {found_first}");
        }
    }

    #[test]
    fn offers_seen_on_the_welcome_page_come_up_again_only_with_their_file() {
        for (path, again) in [("/a.ron", true), ("/b.ron", false)] {
            let (mut shell, mut state) = (Shell::headless(), State::new(Books::shipped()));
            let (ctx, mut msgs) = (Context::default(), Vec::new());
            shell.take_in(found("/a.ron"), &ctx, &mut state, &mut msgs);
            shell.offers_seen = true;
            shell.reading = Some(1);
            shell.take_in(Finished::Read(1, Ok(incoming(path))), &ctx, &mut state, &mut msgs);
            assert_eq!(asks_about_lost_work(&shell), again, "{path}");
        }
    }

    #[test]
    fn of_two_reads_the_one_asked_for_last_counts() {
        let (mut shell, mut state) = (Shell::headless(), State::new(Books::shipped()));
        let (ctx, mut msgs) = (Context::default(), Vec::new());
        (shell.reads, shell.reading) = (2, Some(2));
        shell.take_in(Finished::Read(2, Ok(incoming("/fast.ron"))), &ctx, &mut state, &mut msgs);
        shell.take_in(Finished::Read(1, Ok(incoming("/slow.ron"))), &ctx, &mut state, &mut msgs);
        let slow_failed = Finished::Read(1, Err(FileError::whole("/slow.ron", "gone", "")));
        shell.take_in(slow_failed, &ctx, &mut state, &mut msgs);
        assert_eq!(state.path.as_deref(), Some(Path::new("/fast.ron")));
        assert!(shell.dialogs.is_empty());
    }

    #[test]
    fn the_difference_turns_one_design_into_the_other() {
        let (edit, _) = commands::add_component(&Design::default(), Kind::Gateway, Pos(0, 0));
        let mut one = Design::default();
        edit.apply(&mut one).expect("applies");
        let (edit, _) = commands::add_component(&Design::default(), Kind::Database, Pos(9, 0));
        let mut other = Design::default();
        edit.apply(&mut other).expect("applies");
        Arc::make_mut(&mut other.meta).name = "Other".into();
        let edit = difference(&one, &other, "x".into());
        let back = edit.apply(&mut one).expect("applies");
        assert_eq!(one, other);
        assert!(!back.is_empty());
        assert!(difference(&one, &other, "x".into()).ops.is_empty());
    }
}
