//! Monotone formulas over parts that fail: what every analysis of the failure model works on.
//!
//! A *part* has a number of equal members (one for a link, seven for seven gateway nodes in a zone). A leaf of a formula
//! asks for a number of members of one part. Formulas hold neither a negation nor a clock, so that one more failure
//! never makes a formula true. Equal formulas are one formula: they are found by what they say (hash consing), and
//! children always stand before their parents, so one pass in order evaluates all of them.

use std::collections::HashMap;

/// A part, by its place in the list of parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartId(pub u32);

/// A formula, by its place in [`Formulas`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FormulaId(u32);

impl FormulaId {
    /// Its place, from 0.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl PartId {
    /// Its place, from 0.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a formula says.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Node {
    /// Never holds: something is needed that is not drawn.
    Never,
    /// Always holds: nothing is needed.
    Always,
    /// At least so many members of a part work; at least 1.
    Members(PartId, u32),
    /// All hold; at least two, in order of id.
    All(Box<[FormulaId]>),
    /// At least one holds; at least two, in order of id.
    Any(Box<[FormulaId]>),
}

/// All formulas of a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Formulas {
    nodes: Vec<Node>,
    index: HashMap<Node, FormulaId>,
}

impl Default for Formulas {
    fn default() -> Self {
        let mut formulas = Self { nodes: Vec::new(), index: HashMap::new() };
        formulas.intern(Node::Never);
        formulas.intern(Node::Always);
        formulas
    }
}

impl Formulas {
    /// The formula that never holds.
    pub const NEVER: FormulaId = FormulaId(0);
    /// The formula that always holds.
    pub const ALWAYS: FormulaId = FormulaId(1);

    fn intern(&mut self, node: Node) -> FormulaId {
        if let Some(known) = self.index.get(&node) {
            return *known;
        }
        // A design has at most 250,000 elements, and no formula grows with their square.
        let id = FormulaId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(node.clone());
        self.index.insert(node, id);
        id
    }

    /// At least `at_least` members of the part work. Zero of them always do.
    pub fn members(&mut self, part: PartId, at_least: u32) -> FormulaId {
        if at_least == 0 { Self::ALWAYS } else { self.intern(Node::Members(part, at_least)) }
    }

    /// The part works: at least one of its members does.
    pub fn part(&mut self, part: PartId) -> FormulaId {
        self.members(part, 1)
    }

    /// All of them hold; nothing at all always does.
    pub fn all(&mut self, of: impl IntoIterator<Item = FormulaId>) -> FormulaId {
        let mut children = Vec::new();
        for id in of {
            match self.node(id) {
                Node::All(inner) => children.extend_from_slice(inner),
                _ => children.push(id),
            }
        }
        Self::settle(&mut children, Self::ALWAYS);
        match children.as_slice() {
            [] => Self::ALWAYS,
            [first, ..] if *first == Self::NEVER => Self::NEVER,
            [only] => *only,
            _ => self.intern(Node::All(children.into())),
        }
    }

    /// At least one of them holds; of nothing at all none does.
    pub fn any(&mut self, of: impl IntoIterator<Item = FormulaId>) -> FormulaId {
        let mut children = Vec::new();
        for id in of {
            match self.node(id) {
                Node::Any(inner) => children.extend_from_slice(inner),
                _ => children.push(id),
            }
        }
        Self::settle(&mut children, Self::NEVER);
        match children.as_slice() {
            [] => Self::NEVER,
            [first, ..] if *first == Self::ALWAYS => Self::ALWAYS,
            [only] => *only,
            _ => self.intern(Node::Any(children.into())),
        }
    }

    /// Sorted, each once, without what says nothing.
    fn settle(children: &mut Vec<FormulaId>, neutral: FormulaId) {
        children.retain(|id| *id != neutral);
        children.sort_unstable();
        children.dedup();
    }

    /// At least `at_least` members of all parts together work, where the members of each count only while its
    /// condition holds (nodes of a group in several zones). The formula grows with the parts and the square of
    /// `at_least`.
    pub fn members_among(&mut self, at_least: u32, of: &[(FormulaId, PartId, u32)]) -> FormulaId {
        // What is still asked for, from each place in the list on: parts × counts, so that shared tails are one formula.
        let mut tails: Vec<FormulaId> =
            (0..=at_least).map(|asked| if asked == 0 { Self::ALWAYS } else { Self::NEVER }).collect();
        for &(condition, part, members) in of.iter().rev() {
            tails = (0..=at_least)
                .map(|asked| {
                    let ways: Vec<FormulaId> = (0..=asked.min(members))
                        .map(|here| {
                            let rest = tails.get((asked - here) as usize).copied().unwrap_or(Self::NEVER);
                            let counted = self.members(part, here);
                            let stands = if here == 0 { Self::ALWAYS } else { condition };
                            self.all([stands, counted, rest])
                        })
                        .collect();
                    self.any(ways)
                })
                .collect();
        }
        tails.last().copied().unwrap_or(Self::ALWAYS)
    }

    /// What a formula says.
    #[must_use]
    pub fn node(&self, id: FormulaId) -> &Node {
        self.nodes.get(id.index()).unwrap_or(&Node::Never)
    }

    /// All formulas, children before their parents.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (FormulaId, &Node)> {
        self.nodes.iter().enumerate().map(|(at, node)| (FormulaId(u32::try_from(at).unwrap_or(u32::MAX)), node))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is none, which never happens: two are always there.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Whether each formula holds while `up(part)` members of each part work.
    #[must_use]
    pub fn evaluate(&self, up: impl Fn(PartId) -> u32) -> Values {
        let mut values = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            let holds = |id: &FormulaId| values.get(id.index()).copied().unwrap_or(false);
            let value = match node {
                Node::Never => false,
                Node::Always => true,
                Node::Members(part, at_least) => up(*part) >= *at_least,
                Node::All(children) => children.iter().all(holds),
                Node::Any(children) => children.iter().any(holds),
            };
            values.push(value);
        }
        Values(values)
    }
}

/// Whether each formula holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Values(Vec<bool>);

impl Values {
    /// Whether the formula holds.
    #[must_use]
    pub fn holds(&self, id: FormulaId) -> bool {
        self.0.get(id.index()).copied().unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn equal_formulas_are_one_and_what_says_nothing_vanishes() {
        let mut f = Formulas::default();
        let [a, b, c] = [0, 1, 2].map(|n| f.part(PartId(n)));
        let ab = f.all([b, a]);
        assert_eq!(f.all([a, Formulas::ALWAYS, b, a]), ab);
        let nested = f.all([ab, c]);
        assert_eq!(nested, f.all([a, b, c]));
        assert_eq!(f.all([a, Formulas::NEVER]), Formulas::NEVER);
        assert_eq!(f.any([a, Formulas::ALWAYS]), Formulas::ALWAYS);
        assert_eq!((f.all([]), f.any([])), (Formulas::ALWAYS, Formulas::NEVER));
        assert_eq!(f.any([a]), a);
    }

    proptest! {
        #[test]
        fn members_in_several_zones_are_counted_together(
            zones in proptest::collection::vec((0_u32..4, any::<bool>(), 0_u32..5), 1..4),
            at_least in 0_u32..8,
        ) {
            let mut f = Formulas::default();
            let of: Vec<_> = zones.iter().enumerate().map(|(n, (members, _, _))| {
                let zone = u32::try_from(n).unwrap() * 2;
                (f.part(PartId(zone)), PartId(zone + 1), *members)
            }).collect();
            let asked = f.members_among(at_least, &of);
            let up = |part: PartId| {
                let (members, zone_up, down) = zones[part.index() / 2];
                if part.0.is_multiple_of(2) { u32::from(zone_up) } else { members.saturating_sub(down) }
            };
            let working: u32 = zones.iter().map(|(members, zone_up, down)| if *zone_up { members.saturating_sub(*down) } else { 0 }).sum();
            prop_assert_eq!(f.evaluate(up).holds(asked), working >= at_least);
        }
    }
}
