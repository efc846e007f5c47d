//! The decision between the patterns.

use serde::Serialize;

use super::clashes::{Contradiction, contradictions, members};
use super::consequences::{Consequence, consequences, with_tenants};
use super::criteria::{Criteria, Criterion, DocumentedPattern, Weight};
use super::offers::{Offer, offers};
use super::sources::Backing;
use crate::design::{ProductVersion, Requirements};

/// The answer of the advisor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Recommendation {
    /// Pattern 1.
    #[serde(rename = "pattern-1")]
    Pattern1,
    /// Pattern 2.
    #[serde(rename = "pattern-2")]
    Pattern2,
    /// Both are possible as far as is known.
    #[serde(rename = "either")]
    Either,
    /// The answers contradict each other, so that no pattern meets them.
    #[serde(rename = "conflict")]
    Conflict,
}

impl Recommendation {
    /// The words shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Pattern1 => "Pattern 1",
            Self::Pattern2 => "Pattern 2",
            Self::Either => "Either pattern",
            Self::Conflict => "No pattern fits",
        }
    }

    /// Stable id, such as `pattern-1`.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Pattern1 => "pattern-1",
            Self::Pattern2 => "pattern-2",
            Self::Either => "either",
            Self::Conflict => "conflict",
        }
    }

    /// The patterns that it leaves.
    #[must_use]
    pub fn patterns(self) -> &'static [DocumentedPattern] {
        match self {
            Self::Pattern1 => &[DocumentedPattern::Pattern1],
            Self::Pattern2 => &[DocumentedPattern::Pattern2],
            Self::Either => &[DocumentedPattern::Pattern1, DocumentedPattern::Pattern2],
            Self::Conflict => &[],
        }
    }
}

/// What one given criterion says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The criterion.
    pub criterion: Criterion,
    /// The pattern it speaks for.
    pub speaks_for: DocumentedPattern,
    /// How much it counts; inferred by us.
    pub weight: Weight,
    /// Why it speaks for its pattern, as a sentence without its full stop.
    pub text: &'static str,
    /// Where the criterion is listed.
    #[serde(flatten)]
    pub backing: Backing,
}

/// What to ask the architect next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Question {
    /// The criterion that a yes gives.
    pub criterion: Criterion,
    /// The question.
    pub text: &'static str,
}

/// Which pattern suits a region, and everything there is to know about that answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// Product version it holds for.
    pub version: ProductVersion,
    /// What was given.
    pub criteria: Criteria,
    /// The answer.
    pub recommendation: Recommendation,
    /// The given criteria that forced it. They alone lead to the same answer; empty only if nothing is given.
    pub forced_by: Criteria,
    /// The given criteria that speak for the recommended pattern; for no single one, all of them.
    pub reasons_for: Vec<Reason>,
    /// The given criteria that speak for the other pattern.
    pub reasons_against: Vec<Reason>,
    /// Answers that cannot all be met, decisive ones first.
    pub contradictions: Vec<Contradiction>,
    /// Ways out of the contradictions.
    pub offers: Vec<Offer>,
    /// What the recommended pattern brings; of both if either will do.
    pub consequences: Vec<Consequence>,
    /// What could change or settle the answer.
    pub questions: Vec<Question>,
}

/// The answer with what forced it.
pub(super) struct Decision {
    pub recommendation: Recommendation,
    pub forced_by: Criteria,
}

/// Any of these asks for Pattern 1.
const DEMANDS_PATTERN_1: Criteria = Criteria::of(&[
    Criterion::Autonomous,
    Criterion::IndependentWrites,
    Criterion::LowLatency,
    Criterion::MultiTenancy,
    Criterion::IndependentSurvival,
]);

/// Any of these asks for Pattern 2.
const DEMANDS_PATTERN_2: Criteria = Criteria::of(&[
    Criterion::DataPlaneOnly,
    Criterion::NearBackends,
    Criterion::ReplicationInfeasible,
    Criterion::Budget,
]);

/// Decides. The order is inferred by us from the criteria (B32) and the answers to the overview's questions (B33):
/// what cannot be met is a conflict; without replication there is only Pattern 2; whatever only a complete region
/// offers outweighs the wish for less; and that outweighs nothing at all.
pub(super) fn decide(given: Criteria, version: ProductVersion) -> Decision {
    let clashes = contradictions(given, version);
    let decisive = members(clashes.iter().filter(|c| c.decisive));
    let first = given.among(DEMANDS_PATTERN_1);
    let second = given.among(DEMANDS_PATTERN_2);
    let infeasible = Criteria::of(&[Criterion::ReplicationInfeasible]);
    let (recommendation, forced_by) = if !decisive.is_empty() {
        (Recommendation::Conflict, decisive)
    } else if given.contains_all(infeasible) {
        (Recommendation::Pattern2, if first.is_empty() { second } else { infeasible })
    } else if !first.is_empty() {
        (Recommendation::Pattern1, first)
    } else if !second.is_empty() {
        (Recommendation::Pattern2, second)
    } else {
        (Recommendation::Either, given)
    };
    Decision { recommendation, forced_by }
}

/// Advises on the pattern of a region for which these criteria are given.
///
/// The advice is for one new region at a time, since regions of a deployment may differ in what they need.
#[must_use]
pub fn advise(given: Criteria, version: ProductVersion) -> Advice {
    let Decision { recommendation, forced_by } = decide(given, version);
    let all = given.iter().map(|criterion| Reason {
        criterion,
        speaks_for: criterion.speaks_for(),
        weight: criterion.weight(version),
        text: criterion.why(),
        backing: criterion.backing(),
    });
    let (reasons_for, reasons_against) = match recommendation.patterns() {
        [only] => all.partition(|r| r.speaks_for == *only),
        _ => (all.collect(), Vec::new()),
    };
    let mut consequences: Vec<Consequence> =
        recommendation.patterns().iter().flat_map(|p| consequences(*p, version)).collect();
    if recommendation == Recommendation::Pattern1 && given.contains(Criterion::MultiTenancy) {
        consequences.extend(with_tenants(version));
    }
    Advice {
        version,
        criteria: given,
        recommendation,
        forced_by,
        reasons_for,
        reasons_against,
        contradictions: contradictions(given, version),
        offers: offers(given, version),
        consequences,
        questions: questions(given, recommendation),
    }
}

/// Advises on a region with these answers; see [`Design::requirements_of`](crate::design::Design::requirements_of).
/// What was answered, also with a no, is not asked again.
#[must_use]
pub fn advise_on(answers: &Requirements, version: ProductVersion) -> Advice {
    let mut advice = advise(Criteria::given_in(answers), version);
    advice.questions.retain(|q| !q.criterion.is_answered_in(answers));
    advice
}

/// While undecided, everything that would settle the matter, the two that tell the patterns apart (B33) first. After
/// that, what Pattern 1 takes for granted and what is easily forgotten about Pattern 2.
fn questions(given: Criteria, recommendation: Recommendation) -> Vec<Question> {
    use Criterion as C;
    let wanted: &[Criterion] = match recommendation {
        Recommendation::Pattern1 => &[C::ReplicationFeasible],
        Recommendation::Pattern2 => &[C::MultiTenancy],
        Recommendation::Either => &[
            C::Autonomous,
            C::DataPlaneOnly,
            C::MultiTenancy,
            C::IndependentSurvival,
            C::LowLatency,
            C::IndependentWrites,
            C::ReplicationInfeasible,
            C::Budget,
            C::NearBackends,
        ],
        Recommendation::Conflict => &[],
    };
    let open = |c: &C| !given.contains(*c) && !c.opposite().is_some_and(|o| given.contains(o));
    wanted.iter().copied().filter(open).map(|criterion| Question { criterion, text: criterion.question() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const V4_5: ProductVersion = ProductVersion::V4_5;
    const V4_6: ProductVersion = ProductVersion::V4_6;

    fn set(ids: &str) -> Criteria {
        ids.split_whitespace().map(|id| id.parse::<Criterion>().unwrap()).collect()
    }

    fn all_sets() -> impl Iterator<Item = Criteria> {
        Criteria::of(&Criterion::ALL).subsets()
    }

    #[track_caller]
    fn answers(ids: &str, version: ProductVersion, recommendation: Recommendation, forced_by: &str) {
        let advice = advise(set(ids), version);
        assert_eq!((advice.recommendation, advice.forced_by), (recommendation, set(forced_by)), "{ids}");
    }

    #[test]
    fn the_four_questions_of_the_overview_get_their_known_answers() {
        use Recommendation::{Either, Pattern1, Pattern2};
        for version in ProductVersion::ALL {
            // 1: both regions publish, register applications and administer, with low latency.
            answers("autonomous low-latency", version, Pattern1, "autonomous low-latency");
            // 2: traffic from another region has risen.
            answers("autonomous", version, Pattern1, "autonomous");
            answers("data-plane-only", version, Pattern2, "data-plane-only");
            answers("", version, Either, "");
            // 3: backends and many customers are in another region.
            answers("near-backends", version, Pattern2, "near-backends");
            answers("near-backends data-plane-only", version, Pattern2, "near-backends data-plane-only");
            // 4: a region for incoming traffic, and tenants are crucial.
            answers("multi-tenancy", version, Pattern1, "multi-tenancy");
            answers("multi-tenancy data-plane-only", version, Pattern1, "multi-tenancy");
        }
        let open = advise(Criteria::default(), V4_6).questions;
        let first_two: Vec<Criterion> = open.iter().take(2).map(|q| q.criterion).collect();
        assert_eq!(first_two, [Criterion::Autonomous, Criterion::DataPlaneOnly]);
    }

    #[test]
    fn further_cases_are_decided_as_specified() {
        use Recommendation::{Conflict, Either, Pattern1, Pattern2};
        answers("replication-infeasible", V4_6, Pattern2, "replication-infeasible");
        let torn = "replication-infeasible independent-survival";
        answers(torn, V4_6, Conflict, torn);
        let tenants = "multi-tenancy replication-infeasible";
        answers(tenants, V4_5, Conflict, tenants);
        answers(tenants, V4_6, Pattern2, "replication-infeasible");
        assert!(advise(set(tenants), V4_6).contradictions.iter().any(|c| c.text.contains("R-TOP-08")));
        let noted =
            |version| advise(set("multi-tenancy"), version).consequences.iter().any(|c| c.text.contains("R-TOP-08"));
        assert_eq!((noted(V4_5), noted(V4_6)), (false, true));
        answers("budget data-plane-only", V4_6, Pattern2, "budget data-plane-only");
        answers("independent-survival budget", V4_6, Pattern1, "independent-survival");
        let costly = advise(set("independent-survival budget"), V4_6);
        assert_eq!(costly.reasons_against.iter().map(|r| r.criterion).collect::<Vec<_>>(), [Criterion::Budget]);
        assert!(costly.consequences.iter().any(|c| c.backing.fact == "B3"));
        // Being able to replicate and to pay asks for nothing.
        answers("replication-feasible cost-unconstrained", V4_6, Either, "replication-feasible cost-unconstrained");
        let both_ways = "replication-feasible replication-infeasible";
        answers(both_ways, V4_6, Conflict, both_ways);
        answers("cost-unconstrained budget data-plane-only", V4_6, Conflict, "cost-unconstrained budget");
    }

    #[test]
    fn every_set_of_criteria_gets_an_answer_that_its_forcing_criteria_alone_would_get() {
        for version in ProductVersion::ALL {
            for given in all_sets() {
                let advice = advise(given, version);
                assert_eq!(advice.forced_by.is_empty(), given.is_empty(), "{given:?}");
                assert!(given.contains_all(advice.forced_by), "{given:?}");
                assert_eq!(decide(advice.forced_by, version).recommendation, advice.recommendation, "{given:?}");
                let cited = advice.reasons_for.iter().chain(&advice.reasons_against).map(|r| r.criterion);
                let mut cited: Vec<Criterion> = cited.collect();
                cited.sort();
                assert_eq!(cited, given.iter().collect::<Vec<_>>(), "each given criterion is cited once");
                assert_eq!(advice.questions.is_empty(), settled(&advice), "{given:?}");
            }
        }
    }

    /// Whether there is nothing left to ask.
    fn settled(advice: &Advice) -> bool {
        let given = |c| advice.criteria.contains(c);
        match advice.recommendation {
            Recommendation::Pattern1 => given(Criterion::ReplicationFeasible),
            Recommendation::Pattern2 => given(Criterion::MultiTenancy),
            Recommendation::Either => false,
            Recommendation::Conflict => true,
        }
    }

    #[test]
    fn more_of_the_same_never_turns_an_answer_round() {
        for version in ProductVersion::ALL {
            for given in all_sets() {
                let before = decide(given, version);
                for criterion in Criterion::ALL {
                    let one = Criteria::of(&[criterion]);
                    let after = decide(given.with(one), version).recommendation;
                    let stays = after == before.recommendation;
                    match before.recommendation {
                        Recommendation::Conflict => assert!(stays, "{given:?} and {criterion}"),
                        Recommendation::Either => {}
                        own => {
                            let agrees = own.patterns() == [criterion.speaks_for()];
                            assert!(stays || !agrees || after == Recommendation::Conflict, "{given:?} and {criterion}");
                        }
                    }
                    if !before.forced_by.contains(criterion) {
                        let without = decide(given.without(one), version).recommendation;
                        assert_eq!(without, before.recommendation, "{given:?} without {criterion}");
                    }
                }
            }
        }
    }

    #[test]
    fn each_question_while_undecided_would_settle_the_matter() {
        for given in all_sets() {
            let advice = advise(given, V4_6);
            for question in advice.questions.iter().filter(|_| advice.recommendation == Recommendation::Either) {
                let answered = decide(given.with(Criteria::of(&[question.criterion])), V4_6).recommendation;
                assert_eq!(answered.patterns(), [question.criterion.speaks_for()], "{given:?}");
            }
        }
    }

    #[test]
    fn every_conflict_has_ways_out_that_lead_out() {
        for version in ProductVersion::ALL {
            for given in all_sets() {
                let advice = advise(given, version);
                let conflict = advice.recommendation == Recommendation::Conflict;
                assert_eq!(advice.contradictions.iter().any(|c| c.decisive), conflict, "{given:?}");
                let ways: Vec<&Offer> = advice.offers.iter().filter(|o| !o.withdraw.is_empty()).collect();
                assert!(!conflict || ways.len() > 1, "{given:?}");
                for way in ways {
                    assert!(given.contains_all(way.withdraw), "{given:?}");
                    let then = decide(given.without(way.withdraw), version).recommendation;
                    assert_eq!(way.recommendation, Some(then), "{given:?}");
                    assert!(then != advice.recommendation && then != Recommendation::Conflict, "{given:?}");
                }
            }
        }
    }

    #[test]
    fn ways_out_name_what_would_have_to_change() {
        let texts = |ids, version| advise(set(ids), version).offers.into_iter().map(|o| o.text).collect::<Vec<_>>();
        let old = texts("multi-tenancy replication-infeasible", ProductVersion::V4_3);
        assert_eq!(old.len(), 4, "{old:#?}");
        for word in ["Withdraw multi-tenancy", "Oracle or SQL Server on", "Upgrade to 4.6", "apictl"] {
            assert!(old.iter().any(|t| t.contains(word)), "{word}: {old:#?}");
        }
        let both = texts("cost-unconstrained budget multi-tenancy", V4_6);
        assert_eq!(
            both,
            ["Withdraw cost-unconstrained. Then Pattern 1 fits.", "Withdraw budget. Then Pattern 1 fits."]
        );
        // Nothing is in conflict here, but somebody should know what the other answer would be.
        assert_eq!(texts("autonomous data-plane-only", V4_6), ["Withdraw autonomous. Then Pattern 2 fits."]);
    }

    #[test]
    fn a_region_is_not_asked_what_it_has_answered() {
        let answers = Requirements {
            autonomous: Some(false),
            replication_feasible: Some(true),
            budget_bound: Some(false),
            ..Requirements::default()
        };
        let advice = advise_on(&answers, V4_6);
        assert_eq!(advice.recommendation, Recommendation::Either);
        assert_eq!(advice.questions.first().map(|q| q.criterion), Some(Criterion::DataPlaneOnly));
        assert_eq!(advice.criteria, set("replication-feasible cost-unconstrained"));
    }
}
