//! Exact availability at the sizes of the speed budgets (release, one core): 5 ms at 100 components, 100 ms at 400, 2 s at
//! 1,000, for all capabilities of all regions and populations; of drawn designs; and what an answer by sampling takes.

#[path = "support/deployment.rs"]
mod deployment;
mod support;

use deployment::Deployment;
use divan::{Bencher, black_box};
use meridian::books::Books;
use meridian::design::Design;
use meridian::estimate::{Estimates, estimate};
use meridian::failure::availability::{Effort, PartChance, availability};
use meridian::failure::formula::FormulaId;
use meridian::failure::{Model, PartOf};
use meridian::templates;
use meridian::topology::Topology;
use support::big_design;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

/// Components, and the regions they are spread over.
const SIZES: [(u32, u32); 3] = [(100, 4), (400, 10), (1_000, 20)];
/// Templates, and a design of 60 components.
const DRAWN: [&str; 3] = ["pattern-1", "pattern-2", "60 components"];

#[divan::bench(args = SIZES)]
fn all_capabilities(bencher: Bencher, (components, regions): (u32, u32)) {
    let of = Deployment::new(components, regions);
    bencher.bench_local(|| availability(&of.formulas, &of.chances, black_box(&of.roots), Effort::default()));
}

/// One population, one capability, when diagrams are given up.
#[divan::bench(args = SIZES)]
fn sampled(bencher: Bencher, (components, regions): (u32, u32)) {
    let of = Deployment::new(components, regions);
    let root: Vec<FormulaId> = of.roots.iter().rev().skip(13).take(1).copied().collect();
    let effort = Effort { node_limit: 0, ..Effort::default() };
    bencher.bench_local(|| availability(&of.formulas, &of.chances, black_box(&root), effort));
}

fn drawn(name: &str) -> Design {
    templates::get(name).map_or_else(|| big_design(60), |template| template.design())
}

fn estimates(topology: &Topology<'_>) -> Estimates {
    estimate(topology, Books::shipped())
}

/// The failure model of a drawn design.
#[divan::bench(args = DRAWN)]
fn drawn_model(bencher: Bencher, name: &str) {
    let design = drawn(name);
    let topology = Topology::of(&design);
    let estimates = estimates(&topology);
    bencher.bench_local(|| Model::of(black_box(&topology), &estimates));
}

/// All capabilities of a drawn design and all conditions under which they are not degraded.
#[divan::bench(args = DRAWN)]
fn drawn_capabilities(bencher: Bencher, name: &str) {
    let design = drawn(name);
    let topology = Topology::of(&design);
    let model = Model::of(&topology, &estimates(&topology));
    let chances: Vec<PartChance> = model
        .parts
        .iter()
        .filter_map(|part| {
            let down = match part.of {
                PartOf::Region(_) => 2e-5,
                PartOf::Zone(..) => 1e-4,
                PartOf::Component(_) => 5e-5,
                PartOf::Nodes(..) => 1e-3,
                PartOf::Link(_) => 0.0,
                PartOf::Connection(_) => 2e-4,
            };
            PartChance::with_repair(part.members, down, 4.0)
        })
        .collect();
    let needs = model.cells.values().flat_map(|cell| {
        let conditions = cell.conditions.iter().map(|condition| condition.need);
        std::iter::once(cell.usable).chain(conditions)
    });
    let roots: Vec<FormulaId> = needs.map(|need| model.formula(need)).collect();
    bencher.bench_local(|| availability(&model.formulas, &chances, black_box(&roots), Effort::default()));
}
