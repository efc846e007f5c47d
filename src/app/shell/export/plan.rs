//! What the button of the window would do, in numbers and words.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::files::folder::Standing;
use crate::words::plural;

use super::made::{FileKey, Ground, Made, Place};

/// What somebody decided about files that are not simply written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Choices {
    /// Edited or foreign files that may be replaced or removed. Shared, so that what was worked out for these choices
    /// can remember them.
    pub(super) replace: Arc<BTreeSet<FileKey>>,
    /// Whether files that are blocked are written as well.
    pub(super) with_blocked: bool,
}

impl Choices {
    /// Whether a file that asks for it may be replaced.
    pub(super) fn replaces(&self, key: &FileKey) -> bool {
        self.replace.contains(key)
    }

    /// Whether all files that ask for it may be replaced, or else none.
    pub(super) fn set_all(&mut self, all: bool, ground: &Ground) {
        self.replace = if all { Arc::new(asked_about(ground).cloned().collect()) } else { Arc::default() };
    }

    /// Whether all files that ask for it may be replaced.
    pub(super) fn replaces_all(&self, ground: &Ground) -> bool {
        asked_about(ground).all(|key| self.replaces(key))
    }

    /// Forgets files that do not ask for it any more.
    pub(super) fn keep_asked(&mut self, ground: &Ground) {
        let asked = |key: &&FileKey| ground.standing(key).is_some_and(Standing::is_kept);
        self.replace = Arc::new(self.replace.iter().filter(asked).cloned().collect());
    }
}

/// What would happen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Plan {
    /// Files written, new ones and others.
    pub(super) written: usize,
    /// Of those, files that were edited by hand or are foreign.
    pub(super) replaced: usize,
    /// Files that hold already what they should.
    pub(super) same: usize,
    /// Edited and foreign files that are kept.
    pub(super) kept: usize,
    /// Files removed since they are no longer made.
    pub(super) removed: usize,
    /// Files left out since they are blocked.
    pub(super) blocked: usize,
    /// Whether the folder is created.
    pub(super) creates: bool,
}

impl Plan {
    /// What would happen to this folder.
    pub(super) fn of(made: &Made, ground: &Ground, choices: &Choices) -> Self {
        let mut plan = Self { creates: ground.place == Place::Nothing, ..Self::default() };
        for (key, standing) in ground.standings.iter().flatten() {
            if !choices.with_blocked && made.is_blocked(key) {
                plan.blocked += 1;
                continue;
            }
            match standing {
                Standing::New | Standing::Outdated => plan.written += 1,
                Standing::Same => plan.same += 1,
                Standing::Stale => plan.removed += 1,
                _ if !choices.replaces(key) => plan.kept += 1,
                Standing::StaleEdited => plan.removed += 1,
                Standing::Edited | Standing::Foreign => {
                    plan.written += 1;
                    plan.replaced += 1;
                }
            }
        }
        plan
    }

    /// Whether anything would change on disk.
    pub(super) fn does_something(&self) -> bool {
        self.written + self.removed > 0
    }

    /// The words on the button.
    pub(super) fn words(&self) -> String {
        let mut parts = Vec::new();
        if self.written > 0 {
            let files = plural(self.written, "file");
            let replaced = if self.replaced > 0 { format!(" ({} replaced)", self.replaced) } else { String::new() };
            let verb = if self.creates { "Create the folder, write" } else { "Write" };
            parts.push(format!("{verb} {files}{replaced}"));
        }
        if self.removed > 0 {
            parts.push(format!("remove {}", self.removed));
        }
        if parts.is_empty() {
            parts.push("Nothing to write".to_owned());
        }
        if self.kept > 0 {
            parts.push(format!("keep {}", self.kept));
        }
        let words = parts.join(", ");
        let mut chars = words.chars();
        chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
    }

    /// Why nothing would happen, as a sentence.
    pub(super) fn nothing_because(&self) -> &'static str {
        match (self.blocked, self.kept, self.same) {
            (0, 0, 0) => "There is nothing to write",
            (0, 0, _) => "The folder is up to date",
            (0, ..) => "All that differs was edited by hand or is foreign: tick what may be replaced",
            _ => "Only blocked files are left: see Notes, or choose to write them too",
        }
    }
}

/// The files that somebody has to decide about, in order.
fn asked_about(ground: &Ground) -> impl Iterator<Item = &FileKey> {
    ground.standings.iter().flatten().filter(|(_, standing)| standing.is_kept()).map(|(key, _)| key)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::PathBuf;

    use super::super::made::Look;
    use super::*;
    use crate::export::Form;
    use crate::export::bundle::FilePath;

    #[test]
    fn the_button_says_what_will_happen() {
        let plan = |plan: Plan| plan.words();
        assert_eq!(plan(Plan { written: 12, kept: 2, ..Plan::default() }), "Write 12 files, keep 2");
        assert_eq!(plan(Plan { written: 1, replaced: 1, ..Plan::default() }), "Write 1 file (1 replaced)");
        assert_eq!(plan(Plan { removed: 3, ..Plan::default() }), "Remove 3");
        assert_eq!(plan(Plan { same: 3, ..Plan::default() }), "Nothing to write");
        let created = Plan { written: 2, creates: true, ..Plan::default() };
        assert_eq!(created.words(), "Create the folder, write 2 files");
        assert!(created.does_something() && !Plan { kept: 1, ..Plan::default() }.does_something());
    }

    #[test]
    fn all_files_are_those_that_were_there_when_it_was_said() {
        let key = |name: &str| FileKey { form: Form::Planner, path: FilePath::of([name]) };
        let ground = |files: &[(&str, Standing)]| {
            let standings: BTreeMap<FileKey, Standing> = files.iter().map(|(name, at)| (key(name), *at)).collect();
            let look = Look { made: 1, dir: PathBuf::new(), changes: 0 };
            Ground { look, place: Place::Folder, standings: Ok(standings), counts: BTreeMap::new() }
        };
        let two = ground(&[("a", Standing::Edited), ("b", Standing::Foreign), ("c", Standing::Same)]);
        let mut choices = Choices::default();
        choices.set_all(true, &two);
        assert!(choices.replaces_all(&two) && choices.replaces(&key("b")) && !choices.replaces(&key("c")));
        let later = ground(&[("a", Standing::Edited), ("b", Standing::Same), ("c", Standing::Edited)]);
        choices.keep_asked(&later);
        assert!(!choices.replaces_all(&later) && !choices.replaces(&key("c")));
        let made = Made::of_letters(&["a", "b", "c"], &[]);
        let plan = Plan::of(&made, &later, &choices);
        assert_eq!((plan.written, plan.replaced, plan.kept, plan.same), (1, 1, 1, 1));
        choices.set_all(false, &later);
        assert_eq!(choices, Choices::default());
    }
}
