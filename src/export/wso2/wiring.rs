//! Who talks to whom, indexed for the questions that configuration asks: a node's connections, what stands in front
//! of it, hosts by endpoint.

use std::collections::{BTreeMap, BTreeSet};

use crate::design::{AnalyticsProduct, Id};
use crate::export::planner::{
    Plan, PlanBalancer, PlanConnection, PlanDatabase, PlanNode, PlanPool, PlanPort, PlanPurpose, PlanService, Schema,
};

/// Protocols of the event broker.
pub(in crate::export) const BROKER: [&str; 3] = ["amqp", "amqps", "tcp"];

/// What callers of the portals, internal APIs and key manager of a control plane use, all at its servlet port, the
/// portals first.
pub(in crate::export) const PORTALS: [PlanPurpose; 4] = [
    PlanPurpose::PortalAccess,
    PlanPurpose::ManagementHttps,
    PlanPurpose::KeyManagerHttps,
    PlanPurpose::TokenNotification,
];

/// An index over a plan.
pub(in crate::export) struct Wiring<'a> {
    /// The plan.
    pub(in crate::export) plan: &'a Plan,
    from: BTreeMap<&'a str, Vec<&'a PlanConnection>>,
    into: BTreeMap<&'a str, Vec<&'a PlanConnection>>,
    nodes: BTreeMap<&'a str, &'a PlanNode>,
    groups: BTreeMap<&'a str, Vec<&'a PlanNode>>,
    balancers: BTreeMap<&'a str, &'a PlanBalancer>,
    databases: BTreeMap<&'a str, &'a PlanDatabase>,
    services: BTreeMap<&'a str, &'a PlanService>,
    /// Links that are drawn with TLS.
    encrypted: BTreeSet<&'a str>,
    /// Balancers that pass something on to an endpoint.
    fronts: BTreeMap<&'a str, Vec<&'a PlanBalancer>>,
}

/// An address that something connects to, and what in the drawing says so.
#[derive(Debug, Clone, Copy)]
pub(in crate::export) struct Address<'a> {
    /// Host name.
    pub(in crate::export) host: &'a str,
    /// Port.
    pub(in crate::export) port: PlanPort,
    /// The node, balancer or service.
    pub(in crate::export) endpoint: &'a str,
    /// The connection it was found by; `None` for a node's own address.
    pub(in crate::export) by: Option<&'a PlanConnection>,
}

impl Address<'_> {
    /// `scheme://host:port`, without a port that `usual` is the usual one of the scheme.
    pub(in crate::export) fn url(&self, scheme: &str, usual: u16) -> String {
        match self.port.number {
            number if number == usual => format!("{scheme}://{}", self.host),
            number => format!("{scheme}://{}:{number}", self.host),
        }
    }

    /// The address of an HTTPS service below `path`, which begins with a slash.
    pub(in crate::export) fn https(&self, path: &str) -> String {
        format!("{}{path}", self.url("https", 443))
    }

    /// `tcp://host:port`, however usual the port is.
    pub(in crate::export) fn tcp(&self) -> String {
        format!("tcp://{}:{}", self.host, self.port.number)
    }

    /// Whether the connection is encrypted by the broker's own port for it.
    pub(in crate::export) fn is_encrypted(&self) -> bool {
        self.port.protocol == "amqps"
    }
}

impl<'a> Wiring<'a> {
    /// Indexes a plan. Linear in its connections.
    pub(in crate::export) fn of(plan: &'a Plan) -> Self {
        let mut wiring = Self {
            plan,
            from: BTreeMap::new(),
            into: BTreeMap::new(),
            nodes: plan.nodes.iter().map(|n| (n.id.as_str(), n)).collect(),
            groups: plan.groups(),
            balancers: plan.balancers.iter().map(|b| (b.id.as_str(), b)).collect(),
            databases: plan.databases.iter().map(|d| (d.id.as_str(), d)).collect(),
            services: plan.services.iter().map(|s| (s.id.as_str(), s)).collect(),
            encrypted: plan.links.iter().filter(|link| link.tls).map(|link| link.id.as_str()).collect(),
            fronts: BTreeMap::new(),
        };
        for connection in &plan.connections {
            wiring.from.entry(&connection.from).or_default().push(connection);
            wiring.into.entry(&connection.to).or_default().push(connection);
        }
        for balancer in &plan.balancers {
            for target in balancer.pools.iter().flat_map(|pool| &pool.targets) {
                let fronts = wiring.fronts.entry(target).or_default();
                if fronts.last().is_none_or(|last| last.id != balancer.id) {
                    fronts.push(balancer);
                }
            }
        }
        wiring
    }

    /// Connections of a purpose that the endpoint opens, in the order of the plan.
    pub(in crate::export) fn out(
        &self,
        endpoint: &str,
        purpose: PlanPurpose,
    ) -> impl Iterator<Item = &'a PlanConnection> {
        self.from.get(endpoint).into_iter().flatten().copied().filter(move |c| c.purpose == purpose)
    }

    /// Connections of a purpose that end directly at the endpoint, in the order of the plan.
    pub(in crate::export) fn arriving(
        &self,
        endpoint: &str,
        purpose: PlanPurpose,
    ) -> impl Iterator<Item = &'a PlanConnection> {
        self.into.get(endpoint).into_iter().flatten().copied().filter(move |c| c.purpose == purpose)
    }

    /// Connections that begin or end at the endpoint, in the order of the plan; those from it to itself twice.
    pub(in crate::export) fn at(&self, endpoint: &str) -> impl Iterator<Item = &'a PlanConnection> {
        [&self.from, &self.into].into_iter().filter_map(move |index| index.get(endpoint)).flatten().copied()
    }

    /// Whether the connection is drawn with TLS, for purposes that leave the choice (A36).
    pub(in crate::export) fn is_drawn_with_tls(&self, connection: &PlanConnection) -> bool {
        connection.link.as_deref().is_some_and(|link| self.encrypted.contains(link))
    }

    /// Balancers that pass something on to an endpoint, in the order of the plan.
    pub(in crate::export) fn before(&self, endpoint: &str) -> &[&'a PlanBalancer] {
        self.fronts.get(endpoint).map_or(&[], Vec::as_slice)
    }

    /// A node by id.
    pub(in crate::export) fn node(&self, id: &str) -> Option<&'a PlanNode> {
        self.nodes.get(id).copied()
    }

    /// Groups of nodes, in order of id, each with its nodes in order of number.
    pub(in crate::export) fn groups(&self) -> impl Iterator<Item = (&'a str, &[&'a PlanNode])> {
        self.groups.iter().map(|(group, nodes)| (*group, nodes.as_slice()))
    }

    /// The nodes of a group, in order of number.
    pub(in crate::export) fn group(&self, id: &str) -> &[&'a PlanNode] {
        self.groups.get(id).map_or(&[], Vec::as_slice)
    }

    /// A balancer by id.
    pub(in crate::export) fn balancer(&self, id: &str) -> Option<&'a PlanBalancer> {
        self.balancers.get(id).copied()
    }

    /// A database by id.
    pub(in crate::export) fn database(&self, id: &str) -> Option<&'a PlanDatabase> {
        self.databases.get(id).copied()
    }

    /// A service by id.
    pub(in crate::export) fn service(&self, id: &str) -> Option<&'a PlanService> {
        self.services.get(id).copied()
    }

    /// The database that holds the schema and that a node has a link to, with that connection; one of the node's own
    /// region first.
    pub(in crate::export) fn database_of(
        &self,
        node: &PlanNode,
        schema: Schema,
    ) -> Option<(&'a PlanConnection, &'a PlanDatabase)> {
        let connections = self.out(&node.id, PlanPurpose::Database);
        let databases = connections.filter_map(|c| Some((c, self.database(&c.to)?)));
        let holding = databases.filter(|(_, database)| database.schemas.contains(&schema));
        holding.min_by_key(|(_, database)| database.region != node.region)
    }

    /// The analytics that a node is connected to, with that connection and its product; `None` for a product that we do
    /// not know.
    pub(in crate::export) fn analytics(
        &self,
        node: &PlanNode,
    ) -> Option<(&'a PlanConnection, &'a PlanService, Option<AnalyticsProduct>)> {
        let mut drawn = self.out(&node.id, PlanPurpose::AnalyticsEvents);
        let (connection, service) = drawn.find_map(|c| Some((c, self.service(&c.to)?)))?;
        let product = AnalyticsProduct::ALL.into_iter().find(|p| Some(p.label()) == service.product.as_deref());
        Some((connection, service, product))
    }

    /// Whether several tenants are served in a region.
    pub(in crate::export) fn has_tenants(&self, region: Option<&str>) -> bool {
        let region = self.plan.regions.iter().find(|known| Some(known.id.as_str()) == region);
        region.and_then(|region| region.requirements.multi_tenancy) == Some(true)
    }

    /// Whether API calls reach a node, directly or through a balancer.
    pub(in crate::export) fn is_called(&self, node: &str) -> bool {
        let calls = PlanPurpose::ApiTraffic;
        let passed_on = |balancer: &&PlanBalancer| passes_on(balancer, calls, node);
        self.arriving(node, calls).next().is_some() || self.before(node).iter().any(passed_on)
    }

    /// Host name of an endpoint; `None` for what somebody else runs.
    pub(in crate::export) fn host(&self, endpoint: &str) -> Option<&'a str> {
        let node = self.node(endpoint).map(|n| n.host.as_str());
        let balancer = || self.balancer(endpoint).map(|b| b.host.as_str());
        let database = || self.database(endpoint).map(|d| d.host.as_str());
        let service = || self.service(endpoint).and_then(|s| s.host.as_deref());
        node.or_else(balancer).or_else(database).or_else(service)
    }

    /// What people call the component of an endpoint; the id of one that the plan does not have.
    pub(in crate::export) fn name<'n>(&self, endpoint: &'n str) -> &'n str
    where
        'a: 'n,
    {
        let node = self.node(endpoint).map(|n| n.group_name.as_str());
        let balancer = || self.balancer(endpoint).map(|b| b.name.as_str());
        let database = || self.database(endpoint).map(|d| d.name.as_str());
        let service = || self.service(endpoint).map(|s| s.name.as_str());
        let population = || self.plan.populations.iter().find(|p| p.id == endpoint).map(|p| p.name.as_str());
        node.or_else(balancer).or_else(database).or_else(service).or_else(population).unwrap_or(endpoint)
    }

    /// Region of an endpoint.
    pub(in crate::export) fn region(&self, endpoint: &str) -> Option<&'a str> {
        let node = self.node(endpoint).map(|n| n.region.as_deref());
        node.or_else(|| self.balancer(endpoint).map(|b| b.region.as_deref())).flatten()
    }

    /// Where the node's connections of a purpose lead, at the port with one of these protocols: the near end, be it a
    /// balancer or a node. Those of the node's own region first, each once.
    pub(in crate::export) fn near(
        &self,
        node: &PlanNode,
        purpose: PlanPurpose,
        protocols: &[&str],
    ) -> Vec<Address<'a>> {
        let found = self.out(&node.id, purpose).filter_map(|connection| {
            let port = connection.ports.iter().find(|p| protocols.contains(&p.protocol))?;
            self.address(&connection.to, *port, Some(connection))
        });
        self.nearest_first(node, found.collect())
    }

    /// The nodes that the node's connections of a purpose finally reach; balancers on the way are passed through, and
    /// the port is then the one that the node itself listens on.
    pub(in crate::export) fn far(&self, node: &PlanNode, purpose: PlanPurpose, protocols: &[&str]) -> Vec<Address<'a>> {
        let mut found = Vec::new();
        for connection in self.out(&node.id, purpose) {
            let Some(&port) = connection.ports.iter().find(|p| protocols.contains(&p.protocol)) else { continue };
            if self.node(&connection.to).is_some() {
                found.extend(self.address(&connection.to, port, Some(connection)));
            }
            for end in &connection.reaches {
                found.extend(self.own(end, port.protocol, Some(connection)));
            }
        }
        self.nearest_first(node, found)
    }

    /// A node's own address at the port with this protocol.
    pub(in crate::export) fn own(
        &self,
        node: &str,
        protocol: &str,
        by: Option<&'a PlanConnection>,
    ) -> Option<Address<'a>> {
        let node = self.node(node)?;
        // The broker listens on its plain port as well, so that an encrypted one that nobody else asked for is known.
        let listener = node.listens.iter().find(|l| l.protocol == protocol);
        let listener =
            listener.or_else(|| node.listens.iter().find(|l| protocol == "amqps" && l.protocol == "amqp"))?;
        let protocol = if listener.protocol == "amqp" { "amqp" } else { static_protocol(&listener.protocol)? };
        Some(Address { host: &node.host, port: PlanPort { number: listener.port, protocol }, endpoint: &node.id, by })
    }

    /// The address of an endpoint at a port.
    fn address(&self, endpoint: &'a str, port: PlanPort, by: Option<&'a PlanConnection>) -> Option<Address<'a>> {
        self.host(endpoint).map(|host| Address { host, port, endpoint, by })
    }

    /// How the servlet port of a node with a control plane is reached in its region: at the balancer there, else at the
    /// node itself.
    pub(in crate::export) fn own_front(&self, node: &str) -> Option<Address<'a>> {
        self.regional_front(node, &PORTALS, "https").or_else(|| self.own(node, "https", None))
    }

    fn nearest_first(&self, node: &PlanNode, mut found: Vec<Address<'a>>) -> Vec<Address<'a>> {
        found.sort_by_key(|address| self.region(address.endpoint) != node.region.as_deref());
        let mut seen = BTreeSet::new();
        found.retain(|address| seen.insert((address.endpoint, address.port.number)));
        found
    }

    /// The address at which others reach what the node offers for one of these purposes, the first purpose that a
    /// balancer serves first: a balancer of a region, then one over regions. `None` when no balancer stands before it.
    pub(in crate::export) fn front(&self, node: &str, purposes: &[PlanPurpose], protocol: &str) -> Option<Address<'a>> {
        purposes.iter().find_map(|purpose| {
            [false, true].into_iter().find_map(|global| self.front_for(node, *purpose, protocol, global))
        })
    }

    /// The same behind a balancer of a region only: what a node is told about itself must not lead to another region.
    pub(in crate::export) fn regional_front(
        &self,
        node: &str,
        purposes: &[PlanPurpose],
        protocol: &str,
    ) -> Option<Address<'a>> {
        purposes.iter().find_map(|purpose| self.front_for(node, *purpose, protocol, false))
    }

    /// The first balancer over regions, or of one, that serves this purpose of the node.
    fn front_for(&self, node: &str, purpose: PlanPurpose, protocol: &str, global: bool) -> Option<Address<'a>> {
        let serves = |pool: &&PlanPool| pool.listen.protocol == protocol && passes(pool, purpose, node);
        self.before(node).iter().filter(|balancer| balancer.global == global).find_map(|balancer| {
            let pools = balancer.pools.iter().filter(serves);
            let pool = pools.min_by_key(|pool| (pool.listen.number >= 1024, pool.listen.number))?;
            Some(Address { host: &balancer.host, port: pool.listen, endpoint: &balancer.id, by: None })
        })
    }
}

/// Whether the balancer passes on what comes for this purpose to the endpoint.
pub(in crate::export) fn passes_on(balancer: &PlanBalancer, purpose: PlanPurpose, endpoint: &str) -> bool {
    balancer.pools.iter().any(|pool| passes(pool, purpose, endpoint))
}

fn passes(pool: &PlanPool, purpose: PlanPurpose, endpoint: &str) -> bool {
    pool.purposes.contains(&purpose) && pool.targets.iter().any(|target| target == endpoint)
}

/// Where a connection leads and, through balancers, ends.
pub(in crate::export) fn ends(connection: &PlanConnection) -> impl Iterator<Item = &str> {
    std::iter::once(&connection.to).chain(&connection.reaches).map(String::as_str)
}

/// The link of a connection; `None` for one that nobody draws.
pub(in crate::export) fn link(connection: &PlanConnection) -> Option<Id> {
    connection.link.as_deref().and_then(|link| Id::new(link).ok())
}

/// The protocol with the lifetime of the program.
fn static_protocol(protocol: &str) -> Option<&'static str> {
    ["https", "http", "amqp", "amqps", "tcp", "ssl", "ws", "wss"].into_iter().find(|p| *p == protocol)
}

/// The element of the design that an endpoint stands for: a node's group, else the component itself.
pub(in crate::export) fn element(wiring: &Wiring<'_>, endpoint: &str) -> Option<Id> {
    let id = wiring.node(endpoint).map_or(endpoint, |node| node.group.as_str());
    Id::new(id).ok()
}
