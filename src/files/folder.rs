//! The folder an export is written to: what stands there, what would change, and writing it.
//!
//! Beside the files stands a list of what was written, with a hash of each. By it a file that somebody has changed since
//! is told from one that is merely out of date, and one that is no longer made is taken away, since the product would
//! go on reading it: files of the same form of export only, and none while an export makes nothing at all. Without the
//! list every file is taken for somebody else's.
//!
//! The list says before writing what will be written, so that files of an export that was killed are known as well.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::design::file::{FileError, MAX_FILE_BYTES};
use crate::export::bundle::{Bundle, Content, FilePath};

use super::{reading, write_atomically, writing};

/// Name of the list of what was written.
pub const LIST_NAME: &str = ".meridian-export.json";

/// Version of that list.
const LIST_FORMAT: u32 = 1;

/// No file of an export is larger, bytes; what is, is not read.
const MAX_EXPORTED_BYTES: u64 = 512 << 20;

/// Stands for the hash of what is too large to be read.
const TOO_LARGE: &str = "too large";

/// How a file of an export stands to what is in the folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// There is none yet.
    New,
    /// It is there, byte for byte.
    Same,
    /// It is as it was last written, and would be another now.
    Outdated,
    /// Somebody has changed it since it was last written.
    Edited,
    /// Something stands there that was not written by an export.
    Foreign,
    /// It is as it was last written, and no longer made.
    Stale,
    /// It is no longer made, and somebody has changed it.
    StaleEdited,
}

impl Standing {
    /// The words shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Same => "up to date",
            Self::Outdated => "out of date",
            Self::Edited => "edited by hand",
            Self::Foreign => "not from an export",
            Self::Stale => "no longer made",
            Self::StaleEdited => "no longer made, edited by hand",
        }
    }

    /// Whether it is left alone unless somebody says otherwise, since work of others would be lost.
    #[must_use]
    pub fn is_kept(self) -> bool {
        matches!(self, Self::Edited | Self::Foreign | Self::StaleEdited)
    }

    /// Whether the folder is as the export would have it.
    #[must_use]
    pub fn is_current(self) -> bool {
        self == Self::Same
    }
}

/// One file of an export, or of the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileStatus {
    /// Its place below the folder.
    pub path: FilePath,
    /// How it stands.
    pub standing: Standing,
}

/// Which work of others may be replaced.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policy {
    /// Files that may be replaced, or taken away, although [`Standing::is_kept`].
    pub overwrite: BTreeSet<FilePath>,
    /// All of them.
    pub overwrite_all: bool,
    /// Files that are left as they are, or as they are not, because something makes the new ones unfit.
    pub hold: BTreeSet<FilePath>,
}

impl Policy {
    fn allows(&self, status: &FileStatus) -> bool {
        !status.standing.is_kept() || self.overwrite_all || self.overwrite.contains(&status.path)
    }
}

/// What writing did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Written {
    /// How many files were written.
    pub written: usize,
    /// How many were right already.
    pub unchanged: usize,
    /// How many that are no longer made were taken away.
    pub removed: usize,
    /// Those that were left alone because they are the work of others.
    pub kept: Vec<FileStatus>,
    /// How many were held back.
    pub held: usize,
    /// Whether it was told to stop before the end.
    pub cancelled: bool,
}

/// What an export wrote into a folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    format: u32,
    /// What was written, by path.
    files: BTreeMap<String, Listed>,
}

/// A file that an export wrote, or is about to write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    /// Name of the form of export.
    form: String,
    /// SHA-256 of what was written last; `None` before the first time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
    /// SHA-256 of what was to be written next when an export began that did not end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl Listed {
    /// Whether this is what an export wrote.
    fn wrote(&self, found: &str) -> bool {
        [&self.sha256, &self.next].into_iter().flatten().any(|hash| hash == found)
    }
}

impl Default for List {
    fn default() -> Self {
        Self { format: LIST_FORMAT, files: BTreeMap::new() }
    }
}

/// How the folder stands to the export, in order of path. A folder that does not exist is an empty one.
///
/// # Errors
/// [`FileError`] when the folder, its list or a file cannot be read, or when a link in it leads elsewhere.
pub fn compare(dir: &Path, bundle: &Bundle) -> Result<Vec<FileStatus>, FileError> {
    Ok(Folder::open(dir)?.compare(bundle)?.0)
}

/// Whether anything would change: what `--check` asks.
///
/// # Errors
/// As for [`compare`].
pub fn is_current(dir: &Path, bundle: &Bundle) -> Result<bool, FileError> {
    Ok(compare(dir, bundle)?.iter().all(|status| status.standing.is_current()))
}

/// Writes the export: each file atomically, never one that [`Standing::is_kept`] unless the policy allows it, and takes
/// away what is no longer made. `go_on` hears before each file how many of how many are done, and stops it between two
/// files by answering no; what was written until then is on the list.
///
/// # Errors
/// [`FileError`] when something cannot be read or written, or when a link in the folder leads elsewhere. Files written
/// until then stay, each of them whole, and are on the list.
pub fn write(
    dir: &Path,
    bundle: &Bundle,
    policy: &Policy,
    go_on: &dyn Fn(usize, usize) -> bool,
) -> Result<Written, FileError> {
    let mut folder = Folder::open(dir)?;
    // Everything is looked at before anything is written, so that a link leading elsewhere leaves nothing half-done.
    let (statuses, hashes) = folder.compare(bundle)?;
    let mut done = Written::default();
    if bundle.files.is_empty() {
        return Ok(done);
    }
    fs::create_dir_all(dir).map_err(|e| writing(&dir.display().to_string(), &e))?;
    folder.announce(bundle, policy, &statuses, &hashes)?;
    let outcome = folder.carry_out(bundle, policy, &statuses, &hashes, go_on, &mut done);
    folder.settle();
    let listed = folder.save_list();
    outcome.and(listed)?;
    Ok(done)
}

/// What stands at a place in the folder now; `None` when nothing does.
///
/// # Errors
/// [`FileError`] when it cannot be read, is larger than any file of an export, or lies behind a link.
pub fn read(dir: &Path, path: &FilePath) -> Result<Option<Content>, FileError> {
    let Some(bytes) = read_bytes(dir, path)? else { return Ok(None) };
    Ok(Some(match String::from_utf8(bytes) {
        Ok(text) => Content::Text(text),
        Err(error) => Content::Bytes(error.into_bytes()),
    }))
}

struct Folder {
    dir: PathBuf,
    list: List,
}

type Hashes = BTreeMap<FilePath, String>;

impl Folder {
    fn open(dir: &Path) -> Result<Self, FileError> {
        let name = dir.display().to_string();
        match fs::metadata(dir) {
            Ok(metadata) if !metadata.is_dir() => {
                return Err(FileError::whole(&name, "this is a file, not a folder", "name a folder to write to"));
            }
            Err(e) if e.kind() != ErrorKind::NotFound => return Err(reading(&name, &e)),
            _ => {}
        }
        Ok(Self { dir: dir.to_owned(), list: read_list(&dir.join(LIST_NAME))? })
    }

    /// How everything stands, and the hash of each file of the export.
    fn compare(&self, bundle: &Bundle) -> Result<(Vec<FileStatus>, Hashes), FileError> {
        let mut statuses = Vec::new();
        let mut hashes = Hashes::new();
        // A group that was renamed in case only leads to the same file on some systems.
        let folded: BTreeMap<String, &Listed> =
            self.list.files.iter().map(|(path, listed)| (path.to_lowercase(), listed)).collect();
        for (path, file) in &bundle.files {
            let wanted = hash(file.content.bytes());
            let standing = match self.hash_of(path)? {
                None => Standing::New,
                Some(found) if found == wanted => Standing::Same,
                Some(found) => match folded.get(&path.as_str().to_lowercase()) {
                    None => Standing::Foreign,
                    Some(listed) if listed.wrote(&found) => Standing::Outdated,
                    Some(_) => Standing::Edited,
                },
            };
            hashes.insert(path.clone(), wanted);
            statuses.push(FileStatus { path: path.clone(), standing });
        }
        let of_form = self.list.files.iter().filter(|(_, listed)| listed.form == bundle.form);
        for (text, listed) in of_form.filter(|_| !bundle.files.is_empty()) {
            let Some(path) = FilePath::parse(text).filter(|path| !bundle.files.contains_key(path)) else { continue };
            if let Some(found) = self.hash_of(&path)? {
                let standing = if listed.wrote(&found) { Standing::Stale } else { Standing::StaleEdited };
                statuses.push(FileStatus { path, standing });
            }
        }
        statuses.sort_by(|a, b| a.path.cmp(&b.path));
        Ok((statuses, hashes))
    }

    fn hash_of(&self, path: &FilePath) -> Result<Option<String>, FileError> {
        match metadata(&self.dir, path)? {
            Some((_, length)) if length > MAX_EXPORTED_BYTES => Ok(Some(TOO_LARGE.to_owned())),
            _ => Ok(read_bytes(&self.dir, path)?.map(|bytes| hash(&bytes))),
        }
    }

    fn carry_out(
        &mut self,
        bundle: &Bundle,
        policy: &Policy,
        statuses: &[FileStatus],
        hashes: &Hashes,
        go_on: &dyn Fn(usize, usize) -> bool,
        done: &mut Written,
    ) -> Result<(), FileError> {
        // What is no longer made goes first: on some systems a new name leads to the same file.
        let (stale, made): (Vec<_>, Vec<_>) = statuses.iter().partition(|s| !bundle.files.contains_key(&s.path));
        let any_stale = !stale.is_empty();
        for (n, status) in stale.into_iter().chain(made).enumerate() {
            if !go_on(n, statuses.len()) {
                done.cancelled = true;
                return Ok(());
            }
            if policy.hold.contains(&status.path) {
                done.held += 1;
                continue;
            }
            if !policy.allows(status) {
                done.kept.push(status.clone());
                continue;
            }
            let key = status.path.as_str();
            match (bundle.files.get(&status.path), hashes.get(&status.path)) {
                (Some(file), Some(hash)) => {
                    let is_there = || Ok::<_, FileError>(self.hash_of(&status.path)?.as_ref() == Some(hash));
                    if status.standing == Standing::Same && (!any_stale || is_there()?) {
                        done.unchanged += 1;
                    } else {
                        self.put(&status.path, file.content.bytes())?;
                        done.written += 1;
                    }
                    let listed = Listed { form: bundle.form.to_owned(), sha256: Some(hash.clone()), next: None };
                    self.list.files.insert(key.to_owned(), listed);
                }
                _ => {
                    let target = place(&self.dir, &status.path)?;
                    fs::remove_file(&target).map_err(|e| writing(&target.display().to_string(), &e))?;
                    self.list.files.remove(key);
                    self.prune(&status.path);
                    done.removed += 1;
                }
            }
        }
        Ok(())
    }

    /// Notes what will be written, before anything is.
    fn announce(
        &mut self,
        bundle: &Bundle,
        policy: &Policy,
        statuses: &[FileStatus],
        hashes: &Hashes,
    ) -> Result<(), FileError> {
        for status in statuses.iter().filter(|status| !policy.hold.contains(&status.path) && policy.allows(status)) {
            let (Some(hash), false) = (hashes.get(&status.path), status.standing.is_current()) else { continue };
            let new = || Listed { form: bundle.form.to_owned(), sha256: None, next: None };
            self.list.files.entry(status.path.as_str().to_owned()).or_insert_with(new).next = Some(hash.clone());
        }
        self.save_list()
    }

    /// Forgets what was announced and not written.
    fn settle(&mut self) {
        self.list.files.values_mut().for_each(|listed| listed.next = None);
        self.list.files.retain(|_, listed| listed.sha256.is_some());
    }

    fn put(&self, path: &FilePath, bytes: &[u8]) -> Result<(), FileError> {
        let target = place(&self.dir, path)?;
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent).map_err(|e| writing(&parent.display().to_string(), &e))?;
        }
        write_atomically(&target, bytes)
    }

    /// Takes away folders that have become empty.
    fn prune(&self, path: &FilePath) {
        let parts: Vec<&str> = path.parts().collect();
        for n in (1..parts.len()).rev() {
            let folder = parts.get(..n).unwrap_or_default().iter().fold(self.dir.clone(), |at, part| at.join(part));
            // One that is not empty stays.
            if fs::remove_dir(folder).is_err() {
                return;
            }
        }
    }

    fn save_list(&self) -> Result<(), FileError> {
        let path = self.dir.join(LIST_NAME);
        if self.list == read_list(&path)? && path.exists() {
            return Ok(());
        }
        // A map of texts has nothing that JSON has no word for.
        let mut text = serde_json::to_string_pretty(&self.list).unwrap_or_default();
        text.push('\n');
        write_atomically(&path, text.as_bytes())
    }
}

fn read_list(path: &Path) -> Result<List, FileError> {
    let name = path.display().to_string();
    let hint = "take the file away to have every file here regarded as somebody else's";
    match fs::symlink_metadata(path) {
        Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(List::default()),
        Err(e) => return Err(reading(&name, &e)),
        Ok(metadata) if !metadata.is_file() || metadata.len() > MAX_FILE_BYTES => {
            return Err(FileError::whole(&name, "this is no list of an export", hint));
        }
        Ok(_) => {}
    }
    let text = super::read_text(path)?;
    let list: List = serde_json::from_str(&text).map_err(|e| FileError {
        source_name: name.clone(),
        line: e.line(),
        column: e.column(),
        message: "this is no list of an export".into(),
        hint: hint.into(),
    })?;
    if list.format > LIST_FORMAT {
        return Err(FileError::whole(&name, "this list was written by a newer version", "use that version"));
    }
    Ok(list)
}

/// The file at a place below the folder. Links on the way are refused: they may lead anywhere.
fn place(dir: &Path, path: &FilePath) -> Result<PathBuf, FileError> {
    let mut at = dir.to_owned();
    for part in path.parts() {
        at.push(part);
        if at.is_symlink() {
            let message = "this is a symbolic link, which may lead out of the folder";
            return Err(FileError::whole(&at.display().to_string(), message, "take it away, or choose another folder"));
        }
    }
    Ok(at)
}

/// Where a file is and how many bytes it has; `None` where there is none.
fn metadata(dir: &Path, path: &FilePath) -> Result<Option<(PathBuf, u64)>, FileError> {
    let target = place(dir, path)?;
    let name = target.display().to_string();
    match fs::metadata(&target) {
        Ok(metadata) if metadata.is_file() => Ok(Some((target, metadata.len()))),
        Ok(_) => Err(FileError::whole(&name, "this is no file, and a file must go here", "choose another folder")),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
        Err(e) => Err(reading(&name, &e)),
    }
}

fn read_bytes(dir: &Path, path: &FilePath) -> Result<Option<Vec<u8>>, FileError> {
    let Some((target, length)) = metadata(dir, path)? else { return Ok(None) };
    let name = target.display().to_string();
    if length > MAX_EXPORTED_BYTES {
        return Err(FileError::whole(&name, "this is larger than any file of an export", "take it away"));
    }
    match fs::read(&target) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
        Err(e) => Err(reading(&name, &e)),
    }
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::bundle::{ExportFile, Syntax};

    fn path(text: &str) -> FilePath {
        FilePath::parse(text).expect("a path")
    }

    fn bundle(files: &[(&str, &str)]) -> Bundle {
        let mut bundle = Bundle::default();
        for (name, text) in files {
            bundle.add(path(name), ExportFile::text(Syntax::Toml, *text));
        }
        bundle
    }

    fn standings(dir: &Path, bundle: &Bundle) -> Vec<(String, Standing)> {
        let statuses = compare(dir, bundle).expect("compares");
        statuses.into_iter().map(|s| (s.path.to_string(), s.standing)).collect()
    }

    fn by_hand(path: &Path, text: &str) {
        write_atomically(path, text.as_bytes()).expect("writes");
    }

    fn put(dir: &Path, bundle: &Bundle) -> Written {
        write(dir, bundle, &Policy::default(), &|_, _| true).expect("writes")
    }

    #[test]
    fn what_was_edited_by_hand_is_kept_and_what_was_not_follows_the_design() {
        let folder = tempfile::tempdir().expect("a folder");
        let dir = folder.path().join("new/one");
        let first = bundle(&[("eu/a.toml", "a = 1"), ("eu/b.toml", "b = 1"), ("us/c.toml", "c = 1")]);
        assert_eq!(put(&dir, &first).written, 3);
        assert_eq!(put(&dir, &first).unchanged, 3);
        assert!(is_current(&dir, &first).expect("compares"));
        by_hand(&dir.join("eu/b.toml"), "b = 7\n");
        by_hand(&dir.join("eu/d.toml"), "mine\n");
        let second =
            bundle(&[("eu/a.toml", "a = 2"), ("eu/b.toml", "b = 2"), ("eu/d.toml", "d = 1"), ("eu/e.toml", "")]);
        let expected = [
            ("eu/a.toml", Standing::Outdated),
            ("eu/b.toml", Standing::Edited),
            ("eu/d.toml", Standing::Foreign),
            ("eu/e.toml", Standing::New),
            ("us/c.toml", Standing::Stale),
        ];
        assert_eq!(standings(&dir, &second), expected.map(|(name, standing)| (name.to_owned(), standing)));
        let written = put(&dir, &second);
        assert_eq!((written.written, written.removed, written.kept.len()), (2, 1, 2), "{written:?}");
        let text = |name: &str| fs::read_to_string(dir.join(name)).expect("reads");
        assert_eq!(
            (text("eu/a.toml"), text("eu/b.toml"), text("eu/d.toml")),
            ("a = 2\n".into(), "b = 7\n".into(), "mine\n".into())
        );
        assert!(!dir.join("us").exists(), "its folder is empty and goes as well");
        let policy = Policy { overwrite: BTreeSet::from([path("eu/b.toml")]), ..Policy::default() };
        write(&dir, &second, &policy, &|_, _| true).expect("writes");
        assert_eq!((text("eu/b.toml"), text("eu/d.toml")), ("b = 2\n".into(), "mine\n".into()));
    }

    #[test]
    fn what_is_no_longer_made_but_edited_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        put(folder.path(), &bundle(&[("a.toml", "a = 1")]));
        by_hand(&folder.path().join("a.toml"), "a = 5\n");
        let other = bundle(&[("b.toml", "b = 1")]);
        assert!(standings(folder.path(), &other).contains(&("a.toml".to_owned(), Standing::StaleEdited)));
        assert_eq!(put(folder.path(), &other).kept.len(), 1);
        assert!(folder.path().join("a.toml").exists());
    }

    #[test]
    fn what_is_held_back_stays_as_it_was() {
        let folder = tempfile::tempdir().expect("a folder");
        put(folder.path(), &bundle(&[("a.toml", "a = 1")]));
        let policy = Policy { hold: BTreeSet::from([path("a.toml"), path("b.toml")]), ..Policy::default() };
        let next = bundle(&[("a.toml", "a = 2"), ("b.toml", "b = 2")]);
        let written = write(folder.path(), &next, &policy, &|_, _| true).expect("writes");
        assert_eq!((written.written, written.held), (0, 2));
        assert_eq!(fs::read_to_string(folder.path().join("a.toml")).expect("reads"), "a = 1\n");
        assert!(!folder.path().join("b.toml").exists());
    }

    #[test]
    fn another_form_and_an_export_of_nothing_leave_the_files_of_the_first() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = bundle(&[("a.toml", "a = 1")]).of_form("toml");
        put(folder.path(), &first);
        let second = bundle(&[("plan.json", "{}")]).of_form("planner");
        assert_eq!(put(folder.path(), &second).removed, 0);
        assert_eq!(put(folder.path(), &Bundle::default().of_form("toml")).removed, 0);
        assert!(is_current(folder.path(), &first).expect("compares"));
    }

    #[test]
    fn files_of_an_export_that_was_killed_are_not_taken_for_edited_ones() {
        let folder = tempfile::tempdir().expect("a folder");
        let dir = folder.path();
        put(dir, &bundle(&[("a.toml", "a = 1"), ("b.toml", "b = 1")]));
        let next = bundle(&[("a.toml", "a = 2"), ("b.toml", "b = 2")]);
        // As far as a killed one came: the list is announced, one of two files is written.
        let mut killed = Folder::open(dir).expect("opens");
        let (statuses, hashes) = killed.compare(&next).expect("compares");
        killed.announce(&next, &Policy::default(), &statuses, &hashes).expect("announces");
        by_hand(&dir.join("a.toml"), "a = 2\n");
        let third = bundle(&[("a.toml", "a = 3"), ("b.toml", "b = 3")]);
        let of_all = standings(dir, &third);
        assert!(of_all.iter().all(|(_, standing)| *standing == Standing::Outdated), "{of_all:?}");
        assert_eq!(put(dir, &third).written, 2);
    }

    #[test]
    fn a_name_that_changed_in_case_only_loses_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        put(folder.path(), &bundle(&[("eu/cp.toml", "a = 1")]));
        let renamed = bundle(&[("eu/CP.toml", "a = 1")]);
        put(folder.path(), &renamed);
        assert!(is_current(folder.path(), &renamed).expect("compares"));
        let text = fs::read_to_string(folder.path().join("eu/CP.toml")).expect("reads");
        assert_eq!(text, "a = 1\n");
    }

    #[test]
    fn stopped_half_way_it_goes_on_where_it_was() {
        let folder = tempfile::tempdir().expect("a folder");
        let all = bundle(&[("a.toml", "1"), ("b.toml", "2"), ("c.toml", "3")]);
        let written = write(folder.path(), &all, &Policy::default(), &|done, _| done < 2).expect("writes");
        assert_eq!((written.written, written.cancelled), (2, true));
        let rest = put(folder.path(), &all);
        assert_eq!((rest.written, rest.unchanged, rest.cancelled), (1, 2, false));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_elsewhere_is_refused_before_anything_is_written() {
        let (folder, elsewhere) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("another"));
        std::os::unix::fs::symlink(elsewhere.path(), folder.path().join("us")).expect("links");
        let all = bundle(&[("eu/a.toml", "1"), ("us/a.toml", "2")]);
        let error = write(folder.path(), &all, &Policy::default(), &|_, _| true).expect_err("must be refused");
        assert!(error.to_string().contains("symbolic link"), "{error}");
        assert!(!folder.path().join("eu").exists());
        assert_eq!(fs::read_dir(elsewhere.path()).expect("lists").count(), 0);
    }

    #[test]
    fn a_broken_list_is_named_with_its_line() {
        let folder = tempfile::tempdir().expect("a folder");
        by_hand(&folder.path().join(LIST_NAME), "{\n  oops\n}");
        let error = compare(folder.path(), &bundle(&[])).expect_err("must be refused");
        assert_eq!(error.line, 2, "{error}");
    }

    #[test]
    fn a_list_cannot_name_files_outside() {
        let folder = tempfile::tempdir().expect("a folder");
        let dir = folder.path().join("out");
        let victim = folder.path().join("victim");
        fs::create_dir(&dir).expect("makes");
        by_hand(&victim, "x");
        let listed = format!("{{\"form\":\"\",\"sha256\":\"{}\"}}", hash(b"x"));
        by_hand(&dir.join(LIST_NAME), &format!("{{\"format\":1,\"files\":{{\"../victim\":{listed}}}}}"));
        put(&dir, &bundle(&[("a.toml", "a = 1")]));
        assert!(victim.exists());
    }
}
