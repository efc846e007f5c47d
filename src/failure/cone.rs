//! The formulas that some formulas rest on, numbered without gaps.

use super::formula::{FormulaId, Formulas, Node};

/// What the roots rest on, the roots themselves included; children before their parents.
#[derive(Debug)]
pub(super) struct Cone {
    ids: Vec<FormulaId>,
    /// By formula: one more than its place in `ids`; 0 outside of the cone.
    places: Vec<u32>,
}

impl Cone {
    pub(super) fn of(formulas: &Formulas, roots: &[FormulaId]) -> Self {
        let mut inside = vec![false; formulas.len()];
        let mark = |id: &FormulaId, inside: &mut Vec<bool>| {
            if let Some(mark) = inside.get_mut(id.index()) {
                *mark = true;
            }
        };
        for root in roots {
            mark(root, &mut inside);
        }
        // Parents stand behind their children, so that one pass from the end meets every parent first.
        let all: Vec<(FormulaId, &Node)> = formulas.iter().collect();
        for (id, node) in all.iter().rev() {
            if let (true, Node::All(children) | Node::Any(children)) = (inside[id.index()], node) {
                for child in children {
                    mark(child, &mut inside);
                }
            }
        }
        let ids: Vec<FormulaId> = all.iter().map(|(id, _)| *id).filter(|id| inside[id.index()]).collect();
        let mut places = vec![0; formulas.len()];
        for (place, id) in (1..).zip(&ids) {
            places[id.index()] = place;
        }
        Self { ids, places }
    }

    /// The formulas, children first.
    pub(super) fn ids(&self) -> &[FormulaId] {
        &self.ids
    }

    /// Where a formula stands among [`Cone::ids`].
    pub(super) fn place(&self, id: FormulaId) -> Option<usize> {
        self.places.get(id.index()).and_then(|place| place.checked_sub(1)).map(|place| place as usize)
    }
}
