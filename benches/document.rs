//! The document at the sizes of the speed budgets: load, save, snapshot, one edit, and the analysis after it.
//!
//! Budgets (release, one core): load or save 10,000 components 150 ms; all analyses 2 ms at 60 components, 50 ms at
//! 1,000, 1 s at 10,000.

mod support;

use divan::{Bencher, black_box};
use meridian::analysis::{Setting, analyse};
use meridian::books::Books;
use meridian::design::history::{Document, Revision};
use meridian::design::{Id, commands, file};
use meridian::topology::Topology;
use support::big_design;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

#[divan::bench(args = [1_000, 10_000])]
fn load(bencher: Bencher, components: usize) {
    let text = file::to_ron(&big_design(components)).unwrap_or_default();
    bencher.bench(|| file::from_ron(black_box(&text), "bench"));
}

#[divan::bench(args = [1_000, 10_000])]
fn save(bencher: Bencher, components: usize) {
    let design = big_design(components);
    bencher.bench(|| file::to_ron(black_box(&design)));
}

/// A deep copy of the maps; what the first edit after a snapshot pays.
#[divan::bench(args = [1_000, 10_000])]
fn copy_of_the_design(bencher: Bencher, components: usize) {
    let design = big_design(components);
    bencher.bench(|| black_box(&design).clone());
}

/// One edit while nobody holds a snapshot.
#[divan::bench(args = [1_000, 10_000])]
fn edit(bencher: Bencher, components: usize) {
    let mut document = Document::new(big_design(components));
    let gateway = [Id::slug("r0-gw-1")];
    let mut dx = 8;
    bencher.bench_local(|| {
        dx = -dx;
        document.apply(commands::nudge(document.design(), &gateway, dx, 0))
    });
}

/// One edit while the analysis still holds the snapshot before.
#[divan::bench(args = [1_000, 10_000])]
fn edit_with_snapshot_held(bencher: Bencher, components: usize) {
    let mut document = Document::new(big_design(components));
    let gateway = [Id::slug("r0-gw-1")];
    let mut dx = 8;
    bencher.bench_local(|| {
        let snapshot = document.design().clone();
        dx = -dx;
        let applied = document.apply(commands::nudge(document.design(), &gateway, dx, 0));
        (snapshot, applied)
    });
}

/// Everything chosen and deleted.
#[divan::bench(args = [1_000, 10_000])]
fn delete_everything(bencher: Bencher, components: usize) {
    let design = big_design(components);
    let all: Vec<Id> =
        design.regions.keys().chain(design.components.keys()).chain(design.links.keys()).cloned().collect();
    bencher.bench(|| commands::delete(black_box(&design), &all));
}

#[divan::bench(args = [60, 1_000, 10_000])]
fn topology(bencher: Bencher, components: usize) {
    let design = big_design(components);
    bencher.bench(|| Topology::of(black_box(&design)).graph().edge_count());
}

#[divan::bench(args = [60, 1_000, 10_000])]
fn analysis(bencher: Bencher, components: usize) {
    let design = big_design(components);
    let books = Books::shipped();
    bencher.bench(|| analyse(black_box(&design), Revision(1), &Setting::of(books)));
}
