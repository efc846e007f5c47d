//! What every rule looks at: one drawing, indexed once so that no rule has to search it.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use super::check::Inputs;
use super::pattern::{self, Pattern};
use super::words::enough_names;
use crate::books::Books;
use crate::design::{
    Component, Database, Design, Engine, Id, Kind, Link, ProductVersion, Purpose, Region, RegionRole, Requirements,
    Schema, Spec,
};
use crate::estimate::{self, Estimates};
use crate::failure::Model;
use crate::topology::{Node, Topology};

/// Purposes that a balancer forwards as one.
pub const SERVLET: [Purpose; 4] = Purpose::SERVLET;

/// The part a region plays in the pattern that the design follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Pattern 2: the region with the control plane.
    Main,
    /// Pattern 2: a region with gateways and traffic managers only.
    Sub,
    /// A region meant to be complete.
    Full,
    /// Holds nothing of the product, for instance only backends.
    Outside,
}

/// A region with what stands in it.
#[derive(Debug)]
pub struct RegionView<'a> {
    /// Its id.
    pub id: &'a Id,
    /// The region.
    pub region: &'a Region,
    /// Its part in the pattern.
    pub part: Part,
    /// Its components, in order of id.
    pub nodes: Vec<Node<'a>>,
    /// Its own answers over those of the design.
    pub requirements: Requirements,
    /// Number of nodes, not boxes, that carry a control plane.
    pub control_plane_nodes: u32,
}

impl<'a> RegionView<'a> {
    /// What people call it.
    #[must_use]
    pub fn name(&self) -> &'a str {
        &self.region.name
    }

    /// Whether a component's kind satisfies the test.
    pub fn has(&self, test: impl Fn(Kind) -> bool) -> bool {
        self.nodes.iter().any(|n| test(n.component.kind()))
    }

    /// Components whose kind satisfies the test, in order of id.
    pub fn which(&self, test: impl Fn(Kind) -> bool) -> impl Iterator<Item = Node<'a>> {
        self.nodes.iter().copied().filter(move |n| test(n.component.kind()))
    }

    /// Components of one kind, in order of id.
    pub fn of(&self, kind: Kind) -> impl Iterator<Item = Node<'a>> {
        self.which(move |k| k == kind)
    }

    /// Number of nodes, not boxes, of one kind.
    #[must_use]
    pub fn count(&self, kind: Kind) -> u32 {
        self.of(kind).fold(0, |sum, n| sum.saturating_add(n.component.instances))
    }
}

/// A link with both its ends.
#[derive(Debug, Clone, Copy)]
pub struct Wire<'a> {
    /// Id of the link.
    pub id: &'a Id,
    /// The link.
    pub link: &'a Link,
    /// The side that opens the connection.
    pub from: Node<'a>,
    /// The side that listens.
    pub to: Node<'a>,
}

impl Wire<'_> {
    /// Whether its ends stand in different regions.
    #[must_use]
    pub fn crosses_regions(&self) -> bool {
        match (&self.from.component.region, &self.to.component.region) {
            (Some(a), Some(b)) => a != b,
            _ => false,
        }
    }
}

/// One drawing as rules see it.
pub struct Context<'a> {
    /// The graph of the drawing.
    pub topology: &'a Topology<'a>,
    /// The drawing.
    pub design: &'a Design,
    /// Shipped facts.
    pub books: &'a Books,
    /// Product version it is drawn for.
    pub version: ProductVersion,
    /// The pattern it follows: the architect's intent, or else what is drawn.
    pub pattern: Pattern,
    given_estimates: Option<&'a Estimates>,
    own_estimates: OnceCell<Estimates>,
    failure: OnceCell<Model>,
    regions: Vec<RegionView<'a>>,
    region_index: BTreeMap<&'a Id, usize>,
    wires: Vec<Wire<'a>>,
    out: BTreeMap<&'a Id, Vec<Wire<'a>>>,
    into: BTreeMap<&'a Id, Vec<Wire<'a>>>,
}

impl<'a> Context<'a> {
    /// Indexes the drawing; linear in its size.
    #[must_use]
    pub fn new(topology: &'a Topology<'a>, inputs: &Inputs<'a>) -> Self {
        let design = topology.design;
        let pattern = pattern::recognise(topology).pattern;
        let mut regions: Vec<RegionView<'a>> = topology
            .regions()
            .map(|(id, region)| RegionView {
                id,
                region,
                part: Part::Outside,
                nodes: topology.in_region(Some(id)).collect(),
                requirements: design.requirements_of(region),
                control_plane_nodes: topology.instances_in(id, Kind::has_control_plane),
            })
            .collect();
        assign_parts(pattern, &mut regions);
        let region_index = regions.iter().enumerate().map(|(i, r)| (r.id, i)).collect();
        let mut context = Self {
            topology,
            design,
            books: inputs.books,
            given_estimates: inputs.estimates,
            own_estimates: OnceCell::new(),
            failure: OnceCell::new(),
            version: design.meta.product_version,
            pattern,
            regions,
            region_index,
            wires: Vec::with_capacity(design.links.len()),
            out: BTreeMap::new(),
            into: BTreeMap::new(),
        };
        for (id, link) in &design.links {
            let ends = (design.components.get_key_value(&link.from), design.components.get_key_value(&link.to));
            let (Some(from), Some(to)) = ends else { continue };
            let [from, to] = [from, to].map(|(id, component)| Node { id, component });
            let wire = Wire { id, link, from, to };
            context.wires.push(wire);
            context.out.entry(from.id).or_default().push(wire);
            context.into.entry(to.id).or_default().push(wire);
        }
        context
    }

    /// Latency, load and cost of the drawing.
    #[must_use]
    pub fn estimates(&self) -> &Estimates {
        let make = || estimate::estimate(self.topology, self.books);
        self.given_estimates.unwrap_or_else(|| self.own_estimates.get_or_init(make))
    }

    /// What each capability of the drawing rests on; built when a rule first asks for it.
    #[must_use]
    pub fn failure(&self) -> &Model {
        self.failure.get_or_init(|| Model::of(self.topology, self.estimates()))
    }

    /// All regions, in order of id.
    #[must_use]
    pub fn regions(&self) -> &[RegionView<'a>] {
        &self.regions
    }

    /// The region with this id.
    #[must_use]
    pub fn region(&self, id: &Id) -> Option<&RegionView<'a>> {
        self.region_index.get(id).and_then(|&i| self.regions.get(i))
    }

    /// The region a component stands in.
    #[must_use]
    pub fn region_of(&self, node: Node<'_>) -> Option<&RegionView<'a>> {
        node.component.region.as_ref().and_then(|id| self.region(id))
    }

    /// The main region of a Pattern 2 drawing.
    #[must_use]
    pub fn main(&self) -> Option<&RegionView<'a>> {
        self.regions.iter().find(|r| r.part == Part::Main)
    }

    /// Regions with gateways and traffic managers only, which depend on another region's control plane.
    pub fn subs(&self) -> impl Iterator<Item = &RegionView<'a>> {
        self.regions.iter().filter(|r| r.part == Part::Sub)
    }

    /// Regions that hold a synchronised copy of everything (Pattern 1, and the complete regions of a mixture).
    pub fn synchronised(&self) -> impl Iterator<Item = &RegionView<'a>> {
        self.regions.iter().filter(|r| self.is_synchronised(r))
    }

    /// Whether the region holds a synchronised copy of everything.
    #[must_use]
    pub fn is_synchronised(&self, region: &RegionView<'_>) -> bool {
        matches!(self.pattern, Pattern::Pattern1 | Pattern::Mixed) && region.part == Part::Full
    }

    /// Regions that hold a synchronised copy and have a control plane, once there are at least two: a running Pattern 1.
    #[must_use]
    pub fn synchronised_pair(&self) -> Vec<&RegionView<'a>> {
        let running: Vec<_> = self.synchronised().filter(|r| r.has(Kind::has_control_plane)).collect();
        if running.len() < 2 { Vec::new() } else { running }
    }

    /// Databases of the synchronised regions that hold data of the product, by region and id.
    #[must_use]
    pub fn synchronised_databases(&self) -> Vec<(&RegionView<'a>, Node<'a>, &'a Database)> {
        let of = |region| {
            let node = move |node| Some((region, node, database(node)?));
            let region: &RegionView<'a> = region;
            region.of(Kind::Database).filter_map(node)
        };
        self.synchronised().flat_map(of).filter(|(.., db)| is_shared(db)).collect()
    }

    /// Whether a region has a database that holds what its nodes share.
    #[must_use]
    pub fn has_database(&self, region: &RegionView<'_>) -> bool {
        region.of(Kind::Database).any(holds_shared_data)
    }

    /// All links, in order of id.
    #[must_use]
    pub fn wires(&self) -> &[Wire<'a>] {
        &self.wires
    }

    /// All links of one purpose, in order of id.
    pub fn wires_for(&self, purpose: Purpose) -> impl Iterator<Item = &Wire<'a>> {
        self.wires.iter().filter(move |w| w.link.purpose == purpose)
    }

    /// Links that the component opens, in order of id.
    #[must_use]
    pub fn out(&self, id: &Id) -> &[Wire<'a>] {
        self.out.get(id).map_or(&[], Vec::as_slice)
    }

    /// Links that the component listens to, in order of id.
    #[must_use]
    pub fn into(&self, id: &Id) -> &[Wire<'a>] {
        self.into.get(id).map_or(&[], Vec::as_slice)
    }

    /// All components whose kind satisfies the test, in order of id.
    pub fn which(&self, test: impl Fn(Kind) -> bool) -> impl Iterator<Item = Node<'a>> {
        let design = self.design;
        design.components.iter().filter(move |(_, c)| test(c.kind())).map(|(id, component)| Node { id, component })
    }

    /// The component with this id.
    #[must_use]
    pub fn node(&self, id: &Id) -> Option<Node<'a>> {
        let (id, component) = self.design.components.get_key_value(id)?;
        Some(Node { id, component })
    }

    /// The link with this id.
    #[must_use]
    pub fn wire(&self, id: &Id) -> Option<Wire<'a>> {
        self.wires.binary_search_by(|w| w.id.cmp(id)).ok().and_then(|i| self.wires.get(i)).copied()
    }

    /// Regions whose control plane each gateway and traffic manager connects to on the servlet port (through
    /// balancers) or the event hub.
    #[must_use]
    pub fn attachments(&self) -> BTreeMap<&'a Id, BTreeSet<&'a Id>> {
        let mut found: BTreeMap<&'a Id, BTreeSet<&'a Id>> = BTreeMap::new();
        for region in self.regions.iter().filter(|r| r.has(Kind::has_control_plane)) {
            let hubs: Vec<&Id> = region.which(Kind::has_control_plane).map(|n| n.id).collect();
            for purpose in [Purpose::ManagementHttps, Purpose::EventStream] {
                for source in self.topology.sources_of(hubs.iter().copied(), purpose, &SERVLET) {
                    found.entry(source).or_default().insert(region.id);
                }
            }
        }
        found
    }

    /// Each sub region with the region whose control plane it depends on. In a mixture of patterns that is the one it
    /// is attached to; a sub region attached to none or several is left out.
    #[must_use]
    pub fn dependencies(&self) -> Vec<(&RegionView<'a>, &RegionView<'a>)> {
        if let Some(main) = self.main() {
            return self.subs().map(|sub| (sub, main)).collect();
        }
        if self.subs().next().is_none() {
            return Vec::new();
        }
        let attachments = self.attachments();
        let only_main = |sub: &RegionView<'_>| {
            let mut mains = sub.nodes.iter().filter_map(|n| attachments.get(n.id)).flatten();
            let first = mains.next()?;
            mains.all(|other| other == first).then(|| self.region(first)).flatten()
        };
        self.subs().filter_map(|sub| Some((sub, only_main(sub)?))).collect()
    }

    /// For each component that opens a connection of this purpose to some of the targets, the number of targets it
    /// reaches, and per target those who reach it. Balancers on the way are passed through.
    #[must_use]
    pub fn coverage(&self, targets: &[Node<'a>], purpose: Purpose) -> Coverage<'a> {
        let mut coverage = Coverage { targets: Vec::new(), reached: BTreeMap::new() };
        for target in targets {
            let sources = self.topology.sources_of([target.id], purpose, &SERVLET);
            for &source in &sources {
                *coverage.reached.entry(source).or_default() += 1;
            }
            coverage.targets.push((*target, sources));
        }
        coverage
    }

    /// Whether a component of this kind does the work of a traffic manager in the version of the design; see
    /// [`throttles`].
    #[must_use]
    pub fn serves_throttling(&self, kind: Kind) -> bool {
        throttles(kind, self.version)
    }

    /// The regions for which somebody answered the question with `wanted`: `None` stands for the whole design.
    /// A region is named only when the design itself gives no such answer.
    #[must_use]
    pub fn asked_for(&self, question: fn(&Requirements) -> Option<bool>, wanted: bool) -> Vec<Option<&RegionView<'a>>> {
        if question(&self.design.meta.requirements) == Some(wanted) {
            return vec![None];
        }
        self.regions.iter().filter(|r| question(&r.region.requirements) == Some(wanted)).map(Some).collect()
    }

    /// Name of a component with the region it stands in, unless the name already says so.
    #[must_use]
    pub fn place(&self, node: Node<'_>) -> String {
        let name = &node.component.name;
        match self.region_of(node) {
            Some(region) if !name.contains(region.name()) => format!("{name} in {}", region.name()),
            _ => name.clone(),
        }
    }
}

/// Who reaches which of several targets.
pub struct Coverage<'a> {
    targets: Vec<(Node<'a>, BTreeSet<&'a Id>)>,
    reached: BTreeMap<&'a Id, usize>,
}

impl<'a> Coverage<'a> {
    /// The first few targets that the component does not reach, and how many there are in all.
    #[must_use]
    pub fn missing(&self, source: &Id) -> (Vec<Node<'a>>, usize) {
        let count = self.targets.len().saturating_sub(self.reached.get(source).copied().unwrap_or(0));
        let unreached = self.targets.iter().filter(|(_, sources)| !sources.contains(source)).map(|(node, _)| *node);
        (unreached.take(count.min(enough_names())).collect(), count)
    }
}

/// The settings of a database component.
#[must_use]
pub fn database(node: Node<'_>) -> Option<&Database> {
    match &node.component.spec {
        Spec::Database(database) => Some(database),
        _ => None,
    }
}

/// Whether a component of this kind can take throttle data and give decisions: traffic managers and all-in-ones (A5),
/// and up to 4.4 the control plane profile, which includes the traffic manager (A1).
#[must_use]
pub fn throttles(kind: Kind, version: ProductVersion) -> bool {
    kind.has_traffic_manager() || (kind == Kind::ControlPlane && version <= ProductVersion::V4_4)
}

/// Whether a database holds what all nodes of a region share, `apim_db` or `shared_db`, rather than files of one node
/// (A9).
#[must_use]
pub fn is_shared(database: &Database) -> bool {
    database.schemas.iter().any(|s| matches!(s, Schema::Apim | Schema::Shared))
}

/// Gateway environment whose APIs a component serves (A40); `None` when it has no gateway.
#[must_use]
pub fn gateway_environment(component: &Component) -> Option<&str> {
    match &component.spec {
        Spec::Gateway(gateway) => Some(&gateway.environment),
        Spec::AllInOne(all) => Some(&all.environment),
        _ => None,
    }
}

/// Most nodes a group has: its number, or what it may scale to.
#[must_use]
pub fn most_nodes(component: &Component) -> u32 {
    component.most_instances()
}

/// Whether a database, or what stands before one, holds what all control planes of a region share (A9).
#[must_use]
pub fn holds_shared_data(node: Node<'_>) -> bool {
    database(node).is_none_or(is_shared)
}

/// Whether replication over regions was tested with the engine: Oracle and SQL Server always, PostgreSQL since its
/// scripts came with 4.4 (B12).
#[must_use]
pub fn tested_for_replication(engine: Engine, version: ProductVersion) -> bool {
    match engine {
        Engine::Oracle | Engine::SqlServer => true,
        Engine::PostgreSql => version >= ProductVersion::V4_4,
        Engine::MySql | Engine::H2 => false,
    }
}

/// The engines of [`tested_for_replication`], in words.
#[must_use]
pub fn engines_tested(version: ProductVersion) -> &'static str {
    if version >= ProductVersion::V4_4 { "Oracle, SQL Server and PostgreSQL" } else { "Oracle and SQL Server" }
}

/// Ids as one text, as evidence has them.
#[must_use]
pub fn id_list<'i>(ids: impl IntoIterator<Item = &'i Id>) -> String {
    let ids: Vec<&str> = ids.into_iter().map(Id::as_str).collect();
    ids.join(", ")
}

fn assign_parts(pattern: Pattern, regions: &mut [RegionView<'_>]) {
    let main = (pattern == Pattern::Pattern2).then(|| main_index(regions)).flatten();
    for (i, region) in regions.iter_mut().enumerate() {
        let complete = region.has(Kind::has_control_plane);
        region.part = match (pattern, region.region.role) {
            (Pattern::None, _) => Part::Outside,
            (Pattern::Pattern2, _) if main == Some(i) => Part::Main,
            (Pattern::Pattern2 | Pattern::Mixed, RegionRole::Sub) => Part::Sub,
            (Pattern::Pattern2 | Pattern::Mixed, RegionRole::Main) => Part::Full,
            _ if only_services(region) => Part::Outside,
            (Pattern::Pattern2 | Pattern::Mixed, RegionRole::Peer) if !complete => Part::Sub,
            _ => Part::Full,
        };
    }
}

/// The region marked as main if it has a control plane; else one that has and is not marked Sub; else the marked one.
fn main_index(regions: &[RegionView<'_>]) -> Option<usize> {
    let complete = |r: &RegionView<'_>| r.has(Kind::has_control_plane);
    let marked = |r: &RegionView<'_>| r.region.role == RegionRole::Main;
    regions
        .iter()
        .position(|r| marked(r) && complete(r))
        .or_else(|| regions.iter().position(|r| complete(r) && r.region.role != RegionRole::Sub))
        .or_else(|| regions.iter().position(marked))
}

/// Whether components of this kind are services beside the product, which make no region of it.
pub fn is_service(kind: Kind) -> bool {
    matches!(kind, Kind::Backend | Kind::IdentityProvider | Kind::Analytics)
}

/// Whether components of this kind are of the product or keep its data.
pub fn holds_product(kind: Kind) -> bool {
    kind.is_product_node() || matches!(kind, Kind::Database | Kind::Redis)
}

/// Whether the region holds services only, so that it is no place of the product. An empty region may become one.
fn only_services(region: &RegionView<'_>) -> bool {
    region.has(is_service) && !region.has(holds_product)
}
