//! What a failure means for the elements of the drawing: which are down, and which run but are impaired.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Cell, Place};
use super::outcome::{Outcome, Unmet};
use super::state::State;
use super::{Model, PartOf};
use crate::design::failure::{Failure, nodes};
use crate::design::{Capability, Component, Design, Failures, Id, Kind};

/// What is down, and what runs but cannot do all it is for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Affected {
    /// Components, regions and links that are down themselves: what has failed, everything in a lost region, and links
    /// that are cut or have lost an end.
    pub failed: BTreeSet<Id>,
    /// Components that run, with what they are impaired in, worst first: the state, and a sentence that says what it
    /// means. Each sentence once.
    pub impaired: BTreeMap<Id, Vec<(State, &'static str)>>,
}

const SOME_NODES: &str = "Some of its nodes are down.";
const NOTHING_BEHIND: &str = "Nothing that it passes connections on to works.";

impl Model {
    /// What an outcome means for the elements of the drawing it was computed for.
    #[must_use]
    pub fn affected(&self, design: &Design, outcome: &Outcome) -> Affected {
        let mut affected = Affected { failed: self.failed(design, outcome), impaired: BTreeMap::new() };
        if outcome.failures.is_empty() {
            return affected;
        }
        for ((capability, place), stands) in &outcome.cells {
            let Some(cell) = self.cells.get(&(*capability, place.clone())) else { continue };
            for unmet in &stands.unmet {
                self.impair(design, outcome, (*capability, place), cell, unmet, &mut affected);
            }
        }
        for (id, component) in &design.components {
            if affected.failed.contains(id) {
                continue;
            }
            if self.lacks_nodes(id, component, outcome) {
                affected.say(id, State::Degraded, SOME_NODES);
            }
        }
        for id in lead_nowhere(design, &affected.failed) {
            affected.say(id, State::Down, NOTHING_BEHIND);
        }
        for impaired in affected.impaired.values_mut() {
            impaired.sort_by_key(|(state, _)| *state);
        }
        affected
    }

    fn failed(&self, design: &Design, outcome: &Outcome) -> BTreeSet<Id> {
        let failures = &outcome.failures;
        let mut failed: BTreeSet<Id> = BTreeSet::new();
        failed.extend(design.regions.keys().filter(|id| failures.contains(&Failure::Region((*id).clone()))).cloned());
        for (id, component) in &design.components {
            let down = match self.running(id) {
                Some(runs) => !outcome.holds(self.formula(runs)),
                None => is_down(id, component, failures),
            };
            if down {
                failed.insert(id.clone());
            }
        }
        let cut: BTreeSet<[&Id; 2]> = failures
            .iter()
            .filter_map(|failure| match failure {
                Failure::Cut(between) => Some([between.first(), between.second()]),
                _ => None,
            })
            .collect();
        let region = |id: &Id| design.components.get(id).and_then(|component| component.region.as_ref());
        for (id, link) in &design.links {
            let ends_down = failed.contains(&link.from) || failed.contains(&link.to);
            let is_cut = match (region(&link.from), region(&link.to)) {
                (Some(from), Some(to)) => cut.contains(&[from, to]) || cut.contains(&[to, from]),
                _ => false,
            };
            if ends_down || is_cut || failures.contains(&Failure::Link(id.clone())) {
                failed.insert(id.clone());
            }
        }
        failed
    }

    /// Says an unmet condition of a cell of those components that bear the capability and that it is about; where it is
    /// about none of them, of all that bear it.
    fn impair(
        &self,
        design: &Design,
        outcome: &Outcome,
        (capability, place): (Capability, &Place),
        cell: &Cell,
        unmet: &Unmet,
        affected: &mut Affected,
    ) {
        let says = unmet.effect.map_or(cell.rule.down, |effect| effect.says);
        let bearers: Vec<&Id> = match place {
            Place::Population(users) => vec![users],
            Place::Region(region) => {
                design.components_in(region).filter(|(_, c)| bears(c.kind(), capability)).map(|(id, _)| id).collect()
            }
        };
        let about = self.lacking(unmet.need, outcome);
        let chosen: Vec<&Id> = bearers.iter().copied().filter(|id| about.contains(*id)).collect();
        for id in if chosen.is_empty() { bearers } else { chosen } {
            if !affected.failed.contains(id) {
                affected.say(id, unmet.state, says);
            }
        }
    }

    fn lacks_nodes(&self, id: &Id, component: &Component, outcome: &Outcome) -> bool {
        self.nodes_of(id).any(|(part, of)| {
            let zone_down = match (&of.of, &component.region) {
                (PartOf::Nodes(_, Some(zone)), Some(region)) => {
                    let zone = self.part(&PartOf::Zone(region.clone(), zone.clone()));
                    zone.is_some_and(|zone| outcome.down().of(zone) > 0)
                }
                _ => false,
            };
            zone_down || outcome.down().of(part) > 0
        })
    }
}

impl Affected {
    fn say(&mut self, id: &Id, state: State, says: &'static str) {
        let known = self.impaired.entry(id.clone()).or_default();
        if !known.iter().any(|(_, said)| *said == says) {
            known.push((state, says));
        }
    }
}

/// Whether a component on which nothing rests is down.
fn is_down(id: &Id, component: &Component, failures: &Failures) -> bool {
    let in_lost_region = component.region.as_ref().is_some_and(|region| {
        let zone_lost =
            |zone: &String| failures.contains(&Failure::Zone { region: region.clone(), zone: zone.clone() });
        failures.contains(&Failure::Region(region.clone()))
            || (!component.zones.is_empty() && component.zones.iter().all(zone_lost))
    });
    let by_itself = failures.iter().any(|failure| match failure {
        Failure::Component(failed) => failed == id,
        Failure::Nodes { component: failed, count } => failed == id && *count >= nodes(component).unwrap_or(1),
        _ => false,
    });
    in_lost_region || by_itself
}

/// Balancers that run and have links, all of which lead to something that is down or leads nowhere itself.
fn lead_nowhere<'a>(design: &'a Design, failed: &BTreeSet<Id>) -> BTreeSet<&'a Id> {
    let is_balancer = |id: &Id| design.components.get(id).is_some_and(|c| crate::topology::traffic::balances(c.kind()));
    let mut into: BTreeMap<&Id, Vec<&'a Id>> = BTreeMap::new();
    let mut left: BTreeMap<&'a Id, usize> = BTreeMap::new();
    let mut open: Vec<&Id> = Vec::new();
    let mut linked: BTreeSet<&'a Id> = BTreeSet::new();
    for (id, link) in &design.links {
        if !is_balancer(&link.from) || failed.contains(&link.from) {
            continue;
        }
        linked.insert(&link.from);
        if !failed.contains(id) {
            into.entry(&link.to).or_default().push(&link.from);
            *left.entry(&link.from).or_default() += 1;
        }
    }
    let mut nowhere: BTreeSet<&'a Id> = linked.into_iter().filter(|id| !left.contains_key(id)).collect();
    open.extend(nowhere.iter().copied());
    while let Some(at) = open.pop() {
        for from in into.get(at).into_iter().flatten() {
            if let Some(left) = left.get_mut(from) {
                *left = left.saturating_sub(1);
                if *left == 0 && nowhere.insert(from) {
                    open.push(from);
                }
            }
        }
    }
    nowhere
}

/// Whether a capability of a region is shown at components of a kind. That gateways and traffic managers cannot start
/// is told by what they go on doing.
fn bears(kind: Kind, capability: Capability) -> bool {
    match capability {
        Capability::Serve
        | Capability::Analytics
        | Capability::RemoteRevoke
        | Capability::RemotePublish
        | Capability::RemoteApps => kind.has_gateway(),
        Capability::Throttle => kind.has_traffic_manager(),
        Capability::Issue => kind.has_control_plane() || kind == Kind::KeyManager,
        Capability::Publish | Capability::Apps | Capability::Admin | Capability::Revoke | Capability::RemoteAdmin => {
            kind.has_control_plane()
        }
        Capability::Validate | Capability::GatewayStart | Capability::TrafficManagerStart => false,
    }
}
