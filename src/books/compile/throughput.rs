//! Throughput of the gateway from the runs of its load tests.

use serde::Deserialize;

use super::read::{CompileError, Line, Raw, failed};
use super::write::Draft;

/// The product whose runs count; others were tested another way.
const PRODUCT: &str = "wso2am gateway (all-in-one node)";

#[derive(Deserialize)]
struct Row {
    product: String,
    version: String,
    version_basis: String,
    latest_full_run_of_version: String,
    vcpu: f64,
    scenario: String,
    concurrent_users: String,
    message_bytes: String,
    backend_delay_ms: String,
    throughput_rps: f64,
    source: String,
}

impl Row {
    /// The scenario by the name it has in the shipped table.
    fn scenario(&self) -> Option<&'static str> {
        match self.scenario.as_str() {
            "Passthrough" => Some("passthrough"),
            "Transformation" => Some("mediation"),
            _ => None,
        }
    }

    /// Whether both are points of one curve over the number of users.
    fn is_same_point(&self, other: &Self) -> bool {
        (&self.version, &self.scenario, &self.message_bytes) == (&other.version, &other.scenario, &other.message_bytes)
    }

    /// What rows are put in order by.
    fn key(&self) -> (&str, Option<&'static str>, u64) {
        (&self.version, self.scenario(), self.message_bytes.parse().unwrap_or_default())
    }
}

/// The best throughput over the number of users, for each version, scenario and message size: of the latest full run
/// of the version, with a backend that answers at once.
pub(super) fn performance(raw: &Raw<'_>) -> Result<Draft, CompileError> {
    let mut best: Vec<Line<Row>> = Vec::new();
    for line in raw.lines::<Row>("performance")? {
        let row = &line.row;
        let is_full = row.latest_full_run_of_version == "yes" && row.backend_delay_ms == "0";
        if row.product != PRODUCT || !is_full || row.scenario().is_none() {
            continue;
        }
        if row.throughput_rps <= 0.0 || row.vcpu <= 0.0 {
            return Err(failed("performance", line.number, "no throughput, or no cores".to_owned()));
        }
        match best.iter_mut().find(|known| known.row.is_same_point(row)) {
            Some(known) if known.row.throughput_rps < row.throughput_rps => *known = line,
            Some(_) => {}
            None => best.push(line),
        }
    }
    best.sort_by(|a, b| a.row.key().cmp(&b.row.key()));
    let mut draft = Draft::new(
        "performance",
        &[
            "version",
            "scenario",
            "message_bytes",
            "vcpu",
            "max_throughput_rps",
            "at_concurrency",
            "rps_per_vcpu",
            "cpu_ms_per_request",
            "version_from",
            "quality",
            "source",
        ],
    );
    for Line { number, row } in best {
        let origin = raw.origin("performance", &row.source, number)?;
        let per_vcpu = row.throughput_rps / row.vcpu;
        let cpu_ms = format!("{:.4}", 1000.0 / per_vcpu);
        let from = if row.version_basis.starts_with("official") { "docs" } else { "test date" };
        draft.push(
            origin,
            [
                &row.version,
                row.scenario().unwrap_or_default(),
                &row.message_bytes,
                &row.vcpu.to_string(),
                &format!("{:.1}", row.throughput_rps),
                &row.concurrent_users,
                &format!("{per_vcpu:.1}"),
                cpu_ms.trim_end_matches('0'),
                from,
                &origin.quality,
                &origin.source,
            ],
        );
    }
    Ok(draft)
}
