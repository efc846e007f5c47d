//! What an architect can do to a design, each as one labelled [`Edit`].
//!
//! Every function reads the design and builds an edit; none changes anything. An edit that would change nothing is
//! still returned and ignored by the document.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::component::{Component, Spec};
use super::edit::{Edit, Op};
use super::estimation::Override;
use super::geometry::{Extent, Pos, SceneRect};
use super::id::Id;
use super::kind::Kind;
use super::link::{Link, Proposal, Purpose};
use super::meta::Meta;
use super::region::{Region, RegionRole, Site};
use super::rulings::Waiver;
use super::{Design, MIN_REGION_EXTENT};

/// Room left between a region's border and what stands in it, scene points; the top also holds the title.
pub const REGION_PADDING: i32 = 16;
/// Height of a region's title bar, scene points.
pub const REGION_TITLE: i32 = 40;
/// Drawn size of a new region, scene points.
pub const NEW_REGION_EXTENT: Extent = Extent(440, 360);

fn counted(n: usize, singular: &str, plural: &str) -> String {
    if n == 1 { format!("1 {singular}") } else { format!("{n} {plural}") }
}

/// Words for a set of elements: the name of one, otherwise counts.
#[must_use]
pub fn describe(design: &Design, ids: &[Id]) -> String {
    if let [id] = ids {
        return design.name_of(id);
    }
    let count = |has: &dyn Fn(&Id) -> bool| ids.iter().filter(|id| has(id)).count();
    let parts: Vec<String> = [
        (count(&|id| design.regions.contains_key(id)), "region", "regions"),
        (count(&|id| design.components.contains_key(id)), "component", "components"),
        (count(&|id| design.links.contains_key(id)), "link", "links"),
    ]
    .into_iter()
    .filter(|(n, ..)| *n > 0)
    .map(|(n, one, many)| counted(n, one, many))
    .collect();
    parts.join(", ")
}

/// The topmost region that contains the scene position: the smallest one where regions overlap.
#[must_use]
pub fn region_at(design: &Design, pos_scene: Pos) -> Option<&Id> {
    design
        .regions
        .iter()
        .filter(|(_, r)| r.rect().contains(pos_scene))
        .min_by_key(|(_, r)| i64::from(r.extent.0) * i64::from(r.extent.1))
        .map(|(id, _)| id)
}

/// Sets what holds for the whole design.
#[must_use]
pub fn set_meta(label: impl Into<String>, meta: Meta) -> Edit {
    Edit::new(label, vec![Op::Meta(Arc::new(meta))])
}

/// Replaces a component by a changed copy.
#[must_use]
pub fn set_component(label: impl Into<String>, id: &Id, component: Component) -> Edit {
    Edit::new(label, vec![Op::Component(id.clone(), Some(Arc::new(component)))])
}

/// Replaces a region by a changed copy.
#[must_use]
pub fn set_region(label: impl Into<String>, id: &Id, region: Region) -> Edit {
    Edit::new(label, vec![Op::Region(id.clone(), Some(Arc::new(region)))])
}

/// Replaces a link by a changed copy.
#[must_use]
pub fn set_link(label: impl Into<String>, id: &Id, link: Link) -> Edit {
    Edit::new(label, vec![Op::Link(id.clone(), Some(Arc::new(link)))])
}

/// Accepts a finding. An older waiver of the same facts makes way, and with `lapsed` every older one of the finding.
#[must_use]
pub fn waive(design: &Design, waiver: Waiver, lapsed: bool) -> Edit {
    let mut meta = Meta::clone(&design.meta);
    let replaced = |w: &Waiver| w.is_about(&waiver.rule, &waiver.subjects) && (lapsed || w.facts == waiver.facts);
    meta.waivers.retain(|w| !replaced(w));
    let label = format!("Waive {}", waiver.rule);
    meta.waivers.insert(waiver);
    set_meta(label, meta)
}

/// Takes a waiver back.
#[must_use]
pub fn unwaive(design: &Design, waiver: &Waiver) -> Edit {
    let mut meta = Meta::clone(&design.meta);
    meta.waivers.remove(waiver);
    set_meta(format!("Take back the waiver of {}", waiver.rule), meta)
}

/// Makes an assumption otherwise. `label` is what it is, for the history.
#[must_use]
pub fn set_assumption(design: &Design, id: &str, label: &str, by: Override) -> Edit {
    let mut meta = Meta::clone(&design.meta);
    meta.estimation.assumptions.insert(id.to_owned(), by);
    set_meta(format!("Assume otherwise: {label}"), meta)
}

/// Assumes again what is usual.
#[must_use]
pub fn clear_assumption(design: &Design, id: &str, label: &str) -> Edit {
    let mut meta = Meta::clone(&design.meta);
    meta.estimation.assumptions.remove(id);
    set_meta(format!("Assume as usual: {label}"), meta)
}

/// Adds a component of `kind` with its middle at `center_scene`, inside the region found there if the kind may stand
/// in one. Returns the edit and the new id.
#[must_use]
pub fn add_component(design: &Design, kind: Kind, center_scene: Pos) -> (Edit, Id) {
    let extent = kind.extent();
    let mut component = Component::new(kind, kind.label());
    let corner = center_scene.offset(-extent.0 / 2, -extent.1 / 2);
    place(design, &mut component, corner);
    let prefix = component.region.as_ref().map_or_else(String::new, |r| format!("{r}-"));
    let id = design.free_id(&Id::slug(&format!("{prefix}{}", kind.short())));
    component.name = free_name(design, &component);
    (set_component(format!("Add {}", component.name), &id, component), id)
}

/// The kind's name, numbered when the region already holds one of that name.
pub(crate) fn free_name(design: &Design, component: &Component) -> String {
    let taken: BTreeSet<&str> =
        design.components.values().filter(|c| c.region == component.region).map(|c| c.name.as_str()).collect();
    if !taken.contains(component.name.as_str()) {
        return component.name.clone();
    }
    (2..)
        .map(|n| format!("{} {n}", component.name))
        .find(|name| !taken.contains(name.as_str()))
        .unwrap_or_else(|| component.name.clone())
}

/// Puts a component's corner at a scene position, and into the region found under its middle.
fn place(design: &Design, component: &mut Component, corner_scene: Pos) {
    let extent = component.kind().extent();
    let center = corner_scene.offset(extent.0 / 2, extent.1 / 2);
    component.region = if component.kind().fits_in_region() { region_at(design, center).cloned() } else { None };
    component.pos = match component.region.as_ref().and_then(|r| design.regions.get(r)) {
        Some(region) => corner_scene.offset(-region.pos.0, -region.pos.1),
        None => corner_scene,
    };
}

/// Adds an empty region at `site` with its top left corner at `corner_scene`. Returns the edit and the new id.
#[must_use]
pub fn add_region(design: &Design, name: &str, site: Site, corner_scene: Pos) -> (Edit, Id) {
    let id = design.free_id(&Id::slug(name));
    let used: BTreeSet<u8> = design.regions.values().map(|r| r.tint).collect();
    let tint = (0..8).find(|t| !used.contains(t)).unwrap_or((design.regions.len() % 8) as u8);
    let has_main = design.regions.values().any(|r| r.role == RegionRole::Main);
    let region = Region {
        availability_pct: None,
        name: name.to_owned(),
        role: if has_main { RegionRole::Sub } else { RegionRole::Peer },
        site,
        zones: 3,
        pos: corner_scene,
        extent: NEW_REGION_EXTENT,
        tint,
        requirements: super::Requirements::default(),
        notes: String::new(),
    };
    (set_region(format!("Add region {name}"), &id, region), id)
}

/// Connects two components with the links of a proposal; links that already exist are left out.
///
/// HTTPS calls to a group that has a balancer in front go to the balancer, as documented (facts A19, A21, A29), while
/// event streams go to the nodes themselves (A20). Returns the edit and the ids of the new links.
#[must_use]
pub fn connect(design: &Design, from: &Id, to: &Id, proposal: Proposal) -> (Edit, Vec<Id>) {
    let (from, to) = if proposal.reversed { (to, from) } else { (from, to) };
    let mut ops = Vec::new();
    let mut ids = Vec::new();
    for &purpose in proposal.purposes {
        let end = balancer_in_front(design, to, purpose).filter(|lb| *lb != from).unwrap_or(to);
        let exists = design.links.values().any(|l| l.from == *from && l.to == *end && l.purpose == purpose);
        if exists {
            continue;
        }
        let wish = link_id(from, end, purpose);
        let id = design.free_id(&wish);
        ops.push(Op::Link(id.clone(), Some(Arc::new(Link::new(from.clone(), end.clone(), purpose)))));
        ids.push(id);
    }
    let label = format!("Connect {} with {}", design.name_of(from), design.name_of(to));
    (Edit::new(label, ops), ids)
}

/// The balancer that HTTPS calls of this purpose to `target` should go through, if one is drawn in front of it.
fn balancer_in_front<'a>(design: &'a Design, target: &Id, purpose: Purpose) -> Option<&'a Id> {
    let through_balancer =
        matches!(purpose, Purpose::ManagementHttps | Purpose::KeyManagerHttps | Purpose::TokenNotification);
    let is_balancer = |id: &Id| design.components.get(id).is_some_and(|c| c.kind() == Kind::LoadBalancer);
    if !through_balancer || is_balancer(target) {
        return None;
    }
    design
        .links
        .values()
        .find(|l| {
            l.to == *target
                && matches!(l.purpose, Purpose::ManagementHttps | Purpose::KeyManagerHttps)
                && is_balancer(&l.from)
        })
        .map(|l| &l.from)
}

/// The readable id a link between two components gets: `from--to--purpose`.
#[must_use]
pub fn link_id(from: &Id, to: &Id, purpose: Purpose) -> Id {
    let short = |id: &Id| -> String { id.as_str().chars().take(19).collect() };
    let mut purpose_slug = String::new();
    for c in format!("{purpose:?}").chars() {
        if c.is_ascii_uppercase() && !purpose_slug.is_empty() {
            purpose_slug.push('-');
        }
        purpose_slug.push(c.to_ascii_lowercase());
    }
    let purpose_slug: String = purpose_slug.chars().take(18).collect();
    // Built from valid ids, so only the join could be odd; a slug keeps it valid in any case.
    Id::new(&format!("{}--{}--{}", short(from), short(to), purpose_slug))
        .unwrap_or_else(|_| Id::slug(purpose_slug.as_str()))
}

/// Deletes elements; regions take their components along, components their links.
#[must_use]
pub fn delete(design: &Design, ids: &[Id]) -> Edit {
    let chosen: BTreeSet<&Id> = ids.iter().collect();
    let regions: BTreeSet<&Id> = chosen.iter().copied().filter(|id| design.regions.contains_key(*id)).collect();
    let components: BTreeSet<&Id> = design
        .components
        .iter()
        .filter(|(id, c)| chosen.contains(id) || c.region.as_ref().is_some_and(|r| regions.contains(r)))
        .map(|(id, _)| id)
        .collect();
    let links = design
        .links
        .iter()
        .filter(|(id, l)| chosen.contains(id) || components.contains(&l.from) || components.contains(&l.to))
        .map(|(id, _)| Op::Link(id.clone(), None));
    let mut ops: Vec<Op> = links.collect();
    ops.extend(components.iter().map(|id| Op::Component((*id).clone(), None)));
    ops.extend(regions.iter().map(|id| Op::Region((*id).clone(), None)));
    Edit::new(format!("Delete {}", describe(design, ids)), ops)
}

/// Elements that move when `ids` are dragged: components of a moved region follow it and are left out themselves.
fn movable<'a>(design: &'a Design, ids: &'a [Id]) -> (Vec<&'a Id>, Vec<&'a Id>) {
    let regions: BTreeSet<&Id> = ids.iter().filter(|id| design.regions.contains_key(*id)).collect();
    let components: BTreeSet<&Id> = ids
        .iter()
        .filter(|id| design.components.get(*id).is_some_and(|c| c.region.as_ref().is_none_or(|r| !regions.contains(r))))
        .collect();
    (regions.into_iter().collect(), components.into_iter().collect())
}

/// Moves regions (with what stands in them) and components by `(dx, dy)` scene points. With `reparent`, a component
/// whose middle ends over another region becomes part of that region.
#[must_use]
pub fn move_by(design: &Design, ids: &[Id], dx: i32, dy: i32, reparent: bool) -> Edit {
    let (regions, components) = movable(design, ids);
    let mut ops = Vec::new();
    for id in regions {
        if let Some(region) = design.regions.get(id) {
            let mut region = Region::clone(region);
            region.pos = region.pos.offset(dx, dy);
            ops.push(Op::Region(id.clone(), Some(Arc::new(region))));
        }
    }
    // A component finds its region where the regions will be, not where those that move along were.
    let mut after = Design::default();
    if reparent && !components.is_empty() {
        after.regions.clone_from(&design.regions);
        for op in &ops {
            if let Op::Region(id, Some(region)) = op {
                after.regions.insert(id.clone(), region.clone());
            }
        }
    }
    for id in components {
        if let Some(component) = design.components.get(id) {
            let mut component = Component::clone(component);
            if reparent {
                let corner = design.pos_scene(&component).offset(dx, dy);
                place(&after, &mut component, corner);
            } else {
                component.pos = component.pos.offset(dx, dy);
            }
            ops.push(Op::Component(id.clone(), Some(Arc::new(component))));
        }
    }
    Edit::new(format!("Move {}", describe(design, ids)), ops)
}

/// Moves elements by keyboard; steps in a row become one undo step.
#[must_use]
pub fn nudge(design: &Design, ids: &[Id], dx: i32, dy: i32) -> Edit {
    let key = ids.iter().map(Id::as_str).collect::<Vec<_>>().join(" ");
    move_by(design, ids, dx, dy, false).merging(format!("nudge {key}"))
}

/// Gives a region a new rectangle without moving what stands in it on the canvas. The rectangle is widened to the
/// smallest allowed and to hold its components.
#[must_use]
pub fn resize_region(design: &Design, id: &Id, wish: SceneRect) -> Edit {
    let Some(old) = design.regions.get(id) else { return Edit::new("Resize", Vec::new()) };
    let children: Vec<SceneRect> = design.components_in(id).map(|(_, c)| design.rect_scene(c)).collect();
    let mut rect = wish;
    rect.extent = Extent(rect.extent.0.max(MIN_REGION_EXTENT.0), rect.extent.1.max(MIN_REGION_EXTENT.1));
    for child in children {
        let room = SceneRect {
            min: child.min.offset(-REGION_PADDING, -REGION_TITLE),
            extent: Extent(child.extent.0 + 2 * REGION_PADDING, child.extent.1 + REGION_TITLE + REGION_PADDING),
        };
        rect = rect.union(room);
    }
    let shift = (old.pos.0 - rect.min.0, old.pos.1 - rect.min.1);
    let mut region = Region::clone(old);
    region.pos = rect.min;
    region.extent = rect.extent;
    let mut ops = vec![Op::Region(id.clone(), Some(Arc::new(region)))];
    if shift != (0, 0) {
        for (child, component) in design.components_in(id) {
            let mut component = Component::clone(component);
            component.pos = component.pos.offset(shift.0, shift.1);
            ops.push(Op::Component(child.clone(), Some(Arc::new(component))));
        }
    }
    Edit::new(format!("Resize {}", old.name), ops)
}

/// How a selection is lined up or spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Arrange {
    /// Left edges in line.
    Left,
    /// Middles in one column.
    CenterHorizontally,
    /// Right edges in line.
    Right,
    /// Top edges in line.
    Top,
    /// Middles in one row.
    CenterVertically,
    /// Bottom edges in line.
    Bottom,
    /// Equal gaps from left to right.
    DistributeHorizontally,
    /// Equal gaps from top to bottom.
    DistributeVertically,
}

impl Arrange {
    /// Every way, in the order of menus.
    pub const ALL: [Self; 8] = [
        Self::Left,
        Self::CenterHorizontally,
        Self::Right,
        Self::Top,
        Self::CenterVertically,
        Self::Bottom,
        Self::DistributeHorizontally,
        Self::DistributeVertically,
    ];

    /// The words shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Left => "Align left",
            Self::CenterHorizontally => "Align centers in a column",
            Self::Right => "Align right",
            Self::Top => "Align top",
            Self::CenterVertically => "Align centers in a row",
            Self::Bottom => "Align bottom",
            Self::DistributeHorizontally => "Distribute horizontally",
            Self::DistributeVertically => "Distribute vertically",
        }
    }
}

/// Aligns or distributes the selected regions and components.
#[must_use]
pub fn arrange(design: &Design, ids: &[Id], how: Arrange) -> Edit {
    let (regions, components) = movable(design, ids);
    let mut rects: Vec<(&Id, SceneRect)> = Vec::new();
    rects.extend(regions.iter().filter_map(|id| Some((*id, design.regions.get(*id)?.rect()))));
    rects.extend(components.iter().filter_map(|id| Some((*id, design.rect_scene(design.components.get(*id)?)))));
    let Some(bounds) = rects.iter().map(|(_, r)| *r).reduce(SceneRect::union) else {
        return Edit::new(how.label(), Vec::new());
    };
    let mut shifts: BTreeMap<&Id, (i32, i32)> = BTreeMap::new();
    match how {
        Arrange::DistributeHorizontally => {
            spread(&mut rects, &mut shifts, bounds, |r| (r.min.0, r.extent.0), |d| (d, 0))
        }
        Arrange::DistributeVertically => spread(&mut rects, &mut shifts, bounds, |r| (r.min.1, r.extent.1), |d| (0, d)),
        _ => {
            for (id, r) in &rects {
                let shift = match how {
                    Arrange::Left => (bounds.min.0 - r.min.0, 0),
                    Arrange::CenterHorizontally => (bounds.center().0 - r.center().0, 0),
                    Arrange::Right => (bounds.max().0 - r.max().0, 0),
                    Arrange::Top => (0, bounds.min.1 - r.min.1),
                    Arrange::CenterVertically => (0, bounds.center().1 - r.center().1),
                    _ => (0, bounds.max().1 - r.max().1),
                };
                shifts.insert(id, shift);
            }
        }
    }
    let mut ops = Vec::new();
    for (id, (dx, dy)) in shifts {
        ops.extend(move_by(design, std::slice::from_ref(id), dx, dy, false).ops);
    }
    Edit::new(format!("{}: {}", how.label(), describe(design, ids)), ops)
}

/// Spreads rectangles over `bounds` so that the gaps between neighbours are equal.
fn spread<'a>(
    rects: &mut [(&'a Id, SceneRect)],
    shifts: &mut BTreeMap<&'a Id, (i32, i32)>,
    bounds: SceneRect,
    span: impl Fn(SceneRect) -> (i32, i32),
    shift: impl Fn(i32) -> (i32, i32),
) {
    let gaps = i32::try_from(rects.len()).unwrap_or(i32::MAX) - 1;
    if gaps < 2 {
        return;
    }
    rects.sort_by_key(|(id, r)| (span(*r).0, *id));
    let taken: f64 = rects.iter().map(|(_, r)| f64::from(span(*r).1)).sum();
    let (start, length) = span(bounds);
    let mut at = f64::from(start);
    let gap = (f64::from(length) - taken) / f64::from(gaps);
    for (id, r) in rects.iter() {
        let (min, size) = span(*r);
        #[expect(clippy::cast_possible_truncation, reason = "bounded by MAX_COORDINATE")]
        let delta = at.round() as i32 - min;
        shifts.insert(id, shift(delta));
        at += f64::from(size) + gap;
    }
}

/// A part of a design that can be put into another one: the clipboard's content.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Fragment {
    /// The elements; components without their region and links without both ends are possible in a design's file, but
    /// [`copy`] never makes them.
    pub design: Design,
}

/// Copies elements: regions with what stands in them, components, and the links between copied components.
/// Components whose region is not copied come with scene positions and without a region.
#[must_use]
pub fn copy(design: &Design, ids: &[Id]) -> Fragment {
    let mut part = Design::default();
    let chosen: BTreeSet<&Id> = ids.iter().collect();
    for id in ids {
        if let Some(region) = design.regions.get(id) {
            part.regions.insert(id.clone(), region.clone());
        }
    }
    for (id, component) in &design.components {
        let with_region = component.region.as_ref().is_some_and(|r| part.regions.contains_key(r));
        if with_region {
            part.components.insert(id.clone(), component.clone());
        } else if chosen.contains(id) {
            let mut component = Component::clone(component);
            component.pos = design.pos_scene(&component);
            component.region = None;
            part.components.insert(id.clone(), Arc::new(component));
        }
    }
    for (id, link) in &design.links {
        if part.components.contains_key(&link.from) && part.components.contains_key(&link.to) {
            part.links.insert(id.clone(), link.clone());
        }
    }
    Fragment { design: part }
}

/// Puts a fragment into the design, shifted by `(dx, dy)`, under free ids; loose components join the region they land
/// on. Returns the edit and the ids of the new regions and components.
#[must_use]
pub fn paste(design: &Design, fragment: &Fragment, dx: i32, dy: i32, verb: &str) -> (Edit, Vec<Id>) {
    // Ids are handed out against a growing copy, so that two pasted elements never get the same one.
    let mut target = design.clone();
    let mut renamed: BTreeMap<&Id, Id> = BTreeMap::new();
    let mut ops = Vec::new();
    let mut new_ids = Vec::new();
    for (id, region) in &fragment.design.regions {
        let mut region = Region::clone(region);
        region.pos = region.pos.offset(dx, dy);
        let new_id = target.free_id(id);
        let region = Arc::new(region);
        target.regions.insert(new_id.clone(), region.clone());
        ops.push(Op::Region(new_id.clone(), Some(region)));
        new_ids.push(new_id.clone());
        renamed.insert(id, new_id);
    }
    for (id, component) in &fragment.design.components {
        let mut component = Component::clone(component);
        let with_region = component.region.as_ref().and_then(|r| renamed.get(r)).cloned();
        let loose = with_region.is_none();
        match with_region {
            Some(region) => component.region = Some(region),
            None => {
                let corner = component.pos.offset(dx, dy);
                place(design, &mut component, corner);
            }
        }
        let new_id = target.free_id(id);
        let component = Arc::new(component);
        target.components.insert(new_id.clone(), component.clone());
        ops.push(Op::Component(new_id.clone(), Some(component)));
        if loose {
            new_ids.push(new_id.clone());
        }
        renamed.insert(id, new_id);
    }
    for link in fragment.design.links.values() {
        let (Some(from), Some(to)) = (renamed.get(&link.from), renamed.get(&link.to)) else { continue };
        let id = target.free_id(&link_id(from, to, link.purpose));
        let link = Arc::new(Link { from: from.clone(), to: to.clone(), ..Link::clone(link) });
        target.links.insert(id.clone(), link.clone());
        ops.push(Op::Link(id, Some(link)));
    }
    let ids: Vec<Id> = fragment.design.regions.keys().chain(fragment.design.components.keys()).cloned().collect();
    (Edit::new(format!("{verb} {}", describe(&fragment.design, &ids)), ops), new_ids)
}

/// Duplicates elements next to themselves, with the links among them.
#[must_use]
pub fn duplicate(design: &Design, ids: &[Id], dx: i32, dy: i32) -> (Edit, Vec<Id>) {
    paste(design, &copy(design, ids), dx, dy, "Duplicate")
}

/// Renames an element; links have no name.
#[must_use]
pub fn rename(design: &Design, id: &Id, name: &str) -> Option<Edit> {
    let label = format!("Rename to {name}");
    let key = format!("rename {id}");
    if let Some(region) = design.regions.get(id) {
        let region = Region { name: name.to_owned(), ..Region::clone(region) };
        return Some(set_region(label, id, region).merging(key));
    }
    let component = design.components.get(id)?;
    let component = Component { name: name.to_owned(), ..Component::clone(component) };
    Some(set_component(label, id, component).merging(key))
}

/// Puts an element at another cloud region or place: a region, a user population or a backend.
#[must_use]
pub fn set_site(design: &Design, id: &Id, site: Site) -> Option<Edit> {
    let label = format!("Place {} in {}", design.name_of(id), site.short());
    if let Some(region) = design.regions.get(id) {
        return Some(set_region(label, id, Region { site, ..Region::clone(region) }));
    }
    let mut component = Component::clone(design.components.get(id)?);
    match &mut component.spec {
        Spec::Users(users) => users.site = site,
        Spec::Backend(backend) => backend.site = Some(site),
        _ => return None,
    }
    Some(set_component(label, id, component))
}

/// Another place for an element, with what changes along with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Relocation {
    /// The new site.
    pub site: Site,
    /// A region's new name; `None` keeps it.
    pub name: Option<String>,
    /// A region's new number of availability zones; `None` keeps it.
    pub zones: Option<u8>,
}

/// Moves a region, a user population or a backend to another place, in one step: "Move Mumbai to aws eu-west-1".
#[must_use]
pub fn relocate(design: &Design, id: &Id, to: Relocation) -> Option<Edit> {
    let place = match &to.site {
        Site::Cloud { provider, region } => format!("{provider} {region}"),
        Site::Place { name, .. } => name.clone(),
    };
    let label = format!("Move {} to {place}", design.name_of(id));
    let Some(region) = design.regions.get(id) else {
        return set_site(design, id, to.site).map(|edit| Edit { label, ..edit });
    };
    let mut region = Region { site: to.site, ..Region::clone(region) };
    region.zones = to.zones.unwrap_or(region.zones);
    region.name = to.name.unwrap_or(region.name);
    Some(set_region(label, id, region))
}

#[cfg(test)]
mod tests {
    use super::super::link::proposals;
    use super::*;
    use crate::design::history::Document;

    fn add(document: &mut Document, kind: Kind, x: i32) -> Id {
        let (edit, id) = add_component(document.design(), kind, Pos(x, 0));
        document.apply(edit).expect("a component can be added");
        id
    }

    fn join(document: &mut Document, from: &Id, to: &Id) -> Vec<Link> {
        let kind = |id: &Id| document.design().components[id].kind();
        let best = proposals(kind(from), kind(to)).into_iter().next().expect("they can be connected");
        let (edit, ids) = connect(document.design(), from, to, best);
        document.apply(edit).expect("links can be added");
        ids.iter().map(|id| Link::clone(&document.design().links[id])).collect()
    }

    #[test]
    fn pulls_go_through_the_balancer_and_events_to_the_nodes() {
        let mut document = Document::default();
        let control_plane = add(&mut document, Kind::ControlPlane, 0);
        let balancer = add(&mut document, Kind::LoadBalancer, 300);
        let gateway = add(&mut document, Kind::Gateway, 600);
        join(&mut document, &balancer, &control_plane);
        let links = join(&mut document, &gateway, &control_plane);
        let to = |purpose| links.iter().find(|l| l.purpose == purpose).map(|l| l.to.clone());
        assert_eq!(to(Purpose::ManagementHttps), Some(balancer.clone()));
        assert_eq!(to(Purpose::KeyManagerHttps), Some(balancer));
        assert_eq!(to(Purpose::EventStream), Some(control_plane.clone()));
        assert!(join(&mut document, &gateway, &control_plane).is_empty(), "connecting twice adds nothing");
    }

    #[test]
    fn a_component_dropped_on_a_region_belongs_to_it_and_stays_where_it_was_dropped() {
        let mut document = Document::default();
        let gateway = add(&mut document, Kind::Gateway, -500);
        let (edit, region) = add_region(document.design(), "Mumbai", Site::cloud("aws", "ap-south-1"), Pos(1000, 1000));
        document.apply(edit).expect("a region can be added");
        let before = document.design().rect_scene(&document.design().components[&gateway]);
        let edit = move_by(document.design(), std::slice::from_ref(&gateway), 1700, 1100, true);
        document.apply(edit).expect("it can be moved");
        let moved = &document.design().components[&gateway];
        assert_eq!(moved.region.as_ref(), Some(&region));
        assert_eq!(document.design().pos_scene(moved), before.min.offset(1700, 1100));
    }

    #[test]
    fn resizing_a_region_never_cuts_off_or_moves_what_stands_in_it() {
        let mut document = Document::default();
        let (edit, region) = add_region(document.design(), "Mumbai", Site::cloud("aws", "ap-south-1"), Pos(0, 0));
        document.apply(edit).expect("a region can be added");
        let gateway = add(&mut document, Kind::Gateway, 200);
        let moved = move_by(document.design(), std::slice::from_ref(&gateway), 0, 150, true);
        document.apply(moved).expect("it can be moved");
        let place = |d: &Document| d.design().rect_scene(&d.design().components[&gateway]);
        let before = place(&document);
        let tiny = SceneRect { min: Pos(300, 300), extent: Extent(1, 1) };
        document.apply(resize_region(document.design(), &region, tiny)).expect("it can be resized");
        assert_eq!(place(&document), before);
        let rect = document.design().regions[&region].rect();
        assert!(rect.contains(before.min) && rect.contains(before.max()), "{rect:?} does not hold {before:?}");
    }
}
