//! What the round-trip book answers: a time, how it was found, how far it may be off.

use std::fmt;

use serde::Serialize;

use super::super::geo::fibre_bound_rtt_ms;
use super::super::provenance::{Date, Quality, Sourced};
use super::super::regions::Provider;

/// The models were fitted to pairs of at least this distance.
pub(super) const FIT_FROM_KM: f64 = 50.0;

/// How a round-trip time was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RttBasis {
    /// The company measured it and says so in a book of its own.
    Company,
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
            Self::Company => f.write_str("measured by the company"),
            Self::Measured => f.write_str("measured"),
            Self::MeasuredReverse => f.write_str("measured from the other end"),
            Self::SameMetros { provider, region_a, region_b } => {
                write!(f, "measured between {} {region_a} and {region_b}", provider.label())
            }
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
    /// 95th and 99th percentile of this path, ms, where the company measured them.
    pub tail_ms: [Option<f64>; 2],
    /// A remark on the figure.
    pub note: Option<String>,
}

impl RttFigure {
    /// The figure, raised to the bound if it is below.
    pub(super) fn new(rtt_ms: f64, distance_km: f64, basis: RttBasis, error: ErrorBand, sourced: Sourced) -> Self {
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
            tail_ms: [None; 2],
            note: None,
        }
    }
}

/// Relative errors of a step, from the tests of the fit.
#[derive(Debug, Clone, Copy)]
pub(super) struct ErrorBand {
    median_pct: f64,
    p95_pct: f64,
}

impl ErrorBand {
    pub const fn new(median_pct: f64, p95_pct: f64) -> Self {
        Self { median_pct, p95_pct }
    }

    /// What a measured pair drifts in a year (Azure, 2025-06 to 2026-07, 2,304 pairs).
    const YEAR_OF_DRIFT: Self = Self::new(2.4, 19.7);
    /// What a measured pair drifts in five years (AWS, 2020 to 2025).
    const YEARS_OF_DRIFT: Self = Self::new(6.1, 25.9);
    /// The same two metros measured by two providers (190 pairs).
    pub const TWO_PROVIDERS: Self = Self::new(6.1, 26.1);
    /// Corridor model with zone factors, leaving one region out.
    pub const CORRIDOR: Self = Self::new(5.2, 25.2);
    /// Linear model below what it was fitted to: the absolute error at short distances is 2 to 4
    /// ms, as a share of this time.
    pub fn linear_in_metro(rtt_ms: f64) -> Self {
        Self::new(100.0 * 2.0 / rtt_ms, 100.0 * 4.0 / rtt_ms).or_wider(Self::LINEAR_NEAR)
    }

    /// Linear model at 50 to 500 km.
    pub const LINEAR_NEAR: Self = Self::new(15.3, 47.5);
    /// Linear model at 500 to 1,500 km.
    pub const LINEAR_FAR: Self = Self::new(12.5, 35.3);
    /// Coefficients fitted to clouds, used on the public internet (30,045 city pairs; 12.5 % too
    /// low on average). For sites whose line we do not know.
    pub const CLOUD_FIT_OUTSIDE: Self = Self::new(16.2, 57.4);
    /// Corridor refit on the public internet.
    pub const INTERNET_CORRIDOR: Self = Self::new(12.5, 56.7);
    /// Linear refit on the public internet.
    pub const INTERNET_LINEAR: Self = Self::new(16.5, 56.6);

    /// How far a measurement may have drifted since.
    pub fn drift(sourced: Sourced) -> Self {
        if sourced.stale { Self::YEARS_OF_DRIFT } else { Self::YEAR_OF_DRIFT }
    }

    /// The wider of two bands.
    pub fn or_wider(self, other: Self) -> Self {
        Self::new(self.median_pct.max(other.median_pct), self.p95_pct.max(other.p95_pct))
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
const FITTED: Date = Date { year: 2026, month: Some(11), day: None };
