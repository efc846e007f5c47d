//! The tables of the tab: what takes a capability down, how available it is, what to improve first.

use std::collections::BTreeSet;

use crate::app::panels::explain::Subject;
use crate::app::panels::format;
use crate::app::weak::{Listed, Weak, order_words};
use crate::design::{Capability, Id};
use crate::estimate::Unit;
use crate::failure::Place;
use crate::failure::availability::{Certainty, HOURS_PER_YEAR};
use crate::failure::reliability::{CellAvailability, percent_words};

use super::super::sheet::{Cell, Column, Line, Sheet, sentence};

/// Parts that are listed for each place under what to improve.
const MOST_PARTS: usize = 20;
const MINUTES_PER_YEAR: f64 = HOURS_PER_YEAR * 60.0;

/// What is asked: a capability, at one place or at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// The capability.
    pub capability: Capability,
    /// The place; `None` for all of them.
    pub place: Option<Place>,
}

/// A duration of a year as a cell, in minutes where it is copied.
fn minutes(value: f64) -> Cell {
    Cell { words: format::minutes(value), ..Cell::number(value, Unit::Count) }
}

fn names(weak: &Weak, listed: &Listed<'_>) -> String {
    let names: Vec<String> = listed.places.iter().map(|(_, place)| weak.design.name_of(place.id())).collect();
    names.join(", ")
}

/// The smallest sets of failures; `played` is marked.
pub fn points(weak: &Weak, about: &About, listed: &[Listed<'_>], played: Option<usize>) -> Sheet {
    let columns = vec![
        Column::words("What fails", 210.0, "The smallest sets of failures that take it down; click one to play it"),
        Column::words("How many", 150.0, "How many fail at once; one alone is a single point of failure"),
        Column::numbers("A year", 76.0, ("min", 6), "How long all of it is down at one time or another in a year"),
        Column::numbers("Probability", 92.0, ("", 12), "The chance to find all of it down at one moment"),
        Column::words("Down at", 130.0, "The places at which it is down then"),
    ];
    let lines = listed.iter().enumerate().map(|(at, listed)| {
        let what = sentence(&listed.point.words(&weak.design, &weak.analysis.failure));
        let order = listed.point.cut.order();
        let mut kind = Cell::text(order_words(order));
        kind.strong = order == 1;
        if played == Some(at) {
            kind.words.push_str(" · playing");
            kind.strong = true;
        }
        let probability = listed.point.probability;
        let chance = Cell { words: chance_words(probability), ..Cell::number(probability, Unit::Count) };
        let cells = vec![
            Cell::text(what.as_str()),
            kind,
            minutes(probability * MINUTES_PER_YEAR),
            chance,
            Cell::text(names(weak, listed)),
        ];
        Line { name: what, element: None, sum: false, cells }
    });
    let note = match weak.complete_to_order(about.capability, about.place.as_ref()) {
        Some(order) => format!("Not all sets are listed; none of up to {order} is missing"),
        None => "Drawn links without a figure of their own are held to work".to_owned(),
    };
    Sheet { columns, lines: lines.collect(), note }
}

/// A probability with two digits that say something.
fn chance_words(probability: f64) -> String {
    if probability > 0.0 && probability < 1e-4 {
        format!("{probability:.1e}")
    } else {
        format::number(probability, 2, 5)
    }
}

/// How available a capability is, one line a place.
pub fn availability(weak: &Weak, about: &About) -> Sheet {
    let columns = vec![
        Column::words("Place", 118.0, "A region, or users"),
        Column::numbers(
            "Available",
            186.0,
            ("%", 9),
            "Share of the time in which it is usable in some way, with what the inputs leave open",
        )
        .ranged(),
        Column::numbers("Away a year", 84.0, ("min", 4), "How long it is not, in a year"),
        Column::numbers("Switching", 70.0, ("min", 4), "Of that, users on their way to another region"),
        Column::numbers(
            "Restarts",
            66.0,
            ("min", 4),
            "Of that, gateways that stopped while no control plane was there to start them with (B23)",
        ),
        Column::numbers(
            "In full",
            76.0,
            ("%", 9),
            "Share of the time in which it works without anything being degraded",
        )
        .ranged(),
        Column::numbers("Outages", 62.0, ("a year", 4), "How often in a year it stops"),
        Column::words("Found", 84.0, "Exactly, or by sampling states, which leaves an interval"),
    ];
    let cells: Vec<&CellAvailability> = weak.available(about.capability, about.place.as_ref()).collect();
    let lines = cells.iter().map(|cell| {
        let name = weak.design.name_of(cell.place.id());
        let of = &cell.goes_on;
        let [away, best, worst] = of.minutes_per_year();
        let optional = |value: Option<f64>| value.map_or_else(Cell::nothing, |value| Cell::number(value, Unit::Count));
        let part = |down: f64| if down > 0.0 { minutes(down * MINUTES_PER_YEAR) } else { Cell::nothing() };
        let subject = Subject::Available(cell.capability, cell.place.clone());
        let mut full = Cell::figure(&cell.works_fully.availability, subject.clone(), false);
        full.words = format!("{} %", percent_words(cell.works_fully.down));
        // What is explained is that it goes on at all.
        full.subject = None;
        let mut away = minutes(away);
        away.more = format!("{} to {}", format::minutes(best), format::minutes(worst));
        let found = match of.certainty {
            Certainty::Exact => Cell::text("exactly"),
            Certainty::Sampled { down_low, down_high, samples } => {
                let (low, high) = (percent_words(down_high), percent_words(down_low));
                #[expect(clippy::cast_precision_loss, reason = "counts of samples are far below 2^53")]
                let samples = format::number(samples as f64, 9, 0);
                let words = format!("{low}–{high} % in 95 of 100 cases, of {samples} sampled states");
                Cell::text(format!("sampled, {low}–{high} %")).more(&words)
            }
        };
        let cells = vec![
            Cell::text(name.as_str()),
            Cell::figure(&of.availability, subject, true),
            away,
            part(of.switching),
            part(of.restarts),
            full,
            optional(of.outages_per_year),
            found,
        ];
        Line { name, element: Some(cell.place.id().clone()), sum: false, cells }
    });
    let note =
        "Figures of providers are agreements, not measurements; a range has all inputs at their worse or better ends";
    Sheet { columns, lines: lines.collect(), note: note.to_owned() }
}

/// What would be gained if a part never failed, the most first.
pub fn improve(weak: &Weak, about: &About) -> Sheet {
    let columns = vec![
        Column::words("What to improve", 300.0, "A part that fails; click it to see it in the drawing"),
        Column::numbers(
            "Gained a year",
            110.0,
            ("min", 6),
            "How much longer it would be available in a year if this part never failed",
        ),
        Column::numbers("Outages", 80.0, ("a year", 6), "Outages a year that this part causes"),
        Column::words("For", 160.0, "The place at which it would be felt"),
    ];
    let mut gains: Vec<_> = weak
        .available(about.capability, about.place.as_ref())
        .flat_map(|cell| cell.improve.iter().take(MOST_PARTS).map(move |gain| (cell, gain)))
        .collect();
    gains.sort_by(|(_, a), (_, b)| b.minutes_per_year.total_cmp(&a.minutes_per_year));
    let lines = gains.into_iter().map(|(cell, gain)| {
        let what = sentence(&gain.words);
        let outages = gain.outages_per_year.map_or_else(Cell::nothing, |value| Cell::number(value, Unit::Count));
        let place = Cell::text(weak.design.name_of(cell.place.id()));
        let cells = vec![Cell::text(what.as_str()), minutes(gain.minutes_per_year), outages, place];
        Line { name: what, element: Some(gain.element.clone()), sum: false, cells }
    });
    let note = "Parts that fail together count for each of them";
    Sheet { columns, lines: lines.collect(), note: note.to_owned() }
}

/// The matrix of pairs as a table, for copies.
pub fn pairs(weak: &Weak) -> Sheet {
    let rows = &weak.pairs.rows;
    let words = |at: usize| rows.get(at).map(|hit| hit.failure.words(&weak.design)).unwrap_or_default();
    let mut columns = vec![Column::words("Failure", 0.0, "")];
    columns.extend((0..rows.len()).map(|at| Column::numbers(&words(at), 0.0, ("", 0), "")));
    let lines = (0..rows.len()).map(|a| {
        let cell = |b: usize| weak.pairs.at(a, b).map_or_else(Cell::nothing, |loss| Cell::count(loss.both));
        let cells = std::iter::once(Cell::text(words(a))).chain((0..rows.len()).map(cell));
        Line { name: words(a), element: None, sum: false, cells: cells.collect() }
    });
    Sheet { columns, lines: lines.collect(), note: String::new() }
}

/// The elements that a set of failures is about, as far as they are drawn.
pub fn elements(weak: &Weak, listed: &Listed<'_>) -> Vec<Id> {
    let all: BTreeSet<Id> = listed.point.elements(&weak.analysis.failure).into_iter().collect();
    all.into_iter().filter(|id| weak.design.contains(id)).collect()
}
