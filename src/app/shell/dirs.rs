//! Where the window keeps what is not part of a design, and paths that people type.

use std::path::{Path, PathBuf};

pub use crate::dirs::Dirs;

/// The path a person typed: `~/` is their home, a name without folder is in `folder`.
#[must_use]
pub fn typed_path(text: &str, folder: &Path) -> PathBuf {
    let text = text.trim();
    let path = match (text.strip_prefix("~/"), etcetera::home_dir()) {
        (Some(rest), Ok(home)) => home.join(rest),
        _ => folder.join(text),
    };
    std::path::absolute(&path).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_path_is_always_absolute() {
        let folder = Path::new("/plans");
        assert_eq!(typed_path("x.ron", folder), PathBuf::from("/plans/x.ron"));
        assert_eq!(typed_path(" /tmp/a b.ron ", folder), PathBuf::from("/tmp/a b.ron"));
        let at_home = typed_path("~/x.ron", folder);
        assert!(at_home.is_absolute() && !at_home.starts_with("/plans"), "{at_home:?}");
    }
}
