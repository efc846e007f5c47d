//! Work that must not hold up the window: reading and writing files, waiting for a file chooser.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;

use crate::app::compared::Base;
use crate::app::worker::guarded;
use crate::design::file::FileError;
use crate::files::CompanyFiles;
use crate::import::toml::words::Told;

use super::disk::{DiskLook, SaveOutcome};
use super::document::Incoming;
use super::export;
use super::journal::{Offer, Scan};
use super::recent::Recent;

/// What came out of a piece of work.
#[derive(Debug)]
pub(super) enum Finished {
    /// The file chooser closed.
    Picked {
        /// Which call of it.
        call: u64,
        /// What was chosen; nothing when it was cancelled or could not be shown at all.
        path: Option<PathBuf>,
        /// Whether the answer came too fast for a person, so that there is probably no chooser.
        at_once: bool,
    },
    /// A design was read, by the read of this number.
    Read(u64, Result<Incoming, FileError>),
    /// A design to compare the document with was read, or not, for the comparison of this number.
    BaseRead(u64, Result<(Arc<Base>, Told), FileError>),
    /// Lost work was taken over, or not.
    Recovered(Offer, Result<Incoming, FileError>),
    /// The design was written, or not.
    Saved(Result<SaveOutcome, FileError>),
    /// Something that the export window waits for.
    Export(export::Done),
    /// Something happened to the document's file, or to company rules beside it.
    DiskTouched(PathBuf),
    /// The document's file was looked at.
    DiskLooked(PathBuf, DiskLook),
    /// The company's rules and books that hold for this file were read; `None` for a design without file.
    CompanyRead(Option<PathBuf>, CompanyFiles),
    /// Work that other windows lost.
    Offers(Scan),
    /// The journal could not be written.
    JournalFailed(FileError),
    /// The list of recent files.
    Recents(Vec<Recent>),
    /// Reading or writing in order that nobody waits for ended by a mistake of the program.
    BrokeOff,
}

type Task = Box<dyn FnOnce() -> Option<Finished> + Send>;

/// Work of which only what was asked for last counts, in order of urgency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Errand {
    /// To make the files of an export.
    Make,
    /// To look at the folder they go to.
    Look,
    /// To prepare one of them for being shown.
    Prepare,
}

/// The newest task of each errand that has not begun.
#[derive(Default)]
struct Errands {
    waiting: BTreeMap<Errand, Task>,
    closed: bool,
}

type SharedErrands = Arc<(Mutex<Errands>, Condvar)>;

struct Lane {
    tasks: Sender<Task>,
    thread: JoinHandle<()>,
}

/// Runs work on other threads and collects what comes out.
pub(super) struct Jobs {
    /// Wakes the window; without it, work is done at once by the caller.
    wake: Option<egui::Context>,
    sender: Sender<Finished>,
    receiver: Receiver<Finished>,
    lane: Option<Lane>,
    errands: Option<SharedErrands>,
}

impl Jobs {
    /// Work on other threads.
    pub(super) fn threaded(ctx: egui::Context) -> Self {
        Self::new(Some(ctx))
    }

    /// Work done at once, for tests.
    pub(super) fn inline() -> Self {
        Self::new(None)
    }

    fn new(wake: Option<egui::Context>) -> Self {
        let (sender, receiver) = channel();
        Self { wake, sender, receiver, lane: None, errands: None }
    }

    /// Starts work that nothing else waits for, on a thread of its own; `refused` says what comes out when the system
    /// gives none, or the work breaks off.
    pub(super) fn spawn(
        &self,
        ctx: &egui::Context,
        refused: impl Fn(FileError) -> Finished + Clone + Send + 'static,
        work: impl FnOnce() -> Finished + Send + 'static,
    ) {
        let sender = self.sender.clone();
        let Some(wake) = self.wake.clone() else {
            self.put(ctx, Some(work()));
            return;
        };
        let broken = refused.clone();
        let spawned = std::thread::Builder::new().name("files".into()).spawn(move || {
            let finished = guarded(work).unwrap_or_else(|| broken(broke_off()));
            if sender.send(finished).is_ok() {
                wake.request_repaint();
            }
        });
        if let Err(error) = spawned {
            let message = format!("the system has no thread left for it: {error}");
            self.put(ctx, Some(refused(FileError::whole("files", message, "close other programs and try again"))));
        }
    }

    /// Starts work after all earlier work of this kind; everything that writes goes here, so that a later write or
    /// removal never overtakes an earlier one.
    pub(super) fn in_order(&mut self, ctx: &egui::Context, work: impl FnOnce() -> Option<Finished> + Send + 'static) {
        let Some(wake) = self.wake.clone() else {
            self.put(ctx, work());
            return;
        };
        if self.lane.is_none() {
            self.lane = start_lane(self.sender.clone(), wake);
        }
        match &self.lane {
            Some(lane) => {
                let lost = lane.tasks.send(Box::new(work)).is_err();
                debug_assert!(!lost, "the lane lives as long as its sender");
            }
            // No thread to be had: slower, but nothing is lost.
            None => self.put(ctx, work()),
        }
    }

    /// Runs an errand; an older one of the kind that has not begun is forgotten.
    pub(super) fn newest(
        &mut self,
        ctx: &egui::Context,
        errand: Errand,
        work: impl FnOnce() -> export::Done + Send + 'static,
    ) {
        let task = move || {
            let done = guarded(work).unwrap_or_else(|| export::Done::broken(errand));
            Some(Finished::Export(done))
        };
        if self.errands.is_none()
            && let Some(wake) = self.wake.clone()
        {
            self.errands = start_errands(self.sender.clone(), wake);
        }
        match &self.errands {
            Some(shared) => {
                let (lock, condvar) = &**shared;
                lock.lock().unwrap_or_else(PoisonError::into_inner).waiting.insert(errand, Box::new(task));
                condvar.notify_one();
            }
            None => self.put(ctx, task()),
        }
    }

    fn put(&self, ctx: &egui::Context, finished: Option<Finished>) {
        if let Some(finished) = finished
            && self.sender.send(finished).is_ok()
        {
            ctx.request_repaint();
        }
    }

    /// A sender for those who watch things on threads of their own, and the way to wake the window.
    pub(super) fn reporter(&self) -> Option<(Sender<Finished>, egui::Context)> {
        self.wake.clone().map(|wake| (self.sender.clone(), wake))
    }

    /// What finished since the last call.
    pub(super) fn poll(&self) -> Vec<Finished> {
        self.receiver.try_iter().collect()
    }
}

/// What is said of work that ended by a mistake of the program.
pub(super) fn broke_off() -> FileError {
    FileError::whole("files", "the work broke off", "this is a mistake of the program; please report what you did")
}

/// Does work that somebody waits for, who must hear of it even when a mistake of the program breaks it off.
pub(super) fn unbroken<T>(work: impl FnOnce() -> Result<T, FileError>) -> Result<T, FileError> {
    guarded(work).unwrap_or_else(|| Err(broke_off()))
}

fn start_lane(results: Sender<Finished>, wake: egui::Context) -> Option<Lane> {
    let (tasks, queue) = channel::<Task>();
    let serve = move || {
        for task in queue {
            // What breaks off must not keep later work from being done.
            if let Some(finished) = guarded(task).unwrap_or(Some(Finished::BrokeOff))
                && results.send(finished).is_ok()
            {
                wake.request_repaint();
            }
        }
    };
    let thread = std::thread::Builder::new().name("disk".into()).spawn(serve).ok()?;
    Some(Lane { tasks, thread })
}

/// Starts the thread that runs errands, one after the other.
fn start_errands(results: Sender<Finished>, wake: egui::Context) -> Option<SharedErrands> {
    let shared = SharedErrands::default();
    let of_thread = shared.clone();
    let serve = move || {
        let (lock, condvar) = &*of_thread;
        loop {
            let mut errands = lock.lock().unwrap_or_else(PoisonError::into_inner);
            let task = loop {
                if errands.closed {
                    return;
                }
                match errands.waiting.pop_first() {
                    Some((_, task)) => break task,
                    None => errands = condvar.wait(errands).unwrap_or_else(PoisonError::into_inner),
                }
            };
            drop(errands);
            if let Some(finished) = task()
                && results.send(finished).is_ok()
            {
                wake.request_repaint();
            }
        }
    };
    std::thread::Builder::new().name("errands".into()).spawn(serve).ok().map(|_| shared)
}

impl Drop for Jobs {
    /// Waits for what is still to be written.
    fn drop(&mut self) {
        if let Some(shared) = &self.errands {
            let (lock, condvar) = &**shared;
            lock.lock().unwrap_or_else(PoisonError::into_inner).closed = true;
            condvar.notify_one();
        }
        if let Some(Lane { tasks, thread }) = self.lane.take() {
            drop(tasks);
            let _ended = thread.join();
        }
    }
}
