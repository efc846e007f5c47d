//! Which regions, components and links came, went or changed.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::design::{Component, Design, Element, Id, Link, Region};

use super::fields::{self, FieldChange};

/// What became of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// It was not there before.
    Added,
    /// It is there no more.
    Removed,
    /// It is another one than before.
    Changed,
}

/// What sort of element it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    /// A region.
    Region,
    /// A component.
    Component,
    /// A link.
    Link,
}

/// What became of one element.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ElementChange {
    /// Its id; of one that was renamed, the new one.
    pub id: Id,
    /// What sort of element it is.
    pub sort: Sort,
    /// What people call it, with its region.
    pub name: String,
    /// What it is: "Gateway ×3", "API traffic".
    pub what: String,
    /// What became of it.
    pub change: Change,
    /// The id it had before, where it is the same element under another one.
    pub was: Option<Id>,
    /// Whether it stands elsewhere in the drawing or has another size there.
    pub moved: bool,
    /// The fields that differ.
    pub fields: Vec<FieldChange>,
}

impl ElementChange {
    /// Whether nothing differs but its place in the drawing.
    #[must_use]
    pub fn is_only_moved(&self) -> bool {
        self.change == Change::Changed && self.fields.is_empty() && self.was.is_none()
    }
}

/// The name of an element with its region, since groups of different regions often share a name.
#[must_use]
pub fn placed(design: &Design, id: &Id) -> String {
    let component = |id: &Id| -> String {
        let region = design.components.get(id).and_then(|c| c.region.as_ref());
        match region {
            Some(region) => format!("{} · {}", design.name_of(id), design.name_of(region)),
            None => design.name_of(id),
        }
    };
    match design.links.get(id) {
        Some(link) => format!("{} → {}", component(&link.from), component(&link.to)),
        None => component(id),
    }
}

/// What an element is, in a few words.
#[must_use]
pub fn what(design: &Design, id: &Id) -> String {
    match design.element(id) {
        Some(Element::Region(region)) => format!("{} region", region.role.label()),
        Some(Element::Component(c)) if c.instances > 1 => format!("{} ×{}", c.kind().label(), c.instances),
        Some(Element::Component(c)) => c.kind().label().to_owned(),
        Some(Element::Link(link)) => link.purpose.label().to_owned(),
        None => String::new(),
    }
}

/// Ids that changed while the element stayed the same: the new one with the one before.
#[derive(Debug, Default)]
pub(super) struct Renames(BTreeMap<Id, Id>);

impl Renames {
    /// The id that an element of the design after had in the design before.
    pub(super) fn before<'a>(&'a self, after: &'a Id) -> &'a Id {
        self.0.get(after).unwrap_or(after)
    }

    /// The same pairs the other way round.
    pub(super) fn reversed(&self) -> Self {
        Self(self.0.iter().map(|(after, before)| (before.clone(), after.clone())).collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn was(&self, after: &Id) -> Option<&Id> {
        self.0.get(after)
    }
}

/// Finds elements that are the same under another id: `bare` tells all of them, and no other that came or went is
/// told the same.
fn find_renamed<T>(
    [before, after]: [&BTreeMap<Id, Arc<T>>; 2],
    bare: impl Fn(&T, usize) -> Option<String>,
    renames: &mut Renames,
) {
    let mut told: BTreeMap<String, [Vec<&Id>; 2]> = BTreeMap::new();
    for (side, (own, other)) in [(before, after), (after, before)].into_iter().enumerate() {
        for (id, element) in own.iter().filter(|(id, _)| !other.contains_key(*id)) {
            if let Some(text) = bare(element, side)
                && let Some(list) = told.entry(text).or_default().get_mut(side)
            {
                list.push(id);
            }
        }
    }
    for [was, is] in told.into_values() {
        if let ([was], [is]) = (was.as_slice(), is.as_slice()) {
            renames.0.insert((*is).clone(), (*was).clone());
        }
    }
}

fn renames([before, after]: [&Design; 2]) -> Renames {
    let mut renames = Renames::default();
    let text = |value: Result<String, serde_json::Error>| value.ok();
    let bare = |region: &Region, _: usize| text(serde_json::to_string(region));
    find_renamed([&before.regions, &after.regions], bare, &mut renames);
    let known = Renames(renames.0.clone());
    let bare = |component: &Component, side: usize| {
        let region = component.region.as_ref().map(|id| if side == 1 { known.before(id) } else { id }.clone());
        text(serde_json::to_string(&Component { region, ..component.clone() }))
    };
    find_renamed([&before.components, &after.components], bare, &mut renames);
    let known = Renames(renames.0.clone());
    let bare = |link: &Link, side: usize| {
        let end = |id: &Id| if side == 1 { known.before(id) } else { id }.clone();
        text(serde_json::to_string(&Link { from: end(&link.from), to: end(&link.to), ..link.clone() }))
    };
    find_renamed([&before.links, &after.links], bare, &mut renames);
    renames
}

/// The elements of one sort.
struct Kind<'a, T> {
    sort: Sort,
    before: &'a BTreeMap<Id, Arc<T>>,
    after: &'a BTreeMap<Id, Arc<T>>,
}

impl<T: PartialEq> Kind<'_, T> {
    /// What became of them. `seen` gives an element of the design after as it would stand in the design before,
    /// `differs` whether it moved and its fields.
    fn changes(
        &self,
        designs: [&Design; 2],
        renames: &Renames,
        seen: impl Fn(&T) -> Option<T>,
        differs: impl Fn(&T, &T) -> (bool, Vec<FieldChange>),
    ) -> Vec<ElementChange> {
        let told = |id: &Id, design: &Design, change| ElementChange {
            id: id.clone(),
            sort: self.sort,
            name: placed(design, id),
            what: what(design, id),
            change,
            was: None,
            moved: false,
            fields: Vec::new(),
        };
        let back = renames.reversed();
        let gone = self.before.keys().filter(|id| !self.after.contains_key(*id) && back.was(id).is_none());
        let mut changes: Vec<ElementChange> = gone.map(|id| told(id, designs[0], Change::Removed)).collect();
        for (id, element) in self.after {
            let Some(old) = self.before.get(renames.before(id)) else {
                changes.push(told(id, designs[1], Change::Added));
                continue;
            };
            let was = renames.was(id).cloned();
            if was.is_none() && Arc::ptr_eq(old, element) {
                continue;
            }
            let mapped = seen(element);
            let element: &T = mapped.as_ref().unwrap_or(element);
            if was.is_none() && **old == *element {
                continue;
            }
            let (moved, fields) = differs(old, element);
            changes.push(ElementChange { was, moved, fields, ..told(id, designs[1], Change::Changed) });
        }
        changes.sort_by(|a, b| a.id.cmp(&b.id));
        changes
    }
}

/// What became of every element that is not as it was: regions, components and links, each in order of id.
pub(super) fn changes(designs: [&Design; 2]) -> (Vec<ElementChange>, Renames) {
    let renames = renames(designs);
    let [before, after] = designs;
    let mut all = Kind { sort: Sort::Region, before: &before.regions, after: &after.regions }.changes(
        designs,
        &renames,
        |_| None,
        |old, new| (old.pos != new.pos || old.extent != new.extent, fields::region(old, new, designs)),
    );
    let components = Kind { sort: Sort::Component, before: &before.components, after: &after.components };
    all.extend(components.changes(
        designs,
        &renames,
        |c| {
            let region = renames.was(c.region.as_ref()?)?.clone();
            Some(Component { region: Some(region), ..c.clone() })
        },
        |old, new| (old.pos != new.pos && old.region == new.region, fields::component(old, new, designs)),
    ));
    all.extend(Kind { sort: Sort::Link, before: &before.links, after: &after.links }.changes(
        designs,
        &renames,
        |link| {
            let ends = [&link.from, &link.to];
            ends.iter().any(|id| renames.was(id).is_some()).then(|| Link {
                from: renames.before(&link.from).clone(),
                to: renames.before(&link.to).clone(),
                ..link.clone()
            })
        },
        |old, new| (false, fields::link(old, new, designs)),
    ));
    (all, renames)
}
