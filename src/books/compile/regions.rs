//! Cloud regions, and what is known of their countries.

use serde::Deserialize;

use super::read::{CompileError, Line, Raw, failed};
use super::write::Draft;

/// A country by the name that the tables use.
#[derive(Deserialize)]
pub(super) struct Country {
    pub country: String,
    pub country_code: String,
    /// Blank where there is no cloud region.
    pub continent: String,
}

pub(super) fn countries(raw: &Raw<'_>) -> Result<Vec<Country>, CompileError> {
    raw.rows("map_countries")
}

#[derive(Deserialize)]
struct Row {
    provider: String,
    region_id: String,
    display_name: String,
    city: String,
    state_or_physical_location: String,
    country_code: String,
    country: String,
    latitude: String,
    longitude: String,
    jurisdiction: String,
    gdpr_territory: String,
    paired_region: String,
    zones: String,
    zones_source: String,
    coordinate_quality: String,
    note: String,
}

/// The regions: continents added, sources by their ids.
pub(super) fn regions(raw: &Raw<'_>) -> Result<Draft, CompileError> {
    let countries = countries(raw)?;
    let mut draft = Draft::new(
        "regions",
        &[
            "provider",
            "region_id",
            "display_name",
            "city",
            "state",
            "country_code",
            "country",
            "continent",
            "latitude",
            "longitude",
            "jurisdiction",
            "gdpr_territory",
            "paired_region",
            "zones",
            "zones_quality",
            "zones_source",
            "quality",
            "source",
            "note",
        ],
    );
    for Line { number, row } in raw.lines::<Row>("regions")? {
        let country = countries.iter().find(|country| country.country_code == row.country_code);
        let continent = country.map(|country| country.continent.as_str()).filter(|continent| !continent.is_empty());
        let continent = continent.ok_or_else(|| {
            let reason = format!("map_countries.csv has no continent for \"{}\"", row.country_code);
            failed("regions", number, reason)
        })?;
        let zones = raw.origin("zones", &row.zones_source, number)?;
        let known = format!("{}: {}", row.provider, row.coordinate_quality);
        let origin = raw.origin("coordinates", &known, number)?;
        draft.push(
            origin,
            [
                &row.provider,
                &row.region_id,
                &row.display_name,
                &row.city,
                &row.state_or_physical_location,
                &row.country_code,
                &row.country,
                continent,
                &row.latitude,
                &row.longitude,
                &row.jurisdiction,
                &row.gdpr_territory,
                &row.paired_region,
                &row.zones,
                &zones.quality,
                &zones.source,
                &origin.quality,
                &origin.source,
                &row.note,
            ],
        );
    }
    Ok(draft)
}
