//! A design in the making: changes are written down one after another and become one labelled edit.
//!
//! Quick fixes and generated designs are built with it. A draft never refuses anything; whether the result is sound is
//! checked where every edit is, when it is applied.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::commands;
use super::edit::{Edit, Op};
use super::geometry::{Extent, Pos, SceneRect};
use super::places;
use super::{Component, Design, Id, Kind, Link, Meta, Purpose, Region, RegionRole, Site};

/// Room added below a region that is full, scene points.
const ROW: i32 = 88;
/// Room left between regions, scene points.
const REGION_GAP: i32 = 40;

/// Changes to a design that are not applied yet.
#[derive(Debug, Clone)]
pub struct Draft {
    before: Design,
    design: Design,
    touched: BTreeSet<Touched>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Touched {
    Meta,
    Region(Id),
    Component(Id),
    Link(Id),
}

impl Draft {
    /// Starts from a design.
    #[must_use]
    pub fn of(design: &Design) -> Self {
        Self { before: design.clone(), design: design.clone(), touched: BTreeSet::new() }
    }

    /// The design with the changes so far.
    #[must_use]
    pub fn design(&self) -> &Design {
        &self.design
    }

    /// The changes so far as one edit; elements that end as they were are left out.
    #[must_use]
    pub fn into_edit(self, label: impl Into<String>) -> Edit {
        let ops = self.touched.iter().filter_map(|touched| match touched {
            Touched::Meta => (self.before.meta != self.design.meta).then(|| Op::Meta(self.design.meta.clone())),
            Touched::Region(id) => {
                let (old, new) = (self.before.regions.get(id), self.design.regions.get(id));
                (old != new).then(|| Op::Region(id.clone(), new.cloned()))
            }
            Touched::Component(id) => {
                let (old, new) = (self.before.components.get(id), self.design.components.get(id));
                (old != new).then(|| Op::Component(id.clone(), new.cloned()))
            }
            Touched::Link(id) => {
                let (old, new) = (self.before.links.get(id), self.design.links.get(id));
                (old != new).then(|| Op::Link(id.clone(), new.cloned()))
            }
        });
        Edit::new(label, ops.collect())
    }

    /// Takes over an edit made elsewhere, without a check.
    pub fn take(&mut self, edit: &Edit) {
        super::edit::replace_all(&mut self.design, &edit.ops);
        for op in &edit.ops {
            self.touched.insert(match op {
                Op::Meta(_) => Touched::Meta,
                Op::Region(id, _) => Touched::Region(id.clone()),
                Op::Component(id, _) => Touched::Component(id.clone()),
                Op::Link(id, _) => Touched::Link(id.clone()),
            });
        }
    }

    /// Changes what holds for the whole design.
    pub fn meta(&mut self, change: impl FnOnce(&mut Meta)) {
        change(Arc::make_mut(&mut self.design.meta));
        self.touched.insert(Touched::Meta);
    }

    /// Changes a region, if there is one of this id.
    pub fn region(&mut self, id: &Id, change: impl FnOnce(&mut Region)) {
        if let Some(region) = self.design.regions.get_mut(id) {
            change(Arc::make_mut(region));
            self.touched.insert(Touched::Region(id.clone()));
        }
    }

    /// Changes a component, if there is one of this id.
    pub fn component(&mut self, id: &Id, change: impl FnOnce(&mut Component)) {
        if let Some(component) = self.design.components.get_mut(id) {
            change(Arc::make_mut(component));
            self.touched.insert(Touched::Component(id.clone()));
        }
    }

    /// Changes a link, if there is one of this id.
    pub fn link(&mut self, id: &Id, change: impl FnOnce(&mut Link)) {
        if let Some(link) = self.design.links.get_mut(id) {
            change(Arc::make_mut(link));
            self.touched.insert(Touched::Link(id.clone()));
        }
    }

    /// Connects two components for each purpose, unless a link of that purpose is there. Returns the links' ids.
    pub fn connect(&mut self, from: &Id, to: &Id, purposes: &[Purpose]) -> Vec<Id> {
        let mut ids = Vec::new();
        for &purpose in purposes {
            let there = self.design.links.iter().find(|(_, l)| l.from == *from && l.to == *to && l.purpose == purpose);
            if let Some((id, _)) = there {
                ids.push(id.clone());
                continue;
            }
            let id = self.design.free_id(&commands::link_id(from, to, purpose));
            self.design.links.insert(id.clone(), Arc::new(Link::new(from.clone(), to.clone(), purpose)));
            self.touched.insert(Touched::Link(id.clone()));
            ids.push(id);
        }
        ids
    }

    /// Removes a link.
    pub fn disconnect(&mut self, id: &Id) {
        if self.design.links.remove(id).is_some() {
            self.touched.insert(Touched::Link(id.clone()));
        }
    }

    /// Removes a component with its links.
    pub fn remove(&mut self, id: &Id) {
        let links: Vec<Id> = self.design.links_of(id).map(|(link, _)| link.clone()).collect();
        for link in links {
            self.disconnect(&link);
        }
        if self.design.components.remove(id).is_some() {
            self.touched.insert(Touched::Component(id.clone()));
        }
    }

    /// Removes a region with everything in it.
    pub fn remove_region(&mut self, id: &Id) {
        let inside: Vec<Id> = self.design.components_in(id).map(|(component, _)| component.clone()).collect();
        for component in inside {
            self.remove(&component);
        }
        if self.design.regions.remove(id).is_some() {
            self.touched.insert(Touched::Region(id.clone()));
        }
    }

    /// Adds a component of usual settings at a free spot of a region, which grows when it is full; or, without a
    /// region, above everything drawn. Returns its id.
    pub fn add(&mut self, region: Option<&Id>, kind: Kind, name: &str) -> Id {
        let mut component = Component::new(kind, name);
        let region = region.filter(|id| kind.fits_in_region() && self.design.regions.contains_key(*id));
        component.pos = match region {
            Some(region) => self.spot_in(region, kind.extent()),
            None => self.spot_above(kind.extent()),
        };
        component.region = region.cloned();
        let prefix = region.map_or_else(String::new, |r| format!("{r}-"));
        let id = self.design.free_id(&Id::slug(&format!("{prefix}{}", kind.short())));
        component.name = commands::free_name(&self.design, &component);
        self.design.components.insert(id.clone(), Arc::new(component));
        self.touched.insert(Touched::Component(id.clone()));
        id
    }

    /// Adds an empty region to the right of everything drawn. Returns its id.
    pub fn add_region(&mut self, name: &str, site: Site, role: RegionRole) -> Id {
        let right = self.design.regions.values().map(|r| r.rect().max().0 + REGION_GAP).max().unwrap_or(0);
        let top = self.design.regions.values().map(|r| r.pos.1).min().unwrap_or(0);
        let (edit, id) = commands::add_region(&self.design, name, site, Pos(right, top));
        self.take(&edit);
        self.region(&id, |r| r.role = role);
        id
    }

    /// Moves a component into a region, to the free spot nearest to where it is drawn; a full region grows.
    pub fn settle(&mut self, id: &Id, region: &Id) {
        let (Some(component), Some(to)) = (self.design.components.get(id), self.design.regions.get(region)) else {
            return;
        };
        let size = component.kind().extent();
        let wish = self.design.pos_scene(component).offset(-to.pos.0, -to.pos.1);
        let pos = match places::free_in_region(&self.design, region, size, wish) {
            Ok(spot) => spot,
            Err(_) => self.spot_in(region, size),
        };
        self.component(id, |c| {
            c.region = Some(region.clone());
            c.pos = pos;
        });
    }

    fn spot_in(&mut self, region: &Id, size: Extent) -> Pos {
        // A region holds no more boxes than the largest design; each turn makes room for at least one more.
        loop {
            match places::free_in_region(&self.design, region, size, places::FIRST_SPOT) {
                Ok(spot) => return spot,
                Err(inside) => {
                    let rect = self.design.regions.get(region).map(|r| r.rect());
                    let Some(rect) = rect.filter(|r| r.extent.1 < super::MAX_COORDINATE) else { return inside };
                    self.make_room_below(region, rect);
                    self.region(region, |r| r.extent.1 += ROW);
                }
            }
        }
    }

    /// Moves down the regions that a region would cover when it grows by a row.
    fn make_room_below(&mut self, region: &Id, rect: SceneRect) {
        let grown = SceneRect { min: rect.min, extent: Extent(rect.extent.0, rect.extent.1 + ROW) };
        let covered = |r: &SceneRect| r.intersects(grown) && !r.intersects(rect);
        let hit = self.design.regions.iter().any(|(id, r)| id != region && covered(&r.rect()));
        if !hit {
            return;
        }
        let below = rect.max().1;
        let lower: Vec<Id> = self
            .design
            .regions
            .iter()
            .filter(|(id, r)| *id != region && r.pos.1 >= below)
            .map(|(id, _)| id.clone())
            .collect();
        for id in lower {
            self.region(&id, |r| r.pos.1 += ROW);
        }
    }

    fn spot_above(&self, size: Extent) -> Pos {
        let Some(bounds) = self.design.bounds() else { return Pos(0, 0) };
        let loose = self.design.components.values().filter(|c| c.region.is_none());
        let taken: Vec<SceneRect> = loose
            .map(|c| self.design.rect_scene(c))
            .chain(self.design.regions.values().map(|r| r.rect()))
            .map(|r| places::grown(r, REGION_GAP))
            .collect();
        let wish = Pos(bounds.min.0 + (bounds.extent.0 - size.0) / 2, bounds.min.1 - size.1 - REGION_GAP);
        places::nearest_free(&taken, size, wish, ROW, |_| true).unwrap_or(wish)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn() -> (Draft, Id) {
        let mut draft = Draft::of(&Design::default());
        let region = draft.add_region("Mumbai", Site::cloud("aws", "ap-south-1"), RegionRole::Sub);
        (draft, region)
    }

    #[test]
    fn what_is_added_covers_nothing_and_a_full_region_grows_without_covering_its_neighbour() {
        let (mut draft, region) = drawn();
        let below = draft.add_region("Below", Site::cloud("aws", "eu-west-1"), RegionRole::Sub);
        draft.region(&below, |r| r.pos = Pos(0, 380));
        for _ in 0..24 {
            draft.add(Some(&region), Kind::Gateway, "Gateway");
        }
        draft.add(None, Kind::Users, "Users");
        let design = draft.design().clone();
        design.validate().unwrap();
        let rects: Vec<_> = design.components.values().map(|c| design.rect_scene(c)).collect();
        assert!(rects.iter().enumerate().all(|(i, a)| rects.iter().skip(i + 1).all(|b| !a.intersects(*b))));
        let regions: Vec<_> = design.regions.values().map(|r| r.rect()).collect();
        assert!(!regions[0].intersects(regions[1]), "{regions:?}");
    }

    #[test]
    fn the_edit_holds_only_what_became_different() {
        let (mut draft, region) = drawn();
        let gateway = draft.add(Some(&region), Kind::Gateway, "Gateway");
        let manager = draft.add(Some(&region), Kind::TrafficManager, "Traffic manager");
        let links = draft.connect(&gateway, &manager, &[Purpose::ThrottleData, Purpose::ThrottleData]);
        assert_eq!(links[0], links[1]);
        draft.remove(&manager);
        draft.meta(|m| m.notes.clear());
        let design = draft.design().clone();
        let edit = draft.into_edit("Add");
        assert_eq!(edit.ops.len(), 2, "{edit:?}");
        let mut again = Design::default();
        edit.apply(&mut again).unwrap();
        assert_eq!(again, design);
    }
}
