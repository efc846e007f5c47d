//! What a capability at a place rests on, merged to what people know.
//!
//! The failure model follows a capability through many small needs. Here a need that follows from just one other is
//! left out, needs about the same element become one node with all that they follow from, and what fails with an
//! element (its nodes, its software, the line itself) belongs to its node. Sites, zones and connections that elements
//! have in common stay nodes of their own. An edge is left out where a longer way says the same.

use std::collections::{BTreeMap, BTreeSet};

use crate::design::failure::Failure;
use crate::design::{Capability, Design, Id, Kind};
use crate::failure::formula::{FormulaId, PartId};
use crate::failure::{Model, Need, NeedId, Of, Outcome, PartOf, Place, Says, cuts};

/// Most nodes that are shown one by one; of more, each region is one.
pub const MAX_NODES: usize = 240;
/// Most single points of failure that are looked for.
const MAX_SINGLE: usize = 10_000;

/// How a node follows from those right of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gate {
    /// It needs all of them.
    All,
    /// One of them is enough.
    Any,
}

/// One node of the graph.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What it is, in a few words.
    pub title: String,
    /// More about it, in a few words.
    pub detail: String,
    /// What must be so, as a sentence without a full stop.
    pub words: String,
    /// How it follows from others.
    pub gate: Gate,
    /// It holds while all of these do.
    pub formulas: Vec<FormulaId>,
    /// The parts that fail with it.
    pub parts: Vec<PartId>,
    /// The elements that stand for it on the canvas.
    pub elements: Vec<Id>,
    /// What fails when it fails; `None` for what only follows from others.
    pub failure: Option<Failure>,
    /// What kind of component it is about.
    pub kind: Option<Kind>,
    /// The region it stands in.
    region: Option<Id>,
    /// Whether one of its parts alone takes the capability down.
    pub single: bool,
}

/// What a capability at a place rests on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Graph {
    /// The nodes; the first is the capability.
    pub nodes: Vec<Node>,
    /// From what needs to what is needed, by place in the list of nodes.
    pub edges: Vec<(usize, usize)>,
    /// Why it does not show everything, as a sentence; empty when it does.
    pub note: String,
}

/// How a node stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Some of its own parts have failed.
    Failed,
    /// It does not hold because of others.
    Unmet,
    /// It holds.
    Holds,
}

impl Node {
    /// How it stands now.
    #[must_use]
    pub fn standing(&self, outcome: &Outcome) -> Standing {
        // A group that has lost some of its nodes and still does what is asked of it holds.
        let holds = self.formulas.iter().all(|formula| outcome.holds(*formula));
        if holds && !self.formulas.is_empty() {
            Standing::Holds
        } else if self.parts.iter().any(|part| outcome.down().of(*part) > 0) {
            Standing::Failed
        } else if holds {
            Standing::Holds
        } else {
            Standing::Unmet
        }
    }
}

/// Needs about the same, as one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Form {
    gate: Gate,
    about: Option<Id>,
    parts: Vec<PartId>,
    of: Vec<usize>,
}

/// What is being merged.
struct Merging<'a> {
    model: &'a Model,
    forms: Vec<Form>,
    known: BTreeMap<Form, usize>,
    /// The need whose words each form has.
    speaks: Vec<NeedId>,
    by_need: BTreeMap<NeedId, usize>,
}

impl Graph {
    /// What the capability cannot do without at the place; `None` where it is not offered.
    #[must_use]
    pub fn of(model: &Model, design: &Design, at: &(Capability, Place)) -> Option<Self> {
        let usable = model.cells.get(at)?.usable;
        let mut merging =
            Merging { model, forms: Vec::new(), known: BTreeMap::new(), speaks: Vec::new(), by_need: BTreeMap::new() };
        // Needs stand behind what they follow from.
        for need in below(model, usable) {
            merging.merge(need);
        }
        let root = merging.root(usable, at.1.id());
        Some(merging.graph(root, usable, design, at))
    }
}

/// A need and all it follows from, in order.
fn below(model: &Model, need: NeedId) -> BTreeSet<NeedId> {
    let mut all = BTreeSet::new();
    let mut open = vec![need];
    while let Some(at) = open.pop() {
        if let (true, Some(Of::All(of) | Of::Any(of))) = (all.insert(at), model.need(at).map(|need| &need.of)) {
            open.extend(of);
        }
    }
    all
}

impl Merging<'_> {
    fn merge(&mut self, id: NeedId) {
        let Some(need) = self.model.need(id) else { return };
        let form = match &need.of {
            Of::Part(part) => self.leaf(*part),
            Of::Nodes { zones, .. } => {
                let zone_parts: Vec<PartId> = zones.iter().filter_map(|zone| zone.zone).collect();
                let of = zone_parts.into_iter().map(|zone| self.zone(zone, id)).collect();
                // Nodes in several zones go on without one of them.
                let gate = if zones.len() > 1 { Gate::Any } else { Gate::All };
                let parts = zones.iter().map(|zone| zone.nodes).collect();
                Form { gate, about: need.says.element().cloned(), parts, of }
            }
            Of::All(of) | Of::Any(of) => {
                let gate = if matches!(need.of, Of::All(_)) { Gate::All } else { Gate::Any };
                let about = need.says.element().cloned();
                let mut forms: Vec<usize> = of.iter().filter_map(|id| self.by_need.get(id).copied()).collect();
                forms.sort_unstable();
                forms.dedup();
                if let [only] = forms.as_slice() {
                    self.by_need.insert(id, *only);
                    return;
                }
                self.joined(gate, about, forms)
            }
        };
        let at = self.intern(form, id);
        self.by_need.insert(id, at);
    }

    /// A part that works. What fails with a component or a link is about it.
    fn leaf(&self, part: PartId) -> Form {
        let about = match self.model.part_of(part).map(|part| &part.of) {
            Some(PartOf::Component(id) | PartOf::Nodes(id, _) | PartOf::Link(id)) => Some(id.clone()),
            _ => None,
        };
        Form { gate: Gate::All, about, parts: vec![part], of: Vec::new() }
    }

    fn zone(&mut self, part: PartId, of: NeedId) -> usize {
        let form = self.leaf(part);
        self.intern(form, of)
    }

    /// All or any of these, with what is about the same element taken in.
    fn joined(&self, gate: Gate, about: Option<Id>, forms: Vec<usize>) -> Form {
        let mut joined = Form { gate, about, parts: Vec::new(), of: Vec::new() };
        for at in forms {
            let Some(form) = self.forms.get(at) else { continue };
            let same = joined.about.is_some() && form.about == joined.about && form.gate == gate;
            // What fails with an element is needed; as one of several ways it stays a way of its own.
            if same && (gate == Gate::All || form.parts.is_empty()) {
                joined.parts.extend(&form.parts);
                joined.of.extend(&form.of);
            } else {
                joined.of.push(at);
            }
        }
        joined.of.sort_unstable();
        joined.of.dedup();
        joined.parts.sort_unstable();
        joined.parts.dedup();
        joined
    }

    fn intern(&mut self, form: Form, speaks: NeedId) -> usize {
        if let Some(known) = self.known.get(&form) {
            return *known;
        }
        let at = self.forms.len();
        self.forms.push(form.clone());
        self.known.insert(form, at);
        self.speaks.push(speaks);
        at
    }

    /// The capability itself: it takes in what is said about its place.
    fn root(&mut self, usable: NeedId, place: &Id) -> usize {
        let below = self.by_need.get(&usable).copied();
        let form = below.and_then(|at| self.forms.get(at));
        let root = match form {
            Some(form) if form.about.as_ref() == Some(place) && form.parts.is_empty() => form.clone(),
            _ => {
                Form { gate: Gate::All, about: Some(place.clone()), parts: Vec::new(), of: below.into_iter().collect() }
            }
        };
        // Not interned: a need about the place may look the same, and the capability stands for itself.
        self.forms.push(root);
        self.speaks.push(usable);
        self.forms.len() - 1
    }

    /// What the form needs in any case, by form. Forms stand behind what they follow from.
    fn needed_in_any_case(&self) -> Vec<BTreeSet<usize>> {
        let mut needed: Vec<BTreeSet<usize>> = Vec::with_capacity(self.forms.len());
        for form in &self.forms {
            let with = |at: &usize| {
                let mut all = needed.get(*at).cloned().unwrap_or_default();
                all.insert(*at);
                all
            };
            let mut each = form.of.iter().map(with);
            let first = each.next().unwrap_or_default();
            needed.push(each.fold(first, |sum, next| match form.gate {
                Gate::All => sum.union(&next).copied().collect(),
                Gate::Any => sum.intersection(&next).copied().collect(),
            }));
        }
        needed
    }

    fn graph(&mut self, root: usize, usable: NeedId, design: &Design, at: &(Capability, Place)) -> Graph {
        let mut seen = BTreeSet::new();
        let mut open = vec![root];
        let mut shown = Vec::new();
        while let Some(form) = open.pop() {
            if seen.insert(form) {
                shown.push(form);
                open.extend(self.forms.get(form).into_iter().flat_map(|form| form.of.iter().rev()));
            }
        }
        if shown.len() <= MAX_NODES {
            let needed = self.needed_in_any_case();
            for form in self.forms.iter_mut().filter(|form| form.gate == Gate::All) {
                let all = form.of.clone();
                form.of.retain(|at| {
                    !all.iter().any(|other| other != at && needed.get(*other).is_some_and(|n| n.contains(at)))
                });
            }
        }
        let single = self.single(usable);
        let place: BTreeMap<usize, usize> = shown.iter().enumerate().map(|(place, form)| (*form, place)).collect();
        let mut graph = Graph::default();
        for (from, form) in shown.iter().filter_map(|at| Some((*at, self.forms.get(*at)?))) {
            let mut node = self.node(form, from, design);
            node.single = node.parts.iter().any(|part| single.contains(part));
            if from == root {
                let (capability, at) = at;
                node.title = capability.label().to_owned();
                node.detail = either(design.name_of(at.id()), form);
                node.words = format!("{}: {}", design.name_of(at.id()), capability.verb());
                node.elements = vec![at.id().clone()];
            }
            graph.nodes.push(node);
            let edges = form.of.iter().filter_map(|to| Some((*place.get(&from)?, *place.get(to)?)));
            graph.edges.extend(edges);
        }
        if graph.nodes.len() > MAX_NODES { graph.by_region(design) } else { graph }
    }

    /// The parts that alone take the capability down.
    fn single(&self, usable: NeedId) -> BTreeSet<PartId> {
        let members: Vec<u32> = self.model.parts.iter().map(|part| part.members).collect();
        let question = cuts::Question {
            formulas: &self.model.formulas,
            members: &members,
            roots: &[self.model.formula(usable)],
            may_fail: &|_| true,
            order: 1,
            limit: MAX_SINGLE,
        };
        let found = cuts::minimal_cuts(&question, &|| true).unwrap_or_default();
        let sets = found.into_iter().flat_map(|cuts| cuts.sets).filter(|cut| cut.order() == 1);
        sets.flat_map(|cut| cut.parts).map(|(part, _)| part).collect()
    }

    fn node(&self, form: &Form, at: usize, design: &Design) -> Node {
        let speaks = self.speaks.get(at).copied();
        let need = speaks.and_then(|id| self.model.need(id));
        let parts: Vec<&PartOf> =
            form.parts.iter().filter_map(|part| self.model.part_of(*part)).map(|part| &part.of).collect();
        let mut formulas: Vec<FormulaId> = speaks.map(|id| self.model.formula(id)).into_iter().collect();
        let mut words = need.map(|need| need.words(design, &self.model.parts)).unwrap_or_default();
        // A zone speaks for itself and not for the nodes in it; its part tells how it stands.
        if let (Some(Need { of: Of::Nodes { .. }, .. }), [zone @ PartOf::Zone(..)]) = (need, parts.as_slice()) {
            words = format!("{} works", zone.words(design));
            formulas.clear();
        }
        let (title, detail) = self.words(form, need, &parts, design);
        let elements = match parts.first() {
            Some(PartOf::Connection(between)) => vec![between.first().clone(), between.second().clone()],
            Some(part) => vec![part.element().clone()],
            None => form.about.iter().cloned().collect(),
        };
        let element = elements.first();
        let component = element.and_then(|id| design.components.get(id));
        let region_of = |id: &Id| design.components.get(id).and_then(|c| c.region.clone());
        let region = element.and_then(|id| {
            let link = design.links.get(id);
            let own = design.regions.contains_key(id).then(|| id.clone());
            own.or_else(|| region_of(id)).or_else(|| link.and_then(|link| region_of(&link.from)))
        });
        Node {
            title,
            detail,
            words,
            gate: form.gate,
            formulas,
            parts: form.parts.clone(),
            failure: failure_of(&parts),
            kind: component.map(|c| c.kind()),
            region: region.filter(|_| !matches!(parts.first(), Some(PartOf::Connection(_)))),
            elements,
            single: false,
        }
    }

    /// Title and detail of a node.
    fn words(&self, form: &Form, need: Option<&Need>, parts: &[&PartOf], design: &Design) -> (String, String) {
        let region = |id: &Id| design.components.get(id).and_then(|c| c.region.as_ref()).map(|r| design.name_of(r));
        match (parts, need.map(|need| (&need.says, &need.of))) {
            ([PartOf::Region(id)], _) => (design.name_of(id), "the region as a whole".to_owned()),
            ([PartOf::Zone(id, zone)], _) => (format!("Zone {zone}"), design.name_of(id)),
            ([PartOf::Connection(between)], _) => {
                let name = |id: &Id| design.name_of(id);
                (format!("{} – {}", name(between.first()), name(between.second())), "connection".to_owned())
            }
            (_, Some((_, Of::Nodes { at_least, zones }))) => {
                let members: u32 = zones.iter().map(|zone| zone.members).sum();
                let of = form.about.as_ref().map(|id| design.name_of(id)).unwrap_or_default();
                let zones = if form.of.len() > 1 { format!(" in {} zones", form.of.len()) } else { String::new() };
                (format!("{at_least} of {members} nodes"), format!("{of}{zones}"))
            }
            (_, Some((Says::Link(id), _))) => {
                let purpose = design.links.get(id).map(|link| link.purpose.label()).unwrap_or_default();
                (design.name_of(id), either(purpose.to_owned(), form))
            }
            (_, Some((Says::Way { from, purpose }, _))) => {
                (format!("A way from {}", design.name_of(from)), either(purpose.label().to_owned(), form))
            }
            ([], Some((Says::Does { who, what }, _))) => (capitalised(what), either(design.name_of(who), form)),
            _ => {
                let name = form.about.as_ref().map(|id| design.name_of(id)).unwrap_or_default();
                let place = form.about.as_ref().and_then(region);
                let what = match (need.map(|need| &need.says), place) {
                    (Some(Says::Does { what, .. }), Some(place)) => format!("{place} · {what}"),
                    (Some(Says::Does { what, .. }), None) => (*what).to_owned(),
                    (_, place) => place.unwrap_or_default(),
                };
                (name, either(what, form))
            }
        }
    }
}

/// The detail of a node, and how many ways there are if one is enough.
fn either(detail: String, form: &Form) -> String {
    match (form.gate, detail.is_empty()) {
        (Gate::Any, true) => format!("one of {}", form.of.len()),
        (Gate::Any, false) => format!("{detail} · one of {}", form.of.len()),
        (Gate::All, _) => detail,
    }
}

/// The text with a capital letter at its beginning.
fn capitalised(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

/// What fails when the parts do.
fn failure_of(parts: &[&PartOf]) -> Option<Failure> {
    let failure = |part: &&PartOf| match part {
        PartOf::Region(id) => Failure::Region(id.clone()),
        PartOf::Zone(region, zone) => Failure::Zone { region: region.clone(), zone: zone.clone() },
        PartOf::Component(id) | PartOf::Nodes(id, _) => Failure::Component(id.clone()),
        PartOf::Link(id) => Failure::Link(id.clone()),
        PartOf::Connection(between) => Failure::Cut(between.clone()),
    };
    parts.first().map(failure)
}

impl Graph {
    /// Everything that stands in one region as one node.
    fn by_region(self, design: &Design) -> Self {
        let many = self.nodes.len();
        let mut nodes: Vec<Node> = Vec::new();
        let mut place: BTreeMap<Option<Id>, usize> = BTreeMap::new();
        let mut of: Vec<usize> = Vec::with_capacity(many);
        let mut counts: Vec<usize> = Vec::new();
        for (at, node) in self.nodes.into_iter().enumerate() {
            let known = place.get(&node.region).copied().filter(|_| at > 0);
            let index = known.unwrap_or(nodes.len());
            of.push(index);
            if let (Some(group), Some(count)) = (nodes.get_mut(index), counts.get_mut(index)) {
                *count += 1;
                group.parts.extend(node.parts);
                group.formulas.extend(node.formulas);
                group.single |= node.single;
                continue;
            }
            counts.push(1);
            if at == 0 {
                nodes.push(node);
                continue;
            }
            place.insert(node.region.clone(), index);
            let title = node.region.as_ref().map_or_else(|| "Elsewhere".to_owned(), |id| design.name_of(id));
            nodes.push(Node {
                words: format!("{title} works as far as it is needed"),
                title,
                gate: Gate::All,
                elements: node.region.iter().cloned().collect(),
                failure: node.region.clone().map(Failure::Region),
                kind: None,
                ..node
            });
        }
        for (node, count) in nodes.iter_mut().zip(counts).skip(1) {
            node.detail = format!("{count} things");
        }
        let edges: BTreeSet<(usize, usize)> = self
            .edges
            .into_iter()
            .filter_map(|(from, to)| Some((*of.get(from)?, *of.get(to)?)))
            .filter(|(from, to)| from != to && *to != 0)
            .collect();
        let note = format!("This rests on {many} things, so each region is shown as one.");
        if nodes.len() > MAX_NODES {
            nodes.truncate(1);
            let note = format!("This rests on {many} things in too many regions to be drawn.");
            return Self { nodes, edges: Vec::new(), note };
        }
        Self { nodes, edges: edges.into_iter().collect(), note }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::Books;
    use crate::design::Failures;
    use crate::estimate;
    use crate::templates;
    use crate::topology::Topology;

    fn of(template: &str, capability: Capability, region: &str) -> (Design, Model, Graph) {
        let design = templates::get(template).unwrap().design();
        let topology = Topology::of(&design);
        let model = Model::of(&topology, &estimate::estimate(&topology, Books::shipped()));
        let graph = Graph::of(&model, &design, &(capability, Place::Region(Id::slug(region)))).unwrap();
        (design, model, graph)
    }

    fn at(graph: &Graph, failure: &str) -> usize {
        let failure: Failure = failure.parse().unwrap();
        let found = graph.nodes.iter().position(|node| node.failure.as_ref() == Some(&failure));
        found.unwrap_or_else(|| panic!("no {failure} in {graph:#?}"))
    }

    #[test]
    fn publishing_in_the_sub_region_rests_on_the_control_plane_of_the_main_one_and_the_connection_to_it() {
        let (_, _, graph) = of("pattern-2", Capability::Publish, "in");
        assert!(graph.nodes[0].single || graph.nodes[0].parts.is_empty());
        let control_plane = at(&graph, "component:eu-cp");
        let connection = at(&graph, "cut:eu/in");
        assert!(graph.nodes[connection].single, "there is no other way");
        assert!(graph.edges.iter().any(|(_, to)| *to == control_plane));
        let reached = |from: usize| {
            let mut seen = BTreeSet::from([from]);
            let mut open = vec![from];
            while let Some(at) = open.pop() {
                for (_, to) in graph.edges.iter().filter(|(from, _)| *from == at) {
                    if seen.insert(*to) {
                        open.push(*to);
                    }
                }
            }
            seen.len()
        };
        assert_eq!(reached(0), graph.nodes.len(), "everything follows from the capability");
    }

    #[test]
    fn what_has_failed_is_told_from_what_does_not_hold_because_of_it() {
        let (design, model, graph) = of("pattern-2", Capability::Publish, "in");
        let failures: Failures = ["component:eu-cp".parse().unwrap()].into();
        let outcome = model.outcome(&design, &failures);
        assert_eq!(graph.nodes[at(&graph, "component:eu-cp")].standing(&outcome), Standing::Failed);
        assert_eq!(graph.nodes[0].standing(&outcome), Standing::Unmet);
        assert_eq!(graph.nodes[at(&graph, "cut:eu/in")].standing(&outcome), Standing::Holds);
    }

    #[test]
    fn no_cell_of_a_template_loses_a_part_it_rests_on() {
        for template in templates::all() {
            let design = template.design();
            let topology = Topology::of(&design);
            let model = Model::of(&topology, &estimate::estimate(&topology, Books::shipped()));
            for (key, cell) in &model.cells {
                let graph = Graph::of(&model, &design, key).unwrap();
                let elements: BTreeSet<&Id> = graph.nodes.iter().flat_map(|node| &node.elements).collect();
                let below = below(&model, cell.usable);
                for need in below.iter().filter_map(|need| model.need(*need)) {
                    let Of::Part(part) = &need.of else { continue };
                    let part = &model.part_of(*part).unwrap().of;
                    assert!(elements.contains(part.element()), "{part:?} of {key:?}");
                }
                assert!(graph.nodes.iter().all(|node| !node.title.is_empty() && !node.words.is_empty()), "{graph:#?}");
            }
        }
    }

    #[test]
    fn more_than_can_be_read_is_shown_by_region_with_a_sentence() {
        let (design, _, mut graph) = of("pattern-2", Capability::Publish, "in");
        let sample = graph.nodes[at(&graph, "component:eu-cp")].clone();
        for more in 0..MAX_NODES {
            graph.edges.push((0, graph.nodes.len()));
            graph.nodes.push(Node { title: format!("Part {more}"), ..sample.clone() });
        }
        let small = graph.by_region(&design);
        assert!(small.nodes.len() < 6 && small.note.contains("each region is shown as one"), "{small:#?}");
        assert!(small.nodes.iter().any(|node| node.failure == Some(Failure::Region(Id::slug("eu")))));
    }
}
