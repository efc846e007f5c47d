//! One file prepared for being shown: its lines, its picture, its difference from what is on disk.

use std::path::Path;
use std::sync::Arc;

use egui::ColorImage;

use crate::export::bundle::{Basis, Content, ExportFile, Syntax};
use crate::files::folder;

use super::diff::Diff;
use super::lines::{Lines, bases};
use super::made::{FileKey, Made, folder_of};
use super::picture;

/// What there is on disk in place of the file.
#[derive(Debug)]
pub(super) enum OnDisk {
    /// Nothing.
    Nothing,
    /// The same bytes.
    Same,
    /// Another text.
    Text(Box<Diff>),
    /// Other bytes, so many.
    Bytes(usize),
    /// Something that cannot be read, and why.
    Unread(String),
}

/// A file prepared for being shown.
pub(super) struct Sheet {
    /// Of what it is a part.
    pub(super) made: Arc<Made>,
    /// Which file it is.
    pub(super) key: FileKey,
    /// Its lines, when it is a text.
    pub(super) lines: Option<Lines>,
    /// How sure it is that each line belongs there.
    pub(super) bases: Vec<Option<Basis>>,
    /// The placeholders that stand in it.
    pub(super) tokens: Vec<String>,
    /// What it looks like, when it is a picture.
    pub(super) picture: Option<ColorImage>,
    /// What is on disk.
    pub(super) on_disk: OnDisk,
}

impl Sheet {
    /// Prepares a file; `None` when there is no such one.
    pub(super) fn of(made: Arc<Made>, key: FileKey, dir: &Path) -> Option<Self> {
        let file = made.file(&key)?;
        let lines = file.content.text().map(|text| Lines::of(file.syntax, text));
        let bases = lines.as_ref().map(|lines| bases(file, lines.count())).unwrap_or_default();
        let picture = picture::of(key.path.name(), file);
        let files = made.forms.get(&key.form);
        let placeholders = files.into_iter().flat_map(|files| files.placeholders_in(&key.path));
        let tokens = placeholders.map(|p| p.token.clone()).filter(|token| !token.is_empty()).collect();
        let on_disk = on_disk(file, &key, lines.as_ref(), dir);
        Some(Self { key, lines, bases, tokens, picture, on_disk, made })
    }

    /// The file.
    pub(super) fn file(&self) -> Option<&ExportFile> {
        self.made.file(&self.key)
    }

    /// Its text; empty when it is none.
    pub(super) fn text(&self) -> &str {
        self.file().and_then(|file| file.content.text()).unwrap_or_default()
    }
}

fn on_disk(file: &ExportFile, key: &FileKey, lines: Option<&Lines>, dir: &Path) -> OnDisk {
    let found = match folder::read(&folder_of(dir, key.form), &key.path) {
        Ok(None) => return OnDisk::Nothing,
        Ok(Some(found)) => found,
        Err(error) => return OnDisk::Unread(error.to_string()),
    };
    if found.bytes() == file.content.bytes() {
        return OnDisk::Same;
    }
    match (found, &file.content, lines) {
        (Content::Text(old), Content::Text(new), Some(lines)) => {
            OnDisk::Text(Box::new(Diff::of(file.syntax, old, new, lines)))
        }
        (found, ..) => OnDisk::Bytes(found.bytes().len()),
    }
}

/// Whether a file is a drawing in the form of text.
pub(super) fn is_drawing(name: &str, syntax: Syntax) -> bool {
    syntax == Syntax::Xml && name.to_lowercase().ends_with(".svg")
}
