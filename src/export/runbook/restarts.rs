//! What cannot be started again while something else is down.

use std::collections::BTreeMap;

use crate::design::{Capability, Design, Failure, Failures, Id, Kind};
use crate::export::Source;
use crate::failure::timeline::single_failures;
use crate::failure::{Basis, Place, State, rules};

/// Most of these that are told.
const MOST_RESTARTS: usize = 60;

/// Something that keeps nodes of one kind from starting.
pub(super) struct Restart {
    /// What cannot be done meanwhile.
    pub capability: Capability,
    /// What is down.
    pub failure: Failure,
    /// Regions whose nodes are concerned, in order of id.
    pub regions: Vec<Id>,
    /// How it comes to that in the first of them, one chain for each cause.
    pub why: Vec<Vec<String>>,
    /// What it means, as a sentence.
    pub means: &'static str,
    /// Whether a source says so.
    pub basis: Basis,
    /// The facts that state it or from which it follows.
    pub facts: Vec<&'static str>,
}

/// The starts that the failure model knows, with the kind of node that starts.
const STARTS: [(Capability, Kind); 2] =
    [(Capability::GatewayStart, Kind::Gateway), (Capability::TrafficManagerStart, Kind::TrafficManager)];

/// Every single failure that keeps gateways or traffic managers elsewhere from starting, and how many were left out.
pub(super) fn restarts(source: &Source<'_>) -> (Vec<Restart>, usize) {
    let (design, model) = (source.design, &source.analysis.failure);
    let healthy = &source.analysis.healthy;
    let mut found: BTreeMap<(Capability, Failure), Vec<Id>> = BTreeMap::new();
    for failure in single_failures(design) {
        let down = model.down(&Failures::from([failure.clone()]), design);
        let values = model.formulas.evaluate(|part| model.up(part, &down));
        for (capability, kind) in STARTS {
            for region in design.regions.keys() {
                let place = Place::Region(region.clone());
                let Some(cell) = model.cells.get(&(capability, place.clone())) else { continue };
                let could = healthy.state(capability, &place).is_some_and(State::goes_on);
                if could && model.state(cell, &values) == State::Down && !is_itself(design, &failure, region, kind) {
                    found.entry((capability, failure.clone())).or_default().push(region.clone());
                }
            }
        }
    }
    let left_out = found.len().saturating_sub(MOST_RESTARTS);
    let told = found.into_iter().take(MOST_RESTARTS).filter_map(|((capability, failure), regions)| {
        let outcome = model.outcome(design, &Failures::from([failure.clone()]));
        let cell = outcome.cell(capability, &Place::Region(regions.first()?.clone()))?;
        Some(Restart {
            capability,
            why: cell.unmet.first().map(|unmet| model.why(design, unmet, &outcome)).unwrap_or_default(),
            means: rules::of(capability)?.down,
            basis: cell.basis,
            facts: cell.facts.clone(),
            failure,
            regions,
        })
    });
    (told.collect(), left_out)
}

/// Whether what has failed is what would have to start, so that nothing else is to blame.
fn is_itself(design: &Design, failure: &Failure, region: &Id, kind: Kind) -> bool {
    let starts =
        |id: &Id| design.components.get(id).is_some_and(|c| c.region.as_ref() == Some(region) && c.kind() == kind);
    match failure {
        Failure::Region(lost) => lost == region,
        Failure::Component(id) | Failure::Nodes { component: id, .. } => starts(id),
        _ => false,
    }
}
