//! Builds the model: parts and needs, each once.

use std::collections::{BTreeMap, BTreeSet};

use crate::design::failure::nodes;
use crate::design::{Between, Capability, Design, Id, Kind, Purpose};
use crate::estimate::{Estimates, GroupCapacity, Measure};
use crate::topology::{Node, Topology};

use super::paths::{End, Way, WayKey};
use super::{Cell, Model, Place};
use crate::failure::formula::{FormulaId, Formulas, PartId};
use crate::failure::need::{Need, NeedId, NodesIn, Of, Says};
use crate::failure::part::{Part, PartOf};
use crate::failure::rules::{Built, CapabilityRule};

/// Most nodes that a need asks for one by one; a formula grows with the square.
pub const MAX_COUNTED: u32 = 64;

/// What the rules of the model build with. Whatever is asked for twice is built once.
pub struct Builder<'t, 'a> {
    /// The drawing.
    pub topology: &'t Topology<'a>,
    parts: Vec<Part>,
    index: BTreeMap<PartOf, PartId>,
    nodes: BTreeMap<Id, Vec<PartId>>,
    formulas: Formulas,
    needs: Vec<Need>,
    cells: BTreeMap<(Capability, Place), Cell>,
    by_part: BTreeMap<PartId, NeedId>,
    running: BTreeMap<&'a Id, NeedId>,
    linked: BTreeMap<&'a Id, NeedId>,
    pub(super) ways: BTreeMap<WayKey<'a>, Option<Way>>,
    pub(super) ends: BTreeMap<(&'a Id, End), Option<NeedId>>,
    pub(super) leading: BTreeMap<(Purpose, End), BTreeSet<&'a Id>>,
    homes: BTreeMap<&'t Id, &'t Id>,
    loads: BTreeMap<&'t Id, &'t GroupCapacity>,
}

impl<'t, 'a> Builder<'t, 'a> {
    pub(super) fn new(topology: &'t Topology<'a>, estimates: &'t Estimates) -> Self {
        let homes = estimates.latency.iter().filter_map(|p| Some((&p.population, p.served_by.as_ref()?))).collect();
        let calls = estimates.capacity.iter().filter(|load| load.measure == Measure::Calls);
        Self {
            topology,
            parts: Vec::new(),
            index: BTreeMap::new(),
            nodes: BTreeMap::new(),
            formulas: Formulas::default(),
            needs: Vec::new(),
            cells: BTreeMap::new(),
            by_part: BTreeMap::new(),
            running: BTreeMap::new(),
            linked: BTreeMap::new(),
            ways: BTreeMap::new(),
            ends: BTreeMap::new(),
            leading: BTreeMap::new(),
            homes,
            loads: calls.map(|load| (&load.component, load)).collect(),
        }
    }

    pub(super) fn finish(self) -> Model {
        let Self { parts, index, nodes, formulas, needs, cells, running, .. } = self;
        let running = running.into_iter().map(|(id, need)| (id.clone(), need)).collect();
        Model { parts, formulas, needs, cells, index, nodes, running }
    }

    pub(super) fn put(&mut self, rule: &'static CapabilityRule, place: Place, built: Built) {
        let Built { usable, conditions } = built;
        self.cells.insert((rule.capability, place), Cell { rule, usable, conditions, served_in: Vec::new() });
    }

    /// The region that serves most calls of a population while all is well.
    #[must_use]
    pub fn home(&self, population: &Id) -> Option<&'t Id> {
        self.homes.get(population).copied()
    }

    /// The drawing.
    #[must_use]
    pub fn design(&self) -> &'a Design {
        self.topology.design
    }

    /// A cell that was built before.
    #[must_use]
    pub fn cell(&self, capability: Capability, place: &Place) -> Option<&Cell> {
        self.cells.get(&(capability, place.clone()))
    }

    /// Puts a capability at a population that is served in these regions while the needs hold.
    pub fn put_population(
        &mut self,
        rule: &'static CapabilityRule,
        population: &Id,
        built: Built,
        served_in: Vec<(Id, NeedId)>,
    ) {
        let Built { usable, conditions } = built;
        let place = Place::Population(population.clone());
        self.cells.insert((rule.capability, place), Cell { rule, usable, conditions, served_in });
    }

    fn part(&mut self, of: PartOf, members: u32) -> PartId {
        if let Some(known) = self.index.get(&of) {
            return *known;
        }
        let id = PartId(u32::try_from(self.parts.len()).unwrap_or(u32::MAX));
        if let PartOf::Nodes(component, _) = &of {
            self.nodes.entry(component.clone()).or_default().push(id);
        }
        self.parts.push(Part { of: of.clone(), members });
        self.index.insert(of, id);
        id
    }

    fn need(&mut self, says: Says, formula: FormulaId, of: Of) -> NeedId {
        let id = NeedId(u32::try_from(self.needs.len()).unwrap_or(u32::MAX));
        self.needs.push(Need { says, formula, of });
        id
    }

    pub(super) fn formula(&self, id: NeedId) -> FormulaId {
        self.needs.get(id.index()).map_or(Formulas::NEVER, |need| need.formula)
    }

    fn works(&mut self, of: PartOf) -> NeedId {
        let part = self.part(of, 1);
        if let Some(known) = self.by_part.get(&part) {
            return *known;
        }
        let formula = self.formulas.part(part);
        let need = self.need(Says::Part, formula, Of::Part(part));
        self.by_part.insert(part, need);
        need
    }

    /// All of these hold.
    pub fn all(&mut self, says: Says, of: Vec<NeedId>) -> NeedId {
        let formulas: Vec<FormulaId> = of.iter().map(|id| self.formula(*id)).collect();
        let formula = self.formulas.all(formulas);
        self.need(says, formula, Of::All(of))
    }

    /// One of these holds; of none, none does.
    pub fn any(&mut self, says: Says, of: Vec<NeedId>) -> NeedId {
        let formulas: Vec<FormulaId> = of.iter().map(|id| self.formula(*id)).collect();
        let formula = self.formulas.any(formulas);
        self.need(says, formula, Of::Any(of))
    }

    /// The region as a whole works.
    pub fn site(&mut self, region: &Id) -> NeedId {
        self.works(PartOf::Region(region.clone()))
    }

    /// One of the zones in which the component may stand works; `None` when no zone is named.
    pub fn a_zone(&mut self, component: Node<'a>) -> Option<NeedId> {
        let region = component.component.region.as_ref()?;
        let mut zones: Vec<&String> = component.component.zones.iter().collect();
        zones.sort();
        zones.dedup();
        let zones: Vec<NeedId> =
            zones.into_iter().map(|zone| self.works(PartOf::Zone(region.clone(), zone.clone()))).collect();
        match zones.as_slice() {
            [] => None,
            [only] => Some(*only),
            _ => Some(self.any(Says::Does { who: component.id.clone(), what: "stand in any of its zones" }, zones)),
        }
    }

    /// The component runs: at least one of its nodes, or the service.
    pub fn runs(&mut self, node: Node<'a>) -> NeedId {
        if let Some(known) = self.running.get(node.id) {
            return *known;
        }
        let need = self.nodes_run(node, 1);
        self.running.insert(node.id, need);
        need
    }

    /// At least so many of its nodes run; a service has one.
    pub fn nodes_run(&mut self, node: Node<'a>, at_least: u32) -> NeedId {
        let mut of = Vec::new();
        if let Some(region) = &node.component.region {
            of.push(self.site(region));
        }
        of.push(self.works(PartOf::Component(node.id.clone())));
        match nodes(node.component) {
            Some(nodes) => of.push(self.enough_nodes(node, at_least, nodes)),
            None => of.extend(self.a_zone(node)),
        }
        let says = match at_least {
            0 | 1 => Says::Runs(node.id.clone()),
            _ => Says::NodesRun { component: node.id.clone(), at_least },
        };
        self.all(says, of)
    }

    fn enough_nodes(&mut self, node: Node<'a>, at_least: u32, nodes: u32) -> NeedId {
        let zones = by_zone(&node.component.zones, nodes);
        let zones: Vec<NodesIn> = zones
            .into_iter()
            .map(|(zone, members)| {
                let region = node.component.region.as_ref();
                let zone_part =
                    zone.zip(region).map(|(zone, region)| self.part(PartOf::Zone(region.clone(), zone.to_owned()), 1));
                let nodes = self.part(PartOf::Nodes(node.id.clone(), zone.map(str::to_owned)), members);
                NodesIn { zone: zone_part, nodes, members }
            })
            .collect();
        let terms: Vec<(FormulaId, PartId, u32)> = zones
            .iter()
            .map(|z| {
                let condition = z.zone.map_or(Formulas::ALWAYS, |zone| self.formulas.part(zone));
                (condition, z.nodes, z.members)
            })
            .collect();
        let formula = self.formulas.members_among(at_least, &terms);
        let says = Says::NodesRun { component: node.id.clone(), at_least };
        self.need(says, formula, Of::Nodes { at_least, zones })
    }

    /// A drawn link works, and the network between its regions.
    pub fn link(&mut self, id: &'a Id) -> NeedId {
        if let Some(known) = self.linked.get(id) {
            return *known;
        }
        let mut of = vec![self.works(PartOf::Link(id.clone()))];
        let region = |end: &Id| self.design().components.get(end).and_then(|c| c.region.clone());
        if let Some(link) = self.design().links.get(id)
            && let (Some(from), Some(to)) = (region(&link.from), region(&link.to))
            && from != to
        {
            of.push(self.works(PartOf::Connection(Between::new(from, to))));
        }
        let need = self.all(Says::Link(id.clone()), of);
        self.linked.insert(id, need);
        need
    }

    /// Nodes that the load of a gateway group needs at peak; `None` when one is enough or nobody knows.
    #[must_use]
    pub fn nodes_needed(&self, group: Node<'a>) -> Option<u32> {
        let load = self.loads.get(group.id)?;
        let per_node = load.capacity? / f64::from(group.component.instances.max(1));
        if per_node.is_nan() || per_node <= 0.0 {
            return None;
        }
        let needed = (load.demand / per_node).ceil();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded just here")]
        let needed = needed.clamp(0.0, f64::from(MAX_COUNTED) + 1.0) as u32;
        (2..=MAX_COUNTED).contains(&needed).then_some(needed)
    }

    /// Gateways of a region, all-in-ones included, in order of id.
    #[must_use]
    pub fn gateways(&self, region: &Id) -> Vec<Node<'a>> {
        self.topology.in_region(Some(region)).filter(|n| n.component.kind().has_gateway()).collect()
    }

    /// Control planes that stand in a region, all-in-ones included, in order of id.
    #[must_use]
    pub fn control_planes(&self, region: &Id) -> Vec<Node<'a>> {
        self.topology.in_region(Some(region)).filter(|n| n.component.kind().has_control_plane()).collect()
    }

    /// Components of a kind in a region, in order of id.
    #[must_use]
    pub fn of_kind_in(&self, kind: Kind, region: &Id) -> Vec<Node<'a>> {
        self.topology.of_kind_in(kind, region).collect()
    }

    /// Whether any link of the purpose leaves the component.
    #[must_use]
    pub fn opens(&self, node: Node<'a>, purpose: Purpose) -> bool {
        self.topology.out(node.id).iter().any(|(edge, _)| edge.link.purpose == purpose)
    }
}

/// Nodes stand in the named zones in turn.
fn by_zone(zones: &[String], nodes: u32) -> Vec<(Option<&str>, u32)> {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    let places = zones.len() as u64;
    if places == 0 {
        return vec![(None, nodes)];
    }
    for (at, zone) in zones.iter().enumerate() {
        let at = at as u64;
        let all = u64::from(nodes);
        let here = all / places + u64::from(at < all % places);
        *counts.entry(zone).or_default() += u32::try_from(here).unwrap_or(u32::MAX);
    }
    counts.into_iter().filter(|(_, members)| *members > 0).map(|(zone, members)| (Some(zone), members)).collect()
}
