//! Ways over drawn links: from a component over balancers to something that does what is asked for.

use std::collections::BTreeSet;

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

/// A component whose links are being followed.
struct Open<'a> {
    node: Node<'a>,
    links: Vec<(Edge<'a>, Node<'a>)>,
    branches: Vec<NeedId>,
    balancers: usize,
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
        // By hand and not by calls: a file may hold more balancers in a row than the stack has room for.
        let mut open = vec![self.open(start, purpose, end)];
        while let Some(top) = open.last_mut() {
            let Some((edge, node)) = top.links.pop() else {
                let Some(done) = open.pop() else { break };
                let key = (done.node.id, purpose, end.clone());
                let way = self.close(done, purpose, end);
                self.ways.insert(key, way);
                continue;
            };
            let (far, balancers) = if let Some(there) = self.end(node, end) {
                (there, 0)
            } else if !balances(node.component.kind()) || !self.leads(node.id, purpose, end) {
                continue;
            } else {
                match self.ways.get(&(node.id, purpose, end.clone())).copied() {
                    Some(Some(way)) if way.balancers < MAX_IN_A_ROW => {
                        let runs = self.runs(node);
                        let says =
                            Says::Does { who: node.id.clone(), what: "pass connections on to anything that works" };
                        (self.all(says, vec![runs, way.need]), way.balancers + 1)
                    }
                    Some(_) => continue,
                    None => {
                        // The same link comes up again once its balancer is known.
                        top.links.push((edge, node));
                        let behind = self.open(node, purpose, end);
                        open.push(behind);
                        continue;
                    }
                }
            };
            let link = self.link(edge.id);
            let branch = self.all(Says::Link(edge.id.clone()), vec![link, far]);
            if let Some(top) = open.last_mut() {
                top.branches.push(branch);
                top.balancers = top.balancers.max(balancers);
            }
        }
        self.ways.get(&key).copied().flatten().map(|way| way.need)
    }

    /// Begins with the links of a component. Until they are followed it leads nowhere, which cuts cycles.
    fn open(&mut self, node: Node<'a>, purpose: Purpose, end: &End) -> Open<'a> {
        self.ways.insert((node.id, purpose, end.clone()), None);
        let passed = balances(node.component.kind()) && Purpose::SERVLET.contains(&purpose);
        let follows = |other: Purpose| other == purpose || (passed && Purpose::SERVLET.contains(&other));
        let mut links = self.topology.out(node.id);
        links.retain(|(edge, _)| follows(edge.link.purpose));
        links.reverse();
        Open { node, links, branches: Vec::new(), balancers: 0 }
    }

    fn close(&mut self, done: Open<'a>, purpose: Purpose, end: &End) -> Option<Way> {
        if done.branches.is_empty() {
            return None;
        }
        let from = done.node.id.clone();
        let says = match end.reached() {
            Some(what) => Says::Does { who: from, what },
            None => Says::Way { from, purpose },
        };
        Some(Way { need: self.any(says, done.branches), balancers: done.balancers })
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
