//! What providers promise, how long a failover takes, and outages that happened.

use serde::Deserialize;

use super::read::{CompileError, Line, Raw, failed};
use super::write::Draft;

pub(super) fn tables(raw: &Raw<'_>) -> Result<Vec<Draft>, CompileError> {
    Ok(vec![slas(raw)?, failover(raw)?, outages(raw)?])
}

fn slas(raw: &Raw<'_>) -> Result<Draft, CompileError> {
    #[derive(Deserialize)]
    struct Row {
        component: String,
        provider: String,
        configuration: String,
        availability_pct: String,
        kind: String,
        source: String,
        note: String,
    }
    let mut draft = Draft::new(
        "slas",
        &["component", "provider", "configuration", "availability_pct", "kind", "quality", "stale", "source", "note"],
    );
    for Line { number, row } in raw.lines::<Row>("availability")? {
        let origin = raw.origin("availability", &row.source, number)?;
        let kind = match row.kind.as_str() {
            "SLA" => "agreement",
            "default" => "default",
            "design figure" => "design",
            "measured" => "measured",
            other => return Err(failed("availability", number, format!("unknown kind \"{other}\""))),
        };
        let what = [&row.component, &row.provider, &row.configuration, &row.availability_pct];
        let [component, provider, configuration, percent] = what.map(String::as_str);
        let from = [&origin.quality, &origin.stale, &origin.source, &row.note];
        let [quality, stale, source, note] = from.map(String::as_str);
        draft.push(origin, [component, provider, configuration, percent, kind, quality, stale, source, note]);
    }
    Ok(draft)
}

fn failover(raw: &Raw<'_>) -> Result<Draft, CompileError> {
    #[derive(Deserialize)]
    struct Row {
        step: String,
        technology: String,
        parameter: String,
        value: String,
        unit: String,
        low: String,
        high: String,
        kind: String,
        source: String,
        note: String,
    }
    let mut draft = Draft::new(
        "failover",
        &[
            "step",
            "technology",
            "parameter",
            "value",
            "unit",
            "low",
            "high",
            "kind",
            "quality",
            "stale",
            "source",
            "note",
        ],
    );
    for Line { number, row } in raw.lines::<Row>("failover")? {
        let origin = raw.origin("failover", &row.source, number)?;
        let cells = [
            &row.step,
            &row.technology,
            &row.parameter,
            &row.value,
            &row.unit,
            &row.low,
            &row.high,
            &row.kind,
            &origin.quality,
            &origin.stale,
            &origin.source,
            &row.note,
        ];
        draft.push(origin, cells.map(String::as_str));
    }
    Ok(draft)
}

fn outages(raw: &Raw<'_>) -> Result<Draft, CompileError> {
    #[derive(Deserialize)]
    struct Row {
        provider: String,
        region_or_service: String,
        start_date: String,
        duration_h: String,
        scope: String,
        cause: String,
        source: String,
    }
    let header =
        &["provider", "place", "start_date", "duration_h", "scope", "cause", "quality", "stale", "source", "note"];
    let mut draft = Draft::new("outages", header);
    for Line { number, row } in raw.lines::<Row>("outages")? {
        let origin = raw.origin("outages", &row.source, number)?;
        let what = [&row.provider, &row.region_or_service, &row.start_date, &row.duration_h, &row.scope, &row.cause];
        let [provider, place, start, hours, scope, cause] = what.map(String::as_str);
        let (quality, stale, source) = (&origin.quality, &origin.stale, &origin.source);
        draft.push(origin, [provider, place, start, hours, scope, cause, quality, stale, source, ""]);
    }
    Ok(draft)
}
