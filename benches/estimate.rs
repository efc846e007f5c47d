//! Latency, capacity and cost at the sizes of the speed budgets (release, one core): 1 ms at 60 components, 20 ms at
//! 1,000; and what an answer to a missed target takes.

mod support;

use divan::{Bencher, black_box};
use meridian::advisor::remedies;
use meridian::analysis::{Setting, analyse};
use meridian::books::Books;
use meridian::design::Kind;
use meridian::design::history::Revision;
use meridian::estimate;
use meridian::topology::Topology;
use support::big_design;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

/// Everything the estimates say, with the graph they are made on.
#[divan::bench(args = [60, 1_000, 10_000])]
fn full_estimate(bencher: Bencher, components: usize) {
    let design = big_design(components);
    bencher.bench_local(|| estimate::estimate(&Topology::of(black_box(&design)), Books::shipped()));
}

/// What the window waits for after an edit: estimates, rules and recognition.
#[divan::bench(args = [60, 1_000, 10_000])]
fn full_analysis(bencher: Bencher, components: usize) {
    let design = big_design(components);
    let setting = Setting::of(Books::shipped());
    bencher.bench_local(|| analyse(black_box(&design), Revision::default(), &setting));
}

/// Ways to bring calls below their target, further regions included.
#[divan::bench(args = [60])]
fn ways_to_a_target(bencher: Bencher, components: usize) {
    let mut design = big_design(components);
    std::sync::Arc::make_mut(&mut design.meta).estimation.targets.api_p95_ms = Some(1.0);
    assert!(design.components.values().any(|c| c.kind() == Kind::Users));
    let setting = Setting::of(Books::shipped());
    let analysis = analyse(&design, Revision::default(), &setting);
    let Some(finding) = analysis.check.findings.iter().find(|f| f.rule == "R-TGT-01").cloned() else { return };
    bencher.bench_local(|| remedies::offers(black_box(&design), &analysis, &finding, &setting).len());
}
