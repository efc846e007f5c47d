//! Published throughput of the API Manager gateway.

use serde::{Deserialize, Serialize};

use super::provenance::{Quality, Sourced};
use super::table::{BookError, SourceBook, Table};
use super::versions::version_number;

/// What the gateway does with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scenario {
    /// Checks the token and forwards.
    Passthrough,
    /// Transforms the message as well ("Transformation" in the published tests).
    Mediation,
}

/// Throughput of a gateway, for one version, message size and scenario.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CapacityFigure {
    /// Most requests per second and vCPU in a closed-loop test; plan at 60 to 70 % of it.
    pub rps_per_vcpu: f64,
    /// CPU time of one request in ms.
    pub cpu_ms_per_request: f64,
    /// The version that was tested.
    pub version_used: String,
    /// The version asked for was not tested and another one stands in.
    pub other_version: bool,
    /// The message size lies outside of the tested ones and the nearest one stands in.
    pub clamped: bool,
    /// The message size lies between two tested ones (log-log interpolation).
    pub interpolated: bool,
    /// Cores of the test node; use [`super::CoreScaling`] for other sizes.
    pub tested_vcpu: u32,
    /// Whether the documentation names the version of the test run; else its date tells it.
    pub version_from_docs: bool,
    /// Source, date and quality.
    pub sourced: Sourced,
}

/// Throughput by version, scenario and message size.
#[derive(Debug)]
pub struct PerformanceBook {
    runs: Vec<Run>,
}

/// The points of one version and scenario, by message size.
#[derive(Debug)]
struct Run {
    number: [u32; 3],
    version: String,
    scenario: Scenario,
    vcpu: u32,
    version_from_docs: bool,
    sourced: Sourced,
    points: Vec<Point>,
}

#[derive(Debug, Clone, Copy)]
struct Point {
    bytes: f64,
    rps_per_vcpu: f64,
    cpu_ms: f64,
}

#[derive(Deserialize)]
struct Row {
    version: String,
    scenario: Scenario,
    message_bytes: f64,
    vcpu: u32,
    rps_per_vcpu: f64,
    cpu_ms_per_request: f64,
    version_from: String,
    quality: Quality,
    source: String,
}

impl PerformanceBook {
    pub(super) fn parse(table: Table, sources: &'static SourceBook) -> Result<Self, BookError> {
        let mut runs: Vec<Run> = Vec::new();
        table.read(|row: Row| {
            let number = version_number(&row.version).ok_or_else(|| format!("\"{}\" is not a version", row.version))?;
            let positive = row.message_bytes > 0.0 && row.rps_per_vcpu > 0.0;
            if !positive || row.cpu_ms_per_request <= 0.0 {
                return Err("size, throughput and CPU time must be positive".to_owned());
            }
            let sourced = sources.sourced(&row.source, row.quality, false)?;
            let point =
                Point { bytes: row.message_bytes, rps_per_vcpu: row.rps_per_vcpu, cpu_ms: row.cpu_ms_per_request };
            let same = |run: &&mut Run| run.number == number && run.scenario == row.scenario;
            match runs.iter_mut().find(same) {
                Some(run) => run.points.push(point),
                None => runs.push(Run {
                    number,
                    version: row.version,
                    scenario: row.scenario,
                    vcpu: row.vcpu,
                    version_from_docs: row.version_from == "docs",
                    sourced,
                    points: vec![point],
                }),
            }
            Ok(())
        })?;
        for run in &mut runs {
            run.points.sort_by(|a, b| a.bytes.total_cmp(&b.bytes));
        }
        runs.sort_by_key(|run| (run.number, run.scenario));
        Ok(Self { runs })
    }

    /// Throughput of a gateway node of this version for messages of this size.
    ///
    /// An untested version gets the figures of the nearest lower tested one, or of the lowest;
    /// the size is interpolated log-log and clamped to the tested range (50 B to 100 KiB).
    /// `None` if the version is not a version number.
    pub fn gateway_capacity(&self, version: &str, message_bytes: f64, scenario: Scenario) -> Option<CapacityFigure> {
        let number = version_number(version)?;
        let mut runs = self.runs.iter().filter(|run| run.scenario == scenario);
        let lowest = runs.clone().next()?;
        let run = runs.rfind(|run| run.number <= number).unwrap_or(lowest);
        let (first, last) = (run.points.first()?, run.points.last()?);
        let bytes = if message_bytes.is_nan() { first.bytes } else { message_bytes };
        let clamped_bytes = bytes.clamp(first.bytes, last.bytes);
        let above = run.points.iter().position(|point| point.bytes >= clamped_bytes)?;
        let high = run.points.get(above)?;
        let low = run.points.get(above.saturating_sub(1))?;
        let at_point = high.bytes <= clamped_bytes;
        let interpolate = |low_value: f64, high_value: f64| {
            if at_point {
                return high_value;
            }
            let share = (clamped_bytes / low.bytes).ln() / (high.bytes / low.bytes).ln();
            low_value * (high_value / low_value).powf(share)
        };
        let other_version = run.number != number;
        let exact = at_point && !other_version;
        let quality = if exact {
            Quality::Measured
        } else if other_version {
            Quality::Estimate
        } else {
            Quality::Derived
        };
        Some(CapacityFigure {
            rps_per_vcpu: interpolate(low.rps_per_vcpu, high.rps_per_vcpu),
            cpu_ms_per_request: interpolate(low.cpu_ms, high.cpu_ms),
            version_used: run.version.clone(),
            other_version,
            clamped: clamped_bytes.total_cmp(&message_bytes).is_ne(),
            interpolated: !at_point,
            tested_vcpu: run.vcpu,
            version_from_docs: run.version_from_docs,
            sourced: run.sourced.at_best(quality),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::Books;

    fn capacity(version: &str, bytes: f64, scenario: Scenario) -> CapacityFigure {
        let book = Books::shipped().performance();
        book.gateway_capacity(version, bytes, scenario).expect("a version number")
    }

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9 * b.abs().max(1.0)
    }

    #[test]
    fn table_points_come_out_exactly() {
        for (version, bytes, scenario, rps, cpu_ms) in [
            ("4.6.0", 1024.0, Scenario::Passthrough, 1749.2, 0.5717),
            ("4.6.0", 1024.0, Scenario::Mediation, 1096.8, 0.9118),
            ("4.5.0", 1024.0, Scenario::Passthrough, 1957.5, 0.5109),
            ("4.5.0", 102_400.0, Scenario::Mediation, 50.4, 19.8354),
            ("3.2.0", 50.0, Scenario::Passthrough, 1588.4, 0.6295),
        ] {
            let figure = capacity(version, bytes, scenario);
            assert!(near(figure.rps_per_vcpu, rps) && near(figure.cpu_ms_per_request, cpu_ms));
            assert!(!figure.clamped && !figure.interpolated && !figure.other_version);
            assert_eq!(figure.sourced.quality, Quality::Measured);
        }
    }

    #[test]
    fn between_points_the_geometric_middle_has_the_geometric_mean() {
        let middle = (1024.0_f64 * 10_240.0).sqrt();
        let figure = capacity("4.6.0", middle, Scenario::Passthrough);
        assert!(near(figure.rps_per_vcpu, (1749.2_f64 * 1365.4).sqrt()));
        assert!(figure.interpolated);
        assert_eq!(figure.sourced.quality, Quality::Derived);
    }

    #[test]
    fn sizes_outside_the_tests_are_clamped_and_said_so() {
        let huge = capacity("4.6.0", 1e9, Scenario::Passthrough);
        assert!(near(huge.rps_per_vcpu, 401.4) && huge.clamped);
        let tiny = capacity("4.6.0", 1.0, Scenario::Passthrough);
        assert!(near(tiny.rps_per_vcpu, 1791.4) && tiny.clamped);
        assert!(capacity("4.6.0", f64::NAN, Scenario::Passthrough).clamped);
    }

    #[test]
    fn an_untested_version_uses_the_nearest_lower_one() {
        let figure = capacity("4.7.0", 1024.0, Scenario::Passthrough);
        assert_eq!(figure.version_used, "4.6.0");
        assert!(figure.other_version);
        assert_eq!(figure.sourced.quality, Quality::Estimate);
        assert_eq!(capacity("1.0.0", 1024.0, Scenario::Passthrough).version_used, "3.2.0");
        let book = Books::shipped().performance();
        assert_eq!(book.gateway_capacity("newest", 1024.0, Scenario::Passthrough), None);
    }
}
