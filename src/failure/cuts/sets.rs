//! Cut sets as numbers, and families of them by order.

use super::super::cone::Cone;
use super::super::formula::{Node, PartId};
use super::{Cut, Cuts, Question};

/// A cut set: the numbers of its literals, ascending, one after the other in the low bits; one literal a part.
pub(super) type Packed = u128;

/// "So many members of this part are down", by number from 1, in order of part and members: of two literals of a part
/// the larger number is the more severe failure.
#[derive(Debug)]
pub(super) struct Literals {
    of: Vec<(PartId, u32)>,
    bits: u32,
}

impl Literals {
    /// Those of all leaves that can fail.
    pub(super) fn of(question: &Question<'_>, cone: &Cone) -> Self {
        let mut of: Vec<(PartId, u32)> = cone
            .ids()
            .iter()
            .filter_map(|id| match question.formulas.node(*id) {
                Node::Members(part, at_least) => down_for(question, *part, *at_least).map(|down| (*part, down)),
                _ => None,
            })
            .filter(|(_, down)| *down > 0)
            .collect();
        of.sort_unstable();
        of.dedup();
        let bits = (u32::BITS - u32::try_from(of.len()).unwrap_or(u32::MAX).leading_zeros()).max(1);
        Self { of, bits }
    }

    /// The highest order of a set that is sure to fit.
    pub(super) fn highest_order(&self) -> u32 {
        Packed::BITS / self.bits
    }

    /// The order of all failures there are together: no cut set has a higher one.
    pub(super) fn all_members_down(&self) -> u32 {
        let most = |at: usize| self.of.get(at + 1).is_none_or(|next| next.0 != self.of[at].0);
        (0..self.of.len()).filter(|at| most(*at)).fold(0, |sum, at| sum.saturating_add(self.of[at].1))
    }

    /// The cut set of a leaf.
    pub(super) fn leaf(&self, question: &Question<'_>, part: PartId, at_least: u32, order: u32) -> Found {
        match down_for(question, part, at_least) {
            None => Found::none(order),
            Some(0) => Found::down_already(order),
            Some(down) => {
                let mut found = Found::none(order);
                if let (Ok(at), Some(level)) =
                    (self.of.binary_search(&(part, down)), found.levels.get_mut(down as usize))
                {
                    level.push(at as Packed + 1);
                }
                found
            }
        }
    }

    pub(super) fn part(&self, literal: u32) -> PartId {
        self.of[literal as usize - 1].0
    }

    pub(super) fn down(&self, literal: u32) -> u32 {
        self.of[literal as usize - 1].1
    }

    /// The literals of a set, from the largest down.
    pub(super) fn each(&self, set: Packed) -> impl Iterator<Item = u32> + use<> {
        let (bits, mut rest) = (self.bits, set);
        let mask = (1 << bits) - 1;
        std::iter::from_fn(move || {
            let literal = u32::try_from(rest & mask).ok().filter(|literal| *literal > 0)?;
            rest = rest.checked_shr(bits).unwrap_or(0);
            Some(literal)
        })
    }

    /// What is down in either set, with its order; nothing above the given order.
    pub(super) fn union(&self, a: Packed, b: Packed, order: u32) -> Option<(Packed, u32)> {
        let (mut left, mut right) = (self.each(a).peekable(), self.each(b).peekable());
        let (mut set, mut shift, mut sum) = (0, 0, 0);
        loop {
            let literal = match (left.peek().copied(), right.peek().copied()) {
                (None, None) => return Some((set, sum)),
                (Some(x), None) => {
                    left.next();
                    x
                }
                (None, Some(y)) => {
                    right.next();
                    y
                }
                (Some(x), Some(y)) => {
                    let same = self.part(x) == self.part(y);
                    if same || x > y {
                        left.next();
                    }
                    if same || y > x {
                        right.next();
                    }
                    x.max(y)
                }
            };
            sum += self.down(literal);
            if sum > order {
                return None;
            }
            set |= Packed::from(literal) << shift;
            shift += self.bits;
        }
    }

    /// Whether one of the sets that `known` finds, by order, lies within the given one. `strictly` leaves out the set
    /// itself.
    fn within(&self, set: Packed, levels: &[Vec<Packed>], below: u32) -> bool {
        let mut partial = vec![(0, 0, 0)];
        let known = |part: Packed, order: u32| {
            order < below && levels.get(order as usize).is_some_and(|level| level.binary_search(&part).is_ok())
        };
        if known(0, 0) {
            return true;
        }
        // Every choice of some of its literals, each as it is or less severe.
        for literal in self.each(set) {
            let part = self.part(literal);
            for at in 0..partial.len() {
                let (chosen, shift, order): (Packed, u32, u32) = partial[at];
                let mut less = literal;
                while less > 0 && self.part(less) == part {
                    let next = (chosen | Packed::from(less) << shift, shift + self.bits, order + self.down(less));
                    if known(next.0, next.2) {
                        return true;
                    }
                    if next.2 < below {
                        partial.push(next);
                    }
                    less -= 1;
                }
            }
        }
        false
    }

    /// The set as callers see it.
    fn cut(&self, set: Packed) -> Cut {
        let mut parts: Vec<(PartId, u32)> =
            self.each(set).map(|literal| (self.part(literal), self.down(literal))).collect();
        parts.reverse();
        Cut { parts }
    }
}

/// How many members of a part must be down for fewer than `at_least` to work; nothing if that cannot happen.
fn down_for(question: &Question<'_>, part: PartId, at_least: u32) -> Option<u32> {
    let members = question.members.get(part.index()).copied().unwrap_or(0);
    if members < at_least {
        return Some(0);
    }
    (question.may_fail)(part).then_some(members - at_least + 1)
}

/// The minimal cut sets of one formula.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// By order, from 0; each sorted.
    pub(super) levels: Vec<Vec<Packed>>,
    /// Up to this order none is missing.
    pub(super) complete_to: u32,
}

impl Found {
    /// Nothing takes it down.
    pub(super) fn none(order: u32) -> Self {
        Self { levels: vec![Vec::new(); order as usize + 1], complete_to: order }
    }

    /// It is down whatever works.
    pub(super) fn down_already(order: u32) -> Self {
        let mut found = Self::none(order);
        found.levels[0].push(0);
        found
    }

    /// Fails when one of the children does.
    pub(super) fn any_of(children: &[&Found], literals: &Literals, order: u32, limit: usize) -> Self {
        let mut candidates = Self::none(order);
        for child in children {
            candidates.complete_to = candidates.complete_to.min(child.complete_to);
            for (level, more) in candidates.levels.iter_mut().zip(&child.levels) {
                level.extend_from_slice(more);
            }
        }
        candidates.minimised(literals, limit)
    }

    /// Without sets that contain another, sorted, and no more than the limit.
    pub(super) fn minimised(mut self, literals: &Literals, limit: usize) -> Self {
        let mut kept = 0;
        for order in 0..self.levels.len() {
            let mut level = std::mem::take(&mut self.levels[order]);
            level.sort_unstable();
            level.dedup();
            let below = u32::try_from(order).unwrap_or(u32::MAX);
            if kept > 0 {
                level.retain(|set| !literals.within(*set, &self.levels, below));
            }
            if kept + level.len() > limit {
                self.complete_to = self.complete_to.min(below.saturating_sub(1));
                level.truncate(limit - kept);
            }
            kept += level.len();
            self.levels[order] = level;
        }
        self
    }

    /// Whether the failures of the set take it down.
    pub(super) fn is_cut_by(&self, set: Packed, literals: &Literals) -> bool {
        literals.within(set, &self.levels, u32::MAX)
    }

    pub(super) fn len(&self) -> usize {
        self.levels.iter().map(Vec::len).sum()
    }

    /// Every set with its order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Packed, u32)> {
        (0..).zip(&self.levels).flat_map(|(order, level)| level.iter().map(move |set| (*set, order)))
    }

    /// As callers see it. What is above the order that is complete and the next one may contain a set that was left
    /// out, so it is not listed.
    pub(super) fn cuts(&self, literals: &Literals) -> Cuts {
        let mut sets: Vec<Cut> = Vec::new();
        for level in self.levels.iter().take(self.complete_to as usize + 2) {
            let mut of_order: Vec<Cut> = level.iter().map(|set| literals.cut(*set)).collect();
            of_order.sort_unstable();
            sets.append(&mut of_order);
        }
        Cuts { sets, complete_to_order: self.complete_to, truncated: false }
    }
}
