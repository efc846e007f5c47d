//! Answers that cannot all be met.

use serde::Serialize;

use super::criteria::{Criteria, Criterion};
use super::sources::{Backing, S1, S30, inferred, overview};
use crate::design::ProductVersion;
use crate::rules::Versions;

/// Two answers that contradict each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Contradiction {
    /// The two criteria.
    pub criteria: [Criterion; 2],
    /// Whether no pattern can be recommended while both stand. Otherwise one of them outweighs the other.
    pub decisive: bool,
    /// Why they contradict each other, as a sentence.
    pub text: &'static str,
    /// What that rests on.
    #[serde(flatten)]
    pub backing: Backing,
}

impl Contradiction {
    /// Both criteria as a set.
    #[must_use]
    pub fn pair(&self) -> Criteria {
        Criteria::of(&self.criteria)
    }
}

const fn decisive(a: Criterion, b: Criterion, text: &'static str, backing: Backing) -> Contradiction {
    Contradiction { criteria: [a, b], decisive: true, text, backing }
}

const fn outweighed(a: Criterion, b: Criterion, text: &'static str, backing: Backing) -> Contradiction {
    Contradiction { criteria: [a, b], decisive: false, text, backing }
}

/// The contradictions of every version.
static ALWAYS: [Contradiction; 10] = {
    use Criterion as C;
    [
        decisive(
            C::ReplicationFeasible,
            C::ReplicationInfeasible,
            "Replication of the databases cannot be both feasible and infeasible.",
            inferred("B32", S1),
        ),
        decisive(
            C::CostUnconstrained,
            C::Budget,
            "Cost cannot be both no constraint and bound by the budget.",
            inferred("B32", S1),
        ),
        decisive(
            C::IndependentWrites,
            C::ReplicationInfeasible,
            "Regions that write to databases of their own drift apart unless the databases are replicated.",
            inferred("B5", S1),
        ),
        decisive(
            C::IndependentSurvival,
            C::ReplicationInfeasible,
            "A region survives with all features only if its own databases hold everything, which takes replication.",
            inferred("B5", S1),
        ),
        outweighed(
            C::Autonomous,
            C::ReplicationInfeasible,
            "Without replication only Pattern 2 is left, whose sub regions have no control plane and depend on the main \
             region.",
            inferred("B20", S1),
        ),
        outweighed(
            C::LowLatency,
            C::ReplicationInfeasible,
            "Without replication only Pattern 2 is left, where publishing, subscribing and administration cross to the \
             main region; API calls stay fast.",
            inferred("B20", S1),
        ),
        outweighed(
            C::Autonomous,
            C::DataPlaneOnly,
            "A region with gateways and traffic managers only has neither the full set of features nor autonomy.",
            inferred("B20", S1),
        ),
        outweighed(
            C::IndependentWrites,
            C::DataPlaneOnly,
            "Gateways and traffic managers alone have no database to write to.",
            inferred("B20", S1),
        ),
        outweighed(
            C::LowLatency,
            C::DataPlaneOnly,
            "Publishing, subscribing and administration are fast only next to a control plane, which a data plane does \
             not include. If only API calls must be fast, this need does not apply.",
            inferred("B20", S1),
        ),
        outweighed(
            C::IndependentSurvival,
            C::DataPlaneOnly,
            "Gateways and traffic managers alone go on serving, but publish nothing, issue no token and cannot restart \
             without the main region.",
            inferred("B23", S1),
        ),
    ]
};

/// The contradictions of tenants with Pattern 2, where versions differ.
static OF_TENANTS: [(Versions, Contradiction); 3] = {
    use Criterion as C;
    [
        (
            Versions::ALL,
            outweighed(
                C::MultiTenancy,
                C::DataPlaneOnly,
                "A region with gateways and traffic managers only is Pattern 2, which the documentation excludes for \
                 tenants.",
                overview("B24"),
            ),
        ),
        (
            Versions::up_to(ProductVersion::V4_5),
            decisive(
                C::MultiTenancy,
                C::ReplicationInfeasible,
                "Tenants need Pattern 1, and Pattern 1 needs replication.",
                overview("B24"),
            ),
        ),
        (
            Versions::from(ProductVersion::V4_6),
            outweighed(
                C::MultiTenancy,
                C::ReplicationInfeasible,
                "Without replication only Pattern 2 is left. The documentation still excludes tenants there, although \
                 gateways need no database for them since 4.6: have WSO2 confirm it (R-TOP-08).",
                inferred("B24", S30),
            ),
        ),
    ]
};

/// The contradictions among what is given, decisive ones first.
pub(super) fn contradictions(given: Criteria, version: ProductVersion) -> Vec<Contradiction> {
    let of_tenants = OF_TENANTS.iter().filter(|(versions, _)| versions.include(version)).map(|(_, clash)| clash);
    let mut found: Vec<Contradiction> =
        ALWAYS.iter().chain(of_tenants).filter(|clash| given.contains_all(clash.pair())).copied().collect();
    found.sort_by_key(|clash| !clash.decisive);
    found
}

/// The criteria of some contradictions.
pub(super) fn members<'c>(clashes: impl IntoIterator<Item = &'c Contradiction>) -> Criteria {
    clashes.into_iter().fold(Criteria::default(), |all, clash| all.with(clash.pair()))
}
