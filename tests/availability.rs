//! Large deployments are solved exactly within the usual limit of nodes.

#[path = "../benches/support/deployment.rs"]
mod deployment;

use deployment::Deployment;
use meridian::failure::availability::{Certainty, Effort, availability};

fn is_exact(components: u32, regions: u32) {
    let of = Deployment::new(components, regions);
    let found = availability(&of.formulas, &of.chances, &of.roots, Effort::default());
    let sampled = found.iter().filter(|one| one.certainty != Certainty::Exact).count();
    assert_eq!(sampled, 0, "of {}", found.len());
}

#[test]
fn a_hundred_components_are_solved_exactly() {
    is_exact(100, 4);
}

#[test]
fn four_hundred_components_are_solved_exactly() {
    is_exact(400, 10);
}
