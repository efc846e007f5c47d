//! Exact chances: modules one by one, decision diagrams for what is tangled.

use std::rc::Rc;

use super::bdd::{DOWN, Diagram, Edge, Kind, MAX_LEVELS, TooLarge, UP};
use super::chance::{Chance, PartChance, Step};
use super::order;
use super::split::{Child, Split, Splitter, Tangle, Variable};
use crate::failure::formula::{FormulaId, Formulas, PartId};

/// A formula's chance, and how much likelier it holds per chance of a member, for each part that it asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Solved {
    pub chance: Chance,
    /// dP(holds) / dP(a member works), all members of the part together; each part once.
    pub slopes: Vec<(PartId, f64)>,
}

/// Each part once, in order: the cases of a table ask for the same parts.
pub fn merged(mut slopes: Vec<(PartId, f64)>) -> Vec<(PartId, f64)> {
    slopes.sort_by_key(|(part, _)| *part);
    slopes.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
    slopes
}

/// What the levels of a variable are, from the top.
pub enum Levels {
    Module(Rc<Solved>),
    Counts(PartId, Vec<Step>),
}

impl Levels {
    pub fn chances(&self) -> impl Iterator<Item = Chance> {
        let (one, many): (_, &[Step]) = match self {
            Self::Module(module) => (Some(module.chance), &[]),
            Self::Counts(_, steps) => (None, steps),
        };
        one.into_iter().chain(many.iter().map(|step| step.chance))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Module(_) => 1,
            Self::Counts(_, steps) => steps.len(),
        }
    }

    /// What the parts behind the levels matter, when the levels matter so much.
    pub fn add_slopes(&self, matters: &[f64], to: &mut Vec<(PartId, f64)>) {
        match self {
            Self::Module(module) => {
                let whole = matters.first().copied().unwrap_or(0.0);
                to.extend(module.slopes.iter().map(|(part, slope)| (*part, whole * slope)));
            }
            Self::Counts(part, steps) => {
                let slope = steps.iter().zip(matters).map(|(step, matters)| step.slope * matters).sum();
                to.push((*part, slope));
            }
        }
    }
}

/// What is known of a formula.
#[derive(Default, Clone)]
struct Known {
    split: Option<Rc<Split>>,
    solved: Option<Rc<Solved>>,
    /// The limit within which it was not to be solved.
    failed: Option<usize>,
}

/// Finds exact chances, and keeps what it has found for the next formula.
pub struct Solver {
    chances: Vec<PartChance>,
    splitter: Splitter,
    /// What is known of each formula.
    known: Vec<Known>,
    /// Nodes that may still be made.
    nodes_left: usize,
    /// Used for one formula after the other.
    diagram: Diagram,
}

impl Solver {
    /// Made for these roots. Nothing is solved before the chances are known.
    pub fn new(formulas: &Formulas, roots: &[FormulaId]) -> Self {
        Self {
            chances: Vec::new(),
            splitter: Splitter::new(formulas, roots),
            known: Vec::new(),
            nodes_left: 0,
            diagram: Diagram::new(0),
        }
    }

    /// Begins anew with other chances. What formulas are made of stays known.
    pub fn start(&mut self, chances: &[PartChance], node_limit: usize) {
        self.chances = chances.to_vec();
        self.nodes_left = node_limit;
        for known in &mut self.known {
            (known.solved, known.failed) = (None, None);
        }
    }

    /// Nodes that may still be made.
    pub fn nodes_left(&self) -> usize {
        self.nodes_left
    }

    pub fn split(&mut self, id: FormulaId) -> Rc<Split> {
        if let Some(split) = &self.known(id).split {
            return Rc::clone(split);
        }
        let split = Rc::new(self.splitter.split(id));
        self.known(id).split = Some(Rc::clone(&split));
        split
    }

    fn known(&mut self, id: FormulaId) -> &mut Known {
        if self.known.len() <= id.index() {
            self.known.resize(id.index() + 1, Known::default());
        }
        &mut self.known[id.index()]
    }

    /// The chance of a formula by diagrams of at most `limit` nodes each.
    pub fn solve(&mut self, id: FormulaId, limit: usize) -> Result<Rc<Solved>, TooLarge> {
        let known = self.known(id);
        if let Some(solved) = &known.solved {
            return Ok(Rc::clone(solved));
        }
        if known.failed.is_some_and(|failed| failed >= limit) {
            return Err(TooLarge);
        }
        let split = self.split(id);
        let solved = match &*split {
            Split::Constant(holds) => {
                let chance = if *holds { Chance::ALWAYS } else { Chance::NEVER };
                Ok(Solved { chance, slopes: Vec::new() })
            }
            Split::Members(part, at_least) => {
                let levels = Levels::Counts(*part, self.steps(*part, &[*at_least]));
                let mut slopes = Vec::with_capacity(1);
                levels.add_slopes(&[1.0], &mut slopes);
                Ok(Solved { chance: Chance::all(levels.chances()), slopes })
            }
            Split::Independent(kind, modules) => self.independent(*kind, modules, limit),
            Split::Tangled(tangle) => self.tangled(tangle, limit),
        };
        match solved {
            Ok(solved) => {
                let solved = Rc::new(solved);
                self.known(id).solved = Some(Rc::clone(&solved));
                Ok(solved)
            }
            Err(TooLarge) => {
                self.known(id).failed = Some(limit);
                Err(TooLarge)
            }
        }
    }

    /// The steps of a part's counts; a part of which nothing is known has no members.
    pub fn steps(&self, part: PartId, counts: &[u32]) -> Vec<Step> {
        match self.chances.get(part.index()) {
            Some(chance) => chance.steps(counts),
            None => counts.iter().map(|_| Step { chance: Chance::NEVER, slope: 0.0 }).collect(),
        }
    }

    fn independent(&mut self, kind: Kind, modules: &[FormulaId], limit: usize) -> Result<Solved, TooLarge> {
        let modules = modules.iter().map(|id| self.solve(*id, limit)).collect::<Result<Vec<_>, _>>()?;
        // A module matters while all others work (in series), or while none does (in parallel).
        let neutral = |chance: Chance| {
            if kind == Kind::All { chance.up } else { chance.down }
        };
        let mut behind = vec![1.0; modules.len() + 1];
        for (at, module) in modules.iter().enumerate().rev() {
            behind[at] = behind[at + 1] * neutral(module.chance);
        }
        let mut slopes = Vec::with_capacity(modules.iter().map(|module| module.slopes.len()).sum());
        let mut before = 1.0;
        for (at, module) in modules.iter().enumerate() {
            let matters = before * behind[at + 1];
            slopes.extend(module.slopes.iter().map(|(part, slope)| (*part, slope * matters)));
            before *= neutral(module.chance);
        }
        let chances = modules.iter().map(|module| module.chance);
        let chance = if kind == Kind::All { Chance::all(chances) } else { Chance::any(chances) };
        Ok(Solved { chance, slopes })
    }

    fn tangled(&mut self, tangle: &Tangle, limit: usize) -> Result<Solved, TooLarge> {
        let mut variables = Vec::with_capacity(tangle.variables.len());
        for variable in &tangle.variables {
            variables.push(match variable {
                Variable::Module(id) => Levels::Module(self.solve(*id, limit)?),
                Variable::Counts(part, counts) => Levels::Counts(*part, self.steps(*part, counts)),
            });
        }
        if variables.iter().map(Levels::len).sum::<usize>() > MAX_LEVELS {
            return Err(TooLarge);
        }
        for which in 0..order::CANDIDATES {
            let order = order::candidate(tangle, which);
            let diagram = &mut self.diagram;
            diagram.clear(limit.min(self.nodes_left));
            let mut tops = vec![0; variables.len()];
            let mut levels = Vec::new();
            for variable in &order {
                tops[*variable] = u32::try_from(levels.len()).unwrap_or(u32::MAX);
                levels.extend(variables[*variable].chances());
            }
            let built = build(diagram, tangle, &tops);
            self.nodes_left = self.nodes_left.saturating_sub(diagram.len());
            let Ok(root) = built else { continue };
            let (chance, matters) = diagram.read(root, &levels);
            let mut slopes = Vec::new();
            for (variable, top) in variables.iter().zip(tops) {
                variable.add_slopes(&matters[top as usize..], &mut slopes);
            }
            return Ok(Solved { chance, slopes: merged(slopes) });
        }
        Err(TooLarge)
    }
}

/// The diagram of a tangle; `tops` is the first level of each variable.
fn build(diagram: &mut Diagram, tangle: &Tangle, tops: &[u32]) -> Result<Edge, TooLarge> {
    let mut gates: Vec<Edge> = Vec::with_capacity(tangle.gates.len());
    for gate in &tangle.gates {
        let mut edges = Vec::with_capacity(gate.children.len());
        for child in &gate.children {
            edges.push(match *child {
                Child::Gate(inner) => gates[inner],
                Child::Module(variable) => diagram.make(tops[variable], UP, DOWN)?,
                // So many are up when every step to that count is reached.
                Child::Count(variable, last) => {
                    let steps = tops[variable]..=tops[variable] + u32::try_from(last).unwrap_or(u32::MAX);
                    steps.rev().try_fold(UP, |edge, level| diagram.make(level, edge, DOWN))?
                }
                Child::Constant(holds) => Edge::from(holds),
            });
        }
        if gate.asked > 0 {
            let asked = gate.children.iter().take(gate.asked).filter_map(|child| child.variable());
            let mut asked: Vec<(u32, usize)> = asked.enumerate().map(|(bit, variable)| (tops[variable], bit)).collect();
            asked.sort_unstable();
            gates.push(table(diagram, &asked, &edges[gate.asked..], 0)?);
            continue;
        }
        gates.push(diagram.join_all(gate.kind, &mut edges)?);
    }
    Ok(gates.last().copied().unwrap_or(DOWN))
}

/// The diagram of a table. What is asked for stands above all cases, as (level, bit of the case) in order.
fn table(diagram: &mut Diagram, asked: &[(u32, usize)], cases: &[Edge], case: usize) -> Result<Edge, TooLarge> {
    let Some((&(level, bit), rest)) = asked.split_first() else {
        return Ok(cases.get(case).copied().unwrap_or(DOWN));
    };
    let up = table(diagram, rest, cases, case | 1 << bit)?;
    let down = table(diagram, rest, cases, case)?;
    diagram.make(level, up, down)
}
