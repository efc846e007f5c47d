use proptest::prelude::*;

use super::super::formula::{FormulaId, Formulas, PartId};
use super::*;

#[derive(Debug, Clone)]
struct Model {
    formulas: Formulas,
    members: Vec<u32>,
    roots: Vec<FormulaId>,
}

const PLENTY: usize = 100_000;

impl Model {
    fn all_cuts(&self, order: u32, limit: usize, may_fail: &dyn Fn(PartId) -> bool) -> Vec<Cuts> {
        let Model { formulas, members, roots } = self;
        minimal_cuts(&Question { formulas, members, roots, may_fail, order, limit }, &|| true).unwrap()
    }

    fn cuts(&self, order: u32) -> Cuts {
        self.all_cuts(order, PLENTY, &|_| true).remove(0)
    }

    fn holds(&self, root: FormulaId, cut: &Cut) -> bool {
        let down = |part: PartId| cut.parts.iter().find(|(of, _)| *of == part).map_or(0, |(_, down)| *down);
        self.formulas.evaluate(|part| self.members[part.index()].saturating_sub(down(part))).holds(root)
    }

    /// Every state, looked at: those that are down while any one failure less is up.
    fn by_brute_force(&self, root: FormulaId, may_fail: &dyn Fn(PartId) -> bool) -> Vec<Cut> {
        let mut states = vec![Cut::default()];
        for (at, members) in (0..).zip(&self.members) {
            let part = PartId(at);
            let most = if may_fail(part) { *members } else { 0 };
            states = states
                .iter()
                .flat_map(|state| {
                    (0..=most).map(move |down| {
                        let mut next = state.clone();
                        next.parts.extend((down > 0).then_some((part, down)));
                        next
                    })
                })
                .collect();
        }
        let one_less = |cut: &Cut| -> Vec<Cut> {
            (0..cut.parts.len())
                .map(|at| {
                    let mut less = cut.clone();
                    less.parts[at].1 -= 1;
                    less.parts.retain(|(_, down)| *down > 0);
                    less
                })
                .collect()
        };
        let mut minimal: Vec<Cut> = states
            .into_iter()
            .filter(|cut| !self.holds(root, cut) && one_less(cut).iter().all(|less| self.holds(root, less)))
            .collect();
        minimal.sort_by_key(|cut| (cut.order(), cut.clone()));
        minimal
    }
}

fn models() -> impl Strategy<Value = Model> {
    let node = (any::<bool>(), proptest::collection::vec(any::<prop::sample::Index>(), 1..5));
    let leaf = (any::<prop::sample::Index>(), 1_u32..4);
    (
        proptest::collection::vec(1_u32..5, 1..6),
        proptest::collection::vec(leaf, 1..12),
        proptest::collection::vec(node, 0..24),
    )
        .prop_map(|(mut members, leaves, nodes)| {
            while members.iter().sum::<u32>() > 12 {
                members.pop();
            }
            let mut formulas = Formulas::default();
            let mut all: Vec<FormulaId> = leaves
                .iter()
                .map(|(at, asked)| {
                    let part = at.index(members.len());
                    formulas.members(PartId(u32::try_from(part).unwrap()), (*asked).min(members[part] + asked / 3))
                })
                .collect();
            for (and, children) in nodes {
                let children: Vec<_> = children.iter().map(|at| all[at.index(all.len())]).collect();
                all.push(if and { formulas.all(children) } else { formulas.any(children) });
            }
            Model { formulas, members, roots: all }
        })
}

/// Parts with one member each, and the formula for them.
fn singles(parts: usize, build: impl Fn(&mut Formulas, &[FormulaId]) -> FormulaId) -> Model {
    let mut formulas = Formulas::default();
    let up: Vec<FormulaId> = (0..u32::try_from(parts).unwrap()).map(|part| formulas.part(PartId(part))).collect();
    let root = build(&mut formulas, &up);
    Model { formulas, members: vec![1; parts], roots: vec![root] }
}

/// The parts of each set, numbered from 1 as in textbooks.
fn numbered(cuts: &Cuts) -> Vec<Vec<u32>> {
    cuts.sets.iter().map(|cut| cut.parts.iter().map(|(part, _)| part.0 + 1).collect()).collect()
}

/// Textbook bridge: 1 and 2 leave the source, 4 and 5 reach the sink, 3 joins the middles.
fn bridge() -> Model {
    singles(5, |f, up| {
        let paths = [&[0, 3][..], &[1, 4], &[0, 2, 4], &[1, 2, 3]];
        let paths: Vec<FormulaId> = paths.iter().map(|path| f.all(path.iter().map(|part| up[*part]))).collect();
        f.any(paths)
    })
}

#[test]
fn the_bridge_has_the_four_cut_sets_of_the_textbooks() {
    let cuts = bridge().cuts(5);
    assert_eq!(numbered(&cuts), [vec![1, 2], vec![4, 5], vec![1, 3, 5], vec![2, 3, 4]]);
    assert!(!cuts.truncated);
    let two = bridge().cuts(2);
    assert_eq!(numbered(&two), [vec![1, 2], vec![4, 5]]);
    assert!(!two.truncated, "nothing of an order that was asked for is missing");
    assert!(bridge().cuts(1).sets.is_empty());
}

#[test]
fn k_of_n_fails_with_any_n_minus_k_plus_1() {
    let choose = |n: usize, k: usize| (1..=k).fold(1, |c, i| c * (n - k + i) / i);
    for (k, n) in [(1, 3), (2, 3), (2, 5), (5, 7), (4, 4)] {
        let model = singles(n, |f, _| {
            let of: Vec<_> = (0..u32::try_from(n).unwrap()).map(|part| (Formulas::ALWAYS, PartId(part), 1)).collect();
            f.members_among(u32::try_from(k).unwrap(), &of)
        });
        let cuts = model.cuts(10);
        let order = n - k + 1;
        assert_eq!(cuts.sets.len(), choose(n, order), "{k} of {n}");
        assert!(cuts.sets.iter().all(|cut| cut.order() as usize == order && cut.parts.len() == order));
    }
}

/// A group of two nodes in each of two zones, with what the group has in common.
#[test]
fn a_group_fails_as_a_whole_by_its_zones_or_node_by_node() {
    let mut formulas = Formulas::default();
    let [region, group, zone_a, zone_b, in_a, in_b] = [0, 1, 2, 3, 4, 5].map(PartId);
    let [a, b] = [(zone_a, in_a), (zone_b, in_b)].map(|(zone, nodes)| {
        let (zone, nodes) = (formulas.part(zone), formulas.part(nodes));
        formulas.all([zone, nodes])
    });
    let nodes = formulas.any([a, b]);
    let (region_up, group_up) = (formulas.part(region), formulas.part(group));
    let root = formulas.all([region_up, group_up, nodes]);
    let model = Model { formulas, members: vec![1, 1, 1, 1, 2, 2], roots: vec![root] };
    let cut = |parts: &[(PartId, u32)]| Cut { parts: parts.to_vec() };
    let expected = [
        cut(&[(region, 1)]),
        cut(&[(group, 1)]),
        cut(&[(zone_a, 1), (zone_b, 1)]),
        cut(&[(zone_a, 1), (in_b, 2)]),
        cut(&[(zone_b, 1), (in_a, 2)]),
        cut(&[(in_a, 2), (in_b, 2)]),
    ];
    assert_eq!(model.cuts(4).sets, expected);
    assert_eq!(model.cuts(3).sets, expected[..5]);
    let without_common_causes = model.all_cuts(4, PLENTY, &|part| part != region && part != group).remove(0);
    assert_eq!(without_common_causes.sets, expected[2..]);
}

#[test]
fn what_is_down_already_takes_no_failure_and_what_needs_nothing_none() {
    let mut model = singles(1, |f, up| f.all([up[0]]));
    model.roots = vec![Formulas::NEVER, Formulas::ALWAYS, model.roots[0]];
    model.members = vec![0];
    let cuts = model.all_cuts(3, PLENTY, &|_| true);
    assert_eq!(cuts[0].sets, [Cut::default()]);
    assert!(cuts[1].sets.is_empty() && !cuts[1].truncated);
    assert_eq!(cuts[2].sets, [Cut::default()]);
}

#[test]
fn a_limit_is_said_and_what_is_left_is_minimal() {
    // Three regions of 30 parts that are all needed there: 27,000 sets of order 3, and two parts that all share.
    let model = singles(92, |f, up| {
        let regions: Vec<FormulaId> = up[..90].chunks(30).map(|of| f.all(of.iter().copied())).collect();
        let any = f.any(regions);
        f.all([any, up[90], up[91]])
    });
    let whole = model.cuts(3);
    assert_eq!((whole.sets.len(), whole.complete_to_order, whole.truncated), (27_002, 3, false));
    let some = model.all_cuts(3, 100, &|_| true).remove(0);
    assert!(some.truncated && some.complete_to_order >= 1);
    assert_eq!(some.sets[..2], whole.sets[..2]);
    assert!(
        some.sets.len() <= 100
            && some
                .sets
                .iter()
                .all(|cut| whole.sets.binary_search_by_key(&(cut.order(), cut), |of| (of.order(), of)).is_ok())
    );
}

#[test]
fn seven_regions_with_much_in_them_have_no_small_cut_sets_and_it_costs_nothing_to_see_that() {
    let model = singles(701, |f, up| {
        let regions: Vec<FormulaId> = up[..700].chunks(100).map(|of| f.all(of.iter().copied())).collect();
        let any = f.any(regions);
        f.all([any, up[700]])
    });
    let cuts = model.all_cuts(3, 1_000, &|_| true).remove(0);
    assert_eq!(numbered(&cuts), [[701]]);
    assert!(!cuts.truncated, "a limit that is not met leaves nothing out");
}

#[test]
fn the_search_stops_when_it_is_told_to() {
    let Model { formulas, members, roots } = &bridge();
    let question = Question { formulas, members, roots, may_fail: &|_| true, order: 3, limit: PLENTY };
    assert!(minimal_cuts(&question, &|| false).is_none());
}

#[test]
fn the_likelier_of_two_sets_of_an_order_comes_first() {
    let model = bridge();
    let unavailability = |part: PartId| if part.0 >= 3 { 0.2 } else { 0.1 };
    let ranked = model.cuts(5).ranked(&model.members, &unavailability);
    let sets: Vec<Vec<u32>> = ranked.iter().map(|r| r.cut.parts.iter().map(|(part, _)| part.0 + 1).collect()).collect();
    assert_eq!(sets, [vec![4, 5], vec![1, 2], vec![1, 3, 5], vec![2, 3, 4]]);
    assert!((ranked[0].probability - 0.04).abs() < 1e-15 && (ranked[2].probability - 0.002).abs() < 1e-15);
}

#[test]
fn members_of_a_group_fail_as_the_binomial_distribution_says() {
    let chance =
        |down: u32, members: u32, u: f64| Cut { parts: vec![(PartId(0), down)] }.probability(&[members], &|_| u);
    // 2 of 3 at 0.9, 0.99 and 3 of 5 at 0.99 work with 0.972, 0.999702, 0.9999901494.
    assert!((chance(2, 3, 0.1) - (1.0 - 0.972)).abs() < 1e-15);
    assert!((chance(2, 3, 0.01) - (1.0 - 0.999_702)).abs() < 1e-15);
    assert!((chance(3, 5, 0.01) - (1.0 - 0.999_990_149_4)).abs() < 1e-13);
    assert!((chance(3, 3, 1e-6) / 1e-18 - 1.0).abs() < 1e-12, "small chances keep their digits");
    assert!((chance(1, 1, 0.25) - 0.25).abs() < 1e-15);
    for (got, expected) in [(chance(4, 3, 0.5), 0.0), (chance(2, 3, 0.0), 0.0), (chance(2, 3, 1.0), 1.0)] {
        assert!((got - expected).abs() < f64::EPSILON);
    }
    assert!((Cut::default().probability(&[], &|_| 0.5) - 1.0).abs() < f64::EPSILON, "down already");
}

proptest! {
    #[test]
    fn every_state_looked_at_gives_the_same_minimal_cut_sets(
        model in models(),
        order in 0_u32..14,
        kept_up in 0_u32..8,
        limit in 1_usize..12,
    ) {
        let may_fail = |part: PartId| part.0 != kept_up;
        let all = model.all_cuts(12, PLENTY, &may_fail);
        let some = model.all_cuts(order, PLENTY, &may_fail);
        let few = model.all_cuts(order, limit, &may_fail);
        for (at, root) in model.roots.iter().enumerate() {
            let expected = model.by_brute_force(*root, &may_fail);
            prop_assert_eq!(&all[at].sets, &expected);
            prop_assert!(!all[at].truncated);
            let upto = |order: u32| expected.iter().filter(|cut| cut.order() <= order).cloned().collect::<Vec<_>>();
            prop_assert_eq!(&some[at].sets, &upto(order));
            // A limit leaves out what it says, and what it lists is right.
            let few = &few[at];
            prop_assert_eq!(
                few.sets.iter().filter(|cut| cut.order() <= few.complete_to_order).cloned().collect::<Vec<_>>(),
                upto(few.complete_to_order.min(order))
            );
            prop_assert!(few.sets.iter().all(|cut| expected.contains(cut)));
            prop_assert!(few.truncated || few.sets == upto(order));
            for (at, cut) in expected.iter().enumerate() {
                prop_assert!(expected.iter().enumerate().all(|(other, of)| other == at || !cut.contains(of)));
            }
        }
    }
}
