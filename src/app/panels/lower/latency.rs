//! The latency tab: what each population does, now and while the region that serves it is lost.

use crate::analysis::Analysis;
use crate::app::panels::explain::{PERCENTILES, Subject};
use crate::app::panels::format;
use crate::design::{Design, Id};
use crate::estimate::{Failover, Figure, Operation, OperationLatency, PopulationLatency, Unit};
use crate::rules::Severity;

use super::sheet::{Cell, Column, Line, Sheet};
use super::table::Source;

/// The tab.
pub const SOURCE: Source = Source {
    name: "latency",
    waiting: "Latency is being estimated…",
    nothing: "Draw users to see how long their calls take.",
    views,
    sheet,
};

type Percentiles = Result<[Figure; 3], String>;

/// All operations, each operation, publications by region.
fn views(_: &Design, _: &Analysis) -> Vec<String> {
    let operations = Operation::ALL.into_iter().filter(|o| !o.is_part()).map(|o| o.label().to_owned());
    std::iter::once("All".to_owned()).chain(operations).collect()
}

/// Whether an operation is in a view. Parts of an operation and publications by region are with their whole.
fn is_in(view: usize, operation: Operation) -> bool {
    let whole = if operation.is_part() { Operation::ApiCall } else { operation };
    let wholes = Operation::ALL.into_iter().filter(|o| !o.is_part());
    view == 0 || wholes.into_iter().nth(view - 1) == Some(whole)
}

/// What the 95th percentile of an operation must stay below, ms.
pub fn target_ms(design: &Design, population: &Id, operation: Operation) -> Option<f64> {
    let targets = &design.meta.estimation.targets;
    match operation {
        Operation::ApiCall => design.target_p95_ms(population),
        Operation::TokenIssue => targets.token_p95_ms,
        Operation::PublishEverywhere => targets.publish_p95_ms,
        Operation::ApiCallLocal | Operation::ApiCallRemote | Operation::PortalLogin => None,
    }
}

fn sheet(view: usize, design: &Design, analysis: &Analysis) -> Sheet {
    const MS: (&str, usize) = ("ms", 1);
    let columns = vec![
        Column::words("Population", 132.0, "Who does it"),
        Column::words("Operation", 136.0, "What they do"),
        Column::numbers("p50", 68.0, MS, "Half of them are faster").ranged(),
        Column::numbers("p95", 156.0, MS, "95 of 100 are faster").ranged(),
        Column::numbers("p99", 68.0, MS, "99 of 100 are faster").ranged(),
        Column::numbers("Target", 68.0, MS, "What the 95th percentile must stay below"),
        Column::numbers(
            "p95, region lost",
            116.0,
            MS,
            "95 of 100 are faster while the region that serves them is lost",
        )
        .ranged(),
        Column::words("Served by", 124.0, "The region that serves most of them"),
        Column::words("Then by", 124.0, "The region that serves them while theirs is lost"),
    ];
    let mut lines = Vec::new();
    for population in &analysis.estimates.latency {
        population_lines(&mut lines, view, design, population);
    }
    let missed = lines.iter().filter(|line| line.cells.iter().any(|cell| cell.mark.is_some())).count();
    let note =
        if missed == 0 { String::new() } else { format!("{} missed", format::counted(missed, "target", "targets")) };
    Sheet { columns, lines, note }
}

fn population_lines(lines: &mut Vec<Line>, view: usize, design: &Design, population: &PopulationLatency) {
    let id = &population.population;
    let name = design.name_of(id);
    let place = |region: Option<&Id>| region.map_or_else(Cell::nothing, |id| Cell::text(design.name_of(id)));
    let mut add = |words: String, now: Vec<Cell>, target: Option<f64>, served_by: Cell, then: [Cell; 2]| {
        let mut cells = vec![Cell::text(name.clone()), Cell::text(words.clone())];
        cells.extend(now);
        cells.push(target.map_or_else(Cell::nothing, |ms| Cell::number(ms, Unit::Ms)));
        let [p95, then_by] = then;
        cells.extend([p95, served_by, then_by]);
        lines.push(Line { name: format!("{words} {name}"), element: Some(id.clone()), sum: false, cells });
    };
    for OperationLatency { operation, percentiles } in &population.operations {
        // Of calls to some of the backends only the numbers are of interest.
        if !is_in(view, *operation) || (percentiles.is_err() && operation.is_part()) {
            continue;
        }
        let target = target_ms(design, id, *operation);
        let now = three(percentiles, target, |rank| Subject::Latency(id.clone(), *operation, rank));
        let then = match &population.failover {
            Some(failover) => then(design, id, failover, *operation),
            None => [Cell::nothing(), Cell::nothing()],
        };
        add(operation.label().to_owned(), now, target, place(population.served_by.as_ref()), then);
    }
    if population.publish.len() < 2 || !is_in(view, Operation::PublishEverywhere) {
        return;
    }
    for publish in &population.publish {
        let region = &publish.region;
        let subject = |rank| Subject::Published(id.clone(), region.clone(), rank);
        let now = three(&publish.percentiles, None, subject);
        let words = format!("Live in {}", design.name_of(region));
        add(words, now, None, Cell::nothing(), [Cell::nothing(), Cell::nothing()]);
    }
}

/// The percentiles in cells; the 95th with its range, and with a mark when it is over its target.
fn three(percentiles: &Percentiles, target_ms: Option<f64>, subject: impl Fn(usize) -> Subject) -> Vec<Cell> {
    let cell = |rank: usize| match percentiles {
        Ok(figures) => {
            let Some(figure) = figures.get(rank) else { return Cell::nothing() };
            let cell = Cell::figure(figure, subject(rank), rank == 1);
            match target_ms.filter(|target| rank == 1 && figure.value > *target) {
                Some(target) => {
                    let words = format!("over the target of {}", format::value(target, Unit::Ms));
                    cell.marked(Some(Severity::Warning)).more(&words).strong()
                }
                None if rank == 1 => cell.strong(),
                None => cell,
            }
        }
        Err(why) if rank == 1 => Cell::reason(why),
        Err(_) => Cell::nothing(),
    };
    (0..PERCENTILES.len()).map(cell).collect()
}

/// The 95th percentile while the region is lost, and who serves the population then.
fn then(design: &Design, population: &Id, failover: &Failover, operation: Operation) -> [Cell; 2] {
    let Some(found) = failover.operations.iter().find(|o| o.operation == operation) else {
        return [Cell::nothing(), Cell::nothing()];
    };
    let lost = format!("while {} is lost", design.name_of(&failover.lost));
    let subject = Subject::WhenLost(population.clone(), operation, 1);
    let p95 = found.percentiles.as_ref().map_err(String::as_str).map(|[_, p95, _]| p95);
    let place = match &failover.served_by {
        Some(region) => Cell::text(design.name_of(region)),
        None => Cell::reason("no region is left that could take over"),
    };
    [Cell::result(p95, subject, false).more(&lost), place.more(&lost)]
}

#[cfg(test)]
mod tests {
    use super::super::sheet::Value;
    use super::super::sorting::Sorting;
    use super::*;
    use crate::estimate::{Derivation, Estimates, Quality};
    use crate::rules::pattern::{Pattern, Recognition};

    fn figure(v: f64) -> Figure {
        Figure {
            value: v,
            low: v * 0.9,
            high: v * 1.1,
            unit: Unit::Ms,
            derivation: Derivation::input("x", v, Unit::Ms, Quality::Given, ""),
        }
    }

    fn analysis(of: Vec<OperationLatency>) -> Analysis {
        let population = PopulationLatency {
            population: Id::slug("users"),
            served_by: None,
            operations: of,
            publish: Vec::new(),
            failover: None,
        };
        let recognition =
            Recognition { pattern: Pattern::None, reasons: Vec::new(), regions: Vec::new(), missing: Vec::new() };
        Analysis {
            recognition,
            estimates: Estimates { latency: vec![population], ..Estimates::default() },
            ..Analysis::blank()
        }
    }

    fn sample() -> Analysis {
        let operation = |operation, percentiles| OperationLatency { operation, percentiles };
        analysis(vec![
            operation(Operation::ApiCall, Ok([40.0, 84.0, 120.0].map(figure))),
            operation(Operation::ApiCallLocal, Err("no backend".into())),
            operation(Operation::TokenIssue, Err("no key manager can be reached from here".into())),
        ])
    }

    #[test]
    fn an_operation_without_a_number_says_so_in_short_and_keeps_its_reason() {
        let sheet = sheet(0, &Design::default(), &sample());
        let p95: Vec<&Cell> = sheet.lines.iter().map(|line| &line.cells[3]).collect();
        assert_eq!(p95.iter().map(|cell| cell.words.as_str()).collect::<Vec<_>>(), ["84 ms (76–92)", "unreachable"]);
        assert_eq!(p95[1].more, "No key manager can be reached from here");
        assert_eq!(p95[1].value, Value::Reason("no key manager can be reached from here".into()));
        assert!(sheet.lines[1].cells[2].subject.is_none());
    }

    #[test]
    fn a_missed_target_is_marked_and_named() {
        let mut design = Design::default();
        std::sync::Arc::make_mut(&mut design.meta).estimation.targets.token_p95_ms = Some(80.0);
        let of = |p95: f64| {
            analysis(vec![OperationLatency {
                operation: Operation::TokenIssue,
                percentiles: Ok([10.0, p95, 200.0].map(figure)),
            }])
        };
        let cell = |p95: f64| sheet(0, &design, &of(p95)).lines[0].cells[3].clone();
        assert_eq!(cell(84.0).mark, Some(Severity::Warning));
        assert!(cell(84.0).more.contains("over the target of 80 ms"));
        assert_eq!(cell(79.0).mark, None);
    }

    #[test]
    fn the_copy_has_numbers_with_their_ranges_and_the_reason_where_there_is_none() {
        let sheet = sheet(0, &Design::default(), &sample());
        let text = sheet.csv(&Sorting::default().order(&sheet));
        let mut reader = ::csv::Reader::from_reader(text.as_bytes());
        let heads = reader.headers().unwrap().clone();
        let at = heads.iter().position(|head| head == "p95 (ms)").unwrap();
        let rows: Vec<::csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows[0].iter().skip(at).take(3).collect::<Vec<_>>(), ["84.0", "75.6", "92.4"]);
        assert_eq!(&rows[1][at], "no key manager can be reached from here");
    }

    #[test]
    fn a_view_shows_an_operation_with_its_parts() {
        let mut of = sample();
        of.estimates.latency[0].operations[1].percentiles = Ok([1.0, 2.0, 3.0].map(figure));
        let words = |view| -> Vec<String> {
            sheet(view, &Design::default(), &of).lines.iter().map(|line| line.cells[1].words.clone()).collect()
        };
        assert_eq!(words(1), ["API call", "API call, local"]);
        assert_eq!(words(2), ["Token"]);
    }
}
