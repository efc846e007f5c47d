//! One loss: what it means, how long it takes, the way back.

use crate::design::{Design, Failure, Failures};
use crate::export::Source;
use crate::failure::{Recovery, WhatIf, recovery};

/// A loss with everything that is known of it.
pub(super) struct Scenario {
    /// What is lost.
    pub failure: Failure,
    /// What it means.
    pub whatif: WhatIf,
    /// The way back, in the order that the product needs.
    pub recovery: Recovery,
}

impl Scenario {
    pub fn of(source: &Source<'_>, failure: Failure) -> Self {
        let Source { design, analysis, books, .. } = *source;
        let failures = Failures::from([failure.clone()]);
        let (model, estimates) = (&analysis.failure, &analysis.estimates);
        let whatif = WhatIf::of(design, books, estimates, model, &failures);
        Self { failure, whatif, recovery: recovery(design, model, &failures, &[]) }
    }

    /// What has happened, as a title.
    pub fn title(&self, design: &Design) -> String {
        match &self.failure {
            Failure::Cut(between) => {
                let [a, b] = [between.first(), between.second()].map(|id| design.name_of(id));
                format!("{a} and {b} are cut off from each other")
            }
            other => format!("{} is lost", other.words(design)),
        }
    }
}
