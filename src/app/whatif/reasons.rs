//! Why something is not as it was: what follows, what it means, and the chain of causes down to what failed.

use crate::design::{Capability, Design, Failures, Id};
use crate::failure::{Basis, CellOutcome, Model, Outcome, Place, State, rules};

use crate::picture::effects;

/// Chains of causes whose elements are named.
const MOST_CHAINS: usize = 3;

/// Why one capability at one place is as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The capability.
    pub capability: Capability,
    /// Where.
    pub place: Place,
    /// How it stands.
    pub state: State,
    /// What that rests on.
    pub basis: Basis,
    /// The facts it follows from.
    pub facts: Vec<&'static str>,
    /// What it means, worst first.
    pub means: Vec<Meaning>,
}

/// What one thing that is unmet means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meaning {
    /// The state it leads to.
    pub state: State,
    /// As a sentence.
    pub says: &'static str,
    /// What is lost for good; may be empty.
    pub lost: &'static str,
    /// What catches up by itself; may be empty.
    pub resync: &'static str,
    /// What must be done by hand; may be empty.
    pub by_hand: &'static str,
    /// What does not work, from the capability down to what failed, one chain of sentences each.
    pub chains: Vec<Vec<String>>,
    /// The elements named on the way.
    pub elements: Vec<Id>,
}

/// Why a capability at a place is as it is; `None` where it is not offered.
#[must_use]
pub fn of_cell(design: &Design, model: &Model, outcome: &Outcome, at: &(Capability, Place)) -> Option<Reason> {
    let CellOutcome { state, unmet, basis, facts } = outcome.cells.get(at)?;
    let (capability, place) = at.clone();
    let means = unmet.iter().map(|unmet| {
        let chains = model.causes(unmet.need, outcome, MOST_CHAINS);
        let needs = || chains.iter().flatten().filter_map(|need| model.need(*need));
        let mut elements: Vec<Id> = needs().filter_map(|need| need.says.element().cloned()).collect();
        elements.sort();
        elements.dedup();
        Meaning {
            state: unmet.state,
            says: match unmet.effect {
                Some(effect) => effect.says,
                None => rules::of(capability).map_or("", |rule| rule.down),
            },
            lost: unmet.effect.map_or("", |effect| effect.lost),
            resync: unmet.effect.map_or("", |effect| effect.resync),
            by_hand: unmet.effect.map_or("", |effect| effect.by_hand),
            chains: model.why(design, unmet, outcome),
            elements,
        }
    });
    Some(Reason { capability, place, state: *state, basis: *basis, facts: facts.clone(), means: means.collect() })
}

/// Why an element is not as it was, one reason a capability, worst first.
#[must_use]
pub fn of_element(design: &Design, model: &Model, healthy: &Outcome, outcome: &Outcome, id: &Id) -> Vec<Reason> {
    let mut cells = effects::changed(design, healthy, outcome, id);
    cells.sort_by_key(|(.., state)| *state);
    cells.into_iter().filter_map(|(c, place, _)| of_cell(design, model, outcome, &(c, place))).collect()
}

/// What of the failures concerns an element itself, in words: `Frankfurt has failed`.
#[must_use]
pub fn own(design: &Design, failures: &Failures, id: &Id) -> Vec<String> {
    use crate::design::failure::Failure as F;
    let ends = |id: &Id| match design.links.get(id) {
        Some(link) => vec![link.from.clone(), link.to.clone()],
        None => Vec::new(),
    };
    let mut about = vec![id.clone()];
    about.extend(ends(id));
    let regions: Vec<&Id> = about.iter().filter_map(|id| design.region_of(id)).collect();
    let concerns = |failure: &F| match failure {
        F::Region(region) | F::Zone { region, .. } => regions.contains(&region),
        F::Component(of) | F::Link(of) | F::Nodes { component: of, .. } => about.contains(of),
        F::Cut(pair) | F::Slow { between: pair, .. } => {
            design.links.contains_key(id) && regions.contains(&pair.first()) && regions.contains(&pair.second())
        }
    };
    let verb = |failure: &F| match failure {
        F::Cut(_) => " is cut",
        F::Slow { .. } => "",
        F::Nodes { count, .. } if *count > 1 => " have failed",
        _ => " has failed",
    };
    failures.iter().filter(|f| concerns(f)).map(|f| f.title(design) + verb(f)).collect()
}
