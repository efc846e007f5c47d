//! What fails all of several formulas at once.

use std::collections::{BTreeMap, BTreeSet};

use super::super::formula::PartId;
use super::sets::{Found, Literals, Packed};

/// Unions that are tried for every set that may be kept.
const TRIES: usize = 64;

/// Fails when all of the children do. Nothing if `go_on` said no on the way.
pub(super) fn all_of(
    children: &[&Found],
    literals: &Literals,
    order: u32,
    limit: usize,
    go_on: &dyn Fn() -> bool,
) -> Option<Found> {
    // What takes every child down is settled, and everything that contains it is not minimal.
    let mut common = Found::none(order);
    let mut rest: Vec<Found> = Vec::with_capacity(children.len());
    for (at, child) in children.iter().enumerate() {
        if !go_on() {
            return None;
        }
        common.complete_to = common.complete_to.min(child.complete_to);
        let mut own = Found { complete_to: child.complete_to, ..Found::none(order) };
        for (set, of_order) in child.iter() {
            let others = children.iter().enumerate().filter(|(other, _)| *other != at);
            let all = others.map(|(_, other)| other).all(|other| other.is_cut_by(set, literals));
            let into = if all { &mut common } else { &mut own };
            into.levels[of_order as usize].push(set);
        }
        rest.push(own);
    }
    // Few first, so that little has to be carried along.
    rest.sort_by_key(Found::len);
    let mut taken = Found::none(order);
    if rest.first().is_some_and(|child| child.len() > 0) {
        let apart = Apart::of(&rest, literals);
        taken = Found::down_already(order);
        for (at, child) in rest.iter().enumerate() {
            let step = Step { literals, order, limit, go_on };
            let within_reach =
                |set: Packed, of_order: u32| apart.within_reach(set, &rest, at + 1, order - of_order, literals);
            taken = step.product(&taken, child, &within_reach)?;
        }
    }
    taken.complete_to = taken.complete_to.min(common.complete_to);
    for (level, more) in taken.levels.iter_mut().zip(common.levels) {
        level.extend(more);
    }
    Some(taken.minimised(literals, limit))
}

/// Which children have no part in common.
struct Apart {
    /// By child: the children that share a part with it, itself included; a bit each.
    touching: Vec<Vec<u64>>,
}

impl Apart {
    fn of(children: &[Found], literals: &Literals) -> Self {
        let parts: Vec<BTreeSet<PartId>> = children
            .iter()
            .map(|child| {
                child.iter().flat_map(|(set, _)| literals.each(set)).map(|literal| literals.part(literal)).collect()
            })
            .collect();
        let mut by_part: BTreeMap<PartId, Vec<u64>> = BTreeMap::new();
        let words = children.len().div_ceil(64);
        for (child, parts) in parts.iter().enumerate() {
            for part in parts {
                let users = by_part.entry(*part).or_insert_with(|| vec![0; words]);
                users[child / 64] |= 1 << (child % 64);
            }
        }
        let touching = parts.iter().map(|parts| {
            let mut all = vec![0; words];
            for users in parts.iter().filter_map(|part| by_part.get(part)) {
                join(&mut all, users);
            }
            all
        });
        Self { touching: touching.collect() }
    }

    /// Whether so few failures more than the set may take down every child from one on. Each of them that is up yet
    /// needs one more at least, and those that share no part need different ones.
    fn within_reach(&self, set: Packed, children: &[Found], from: usize, failures: u32, literals: &Literals) -> bool {
        let mut needed = 0;
        let mut seen = vec![0; children.len().div_ceil(64)];
        for (at, child) in children.iter().enumerate().skip(from) {
            let shares = seen[at / 64] >> (at % 64) & 1 == 1;
            if !shares && !child.is_cut_by(set, literals) {
                needed += 1;
                if needed > failures {
                    return false;
                }
                join(&mut seen, &self.touching[at]);
            }
        }
        true
    }
}

fn join(all: &mut [u64], more: &[u64]) {
    for (word, more) in all.iter_mut().zip(more) {
        *word |= more;
    }
}

/// The product of two families.
struct Step<'a> {
    literals: &'a Literals,
    order: u32,
    limit: usize,
    go_on: &'a dyn Fn() -> bool,
}

impl Step<'_> {
    /// Sets that contain one of each side, where `keep` says of set and order whether it may come to anything.
    fn product(&self, left: &Found, right: &Found, keep: &dyn Fn(Packed, u32) -> bool) -> Option<Found> {
        let mut product = Found::none(self.order);
        product.complete_to = left.complete_to.min(right.complete_to);
        let mut put = |set: Packed, order: u32| {
            if keep(set, order) {
                product.levels[order as usize].push(set);
            }
        };
        // What takes both down by itself needs no partner: with one it would not be minimal.
        let [left, right] = [(left, right), (right, left)].map(|(own, other)| {
            let mut open = vec![Vec::new(); self.order as usize + 1];
            for (set, order) in own.iter() {
                if other.is_cut_by(set, self.literals) {
                    put(set, order);
                } else {
                    open[order as usize].push(set);
                }
            }
            open
        });
        // The others together have a higher order than either, so what has the highest order needs no partner, too.
        let mut orders: Vec<(u32, u32)> = (0..self.order).flat_map(|i| (0..self.order).map(move |j| (i, j))).collect();
        orders.sort_by_key(|(i, j)| (i.max(j).to_owned(), i + j));
        let mut complete_to = self.order;
        for (i, j) in orders {
            let (a, b) = (&left[i as usize], &right[j as usize]);
            let done = if i + j <= self.order {
                self.each_with_each(a, b, &mut put)?
            } else {
                self.overlapping(a, b, &mut put)?
            };
            if !done {
                complete_to = complete_to.min(i.max(j));
            }
        }
        product.complete_to = product.complete_to.min(complete_to);
        Some(product.minimised(self.literals, self.limit))
    }

    /// Whether all unions were made; nothing if they were stopped.
    fn each_with_each(&self, left: &[Packed], right: &[Packed], put: &mut dyn FnMut(Packed, u32)) -> Option<bool> {
        let mut tries = 0;
        for a in left {
            if !(self.go_on)() {
                return None;
            }
            for b in right {
                if let Some((set, order)) = self.literals.union(*a, *b, self.order) {
                    put(set, order);
                }
            }
            tries += right.len();
            if tries > self.limit.saturating_mul(TRIES) {
                return Some(false);
            }
        }
        Some(true)
    }

    /// As [`Step::each_with_each`], where a union is of too high an order unless the two share a part.
    fn overlapping(&self, left: &[Packed], right: &[Packed], put: &mut dyn FnMut(Packed, u32)) -> Option<bool> {
        if left.is_empty() || right.is_empty() {
            return Some(true);
        }
        let parts = |set: Packed| self.literals.each(set).map(|literal| self.literals.part(literal));
        let mut by_part: BTreeMap<PartId, Vec<Packed>> = BTreeMap::new();
        for b in right {
            for part in parts(*b) {
                by_part.entry(part).or_default().push(*b);
            }
        }
        let mut tries = 0;
        for a in left {
            if !(self.go_on)() {
                return None;
            }
            for b in parts(*a).filter_map(|part| by_part.get(&part)).flatten() {
                if let Some((set, order)) = self.literals.union(*a, *b, self.order) {
                    put(set, order);
                }
                tries += 1;
            }
            if tries > self.limit.saturating_mul(TRIES) {
                return Some(false);
            }
        }
        Some(true)
    }
}
