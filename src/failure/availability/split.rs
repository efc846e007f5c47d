//! Takes a formula apart: what shares no part with the rest is one event.
//!
//! A sub-formula is a *module* when every way from the root to each of its parts leads through it (Dutuit and Rauzy
//! 1996). Whether this holds is read off the dominators of the graph: a node is a module when it dominates all parts
//! below it. Children of a gate that share parts among each other but with nothing else are one module too, although
//! no formula of the model says so; such a formula is added.
//!
//! Nodes counted over several zones are no module, for others ask for the zones too. But once it is known which zones
//! work, nothing else matters to the count: the formula becomes a *table* over the few shared parts (total probability), and each
//! of its cases is a module. Cases need not be independent of each other, as only one is looked at in any state.

use std::collections::HashMap;

use super::bdd::Kind;
use crate::failure::formula::{FormulaId, Formulas, Node, PartId};

/// Most shared leaves that a table asks for.
const MOST_ASKED: u32 = 4;

/// What a variable of a tangled formula stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Variable {
    /// A module: its chance is found on its own.
    Module(FormulaId),
    /// A part of which several counts are asked for, in ascending order.
    Counts(PartId, Vec<u32>),
}

/// A child of a gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Child {
    /// Another gate, which stands before this one.
    Gate(usize),
    /// The variable of a module.
    Module(usize),
    /// A variable of counts, and which of them.
    Count(usize, usize),
    /// Always holds, or never; only as a case of a table.
    Constant(bool),
}

impl Child {
    /// The variable, when it is not a gate.
    pub fn variable(self) -> Option<usize> {
        match self {
            Self::Gate(_) | Self::Constant(_) => None,
            Self::Module(variable) | Self::Count(variable, _) => Some(variable),
        }
    }
}

/// A gate over variables and earlier gates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    pub kind: Kind,
    pub children: Vec<Child>,
    /// When not 0, the gate is a table: it asks for the first so many children, and the rest are its cases. The place of
    /// a case has a bit set for each child that holds, the first child being the lowest bit.
    pub asked: usize,
}

/// A formula of which nothing more can be split off.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tangle {
    pub variables: Vec<Variable>,
    /// Children before their parents; the last is the root.
    pub gates: Vec<Gate>,
}

/// A formula taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Split {
    /// It holds always, or never.
    Constant(bool),
    /// At least so many members of a part.
    Members(PartId, u32),
    /// Formulas that share no part.
    Independent(Kind, Vec<FormulaId>),
    /// Some parts occur in several places.
    Tangled(Tangle),
}

/// Takes formulas apart and keeps what it has added to them.
pub struct Splitter {
    formulas: Formulas,
    /// When a formula was last met, in rounds.
    met: Vec<u32>,
    round: u32,
    /// Cases of tables: a gate, what is asked for, and which of that holds.
    cases: HashMap<(FormulaId, Vec<FormulaId>, usize), FormulaId>,
}

impl Splitter {
    pub fn new(formulas: &Formulas) -> Self {
        Self { formulas: formulas.clone(), met: Vec::new(), round: 0, cases: HashMap::new() }
    }

    fn joined(&mut self, kind: Kind, of: &[FormulaId]) -> FormulaId {
        match kind {
            Kind::All => self.formulas.all(of.iter().copied()),
            Kind::Any => self.formulas.any(of.iter().copied()),
        }
    }

    /// All formulas below a root and the root, children first.
    fn below(&mut self, root: FormulaId) -> Vec<FormulaId> {
        self.met.resize(self.formulas.len(), 0);
        self.round += 1;
        let mut found = Vec::new();
        let mut open = vec![root];
        while let Some(id) = open.pop() {
            let Some(met) = self.met.get_mut(id.index()).filter(|met| **met != self.round) else {
                continue;
            };
            *met = self.round;
            found.push(id);
            if let Node::All(children) | Node::Any(children) = self.formulas.node(id) {
                open.extend_from_slice(children);
            }
        }
        found.sort_unstable();
        found
    }

    /// Takes a formula apart.
    pub fn split(&mut self, root: FormulaId) -> Split {
        let (kind, children) = match self.formulas.node(root) {
            Node::Never => return Split::Constant(false),
            Node::Always => return Split::Constant(true),
            Node::Members(part, at_least) => return Split::Members(*part, *at_least),
            Node::All(children) => (Kind::All, children.clone()),
            Node::Any(children) => (Kind::Any, children.clone()),
        };
        let ids = self.below(root);
        let shape = Shape::of(&self.formulas, ids);
        let groups = shape.groups(&children);
        if groups.len() > 1 {
            let modules = groups.iter().map(|group| self.joined(kind, group)).collect();
            return Split::Independent(kind, modules);
        }
        Split::Tangled(self.tangle(&shape))
    }

    /// What a gate says when of some formulas below it those with a bit set in `holding` hold and the others do not.
    fn case(&mut self, gate: FormulaId, asked: &[FormulaId], holding: usize) -> FormulaId {
        let key = (gate, asked.to_vec(), holding);
        if let Some(known) = self.cases.get(&key) {
            return *known;
        }
        let ids = self.below(gate);
        let mut said: Vec<FormulaId> = Vec::with_capacity(ids.len());
        for id in &ids {
            if let Some(bit) = asked.iter().position(|one| one == id) {
                said.push(if holding >> bit & 1 == 1 { Formulas::ALWAYS } else { Formulas::NEVER });
                continue;
            }
            let (kind, children) = match self.formulas.node(*id) {
                Node::All(children) => (Kind::All, children),
                Node::Any(children) => (Kind::Any, children),
                Node::Members(..) | Node::Never | Node::Always => {
                    said.push(*id);
                    continue;
                }
            };
            let of: Vec<FormulaId> =
                children.iter().filter_map(|c| said.get(ids.binary_search(c).ok()?).copied()).collect();
            said.push(self.joined(kind, &of));
        }
        let case = said.last().copied().unwrap_or(Formulas::NEVER);
        self.cases.insert(key, case);
        case
    }

    /// What a table asks for, and its cases.
    fn table(
        &mut self,
        shape: &Shape,
        gate: usize,
        asked: &[FormulaId],
        tangle: &mut Tangle,
        modules: &mut [Option<usize>],
    ) -> Vec<Child> {
        let mut of = Vec::with_capacity(asked.len() + (1 << asked.len()));
        for one in asked {
            let new = tangle.variables.len();
            let variable = *modules[shape.place(*one)].get_or_insert(new);
            if variable == new {
                tangle.variables.push(Variable::Module(*one));
            }
            of.push(Child::Module(variable));
        }
        let mut cases: HashMap<FormulaId, usize> = HashMap::new();
        for holding in 0..1 << asked.len() {
            let case = self.case(shape.ids[gate], asked, holding);
            of.push(match case {
                Formulas::NEVER => Child::Constant(false),
                Formulas::ALWAYS => Child::Constant(true),
                _ => Child::Module(*cases.entry(case).or_insert_with(|| {
                    tangle.variables.push(Variable::Module(case));
                    tangle.variables.len() - 1
                })),
            });
        }
        of
    }

    fn tangle(&mut self, shape: &Shape) -> Tangle {
        let last = shape.ids.len() - 1;
        // From the root down: which gates stay, and which of their children are a module together.
        let mut stays = vec![false; shape.ids.len()];
        let mut together: Vec<Option<FormulaId>> = vec![None; shape.ids.len()];
        let mut taken: Vec<Vec<FormulaId>> = vec![Vec::new(); shape.ids.len()];
        let leaves = shape.leaves(&self.formulas);
        let mut tables: Vec<Vec<FormulaId>> = vec![Vec::new(); shape.ids.len()];
        stays[last] = true;
        for at in (0..=last).rev() {
            let (Node::All(children) | Node::Any(children)) = self.formulas.node(shape.ids[at]).clone() else {
                continue;
            };
            if !stays[at] {
                continue;
            }
            if at != last {
                tables[at] = shape.asked_by_table(at, &leaves);
                if !tables[at].is_empty() {
                    continue;
                }
            }
            let own = if at == last { Vec::new() } else { shape.apart(&children, at) };
            for child in children.iter().filter(|child| !own.contains(child)) {
                let place = shape.place(*child);
                stays[place] |= !shape.is_module(place);
            }
            taken[at].clone_from(&own);
            if !own.is_empty() {
                let kind =
                    if matches!(self.formulas.node(shape.ids[at]), Node::All(_)) { Kind::All } else { Kind::Any };
                together[at] = Some(self.joined(kind, &own));
            }
        }
        // From the leaves up: gates over variables.
        let mut tangle = Tangle::default();
        let mut parts: Vec<Option<usize>> = vec![None; shape.parts.len()];
        let mut modules: Vec<Option<usize>> = vec![None; shape.ids.len()];
        let mut gates: Vec<Option<usize>> = vec![None; shape.ids.len()];
        let counts = shape.counts(&self.formulas, &stays);
        for at in 0..=last {
            let (kind, children) = match self.formulas.node(shape.ids[at]) {
                Node::All(children) if stays[at] => (Kind::All, children.clone()),
                Node::Any(children) if stays[at] => (Kind::Any, children.clone()),
                _ => continue,
            };
            let mut of = Vec::with_capacity(children.len());
            if !tables[at].is_empty() {
                let asked = &tables[at];
                let children = self.table(shape, at, asked, &mut tangle, &mut modules);
                gates[at] = Some(tangle.gates.len());
                tangle.gates.push(Gate { kind, children, asked: asked.len() });
                continue;
            }
            if let Some(module) = together[at] {
                tangle.variables.push(Variable::Module(module));
                of.push(Child::Module(tangle.variables.len() - 1));
            }
            for child in &children {
                let place = shape.place(*child);
                if taken[at].contains(child) {
                    continue;
                }
                let new = tangle.variables.len();
                of.push(match (self.formulas.node(*child), gates[place]) {
                    _ if shape.is_module(place) => {
                        let variable = *modules[place].get_or_insert(new);
                        if variable == new {
                            tangle.variables.push(Variable::Module(*child));
                        }
                        Child::Module(variable)
                    }
                    (Node::Members(part, at_least), _) => {
                        let part_at = shape.parts.binary_search(part).unwrap_or_default();
                        let variable = *parts[part_at].get_or_insert(new);
                        if variable == new {
                            tangle.variables.push(Variable::Counts(*part, counts[part_at].clone()));
                        }
                        Child::Count(variable, counts[part_at].binary_search(at_least).unwrap_or_default())
                    }
                    (_, gate) => Child::Gate(gate.unwrap_or_default()),
                });
            }
            gates[at] = Some(tangle.gates.len());
            tangle.gates.push(Gate { kind, children: of, asked: 0 });
        }
        tangle
    }
}

/// Which parts are below which formulas, and which formulas all ways to them lead through.
struct Shape {
    /// Children before parents; the last is the root.
    ids: Vec<FormulaId>,
    parts: Vec<PartId>,
    words: usize,
    /// Parts below, a row of bits for each formula.
    below: Vec<u64>,
    /// Parts that are reached through this formula only.
    dominated: Vec<u64>,
}

impl Shape {
    fn of(formulas: &Formulas, ids: Vec<FormulaId>) -> Self {
        let mut parts: Vec<PartId> = ids
            .iter()
            .filter_map(|id| if let Node::Members(part, _) = formulas.node(*id) { Some(*part) } else { None })
            .collect();
        parts.sort_unstable();
        parts.dedup();
        let words = parts.len().div_ceil(64).max(1);
        let blank = vec![0; words * ids.len()];
        let mut shape = Self { ids, parts, words, below: blank.clone(), dominated: blank };
        shape.find_parts_below(formulas);
        shape.find_dominated(formulas);
        shape
    }

    fn place(&self, id: FormulaId) -> usize {
        self.ids.binary_search(&id).unwrap_or_default()
    }

    fn find_parts_below(&mut self, formulas: &Formulas) {
        for at in 0..self.ids.len() {
            match formulas.node(self.ids[at]) {
                Node::Members(part, _) => {
                    let bit = self.parts.binary_search(part).unwrap_or_default();
                    self.below[at * self.words + bit / 64] |= 1 << (bit % 64);
                }
                Node::All(children) | Node::Any(children) => {
                    for child in children {
                        let from = self.place(*child) * self.words;
                        for word in 0..self.words {
                            self.below[at * self.words + word] |= self.below[from + word];
                        }
                    }
                }
                Node::Never | Node::Always => {}
            }
        }
    }

    /// Immediate dominators from the root down: all parents of a node stand behind it, so they are known by then.
    fn find_dominated(&mut self, formulas: &Formulas) {
        let count = self.ids.len();
        let mut above: Vec<Option<usize>> = vec![None; count];
        let mut depth = vec![0_u32; count];
        let mut above_part: Vec<Option<usize>> = vec![None; self.parts.len()];
        for at in (0..count).rev() {
            if let Some(dominator) = above[at] {
                depth[at] = depth[dominator] + 1;
            }
            let common = |known: Option<usize>, above: &[Option<usize>]| {
                let Some(mut other) = known else { return at };
                let mut here = at;
                while here != other {
                    // The deeper one goes up; both end at the root at the latest.
                    let deeper = if depth[here] >= depth[other] { &mut here } else { &mut other };
                    *deeper = above[*deeper].unwrap_or(count - 1);
                }
                here
            };
            match formulas.node(self.ids[at]) {
                Node::All(children) | Node::Any(children) => {
                    for child in children {
                        let place = self.place(*child);
                        above[place] = Some(common(above[place], &above));
                    }
                }
                Node::Members(part, _) => {
                    let place = self.parts.binary_search(part).unwrap_or_default();
                    above_part[place] = Some(common(above_part[place], &above));
                }
                Node::Never | Node::Always => {}
            }
        }
        for (bit, dominator) in above_part.iter().enumerate() {
            if let Some(dominator) = dominator {
                self.dominated[dominator * self.words + bit / 64] |= 1 << (bit % 64);
            }
        }
        for (at, dominator) in above.iter().enumerate() {
            if let Some(dominator) = dominator {
                for word in 0..self.words {
                    self.dominated[dominator * self.words + word] |= self.dominated[at * self.words + word];
                }
            }
        }
    }

    fn row<'a>(&self, of: &'a [u64], at: usize) -> &'a [u64] {
        &of[at * self.words..(at + 1) * self.words]
    }

    /// Whether all parts below one formula are reached through another only.
    fn within(&self, at: usize, gate: usize) -> bool {
        let pairs = self.row(&self.below, at).iter().zip(self.row(&self.dominated, gate));
        pairs.fold(true, |within, (below, dominated)| within & (below & !dominated == 0))
    }

    fn is_module(&self, at: usize) -> bool {
        self.within(at, at)
    }

    /// Children of a gate that share no part with anything but each other.
    fn apart(&self, children: &[FormulaId], gate: usize) -> Vec<FormulaId> {
        let within = |child: &FormulaId| self.within(self.place(*child), gate);
        if !children.iter().any(within) {
            return Vec::new();
        }
        let mut apart: Vec<FormulaId> =
            self.groups(children).into_iter().filter(|group| group.iter().all(within)).flatten().collect();
        apart.sort_unstable();
        apart
    }

    /// The leaves of each part.
    fn leaves(&self, formulas: &Formulas) -> Vec<Vec<FormulaId>> {
        let mut leaves = vec![Vec::new(); self.parts.len()];
        for id in &self.ids {
            if let Node::Members(part, _) = formulas.node(*id) {
                leaves[self.parts.binary_search(part).unwrap_or_default()].push(*id);
            }
        }
        leaves
    }

    /// What a gate asks for that others ask for too, when a table is worth it: some part is counted in this gate only, and
    /// few leaves are shared. Empty otherwise.
    fn asked_by_table(&self, gate: usize, leaves: &[Vec<FormulaId>]) -> Vec<FormulaId> {
        let bit = |of: &[u64], part: usize| of[part / 64] >> (part % 64) & 1 == 1;
        let (below, dominated) = (self.row(&self.below, gate), self.row(&self.dominated, gate));
        let shared = below.iter().zip(dominated).map(|(below, own)| (below & !own).count_ones()).sum::<u32>();
        if !(1..=MOST_ASKED).contains(&shared) {
            return Vec::new();
        }
        let (mut asked, mut counted) = (Vec::new(), false);
        for (part, of_part) in leaves.iter().enumerate().filter(|(part, _)| bit(below, *part)) {
            match of_part.as_slice() {
                [only] if !bit(dominated, part) => asked.push(*only),
                _ if !bit(dominated, part) => return Vec::new(),
                of_part => counted |= of_part.len() > 1,
            }
        }
        if counted { asked } else { Vec::new() }
    }

    /// Formulas in groups that share parts with no other group.
    fn groups(&self, of: &[FormulaId]) -> Vec<Vec<FormulaId>> {
        let mut groups: Vec<(Vec<u64>, Vec<FormulaId>)> = Vec::new();
        for id in of {
            let parts = self.row(&self.below, self.place(*id));
            let mut bits = parts.to_vec();
            let mut members = Vec::new();
            groups.retain_mut(|(other, others)| {
                let apart = other.iter().zip(parts).all(|(a, b)| a & b == 0);
                if !apart {
                    bits.iter_mut().zip(other.iter()).for_each(|(bit, more)| *bit |= more);
                    members.append(others);
                }
                apart
            });
            members.push(*id);
            groups.push((bits, members));
        }
        groups.into_iter().map(|(_, members)| members).collect()
    }

    /// The counts that are asked of each part by leaves that stay, ascending.
    fn counts(&self, formulas: &Formulas, stays: &[bool]) -> Vec<Vec<u32>> {
        let mut counts = vec![Vec::new(); self.parts.len()];
        for (id, stays) in self.ids.iter().zip(stays) {
            if let (Node::Members(part, at_least), true) = (formulas.node(*id), stays) {
                let place = self.parts.binary_search(part).unwrap_or_default();
                counts[place].push(*at_least);
            }
        }
        for of_part in &mut counts {
            of_part.sort_unstable();
            of_part.dedup();
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shares_nothing_is_split_off_even_inside_a_flat_gate() {
        let mut f = Formulas::default();
        let [dns, zone, gateway, manager, other] = [0, 1, 2, 3, 4].map(|n| f.part(PartId(n)));
        // Inside the region, the zone is shared by the two ways; with the outside only the name service is.
        let (serve, throttle) = (f.all([zone, gateway]), f.all([zone, manager]));
        let ways = f.any([serve, throttle]);
        let region = f.all([dns, ways]);
        let second = f.all([dns, other]);
        let root = f.any([region, second]);
        let mut splitter = Splitter::new(&f);
        let Split::Tangled(tangle) = splitter.split(root) else { panic!("the name service is shared") };
        let module = |id: FormulaId| Variable::Module(id);
        assert_eq!(tangle.variables.len(), 3);
        for wanted in [dns, ways, other] {
            assert!(tangle.variables.contains(&module(wanted)), "{tangle:?}");
        }
        let Split::Tangled(inner) = splitter.split(ways) else { panic!("the zone is shared") };
        assert_eq!(inner.variables.len(), 3);
        let apart = f.all([ways, other]);
        assert_eq!(Splitter::new(&f).split(apart), Split::Independent(Kind::All, vec![other, ways]));
    }

    #[test]
    fn several_children_that_share_among_themselves_are_one_module() {
        let mut f = Formulas::default();
        let [dns, zone, a, b, c] = [0, 1, 2, 3, 4].map(|n| f.part(PartId(n)));
        let (left, right) = (f.any([zone, a]), f.any([zone, b]));
        let region = f.all([dns, left, right]);
        let second = f.all([dns, c]);
        let root = f.any([region, second]);
        let mut splitter = Splitter::new(&f);
        let Split::Tangled(tangle) = splitter.split(root) else { panic!("the name service is shared") };
        assert_eq!(tangle.variables.len(), 3, "{tangle:?}");
        let both = f.all([left, right]);
        assert!(matches!(splitter.formulas.node(both), Node::All(_)));
    }

    #[test]
    fn a_child_that_its_neighbour_asks_for_too_is_not_split_off() {
        let mut f = Formulas::default();
        let [a, b, c] = [0, 1, 2].map(|n| f.part(PartId(n)));
        // All parts of `a` are below `either`, but both children of it ask for them.
        let both = f.all([a, b]);
        let either = f.any([a, both]);
        let other = f.all([b, c]);
        let root = f.any([either, other]);
        let root = f.all([root, either]);
        let Split::Tangled(tangle) = Splitter::new(&f).split(root) else { panic!("all is shared") };
        assert_eq!(tangle.variables.len(), 3, "{tangle:?}");
    }

    #[test]
    fn counts_of_one_part_stand_together() {
        let mut f = Formulas::default();
        let (one, three) = (f.members(PartId(0), 1), f.members(PartId(0), 3));
        let (a, b) = (f.part(PartId(1)), f.part(PartId(2)));
        let (first, second) = (f.all([one, a]), f.all([three, b]));
        let root = f.any([first, second]);
        let Split::Tangled(tangle) = Splitter::new(&f).split(root) else { panic!("one part is asked for twice") };
        assert!(tangle.variables.contains(&Variable::Counts(PartId(0), vec![1, 3])));
    }
}
