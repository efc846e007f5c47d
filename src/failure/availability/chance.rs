//! Chances: pairs of "up" and "down" that are never got from each other by subtraction, and counts of equal members.
//!
//! 1 − (1 − 1e-12) has lost a quarter of its digits in a 64-bit number, and differences of 1e-9 are what the redundancy of a deployment is about.
//! So both halves are carried along, and every sum here has positive terms only.

/// Hours of a year, as service levels count them.
pub const HOURS_PER_YEAR: f64 = 8_760.0;

/// How likely something works and how likely it does not; each exact by itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chance {
    /// Probability that it works, 0 to 1.
    pub up: f64,
    /// Probability that it does not, 0 to 1.
    pub down: f64,
}

impl Chance {
    /// It always works.
    pub const ALWAYS: Self = Self { up: 1.0, down: 0.0 };
    /// It never works.
    pub const NEVER: Self = Self { up: 0.0, down: 1.0 };

    /// From the probability that it does not work, 0 to 1.
    #[must_use]
    pub fn of_down(down: f64) -> Self {
        Self { up: 1.0 - down, down }
    }

    /// All of independent things work.
    #[must_use]
    pub fn all(of: impl IntoIterator<Item = Self>) -> Self {
        of.into_iter().fold(Self::ALWAYS, |all, one| Self { up: all.up * one.up, down: all.down + all.up * one.down })
    }

    /// At least one of independent things works.
    #[must_use]
    pub fn any(of: impl IntoIterator<Item = Self>) -> Self {
        let fail = Self::all(of.into_iter().map(Self::turned));
        fail.turned()
    }

    /// Up for down.
    fn turned(self) -> Self {
        Self { up: self.down, down: self.up }
    }
}

/// How one member of a part fails; all members of a part are alike and independent.
///
/// A cause that takes several down at once (a zone, a shared release) is a part of its own; see [`beta_factor`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PartChance {
    members: u32,
    member: Chance,
    failures_per_year: Option<f64>,
}

impl PartChance {
    /// Members that are each down for a share `member_down` (0 to 1) of the time, and fail `failures_per_year` times in a
    /// calendar year where that is known. `None` when a number is not one or out of range.
    #[must_use]
    pub fn new(members: u32, member_down: f64, failures_per_year: Option<f64>) -> Option<Self> {
        let rate_is_one = failures_per_year.is_none_or(|rate| rate.is_finite() && rate >= 0.0);
        ((0.0..=1.0).contains(&member_down) && rate_is_one).then(|| Self {
            members,
            member: Chance::of_down(member_down),
            failures_per_year,
        })
    }

    /// Members that are each down for a share of the time, for `repair_h` hours at a time: they fail
    /// `member_down` · 8,760 h / `repair_h` times a year. `None` when a number is not one or out of range.
    #[must_use]
    pub fn with_repair(members: u32, member_down: f64, repair_h: f64) -> Option<Self> {
        (repair_h > 0.0)
            .then(|| Self::new(members, member_down, Some(member_down * HOURS_PER_YEAR / repair_h)))
            .flatten()
    }

    /// How many members there are.
    #[must_use]
    pub fn members(&self) -> u32 {
        self.members
    }

    /// How likely one member works.
    #[must_use]
    pub fn member(&self) -> Chance {
        self.member
    }

    /// How often one member fails in a calendar year, where known.
    #[must_use]
    pub fn failures_per_year(&self) -> Option<f64> {
        self.failures_per_year
    }

    /// At least `needed` members work.
    #[must_use]
    pub fn at_least(&self, needed: u32) -> Chance {
        at_least(self.members, needed, self.member)
    }

    /// The steps "at least the first count", "at least the second, when the first is reached", …; counts ascend.
    pub(super) fn steps(&self, counts: &[u32]) -> Vec<Step> {
        let up = members_up(self.members, self.member);
        let others = members_up(self.members.saturating_sub(1), self.member);
        // What one more member up at the chance of a member does to the chance that so many are up.
        let slope_at = |count: u32| {
            let critical = count.checked_sub(1).filter(|_| count <= self.members);
            let at = critical.and_then(|c| others.get(c as usize)).copied().unwrap_or(0.0);
            f64::from(self.members) * at
        };
        let (mut before, mut reached, mut reached_slope) = (0, 1.0, 0.0);
        let mut steps = Vec::with_capacity(counts.len());
        for &count in counts {
            let next = sum(from(&up, count).iter().rev());
            let missed = sum(up.iter().take(count as usize).skip(before as usize));
            let slope = slope_at(count);
            let step = if reached > 0.0 && count <= self.members {
                Step {
                    chance: Chance { up: (next / reached).min(1.0), down: (missed / reached).min(1.0) },
                    slope: ((slope * reached - next * reached_slope) / (reached * reached)).max(0.0),
                }
            } else {
                Step { chance: Chance::NEVER, slope: 0.0 }
            };
            steps.push(step);
            (before, reached, reached_slope) = (count, next, slope);
        }
        steps
    }
}

/// One step of a count: reached, given that the one before is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    pub chance: Chance,
    /// How much likelier it gets per chance of a member; of all members together.
    pub slope: f64,
}

/// Starts from +0, which the sum of nothing does not.
fn sum<'a>(of: impl Iterator<Item = &'a f64>) -> f64 {
    of.fold(0.0, |sum, one| sum + one)
}

fn from(up: &[f64], count: u32) -> &[f64] {
    up.get(count as usize..).unwrap_or(&[])
}

/// How likely exactly 0, 1, 2, … of the members work: the binomial distribution.
///
/// Goes outwards from the likeliest count by ratios and divides by the sum, so that neither a factorial nor a power
/// overflows, and small terms are as exact as large ones.
#[must_use]
pub fn members_up(members: u32, member: Chance) -> Vec<f64> {
    let size = members as usize + 1;
    let mut weights = vec![0.0; size];
    let likeliest = (f64::from(members + 1) * member.up).floor().clamp(0.0, f64::from(members));
    // Between 0 and `members`, and whole.
    let likeliest = likeliest as u32;
    let odds = |count: u32| f64::from(members - count) / f64::from(count + 1);
    let mut weight = 1.0;
    for count in likeliest..=members {
        if let Some(slot) = weights.get_mut(count as usize) {
            *slot = weight;
        }
        if count < members {
            weight *= if member.down > 0.0 { odds(count) * member.up / member.down } else { 0.0 };
        }
    }
    weight = 1.0;
    for count in (0..likeliest).rev() {
        weight *= if member.up > 0.0 { member.down / member.up / odds(count) } else { 0.0 };
        if let Some(slot) = weights.get_mut(count as usize) {
            *slot = weight;
        }
    }
    let total: f64 = weights.iter().sum();
    weights.iter_mut().for_each(|w| *w /= total);
    weights
}

/// At least `needed` of so many equal, independent members work. None needed: always.
#[must_use]
pub fn at_least(members: u32, needed: u32, member: Chance) -> Chance {
    if needed > members {
        return Chance::NEVER;
    }
    let up = members_up(members, member);
    Chance { up: sum(from(&up, needed).iter().rev()), down: sum(up.iter().take(needed as usize)) }
}

/// Splits what takes a member down into its own failures and those it has in common with the others: of the time
/// `member_down`, the share `beta` (0 to 1) goes to one shared part, in series. Returns (own, shared).
///
/// The beta factor model (Fleming 1975); 0.05 is the usual starting value where nothing was measured.
#[must_use]
pub fn beta_factor(member_down: f64, beta: f64) -> (f64, f64) {
    ((1.0 - beta) * member_down, beta * member_down)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() <= 1e-13 * a.abs().max(b.abs()), "{a} is not {b}");
    }

    #[test]
    fn series_and_parallel_keep_the_last_digits() {
        let three_nines = Chance::of_down(1e-3);
        close(Chance::any([three_nines; 2]).down, 1e-6);
        close(Chance::any([three_nines; 5]).down, 1e-15);
        close(Chance::all([Chance::of_down(1e-4); 3]).up, 0.999_700_029_999);
        close(Chance::all([Chance::of_down(1e-12), Chance::of_down(1e-15)]).down, 1.001e-12);
    }

    #[test]
    fn counts_of_equal_members() {
        close(at_least(3, 2, Chance::of_down(0.1)).up, 0.972);
        close(at_least(3, 2, Chance::of_down(0.01)).up, 0.999_702);
        close(at_least(3, 2, Chance::of_down(0.001)).up, 0.999_997_002);
        close(at_least(5, 3, Chance::of_down(0.01)).up, 0.999_990_149_4);
        // C(5,3) q³ p² + C(5,4) q⁴ p + q⁵ with q = 1e-4: no digit is lost.
        close(
            at_least(5, 3, Chance::of_down(1e-4)).down,
            10.0 * 1e-12 * 0.9999_f64.powi(2) + 5.0 * 1e-16 * 0.9999 + 1e-20,
        );
        assert_eq!(at_least(2, 3, Chance::of_down(0.1)), Chance::NEVER);
        assert_eq!(at_least(4, 0, Chance::NEVER), Chance::ALWAYS);
        close(at_least(4, 4, Chance::ALWAYS).up, 1.0);
        assert_eq!(at_least(4, 1, Chance::NEVER), Chance::NEVER);
    }

    #[test]
    fn a_thousand_members_neither_overflow_nor_vanish() {
        let up = members_up(1_000, Chance::of_down(0.5));
        close(up.iter().sum(), 1.0);
        // C(1000, 500) / 2^1000.
        assert!((up[500] - 0.025_225_018_178_360_8).abs() < 1e-12, "{}", up[500]);
        let rare = at_least(1_000, 900, Chance::of_down(0.01));
        assert!(rare.down > 0.0 && rare.down < 1e-60, "{rare:?}");
    }

    #[test]
    fn steps_multiply_to_the_count() {
        let part = PartChance::new(7, 0.03, None).unwrap();
        let steps = part.steps(&[1, 3, 6, 7, 9]);
        let mut reached = 1.0;
        for (step, count) in steps.iter().zip([1, 3, 6, 7, 9]) {
            reached *= step.chance.up;
            assert!((reached - part.at_least(count).up).abs() < 1e-14);
            assert!((step.chance.up + step.chance.down - 1.0).abs() < 1e-14);
        }
    }

    #[test]
    fn numbers_that_are_none_are_refused() {
        for down in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
            assert_eq!(PartChance::new(1, down, None), None);
        }
        assert_eq!(PartChance::new(1, 0.1, Some(-1.0)), None);
        assert_eq!(PartChance::new(1, 0.1, Some(f64::NAN)), None);
        assert_eq!(PartChance::with_repair(1, 0.1, 0.0), None);
        let hourly = PartChance::with_repair(1, 0.001, 4.0).unwrap();
        close(hourly.failures_per_year().unwrap(), 2.19);
    }
}
