//! Gateways that stop while nothing can start them again (B23): a failure that stays hidden until one does.

use std::collections::{BTreeMap, BTreeSet};

use crate::design::{Capability, Design, Id};
use crate::failure::availability::{Availability, restart_needed};
use crate::failure::chances::Chances;
use crate::failure::formula::{FormulaId, PartId};
use crate::failure::model::{Cell, Model, Place};
use crate::failure::need::Says;
use crate::failure::part::PartOf;

use super::Questions;

/// What is needed to know how likely gateways that stop cannot come back.
pub(super) struct Restarts {
    /// To go on one gateway that starts in any of the regions is enough, and one group of a region.
    goes_on: Hidden,
    /// To work fully every region that usually serves must be able to start gateways, and every group counts.
    fully: Hidden,
}

/// A failure that stays hidden, with places in the list of roots.
struct Hidden {
    /// What is asked for holds, and gateways could start.
    with_start: usize,
    /// Gateways could start.
    start: usize,
    /// Gateway groups that the calls rest on, by region.
    pools: Vec<Vec<Pool>>,
    /// Whether each group of a region is needed.
    each: bool,
}

/// A gateway group that could be needed to start while it cannot.
struct Pool {
    nodes: u32,
    /// Nodes that the peak load needs.
    needed: u32,
    failures_per_year: f64,
    common_per_year: f64,
}

impl Pool {
    /// How likely fewer than `needed` of its nodes run at the end of an outage.
    fn falls_below(&self, needed: u32, outage_h: f64) -> f64 {
        let own = restart_needed(self.nodes, needed, self.failures_per_year, outage_h);
        let common = restart_needed(1, 1, self.common_per_year, outage_h);
        own + common - own * common
    }
}

impl Restarts {
    /// What is known about answering calls at a place; `None` where nothing says how gateways start.
    pub fn of(
        questions: &mut Questions,
        design: &Design,
        model: &Model,
        chances: &Chances,
        (place, cell): (&Place, &Cell),
        full: FormulaId,
    ) -> Option<Self> {
        let mut groups: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
        for id in model.rests_on(cell.usable) {
            let component = design.components.get(&id).filter(|component| component.kind().has_gateway());
            if let Some(region) = component.and_then(|component| component.region.clone()) {
                groups.entry(region).or_default().push(id);
            }
        }
        if let Place::Region(region) = place {
            groups.retain(|of, _| of == region);
        }
        let start = |region: &Id| {
            let cell = model.cells.get(&(Capability::GatewayStart, Place::Region(region.clone())))?;
            Some(model.formula(cell.usable))
        };
        let homes: BTreeSet<&Id> = match place {
            Place::Region(region) => BTreeSet::from([region]),
            Place::Population(_) => cell.served_in.iter().map(|(region, _)| region).collect(),
        };
        let at_home = |region: &&Id| homes.is_empty() || homes.contains(*region);
        let starts: BTreeMap<&Id, FormulaId> = groups.keys().filter_map(|id| Some((id, start(id)?))).collect();
        if starts.len() < groups.len() || starts.is_empty() {
            return None;
        }
        let needed = needed(model, cell);
        let pools = |regions: &dyn Fn(&&Id) -> bool| -> Vec<Vec<Pool>> {
            let of = groups.iter().filter(|(region, _)| regions(region));
            of.map(|(_, of)| of.iter().map(|id| pool(model, chances, &needed, id)).collect()).collect()
        };
        let any = questions.formulas.any(starts.values().copied());
        let all = questions.formulas.all(starts.iter().filter(|(region, _)| at_home(region)).map(|(_, start)| *start));
        let goes_on = Hidden {
            with_start: questions.ask_all([model.formula(cell.usable), any]),
            start: questions.ask(any),
            pools: pools(&|_| true),
            each: false,
        };
        let fully = Hidden {
            with_start: questions.ask_all([full, all]),
            start: questions.ask(all),
            pools: pools(&at_home),
            each: true,
        };
        Some(Self { goes_on, fully })
    }

    /// Share of the time that is lost because what stopped could not be started.
    pub fn down(&self, found: &[Availability], of: &Availability, chances: &Chances, fully: bool) -> Option<f64> {
        let hidden = if fully { &self.fully } else { &self.goes_on };
        let cannot_start = (found.get(hidden.with_start)?.chance.down - of.chance.down).max(0.0);
        // Outages differ in length by what causes them, and in a longer one more gateways stop: each counts with its time.
        let causes = found.get(hidden.start)?.parts.iter().filter_map(|part| {
            let repair_h = chances.figure(part.part)?.repair_h;
            Some((part.outages_per_year? * repair_h, repair_h))
        });
        let (mut time, mut stopped) = (0.0, 0.0);
        for (weight, outage_h) in causes {
            time += weight;
            stopped += weight * hidden.stops(outage_h);
        }
        Some(if time > 0.0 { cannot_start * stopped / time } else { 0.0 })
    }
}

impl Hidden {
    /// How likely too few gateways of some region run at the end of an outage.
    fn stops(&self, outage_h: f64) -> f64 {
        let stops = |pools: &Vec<Pool>| {
            if self.each {
                1.0 - pools.iter().map(|pool| 1.0 - pool.falls_below(pool.needed, outage_h)).product::<f64>()
            } else {
                pools.iter().map(|pool| pool.falls_below(1, outage_h)).product()
            }
        };
        self.pools.iter().map(stops).fold(0.0, f64::max)
    }
}

/// Nodes that the load needs, by group, where it is more than one.
fn needed(model: &Model, cell: &Cell) -> BTreeMap<Id, u32> {
    let needs = cell.conditions.iter().filter_map(|condition| model.need(condition.need));
    let counted = needs.filter_map(|need| match &need.says {
        Says::NodesRun { component, at_least } => Some((component.clone(), *at_least)),
        _ => None,
    });
    counted.collect()
}

fn pool(model: &Model, chances: &Chances, needed: &BTreeMap<Id, u32>, id: &Id) -> Pool {
    let rate = |part: Option<PartId>| {
        part.and_then(|part| chances.figure(part)).map_or(0.0, |figure| figure.failures_per_year)
    };
    let parts: BTreeSet<PartId> = model.node_parts(id).iter().copied().collect();
    Pool {
        nodes: parts.iter().filter_map(|part| model.part_of(*part)).map(|part| part.members).sum(),
        needed: needed.get(id).copied().unwrap_or(1),
        failures_per_year: rate(parts.first().copied()),
        common_per_year: rate(model.part(&PartOf::Component(id.clone()))),
    }
}
