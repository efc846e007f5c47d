//! Ways out of answers that cannot all be met.

use serde::Serialize;

use super::advise::{Recommendation, decide};
use super::clashes::{contradictions, members};
use super::criteria::{Criteria, Criterion};
use super::sources::{Backing, S1, S3, S30, S44, inferred};
use crate::design::ProductVersion;

/// One way out of contradicting answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Offer {
    /// What to do, as a sentence.
    pub text: String,
    /// The criteria to withdraw; empty when the way is another one.
    pub withdraw: Criteria,
    /// What is recommended then; `None` when the way leaves the documented patterns.
    pub recommendation: Option<Recommendation>,
    /// What the way rests on.
    #[serde(flatten)]
    pub backing: Backing,
}

/// What needs replicated databases and is not served by Pattern 2 either.
const NEEDS_REPLICATION: Criteria =
    Criteria::of(&[Criterion::IndependentWrites, Criterion::IndependentSurvival, Criterion::MultiTenancy]);

/// The ways out, fewest withdrawals first. A conflict is offered every smallest set of criteria whose withdrawal
/// settles it; lesser contradictions those whose withdrawal leads to the other pattern.
pub(super) fn offers(given: Criteria, version: ProductVersion) -> Vec<Offer> {
    let now = decide(given, version).recommendation;
    let in_conflict = now == Recommendation::Conflict;
    let counts = |rest: Criteria| -> Criteria {
        let clashes = contradictions(rest, version);
        members(clashes.iter().filter(|c| c.decisive || !in_conflict))
    };
    let mut smallest: Vec<Criteria> = Vec::new();
    let mut candidates: Vec<Criteria> = counts(given).subsets().filter(|set| !set.is_empty()).collect();
    candidates.sort_by_key(|set| set.iter().count());
    for withdraw in candidates {
        if !smallest.iter().any(|s| withdraw.contains_all(*s)) && counts(given.without(withdraw)).is_empty() {
            smallest.push(withdraw);
        }
    }
    let mut offers: Vec<Offer> = smallest
        .into_iter()
        .map(|withdraw| withdrawal(withdraw, decide(given.without(withdraw), version).recommendation, given, version))
        .filter(|offer| offer.recommendation != Some(now))
        .collect();
    if in_conflict {
        offers.extend(beyond(given, version));
    }
    offers
}

fn withdrawal(withdraw: Criteria, then: Recommendation, given: Criteria, version: ProductVersion) -> Offer {
    let asserted_both_ways = given.contains(Criterion::ReplicationFeasible);
    let make_feasible = withdraw == Criteria::of(&[Criterion::ReplicationInfeasible]) && !asserted_both_ways;
    let outcome = match then {
        Recommendation::Pattern1 => "Pattern 1 fits",
        Recommendation::Pattern2 => "Pattern 2 fits",
        Recommendation::Either => "either pattern fits",
        Recommendation::Conflict => "the other contradictions remain",
    };
    let (text, backing) = if make_feasible {
        let engines =
            if version >= ProductVersion::V4_4 { "Oracle, SQL Server or PostgreSQL" } else { "Oracle or SQL Server" };
        let text = format!(
            "Make replication feasible: it was tested in both directions with {engines} on virtual machines. Then \
             {outcome}."
        );
        (text, inferred("B12", S3))
    } else {
        let ids: Vec<&str> = withdraw.iter().map(Criterion::id).collect();
        (format!("Withdraw {}. Then {outcome}.", ids.join(" and ")), inferred("B32", S1))
    };
    Offer { text, withdraw, recommendation: Some(then), backing }
}

/// Ways that no withdrawal leads to.
fn beyond(given: Criteria, version: ProductVersion) -> Vec<Offer> {
    let mut offers = Vec::new();
    let upgraded = decide(given, ProductVersion::V4_6).recommendation;
    if version < ProductVersion::V4_6 && upgraded != Recommendation::Conflict {
        offers.push(Offer {
            text:
                "Upgrade to 4.6 or later, whose gateways need no database for tenants, and have WSO2 confirm tenants \
                   in Pattern 2. Then Pattern 2 fits."
                    .into(),
            withdraw: Criteria::default(),
            recommendation: Some(upgraded),
            backing: inferred("A13", S30),
        });
    }
    if given.contains(Criterion::ReplicationInfeasible) && !given.among(NEEDS_REPLICATION).is_empty() {
        offers.push(Offer {
            text:
                "Run the regions as separate deployments and carry APIs, products and applications over with apictl; \
                   subscriptions made in one region and tokens issued there do not hold in the others."
                    .into(),
            withdraw: Criteria::default(),
            recommendation: None,
            backing: inferred("H23", S44),
        });
    }
    offers
}
