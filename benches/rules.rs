//! The rules at the sizes of the speed budgets: a check, quick fixes, a comparison.
//!
//! The budgets (release, one core) are those of all analyses together, of which the check is a part: 2 ms at 60
//! components, 50 ms at 1,000, 1 s at 10,000.

mod support;

use std::sync::Arc;

use divan::{Bencher, black_box};
use meridian::books::Books;
use meridian::design::{Design, Kind};
use meridian::estimate;
use meridian::rules::{Context, Finding, Inputs, check, compare, fix_all, fixes_of};
use meridian::topology::Topology;
use support::big_design;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

fn findings(design: &Design) -> Vec<Finding> {
    check(&Topology::of(design), &Inputs::of(Books::shipped())).findings
}

/// With a single node in the first `count` groups of gateways.
fn with_single_gateways(components: usize, count: usize) -> Design {
    let mut design = big_design(components);
    for component in design.components.values_mut().filter(|c| c.kind() == Kind::Gateway).take(count) {
        Arc::make_mut(component).instances = 1;
    }
    design
}

/// All rules, where the estimates are there already.
#[divan::bench(args = [60, 1_000, 10_000])]
fn all_rules(bencher: Bencher, components: usize) {
    let design = big_design(components);
    let topology = Topology::of(&design);
    let estimates = estimate::estimate(&topology, Books::shipped());
    let inputs = Inputs { estimates: Some(&estimates), ..Inputs::of(Books::shipped()) };
    bencher.bench_local(|| check(black_box(&topology), &inputs));
}

/// What the rules look at, indexed.
#[divan::bench(args = [60, 1_000, 10_000])]
fn context(bencher: Bencher, components: usize) {
    let design = big_design(components);
    let topology = Topology::of(&design);
    let inputs = Inputs::of(Books::shipped());
    bencher.bench_local(|| Context::new(black_box(&topology), &inputs).wires().len());
}

#[divan::bench(args = [60, 1_000, 10_000])]
fn fixes_of_one_finding(bencher: Bencher, components: usize) {
    let design = with_single_gateways(components, 1);
    let Some(finding) = findings(&design).into_iter().find(|f| f.rule == "R-HA-01") else { return };
    let inputs = Inputs::of(Books::shipped());
    bencher.bench_local(|| fixes_of(black_box(&design), &finding, &inputs));
}

#[divan::bench(args = [1_000])]
fn fix_all_of_50_findings(bencher: Bencher, components: usize) {
    let design = with_single_gateways(components, 50);
    let inputs = Inputs::of(Books::shipped());
    bencher.bench_local(|| fix_all(black_box(&design), "R-HA-01", &inputs));
}

#[divan::bench(args = [60, 1_000, 10_000])]
fn comparison(bencher: Bencher, components: usize) {
    let before = findings(&big_design(components));
    let after = findings(&with_single_gateways(components, usize::MAX));
    bencher.bench(|| compare(black_box(&before), black_box(&after)));
}
