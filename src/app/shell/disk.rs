//! What happens to the document's file, away from the window: reading it, writing it, seeing that others changed it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use crate::design::Design;
use crate::design::file::{FileError, to_ron};

use crate::files::{read_design, read_text, write_atomically};

/// The extension of design files.
pub(super) const DESIGN_EXTENSION: &str = "ron";

/// What a file held when it was last read or written here.
#[derive(Debug, Clone, PartialEq)]
pub struct OnDisk {
    /// SHA-256 of its bytes.
    pub hash: String,
    /// The design in it, where it is known.
    pub design: Option<Arc<Design>>,
}

/// What somebody else wrote into the document's file.
#[derive(Debug, Clone)]
pub struct Theirs {
    /// SHA-256 of its bytes; empty when they cannot be read as text.
    pub hash: String,
    /// The design in it, or why there is none.
    pub design: Result<Arc<Design>, FileError>,
}

/// What a look at the document's file gave.
#[derive(Debug, Clone)]
pub(super) enum DiskLook {
    /// It is gone.
    Missing,
    /// It holds what was last read or written here.
    Unchanged,
    /// It holds something else.
    Changed(Theirs),
}

/// What became of saving.
#[derive(Debug, Clone)]
pub(super) enum SaveOutcome {
    /// The file holds the design.
    Saved(OnDisk),
    /// There is such a file already, and nobody said that it may be replaced.
    Exists,
    /// Somebody else has written to the file since it was read.
    Conflict(Theirs),
}

/// What may be overwritten.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Overwrite {
    /// Nothing.
    Never,
    /// The file as it was last read or written here.
    Known(Option<OnDisk>),
    /// Whatever there is.
    Anything,
}

/// SHA-256 of a text, in hexadecimal digits.
#[must_use]
pub(super) fn hash_of(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().fold(String::with_capacity(64), |mut hex, byte| {
        let written = write!(hex, "{byte:02x}");
        debug_assert!(written.is_ok(), "a String takes everything");
        hex
    })
}

/// The path with the extension of design files, unless it has that already.
#[must_use]
pub(super) fn completed(path: &Path) -> PathBuf {
    if path.extension().is_some_and(|e| e.eq_ignore_ascii_case(DESIGN_EXTENSION)) {
        return path.to_owned();
    }
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(DESIGN_EXTENSION);
    PathBuf::from(name)
}

/// Reads a design file.
///
/// # Errors
/// [`FileError`] when it cannot be read or is no design.
pub(super) fn read(path: &Path) -> Result<OnDisk, FileError> {
    let (design, text) = read_design(path)?;
    Ok(OnDisk { hash: hash_of(&text), design: Some(Arc::new(design)) })
}

fn read_theirs(path: &Path) -> Theirs {
    match read_text(path) {
        Ok(text) => {
            let name = path.display().to_string();
            Theirs { hash: hash_of(&text), design: crate::design::file::from_ron(&text, &name).map(Arc::new) }
        }
        Err(error) => Theirs { hash: String::new(), design: Err(error) },
    }
}

/// Writes the design, unless that would overwrite what may not be overwritten. A file that already holds the design
/// is left alone, so that an unchanged file keeps its bytes, comments included.
///
/// # Errors
/// [`FileError`] when it cannot be written.
pub(super) fn write(path: &Path, design: &Arc<Design>, overwrite: &Overwrite) -> Result<SaveOutcome, FileError> {
    let text = to_ron(design)?;
    let saved = OnDisk { hash: hash_of(&text), design: Some(design.clone()) };
    if path.exists() {
        match overwrite {
            Overwrite::Never => return Ok(SaveOutcome::Exists),
            Overwrite::Known(known) => {
                let theirs = read_theirs(path);
                if let Some(known) =
                    known.as_ref().filter(|k| k.hash == theirs.hash && k.design.as_ref() == Some(design))
                {
                    return Ok(SaveOutcome::Saved(known.clone()));
                }
                let known_hash = known.as_ref().map(|k| k.hash.as_str());
                if known_hash != Some(theirs.hash.as_str()) && theirs.hash != saved.hash {
                    return Ok(SaveOutcome::Conflict(theirs));
                }
                if theirs.hash == saved.hash {
                    return Ok(SaveOutcome::Saved(saved));
                }
            }
            Overwrite::Anything => {}
        }
    }
    write_atomically(path, text.as_bytes())?;
    Ok(SaveOutcome::Saved(saved))
}

/// Looks whether the file still holds what is known of it.
#[must_use]
pub(super) fn look(path: &Path, known_hash: Option<&str>) -> DiskLook {
    if !path.exists() {
        return DiskLook::Missing;
    }
    let theirs = read_theirs(path);
    if known_hash == Some(theirs.hash.as_str()) { DiskLook::Unchanged } else { DiskLook::Changed(theirs) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extension_is_added_only_where_it_is_missing() {
        let with = |p: &str| completed(Path::new(p)).display().to_string();
        assert_eq!(with("/a/plan"), "/a/plan.ron");
        assert_eq!(with("/a/plan.RON"), "/a/plan.RON");
        assert_eq!(with("/a/plan.v2"), "/a/plan.v2.ron");
    }

    #[test]
    fn a_hash_is_that_of_the_standard() {
        // FIPS 180-4, example of the one-block message "abc".
        assert_eq!(hash_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn an_unchanged_design_leaves_the_bytes_alone_and_a_foreign_change_is_never_overwritten() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("a.ron");
        let text = "// a comment of ours\n(format: 1, name: \"A\", product_version: \"4.6.0\")\n";
        write_atomically(&path, text.as_bytes()).expect("writes");
        let known = read(&path).expect("reads");
        let unchanged = known.design.clone().expect("read");
        let same = write(&path, &unchanged, &Overwrite::Known(Some(known.clone()))).expect("saves");
        assert!(matches!(same, SaveOutcome::Saved(_)));
        assert_eq!(std::fs::read_to_string(&path).expect("reads"), text);

        let theirs = text.replace("\"A\"", "\"B\"");
        write_atomically(&path, theirs.as_bytes()).expect("writes");
        let mut mine = Design::clone(&unchanged);
        Arc::make_mut(&mut mine.meta).name = "C".into();
        let mine = Arc::new(mine);
        let outcome = write(&path, &mine, &Overwrite::Known(Some(known))).expect("answers");
        assert!(matches!(outcome, SaveOutcome::Conflict(_)), "{outcome:?}");
        let outcome = write(&path, &mine, &Overwrite::Never).expect("answers");
        assert!(matches!(outcome, SaveOutcome::Exists), "{outcome:?}");
        assert_eq!(std::fs::read_to_string(&path).expect("reads"), theirs);
        write(&path, &mine, &Overwrite::Anything).expect("saves");
        assert_eq!(read(&path).expect("reads").design, Some(mine));
    }
}
