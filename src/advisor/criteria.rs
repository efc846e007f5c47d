//! The criteria by which a pattern is chosen, and sets of them.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use super::sources::{Backing, overview};
use crate::design::{ProductVersion, Requirements};

/// A pattern over several regions that the documentation describes (facts B1, B20).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum DocumentedPattern {
    /// Several complete regions with replicated databases.
    #[serde(rename = "pattern-1")]
    Pattern1,
    /// One main region with the control plane, others with gateways and traffic managers.
    #[serde(rename = "pattern-2")]
    Pattern2,
}

impl DocumentedPattern {
    /// Both, in the order of the documentation.
    pub const ALL: [Self; 2] = [Self::Pattern1, Self::Pattern2];

    /// Stable id, such as `pattern-1`.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Pattern1 => "pattern-1",
            Self::Pattern2 => "pattern-2",
        }
    }

    /// The words shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Pattern1 => "Pattern 1",
            Self::Pattern2 => "Pattern 2",
        }
    }
}

/// How much a criterion counts. The overview only lists the criteria; the weights are inferred by us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// The other pattern is ruled out.
    Hard,
    /// Decides unless a hard one stands against it.
    Strong,
    /// Decides when nothing stronger does.
    Medium,
    /// Makes the pattern possible, but asks for nothing.
    Precondition,
}

impl Weight {
    /// The word shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Hard => "hard",
            Self::Strong => "strong",
            Self::Medium => "medium",
            Self::Precondition => "precondition",
        }
    }
}

/// One criterion of the deployment pattern overview (facts B32, B24; source S1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Criterion {
    /// The region goes on by itself with every feature.
    Autonomous,
    /// Every region writes to a database of its own.
    IndependentWrites,
    /// Replicating the databases is feasible.
    ReplicationFeasible,
    /// Cost is no constraint.
    CostUnconstrained,
    /// All operations in the region need low latency, management included.
    LowLatency,
    /// Several tenants are served.
    MultiTenancy,
    /// After a disaster each region survives with all features.
    IndependentSurvival,
    /// The region needs gateways and traffic managers only.
    DataPlaneOnly,
    /// Gateways stand close to the backends.
    NearBackends,
    /// Replicating the databases is infeasible.
    ReplicationInfeasible,
    /// The budget demands the cheaper approach.
    Budget,
}

/// A text that names no criterion.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no criterion \"{text}\"")]
pub struct UnknownCriterion {
    /// What was given.
    pub text: String,
}

struct Row {
    id: &'static str,
    question: &'static str,
    pattern: DocumentedPattern,
    weight: Weight,
    why: &'static str,
    fact: &'static str,
}

const fn one(id: &'static str, question: &'static str, weight: Weight, why: &'static str) -> Row {
    Row { id, question, pattern: DocumentedPattern::Pattern1, weight, why, fact: "B32" }
}

const fn two(id: &'static str, question: &'static str, weight: Weight, why: &'static str) -> Row {
    Row { id, question, pattern: DocumentedPattern::Pattern2, weight, why, fact: "B32" }
}

impl Criterion {
    /// Every criterion, in the order of the source document.
    pub const ALL: [Self; 11] = [
        Self::Autonomous,
        Self::IndependentWrites,
        Self::ReplicationFeasible,
        Self::CostUnconstrained,
        Self::LowLatency,
        Self::MultiTenancy,
        Self::IndependentSurvival,
        Self::DataPlaneOnly,
        Self::NearBackends,
        Self::ReplicationInfeasible,
        Self::Budget,
    ];

    fn row(self) -> Row {
        match self {
            Self::Autonomous => one(
                "autonomous",
                "Must the region work by itself, with every feature of the product?",
                Weight::Strong,
                "A region works by itself only with a control plane and databases of its own, which every region of \
                 Pattern 1 has",
            ),
            Self::IndependentWrites => one(
                "independent-writes",
                "Must the region write to its database independently of the other regions?",
                Weight::Strong,
                "In Pattern 1 each region reads and writes its own databases; in Pattern 2 only the main region has any",
            ),
            Self::ReplicationFeasible => one(
                "replication-feasible",
                "Can the databases be replicated between the regions, in both directions?",
                Weight::Precondition,
                "Pattern 1 rests on replicated databases, so it is possible here",
            ),
            Self::CostUnconstrained => one(
                "cost-unconstrained",
                "Is there money for every component in every region?",
                Weight::Precondition,
                "Pattern 1 repeats every component in every region, and that can be paid for here",
            ),
            Self::LowLatency => one(
                "low-latency",
                "Must publishing, subscribing and administration be fast inside the region?",
                Weight::Strong,
                "With Pattern 1 people in the region work on a control plane next to them; with Pattern 2 their work \
                 crosses to the main region",
            ),
            Self::MultiTenancy => Row {
                fact: "B24",
                ..one(
                    "multi-tenancy",
                    "Does the deployment serve several tenants?",
                    Weight::Strong,
                    "Pattern 1 serves tenants in every region; the documentation excludes them for Pattern 2",
                )
            },
            Self::IndependentSurvival => one(
                "independent-survival",
                "Must the region survive the loss of the others with all features?",
                Weight::Strong,
                "A complete region goes on with everything when the others are lost; a sub region only goes on serving \
                 and throttling traffic",
            ),
            Self::DataPlaneOnly => two(
                "data-plane-only",
                "Does the region need gateways and traffic managers only?",
                Weight::Strong,
                "A sub region of Pattern 2 consists of just these, and nothing else has to be paid for or run there",
            ),
            Self::NearBackends => two(
                "near-backends",
                "Must gateways stand close to backends that are far from the present region?",
                Weight::Medium,
                "A sub region beside the backends keeps calls from crossing between regions",
            ),
            Self::ReplicationInfeasible => two(
                "replication-infeasible",
                "Is it impossible to replicate the databases between the regions?",
                Weight::Hard,
                "Pattern 2 needs no replication; Pattern 1 is nothing without it",
            ),
            Self::Budget => two(
                "budget",
                "Does the budget demand the cheaper approach?",
                Weight::Strong,
                "Pattern 2 adds gateways and traffic managers for a region instead of the whole set of components",
            ),
        }
    }

    /// Stable id, such as `low-latency`.
    #[must_use]
    pub fn id(self) -> &'static str {
        self.row().id
    }

    /// The question as put to the architect; a yes gives the criterion.
    #[must_use]
    pub fn question(self) -> &'static str {
        self.row().question
    }

    /// The pattern it speaks for.
    #[must_use]
    pub fn speaks_for(self) -> DocumentedPattern {
        self.row().pattern
    }

    /// How much it counts, inferred by us. Since 4.6 gateways need no database for tenants, so that multi-tenancy no
    /// longer rules Pattern 2 out for a technical reason (facts A13, B24).
    #[must_use]
    pub fn weight(self, version: ProductVersion) -> Weight {
        match self {
            Self::MultiTenancy if version < ProductVersion::V4_6 => Weight::Hard,
            _ => self.row().weight,
        }
    }

    /// Why it speaks for its pattern.
    #[must_use]
    pub fn why(self) -> &'static str {
        self.row().why
    }

    /// Where it is listed.
    #[must_use]
    pub fn backing(self) -> Backing {
        overview(self.row().fact)
    }

    /// The criterion that is the opposite answer to the same question, if that is a criterion too.
    #[must_use]
    pub fn opposite(self) -> Option<Self> {
        match self {
            Self::ReplicationFeasible => Some(Self::ReplicationInfeasible),
            Self::ReplicationInfeasible => Some(Self::ReplicationFeasible),
            Self::CostUnconstrained => Some(Self::Budget),
            Self::Budget => Some(Self::CostUnconstrained),
            _ => None,
        }
    }

    /// Whether the answers settle its question, either way.
    #[must_use]
    pub fn is_answered_in(self, answers: &Requirements) -> bool {
        self.answer_in(answers).is_some()
    }

    /// What the answers say to its question.
    #[must_use]
    pub fn answer_in(self, answers: &Requirements) -> Option<bool> {
        let mut answers = answers.clone();
        let (answer, wanted) = self.asked(&mut answers);
        answer.map(|given| given == wanted)
    }

    /// Answers its question. The opposite question, if there is one, is answered with it.
    pub fn answer(self, answers: &mut Requirements, yes: Option<bool>) {
        let (answer, wanted) = self.asked(answers);
        *answer = yes.map(|yes| yes == wanted);
    }

    /// The answer of a design that bears on it, and which answer gives it.
    fn asked(self, answers: &mut Requirements) -> (&mut Option<bool>, bool) {
        match self {
            Self::Autonomous => (&mut answers.autonomous, true),
            Self::IndependentWrites => (&mut answers.independent_writes, true),
            Self::ReplicationFeasible => (&mut answers.replication_feasible, true),
            Self::CostUnconstrained => (&mut answers.budget_bound, false),
            Self::LowLatency => (&mut answers.low_latency, true),
            Self::MultiTenancy => (&mut answers.multi_tenancy, true),
            Self::IndependentSurvival => (&mut answers.independent_survival, true),
            Self::DataPlaneOnly => (&mut answers.data_plane_only, true),
            Self::NearBackends => (&mut answers.near_backends, true),
            Self::ReplicationInfeasible => (&mut answers.replication_feasible, false),
            Self::Budget => (&mut answers.budget_bound, true),
        }
    }

    const fn bit(self) -> u16 {
        1 << self as u16
    }
}

impl fmt::Display for Criterion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl Serialize for Criterion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

impl FromStr for Criterion {
    type Err = UnknownCriterion;
    fn from_str(text: &str) -> Result<Self, UnknownCriterion> {
        Self::ALL
            .into_iter()
            .find(|c| c.id() == text)
            .ok_or_else(|| UnknownCriterion { text: text.chars().take(40).collect() })
    }
}

/// A set of criteria.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Criteria(u16);

impl Criteria {
    /// The set of these.
    #[must_use]
    pub const fn of(criteria: &[Criterion]) -> Self {
        let mut bits = 0;
        let mut rest = criteria;
        while let [first, others @ ..] = rest {
            bits |= first.bit();
            rest = others;
        }
        Self(bits)
    }

    /// The criteria that the answers of a design or a region give. "Replication feasible: no" and "bound by budget: no"
    /// are criteria as well; any other no is none.
    #[must_use]
    pub fn given_in(answers: &Requirements) -> Self {
        let mut answers = answers.clone();
        let given = |c: &Criterion| {
            let (answer, wanted) = c.asked(&mut answers);
            *answer == Some(wanted)
        };
        Criterion::ALL.into_iter().filter(given).collect()
    }

    /// The same as answers of a design. A question that is answered with both yes and no stays open.
    #[must_use]
    pub fn requirements(self) -> Requirements {
        let mut answers = Requirements::default();
        for criterion in self.iter().filter(|c| !c.opposite().is_some_and(|o| self.contains(o))) {
            let (answer, wanted) = criterion.asked(&mut answers);
            *answer = Some(wanted);
        }
        answers
    }

    /// Whether nothing is given.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether the criterion is given.
    #[must_use]
    pub fn contains(self, criterion: Criterion) -> bool {
        self.0 & criterion.bit() != 0
    }

    /// Whether all of `others` are given.
    #[must_use]
    pub fn contains_all(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }

    /// These and `others`.
    #[must_use]
    pub fn with(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// These without `others`.
    #[must_use]
    pub fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// Those that are in both sets.
    #[must_use]
    pub fn among(self, others: Self) -> Self {
        Self(self.0 & others.0)
    }

    /// The criteria, in the order of the source document.
    pub fn iter(self) -> impl Iterator<Item = Criterion> {
        Criterion::ALL.into_iter().filter(move |c| self.contains(*c))
    }

    /// Every set of some of these, the empty one first.
    pub(super) fn subsets(self) -> impl Iterator<Item = Self> {
        (0..=self.0).map(Self).filter(move |part| self.contains_all(*part))
    }
}

impl FromIterator<Criterion> for Criteria {
    fn from_iter<I: IntoIterator<Item = Criterion>>(criteria: I) -> Self {
        Self(criteria.into_iter().fold(0, |bits, c| bits | c.bit()))
    }
}

impl Serialize for Criteria {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_criterion_is_found_by_its_id() {
        for criterion in Criterion::ALL {
            assert_eq!(criterion.id().parse(), Ok(criterion));
        }
        assert_eq!("Budget".parse::<Criterion>(), Err(UnknownCriterion { text: "Budget".into() }));
    }

    #[test]
    fn criteria_become_answers_of_a_design_and_back() {
        for set in Criteria::of(&Criterion::ALL).subsets() {
            let both_ways = |c: Criterion| c.opposite().is_some_and(|o| set.contains(o));
            let storable: Criteria = set.iter().filter(|c| !both_ways(*c)).collect();
            assert_eq!(Criteria::given_in(&set.requirements()), storable);
        }
    }

    #[test]
    fn a_no_is_a_criterion_only_for_replication_and_budget() {
        let mut no = Requirements::default();
        for question in Requirements::CRITERIA {
            (question.set)(&mut no, Some(false));
        }
        let expected = Criteria::of(&[Criterion::CostUnconstrained, Criterion::ReplicationInfeasible]);
        assert_eq!(Criteria::given_in(&no), expected);
    }

    #[test]
    fn only_what_rules_a_pattern_out_is_hard() {
        let hard = |version| Criterion::ALL.into_iter().filter(move |c| c.weight(version) == Weight::Hard);
        assert_eq!(
            hard(ProductVersion::V4_5).collect::<Vec<_>>(),
            [Criterion::MultiTenancy, Criterion::ReplicationInfeasible]
        );
        assert_eq!(hard(ProductVersion::V4_6).collect::<Vec<_>>(), [Criterion::ReplicationInfeasible]);
    }
}
