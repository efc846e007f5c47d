//! Which parts are below which formulas, and through which formulas alone they are reached: what is a module.

use crate::failure::formula::{FormulaId, PartId};

/// Most shared leaves that a table asks for.
const MOST_ASKED: u32 = 4;

/// Which parts are below which formulas, and which formulas all ways to them lead through.
#[derive(Default)]
pub struct Shape {
    /// Children before parents.
    pub ids: Vec<FormulaId>,
    /// Where the children of each formula begin.
    pub starts: Vec<usize>,
    /// Children, by place.
    pub kids: Vec<u32>,
    /// What a leaf asks for: a part by its place, and how many of its members.
    pub leaf: Vec<Option<(usize, u32)>>,
    /// Parts asked for, in the order in which leaves come.
    pub parts: Vec<PartId>,
    words: usize,
    /// Parts below, a row of bits for each formula.
    below: Vec<u64>,
    /// Parts that are reached through this formula only.
    dominated: Vec<u64>,
}

impl Shape {
    /// Where a formula stands.
    pub fn place(&self, id: FormulaId) -> usize {
        self.ids.binary_search(&id).unwrap_or_default()
    }

    /// The places of its children.
    pub fn kids(&self, at: usize) -> &[u32] {
        &self.kids[self.starts[at]..self.starts[at + 1]]
    }

    /// The formulas at these places.
    pub fn ids_of(&self, places: &[u32]) -> Vec<FormulaId> {
        places.iter().map(|at| self.ids[*at as usize]).collect()
    }

    /// Fills in which parts are below which formulas.
    pub fn find_parts_below(&mut self) {
        self.words = self.parts.len().div_ceil(64).max(1);
        self.below = vec![0; self.words * self.ids.len()];
        for at in 0..self.ids.len() {
            let (known, here) = self.below.split_at_mut(at * self.words);
            if let Some((part, _)) = self.leaf[at] {
                here[part / 64] |= 1 << (part % 64);
            }
            for kid in &self.kids[self.starts[at]..self.starts[at + 1]] {
                let from = *kid as usize * self.words;
                for (bits, more) in here.iter_mut().zip(&known[from..from + self.words]) {
                    *bits |= more;
                }
            }
        }
    }

    /// Immediate dominators from the roots down: all parents of a node stand behind it, so they are known by then.
    pub fn find_dominated(&mut self, roots: &[FormulaId]) {
        // A node above all roots.
        let top = self.ids.len();
        let mut above: Vec<Option<usize>> = vec![None; top + 1];
        let mut depth = vec![0_u32; top + 1];
        let mut above_part: Vec<Option<usize>> = vec![None; self.parts.len()];
        for root in roots {
            above[self.place(*root)] = Some(top);
        }
        for at in (0..top).rev() {
            if let Some(dominator) = above[at] {
                depth[at] = depth[dominator] + 1;
            }
            let common = |known: Option<usize>, above: &[Option<usize>]| {
                let Some(mut other) = known else { return at };
                let mut here = at;
                while here != other {
                    // The deeper one goes up; both end at the top at the latest.
                    let deeper = if depth[here] >= depth[other] { &mut here } else { &mut other };
                    *deeper = above[*deeper].unwrap_or(top);
                }
                here
            };
            if let Some((part, _)) = self.leaf[at] {
                above_part[part] = Some(common(above_part[part], &above));
            }
            for kid in &self.kids[self.starts[at]..self.starts[at + 1]] {
                above[*kid as usize] = Some(common(above[*kid as usize], &above));
            }
        }
        self.dominated = vec![0; self.words * top];
        for (part, dominator) in above_part.iter().enumerate() {
            if let Some(dominator) = dominator.filter(|dominator| *dominator < top) {
                self.dominated[dominator * self.words + part / 64] |= 1 << (part % 64);
            }
        }
        for (at, dominator) in above.iter().enumerate().take(top) {
            if let Some(dominator) = dominator.filter(|dominator| *dominator < top) {
                let (known, rest) = self.dominated.split_at_mut(dominator * self.words);
                let from = &known[at * self.words..(at + 1) * self.words];
                rest.iter_mut().zip(from).for_each(|(bits, more)| *bits |= more);
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

    /// Whether all parts below a formula are reached through it only.
    pub fn is_module(&self, at: usize) -> bool {
        self.within(at, at)
    }

    /// Children of a gate that share no part with anything but each other.
    pub fn apart(&self, gate: usize) -> Vec<u32> {
        let within = |kid: &u32| self.within(*kid as usize, gate);
        if !self.kids(gate).iter().any(within) {
            return Vec::new();
        }
        let mut apart: Vec<u32> =
            self.groups(self.kids(gate)).into_iter().filter(|group| group.iter().all(within)).flatten().collect();
        apart.sort_unstable();
        apart
    }

    /// The leaves of each part.
    pub fn leaves(&self) -> Vec<Vec<FormulaId>> {
        let mut leaves = vec![Vec::new(); self.parts.len()];
        for (id, leaf) in self.ids.iter().zip(&self.leaf) {
            if let Some((part, _)) = leaf {
                leaves[*part].push(*id);
            }
        }
        leaves
    }

    /// What a gate asks for that others ask for too, when a table is worth it: some part is counted in this gate only, and
    /// few leaves are shared. Empty otherwise.
    pub fn asked_by_table(&self, gate: usize, leaves: &[Vec<FormulaId>]) -> Vec<FormulaId> {
        let (below, dominated) = (self.row(&self.below, gate), self.row(&self.dominated, gate));
        let shared = below.iter().zip(dominated).map(|(below, own)| (below & !own).count_ones()).sum::<u32>();
        if !(1..=MOST_ASKED).contains(&shared) {
            return Vec::new();
        }
        let (mut asked, mut counted) = (Vec::new(), false);
        for part in bits(below) {
            match leaves[part].as_slice() {
                of_part if dominated[part / 64] >> (part % 64) & 1 == 1 => counted |= of_part.len() > 1,
                [only] => asked.push(*only),
                _ => return Vec::new(),
            }
        }
        if counted { asked } else { Vec::new() }
    }

    /// Formulas in groups that share parts with no other group, in order of their first.
    pub fn groups(&self, of: &[u32]) -> Vec<Vec<u32>> {
        // Each formula points to an earlier one of its group, the first to itself.
        let mut earlier: Vec<usize> = (0..of.len()).collect();
        let first = |earlier: &mut Vec<usize>, mut at: usize| {
            while earlier[at] != at {
                earlier[at] = earlier[earlier[at]];
                at = earlier[at];
            }
            at
        };
        let mut owner: Vec<Option<usize>> = vec![None; self.parts.len()];
        for (at, place) in of.iter().enumerate() {
            for part in bits(self.row(&self.below, *place as usize)) {
                let other = *owner[part].get_or_insert(at);
                let (a, b) = (first(&mut earlier, at), first(&mut earlier, other));
                earlier[a.max(b)] = a.min(b);
            }
        }
        let mut groups: Vec<Vec<u32>> = vec![Vec::new(); of.len()];
        for (at, place) in of.iter().enumerate() {
            groups[first(&mut earlier, at)].push(*place);
        }
        groups.retain(|group| !group.is_empty());
        groups
    }

    /// The counts that are asked of each part by leaves that stay, ascending.
    pub fn counts(&self, stays: &[bool]) -> Vec<Vec<u32>> {
        let mut counts = vec![Vec::new(); self.parts.len()];
        for (leaf, _) in self.leaf.iter().zip(stays).filter(|(_, stays)| **stays) {
            if let Some((part, at_least)) = leaf {
                counts[*part].push(*at_least);
            }
        }
        for of_part in &mut counts {
            of_part.sort_unstable();
            of_part.dedup();
        }
        counts
    }
}

/// The places of the bits that are set.
fn bits(of: &[u64]) -> impl Iterator<Item = usize> {
    of.iter().enumerate().flat_map(|(at, word)| {
        let mut left = *word;
        std::iter::from_fn(move || {
            let bit = left.trailing_zeros() as usize;
            (left != 0).then(|| {
                left &= left - 1;
                at * 64 + bit
            })
        })
    })
}
