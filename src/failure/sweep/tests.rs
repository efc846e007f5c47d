use proptest::prelude::*;

use super::super::formula::{FormulaId, Formulas, PartId};
use super::*;

/// A model to try failures on.
#[derive(Debug, Clone)]
struct Model {
    formulas: Formulas,
    members: Vec<u32>,
    roots: Vec<FormulaId>,
    things: Vec<Hit>,
    together: Vec<Together>,
}

impl Model {
    fn question(&self) -> Question<'_> {
        Question {
            formulas: &self.formulas,
            members: &self.members,
            roots: &self.roots,
            things: &self.things,
            together: &self.together,
        }
    }

    fn sweep(&self, order: Order<'_>) -> Sweep {
        sweep(&self.question(), order, &|| true).unwrap()
    }

    /// The roots that do not hold when these things fail, one formula after the other.
    fn lost(&self, things: &[usize]) -> Vec<usize> {
        let more = self.together.iter().filter(|together| together.pair.iter().all(|thing| things.contains(thing)));
        let hits: Vec<&Hit> = things.iter().map(|thing| &self.things[*thing]).chain(more.map(|of| &of.more)).collect();
        let values = self.formulas.evaluate(|part| {
            let hits = hits.iter().flat_map(|hit| &hit.parts);
            let down = hits.filter(|(hit, _)| *hit == part).fold(0_u32, |sum, (_, down)| sum.saturating_add(*down));
            self.members[part.index()].saturating_sub(down)
        });
        (0..self.roots.len()).filter(|root| !values.holds(self.roots[*root])).collect()
    }
}

fn models(things: impl Into<proptest::collection::SizeRange>) -> impl Strategy<Value = Model> {
    let node = (any::<bool>(), proptest::collection::vec(any::<prop::sample::Index>(), 1..5));
    let leaf = (any::<prop::sample::Index>(), 1_u32..4);
    let down = prop_oneof![4 => 1_u32..3, 1 => Just(u32::MAX)];
    let hit = proptest::collection::vec((any::<prop::sample::Index>(), down), 0..4);
    (
        proptest::collection::vec(1_u32..4, 1..8),
        proptest::collection::vec(leaf, 1..16),
        proptest::collection::vec(node, 0..24),
        proptest::collection::vec(any::<prop::sample::Index>(), 1..80),
        proptest::collection::vec(hit.clone(), things),
        proptest::collection::vec((any::<[prop::sample::Index; 2]>(), hit), 0..6),
    )
        .prop_map(|(members, leaves, nodes, roots, hits, together)| {
            let mut formulas = Formulas::default();
            let part = |at: &prop::sample::Index| PartId(u32::try_from(at.index(members.len())).unwrap());
            // Now and then one more member is asked for than there is.
            let mut all: Vec<FormulaId> = leaves
                .iter()
                .map(|(at, asked)| {
                    formulas.members(part(at), (*asked).min(members[at.index(members.len())] + u32::from(*asked == 3)))
                })
                .collect();
            for (and, children) in nodes {
                let children: Vec<_> = children.iter().map(|at| all[at.index(all.len())]).collect();
                all.push(if and { formulas.all(children) } else { formulas.any(children) });
            }
            let roots = roots.iter().map(|at| all[at.index(all.len())]).collect();
            let hit = |hit: &Vec<(prop::sample::Index, u32)>| Hit {
                parts: hit.iter().map(|(at, down)| (part(at), *down)).collect(),
            };
            let things: Vec<Hit> = hits.iter().map(hit).collect();
            let mut pairs = std::collections::BTreeSet::new();
            let together = together.iter().filter_map(|(pair, more)| {
                let [a, b] = pair.map(|at| if things.is_empty() { 0 } else { at.index(things.len()) });
                // Either thing may be named first.
                (a != b && pairs.insert([a.min(b), a.max(b)])).then(|| Together { pair: [a, b], more: hit(more) })
            });
            Model { together: together.collect(), things, formulas, members, roots }
        })
}

/// Two regions of two gateways each, in front of one database.
fn two_regions() -> Model {
    let mut f = Formulas::default();
    let [east, west, gw_east, gw_west, db] = [0, 1, 2, 3, 4].map(PartId);
    let [up_east, up_west, up_db] = [east, west, db].map(|part| f.part(part));
    let [any_east, any_west] = [gw_east, gw_west].map(|part| f.part(part));
    let serve_east = f.all([up_east, any_east]);
    let serve_west = f.all([up_west, any_west]);
    let serve = f.any([serve_east, serve_west]);
    let publish = f.all([up_db, up_east]);
    Model {
        formulas: f,
        members: vec![1, 1, 2, 2, 1],
        roots: vec![serve_east, serve, publish],
        things: vec![
            Hit::whole([east]),
            Hit::whole([west]),
            Hit { parts: vec![(gw_east, 1)] },
            Hit { parts: vec![(gw_east, 1)] },
            Hit::whole([gw_west]),
            Hit::whole([db]),
        ],
        together: Vec::new(),
    }
}

const SERVE_EAST: usize = 0;
const SERVE: usize = 1;
const PUBLISH: usize = 2;

#[test]
fn two_nodes_of_a_group_add_up_and_only_what_is_new_about_a_pair_is_listed() {
    let sweep = two_regions().sweep(Order::Two);
    assert_eq!(sweep.singles(SERVE_EAST).collect::<Vec<_>>(), [0]);
    assert_eq!(sweep.pairs(SERVE_EAST).collect::<Vec<_>>(), [(2, 3)], "one node is spare, the second is not");
    assert_eq!(sweep.singles(SERVE).count(), 0);
    assert_eq!(sweep.pairs(SERVE).collect::<Vec<_>>(), [(0, 1), (0, 4)]);
    assert_eq!(sweep.singles(PUBLISH).collect::<Vec<_>>(), [0, 5]);
    assert_eq!(sweep.pairs(PUBLISH).count(), 0, "either is enough");
    assert_eq!(sweep.lost_by(4, 0).unwrap().collect::<Vec<_>>(), [SERVE_EAST, SERVE, PUBLISH]);
    assert_eq!(sweep.lost_by(2, 2).unwrap().count(), 0, "a node does not fail twice");
    assert_eq!(sweep.pair_count(), 3);
    let involved = sweep.involved();
    assert_eq!(involved[0], Involved { roots_alone: 2, pairs: 2, roots_in_pairs: 2 });
    assert_eq!(involved[2], Involved { roots_alone: 0, pairs: 1, roots_in_pairs: 1 });
    let heat = sweep.heat_map(|_| true);
    assert_eq!((heat.at(0, 4), heat.at(4, 0), heat.at(0, 0), heat.at(2, 4), heat.most()), (3, 3, 2, 0, 3));
    assert_eq!(sweep.heat_map(|root| root == PUBLISH).at(0, 4), 1);
}

#[test]
fn what_only_a_pair_takes_down_counts_for_that_pair() {
    let mut model = two_regions();
    let db = Hit::whole([PartId(4)]);
    model.together = vec![Together { pair: [4, 2], more: db }];
    let sweep = model.sweep(Order::Two);
    assert_eq!(sweep.pairs(PUBLISH).collect::<Vec<_>>(), [(2, 4)]);
    assert_eq!(sweep.singles(PUBLISH).collect::<Vec<_>>(), [0, 5]);
    assert_eq!(model.sweep(Order::With(&[2])).pairs(PUBLISH).collect::<Vec<_>>(), [(2, 4)]);
    assert_eq!(sweep.pair_count(), two_regions().sweep(Order::Two).pair_count() + 1);
}

#[test]
fn what_is_failed_already_is_told_apart_from_what_the_next_failure_does() {
    let mut model = two_regions();
    model.members[1] = 0;
    model.members[4] = 0;
    let sweep = model.sweep(Order::Two);
    assert_eq!(sweep.lost_already().collect::<Vec<_>>(), [PUBLISH]);
    assert_eq!(sweep.singles(PUBLISH).count(), 0);
    assert_eq!(
        sweep.singles(SERVE).collect::<Vec<_>>(),
        [0],
        "with the west gone, the east is a single point of failure"
    );
    assert_eq!(sweep.pairs(SERVE).collect::<Vec<_>>(), [(2, 3)]);
    assert_eq!(sweep.lost_by_one(0).collect::<Vec<_>>(), [SERVE_EAST, SERVE, PUBLISH]);
    assert_eq!(sweep.heat_map(|_| true).at(0, 0), 2);
}

#[test]
fn a_pair_that_was_not_looked_at_has_no_answer() {
    let model = two_regions();
    let singles = model.sweep(Order::One);
    assert!(singles.lost_by(0, 1).is_none() && singles.lost_by(1, 1).is_some());
    let regions = model.sweep(Order::With(&[0, 1, 1, 99]));
    assert_eq!(regions.pairs(SERVE).collect::<Vec<_>>(), [(0, 1), (0, 4)]);
    assert!(regions.lost_by(5, 1).is_some() && regions.lost_by(2, 3).is_none());
    assert!(regions.lost_by(0, 99).is_none());
}

#[test]
fn a_sweep_stops_when_it_is_told_to() {
    let model = two_regions();
    for patience in 0_u32.. {
        let left = std::cell::Cell::new(patience);
        let go_on = || left.replace(left.get().saturating_sub(1)) > 0;
        match sweep(&model.question(), Order::Two, &go_on) {
            None => assert!(patience < 100),
            Some(done) => {
                assert!(patience > 2, "it is asked on the way");
                assert_eq!(done, model.sweep(Order::Two));
                break;
            }
        }
    }
}

#[test]
fn nothing_to_lose_and_nothing_that_fails_are_no_trouble() {
    let mut model = two_regions();
    model.roots.clear();
    assert_eq!(model.sweep(Order::Two).pair_count(), 0);
    model.things.clear();
    model.together = vec![Together { pair: [0, 1], more: Hit::whole([PartId(0)]) }];
    assert_eq!(model.sweep(Order::Two).heat_map(|_| true).most(), 0);
    model.things = vec![Hit::whole([PartId(77)])];
    model.roots = vec![Formulas::NEVER, Formulas::ALWAYS];
    assert_eq!(
        model.sweep(Order::Two).lost_by_one(0).collect::<Vec<_>>(),
        [0],
        "a part that is not there hits nothing"
    );
}

fn check(model: &Model, order: Order<'_>) -> Result<(), TestCaseError> {
    let sweep = model.sweep(order);
    let things = model.things.len();
    let already = model.lost(&[]);
    prop_assert_eq!(sweep.lost_already().collect::<Vec<_>>(), already.clone());
    let alone: Vec<Vec<usize>> = (0..things).map(|thing| model.lost(&[thing])).collect();
    let already_lost: Vec<bool> = (0..model.roots.len()).map(|root| already.contains(&root)).collect();
    let mut pairs = vec![Vec::new(); model.roots.len()];
    let heat = sweep.heat_map(|root| root % 2 == 0);
    for a in 0..things {
        prop_assert_eq!(sweep.lost_by_one(a).collect::<Vec<_>>(), alone[a].clone());
        for b in a + 1..things {
            let looked_at = match order {
                Order::One => false,
                Order::Two => true,
                Order::With(rows) => rows.contains(&a) || rows.contains(&b),
            };
            let got = sweep.lost_by(b, a).map(|roots| roots.collect::<Vec<_>>());
            if looked_at {
                let lost = model.lost(&[a, b]);
                let mut known = vec![false; model.roots.len()];
                for root in alone[a].iter().chain(&alone[b]) {
                    prop_assert!(lost.contains(root), "one more failure brings nothing back");
                    known[*root] = true;
                }
                for root in lost.iter().filter(|root| !known[**root]) {
                    pairs[*root].push((a, b));
                }
                let even = lost.iter().filter(|root| *root % 2 == 0 && !already_lost[**root]).count();
                prop_assert_eq!(heat.at(a, b) as usize, even);
                prop_assert_eq!(got, Some(lost));
            } else {
                prop_assert_eq!(got, None);
            }
        }
    }
    for (root, pairs) in pairs.iter().enumerate() {
        prop_assert_eq!(&sweep.pairs(root).collect::<Vec<_>>(), pairs);
        let singles: Vec<usize> =
            (0..things).filter(|thing| !already.contains(&root) && alone[*thing].contains(&root)).collect();
        prop_assert_eq!(sweep.singles(root).collect::<Vec<_>>(), singles);
    }
    Ok(())
}

proptest! {
    #[test]
    fn every_single_and_every_pair_is_what_the_formulas_say(
        model in models(0..14),
        rows in proptest::collection::vec(0_usize..14, 0..4),
    ) {
        check(&model, Order::One)?;
        check(&model, Order::Two)?;
        let rows: Vec<usize> = rows.into_iter().filter(|row| *row < model.things.len()).collect();
        check(&model, Order::With(&rows))?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2))]
    /// More things than fit into one block.
    #[test]
    fn blocks_do_not_show(model in models(250..270), row in 0_usize..250) {
        check(&model, Order::Two)?;
        check(&model, Order::With(&[row, 255, 256]))?;
    }
}
