//! What holds for a design as a whole.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::component::TokenFormat;
use super::estimation::Estimation;
use super::requirements::Requirements;
use super::rulings::{Decision, Practices, RuleSetting, Waiver};
use super::story::Scene;
use super::version::ProductVersion;

/// Name, target and requirements of a design.
#[derive(Debug, Clone, PartialEq)]
pub struct Meta {
    /// Name of the design.
    pub name: String,
    /// Product version it is drawn for; selects rules and exports.
    pub product_version: ProductVersion,
    /// The pattern the architect means.
    pub pattern: PatternIntent,
    /// Production or not; some rules only hold in production.
    pub environment: Environment,
    /// Format of access tokens (H1).
    pub tokens: TokenFormat,
    /// Domain that host names end with where a component has none of its own; empty while nobody has decided.
    pub domain: String,
    /// Criteria by which a pattern is chosen.
    pub requirements: Requirements,
    /// What holds and cannot be drawn.
    pub practices: Practices,
    /// How seriously rules are taken, by id, where the design says otherwise than the rule.
    pub rules: BTreeMap<String, RuleSetting>,
    /// Findings that were accepted.
    pub waivers: BTreeSet<Waiver>,
    /// Decisions between the patterns, oldest first.
    pub decisions: Vec<Decision>,
    /// Targets, assumptions and terms of the estimates.
    pub estimation: Estimation,
    /// Scenes in the order in which they are shown.
    pub story: Vec<Scene>,
    /// Free text.
    pub notes: String,
}

impl Default for Meta {
    fn default() -> Self {
        Self {
            name: "Untitled".into(),
            product_version: ProductVersion::V4_6,
            pattern: PatternIntent::Auto,
            environment: Environment::Production,
            tokens: TokenFormat::Jwt,
            domain: String::new(),
            requirements: Requirements::default(),
            practices: Practices::default(),
            rules: BTreeMap::new(),
            waivers: BTreeSet::new(),
            decisions: Vec::new(),
            estimation: Estimation::default(),
            story: Vec::new(),
            notes: String::new(),
        }
    }
}

/// Which deployment pattern the drawing is meant to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum PatternIntent {
    /// Whatever the drawing shows.
    Auto,
    /// Pattern 1: synchronised regions with replicated databases (B1).
    Pattern1,
    /// Pattern 2: one main region and data plane regions (B20).
    Pattern2,
    /// One region.
    SingleRegion,
}

impl PatternIntent {
    /// All intents, in the order of menus.
    pub const ALL: [Self; 4] = [Self::Auto, Self::Pattern1, Self::Pattern2, Self::SingleRegion];

    /// The words shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Auto => "As drawn",
            Self::Pattern1 => "Pattern 1",
            Self::Pattern2 => "Pattern 2",
            Self::SingleRegion => "Single region",
        }
    }
}

/// What the deployment is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Environment {
    /// Real users depend on it.
    Production,
    /// Development or test.
    Development,
}

impl Environment {
    /// Both, in the order of menus.
    pub const ALL: [Self; 2] = [Self::Production, Self::Development];

    /// The word shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Production => "Production",
            Self::Development => "Development",
        }
    }
}
