//! The measured round-trip times: between regions and between the zones of a region.

use serde::Deserialize;

use super::super::provenance::{Quality, Sourced};
use super::super::regions::{Provider, RegionBook};
use super::super::table::{BookError, SourceBook, Table, flag};
use super::{RttBasis, ZoneRtt};

/// Directed round-trip times between regions, as a square table over the region list.
#[derive(Debug)]
pub(super) struct MeasuredPairs {
    cells: Vec<Cell>,
    side: usize,
    origins: Vec<Sourced>,
}

#[derive(Debug, Clone, Copy)]
struct Cell {
    /// NaN where nothing was measured.
    rtt_ms: f64,
    origin: usize,
}

#[derive(Deserialize)]
struct PairRow {
    provider: Provider,
    region_a: String,
    region_b: String,
    rtt_ms: f64,
    quality: Quality,
    #[serde(deserialize_with = "flag")]
    stale: bool,
    source: String,
}

impl MeasuredPairs {
    pub fn parse(table: Table, sources: &'static SourceBook, regions: &RegionBook) -> Result<Self, BookError> {
        let side = regions.all().len();
        let mut origins: Vec<Sourced> = Vec::new();
        let empty = Cell { rtt_ms: f64::NAN, origin: 0 };
        let mut cells = vec![empty; side * side];
        table.read(|row: PairRow| {
            let index = |id: &str| {
                let found = regions.index_of(row.provider, id);
                found.ok_or_else(|| format!("unknown region {} {id}", row.provider))
            };
            let (from, to) = (index(&row.region_a)?, index(&row.region_b)?);
            if from == to || !row.rtt_ms.is_finite() || row.rtt_ms <= 0.0 {
                return Err(format!("{} to {}: no round-trip time", row.region_a, row.region_b));
            }
            let sourced = sources.sourced(&row.source, row.quality, row.stale)?;
            let origin = origins.iter().position(|known| *known == sourced).unwrap_or_else(|| {
                origins.push(sourced);
                origins.len() - 1
            });
            if let Some(cell) = cells.get_mut(from * side + to) {
                *cell = Cell { rtt_ms: row.rtt_ms, origin };
            }
            Ok(())
        })?;
        Ok(Self { cells, side, origins })
    }

    /// The time measured from one region to the other, in ms, by their places in the region list.
    pub fn get(&self, from: usize, to: usize) -> Option<(f64, Sourced)> {
        let cell = self.cells.get(from * self.side + to)?;
        let origin = self.origins.get(cell.origin)?;
        cell.rtt_ms.is_finite().then_some((cell.rtt_ms, *origin))
    }
}

/// Times within and between zones: the regions that publish them, and all of these together as
/// the stand-in for every other region.
#[derive(Debug)]
pub(super) struct ZoneTimes {
    measured: Vec<(usize, ZoneRtt)>,
    assumed: ZoneRtt,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ZoneKind {
    IntraZone,
    InterZone,
}

#[derive(Deserialize)]
struct ZoneRow {
    provider: Provider,
    region_id: String,
    rtt_ms: f64,
    kind: ZoneKind,
    quality: Quality,
    source: String,
}

struct ZonePair {
    region: usize,
    kind: ZoneKind,
    rtt_ms: f64,
    sourced: Sourced,
}

impl ZoneTimes {
    pub fn parse(table: Table, sources: &'static SourceBook, regions: &RegionBook) -> Result<Self, BookError> {
        let mut pairs = table.read(|row: ZoneRow| {
            let region = regions
                .index_of(row.provider, &row.region_id)
                .ok_or_else(|| format!("unknown region {} {}", row.provider, row.region_id))?;
            Ok(ZonePair {
                region,
                kind: row.kind,
                rtt_ms: row.rtt_ms,
                sourced: sources.sourced(&row.source, row.quality, false)?,
            })
        })?;
        pairs.sort_by_key(|pair| pair.region);
        let missing = || table.error(1, "a region lacks intra-zone or inter-zone times".to_owned());
        let measured = pairs
            .chunk_by(|a, b| a.region == b.region)
            .map(|pairs| {
                let region = pairs.first()?.region;
                Some((region, summary(pairs, RttBasis::ZoneMeasured)?))
            })
            .collect::<Option<Vec<_>>>()
            .ok_or_else(missing)?;
        let mut assumed = summary(&pairs, RttBasis::ZoneAssumed).ok_or_else(missing)?;
        assumed.sourced.quality = Quality::Assumption;
        Ok(Self { measured, assumed })
    }

    /// The times of a region, by its place in the region list.
    pub fn of(&self, region: Option<usize>) -> ZoneRtt {
        let found = region.and_then(|index| {
            let at = self.measured.binary_search_by_key(&index, |(region, _)| *region).ok()?;
            self.measured.get(at)
        });
        found.map_or_else(|| self.assumed.clone(), |(_, times)| times.clone())
    }
}

/// Medians and spread of some pairs of zones.
fn summary(pairs: &[ZonePair], basis: RttBasis) -> Option<ZoneRtt> {
    let times = |kind| {
        let of_kind = pairs.iter().filter(|pair| pair.kind == kind);
        sorted(of_kind.map(|pair| pair.rtt_ms).collect())
    };
    let inter = times(ZoneKind::InterZone);
    let inter_zone_ms = quantile(&inter, 0.5)?;
    let off = |ms: &f64| 100.0 * (ms - inter_zone_ms).abs() / inter_zone_ms;
    let errors = sorted(inter.iter().map(off).collect());
    Some(ZoneRtt {
        intra_zone_ms: quantile(&times(ZoneKind::IntraZone), 0.5)?,
        inter_zone_ms,
        basis,
        error_median_pct: quantile(&errors, 0.5)?,
        error_p95_pct: quantile(&errors, 0.95)?,
        sourced: pairs.first()?.sourced,
    })
}

fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    values
}

/// Quantile of sorted values with linear interpolation between ranks.
fn quantile(sorted: &[f64], q: f64) -> Option<f64> {
    let rank = q * sorted.len().checked_sub(1)? as f64;
    let low = sorted.get(rank.floor() as usize)?;
    let high = sorted.get(rank.ceil() as usize)?;
    Some(low + (high - low) * rank.fract())
}
