//! Ways over drawn links: from a component over balancers to something that does what is asked for.

use crate::design::{Id, Kind, Purpose};
use crate::topology::Node;
use crate::topology::traffic::{MAX_IN_A_ROW, balances};

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
    ServingWith(crate::design::Capability),
    /// A gateway of one region that answers calls.
    ServingIn(Id),
    /// A service of one kind that runs.
    Service(Kind),
}

/// A way, as it is remembered.
pub(super) type WayKey<'a> = (&'a Id, Purpose, End);

impl<'a> Builder<'_, 'a> {
    /// Connections for a purpose get through from a component to such an end. Balancers are passed over links of the
    /// purpose, or of any other that uses the same port. `None` when no link leads to one.
    pub fn way(&mut self, from: &'a Id, purpose: Purpose, end: &End) -> Option<NeedId> {
        let key = (from, purpose, end.clone());
        if let Some(known) = self.ways.get(&key) {
            return *known;
        }
        let found = self.branches(from, purpose, &[purpose], end, 0);
        self.ways.insert(key, found);
        found
    }

    fn branches(
        &mut self,
        from: &'a Id,
        purpose: Purpose,
        over: &[Purpose],
        end: &End,
        depth: usize,
    ) -> Option<NeedId> {
        if depth > MAX_IN_A_ROW {
            return None;
        }
        let mut branches = Vec::new();
        for (edge, node) in self.topology.out(from) {
            if !over.contains(&edge.link.purpose) {
                continue;
            }
            let Some(far) = self.far(node, purpose, end, depth) else { continue };
            let link = self.link(edge.id);
            branches.push(self.all(Says::Link(edge.id.clone()), vec![link, far]));
        }
        match branches.as_slice() {
            [] => None,
            _ => Some(self.any(Says::Way { from: from.clone(), purpose }, branches)),
        }
    }

    fn far(&mut self, node: Node<'a>, purpose: Purpose, end: &End, depth: usize) -> Option<NeedId> {
        if let Some(there) = self.end(node, end) {
            return Some(there);
        }
        if !balances(node.component.kind()) {
            return None;
        }
        let key = (node.id, purpose, end.clone());
        let behind = match self.ways.get(&key) {
            Some(known) => *known,
            None => {
                // A balancer on the way to itself leads nowhere.
                self.ways.insert(key.clone(), None);
                let over = if Purpose::SERVLET.contains(&purpose) { &Purpose::SERVLET[..] } else { &[purpose] };
                let found = self.branches(node.id, purpose, over, end, depth + 1);
                self.ways.insert(key, found);
                found
            }
        }?;
        let runs = self.runs(node);
        let says = Says::Does { who: node.id.clone(), what: "pass connections on to anything that works" };
        Some(self.all(says, vec![runs, behind]))
    }

    /// The component does what the end asks for; `None` when it is of another kind.
    fn end(&mut self, node: Node<'a>, end: &End) -> Option<NeedId> {
        let kind = node.component.kind();
        match end {
            End::ControlPlane if kind.has_control_plane() => Some(self.alive(node)),
            End::Hub if kind.has_control_plane() => Some(self.runs(node)),
            End::KeyManager if kind.has_control_plane() || kind == Kind::KeyManager => Some(self.alive(node)),
            // Up to 4.4 a control plane holds a traffic manager too (A1).
            End::TrafficManager if kind.has_traffic_manager() || kind == Kind::ControlPlane => Some(self.runs(node)),
            End::Serving if kind.has_gateway() => Some(self.serves(node)),
            End::ServingWith(capability) if kind.has_gateway() => {
                let serves = self.serves(node);
                let region = node.component.region.clone()?;
                let with = self.cell(*capability, &super::Place::Region(region))?.usable;
                let says =
                    Says::Does { who: node.id.clone(), what: "answer calls in a region that has the capability" };
                Some(self.all(says, vec![serves, with]))
            }
            End::ServingIn(region) if kind.has_gateway() && node.component.region.as_ref() == Some(region) => {
                Some(self.serves(node))
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
