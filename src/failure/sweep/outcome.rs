//! The outcome of a sweep, and how it is collected.

use std::collections::HashMap;

use super::net::{EMPTY, LANES, Lanes, Net, bits, each};

/// Words that so many bits take.
pub(super) fn words_for(bits: usize) -> usize {
    bits.div_ceil(64)
}

/// A set of roots, by its place in [`Sets`].
type SetId = u32;

/// Sets of roots, each once.
#[derive(Debug, Clone, PartialEq)]
struct Sets {
    words: usize,
    bits: Vec<u64>,
    known: HashMap<Box<[u64]>, SetId>,
}

impl Sets {
    fn intern(&mut self, set: &[u64]) -> SetId {
        if let Some(known) = self.known.get(set) {
            return *known;
        }
        let id = SetId::try_from(self.known.len()).unwrap_or(SetId::MAX);
        self.known.insert(set.into(), id);
        self.bits.extend_from_slice(set);
        id
    }

    fn get(&self, id: SetId) -> &[u64] {
        let start = id as usize * self.words;
        self.bits.get(start..start + self.words).unwrap_or(&[])
    }
}

/// A pair that loses more than its two things do alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Pair {
    low: u32,
    high: u32,
    /// What neither loses alone.
    set: SetId,
}

/// Which roots are lost by each thing and by each pair of things. Things and roots are named by their place in the
/// question.
#[derive(Debug, Clone, PartialEq)]
pub struct Sweep {
    roots: usize,
    sets: Sets,
    already: SetId,
    /// By thing.
    alone: Vec<SetId>,
    /// Sorted.
    pairs: Vec<Pair>,
    /// Things whose pairs with every other thing were looked at, a bit each.
    rows: Vec<u64>,
}

/// How much a thing matters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Involved {
    /// Roots that it takes down alone.
    pub roots_alone: usize,
    /// Pairs with another thing that lose a root which neither loses alone.
    pub pairs: usize,
    /// Roots lost that way, summed over those pairs.
    pub roots_in_pairs: usize,
}

/// How many roots each pair of things takes down; on the diagonal, what a thing takes down alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeatMap {
    things: usize,
    lost: Vec<u32>,
}

impl HeatMap {
    /// Rows and columns.
    #[must_use]
    pub fn things(&self) -> usize {
        self.things
    }

    /// Roots lost by both things together. 0 for pairs that were not looked at and for things there are not.
    #[must_use]
    pub fn at(&self, a: usize, b: usize) -> u32 {
        if a >= self.things || b >= self.things {
            return 0;
        }
        self.lost.get(a * self.things + b).copied().unwrap_or(0)
    }

    /// The largest count of all.
    #[must_use]
    pub fn most(&self) -> u32 {
        self.lost.iter().copied().max().unwrap_or(0)
    }
}

impl Sweep {
    /// How many things fail.
    #[must_use]
    pub fn things(&self) -> usize {
        self.alone.len()
    }

    /// How many roots there are.
    #[must_use]
    pub fn roots(&self) -> usize {
        self.roots
    }

    /// Roots that do not hold although nothing of the sweep failed. They are part of every other answer that lists
    /// roots, and of none that lists failures.
    pub fn lost_already(&self) -> impl Iterator<Item = usize> {
        members(self.sets.get(self.already).iter().copied())
    }

    /// Roots lost when one thing fails.
    pub fn lost_by_one(&self, thing: usize) -> impl Iterator<Item = usize> {
        members(self.alone(thing).iter().copied())
    }

    /// Roots lost when two things fail together; nothing if that pair was not looked at. A thing with itself is the
    /// thing alone.
    #[must_use]
    pub fn lost_by(&self, a: usize, b: usize) -> Option<impl Iterator<Item = usize>> {
        self.looked_at(a, b).then(|| members(self.union(a, b)))
    }

    /// Whether the outcome of a pair is known.
    #[must_use]
    pub fn looked_at(&self, a: usize, b: usize) -> bool {
        let is_row = |thing: usize| has(&self.rows, thing);
        a < self.things() && b < self.things() && (a == b || is_row(a) || is_row(b))
    }

    /// Things that take a root down alone. None if it is lost already.
    pub fn singles(&self, root: usize) -> impl Iterator<Item = usize> {
        let asked = !has(self.sets.get(self.already), root);
        (0..self.things()).filter(move |thing| asked && has(self.alone(*thing), root))
    }

    /// Pairs that take a root down although neither thing does alone, in order, the lower thing first.
    pub fn pairs(&self, root: usize) -> impl Iterator<Item = (usize, usize)> {
        self.pairs
            .iter()
            .filter(move |pair| has(self.sets.get(pair.set), root))
            .map(|pair| (pair.low as usize, pair.high as usize))
    }

    /// How many pairs lose a root that neither thing loses alone.
    #[must_use]
    pub fn pair_count(&self) -> usize {
        self.pairs.len()
    }

    /// How much each thing matters, by thing.
    #[must_use]
    pub fn involved(&self) -> Vec<Involved> {
        let already = self.sets.get(self.already);
        let mut all: Vec<Involved> = (0..self.things())
            .map(|thing| {
                let new = self.alone(thing).iter().zip(already).map(|(lost, before)| lost & !before);
                Involved { roots_alone: count(new), ..Involved::default() }
            })
            .collect();
        for pair in &self.pairs {
            let roots = count(self.sets.get(pair.set).iter().copied());
            for thing in [pair.low, pair.high] {
                if let Some(involved) = all.get_mut(thing as usize) {
                    involved.pairs += 1;
                    involved.roots_in_pairs += roots;
                }
            }
        }
        all
    }

    /// Things against things: how many of the chosen roots are lost, without those that are lost already.
    #[must_use]
    pub fn heat_map(&self, chosen: impl Fn(usize) -> bool) -> HeatMap {
        let things = self.things();
        let mut asked: Vec<u64> = self.sets.get(self.already).iter().map(|word| !word).collect();
        for root in (0..self.roots).filter(|root| !chosen(*root)) {
            asked[root / 64] &= !(1 << (root % 64));
        }
        let masked = |words: &[u64]| count(words.iter().zip(&asked).map(|(word, mask)| word & mask));
        let mut lost = vec![0_u32; things * things];
        let mut put = |a: usize, b: usize, add: usize| {
            let add = u32::try_from(add).unwrap_or(u32::MAX);
            lost[a * things + b] += add;
            if a != b {
                lost[b * things + a] += add;
            }
        };
        for a in 0..things {
            for b in (a..things).filter(|b| self.looked_at(a, *b)) {
                let either = self.alone(a).iter().zip(self.alone(b)).zip(&asked).map(|((x, y), mask)| (x | y) & mask);
                put(a, b, count(either));
            }
        }
        for pair in &self.pairs {
            put(pair.low as usize, pair.high as usize, masked(self.sets.get(pair.set)));
        }
        HeatMap { things, lost }
    }

    fn alone(&self, thing: usize) -> &[u64] {
        self.alone.get(thing).map_or(&[], |set| self.sets.get(*set))
    }

    /// What two things lose together, word by word.
    fn union(&self, a: usize, b: usize) -> impl Iterator<Item = u64> {
        let (low, high) = (a.min(b), a.max(b));
        let more = self
            .pairs
            .binary_search_by(|pair| (pair.low as usize, pair.high as usize).cmp(&(low, high)))
            .ok()
            .and_then(|at| self.pairs.get(at))
            .map_or(&[][..], |pair| self.sets.get(pair.set));
        let word = |words: &[u64], at: usize| words.get(at).copied().unwrap_or(0);
        (0..self.sets.words).map(move |at| word(self.alone(a), at) | word(self.alone(b), at) | word(more, at))
    }
}

fn members(words: impl IntoIterator<Item = u64>) -> impl Iterator<Item = usize> {
    bits(words).map(|root| root as usize)
}

fn count(words: impl Iterator<Item = u64>) -> usize {
    words.map(|word| word.count_ones() as usize).sum()
}

fn has(set: &[u64], bit: usize) -> bool {
    set.get(bit / 64).is_some_and(|word| word >> (bit % 64) & 1 == 1)
}

/// Collects what a sweep finds.
pub(super) struct Builder {
    outcome: Sweep,
    /// By lane of the block: the roots that the pair loses and neither of its things does.
    of_lanes: Vec<u64>,
    /// Lanes with any.
    touched: Lanes,
}

impl Builder {
    pub(super) fn new(roots: usize, things: usize) -> Self {
        let words = words_for(roots);
        let mut sets = Sets { words, bits: Vec::new(), known: HashMap::new() };
        let none = sets.intern(&vec![0; words]);
        Self {
            outcome: Sweep {
                roots,
                sets,
                already: none,
                alone: vec![none; things],
                pairs: Vec::new(),
                rows: vec![0; words_for(things)],
            },
            of_lanes: vec![0; words * LANES],
            touched: EMPTY,
        }
    }

    pub(super) fn rows(&mut self, rows: &[usize]) {
        for row in rows {
            self.outcome.rows[row / 64] |= 1 << (row % 64);
        }
    }

    /// Takes in what fails while no lane has anything down.
    pub(super) fn lost_already(&mut self, net: &Net, values: &[Lanes]) {
        self.collect(net, values, 1);
        self.outcome.already = self.take(0);
    }

    /// Takes in what fails when the lanes have one thing down each, from `first` on.
    pub(super) fn singles(&mut self, net: &Net, values: &[Lanes], first: usize, things: usize) {
        self.collect(net, values, things);
        for lane in 0..things {
            self.outcome.alone[first + lane] = self.take(lane);
        }
    }

    fn collect(&mut self, net: &Net, values: &[Lanes], lanes: usize) {
        for (node, value) in values.iter().enumerate() {
            for root in net.roots_at(node) {
                for lane in each(*value).take_while(|lane| *lane < lanes) {
                    self.mark(lane, *root as usize);
                }
            }
        }
    }

    fn mark(&mut self, lane: usize, root: usize) {
        self.of_lanes[lane * self.outcome.sets.words + root / 64] |= 1 << (root % 64);
    }

    /// The roots marked for a lane, which are forgotten.
    fn take(&mut self, lane: usize) -> SetId {
        let words = self.outcome.sets.words;
        let of_lane = &mut self.of_lanes[lane * words..(lane + 1) * words];
        let set = self.outcome.sets.intern(of_lane);
        of_lane.fill(0);
        set
    }

    /// The row's thing and those of the lanes lose a root together that the latter do not lose alone.
    pub(super) fn lost_by_pair(&mut self, row: usize, root: usize, lanes: impl Iterator<Item = usize>) {
        if has(self.outcome.alone(row), root) {
            return;
        }
        for lane in lanes {
            self.touched[lane / 64] |= 1 << (lane % 64);
            self.mark(lane, root);
        }
    }

    /// All pairs of the row with the block that starts with the thing `first` are known.
    pub(super) fn end_row(&mut self, row: usize, first: usize) {
        for lane in each(std::mem::take(&mut self.touched)) {
            let (row, other) = (row, first + lane);
            let set = self.take(lane);
            let number = |thing: usize| u32::try_from(thing).unwrap_or(u32::MAX);
            self.outcome.pairs.push(Pair { low: number(row.min(other)), high: number(row.max(other)), set });
        }
    }

    pub(super) fn finish(mut self) -> Sweep {
        self.outcome.pairs.sort_unstable();
        self.outcome
    }
}
