//! The round-trip times in force: those of a company's own books, else the shipped ones.

use std::sync::LazyLock;

use super::super::company::{CompanyBooks, End};
use super::super::regions::Provider;
use super::figure::ErrorBand;
use super::{AccessNetwork, Place, RttBasis, RttFigure, RttList, UserRtt, ZoneRtt};

/// Round-trip times: what a company measured itself comes first.
#[derive(Debug, Clone)]
pub struct RttBook {
    list: &'static LazyLock<RttList>,
    company: CompanyBooks,
}

impl RttBook {
    pub(in crate::books) const fn new(list: &'static LazyLock<RttList>, company: CompanyBooks) -> Self {
        Self { list, company }
    }

    /// Round-trip time between two places, by the order of use in the module's head.
    ///
    /// Two zones of one region, or an own site with itself, give the time between zones.
    /// A place whose cloud region is unknown counts as an own site.
    pub fn between(&self, a: &Place, b: &Place) -> RttFigure {
        self.own(a, b).unwrap_or_else(|| self.list.between(a, b))
    }

    /// What the company measured. Its plausible range reaches up to the 95th percentile, where that is known.
    fn own(&self, a: &Place, b: &Place) -> Option<RttFigure> {
        if self.company.is_empty() {
            return None;
        }
        let own = self.company.rtt(&end(a)?, &end(b)?)?;
        let distance_km = a.position().distance_km(b.position());
        let above = own.tail_ms.first().copied().flatten().map_or(0.0, |p95_ms| p95_ms / own.p50_ms - 1.0);
        let error = ErrorBand::new(0.0, 100.0 * above);
        let figure = RttFigure::new(own.p50_ms, distance_km, RttBasis::Company, error, own.sourced);
        Some(RttFigure { tail_ms: own.tail_ms, note: own.note.clone(), ..figure })
    }

    /// Round-trip time from users to a place over the public internet, plus their access network.
    pub fn users_to_region(&self, users: &Place, to: &Place, access: AccessNetwork) -> UserRtt {
        self.list.users_to_region(users, to, access)
    }

    /// Times within and between the zones of a region.
    pub fn zones_of(&self, provider: Provider, region_id: &str) -> ZoneRtt {
        self.list.zones_of(provider, region_id)
    }
}

/// How a company's book speaks of a place; `None` for a site without a name.
fn end(place: &Place) -> Option<End> {
    match (&place.cloud, &place.name) {
        (Some((provider, region)), _) => Some(End::Cloud(*provider, region.clone())),
        (None, Some(name)) => Some(End::site(name)),
        (None, None) => None,
    }
}
