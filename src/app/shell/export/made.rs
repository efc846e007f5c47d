//! The files of an export in memory, and how they stand to a folder. All of it is worked out away from the window.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::analysis::Analysis;
use crate::app::worker::guarded;
use crate::books::{Books, CompanyBooks};
use crate::design::Design;
use crate::design::file::FileError;
use crate::export::bundle::{Blocked, Bundle, ExportFile, FilePath};
use crate::export::{Form, Options, Source};
use crate::files::folder::{self, Standing};

/// One file: what it belongs to, and where it is in the folder of that.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct FileKey {
    /// The form.
    pub(super) form: Form,
    /// The path below the folder of the form.
    pub(super) path: FilePath,
}

impl fmt::Display for FileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.form.id(), self.path)
    }
}

/// What is to be made.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Wish {
    /// The serial of the design.
    pub(super) serial: u64,
    /// The forms.
    pub(super) forms: BTreeSet<Form>,
    /// What was chosen about them.
    pub(super) options: Options,
}

/// What it is made from.
pub(super) struct Ingredients {
    /// The design.
    pub(super) design: Arc<Design>,
    /// Its analysis.
    pub(super) analysis: Arc<Analysis>,
    /// The company's own books.
    pub(super) company: CompanyBooks,
}

/// What was made.
#[derive(Debug)]
pub(super) struct Made {
    /// Tells it from what was made before.
    pub(super) number: u64,
    /// What was wished for.
    pub(super) wish: Wish,
    /// The files of each form. Each has a folder of its own, so that one never takes the files of another for its own
    /// that are no longer made.
    pub(super) bundles: BTreeMap<Form, Bundle>,
    /// How many different placeholders stand in each file that has some.
    pub(super) placeholders: BTreeMap<FileKey, usize>,
    /// Files that are not fit to be used.
    pub(super) blocked: BTreeSet<FileKey>,
    /// Why there are no files.
    pub(super) failed: Option<String>,
}

impl Made {
    /// Makes the files.
    pub(super) fn of(number: u64, wish: Wish, from: &Ingredients) -> Self {
        let books = Books::with(from.company.clone());
        let bundles = guarded(|| {
            let source = Source::of(&from.design, &from.analysis, &books).map_err(|error| error.to_string())?;
            Ok(wish.forms.iter().map(|form| (*form, form.bundle(&source, &wish.options))).collect())
        });
        let (bundles, failed) = match bundles {
            Some(Ok(bundles)) => (bundles, None),
            Some(Err(why)) => (BTreeMap::new(), Some(why)),
            None => (BTreeMap::new(), Some("The files could not be made (a bug in Meridian)".to_owned())),
        };
        Self { failed, ..Self::from_bundles(number, wish, bundles) }
    }

    /// What is known of these files.
    pub(super) fn from_bundles(number: u64, wish: Wish, bundles: BTreeMap<Form, Bundle>) -> Self {
        let (placeholders, blocked) = (BTreeMap::new(), BTreeSet::new());
        let mut made = Self { number, wish, bundles, placeholders, blocked, failed: None };
        made.mark();
        made
    }

    /// Finds out which files hold placeholders and which are blocked.
    fn mark(&mut self) {
        for (form, bundle) in &self.bundles {
            for (path, file) in &bundle.files {
                let key = || FileKey { form: *form, path: path.clone() };
                let text = file.content.text().unwrap_or_default();
                let count = bundle.placeholders.iter().filter(|p| text.contains(&p.token)).count();
                if count > 0 {
                    self.placeholders.insert(key(), count);
                }
            }
            // Those that could not be made at all are held back as well, so that what is on disk stays.
            let unfit = bundle.blocked.iter().flat_map(|blocked| bundle.paths_of(blocked));
            self.blocked.extend(unfit.map(|path| FileKey { form: *form, path }));
        }
    }

    /// Every file, by form and path.
    pub(super) fn files(&self) -> impl Iterator<Item = (FileKey, &ExportFile)> {
        self.bundles.iter().flat_map(|(form, bundle)| {
            bundle.files.iter().map(|(path, file)| (FileKey { form: *form, path: path.clone() }, file))
        })
    }

    /// How many files there are in all.
    pub(super) fn file_count(&self) -> usize {
        self.bundles.values().map(|bundle| bundle.files.len()).sum()
    }

    /// A file.
    pub(super) fn file(&self, key: &FileKey) -> Option<&ExportFile> {
        self.bundles.get(&key.form)?.files.get(&key.path)
    }

    /// What makes a file unfit.
    pub(super) fn blocked_by<'a>(&'a self, key: &'a FileKey) -> impl Iterator<Item = &'a Blocked> {
        let blocked = self.bundles.get(&key.form).map(|bundle| bundle.blocked.as_slice()).unwrap_or_default();
        blocked.iter().filter(|blocked| concerns(blocked, &key.path))
    }

    /// How many placeholders there are in all.
    pub(super) fn placeholder_count(&self) -> usize {
        self.bundles.values().map(|bundle| bundle.placeholders.len()).sum()
    }

    /// How many notes there are in all.
    pub(super) fn note_count(&self) -> usize {
        self.bundles.values().map(|bundle| bundle.remarks.len() + bundle.blocked.len()).sum()
    }
}

fn concerns(blocked: &Blocked, path: &FilePath) -> bool {
    blocked.paths.is_empty() || blocked.paths.contains(path)
}

/// The folder of a form.
pub(super) fn folder_of(dir: &Path, form: Form) -> PathBuf {
    dir.join(form.id())
}

/// What is at the place somebody wants to export to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A folder.
    Folder,
    /// Nothing; it can be created.
    Nothing,
    /// Something that is no folder, or below such a thing.
    NoFolder,
    /// A folder that must not be written to.
    Protected,
}

impl Place {
    fn of(dir: &Path) -> Self {
        match std::fs::metadata(dir) {
            Ok(found) if !found.is_dir() => Self::NoFolder,
            Ok(found) if found.permissions().readonly() => Self::Protected,
            Ok(_) => Self::Folder,
            Err(_) => match dir.ancestors().skip(1).find_map(|above| std::fs::metadata(above).ok()) {
                Some(above) if !above.is_dir() => Self::NoFolder,
                Some(above) if above.permissions().readonly() => Self::Protected,
                _ => Self::Nothing,
            },
        }
    }

    /// Why nothing can be written there, as a sentence.
    pub(super) fn refusal(self) -> Option<&'static str> {
        match self {
            Self::Folder | Self::Nothing => None,
            Self::NoFolder => Some("This is a file, not a folder: choose another place"),
            Self::Protected => Some("This folder is write-protected: allow writing, or choose another one"),
        }
    }
}

/// How what was made stands to what is in the folder.
#[derive(Debug)]
pub(super) struct Ground {
    /// The folder.
    pub(super) dir: PathBuf,
    /// What is at that place.
    pub(super) place: Place,
    /// How each file stands, files that are no longer made among them; or why that cannot be told.
    pub(super) standings: Result<BTreeMap<FileKey, Standing>, FileError>,
}

impl Ground {
    /// Looks at the folder.
    pub(super) fn of(dir: PathBuf, made: &Made) -> Self {
        let standings = made.bundles.iter().try_fold(BTreeMap::new(), |mut all, (form, bundle)| {
            let found = folder::compare(&folder_of(&dir, *form), bundle)?;
            all.extend(found.into_iter().map(|s| (FileKey { form: *form, path: s.path }, s.standing)));
            Ok(all)
        });
        Self { place: Place::of(&dir), dir, standings }
    }

    /// How a file stands.
    pub(super) fn standing(&self, key: &FileKey) -> Option<Standing> {
        self.standings.as_ref().ok()?.get(key).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_known_before_anything_is_written() {
        let dir = tempfile::tempdir().expect("a folder");
        assert_eq!(Place::of(dir.path()), Place::Folder);
        assert_eq!(Place::of(&dir.path().join("a/b/c")), Place::Nothing);
        let file = dir.path().join("file");
        crate::files::write_atomically(&file, b"x").expect("writes");
        assert_eq!((Place::of(&file), Place::of(&file.join("below"))), (Place::NoFolder, Place::NoFolder));
        let mut permissions = std::fs::metadata(dir.path()).expect("metadata").permissions();
        permissions.set_readonly(true);
        std::fs::set_permissions(dir.path(), permissions.clone()).expect("protects");
        assert_eq!(Place::of(&dir.path().join("below")), Place::Protected);
        #[expect(clippy::permissions_set_readonly_false, reason = "the folder of this test alone")]
        permissions.set_readonly(false);
        std::fs::set_permissions(dir.path(), permissions).expect("allows");
    }
}
