//! Tables of how available capabilities are.

use crate::design::Design;
use crate::failure::availability::Certainty;
use crate::failure::reliability::{CellAvailability, percent_words};

use super::{Lines, row, shown};

/// Parts to improve that are listed for each place.
const IMPROVE: usize = 5;
/// Minutes of a year.
const MINUTES_PER_YEAR: f64 = 525_600.0;
/// Least minutes a year that are worth a sentence; less is shown as none.
const LEAST_MINUTES: f64 = 0.05;

/// What the shares of time mean.
pub const MEANING: &str = "Figures of providers are agreements, below which money is given back; nobody measured them. The \
                           range has all inputs at their better and at their worse ends at once.";

/// What the minutes of [`improve`] mean.
pub const GAINED: &str =
    "Minutes are what a year would gain if the part never failed; parts that fail together count for each.";

/// Shares of the time in percent. Numbers begin in the third column.
#[must_use]
pub fn shares(design: &Design, cells: &[CellAvailability]) -> Lines {
    let head = [
        "Capability",
        "Place",
        "Goes on",
        "Range",
        "Minutes a year",
        "Range",
        "Not degraded",
        "Outages",
        "Hours each",
        "",
    ];
    let mut rows = vec![row(head)];
    for cell in cells {
        let of = &cell.goes_on;
        let [minutes, best, worst] = of.minutes_per_year();
        let down = |percent: f64| percent_words(1.0 - percent / 100.0);
        let optional =
            |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| crate::estimate::number(value, 3, 3));
        rows.push(vec![
            cell.capability.label().to_owned(),
            design.name_of(cell.place.id()),
            percent_words(of.down),
            format!("{}–{}", down(of.availability.low), down(of.availability.high)),
            shown(minutes),
            format!("{}–{}", shown(best), shown(worst)),
            percent_words(cell.works_fully.down),
            optional(of.outages_per_year),
            optional(of.mean_outage_h),
            if of.certainty == Certainty::Exact { "exact" } else { "sampled" }.to_owned(),
        ]);
    }
    rows
}

/// Which answers were sampled, and how well, sentences.
#[must_use]
pub fn sampled(design: &Design, cells: &[CellAvailability]) -> Vec<String> {
    let of = |cell: &CellAvailability| {
        let Certainty::Sampled { down_low, down_high, samples } = cell.goes_on.certainty else { return None };
        Some(format!(
            "{}, {}: too large to be solved exactly; of {} sampled states, so that the share lies between {} and {} % in \
             95 of 100 cases",
            cell.capability.label(),
            design.name_of(cell.place.id()),
            crate::estimate::grouped(samples as f64),
            percent_words(down_high),
            percent_words(down_low),
        ))
    };
    cells.iter().filter_map(of).collect()
}

/// What switching and restarts add where it is more than rounding, sentences.
#[must_use]
pub fn added(design: &Design, cells: &[CellAvailability]) -> Vec<String> {
    let minutes = |down: f64| {
        let minutes = down * MINUTES_PER_YEAR;
        (minutes >= LEAST_MINUTES).then(|| shown(minutes))
    };
    let mut added = Vec::new();
    for cell in cells {
        let (what, place) = (cell.capability.label(), design.name_of(cell.place.id()));
        if let Some(minutes) = minutes(cell.goes_on.switching) {
            added.push(format!("{what}, {place}: {minutes} minutes of these are users on their way to another region"));
        }
        if let Some(minutes) = minutes(cell.goes_on.restarts) {
            added.push(format!(
                "{what}, {place}: {minutes} minutes of these are gateways that stopped while no control plane was there to \
                 start them with (B23)"
            ));
        }
    }
    added
}

/// What to improve first at one place. Numbers begin in the second column.
#[must_use]
pub fn improve(cell: &CellAvailability) -> Lines {
    let mut rows = vec![row(["Part", "Minutes a year", "Outages a year"])];
    for gain in cell.improve.iter().take(IMPROVE) {
        let outages = gain.outages_per_year.map_or_else(|| "–".to_owned(), shown);
        rows.push(vec![gain.words.clone(), shown(gain.minutes_per_year), outages]);
    }
    rows
}
