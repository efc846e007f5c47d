//! The failure model of one drawing: its parts, what each capability needs of them, everywhere it is offered.
//!
//! A model is built once a snapshot, from the drawing and from what the estimates say about it (who serves whom, how
//! many nodes the load needs). Then one state of affairs costs one pass over its formulas.

mod build;
mod paths;

use std::collections::BTreeMap;

use crate::design::failure::{self, Failure};
use crate::design::{Capability, Design, Failures, Id};
use crate::estimate::Estimates;
use crate::topology::Topology;

use super::formula::{FormulaId, Formulas, PartId};
use super::need::{Need, NeedId};
use super::part::{Part, PartOf};
use super::rules::{self, CapabilityRule};
use super::state::Effect;

pub use build::Builder;
pub use paths::End;

/// Where a capability is looked at from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// A region, and those who work in it.
    Region(Id),
    /// A population of users.
    Population(Id),
}

impl Place {
    /// The region or population.
    #[must_use]
    pub fn id(&self) -> &Id {
        match self {
            Self::Region(id) | Self::Population(id) => id,
        }
    }
}

/// One capability at one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// The rule it was built by.
    pub rule: &'static CapabilityRule,
    /// What it cannot do without: while this does not hold it is down.
    pub usable: NeedId,
    /// What it can do without, at a price.
    pub conditions: Vec<Condition>,
    /// Of a population: the regions that serve it while all is well, each with the need that it still does.
    pub served_in: Vec<(Id, NeedId)>,
}

/// Something a capability can do without, at a price.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// What should hold.
    pub need: NeedId,
    /// What it means when it does not.
    pub effect: &'static Effect,
    /// Of a population: the region whose condition it is, one of [`Cell::served_in`]. It is of no interest while that
    /// region does not serve it.
    pub of_region: Option<Id>,
}

/// The failure model of one drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// Everything that fails on its own.
    pub parts: Vec<Part>,
    /// When each need holds.
    pub formulas: Formulas,
    /// What cells and needs follow from.
    pub needs: Vec<Need>,
    /// Every capability that is offered, by capability and place.
    pub cells: BTreeMap<(Capability, Place), Cell>,
    index: BTreeMap<PartOf, PartId>,
    /// All node parts of a component, in order of zone.
    nodes: BTreeMap<Id, Vec<PartId>>,
    /// That a component runs, for those on which anything rests.
    running: BTreeMap<Id, NeedId>,
}

/// How many members of each part are down; parts that are not named all work.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Down(BTreeMap<PartId, u32>);

impl Down {
    /// Takes so many more members of a part down.
    pub fn add(&mut self, part: PartId, members: u32) {
        let down = self.0.entry(part).or_default();
        *down = down.saturating_add(members);
    }

    /// How many members of the part are down, perhaps more than it has.
    #[must_use]
    pub fn of(&self, part: PartId) -> u32 {
        self.0.get(&part).copied().unwrap_or(0)
    }

    /// The parts of which something is down, with the members that are.
    pub fn iter(&self) -> impl Iterator<Item = (PartId, u32)> {
        self.0.iter().map(|(part, members)| (*part, *members))
    }
}

impl Model {
    /// Builds the model of a drawing. The estimates say which region serves a population and how many nodes a load
    /// needs; without them no population has a home and any one node is enough.
    #[must_use]
    pub fn of(topology: &Topology<'_>, estimates: &Estimates) -> Self {
        let mut builder = Builder::new(topology, estimates);
        for rule in rules::ALL {
            for region in topology.design.regions.keys() {
                if let Some(cell) = (rule.region)(&mut builder, region) {
                    builder.put(rule, Place::Region(region.clone()), cell);
                }
            }
        }
        rules::populations::build(&mut builder);
        builder.finish()
    }

    /// The need with this id.
    #[must_use]
    pub fn need(&self, id: NeedId) -> Option<&Need> {
        self.needs.get(id.index())
    }

    /// The formula of a need.
    #[must_use]
    pub fn formula(&self, id: NeedId) -> FormulaId {
        self.need(id).map_or(Formulas::NEVER, |need| need.formula)
    }

    /// The part that is this, if anything rests on it.
    #[must_use]
    pub fn part(&self, of: &PartOf) -> Option<PartId> {
        self.index.get(of).copied()
    }

    /// That the component runs; `None` when nothing rests on it.
    pub(super) fn running(&self, component: &Id) -> Option<NeedId> {
        self.running.get(component).copied()
    }

    /// The nodes of a component by zone, as far as anything rests on them.
    pub(super) fn nodes_of(&self, component: &Id) -> impl Iterator<Item = (PartId, &Part)> {
        let parts = self.nodes.get(component).into_iter().flatten();
        parts.filter_map(|part| Some((*part, self.part_of(*part)?)))
    }

    /// The part with this id.
    #[must_use]
    pub fn part_of(&self, id: PartId) -> Option<&Part> {
        self.parts.get(id.index())
    }

    /// The parts that are nodes of a component, in order of zone; none of a service.
    #[must_use]
    pub fn node_parts(&self, component: &Id) -> &[PartId] {
        self.nodes.get(component).map_or(&[], Vec::as_slice)
    }

    /// What a failure takes down. Slower links take nothing down, and what nothing rests on is not there.
    #[must_use]
    pub fn down(&self, failures: &Failures, design: &Design) -> Down {
        let mut down = Down::default();
        let (nodes, others): (Vec<&Failure>, Vec<&Failure>) =
            failures.iter().partition(|failure| matches!(failure, Failure::Nodes { .. }));
        // Nodes come last: they are counted off where something is left to lose.
        for failure in others.into_iter().chain(nodes) {
            self.take_down(failure, design, &mut down);
        }
        down
    }

    /// Whether the zone in which these nodes stand is down.
    fn without_zone(&self, nodes: PartId, design: &Design, down: &Down) -> bool {
        let Some(PartOf::Nodes(component, Some(zone))) = self.part_of(nodes).map(|part| &part.of) else { return false };
        let region = design.components.get(component).and_then(|c| c.region.clone());
        let zone = region.and_then(|region| self.part(&PartOf::Zone(region, zone.clone())));
        zone.is_some_and(|zone| down.of(zone) > 0)
    }

    fn take_down(&self, failure: &Failure, design: &Design, down: &mut Down) {
        let whole = |of: &PartOf, down: &mut Down| {
            if let Some(part) = self.part(of) {
                down.add(part, u32::MAX);
            }
        };
        match failure {
            Failure::Region(id) => whole(&PartOf::Region(id.clone()), down),
            Failure::Zone { region, zone } => whole(&PartOf::Zone(region.clone(), zone.clone()), down),
            Failure::Component(id) => whole(&PartOf::Component(id.clone()), down),
            Failure::Link(id) => whole(&PartOf::Link(id.clone()), down),
            Failure::Cut(between) => whole(&PartOf::Connection(between.clone()), down),
            Failure::Nodes { component, count } => {
                // Nodes stand in the zones in turn, so that is how they are counted off.
                let Some(zones) = self.nodes.get(component) else {
                    let all = design.components.get(component).map(|c| failure::nodes(c).unwrap_or(1));
                    if all.is_some_and(|all| *count >= all) {
                        whole(&PartOf::Component(component.clone()), down);
                    }
                    return;
                };
                let (gone, left): (Vec<PartId>, Vec<PartId>) =
                    zones.iter().partition(|nodes| self.without_zone(**nodes, design, down));
                let rest = self.count_off(*count, &left, down);
                self.count_off(rest, &gone, down);
            }
            Failure::Slow { .. } => {}
        }
    }

    /// Takes so many nodes down, of each zone in turn; returns how many there were too few.
    fn count_off(&self, count: u32, zones: &[PartId], down: &mut Down) -> u32 {
        let Some(n) = u32::try_from(zones.len()).ok().filter(|n| *n > 0) else { return count };
        let mut left = 0;
        for (at, part) in zones.iter().enumerate() {
            let wish = count / n + u32::from((at as u64) < u64::from(count % n)) + left;
            let has = self.part_of(*part).map_or(0, |part| part.members);
            left = wish.saturating_sub(has);
            down.add(*part, wish.min(has));
        }
        left
    }

    /// Members of a part that work.
    #[must_use]
    pub fn up(&self, part: PartId, down: &Down) -> u32 {
        self.part_of(part).map_or(0, |p| p.members.saturating_sub(down.of(part)))
    }
}
