//! What holds for the failure model of any design: worse circumstances make nothing better, more of something makes
//! nothing worse, and what is found about all failures is what playing them one after the other says.

#![allow(clippy::unwrap_used, reason = "a test may panic anywhere")]

#[allow(dead_code, reason = "shared with other tests")]
#[path = "generate/designs.rs"]
mod designs;
#[allow(dead_code, reason = "shared with other tests")]
mod mutate;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use designs::any_design;
use meridian::books::Books;
use meridian::design::draft::Draft;
use meridian::design::failure::{every, nodes};
use meridian::design::{
    Capability, Component, Design, Failure, Failures, Id, Kind, RegionRole, Schema, Site, Spec, Standby, proposals,
};
use meridian::estimate::estimate;
use meridian::failure::availability::{Certainty, Effort};
use meridian::failure::chances::Chances;
use meridian::failure::cuts::{Cut, Question, minimal_cuts};
use meridian::failure::formula::{FormulaId, PartId, Values};
use meridian::failure::reliability::{Answer, Budget, CellAvailability, available, losses};
use meridian::failure::{Model, Place, State};
use meridian::topology::Topology;
use mutate::any_damaged_template;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};
use proptest::test_runner::Config;

fn config(cases: u32) -> Config {
    Config { cases, failure_persistence: None, max_global_rejects: 100_000, ..Config::default() }
}

fn model_of(design: &Design) -> Model {
    let topology = Topology::of(design);
    Model::of(&topology, &estimate(&topology, Books::shipped()))
}

/// What may stand in a small deployment.
const KINDS: [Kind; 12] = [
    Kind::Gateway,
    Kind::Gateway,
    Kind::ControlPlane,
    Kind::TrafficManager,
    Kind::KeyManager,
    Kind::AllInOne,
    Kind::Database,
    Kind::LoadBalancer,
    Kind::LoadBalancer,
    Kind::Backend,
    Kind::GlobalLoadBalancer,
    Kind::Users,
];

/// A few components in two or three regions, wired at random by what each kind can open to another.
fn wired() -> BoxedStrategy<Design> {
    let component = (select(KINDS.to_vec()), any::<Index>(), 1_u32..4, subsequence(vec!["a", "b", "c"], 0..3));
    let pairs = prop::collection::vec(any::<[Index; 3]>(), 4..30);
    (1_usize..4, prop::collection::vec(component, 3..10), pairs, any::<bool>())
        .prop_map(|(regions, components, pairs, managed)| {
            let mut draft = Draft::of(&Design::default());
            let sites = ["eu-central-1", "us-east-1", "ap-south-1"];
            let regions: Vec<Id> = sites[..regions]
                .iter()
                .map(|site| draft.add_region(site, Site::cloud("aws", site), RegionRole::Peer))
                .collect();
            let ids: Vec<Id> = components
                .iter()
                .map(|(kind, home, instances, zones)| {
                    let id = draft.add(Some(home.get(&regions)), *kind, kind.label());
                    draft.component(&id, |c| {
                        c.instances = *instances;
                        c.zones = zones.iter().map(|zone| (*zone).to_owned()).collect();
                        if let Spec::Database(database) = &mut c.spec {
                            database.managed = managed;
                            database.schemas = Schema::ALL.to_vec();
                        }
                    });
                    id
                })
                .collect();
            for [a, b, which] in pairs {
                let (a, b) = (a.get(&ids), b.get(&ids));
                let kind = |id: &Id| draft.design().components[id].kind();
                let offered = proposals(kind(a), kind(b));
                if a != b && !offered.is_empty() {
                    let proposal = which.get(&offered);
                    let (from, to) = if proposal.reversed { (b, a) } else { (a, b) };
                    draft.connect(from, to, proposal.purposes);
                }
            }
            draft.design().clone()
        })
        .boxed()
}

/// Designs of every sort: awkward ones, templates after random damage, and small ones wired at random.
fn any_drawing() -> BoxedStrategy<Design> {
    prop_oneof![
        1 => any_design(),
        2 => any_damaged_template(12).prop_map(|damaged| damaged.design()),
        3 => wired(),
    ]
    .boxed()
}

/// Some failures that the design can have, nodes of groups in any number.
fn failures(design: &Design, chosen: &[(Index, u32)]) -> Vec<Failure> {
    let all = every(design);
    let more = |(index, count): &(Index, u32)| match index.get(&all).clone() {
        Failure::Nodes { component, .. } => Failure::Nodes { component, count: *count },
        other => other,
    };
    if all.is_empty() { Vec::new() } else { chosen.iter().map(more).collect() }
}

fn chosen(most: usize) -> impl Strategy<Value = Vec<(Index, u32)>> {
    prop::collection::vec((any::<Index>(), 1_u32..4), 0..most)
}

/// Another node for a group, or a standby for a database; `None` where a component has neither.
fn with_more(design: &Design, id: &Id, standby: bool) -> Option<Design> {
    let mut more = design.clone();
    let component: &mut Component = Arc::make_mut(more.components.get_mut(id)?);
    match &mut component.spec {
        Spec::Database(database) if standby => {
            if database.standby == Standby::MultiZone {
                return None;
            }
            database.standby = Standby::MultiZone;
        }
        _ if standby => return None,
        _ => {
            nodes(component)?;
            component.instances += 1;
        }
    }
    more.validate().is_ok().then_some(more)
}

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn one_more_failure_never_improves_anything(design in any_drawing(), chosen in chosen(7)) {
        let model = model_of(&design);
        let mut failed = Failures::new();
        let mut before = model.healthy(&design);
        for failure in failures(&design, &chosen) {
            failed.insert(failure);
            let after = model.outcome(&design, &failed);
            for (key, cell) in &after.cells {
                prop_assert!(cell.state <= before.cells[key].state, "{:?} with {:?}", key, failed);
            }
            before = after;
        }
    }

    #[test]
    fn one_more_node_and_a_standby_never_worsen_a_state(
        design in any_drawing(),
        of in any::<Index>(),
        standby in any::<bool>(),
        chosen in chosen(4),
    ) {
        let ids: Vec<Id> = design.components.keys().cloned().collect();
        prop_assume!(!ids.is_empty());
        let Some(more) = with_more(&design, of.get(&ids), standby) else { return Ok(()) };
        let failed: Failures = failures(&design, &chosen).into_iter().collect();
        let [before, after] = [&design, &more].map(|design| model_of(design).outcome(design, &failed));
        for (key, cell) in &after.cells {
            let was = before.cells[key].state;
            prop_assert!(cell.state >= was, "{:?} was {:?} and is {:?} with {:?}", key, was, cell.state, failed);
        }
    }
}

fn all_available(design: &Design) -> Vec<CellAvailability> {
    let model = model_of(design);
    let chances = Chances::of(design, Books::shipped(), &model);
    available(design, Books::shipped(), &model, &chances, None, Effort::default(), &|| true).unwrap()
}

proptest! {
    #![proptest_config(config(80))]

    #[test]
    fn one_more_node_and_a_standby_never_make_anything_less_available(
        design in prop_oneof![any_damaged_template(6).prop_map(|damaged| damaged.design()), wired()],
        of in any::<Index>(),
        standby in any::<bool>(),
    ) {
        let ids: Vec<Id> = design.components.keys().cloned().collect();
        prop_assume!(!ids.is_empty());
        let Some(more) = with_more(&design, of.get(&ids), standby) else { return Ok(()) };
        for (before, after) in all_available(&design).into_iter().zip(all_available(&more)) {
            for (was, is) in [(&before.goes_on, &after.goes_on), (&before.works_fully, &after.works_fully)] {
                if was.certainty == Certainty::Exact && is.certainty == Certainty::Exact {
                    // What could not be restarted is no formula over parts but an estimate from mean outages: a node
                    // more takes short outages of its group away, so that the mean of those that are left is longer.
                    // That may outweigh what is gained by parts of a millionth of the whole, and no more.
                    let exact = |of: &Answer| of.down - of.restarts;
                    prop_assert!(
                        exact(is) <= exact(was) * (1.0 + 1e-9) + 1e-15 && is.down <= was.down * (1.0 + 1e-5) + 1e-15,
                        "{:?} at {:?}: {:?} before, {:?} after",
                        before.capability, before.place, (was.down, was.restarts), (is.down, is.restarts)
                    );
                }
            }
        }
    }
}

/// By root, all sets of failures of up to so many members, each of which takes it down and none of whose subsets does.
fn by_force(model: &Model, roots: &[FormulaId], order: u32) -> Vec<BTreeSet<Cut>> {
    let mut found = vec![BTreeSet::new(); roots.len()];
    let mut tried: BTreeMap<Vec<(PartId, u32)>, Values> = BTreeMap::new();
    let mut open: Vec<Vec<(PartId, u32)>> = vec![Vec::new()];
    // Smaller sets come first, so that all subsets of a set are known.
    for _ in 0..=order {
        let mut larger = Vec::new();
        for cut in open {
            let values = model.formulas.evaluate(|part| {
                let down = cut.iter().find(|(of, _)| *of == part).map_or(0, |(_, down)| *down);
                model.part_of(part).map_or(0, |part| part.members.saturating_sub(down))
            });
            let smaller = |at: usize| {
                let mut smaller = cut.clone();
                smaller[at].1 -= 1;
                smaller.retain(|(_, down)| *down > 0);
                &tried[&smaller]
            };
            for (root, found) in roots.iter().zip(&mut found) {
                if !values.holds(*root) && (0..cut.len()).all(|at| smaller(at).holds(*root)) {
                    found.insert(Cut { parts: cut.clone() });
                }
            }
            // One more member of the last part, or of one behind it.
            let last = cut.last().copied();
            for (part, of) in (0..).map(PartId).zip(&model.parts).skip(last.map_or(0, |(part, _)| part.index())) {
                match last.filter(|(last, _)| *last == part) {
                    Some((_, down)) if down < of.members => {
                        larger.push([&cut[..cut.len() - 1], &[(part, down + 1)]].concat());
                    }
                    Some(_) => {}
                    None => larger.push([&cut[..], &[(part, 1)]].concat()),
                }
            }
            tried.insert(cut, values);
        }
        open = larger;
    }
    found
}

proptest! {
    #![proptest_config(config(40))]

    #[test]
    fn smallest_sets_are_those_that_trying_all_finds(design in wired()) {
        let model = model_of(&design);
        prop_assume!(!model.cells.is_empty() && model.parts.len() <= 40);
        let roots: BTreeSet<FormulaId> = model.cells.values().map(|cell| model.formula(cell.usable)).collect();
        let roots: Vec<FormulaId> = roots.into_iter().collect();
        let members: Vec<u32> = model.parts.iter().map(|part| part.members).collect();
        let (order, limit) = (3, 100_000);
        let question =
            Question { formulas: &model.formulas, members: &members, roots: &roots, may_fail: &|_| true, order, limit };
        let tried = by_force(&model, &roots, order);
        for (cuts, tried) in minimal_cuts(&question, &|| true).unwrap().into_iter().zip(tried) {
            prop_assert_eq!(cuts.complete_to_order, order);
            prop_assert_eq!(cuts.sets.into_iter().collect::<BTreeSet<Cut>>(), tried);
        }
    }

    #[test]
    fn a_sweep_says_what_playing_each_failure_and_each_pair_says(design in wired()) {
        let model = model_of(&design);
        let chances = Chances::of(&design, Books::shipped(), &model);
        let found = losses(&design, &model, &chances, &Budget::default(), &|| true).unwrap();
        let played = |failures: Failures| -> Vec<(Capability, Place)> {
            let cells = model.outcome(&design, &failures).cells.into_iter();
            cells.filter(|(_, cell)| cell.state == State::Down).map(|(key, _)| key).collect()
        };
        for (a, one) in found.hits.iter().enumerate() {
            for (b, other) in found.hits.iter().enumerate().skip(a) {
                let lost = found.found.lost_by(a, b).unwrap().map(|cell| found.cells[cell].clone());
                let both = Failures::from([one.failure.clone(), other.failure.clone()]);
                prop_assert_eq!(lost.collect::<Vec<_>>(), played(both), "{} and {}", one.failure, other.failure);
            }
        }
    }
}
