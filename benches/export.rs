//! Exports at the size of the speed budgets (release, one core): 300 ms for all files of a deployment of 100 nodes, 500 ms
//! for a PNG of 60 components with two pixels a point.

mod support;

use divan::{Bencher, black_box};
use meridian::analysis::{Setting, analyse};
use meridian::books::Books;
use meridian::design::history::Revision;
use meridian::export::{Form, Options, Source, picture};
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

/// Groups of two nodes or more, so that there are some hundred nodes.
const GROUPS: usize = 60;

/// Everything but pictures of pixels and pages.
const TEXTS: [Form; 11] = [
    Form::Toml,
    Form::Helm,
    Form::Planner,
    Form::Network,
    Form::Runbook,
    Form::Report,
    Form::Svg,
    Form::Mermaid,
    Form::Drawio,
    Form::Structurizr,
    Form::Bom,
];

/// One form of a deployment of some hundred nodes.
#[divan::bench(args = TEXTS.map(Form::id))]
fn form(bencher: Bencher, id: &str) {
    let Some(form) = Form::named(id) else { return };
    with(GROUPS, |source| bencher.bench_local(|| form.bundle(black_box(source), &Options::default())));
}

/// Resolving such a deployment, which comes before all forms.
#[divan::bench]
fn plan(bencher: Bencher) {
    let design = big_design(GROUPS);
    let analysis = analyse(&design, Revision::default(), &Setting::of(Books::shipped()));
    bencher.bench_local(|| Source::of(black_box(&design), &analysis, Books::shipped()).map(|source| source.plan));
}
