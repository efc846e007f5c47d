//! A design with its revision and its undo history.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Design;
use super::edit::{Edit, Op, replace_all};
use super::validate::Invalid;

/// How many undo steps are kept.
const MAX_STEPS: usize = 1_000;

/// Counts the states a document has been in; every change, undo and redo makes a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Revision(pub u64);

/// Names one state of a document: undoing and redoing come back to the same name, another edit makes a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct StateId(u64);

/// One step of the history.
#[derive(Debug, Clone)]
pub struct Step {
    /// What it did.
    pub label: String,
    merge_key: Option<String>,
    /// The state the design is in after this step.
    state: StateId,
    forward: Vec<Op>,
    inverse: Vec<Op>,
}

/// A design that changes only through [`Document::apply`] and remembers how to go back.
#[derive(Debug, Clone, Default)]
pub struct Document {
    design: Arc<Design>,
    revision: Revision,
    steps: Vec<Step>,
    /// How many of `steps` are applied; those behind it can be redone.
    applied: usize,
    /// The state before the first step.
    base: StateId,
    /// The state that is on disk; `None` when none is.
    saved: Option<StateId>,
    merge_open: bool,
}

/// What applying `first` and then `second` comes to, with one operation for each thing replaced: typing a long note
/// would else keep a copy of the element for every key.
fn last_per_slot(first: Vec<Op>, second: Vec<Op>) -> Vec<Op> {
    let slot = |op: &Op| match op {
        Op::Meta(_) => (0, None),
        Op::Region(id, _) => (1, Some(id.clone())),
        Op::Component(id, _) => (2, Some(id.clone())),
        Op::Link(id, _) => (3, Some(id.clone())),
    };
    let mut seen = BTreeSet::new();
    let backwards = second.into_iter().rev().chain(first.into_iter().rev());
    let mut kept: Vec<Op> = backwards.filter(|op| seen.insert(slot(op))).collect();
    kept.reverse();
    kept
}

impl Document {
    /// A document that starts from `design`, with an empty history, taken as saved.
    #[must_use]
    pub fn new(design: Design) -> Self {
        Self { design: Arc::new(design), saved: Some(StateId::default()), ..Self::default() }
    }

    /// The design, shared; take a clone of the [`Arc`] as a snapshot.
    #[must_use]
    pub fn design(&self) -> &Arc<Design> {
        &self.design
    }

    /// The current revision.
    #[must_use]
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// Applies the edit as one undo step, or as part of the step before when their merge keys are equal.
    /// An edit that changes nothing leaves no trace.
    ///
    /// # Errors
    /// [`Invalid`] when the result would breach the document's structure; nothing is changed then.
    pub fn apply(&mut self, edit: Edit) -> Result<(), Invalid> {
        if edit.is_noop(&self.design) {
            return Ok(());
        }
        let inverse = edit.apply(Arc::make_mut(&mut self.design))?;
        self.revision.0 += 1;
        let before = self.state();
        let state = StateId(self.revision.0);
        self.steps.truncate(self.applied);
        let Edit { label, ops, merge_key } = edit;
        if self.merge_open
            && merge_key.is_some()
            && self.saved != Some(before)
            && let Some(last) = self.steps.last_mut().filter(|s| s.merge_key == merge_key)
        {
            last.label = label;
            last.state = state;
            last.forward = last_per_slot(std::mem::take(&mut last.forward), ops);
            // The older inverse is applied after the newer one, so what was there first is what remains.
            last.inverse = last_per_slot(inverse, std::mem::take(&mut last.inverse));
            return Ok(());
        }
        self.merge_open = true;
        self.steps.push(Step { label, merge_key, state, forward: ops, inverse });
        if self.steps.len() > MAX_STEPS {
            self.base = self.steps.remove(0).state;
        }
        self.applied = self.steps.len();
        Ok(())
    }

    /// Ends a run of merging edits: the next edit becomes a step of its own.
    pub fn end_merge(&mut self) {
        self.merge_open = false;
    }

    /// Takes the last step back and returns its label; `None` when there is nothing to undo.
    pub fn undo(&mut self) -> Option<&str> {
        let index = self.applied.checked_sub(1)?;
        let step = self.steps.get(index)?;
        replace_all(Arc::make_mut(&mut self.design), &step.inverse);
        self.applied = index;
        self.revision.0 += 1;
        self.merge_open = false;
        Some(&step.label)
    }

    /// Applies the next step again and returns its label; `None` when there is nothing to redo.
    pub fn redo(&mut self) -> Option<&str> {
        let step = self.steps.get(self.applied)?;
        replace_all(Arc::make_mut(&mut self.design), &step.forward);
        self.applied += 1;
        self.revision.0 += 1;
        self.merge_open = false;
        Some(&step.label)
    }

    /// Undoes or redoes until `applied` steps are applied.
    pub fn go_to(&mut self, applied: usize) {
        while self.applied > applied && self.undo().is_some() {}
        while self.applied < applied && self.redo().is_some() {}
    }

    /// All steps, oldest first; the first [`Document::applied`] of them are in effect.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// How many steps are in effect.
    #[must_use]
    pub fn applied(&self) -> usize {
        self.applied
    }

    /// Label of the step that [`Document::undo`] would take back.
    #[must_use]
    pub fn undo_label(&self) -> Option<&str> {
        self.applied.checked_sub(1).and_then(|i| self.steps.get(i)).map(|s| s.label.as_str())
    }

    /// Label of the step that [`Document::redo`] would apply.
    #[must_use]
    pub fn redo_label(&self) -> Option<&str> {
        self.steps.get(self.applied).map(|s| s.label.as_str())
    }

    /// The state the design is in.
    #[must_use]
    pub fn state(&self) -> StateId {
        self.applied.checked_sub(1).and_then(|i| self.steps.get(i)).map_or(self.base, |s| s.state)
    }

    /// Whether the design differs from what was last saved or opened.
    #[must_use]
    pub fn is_dirty(&self) -> bool {
        self.saved != Some(self.state())
    }

    /// Remembers that `state`, taken from [`Document::state`] when the snapshot was made, is on disk.
    pub fn mark_saved(&mut self, state: StateId) {
        self.saved = Some(state);
        self.merge_open = false;
    }

    /// Remembers that the present state is nowhere on disk (recovered, or changed outside).
    pub fn mark_unsaved(&mut self) {
        self.saved = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::{Id, Kind, Pos, Site, commands};

    fn document() -> (Document, Id) {
        let (edit, id) =
            commands::add_region(&Design::default(), "Frankfurt", Site::cloud("aws", "eu-central-1"), Pos(0, 0));
        let mut document = Document::default();
        document.apply(edit).expect("a region can be added");
        document.mark_saved(document.state());
        (document, id)
    }

    fn nudge(document: &mut Document, id: &Id) {
        let edit = commands::nudge(document.design(), std::slice::from_ref(id), 8, 0);
        document.apply(edit).expect("a region can be moved");
    }

    #[test]
    fn steps_in_a_row_with_one_key_are_one_undo_step() {
        let (mut document, id) = document();
        let before = document.design().clone();
        for _ in 0..5 {
            nudge(&mut document, &id);
        }
        assert_eq!(document.steps().len(), 2);
        document.end_merge();
        nudge(&mut document, &id);
        assert_eq!(document.steps().len(), 3);
        document.undo();
        document.undo();
        assert_eq!(*document.design(), before);
    }

    #[test]
    fn a_merged_step_keeps_one_operation_for_each_element() {
        let (mut document, id) = document();
        let before = document.design().clone();
        for _ in 0..50 {
            nudge(&mut document, &id);
        }
        let after = document.design().clone();
        let sizes = document.steps.last().map(|s| (s.forward.len(), s.inverse.len()));
        assert_eq!(sizes, Some((1, 1)));
        document.undo();
        assert_eq!(*document.design(), before);
        document.redo();
        assert_eq!(*document.design(), after);
    }

    #[test]
    fn the_document_knows_whether_it_is_as_saved() {
        let (mut document, id) = document();
        assert!(!document.is_dirty());
        nudge(&mut document, &id);
        assert!(document.is_dirty());
        document.undo();
        assert!(!document.is_dirty(), "undo comes back to what was saved");
        nudge(&mut document, &id);
        assert!(document.is_dirty(), "another edit is another state, although as many steps are applied");
        // A snapshot is saved on another thread while the user goes on.
        let snapshot = document.state();
        document.end_merge();
        nudge(&mut document, &id);
        document.mark_saved(snapshot);
        assert!(document.is_dirty());
        document.undo();
        assert!(!document.is_dirty());
    }

    #[test]
    fn an_edit_after_saving_is_not_merged_into_what_was_saved() {
        let (mut document, id) = document();
        nudge(&mut document, &id);
        document.mark_saved(document.state());
        nudge(&mut document, &id);
        document.undo();
        assert!(!document.is_dirty());
    }

    #[test]
    fn what_breaks_the_structure_is_refused_whole() {
        let (mut document, id) = document();
        let (add, gateway) = commands::add_component(document.design(), Kind::Gateway, Pos(200, 200));
        document.apply(add).expect("fits");
        let before = document.design().clone();
        let steps = document.steps().len();
        let mut edit = commands::nudge(document.design(), &[gateway], 8, 8);
        edit.ops.push(super::Op::Region(id, None));
        assert!(document.apply(edit).is_err(), "the gateway would stand in no region");
        assert_eq!(*document.design(), before);
        assert_eq!(document.steps().len(), steps);
    }
}
