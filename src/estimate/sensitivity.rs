//! Which assumptions move a figure most: each at the ends of its range while all others stay, largest swing first.

use std::fmt;
use std::sync::Arc;

use crate::books::Books;
use crate::design::{Design, Id, Spec};
use crate::topology::Topology;

use super::assume::{Assumed, Assumption, Assumptions};
use super::estimate;
use super::figure::{Figure, Unit};
use super::report::{Estimates, Operation};

/// A figure whose assumptions are moved.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Target {
    /// Cost of the whole design.
    #[default]
    Cost,
    /// 95th percentile of an operation of a population.
    Latency(Id, Operation),
    /// Utilisation of a group at peak.
    Use(Id),
}

/// Words for the targets on a command line.
const LATENCIES: [(&str, Operation); 6] = [
    ("api", Operation::ApiCall),
    ("api-local", Operation::ApiCallLocal),
    ("api-remote", Operation::ApiCallRemote),
    ("token", Operation::TokenIssue),
    ("page", Operation::PortalLogin),
    ("publish", Operation::PublishEverywhere),
];

impl Target {
    /// Every figure of a design that can be looked at, the cost first.
    #[must_use]
    pub fn all(design: &Design) -> Vec<Self> {
        let mut all = vec![Self::Cost];
        let of = |fits: fn(&Spec) -> bool| design.components.iter().filter(move |(_, c)| fits(&c.spec));
        for (id, _) in of(|spec| matches!(spec, Spec::Users(_))) {
            all.extend(Operation::ALL.map(|operation| Self::Latency(id.clone(), operation)));
        }
        all.extend(of(|s| matches!(s, Spec::Gateway(_) | Spec::AllInOne(_))).map(|(id, _)| Self::Use(id.clone())));
        all
    }

    /// The target a command line names: `cost`, `api:POPULATION`, `use:GROUP` and so on.
    ///
    /// # Errors
    /// A hint that says what there is in the design.
    pub fn named(text: &str, design: &Design) -> Result<Self, String> {
        let all = Self::all(design);
        if let Some(found) = all.iter().find(|target| target.to_string() == text) {
            return Ok(found.clone());
        }
        let mut known: Vec<String> = all.iter().map(ToString::to_string).collect();
        let more = known.len().saturating_sub(12);
        known.truncate(12);
        let more = if more > 0 { format!(" and {more} others") } else { String::new() };
        Err(format!("there are {}{more}", known.join(", ")))
    }

    /// What it is, for people.
    #[must_use]
    pub fn label(&self, design: &Design) -> String {
        match self {
            Self::Cost => "Cost a month".to_owned(),
            Self::Latency(population, operation) => {
                format!("{} p95, {}", operation.label(), design.name_of(population))
            }
            Self::Use(group) => {
                let region = design.components.get(group).and_then(|c| c.region.as_ref());
                let place = region.map(|r| format!(" in {}", design.name_of(r))).unwrap_or_default();
                format!("Peak use, {}{place}", design.name_of(group))
            }
        }
    }

    /// The figure.
    ///
    /// # Errors
    /// The sentence that says why there is none.
    pub fn figure<'e>(&self, estimates: &'e Estimates) -> Result<&'e Figure, String> {
        match self {
            Self::Cost => estimates.cost.total.as_ref().ok_or_else(|| "nothing drawn has a price".to_owned()),
            Self::Latency(population, operation) => {
                let [_, p95, _] = estimates.percentiles(population, *operation).map_err(|why| match why {
                    "" => format!("there is no population “{population}”"),
                    why => why.to_owned(),
                })?;
                Ok(p95)
            }
            Self::Use(group) => {
                let load = estimates.load.iter().find(|load| load.component == *group);
                let load = load.ok_or_else(|| format!("there is no group “{group}”"))?;
                if load.capacity_rps > 0.0 {
                    Ok(&load.utilisation)
                } else {
                    Err("no throughput is published for this version".to_owned())
                }
            }
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cost => f.write_str("cost"),
            Self::Latency(population, operation) => {
                let word = LATENCIES.iter().find(|(_, o)| o == operation).map_or("", |(word, _)| *word);
                write!(f, "{word}:{population}")
            }
            Self::Use(group) => write!(f, "use:{group}"),
        }
    }
}

/// What one assumption does to a figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Swing {
    /// Which assumption.
    pub key: Assumed,
    /// Lower and upper end of its range, in its own unit.
    pub ends: [f64; 2],
    /// The figure with the assumption at these ends; or the sentence that says why there is none.
    pub results: [Result<f64, String>; 2],
}

impl Swing {
    /// How far the figure moves, in its unit; without bound where one end leaves none.
    #[must_use]
    pub fn width(&self, base: f64) -> f64 {
        let [low, high] = self.results.each_ref().map(|r| r.as_ref().map_or(f64::INFINITY, |value| *value));
        low.max(high).max(base) - low.min(high).min(base)
    }
}

/// A figure with what its assumptions do to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Sensitivity {
    /// Which figure.
    pub target: Target,
    /// Its value with all assumptions as they are.
    pub base: f64,
    /// Lower and upper end of its own range.
    pub range: [f64; 2],
    /// Unit of all of these.
    pub unit: Unit,
    /// Assumptions that move it, largest swing first.
    pub swings: Vec<Swing>,
}

/// Looks at every assumption. Before each, `go_on` is asked; `None` when it said no.
///
/// The inner error says in a sentence why the design has no such figure.
pub fn sensitivity(
    design: &Design,
    books: &Books,
    target: &Target,
    go_on: &dyn Fn() -> bool,
) -> Option<Result<Sensitivity, String>> {
    let of = |design: &Design| {
        let estimates = estimate(&Topology::of(design), books);
        target.figure(&estimates).map(|figure| (figure.value, [figure.low, figure.high], figure.unit))
    };
    let (base, range, unit) = match of(design) {
        Ok(found) => found,
        Err(why) => return Some(Err(why)),
    };
    let mut swings = Vec::new();
    // What failures are like moves none of these figures.
    let assumptions = Assumptions::of(&design.meta.estimation, books.company());
    for assumption in assumptions.all().iter().filter(|assumption| !assumption.key.is_about_failures()) {
        if !go_on() {
            return None;
        }
        let ends = [assumption.low, assumption.high];
        // An end that is the value itself needs no second look.
        let results = ends.map(|end| {
            let moved = (end - assumption.value).abs() > 0.0;
            if moved { of(&with(design, assumption, end)).map(|(value, ..)| value) } else { Ok(base) }
        });
        swings.push(Swing { key: assumption.key, ends, results });
    }
    swings.retain(|swing| swing.width(base) > base.abs() * 1e-9);
    swings.sort_by(|a, b| b.width(base).total_cmp(&a.width(base)));
    Some(Ok(Sensitivity { target: target.clone(), base, range, unit, swings }))
}

/// The design with one assumption at another value.
fn with(design: &Design, assumption: &Assumption<'_>, value: f64) -> Design {
    let mut moved = design.clone();
    let by = assumption.at(value, "");
    Arc::make_mut(&mut moved.meta).estimation.assumptions.insert(assumption.key.id().to_owned(), by);
    moved
}
