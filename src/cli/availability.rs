//! `meridian availability`: how available each capability is, why, and what to improve first.

use std::collections::{BTreeMap, BTreeSet};

use clap::Args;
use serde::Serialize;

use crate::books::Books;
use crate::design::{Capability, Design};
use crate::estimate::{self, Assumed, Assumption, Assumptions, Derivation, Figure, Quality};
use crate::export::planner;
use crate::failure::availability::{Certainty, Effort};
use crate::failure::chances::Chances;
use crate::failure::reliability::{Answer, CellAvailability, Improve, available};
use crate::failure::{Model, Place};
use crate::topology::Topology;
use crate::words::availability;

use super::commands::read;
use super::company::{OwnBooks, books_used};
use super::estimate::Assume;
use super::output::print;
use super::text::{Align, heading, paragraph, plural, row, table};
use super::{FINE, Failure, Input};

#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(flatten)]
    input: Input,
    /// Only this capability: serve, throttle, issue, validate, revoke, publish, apps, admin, gwstart, tmstart, analytics
    /// or remote-…
    #[arg(long, value_name = "ID")]
    capability: Option<String>,
    /// JSON, for machines: every answer with its range and derivation, and all assumptions
    #[arg(long)]
    json: bool,
    /// List every input with its source instead of counting them
    #[arg(long, conflicts_with = "json")]
    sources: bool,
    #[command(flatten)]
    assume: Assume,
    #[command(flatten)]
    books: OwnBooks,
}

/// The capability with this id.
pub(super) fn capability(id: Option<&str>) -> Result<Option<Capability>, Failure> {
    let Some(id) = id else { return Ok(None) };
    Capability::by_id(id).map(Some).ok_or_else(|| {
        let known: Vec<&str> = Capability::ALL.iter().map(|c| c.id()).collect();
        Failure::new(&format!("there is no capability \"{id}\""), &format!("use one of {}", known.join(", ")))
    })
}

/// The failure model of a drawing.
pub(super) fn model_of(design: &Design, books: &Books) -> Model {
    let topology = Topology::of(design);
    Model::of(&topology, &estimate::estimate(&topology, books))
}

/// Whether the place is a region or a population, in machine-readable output.
pub(super) fn kind_of(place: &Place) -> &'static str {
    match place {
        Place::Region(_) => "region",
        Place::Population(_) => "population",
    }
}

/// What `--json` prints. Later versions may add fields.
#[derive(Serialize)]
struct Report<'a> {
    format: &'static str,
    design: &'a str,
    product_version: String,
    cells: Vec<Cell<'a>>,
    /// Assumptions that the answers rest on, as the design makes them.
    assumptions: Vec<Assumption<'a>>,
}

#[derive(Serialize)]
struct Cell<'a> {
    capability: &'static str,
    place: &'a str,
    place_kind: &'static str,
    goes_on: Shown<'a>,
    works_fully: Shown<'a>,
    improve: Vec<Gain<'a>>,
}

#[derive(Serialize)]
struct Shown<'a> {
    availability: &'a Figure,
    /// With more digits than the percentage has.
    unavailability: f64,
    of_which_switching: f64,
    of_which_restarts: f64,
    minutes_per_year: f64,
    minutes_per_year_low: f64,
    minutes_per_year_high: f64,
    outages_per_year: Option<f64>,
    mean_outage_h: Option<f64>,
    exact: bool,
    /// Where it was sampled: 95 of 100 such intervals hold the unavailability.
    #[serde(skip_serializing_if = "Option::is_none")]
    sampled_unavailability: Option<[f64; 2]>,
}

#[derive(Serialize)]
struct Gain<'a> {
    element: &'a str,
    what: &'a str,
    minutes_per_year: f64,
    outages_per_year: Option<f64>,
}

pub(super) fn run(options: &Options) -> Result<u8, Failure> {
    let only = capability(options.capability.as_deref())?;
    let (mut design, _) = read(&options.input.file)?;
    options.assume.apply(&mut design)?;
    let books = &options.books.of(&options.input.file)?;
    let model = model_of(&design, books);
    let chances = Chances::of(&design, books, &model);
    // Nobody interrupts a command, so there is an answer.
    let cells = available(&design, books, &model, &chances, only, Effort::default(), &|| true).unwrap_or_default();
    let report = if options.json {
        planner::to_json(&Report {
            format: "meridian-availability/1",
            design: &design.meta.name,
            product_version: design.meta.product_version.to_string(),
            cells: cells.iter().map(machine).collect(),
            assumptions: used(&design, books, &cells),
        })
    } else {
        text(&design, books, &cells, only, options.sources) + &books_used(books)
    };
    print(&report)?;
    Ok(FINE)
}

fn gain(gain: &Improve) -> Gain<'_> {
    Gain {
        element: gain.element.as_str(),
        what: &gain.words,
        minutes_per_year: gain.minutes_per_year,
        outages_per_year: gain.outages_per_year,
    }
}

fn machine(cell: &CellAvailability) -> Cell<'_> {
    Cell {
        capability: cell.capability.id(),
        place: cell.place.id().as_str(),
        place_kind: kind_of(&cell.place),
        goes_on: answer(&cell.goes_on),
        works_fully: answer(&cell.works_fully),
        improve: cell.improve.iter().map(gain).collect(),
    }
}

fn answer(answer: &Answer) -> Shown<'_> {
    let [minutes_per_year, minutes_per_year_low, minutes_per_year_high] = answer.minutes_per_year();
    Shown {
        availability: &answer.availability,
        unavailability: answer.down,
        of_which_switching: answer.switching,
        of_which_restarts: answer.restarts,
        minutes_per_year,
        minutes_per_year_low,
        minutes_per_year_high,
        outages_per_year: answer.outages_per_year,
        mean_outage_h: answer.mean_outage_h,
        exact: answer.certainty == Certainty::Exact,
        sampled_unavailability: match answer.certainty {
            Certainty::Exact => None,
            Certainty::Sampled { down_low, down_high, .. } => Some([down_low, down_high]),
        },
    }
}

/// Leaves of all derivations.
fn leaves(cells: &[CellAvailability]) -> impl Iterator<Item = &Derivation> {
    let figures = cells.iter().flat_map(|cell| [&cell.goes_on.availability, &cell.works_fully.availability]);
    figures.flat_map(|figure| figure.derivation.nodes()).filter(|node| node.inputs.is_empty())
}

/// Assumptions that the answers rest on, in the order of the ledger.
fn used<'a>(design: &'a Design, books: &'a Books, cells: &[CellAvailability]) -> Vec<Assumption<'a>> {
    // How often things fail is no leaf of how much of the time they do.
    let rates = [
        Assumed::RestartsPerMonth,
        Assumed::RestartS,
        Assumed::NodeRepairH,
        Assumed::ServiceRepairH,
        Assumed::SiteRepairH,
        Assumed::LineRepairH,
    ];
    let keys: BTreeSet<Assumed> = leaves(cells).filter_map(|leaf| leaf.assumed).chain(rates).collect();
    let all = Assumptions::of(&design.meta.estimation, books.company());
    if cells.is_empty() { Vec::new() } else { keys.into_iter().map(|key| all.get(key)).collect() }
}

fn text(
    design: &Design,
    books: &Books,
    cells: &[CellAvailability],
    only: Option<Capability>,
    with_sources: bool,
) -> String {
    let mut out = heading(design);
    if cells.is_empty() {
        let what = only.map_or("Nothing that is offered", |_| "The capability is offered nowhere");
        paragraph(&mut out, "  ", &format!("{what} in this drawing."));
        return out;
    }
    out.push_str("\nShare of the time, percent\n");
    out.push_str(&table(&availability::shares(design, cells), Align::RightFrom(2)));
    for note in availability::sampled(design, cells).into_iter().chain(availability::added(design, cells)) {
        paragraph(&mut out, "  – ", &note);
    }
    improve(&mut out, design, cells, only.unwrap_or(Capability::Serve));
    assumptions(&mut out, &used(design, books, cells));
    sources(&mut out, cells, with_sources);
    out
}

fn improve(out: &mut String, design: &Design, cells: &[CellAvailability], of: Capability) {
    for cell in cells.iter().filter(|cell| cell.capability == of) {
        let verb = of.verb();
        out.push_str(&format!("\nWhat to improve first, to {verb} at {}\n", design.name_of(cell.place.id())));
        out.push_str(&table(&availability::improve(cell), Align::RightFrom(1)));
    }
    paragraph(out, "  – ", availability::GAINED);
}

fn assumptions(out: &mut String, used: &[Assumption<'_>]) {
    out.push_str("\nAssumed\n");
    let mut rows = vec![row(["Id", "Value", "From", "To", "What"])];
    for a in used {
        let number = |value: f64| crate::estimate::number(value, 6, 3);
        rows.push(vec![a.key.id().into(), number(a.value), number(a.low), number(a.high), a.label.into()]);
    }
    out.push_str(&table(&rows, Align::Left));
    paragraph(out, "  – ", availability::MEANING);
}

fn sources(out: &mut String, cells: &[CellAvailability], in_full: bool) {
    let of = |leaf: &&Derivation| leaf.assumed.is_none() && leaf.quality != Quality::Given && !leaf.source.is_empty();
    let mut seen: BTreeMap<(Quality, String), &str> = BTreeMap::new();
    for leaf in leaves(cells).filter(of) {
        // The part it is a figure of stands before it.
        let label = leaf.label.rsplit(": ").next().unwrap_or(&leaf.label);
        seen.insert((leaf.quality, format!("{label}, {} %", leaf.value)), &leaf.source);
    }
    if seen.is_empty() {
        return;
    }
    out.push_str("\nSources\n");
    if in_full {
        for ((quality, what), source) in seen {
            paragraph(out, &format!("  {:<10} ", super::text::quality(quality)), &format!("{what}: {source}"));
        }
    } else {
        let all = plural(seen.len(), "figure");
        paragraph(out, "  ", &format!("{all} of the books; --sources lists them, --json has every derivation"));
    }
}
