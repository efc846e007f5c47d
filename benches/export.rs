//! Pictures at the size of the speed budgets.
//!
//! The budget (release, one core): 500 ms for a PNG of 60 components with two pixels a point.

mod support;

use divan::{Bencher, black_box};
use meridian::analysis::{Setting, analyse};
use meridian::books::Books;
use meridian::design::history::Revision;
use meridian::export::{Options, Source, picture};
use support::big_design;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

fn with(components: usize, run: impl FnOnce(&Source<'_>)) {
    let design = big_design(components);
    let analysis = analyse(&design, Revision::default(), &Setting::of(Books::shipped()));
    if let Ok(source) = Source::of(&design, &analysis, Books::shipped()) {
        run(&source);
    }
}

/// The drawing as SVG.
#[divan::bench(args = [60, 1_000])]
fn svg(bencher: Bencher, components: usize) {
    with(components, |source| bencher.bench_local(|| picture::svg(black_box(source), &Options::default())));
}

/// The drawing as PNG, two pixels a point.
#[divan::bench(args = [60])]
fn png(bencher: Bencher, components: usize) {
    with(components, |source| bencher.bench_local(|| picture::png(black_box(source), &Options::default())));
}

/// The drawing as PDF.
#[divan::bench(args = [60])]
fn pdf(bencher: Bencher, components: usize) {
    with(components, |source| bencher.bench_local(|| picture::pdf(black_box(source), &Options::default())));
}
