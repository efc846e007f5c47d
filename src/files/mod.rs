//! The only module that writes files, and the one way in which designs are read.
//!
//! Writing is atomic: the new content goes to a temporary file beside the target, which is flushed to disk and then
//! renamed over it. Whoever looks sees the old content or the new, also after a crash.

pub mod folder;
mod tree;

use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use atomic_write_file::AtomicWriteFile;

use crate::books::{CompanyBook, CompanyBooks, MAX_BOOK_BYTES};
use crate::custom::{MAX_PACK_BYTES, Pack};
use crate::design::Design;
use crate::design::file::{self, FileError, MAX_FILE_BYTES};
use crate::estimate::Assumed;

pub use tree::{Tree, import_tree, read_tree};

/// What error messages call standard input.
pub const STDIN_NAME: &str = "standard input";

/// How the names of files with company rules end.
pub const PACK_ENDING: &str = ".rules.ron";

/// How the names of a company's own books end.
pub const BOOK_ENDING: &str = ".book.ron";

/// Most files with company rules, and most books, in one folder.
const MAX_PACKS: usize = 50;

/// The company's rules as they are found beside a design, and its books.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CompanyFiles {
    /// The packs that can be read, in order of file name.
    pub packs: Arc<[Arc<Pack>]>,
    /// The books that can be read, the strongest first.
    pub books: CompanyBooks,
    /// Why others cannot.
    pub unread: Vec<FileError>,
}

/// Reads a design together with the text it stands in, so that saving it unchanged can give the same bytes.
///
/// # Errors
/// [`FileError`] when the file cannot be read, is too large, is no UTF-8, or is no design.
pub fn read_design(path: &Path) -> Result<(Design, String), FileError> {
    let name = path.display().to_string();
    let text = read_text(path)?;
    Ok((file::from_ron(&text, &name)?, text))
}

/// Reads a design from standard input together with its text.
///
/// # Errors
/// [`FileError`] as for [`read_design`].
pub fn read_stdin() -> Result<(Design, String), FileError> {
    let text = read_text_from_stdin()?;
    Ok((file::from_ron(&text, STDIN_NAME)?, text))
}

/// Reads a text of at most [`MAX_FILE_BYTES`] from standard input.
///
/// # Errors
/// [`FileError`] when it cannot be read, is too large, or is no UTF-8.
pub fn read_text_from_stdin() -> Result<String, FileError> {
    utf8(read_limited(io::stdin().lock(), STDIN_NAME)?, STDIN_NAME)
}

/// Reads a pack of company rules.
///
/// # Errors
/// [`FileError`] when it cannot be read, is no plain file, is too large, is no UTF-8, or is no pack.
pub fn read_pack(path: &Path) -> Result<Pack, FileError> {
    let name = path.display().to_string();
    let metadata = std::fs::metadata(path).map_err(|e| reading(&name, &e))?;
    if !metadata.is_file() {
        return Err(FileError::whole(&name, "this is no plain file", "name a file with rules"));
    }
    if metadata.len() > MAX_PACK_BYTES as u64 {
        let message = format!("a pack of rules may have {} KiB at most", MAX_PACK_BYTES / 1024);
        return Err(FileError::whole(&name, message, "is this really a pack of rules?"));
    }
    Pack::parse(&read_text(path)?, &name)
}

/// Reads a pack of company rules from standard input.
///
/// # Errors
/// [`FileError`] as for [`read_pack`].
pub fn read_pack_from_stdin() -> Result<Pack, FileError> {
    Pack::parse(&read_text_from_stdin()?, STDIN_NAME)
}

/// Reads a company's own book.
///
/// # Errors
/// [`FileError`] when it cannot be read, is no plain file, is too large, is no UTF-8, or is no book.
pub fn read_book(path: &Path) -> Result<CompanyBook, FileError> {
    let name = path.display().to_string();
    let metadata = std::fs::metadata(path).map_err(|e| reading(&name, &e))?;
    if !metadata.is_file() {
        return Err(FileError::whole(&name, "this is no plain file", "name a file with a company's book"));
    }
    if metadata.len() > MAX_BOOK_BYTES as u64 {
        let message = format!("a company's book may have {} KiB at most", MAX_BOOK_BYTES / 1024);
        return Err(FileError::whole(&name, message, "is this really a book of prices?"));
    }
    CompanyBook::parse(&read_text(path)?, &name, &Assumed::ids())
}

/// Whether a file is one with company rules, by its name. Names that begin with a dot are those of editors at work.
#[must_use]
pub fn is_pack(path: &Path) -> bool {
    ends_with(path, PACK_ENDING)
}

/// Whether a file is a company's own book, by its name.
#[must_use]
pub fn is_book(path: &Path) -> bool {
    ends_with(path, BOOK_ENDING)
}

fn ends_with(path: &Path, ending: &str) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    name.ends_with(ending) && !name.starts_with('.')
}

/// Reads the company rules that stand beside a design: every file `*.rules.ron` in its folder. Where the design is a
/// symbolic link, the folder is that of the file behind it. A pack that is a link is refused, since whoever gets the
/// folder would not get it.
#[must_use]
pub fn packs_beside(design: &Path) -> CompanyFiles {
    let mut unread = Vec::new();
    let packs = beside(design, is_pack, "company rules", read_pack, &mut unread);
    CompanyFiles { packs: packs.into(), books: CompanyBooks::default(), unread }
}

/// Reads a company's own books: every file `*.book.ron` beside the design, as [`packs_beside`] finds packs, and in the
/// folder `config`, where each may be a link. Those beside the design are stronger. Of two in one folder that speak of
/// one thing the first by name is used, and the other is among what cannot be read.
#[must_use]
pub fn books_for(design: Option<&Path>, config: Option<&Path>) -> CompanyFiles {
    let mut unread = Vec::new();
    let mut all = Vec::new();
    if let Some(design) = design {
        let found = beside(design, is_book, "company books", read_book, &mut unread);
        all.extend(without_conflicts(found, &mut unread));
    }
    // A person who has none has no such folder either.
    if let Some(config) = config.filter(|config| config.is_dir()) {
        let mut found = Vec::new();
        for path in listed(config, is_book, "company books", &mut unread) {
            match read_book(&path) {
                Ok(book) => found.push(Arc::new(book)),
                Err(error) => unread.push(error),
            }
        }
        all.extend(without_conflicts(found, &mut unread));
    }
    CompanyFiles { packs: Arc::default(), books: CompanyBooks::of(all), unread }
}

/// Reads everything of a company that holds for a design: rules beside it, and books beside it and in the folder
/// `config`. A design without a file has only the latter.
#[must_use]
pub fn company_for(design: Option<&Path>, config: Option<&Path>) -> CompanyFiles {
    let rules = design.map(packs_beside).unwrap_or_default();
    let mut found = books_for(design, config);
    found.unread.splice(0..0, rules.unread);
    CompanyFiles { packs: rules.packs, ..found }
}

/// Leaves out each book that speaks of something an earlier one speaks of, since nobody knows which is meant.
fn without_conflicts(found: Vec<Arc<CompanyBook>>, unread: &mut Vec<FileError>) -> Vec<Arc<CompanyBook>> {
    let mut kept: Vec<Arc<CompanyBook>> = Vec::new();
    for book in found {
        match kept.iter().find_map(|stronger| book.conflict_with(stronger)) {
            Some(error) => unread.push(error),
            None => kept.push(book),
        }
    }
    kept
}

/// Reads the company's files of one kind in the folder of a design.
fn beside<T>(
    design: &Path,
    is_wanted: fn(&Path) -> bool,
    what: &str,
    read: fn(&Path) -> Result<T, FileError>,
    unread: &mut Vec<FileError>,
) -> Vec<Arc<T>> {
    let behind = design.is_symlink().then(|| std::fs::canonicalize(design).ok()).flatten();
    let design = behind.as_deref().unwrap_or(design);
    let mut found = Vec::new();
    let paths = listed(design.parent().unwrap_or(Path::new("")), is_wanted, what, unread);
    for path in paths.into_iter().filter(|path| path.file_name() != design.file_name()) {
        let one = if path.is_symlink() {
            let message = format!("{what} beside a design are no symbolic link");
            Err(FileError::whole(&path.display().to_string(), message, "put the file itself there"))
        } else {
            read(&path)
        };
        match one {
            Ok(one) => found.push(Arc::new(one)),
            Err(error) => unread.push(error),
        }
    }
    found
}

/// The company's files of one kind in a folder, in order of name.
fn listed(folder: &Path, is_wanted: fn(&Path) -> bool, what: &str, unread: &mut Vec<FileError>) -> Vec<PathBuf> {
    let shown = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let name = shown.display().to_string();
    let mut paths = Vec::new();
    match std::fs::read_dir(shown) {
        Ok(entries) => {
            let names = entries.filter_map(Result::ok).map(|entry| folder.join(entry.file_name()));
            paths.extend(names.filter(|path| is_wanted(path)));
        }
        Err(error) => unread.push(reading(&name, &error)),
    }
    paths.sort();
    if paths.len() > MAX_PACKS {
        let message = format!("{} files with {what} are more than are read ({MAX_PACKS})", paths.len());
        unread.push(FileError::whole(&name, message, "put several of them into one file"));
        paths.truncate(MAX_PACKS);
    }
    paths
}

/// Reads a text file of at most [`MAX_FILE_BYTES`]; its size is looked at before anything is read.
///
/// # Errors
/// [`FileError`] when it cannot be read, is too large, or is no UTF-8 (with the place of the first wrong byte).
pub fn read_text(path: &Path) -> Result<String, FileError> {
    let name = path.display().to_string();
    let metadata = std::fs::metadata(path).map_err(|e| reading(&name, &e))?;
    if metadata.is_dir() {
        return Err(FileError::whole(&name, "this is a folder, not a file", "name a file inside it"));
    }
    if metadata.len() > MAX_FILE_BYTES {
        return Err(file::too_large(&name, metadata.len()));
    }
    let open = File::open(path).map_err(|e| reading(&name, &e))?;
    utf8(read_limited(open, &name)?, &name)
}

/// Reads a file of at most [`MAX_FILE_BYTES`] as it is.
///
/// # Errors
/// [`FileError`] when it cannot be read or is too large.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, FileError> {
    let name = path.display().to_string();
    read_limited(File::open(path).map_err(|e| reading(&name, &e))?, &name)
}

/// Writes `bytes` to `path`: afterwards the file holds all of them, or what it held before.
///
/// The permissions of an existing file stay; a symbolic link stays and the file it points to is written.
///
/// # Errors
/// [`FileError`] with one sentence: folder missing, target a folder or write-protected, disk full or read-only.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let name = path.display().to_string();
    let target = writable_target(path, &name)?;
    let write = || -> io::Result<()> {
        let mut out = AtomicWriteFile::open(&target)?;
        out.write_all(bytes)?;
        out.commit()
    };
    write().map_err(|e| writing(&name, &e))
}

/// The file that is really written, after looking for what would make writing fail or do harm.
fn writable_target(path: &Path, name: &str) -> Result<PathBuf, FileError> {
    let metadata = match std::fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(e) if e.kind() == ErrorKind::NotFound => return missing_target(path, name),
        Err(e) => return Err(writing(name, &e)),
    };
    if metadata.is_dir() {
        return Err(FileError::whole(name, "this is a folder, not a file", "add a file name"));
    }
    if !metadata.is_file() {
        let hint = "leave the file out to write to standard output";
        return Err(FileError::whole(name, "this is a device or pipe, which cannot be replaced", hint));
    }
    if metadata.permissions().readonly() {
        return Err(FileError::whole(name, "the file is write-protected", "allow writing, or save under another name"));
    }
    // Renaming over a symbolic link would replace the link, so the file behind it is the target.
    std::fs::canonicalize(path).map_err(|e| writing(name, &e))
}

fn missing_target(path: &Path, name: &str) -> Result<PathBuf, FileError> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    if path.file_name().is_none() || name.ends_with(std::path::MAIN_SEPARATOR) {
        return Err(FileError::whole(name, "this names a folder, not a file", "add a file name"));
    }
    match std::fs::metadata(folder) {
        Ok(metadata) if metadata.is_dir() => Ok(path.to_owned()),
        Ok(_) => Err(FileError::whole(name, format!("{} is not a folder", folder.display()), "choose another place")),
        Err(e) if e.kind() == ErrorKind::NotFound => Err(FileError::whole(
            name,
            format!("the folder {} does not exist", folder.display()),
            "create it first, or choose another place",
        )),
        Err(e) => Err(writing(name, &e)),
    }
}

/// Reads at most one byte more than allowed, so that endless input ends in an error instead of in lost memory.
fn read_limited(reader: impl Read, name: &str) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    reader.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(|e| reading(name, &e))?;
    let length = bytes.len() as u64;
    if length > MAX_FILE_BYTES { Err(file::too_large(name, length)) } else { Ok(bytes) }
}

fn utf8(bytes: Vec<u8>, name: &str) -> Result<String, FileError> {
    String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        let bytes = e.as_bytes();
        let before = String::from_utf8_lossy(bytes.get(..at).unwrap_or_default());
        let wrong = bytes.get(at).copied().unwrap_or_default();
        FileError {
            source_name: name.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1,
            message: format!("the byte 0x{wrong:02X} at position {at} is not UTF-8 text"),
            hint: "save the file as UTF-8; is this really a file of Meridian?".into(),
        }
    })
}

fn reading(name: &str, error: &io::Error) -> FileError {
    let (message, hint) = match error.kind() {
        ErrorKind::NotFound => ("there is no such file".to_owned(), "check the path"),
        ErrorKind::PermissionDenied => ("reading is not permitted".to_owned(), "check the file's permissions"),
        ErrorKind::NotADirectory => ("a part of the path is not a folder".to_owned(), "check the path"),
        _ => (format!("cannot be read: {}", plain(error)), ""),
    };
    FileError::whole(name, message, hint)
}

fn writing(name: &str, error: &io::Error) -> FileError {
    let (message, hint) = match error.kind() {
        ErrorKind::PermissionDenied => {
            ("writing is not permitted here".to_owned(), "check the permissions, or choose another folder")
        }
        ErrorKind::ReadOnlyFilesystem => ("the disk is read-only".to_owned(), "choose another place"),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => (
            "there is no space left on the disk; the file is as it was".to_owned(),
            "free some space, or choose another place",
        ),
        ErrorKind::NotADirectory => ("a part of the path is not a folder".to_owned(), "check the path"),
        ErrorKind::InvalidFilename => ("this cannot be a file name".to_owned(), "choose a shorter or simpler name"),
        _ => (format!("cannot be written: {}", plain(error)), ""),
    };
    FileError::whole(name, message, hint)
}

/// The system's own words, on one line and without an error number.
fn plain(error: &io::Error) -> String {
    let text = error.to_string().replace('\n', " ");
    text.split(" (os error").next().unwrap_or_default().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().expect("a folder for the test")
    }

    fn names_in(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .expect("lists")
            .map(|entry| entry.expect("entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn writing_replaces_the_whole_content_and_leaves_nothing_else_behind() {
        let folder = folder();
        let path = folder.path().join("a.ron");
        write_atomically(&path, b"a longer first content").expect("creates");
        write_atomically(&path, b"short").expect("replaces");
        assert_eq!(std::fs::read(&path).expect("reads"), b"short");
        assert_eq!(names_in(folder.path()), ["a.ron"]);
    }

    #[cfg(unix)]
    #[test]
    fn permissions_and_symbolic_links_survive_a_save() {
        use std::os::unix::fs::PermissionsExt;
        let folder = folder();
        let (real, link) = (folder.path().join("real.ron"), folder.path().join("link.ron"));
        write_atomically(&real, b"1").expect("creates");
        std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).expect("sets the mode");
        std::os::unix::fs::symlink(&real, &link).expect("links");
        write_atomically(&link, b"2").expect("writes through the link");
        assert_eq!(std::fs::read(&real).expect("reads"), b"2");
        assert_eq!(std::fs::metadata(&real).expect("metadata").permissions().mode() & 0o777, 0o640);
        assert!(std::fs::symlink_metadata(&link).expect("metadata").is_symlink());
    }

    #[test]
    fn targets_that_cannot_be_written_are_named_in_one_line_and_stay_as_they_are() {
        let folder = folder();
        let protected = folder.path().join("protected.ron");
        write_atomically(&protected, b"keep").expect("creates");
        let mut permissions = std::fs::metadata(&protected).expect("metadata").permissions();
        permissions.set_readonly(true);
        std::fs::set_permissions(&protected, permissions).expect("protects");
        let below_a_file = protected.join("x.ron");
        let cases: [(&Path, &str); 4] = [
            (folder.path(), "folder"),
            (&folder.path().join("missing/x.ron"), "does not exist"),
            (&protected, "write-protected"),
            (&below_a_file, "not a folder"),
        ];
        for (path, expected) in cases {
            let line = write_atomically(path, b"x").expect_err("must be refused").to_string();
            assert!(line.contains(expected) && !line.contains('\n'), "{line}");
        }
        assert_eq!(std::fs::read(&protected).expect("reads"), b"keep");
        assert_eq!(names_in(folder.path()), ["protected.ron"]);
    }

    #[test]
    fn bytes_that_are_no_text_are_found_by_line_and_column() {
        let folder = folder();
        let path = folder.path().join("latin1.ron");
        write_atomically(&path, b"(\n  name: \"M\xFCnchen\"\n)").expect("writes");
        let error = read_design(&path).expect_err("must be refused");
        assert_eq!((error.line, error.column), (2, 11), "{error}");
        assert!(error.message.contains("0xFC") && error.message.contains("position 12"), "{error}");
    }

    #[test]
    fn the_size_is_looked_at_before_the_content_is_read() {
        let folder = folder();
        let path = folder.path().join("huge.ron");
        write_atomically(&path, b"").expect("creates");
        // A sparse file: large on paper, but reading it would take a while and much memory.
        let sparse = std::fs::OpenOptions::new().write(true).open(&path).expect("opens");
        sparse.set_len(MAX_FILE_BYTES * 1_000).expect("grows");
        let error = read_design(&path).expect_err("must be refused");
        assert!(error.message.contains("MiB"), "{error}");
    }

    #[test]
    fn packs_beside_a_design_are_read_in_order_of_name_and_the_rest_is_explained() {
        let folder = folder();
        let put =
            |name: &str, text: &str| write_atomically(&folder.path().join(name), text.as_bytes()).expect("writes");
        for name in ["b.rules.ron", "a.rules.ron", ".#a.rules.ron", "plan.ron", "rules.ron"] {
            put(name, Pack::template());
        }
        put("c.rules.ron", "(format: 1, nam: \"x\")");
        put("d.rules.ron", &" ".repeat(MAX_PACK_BYTES + 1));
        std::fs::create_dir(folder.path().join("e.rules.ron")).expect("creates");
        #[cfg(unix)]
        std::os::unix::fs::symlink("a.rules.ron", folder.path().join("f.rules.ron")).expect("links");
        let found = packs_beside(&folder.path().join("plan.ron"));
        let name = |path: &str| Path::new(path).file_name().unwrap_or_default().to_string_lossy().into_owned();
        let names: Vec<String> = found.packs.iter().map(|pack| name(&pack.source_name)).collect();
        assert_eq!(names, ["a.rules.ron", "b.rules.ron"]);
        let mut expected = vec![("c.rules.ron", "nam"), ("d.rules.ron", "KiB"), ("e.rules.ron", "no plain file")];
        if cfg!(unix) {
            expected.push(("f.rules.ron", "symbolic link"));
        }
        assert_eq!(found.unread.len(), expected.len(), "{:?}", found.unread);
        for (error, (file, message)) in found.unread.iter().zip(expected) {
            assert!(name(&error.source_name) == file && error.message.contains(message), "{error}");
        }
        for n in 0..MAX_PACKS {
            put(&format!("x{n}.rules.ron"), Pack::template());
        }
        let many = packs_beside(&folder.path().join("plan.ron")).unread;
        assert!(many.iter().any(|error| error.message.contains("more than are read (50)")), "{many:?}");
    }

    #[test]
    fn endless_input_ends_in_an_error() {
        let error = read_limited(io::repeat(b' '), "pipe").expect_err("must be refused");
        assert!(error.message.contains("more than a design file may have"), "{error}");
    }
}
