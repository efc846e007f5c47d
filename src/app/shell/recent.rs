//! The files last opened or saved.

use std::path::{Path, PathBuf};

use crate::files::write_atomically;

/// How many are remembered.
const MAX_RECENT: usize = 12;

/// A file opened or saved before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recent {
    /// Where it is.
    pub path: PathBuf,
    /// Whether it was gone when last looked.
    pub missing: bool,
}

/// Puts `newest` (if any) on top of the list kept in `dir`, and returns the list. The list on disk is read again
/// each time, since other windows add to it as well; `known` stands in where nothing can be kept.
pub(super) fn update(dir: Option<&Path>, known: &[PathBuf], newest: Option<&Path>) -> Vec<Recent> {
    let file = dir.map(|d| d.join("recent.ron"));
    let mut paths = file
        .as_deref()
        .and_then(|f| std::fs::read_to_string(f).ok())
        .and_then(|text| ron::from_str::<Vec<PathBuf>>(&text).ok())
        .unwrap_or_else(|| known.to_vec());
    if let Some(newest) = newest {
        paths.retain(|p| p != newest);
        paths.insert(0, newest.to_owned());
    }
    paths.truncate(MAX_RECENT);
    if newest.is_some()
        && let (Some(dir), Some(file)) = (dir, &file)
        && std::fs::create_dir_all(dir).is_ok()
        && let Ok(text) = ron::ser::to_string_pretty(&paths, ron::ser::PrettyConfig::new())
    {
        // A list that cannot be kept is no reason to disturb anybody: the design itself was saved or opened.
        let _kept = write_atomically(file, text.as_bytes());
    }
    paths.into_iter().map(|path| Recent { missing: !path.is_file(), path }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_comes_first_once_and_the_list_stays_short() {
        let dir = tempfile::tempdir().expect("a folder");
        for n in 0..20 {
            update(Some(dir.path()), &[], Some(Path::new(&format!("/nowhere/{n}.ron"))));
        }
        let list = update(Some(dir.path()), &[], Some(Path::new("/nowhere/15.ron")));
        assert_eq!(list.len(), MAX_RECENT);
        assert_eq!(list.first().map(|r| r.path.clone()), Some(PathBuf::from("/nowhere/15.ron")));
        assert_eq!(list.iter().filter(|r| r.path.ends_with("15.ron")).count(), 1);
        assert!(list.iter().all(|r| r.missing));
        assert_eq!(update(Some(dir.path()), &[], None), list);
    }
}
