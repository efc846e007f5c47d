//! A reduced ordered decision diagram of a monotone formula (Bryant 1986), and the two passes that read it.
//!
//! Nodes stand in one list, children before their parents, so that both passes are plain loops: upwards for the chances
//! of a node, downwards for how likely it is reached (Rauzy 1993). Nothing is ever collected, because a diagram lives
//! for one formula; a diagram that grows beyond its limit is given up.

use super::chance::Chance;

/// A place in the diagram: a terminal or an inner node.
pub type Edge = u32;
/// The terminal of "does not hold".
pub const DOWN: Edge = 0;
/// The terminal of "holds".
pub const UP: Edge = 1;

/// Deepest diagram that is tried: the recursion goes once per level.
pub const MAX_LEVELS: usize = 4_000;
/// Level of the terminals: below all others.
const BOTTOM: u32 = u32::MAX;
/// Room that a diagram begins with.
const SMALLEST: usize = 256;
/// Steps that a node of the limit pays for; more means that the table of known results is of no use.
const STEPS_PER_NODE: usize = 16;

/// The diagram has more nodes than it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLarge;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Node {
    level: u32,
    up: Edge,
    down: Edge,
}

#[derive(Debug, Clone, Copy)]
struct Known {
    operands: (Edge, Edge),
    result: Edge,
}

/// What is asked of two formulas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Both hold.
    All,
    /// One of them holds.
    Any,
}

/// A decision diagram.
pub struct Diagram {
    nodes: Vec<Node>,
    limit: usize,
    steps: usize,
    /// Open addressing; 0 is free.
    unique: Vec<Edge>,
    /// One place per pair and kind; a newer result takes the place of an older one.
    known: [Vec<Known>; 2],
}

impl Diagram {
    /// An empty one that may grow to `limit` nodes.
    pub fn new(limit: usize) -> Self {
        let mut diagram =
            Self { nodes: Vec::new(), limit, steps: 0, unique: Vec::new(), known: [Vec::new(), Vec::new()] };
        diagram.clear(limit);
        diagram
    }

    /// Empties it for the next formula, with a limit of its own.
    pub fn clear(&mut self, limit: usize) {
        self.nodes.clear();
        self.nodes.resize(2, Node { level: BOTTOM, up: 0, down: 0 });
        (self.limit, self.steps) = (limit, 0);
        self.grow(SMALLEST);
    }

    /// How many inner nodes were made.
    pub fn len(&self) -> usize {
        self.nodes.len() - 2
    }

    /// Room for `places` nodes and results; known results are forgotten.
    fn grow(&mut self, places: usize) {
        self.unique.clear();
        self.unique.resize(2 * places, 0);
        for (at, node) in self.nodes.iter().enumerate().skip(2) {
            let mut place = slot(node.level, node.up, node.down) & (self.unique.len() - 1);
            while self.unique.get(place).is_some_and(|taken| *taken != 0) {
                place = (place + 1) & (self.unique.len() - 1);
            }
            if let Some(free) = self.unique.get_mut(place) {
                *free = edge(at);
            }
        }
        for known in &mut self.known {
            known.clear();
            known.resize(places, Known { operands: (0, 0), result: 0 });
        }
    }

    fn node(&self, at: Edge) -> Node {
        self.nodes.get(at as usize).copied().unwrap_or(Node { level: BOTTOM, up: 0, down: 0 })
    }

    /// The node of a level with these two ends; made when it is not there yet.
    pub fn make(&mut self, level: u32, up: Edge, down: Edge) -> Result<Edge, TooLarge> {
        if up == down {
            return Ok(up);
        }
        let wanted = Node { level, up, down };
        let mask = self.unique.len() - 1;
        let mut place = slot(level, up, down) & mask;
        while let Some(taken) = self.unique.get(place).copied().filter(|taken| *taken != 0) {
            if self.node(taken) == wanted {
                return Ok(taken);
            }
            place = (place + 1) & mask;
        }
        if self.len() >= self.limit {
            return Err(TooLarge);
        }
        let at = edge(self.nodes.len());
        self.nodes.push(wanted);
        if let Some(free) = self.unique.get_mut(place) {
            *free = at;
        }
        if self.nodes.len() * 2 > self.unique.len() {
            self.grow(self.unique.len());
        }
        Ok(at)
    }

    /// Two formulas as one.
    pub fn join(&mut self, kind: Kind, a: Edge, b: Edge) -> Result<Edge, TooLarge> {
        let (absorbing, neutral) = match kind {
            Kind::All => (DOWN, UP),
            Kind::Any => (UP, DOWN),
        };
        if a == absorbing || b == absorbing {
            return Ok(absorbing);
        }
        if a == neutral || a == b {
            return Ok(b);
        }
        if b == neutral {
            return Ok(a);
        }
        let operands = (a.min(b), a.max(b));
        let hash = slot(0, operands.0, operands.1);
        let known = &self.known[kind as usize];
        if let Some(hit) = known.get(hash & (known.len() - 1)).filter(|k| k.operands == operands) {
            return Ok(hit.result);
        }
        self.steps += 1;
        if self.steps > self.limit.saturating_mul(STEPS_PER_NODE) {
            return Err(TooLarge);
        }
        let (of_a, of_b) = (self.node(operands.0), self.node(operands.1));
        let level = of_a.level.min(of_b.level);
        let ends = |node: Node, whole: Edge| {
            if node.level == level { (node.up, node.down) } else { (whole, whole) }
        };
        let ((a_up, a_down), (b_up, b_down)) = (ends(of_a, operands.0), ends(of_b, operands.1));
        let up = self.join(kind, a_up, b_up)?;
        let down = self.join(kind, a_down, b_down)?;
        let result = self.make(level, up, down)?;
        let known = &mut self.known[kind as usize];
        let place = hash & (known.len() - 1);
        if let Some(place) = known.get_mut(place) {
            *place = Known { operands, result };
        }
        Ok(result)
    }

    /// Many formulas as one; deep ones first, so that results grow at their top.
    pub fn join_all(&mut self, kind: Kind, of: &mut [Edge]) -> Result<Edge, TooLarge> {
        of.sort_by_key(|at| std::cmp::Reverse(self.node(*at).level));
        let neutral = if kind == Kind::All { UP } else { DOWN };
        let mut whole = neutral;
        for at in of.iter() {
            whole = self.join(kind, whole, *at)?;
        }
        Ok(whole)
    }

    /// How likely the formula holds, and for each level by how much its variable matters: P(holds | up) − P(holds |
    /// down), the Birnbaum importance. `levels` are the chances of the variables.
    pub fn read(&self, root: Edge, levels: &[Chance]) -> (Chance, Vec<f64>) {
        let mut matters = vec![0.0; levels.len()];
        let top = root as usize;
        let mut wanted = vec![false; top.max(1) + 1];
        if let Some(slot) = wanted.get_mut(top) {
            *slot = true;
        }
        for at in (2..=top).rev() {
            if wanted.get(at).copied().unwrap_or(false) {
                let node = self.node(edge(at));
                for child in [node.up, node.down] {
                    if let Some(slot) = wanted.get_mut(child as usize) {
                        *slot = true;
                    }
                }
            }
        }
        let of = |chances: &[Chance], at: Edge| chances.get(at as usize).copied().unwrap_or(Chance::NEVER);
        let level = |node: Node| levels.get(node.level as usize).copied().unwrap_or(Chance::NEVER);
        let mut chances = vec![Chance::NEVER; top.max(1) + 1];
        if let Some(slot) = chances.get_mut(UP as usize) {
            *slot = Chance::ALWAYS;
        }
        for at in 2..=top {
            if wanted.get(at).copied().unwrap_or(false) {
                let node = self.node(edge(at));
                let (v, up, down) = (level(node), of(&chances, node.up), of(&chances, node.down));
                let chance = Chance { up: v.up * up.up + v.down * down.up, down: v.up * up.down + v.down * down.down };
                if let Some(slot) = chances.get_mut(at) {
                    *slot = chance;
                }
            }
        }
        let mut reached = vec![0.0; top.max(1) + 1];
        if let Some(slot) = reached.get_mut(top) {
            *slot = 1.0;
        }
        for at in (2..=top).rev() {
            let here = reached.get(at).copied().unwrap_or(0.0);
            if !wanted.get(at).copied().unwrap_or(false) {
                continue;
            }
            let node = self.node(edge(at));
            let (v, up, down) = (level(node), of(&chances, node.up), of(&chances, node.down));
            // The difference of the smaller halves keeps more digits.
            let step = if down.down < 0.5 { down.down - up.down } else { up.up - down.up };
            if let Some(slot) = matters.get_mut(node.level as usize) {
                *slot += here * step.max(0.0);
            }
            for (child, chance) in [(node.up, v.up), (node.down, v.down)] {
                if let Some(slot) = reached.get_mut(child as usize) {
                    *slot += here * chance;
                }
            }
        }
        (of(&chances, root), matters)
    }
}

/// A place in the list as an edge; limits are far below 2³².
fn edge(at: usize) -> Edge {
    Edge::try_from(at).unwrap_or(Edge::MAX)
}

/// Mixes three numbers to a place, to be masked.
fn slot(level: u32, a: Edge, b: Edge) -> usize {
    let mixed = (u64::from(a) << 32 | u64::from(b)).wrapping_mul(0x9E37_79B9_7F4A_7C15)
        ^ u64::from(level).wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
    // The upper half of a product depends on all bits of its factors.
    usize::try_from((mixed ^ (mixed >> 29)).wrapping_mul(0x1656_67B1_9E37_79F9) >> 32).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_function_is_one_node() {
        let mut d = Diagram::new(100);
        let [a, b, c] = [0, 1, 2].map(|level| d.make(level, UP, DOWN).unwrap());
        let ab = d.join(Kind::All, a, b).unwrap();
        let bc = d.join(Kind::All, b, c).unwrap();
        let left = d.join(Kind::Any, ab, bc).unwrap();
        let ac = d.join(Kind::Any, c, a).unwrap();
        assert_eq!(left, d.join(Kind::All, b, ac).unwrap());
        assert_eq!(d.join(Kind::Any, ab, a), Ok(a));
        assert_eq!(d.join_all(Kind::All, &mut []), Ok(UP));
    }

    #[test]
    fn too_large_is_said() {
        let mut d = Diagram::new(10);
        // x1 y1 or x2 y2 or …, all x before all y: doubles with each pair.
        let mut whole = DOWN;
        let mut end = Ok(DOWN);
        for pair in 0..10 {
            end = d
                .make(pair, UP, DOWN)
                .and_then(|x| Ok((x, d.make(10 + pair, UP, DOWN)?)))
                .and_then(|(x, y)| d.join(Kind::All, x, y))
                .and_then(|xy| d.join(Kind::Any, whole, xy));
            let Ok(more) = end else { break };
            whole = more;
        }
        assert_eq!(end, Err(TooLarge));
        assert!(d.len() <= 10);
    }
}
