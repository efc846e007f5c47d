//! What is lost when one thing fails, or two at once.
//!
//! Things are what a person can point at: a component, a zone, a region, a link, a connection between two regions. Each
//! takes members of some parts down; two things that hit the same part add up, and a pair may take more down than its two
//! things ([`Together`]). Up to 256 scenarios are evaluated at once, a bit each. For pairs, the row of a thing starts from what all other things do alone, and only formulas that
//! the thing changes are looked at again.

mod net;
mod outcome;
#[cfg(test)]
mod tests;

pub use outcome::{HeatMap, Involved, Sweep};

use std::ops::Range;

use super::formula::{FormulaId, Formulas, PartId};
use net::{EMPTY, FULL, LANES, Lanes, Net, and, and_not, each, or, set};
use outcome::{Builder, words_for};

/// A thing that fails, as members of parts that are down with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hit {
    /// Each part with the number of its members that are down; `u32::MAX` for all of them. A part that is named twice
    /// counts with the sum.
    pub parts: Vec<(PartId, u32)>,
}

impl Hit {
    /// All members of these parts are down.
    #[must_use]
    pub fn whole(parts: impl IntoIterator<Item = PartId>) -> Self {
        Self { parts: parts.into_iter().map(|part| (part, u32::MAX)).collect() }
    }
}

/// Two things that take more down together than one after the other: the node of a group that stops while a zone is gone
/// is one of another zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Together {
    /// Both, by their places among the things.
    pub pair: [usize; 2],
    /// What is down besides what each takes down.
    pub more: Hit,
}

/// What a sweep is about.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The model.
    pub formulas: &'a Formulas,
    /// How many members of each part work before anything of the sweep fails, by [`PartId`]. While something is failed
    /// already, pass what still works: the sweep then tells what one or two more failures do.
    pub members: &'a [u32],
    /// What may be lost: one formula for each capability and place.
    pub roots: &'a [FormulaId],
    /// What may fail.
    pub things: &'a [Hit],
    /// Pairs that take more down than their two things do; each pair once.
    pub together: &'a [Together],
}

/// Which failures are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order<'a> {
    /// Each thing alone.
    One,
    /// Each thing alone, and each pair.
    Two,
    /// Each thing alone, and each of these things (regions, say) together with one more, whichever that is.
    With(&'a [usize]),
}

/// Which roots are lost by each failure. Nothing if `go_on` said no on the way; it is asked again and again.
///
/// The result is the same whatever the machine. Memory: about 50 bytes a formula and 20 a pair that loses more than its
/// two things alone.
#[must_use]
pub fn sweep(question: &Question<'_>, order: Order<'_>, go_on: &dyn Fn() -> bool) -> Option<Sweep> {
    let net = Net::of(question.formulas, question.members, question.roots);
    let things: Vec<Vec<(PartId, u32)>> = question.things.iter().map(|thing| merged(thing, question.members)).collect();
    let mut builder = Builder::new(question.roots.len(), things.len());
    let mut base = Vec::with_capacity(net.len());

    net.evaluate(&[], &mut base);
    builder.lost_already(&net, &base);
    // All singles come first: a pair is told apart from what its first thing loses alone, whichever block that is in.
    for (block, scenarios) in things.chunks(LANES).enumerate() {
        if !go_on() {
            return None;
        }
        net.evaluate(scenarios, &mut base);
        builder.singles(&net, &base, block * LANES, scenarios.len());
    }

    let rows: Vec<usize> = match order {
        Order::One => Vec::new(),
        Order::Two => (0..things.len()).collect(),
        Order::With(chosen) => {
            let mut rows: Vec<usize> = chosen.iter().copied().filter(|thing| *thing < things.len()).collect();
            rows.sort_unstable();
            rows.dedup();
            rows
        }
    };
    builder.rows(&rows);
    if !rows.is_empty() {
        let hits_of = hits_by_part(&things, question.members.len());
        let more = more_by_thing(question, things.len());
        for (block, scenarios) in things.chunks(LANES).enumerate() {
            if !go_on() {
                return None;
            }
            net.evaluate(scenarios, &mut base);
            let mut pass =
                Pass::new(&net, &base, (&hits_of, &more), &rows, block * LANES..block * LANES + scenarios.len());
            for row in &rows {
                let columns = pass.columns(*row);
                if columns != EMPTY {
                    if !go_on() {
                        return None;
                    }
                    pass.row(*row, &things[*row], columns, &mut builder);
                }
            }
        }
    }
    Some(builder.finish())
}

/// Each part once, in order, with no more members down than it has.
fn merged(thing: &Hit, members: &[u32]) -> Vec<(PartId, u32)> {
    let mut parts = thing.parts.clone();
    parts.sort_by_key(|(part, _)| *part);
    parts.dedup_by(|later, first| {
        let same = later.0 == first.0;
        if same {
            first.1 = first.1.saturating_add(later.1);
        }
        same
    });
    for (part, down) in &mut parts {
        *down = (*down).min(members.get(part.index()).copied().unwrap_or(0));
    }
    parts.retain(|(_, down)| *down > 0);
    parts
}

/// A thing that hits a part, with the members it takes down.
type HitBy = (usize, u32);

/// Another thing, with the members of a part that it takes down more together with this one.
type More = (usize, PartId, u32);

/// For each part, the things that hit it, in order.
fn hits_by_part(things: &[Vec<(PartId, u32)>], parts: usize) -> Vec<Vec<HitBy>> {
    let mut hits = vec![Vec::new(); parts];
    for (thing, of) in things.iter().enumerate() {
        for (part, down) in of {
            if let Some(hits) = hits.get_mut(part.index()) {
                hits.push((thing, *down));
            }
        }
    }
    hits
}

/// The part of a list in order of things that is about the things of one block.
fn in_block<T>(of: Option<&Vec<T>>, first: usize, count: usize, thing: impl Fn(&T) -> usize) -> &[T] {
    let of = of.map_or(&[][..], Vec::as_slice);
    let from = of.partition_point(|item| thing(item) < first);
    let upto = of.partition_point(|item| thing(item) < first + count);
    of.get(from..upto).unwrap_or(&[])
}

/// For each thing, what it takes down more with each other one, in order of the other.
fn more_by_thing(question: &Question<'_>, things: usize) -> Vec<Vec<More>> {
    let mut all = vec![Vec::new(); things];
    for Together { pair: [a, b], more } in question.together {
        let parts = merged(more, question.members);
        for (one, other) in [(*a, *b), (*b, *a)] {
            if let Some(of) = all.get_mut(one) {
                of.extend(parts.iter().map(|(part, down)| (other, *part, *down)));
            }
        }
    }
    for of in &mut all {
        of.sort_unstable();
    }
    all
}

/// The pairs of all rows with the things of one block.
struct Pass<'a> {
    net: &'a Net,
    /// What fails by the thing of each lane alone.
    base: &'a [Lanes],
    hits_of: &'a [Vec<HitBy>],
    /// By thing, what it takes down more with each other one.
    more: &'a [Vec<More>],
    /// The first thing of the block, and how many there are.
    first: usize,
    count: usize,
    /// By lane: whether its thing has a row of its own.
    is_row: Vec<bool>,
    /// What fails by the row's thing and that of each lane; equal to `base` between rows.
    now: Vec<Lanes>,
    changed: Vec<usize>,
    /// Nodes to look at, a bit each.
    pending: Vec<u64>,
}

impl<'a> Pass<'a> {
    fn new(
        net: &'a Net,
        base: &'a [Lanes],
        (hits_of, more): (&'a [Vec<HitBy>], &'a [Vec<More>]),
        rows: &[usize],
        block: Range<usize>,
    ) -> Self {
        Self {
            net,
            base,
            hits_of,
            more,
            first: block.start,
            count: block.len(),
            is_row: block.map(|thing| rows.binary_search(&thing).is_ok()).collect(),
            now: base.to_vec(),
            changed: Vec::new(),
            pending: vec![0; words_for(net.len())],
        }
    }

    /// The lanes that make a new pair with the row's thing: of two rows, the first has the pair.
    fn columns(&self, row: usize) -> Lanes {
        let lanes = (0..self.count).filter(|lane| self.first + lane > row || !self.is_row[*lane]);
        let mut columns = EMPTY;
        for lane in lanes {
            set(&mut columns, lane);
        }
        columns
    }

    fn row(&mut self, row: usize, thing: &[(PartId, u32)], columns: Lanes, builder: &mut Builder) {
        for (part, down) in thing {
            let hits = in_block(self.hits_of.get(part.index()), self.first, self.count, |(other, _)| *other);
            for leaf in self.net.leaves_of(*part) {
                let mut value = self.base[leaf.node];
                if leaf.fails(*down) {
                    value = FULL;
                } else {
                    for (other, more) in hits {
                        if leaf.fails(down.saturating_add(*more)) {
                            set(&mut value, other - self.first);
                        }
                    }
                }
                self.settle(row, leaf.node, value, columns, builder);
            }
        }
        self.together(row, thing, columns, builder);
        self.spread(row, columns, builder);
        for node in self.changed.drain(..) {
            self.now[node] = self.base[node];
        }
        builder.end_row(row, self.first);
    }

    /// Takes down what the row's thing takes down more with things of the block.
    fn together(&mut self, row: usize, thing: &[(PartId, u32)], columns: Lanes, builder: &mut Builder) {
        for (other, part, more) in in_block(self.more.get(row), self.first, self.count, |(other, ..)| *other) {
            let alone = thing.iter().find(|(of, _)| of == part).map_or(0, |(_, down)| *down);
            let hits = self.hits_of.get(part.index()).map_or(&[][..], Vec::as_slice);
            let at = hits.partition_point(|(thing, _)| thing < other);
            let others = hits.get(at).filter(|(thing, _)| thing == other).map_or(0, |(_, down)| *down);
            let down = alone.saturating_add(others).saturating_add(*more);
            for leaf in self.net.leaves_of(*part) {
                let mut value = self.now[leaf.node];
                if leaf.fails(down) {
                    set(&mut value, other - self.first);
                }
                self.settle(row, leaf.node, value, columns, builder);
            }
        }
    }

    /// Looks again at every formula above a change, children first.
    fn spread(&mut self, row: usize, columns: Lanes, builder: &mut Builder) {
        let mut at = 0;
        // A parent stands behind its children, so a word that was passed gets no more bits.
        while let Some(word) = self.pending.get_mut(at) {
            if *word == 0 {
                at += 1;
                continue;
            }
            let node = at * 64 + word.trailing_zeros() as usize;
            *word &= *word - 1;
            if let Some(value) = self.net.combined(node, &self.now) {
                self.settle(row, node, value, columns, builder);
            }
        }
    }

    fn settle(&mut self, row: usize, node: usize, value: Lanes, columns: Lanes, builder: &mut Builder) {
        let more = and_not(value, self.base[node]);
        if and(more, columns) == EMPTY {
            return;
        }
        self.now[node] = or(self.now[node], value);
        self.changed.push(node);
        for parent in self.net.parents_of(node) {
            self.pending[*parent as usize / 64] |= 1 << (parent % 64);
        }
        for root in self.net.roots_at(node) {
            builder.lost_by_pair(row, *root as usize, each(and(more, columns)));
        }
    }
}
