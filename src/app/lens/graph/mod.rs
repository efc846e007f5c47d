//! What a capability at a place rests on, merged to what people know.
//!
//! The failure model follows a capability through many small needs. Here a need that follows from just one other is
//! left out, needs about the same element become one node with all that they follow from, and what fails with an
//! element (its nodes, its software, the line itself) belongs to its node. Sites, zones and connections that elements
//! have in common stay nodes of their own. An edge is left out where a longer way says the same. What the capability
//! can do without at a price follows behind what it needs.

mod merge;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use crate::design::failure::Failure;
use crate::design::{Capability, Design, Id, Kind};
use crate::failure::formula::{FormulaId, PartId};
use crate::failure::{Model, Outcome, Place, State};
use merge::Merging;

/// Most nodes that are shown one by one; of more, each region is one.
pub const MAX_NODES: usize = 240;

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
    /// How many things fail at once in the smallest set that one of its parts belongs to and that takes the capability
    /// down; `None` for what is in none of one or two.
    pub cut: Option<u32>,
    /// The worst state that the conditions lead to which rest on it; `None` for what the capability itself needs.
    pub without: Option<State>,
}

/// What a capability at a place rests on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Graph {
    /// The nodes; the first is the capability.
    pub nodes: Vec<Node>,
    /// From what needs to what is needed, by place in the list of nodes.
    pub edges: Vec<(usize, usize)>,
    /// The edges, by place in their list, that lead to what can be done without.
    pub spared: BTreeSet<usize>,
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

impl Graph {
    /// What the capability rests on at the place, also what it can do without when `all`; `None` where it is not
    /// offered.
    #[must_use]
    pub fn of(model: &Model, design: &Design, at: &(Capability, Place), all: bool) -> Option<Self> {
        let cell = model.cells.get(at)?;
        let conditions = if all { cell.conditions.as_slice() } else { &[] };
        let graph = Merging::of(model, cell.usable, conditions).graph(design, at);
        let many = graph.nodes.len();
        if many <= MAX_NODES {
            return Some(graph);
        }
        if !all {
            return Some(graph.by_region(design));
        }
        let mut needed = Self::of(model, design, at, false)?;
        if needed.note.is_empty() {
            let note = "so only what it needs is shown.";
            needed.note = format!("With what it can do without this rests on {many} things, {note}");
        }
        Some(needed)
    }
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
                group.cut = group.cut.into_iter().chain(node.cut).min();
                group.without = group.without.zip(node.without).map(|(a, b)| a.min(b));
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
            return Self { nodes, note, ..Self::default() };
        }
        let edges: Vec<(usize, usize)> = edges.into_iter().collect();
        let spared = |(_, to): &(usize, usize)| nodes.get(*to).is_some_and(|node| node.without.is_some());
        let spared = edges.iter().enumerate().filter(|(_, edge)| spared(edge)).map(|(at, _)| at).collect();
        Self { nodes, edges, spared, note }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::Books;
    use crate::design::Failures;
    use crate::estimate;
    use crate::failure::{NeedId, Of};
    use crate::templates;
    use crate::topology::Topology;

    fn of(template: &str, capability: Capability, region: &str) -> (Design, Model, Graph) {
        let design = templates::get(template).unwrap().design();
        let topology = Topology::of(&design);
        let model = Model::of(&topology, &estimate::estimate(&topology, Books::shipped()));
        let graph = Graph::of(&model, &design, &(capability, Place::Region(Id::slug(region))), false).unwrap();
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
        assert!(graph.nodes[0].parts.is_empty());
        let control_plane = at(&graph, "component:eu-cp");
        let connection = at(&graph, "cut:eu/in");
        assert_eq!(graph.nodes[connection].cut, Some(1), "there is no other way");
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
                let graph = Graph::of(&model, &design, key, true).unwrap();
                let elements: BTreeSet<&Id> = graph.nodes.iter().flat_map(|node| &node.elements).collect();
                let below: BTreeSet<NeedId> = std::iter::once(cell.usable)
                    .chain(cell.conditions.iter().map(|condition| condition.need))
                    .flat_map(|need| merge::below(&model, need))
                    .collect();
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
    fn what_is_spared_says_what_is_so_without_it_and_hides_nothing_that_is_needed() {
        for template in templates::all() {
            let design = template.design();
            let topology = Topology::of(&design);
            let model = Model::of(&topology, &estimate::estimate(&topology, Books::shipped()));
            for (key, cell) in &model.cells {
                let needed = Graph::of(&model, &design, key, false).unwrap();
                let all = Graph::of(&model, &design, key, true).unwrap();
                assert!(needed.spared.is_empty() && needed.nodes.iter().all(|node| node.without.is_none()));
                // A zone speaks with the words of whatever is met first.
                let title = |node: &Node| node.words.to_lowercase();
                let kept: Vec<String> = all.nodes.iter().filter(|node| node.without.is_none()).map(title).collect();
                let words: Vec<String> = needed.nodes.iter().map(title).collect();
                assert_eq!(kept, words, "{key:?}");
                let states: BTreeSet<State> = cell.conditions.iter().map(|c| c.effect.state).collect();
                assert!(all.nodes.iter().filter_map(|node| node.without).all(|state| states.contains(&state)));
            }
        }
    }

    #[test]
    fn of_two_ways_each_is_in_a_set_of_two_and_no_single_point_of_failure() {
        let (design, model, graph) = of("pattern-2", Capability::Serve, "eu");
        let serve = &model.cells[&(Capability::Serve, Place::Region(Id::slug("eu")))];
        for node in graph.nodes.iter().skip(1) {
            let Some(failure) = node.failure.clone().filter(|_| node.cut.is_some_and(|order| order > 1)) else {
                continue;
            };
            let outcome = model.outcome(&design, &Failures::from([failure.clone()]));
            assert!(outcome.holds(model.formula(serve.usable)) || node.parts.len() > 1, "{failure} alone");
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
