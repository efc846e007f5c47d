//! The analysis thread: takes the newest snapshot, forgets older ones, wakes the window when a result is there. In
//! between it answers questions about what is analysed, such as what a quick fix would change.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Instant;

use crate::advisor::remedies;
use crate::analysis::{Analysis, Setting, analyse};
use crate::books::{Books, CompanyBooks};
use crate::custom::Pack;
use crate::design::history::Revision;
use crate::design::{Date, Design, Failures, ProductVersion, Scene};
use crate::estimate::{self, Sensitivity, Target};
use crate::failure::claims::{self, SceneCheck};
use crate::failure::timeline::{Timeline, timeline};
use crate::outlook::{self, Offer};
use crate::rules::{Delta, Finding};

use super::compared::{Base, Compared};
use super::story::CheckedStory;
use super::weak::{Served, Weak};
use super::whatif::Consequences;

/// A design to analyse.
#[derive(Debug, Clone)]
pub struct Job {
    /// Counts the designs shown; comes back with the result.
    pub serial: u64,
    /// Revision of the document.
    pub revision: Revision,
    /// The snapshot.
    pub design: Arc<Design>,
    /// Rules of the company.
    pub packs: Arc<[Arc<Pack>]>,
    /// The company's own books.
    pub company: CompanyBooks,
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

/// Something to find out about an analysed design, beside its analysis.
#[derive(Debug, Clone, PartialEq)]
pub enum Question {
    /// What can be done about this finding, and at what price.
    Fixes(Box<Finding>),
    /// What changes with another product version.
    Version(ProductVersion),
    /// How it differs from another design.
    Compare(Arc<Base>),
    /// What the assumptions do to this figure.
    Sensitivity(Target),
    /// What these failures do to populations and groups, in numbers, and how it goes on.
    Impact(Failures),
    /// How available API calls are.
    Served,
    /// What takes each capability down, and how available it is.
    Weak,
    /// Whether the claims of the story are true.
    Story,
    /// What is told of a scene that is presented.
    Slide(Box<Scene>),
}

/// A question with what it is about.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The serial of the design.
    pub serial: u64,
    /// The design.
    pub design: Arc<Design>,
    /// Its analysis.
    pub analysis: Arc<Analysis>,
    /// Rules of the company.
    pub packs: Arc<[Arc<Pack>]>,
    /// The company's own books.
    pub company: CompanyBooks,
    /// The day on which waivers are looked at.
    pub today: Option<Date>,
    /// The question.
    pub question: Question,
}

/// The answer to a question.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The serial of the design it is about.
    pub serial: u64,
    /// The question.
    pub question: Question,
    /// What was found.
    pub found: Found,
}

/// What is told of a scene that is presented.
#[derive(Debug, Clone)]
pub struct Slide {
    /// Whether its claims are true.
    pub check: SceneCheck,
    /// When what it loses is back.
    pub timeline: Timeline,
}

/// What was found.
#[derive(Debug, Clone)]
pub enum Found {
    /// Quick fixes with their consequences, best first.
    Offers(Vec<Offer>),
    /// How the findings differ.
    Delta(Box<Delta>),
    /// How two designs differ.
    Compared(Arc<Compared>),
    /// What each assumption does to a figure, or why there is none.
    Sensitivity(Box<Result<Sensitivity, String>>),
    /// What failures do, in numbers, and how it goes on.
    Impact(Arc<Consequences>),
    /// How available API calls are.
    Served(Arc<Served>),
    /// What takes each capability down, and how available it is.
    Weak(Arc<Weak>),
    /// Whether the claims of each scene are true.
    Story(Arc<CheckedStory>),
    /// What is told of a scene.
    Slide(Arc<Slide>),
    /// Nothing, because of a bug.
    Nothing,
}

impl Ask {
    /// The answer; `None` when it was broken off because `go_on` said so.
    fn answer(self, books: &Books, go_on: &dyn Fn() -> bool) -> Option<Answer> {
        let books = &in_force(books, &self.company);
        let setting = Setting { books, packs: &self.packs, today: self.today };
        let found = guarded(|| match &self.question {
            Question::Fixes(finding) => {
                Some(Found::Offers(remedies::offers(&self.design, &self.analysis, finding, &setting)))
            }
            Question::Version(version) => {
                let delta = outlook::as_version(&self.design, &self.analysis, *version, &setting);
                Some(Found::Delta(Box::new(delta)))
            }
            Question::Compare(base) => {
                let compared = Compared::of(base, &self.design, &self.analysis, &self.packs, &setting);
                Some(Found::Compared(Arc::new(compared)))
            }
            Question::Sensitivity(target) => estimate::sensitivity(&self.design, books, target, go_on)
                .map(|found| Found::Sensitivity(Box::new(found))),
            Question::Impact(failures) => {
                Some(Found::Impact(Arc::new(Consequences::of(&self.design, books, &self.analysis, failures))))
            }
            Question::Served => Served::of(&self.design, books, &self.analysis.failure, go_on)
                .map(|served| Found::Served(Arc::new(served))),
            Question::Weak => {
                Weak::of(&self.design, &self.analysis, books, go_on).map(|weak| Found::Weak(Arc::new(weak)))
            }
            Question::Story => {
                let Analysis { failure: model, estimates, .. } = &*self.analysis;
                CheckedStory::of(&self.design, books, estimates, model, go_on)
                    .map(|checked| Found::Story(Arc::new(checked)))
            }
            Question::Slide(scene) => {
                let Analysis { failure: model, estimates, .. } = &*self.analysis;
                let outcome = model.outcome(&self.design, &scene.failures);
                Some(Found::Slide(Arc::new(Slide {
                    check: claims::check(&self.design, books, estimates, model, scene),
                    timeline: timeline(&self.design, books, estimates, model, &outcome),
                })))
            }
        });
        let found = found.unwrap_or(Some(Found::Nothing))?;
        Some(Answer { serial: self.serial, question: self.question, found })
    }
}

/// The newest job and the newest question of each kind not yet begun.
#[derive(Default)]
pub struct Slot {
    job: Option<Job>,
    asks: Vec<Ask>,
    closed: bool,
}

/// What the thread sends back.
#[derive(Debug, Clone)]
pub enum Sent {
    /// A finished analysis.
    Done(Done),
    /// An answer.
    Answer(Answer),
}

type Shared = Arc<(Mutex<Slot>, Condvar)>;

/// Where analyses are made.
pub enum Worker {
    /// On a thread of its own.
    Thread {
        /// The newest job.
        slot: Shared,
        /// Finished analyses.
        results: Receiver<Sent>,
    },
    /// At once, by the caller: for tests, which then need not wait.
    Inline {
        /// The shipped facts.
        books: &'static Books,
        /// What was found since the last call.
        found: Vec<Sent>,
    },
}

/// The books that hold: the worker's own, or those of the company before them.
fn in_force(books: &Books, company: &CompanyBooks) -> Books {
    if company.is_empty() { books.clone() } else { Books::with(company.clone()) }
}

fn run(job: &Job, books: &Books) -> Done {
    let start = Instant::now();
    let books = &in_force(books, &job.company);
    let setting = Setting { books, packs: &job.packs, today: job.today };
    let analysis = guarded(|| analyse(&job.design, job.revision, &setting)).map(Arc::new);
    Done { serial: job.serial, analysis, took_ms: start.elapsed().as_secs_f64() * 1_000.0 }
}

/// Runs a computation whose panic must not end the thread, or every later design would wait for ever. An analysis
/// changes nothing but its own values, so none that is half done can be seen afterwards.
pub(super) fn guarded<T>(compute: impl FnOnce() -> T) -> Option<T> {
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
        Self::Inline { books, found: Vec::new() }
    }

    fn serve(shared: &Shared, books: &Books, sender: &Sender<Sent>, wake: &impl Fn()) {
        let (lock, condvar) = &**shared;
        loop {
            let next = {
                let mut slot = lock.lock().unwrap_or_else(PoisonError::into_inner);
                loop {
                    if slot.closed {
                        return;
                    }
                    // Numbers that everybody sees come before answers to one question.
                    if let Some(job) = slot.job.take() {
                        break Ok(job);
                    }
                    if let Some(ask) = slot.asks.pop() {
                        break Err(ask);
                    }
                    slot = condvar.wait(slot).unwrap_or_else(PoisonError::into_inner);
                }
            };
            let sent = match next {
                Ok(job) => Sent::Done(run(&job, books)),
                Err(ask) => {
                    // A long answer about a design that is no longer shown would keep everybody waiting.
                    let go_on = || {
                        let slot = lock.lock().unwrap_or_else(PoisonError::into_inner);
                        slot.job.is_none() && !slot.closed
                    };
                    let Some(answer) = ask.answer(books, &go_on) else { continue };
                    Sent::Answer(answer)
                }
            };
            if sender.send(sent).is_err() {
                return;
            }
            wake();
        }
    }

    /// Asks for an analysis; what was asked about an older design and has not begun is forgotten.
    pub fn submit(&mut self, job: Job) {
        match self {
            Self::Thread { slot, .. } => {
                let (lock, condvar) = &**slot;
                let mut slot = lock.lock().unwrap_or_else(PoisonError::into_inner);
                slot.job = Some(job);
                slot.asks.clear();
                drop(slot);
                condvar.notify_one();
            }
            Self::Inline { books, found } => found.push(Sent::Done(run(&job, books))),
        }
    }

    /// Asks a question; an older one of the kind that has not begun is forgotten.
    pub fn ask(&mut self, ask: Ask) {
        match self {
            Self::Thread { slot, .. } => {
                let (lock, condvar) = &**slot;
                let mut slot = lock.lock().unwrap_or_else(PoisonError::into_inner);
                let kind = std::mem::discriminant(&ask.question);
                slot.asks.retain(|older| std::mem::discriminant(&older.question) != kind);
                slot.asks.push(ask);
                drop(slot);
                condvar.notify_one();
            }
            Self::Inline { books, found } => found.extend(ask.answer(books, &|| true).map(Sent::Answer)),
        }
    }

    /// What was finished since the last call, in order.
    pub fn poll(&mut self) -> Vec<Sent> {
        match self {
            Self::Thread { results, .. } => results.try_iter().collect(),
            Self::Inline { found, .. } => std::mem::take(found),
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
