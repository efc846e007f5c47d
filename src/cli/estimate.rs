//! `meridian estimate`: latency, load and cost, what they rest on, and which assumptions move them.

use std::sync::Arc;

use clap::Args;
use serde::Serialize;

use crate::design::Design;
use crate::estimate::{self, Assumed, Assumption, Assumptions, Target};
use crate::export::planner::{self, PlanEstimates};
use crate::topology::Topology;

use super::commands::read;
use super::company::{OwnBooks, books_used};
use super::output::print;
use super::{FINE, Failure, Input, text};

/// The note of an assumption that was made on the command line.
const GIVEN: &str = "given on the command line";

#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(flatten)]
    input: Input,
    /// JSON, for machines: latency, load and cost with their derivations, and all assumptions
    #[arg(long)]
    json: bool,
    /// One table for spreadsheets, a line for every estimate with its range
    #[arg(long, conflicts_with_all = ["json", "sources"])]
    csv: bool,
    /// List every input with its source instead of counting them
    #[arg(long, conflicts_with = "json")]
    sources: bool,
    #[command(flatten)]
    assume: Assume,
    #[command(flatten)]
    books: OwnBooks,
    /// List what the estimates assume, with ranges
    #[arg(long, conflicts_with_all = ["json", "csv", "sources"])]
    assumptions: bool,
    /// Show which assumptions move a figure most: cost, api:USERS, token:USERS, page:USERS, publish:USERS or use:GROUP
    #[arg(long, value_name = "FIGURE", num_args = 0..=1, default_missing_value = "cost",
          conflicts_with_all = ["json", "csv", "sources", "assumptions"])]
    sensitivity: Option<String>,
}

/// Assumptions made otherwise for one run.
#[derive(Debug, Args)]
pub(super) struct Assume {
    /// Assume otherwise than the design, such as query-ms=2; may be repeated. See "meridian estimate FILE --assumptions"
    #[arg(long, value_name = "KEY=VALUE")]
    assume: Vec<String>,
}

impl Assume {
    /// Makes the design's assumptions so; their ranges go along in proportion.
    pub(super) fn apply(&self, design: &mut Design) -> Result<(), Failure> {
        for given in &self.assume {
            let usage = || Failure::new(&format!("\"{given}\" assumes nothing"), "write it as query-ms=2");
            let (key, value) = given.split_once('=').ok_or_else(usage)?;
            let key = Assumed::named(key.trim())
                .map_err(|hint| Failure::new(&format!("there is no assumption \"{}\"", key.trim()), &hint))?;
            let value: f64 = value.trim().parse().map_err(|_| usage())?;
            // A value of the design has a range that was meant for it; the usual one is known to be plausible.
            let usual = key.shipped();
            let value = usual
                .check(value)
                .map_err(|within| Failure::new(&format!("{key} cannot be {value}"), &within.to_lowercase()))?;
            let meta = Arc::make_mut(&mut design.meta);
            meta.estimation.assumptions.insert(key.id().to_owned(), usual.at(value, GIVEN));
        }
        Ok(())
    }
}

/// What `--json` prints. Later versions may add fields.
#[derive(Serialize)]
struct Report<'a> {
    format: &'static str,
    design: &'a str,
    product_version: String,
    /// All assumptions, as the design makes them.
    assumptions: &'a [Assumption<'a>],
    /// Ids in the design that this version does not know.
    unknown_assumptions: Vec<&'a str>,
    estimates: PlanEstimates,
}

pub(super) fn run(options: &Options) -> Result<u8, Failure> {
    let (mut design, _) = read(&options.input.file)?;
    options.assume.apply(&mut design)?;
    let books = &options.books.of(&options.input.file)?;
    if options.assumptions {
        print(&text::assumptions(&design, books))?;
        return Ok(FINE);
    }
    if let Some(figure) = &options.sensitivity {
        let target = Target::named(figure, &design)
            .map_err(|hint| Failure::new(&format!("there is no figure \"{figure}\""), &hint))?;
        // Nobody interrupts a command, so there is an answer.
        if let Some(found) = estimate::sensitivity(&design, books, &target, &|| true) {
            let found =
                found.map_err(|why| Failure(format!("{}: there is no number: {why}", target.label(&design))))?;
            print(&text::sensitivity(&design, &found))?;
        }
        return Ok(FINE);
    }
    let estimates = estimate::estimate(&Topology::of(&design), books);
    let report = if options.json {
        planner::to_json(&Report {
            format: "meridian-estimate/1",
            design: &design.meta.name,
            product_version: design.meta.product_version.to_string(),
            assumptions: Assumptions::of(&design.meta.estimation, books.company()).all(),
            unknown_assumptions: estimate::unknown_assumptions(&design.meta.estimation).collect(),
            estimates: planner::estimates(&estimates),
        })
    } else if options.csv {
        text::estimate_csv(&design, &estimates).map_err(|e| Failure(format!("the table cannot be written: {e}")))?
    } else {
        text::estimate(&design, &estimates, options.sources) + &books_used(books)
    };
    print(&report)?;
    Ok(FINE)
}
