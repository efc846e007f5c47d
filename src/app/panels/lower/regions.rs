//! The regions tab: what each region serves, how fast, how far it is used, what is wrong there and what it costs.

use std::collections::BTreeMap;

use crate::analysis::Analysis;
use crate::app::panels::explain::{Place, Subject, cost_at};
use crate::app::panels::format;
use crate::design::{Design, Id};
use crate::estimate::{Figure, GroupCapacity, Measure, Operation, PriceBasis, Unit, UseTarget};
use crate::rules::Severity;

use super::cost::Prices;
use super::sheet::{Cell, Column, Line, Sheet};
use super::table::Source;

/// The tab.
pub const SOURCE: Source = Source {
    name: "regions",
    waiting: "Regions are being looked at…",
    nothing: "Draw a region to see what it serves and costs.",
    views: |_, _| Vec::new(),
    sheet: |_, design, analysis| sheet(design, analysis),
};

/// What is known about one region.
#[derive(Default)]
struct Row<'a> {
    calls_per_s: f64,
    populations: Vec<&'a Id>,
    slowest: Option<(&'a Id, &'a Figure)>,
    busiest: Option<(&'a GroupCapacity, &'a Figure)>,
    nodes: u32,
    findings: [usize; 3],
    prices: PriceBasis,
}

impl<'a> Row<'a> {
    fn serves(&mut self, population: &'a Id, p95: Option<&'a Figure>) {
        self.populations.push(population);
        if let Some(p95) = p95.filter(|p95| self.slowest.is_none_or(|(_, most)| p95.value > most.value)) {
            self.slowest = Some((population, p95));
        }
    }

    fn holds(&mut self, group: &'a GroupCapacity) {
        if group.measure == Measure::Calls {
            self.calls_per_s += group.demand;
        }
        // A ratio of nodes may be used in full, so it says nothing beside loads.
        if let Some(used) = group.utilisation.as_ref().ok().filter(|_| !group.measure.is_ratio())
            && self.busiest.is_none_or(|(_, most)| used.value > most.value)
        {
            self.busiest = Some((group, used));
        }
    }
}

/// Rows by region, `None` for what stands in none, and one for all of them, in one pass over everything.
fn rows<'a>(design: &'a Design, analysis: &'a Analysis) -> (BTreeMap<Option<&'a Id>, Row<'a>>, Row<'a>) {
    let mut rows: BTreeMap<Option<&Id>, Row<'_>> = design.regions.keys().map(|id| (Some(id), Row::default())).collect();
    let mut all = Row::default();
    let estimates = &analysis.estimates;
    let region_of = |id: &Id| design.components.get(id).and_then(|c| c.region.as_ref());
    for latency in &estimates.latency {
        let p95 = estimates.percentiles(&latency.population, Operation::ApiCall).ok().map(|[_, p95, _]| p95);
        all.serves(&latency.population, p95);
        if let Some(region) = &latency.served_by {
            rows.entry(Some(region)).or_default().serves(&latency.population, p95);
        }
    }
    for group in &estimates.capacity {
        rows.entry(region_of(&group.component)).or_default().holds(group);
        all.holds(group);
    }
    for component in design.components.values().filter(|c| c.kind().is_product_node()) {
        for row in [rows.entry(component.region.as_ref()).or_default(), &mut all] {
            row.nodes = row.nodes.saturating_add(component.instances);
        }
    }
    for finding in &analysis.check.findings {
        let first = finding.subjects.first();
        let region = first.and_then(|id| design.regions.get_key_value(id).map(|(id, _)| id).or_else(|| region_of(id)));
        for row in [rows.entry(region).or_default(), &mut all] {
            let at = Severity::ALL.iter().position(|s| *s == finding.severity);
            if let Some(count) = at.and_then(|at| row.findings.get_mut(at)) {
                *count += 1;
            }
        }
    }
    for item in &estimates.cost.items {
        rows.entry(item.region.as_ref()).or_default().prices.add(item);
        all.prices.add(item);
    }
    (rows, all)
}

fn sheet(design: &Design, analysis: &Analysis) -> Sheet {
    const COUNT: (&str, usize) = ("", 0);
    let columns = vec![
        Column::words("Region", 112.0, "A region of the drawing"),
        Column::numbers("Calls", 68.0, ("a second", 2), "Calls a second that its gateways serve at peak"),
        Column::numbers("Worst p95", 86.0, ("ms", 1), "95th percentile of the slowest API calls it serves").ranged(),
        Column::numbers("Highest use", 88.0, ("%", 1), "Use at peak of its most used group").ranged(),
        Column::numbers("Nodes", 58.0, COUNT, "Nodes of the product that stand there"),
        Column::numbers("Errors", 58.0, COUNT, "Errors of the drawing that concern it first"),
        Column::numbers("Warnings", 72.0, COUNT, "Warnings that concern it first"),
        Column::numbers("Notes", 56.0, COUNT, "Notes that concern it first"),
        Column::numbers("Cost a month", 96.0, ("USD", 2), "What is paid there, before tax; copied in US dollars")
            .ranged(),
        Column::words(
            "Oldest price",
            132.0,
            "When the oldest price behind the cost was listed, and how many are estimates",
        ),
    ];
    let (rows, all) = rows(design, analysis);
    if design.regions.is_empty() {
        return Sheet { columns, ..Sheet::default() };
    }
    // What stands in no region comes after the regions.
    let (without, with): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(region, _)| region.is_none());
    let mut lines: Vec<Line> = with
        .into_iter()
        .chain(without)
        .map(|(region, row)| {
            let place = region.map_or(Place::NoRegion, |id| Place::Region(id.clone()));
            let name = region.map_or_else(|| "Outside regions".to_owned(), |id| design.name_of(id));
            line(design, analysis, (place, name), &row)
        })
        .collect();
    lines.push(line(design, analysis, (Place::Everywhere, "Total".to_owned()), &all));
    Sheet { columns, lines, note: String::new() }
}

fn line(design: &Design, analysis: &Analysis, (place, name): (Place, String), row: &Row<'_>) -> Line {
    let estimates = &analysis.estimates;
    let populations = row.populations.iter().take(MOST_NAMED).map(|id| design.name_of(id)).collect::<Vec<_>>();
    let rest = row.populations.len().saturating_sub(MOST_NAMED);
    let mut served = populations.join(", ");
    if rest > 0 {
        served.push_str(&format!(" and {rest} more"));
    }
    let cost = match place {
        Place::Everywhere => estimates.cost.total.clone(),
        _ => cost_at(design, estimates, &place, None),
    };
    let dear = design.meta.estimation.targets.usd_per_month.filter(|_| place == Place::Everywhere);
    let prices = Prices::of(&row.prices);
    let mut cells = vec![
        Cell::text(name.clone()),
        if row.calls_per_s > 0.0 {
            Cell::number(row.calls_per_s, Unit::RequestsPerS).more(&served)
        } else {
            Cell::nothing()
        },
        slowest(design, row).unwrap_or_else(Cell::nothing),
        busiest(design, row).unwrap_or_else(Cell::nothing),
        if row.nodes > 0 { Cell::number(f64::from(row.nodes), Unit::Count) } else { Cell::nothing() },
    ];
    cells.extend(Severity::ALL.into_iter().zip(row.findings).map(|(severity, n)| match n {
        0 => Cell { words: format::NONE.into(), ..Cell::count(0) },
        n => Cell::count(n).marked(Some(severity)),
    }));
    cells.push(cost.map_or_else(Cell::nothing, |figure| {
        let currency = &estimates.cost.currency;
        let cell = Cell::figure(&figure, Subject::Cost(place.clone(), None), false).strong();
        let cell =
            Cell { words: format::headline_in(&figure, currency), more: format::figure_in(&figure, currency), ..cell };
        match dear.filter(|most| figure.value > *most) {
            Some(most) => {
                let words = format!("over the target of {}", format::value(most, Unit::UsdPerMonth));
                cell.marked(Some(Severity::Warning)).more(&words)
            }
            None => cell,
        }
    }));
    cells.push(if prices.used { Cell::text(prices.words()) } else { Cell::nothing() });
    let element = match &place {
        Place::Region(id) => Some(id.clone()),
        Place::NoRegion | Place::Everywhere => None,
    };
    Line { name, element, sum: place == Place::Everywhere, cells }
}

/// Most populations named on hover.
const MOST_NAMED: usize = 8;

fn slowest(design: &Design, row: &Row<'_>) -> Option<Cell> {
    let (population, figure) = row.slowest?;
    let cell = Cell::figure(figure, Subject::Latency(population.clone(), Operation::ApiCall, 1), false);
    let name = design.name_of(population);
    let target = design.target_p95_ms(population).filter(|target| figure.value > *target);
    Some(match target {
        Some(target) => {
            let words = format!("{name}, over the target of {}", format::value(target, Unit::Ms));
            cell.marked(Some(Severity::Warning)).more(&words)
        }
        None => cell.more(&name),
    })
}

fn busiest(design: &Design, row: &Row<'_>) -> Option<Cell> {
    let (group, figure) = row.busiest?;
    let words = format!("{}: {}", design.name_of(&group.component), group.measure.label().to_lowercase());
    let mark = match figure.value {
        used if used > 100.0 => Some(Severity::Error),
        used if used > UseTarget::of(design).pct() => Some(Severity::Warning),
        _ => None,
    };
    let subject = Subject::Use(group.component.clone(), group.measure);
    Some(Cell::figure(figure, subject, false).more(&words).marked(mark))
}
