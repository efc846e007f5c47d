//! What a model says of one state of affairs: a state for every capability at every place, with the reasons.

use std::collections::{BTreeMap, BTreeSet};

use super::formula::{FormulaId, Values};
use super::model::{Cell, Condition, Down, Model, Place};
use super::need::{NeedId, Of};
use super::state::{Basis, Effect, State};
use super::{rules, statements};
use crate::design::{Capability, Design, Failures, Id};

/// Everything that holds while something has failed.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// What has failed.
    pub failures: Failures,
    /// Every capability at every place where it is offered.
    pub cells: BTreeMap<(Capability, Place), CellOutcome>,
    down: Down,
    values: Values,
}

/// How one capability stands at one place.
#[derive(Debug, Clone, PartialEq)]
pub struct CellOutcome {
    /// The state: the worst of what is unmet.
    pub state: State,
    /// What is unmet, worst first; empty when it works.
    pub unmet: Vec<Unmet>,
    /// What the state rests on.
    pub basis: Basis,
    /// The facts it follows from: those of the sentence that states it, else those of the rule and of what is unmet.
    pub facts: Vec<&'static str>,
}

/// Something that does not hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unmet {
    /// The state it leads to.
    pub state: State,
    /// What should hold.
    pub need: NeedId,
    /// What it means; `None` for what the capability cannot do without.
    pub effect: Option<&'static Effect>,
}

impl Outcome {
    /// How the capability stands at a place; `None` where it is not offered.
    #[must_use]
    pub fn cell(&self, capability: Capability, place: &Place) -> Option<&CellOutcome> {
        self.cells.get(&(capability, place.clone()))
    }

    /// The state of a capability at a place; `None` where it is not offered.
    #[must_use]
    pub fn state(&self, capability: Capability, place: &Place) -> Option<State> {
        self.cell(capability, place).map(|cell| cell.state)
    }

    /// Whether a need holds.
    #[must_use]
    pub fn holds(&self, formula: FormulaId) -> bool {
        self.values.holds(formula)
    }

    /// What is down.
    #[must_use]
    pub fn down(&self) -> &Down {
        &self.down
    }

    /// The worst state at a place.
    #[must_use]
    pub fn worst_at(&self, place: &Place) -> Option<State> {
        self.cells.iter().filter(|((_, at), _)| at == place).map(|(_, cell)| cell.state).min()
    }

    /// What is lost for good, what catches up and what must be done by hand, each sentence once.
    #[must_use]
    pub fn aftermath(&self) -> Aftermath {
        let mut aftermath = Aftermath::default();
        for ((capability, _), unmet) in
            self.cells.iter().flat_map(|(key, cell)| cell.unmet.iter().map(move |u| (key, u)))
        {
            let after = match unmet.effect {
                Some(effect) => Some((effect.lost, effect.resync, effect.by_hand)),
                None => rules::of(*capability).map(|rule| (rule.after.lost, rule.after.resync, rule.after.by_hand)),
            };
            let Some((lost, resync, by_hand)) = after else { continue };
            for (list, sentence) in
                [(&mut aftermath.lost, lost), (&mut aftermath.resync, resync), (&mut aftermath.by_hand, by_hand)]
            {
                if !sentence.is_empty() && !list.contains(&sentence) {
                    list.push(sentence);
                }
            }
        }
        aftermath
    }
}

/// What stays after a failure.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Aftermath {
    /// What is lost for good.
    pub lost: Vec<&'static str>,
    /// What catches up by itself.
    pub resync: Vec<&'static str>,
    /// What must be done by hand.
    pub by_hand: Vec<&'static str>,
}

impl Model {
    /// What holds while these have failed.
    #[must_use]
    pub fn outcome(&self, design: &Design, failures: &Failures) -> Outcome {
        let down = self.down(failures, design);
        let values = self.formulas.evaluate(|part| self.up(part, &down));
        let mut cells: BTreeMap<(Capability, Place), CellOutcome> =
            self.cells.iter().map(|(key, cell)| (key.clone(), self.stand(cell, &values))).collect();
        statements::apply(design, failures, &mut cells);
        Outcome { failures: failures.clone(), cells, down, values }
    }

    /// What holds while nothing has failed.
    #[must_use]
    pub fn healthy(&self, design: &Design) -> Outcome {
        self.outcome(design, &Failures::new())
    }

    /// The state of a cell, without its reasons.
    #[must_use]
    pub fn state(&self, cell: &Cell, values: &Values) -> State {
        self.unmet(cell, values).first().map_or(State::Works, |unmet| unmet.state)
    }

    /// What is unmet of a cell, worst first.
    fn unmet(&self, cell: &Cell, values: &Values) -> Vec<Unmet> {
        if !values.holds(self.formula(cell.usable)) {
            return vec![Unmet { state: State::Down, need: cell.usable, effect: None }];
        }
        let lacks = |condition: &&Condition| !values.holds(self.formula(condition.need));
        // While another region serves a population, what its own lacks is of no interest. That it is another one is a
        // condition as bad as any of those, so one more failure never improves the state.
        let left: Vec<&Id> = cell
            .served_in
            .iter()
            .filter(|(_, serves)| !values.holds(self.formula(*serves)))
            .map(|(region, _)| region)
            .collect();
        let mut unmet: Vec<Unmet> = cell
            .conditions
            .iter()
            .filter(lacks)
            .filter(|condition| condition.of_region.as_ref().is_none_or(|region| !left.contains(&region)))
            .map(|c| Unmet { state: c.effect.state, need: c.need, effect: Some(c.effect) })
            .collect();
        unmet.sort_by_key(|unmet| unmet.state);
        unmet
    }

    fn stand(&self, cell: &Cell, values: &Values) -> CellOutcome {
        let unmet = self.unmet(cell, values);
        let state = unmet.first().map_or(State::Works, |unmet| unmet.state);
        let mut facts: Vec<&'static str> = match unmet.first().and_then(|unmet| unmet.effect) {
            Some(effect) => effect.facts.to_vec(),
            None => cell.rule.facts.to_vec(),
        };
        facts.dedup();
        CellOutcome { state, unmet, basis: Basis::Inferred, facts }
    }

    /// Elements of the needs below this one, itself included, that do not hold.
    pub(super) fn lacking(&self, need: NeedId, outcome: &Outcome) -> BTreeSet<Id> {
        let mut elements = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut open = vec![need];
        while let Some(at) = open.pop() {
            let Some(need) = self.need(at) else { continue };
            if outcome.holds(need.formula) || !seen.insert(at) {
                continue;
            }
            elements.extend(need.says.element().cloned());
            if let Of::All(children) | Of::Any(children) = &need.of {
                open.extend(children);
            }
        }
        elements
    }

    /// Elements of the drawing on which a need rests, through all that it follows from.
    #[must_use]
    pub fn rests_on(&self, need: NeedId) -> BTreeSet<Id> {
        let mut elements = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut open = vec![need];
        while let Some(at) = open.pop() {
            let Some(need) = self.need(at) else { continue };
            if !seen.insert(at) {
                continue;
            }
            elements.extend(need.says.element().cloned());
            let parts: Vec<_> = match &need.of {
                Of::All(children) | Of::Any(children) => {
                    open.extend(children);
                    Vec::new()
                }
                Of::Part(part) => vec![*part],
                Of::Nodes { zones, .. } => zones.iter().flat_map(|z| z.zone.into_iter().chain([z.nodes])).collect(),
            };
            elements.extend(parts.into_iter().filter_map(|part| Some(self.part_of(part)?.of.element().clone())));
        }
        elements
    }
}
