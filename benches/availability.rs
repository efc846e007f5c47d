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
use meridian::failure::Model;
use meridian::failure::availability::{Effort, availability};
use meridian::failure::chances::{Chances, End};
use meridian::failure::formula::FormulaId;
use meridian::failure::reliability::available;
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
/// Templates, and Pattern 2 designs of so many components.
const DRAWN: [&str; 4] = ["pattern-1", "pattern-2", "60", "400"];

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
    templates::get(name).map_or_else(|| big_design(name.parse().unwrap_or(60)), |template| template.design())
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

/// All capabilities of a drawn design: that they go on, and all that they can do without at a price.
#[divan::bench(args = DRAWN)]
fn drawn_capabilities(bencher: Bencher, name: &str) {
    let design = drawn(name);
    let topology = Topology::of(&design);
    let model = Model::of(&topology, &estimates(&topology));
    let chances = Chances::of(&design, Books::shipped(), &model).part_chances(End::Value);
    let needs = model.cells.values().flat_map(|cell| {
        let conditions = cell.conditions.iter().map(|condition| condition.need);
        std::iter::once(cell.usable).chain(conditions)
    });
    let roots: Vec<FormulaId> = needs.map(|need| model.formula(need)).collect();
    bencher.bench_local(|| availability(&model.formulas, &chances, black_box(&roots), Effort::default()));
}

/// What a report about a drawn design says of availability: best guess and both ends of every range.
#[divan::bench(args = DRAWN, sample_count = 10)]
fn drawn_report(bencher: Bencher, name: &str) {
    let design = drawn(name);
    let topology = Topology::of(&design);
    let model = Model::of(&topology, &estimates(&topology));
    let chances = Chances::of(&design, Books::shipped(), &model);
    bencher.bench_local(|| {
        available(black_box(&design), Books::shipped(), &model, &chances, None, Effort::default(), &|| true)
    });
}
