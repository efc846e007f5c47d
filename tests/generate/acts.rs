//! Everything that can be done to a document, with random arguments.

use meridian::design::commands::{self, Arrange};
use meridian::design::edit::{Edit, Op};
use meridian::design::history::Document;
use meridian::design::*;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::designs::{component, meta, name, pos, site};

/// Which elements an action is about: indices into all ids of the design, which may name one twice.
type Choice = Vec<Index>;

/// Something done to a document.
#[derive(Debug, Clone)]
pub enum Act {
    Add(Kind, Pos),
    AddRegion(String, Site, Pos),
    Delete(Choice),
    Move(Choice, i32, i32, bool),
    Nudge(Choice, i32, i32),
    Resize(Index, Pos, Extent),
    Connect(Index, Index, Index),
    Duplicate(Choice, i32, i32),
    PasteText(Choice, i32, i32),
    Rename(Index, String),
    SetSite(Index, Site),
    Arrange(Choice, Arrange),
    Meta(Box<Meta>),
    /// Replaces a component by another one, which may be refused.
    SetComponent(Index, Box<Component>),
    /// Points a link elsewhere, which may be refused.
    Relink(Index, Index, Index, Purpose),
    /// Removes one element and nothing that hangs on it, which may be refused.
    RemoveAlone(Index),
    /// Puts a component under the id of another element, which may be refused.
    TakeId(Index, Box<Component>),
    EndMerge,
    Undo,
    Redo,
    GoTo(Index),
    Save,
    LoseFile,
}

fn ids(design: &Design) -> Vec<Id> {
    design.regions.keys().chain(design.components.keys()).chain(design.links.keys()).cloned().collect()
}

fn chosen(design: &Design, choice: &[Index]) -> Vec<Id> {
    let all = ids(design);
    if all.is_empty() { Vec::new() } else { choice.iter().map(|i| i.get(&all).clone()).collect() }
}

fn one<'a, T>(map: &'a std::collections::BTreeMap<Id, T>, index: &Index) -> Option<(&'a Id, &'a T)> {
    if map.is_empty() { None } else { map.iter().nth(index.index(map.len())) }
}

fn label(text: &str, ops: Vec<Op>) -> Option<Edit> {
    Some(Edit::new(text, ops))
}

impl Act {
    /// Whether it goes through [`Document::apply`].
    pub fn is_edit(&self) -> bool {
        !matches!(self, Self::EndMerge | Self::Undo | Self::Redo | Self::GoTo(_) | Self::Save | Self::LoseFile)
    }

    /// Does it. `Err` when the document refused the edit.
    pub fn perform(&self, document: &mut Document) -> Result<(), Invalid> {
        match self {
            Self::EndMerge => document.end_merge(),
            Self::Undo => drop(document.undo().map(str::to_owned)),
            Self::Redo => drop(document.redo().map(str::to_owned)),
            Self::GoTo(index) => document.go_to(index.index(document.steps().len() + 1)),
            Self::Save => document.mark_saved(document.state()),
            Self::LoseFile => document.mark_unsaved(),
            _ => {
                if let Some(edit) = self.edit(document.design()) {
                    return document.apply(edit);
                }
            }
        }
        Ok(())
    }

    /// The edit as the program itself builds it; `None` where the design has nothing to do it to.
    fn edit(&self, design: &Design) -> Option<Edit> {
        match self {
            Self::Add(kind, at) => Some(commands::add_component(design, *kind, *at).0),
            Self::AddRegion(name, site, at) => Some(commands::add_region(design, name, site.clone(), *at).0),
            Self::Delete(choice) => Some(commands::delete(design, &chosen(design, choice))),
            Self::Move(choice, dx, dy, reparent) => {
                Some(commands::move_by(design, &chosen(design, choice), *dx, *dy, *reparent))
            }
            Self::Nudge(choice, dx, dy) => Some(commands::nudge(design, &chosen(design, choice), *dx, *dy)),
            Self::Resize(index, min, extent) => {
                let (id, _) = one(&design.regions, index)?;
                Some(commands::resize_region(design, id, SceneRect { min: *min, extent: *extent }))
            }
            Self::Connect(from, to, which) => {
                let ((from, a), (to, b)) = (one(&design.components, from)?, one(&design.components, to)?);
                let offers = proposals(a.kind(), b.kind());
                let proposal = if offers.is_empty() { None } else { Some(*which.get(&offers)) };
                Some(commands::connect(design, from, to, proposal?).0)
            }
            Self::Duplicate(choice, dx, dy) => Some(commands::duplicate(design, &chosen(design, choice), *dx, *dy).0),
            Self::PasteText(choice, dx, dy) => {
                // Over the clipboard: as text, and read again.
                let copied = commands::copy(design, &chosen(design, choice));
                let text = file::to_ron(&copied.design).unwrap();
                let fragment = commands::Fragment { design: file::from_ron(&text, "clipboard").unwrap() };
                assert_eq!(fragment, copied);
                Some(commands::paste(design, &fragment, *dx, *dy, "Paste").0)
            }
            Self::Rename(index, name) => commands::rename(design, chosen(design, &[*index]).first()?, name),
            Self::SetSite(index, site) => commands::set_site(design, chosen(design, &[*index]).first()?, site.clone()),
            Self::Arrange(choice, how) => Some(commands::arrange(design, &chosen(design, choice), *how)),
            Self::Meta(meta) => Some(commands::set_meta("Change the design", Meta::clone(meta))),
            Self::SetComponent(index, new) => {
                let (id, old) = one(&design.components, index)?;
                let new = Component { region: old.region.clone(), ..Component::clone(new) };
                Some(commands::set_component("Change", id, new))
            }
            Self::Relink(index, from, to, purpose) => {
                let (id, old) = one(&design.links, index)?;
                let [from, to] = [from, to].map(|i| chosen(design, &[*i]));
                let link = Link {
                    from: from.first()?.clone(),
                    to: to.first()?.clone(),
                    purpose: *purpose,
                    ..Link::clone(old)
                };
                Some(commands::set_link("Point elsewhere", id, link))
            }
            Self::RemoveAlone(index) => {
                let id = chosen(design, &[*index]).first()?.clone();
                let op = match design.element(&id)? {
                    Element::Region(_) => Op::Region(id, None),
                    Element::Component(_) => Op::Component(id, None),
                    Element::Link(_) => Op::Link(id, None),
                };
                label("Remove", vec![op])
            }
            Self::TakeId(index, new) => {
                let id = chosen(design, &[*index]).first()?.clone();
                label("Take an id", vec![Op::Component(id, Some(std::sync::Arc::new(Component::clone(new))))])
            }
            Self::EndMerge | Self::Undo | Self::Redo | Self::GoTo(_) | Self::Save | Self::LoseFile => None,
        }
    }
}

/// Any action; undo and redo come up often enough to be mixed with edits.
pub fn any_act() -> BoxedStrategy<Act> {
    let index = any::<Index>;
    let choice = || prop::collection::vec(any::<Index>(), 0..5);
    let far = || prop_oneof![6 => -300..300i32, 1 => select(vec![i32::MIN, -1_500_000, 0, 1_500_000, i32::MAX])];
    let step = || select(vec![-8, 0, 8]);
    let odd_name = prop_oneof![4 => name(), 1 => Just("bell \u{7}".to_owned()), 1 => Just("x".repeat(300))];
    let extent = (-50..900i32, -50..900i32).prop_map(|(w, h)| Extent(w, h));
    prop_oneof![
        4 => (select(Kind::ALL.to_vec()), pos()).prop_map(|(k, p)| Act::Add(k, p)),
        2 => (odd_name.clone(), site(), pos()).prop_map(|(n, s, p)| Act::AddRegion(n, s, p)),
        2 => choice().prop_map(Act::Delete),
        3 => (choice(), far(), far(), any::<bool>()).prop_map(|(c, x, y, r)| Act::Move(c, x, y, r)),
        4 => (index(), step(), step()).prop_map(|(i, x, y)| Act::Nudge(vec![i], x, y)),
        2 => (index(), pos(), extent).prop_map(|(i, p, e)| Act::Resize(i, p, e)),
        3 => (index(), index(), index()).prop_map(|(a, b, w)| Act::Connect(a, b, w)),
        2 => (choice(), far(), far()).prop_map(|(c, x, y)| Act::Duplicate(c, x, y)),
        1 => (choice(), far(), far()).prop_map(|(c, x, y)| Act::PasteText(c, x, y)),
        3 => (index(), odd_name).prop_map(|(i, n)| Act::Rename(i, n)),
        1 => (index(), site()).prop_map(|(i, s)| Act::SetSite(i, s)),
        2 => (choice(), select(Arrange::ALL.to_vec())).prop_map(|(c, a)| Act::Arrange(c, a)),
        1 => meta().prop_map(|m| Act::Meta(Box::new(m))),
        2 => (index(), component()).prop_map(|(i, c)| Act::SetComponent(i, Box::new(c))),
        1 => (index(), index(), index(), select(Purpose::ALL.to_vec())).prop_map(|(i, a, b, p)| Act::Relink(i, a, b, p)),
        1 => index().prop_map(Act::RemoveAlone),
        1 => (index(), component()).prop_map(|(i, c)| Act::TakeId(i, Box::new(c))),
        1 => Just(Act::EndMerge),
        4 => Just(Act::Undo),
        3 => Just(Act::Redo),
        1 => index().prop_map(Act::GoTo),
        1 => Just(Act::Save),
        1 => Just(Act::LoseFile),
    ]
    .boxed()
}
