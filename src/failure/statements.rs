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
    for region in design.regions.keys() {
        let drawn = Drawn::of(design, region);
        regions_are_independent(design, failures, region, &drawn, cells);
        without_control_plane(region, &drawn, cells);
        without_traffic_managers(failures, design, region, cells);
    }
}

/// What a region has.
struct Drawn {
    has_control_plane: bool,
    has_gateway: bool,
}

impl Drawn {
    fn of(design: &Design, region: &Id) -> Self {
        let has = |test: fn(Kind) -> bool| design.components_in(region).any(|(_, c)| test(c.kind()));
        Self { has_control_plane: has(Kind::has_control_plane), has_gateway: has(Kind::has_gateway) }
    }
}

fn state(cells: &Cells, capability: Capability, region: &Id) -> Option<State> {
    cells.get(&(capability, Place::Region(region.clone()))).map(|cell| cell.state)
}

fn stated(cells: &mut Cells, capability: Capability, region: &Id, facts: &[&'static str]) {
    if let Some(cell) = cells.get_mut(&(capability, Place::Region(region.clone()))) {
        cell.basis = Basis::Stated;
        cell.facts = facts.to_vec();
    }
}

/// B2: regions of Pattern 1 survive independently, with all the features. B7: each operates independently and speaks
/// with the others through its event hub. B30: throttling is done in each region for itself.
fn regions_are_independent(design: &Design, failures: &Failures, region: &Id, drawn: &Drawn, cells: &mut Cells) {
    if !(drawn.has_control_plane && drawn.has_gateway) || complete_regions(design) < 2 {
        return;
    }
    let other_lost = failures.iter().all(|f| match f {
        Failure::Region(lost) => lost != region && Drawn::of(design, lost).has_control_plane,
        _ => false,
    });
    let cut_off = failures.iter().all(|f| match f {
        Failure::Cut(between) => {
            [between.first(), between.second()].into_iter().all(|end| Drawn::of(design, end).has_control_plane)
        }
        _ => false,
    });
    let facts: &[&'static str] = match (other_lost, cut_off) {
        (true, _) => &["B2"],
        (_, true) => &["B2", "B7"],
        _ => return,
    };
    for capability in FEATURES {
        if state(cells, capability, region).is_some_and(State::goes_on) {
            stated(cells, capability, region, facts);
        }
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

fn complete_regions(design: &Design) -> usize {
    let complete = |region: &&Id| {
        let drawn = Drawn::of(design, region);
        drawn.has_control_plane && drawn.has_gateway
    };
    design.regions.keys().filter(complete).count()
}

/// B22: when the control plane cannot be reached, a region of Pattern 2 without one goes on handling calls with the
/// data it has. B23: its gateways can only be started again once the control plane is connected.
fn without_control_plane(region: &Id, drawn: &Drawn, cells: &mut Cells) {
    if drawn.has_control_plane || !drawn.has_gateway {
        return;
    }
    if state(cells, Capability::GatewayStart, region) != Some(State::Down)
        || state(cells, Capability::Admin, region) != Some(State::Down)
    {
        return;
    }
    if !state(cells, Capability::Serve, region).is_some_and(State::goes_on) {
        return;
    }
    stated(cells, Capability::Serve, region, &["B22"]);
    stated(cells, Capability::GatewayStart, region, &["B23"]);
    if state(cells, Capability::Throttle, region).is_some_and(State::goes_on) {
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
    if state(cells, Capability::Serve, region).is_some_and(State::goes_on) {
        stated(cells, Capability::Serve, region, &["H10"]);
    }
}
