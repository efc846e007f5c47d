//! Sees that somebody else changes the document's file, the company's rules beside it, or its books.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::time::Duration;

use notify::{EventKind, RecursiveMode, Watcher as _};

use crate::files;

use super::jobs::Finished;

/// How long a burst of changes may last before the file is looked at.
const QUIET: Duration = Duration::from_millis(250);

/// Watches one file, the company's rules and books beside it, and its books in the settings, until dropped.
pub(super) struct Watch {
    path: PathBuf,
    _watcher: notify::RecommendedWatcher,
}

impl Watch {
    /// Watches the file's folder, since many programs replace a file instead of writing into it. `None` where the
    /// system cannot watch; saving still finds out then.
    pub(super) fn start(
        path: &Path,
        config: Option<&Path>,
        results: Sender<Finished>,
        wake: egui::Context,
    ) -> Option<Self> {
        let real = std::fs::canonicalize(path).ok()?;
        let (folder, name) = (real.parent()?.to_owned(), real.file_name()?.to_owned());
        let reported = path.to_owned();
        let waiting = Arc::new(AtomicBool::new(false));
        let on_event = move |event: notify::Result<notify::Event>| {
            let ours = |path: &PathBuf| path.file_name() == Some(&name) || files::is_pack(path) || files::is_book(path);
            let concerns_us = event.is_ok_and(|e| !matches!(e.kind, EventKind::Access(_)) && e.paths.iter().any(ours));
            if !concerns_us || waiting.swap(true, Ordering::SeqCst) {
                return;
            }
            let (results, wake, reported, waiting) = (results.clone(), wake.clone(), reported.clone(), waiting.clone());
            let report = move || {
                waiting.store(false, Ordering::SeqCst);
                if results.send(Finished::DiskTouched(reported)).is_ok() {
                    wake.request_repaint();
                }
            };
            let at_once = report.clone();
            let later = move || {
                std::thread::sleep(QUIET);
                report();
            };
            if std::thread::Builder::new().name("watch".into()).spawn(later).is_err() {
                at_once();
            }
        };
        let mut watcher = notify::recommended_watcher(on_event).ok()?;
        watcher.watch(&folder, RecursiveMode::NonRecursive).ok()?;
        if let Some(config) = config.filter(|config| config.is_dir() && **config != folder) {
            // Without it, books in the settings are read again with the next change of the document's file.
            let _ = watcher.watch(config, RecursiveMode::NonRecursive);
        }
        Some(Self { path: path.to_owned(), _watcher: watcher })
    }

    /// The file it watches.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}
