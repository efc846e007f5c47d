//! How available each capability is: exactly, or with an interval where that would take too long.
//!
//! # What the number means
//!
//! The long-run share of time in which a formula holds, when every part fails and is repaired independently of all
//! others, and each has been running long enough to forget how it began. What fails together must be a part of its
//! own that several formulas ask for: a zone, a region, a name service, a shared release ([`chance::beta_factor`]).
//! Such a part counts once, however often it occurs; that is where the textbook product of redundant sites goes wrong.
//! Switching is instant here; [`switching_down`] adds the time it takes, and [`restart_needed`] what only shows when a
//! node must start during an outage.
//!
//! # How it is found
//!
//! 1. A formula is taken apart (`split`): what all ways have in common is taken out, and what shares no part with the rest is
//!    one event with a chance of its own, found once for all formulas that hold it (Dutuit and Rauzy 1996). A region becomes
//!    one variable of the whole. Nodes counted over zones that others stand in too become a table over those zones, once for
//!    all formulas.
//! 2. What stays tangled becomes a reduced ordered binary decision diagram (`bdd`; Bryant 1986, Rauzy 1993). Equal members
//!    of a part are not variables of their own: "at least k of n" is a chain of steps "at least k₁", "at least k₂ when k₁ is
//!    reached", …, over the counts that are asked for, with binomial chances (Barlow and Heidtmann 1984). A conjunction of
//!    the first steps says exactly that a count is reached.
//! 3. Both passes over a diagram carry the chance of holding and of failing side by side, as sums of positive terms, so
//!    that an unavailability of 1e-15 has as many digits as one of 0.1.
//! 4. The frequency of outages is Σ I_B · A · λ over all members (Birnbaum 1969; Trivedi and Bobbio 2017), and the mean
//!    outage is unavailability over frequency.
//! 5. The general problem is #P-hard (Valiant 1979), so diagrams have a node limit. Limits rise in rounds over all
//!    formulas, so that a hard one does not use up what the easy ones need. What is still unsolved is sampled (`monte_carlo`),
//!    and says so: [`Certainty::Sampled`].
//!
//! # Why the diagrams are our own
//!
//! The crate oxidd (0.13) was measured with one manager and one thread: creating a manager took about half a millisecond at
//! its smallest and 12 ms with room for two million nodes, of a budget of 5 ms, and it starts a pool of threads and a
//! thread that collects garbage. Diagrams here are small and live for one formula, so nothing is ever collected, and
//! counts, tables and modules would have to be built around it anyway.

mod bdd;
pub mod chance;
mod exact;
mod monte_carlo;
mod order;
mod shape;
mod split;

use std::collections::HashMap;

use super::formula::{FormulaId, Formulas, PartId};
pub use chance::{Chance, HOURS_PER_YEAR, PartChance};
use exact::{Solved, Solver};

/// Minutes of a year.
const MINUTES_PER_YEAR: f64 = HOURS_PER_YEAR * 60.0;
/// Nodes that one diagram may have, round by round; the last round ends with the limit of all.
const ROUNDS: [usize; 4] = [1 << 12, 1 << 15, 1 << 18, usize::MAX];

/// How much work an exact answer may take, and what is done beyond it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effort {
    /// Nodes of all decision diagrams together.
    pub node_limit: usize,
    /// States that are drawn for each formula beyond it; at least 8,192 are.
    pub samples: u32,
    /// Where the random numbers start.
    pub seed: u64,
}

impl Default for Effort {
    fn default() -> Self {
        Self { node_limit: 2_000_000, samples: 40_000, seed: 0x4d65_7269_6469_616e }
    }
}

/// How sure an answer is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Certainty {
    /// Exact, but for rounding in the last digits.
    Exact,
    /// Sampled: the unavailability lies between these in 95 of 100 cases. Frequency and importance are best guesses.
    Sampled {
        /// Lower end of the unavailability.
        down_low: f64,
        /// Upper end of the unavailability.
        down_high: f64,
        /// How many states were drawn.
        samples: u64,
    },
}

/// What a part does to the availability of a formula.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Importance {
    /// The part.
    pub part: PartId,
    /// Birnbaum importance of one member: P(holds | it works) − P(holds | it does not). The same for all members of a
    /// part. When sampled, 0 for what never fails.
    pub birnbaum: f64,
    /// How much unavailability would go if no member ever failed, as far as one can tell from here: Birnbaum importance
    /// times the unavailability of a member, of all members together.
    pub criticality: f64,
    /// How often in a year a failure of this part makes the formula stop holding, where its failures are known.
    pub outages_per_year: Option<f64>,
    /// Failures of a member in a year that the formula survives, of all members together, where they are known.
    pub survived_per_year: Option<f64>,
}

/// How available a formula is.
#[derive(Debug, Clone, PartialEq)]
pub struct Availability {
    /// How likely it holds and does not, at any time.
    pub chance: Chance,
    /// How sure that is.
    pub certainty: Certainty,
    /// How often in a year it stops holding; `None` when it is not known how often some part that matters fails.
    pub outages_per_year: Option<f64>,
    /// The parts that it asks for, what to improve first first: by criticality, then by part.
    pub parts: Vec<Importance>,
}

impl Availability {
    /// Minutes a year in which it does not hold.
    #[must_use]
    pub fn minutes_per_year(&self) -> f64 {
        self.chance.down * MINUTES_PER_YEAR
    }

    /// How long it does not hold when it stops, in hours; `None` when it is not known how often it stops, or it never does.
    #[must_use]
    pub fn mean_outage_h(&self) -> Option<f64> {
        let outages = self.outages_per_year.filter(|outages| *outages > 0.0)?;
        Some(self.chance.down * HOURS_PER_YEAR / outages)
    }

    fn of(solved: &Solved, certainty: Certainty, chances: &[PartChance]) -> Self {
        let mut parts: Vec<Importance> = solved
            .slopes
            .iter()
            .filter_map(|(part, slope)| {
                let chance = chances.get(part.index())?;
                let birnbaum = if chance.members() == 0 { 0.0 } else { slope / f64::from(chance.members()) };
                // P(holds | one member is down) = P(holds) − P(member up) · I_B.
                let survives = (solved.chance.up - chance.member().up * birnbaum).max(0.0);
                let failures = chance.failures_per_year().map(|rate| rate * f64::from(chance.members()));
                Some(Importance {
                    part: *part,
                    birnbaum,
                    criticality: slope * chance.member().down,
                    outages_per_year: failures.map(|failures| failures * birnbaum),
                    survived_per_year: failures.map(|failures| failures * survives),
                })
            })
            .collect();
        parts.sort_by(|a, b| b.criticality.total_cmp(&a.criticality).then(a.part.cmp(&b.part)));
        let outages = parts.iter().filter(|part| part.birnbaum > 0.0).map(|part| part.outages_per_year).sum();
        Self { chance: solved.chance, certainty, outages_per_year: outages, parts }
    }
}

/// How available each of many formulas is, in their order. A part behind the end of `chances` has no members: what asks for
/// it never holds.
#[must_use]
pub fn availability(
    formulas: &Formulas,
    chances: &[PartChance],
    roots: &[FormulaId],
    effort: Effort,
) -> Vec<Availability> {
    Prepared::new(formulas, roots).availability(chances, effort)
}

/// Formulas that are taken apart once, to be asked with several chances: the ends of ranges, or with one part improved.
pub struct Prepared {
    roots: Vec<FormulaId>,
    solver: Solver,
}

impl Prepared {
    /// For these roots.
    #[must_use]
    pub fn new(formulas: &Formulas, roots: &[FormulaId]) -> Self {
        Self { roots: roots.to_vec(), solver: Solver::new(formulas, roots) }
    }

    /// How available each root is, as [`availability`] says it.
    #[must_use]
    pub fn availability(&mut self, chances: &[PartChance], effort: Effort) -> Vec<Availability> {
        let Self { roots, solver } = self;
        solver.start(chances, effort.node_limit);
        for limit in ROUNDS {
            // What cannot be solved within this limit is tried again within the next.
            let unsolved = roots.iter().filter(|root| solver.solve(**root, limit).is_err()).count();
            if unsolved == 0 || solver.nodes_left() == 0 {
                break;
            }
        }
        let mut sampled = HashMap::new();
        let answers = roots.iter().map(|root| match solver.solve(*root, 0) {
            Ok(solved) => Availability::of(&solved, Certainty::Exact, chances),
            Err(_) => {
                let found = sampled
                    .entry(*root)
                    .or_insert_with(|| monte_carlo::sample(solver, *root, effort.samples, effort.seed));
                let (down_low, down_high) = found.down;
                let certainty = Certainty::Sampled { down_low, down_high, samples: found.samples };
                Availability::of(&found.solved, certainty, chances)
            }
        });
        answers.collect()
    }
}

/// Unavailability that switching over adds: U_switch = Σ ω_f · RTO_f / 8,760 h over the failures f that the formula survives.
///
/// The formula itself takes redundancy to be instant. `rto_h` says for each part how many hours pass, when one of its
/// members fails, until the others have taken over: 0 where that is not noticed, such as a standby or a gateway behind a
/// load balancer that retries. Failures that are not survived are in the unavailability already and do not count again. An
/// upper bound, as switching times that overlap are added. `None` when it is not known how often a part that switches fails.
/// See Trivedi and Bobbio, Reliability and Availability Engineering (2017), on imperfect failover.
#[must_use]
pub fn switching_down(of: &Availability, rto_h: impl Fn(PartId) -> f64) -> Option<f64> {
    of.parts
        .iter()
        .map(|part| (rto_h(part.part), part))
        .filter(|(hours, _)| *hours > 0.0)
        .map(|(hours, part)| part.survived_per_year.map(|survived| survived * hours / HOURS_PER_YEAR))
        .sum()
}

/// How likely a pool of nodes must start one of them in an outage of what they start from, `outage_h` hours long: that fewer than
/// `needed` of `nodes` are still running at its end. P = 1 − P(at least `needed` of `nodes` survive), each with e^(−λt).
///
/// This is the failure that stays hidden while the control plane is away: running gateways go on, a failed one does not
/// come back. `failures_per_year` is of one node while it runs. Nodes all run at the beginning; what the data plane
/// loses over time is the unavailability of the control plane times this ([`latent_down`]).
#[must_use]
pub fn restart_needed(nodes: u32, needed: u32, failures_per_year: f64, outage_h: f64) -> f64 {
    let expected = (failures_per_year * outage_h / HOURS_PER_YEAR).max(0.0);
    let node = Chance { up: (-expected).exp(), down: -(-expected).exp_m1() };
    chance::at_least(nodes, needed, node).down
}

/// Unavailability that a pool of running nodes has because it cannot restart while its control plane is down: the
/// unavailability of the control plane times [`restart_needed`] in its mean outage.
///
/// An upper bound for outages of the mean length, as the pool is counted as lost from the beginning of the outage.
#[must_use]
pub fn latent_down(control: &Availability, nodes: u32, needed: u32, failures_per_year: f64) -> Option<f64> {
    if control.chance.down <= 0.0 {
        return Some(0.0);
    }
    Some(control.chance.down * restart_needed(nodes, needed, failures_per_year, control.mean_outage_h()?))
}

#[cfg(test)]
mod tests;
