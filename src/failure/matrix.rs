//! The matrix: how every capability stands in every region and for every population.

use crate::design::{Capability, Claim, Design, Kind, Scope};

use super::{Basis, Impact, Outcome, Place, State};

/// Stands behind the word of a state that is inferred.
pub const INFERRED: &str = "*";

/// The matrix as data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Regions, then populations.
    pub columns: Vec<Column>,
    /// The capabilities that are offered somewhere, each with its cells, one a column.
    pub rows: Vec<(Capability, Vec<Option<Cell>>)>,
}

/// A region or a population.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Which.
    pub place: Place,
    /// Its name.
    pub title: String,
}

/// How one capability stands at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The state.
    pub state: State,
    /// The state while nothing has failed.
    pub was: State,
    /// What the state rests on.
    pub basis: Basis,
    /// The facts it follows from.
    pub facts: Vec<&'static str>,
    /// What it means; empty when there is nothing to say.
    pub says: String,
}

impl Cell {
    /// Whether it is not as it was while nothing had failed.
    #[must_use]
    pub fn changed(&self) -> bool {
        self.state != self.was
    }

    /// The word in the matrix, marked when it is inferred.
    #[must_use]
    pub fn words(&self) -> String {
        match self.basis {
            Basis::Stated => self.state.label().to_owned(),
            Basis::Inferred => format!("{}{INFERRED}", self.state.label()),
        }
    }
}

impl Table {
    /// The matrix of an outcome, as far as it differs from the healthy one when `only_changed`. `impact` is what is
    /// estimated under the failures, while it is known: numbers can say that something stands worse than parts alone.
    #[must_use]
    pub fn of(
        design: &Design,
        healthy: &Outcome,
        outcome: &Outcome,
        impact: Option<&Impact>,
        only_changed: bool,
    ) -> Self {
        let users = design.components.iter().filter(|(_, c)| c.kind() == Kind::Users).map(|(id, _)| id.clone());
        let places = design.regions.keys().cloned().map(Place::Region).chain(users.map(Place::Population));
        let mut columns: Vec<Column> =
            places.map(|place| Column { title: design.name_of(place.id()), place }).collect();
        let cell = |capability: Capability, column: &Column| {
            let cell = outcome.cell(capability, &column.place)?;
            let effect = cell.unmet.first().and_then(|unmet| unmet.effect);
            let was = healthy.state(capability, &column.place).unwrap_or(cell.state);
            let numbers = impact.and_then(|impact| impact.worse.get(&(capability, column.place.clone())));
            if let Some((state, says)) = numbers.filter(|(state, _)| *state < cell.state) {
                let (state, says) = (*state, says.clone());
                return Some(Cell { state, was, basis: Basis::Inferred, facts: Vec::new(), says });
            }
            Some(Cell {
                state: cell.state,
                was,
                basis: cell.basis,
                facts: cell.facts.clone(),
                says: effect.map_or_else(String::new, |effect| effect.says.to_owned()),
            })
        };
        let changed = |cell: &Option<Cell>| cell.as_ref().is_some_and(Cell::changed);
        columns.retain(|column| {
            let mut cells = Capability::ALL.iter().map(|capability| cell(*capability, column));
            if only_changed { cells.any(|cell| changed(&cell)) } else { cells.any(|cell| cell.is_some()) }
        });
        let rows = Capability::ALL.iter().map(|capability| {
            let cells: Vec<Option<Cell>> = columns.iter().map(|column| cell(*capability, column)).collect();
            (*capability, cells)
        });
        let kept = |cells: &[Option<Cell>]| {
            if only_changed { cells.iter().any(changed) } else { cells.iter().any(Option::is_some) }
        };
        let rows = rows.filter(|(_, cells)| kept(cells)).collect();
        Self { columns, rows }
    }

    /// What changed and what is claimed of it; all of it when that is nothing.
    #[must_use]
    pub fn telling(&self, claims: &[Claim]) -> Self {
        let mut chosen = self.clone();
        let claimed = |capability: Capability| claims.iter().any(|claim| claim.capability() == Some(capability));
        chosen.rows.retain(|(capability, cells)| claimed(*capability) || cells.iter().flatten().any(Cell::changed));
        if chosen.rows.is_empty() {
            return self.clone();
        }
        let keep: Vec<bool> = (0..chosen.columns.len()).map(|at| chosen.weight(at, claims) > (false, 0)).collect();
        if keep.contains(&true) {
            let mut kept = keep.iter();
            chosen.columns.retain(|_| kept.next().copied().unwrap_or(true));
            for (_, cells) in &mut chosen.rows {
                let mut kept = keep.iter();
                cells.retain(|_| kept.next().copied().unwrap_or(true));
            }
        }
        chosen
    }

    /// Leaves out what tells least until its width fits and it has at most so many rows (at least one), with what was
    /// left out, in words.
    #[must_use]
    pub fn cut_to(mut self, claims: &[Claim], fits: impl Fn(&Self) -> bool, rows: usize) -> (Self, String) {
        let places = self.columns.len();
        while self.columns.len() > 1 && !fits(&self) {
            let least = (0..self.columns.len()).rev().min_by_key(|at| self.weight(*at, claims));
            let Some(least) = least else { break };
            self.columns.remove(least);
            for (_, cells) in &mut self.rows {
                cells.remove(least);
            }
        }
        let capabilities = self.rows.len();
        while self.rows.len() > rows.max(1) {
            let claimed = |capability: Capability| claims.iter().any(|claim| claim.capability() == Some(capability));
            let least = self.rows.iter().rposition(|(capability, _)| !claimed(*capability));
            self.rows.remove(least.unwrap_or(self.rows.len() - 1));
        }
        let counted = |n: usize, one: &str, many: &str| format!("{n} more {}", if n == 1 { one } else { many });
        let mut cut = Vec::new();
        if places > self.columns.len() {
            cut.push(counted(places - self.columns.len(), "place", "places"));
        }
        if capabilities > self.rows.len() {
            cut.push(counted(capabilities - self.rows.len(), "capability", "capabilities"));
        }
        let cut = if cut.is_empty() { String::new() } else { format!("… and {}", cut.join(", ")) };
        (self, cut)
    }

    /// How much a column tells: whether it is claimed, and how much of it changed.
    fn weight(&self, column: usize, claims: &[Claim]) -> (bool, usize) {
        let place = self.columns.get(column).map(|column| &column.place);
        let claimed =
            claims.iter().any(|claim| matches!(claim.scope(), Scope::At(id) if place.is_some_and(|p| p.id() == id)));
        let changed = self.rows.iter().filter_map(|(_, cells)| cells.get(column)?.as_ref()).filter(|c| c.changed());
        (claimed, changed.count())
    }
}
