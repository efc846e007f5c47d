//! The fallback model: cables follow corridors between hubs, not great circles.
//!
//! `path(u, v) = min(d(u, v) if both lie in one world zone, min over hubs i, j of the two zones
//! of d(u, i) + W(i, j) + d(j, v))` with `W` the shortest way over the corridor edges;
//! `rtt = (a + b · bound(path)) · factor(zone, zone)`. Only `a`, `b` and the factors are fitted.

use serde::Deserialize;

use super::super::geo::{GeoPoint, fibre_bound_rtt_ms};
use super::super::provenance::Quality;
use super::super::regions::RegionBook;
use super::super::table::{BookError, SourceBook, Table};
use super::Tables;

/// Intercept and slope of a fitted line over the fibre bound of a path.
#[derive(Debug, Clone, Copy)]
pub(super) struct Coefficients {
    intercept_ms: f64,
    slope: f64,
}

impl Coefficients {
    /// Great circle, fitted to 2,194 cloud pairs: 12.4 % median, 41.8 % p95 relative error.
    pub const LINEAR: Self = Self { intercept_ms: 6.439, slope: 1.5237 };
    /// Corridor path, the same pairs: 6.6 % and 26.7 %; with zone factors 5.2 % and 25.2 %.
    pub const CORRIDOR: Self = Self { intercept_ms: 8.001, slope: 1.3214 };
    /// Great circle, public internet (30,045 city pairs of 2020): 16.5 % and 56.6 %.
    pub const INTERNET_LINEAR: Self = Self { intercept_ms: 8.314, slope: 1.6882 };
    /// Corridor path, public internet: 12.5 % and 56.7 %.
    pub const INTERNET_CORRIDOR: Self = Self { intercept_ms: 10.961, slope: 1.4168 };

    /// Round-trip time in ms over a path of this length.
    pub fn rtt_ms(self, path_km: f64) -> f64 {
        self.intercept_ms + self.slope * fibre_bound_rtt_ms(path_km)
    }
}

/// A part of the world with its own hubs; an index into the model's zones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WorldZone(usize);

#[derive(Debug)]
struct Hub {
    name: String,
    position: GeoPoint,
}

/// Hubs, corridors and zone factors, with the shortest ways between hubs worked out.
#[derive(Debug)]
pub(super) struct CorridorModel {
    zones: Vec<String>,
    hubs: Vec<Hub>,
    /// Indices of the hubs of each zone.
    hubs_of: Vec<Vec<usize>>,
    /// Shortest way between two hubs in km, row by row.
    way_km: Vec<f64>,
    /// Country codes with their zones, in order of the code.
    zone_of_country: Vec<(String, WorldZone)>,
    /// Points whose zone is known, for places without a known country.
    landmarks: Vec<(GeoPoint, WorldZone)>,
    /// Factor for each pair of zones, row by row; 1 where no pair was measured.
    factors: Vec<f64>,
}

#[derive(Deserialize)]
struct HubRow {
    hub: String,
    latitude: f64,
    longitude: f64,
    zone: String,
    quality: Quality,
    source: String,
}

#[derive(Deserialize)]
struct EdgeRow {
    hub_a: String,
    hub_b: String,
    length_km: f64,
    quality: Quality,
    source: String,
}

#[derive(Deserialize)]
struct CountryRow {
    country_code: String,
    zone: String,
    quality: Quality,
    source: String,
}

#[derive(Deserialize)]
struct FactorRow {
    zone_a: String,
    zone_b: String,
    factor: f64,
    quality: Quality,
    source: String,
}

impl CorridorModel {
    pub fn parse(tables: &Tables, sources: &'static SourceBook, regions: &RegionBook) -> Result<Self, BookError> {
        let mut model = Self {
            zones: Vec::new(),
            hubs: Vec::new(),
            hubs_of: Vec::new(),
            way_km: Vec::new(),
            zone_of_country: Vec::new(),
            landmarks: Vec::new(),
            factors: Vec::new(),
        };
        model.read_hubs(tables.hubs, sources)?;
        model.read_edges(tables.edges, sources)?;
        model.read_countries(tables.country_zones, sources)?;
        model.read_factors(tables.zone_factors, sources)?;
        for region in regions.all() {
            let zone = model.zone_of_country(&region.country_code).ok_or_else(|| {
                let reason = format!("no zone for {}", region.country_code);
                tables.country_zones.error(1, reason)
            })?;
            model.landmarks.push((region.position(), zone));
        }
        Ok(model)
    }

    fn read_hubs(&mut self, table: Table, sources: &'static SourceBook) -> Result<(), BookError> {
        table.read(|row: HubRow| {
            sources.sourced(&row.source, row.quality, false)?;
            let position = GeoPoint::new(row.latitude, row.longitude);
            let zone = self.zone(&row.zone).unwrap_or_else(|| {
                self.zones.push(row.zone);
                self.hubs_of.push(Vec::new());
                WorldZone(self.zones.len() - 1)
            });
            if let Some(of_zone) = self.hubs_of.get_mut(zone.0) {
                of_zone.push(self.hubs.len());
            }
            self.landmarks.push((position, zone));
            self.hubs.push(Hub { name: row.hub, position });
            Ok(())
        })?;
        Ok(())
    }

    /// Reads the corridors and works out the shortest ways (Floyd and Warshall).
    fn read_edges(&mut self, table: Table, sources: &'static SourceBook) -> Result<(), BookError> {
        let n = self.hubs.len();
        let mut way = vec![vec![f64::INFINITY; n]; n];
        for (i, row) in way.iter_mut().enumerate() {
            row[i] = 0.0;
        }
        table.read(|row: EdgeRow| {
            sources.sourced(&row.source, row.quality, false)?;
            let hub = |name: &str| {
                let found = self.hubs.iter().position(|hub| hub.name == name);
                found.ok_or_else(|| format!("unknown hub {name}"))
            };
            let (a, b) = (hub(&row.hub_a)?, hub(&row.hub_b)?);
            way[a][b] = row.length_km;
            way[b][a] = row.length_km;
            Ok(())
        })?;
        for via in 0..n {
            for from in 0..n {
                for to in 0..n {
                    way[from][to] = way[from][to].min(way[from][via] + way[via][to]);
                }
            }
        }
        self.way_km = way.concat();
        if self.way_km.iter().any(|km| km.is_infinite()) {
            return Err(table.error(1, "the corridors do not connect every hub".to_owned()));
        }
        Ok(())
    }

    fn read_countries(&mut self, table: Table, sources: &'static SourceBook) -> Result<(), BookError> {
        self.zone_of_country = table.read(|row: CountryRow| {
            sources.sourced(&row.source, row.quality, false)?;
            let zone = self.zone(&row.zone).ok_or_else(|| format!("zone {} has no hub", row.zone))?;
            Ok((row.country_code, zone))
        })?;
        self.zone_of_country.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(())
    }

    fn read_factors(&mut self, table: Table, sources: &'static SourceBook) -> Result<(), BookError> {
        let n = self.zones.len();
        let mut factors = vec![1.0; n * n];
        table.read(|row: FactorRow| {
            sources.sourced(&row.source, row.quality, false)?;
            let zone = |name: &str| self.zone(name).ok_or_else(|| format!("unknown zone {name}"));
            let (a, b) = (zone(&row.zone_a)?, zone(&row.zone_b)?);
            factors[a.0 * n + b.0] = row.factor;
            factors[b.0 * n + a.0] = row.factor;
            Ok(())
        })?;
        self.factors = factors;
        Ok(())
    }

    fn zone(&self, name: &str) -> Option<WorldZone> {
        self.zones.iter().position(|zone| zone == name).map(WorldZone)
    }

    fn zone_of_country(&self, code: &str) -> Option<WorldZone> {
        let find = |code: &str| {
            let at = self.zone_of_country.binary_search_by(|(known, _)| known.as_str().cmp(code));
            at.ok().and_then(|at| self.zone_of_country.get(at)).map(|(_, zone)| *zone)
        };
        find(code).or_else(|| find(&code.to_ascii_uppercase()))
    }

    /// Zone of a place: by its country, else that of the nearest region or hub.
    pub fn zone_of(&self, country_code: Option<&str>, position: GeoPoint) -> WorldZone {
        if let Some(zone) = country_code.and_then(|code| self.zone_of_country(code)) {
            return zone;
        }
        self.landmarks
            .iter()
            .map(|(landmark, zone)| (position.distance_km(*landmark), *zone))
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .map_or(WorldZone(0), |(_, zone)| zone)
    }

    /// Factor of a pair of zones.
    pub fn factor(&self, a: WorldZone, b: WorldZone) -> f64 {
        self.factors.get(a.0 * self.zones.len() + b.0).copied().unwrap_or(1.0)
    }

    /// Length of the corridor path between two places in km; never below the great circle.
    pub fn path_km(&self, a: GeoPoint, zone_a: WorldZone, b: GeoPoint, zone_b: WorldZone) -> f64 {
        let direct_km = a.distance_km(b);
        if zone_a == zone_b {
            return direct_km;
        }
        let reach = |zone: WorldZone, place: GeoPoint| -> Vec<(usize, f64)> {
            let hubs = self.hubs_of.get(zone.0).into_iter().flatten();
            hubs.filter_map(|&index| Some((index, place.distance_km(self.hubs.get(index)?.position)))).collect()
        };
        let (from, to) = (reach(zone_a, a), reach(zone_b, b));
        let mut least_km = f64::INFINITY;
        for (i, to_hub_km) in from {
            for &(j, from_hub_km) in &to {
                let way_km = self.way_km.get(i * self.hubs.len() + j).copied();
                least_km = least_km.min(to_hub_km + way_km.unwrap_or(f64::INFINITY) + from_hub_km);
            }
        }
        // Every zone of a country has a hub (checked when reading), so this is a formality.
        if least_km.is_finite() { least_km.max(direct_km) } else { direct_km }
    }
}
