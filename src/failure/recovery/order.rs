//! The order of repair and start, with its reasons.

use std::collections::{BTreeMap, BTreeSet};

use crate::design::{Component, Design, Failure, Failures, Id, Kind, Purpose};
use crate::topology::Topology;

use crate::failure::Model;
use crate::failure::impact::left::left;
use crate::failure::part::place;

/// Something that is done at once.
pub(super) struct Task {
    pub what: String,
    pub repairs: Option<Failure>,
    pub elements: Vec<Id>,
    pub why: String,
    pub facts: Vec<&'static str>,
    /// Failures that are over.
    pub replaces: Vec<Failure>,
    /// What is left of them: components that are not started yet.
    pub leaves: Vec<Failure>,
    /// What is started.
    pub starts: Vec<Start>,
}

/// Nodes that start.
#[derive(Clone)]
pub(super) struct Start {
    pub component: Id,
    pub region: Option<Id>,
    pub kind: Kind,
    /// The failure by which its nodes are down until then.
    pub failure: Failure,
    /// Whether it starts only while a control plane is there.
    pub needs_control_plane: bool,
}

impl Start {
    /// That it cannot start yet.
    pub fn waits(&self, design: &Design) -> String {
        format!(
            "{} cannot start: no control plane with its database is reachable from there. It tries every 5 s for a \
             minute and then ever more rarely, or comes up without its APIs (B23, F6); start it after the control plane.",
            named(design, &self.component)
        )
    }

    /// That it does now.
    pub fn no_longer_waits(&self, design: &Design) -> String {
        format!(
            "{} starts with its next try, now that a control plane is reachable; one that has given up must be \
             started again (F6).",
            named(design, &self.component)
        )
    }
}

/// A component as sentences have it.
pub(super) fn named(design: &Design, component: &Id) -> String {
    format!("“{}”{}", design.name_of(component), place(design, component))
}

/// What is started together, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Stores,
    ControlPlanes,
    InnerBalancers,
    KeyManagers,
    TrafficManagers,
    Services,
    Gateways,
    Balancers,
}

impl Stage {
    fn of(topology: &Topology<'_>, id: &Id, component: &Component) -> Self {
        match component.kind() {
            Kind::Database | Kind::Redis | Kind::SharedFiles => Self::Stores,
            Kind::ControlPlane | Kind::AllInOne => Self::ControlPlanes,
            Kind::KeyManager => Self::KeyManagers,
            Kind::TrafficManager => Self::TrafficManagers,
            Kind::Gateway => Self::Gateways,
            Kind::LoadBalancer if topology.out(id).iter().any(|(edge, _)| edge.link.purpose != Purpose::ApiTraffic) => {
                Self::InnerBalancers
            }
            Kind::LoadBalancer | Kind::GlobalLoadBalancer => Self::Balancers,
            Kind::Users | Kind::IdentityProvider | Kind::Backend | Kind::Analytics => Self::Services,
        }
    }

    fn verb(self) -> &'static str {
        match self {
            Self::Stores | Self::Services => "Bring back",
            Self::InnerBalancers | Self::Balancers => "Let calls in over",
            Self::ControlPlanes | Self::KeyManagers | Self::TrafficManagers | Self::Gateways => "Start",
        }
    }

    /// Why at this place of the order, and the facts.
    fn why(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Stores => (
                "Control planes read their database when they start, and gateways load everything from there, so it comes \
                 first and catches up with what other regions have written before anything else starts.",
                &["A19", "B5", "D16", "H3"],
            ),
            Self::ControlPlanes => (
                "Gateways and traffic managers load what they need from a control plane, so it runs before them.",
                &["A19", "A24", "D16"],
            ),
            Self::InnerBalancers => ("Gateways and people reach the control plane over it.", &["A19", "D16"]),
            Self::KeyManagers => ("They connect to the event hub of a control plane that runs.", &["A31", "D16"]),
            Self::TrafficManagers => (
                "They read their policies from a control plane when they start; without one they may have none.",
                &["A24", "D4", "D16", "H12"],
            ),
            Self::Services => ("The gateways call it.", &["A33"]),
            Self::Gateways => (
                "They load APIs, keys and revoked tokens from the control plane and report to the traffic managers, so \
                 they come after both; not more than ten at a time.",
                &["A19", "A22", "D13", "D16", "H3"],
            ),
            Self::Balancers => ("Users come back once there is something that answers them.", &["F4", "F7"]),
        }
    }
}

/// Everything that has to be done, in order.
pub(super) fn tasks(
    design: &Design,
    topology: &Topology<'_>,
    model: &Model,
    failures: &Failures,
    repaired: &[Failure],
) -> Vec<Task> {
    let mut open = failures.clone();
    let mut tasks = Vec::new();
    let wished = repaired.iter().filter(|failure| failures.contains(*failure));
    let mut others: Vec<&Failure> = failures.iter().collect();
    others.sort_by_key(|failure| rank(design, topology, failure));
    for failure in wished.chain(others) {
        if open.contains(failure) {
            repair(design, topology, model, failure, &mut open, &mut tasks);
        }
    }
    tasks
}

/// Networks first, then what others need to start: regions in the order of a first start, then single components by
/// their stage.
fn rank(design: &Design, topology: &Topology<'_>, failure: &Failure) -> (u8, u8, Option<Stage>) {
    let of_region = |region: &Id| (1, topology.start_rank(region), None);
    match failure {
        Failure::Slow { .. } | Failure::Cut(_) | Failure::Link(_) => (0, 0, None),
        Failure::Region(region) | Failure::Zone { region, .. } => of_region(region),
        Failure::Component(id) | Failure::Nodes { component: id, .. } => {
            let component = design.components.get(id);
            let region = component.and_then(|c| c.region.as_ref());
            let stage = component.map(|component| Stage::of(topology, id, component));
            match stage {
                // What stands in no region serves all of them.
                Some(Stage::Stores | Stage::Services) if region.is_none() => (0, 1, stage),
                Some(Stage::Balancers) => (2, 0, stage),
                _ => (1, region.map_or(0, |region| topology.start_rank(region)), stage),
            }
        }
    }
}

/// The tasks that repair one failure: one, or one a stage for what holds components of several.
fn repair(
    design: &Design,
    topology: &Topology<'_>,
    model: &Model,
    failure: &Failure,
    open: &mut Failures,
    tasks: &mut Vec<Task>,
) {
    let with = left(design, model, &model.outcome(design, open));
    open.remove(failure);
    let without = left(design, model, &model.outcome(design, open));
    // What the failure alone keeps down, by stage.
    let mut stages: BTreeMap<Stage, Vec<Start>> = BTreeMap::new();
    for (id, component) in &without.components {
        let had = with.components.get(id).map_or(0, |c| c.instances);
        if had >= component.instances && with.components.contains_key(id) {
            continue;
        }
        let count = component.instances.saturating_sub(had);
        let whole = had == 0 && design.components.get(id).is_some_and(|c| c.instances == component.instances);
        let down = if whole { Failure::Component(id.clone()) } else { Failure::Nodes { component: id.clone(), count } };
        stages.entry(Stage::of(topology, id, component)).or_default().push(Start {
            component: id.clone(),
            region: component.region.clone(),
            kind: component.kind(),
            failure: down,
            needs_control_plane: component.kind() == Kind::Gateway,
        });
    }
    if stages.is_empty() {
        let elements: BTreeSet<Id> = failure.elements().cloned().collect();
        let network = matches!(failure, Failure::Slow { .. } | Failure::Cut(_) | Failure::Link(_));
        let (why, facts): (&str, &[&'static str]) = match failure {
            Failure::Slow { .. } => ("Nothing waits for it; times are as before.", &[]),
            _ if network => ("What starts or catches up later needs the network.", &["A19", "B10"]),
            _ => ("Nothing else has to start for it.", &[]),
        };
        tasks.push(Task {
            what: format!("Repair {}", failure.words(design)),
            repairs: Some(failure.clone()),
            elements: elements.into_iter().collect(),
            why: why.to_owned(),
            facts: facts.to_vec(),
            replaces: vec![failure.clone()],
            leaves: Vec::new(),
            starts: Vec::new(),
        });
        return;
    }
    // The site is there with the first stage; what stands in it stays down until its own.
    let mut leaves: Vec<Failure> =
        stages.values().skip(1).flatten().map(|start: &Start| start.failure.clone()).collect();
    let mut replaces = vec![failure.clone()];
    let in_place = matches!(failure, Failure::Region(_) | Failure::Zone { .. });
    for (stage, starts) in stages {
        let (why, facts) = stage.why();
        let names: Vec<String> = starts.iter().map(|start| named(design, &start.component)).collect();
        let what = format!("{} {}", stage.verb(), list(&names));
        let what = if in_place && tasks.last().and_then(|task| task.repairs.as_ref()) != Some(failure) {
            format!("{what}, once {} is back", failure.words(design))
        } else {
            what
        };
        replaces.extend(starts.iter().map(|start| start.failure.clone()));
        tasks.push(Task {
            what,
            repairs: Some(failure.clone()),
            elements: starts.iter().map(|start| start.component.clone()).collect(),
            why: why.to_owned(),
            facts: facts.to_vec(),
            replaces: std::mem::take(&mut replaces),
            leaves: std::mem::take(&mut leaves),
            starts,
        });
    }
}

/// Names as people list them.
pub(super) fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}
