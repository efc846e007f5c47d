//! Names that a language accepts.

use std::collections::{BTreeMap, BTreeSet};

use crate::design::Id;

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
