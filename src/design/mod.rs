//! The document: what an architect has drawn, and the one door through which it changes.
//!
//! A [`Design`] is plain data with cheap copies (every element sits behind an [`Arc`]), so an analysis works on a
//! snapshot while the window goes on editing. Nothing here knows an estimate, a rule or a pixel: positions are data
//! in scene points. All changes are [`edit::Edit`]s, built by [`commands`] and applied by a [`history::Document`].

mod capability;
pub mod checked;
pub mod commands;
mod component;
pub mod draft;
pub mod edit;
mod estimation;
pub mod failure;
pub mod file;
mod geometry;
pub mod history;
mod host;
mod id;
mod kind;
mod link;
mod meta;
pub mod places;
mod region;
mod requirements;
mod rulings;
mod settings;
pub mod story;
mod validate;
mod version;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use capability::Capability;
pub use component::{
    AllInOne, Analytics, AnalyticsProduct, Backend, Component, ControlPlane, Database, Engine, Gateway, GatewayRuntime,
    GlobalLoadBalancer, IdentityProduct, IdentityProvider, LoadBalancer, MAX_INSTANCES, NodeSize, Redis, RedisMode,
    RoutingPolicy, Schema, Spec, Standby, TokenFormat, Users, Workload,
};
pub use estimation::{Commitment, Discounts, Estimation, Licences, Override, Targets, Terms};
pub use failure::{Between, Failure, Failures};
pub use geometry::{Extent, MAX_COORDINATE, Pos, SceneRect};
pub use host::{NODE_NUMBER, host_of_node, is_host, is_host_of_group, is_host_pattern};
pub use id::{Id, InvalidId, MAX_ID_LEN};
pub use jiff::civil::Date;
pub use kind::Kind;
pub use link::{Link, Network, Port, Proposal, Purpose, Replication, proposals};
pub use meta::{Environment, Meta, PatternIntent};
pub use region::{Region, RegionRole, Site};
pub use requirements::{Criterion, Requirements};
pub use rulings::{Decision, Level, Practices, RuleSetting, Waiver};
pub use settings::{NodeSettings, Packaging};
pub use story::{Claim, Expect, MAX_SCENES, Resilience, Scene, Scope};
pub use validate::Invalid;
pub use version::{ProductVersion, UnknownVersion};

/// Smallest drawn width and height of a region, scene points.
pub const MIN_REGION_EXTENT: Extent = Extent(200, 120);

/// Most elements (regions, components and links together) a design may have.
pub const MAX_ELEMENTS: usize = 250_000;

/// Everything an architect has drawn and said about a deployment.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Design {
    /// Name, target version, requirements and other things that hold for the whole design.
    pub meta: Arc<Meta>,
    /// Regions by id.
    pub regions: BTreeMap<Id, Arc<Region>>,
    /// Components by id.
    pub components: BTreeMap<Id, Arc<Component>>,
    /// Links by id.
    pub links: BTreeMap<Id, Arc<Link>>,
}

/// An element of a design, borrowed.
#[derive(Debug, Clone, Copy)]
pub enum Element<'a> {
    /// A region.
    Region(&'a Region),
    /// A component.
    Component(&'a Component),
    /// A link.
    Link(&'a Link),
}

impl Design {
    /// The element with this id.
    #[must_use]
    pub fn element(&self, id: &Id) -> Option<Element<'_>> {
        if let Some(component) = self.components.get(id) {
            return Some(Element::Component(component));
        }
        if let Some(link) = self.links.get(id) {
            return Some(Element::Link(link));
        }
        self.regions.get(id).map(|r| Element::Region(r))
    }

    /// Whether any element has this id.
    #[must_use]
    pub fn contains(&self, id: &Id) -> bool {
        self.element(id).is_some()
    }

    /// How many regions, components and links there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.regions.len() + self.components.len() + self.links.len()
    }

    /// Whether nothing is drawn.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// An id that no element has, made from `wish`. A copy of `gw-2` becomes `gw-3` where `gw` exists, but a copy of
    /// `eu-west-1` becomes `eu-west-1-2`, since its number belongs to its name.
    #[must_use]
    pub fn free_id(&self, wish: &Id) -> Id {
        if !self.contains(wish) {
            return wish.clone();
        }
        let stem = wish.without_number().filter(|stem| self.contains(stem)).unwrap_or_else(|| wish.clone());
        (2..).map(|n| stem.with_number(n)).find(|id| !self.contains(id)).unwrap_or(stem)
    }

    /// The region an element is or stands in; `None` for links and for what stands nowhere.
    #[must_use]
    pub fn region_of<'a>(&'a self, id: &'a Id) -> Option<&'a Id> {
        match self.components.get(id) {
            Some(component) => component.region.as_ref(),
            None => self.regions.contains_key(id).then_some(id),
        }
    }

    /// Components that stand in the region, in order of id.
    pub fn components_in<'a>(&'a self, region: &'a Id) -> impl Iterator<Item = (&'a Id, &'a Arc<Component>)> {
        self.components.iter().filter(move |(_, c)| c.region.as_ref() == Some(region))
    }

    /// Links that begin or end at the component, in order of id.
    pub fn links_of<'a>(&'a self, component: &'a Id) -> impl Iterator<Item = (&'a Id, &'a Arc<Link>)> {
        self.links.iter().filter(move |(_, l)| l.from == *component || l.to == *component)
    }

    /// Top left corner of a component in scene coordinates.
    #[must_use]
    pub fn pos_scene(&self, component: &Component) -> Pos {
        match component.region.as_ref().and_then(|r| self.regions.get(r)) {
            Some(region) => component.pos.offset(region.pos.0, region.pos.1),
            None => component.pos,
        }
    }

    /// Rectangle of a component's box in scene coordinates.
    #[must_use]
    pub fn rect_scene(&self, component: &Component) -> SceneRect {
        SceneRect { min: self.pos_scene(component), extent: component.kind().extent() }
    }

    /// The smallest rectangle around everything drawn; `None` when nothing is.
    #[must_use]
    pub fn bounds(&self) -> Option<SceneRect> {
        let regions = self.regions.values().map(|r| r.rect());
        let components = self.components.values().map(|c| self.rect_scene(c));
        regions.chain(components).reduce(SceneRect::union)
    }

    /// What the region must do: its own answers over those of the design.
    #[must_use]
    pub fn requirements_of(&self, region: &Region) -> Requirements {
        region.requirements.over(&self.meta.requirements)
    }

    /// The name people gave the element: of a link, its two ends; of an unknown id, the id.
    #[must_use]
    pub fn name_of(&self, id: &Id) -> String {
        match self.element(id) {
            Some(Element::Region(r)) => r.name.clone(),
            Some(Element::Component(c)) => c.name.clone(),
            Some(Element::Link(l)) => {
                let end = |id: &Id| self.components.get(id).map_or_else(|| id.to_string(), |c| c.name.clone());
                format!("{} → {}", end(&l.from), end(&l.to))
            }
            None => id.to_string(),
        }
    }
}

impl Region {
    /// The region's drawn rectangle, scene coordinates.
    #[must_use]
    pub fn rect(&self) -> SceneRect {
        SceneRect { min: self.pos, extent: self.extent }
    }
}
