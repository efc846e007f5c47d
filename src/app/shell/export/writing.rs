//! Writing the files, with what those who wait see of it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::app::shell::jobs::unbroken;
use crate::design::file::FileError;
use crate::export::Form;
use crate::files::folder::{self, Policy};
use crate::words::plural;

use super::made::{Made, folder_of};
use super::plan::Choices;

/// What is to be written.
pub(super) struct Order {
    /// The files.
    pub(super) made: Arc<Made>,
    /// The folder; those of the forms are in it.
    pub(super) dir: PathBuf,
    /// What was decided about files that are not simply written.
    pub(super) choices: Choices,
}

/// How far writing is, and whether it is to end.
#[derive(Debug, Default)]
pub(super) struct Progress {
    done: AtomicUsize,
    all: AtomicUsize,
    stop: AtomicBool,
}

impl Progress {
    /// Ends writing before the next file.
    pub(super) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Whether it was told to end.
    pub(super) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Files done, and files in all.
    pub(super) fn so_far(&self) -> (usize, usize) {
        (self.done.load(Ordering::Relaxed), self.all.load(Ordering::Relaxed))
    }
}

/// What became of it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Report {
    /// Files written.
    pub(super) written: usize,
    /// Files that held already what they should.
    pub(super) unchanged: usize,
    /// Files removed.
    pub(super) removed: usize,
    /// Files kept, since they were edited or are foreign.
    pub(super) kept: usize,
    /// Files held back, since they are blocked.
    pub(super) held: usize,
    /// Whether it was ended before all was done.
    pub(super) cancelled: bool,
    /// What broke it off before all was done, and while the files of which form were written. What was written of that
    /// form is not counted.
    pub(super) broken: Option<(Form, FileError)>,
}

impl Report {
    /// In a sentence, without a full stop.
    pub(super) fn words(&self, dir: &Path) -> String {
        let mut parts = vec![format!("{} written", plural(self.written, "file"))];
        let others =
            [(self.removed, "removed"), (self.kept, "kept"), (self.held, "held back"), (self.unchanged, "unchanged")];
        for (count, word) in others {
            if count > 0 {
                parts.push(format!("{count} {word}"));
            }
        }
        let end = if self.cancelled { "Cancelled: " } else { "" };
        format!("{end}{} in {}", parts.join(", "), dir.display())
    }

    /// What broke writing off, with what was done before.
    pub(super) fn error(&self, dir: &Path) -> Option<FileError> {
        let (form, error) = self.broken.as_ref()?;
        let message = format!(
            "{}. Writing ended in \"{}\"; before that, {}. Of \"{1}\" the list shows what is up to date",
            error.message,
            form.label(),
            self.words(dir),
        );
        Some(FileError { message, ..error.clone() })
    }
}

/// Writes the files; `wake` is called after each.
pub(super) fn carry_out(order: &Order, progress: &Progress, wake: &dyn Fn()) -> Report {
    let mut report = Report::default();
    let (mut before, mut behind) = (0, order.made.file_count());
    for (form, files) in &order.made.forms {
        let bundle = &files.bundle;
        let ticked = order.choices.replace.iter().filter(|key| key.form == *form);
        let hold = if order.choices.with_blocked { BTreeSet::new() } else { files.unfit().cloned().collect() };
        let policy = Policy { overwrite: ticked.map(|key| key.path.clone()).collect(), overwrite_all: false, hold };
        behind -= bundle.files.len();
        let go_on = |done: usize, here: usize| {
            progress.all.store(before + here + behind, Ordering::Relaxed);
            progress.done.store(before + done, Ordering::Relaxed);
            wake();
            !progress.is_stopped()
        };
        let write = || folder::write(&folder_of(&order.dir, *form), bundle, &policy, &go_on);
        let written = match unbroken(write) {
            Ok(written) => written,
            Err(error) => {
                report.broken = Some((*form, error));
                break;
            }
        };
        report.written += written.written;
        report.unchanged += written.unchanged;
        report.removed += written.removed;
        report.kept += written.kept.len();
        report.held += written.held;
        report.cancelled |= written.cancelled;
        if report.cancelled {
            break;
        }
        before += bundle.files.len();
    }
    report
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::Options;
    use crate::export::bundle::{Bundle, ExportFile, FilePath, Syntax};

    use super::super::made::Wish;

    fn order(dir: &Path, blocked: &[&str]) -> Order {
        let made = Made::of_letters(&["a", "b", "c"], blocked);
        Order { made: Arc::new(made), dir: dir.to_owned(), choices: Choices::default() }
    }

    #[test]
    fn writing_ends_between_two_files_when_it_is_told_to() {
        let dir = tempfile::tempdir().expect("a folder");
        let (order, progress) = (order(dir.path(), &[]), Progress::default());
        let stop_at_one = || {
            if progress.so_far().0 == 1 {
                progress.stop();
            }
        };
        let report = carry_out(&order, &progress, &stop_at_one);
        assert_eq!((report.written, report.cancelled, progress.so_far()), (1, true, (1, 3)));
        assert!(report.words(dir.path()).starts_with("Cancelled: 1 file written in "));
        let there = |name: &str| folder_of(dir.path(), Form::Planner).join(name).exists();
        assert!(there("a") && !there("b"));
    }

    #[test]
    fn blocked_files_are_neither_written_nor_taken_for_files_that_are_no_longer_made() {
        let dir = tempfile::tempdir().expect("a folder");
        carry_out(&order(dir.path(), &[]), &Progress::default(), &|| {});
        let report = carry_out(&order(dir.path(), &["a", "b"]), &Progress::default(), &|| {});
        assert_eq!((report.written, report.removed, report.held, report.unchanged), (0, 0, 2, 1));
        assert!(folder_of(dir.path(), Form::Planner).join("b").exists());
    }

    #[test]
    fn a_mistake_of_the_program_ends_writing_and_is_said() {
        let dir = tempfile::tempdir().expect("a folder");
        let report = carry_out(&order(dir.path(), &[]), &Progress::default(), &|| panic!("a mistake"));
        assert!(report.error(dir.path()).expect("it is said").message.starts_with("the work broke off. Writing ended"));
    }

    #[test]
    fn what_was_written_before_something_went_wrong_is_said() {
        let dir = tempfile::tempdir().expect("a folder");
        let bundle = || {
            let mut bundle = Bundle::default();
            bundle.add(FilePath::of(["a"]), ExportFile::text(Syntax::Text, "x"));
            bundle
        };
        let forms = [Form::Toml, Form::Helm, Form::Planner];
        let wish = Wish { serial: 1, forms: forms.into(), options: Options::default() };
        let made = Made::from_bundles(1, wish, forms.map(|form| (form, bundle())).into());
        // A file stands where the second form has its folder.
        crate::files::write_atomically(&folder_of(dir.path(), Form::Helm), b"x").expect("writes");
        let order = Order { made: Arc::new(made), dir: dir.path().to_owned(), choices: Choices::default() };
        let report = carry_out(&order, &Progress::default(), &|| {});
        assert_eq!((report.written, report.broken.as_ref().map(|(form, _)| *form)), (1, Some(Form::Helm)));
        let error = report.error(dir.path()).expect("it went wrong").message;
        assert!(
            error.starts_with(
                "this is a file, not a folder. Writing ended in \"Helm values\"; before that, 1 file written in "
            ),
            "{error}"
        );
        assert!(!folder_of(dir.path(), Form::Planner).exists());
    }
}
