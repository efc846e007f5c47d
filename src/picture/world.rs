//! The map of the world: where a place is drawn, which way a great circle takes, and the land.
//!
//! The Natural Earth projection (Šavrič, Jenny, Patterson, Petrovič and Hurni 2011, "A polynomial equation for the
//! Natural Earth projection") with the map cut at 169° west, between Asia and America. Map points run to the right and
//! down; (0, 0) is where the equator meets 11° east.

use std::f64::consts::{FRAC_PI_2, PI};
use std::ops::Range;
use std::sync::LazyLock;

use earcut::Earcut;

use crate::books::{EARTH_RADIUS_KM, GeoPoint};

use super::area::Area;
use super::curve::Point;

/// Width of the equator, map points.
pub const WIDTH: f32 = 4_000.0;
/// The meridian in the middle, degrees east.
const MIDDLE_DEG: f64 = 11.0;
/// What is worth showing, degrees north: the land without Antarctica.
const LATITUDES_DEG: [f64; 2] = [-57.0, 84.0];
/// Longest piece of a great circle drawn straight, km.
const STEP_KM: f64 = 250.0;
/// Map points for one radius of the globe.
const SCALE: f64 = WIDTH as f64 / (2.0 * A[0] * PI);

/// Coefficients of the width of a parallel, for the powers 0, 2, 4, 10 and 12 of the latitude in radians.
const A: [f64; 5] = [0.870_700, -0.131_979, -0.013_791, 0.003_971, -0.001_529];
/// Coefficients of its height, for the powers 1, 3, 7, 9 and 11.
const B: [f64; 5] = [1.007_226, 0.015_085, -0.044_475, 0.028_874, -0.005_916];

fn parallel_width(lat: f64) -> f64 {
    let s = lat * lat;
    let q = s * s;
    A[0] + s * (A[1] + s * (A[2] + q * s * (A[3] + s * A[4])))
}

fn parallel_height(lat: f64) -> f64 {
    let s = lat * lat;
    lat * (B[0] + s * (B[1] + s * s * (B[2] + s * (B[3] + s * B[4]))))
}

/// How fast [`parallel_height`] grows.
fn height_slope(lat: f64) -> f64 {
    let s = lat * lat;
    B[0] + s * (3.0 * B[1] + s * s * (7.0 * B[2] + s * (9.0 * B[3] + s * 11.0 * B[4])))
}

/// Degrees east of the middle of the map, -180 to 180.
fn from_middle_deg(longitude_deg: f64) -> f64 {
    (longitude_deg - MIDDLE_DEG + 180.0).rem_euclid(360.0) - 180.0
}

#[expect(clippy::cast_possible_truncation, reason = "map points are small")]
fn project_from_middle(east_deg: f64, latitude_deg: f64) -> Point {
    let lat = latitude_deg.to_radians().clamp(-FRAC_PI_2, FRAC_PI_2);
    let x = east_deg.to_radians() * parallel_width(lat);
    ((SCALE * x) as f32, (-SCALE * parallel_height(lat)) as f32)
}

/// Where a place is on the map.
#[must_use]
pub fn project(place: GeoPoint) -> Point {
    project_from_middle(from_middle_deg(place.longitude_deg), place.latitude_deg)
}

/// The place at a point of the map; `None` beside the globe.
#[must_use]
pub fn unproject(at: Point) -> Option<GeoPoint> {
    let (x, y) = (f64::from(at.0) / SCALE, -f64::from(at.1) / SCALE);
    if !x.is_finite() || !y.is_finite() || y.abs() > parallel_height(FRAC_PI_2) {
        return None;
    }
    let lat = latitude_of_height(y);
    let east_deg = (x / parallel_width(lat)).to_degrees();
    if east_deg.abs() > 180.0 {
        return None;
    }
    let longitude_deg = (east_deg + MIDDLE_DEG + 180.0).rem_euclid(360.0) - 180.0;
    Some(GeoPoint::new(lat.to_degrees(), longitude_deg))
}

/// Latitude in radians of a height above the equator for a globe of radius 1.
fn latitude_of_height(y: f64) -> f64 {
    // Newton's method; the height grows steadily with the latitude, so it ends within a few steps.
    let mut lat = y.clamp(-FRAC_PI_2, FRAC_PI_2);
    for _ in 0..12 {
        lat = (lat - (parallel_height(lat) - y) / height_slope(lat)).clamp(-FRAC_PI_2, FRAC_PI_2);
    }
    lat
}

/// Distance of the map's edge from its middle, map points, at a height given as for points.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "map points are small")]
pub fn half_width_at(y: f32) -> f32 {
    let lat = latitude_of_height(-f64::from(y) / SCALE);
    (SCALE * parallel_width(lat) * PI) as f32
}

/// The part of the map worth showing.
#[must_use]
pub fn frame() -> Area {
    let [south, north] = LATITUDES_DEG.map(|lat| project_from_middle(0.0, lat).1);
    Area { min: (-WIDTH / 2.0, north), max: (WIDTH / 2.0, south) }
}

/// The shortest way between two places, in one piece, or in two when it crosses the edge of the map. Nothing between
/// a place and itself.
#[must_use]
pub fn great_circle(from: GeoPoint, to: GeoPoint) -> Vec<Vec<Point>> {
    let distance_km = from.distance_km(to);
    if distance_km < 1e-6 {
        return Vec::new();
    }
    let angle = distance_km / EARTH_RADIUS_KM;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 81 steps")]
    let steps = (distance_km / STEP_KM).ceil().max(1.0) as u32;
    let (a, b) = (vector(from), vector(to));
    let places = (0..=steps).map(|step| {
        let t = f64::from(step) / f64::from(steps);
        // Between antipodes every way is the shortest one, and this formula knows none.
        let (wa, wb) = match angle.sin() {
            sine if sine.abs() < 1e-9 => (1.0 - t, t),
            sine => (((1.0 - t) * angle).sin() / sine, (t * angle).sin() / sine),
        };
        let [x, y, z] = std::array::from_fn(|i| wa * a[i] + wb * b[i]);
        (from_middle_deg(y.atan2(x).to_degrees()), z.atan2(x.hypot(y)).to_degrees())
    });
    let mut runs: Vec<Vec<Point>> = vec![Vec::new()];
    let mut before: Option<(f64, f64)> = None;
    for (east, lat) in places {
        if let Some((east_before, lat_before)) = before
            && (east - east_before).abs() > 180.0
        {
            let edge = 180.0_f64.copysign(east_before);
            let unwrapped = east + 360.0_f64.copysign(east_before);
            let share = (edge - east_before) / (unwrapped - east_before);
            let lat_edge = lat_before + (lat - lat_before) * share.clamp(0.0, 1.0);
            if let Some(run) = runs.last_mut() {
                run.push(project_from_middle(edge, lat_edge));
            }
            runs.push(vec![project_from_middle(-edge, lat_edge)]);
        }
        if let Some(run) = runs.last_mut() {
            run.push(project_from_middle(east, lat));
        }
        before = Some((east, lat));
    }
    runs
}

/// The direction of a place from the middle of the Earth.
fn vector(place: GeoPoint) -> [f64; 3] {
    let (lat, lon) = (place.latitude_deg.to_radians(), place.longitude_deg.to_radians());
    [lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()]
}

/// One piece of land.
#[derive(Debug, Clone, PartialEq)]
pub struct Land {
    /// What it takes of the map.
    pub bounds: Area,
    /// Its corners, map points: those of the coast, then those of each lake.
    pub points: Vec<Point>,
    /// Which of them make a closed line each.
    pub rings: Vec<Range<usize>>,
    /// Triangles that cover it, three indices of points each.
    pub triangles: Vec<u32>,
}

/// All land but Antarctica, the largest first; read once.
///
/// Natural Earth 1:50m, public domain; see `assets/map/README.md`.
pub fn land() -> &'static [Land] {
    static LAND: LazyLock<Vec<Land>> =
        LazyLock::new(|| include_str!("../../assets/map/land.txt").lines().filter_map(parse).collect());
    &LAND
}

/// One line of the file; `None` when it is not as its README says.
fn parse(line: &str) -> Option<Land> {
    let mut points: Vec<Point> = Vec::new();
    let mut rings = Vec::new();
    for ring in line.split(';') {
        let start = points.len();
        let (mut x, mut y) = (0.0, 0.0);
        let mut numbers = ring.split(' ').map(|n| n.parse::<i32>().ok().map(f64::from));
        while let Some(dx) = numbers.next() {
            x += dx?;
            y += numbers.next()??;
            points.push(project_from_middle(x / 100.0 - MIDDLE_DEG, y / 100.0));
        }
        if points.len() < start + 3 {
            return None;
        }
        rings.push(start..points.len());
    }
    let holes: Vec<u32> = rings.iter().skip(1).map(|r| u32::try_from(r.start)).collect::<Result<_, _>>().ok()?;
    let mut triangles = Vec::new();
    Earcut::new().earcut(points.iter().map(|p| [p.0, p.1]), &holes, &mut triangles);
    let first = *points.first()?;
    let bounds = points.iter().fold(Area { min: first, max: first }, |b, p| Area {
        min: (b.min.0.min(p.0), b.min.1.min(p.1)),
        max: (b.max.0.max(p.0), b.max.1.max(p.1)),
    });
    Some(Land { bounds, points, rings, triangles })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::books::Books;

    fn is_land(latitude_deg: f64, longitude_deg: f64) -> bool {
        let p = project(GeoPoint::new(latitude_deg, longitude_deg));
        let side = |a: Point, b: Point| (b.0 - a.0) * (p.1 - a.1) - (b.1 - a.1) * (p.0 - a.0);
        land().iter().any(|land| {
            land.triangles.chunks_exact(3).any(|t| {
                let [a, b, c] = [0, 1, 2].map(|i| land.points[t[i] as usize]);
                let sides = [side(a, b), side(b, c), side(c, a)];
                sides.iter().all(|s| *s >= 0.0) || sides.iter().all(|s| *s <= 0.0)
            })
        })
    }

    fn length(run: &[Point]) -> f32 {
        run.windows(2).map(|w| (w[1].0 - w[0].0).hypot(w[1].1 - w[0].1)).sum()
    }

    #[test]
    fn land_is_where_it_is_and_the_sea_is_not() {
        for (what, lat, lon) in [
            ("Fulda", 50.5, 9.7),
            ("Nagpur", 21.1, 79.1),
            ("Kansas", 38.5, -98.0),
            ("Alice Springs", -23.7, 133.9),
            ("Chukotka, across the 180th meridian", 66.5, -176.0),
            ("Madagascar", -19.0, 46.5),
        ] {
            assert!(is_land(lat, lon), "{what}");
        }
        for (what, lat, lon) in [
            ("the middle of the Pacific", 5.0, -150.0),
            ("the Atlantic", 30.0, -40.0),
            ("the Caspian Sea", 41.5, 51.0),
            ("the Bay of Bengal", 14.0, 88.0),
        ] {
            assert!(!is_land(lat, lon), "{what}");
        }
    }

    #[test]
    fn every_line_of_the_file_is_read() {
        let lines = include_str!("../../assets/map/land.txt").lines().count();
        assert_eq!(land().len(), lines);
        let frame = frame();
        let points = land().iter().flat_map(|l| &l.points);
        // Two islands lie across the cut and stick out a little.
        assert!(points.clone().all(|p| p.0.abs() < frame.max.0 * 1.02 && p.1 > frame.min.1 && p.1 < frame.max.1));
        assert!((5_000..20_000).contains(&points.count()));
    }

    #[test]
    fn every_cloud_region_lies_in_the_frame() {
        let frame = frame();
        for region in Books::shipped().regions().all() {
            let at = project(region.position());
            assert!(frame.holds(Area::around(at, (0.0, 0.0))), "{}", region.id);
        }
    }

    #[test]
    fn a_great_circle_bends_towards_the_pole_and_is_as_long_as_it_should_be() {
        let (london, tokyo) = (GeoPoint::new(51.5, -0.1), GeoPoint::new(35.7, 139.7));
        let runs = great_circle(london, tokyo);
        let [run] = runs.as_slice() else { panic!("in one piece: {}", runs.len()) };
        let north = run.iter().map(|p| unproject(*p).unwrap().latitude_deg).fold(0.0, f64::max);
        assert!(north > 65.0, "over Siberia, not along the parallel: {north}");
        let places: Vec<GeoPoint> = run.iter().map(|p| unproject(*p).unwrap()).collect();
        let km: f64 = places.windows(2).map(|w| w[0].distance_km(w[1])).sum();
        // The textbook 9,560 km.
        assert!((km - 9_560.0).abs() < 15.0, "{km}");
    }

    #[test]
    fn a_way_over_the_pacific_is_cut_at_the_edges_of_the_map() {
        let (oregon, tokyo) = (GeoPoint::new(45.8, -119.7), GeoPoint::new(35.7, 139.7));
        let runs = great_circle(oregon, tokyo);
        assert_eq!(runs.len(), 2);
        let (west, east) = (runs[0].last().unwrap(), runs[1].first().unwrap());
        assert!(west.0 < -1_000.0 && east.0 > 1_000.0 && (west.1 - east.1).abs() < 1.0, "{west:?} {east:?}");
        let whole: f32 = runs.iter().map(|run| length(run)).sum();
        assert!(whole < WIDTH / 2.0, "no line across the whole map: {whole}");
        assert!(great_circle(tokyo, tokyo).is_empty());
    }

    proptest! {
        #[test]
        fn a_place_is_found_again_at_its_point(lat in -89.9..89.9, lon in -180.0..180.0) {
            let place = GeoPoint::new(lat, lon);
            let again = unproject(project(place));
            prop_assert!(again.is_some_and(|again| again.distance_km(place) < 1.0), "{place:?} {again:?}");
        }

        #[test]
        fn a_great_circle_never_jumps(
            a in (-85.0..85.0, -180.0..180.0),
            b in (-85.0..85.0, -180.0..180.0),
        ) {
            let (a, b) = (GeoPoint::new(a.0, a.1), GeoPoint::new(b.0, b.1));
            for run in great_circle(a, b) {
                prop_assert!(run.iter().all(|p| p.0.is_finite() && p.1.is_finite()));
                // Near the poles a short way turns through many meridians, but never across the whole map.
                prop_assert!(run.windows(2).all(|w| (w[1].0 - w[0].0).abs() < WIDTH * 0.51));
            }
        }
    }
}
