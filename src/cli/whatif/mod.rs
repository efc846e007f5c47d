//! `meridian whatif`: what still works when something fails.

mod report;
mod text;

use clap::Args;

use crate::design::failure::FAILURE_FORMS;
use crate::design::file::edit_distance;
use crate::design::{self, Design, Failures, Id};
use crate::estimate;
use crate::export::planner::to_json;
use crate::failure::{Model, WhatIf};
use crate::topology::Topology;

use super::commands::read;
use super::company::OwnBooks;
use super::estimate::Assume;
use super::output::print;
use super::{FINE, Failure, Input};

pub(super) use report::schema_json;

#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(flatten)]
    input: Input,
    /// What fails; may be repeated: region:ID, zone:REGION/ZONE, component:ID, nodes:ID/COUNT, link:ID,
    /// cut:REGION/REGION or slow:REGION/REGION/MS
    #[arg(long, value_name = "FAILURE")]
    fail: Vec<String>,
    /// JSON, for machines; see "meridian schema whatif"
    #[arg(long, conflicts_with = "rules")]
    json: bool,
    /// Show instead what each capability needs, and the facts that this follows from
    #[arg(long, conflicts_with = "fail")]
    rules: bool,
    #[command(flatten)]
    assume: Assume,
    #[command(flatten)]
    books: OwnBooks,
}

/// A what-if of a design.
struct Found<'a> {
    design: &'a Design,
    model: &'a Model,
    whatif: WhatIf,
}

pub(super) fn run(options: &Options) -> Result<u8, Failure> {
    let (mut design, _) = read(&options.input.file)?;
    options.assume.apply(&mut design)?;
    if options.rules {
        print(&text::rules(&design))?;
        return Ok(FINE);
    }
    let failures = failures(&design, &options.fail)?;
    let books = &options.books.of(&options.input.file)?;
    let topology = Topology::of(&design);
    let estimates = estimate::estimate(&topology, books);
    let model = Model::of(&topology, &estimates);
    let whatif = WhatIf::of(&design, books, &estimates, &model, &failures);
    let found = Found { design: &design, model: &model, whatif };
    print(&if options.json { to_json(&report::report(&found)) } else { text::text(&found) })?;
    Ok(FINE)
}

/// What fails, as it was given.
pub(super) fn failures(design: &Design, given: &[String]) -> Result<Failures, Failure> {
    let mut failures = Failures::new();
    for text in given {
        let failure: design::Failure =
            text.parse().map_err(|error| Failure::new(&format!("{error}"), &format!("write {FAILURE_FORMS}")))?;
        if let Some(missing) = failure.missing_in(design) {
            return Err(match closest(design, &failure) {
                Some(hint) => Failure::new(&missing, &hint),
                None => Failure(missing),
            });
        }
        failures.insert(failure);
    }
    Ok(failures)
}

/// Which ids of the right kind are written most alike; `None` when the id is not what is wrong.
fn closest(design: &Design, failure: &design::Failure) -> Option<String> {
    use design::Failure as F;
    let known: Vec<&Id> = match failure {
        F::Component(_) | F::Nodes { .. } => design.components.keys().collect(),
        F::Link(_) => design.links.keys().collect(),
        F::Region(_) | F::Zone { .. } | F::Cut(_) | F::Slow { .. } => design.regions.keys().collect(),
    };
    let wish = failure.elements().find(|id| !known.contains(id))?;
    let mut near: Vec<(usize, &Id)> =
        known.into_iter().map(|id| (edit_distance(wish.as_str(), id.as_str()), id)).collect();
    near.sort();
    let near: Vec<String> = near.iter().take(3).map(|(_, id)| format!("\"{id}\"")).collect();
    Some(if near.is_empty() { "the design has none".into() } else { format!("did you mean {}?", near.join(" or ")) })
}
