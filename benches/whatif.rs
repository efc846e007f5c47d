//! A failure that is played, on drawn designs (release, one core): the states of the next frame, what the worker then
//! finds out about them, and the whole model with both. A region is lost, the largest single failure there is.

mod support;

use divan::{Bencher, black_box};
use meridian::books::Books;
use meridian::design::{Design, Failure, Failures, Id};
use meridian::estimate::{Estimates, estimate};
use meridian::failure::timeline::timeline;
use meridian::failure::{Model, impact, recovery};
use meridian::topology::Topology;
use support::big_design;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

/// Components of the drawings.
const SIZES: [usize; 3] = [20, 60, 200];

/// A drawing with its estimates and model, and the loss of its main region.
fn drawn(components: usize) -> (Design, Estimates, Model, Failures) {
    let design = big_design(components);
    let topology = Topology::of(&design);
    let estimates = estimate(&topology, Books::shipped());
    let model = Model::of(&topology, &estimates);
    let lost = Failures::from([Failure::Region(Id::slug("r0"))]);
    (design, estimates, model, lost)
}

/// The formulas of a drawing, which every edit builds anew.
#[divan::bench(args = SIZES)]
fn model(bencher: Bencher, components: usize) {
    let (design, estimates, ..) = drawn(components);
    let topology = Topology::of(&design);
    bencher.bench_local(|| Model::of(black_box(&topology), &estimates));
}

/// The state of every capability at every place.
#[divan::bench(args = SIZES)]
fn outcome(bencher: Bencher, components: usize) {
    let (design, _, model, lost) = drawn(components);
    bencher.bench_local(|| model.outcome(&design, black_box(&lost)));
}

/// Everything that is said of a failure: states, what they do to the drawing, numbers, times and the way back.
#[divan::bench(args = SIZES)]
fn whole_analysis(bencher: Bencher, components: usize) {
    let (design, estimates, model, lost) = drawn(components);
    let books = Books::shipped();
    bencher.bench_local(|| {
        let mut outcome = model.outcome(&design, black_box(&lost));
        let impact = impact(&design, books, &model, &outcome, &estimates);
        impact.refine(&mut outcome);
        let affected = model.affected(&design, &outcome);
        let times = timeline(&design, books, &estimates, &model, &outcome);
        let way_back = recovery(&design, &model, &lost, &[]);
        (impact, affected, times, way_back)
    });
}
