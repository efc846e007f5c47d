//! What the vendor itself says about failures. Everything else the model concludes is inferred, and people must see
//! which is which.
//!
//! A statement looks at what the model has found, never at a pattern by name: where its premise holds and the model
//! has come to the same conclusion, the state rests on the sentence.

use std::collections::BTreeMap;

use super::model::Place;
use super::outcome::CellOutcome;
use super::state::{Basis, State};
use crate::design::failure::Failure;
use crate::design::{Capability, Design, Failures, Id, Kind};

/// Outcomes by capability and place.
type Cells = BTreeMap<(Capability, Place), CellOutcome>;

/// Marks the states that a sentence of the vendor states.
pub(super) fn apply(design: &Design, failures: &Failures, cells: &mut Cells) {
    if failures.is_empty() {
        return;
    }
    let drawn = drawn(design);
    let between = between_complete_regions(design, failures, &drawn);
    for (region, has) in &drawn {
        if between && has.control_plane && has.gateway {
            regions_are_independent(failures, region, cells);
        }
        if !has.control_plane && has.gateway {
            without_control_plane(design, failures, region, cells);
        }
        without_traffic_managers(failures, design, region, cells);
    }
}

/// What a region has.
#[derive(Debug, Clone, Copy, Default)]
struct Drawn {
    control_plane: bool,
    gateway: bool,
}

fn drawn(design: &Design) -> BTreeMap<&Id, Drawn> {
    let mut drawn: BTreeMap<&Id, Drawn> = design.regions.keys().map(|id| (id, Drawn::default())).collect();
    for component in design.components.values() {
        if let Some(has) = component.region.as_ref().and_then(|region| drawn.get_mut(region)) {
            has.control_plane |= component.kind().has_control_plane();
            has.gateway |= component.kind().has_gateway();
        }
    }
    drawn
}

fn state(cells: &Cells, capability: Capability, region: &Id) -> Option<State> {
    cells.get(&(capability, Place::Region(region.clone()))).map(|cell| cell.state)
}

/// Whether it goes on for everybody, as the sentences have it: on existing data perhaps, or without a restart.
fn goes_on(cells: &Cells, capability: Capability, region: &Id) -> bool {
    state(cells, capability, region).is_some_and(|state| state > State::Degraded)
}

fn stated(cells: &mut Cells, capability: Capability, region: &Id, facts: &[&'static str]) {
    if let Some(cell) = cells.get_mut(&(capability, Place::Region(region.clone()))) {
        cell.basis = Basis::Stated;
        cell.facts = facts.to_vec();
    }
}

/// Whether nothing but whole regions with a control plane, or connections between such regions, have failed, and there
/// are several complete ones.
fn between_complete_regions(design: &Design, failures: &Failures, drawn: &BTreeMap<&Id, Drawn>) -> bool {
    let complete = |has: &Drawn| has.control_plane && has.gateway;
    let has_plane = |region: &Id| drawn.get(region).is_some_and(|has| has.control_plane);
    let region = |component: &Id| design.components.get(component).and_then(|c| c.region.as_ref());
    drawn.values().filter(|has| complete(has)).count() > 1
        && failures.iter().all(|failure| match failure {
            Failure::Region(lost) => has_plane(lost),
            Failure::Cut(between) => has_plane(between.first()) && has_plane(between.second()),
            Failure::Link(id) => {
                design.links.get(id).is_some_and(|link| match (region(&link.from), region(&link.to)) {
                    (Some(from), Some(to)) => from != to && has_plane(from) && has_plane(to),
                    _ => false,
                })
            }
            _ => false,
        })
}

/// B2: regions of Pattern 1 survive independently, with all the features. B7: each operates independently and speaks
/// with the others through its event hub. B30: throttling is done in each region for itself.
fn regions_are_independent(failures: &Failures, region: &Id, cells: &mut Cells) {
    let all = |test: fn(&Failure) -> bool| failures.iter().all(test);
    let facts: &[&'static str] = if all(|failure| matches!(failure, Failure::Region(_))) {
        &["B2"]
    } else if all(|failure| matches!(failure, Failure::Cut(_))) {
        &["B2", "B7"]
    } else {
        &[]
    };
    for capability in FEATURES {
        if !facts.is_empty() && goes_on(cells, capability, region) {
            stated(cells, capability, region, facts);
        }
    }
    if goes_on(cells, Capability::Throttle, region) {
        let facts: Vec<&'static str> = facts.iter().copied().chain(["B30"]).collect();
        stated(cells, Capability::Throttle, region, &facts);
    }
}

/// The features of the pattern overview: those that the product itself has.
const FEATURES: [Capability; 8] = [
    Capability::Serve,
    Capability::Throttle,
    Capability::Issue,
    Capability::Revoke,
    Capability::Publish,
    Capability::Apps,
    Capability::Admin,
    Capability::GatewayStart,
];

/// B22: when the control plane cannot be reached, a region of Pattern 2 without one goes on handling calls with the
/// data it has. B23: its gateways can only be started again once the control plane is connected.
fn without_control_plane(design: &Design, failures: &Failures, region: &Id, cells: &mut Cells) {
    // The sentence is about a control plane out of reach, not about one without its database.
    let database = |id: &Id| design.components.get(id).is_some_and(|c| c.kind() == Kind::Database);
    if failures.iter().any(|failure| matches!(failure, Failure::Component(id) if database(id))) {
        return;
    }
    let down = |capability| state(cells, capability, region) == Some(State::Down);
    if !(down(Capability::GatewayStart) && down(Capability::Admin) && goes_on(cells, Capability::Serve, region)) {
        return;
    }
    stated(cells, Capability::Serve, region, &["B22"]);
    stated(cells, Capability::GatewayStart, region, &["B23"]);
    if goes_on(cells, Capability::Throttle, region) {
        stated(cells, Capability::Throttle, region, &["B22"]);
    }
}

/// H10: without a traffic manager calls pass.
fn without_traffic_managers(failures: &Failures, design: &Design, region: &Id, cells: &mut Cells) {
    let only_managers = failures.iter().all(|failure| match failure {
        Failure::Component(id) => design.components.get(id).is_some_and(|c| c.kind() == Kind::TrafficManager),
        _ => false,
    });
    if !only_managers || state(cells, Capability::Throttle, region) != Some(State::Down) {
        return;
    }
    stated(cells, Capability::Throttle, region, &["H10"]);
    if goes_on(cells, Capability::Serve, region) {
        stated(cells, Capability::Serve, region, &["H10"]);
    }
}
