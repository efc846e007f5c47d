//! The formulas behind the roots, laid out for evaluating many failures at once.
//!
//! A bit says that a formula *fails* in one scenario. "All hold" fails where any child fails (or), "at least one holds"
//! where all children fail (and). Ids ascend from children to parents, so one pass in order evaluates everything.

use super::super::cone::Cone;
use super::super::formula::{FormulaId, Formulas, Node, PartId};

/// Machine words a block of scenarios has.
const WORDS: usize = 4;
/// Scenarios of a block.
pub(super) const LANES: usize = WORDS * 64;
/// One bit a scenario of a block.
pub(super) type Lanes = [u64; WORDS];

/// No scenario.
pub(super) const EMPTY: Lanes = [0; WORDS];
/// Every scenario.
pub(super) const FULL: Lanes = [u64::MAX; WORDS];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Does not depend on any part, or is a leaf; the bits it has while nothing is down.
    Given(bool),
    All,
    Any,
}

/// A leaf of a part.
#[derive(Debug, Clone, Copy)]
pub(super) struct Leaf {
    pub(super) node: usize,
    /// It fails when more members than that are down.
    spare: u32,
}

impl Leaf {
    pub(super) fn fails(self, down: u32) -> bool {
        down > self.spare
    }
}

/// Lists of numbers one after the other, by place.
#[derive(Debug)]
struct Lists<T> {
    starts: Vec<usize>,
    items: Vec<T>,
}

impl<T: Copy> Lists<T> {
    /// From pairs of place and item; items of a place keep their order.
    fn of(len: usize, pairs: &[(usize, T)]) -> Self {
        let mut starts = vec![0; len + 1];
        for (place, _) in pairs {
            starts[place + 1] += 1;
        }
        for place in 0..len {
            starts[place + 1] += starts[place];
        }
        let mut sorted = pairs.to_vec();
        sorted.sort_by_key(|(place, _)| *place);
        Self { starts, items: sorted.into_iter().map(|(_, item)| item).collect() }
    }

    fn at(&self, place: usize) -> &[T] {
        match (self.starts.get(place), self.starts.get(place + 1)) {
            (Some(start), Some(end)) => &self.items[*start..*end],
            _ => &[],
        }
    }
}

/// See the module.
#[derive(Debug)]
pub(super) struct Net {
    kinds: Vec<Kind>,
    children: Lists<u32>,
    parents: Lists<u32>,
    /// By node: the roots that it is.
    roots: Lists<u32>,
    /// By part: the leaves that more failed members can make fail.
    leaves: Lists<Leaf>,
}

impl Net {
    pub(super) fn of(formulas: &Formulas, members: &[u32], roots: &[FormulaId]) -> Self {
        let cone = Cone::of(formulas, roots);
        let len = cone.ids().len();
        let (mut kinds, mut children, mut parents, mut leaves) = (Vec::with_capacity(len), vec![], vec![], vec![]);
        for (node, id) in cone.ids().iter().enumerate() {
            let said = formulas.node(*id);
            kinds.push(match said {
                Node::Never => Kind::Given(true),
                Node::Always => Kind::Given(false),
                Node::Members(part, at_least) => {
                    let working = members.get(part.index()).copied().unwrap_or(0);
                    match working.checked_sub(*at_least) {
                        Some(spare) => {
                            leaves.push((part.index(), Leaf { node, spare }));
                            Kind::Given(false)
                        }
                        None => Kind::Given(true),
                    }
                }
                Node::All(_) => Kind::All,
                Node::Any(_) => Kind::Any,
            });
            if let Node::All(of) | Node::Any(of) = said {
                for child in of.iter().filter_map(|child| cone.place(*child)) {
                    children.push((node, number(child)));
                    parents.push((child, number(node)));
                }
            }
        }
        let of_roots: Vec<(usize, u32)> =
            (0..).zip(roots).filter_map(|(at, root)| Some((cone.place(*root)?, at))).collect();
        Self {
            kinds,
            children: Lists::of(len, &children),
            parents: Lists::of(len, &parents),
            roots: Lists::of(len, &of_roots),
            leaves: Lists::of(members.len(), &leaves),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.kinds.len()
    }

    pub(super) fn roots_at(&self, node: usize) -> &[u32] {
        self.roots.at(node)
    }

    pub(super) fn parents_of(&self, node: usize) -> &[u32] {
        self.parents.at(node)
    }

    pub(super) fn leaves_of(&self, part: PartId) -> &[Leaf] {
        self.leaves.at(part.index())
    }

    /// What fails, by node, when each lane has its own members down; each part at most once a lane.
    pub(super) fn evaluate(&self, scenarios: &[Vec<(PartId, u32)>], values: &mut Vec<Lanes>) {
        values.clear();
        values.extend(self.kinds.iter().map(|kind| if *kind == Kind::Given(true) { FULL } else { EMPTY }));
        for (lane, scenario) in scenarios.iter().enumerate().take(LANES) {
            for (part, down) in scenario {
                for leaf in self.leaves_of(*part).iter().filter(|leaf| leaf.fails(*down)) {
                    set(&mut values[leaf.node], lane);
                }
            }
        }
        for node in 0..self.len() {
            if let Some(value) = self.combined(node, values) {
                values[node] = value;
            }
        }
    }

    /// What its children say about a node; nothing if it has none.
    pub(super) fn combined(&self, node: usize, values: &[Lanes]) -> Option<Lanes> {
        let children = self.children.at(node);
        match self.kinds[node] {
            Kind::Given(_) => None,
            Kind::All => Some(children.iter().fold(EMPTY, |sum, child| or(sum, values[*child as usize]))),
            Kind::Any => Some(children.iter().fold(FULL, |sum, child| and(sum, values[*child as usize]))),
        }
    }
}

/// A place as it is stored: models have far fewer than 2^32 formulas.
fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

pub(super) fn or(a: Lanes, b: Lanes) -> Lanes {
    std::array::from_fn(|word| a[word] | b[word])
}

pub(super) fn and(a: Lanes, b: Lanes) -> Lanes {
    std::array::from_fn(|word| a[word] & b[word])
}

pub(super) fn and_not(a: Lanes, b: Lanes) -> Lanes {
    std::array::from_fn(|word| a[word] & !b[word])
}

/// Sets the bit of a lane.
pub(super) fn set(lanes: &mut Lanes, lane: usize) {
    lanes[lane / 64] |= 1 << (lane % 64);
}

/// The lanes that are set, in order.
pub(super) fn each(lanes: Lanes) -> impl Iterator<Item = usize> {
    bits(lanes).map(|lane| lane as usize)
}

/// The bits that are set, in order.
pub(super) fn bits(words: impl IntoIterator<Item = u64>) -> impl Iterator<Item = u32> {
    (0_u32..).zip(words).flat_map(|(at, mut word)| {
        std::iter::from_fn(move || {
            (word != 0).then(|| {
                let bit = word.trailing_zeros();
                word &= word - 1;
                at * 64 + bit
            })
        })
    })
}
