//! The rule engine: checks of a drawing against the documented deployment patterns, each with its source.
//!
//! One rule is one file under `catalogue`; [`all`] lists them. A rule looks at a [`Context`], which indexes the drawing
//! once, and reports breaches that [`check`] turns into [`Finding`]s in a fixed order. To add a rule, copy a file of
//! the catalogue, name it in `catalogue/mod.rs` and in `registry.rs`; the tests demand its source and its examples.

mod catalogue;
mod context;
mod finding;
pub mod pattern;
mod prelude;
mod registry;
mod residency;
mod rule;
mod sources;
#[cfg(test)]
mod testing;
mod words;

pub use context::{Context, Part, RegionView, Wire};
pub use finding::{Basis, Finding, Severity, SourceRef};
pub use registry::{all, get};
pub use rule::{Breaches, Rule, Versions};

use crate::books::Books;
use crate::topology::Topology;

/// Checks the drawing against every rule that holds for its product version.
///
/// Findings come in a fixed order: severity, then rule, then subjects.
#[must_use]
pub fn check(topology: &Topology<'_>, books: &Books) -> Vec<Finding> {
    let context = Context::new(topology, books);
    let mut findings = Vec::new();
    for rule in all().iter().filter(|r| r.versions.include(context.version)) {
        let mut breaches = Breaches::default();
        (rule.check)(&context, &mut breaches);
        findings.extend(breaches.into_vec().into_iter().map(|breach| Finding {
            rule: rule.id,
            severity: rule.severity,
            subjects: breach.subjects,
            message: breach.message,
            why: rule.why,
            remedy: rule.remedy,
            basis: rule.basis,
            sources: rule.sources,
        }));
    }
    findings.sort_by(|a, b| {
        (a.severity, a.rule, &a.subjects, &a.message).cmp(&(b.severity, b.rule, &b.subjects, &b.message))
    });
    findings
}
