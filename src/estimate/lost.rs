//! What is left when components are lost: where each population's calls arrive then, and what the groups must carry.
//!
//! The routes are those of the same router over a drawing without the lost components. Only populations of whose way a
//! part is lost are routed again, and only groups whose calls change are loaded again; the others are as before.

use std::collections::{BTreeMap, BTreeSet};

use crate::books::Books;
use crate::design::{Id, Kind};
use crate::topology::{Node, Topology};

use super::load::{self, Group, Routed};
use super::places::Places;
use super::routing::{Arrivals, Router};

/// Most regions that are looked at as lost.
pub(super) const MAX_LOST: usize = 64;

/// A drawing as it stands before more of it is lost, with its routes and loads.
#[derive(Clone, Copy)]
pub(super) struct Healthy<'s, 'a> {
    /// The drawing.
    pub topology: &'s Topology<'a>,
    /// The drawing with what it has lost already; the same when nothing is.
    pub drawn: &'s Topology<'a>,
    /// The ways of API calls.
    pub router: &'s Router<'s, 'a>,
    /// Where each population's calls arrive, in order of population.
    pub routed: &'s Routed<'a>,
    /// Every group that serves API traffic.
    pub groups: &'s BTreeMap<&'a Id, Group<'a>>,
    /// Throughput.
    pub books: &'s Books,
}

/// A drawing of which components are lost.
pub(super) struct Without<'s, 'a> {
    /// What is left.
    pub topology: Topology<'a>,
    /// What is lost.
    pub lost: BTreeSet<&'a Id>,
    /// Where each population's calls arrive now, in order of population; nowhere when nothing left takes them.
    pub routed: Vec<(Node<'a>, Arrivals<'a>)>,
    /// Groups that are loaded otherwise than before.
    changed: BTreeMap<&'a Id, Group<'a>>,
    before: &'s BTreeMap<&'a Id, Group<'a>>,
}

impl<'s, 'a> Without<'s, 'a> {
    /// Everything that stands in a region is lost, except its users.
    pub fn region(healthy: Healthy<'s, 'a>, places: &mut Places<'a>, region: &Id) -> Self {
        let stands = healthy.topology.in_region(Some(region));
        let lost = stands.filter(|node| node.component.kind() != Kind::Users).map(|node| node.id).collect();
        Self::components(healthy, places, lost)
    }

    /// These components are lost.
    pub fn components(healthy: Healthy<'s, 'a>, places: &mut Places<'a>, lost: BTreeSet<&'a Id>) -> Self {
        let topology = healthy.topology.without(lost.iter().copied());
        // Populations that one balancer sends the same ways are looked at once.
        let mut known: BTreeMap<&Id, bool> = BTreeMap::new();
        let mut ends: BTreeSet<&'a Id> = BTreeSet::new();
        let mut routed = healthy.routed.to_vec();
        {
            let router = healthy.router.without(&topology, &lost);
            for (population, arrivals) in &mut routed {
                let key = arrivals.key(population.id);
                let met = *known.entry(key).or_insert_with(|| {
                    let met = arrivals.meets(&lost);
                    if met {
                        ends.extend(ends_of(arrivals));
                    }
                    met
                });
                if met {
                    let place = places.of_component(population.component).ok();
                    *arrivals = router.shared_arrivals(places, population.id, place);
                    ends.extend(ends_of(arrivals));
                }
            }
        }
        let nodes = ends.iter().filter_map(|id| healthy.groups.get(id)).map(|group| group.node);
        let nodes: Vec<_> = nodes.filter(|node| !lost.contains(node.id)).collect();
        let senders: Vec<_> =
            routed.iter().filter(|(_, arrivals)| ends_of(arrivals).any(|end| ends.contains(end))).cloned().collect();
        let changed = load::groups(nodes.into_iter(), &senders, topology.design, healthy.books);
        Self { topology, lost, routed, changed, before: healthy.groups }
    }

    /// A group as it is loaded now; `None` when it is lost.
    pub fn group(&self, id: &Id) -> Option<&Group<'a>> {
        self.changed.get(id).or_else(|| self.before.get(id)).filter(|group| !self.lost.contains(group.node.id))
    }

    /// Every group that is left, as it is loaded now, in order of id.
    pub fn groups(&self) -> impl Iterator<Item = &Group<'a>> {
        self.before.keys().filter_map(|id| self.group(id))
    }
}

/// What is left without each region that serves calls, for the first [`MAX_LOST`] of them.
pub(super) fn regions<'s, 'a>(healthy: Healthy<'s, 'a>, places: &mut Places<'a>) -> Vec<(&'a Id, Without<'s, 'a>)> {
    let regions = healthy.topology.gateway_regions().into_iter().take(MAX_LOST);
    regions.map(|region| (region, Without::region(healthy, places, region))).collect()
}

/// The components that finally serve what arrives.
fn ends_of<'r, 'a>(arrivals: &'r Arrivals<'a>) -> impl Iterator<Item = &'a Id> + use<'r, 'a> {
    arrivals.iter().flat_map(|arrival| arrival.fan.iter().map(|route| route.end.id))
}

/// A drawing as it is now, and as it was before anything was lost.
#[derive(Clone, Copy)]
pub(super) struct View<'s, 'a> {
    /// What is left.
    pub now: &'s Topology<'a>,
    /// Everything.
    pub whole: &'s Topology<'a>,
    before: &'s BTreeMap<&'a Id, Group<'a>>,
    without: Option<&'s Without<'s, 'a>>,
}

impl<'s, 'a> View<'s, 'a> {
    /// Nothing is lost.
    pub fn whole(healthy: Healthy<'s, 'a>) -> Self {
        Self { now: healthy.topology, whole: healthy.drawn, before: healthy.groups, without: None }
    }

    /// With what is lost.
    pub fn without(healthy: Healthy<'s, 'a>, without: &'s Without<'s, 'a>) -> Self {
        Self { now: &without.topology, without: Some(without), ..Self::whole(healthy) }
    }

    /// How many populations there are.
    pub fn populations(self) -> usize {
        self.whole.of_kind(Kind::Users).count()
    }

    /// A group as it is loaded now; `None` when there is none, or it is lost.
    pub fn group(self, id: &Id) -> Option<&'s Group<'a>> {
        match self.without {
            Some(without) => without.group(id),
            None => self.before.get(id),
        }
    }

    /// Every group there is, as it is loaded now, in order of id.
    pub fn groups(self) -> Vec<&'s Group<'a>> {
        match self.without {
            Some(without) => without.groups().collect(),
            None => self.before.values().collect(),
        }
    }
}
