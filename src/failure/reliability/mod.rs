//! How available each capability is, what takes it down, and what to improve first: one report about one drawing.
//!
//! # What is answered
//!
//! For each capability at each place two things: *it goes on* is that it is usable in any way, and *it works fully* is that it
//! is usable and nothing leads to [`State::Degraded`]: no other region has to serve, enough nodes are there. Going on with
//! data that is no longer brought up to date counts as working fully; nobody notices at that moment.
//!
//! # What an unavailability is made of
//!
//! 1. The formula, with every shared part counted once (`availability`).
//! 2. *Switching*: users of a region that fails are not served until the global balancer has noticed and they have moved. It is
//!    ω · t / 8,760 h, with ω how often the region that serves them stops while another could, and t the time that a user
//!    misses on average: until the balancer notices, and half of the time to live, over which they leave evenly. Both are those
//!    of the `timeline`. A balancer that weighs sends each user to any region, so each counts with its share.
//! 3. *Restarts*: while no control plane can be reached, running gateways go on, but none comes back (B22, B23). It is the share of the time in
//!    which calls are answered and no gateway could start, times the chance that all gateways of a region that these calls rest on
//!    stop within an outage of that kind; to work fully no group may be left with fewer nodes than the load needs. Of several
//!    regions the one whose gateways are likeliest to stop counts, which is on the safe side.
//!
//! Ends of a range have all inputs at their worse or better end at once.

mod losses;
mod restarts;
mod switching;
#[cfg(test)]
mod tests;
mod weak;

use std::collections::BTreeMap;

use crate::books::Books;
use crate::design::{Capability, Design, Id};
use crate::estimate::{Derivation, Figure, Unit};

use super::availability::{Availability, Certainty, Effort, HOURS_PER_YEAR, Importance, Prepared};
use super::chances::{Chances, End};
use super::formula::{FormulaId, Formulas, PartId};
use super::model::{Cell, Model, Place};
use super::part::PartOf;
use super::state::State;
use restarts::Restarts;
use switching::Switching;

pub use losses::{Heat, Hit, Losses, Pairs, losses};
pub use weak::{WeakPoint, WeakPoints, weak_points};

/// Minutes of a year.
const MINUTES_PER_YEAR: f64 = HOURS_PER_YEAR * 60.0;
/// Parts that a derivation names; the others together change less than any of them.
const MOST_IN_DERIVATION: usize = 12;

/// How much work a report may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Of the exact analysis.
    pub effort: Effort,
    /// Highest order of minimal cut sets; 0 for none.
    pub cut_order: u32,
    /// Cut sets kept for each formula on the way.
    pub cut_limit: usize,
    /// Cut sets listed for each capability and place.
    pub cuts_listed: usize,
    /// Most things that are failed in all pairs; with more, only a region and one more thing are. 0 for no pairs at all.
    pub things_in_pairs: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { effort: Effort::default(), cut_order: 3, cut_limit: 2_000, cuts_listed: 100, things_in_pairs: 2_500 }
    }
}

/// How available everything is, and what takes it down.
#[derive(Debug, Clone, PartialEq)]
pub struct Reliability {
    /// How available every capability is at every place, in the order of the model.
    pub available: Vec<CellAvailability>,
    /// What takes each of them down, in the same order.
    pub weak_points: Vec<WeakPoints>,
    /// What each single failure and each pair take down.
    pub losses: Losses,
    /// How every part fails.
    pub chances: Chances,
}

/// How available one capability is at one place.
#[derive(Debug, Clone, PartialEq)]
pub struct CellAvailability {
    /// The capability.
    pub capability: Capability,
    /// Where.
    pub place: Place,
    /// That it is usable in any way.
    pub goes_on: Answer,
    /// That it is usable and not degraded.
    pub works_fully: Answer,
    /// What makes most of the time in which it does not go on, the most first.
    pub improve: Vec<Improve>,
}

/// How much of the time something holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Share of the time, percent, with the range that the inputs leave and what it follows from.
    pub availability: Figure,
    /// Unavailability, 0 to 1, with all its digits.
    pub down: f64,
    /// Of that, what switching to another region takes.
    pub switching: f64,
    /// Of that, gateways that could not be restarted.
    pub restarts: f64,
    /// Whether the formula was solved exactly.
    pub certainty: Certainty,
    /// How often in a year it stops; `None` when that is not known.
    pub outages_per_year: Option<f64>,
    /// How long it is away when it stops, hours; `None` when it is not known how often it does.
    pub mean_outage_h: Option<f64>,
}

impl Answer {
    /// Minutes a year in which it does not hold: best guess, and with all inputs at their better and worse ends.
    #[must_use]
    pub fn minutes_per_year(&self) -> [f64; 3] {
        let of = |percent: f64| (1.0 - percent / 100.0).max(0.0) * MINUTES_PER_YEAR;
        [self.down * MINUTES_PER_YEAR, of(self.availability.high), of(self.availability.low)]
    }
}

/// A share of the time in percent with as many digits as say something: 99.9, 99.9876, 99.9999988.
#[must_use]
pub fn percent_words(down: f64) -> String {
    let down_pct = 100.0 * down.clamp(0.0, 1.0);
    if down_pct < 1e-12 {
        return "100".to_owned();
    }
    // Two digits of what is missing.
    let leading = down_pct.log10().floor().clamp(-12.0, 0.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 13")]
    let decimals = (1.0 - leading) as usize;
    let text = format!("{:.decimals$}", 100.0 - down_pct);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// What would be gained if a part never failed.
#[derive(Debug, Clone, PartialEq)]
pub struct Improve {
    /// The part.
    pub part: PartId,
    /// The element that stands for it on the canvas.
    pub element: Id,
    /// What it is called, such as `“Gateway” in Frankfurt`.
    pub words: String,
    /// Minutes a year that would be gained.
    pub minutes_per_year: f64,
    /// Outages a year that it causes; `None` when that is not known.
    pub outages_per_year: Option<f64>,
}

/// What is asked of the exact analysis about one cell, as places in the list of formulas.
struct Asked {
    usable: usize,
    full: usize,
    switching: Option<Switching>,
    restarts: Option<Restarts>,
}

/// Roots for the exact analysis, each once.
struct Questions {
    formulas: Formulas,
    roots: Vec<FormulaId>,
    index: BTreeMap<FormulaId, usize>,
}

impl Questions {
    fn ask(&mut self, root: FormulaId) -> usize {
        *self.index.entry(root).or_insert_with(|| {
            self.roots.push(root);
            self.roots.len() - 1
        })
    }

    fn ask_all(&mut self, of: impl IntoIterator<Item = FormulaId>) -> usize {
        let root = self.formulas.all(of);
        self.ask(root)
    }
}

/// The report about a drawing. Nothing when `go_on` said no on the way.
///
/// Everything in it is deterministic. Beyond the limits of the budget answers are sampled, cut sets or pairs left out, and
/// each says so.
#[must_use]
pub fn reliability(
    design: &Design,
    books: &Books,
    model: &Model,
    budget: &Budget,
    go_on: &dyn Fn() -> bool,
) -> Option<Reliability> {
    let chances = Chances::of(design, books, model);
    Some(Reliability {
        available: available(design, books, model, &chances, None, budget.effort, go_on)?,
        weak_points: weak_points(model, &chances, budget, go_on)?,
        losses: losses(design, model, &chances, budget, go_on)?,
        chances,
    })
}

/// How available one capability is at every place where it is offered, or all of them. Nothing when `go_on` said no on
/// the way.
#[must_use]
pub fn available(
    design: &Design,
    books: &Books,
    model: &Model,
    chances: &Chances,
    only: Option<Capability>,
    effort: Effort,
    go_on: &dyn Fn() -> bool,
) -> Option<Vec<CellAvailability>> {
    let asked = |(of, _): &&(Capability, Place)| only.is_none_or(|only| only == *of);
    let keys: Vec<(Capability, Place)> = model.cells.keys().filter(asked).cloned().collect();
    let answers = answers(design, books, model, chances, &keys, effort, go_on)?;
    let cells = keys.into_iter().zip(answers).map(|((capability, place), [goes_on, works_fully])| CellAvailability {
        capability,
        place,
        improve: improve(design, model, &goes_on),
        goes_on: goes_on.answer,
        works_fully: works_fully.answer,
    });
    Some(cells.collect())
}

/// An answer with the analysis it rests on.
struct Answered {
    answer: Answer,
    of: Availability,
    /// What each part adds by switching: share of the time, and how often in a year.
    switched: BTreeMap<PartId, (f64, f64)>,
}

fn answers(
    design: &Design,
    books: &Books,
    model: &Model,
    chances: &Chances,
    keys: &[(Capability, Place)],
    effort: Effort,
    go_on: &dyn Fn() -> bool,
) -> Option<Vec<[Answered; 2]>> {
    let mut questions = Questions { formulas: model.formulas.clone(), roots: Vec::new(), index: BTreeMap::new() };
    let asked: Vec<Asked> = keys
        .iter()
        .filter_map(|(capability, place)| {
            let cell = model.cells.get(&(*capability, place.clone()))?;
            Some(ask(&mut questions, design, books, model, chances, (*capability, place), cell))
        })
        .collect();
    let mut prepared = Prepared::new(&questions.formulas, &questions.roots);
    let mut found = Vec::new();
    for end in [End::Value, End::Low, End::High] {
        if !go_on() {
            return None;
        }
        found.push(prepared.availability(&chances.part_chances(end), effort));
    }
    if !go_on() {
        return None;
    }
    let [value, low, high] = found.try_into().ok()?;
    let ends = Ends { value, low, high };
    let cells = asked.iter().zip(keys);
    cells
        .map(|(asked, (capability, place))| {
            let what = format!("{}, {}", capability.label(), design.name_of(place.id()));
            let more = More { switching: asked.switching.as_ref(), restarts: asked.restarts.as_ref(), fully: false };
            let goes_on = ends.answer(design, model, chances, asked.usable, more, &what)?;
            // Users who have to move are not served fully anyway.
            let more = More { switching: None, fully: true, ..more };
            let fully = ends.answer(design, model, chances, asked.full, more, &format!("{what}, not degraded"))?;
            Some([goes_on, fully])
        })
        .collect()
}

fn ask(
    questions: &mut Questions,
    design: &Design,
    books: &Books,
    model: &Model,
    chances: &Chances,
    (capability, place): (Capability, &Place),
    cell: &Cell,
) -> Asked {
    let usable = model.formula(cell.usable);
    let degrading = cell.conditions.iter().filter(|condition| condition.effect.state == State::Degraded);
    let full: Vec<FormulaId> = degrading.map(|condition| model.formula(condition.need)).chain([usable]).collect();
    let full = questions.formulas.all(full);
    let mut asked = Asked { usable: questions.ask(usable), full: questions.ask(full), switching: None, restarts: None };
    asked.switching = Switching::of(questions, design, books, model, place, cell);
    if capability == Capability::Serve {
        asked.restarts = Restarts::of(questions, design, model, chances, (place, cell), full);
    }
    asked
}

/// What the exact analysis found for all roots.
struct Ends {
    value: Vec<Availability>,
    low: Vec<Availability>,
    high: Vec<Availability>,
}

/// Unavailability of one root at one end, and what is added to it.
#[derive(Clone, Copy)]
struct Sum {
    formula: f64,
    switching: f64,
    restarts: f64,
}

impl Sum {
    fn down(self) -> f64 {
        (self.formula + self.switching + self.restarts).min(1.0)
    }
}

/// What is added to the formula.
#[derive(Clone, Copy)]
struct More<'a> {
    switching: Option<&'a Switching>,
    restarts: Option<&'a Restarts>,
    /// Whether it is about working fully.
    fully: bool,
}

fn sum(found: &[Availability], root: usize, chances: &Chances, more: More<'_>, end: End) -> Option<Sum> {
    let of = found.get(root)?;
    let switching = more.switching.map_or(0.0, |switching| switching.down(found, of, end));
    let restarts = more.restarts.and_then(|restarts| restarts.down(found, of, chances, more.fully));
    Some(Sum { formula: of.chance.down, switching, restarts: restarts.unwrap_or(0.0) })
}

impl Ends {
    fn answer(
        &self,
        design: &Design,
        model: &Model,
        chances: &Chances,
        root: usize,
        more: More<'_>,
        what: &str,
    ) -> Option<Answered> {
        let of = self.value.get(root)?.clone();
        let value = sum(&self.value, root, chances, more, End::Value)?;
        let mut worst = sum(&self.low, root, chances, more, End::Low)?.down();
        let mut best = sum(&self.high, root, chances, more, End::High)?.down();
        if let Certainty::Sampled { down_low, down_high, .. } = of.certainty {
            worst = worst.max(down_high + value.switching + value.restarts);
            best = best.min(down_low);
        }
        let percent = |down: f64| 100.0 * (1.0 - down.min(1.0));
        let part = |importance: &Importance| {
            let figure = chances.figure(importance.part)?;
            let words = model.part_of(importance.part)?.of.words(design);
            let node = figure.availability.derivation.clone();
            Some(Derivation { label: format!("{words}: {}", node.label), ..node })
        };
        let matters = of.parts.iter().filter(|importance| importance.criticality > 0.0);
        let mut inputs: Vec<Derivation> = matters.take(MOST_IN_DERIVATION).filter_map(part).collect();
        let share = |label: &str, down: f64, formula: &str, inputs: Vec<Derivation>| {
            Derivation::computed(label, 100.0 * down, Unit::Percent, formula, inputs)
        };
        if let Some(switching) = more.switching.filter(|_| value.switching > 0.0) {
            let formula = "outages of the region that serves them × time that a user misses until moved";
            inputs.push(share(
                "Users on their way to another region",
                value.switching,
                formula,
                vec![switching.node.clone()],
            ));
        }
        if value.restarts > 0.0 {
            let formula =
                "share of the time without a control plane × chance that all gateways of a region stop meanwhile";
            inputs.push(share("Gateways that could not be restarted", value.restarts, formula, Vec::new()));
        }
        let formula = match of.certainty {
            Certainty::Exact => "chance that what it needs works, each shared part once",
            Certainty::Sampled { .. } => "share of sampled states in which what it needs works",
        };
        let down = value.down();
        let (low, high) = (percent(worst.max(down)), percent(best.min(down)));
        let derivation = Derivation::computed(what, percent(down), Unit::Percent, formula, inputs).within(low, high);
        let moves = more.switching.and_then(|switching| switching.per_year(&self.value, &of));
        let outages_per_year = of.outages_per_year.map(|outages| outages + moves.unwrap_or(0.0));
        let answer = Answer {
            availability: Figure { value: percent(down), low, high, unit: Unit::Percent, derivation },
            down,
            switching: value.switching,
            restarts: value.restarts,
            certainty: of.certainty,
            outages_per_year,
            mean_outage_h: outages_per_year
                .filter(|outages| *outages > 0.0)
                .map(|outages| down * HOURS_PER_YEAR / outages),
        };
        let switched = more.switching.map_or_else(BTreeMap::new, |switching| switching.by_part(&self.value, &of));
        Some(Answered { answer, of, switched })
    }
}

/// The parts by what is gained if they never failed, switching included, the most first.
fn improve(design: &Design, model: &Model, Answered { of, switched, .. }: &Answered) -> Vec<Improve> {
    let mut gained: BTreeMap<PartId, (f64, Option<f64>)> = BTreeMap::new();
    for importance in &of.parts {
        gained.insert(importance.part, (importance.criticality, importance.outages_per_year));
    }
    for (part, (down, per_year)) in switched {
        let (known_down, known_per_year) = gained.entry(*part).or_insert((0.0, Some(0.0)));
        *known_down += down;
        *known_per_year = known_per_year.map(|known| known + per_year);
    }
    let mut all: Vec<Improve> = gained
        .into_iter()
        .filter(|(_, (down, _))| *down > 0.0)
        .filter_map(|(id, (down, outages_per_year))| {
            let part = &model.part_of(id)?.of;
            let words = match part {
                PartOf::Component(id) if !model.node_parts(id).is_empty() => {
                    format!("what the nodes of {} have in common", part.words(design))
                }
                _ => part.words(design),
            };
            let element = part.element().clone();
            Some(Improve { part: id, element, words, minutes_per_year: down * MINUTES_PER_YEAR, outages_per_year })
        })
        .collect();
    all.sort_by(|a, b| b.minutes_per_year.total_cmp(&a.minutes_per_year).then(a.part.cmp(&b.part)));
    all
}
