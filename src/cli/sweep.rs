//! `meridian sweep`: what every single failure and every pair takes down.

use std::collections::BTreeMap;

use clap::Args;
use serde::Serialize;

use crate::design::{Capability, Design, Failure as Fails};
use crate::export::planner;
use crate::failure::Model;
use crate::failure::chances::Chances;
use crate::failure::reliability::{Budget, Hit, Losses, Pairs, WeakPoints, losses, weak_points};
use crate::spreadsheet;

use super::availability::{capability, kind_of, model_of};
use super::commands::read;
use super::company::{OwnBooks, books_used};
use super::estimate::Assume;
use super::output::print;
use super::text::{Align, heading, paragraph, plural, row, shown, table};
use super::{FINE, Failure, Input};

/// Most lines of one table.
const MOST_LINES: usize = 15;
const HOURS_PER_YEAR: f64 = 8_760.0;

#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(flatten)]
    input: Input,
    /// How many failures at once: 1 for each alone, 2 for pairs as well, 3 for the smallest sets of parts of up to three
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=3))]
    order: u32,
    /// Only this capability, such as serve
    #[arg(long, value_name = "ID")]
    capability: Option<String>,
    /// JSON, for machines
    #[arg(long)]
    json: bool,
    /// One table for spreadsheets, a line for each failure or pair and what it takes down
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    #[command(flatten)]
    assume: Assume,
    #[command(flatten)]
    books: OwnBooks,
}

/// What was found, as it is shown.
struct Found<'a> {
    design: &'a Design,
    model: &'a Model,
    losses: Losses,
    weak_points: Vec<WeakPoints>,
    only: Option<Capability>,
    order: u32,
}

pub(super) fn run(options: &Options) -> Result<u8, Failure> {
    let only = capability(options.capability.as_deref())?;
    let (mut design, _) = read(&options.input.file)?;
    options.assume.apply(&mut design)?;
    let books = &options.books.of(&options.input.file)?;
    let model = model_of(&design, books);
    let chances = Chances::of(&design, books, &model);
    let usual = Budget::default();
    let things_in_pairs = if options.order > 1 { usual.things_in_pairs } else { 0 };
    let budget = Budget { cut_order: options.order, things_in_pairs, ..usual };
    // Nobody interrupts a command, so there is an answer.
    let Some(losses) = losses(&design, &model, &chances, &budget, &|| true) else { return Ok(FINE) };
    let weak_points = if options.order > 2 || options.json {
        weak_points(&model, &chances, &budget, &|| true).unwrap_or_default()
    } else {
        Vec::new()
    };
    let found = Found { design: &design, model: &model, losses, weak_points, only, order: options.order };
    let report = if options.json {
        planner::to_json(&found.machine())
    } else if options.csv {
        found.csv().map_err(|e| Failure(format!("the table cannot be written: {e}")))?
    } else {
        found.text() + &books_used(books)
    };
    print(&report)?;
    Ok(FINE)
}

/// What `--json` prints. Later versions may add fields.
#[derive(Serialize)]
struct Report<'a> {
    format: &'static str,
    design: &'a str,
    order: u32,
    /// Whether all pairs were looked at, not only those with a region.
    all_pairs: bool,
    /// Everything that was failed, most harmful first.
    failures: Vec<Harm>,
    cells: Vec<Cell<'a>>,
}

#[derive(Serialize)]
struct Harm {
    failure: String,
    what: String,
    /// Capabilities × places that it takes down alone.
    takes_down: usize,
    /// Pairs that it makes worse than its two failures are alone.
    in_pairs: usize,
    /// Share of the time in which it is so.
    share: f64,
}

#[derive(Serialize)]
struct Cell<'a> {
    capability: &'static str,
    place: &'a str,
    place_kind: &'static str,
    down_already: bool,
    singles: Vec<String>,
    pairs: Vec<[String; 2]>,
    smallest_sets: Vec<Set>,
    smallest_sets_complete_to_order: u32,
}

#[derive(Serialize)]
struct Set {
    order: u32,
    what: String,
    elements: Vec<String>,
    probability: f64,
}

impl Found<'_> {
    /// Cells that are asked for, by their places.
    fn cells(&self) -> impl Iterator<Item = usize> + '_ {
        let of = |(_, (capability, _)): &(usize, &(Capability, _))| self.only.is_none_or(|only| only == *capability);
        self.losses.cells.iter().enumerate().filter(of).map(|(at, _)| at)
    }

    fn machine(&self) -> Report<'_> {
        let id = |hit: &Hit| hit.failure.to_string();
        let already: Vec<usize> = self.losses.found.lost_already().collect();
        let cells = self.cells().filter_map(|at| {
            let (capability, place) = self.losses.cells.get(at)?;
            let weak = self.weak_points.get(at);
            let set = |point: &crate::failure::reliability::WeakPoint| Set {
                order: point.cut.order(),
                what: point.words(self.design, self.model),
                elements: point.elements(self.model).iter().map(ToString::to_string).collect(),
                probability: point.probability,
            };
            Some(Cell {
                capability: capability.id(),
                place: place.id().as_str(),
                place_kind: kind_of(place),
                down_already: already.contains(&at),
                singles: self.losses.singles(at).into_iter().map(id).collect(),
                pairs: self.losses.pairs(at).into_iter().map(|pair| pair.map(id)).collect(),
                smallest_sets: weak.map(|weak| weak.listed.iter().map(set).collect()).unwrap_or_default(),
                smallest_sets_complete_to_order: weak.map_or(0, |weak| weak.complete_to_order),
            })
        });
        Report {
            format: "meridian-sweep/1",
            design: &self.design.meta.name,
            order: self.order,
            all_pairs: self.losses.pairs_of == Pairs::All,
            failures: self.harm(),
            cells: cells.collect(),
        }
    }

    /// Everything that was failed, most harmful first.
    fn harm(&self) -> Vec<Harm> {
        let mut all: Vec<Harm> = self
            .losses
            .hits
            .iter()
            .zip(self.losses.found.involved())
            .map(|(hit, involved)| Harm {
                failure: hit.failure.to_string(),
                what: hit.failure.words(self.design),
                takes_down: involved.roots_alone,
                in_pairs: involved.pairs,
                share: hit.down,
            })
            .collect();
        all.sort_by(|a, b| {
            b.takes_down.cmp(&a.takes_down).then(b.in_pairs.cmp(&a.in_pairs)).then(b.share.total_cmp(&a.share))
        });
        all
    }

    fn csv(&self) -> Result<String, csv::Error> {
        let mut out = csv::Writer::from_writer(Vec::new());
        out.write_record(["capability", "place", "failure", "and", "what", "hours a year"])?;
        for at in self.cells() {
            let Some((capability, place)) = self.losses.cells.get(at) else { continue };
            let singles = self.losses.singles(at).into_iter().map(|hit| vec![hit]);
            let pairs = self.losses.pairs(at).into_iter().map(|pair| pair.to_vec());
            for hits in singles.chain(pairs) {
                let id = |n: usize| hits.get(n).map(|hit: &&Hit| hit.failure.to_string()).unwrap_or_default();
                let words = spreadsheet::cell(&self.words(&hits));
                let hours = hits.iter().map(|hit| hit.down).product::<f64>() * HOURS_PER_YEAR;
                let hours = format!("{hours:.6}");
                out.write_record([capability.id(), place.id().as_str(), &id(0), &id(1), &words, &hours])?;
            }
        }
        let bytes = out.into_inner().map_err(|e| e.into_error())?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn words(&self, hits: &[&Hit]) -> String {
        let words: Vec<String> = hits.iter().map(|hit| hit.failure.words(self.design)).collect();
        words.join(" and ")
    }

    fn text(&self) -> String {
        let mut out = heading(self.design);
        if self.cells().next().is_none() {
            paragraph(&mut out, "  ", "Nothing of this is offered in this drawing.");
            return out;
        }
        self.ranked(&mut out);
        let mut capabilities: Vec<Capability> =
            self.cells().filter_map(|at| self.losses.cells.get(at)).map(|(capability, _)| *capability).collect();
        capabilities.dedup();
        for capability in capabilities {
            self.capability(&mut out, capability);
        }
        if self.losses.pairs_of == Pairs::WithRegion {
            let text = "So much is drawn that of the pairs only those with a region were looked at.";
            paragraph(&mut out, "  – ", text);
        }
        let text = "Hours a year are how long it is so at one time or another, by the figures of the books; a drawn link has none.";
        paragraph(&mut out, "  – ", text);
        out
    }

    /// What does most harm.
    fn ranked(&self, out: &mut String) {
        let all = self.harm();
        let harmful = all.iter().filter(|harm| harm.takes_down > 0 || harm.in_pairs > 0).count();
        out.push_str("\nWhat takes down most\n");
        let mut rows = vec![row(["Failure", "Takes down alone", "In pairs", "Hours a year"])];
        for harm in all.iter().take(harmful.min(MOST_LINES)) {
            let pairs = if self.order > 1 { harm.in_pairs.to_string() } else { "–".to_owned() };
            rows.push(vec![
                harm.what.clone(),
                format!("{} of {}", harm.takes_down, self.losses.cells.len()),
                pairs,
                shown(harm.share * HOURS_PER_YEAR),
            ]);
        }
        out.push_str(&table(&rows, Align::RightFrom(1)));
        let text = format!(
            "{} of {} take something down alone; counted are capabilities at places, such as tokens at one population",
            all.iter().filter(|harm| harm.takes_down > 0).count(),
            plural(all.len(), "failure"),
        );
        paragraph(out, "  – ", &text);
    }

    fn capability(&self, out: &mut String, capability: Capability) {
        let cells: Vec<usize> =
            self.cells().filter(|at| self.losses.cells.get(*at).is_some_and(|(of, _)| *of == capability)).collect();
        out.push_str(&format!("\n{}\n", capability.label()));
        let mut singles = Lines::default();
        let (mut pairs, mut with_region) = (Lines::default(), Lines::default());
        for at in &cells {
            let place =
                self.losses.cells.get(*at).map(|(_, place)| self.design.name_of(place.id())).unwrap_or_default();
            for hit in self.losses.singles(*at) {
                singles.add(self.words(&[hit]), hit.down, &place);
            }
            for pair in self.losses.pairs(*at) {
                let [a, b] = pair;
                let region = pair.iter().any(|hit| matches!(hit.failure, Fails::Region(_)));
                let lines = if region { &mut with_region } else { &mut pairs };
                lines.add(self.words(&pair), a.down * b.down, &place);
            }
        }
        singles.write(out, "Alone", "nothing takes it down alone");
        if self.order > 1 {
            with_region.write(out, "A region and one more", "");
            pairs.write(out, "Any two", "");
        }
        if self.order > 2 {
            self.smallest(out, &cells);
        }
    }

    /// The smallest sets of parts, nodes by zone, of more than one.
    fn smallest(&self, out: &mut String, cells: &[usize]) {
        let mut lines = Lines::default();
        for at in cells {
            let (Some((_, place)), Some(weak)) = (self.losses.cells.get(*at), self.weak_points.get(*at)) else {
                continue;
            };
            let place = self.design.name_of(place.id());
            for point in weak.listed.iter().filter(|point| point.cut.order() > 1) {
                lines.add(point.words(self.design, self.model), point.probability, &place);
            }
            if weak.is_cut_short || weak.found > weak.listed.len() {
                let text =
                    format!("{place}: not all sets are listed; none of up to {} is missing", weak.complete_to_order);
                paragraph(out, "  – ", &text);
            }
        }
        lines.write(out, "Smallest sets of parts", "");
    }
}

/// Failures with where they take a capability down, in the order in which they came.
#[derive(Default)]
struct Lines {
    order: Vec<String>,
    of: BTreeMap<String, (f64, Vec<String>)>,
}

impl Lines {
    fn add(&mut self, what: String, share: f64, place: &str) {
        let (_, places) = self.of.entry(what.clone()).or_insert_with(|| {
            self.order.push(what);
            (share, Vec::new())
        });
        places.push(place.to_owned());
    }

    fn write(mut self, out: &mut String, title: &str, none: &str) {
        if self.order.is_empty() {
            if !none.is_empty() {
                paragraph(out, "  ", &format!("{title}: {none}"));
            }
            return;
        }
        let of = |what: &String| self.of.get(what).map_or((0, 0.0), |(share, places)| (places.len(), *share));
        self.order.sort_by(|a, b| {
            let ((places_a, share_a), (places_b, share_b)) = (of(a), of(b));
            share_b.total_cmp(&share_a).then(places_b.cmp(&places_a))
        });
        let mut rows = vec![row([title, "Hours a year", "Down at"])];
        for what in self.order.iter().take(MOST_LINES) {
            let Some((share, places)) = self.of.get(what) else { continue };
            rows.push(vec![what.clone(), shown(share * HOURS_PER_YEAR), places.join(", ")]);
        }
        out.push_str(&table(&rows, Align::Left));
        let more = self.order.len().saturating_sub(MOST_LINES);
        if more > 0 {
            paragraph(out, "    ", &format!("and {more} less likely; --json and --csv list all"));
        }
    }
}
