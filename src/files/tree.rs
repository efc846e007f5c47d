//! Trees of configuration: many small files below one folder, read within limits.

use std::collections::BTreeMap;
use std::path::Path;

use crate::design::file::FileError;
use crate::export::bundle::FilePath;

use super::{read_text, reading};

/// What is read of a tree of configuration.
const TREE_ENDINGS: [&str; 3] = ["toml", "properties", "xml"];
/// Limits of such a tree: folders below each other, files, bytes of one file and of all together.
const TREE_DEPTH: usize = 10;
const TREE_FILES: usize = 50_000;
const TREE_FILE_BYTES: u64 = 2 * 1024 * 1024;
const TREE_BYTES: u64 = 128 * 1024 * 1024;

/// The texts of a tree of configuration by their paths below its folder, and why others were not read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tree {
    /// The texts.
    pub texts: BTreeMap<FilePath, String>,
    /// Links, files that are too large or no UTF-8, folders that are too deep.
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
    let mut tree = Tree::default();
    let mut bytes = 0;
    let mut open = vec![(folder.to_owned(), Vec::new())];
    while let Some((folder, parts)) = open.pop() {
        let shown = folder.display().to_string();
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if parts.is_empty() => return Err(reading(&shown, &error)),
            Err(error) => {
                tree.unread.push(reading(&shown, &error));
                continue;
            }
        };
        let mut names: Vec<_> = entries.filter_map(Result::ok).map(|entry| entry.file_name()).collect();
        names.sort();
        for file in names {
            let path = folder.join(&file);
            let parts: Vec<String> = parts.iter().cloned().chain([file.to_string_lossy().into_owned()]).collect();
            match tree_entry(&path, parts.len()) {
                Ok(Entry::Folder) => open.push((path, parts)),
                Ok(Entry::Other) => {}
                Ok(Entry::Text(text)) => {
                    bytes += text.len() as u64;
                    tree.texts.insert(FilePath::of(parts.iter().map(String::as_str)), text);
                }
                Err(error) => tree.unread.push(error),
            }
        }
        if tree.texts.len() > TREE_FILES || bytes > TREE_BYTES {
            let message = format!(
                "this holds more than is read ({TREE_FILES} files of {} MiB together)",
                TREE_BYTES / (1024 * 1024)
            );
            return Err(FileError::whole(&name, message, "name a folder with configuration only"));
        }
    }
    Ok(tree)
}

/// What stands in a tree.
enum Entry {
    Folder,
    Text(String),
    /// Nothing that is read.
    Other,
}

fn tree_entry(path: &Path, depth: usize) -> Result<Entry, FileError> {
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
        return if depth > TREE_DEPTH { Err(too_deep()) } else { Ok(Entry::Folder) };
    }
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    if !metadata.is_file() || !TREE_ENDINGS.contains(&ending) {
        return Ok(Entry::Other);
    }
    if metadata.len() > TREE_FILE_BYTES {
        let message = format!("a file of configuration may have {} MiB at most", TREE_FILE_BYTES / (1024 * 1024));
        return Err(FileError::whole(&name, message, "is this really one?"));
    }
    read_text(path).map(Entry::Text)
}
