//! What a region is drawn as, and what it lacks to be that.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::Pattern;
use crate::design::{Id, Kind, ProductVersion, Purpose, Region, RegionRole};
use crate::topology::{Topology, is_identity_server};

/// What a region is drawn as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RegionShape {
    /// A complete region of Pattern 1 or of a mixture (B1, B4).
    Complete,
    /// The main region of Pattern 2 (B20).
    Main,
    /// A sub region with gateways and traffic managers (B20).
    Sub,
    /// Backends and other services around the product, none of its own.
    BackendsOnly,
    /// Pattern 0 of a single data centre: one all-in-one node (C0).
    AllInOne,
    /// Pattern 1 of a single data centre: all-in-one nodes behind a balancer (C1).
    AllInOneHa,
    /// Pattern 2 of a single data centre: all-in-one and gateways (C2).
    SimpleScalable,
    /// Pattern 3 of a single data centre: control plane, traffic managers and gateways (C3).
    Distributed,
    /// Pattern 4 of a single data centre: the distributed one with separate key managers (C4).
    FullyDistributed,
    /// Pattern 5 of a single data centre: the simple scalable one with separate key managers (C5).
    SimpleScalableKeyManager,
    /// Pattern 6 of a single data centre: all-in-one with WSO2 Identity Server as key manager (C6).
    IdentityServer,
    /// Nothing recognisable.
    None,
}

impl RegionShape {
    /// The words shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Complete => "Complete region",
            Self::Main => "Main region",
            Self::Sub => "Sub region",
            Self::BackendsOnly => "Services only",
            Self::AllInOne => "All-in-one",
            Self::AllInOneHa => "All-in-one, highly available",
            Self::SimpleScalable => "Simple scalable",
            Self::Distributed => "Distributed",
            Self::FullyDistributed => "Fully distributed",
            Self::SimpleScalableKeyManager => "Simple scalable with key manager",
            Self::IdentityServer => "All-in-one with WSO2 Identity Server",
            Self::None => "Nothing recognised",
        }
    }

    /// The number of the pattern of a single data centre, 0 to 6, for the shapes that are one.
    #[must_use]
    pub fn number(self) -> Option<u8> {
        match self {
            Self::AllInOne => Some(0),
            Self::AllInOneHa => Some(1),
            Self::SimpleScalable => Some(2),
            Self::Distributed => Some(3),
            Self::FullyDistributed => Some(4),
            Self::SimpleScalableKeyManager => Some(5),
            Self::IdentityServer => Some(6),
            Self::Complete | Self::Main | Self::Sub | Self::BackendsOnly | Self::None => None,
        }
    }
}

/// A region with its shape.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RegionRecognition {
    /// The region.
    pub region: Id,
    /// What it is drawn as.
    pub shape: RegionShape,
    /// What it lacks to be that, one sentence each.
    pub missing: Vec<String>,
}

/// A region with what stands in it.
pub(super) struct Stock<'a> {
    pub id: &'a Id,
    pub region: &'a Region,
    /// Nodes, not boxes, of each kind.
    nodes: BTreeMap<Kind, u32>,
    /// Whether WSO2 Identity Server stands in the region or is used from it.
    identity_server: bool,
    /// Whether a load balancer leads to its all-in-one nodes.
    balanced: bool,
}

impl Stock<'_> {
    /// Whether there is a component whose kind satisfies the test.
    pub fn has(&self, test: impl Fn(Kind) -> bool) -> bool {
        self.nodes.keys().any(|k| test(*k))
    }

    fn holds(&self, kind: Kind) -> bool {
        self.nodes.contains_key(&kind)
    }

    fn count(&self, kind: Kind) -> u32 {
        self.nodes.get(&kind).copied().unwrap_or(0)
    }

    /// Whether the region holds services only, so that it is no place of the product. An empty one may become one.
    fn only_services(&self) -> bool {
        let service = |k: Kind| matches!(k, Kind::Backend | Kind::IdentityProvider | Kind::Analytics);
        let product = |k: Kind| k.is_product_node() || matches!(k, Kind::Database | Kind::Redis);
        self.has(service) && !self.has(product)
    }
}

/// All regions, in order of id.
pub(super) fn stocks<'a>(topology: &Topology<'a>) -> Vec<Stock<'a>> {
    let design = topology.design;
    let mut users_of_server: BTreeSet<&Id> = BTreeSet::new();
    let mut balanced: BTreeSet<&Id> = BTreeSet::new();
    for link in design.links.values() {
        let (Some(from), Some(to)) = (design.components.get(&link.from), design.components.get(&link.to)) else {
            continue;
        };
        if matches!(link.purpose, Purpose::Identity | Purpose::TokenNotification) {
            let ends = [(from, to), (to, from)].into_iter().filter(|(server, _)| is_identity_server(server));
            users_of_server.extend(ends.filter_map(|(_, user)| user.region.as_ref()));
        }
        if from.kind() == Kind::LoadBalancer && to.kind() == Kind::AllInOne {
            balanced.extend(&to.region);
        }
    }
    let stock = |(id, region): (&'a Id, &'a Region)| {
        let mut nodes: BTreeMap<Kind, u32> = BTreeMap::new();
        let mut identity_server = users_of_server.contains(id);
        for node in topology.in_region(Some(id)) {
            let count = nodes.entry(node.component.kind()).or_default();
            *count = count.saturating_add(node.component.instances);
            identity_server |= is_identity_server(node.component);
        }
        Stock { id, region, nodes, identity_server, balanced: balanced.contains(id) }
    };
    topology.regions().map(stock).collect()
}

/// The main region of Pattern 2: the one marked as such if it has a control plane; else one that has and is not marked
/// as sub region; else the marked one.
pub(super) fn main(stocks: &[Stock<'_>]) -> Option<usize> {
    let complete = |s: &Stock<'_>| s.has(Kind::has_control_plane);
    let marked = |s: &Stock<'_>| s.region.role == RegionRole::Main;
    stocks
        .iter()
        .position(|s| marked(s) && complete(s))
        .or_else(|| stocks.iter().position(|s| complete(s) && s.region.role != RegionRole::Sub))
        .or_else(|| stocks.iter().position(marked))
}

/// What the region is drawn as in a design of this pattern.
pub(super) fn of(stock: &Stock<'_>, pattern: Pattern, is_main: bool) -> RegionShape {
    match (pattern, stock.region.role) {
        _ if is_main => RegionShape::Main,
        (Pattern::SingleRegion | Pattern::None, _) if !stock.only_services() => alone(stock),
        (Pattern::Pattern2 | Pattern::Mixed, RegionRole::Sub) => RegionShape::Sub,
        (Pattern::Pattern2 | Pattern::Mixed, RegionRole::Main) => RegionShape::Complete,
        _ if stock.only_services() => RegionShape::BackendsOnly,
        (Pattern::Pattern2 | Pattern::Mixed, _) if !stock.has(Kind::has_control_plane) => RegionShape::Sub,
        _ => RegionShape::Complete,
    }
}

/// Which pattern of a single data centre the region is.
fn alone(stock: &Stock<'_>) -> RegionShape {
    let [gateway, key_manager] = [Kind::Gateway, Kind::KeyManager].map(|k| stock.holds(k));
    if stock.holds(Kind::ControlPlane) {
        return if key_manager { RegionShape::FullyDistributed } else { RegionShape::Distributed };
    }
    match stock.count(Kind::AllInOne) {
        0 => RegionShape::None,
        _ if key_manager => RegionShape::SimpleScalableKeyManager,
        _ if gateway => RegionShape::SimpleScalable,
        _ if stock.identity_server => RegionShape::IdentityServer,
        1 => RegionShape::AllInOne,
        _ => RegionShape::AllInOneHa,
    }
}

/// What the region lacks to be of the shape, leaving aside its connections to other regions.
pub(super) fn missing(stock: &Stock<'_>, shape: RegionShape, version: ProductVersion) -> Vec<String> {
    use RegionShape as S;
    let name = &stock.region.name;
    let mut missing = Vec::new();
    let mut demand = |met: bool, sentence: String| {
        if !met {
            missing.push(sentence);
        }
    };
    if shape == S::None && stock.nodes.is_empty() {
        demand(false, format!("{name} is empty."));
        return missing;
    }
    if matches!(shape, S::Complete | S::Main | S::None) {
        demand(stock.has(Kind::has_control_plane), format!("{name} has no control plane of its own."));
    }
    let throttled = match shape {
        S::Complete | S::Distributed | S::FullyDistributed | S::Sub => true,
        S::Main => stock.holds(Kind::Gateway),
        _ => false,
    };
    if throttled {
        // Up to 4.4 the control plane profile includes the traffic manager (A1).
        let serves = |k: Kind| k.has_traffic_manager() || (k == Kind::ControlPlane && version <= ProductVersion::V4_4);
        demand(stock.has(serves), format!("{name} has no traffic manager of its own."));
    }
    if matches!(shape, S::Complete | S::Sub | S::Distributed | S::FullyDistributed) {
        demand(stock.has(Kind::has_gateway), format!("No gateway is drawn in {name}."));
    }
    if shape == S::SimpleScalableKeyManager {
        demand(stock.holds(Kind::Gateway), format!("No gateway is drawn in {name}."));
    }
    if !matches!(shape, S::Sub | S::BackendsOnly | S::AllInOne | S::IdentityServer | S::None) {
        demand(stock.holds(Kind::Database), format!("No database is drawn in {name}."));
    }
    if shape == S::AllInOneHa {
        let sentence = format!("No load balancer stands in front of the all-in-one nodes in {name}.");
        demand(stock.balanced, sentence);
    }
    if shape == S::Sub {
        let surplus = stock.has(|k| k.has_control_plane() || k == Kind::KeyManager);
        let sentence =
            format!("{name} holds a control plane or key manager, which a sub region leaves to the main region.");
        demand(!surplus, sentence);
    }
    missing
}
