//! Takes a formula apart: what shares no part with the rest is one event.
//!
//! A sub-formula is a *module* when every way from the root to each of its parts leads through it (Dutuit and Rauzy
//! 1996). Whether this holds is read off the dominators of the graph: a node is a module when it dominates all parts
//! below it. Children of a gate that share parts among each other but with nothing else are one module too, although
//! no formula of the model says so; such a formula is added.
//!
//! Ways that all need the same things, such as a control plane of another region, would tie all of them together. So
//! what all children of a gate have in common is taken out first: (x and a) or (x and b) is x and (a or b).
//!
//! Nodes counted over several zones are no module, for others ask for the zones too. But once it is known which zones
//! work, nothing else matters to the count: the formula becomes a *table* over the few shared parts (total probability), and each
//! of its cases is a module. Cases need not be independent of each other, as only one is looked at in any state. What is
//! inside of a table must be asked for nowhere else, by no root; so tables are found once, for all roots together, and
//! stand in their formulas like one gate over the zones.

use std::rc::Rc;

use super::bdd::Kind;
use super::shape::Shape;
use crate::failure::formula::{FormulaId, Formulas, Node, PartId};

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

/// A gate as a table.
#[derive(Debug)]
struct Table {
    /// The leaves it asks for.
    asked: Vec<FormulaId>,
    /// What it says in each case. The place of a case has a bit set for each leaf that holds.
    cases: Vec<FormulaId>,
}

/// Takes formulas apart and keeps what it has added to them.
pub struct Splitter {
    formulas: Formulas,
    /// Gates that are tables, whichever root is looked at.
    tables: Vec<Option<Rc<Table>>>,
    /// When a formula was last met, in rounds, and its place then.
    met: Vec<(u32, u32)>,
    /// The same of parts.
    met_part: Vec<(u32, u32)>,
    round: u32,
}

impl Splitter {
    /// For these roots. Tables are found for all of them together, so that the many gates of a count are gone through
    /// once and not for every root.
    pub fn new(formulas: &Formulas, roots: &[FormulaId]) -> Self {
        let mut splitter =
            Self { formulas: formulas.clone(), tables: Vec::new(), met: Vec::new(), met_part: Vec::new(), round: 0 };
        splitter.find_tables(roots);
        splitter
    }

    fn find_tables(&mut self, roots: &[FormulaId]) {
        let mut shape = self.shape(roots);
        shape.find_dominated(roots);
        let leaves = shape.leaves();
        self.tables = vec![None; self.formulas.len()];
        let mut open = vec![false; shape.ids.len()];
        for root in roots {
            if let Some(open) = open.get_mut(shape.place(*root)) {
                *open = true;
            }
        }
        for at in (0..shape.ids.len()).rev() {
            if !open[at] {
                continue;
            }
            let asked = shape.asked_by_table(at, &leaves);
            if asked.is_empty() {
                shape.kids(at).iter().for_each(|kid| open[*kid as usize] = true);
            } else {
                let cases = self.cases(shape.ids[at], &asked);
                self.tables[shape.ids[at].index()] = Some(Rc::new(Table { asked, cases }));
            }
        }
    }

    fn table(&self, gate: FormulaId) -> Option<&Rc<Table>> {
        self.tables.get(gate.index())?.as_ref()
    }

    fn joined(&mut self, kind: Kind, of: &[FormulaId]) -> FormulaId {
        match kind {
            Kind::All => self.formulas.all(of.iter().copied()),
            Kind::Any => self.formulas.any(of.iter().copied()),
        }
    }

    /// What a formula follows from; of a table, what it asks for.
    fn children(&self, id: FormulaId) -> &[FormulaId] {
        match self.formulas.node(id) {
            Node::All(children) | Node::Any(children) => self.table(id).map_or(children, |table| &table.asked),
            Node::Members(..) | Node::Never | Node::Always => &[],
        }
    }

    /// All formulas below some roots and the roots, children first.
    fn below(&mut self, roots: &[FormulaId]) -> Vec<FormulaId> {
        self.met.resize(self.formulas.len(), (0, 0));
        self.round += 1;
        let mut met = std::mem::take(&mut self.met);
        let mut found = Vec::new();
        let mut open = roots.to_vec();
        while let Some(id) = open.pop() {
            let Some(met) = met.get_mut(id.index()).filter(|met| met.0 != self.round) else {
                continue;
            };
            met.0 = self.round;
            found.push(id);
            open.extend_from_slice(self.children(id));
        }
        found.sort_unstable();
        for (id, place) in found.iter().zip(0..) {
            met[id.index()].1 = place;
        }
        self.met = met;
        found
    }

    fn shape(&mut self, roots: &[FormulaId]) -> Shape {
        let ids = self.below(roots);
        let mut met_part = std::mem::take(&mut self.met_part);
        let mut shape = Shape::default();
        shape.starts.reserve(ids.len() + 1);
        shape.leaf.resize(ids.len(), None);
        for (at, id) in ids.iter().enumerate() {
            shape.starts.push(shape.kids.len());
            if let Node::Members(part, at_least) = self.formulas.node(*id) {
                if met_part.len() <= part.index() {
                    met_part.resize(part.index() + 1, (0, 0));
                }
                let met = &mut met_part[part.index()];
                if met.0 != self.round {
                    *met = (self.round, u32::try_from(shape.parts.len()).unwrap_or(u32::MAX));
                    shape.parts.push(*part);
                }
                shape.leaf[at] = Some((met.1 as usize, *at_least));
            }
            shape.kids.extend(self.children(*id).iter().map(|child| self.met[child.index()].1));
        }
        shape.starts.push(shape.kids.len());
        self.met_part = met_part;
        shape.ids = ids;
        shape.find_parts_below();
        shape
    }

    /// Takes a formula apart.
    pub fn split(&mut self, root: FormulaId) -> Split {
        let root = self.factored(root);
        let (kind, children) = match self.formulas.node(root) {
            Node::Never => return Split::Constant(false),
            Node::Always => return Split::Constant(true),
            Node::Members(part, at_least) => return Split::Members(*part, *at_least),
            Node::All(children) => (Kind::All, children),
            Node::Any(children) => (Kind::Any, children),
        };
        if self.table(root).is_none() && self.are_apart(children) {
            return Split::Independent(kind, children.to_vec());
        }
        let mut shape = self.shape(&[root]);
        if self.table(root).is_none() {
            let last = shape.ids.len() - 1;
            let groups = shape.groups(shape.kids(last));
            if groups.len() > 1 {
                let modules = groups.iter().map(|group| self.joined(kind, &shape.ids_of(group))).collect();
                return Split::Independent(kind, modules);
            }
        }
        shape.find_dominated(&[root]);
        Split::Tangled(self.tangle(&shape))
    }

    /// Whether these are leaves of different parts.
    fn are_apart(&self, children: &[FormulaId]) -> bool {
        let part =
            |id: &FormulaId| if let Node::Members(part, _) = self.formulas.node(*id) { Some(*part) } else { None };
        let Some(mut parts) = children.iter().map(part).collect::<Option<Vec<PartId>>>() else { return false };
        parts.sort_unstable();
        parts.windows(2).all(|pair| pair.first() != pair.last())
    }

    /// The same formula with what all its children have in common taken out: one of "x and a", "x and b" holds when x
    /// and one of a, b does.
    fn factored(&mut self, root: FormulaId) -> FormulaId {
        if self.table(root).is_some() {
            return root;
        }
        let (kind, children) = match self.formulas.node(root) {
            Node::All(children) => (Kind::All, children),
            Node::Any(children) => (Kind::Any, children),
            Node::Members(..) | Node::Never | Node::Always => return root,
        };
        let mut inner: Vec<&[FormulaId]> = Vec::with_capacity(children.len());
        for child in children {
            match (kind, self.formulas.node(*child)) {
                (Kind::All, Node::Any(of)) | (Kind::Any, Node::All(of)) if self.table(*child).is_none() => {
                    inner.push(of);
                }
                _ => return root,
            }
        }
        let Some((first, others)) = inner.split_first() else { return root };
        let mut common = first.to_vec();
        common.retain(|id| others.iter().all(|of| of.binary_search(id).is_ok()));
        if common.is_empty() {
            return root;
        }
        let rests: Vec<Vec<FormulaId>> = inner
            .iter()
            .map(|of| of.iter().copied().filter(|id| common.binary_search(id).is_err()).collect())
            .collect();
        // A table that became a child of a gate of its own kind would no longer be one.
        if rests.iter().any(|rest| matches!(rest.as_slice(), [only] if self.table(*only).is_some())) {
            return root;
        }
        let turned = if kind == Kind::All { Kind::Any } else { Kind::All };
        let rests: Vec<FormulaId> = rests.iter().map(|rest| self.joined(turned, rest)).collect();
        common.push(self.joined(kind, &rests));
        self.joined(turned, &common)
    }

    /// What a gate says when some formulas below it hold and others do not, for each case.
    fn cases(&mut self, gate: FormulaId, asked: &[FormulaId]) -> Vec<FormulaId> {
        let ids = self.below(&[gate]);
        let met = std::mem::take(&mut self.met);
        let place = |id: &FormulaId| met.get(id.index()).map_or(0, |place| place.1 as usize);
        let mut cases = Vec::with_capacity(1 << asked.len());
        let mut said: Vec<FormulaId> = Vec::with_capacity(ids.len());
        for holding in 0..1_usize << asked.len() {
            said.clear();
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
                let of: Vec<FormulaId> = children.iter().filter_map(|c| said.get(place(c)).copied()).collect();
                said.push(self.joined(kind, &of));
            }
            cases.push(said.last().copied().unwrap_or(Formulas::NEVER));
        }
        self.met = met;
        cases
    }

    fn tangle(&mut self, shape: &Shape) -> Tangle {
        let last = shape.ids.len() - 1;
        let is_module: Vec<bool> = (0..=last).map(|at| shape.is_module(at)).collect();
        // From the root down: which gates stay, and which of their children are a module together.
        let mut stays = vec![false; shape.ids.len()];
        let mut together: Vec<Option<FormulaId>> = vec![None; shape.ids.len()];
        let mut taken: Vec<Vec<u32>> = vec![Vec::new(); shape.ids.len()];
        stays[last] = true;
        for at in (0..=last).rev() {
            if !stays[at] || shape.kids(at).is_empty() || self.table(shape.ids[at]).is_some() {
                continue;
            }
            let own = if at == last { Vec::new() } else { shape.apart(at) };
            for kid in shape.kids(at).iter().filter(|kid| own.binary_search(kid).is_err()) {
                stays[*kid as usize] |= !is_module[*kid as usize];
            }
            if !own.is_empty() {
                let kind = self.kind(shape.ids[at]);
                together[at] = Some(self.joined(kind, &shape.ids_of(&own)));
            }
            taken[at] = own;
        }
        // From the leaves up: gates over variables.
        let mut tangle = Tangle::default();
        let mut parts: Vec<Option<usize>> = vec![None; shape.parts.len()];
        let mut modules: Vec<Option<usize>> = vec![None; shape.ids.len()];
        let mut gates: Vec<usize> = vec![0; shape.ids.len()];
        let counts = shape.counts(&stays);
        for at in (0..=last).filter(|at| stays[*at] && !shape.kids(*at).is_empty()) {
            let table = self.table(shape.ids[at]).map(Rc::clone);
            let mut children = Vec::with_capacity(shape.kids(at).len() + table.as_ref().map_or(1, |t| t.cases.len()));
            if let Some(module) = together[at] {
                tangle.variables.push(Variable::Module(module));
                children.push(Child::Module(tangle.variables.len() - 1));
            }
            for kid in shape.kids(at).iter().filter(|kid| taken[at].binary_search(kid).is_err()) {
                let kid = *kid as usize;
                let new = tangle.variables.len();
                children.push(match shape.leaf[kid] {
                    _ if is_module[kid] => {
                        let variable = *modules[kid].get_or_insert(new);
                        if variable == new {
                            tangle.variables.push(Variable::Module(shape.ids[kid]));
                        }
                        Child::Module(variable)
                    }
                    Some((part, at_least)) => {
                        let variable = *parts[part].get_or_insert(new);
                        if variable == new {
                            tangle.variables.push(Variable::Counts(shape.parts[part], counts[part].clone()));
                        }
                        Child::Count(variable, counts[part].binary_search(&at_least).unwrap_or_default())
                    }
                    None => Child::Gate(gates[kid]),
                });
            }
            if let Some(table) = &table {
                let first = tangle.variables.len();
                for case in &table.cases {
                    children.push(match *case {
                        Formulas::NEVER => Child::Constant(false),
                        Formulas::ALWAYS => Child::Constant(true),
                        case => {
                            let known = tangle.variables.iter().skip(first).position(|v| *v == Variable::Module(case));
                            if known.is_none() {
                                tangle.variables.push(Variable::Module(case));
                            }
                            Child::Module(known.map_or(tangle.variables.len() - 1, |known| first + known))
                        }
                    });
                }
            }
            gates[at] = tangle.gates.len();
            let asked = table.map_or(0, |table| table.asked.len());
            tangle.gates.push(Gate { kind: self.kind(shape.ids[at]), children, asked });
        }
        tangle
    }

    fn kind(&self, gate: FormulaId) -> Kind {
        if matches!(self.formulas.node(gate), Node::All(_)) { Kind::All } else { Kind::Any }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(formulas: &Formulas, root: FormulaId) -> Split {
        Splitter::new(formulas, &[root]).split(root)
    }

    #[test]
    fn what_shares_nothing_is_split_off_even_inside_a_flat_gate() {
        let mut f = Formulas::default();
        let [dns, zone, gateway, manager, other, third] = [0, 1, 2, 3, 4, 5].map(|n| f.part(PartId(n)));
        // Inside the region, the zone is shared by the two ways; with the outside only the name service is.
        let (serve, throttle) = (f.all([zone, gateway]), f.all([zone, manager]));
        let ways = f.any([serve, throttle]);
        let region = f.all([dns, ways]);
        let second = f.all([dns, other]);
        let another = f.all([other, third]);
        let root = f.any([region, second, another]);
        let either = f.any([gateway, manager]);
        let mut splitter = Splitter::new(&f, &[root]);
        let Split::Tangled(tangle) = splitter.split(root) else { panic!("the name service is shared") };
        let module = |id: FormulaId| Variable::Module(id);
        assert_eq!(tangle.variables.len(), 4);
        for wanted in [dns, ways, other, third] {
            assert!(tangle.variables.contains(&module(wanted)), "{tangle:?}");
        }
        assert_eq!(splitter.split(ways), Split::Independent(Kind::All, vec![zone, either]));
        let apart = f.all([ways, other]);
        assert_eq!(split(&f, apart), Split::Independent(Kind::All, vec![other, ways]));
    }

    #[test]
    fn several_children_that_share_among_themselves_are_one_module() {
        let mut f = Formulas::default();
        let [dns, zone, a, b, c, d] = [0, 1, 2, 3, 4, 5].map(|n| f.part(PartId(n)));
        let (left, right) = (f.any([zone, a]), f.any([zone, b]));
        let region = f.all([dns, left, right]);
        let second = f.all([dns, c]);
        let another = f.all([c, d]);
        let root = f.any([region, second, another]);
        let mut splitter = Splitter::new(&f, &[root]);
        let Split::Tangled(tangle) = splitter.split(root) else { panic!("the name service is shared") };
        assert_eq!(tangle.variables.len(), 4, "{tangle:?}");
        let both = f.all([left, right]);
        assert!(matches!(splitter.formulas.node(both), Node::All(_)));
    }

    #[test]
    fn a_child_that_its_neighbour_asks_for_too_is_not_split_off() {
        let mut f = Formulas::default();
        let [a, b, c, d] = [0, 1, 2, 3].map(|n| f.part(PartId(n)));
        // All parts of `a` are below `either`, but another child of it asks for them.
        let (both, other) = (f.all([a, b]), f.all([b, c]));
        let either = f.any([a, both, other]);
        let second = f.any([c, d]);
        let root = f.all([either, second]);
        let Split::Tangled(tangle) = split(&f, root) else { panic!("all is shared") };
        assert_eq!(tangle.variables.len(), 4, "{tangle:?}");
    }

    #[test]
    fn what_all_ways_have_in_common_is_taken_out() {
        let mut f = Formulas::default();
        let [shared, more, a, b] = [0, 1, 2, 3].map(|n| f.part(PartId(n)));
        let ways = [a, b].map(|way| f.all([shared, more, way]));
        let (root, either) = (f.any(ways), f.any([a, b]));
        assert_eq!(split(&f, root), Split::Independent(Kind::All, vec![shared, more, either]));
        // The way that has nothing else is as good as both.
        let short = f.all([shared, more]);
        let root = f.any([short, ways[0]]);
        assert_eq!(split(&f, root), Split::Independent(Kind::All, vec![shared, more]));
    }

    #[test]
    fn counts_of_one_part_stand_together() {
        let mut f = Formulas::default();
        let (one, three) = (f.members(PartId(0), 1), f.members(PartId(0), 3));
        let (a, b) = (f.part(PartId(1)), f.part(PartId(2)));
        let (first, second) = (f.all([one, a]), f.all([three, b]));
        let root = f.any([first, second]);
        let Split::Tangled(tangle) = split(&f, root) else { panic!("one part is asked for twice") };
        assert!(tangle.variables.contains(&Variable::Counts(PartId(0), vec![1, 3])));
    }
}
