//! Oracles: closed forms of textbooks, tables of cloud providers, and going through all states one by one.

use proptest::prelude::*;

use super::*;
use crate::failure::formula::Values;

/// One-member parts with these unavailabilities and a repair time of 4 hours.
fn parts(down: &[f64]) -> Vec<PartChance> {
    down.iter().map(|down| PartChance::with_repair(1, *down, 4.0).unwrap()).collect()
}

fn one(f: &Formulas, chances: &[PartChance], root: FormulaId) -> Availability {
    availability(f, chances, &[root], Effort::default()).remove(0)
}

fn no_diagrams() -> Effort {
    Effort { node_limit: 0, ..Effort::default() }
}

fn close(a: f64, b: f64) {
    assert!((a - b).abs() <= 1e-12 * a.abs().max(b.abs()), "{a} is not {b}");
}

/// Two ways over each of two ends, and a bridge between them.
fn bridge(f: &mut Formulas) -> FormulaId {
    let [a, b, c, d, e] = [0, 1, 2, 3, 4].map(|n| f.part(PartId(n)));
    let ways = [f.all([a, d]), f.all([b, e]), f.all([a, c, e]), f.all([b, c, d])];
    f.any(ways)
}

/// Each of `of` parts with its next two neighbours in a ring: any of them, all of that. Every cut has three parts.
fn ring(f: &mut Formulas, of: u32) -> FormulaId {
    let trios: Vec<FormulaId> = (0..of)
        .map(|n| {
            let trio = [n, n + 1, n + 2].map(|at| f.part(PartId(at % of)));
            f.any(trio)
        })
        .collect();
    f.all(trios)
}

/// A random looking formula over many parts that no order makes small: each clause has four parts from anywhere.
fn tangled(f: &mut Formulas, of: u32, clauses: u32) -> FormulaId {
    let clauses: Vec<FormulaId> = (0..clauses)
        .map(|n| {
            let clause = [1_u32, 7, 13, 29].map(|step| f.part(PartId((n * n + n * step + step) % of)));
            f.any(clause)
        })
        .collect();
    f.all(clauses)
}

#[test]
fn series_parallel_and_bridge_as_in_the_textbooks() {
    let mut f = Formulas::default();
    let [a, b, c] = [0, 1, 2].map(|n| f.part(PartId(n)));
    // AWS Reliability Pillar: two independent of 99.9 %; 99.99 % with two hard dependencies of 99.99 %.
    let pair = f.any([a, b]);
    close(one(&f, &parts(&[1e-3, 1e-3]), pair).chance.down, 1e-6);
    let chain = f.all([a, b, c]);
    close(one(&f, &parts(&[1e-4; 3]), chain).chance.up, 0.999_700_029_999);
    // A switch of 99.9 % in series makes two regions of 99.95 % worse than one.
    let switched = f.all([pair, c]);
    close(one(&f, &parts(&[5e-4, 5e-4, 1e-3]), switched).chance.up, 0.999 * (1.0 - 2.5e-7));
    let root = bridge(&mut f);
    let found = one(&f, &parts(&[0.1; 5]), root);
    close(found.chance.up, 0.978_48);
    assert_eq!(found.certainty, Certainty::Exact);
    // The bridge itself matters least.
    assert_eq!(found.parts.last().unwrap().part, PartId(2));
}

#[test]
fn counts_of_equal_members() {
    let mut f = Formulas::default();
    let cases =
        [(3, 2, 0.9, 0.972), (3, 2, 0.99, 0.999_702), (3, 2, 0.999, 0.999_997_002), (5, 3, 0.99, 0.999_990_149_4)];
    for (members, needed, member_up, wanted) in cases {
        let chance = PartChance::new(members, 1.0 - member_up, None).unwrap();
        let root = f.members(PartId(0), needed);
        close(one(&f, &[chance], root).chance.up, wanted);
    }
}

#[test]
fn minutes_a_year() {
    // The table of the Azure architecture guide.
    let mut f = Formulas::default();
    let root = f.part(PartId(0));
    for (down, minutes) in [(1e-2, 5_256.0), (1e-3, 525.6), (5e-4, 262.8), (1e-4, 52.56), (1e-5, 5.256)] {
        close(one(&f, &parts(&[down]), root).minutes_per_year(), minutes);
    }
}

#[test]
fn a_shared_part_counts_once() {
    let mut f = Formulas::default();
    let [name_service, left, right] = [0, 1, 2].map(|n| f.part(PartId(n)));
    let sites = [f.all([name_service, left]), f.all([name_service, right])];
    let root = f.any(sites);
    // The product of the sites would promise 1e-6.
    close(one(&f, &parts(&[1e-4, 1e-3, 1e-3]), root).chance.down, 1e-4 + 0.9999 * 1e-6);
}

#[test]
fn tiny_unavailabilities_keep_their_digits() {
    let mut f = Formulas::default();
    let root = bridge(&mut f);
    // Rare: both ends, with the next two orders of the polynomial 2q² + 2q³ − 5q⁴ + 2q⁵.
    let q = 1e-9_f64;
    close(one(&f, &parts(&[q; 5]), root).chance.down, 2.0 * q.powi(2) + 2.0 * q.powi(3));
    let better = one(&f, &parts(&[q, q, q, q, q * 0.999]), root).chance.down;
    close(better, q * q * 1.999 + 2.0 * q.powi(3));
}

#[test]
fn outages_are_counted_and_measured() {
    let mut f = Formulas::default();
    let [a, b] = [0, 1].map(|n| f.part(PartId(n)));
    // In parallel the pair is back as soon as one of two repairs is done: half of 4 hours.
    let pair = f.any([a, b]);
    let found = one(&f, &parts(&[1e-3, 1e-3]), pair);
    close(found.mean_outage_h().unwrap(), 2.0);
    close(found.outages_per_year.unwrap(), 1e-6 * 8_760.0 / 2.0);
    // In series both fail apart from each other.
    let chain = f.all([a, b]);
    let found = one(&f, &parts(&[1e-3, 2e-3]), chain);
    close(found.outages_per_year.unwrap(), 2.19 * 0.998 + 4.38 * 0.999);
    let unknown = [PartChance::new(1, 1e-3, None).unwrap(), PartChance::with_repair(1, 1e-3, 4.0).unwrap()];
    let found = one(&f, &unknown, chain);
    assert_eq!((found.outages_per_year, found.mean_outage_h()), (None, None));
    close(one(&f, &unknown, b).outages_per_year.unwrap(), 2.19);
}

#[test]
fn constants_and_parts_that_are_not_there() {
    let mut f = Formulas::default();
    let missing = f.part(PartId(7));
    let too_many = f.members(PartId(0), 3);
    let roots = [Formulas::NEVER, Formulas::ALWAYS, missing, too_many];
    let found = availability(&f, &parts(&[0.1]), &roots, Effort::default());
    let chances: Vec<Chance> = found.iter().map(|one| one.chance).collect();
    assert_eq!(chances, [Chance::NEVER, Chance::ALWAYS, Chance::NEVER, Chance::NEVER]);
    assert!(availability(&f, &[], &[], Effort::default()).is_empty());
}

#[test]
fn switching_takes_its_time() {
    let mut f = Formulas::default();
    let [main, other] = [0, 1].map(|n| f.part(PartId(n)));
    let root = f.any([main, other]);
    // One loss a year of the region that is in use, five minutes each time: five minutes a year.
    let chances = [PartChance::new(1, 0.0, Some(1.0)).unwrap(), PartChance::new(1, 0.0, Some(1.0)).unwrap()];
    let found = one(&f, &chances, root);
    let five_minutes = |part| if part == PartId(0) { 5.0 / 60.0 } else { 0.0 };
    close(switching_down(&found, five_minutes).unwrap() * MINUTES_PER_YEAR, 5.0);
    // A failure that is not survived is no switch.
    let alone = one(&f, &chances, main);
    close(switching_down(&alone, five_minutes).unwrap() + 1.0, 1.0);
    let unknown = one(&f, &[PartChance::new(1, 0.1, None).unwrap(), chances[1]], root);
    assert_eq!(switching_down(&unknown, five_minutes), None);
    assert_eq!(switching_down(&unknown, |_| 0.0), Some(0.0));
}

#[test]
fn nodes_that_fail_while_they_cannot_restart() {
    // One node: 1 − e^(−λt). Two of which one is enough: its square. A hundred years at once: certain.
    let once = 1.0 - (-0.1_f64).exp();
    close(restart_needed(1, 1, 2.0, 438.0), once);
    close(restart_needed(2, 1, 2.0, 438.0), once * once);
    close(restart_needed(2, 2, 2.0, 438.0), 1.0 - (1.0 - once) * (1.0 - once));
    close(restart_needed(3, 1, 2.0, 0.0), 0.0);
    close(restart_needed(3, 0, 2.0, 100.0), 0.0);
    close(restart_needed(1, 2, 2.0, 1.0), 1.0);
    // A second of outage is not lost in rounding.
    let second = restart_needed(1, 1, 1.0, 1.0 / 3600.0);
    assert!((second * 31_536_000.0 - 1.0).abs() < 1e-7, "{second}");
    let mut f = Formulas::default();
    let root = f.part(PartId(0));
    let control = one(&f, &parts(&[1e-3]), root);
    close(latent_down(&control, 2, 1, 2.0).unwrap(), 1e-3 * restart_needed(2, 1, 2.0, 4.0));
    assert_eq!(latent_down(&one(&f, &parts(&[0.0]), root), 2, 1, 2.0), Some(0.0));
}

#[test]
fn a_hard_formula_is_sampled_and_the_others_stay_exact() {
    let mut f = Formulas::default();
    let hard = tangled(&mut f, 101, 160);
    let easy = bridge(&mut f);
    let chances = parts(&[0.02; 101]);
    let effort = Effort { node_limit: 20_000, ..Effort::default() };
    let found = availability(&f, &chances, &[hard, easy, hard], effort);
    assert!(matches!(found[0].certainty, Certainty::Sampled { .. }), "{:?}", found[0].certainty);
    assert_eq!(found[1].certainty, Certainty::Exact);
    assert_eq!(found[0], found[2]);
    assert_eq!(found, availability(&f, &chances, &[hard, easy, hard], effort));
}

/// The interval, and whether the exact value is in it.
fn covers(f: &Formulas, chances: &[PartChance], root: FormulaId, seed: u64) -> (f64, f64, bool) {
    let exact = one(f, chances, root);
    assert_eq!(exact.certainty, Certainty::Exact);
    let sampled = availability(f, chances, &[root], Effort { seed, samples: 20_000, ..no_diagrams() }).remove(0);
    let Certainty::Sampled { down_low, down_high, .. } = sampled.certainty else { panic!("no diagram was allowed") };
    assert!(down_low <= sampled.chance.down && sampled.chance.down <= down_high);
    (down_low, down_high, (down_low..=down_high).contains(&exact.chance.down))
}

#[test]
fn intervals_hold_what_is_known() {
    let mut f = Formulas::default();
    let bridge = bridge(&mut f);
    let (low, high, holds) = covers(&f, &parts(&[0.1; 5]), bridge, 1);
    assert!(holds && low <= 0.021_52 && 0.021_52 <= high, "{low} {high}");
    // Nothing fails unless three do: what has to be sampled. 95 of 100 intervals hold the truth; these 100 are fixed.
    let ring = ring(&mut f, 24);
    for down in [0.001, 0.05, 0.3, 0.9] {
        let runs: Vec<_> = (0..100).map(|seed| covers(&f, &parts(&[down; 24]), ring, seed)).collect();
        let held = runs.iter().filter(|(_, _, holds)| *holds).count();
        assert!(held >= 90, "{held} of 100 at {down}");
        let exact = one(&f, &parts(&[down; 24]), ring).chance.down;
        assert!(runs.iter().all(|(low, high, _)| high - low < 0.3 * exact), "{:?} {exact}", runs[0]);
    }
}

#[test]
fn sampled_importance_finds_the_same_parts_first() {
    let mut f = Formulas::default();
    let root = bridge(&mut f);
    let chances = parts(&[0.04, 0.01, 0.02, 0.015, 0.03]);
    let exact = one(&f, &chances, root);
    let sampled = availability(&f, &chances, &[root], no_diagrams()).remove(0);
    for (a, b) in exact.parts.iter().zip(&sampled.parts) {
        assert_eq!(a.part, b.part);
        assert!((a.birnbaum - b.birnbaum).abs() < 0.02 * a.birnbaum, "{a:?} {b:?}");
    }
    let (a, b) = (exact.outages_per_year.unwrap(), sampled.outages_per_year.unwrap());
    assert!((a - b).abs() < 0.02 * a, "{a} {b}");
}

/// Formulas over parts of 14 members at most, and the roots that were asked for.
#[derive(Debug, Clone)]
struct Case {
    formulas: Formulas,
    chances: Vec<PartChance>,
    roots: Vec<FormulaId>,
}

fn case() -> impl Strategy<Value = Case> {
    let part = (1_u32..5, 0.0..1.0_f64, 0.1..20.0_f64);
    let gate = (any::<bool>(), proptest::collection::vec(any::<prop::sample::Index>(), 2..5));
    let leaf = (any::<prop::sample::Index>(), 1_u32..5);
    (
        proptest::collection::vec(part, 2..8),
        proptest::collection::vec(leaf, 3..12),
        proptest::collection::vec(gate, 1..16),
    )
        .prop_map(|(parts, leaves, gates)| {
            let mut left = 14;
            let chances: Vec<PartChance> = parts
                .into_iter()
                .filter_map(|(members, down, rate)| {
                    let members = members.min(left);
                    left -= members;
                    PartChance::new(members, down, Some(rate)).filter(|_| members > 0)
                })
                .collect();
            let mut formulas = Formulas::default();
            let mut known: Vec<FormulaId> = leaves
                .iter()
                .map(|(part, count)| {
                    formulas.members(PartId(u32::try_from(part.index(chances.len())).unwrap()), *count)
                })
                .collect();
            for (all, children) in gates {
                let of: Vec<FormulaId> = children.iter().map(|child| *child.get(&known)).collect();
                known.push(if all { formulas.all(of) } else { formulas.any(of) });
            }
            Case { formulas, chances, roots: known }
        })
}

/// Two groups of nodes over the same zones, each counted as a whole, and formulas over groups, zones and other parts.
fn pooled() -> impl Strategy<Value = Case> {
    let gate = (any::<bool>(), proptest::collection::vec(any::<prop::sample::Index>(), 2..4));
    let needed = (2_u32..6, prop::option::of(1_u32..4), 1_u32..4);
    (2_u32..4, needed, proptest::collection::vec(0.0..1.0_f64, 11), proptest::collection::vec(gate, 1..10)).prop_map(
        |(zones, (needed, more, of_other), downs, gates)| {
            let mut formulas = Formulas::default();
            let zone: Vec<FormulaId> = (0..zones).map(|n| formulas.part(PartId(n))).collect();
            let mut pool = |first: u32, members: u32, needed: u32| {
                let of: Vec<_> = zone.iter().zip(first..).map(|(zone, part)| (*zone, PartId(part), members)).collect();
                formulas.members_among(needed, &of)
            };
            let mut known = vec![pool(zones, 2, needed), pool(2 * zones, 1, of_other)];
            known.extend(more.map(|more| pool(zones, 2, more)));
            known.extend(zone);
            known.extend([0, 1].map(|n| formulas.part(PartId(3 * zones + n))));
            for (all, children) in gates {
                let of: Vec<FormulaId> = children.iter().map(|child| *child.get(&known)).collect();
                known.push(if all { formulas.all(of) } else { formulas.any(of) });
            }
            let chance = |(part, down): (u32, &f64)| {
                let members = if part / zones == 1 { 2 } else { 1 };
                PartChance::new(members, *down, Some(1.0))
            };
            let chances = (0..3 * zones + 2).zip(&downs).filter_map(chance).collect();
            Case { formulas, chances, roots: known }
        },
    )
}

impl Case {
    /// All states of all members: which are up, how likely, and what holds.
    fn states(&self) -> Vec<(u32, f64, Values)> {
        let owners: Vec<usize> = self
            .chances
            .iter()
            .enumerate()
            .flat_map(|(part, chance)| std::iter::repeat_n(part, chance.members() as usize))
            .collect();
        (0..1_u32 << owners.len()).map(|state| self.state(state, &owners)).collect()
    }

    fn state(&self, state: u32, owners: &[usize]) -> (u32, f64, Values) {
        let (mut up, mut chance) = (vec![0; self.chances.len()], 1.0);
        for (member, part) in owners.iter().enumerate() {
            let works = state >> member & 1 == 1;
            let of = self.chances[*part].member();
            chance *= if works { of.up } else { of.down };
            up[*part] += u32::from(works);
        }
        (state, chance, self.formulas.evaluate(|part| up.get(part.index()).copied().unwrap_or(0)))
    }

    fn is_the_same_as_all_states(&self) -> Result<(), TestCaseError> {
        let states = self.states();
        let mut prepared = Prepared::new(&self.formulas, &self.roots);
        // What was asked before leaves nothing behind.
        let _ = prepared.availability(&[], Effort { node_limit: 10, ..Effort::default() });
        let found = prepared.availability(&self.chances, Effort::default());
        for (root, found) in self.roots.iter().zip(&found) {
            prop_assert_eq!(found.certainty, Certainty::Exact);
            let up = sum(states.iter().filter(|(_, _, values)| values.holds(*root)).map(|(_, chance, _)| *chance));
            let down = sum(states.iter().filter(|(_, _, values)| !values.holds(*root)).map(|(_, chance, _)| *chance));
            prop_assert!((found.chance.up - up).abs() < 1e-12, "{} {}", found.chance.up, up);
            prop_assert!((found.chance.down - down).abs() < 1e-12 * down.max(1e-3), "{} {}", found.chance.down, down);
            // From every state that holds: each member that is up may fail.
            let mut outages = 0.0;
            for one in &found.parts {
                let chance = self.chances[one.part.index()];
                let member = 1_u32 << self.first_member(one.part);
                let both = states.iter().filter(|(state, _, _)| state & member != 0);
                let critical = both.filter(|(state, _, values)| {
                    values.holds(*root) && !states[(state & !member) as usize].2.holds(*root)
                });
                let critical = sum(critical.map(|(_, chance, _)| *chance));
                let birnbaum = critical / chance.member().up;
                prop_assert!((one.birnbaum - birnbaum).abs() < 1e-11, "{} {}", one.birnbaum, birnbaum);
                outages += birnbaum * chance.failures_per_year().unwrap() * f64::from(chance.members());
                let criticality = f64::from(chance.members()) * birnbaum * chance.member().down;
                prop_assert!((one.criticality - criticality).abs() < 1e-11);
            }
            prop_assert!((found.outages_per_year.unwrap() - outages).abs() < 1e-9);
            prop_assert!(found.parts.is_sorted_by(|a, b| a.criticality >= b.criticality));
        }
        Ok(())
    }

    /// The place of a part's first member.
    fn first_member(&self, part: PartId) -> u32 {
        self.chances.iter().take(part.index()).map(PartChance::members).sum()
    }
}

#[test]
fn pools_that_share_zones_are_counted_over_tables() {
    let mut formulas = Formulas::default();
    let zones = [0, 1, 2].map(|n| formulas.part(PartId(n)));
    let pool = |formulas: &mut Formulas, first: u32, members: u32, needed: u32| {
        let of: Vec<_> = zones.iter().zip(first..).map(|(zone, part)| (*zone, PartId(part), members)).collect();
        formulas.members_among(needed, &of)
    };
    let gateways = pool(&mut formulas, 3, 2, 3);
    let managers = pool(&mut formulas, 6, 1, 2);
    let root = formulas.all([gateways, managers]);
    let downs = [0.01, 0.02, 0.03, 0.1, 0.2, 0.3, 0.05, 0.15, 0.25];
    let chances: Vec<PartChance> = downs
        .iter()
        .zip(0..)
        .map(|(down, n)| PartChance::new(if (3..6).contains(&n) { 2 } else { 1 }, *down, Some(1.0)).unwrap())
        .collect();
    let case = Case { formulas, chances, roots: vec![root] };
    let states = case.states();
    let found = one(&case.formulas, &case.chances, root);
    close(found.chance.down, sum(states.iter().filter(|(_, _, v)| !v.holds(root)).map(|(_, chance, _)| *chance)));
    assert_eq!(found.parts.len(), 9);
    // Each part by finite differences.
    for importance in &found.parts {
        let at = |step: f64| {
            let mut chances = case.chances.clone();
            let of = chances[importance.part.index()];
            chances[importance.part.index()] = PartChance::new(of.members(), of.member().down - step, None).unwrap();
            one(&case.formulas, &chances, root).chance.up
        };
        let slope = (at(1e-5) - at(-1e-5)) / 2e-5 / f64::from(case.chances[importance.part.index()].members());
        assert!((slope - importance.birnbaum).abs() < 1e-7, "{importance:?} {slope}");
    }
    let sampled = availability(&case.formulas, &case.chances, &[root], no_diagrams()).remove(0);
    let Certainty::Sampled { down_low, down_high, .. } = sampled.certainty else { panic!("no diagram was allowed") };
    assert!((down_low..=down_high).contains(&found.chance.down), "{down_low} {down_high} {:?}", found.chance);
}

fn sum(of: impl Iterator<Item = f64>) -> f64 {
    of.sum()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn the_same_as_going_through_all_states(case in case()) {
        case.is_the_same_as_all_states()?;
    }

    #[test]
    fn counts_over_shared_zones_are_the_same_too(case in pooled()) {
        case.is_the_same_as_all_states()?;
    }

    #[test]
    fn importance_is_the_slope_of_availability(case in case(), which in any::<prop::sample::Index>()) {
        let root = *case.roots.last().unwrap();
        let part = which.index(case.chances.len());
        let of = case.chances[part];
        let at = |down: f64| {
            let mut chances = case.chances.clone();
            chances[part] = PartChance::new(of.members(), down, None).unwrap();
            one(&case.formulas, &chances, root).chance.up
        };
        let (step, down) = (1e-5, of.member().down.clamp(1e-4, 1.0 - 1e-4));
        let mut here = case.clone();
        here.chances[part] = PartChance::new(of.members(), down, None).unwrap();
        let found = one(&here.formulas, &here.chances, root);
        let slope = (at(down - step) - at(down + step)) / (2.0 * step);
        let id = PartId(u32::try_from(part).unwrap());
        let importance = found.parts.iter().find(|one| one.part == id).map_or(0.0, |one| one.birnbaum);
        prop_assert!((slope - importance * f64::from(of.members())).abs() < 1e-6, "{} {}", slope, importance);
    }

    #[test]
    fn more_redundancy_never_lowers_availability(case in case(), which in any::<prop::sample::Index>(), down in 0.0..1.0_f64) {
        let root = *case.roots.last().unwrap();
        let before = one(&case.formulas, &case.chances, root).chance.up;
        let mut more = case.clone();
        let part = which.index(case.chances.len());
        let of = case.chances[part];
        more.chances[part] = PartChance::new(of.members() + 1, of.member().down, None).unwrap();
        prop_assert!(one(&more.formulas, &more.chances, root).chance.up >= before - 1e-12);
        // Another way, over a new part and one that is there.
        let mut more = case.clone();
        more.chances.push(PartChance::new(1, down, None).unwrap());
        let new = more.formulas.part(PartId(u32::try_from(case.chances.len()).unwrap()));
        let way = more.formulas.all([new, *which.get(&case.roots)]);
        let either = more.formulas.any([root, way]);
        prop_assert!(one(&more.formulas, &more.chances, either).chance.up >= before - 1e-12);
    }

    #[test]
    fn without_diagrams_the_interval_holds_all_states(case in case()) {
        // Wide enough for every case, not only 95 of 100: twice the interval to both sides.
        let exact = availability(&case.formulas, &case.chances, &case.roots, Effort::default());
        let sampled = availability(&case.formulas, &case.chances, &case.roots, no_diagrams());
        for (exact, sampled) in exact.iter().zip(&sampled) {
            let (low, high) = match sampled.certainty {
                Certainty::Exact => (sampled.chance.down, sampled.chance.down),
                Certainty::Sampled { down_low, down_high, .. } => (down_low, down_high),
            };
            let slack = 2.0 * (high - low) + 1e-12;
            prop_assert!((low - slack..=high + slack).contains(&exact.chance.down), "{:?} {:?}", exact.chance, sampled);
        }
    }
}
