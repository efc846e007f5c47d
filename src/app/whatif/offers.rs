//! What can be failed: of the selection, of an element, and in the whole drawing.

use std::collections::BTreeSet;

use crate::design::failure::{Failure, every, nodes, zones};
use crate::design::{Between, Design, Failures, Id};

/// What is added to each round trip between two regions when it is slowed down, ms.
pub const SLOWER_MS: [u32; 4] = [50, 100, 200, 500];

/// The failure of an element as a whole; `None` when it is not drawn.
#[must_use]
pub fn of(design: &Design, id: &Id) -> Option<Failure> {
    if design.regions.contains_key(id) {
        Some(Failure::Region(id.clone()))
    } else if design.components.contains_key(id) {
        Some(Failure::Component(id.clone()))
    } else {
        design.links.contains_key(id).then(|| Failure::Link(id.clone()))
    }
}

/// The failures of everything selected.
#[must_use]
pub fn of_all(design: &Design, ids: &BTreeSet<Id>) -> Vec<Failure> {
    ids.iter().filter_map(|id| of(design, id)).collect()
}

/// One more node of a group: `None` when it has no further one, or one node only.
#[must_use]
pub fn one_more_node(design: &Design, failures: &Failures, id: &Id) -> Option<Failure> {
    let nodes = design.components.get(id).and_then(|c| nodes(c)).filter(|nodes| *nodes > 1)?;
    let failed = failures.iter().find_map(|failure| match failure {
        Failure::Nodes { component, count } if component == id => Some(*count),
        _ => None,
    });
    let count = failed.unwrap_or(0) + 1;
    (count <= nodes).then(|| Failure::Nodes { component: id.clone(), count })
}

/// The zones of a region, or those in which a component stands.
#[must_use]
pub fn zones_of(design: &Design, id: &Id) -> Vec<Failure> {
    let Some(region) = design.region_of(id) else { return Vec::new() };
    let own = design.components.get(id).map(|component| &component.zones);
    let known = zones(design, region);
    let known = known.into_iter().filter(|zone| own.is_none_or(|own| own.iter().any(|z| z == zone)));
    known.map(|zone| Failure::Zone { region: region.clone(), zone: zone.to_owned() }).collect()
}

/// The two regions whose connection the selection is about: two regions, or links and components in just two.
#[must_use]
pub fn connection(design: &Design, ids: &BTreeSet<Id>) -> Option<Between> {
    let mut regions = BTreeSet::new();
    for id in ids {
        match design.links.get(id) {
            Some(link) => regions.extend([&link.from, &link.to].into_iter().filter_map(|end| design.region_of(end))),
            None => regions.extend(design.region_of(id)),
        }
    }
    let mut regions = regions.into_iter();
    match (regions.next(), regions.next(), regions.next()) {
        (Some(a), Some(b), None) => Some(Between::new(a.clone(), b.clone())),
        _ => None,
    }
}

/// The largest things that can fail: regions, connections and zones.
#[must_use]
pub fn choices(design: &Design) -> Vec<Failure> {
    let mut all = every(design);
    all.retain(|failure| matches!(failure, Failure::Region(_) | Failure::Cut(_) | Failure::Zone { .. }));
    all
}

/// Everything that can fail as a whole, and the zones and connections: regions first, links last.
#[must_use]
pub fn everything(design: &Design) -> Vec<Failure> {
    let mut all = every(design);
    all.retain(|failure| !matches!(failure, Failure::Nodes { .. }));
    all
}
