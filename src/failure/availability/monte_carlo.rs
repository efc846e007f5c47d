//! Chances by sampling, where a decision diagram grows too large.
//!
//! Plain sampling says nothing about 99.99 %: of 100,000 samples ten fail. So samples are drawn for each *number* of
//! failed variables (stratified sampling): how likely none, one, two, … fail together is known exactly, none, one and
//! mostly two are gone through one by one, and only what takes three or more failures at once is sampled, which is
//! rare by itself. Within a number the failed ones are drawn from exactly the right distribution, so no sample needs a
//! weight. The samples are shared out by where they narrow the result most (Neyman), as found by a tenth of them that
//! is then thrown away.
//!
//! The interval (95 %) joins a Wilson interval for each number of failures by the method of variance estimates recovery
//! (Zou and Donner 2008). It is honest where no sample failed at all; numbers of failures that are not looked at count
//! in full to its upper end. Everything is drawn from one seed.

use super::bdd::Kind;
use super::chance::Chance;
use super::exact::{Levels, Solved, Solver, merged};
use super::split::{Child, Split, Variable};
use crate::failure::formula::{FormulaId, PartId};

/// Samples that are looked at in one go: one bit each.
const LANES: usize = 64;
/// Largest number of failures at once that is told apart.
const MOST_FAILURES: usize = 64;
/// More failures than these on average: failing is no rare thing, and plain sampling does.
const MANY_FAILURES: f64 = 16.0;
/// Logarithm of the smallest probability of no failure at which chances of numbers are still far from underflow.
const LEAST_ALL_UP_LN: f64 = -500.0;
/// Pairs that are gone through one by one.
const MOST_PAIRS: usize = 200_000;
/// Width of a 95 % interval in standard deviations.
const Z_95: f64 = 1.959_963_984_540_054;
/// Nodes that a module may have on its own when the whole is sampled.
const MODULE_LIMIT: usize = 1 << 12;

/// What was found by sampling.
#[derive(Debug, Clone, PartialEq)]
pub struct Sampled {
    /// Best guesses.
    pub solved: Solved,
    /// 95 % interval of the probability that the formula does not hold.
    pub down: (f64, f64),
    /// How many states were drawn.
    pub samples: u64,
}

/// A formula over independent levels.
#[derive(Default)]
struct Flat {
    variables: Vec<Levels>,
    chances: Vec<Chance>,
    /// What each says, over which inputs, and of how many of them it is a table.
    gates: Vec<(Kind, Vec<Input>, usize)>,
}

#[derive(Clone, Copy)]
enum Input {
    Gate(usize),
    /// All levels from the first to the last work.
    Levels(usize, usize),
    Constant(bool),
}

impl Flat {
    fn add(&mut self, variable: Levels) -> usize {
        let first = self.chances.len();
        self.chances.extend(variable.chances());
        self.variables.push(variable);
        first
    }

    /// A formula with modules solved where they can be.
    fn expand(&mut self, solver: &mut Solver, id: FormulaId) -> Input {
        if let Ok(solved) = solver.solve(id, MODULE_LIMIT) {
            let first = self.add(Levels::Module(solved));
            return Input::Levels(first, first);
        }
        let split = solver.split(id);
        match &*split {
            Split::Independent(kind, modules) => {
                let inputs = modules.iter().map(|module| self.expand(solver, *module)).collect();
                self.gates.push((*kind, inputs, 0));
            }
            Split::Tangled(tangle) => {
                let variables: Vec<Input> = tangle
                    .variables
                    .iter()
                    .map(|variable| match variable {
                        Variable::Module(module) => self.expand(solver, *module),
                        Variable::Counts(part, counts) => {
                            let first = self.add(Levels::Counts(*part, solver.steps(*part, counts)));
                            Input::Levels(first, first)
                        }
                    })
                    .collect();
                let offset = self.gates.len();
                for gate in &tangle.gates {
                    let inputs = gate.children.iter().map(|child| match *child {
                        Child::Gate(inner) => Input::Gate(offset + inner),
                        Child::Module(variable) => variables[variable],
                        Child::Count(variable, last) => match variables[variable] {
                            Input::Levels(first, _) => Input::Levels(first, first + last),
                            other => other,
                        },
                        Child::Constant(holds) => Input::Constant(holds),
                    });
                    self.gates.push((gate.kind, inputs.collect(), gate.asked));
                }
            }
            // Both need no diagram and are always solved.
            Split::Constant(_) | Split::Members(..) => {}
        }
        Input::Gate(self.gates.len().saturating_sub(1))
    }

    /// For 64 states at once, which of them hold.
    fn holds(&self, up: &[u64], values: &mut Vec<u64>) -> u64 {
        values.clear();
        for (kind, inputs, asked) in &self.gates {
            let of = inputs.iter().map(|input| match *input {
                Input::Gate(at) => values[at],
                Input::Levels(first, last) => up[first..=last].iter().fold(u64::MAX, |all, one| all & one),
                Input::Constant(holds) => {
                    if holds {
                        u64::MAX
                    } else {
                        0
                    }
                }
            });
            if *asked > 0 {
                let mut of: Vec<u64> = of.collect();
                let mut cases = of.split_off(*asked);
                // One child after the other halves the cases.
                for up in of {
                    cases = cases.chunks(2).map(|pair| up & pair[pair.len() - 1] | !up & pair[0]).collect();
                }
                values.push(cases.first().copied().unwrap_or(0));
                continue;
            }
            let value = match kind {
                Kind::All => of.fold(u64::MAX, |all, one| all & one),
                Kind::Any => of.fold(0, |any, one| any | one),
            };
            values.push(value);
        }
        values.last().copied().unwrap_or(0)
    }
}

/// SplitMix64 (Steele, Lea and Flood 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Above 0, at most 1.
    fn unit(&mut self) -> f64 {
        // 53 bits are exact in a 64-bit number.
        let whole = ((self.next() >> 11) + 1) as f64;
        whole / 9_007_199_254_740_992.0
    }
}

/// Samples a formula that no diagram within the limit holds.
pub fn sample(solver: &mut Solver, id: FormulaId, samples: u32, seed: u64) -> Sampled {
    let mut flat = Flat::default();
    flat.expand(solver, id);
    let mut run = Run::new(&flat, seed);
    let expected: f64 = run.fallible.iter().map(|level| flat.chances[*level].down).sum();
    let all_up_ln: f64 = run.fallible.iter().map(|level| flat.chances[*level].up.ln()).sum();
    let samples = (samples as usize).div_ceil(LANES).max(MOST_FAILURES * 2) * LANES;
    if expected <= MANY_FAILURES && all_up_ln > LEAST_ALL_UP_LN {
        run.by_number(samples)
    } else {
        run.plainly(samples)
    }
    run.finish()
}

/// One run of samples.
struct Run<'a> {
    flat: &'a Flat,
    random: Random,
    /// Levels that are neither always up nor always down.
    fallible: Vec<usize>,
    /// 64 states; a bit is set where the level works.
    up: Vec<u64>,
    values: Vec<u64>,
    /// Probability of what was gone through one by one and fails.
    certain: f64,
    /// Sampled: how likely the number of failures is, samples, failed samples.
    strata: Vec<(f64, usize, usize)>,
    /// Probability of what was not looked at.
    unseen: f64,
    /// P(fails and the level is down), estimated.
    down_with: Vec<f64>,
    drawn: u64,
}

impl<'a> Run<'a> {
    fn new(flat: &'a Flat, seed: u64) -> Self {
        let fallible = (0..flat.chances.len()).filter(|at| flat.chances[*at].down > 0.0 && flat.chances[*at].up > 0.0);
        Self {
            flat,
            random: Random(seed),
            fallible: fallible.collect(),
            up: flat.chances.iter().map(|chance| if chance.up > 0.0 { u64::MAX } else { 0 }).collect(),
            values: Vec::new(),
            certain: 0.0,
            strata: Vec::new(),
            unseen: 0.0,
            down_with: vec![0.0; flat.chances.len()],
            drawn: 0,
        }
    }

    /// Which of up to 64 states fail; a state is the list of its failed levels.
    fn failing<'s>(&mut self, states: impl Iterator<Item = &'s [usize]> + Clone) -> u64 {
        for (lane, state) in states.clone().enumerate() {
            state.iter().for_each(|level| self.up[*level] &= !(1 << lane));
        }
        let failing = !self.flat.holds(&self.up, &mut self.values);
        for state in states {
            state.iter().for_each(|level| self.up[*level] = u64::MAX);
        }
        failing
    }

    /// Goes through states one by one; each with its probability.
    fn go_through(&mut self, states: &[(Vec<usize>, f64)]) {
        for lanes in states.chunks(LANES) {
            let failing = self.failing(lanes.iter().map(|(state, _)| state.as_slice()));
            for (_, (state, chance)) in lanes.iter().enumerate().filter(|(lane, _)| failing >> lane & 1 == 1) {
                self.certain += chance;
                state.iter().for_each(|level| self.down_with[*level] += chance);
            }
        }
    }

    /// Draws states with `draw`, `lanes` times 64; how many fail. Failed levels are counted with `weight` each.
    fn draw(&mut self, lanes: usize, weight: f64, draw: impl Fn(&mut Random, &mut Vec<usize>)) -> usize {
        let mut states = vec![Vec::new(); LANES];
        let mut failed = 0;
        for _ in 0..lanes {
            for state in &mut states {
                state.clear();
                draw(&mut self.random, state);
            }
            let failing = self.failing(states.iter().map(Vec::as_slice));
            failed += failing.count_ones() as usize;
            for (_, state) in states.iter().enumerate().filter(|(lane, _)| failing >> lane & 1 == 1) {
                state.iter().for_each(|level| self.down_with[*level] += weight);
            }
        }
        self.drawn += (lanes * LANES) as u64;
        failed
    }

    fn plainly(&mut self, samples: usize) {
        let (flat, fallible) = (self.flat, self.fallible.clone());
        let failed = self.draw(samples / LANES, 1.0 / as_f64(samples), |random, state| {
            state.extend(fallible.iter().filter(|level| random.unit() <= flat.chances[**level].down));
        });
        self.strata.push((1.0, samples, failed));
    }

    fn by_number(&mut self, samples: usize) {
        let numbers = Numbers::of(&self.flat.chances, &self.fallible);
        // None, one and, where they are not too many, two failures: one by one.
        let none = numbers.exactly(0);
        let odds = |level: &usize| self.flat.chances[*level].down / self.flat.chances[*level].up;
        let mut states = vec![(Vec::new(), none)];
        states.extend(self.fallible.iter().map(|level| (vec![*level], none * odds(level))));
        let count = self.fallible.len();
        let first = if count * count.saturating_sub(1) / 2 <= MOST_PAIRS {
            for (at, one) in self.fallible.iter().enumerate() {
                let pairs = self.fallible.iter().skip(at + 1);
                states.extend(pairs.map(|other| (vec![*one, *other], none * odds(one) * odds(other))));
            }
            3
        } else {
            2
        };
        self.go_through(&states);
        let most = MOST_FAILURES.min(count);
        let enough = if self.certain > 0.0 { self.certain * 1e-3 } else { 1e-18 };
        let last = (first..=most).find(|number| numbers.more_than(*number) <= enough).unwrap_or(most);
        self.unseen = numbers.more_than(last);
        let wanted: Vec<usize> = (first..=last).filter(|number| numbers.exactly(*number) > 0.0).collect();
        if wanted.is_empty() {
            return;
        }
        // A tenth tells where samples are worth most; it is not used for the result.
        let each = (samples / 10 / wanted.len()).div_ceil(LANES).max(1);
        let mut worth = Vec::with_capacity(wanted.len());
        for number in &wanted {
            let failed = self.draw(each, 0.0, |random, state| numbers.draw(*number, random, state));
            let share = (as_f64(failed) + 0.5) / (as_f64(each * LANES) + 1.0);
            worth.push(numbers.exactly(*number) * (share * (1.0 - share)).sqrt());
        }
        let total: f64 = worth.iter().sum();
        for (number, worth) in wanted.iter().zip(worth) {
            // A share of the samples: neither negative nor more than there are.
            let lanes = (as_f64(samples / LANES) * 0.9 * worth / total).ceil().max(1.0) as usize;
            let chance = numbers.exactly(*number);
            let weight = chance / as_f64(lanes * LANES);
            let failed = self.draw(lanes, weight, |random, state| numbers.draw(*number, random, state));
            self.strata.push((chance, lanes * LANES, failed));
        }
    }

    fn finish(self) -> Sampled {
        let (mut down, mut below, mut above) = (self.certain, 0.0, 0.0);
        for &(chance, samples, failed) in &self.strata {
            let share = as_f64(failed) / as_f64(samples);
            let (low, high) = wilson(failed, samples);
            down += chance * share;
            below += (chance * (share - low)).powi(2);
            above += (chance * (high - share)).powi(2);
        }
        let down = down.clamp(0.0, 1.0);
        let interval = ((down - below.sqrt()).max(self.certain), (down + above.sqrt() + self.unseen).min(1.0));
        // P(fails | level down) − P(fails), per chance of the level: Birnbaum.
        let matters: Vec<f64> = self
            .flat
            .chances
            .iter()
            .zip(&self.down_with)
            .map(|(chance, with)| {
                let known = chance.down > 0.0 && chance.up > 0.0;
                if known { ((with / chance.down - down) / chance.up).clamp(0.0, 1.0) } else { 0.0 }
            })
            .collect();
        let mut slopes: Vec<(PartId, f64)> = Vec::new();
        let mut first = 0;
        for variable in &self.flat.variables {
            variable.add_slopes(matters.get(first..).unwrap_or(&[]), &mut slopes);
            first += variable.len();
        }
        Sampled {
            solved: Solved { chance: Chance::of_down(down), slopes: merged(slopes) },
            down: interval,
            samples: self.drawn,
        }
    }
}

/// How likely so many of the fallible levels are down together, from each level on.
struct Numbers {
    levels: Vec<usize>,
    /// For each number: P(all levels before are up, exactly so many of the rest are down).
    rest: Vec<Vec<f64>>,
}

impl Numbers {
    fn of(chances: &[Chance], levels: &[usize]) -> Self {
        let most = MOST_FAILURES.min(levels.len());
        let mut rest = vec![vec![0.0; levels.len() + 1]; most + 1];
        rest[0][levels.len()] = 1.0;
        for (at, level) in levels.iter().enumerate().rev() {
            let chance = chances[*level];
            for number in 0..=most {
                let fails = if number == 0 { 0.0 } else { chance.down * rest[number - 1][at + 1] };
                rest[number][at] = chance.up * rest[number][at + 1] + fails;
            }
        }
        let mut before = 1.0;
        for at in 0..=levels.len() {
            rest.iter_mut().for_each(|row| row[at] *= before);
            if let Some(level) = levels.get(at) {
                before *= chances[*level].up;
            }
        }
        Self { levels: levels.to_vec(), rest }
    }

    /// P(exactly so many are down).
    fn exactly(&self, number: usize) -> f64 {
        self.rest.get(number).and_then(|row| row.first()).copied().unwrap_or(0.0)
    }

    /// P(more than so many are down). Beyond the numbers told apart each is less than half as likely as the one before, for
    /// the average is far smaller; all together they are no likelier than the last.
    fn more_than(&self, number: usize) -> f64 {
        let told: f64 = (number + 1..self.rest.len()).rev().map(|more| self.exactly(more)).sum();
        let all_told = self.levels.len() < self.rest.len();
        let untold = if all_told { 0.0 } else { self.exactly(self.rest.len() - 1) };
        told + untold
    }

    /// Draws which levels are down, when exactly so many are.
    fn draw(&self, number: usize, random: &mut Random, state: &mut Vec<usize>) {
        let mut from = 0;
        for left in (1..=number).rev() {
            let row = &self.rest[left];
            // The first that is down stands at or behind a level with the chance row[level] / row[from].
            let mark = random.unit() * row[from];
            let behind = row[from + 1..self.levels.len()].partition_point(|chance| *chance >= mark);
            let at = from + behind;
            state.push(self.levels[at]);
            from = at + 1;
        }
    }
}

/// Wilson's 95 % interval of a share.
fn wilson(hits: usize, samples: usize) -> (f64, f64) {
    let (n, share) = (as_f64(samples), as_f64(hits) / as_f64(samples));
    let z2 = Z_95 * Z_95;
    let middle = share + z2 / (2.0 * n);
    let half = Z_95 * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z2 / n;
    (((middle - half) / scale).max(0.0), ((middle + half) / scale).min(1.0))
}

/// Counts of samples are far below 2⁵³.
fn as_f64(count: usize) -> f64 {
    count as f64
}
