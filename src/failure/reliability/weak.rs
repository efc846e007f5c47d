//! The smallest sets of failures that take a capability down, in words and so that they can be played.

use std::collections::BTreeMap;

use crate::design::{Design, Failure, Failures, Id};
use crate::failure::chances::{Chances, End};
use crate::failure::cuts::{Cut, Cuts, Question, minimal_cuts};
use crate::failure::formula::{FormulaId, PartId};
use crate::failure::model::{Cell, Model};
use crate::failure::part::PartOf;

use super::Budget;

/// A smallest set of failures that takes a capability down.
#[derive(Debug, Clone, PartialEq)]
pub struct WeakPoint {
    /// The parts with the members that are down.
    pub cut: Cut,
    /// The chance to find at least these down at one moment, 0 to 1.
    pub probability: f64,
}

impl WeakPoint {
    /// What is down, such as `zone a of Frankfurt and 2 nodes of “Gateway” in Mumbai`.
    #[must_use]
    pub fn words(&self, design: &Design, model: &Model) -> String {
        let words = self.cut.parts.iter().filter_map(|(part, down)| {
            let of = model.part_of(*part)?;
            let words = of.of.words(design);
            Some(match &of.of {
                PartOf::Nodes(..) if of.members > 1 => {
                    let count = if *down >= of.members { format!("all {down}") } else { down.to_string() };
                    format!("{count} {words}")
                }
                PartOf::Nodes(..) => words.replacen("nodes of", "the node of", 1),
                PartOf::Component(id) if !model.node_parts(id).is_empty() => format!("all nodes of {words}"),
                _ => words,
            })
        });
        words.collect::<Vec<_>>().join(" and ")
    }

    /// The elements that stand for it on the canvas, in the order of its parts.
    #[must_use]
    pub fn elements(&self, model: &Model) -> Vec<Id> {
        let mut elements: Vec<Id> = Vec::new();
        for (part, _) in &self.cut.parts {
            let Some(part) = model.part_of(*part) else { continue };
            if let PartOf::Connection(between) = &part.of {
                elements.extend([between.first().clone(), between.second().clone()]);
            } else {
                elements.push(part.of.element().clone());
            }
        }
        elements.sort_unstable();
        elements.dedup();
        elements
    }

    /// Failures that do the same; `None` where no words of the document say which nodes are meant, as those of one zone.
    #[must_use]
    pub fn failures(&self, design: &Design, model: &Model, cell: &Cell) -> Option<Failures> {
        let mut failures = Failures::new();
        let mut nodes: BTreeMap<&Id, u32> = BTreeMap::new();
        for (part, down) in &self.cut.parts {
            let failure = match &model.part_of(*part)?.of {
                PartOf::Region(id) => Failure::Region(id.clone()),
                PartOf::Zone(region, zone) => Failure::Zone { region: region.clone(), zone: zone.clone() },
                PartOf::Component(id) => Failure::Component(id.clone()),
                PartOf::Link(id) => Failure::Link(id.clone()),
                PartOf::Connection(between) => Failure::Cut(between.clone()),
                PartOf::Nodes(id, _) => {
                    let count = nodes.entry(id).or_default();
                    *count = count.saturating_add(*down);
                    continue;
                }
            };
            failures.insert(failure);
        }
        failures.extend(nodes.into_iter().map(|(id, count)| Failure::Nodes { component: id.clone(), count }));
        let down = model.down(&failures, design);
        let values = model.formulas.evaluate(|part| model.up(part, &down));
        (!values.holds(model.formula(cell.usable))).then_some(failures)
    }
}

/// What takes one cell down.
#[derive(Debug, Clone, PartialEq)]
pub struct WeakPoints {
    /// The smallest sets of failures that do, by order, the likeliest first.
    pub listed: Vec<WeakPoint>,
    /// How many were found; more than are listed when the list was cut.
    pub found: usize,
    /// Up to this order none is missing.
    pub complete_to_order: u32,
    /// Whether some of an order that was asked for may be missing.
    pub is_cut_short: bool,
}

/// Of every cell, in the order of the model. Drawn links without a figure are held to work. Nothing when `go_on` said no on the
/// way.
#[must_use]
pub fn weak_points(
    model: &Model,
    chances: &Chances,
    budget: &Budget,
    go_on: &dyn Fn() -> bool,
) -> Option<Vec<WeakPoints>> {
    let roots: Vec<FormulaId> = model.cells.values().map(|cell| model.formula(cell.usable)).collect();
    let may_fail = |part: PartId| chances.figure(part).is_some_and(|figure| figure.is_known);
    let question = Question {
        formulas: &model.formulas,
        members: chances.members(),
        roots: &roots,
        may_fail: &may_fail,
        order: budget.cut_order,
        limit: budget.cut_limit,
    };
    let unavailability = |part: PartId| chances.down(part, End::Value);
    let found = minimal_cuts(&question, go_on)?;
    let of = |cuts: &Cuts| {
        let ranked = cuts.ranked(chances.members(), &unavailability);
        let found = ranked.len();
        let listed = ranked.into_iter().take(budget.cuts_listed);
        let listed = listed.map(|ranked| WeakPoint { cut: ranked.cut, probability: ranked.probability }).collect();
        WeakPoints { listed, found, complete_to_order: cuts.complete_to_order, is_cut_short: cuts.truncated }
    };
    Some(found.iter().map(of).collect())
}
