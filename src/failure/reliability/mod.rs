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
//!    ω · RTO / 8,760 h, with ω how often the region that serves them stops while another could, and RTO = probes × interval + time
//!    to live, when the last user has moved.
//! 3. *Restarts*: while no control plane can be reached, running gateways go on, but none comes back (B22, B23). It is the share of the time in
//!    which calls are answered and no gateway could start, times the chance that all gateways of a region stop within a mean outage of
//!    that kind. Of several regions the one whose gateways are likeliest to stop counts, which is on the safe side.
//!
//! Ends of a range have all inputs at their worse or better end at once.

mod losses;
#[cfg(test)]
mod tests;
mod weak;

use std::collections::{BTreeMap, BTreeSet};

use crate::books::Books;
use crate::design::{Capability, Design, Id, Spec};
use crate::estimate::{Derivation, Figure, Quality, Unit};

use super::availability::{Availability, Certainty, Effort, HOURS_PER_YEAR, Importance, Prepared, restart_needed};
use super::chances::{Chances, End};
use super::formula::{FormulaId, Formulas, PartId};
use super::model::{Cell, Model, Place};
use super::part::PartOf;
use super::state::State;

pub use losses::{Heat, Hit, Losses, losses};
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
    /// Most things that are failed in all pairs; with more, only a region and one more thing are.
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

struct Switching {
    /// Usable, and from where it usually is.
    at_home: usize,
    hours: f64,
    node: Derivation,
}

struct Restarts {
    /// Usable, and some gateway could start.
    with_start: usize,
    /// Some gateway could start.
    start: usize,
    /// Gateway groups of each region.
    pools: Vec<Vec<Pool>>,
}

/// A gateway group that could be needed to start while it cannot.
struct Pool {
    nodes: u32,
    failures_per_year: f64,
    common_per_year: f64,
}

impl Pool {
    /// How likely none of its nodes runs at the end of an outage.
    fn stops(&self, outage_h: f64) -> f64 {
        let own = restart_needed(self.nodes, 1, self.failures_per_year, outage_h);
        let common = restart_needed(1, 1, self.common_per_year, outage_h);
        own + common - own * common
    }
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

    fn ask_any(&mut self, of: impl IntoIterator<Item = FormulaId>) -> usize {
        let root = self.formulas.any(of);
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
        available: available(design, model, &chances, None, budget.effort, go_on)?,
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
    model: &Model,
    chances: &Chances,
    only: Option<Capability>,
    effort: Effort,
    go_on: &dyn Fn() -> bool,
) -> Option<Vec<CellAvailability>> {
    let asked = |(of, _): &&(Capability, Place)| only.is_none_or(|only| only == *of);
    let keys: Vec<(Capability, Place)> = model.cells.keys().filter(asked).cloned().collect();
    let answers = answers(design, model, chances, &keys, effort, go_on)?;
    let cells = keys.into_iter().zip(answers).map(|((capability, place), [goes_on, works_fully])| CellAvailability {
        capability,
        place,
        improve: improve(design, model, &goes_on.of),
        goes_on: goes_on.answer,
        works_fully: works_fully.answer,
    });
    Some(cells.collect())
}

/// An answer with the analysis it rests on.
struct Answered {
    answer: Answer,
    of: Availability,
}

fn answers(
    design: &Design,
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
            Some(ask(&mut questions, design, model, chances, (*capability, place), cell))
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
            let more = (asked.switching.as_ref(), asked.restarts.as_ref());
            let goes_on = ends.answer(design, model, chances, asked.usable, more, &what)?;
            // Users who have to move are not served fully anyway.
            let more = (None, asked.restarts.as_ref());
            let fully = ends.answer(design, model, chances, asked.full, more, &format!("{what}, not degraded"))?;
            Some([goes_on, fully])
        })
        .collect()
}

fn ask(
    questions: &mut Questions,
    design: &Design,
    model: &Model,
    chances: &Chances,
    (capability, place): (Capability, &Place),
    cell: &Cell,
) -> Asked {
    let usable = model.formula(cell.usable);
    let degrading = cell.conditions.iter().filter(|condition| condition.effect.state == State::Degraded);
    let mut full = vec![usable];
    full.extend(degrading.clone().map(|condition| model.formula(condition.need)));
    let mut asked =
        Asked { usable: questions.ask(usable), full: questions.ask_all(full), switching: None, restarts: None };
    if let Place::Population(population) = place
        && let Some((hours, node)) = switching_h(design, population)
    {
        let mut home = vec![usable];
        home.extend(degrading.filter(|c| c.of_region.is_none()).map(|condition| model.formula(condition.need)));
        if home.len() > 1 {
            asked.switching = Some(Switching { at_home: questions.ask_all(home), hours, node });
        }
    }
    if capability == Capability::Serve {
        asked.restarts = restarts(questions, design, model, chances, place, cell);
    }
    asked
}

/// Hours until the users of a region that fails have all moved, by the slowest global balancer they ask.
fn switching_h(design: &Design, population: &Id) -> Option<(f64, Derivation)> {
    let balancers = design.links.values().filter(|link| link.from == *population);
    let balancers = balancers.filter_map(|link| match &design.components.get(&link.to)?.spec {
        Spec::GlobalLoadBalancer(balancer) => Some(balancer),
        _ => None,
    });
    let seconds = balancers.map(|b| (b.probe_interval_s * f64::from(b.failures) + b.ttl_s, b));
    let (seconds, balancer) = seconds.max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    let input = |label: &str, value: f64| {
        Derivation::input(
            label,
            value,
            Unit::Count,
            Quality::Given,
            "given in the drawing, at the global load balancer",
        )
    };
    let inputs = vec![
        input("Seconds between two probes", balancer.probe_interval_s),
        input("Failed probes until a region is taken out", f64::from(balancer.failures)),
        input("Time to live of the name, s", balancer.ttl_s),
    ];
    let formula = "probes × interval + time to live: until the last user has moved";
    let node =
        Derivation::computed("Seconds until users have moved to another region", seconds, Unit::Count, formula, inputs);
    Some((seconds / 3_600.0, node))
}

/// What is needed to know how likely gateways that stop cannot come back.
fn restarts(
    questions: &mut Questions,
    design: &Design,
    model: &Model,
    chances: &Chances,
    place: &Place,
    cell: &Cell,
) -> Option<Restarts> {
    let regions: BTreeSet<Id> = match place {
        Place::Region(region) => BTreeSet::from([region.clone()]),
        Place::Population(_) => {
            let elements = model.rests_on(cell.usable);
            let gateways = elements.iter().filter_map(|id| design.components.get(id));
            gateways.filter(|c| c.kind().has_gateway()).filter_map(|c| c.region.clone()).collect()
        }
    };
    let start = |region: &Id| {
        let cell = model.cells.get(&(Capability::GatewayStart, Place::Region(region.clone())))?;
        Some(model.formula(cell.usable))
    };
    let starts: Vec<FormulaId> = regions.iter().filter_map(start).collect();
    if starts.len() < regions.len() || starts.is_empty() {
        return None;
    }
    let start = questions.ask_any(starts);
    let starts = questions.roots.get(start).copied()?;
    let with_start = questions.ask_all([model.formula(cell.usable), starts]);
    let pools = regions.iter().map(|region| pools(design, model, chances, region)).collect();
    Some(Restarts { with_start, start, pools })
}

fn pools(design: &Design, model: &Model, chances: &Chances, region: &Id) -> Vec<Pool> {
    let gateways = design.components_in(region).filter(|(_, component)| component.kind().has_gateway());
    gateways
        .map(|(id, _)| {
            let rate = |part: Option<PartId>| {
                part.and_then(|part| chances.figure(part)).map_or(0.0, |figure| figure.failures_per_year)
            };
            let nodes: Vec<PartId> = model.node_parts(id).to_vec();
            Pool {
                nodes: nodes.iter().filter_map(|part| model.part_of(*part)).map(|part| part.members).sum(),
                failures_per_year: rate(nodes.first().copied()),
                common_per_year: rate(model.part(&PartOf::Component(id.clone()))),
            }
        })
        .collect()
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

type More<'a> = (Option<&'a Switching>, Option<&'a Restarts>);

fn sum(found: &[Availability], root: usize, (switching, restarts): More<'_>) -> Option<Sum> {
    let of = found.get(root)?;
    let switching = switching.and_then(|s| {
        let leaves_home = found.get(s.at_home)?.outages_per_year? - of.outages_per_year?;
        Some(leaves_home.max(0.0) * s.hours / HOURS_PER_YEAR)
    });
    let restarts = restarts.and_then(|r| {
        let cannot_start = (found.get(r.with_start)?.chance.down - of.chance.down).max(0.0);
        let outage_h = found.get(r.start)?.mean_outage_h()?;
        let region = |pools: &Vec<Pool>| pools.iter().map(|pool| pool.stops(outage_h)).product::<f64>();
        Some(cannot_start * r.pools.iter().map(region).fold(0.0, f64::max))
    });
    Some(Sum { formula: of.chance.down, switching: switching.unwrap_or(0.0), restarts: restarts.unwrap_or(0.0) })
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
        let value = sum(&self.value, root, more)?;
        let (mut worst, mut best) = (sum(&self.low, root, more)?.down(), sum(&self.high, root, more)?.down());
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
        if let Some(switching) = more.0.filter(|_| value.switching > 0.0) {
            let formula = "outages of the region that serves them × time until they have moved";
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
        let answer = Answer {
            availability: Figure { value: percent(down), low, high, unit: Unit::Percent, derivation },
            down,
            switching: value.switching,
            restarts: value.restarts,
            certainty: of.certainty,
            outages_per_year: of.outages_per_year,
            mean_outage_h: of.mean_outage_h(),
        };
        Some(Answered { answer, of })
    }
}

/// The parts by what is gained if they never failed.
fn improve(design: &Design, model: &Model, of: &Availability) -> Vec<Improve> {
    let matters = of.parts.iter().filter(|importance| importance.criticality > 0.0);
    matters
        .filter_map(|importance| {
            let part = &model.part_of(importance.part)?.of;
            let words = match part {
                PartOf::Component(id) if !model.node_parts(id).is_empty() => {
                    format!("what the nodes of {} have in common", part.words(design))
                }
                _ => part.words(design),
            };
            Some(Improve {
                part: importance.part,
                element: part.element().clone(),
                words,
                minutes_per_year: importance.criticality * MINUTES_PER_YEAR,
                outages_per_year: importance.outages_per_year,
            })
        })
        .collect()
}
