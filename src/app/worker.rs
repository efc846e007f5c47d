//! The analysis thread: takes the newest snapshot, forgets older ones, wakes the window when a result is there.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Instant;

use crate::analysis::{Analysis, analyse};
use crate::books::Books;
use crate::design::history::Revision;
use crate::design::{Date, Design};

/// A design to analyse.
#[derive(Debug, Clone)]
pub struct Job {
    /// Counts the designs shown; comes back with the result.
    pub serial: u64,
    /// Revision of the document.
    pub revision: Revision,
    /// The snapshot.
    pub design: Arc<Design>,
    /// The day on which waivers are looked at.
    pub today: Option<Date>,
}

/// What the analysis of a job gave.
#[derive(Debug, Clone)]
pub struct Done {
    /// The serial of the job.
    pub serial: u64,
    /// The analysis; `None` when the analysis broke off because of a bug.
    pub analysis: Option<Arc<Analysis>>,
    /// How long it took, ms.
    pub took_ms: f64,
}

/// The newest job not yet begun.
#[derive(Default)]
pub struct Slot {
    job: Option<Job>,
    closed: bool,
}

type Shared = Arc<(Mutex<Slot>, Condvar)>;

/// Where analyses are made.
pub enum Worker {
    /// On a thread of its own.
    Thread {
        /// The newest job.
        slot: Shared,
        /// Finished analyses.
        results: Receiver<Done>,
    },
    /// At once, by the caller: for tests, which then need not wait.
    Inline {
        /// The shipped facts.
        books: &'static Books,
        /// The finished analysis.
        done: Option<Done>,
    },
}

fn run(job: &Job, books: &Books) -> Done {
    let start = Instant::now();
    let analysis = guarded(|| analyse(&job.design, job.revision, books, job.today)).map(Arc::new);
    Done { serial: job.serial, analysis, took_ms: start.elapsed().as_secs_f64() * 1_000.0 }
}

/// Runs a computation whose panic must not end the thread, or every later design would wait for ever. An analysis
/// changes nothing but its own values, so none that is half done can be seen afterwards.
fn guarded<T>(compute: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(compute)).ok()
}

impl Worker {
    /// Starts the thread; `wake` is called after each result.
    #[must_use]
    pub fn start(books: &'static Books, wake: impl Fn() + Send + 'static) -> Self {
        let slot: Shared = Arc::default();
        let (sender, results) = channel();
        let shared = slot.clone();
        let spawned = std::thread::Builder::new()
            .name("analysis".into())
            .spawn(move || Self::serve(&shared, books, &sender, &wake));
        match spawned {
            Ok(_) => Self::Thread { slot, results },
            // A system without threads left still gets its numbers, only less smoothly.
            Err(_) => Self::inline(books),
        }
    }

    /// A worker that analyses at once.
    #[must_use]
    pub fn inline(books: &'static Books) -> Self {
        Self::Inline { books, done: None }
    }

    fn serve(shared: &Shared, books: &Books, sender: &Sender<Done>, wake: &impl Fn()) {
        let (lock, condvar) = &**shared;
        loop {
            let job = {
                let mut slot = lock.lock().unwrap_or_else(PoisonError::into_inner);
                loop {
                    if slot.closed {
                        return;
                    }
                    if let Some(job) = slot.job.take() {
                        break job;
                    }
                    slot = condvar.wait(slot).unwrap_or_else(PoisonError::into_inner);
                }
            };
            if sender.send(run(&job, books)).is_err() {
                return;
            }
            wake();
        }
    }

    /// Asks for an analysis; an older job that has not begun is forgotten.
    pub fn submit(&mut self, job: Job) {
        match self {
            Self::Thread { slot, .. } => {
                let (lock, condvar) = &**slot;
                lock.lock().unwrap_or_else(PoisonError::into_inner).job = Some(job);
                condvar.notify_one();
            }
            Self::Inline { books, done } => *done = Some(run(&job, books)),
        }
    }

    /// The newest finished analysis since the last call.
    pub fn poll(&mut self) -> Option<Done> {
        match self {
            Self::Thread { results, .. } => results.try_iter().last(),
            Self::Inline { done, .. } => done.take(),
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        if let Self::Thread { slot, .. } = self {
            let (lock, condvar) = &**slot;
            lock.lock().unwrap_or_else(PoisonError::into_inner).closed = true;
            condvar.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_ends_the_computation_and_not_its_caller() {
        let broken = guarded(|| -> u32 { std::panic::resume_unwind(Box::new("broken")) });
        assert_eq!((broken, guarded(|| 1)), (None, Some(1)));
    }
}
