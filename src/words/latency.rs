//! Tables of latency: percentiles of what users do.

use std::collections::BTreeSet;

use crate::design::{Design, Id};
use crate::estimate::{Figure, Operation, PopulationLatency, with_range};

use super::{Lines, row};

/// Lines of percentiles in milliseconds, and the sentences of those that have none. Numbers begin in the fourth column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Percentiles {
    /// The lines, the head first; no line below it when there is nothing to tell.
    pub rows: Lines,
    /// Why some have no number, one sentence each.
    pub without: BTreeSet<String>,
}

impl Percentiles {
    fn new([who, region, what]: [&str; 3]) -> Self {
        Self { rows: vec![row([who, region, what, "Median", "95 %", "99 %"])], without: BTreeSet::new() }
    }

    fn add(&mut self, who: &str, region: &str, what: &str, percentiles: &Result<[Figure; 3], String>) {
        let [p50, p95, p99] = match percentiles {
            Ok(figures) => figures.each_ref().map(with_range),
            Err(reason) => {
                self.without.insert(format!("{who}, {what}: {reason}"));
                [(); 3].map(|()| "–".to_owned())
            }
        };
        self.rows.push(vec![who.to_owned(), region.to_owned(), what.to_owned(), p50, p95, p99]);
    }
}

fn place(design: &Design, region: Option<&Id>) -> String {
    region.map_or_else(|| "nobody".into(), |region| design.name_of(region))
}

/// Every operation of every population.
#[must_use]
pub fn operations(design: &Design, populations: &[PopulationLatency]) -> Percentiles {
    let mut lines = Percentiles::new(["Users", "Served by", "Operation"]);
    for population in populations {
        let who = design.name_of(&population.population);
        let region = place(design, population.served_by.as_ref());
        for latency in &population.operations {
            // Of calls to some of the backends only the numbers are of interest.
            if latency.percentiles.is_ok() || !latency.operation.is_part() {
                lines.add(&who, &region, latency.operation.label(), &latency.percentiles);
            }
        }
    }
    lines
}

/// Until a published API is visible in each region, where there are several.
#[must_use]
pub fn published(design: &Design, populations: &[PopulationLatency]) -> Percentiles {
    let mut lines = Percentiles::new(["Published by", "Visible in", "Operation"]);
    for population in populations.iter().filter(|p| p.publish.len() > 1) {
        let who = design.name_of(&population.population);
        for publish in &population.publish {
            let label = Operation::PublishEverywhere.label();
            lines.add(&who, &design.name_of(&publish.region), label, &publish.percentiles);
        }
    }
    lines
}

/// Every population while the region that serves it is lost.
#[must_use]
pub fn lost(design: &Design, populations: &[PopulationLatency]) -> Percentiles {
    let mut lines = Percentiles::new(["Users", "Served by", "Operation"]);
    for population in populations {
        let Some(failover) = &population.failover else { continue };
        let who = format!("{}, {} lost", design.name_of(&population.population), design.name_of(&failover.lost));
        let region = place(design, failover.served_by.as_ref());
        for latency in &failover.operations {
            lines.add(&who, &region, latency.operation.label(), &latency.percentiles);
        }
    }
    lines
}
