//! The one door for change: an [`Edit`] is a label with a list of replacements, and applying it yields its inverse.

use std::sync::Arc;

use super::Design;
use super::component::Component;
use super::id::Id;
use super::link::Link;
use super::meta::Meta;
use super::region::Region;
use super::validate::{self, Invalid};

/// One replacement. The value is what the element becomes; `None` removes it.
///
/// Replacing whole elements, instead of one operation per field, makes the inverse of every operation the value that
/// was there before, so undo cannot be wrong.
#[derive(Debug, Clone, PartialEq)]
pub enum Op {
    /// Replaces what holds for the whole design.
    Meta(Arc<Meta>),
    /// Puts or removes a region.
    Region(Id, Option<Arc<Region>>),
    /// Puts or removes a component.
    Component(Id, Option<Arc<Component>>),
    /// Puts or removes a link.
    Link(Id, Option<Arc<Link>>),
}

/// A labelled change of a design.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    /// What it does, as the history shows it: "Move 3 components".
    pub label: String,
    /// The replacements, applied in order.
    pub ops: Vec<Op>,
    /// Edits in a row with the same key become one undo step (nudging, typing, dragging a number).
    pub merge_key: Option<String>,
}

impl Edit {
    /// An edit that stands alone in the history.
    #[must_use]
    pub fn new(label: impl Into<String>, ops: Vec<Op>) -> Self {
        Self { label: label.into(), ops, merge_key: None }
    }

    /// The same edit, merged with its predecessor when that has the same key.
    #[must_use]
    pub fn merging(mut self, key: impl Into<String>) -> Self {
        self.merge_key = Some(key.into());
        self
    }

    /// Whether applying it to `design` would change nothing.
    #[must_use]
    pub fn is_noop(&self, design: &Design) -> bool {
        self.ops.iter().all(|op| match op {
            Op::Meta(meta) => design.meta == *meta,
            Op::Region(id, value) => design.regions.get(id) == value.as_ref(),
            Op::Component(id, value) => design.components.get(id) == value.as_ref(),
            Op::Link(id, value) => design.links.get(id) == value.as_ref(),
        })
    }

    /// Applies the edit and returns the operations that undo it exactly.
    ///
    /// # Errors
    /// [`Invalid`] when the result would breach the document's structure; the design is then unchanged.
    pub fn apply(&self, design: &mut Design) -> Result<Vec<Op>, Invalid> {
        let inverse = replace_all(design, &self.ops);
        if let Err(invalid) = check(design, &self.ops) {
            replace_all(design, &inverse);
            return Err(invalid);
        }
        Ok(inverse)
    }
}

/// Applies the operations without a check and returns their inverse, in the order in which it must be applied.
pub(super) fn replace_all(design: &mut Design, ops: &[Op]) -> Vec<Op> {
    let mut inverse: Vec<Op> = ops.iter().map(|op| replace(design, op)).collect();
    inverse.reverse();
    inverse
}

fn replace(design: &mut Design, op: &Op) -> Op {
    match op {
        Op::Meta(meta) => Op::Meta(std::mem::replace(&mut design.meta, meta.clone())),
        Op::Region(id, value) => Op::Region(id.clone(), put(&mut design.regions, id, value)),
        Op::Component(id, value) => Op::Component(id.clone(), put(&mut design.components, id, value)),
        Op::Link(id, value) => Op::Link(id.clone(), put(&mut design.links, id, value)),
    }
}

fn put<T>(map: &mut std::collections::BTreeMap<Id, Arc<T>>, id: &Id, value: &Option<Arc<T>>) -> Option<Arc<T>> {
    match value {
        Some(value) => map.insert(id.clone(), value.clone()),
        None => map.remove(id),
    }
}

/// Checks what the operations touched, and that nothing refers to what they removed.
fn check(design: &Design, ops: &[Op]) -> Result<(), Invalid> {
    design.validate_size()?;
    let mut removed_regions = std::collections::BTreeSet::new();
    let mut removed_components = std::collections::BTreeSet::new();
    for op in ops {
        match op {
            Op::Meta(_) => design.validate_meta()?,
            Op::Region(id, _) => match design.regions.get(id) {
                Some(region) => {
                    validate::validate_region(id, region)?;
                    unique(design, id)?;
                }
                None => drop(removed_regions.insert(id)),
            },
            Op::Component(id, _) => match design.components.get(id) {
                Some(component) => {
                    design.validate_component(id, component)?;
                    unique(design, id)?;
                }
                None => drop(removed_components.insert(id)),
            },
            Op::Link(id, _) => {
                if let Some(link) = design.links.get(id) {
                    design.validate_link(id, link)?;
                    unique(design, id)?;
                }
            }
        }
    }
    if !removed_regions.is_empty() {
        for (id, component) in &design.components {
            if component.region.as_ref().is_some_and(|r| removed_regions.contains(r)) {
                design.validate_component(id, component)?;
            }
        }
    }
    if !removed_components.is_empty() {
        for (id, link) in &design.links {
            if removed_components.contains(&link.from) || removed_components.contains(&link.to) {
                design.validate_link(id, link)?;
            }
        }
    }
    Ok(())
}

fn unique(design: &Design, id: &Id) -> Result<(), Invalid> {
    let uses = usize::from(design.regions.contains_key(id))
        + usize::from(design.components.contains_key(id))
        + usize::from(design.links.contains_key(id));
    if uses <= 1 {
        return Ok(());
    }
    Err(Invalid {
        element: Some(id.clone()),
        field: "",
        message: format!("the id \"{id}\" is used twice"),
        hint: "choose another id",
    })
}
