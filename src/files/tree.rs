//! Trees of configuration: many small files below one folder, read within limits.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::design::file::FileError;
use crate::export::bundle::FilePath;
use crate::import::toml::{self, Imported};

use super::{read_text, reading};

/// What is read of a tree of configuration.
const TREE_ENDINGS: [&str; 3] = ["toml", "properties", "xml"];
/// Errors that are told one by one.
const TREE_UNREAD: usize = 1_000;

/// What of a tree is read at most.
struct Limits {
    /// Folders below each other.
    depth: usize,
    /// Folders.
    folders: usize,
    /// Names in all folders, of whatever they are.
    names: usize,
    /// Files that are read.
    files: usize,
    /// Bytes of one file.
    file_bytes: u64,
    /// Bytes of all files together.
    bytes: u64,
}

const LIMITS: Limits = Limits {
    depth: 10,
    folders: 50_000,
    names: 500_000,
    files: 50_000,
    file_bytes: 2 * 1024 * 1024,
    bytes: 128 * 1024 * 1024,
};

/// The texts of a tree of configuration by their paths below its folder, and why others were not read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tree {
    /// The texts.
    pub texts: BTreeMap<FilePath, String>,
    /// Links, files that are too large or no UTF-8, folders that are too deep, names that mean the same; many of them
    /// counted only.
    pub unread: Vec<FileError>,
}

/// Reads a folder of configuration with everything below it that ends like configuration. Symbolic links are not
/// followed, so nothing outside of the folder is read.
///
/// # Errors
/// [`FileError`] when the folder itself cannot be read, or holds more than anybody keeps.
pub fn read_tree(folder: &Path) -> Result<Tree, FileError> {
    let name = folder.display().to_string();
    let metadata = std::fs::metadata(folder).map_err(|e| reading(&name, &e))?;
    if !metadata.is_dir() {
        return Err(FileError::whole(&name, "this is no folder", "name the folder with the nodes' folders"));
    }
    Walk::new(folder, &LIMITS).all()
}

/// Reads a folder of configuration and makes a design of it, which goes by the name of the folder.
///
/// # Errors
/// [`FileError`] as for [`read_tree`], and when a file is no TOML or no node is among them.
pub fn import_tree(folder: &Path) -> Result<(Imported, Tree), FileError> {
    let tree = read_tree(folder)?;
    let mut imported = toml::read(&tree.texts).map_err(|error| {
        let source_name = folder.join(&error.source_name).display().to_string();
        FileError { source_name, ..error }
    })?;
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned());
    toml::rename(&mut imported.design, &name.unwrap_or_default());
    Ok((imported, tree))
}

/// What stands in a tree.
enum Entry {
    Folder,
    /// A file of configuration with its bytes.
    Text(u64),
    /// Nothing that is read.
    Other,
}

/// A folder with its parts below the one that is read.
type Open = (PathBuf, Vec<String>);

/// The way through a tree. Every limit is looked at before more is read.
struct Walk<'l> {
    limits: &'l Limits,
    /// Name of the whole for people.
    name: String,
    tree: Tree,
    /// Paths that some file or folder has already.
    taken: BTreeSet<FilePath>,
    /// Folders that were not looked into.
    open: Vec<Open>,
    folders: usize,
    names: usize,
    bytes: u64,
    /// Errors that are not told one by one.
    more_unread: usize,
}

impl<'l> Walk<'l> {
    fn new(folder: &Path, limits: &'l Limits) -> Self {
        Self {
            limits,
            name: folder.display().to_string(),
            tree: Tree::default(),
            taken: BTreeSet::new(),
            open: vec![(folder.to_owned(), Vec::new())],
            folders: 1,
            names: 0,
            bytes: 0,
            more_unread: 0,
        }
    }

    fn all(mut self) -> Result<Tree, FileError> {
        while let Some((folder, parts)) = self.open.pop() {
            let entries = match std::fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(error) if parts.is_empty() => return Err(reading(&self.name, &error)),
                Err(error) => {
                    self.unread(reading(&folder.display().to_string(), &error));
                    continue;
                }
            };
            let mut names = Vec::new();
            for entry in entries.filter_map(Result::ok) {
                self.names += 1;
                self.within(self.names, self.limits.names, "names")?;
                names.push(entry.file_name());
            }
            names.sort();
            for file in names {
                let name = file.to_string_lossy().into_owned();
                self.entry(folder.join(&file), parts.iter().cloned().chain([name]).collect())?;
            }
        }
        if self.more_unread > 0 {
            let message = format!("{} more were not read", self.more_unread);
            self.tree.unread.push(FileError::whole(&self.name, message, "name a folder with configuration only"));
        }
        Ok(self.tree)
    }

    fn entry(&mut self, path: PathBuf, parts: Vec<String>) -> Result<(), FileError> {
        let entry = match entry(&path, parts.len(), self.limits) {
            Ok(Entry::Other) => return Ok(()),
            Ok(entry) => entry,
            Err(error) => {
                self.unread(error);
                return Ok(());
            }
        };
        let below = FilePath::of(parts.iter().map(String::as_str));
        if !self.taken.insert(below.clone()) {
            let message = format!("it goes by the same name as another, {below}, and only the first is read");
            self.unread(FileError::whole(&path.display().to_string(), message, "give one of them a plainer name"));
            return Ok(());
        }
        match entry {
            Entry::Folder => {
                self.folders += 1;
                self.within(self.folders, self.limits.folders, "folders")?;
                self.open.push((path, parts));
            }
            Entry::Text(bytes) => {
                self.within(self.tree.texts.len() + 1, self.limits.files, "files")?;
                self.bytes += bytes;
                if self.bytes > self.limits.bytes {
                    return Err(self.too_much(&format!("{} MiB", self.limits.bytes / (1024 * 1024))));
                }
                match read_text(&path) {
                    Ok(text) => {
                        self.tree.texts.insert(below, text);
                    }
                    Err(error) => self.unread(error),
                }
            }
            Entry::Other => {}
        }
        Ok(())
    }

    fn unread(&mut self, error: FileError) {
        if self.tree.unread.len() < TREE_UNREAD {
            self.tree.unread.push(error);
        } else {
            self.more_unread += 1;
        }
    }

    fn within(&self, count: usize, limit: usize, what: &str) -> Result<(), FileError> {
        if count > limit { Err(self.too_much(&format!("{limit} {what}"))) } else { Ok(()) }
    }

    fn too_much(&self, limit: &str) -> FileError {
        let message = format!("this holds more than is read ({limit})");
        FileError::whole(&self.name, message, "name a folder with configuration only")
    }
}

fn entry(path: &Path, depth: usize, limits: &Limits) -> Result<Entry, FileError> {
    let name = path.display().to_string();
    let metadata = path.symlink_metadata().map_err(|e| reading(&name, &e))?;
    if metadata.is_symlink() {
        return Err(FileError::whole(
            &name,
            "this is a symbolic link, which is not followed",
            "put the file itself there",
        ));
    }
    if metadata.is_dir() {
        let too_deep = || FileError::whole(&name, "this folder stands too deep", "name a folder further down");
        return if depth > limits.depth { Err(too_deep()) } else { Ok(Entry::Folder) };
    }
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    if !metadata.is_file() || !TREE_ENDINGS.contains(&ending) {
        return Ok(Entry::Other);
    }
    if metadata.len() > limits.file_bytes {
        let message = format!("a file of configuration may have {} MiB at most", limits.file_bytes / (1024 * 1024));
        return Err(FileError::whole(&name, message, "is this really one?"));
    }
    Ok(Entry::Text(metadata.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FEW: Limits = Limits { depth: 3, folders: 3, names: 8, files: 2, file_bytes: 100, bytes: 150 };

    /// What is read within [`FEW`] of these files with so many bytes each.
    fn walked(files: &[(&str, usize)]) -> Result<Tree, String> {
        let folder = tempfile::tempdir().unwrap();
        for (path, bytes) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            super::super::write_atomically(&path, "#".repeat(*bytes).as_bytes()).unwrap();
        }
        Walk::new(folder.path(), &FEW).all().map_err(|error| error.to_string())
    }

    #[test]
    fn a_tree_is_read_within_limits() {
        let tree = walked(&[("a/x.toml", 60), ("b/x.toml", 60), ("b/y.txt", 1000), ("b/z.toml", 101)]).unwrap();
        assert_eq!((tree.texts.len(), tree.unread.len()), (2, 1));
        let too_much = |files: &[(&str, usize)], what: &str| {
            let error = walked(files).unwrap_err();
            assert!(error.contains(&format!("more than is read ({what})")), "{error}");
        };
        too_much(&[("x.toml", 1), ("y.toml", 1), ("z.toml", 1)], "2 files");
        too_much(&[("x.toml", 80), ("y.toml", 80)], "0 MiB");
        too_much(&[("a/x", 1), ("b/x", 1), ("c/x", 1)], "3 folders");
        let many: Vec<String> = (0..9).map(|n| format!("{n}.txt")).collect();
        too_much(&many.iter().map(|name| (name.as_str(), 1)).collect::<Vec<_>>(), "8 names");
    }

    #[cfg(unix)]
    #[test]
    fn names_that_mean_the_same_are_told() {
        let tree = walked(&[("a/gw:1.toml", 1), ("a/gw?1.toml", 2)]).unwrap();
        assert_eq!(tree.texts.values().map(String::len).collect::<Vec<_>>(), [1]);
        assert!(tree.unread[0].to_string().contains("gw?1.toml"), "{:?}", tree.unread);
        let tree = walked(&[("a:b/x.toml", 1), ("a?b/y.toml", 1)]).unwrap();
        assert_eq!((tree.texts.len(), tree.unread.len()), (1, 1));
    }
}
