//! What the newest analysis says about each element, ready to draw: problems and region costs.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::analysis::Analysis;
use crate::design::Id;
use crate::picture::badge::Badge;
use crate::picture::card;

use super::scene::{Item, Scene};

/// Problems and costs by element.
#[derive(Default)]
pub struct Badges {
    of: Option<(Arc<Analysis>, u64)>,
    nodes: Vec<Option<Badge>>,
    edges: Vec<Option<Badge>>,
    regions: Vec<Option<Badge>>,
    /// Each region with everything that stands in it.
    clusters: Vec<Option<Badge>>,
    costs: BTreeMap<Id, String>,
}

fn slot(list: &mut Vec<Option<Badge>>, index: usize) -> &mut Option<Badge> {
    if list.len() <= index {
        list.resize(index + 1, None);
    }
    &mut list[index]
}

impl Badges {
    /// Brings the badges up to date. Returns whether there is a new analysis.
    pub fn update(&mut self, analysis: Option<&Arc<Analysis>>, scene: &Scene) -> bool {
        let Some(analysis) = analysis else {
            return std::mem::take(self).of.is_some();
        };
        let new = self.of.as_ref().is_none_or(|(old, _)| !Arc::ptr_eq(old, analysis));
        if !new && self.of.as_ref().is_some_and(|(_, generation)| *generation == scene.generation) {
            return false;
        }
        *self = Self { of: Some((analysis.clone(), scene.generation)), ..Self::default() };
        for finding in &analysis.check.findings {
            let Some(item) = finding.subjects.first().and_then(|id| scene.item(id)) else { continue };
            let region = match item {
                Item::Node(node) => {
                    Badge::add(slot(&mut self.nodes, node.index()), finding.severity);
                    scene.part(node).and_then(|p| p.region)
                }
                Item::Edge(edge) => {
                    Badge::add(slot(&mut self.edges, edge.index()), finding.severity);
                    let from = scene.wire(edge).and_then(|w| scene.node(&w.link.from));
                    from.and_then(|node| scene.part(node)).and_then(|p| p.region)
                }
                Item::Region(index) => {
                    Badge::add(slot(&mut self.regions, index), finding.severity);
                    Some(index)
                }
            };
            if let Some(region) = region {
                Badge::add(slot(&mut self.clusters, region), finding.severity);
            }
        }
        self.costs = card::region_costs(&analysis.estimates);
        new
    }

    /// The problems of an element by itself.
    #[must_use]
    pub fn of(&self, item: Item) -> Option<Badge> {
        let (list, index) = match item {
            Item::Node(node) => (&self.nodes, node.index()),
            Item::Edge(edge) => (&self.edges, edge.index()),
            Item::Region(index) => (&self.regions, index),
        };
        list.get(index).copied().flatten()
    }

    /// The problems of a region with everything in it.
    #[must_use]
    pub fn cluster(&self, region: usize) -> Option<Badge> {
        self.clusters.get(region).copied().flatten()
    }

    /// What a region costs a month, in words and in the currency in which people want to see it.
    #[must_use]
    pub fn cost(&self, region: &Id) -> Option<&str> {
        self.costs.get(region).map(String::as_str)
    }
}
