//! The rules at the sizes of the speed budgets: a check, quick fixes, a comparison.
//!
//! The budgets (release, one core) are those of all analyses together, of which the check is a part: 2 ms at 60
//! components, 50 ms at 1,000, 1 s at 10,000.

mod support;

use std::collections::BTreeSet;

use divan::{Bencher, black_box};
use meridian::books::Books;
use meridian::design::{Design, Id, Kind, Purpose};
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

/// With the first `count` groups of gateways connected with no traffic manager, which is a finding of [`RULE`] each.
fn unthrottled(components: usize, count: usize) -> Design {
    let mut design = big_design(components);
    let gateways: BTreeSet<Id> = design
        .components
        .iter()
        .filter(|(_, c)| c.kind() == Kind::Gateway)
        .map(|(id, _)| id.clone())
        .take(count)
        .collect();
    let throttling = [Purpose::ThrottleData, Purpose::ThrottleDecision];
    design.links.retain(|_, l| !(throttling.contains(&l.purpose) && gateways.contains(&l.from)));
    assert_eq!(findings(&design).iter().filter(|f| f.rule == RULE).count(), gateways.len());
    design
}

/// Gateways publish to the traffic managers of their own region.
const RULE: &str = "R-CON-04";

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
    let design = unthrottled(components, 1);
    let Some(finding) = findings(&design).into_iter().find(|f| f.rule == RULE) else { return };
    let inputs = Inputs::of(Books::shipped());
    bencher.bench_local(|| fixes_of(black_box(&design), &finding, &inputs));
}

#[divan::bench(args = [1_000])]
fn fix_all_of_50_findings(bencher: Bencher, components: usize) {
    let design = unthrottled(components, 50);
    let inputs = Inputs::of(Books::shipped());
    bencher.bench_local(|| fix_all(black_box(&design), RULE, &inputs));
}

#[divan::bench(args = [60, 1_000, 10_000])]
fn comparison(bencher: Bencher, components: usize) {
    let before = findings(&big_design(components));
    let after = findings(&unthrottled(components, usize::MAX));
    bencher.bench(|| compare(black_box(&before), black_box(&after)));
}
