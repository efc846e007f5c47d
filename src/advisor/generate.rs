//! Starting designs: what the answers of an architect become when they are drawn.
//!
//! [`generate`] draws a whole design, [`extend`] adds one region to a design that is there. Both wire as documented
//! (see [`wiring`](crate::rules::wiring)), size the gateways by their load, keep the answers as requirements and write
//! down why each pattern was chosen.

mod build;
mod layout;
mod record;
mod size;
#[cfg(test)]
mod tests;

pub use record::{INHERENT, decision};

use std::collections::BTreeMap;

use crate::books::{Books, CloudRegion, Provider};
use crate::design::draft::Draft;
use crate::design::edit::Edit;
use crate::design::{Date, Design, Engine, Id, Invalid, PatternIntent, ProductVersion, Requirements, Site};

use super::{Advice, DocumentedPattern, Recommendation, advise_on};

/// Most regions of a plan; beyond that a drawing is made by hand.
pub const MAX_PLANNED_REGIONS: usize = 24;

/// What a generated design is to be.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Name of the design.
    pub name: String,
    /// Version it is drawn for.
    pub product_version: ProductVersion,
    /// Answers that hold for every region.
    pub requirements: Requirements,
    /// The regions; the first one is the present or main region and always complete.
    pub regions: Vec<PlannedRegion>,
    /// Who decides; may be empty.
    pub owner: String,
    /// The day of the decisions.
    pub date: Option<Date>,
}

/// A region to be drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedRegion {
    /// What people call it.
    pub name: String,
    /// Where it is.
    pub site: Site,
    /// Its own answers, which win over those of the design.
    pub answers: Requirements,
    /// API calls a second at peak of users there; `None` when there are none.
    pub requests_per_s: Option<f64>,
    /// Whether backends stand there; otherwise its gateways call those of the first region that has some.
    pub backends: bool,
    /// The chosen pattern; `None` follows the recommendation.
    pub chosen: Option<DocumentedPattern>,
}

impl PlannedRegion {
    /// A region without answers and load.
    #[must_use]
    pub fn new(name: impl Into<String>, site: Site) -> Self {
        let answers = Requirements::default();
        Self { name: name.into(), site, answers, requests_per_s: None, backends: true, chosen: None }
    }

    /// The pattern it is drawn as: the chosen one, or the recommended one. Where either will do it is Pattern 2, which
    /// takes less (B3).
    ///
    /// # Errors
    /// When nothing is chosen and the answers contradict each other.
    pub fn pattern(&self, advice: &Advice) -> Result<DocumentedPattern, PlanError> {
        match (self.chosen, advice.recommendation) {
            (Some(chosen), _) => Ok(chosen),
            (None, Recommendation::Pattern1) => Ok(DocumentedPattern::Pattern1),
            (None, Recommendation::Pattern2 | Recommendation::Either) => Ok(DocumentedPattern::Pattern2),
            (None, Recommendation::Conflict) => Err(PlanError::Conflict { region: self.name.clone() }),
        }
    }
}

/// Why a plan cannot be drawn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// There is no region to begin with.
    #[error("a plan needs at least one region")]
    NoRegion,
    /// There are too many.
    #[error("{0} regions are more than a generated design may have ({MAX_PLANNED_REGIONS})")]
    TooMany(usize),
    /// The answers contradict each other and nothing was chosen.
    #[error("the answers for {region} contradict each other: withdraw one of them, or choose a pattern")]
    Conflict {
        /// Name of the region.
        region: String,
    },
    /// A sub region needs a region with a control plane.
    #[error("{region} cannot be a sub region: no region has a control plane it could be attached to")]
    NoHome {
        /// Name of the region.
        region: String,
    },
    /// The result would breach the document's structure.
    #[error("{} ({})", .0.message, .0.hint)]
    Invalid(#[from] Invalid),
}

/// Draws a design. The same plan gives the same bytes.
///
/// # Errors
/// When the plan is empty, too large or contradicts itself, or holds texts or numbers that no design may hold.
pub fn generate(plan: &Plan, books: &Books) -> Result<Design, PlanError> {
    if plan.regions.is_empty() {
        return Err(PlanError::NoRegion);
    }
    if plan.regions.len() > MAX_PLANNED_REGIONS {
        return Err(PlanError::TooMany(plan.regions.len()));
    }
    let patterns = patterns(plan)?;
    let complete = patterns.iter().filter(|p| **p == DocumentedPattern::Pattern1).count();
    let mut draft = Draft::of(&Design::default());
    draft.meta(|m| {
        m.name.clone_from(&plan.name);
        m.product_version = plan.product_version;
        m.requirements = plan.requirements.clone();
        m.pattern = match (complete, plan.regions.len()) {
            (_, 1) => PatternIntent::SingleRegion,
            (1, _) => PatternIntent::Pattern2,
            (complete, all) if complete == all => PatternIntent::Pattern1,
            _ => PatternIntent::Auto,
        };
    });
    let engine = build::engine_for(complete, plan.product_version);
    let drawn = regions(&mut draft, plan, &patterns, &engine, books)?;
    build::settle_roles(&mut draft);
    let of = |index: &usize| drawn.get(index);
    for (index, region) in plan.regions.iter().enumerate() {
        if let Some(at) = of(&index) {
            build::surroundings(&mut draft, &at.region, region);
        }
    }
    build::entrance(&mut draft);
    let new: Vec<Id> = drawn.values().map(|d| d.region.clone()).collect();
    size::gateways(&mut draft, &new, books);
    layout::stack(&mut draft, &drawn.values().collect::<Vec<_>>());
    for (index, region) in plan.regions.iter().enumerate().skip(1) {
        if let (Some(at), Some(pattern)) = (of(&index), patterns.get(index)) {
            record::keep(&mut draft, &at.region, region, *pattern, &plan.owner, plan.date);
        }
    }
    record::accept_inherent(&mut draft, &Design::default(), &plan.owner, books);
    let design = draft.design().clone();
    design.validate()?;
    Ok(design)
}

/// Adds a region to a design as one edit. What is there stays where it is; only what has to know the new region is
/// changed: links, roles and, where it no longer holds, the pattern meant.
///
/// # Errors
/// As for [`generate`]; also when a sub region finds no region to be attached to.
pub fn extend(
    design: &Design,
    region: &PlannedRegion,
    owner: &str,
    date: Option<Date>,
    books: &Books,
) -> Result<Edit, PlanError> {
    let answers = region.answers.over(&design.meta.requirements);
    let first = build::complete_regions(design).is_empty();
    let pattern = match region.pattern(&advise_on(&answers, design.meta.product_version)) {
        // The first region of a design has nothing to be attached to, and nothing to be decided.
        _ if first && region.chosen.is_none() => DocumentedPattern::Pattern1,
        pattern => pattern?,
    };
    let engine = build::engine_of(design).unwrap_or_else(|| build::engine_for(2, design.meta.product_version));
    let mut draft = Draft::of(design);
    let drawn = build::region(&mut draft, region, pattern, &engine, books)?;
    build::settle_roles(&mut draft);
    build::settle_intent(&mut draft, pattern);
    build::surroundings(&mut draft, &drawn.region, region);
    build::entrance(&mut draft);
    size::gateways(&mut draft, std::slice::from_ref(&drawn.region), books);
    layout::below(&mut draft, design, &drawn);
    record::keep(&mut draft, &drawn.region, region, pattern, owner, date);
    record::accept_inherent(&mut draft, design, owner, books);
    draft.design().validate()?;
    let part = if drawn.home.is_some() { "sub region" } else { "complete region" };
    Ok(draft.into_edit(format!("Add {} as a {part}", region.name)))
}

/// The pattern of each region; the first one is complete whatever it answers.
fn patterns(plan: &Plan) -> Result<Vec<DocumentedPattern>, PlanError> {
    let of = |region: &PlannedRegion| {
        region.pattern(&advise_on(&region.answers.over(&plan.requirements), plan.product_version))
    };
    let others = plan.regions.iter().skip(1).map(of);
    std::iter::once(Ok(DocumentedPattern::Pattern1)).chain(others).collect()
}

/// Draws the regions, by their place in the plan. Complete ones come first, so that each sub region finds the nearest.
fn regions(
    draft: &mut Draft,
    plan: &Plan,
    patterns: &[DocumentedPattern],
    engine: &(Engine, String),
    books: &Books,
) -> Result<BTreeMap<usize, build::Drawn>, PlanError> {
    let mut drawn = BTreeMap::new();
    for wanted in [DocumentedPattern::Pattern1, DocumentedPattern::Pattern2] {
        for (index, (region, pattern)) in plan.regions.iter().zip(patterns).enumerate() {
            if *pattern == wanted {
                drawn.insert(index, build::region(draft, region, wanted, engine, books)?);
            }
        }
    }
    Ok(drawn)
}

/// What people call a cloud region: its city, or what comes nearest to it; the site's own name otherwise.
#[must_use]
pub fn name_of_site(site: &Site, books: &Books) -> String {
    let name = cloud_region(site, books)
        .and_then(|r| [&r.city, &r.state, &r.display_name].into_iter().find(|t| !t.is_empty()).cloned());
    name.unwrap_or_else(|| site.short().to_owned())
}

fn cloud_region<'a>(site: &Site, books: &'a Books) -> Option<&'a CloudRegion> {
    let Site::Cloud { provider, region } = site else { return None };
    books.regions().get(provider.parse::<Provider>().ok()?, region)
}
