//! What every single failure and every pair takes down, in the words of the document.

use std::collections::{BTreeMap, BTreeSet};

use crate::design::failure::{every, nodes};
use crate::design::{Capability, Design, Failure, Failures, Id};
use crate::failure::availability::Chance;
use crate::failure::availability::chance::at_least;
use crate::failure::chances::{Chances, End};
use crate::failure::formula::{FormulaId, PartId};
use crate::failure::model::{Model, Place};
use crate::failure::part::PartOf;
use crate::failure::sweep::{self, Order, Sweep, Together, sweep};

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

/// Which pairs of failures were looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pairs {
    /// None: each failure was looked at alone.
    None,
    /// A region and one more thing.
    WithRegion,
    /// All of them.
    All,
}

/// What every single failure and every pair takes down.
#[derive(Debug, Clone, PartialEq)]
pub struct Losses {
    /// What may fail and takes anything with it, in the order of [`every`].
    pub hits: Vec<Hit>,
    /// Every capability at every place, in the order of the model.
    pub cells: Vec<(Capability, Place)>,
    /// Which cells each hit and each pair takes down, by their places in both lists.
    pub found: Sweep,
    /// Which pairs were looked at.
    pub pairs_of: Pairs,
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
    for failure in every(design) {
        let down = model.down(&Failures::from([failure.clone()]), design);
        let parts: Vec<_> = down.iter().collect();
        if parts.is_empty() {
            continue;
        }
        if matches!(failure, Failure::Region(_)) {
            regions.push(hits.len());
        }
        hits.push(Hit { down: share(&failure, design, model, chances), failure });
        things.push(sweep::Hit { parts });
    }
    let cells: Vec<(Capability, Place)> = model.cells.keys().cloned().collect();
    let roots: Vec<FormulaId> = model.cells.values().map(|cell| model.formula(cell.usable)).collect();
    let together = if budget.things_in_pairs > 0 { together(design, model, &hits, &things) } else { Vec::new() };
    let question = sweep::Question {
        formulas: &model.formulas,
        members: chances.members(),
        roots: &roots,
        things: &things,
        together: &together,
    };
    let (pairs_of, order) = match budget.things_in_pairs {
        0 => (Pairs::None, Order::One),
        most if hits.len() <= most => (Pairs::All, Order::Two),
        _ => (Pairs::WithRegion, Order::With(&regions)),
    };
    let found = sweep(&question, order, go_on)?;
    Some(Losses { hits, cells, found, pairs_of })
}

/// What the pairs of a zone and a node of a group in it take down more: the node that stops while the zone is gone is one
/// of another zone.
fn together(design: &Design, model: &Model, hits: &[Hit], things: &[sweep::Hit]) -> Vec<Together> {
    let mut zones: BTreeMap<(&Id, &str), usize> = BTreeMap::new();
    for (at, hit) in hits.iter().enumerate() {
        if let Failure::Zone { region, zone } = &hit.failure {
            zones.insert((region, zone.as_str()), at);
        }
    }
    let mut all = Vec::new();
    for (node, hit) in hits.iter().enumerate() {
        let Failure::Nodes { component, .. } = &hit.failure else { continue };
        let Some(drawn) = design.components.get(component) else { continue };
        let Some(region) = &drawn.region else { continue };
        let names: BTreeSet<&String> = drawn.zones.iter().collect();
        for zone in names.into_iter().filter_map(|zone| zones.get(&(region, zone.as_str())).copied()) {
            let pair = [zone, node];
            let both: Failures = pair.iter().filter_map(|at| hits.get(*at)).map(|hit| hit.failure.clone()).collect();
            let known: Vec<(PartId, u32)> =
                pair.iter().filter_map(|at| things.get(*at)).flat_map(|thing| thing.parts.iter().copied()).collect();
            let parts: Vec<(PartId, u32)> =
                model.down(&both, design).iter().filter(|down| !known.contains(down)).collect();
            if !parts.is_empty() {
                all.push(Together { pair, more: sweep::Hit { parts } });
            }
        }
    }
    all
}

/// Share of the time in which a failure is there.
fn share(failure: &Failure, design: &Design, model: &Model, chances: &Chances) -> f64 {
    let part = |of: &PartOf| model.part(of).map_or(0.0, |part| chances.down(part, End::Value));
    let in_group = |id: &Id, working: fn(u32) -> u32| {
        // All nodes of a group fail alike, whichever zone they stand in.
        let (Some(first), Some(drawn)) = (model.node_parts(id).first(), design.components.get(id)) else { return 0.0 };
        let members = nodes(drawn).unwrap_or(0);
        let member = Chance::of_down(chances.down(*first, End::Value));
        at_least(members, working(members), member).down
    };
    match failure {
        Failure::Region(id) => part(&PartOf::Region(id.clone())),
        Failure::Zone { region, zone } => part(&PartOf::Zone(region.clone(), zone.clone())),
        Failure::Component(id) => {
            let (common, own) = (part(&PartOf::Component(id.clone())), in_group(id, |_| 1));
            common + own - common * own
        }
        Failure::Nodes { component, .. } => in_group(component, |members| members),
        Failure::Link(id) => part(&PartOf::Link(id.clone())),
        Failure::Cut(between) => part(&PartOf::Connection(between.clone())),
        Failure::Slow { .. } => 0.0,
    }
}
