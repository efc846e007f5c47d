//! Round-trip time between two places: measured where somebody measured it, else a model.
//!
//! Order of use: a measured pair of the same provider; the same pair measured the other way; a
//! pair of the same two metros at another provider; the corridor model from 1,500 km on, the
//! linear model below. No figure is below what light in a straight fibre needs. Model and
//! errors: `assets/books/README.md`.

mod measured;
mod model;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::Serialize;

use super::geo::{GeoPoint, fibre_bound_rtt_ms};
use super::provenance::{Date, Quality, Sourced};
use super::regions::{CloudRegion, Provider, RegionBook};
use super::table::{BookError, SourceBook, Table};
use measured::{MeasuredPairs, ZoneTimes};
use model::{Coefficients, CorridorModel, WorldZone};

/// The tables of this book.
pub(super) struct Tables {
    pub pairs: Table,
    pub zones: Table,
    pub hubs: Table,
    pub edges: Table,
    pub country_zones: Table,
    pub zone_factors: Table,
}

/// Distance in km within which two places count as the same metro.
const METRO_KM: f64 = 150.0;
/// Own sites closer than this are one place.
const SAME_SITE_KM: f64 = 1.0;
/// From this distance on the corridor model errs less than the linear one.
const CORRIDOR_FROM_KM: f64 = 1500.0;
/// The models were fitted to pairs of at least this distance.
const FIT_FROM_KM: f64 = 50.0;

/// Where something runs or somebody sits.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Provider and region id, or `None` for an own site or for users.
    pub cloud: Option<(Provider, String)>,
    /// Degrees north.
    pub latitude_deg: f64,
    /// Degrees east.
    pub longitude_deg: f64,
    /// ISO 3166-1 alpha-2 code; without it the nearest known place decides the world zone.
    pub country_code: Option<String>,
}

impl Place {
    /// A site that belongs to no cloud.
    pub fn site(latitude_deg: f64, longitude_deg: f64, country_code: Option<String>) -> Self {
        Self {
            cloud: None,
            latitude_deg,
            longitude_deg,
            country_code,
        }
    }

    fn position(&self) -> GeoPoint {
        GeoPoint::new(self.latitude_deg, self.longitude_deg)
    }
}

impl From<&CloudRegion> for Place {
    fn from(region: &CloudRegion) -> Self {
        Self {
            cloud: Some((region.provider, region.id.clone())),
            latitude_deg: region.latitude_deg,
            longitude_deg: region.longitude_deg,
            country_code: Some(region.country_code.clone()),
        }
    }
}

/// How a round-trip time was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RttBasis {
    /// Exactly this pair was measured.
    Measured,
    /// The pair was measured from the other end.
    MeasuredReverse,
    /// These regions of one provider lie in the same two metros (150 km) and were measured.
    SameMetros {
        /// Whose measurement it is.
        provider: Provider,
        /// Region near the first place.
        region_a: String,
        /// Region near the second place.
        region_b: String,
    },
    /// Cable corridors times the factor of the two world zones.
    CorridorModel,
    /// Straight line in the great-circle distance.
    LinearModel,
    /// Two zones of this region were measured.
    ZoneMeasured,
    /// Two zones of one region; the provider publishes none, another provider's median stands in.
    ZoneAssumed,
}

impl fmt::Display for RttBasis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Measured => f.write_str("measured"),
            Self::MeasuredReverse => f.write_str("measured from the other end"),
            Self::SameMetros {
                provider,
                region_a,
                region_b,
            } => write!(
                f,
                "measured between {} {region_a} and {region_b}",
                provider.label()
            ),
            Self::CorridorModel => f.write_str("model: cable corridors"),
            Self::LinearModel => f.write_str("model: straight line"),
            Self::ZoneMeasured => f.write_str("measured between zones of the region"),
            Self::ZoneAssumed => f.write_str("assumed: typical between zones of a region"),
        }
    }
}

/// A round-trip time with its basis and its error band.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RttFigure {
    /// Round-trip time in ms: median or mean of the network, without any server.
    pub rtt_ms: f64,
    /// How it was found.
    pub basis: RttBasis,
    /// Relative error of such figures in percent: half of them err less.
    pub error_median_pct: f64,
    /// Relative error of such figures in percent: 95 of 100 err less.
    pub error_p95_pct: f64,
    /// Least possible round-trip time in ms: a straight fibre.
    pub lower_bound_ms: f64,
    /// Great-circle distance in km.
    pub distance_km: f64,
    /// The estimate was below the bound and was raised to it.
    pub raised_to_bound: bool,
    /// The distance is outside of what the model was fitted to (below 50 km).
    pub outside_fit: bool,
    /// Source, date and quality.
    pub sourced: Sourced,
}

impl RttFigure {
    /// The figure, raised to the bound if it is below.
    fn new(
        rtt_ms: f64,
        distance_km: f64,
        basis: RttBasis,
        error: ErrorBand,
        sourced: Sourced,
    ) -> Self {
        let lower_bound_ms = fibre_bound_rtt_ms(distance_km);
        let model = matches!(basis, RttBasis::CorridorModel | RttBasis::LinearModel);
        Self {
            rtt_ms: rtt_ms.max(lower_bound_ms),
            basis,
            error_median_pct: error.median_pct,
            error_p95_pct: error.p95_pct,
            lower_bound_ms,
            distance_km,
            raised_to_bound: rtt_ms < lower_bound_ms,
            outside_fit: model && distance_km < FIT_FROM_KM,
            sourced,
        }
    }
}

/// Relative errors of a step, from the tests of the fit.
#[derive(Debug, Clone, Copy)]
struct ErrorBand {
    median_pct: f64,
    p95_pct: f64,
}

impl ErrorBand {
    const fn new(median_pct: f64, p95_pct: f64) -> Self {
        Self {
            median_pct,
            p95_pct,
        }
    }

    /// What a measured pair drifts in a year (Azure, 2025-06 to 2026-07, 2,304 pairs).
    const YEAR_OF_DRIFT: Self = Self::new(2.4, 19.7);
    /// What a measured pair drifts in five years (AWS, 2020 to 2025).
    const YEARS_OF_DRIFT: Self = Self::new(6.1, 25.9);
    /// The same two metros measured by two providers (190 pairs).
    const TWO_PROVIDERS: Self = Self::new(6.1, 26.1);
    /// Corridor model with zone factors, leaving one region out.
    const CORRIDOR: Self = Self::new(5.2, 25.2);
    /// Linear model at 50 to 500 km.
    const LINEAR_NEAR: Self = Self::new(15.3, 47.5);
    /// Linear model at 500 to 1,500 km.
    const LINEAR_FAR: Self = Self::new(12.5, 35.3);
    /// Coefficients fitted to clouds, used on the public internet (30,045 city pairs; 12.5 % too
    /// low on average). For sites whose line we do not know.
    const CLOUD_FIT_OUTSIDE: Self = Self::new(16.2, 57.4);
    /// Corridor refit on the public internet.
    const INTERNET_CORRIDOR: Self = Self::new(12.5, 56.7);
    /// Linear refit on the public internet.
    const INTERNET_LINEAR: Self = Self::new(16.5, 56.6);

    /// The wider of two bands.
    fn or_wider(self, other: Self) -> Self {
        Self::new(
            self.median_pct.max(other.median_pct),
            self.p95_pct.max(other.p95_pct),
        )
    }
}

/// How users reach the internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AccessNetwork {
    /// Cable, fibre or office network.
    #[default]
    Fixed,
    /// Mobile phone network.
    Mobile,
}

impl AccessNetwork {
    /// What the access network adds to a round trip, in ms: least and most.
    pub const fn range_ms(self) -> (f64, f64) {
        match self {
            Self::Fixed => (5.0, 15.0),
            Self::Mobile => (30.0, 60.0),
        }
    }

    /// The middle of [`Self::range_ms`].
    pub fn likely_ms(self) -> f64 {
        let (low, high) = self.range_ms();
        f64::midpoint(low, high)
    }

    /// The range is an assumption of ours.
    pub const fn sourced(self) -> Sourced {
        Sourced {
            source: "planning values for access networks",
            date: FITTED,
            quality: Quality::Assumption,
            stale: false,
        }
    }
}

/// Round-trip time from users to a place: the internet path and the access network.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UserRtt {
    /// The path over the public internet.
    pub network: RttFigure,
    /// How the users reach the internet.
    pub access: AccessNetwork,
}

impl UserRtt {
    /// Path plus the likely access term, in ms.
    pub fn rtt_ms(&self) -> f64 {
        self.network.rtt_ms + self.access.likely_ms()
    }
}

/// Round-trip times inside one region.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ZoneRtt {
    /// Median within one zone, in ms.
    pub intra_zone_ms: f64,
    /// Median between two zones, in ms.
    pub inter_zone_ms: f64,
    /// [`RttBasis::ZoneMeasured`] or [`RttBasis::ZoneAssumed`].
    pub basis: RttBasis,
    /// How far pairs of zones are from the median, in percent: half of them less.
    pub error_median_pct: f64,
    /// The same for 95 of 100 pairs.
    pub error_p95_pct: f64,
    /// Source, date and quality.
    pub sourced: Sourced,
}

/// Factors from the median of a network path to its tail.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RttPercentileFactors {
    /// p95 divided by p50.
    pub p95: f64,
    /// p99 divided by p50.
    pub p99: f64,
    /// Source, date and quality.
    pub sourced: Sourced,
}

impl RttPercentileFactors {
    /// Planning values that we chose from pings within an hour (742 paths: max/mean 1.02 in the
    /// median, 1.12 at p90) and weekly means (p95/median 1.04 in the median pair, 1.19 at p90);
    /// no provider publishes percentiles.
    pub const PLANNING: Self = Self {
        p95: 1.05,
        p99: 1.2,
        sourced: Sourced {
            source: "planning values, from cloud pings of 2020 and IBM weekly means of 2026",
            date: FITTED,
            quality: Quality::Assumption,
            stale: false,
        },
    };
}

/// When the models were fitted and the planning values chosen.
const FITTED: Date = Date {
    year: 2026,
    month: Some(11),
    day: None,
};

/// Round-trip times, measured and modelled.
#[derive(Debug)]
pub struct RttBook {
    regions: &'static RegionBook,
    pairs: MeasuredPairs,
    zones: ZoneTimes,
    model: CorridorModel,
    fit: Sourced,
}

/// A place with what the lookups need, found once per question.
struct Located {
    region: Option<usize>,
    position: GeoPoint,
    zone: WorldZone,
}

impl RttBook {
    pub(super) fn parse(
        tables: Tables,
        sources: &'static SourceBook,
        regions: &'static RegionBook,
    ) -> Result<Self, BookError> {
        let fit = sources
            .sourced("rtt-fit", Quality::Estimate, false)
            .map_err(|reason| tables.zone_factors.error(1, reason))?;
        Ok(Self {
            regions,
            pairs: MeasuredPairs::parse(tables.pairs, sources, regions)?,
            zones: ZoneTimes::parse(tables.zones, sources, regions)?,
            model: CorridorModel::parse(&tables, sources, regions)?,
            fit,
        })
    }

    /// Round-trip time between two places, by the order of use in the module's head.
    ///
    /// Two zones of one region, or an own site with itself, give the time between zones.
    /// A place whose cloud region is unknown counts as an own site.
    pub fn between(&self, a: &Place, b: &Place) -> RttFigure {
        let (a, b) = (self.locate(a), self.locate(b));
        let distance_km = a.position.distance_km(b.position);
        let same_site = a.region.is_none() && b.region.is_none() && distance_km < SAME_SITE_KM;
        if same_site || (a.region.is_some() && a.region == b.region) {
            let zone = self.zone_of_index(a.region);
            let error = ErrorBand::new(zone.error_median_pct, zone.error_p95_pct);
            return RttFigure::new(zone.inter_zone_ms, 0.0, zone.basis, error, zone.sourced);
        }
        self.measured(&a, &b, distance_km)
            .or_else(|| self.same_metros(&a, &b, distance_km))
            .unwrap_or_else(|| self.modelled(&a, &b, distance_km))
    }

    /// Round-trip time from users to a place over the public internet, plus their access network.
    pub fn users_to_region(&self, users: &Place, to: &Place, access: AccessNetwork) -> UserRtt {
        let (users, to) = (self.locate(users), self.locate(to));
        let distance_km = users.position.distance_km(to.position);
        let (rtt_ms, basis, error) = if distance_km < CORRIDOR_FROM_KM {
            let rtt_ms = Coefficients::INTERNET_LINEAR.rtt_ms(distance_km);
            (rtt_ms, RttBasis::LinearModel, ErrorBand::INTERNET_LINEAR)
        } else {
            let path_km = self
                .model
                .path_km(users.position, users.zone, to.position, to.zone);
            let rtt_ms = Coefficients::INTERNET_CORRIDOR.rtt_ms(path_km);
            (
                rtt_ms,
                RttBasis::CorridorModel,
                ErrorBand::INTERNET_CORRIDOR,
            )
        };
        UserRtt {
            network: RttFigure::new(rtt_ms, distance_km, basis, error, self.fit),
            access,
        }
    }

    /// Times within and between the zones of a region.
    pub fn zones_of(&self, provider: Provider, region_id: &str) -> ZoneRtt {
        self.zone_of_index(self.regions.index_of(provider, region_id))
    }

    fn zone_of_index(&self, region: Option<usize>) -> ZoneRtt {
        self.zones.of(region)
    }

    fn locate(&self, place: &Place) -> Located {
        let region = place
            .cloud
            .as_ref()
            .and_then(|(provider, id)| self.regions.index_of(*provider, id));
        let position = place.position();
        Located {
            region,
            position,
            zone: self.model.zone_of(place.country_code.as_deref(), position),
        }
    }

    /// Steps 1 and 2.
    fn measured(&self, a: &Located, b: &Located, distance_km: f64) -> Option<RttFigure> {
        let (from, to) = (a.region?, b.region?);
        let (rtt_ms, sourced, basis) = match self.pairs.get(from, to) {
            Some((rtt_ms, sourced)) => (rtt_ms, sourced, RttBasis::Measured),
            None => {
                let (rtt_ms, sourced) = self.pairs.get(to, from)?;
                (rtt_ms, sourced, RttBasis::MeasuredReverse)
            }
        };
        Some(RttFigure::new(
            rtt_ms,
            distance_km,
            basis,
            drift(sourced),
            sourced,
        ))
    }

    /// Step 3: the fresh measurement whose regions are nearest to the two places, else a stale one.
    fn same_metros(&self, a: &Located, b: &Located, distance_km: f64) -> Option<RttFigure> {
        let near_a = self.in_metro(a);
        let near_b = self.in_metro(b);
        let mut best: Option<((bool, f64), f64, Sourced, &CloudRegion, &CloudRegion)> = None;
        for &(from, from_km) in &near_a {
            for &(to, to_km) in &near_b {
                // Regions farther from the places than these from each other say nothing.
                let off_km = from_km + to_km;
                if from == to || off_km >= distance_km {
                    continue;
                }
                let Some((rtt_ms, sourced)) = self
                    .pairs
                    .get(from, to)
                    .or_else(|| self.pairs.get(to, from))
                else {
                    continue;
                };
                let rank = (sourced.stale, off_km);
                if best.as_ref().is_some_and(|(least, ..)| *least <= rank) {
                    continue;
                }
                let all = self.regions.all();
                if let (Some(region_a), Some(region_b)) = (all.get(from), all.get(to)) {
                    best = Some((rank, rtt_ms, sourced, region_a, region_b));
                }
            }
        }
        let (_, rtt_ms, sourced, region_a, region_b) = best?;
        let basis = RttBasis::SameMetros {
            provider: region_a.provider,
            region_a: region_a.id.clone(),
            region_b: region_b.id.clone(),
        };
        let error = self.outside_cloud(a, b, ErrorBand::TWO_PROVIDERS);
        let sourced = sourced.at_best(Quality::Estimate);
        Some(RttFigure::new(rtt_ms, distance_km, basis, error, sourced))
    }

    /// Regions within [`METRO_KM`] with their distances, in order of provider and id.
    fn in_metro(&self, place: &Located) -> Vec<(usize, f64)> {
        let regions = self.regions.all().iter().enumerate();
        regions
            .filter(|(_, region)| {
                !place
                    .position
                    .is_beyond_by_latitude(region.position(), METRO_KM)
            })
            .map(|(index, region)| (index, place.position.distance_km(region.position())))
            .filter(|(_, km)| *km <= METRO_KM)
            .collect()
    }

    /// Step 4.
    fn modelled(&self, a: &Located, b: &Located, distance_km: f64) -> RttFigure {
        let (rtt_ms, basis, error) = if distance_km < CORRIDOR_FROM_KM {
            let near = distance_km < 500.0;
            let error = if near {
                ErrorBand::LINEAR_NEAR
            } else {
                ErrorBand::LINEAR_FAR
            };
            (
                Coefficients::LINEAR.rtt_ms(distance_km),
                RttBasis::LinearModel,
                error,
            )
        } else {
            let path_km = self.model.path_km(a.position, a.zone, b.position, b.zone);
            let factor = self.model.factor(a.zone, b.zone);
            let rtt_ms = Coefficients::CORRIDOR.rtt_ms(path_km) * factor;
            (rtt_ms, RttBasis::CorridorModel, ErrorBand::CORRIDOR)
        };
        let error = self.outside_cloud(a, b, error);
        RttFigure::new(rtt_ms, distance_km, basis, error, self.fit)
    }

    /// The band, widened if one end is no cloud region: its line may be anything.
    fn outside_cloud(&self, a: &Located, b: &Located, band: ErrorBand) -> ErrorBand {
        if a.region.is_some() && b.region.is_some() {
            band
        } else {
            band.or_wider(ErrorBand::CLOUD_FIT_OUTSIDE)
        }
    }
}

/// How far a measurement may have drifted since.
fn drift(sourced: Sourced) -> ErrorBand {
    if sourced.stale {
        ErrorBand::YEARS_OF_DRIFT
    } else {
        ErrorBand::YEAR_OF_DRIFT
    }
}
