//! The recovery journal: unsaved work on disk, so that a crash or a power cut costs seconds and not hours.
//!
//! Each window has a session: a lock file that it holds as long as it lives, and whose lock the system drops when it
//! dies in whatever way. A journal file carries its session in its name, so another window knows whether the work in
//! it is lost (no one holds the lock) or still being done.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::design::Design;
use crate::design::file::{FileError, from_ron, to_ron};
use crate::design::history::Revision;
use crate::import::toml::words::Told;

use super::disk::{OnDisk, hash_of};
use super::document::Incoming;
use crate::files::{company_for, read_text, write_atomically};

/// Seconds without an edit after which a burst is written.
const QUIET_S: f64 = 2.0;
/// Seconds after which work is written although editing goes on.
const MOST_S: f64 = 5.0;
/// Lock files without work are swept away when they are older than this.
const STALE_LOCK: Duration = Duration::from_secs(3_600);

/// Whether unsaved work of this process is on disk; read by the panic hook.
static KEPT: AtomicBool = AtomicBool::new(false);

/// What a journal file holds.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename = "Journal")]
struct Envelope {
    journal: u32,
    name: String,
    path: Option<PathBuf>,
    saved_hash: Option<String>,
    written_unix_s: u64,
    design: String,
}

/// Work that a window lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The journal file.
    pub file: PathBuf,
    /// Name of the design.
    pub name: String,
    /// The file it came from.
    pub path: Option<PathBuf>,
    /// When it was written, seconds since 1970.
    pub written_unix_s: u64,
}

/// What was found among the journals.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// What can be recovered, newest first.
    pub(super) offers: Vec<Offer>,
    /// What cannot be read, where it was set aside, and why.
    pub(super) damaged: Vec<(PathBuf, String)>,
}

/// What is to be done now.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Due {
    /// Nothing, and nothing later.
    Nothing,
    /// Something, after this time.
    In(Duration),
    /// Write the journal.
    Write,
    /// Remove it: everything is saved.
    Remove,
}

/// The journal of this window.
#[derive(Debug)]
pub(super) struct Journal {
    dir: Option<PathBuf>,
    session: String,
    lock: Option<File>,
    /// The journal file of the present document, if there is one.
    file: Option<PathBuf>,
    /// Its earlier files, of no use once it is written.
    outdated: Vec<PathBuf>,
    written: Option<Revision>,
    seen: Option<Revision>,
    changed_s: f64,
    waiting_since_s: Option<f64>,
}

impl Journal {
    /// A journal below the state folder; without one, nothing is kept.
    pub(super) fn start(state_dir: Option<&Path>) -> Self {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let session = format!("{}-{:x}", std::process::id(), since_epoch.as_nanos());
        let dir = state_dir.map(|d| d.join("journal"));
        let mut journal = Self {
            dir,
            session,
            lock: None,
            file: None,
            outdated: Vec::new(),
            written: None,
            seen: None,
            changed_s: 0.0,
            waiting_since_s: None,
        };
        journal.take_place();
        journal
    }

    /// Makes the folder and holds the lock, unless that is done. Where it cannot be done now, writing says so, and it
    /// is tried again with the next write.
    fn take_place(&mut self) {
        if self.lock.is_none()
            && let Some(dir) = self.dir.as_deref()
        {
            let _writing_tells = std::fs::create_dir_all(dir);
            self.lock = hold_lock(&lock_path(dir, &self.session));
        }
    }

    /// Writing failed: it is tried again later.
    pub(super) fn failed(&mut self, now_s: f64) {
        self.written = None;
        self.changed_s = now_s + MOST_S - QUIET_S;
        self.waiting_since_s = Some(now_s);
    }

    /// Where journals are, and the session of this window.
    pub(super) fn place(&self) -> Option<(PathBuf, String)> {
        self.dir.clone().map(|dir| (dir, self.session.clone()))
    }

    /// Begins with another document; `file` already holds its unsaved work. Returns the files of the document before.
    pub(super) fn begin(&mut self, file: Option<PathBuf>, revision: Revision) -> Vec<PathBuf> {
        let mut before = std::mem::take(&mut self.outdated);
        before.extend(std::mem::replace(&mut self.file, file));
        self.written = self.file.is_some().then_some(revision);
        self.seen = Some(revision);
        self.waiting_since_s = None;
        KEPT.store(self.file.is_some(), Ordering::Relaxed);
        before.retain(|b| Some(b) != self.file.as_ref());
        before
    }

    /// What is to be done at `now_s`.
    pub(super) fn due(&mut self, now_s: f64, revision: Revision, dirty: bool) -> Due {
        if self.dir.is_none() {
            return Due::Nothing;
        }
        if !dirty {
            self.written = None;
            self.seen = Some(revision);
            self.waiting_since_s = None;
            return if self.file.is_some() { Due::Remove } else { Due::Nothing };
        }
        if self.written == Some(revision) {
            return Due::Nothing;
        }
        if self.seen != Some(revision) {
            self.seen = Some(revision);
            self.changed_s = now_s;
        }
        let since_s = *self.waiting_since_s.get_or_insert(now_s);
        let at_s = (self.changed_s + QUIET_S).min(since_s + MOST_S);
        if now_s >= at_s { Due::Write } else { Due::In(Duration::from_secs_f64(at_s - now_s)) }
    }

    /// The work that writes the present design, to be done on another thread.
    pub(super) fn write(
        &mut self,
        design: Arc<Design>,
        revision: Revision,
        path: Option<PathBuf>,
        saved: Option<&OnDisk>,
    ) -> Option<impl FnOnce() -> Result<(), FileError> + Send + 'static> {
        self.take_place();
        let dir = self.dir.as_deref()?;
        let file = dir.join(file_name(path.as_deref(), &self.session));
        self.outdated.extend(self.file.replace(file.clone()));
        self.outdated.retain(|b| *b != file);
        let outdated = self.outdated.clone();
        self.written = Some(revision);
        self.waiting_since_s = None;
        let saved_hash = saved.map(|s| s.hash.clone());
        Some(move || {
            let envelope = Envelope {
                journal: 1,
                name: design.meta.name.clone(),
                path,
                saved_hash,
                written_unix_s: SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs(),
                design: to_ron(&design)?,
            };
            let pretty = ron::ser::PrettyConfig::new().escape_strings(false);
            let text = ron::ser::to_string_pretty(&envelope, pretty)
                .map_err(|e| FileError::whole(&file.display().to_string(), e.to_string(), ""))?;
            write_atomically(&file, text.as_bytes())?;
            KEPT.store(true, Ordering::Relaxed);
            outdated.iter().for_each(|before| remove(before));
            Ok(())
        })
    }

    /// Forgets the present document's journal and returns its files, to be removed on another thread.
    pub(super) fn forget(&mut self) -> Vec<PathBuf> {
        self.written = None;
        self.waiting_since_s = None;
        KEPT.store(false, Ordering::Relaxed);
        let mut files = std::mem::take(&mut self.outdated);
        files.extend(self.file.take());
        files
    }
}

impl Drop for Journal {
    /// The lock ends with the session; its file goes too unless work was left behind.
    fn drop(&mut self) {
        if let (Some(dir), None, Some(_)) = (&self.dir, &self.file, self.lock.take()) {
            remove(&lock_path(dir, &self.session));
        }
    }
}

/// Removes a file of the journal; one that is gone already is as good.
pub(super) fn remove(file: &Path) {
    let _gone = std::fs::remove_file(file);
}

fn lock_path(dir: &Path, session: &str) -> PathBuf {
    dir.join(format!("{session}.lock"))
}

fn file_name(path: Option<&Path>, session: &str) -> String {
    match path {
        Some(path) => {
            let hash = hash_of(&path.to_string_lossy());
            format!("{}.{session}.ron", hash.get(..16).unwrap_or(&hash))
        }
        None => format!("untitled.{session}.ron"),
    }
}

fn hold_lock(path: &Path) -> Option<File> {
    let file = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(path).ok()?;
    // Where locks are not supported, the process id in the session's name has to do.
    let _held = file.lock();
    Some(file)
}

/// Whether the window of the session still lives.
fn is_alive(dir: &Path, session: &str) -> bool {
    let Ok(file) = OpenOptions::new().read(true).write(true).open(lock_path(dir, session)) else { return false };
    match file.try_lock() {
        Ok(()) => false,
        Err(TryLockError::WouldBlock) => true,
        Err(TryLockError::Error(_)) => {
            session.split('-').next().is_some_and(|pid| Path::new("/proc").join(pid).is_dir())
        }
    }
}

/// Work that windows lost which live no more. Damaged journals are set aside under a name that is not looked at again.
#[must_use]
pub(super) fn offers(dir: &Path, own_session: &str) -> Scan {
    let Ok(entries) = std::fs::read_dir(dir) else { return Scan::default() };
    let files: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path())).collect();
    let mut found = Scan::default();
    for file in files.iter().filter(|f| session_of(f).is_some_and(|s| s != own_session && !is_alive(dir, s))) {
        match read_envelope(file) {
            Ok(Envelope { name, path, written_unix_s, .. }) => {
                found.offers.push(Offer { file: file.clone(), name, path, written_unix_s });
            }
            // Another window may have taken it over meanwhile.
            Err(_) if !file.exists() => {}
            Err(error) => {
                let aside = file.with_extension("damaged");
                let place = if std::fs::rename(file, &aside).is_ok() { aside } else { file.clone() };
                found.damaged.push((place, error.message));
            }
        }
    }
    found.offers.sort_by(|a, b| b.written_unix_s.cmp(&a.written_unix_s).then_with(|| a.file.cmp(&b.file)));
    sweep(dir, &files, own_session);
    found
}

/// The session in the name of a journal file.
fn session_of(file: &Path) -> Option<&str> {
    let name = file.file_name()?.to_str()?;
    name.strip_suffix(".ron")?.split_once('.').map(|(_, session)| session)
}

/// Removes lock files that nobody holds and that no journal needs.
fn sweep(dir: &Path, files: &[PathBuf], own_session: &str) {
    let needed: Vec<&str> = files.iter().filter_map(|f| session_of(f)).collect();
    for file in files {
        let Some(session) = file.file_name().and_then(|n| n.to_str()).and_then(|n| n.strip_suffix(".lock")) else {
            continue;
        };
        let old = std::fs::metadata(file)
            .and_then(|m| m.modified())
            .is_ok_and(|at| at.elapsed().is_ok_and(|age| age > STALE_LOCK));
        if old && session != own_session && !needed.contains(&session) && !is_alive(dir, session) {
            remove(file);
        }
    }
}

fn read_envelope(file: &Path) -> Result<Envelope, FileError> {
    let name = file.display().to_string();
    ron::from_str(&read_text(file)?).map_err(|e| FileError::whole(&name, format!("the journal is damaged: {e}"), ""))
}

/// What is said about lost work that is gone from where it was.
pub(super) const TAKEN: &str = "another window has taken this work over";

/// A name for taken-over work that no other work of the session has or had: a second piece must not replace the
/// first, nor be removed in its stead.
fn fresh_name(dir: &Path, session: &str) -> PathBuf {
    static TAKEN_OVER: AtomicU64 = AtomicU64::new(0);
    let number = TAKEN_OVER.fetch_add(1, Ordering::Relaxed);
    dir.join(format!("recovered-{number}.{session}.ron"))
}

/// Takes lost work over into the session: from then on no other window can.
///
/// # Errors
/// [`FileError`] when another window was faster, or the work cannot be read (it stays where it is then).
pub(super) fn take_over(
    offer: &Offer,
    dir: &Path,
    session: &str,
    config: Option<&Path>,
) -> Result<Incoming, FileError> {
    let name = offer.file.display().to_string();
    let taken = || FileError::whole(&name, TAKEN, "look for that window");
    let envelope = read_envelope(&offer.file).map_err(|e| if offer.file.exists() { e } else { taken() })?;
    let design = Arc::new(from_ron(&envelope.design, &name)?);
    let own = fresh_name(dir, session);
    std::fs::rename(&offer.file, &own).map_err(|e| {
        if offer.file.exists() { FileError::whole(&name, format!("it cannot be taken over: {e}"), "") } else { taken() }
    })?;
    if let Some(lost_session) = session_of(&offer.file).filter(|s| *s != session) {
        remove(&lock_path(dir, lost_session));
    }
    // Whether the file still holds what the work began from shows when it is saved.
    let on_disk = envelope.saved_hash.map(|hash| OnDisk { hash, design: None });
    let company = company_for(envelope.path.as_deref(), config);
    Ok(Incoming { design, path: envelope.path, on_disk, unsaved: true, journal: Some(own), company, told: Told::new() })
}

/// Tells after a crash that work was kept.
pub(super) fn install_panic_hook() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        before(info);
        if KEPT.load(Ordering::Relaxed) {
            eprintln!("Your unsaved work was kept: start meridian again to get it back.");
        }
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Arc<Design> {
        let mut design = Design::default();
        Arc::make_mut(&mut design.meta).name = name.into();
        Arc::new(design)
    }

    #[test]
    fn a_burst_is_written_once_and_long_work_in_between() {
        let dir = tempfile::tempdir().expect("a folder");
        let mut journal = Journal::start(Some(dir.path()));
        assert_eq!(journal.due(0.0, Revision(0), false), Due::Nothing);
        assert_eq!(journal.due(1.0, Revision(1), true), Due::In(Duration::from_secs(2)));
        // Edits each second put the writing off, but not for ever.
        for n in 2..6_u32 {
            assert!(matches!(journal.due(f64::from(n), Revision(u64::from(n)), true), Due::In(_)), "{n}");
        }
        assert_eq!(journal.due(6.0, Revision(6), true), Due::Write);
        let work = journal.write(named("x"), Revision(6), None, None).expect("work");
        work().expect("writes");
        assert_eq!(journal.due(7.0, Revision(6), true), Due::Nothing);
        assert_eq!(journal.due(8.0, Revision(7), false), Due::Remove);
    }

    #[test]
    fn only_work_of_windows_that_are_gone_is_offered() {
        let dir = tempfile::tempdir().expect("a folder");
        let mut lost = Journal::start(Some(dir.path()));
        let work = lost.write(named("Lost plan"), Revision(3), Some("/nowhere/plan.ron".into()), None).expect("work");
        work().expect("writes");
        let (place, own) = Journal::start(Some(dir.path())).place().expect("a place");
        assert_eq!(offers(&place, &own).offers, [], "its window still lives");
        drop(lost);
        let found = offers(&place, &own).offers;
        assert_eq!(found.iter().map(|o| o.name.as_str()).collect::<Vec<_>>(), ["Lost plan"]);
        let incoming = take_over(&found[0], &place, &own, None).expect("reads");
        assert_eq!(incoming.design.meta.name, "Lost plan");
        assert!(incoming.unsaved);
        let late = take_over(&found[0], &place, "1-1", None).expect_err("only one window gets it");
        assert_eq!(late.message, TAKEN);
    }

    #[test]
    fn a_second_untitled_piece_of_work_leaves_the_first_alone() {
        let dir = tempfile::tempdir().expect("a folder");
        for name in ["One", "Two"] {
            let mut lost = Journal::start(Some(dir.path()));
            lost.write(named(name), Revision(1), None, None).expect("work")().expect("writes");
        }
        let (place, own) = Journal::start(Some(dir.path())).place().expect("a place");
        let taken: Vec<Incoming> =
            offers(&place, &own).offers.iter().map(|o| take_over(o, &place, &own, None).expect("reads")).collect();
        assert_eq!(taken.len(), 2);
        for incoming in taken {
            let file = incoming.journal.expect("it is kept");
            assert_eq!(read_envelope(&file).expect("reads").name, incoming.design.meta.name);
        }
    }

    #[test]
    fn damaged_work_is_set_aside_and_told_once() {
        let dir = tempfile::tempdir().expect("a folder");
        let place = dir.path().join("journal");
        std::fs::create_dir_all(&place).expect("a folder");
        write_atomically(&place.join("untitled.1-1.ron"), b"Journal(journal: 1, na").expect("writes");
        let found = offers(&place, "2-2");
        assert_eq!(found.offers, []);
        let (aside, _) = found.damaged.first().expect("it is told");
        assert!(aside.is_file(), "nothing is thrown away");
        assert!(offers(&place, "2-2").damaged.is_empty());
    }

    #[test]
    fn a_failed_write_is_tried_again_later() {
        let dir = tempfile::tempdir().expect("a folder");
        // A file stands where the folder should be.
        write_atomically(&dir.path().join("journal"), b"").expect("writes");
        let mut journal = Journal::start(Some(dir.path()));
        assert!(matches!(journal.due(0.0, Revision(1), true), Due::In(_)));
        assert_eq!(journal.due(2.0, Revision(1), true), Due::Write);
        assert!(journal.write(named("x"), Revision(1), None, None).expect("work")().is_err());
        journal.failed(2.0);
        assert!(matches!(journal.due(2.0, Revision(1), true), Due::In(_)), "not in each frame");
        std::fs::remove_file(dir.path().join("journal")).expect("removes");
        assert_eq!(journal.due(7.0, Revision(1), true), Due::Write);
        journal.write(named("x"), Revision(1), None, None).expect("work")().expect("writes now");
        let (place, own) = Journal::start(Some(dir.path())).place().expect("a place");
        assert_eq!(offers(&place, &own).offers, [], "its window is known to live");
    }
}
