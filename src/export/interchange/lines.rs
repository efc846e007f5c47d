//! A text that grows line by line and remembers which element each line comes from; names that a language accepts.

use std::collections::{BTreeMap, BTreeSet};

use crate::design::Id;
use crate::export::bundle::{ExportFile, LineOrigin, Origin, Syntax};

/// A text with the origins of its lines.
#[derive(Debug, Default)]
pub(super) struct Lines {
    text: String,
    count: usize,
    depth: usize,
    origins: Vec<LineOrigin>,
}

impl Lines {
    /// Adds a line, which must hold no break, at the present depth.
    pub(super) fn add(&mut self, line: &str) {
        if !line.is_empty() {
            self.text.extend(std::iter::repeat_n("  ", self.depth));
            self.text.push_str(line);
        }
        self.text.push('\n');
        self.count += 1;
    }

    /// Adds a line that is there because somebody has drawn these elements.
    pub(super) fn drawn<'i>(&mut self, line: &str, why: &str, elements: impl IntoIterator<Item = &'i Id>) {
        self.add(line);
        let origin = Origin::drawn(why, elements.into_iter().cloned());
        self.origins.push(LineOrigin { first: self.count, last: self.count, origin });
    }

    /// What follows stands one level deeper.
    pub(super) fn indent(&mut self) {
        self.depth += 1;
    }

    /// Ends a level with the line that closes it.
    pub(super) fn close(&mut self, line: &str) {
        self.depth = self.depth.saturating_sub(1);
        self.add(line);
    }

    /// The file.
    pub(super) fn into_file(self, syntax: Syntax) -> ExportFile {
        ExportFile { origins: self.origins.into(), ..ExportFile::text(syntax, self.text) }
    }
}

/// Identifiers of a language that knows letters, digits and underscores, one for each id of the design.
#[derive(Debug, Default)]
pub(super) struct Identifiers {
    of: BTreeMap<Id, String>,
}

impl Identifiers {
    /// Gives every id an identifier of its own that begins with `prefix`, so that it is no word of the language.
    pub(super) fn of<'i>(prefix: &str, ids: impl IntoIterator<Item = &'i Id>) -> Self {
        let mut taken = BTreeSet::new();
        let mut of = BTreeMap::new();
        for id in ids {
            let plain: String = id.as_str().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
            let stem = format!("{prefix}_{plain}");
            let mut wishes = std::iter::once(stem.clone()).chain((2..).map(|n| format!("{stem}_{n}")));
            // Languages that ignore case see no difference between gw and GW.
            let free = wishes.find(|wish| taken.insert(wish.to_ascii_lowercase())).unwrap_or(stem);
            of.insert(id.clone(), free);
        }
        Self { of }
    }

    /// The identifier of an id; `None` for one it was not made for.
    pub(super) fn get(&self, id: &Id) -> Option<&str> {
        self.of.get(id).map(String::as_str)
    }
}
