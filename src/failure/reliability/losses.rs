//! What every single failure and every pair takes down, in the words of the document.

use std::collections::{BTreeMap, BTreeSet};

use crate::design::failure::zones;
use crate::design::{Between, Capability, Design, Failure, Failures, Id};
use crate::failure::availability::chance::at_least;
use crate::failure::chances::{Chances, End};
use crate::failure::formula::FormulaId;
use crate::failure::model::{Model, Place};
use crate::failure::part::PartOf;
use crate::failure::sweep::{self, Order, Sweep, sweep};

use super::Budget;

/// Something that fails.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The failure, which can be played.
    pub failure: Failure,
    /// Share of the time in which it is so, 0 to 1, as far as figures are known.
    pub down: f64,
}

/// How much an element matters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Heat {
    /// Capabilities × places that its worst failure takes down alone.
    pub alone: usize,
    /// Pairs with another failure that take down what neither takes down alone, of the failure that has most.
    pub in_pairs: usize,
}

/// What every single failure and every pair takes down.
#[derive(Debug, Clone, PartialEq)]
pub struct Losses {
    /// What may fail: regions, zones, components, one node of each group, connections between regions and links.
    pub hits: Vec<Hit>,
    /// Every capability at every place, in the order of the model.
    pub cells: Vec<(Capability, Place)>,
    /// Which cells each hit and each pair takes down, by their places in both lists.
    pub found: Sweep,
    /// Whether all pairs were looked at, not only those with a region.
    pub all_pairs: bool,
}

impl Losses {
    /// Where a cell stands in the list.
    #[must_use]
    pub fn cell(&self, capability: Capability, place: &Place) -> Option<usize> {
        self.cells.iter().position(|(of, at)| *of == capability && at == place)
    }

    /// Hits that take a cell down alone, the likeliest first.
    #[must_use]
    pub fn singles(&self, cell: usize) -> Vec<&Hit> {
        let mut hits: Vec<&Hit> = self.found.singles(cell).filter_map(|hit| self.hits.get(hit)).collect();
        hits.sort_by(|a, b| b.down.total_cmp(&a.down));
        hits
    }

    /// Pairs that take a cell down although neither does alone, the likeliest first.
    #[must_use]
    pub fn pairs(&self, cell: usize) -> Vec<[&Hit; 2]> {
        let pairs = self.found.pairs(cell);
        let mut pairs: Vec<[&Hit; 2]> =
            pairs.filter_map(|(a, b)| Some([self.hits.get(a)?, self.hits.get(b)?])).collect();
        let both = |[a, b]: &[&Hit; 2]| a.down * b.down;
        pairs.sort_by(|a, b| both(b).total_cmp(&both(a)));
        pairs
    }

    /// How much each component, link and region matters.
    #[must_use]
    pub fn heat(&self) -> BTreeMap<Id, Heat> {
        let mut heat: BTreeMap<Id, Heat> = BTreeMap::new();
        for (hit, involved) in self.hits.iter().zip(self.found.involved()) {
            let id = match &hit.failure {
                Failure::Region(id) | Failure::Component(id) | Failure::Link(id) => id,
                Failure::Nodes { component, .. } => component,
                Failure::Zone { .. } | Failure::Cut(_) | Failure::Slow { .. } => continue,
            };
            let of = heat.entry(id.clone()).or_default();
            of.alone = of.alone.max(involved.roots_alone);
            of.in_pairs = of.in_pairs.max(involved.pairs);
        }
        heat
    }
}

/// What every single failure and every pair takes down. Nothing when `go_on` said no on the way.
#[must_use]
pub fn losses(
    design: &Design,
    model: &Model,
    chances: &Chances,
    budget: &Budget,
    go_on: &dyn Fn() -> bool,
) -> Option<Losses> {
    let mut hits = Vec::new();
    let mut things = Vec::new();
    let mut regions = Vec::new();
    for failure in everything(design, model) {
        let down = model.down(&Failures::from([failure.clone()]), design);
        let parts: Vec<_> = down.iter().collect();
        if parts.is_empty() {
            continue;
        }
        if matches!(failure, Failure::Region(_)) {
            regions.push(hits.len());
        }
        hits.push(Hit { down: share(&failure, model, chances), failure });
        things.push(sweep::Hit { parts });
    }
    let cells: Vec<(Capability, Place)> = model.cells.keys().cloned().collect();
    let roots: Vec<FormulaId> = model.cells.values().map(|cell| model.formula(cell.usable)).collect();
    let question =
        sweep::Question { formulas: &model.formulas, members: chances.members(), roots: &roots, things: &things };
    let all_pairs = hits.len() <= budget.things_in_pairs;
    let order = if all_pairs { Order::Two } else { Order::With(&regions) };
    let found = sweep(&question, order, go_on)?;
    Some(Losses { hits, cells, found, all_pairs })
}

/// What may fail in a drawing: sites first, then what stands in them, then lines.
fn everything(design: &Design, model: &Model) -> Vec<Failure> {
    let mut all: Vec<Failure> = design.regions.keys().cloned().map(Failure::Region).collect();
    for region in design.regions.keys() {
        let zones = zones(design, region).into_iter();
        all.extend(zones.map(|zone| Failure::Zone { region: region.clone(), zone: zone.to_owned() }));
    }
    for id in design.components.keys() {
        all.push(Failure::Component(id.clone()));
        let nodes: u32 = model.node_parts(id).iter().filter_map(|part| model.part_of(*part)).map(|p| p.members).sum();
        if nodes > 1 {
            all.push(Failure::Nodes { component: id.clone(), count: 1 });
        }
    }
    let connections: BTreeSet<&Between> = model
        .parts
        .iter()
        .filter_map(|part| if let PartOf::Connection(between) = &part.of { Some(between) } else { None })
        .collect();
    all.extend(connections.into_iter().cloned().map(Failure::Cut));
    all.extend(design.links.keys().cloned().map(Failure::Link));
    all
}

/// Share of the time in which a failure is there.
fn share(failure: &Failure, model: &Model, chances: &Chances) -> f64 {
    let part = |of: &PartOf| model.part(of).map_or(0.0, |part| chances.down(part, End::Value));
    let nodes = |id: &Id, working: fn(u32) -> u32| {
        let of = model.node_parts(id).iter().filter_map(|id| Some((model.part_of(*id)?.members, *id)));
        let all: Vec<_> = of.collect();
        // All nodes of a group fail alike, whichever zone they stand in.
        let Some((_, first)) = all.first() else { return 0.0 };
        let members = all.iter().map(|(members, _)| members).sum();
        let member = crate::failure::availability::Chance::of_down(chances.down(*first, End::Value));
        at_least(members, working(members), member).down
    };
    match failure {
        Failure::Region(id) => part(&PartOf::Region(id.clone())),
        Failure::Zone { region, zone } => part(&PartOf::Zone(region.clone(), zone.clone())),
        Failure::Component(id) => {
            let (common, own) = (part(&PartOf::Component(id.clone())), nodes(id, |_| 1));
            common + own - common * own
        }
        Failure::Nodes { component, .. } => nodes(component, |members| members),
        Failure::Link(id) => part(&PartOf::Link(id.clone())),
        Failure::Cut(between) => part(&PartOf::Connection(between.clone())),
        Failure::Slow { .. } => 0.0,
    }
}
