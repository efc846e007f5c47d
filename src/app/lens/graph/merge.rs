//! Merges the needs behind a capability to what people know.

use std::collections::{BTreeMap, BTreeSet};

use crate::design::{Capability, Design, Id};
use crate::failure::formula::PartId;
use crate::failure::{Condition, Model, NeedId, Of, PartOf, Place, State, cuts};

use super::{Gate, Graph, MAX_NODES, words};

/// Most sets of failures that are looked for.
const MAX_CUTS: usize = 10_000;

/// Needs about the same, as one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Form {
    /// How it follows from others.
    pub gate: Gate,
    /// The element it is about.
    pub about: Option<Id>,
    /// The parts that fail with it.
    pub parts: Vec<PartId>,
    /// What it follows from, by place in the list of forms.
    pub of: Vec<usize>,
}

/// What is being merged.
pub struct Merging<'a> {
    /// Where the needs come from.
    pub model: &'a Model,
    forms: Vec<Form>,
    known: BTreeMap<Form, usize>,
    /// The need whose words each form has.
    pub speaks: Vec<NeedId>,
    by_need: BTreeMap<NeedId, usize>,
    /// What the capability cannot do without.
    usable: NeedId,
    /// What it can do without, each with the state it is in then.
    spared: Vec<(NeedId, State)>,
}

/// A need and all it follows from, in order.
pub fn below(model: &Model, need: NeedId) -> BTreeSet<NeedId> {
    let mut all = BTreeSet::new();
    let mut open = vec![need];
    while let Some(at) = open.pop() {
        if let (true, Some(Of::All(of) | Of::Any(of))) = (all.insert(at), model.need(at).map(|need| &need.of)) {
            open.extend(of);
        }
    }
    all
}

impl<'a> Merging<'a> {
    /// Merges what a capability cannot do without, and the conditions that it can do without.
    pub fn of(model: &'a Model, usable: NeedId, conditions: &[Condition]) -> Self {
        let mut merging = Self {
            model,
            forms: Vec::new(),
            known: BTreeMap::new(),
            speaks: Vec::new(),
            by_need: BTreeMap::new(),
            usable,
            spared: conditions.iter().map(|condition| (condition.need, condition.effect.state)).collect(),
        };
        let conditions = conditions.iter().map(|condition| condition.need);
        // Needs stand behind what they follow from.
        let all: BTreeSet<NeedId> =
            std::iter::once(usable).chain(conditions).flat_map(|need| below(model, need)).collect();
        all.into_iter().for_each(|need| merging.merge(need));
        merging
    }

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

    /// The places of the forms behind these, in the order in which they are met, without those seen already.
    fn behind(&self, roots: &[usize], seen: &mut BTreeSet<usize>) -> Vec<usize> {
        let mut open: Vec<usize> = roots.iter().rev().copied().collect();
        let mut met = Vec::new();
        while let Some(form) = open.pop() {
            if seen.insert(form) {
                met.push(form);
                open.extend(self.forms.get(form).into_iter().flat_map(|form| form.of.iter().rev()));
            }
        }
        met
    }

    /// Leaves out edges to what is needed in any case by something else that is needed.
    fn leave_out_longer_ways(&mut self) {
        let needed = self.needed_in_any_case();
        for form in self.forms.iter_mut().filter(|form| form.gate == Gate::All) {
            let all = form.of.clone();
            form.of.retain(|at| {
                !all.iter().any(|other| other != at && needed.get(*other).is_some_and(|n| n.contains(at)))
            });
        }
    }

    /// What the capability can do without beside what it needs in any case, by form, each with the state it is in then.
    fn spared(&self, root: usize) -> BTreeMap<usize, State> {
        let needed = self.needed_in_any_case();
        let in_any_case = |form: &usize| needed.get(root).is_some_and(|needed| needed.contains(form));
        let mut spared: BTreeMap<usize, State> = BTreeMap::new();
        for (need, state) in &self.spared {
            let Some(form) = self.by_need.get(need).copied().filter(|form| !in_any_case(form)) else { continue };
            let worst = spared.entry(form).or_insert(*state);
            *worst = (*worst).min(*state);
        }
        spared
    }

    /// The graph of a capability at a place.
    pub fn graph(mut self, design: &Design, at: &(Capability, Place)) -> Graph {
        let root = self.root(self.usable, at.1.id());
        let spared = self.spared(root);
        let roots: Vec<usize> = spared.keys().copied().collect();
        let everything = |merging: &Self| {
            let mut seen = BTreeSet::new();
            let needed = merging.behind(&[root], &mut seen);
            (needed, merging.behind(&roots, &mut seen))
        };
        let (needed, more) = everything(&self);
        let readable = needed.len() + more.len() <= MAX_NODES;
        if readable {
            self.leave_out_longer_ways();
        }
        let (needed, more) = everything(&self);
        let states = self.states(&spared, &more);
        let cut = self.cuts(if readable { 2 } else { 1 });
        let shown = || needed.iter().chain(&more);
        let place: BTreeMap<usize, usize> = shown().enumerate().map(|(place, form)| (*form, place)).collect();
        let mut graph = Graph::default();
        for (from, form) in shown().filter_map(|at| Some((*at, self.forms.get(*at)?))) {
            let mut node = self.node(form, from, design);
            node.cut = node.parts.iter().filter_map(|part| cut.get(part).copied()).min();
            node.without = states.get(&from).copied();
            // What is behind a condition may be one of several ways, so only the condition itself says what it is for.
            if let (Some(_), Some(state)) = (node.without, spared.get(&from)) {
                let without = format!("{} without it", state.label());
                node.words = format!("{}, {without}", node.words);
                node.detail = if node.detail.is_empty() { without } else { format!("{} · {without}", node.detail) };
            }
            if from == root {
                let (capability, at) = at;
                node.title = capability.label().to_owned();
                node.detail = words::either(design.name_of(at.id()), form);
                node.words = format!("{}: {}", design.name_of(at.id()), capability.verb());
                node.elements = vec![at.id().clone()];
            }
            graph.nodes.push(node);
            let to = form.of.iter().filter_map(|to| place.get(to)).map(|to| (*to, states.contains_key(&from)));
            let without = spared.keys().filter(|form| from == root && !self.follows(root, **form));
            let without = without.filter_map(|to| place.get(to)).map(|to| (*to, true));
            for (to, is_spared) in to.chain(without) {
                if is_spared {
                    graph.spared.insert(graph.edges.len());
                }
                graph.edges.extend(place.get(&from).map(|from| (*from, to)));
            }
        }
        graph
    }

    /// Whether a form follows from another one directly.
    fn follows(&self, form: usize, from: usize) -> bool {
        self.forms.get(form).is_some_and(|form| form.of.contains(&from))
    }

    /// The state without each of the forms that are not needed in any case: the worst that any condition leads to.
    fn states(&self, spared: &BTreeMap<usize, State>, more: &[usize]) -> BTreeMap<usize, State> {
        let more: BTreeSet<usize> = more.iter().copied().collect();
        let mut states: BTreeMap<usize, State> = BTreeMap::new();
        for (form, state) in spared {
            for behind in self.behind(&[*form], &mut BTreeSet::new()).into_iter().filter(|at| more.contains(at)) {
                let worst = states.entry(behind).or_insert(*state);
                *worst = (*worst).min(*state);
            }
        }
        states
    }

    /// How many things fail at once, up to `order`, in the smallest set with each part that takes the capability down.
    fn cuts(&self, order: u32) -> BTreeMap<PartId, u32> {
        let members: Vec<u32> = self.model.parts.iter().map(|part| part.members).collect();
        let question = cuts::Question {
            formulas: &self.model.formulas,
            members: &members,
            roots: &[self.model.formula(self.usable)],
            may_fail: &|_| true,
            order,
            limit: MAX_CUTS,
        };
        let found = cuts::minimal_cuts(&question, &|| true).unwrap_or_default();
        let mut smallest: BTreeMap<PartId, u32> = BTreeMap::new();
        for cut in found.into_iter().flat_map(|cuts| cuts.sets).filter(|cut| cut.order() > 0) {
            for (part, _) in &cut.parts {
                let known = smallest.entry(*part).or_insert(cut.order());
                *known = (*known).min(cut.order());
            }
        }
        smallest
    }
}
