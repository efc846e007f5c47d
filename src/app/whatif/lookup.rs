//! What is told of elements and capabilities under an outcome: found out when somebody first asks, and kept until
//! something else holds.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::design::{Capability, Id};
use crate::failure::{Outcome, Place};

use super::reasons::Reason;

/// What is told of an element.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// What of the failures concerns it itself, in words.
    pub own: Vec<String>,
    /// Why it is not as it was, one reason a capability, worst first.
    pub reasons: Vec<Reason>,
}

/// What was asked about one outcome.
#[derive(Debug, Default)]
struct Kept {
    about: Option<Arc<Outcome>>,
    elements: BTreeMap<Id, Rc<Told>>,
    cells: BTreeMap<(Capability, Place), Option<Rc<Reason>>>,
}

/// Remembers what was asked, so that a frame in which nothing happened finds out nothing again.
#[derive(Debug, Default)]
pub struct Lookup(RefCell<Kept>);

impl Kept {
    /// What was asked about this outcome; what was asked about another one is forgotten.
    fn of(&mut self, outcome: &Arc<Outcome>) -> &mut Self {
        if self.about.as_ref().is_none_or(|about| !Arc::ptr_eq(about, outcome)) {
            *self = Self { about: Some(Arc::clone(outcome)), ..Self::default() };
        }
        self
    }
}

impl Lookup {
    /// What is told of an element under an outcome; `find` is called when that was not asked before.
    pub fn element(&self, outcome: &Arc<Outcome>, id: &Id, find: impl FnOnce() -> Told) -> Rc<Told> {
        if let Some(told) = self.0.borrow_mut().of(outcome).elements.get(id) {
            return Rc::clone(told);
        }
        let told = Rc::new(find());
        self.0.borrow_mut().of(outcome).elements.insert(id.clone(), Rc::clone(&told));
        told
    }

    /// Why a capability at a place is as it is under an outcome; `find` is called when that was not asked before.
    pub fn cell(
        &self,
        outcome: &Arc<Outcome>,
        at: &(Capability, Place),
        find: impl FnOnce() -> Option<Reason>,
    ) -> Option<Rc<Reason>> {
        if let Some(reason) = self.0.borrow_mut().of(outcome).cells.get(at) {
            return reason.clone();
        }
        let reason = find().map(Rc::new);
        self.0.borrow_mut().of(outcome).cells.insert(at.clone(), reason.clone());
        reason
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::{Design, Failures};
    use crate::failure::Model;
    use crate::{books::Books, estimate, topology::Topology};

    #[test]
    fn what_was_asked_is_found_once_for_each_outcome() {
        let design = Design::default();
        let topology = Topology::of(&design);
        let model = Model::of(&topology, &estimate::estimate(&topology, Books::shipped()));
        let outcome = || Arc::new(model.outcome(&design, &Failures::new()));
        let (first, second) = (outcome(), outcome());
        let lookup = Lookup::default();
        let asked = std::cell::Cell::new(0);
        let ask = |outcome| {
            lookup.element(outcome, &Id::slug("eu"), || {
                asked.set(asked.get() + 1);
                Told::default()
            })
        };
        assert!(Rc::ptr_eq(&ask(&first), &ask(&first)));
        assert_eq!(asked.get(), 1);
        drop((ask(&second), ask(&second)));
        assert_eq!(asked.get(), 2, "something else holds");
    }
}
