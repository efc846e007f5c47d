//! Distances on the globe and the least time light in a fibre needs for them.

/// Mean radius of the Earth in km (IUGG), the one the round-trip fit was made with.
pub const EARTH_RADIUS_KM: f64 = 6371.0088;

/// Speed of light in fibre in km per ms: two thirds of 299,792.458 km/s.
pub const FIBRE_KM_PER_MS: f64 = 199.8616;

/// A point on the globe.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GeoPoint {
    /// Degrees north, -90 to 90.
    pub latitude_deg: f64,
    /// Degrees east, -180 to 180.
    pub longitude_deg: f64,
}

impl GeoPoint {
    /// A point from degrees north and degrees east.
    pub const fn new(latitude_deg: f64, longitude_deg: f64) -> Self {
        Self { latitude_deg, longitude_deg }
    }

    /// Great-circle distance in km (haversine formula).
    pub fn distance_km(self, other: Self) -> f64 {
        let (lat_a, lat_b) = (self.latitude_deg.to_radians(), other.latitude_deg.to_radians());
        let half_lat = (lat_b - lat_a) / 2.0;
        let half_lon = (other.longitude_deg - self.longitude_deg).to_radians() / 2.0;
        let h = half_lat.sin().powi(2) + lat_a.cos() * lat_b.cos() * half_lon.sin().powi(2);
        2.0 * EARTH_RADIUS_KM * h.clamp(0.0, 1.0).sqrt().asin()
    }

    /// Whether the other point is certainly farther away than `km`, by latitude alone; a cheap
    /// test before [`Self::distance_km`].
    pub(super) fn is_beyond_by_latitude(self, other: Self, km: f64) -> bool {
        const KM_PER_DEGREE: f64 = EARTH_RADIUS_KM * std::f64::consts::PI / 180.0;
        (self.latitude_deg - other.latitude_deg).abs() * KM_PER_DEGREE > km
    }
}

/// Least possible round-trip time over a fibre of this length, in ms. A measurement below it
/// means that a coordinate is wrong.
pub fn fibre_bound_rtt_ms(distance_km: f64) -> f64 {
    2.0 * distance_km / FIBRE_KM_PER_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_agree_with_known_ones() {
        let quarter = GeoPoint::new(0.0, 0.0).distance_km(GeoPoint::new(0.0, 90.0));
        assert!((quarter - EARTH_RADIUS_KM * std::f64::consts::FRAC_PI_2).abs() < 1e-6);
        let antipode = GeoPoint::new(12.0, 34.0).distance_km(GeoPoint::new(-12.0, -146.0));
        assert!((antipode - EARTH_RADIUS_KM * std::f64::consts::PI).abs() < 1e-6);
        // London to New York, the textbook 5,570 km; the date line must not matter.
        let london = GeoPoint::new(51.5074, -0.1278);
        let new_york = GeoPoint::new(40.7128, -74.0060);
        assert!((london.distance_km(new_york) - 5570.2).abs() < 1.0);
        let across = GeoPoint::new(0.0, 179.5).distance_km(GeoPoint::new(0.0, -179.5));
        assert!((across - 111.195).abs() < 0.01);
    }

    #[test]
    fn the_bound_is_the_published_slope() {
        assert!((fibre_bound_rtt_ms(1000.0) - 10.0069).abs() < 1e-3);
    }

    #[test]
    fn the_latitude_test_never_rejects_a_near_point() {
        let here = GeoPoint::new(60.0, 10.0);
        let north = GeoPoint::new(61.348, 10.0);
        assert!(here.distance_km(north) < 150.0);
        assert!(!here.is_beyond_by_latitude(north, 150.0));
        assert!(here.is_beyond_by_latitude(GeoPoint::new(61.36, 10.0), 150.0));
    }
}
