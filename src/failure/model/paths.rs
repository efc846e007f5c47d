//! Ways over drawn links: from a component over balancers to something that does what is asked for.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::design::{Capability, Id, Kind, Purpose};
use crate::topology::traffic::{MAX_IN_A_ROW, balances};
use crate::topology::{Edge, Node};

use super::Builder;
use crate::failure::need::{NeedId, Says};

/// What must be at the end of a way.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End {
    /// A control plane that runs and reaches its database.
    ControlPlane,
    /// The event hub of a control plane.
    Hub,
    /// A key manager, its own or that of a control plane, that runs and reaches its database.
    KeyManager,
    /// A traffic manager.
    TrafficManager,
    /// A gateway that answers calls.
    Serving,
    /// A gateway that answers calls, in a region that has a capability.
    ServingWith(Capability),
    /// A gateway of one region that answers calls.
    ServingIn(Id),
    /// A control plane of one region that runs and reaches its database.
    ControlPlaneIn(Id),
    /// A key manager of one region, its own or that of a control plane, that runs and reaches its database.
    KeyManagerIn(Id),
    /// A service of one kind that runs.
    Service(Kind),
}

impl End {
    /// The only region in which such an end stands.
    fn region(&self) -> Option<&Id> {
        match self {
            Self::ServingIn(region) | Self::ControlPlaneIn(region) | Self::KeyManagerIn(region) => Some(region),
            _ => None,
        }
    }

    /// What somebody can do who gets through to it, if it says more than that.
    fn reached(&self) -> Option<&'static str> {
        match self {
            Self::ServingWith(Capability::Throttle) => Some("reach a gateway whose calls are throttled"),
            Self::ServingWith(Capability::Revoke) => Some("reach a gateway that hears of revoked tokens"),
            Self::ServingWith(Capability::Publish) => Some("reach a gateway that gets new APIs"),
            Self::ServingWith(Capability::Apps) => Some("reach a gateway that gets new applications"),
            _ => None,
        }
    }
}

/// A way, as it is remembered.
pub(super) type WayKey<'a> = (&'a Id, Purpose, End);

/// What leads on from a component.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way {
    need: NeedId,
    /// Most balancers in a row behind the component.
    balancers: usize,
}

/// A component with the links that connections for a purpose leave it over.
struct Leaving<'a> {
    node: Node<'a>,
    links: Vec<(Edge<'a>, Node<'a>)>,
}

impl<'a> Builder<'_, 'a> {
    /// Connections for a purpose get through from a component to such an end. Balancers are passed over links of the
    /// purpose, or of any other that uses the same port; more than [`MAX_IN_A_ROW`] in a row lead nowhere. `None` when
    /// no link leads to one.
    pub fn way(&mut self, from: &'a Id, purpose: Purpose, end: &End) -> Option<NeedId> {
        let key = (from, purpose, end.clone());
        if let Some(known) = self.ways.get(&key) {
            return known.map(|way| way.need);
        }
        let start = Node { id: from, component: self.design().components.get(from)? };
        let followed = self.followed(start, purpose, end);
        // Balancers that lead to each other are worked out together, and after what they lead to.
        for circle in kosaraju_scc(&followed) {
            let circle: Vec<&Leaving<'a>> = circle.into_iter().filter_map(|at| followed.node_weight(at)).collect();
            // A way passes each of a circle at most once, so with as many rounds none is missed.
            let mut ways: BTreeMap<&Id, Option<Way>> = BTreeMap::new();
            for _ in 0..circle.len().min(MAX_IN_A_ROW + 1) {
                ways = circle.iter().map(|of| (of.node.id, self.lead(of, &ways, purpose, end))).collect();
            }
            for (id, way) in ways {
                self.ways.insert((id, purpose, end.clone()), way);
            }
        }
        self.ways.get(&key).copied().flatten().map(|way| way.need)
    }

    /// A component and all balancers behind it from which ways are not known yet. By hand and not by calls: a file may
    /// hold more balancers in a row than the stack has room for.
    fn followed(&mut self, start: Node<'a>, purpose: Purpose, end: &End) -> DiGraph<Leaving<'a>, ()> {
        let mut graph = DiGraph::new();
        let mut places: BTreeMap<&'a Id, NodeIndex> = BTreeMap::new();
        let leaving = self.leaving(start, purpose);
        places.insert(start.id, graph.add_node(leaving));
        let mut open: Vec<NodeIndex> = places.values().copied().collect();
        while let Some(at) = open.pop() {
            let links = graph.node_weight(at).map(|of: &Leaving<'a>| of.links.clone()).unwrap_or_default();
            for (_, node) in links {
                let passed = balances(node.component.kind())
                    && self.end(node, end).is_none()
                    && self.leads(node.id, purpose, end)
                    && !self.ways.contains_key(&(node.id, purpose, end.clone()));
                if !passed {
                    continue;
                }
                let there = match places.get(node.id) {
                    Some(known) => *known,
                    None => {
                        let leaving = self.leaving(node, purpose);
                        let new = graph.add_node(leaving);
                        places.insert(node.id, new);
                        open.push(new);
                        new
                    }
                };
                graph.add_edge(at, there, ());
            }
        }
        graph
    }

    fn leaving(&self, node: Node<'a>, purpose: Purpose) -> Leaving<'a> {
        let passed = balances(node.component.kind()) && Purpose::SERVLET.contains(&purpose);
        let follows = |other: Purpose| other == purpose || (passed && Purpose::SERVLET.contains(&other));
        let mut links = self.topology.out(node.id);
        links.retain(|(edge, _)| follows(edge.link.purpose));
        Leaving { node, links }
    }

    /// What leads on from a component, as far as that is known of the balancers behind it: of those of its circle from
    /// the round before, of all others for good.
    fn lead(
        &mut self,
        from: &Leaving<'a>,
        circle: &BTreeMap<&Id, Option<Way>>,
        purpose: Purpose,
        end: &End,
    ) -> Option<Way> {
        let mut branches = Vec::new();
        let mut most = 0;
        for (edge, node) in &from.links {
            let (far, balancers) = match self.end(*node, end) {
                Some(there) => (there, 0),
                None => {
                    let key = (node.id, purpose, end.clone());
                    let known = circle.get(node.id).or_else(|| self.ways.get(&key)).copied().flatten();
                    let Some(way) = known.filter(|way| way.balancers < MAX_IN_A_ROW) else { continue };
                    if !balances(node.component.kind()) {
                        continue;
                    }
                    let runs = self.runs(*node);
                    let says = Says::Does { who: node.id.clone(), what: "pass connections on to anything that works" };
                    (self.all(says, vec![runs, way.need]), way.balancers + 1)
                }
            };
            let link = self.link(edge.id);
            branches.push(self.all(Says::Link(edge.id.clone()), vec![link, far]));
            most = most.max(balancers);
        }
        if branches.is_empty() {
            return None;
        }
        let from = from.node.id.clone();
        let says = match end.reached() {
            Some(what) => Says::Does { who: from, what },
            None => Says::Way { from, purpose },
        };
        Some(Way { need: self.any(says, branches), balancers: most })
    }

    /// Whether a balancer can lead to such an end at all. Only asked of ends in one region, which a global balancer
    /// would look for behind each of its many links.
    fn leads(&mut self, balancer: &Id, purpose: Purpose, end: &End) -> bool {
        let Some(region) = end.region() else { return true };
        let key = (purpose, end.clone());
        if let Some(known) = self.leading.get(&key) {
            return known.contains(balancer);
        }
        let mut open: Vec<&'a Id> = self.topology.in_region(Some(region)).map(|node| node.id).collect();
        let mut leading = BTreeSet::new();
        while let Some(at) = open.pop() {
            for (_, near) in self.topology.into(at) {
                if balances(near.component.kind()) && leading.insert(near.id) {
                    open.push(near.id);
                }
            }
        }
        let leads = leading.contains(balancer);
        self.leading.insert(key, leading);
        leads
    }

    /// The component does what the end asks for; `None` when it is of another kind or elsewhere.
    fn end(&mut self, node: Node<'a>, end: &End) -> Option<NeedId> {
        if end.region().is_some_and(|region| node.component.region.as_ref() != Some(region)) {
            return None;
        }
        let key = (node.id, end.clone());
        if let Some(known) = self.ends.get(&key) {
            return *known;
        }
        let need = self.does(node, end);
        self.ends.insert(key, need);
        need
    }

    fn does(&mut self, node: Node<'a>, end: &End) -> Option<NeedId> {
        let kind = node.component.kind();
        match end {
            End::ControlPlane | End::ControlPlaneIn(_) if kind.has_control_plane() => Some(self.alive(node)),
            End::Hub if kind.has_control_plane() => Some(self.runs(node)),
            End::KeyManager | End::KeyManagerIn(_) if kind.has_control_plane() || kind == Kind::KeyManager => {
                Some(self.alive(node))
            }
            // Up to 4.4 a control plane holds a traffic manager too (A1).
            End::TrafficManager if kind.has_traffic_manager() || kind == Kind::ControlPlane => Some(self.runs(node)),
            End::Serving | End::ServingIn(_) if kind.has_gateway() => Some(self.serves(node)),
            End::ServingWith(capability) if kind.has_gateway() => {
                let serves = self.serves(node);
                let region = node.component.region.clone()?;
                let with = self.cell(*capability, &super::Place::Region(region))?.usable;
                let says =
                    Says::Does { who: node.id.clone(), what: "answer calls in a region that has the capability" };
                Some(self.all(says, vec![serves, with]))
            }
            End::Service(wanted) if kind == *wanted => Some(self.runs(node)),
            _ => None,
        }
    }

    /// The component runs and reaches every database it is drawn with (A34).
    pub fn alive(&mut self, node: Node<'a>) -> NeedId {
        let mut of = vec![self.runs(node)];
        of.extend(self.databases(node));
        self.all(Says::Does { who: node.id.clone(), what: "run and reach its database" }, of)
    }

    /// The databases of a component can be read and written: one of those that hold each schema.
    fn databases(&mut self, node: Node<'a>) -> Vec<NeedId> {
        use crate::design::{Schema, Spec};
        let drawn: Vec<_> =
            self.topology.out(node.id).into_iter().filter(|(edge, _)| edge.link.purpose == Purpose::Database).collect();
        let mut of = Vec::new();
        for schema in [Schema::Apim, Schema::Shared] {
            let mut holding = Vec::new();
            for (edge, far) in &drawn {
                let Spec::Database(database) = &far.component.spec else { continue };
                if database.schemas.contains(&schema) {
                    let (link, runs) = (self.link(edge.id), self.runs(*far));
                    holding.push(self.all(Says::Link(edge.id.clone()), vec![link, runs]));
                }
            }
            match holding.as_slice() {
                [] => {}
                [only] => of.push(*only),
                _ => of.push(self.any(Says::Does { who: node.id.clone(), what: "reach a database" }, holding)),
            }
        }
        of.sort_unstable();
        of.dedup();
        of
    }

    /// A gateway runs and reaches one of its backends (A33).
    pub fn serves(&mut self, node: Node<'a>) -> NeedId {
        let mut of = vec![self.runs(node)];
        of.extend(self.way(node.id, Purpose::BackendCall, &End::Service(Kind::Backend)));
        self.all(Says::Does { who: node.id.clone(), what: "run and reach a backend" }, of)
    }

    /// Connections of one of these purposes enter at a component: over one of the regional balancers that lead to it,
    /// or straight where none does. `None` when nothing is in the way.
    pub fn entry(&mut self, node: Node<'a>, purposes: &[Purpose]) -> Option<NeedId> {
        let mut over = Vec::new();
        for (edge, near) in self.topology.into(node.id) {
            if near.component.kind() == Kind::LoadBalancer && purposes.contains(&edge.link.purpose) {
                let (runs, link) = (self.runs(near), self.link(edge.id));
                over.push(self.all(Says::Link(edge.id.clone()), vec![runs, link]));
            }
        }
        match over.as_slice() {
            [] => None,
            [only] => Some(*only),
            _ => Some(self.any(Says::Does { who: node.id.clone(), what: "be reached over a balancer" }, over)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use proptest::sample::{Index, subsequence};

    use super::*;
    use crate::books::Books;
    use crate::design::draft::Draft;
    use crate::design::{Design, Failure, Failures, RegionRole, Site};
    use crate::estimate;
    use crate::topology::Topology;

    /// Balancers that lead to each other and to gateways as drawn; all of them.
    fn balancers(count: usize, gateways: usize, links: &[(usize, usize)]) -> (Design, Vec<Id>) {
        let mut draft = Draft::of(&Design::default());
        let region = draft.add_region("Frankfurt", Site::cloud("aws", "eu-central-1"), RegionRole::Peer);
        let balancers: Vec<Id> = (0..count).map(|_| draft.add(Some(&region), Kind::LoadBalancer, "Balancer")).collect();
        let gateways = (0..gateways).map(|_| draft.add(Some(&region), Kind::Gateway, "Gateway"));
        let all: Vec<Id> = balancers.iter().cloned().chain(gateways.collect::<Vec<_>>()).collect();
        for (from, to) in links {
            if from != to {
                draft.connect(&balancers[*from], &all[*to], &[Purpose::ApiTraffic]);
            }
        }
        (draft.design().clone(), balancers)
    }

    /// Whether a gateway that runs is reached from a balancer over links and balancers that work.
    fn reaches(design: &Design, from: &Id, failed: &Failures) -> bool {
        let mut seen = BTreeSet::from([from]);
        let mut open = vec![from];
        while let Some(at) = open.pop() {
            for (id, link) in design.links.iter().filter(|(_, link)| link.from == *at) {
                let works = !failed.contains(&Failure::Link(id.clone()))
                    && !failed.contains(&Failure::Component(link.to.clone()));
                if works && design.components[&link.to].kind() == Kind::Gateway {
                    return true;
                }
                if works && seen.insert(&link.to) {
                    open.push(&link.to);
                }
            }
        }
        false
    }

    proptest! {
        #[test]
        fn ways_over_balancers_that_lead_to_each_other_are_all_found(
            links in proptest::collection::vec((0_usize..5, 0_usize..7), 1..14),
            first in any::<Index>(),
            failed in subsequence((0..40).collect::<Vec<usize>>(), 0..12),
        ) {
            let (design, mut from) = balancers(5, 2, &links);
            let topology = Topology::of(&design);
            let estimates = estimate::estimate(&topology, Books::shipped());
            let mut builder = Builder::new(&topology, &estimates);
            // Whichever is asked for first, what is remembered of the others holds for them too.
            let middle = first.index(from.len());
            from.rotate_left(middle);
            let mut ways = Vec::new();
            for id in &from {
                let (known, _) = design.components.get_key_value(id).unwrap();
                ways.push(builder.way(known, Purpose::ApiTraffic, &End::Serving));
            }
            let model = builder.finish();
            let all = design.links.keys().cloned().map(Failure::Link);
            let all: Vec<Failure> = all.chain(design.components.keys().cloned().map(Failure::Component)).collect();
            let failures: Failures = failed.iter().filter_map(|at| all.get(*at)).cloned().collect();
            let down = model.down(&failures, &design);
            let values = model.formulas.evaluate(|part| model.up(part, &down));
            for (id, way) in from.iter().zip(ways) {
                let found = way.is_some_and(|way| values.holds(model.formula(way)));
                prop_assert_eq!(found, reaches(&design, id, &failures), "{} of {:?} without {:?}", id, links, failures);
            }
        }
    }
}
