//! Round-trip time between two places: measured where somebody measured it, else a model.
//!
//! Order of use: what the company measured itself; a measured pair of the same provider; the same pair measured the other way; a
//! pair of the same two metros at another provider; the corridor model from 1,500 km on, the
//! linear model below. No figure is below what light in a straight fibre needs. Model and
//! errors: `assets/books/README.md`.

mod figure;
mod measured;
mod model;
mod overlay;
#[cfg(test)]
mod tests;

use super::geo::GeoPoint;
use super::provenance::{Quality, Sourced};
use super::regions::{CloudRegion, Provider, RegionBook};
use super::table::{BookError, SourceBook, Table};
pub use figure::{AccessNetwork, RttBasis, RttFigure, RttPercentileFactors, UserRtt, ZoneRtt};

pub use overlay::RttBook;

use figure::{ErrorBand, FIT_FROM_KM};
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
    /// Name of an own site, by which a company's book speaks of it.
    pub name: Option<String>,
}

impl Place {
    /// A site that belongs to no cloud.
    pub fn site(latitude_deg: f64, longitude_deg: f64, country_code: Option<String>) -> Self {
        Self { cloud: None, latitude_deg, longitude_deg, country_code, name: None }
    }

    /// The same place with the name by which a company's book speaks of it.
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        Self { name: Some(name.to_owned()), ..self }
    }

    /// Degrees north and east.
    #[must_use]
    pub fn position(&self) -> GeoPoint {
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
            name: None,
        }
    }
}

/// Round-trip times, measured and modelled.
#[derive(Debug)]
pub(super) struct RttList {
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

/// A measured pair of regions near the two places asked for.
struct MetroPair {
    from: usize,
    to: usize,
    /// How far the regions are from the places, both ends together.
    off_km: f64,
    rtt_ms: f64,
    sourced: Sourced,
}

impl MetroPair {
    /// The smallest is best.
    fn rank(&self) -> (bool, f64) {
        (self.sourced.stale, self.off_km)
    }
}

impl RttList {
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
            let path_km = self.model.path_km(users.position, users.zone, to.position, to.zone);
            let rtt_ms = Coefficients::INTERNET_CORRIDOR.rtt_ms(path_km);
            (rtt_ms, RttBasis::CorridorModel, ErrorBand::INTERNET_CORRIDOR)
        };
        UserRtt { network: RttFigure::new(rtt_ms, distance_km, basis, error, self.fit), access }
    }

    /// Times within and between the zones of a region.
    pub fn zones_of(&self, provider: Provider, region_id: &str) -> ZoneRtt {
        self.zone_of_index(self.regions.index_of(provider, region_id))
    }

    fn zone_of_index(&self, region: Option<usize>) -> ZoneRtt {
        self.zones.of(region)
    }

    fn locate(&self, place: &Place) -> Located {
        let region = place.cloud.as_ref().and_then(|(provider, id)| self.regions.index_of(*provider, id));
        let position = place.position();
        Located { region, position, zone: self.model.zone_of(place.country_code.as_deref(), position) }
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
        Some(RttFigure::new(rtt_ms, distance_km, basis, ErrorBand::drift(sourced), sourced))
    }

    /// Step 3: the fresh measurement whose regions are nearest to the two places, else a stale one.
    fn same_metros(&self, a: &Located, b: &Located, distance_km: f64) -> Option<RttFigure> {
        let near_b = self.in_metro(b);
        let mut best: Option<MetroPair> = None;
        for (from, from_km) in self.in_metro(a) {
            for &(to, to_km) in &near_b {
                let off_km = from_km + to_km;
                // Regions farther from the places than these from each other say nothing.
                if from == to || off_km >= distance_km {
                    continue;
                }
                let Some((rtt_ms, sourced)) = self.pairs.get(from, to).or_else(|| self.pairs.get(to, from)) else {
                    continue;
                };
                let pair = MetroPair { from, to, off_km, rtt_ms, sourced };
                if best.as_ref().is_none_or(|best| pair.rank() < best.rank()) {
                    best = Some(pair);
                }
            }
        }
        let pair = best?;
        let (region_a, region_b) = (self.regions.all().get(pair.from)?, self.regions.all().get(pair.to)?);
        let basis = RttBasis::SameMetros {
            provider: region_a.provider,
            region_a: region_a.id.clone(),
            region_b: region_b.id.clone(),
        };
        let error = outside_cloud(a, b, ErrorBand::TWO_PROVIDERS);
        let sourced = pair.sourced.at_best(Quality::Estimate);
        Some(RttFigure::new(pair.rtt_ms, distance_km, basis, error, sourced))
    }

    /// Regions within [`METRO_KM`] with their distances, in order of provider and id.
    fn in_metro(&self, place: &Located) -> Vec<(usize, f64)> {
        let regions = self.regions.all().iter().enumerate();
        regions
            .filter(|(_, region)| !place.position.is_beyond_by_latitude(region.position(), METRO_KM))
            .map(|(index, region)| (index, place.position.distance_km(region.position())))
            .filter(|(_, km)| *km <= METRO_KM)
            .collect()
    }

    /// Step 4.
    fn modelled(&self, a: &Located, b: &Located, distance_km: f64) -> RttFigure {
        let (rtt_ms, basis, error) = if distance_km < CORRIDOR_FROM_KM {
            let rtt_ms = Coefficients::LINEAR.rtt_ms(distance_km);
            let error = match distance_km {
                km if km < FIT_FROM_KM => ErrorBand::linear_in_metro(rtt_ms),
                km if km < 500.0 => ErrorBand::LINEAR_NEAR,
                _ => ErrorBand::LINEAR_FAR,
            };
            (rtt_ms, RttBasis::LinearModel, error)
        } else {
            let path_km = self.model.path_km(a.position, a.zone, b.position, b.zone);
            let factor = self.model.factor(a.zone, b.zone);
            let rtt_ms = Coefficients::CORRIDOR.rtt_ms(path_km) * factor;
            (rtt_ms, RttBasis::CorridorModel, ErrorBand::CORRIDOR)
        };
        let error = outside_cloud(a, b, error);
        RttFigure::new(rtt_ms, distance_km, basis, error, self.fit)
    }
}

/// The band, widened if one end is no cloud region: its line may be anything.
fn outside_cloud(a: &Located, b: &Located, band: ErrorBand) -> ErrorBand {
    if a.region.is_some() && b.region.is_some() { band } else { band.or_wider(ErrorBand::CLOUD_FIT_OUTSIDE) }
}
