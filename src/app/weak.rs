//! What takes a drawing down and how available that leaves it, as the window shows it.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::analysis::Analysis;
use crate::books::Books;
use crate::design::{Capability, Design, Failure, Failures, Id};
use crate::failure::availability::Effort;
use crate::failure::chances::Chances;
use crate::failure::reliability::{self, Budget, CellAvailability, Hit, Reliability, WeakPoint, reliability};
use crate::failure::{Model, Place};

use super::State;

/// Rows of the matrix of pairs.
const MOST_ROWS: usize = 30;

/// How available API calls are at every place, for the strip.
#[derive(Debug)]
pub struct Served(pub Vec<CellAvailability>);

impl Served {
    /// Finds it out; `None` when `go_on` said no on the way.
    #[must_use]
    pub fn of(design: &Design, books: &Books, model: &Model, go_on: &dyn Fn() -> bool) -> Option<Self> {
        let chances = Chances::of(design, books, model);
        reliability::available(design, books, model, &chances, Some(Capability::Serve), Effort::default(), go_on)
            .map(Self)
    }

    /// The users who are served least of the time.
    #[must_use]
    pub fn worst(&self) -> Option<&CellAvailability> {
        let users = self.0.iter().filter(|cell| matches!(cell.place, Place::Population(_)));
        users.max_by(|a, b| a.goes_on.down.total_cmp(&b.goes_on.down))
    }
}

/// The report about a drawing, with what its parts are named by.
#[derive(Debug)]
pub struct Weak {
    /// The drawing.
    pub design: Arc<Design>,
    /// Its analysis, whose model the report is about.
    pub analysis: Arc<Analysis>,
    /// The report.
    pub report: Reliability,
    /// What most is lost by, against each other.
    pub pairs: Pairs,
    /// The capabilities that are offered anywhere, in the order of tables.
    pub capabilities: Vec<Capability>,
}

/// A smallest set of failures, with where it takes a capability down.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed<'a> {
    /// The set.
    pub point: &'a WeakPoint,
    /// Where, with the cell of the model that goes down there.
    pub places: Vec<&'a (Capability, Place)>,
}

/// The most harmful failures against each other.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pairs {
    /// The failures, most harmful first.
    pub rows: Vec<Hit>,
    /// Further failures that take something down, alone or with another one.
    pub further: usize,
    /// Capabilities × places that are counted: all that hold while nothing has failed.
    pub of: usize,
    /// What each pair takes down, row by row; alone on the diagonal. `None` for pairs that were not looked at.
    lost: Vec<Option<PairLoss>>,
}

/// What two failures take down together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PairLoss {
    /// Capabilities × places.
    pub both: usize,
    /// Of these, what neither takes down alone.
    pub only_together: usize,
}

impl Pairs {
    fn of(report: &Reliability) -> Self {
        let losses = &report.losses;
        let mut all: Vec<(usize, &Hit, _)> =
            losses.hits.iter().zip(losses.found.involved()).enumerate().map(|(at, (hit, i))| (at, hit, i)).collect();
        all.retain(|(.., involved)| involved.roots_alone > 0 || involved.pairs > 0);
        all.sort_by(|(_, a, i), (_, b, j)| {
            let harm = j.roots_alone.cmp(&i.roots_alone).then(j.pairs.cmp(&i.pairs));
            harm.then(b.down.total_cmp(&a.down))
        });
        let further = all.len().saturating_sub(MOST_ROWS);
        all.truncate(MOST_ROWS);
        let already: BTreeSet<usize> = losses.found.lost_already().collect();
        let alone = |at: usize| losses.found.lost_by_one(at).filter(|cell| !already.contains(cell));
        let mut lost = Vec::with_capacity(all.len() * all.len());
        for (a, ..) in &all {
            for (b, ..) in &all {
                let either: BTreeSet<usize> = alone(*a).chain(alone(*b)).collect();
                lost.push(losses.found.lost_by(*a, *b).map(|both| {
                    let both = both.filter(|cell| !already.contains(cell)).count();
                    PairLoss { both, only_together: both.saturating_sub(either.len()) }
                }));
            }
        }
        Self {
            rows: all.into_iter().map(|(_, hit, _)| hit.clone()).collect(),
            further,
            of: losses.cells.len() - already.len(),
            lost,
        }
    }

    /// What two of the rows take down together, or one alone.
    #[must_use]
    pub fn at(&self, a: usize, b: usize) -> Option<PairLoss> {
        if a.max(b) >= self.rows.len() {
            return None;
        }
        self.lost.get(a * self.rows.len() + b).copied().flatten()
    }

    /// The failures of two rows, or of one.
    #[must_use]
    pub fn failures(&self, a: usize, b: usize) -> Failures {
        [a, b].into_iter().filter_map(|at| self.rows.get(at)).map(|hit| hit.failure.clone()).collect()
    }
}

impl Weak {
    /// Finds it out; `None` when `go_on` said no on the way.
    #[must_use]
    pub fn of(design: &Arc<Design>, analysis: &Arc<Analysis>, books: &Books, go_on: &dyn Fn() -> bool) -> Option<Self> {
        let report = reliability(design, books, &analysis.failure, &Budget::default(), go_on)?;
        let pairs = Pairs::of(&report);
        let offered: BTreeSet<Capability> = report.available.iter().map(|cell| cell.capability).collect();
        let capabilities = offered.into_iter().collect();
        Some(Self { design: Arc::clone(design), analysis: Arc::clone(analysis), report, pairs, capabilities })
    }

    /// How available a capability is, at one place or at all.
    pub fn available<'a>(
        &'a self,
        capability: Capability,
        place: Option<&'a Place>,
    ) -> impl Iterator<Item = &'a CellAvailability> {
        let asked = move |cell: &&CellAvailability| {
            cell.capability == capability && place.is_none_or(|place| *place == cell.place)
        };
        self.report.available.iter().filter(asked)
    }

    /// The smallest sets of failures that take a capability down, each with its places: those of one failure first,
    /// the likeliest first.
    #[must_use]
    pub fn listed(&self, capability: Capability, place: Option<&Place>) -> Vec<Listed<'_>> {
        let mut listed: Vec<Listed<'_>> = Vec::new();
        let mut known: BTreeMap<&[_], usize> = BTreeMap::new();
        for (key, weak) in self.report.losses.cells.iter().zip(&self.report.weak_points) {
            if key.0 != capability || place.is_some_and(|place| *place != key.1) {
                continue;
            }
            for point in &weak.listed {
                let at = *known.entry(point.cut.parts.as_slice()).or_insert(listed.len());
                match listed.get_mut(at) {
                    Some(again) => again.places.push(key),
                    None => listed.push(Listed { point, places: vec![key] }),
                }
            }
        }
        listed.sort_by(|a, b| {
            let order = a.point.cut.order().cmp(&b.point.cut.order());
            order.then(b.point.probability.total_cmp(&a.point.probability)).then(b.places.len().cmp(&a.places.len()))
        });
        listed
    }

    /// Up to which number of failures at once no smallest set is missing in the list, where some may be.
    #[must_use]
    pub fn complete_to_order(&self, capability: Capability, place: Option<&Place>) -> Option<u32> {
        let cells = self.report.losses.cells.iter().zip(&self.report.weak_points);
        let asked = cells.filter(|((of, at), _)| *of == capability && place.is_none_or(|place| place == at));
        let cut = asked.filter(|(_, weak)| weak.is_cut_short || weak.found > weak.listed.len());
        let complete = cut.map(|(_, weak)| {
            // Of a list that was shortened only the orders before its last one are whole.
            let last = weak.listed.last().map_or(0, |point| point.cut.order());
            if weak.found > weak.listed.len() {
                weak.complete_to_order.min(last.saturating_sub(1))
            } else {
                weak.complete_to_order
            }
        });
        complete.min()
    }

    /// Failures of the document that do what a set does; `None` where no words of the document say them.
    #[must_use]
    pub fn failures(&self, listed: &Listed<'_>) -> Option<Failures> {
        let model = &self.analysis.failure;
        listed.places.iter().find_map(|key| listed.point.failures(&self.design, model, model.cells.get(key)?))
    }

    /// The single failure that takes most down.
    #[must_use]
    pub fn worst_single(&self) -> Option<&Failure> {
        self.pairs
            .rows
            .first()
            .filter(|_| self.pairs.at(0, 0).is_some_and(|loss| loss.both > 0))
            .map(|hit| &hit.failure)
    }

    /// How many capabilities × places the loss of each element takes down, as far as it takes any.
    #[must_use]
    pub fn harm(&self) -> BTreeMap<Id, f64> {
        let heat = self.report.losses.heat().into_iter().filter(|(_, heat)| heat.alone > 0);
        #[expect(clippy::cast_precision_loss, reason = "counts of drawn things are small")]
        heat.map(|(id, heat)| (id, heat.alone as f64)).collect()
    }
}

/// The words for how many failures at once a set is made of.
#[must_use]
pub fn order_words(order: u32) -> String {
    match order.cmp(&1) {
        Ordering::Less => "down already".to_owned(),
        Ordering::Equal => "single point of failure".to_owned(),
        Ordering::Greater => format!("{order} at once"),
    }
}

impl State {
    /// Lets the worst single failure happen, once it is known. Returns whether that was done.
    pub(super) fn play_worst_single(&mut self) -> bool {
        let Some(weak) = self.weak().filter(|_| self.weak_is_current()).cloned() else { return false };
        self.view.playing_worst = false;
        if let Some(failure) = weak.worst_single() {
            self.play(Failures::from([failure.clone()]));
        }
        true
    }
}
