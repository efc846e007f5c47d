//! What the window has other threads do, and what it takes in of them. Of everything but writing, only what was asked
//! for last counts.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use egui::Context;

use crate::app::State;
use crate::app::panels::memo::Memo;
use crate::app::shell::Shell;
use crate::app::shell::chooser;
use crate::app::shell::jobs::{Errand, Finished, Jobs};
use crate::design::Id;
use crate::design::file::FileError;

use super::content::Content;
use super::made::{Ground, Ingredients, Look, Made, Wish};
use super::plan::Choices;
use super::sheet::Sheet;
use super::writing::{self, Progress, Report};
use super::{Asked, ExportWindow, folder_beside, tree};

/// What other threads found out for the window.
pub(in crate::app::shell) struct Done(pub(super) Outcome);

pub(super) enum Outcome {
    /// Files were made.
    Made(Box<Made>),
    /// Files were not made to the end, since others were wanted.
    GivenUp,
    /// The folder was looked at.
    Looked(Ground),
    /// A file was prepared, by the preparation of this number; or there is none any more.
    Prepared(u64, Option<Box<Sheet>>),
    /// The files were written to this folder, as far as that went well.
    Written(PathBuf, Report),
    /// A bug broke one of these off.
    Broken(Errand),
}

impl Done {
    /// A bug broke an errand off.
    pub(in crate::app::shell) fn broken(errand: Errand) -> Self {
        Self(Outcome::Broken(errand))
    }
}

impl std::fmt::Debug for Done {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.0 {
            Outcome::Made(_) => "Made",
            Outcome::GivenUp => "GivenUp",
            Outcome::Looked(..) => "Looked",
            Outcome::Prepared(..) => "Prepared",
            Outcome::Written(..) => "Written",
            Outcome::Broken(_) => "Broken",
        })
    }
}

impl ExportWindow {
    /// Whether what was made is of the design and the choices as they are now.
    pub(super) fn is_current(&self) -> bool {
        match (&self.made, &self.wished) {
            (Some(made), Some(wished)) => Arc::ptr_eq(&made.wish, wished) || made.wish == *wished,
            (made, wished) => made.is_none() && wished.is_none(),
        }
    }

    /// Gives other threads their work, if what they did is no longer what is wanted.
    pub(in crate::app::shell) fn follow(
        &mut self,
        state: &State,
        jobs: &mut Jobs,
        recent: Option<&Path>,
        ctx: &Context,
    ) {
        if !state.open {
            self.open = false;
            self.forget();
            return;
        }
        if !self.open {
            return;
        }
        self.follow_document(state, recent);
        self.follow_folder(state, ctx);
        let focus = ctx.input(|i| i.focused);
        if focus && !std::mem::replace(&mut self.had_focus, focus) {
            // Somebody may have changed files in another program.
            self.changes += 1;
        }
        self.had_focus = focus;
        self.ask_for_files(state, jobs, ctx);
        let Some(made) = self.made.clone() else { return };
        let dir = self.folder.dir(state).to_owned();
        let look = Look { made: made.number, dir: dir.clone(), changes: self.changes };
        if self.looked.as_ref() != Some(&look) {
            self.looked = Some(look.clone());
            let made = made.clone();
            jobs.newest(ctx, Errand::Look, move || Done(Outcome::Looked(Ground::of(look, &made))));
        }
        let Some(key) = self.chosen.clone() else { return };
        let about = (made.number, key.clone(), dir.clone(), self.changes);
        if self.prepared.as_ref() != Some(&about) {
            self.prepared = Some(about);
            self.count += 1;
            self.preparation = self.count;
            let number = self.count;
            jobs.newest(ctx, Errand::Prepare, move || {
                Done(Outcome::Prepared(number, Sheet::of(made, key, &dir).map(Box::new)))
            });
        }
    }

    /// Takes over which document is open, and the folder that was chosen for it.
    fn follow_document(&mut self, state: &State, recent: Option<&Path>) {
        let about = (state.opened_serial, state.path.clone());
        if self.about.as_ref() == Some(&about) {
            return;
        }
        let same_document = self.about.as_ref().is_some_and(|(serial, _)| *serial == state.opened_serial);
        let known = self.folders.get(&state.path).filter(|_| state.path.is_some()).cloned();
        // A design that was just saved for the first time keeps the folder chosen before.
        if !same_document || known.is_some() {
            self.folder.text = known.unwrap_or_else(|| usual_folder(state, recent));
        }
        if !same_document {
            self.forget();
            self.choices = Choices::default();
            self.content = Content::default();
            // Whoever still answers means the other document.
            (self.folder.call, self.folder.note) = (None, "");
        }
        self.about = Some(about);
    }

    /// Forgets what was decided about the files of another folder, and what is known of them.
    fn follow_folder(&mut self, state: &State, ctx: &Context) {
        let dir = self.folder.dir(state);
        if self.dir.as_deref() == Some(dir) {
            return;
        }
        self.dir = Some(dir.to_owned());
        self.choices = Choices::default();
        self.ground = None;
        self.stale_rows = true;
        ctx.request_repaint();
    }

    /// Has the files made anew when the design or the choices are others than before.
    fn ask_for_files(&mut self, state: &State, jobs: &mut Jobs, ctx: &Context) {
        if self.forms.is_empty() {
            self.forget();
            return;
        }
        // A design that is only tried during a gesture is in no file.
        if state.preview.is_some() || !state.analysis_is_current() {
            self.want(None);
            return;
        }
        let wish =
            Wish { serial: state.serial, forms: self.forms.clone(), options: self.options.meant(&self.forms, state) };
        if [&self.wished, &self.declined].into_iter().any(|known| known.as_deref() == Some(&wish)) {
            return;
        }
        self.declined = None;
        let Some(analysis) = state.analysis.clone() else { return };
        let wish = Arc::new(wish);
        let number = self.want(Some(wish.clone()));
        let company = state.company.books.clone();
        let from = Ingredients { design: state.doc.design().clone(), analysis, company };
        let (before, newest, making) = (self.made.clone(), self.wanted.clone(), self.making.clone());
        let wake = jobs.reporter().map(|(_, wake)| wake);
        jobs.newest(ctx, Errand::Make, move || {
            let go_on = |step| {
                making.begin(step);
                wake.iter().for_each(Context::request_repaint);
                newest.load(Ordering::Relaxed) == number
            };
            let made = Made::of(number, wish, &from, before.as_deref(), &go_on);
            Done(made.map_or(Outcome::GivenUp, |made| Outcome::Made(Box::new(made))))
        });
    }

    /// Wants other files than before, or none; returns the number that they have.
    fn want(&mut self, wish: Option<Arc<Wish>>) -> u64 {
        self.wished = wish;
        self.making = Arc::default();
        self.count += 1;
        self.wanted.store(self.count, Ordering::Relaxed);
        self.count
    }

    /// Lets go of what was made and of what is known about it, and wants nothing more.
    pub(super) fn let_go(&mut self) {
        // No preparation has this number.
        self.preparation = self.want(None);
        (self.made, self.declined) = (None, None);
        (self.ground, self.looked, self.prepared) = (None, None, None);
        (self.planned, self.rows, self.stale_rows) = (Memo::default(), Vec::new(), true);
        self.content.let_go();
    }

    /// Forgets what was made, and which file of it was chosen.
    fn forget(&mut self) {
        self.let_go();
        self.chosen = None;
    }

    /// Gives up the files that are being made until somebody wants them after all.
    pub(super) fn decline(&mut self) {
        self.declined = self.wished.clone();
        self.want(None);
    }

    /// Takes in what other threads found out; returns what went wrong.
    pub(super) fn take_in(&mut self, outcome: Outcome) -> Option<FileError> {
        match outcome {
            Outcome::Made(made) if self.wished.as_ref() == Some(&made.wish) => {
                let gone = self.chosen.as_ref().is_none_or(|key| made.file(key).is_none());
                if gone {
                    self.chosen = tree::first_file(&made);
                    if let Some(key) = &self.chosen {
                        self.list.reveal(key);
                    }
                }
                self.made = Some(Arc::new(*made));
                self.stale_rows = true;
            }
            Outcome::Looked(ground) if self.looked.as_ref() == Some(&ground.look) => {
                self.choices.keep_asked(&ground);
                self.ground = Some(Arc::new(ground));
                self.stale_rows = true;
            }
            Outcome::Prepared(number, sheet) if number == self.preparation => self.content.take(sheet.map(|s| *s)),
            Outcome::Written(dir, report) => {
                self.writing = None;
                self.changes += 1;
                self.outdated = self.changes;
                self.choices.replace = Arc::default();
                return report.error(&dir);
            }
            Outcome::Broken(errand) => {
                let what = match errand {
                    Errand::Make => {
                        self.decline();
                        "The files could not be made"
                    }
                    Errand::Look => "The folder could not be looked at",
                    Errand::Prepare => "The file could not be shown",
                };
                return Some(FileError::whole(what, "a bug in Meridian broke it off", ""));
            }
            // Something else was asked for since.
            Outcome::Made(_) | Outcome::GivenUp | Outcome::Looked(..) | Outcome::Prepared(..) => {}
        }
        None
    }
}

/// The folder offered until somebody chooses one: beside the design, or where the last one was.
fn usual_folder(state: &State, recent: Option<&Path>) -> String {
    let name = state.path.as_deref().and_then(Path::file_stem).map_or_else(
        || Id::slug(&state.doc.design().meta.name).to_string(),
        |stem| stem.to_string_lossy().into_owned(),
    );
    let folder = folder_beside(state.path.as_deref().or(recent));
    folder.join(format!("{name}-export")).display().to_string()
}

impl Shell {
    /// Does what the export window asks for.
    pub(in crate::app::shell) fn serve_export(&mut self, asked: Asked, ctx: &Context, state: &State) {
        match asked {
            Asked::Browse => {
                self.chooser_calls += 1;
                let call = self.chooser_calls;
                let folder = self.export.folder.dir(state).to_owned();
                self.export.folder.call = Some(call);
                self.export.folder.note = "The file chooser is open. You can also type the path here.";
                let refused = move |_| Finished::Picked { call, path: None, at_once: true };
                self.jobs.spawn(ctx, refused, move || chooser::pick_folder(call, &folder));
            }
            Asked::Write => {
                let Some(made) = self.export.made.clone() else { return };
                let dir = self.export.folder.dir(state).to_owned();
                let choices = self.export.choices.clone();
                let order = writing::Order { made, dir: dir.clone(), choices };
                let progress = Arc::<Progress>::default();
                self.export.writing = Some(progress.clone());
                self.export.remember_folder();
                let wake = self.jobs.reporter().map(|(_, wake)| wake);
                self.jobs.in_order(ctx, move || {
                    let wake = || wake.iter().for_each(Context::request_repaint);
                    let report = writing::carry_out(&order, &progress, &wake);
                    Some(Finished::Export(Done(Outcome::Written(dir, report))))
                });
            }
        }
    }

    /// Takes in what the export window waited for.
    pub(in crate::app::shell) fn exported(&mut self, done: Done, ctx: &Context) {
        if let Outcome::Written(dir, report) = &done.0
            && report.broken.is_none()
        {
            self.toasts.info(report.words(dir), ctx.input(|i| i.time));
        }
        if let Some(error) = self.export.take_in(done.0) {
            self.fail("The export did not succeed", error, false);
        }
    }
}
