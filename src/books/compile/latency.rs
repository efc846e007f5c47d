//! Round-trip times and the tables of the model that stands in for them.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::read::{CompileError, Line, Raw, failed};
use super::regions::countries;
use super::write::Draft;

pub(super) fn tables(raw: &Raw<'_>) -> Result<Vec<Draft>, CompileError> {
    Ok(vec![pairs(raw)?, within_regions(raw)?, hubs(raw)?, edges(raw)?, country_zones(raw)?, zone_factors(raw)?])
}

/// Pairs of regions. A region with itself is left out: such rows time the service asked, not the network.
fn pairs(raw: &Raw<'_>) -> Result<Draft, CompileError> {
    #[derive(Deserialize)]
    struct Row {
        provider: String,
        region_a: String,
        region_b: String,
        rtt_ms: String,
        source: String,
    }
    let header = &["provider", "region_a", "region_b", "rtt_ms", "quality", "stale", "source"];
    let mut draft = Draft::new("rtt", header);
    for Line { number, row } in raw.lines::<Row>("rtt")? {
        if row.region_a == row.region_b {
            continue;
        }
        let origin = raw.origin("rtt", &row.source, number)?;
        let cells = [&row.provider, &row.region_a, &row.region_b, &row.rtt_ms];
        let [provider, from, to, rtt_ms] = cells.map(String::as_str);
        draft.push(origin, [provider, from, to, rtt_ms, &origin.quality, &origin.stale, &origin.source]);
    }
    Ok(draft)
}

fn within_regions(raw: &Raw<'_>) -> Result<Draft, CompileError> {
    #[derive(Deserialize)]
    struct Row {
        provider: String,
        region_id: String,
        zone_a: String,
        zone_b: String,
        rtt_ms: String,
        kind: String,
    }
    let header = &["provider", "region_id", "zone_a", "zone_b", "rtt_ms", "kind", "quality", "source"];
    let mut draft = Draft::new("rtt_zone", header);
    for Line { number, row } in raw.lines::<Row>("rtt_zone")? {
        let origin = raw.origin("rtt_zone", "", number)?;
        let cells = [&row.provider, &row.region_id, &row.zone_a, &row.zone_b, &row.rtt_ms, &row.kind];
        let [provider, region, from, to, rtt_ms, kind] = cells.map(String::as_str);
        draft.push(origin, [provider, region, from, to, rtt_ms, kind, &origin.quality, &origin.source]);
    }
    Ok(draft)
}

fn hubs(raw: &Raw<'_>) -> Result<Draft, CompileError> {
    #[derive(Deserialize)]
    struct Row {
        hub: String,
        latitude: String,
        longitude: String,
        zone: String,
    }
    let mut draft = Draft::new("rtt_hubs", &["hub", "latitude", "longitude", "zone", "quality", "source"]);
    for Line { number, row } in raw.lines::<Row>("rtt_corridor_hubs")? {
        let origin = raw.origin("rtt_corridor_hubs", "", number)?;
        let cells = [&row.hub, &row.latitude, &row.longitude, &row.zone, &origin.quality, &origin.source];
        draft.push(origin, cells.map(String::as_str));
    }
    Ok(draft)
}

fn edges(raw: &Raw<'_>) -> Result<Draft, CompileError> {
    #[derive(Deserialize)]
    struct Row {
        hub_a: String,
        hub_b: String,
        great_circle_km: String,
    }
    let mut draft = Draft::new("rtt_edges", &["hub_a", "hub_b", "length_km", "quality", "source"]);
    for Line { number, row } in raw.lines::<Row>("rtt_corridor_edges")? {
        let origin = raw.origin("rtt_corridor_edges", "", number)?;
        let cells = [&row.hub_a, &row.hub_b, &row.great_circle_km, &origin.quality, &origin.source];
        draft.push(origin, cells.map(String::as_str));
    }
    Ok(draft)
}

/// World zones by country code, in order of the code; of two names of one country the first one counts.
fn country_zones(raw: &Raw<'_>) -> Result<Draft, CompileError> {
    #[derive(Deserialize)]
    struct Row {
        country: String,
        zone: String,
    }
    let countries = countries(raw)?;
    let mut by_code: BTreeMap<&str, Line<Row>> = BTreeMap::new();
    for line in raw.lines::<Row>("rtt_corridor_zones")? {
        let country = countries.iter().find(|country| country.country == line.row.country);
        let country = country.ok_or_else(|| {
            let reason = format!("map_countries.csv has no code for \"{}\"", line.row.country);
            failed("rtt_corridor_zones", line.number, reason)
        })?;
        by_code.entry(&country.country_code).or_insert(line);
    }
    let mut draft = Draft::new("rtt_country_zones", &["country_code", "country", "zone", "quality", "source"]);
    for (code, Line { number, row }) in by_code {
        let origin = raw.origin("rtt_corridor_zones", "", number)?;
        draft.push(origin, [code, &row.country, &row.zone, &origin.quality, &origin.source]);
    }
    Ok(draft)
}

fn zone_factors(raw: &Raw<'_>) -> Result<Draft, CompileError> {
    #[derive(Deserialize)]
    struct Row {
        zone_a: String,
        zone_b: String,
        factor: String,
        pairs: String,
    }
    let header = &["zone_a", "zone_b", "factor", "pairs", "quality", "source"];
    let mut draft = Draft::new("rtt_zone_factors", header);
    for Line { number, row } in raw.lines::<Row>("rtt_zone_factors")? {
        let origin = raw.origin("rtt_zone_factors", "", number)?;
        let cells = [&row.zone_a, &row.zone_b, &row.factor, &row.pairs, &origin.quality, &origin.source];
        draft.push(origin, cells.map(String::as_str));
    }
    Ok(draft)
}
